"""From boxes to candidate bar charts: stacks of bars on one baseline, whichever way they grow.

Chart coordinates make both orientations one: `a` runs along the value axis (rightwards for horizontal bars, upwards for
vertical ones), `c` along the category axis (downwards for horizontal bars, rightwards for vertical ones).
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, TypeVar

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_text import MISSING, ChartLine
from pipeline.exhibits.charts.legends import Legend
from pipeline.exhibits.charts.marks import Bar

T = TypeVar("T")

SAME_EDGE = 1.2
"""Edges closer than this (points) are one: rounding of producers, anti-aliased edges of bitmaps."""
TOUCH = 2.2
"""Gap, in points, between segments of one stack (white separators are 0.3 to 2 points wide)."""
SAME_THICKNESS = 1.3
"""Bars of one chart are equally thick within this factor."""
THINNEST = 1.5
"""Thinner boxes, in points, are rulings and not bars."""
STACKED_SHARE = 0.2
"""Share of stacks with several segments from which a chart is stacked (a bar drawn in two pieces makes none)."""
FAR = 7.0
"""Stacks further apart than so many usual distances belong to different charts (bars without value leave gaps)."""


class Extent(NamedTuple):
    """A box in chart coordinates."""

    a0: float
    a1: float
    c0: float
    c1: float

    @property
    def a(self) -> float:
        return (self.a0 + self.a1) / 2

    @property
    def c(self) -> float:
        return (self.c0 + self.c1) / 2

    @property
    def length(self) -> float:
        return self.a1 - self.a0

    @property
    def thickness(self) -> float:
        return self.c1 - self.c0

    def holds(self, c: float) -> bool:
        """True for a place within its thickness."""
        return self.c0 <= c <= self.c1


def extent(box: Box, upright: bool) -> Extent:
    """The box in chart coordinates; `upright` for vertical bars."""
    if upright:
        return Extent(-box.bottom, -box.top, box.x0, box.x1)
    return Extent(box.x0, box.x1, box.top, box.bottom)


@dataclass(frozen=True)
class Segment:
    """A bar, or one part of a stacked bar. `back` says that it grows against the axis (negative values), `afloat` that
    it does not start at the baseline (a step of a waterfall)."""

    bar: Bar
    at: Extent
    back: bool = False
    afloat: bool = False


@dataclass(frozen=True)
class Stack:
    """Segments end to end from the baseline on."""

    segments: tuple[Segment, ...]

    @cached_property
    def at(self) -> Extent:
        first = self.segments[0].at
        return Extent(min(s.at.a0 for s in self.segments), max(s.at.a1 for s in self.segments), first.c0, first.c1)


@dataclass(frozen=True)
class StackRow:
    """Stacks on one baseline, in order along the category axis."""

    upright: bool
    base: float
    """Place of the baseline on the value axis, in chart coordinates."""
    stacks: tuple[Stack, ...]

    @cached_property
    def segments(self) -> list[Segment]:
        return [s for stack in self.stacks for s in stack.segments]

    @property
    def stacked(self) -> bool:
        several = sum(len(stack.segments) > 1 for stack in self.stacks)
        return several >= max(1.0, STACKED_SHARE * len(self.stacks))

    @cached_property
    def mirrored(self) -> bool:
        """True where all bars grow to the left, so that no sign tells it: half a pyramid."""
        return not self.upright and all(s.back for s in self.segments)

    @property
    def afloat(self) -> bool:
        """True for the steps of a waterfall: their colours tell signs, no series."""
        return any(s.afloat for s in self.segments)

    @cached_property
    def plot(self) -> Box:
        return union(s.bar.box for s in self.segments)

    @cached_property
    def at(self) -> Extent:
        return extent(self.plot, self.upright)

    @cached_property
    def thickness(self) -> float:
        return statistics.median(stack.at.thickness for stack in self.stacks)


def candidates(
    bars: Sequence[Bar], legends: Sequence[Legend], lines: Sequence[ChartLine], frames: Sequence[Box] = ()
) -> list[StackRow]:
    """Every group of bars that could be a chart, under both orientations; the same bar may be in several. `frames` are
    boxes that may hold a chart with its title (cards): bars in different ones are of different charts."""
    found: list[StackRow] = []
    for upright in (True, False):
        stacks = _stacks([Segment(bar, extent(bar.box, upright)) for bar in bars])
        for base, group in _on_baselines(stacks):
            for alike in of_one_thickness(group):
                for part in _neighbours(alike, upright, legends, lines):
                    for framed in by_frame(part, frames):
                        for row in (framed, *_at_widest_gap(framed), *_without_head(framed, lines)):
                            if len(row) >= 2 or len(row[0].segments) >= 2:
                                found.append(StackRow(upright, base, tuple(row)))
    return found


def _at_widest_gap(row: Sequence[Stack]) -> list[list[Stack]]:
    """The row in two where one gap is wider than all others by half a stack and more: two charts may share a baseline,
    each with a scale of its own."""
    gaps = [b.at.c0 - a.at.c1 for a, b in itertools.pairwise(row)]
    ordered = sorted(gaps)
    if len(gaps) < 2 or ordered[-1] - ordered[-2] < 0.5 * row[0].at.thickness:
        return []
    at = gaps.index(ordered[-1]) + 1
    return [list(row[:at]), list(row[at:])]


def _without_head(row: Sequence[Stack], lines: Sequence[ChartLine]) -> list[list[Stack]]:
    """The row without its first stack where that one alone has words in it: a heading on a ground as high as bars."""

    def is_worded(stack: Stack) -> bool:
        return any(s.bar.box.holds(x.box) and any(map(str.isalpha, x.text)) for s in stack.segments for x in lines)

    return [list(row[1:])] if len(row) > 2 and is_worded(row[0]) and not any(map(is_worded, row[1:])) else []


def by_frame(row: Sequence[Stack], frames: Sequence[Box]) -> list[list[Stack]]:
    """The row cut where one frame ends and another begins."""
    parts: dict[Box | None, list[Stack]] = {}
    for stack in row:
        box = union(segment.bar.box for segment in stack.segments)
        around = [frame for frame in frames if frame.holds(box)]
        parts.setdefault(min(around, key=lambda frame: frame.area, default=None), []).append(stack)
    return list(parts.values())


def _stacks(segments: Iterable[Segment]) -> list[Stack]:
    """Chains of touching segments of one thickness at one place of the category axis."""
    lanes: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: (s.at.c0, s.at.a0)):
        slack = min(SAME_EDGE, 0.25 * segment.at.thickness + 0.1)
        for lane in reversed(lanes):
            if segment.at.c0 - lane[0].at.c0 > SAME_EDGE:
                continue
            if abs(segment.at.c0 - lane[0].at.c0) <= slack and abs(segment.at.c1 - lane[0].at.c1) <= slack:
                lane.append(segment)
                break
        else:
            lanes.append([segment])
    tracks = _tracks(lanes)
    return [stack for lane in lanes for stack in _chains([s for s in lane if s not in tracks])]


def _chains(lane: Sequence[Segment]) -> list[Stack]:
    chains: list[list[Segment]] = []
    for segment in sorted(lane, key=lambda s: (s.at.a0, s.at.a1)):
        if chains and -TOUCH <= segment.at.a0 - chains[-1][-1].at.a1 <= TOUCH:
            chains[-1].append(segment)
        else:
            chains.append([segment])
    return [Stack(tuple(chain)) for chain in chains]


def _tracks(lanes: Sequence[Sequence[Segment]]) -> set[Segment]:
    """The tracks behind bars (progress bars): drawn before them and longer, in one colour and of few lengths, which
    tell nothing. What is as long as its value is a bar itself ("named first" on "named at all")."""
    behind: dict[RGB, list[Segment]] = {}
    for lane in lanes:
        for segment in lane:
            if any(_lies_on(other, segment) for other in lane):
                behind.setdefault(segment.bar.fill, []).append(segment)
    return {s for same in behind.values() for s in same if 2 * len({round(x.at.length) for x in same}) <= len(same) + 1}


def _lies_on(one: Segment, other: Segment) -> bool:
    inside = other.at.a0 - SAME_EDGE <= one.at.a0 and one.at.a1 <= other.at.a1 + SAME_EDGE
    return inside and one.bar.order > other.bar.order and one.at.length < other.at.length - SAME_EDGE


def _at_one_place(things: Iterable[T], place: Callable[[T], float]) -> list[list[T]]:
    """The things in order of their places, in groups that begin where one is beyond an edge's slack."""
    groups: list[list[T]] = []
    for thing in sorted(things, key=place):
        if groups and place(thing) - place(groups[-1][0]) <= SAME_EDGE:
            groups[-1].append(thing)
        else:
            groups.append([thing])
    return groups


