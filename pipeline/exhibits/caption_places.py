"""Which caption belongs to which exhibit: one assignment for the document, tables that run on included."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.core.geometry import Box
from pipeline.exhibits.exhibit_places import RUNNING_LINES
from pipeline.exhibits.reading import ExhibitRegion
from pipeline.exhibits.title_blocks import TITLE_GAP, is_title, titles_of
from pipeline.layout.blocks import Block
from pipeline.layout.notes import Caption
from pipeline.layout.text import Text
from pipeline.pages.page import Page

SAME_LINE = 15.0
"""Points of height within which two captions stand side by side."""
MOST_PAGES = 2
"""Pages between an exhibit and its caption: a long table may fill the one between."""
GUTTER = 0.1
"""Share of half the page's width by which a box must reach into both columns to stand over both."""
SAME_EDGE = 12.0
"""Points by which an edge of a table and of its continuation on the next page may be shifted."""
LABEL_EDGE = 3.0
"""Points by which the lines of one label begin at different places, at most."""


def assign_captions(regions: Sequence[ExhibitRegion], text: Text, pages: Sequence[Page]) -> list[Caption | None]:
    """The caption of each region: the next one in reading order, or the last one where this document puts them above.

    Regions that run on from one another share theirs. Where running text or a title parts an exhibit from that caption
    and the caption on its other side is near, it has that one, unless the former alone would be left without. A
    caption left without an exhibit takes one from its neighbour that has several, as when a page break parted caption
    and exhibit.
    """
    if not text.captions:
        return [None] * len(regions)
    order = _Order.of(text, regions, pages)
    ordered = order.sorted(regions)
    exhibits = _exhibits(ordered, text)
    usual = [(order.usual(exhibit), exhibit) for exhibit in exhibits]
    own = [c for c, e in usual if c is not None and (order.near(c, e) or order.next_over_break(c, e, ordered))]
    chosen = [order.caption_of(exhibit, own) for exhibit in exhibits]
    for caption in text.captions:
        if not any(c is caption for c in chosen):
            _take_from_neighbour(caption, exhibits, chosen)
    owner = {id(r): caption for exhibit, caption in zip(exhibits, chosen, strict=True) for r in exhibit}
    return [owner[id(region)] for region in regions]


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

    def sorted(self, regions: Sequence[ExhibitRegion]) -> list[ExhibitRegion]:
        return sorted(regions, key=lambda r: self.flow.position(r.page, r.box))

    def caption_of(self, exhibit: Sequence[ExhibitRegion], own: Sequence[Caption]) -> Caption | None:
        """The caption of the exhibit; `own` are those that stand as usual, and near, by one of the exhibits."""
        usual = self.usual(exhibit)
        other = self._before(exhibit) if self.below else self._after(exhibit)
        near = other is not None and self.near(other, exhibit)
        if usual is None or self._too_far(usual, exhibit):
            return other if near else None
        spare = any(usual is c for c in own) or not any(other is c for c in own)
        return other if near and spare and self._parted(usual, exhibit) else usual

    def usual(self, exhibit: Sequence[ExhibitRegion]) -> Caption | None:
        """The next caption on the side on which this document puts them."""
        return self._after(exhibit) if self.below else self._before(exhibit)

    def _after(self, exhibit: Sequence[ExhibitRegion]) -> Caption | None:
        last = exhibit[-1]
        end = self.flow.position(last.last_page or last.page, last.box)
        return self._in_line([c for c in self.captions if self._at(c) > end], last)

    def _before(self, exhibit: Sequence[ExhibitRegion]) -> Caption | None:
        start = self.flow.position(exhibit[0].page, exhibit[0].box)
        return self._in_line([c for c in reversed(self.captions) if self._at(c) < start], exhibit[0])

    def _at(self, caption: Caption) -> Position:
        return self.flow.position(caption.page, caption.box)

    def _in_line(self, captions: Sequence[Caption], region: ExhibitRegion) -> Caption | None:
        """The first of `captions`, or one on the same line that stands under (or over) the region."""
        if not captions:
            return None
        *place, height = self._at(captions[0])
        line = [c for c in captions if [*self._at(c)[:3]] == place and abs(self._at(c)[3] - height) < SAME_LINE]
        return max(line, key=lambda c: c.box.overlap_x(region.box))

    def _between(self, caption: Caption, exhibit: Sequence[ExhibitRegion]) -> list[Box]:
        place = self._at(caption)
        start = self.flow.position(exhibit[0].page, exhibit[0].box)
        end = self.flow.position(exhibit[-1].page, exhibit[-1].box)
        low, high = (end, place) if place > end else (place, start)
        return [box for position, box in self.barriers if low < position < high]

    def _parted(self, caption: Caption, exhibit: Sequence[ExhibitRegion]) -> bool:
        return bool(self._between(caption, exhibit))

    def _too_far(self, caption: Caption, exhibit: Sequence[ExhibitRegion]) -> bool:
        last = exhibit[-1].last_page or exhibit[-1].page
        pages = max(caption.page - last, exhibit[0].page - caption.page)
        return pages > MOST_PAGES or (pages == MOST_PAGES and self._parted(caption, exhibit))

    def near(self, caption: Caption, exhibit: Sequence[ExhibitRegion]) -> bool:
        """Does the caption stand next to the exhibit, with nothing between?"""
        return any(
            r.page == caption.page and -r.box.overlap_y(caption.box) < TITLE_GAP for r in exhibit
        ) and not self._parted(caption, exhibit)

    def next_over_break(
        self, caption: Caption, exhibit: Sequence[ExhibitRegion], regions: Sequence[ExhibitRegion]
    ) -> bool:
        """Does a page break, and neither text nor another exhibit, part the caption from the exhibit?"""
        pages = (exhibit[-1].last_page or exhibit[-1].page, caption.page)
        if not self.below:
            pages = (caption.page, exhibit[0].page)
        low, high = sorted((self._at(caption), self.flow.position(exhibit[0].page, exhibit[0].box)))
        between = (r for r in regions if r not in exhibit and low < self.flow.position(r.page, r.box) < high)
        return pages[1] - pages[0] == 1 and not self._parted(caption, exhibit) and next(between, None) is None


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


