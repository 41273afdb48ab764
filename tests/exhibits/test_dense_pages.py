"""A page of thousands of values costs work in proportion to them, from its words to its checks."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest

from pipeline.catalogue.model import bare_catalogue
from pipeline.checks.edition import extract
from tests.paper import Sheet, document, save

COLUMNS = 12


def dense(rows: int) -> Sheet:
    sheet = Sheet()
    for i in range(-1, rows):
        y = 50 + 6 * i
        sheet.text(30, y, f"Place {i + 1}" if i >= 0 else "Year", 4.5)
        for j in range(COLUMNS):
            text = str(2001 + j) if i < 0 else str(100 + (37 * i + 11 * j) % 900)
            sheet.text(100 + 35 * j, y, text, 4.5)
    return sheet


def work(sheet: Sheet, folder: Path) -> tuple[int, int]:
    """Values that the page gives, and calls of functions that they took."""
    calls, pdf = 0, save(document([sheet]), folder / "2024.pdf")

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        found = extract(pdf, bare_catalogue(), "2024")
    finally:
        sys.setprofile(None)
    return len(found.observations), calls


def test_the_work_of_a_dense_page_grows_with_its_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.exhibits.tables.other_finders.MOST_WORDS", 0)  # as on a page of thousands
    work(dense(20), tmp_path)  # imports and caches
    few, calls = work(dense(60), tmp_path)
    many, more = work(dense(120), tmp_path)
    assert (few, many) == (60 * COLUMNS, 120 * COLUMNS)
    assert more < 2.3 * calls
