"""A document as the readers see it, before a catalogue says what it means: pages, text, and the readings of exhibits.

Reading is what takes time, and it depends on the PDF and this program alone. What was read is therefore kept (as JSON,
the exact values), and only judged anew when a steward changes the catalogue or signs an act.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import logging
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pipeline.catalogue.model import Study
from pipeline.core.errors import UsageError, describe
from pipeline.core.files import write_file
from pipeline.core.findings import Finding, finding
from pipeline.core.geometry import Box
from pipeline.core.numbers import decimal_mark_of
from pipeline.core.shelf import ByNumber, Shelf
from pipeline.exhibits.assembly import WORD_CLOUD
from pipeline.exhibits.pictures.bitmap_reader import PicturePage, is_large, is_scanned, read_picture
from pipeline.exhibits.pictures.ocr_agreement import reconcile
from pipeline.exhibits.pictures.recognition import recognised
from pipeline.exhibits.pool.exhibit_choice import choose, sureness
from pipeline.exhibits.reading import ExhibitRegion, Reading, regions_of
from pipeline.exhibits.typed_table import typed_reading
from pipeline.layout.text import Text, read_text, running_words
from pipeline.pages.cross_check import hidden_text, second_look
from pipeline.pages.page import Page
from pipeline.pages.parsing import parsed, try_pages
from pipeline.pages.rendering import page_sizes

if TYPE_CHECKING:
    from pipeline.catalogue.decisions import Drawn
    from pipeline.exhibits.tables.grid import Grid
    from pipeline.exhibits.tables.table_choice import TableReadings

LOG = logging.getLogger(__name__)
Found = TypeVar("Found")
Progress = Callable[[str, int, int], None]
"""Called with the stage's name, pages done and pages in all, before each page and at the end."""
Skipped = Mapping[int, str]
"""Page number → why that page is not read."""
SURE_CHART = 0.9
"""Mean weight of the evidence for its values from which a chart is sure: the marks of nearly all agree with them."""
INSIDE = 0.5
"""Share of a region that lies in a box that a steward drew, from which the box decides about it."""


@dataclass(frozen=True, slots=True)
class Document:
    """All that the readers made of a PDF. `pictures` are its bitmaps with the numbers that OCR saw on them; `drawn` the
    regions that stewards drew, read again."""

    sha256: str
    pages: Sequence[Page]
    text: Text
    regions: tuple[ExhibitRegion, ...]
    findings: tuple[Finding, ...]
    pictures: tuple[PicturePage, ...] = ()
    drawn: tuple[ExhibitRegion, ...] = ()

    def page(self, number: int) -> Page | None:
        """The page with that number, from 1; None beyond the last one."""
        return ByNumber(self.pages).get(number)

    def page_to_read(self, number: int) -> Page:
        """The same. Raises UsageError beyond the last one."""
        page = self.page(number)
        if page is None:
            raise UsageError(f"page {number} does not exist", f"the document has {len(self.pages)} pages")
        return page


