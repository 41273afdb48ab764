"""Grids that are drawn: where rulings or the edges of fills close every cell, the cells are what is closed.

Lines of text that wrap, blank cells and cells over several rows or columns need no guess then. Rulings often part only
groups of rows or columns; so a drawn grid is given up where its cells plainly hold rows or columns of their own, and
the lines of text tell the structure (`structure`).
"""

from __future__ import annotations

import itertools
import statistics
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.core.geometry import Box, union
from pipeline.core.numbers import year_of
from pipeline.exhibits.tables.chunks import BESIDE, Chunk, ChunkLine, is_numeric, join_words
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.exhibits.tables.ruling_frames import RulingFrame, connected
from pipeline.exhibits.tables.rulings import Marks, Ruling
from pipeline.exhibits.tables.structure import READER
from pipeline.exhibits.tables.text_lines import value_rows_start
from pipeline.pages.page import Page, Word


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A closed cell: its first row and column, how many it covers, and the lines of text in it."""

    row: int
    col: int
    rows: int
    cols: int
    box: Box
    lines: tuple[tuple[Chunk, ...], ...]

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(w for line in self.lines for c in line for w in c.words)

    @property
    def text(self) -> str:
        return join_words(self.words)

    @property
    def heights(self) -> list[float]:
        """The middles of its lines, in points."""
        return [line[0].box.y_mid for line in self.lines]


@dataclass(frozen=True, slots=True)
class HeldWords:
    """The place of a cell on the grid, and its words."""

    row: int
    col: int
    rows: int
    cols: int
    words: tuple[Word, ...]


def pieces(frame: RulingFrame, lines: Sequence[ChunkLine]) -> list[RulingFrame]:
    """The parts of the frame that no ruling connects and that stand apart by a line of text or more, top to bottom."""
    least = min((line.size for line in lines if frame.box.holds(line.box)), default=0.0)
    out: list[RulingFrame] = []
    for part in connected(frame.horizontal, frame.vertical):
        if out and part.box.top - out[-1].box.bottom < least:
            last = out.pop()
            box = union((last.box, part.box))
            part = RulingFrame(box, last.horizontal + part.horizontal, last.vertical + part.vertical)
        out.append(part)
    return out


def drawn_grid(
    frame: RulingFrame, read: Grid | None, lines: Sequence[ChunkLine], page: Page, marks: Marks
) -> Grid | None:
    """The grid that the rulings of the frame draw, with the labels and headings that `read`, the table that its lines
    tell, has beside and above it; None where they do not draw one, or only parts of it."""
    box = frame.box
    inside = [line for line in lines if box.top < line.y < box.bottom]
    sizes = [c.size for line in inside for c in line.chunks if box.holds(c.box)]
    if not sizes:
        return None
    across = _edges((box.x0, *(v.at for v in frame.vertical), box.x1), min(sizes))
    down = _edges((box.top, *(h.at for h in frame.horizontal), box.bottom), min(sizes))
    places = _closed(across, down, frame.horizontal, frame.vertical)
    if places is None:
        return None
    places, across, down = _needed(places, across, down)
    cells, across, down = _trimmed(_filled(places, across, down, inside), across, down)
    if len({c.row for c in cells}) < 2 or len({c.col for c in cells}) < 2 or _holds_columns(cells):
        return None
    if any(_holds_rows(row) for row in _by_row(cells).values()):
        return None
    cells = [_lowered(cell, cells, down) for cell in cells]
    held = [HeldWords(c.row, c.col, c.rows, c.cols, c.words) for c in cells]
    beyond = [] if read is None else [c for c in read.cells if not box.holds(c.box)]
    held, edges, n_rows = _with_outer(held, beyond, across, down)
    return grid_of(held, edges, n_rows, page, marks)


def _lowered(cell: DrawnCell, cells: Sequence[DrawnCell], down: Sequence[float]) -> DrawnCell:
    """The cell, or where it also covers the blank corner beside the heads, the part of it that holds its text: that
    stands wholly in the last of its rows, which is the first one with values."""
    last = cell.row + cell.rows - 1
    if cell.row or cell.rows == 1 or any(y < down[last] for y in cell.heights):
        return cell
    valued = {c.row for c in cells if c is not cell and is_numeric(c.text) and year_of(c.text) is None}
    return replace(cell, row=last, rows=1) if min(valued, default=0) == last else cell


def _with_outer(
    held: list[HeldWords], beyond: Sequence[Cell], across: Sequence[float], down: Sequence[float]
) -> tuple[list[HeldWords], Sequence[float], int]:
    """The cells with those `beyond` the drawn edges, each in the row or column that it stands in line with; the
    columns' edges and the number of rows then. As they are where two would share a place."""
    left = sorted({c.col for c in beyond if c.box.x_mid < across[0]})
    above = sorted({c.row for c in beyond if c.box.y_mid < down[0]})
    right = sorted({c.col for c in beyond if c.box.x_mid > across[-1]})
    below = sorted({c.row for c in beyond if c.box.y_mid > down[-1]})
    out = [replace(c, row=c.row + len(above), col=c.col + len(left)) for c in held]
    for cell in beyond:
        row, last_row = _span(cell.row, cell.box.top, cell.box.bottom, above, below, down)
        col, last_col = _span(cell.col, cell.box.x0, cell.box.x1, left, right, across)
        out.append(HeldWords(row, col, last_row - row + 1, last_col - col + 1, cell.words))
    taken = [(r, c) for x in out for r in range(x.row, x.row + x.rows) for c in range(x.col, x.col + x.cols)]
    if len(taken) > len(set(taken)):
        return held, across, len(down) - 1
    edges = [*(across[0] - len(left) + i for i in range(len(left))), *across]
    edges += [across[-1] + 1 + i for i in range(len(right))]
    return sorted(out, key=lambda c: (c.row, c.col)), edges, len(above) + len(down) - 1 + len(below)


