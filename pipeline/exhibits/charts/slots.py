"""Places on the category axis: which bars stand together at one answer option."""

from __future__ import annotations

import itertools
import math
import re
import statistics
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.core.colours import RGB, distance
from pipeline.exhibits.charts.chart_text import LINE_PITCH, WORD_GAP, ChartLine
from pipeline.exhibits.charts.legends import distinct
from pipeline.exhibits.charts.points import is_name
from pipeline.exhibits.charts.stacks import SAME_EDGE, Extent, StackRow, extent
from pipeline.pages.page import Word

UNEVEN = 0.3
"""Gaps between groups exceed those inside by at least this share of a bar's thickness."""
LABEL_GAP = 3.0
"""Category labels begin at most so many em beyond the baseline (tick marks and padding stand between)."""
SAME_SLOT = 0.4
"""Middles of slots that differ by less than this share of a bar's thickness are one."""


@dataclass(frozen=True)
class Slot:
    """One place on the category axis: its middle, the stacks there (by place in the candidate), its label's lines."""

    c: float
    stacks: tuple[int, ...]
    lines: tuple[ChartLine, ...] = ()


@dataclass(frozen=True)
class Layout:
    """The slots in order, and where each series (index into `colours`) stands against its slot's middle."""

    slots: tuple[Slot, ...]
    colours: tuple[RGB, ...]
    offsets: dict[int, float]
    pitch: float

    def series_of(self, colour: RGB) -> int:
        return min(range(len(self.colours)), key=lambda i: distance(colour, self.colours[i]))


def layouts_of(candidate: StackRow, lines: Sequence[ChartLine], ticks: Sequence[Extent] = ()) -> list[Layout]:
    """The stacks grouped into slots; slots whose bars are all missing are filled in where the pitch shows a hole.

    Marks on the axis that part them tell which stand together, else their place and colours, unless each of them has a
    text of its own. Bars of one colour in groups may be panels: then each in a slot of its own is the other way.
    """
    colours = distinct(s.bar.fill for s in candidate.segments)
    fills = [stack.segments[0].bar.fill for stack in candidate.stacks]
    ids = [min(range(len(colours)), key=lambda i: distance(fill, colours[i])) for fill in fills]
    marked = _between_ticks(candidate, ids, ticks)
    if marked is not None:
        return [replace(marked, colours=tuple(colours))]
    singles = [[i] for i in range(len(ids))]
    single = candidate.stacked or _each_named(candidate, lines)
    groups = singles if single else _groups(candidate, ids, len(colours))
    ways = [groups] if len(colours) > 1 or groups == singles else [groups, singles]
    return [_layout(candidate, way, ids, colours) for way in ways]


def _layout(candidate: StackRow, groups: list[list[int]], ids: Sequence[int], colours: Sequence[RGB]) -> Layout:
    """The slots of these groups of stacks, whose series have these `ids`."""
    middles = [stack.at.c for stack in candidate.stacks]
    offsets = _offsets(groups, ids, middles)
    groups = _rejoined(groups, ids, middles, offsets, candidate.thickness)
    if candidate.stacked or all(len(g) == 1 for g in groups):
        offsets = {}
    slots = [
        Slot(statistics.fmean(middles[i] - offsets.get(ids[i], 0.0) for i in group), tuple(group)) for group in groups
    ]
    steps = [b.c - a.c for a, b in itertools.pairwise(slots)]
    pitch = statistics.median(steps) if steps else candidate.at.thickness * 1.5
    return Layout(tuple(_with_empty(slots, pitch)), tuple(colours), offsets, pitch)


