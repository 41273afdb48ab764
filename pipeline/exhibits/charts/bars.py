"""Bar charts: vertical or horizontal, single, grouped or stacked."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from pipeline.core.colours import RGB, lightness
from pipeline.core.geometry import union
from pipeline.exhibits.charts.bar_names import layout_of, named
from pipeline.exhibits.charts.chart_drafts import (
    CUT,
    NO_MARK,
    TORN,
    UNNAMED,
    ChartDraft,
    ChartValue,
    Plotted,
    Scene,
    agrees,
    claim_legend,
    cut_off,
    gap_between,
    legends_for,
    series_name,
    value_at,
    with_twins_doubted,
)
from pipeline.exhibits.charts.chart_text import MISSING, ChartLine, Token, joined, lines_of, remaining
from pipeline.exhibits.charts.direct_names import at_single_stack, direct_legend, named_in_ink
from pipeline.exhibits.charts.legends import Item, Legend
from pipeline.exhibits.charts.marks import bars_of
from pipeline.exhibits.charts.points import is_name
from pipeline.exhibits.charts.scales import Scaled, scaled
from pipeline.exhibits.charts.side_columns import flush, head_over, side_columns
from pipeline.exhibits.charts.slots import Layout, Slot
from pipeline.exhibits.charts.stack_totals import counts_of, total_label, totals_of
from pipeline.exhibits.charts.stacks import StackRow, candidates, extent
from pipeline.exhibits.charts.waterfalls import waterfall_rows
from pipeline.exhibits.reading import Label

MOST_AGREE = 0.6
"""Share of labels that must fit their bars' lengths before boxes count as a chart (table cells: about none)."""
WORD_WITH_PERCENT = re.compile(r"[^\W\d_]%$")
"""A word with a percent sign stuck to it."""
HAIRLINE = 0.5
"""Bars shorter than this, in points, are drawn for a value that is zero or missing."""
STRAY_GAP = 2.5
"""A label without a bar stands at most so many em from the baseline (bars of no length)."""


def bar_drafts(scene: Scene, taken: Sequence[Legend] = ()) -> list[ChartDraft]:
    """Every bar chart of the page, without titles. Bars that fit several charts go to the best supported one.

    Legends that other charts have `taken` name nothing here.
    """
    swatches = {tuple(s.box) for legend in scene.legends for item in legend.items for s in item.swatches}
    bars = [b for b in bars_of(scene.page) if tuple(b.box) not in swatches and scene.free(b.box)]
    rows = [*candidates(bars, scene.legends, scene.lines, scene.frames), *waterfall_rows(bars, scene.frames)]
    fits = [fit for row in rows if (fit := scaled(row, scene)) is not None]
    accepted = sorted((f for f in fits if _is_chart(f)), key=_support, reverse=True)
    used: set[int] = set()
    chosen: list[Scaled] = []
    for fit in accepted:
        orders = {s.bar.order for s in fit.candidate.segments}
        if not orders & used and not any(other.candidate.plot.holds(fit.candidate.plot) for other in chosen):
            used |= orders
            chosen.append(fit)
    told: list[ChartLine] = []
    own, borrowing = list[Scaled](), list[Scaled]()
    for fit in sorted(chosen, key=lambda fit: -fit.candidate.plot.bottom):
        parts, names = _parted(fit, scene, told)
        (borrowing if any(x in told for x in names) else own).extend(parts)
        told += names
    chosen = [*sorted(own, key=_support, reverse=True), *borrowing]
    layouts = [layout_of(fit.candidate, scene.lines, scene.ticks[fit.candidate.upright]) for fit in chosen]
    plots = [
        Plotted(row.plot, () if row.afloat else layout.colours, row.stacked or bool(layout.offsets))
        for row, layout in zip((fit.candidate for fit in chosen), layouts, strict=True)
    ]
    drafts: list[ChartDraft] = []
    values = {w.order for fit in chosen for token in fit.labels.values() for w in token.words}
    legends = legends_for(plots, [x for x in scene.legends if x not in taken])
    for fit, layout, plot, legend in zip(chosen, layouts, plots, legends, strict=True):
        if plot.several:
            legend = _nearest_names(fit, layout, legend, remaining(scene.lines, values), scene)
        drafts.append(_draft(fit, layout, legend, scene, drafts, values))
    return drafts


