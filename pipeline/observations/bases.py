"""The printed number of respondents of each value: in its labels, a column of its table, a text by its exhibit."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, combinations, takewhile
from math import inf

from pipeline.core.periods import period_order
from pipeline.exhibits.reading import Part
from pipeline.observations.base_texts import (
    PrintedBase,
    base_in,
    bases_in,
    heads_bases,
    recurring,
    shared_out,
)
from pipeline.observations.observe import Observation
from pipeline.observations.wave_bases import pooled

FEWEST_SHARES = 3
"""Shares from which their numbers tell whether they count those who gave the answer."""
ROUNDED = 0.6
"""Percentage points by which a printed share may miss the quotient of two counts."""


def assign_bases(observations: Sequence[Observation]) -> list[Observation]:
    """The observations with their `base_n`: the number printed in one of its labels ("Micro (n=304)"), else that in a
    column or row of bases of its table, else that of its exhibit, for its wave or group where several are printed.
    Where marks show that the exhibit's base is that of one wave, the values of others have none."""
    parts: dict[int, list[Observation]] = defaultdict(list)
    for o in observations:
        parts[o.exhibit].append(o)
    every = [members[0].part for members in parts.values()]
    known = recurring({(p.page, t): t for p in every for t in (*p.texts, *p.notes)}.values())
    bases: dict[int, int | None] = {}
    several: list[tuple[list[Observation], int]] = []
    for members in parts.values():
        told = printed_bases(members[0].part, known)
        counted = _counted(members, told)
        by_name, whole = _shared_out(told, members) if told else ({}, None)
        for o in members:
            labels = [x.text for x in o.source.entry.labels if x.axis != "title"]
            own = base_in(labels) or counted.get(o.serial)
            named = (by_name.get(name) for name in (*labels, o.roles.wave or ""))
            bases[o.serial] = own or next(filter(None, named), whole)
        if len(told) == 1 and len({o.roles.wave for o in members} - {None}) > 1:
            several.append(([o for o in members if bases[o.serial] == told[0].n], told[0].n))
    bases |= pooled([(some, base) for some, base in several if some])
    return [replace(o, base_n=bases[o.serial]) for o in observations]


def _shared_out(told: Sequence[PrintedBase], members: Sequence[Observation]) -> tuple[dict[str, int], int | None]:
    waves = sorted({o.roles.wave for o in members if o.roles.wave is not None}, key=period_order)
    axes: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
    for o in members:
        for x in o.source.entry.labels:
            if x.axis != "title" and x.text not in waves:
                axes[x.axis, x.level][x.text] = None
    return shared_out(told, [waves, *map(tuple, axes.values())], waves)


def _counted(members: Sequence[Observation], told: Sequence[PrintedBase]) -> dict[int, int]:
    """By serial, the number of respondents in the column or row of bases of the value's table; where the column holds
    how many gave each answer, how many there are in all."""
    found: dict[frozenset[str], set[int]] = defaultdict(set)
    names = {o.serial: _names(o) for o in members}
    told_so = frozenset(name for own in names.values() for name in own if heads_bases(name))
    counts = [names[o.serial] for o in members if o.unit == "count"]
    head = told_so or (frozenset.intersection(*counts) if counts else told_so)
    heads = {serial: own & head for serial, own in names.items()}
    for o in members:
        if heads[o.serial] and o.number.unit == "plain" and not o.number.decimals and o.value > 0:
            found[names[o.serial] - heads[o.serial]].add(int(o.value))
    one = {rest: ns.pop() for rest, ns in found.items() if rest and len(ns) == 1}
    near = {
        serial: [one[rest] for k in range(1, len(own)) for rest in map(frozenset, combinations(own, k)) if rest in one]
        for serial, own in names.items()
    }
    shares = [(o.value, n) for o in members if o.unit == "percent" and o.value >= 0 for n in near[o.serial]]
    whole = _shared_whole(list(one.values()), shares, (base.n for base in told))
    if whole is not None:
        return dict.fromkeys((o.serial for o in members), whole)
    return {serial: ns[0] for serial, ns in near.items() if told_so and len(ns) == 1 and not heads[serial]}


def _shared_whole(counts: Sequence[int], shares: Sequence[tuple[float, int]], told: Iterable[int]) -> int | None:
    """The number of which most of the shares, each beside one of the counts, are those that the counts make: then so
    many gave each answer, and the counts are no bases. It is printed, or the sum of counts that follow each other."""
    if len(shares) < FEWEST_SHARES:
        return None
    wholes = [*told, *counts, *accumulate(counts)]
    ordered = sorted(set(wholes))
    steps = [0] * (len(ordered) + 1)  # of how many of the shares each is the whole, by the steps between them
    for share, n in shares:
        steps[bisect_left(ordered, 100 * n / (share + ROUNDED))] += 1
        steps[bisect_right(ordered, 100 * n / (share - ROUNDED) if share > ROUNDED else inf)] -= 1
    fits = dict(zip(ordered, accumulate(steps), strict=False))
    best = max(wholes, key=fits.__getitem__)
    return best if 2 * fits[best] > len(shares) else None


def _names(o: Observation) -> frozenset[str]:
    return frozenset(x.text.strip() for x in o.source.entry.labels if x.axis in ("row", "column", "series", "section"))


def printed_bases(part: Part, known: Collection[str] = ()) -> list[PrintedBase]:
    """The bases of the first text of the part that tells any: of its notes, the nearest first, its question, what is
    around; else a column of bases beside its marks."""
    for text in (*part.notes, *part.titles[:1], *part.texts, *part.titles[1:]):
        bases = bases_in(text, known)
        if bases:
            return bases
    head = next((i for i, text in enumerate(part.texts) if heads_bases(text)), len(part.texts))
    column = takewhile(str.isdecimal, part.texts[head + 1 :])
    return [PrintedBase(int(n), "", "") for n in column]