def _between_ticks(candidate: StackRow, ids: Sequence[int], ticks: Sequence[Extent]) -> Layout | None:
    """The slots that tick marks at even steps on the baseline part; None where none do: others point at the middles of
    bars or groups, so that the outermost bars stand beyond the last."""
    near = sorted(at.c for at in ticks if at.a0 - SAME_EDGE <= candidate.base <= at.a1 + SAME_EDGE)
    marks = [c for before, c in zip([-math.inf, *near], near, strict=False) if c - before > SAME_EDGE]
    steps = [b - a for a, b in itertools.pairwise(marks)]
    if len(steps) < 2 or max(steps) > min(steps) + 2 * SAME_EDGE:
        return None
    within = [bisect_right(marks, stack.at.c) - 1 for stack in candidate.stacks]
    if any(
        not 0 <= i < len(steps) or stack.at.c0 < marks[i] - SAME_EDGE or stack.at.c1 > marks[i + 1] + SAME_EDGE
        for i, stack in zip(within, candidate.stacks, strict=True)
    ):
        return None
    groups = [[k for k, place in enumerate(within) if place == i] for i in range(len(steps))]
    if any(len({ids[k] for k in group}) < len(group) for group in groups):
        return None
    slots = [Slot((a + b) / 2, tuple(group)) for (a, b), group in zip(itertools.pairwise(marks), groups, strict=True)]
    single = candidate.stacked or all(len(group) < 2 for group in groups)
    offsets = {} if single else _offsets(groups, ids, [stack.at.c for stack in candidate.stacks])
    return Layout(tuple(slots), (), offsets, statistics.median(steps))


def _each_named(candidate: StackRow, lines: Sequence[ChartLine]) -> bool:
    """True where a text of its own stands before each bar, level with its middle, further from the next than the lines
    of one label are."""
    texts: list[ChartLine] = []
    pieces = _set_apart(candidate, lines) if candidate.upright else lines
    for stack in candidate.stacks:
        level = []
        for line in pieces:
            at = extent(line.box, candidate.upright)
            gap = candidate.base - at.a1
            before = -0.5 * line.size <= gap and (gap <= LABEL_GAP * line.size or not candidate.upright)
            near = abs(at.c - stack.at.c) <= UNEVEN * stack.at.thickness
            if before and near and line.angle == 0 and is_name(line):
                level.append(line)
        if not level:
            return False
        texts.append(level[0])
    return all(
        a is not b and (candidate.upright or b.v - a.v > LINE_PITCH * a.size) for a, b in itertools.pairwise(texts)
    )


def _set_apart(candidate: StackRow, lines: Sequence[ChartLine]) -> list[ChartLine]:
    """The lines, cut at the blanks wider than those between words where they run under several bars: names of bars that
    stand close are one line of text."""
    slots = [Slot(stack.at.c, (i,)) for i, stack in enumerate(candidate.stacks)]
    out: list[ChartLine] = []
    for line in lines:
        parts = per_slot(line, slots, candidate.thickness) if line.angle == 0 else [line]
        wide = all(b.box.x0 - a.box.x1 > WORD_GAP * a.size for a, b in itertools.pairwise(parts))
        out += parts if wide else [line]
    return out


def _groups(candidate: StackRow, ids: Sequence[int], count: int) -> list[list[int]]:
    """Stacks that stand together: cut at wide gaps and where a colour comes again."""
    stacks, thickness = candidate.stacks, candidate.thickness
    gaps = [b.at.c0 - a.at.c1 for a, b in itertools.pairwise(stacks)]
    singles = [[i] for i in range(len(ids))]
    if not gaps:
        return singles
    small = min(gaps)
    large = min((g for g in gaps if g > small + UNEVEN * thickness), default=small)
    uneven = large > small
    if count == 1:
        groups = _cut(ids, gaps, (small + large) / 2, repeat=False) if uneven else singles
        sizes = {len(g) for g in groups}
        return groups if len(sizes) == 1 and len(groups) > 1 else singles
    cyclic = len(ids) % count == 0 and all(ids[i] == ids[i % count] for i in range(len(ids)))
    if not uneven and not (cyclic and len(ids) > count) and small > 0.1 * thickness:
        return singles
    return _cut(ids, gaps, (small + large) / 2 if uneven else max(gaps) + 1.0, repeat=True)


