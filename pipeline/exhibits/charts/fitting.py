"""Scales and labels: which number belongs to which mark, and what one point of length is worth.

A chart's numbers run straight with their places. A scale is the straight line that most (place, number) pairs obey, so
a few wrong pairs do not bend it (random sample consensus over all pairs). With the scale, numbers and marks are matched
as a whole, by how far each number stands from its mark and how far it is from what the mark shows.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from pipeline.core.assignment import assigned
from pipeline.core.geometry import Box, ByHeight

T = TypeVar("T")

UNLIKELY = 1e6
"""Cost of a pair that cannot be: far above any sum of real costs."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`value = per_point · place + zero`, in printed units per point; `support` pairs lie on it."""

    per_point: float
    zero: float
    support: int

    def value_at(self, place: float) -> float:
        return self.per_point * place + self.zero

    def points_off(self, place: float, value: float) -> float:
        """Distance in points between a mark and the place where `value` belongs."""
        return abs(self.value_at(place) - value) / abs(self.per_point) if self.per_point else math.inf


def clusters(
    items: Iterable[T], together: Callable[[T, T], bool], reach: Callable[[T], Box] | None = None
) -> list[list[T]]:
    """The items in groups in which each is joined to another, directly or by others; `together` is symmetric. `reach`
    says where on the page, at most, the middles of those lie that an item with a `box` is together with."""
    groups: list[list[T]] = []
    if reach is not None:
        left = dict(reversed([*enumerate(items)]))
        places = ByHeight(left.items(), lambda pair: cast(Any, pair[1]).box)
        while left:
            found = [left.popitem()[1]]
            for item in found:
                joined = [i for i, other in places.inside(reach(item)) if i in left and together(item, other)]
                found += [left.pop(i) for i in joined]
            groups.append(found)
        return groups
    for item in items:
        near = [group for group in groups if any(together(item, other) for other in group)]
        groups = [group for group in groups if group not in near] + [[*(x for group in near for x in group), item]]
    return groups


def straight(pairs: Sequence[tuple[float, float]], slack: float) -> Scale | None:
    """The scale through most of the (place, value) `pairs`, each within `slack` points of it; None where all places
    or all values are one."""
    best: Scale | None = None
    for (a, u), (b, v) in itertools.combinations(sorted(set(pairs)), 2):
        if abs(b - a) <= 2 * slack or u == v:
            continue
        slope = (v - u) / (b - a)
        near = [(p, w) for p, w in pairs if abs(u + slope * (p - a) - w) <= slack * abs(slope)]
        if best is None or len(near) > best.support:
            best = _least_squares(near) or best
    return best


def _least_squares(pairs: Sequence[tuple[float, float]]) -> Scale | None:
    count = len(pairs)
    mean_place = sum(p for p, _ in pairs) / count
    mean_value = sum(v for _, v in pairs) / count
    spread = sum((p - mean_place) ** 2 for p, _ in pairs)
    if spread == 0:
        return None
    slope = sum((p - mean_place) * (v - mean_value) for p, v in pairs) / spread
    return Scale(slope, mean_value - slope * mean_place, count) if slope else None


def matched(costs: Sequence[Sequence[float]], most: float) -> dict[int, int]:
    """Row → column of the cheapest one-to-one matching; a pair that costs more than `most` stays apart.

    As many pairs as possible would be matched at any price, so each row may also stay alone at the price `most`.
    """
    near = {i: [j for j, cost in enumerate(row) if cost <= most] for i, row in enumerate(costs)}
    found: dict[int, int] = {}
    for rows in _sharing({i: columns for i, columns in near.items() if columns}):
        columns = sorted({j for i in rows for j in near[i]})
        table = [
            [*(min(costs[i][j], UNLIKELY) for j in columns), *(most if i == k else UNLIKELY for k in rows)]
            for i in rows
        ]
        pairs = [(rows[i], columns[j]) for i, j in assigned(table) if j < len(columns)]
        found |= {i: j for i, j in pairs if costs[i][j] <= most}
    return dict(sorted(found.items()))


def _sharing(near: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """The rows, those together that share columns, directly or by others: each such part is matched by itself."""
    beside: dict[int, list[int]] = defaultdict(list)
    for i, columns in near.items():
        for j in columns:
            beside[j].append(i)
    left, parts = dict.fromkeys(near), []
    while left:
        part = [left.popitem()[0]]
        for i in part:
            part += [k for j in near[i] for k in beside.pop(j, ()) if left.pop(k, k) is None]
        parts.append(sorted(part))
    return parts[::-1]