def read_document(
    path: Path,
    study: Study,
    password: str = "",
    progress: Progress = lambda *step: None,
    skipped: Skipped = MappingProxyType({}),
    processes: int = 0,
) -> Document:
    """Read the PDF at `path`, which intake has accepted; the study tells its decimal mark and figure words.

    Pages that are `skipped`, or that a reader fails on, are findings; the others are read. Bitmaps are recognised in so
    many `processes`.
    """
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    pages, findings = legible_pages(path, password, progress, skipped, processes)
    LOG.info("%d pages, %d of them unread", len(pages), len(findings))
    text = read_text(pages, study.figure_words)
    seen, unseen = pictures_of(path, pages, text, password, progress, processes)
    apart: Shelf[Page] = Shelf()
    charts: list[list[Reading]] = []
    found: list[TableReadings] = []
    unread: list[Finding] = []
    for done, page in enumerate(pages):
        progress("exhibits", done, len(pages))
        told = text.told(page)
        bare, pictures = without_running_text(told, text), seen.get(page.number, ())
        own = _tried("exhibits", page, unread, partial(read_charts_of, bare, pictures, study))
        read = [group[0] for group in own]
        bare = without_pies(told, read)
        found += _tried("tables", page, unread, partial(page_tables, bare, path, password, read))
        apart.append(bare)
        charts += own
    progress("exhibits", len(pages), len(pages))

    def failed(page: Page, error: Exception) -> None:
        unread.append(_failed("tables", f"on the break before page {page.number}", page, describe(error)))

    tables = [group for group in readings_of(apart, found, study, failed, progress) if not in_footnotes(group[0], text)]
    regions = choose(regions_of([*tables, *charts]), pages)
    LOG.info(
        "%d tables, %d charts, %d pictures on %d pages: %d regions",
        *(len(tables), len(charts), sum(map(len, seen.values())), len(pages), len(regions)),
    )
    for region in regions:
        forms = ", ".join(f"{reading.method} of {len(reading.entries)}" for reading in region.readings)
        LOG.debug("page %d, %s: %s", region.page, tuple(map(round, region.box)), forms or "nothing understood")
    for incomplete in (*unseen, *unread):
        LOG.info("%s", incomplete.message)
    numbers = tuple(picture.numbers() for number in sorted(seen) for picture in seen[number])
    return Document(sha256, pages, text, tuple(regions), (*findings, *unseen, *unread), numbers)


def pictures_of(
    path: Path, pages: Sequence[Page], text: Text, password: str, progress: Progress, processes: int
) -> tuple[dict[int, list[PicturePage]], list[Finding]]:
    """What the bitmaps on the pages show, by page, and a finding for each that could not be read."""
    tasks = [
        (clipped(without_running_text(page, text), picture.box), picture)
        for page in pages
        if not isinstance(page, PicturePage)
        for picture in page.pictures
        if is_large(page, picture)
    ]
    seen: dict[int, list[PicturePage]] = {}
    failed = []
    for (page, _), found in zip(tasks, recognised(path, tasks, password, processes, progress), strict=True):
        if isinstance(found, PicturePage):
            seen.setdefault(page.number, []).append(found)
        else:
            failed.append(_failed("pictures", f"on page {page.number}", page, found))
    return seen, failed


def _tried(stage: str, page: Page, failed: list[Finding], read: Callable[[], list[Found]]) -> list[Found]:
    """What a reader finds on the page; nothing, and a finding in `failed`, where it fails."""
    try:
        return read()
    except Exception as error:  # whatever a reader raises on one page, the others are still wanted
        failed.append(_failed(stage, f"on page {page.number}", page, describe(error)))
        return []


def _failed(stage: str, where: str, page: Page, reason: str) -> Finding:
    message = f"The reader of {stage} failed {where} ({reason})."
    return finding("extraction-page-incomplete", message, page=page.number)


def in_footnotes(reading: Reading, text: Text) -> bool:
    """Are these footnotes, with their marks in a column of their own, and no table?"""
    notes = [block.box for block in text.on_page(reading.page) if block.kind == "footnote"]
    boxes = [entry.box for entry in reading.entries if entry.page == reading.page]
    return bool(boxes) and all(any(note.grown(2.0).holds(box) for note in notes) for box in boxes)


def without_running_text(page: Page, text: Text) -> Page:
    """The page without its paragraphs of sentences: nothing in them is a label of a chart."""
    running = running_words(text, page.number)
    return replace(page, words=tuple(w for w in page.words if w.order not in running)) if running else page


def without_pies(page: Page, charts: Sequence[Reading]) -> Page:
    """The page without the words of its pies, among its `charts`: their labels run into the rows of a table beside
    them."""
    pies = [x for x in charts if x.form == "pie" and not all(e.doubts for e in x.entries)]
    taken = [box for pie in pies for box in (*(e.box for e in pie.entries), *(box for box, _ in pie.used))]
    return replace(page, words=tuple(w for w in page.words if not any(box.holds(w.box) for box in taken)))


