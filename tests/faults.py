"""Faults that a reader could make, seeded into what the readers hand on, as if every reader had made the same one.

The page is left as it is: boxes still say where a number or label was really read, or, half of the time for labels,
the text was put at the wrong place altogether.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from pipeline.catalogue.matching import text_key
from pipeline.core.geometry import Box
from pipeline.exhibits.reading import Label, Part, PartValue

Fault = Callable[[Part, Random], Part | None]
"""A corrupted copy, or None where the part has nothing that could go wrong that way."""


def flip_digit(part: Part, random: Random) -> Part | None:
    at = [i for i, v in enumerate(part.values) if v.entry.printed and re.search(r"\d", v.entry.printed)]
    if not at:
        return None
    i = random.choice(at)
    printed = part.values[i].entry.printed or ""
    place = random.choice([m.start() for m in re.finditer(r"\d", printed)])
    digit = random.choice([d for d in "0123456789" if d != printed[place]])
    return _with(part, {i: _printed(part.values[i], printed[:place] + digit + printed[place + 1 :])})


def lose_comma(part: Part, random: Random) -> Part | None:
    at = [i for i, v in enumerate(part.values) if re.search(r"\d[.,]\d", v.entry.printed or "")]
    if not at:
        return None
    i = random.choice(at)
    return _with(part, {i: _printed(part.values[i], re.sub(r"[.,]", "", part.values[i].entry.printed or ""))})


def drop_row(part: Part, random: Random) -> Part | None:
    rows = _rows(part)
    if len(rows) < 2:
        return None
    gone = random.choice(list(rows.values()))
    return replace(part, values=tuple(v for i, v in enumerate(part.values) if i not in gone))


def repeat_row(part: Part, random: Random) -> Part | None:
    """The same row again, under its own label or under the next one."""
    rows = list(_rows(part).values())
    if len(rows) < 2:
        return None
    first, other = random.sample(range(len(rows)), 2)
    label = _row_labels(part.values[rows[random.choice((first, other))][0]])
    again = [_labelled(part.values[i], label) for i in rows[first]]
    kept = [v for i, v in enumerate(part.values) if i not in rows[other]] if random.random() < 0.5 else part.values
    return replace(part, values=(*kept, *again))


def shift_column(part: Part, random: Random) -> Part | None:
    """One column's numbers stand one row too low."""
    rows = list(_rows(part).values())
    columns: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row in rows:
        for i in row:
            columns[tuple(x.text for x in part.values[i].entry.labels if x.axis != "row")].append(i)
    long = [c for c in columns.values() if len(c) > 2 and len({part.values[i].entry.printed for i in c}) > 1]
    if not long:
        return None
    column = random.choice(long)
    labels = [_row_labels(part.values[i]) for i in column]
    return _with(part, {i: _labelled(part.values[i], labels[k - 1]) for k, i in enumerate(column)})


def swap_labels(part: Part, random: Random) -> Part | None:
    rows = list(_rows(part).values())
    if len(rows) < 2:
        return None
    one, other = random.sample(rows, 2)
    a, b = _row_labels(part.values[one[0]]), _row_labels(part.values[other[0]])
    if random.random() < 0.5 and len(a) == len(b):
        a, b = _retold(a, b), _retold(b, a)
    changed = {i: _labelled(part.values[i], b) for i in one} | {i: _labelled(part.values[i], a) for i in other}
    return _with(part, changed)


def exchange_groups(part: Part, random: Random, names: Sequence[Sequence[str]]) -> Part | None:
    """Heads, panels or legends that name two groups are exchanged; where only colours tell, the colours."""
    known = {text_key(name): n for n, group in enumerate(names) for name in group}
    labels = {known[text_key(x.text)]: x for v in part.values for x in v.entry.labels if text_key(x.text) in known}
    if len(labels) == 2:
        a, b = labels.values()
        swap = {a.text: b, b.text: a}
        changed = [_relabelled(v, lambda x: _head(x, swap)) for v in part.values]
        return replace(part, values=tuple(changed))
    fills = list({v.entry.fill for v in part.values if v.entry.fill})
    if len(fills) != 2:
        return None
    other = {fills[0]: fills[1], fills[1]: fills[0]}
    return replace(
        part,
        values=tuple(replace(v, entry=replace(v.entry, fill=other.get(v.entry.fill or ()))) for v in part.values),
    )


FAULTS: dict[str, Fault] = {
    "digit flipped": flip_digit,
    "row dropped": drop_row,
    "column shifted": shift_column,
    "comma lost": lose_comma,
    "row repeated": repeat_row,
    "labels swapped": swap_labels,
}


def _with(part: Part, changed: dict[int, PartValue]) -> Part:
    return replace(part, values=tuple(changed.get(i, v) for i, v in enumerate(part.values)))


def _printed(value: PartValue, printed: str) -> PartValue:
    return replace(value, entry=replace(value.entry, printed=printed))


def _rows(part: Part) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, value in enumerate(part.values):
        if labels := _row_labels(value):
            found[tuple(x.text for x in labels)].append(i)
    return found


def _row_labels(value: PartValue) -> tuple[Label, ...]:
    return tuple(x for x in value.entry.labels if x.axis == "row")


def _labelled(value: PartValue, row: tuple[Label, ...]) -> PartValue:
    others = tuple(x for x in value.entry.labels if x.axis != "row")
    return replace(value, entry=replace(value.entry, labels=(*row, *others)))


def _retold(places: tuple[Label, ...], texts: tuple[Label, ...]) -> tuple[Label, ...]:
    """The labels `places` with the other text: the box stays, what is said to stand there does not."""
    return tuple(replace(text, box=place.box) for place, text in zip(places, texts, strict=True))


def _relabelled(value: PartValue, change: Callable[[Label], Label]) -> PartValue:
    return replace(value, entry=replace(value.entry, labels=tuple(map(change, value.entry.labels))))


def _head(label: Label, swap: dict[str, Label]) -> Label:
    other = swap.get(label.text)
    return replace(label, text=other.text, box=_beside(label.box, other.box), colour=other.colour) if other else label


def _beside(own: Box | None, other: Box | None) -> Box | None:
    """Heads of the same group stand over several columns; the box moves to the column of the other group."""
    return other if own is not None else None
