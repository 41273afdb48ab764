"""Tables side by side that alignment made one: each with labels of its own, and no head over single columns."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from pipeline.core.geometry import union
from pipeline.exhibits.tables.chunks import is_numeric, is_void
from pipeline.exhibits.tables.grid import Cell, Grid


def parted(grid: Grid) -> list[Grid]:
    """The tables side by side that the grid holds; the grid itself where it is one.

    Each has labels and, after them, as many columns of values as the others; the widest blanks are between them, and
    at most one head stands over each: a table that was folded under heads of all its columns is one.
    """
    starts = [col for col in range(grid.n_cols) if not _holds_values(grid, col)]
    blocks = [range(a, b) for a, b in itertools.pairwise([*starts, grid.n_cols])]
    if len(blocks) < 2 or starts[0] or len({len(b) for b in blocks}) > 1 or len(blocks[0]) < 2 or grid.closed:
        return [grid]
    held = [[c for c in grid.cells if c.col in b and c.cols[-1] in b] for b in blocks]
    if sum(map(len, held)) < len(grid.cells) or not _stand_apart(grid, starts):
        return [grid]
    if any(sum(c.header for c in cells) > 1 or len({c.row for c in cells}) < 2 for cells in held):
        return [grid]
    return [_part(grid, b, cells) for b, cells in zip(blocks, held, strict=True)]


def _holds_values(grid: Grid, col: int) -> bool:
    """Does the column hold values alone below its head?"""
    texts = [c.text for c in grid.cells if c.col == col and not c.header]
    return bool(texts) and all(is_numeric(text) or is_void(text) for text in texts)


def _stand_apart(grid: Grid, starts: Sequence[int]) -> bool:
    """Are the blanks before the columns of labels wider than all others?"""
    blanks = [(col in starts, grid.columns[col][0] - grid.columns[col - 1][1]) for col in range(1, grid.n_cols)]
    return min(b for apart, b in blanks if apart) > max(b for apart, b in blanks if not apart)


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
