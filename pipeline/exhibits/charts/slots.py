"""Places on the category axis: which bars stand together at one answer option, and what that option is called."""

from __future__ import annotations

import itertools
import math
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.core.colours import RGB, distance
from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_text import LINE_PITCH, OTHER_SIZE, TIGHT_PITCH, ChartLine, turned
from pipeline.exhibits.charts.legends import distinct
from pipeline.exhibits.charts.points import is_name
from pipeline.exhibits.charts.stacks import StackRow, extent

UNEVEN = 0.3
"""Gaps between groups exceed those inside by at least this share of a bar's thickness."""
CENTRED = 0.15
"""Share of the distance of two bars by which a name may be off the middle of its own, wherever it stands below."""
LABEL_GAP = 3.0
"""Category labels begin at most so many em beyond the baseline (tick marks and padding stand between)."""
WORD_GAP = 0.5
"""Em between the names of two bars at least: twice a blank between words, which labels do not stretch."""
SAME_SLOT = 0.4
"""Middles of slots that differ by less than this share of a bar's thickness are one."""
OVER_BASELINE = 0.4
"""How far, in em, the middle of a label's first line may stand above the baseline (labels centred below it)."""
ANCHOR = 0.5
"""Lines of one wrapped slanted label begin (or end) within so many em of one another."""
SHARE = re.compile(r"^[+–-]?\s*\d[\d.,]*\s*%$")
"""A percentage names no answer: it is a value of the chart next door."""
MOST_LINES = 7
"""A label of more lines is running text beside the chart."""


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


def layout_of(candidate: StackRow, lines: Sequence[ChartLine]) -> Layout:
    """Group the stacks into slots; slots whose bars are all missing are filled in where the pitch shows a hole.

    The place of the bars and their colours tell which stand together, unless each of them has a text of its own.
    """
    colours = distinct(s.bar.fill for s in candidate.segments)
    ids = [_nearest(stack.segments[0].bar.fill, colours) for stack in candidate.stacks]
    single = candidate.stacked or _each_named(candidate, lines)
    groups = [[i] for i in range(len(ids))] if single else _groups(candidate, ids, len(colours))
    middles = [stack.at.c for stack in candidate.stacks]
    offsets = _offsets(groups, ids, middles)
    groups = _rejoined(groups, ids, middles, offsets, candidate.thickness)
    slots = [
        Slot(statistics.fmean(middles[i] - offsets.get(ids[i], 0.0) for i in group), tuple(group)) for group in groups
    ]
    if candidate.stacked or all(len(g) == 1 for g in groups):
        offsets = {}
        slots = [Slot(statistics.fmean(middles[i] for i in group), tuple(group)) for group in groups]
    steps = [b.c - a.c for a, b in itertools.pairwise(slots)]
    pitch = statistics.median(steps) if steps else candidate.at.thickness * 1.5
    return Layout(tuple(_with_empty(slots, pitch)), tuple(colours), offsets, pitch)


def _nearest(fill: RGB, colours: Sequence[RGB]) -> int:
    return min(range(len(colours)), key=lambda i: distance(fill, colours[i]))


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
        parts = _per_slot(line, slots, candidate.thickness) if line.angle == 0 else [line]
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


def named(layout: Layout, candidate: StackRow, lines: Sequence[ChartLine]) -> Layout:
    """The layout with the labels found among `lines` (those not yet understood)."""
    place = _below if candidate.upright else _beside
    words = [line for line in lines if not SHARE.match(line.text)]
    return replace(layout, slots=tuple(place(layout, candidate, words)))


# Vertical bars: labels under the baseline, upright, at right angles or slanted.


