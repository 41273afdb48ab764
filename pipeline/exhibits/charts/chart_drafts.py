"""What the readers of bars and pies share: the page as a chart sees it, values found, legends chosen, drafts."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pipeline.core.colours import RGB, chroma, distance
from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_text import ChartLine, Token, joined, lines_of, tokens_of
from pipeline.exhibits.charts.legends import SAME_COLOUR, Item, Legend, legends_of
from pipeline.exhibits.charts.marks import Bar, bars_of, is_paper, lattices_of
from pipeline.exhibits.charts.points import Dot, Polyline, dot_of, dots_of, on_line, polylines_of
from pipeline.exhibits.charts.sectors import Sector, discs_of
from pipeline.exhibits.charts.stacks import Extent, extent
from pipeline.exhibits.reading import Axis, Label
from pipeline.pages.page import Page, Shape

LABEL_GEOMETRY = "extraction-label-geometry"
"""The printed label and the length or angle of its mark disagree."""
MEASURED = "extraction-measured"
"""No label is printed; the value comes from the mark."""
NO_MARK = "extraction-no-mark"
"""A label that is not zero stands where no mark is drawn."""
UNNAMED = "extraction-unnamed-mark"
"""Neither legend nor axis names the mark."""
AMBIGUOUS = "extraction-ambiguous-label"
"""More than one legend entry or label fits the mark."""
TORN = "extraction-torn-label"
"""Lines among the category labels could be joined to none of them."""
CUT = "extraction-cut-label"
"""A label ends at the edge of the page: some of it may be missing."""
EDGE = 1.5
"""Points between a text that was cut off and the edge."""
AS_NEAR = 12.0
"""Points by which a legend may be farther off than one that belongs to another chart already."""
GROUND_SHARE = 0.25
"""Share of the page from which a white box is a picture's ground."""
LEADER = (0.5, 10.0)
"""Points across its direction, and CIELAB chroma: a stroke that is more slanted and greyer leads to a slice's name."""
TICK, THIN = 12.0, 1.5
"""Points that the longest tick mark measures along its stroke, and across it."""
AROUND = " :;,-–(|"
"""Signs that part a name from its value."""
PAGE_SHARE = 0.6
"""A box with more than this share of the page is its ground."""
CARD_LINES = 5
"""A card holds at least so many lines of text, and is wider and higher than as many em."""

