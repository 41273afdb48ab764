"""Printed numbers, Dutch and English, parsed strictly: what does not fit the form is no number.

`2,17` `6.69` `– 6%` `+ 25%` `67 %` `1 500` `1.500` `1,500` `€ 750` `-250` `12.5%`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Unit = Literal["percent", "currency", "plain"]
DecimalMark = Literal[",", "."]

MINUS = "-–−‐‑—"
SPACES = " \u00a0\u2009\u202f\u2007"
CURRENCY = "€$£"
_NUMBER = re.compile(
    rf"""^\s*
    (?P<sign>[{MINUS}+±])?[{SPACES}]*
    (?P<currency>[{CURRENCY}]|EUR)?[{SPACES}]*
    (?P<sign2>[{MINUS}])?
    (?P<digits>\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?:[.,]\d+)? | \d[\d.,']*\d | \d)
    [{SPACES}]*(?P<percent>%|٪|pct|procent|percent)?
    [{SPACES}]*(?P<currency2>[{CURRENCY}]|EUR|euro)?(?P<dash>,-|,–)?
    \s*$""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A parsed number. `decimals` is how many were printed; `signed` that a sign was."""

    value: float
    unit: Unit
    decimals: int
    signed: bool
    printed: str


def parse_number(text: str, decimal: DecimalMark = ",") -> Number | None:
    """The number that `text` is, or None when it is anything else or more than a number.

    `decimal` decides only what is ambiguous: one separator followed by exactly three digits (`1.245`, `1,245`). Any
    other single separator is a decimal mark whatever the language, as reports mix both; repeated separators, or a
    second kind after the first, group thousands and must stand every three digits.
    """
    match = _NUMBER.match(text)
    if match is None or (match["currency"] and match["currency2"]):
        return None
    plain = _plain_digits(match["digits"], decimal)
    if plain is None:
        return None
    sign = match["sign"] or match["sign2"]
    value = float(plain)
    unit: Unit = "percent" if match["percent"] else "currency" if match["currency"] or match["currency2"] else "plain"
    if unit == "percent" and (match["currency"] or match["currency2"]):
        return None
    return Number(
        value=-value if sign and sign in MINUS else value,
        unit=unit,
        decimals=len(plain.partition(".")[2]),
        signed=bool(sign),
        printed=text.strip(),
    )


def _plain_digits(digits: str, decimal: DecimalMark) -> str | None:
    """Digits with `.` as decimal mark and no grouping, or None when the grouping is not well formed."""
    joined = re.sub(rf"[{SPACES}']", "", digits)
    marks = re.findall(r"[.,]", joined)
    if not marks:
        return joined
    last = marks[-1]
    whole, _, fraction = joined.rpartition(last)
    if len(set(marks)) == 2:
        other = "." if last == "," else ","
        return f"{whole.replace(other, '')}.{fraction}" if _grouped(whole, other) and marks.count(last) == 1 else None
    if len(marks) > 1:
        return joined.replace(last, "") if _grouped(joined, last) else None
    if len(fraction) == 3 and last != decimal and 1 <= len(whole) <= 3 and whole != "0":
        return whole + fraction
    return f"{whole}.{fraction}"


def _grouped(digits: str, mark: str) -> bool:
    first, *rest = digits.split(mark)
    return 1 <= len(first) <= 3 and bool(rest) and all(len(part) == 3 for part in rest)


def year_of(text: str) -> str | None:
    """The survey year when `text` is one and nothing else (`2022`, `'22` is not one)."""
    match = re.fullmatch(r"\s*((?:19|20)\d\d)\s*\*?\s*", text)
    return match[1] if match else None
