"""The unit of a value: by its sign, its column's head and other values, the exhibit's texts; last by the catalogue."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from pipeline.catalogue.matching import match_option
from pipeline.catalogue.model import Option, Question
from pipeline.core.language import exhibit_words
from pipeline.core.numbers import Number
from pipeline.exhibits.part import Part, PartValue
from pipeline.observations.dimensions import Roles

ROUNDING_PER_SHARE = 0.5
"""Units of its last digit by which one rounded share can miss; k of them miss their sum by at most k times this."""
FEWEST_SHARES = 3
"""Unsigned numbers from which a sum of 100 tells that they are shares: two add up to it by chance."""
_MONEY = re.compile(
    rf"(?:\b(?:in|en)\s+|\()(?:{'|'.join(re.escape(word) for word in exhibit_words('currency'))})(?!\w)", re.IGNORECASE
)
"""Words that say that an exhibit's numbers are amounts: "in euro", "en euros", "(€)"."""


def units_of(rows: Sequence[tuple[PartValue, Number, Roles]], part: Part, question: Question | None) -> list[str]:
    """Unit of each value; values of one column without a sign of their own share what the column shows."""
    columns: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for i, (_, _, roles) in enumerate(rows):
        columns[(roles.item, roles.group, roles.measure, roles.wave)].append(i)
    told = _told_by_texts(part)
    units = [""] * len(rows)
    for members in columns.values():
        numbers = [rows[i][1] for i in members]
        plain = _plain_unit(numbers, rows[members[0]][2], question, told)
        signed = sum(n.signed for n in numbers) > len(numbers) / 2
        item = option_of(rows[members[0]][2].item, question.items) if question else None
        difference = (item is not None and item.kind == "difference") or signed
        for i, number in zip(members, numbers, strict=True):
            unit = {"percent": "percent", "currency": "currency", "plain": plain}[number.unit]
            units[i] = "points" if difference and unit in ("percent", "points", "count") else unit
    return units


def option_of(label: str | None, options: Sequence[Option]) -> Option | None:
    """The one of `options` of which `label` is certainly a printed form."""
    if label is None:
        return None
    match = match_option(label, options)
    return next((o for o in options if o.id == match.id), None)


def _told_by_texts(part: Part) -> str | None:
    """`percent` or `currency`, where title, subtitle or note say so for all numbers of the exhibit."""
    texts = (*part.titles[:1], *part.texts)
    if any(_MONEY.search(text) for text in texts):
        return "currency"
    return "percent" if any("%" in text for text in texts) else None


def _plain_unit(numbers: Sequence[Number], roles: Roles, question: Question | None, told: str | None) -> str:
    """Unit of numbers printed without % or currency."""
    if roles.measure:
        return {"difference": "points"}.get(roles.measure, roles.measure)
    plain = [n for n in numbers if n.unit == "plain"]
    shown = _shown_by_values(numbers, plain, told)
    if shown is not None:
        return shown
    kind = question.kind if question else None
    decimals = any(n.decimals for n in plain)
    if kind in ("rank", "mean_score"):
        return "mean_score" if decimals else kind
    if kind in ("single", "multiple", "pair"):
        return "count" if _no_shares(plain) else "percent"
    if kind == "difference":
        return "points"
    if _sum_to_hundred(plain):
        return "percent"
    if decimals:
        return "mean_score"
    if len(plain) > 2 and sorted(n.value for n in plain) == list(range(1, len(plain) + 1)):
        return "rank"
    return "count"


def _shown_by_values(numbers: Sequence[Number], plain: Sequence[Number], told: str | None) -> str | None:
    """The unit of which other values of the column bear the sign, or that the exhibit's texts tell. Whole numbers above
    100 are no shares, whatever stands beside them ("2236" beside "24.4%")."""
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


def _sum_to_hundred(plain: Sequence[Number]) -> bool:
    """Do the numbers sum to 100, give or take their rounding?"""
    if len(plain) < FEWEST_SHARES:
        return False
    unit = 10.0 ** -max(n.decimals for n in plain)
    return bool(abs(sum(n.value for n in plain) - 100) <= ROUNDING_PER_SHARE * unit * len(plain))
