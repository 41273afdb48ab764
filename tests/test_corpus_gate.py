"""The gate over the collection beside the checkout: a loss fails it, a collection that should be there too."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

GATE = CHECKOUT / ".ci" / "corpus_gate.py"
RECORD = {"mean_family": 0.8, "silent": 0.02, "question": 0.9, "unit_wrong": 0.01}
SUMMARY = {
    "mean_family": 0.8,
    "silent_share": 0.02,
    "right": 95,
    "question_wrong": 5,
    "unit_only": 1,
    "truth": 100,
}
LOSSES = {
    "mean_family": {"mean_family": 0.7999},
    "silent": {"silent_share": 0.0201},
    "question": {"question_wrong": 6},
    "unit_wrong": {"unit_only": 2},
}
SCORER = """\
import sys
if sys.argv[1] == "score":
    print("family  recall")
    print(open(__file__ + ".json").read())
"""


def run(shared: object, *arguments: str, gate: Path = GATE) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"EDITIONS_SHARED": str(shared)}
    return subprocess.run([sys.executable, gate, *arguments], env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the gate and a record, and a collection beside it whose scorer says what a file says."""
    files = {
        "main/.ci/corpus_gate.py": GATE.read_text(),
        "main/tests/truth/corpus.yml": "# head\nquick: " + json.dumps(RECORD | {"families": "a,b"}) + "\n",
        "shared/corpus.csv": "name\n",
        "shared/bench/score_corpus.py": SCORER,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def gate(checkout: Path, *arguments: str, **loss: float) -> subprocess.CompletedProcess[str]:
    (checkout / "shared/bench/score_corpus.py.json").write_text(json.dumps(SUMMARY | loss))
    return run("", *arguments, gate=checkout / "main/.ci/corpus_gate.py")


def test_what_is_recorded_passes(checkout: Path) -> None:
    done = gate(checkout)
    assert done.returncode == 0, done.stderr
    assert "mean_family  0.8000  recorded 0.8" in done.stdout


@pytest.mark.parametrize("figure", LOSSES)
def test_each_figure_that_falls_fails(figure: str, checkout: Path) -> None:
    done = gate(checkout, **LOSSES[figure])
    assert done.returncode == 1
    assert f"quick: {figure} is " in done.stdout


def test_a_gain_passes_and_can_be_recorded(checkout: Path) -> None:
    assert gate(checkout, "--record", mean_family=0.85).returncode == 0
    record = (checkout / "main/tests/truth/corpus.yml").read_text()
    assert record.startswith("# head\n")
    assert "mean_family: 0.85" in record
    assert gate(checkout).returncode == 1


def test_a_figure_without_a_record_fails(checkout: Path) -> None:
    (checkout / "main/tests/truth/corpus.yml").write_text("quick: {families: a}\n")
    assert "recorded is nothing" in gate(checkout).stdout


def test_a_collection_that_should_be_there_is_asked_for(tmp_path: Path) -> None:
    done = run(tmp_path / "nowhere")
    assert (done.returncode, "no collection in" in done.stdout) == (1, True)
    assert run("none").returncode == 0


def test_the_record_names_every_figure() -> None:
    import yaml

    figures = set(runpy.run_path(str(GATE))["FIGURES"])
    for name, record in yaml.safe_load((CHECKOUT / "tests/truth/corpus.yml").read_text("utf-8")).items():
        assert figures <= set(record), name
    assert "corpus_gate.py" in (CHECKOUT / ".ci" / "run").read_text()
