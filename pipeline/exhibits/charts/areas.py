"""Charts whose marks are as large as their values (treemaps, bubbles, funnels), each mark with its number in or at it.

No baseline is shared. What grows with the value is the mark's area, its width or its height: the measure that most
printed numbers agree with is the chart's. Cells of tables are boxes with numbers too; their sizes agree with nothing.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.callouts import Callout, callouts_of
from pipeline.exhibits.charts.chart_drafts import (
    UNNAMED,
    ChartDraft,
    Scene,
    claim_legend,
    legend_for,
    series_name,
    value_at,
)
from pipeline.exhibits.charts.chart_text import KEPT_CHARTS, ChartLine, Token, remaining, whole_name
from pipeline.exhibits.charts.fitting import Scale, matched, straight
from pipeline.exhibits.charts.legends import Legend
from pipeline.exhibits.charts.marks import MOST_MARKS, cover, is_paper
from pipeline.exhibits.charts.points import is_name
from pipeline.exhibits.reading import Label

CLOSE, APART = 0.1, 1.0
"""Gaps between marks of one chart, in lengths of the largest: cells and steps nearly touch, bubbles stand apart."""
FEWEST = 3
"""Marks whose sizes run with their numbers; two do so by chance."""
MOST_AGREE = 0.75
"""Share of marks whose size must be what the number says before boxes count as a chart."""
SIZE_SLACK = 0.08
"""Relative difference between a mark's size and its number: borders between cells, strokes, rounded numbers."""
DRAWN = 1.0
"""Points by which a side may be drawn longer or shorter than its value is."""
UNLIKE = 1.15
"""The largest mark is at least so many times the smallest; equal boxes say nothing."""
ROUND = 1.1
"""A bubble, or a square, is at most so many times as long as wide."""
TILED = 0.75
"""Share of their rectangle that cells of a treemap fill, gaps and cells too small for a number left out."""
CENTRED = 2.0
"""Points by which the middles of a funnel's steps differ at most."""
NAME_REACH = 3.0
"""A name beside its mark stands at most so many em from it."""


@dataclass(frozen=True)
class _Patch:
    box: Box
    fill: RGB
    area: float
    """Square points that the outline covers."""


Size = Callable[[_Patch], float]
"""A measure of a mark: points, or square points."""


@dataclass(frozen=True)
class _Measured:
    """Marks with their labels, and what their measure is worth."""

    pairs: tuple[tuple[_Patch, Token], ...]
    size: Size
    scale: Scale
    agreeing: int
    again: _Measured | None = None

    def value(self, patch: _Patch) -> float:
        return self.scale.value_at(self.size(patch))

    def agrees(self, patch: _Patch, token: Token) -> bool:
        rounding = 0.55 * 10.0**-token.decimals
        return abs(self.value(patch) - token.value) <= rounding + SIZE_SLACK * abs(token.value)


AREA: tuple[Size, ...] = (attrgetter("area"),)
"""What grows with the value of a treemap's cell or a bubble."""
SIDES: tuple[Size, ...] = (attrgetter("box.width"), attrgetter("box.height"))
"""What grows with the value of a step of a funnel."""


def area_drafts(scene: Scene, understood: set[int], sizes: Sequence[Size]) -> list[ChartDraft]:
    """Treemaps and bubbles (`AREA`) or funnels (`SIDES`); words in `understood` (by `order`) belong to other charts."""
    tokens = [t for t in scene.tokens if not any(w.order in understood for w in t.words)]
    callouts = callouts_of(remaining(scene.lines, understood), tokens)
    groups = _groups_of(tuple(_patches(scene))) if len(callouts) >= FEWEST else ()
    fits = [fit for group in groups if (fit := _fitted(group, callouts, sizes)) is not None]
    drafts: list[ChartDraft] = []
    for fit in sorted(fits, key=lambda fit: -fit.agreeing):
        own = {order for draft in drafts for order in draft.claimed}
        if not any(w.order in own for _, token in fit.pairs for w in token.words):
            free = [c for c in callouts if not any(w.order in own for w in c.token.words)]
            drafts.append(_draft(scene, fit, free, understood | own))
    return drafts


def _fitted(group: Sequence[_Patch], callouts: Sequence[Callout], sizes: Sequence[Size]) -> _Measured | None:
    """The marks with the numbers that say their sizes, and with those that say them once more in another unit."""
    fit = _measured(_labelled(group, callouts), sizes)
    used = {token for _, token in fit.pairs} if fit is not None else set()
    again = _measured(_labelled(group, [c for c in callouts if c.token not in used]), sizes) if used else None
    return replace(fit, again=again) if fit is not None else None


