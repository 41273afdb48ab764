"""Box plots: boxes with a line across, the median, and whiskers beyond their ends."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box, box_around
from pipeline.exhibits.charts.marks import MOST_MARKS
from pipeline.exhibits.charts.points import Dot, subpaths
from pipeline.exhibits.charts.ranges import FEWEST
from pipeline.exhibits.charts.stacks import SAME_EDGE, Extent, extent
from pipeline.pages.page import Page

THIN = 0.1
"""Points by which a straight stroke may lean."""


def medians_of(page: Page) -> list[list[Dot]]:
    """The medians of each chart of box plots, upright or level, as points."""
    strokes = [s for s in page.shapes if s.stroke is not None or s.kind == "line"]
    segments = [
        (box_around((a, b)), shape.stroke or shape.fill)
        for shape in strokes
        for run in subpaths(shape, closed=True)
        for a, b in itertools.pairwise(run)
    ]
    boxes = {s.box for s in page.shapes if s.kind == "rect" and s.box.area > 0}
    boxes |= {
        box_around(run) for s in strokes for run in subpaths(s, closed=True) if 4 <= len(set(run)) <= 5 == len(run)
    }
    if max(len(segments), len(boxes)) > 10 * MOST_MARKS:
        return []
    charts = []
    for upright in (True, False):
        alike: dict[int, dict[Box, Dot]] = defaultdict(dict)
        lines = [(extent(box, upright), box, colour) for box, colour in segments if colour is not None]
        middles = sorted((line.c, i) for i, (line, _, _) in enumerate(lines))
        for box in boxes:
            at = extent(box, upright)
            first, last = (bisect_left(middles, (at.c + off,)) for off in (-2 * SAME_EDGE, 2 * SAME_EDGE))
            for median, colour in _medians(at, [lines[i] for i in sorted(i for _, i in middles[first:last])]):
                alike[round(at.thickness)].setdefault(median, Dot(median.x_mid, median.y_mid, median, colour))
        charts += [list(dots.values()) for dots in alike.values() if len(dots) >= FEWEST]
    return charts


def _medians(at: Extent, lines: list[tuple[Extent, Box, RGB]]) -> Iterator[tuple[Box, RGB]]:
    """The line right across the box, where a whisker stands on one of its ends."""
    across, whiskers = [], 0
    for line, box, colour in lines:
        inside = at.a0 + SAME_EDGE < line.a < at.a1 - SAME_EDGE and line.length <= THIN
        if inside and abs(line.c0 - at.c0) <= SAME_EDGE and abs(line.c1 - at.c1) <= SAME_EDGE:
            across.append((box, colour))
        beyond = max(at.a0 - line.a0, line.a1 - at.a1) > SAME_EDGE
        touches = line.a0 <= at.a1 + SAME_EDGE and line.a1 >= at.a0 - SAME_EDGE
        whiskers += line.thickness <= THIN and abs(line.c - at.c) <= SAME_EDGE and beyond and touches
    if len({round(box.x_mid + box.y_mid) for box, _ in across}) == 1 and whiskers:
        yield across[-1]
