"""Where a page may be cut: white strips between exhibits that stand side by side or below one another.

Names, legends and labels of one exhibit are not those of the next, but a strip may as well part a chart's names from
its bars. So these are proposals: what is read apart competes with what is read as a whole.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.core.geometry import Box, ByHeight, union
from pipeline.exhibits.charts.chart_text import WORD_GAP, ChartLine
from pipeline.pages.page import Page, Shape, Word

STRIP = 1.2
"""Width of a strip in em (of the page's median type): wider than what parts the words of a line."""
SPANNED = 0.25
"""Share of the region's height that a strip runs along, at least: shorter ones part the cells of one exhibit."""
FEWEST = 3
"""Texts and shapes on each side of a strip, at least."""
MOST_CUTS = 4
"""Strips of a region that are tried, the largest first."""
GROUND = 0.8
"""A box around more than this share of the texts is their ground."""


@dataclass(frozen=True)
class Strip:
    """A white strip: it ends at `edge` and is `gap` points wide, and runs from `start` to `stop`; across the page where
    it is `level`, else down the page."""

    edge: float
    gap: float
    start: float
    stop: float
    level: bool

    @property
    def area(self) -> float:
        """Square points."""
        return self.gap * (self.stop - self.start)

    def parts(self, box: Box) -> bool:
        """Does the box reach across the strip, with something on both sides of it?"""
        at = box.transposed(self.level)
        return at.x0 < self.edge - self.gap and at.x1 > self.edge and self.start <= at.y_mid <= self.stop

    def side_of(self, box: Box) -> int:
        """Before the strip (0), after it (1), or among what reaches across it or beyond its ends (2)."""
        at = box.transposed(self.level)
        return int(at.x0 >= self.edge - 0.5) if self.start <= at.y_mid <= self.stop else 2

    def lies_among(self, boxes: Sequence[Box]) -> bool:
        """Does it run through the rectangle around the boxes?"""
        strip = Box(self.edge - self.gap, self.start, self.edge, self.stop).transposed(self.level)
        return bool(boxes) and strip.overlap(union(boxes)) > 0

    def lies_in(self, other: Strip) -> bool:
        """Is it a shorter or narrower stretch of the other one?"""
        within = other.start - 0.5 <= self.start and self.stop <= other.stop + 0.5
        return self.level == other.level and within and other.edge - other.gap < self.edge <= other.edge + 0.5


def strips_of(lines: Sequence[ChartLine], shapes: Sequence[Shape]) -> list[Strip]:
    """The strips along which a page with these lines and shapes may be cut, the largest first."""
    texts = [line.box for line in lines]
    if not lines or not shapes:
        return []
    em = statistics.median(line.size for line in lines)
    places = ByHeight(lines)
    marks = [s.box for s in shapes if len(places.inside(s.box)) <= GROUND * len(texts)]
    boxes = list(dict.fromkeys([*texts, *marks]))
    found = [strip for level in (False, True) for strip in _strips(boxes, STRIP * em, level)]
    strips: list[Strip] = []
    for strip in sorted(found, key=lambda s: -s.area):
        if not any(strip.lies_in(other) for other in strips):
            strips.append(strip)
    return strips[:MOST_CUTS]


def _strips(upright: Sequence[Box], least: float, level: bool) -> list[Strip]:
    """The strips between the boxes that are so wide at least, one for each edge: level ones, or upright ones."""
    boxes = [box.transposed(level) for box in upright]
    region = union(boxes)
    found = []
    for edge in sorted({round(box.x0, 1) for box in boxes}):
        across = [(b.top, b.bottom) for b in boxes if b.x0 < edge - 0.5 and b.x1 > edge - least]
        for start, stop in _free(across, region):
            if stop - start < SPANNED * region.height:
                continue
            within = [b for b in boxes if start < b.y_mid < stop]
            before = [b.x1 for b in within if b.x0 < edge - 0.5]
            after = sum(b.x0 >= edge - 0.5 for b in within)
            if min(len(before), after) >= FEWEST:
                found.append(Strip(edge, edge - max(before), start, stop, level))
    return found


def _free(taken: Sequence[tuple[float, float]], region: Box) -> list[tuple[float, float]]:
    """The stretches of the region's height that none of `taken` reaches into."""
    out, start = [], region.top
    for top, bottom in sorted(taken):
        if top > start:
            out.append((start, top))
        start = max(start, bottom)
    return [*out, (start, region.bottom)] if start < region.bottom else out


def cut(page: Page, strip: Strip, lines: Sequence[ChartLine]) -> tuple[Page, Page, Page]:
    """What stands before the strip and after it, and the rest, that reaches across it or beyond its ends. Words without
    more than a blank between them stay together."""
    sides = {w.order: strip.side_of(union(w.box for w in run)) for line in lines for run in _runs(line) for w in run}
    before, after, rest = (
        replace(
            page,
            words=tuple(w for w in page.words if sides[w.order] == wanted),
            shapes=tuple(s for s in page.shapes if strip.side_of(s.box) == wanted),
        )
        for wanted in range(3)
    )
    return before, after, rest


def _runs(line: ChartLine) -> list[list[Word]]:
    runs = [[line.words[0]]]
    for before, word in itertools.pairwise(line.words):
        if word.box.x0 - before.box.x1 > WORD_GAP * line.size:
            runs.append([])
        runs[-1].append(word)
    return runs
