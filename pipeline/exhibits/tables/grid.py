"""The form in which every table reader returns a table: cells on a grid, in page coordinates.

Coordinates are points of the page as shown, origin top left. Rows and columns count from 0; a cell that spans owns all
grid positions it covers, and no two cells of a grid cover the same position. Blank positions have no cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box
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
        """The cells that cover `row`, in their order."""
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
