"""From the lines and rulings of a region to a grid of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.core.geometry import Box, union
from pipeline.core.numbers import CURRENCY, DOWN, MINUS, UP
from pipeline.exhibits.tables.chunks import Chunk, ChunkLine, join_words
from pipeline.exhibits.tables.columns import Separator, cut_chunks, find_separators
from pipeline.exhibits.tables.grid import Cell, Form, Grid
from pipeline.exhibits.tables.header_rows import are_units, blocks_below, header_lines, heading_pitch
from pipeline.exhibits.tables.rows import group_rows, labels_left
from pipeline.exhibits.tables.rulings import Marks, Ruling
from pipeline.exhibits.tables.text_lines import TextLine, column_extents, place_lines
from pipeline.pages.page import Page, Word

READER = "geometry"
SIGN_WORDS = frozenset(MINUS + DOWN + UP + CURRENCY + "+±")
"""What stands at the edge of a cell, apart from its number."""
OFF_CENTRE = 4.0
"""Points by which a heading must stand nearer to the middle of several columns than to that of its own column to be
taken as the heading of them all."""


@dataclass(slots=True)
class TableRegion:
    """Where a table may be: its lines (chunks outside taken away) and the rulings inside."""

    box: Box
    lines: list[ChunkLine]
    horizontal: list[Ruling]
    vertical: list[Ruling]


@dataclass(slots=True)
class _Draft:
    """A cell in the making: the grid positions it covers and its chunks."""

    row: int
    last_row: int
    col: int
    last_col: int
    chunks: list[Chunk]

    @property
    def box(self) -> Box:
        return union(c.box for c in self.chunks)


def read_structure(region: TableRegion, page: Page, marks: Marks) -> Grid | None:
    """The grid of `region`, or None when it has not two columns and two rows."""
    separators = find_separators(region.lines, region.vertical)
    if not separators:
        return None
    if cut_chunks(region.lines, separators):
        separators = find_separators(region.lines, region.vertical)
    separators, lines = _settled(region, separators)
    if not separators:
        return None
    n_cols = len(separators) + 1
    lines, floating = _floating(lines, header_lines(labels_left(lines, n_cols), n_cols))
    seen = labels_left([*lines, *(line for _, line, _ in floating)], n_cols)
    facing, between = seen[: len(lines)], seen[len(lines) :]
    heads = header_lines(facing, n_cols)
    of = {id(seen): line for seen, line in zip(facing, lines, strict=True)}
    rows = [[of[id(seen)] for seen in row] for row in group_rows(facing, n_cols, between)]
    if len(rows) < 2:
        return None
    drafts = _drafts(rows, floating)
    in_header = {id(line) for line in lines[:heads]}
    header_rows = sum(all(id(line) in in_header for line in row) for row in rows)
    extents = column_extents([*lines, *(line for _, line, _ in floating)], n_cols)
    sheet = _CellDraft(drafts, rows, separators, extents, header_rows, heading_pitch(facing[heads:]))
    sheet.span_columns()
    sheet.join_headings()
    loose = frozenset() if floating else sheet.loose()
    return _grid(sheet, loose, page, marks, _form(region, separators, marks))


def _settled(region: TableRegion, separators: list[Separator]) -> tuple[list[Separator], list[TextLine]]:
    """Place the lines; drop separators that part signs at the edge of cells from the numbers."""
    while True:
        lines = place_lines(region.lines, separators, region.horizontal)
        heads = header_lines(lines, len(separators) + 1)
        pairs = range(len(separators))
        needless = next((i for i in pairs if _signs_apart(lines, heads, i)), None)
        if needless is None:
            return separators, lines
        separators = separators[:needless] + separators[needless + 1 :]


def _signs_apart(lines: Sequence[TextLine], heads: int, col: int) -> bool:
    """Do signs alone stand in the column, each before an unsigned number in the next? A column of values of which all
    are dashes has a heading of its own; that of the names may stand over signs of some rows."""
    signs, numbers = ([_texts_in(line, c) for line in lines[heads:]] for c in (col, col + 1))
    if not any(signs) or (all(signs) and any(_texts_in(line, col) for line in lines[:heads])):
        return False
    beside = [(one, other) for one, other in zip(signs, numbers, strict=True) if one]
    return all(len(one) == 1 and one[0] in SIGN_WORDS and other and other[0][0].isdigit() for one, other in beside)


def _texts_in(line: TextLine, col: int) -> list[str]:
    return [c.text for a, b, c in line.parts if a <= col <= b]


def _floating(lines: list[TextLine], heads: int) -> tuple[list[TextLine], list[tuple[TextLine, TextLine, TextLine]]]:
    """Take out lines whose text stands between two full lines, in columns that both leave blank: cells over two
    rows, set in their middle. Returns the other lines, and (above, line, below) of each taken out."""
    kept: list[TextLine] = []
    out: list[tuple[TextLine, TextLine, TextLine]] = []
    for i, line in enumerate(lines):
        below = lines[i + 1] if i + 1 < len(lines) else None
        starts_body = i == heads
        if kept and below is not None and not starts_body and _floats(line, kept[-1], below):
            kept[-1].ruled_below |= line.ruled_below
            out.append((kept[-1], line, below))
        else:
            kept.append(line)
    return kept, out


def _floats(line: TextLine, above: TextLine, below: TextLine) -> bool:
    if line.filled & (above.filled | below.filled):
        return False
    ruled = above.ruled_below | line.ruled_below
    if len(above.filled) < 2 or len(below.filled) < 2:
        return False
    if ruled:
        return not ruled & line.filled
    return line.top < above.bottom - 0.5 and line.bottom > below.top + 0.5


def _drafts(
    rows: Sequence[Sequence[TextLine]], floating: Sequence[tuple[TextLine, TextLine, TextLine]]
) -> list[_Draft]:
    row_of = {id(line): r for r, row in enumerate(rows) for line in row}
    within: dict[int, list[TextLine]] = {}
    drafts: list[_Draft] = []
    for above, line, below in floating:
        first_row = row_of[id(above)]
        last_row = row_of.get(id(below), first_row)
        if first_row == last_row:
            within.setdefault(first_row, []).append(line)
        else:
            drafts += [_Draft(first_row, last_row, first, last, [chunk]) for first, last, chunk in line.parts]
    for r, row in enumerate(rows):
        cells: list[_Draft] = []
        for line in (*row, *within.get(r, ())):
            for first, last, chunk in line.parts:
                cells = _put(cells, _Draft(r, r, first, last, [chunk]))
        drafts.extend(cells)
    return drafts


def _put(cells: list[_Draft], new: _Draft) -> list[_Draft]:
    """Add `new` to the cells of a row; cells that share a column with it become one."""
    apart = []
    for cell in cells:
        if cell.last_col < new.col or cell.col > new.last_col:
            apart.append(cell)
        else:
            new.col, new.last_col = min(new.col, cell.col), max(new.last_col, cell.last_col)
            new.chunks = cell.chunks + new.chunks
    return [*apart, new]


class _CellDraft:
    """The cells in the making, with what separates them."""

    def __init__(
        self,
        drafts: list[_Draft],
        rows: Sequence[Sequence[TextLine]],
        separators: Sequence[Separator],
        extents: Sequence[tuple[float, float]],
        header_rows: int,
        pitch: float,
    ) -> None:
        self.pitch = pitch
        self.drafts = drafts
        self.rows = rows
        self.separators = separators
        self.extents = extents
        self.header_rows = header_rows
        self.blocks: dict[int, tuple[int, int]] = {}
        self.taken: dict[tuple[int, int], _Draft] = {}
        for draft in drafts:
            self._claim(draft)

    def _claim(self, draft: _Draft) -> None:
        for row in range(draft.row, draft.last_row + 1):
            for col in range(draft.col, draft.last_col + 1):
                self.taken[row, col] = draft

    def span_columns(self) -> None:
        """Let headings reach over blank neighbours where blocks of headings below or their own middle say so."""
        self.blocks = self._blocks()
        for draft in self.drafts:
            if draft.last_row < self.header_rows:
                block = self._underlined(draft) or self.blocks.get(id(draft))
                draft.col, draft.last_col = block or self._centred(draft)
                self._claim(draft)

    def _underlined(self, draft: _Draft) -> tuple[int, int] | None:
        """The columns of the rule beneath the heading, where it is the only one over that and has headings below."""
        below = self._single(draft.last_row + 1) if draft.last_row + 1 < self.header_rows else {}
        for rule in self.rows[draft.last_row][-1].rules:
            first, last = min(rule), max(rule)
            others = {id(d) for col in rule if (d := self.taken.get((draft.last_row, col))) is not None}
            free = first <= draft.col and draft.last_col <= last and others == {id(draft)}
            if free and len(rule) == last - first + 1 > 1 and sum(col in rule for col in below) > 1:
                return first, last
        return None

    def _blocks(self) -> dict[int, tuple[int, int]]:
        """First and last column of the headings of blocks, by the id of their cells."""
        out: dict[int, tuple[int, int]] = {}
        for row in range(self.header_rows - 1):
            upper = {self._column(d): d for d in self.drafts if d.row == d.last_row == row}
            chunks = {col: draft.chunks[0] for col, draft in upper.items()}
            for col, block in blocks_below(chunks, self._single(row + 1), self.pitch).items():
                out[id(upper[col])] = block
        return out

    def _column(self, draft: _Draft) -> int:
        """The column of the cell that its middle is nearest to, or one with which it shares an edge."""
        columns, box = range(draft.col, draft.last_col + 1), draft.box
        edges = {col: self.extents[col] for col in columns}
        flush = [col for col, (x0, x1) in edges.items() if min(abs(x0 - box.x0), abs(x1 - box.x1)) < 1]
        return min(flush or columns, key=lambda col: abs(self._middle(col, col) - box.x_mid))

    def _free(self, draft: _Draft, col: int) -> bool:
        return all(self.taken.get((r, col), draft) is draft for r in range(draft.row, draft.last_row + 1))

    def _reach(self, draft: _Draft) -> tuple[int, int]:
        """The widest range of columns that the cell could take without touching another cell."""
        first, last = draft.col, draft.last_col
        while first > 0 and self._free(draft, first - 1):
            first -= 1
        while last < len(self.separators) and self._free(draft, last + 1):
            last += 1
        return first, last

    def _centred(self, draft: _Draft) -> tuple[int, int]:
        own = (draft.col, draft.last_col)
        low, high = self._reach(draft)
        below = draft.last_row + 1
        low = max(low, next((c for c in range(low, draft.col + 1) if (below, c) in self.taken), draft.col))
        best, off = own, abs(self._middle(*own) - draft.box.x_mid) - OFF_CENTRE
        if draft.last_row + 1 == self.header_rows:
            off = min(off, OFF_CENTRE)
        for first in range(low, draft.col + 1):
            for last in range(draft.last_col, high + 1):
                distance = abs(self._middle(first, last) - draft.box.x_mid)
                if (first, last) != own and (below, last) in self.taken and distance < off:
                    best, off = (first, last), distance
        return best

    def _middle(self, first: int, last: int) -> float:
        return (self.extents[first][0] + self.extents[last][1]) / 2

    def _merge(self, above: _Draft, below: _Draft) -> None:
        above.chunks += below.chunks
        above.last_row = max(above.last_row, below.last_row)
        self.drafts.remove(below)
        self._claim(above)

    def loose(self) -> frozenset[int]:
        """Ids of the values beside a blank place of their column, in a row with a label and a value, that no ruling
        parts from it."""
        values = {(d.row, d.col): d for d in self.drafts if d.row >= self.header_rows and d.chunks[0].numeric}
        filled = {row for row, _ in values} & {at[0] for at in self.taken if at not in values}
        out: set[int] = set()
        for (row, col), draft in values.items():
            for upper, other in ((row - 1, row - 1), (draft.last_row, draft.last_row + 1)):
                blank = other in filled and (other, col) not in self.taken
                if blank and col not in self.rows[upper][-1].ruled_below:
                    out.add(id(draft))
        return frozenset(out)

    def _single(self, row: int) -> dict[int, Chunk]:
        """The texts of the row's cells of one column, by column."""
        return {d.col: d.chunks[0] for d in self.drafts if d.row == row and d.col == d.last_col}

    def join_headings(self) -> None:
        """A heading of one column that was cut by the rows of its neighbours becomes one cell; a row of units
        goes on with none."""
        for row in range(self.header_rows - 1):
            heads = [self.blocks[id(d)] for d in self.drafts if d.row == row and id(d) in self.blocks]
            own, next_row = self._single(row), [d for d in self.drafts if d.row == row + 1 == d.last_row]
            units = any(sum(col in own for col in range(d.col, d.last_col + 1)) > 1 for d in next_row)
            units = units or are_units([d.chunks[0] for d in next_row], list(own.values()))
            if units or (heads and all(last > first for first, last in heads)):
                continue
            for col in range(len(self.extents)):
                above, below = self.taken.get((row, col)), self.taken.get((row + 1, col))
                if above is None or below is None or above is below or col in self.rows[row][-1].ruled_below:
                    continue
                alone = above.col == above.last_col == below.col == below.last_col
                gap = below.box.top - above.box.bottom
                if alone and gap < self.pitch * above.chunks[0].size:
                    self._merge(above, below)


