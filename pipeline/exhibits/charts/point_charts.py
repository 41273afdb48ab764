"""Charts whose values are places: lines over waves, slopes, dot plots, dumbbells, lollipops.

All of them are points on two axes, a category axis (waves, answers) and a value axis. A line chart has its categories
along the page's width; a dot plot has them in rows or in columns. The reader works in the axes' own coordinates: `c`
along the categories, `a` along the values.

Steps: points (`points`) · plots (points that share a category axis) · scale (an axis's ticks, or the labels that run
straight with the points) · value labels (one matching of numbers and points) · names of series (by colour).
"""

from __future__ import annotations

import itertools
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.core.colours import chroma, distance
from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.bands import lone_edges, stacked_bands, unstacked
from pipeline.exhibits.charts.box_plots import medians_of
from pipeline.exhibits.charts.chart_drafts import (
    UNNAMED,
    ChartDraft,
    Scene,
    value_at,
)
from pipeline.exhibits.charts.chart_text import Token, tokens_of
from pipeline.exhibits.charts.dot_plots import dot_plots
from pipeline.exhibits.charts.fitting import UNLIKELY, Scale, matched, straight
from pipeline.exhibits.charts.legends import NEAR_COLOUR, SAME_COLOUR
from pipeline.exhibits.charts.pies import without_value
from pipeline.exhibits.charts.point_plots import ENOUGH, level_of, line_plots
from pipeline.exhibits.charts.points import (
    ALIGNED,
    SAME_PLACE,
    Dot,
    PlotPoint,
    PointPlot,
    is_name,
    on_line,
)
from pipeline.exhibits.charts.ranges import ends_named, ranges_of, with_tips
from pipeline.exhibits.charts.series_names import COLOURFUL, series_names
from pipeline.exhibits.reading import Label

LABEL_REACH = 3.0
"""Em between a point and its value label, at most."""
SCALE_SLACK = 1.5
"""Points between a mark's middle and the place of its printed value: rounding and drawing."""
LEAST_SPREAD = 6.0
"""Points that the marks of a chart differ by along its value axis, at least."""


def point_drafts(scene: Scene) -> list[ChartDraft]:
    """Every chart of points on the page, without titles."""
    lines, dots = scene.curves, scene.dots
    swatches = {s.box for x in scene.legends if len(x.items) > 1 for item in x.items for s in item.swatches}
    loose = [d for d in dots if not any(on_line(d, line) for line in lines)]
    loose = [d for d in loose if not (_names_something(d, scene) or any(d.box.holds(x, slack=1.0) for x in swatches))]
    loose = with_tips(scene.page, loose)
    ranges = ranges_of(scene.page, loose)
    loose = [dot for dot in loose if not any(dot in chart for chart in ranges)]
    stacks = stacked_bands(scene.page, lines)
    bands = [band for stack in stacks for band in stack]
    curves = [line for line in lines if not any(band.has_edge(line) for band in bands)]
    plots = [
        *line_plots([*curves, *lone_edges(scene.page, curves, bands)], dots, scene),
        *(p for marks in (loose, *ranges, *medians_of(scene.page)) for p in dot_plots(marks, scene.lines)),
    ]
    plots += [unstacked(plot, stacks) for plot in line_plots([band.middle for band in bands], [], scene)]
    drafts = (_draft(plot, dots, scene, _row(plot, plots)) for plot in plots)
    return _without_rivals([draft for draft in drafts if draft is not None])


def _row(plot: PointPlot, plots: Sequence[PointPlot]) -> list[PointPlot]:
    """The panels that stand in a row with this one over the same names, itself first."""
    if plot.drawn_as != "lines":
        return [plot]
    names, level = [c.label for c in plot.categories], level_of(plot.categories[0].lines[0])
    same = [p for p in plots if p.drawn_as == "lines" and [c.label for c in p.categories] == names]
    return [plot, *(p for p in same if p is not plot and abs(level_of(p.categories[0].lines[0]) - level) < SCALE_SLACK)]


def _shared(row: Sequence[PointPlot], scene: Scene) -> Scale | None:
    """The scale of the panels in a row that most of their labels obey: each may have too few of its own."""
    tokens = [(panel, _free(panel, scene)) for panel in row if len(row) > 1]
    told = [
        (panel.points[i].a, free[j].value) for panel, free in tokens for i, j in _labelled(panel, free, None)[0].items()
    ]
    scale = straight(told, SCALE_SLACK)
    return scale if scale is not None and scale.support >= max(3, ENOUGH * len(told)) else None


def _free(plot: PointPlot, scene: Scene) -> list[Token]:
    """The numbers that are no names of categories."""
    names = {w.order for c in plot.categories for line in c.lines for w in line.words}
    return [t for t in scene.tokens if not names & {w.order for w in t.words}]