def _below(layout: Layout, candidate: StackRow, lines: Sequence[ChartLine]) -> list[Slot]:
    base = max(-candidate.base, candidate.plot.bottom)
    slots = list(layout.slots)
    reach = Box(slots[0].c - layout.pitch, base - 2.0, slots[-1].c + layout.pitch, base + 1e6)
    pool = [line for line in lines if _is_below(line, base) and line.box.overlap_x(reach) > 0]
    starting = [line for line in pool if line.box.top - base <= LABEL_GAP * line.size] or _far_row(pool, slots, layout)
    if not starting:
        return slots
    angles = [line.angle for line in starting]
    angle = max(sorted(set(angles)), key=angles.count)
    pool = [line for line in pool if line.angle == angle]
    if angle == 0:
        return _upright(slots, _with_lines_above(pool, lines), base, layout.pitch)
    starting = [line for line in pool if line.box.top - base <= LABEL_GAP * line.size]
    if angle % 90 == 0:
        return _at_right_angles(slots, _with_wrapped(starting, pool), layout.pitch)
    return _slanted(slots, pool, angle, layout.pitch, base)


def _far_row(pool: Sequence[ChartLine], slots: Sequence[Slot], layout: Layout) -> list[ChartLine]:
    """The first row of text below the bars, with one text right under each of these: the values of bars that grow down
    may stand between."""
    first = min(pool, key=lambda line: line.v, default=None)
    row = [x for x in pool if first is not None and x.angle == 0 and abs(x.v - first.v) <= 0.4 * first.size]
    row = row if all(map(is_name, row)) else []
    under = [_nearest_slot(x.box.x_mid, slots) for x in row]
    centred = all(abs(slots[i].c - x.box.x_mid) <= CENTRED * layout.pitch for i, x in zip(under, row, strict=True))
    return row if centred and len(slots) > 2 and sorted(under) == list(range(len(slots))) else []


def _with_lines_above(pool: Sequence[ChartLine], lines: Sequence[ChartLine]) -> list[ChartLine]:
    """The lines below the baseline, and what they continue: a tall label's first lines may run into the plot."""
    found = list(pool)
    rest = [x for x in lines if x not in found and x.angle == 0 and any(map(str.isalpha, x.text))]
    for line in sorted(rest, key=lambda x: -x.v):
        for other in found:
            alike = abs(line.size - other.size) < 0.1 * other.size and line.colour == other.colour
            if alike and line.box.overlap_x(other.box) > 0 and 0 < other.v - line.v <= TIGHT_PITCH * line.size:
                found.append(line)
                break
    return found


def _is_below(line: ChartLine, base: float) -> bool:
    """Under the baseline; an upright label's first line may run over it by half its height."""
    return line.box.top >= base - 2.0 or (line.angle == 0 and line.box.y_mid >= base - OVER_BASELINE * line.size)


def _with_wrapped(starting: Sequence[ChartLine], pool: Sequence[ChartLine]) -> list[ChartLine]:
    """Lines next to the baseline, and those that stand beside them: the middle lines of centred labels."""
    found = list(starting)
    for line in pool:
        beside = (x for x in found if abs(x.v - line.v) <= LINE_PITCH * line.size)
        if line not in found and any(min(x.u1, line.u1) - max(x.u0, line.u0) > 0 for x in beside):
            found.append(line)
    return found


def _upright(slots: list[Slot], pool: Sequence[ChartLine], base: float, pitch: float) -> list[Slot]:
    rows: list[list[ChartLine]] = []
    start = min(line.v for line in pool)
    for line in sorted(pool, key=lambda line: line.v):
        if rows and line.v - rows[-1][0].v <= 0.4 * line.size:
            rows[-1].append(line)
            continue
        first = max(start, base + (LABEL_GAP - LINE_PITCH + 0.5) * line.size)
        before = rows[-1][0].v if rows else first
        if line.v - before > LINE_PITCH * line.size:
            break
        if rows and not _goes_on(line, rows[0], pitch):
            continue
        rows.append([line])
    taken: dict[int, list[ChartLine]] = {}
    for row in rows:
        for line in row:
            for piece in _per_slot(line, slots, pitch):
                nearest = _nearest_slot(piece.box.x_mid, slots)
                if abs(slots[nearest].c - piece.box.x_mid) <= 0.6 * pitch:
                    taken.setdefault(nearest, []).append(piece)
    return _with_lines(slots, taken)