def _grid(sheet: _CellDraft, loose: frozenset[int], page: Page, marks: Marks, form: Form) -> Grid:
    cells = tuple(
        replace(_cell(draft, draft.last_row < sheet.header_rows, marks), loose=id(draft) in loose)
        for draft in sorted(sheet.drafts, key=lambda d: (d.row, d.col))
    )
    return Grid(
        page=page.number,
        page_height=page.height,
        box=union(c.box for c in cells),
        cells=cells,
        n_rows=len(sheet.rows),
        n_cols=len(sheet.extents),
        reader=READER,
        confidence=1.0,
        form=form,
        columns=tuple(sheet.extents),
    )


def _cell(draft: _Draft, header: bool, marks: Marks) -> Cell:
    chunks = sorted(draft.chunks, key=_reading_order)
    words: tuple[Word, ...] = tuple(w for c in chunks for w in c.words)
    text = " ".join(join_words(c.words) for c in chunks)
    box = draft.box
    return Cell(
        row=draft.row,
        col=draft.col,
        row_span=draft.last_row - draft.row + 1,
        col_span=draft.last_col - draft.col + 1,
        text=text,
        box=box,
        header=header,
        words=words,
        fill=marks.colour_behind(box),
        ink=words[0].colour,
    )


def _reading_order(chunk: Chunk) -> tuple[float, float]:
    if chunk.turned:
        return (chunk.box.x0 if chunk.words[0].angle == 90 else -chunk.box.x1, 0.0)
    return (chunk.line, chunk.box.x0) if chunk.line >= 0 else (chunk.box.y_mid, chunk.box.x0)


def _form(region: TableRegion, separators: Sequence[Separator], marks: Marks) -> Form:
    ruled_columns = sum(bool(s.rulings) for s in separators) > 0.5 * len(separators)
    if any(region.box.holds(a.box) and a.box.width < 0.7 * region.box.width for a in marks.areas):
        return "filled"
    if ruled_columns and len(region.horizontal) > 2:
        return "ruled"
    return "half-ruled" if region.horizontal or region.vertical else "borderless"