def _names_something(dot: Dot, scene: Scene) -> bool:
    """Does a name follow the mark, as in a legend? Numbers other than years are values, no names."""
    return any(
        -0.2 * line.size <= line.box.x0 - dot.box.x1 <= 1.5 * line.size
        and abs(line.box.y_mid - dot.y) <= ALIGNED * line.size
        and is_name(line)
        for line in scene.lines
        if line.angle == 0
    )


def _without_rivals(drafts: Sequence[ChartDraft]) -> list[ChartDraft]:
    """Of drafts that use the same numbers the one with more values that its marks bear out."""
    kept: list[ChartDraft] = []
    for draft in sorted(drafts, key=lambda d: -sum(not v.doubts for v in d.values)):
        labels = {w.order for v in draft.values if v.token for w in v.token.words}
        if not any(labels & other.claimed for other in kept):
            kept.append(draft)
    return kept


def _draft(plot: PointPlot, dots: Sequence[Dot], scene: Scene, row: Sequence[PointPlot]) -> ChartDraft | None:
    """The chart of a plot; None where neither an axis nor labels give its points a meaning."""
    spread, shared = [p.a for p in plot.points], _shared(row, scene)
    if (max(spread) - min(spread) < LEAST_SPREAD and shared is None) or len(plot.points) < 3:
        return None
    tokens = _free(plot, scene)
    axes = (_axis(panel, _free(panel, scene)) for panel in row)
    axis, ticks = next((found for found in axes if found[0] is not None), (None, list[Token]()))
    options = [_scaled(plot, tokens, scale, []) for scale in dict.fromkeys((None, shared))]
    if axis is not None:
        by_axis = _scaled(plot, tokens, _on_grid(axis, ticks, plot, scene), ticks)
        options = [by_axis] if plot.drawn_as == "areas" else [by_axis, *options]  # areas have one as a rule
    best = max(options, key=lambda option: option.fitting - (0 if option.ticks else 2))  # two always run straight
    scale, labels = best.scale, best.labels
    owed = _owed(plot)
    unsure = best.fitting < (2 if scale is shared else 3) or best.fitting < ENOUGH * len(owed)
    borne_out = best.ticks and (
        best.fitting or plot.drawn_as != "dots" or (not best.labels and _within(plot, best.ticks))
    )
    if scale is None or (unsure and not borne_out):
        return None
    draft = ChartDraft(plot.drawn_as, plot.box, [])
    draft.claim(best.ticks, "axis tick" if best.ticks == _axis(plot, tokens)[1] else "shared axis")
    draft.claim((line for category in plot.categories for line in category.lines), "category label")
    draft.claim_values(best.tokens[j] for j in labels.values())
    series = series_names(plot, dots, draft, scene)
    told, series = _with_end_values(plot, best, scale, series, scene)
    ends = ends_named(plot, series)
    for i in sorted({*told, *owed}):
        point = plot.points[i]
        own = {point.series: ends[i]} if i in ends else series
        token, names = told.get(i), _names(plot, point, own)
        fits = token is None or scale.points_off(point.a, token.value) <= 2 * _slack(token, scale)
        draft.values.append(value_at(point.box, token, point.colour, scale.value_at(point.a), names, fits))
    return draft


def _owed(plot: PointPlot) -> set[int]:
    """The points that stand at a category, or nearest to it in their series: others only shape a curve."""
    series: dict[int, list[int]] = defaultdict(list)
    for i, point in enumerate(plot.points):
        series[point.series].append(i)
    found = set()
    for own, category in itertools.product(series.values(), plot.categories):
        off = [abs(plot.points[i].c - category.c) for i in own]
        found |= {i for i, gap in zip(own, off, strict=True) if gap <= min(off) + SAME_PLACE}
    return found


@dataclass(frozen=True)
class _ScaledPlot:
    """A plot with a scale and the labels of its points. Numbers in a column at its side may be an axis, or the labels
    of its first points: the better explanation is the one that more labels obey."""

    scale: Scale | None
    ticks: Sequence[Token]
    tokens: Sequence[Token]
    labels: dict[int, int]
    """Point → its label, by their places."""
    fitting: int


def _scaled(plot: PointPlot, tokens: Sequence[Token], axis: Scale | None, ticks: Sequence[Token]) -> _ScaledPlot:
    rest = [t for t in tokens if t not in ticks]
    labels, scale = _labelled(plot, rest, axis)
    fitting = 0
    if scale is not None:
        fits = (scale.points_off(plot.points[i].a, rest[j].value) <= _slack(rest[j], scale) for i, j in labels.items())
        fitting = sum(fits)
    return _ScaledPlot(scale, ticks, rest, labels, fitting)