def _exhibits(regions: Sequence[ExhibitRegion], text: Text) -> list[list[ExhibitRegion]]:
    """Regions that run on from one another (a table cut by a gap, a column or a page) as one exhibit, in order."""
    exhibits: list[list[ExhibitRegion]] = []
    for region in regions:
        home = None if _has_title(region, regions, text) else _run_on_from(region, exhibits, text)
        if home is None:
            exhibits.append([region])
        else:
            home.append(region)
    return exhibits


def _has_title(region: ExhibitRegion, regions: Sequence[ExhibitRegion], text: Text) -> bool:
    own = region.readings[0].title if region.readings else None
    return bool(own or titles_of(region, regions, text)[0])


def _run_on_from(
    region: ExhibitRegion, exhibits: Sequence[list[ExhibitRegion]], text: Text
) -> list[ExhibitRegion] | None:
    """The exhibit of tables that `region`, a table without a title, continues."""
    if not region.readings or region.readings[0].method != "table" or not exhibits:
        return None
    above = [
        e
        for e in exhibits
        if _is_table(e) and e[-1].page == region.page and e[-1].box.bottom <= region.box.top + 2 and _aligned(e, region)
    ]
    nearest = max(above, key=lambda e: e[-1].box.bottom, default=None)
    if nearest is not None:
        return nearest if not _text_between(nearest[-1].box, region.box, text, region.page) else None
    before = [e for e in exhibits if _is_table(e) and e[-1].page == region.page - 1 and _same_columns(e, region)]
    last = max(before, key=lambda e: e[-1].box.bottom, default=None)
    if last is None or _text_beyond(last[-1], text, above=False) or _text_beyond(region, text, above=True):
        return None
    return last


def _is_table(exhibit: Sequence[ExhibitRegion]) -> bool:
    return bool(exhibit[-1].readings) and exhibit[-1].readings[0].method == "table"


def _aligned(exhibit: Sequence[ExhibitRegion], region: ExhibitRegion) -> bool:
    return exhibit[-1].box.overlap_x(region.box) > 0.5 * min(exhibit[-1].box.width, region.box.width)


def _same_columns(exhibit: Sequence[ExhibitRegion], region: ExhibitRegion) -> bool:
    """Do the table and its rest share an edge, or do the values of each stand in the columns of the other?"""
    box = exhibit[-1].box
    if abs(box.x0 - region.box.x0) < SAME_EDGE or abs(box.x1 - region.box.x1) < SAME_EDGE:
        return True
    ones, others = ([e.box for e in r.readings[0].entries] for r in (exhibit[-1], region))
    return all(
        any(a.overlap_x(b) > 0 for b in those) for these, those in ((ones, others), (others, ones)) for a in these
    )


def _text_between(upper: Box, lower: Box, text: Text, page: int) -> bool:
    return any(
        upper.bottom - 2 < b.box.y_mid < lower.top + 2 and b.box.overlap_x(lower) > 0 for b in text.on_page(page)
    )


def _text_beyond(region: ExhibitRegion, text: Text, above: bool) -> bool:
    """Does text that is no furniture, footnote or rest of a label stand above (or below) `region` in its column?"""
    return any(
        (b.box.bottom < region.box.top if above else b.box.top > region.box.bottom)
        and b.kind != "footnote"
        and not (above and _ends_label(b, region))
        and b.box.overlap_x(region.box) > 0
        for b in text.on_page(region.page)
    )


def _ends_label(block: Block, region: ExhibitRegion) -> bool:
    """Is the block a line in the middle of a sentence, flush with the table: what a page break left of a label?"""
    flush = abs(block.box.x0 - region.box.x0) < LABEL_EDGE
    return len(block.lines) == 1 and flush and block.text[:1].islower()


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


def _take_from_neighbour(
    caption: Caption, exhibits: Sequence[Sequence[ExhibitRegion]], chosen: list[Caption | None]
) -> None:
    """Give `caption` an exhibit of the caption before or after it that has several: the one next to `caption`."""
    for i, (region, *_) in enumerate(exhibits):
        owner = chosen[i]
        rivals = [j for j, c in enumerate(chosen) if c is owner]
        if owner is None or len(rivals) < 2 or abs(region.page - caption.page) > 1:
            continue
        near, far = (abs(c.box.top - region.box.top) for c in (owner, caption))
        if caption.page == owner.page == region.page and far > near:
            continue
        if i == (rivals[0] if _precedes(caption, owner) else rivals[-1]):
            chosen[i] = caption
            return


def _precedes(one: Caption, other: Caption) -> bool:
    return (one.page, one.box.top) < (other.page, other.box.top)