def _goes_on(line: ChartLine, first: Sequence[ChartLine], pitch: float) -> bool:
    """Can the line be a further one of labels whose first lines are `first`? It is set in their size (a folio or a note
    is not), and a text that runs under several slots does not go on with labels that have one each."""
    alike = any(abs(line.size - x.size) <= OTHER_SIZE * x.size for x in first)
    return alike and (line.box.width <= 2 * pitch or any(x.box.width > 2 * pitch for x in first))


def _per_slot(line: ChartLine, slots: Sequence[Slot], pitch: float) -> list[ChartLine]:
    """A line that runs under several slots, cut into the words of each."""
    if line.box.width <= 1.25 * pitch or len(slots) == 1:
        return [line]
    parts: dict[int, list[int]] = {}
    for i, word in enumerate(line.words):
        parts.setdefault(_nearest_slot(word.box.x_mid, slots), []).append(i)
    return [ChartLine(tuple(line.words[i] for i in part)) for part in parts.values()]


def _nearest_slot(c: float, slots: Sequence[Slot]) -> int:
    return min(range(len(slots)), key=lambda i: abs(slots[i].c - c))


def _at_right_angles(slots: list[Slot], lines: Sequence[ChartLine], pitch: float) -> list[Slot]:
    taken: dict[int, list[ChartLine]] = {}
    ordered = sorted(lines, key=lambda line: line.box.x_mid)
    for line in ordered:
        nearest = _nearest_slot(line.box.x_mid, slots)
        if abs(slots[nearest].c - line.box.x_mid) <= 0.75 * pitch:
            taken.setdefault(nearest, []).append(line)
    return _with_lines(slots, {i: sorted(part, key=lambda line: line.v) for i, part in taken.items()})


def _slanted(slots: list[Slot], pool: Sequence[ChartLine], angle: int, pitch: float, base: float) -> list[Slot]:
    """Wrapped slanted labels: their lines share the end next to the axis and follow one another across."""
    falling = angle > 180
    blocks: list[list[ChartLine]] = []
    for line in sorted(pool, key=lambda line: line.v):
        for block in blocks:
            last = block[-1]
            step = (line.v - last.v) / line.size
            if 0.6 <= step <= LINE_PITCH and abs(_anchor(line, falling) - _anchor(last, falling)) < ANCHOR * line.size:
                block.append(line)
                break
        else:
            blocks.append([line])
    placed = sorted(((_foot(block, angle, falling), block) for block in blocks), key=lambda pair: pair[0])
    placed = [(x, block) for x, block in placed if block[0].box.top - base <= (LABEL_GAP + 1) * block[0].size]
    shift = statistics.median(min((x - s.c for s in slots), key=abs) for x, _ in placed) if placed else 0.0
    taken: dict[int, list[ChartLine]] = {}
    for x, block in placed:
        nearest = _nearest_slot(x - shift, slots)
        if abs(slots[nearest].c - x + shift) <= 0.5 * pitch and nearest not in taken:
            taken[nearest] = block
    return _with_lines(slots, taken)


def _anchor(line: ChartLine, falling: bool) -> float:
    return line.u0 if falling else line.u1


def _foot(block: Sequence[ChartLine], angle: int, falling: bool) -> float:
    """Where the block's line next to the axis begins (or ends): x in points. Slanted text hangs by this point."""
    line = block[0] if falling else block[-1]
    return turned(_anchor(line, falling), line.v, -angle)[0]


# Horizontal bars: labels left of the baseline, or above each bar.


def _beside(layout: Layout, candidate: StackRow, lines: Sequence[ChartLine]) -> list[Slot]:
    slots = list(layout.slots)
    half = layout.pitch / 2 if len(slots) > 1 else candidate.thickness * 0.9
    level = [
        (i, x)
        for x in lines
        if x.angle == 0 and abs(slots[i := _nearest_slot(x.box.y_mid, slots)].c - x.box.y_mid) <= half
    ]
    edge = candidate.plot.x0 if candidate.mirrored else candidate.base
    left = [(i, x) for i, x in level if x.box.x1 <= edge + 0.5 * x.size and (is_name(x) or not candidate.mirrored)]
    places = [_nearest_column(_of_words(left), right=False)]
    if candidate.mirrored:
        behind = [(i, x) for i, x in level if x.box.x0 >= candidate.base - 0.5 * x.size]
        places = sorted(
            [_nearest_column(_of_words(behind), right=True), *places], key=lambda x: _gap(x, candidate.plot)
        )
    places += [_over_bars(slots, candidate, lines), _at_bars(slots, candidate, lines)]
    taken = max(places, key=lambda found: sum(any(map(is_name, part)) for part in found.values()))
    taken = taken or next(filter(None, places), {})
    if any(len(part) > MOST_LINES for part in taken.values()):
        return slots
    return _with_lines(slots, {i: sorted(part, key=lambda line: line.v) for i, part in taken.items()})