def _with_end_values(
    plot: PointPlot, best: _ScaledPlot, scale: Scale, series: dict[int, Label], scene: Scene
) -> tuple[dict[int, Token], dict[int, Label]]:
    """Labels of points and names of series, where the name at the end of a line holds the value ("Full-time 56%"):
    a number that says what the end's place says is its label, and no part of the name."""
    told = {point: best.tokens[token] for point, token in best.labels.items()}
    names = dict(series)
    for i, name in series.items():
        ends = [k for k, p in enumerate(plot.points) if p.series == i and k not in told]
        own = (line for line in scene.lines if name.box is not None and name.box.holds(line.box, slack=0.5))
        for token in tokens_of(own, scene.page.decimal_mark):
            rest, place = without_value(name, token), _along(token.box, plot.upright)[1]
            near = [k for k in ends if abs(plot.points[k].a - place) <= LABEL_REACH * token.size]
            fits = [k for k in near if scale.points_off(plot.points[k].a, token.value) <= _slack(token, scale)]
            if fits and rest.text not in ("", name.text):
                nearest = min(fits, key=lambda k: abs(plot.points[k].c - _along(token.box, plot.upright)[0]))
                told[nearest] = token
                names[i] = rest
    return told, names


def _within(plot: PointPlot, ticks: Sequence[Token]) -> bool:
    """Does an axis in steps of one size, some left out, reach over all points, half of it beyond its last ticks at
    most, and has no series two marks in a row (a row of little pictures)?"""
    steps = {round(b.value - a.value, 6) for a, b in itertools.pairwise(sorted(ticks, key=lambda tick: tick.value))}
    places = sorted(_along(tick.box, plot.upright)[1] for tick in ticks)
    beyond = (places[-1] - places[0]) / 2 if places else 0.0
    reached = all(places[0] - beyond <= p.a <= places[-1] + beyond for p in plot.points) if places else False
    rows = Counter((min(plot.categories, key=lambda k: abs(k.c - p.c)).c, p.series) for p in plot.points)
    return all(step % min(steps) == 0 for step in steps) and reached and max(rows.values()) == 1


def _slack(token: Token, scale: Scale) -> float:
    """Points by which a mark may be off: drawing, and half a unit of the last printed digit."""
    return SCALE_SLACK + 0.55 * 10.0**-token.decimals / abs(scale.per_point)


def _along(box: Box, upright: bool) -> tuple[float, float]:
    """(c, a) of a box's middle."""
    return (box.x_mid, box.y_mid) if upright else (box.y_mid, box.x_mid)


def _axis(plot: PointPlot, tokens: Sequence[Token]) -> tuple[Scale | None, list[Token]]:
    """The value axis: three numbers or more in a line beside the plot that run straight with their places."""
    box = plot.box
    best: tuple[Scale | None, list[Token]] = (None, [])
    for anchor in tokens:
        c, _ = _along(anchor.box, plot.upright)
        low, high = (box.x0, box.x1) if plot.upright else (box.top, box.bottom)
        if low - 2 <= c <= high + 2 or not anchor.alone:
            continue
        row = [t for t in tokens if t.alone and _in_row(t, anchor, plot.upright)]
        row = [t for t in row if _near_plot(t, plot)]
        scale = straight([(_along(t.box, plot.upright)[1], t.value) for t in row], SCALE_SLACK)
        if scale is not None and scale.support >= 3 and (best[0] is None or scale.support > best[0].support):
            ticks = [t for t in row if scale.points_off(_along(t.box, plot.upright)[1], t.value) <= SCALE_SLACK]
            best = (scale, ticks)
    return best


def _on_grid(axis: Scale, ticks: Sequence[Token], plot: PointPlot, scene: Scene) -> Scale:
    """The axis moved onto its grid lines, or else its tick marks, where all its numbers stand off them alike."""
    for rules in zip(*(_rules(shape.box, plot) for shape in scene.page.shapes), strict=True):
        shifts = []
        for tick in ticks:
            place = _along(tick.box, plot.upright)[1]
            near = min((rule - place for rule in rules if rule is not None), key=abs, default=None)
            if near is not None and abs(near) <= 1.5 * tick.size:
                shifts.append(near)
        if len(shifts) >= max(3, ENOUGH * len(ticks)) and max(shifts) - min(shifts) <= 2 * SCALE_SLACK:
            return replace(axis, zero=axis.zero - axis.per_point * statistics.median(shifts))
    return axis


def _rules(box: Box, plot: PointPlot) -> tuple[float | None, float | None]:
    """Where a thin line across the plot is level with one value, and where a tick mark at its side is."""
    length, thickness = (box.width, box.height) if plot.upright else (box.height, box.width)
    reach, aside = plot.box.width, -box.overlap_x(plot.box)
    if not plot.upright:
        reach, aside = plot.box.height, -box.overlap_y(plot.box)
    place = _along(box, plot.upright)[1]
    mark = SCALE_SLACK < length <= reach / 2 and aside >= 0
    return (place if length > reach / 2 else None, place if mark else None) if thickness < SCALE_SLACK else (None, None)