Placed = tuple[Token, Extent]
"""A number and its place along the axes of a chart."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A page's words in lines, its numbers and legends; `taken` are areas that other readers own."""

    page: Page
    taken: tuple[Box, ...] = ()

    @cached_property
    def lines(self) -> list[ChartLine]:
        return lines_of(self.page.words)

    @cached_property
    def labels(self) -> list[ChartLine]:
        """The lines that may name something: no captions."""
        return [line for line in self.lines if not any(word.caption for word in line.words)]

    @cached_property
    def tokens(self) -> list[Token]:
        tokens = tokens_of(self.lines, self.page.decimal_mark)
        return [t for t in tokens if self.free(t.box) and not any(w.order in self.in_legends for w in t.words)]

    @cached_property
    def in_legends(self) -> frozenset[int]:
        """`order` of the words of all legends."""
        items = (item for legend in self.legends for item in legend.items)
        return frozenset(word.order for item in items for line in item.lines for word in line.words)

    @cached_property
    def places(self) -> dict[bool, list[Placed]]:
        """The numbers with their places along the axes of vertical bars (True) and of horizontal ones (False)."""
        return {upright: [(t, extent(t.box, upright)) for t in self.tokens] for upright in (True, False)}

    @cached_property
    def ticks(self) -> dict[bool, list[Extent]]:
        """Strokes that may mark the category axis of vertical bars (True) and of horizontal ones (False)."""
        strokes = [s for s in self.page.shapes if s.kind == "line" and max(s.box.width, s.box.height) <= TICK]
        return {
            upright: [at for s in strokes if (at := extent(s.box, upright)).thickness < THIN < at.length]
            for upright in (True, False)
        }

    @cached_property
    def legends(self) -> list[Legend]:
        """The page's legends; marks on lines are points, and strokes that lead to names no swatches of these."""
        dots = {s: dot_of(s) for s in self.page.shapes if self.curves}
        cells = {cell.order for lattice in self.lattices for cell in lattice}
        shapes = [s for s in self.page.shapes if not _leads(s) and not any(_marks(dots[s], x) for x in self.curves)]
        shapes = [s for s in shapes if s.order not in cells]
        return legends_of(replace(self.page, shapes=tuple(shapes)), self.lines)

    @cached_property
    def lattices(self) -> list[list[Bar]]:
        discs = ((dot, s) for s in self.page.shapes if (dot := dot_of(s)) is not None and not dot.hollow)
        return lattices_of([*bars_of(self.page), *(Bar(dot.box, dot.colour, s.order) for dot, s in discs if s.curved)])

    @cached_property
    def dots(self) -> list[Dot]:
        """The page's point marks."""
        return dots_of(self.page)

    @cached_property
    def discs(self) -> list[list[Sector]]:
        """The sectors of its pies and doughnuts."""
        return discs_of(self.page)

    @cached_property
    def curves(self) -> list[Polyline]:
        """The page's lines through data."""
        return polylines_of(self.page, self.dots)

    @cached_property
    def frames(self) -> list[Box]:
        """Cards: boxes side by side, or above one another, that are drawn alike and hold lines of text each."""
        boxes = [s.box for s in self.page.shapes if s.kind != "line" and s.box.area < PAGE_SHARE * self.page.box.area]
        large = list(dict.fromkeys(b for b in boxes if min(b.width, b.height) > CARD_LINES * self._size))
        apart = [b for b in large if any(_side_by_side(b, other) for other in large)]
        words = [line.box for line in self.lines if any(map(str.isalpha, line.text))]
        return [b for b in apart if sum(b.holds(box) for box in words) >= CARD_LINES]

    @cached_property
    def _size(self) -> float:
        return statistics.median(line.size for line in self.lines) if self.lines else 0.0

    def free(self, box: Box) -> bool:
        """True when no other reader owns the place."""
        return not any(area.holds(box) for area in self.taken)


@dataclass(frozen=True)
class ChartValue:
    """One value of a chart: its mark (box, colour), its label if printed, and what the mark's size says."""

    box: Box
    token: Token | None
    fill: RGB | None
    measured: float | None
    """What the mark's size says; None where no mark is drawn (cards)."""
    labels: tuple[Label, ...] = ()
    doubts: tuple[str, ...] = ()
    within: int = 0
    """2 for the second of two numbers at a mark, as in an `Entry`."""


def value_at(
    mark: Box, token: Token | None, fill: RGB | None, measured: float, named: tuple[Sequence[Label], Sequence[str]],
    fits: bool,
) -> ChartValue:  # fmt: skip
    """The value of a mark under its names, with the doubts about these: measured where no label is printed, doubted
    where its label does not fit."""
    labels, doubts = named
    more = (MEASURED,) if token is None else () if fits else (LABEL_GEOMETRY,)
    return ChartValue(token.box if token else mark, token, fill, measured, tuple(labels), (*doubts, *more))


@dataclass
class ChartDraft:
    """A chart in the making."""

    form: str
    plot: Box
    values: list[ChartValue]
    legend: Legend | None = None
    used: list[tuple[Box, str]] = field(default_factory=list)
    claimed: set[int] = field(default_factory=set)
    """`order` of the words that are understood."""

    def claim(self, texts: Iterable[ChartLine | Token], reason: str) -> None:
        """Note that the words of the texts are understood, and as what."""
        for text in texts:
            self.claimed.update(w.order for w in text.words)
            self.used.append((text.box, reason))

    def name(self, lines: Sequence[ChartLine], axis: Axis = "row", reason: str = "category label") -> tuple[Label, ...]:
        """The label that the lines are together, which are understood as such; none where there are none."""
        self.claim(lines, reason)
        return (Label(joined(lines).strip(AROUND), axis, box=union(x.box for x in lines)),) if lines else ()

    def claim_values(self, tokens: Iterable[Token]) -> None:
        self.claimed.update(w.order for token in tokens for w in token.words)

    @property
    def ticks(self) -> set[Box]:
        """The places of the numbers at its axis, which may be the next panel's."""
        return {box for box, reason in self.used if reason in ("axis tick", "shared axis")}

    @property
    def body(self) -> Box:
        """Marks with their labels and axes, without legend and title."""
        names = [box for box, reason in self.used if reason in ("axis tick", "category label")]
        return union([self.plot, *(v.token.box for v in self.values if v.token), *names])

    @property
    def box(self) -> Box:
        boxes = [self.plot, *(v.token.box for v in self.values if v.token), *(box for box, _ in self.used)]
        return union([*boxes, self.legend.box] if self.legend else boxes)


