"""Do two editions print the same numbers for the waves that both show? The best witness of what is the same question.

A survey report repeats earlier waves: where the numbers of a printed question are those that an earlier edition printed
for the same waves, it is that question, however it is worded; and two labels whose series agree are one option.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from pipeline.catalogue.matching import printed_key, similarity, text_key, veto
from pipeline.core.assignment import assigned
from pipeline.core.contract import ObservationRow

Column = Literal["category", "item"]
OTHER: Mapping[Column, Column] = {"category": "item", "item": "category"}
Place = tuple[str | None, str | None, str, str | None]
"""Group, wave, the other label, unit: where values of one label are compared."""
Series = dict[Place, float]
"""The values of one label."""
OUTWEIGHED = 10
"""Values that agree and outweigh one that differs: a number is misread or revised in some of a hundred values, while
percentages of different questions agree by chance in one of some twenty."""
ENOUGH = 3
"""Agreeing values that are left then: by chance in one of some eight thousand questions."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of the values that both print agree."""

    agreeing: int
    shared: int

    @property
    def proves(self) -> bool:
        return self.agreeing - OUTWEIGHED * (self.shared - self.agreeing) >= ENOUGH

    @property
    def share(self) -> float:
        """0..1; 0 where nothing is shared."""
        return self.agreeing / self.shared if self.shared else 0.0

    def __str__(self) -> str:
        return f"{self.agreeing} of {self.shared} values that both editions print agree"


_YEAR = r"\b(?:19|20)\d\d\b"
_DATED = re.compile(rf"\s*[(\[][^()\[\]]*{_YEAR}[^()\[\]]*[)\]]|{_YEAR}(?:\s?[-–]\s?(?:(?:19|20)?\d\d))?\s?:\s*")


def undated(text: str) -> str:
    """The text without what it says of earlier editions ("Vim (2019-20: Vi)", "2019-2022: How did you …")."""
    return _DATED.sub("", text).strip() or text


def compared(ours: Mapping[object, float], theirs: Mapping[object, float]) -> Agreement:
    """Values at the places that both hold."""
    both = ours.keys() & theirs.keys()
    return Agreement(sum(ours[place] == theirs[place] for place in both), len(both))


def values_of(rows: Iterable[ObservationRow]) -> dict[object, float]:
    """All values of some rows by their labels; a place that two numbers claim is left out."""
    return _single(((*_place(row, "category"), text_key(row["category"] or "")), row["value"]) for row in rows)


def series_of(rows: Iterable[ObservationRow], column: Column) -> dict[str, Series]:
    """The values of each printed label."""
    by_label: dict[str, list[ObservationRow]] = defaultdict(list)
    for row in rows:
        if row[column]:
            by_label[printed_key(row[column] or "")].append(row)
    return {
        label: _single((_place(row, column), row["value"]) for row in some)  # type: ignore[misc]
        for label, some in by_label.items()
    }


def _place(row: ObservationRow, column: Column) -> Place:
    return row["group"], row["wave"], text_key(row[OTHER[column]] or ""), row["unit"]


def _single(pairs: Iterable[tuple[object, float | None]]) -> dict[object, float]:
    seen: dict[object, set[float]] = defaultdict(set)
    for place, value in pairs:
        if value is not None:
            seen[place].add(value)
    return {place: values.pop() for place, values in seen.items() if len(values) == 1}


def same_series(ours: Mapping[str, Series], theirs: Mapping[str, Series]) -> dict[str, tuple[str, Agreement]]:
    """Label → the label of the other edition with the same values; each is given once, so that the sum of what agrees
    is greatest. Negations and other numbers in the words veto."""
    rows, columns = list(ours), list(theirs)
    found = [[compared(ours[a], theirs[b]) for b in columns] for a in rows]  # type: ignore[arg-type]
    cost = [
        [
            0.0 if veto(undated(a), undated(b)) else -one.agreeing * one.share - similarity(undated(a), undated(b))
            for b, one in zip(columns, line, strict=True)
        ]
        for a, line in zip(rows, found, strict=True)
    ]
    return {rows[i]: (columns[j], found[i][j]) for i, j in assigned(cost) if found[i][j].proves and cost[i][j]}


def sum_of(whole: Series, parts: Mapping[str, Series]) -> tuple[tuple[str, str], Agreement] | None:
    """The two labels whose values sum to those of `whole`, wherever all three are printed; None where none do."""
    best = None
    for a, b in combinations(parts, 2):
        both = parts[a].keys() & parts[b].keys() & whole.keys()
        places = [p for p in both if parts[a][p] and parts[b][p]]
        agree = Agreement(sum(parts[a][p] + parts[b][p] == whole[p] for p in places), len(places))
        if agree.proves and (best is None or agree.agreeing > best[1].agreeing):
            best = (a, b), agree
    return best


def printed_as(rows: Sequence[ObservationRow], column: Column, key: str) -> str:
    return next(row[column] or "" for row in rows if printed_key(row[column] or "") == key)