@lru_cache(maxsize=1)
def _patches(scene: Scene) -> list[_Patch]:
    """Filled shapes large enough for a number, each place once (the last drawn)."""
    found: dict[tuple[int, ...], _Patch] = {}
    smallest = min((token.size for token in scene.tokens), default=math.inf)
    for shape in scene.page.shapes:
        if shape.fill is None or shape.kind == "line" or is_paper(shape.fill) or not scene.free(shape.box):
            continue
        if min(shape.box.width, shape.box.height) < smallest:
            continue
        part = 1.0 if shape.kind == "rect" else cover(shape)
        if min(shape.box.width, shape.box.height) > 0 and part > 0:
            key = tuple(round(v) for v in shape.box)
            found[key] = _Patch(shape.box, shape.fill, part * shape.box.area)
    return list(found.values()) if len(found) <= MOST_MARKS else []


@lru_cache(maxsize=KEPT_CHARTS)
def _groups_of(patches: tuple[_Patch, ...]) -> tuple[list[_Patch], ...]:
    """Groups of those that are no grounds of others, by either gap."""
    marks = [p for p in patches if sum(o.box.overlap(p.box) > 0.9 * o.box.area for o in patches) < FEWEST]
    return (*_groups(marks, CLOSE), *_groups(marks, APART))


def _groups(patches: Sequence[_Patch], reach: float) -> list[list[_Patch]]:
    """Marks that lie within `reach` times the length of the largest of them from one another."""
    groups: list[list[_Patch]] = []
    for patch in sorted(patches, key=lambda p: -p.box.area):
        limits = [reach * max(_longest(o.box) for o in g) for g in groups]
        near = [g for g, limit in zip(groups, limits, strict=True) if any(_gap(patch.box, o.box) < limit for o in g)]
        groups = [g for g in groups if g not in near] + [[*(p for g in near for p in g), patch]]
    return [g for g in groups if len(g) >= FEWEST]


def _longest(box: Box) -> float:
    return max(box.width, box.height)


def _gap(one: Box, other: Box) -> float:
    return math.hypot(max(0.0, -one.overlap_x(other)), max(0.0, -one.overlap_y(other)))


def _labelled(patches: Sequence[_Patch], callouts: Sequence[Callout]) -> list[tuple[_Patch, Token]]:
    """Each mark with the number that stands in it, or else beside it on its level, alone or behind its name."""
    levels = [(callout, callout.token.box.y_mid) for callout in callouts]
    costs = [[_away(p, c) if p.box.top <= y <= p.box.bottom else math.inf for c, y in levels] for p in patches]
    reach = NAME_REACH + _reach([c.token.size for c in callouts], patches)
    return [(patches[i], callouts[j].token) for i, j in matched(costs, reach).items()]


def _away(patch: _Patch, callout: Callout) -> float:
    """Em between a number, or the name before it, and the mark on its level; below 1 inside it, the smaller first."""
    token = callout.token
    if patch.box.holds(token.box):
        return min(0.9, 1e-6 * patch.box.area)
    return 1.0 + min(_gap(patch.box, token.box), _gap(patch.box, callout.box)) / token.size


def _measured(pairs: Sequence[tuple[_Patch, Token]], sizes: Sequence[Size]) -> _Measured | None:
    """The measure that most numbers agree with, where enough do."""
    kinds = [[p for p in pairs if p[1].percent == percent and p[1].value > 0] for percent in (True, False)]
    alike = max(kinds, key=len)
    if len(alike) < FEWEST:
        return None
    fits = []
    for size, scale in ((one, scale) for one in sizes for scale in _scales(one, alike)):
        fit = _Measured(tuple(alike), size, scale, 0)
        agreeing = [(p, t) for p, t in alike if fit.agrees(p, t)]
        fewest = FEWEST + (scale.zero != 0)
        if len({t.value for _, t in agreeing}) >= fewest and _tells(size, [p for p, _ in agreeing]):
            fits.append(replace(fit, agreeing=len(agreeing)))
    best = max(fits, key=lambda f: f.agreeing, default=None)
    return best if best is not None and best.agreeing >= MOST_AGREE * len(best.pairs) else None


def _scales(size: Size, pairs: Sequence[tuple[_Patch, Token]]) -> list[Scale]:
    """What sizes may be worth: so much a unit, or, along a side, from a smallest width on: narrow ends of funnels."""
    ratio = statistics.median(token.value / size(patch) for patch, token in pairs)
    through = None if size in AREA else straight([(size(patch), token.value) for patch, token in pairs], DRAWN)
    return [Scale(ratio, 0.0, 0), *([through] if through is not None and through.per_point > 0 else [])]


def _tells(size: Size, patches: Sequence[_Patch]) -> bool:
    """Do the sizes differ, and are the marks no bars? Bubbles are as wide as high, cells of a treemap fill their
    rectangle, and the steps of a funnel are centred."""
    sizes = [size(p) for p in patches]
    if max(sizes) < UNLIKE * min(sizes):
        return False
    if size in AREA:
        alike = all(_longest(p.box) <= ROUND * min(p.box.width, p.box.height) for p in patches)
        unlike = all(max(map(side, patches)) - min(map(side, patches)) > 2 * DRAWN for side in SIDES)
        return alike or (unlike and sum(sizes) >= TILED * union(p.box for p in patches).area)
    middles = [p.box.x_mid if size is SIDES[0] else p.box.y_mid for p in patches]
    return max(middles) - min(middles) <= CENTRED


