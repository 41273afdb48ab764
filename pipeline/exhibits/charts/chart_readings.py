"""From drafts to readings: each chart's title, panel heading and notes, and where every understood word went."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from pipeline.core.geometry import union
from pipeline.core.numbers import Unit
from pipeline.exhibits.charts.chart_drafts import LABEL_GEOMETRY, MEASURED, ChartDraft, ChartValue, Scene
from pipeline.exhibits.charts.chart_text import ChartLine, joined, remaining
from pipeline.exhibits.charts.panels import grids_of, name_panels, rows_of_grids
from pipeline.exhibits.reading import Entry, Label, Reading

TITLE_GAP = 4.5
"""A title stands at most so many em (of its own size) above what it heads."""
TITLE_PITCH = 2.0
"""Lines of one heading, or heading and note below it, follow one another within so many em."""
TITLE_LINES = 6
"""Lines a heading with its note may have."""
PROVEN = 4
"""Printed numbers of a chart, ticks and labels of marks, that prove its scale. Of the measured values of unlabelled
charts on the designs 19 of 20 are right; all of them were doubted before."""


def readings_of(scene: Scene, drafts: Sequence[ChartDraft]) -> list[Reading]:
    """One reading per draft, from top to bottom."""
    understood = {order for d in drafts for order in d.claimed}
    free = [x for x in remaining(scene.lines, understood) if x.angle == 0]
    name_panels(drafts, free)
    free = [x for x in free if not any(w.order in d.claimed for w in x.words for d in drafts)]
    headings = [_heading(draft, free, drafts) for draft in drafts]
    panels = [_is_panel(i, drafts, headings) for i in range(len(drafts))]
    out = [
        _reading(scene, draft, heading, panel, free)
        for draft, heading, panel in zip(drafts, headings, panels, strict=True)
    ]
    grids = rows_of_grids(grids_of(drafts), drafts)
    panels_of = [[i for i in grid if _panel_of(out[i])] for grid in grids]
    multiples = [grid if any(_is_multiple(out[i]) for i in grid) else [] for grid in panels_of]
    apart = set(range(len(out))) - {i for grid in multiples for i in grid}
    whole = [out[i] for i in sorted(apart)] + [_as_one([out[i] for i in grid]) for grid in multiples if grid]
    return sorted(whole, key=lambda r: (round(r.box.top), r.box.x0))


def _panel_of(reading: Reading) -> Label | None:
    """The name of the panel that all values of the reading stand in."""
    return next((x for x in reading.entries[0].labels if x.axis == "panel"), None) if reading.entries else None


def _is_multiple(reading: Reading) -> bool:
    """Is it a panel of one chart: does a name tell its values, and a title stand over it or nothing but the name? A
    heading of its own that nothing stands over, or that asks, is a question."""
    panel = _panel_of(reading)
    return panel is not None and not panel.text.endswith("?") and (panel.level == 0 or reading.title != panel.text)


def _as_one(panels: Sequence[Reading]) -> Reading:
    """The panels of one chart as one reading, in which the heading of each tells its values apart."""
    entries = tuple(
        replace(e, labels=tuple(replace(x, level=0) if x.axis == "panel" else x for x in e.labels))
        for panel in panels
        for e in panel.entries
    )
    names = {x.text for e in entries for x in e.labels if x.axis == "panel"}
    return replace(
        panels[0],
        box=union(panel.box for panel in panels),
        entries=entries,
        title=next((panel.title for panel in panels if panel.title not in names), None),
        texts=tuple(dict.fromkeys(text for panel in panels for text in panel.texts if text not in names)),
        used=tuple(sorted({place for panel in panels for place in panel.used})),
    )


def _heading(draft: ChartDraft, free: Sequence[ChartLine], drafts: Sequence[ChartDraft]) -> tuple[ChartLine, ...]:
    """The first lines that are set alike of the nearest block above the chart: the name of its panel, or its title
    where no better one competes for it."""
    plot, top = draft.body, min(draft.plot.top, draft.body.top)
    limit = max(
        (d.plot.bottom for d in drafts if d.plot.bottom <= plot.top + 2 and d.plot.overlap_x(plot) > 0), default=0.0
    )
    if draft.legend and limit <= draft.legend.box.top < top and draft.legend.box.overlap_x(plot) > 0:
        top = draft.legend.box.top
    block: list[ChartLine] = []
    for line in sorted((x for x in free if limit - 1 <= x.box.top and x.box.y_mid < top), key=lambda x: -x.v):
        if line.box.overlap_x(block[0].box if block else plot) <= 0 or draft.plot.holds(line.box):
            continue
        gap = (block[-1].box.top if block else top) - line.box.bottom
        letters, digits = (sum(map(kind, line.text)) for kind in (str.isalpha, str.isdigit))
        if (
            gap > (TITLE_PITCH - 1 if block else TITLE_GAP) * line.size
            or letters <= digits
            or len(block) == TITLE_LINES
        ):
            break
        block.append(line)
    return tuple(x for x in block[::-1] if abs(x.size - block[-1].size) < 0.06 * x.size and x.bold == block[-1].bold)


def _is_panel(index: int, drafts: Sequence[ChartDraft], headings: Sequence[tuple[ChartLine, ...]]) -> bool:
    """One of several charts of a kind that share their legend's texts, each under its own heading."""
    shown = [{item.text for item in d.legend.items} if d.legend else set() for d in drafts]
    return any(
        shown[i] == shown[index] != set()
        and drafts[i].form == drafts[index].form
        and "" not in (joined(heading), joined(headings[index]))
        and joined(heading) != joined(headings[index])
        for i, heading in enumerate(headings)
    )


