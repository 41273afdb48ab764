"""Readings to parts of figures: which caption and which title belong to a reading, and what its readers agree on."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.catalogue.matching import text_key
from pipeline.core.findings import Finding, finding
from pipeline.core.geometry import Box, union
from pipeline.exhibits.exhibit_texts import RUNNING_LINES, ExhibitTexts, texts_of
from pipeline.exhibits.part import Part, PartValue
from pipeline.exhibits.question_score import asks
from pipeline.exhibits.reading import Entry, Reading
from pipeline.layout.blocks import Block
from pipeline.layout.joining import SOFT_HYPHEN, settled
from pipeline.layout.notes import Caption, is_note_text
from pipeline.layout.text import Text
from pipeline.pages.page import Page

WORD_CLOUD = "word cloud"
"""Form of a reading of words set the larger the more often they were given: it has no values."""
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
TITLE_GAP = 60.0
"""Points between an exhibit and the title above it: room for a row of icons or a legend."""
TITLE_LINES = 4
"""Lines that a title has at most."""
NAME_WORDS = 4
"""Words of a name between title and exhibit, at most."""
TITLE_ENDS = ("?", "…", "...", ":")
"""How a line ends that is a whole title, and not the beginning of one."""
TITLE_LEADING = 1.6
"""Line pitch, in type sizes, within which two blocks of one style above an exhibit are one title."""
BOTH_AGREE, ONE_READER, DOUBTED = 0.99, 0.95, 0.5
"""Confidence of a value that two readers give alike, that one gives, that something casts doubt on; measured on the
truth sets, see docs/checks.md."""


@dataclass(frozen=True, slots=True)
class ExhibitRegion:
    """A place on a page with the readings of it, the preferred one first; none where nothing was understood."""

    page: int
    box: Box
    readings: tuple[Reading, ...]
    last_page: int = 0
    """Last page of an exhibit that runs on over pages; 0 when it does not."""
    drawn: Box | None = None
    """The box in which a steward had it read."""


def assemble(regions: Sequence[ExhibitRegion], text: Text, pages: Sequence[Page]) -> tuple[list[Part], list[Finding]]:
    """The parts of all figures, in reading order, and a finding for every caption or place that gave no values."""
    regions = [_settled(region, text) for region in regions]
    numbered, told = _numbered(regions, text, pages)
    ordered = [region for region, _, _ in numbered]
    parts: list[Part] = []
    findings: list[Finding] = []
    for (region, caption, figure), texts in zip(numbered, told, strict=True):
        if not region.readings or not region.readings[0].entries:
            if region.readings or caption is not None:
                findings.append(_unread(region, caption))
            continue
        values, raised = reconcile(region, figure)
        parts.append(_part(region, caption, figure, values, ordered, text, texts))
        findings += raised
    findings += _beyond(numbered, pages)
    read = {caption.number for region, caption, _ in numbered if caption and region.readings}
    findings += [_empty(caption) for caption in text.captions if caption.number not in read]
    return parts, findings


def _settled(region: ExhibitRegion, text: Text) -> ExhibitRegion:
    """The region with the hyphens in its labels that ended lines told by the words of the document."""

    def entry(one: Entry) -> Entry:
        if not any(SOFT_HYPHEN in x.text for x in one.labels):
            return one
        return replace(one, labels=tuple(replace(x, text=settled(x.text, text.vocabulary)) for x in one.labels))

    readings = tuple(replace(r, entries=tuple(map(entry, r.entries))) for r in region.readings)
    return replace(region, readings=readings)


Numbered = list[tuple[ExhibitRegion, Caption | None, str]]
"""Regions in reading order with their captions and figures: the printed number, or pPAGE-POSITION."""


def numbered_regions(regions: Sequence[ExhibitRegion], text: Text, pages: Sequence[Page]) -> Numbered:
    """The regions with their captions and figures."""
    return _numbered(regions, text, pages)[0]


def _numbered(
    regions: Sequence[ExhibitRegion], text: Text, pages: Sequence[Page]
) -> tuple[Numbered, list[ExhibitTexts]]:
    """The same, and the texts of each; a caption that is an exhibit's question is the exhibit's caption."""
    ordered = sorted(regions, key=lambda r: (r.page, r.box.top, r.box.x0))
    found = iter(texts_of([(r.readings[0], r.page) for r in ordered if _is_read(r)], text))
    told = [next(found) if _is_read(r) else ExhibitTexts() for r in ordered]
    position: dict[int, int] = defaultdict(int)
    numbered = []
    for region, texts, nearest in zip(ordered, told, assign_captions(ordered, text, pages), strict=True):
        position[region.page] += _is_read(region)
        caption = texts.caption or nearest
        figure = caption.number if caption else f"p{region.page}-{position[region.page]}"
        numbered.append((region, caption, figure))
    return numbered, told


def _is_read(region: ExhibitRegion) -> bool:
    return bool(region.readings and region.readings[0].entries)


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
            if ((b.kind == "paragraph" and len(b.lines) >= RUNNING_LINES) or _is_title(b, text))
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
    return bool(own or _titles(region, regions, text)[0])


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
        and _is_title(b, text)
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


def _between(middle: Box, one: Box, other: Box) -> bool:
    low, high = sorted((one.y_mid, other.y_mid))
    return low < middle.y_mid < high and middle != other and middle.overlap_x(one) > 0


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


def reconcile(region: ExhibitRegion, figure: str) -> tuple[list[PartValue], list[Finding]]:
    """The preferred reading's values, each backed or doubted by the other readings of the same region.

    Another reader doubts a value when it has another number in the same place, or gives it a label that the preferred
    reading has for a different row. Partial labels are no contradiction: readers cut wrapped cells differently.
    What only another reader finds is no value, but said.
    """
    first, *others = region.readings
    row_keys = {_row_key(entry) for entry in first.entries}
    values = []
    for entry in first.entries:
        readers, doubts = [first.reader], list(entry.doubts)
        for other in others:
            twin = next((e for e in other.entries if e.page == entry.page and _same_place(e, entry)), None)
            if twin is None:
                continue
            if _same_number(twin, entry) and not _contradicts(_row_key(twin), _row_key(entry), row_keys):
                readers.append(other.reader)
            else:
                doubts.append("extraction-readers-disagree")
        if entry.measured is not None and entry.printed is not None and not entry.doubts:
            readers.append("geometry" if first.reader != "geometry" else "mark")
        confidence = DOUBTED if doubts else BOTH_AGREE if len(readers) > 1 else ONE_READER
        values.append(
            PartValue(
                entry, tuple(dict.fromkeys(readers)), min(confidence, entry.confidence), tuple(dict.fromkeys(doubts))
            )
        )
    disputed = [value.entry for value in values if "extraction-readers-disagree" in value.doubts]
    missed = [
        entry
        for other in others
        for entry in other.entries
        if entry.printed and not any(e.page == entry.page and _same_place(e, entry) for e in first.entries)
    ]
    return values, [
        *(_disagreement(entry, figure, f"readers disagree about {entry.printed!r}") for entry in disputed),
        *(_disagreement(entry, figure, f"only one of the readers finds {entry.printed!r}") for entry in missed),
    ]


def _same_place(one: Entry, other: Entry) -> bool:
    return one.box.holds(other.box, slack=1.0) or other.box.holds(one.box, slack=1.0)


def _same_number(one: Entry, other: Entry) -> bool:
    return "".join((one.printed or "").split()) == "".join((other.printed or "").split())


def _row_key(entry: Entry) -> str:
    return "+".join(text_key(label.text) for label in entry.labels if label.axis == "row" and label.level == 0)


def _contradicts(theirs: str, ours: str, all_ours: set[str]) -> bool:
    return theirs != ours and theirs in all_ours and bool(theirs)


def _part(
    region: ExhibitRegion,
    caption: Caption | None,
    figure: str,
    values: list[PartValue],
    regions: Sequence[ExhibitRegion],
    text: Text,
    told: ExhibitTexts,
) -> Part:
    reading = region.readings[0]
    titles, subtitles = _titles(region, regions, text)
    inside = [x.text for e in reading.entries for x in e.labels if x.axis == "title"]
    candidates = [told.question, reading.title, *inside, *titles, caption.title if caption else None]
    if told.question is None:
        candidates.sort(key=lambda title: not asks(title or ""))
    beside = (
        [t for t in (*reading.texts, *subtitles) if not is_note_text(t)] if told.notes else [*reading.texts, *subtitles]
    )
    texts = [*beside, *([caption.title] if caption else [])]
    return Part(
        figure=figure,
        page=region.page,
        box=region.box,
        method=reading.method,
        form=reading.form,
        titles=tuple(dict.fromkeys(t.strip() for t in candidates if t and t.strip())),
        texts=tuple(dict.fromkeys(t.strip() for t in texts if t and t.strip())),
        values=tuple(_without_question(value, told.question) for value in values),
        headline=told.headline,
        printed=told.printed,
        notes=told.notes,
    )


def _without_question(value: PartValue, question: str | None) -> PartValue:
    """The value whose labels that are the exhibit's question are titles: they tell nothing apart."""
    key = text_key(question or "")
    labels = tuple(
        replace(x, axis="title") if key and x.axis != "title" and text_key(x.text) == key else x
        for x in value.entry.labels
    )
    return value if labels == value.entry.labels else replace(value, entry=replace(value.entry, labels=labels))


