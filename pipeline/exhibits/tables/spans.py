"""Cells over several rows that nothing drawn shows: told by sums, or doubted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.core.numbers import Number, parse_number
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.exhibits.tables.outer_labels import value_columns

Rows = Mapping[int, Cell]
"""Row → the cell of one column that stands in it."""
Block = tuple[Cell, Sequence[int]]
"""A cell with the rows that it may cover: its own and the blank ones next to it."""


def with_subtotals(grid: Grid) -> Grid:
    """`grid` with the cells that are the sums of another column over their own row and the blank rows below (or above)
    them reaching over these rows: sub-totals at the head (or foot) of what they cover."""
    columns = {col: _values_of(grid, col) for col in value_columns(grid)}
    found: dict[int, Cell] = {}
    for col, sparse in columns.items():
        others = [full for other, full in columns.items() if other != col and len(full) > len(sparse)]
        for blocks in (_blocks(grid, sparse, head=True), _blocks(grid, sparse, head=False)):
            if len(blocks) > 1 and any(_are_sums(blocks, full) for full in others):
                found |= {id(c): replace(c, row=rows[0], row_span=len(rows)) for c, rows in blocks}
                break
    return replace(grid, cells=tuple(found.get(id(c), c) for c in grid.cells)) if found else grid


def _values_of(grid: Grid, col: int) -> Rows:
    return {c.row: c for c in grid.cells if c.cols == range(col, col + 1) and c.row_span == 1 and not c.header}


def _blocks(grid: Grid, column: Rows, *, head: bool) -> list[Block]:
    """The cells of a column, each at the head (or foot) of a block of rows; empty where these are not all rows."""
    rows = range(grid.header_rows, grid.n_rows)
    first = rows[0] if head else rows[-1]
    if first not in column:
        return []
    blocks: list[tuple[Cell, list[int]]] = []
    for row in rows if head else reversed(rows):
        if row in column:
            blocks.append((column[row], []))
        blocks[-1][1].append(row)
    return [(cell, sorted(covered)) for cell, covered in blocks]


def _are_sums(blocks: Sequence[Block], column: Rows) -> bool:
    """Is each cell the sum of the column over its rows, as far as rounded numbers add up?"""
    for cell, rows in blocks:
        parts = [parse_number(column[row].text) for row in rows if row in column]
        total = parse_number(cell.text)
        if total is None or len(parts) < len(rows) or not all(parts):
            return False
        numbers: list[Number] = [part for part in parts if part is not None]
        unit = 10.0 ** -min(n.decimals for n in (total, *numbers))
        if abs(sum(n.value for n in numbers) - total.value) > len(numbers) // 2 * unit + 1e-9:
            return False
    return True
