"""Pairs of rows and columns that together cost least, each row and each column in one pair at most.

Source: shortest augmenting paths, as in D. F. Crouse, On implementing 2D rectangular assignment algorithms (2016), in
the order in which scipy's `linear_sum_assignment` follows them. scipy takes a third of a second to load, and tables of
costs here have tens of rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

Costs = Sequence[Sequence[float]]


def assigned(costs: Costs) -> Iterator[tuple[int, int]]:
    """The pairs (row, column), in order of rows: as many as the shorter side has. Costs are finite."""
    if costs and len(costs[0]) < len(costs):
        yield from sorted((i, j) for j, i in assigned([*zip(*costs, strict=True)]))
        return
    width = len(costs[0]) if costs else 0
    owners, given = [-1] * width, [-1] * len(costs)
    of_rows, of_columns = [0.0] * len(costs), [0.0] * width
    for row in range(len(costs)):
        reached, path, met, column = _augmenting(costs, row, owners, of_rows, of_columns)
        least = reached[column]
        of_rows[row] += least
        for j in met[:-1]:
            of_rows[owners[j]] += least - reached[j]
            of_columns[j] -= least - reached[j]
        last = -1
        while last != row:
            last = owners[column] = path[column]
            given[last], column = column, given[last]
    yield from enumerate(given)


def _augmenting(
    costs: Costs, row: int, owners: Sequence[int], of_rows: Sequence[float], of_columns: Sequence[float]
) -> tuple[list[float], list[int], list[int], int]:
    """The shortest path from a row to a column that no row owns: what each column costs, the row by which it is
    reached, the columns on the way, and the free one."""
    width = len(owners)
    reached, path, met = [inf] * width, [-1] * width, list[int]()
    left, least = [*reversed(range(width))], 0.0
    while True:
        for j in left:
            cost = least + costs[row][j] - of_rows[row] - of_columns[j]
            if cost < reached[j]:
                reached[j], path[j] = cost, row
        least = min(reached[j] for j in left)
        at = next((i for i in reversed(range(len(left))) if reached[left[i]] == least and owners[left[i]] < 0), None)
        at = next(i for i, j in enumerate(left) if reached[j] == least) if at is None else at
        column = left[at]
        met.append(column)
        if owners[column] < 0:
            return reached, path, met, column
        row = owners[column]
        left[at] = left[-1]
        left.pop()
