"""Rings: gauges, whose one number stands in the hole, and radial bars, arcs around one centre with a number each."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from pipeline.core.colours import chroma
from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.callouts import Callout, callouts_of
from pipeline.exhibits.charts.chart_drafts import LABEL_GEOMETRY, UNNAMED, ChartDraft, ChartValue, Scene
from pipeline.exhibits.charts.chart_text import TIGHT_PITCH, ChartLine, Token, remaining
from pipeline.exhibits.charts.fitting import matched
from pipeline.exhibits.charts.pies import nearest_on, rings_of, slack_of
from pipeline.exhibits.charts.points import is_name
from pipeline.exhibits.charts.sectors import Sector, polar

FEWEST = 3
"""Arcs around one centre whose sweeps run with their numbers; two do so by chance."""
MOST_AGREE = 0.75
"""Share of the arcs whose sweep must be what the number says."""
REACH = 3.0
"""Em between an arc's end and its text, or a gauge and its name, at most."""
WHOLE = 355.0
"""Degrees from which an arc is a whole ring."""
ALIKE = 0.1
"""Share of its width by which a ring may differ from the next of its chart in size and height."""
NEXT_RING = 3.0
"""Widths of a ring within which the next one of the chart stands beside it."""


def ring_drafts(scene: Scene, understood: set[int]) -> list[ChartDraft]:
    """The gauges and radial bars of a page; words in `understood` (by `order`) belong to other charts."""
    tokens = [t for t in scene.tokens if not any(w.order in understood for w in t.words)]
    drafts: list[ChartDraft] = []
    for sectors in scene.discs:
        own = {order for draft in drafts for order in draft.claimed}
        free = [t for t in tokens if not any(w.order in own for w in t.words)]
        lines = remaining(scene.lines, understood | own)
        rings = rings_of(sectors)
        draft = _radial(rings, lines, free) if len(rings) >= FEWEST else _gauge(rings[0], lines, free)
        if draft is not None:
            drafts.append(draft)
    return _side_by_side(drafts)


def _side_by_side(drafts: Sequence[ChartDraft]) -> list[ChartDraft]:
    """The drafts, gauges of one size in rows as one chart."""
    out: list[ChartDraft] = []
    ends: dict[int, Box] = {}
    for draft in sorted(drafts, key=lambda d: (round(d.plot.y_mid / d.plot.height), d.plot.x0)):
        i = next(
            (i for i, end in ends.items() if draft.form == "gauge" and _is_next(draft.plot, end, out[i].plot)), None
        )
        if i is None:
            i = len(out)
            out.append(draft)
        else:
            one = out[i]
            plot, values = union([one.plot, draft.plot]), [*one.values, *draft.values]
            out[i] = ChartDraft("gauge", plot, values, None, [*one.used, *draft.used], one.claimed | draft.claimed)
        if draft.form == "gauge":
            ends[i] = draft.plot
    return out


def _is_next(plot: Box, end: Box, others: Box) -> bool:
    """Is a ring as large as the last one, and beside it or in the row below?"""
    slack = ALIKE * end.width
    alike = abs(plot.width - end.width) < slack and abs(plot.height - end.height) < slack
    beside = abs(plot.y_mid - end.y_mid) < slack and 0 <= plot.x0 - end.x1 < NEXT_RING * plot.width
    below = 0 <= plot.top - others.bottom < plot.height and plot.overlap_x(others) > 0
    return alike and (beside or below)


def _gauge(ring: Sequence[Sector], lines: Sequence[ChartLine], tokens: Sequence[Token]) -> ChartDraft | None:
    """A ring with one number in its hole, which one of its arcs shows; the rest of the ring is its track."""
    if len(ring) > 2 or (len(ring) == 1 and ring[0].sweep >= WHOLE):
        return None
    whole = sum(s.sweep for s in ring) if len(ring) == 2 else 360.0
    centre, inner = ring[0].centre, ring[0].inner
    shown = [
        (abs(token.value - share), token, sector, share)
        for token in tokens
        if math.dist((token.box.x_mid, token.box.y_mid), centre) < inner
        for sector in ring
        for share in [100 * sector.sweep / whole]
        if abs(token.value - share) <= slack_of(token)
    ]
    if not shown:
        return None
    _, token, sector, share = min(shown, key=lambda one: one[0])
    plot = union(s.box for s in ring)
    draft = ChartDraft("gauge", plot, [])
    draft.claim_values([token])
    labels = draft.name(_name(plot, token, remaining(lines, draft.claimed)))
    draft.values.append(ChartValue(token.box, token, sector.fill, share, labels, () if labels else (UNNAMED,)))
    return draft


def _name(plot: Box, token: Token, lines: Sequence[ChartLine]) -> list[ChartLine]:
    """The lines next to the number, below it in the ring and below the ring, or else above it."""
    words = [
        x for x in lines if x.angle == 0 and is_name(x) and 2 * x.box.overlap_x(plot) > min(x.box.width, plot.width)
    ]
    for below in (True, False):
        edge, name = (token.box if below else plot), list[ChartLine]()
        for line in sorted(words, key=lambda x: x.v if below else -x.v):
            gap = line.box.top - edge.bottom if below else edge.top - line.box.bottom
            start = max(gap, 0.0) if not below else max(min(gap, line.box.top - plot.bottom), 0.0)
            beyond = line.v > token.box.y_mid if below else line.v < plot.top
            if name and abs(line.v - name[-1].v) > TIGHT_PITCH * line.size:
                break
            if beyond and (name or start <= REACH * line.size):
                name.append(line)
        if name:
            return sorted(name, key=lambda x: x.v)
    return []


def _radial(
    rings: Sequence[Sequence[Sector]], lines: Sequence[ChartLine], tokens: Sequence[Token]
) -> ChartDraft | None:
    """Arcs of one scale, each with its number beside its beginning or its end."""
    arcs = [max(ring, key=lambda s: (chroma(s.fill), s.order)) for ring in rings if len(ring) <= 2]
    callouts = callouts_of(lines, tokens)
    found = matched([[_away(arc, callout) for callout in callouts] for arc in arcs], REACH)
    if len(found) < FEWEST:
        return None
    ratio = statistics.median(callouts[j].token.value / arcs[i].sweep for i, j in found.items())
    told = {i: callouts[j].token for i, j in found.items()}
    agreeing = [i for i, t in told.items() if abs(t.value - ratio * arcs[i].sweep) <= slack_of(t)]
    if len(agreeing) < max(FEWEST, MOST_AGREE * len(found)):
        return None
    draft = ChartDraft("radial", union(arc.box for arc in arcs), [])
    for i, j in sorted(found.items()):
        token, labels = callouts[j].token, draft.name(callouts[j].lines)
        draft.claim_values([token])
        doubts = () if i in agreeing else (LABEL_GEOMETRY,)
        doubts = doubts if labels else (*doubts, UNNAMED)
        draft.values.append(ChartValue(token.box, token, arcs[i].fill, ratio * arcs[i].sweep, labels, doubts))
    return draft


def _away(arc: Sector, callout: Callout) -> float:
    """Em between a text and the nearer end of an arc."""
    radius = (arc.inner + arc.outer) / 2
    ends = (polar(arc.centre, radius, turn) for turn in (arc.start, arc.start + arc.sweep))
    return min(math.dist(end, nearest_on(callout.box, end)) for end in ends) / callout.token.size