def _titles(region: ExhibitRegion, regions: Sequence[ExhibitRegion], text: Text) -> tuple[list[str], list[str]]:
    """What stands as title above the region (likeliest first), and what stands between title and region."""
    taken = [r.box for r in regions if r.page == region.page and r is not region]
    above = [
        b
        for b in text.on_page(region.page)
        if b.box.bottom <= region.box.top + 2.0
        and b.box.overlap_x(region.box) > 0
        and not any(box.holds(b.box) for box in taken)
    ]
    above.sort(key=lambda b: -b.box.bottom)
    if not above and not any(box.top < region.box.top for box in taken):
        return _title_before(region, regions, text), []
    edge = region.box.top
    subtitles: list[str] = []
    names: list[str] = []
    for i, block in enumerate(above):
        if edge - block.box.bottom > TITLE_GAP or block.kind in ("caption", "footnote"):
            break
        if any(_between(box, region.box, block.box) for box in taken):
            break
        if _is_title(block, text):
            whole = _whole_title(block, above[i + 1 :])
            if len(whole) > 1 or not _heads_columns(block, above[i + 1 :], text):
                begun = _begun_before(block, region, regions, text)
                return list(dict.fromkeys((*whole, *begun, *names))), [*subtitles, *names]
            names.append(block.text)
            edge = block.box.top
            continue
        if block.kind == "paragraph" and len(block.lines) > 3:
            break
        subtitles.append(block.text)
        edge = block.box.top
    return names, [*subtitles, *names]


