"""Names of series: legend entry, text beside a sample, at the end of a line or in its ink. Colour alone joins them."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.core.colours import chroma, distance
from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_drafts import (
    ChartDraft,
    Scene,
    claim_legend,
    gap_between,
    legend_for,
)
from pipeline.exhibits.charts.chart_text import ChartLine, remaining, whole_name
from pipeline.exhibits.charts.fitting import UNLIKELY, matched
from pipeline.exhibits.charts.legends import SAME_COLOUR, Legend, distinct
from pipeline.exhibits.charts.points import (
    ALIGNED,
    SAME_PLACE,
    SAMPLE_STROKE,
    Dot,
    PlotPoint,
    PointPlot,
    Polyline,
    SeriesStyle,
    is_name,
    on_line,
)
from pipeline.exhibits.reading import Label

UNLIKE = 2.0
"""Em by which names of different sizes or weights are dearer: series of one chart are named in one type."""
NAME_REACH = 3.0
"""Em between a colour sample, or the end of a line, and the name of its series, at most."""


LARGEST_SAMPLE = 30.0
"""Points: side of a box that shows a series' colour beside its name."""
HEADING = 1.5
"""Type so many times larger than the names of the categories is a heading's, whatever its ink."""
UPRIGHT = 3.0
"""A stroke so many times as high as wide is the rule before a heading, no sample."""
COLOURFUL = 20.0
"""CIELAB chroma from which the ink of a number tells its series."""


def series_names(plot: PointPlot, dots: Sequence[Dot], draft: ChartDraft, scene: Scene) -> dict[int, Label]:
    """Series → its name: the text at the end of its line or in its ink, the legend's entry in its colour, or the text
    beside a sample of its colour. Colour or place joins them, never order."""
    if len(plot.colours) < 2:
        return _name_beside_bars(plot, draft, scene)
    legend = None if plot.looks else legend_for(plot.box, plot.colours, scene.legends)
    legend = legend if legend is not None and _names_all(legend, plot) else None
    if not plot.several:
        return _named_by(legend, plot, draft, scene) if legend else {}
    free = [x for x in remaining(scene.labels, draft.claimed) if x.angle == 0 and is_name(x)]
    every = range(len(plot.colours))
    sampled = {x for x in free if _has_sample(x, dots, scene)}
    inks = Counter(x.colour for x in free)
    telling = {x for x in free if x.colour and (chroma(x.colour) > COLOURFUL or inks[x.colour] == 1)}
    ends = [[_end_cost(i, plot, line, line in telling) for line in free] for i in every]
    samples = [[_sample_cost(i, plot, draft.body, line, dots, scene) for line in free] for i in every]
    options = [(_total(matched(costs, NAME_REACH), costs, free), costs) for costs in (ends, samples)]
    total, costs = min(options, key=lambda option: option[0])
    if legend is not None:
        em = legend.items[0].lines[0].size
        if total > len(every) * 0.1 * gap_between(legend.box, draft.body) / em:
            return _named_by(_without(legend, draft.claimed), plot, draft, scene)
    if total >= UNLIKELY:
        costs = [list(map(min, one, other)) for one, other in zip(ends, samples, strict=True)]
    return _labels(matched(costs, NAME_REACH), plot, draft, free, set() if costs is ends else sampled)


def _names_all(legend: Legend, plot: PointPlot) -> bool:
    """Does the legend name each series once, by words or a year, and hold few entries that the plot does not show?"""
    named = [legend.named(c, plot.colours) for c in plot.colours]
    words = (is_name(line) for items in named for item in items for line in item.lines)
    return all(len(items) == 1 for items in named) and all(words) and 2 * len(named) >= len(legend.items)


def _total(names: dict[int, int], costs: Sequence[Sequence[float]], free: Sequence[ChartLine]) -> float:
    """What the names of all series cost together, more where they are not set alike; UNLIKELY where one has none."""
    if len(names) < len(costs):
        return UNLIKELY
    kinds = {(round(free[j].size), free[j].bold) for j in names.values()}
    return sum(costs[i][j] for i, j in names.items()) + UNLIKE * (len(kinds) - 1)


