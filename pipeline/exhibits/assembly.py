"""Readings to parts of figures: which caption and which title belong to a reading, and what its readers agree on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter

from pipeline.catalogue.matching import text_key
from pipeline.core.findings import Finding, finding
from pipeline.core.geometry import Box, union
from pipeline.exhibits.caption_places import NEAR, assign_captions
from pipeline.exhibits.exhibit_places import RUNNING_LINES
from pipeline.exhibits.exhibit_texts import ExhibitTexts, texts_of
from pipeline.exhibits.question_score import asks
from pipeline.exhibits.reading import Entry, ExhibitRegion, Part, PartValue
from pipeline.layout.joining import SOFT_HYPHEN, settled
from pipeline.layout.notes import Caption, is_note_text
from pipeline.layout.text import Text
from pipeline.pages.page import Page

WORD_CLOUD = "word cloud"
"""Form of a reading of words set the larger the more often they were given: it has no values."""
BAND = 20.0
"""Points of height, some two lines, by which entries are looked up: what stands in one place shares a band."""
BOTH_AGREE, ONE_READER, DOUBTED = 0.99, 0.95, 0.5
"""Confidence of a value that two readers give alike, that one gives, that something casts doubt on; measured on the
truth sets, see docs/checks.md."""


def assemble(
    regions: Sequence[ExhibitRegion], text: Text, pages: Sequence[Page], wordless: Container[int] = ()
) -> tuple[list[Part], list[Finding]]:
    """The parts of all figures, in reading order, and a finding for every caption or place that gave no values.
    `wordless` are the pages with a photograph: a caption there may be its own."""
    regions = [_settled(region, text) for region in regions]
    numbered, told = numbered_regions(regions, text)
    ordered = [region for region, _, _ in numbered]
    parts: list[Part] = []
    findings: list[Finding] = []
    for (region, caption, figure), texts in zip(numbered, told, strict=True):
        if not region.readings or not region.readings[0].entries:
            if region.readings or caption is not None:
                findings.append(_unread(region, caption))
            continue
        values, raised = reconcile(region, figure, [r for r in ordered if r.page == region.page and _is_read(r)])
        parts.append(_part(region, caption, figure, values, ordered, text, texts))
        findings += raised
    findings += _beyond(numbered, pages)
    read = {caption.number for region, caption, _ in numbered if caption and region.readings}
    findings += [_empty(c, c.page in wordless) for c in text.captions if c.number not in read]
    return parts, findings


def _settled(region: ExhibitRegion, text: Text) -> ExhibitRegion:
    """The region with the hyphens in its labels that ended lines told by the words of the document."""

    def entry(one: Entry) -> Entry:
        if not any(SOFT_HYPHEN in x.text for x in one.labels):
            return one
        return replace(one, labels=tuple(replace(x, text=settled(x.text, text.vocabulary)) for x in one.labels))

    readings = [
        replace(r, entries=(*map(entry, r.entries),), missing=(*map(entry, r.missing),)) for r in region.readings
    ]
    return replace(region, readings=tuple(readings))


Numbered = list[tuple[ExhibitRegion, Caption | None, str]]
"""Regions in reading order with their captions and figures: the printed number, or pPAGE-POSITION."""


def numbered_regions(regions: Sequence[ExhibitRegion], text: Text) -> tuple[Numbered, list[ExhibitTexts]]:
    """The regions with their captions and figures, and the texts of each; a caption that is an exhibit's question is
    the exhibit's caption."""
    ordered = sorted(regions, key=lambda r: (r.page, r.box.top, r.box.x0))
    found = iter(texts_of([(r.readings[0], r.page) for r in ordered if _is_read(r)], text))
    told = [next(found) if _is_read(r) else ExhibitTexts() for r in ordered]
    position: dict[int, int] = defaultdict(int)
    numbered = []
    headings = [block for block in text.blocks if block.kind == "heading"]
    for region, texts, nearest in zip(ordered, told, assign_captions(ordered, text.captions, headings), strict=True):
        position[region.page] += _is_read(region)
        caption = texts.caption or nearest
        figure = caption.number if caption else f"p{region.page}-{position[region.page]}"
        numbered.append((region, caption, figure))
    return numbered, told


def _is_read(region: ExhibitRegion) -> bool:
    return bool(region.readings and region.readings[0].entries)


def reconcile(
    region: ExhibitRegion, figure: str, page: Sequence[ExhibitRegion] = ()
) -> tuple[list[PartValue], list[Finding]]:
    """The preferred reading's values, each backed or doubted by the other readings of the same region.

    Another reader doubts a value when it has another number in the same place, or gives it a label that the preferred
    reading has for a different row. Partial labels are no contradiction: readers cut wrapped cells differently.
    What only another reader finds, and no exhibit of the page has, is no value, but said once.
    """
    first, *others = region.readings
    row_keys = {_row_key(entry) for entry in first.entries}
    values = []
    places = [_by_band(other.entries) for other in others]
    for entry in first.entries:
        readers, doubts = [first.reader], list(entry.doubts)
        for other, place in zip(others, places, strict=True):
            twin = _twin(entry, place)
            if twin is None:
                continue
            ours, theirs = ("".join((x.printed or "").split()) for x in (entry, twin))
            if ours == theirs and not (_row_key(twin) and _row_key(twin) in row_keys - {_row_key(entry)}):
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
    own = _by_band([entry for r in (region, *page) for entry in r.readings[0].entries])
    missed = {e.box: e for other in others for e in other.entries if e.printed and _twin(e, own) is None}
    return values, [
        *(_disagreement(entry, figure, f"readers disagree about {entry.printed!r}") for entry in disputed),
        *(
            _disagreement(entry, figure, f"only one of the readers finds {entry.printed!r}")
            for entry in missed.values()
        ),
    ]


