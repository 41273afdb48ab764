"""A document as the readers see it, before a catalogue says what it means: pages, text, and the readings of exhibits.

Reading is what takes time, and it depends on the PDF and this program alone. What was read is therefore kept (as JSON,
the exact values), and only judged anew when a steward changes the catalogue or signs an act.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipeline.catalogue import Study
from pipeline.errors import UsageError
from pipeline.figures import Region, regions_of, settle
from pipeline.findings import Finding, finding
from pipeline.geometry import Box
from pipeline.pages import Page, read_pages
from pipeline.pictures import PicturePage, is_scanned, read_picture, read_scan, reconcile
from pipeline.project import write_file
from pipeline.reading import Reading
from pipeline.text import Text, read_text, running_words

if TYPE_CHECKING:
    from pipeline.acts import Drawn

Row = dict[str, object]
Progress = Callable[[str, int, int], None]
"""Called with the stage's name, pages done and pages in all."""
INSIDE = 0.5
"""Share of a region that lies in a box that a steward drew, from which the box decides about it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of a document: all that takes time to read."""

    sha256: str
    pages: tuple[Page | PicturePage, ...]
    regions: tuple[Region, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """All that the readers made of a PDF. `drawn` are the regions that stewards drew, read again."""

    sha256: str
    pages: tuple[Page, ...]
    text: Text
    regions: tuple[Region, ...]
    findings: tuple[Finding, ...]
    drawn: tuple[Region, ...] = ()


def read_document(path: Path, study: Study, password: str = "", progress: Progress = lambda *step: None) -> Document:
    """Read the PDF at `path`, which intake has accepted; the study tells its decimal mark and figure words."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    pages, findings = legible_pages(path, password, progress)
    text = read_text(pages, study.figure_words)
    groups = []
    for page in pages:
        groups += read_charts_of(path, without_running_text(page, text), study, password)
        progress("exhibits", page.number, len(pages))
    apart = [without_pies(page, [group[0] for group in groups]) for page in pages]
    tables = [group for group in read_tables_of(apart, study) if not in_footnotes(group[0], text)]
    regions = settle(regions_of(tables), regions_of(groups))
    return Document(sha256, tuple(pages), text, tuple(regions), tuple(findings))


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
    """The page without the words of its pies: their labels run into the rows of a table beside them."""
    pies = [x for x in charts if x.page == page.number and x.form == "pie" and not all(e.doubts for e in x.entries)]
    taken = [box for pie in pies for box in (*(e.box for e in pie.entries), *(box for box, _ in pie.used))]
    return replace(page, words=tuple(w for w in page.words if not any(box.holds(w.box) for box in taken)))


def legible_pages(path: Path, password: str, progress: Progress) -> tuple[list[Page], list[Finding]]:
    """The pages of the document; those that are scans with the words and marks that OCR and colours give, and those
    that are set sideways turned until they read upright."""
    from pipeline.tables.turn import sideways, turned

    pages, findings = [], []
    for page in read_pages(path, password=password):
        if is_scanned(page):
            page = read_scan(path, page, password)
            message = f"page {page.number} is a scan: its words come from character recognition"
            findings.append(finding("extraction-page-scanned", message, page=page.number))
        elif angle := sideways(page):
            page = replace(turned(page, angle), turned=angle)
        pages.append(page)
        progress("pages", page.number, 0)
    return pages, findings


def read_tables_of(pages: Sequence[Page], study: Study) -> list[list[Reading]]:
    """Readings of tables as groups of readings of one place, the preferred first; what only OCR gives is doubted."""
    from pipeline.tables import document_tables, table_reading

    scans = [page for page in pages if isinstance(page, PicturePage)]
    groups = [[table_reading(grid) for grid in (t.chosen, *t.readings[1:])] for t in document_tables(pages)]
    for page in scans:
        groups = [[reconcile(reading, page, study.decimal_mark) for reading in group] for group in groups]
    return groups


def read_charts_of(path: Path, page: Page, study: Study, password: str = "") -> list[list[Reading]]:
    """Readings of the charts of a page, those in its pictures too, each a group of its own."""
    from pipeline.charts import read_charts

    scan = isinstance(page, PicturePage)
    seen = [page] if scan else [read_picture(path, page, picture, password) for picture in page.pictures]
    drawn = [] if scan else read_charts(page)
    drawn += [
        replace(reconcile(reading, picture, study.decimal_mark), method="picture")
        for picture in seen
        if isinstance(picture, PicturePage)
        for reading in read_charts(picture)
    ]
    return [[reading] for reading in drawn]


# --- regions that stewards drew --------------------------------------------------------------------------------------


def with_drawn(document: Document, path: Path, drawn: Sequence[Drawn], study: Study, password: str = "") -> Document:
    """The document with the boxes of `drawn` that are to be read, read. Raises UsageError where a page is missing."""
    wanted = [one for one in drawn if not one.exclude]
    read = tuple(read_box(document, path, one.page, one.place, study, password) for one in wanted)
    return replace(document, drawn=read)


def read_box(document: Document, path: Path, number: int, box: Box, study: Study, password: str = "") -> Region:
    """The exhibit inside `box` (points, origin top left) as though nothing else stood on the page.

    What text layer and shapes do not give is read from the pixels; a region without readings where nothing is found.
    """
    page = next((page for page in document.pages if page.number == number), None)
    if page is None:
        raise UsageError(f"page {number} does not exist", f"the document has {len(document.pages)} pages")
    clip = clipped(page, box)
    regions = settle(regions_of(read_tables_of([clip], study)), regions_of(read_charts_of(path, clip, study, password)))
    if not any(r.readings and r.readings[0].entries for r in regions):
        seen = read_picture(path, page, box, password)
        regions = settle(
            regions_of(read_tables_of([seen], study)), regions_of(read_charts_of(path, seen, study, password))
        )
    largest = max(regions, key=lambda r: sum(len(x.entries) for x in r.readings), default=None)
    return Region(number, box, largest.readings if largest else ())


def as_shown(rows: Sequence[Row], pages: Sequence[Page]) -> list[Row]:
    """Rows with a `page` and the box `x0`, `top`, `x1`, `bottom`: their boxes on the pages as a viewer shows them."""
    from pipeline.tables.turn import shown_box

    turned = {page.number: page for page in pages if page.turned}
    out = []
    for row in rows:
        page, sides = turned.get(cast(int, row["page"])), [cast(float, row[side]) for side in Box._fields]
        if page is not None and None not in sides:
            box = shown_box(Box(*sides), page)
            row = row | {side: round(value, 2) for side, value in zip(Box._fields, box, strict=True)}
        out.append(row)
    return out


def clipped(page: Page, box: Box) -> Page:
    """The page with only the words, shapes and pictures whose middle lies in `box`."""
    return replace(
        page,
        words=tuple(x for x in page.words if box.holds(x.box)),
        shapes=tuple(x for x in page.shapes if box.holds(x.box)),
        pictures=tuple(x for x in page.pictures if box.holds(x.box)),
    )


def outlined(document: Document, drawn: Sequence[Drawn]) -> list[Region]:
    """The regions after what stewards drew: excluded ones left out, drawn ones in the place of what stood there."""
    boxes = [(one.page, one.place) for one in drawn]
    kept = [r for r in document.regions if not any(_inside(r, page, box) for page, box in boxes)]
    return kept + list(document.drawn)


def _inside(region: Region, page: int, box: Box) -> bool:
    return region.page == page and region.box.overlap(box) > INSIDE * region.box.area


# --- kept documents --------------------------------------------------------------------------------------------------


def document_at(
    path: Path,
    study: Study,
    kept_at: Path | None,
    password: str = "",
    progress: Progress = lambda *step: None,
) -> Document:
    """The document as kept at `kept_at`, else read from `path`, and kept there."""
    found = kept(kept_at, study) if kept_at else None
    if found is None:
        found = read_document(path, study, password, progress)
        if kept_at:
            keep(found, kept_at)
    return found


def keep(document: Document, path: Path) -> None:
    """Write what was read to `path`, whole or not at all."""
    kept = Kept(document.sha256, document.pages, document.regions, document.findings)
    write_file(path, gzip.compress(_form().dump_json(kept), 3, mtime=0))


def kept(path: Path, study: Study) -> Document | None:
    """What `keep` wrote; None when it is not there or damaged."""
    try:
        found: Kept = _form().validate_json(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, zlib.error, ValueError):
        return None
    return Document(
        found.sha256, found.pages, read_text(found.pages, study.figure_words), found.regions, found.findings
    )


@cache
def _form() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Kept)