def _span(
    index: int, start: float, end: float, before: Sequence[int], after: Sequence[int], edges: Sequence[float]
) -> tuple[int, int]:
    """First and last row (or column) of a cell from `start` to `end` that is row `index` where it stands outside."""
    middle = (start + end) / 2
    if middle < edges[0]:
        return (before.index(index),) * 2
    if middle > edges[-1]:
        return (len(before) + len(edges) - 1 + after.index(index),) * 2
    middles = [(i, (a + b) / 2) for i, (a, b) in enumerate(itertools.pairwise(edges))]
    over = [i for i, at in middles if start < at < end] or [bisect_right(edges, middle, hi=len(edges) - 1) - 1]
    return len(before) + over[0], len(before) + over[-1]


def _edges(values: Iterable[float], least: float) -> list[float]:
    """Where rulings stand, those nearer than `least` (a letter's height: no text fits between) taken as one edge."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][0] < least:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [statistics.mean(group) for group in groups]


Place = tuple[int, int, int, int]
"""First row and column of a cell, and the first row and column after it."""


def _closed(
    across: Sequence[float], down: Sequence[float], horizontal: Sequence[Ruling], vertical: Sequence[Ruling]
) -> list[Place] | None:
    """The rectangles that rulings close between the edges; None where one is open and so no rectangle."""
    n_rows, n_cols = len(down) - 1, len(across) - 1
    group = {(r, c): (r, c) for r in range(n_rows) for c in range(n_cols)}

    def root(unit: tuple[int, int]) -> tuple[int, int]:
        while group[unit] != unit:
            unit = group[unit]
        return unit

    upright, level = _near(vertical, across), _near(horizontal, down)
    for row, col in sorted(group):
        if col + 1 < n_cols and not _is_drawn(upright[col + 1], down[row], down[row + 1]):
            group[root((row, col + 1))] = root((row, col))
        if row + 1 < n_rows and not _is_drawn(level[row + 1], across[col], across[col + 1]):
            group[root((row + 1, col))] = root((row, col))
    units: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for unit in group:
        units.setdefault(root(unit), []).append(unit)
    places = []
    for members in units.values():
        rows, cols = zip(*members, strict=True)
        place = (min(rows), min(cols), max(rows) + 1, max(cols) + 1)
        if (place[2] - place[0]) * (place[3] - place[1]) != len(members):
            return None
        places.append(place)
    return sorted(places)


def _needed(
    places: Sequence[Place], across: Sequence[float], down: Sequence[float]
) -> tuple[list[Place], list[float], list[float]]:
    """The cells and edges without those at which no cell begins or ends: lines inside cells."""
    rows = sorted({r for place in places for r in place[::2]})
    cols = sorted({c for place in places for c in place[1::2]})
    fewer = [
        (rows.index(row), cols.index(col), rows.index(last_row), cols.index(last_col))
        for row, col, last_row, last_col in places
    ]
    return fewer, [across[c] for c in cols], [down[r] for r in rows]


def _near(rulings: Sequence[Ruling], edges: Sequence[float]) -> list[list[Ruling]]:
    """The rulings of each edge: those to which no other edge is nearer."""
    out: list[list[Ruling]] = [[] for _ in edges]
    for ruling in rulings:
        out[min(range(len(edges)), key=lambda i: abs(edges[i] - ruling.at))].append(ruling)
    return out


def _is_drawn(rulings: Sequence[Ruling], start: float, end: float) -> bool:
    """Do rulings cover most of the stretch?"""
    return sum(max(min(r.end, end) - max(r.start, start), 0.0) for r in rulings) > (end - start) / 2


def _filled(
    places: Sequence[Place], across: Sequence[float], down: Sequence[float], lines: Sequence[ChunkLine]
) -> list[DrawnCell]:
    """The closed cells with the text in them, blank ones left out."""
    out = []
    for row, col, last_row, last_col in places:
        box = Box(across[col], down[row], across[last_col], down[last_row])
        held = [[c for c in line.chunks if box.holds(c.box)] for line in lines]
        inner = range(col + 1, last_col)
        parted = [c for c in inner if not _crossed(across[c], held)] if _shows_columns(across, inner, held) else []
        for first, last in itertools.pairwise([col, *parted, last_col]):
            part = box._replace(x0=across[first], x1=across[last])
            text = [tuple(c for c in chunks if part.holds(c.box)) for chunks in held]
            if any(text):
                cell = DrawnCell(row, first, last_row - row, last - first, part, tuple(filter(None, text)))
                out += _by_rows(cell, down)
    return out


def _by_rows(cell: DrawnCell, down: Sequence[float]) -> list[DrawnCell]:
    """The cell, or one for each row where each row that other columns draw has text in it, and one at least begins
    with a word that had room on the line above, or with a number below a number: what has no rulings between it."""
    edges = down[cell.row : cell.row + cell.rows + 1]
    row_of = [bisect_right(edges, y, hi=len(edges) - 1) - 1 for y in cell.heights]
    values = [all(is_numeric(c.text) for c in line) for line in cell.lines]
    goes_on = [
        wraps and not (values[i] and values[i + 1])
        for i, (wraps, (a, b)) in enumerate(zip(_wrapped(cell), itertools.pairwise(row_of), strict=True))
        if a != b
    ]
    if len(set(row_of)) < cell.rows or all(goes_on):
        return [cell]
    out = []
    for i, (top, bottom) in enumerate(itertools.pairwise(edges)):
        lines = tuple(line for line, row in zip(cell.lines, row_of, strict=True) if row == i)
        place = cell.box._replace(top=top, bottom=bottom)
        out.append(replace(cell, row=cell.row + i, rows=1, box=place, lines=lines))
    return out


def _trimmed(
    cells: Sequence[DrawnCell], across: Sequence[float], down: Sequence[float]
) -> tuple[list[DrawnCell], list[float], list[float]]:
    """The cells and edges without blank rows and columns at the outside."""
    row, col = min((c.row for c in cells), default=0), min((c.col for c in cells), default=0)
    last_row = max((c.row + c.rows for c in cells), default=0)
    last_col = max((c.col + c.cols for c in cells), default=0)
    moved = [replace(c, row=c.row - row, col=c.col - col) for c in cells]
    return moved, list(across[col : last_col + 1]), list(down[row : last_row + 1])


def _shows_columns(across: Sequence[float], inner: Iterable[int], lines: Sequence[Sequence[Chunk]]) -> bool:
    """Does an edge that only other rows draw part texts of a line here, so that this is a row without rulings?"""
    return any(
        not _crossed(across[c], lines)
        and any(chunks and chunks[0].box.x1 <= across[c] <= chunks[-1].box.x0 for chunks in lines)
        for c in inner
    )


def _crossed(at: float, lines: Sequence[Sequence[Chunk]]) -> bool:
    """Does a text stand across the edge?"""
    return any(c.box.x0 < at < c.box.x1 for chunks in lines for c in chunks)


def _by_row(cells: Sequence[DrawnCell]) -> Mapping[int, list[DrawnCell]]:
    out: dict[int, list[DrawnCell]] = {}
    for cell in cells:
        if cell.rows == 1:
            out.setdefault(cell.row, []).append(cell)
    return out


def _holds_columns(cells: Sequence[DrawnCell]) -> bool:
    """Do most lines of a drawn column hold texts side by side (other than the number of an item before its text)?"""
    beside: dict[int, list[bool]] = {}
    for cell in cells:
        if cell.cols == 1:
            beside.setdefault(cell.col, []).extend(len(line) > 1 and not line[0].item for line in cell.lines)
    return any(sum(found) > 2 and 2 * sum(found) > len(found) for found in beside.values())


def _holds_rows(row: Sequence[DrawnCell]) -> bool:
    """Do two cells of a drawn row hold several lines at the same heights of which none is wrapped?"""
    listed = [cell for cell in row if len(cell.lines) > 1 and not any(_wrapped(cell))]
    return any(_beside(one, other) for one, other in itertools.combinations(listed, 2))


def _beside(one: DrawnCell, other: DrawnCell) -> bool:
    few, many = sorted((one.heights, other.heights), key=len)
    size = one.words[0].size
    return all(any(abs(y - other) < BESIDE * size for other in many) for y in few)


def _wrapped(cell: DrawnCell) -> list[bool]:
    """For each line but the first: had its first word no room beside the line above?"""
    boxes = [union(c.box for c in line) for line in cell.lines]
    margin = max(min(min(b.x0 - cell.box.x0, cell.box.x1 - b.x1) for b in boxes), 0.0)
    room = cell.box.width - 2 * margin
    return [
        above.width + BESIDE * below[0].size + below[0].words[0].box.width > room
        for above, below in zip(boxes, cell.lines[1:], strict=False)
    ]


def grid_of(
    cells: Sequence[HeldWords], across: Sequence[float], n_rows: int, page: Page, marks: Marks, reader: str = READER
) -> Grid:
    """The grid of cells that are drawn, with the edges of its columns."""
    texts = [join_words(cell.words) for cell in cells]
    body = value_rows_start([(cell.row, cell.col, text) for cell, text in zip(cells, texts, strict=True)])
    made = []
    for cell, text in zip(cells, texts, strict=True):
        place = union(w.box for w in cell.words)
        made.append(
            Cell(
                *(cell.row, cell.col, cell.rows, cell.cols, text, place),
                header=cell.row + cell.rows <= body,
                words=cell.words,
                fill=marks.colour_behind(place),
                ink=cell.words[0].colour,
            )
        )
    whole = union(c.box for c in made)
    filled = any(a.box.overlap(whole) > 0 for a in marks.outer)
    columns = [[c.box for c in made if c.col == col and c.col_span == 1] for col in range(len(across) - 1)]
    extents = [
        (min(b.x0 for b in boxes), max(b.x1 for b in boxes)) if boxes else edges
        for boxes, edges in zip(columns, itertools.pairwise(across), strict=True)
    ]
    return Grid(
        *(page.number, page.height, whole, tuple(made), n_rows, len(across) - 1, reader, 1.0),
        form="filled" if filled else "ruled",
        columns=tuple(extents),
        closed=True,
    )
