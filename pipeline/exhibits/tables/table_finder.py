"""The geometry reader: tables from the words, rulings and colours of a parsed page."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from pipeline.core.geometry import Box, union
from pipeline.core.numbers import year_of
from pipeline.exhibits.tables.chunks import (
    Chunk,
    ChunkLine,
    is_numeric,
    read_lines,
    turned_chunks,
    with_marks_apart,
    with_wrapped_percents,
)
from pipeline.exhibits.tables.drawn_cells import drawn_grid, pieces
from pipeline.exhibits.tables.grid import Cell, Grid, parted
from pipeline.exhibits.tables.header_icons import ABOVE, is_sign, read_icons, with_icons
from pipeline.exhibits.tables.header_rows import is_over_middle
from pipeline.exhibits.tables.outer_labels import label_line_beyond, labels_beside, row_gap, value_columns
from pipeline.exhibits.tables.regions import region_of, runs
from pipeline.exhibits.tables.ruling_frames import RulingFrame, frames
from pipeline.exhibits.tables.rulings import Marks, read_marks
from pipeline.exhibits.tables.structure import read_structure
from pipeline.exhibits.tables.table_prose import join_justified, mark_items, mark_prose
from pipeline.exhibits.tables.table_score import confidence
from pipeline.exhibits.tables.table_sureness import ENOUGH, JudgedGrid, best_grids, judged_alone
from pipeline.pages.page import Page

PROPOSED = 0.2
"""Hand score, 0..1, from which a grid is proposed; with .5 whole tables of office documents are lost: .557 for .599."""
HEADING_GAP = 2.0
"""Distance in em within which a line of headings above the rulings of a table belongs to it."""
LINES_OUTSIDE = 12
"""Lines of headings or rows that are looked for above and below the rulings, each."""
HEADING_WORDS = 4
"""A heading outside the rulings has at most so many words on a line; titles have more."""
LARGER = 1.4
"""Times the type size of a table's first row from which a line above it is the title of the page and no heading."""
HEADS_ALONE = 2
"""Rows of cells without a value that are the heads of what stands below them, at most."""
IN_LINE = 2.5
"""Points by which text may be off the edge or the middle of the column that it is aligned with."""


