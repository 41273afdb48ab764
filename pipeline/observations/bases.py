"""The printed number of respondents, and the wave that it belongs to.

A chart of several waves often prints one base. Whose it is shows in the marks: a bar's length times its own base is a
whole count of respondents, times another's it is anything. One chart may be too small to tell, but an edition's charts
are made by one hand, so the evidence of all of them is pooled: does the base belong to the earliest or the latest wave?
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipeline.exhibits.reading import Part
from pipeline.observations.base_texts import PrintedBase, base_for, base_in, bases_in, heads_bases
from pipeline.observations.observe import Observation

DECISIVE = math.log(100.0)
"""Log likelihood ratio from which one wave's claim to the base is taken: a hundred to one."""
FEWEST_SHARES = 3
"""Shares from which their numbers tell whether they count those who gave the answer."""
ROUNDED = 0.6
"""Percentage points by which a printed share may miss the quotient of two counts."""
FINEST = 0.03
"""Least spread of counts around whole numbers that is credited: a mark is placed to about a thousandth of the axis."""


def assign_bases(observations: Sequence[Observation]) -> list[Observation]:
    """The observations with their `base_n`: the number printed in one of its labels ("Micro (n=304)"), else that in a
    column or row of bases of its table, else that of its exhibit, for its wave or group where several are printed.
    Where marks show that the exhibit's base is that of one wave, the values of others have none."""
    parts: dict[int, list[Observation]] = defaultdict(list)
    for o in observations:
        parts[o.exhibit].append(o)
    bases: dict[int, int | None] = {}
    several: list[tuple[list[Observation], int]] = []
    for members in parts.values():
        part = members[0].part
        told = printed_bases(part)
        waves = {o.roles.wave for o in members if o.roles.wave is not None}
        counted = _counted(members)
        for o in members:
            labels = [x.text for x in o.source.entry.labels if x.axis != "title"]
            own = base_in(labels) or counted.get(o.serial)
            bases[o.serial] = own or (base_for(told, o.roles.wave, labels, waves) if told else None)
        if len(told) == 1 and len(waves) > 1:
            several.append(([o for o in members if bases[o.serial] == told[0].n], told[0].n))
    bases |= _pooled([(some, base) for some, base in several if some])
    return [replace(o, base_n=bases[o.serial]) for o in observations]


def _counted(members: Sequence[Observation]) -> dict[int, int]:
    """By serial, the number of respondents in the column or row of bases of the value's table."""
    found: dict[frozenset[str], set[int]] = defaultdict(set)
    names = {o.serial: _names(o) for o in members}
    heads = {o.serial: frozenset(name for name in names[o.serial] if heads_bases(name)) for o in members}
    for o in members:
        if heads[o.serial] and o.number.unit == "plain" and not o.number.decimals and o.value > 0:
            found[names[o.serial] - heads[o.serial]].add(int(o.value))
    one = {rest: ns.pop() for rest, ns in found.items() if rest and len(ns) == 1}
    often = Counter(name for rest in one for name in rest)
    by_rarest: dict[str, list[frozenset[str]]] = defaultdict(list)
    for rest in one:
        by_rarest[min(rest, key=lambda name: (often[name], name))].append(rest)
    near = {
        o.serial: [one[rest] for name in names[o.serial] for rest in by_rarest.get(name, ()) if rest <= names[o.serial]]
        for o in members
    }
    shares = [(o.value, n) for o in members if o.unit == "percent" for n in near[o.serial]]
    if _are_frequencies(list(one.values()), shares, (base.n for base in printed_bases(members[0].part))):
        return {}
    return {serial: ns[0] for serial, ns in near.items() if len(ns) == 1 and not heads[serial]}


def _are_frequencies(counts: Sequence[int], shares: Sequence[tuple[float, int]], told: Iterable[int]) -> bool:
    """Do the shares, each beside one of the counts, follow from them: did so many give each answer, and are they no
    bases?"""
    if len(shares) < FEWEST_SHARES:
        return False
    wholes = {*told, sum(counts), max(counts)}
    fitting = (sum(abs(share - 100 * n / whole) <= ROUNDED for share, n in shares) for whole in wholes)
    return 2 * max(fitting) > len(shares)


def _names(o: Observation) -> frozenset[str]:
    return frozenset(x.text.strip() for x in o.source.entry.labels if x.axis in ("row", "column", "series", "section"))


def printed_bases(part: Part) -> list[PrintedBase]:
    """The bases that the part prints, of the first text that tells any: its notes, the nearest first, its question,
    else what stands by it."""
    for text in (*part.notes, *part.titles[:1], *part.texts, *part.titles[1:]):
        bases = bases_in(text)
        if bases:
            return bases
    return []


def _pooled(several: Sequence[tuple[list[Observation], int]]) -> dict[int, int | None]:
    """By serial, the base of values of several waves, where marks tell whose it is."""
    bases: dict[int, int | None] = {}
    evidence = [(members, base, _support(members, base)) for members, base in several]
    totals = {which: sum(s[which(s)] for _, _, s in evidence if s) for which in (_earliest, _latest)}
    best, other = sorted(totals, key=lambda which: -totals[which])
    if totals[best] < DECISIVE or totals[best] - totals[other] < DECISIVE:
        return bases
    for members, base, support in evidence:
        waves = support or {o.roles.wave: 0.0 for o in members if o.roles.wave is not None}
        wave = best(waves)
        if waves[wave] - max((v for w, v in waves.items() if w != wave), default=0.0) > -DECISIVE:
            bases |= {o.serial: base if o.roles.wave == wave else None for o in members}
    return bases


def _earliest(support: Mapping[str, float]) -> str:
    return min(support)


def _latest(support: Mapping[str, float]) -> str:
    return max(support)


def _support(members: Sequence[Observation], base: int) -> dict[str, float]:
    """Log likelihood, for each wave, that its marks times `base` are whole counts (normal around them) rather than
    anything (uniform). Empty when the marks of fewer than two waves were measured, or when they are as long as the
    rounded numbers printed beside them say: then they were drawn from those, and know of no count."""
    by_wave: dict[str, list[float]] = defaultdict(list)
    printed: list[float] = []
    for o in members:
        measured = o.source.entry.measured
        if o.roles.wave is not None and measured is not None:
            count = measured * base / 100
            by_wave[o.roles.wave].append(count - round(count))
            printed.append((measured - o.value) * 10**o.number.decimals)
    if len(by_wave) < 2 or _log_likelihood(printed) > 0:
        return {}
    return {wave: _log_likelihood(misses) for wave, misses in by_wave.items()}


def _log_likelihood(misses: Sequence[float]) -> float:
    spread = max(math.sqrt(sum(m * m for m in misses) / len(misses)), FINEST)
    return -len(misses) * (math.log(spread * math.sqrt(2 * math.pi)) + 0.5)