def _leads(shape: Shape) -> bool:
    """Is it a slanted grey stroke? Hatched swatches have a colour."""
    slanted = shape.kind == "line" and min(shape.box.width, shape.box.height) > LEADER[0]
    return slanted and (shape.stroke is None or chroma(shape.stroke) < LEADER[1])


def _marks(dot: Dot | None, line: Polyline) -> bool:
    """Is it a mark of the line? A stroke that is no longer is the hatching of the mark."""
    return dot is not None and line.box.width > 2 * dot.box.width and on_line(dot, line)


def _side_by_side(one: Box, other: Box) -> bool:
    """Boxes with one upper and one lower edge, or one left and one right edge, that do not touch."""
    row = abs(one.top - other.top) < 1 and abs(one.bottom - other.bottom) < 1 and one.overlap_x(other) < 0
    column = abs(one.x0 - other.x0) < 1 and abs(one.x1 - other.x1) < 1 and one.overlap_y(other) < 0
    return row or column


def agrees(token: Token, measured: float, per_point: float, base: float = 0.0) -> bool:
    """True when a printed number is what its mark shows."""
    return abs(token.value - measured) <= tolerance(token, per_point, base)


def tolerance(token: Token, per_point: float, base: float = 0.0) -> float:
    """Largest difference between label and mark: rounding of the print, a point of drawing, 1.5 % of the bar.

    `per_point` is the value of one point of length, `base` the value at the baseline.
    """
    return 0.55 * 10.0**-token.decimals + abs(per_point) + 0.015 * min(abs(token.value - base), abs(token.value))


def series_name(items: Sequence[Item], colour: RGB, page: Page) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """The legend entry that names a mark in `colour`, as label, and the doubts: several fit, or its text is cut off."""
    if not items:
        return (), ()
    doubts = (AMBIGUOUS,) if len(items) > 1 else ()
    if any(cut_off(line.box, page) for line in items[0].lines):
        doubts = (*doubts, CUT)
    box = union(line.box for line in items[0].lines)
    return (Label(text=items[0].text, axis="series", box=box, colour=colour),), doubts


def with_twins_doubted(values: Sequence[ChartValue]) -> list[ChartValue]:
    """The values, doubted where another of the chart has the very same labels and colour: one of them is misnamed."""
    keys = Counter((tuple((x.axis, x.text) for x in v.labels), v.fill) for v in values)
    out = []
    for value in values:
        twins = keys[(tuple((x.axis, x.text) for x in value.labels), value.fill)] > 1
        doubted = twins and value.labels and AMBIGUOUS not in value.doubts
        out.append(replace(value, doubts=(*value.doubts, AMBIGUOUS)) if doubted else value)
    return out


_Rank = tuple[int, bool, float, float, float]
"""How well a legend fits a chart, the best lowest: colours that it does not name, whether it repeats colours and the
chart does not, gap in points, place."""


def legend_for(plot: Box, colours: Sequence[RGB], legends: Sequence[Legend]) -> Legend | None:
    """The legend that names most of the colours, each by one entry unless the marks repeat colours too; among equals
    the nearest."""
    return next((legend for _, legend in _ranked(plot, colours, legends)), None)


@dataclass(frozen=True)
class Plotted:
    """What a chart shows of its series: their colours, and whether several stand at one category. Where each category
    has one bar, colours may mark its sign or stress it, and need no legend."""

    plot: Box
    colours: tuple[RGB, ...]
    several: bool