def _heads_columns(block: Block, higher: Sequence[Block], text: Text) -> bool:
    """Is this a short name right below a title, as of the group that the columns of a table are about?"""
    if len(block.text.split()) > NAME_WORDS or not higher:
        return False
    return _is_title(higher[0], text) and block.box.top - higher[0].box.bottom < TITLE_GAP


def _title_before(region: ExhibitRegion, regions: Sequence[ExhibitRegion], text: Text) -> list[str]:
    """The title at the foot of the page before, of which a page break parted the region; its headings may stand there
    too."""
    entries = region.readings[0].entries if region.readings else ()
    labels = {(x.text, x.box) for e in entries for x in e.labels if x.axis == "column" and x.box is not None}
    heads = [({*name.split()}, box) for name, box in labels]
    blocks = [
        b
        for b in text.on_page(region.page - 1)
        if b.kind != "footnote"
        and not any(b.box.overlap(box) > 0 and words & {*b.text.split()} for words, box in heads)
    ]
    blocks.sort(key=lambda b: -b.box.bottom)
    exhibits = [r.box for r in regions if r.page == region.page - 1]
    if not blocks or not _is_title(blocks[0], text) or any(box.bottom > blocks[0].box.top for box in exhibits):
        return []
    return _whole_title(blocks[0], blocks[1:])


