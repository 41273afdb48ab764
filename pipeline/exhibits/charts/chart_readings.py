"""From drafts to readings: each chart's title, panel heading and notes, and where every understood word went."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.core.colours import lightness
from pipeline.core.geometry import union
from pipeline.core.numbers import Unit, parse_number
from pipeline.exhibits.charts.chart_drafts import LABEL_GEOMETRY, MEASURED, ChartDraft, ChartValue, Scene
from pipeline.exhibits.charts.chart_text import ChartLine, joined, remaining
from pipeline.exhibits.charts.marks import bars_of
from pipeline.exhibits.charts.panels import grids_of, name_panels, rows_of_grids
from pipeline.exhibits.reading import Axis, Entry, Label, Reading

TITLE_GAP = 4.5
"""A title stands at most so many em (of its own size) above what it heads."""
TITLE_GAP_ALONE = 12.0
"""The same on a page without running text, where nothing else could stand between (room for a legend)."""
TITLE_PITCH = 2.0
"""Lines of one heading, or heading and note below it, follow one another within so many em."""
TITLE_LINES = 6
"""Lines a heading with its note may have."""
BODY_LINE, BODY_LINES = 30, 4
"""A style that sets so many lines of at least so many letters is running text and no heading."""
BULLET = re.compile(r"^[•·›▪■●○◦–—\-*\uf0b7\uf0a7]\s")
"""An item of a list heads nothing."""
PROVEN = 4
"""Printed numbers of a chart, ticks and labels of marks, that prove its scale. Of the measured values of unlabelled
charts on the designs 19 of 20 are right; all of them were doubted before."""
LIGHT_INK = 85.0
"""CIELAB lightness of letters that stand on a coloured band."""


_Style = tuple[float, bool, object]
"""Size, weight and colour of letters."""


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
    own = [_heading(d, free, drafts) or _band_below(d, scene, free) for d in drafts]
    headings = [_shared(i, drafts, own) for i in range(len(drafts))]
    panels = [_is_panel(i, drafts, headings) for i in range(len(drafts))]
    names = {line for h in headings for line in h.title}
    over = [_title_over(h, free, names) if panel else () for h, panel in zip(headings, panels, strict=True)]
    out = [
        _reading(scene, draft, heading, panel, free, title)
        for draft, heading, panel, title in zip(drafts, headings, panels, over, strict=True)
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


def _heading(draft: ChartDraft, free: Sequence[ChartLine], drafts: Sequence[ChartDraft]) -> _Heading | None:
    """Lines above the chart: the nearest block, as title and the smaller notes between it and the chart."""
    plot, top = draft.body, min(draft.plot.top, draft.body.top)
    others = [d.plot for d in drafts if d is not draft]
    limit = max((x.bottom for x in others if x.bottom <= plot.top + 2 and x.overlap_x(plot) > 0), default=0.0)
    legend = draft.legend.box if draft.legend else None
    if legend is not None and limit <= legend.top and legend.bottom <= top and legend.overlap_x(plot) > 0:
        top = legend.top
    body = _body_styles(free)
    reach = TITLE_GAP if body else TITLE_GAP_ALONE
    block: list[ChartLine] = []
    for line in sorted((x for x in free if x.box.y_mid < top), key=lambda x: (-x.v, -x.box.overlap_x(plot))):
        if line.box.top < limit - 1 or len(block) >= TITLE_LINES:
            break
        beside = bool(block) and abs(line.v - block[-1].v) < 0.5 * line.size
        if beside or _inside(line, draft) or line.box.overlap_x(block[0].box if block else plot) <= 0:
            continue
        gap = (block[-1].box.top if block else top) - line.box.bottom
        if gap > (TITLE_PITCH - 1 if block else reach) * line.size:
            break
        if _style(line) in body or BULLET.match(line.text) or _in_table(line, free):
            break
        block.append(line)
    return _split(block[::-1]) if block else None


def _band_below(draft: ChartDraft, scene: Scene, free: Sequence[ChartLine]) -> _Heading | None:
    """Cards may be summed up below: light letters on a coloured band."""
    if draft.form != "cards":
        return None
    bands = [b for b in bars_of(scene.page) if b.box.width > 0.6 * draft.plot.width]
    for line in sorted(free, key=lambda x: x.v):
        below = 0 <= line.box.top - draft.plot.bottom <= TITLE_GAP * line.size
        light = line.colour is not None and lightness(line.colour) > LIGHT_INK
        if below and light and any(b.box.holds(line.box) for b in bands):
            return _Heading((line,), ())
    return None


def _shared(index: int, drafts: Sequence[ChartDraft], own: Sequence[_Heading | None]) -> _Heading:
    """A chart without heading of its own in a row of charts stands under the heading of its neighbour to the left."""
    mine, draft = own[index], drafts[index]
    if mine is not None:
        return mine
    left = [
        (d.plot.x1, heading)
        for d, heading in zip(drafts, own, strict=True)
        if heading is not None
        and d.form == draft.form
        and d.plot.x1 <= draft.plot.x0
        and d.plot.overlap_y(draft.plot) > 0.5 * draft.plot.height
    ]
    return max(left, key=lambda pair: pair[0])[1] if left else _Heading((), ())


def _inside(line: ChartLine, draft: ChartDraft) -> bool:
    """Words in the plot or beside it (legend titles, axis titles) head nothing."""
    legend = draft.legend.box if draft.legend else None
    if draft.plot.holds(line.box) or legend is None:
        return draft.plot.holds(line.box)
    over = legend.overlap_x(draft.plot) > 0
    beside = line.box.overlap_x(legend.grown(12)) > 0.8 * line.box.width
    return legend.holds(line.box) or (beside and not over and line.box.y_mid > legend.top - 25)


def _in_table(line: ChartLine, lines: Sequence[ChartLine]) -> bool:
    """A line of figures, or one with figures beside it: a row of a table, no heading."""
    digits = sum(c.isdigit() for c in line.text)
    letters = sum(c.isalpha() for c in line.text)
    if letters <= digits:
        return True
    beside = [x for x in lines if x is not line and x.box.overlap_y(line.box) > 0.5 * line.box.height]
    return sum(parse_number(x.text) is not None for x in beside) >= 2


def _style(line: ChartLine) -> _Style:
    return (round(line.size, 1), line.bold, line.colour)


def _body_styles(lines: Sequence[ChartLine]) -> set[_Style]:
    """Size, weight and colour of running text; empty on a page that has none. Headings repeat too, but stand out."""
    long_lines = Counter(_style(line) for line in lines if len(line.text) >= BODY_LINE)
    if not long_lines:
        return set()
    size, bold, colour = long_lines.most_common(1)[0][0]
    return {
        style
        for style, count in long_lines.items()
        if count >= BODY_LINES and style[0] <= 1.1 * size and style[1] <= bold and style[2] == colour
    }


def _split(block: Sequence[ChartLine]) -> _Heading:
    """Title is the first style of the block; lines in a smaller or lighter one are notes."""
    first = block[0]
    title = [x for x in block if abs(x.size - first.size) < 0.06 * first.size and x.bold == first.bold]
    notes = [x for x in block if x not in title]
    return _Heading(tuple(title), tuple(notes))


def _is_panel(index: int, drafts: Sequence[ChartDraft], headings: Sequence[_Heading]) -> bool:
    """One of several charts of a kind that share their legend's texts, each under its own heading."""
    draft, mine = drafts[index], headings[index]
    names = {item.text for item in draft.legend.items} if draft.legend else None
    if not mine.title or not names:
        return False
    alike = [
        heading.title
        for other, heading in zip(drafts, headings, strict=True)
        if other.form == draft.form and other.legend and {item.text for item in other.legend.items} == names
    ]
    return any(title and joined(title) != joined(mine.title) for title in alike)


