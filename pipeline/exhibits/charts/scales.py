"""How long is one percent? Axis ticks or the bars' own labels fix the scale; then each label finds its bar."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from pipeline.exhibits.charts.chart_drafts import Placed, Scene, agrees, tolerance
from pipeline.exhibits.charts.chart_text import KEPT_CHARTS, Token
from pipeline.exhibits.charts.fitting import UNLIKELY, matched
from pipeline.exhibits.charts.stacks import TOUCH, Extent, Segment, Stack, StackRow

TICK_FIT = 1.5
"""Points by which a tick may stand off the straight line through all (bitmaps; printed ones fit within 0.1)."""
MOST_TICKS = 40
"""A longer column of numbers is a table's."""
TICK_REACH = 8.0
"""Ticks stand at most so many em outside the plot."""
OUTSIDE = 2.2
"""A label beyond its bar's end stands at most so many em from it."""
COLUMN_REACH, COLUMN_COST = 60.0, 2.0
"""Values may stand in a column of their own, right or left of all bars, within so many em; at this cost, so that a
label at the bar's end goes first."""
RATIO_SLACK = 0.04
"""Labels over lengths agree within this share when they belong together (short bars scatter more and are left out)."""
LONG_ENOUGH = 6.0
"""Bars shorter than this, in points, say little about the scale."""
MISMATCH = 3.0
"""Largest penalty, in em, for a label whose number is not its bar's length. Two of them are worse than no label."""
WITHIN = 0.5
"""Penalty, in em, for a number that just fits its bar's length: it tells neighbouring thin bars apart."""


SURE = 5
"""Segments with labels that agree from which their gaps are measured."""


@dataclass(frozen=True)
class Axis:
    """A value axis: `value = per_point · a + zero`, with the tick labels that prove it."""

    per_point: float
    zero: float
    ticks: tuple[Token, ...]

    def value_at(self, a: float) -> float:
        """What the axis says at `a`; the tick itself where one stands there."""
        tick = self.at_tick(a)
        return self.per_point * a + self.zero if tick is None else tick

    def at_tick(self, a: float) -> float | None:
        """The tick that stands at `a`, printed or the next one on: most bars start at a tick. The text of a tick is
        centred on its line within half its height."""
        value = self.per_point * a + self.zero
        printed = sorted(t.value for t in self.ticks)
        step = statistics.median(b - a for a, b in itertools.pairwise(printed))
        nearest = min((*printed, printed[0] - step, printed[-1] + step), key=lambda v: abs(v - value))
        return nearest if abs(nearest - value) <= 0.6 * self.ticks[0].size * abs(self.per_point) else None


@dataclass(frozen=True)
class Scaled:
    """A candidate with its scale and labels. `labels` maps a segment's place in `candidate.segments` to its label."""

    candidate: StackRow
    axis: Axis | None
    per_point: float
    base_value: float
    labels: dict[int, Token]
    stray: tuple[Token, ...]
    """Numbers of the same kind that stand in the plot without a mark."""
    hidden: float = 0.0
    """What the gaps or strokes between the segments of a stack take from the value of each."""
    counts: dict[Segment, float] = field(default_factory=dict)
    """What a point of the segment stands for, where each stack shows the shares of a total of its own in counts."""

    def per_point_of(self, segment: Segment) -> float:
        return self.counts.get(segment, self.per_point)

    def measured(self, segment: Segment) -> float:
        """The value that the segment's length says."""
        length = segment.at.length * self.per_point_of(segment) + self.hidden
        back = segment.back and not self.candidate.mirrored
        if self.candidate.stacked:
            return -length if back else length
        step = self.candidate.afloat and abs(segment.at.a0 - self.candidate.base) > TOUCH
        return (0.0 if step else self.base_value) + (-length if back else length)

    @cached_property
    def confirmed(self) -> list[Segment]:
        """Segments whose label says what their length says."""
        segments = self.candidate.segments
        return [
            segments[i]
            for i, t in self.labels.items()
            if agrees(t, self.measured(segments[i]), self.per_point_of(segments[i]), self.base_value)
        ]

    @property
    def agreeing(self) -> int:
        return len(self.confirmed)

    def part(self, stacks: tuple[Stack, ...]) -> Scaled:
        """The fit of some of its stacks, on the scale of all."""
        own = {s: self.labels[i] for i, s in enumerate(self.candidate.segments) if i in self.labels}
        row = replace(self.candidate, stacks=stacks)
        return replace(self, candidate=row, labels={i: own[s] for i, s in enumerate(row.segments) if s in own})