def _begun_before(title: Block, region: ExhibitRegion, regions: Sequence[ExhibitRegion], text: Text) -> list[str]:
    """The title at the head of the region's page with its beginning at the foot of the page before, where a page break
    cut it."""
    places = [*(r.box for r in regions if r.page == region.page), *(b.box for b in text.on_page(region.page))]
    if any(box.top < title.box.top for box in places):
        return []
    start = next(iter(_title_before(region, regions, text)), "")
    if not start or start.endswith(TITLE_ENDS):
        return []
    return [start + ("" if start.endswith("-") else " ") + title.text]


def _is_title(block: Block, text: Text) -> bool:
    if not any(map(str.isalpha, block.text)):
        return False
    ends = block.text.rstrip(" *").endswith(TITLE_ENDS)
    bold = all(word.bold for line in block.lines for word in line.words)
    return block.kind == "heading" or ((ends or bold) and len(block.lines) <= TITLE_LINES)


def _whole_title(block: Block, higher: Sequence[Block]) -> list[str]:
    """The title alone and, where blocks of the same style stand close above it, with them."""
    parts = [block]
    for other in higher:
        same_style = other.lines[0].style == block.lines[0].style
        if not same_style or parts[-1].box.top - other.box.bottom > (TITLE_LEADING - 1) * block.size:
            break
        parts.append(other)
    joined = " ".join(b.text for b in reversed(parts))
    return list(dict.fromkeys((joined, block.text)))


def _unread(region: ExhibitRegion, caption: Caption | None) -> Finding:
    name = f"figure {caption.number}" if caption else "an exhibit without caption"
    if region.readings and region.readings[0].form == WORD_CLOUD:
        return finding(
            "extraction-word-cloud",
            f"{name} on page {region.page} is a word cloud: it prints no values",
            page=region.page,
            figure=caption.number if caption else None,
            box=region.box,
        )
    return finding(
        "extraction-exhibit-unread",
        f"{name} on page {region.page} gave no values",
        page=region.page,
        figure=caption.number if caption else None,
        box=region.box,
    )


def _beyond(numbered: Iterable[tuple[ExhibitRegion, Caption | None, str]], pages: Sequence[Page]) -> Iterator[Finding]:
    """A finding for each exhibit beside which numbers are drawn outside of its page."""
    cut = {page.number: page.beyond for page in pages if page.beyond}
    for region, _, figure in numbered:
        beside = [box for box in cut.get(region.page, ()) if region.box.top < box.y_mid < region.box.bottom]
        if beside:
            message = f"{len(beside)} number(s) beside figure {figure} are drawn beyond the edge of page {region.page}"
            yield finding("extraction-beyond-page", message, page=region.page, figure=figure, box=region.box)


def _empty(caption: Caption) -> Finding:
    return finding(
        "extraction-exhibit-unread",
        f"figure {caption.number} has a caption on page {caption.page} but no values were found near it",
        page=caption.page,
        figure=caption.number,
        box=caption.box,
    )


def _disagreement(entry: Entry, figure: str, message: str) -> Finding:
    return finding(
        "extraction-readers-disagree",
        message,
        page=entry.page,
        figure=figure,
        box=entry.box,
        found=entry.printed,
    )


def regions_of(groups: Iterable[Sequence[Reading]]) -> list[ExhibitRegion]:
    """A region for every group of readings of one place, the preferred reading first."""
    regions = []
    for readings in groups:
        first = readings[0]
        pages = sorted({first.page, *(e.page for e in first.entries)})
        regions.append(ExhibitRegion(first.page, first.box, tuple(readings), pages[-1] if len(pages) > 1 else 0))
    return regions


def boxes_by_page(parts: Iterable[Part]) -> Mapping[int, list[Box]]:
    """The ground that exhibits cover, page by page: what stands there is no running text."""
    boxes: dict[int, list[Box]] = defaultdict(list)
    for part in parts:
        by_page: dict[int, list[Box]] = defaultdict(list)
        for value in part.values:
            by_page[value.entry.page].append(value.entry.box)
        for page, found in by_page.items():
            boxes[page].append(union([part.box, *found]) if page == part.page else union(found))
    return boxes