def legible_pages(
    path: Path, password: str, progress: Progress, skipped: Skipped = MappingProxyType({}), processes: int = 0
) -> tuple[Sequence[Page], list[Finding]]:
    """The pages of the document; those that are scans with the words and marks that OCR and colours give, and those
    that are set sideways turned until they read upright.

    A page that is `skipped` or cannot be read is empty, and a finding. Scans are recognised in so many `processes`.
    """
    sizes = page_sizes(path, password)
    readable = [number for number in range(1, len(sizes) + 1) if number not in skipped]
    attempts = try_pages(path, readable, password)
    pages: Shelf[Page] = Shelf()
    scans: list[tuple[Page, None]] = []
    unread = {number: reason for number, reason in skipped.items() if number <= len(sizes)}
    for number, (width, height) in enumerate(sizes, 1):
        progress("pages", number - 1, len(sizes))
        page = Page(number, width, height, 0, (), (), ())
        try:
            if number not in skipped:
                drawn = parsed(next(attempts)[1])
                scanned = is_scanned(drawn)
                page = drawn if scanned else _upright(drawn)
                if scanned:
                    scans.append((replace(page, words=(), shapes=()), None))
        except Exception as error:  # whatever a library raises on one page, the others are still wanted
            unread[number] = describe(error)
        pages.append(page)
    mark = decimal_mark_of(word.text for page in pages for word in page.words)
    if mark == ".":
        pages = Shelf(replace(page, decimal_mark=mark) for page in pages)
    findings = []
    for (page, _), seen in zip(scans, recognised(path, scans, password, processes, progress), strict=True):
        if isinstance(seen, str):
            unread[page.number] = seen
            pages[page.number - 1] = page.blank()
        else:
            pages[page.number - 1] = seen
            message = f"page {page.number} is a scan: its words come from character recognition"
            findings.append(finding("extraction-page-scanned", message, page=page.number))
    for number, reason in unread.items():
        message = f"Page {number} was not read: {reason}."
        findings.append(finding("extraction-page-unreadable", message, page=number))
    findings += hidden_text(pages)
    findings += second_look(path, (page for page in pages if page.number not in unread), password)
    progress("pages", len(sizes), len(sizes))
    return pages, findings


def _upright(page: Page) -> Page:
    from pipeline.pages.turning import sideways, turned

    angle = sideways(page)
    return replace(turned(page, angle), turned=angle) if angle else page


def read_tables_of(pages: Sequence[Page], study: Study) -> list[list[Reading]]:
    """Readings of the pages' tables, as `readings_of` gives them."""
    return readings_of(pages, [table for page in pages for table in page_tables(page)], study)


def page_tables(
    page: Page, path: Path | None = None, password: str = "", charts: Sequence[Reading] = ()
) -> list[TableReadings]:
    """The tables of one page, doubtful ones too, before what runs over pages is put together; other finders propose
    on the page of the file at `path`."""
    from pipeline.exhibits.tables.other_finders import OtherFinders
    from pipeline.exhibits.tables.table_choice import page_tables

    finders = OtherFinders(path, password) if path is not None and not isinstance(page, PicturePage) else None
    sure = [chart.box for chart in charts if sureness(chart) >= SURE_CHART]
    return page_tables(page, loose=True, finders=finders, charts=sure)


