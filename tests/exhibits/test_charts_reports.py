"""The chart reader on real reports: every value of the charts, with labels, against values read by hand."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.numbers import parse_number
from pipeline.exhibits.charts import read_charts
from pipeline.exhibits.reading import Entry
from pipeline.pages.parsing import read_pages

Row = tuple[int, str, frozenset[str], float]
"""Page, wave, labels without white space and dots, value."""


def plain(text: str) -> str:
    return re.sub(r"[\s\u00ad\"'‘’“”*.…\-–]", "", text).casefold()


def owed(path: Path) -> Counter[Row]:
    rows: Counter[Row] = Counter()
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["optional"] != "yes":
                labels = frozenset(plain(row[k]) for k in ("item", "category") if row[k])
                rows[(int(row["page"]), row["wave"], labels, float(row["value"]))] += 1
    return rows


def found(path: Path, edition: str) -> Iterator[tuple[Row, Entry]]:
    for page in read_pages(path):
        for reading in read_charts(page):
            for entry in reading.entries:
                labels = [label.text for label in entry.labels if label.axis in ("row", "series")]
                wave = next((text for text in labels if re.fullmatch(r"20\d\d", text)), edition)
                number = parse_number(entry.printed or "", ".")
                value = number.value if number else round(entry.measured or 0.0, 1)
                yield (page.number, wave, frozenset(plain(t) for t in labels if t != wave), value), entry


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["2023", "2024"])
def test_every_value_of_a_report_of_vector_charts(shared: Path, edition: str) -> None:
    truth = owed(shared / "truth" / "rust-survey" / f"{edition}.csv")
    read = list(found(shared / "reports" / "rust-survey" / f"{edition}.pdf", edition))
    right = truth & Counter(row for row, _ in read)
    assert right.total() >= 0.98 * truth.total(), list((truth - right).items())[:10]
    doubted = sum(bool(entry.doubts) for row, entry in read if row in truth)
    assert doubted <= 0.05 * truth.total()


FACSIMILES = {"2022-a": (7, 18, 19, 21, 28), "2022-b": (5, 15, 16, 18, 24)}
"""Layout to the pages that hold charts or cards."""


@pytest.mark.slow
@pytest.mark.parametrize("layout", sorted(FACSIMILES))
def test_a_designed_report_yields_its_charts_and_cards_and_nothing_else(shared: Path, layout: str) -> None:
    forms: Counter[str] = Counter()
    pages = set()
    for page in read_pages(shared / "reports" / "ld-trends" / f"{layout}.pdf"):
        for reading in read_charts(page):
            forms[reading.form] += len(reading.entries)
            pages.add(page.number)
            for entry in reading.entries:
                assert entry.printed
                assert not entry.doubts
    assert pages == set(FACSIMILES[layout])
    assert forms["cards"] == 20
    assert forms["stacked"] + forms["pie"] == 28


@pytest.mark.slow
def test_values_of_the_stacked_bars_and_cards(shared: Path) -> None:
    truth = {"70%": "Neen, dit heeft geen impact", "84%": "Ja, een negatieve impact", "48%": "Gelijk blijven"}
    got: dict[str, str] = {}
    for page in read_pages(shared / "reports" / "ld-trends" / "2022-a.pdf", [7, 18]):
        for reading in read_charts(page):
            got |= {e.printed or "": e.labels[0].text for e in reading.entries}
    assert {k: got[k] for k in truth} == truth
