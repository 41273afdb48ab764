"""From PDF to longitudinal table: the synthetic history typeset in six layouts, extracted and merged."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from facsimile import render
from pipeline.edition import Extraction, extract
from pipeline.merge import merge
from tests import history
from tests.test_merge import planted


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Extraction]:
    folder: Path = tmp_path_factory.mktemp("reports")
    catalogue = history.catalogue()
    found = {}
    for edition in history.EDITIONS:
        pdf = folder / f"{edition}.pdf"
        pdf.write_bytes(render(history.content(edition), history.style(edition)))
        found[edition] = extract(pdf, catalogue, edition)
    return found


def _doubted(row: dict[str, object]) -> bool:
    flags = row["flags"]
    assert isinstance(flags, list)
    return any(not flag.startswith("source-") for flag in flags)


def test_no_value_is_mapped_wrongly_in_silence(extracted: dict[str, Extraction]) -> None:
    for edition, extraction in extracted.items():
        truth = {(r["question_id"], r["category_id"], r["group"], r["wave"]): r["value"] for r in history.rows(edition)}
        for row in extraction.observations:
            key = (row["question_id"], row["category_id"], row["group"], row["wave"])
            assert _doubted(row) or truth.get(key) == row["value"], (edition, row)


def test_everything_planted_is_found(extracted: dict[str, Extraction]) -> None:
    """False alarms may only come from editions whose extraction says itself that it is in doubt."""
    result = merge(history.catalogue(), [e.observations for e in extracted.values()])
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set, planted(result))
    doubted = {name for name, e in extracted.items() if any(map(_doubted, e.observations))}
    for code, events in history.PLANTED.items():
        assert events <= found[code], code
    false = {event for code, events in found.items() for event in events - history.PLANTED.get(code, set())}
    after = {later for name in doubted for later in history.EDITIONS if later >= name}
    assert {event[0] for event in false} <= after
