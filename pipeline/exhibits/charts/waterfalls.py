"""Waterfalls: bars side by side, each of which starts where the one before it ended.

What a bar adds or takes away is its length; it grows against the axis where it takes away. A bar that reaches from the
baseline to the level of the others is a total, and changes no level.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from pipeline.core.geometry import Box
from pipeline.exhibits.charts.marks import Bar
from pipeline.exhibits.charts.stacks import (
    SAME_EDGE,
    TOUCH,
    Segment,
    Stack,
    StackRow,
    by_frame,
    extent,
    of_one_thickness,
)

FEWEST_STEPS = 3
"""Bars of a waterfall; two bars that meet at one height do so by chance."""


def waterfall_rows(bars: Sequence[Bar], frames: Sequence[Box] = ()) -> list[StackRow]:
    """Every run of bars that are steps of a waterfall, under both orientations; `frames` as for `candidates`."""
    found: list[StackRow] = []
    for upright in (True, False):
        stacks = [Stack((Segment(bar, extent(bar.box, upright), afloat=True),)) for bar in bars]
        for alike in of_one_thickness(stacks):
            for framed in by_frame(alike, frames):
                found += _runs(sorted(framed, key=lambda s: (s.at.c0, s.at.a0)), upright)
    return found


def _runs(row: Sequence[Stack], upright: bool) -> list[StackRow]:
    """The longest runs of steps in a row of bars in order along the category axis."""
    found: list[StackRow] = []
    rest = list(row)
    while len(rest) >= FEWEST_STEPS:
        taken = max((_steps(rest, base) for base in (rest[0].at.a0, rest[0].at.a1)), key=len)
        if len(taken) >= FEWEST_STEPS and _is_stepped(taken):
            base = taken[0].at.a1 if taken[0].segments[0].back else taken[0].at.a0
            found.append(StackRow(upright, base, tuple(taken)))
        rest = rest[max(len(taken), 1) :]
    return found


def _steps(row: Sequence[Stack], base: float) -> list[Stack]:
    """The bars from the first on that go on at the level reached; the first starts at `base`."""
    taken: list[Stack] = []
    level = base
    for stack in row:
        at = stack.at
        if taken and at.c0 < taken[-1].at.c1 - SAME_EDGE:
            break
        total = bool(taken) and _near(at.a1, level) and _near(at.a0, base)
        back = _near(at.a1, level) and not total
        if not (back or total or _near(at.a0, level)):
            break
        taken.append(Stack((replace(stack.segments[0], back=back),)))
        level = level if total else at.a0 if back else at.a1
    return taken


def _is_stepped(row: Sequence[Stack]) -> bool:
    """True where most bars start off the baseline of the first: others are common bars, or boxes in a row."""
    starts = {round(s.at.a0) for s in row} | {round(s.at.a1) for s in row}
    levels = sum(not _near(a.at.a0, b.at.a0) for a, b in itertools.pairwise(row))
    return len(starts) > FEWEST_STEPS and 2 * levels >= len(row) - 1


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= TOUCH
