"""The dimensions of a part's labels, and labels parted into what they say: a number that counts rows and their names, a
period and what it is crossed with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.core.periods import periods_in, without_period
from pipeline.exhibits.reading import UNIT_LEVEL, Label, Part, PartValue, counts_rows

PERIODS = 100
"""Levels beyond those of the heads, at which the periods stand that were parted from them."""

_COUNTED = re.compile(r"(\d+[.)]) (.*\w.*)")
"""The number of a row before its name."""

Dimension = tuple[str, int]


def uncounted(part: Part) -> Part:
    """The part without the numbers that count its rows before their names ("1. Food", "2. Rooms")."""
    rows = dict.fromkeys(x for v in part.values for x in v.entry.labels if x.axis == "row")
    names = {x: found[2] for x in rows if (found := _COUNTED.match(x.text)) is not None}
    if len(names) < len(rows) or not counts_rows([*dict.fromkeys(x.text.split()[0] for x in rows)]):
        return part
    entries = [
        replace(v.entry, labels=tuple(replace(x, text=names.get(x, x.text)) for x in v.entry.labels))
        for v in part.values
    ]
    return replace(part, values=tuple(replace(v, entry=e) for v, e in zip(part.values, entries, strict=True)))


def uncrossed(part: Part) -> Part:
    """The part with two labels for a head that crosses a period with something else ("2024 score", "2025 score", "2024
    respondents", "2025 respondents"): each of several with each of several."""
    split: dict[Dimension, dict[str, tuple[str, str]]] = {}
    for dimension, texts in dimensions_of(part.values).items():
        named = {text: (periods_in(text)[0], rest) for text in texts if (rest := without_period(text))}
        periods, rests = ({pair[i] for pair in named.values()} for i in (0, 1))
        crossed = min(len(periods), len(rests)) > 1 and len(named) == len(texts) == len(periods) * len(rests)
        if dimension[0] == "column" and crossed:
            split[dimension] = named
    if not split:
        return part

    def told(label: Label) -> Iterator[Label]:
        period, rest = split.get((label.axis, label.level), {}).get(label.text, ("", label.text))
        yield replace(label, text=rest)
        if period:
            yield replace(label, text=period, level=label.level + PERIODS)

    entries = [replace(v.entry, labels=tuple(x for label in v.entry.labels for x in told(label))) for v in part.values]
    return replace(part, values=tuple(replace(v, entry=e) for v, e in zip(part.values, entries, strict=True)))


def dimensions_of(values: Sequence[PartValue]) -> dict[Dimension, list[str]]:
    """Distinct label texts of every axis and level, in order of appearance."""
    found: dict[Dimension, dict[str, None]] = defaultdict(dict)
    for value in values:
        for label in value.entry.labels:
            if label.axis != "title" and label.level != UNIT_LEVEL and label.text.strip():
                found[(label.axis, label.level)][label.text] = None
    return {dimension: list(texts) for dimension, texts in found.items()}
