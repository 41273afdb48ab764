"""Labels outside what is drawn: beside coloured cells, and lines of a label beyond the first or last value."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterator, Sequence

from pipeline.core.geometry import Box, union
from pipeline.exhibits.tables.anchors import labels_of_values
from pipeline.exhibits.tables.chunks import NEXT_LINE, SAME_EDGE, Chunk, ChunkLine, is_numeric, is_void, make_chunk
from pipeline.exhibits.tables.grid import Grid
from pipeline.exhibits.tables.text_lines import label_line

HEADINGS = 4
"""Rows of numbers (years, waves) at the top of coloured cells that may be headings without a label."""
CORNER = 3
"""Lines of the heading of the labels, at most."""
REACH = 300.0
"""Points between coloured cells and the labels beside them, at most: short labels at the left edge of the text."""
STRETCHED = 4.0
"""Em to which a narrow justified label stretches its blanks."""
ON_LINE = 0.3
"""Em by which the middles of a label and its value on one line may differ."""


def labels_beside(box: Box, lines: Sequence[ChunkLine]) -> Box | None:
    """The box of the labels right or left of the drawn cells in `box`, when these hold values without labels and every
    value has its own label in its height; None where they do not."""
    inside = [c for line in lines for c in line.chunks if box.grown(1).holds(c.box)]
    values = _fullest_column([c for c in inside if c.numeric or is_void(c.text)])
    if len(values) < 2 or _words_among(values, inside):
        return None
    near = [
        part
        for line in lines
        for part in _joined([c for c in line.chunks if c.box.overlap_x(box) <= SAME_EDGE and not c.turned])
        if box.top - 2 < part.box.y_mid < box.bottom + 2
    ]
    sides = [labels for right in (False, True) if (labels := _next_column(near, box, right=right))]
    for labels in sorted(sides, key=lambda labels: _off(union(c.box for c in labels), box)):
        for first in range(min(HEADINGS, len(values) - 1)):
            if _belong(labels, values[first:]):
                return union(c.box for c in labels)
    return None


def _off(labels: Box, box: Box) -> float:
    """Points between the box and the labels at one side of it."""
    return max(labels.x0 - box.x1, box.x0 - labels.x1)


def _belong(labels: Sequence[Chunk], values: Sequence[Chunk]) -> bool:
    """Are these the labels of the values? Each value has its own, of several lines or on its line; lines between that
    have no value and are no running text head sections; those above the first value head the labels."""
    heights = [c.box.y_mid for c in values]
    for corner in range(min(CORNER + 1, len(labels))):
        if any(c.box.bottom > values[0].box.top for c in labels[:corner]):
            break
        if labels_of_values([label_line(c) for c in labels[corner:]], heights):
            return True
    on_line = [any(abs(c.box.y_mid - v.box.y_mid) < ON_LINE * v.size for c in labels) for v in values]
    return all(on_line) and not any(c.prose for c in labels)


def _joined(chunks: Sequence[Chunk]) -> Iterator[Chunk]:
    """The chunks of a line with the stretched blanks of justified text closed."""
    run: list[Chunk] = []
    for chunk in chunks:
        if run and (chunk.box.x0 - run[-1].box.x1 > STRETCHED * chunk.size or chunk.numeric or run[-1].numeric):
            yield make_chunk([w for c in run for w in c.words])
            run = []
        run.append(chunk)
    if run:
        yield make_chunk([w for c in run for w in c.words])


def _fullest_column(values: Sequence[Chunk]) -> list[Chunk]:
    """The values of the column that has most, top to bottom."""
    places = {(v.box.x0, v.box.x1): v.box for v in values}
    columns = [[v for v in values if v.box.overlap_x(box) > 0] for box in places.values()]
    fullest: list[Chunk] = max(columns, key=lambda column: len(column), default=[])
    return sorted(fullest, key=lambda c: c.box.y_mid)


def _words_among(values: Sequence[Chunk], inside: Sequence[Chunk]) -> bool:
    """Does text (no heading) already stand on the lines of the values?"""
    last = values[-1].box
    words = (c for c in inside if any(map(str.isalpha, c.text)) and not (c.numeric or is_void(c.text)))
    return any(c.box.overlap_y(last) > 0 for c in words)


def _next_column(near: Sequence[Chunk], box: Box, *, right: bool) -> list[Chunk]:
    """The column of text next to the box at one side, top to bottom."""
    side = [c for c in near if (c.box.x_mid > box.x_mid) == right]
    gaps = [c.box.x0 - box.x1 if right else box.x0 - c.box.x1 for c in side]
    nearest = min(gaps, default=REACH)
    if nearest >= REACH:
        return []
    if right:
        edge = min(c.box.x0 for c in side)
        column = [c for c in side if abs(c.box.x0 - edge) < SAME_EDGE]
    else:
        column = _one_a_row(sorted(side, key=lambda c: -c.box.x1))
    if sum((c.numeric or is_void(c.text)) and not c.year for c in column) > 0.5 * len(column):
        return []
    return sorted(column, key=lambda c: c.box.y_mid)


def _one_a_row(side: Sequence[Chunk]) -> list[Chunk]:
    """The labels of the rows among the texts left of the values, the nearest first: what stands over or under a label,
    and in rows without one the next text (a right-aligned "Total" beside names that are set left)."""
    column: list[Chunk] = []
    for chunk in side:
        beside = any(chunk.box.overlap_y(other.box) > 0 for other in column)
        if not beside or (column and chunk.box.overlap_x(column[0].box) > 0):
            column.append(chunk)
    return column


def label_line_beyond(grid: Grid, lines: Sequence[ChunkLine], *, below: bool) -> Box | None:
    """The box of the line right below (or above) the table that may be one more line of a text of its last (first)
    row."""
    body = [c for c in grid.cells if not c.header and c.col_span == 1 and any(ch.isalpha() for ch in c.text)]
    row = (max if below else min)((c.row for c in body), default=0)
    rooms = [(c, min((left for left, _ in grid.columns[c.col + 1 :]), default=math.inf)) for c in body if c.row == row]
    for line in lines if rooms else ():
        size = rooms[0][0].words[0].size
        gap = line.box.top - grid.box.bottom if below else grid.box.top - line.box.bottom
        if not -0.5 * size < gap < NEXT_LINE * size or grid.box.top < line.y < grid.box.bottom:
            continue
        here = [c for c in line.chunks if c.box.x1 > grid.box.x0 - 1 and c.box.x0 < grid.box.x1 + 1]
        columns = [(grid.columns[c.col][0], max(grid.columns[c.col][1] + 2 * size, room)) for c, room in rooms]
        if len(here) == 1 and any(_is_label_line(here[0], column, size) for column in columns):
            return here[0].box
    return None


def _is_label_line(chunk: Chunk, column: tuple[float, float], size: float) -> bool:
    in_line = abs(chunk.box.x0 - column[0]) < SAME_EDGE and chunk.box.x1 < column[1]
    return in_line and not (chunk.prose or chunk.numeric or chunk.turned) and abs(chunk.size - size) < 0.05 * size


def row_gap(grid: Grid, otherwise: float) -> float:
    """Points between the rows of the table, from text to text; `otherwise` where no two rows tell."""
    rows = [union(c.box for c in grid.row(r)) for r in range(grid.header_rows, grid.n_rows) if any(grid.row(r))]
    gaps = [b.top - a.bottom for a, b in itertools.pairwise(rows) if b.top > a.bottom]
    return statistics.median(gaps) if gaps else otherwise


def value_columns(grid: Grid) -> list[int]:
    """The columns in which numbers alone stand below the header."""
    body = [c for c in grid.cells if not c.header and c.col_span == 1]
    numeric = {c.col for c in body if is_numeric(c.text)}
    return sorted(numeric - {c.col for c in body if not (is_numeric(c.text) or is_void(c.text))})