def _nearest_names(
    fit: Scaled, layout: Layout, legend: Legend | None, free: Sequence[ChartLine], scene: Scene
) -> Legend | None:
    """The names of most of the colours: those at the segments of a single stack, words near the chart in the ink of its
    marks, the legend, or names at the segments of any stack, among the lines that are `free`, no bar's value; of those
    that tell as many the first. A legend may be the next chart's, in the same palette."""
    apart = remaining(free, set(scene.in_legends))
    near = at_single_stack(fit.candidate, apart) or named_in_ink(fit.candidate, layout.colours, apart)
    options = [x for x in (legend, direct_legend(fit.candidate, free)) if x is not None]
    return near or max(options, key=lambda x: sum(bool(x.named(c)) for c in layout.colours), default=None)


def _parted(fit: Scaled, scene: Scene, told: Sequence[ChartLine]) -> tuple[list[Scaled], list[ChartLine]]:
    """The fit, or its parts where the categories begin anew: within one chart each has a name of its own. With the
    names, which may be those that are `told` of the panels below."""
    candidate = fit.candidate
    known = {w.order for token in (*fit.labels.values(), *(fit.axis.ticks if fit.axis else ())) for w in token.words}
    free = remaining(scene.lines, known | {w.order for line in told for w in line.words})
    ticks = scene.ticks[candidate.upright]
    options = [named(layout_of(candidate, lines, ticks), candidate, lines) for lines in (free, told)]
    layout = max(options, key=lambda option: _fully_named(option, candidate))
    slots = [x for x in layout.slots if x.stacks or x.lines]
    parts: list[list[Slot]] = [[]]
    names: list[set[str]] = [set()]
    for slot in slots:
        name = joined(slot.lines).casefold()
        if name in names[-1]:
            parts.append([])
            names.append(set())
        parts[-1].append(slot)
        names[-1].add(name)
    lines = [line for slot in slots for line in slot.lines] if all(slot.lines for slot in slots) else []
    again = all(len(own) > 1 and (own <= names[0] or names[0] <= own) and "" not in own for own in names)
    if len(parts) < 2 or not again:
        return [fit], lines
    stacks = [tuple(candidate.stacks[i] for slot in part for i in slot.stacks) for part in parts]
    if fit.labels and fit.agreeing == len(fit.labels):
        return [fit.part(own) for own in stacks], lines
    fits = [scaled(replace(candidate, stacks=part), scene) for part in stacks]
    sure = [part for part in fits if part is not None and part.agreeing == len(part.labels)]
    return (sure if len(sure) == len(parts) else [fit]), lines


def _is_chart(fit: Scaled) -> bool:
    """Lengths speak: labels fit them, or an axis gives them a meaning.

    Cells of tables are boxes with numbers too: equally wide ones "fit" equal numbers, and the widest cell of a row is
    the one without number.
    """
    segments = fit.candidate.segments
    if fit.agreeing < MOST_AGREE * len(fit.labels):
        return False
    if fit.axis is not None:
        return len(segments) >= 2 and (len(fit.labels) >= 2 or len(fit.axis.ticks) > 3)
    labelled = [segments[i].at.length for i in fit.labels]
    bare = [s.at.length for i, s in enumerate(segments) if i not in fit.labels]
    if fit.agreeing < 2 or len(labelled) < 0.5 * len(segments) or max(bare, default=0.0) > max(labelled):
        return False
    sure = [s.at.length for s in fit.confirmed]
    return max(sure) > 1.05 * min(sure) + 0.5 and (len(labelled) > 2 or not bare)


def _support(fit: Scaled) -> tuple[float, int, int]:
    told = 3 * fit.agreeing - 2 * len(fit.labels) + (2 if fit.axis else 0)
    return told, len(fit.candidate.segments), -int(fit.candidate.upright)


