"""The unit of a value, told by what is printed: its sign, the words of its labels, the signs and the sums of its column
and of the other columns, the exhibit's texts. The catalogue fills in what is printed nowhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

from pipeline.catalogue.matching import match_option
from pipeline.catalogue.model import Option, Question
from pipeline.core.language import exhibit_words, measure_of, measure_within, words
from pipeline.core.numbers import Number
from pipeline.exhibits.part import Part, PartValue
from pipeline.observations.dimensions import Roles

ROUNDING_PER_SHARE = 0.5
"""Units of its last digit by which one rounded share can miss; k of them miss their sum by at most k times this."""
FEWEST_SHARES = 3
"""Unsigned numbers from which a sum of 100 tells that they are shares: two add up to it by chance."""
LONGEST_MEAN_SCALE = 10
"""The highest point of the scales that questions use: unsigned decimals above it are no means of one."""
UNIT_GUESSED = "extraction-unit-guessed"
"""Nothing that is printed tells the unit."""
_MONEY = re.compile(
    rf"(?:\b(?:in|en)\s+|\()(?:{'|'.join(re.escape(word) for word in exhibit_words('currency'))})(?!\w)", re.IGNORECASE
)
"""Words that say that an exhibit's numbers are amounts: "in euro", "en euros", "(€)"."""

Row = tuple[PartValue, Number, Roles]


@dataclass(frozen=True)
class _Column:
    """The values of an exhibit that share item, group, wave and measure: where they stand in it, and their numbers."""

    members: list[int]
    numbers: list[Number]
    roles: Roles
    named: str | None
    """What the labels of the column say that it measures."""

    @property
    def plain(self) -> list[Number]:
        """The numbers without a sign of their own."""
        return [n for n in self.numbers if n.unit == "plain"]


def units_of(rows: Sequence[Row], part: Part, question: Question | None) -> list[tuple[str, bool]]:
    """Unit of each value, and whether nothing that is printed tells it."""
    columns = _columns(rows, lambda r: (r.item, r.group, r.measure, r.wave))
    crossing = _columns(rows, lambda r: (r.category, r.group, r.measure, r.wave))
    shares = _are_shares(columns) or _are_shares(crossing)
    ranks = _are_ranks(columns, part)
    told = _told_by_texts(part)
    units = [("", False)] * len(rows)
    for column in columns:
        plain, guessed = _plain_unit(column, question, told, shares, ranks)
        signed = sum(n.signed for n in column.numbers) > len(column.numbers) / 2
        item = option_of(column.roles.item, question.items) if question else None
        difference = (item is not None and item.kind == "difference") or signed
        for i, number in zip(column.members, column.numbers, strict=True):
            unit = {"percent": "percent", "currency": "currency", "plain": plain}[number.unit]
            unit = "points" if difference and unit in ("percent", "points", "count") else unit
            units[i] = unit, guessed and number.unit == "plain"
    return units


def _columns(rows: Sequence[Row], key: Callable[[Roles], Hashable]) -> list[_Column]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for i, (value, _, roles) in enumerate(rows):
        found[key(roles), _named(value)].append(i)
    return [
        _Column(members, [rows[i][1] for i in members], rows[members[0]][2], _named(rows[members[0]][0]))
        for members in found.values()
    ]


def _named(value: PartValue) -> str | None:
    """What the nearest of a value's labels that says so says that it measures. A row's label is an answer: it tells
    only as a whole ("Percent"), a head also by its first or last word ("Applications count", "% of respondents")."""
    for label in sorted(value.entry.labels, key=lambda x: x.level):
        measure = measure_of(label.text)
        if measure is None and label.axis in ("column", "series", "panel", "section"):
            measure = measure_within(label.text)
        if measure is not None:
            return measure
    return None


def option_of(label: str | None, options: Sequence[Option]) -> Option | None:
    """The one of `options` of which `label` is certainly a printed form."""
    if label is None:
        return None
    match = match_option(label, options)
    return next((o for o in options if o.id == match.id), None)