def readings_of(
    pages: Sequence[Page],
    tables: Sequence[TableReadings],
    study: Study,
    failed: Callable[[Page, Exception], None] | None = None,
    progress: Progress = lambda *step: None,
) -> list[list[Reading]]:
    """The pages' tables as groups of readings of one place, the preferred first, those that run on over a page break
    with their headers; what only OCR gives is doubted. `failed` is told of page breaks on which the reader raised."""
    from pipeline.exhibits.tables.entries import table_reading
    from pipeline.exhibits.tables.table_choice import joined_tables

    by_number = ByNumber(pages)

    def reading_of(grid: Grid) -> Reading:
        reading = table_reading(grid)
        for number in sorted({entry.page for entry in reading.entries}):
            page = by_number.get(number)
            if isinstance(page, PicturePage):
                reading = reconcile(reading, page, study.decimal_mark)
        return reading

    joined = joined_tables(pages, tables, failed, progress)
    return [[reading_of(grid) for grid in (t.chosen, *t.readings[1:])] for t in joined]


def read_charts_of(page: Page, pictures: Sequence[PicturePage], study: Study) -> list[list[Reading]]:
    """Readings of the charts of a page, those in its `pictures` too, each a group of its own; of a picture that is a
    word cloud one without values."""
    from pipeline.exhibits.charts import read_charts

    drawn = [] if isinstance(page, PicturePage) else read_charts(page)
    for picture in (page,) if isinstance(page, PicturePage) else pictures:
        found = [reconcile(reading, picture, study.decimal_mark) for reading in read_charts(picture)]
        if not found and picture is not page and picture.content == WORD_CLOUD:
            found = [Reading("ocr", "picture", page.number, picture.place, (), form=WORD_CLOUD)]
        drawn += [replace(reading, method="picture") for reading in found]
    return [[reading] for reading in drawn]


# --- regions that stewards drew --------------------------------------------------------------------------------------


def with_drawn(document: Document, path: Path, drawn: Sequence[Drawn], study: Study, password: str = "") -> Document:
    """The document with the boxes of `drawn` that are to be read, read. Raises UsageError where a page is missing."""
    wanted = [one for one in drawn if not one.exclude]
    read = (read_drawn(document.page_to_read(one.page), path, one, study, password) for one in wanted)
    return replace(document, drawn=tuple(region for regions in read for region in regions))


def read_drawn(page: Page, path: Path, one: Drawn, study: Study, password: str = "") -> tuple[ExhibitRegion, ...]:
    """The exhibits in the box that was drawn: as typed, else as `read_box` reads them."""
    if one.table:
        return (ExhibitRegion(page.number, one.place, (typed_reading(page, one.place, one.table),), drawn=one.place),)
    return read_box(page, path, one.place, study, password, one.form)


def proposed_in(page: Page, path: Path, box: Box, study: Study, password: str = "") -> list[ExhibitRegion]:
    """All readings of what stands inside `box` (points, origin top left), the surest first, before any is chosen."""
    clip = clipped(page, box)
    pictures = [read_picture(path, clip, picture, password) for picture in clip.pictures]
    groups = [*read_tables_of([clip], study), *read_charts_of(clip, pictures, study)]
    found = regions_of([[reading] for group in groups for reading in group if reading.entries])
    return sorted(found, key=lambda region: -region.readings[0].sureness)


def read_box(
    page: Page, path: Path, box: Box, study: Study, password: str = "", form: str | None = None
) -> tuple[ExhibitRegion, ...]:
    """The exhibits inside `box` (points, origin top left) as though nothing else stood on the page; with `form`, the
    surest reading of that form alone.

    What text layer and shapes do not give is read from the pixels; one without readings where nothing is found.
    """
    if form is not None:
        proposed = proposed_in(page, path, box, study, password)
        regions = [region for region in proposed if region.readings[0].form == form][:1]
        return tuple(replace(r, drawn=box) for r in regions) or (ExhibitRegion(page.number, box, (), drawn=box),)
    clip = clipped(page, box)
    pictures = [read_picture(path, clip, picture, password) for picture in clip.pictures]
    regions = choose(regions_of([*read_tables_of([clip], study), *read_charts_of(clip, pictures, study)]), [clip])
    if not any(r.readings and r.readings[0].entries for r in regions):
        seen = read_picture(path, page, box, password)
        regions = choose(regions_of([*read_tables_of([seen], study), *read_charts_of(seen, (), study)]), [seen])
    found = tuple(replace(r, drawn=box) for r in regions if r.readings and r.readings[0].entries)
    return found or (ExhibitRegion(page.number, box, (), drawn=box),)


