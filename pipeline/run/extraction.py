"""One edition's extraction as files: intake and all readers in a guarded process, whole or nothing, cached."""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.catalogue.project import Edition, Project
from pipeline.core.contract import EDITION_TABLES, BlockRow, Column, Row, Table, needs_a_person
from pipeline.core.errors import UsageError
from pipeline.core.files import folder_digest, whole_folder, write_file
from pipeline.core.processes import USUAL, Limits, Progress, no_progress, run_guarded, without_bad_pages
from pipeline.run.provenance import READING, Provenance, current
from pipeline.run.settings import SETTINGS

if TYPE_CHECKING:
    from pipeline.catalogue.model import Catalogue
    from pipeline.checks.edition import Extraction

PAGE_STAGES = ("pages", "exhibits", "breaks")
"""Stages that go from page to page (or from page break to page break): what stops one of them is the page in work."""
BLOCKS = Table(
    "blocks",
    "Running text in reading order",
    (
        Column("page", "int32", "1-based page of the PDF", nullable=False),
        Column("kind", "string", "heading, paragraph, quote, note, caption, …", nullable=False),
        Column("text", "string", "joined to one line"),
    ),
    ("page",),
)
LEAST_ENTRIES, ENTRIES_PER_EDITION = 64, 4
"""How much the cache keeps: an edition has an entry per state of code, catalogue and libraries, some 300 kB each."""
SUMMARY = "summary.json"
DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Request:
    """What to extract. `expected_sha256` is the registered file's; `ocr` allows a document without any text layer;
    `allow_empty` one without any figure."""

    pdf: Path
    catalogue: Catalogue
    edition: str
    password: str = ""
    expected_sha256: str | None = None
    ocr: bool = False
    allow_empty: bool = False
    documents: Path | None = None
    """Folder of what was read of documents before; None reads afresh and keeps nothing."""
    skipped: tuple[tuple[int, str], ...] = ()
    """Pages that stopped an earlier attempt, with the reason: they are not read again."""
    processes: int = field(default_factory=lambda: min(os.cpu_count() or 1, SETTINGS.most_processes))
    """How many recognise its bitmaps at a time; 0: none of their own."""

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(name for name in ("ocr", "allow_empty") if getattr(self, name))

    def provenance(self, sha256: str) -> Provenance:
        return current(
            sha256, f"{self.catalogue.study.id}:{self.catalogue.fingerprint}", self.edition, options=self.options
        )

    def kept_at(self, sha256: str) -> Path | None:
        """Where the document as read is kept: its place depends on the file and on what reading depends on."""
        if self.documents is None:
            return None
        study = self.catalogue.study
        reading = current(sha256, f"{study.decimal_mark} {study.figure_words}", "", READING, self.options)
        return self.documents / f"{reading.key}.json.gz"


@dataclass(frozen=True, slots=True)
class Summary:
    """An extraction in numbers: rows by table, findings by origin and severity, ledger by where numbers went."""

    study: str
    edition: str
    source_sha256: str
    pages: int
    rows: dict[str, int]
    findings: dict[str, int]
    """`origin severity` → how many."""
    ledger: dict[str, int]

    @property
    def open_errors(self) -> int:
        """Errors that a person has to look at; those of the report itself are published, not mended."""
        kinds = ((*what.partition(" "), n) for what, n in self.findings.items())
        return sum(n for origin, _, severity, n in kinds if needs_a_person(severity, origin))

    @classmethod
    def load(cls, folder: Path) -> Summary:
        return cls(**json.loads((folder / SUMMARY).read_text(encoding="utf-8")))


def request_for(project: Project, edition: Edition) -> Request:
    """The request for a registered edition. Raises UsageError when its source file or catalogue is not well formed."""
    source = edition.source
    if (source.study, source.edition) != (edition.study, edition.name):
        raise UsageError(
            f"{edition.source_file} describes {source.study}/{source.edition}",
            f"correct its study and edition to {edition}, or move the files",
        )
    return Request(
        edition.pdf,
        project.catalogue(edition.study),
        edition.name,
        expected_sha256=source.sha256,
        documents=project.work / "documents",
    )


def extract_into(request: Request, folder: Path, progress: Progress = no_progress) -> Summary:
    """Extract in this process and write the tables into `folder`. Raises UsageError when the document is unusable."""
    with _rare_collection():
        return _extract_into(request, folder, progress)


