"""Lines over a row of names that their points share."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

from pipeline.core.geometry import Box
from pipeline.exhibits.charts.chart_drafts import Scene
from pipeline.exhibits.charts.chart_text import LINE_PITCH, ChartLine, whole_name
from pipeline.exhibits.charts.fitting import clusters
from pipeline.exhibits.charts.legends import distinct
from pipeline.exhibits.charts.points import (
    ALIGNED,
    AxisCategory,
    Dot,
    PlotPoint,
    PointPlot,
    Polyline,
    SeriesStyle,
    height_at,
    is_name,
    on_line,
    with_marks,
    years_between,
)

CURVE_STEPS = 24
"""Steps in which a curve is drawn, at least."""
MOST_BEND = 0.5
"""Radians by which one step of a curve turns from the last, at most: the corners of a line of data turn farther."""
ENOUGH = 0.6
"""Share of points with a fitting label, or with a name, that makes a chart of them."""


def line_plots(lines: Sequence[Polyline], dots: Sequence[Dot], scene: Scene) -> list[PointPlot]:
    """Lines over (or else under) one row of category names, a plot for each row."""
    lines = [_at_names(line, scene.lines) for line in lines]
    rows = [(line, row, line.box.y_mid < level_of(row[0])) for line in lines if (row := _row_of(line, scene))]
    plots = []
    for place, above in sorted({(level_of(row[0]), over) for _, row, over in rows}):
        members = [line for line, row, over in rows if over == above and abs(level_of(row[0]) - place) < 1.0]
        for group in clusters(members, lambda one, other: one.box.overlap_x(other.box) > 0):  # panels share none
            names = max((row for line, row, _ in rows if line in group), key=len)
            points = [
                PlotPoint(x, y, i, Box(x, y, x, y).grown(1.5), line.colour)
                for i, line in enumerate(group)
                for x, y in with_marks(line, dots, [_middle(name) for name in names]).vertices
            ]
            colours = tuple(line.colour for line in group)
            looks = (
                ()
                if len(distinct(colours)) == len(colours)
                else tuple(SeriesStyle(_mark_of(x, dots), x) for x in group)
            )
            categories = [AxisCategory(_middle(x[0]), x) for x in _whole_names(names, scene.lines)]
            categories += years_between([(_middle(x), x.text) for x in names], sorted({p.c for p in points}))
            plots.append(PointPlot(tuple(points), tuple(categories), colours, True, "lines", looks))
    return plots


def _whole_names(row: Sequence[ChartLine], lines: Sequence[ChartLine]) -> list[tuple[ChartLine, ...]]:
    """The names with the lines below that go on with most of them ("2021" over "H1")."""
    below = [x for x in lines if x.angle == 0 and 0 < x.v - row[0].v <= 2 * LINE_PITCH * x.size]
    wholes = [tuple(whole_name(name, below, LINE_PITCH)) if name.angle == 0 else (name,) for name in row]
    return wholes if sum(len(x) > 1 for x in wholes) >= ENOUGH * len(row) else [(name,) for name in row]


def _at_names(line: Polyline, texts: Sequence[ChartLine]) -> Polyline:
    """The line; a curve that is drawn in many short steps with its vertices at the names below it alone, of which the
    first and the last stand at its ends and the others as far apart as these."""
    steps = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b in itertools.pairwise(line.vertices)]
    if len(steps) < CURVE_STEPS or max(abs(b - a) for a, b in itertools.pairwise(steps)) > MOST_BEND:
        return line
    (first, _), (last, _) = line.vertices[0], line.vertices[-1]
    for one in (x for x in texts if abs(_middle(x) - first) < ALIGNED * x.size):
        row = sorted(
            _middle(x)
            for x in texts
            if abs(level_of(x) - level_of(one)) < 0.3 * one.size and _middle(x) > first - one.size
        )
        places = [first + (last - first) * i / max(len(row) - 1, 1) for i in range(len(row))]
        alike = all(abs(a - b) < ALIGNED * one.size for a, b in zip(row, places, strict=True))
        if alike and 2 < len(row) < len(steps) / 3:
            heights = [height_at(line, min(x, last)) for x in places]
            return replace(line, vertices=tuple((x, y) for x, y in zip(places, heights, strict=True) if y is not None))
    return line


def _mark_of(line: Polyline, dots: Sequence[Dot]) -> Dot | None:
    """The mark that most of those on the line look like."""
    own = [d for d in dots if on_line(d, line)]
    return max(own, key=lambda d: sum(d.looks_like(other) for other in own), default=None)


def _row_of(line: Polyline, scene: Scene) -> list[ChartLine]:
    """The row of names below (or else above) the line, at most of its vertices or at both ends; no row of values near
    the line, and numbers only where there are no names (the values of bars behind the line stand in a row as well)."""
    places = [x for x, _ in line.vertices]
    pitch = min(b - a for a, b in itertools.pairwise(places))
    found: list[tuple[bool, bool, float, list[ChartLine]]] = []
    for anchor in scene.lines:
        alike = (x for x in scene.lines if x.angle == anchor.angle)
        row = [x for x in alike if abs(level_of(x) - level_of(anchor)) < 0.3 * anchor.size]
        if row[0] is not anchor:
            continue
        at = {
            i: name
            for name in row
            for i, x in enumerate(places)
            if abs(_middle(name) - x) <= max(ALIGNED * name.size, 0.2 * pitch)
        }
        beside = [abs(at[i].box.y_mid - line.vertices[i][1]) for i in at]
        numbers = sum(not is_name(name) for name in at.values()) > 0.5 * len(at)
        shares = sum("%" in name.text for name in at.values()) > 0.5 * len(at)
        values = numbers and (shares or sum(d < 1.8 * anchor.size for d in beside) > 0.5 * len(beside))
        told = len(at) + len(years_between([(_middle(x), x.text) for x in at.values()], places))
        ends = {0, len(places) - 1} <= at.keys()
        if len(at) > 1 and (ends or told >= ENOUGH * len(places)) and not values:
            gap = anchor.box.top - line.box.bottom
            found.append((numbers, gap < 0, abs(gap), list(at.values())))
    return min(found, key=lambda f: f[:3])[3] if found else []


def level_of(name: ChartLine) -> float:
    """How high on the page a name stands: turned ones hang from their axis, or stand on it."""
    return name.v if name.angle == 0 else name.box.top


def _middle(name: ChartLine) -> float:
    """Where a name points to on the axis below which it stands: its middle, or the end of slanted text."""
    return name.box.x_mid if name.angle % 90 == 0 else (name.box.x1 if 0 < name.angle < 90 else name.box.x0)
