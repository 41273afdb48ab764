"""How well the learned choice of tables does on families of documents that it never saw.

    python -m benchmarks.generalise SHARED [--cache DIR]

For each family: of the proposed grids, how many right ones (F1 or share of values one half or more) and how many
wrong ones are taken for tables, with weights learned from all families and from all others. For the collections with
whole tables also the collections' own score (mean F1 of documents) of `read_tables`, with both sets of weights. Then,
by tenths of the score, how right the grids are.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.page_tables import read_tables
from pipeline.exhibits.tables import table_sureness
from pipeline.exhibits.tables.table_features import FEATURES, RIVAL_FEATURES
from pipeline.exhibits.tables.table_formats import render
from training.tables import RIGHT, Row, candidates, learn, truths

Weights = dict[str, Any]


def taken(weights: Weights, rows: Sequence[Row]) -> str:
    """`right ones taken/all, wrong ones taken/all`."""
    counts = Counter((right >= RIGHT, score >= 0.5) for score, right in scored(weights, rows))
    told = (f"{counts[right, True]}/{counts[right, True] + counts[right, False]}" for right in (True, False))
    return ", ".join(told)


def scored(weights: Weights, rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Score of each grid among its rivals, 0..1, and how right it is."""
    names = (*FEATURES, *RIVAL_FEATURES)
    return [
        (sureness(weights["among"], dict(zip(names, features, strict=True))), right) for _, _, features, right in rows
    ]


def sureness(weights: Weights, features: dict[str, float]) -> float:
    return 1 / (1 + math.exp(-weights["intercept"] - sum(weights["weights"][n] * x for n, x in features.items())))


def believed(in_family: Sequence[tuple[float, float]], left_out: Sequence[tuple[float, float]]) -> list[str]:
    """Rows of a table: grids by tenths of their score, and the mean of how right they are."""
    lines = ["| score | grids | right, in family | grids | right, left out |", "|---|---|---|---|---|"]
    for tenth in range(10):
        cells = [f"{tenth / 10:.1f} – {(tenth + 1) / 10:.1f}"]
        for pairs in (in_family, left_out):
            right = [r for score, r in pairs if min(int(10 * score), 9) == tenth]
            cells += [str(len(right)), f"{sum(right) / len(right):.2f}" if right else ""]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def collection_score(weights: Weights, shared: Path, family: str) -> float:
    """Mean F1 of the documents of a collection whose tables are known."""
    import icdar2013 as icdar
    from score_tables import ignored

    def known(question: str) -> tuple[float, dict[str, float]]:
        return weights[question]["intercept"], weights[question]["weights"]

    table_sureness.learned = known  # type: ignore[assignment]
    scores = []
    with tempfile.TemporaryDirectory() as scratch:
        listing = Path(scratch) / "tables.json"
        for name, pdf, tables, told in truths(shared):
            tables = [t for t in tables if t.page not in told["exclude_pages"]]
            if name != family or not tables:
                continue
            listing.write_text(render(read_tables(pdf), "json"), encoding="utf-8")
            found = icdar.read_prediction(listing)
            if family == "office":
                found = [t for t in found if t.page not in told["exclude_pages"] and not ignored(t, told)]
            scores.append(icdar.score_document(icdar.Truth(pdf.stem, tables, []), found)["f1"])
    return sum(scores) / len(scores)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path)
    args = parser.parse_args()
    sys.path.insert(0, str(args.shared / "bench"))
    data = candidates(args.shared, args.cache)
    whole = learn(data)
    say = sys.stdout.write
    say("| family | in family: right, wrong ones taken | left out | F1 of documents, in family | left out |\n")
    say("|---|---|---|---|---|\n")
    in_family, left_out = scored(whole, data), []
    for family in sorted({row[0] for row in data}):
        rows = [row for row in data if row[0] == family]
        without = learn([row for row in data if row[0] != family])
        left_out += scored(without, rows)
        scores = ["", ""]
        if family in ("icdar-eu", "office"):
            scores = [f"{collection_score(weights, args.shared, family):.3f}" for weights in (whole, without)]
        say(f"| {family} | {taken(whole, rows)} | {taken(without, rows)} | {scores[0]} | {scores[1]} |\n")
    say("\n".join(["", *believed(in_family, left_out), ""]))


if __name__ == "__main__":
    main()
