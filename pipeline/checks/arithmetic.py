"""What must hold among printed values, by kind of question. Each rule yields rows "found must lie in low..high".

Bounds come from rounding theory, not taste. A share rounded to the unit u misses by at most u/2, so k shares that
exclude each other miss 100 by at most ⌊k/2⌋·u (the misses of an exact total cannot all point one way for odd k); a net
of m parts by ⌊m/2⌋·u; a printed difference of two rounded numbers by u; the sum of m options of which k may be chosen
stays below 100·k + ⌊m/2⌋·u. Mean ranks of k options that everybody ranks total
k(k+1)/2, give or take half a unit each.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.catalogue.matching import text_key
from pipeline.catalogue.model import Catalogue
from pipeline.core.contract import Severity
from pipeline.core.geometry import Box
from pipeline.observations.observe import Observation
from pipeline.observations.units import WHOLES

Column = list[Observation]
RARELY = 3.29
"""Standard deviations beyond which one of a thousand normal sums falls."""
INCOMPLETE = 0.1
"""Ranks by which an option's mean may fall short when some respondents leave options unranked: a place lost by one in
ten. A larger shortfall, or any surplus, is a wrong number."""


@dataclass(frozen=True, slots=True)
class PrintedPlace:
    """Where something is printed, when not at a value: `box` on `page` in points, origin top left."""

    page: int
    box: Box
    figure: str | None = None

    @classmethod
    def of(cls, o: Observation) -> PrintedPlace:
        return cls(o.source.entry.page, o.source.entry.box, o.figure)


@dataclass(frozen=True, slots=True, eq=False)
class Constraint:
    """One thing checked: `found` should lie in `low`..`high`. Rounding often explains a miss of `usual` beyond that,
    and never one of more than `slack`."""

    rule: str
    members: tuple[Observation, ...]
    found: float
    low: float
    high: float
    slack: float
    sentence: str
    """What is wrong when it does not hold; `{found}`, `{low}` and `{high}` are filled in."""
    usual: float | None = None
    """As `slack` when not given."""
    place: PrintedPlace | None = None
    """Of the sentence that is checked; that of the first member otherwise."""
    proven: bool = True
    """Does what is printed prove that the rule applies? Else it never blames the report."""

    @property
    def miss(self) -> float:
        """Distance outside low..high, signed; 0 inside, and where only binary fractions miss."""
        if self.found < self.low:
            return round(self.found - self.low, 9)
        return round(max(self.found - self.high, 0.0), 9)

    @property
    def severity(self) -> Severity:
        """`info` where rounding may well explain the miss, `warning` where it hardly does, `error` where it cannot."""
        miss = abs(self.miss) - 1e-9
        if miss > self.slack:
            return "error"
        return "info" if miss <= (self.slack if self.usual is None else self.usual) else "warning"

    def row(self) -> dict[str, object]:
        """The row of the rules' frame (`schemas.rules`)."""
        key = self.members[0].key if self.members else (self.place.figure if self.place else None, *[None] * 5)
        names = ("figure", "question", "item", "category", "group", "wave")
        named = dict(zip(names, key, strict=False))
        return {"rule": self.rule, **named, "found": self.found, "low": self.low, "high": self.high}


Rule = Callable[[Sequence[Observation], Catalogue], Iterator[Constraint]]


def columns(observations: Sequence[Observation]) -> list[Column]:
    """Values that answer one question of one group in one wave: those that may have to sum."""
    found: dict[tuple[object, ...], Column] = defaultdict(list)
    for o in observations:
        found[
            (o.figure, o.part.page, o.part.box, o.question_printed, o.roles.item, o.roles.group, o.roles.wave, o.unit)
        ].append(o)
    return list(found.values())


