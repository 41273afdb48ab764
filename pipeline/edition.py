"""One edition, from its PDF to checked tables: the stages in their order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.catalogue import Catalogue
from pipeline.contract import CLAIMS, FINDINGS, NUMBERS, OBSERVATIONS, Table
from pipeline.findings import Finding, finding
from pipeline.numbers import DecimalMark
from pipeline.pages import Page, read_pages
from pipeline.reading import Reading

if TYPE_CHECKING:
    from pipeline.exhibit import Part
    from pipeline.ledger import Place
    from pipeline.observations import Observation

if TYPE_CHECKING:
    from pipeline.ledger import Place
    from pipeline.observations import Observation

Row = dict[str, object]
"""One row of a table of the contract: column name → value (str, int, float, list of str, or None)."""
Progress = Callable[[str, int, int], None]
"""Called with the stage's name, pages done and pages in all."""
SCAN_LETTERS = 40
"""A page with fewer letters has no text layer to speak of."""
SCAN_COVER = 0.6
"""Share of the page that one picture covers, from which the page is that picture."""


@dataclass(frozen=True)
class Extraction:
    """The four tables of an edition, rows as the contract orders them, plus its text blocks for the baseline."""

    study: str
    edition: str
    source_sha256: str
    pages: int
    observations: list[Row]
    findings: list[Row]
    claims: list[Row]
    numbers: list[Row]
    blocks: list[Row] = field(default_factory=list)
    """`page`, `kind`, `text`: the running text in reading order."""


def extract(
    path: Path,
    catalogue: Catalogue,
    edition: str,
    progress: Progress = lambda stage, done, total: None,
    password: str = "",
) -> Extraction:
    """Read the PDF at `path`, which intake has accepted, as `edition` of the catalogue's study.

    Raises UsageError where a steward's correction no longer fits.
    """
    from pipeline.bases import assign_bases
    from pipeline.checks import check
    from pipeline.claims import claim_rows, read_claims, verify
    from pipeline.corrections import accept, correct, load_acts
    from pipeline.figures import assemble, boxes_by_page, regions_of, settle
    from pipeline.ledger import account
    from pipeline.observations import observe
    from pipeline.text import prose, read_text
    from pipeline.witnesses import repeats

    study, acts = catalogue.study, load_acts(catalogue, edition)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    pages, findings = legible_pages(path, password, progress)
    text = read_text(pages, study.figure_words)
    tables, charts = read_exhibits(path, pages, study.decimal_mark, password, progress)
    parts, raised = assemble(settle(regions_of(tables), regions_of(charts)), text, pages)
    findings += raised
    observations, raised = observe(parts, catalogue, edition, sha256)
    findings += raised
    observations, raised = repeats(observations)
    findings += raised
    assign_bases(observations)
    observations, raised = correct(observations, acts, study.decimal_mark)
    findings += raised
    passages = prose(text, boxes_by_page(parts))
    groups = [(group.id, group.names) for group in study.groups]
    said = read_claims(passages, groups, study.figure_words, edition, study.decimal_mark)
    judged = verify(said.claims, [o.row() for o in observations])
    numbers, raised = account(pages, text, said, ledger_places(observations, parts))
    findings += raised
    findings += check(observations, catalogue, findings, judged, passages, pages)
    findings = accept(findings, observations, acts)
    return Extraction(
        study=study.id,
        edition=edition,
        source_sha256=sha256,
        pages=len(pages),
        observations=_sorted([o.row() for o in observations], OBSERVATIONS),
        findings=_sorted([f.row(study.id, edition) for f in findings], FINDINGS),
        claims=_sorted(claim_rows(judged, study.id, edition), CLAIMS),
        numbers=_sorted([{"study": study.id, "edition": edition, **row} for row in numbers], NUMBERS),
        blocks=[{"page": b.page, "kind": b.kind, "text": b.text} for b in text.blocks],
    )


def _sorted(rows: list[Row], table: Table) -> list[Row]:
    """Rows in the order of the table's key, numbers by value, blanks first."""
    return sorted(rows, key=lambda row: [(row[k] is not None, row[k] or 0) for k in table.key])


def legible_pages(path: Path, password: str, progress: Progress) -> tuple[list[Page], list[Finding]]:
    """The pages of the document; those that are scans with the words and marks that OCR and colours give."""
    from pipeline.pictures import read_picture

    pages, findings = [], []
    for page in read_pages(path, password=password):
        if is_scan(page):
            page = read_picture(path, page, page.box, password)
            message = f"page {page.number} is a scan: its words come from character recognition"
            findings.append(finding("extraction-page-scanned", message, page=page.number))
        pages.append(page)
        progress("pages", page.number, 0)
    return pages, findings


def is_scan(page: Page) -> bool:
    """Does a picture cover the page, with no text layer worth the name (at most a stamp or a page number)?"""
    letters = sum(len(word.text) for word in page.words if "\ufffd" not in word.text and "(cid:" not in word.text)
    covered = max((picture.box.overlap(page.box) for picture in page.pictures), default=0.0)
    return letters < SCAN_LETTERS and covered > SCAN_COVER * page.box.area


def read_exhibits(
    path: Path, pages: Sequence[Page], decimal: DecimalMark, password: str, progress: Progress
) -> tuple[list[list[Reading]], list[list[Reading]]]:
    """Readings of tables and of charts, each as groups of readings of one place, the preferred first."""
    from pipeline.charts import read_charts
    from pipeline.pictures import PicturePage, read_picture, reconcile
    from pipeline.tables import document_tables, table_reading

    tables = [[table_reading(grid) for grid in (t.chosen, *t.readings[1:])] for t in document_tables(pages)]
    charts = []
    for page in pages:
        seen = (
            [page] if isinstance(page, PicturePage) else [read_picture(path, page, p, password) for p in page.pictures]
        )
        drawn = [] if isinstance(page, PicturePage) else read_charts(page)
        drawn += [
            replace(reconcile(reading, picture.candidates, decimal), method="picture")
            for picture in seen
            for reading in read_charts(picture)
        ]
        charts += [[reading] for reading in drawn]
        progress("exhibits", page.number, len(pages))
    return tables, charts


def ledger_places(observations: Sequence[Observation], parts: Sequence[Part]) -> list[Place]:
    """Where the published numbers stand, also where a chart repeats them, and where the exhibits' labels do."""
    from pipeline.ledger import Place, label_places

    places = [
        Place(one.source.entry.page, one.source.entry.box, "observation", o.observation_id, one.source.entry.printed)
        for o in observations
        for one in (o, *o.repeated)
    ]
    return places + label_places(parts)