def clipped(page: Page, box: Box) -> Page:
    """The page with only the words, shapes and pictures whose middle lies in `box`."""
    return replace(
        page,
        words=tuple(x for x in page.words if box.holds(x.box)),
        shapes=tuple(x for x in page.shapes if box.holds(x.box)),
        pictures=tuple(x for x in page.pictures if box.holds(x.box)),
    )


def outlined(document: Document, drawn: Sequence[Drawn]) -> list[ExhibitRegion]:
    """The regions after what stewards drew: excluded ones left out, drawn ones in the place of what stood there."""
    boxes = [(one.page, one.place) for one in drawn]
    kept = [r for r in document.regions if not any(_inside(r, page, box) for page, box in boxes)]
    return kept + list(document.drawn)


def _inside(region: ExhibitRegion, page: int, box: Box) -> bool:
    return region.page == page and region.box.overlap(box) > INSIDE * region.box.area


# --- kept documents --------------------------------------------------------------------------------------------------


def document_at(
    path: Path,
    study: Study,
    kept_at: Path | None,
    password: str = "",
    progress: Progress = lambda *step: None,
    skipped: Skipped = MappingProxyType({}),
    processes: int = 0,
    noticed: Sequence[Finding] = (),
) -> Document:
    """The document as kept at `kept_at`, else read from `path`, and kept there with what intake `noticed`."""
    found = kept(kept_at, study) if kept_at else None
    if found is None:
        found = read_document(path, study, password, progress, skipped, processes)
        told = {(one.code, one.page) for one in found.findings}
        more = [one for one in noticed if (one.code, one.page) not in told]
        found = replace(found, findings=(*found.findings, *more))
        if kept_at:
            keep(found, kept_at)
    return found


def keep(document: Document, path: Path) -> None:
    """Write what was read to `path`, whole or not at all: a line each for the document, a page, a region, a finding, a
    picture."""
    packed = io.BytesIO()
    parts = (document.pages, document.regions, document.findings, document.pictures)
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=3, mtime=0) as file:
        file.write(json.dumps([document.sha256, *map(len, parts)]).encode() + b"\n")
        for form, things in zip(_forms(), parts, strict=True):
            file.writelines(form.dump_json(thing) + b"\n" for thing in things)
    write_file(path, packed.getvalue())


def kept(path: Path, study: Study) -> Document | None:
    """What `keep` wrote; None when it is not there or damaged."""
    try:
        with gzip.open(path) as file:
            sha256, *counts = json.loads(file.readline())
            read = zip((Shelf, tuple, tuple, tuple), _forms(), counts, strict=True)
            pages, *others = (
                made(form.validate_json(file.readline()) for _ in range(count)) for made, form, count in read
            )
            if file.read():  # at its end the checksum is looked at
                return None
    except (OSError, EOFError, zlib.error, ValueError):
        return None
    return Document(sha256, pages, read_text(pages, study.figure_words), *others)


@cache
def _forms() -> tuple[Any, ...]:
    """Of the JSON of a page, a region, a finding and a picture."""
    from pydantic import Discriminator, Tag, TypeAdapter

    def kind(page: Any) -> str:
        is_picture = "candidates" in page if isinstance(page, dict) else isinstance(page, PicturePage)
        return "picture" if is_picture else "page"

    pages: Any = Annotated[Page, Tag("page")] | Annotated[PicturePage, Tag("picture")]
    page: Any = Annotated[pages, Discriminator(kind)]
    return TypeAdapter(page), TypeAdapter(ExhibitRegion), TypeAdapter(Finding), TypeAdapter(PicturePage)