def unit_of(column: Sequence[Observation]) -> float:
    """The rounding unit: one in the last place printed by most of the column."""
    decimals = sorted(o.number.decimals for o in column)
    return float(10.0 ** -decimals[len(decimals) // 2])


def parts_of(net: Observation, column: Sequence[Observation]) -> Column:
    """The values that `net` sums: those of its labels' or its option's parts, when the column prints them all."""
    if ids := set(net.category.of) if net.category else None:
        members = [o for o in column if o is not net and o.category is not None and o.category.id in ids]
        if len(members) == len(ids):
            return members
    names = [text_key(name) for name in (net.roles.category or "").split(" + ")]
    by_name = {text_key(o.roles.category or ""): o for o in column if o is not net} if len(names) > 1 else {}
    return [by_name[name] for name in names] if by_name.keys() >= set(names) else []


def without_nets(column: Sequence[Observation]) -> Column:
    return [o for o in column if not parts_of(o, column)]


def total_of(values: Sequence[Observation]) -> float:
    return round(sum(o.value for o in values), 6)


def rounding_of(shares: Sequence[Observation]) -> tuple[float, float]:
    """By how much the sum of rounded shares of a whole misses it in all but one of a thousand cases, and at most.

    Rounding to the unit u errs uniformly within ±u/2. Where all units are the same the miss is a multiple of it, and
    two shares of a whole miss together only at exact halves.
    """
    units = [10.0**-o.number.decimals for o in shares]
    unit, spread = max(units), RARELY * math.sqrt(sum(u * u for u in units) / 12)
    if len(set(units)) > 1:
        return spread, max(sum(units) / 2, spread)
    usual = 0 if len(shares) == 2 else math.floor(spread / unit)
    return usual * unit, len(shares) // 2 * unit


def shares_sum(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """The options of a single-answer question sum to 100: one that the catalogue, the form or most of the exhibit's
    columns show to be so."""
    wholes = [without_nets(column) for column in columns(observations)]
    wholes = [c for c in wholes if len(c) > 1 and all(o.unit == "percent" for o in c)]
    holds: dict[int, list[bool]] = defaultdict(list)
    for shares in wholes:
        holds[shares[0].exhibit].append(abs(total_of(shares) - 100) <= rounding_of(shares)[0])
    for shares in (c for c in wholes if all(o.kind == "single" for o in c)):
        usual, most = rounding_of(shares)
        low, high, total = 100 - usual, 100 + usual, total_of(shares)
        sentence = "the shares sum to {found} instead of 100"
        first, told = shares[0], holds[shares[0].exhibit]
        proven = first.question is not None or first.part.form in WHOLES or 2 * sum(told) > len(told)
        yield Constraint("sum", tuple(shares), total, low, high, most - usual, sentence, usual=0.0, proven=proven)
        drawn = [o.repeated[-1] for o in shares if o.repeated]
        if len(drawn) == len(shares) and total_of(drawn) != total:
            sentence = "the shares of the chart that repeats the table sum to {found} instead of 100"
            place = PrintedPlace.of(drawn[0])
            yield Constraint(
                "sum", tuple(shares), total_of(drawn), 100, 100, most, sentence, usual=float(most), place=place
            )


def nets(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """A printed sub-total is the sum of its parts."""
    for column in columns(observations):
        for net in column:
            parts = parts_of(net, column)
            if parts:
                total = total_of(parts)
                slack = len(parts) // 2 * unit_of(column)
                sentence = f"the sub-total {net.source.entry.printed} is not the {{low}} of its parts"
                yield Constraint("net", (net, *parts), net.value, total, total, slack, sentence)


def pairs(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """Of a question whose options carry a pair of values (one of each group), none has only one of them."""
    found: dict[tuple[object, ...], dict[str, Column]] = defaultdict(lambda: defaultdict(list))
    for o in observations:
        if o.kind == "pair":
            found[o.figure, o.question_printed, o.roles.item, o.roles.wave, o.unit][o.roles.category or ""].append(o)
    for options in found.values():
        groups = {o.roles.group for column in options.values() for o in column}
        for column in options.values():
            sentence = f"{column[0].roles.category!r} has {{found}} of the {{low}} values that the others have"
            count, expected = float(len(column)), float(len(groups))
            yield Constraint("pair", tuple(column), count, expected, expected, 0.0, sentence)


def choices(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """Where k options may be chosen, the shares sum to no more than 100·k."""
    for column in columns(observations):
        question = column[0].question
        shares = without_nets(column)
        if question is None or question.choose is None or any(o.unit != "percent" for o in shares):
            continue
        most = 100.0 * question.choose
        slack = len(shares) // 2 * unit_of(shares)
        sentence = f"{question.choose} options may be chosen, yet the shares sum to {{found}}, more than {{high}}"
        yield Constraint("choose", tuple(shares), total_of(shares), 0.0, most, slack, sentence)


def exclusive_answers(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """Nobody gives an exclusive answer beside another: with each of the others it makes no more than 100."""
    for column in columns(observations):
        shares = [o for o in column if o.kind == "multiple" and o.unit == "percent" and o.category is not None]
        for alone in (o for o in shares if o.category and o.category.exclusive):
            sentence = (
                f"{alone.source.entry.printed} answer only {alone.roles.category!r}, "
                "so that no other answer can have more than {high}; this one has {found}"
            )
            most = round(100.0 - alone.value, 6)
            for o in (o for o in shares if o is not alone):
                yield Constraint("exclusive", (o, alone), o.value, 0.0, most, unit_of([o, alone]), sentence)


def ranges(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """A share lies in 0..100, a score on its scale, a rank between 1 and the number of options, a count at 0 or above;
    where several of an exhibit are printed with a minus, these are changes or balances."""
    below = Counter(o.exhibit for o in observations if o.value < 0)
    for o in observations:
        low, high = -math.inf, math.inf
        if o.unit in ("percent", "count") and below[o.exhibit] > 1:
            continue
        if o.unit == "percent" and o.kind != "difference":
            low, high = 0.0, 100.0
        elif o.unit == "points":
            low, high = -100.0, 100.0
        elif o.unit in ("mean_score", "rank") and o.question is not None and o.question.scale:
            first, last = o.question.scale.split("-")
            low, high = float(first), float(last)
        elif o.unit == "count":
            low = 0.0
        if math.isfinite(low):
            told = o.question is not None or (o.number.unit != "plain" and not o.number.signed)
            sentence = "{found} lies outside {low} to {high}"
            yield Constraint("range", (o,), o.value, low, high, 0.0, sentence, proven=told)


def differences(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """A printed difference is that of its terms."""
    cells = {_cell(o, o.item.id): o for o in observations if o.item is not None}
    for o in observations:
        if o.item is None or len(o.item.terms) != 2:
            continue
        first, second = (cells.get(_cell(o, term)) for term in o.item.terms)
        if first is None or second is None:
            continue
        expected = round(first.value - second.value, 6)
        sentence = (
            f"the printed difference {o.source.entry.printed} for {o.roles.category!r} is not "
            f"{first.source.entry.printed} − {second.source.entry.printed} = {{low}}"
        )
        yield Constraint(
            "difference", (o, first, second), o.value, expected, expected, unit_of([first, second]), sentence
        )


def _cell(o: Observation, item: str) -> tuple[object, ...]:
    return (o.figure, text_key(o.roles.category or ""), o.roles.group, o.roles.wave, item)


def ranks(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """Ranks are 1 to k, each once; higher ones are of a longer list. Ties (1, 2, 2, 4 or 1, 2, 2, 3) are declared by
    equal scores beside them; where no scores are printed they are only suspicious."""
    scores = {_scored(o): o.value for o in observations if o.unit == "mean_score"}
    for column in columns(observations):
        if column[0].unit != "rank" or len(column) < 2:
            continue
        given = sorted(o.value for o in column)
        competition = [1.0 + sum(other < v for other in given) for v in given]
        dense = [1.0 + len({other for other in given if other < v}) for v in given]
        wrong = min(_misplaced(given, competition), _misplaced(given, dense))
        scored = any(_scored(o) in scores for o in column)
        heads = {o.value: scores.get(_scored(o)) for o in column}
        tied = len(given) - len(heads)
        if scored and all(scores.get(_scored(o)) == heads[o.value] for o in column):
            tied = 0
        printed = ", ".join(f"{v:g}" for v in given)
        sentence = f"the ranks {printed} are no order of 1 to {len(column)}"
        slack = 0.0 if scored or wrong else float(tied)
        found, whole = float(wrong + tied), given[-1] <= len(given)
        yield Constraint("ranks", tuple(column), found, 0.0, 0.0, slack, sentence, usual=0.0, proven=whole)


def rank_totals(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """Mean ranks of k options total k(k+1)/2 when everybody ranks all."""
    for column in columns(observations):
        question = column[0].question
        if column[0].unit != "mean_score" or question is None or question.kind != "rank" or not question.scale:
            continue
        k = len(column)
        if question.scale != f"1-{k}":
            continue
        total, expected = total_of(column), k * (k + 1) / 2
        bound = k * unit_of(column) / 2
        short = k * INCOMPLETE if total < expected else 0.0
        sentence = f"the mean ranks of {k} options total {{found}} instead of {expected:g}"
        yield Constraint("rank-total", tuple(column), total, expected - bound, expected + bound, short, sentence)


def ranks_follow_scores(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """Where rank and score are both printed, the ranks are the order of the scores."""
    scores = {_scored(o): o for o in observations if o.unit == "mean_score"}
    for column in columns(observations):
        pairs = [(o, scores[_scored(o)]) for o in column if o.unit == "rank" and _scored(o) in scores]
        if len(pairs) < 2:
            continue
        by_rank = [score.value for _, score in sorted(pairs, key=lambda p: (p[0].value, p[1].value))]
        rising, falling = sorted(by_rank), sorted(by_rank, reverse=True)
        wrong = min(_misplaced(by_rank, rising), _misplaced(by_rank, falling))
        members = tuple(o for pair in pairs for o in pair)
        yield Constraint("rank-order", members, float(wrong), 0, 0, 0, "the ranks are not the order of the mean scores")


def _scored(o: Observation) -> tuple[object, ...]:
    return (o.figure, o.roles.category, o.roles.item, o.roles.group, o.roles.wave)


def _misplaced(one: Sequence[float], other: Sequence[float]) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def bases(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """A share of n respondents is a whole number of them (GRIM: Brown & Heathers 2017). The base that a matrix prints
    counts who answered some item; each item has a smaller one of its own, so its shares are not checked."""
    for o in observations:
        if not o.base_n or o.unit != "percent" or o.source.entry.printed is None or o.roles.item is not None:
            continue
        unit = 10.0**-o.number.decimals
        count = round(o.value * o.base_n / 100)
        nearest = 100 * count / o.base_n
        sentence = f"{o.source.entry.printed} of {o.base_n} respondents is no whole number of them"
        yield Constraint("base", (o,), o.value, nearest - unit / 2 - 1e-6, nearest + unit / 2 + 1e-6, 0.0, sentence)


def repeated_values(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """The same value printed in two figures is the same."""
    found: dict[tuple[object, ...], Column] = defaultdict(list)
    for o in observations:
        if o.question is not None and o.category is not None and o.roles.group is not None:
            item = o.item.id if o.item else o.roles.item
            found[(o.question.id, o.category.id, item, o.roles.group, o.roles.wave, o.unit)].append(o)
    for same in found.values():
        for other in same[1:]:
            if other.figure != same[0].figure:
                unit = max(unit_of([other]), unit_of([same[0]]))
                slack = unit / 2 if other.number.decimals != same[0].number.decimals else 0.0
                sentence = f"figure {same[0].figure} prints {{low}} for {other.roles.category!r}"
                sentence += f", figure {other.figure} {{found}}"
                members, value = (other, same[0]), same[0].value
                yield Constraint("exhibits", members, other.value, value, value, slack, sentence)


def rank_exhibits(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """A top list prints the order of the values that it is drawn from."""
    for column in columns(observations):
        question = column[0].question
        if question is None or question.ranks is None or column[0].unit != "rank":
            continue
        source = {
            text_key(o.roles.category or ""): o
            for o in observations
            if o.question is not None
            and o.question.id == question.ranks.question
            and (question.ranks.item is None or (o.item is not None and o.item.id == question.ranks.item))
            and (o.roles.group, o.roles.wave) == (column[0].roles.group, column[0].roles.wave)
        }
        listed = sorted((o for o in column if text_key(o.roles.category or "") in source), key=lambda o: o.value)
        if len(listed) < 2:
            continue
        values = [source[text_key(o.roles.category or "")] for o in listed]
        places = [1 + sum(other.value > o.value for other in source.values()) for o in values]
        wrong = sum(place > o.value for place, o in zip(places, listed, strict=True))
        sentence = (
            f"figure {column[0].figure} ranks {len(listed)} options for {column[0].roles.group}; "
            f"by the values of figure {values[0].figure} they stand at {' '.join(map(str, places))}"
        )
        yield Constraint("rank-exhibit", (*listed, *values), float(wrong), 0.0, 0.0, 0.0, sentence)


def subgroups(observations: Sequence[Observation], catalogue: Catalogue) -> Iterator[Constraint]:
    """What all respondents say lies between what the groups say."""
    groups = {g.id for g in catalogue.study.groups if g.id != "all"}
    found: dict[tuple[object, ...], Column] = defaultdict(list)
    for o in observations:
        found[(o.figure, o.question_printed, o.roles.category, o.roles.item, o.roles.wave, o.unit)].append(o)
    for same in found.values():
        whole = [o for o in same if o.roles.group == "all"]
        parts = [o for o in same if o.roles.group in groups]
        if len(whole) == 1 and len(parts) > 1:
            unit = unit_of(same)
            low, high = min(o.value for o in parts), max(o.value for o in parts)
            sentence = "the total {found} does not lie between the groups ({low} to {high})"
            yield Constraint("subgroups", (whole[0], *parts), whole[0].value, low, high, unit, sentence)


RULES: tuple[Rule, ...] = (
    shares_sum,
    nets,
    pairs,
    choices,
    exclusive_answers,
    ranges,
    differences,
    ranks,
    rank_totals,
    ranks_follow_scores,
    bases,
    repeated_values,
    rank_exhibits,
    subgroups,
)