def _title_over(heading: _Heading, free: Sequence[ChartLine], names: set[ChartLine]) -> tuple[ChartLine, ...]:
    """The title of all panels: the nearest text above the name of one, that is no other's name."""
    first = heading.title[0]
    above = [
        x
        for x in free
        if x not in names
        and not _in_table(x, free)
        and 0 <= first.box.top - x.box.bottom <= TITLE_GAP * x.size
        and x.box.overlap_x(first.box) > 0
    ]
    nearest = max(above, key=lambda x: x.box.bottom, default=None)
    return tuple(x for x in above if nearest is not None and _style(x) == _style(nearest))


def _reading(
    scene: Scene,
    draft: ChartDraft,
    heading: _Heading,
    panel: bool,
    free: Sequence[ChartLine],
    over: tuple[ChartLine, ...],
) -> Reading:
    draft.claim((*heading.title, *over), "title")
    draft.claim(heading.notes, "note")
    title = joined(over or heading.title) or None
    inside = [x for x in free if draft.box.holds(x.box) and x not in heading.title and x not in heading.notes]
    label = None
    if title:  # a panel's own heading is farther from its values than the name that small multiples carry: level 1
        axis: Axis = "panel" if panel else "title"
        label = Label(joined(heading.title), axis, level=int(panel), box=heading.title[0].box)
    sign = _sign(scene, draft)
    return Reading(
        reader="chart",
        method="tile" if draft.form == "cards" else "chart",
        page=scene.page.number,
        box=draft.box,
        entries=tuple(_entry(scene, value, label, sign) for value in _doubted(draft)),
        title=title,
        texts=tuple(x.text for x in (*heading.notes, *inside)),
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


def _entry(scene: Scene, value: ChartValue, label: Label | None, sign: Unit) -> Entry:
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
        within=value.within,
        confidence=0.5 if value.doubts else 1.0,
        doubts=value.doubts,
    )
