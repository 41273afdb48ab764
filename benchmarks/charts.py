"""How well unseen chart editions are read: drawn by other programs from a seed, so that every value is known.

    python benchmarks/charts.py [--seeds 1,2] [--only vega-top,r-base] [--keep DIR] [--show 10]

Each edition has the charts that yearly survey reports print (`chart_content`), drawn by a plotting library, a browser,
R, … (`chart_producers`); producers that are not installed are named and left out. Printed for each edition: values that
are owed, right ones, wrong or invented ones and missed ones, how many of those errors are silent (no flag, no finding
on their page), and how many right values are doubted although they are printed. A value that only its mark shows is
right within `MEASURED_SLACK` of it, and must say so in its flags.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from chart_content import Truth, sheets, truth_of
from chart_producers import EDITIONS, LEAST_LABELLED

MEASURED_SLACK = 0.6
"""Percentage points between a value that was measured and the drawn one."""
Row = dict[str, Any]


@dataclass
class Score:
    """Counts of one edition, and its errors in words."""

    owed: int = 0
    right: int = 0
    wrong: int = 0
    missed: int = 0
    silent: int = 0
    doubted: int = 0
    errors: list[str] = field(default_factory=list)

    def line(self, name: str, seconds: float) -> str:
        share = self.right / self.owed if self.owed else 0.0
        return (
            f"{name:<22} {self.owed:>5} {self.right:>5} {share:>6.1%} {self.wrong:>5} {self.missed:>6} "
            f"{self.silent:>6} {self.doubted:>7} {seconds:>6.1f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--only", help="comma-separated editions, of: " + ", ".join(EDITIONS))
    parser.add_argument("--keep", type=Path, help="keep the PDFs there")
    parser.add_argument("--show", type=int, default=6, help="errors printed for each edition")
    options = parser.parse_args()
    print(f"{'edition':<22} {'owed':>5} {'right':>5} {'':>6} {'wrong':>5} {'missed':>6} {'silent':>6} {'doubted':>7} s")
    total = Score()
    for seed in map(int, options.seeds.split(",")):
        for name in options.only.split(",") if options.only else EDITIONS:
            with tempfile.TemporaryDirectory() as scratch:
                run(name, seed, options.keep or Path(scratch), options.show, total)
    print(total.line("all", 0.0))


def run(name: str, seed: int, folder: Path, show: int, total: Score) -> None:
    pages = sheets(seed)
    pdf = folder / f"{name}-{seed}.pdf"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        pdf.write_bytes(EDITIONS[name](pages))
    except Exception as error:  # a program that is not installed draws nothing
        print(f"{name}: left out ({type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''})")
        return
    start = time.process_time()
    observations, findings = extracted(pdf)
    seconds = time.process_time() - start
    score = scored(truth_of(pages, LEAST_LABELLED), observations, findings)
    print(score.line(f"{name} {seed}", seconds), flush=True)
    for error in score.errors[:show]:
        print(f"    {error}")
    for key in ("owed", "right", "wrong", "missed", "silent", "doubted"):
        setattr(total, key, getattr(total, key) + getattr(score, key))


def extracted(pdf: Path) -> tuple[list[Row], list[Row]]:
    """Observations and findings as `editions extract` gives them without a study."""
    from pipeline.catalogue.model import bare_catalogue
    from pipeline.checks.edition import extract

    extraction = extract(pdf, bare_catalogue(), "2024")
    return extraction.observations, extraction.findings


def scored(truth: Sequence[Truth], observations: Sequence[Row], findings: Sequence[Row]) -> Score:
    warned = {f["page"] for f in findings if f["origin"] != "source"}
    by_page: dict[int, list[Row]] = defaultdict(list)
    for row in observations:
        by_page[row["page"]].append(row)
    score = Score(owed=sum(t.owed for t in truth))
    used: set[int] = set()
    left: list[Truth] = []
    for want in truth:
        found = next((r for r in by_page[want.page] if id(r) not in used and _is(r, want)), None)
        if found is None:
            left.append(want)
            continue
        used.add(id(found))
        score.right += want.owed
        score.doubted += _doubted(found) and not want.measured
        if want.measured and "extraction-measured" not in found["flags"]:
            score.silent += 1
            score.errors.append(f"p{want.page}: measured without saying so: {_shown(found)}")
    _wrong(score, [r for r in observations if id(r) not in used], left, warned)
    return score


def _wrong(score: Score, extra: Sequence[Row], left: list[Truth], warned: set[Any]) -> None:
    for row in extra:
        silent = not _doubted(row)
        score.wrong += 1
        score.silent += silent
        near = next((t for t in left if t.page == row["page"] and t.labels & _labels(row)), None)
        if near is None:
            near = next((t for t in left if t.page == row["page"] and abs(t.value - (row["value"] or 0)) < 1), None)
        if near is not None:
            left.remove(near)
        score.errors.append(f"p{row['page']}{' SILENT' if silent else ''}: {_shown(row)} wanted {near}")
    for want in left:
        if want.owed:
            score.missed += 1
            score.silent += want.page not in warned
            score.errors.append(f"p{want.page}{'' if want.page in warned else ' SILENT'} missed: {want}")


def _is(row: Row, want: Truth) -> bool:
    slack = MEASURED_SLACK if want.measured else 1e-6
    same = row["value"] is not None and abs(row["value"] - want.value) <= slack
    return same and {_plain(t) for t in want.labels} <= _labels(row)


def _labels(row: Row) -> set[str]:
    return {_plain(row[key]) for key in ("category", "item", "wave", "group") if row[key]}


def _plain(text: str) -> str:
    return re.sub(r"[\s…\-−]", "", unicodedata.normalize("NFKC", text)).casefold()


def _doubted(row: Row) -> bool:
    return any(str(flag).startswith("extraction-") for flag in row["flags"])


def _shown(row: Row) -> str:
    labels = " | ".join(str(row[k]) for k in ("item", "category", "group", "wave") if row[k])
    return f"{row['value']} ({row['value_printed']}) {labels} {list(row['flags'])} {row['method']}"


if __name__ == "__main__":
    main()
