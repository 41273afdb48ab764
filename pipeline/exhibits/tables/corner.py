"""The corner of a table: what stands above its labels, beside the heads of its columns; often the question itself."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace

from pipeline.core.geometry import Box, union
from pipeline.exhibits.tables.chunks import NEXT_LINE, SAME_EDGE, ChunkLine, join_words
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.pages.page import Word

TITLE_WORDS = 3
"""Words from which a corner is a title and not the head of the label column."""


def part_corner(grid: Grid) -> Grid:
    """Cut a label that runs from a row of heads into the first row of values: its upper lines are the corner's text."""
    cell = grid.at(0, 0)
    if cell is None or cell.row_span < 2 or cell.col_span > 1:
        return grid
    heads = [c for c in grid.row(0) if c is not cell]
    below = [c for c in grid.row(1) if c is not cell and c.row == 1]
    if not heads or not below or not all(c.header and c.row_span == 1 for c in heads):
        return grid
    edge = min(c.box.top for c in below) - 1.0
    upper = tuple(w for w in cell.words if w.box.y_mid < edge)
    lower = tuple(w for w in cell.words if w.box.y_mid >= edge)
    if not upper or not lower or (upper[0].font == lower[0].font and upper[0].colour == lower[0].colour):
        return grid
    corner = _with_words(replace(cell, row_span=1, header=True), upper)
    label = _with_words(replace(cell, row=1, row_span=cell.row_span - 1), lower)
    return replace(grid, cells=(corner, label, *(c for c in grid.cells if c is not cell)))


def part_first_label(grid: Grid, labels: Collection[int]) -> Grid:
    """Cut a first label of the body (in one of the columns `labels`) whose upper lines are set unlike all labels, and
    its lower lines like these: what stands above is the corner, beside headings that reach deeper or are turned."""
    heads = grid.header_rows
    for col in labels:
        above = next((row for row in range(heads) if all(grid.at(r, col) is None for r in range(row, heads))), None)
        cells = [c for c in grid.cells if c.col == col and c.row >= heads and c.words]
        first = min(cells, key=lambda c: c.row, default=None)
        if first is None or above is None or first.row != heads or len(cells) < 3:
            continue
        style = style_of(cells[1].words[0])
        if any(style_of(w) != style for c in cells if c is not first for w in c.words if not w.raised):
            continue
        cut = next((i for i, w in enumerate(first.words) if style_of(w) == style), 0)
        upper, lower = first.words[:cut], first.words[cut:]
        if upper and all(style_of(w) == style for w in lower if not w.raised) and _is_above(upper, lower):
            corner = _with_words(replace(first, row=above, row_span=heads - above, header=True), upper)
            rest = tuple(c for c in grid.cells if c is not first)
            return replace(grid, cells=(corner, _with_words(first, lower), *rest))
    return grid


def style_of(word: Word) -> tuple[object, ...]:
    return word.font, word.colour, round(word.size, 1)


def corner_line_above(grid: Grid, lines: Sequence[ChunkLine], labels: Collection[int]) -> Box | None:
    """The box of the line above the first text over one of the columns `labels`, when both are lines of one corner: set
    alike and unlike the labels below, close to each other, at one left edge, and clear of the columns at the right."""
    for col in labels:
        cells = sorted((c for c in grid.cells if c.col == col and c.words), key=lambda c: c.row)
        if len(cells) < 2 or cells[0].row > grid.header_rows:
            continue
        box, first = cells[0].box, cells[0].words[0]
        if any(style_of(c.words[0]) == style_of(first) for c in cells[1:]):
            continue
        edge = grid.columns[col + 1][0] if col + 1 < grid.n_cols else grid.box.x1
        for chunk in (c for line in lines for c in line.chunks):
            near = -NEXT_LINE < (box.top - chunk.box.bottom) / first.size < NEXT_LINE and chunk.box.y_mid < box.top
            in_line = abs(chunk.box.x0 - box.x0) < SAME_EDGE and chunk.box.x1 < edge
            if near and in_line and style_of(chunk.words[0]) == style_of(first):
                return chunk.box
    return None


def _is_above(upper: Sequence[Word], lower: Sequence[Word]) -> bool:
    return all(a.box.y_mid < b.box.top for a, b in itertools.product(upper, lower))


def corner_title(grid: Grid, labels: Collection[int]) -> str | None:
    """The text of the corner above one of the columns `labels`, when it is long enough to be the table's title."""
    places = ((row, col) for col in sorted(labels) for row in range(grid.header_rows))
    for cell in (grid.at(row, col) for row, col in places):
        if cell is None or not cell.header or cell.row + cell.row_span > grid.header_rows or cell.col_span > 1:
            continue
        if grid.n_cols > 1 and len(cell.text.split()) >= TITLE_WORDS:
            return cell.text
    return None


def _with_words(cell: Cell, words: Sequence[Word]) -> Cell:
    return replace(
        cell, words=tuple(words), text=join_words(words), box=union(w.box for w in words), ink=words[0].colour
    )
