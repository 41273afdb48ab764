"""The corner of a table: what stands above its labels, beside the heads of its columns; often the question itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.geometry import union
from pipeline.pages import Word
from pipeline.tables.grid import Cell, Grid
from pipeline.tables.lines import join_words

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


def corner_title(grid: Grid) -> str | None:
    """The text of the corner, when it is long enough to be the table's title."""
    cell = grid.at(0, 0)
    if cell is None or not cell.header or cell.row_span > grid.header_rows or grid.n_cols < 2 or cell.col_span > 1:
        return None
    return cell.text if len(cell.text.split()) >= TITLE_WORDS else None


def _with_words(cell: Cell, words: Sequence[Word]) -> Cell:
    return replace(
        cell, words=tuple(words), text=join_words(words), box=union(w.box for w in words), ink=words[0].colour
    )