class PageReader:
    """One upright page: its drawn marks, and its lines with running text told from the rest. `like` is the page that it
    is a part of: of fewer words nothing tells how wide its blanks are."""

    def __init__(self, page: Page, marks: Marks | None = None, like: Page | None = None) -> None:
        self.page = page
        self.marks = marks if marks is not None else read_marks(page)
        words = with_marks_apart(with_wrapped_percents([w for w in page.words if w.upright and not w.aside]))
        usual = [w for w in like.words if w.upright] if like is not None else None
        lines = read_lines(words, self.marks.vertical, usual)
        join_justified(lines)
        for i, line in enumerate(lines):
            for chunk in line.chunks:
                chunk.line = i
                chunk.prose = all(word.caption for word in chunk.words)
        mark_items(lines)
        mark_prose(lines)
        self.lines = _with_turned(lines, page)

    @cached_property
    def runs(self) -> list[Box]:
        """Where lines look like rows of a table."""
        return runs(self.lines, ())

    def tables(self, *, loose: bool = False) -> list[Grid]:
        """The proposals that are more surely tables than not, top to bottom, with that probability; when `loose`,
        doubtful ones of what these leave over too."""
        return best_grids(self.judged(), loose=loose)

    def judged(self) -> list[JudgedGrid]:
        return [judged_alone(grid, self.marks) for grid in self.proposals()]

    def proposals(self) -> list[Grid]:
        """What may be a table, top to bottom, with the hand score: what rulings and fills close; what the lines of text
        tell where these close nothing, or beside it where they have more values; and runs of aligned lines, which
        compete with what is drawn unless it closes labels and values."""
        found: list[Grid] = []
        for frame in sorted(frames(self.marks, self.lines), key=lambda f: -f.box.area):
            if frame.levels < 2:
                continue
            parts = pieces(frame, self.lines)
            drawn = [self._drawn(part) for part in parts]
            grid = self._framed(frame)
            if any(drawn):
                grids = [x for a, b in zip(drawn, parts, strict=True) if (x := a or self._framed(b)) is not None]
                found += grids
                if grid is not None and sum(len(_values(x)) for x in grids) < len(_values(grid)):
                    found.append(grid)
            elif grid is not None and not any(_same_place(grid.box, other.box) for other in found):
                beyond = grid.box.overlap_y(frame.box) < grid.box.height - 1
                found.append(self._with_whole_labels(grid) if beyond or grid.form == "half-ruled" else grid)
        whole = (g for g in found if g.closed and (_values(g) or g.n_rows > HEADS_ALONE))
        closed = [g.box for g in whole if len(value_columns(g)) < g.n_cols]
        sure = [g.box.grown(1) for g in found if judged_alone(g, self.marks).sure >= ENOUGH]
        for box in dict.fromkeys(box for taken in (sure, closed) for box in runs(self.lines, taken)):
            grid = self._table(box.grown(1), prose=False)
            if grid is None or any(grid.box.overlap(drawn) > 0 for drawn in closed):
                continue
            here = (other for other in found if _same_place(grid.box, other.box))
            if all(len(_values(grid)) >= len(_values(other)) for other in here):
                grid = self._with_whole_labels(grid)
                found.append(self._with_headings(grid, grid.box.grown(1), prose=False))
        found = [self._scored(part) if part is not grid else grid for grid in found for part in parted(grid)]
        icons = read_icons(self.page) if found else []
        return sorted((with_icons(g, icons) for g in found), key=lambda g: (g.box.top, g.box.x0))

    def _drawn(self, frame: RulingFrame) -> Grid | None:
        """The grid that the rulings of the frame close, with what the table that its lines tell has beside it; that
        table where it has the same texts in its cells, since it tells headings and what they stand over."""
        alone = drawn_grid(frame, None, self.lines, self.page, self.marks)
        if alone is None:
            return None
        read = self._framed(frame)
        grid = drawn_grid(frame, read, self.lines, self.page, self.marks)
        return grid and self._scored(grid)

    def _scored(self, grid: Grid) -> Grid:
        return replace(grid, confidence=round(confidence(grid, self.marks), 3))

    def _framed(self, frame: RulingFrame) -> Grid | None:
        """The table of a frame, with the headings that stand above its rulings."""
        labels = labels_beside(frame.box, self.lines)
        box = frame.box if labels is None else union((frame.box, labels))
        best = self._table(box)
        if best is None:
            return None
        for beside in (self._row_below, self._heading_above):
            best, box = self._with_lines(best, box, beside)
        return self._with_headings(best, box, prose=True)

    def _with_headings(self, grid: Grid, box: Box, *, prose: bool) -> Grid:
        """The table with the headings above the signs over its columns."""
        signs = list(self._signs_above(grid))
        if not signs:
            return grid
        return self._with_lines(grid, union((box, *signs)), self._heading_above, prose=prose)[0]

    def _with_lines(
        self, grid: Grid, box: Box, beside: Callable[[Grid, Box], Box | None], *, prose: bool = True
    ) -> tuple[Grid, Box]:
        """The table, and its place, with the lines that `beside` finds next to it, one after the other."""
        for _ in range(LINES_OUTSIDE):
            line = beside(grid, box)
            longer = self._table(union((box, line)), prose=prose) if line is not None else None
            if line is None or longer is None or longer.n_cols != grid.n_cols:
                break
            grid, box = longer, union((box, line))
        return grid, box

    def _signs_above(self, grid: Grid) -> Iterator[Box]:
        """The coloured signs right above the columns of the table."""
        x0, x1 = grid.columns[0][1] if grid.n_cols > 1 else grid.box.x0, grid.box.x1
        for shape in self.page.shapes:
            if is_sign(shape) and 0 <= grid.box.top - shape.box.bottom < ABOVE and x0 < shape.box.x_mid < x1:
                yield shape.box

    def _with_whole_labels(self, grid: Grid) -> Grid:
        """The table with the lines of its first and last label that stand beyond their values."""
        for below in (True, False):
            while (line := label_line_beyond(grid, self.lines, below=below)) is not None:
                longer = self._table(union((grid.box, line)).grown(1), prose=False)
                same = longer is not None and _shape(longer) == _shape(grid) and longer.n_rows <= grid.n_rows
                if longer is None or not same or any(c.header and c.box.holds(line) for c in longer.cells):
                    break
                grid = longer
        return grid

    def _row_below(self, grid: Grid, box: Box) -> Box | None:
        """The box of the line right below the rulings when it is one more row: label and values, each in its column."""
        bottom = max(box.bottom, grid.box.bottom)
        for line in self.lines:
            if line.box.y_mid <= bottom:
                continue
            chunks = [c for c in line.chunks if c.box.x1 > box.x0 and c.box.x0 < box.x1]
            if line.box.top - bottom > HEADING_GAP * line.size:
                return None
            if chunks:
                return union(c.box for c in chunks) if _is_row(chunks, grid) else None
        return None

    def _heading_above(self, grid: Grid, box: Box) -> Box | None:
        """The box of the line right above the rulings when it holds headings of the table's columns."""
        top = min(box.top, grid.box.top)
        above = [line for line in self.lines if line.box.y_mid < top and line.box.bottom > top - 30]
        for line in sorted(above, key=lambda line: -line.box.bottom):
            chunks = [c for c in line.chunks if c.box.x1 > box.x0 and c.box.x0 < box.x1]
            if not chunks:
                continue
            if top - max(c.box.bottom for c in chunks) >= max(HEADING_GAP * line.size, row_gap(grid, 0.0) + 1.0):
                return None
            if len(chunks) == 1 and _over_labels(chunks[0], grid) and self._ruled_off(chunks[0].box, grid):
                return None  # a title
            corner, heads = ([c for c in chunks if _over_labels(c, grid) == over] for over in (True, False))
            return union(c.box for c in chunks) if _are_headings([*corner[:1], *heads], grid) else None
        return None

    def _ruled_off(self, box: Box, grid: Grid) -> bool:
        """Does a rule run below the text, above the table?"""
        rules = (h for h in self.marks.horizontal if box.bottom - 1 < h.at < grid.box.top + 1)
        return any(h.start < box.x_mid < h.end for h in rules)

    def _table(self, box: Box, *, prose: bool = True) -> Grid | None:
        grid = read_structure(region_of(box, self.lines, self.marks, prose=prose), self.page, self.marks)
        if grid is None:
            return None
        sure = confidence(grid, self.marks)
        return replace(grid, confidence=round(sure, 3)) if sure >= PROPOSED else None


