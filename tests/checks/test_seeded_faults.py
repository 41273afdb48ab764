"""What the checks notice of faults that are seeded into a right extraction, without knowing the truth.

Every fault is made as if all readers had made it alike, which is the hardest case: into the hand-read edition, where it
is told apart what rules and positions see and what only the words of the page do, and (slow) into a real one, with all
that the program knows of it: text, claims, ledger, marks. There the preferred reader also errs alone, before the
readers are reconciled. The rate of each kind is printed, and docs/checks.md holds the table.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from random import Random

import pytest

from pipeline.catalogue.model import Catalogue, load_catalogue
from pipeline.checks.checking import check
from pipeline.checks.claims.reading_claims import Prose
from pipeline.checks.edition import ledger_places
from pipeline.checks.ledger import account
from pipeline.core.findings import Finding
from pipeline.exhibits.reading import Part
from pipeline.layout.text import read_text
from pipeline.observations.observe import observe
from pipeline.pages.page import Page
from tests.conftest import CHECKOUT
from tests.factory import hand_read, page_of
from tests.faults import FAULTS, Fault, exchange_groups
from tests.seeded_edition import Edition, Seed, everyone, one_reader

SEEDED = 60
"""Faults of each kind: a rate of 95 % is known to ± 3 points."""
OWED = 0.95
CHANGED = 0.05
"""Difference from the recorded rate from which the record is out of date."""
RECORDED = CHECKOUT / "tests" / "truth" / "seeded.csv"
with RECORDED.open(encoding="utf-8", newline="") as file:
    RECORD = {row["fault"]: row for row in csv.DictReader(file)}
BY_RULES, WITH_PAGE, IN_FULL, ALONE = (
    "rules and positions", "with the page's words", "a real edition", "one reader alone"
)  # fmt: skip
"""Columns of the record: shares noticed."""
EVIDENCE_BOUND = ("labels swapped", "groups exchanged", "row repeated")
"""Kinds for which as much is owed as the evidence allows, not OWED."""


def recorded(kind: str, column: str) -> float:
    return float(RECORD[kind][column].rstrip("%")) / 100


@cache
def catalogue() -> Catalogue:
    return load_catalogue(CHECKOUT / "schemas" / "ld-trends")


@cache
def exhibits() -> tuple[tuple[Part, ...], tuple[Page, ...]]:
    """Every exhibit of the hand-read edition, and the pages that print them."""
    parts = tuple(hand_read(CHECKOUT / "tests" / "truth" / "ld-trends" / "2022.csv"))
    return parts, tuple(page_of(parts))


def noticed(parts: Sequence[Part], pages: Sequence[Page]) -> Counter[tuple[str, str | None]]:
    """Code and figure of all findings of an extraction. Without pages there is no ledger either."""
    observations, findings = observe(parts, catalogue(), "2022", "0" * 64)
    if pages:
        findings += account(
            pages, read_text(list(pages)), Prose((), ()), ledger_places(observations, parts), "ld-trends", "2022"
        )[1]
    findings += check(observations, catalogue(), findings, pages=pages)[1]
    return Counter((f.code, _figure(f)) for f in findings)


def _figure(found: Finding) -> str | None:
    return found.figure or (str(found.page) if found.page else None)


@dataclass(frozen=True)
class Rate:
    seeded: int
    by_rules: int
    with_page: int

    def __str__(self) -> str:
        return (
            f"rules and positions {self.by_rules / self.seeded:.0%}, with the page {self.with_page / self.seeded:.0%}"
        )


def rate(fault: Fault, seed: int = 1) -> Rate:
    parts, pages = exhibits()
    random, seeded, by_rules, with_page = Random(seed), 0, 0, 0
    for _ in range(20 * SEEDED):
        place = random.randrange(len(parts))
        wrong = fault(parts[place], random)
        if wrong is None or wrong == parts[place]:
            continue
        here = [page for page in pages if page.number == parts[place].page]
        by_rules += bool(noticed([wrong], ()) - noticed([parts[place]], ()))
        with_page += bool(noticed([wrong], here) - noticed([parts[place]], here))
        seeded += 1
        if seeded == SEEDED:
            break
    return Rate(seeded, by_rules, with_page)


def kinds() -> dict[str, Fault]:
    names = [group.names for group in catalogue().study.groups]
    return FAULTS | {"groups exchanged": partial(exchange_groups, names=names)}


@pytest.mark.parametrize("kind", kinds())
def test_seeded_faults_are_noticed(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    reached = rate(kinds()[kind])
    with capsys.disabled():
        sys.stdout.write(f"\n{kind:17} seeded {reached.seeded}, noticed by {reached}")
    assert reached.seeded == SEEDED
    assert reached.with_page >= OWED * SEEDED
    measured = {BY_RULES: reached.by_rules / SEEDED, WITH_PAGE: reached.with_page / SEEDED}
    near = all(abs(recorded(kind, column) - share) <= CHANGED for column, share in measured.items())
    assert near, f"{kind}: now {reached}; record it in {RECORDED.name} and write docs/checks.md anew"


@pytest.fixture(scope="module")
def real_edition(shared: Path) -> Edition:
    return Edition.read(shared / "reports" / "ld-trends" / "2022-a.pdf", catalogue(), "2022")


@pytest.mark.slow
@pytest.mark.parametrize(("column", "seed"), [(IN_FULL, everyone), (ALONE, one_reader)])
@pytest.mark.parametrize("kind", kinds())
def test_faults_in_a_real_edition_are_doubted(
    kind: str, column: str, seed: Seed, real_edition: Edition, capsys: pytest.CaptureFixture[str]
) -> None:
    """Noticed is what raises a finding of origin extraction or catalogue: to blame the report would be wrong."""
    random, noticed = Random(1), []
    for _ in range(40 * SEEDED):
        found = seed(real_edition, random.choice(real_edition.parts), kinds()[kind], random)
        if found is not None:
            noticed.append(any(not code.startswith("source-") for code in found))
        if len(noticed) == SEEDED:
            break
    with capsys.disabled():
        sys.stdout.write(f"\n{kind:17} {column}: {sum(noticed)} of {len(noticed)} noticed")
    if len(noticed) < SEEDED:
        pytest.skip(f"{len(noticed)} occasions for {kind}, {SEEDED} are needed: runs on an edition with more of them")
    assert sum(noticed) / SEEDED >= recorded(kind, column) - 1 / SEEDED - CHANGED


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind not in EVIDENCE_BOUND])
def test_what_is_owed_is_recorded(kind: str) -> None:
    assert recorded(kind, WITH_PAGE) >= OWED


def test_a_right_extraction_is_not_doubted() -> None:
    parts, pages = exhibits()
    assert not [key for key in noticed(parts, pages) if not key[0].startswith("source-")]