def _extract_into(request: Request, folder: Path, progress: Progress) -> Summary:
    from pipeline.checks.edition import NOTHING_READ, extract
    from pipeline.intake.preflight import opened

    with opened(request.pdf, request.password, request.expected_sha256) as (intake, readable):
        if not intake.has_text and not request.ocr:
            raise UsageError(f"{request.pdf} has no text layer (a scan)", "add one with an OCR program, or pass --ocr")
        kept_at = request.kept_at(intake.sha256)
        skipped = dict((*intake.unreadable_pages, *request.skipped))
        extraction = extract(
            readable,
            request.catalogue,
            request.edition,
            progress,
            kept_at=kept_at,
            skipped=skipped,
            processes=request.processes,
            noticed=intake.findings(),
        )
    told = [f for f in extraction.findings if f["code"] != NOTHING_READ or not request.allow_empty]
    extraction = replace(extraction, source_sha256=intake.sha256, findings=told)
    for row in extraction.observations:
        row["source_sha256"] = intake.sha256
    return write_extraction(folder, extraction)


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Meanwhile, Python looks for circles of dead objects seldom: readers make hundreds of thousands of objects, nearly
    all of which are still wanted, and looking through them took a tenth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(SETTINGS.new_objects, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def write_extraction(folder: Path, extraction: Extraction) -> Summary:
    """The four tables as Parquet and CSV, the text blocks, and the summary."""
    from pipeline.core.table_files import write_parquet, write_tables

    rows: Mapping[str, Sequence[Row]] = {table.name: getattr(extraction, table.name) for table in EDITION_TABLES}
    write_tables(folder, rows)
    write_parquet(_blocks(extraction.blocks), folder / f"{BLOCKS.name}.parquet")
    summary = Summary(
        study=extraction.study,
        edition=extraction.edition,
        source_sha256=extraction.source_sha256,
        pages=extraction.pages,
        rows={name: len(content) for name, content in rows.items()},
        findings=_counted(f"{row['origin']} {row['severity']}" for row in extraction.findings),
        ledger=_counted(row["went"] for row in extraction.numbers),
    )
    (folder / SUMMARY).write_text(json.dumps(asdict(summary), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return summary


def _blocks(blocks: Sequence[BlockRow]) -> Any:
    """Text blocks in their order, which is the reading order."""
    import pyarrow

    from pipeline.core.table_files import clean_text, schema

    tidy = [{"page": b["page"], "kind": b["kind"], "text": clean_text(str(b["text"] or ""))} for b in blocks]
    return pyarrow.Table.from_pylist(tidy, schema=schema(BLOCKS))


def _counted(names: Any) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def extract_guarded(
    request: Request, folder: Path, limits: Limits = USUAL, progress: Progress = no_progress
) -> Summary:
    """As `extract_into`, in a child process with limits. Raises UsageError or JobFailed.

    A page that crashes the child, or takes more time or memory than a page may, is left out in another attempt.
    """

    def attempt(skipped: Mapping[int, str]) -> Summary:
        for path in folder.iterdir():
            path.unlink()
        again = replace(
            request, skipped=tuple(skipped.items()), processes=request.processes if limits.own_process else 0
        )
        summary: Summary = run_guarded(extract_into, (again, folder), limits, progress)
        return summary

    summary: Summary = without_bad_pages(attempt, PAGE_STAGES)
    return summary


def quarantined(request: Request, sha256: str, reason: str) -> Extraction:
    """The extraction of an edition whose readers failed as a whole: no values, and one error finding that says why."""
    from pipeline.checks.edition import Extraction
    from pipeline.core.findings import finding

    study = request.catalogue.study.id
    found = finding("extraction-failed", f"The extraction {reason}; nothing of this edition was read.")
    return Extraction(study, request.edition, sha256, 0, [], [found.row(study, request.edition)], [], [])


class Cache:
    """Extractions by provenance, under .editions/cache. A damaged entry counts as absent."""

    def __init__(self, project: Project) -> None:
        self.folder = project.work / "cache"

    def entry(self, provenance: Provenance) -> Path:
        return self.folder / provenance.key

    def find(self, provenance: Provenance) -> Path | None:
        """The folder of the tables, when it is there and whole."""
        entry = self.entry(provenance)
        try:
            noted = (entry / DIGEST).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        if noted != folder_digest(entry / "tables"):
            return None
        os.utime(entry)
        return entry / "tables"

    def prune(self, editions: int) -> None:
        """Forget the entries that were not used for longest, beyond a few for each of `editions`."""
        most = max(LEAST_ENTRIES, ENTRIES_PER_EDITION * editions)
        for entry in _oldest(self.folder, most):
            shutil.rmtree(entry, ignore_errors=True)
        for document in _oldest(self.folder.parent / "documents", most):
            document.unlink(missing_ok=True)

    def keep(self, provenance: Provenance, tables: Path) -> Path:
        """Move the folder `tables` in, whole or not at all; returns where it is now."""
        entry = self.entry(provenance)
        with whole_folder(entry) as draft:
            tables.rename(draft / "tables")
            write_file(draft / DIGEST, folder_digest(draft / "tables"))
        return entry / "tables"


def _oldest(folder: Path, most: int) -> list[Path]:
    """What `folder` holds beyond the `most` entries that were used last."""
    entries = sorted(folder.iterdir(), key=lambda e: e.stat().st_mtime) if folder.is_dir() else []
    return entries[:-most]
