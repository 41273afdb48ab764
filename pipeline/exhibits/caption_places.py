"""Which caption belongs to which exhibit: one assignment for the document, tables that run on included."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.core.geometry import Box
from pipeline.exhibits.exhibit_places import RUNNING_LINES
from pipeline.exhibits.reading import ExhibitRegion
from pipeline.exhibits.title_blocks import TITLE_GAP, is_title
from pipeline.layout.notes import Caption
from pipeline.layout.text import Text
from pipeline.pages.page import Page

SAME_LINE = 15.0
"""Points of height within which two captions stand side by side."""
MOST_PAGES = 2
"""Pages between an exhibit and its caption: a long table may fill the one between."""
GUTTER = 0.1
"""Share of half the page's width by which a box must reach into both columns to stand over both."""


def assign_captions(regions: Sequence[ExhibitRegion], text: Text, pages: Sequence[Page]) -> list[Caption | None]:
    """The caption of each region: the next one in reading order, or the last one where this document puts them above.

    Where running text or a title parts an exhibit from that caption and the caption on its other side is near, it has
    that one, unless the former alone would be left without. A caption left without an exhibit takes one from its
    neighbour that has several, as when a page break parted caption and exhibit.
    """
    if not text.captions:
        return [None] * len(regions)
    order = _Order.of(text, regions, pages)
    places = sorted(range(len(regions)), key=lambda i: order.flow.position(regions[i].page, regions[i].box))
    ordered = [regions[i] for i in places]
    usual = [(order.usual(region), region) for region in ordered]
    own = [c for c, r in usual if c is not None and (order.near(c, r) or order.next_over_break(c, r, ordered))]
    chosen = [order.caption_of(region, own) for region in ordered]
    for caption in text.captions:
        if not any(c is caption for c in chosen):
            _take_from_neighbour(caption, ordered, chosen)
    return [chosen[places.index(i)] for i in range(len(regions))]


Position = tuple[int, int, int, float]
"""Page, band, column, height on the page: places in reading order. What reaches over both columns is a band of its own,
between the bands above and below it, in which the left column is read before the right one."""


@dataclass(frozen=True)
class _Order:
    """Captions and what parts them from exhibits, in reading order."""

    captions: tuple[Caption, ...]
    barriers: tuple[tuple[Position, Box], ...]
    """Titles and running paragraphs outside exhibits; not an exhibit's own title where captions stand above it."""
    flow: _Flow
    below: bool

    @classmethod
    def of(cls, text: Text, regions: Sequence[ExhibitRegion], pages: Sequence[Page]) -> _Order:
        flow = _Flow.of(text, regions, pages)
        parting = [
            (b.page, b.box)
            for b in text.blocks
            if ((b.kind == "paragraph" and len(b.lines) >= RUNNING_LINES) or is_title(b, text))
            and not any(r.page == b.page and r.box.holds(b.box) for r in regions)
        ]
        titles = [(r, _titles_over(r, text)) for r in regions]
        places = [(r.page, r.box._replace(top=min([r.box.top, *(b.top for b in over)]))) for r, over in titles]
        below = _captions_stand_below(places, text.captions, flow)
        own = set() if below else {box for _, over in titles for box in over}
        barriers = sorted((flow.position(page, box), box) for page, box in parting if box not in own)
        captions = sorted(text.captions, key=lambda c: flow.position(c.page, c.box))
        return cls(tuple(captions), tuple(barriers), flow, below)

    def caption_of(self, exhibit: ExhibitRegion, own: Sequence[Caption]) -> Caption | None:
        """The caption of the exhibit; `own` are those that stand as usual, and near, by one of the exhibits."""
        usual = self.usual(exhibit)
        other = self._before(exhibit) if self.below else self._after(exhibit)
        near = other is not None and self.near(other, exhibit)
        if usual is None or self._too_far(usual, exhibit):
            return other if near else None
        spare = any(usual is c for c in own) or not any(other is c for c in own)
        return other if near and spare and self._parted(usual, exhibit) else usual

    def usual(self, exhibit: ExhibitRegion) -> Caption | None:
        """The next caption on the side on which this document puts them."""
        return self._after(exhibit) if self.below else self._before(exhibit)

    def _after(self, exhibit: ExhibitRegion) -> Caption | None:
        end = self.flow.position(exhibit.last_page or exhibit.page, exhibit.box)
        return self._in_line([c for c in self.captions if self._at(c) > end], exhibit)

    def _before(self, exhibit: ExhibitRegion) -> Caption | None:
        start = self.flow.position(exhibit.page, exhibit.box)
        return self._in_line([c for c in reversed(self.captions) if self._at(c) < start], exhibit)

    def _at(self, caption: Caption) -> Position:
        return self.flow.position(caption.page, caption.box)

    def _in_line(self, captions: Sequence[Caption], region: ExhibitRegion) -> Caption | None:
        """The first of `captions`, or one on the same line that stands under (or over) the region."""
        if not captions:
            return None
        *place, height = self._at(captions[0])
        line = [c for c in captions if [*self._at(c)[:3]] == place and abs(self._at(c)[3] - height) < SAME_LINE]
        return max(line, key=lambda c: c.box.overlap_x(region.box))

    def _between(self, caption: Caption, exhibit: ExhibitRegion) -> list[Box]:
        low, high = sorted((self._at(caption), self.flow.position(exhibit.page, exhibit.box)))
        return [box for position, box in self.barriers if low < position < high]

    def _parted(self, caption: Caption, exhibit: ExhibitRegion) -> bool:
        return bool(self._between(caption, exhibit))

    def _too_far(self, caption: Caption, exhibit: ExhibitRegion) -> bool:
        pages = max(caption.page - (exhibit.last_page or exhibit.page), exhibit.page - caption.page)
        return pages > MOST_PAGES or (pages == MOST_PAGES and self._parted(caption, exhibit))

    def near(self, caption: Caption, exhibit: ExhibitRegion) -> bool:
        """Does the caption stand next to the exhibit, with nothing between?"""
        close = exhibit.page == caption.page and -exhibit.box.overlap_y(caption.box) < TITLE_GAP
        return close and not self._parted(caption, exhibit)

    def next_over_break(self, caption: Caption, exhibit: ExhibitRegion, regions: Sequence[ExhibitRegion]) -> bool:
        """Does a page break, and neither text nor another exhibit, part the caption from the exhibit?"""
        first, last = (exhibit.last_page or exhibit.page, caption.page) if self.below else (caption.page, exhibit.page)
        low, high = sorted((self._at(caption), self.flow.position(exhibit.page, exhibit.box)))
        between = (r for r in regions if r is not exhibit and low < self.flow.position(r.page, r.box) < high)
        return last - first == 1 and not self._parted(caption, exhibit) and next(between, None) is None