def _are_headings(chunks: Sequence[Chunk], grid: Grid) -> bool:
    """Short texts over columns of values, each over columns of its own; a single one only where headings lack, or over
    several of them. A text over the labels only where all stand exactly over a column each: titles begin there too.
    Years in line with all columns of values head them, whatever stands over the labels."""
    if _are_years(chunks, grid):
        return True
    size = max(c.words[0].size for c in grid.cells if c.row == 0)
    if any(c.prose or c.box.x_mid > grid.box.x1 + c.size or c.size > LARGER * size for c in chunks):
        return False
    if all(_goes_on_below(c, grid) for c in chunks):
        return True
    headed = sum(c.header for c in grid.cells) > 1
    heads = [c for c in chunks if not _over_labels(c, grid)]
    if not all(len(c.words) <= HEADING_WORDS or _fits_columns(c, grid) for c in heads):
        return False
    if len(heads) < len(chunks):
        if headed and len(heads) > 1 and not any(c.header and _over_labels(c, grid) for c in grid.cells):
            return all(_fits_columns(c, grid) for c in chunks)
        each = len(chunks) > 1 and _each_in_line(chunks, grid)
        return each and (not headed or len(heads) == len(value_columns(grid)) > 1)
    return len(chunks) > 1 or not headed or _over_headings(chunks[0], grid)


def _fits_columns(chunk: Chunk, grid: Grid) -> bool:
    """Does the text reach into no column but those over whose middle it stands, or with which it shares an edge?"""
    columns = grid.columns
    size = chunk.size
    inside = [i for i, (x0, x1) in enumerate(columns) if x0 < chunk.box.x1 and x1 > chunk.box.x0]
    if not inside:
        return False
    for first, last in itertools.combinations_with_replacement(range(grid.n_cols), 2):
        if first <= inside[0] and inside[-1] <= last:
            ends = (columns[first][0], columns[last][1])
            middle = abs(sum(ends) / 2 - chunk.box.x_mid) < size
            if middle or min(abs(chunk.box.x0 - ends[0]), abs(chunk.box.x1 - ends[1])) < IN_LINE:
                return True
    return False


def _over_headings(chunk: Chunk, grid: Grid) -> bool:
    """Does the text stand over the middle of several headings of the top row, in their size?"""
    columns = value_columns(grid)
    top = sorted(
        (c for c in grid.cells if c.header and c.row == 0 and c.col in columns and c.words), key=lambda c: c.col
    )
    return any(
        is_over_middle(chunk, one.box, other.box)
        and one.box.x0 < chunk.box.x0
        and chunk.box.x1 < other.box.x1
        and abs(one.words[0].size - chunk.size) < 0.05 * chunk.size
        for one, other in itertools.combinations(top, 2)
    )


