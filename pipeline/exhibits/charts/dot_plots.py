"""Dot plots, dumbbells and lollipops: marks in rows, or in columns, each with its name at a side."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.core.geometry import Box
from pipeline.exhibits.charts.bar_names import names_below
from pipeline.exhibits.charts.chart_text import LINE_PITCH, ChartLine, whole_name
from pipeline.exhibits.charts.legends import distinct
from pipeline.exhibits.charts.point_plots import ENOUGH
from pipeline.exhibits.charts.points import SAME_PLACE, AxisCategory, Dot, PlotPoint, PointPlot, SeriesStyle, is_name
from pipeline.exhibits.charts.slots import Slot

PITCH = (4.0, 210.0)
"""Points between rows: closer marks are one drawing, farther ones stand in no chart together."""
UNEVEN = 0.25
"""Share of the pitch by which a row may stand off its place."""

_Text = tuple[ChartLine, Box]
"""A text and its box, turned where the rows are columns of the page."""


def dot_plots(dots: Sequence[Dot], lines: Sequence[ChartLine]) -> list[PointPlot]:
    """The charts of these marks in rows and in columns: the same marks may be in one of each."""
    plots = []
    for upright in (False, True):
        names = [(line, line.box.transposed(upright)) for line in lines if not line.angle and is_name(line)]
        turned = {replace(dot, x=dot.y, y=dot.x, box=dot.box.transposed()) if upright else dot: dot for dot in dots}
        for rows in _evenly_spaced(_rows(list(turned))):
            options = [_row_names(rows, names), _turned_names(rows, lines) if upright else []]
            categories = max(options, key=lambda option: sum(bool(c.lines) for c in option))
            if sum(bool(c.lines) for c in categories) >= max(2, ENOUGH * len(categories)):
                plots.append(_plot([turned[d] for row in rows for d in row], categories, upright))
    return plots


def _plot(dots: Sequence[Dot], categories: Sequence[AxisCategory], upright: bool) -> PointPlot:
    looks: list[Dot] = []
    points = []
    for dot in dots:
        looks += [] if any(dot.looks_like(x) for x in looks) else [dot]
        series = next(i for i, x in enumerate(looks) if dot.looks_like(x))
        c, a = (dot.x, dot.y) if upright else (dot.y, dot.x)
        points.append(PlotPoint(c, a, series, dot.box, dot.colour))
    colours = tuple(x.colour for x in looks)
    alike = () if len(distinct(colours)) == len(colours) else tuple(map(SeriesStyle, looks))
    return PointPlot(tuple(points), tuple(categories), colours, upright, "dots", alike)


def _rows(dots: Sequence[Dot]) -> list[list[Dot]]:
    rows: list[list[Dot]] = []
    for dot in sorted(dots, key=lambda d: (d.y, d.x)):
        if rows and dot.y - rows[-1][0].y <= SAME_PLACE:
            rows[-1].append(dot)
        else:
            rows.append([dot])
    return rows


def _evenly_spaced(rows: Sequence[list[Dot]]) -> list[list[list[Dot]]]:
    """Rows at one pitch below each other."""
    groups: list[list[list[Dot]]] = []
    for row in rows:
        for group in groups:
            pitch = group[1][0].y - group[0][0].y if len(group) > 1 else None
            step = row[0].y - group[-1][0].y
            if PITCH[0] < step < PITCH[1] and (pitch is None or abs(step - pitch) < UNEVEN * pitch):
                group.append(row)
                break
        else:
            groups.append([row])
    return [group for group in groups if len(group) >= 2]


def _row_names(rows: Sequence[Sequence[Dot]], texts: Sequence[_Text]) -> list[AxisCategory]:
    """The names of the rows: in a column before all marks or behind all, whichever stands nearer to them, or at any
    side of the marks of each row where that names more (on the far side of a line of zero). A line of text belongs to
    the row whose middle is nearest."""
    heights = [row[0].y for row in rows]
    pitch = heights[1] - heights[0]
    level: list[list[_Text]] = [[] for _ in rows]
    for line, box in texts:
        nearest = min(range(len(heights)), key=lambda i: abs(heights[i] - box.y_mid))
        if abs(heights[nearest] - box.y_mid) < 0.5 * pitch:
            level[nearest].append((line, box))
    first, last = min(d.box.x0 for row in rows for d in row), max(d.box.x1 for row in rows for d in row)
    sides: list[Callable[[Box], float]] = [lambda box: first - box.x0, lambda box: box.x1 - last, lambda box: 1.0]
    found = []
    for i, away in enumerate(sides):
        names = {
            k: name
            for k, row in enumerate(rows)
            if (name := _nearest([text for text in level[k] if away(text[1]) > 0], row)) is not None
        }
        gaps = [away(box) - box.width for _, box in names.values()] if i < len(sides) - 1 else [math.inf]
        found.append((len(names), -statistics.median(gaps) if gaps else 0.0, names))
    best = max(found, key=lambda option: option[:2])[2]
    lines = [[line for line, _ in texts] for texts in level]
    wholes = {k: tuple(whole_name(line, lines[k], LINE_PITCH)) for k, (line, _) in best.items()}
    return [AxisCategory(y, wholes.get(k, ())) for k, y in enumerate(heights)]


def _turned_names(rows: Sequence[Sequence[Dot]], lines: Sequence[ChartLine]) -> list[AxisCategory]:
    """The names of columns by the turned texts that hang from their axis, below all marks."""
    lowest = max(d.box.x1 for row in rows for d in row)
    turned = [line for line in lines if line.angle and line.box.top >= lowest]
    base = min((line.box.top for line in turned), default=lowest)
    columns = [Slot(row[0].y, (k,)) for k, row in enumerate(rows)]
    return [AxisCategory(x.c, x.lines) for x in names_below(columns, columns[1].c - columns[0].c, base, turned)]


def _nearest(texts: Sequence[_Text], row: Sequence[Dot]) -> _Text | None:
    """The text that stands nearest to the marks of the row, level with them rather than over them."""
    start, end = min(d.box.x0 for d in row), max(d.box.x1 for d in row)
    gaps = [max(start - box.x1, box.x0 - end) for _, box in texts]
    costs = [(abs(box.y_mid - row[0].y) > line.size, gap) for gap, (line, box) in zip(gaps, texts, strict=True)]
    beside = [i for i, (line, _) in enumerate(texts) if gaps[i] > -line.size]
    return texts[min(beside, key=lambda i: costs[i])] if beside else None