def _told_by_texts(part: Part) -> str | None:
    """`percent`, `currency` or `mean_score`, where title, subtitle, axis or note say so for all numbers."""
    texts = (*part.titles[:1], *part.texts)
    if any(_MONEY.search(text) for text in texts):
        return "currency"
    if any("%" in text or measure_within(text) == "percent" for text in texts):
        return "percent"
    spoken = " ".join((*texts, *part.notes)).casefold()
    means = (*exhibit_words("mean_score"), *words("scale_words"))
    return "mean_score" if any(re.search(rf"\b{re.escape(word)}\b", spoken) for word in means) else None


def _plain_unit(
    column: _Column, question: Question | None, told: str | None, shares: bool | None, ranks: bool
) -> tuple[str, bool]:
    """Unit of a column's numbers that are printed without % or currency, and whether it is a guess."""
    plain = column.plain
    named = column.roles.measure or column.named
    if named is not None:
        return {"difference": "points"}.get(named, named), False
    shown = _shown_by_values(column, told)
    if shown is not None:
        return shown, False
    decimals = any(n.decimals for n in plain)
    if ranks and not decimals:
        return "rank", False
    kind = question.kind if question else None
    if kind in ("rank", "mean_score"):
        return "mean_score" if decimals else kind, False
    if kind in ("single", "multiple", "pair"):
        return "count" if _no_shares(plain) else "percent", False
    if kind == "difference":
        return "points", False
    if shares and not _no_shares(plain):
        return "percent", False
    if decimals and told != "mean_score":
        highest = max(abs(n.value) for n in plain)
        return "mean_score" if highest <= LONGEST_MEAN_SCALE else "percent" if highest <= 100 else "count", True
    if decimals:
        return "mean_score", False
    return "count", all(0 <= n.value <= 100 for n in plain)  # what may be a share is counted by guess


def _shown_by_values(column: _Column, told: str | None) -> str | None:
    """The unit of which other values of the column bear the sign, or that the exhibit's texts tell. Whole numbers above
    100 are no shares, whatever stands beside them ("2236" beside "24.4%")."""
    numbers, plain = column.numbers, column.plain
    if any(n.unit == "percent" for n in numbers):
        return "count" if _no_shares(plain) else "percent"
    if told == "currency" or any(n.unit == "currency" for n in numbers):
        return "currency"
    if told == "percent" and not any(n.decimals > 1 for n in plain):
        return "count" if _no_shares(plain) else "percent"
    return None


def _no_shares(plain: Sequence[Number]) -> bool:
    """Are these whole numbers without a sign, most of them above 100?"""
    return all(not n.decimals for n in plain) and sum(n.value > 100 for n in plain) > len(plain) / 2


def _are_shares(columns: Sequence[_Column]) -> bool | None:
    """Do most of the columns without signs sum to 100? None where no column is long enough to tell. One column of many
    does so by chance."""
    verdicts = [v for column in columns if (v := _sum_to_hundred(column.plain)) is not None]
    return 2 * sum(verdicts) > len(verdicts) if verdicts else None


def _sum_to_hundred(plain: Sequence[Number]) -> bool | None:
    """Do the numbers sum to 100, give or take three standard errors of their rounding? A total among them is left out,
    and so are zeros, which miss by nothing."""
    values = [n.value for n in plain if n.value]
    total = sum(values)
    if len(values) > FEWEST_SHARES and 2 * max(values) == total:
        total, values = total / 2, values[1:]
    if len(values) < FEWEST_SHARES:
        return None
    unit = 10.0 ** -max(n.decimals for n in plain)
    return bool(abs(total - 100) <= unit * min(ROUNDING_PER_SHARE * len(values), 3 * sqrt(len(values) / 12)))


def _are_ranks(columns: Sequence[_Column], part: Part) -> bool:
    """Are the exhibit's whole numbers places in an order? Its texts say so, or a column holds each of 1 to k once."""
    if any(n.decimals or n.value < 1 for column in columns for n in column.plain):
        return False
    spoken = " ".join((*part.titles[:1], *part.texts)).casefold()
    if any(re.search(rf"\b{re.escape(word)}\b", spoken) for word in exhibit_words("rank_order")):
        return True
    orders = [sorted(n.value for n in column.plain) for column in columns]
    return any(len(order) >= FEWEST_SHARES and order == list(range(1, len(order) + 1)) for order in orders)
