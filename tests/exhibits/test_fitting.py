"""Pairs of least cost."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from pipeline.core.assignment import assigned
from pipeline.exhibits.charts import fitting


def test_only_rows_and_columns_that_have_a_pair_are_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[Sequence[Sequence[float]]] = []

    def noting(costs: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
        weighed.append(costs)
        return assigned(costs)

    monkeypatch.setattr(fitting, "assigned", noting)
    far = [math.inf] * 50
    costs = [*([far] * 40), [*far[:48], 0.1, 0.2], [*far[:48], 0.1, 5.0]]
    assert fitting.matched(costs, 1.0) == {40: 49, 41: 48}
    assert [(len(table), len(table[0])) for table in weighed] == [(2, 4)]
    assert fitting.matched([far, far], 1.0) == {}
