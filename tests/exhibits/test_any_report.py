"""Any PDF without a catalogue: every shared report goes through `tables` and `extract`, whatever is in it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.conftest import Editions

QUICK = ("icdar2013/eu/eu-002.pdf",)
"""A small report with ruled and half-ruled tables; the slow test takes all."""


def through(report: Path, editions: Editions, tmp_path: Path) -> tuple[list[dict[str, object]], list[dict[str, str]]]:
    """The report's tables, and its observations without a study."""
    listed = editions("tables", report, "--format", "json", timeout=900)
    assert listed.code in (0, 1), (report.name, listed.err)  # 1 tells of columns of numbers that no table holds
    out = tmp_path / report.stem
    done = editions("extract", report, "--out", out, timeout=900)
    assert done.code in (0, 1) or (listed.code == 1 and "no text layer" in done.err), (report.name, done.err)
    assert "Traceback" not in done.err
    if done.code == 2:
        return [], []
    with (out / "observations.csv").open(encoding="utf-8", newline="") as file:
        return json.loads(listed.out)["tables"], list(csv.DictReader(file))


@pytest.mark.parametrize("name", QUICK)
def test_the_printed_tables_of_a_report_without_a_study(
    name: str, shared: Path, editions: Editions, tmp_path: Path
) -> None:
    tables, observations = through(shared / "reports" / name, editions, tmp_path)
    assert tables
    printed = [row for row in observations if row["method"] == "table"]
    assert printed
    assert all(row["category"] and row["value_printed"] and not row["question_id"] for row in printed)


@pytest.mark.slow
def test_every_shared_report_goes_through(shared: Path, editions: Editions, tmp_path: Path) -> None:
    reports = sorted((shared / "reports").rglob("*.pdf"))
    assert reports
    read = [through(report, editions, tmp_path) for report in reports]
    with_tables = [observations for tables, observations in read if tables]
    assert sum(bool(observations) for observations in with_tables) > len(with_tables) / 2