def _named_by(legend: Legend, plot: PointPlot, draft: ChartDraft, scene: Scene) -> dict[int, Label]:
    draft.legend = legend
    claim_legend(draft, scene.lines)
    return {
        i: Label(item.text, axis="series", box=union(x.box for x in item.lines), colour=colour)
        for i, colour in enumerate(plot.colours)
        for item in legend.named(colour, plot.colours)
    }


def _name_beside_bars(plot: PointPlot, draft: ChartDraft, scene: Scene) -> dict[int, Label]:
    """The name of a single series drawn over bars: the entry in its colour of the nearest legend whose other entries,
    or those of the legend beside it, have the colours of the bars. The legend stays the bars' own."""
    ground = union([plot.box, *(line.box for category in plot.categories for line in category.lines)])
    behind = distinct(s.fill for s in scene.page.shapes if s.fill is not None and s.box.overlap(ground) > 0)
    colour = plot.colours[0]
    named = {item for legend in scene.legends for fill in behind for item in legend.named(fill)}
    found = []
    for legend in scene.legends:
        own = legend.named(colour)
        others = [x for x in (legend.items if len(legend.items) > 1 else named) if x not in own]
        if len(own) == 1 and others and all(x in named for x in others):
            found.append((gap_between(legend.box, plot.box), own[0]))
    if not found:
        return {}
    _, item = min(found, key=lambda pair: pair[0])
    draft.claim(item.lines, "legend")
    return {0: Label(item.text, "series", box=union(x.box for x in item.lines), colour=colour)}


def _labels(
    names: dict[int, int],
    plot: PointPlot,
    draft: ChartDraft,
    free: Sequence[ChartLine],
    sampled: set[ChartLine],
) -> dict[int, Label]:
    """Series → its name as a label; the words of the names are understood."""
    out = {}
    chosen = {free[j] for j in names.values()}
    for i, j in names.items():
        lines = whole_name(free[j], [x for x in free if x not in sampled and x not in chosen])
        out[i] = replace(draft.name(lines, "series", "legend")[0], colour=plot.colours[i])
    return out


def _without(legend: Legend, claimed: set[int]) -> Legend:
    """The legend without lines that are names of categories: those stand close above it."""
    items = []
    for item in legend.items:
        lines = tuple(x for x in item.lines if not claimed & {w.order for w in x.words})
        items.append(replace(item, lines=lines or item.lines))
    return Legend(tuple(items))


def _end_cost(series: int, plot: PointPlot, line: ChartLine, telling: bool) -> float:
    """Em between a text and the nearest end of a series' line, or between plot and text where its ink has the colour;
    more where it has another series' colour. The ink tells where it is `telling`: colourful, or no other text's."""
    colour, em = plot.colours[series], line.size
    points = [p for p in plot.points if p.series == series]
    gaps = []
    if plot.drawn_as != "dots" and points:
        first, last = min(points, key=lambda p: p.c), max(points, key=lambda p: p.c)
        for end, gap in ((last, line.box.x0 - last.box.x1), (first, first.box.x0 - line.box.x1)):
            if -0.5 * em <= gap <= 2 * NAME_REACH * em and abs(end.box.y_mid - line.box.y_mid) <= 1.5 * em:
                gaps.append((max(gap, 0.0) / 2 + abs(end.box.y_mid - line.box.y_mid)) / em)
    if plot.drawn_as == "dots" and not plot.upright:
        rows = min(p.c for p in plot.points), max(p.c for p in plot.points)
        ends = [p for p in points if min(abs(p.c - row) for row in rows) <= SAME_PLACE]
        over = [p for p in ends if abs(p.box.x_mid - line.box.x_mid) <= em]
        gaps += [gap_between(p.box, line.box) / em for p in over if p.box.overlap_y(line.box) <= 0]
        gaps = [gap for gap in gaps if gap <= NAME_REACH]
    gaps += [1.0] if plot.drawn_as == "areas" and _stands_on(line, points) else []
    ink = line.colour if telling else None
    same_ink = ink is not None and distance(ink, colour) < SAME_COLOUR
    sizes = [x.size for category in plot.categories for x in category.lines]
    if same_ink and em <= HEADING * max(sizes, default=em) and plot.box.grown(6 * em).overlap(line.box) > 0:
        gaps.append(1.0 + gap_between(line.box, plot.box) / em)
    if not gaps:
        return UNLIKELY
    others = [c for i, c in enumerate(plot.colours) if i != series]
    foreign = ink is not None and not same_ink and any(distance(ink, c) < SAME_COLOUR for c in others)
    return min(gaps) - 0.5 * same_ink + 2.0 * foreign