def scaled(candidate: StackRow, scene: Scene) -> Scaled | None:
    """The candidate with scale and labels; None where neither ticks nor labels give a scale.

    Both are tried where both exist: numbers that happen to stand in step (a table's header) are no axis if the bars'
    own labels contradict them.
    """
    return _scaled(candidate, tuple(_tokens_near(candidate, scene)))


@lru_cache(maxsize=KEPT_CHARTS)
def _scaled(candidate: StackRow, near: Sequence[Placed]) -> Scaled | None:
    axis = _axis(candidate, near)
    ticks = {id(t) for t in axis.ticks} if axis else set()
    by_axis = _with_labels(candidate, axis, [(t, at) for t, at in near if id(t) not in ticks])
    if axis is not None and axis.at_tick(candidate.base) is None and not _borne_out(by_axis):
        axis = by_axis = None
    if by_axis is not None and by_axis.agreeing == len(by_axis.labels):
        return by_axis
    by_labels = _with_labels(candidate, None, near)
    by_counts = _with_counts(candidate, axis, [(t, at) for t, at in near if id(t) not in ticks])
    fits = [fit for fit in (by_axis, by_labels, by_counts) if fit is not None]
    return max(fits, key=lambda fit: fit.agreeing, default=None)


def _borne_out(fit: Scaled | None) -> bool:
    """Do labels at several lengths all say what the axis says? Bars may start between two ticks (an axis cut short)."""
    if fit is None or fit.agreeing < len(fit.labels):
        return False
    return len({round(s.at.length) for s in fit.confirmed}) > 2


def _with_labels(candidate: StackRow, axis: Axis | None, near: Sequence[Placed]) -> Scaled | None:
    """The labels that fit the scale; twice, since the first go tells how far off its mark's middle a label stands."""
    pairs, tokens = _pairs(candidate, near), [t for t, _ in near]
    if axis is not None:
        base_value, scale = axis.value_at(candidate.base), axis.per_point
    else:
        ratio = _ratio(candidate, pairs, tokens)
        if ratio is None:
            return None
        base_value, scale = 0.0, ratio
    draft = Scaled(candidate, axis, scale, base_value, {}, ())
    labels = _assigned(draft, pairs, tokens)
    if labels:
        shift = statistics.median(near[j][1].c - candidate.segments[i].at.c for i, j in labels.items())
        labels = _assigned(draft, _pairs(candidate, near, shift), tokens)
    stray = tuple(token for j, token in enumerate(tokens) if j not in labels.values())
    return _with_gaps(Scaled(candidate, axis, scale, base_value, {i: tokens[j] for i, j in labels.items()}, stray))


def _with_counts(candidate: StackRow, axis: Axis | None, near: Sequence[Placed]) -> Scaled | None:
    """Stacks of one length on an axis of shares, labelled with counts: each stack has a total of its own, on which its
    labels agree. Some may lack a hairline at their end. None for other stacks."""
    lengths = [stack.at.length for stack in candidate.stacks]
    whole = sum(max(lengths) - length <= TOUCH for length in lengths)
    if axis is None or not candidate.stacked or 2 * whole <= len(lengths):
        return None
    tokens = [t for t, _ in near]
    pairs, counts, first = _pairs(candidate, near), dict[Segment, float](), 0
    if not all(t.percent for t in axis.ticks) or any(tokens[p.token].percent for p in pairs):
        return None
    for stack in candidate.stacks:
        own = [p for p in pairs if first <= p.segment < first + len(stack.segments)]
        first += len(stack.segments)
        ratio = _ratio(candidate, own, tokens)
        if ratio is None:
            longest = max(stack.segments, key=lambda s: s.at.length)
            its = [p for p in own if candidate.segments[p.segment] is longest]
            ratio = min(((p.cost, tokens[p.token].value / longest.at.length) for p in its), default=(0.0, None))[1]
        if ratio is not None:
            counts |= dict.fromkeys(stack.segments, ratio)
    draft = Scaled(candidate, axis, axis.per_point, 0.0, {}, (), counts=counts)
    labels = _assigned(draft, [p for p in pairs if candidate.segments[p.segment] in counts], tokens)
    stray = tuple(token for j, token in enumerate(tokens) if j not in labels.values())
    return replace(draft, labels={i: tokens[j] for i, j in labels.items()}, stray=stray)


