"""From PDF to longitudinal table: both histories typeset, every edition in another layout, extracted and merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.checks.edition import Extraction, extract
from pipeline.core.contract import Row
from tests import report_html, report_typst
from tests.browser import chromium
from tests.histories import ENERGY, LEARNING
from tests.history import History
from tests.merged import MergeResult, merge
from tests.release.test_merge import planted

STUDIES = [
    LEARNING.study.id,
    pytest.param(ENERGY.study.id, marks=pytest.mark.browser),
]


@pytest.fixture(scope="module", params=STUDIES)
def extracted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[History, list[Extraction]]:
    folder: Path = tmp_path_factory.mktemp("reports")
    history = LEARNING if request.param == LEARNING.study.id else ENERGY
    found = []
    for edition, report in _reports(history):
        pdf = folder / f"{edition}.pdf"
        pdf.write_bytes(report)
        found.append(extract(pdf, history.catalogue(), edition))
    return history, found


def _reports(history: History) -> Iterator[tuple[str, bytes]]:
    if history is LEARNING:
        yield from ((edition, report_typst.report(history, edition)) for edition in history.editions)
        return
    with chromium() as browser:
        yield from ((edition, report_html.report(history, edition, browser)) for edition in history.editions)


def _doubted(row: Row) -> bool:
    flags = row["flags"]
    assert isinstance(flags, list)
    return any(not flag.startswith("source-") for flag in flags)


def _key(row: Row) -> tuple[object, ...]:
    """Ids, or what is printed where nothing is mapped."""
    named = (row[f"{what}_id"] or row[what] for what in ("question", "item", "category"))
    return (*named, row["group"], row["wave"])


def _is_mapped(row: Row) -> bool:
    unmapped = any(row[what] is not None and row[f"{what}_id"] is None for what in ("item", "category"))
    return row["question_id"] is not None and row["group"] is not None and not unmapped


def _merged(history: History, editions: list[Extraction]) -> MergeResult:
    return merge(history.catalogue(), [e.observations for e in editions])


def test_every_mapping_is_right_or_left_open_with_a_finding(extracted: tuple[History, list[Extraction]]) -> None:
    history, editions = extracted
    for extraction in editions:
        truth = {_key(row): row for row in history.rows(extraction.edition)}
        for row in extraction.observations:
            true = truth.get(_key(row))
            right = true is not None and true["value"] == row["value"]
            assert right if _is_mapped(row) else _doubted(row), (extraction.edition, row)


def test_next_to_nothing_is_lost_or_doubted(extracted: tuple[History, list[Extraction]]) -> None:
    history, editions = extracted
    wanted = sum(len(history.rows(edition)) for edition in history.editions)
    mappable = [r for e in history.editions for r in history.rows(e) if not _doubted(r)]
    rows = [row for extraction in editions for row in extraction.observations]
    assert len(rows) >= 0.97 * wanted
    assert sum(not _doubted(row) for row in rows) >= 0.95 * len(mappable)


def test_everything_planted_is_found_and_nothing_else(extracted: tuple[History, list[Extraction]]) -> None:
    history, editions = extracted
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set, planted(_merged(history, editions)))
    assert dict(found) == history.planted