def _on_baselines(stacks: Sequence[Stack]) -> list[tuple[float, list[Stack]]]:
    """Stacks that start (or, growing backwards, end) on a common line, for every such line. The stroke of the baseline
    may part those that grow forwards from those that grow backwards."""
    out = []
    for group in _at_one_place(stacks, lambda s: s.at.a0):
        base = statistics.median(s.at.a0 for s in group)
        backward = [
            Stack(tuple(Segment(s.bar, s.at, back=True) for s in stack.segments[::-1]))
            for stack in stacks
            if abs(stack.at.a1 - base) <= TOUCH and len(stack.segments) == 1 and stack not in group
        ]
        out.append((base, [*group, *backward]))
    return out + _ending_on_one_line(stacks) + _around_one_line(stacks)


def _ending_on_one_line(stacks: Sequence[Stack]) -> list[tuple[float, list[Stack]]]:
    """Bars that end on a common line and begin anywhere: the left half of a pyramid."""
    ends = _at_one_place((s for s in stacks if len(s.segments) == 1), lambda s: s.at.a1)
    return [
        (statistics.median(s.at.a1 for s in group), [Stack((replace(s.segments[0], back=True),)) for s in group])
        for group in ends
        if len(group) > 2 and max(s.at.a0 for s in group) - min(s.at.a0 for s in group) > SAME_EDGE
    ]


