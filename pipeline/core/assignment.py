"""Pairs of rows and columns that together cost least, each row and each column in one pair at most."""

from __future__ import annotations

from collections.abc import Sequence


def assigned(costs: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """The pairs (row, column), in order of rows: as many as the shorter side has. Costs are finite.

    Source: scipy's `linear_sum_assignment` (D. F. Crouse, On implementing 2D rectangular assignment algorithms, 2016).
    """
    if not costs or not costs[0]:
        return []
    from scipy.optimize import linear_sum_assignment  # where it is needed: it takes a third of a second to load

    return [(int(i), int(j)) for i, j in zip(*linear_sum_assignment(costs), strict=True)]
