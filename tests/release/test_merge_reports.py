"""Two real reports of one study that print a wave in common, merged from values read by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from pipeline.catalogue.matching import match_option, match_question
from pipeline.catalogue.model import load_catalogue
from tests.merged import MergeResult, merge

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def merged(shared: Path) -> MergeResult:
    return merge(load_catalogue(ROOT / "schemas/rust-survey"), [rows(shared, "2023"), rows(shared, "2024")])


def rows(shared: Path, edition: str) -> list[dict[str, object]]:
    """Hand-read values, mapped by the catalogue. Values whose label nobody could read are left out."""
    catalogue = load_catalogue(ROOT / "schemas/rust-survey")
    with (shared / f"truth/rust-survey/{edition}.csv").open(encoding="utf-8", newline="") as file:
        truth = [row for row in csv.DictReader(file) if row["category"]]
    out: list[dict[str, object]] = []
    for number, row in enumerate(truth):
        here = [r["category"] for r in truth if r["page"] == row["page"]]
        question = catalogue.by_id[match_question(row["question"], catalogue, options=here).id or "?"]
        category = match_option(row["category"], question.categories)
        assert category.certain, (question.id, row["category"])
        out.append(
            {
                "study": "rust-survey",
                "edition": edition,
                "observation_id": f"rust-survey/{edition}/{number}",
                "page": int(row["page"]),
                "figure": f"p{row['page']}-1",
                "question_id": question.id,
                "question": row["question"],
                "kind": row["kind"] or "unknown",
                "group": "all",
                "wave": row["wave"],
                "item_id": match_option(row["item"], question.items).id if row["item"] else None,
                "item": row["item"] or None,
                "category_id": category.id,
                "category": row["category"],
                "value": float(row["value"]),
                "value_printed": f"{row['value']}%",
                "unit": "percent",
                "method": "chart",
                "readers": "chart",
                "confidence": 0.9,
                "flags": [],
                "source_sha256": "0" * 64,
            }
        )
    return out


def test_common_waves_line_up_and_only_what_differs_is_a_revision(shared: Path, merged: MergeResult) -> None:
    with (shared / "truth/rust-survey/overlaps.csv").open(encoding="utf-8", newline="") as file:
        overlaps = list(csv.DictReader(file))
    both = [o for o in overlaps if o["value_a"] and o["value_b"]]
    revisions = merged.longitudinal[merged.longitudinal.revision.notna()]
    assert len(revisions) == len(both)
    differ = {(o["value_a"], o["value_b"]) for o in both if o["status"] == "DIFFER"}
    found = merged.findings[merged.findings.code == "source-revision"]
    assert set(zip(found.expected, found.found, strict=True)) == differ


def test_every_row_of_the_overlaps_is_reproduced(shared: Path, merged: MergeResult) -> None:
    later = merged.longitudinal[merged.longitudinal.vintage == "2024"]
    with (shared / "truth/rust-survey/overlaps.csv").open(encoding="utf-8", newline="") as file:
        overlaps = list(csv.DictReader(file))
    assert overlaps
    for row in overlaps:
        page, label = later.page == int(row["page_b"]), later.category == row["category_b"]
        (found,) = later[page & label & (later.wave == row["wave"])].to_dict("records")
        assert found["value"] == float(row["value_b"]), row
        if row["value_a"]:
            assert found["revision"] == pytest.approx(float(row["value_b"]) - float(row["value_a"])), row
        else:
            assert pd.isna(found["revision"]), row


def test_other_shrank_because_an_option_was_split_out(merged: MergeResult) -> None:
    changed = merged.findings[merged.findings.code == "source-options-changed"].message
    assert any("technology-domain changed: new: automotive" in message for message in changed)


def test_breaks_are_changes_of_words_or_options(merged: MergeResult) -> None:
    breaks = merged.findings[merged.findings.code == "source-break"]
    assert not any("stablity" in message for message in breaks.message)
    assert any("organisation" in message and "company" in message for message in breaks.message)
    # 2024 offers one more answer
    assert any("yes-few-times" in message for message in breaks.message)
