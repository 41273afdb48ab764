"""Periods that a wave is named by: a year, a part of one ("Q3 2023", "maart 2024", "2024-03"), a school or business
year ("2023/2024"). They are kept as printed, but for the one part of a year that is the whole wave of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pipeline.core.language import exhibit_words, words
from pipeline.core.numbers import YEAR

MONTHS = 12


@cache
def _pattern() -> re.Pattern[str]:
    months = {re.escape(month.rstrip(".")) for month in words("months")}
    named = rf"(?:{'|'.join((*months, *exhibit_words('month_stems'), *exhibit_words('seasons')))})\.?(?!\w)"
    parts = "|".join(exhibit_words("parts_of_year"))
    numbered = rf"[qtkhs]\s?[1-4]|[1-4]\s?[qth]|[1-4](?:\.|e|de|st|nd|rd|th|er|[eè]me)?\s(?:{parts})|(?:{parts})\s[1-4]"
    days = r"\d{1,2}\.?(?:\s?[-–]\s?\d{1,2}\.?)?"
    part, year = rf"(?<!\w)(?:(?:{days}\s)?{named}(?:\s{days},?)?|{numbered})", YEAR.pattern
    return re.compile(
        rf"{part}[\s./’'-]*{year}|{year}[\s./-]*{part}|(?<!\d)(?:0[1-9]|1[0-2])[/-]{year}"
        rf"|{year}\s?[-–/]\s?(?P<second>(?:19|20)?\d\d)(?!\d)|{year}",
        re.IGNORECASE,
    )


def periods_in(text: str) -> tuple[str, ...]:
    """The periods that the text names, as printed. A longer span ("2017-2022") is no period: it names its years."""
    found: list[str] = []
    for match in _pattern().finditer(text):
        found += [match[0]] if match["second"] is None or _is_one(match[0], match["second"]) else YEAR.findall(match[0])
    return tuple(found)


def _is_one(span: str, second: str) -> bool:
    """Are these two years that follow each other, or a year and its month ("2024-03")?"""
    first, last = int(span[2:4]), int(second[-2:])
    return last == (first + 1) % 100 or (len(second) == 2 and "-" in span and 1 <= last <= min(first, MONTHS))


def without_period(text: str) -> str | None:
    """What is left of a text that names exactly one period; None otherwise."""
    periods = periods_in(text)
    return text.replace(periods[0], "", 1).strip(" ()*:-–") if len(periods) == 1 else None


def is_period(text: str) -> bool:
    return periods_in(text.strip()) == (text.strip(),)


def plain_years(periods: Iterable[str | None]) -> dict[str, str]:
    """Period → its year, for parts of years ("Oct. 2020"), where no year has two of them among `periods`: a survey
    that is held once a year names its waves by year, whatever the month and its days."""
    told = {p: YEAR.findall(p) for p in filter(None, periods) if is_period(p)}
    parts = {p: years[0] for p, years in told.items() if len(years) == 1 and p != years[0]}
    return parts if len(set(map(period_order, parts))) == len(set(parts.values())) else {}


def period_order(period: str) -> tuple[int, int]:
    """Sort key of periods: the first year, then the part of it."""
    year = YEAR.search(period)
    if year is None:
        return 0, 0
    part = (period[: year.start()] + period[year.end() :]).casefold()
    named = (
        i
        for key in ("month_stems", "seasons")
        for i, names in enumerate(exhibit_words(key), 1)
        if re.search(names, part)
    )
    digits = re.search(r"\d+", part)
    return int(year[0]), next(named, int(digits[0]) if digits else 0)
