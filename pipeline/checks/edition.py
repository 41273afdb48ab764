"""One edition, from its PDF to checked tables: the stages in their order."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.catalogue.decisions import Decisions, Drawn, in_force, load_decisions
from pipeline.catalogue.model import AD_HOC, Catalogue
from pipeline.core.contract import (
    CLAIMS,
    FINDINGS,
    NUMBERS,
    OBSERVATIONS,
    BlockRow,
    ClaimRow,
    FindingRow,
    NumberRow,
    ObservationRow,
    Table,
)
from pipeline.exhibits.document import Document, Skipped, document_at, outlined, with_drawn
from pipeline.layout.own_year import own_year
from pipeline.pages.turning import Placed, as_shown

if TYPE_CHECKING:
    from pipeline.checks.claims.verdicts import Judged
    from pipeline.checks.ledger import TokenPlace
    from pipeline.core.findings import Finding
    from pipeline.exhibits.reading import Part
    from pipeline.observations.observe import Observation
    from pipeline.pages.page import Page

LOG = logging.getLogger(__name__)
NOTHING_READ = "extraction-no-exhibits"
Progress = Callable[[str, int, int], None]
"""Called with the stage's name, pages done and pages in all."""


@dataclass(frozen=True)
class Extraction:
    """The four tables of an edition, rows as the contract orders them, plus its text blocks for the baseline."""

    study: str
    edition: str
    source_sha256: str
    pages: int
    observations: list[ObservationRow]
    findings: list[FindingRow]
    claims: list[ClaimRow]
    numbers: list[NumberRow]
    blocks: list[BlockRow] = field(default_factory=list)
    """`page`, `kind`, `text`: the running text in reading order."""


def extract(
    path: Path,
    catalogue: Catalogue,
    edition: str,
    progress: Progress = lambda stage, done, total: None,
    password: str = "",
    kept_at: Path | None = None,
    skipped: Skipped = MappingProxyType({}),
    processes: int = 0,
    noticed: Sequence[Finding] = (),
) -> Extraction:
    """Read the PDF at `path`, which intake has accepted, as `edition` of the catalogue's study; where that is AD_HOC,
    as the edition of the year that the report gives itself.

    `noticed` is what intake found. What was read before, at `kept_at`, is not read again. Pages that are `skipped` are
    findings. Bitmaps are recognised in so many `processes`.
    Raises UsageError where a steward's decision no longer fits.
    """
    decisions = load_decisions(catalogue, edition)
    document = document_at(path, catalogue.study, kept_at, password, progress, skipped, processes, noticed)
    document = with_drawn(document, path, in_force(decisions.regions), catalogue.study, password)
    named = own_year(document.text) or edition if edition == AD_HOC else edition
    return judge(document, catalogue, named, decisions)


Assembled = tuple[list["Part"], list["Finding"], list["Page"]]
"""Exhibits, findings, and the pages without what stands on them."""


def assembled(document: Document, decisions: Decisions) -> Assembled:
    """The exhibits of the document, before a catalogue says what they mean."""
    from pipeline.exhibits.assembly import assemble

    wordless = {picture.number for picture in document.pictures if picture.content != "exhibit"}
    sheets = [page.blank() for page in document.pages]
    return *assemble(outlined(document, in_force(decisions.regions)), document.text, sheets, wordless), sheets


