"""The tables of a page: which proposed grids are chosen, and how sure their cells are.

Our own finder proposes, camelot's flavours and pdfplumber's finder compete where it leaves words over; all grids hold
the page's own words and are judged by the same learned score. Cells whose words camelot's reading of the same place
puts together too are surer.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.core.geometry import Box, union
from pipeline.core.numbers import read_value, year_of
from pipeline.core.shelf import ByNumber
from pipeline.exhibits.tables.chunks import ChunkLine
from pipeline.exhibits.tables.columns import ENOUGH_LINES
from pipeline.exhibits.tables.continued import continued, loosened, with_header
from pipeline.exhibits.tables.grid import Grid, turn_back
from pipeline.exhibits.tables.other_finders import FLAVOURS, OtherFinders
from pipeline.exhibits.tables.page_breaks import RunningText, parted_table
from pipeline.exhibits.tables.rulings import Marks, read_marks
from pipeline.exhibits.tables.structure import READER
from pipeline.exhibits.tables.table_features import words_of
from pipeline.exhibits.tables.table_finder import PageReader
from pipeline.exhibits.tables.table_score import confidence
from pipeline.exhibits.tables.table_sureness import SURE, JudgedGrid, best_grids, judged_among
from pipeline.pages.page import Page
from pipeline.pages.turning import turned, turned_box, turning

AGREED, ALONE = 0.99, 0.95
"""Confidence of a cell that two readers give with the same words, and of one that only the chosen reader gives: on
generated tables of known content 99.7 % and 95.5 % of such cells were right."""
SAME_PLACE = 0.5
"""Share of a table's area that the grid of another finder must cover to be its second reading."""


@dataclass(frozen=True, slots=True)
class TableReadings:
    """One table: the reading that was chosen, and every reader's own (the chosen reader's first)."""

    chosen: Grid
    readings: tuple[Grid, ...]


def joined_tables(
    pages: Sequence[Page],
    tables: Sequence[TableReadings],
    failed: Callable[[Page, Exception], None] | None = None,
    progress: Callable[[str, int, int], None] = lambda *step: None,
) -> list[TableReadings]:
    """The tables of all pages in order of page and place; one that goes on over a page break has the header of its
    beginning on every page. `failed` is told of a page before which the reader of breaks raised, and the others are
    read on; without it the error is the caller's."""
    by_number = ByNumber(pages)
    ordered = sorted(
        _whole(pages, tables, failed, progress), key=lambda t: (t.chosen.page, t.chosen.box.top, t.chosen.box.x0)
    )
    out: list[TableReadings] = []
    for i, table in enumerate(ordered):
        for before in _before(ordered, i):
            table = ordered[i] = _continuing(before.chosen, table, by_number)
        out.append(table)
    for i in range(len(out) - 1):
        above, below = loosened(out[i].chosen, out[i + 1].chosen)
        out[i : i + 2] = replace(out[i], chosen=above), replace(out[i + 1], chosen=below)
    return [t for t in out if t.chosen.header_rows < t.chosen.n_rows]


def _whole(
    pages: Sequence[Page],
    tables: Sequence[TableReadings],
    failed: Callable[[Page, Exception], None] | None,
    progress: Callable[[str, int, int], None],
) -> list[TableReadings]:
    """The tables, with what page breaks parted from them and is no table alone."""
    out, running = list(tables), RunningText()
    for done, (upper, lower) in enumerate(itertools.pairwise(pages), 1):
        progress("breaks", done, len(pages))
        above = max((t for t in out if t.chosen.page == upper.number), key=lambda t: t.chosen.box.bottom, default=None)
        below = min((t for t in out if t.chosen.page == lower.number), key=lambda t: t.chosen.box.top, default=None)
        known = (above.chosen if above else None, below.chosen if below else None)
        try:
            parts = parted_table(upper, lower, *known, running)
        except Exception as error:
            if failed is None:
                raise
            failed(lower, error)
            continue
        if parts is None:
            continue
        for table, part in ((above, parts.before), (below, parts.after)):
            if part is not None and not any(_overlaps(t.chosen, part) for t in out):
                out.append(TableReadings(part, (part,)))
            elif part is not None and table is not None and _overlaps(part, table.chosen):
                sizes = [(g.header_rows, len(g.icons), g.n_cols) for g in (part, table.chosen)]
                more = any(new > old for new, old in zip(*sizes, strict=True))
                out[out.index(table)] = _headed(table, part, parts.header) if more else table
    return out


def _headed(table: TableReadings, whole: Grid, header: Grid | None) -> TableReadings:
    """The table as it reads below the header that was left on the page before; what others read of it too."""
    others = table.readings[1:]
    if header is not None and not table.chosen.header_rows:
        others = tuple(with_header(header, grid) or grid for grid in others)
    return TableReadings(whole, (whole, *others))


def _overlaps(one: Grid, other: Grid) -> bool:
    return one.page == other.page and one.box.overlap(other.box) > 0


def _before(tables: Sequence[TableReadings], i: int) -> list[TableReadings]:
    """The tables that table `i` may continue: the one before it, and the lowest of the columns of text at its left."""
    own = tables[i].chosen
    left = [t for t in tables if t.chosen.page == own.page and t.chosen.box.x1 < own.box.x0]
    lowest = max(left, key=lambda t: t.chosen.box.bottom, default=None)
    return [*tables[max(i - 1, 0) : i], *([lowest] if lowest is not None else [])]


def _continuing(before: Grid, table: TableReadings, pages: Mapping[int, Page]) -> TableReadings:
    chosen = continued(before, table.chosen, pages)
    if chosen is None:
        return table
    readings = tuple(continued(before, grid, pages) or grid for grid in table.readings)
    return TableReadings(chosen, readings)


