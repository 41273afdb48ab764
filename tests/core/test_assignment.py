"""Pairs of rows and columns that together cost least."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.assignment import assigned

TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 9).map(float), min_size=width, max_size=width), max_size=5)
)


@given(TABLES)
def test_no_other_pairs_cost_less(costs: list[list[float]]) -> None:
    pairs = list(assigned(costs))
    width = len(costs[0]) if costs else 0
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == min(len(costs), width)
    rows, columns = range(len(costs)), range(width)
    others = (
        sum(costs[i][j] for i, j in zip(some, columns, strict=False))
        if len(costs) > width
        else sum(costs[i][j] for i, j in zip(rows, some, strict=False))
        for some in permutations(rows if len(costs) > width else columns, min(len(costs), width))
    )
    assert sum(costs[i][j] for i, j in pairs) == min(others)
