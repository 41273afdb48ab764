"""Scores the reports that are kept beside the checkout, and refuses what falls below the recorded figures.

    python .ci/corpus_gate.py [SET] [--record] [--editions SCRIPT]

The collection lies in ../shared, or where EDITIONS_SHARED says; it brings its own scorer. Where it is missing the gate
fails, unless EDITIONS_SHARED=none says that this machine has none. Each set of families is extracted afresh. `--record`
writes what was reached into tests/truth/corpus.yml; the commit that lowers a figure there has to give a reason.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent.parent
RECORD = HERE / "tests" / "truth" / "corpus.yml"
FIGURES = {
    "mean_family": "values right, mean of families",
    "silent": "share of owed values that are wrong or lost without a doubt",
    "question": "share of owed values that are right and stand under the printed question",
    "unit_wrong": "share of owed values where the unit alone is wrong",
}
LOWER_IS_BETTER = ("silent", "unit_wrong")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", nargs="?", default="quick", help="a set of tests/truth/corpus.yml")
    parser.add_argument("--record", action="store_true", help="write what is reached as the record")
    parser.add_argument("--editions", default=str(Path(sys.executable).with_name("editions")), help="console script")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    place = os.environ.get("EDITIONS_SHARED", "")
    if place == "none":
        print("EDITIONS_SHARED=none: no collection on this machine, nothing was scored")
        return 0
    shared = Path(place) if place else HERE.parent / "shared"
    if not (shared / "corpus.csv").is_file():
        print(f"no collection in {shared}: bring it, name its folder in EDITIONS_SHARED, or say EDITIONS_SHARED=none")
        return 1
    records = yaml.safe_load(RECORD.read_text("utf-8"))
    record = records[asked.set]
    reached = score(shared, record["families"], asked.editions, asked.jobs)
    for name, meaning in FIGURES.items():
        print(f"{name:<12} {reached[name]:.4f}  recorded {record.get(name, 'nothing')}  ({meaning})")
    if asked.record:
        write(records, asked.set, reached)
        return 0
    faults = fallen(record, reached)
    for fault in faults:
        print(f"{asked.set}: {fault}")
    return 1 if faults else 0


def score(shared: Path, families: str, editions: str, jobs: int) -> dict[str, float]:
    """The figures of `families` (comma separated; all when blank), extracted afresh by `editions`."""
    bench = [sys.executable, str(shared / "bench" / "score_corpus.py")]
    with tempfile.TemporaryDirectory(prefix="editions-corpus-") as folder:
        common = ["--corpus", str(shared / "corpus.csv"), "--out", folder, "--only", families]
        program = ["--editions", editions, "--cwd", str(HERE), "--jobs", str(jobs)]
        subprocess.run([*bench, "run", *common, *program], check=True)
        done = subprocess.run([*bench, "score", *common], check=True, capture_output=True, text=True)
    *table, summary = done.stdout.strip().splitlines()
    print("\n".join(table))
    return figures(json.loads(summary))


def figures(summary: Mapping[str, float]) -> dict[str, float]:
    """What is gated, of the scorer's summary; shares of owed values to four places."""
    owed = max(summary["truth"], 1)
    return {
        "mean_family": round(summary["mean_family"], 4),
        "silent": round(summary["silent_share"], 4),
        "question": round((summary["right"] - summary["question_wrong"]) / owed, 4),
        "unit_wrong": round(summary["unit_only"] / owed, 4),
    }


def fallen(record: Mapping[str, Any], reached: Mapping[str, float]) -> list[str]:
    """What is worse than recorded, or not recorded, in words."""
    faults = []
    for name, now in reached.items():
        before = record.get(name)
        if before is None or (now > before if name in LOWER_IS_BETTER else now < before):
            faults.append(f"{name} is {now}, recorded is {'nothing' if before is None else before}")
    return faults


def write(records: dict[str, Any], name: str, reached: Mapping[str, float]) -> None:
    head = [line for line in RECORD.read_text("utf-8").splitlines(keepends=True) if line.startswith("#")]
    records[name] = {**records[name], **reached}
    RECORD.write_text("".join(head) + yaml.safe_dump(records, sort_keys=False, allow_unicode=True, width=110), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
