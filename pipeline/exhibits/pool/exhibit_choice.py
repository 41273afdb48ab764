"""The choice among readings: the set that explains the numbers best and uses none of them twice.

Each region of the pool explains numbers: those that it gives as values, and those that it understands otherwise, the
ticks of its axis. A number may be the value of one region only, and what is the value of one may not be the tick of
another's axis. Regions that meet so form a group; within a group the set with the highest sum of weights is searched:
exactly in small groups, from the weightiest on in large ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.core.geometry import ByHeight
from pipeline.core.shelf import RECENT, ByNumber
from pipeline.exhibits.reading import Entry, ExhibitRegion, Label, Reading
from pipeline.pages.page import Page, Word

NAMELESS = 0.3
"""Weight, 0..1, of a value without any name: it cannot be told what it says. Set by hand, as the three below; their
order decides which reading of a place is chosen, and a table loses to a chart whose marks agree for most of it."""
READ_ONCE = 0.75
"""Weight of a value with names that one witness reads, in a place that surely has the form."""
WITNESSED = 0.95
"""Weight of a value whose mark is as long, or as wide an angle, as the printed number says."""
DOUBTFUL = 0.35
"""Weight of a value that its own reader doubts."""


def entry_sureness(entry: Entry, reading: Reading) -> float:
    """Weight, 0..1, of the evidence that this value is right under the names that the reading gives it."""
    if not named(entry.labels):
        return NAMELESS
    if entry.doubts:
        return DOUBTFUL
    return WITNESSED if mark_agrees(entry) else READ_ONCE * reading.sureness


def sureness(reading: Reading) -> float:
    """Mean weight, 0..1, of the evidence for the values of the reading; 0 where it has none."""
    entries = reading.entries
    return sum(entry_sureness(entry, reading) for entry in entries) / len(entries) if entries else 0.0


def named(labels: Sequence[Label]) -> bool:
    """Does one label at least hold letters or digits?"""
    return any(any(map(str.isalnum, label.text)) for label in labels)


def mark_agrees(entry: Entry) -> bool:
    """Is the value both printed and measured at its mark, and nothing said against it?"""
    return entry.measured is not None and entry.printed is not None and not entry.doubts


def distinct_paths(reading: Reading) -> float:
    """Share of values, 0..1, whose path of labels no other value of the reading has."""
    paths = [tuple((x.axis, x.level, x.text) for x in entry.labels) for entry in reading.entries]
    return len(set(paths)) / len(paths) if paths else 0.0


EXACT = 16
"""Regions of one group up to which all sets are tried, by branch and bound; larger groups take the weightiest first."""
EVEN = 0.5
"""Probability from which a place is more surely an exhibit than not."""
Number = tuple[int, ...]
"""A word with digits (page, place in the order of the page), or a mark without a label (page, its middle in points)."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A region of the pool: the numbers and bare marks that are its values, the numbers that it explains otherwise, and
    what it is worth."""

    region: ExhibitRegion
    values: frozenset[Number]
    others: frozenset[Number]
    worth: float
    """Number of words with digits that it explains, each weighted by its evidence."""

    def meets(self, other: Contender) -> bool:
        """Do both claim a number of which only one of them can be right?"""
        return not (
            self.values.isdisjoint(other.values)
            and self.values.isdisjoint(other.others)
            and self.others.isdisjoint(other.values)
        )


def choose(regions: Sequence[ExhibitRegion], pages: Sequence[Page]) -> list[ExhibitRegion]:
    """The regions that together explain the numbers of the pages best, in their given order.

    Places that are less surely an exhibit than not come in a second round, for numbers that the first has left over;
    their values are as doubtful as they are.
    """
    pool = contenders(regions, pages)
    sure = [i for i, one in enumerate(pool) if is_sure(one.region)]
    first = _chosen(sure, pool)
    free = [i for i in range(len(pool)) if i not in sure and not any(pool[i].meets(pool[j]) for j in first)]
    second = _chosen(free, pool)
    return [pool[i].region if i in first else doubted(pool[i].region) for i in sorted([*first, *second])]


def is_sure(region: ExhibitRegion) -> bool:
    """Is the place more surely an exhibit than not?"""
    return not region.readings or region.readings[0].sureness >= EVEN


def doubted(region: ExhibitRegion) -> ExhibitRegion:
    """The region with values that are at most as sure as their place."""
    first, *others = region.readings
    entries = tuple(replace(e, confidence=min(e.confidence, first.sureness)) for e in first.entries)
    return replace(region, readings=(replace(first, entries=entries), *others))


def _chosen(members: Sequence[int], pool: Sequence[Contender]) -> list[int]:
    return [one for group in _groups(members, pool) for one in _best(group, pool)]


def contenders(regions: Sequence[ExhibitRegion], pages: Sequence[Page]) -> list[Contender]:
    """The regions with what each explains on the pages, in their given order."""
    by_number = ByNumber(pages)

    @lru_cache(RECENT)
    def numbers(page: int) -> ByHeight[Word]:
        found = by_number.get(page)
        return ByHeight(w for w in (found.words if found else ()) if any(map(str.isdigit, w.text)))

    return [_contender(region, numbers) for region in regions]


def _contender(region: ExhibitRegion, numbers: Callable[[int], ByHeight[Word]]) -> Contender:
    if not region.readings:
        return Contender(region, frozenset(), frozenset(), 0.0)
    reading = region.readings[0]
    sure: dict[Number, float] = {}
    marks: set[Number] = set()
    for entry in reading.entries:
        if entry.printed is None:
            marks.add((entry.page, round(entry.box.x_mid), round(entry.box.y_mid)))
            continue
        for word in numbers(entry.page).inside(entry.box):
            number = entry.page, word.order
            sure[number] = max(sure.get(number, 0.0), entry_sureness(entry, reading))
    ticks = frozenset(
        (reading.page, word.order)
        for box, reason in reading.used
        if reason == "axis tick"
        for word in numbers(reading.page).inside(box)
    )
    others = ticks - sure.keys()
    odds = sum(sure.values()) / len(sure) if sure else 0.0
    worth = (sum(sure.values()) + odds * len(others)) * distinct_paths(reading)
    return Contender(region, frozenset(sure.keys() | marks), others, worth)


def _groups(members: Sequence[int], pool: Sequence[Contender]) -> Iterator[list[int]]:
    """The members of the pool that meet one another, directly or by others."""
    left = list(members)
    while left:
        group, todo = [], [left.pop(0)]
        while todo:
            one = todo.pop()
            group.append(one)
            met = [i for i in left if pool[i].meets(pool[one])]
            left = [i for i in left if i not in met]
            todo += met
        yield group


def _best(group: Sequence[int], pool: Sequence[Contender]) -> list[int]:
    """The members that do not meet and are together worth most."""
    ordered = sorted(group, key=lambda i: (-pool[i].worth, i))
    if len(ordered) > EXACT:
        taken: list[int] = []
        for i in ordered:
            if not any(pool[i].meets(pool[j]) for j in taken):
                taken.append(i)
        return taken
    return _search(ordered, pool)[1]


def _search(ordered: Sequence[int], pool: Sequence[Contender]) -> tuple[float, list[int]]:
    """Worth and members of the best set: with the first member, or without it."""
    if not ordered:
        return 0.0, []
    first, *rest = ordered
    free = [i for i in rest if not pool[i].meets(pool[first])]
    worth, members = _search(free, pool)
    best = (worth + pool[first].worth, [first, *members])
    if len(free) == len(rest) or best[0] >= sum(pool[i].worth for i in rest):
        return best
    without = _search(rest, pool)
    return without if without[0] > best[0] else best
