"""Learn how surely a proposed grid is a table; writes the weights into the package.

    python training/tables.py SHARED [--cache DIR]

SHARED holds `reports/icdar2013/eu` (tables as `-str.xml`), `reports/office` with `truth/office` (as JSON), the reports
of `corpus.csv` with their values, and the scorers in `bench`. Every grid that the finder proposes on their pages is one
row: its features, and whether it agrees with a true table there, F1 of neighbouring cells at least one half (or, where
only values are known, whether these are right). The collections are families: each is left out in turn and told beside
the hand score, then all are learned from together. Same rows, same weights. Takes some two minutes on two cores, and a
second where DIR keeps the rows of the same code.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from pipeline.core.numbers import parse_number
from pipeline.exhibits.charts import read_charts
from pipeline.exhibits.pool.reading_evidence import mark_agrees
from pipeline.exhibits.reading import Entry
from pipeline.exhibits.tables.entries import table_reading
from pipeline.exhibits.tables.grid import Grid
from pipeline.exhibits.tables.rulings import Marks, read_marks
from pipeline.exhibits.tables.table_features import FEATURES
from pipeline.exhibits.tables.table_finder import PageReader
from pipeline.exhibits.tables.table_formats import render
from pipeline.pages.page import Page, read_pages
from pipeline.pages.turning import turned, turning

HOME = Path(__file__).resolve().parent.parent
WEIGHTS = HOME / "pipeline" / "exhibits" / "tables" / "table_weights.json"
RIDGE = 2.0
"""Weight of the squared weights against one row's loss: 0.5 to 5 give the same picture out of family."""
RIGHT = 0.5
"""F1 of neighbouring cells from which a grid is the true table."""


FEW = 0.1
"""Share of values in the truth up to which a grid is no table."""
VALUED = frozenset(
    {f"gauntlet-{name}-{n}" for name in ("institute", "kamer", "consult", "foundation", "newspaper") for n in (1, 2)}
    | {f"gauntlet-{name}-{n}" for name in ("barometre", "dashboard") for n in (1, 2)}
    | {"ld-2022-a", "ld-2022-b", "ld-2022-d", "rust-2023"}
)
"""Documents of the corpus that may be learned from; the others are held out."""
NAMES = ("category", "item", "group", "wave")
"""Columns of the truth that name a value."""
Row = tuple[str, list[float], bool]