def judge(
    document: Document,
    catalogue: Catalogue,
    edition: str,
    decisions: Decisions,
    figure: str | None = None,
    exhibits: Assembled | None = None,
) -> Extraction:
    """What the catalogue and the stewards' decisions make of what was read; `exhibits` where they are assembled.

    Raises UsageError where a decision no longer fits.

    With `figure` only that exhibit, quickly: without what the text says of it, and without the ledger.
    """
    from pipeline.checks.checking import check
    from pipeline.checks.claims.linking import verify
    from pipeline.checks.claims.reading_claims import read_claims
    from pipeline.checks.claims.verdicts import claim_rows
    from pipeline.checks.ledger import account, with_unread_exhibits
    from pipeline.core.findings import finding
    from pipeline.core.table_files import sort_key
    from pipeline.exhibits.assembly import boxes_by_page
    from pipeline.layout.text import prose
    from pipeline.observations.bases import assign_bases
    from pipeline.observations.corrections import accept, correct
    from pipeline.observations.observe import observe, tell_apart
    from pipeline.observations.repeats import repeats, still_asked
    from pipeline.observations.suggestions import undecided

    study, pages, text, drawn = catalogue.study, document.pages, document.text, in_force(decisions.regions)
    parts, raised, sheets = exhibits or assembled(document, decisions)
    findings = [*document.findings, *raised]
    if figure is not None:
        parts, decisions = [part for part in parts if part.figure == figure], decisions.about(figure)
    found, unclear = observe(parts, catalogue, edition, document.sha256)
    observed, missing = [o for o in found if not o.missing], [o for o in found if o.missing]
    observations, raised = repeats(observed)
    observations, alike = tell_apart(observations)
    missing = tell_apart([*observations, *missing])[0][len(observations) :]
    findings += [*still_asked(unclear, observed, observations), *raised, *alike]
    observations, raised = correct(assign_bases(observations), decisions, study.decimal_mark)
    findings += raised
    passages = prose(text, boxes_by_page(parts)) if figure is None else []
    groups = [(group.id, group.names) for group in study.groups]
    said = read_claims(passages, groups, study.figure_words, edition, study.decimal_mark)
    judged = verify(said.claims, [o.row() for o in observations])
    places = [*ledger_places([*observations, *missing], parts), *drawn_places(drawn)]
    if figure is None:
        numbers, raised = account(pages, text, said, places, study.id, edition, document.pictures)
    else:
        numbers, raised = [], []
    findings = [*with_unread_exhibits(findings, raised), *raised]
    observations, raised = undecided(observations)
    findings += raised
    if figure is None and not found and not any(one.figure for one in findings):
        written = f"{len(judged)} claim(s) of the text are written"
        message = f"{len(pages)} page(s) of text and no table or chart that could be read; {written}"
        findings.append(finding(NOTHING_READ, message))
    observations, raised = check(observations, catalogue, findings, judged, passages, pages)
    observations, findings = accept([*findings, *raised], observations, decisions)

    _say(observations, judged, numbers, findings)

    def tidy(rows: list[Placed], table: Table) -> list[Placed]:
        return sorted(as_shown(rows, sheets), key=lambda row: sort_key(table.key, row))

    return Extraction(
        study=study.id,
        edition=edition,
        source_sha256=document.sha256,
        pages=len(pages),
        observations=tidy([o.row() for o in (*observations, *missing)], OBSERVATIONS),
        findings=tidy([f.row(study.id, edition) for f in findings], FINDINGS),
        claims=tidy(claim_rows(judged, study.id, edition), CLAIMS),
        numbers=tidy(numbers, NUMBERS),
        blocks=[{"page": b.page, "kind": b.kind, "text": b.text} for b in text.blocks],
    )


def _say(
    observations: Sequence[Observation],
    judged: Sequence[Judged],
    numbers: Sequence[NumberRow],
    findings: Sequence[Finding],
) -> None:
    """What the stages after reading made, in numbers."""
    LOG.info("%d observations", len(observations))
    LOG.info("claims: %s", _counted(one.verdict for one in judged))
    LOG.info("numbers: %s", _counted(row["went"] for row in numbers))
    LOG.info("findings: %s", _counted(f"{one.origin} {one.severity}" for one in findings))
    for one in findings:
        LOG.debug("%s, page %s, figure %s: %s", one.code, one.page, one.figure, one.message)


def _counted(names: Iterable[str]) -> str:
    return ", ".join(f"{n} {name}" for name, n in Counter(names).most_common()) or "none"


def ledger_places(observations: Sequence[Observation], parts: Sequence[Part]) -> list[TokenPlace]:
    """Where the published numbers stand, also where a chart repeats them, and where the exhibits' labels do."""
    from pipeline.checks.ledger import TokenPlace, label_places

    places = [
        TokenPlace(
            one.source.entry.page,
            one.source.entry.box,
            "observation",
            o.observation_id,
            one.source.entry.printed,
        )
        for o in observations
        for one in (o, *o.repeated)
    ]
    return places + label_places(parts)


def drawn_places(drawn: Sequence[Drawn]) -> list[TokenPlace]:
    """The ground that stewards excluded, whose numbers are no data, and that of which they typed the table."""
    from pipeline.checks.ledger import TokenPlace

    typed = [TokenPlace(one.page, one.place, "typed by a steward") for one in drawn if one.table]
    return typed + [TokenPlace(one.page, one.place, "excluded by a steward") for one in drawn if one.exclude]
