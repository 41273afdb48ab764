"""Ranges: level bars that begin and end anywhere, each from a lower to an upper value, maybe with a mark between."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipeline.core.geometry import Box, box_around, union
from pipeline.core.language import words
from pipeline.exhibits.charts.marks import Bar, bars_of
from pipeline.exhibits.charts.points import MARK_ASPECT, MOST_CORNERS, Dot, PointPlot
from pipeline.exhibits.charts.stacks import SAME_EDGE, TOUCH
from pipeline.exhibits.reading import Label
from pipeline.pages.page import Page, Shape

FEWEST = 3
"""Bars in as many places; two may float by chance."""
THICKNESS = (2.0, 40.0)
"""Points: thinner bars are rules, thicker ones cells."""
NEEDLE = 0.25
"""Width of a mark across a bar, in its own heights, at most."""
TALLEST = 2.5
"""Height of a mark across a bar, in thicknesses of the bar, at most: a longer one is a rule of the plot."""

HEAD = (2.0, 14.0)
"""Points: heads of arrows are thicker than their shafts, and no larger."""
REACH = 60.0
"""Points beyond all the bars of a chart within which marks on their level are its own."""


def ranges_of(page: Page, dots: Sequence[Dot]) -> list[list[Dot]]:
    """The ends of the ranges of each chart as points, with the marks across them and those of `dots` on their level;
    ends that have a mark of their own are left out."""
    bars = [b for b in bars_of(page) if THICKNESS[0] <= b.box.height <= THICKNESS[1]]
    alike: dict[tuple[object, int], list[Bar]] = defaultdict(list)
    for bar in bars:
        if bar.box.height < MARK_ASPECT * bar.box.width:
            alike[bar.fill, round(bar.box.height)].append(bar)
    charts = []
    for group in alike.values():
        apart = all(not _touch(bar.box, other.box) for bar in group for other in bars if other is not bar)
        if apart and _afloat([bar.box for bar in group]):
            ends = [mark for bar in group for mark in (*_ends(bar), *_needles(bar, page.shapes))]
            reach = union(bar.box for bar in group).grown(REACH)
            near = [dot for dot in dots if reach.x0 <= dot.x <= reach.x1]
            own = [dot for dot in near if any(bar.box.top <= dot.y <= bar.box.bottom for bar in group)]
            charts.append([*own, *(end for end in ends if not any(_covers(dot.box, end) for dot in own))])
    return charts


def with_tips(page: Page, dots: Sequence[Dot]) -> list[Dot]:
    """The marks, the tips of level arrows instead of the marks that draw their heads, and their tails, where these have
    no mark of their own. All tips are of one series: colours tell which way an arrow points."""
    shafts = [s for s in page.shapes if s.fill is None and s.stroke and s.box.height < HEAD[0] < s.box.width]
    small = [s for s in page.shapes if HEAD[0] < s.box.height <= HEAD[1] >= s.box.width]
    heads = [s for s in small if not s.curved and len(set(s.points)) <= MOST_CORNERS]
    arrows = []
    for shaft in shafts:
        y, ends = shaft.box.y_mid, (shaft.box.x0, shaft.box.x1)
        pointed = [(head, x) for head in heads for x in ends if _points_at(head, x, y)]
        if len({x for _, x in pointed}) == 1:
            head, x = pointed[0]
            tail = ends[0] if x == ends[1] else ends[1]
            reach = max if x > tail else min
            arrows.append((head.box, y, reach(p[0] for p in head.points), tail))
    if len({round(y) for _, y, _, _ in arrows}) < FEWEST:
        return list(dots)
    rest = [dot for dot in dots if not any(head.holds(dot.box) for head, _, _, _ in arrows)]
    colour = next(s.stroke for s in shafts if s.stroke)
    tips = [Dot(x, y, box_around([(x, y)]).grown(1.0), colour, corners=3) for _, y, x, _ in arrows]
    tails = [Dot(x, y, box_around([(x, y)]).grown(1.0), colour) for _, y, _, x in arrows]
    return [
        *rest,
        *(end for end in (*tips, *tails) if not any(_covers(dot.box.grown(dot.box.width / 2), end) for dot in rest)),
    ]


def _points_at(head: Shape, x: float, y: float) -> bool:
    """Does the shape point along a level line at its end: one corner there, others on both sides of the line?"""
    level = any(abs(p[1] - y) < 1 and abs(p[0] - x) <= HEAD[1] / 2 for p in head.points)
    sides = {p[1] > y for p in head.points if abs(p[1] - y) >= 1}
    middle = abs(head.box.y_mid - y) < 1 and head.box.x0 - 2 <= x <= head.box.x1 + 2
    return level and len(sides) == 2 and middle


def _touch(one: Box, other: Box) -> bool:
    """Do they stand end to end in one row?"""
    apart = min(abs(one.x1 - other.x0), abs(one.x0 - other.x1))
    return one.overlap_y(other) > 0.5 * one.height and apart <= TOUCH


def _afloat(boxes: Sequence[Box]) -> bool:
    """Are there several, in a row each, none of whose edges most of them share?"""
    rows = {round(box.y_mid) for box in boxes}
    edges = ({round(box.x0 / SAME_EDGE) for box in boxes}, {round(box.x1 / SAME_EDGE) for box in boxes})
    return len(rows) == len(boxes) >= FEWEST and all(2 * len(places) > len(boxes) for places in edges)


def _ends(bar: Bar) -> list[Dot]:
    box = bar.box
    return [Dot(x, box.y_mid, Box(x - 1, box.top, x + 1, box.bottom), bar.fill) for x in (box.x0, box.x1)]


def _needles(bar: Bar, shapes: Sequence[Shape]) -> list[Dot]:
    """Thin marks across the bar, as high as it or higher."""
    marks = ((s.box, s.fill if s.fill is not None else s.stroke) for s in shapes)
    return [
        Dot(box.x_mid, bar.box.y_mid, box.grown(0.5), colour)
        for box, colour in marks
        if colour is not None
        and box.width <= NEEDLE * box.height
        and bar.box.x0 + SAME_EDGE < box.x_mid < bar.box.x1 - SAME_EDGE
        and bar.box.height - 1 <= box.height <= TALLEST * bar.box.height
        and box.overlap_y(bar.box) >= bar.box.height - 1
    ]


def _covers(box: Box, end: Dot) -> bool:
    return box.holds(Box(end.x, end.y, end.x, end.y), slack=1.0)


def ends_named(plot: PointPlot, series: dict[int, Label]) -> dict[int, Label]:
    """Point → its name, in series of two points a row whose name tells both ends ("25th to 75th percentile")."""
    found: dict[int, Label] = {}
    for name in series.values():
        parts = re.split(rf"\s+(?:{'|'.join(words('range_words'))}|[–-])\s+", name.text)
        own = [i for i, p in enumerate(plot.points) if series.get(p.series) is name]
        places = sorted({round(plot.points[i].c) for i in own})
        rows = [
            sorted((i for i in own if round(plot.points[i].c) == c), key=lambda i: plot.points[i].a) for c in places
        ]
        if len(parts) == 2 and all(len(row) == 2 for row in rows):
            found |= {i: replace(name, text=part) for row in rows for i, part in zip(row, parts, strict=True)}
    return found
