"""From drafts to readings: each chart's title, panel heading and notes, and where every understood word went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.charts.drafts import Draft, Scene, Value
from pipeline.charts.wording import Line, joined, remaining
from pipeline.geometry import Box
from pipeline.numbers import parse_number
from pipeline.reading import Entry, Label, Reading

TITLE_GAP = 4.5
"""A title stands at most so many em (of its own size) above what it heads."""
TITLE_PITCH = 2.0
"""Lines of one heading, or heading and note below it, follow one another within so many em."""
TITLE_LINES = 6
"""Lines a heading with its note may have."""
BODY_SHARE = 0.5
"""A style that sets more than this share of a page's letters is running text and no heading."""


@dataclass(frozen=True)
class _Heading:
    title: tuple[Line, ...]
    notes: tuple[Line, ...]


def readings_of(scene: Scene, drafts: Sequence[Draft]) -> list[Reading]:
    """One reading per draft, from top to bottom."""
    understood = {order for d in drafts for order in d.claimed}
    free = [x for x in remaining(scene.lines, understood) if x.angle == 0]
    headings = [_heading(d, scene, free, drafts) for d in drafts]
    panels = [_is_panel(i, drafts, headings) for i in range(len(drafts))]
    out = [
        _reading(scene, draft, heading, panel)
        for draft, heading, panel in zip(drafts, headings, panels, strict=True)
    ]
    return sorted(out, key=lambda r: (round(r.box.top), r.box.x0))


def _heading(draft: Draft, scene: Scene, free: Sequence[Line], drafts: Sequence[Draft]) -> _Heading:
    """Lines above the chart: the nearest block, as title and the smaller notes between it and the chart."""
    plot = draft.box
    block: list[Line] = []
    limit = max((d.plot.bottom for d in drafts if d is not draft and _above(d.plot, plot)), default=0.0)
    edge = draft.plot.top
    body = _body_style(scene.lines)
    for line in sorted((x for x in free if x.box.y_mid < edge), key=lambda x: (-x.v, x.u0)):
        if line.box.top < limit - 1 or len(block) >= TITLE_LINES:
            break
        if line.box.overlap_x(plot.grown(2 * line.size)) <= 0 or _inside(line, draft):
            continue
        gap = (block[-1].box.top if block else min(plot.top, edge)) - line.box.bottom
        if gap > (TITLE_PITCH - 1 if block else TITLE_GAP) * line.size:
            break
        if block and abs(line.box.x0 - block[0].box.x0) > 3 * line.size and line.v < block[-1].v - 0.5 * line.size:
            if abs(line.box.x_mid - block[0].box.x_mid) > 3 * line.size:
                continue
        if (body is not None and _style(line) == body) or _in_table(line, free):
            break
        block.append(line)
    block.reverse()
    return _split(block)


def _above(one: Box, other: Box) -> bool:
    return one.bottom <= other.top + 2 and one.overlap_x(other) > 0


def _inside(line: Line, draft: Draft) -> bool:
    """Words in the plot or beside it (legend titles, axis titles) head nothing."""
    legend = draft.legend.box if draft.legend else None
    beside_legend = legend is not None and line.box.overlap_x(legend.grown(12)) > 0.8 * line.box.width
    return draft.plot.holds(line.box) or (beside_legend and legend is not None and line.box.y_mid > legend.top - 25)


def _in_table(line: Line, lines: Sequence[Line]) -> bool:
    """A line of figures, or one with figures beside it: a row of a table, no heading."""
    digits = sum(c.isdigit() for c in line.text)
    letters = sum(c.isalpha() for c in line.text)
    if letters <= digits:
        return True
    beside = [x for x in lines if x is not line and x.box.overlap_y(line.box) > 0.5 * line.box.height]
    return sum(parse_number(x.text) is not None for x in beside) >= 2


def _style(line: Line) -> tuple[float, bool, object]:
    return (round(line.size, 1), line.bold, line.colour)


def _body_style(lines: Sequence[Line]) -> tuple[float, bool, object] | None:
    """Size, weight and colour of running text; None on a page that has none."""
    letters: Counter[tuple[float, bool, object]] = Counter()
    for line in lines:
        if line.angle == 0:
            letters[_style(line)] += len(line.text)
    style, count = letters.most_common(1)[0] if letters else (None, 0)
    long_lines = [x for x in lines if style is not None and _style(x) == style and len(x.text) > 60]
    return style if len(long_lines) >= 4 and count > 300 else None


def _split(block: Sequence[Line]) -> _Heading:
    """Title is the first style of the block; lines in a smaller or lighter one are notes."""
    if not block:
        return _Heading((), ())
    first = block[0]
    title = [x for x in block if abs(x.size - first.size) < 0.06 * first.size and x.bold == first.bold]
    notes = [x for x in block if x not in title]
    return _Heading(tuple(title), tuple(notes))


def _is_panel(index: int, drafts: Sequence[Draft], headings: Sequence[_Heading]) -> bool:
    """One of several charts of a kind that share their legend's texts, each under its own heading."""
    draft, mine = drafts[index], headings[index]
    names = {item.text for item in draft.legend.items} if draft.legend else None
    if not mine.title or not names:
        return False
    for other, heading in zip(drafts, headings, strict=True):
        if other is draft or other.form != draft.form or not heading.title or other.legend is None:
            continue
        if {item.text for item in other.legend.items} == names and joined(heading.title) != joined(mine.title):
            return True
    return False


def _reading(scene: Scene, draft: Draft, heading: _Heading, panel: bool) -> Reading:
    for line in heading.title:
        draft.claim(line.words, line.box, "title")
    for line in heading.notes:
        draft.claim(line.words, line.box, "note")
    title = joined(heading.title) or None
    inside = [x for x in remaining(scene.lines, draft.claimed) if draft.box.holds(x.box)]
    label = _title_label(heading, "panel" if panel else "title") if title else None
    return Reading(
        reader="chart",
        method="infographic" if draft.form == "cards" else "chart",
        page=scene.page.number,
        box=draft.box,
        entries=tuple(_entry(scene, value, label) for value in draft.values),
        title=title,
        texts=tuple(x.text for x in (*heading.notes, *inside)),
        form=draft.form,
        used=tuple(sorted(draft.used)),
    )


def _title_label(heading: _Heading, axis: str) -> Label:
    box = heading.title[0].box
    text = joined(heading.title)
    return Label(text=text, axis="panel", box=box) if axis == "panel" else Label(text=text, axis="title", box=box)


def _entry(scene: Scene, value: Value, label: Label | None) -> Entry:
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