@dataclass(frozen=True)
class _Flow:
    """In which order the places of pages are read."""

    columns: Mapping[int, float | None]
    """Page → the middle between two columns; None where the page has one."""
    wide: Mapping[int, Sequence[Box]]
    """Page → what reaches over both columns, from top to bottom."""

    @classmethod
    def of(cls, text: Text, regions: Sequence[ExhibitRegion], pages: Sequence[Page]) -> _Flow:
        columns = _columns(text, pages)
        wide: dict[int, list[Box]] = defaultdict(list)
        blocks = ((b.page, b.box) for b in text.blocks) if any(columns.values()) else ()
        for page, box in itertools.chain(((r.page, r.box) for r in regions), blocks):
            middle = columns.get(page)
            if middle is not None and box.x0 < (1 - GUTTER) * middle and box.x1 > (1 + GUTTER) * middle:
                wide[page].append(box)
        for caption in text.captions:
            if any(-box.overlap_y(caption.box) < caption.box.height for box in wide[caption.page]):
                wide[caption.page].append(caption.box)
        return cls(columns, {page: sorted(boxes, key=lambda b: b.y_mid) for page, boxes in wide.items()})

    def one_column(self, page: int, one: Box, other: Box) -> bool:
        """Do both stand in one column, or one of them over both?"""
        wide = self.wide.get(page, ())
        return one in wide or other in wide or self.position(page, one)[2] == self.position(page, other)[2]

    def position(self, page: int, box: Box) -> Position:
        middle = self.columns.get(page)
        if middle is None:
            return (page, 0, 0, box.y_mid)
        wide = self.wide.get(page, ())
        band = 2 * sum(other.y_mid < box.y_mid for other in wide) + (box in wide)
        return (page, band, 0 if box in wide else int(box.x_mid > middle), box.y_mid)


def _columns(text: Text, pages: Sequence[Page]) -> dict[int, float | None]:
    """Where the running text of a document is set in two columns: most of its paragraphs are narrower than half a page,
    and some stand beside others."""
    running = [(b.page, b.box) for b in text.blocks if b.kind == "paragraph" and len(b.lines) >= RUNNING_LINES]
    widths = {page.number: page.width for page in pages}
    narrow = [(page, box) for page, box in running if box.width < widths[page] / 2]
    right = [box for page, box in narrow if box.x0 > 0.45 * widths[page]]
    two = len(narrow) > 0.7 * len(running) and len(right) >= 0.2 * len(running) > 0
    return {number: width / 2 if two else None for number, width in widths.items()}


def _titles_over(region: ExhibitRegion, text: Text) -> list[Box]:
    """The places of the titles over the region: a caption above them stands over the exhibit, parted by nothing."""
    box = region.box
    return [
        b.box
        for b in text.on_page(region.page)
        if 0 <= box.top - b.box.bottom < TITLE_GAP
        and b.box.overlap_x(box) > 0
        and b.kind != "caption"
        and is_title(b, text)
    ]


def _captions_stand_below(exhibits: Sequence[tuple[int, Box]], captions: Sequence[Caption], flow: _Flow) -> bool:
    """Of exhibits (page, place with its title) and captions: are most captions nearer to the one above them?"""
    votes = 0
    for caption in captions:
        near = [box for page, box in exhibits if page == caption.page and flow.one_column(page, box, caption.box)]
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
        if caption.page == owner.page == region.page and far > near:
            continue
        precedes = (caption.page, caption.box.top) < (owner.page, owner.box.top)
        if i == rivals[0 if precedes else -1]:
            chosen[i] = caption
            return