def _reading(
    scene: Scene, draft: ChartDraft, heading: tuple[ChartLine, ...], panel: bool, free: Sequence[ChartLine]
) -> Reading:
    for line in heading:
        draft.claim(line.words, line.box, "title")
    inside = [x for x in free if draft.box.holds(x.box) and x not in heading]
    label = _title_label(heading, panel) if heading else None
    sign = _sign(scene, draft)
    return Reading(
        reader="chart",
        method="tile" if draft.form == "cards" else "chart",
        page=scene.page.number,
        box=draft.box,
        entries=tuple(_entry(scene, value, label, sign) for value in _doubted(draft)),
        title=joined(heading) or None,
        texts=tuple(x.text for x in inside),
        form=draft.form,
        used=tuple(sorted(draft.used)),
    )


def _doubted(draft: ChartDraft) -> list[ChartValue]:
    """The values of a chart. What a mark alone tells is doubted, unless its scale is proven (two printed numbers define
    it, two more lie on it, no label contradicts it) and its label is not merely lost: most marks of the chart have
    none, or all that have one are larger."""
    told = [abs(v.token.value) for v in draft.values if v.token is not None and v.measured is not None]
    if any(LABEL_GEOMETRY in v.doubts for v in draft.values) or len(told) + len(draft.ticks) < PROVEN:
        return draft.values
    most = min(told) if 2 * len(told) > len(draft.values) else math.inf
    return [
        replace(v, doubts=tuple(x for x in v.doubts if x != MEASURED)) if abs(v.measured or 0.0) < most else v
        for v in draft.values
    ]


def _sign(scene: Scene, draft: ChartDraft) -> Unit:
    """The sign that most numbers of the chart's scale bear: ticks of its axis, and labels of its marks."""
    ticks = draft.ticks
    told = [v.token for v in draft.values if v.token is not None] + [t for t in scene.tokens if t.box in ticks]
    return "percent" if 2 * sum(t.percent for t in told) > len(told) else "plain"


def _title_label(heading: tuple[ChartLine, ...], panel: bool) -> Label:
    """The heading as a label. A panel's own heading is farther from its values (level 1) than the name that small
    multiples carry: it may be a question of its own."""
    return Label(joined(heading), "panel" if panel else "title", int(panel), heading[0].box)


def _entry(scene: Scene, value: ChartValue, label: Label | None, sign: Unit) -> Entry:
    doubts = value.doubts
    token = value.token
    return Entry(
        printed=token.text if token else None,
        page=scene.page.number,
        box=value.box,
        labels=(*value.labels, label) if label else value.labels,
        fill=value.fill,
        ink=token.colour if token else None,
        measured=value.measured,
        sign=sign,
        confidence=0.5 if doubts else 1.0,
        doubts=doubts,
    )
