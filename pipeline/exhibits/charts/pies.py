"""Pies and doughnuts: sectors become values; the printed share and the angle are two witnesses."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import replace

from pipeline.core.colours import distance
from pipeline.core.geometry import Box, union
from pipeline.core.numbers import parse_number, year_of
from pipeline.exhibits.charts.callouts import Callout, callouts_of
from pipeline.exhibits.charts.chart_drafts import (
    AMBIGUOUS,
    UNNAMED,
    ChartDraft,
    ChartValue,
    Scene,
    claim_legend,
    legend_for,
    series_name,
    value_at,
    with_twins_doubted,
)
from pipeline.exhibits.charts.chart_text import Token, names_of, remaining, tokens_of
from pipeline.exhibits.charts.fitting import UNLIKELY, matched
from pipeline.exhibits.charts.legends import SAME_COLOUR, Item, Legend, distinct
from pipeline.exhibits.charts.marks import Point
from pipeline.exhibits.charts.sectors import Sector, bearing
from pipeline.exhibits.reading import Label

MIN_TURN = 170.0
"""Degrees that the sectors of a ring must fill: a half doughnut is a chart, three arcs of an icon are none."""
LABEL_REACH = 1.6
"""Value labels stand at most so many radii from the centre (outside labels with leader lines)."""
RIM = (0.5, 1.3)
"""A leader line begins so many radii from the centre: in its slice, at its rim or shortly before it."""
LEADER_GAP = 1.0
"""Em within which a leader line ends at the text that it leads to."""
TABLE_REACH = 20.0
"""A table beside the disc prints the value at most so many em right of the name."""
VALUE_IN_NAME = (
    re.compile(r"[\s:;,–-]*[(\[]?(\d[\d.,]*\s*%?)[)\]]?$"),
    re.compile(r"^(\d[\d.,]*\s*%|\d[\d.,]*(?=\s(?!\d{3}\b)))[\s:;,–-]*(?=\S)"),
)
"""A number at the end of a name, or at its head; the first figures of "10 000" are none."""
SHARE_SLACK = 0.6
"""Percentage points by which a slice may differ from its rounded label."""
NEAR = 8.0
"""Largest cost of joining a label and a slice: em between label and the slice's middle line, plus the penalty."""
MISMATCH = 4.0
"""Largest penalty for a label whose number is not the slice's share."""


def pie_drafts(scene: Scene) -> list[ChartDraft]:
    """Every pie and doughnut of the page, without titles."""
    drafts = []
    discs = [d for d in scene.discs if len(d) >= 2 and scene.free(union(s.box for s in d))]
    for sectors in discs:
        rings = [ring for ring in rings_of(sectors) if len(ring) >= 2 and sum(s.sweep for s in ring) >= MIN_TURN]
        if rings:
            others = [d[0] for d in discs if d is not sectors]
            if (draft := _draft(scene, rings, others)) is not None:
                drafts.append(draft)
    return drafts


def rings_of(sectors: Sequence[Sector]) -> list[list[Sector]]:
    """Sectors by ring, outermost first."""
    rings: list[list[Sector]] = []
    for sector in sorted(sectors, key=lambda s: -s.outer):
        for ring in rings:
            middle = (sector.inner + sector.outer) / 2
            if ring[0].inner < middle < ring[0].outer:
                ring.append(sector)
                break
        else:
            rings.append([sector])
    return rings