def _with_gaps(fit: Scaled) -> Scaled:
    """The fit of stacks whose segments are drawn a little shorter than their values, for what parts them: the straight
    line through lengths and labels tells by how much. Left as it is where that is more than a gap, or hardly known."""
    segments = fit.candidate.segments
    sure = [(segments[i].at.length, abs(t.value)) for i, t in fit.labels.items() if segments[i] in fit.confirmed]
    if not fit.candidate.stacked or len(sure) < SURE or len({length for length, _ in sure}) < SURE:
        return fit
    line = statistics.linear_regression(*zip(*sure, strict=True))
    if not 0 <= line.intercept <= TOUCH * line.slope:
        return fit
    return replace(fit, per_point=line.slope, hidden=line.intercept)


def _tokens_near(candidate: StackRow, scene: Scene) -> list[Placed]:
    """Numbers across from the bars, or within reach of the plot's sides, however far along the value axis."""
    low, high = candidate.at.c0, candidate.at.c1
    return [
        (token, at)
        for token, at in scene.places[candidate.upright]
        if low - TICK_REACH * token.size <= at.c <= high + TICK_REACH * token.size
    ]


def _axis(candidate: StackRow, near: Sequence[Placed]) -> Axis | None:
    """Numbers in a column (vertical bars) or row beside the plot whose values run straight with their places."""
    low, high, start, end = candidate.at
    outside = [
        (token, at)
        for token, at in near
        if token.alone
        and (at.c1 <= start + 1.0 or at.c0 >= end - 1.0)
        and low - (high - low) - 8 <= at.a <= high + 6 * (high - low) + 8
    ]
    edges = [(at.c0, at.c1, at.c) for _, at in outside]
    rows = {
        tuple(i for i, (t, _) in enumerate(outside) if abs(edges[i][which] - anchor) <= 0.25 * t.size)
        for which in range(3)
        for anchor in {edge[which] for edge in edges}
    }
    axes = [_straight([outside[i] for i in row], candidate) for row in sorted(rows) if 3 <= len(row) <= MOST_TICKS]
    return max((a for a in axes if a is not None), key=lambda axis: _trust(axis, candidate), default=None)


def _trust(axis: Axis, candidate: StackRow) -> tuple[bool, int]:
    """Bars start at a tick of their axis, but for those that are cut short; then more ticks prove more."""
    return axis.at_tick(candidate.base) is not None, len(axis.ticks)


def _straight(row: Sequence[Placed], candidate: StackRow) -> Axis | None:
    """The axis through most of the numbers: values that run straight with their places."""
    found: dict[tuple[int, ...], Axis | None] = {}
    for i, (one, here) in enumerate(row):
        for other, there in row[i + 1 :]:
            if one.value == other.value or abs(here.a - there.a) < one.size:
                continue
            slope = (other.value - one.value) / (there.a - here.a)
            fits = tuple(
                k
                for k, (t, at) in enumerate(row)
                if abs(one.value + slope * (at.a - here.a) - t.value) <= abs(slope) * TICK_FIT
            )
            if fits not in found and len(fits) >= 3 and len({row[k][0].value for k in fits}) == len(fits):
                found[fits] = _axis_through([row[k] for k in fits], candidate)
    known = [axis for axis in found.values() if axis is not None]
    return max(known, key=lambda axis: _trust(axis, candidate), default=None)


def _axis_through(row: Sequence[Placed], candidate: StackRow) -> Axis | None:
    """The axis, if the bars stay on it."""
    values = [t.value for t, _ in row]
    fit = statistics.linear_regression([at.a for _, at in row], values)
    spread = max(values) - min(values)
    if abs(fit.slope) * candidate.at.length > 1.6 * spread or fit.slope <= 0:
        return None
    return Axis(fit.slope, fit.intercept, tuple(t for t, _ in row))


@dataclass(frozen=True)
class _Pair:
    cost: float
    segment: int
    token: int