def page_tables(
    page: Page, *, loose: bool = False, finders: OtherFinders | None = None, charts: Sequence[Box] = ()
) -> list[TableReadings]:
    """The tables of one parsed page, each with all its readings; when `loose`, doubtful ones too, for a pool in which
    other exhibits claim their numbers. Grids of the other `finders` compete where our own, and the sure `charts`, leave
    words over."""
    judged, proposed = judged_grids(page, finders, charts)
    tables = [_chosen(grid, _second(grid, proposed)) for grid in best_grids(judged, loose=loose)]
    angle = turning(page)
    return (
        [
            TableReadings(turn_back(t.chosen, page, angle), tuple(turn_back(grid, page, angle) for grid in t.readings))
            for t in tables
        ]
        if angle
        else tables
    )


def judged_grids(
    page: Page, finders: OtherFinders | None, charts: Sequence[Box] = ()
) -> tuple[list[JudgedGrid], list[Grid]]:
    """All grids that compete on the upright page, judged; and what the other finders propose there."""
    angle = turning(page)
    upright = turned(page, angle) if angle else page
    marks = read_marks(upright)
    reader = PageReader(upright, marks)
    judged = reader.judged()
    charts = [turned_box(box, page, angle) for box in charts] if angle else charts
    left_over = leaves_words(reader, [*(one.grid.box for one in judged if one.sure >= SURE), *charts])
    apart = [one for one in judged if not any(x.overlap(one.grid.box) > SAME_PLACE * one.grid.box.area for x in charts)]
    if finders is None or not (apart or left_over):
        return judged, []
    others = scored(finders.grids(page, upright, marks), marks)
    if left_over:
        rivals = [*(one.grid for one in judged), *others]
        judged += [judged_among(grid, marks, rivals) for grid in others]
    return judged, others


def scored(grids: Sequence[Grid], marks: Marks) -> list[Grid]:
    """The grids with the hand score by which our finder compares its own."""
    return [g if g.reader == READER else replace(g, confidence=round(confidence(g, marks), 3)) for g in grids]


def leaves_words(reader: PageReader, sure: Sequence[Box]) -> bool:
    """Do lines of several parts stand on the page that are no running text, and in none of the `sure` exhibits?"""
    boxes = [box.grown(1) for box in sure]
    return any(
        sum(not c.prose and not any(box.holds(c.box) for box in boxes) for c in line.chunks) > 1
        for line in reader.lines
    )


def _second(grid: Grid, proposed: Sequence[Grid]) -> Grid | None:
    """camelot's grid at the place of the chosen one that puts most words together as it does."""
    own = {words_of(c) for c in grid.cells}
    rivals = [g for g in proposed if g.reader in FLAVOURS and g.reader != grid.reader]
    rivals = [g for g in rivals if g.box.overlap(grid.box) > SAME_PLACE * grid.box.area]
    best = max(rivals, key=lambda g: len(own & {words_of(c) for c in g.cells}), default=None)
    return best and replace(best, reader="camelot")


def _chosen(grid: Grid, other: Grid | None) -> TableReadings:
    if other is None:
        cells = tuple(replace(c, confidence=ALONE) for c in grid.cells)
        return TableReadings(replace(grid, cells=cells), (grid,))
    seen = {words_of(c) for c in other.cells}
    cells = tuple(replace(c, confidence=AGREED if words_of(c) in seen else ALONE) for c in grid.cells)
    chosen = replace(grid, cells=cells, reader=f"{grid.reader}+{other.reader}")
    return TableReadings(chosen, (grid, other))


SAME_COLUMN = 0.5
"""Em by which the edges or middles of the numbers of a column may differ."""


def unread_columns(page: Page, tables: Sequence[Box]) -> list[Box]:
    """The blocks of columns of numbers that none of `tables` holds, on the page turned upright."""
    angle = turning(page)
    upright = turned(page, angle) if angle else page
    boxes = [turned_box(box, page, angle) for box in tables] if angle else tables
    return columns_without_table(PageReader(upright).lines, boxes)


def columns_without_table(lines: Sequence[ChunkLine], tables: Sequence[Box]) -> list[Box]:
    """The lines outside `tables` whose numbers stand under one another in two columns or more, as the boxes of those
    that follow one another; a single column may be the scale of a chart."""
    loose = [(line.box, numbers) for line in lines if len(numbers := _numbers_outside(line, tables)) > 1]
    out: list[Box] = []
    run: list[tuple[Box, list[Box]]] = []
    for box, numbers in loose:
        if run and not _in_line(run[-1][1], numbers):
            out += _box_of(run)
            run = []
        run.append((box, numbers))
    return out + _box_of(run)


def _box_of(run: Sequence[tuple[Box, list[Box]]]) -> list[Box]:
    return [union(box for box, _ in run)] if len(run) >= ENOUGH_LINES else []


def _numbers_outside(line: ChunkLine, tables: Sequence[Box]) -> list[Box]:
    outside = (c for c in line.chunks if not c.prose and not any(t.overlap(c.box) for t in tables))
    return [c.box for c in outside if read_value(c.text) is not None and year_of(c.text) is None]


def _in_line(above: Sequence[Box], below: Sequence[Box]) -> bool:
    """Do two numbers at least stand under one of the line above, at an edge or in the middle?"""
    return sum(any(_aligned(one, other) for one in above) for other in below) > 1


def _aligned(one: Box, other: Box) -> bool:
    off = min(abs(one.x0 - other.x0), abs(one.x1 - other.x1), abs(one.x_mid - other.x_mid))
    return off < SAME_COLUMN * min(one.height, other.height)