def _draft(scene: Scene, fit: _Measured, callouts: Sequence[Callout], understood: set[int]) -> ChartDraft:
    plot = union(p.box for p, _ in fit.pairs)
    legend = legend_for(plot, [p.fill for p, _ in fit.pairs], scene.legends)
    draft = ChartDraft("areas", plot, [])
    draft.claim_values(token for _, token in fit.pairs)
    legend_words = {w.order for item in (legend.items if legend else ()) for x in item.lines for w in x.words}
    names = _names(fit.pairs, remaining(scene.lines, understood | draft.claimed | legend_words))
    beside = {c.token: c.lines for c in callouts if c.lines}
    if legend is not None and _names_more(legend, names, fit):
        names = {}
    names |= {k: list(beside[t]) for k, (p, t) in enumerate(fit.pairs) if t in beside and not p.box.holds(t.box)}
    legend = legend if len(names) < len(fit.pairs) else None
    draft.legend = legend
    claim_legend(draft, scene.lines)
    told: dict[Box, tuple[Sequence[Label], Sequence[str]]] = {}
    for k, (patch, _) in enumerate(fit.pairs):
        labels, doubts = draft.name(names.get(k, [])), tuple[str, ...]()
        if not labels and legend is not None:
            labels, doubts = series_name(legend.named(patch.fill), patch.fill, scene.page)
        told[patch.box] = labels, doubts if labels else (*doubts, UNNAMED)
    for one in filter(None, (fit, fit.again)):
        draft.claim_values(token for _, token in one.pairs)
        for patch, token in one.pairs:
            named, fits = told.get(patch.box, ((), (UNNAMED,))), one.agrees(patch, token)
            draft.values.append(value_at(patch.box, token, patch.fill, one.value(patch), named, fits))
    return draft


def _names_more(legend: Legend, names: dict[int, list[ChartLine]], fit: _Measured) -> bool:
    """Does the legend name as many marks as the texts beside them, none of which stands in its mark?"""
    marks = [patch for patch, _ in fit.pairs]
    told = [items[0] for items in (legend.named(mark.fill) for mark in marks) if len(items) == 1]
    inside = any(marks[k].box.holds(line.box) for k, lines in names.items() for line in lines)
    return not inside and len(set(told)) == len(told) >= len(names)


def _sides(mark: Box, name: Box) -> tuple[bool, ...]:
    """Does the name stand left of the mark, below it, right of it, above it?"""
    level, under = mark.top <= name.y_mid <= mark.bottom, mark.x0 <= name.x_mid <= mark.x1
    left, right = name.x_mid < mark.x0, name.x_mid > mark.x1
    return level and left, under and name.y_mid > mark.bottom, level and right, under and name.y_mid < mark.top


def _names(pairs: Sequence[tuple[_Patch, Token]], lines: Sequence[ChartLine]) -> dict[int, list[ChartLine]]:
    """The lines inside each mark; marks without any get one line each beside them and their number, all at the
    side that names most."""
    patches, grounds = [patch for patch, _ in pairs], [union([patch.box, token.box]) for patch, token in pairs]
    texts = [x for x in lines if is_name(x) and x.angle == 0]
    inside: dict[int, list[ChartLine]] = {}
    for line in texts:
        around = [k for k, p in enumerate(patches) if p.box.grown(1.0).holds(line.box)]
        if around:
            inside.setdefault(min(around, key=lambda k: patches[k].box.area), []).append(line)
    bare = [k for k in range(len(patches)) if k not in inside]
    free = [x for x in texts if not any(x is y for found in inside.values() for y in found)]
    if inside and len(bare) > len(inside):
        return inside
    ways = [
        matched(
            [[_beside(grounds[k], x, patches, way) for x in free] for k in bare],
            _reach([x.size for x in free], patches),
        )
        for way in range(4)
    ]
    beside = {bare[i]: whole_name(free[j], free) for i, j in max(ways, key=len).items()}
    return {k: sorted(found, key=lambda x: (x.v, x.u0)) for k, found in (inside | beside).items()}


def _reach(sizes: Sequence[float], patches: Sequence[_Patch]) -> float:
    """How far, in em, texts may stand from the marks: those of a funnel stand in a column beside its widest mark."""
    widths = [p.box.width for p in patches]
    return NAME_REACH + (max(widths) - min(widths)) / min(sizes, default=1.0)


def _beside(box: Box, line: ChartLine, patches: Sequence[_Patch], way: int) -> float:
    """Em between a mark and a line that stands at the given side of it."""
    if any(p.box.overlap(line.box) > 0.5 * line.box.area for p in patches) or not _sides(box, line.box)[way]:
        return math.inf
    return _gap(box, line.box) / line.size
