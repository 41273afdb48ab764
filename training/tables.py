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
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from pipeline.core.numbers import parse_number
from pipeline.exhibits.charts import read_charts
from pipeline.exhibits.pool.exhibit_choice import mark_agrees
from pipeline.exhibits.reading import Entry
from pipeline.exhibits.tables.entries import table_reading
from pipeline.exhibits.tables.grid import Grid
from pipeline.exhibits.tables.other_finders import OtherFinders
from pipeline.exhibits.tables.rulings import read_marks
from pipeline.exhibits.tables.table_choice import scored
from pipeline.exhibits.tables.table_features import FEATURES, RIVAL_FEATURES
from pipeline.exhibits.tables.table_finder import PageReader
from pipeline.exhibits.tables.table_formats import render
from pipeline.pages.page import Page
from pipeline.pages.parsing import read_pages
from pipeline.pages.turning import turned, turning

HOME = Path(__file__).resolve().parent.parent
WEIGHTS = HOME / "pipeline" / "exhibits" / "tables" / "table_weights.json"
RIDGE = 2.0
"""Weight of the squared weights against one row's loss: 0.5 to 5 give the same picture out of family."""
RIGHT = 0.5
"""F1 of neighbouring cells from which a grid is the true table."""


VALUED = frozenset(
    {f"gauntlet-{name}-{n}" for name in ("institute", "kamer", "consult", "foundation", "newspaper") for n in (1, 2)}
    | {f"gauntlet-{name}-{n}" for name in ("barometre", "dashboard") for n in (1, 2)}
    | {"ld-2022-a", "ld-2022-b", "ld-2022-d", "rust-2023"}
)
"""Documents of the corpus that may be learned from; the others are held out."""
NAMES = ("category", "item", "group", "wave")
"""Columns of the truth that name a value."""
Row = tuple[str, str, list[float], float]
"""Family, proposer, features, and how right the grid is, 0..1."""
OWN = "geometry"
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Task:
    """A document to learn from: its true tables, or where the truth of its values lies."""

    family: str
    pdf: Path
    tables: list[Any] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    values: Path | None = None


def truths(shared: Path) -> Iterator[tuple[str, Path, list[Any], dict[str, Any]]]:
    """Family, PDF, its true tables, and what of the document is not to be judged."""
    import icdar2013 as icdar

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


def tasks(shared: Path) -> Iterator[Task]:
    """The documents to learn from, those whose tables are known first."""
    for family, pdf, tables, told in truths(shared):
        yield Task(family, pdf, tables=tables, told=told)
    with (shared / "corpus.csv").open(encoding="utf-8") as file:
        for document in csv.DictReader(file):
            if document["name"] in VALUED:
                yield Task(document["family"], shared / document["pdf"], values=shared / document["truth"])


def rows(task: Task) -> list[Row]:
    """A row for every grid proposed in the document."""
    return list(table_rows(task) if task.values is None else valued_rows(task))


def table_rows(task: Task) -> Iterator[Row]:
    """Rows of a document whose tables are known: the best F1 of neighbouring cells with one of them."""
    import icdar2013 as icdar
    from score_tables import ignored

    with tempfile.TemporaryDirectory() as scratch:
        listing = Path(scratch) / "grid.json"
        for page in read_pages(task.pdf):
            if page.number in task.told["exclude_pages"]:
                continue
            theirs = [icdar.relations(t) for t in task.tables if t.page == page.number]
            for grid, features in proposed(page, task.pdf):
                listing.write_text(render([grid], "json"), encoding="utf-8")
                found = icdar.read_prediction(listing)[0]
                if task.family == "office" and ignored(found, task.told):
                    continue
                best = max((f1(icdar.relations(found), one) for one in theirs), default=0.0)
                yield task.family, grid.reader, features, best


def valued_rows(task: Task) -> Iterator[Row]:
    """Rows of a document whose values are known: the share that stands in the truth beside one of their labels.

    Most values that are the labels of marks that agree with them make a chart, and so no table.
    """
    assert task.values is not None
    with task.values.open(encoding="utf-8") as file:
        known = {(key(t[name]), float(t["value"])) for t in csv.DictReader(file) for name in NAMES if t.get(name)}
    for page in read_pages(task.pdf):
        measured = [e.box for chart in read_charts(page) for e in chart.entries if mark_agrees(e)]
        for grid, features in proposed(page, task.pdf):
            entries = [e for e in table_reading(grid).entries if e.printed]
            if entries:
                right = sum(is_known(entry, known) for entry in entries) / len(entries)
                on_marks = sum(any(e.box.holds(box) or box.holds(e.box) for box in measured) for e in entries)
                yield task.family, grid.reader, features, 0.0 if on_marks >= RIGHT * len(entries) else right


def is_known(entry: Entry, known: set[tuple[str, float]]) -> bool:
    """Does the truth have the value beside one of the labels?"""
    number = parse_number(entry.printed or "")
    return number is not None and any((key(x.text), number.value) in known for x in entry.labels)


def key(text: str) -> str:
    """Letters and digits alone, in small letters."""
    return "".join(filter(str.isalnum, text.casefold()))


def proposed(page: Page, pdf: Path) -> Iterator[tuple[Grid, list[float]]]:
    """The grids that all finders propose, and their features."""
    angle = turning(page)
    upright = turned(page, angle) if angle else page
    marks = read_marks(upright)
    grids = scored([*PageReader(upright, marks).proposals(), *OtherFinders(pdf).grids(page, upright, marks)], marks)
    for grid in grids:
        features = [f(grid, marks) for f in FEATURES.values()] + [f(grid, grids) for f in RIVAL_FEATURES.values()]
        yield grid, features


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


def learn(data: Sequence[Row]) -> dict[str, Any]:
    """Weights for our own finder's grids alone, and for the grids of all finders of a page."""
    out = {}
    for question, names in (("alone", [*FEATURES]), ("among", [*FEATURES, *RIVAL_FEATURES])):
        chosen = [row for row in data if question == "among" or row[1] == OWN]
        x, y = np.array([row[2][: len(names)] for row in chosen]), np.array([row[3] for row in chosen])
        intercept, weights = fit(x, y)
        told = {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
        out[question] = {"intercept": round(intercept, 4), "weights": told}
    return out


def candidates(shared: Path, cache: Path | None) -> list[Row]:
    """The rows of all documents, from `cache` where the code is the same."""
    code = hashlib.sha256()
    for path in (Path(__file__), *sorted((HOME / "pipeline").rglob("*.py"))):
        code.update(path.read_bytes())
    kept = cache / f"tables-{code.hexdigest()[:16]}.json" if cache else None
    if kept and kept.exists():
        return [tuple(row) for row in json.loads(kept.read_text(encoding="utf-8"))]
    bench = str(shared.resolve() / "bench")
    sys.path.insert(0, bench)
    with ProcessPoolExecutor(PROCESSES, initializer=sys.path.insert, initargs=(0, bench)) as pool:
        data = [row for found in pool.map(rows, tasks(shared)) for row in found]
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(data), encoding="utf-8")
    return data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--cache", type=Path)
    args = parser.parse_args()
    weights = learn(candidates(args.shared, args.cache))
    WEIGHTS.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