def _pairs(candidate: StackRow, near: Sequence[Placed], shift: float = 0.0) -> list[_Pair]:
    """Labels that stand in, on or just beyond a segment, with how far off they stand in em. Labels of the chart stand
    `shift` points beside the middles of their marks."""
    pairs, before = list[_Pair](), list[_Pair]()
    at = 0
    moved = [(token, place._replace(c0=place.c0 - shift, c1=place.c1 - shift)) for token, place in near]
    places = [(j, place.c, max(token.size, 0.5), token, place) for j, (token, place) in enumerate(moved)]
    for stack in candidate.stacks:
        for position, segment in enumerate(stack.segments):
            mark = segment.at
            middle, reach = mark.c, 0.55 * mark.thickness
            for j, c, em, token, place in places:
                across = abs(c - middle)
                if across > reach and across > 0.6 * em:
                    continue
                back = segment.back or mark.a0 + TOUCH < mark.a1 <= candidate.base + TOUCH
                cost = _apart(replace(segment, back=back), stack, position, token, place, candidate.upright)
                if cost is not None:
                    (before if place.a1 <= mark.a0 and not back else pairs).append(_Pair(cost, at, j))
            at += 1
    level = {pair.segment for pair in pairs if pair.cost < COLUMN_COST}
    return pairs if 2 * len(level) > at else [*pairs, *before]  # else these label the bars of the next panel


def _apart(segment: Segment, stack: Stack, position: int, token: Token, place: Extent, upright: bool) -> float | None:
    """How far off a label stands that is level with its segment: also a share right behind its bar, before the name."""
    mark, em = segment.at, max(token.size, 0.5)
    sideways = abs(place.c - mark.c) / em
    if mark.a0 - 0.25 * em <= place.a <= mark.a1 + 0.25 * em:
        if not token.alone and not segment.bar.box.grown(0.3 * em).overlap(token.box) > 0.7 * token.box.area:
            return None
        return sideways + 0.1 * abs(place.a - mark.a) / max(mark.length, em)
    outermost = mark.a0 == stack.at.a0 if segment.back else position == len(stack.segments) - 1
    below, above = mark.a0 - place.a1, place.a0 - mark.a1
    gap = max(below, above) if segment.afloat else below if segment.back else above
    in_text = not token.alone and (upright or not token.percent or gap > OUTSIDE * em)
    alone = not upright and not segment.back and not segment.afloat and len(stack.segments) == 1
    if alone and token.alone and 0 <= below <= COLUMN_REACH * em:
        return sideways + COLUMN_COST + 0.02 * below / em
    if not outermost or in_text or gap < -0.8 * place.length:
        return None
    if gap <= OUTSIDE * em:
        return sideways + 0.5 + 0.3 * max(gap, 0.0) / em
    in_column = alone and gap <= COLUMN_REACH * em
    return sideways + COLUMN_COST + 0.02 * gap / em if in_column else None


def _ratio(candidate: StackRow, pairs: Sequence[_Pair], tokens: Sequence[Token]) -> float | None:
    """Value per point on which most labels agree."""
    segments = candidate.segments
    ratios = sorted(
        (abs(tokens[p.token].value) / segments[p.segment].at.length, p.segment)
        for p in pairs
        if segments[p.segment].at.length >= LONG_ENOUGH and tokens[p.token].value != 0
    )
    best: list[tuple[float, int]] = []
    for start, (low, _) in enumerate(ratios):
        alike = [r for r in ratios[start:] if r[0] <= low * (1 + 2 * RATIO_SLACK)]
        if len({i for _, i in alike}) > len({i for _, i in best}):
            best = alike
    if len({i for _, i in best}) < 2:
        return None
    weights = [(segments[i].at.length, ratio) for ratio, i in best]
    return sum(w * r for w, r in weights) / sum(w for w, _ in weights)


def _assigned(draft: Scaled, pairs: Sequence[_Pair], tokens: Sequence[Token]) -> dict[int, int]:
    """Segment → label, all of them matched at once: by how far off a label stands, and by how far its number is from
    what the length says. Neighbours whose labels fit each other's lengths better are exchanged by that."""
    segments = draft.candidate.segments
    rows = sorted({pair.segment for pair in pairs})
    columns = sorted({pair.token for pair in pairs})
    costs = {}
    for pair in pairs:
        token, segment = tokens[pair.token], segments[pair.segment]
        slack = tolerance(token, draft.per_point_of(segment), draft.base_value)
        off = abs(token.value - draft.measured(segment)) / slack
        costs[pair.segment, pair.token] = pair.cost + WITHIN * min(off, 1.0) + min(max(off - 1, 0.0), MISMATCH)
    table = [[costs.get((i, j), UNLIKELY) for j in columns] for i in rows]
    return {rows[i]: columns[j] for i, j in matched(table, 2 * MISMATCH).items()}