def _draft(
    fit: Scaled, layout: Layout, legend: Legend | None, scene: Scene, others: Sequence[ChartDraft], values: Set[int]
) -> ChartDraft:
    candidate = fit.candidate
    draft = ChartDraft("stacked" if candidate.stacked else "bars", candidate.plot, [], legend)
    draft.claim_values(fit.labels.values())
    draft.claim(fit.axis.ticks if fit.axis is not None else (), "axis tick")
    claim_legend(draft, scene.lines)
    stray = _stray(fit, layout, draft)
    missing = _claim_missing(fit, scene.lines, draft)
    understood = {order for other in (*others, draft) for order in other.claimed}
    free = remaining(scene.labels, understood | scene.in_legends)
    options = [named(layout, candidate, lines) for lines in (free, _labels_of(others, scene))]
    layout = max(options, key=lambda option: _fully_named(option, candidate))
    draft.claim((line for slot in layout.slots for line in slot.lines), "category label")
    torn = _torn(layout, remaining(free, draft.claimed))
    _fill(draft, fit, layout, stray, missing, scene)
    _fill_side_columns(draft, fit, layout, remaining(free, draft.claimed), values)
    if torn:
        draft.values = [replace(v, doubts=(*v.doubts, TORN)) for v in draft.values]
    return draft


def _fully_named(layout: Layout, candidate: StackRow) -> tuple[int, int, float]:
    """How many slots have a name, how many one of words, and minus the mean gap in points between names and bars."""
    named_slots = [slot for slot in layout.slots if slot.stacks and slot.lines]
    words = sum(any(map(is_name, slot.lines)) for slot in named_slots)
    gaps = [gap_between(union(line.box for line in slot.lines), candidate.plot) for slot in named_slots]
    return len(named_slots), words, -statistics.fmean(gaps) if gaps else 0.0


def _labels_of(drafts: Sequence[ChartDraft], scene: Scene) -> list[ChartLine]:
    """Category labels of other charts: charts side by side share them."""
    places = [box for draft in drafts for box, reason in draft.used if reason == "category label"]
    return lines_of(w for w in scene.page.words if any(box.holds(w.box) for box in places))


def _torn(layout: Layout, left_over: Sequence[ChartLine]) -> bool:
    """True where lines stand among the category labels that belong to none of them, or where some bars have a label and
    others none: labels were cut apart or run together."""
    lines = [line for slot in layout.slots for line in slot.lines]
    if not lines:
        return False
    if any(slot.stacks and not slot.lines for slot in layout.slots):
        return True
    zone = union(line.box for line in lines)
    said = (x for x in left_over if any(map(str.isalnum, x.text)))
    return any(x.angle == lines[0].angle and zone.holds(x.box) for x in said)


def _stray(fit: Scaled, layout: Layout, draft: ChartDraft) -> list[Token]:
    """Labels at the baseline with no bar: values of (nearly) nothing."""
    candidate = fit.candidate
    if candidate.stacked or not fit.labels:
        return []
    percent = sum(t.percent for t in fit.labels.values()) > len(fit.labels) / 2
    size = max(t.size for t in fit.labels.values())
    found = []
    low, high = layout.slots[0].c - 0.6 * layout.pitch, layout.slots[-1].c + 0.6 * layout.pitch
    for token in fit.stray:
        at = extent(token.box, candidate.upright)
        close = -0.5 * size <= at.a0 - candidate.base <= STRAY_GAP * size
        if token.alone and token.percent == percent and close and low <= at.c <= high and token.size <= 1.3 * size:
            found.append(token)
    draft.claim_values(found)
    return found


def _claim_missing(fit: Scaled, lines: Sequence[ChartLine], draft: ChartDraft) -> list[float]:
    """Book marks such as "N/A" at the baseline; returns their places along the category axis."""
    candidate = fit.candidate
    places = []
    for line in lines:
        at = extent(line.box, candidate.upright)
        inside = candidate.at.c0 - 2 * candidate.thickness <= at.c <= candidate.at.c1 + 2 * candidate.thickness
        if MISSING.match(line.text) and inside and -2 <= at.a0 - candidate.base <= STRAY_GAP * line.size:
            draft.claim([line], "not available")
            places.append(at.c)
    return places


