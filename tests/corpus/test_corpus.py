"""The readers on pages of our own making, by engines of all kinds: what is recorded holds, in a clone without anything
beside it.

The record is tests/corpus/scores.yml. Raise it when an extraction gets better; where it has to fall, say why beside it.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
import yaml

from pipeline.catalogue.model import bare_catalogue
from pipeline.run.extraction import Request, extract_guarded
from tests.edition_tables import read_tables
from tests.truth_score import Score, read_truth, score

HERE = Path(__file__).resolve().parent
PAGES = sorted(path.stem for path in (HERE / "pages").glob("*.pdf"))
RECORD = yaml.safe_load((HERE / "scores.yml").read_text("utf-8"))
ENGINES = 8
"""At least so many ways to set a page."""


@pytest.mark.parametrize("name", PAGES)
def test_what_was_read_right_is_read_right(name: str, tmp_path: Path) -> None:
    edition = name.rpartition("-")[2]
    extract_guarded(Request(HERE / "pages" / f"{name}.pdf", bare_catalogue(), edition, allow_empty=True), tmp_path)
    found = read_tables(tmp_path)
    now = score(read_truth(HERE / "truth" / f"{name}.csv"), found["observations"], found["findings"])
    record = RECORD[name]
    assert now.owed == record["owed"], "the truth changed: record its score anew"
    assert now.right >= record["right"], f"{record['right'] - now.right} values are no longer right"
    assert now.silent <= record["silent"], f"{now.silent} errors that nothing doubts"
    assert now.question >= record["question"], f"{record['question'] - now.question} values lost their question"
    assert now.doubts <= record["doubts"], f"{now.doubts} right values are doubted"
    if (now.right, now.question, -now.silent) > (record["right"], record["question"], -record["silent"]):
        warnings.warn(f"{name} reached {now}: raise the record in tests/corpus/scores.yml", stacklevel=1)


def test_every_page_has_its_truth_and_its_record() -> None:
    truth = {path.stem for path in (HERE / "truth").glob("*.csv")}
    assert set(PAGES) == truth == set(RECORD)
    assert len(PAGES) >= ENGINES


def test_a_value_that_is_lost_is_seen() -> None:
    """The scorer tells a page that lost one value, and one that names it wrongly, from the whole."""
    rows = read_truth(HERE / "truth" / f"{PAGES[0]}.csv")
    labels = {"item_id": None, "figure": "p1-1", "flags": []}
    found = [{**row, **labels, "value": float(row["value"])} for row in rows]
    whole = score(rows, found, [])
    assert whole == Score(len(rows), len(rows), 0, len(rows))
    assert score(rows, found[1:], []) == Score(len(rows), len(rows) - 1, 1, len(rows) - 1)
    assert score(rows, [{**found[0], "category": "Other", "item": "Other"}, *found[1:]], []).silent == 1
    assert score(rows, [{**found[0], "question": "Other"}, *found[1:]], []).question == len(rows) - 1