def _gap(names: Mapping[int, Sequence[ChartLine]], plot: Box) -> float:
    """Points between the bars and their names at one side."""
    return min((max(x.box.x0 - plot.x1, plot.x0 - x.box.x1) for part in names.values() for x in part), default=math.inf)


def _of_words(beside: Sequence[tuple[int, ChartLine]]) -> Sequence[tuple[int, ChartLine]]:
    """The texts without bare numbers, where words name every slot too: only those over or under words of their slot are
    part of its name."""
    words = [(slot, line) for slot, line in beside if is_name(line)]
    if {slot for slot, _ in words} < {slot for slot, _ in beside}:
        return beside
    return [(i, x) for i, x in beside if is_name(x) or any(j == i and w.box.overlap_x(x.box) > 0 for j, w in words)]


def _nearest_column(beside: Sequence[tuple[int, ChartLine]], right: bool) -> dict[int, list[ChartLine]]:
    """Of the text left of the bars (or `right`), the column next to them: text beyond a gutter is something else."""
    taken: dict[int, list[ChartLine]] = {}
    column: Box | None = None
    for slot, line in sorted(beside, key=lambda pair: pair[1].box.x0 if right else -pair[1].box.x1):
        if column is not None and -line.box.overlap_x(column) > 1.5 * line.size:
            continue
        column = line.box if column is None else union([column, line.box])
        taken.setdefault(slot, []).append(line)
    return taken


def _over_bars(slots: Sequence[Slot], candidate: StackRow, lines: Sequence[ChartLine]) -> dict[int, list[ChartLine]]:
    taken: dict[int, list[ChartLine]] = {}
    if len(slots) < 2:
        return taken
    for line in lines:
        starts_here = abs(line.box.x0 - candidate.base) <= 1.2 * line.size
        between = line.box.x0 - line.size <= candidate.base <= line.box.x1 + line.size  # over the axis of two halves
        for i, slot in enumerate(slots):
            top = min((candidate.stacks[s].at.c0 for s in slot.stacks), default=slot.c)
            if (
                line.angle == 0
                and (starts_here or (between and is_name(line)))
                and -0.3 * line.size <= top - line.box.bottom <= 1.2 * line.size
            ):
                taken.setdefault(i, []).append(line)
    return taken if len(taken) >= 0.6 * len(slots) else {}


def _at_bars(slots: Sequence[Slot], candidate: StackRow, lines: Sequence[ChartLine]) -> dict[int, list[ChartLine]]:
    """Texts in the bars or behind them, one level with each: where a stack is one bar, none of them is a segment's."""
    if candidate.stacked or any(len(slot.stacks) != 1 for slot in slots):
        return {}
    taken: dict[int, list[ChartLine]] = {}
    for line in lines:
        nearest = _nearest_slot(line.box.y_mid, slots)
        level = abs(slots[nearest].c - line.box.y_mid) <= candidate.thickness / 2
        if level and line.angle == 0 and is_name(line) and candidate.base <= line.box.x0 <= candidate.at.a1:
            taken.setdefault(nearest, []).append(line)
    columns = all(max(x.box.x0 for x in part) - min(x.box.x0 for x in part) < part[0].size for part in taken.values())
    return taken if len(taken) == len(slots) and columns else {}


def _with_lines(slots: Sequence[Slot], taken: dict[int, list[ChartLine]]) -> list[Slot]:
    return [replace(slot, lines=tuple(taken.get(i, ()))) for i, slot in enumerate(slots)]