def _around_one_line(stacks: Sequence[Stack]) -> list[tuple[float, list[Stack]]]:
    """Stacks that begin anywhere and have the joint of two segments, or the middle of one between others, on a common
    line: pyramids, and answers on both sides of a middle. Where one side is missing, the other begins or ends there.
    What lies before the line may count against the axis."""
    parts = [(i, stack.segments) for i, stack in enumerate(stacks)]
    ends = {(s.at.a1, i) for i, segments in parts for s in segments[:-1]}
    joints = sorted(ends | {(s.at.a, i) for i, segments in parts for s in segments[1:-1]})
    out = []
    for group in _at_one_place(joints, lambda joint: joint[0]):
        base, members = statistics.median(at for at, _ in group), {i for _, i in group}
        beside = {i for i, s in enumerate(stacks) if min(abs(s.at.a0 - base), abs(s.at.a1 - base)) <= TOUCH}
        around = [stacks[i] for i in sorted(members | beside)]
        starts = [stack.at.a0 for stack in around]
        if len(members) + (len(around) > 2) < 2 or max(starts) - min(starts) <= SAME_EDGE:
            continue
        signed = [Stack(tuple(replace(s, back=s.at.a1 <= base + TOUCH) for s in stack.segments)) for stack in around]
        out += [(base, around), (base, signed)]
    return out


def of_one_thickness(stacks: Sequence[Stack]) -> list[list[Stack]]:
    groups: list[list[Stack]] = []
    for stack in sorted(stacks, key=lambda s: s.at.thickness):
        if groups and stack.at.thickness <= SAME_THICKNESS * groups[-1][0].at.thickness + 0.3:
            groups[-1].append(stack)
        else:
            groups.append([stack])
    return [g for g in groups if g[0].at.thickness >= THINNEST]


def _neighbours(
    stacks: Sequence[Stack], upright: bool, legends: Sequence[Legend], lines: Sequence[ChartLine]
) -> list[list[Stack]]:
    """Cut a row of stacks where another chart begins: at a wide gap, at a legend, or at a heading of its own."""
    row = sorted(stacks, key=lambda s: (s.at.c0, s.at.a0))
    gaps = [b.at.c0 - a.at.c1 for a, b in itertools.pairwise(row)]
    usual = statistics.median(b.at.c - a.at.c for a, b in itertools.pairwise(row)) if gaps else 0.0
    smallest = max(min(gaps, default=0.0), 0.0)
    parts = [[row[0]]]
    for before, after, gap in zip(row, row[1:], gaps, strict=False):
        cut = gap > FAR * max(usual, before.at.thickness)
        if gap > 0.5 * before.at.thickness and not upright:
            cut = cut or _other_block(before, after, gap - smallest, legends, lines)
        if cut:
            parts.append([])
        parts[-1].append(after)
    return parts


def _other_block(
    before: Stack, after: Stack, excess: float, legends: Sequence[Legend], lines: Sequence[ChartLine]
) -> bool:
    """Horizontal bars: a legend, or a heading in a gap wider than others, stands between two stacks."""
    strip = Box(before.at.a0, before.at.c1, max(before.at.a1, after.at.a1), after.at.c0)
    if any(legend.box.overlap_y(strip) > 0 and legend.box.overlap_x(strip) > 0 for legend in legends):
        return True
    wide = excess > 0.5 * strip.height + 2.0
    return wide and any(
        x.angle == 0
        and strip.top <= x.box.y_mid <= strip.bottom
        and x.box.overlap_x(strip) > 0
        and any(map(str.isalpha, x.text))
        and not MISSING.match(x.text)
        for x in lines
    )