def _fill(
    draft: ChartDraft, fit: Scaled, layout: Layout, stray: Sequence[Token], missing: Sequence[float], scene: Scene
) -> None:
    """The draft's values: one for every segment and every label without one; none where it says "N/A"."""
    candidate = fit.candidate
    first = [0, *itertools.accumulate(len(stack.segments) for stack in candidate.stacks)]
    names, rows = _series_names(candidate, draft, scene), _row_labels(layout)
    for slot in layout.slots:
        row = rows[slot]
        cut = (CUT,) if any(cut_off(line.box, scene.page) for line in slot.lines) else ()
        for i in slot.stacks:
            for k, segment in enumerate(candidate.stacks[i].segments):
                place = first[i] + k
                series, doubts = names[place][0], (*names[place][1], *cut)
                if _unnamed(row, series, candidate, draft.legend):
                    doubts = (*doubts, UNNAMED)
                token = fit.labels.get(place)
                if token is None and segment.at.length < HAIRLINE and any(segment.at.holds(c) for c in missing):
                    continue
                measured, bar = fit.measured(segment), segment.bar
                fits = token is None or agrees(token, measured, fit.per_point_of(segment), fit.base_value)
                draft.values.append(value_at(bar.box, token, bar.fill, measured, ((*row, *series), doubts), fits))
    counts = counts_of(fit)
    draft.claim_values(counts.values())
    told = [(v, counts[v.token]) for v in draft.values if v.token in counts]
    draft.values += [replace(v, box=t.box, token=t, fill=None, measured=None, within=2) for v, t in told]
    for token in stray:
        draft.values.append(_without_mark(token, fit, layout, rows, draft, scene))
    row_of = {i: rows[slot] for slot in layout.slots for i in slot.stacks}
    for i, token in totals_of(fit).items():
        draft.claim_values([token])
        labels = (*row_of.get(i, ()), total_label(scene.page, token.box))
        draft.values.append(ChartValue(token.box, token, None, None, labels, (UNNAMED,)))
    for i, token, fill in _of_no_length(fit, layout):
        if draft.legend is None:
            break
        draft.claim_values([token])
        name, doubts = series_name(draft.legend.named(fill), fill, scene.page)
        draft.values.append(ChartValue(token.box, token, fill, 0.0, (*row_of.get(i, ()), *name), doubts))
    draft.values = with_twins_doubted(draft.values)


def _of_no_length(fit: Scaled, layout: Layout) -> Iterator[tuple[int, Token, RGB]]:
    """The noughts at stacks that lack as many colours: parts of no length. All are nought, whichever is whose."""
    noughts = [(t, extent(t.box, fit.candidate.upright)) for t in fit.stray if t.value == 0]
    for i, stack in enumerate(fit.candidate.stacks if fit.candidate.stacked else ()):
        drawn = {layout.series_of(segment.bar.fill) for segment in stack.segments}
        lacking = [colour for k, colour in enumerate(layout.colours) if k not in drawn]
        at = [t for t, x in noughts if stack.at.holds(x.c) and stack.at.a0 - t.size <= x.a <= stack.at.a1 + t.size]
        if len(at) == len(lacking):
            yield from ((i, token, fill) for token, fill in zip(at, lacking, strict=True))


def _fill_side_columns(
    draft: ChartDraft, fit: Scaled, layout: Layout, free: Sequence[ChartLine], taken: Set[int]
) -> None:
    """Values that stand beside the bars, in columns with heads of their own; they have no mark. Words in `taken` (by
    `order`) are the values of marks."""
    rows = _row_labels(layout)
    tokens = [t for t in fit.stray if not any(w.order in draft.claimed | taken for w in t.words)]
    columns = list(side_columns(fit.candidate, layout.slots, layout.pitch, tokens, free))
    own = sorted(fit.labels.values(), key=lambda t: t.box.top)
    if (
        columns
        and own
        and draft.legend is None
        and all(flush(t, own[0]) for t in own)
        and (over := head_over(own[0], free))
    ):
        own_head = draft.name(over, "series", "column head")
        draft.values = [replace(v, labels=(*v.labels, *own_head)) for v in draft.values]
    for column in columns:
        head = draft.name(column.head, "series", "column head")
        draft.claim_values(token for _, token in column.numbers)
        draft.values += [ChartValue(t.box, t, None, None, (*rows[slot], *head)) for slot, t in column.numbers]