def _draft(scene: Scene, rings: list[list[Sector]], others: Sequence[Sector]) -> ChartDraft | None:
    sectors = [s for ring in rings for s in ring]
    shares = {s: 100 * s.sweep / sum(x.sweep for x in ring) for ring in rings for s in ring}
    plot = union(s.box for s in sectors)
    every = [c for c in callouts_of(scene.lines, scene.tokens) if c.token.alone or not year_of(c.token.text)]
    leaders = _leaders(scene, sectors[0], every)
    callouts = [c for c in every if c.token in leaders or _reaches(c, sectors[0], others)]
    whole = _whole([c.token for c in callouts], sectors, shares)
    costs = [[_cost(s, c, shares[s] * whole / 100, leaders.get(c.token)) for c in callouts] for s in sectors]
    called = {sectors[i]: callouts[j] for i, j in matched(costs, NEAR).items()}  # by place and by what the number says
    labelled = {sector: callout.token for sector, callout in called.items()}
    legend = legend_for(plot, [s.fill for s in max(rings, key=len)], scene.legends)
    if legend is None and not any(abs(t.value - shares[s] * whole / 100) <= slack_of(t) for s, t in labelled.items()):
        return None  # an icon with a number in it
    if legend is not None and _named_by_callouts(called, legend):
        legend = None
    if legend is not None:
        labelled |= _printed_in_legend(rings, shares, whole, legend, scene, labelled)
    draft = ChartDraft("pie", plot, [], legend)
    claim_legend(draft, scene.lines)
    for ring in rings:
        values: list[ChartValue] = []
        names = _names(ring, legend, scene, labelled, called, draft)
        for sector in ring:
            measured = shares[sector] * whole / 100
            token = labelled.get(sector)
            fits = token is None or abs(token.value - measured) <= slack_of(token)
            values.append(value_at(sector.box, token, sector.fill, measured, names[sector], fits))
        draft.values.extend(with_twins_doubted(values))
    draft.claim_values(labelled.values())
    return draft


def _named_by_callouts(called: dict[Sector, Callout], legend: Legend) -> bool:
    """Do the callouts name more of the slices than the legend, which may be another chart's, and each by another name?
    A title over two values is no name."""
    names = [c.name for c in called.values() if c.name]
    return len(set(names)) == len(names) > sum(len(legend.named(s.fill)) == 1 for s in called)


def _printed_in_legend(
    rings: Sequence[Sequence[Sector]],
    shares: dict[Sector, float],
    whole: float,
    legend: Legend,
    scene: Scene,
    labelled: dict[Sector, Token],
) -> dict[Sector, Token]:
    """Values that stand in the legend's text, or right of it as in a table, where they are what the slice shows."""
    found: dict[Sector, Token] = {}
    wrong = {s for s, t in labelled.items() if abs(t.value - shares[s] * whole / 100) > slack_of(t)}
    bare = [s for ring in rings for s in ring if s not in labelled or s in wrong]
    for sector in bare:
        items = legend.named(sector.fill)
        if len(items) != 1:
            continue
        used = (*labelled.values(), *found.values())
        for token in told_by(items[0], scene):
            fits = abs(token.value - shares[sector] * whole / 100) <= slack_of(token)
            if fits and not any(token is other for other in used):
                found[sector] = token
                break
    return found


def told_by(item: Item, scene: Scene) -> list[Token]:
    """The numbers in the text of a legend's entry, level with it as in a table, and between its swatch and it."""
    line, swatch = item.lines[0], item.swatches[0].box
    beside = [
        t
        for t in scene.tokens
        if (abs(t.box.y_mid - line.box.y_mid) < 0.4 * line.size or swatch.top <= t.box.y_mid <= swatch.bottom)
        and (0 < t.box.x0 - line.box.x1 < TABLE_REACH * line.size or swatch.x1 <= t.box.x0 <= line.box.x0 + 1.0)
    ]
    return [*tokens_of(item.lines, scene.page.decimal_mark), *sorted(beside, key=lambda t: t.box.x0)]


def _reaches(callout: Callout, sector: Sector, others: Sequence[Sector]) -> bool:
    """Near enough to this disc, and to none other nearer."""
    away = [math.dist(nearest_on(callout.box, s.centre), s.centre) / s.outer for s in (sector, *others)]
    return away[0] <= LABEL_REACH and away[0] == min(away)


