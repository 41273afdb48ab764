"""Truth gates: values read by hand hold whatever a baseline says, and a recorded score only rises.

The record is tests/truth/scores.yml. Raise it when an extraction gets better; where it has to fall, say why beside it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from pipeline.catalogue.project import Project
from pipeline.catalogue.yaml_reading import read_yaml
from pipeline.cli.table_listing import list_tables
from pipeline.core.processes import no_progress
from pipeline.run.build import extract_editions
from pipeline.run.extraction import Request, extract_guarded
from tests.conftest import CHECKOUT
from tests.edition_tables import read_tables
from tests.truth_score import Score, alike, read_truth, score

TRUTH = CHECKOUT / "tests" / "truth"
GATE = CHECKOUT / ".ci" / "truth_gate.py"
RECORD = read_yaml(TRUTH / "scores.yml")
REGISTERED = sorted(p.relative_to(TRUTH).with_suffix("").as_posix() for p in TRUTH.glob("*/*.csv"))
TABLES = sorted(name for name, record in RECORD.items() if "f1" in record)
BESIDE = sorted(set(RECORD) - set(REGISTERED) - set(TABLES))
"""Sets whose report and truth are kept beside the checkout."""


def reached(truth: Path, tables: Path) -> Score:
    found = read_tables(tables)
    return score(read_truth(truth), found["observations"], found["findings"])


def compare(name: str, now: Score) -> None:
    record = RECORD[name]
    assert now.owed == record["owed"], "the truth changed: record its score anew"
    assert now.right >= record["right"], f"{record['right'] - now.right} values are no longer right"
    assert now.silent <= record["silent"], f"{now.silent} errors that nothing doubts"
    if (now.right, -now.silent) > (record["right"], -record["silent"]):
        warnings.warn(f"{name} reached {now}: raise the record in tests/truth/scores.yml", stacklevel=1)


@pytest.mark.parametrize("name", REGISTERED)
def test_hand_read_values_hold(name: str) -> None:
    """What the cache holds was made by this very code from this very file, and is taken from there."""
    project = Project.at(CHECKOUT)
    [built] = extract_editions(project, [project.edition(name)], 1)
    assert built.failure is None
    compare(name, reached(TRUTH / f"{name}.csv", built.folder))


@pytest.mark.slow
@pytest.mark.parametrize("name", BESIDE)
def test_hand_read_values_of_other_reports_hold(name: str, shared: Path, tmp_path: Path) -> None:
    study, _, report = name.partition("/")
    catalogue = Project.at(CHECKOUT).catalogue(study)
    pdf = shared / "reports" / f"{name}.pdf"
    extract_guarded(Request(pdf, catalogue, report.partition("-")[0]), tmp_path)
    compare(name, reached(shared / "truth" / f"{name}.csv", tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_tables_of_a_competition_hold(name: str, shared: Path, tmp_path: Path) -> None:
    """Mean F1 over its documents, by the competition's measure."""
    scorer = shared / "bench" / f"{name.partition('/')[0]}.py"
    documents = sorted((shared / "reports" / name).glob("*.pdf"))
    for pdf in documents:
        text, _ = list_tables(pdf, None, "json", "", {}, no_progress)
        (tmp_path / f"{pdf.stem}.json").write_text(text, encoding="utf-8")
    command = [sys.executable, str(scorer), "score", "--truth", str(shared / "reports" / name), "--pred", str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    summary = next(iter(json.loads(said.splitlines()[-1])["summary"].values()))
    assert summary["f1"] >= RECORD[name]["f1"]
    if summary["f1"] > RECORD[name]["f1"]:
        warnings.warn(f"{name} reached {summary['f1']}: raise the record in tests/truth/scores.yml", stacklevel=1)


def test_every_set_has_a_record() -> None:
    assert set(REGISTERED) <= set(RECORD)


def test_a_score_below_the_record_does_not_pass() -> None:
    record = RECORD[REGISTERED[0]]
    worse = Score(record["owed"], record["right"] - 1, record["silent"])
    with pytest.raises(AssertionError, match="1 values are no longer right"):
        compare(REGISTERED[0], worse)
    with pytest.raises(AssertionError, match="errors that nothing doubts"):
        compare(REGISTERED[0], Score(record["owed"], record["right"], record["silent"] + 1))


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Steward", "-c", "user.email=steward@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a record, a hand-read set and a baseline, committed."""
    files = {
        "tests/truth/scores.yml": "a/1: {owed: 9, right: 8, silent: 1}\nt: {f1: 0.9}\n",
        "tests/truth/a/1.csv": "figure,value\n",
        "extracted/a/1/observations.csv": "observation_id\n",
    }
    git(tmp_path, "init", "-q", "-b", "main")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path


COMMITS = {
    "truth alone": ({"tests/truth/a/1.csv": "figure,value\n1,2\n"}, ""),
    "truth and a baseline": (
        {"tests/truth/a/1.csv": "x\n", "extracted/a/1/observations.csv": "x\n"},
        "tests/truth/a/1.csv and extracted/a/1/observations.csv change together",
    ),
    "a score rises with a baseline": (
        {
            "tests/truth/scores.yml": "a/1: {owed: 9, right: 9, silent: 0}\nt: {f1: 0.95}\n",
            "extracted/a/1/observations.csv": "x\n",
        },
        "",
    ),
    "a score falls": (
        {"tests/truth/scores.yml": "a/1: {owed: 9, right: 7, silent: 2}\nt: {f1: 0.9}\n"},
        "a/1: right from 8 to 7, silent from 1 to 2",
    ),
    "a score falls for a reason": (
        {"tests/truth/scores.yml": "a/1: {owed: 9, right: 7, silent: 1, reason: a value was misread}\nt: {f1: 0.9}\n"},
        "",
    ),
    "a score of tables falls": (
        {"tests/truth/scores.yml": "a/1: {owed: 9, right: 8, silent: 1}\nt: {f1: 0.8}\n"},
        "t: f1 from 0.9 to 0.8",
    ),
    "a score goes": (
        {"tests/truth/scores.yml": "a/1: {owed: 9, right: 8, silent: 1}\n"},
        "the score of t is gone",
    ),
}


@pytest.mark.parametrize("case", COMMITS)
@pytest.mark.parametrize("staged", [True, False], ids=["staged", "committed"])
def test_the_hook_keeps_truth_apart_and_scores_up(case: str, staged: bool, repository: Path) -> None:
    files, words = COMMITS[case]
    for name, text in files.items():
        (repository / name).write_text(text)
    git(repository, "add", "-A")
    if not staged:
        git(repository, "commit", "-q", "-m", case)
    since = [] if staged else ["--since", "HEAD^"]
    done = subprocess.run([sys.executable, str(GATE), *since], cwd=repository, capture_output=True, text=True)
    assert (done.returncode, words in done.stderr) == (1 if words else 0, True), done.stderr


def row(**more: object) -> dict[str, object]:
    labels = {"figure": "1", "category": "By train", "item": None, "item_id": None, "group": "all", "wave": "2024"}
    return {**labels, "value": 31.0, "unit": "percent", "flags": [], **more}


WANTED = {
    "figure": "1",
    "category": "By train",
    "item": "",
    "group": "",
    "wave": "2024",
    "value": "31",
    "unit": "percent",
}


@pytest.mark.parametrize(
    ("found", "right", "silent"),
    [
        ([row()], 1, 0),
        ([row(category="by train*")], 1, 0),
        ([row(category="By tram")], 0, 1),
        ([row(value=13.0)], 0, 1),
        ([row(value=13.0, flags=["extraction-sum"])], 0, 0),
        ([row(value=13.0, flags=["source-sum"])], 0, 1),
        ([row(), row(value=99.0)], 1, 1),
        ([], 0, 1),
        ([row(figure="2")], 0, 1),
    ],
)
def test_the_score_counts_what_is_right_and_what_nobody_doubts(
    found: list[dict[str, object]], right: int, silent: int
) -> None:
    reached = score([{**WANTED, "optional": ""}], found, [])
    assert (reached.owed, reached.right, reached.silent) == (1, right, silent)


def test_labels_are_alike_within_tolerance() -> None:
    assert alike("Minder dan 1 FTE", "minder dan 1 FTE*")
    assert not alike("Zeer tevreden", "Zeer ontevreden")