def _row_labels(layout: Layout) -> dict[Slot, tuple[Label, ...]]:
    """Each slot's label. A percent sign that ends all of them is the axis's number format, not part of the words."""
    texts = {slot: joined(slot.lines) for slot in layout.slots}
    printed = [text for text in texts.values() if text]
    suffixed = len(printed) > 1 and all(WORD_WITH_PERCENT.search(text) for text in printed)
    return {
        slot: (Label(text.rstrip("%") if suffixed else text, "row", box=union(line.box for line in slot.lines)),)
        if text
        else ()
        for slot, text in texts.items()
    }


def _unnamed(row: Sequence[Label], series: Sequence[Label], candidate: StackRow, legend: Legend | None) -> bool:
    """True where nothing tells this value from the others. Without a legend, the colours of grouped bars may still
    tell groups of respondents apart; the parts of a stack are answers, and need names."""
    if len(candidate.segments) == 1:
        return False
    if candidate.stacked:
        return not series
    several = len(candidate.stacks) > 1
    return (not row and (not series or several)) or (legend is not None and not series)


def _without_mark(
    token: Token, fit: Scaled, layout: Layout, rows: dict[Slot, tuple[Label, ...]], draft: ChartDraft, scene: Scene
) -> ChartValue:
    """A label without bar: its slot is the nearest, its series the one that stands at this place in the slot."""
    c = extent(token.box, fit.candidate.upright).c
    slot = min(layout.slots, key=lambda s: abs(s.c - c))
    labels = rows[slot]
    fill: RGB | None = layout.colours[0] if len(layout.colours) == 1 else None
    if layout.offsets:
        series = min(layout.offsets, key=lambda i: abs(slot.c + layout.offsets[i] - c))
        fill = layout.colours[series]
    doubts = () if agrees(token, fit.base_value, fit.per_point) else (NO_MARK,)
    if fill is not None and draft.legend is not None:
        name, more = series_name(draft.legend.named(fill), fill, scene.page)
        labels, doubts = (*labels, *name), (*doubts, *more)
    return ChartValue(token.box, token, fill, fit.base_value, labels, doubts)


Names = list[tuple[tuple[Label, ...], tuple[str, ...]]]


def _series_names(candidate: StackRow, draft: ChartDraft, scene: Scene) -> Names:
    """Legend label (and doubts) for every segment, by colour. A legend in one group's colours serves the other groups'
    shades too, where these run from dark to light alike."""
    fills = [segment.bar.fill for segment in candidate.segments]
    legend = draft.legend
    told = _told_by_order(candidate, legend) if legend is not None and legend.repeats and candidate.stacked else {}
    items = [told.get(i) or (legend.named(fill) if legend else []) for i, fill in enumerate(fills)]
    names = [series_name(item, fill, scene.page) for item, fill in zip(items, fills, strict=True)]
    if legend is None or not candidate.stacked:
        return names
    ends = [0, *itertools.accumulate(len(stack.segments) for stack in candidate.stacks)]
    rows = [sorted(range(a, b), key=lambda i: lightness(fills[i])) for a, b in itertools.pairwise(ends)]
    models = [row for row in rows if all(names[i][0] for i in row)]
    for row in (row for row in rows if not any(names[i][0] for i in row)):
        alike = (x for x in models if [i - min(x) for i in x] == [i - min(row) for i in row])
        for i, k in zip(row, next(alike, ()), strict=False):
            names[i] = ((replace(names[k][0][0], colour=fills[i]),), ())
    return names


def _told_by_order(candidate: StackRow, legend: Legend) -> dict[int, list[Item]]:
    """Segment → its entry, where a legend has one colour twice: stacks are drawn in the order of the legend, or against
    it, so the entries of a segment's neighbours tell which one it is. Only where all stacks can run that way."""
    ways: list[dict[int, list[Item]]] = []
    for sign in (1, -1):
        told: dict[int, list[Item]] = {}
        first = 0
        for stack in candidate.stacks:
            runs: list[list[int]] = [[]]
            for segment in stack.segments:
                options = [sign * legend.items.index(x) for x in legend.named(segment.bar.fill)]
                runs = [[*run, x] for run in runs for x in options if not run or x > run[-1]]
            if not runs:
                break
            for k, places in enumerate(zip(*runs, strict=True)):
                if len(set(places)) == 1:
                    told[first + k] = [legend.items[abs(places[0])]]
            first += len(stack.segments)
        else:
            ways.append(told)
    return ways[0] if len(ways) == 1 else {}