def _whole(tokens: Sequence[Token], sectors: Sequence[Sector], shares: dict[Sector, float]) -> float:
    """What the full turn stands for: 100, unless the labels are counts in proportion to the slices."""
    ratios = []
    for token in tokens:
        middle = (token.box.x_mid, token.box.y_mid)
        inside = [s for s in sectors if _holds(s, middle)]
        if inside and shares[inside[0]] > 3 and not token.percent:
            ratios.append(100 * token.value / shares[inside[0]])
    if len(ratios) < 2:
        return 100.0
    middle_ratio = statistics.median_high(ratios)
    alike = sum(abs(r - middle_ratio) <= 0.04 * abs(middle_ratio) for r in ratios)
    return middle_ratio if alike >= 0.6 * len(ratios) and abs(middle_ratio - 100) > 6 else 100.0


def _holds(sector: Sector, point: Point) -> bool:
    radius = math.dist(point, sector.centre)
    turn = (bearing(sector.centre, point) - sector.start) % 360
    return sector.inner <= radius <= sector.outer and turn <= sector.sweep


def _leaders(scene: Scene, sector: Sector, callouts: Sequence[Callout]) -> dict[Token, Point]:
    """The values to which a line leads from the rim of the disc, each with the point at which it begins there."""
    found: dict[Token, tuple[float, Point]] = {}
    for shape in scene.page.shapes:
        if shape.stroke is None or shape.fill is not None or len(shape.points) < 2:
            continue
        ends = sorted((shape.points[0], shape.points[-1]), key=lambda end: math.dist(end, sector.centre))
        start, end = (math.dist(p, sector.centre) / sector.outer for p in ends)
        if not RIM[0] <= start <= RIM[1] or end < start + RIM[1] - 1:
            continue
        gaps = [(math.dist(nearest_on(c.box, ends[1]), ends[1]) / c.token.size, k) for k, c in enumerate(callouts)]
        gap, nearest = min(gaps, default=(math.inf, 0))
        token = callouts[nearest].token if gap < LEADER_GAP else None
        if token is not None and (token not in found or gap < found[token][0]):
            found[token] = gap, ends[0]
    return {token: start for token, (_, start) in found.items()}


def _cost(sector: Sector, callout: Callout, measured: float, rim: Point | None) -> float:
    """What joining a slice and a callout costs, in em. A callout in the disc stands where its value does; one outside
    stands where it comes next to the rim, or where its leader line begins (`rim`)."""
    token, em = callout.token, max(callout.token.size, 0.5)
    middle = rim or (token.box.x_mid, token.box.y_mid)
    if rim is None and math.dist(middle, sector.centre) > sector.outer:
        middle = nearest_on(callout.box, sector.centre)
    radius, angle = math.dist(middle, sector.centre), bearing(sector.centre, middle)
    if radius < sector.inner - 0.5 * em or (radius <= sector.outer and not token.alone and sector.sweep < 10):
        return UNLIKELY
    off = abs(token.value - measured) / slack_of(token)
    outside, mismatch = 0.4 * (max(radius - sector.outer, 0.0) / em), min(max(off - 0.8, 0.0), MISMATCH)
    across = (angle - sector.start - sector.sweep / 2 + 180) % 360 - 180
    beyond = max(abs(across) - sector.sweep / 2, 0.0)
    sideways = math.radians(beyond) * radius / em * 2 + math.radians(min(abs(across), 20)) * radius / em * 0.05
    return sideways + outside + mismatch


def slack_of(token: Token) -> float:
    """Rounding of the label, and drawing: small slices are drawn more exactly than large ones."""
    return 0.55 * 10.0**-token.decimals + min(SHARE_SLACK, 0.02 + 0.05 * abs(token.value))


Name = tuple[tuple[Label, ...], tuple[str, ...]]
"""Labels of a sector, and doubts about them."""
Names = dict[Sector, Name]


