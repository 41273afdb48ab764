"""One edition, from its PDF to checked tables: the stages in their order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.catalogue import Catalogue
from pipeline.contract import OBSERVATIONS
from pipeline.pages import Page, read_pages
from pipeline.reading import Reading

Row = dict[str, object]
"""One row of a table of the contract: column name → value (str, int, float, list of str, or None)."""
Progress = Callable[[str, int, int], None]
"""Called with the stage's name, pages done and pages in all."""


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
    """Read the PDF at `path`, which intake has accepted, as `edition` of the catalogue's study."""
    from pipeline.bases import assign_bases
    from pipeline.checks import check
    from pipeline.figures import assemble, regions_of, settle
    from pipeline.observations import observe
    from pipeline.text import read_text
    from pipeline.witnesses import repeats

    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    pages = list(read_pages(path, password=password))
    text = read_text(pages, catalogue.study.figure_words)
    tables, charts = read_exhibits(path, pages)
    parts, findings = assemble(settle(regions_of(tables), regions_of(charts)), text)
    observations, raised = observe(parts, catalogue, edition, sha256)
    findings += raised
    observations, raised = repeats(observations)
    findings += raised
    assign_bases(observations)
    findings += check(observations, catalogue, findings)
    rows = sorted((o.row() for o in observations), key=lambda r: [str(r[k]) for k in OBSERVATIONS.key])
    study = catalogue.study.id
    return Extraction(
        study=study,
        edition=edition,
        source_sha256=sha256,
        pages=len(pages),
        observations=rows,
        findings=[f.row(study, edition) for f in findings],
        claims=[],
        numbers=[],
        blocks=[{"page": b.page, "kind": b.kind, "text": b.text} for b in text.blocks],
    )


def read_exhibits(path: Path, pages: Sequence[Page]) -> tuple[list[list[Reading]], list[list[Reading]]]:
    """Readings of tables and of charts, each as groups of readings of one place, the preferred first."""
    from pipeline.charts import read_charts
    from pipeline.pictures import read_picture
    from pipeline.tables import document_tables, table_reading

    tables = [[table_reading(grid) for grid in (t.chosen, *t.readings[1:])] for t in document_tables(pages)]
    charts = [[reading] for page in pages for reading in read_charts(page)]
    for page in pages:
        for picture in page.pictures:
            seen = read_picture(path, page, picture)
            charts += [[replace(reading, method="picture")] for reading in read_charts(seen)]
    return tables, charts
