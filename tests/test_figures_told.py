"""Figures that the pages tell are those of their records, and a cheap one is reached again."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks import design_peers as peers
from benchmarks import design_scores as designs
from benchmarks.generalise import believed
from tests.conftest import CHECKOUT
from tests.truth_score import read_truth

CHEAP = "b4-barometre-ville"
"""A design that is read in seconds."""
FIGURE = re.compile(r"[.,]\d{2,3}\b|\d(?:\.\d+)?\s?(?:%| s\b| MB| ms)|× pdfplumber")
COMMAND = re.compile(r"benchmarks[./]|\.ci/|python -m (?:benchmarks|training)|editions check|make [a-z]+|tests/truth/")


@pytest.mark.parametrize("page", designs.PAGES, ids=lambda page: page.parent.name)
def test_the_table_of_designs_is_that_of_its_record(page: Path) -> None:
    assert designs.told(page) == designs.table(designs.recorded()), "run: python -m benchmarks.design_scores --write"


def test_every_design_is_recorded_with_what_its_truth_owes() -> None:
    owed = {
        truth.stem: sum(row["optional"] != "yes" for row in read_truth(truth))
        for truth in designs.SCORES.parent.glob("[a-z][0-9]-*.csv")
    }
    assert {row["name"]: int(row["owed"]) for row in designs.recorded()} == owed


def test_what_is_scored_anew_is_now_and_what_was_now_is_before() -> None:
    [row] = [row for row in designs.recorded() if row["name"] == CHEAP]
    scored = f"{CHEAP} 0.9 {row['owed']} 99 0 15 0 0 0 7 0 0 0"
    assert designs.updated([row], ["family recall", scored]) == [
        row | {"before": row["now"], "now": "99", "silent_now": "7"}
    ]
    assert designs.updated([row], ["other 0.9 120 99 0 15 0 0 0 7 0 0 0"]) == [row]


def test_a_figure_of_the_record_is_reached_again(shared: Path, script: list[str], tmp_path: Path) -> None:
    bench = [sys.executable, str(shared / "bench" / "score_corpus.py")]
    common = ["--corpus", str(designs.SCORES.with_name("corpus.csv")), "--out", str(tmp_path), "--only", CHEAP]
    editions = tmp_path / "editions"
    editions.write_text(f'#!/bin/sh\nexec {shlex.join(script)} "$@"\n')
    editions.chmod(0o755)
    subprocess.run([*bench, "run", *common, "--editions", str(editions), "--cwd", str(CHECKOUT)], check=True)
    scored = subprocess.run([*bench, "score", *common], capture_output=True, text=True, check=True).stdout
    [record] = [row for row in designs.recorded() if row["name"] == CHEAP]
    [now] = designs.updated([record], scored.splitlines())
    assert int(now["now"]) >= int(record["now"]), "values are no longer right"
    assert int(now["silent_now"]) <= int(record["silent_now"]), "errors that nothing doubts"


def test_a_value_is_found_by_another_reader_where_its_row_or_column_names_it() -> None:
    texts = {(0, 1): "2023", (1, 0): "Indus-\ntry", (1, 1): "1.471", (2, 0): "Trade", (2, 1): "−8,50 %"}
    table = {"page": 2, "cells": [{"row": row, "col": col, "text": text} for (row, col), text in texts.items()]}
    truth = [
        {"page": "2", "category": category, "item": item, "value": value}
        for category, item, value in (
            ("Industry", "", "1471"),
            ("", "trade", "-8.5"),
            ("2023", "Firms", "1471"),
            ("Trade", "", "1471"),
            ("Trade", "", "8.55"),
        )
    ]
    assert [peers.found([row], [table]) for row in truth] == [1, 1, 1, 0, 0]
    assert peers.found([truth[0] | {"page": "3"}], [table]) == 0


def test_scores_of_grids_are_told_by_tenths() -> None:
    assert believed([(0.04, 0.0), (0.06, 1.0), (1.0, 1.0)], [(0.95, 0.5)])[2::9] == [
        "| 0.0 – 0.1 | 2 | 0.50 | 0 |  |",
        "| 0.9 – 1.0 | 1 | 1.00 | 1 | 0.50 |",
    ]


def test_the_figures_of_the_gate_stand_in_the_readme() -> None:
    """The share of values that are read right on all families is told no better than the gate records of its set."""
    record = yaml.safe_load((CHECKOUT / "tests/truth/corpus.yml").read_text("utf-8"))["quick"]
    [all_families] = re.findall(
        r"\| all \d+ families \| \.\d+ \| (\.\d+) \|", (CHECKOUT / "README.md").read_text("utf-8")
    )
    assert float(all_families) <= record["mean_family"] + 0.005


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{p.name}" for p in sorted((CHECKOUT / "docs").glob("*.md")))])
def test_measured_figures_name_the_command_that_prints_them(page: str) -> None:
    """Each section that holds a table with measured figures names a command, itself or in the text over all of them."""
    head, *sections = re.split(r"^## ", (CHECKOUT / page).read_text("utf-8"), flags=re.MULTILINE)
    unnamed = [
        section.splitlines()[0]
        for section in sections
        if any(len(FIGURE.findall(line)) > 1 for line in section.splitlines() if line.startswith("|"))
        and not COMMAND.search(section)
        and not COMMAND.search(head)
    ]
    assert not unnamed