def _stands_on(line: ChartLine, points: Sequence[PlotPoint]) -> bool:
    """Is the text printed in the middle of the area of these points?"""
    for one, other in itertools.pairwise(sorted(points, key=lambda p: p.c)):
        if one.c <= line.box.x_mid <= other.c:
            share = (line.box.x_mid - one.c) / (other.c - one.c)
            return bool(abs(one.box.y_mid + share * (other.box.y_mid - one.box.y_mid) - line.box.y_mid) < line.size)
    return False


def _sample_cost(series: int, plot: PointPlot, body: Box, line: ChartLine, dots: Sequence[Dot], scene: Scene) -> float:
    """Em between a sample of the series' colour and the text after it, and a tenth of those from there to the chart."""
    em = line.size
    gaps = []
    for box in _samples(series, plot, dots, scene):
        before, over = line.box.x0 - box.x1, line.box.top - box.bottom
        if -0.5 * em <= before <= NAME_REACH * em and abs(box.y_mid - line.box.y_mid) <= ALIGNED * em:
            gaps.append(max(before / em, 0.0))
        elif -0.2 * em <= over <= em and abs(box.x0 - line.box.x0) <= 0.5 * em and box.width > box.height:
            gaps.append(0.5 + max(over / em, 0.0))
    return min(gaps) + 0.1 * gap_between(line.box, body) / em if gaps else UNLIKELY


def _samples(series: int, plot: PointPlot, dots: Sequence[Dot], scene: Scene) -> list[Box]:
    """Marks, small boxes, and strokes shorter than the lines of the plot, in the colour of the series; marks that look
    like its own where two series share a colour. The marks of its lines are none."""
    colour = plot.colours[series]
    points = [p.box for p in plot.points] if plot.drawn_as == "lines" else []
    stroke = max(SAMPLE_STROKE, plot.box.width / 2)
    if plot.looks:
        return _alike(plot.looks[series], points, dots, scene)
    boxes = [
        s.box
        for s in scene.page.shapes
        if max(s.box.width, s.box.height) < LARGEST_SAMPLE or (s.box.height < 3 and s.box.width < stroke)
        if s.box.height <= UPRIGHT * s.box.width
        if any(ink is not None and distance(ink, colour) < SAME_COLOUR for ink in (s.fill, s.stroke))
    ]
    boxes += (d.box for d in dots if distance(d.colour, colour) < SAME_COLOUR)
    return [box for box in boxes if not any(box.holds(p, slack=0.0) for p in points)]


def _alike(look: SeriesStyle, points: Sequence[Box], dots: Sequence[Dot], scene: Scene) -> list[Box]:
    """The samples that look like the series: marks, level strokes, and both where a mark sits on a stroke."""
    free = [d for d in dots if not any(d.box.holds(p, slack=0.0) for p in points)]
    strokes = [
        (s.box, Polyline(tuple(sorted(s.points)), s.stroke, s.order, s.inked))
        for s in scene.page.shapes
        if s.kind == "line" and s.stroke is not None and s.box.height < 1 < s.box.width <= SAMPLE_STROKE
    ]
    samples = [(box, SeriesStyle(next((d for d in free if on_line(d, line)), None), line)) for box, line in strokes]
    on_strokes = {sample.mark for _, sample in samples}
    samples += [(d.box, SeriesStyle(d)) for d in free if d not in on_strokes]
    return [box for box, sample in samples if look.shown_by(sample)]


def _has_sample(line: ChartLine, dots: Sequence[Dot], scene: Scene) -> bool:
    """Does a mark or a coloured shape stand right before the text?"""
    shapes = [s.box for s in scene.page.shapes if max(s.box.width, s.box.height) < 48]
    return any(
        -0.5 * line.size <= line.box.x0 - box.x1 <= NAME_REACH * line.size
        and abs(box.y_mid - line.box.y_mid) <= ALIGNED * line.size
        for box in (*(d.box for d in dots), *shapes)
    )
