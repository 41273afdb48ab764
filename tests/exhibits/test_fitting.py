"""Pairs of least cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from pipeline.core.assignment import assigned
from pipeline.core.geometry import Box
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


@dataclass(frozen=True)
class Cell:
    box: Box


def test_clusters_are_the_same_when_each_item_says_how_far_it_reaches() -> None:
    places = [(x, y) for x in range(0, 90, 10) for y in range(0, 60, 6) if x != 40 and y != 24]
    cells = [Cell(Box(x, y, x + 9, y + 5)) for x, y in places]

    def near(one: Cell, other: Cell) -> bool:
        return one.box.grown(2).overlap(other.box) > 0

    found = fitting.clusters(cells, near, lambda cell: cell.box.grown(6))
    assert {frozenset(part) for part in found} == {frozenset(part) for part in fitting.clusters(cells, near)}
    assert len(found) == 4


def test_rows_that_share_no_column_are_matched_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[int] = []

    def noting(costs: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
        weighed.append(len(costs))
        return assigned(costs)

    monkeypatch.setattr(fitting, "assigned", noting)
    costs = [[0.1 if j in (i, i - i % 2) else math.inf for j in range(6)] for i in range(6)]
    assert fitting.matched(costs, 1.0) == {i: i for i in range(6)}
    assert weighed == [2, 2, 2]