def _in_row(token: Token, anchor: Token, upright: bool) -> bool:
    one, other = token.box, anchor.box
    edges = (
        (one.x0 - other.x0, one.x1 - other.x1, one.x_mid - other.x_mid)
        if upright
        else (one.y_mid - other.y_mid, one.bottom - other.bottom)
    )
    return min(map(abs, edges)) <= 0.25 * anchor.size


def _near_plot(token: Token, plot: PointPlot) -> bool:
    """Beside the plot, at most half of its longer side beyond its ends (level lines fill a small part of their axis),
    and eight em from its side or as far as its categories are apart (the first may stand half of that inside)."""
    box, places = plot.box, sorted(x.c for x in plot.categories)
    pitch = min((b - a for a, b in itertools.pairwise(places)), default=0.0)
    reach, beyond = max(8 * token.size, pitch), 0.5 * max(box.width, box.height) + token.size
    across, down = -token.box.overlap_x(box), -token.box.overlap_y(box)
    return down < beyond and across < reach if plot.upright else across < beyond and down < reach


def _labelled(plot: PointPlot, tokens: Sequence[Token], axis: Scale | None) -> tuple[dict[int, int], Scale | None]:
    """Point → its label, and the scale: the axis's, or the one that most labels obey."""
    near = [[min(_gap(p, t, plot), _gap_to_column(p, t, plot, axis)) for t in tokens] for p in plot.points]
    labels = matched(near, LABEL_REACH)
    scale = axis or _scale_of(plot, tokens, labels)
    for _ in range(2):
        if scale is None:
            return labels, None
        costs = [
            [gap + _misfit(p, t, scale) for gap, t in zip(row, tokens, strict=True)]
            for p, row in zip(plot.points, near, strict=True)
        ]
        labels = matched(costs, 1.7 * LABEL_REACH)
        scale = axis or _scale_of(plot, tokens, labels)
    return labels, scale


def _misfit(point: PlotPoint, token: Token, scale: Scale) -> float:
    """Em that a number is away from where it belongs by what it says, as far as that speaks against it; a number in a
    name ("15 to 35 years") labels nothing that it does not fit."""
    off = scale.points_off(point.a, token.value)
    if not token.alone and off > _slack(token, scale):
        return UNLIKELY
    return min(off / token.size, LABEL_REACH)


def _scale_of(plot: PointPlot, tokens: Sequence[Token], labels: dict[int, int]) -> Scale | None:
    pairs = [(plot.points[i].a, tokens[j].value) for i, j in labels.items()]
    return straight(pairs, SCALE_SLACK) if len(pairs) >= 3 else None


def _gap(point: PlotPoint, token: Token, plot: PointPlot) -> float:
    """Em between a point and a number: along the page from edge to edge, and off the middle by half of it. Ink in
    the colour of another series speaks against it."""
    box, em = token.box, token.size
    across = max(-box.overlap_x(point.box), 0.0)
    down = max(-box.overlap_y(point.box), 0.0)
    off = abs(box.x_mid - point.box.x_mid) if down >= across else abs(box.y_mid - point.box.y_mid)
    gap = (across + down + 0.5 * off) / em
    if gap > LABEL_REACH:
        return UNLIKELY
    ink = token.colour
    if ink is not None and chroma(ink) > COLOURFUL and distance(ink, point.colour) > NEAR_COLOUR:
        others = [c for c in plot.colours if distance(c, ink) < SAME_COLOUR]
        gap += 1.5 if others else 0.0
    return gap


def _gap_to_column(point: PlotPoint, token: Token, plot: PointPlot, axis: Scale | None) -> float:
    """Em between a mark and a column of values behind all marks, for a number that says what its axis says there."""
    level = abs(token.box.y_mid - point.c) < ALIGNED * token.size and token.box.x0 > plot.box.x1
    fits = axis is not None and axis.points_off(point.a, token.value) <= _slack(token, axis)
    return LABEL_REACH if fits and level and plot.drawn_as == "dots" and not plot.upright else UNLIKELY


def _names(plot: PointPlot, point: PlotPoint, series: dict[int, Label]) -> tuple[list[Label], list[str]]:
    """The names of a point by its category and its series, and the doubts about them."""
    nearest = min(plot.categories, key=lambda k: abs(k.c - point.c))
    box = union(line.box for line in nearest.lines) if nearest.lines else None
    category = [Label(nearest.label, "column" if plot.upright else "row", box=box)] if nearest.label else []
    own = [series[point.series]] if point.series in series else []
    return [*category, *own], [UNNAMED] * (not category or (plot.several and not own))