def _over_labels(chunk: Chunk | Cell, grid: Grid) -> bool:
    """Does the text stand over the labels, at the left of the values or at their right?"""
    if 0 in value_columns(grid):
        return chunk.box.x_mid > grid.columns[-1][0]
    return chunk.box.x_mid < grid.columns[0][1]


def _are_years(chunks: Sequence[Chunk], grid: Grid) -> bool:
    """Are years in line with all columns of values, two at least, and one text over the labels all there is?"""
    columns = value_columns(grid)
    years = [c for c in chunks if c.year is not None]
    return (
        not any(c.header for c in grid.cells)
        and len(years) == len(columns) > 1
        and len(chunks) <= len(years) + 1
        and all(_in_line(c, grid.columns[col]) for c, col in zip(years, columns, strict=True))
    )


def _goes_on_below(chunk: Chunk, grid: Grid) -> bool:
    """Is the text the line before a heading of the top row, close above it in its middle or at its edge?"""
    return any(
        c.row == 0
        and c.header
        and c.box.top - chunk.box.bottom < 0.5 * chunk.size
        and (_in_line(chunk, (c.box.x0, c.box.x1)) or c.box.x0 < chunk.box.x0 < chunk.box.x1 < c.box.x1)
        and abs(c.words[0].size - chunk.size) < 0.05 * chunk.size
        and c.ink == chunk.words[0].colour
        for c in grid.cells
    )


def _is_row(chunks: Sequence[Chunk], grid: Grid) -> bool:
    """Does each chunk lie in a column of its own, with a value in at least half of the columns of values (or, in a
    table of words, exactly in line with the column)?"""
    columns = [_column(c, grid) for c in chunks]
    if any(c.prose for c in chunks) or None in columns or len(set(columns)) < len(columns) or columns[0] != 0:
        return False
    values = sum(c.numeric for c, col in zip(chunks, columns, strict=True) if col)
    return 2 * values >= grid.n_cols - 1 or (len(chunks) == grid.n_cols and _each_in_line(chunks, grid))


def _each_in_line(chunks: Sequence[Chunk], grid: Grid) -> bool:
    """Does each chunk share its left edge, its right edge or its middle with the column of its own that it is in?"""
    columns = [_column(c, grid) for c in chunks]
    if None in columns or len(set(columns)) < len(columns):
        return False
    return all(_in_line(c, grid.columns[col]) for c, col in zip(chunks, columns, strict=True) if col is not None)


def _in_line(chunk: Chunk, column: tuple[float, float]) -> bool:
    x0, x1 = column
    box = chunk.box
    return min(abs(box.x0 - x0), abs(box.x1 - x1), abs(box.x_mid - (x0 + x1) / 2)) < IN_LINE


def _column(chunk: Chunk, grid: Grid) -> int | None:
    """The one column that the text lies over; the first one's where it stands between its texts and the next column, as
    the name of a total that is set to the right."""
    if grid.n_cols > 1 and grid.columns[0][1] < chunk.box.x0 and chunk.box.x1 < grid.columns[1][0]:
        return 0
    over = [i for i, (x0, x1) in enumerate(grid.columns) if min(chunk.box.x1, x1) - max(chunk.box.x0, x0) > 0]
    return over[0] if len(over) == 1 else None


def _shape(grid: Grid) -> tuple[int, int, int]:
    """Columns, rows of headings, rows of values."""
    return grid.n_cols, grid.header_rows, len({c.row for c in _values(grid)})


def _values(grid: Grid) -> list[Cell]:
    return [c for c in grid.cells if is_numeric(c.text) and not year_of(c.text)]


def _with_turned(lines: list[ChunkLine], page: Page) -> list[ChunkLine]:
    """Add the turned words of the page as lines of their own: those that stand side by side form one."""
    chunks = turned_chunks(w for w in page.words if w.angle in (90, 270))
    out = list(lines)
    group: list[Chunk] = []
    for chunk in sorted(chunks, key=lambda c: c.box.top):
        if group and chunk.box.top > min(c.box.bottom for c in group):
            out.append(_turned_line(group))
            group = []
        group.append(chunk)
    if group:
        out.append(_turned_line(group))
    return sorted(out, key=lambda line: line.y) if chunks else out


def _turned_line(chunks: Sequence[Chunk]) -> ChunkLine:
    ordered = sorted(chunks, key=lambda c: c.box.x0)
    return ChunkLine(ordered, union(c.box for c in ordered), ordered[0].size, [w for c in ordered for w in c.words])


def _same_place(one: Box, other: Box) -> bool:
    return one.overlap(other) > 0.5 * min(one.area, other.area)