def truths(shared: Path, icdar: Any) -> Iterator[tuple[str, Path, list[Any], dict[str, Any]]]:
    """Family, PDF, its true tables, and what of the document is not to be judged."""
    nothing: dict[str, Any] = {"tables": [], "ignore": [], "exclude_pages": []}
    for path in sorted((shared / "reports/icdar2013/eu").glob("*-str.xml")):
        pdf = path.with_name(path.name.replace("-str.xml", ".pdf"))
        if pdf.exists():
            yield "icdar-eu", pdf, icdar.read_truth(path).tables, nothing
    for path in sorted((shared / "truth/office").glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["tables_scored"]:
            tables = [
                icdar.Table(
                    page=t["page"],
                    bbox=tuple(t["bbox"] or (0, 0, 1, 1)),
                    cells=[
                        icdar.Cell(c["row"], c["col"], c["row_span"], c["col_span"], c["text"], None)
                        for c in t["cells"]
                    ],
                )
                for t in told["tables"]
            ]
            yield "office", shared / "reports/office" / f"{path.stem}.pdf", tables, told


def rows(shared: Path) -> list[Row]:
    """Family, features and truth of every grid proposed in documents whose tables are known."""
    sys.path.insert(0, str(shared / "bench"))
    import icdar2013 as icdar
    from score_tables import ignored

    out = []
    with tempfile.TemporaryDirectory() as scratch:
        for family, pdf, tables, told in truths(shared, icdar):
            for page in read_pages(pdf):
                if page.number in told["exclude_pages"]:
                    continue
                for grid, marks in proposed(page):
                    listing = Path(scratch) / "grid.json"
                    listing.write_text(render([grid], "json"), encoding="utf-8")
                    found = icdar.read_prediction(listing)[0]
                    if family == "office" and ignored(found, told):
                        continue
                    theirs = [icdar.relations(t) for t in tables if t.page == page.number]
                    best = max((f1(icdar.relations(found), one) for one in theirs), default=0.0)
                    out.append((family, [f(grid, marks) for f in FEATURES.values()], best >= RIGHT))
    return out


def valued_rows(shared: Path) -> Iterator[Row]:
    """Family, features and truth of every grid proposed in documents whose values are known.

    A grid is a table when most of its values stand in the truth beside one of their labels, and none when few do, or
    when most are the labels of marks that agree with them: that is a chart. What lies between is left out.
    """
    with (shared / "corpus.csv").open(encoding="utf-8") as file:
        documents = [d for d in csv.DictReader(file) if d["name"] in VALUED]
    for document in documents:
        with (shared / document["truth"]).open(encoding="utf-8") as file:
            known = {(key(t[name]), float(t["value"])) for t in csv.DictReader(file) for name in NAMES if t.get(name)}
        for page in read_pages(shared / document["pdf"]):
            measured = [e.box for chart in read_charts(page) for e in chart.entries if mark_agrees(e)]
            for grid, marks in proposed(page):
                entries = [e for e in table_reading(grid).entries if e.printed]
                right = sum(is_known(entry, known) for entry in entries)
                if not entries or FEW * len(entries) < right < RIGHT * len(entries):
                    continue
                on_marks = sum(any(e.box.holds(box) or box.holds(e.box) for box in measured) for e in entries)
                table = right >= RIGHT * len(entries) and on_marks < RIGHT * len(entries)
                yield document["family"], [f(grid, marks) for f in FEATURES.values()], table


def is_known(entry: Entry, known: set[tuple[str, float]]) -> bool:
    """Does the truth have the value beside one of the labels?"""
    number = parse_number(entry.printed or "")
    return number is not None and any((key(x.text), number.value) in known for x in entry.labels)


def key(text: str) -> str:
    """Letters and digits alone, in small letters."""
    return "".join(filter(str.isalnum, text.casefold()))


def proposed(page: Page) -> Iterator[tuple[Grid, Marks]]:
    """The grids that the finder proposes, with the marks of their upright page."""
    angle = turning(page)
    upright = turned(page, angle) if angle else page
    marks = read_marks(upright)
    for grid in PageReader(upright, marks).proposals():
        yield grid, marks


def f1(one: Counter[Any], other: Counter[Any]) -> float:
    """Agreement of two bags of neighbouring cells."""
    return 2 * sum((one & other).values()) / max(sum(one.values()) + sum(other.values()), 1)


def fit(x: Any, y: Any) -> tuple[float, Any]:
    """Intercept and weights, in the features' own units, of a ridge logistic regression."""
    middle, spread = x.mean(0), x.std(0) + 1e-9
    z = np.c_[np.ones(len(x)), (x - middle) / spread]

    def loss(b: Any) -> tuple[float, Any]:
        odds = z @ b
        p = 1 / (1 + np.exp(-odds))
        return (
            float((np.logaddexp(0, odds) - y * odds).sum() + RIDGE * (b[1:] ** 2).sum()),
            z.T @ (p - y) + 2 * RIDGE * np.r_[0, b[1:]],
        )

    b = minimize(loss, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B").x
    weights = b[1:] / spread
    return float(b[0] - weights @ middle), weights


def tell(name: str, sure: Any, y: Any) -> None:
    """One line: how many tables are kept, and how many grids that are none."""
    kept = sure >= 0.5
    right, wrong = f"{(kept & y).sum():>4} of {y.sum():>4}", f"{(kept & ~y).sum():>3} of {(~y).sum():>3}"
    sys.stdout.write(f"{name:<34} tables kept {right}   others kept {wrong}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path)
    args = parser.parse_args()
    code = hashlib.sha256()
    for path in (Path(__file__), *sorted((HOME / "pipeline").rglob("*.py"))):
        code.update(path.read_bytes())
    kept = args.cache / f"tables-{code.hexdigest()[:16]}.json" if args.cache else None
    if kept and kept.exists():
        data = json.loads(kept.read_text(encoding="utf-8"))
    else:
        data = [*rows(args.shared), *valued_rows(args.shared)]
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(data), encoding="utf-8")
    family = np.array([row[0] for row in data])
    x, y = np.array([row[1] for row in data]), np.array([row[2] for row in data])
    hand = x[:, list(FEATURES).index("hand_score")]
    for left in sorted(set(family)):
        out = family == left
        tell(f"{left}, hand score", hand[out], y[out])
        for name, part in (("in family", family != ""), ("left out", ~out)):
            intercept, weights = fit(x[part], y[part])
            tell(f"{left}, learned, {name}", 1 / (1 + np.exp(-(intercept + x[out] @ weights))), y[out])
    intercept, weights = fit(x, y)
    told = {
        "intercept": round(intercept, 4),
        "weights": {n: round(float(w), 4) for n, w in zip(FEATURES, weights, strict=True)},
    }
    WEIGHTS.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
