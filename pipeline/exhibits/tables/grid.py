"""The form in which every table reader returns a table: cells on a grid, in page coordinates.

Coordinates are points of the page as shown, origin top left. Rows and columns count from 0; a cell that spans owns all
grid positions it covers, and no two cells of a grid cover the same position. Blank positions have no cell.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box, union
from pipeline.exhibits.tables.chunks import is_numeric, is_void
from pipeline.pages.page import Page, Word
from pipeline.pages.turning import turned_box, turned_word

Form = Literal["ruled", "half-ruled", "filled", "borderless"]
"""What shows the table's structure: rulings on both axes, on one, coloured cells, or alignment alone."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `text` is its lines joined by a blank, `box` hugs the text, `confidence` is 0..1.

    `fill` is the colour behind the text (None on bare paper), `ink` that of its first word.
    """

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    box: Box
    header: bool = False
    words: tuple[Word, ...] = ()
    fill: RGB | None = None
    ink: RGB | None = None
    confidence: float = 1.0
    loose: bool = False
    """Nothing parts it from a blank place above or below it, in rows that other values fill: it may reach over both."""

    @property
    def rows(self) -> range:
        return range(self.row, self.row + self.row_span)

    @property
    def cols(self) -> range:
        return range(self.col, self.col + self.col_span)


@dataclass(frozen=True, slots=True)
class Icon:
    """A coloured sign: where it stands, and the columns it stands for; `row` is that of the heading beside it (-1 where
    it stands alone)."""

    box: Box
    colour: RGB
    cols: tuple[int, ...] = ()
    row: int = -1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: `box` holds its text, `reader` names who read it (several joined by +), `confidence` is 0..1.

    `columns` holds the left and right edge of the text of every column, from which a table that continues on the
    next page is recognised. `page_height` is in points.
    """

    page: int
    page_height: float
    box: Box
    cells: tuple[Cell, ...]
    n_rows: int
    n_cols: int
    reader: str
    confidence: float
    form: Form
    columns: tuple[tuple[float, float], ...] = ()
    icons: tuple[Icon, ...] = ()
    """Coloured signs in the header."""
    closed: bool = False
    """Do rulings or the edges of fills close every cell?"""

    by_row: dict[int, list[Cell]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The cells that cover each row, made at the first use."""

    def _covering(self, row: int) -> Sequence[Cell]:
        if not self.by_row:
            for cell in self.cells:
                for covered in cell.rows:
                    self.by_row.setdefault(covered, []).append(cell)
        return self.by_row.get(row, ())

    def at(self, row: int, col: int) -> Cell | None:
        """The cell that covers (row, col), or None where the position is blank."""
        return next((c for c in self._covering(row) if col in c.cols), None)

    def positions(self) -> dict[tuple[int, int], Cell]:
        """Every covered grid position with its cell."""
        return {(r, c): cell for cell in self.cells for r in cell.rows for c in cell.cols}

    def row(self, row: int) -> Iterator[Cell]:
        """The cells that cover `row`, left to right."""
        return iter(sorted(self._covering(row), key=lambda c: c.col))

    @property
    def header_rows(self) -> int:
        """Number of rows from the top that hold header cells only."""
        return min((c.row for c in self.cells if not c.header), default=self.n_rows)


def turn_back(grid: Grid, page: Page, angle: int) -> Grid:
    """`grid`, found on the turned page, in the coordinates of `page`; its columns stay those of the turned page."""
    upright = page if angle == 180 else replace(page, width=page.height, height=page.width)
    back = 360 - angle
    words = {id(w): w for w in page.words}

    def cell(c: Cell) -> Cell:
        original = tuple(words.get(id(w), turned_word(w, upright, back)) for w in c.words)
        return replace(c, box=turned_box(c.box, upright, back), words=original)

    cells = tuple(cell(c) for c in grid.cells)
    icons = tuple(replace(i, box=turned_box(i.box, upright, back)) for i in grid.icons)
    return replace(grid, page_height=page.height, box=turned_box(grid.box, upright, back), cells=cells, icons=icons)


def parted(grid: Grid) -> list[Grid]:
    """The tables side by side that the grid holds; the grid itself where it is one.

    Each has labels and, after them, columns of values; the widest blanks are between them. At most one head stands over
    each, which has as many columns as the others, or each has heads of its own and one ends before the others: a table
    that was folded under heads of all its columns is one.
    """
    starts = [col for col in range(grid.n_cols) if not _holds_values(grid, col)]
    blocks = [range(a, b) for a, b in itertools.pairwise([*starts, grid.n_cols])]
    if len(blocks) < 2 or starts[0] or min(map(len, blocks)) < 2 or grid.closed:
        return [grid]
    held = [[c for c in grid.cells if c.col in b and c.cols[-1] in b] for b in blocks]
    if sum(map(len, held)) < len(grid.cells) or not _stand_apart(grid, starts):
        return [grid]
    heads = [[c.text for c in cells if c.header] for cells in held]
    folded = len({len(b) for b in blocks}) == 1 and max(map(len, heads)) < 2
    ends = {max(c.rows[-1] for c in cells) for cells in held if cells}
    own = all(len(h) == len(b) for h, b in zip(heads, blocks, strict=True)) and len(ends) > 1 and heads[0] != heads[1]
    if not (folded or own) or any(len({c.row for c in cells}) < 2 for cells in held):
        return [grid]
    return [_part(grid, b, cells) for b, cells in zip(blocks, held, strict=True)]


def _holds_values(grid: Grid, col: int) -> bool:
    """Does the column hold values alone below its head?"""
    texts = [c.text for c in grid.cells if c.col == col and not c.header]
    return bool(texts) and all(is_numeric(text) or is_void(text) for text in texts)


def _stand_apart(grid: Grid, starts: Sequence[int]) -> bool:
    """Are the blanks before the columns of labels wider than those between values, or else than all others?"""
    blanks = {col: grid.columns[col][0] - grid.columns[col - 1][1] for col in range(1, grid.n_cols)}
    others = [x for col, x in blanks.items() if col not in starts and col - 1 not in starts]
    others = others or [x for col, x in blanks.items() if col not in starts]
    return min(blanks[col] for col in starts[1:]) > max(others)


def _part(grid: Grid, cols: range, cells: Sequence[Cell]) -> Grid:
    rows = sorted({row for c in cells for row in c.rows})
    moved = (replace(c, row=rows.index(c.row), col=c.col - cols[0]) for c in cells)
    return replace(
        grid,
        box=union(c.box for c in cells),
        cells=tuple(moved),
        n_rows=len(rows),
        n_cols=len(cols),
        columns=grid.columns[cols[0] : cols[-1] + 1],
        icons=(),
    )
