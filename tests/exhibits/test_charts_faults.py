"""Faults planted in a chart of a PDF, whole way: what the report prints wrong, and what it does not print, is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.catalogue.model import bare_catalogue
from pipeline.checks.edition import Extraction, extract
from tests.paper import Sheet, document, save

SHARES = {"By bicycle": 52.0, "By train": 31.0, "On foot": 17.0, "By boat": 44.0}
GREEN = (0.2, 0.5, 0.3)


def extraction(folder: Path, printed: dict[str, str], axis: bool = False) -> Extraction:
    """One page with horizontal bars; `printed` changes what stands beside some of them ("" for nothing)."""
    sheet = Sheet().text(60, 60, "How did you travel to work?", 14)
    for i, (category, share) in enumerate(SHARES.items()):
        y = 100 + 30 * i
        sheet.text(60, y + 13, category, 9)
        sheet.fill(150, y, 5 * share, 18, GREEN)
        label = printed.get(category, f"{share:.0f}%")
        if label:
            sheet.text(155 + 5 * share, y + 13, label, 9)
    if axis:
        for tick in range(0, 61, 10):
            sheet.text(146 + 5 * tick, 232, f"{tick}%", 7)
    return extract(save(document([sheet]), folder / "2024.pdf"), bare_catalogue(), "2024")


def told(made: Extraction, code: str) -> list[tuple[object, object]]:
    return [(f["observation_id"], f["message"]) for f in made.findings if f["code"] == code]


def flags(made: Extraction) -> dict[object, object]:
    return {o["category"]: o["flags"] for o in made.observations}


def test_a_chart_without_faults_has_no_finding(tmp_path: Path) -> None:
    made = extraction(tmp_path, {})
    assert {o["category"]: o["value"] for o in made.observations} == SHARES
    assert not any(flags(made).values())
    assert not made.findings


@pytest.mark.parametrize("wrong", ["25%", "48%", "57%"])
def test_a_printed_number_that_its_bar_contradicts_is_a_finding_with_both(tmp_path: Path, wrong: str) -> None:
    made = extraction(tmp_path, {"By bicycle": wrong})
    one = next(o for o in made.observations if o["category"] == "By bicycle")
    assert (one["value_printed"], one["flags"]) == (wrong, ["extraction-label-geometry"])
    [(place, message)] = told(made, "extraction-label-geometry")
    assert place == one["observation_id"]
    assert wrong in str(message)
    assert "52" in str(message)
    assert sum(bool(some) for some in flags(made).values()) == 1


def test_a_bar_without_number_is_measured_and_says_so(tmp_path: Path) -> None:
    made = extraction(tmp_path, {"On foot": ""})
    one = next(o for o in made.observations if o["category"] == "On foot")
    assert one["value"] == pytest.approx(17, abs=0.3)
    assert (one["value_printed"], one["flags"]) == (None, ["extraction-measured"])
    [(place, message)] = told(made, "extraction-measured")
    assert place == one["observation_id"]
    assert "17" in str(message)


def test_bars_without_any_number_are_measured_on_an_axis_that_its_ticks_prove(tmp_path: Path) -> None:
    made = extraction(tmp_path, dict.fromkeys(SHARES, ""), axis=True)
    measured = {str(o["category"]): o["value"] for o in made.observations}
    assert measured == pytest.approx(SHARES, abs=0.6)
    assert not any(flags(made).values())
    assert all(o["value_printed"] is None for o in made.observations)
