"""The year that a report is the edition of, where nobody said it."""

from __future__ import annotations

from collections import Counter

from pipeline.core.numbers import YEAR
from pipeline.layout.text import Text


def own_year(text: Text) -> str | None:
    """The year that the report names most often, where its first page or its running heads name it too (of equals the
    later one); None where they name no year, or the text speaks more of another."""
    named: Counter[str] = Counter()
    shown: set[str] = set()
    for number, page in text.pages.items():
        named.update(year for line in page.lines for year in YEAR.findall(line.text))
        front = page.lines if number == min(text.pages) else page.furniture
        shown.update(year for line in front for year in YEAR.findall(line.text))
    year = max(named, key=lambda year: (named[year], year), default=None)
    return year if year in shown else None