def legends_for(charts: Sequence[Plotted], legends: Sequence[Legend]) -> list[Legend | None]:
    """The legends of charts. Of two that would share one, that one gets another which fits as well, stands hardly
    farther off, and is nobody's; a chart with one bar at each category has none that another chart shows whole."""
    options = [_ranked(chart.plot, chart.colours, legends) for chart in charts]
    chosen = [ranked[0] if ranked else None for ranked in options]
    for legend in legends:
        sharing = [i for i, choice in enumerate(chosen) if choice is not None and choice[1] == legend]
        taken = [choice[1] for choice in chosen if choice is not None]
        moves = [
            (rank[2] - own[2], i, (rank, other))
            for i in (sharing if len(sharing) > 1 else [])
            for own in [options[i][0][0]]
            for rank, other in options[i]
            if rank[:2] == own[:2] and rank[2] - own[2] <= AS_NEAR and other not in taken
        ]
        if moves:
            _, i, move = min(moves, key=lambda m: m[:2])
            chosen[i] = move
    whole = [
        (choice[1], chart.colours)
        for choice, chart in zip(chosen, charts, strict=True)
        if choice is not None and chart.several and -choice[0][0] == len(chart.colours)
    ]
    return [
        None
        if choice is None or (not chart.several and any(_taken(choice[1], chart.colours, *other) for other in whole))
        else choice[1]
        for choice, chart in zip(chosen, charts, strict=True)
    ]


def _taken(legend: Legend, colours: Sequence[RGB], other: Legend, shown: Sequence[RGB]) -> bool:
    """Is the legend another chart's, and does that one show these colours itself? An entry that it lacks is ours."""
    again = any(distance(a, b) < SAME_COLOUR for a in colours for b in shown)
    part = all(item in other.items for item in legend.items)
    return part and (again or not any(legend.shows(c) for c in colours))


def _ranked(plot: Box, colours: Sequence[RGB], legends: Sequence[Legend]) -> list[tuple[_Rank, Legend]]:
    ranked = []
    repeated = any(distance(a, b) < SAME_COLOUR for a, b in itertools.combinations(colours, 2))
    for legend in (_completed(x, colours, legends) for x in legends):
        named = sum(bool(legend.named(c, colours)) for c in colours)
        if named and (named >= 0.5 * len(colours) or named >= len(legend.items) * 0.5):
            gap = gap_between(legend.box, plot)
            ranked.append(((-named, legend.repeats != repeated, gap, legend.box.top, legend.box.x0), legend))
    return sorted(ranked, key=lambda r: r[0])


def _completed(legend: Legend, colours: Sequence[RGB], legends: Sequence[Legend]) -> Legend:
    """The legend with the entries that it lacks for a chart of these `colours`: legends wrap, and stand spread out in
    any way. Colour joins the pieces: every entry of the other piece is one that is missing, drawn with a like swatch.
    """
    if not any(legend.named(c, colours) for c in colours):
        return legend
    while missing := [c for c in colours if not legend.shows(c)]:
        pieces = [
            (gap_between(legend.box, other.box), place, other)
            for place, other in enumerate(legends)
            if legend.drawn_like(other) and all(any(item.shows(c) for c in missing) for item in other.items)
        ]
        if not pieces:
            break
        legend = Legend((*legend.items, *min(pieces, key=lambda piece: piece[:2])[2].items))
    return legend


def gap_between(one: Box, other: Box) -> float:
    """Points between two boxes, across and down."""
    return max(-one.overlap_x(other), 0.0) + max(-one.overlap_y(other), 0.0)


def cut_off(box: Box, page: Page) -> bool:
    """True when a text ends at the page's edge, or at the right of the white ground that a picture was clipped to."""
    grounds = [
        s.box
        for s in page.shapes
        if s.fill is not None and is_paper(s.fill) and s.box.area > GROUND_SHARE * page.width * page.height
    ]
    at_edge = any(abs(edge - side) < EDGE for edge, side in zip(page.box, box, strict=True))
    return at_edge or any(abs(ground.x1 - box.x1) < EDGE for ground in grounds if ground.holds(box))


def claim_legend(draft: ChartDraft, lines: Sequence[ChartLine]) -> None:
    """Book the words of the draft's legend, and the letters that draw its swatches; words of a sentence stay in it."""
    if draft.legend is None:
        return
    swatches = {s.box for item in draft.legend.items for s in item.swatches}
    entries = [x for item in draft.legend.items for x in item.lines]
    ends = {(line.words[0].order, line.words[-1].order) for line in lines}
    whole = [x for x in entries if (x.words[0].order, x.words[-1].order) in ends]
    draft.claim([*(x for x in lines if x.box in swatches), *whole], "legend")