def _cut(ids: Sequence[int], gaps: Sequence[float], limit: float, repeat: bool) -> list[list[int]]:
    groups = [[0]]
    for i in range(1, len(ids)):
        again = repeat and ids[i] in {ids[j] for j in groups[-1]}
        if gaps[i - 1] > limit or again:
            groups.append([])
        groups[-1].append(i)
    return groups


def _offsets(groups: Sequence[Sequence[int]], ids: Sequence[int], middles: Sequence[float]) -> dict[int, float]:
    """Series' places within a slot, from the fullest slots."""
    most = max(len(g) for g in groups)
    found: dict[int, list[float]] = {}
    for group in groups:
        if len(group) == most:
            centre = statistics.fmean(middles[i] for i in group)
            for i in group:
                found.setdefault(ids[i], []).append(middles[i] - centre)
    return {key: statistics.median(values) for key, values in found.items()}


def _rejoined(
    groups: Sequence[Sequence[int]],
    ids: Sequence[int],
    middles: Sequence[float],
    offsets: dict[int, float],
    thickness: float,
) -> list[list[int]]:
    """Groups parted by a bar that is missing in their middle: by their series' places they stand in one slot."""
    places = [statistics.fmean(middles[i] - offsets.get(ids[i], 0.0) for i in group) for group in groups]
    joined: list[list[int]] = []
    last = -math.inf
    for group, place in zip(groups, places, strict=True):
        known = all(ids[i] in offsets for i in group)
        apart = bool(joined) and {ids[i] for i in joined[-1]}.isdisjoint(ids[i] for i in group)
        if apart and known and abs(place - last) < SAME_SLOT * thickness:
            joined[-1].extend(group)
        else:
            joined.append(list(group))
            last = place
    return joined


def _with_empty(slots: Sequence[Slot], pitch: float) -> list[Slot]:
    out = list(slots[:1])
    for slot in slots[1:]:
        missing = round((slot.c - out[-1].c) / pitch) - 1 if pitch > 0 else 0
        step = (slot.c - out[-1].c) / (missing + 1) if missing > 0 else 0.0
        if 0 < missing <= 5 and abs(step - pitch) < 0.15 * pitch:
            start = out[-1].c
            out.extend(Slot(start + step * (k + 1), ()) for k in range(missing))
        out.append(slot)
    return out


def per_slot(line: ChartLine, slots: Sequence[Slot], pitch: float) -> list[ChartLine]:
    """A line that runs under several slots, cut into the words of each."""
    if line.box.width <= 1.25 * pitch or len(slots) == 1:
        return [line]
    parts: dict[int, list[Word]] = {}
    for word in itertools.chain.from_iterable(_names_in(word, slots) for word in line.words):
        parts.setdefault(nearest_slot(word.box.x_mid, slots), []).append(word)
    return [ChartLine(tuple(part)) for part in parts.values()]


def _names_in(word: Word, slots: Sequence[Slot]) -> list[Word]:
    """The names of two slots that touch ("MedwayMilford"), each where its letters stand, letters being equally wide."""
    step = word.box.width / len(word.text)
    for capital in re.finditer(r"(?<=[a-z])(?=[A-Z])", word.text):
        at = word.box.x0 + capital.start() * step
        one, other = word.box._replace(x1=at), word.box._replace(x0=at)
        under = nearest_slot(one.x_mid, slots), nearest_slot(other.x_mid, slots)
        if under[0] + 1 == under[1] and one.x0 < slots[under[0]].c < at < slots[under[1]].c < other.x1:
            first = replace(word, text=word.text[: capital.start()], box=one)
            return [first, replace(word, text=word.text[capital.start() :], box=other)]
    return [word]


def nearest_slot(c: float, slots: Sequence[Slot]) -> int:
    return min(range(len(slots)), key=lambda i: abs(slots[i].c - c))
