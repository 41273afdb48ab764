"""What the bars of each place on the category axis are called: the names below, beside or over them."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_text import LINE_PITCH, OTHER_SIZE, TIGHT_PITCH, ChartLine, turned
from pipeline.exhibits.charts.points import is_name
from pipeline.exhibits.charts.slots import LABEL_GAP, Layout, Slot, layouts_of, nearest_slot, per_slot
from pipeline.exhibits.charts.stacks import Extent, StackRow

CENTRED = 0.15
"""Share of the distance of two bars by which a name may be off the middle of its own, wherever it stands below."""
OVER_BASELINE = 0.4
"""How far, in em, the middle of a label's first line may stand above the baseline (labels centred below it)."""
ANCHOR = 0.5
"""Lines of one wrapped slanted label begin (or end) within so many em of one another."""
SHARE = re.compile(r"^[+–-]?\s*\d[\d.,]*\s*%$")
"""A percentage names no answer: it is a value of the chart next door."""
MOST_LINES = 7
"""A label of more lines is running text beside the chart."""


def layout_of(candidate: StackRow, lines: Sequence[ChartLine], ticks: Sequence[Extent] = ()) -> Layout:
    """The grouping of the stacks of which more places are named."""
    options = layouts_of(candidate, lines, ticks)
    if len(options) == 1:
        return options[0]
    return max(options, key=lambda option: sum(bool(x.lines) for x in named(option, candidate, lines).slots))


def named(layout: Layout, candidate: StackRow, lines: Sequence[ChartLine]) -> Layout:
    """The layout with the labels found among `lines` (those not yet understood)."""
    place = _below if candidate.upright else _beside
    words = [line for line in lines if not SHARE.match(line.text)]
    return replace(layout, slots=tuple(place(layout, candidate, words)))


# Vertical bars: labels under the baseline, upright, at right angles or slanted.


def _below(layout: Layout, candidate: StackRow, lines: Sequence[ChartLine]) -> list[Slot]:
    """The names below the bars, or below the line from which bars grow up and down."""
    bases = dict.fromkeys((max(-candidate.base, candidate.plot.bottom), -candidate.base))
    found = [names_below(layout.slots, layout.pitch, base, lines) for base in bases]
    return max(found, key=lambda slots: sum(bool(x.lines) for x in slots))


def names_below(places: Sequence[Slot], pitch: float, base: float, lines: Sequence[ChartLine]) -> list[Slot]:
    """The places, `pitch` points apart along a level axis at the height `base`, with the names that stand below it."""
    slots = list(places)
    reach = Box(slots[0].c - pitch, base - 2.0, slots[-1].c + pitch, base + 1e6)
    pool = [line for line in lines if _is_below(line, base) and line.box.overlap_x(reach) > 0]
    starting = [line for line in pool if line.box.top - base <= LABEL_GAP * line.size] or _far_row(pool, slots, pitch)
    if not starting:
        return slots
    angles = [line.angle for line in starting]
    angle = max(sorted(set(angles)), key=angles.count)
    pool = [line for line in pool if line.angle == angle]
    if angle == 0:
        return _upright(slots, _with_lines_above(pool, lines), base, pitch)
    starting = [line for line in pool if line.box.top - base <= LABEL_GAP * line.size]
    if angle % 90 == 0:
        return _at_right_angles(slots, _with_wrapped(starting, pool), pitch)
    return _slanted(slots, pool, angle, pitch, base)


def _far_row(pool: Sequence[ChartLine], slots: Sequence[Slot], pitch: float) -> list[ChartLine]:
    """The first row of text below the bars, with one text right under each of these: the values of bars that grow down
    may stand between."""
    first = min(pool, key=lambda line: line.v, default=None)
    row = [x for x in pool if first is not None and x.angle == 0 and abs(x.v - first.v) <= 0.4 * first.size]
    row = row if all(map(is_name, row)) else []
    under = [nearest_slot(x.box.x_mid, slots) for x in row]
    centred = all(abs(slots[i].c - x.box.x_mid) <= CENTRED * pitch for i, x in zip(under, row, strict=True))
    return row if centred and len(slots) > 2 and sorted(under) == [i for i, x in enumerate(slots) if x.stacks] else []


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
            for piece in per_slot(line, slots, pitch):
                nearest = nearest_slot(piece.box.x_mid, slots)
                if abs(slots[nearest].c - piece.box.x_mid) <= 0.6 * pitch:
                    taken.setdefault(nearest, []).append(piece)
    return _with_lines(slots, taken)


def _goes_on(line: ChartLine, first: Sequence[ChartLine], pitch: float) -> bool:
    """Can the line be a further one of labels whose first lines are `first`? It is set in their size (a folio or a note
    is not), and a text that runs under several slots does not go on with labels that have one each."""
    alike = any(abs(line.size - x.size) <= OTHER_SIZE * x.size for x in first)
    return alike and (line.box.width <= 2 * pitch or any(x.box.width > 2 * pitch for x in first))


def _at_right_angles(slots: list[Slot], lines: Sequence[ChartLine], pitch: float) -> list[Slot]:
    taken: dict[int, list[ChartLine]] = {}
    ordered = sorted(lines, key=lambda line: line.box.x_mid)
    for line in ordered:
        nearest = nearest_slot(line.box.x_mid, slots)
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
    near = [block for block in blocks if block[0].box.top - base <= (LABEL_GAP + 1) * block[0].size]
    placed = sorted(((_foot(block, angle, falling), block) for block in near), key=lambda pair: pair[0])
    shift = statistics.median(min((x - s.c for s in slots), key=abs) for x, _ in placed) if placed else 0.0
    taken: dict[int, list[ChartLine]] = {}
    for x, block in placed:
        nearest = nearest_slot(x - shift, slots)
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
        if x.angle == 0 and abs(slots[i := nearest_slot(x.box.y_mid, slots)].c - x.box.y_mid) <= half
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
        nearest = nearest_slot(line.box.y_mid, slots)
        level = abs(slots[nearest].c - line.box.y_mid) <= candidate.thickness / 2
        if level and line.angle == 0 and is_name(line) and candidate.base <= line.box.x0 <= candidate.at.a1:
            taken.setdefault(nearest, []).append(line)
    columns = all(max(x.box.x0 for x in part) - min(x.box.x0 for x in part) < part[0].size for part in taken.values())
    return taken if len(taken) == len(slots) and columns else {}


def _with_lines(slots: Sequence[Slot], taken: dict[int, list[ChartLine]]) -> list[Slot]:
    return [replace(slot, lines=tuple(taken.get(i, ()))) for i, slot in enumerate(slots)]
