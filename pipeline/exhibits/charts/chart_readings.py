"""From drafts to readings: each chart's title, panel heading and notes, and where every understood word went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_drafts import ChartDraft, ChartValue, Scene
from pipeline.exhibits.charts.chart_text import ChartLine, joined, remaining
from pipeline.exhibits.charts.panels import grids_of, name_panels
from pipeline.exhibits.reading import Entry, Label, Reading

TITLE_GAP = 4.5
"""A title stands at most so many em (of its own size) above what it heads."""
TITLE_PITCH = 2.0
"""Lines of one heading, or heading and note below it, follow one another within so many em."""
TITLE_LINES = 6
"""Lines a heading with its note may have."""


@dataclass(frozen=True)
class _Heading:
    title: tuple[ChartLine, ...]
    notes: tuple[ChartLine, ...]


def readings_of(scene: Scene, drafts: Sequence[ChartDraft]) -> list[Reading]:
    """One reading per draft, from top to bottom."""
    understood = {order for d in drafts for order in d.claimed}
    free = [x for x in remaining(scene.lines, understood) if x.angle == 0]
    name_panels(drafts, free)
    free = [x for x in free if not any(w.order in d.claimed for w in x.words for d in drafts)]
    headings = [_heading(draft, free, drafts) for draft in drafts]
    panels = [_is_panel(i, drafts, headings) for i in range(len(drafts))]
    out = [_reading(scene, *of, free) for of in zip(drafts, headings, panels, strict=True)]
    multiples = [[i for i in grid if _is_multiple(out[i])] for grid in grids_of(drafts)]
    apart = set(range(len(out))) - {i for grid in multiples for i in grid}
    whole = [out[i] for i in sorted(apart)] + [_as_one([out[i] for i in grid]) for grid in multiples if grid]
    return sorted(whole, key=lambda r: (round(r.box.top), r.box.x0))


def _is_multiple(reading: Reading) -> bool:
    """Is it a panel of one chart: does a name tell its values, and a title stand over it or nothing but the name? A
    heading of its own that nothing stands over, or that asks, is a question."""
    panel = next((x for x in reading.entries[0].labels if x.axis == "panel"), None) if reading.entries else None
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


def _heading(draft: ChartDraft, free: Sequence[ChartLine], drafts: Sequence[ChartDraft]) -> _Heading:
    """Lines above the chart: the nearest block, as title and the notes in another style between it and the chart."""
    plot, edge = draft.body, min(draft.plot.top, draft.body.top)
    limit = max((d.plot.bottom for d in drafts if d is not draft and _above(d.plot, plot)), default=0.0)
    legend = draft.legend.box if draft.legend else plot
    if limit <= legend.top and legend.bottom <= edge and legend.overlap_x(plot) > 0:
        edge = legend.top
    block: list[ChartLine] = []
    over = [x for x in free if x.box.y_mid < edge and x.box.top >= limit - 1 and x.box.overlap_x(plot) > 0]
    for line in sorted(over, key=lambda x: (-x.v, -x.box.overlap_x(plot))):
        beside = bool(block) and abs(line.v - block[-1].v) < 0.5 * line.size
        figures = sum(map(str.isdigit, line.text)) >= sum(map(str.isalpha, line.text))
        if beside or figures or draft.plot.holds(line.box):
            continue
        if edge - line.box.bottom > (TITLE_PITCH - 1 if block else TITLE_GAP) * line.size or len(block) == TITLE_LINES:
            break
        block.append(line)
        edge = line.box.top
    title = [x for x in block if (round(x.size), x.bold) == (round(block[-1].size), block[-1].bold)]
    return _Heading(tuple(title[::-1]), tuple(x for x in block[::-1] if x not in title))


def _above(one: Box, other: Box) -> bool:
    return one.bottom <= other.top + 2 and one.overlap_x(other) > 0


def _is_panel(index: int, drafts: Sequence[ChartDraft], headings: Sequence[_Heading]) -> bool:
    """One of several charts of a kind that share their legend's texts, each under its own heading."""
    series = [(d.form, [item.text for item in d.legend.items]) if d.legend and h.title else None
              for d, h in zip(drafts, headings, strict=True)]  # fmt: skip
    alike = {joined(h.title) for h, own in zip(headings, series, strict=True) if own and own == series[index]}
    return len(alike) > 1


def _reading(scene: Scene, draft: ChartDraft, heading: _Heading, panel: bool, free: Sequence[ChartLine]) -> Reading:
    """The draft under its heading, which tells its values apart where another chart has the same series (`panel`). It
    is farther from them (level 1) than the name that small multiples carry: it may be a question of its own."""
    for line in heading.title:
        draft.claim(line.words, line.box, "title")
    for line in heading.notes:
        draft.claim(line.words, line.box, "note")
    title = joined(heading.title) or None
    inside = [x for x in free if draft.box.holds(x.box) and x not in heading.title and x not in heading.notes]
    label = None
    if title:
        label = Label(title, "panel" if panel else "title", level=int(panel), box=heading.title[0].box)
    return Reading(
        reader="chart",
        method="tile" if draft.form == "cards" else "chart",
        page=scene.page.number,
        box=draft.box,
        entries=tuple(_entry(scene, value, label) for value in draft.values),
        title=title,
        texts=tuple(x.text for x in (*heading.notes, *inside)),
        form=draft.form,
        used=tuple(sorted(draft.used)),
    )


def _entry(scene: Scene, value: ChartValue, label: Label | None) -> Entry:
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
        confidence=0.5 if doubts else 1.0,
        doubts=doubts,
    )