def _names(
    ring: Sequence[Sector],
    legend: Legend | None,
    scene: Scene,
    labelled: dict[Sector, Token],
    called: dict[Sector, Callout],
    draft: ChartDraft,
) -> Names:
    """Labels (and doubts about them) for each sector of a ring, from the legend or from text beside its label."""
    if legend is None:
        around = _around(ring, called, scene, draft)
        named = {s: callout for s in ring if (callout := around.get(s) or called.get(s)) is not None and callout.name}
        return {s: (draft.name(named[s].lines), ()) if s in named else ((), (UNNAMED,)) for s in ring}
    names: Names = {}
    sequence = _in_sequence(ring, legend)
    for sector in ring:
        items = legend.named(sector.fill)
        repeated = sequence is None and sum(distance(s.fill, sector.fill) < SAME_COLOUR for s in ring) > 1
        if sequence is not None:
            items = [sequence[sector]] if sector in sequence else []
        labels, doubts = series_name(items, sector.fill, scene.page)
        labels = tuple(without_value(label, labelled.get(sector)) for label in labels)
        if repeated and AMBIGUOUS not in doubts:
            doubts = (*doubts, AMBIGUOUS)
        names[sector] = (labels, doubts if labels else (UNNAMED,))
    return names


def _around(
    ring: Sequence[Sector], called: dict[Sector, Callout], scene: Scene, draft: ChartDraft
) -> dict[Sector, Callout]:
    """Names that stand around the disc, apart from the values in it: all slices that have none are matched with them at
    once, by place."""
    bare = [s for s in ring if s in called and not called[s].name]
    taken = {w.order for c in called.values() for w in c.token.words} | draft.claimed | scene.in_legends
    taken |= {w.order for c in called.values() for line in c.lines for w in line.words}
    lines = (x for x in remaining(scene.lines, taken) if not x.angle and any(map(str.isalpha, x.text)))
    texts = names_of([line for line in lines if _radius(line.box, ring[0]) <= LABEL_REACH])
    costs = [[_off(sector, union(x.box for x in text), text[0].size) for text in texts] for sector in bare]
    found = matched(costs, NEAR)
    if len(found) < len(bare):
        return {}
    return {bare[i]: replace(called[bare[i]], lines=tuple(texts[j])) for i, j in found.items()}


def _radius(box: Box, sector: Sector) -> float:
    return math.dist(nearest_on(box, sector.centre), sector.centre) / sector.outer


def _off(sector: Sector, box: Box, em: float) -> float:
    """Em by which a text outside the disc stands beside the slice's bearing, and off the rim."""
    if _radius(box, sector) < 1:
        return UNLIKELY
    near = nearest_on(box, sector.centre)
    across = (bearing(sector.centre, near) - sector.start - sector.sweep / 2 + 180) % 360 - 180
    beyond = max(abs(across) - sector.sweep / 2, 0.0)
    sideways = math.radians(beyond + 0.2 * min(abs(across), sector.sweep / 2)) * sector.outer
    return (sideways + max(math.dist(near, sector.centre) - sector.outer, 0.0)) / em


def without_value(label: Label, token: Token | None) -> Label:
    """The name without its value, where it is printed there too, before it or after it; "25–34" is one name."""
    for pattern in VALUE_IN_NAME:
        repeated = pattern.search(label.text)
        number = parse_number(repeated[1]) if repeated else None
        if token is not None and repeated is not None and number is not None and number.value == token.value:
            rest = label.text[: repeated.start()] + label.text[repeated.end() :]
            dashed = not {"-", "–"}.isdisjoint(repeated[0])
            if not (dashed and (rest[-1:] if repeated.start() else rest[:1]).isdigit()):
                return replace(label, text=rest)
    return label


def _in_sequence(ring: Sequence[Sector], legend: Legend) -> dict[Sector, Item] | None:
    """Where a palette repeats: sectors joined to entries one by one, if the colours run alike in both sequences.

    Sectors are tried in drawing order and by angle either way; None where colours do not repeat or no order fits.
    """
    if len(distinct(sector.fill for sector in ring)) == len(ring):
        return None
    drawn = sorted(ring, key=lambda s: s.order)
    turned = sorted(ring, key=lambda s: s.start)
    for order in (drawn, turned, turned[::-1]):
        pairs = list(zip(order, legend.items, strict=False))
        if all(any(distance(s.fill, w.colour) < SAME_COLOUR for w in item.swatches) for s, item in pairs):
            return dict(pairs)
    return None


def nearest_on(box: Box, point: Point) -> Point:
    return (min(max(point[0], box.x0), box.x1), min(max(point[1], box.top), box.bottom))