_Bands = Mapping[tuple[int, int], Sequence[tuple[int, Entry]]]


def _bands(entry: Entry) -> Iterator[tuple[int, int]]:
    """The bands of its page, `BAND` points high, that the entry and a point around it reach into."""
    rows = range(int((entry.box.top - 1) // BAND), int((entry.box.bottom + 1) // BAND) + 1)
    return ((entry.page, row) for row in rows)


def _by_band(entries: Sequence[Entry]) -> _Bands:
    found: dict[tuple[int, int], list[tuple[int, Entry]]] = defaultdict(list)
    for i, entry in enumerate(entries):
        for band in _bands(entry):
            found[band].append((i, entry))
    return found


def _twin(entry: Entry, places: _Bands) -> Entry | None:
    """The first of another reading's entries that stands in the place of this one."""
    near = (pair for band in _bands(entry) for pair in places.get(band, ()))
    return min((p for p in near if p[1].box.meets(entry.box)), key=itemgetter(0), default=(0, None))[1]


def _row_key(entry: Entry) -> str:
    return "+".join(text_key(label.text) for label in entry.labels if label.axis == "row" and label.level == 0)


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
    subtitles = _texts_above(region, regions, text)
    inside = [x.text for e in reading.entries for x in e.labels if x.axis == "title"]
    candidates = [told.question, reading.title, *inside, caption.title if caption else None]
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
        missing=tuple(
            _without_question(PartValue(e, (reading.reader,), ONE_READER), told.question) for e in reading.missing
        ),
        headline=told.headline,
        printed=told.printed,
        notes=told.notes,
    )


def _texts_above(region: ExhibitRegion, regions: Sequence[ExhibitRegion], text: Text) -> list[str]:
    """What stands between the exhibit and the heading over it, the nearest first: periods, units, bases."""
    others = [r.box for r in regions if r.page == region.page and r is not region]
    above = [b for b in text.on_page(region.page) if b.box.bottom <= region.box.top + 2.0]
    found: list[str] = []
    edge = region.box.top
    for block in sorted(above, key=lambda b: -b.box.bottom):
        if block.box.overlap_x(region.box) <= 0 or any(box.holds(block.box) for box in others):
            continue
        parted = any(block.box.y_mid < b.y_mid < region.box.y_mid and b.overlap_x(region.box) > 0 for b in others)
        heading = block.kind == "heading" or asks(block.text) or all(w.bold for line in block.lines for w in line.words)
        long = len(block.lines) > RUNNING_LINES or block.kind in ("caption", "footnote")
        if parted or heading or long or edge - block.box.bottom > NEAR:
            break
        found.append(block.text)
        edge = block.box.top
    return found


def _without_question(value: PartValue, question: str | None) -> PartValue:
    """The value whose labels that are the exhibit's question are titles: they tell nothing apart."""
    key = text_key(question or "")
    labels = tuple(
        replace(x, axis="title") if key and x.axis != "title" and text_key(x.text) == key else x
        for x in value.entry.labels
    )
    return value if labels == value.entry.labels else replace(value, entry=replace(value.entry, labels=labels))


def _unread(region: ExhibitRegion, caption: Caption | None) -> Finding:
    where = f"{f'figure {caption.number}' if caption else 'an exhibit without caption'} on page {region.page}"
    code, message = "extraction-exhibit-unread", f"{where} gave no values"
    if region.readings and region.readings[0].form == WORD_CLOUD:
        code, message = "extraction-word-cloud", f"{where} is a word cloud: it prints no values"
    return finding(code, message, page=region.page, figure=caption.number if caption else None, box=region.box)


def _beyond(numbered: Iterable[tuple[ExhibitRegion, Caption | None, str]], pages: Sequence[Page]) -> Iterator[Finding]:
    """A finding for each exhibit beside which numbers are drawn outside of its page."""
    cut = {page.number: page.beyond for page in pages if page.beyond}
    for region, _, figure in numbered:
        beside = [box for box in cut.get(region.page, ()) if region.box.top < box.y_mid < region.box.bottom]
        if beside:
            message = f"{len(beside)} number(s) beside figure {figure} are drawn beyond the edge of page {region.page}"
            yield finding("extraction-beyond-page", message, page=region.page, figure=figure, box=region.box)


def _empty(caption: Caption, photograph: bool) -> Finding:
    return finding(
        "extraction-exhibit-unread",
        f"figure {caption.number} has a caption on page {caption.page} but no values were found near it",
        page=caption.page,
        figure=caption.number,
        box=caption.box,
        severity=None if photograph else "error",
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
