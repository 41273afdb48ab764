"""What the readers of bars and pies share: the page as a chart sees it, values found, legends chosen, drafts."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.core.colours import RGB, distance
from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_text import ChartLine, Token, lines_of, tokens_of
from pipeline.exhibits.charts.legends import SAME_COLOUR, Item, Legend, legends_of
from pipeline.exhibits.charts.stacks import Extent, extent
from pipeline.exhibits.reading import Label
from pipeline.pages.page import Page

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


PAGE_SHARE = 0.6
"""A box with more than this share of the page is its ground."""
CARD_LINES = 5
"""A card holds at least so many lines of text, and is wider and higher than as many em."""

Placed = tuple[Token, Extent]
"""A number and its place along the axes of a chart."""


@dataclass(frozen=True)
class Scene:
    """A page's words in lines, its numbers and legends."""

    page: Page

    @cached_property
    def lines(self) -> list[ChartLine]:
        return lines_of(self.page.words)

    @cached_property
    def tokens(self) -> list[Token]:
        return [t for t in tokens_of(self.lines) if not any(w.order in self.in_legends for w in t.words)]

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
    def legends(self) -> list[Legend]:
        return legends_of(self.page, self.lines)

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

    def claim(self, words: Sequence[object], box: Box, reason: str) -> None:
        """Note that the words at `box` are understood, and as what."""
        self.claimed.update(getattr(w, "order") for w in words)  # noqa: B009
        self.used.append((box, reason))

    @property
    def body(self) -> Box:
        """Marks with their labels and axes, without legend and title."""
        names = [box for box, reason in self.used if reason in ("axis tick", "category label")]
        return union([self.plot, *(v.token.box for v in self.values if v.token), *names])

    @property
    def box(self) -> Box:
        boxes = [self.plot, *(v.token.box for v in self.values if v.token), *(box for box, _ in self.used)]
        return union([*boxes, self.legend.box] if self.legend else boxes)


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


def series_name(items: Sequence[Item], colour: RGB) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """The legend entry that names a mark in `colour`, as label, and a doubt where several fit."""
    if not items:
        return (), ()
    doubts = (AMBIGUOUS,) if len(items) > 1 else ()
    box = union(line.box for line in items[0].lines)
    return (Label(text=items[0].text, axis="series", box=box, colour=colour),), doubts


_Rank = tuple[int, bool, float, float, float]
"""How well a legend fits a chart, the best lowest: colours that it does not name, whether it repeats colours and the
chart does not, gap in points, place."""


def legend_for(plot: Box, colours: Sequence[RGB], legends: Sequence[Legend]) -> Legend | None:
    """The legend that names most of the colours, each by one entry unless the marks repeat colours too; among equals
    the nearest."""
    return next((legend for _, legend in _ranked(plot, colours, legends)), None)


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
            if all(any(item.shows(c) for c in missing) for item in other.items)
        ]
        if not pieces:
            break
        legend = Legend((*legend.items, *min(pieces, key=lambda piece: piece[:2])[2].items))
    return legend


def gap_between(one: Box, other: Box) -> float:
    """Points between two boxes, across and down."""
    return max(-one.overlap_x(other), 0.0) + max(-one.overlap_y(other), 0.0)


def claim_legend(draft: ChartDraft, lines: Sequence[ChartLine]) -> None:
    """Book the words of the draft's legend, and the letters that draw its swatches; words of a sentence stay in it."""
    if draft.legend is None:
        return
    swatches = {s.box for item in draft.legend.items for s in item.swatches}
    entries = [x for item in draft.legend.items for x in item.lines]
    ends = {(line.words[0].order, line.words[-1].order) for line in lines}
    whole = [x for x in entries if (x.words[0].order, x.words[-1].order) in ends]
    for line in (*(x for x in lines if x.box in swatches), *whole):
        draft.claim(line.words, line.box, "legend")
