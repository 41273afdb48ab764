"""Names of series without a legend: words in the ink of the bars, or texts that stand at the bars of one category."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

from pipeline.core.colours import RGB, distance
from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_text import ChartLine, names_of
from pipeline.exhibits.charts.fitting import UNLIKELY, matched
from pipeline.exhibits.charts.legends import SAME_COLOUR, Item, Legend, Swatch
from pipeline.exhibits.charts.stacks import Segment, StackRow, extent

REACH = 8.0
"""Em around a plot within which its subtitle and its direct names stand."""
MOST_NAMED = 0.6
"""Share of a single stack's segments that must have a text of their own for these to be their names."""
ROW_GAP = 2.0
"""Em between a stack and the names of its segments, at most."""


def named_in_ink(candidate: StackRow, colours: Sequence[RGB], lines: Sequence[ChartLine]) -> Legend | None:
    """A legend made of the runs of words near the chart, alone or in a subtitle, that are printed in its `colours`, one
    for each. Where a colour has no name, or two, there is no legend. The ink of most text tells nothing."""
    usual = Counter(word.colour for line in lines for word in line.words).most_common(1)
    near = [x for x in lines if x.angle == 0 and candidate.plot.grown(REACH * x.size).overlap(x.box) > 0]
    inks = [(run, run.colour) for x in near for run in _runs(x) if run.colour and run.colour != usual[0][0]]
    items = []
    for colour in colours:
        own = [run for run, ink in inks if distance(ink, colour) < SAME_COLOUR]
        if len({run.text for run in own}) != 1:
            return None
        items.append(Item((Swatch(own[0].box, colour),), (own[0],)))
    return Legend(tuple(items)) if len(items) > 1 else None


def direct_legend(candidate: StackRow, lines: Sequence[ChartLine]) -> Legend | None:
    """A legend made of what names every segment of a stack by its place, never by order."""
    return _at_segments(candidate, [run for line in lines if line.angle == 0 for run in _runs(line)])


def at_single_stack(candidate: StackRow, lines: Sequence[ChartLine]) -> Legend | None:
    """The names that stand at the segments of a chart's only stack, numbers among them ("2-4"): most of these have one.
    They are nearer than any legend, which may be the next chart's."""
    if not candidate.stacked or len(candidate.stacks) > 1:
        return None
    return _at_segments(candidate, [line for line in lines if line.angle == 0], MOST_NAMED)


def _runs(line: ChartLine) -> list[ChartLine]:
    """The line cut where the ink changes; runs without a letter are values."""
    runs = [ChartLine(tuple(words)) for _, words in itertools.groupby(line.words, key=lambda w: w.colour)]
    return [run for run in runs if any(map(str.isalpha, run.text))]


def _at_segments(candidate: StackRow, lines: Sequence[ChartLine], share: float = 1.0) -> Legend | None:
    """Texts in a row before the first or after the last stack, one level with each segment of it, or with such a share
    of them."""
    if not candidate.stacked:
        return None
    ends = ((candidate.stacks[0], -1), (candidate.stacks[-1], 1))
    for stack, side in ends:
        beyond = [line for line in lines if _is_beyond(line, stack.at.c0 if side < 0 else stack.at.c1, side, candidate)]
        for names in ([[line] for line in beyond], names_of(beyond)):
            boxes = [union(line.box for line in name) for name in names]
            found = matched(
                [[_off(segment, box, candidate) for box in boxes] for segment in stack.segments], UNLIKELY / 2
            )
            places = [extent(boxes[j], candidate.upright) for j in found.values()]
            edges = ([at.c0 for at in places], [at.c for at in places], [at.c1 for at in places])
            if not found or min(max(edge) - min(edge) for edge in edges) > beyond[0].size:
                continue
            if len(found) == len(names) > 1 and len(found) >= share * len(stack.segments):
                marks = {i: stack.segments[i].bar for i in found}
                return Legend(
                    tuple(
                        Item((Swatch(marks[i].box, marks[i].fill),), tuple(names[j])) for i, j in sorted(found.items())
                    )
                )
    return None


def _is_beyond(line: ChartLine, edge: float, side: int, candidate: StackRow) -> bool:
    """Next to the stack's edge on the category axis, and level with the plot."""
    at = extent(line.box, candidate.upright)
    gap = (at.c0 - edge) if side > 0 else (edge - at.c1)
    level = candidate.at.a0 <= at.a <= candidate.at.a1
    return level and -0.3 * line.size <= gap <= ROW_GAP * line.size


def _off(segment: Segment, name: Box, candidate: StackRow) -> float:
    """Points between the middles of a segment and of a name that stands level with it."""
    at = extent(name, candidate.upright)
    return abs(at.a - segment.at.a) if segment.at.a0 <= at.a <= segment.at.a1 else UNLIKELY
