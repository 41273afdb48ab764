"""Which caption belongs to which exhibit: the nearest on the side, above or below, on which the document sets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.core.geometry import Box
from pipeline.exhibits.reading import ExhibitRegion
from pipeline.layout.blocks import Block
from pipeline.layout.notes import Caption

NEAR = 60.0
"""Points between a caption and an exhibit next to it: room for a row of icons or a legend."""
ASIDE = 0.5
"""What a point across costs, in points up or down: what stands beside a caption stands farther off than what is
level with it."""
OTHER_SIDE, OTHERS, OVER_BREAK, PARTED = 100.0, 250.0, 150.0, 30.0
"""Points that a caption costs on the side on which few stand, that it costs there where another exhibit has it on its
usual side, that one on the next page (or the page before) costs, and each exhibit that stands between."""
MOST_PAGES = 2
"""Pages between an exhibit and its caption: a long table may fill the one between."""


def assign_captions(
    regions: Sequence[ExhibitRegion], captions: Sequence[Caption], headings: Iterable[Block] = ()
) -> list[Caption | None]:
    """The caption of each of the regions, which come in reading order; None where none is near, or `headings` part an
    exhibit from a caption on another page.

    Exhibits may share one, as panels do. A caption left without an exhibit takes one from its neighbour that has
    several, as when a page break parted caption and exhibit.
    """
    apart = [b for b in headings if not any(r.page == b.page and r.box.holds(b.box) for r in regions)]
    places = _Places(regions, captions, apart, _stand_below(regions, captions))
    chosen = [places.nearest(region) for region in regions]
    for caption in captions:
        if not any(c is caption for c in chosen):
            _take_from_neighbour(caption, regions, chosen)
    return chosen


@dataclass(frozen=True)
class _Places:
    regions: Sequence[ExhibitRegion]
    captions: Sequence[Caption]
    headings: Sequence[Block]
    """Those that stand in no exhibit."""
    below: bool

    def nearest(self, region: ExhibitRegion) -> Caption | None:
        """The caption that costs least; one of another page only where the region is the last of its own."""
        here = [c for c in self.captions if region.page <= c.page <= _last(region)]
        usual = any(c.page == _last(region) and self._usual(c, region.box) for c in here)
        costs = [(self._cost(c, region), c) for c in (here if usual else self.captions)]
        return min(((cost, c) for cost, c in costs if cost is not None), key=lambda x: x[0], default=(0.0, None))[1]

    def _cost(self, caption: Caption, region: ExhibitRegion) -> float | None:
        """How far apart they stand; None where they cannot belong together."""
        box, page = region.box, caption.page
        if not region.page <= page <= _last(region):
            ahead = page - _last(region) if self.below else region.page - page
            first = caption.box.top if self.below else -caption.box.bottom
            near = 0 < ahead <= MOST_PAGES and not any(self._before_break(h, region) for h in self.headings)
            return OVER_BREAK + 1000 * (ahead - 1) + first / 100 if near else None
        if region.page < _last(region):  # a table that runs on: what stands on its last page stands below it
            box = box._replace(top=-1e3 if page > region.page else box.top, bottom=0.0 if page > region.page else 1e6)
        gap = max(-box.overlap_y(caption.box), 0.0) + ASIDE * max(-box.overlap_x(caption.box), 0.0)
        if self._usual(caption, box):
            return gap + PARTED * sum(_between(box, r.box, caption.box) for r in self.regions if r.page == page)
        others = any(r.page == page and self._beside(caption, r.box) for r in self.regions if r.readings)
        return gap + (OTHERS if others else OTHER_SIDE) if gap < NEAR else None

    def _before_break(self, heading: Block, region: ExhibitRegion) -> bool:
        """Does the heading stand between the region and the page on which its caption would be?"""
        page = _last(region) if self.below else region.page
        return heading.page == page and (heading.box.y_mid > region.box.y_mid) == self.below

    def _usual(self, caption: Caption, box: Box) -> bool:
        return (caption.box.y_mid > box.y_mid) == self.below

    def _beside(self, caption: Caption, box: Box) -> bool:
        """Does the caption stand next to the box, on the usual side?"""
        close = box.overlap_x(caption.box) > 0 and -box.overlap_y(caption.box) < NEAR
        return close and self._usual(caption, box)


def _between(one: Box, middle: Box, other: Box) -> bool:
    low, high = sorted((one.y_mid, other.y_mid))
    return low < middle.y_mid < high and middle.overlap_x(one) > 0 and middle != one


def _last(region: ExhibitRegion) -> int:
    return region.last_page or region.page


def _stand_below(regions: Sequence[ExhibitRegion], captions: Sequence[Caption]) -> bool:
    """Are most captions nearer to the exhibit above them?"""
    votes = 0
    for caption in captions:
        near = [r.box for r in regions if r.page == caption.page and r.box.overlap_x(caption.box) > 0]
        above = min((caption.box.top - b.bottom for b in near if b.y_mid < caption.box.top), default=1e6)
        under = min((b.top - caption.box.bottom for b in near if b.y_mid > caption.box.bottom), default=1e6)
        votes += (above < under) - (under < above)
    return votes >= 0


def _take_from_neighbour(caption: Caption, exhibits: Sequence[ExhibitRegion], chosen: list[Caption | None]) -> None:
    """Give `caption` an exhibit of the caption before or after it that has several: the one next to `caption`."""
    for i, region in enumerate(exhibits):
        owner = chosen[i]
        rivals = [j for j, c in enumerate(chosen) if c is owner]
        if owner is None or len(rivals) < 2 or abs(region.page - caption.page) > 1:
            continue
        near, far = (abs(c.box.top - region.box.top) for c in (owner, caption))
        if {exhibits[j].page for j in rivals} == {caption.page} and far > near:
            continue
        precedes = (caption.page, caption.box.top) < (owner.page, owner.box.top)
        if i == rivals[0 if precedes else -1]:
            chosen[i] = caption
            return
