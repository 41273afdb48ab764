"""Printed numbers, Dutch and English, parsed strictly: what does not fit the form is no number.

Numbers: `2,17` `6.69` `– 6%` `+ 25%` `67 %` `1 500` `1.500` `1,500` `€ 750` `-250` `12.5%`.
None: `3-4 %`, `12.5.3`, `1.50.000`, `12 34`, `5 à 9`.
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
_GROUPED = rf"\d{{1,3}}(?P<mark>[{SPACES}.,'’])\d{{3}}(?:(?P=mark)\d{{3}})*(?:(?P<point>[.,])\d+)?"
_NUMBER = re.compile(
    rf"""^(?P<sign>[{MINUS}+±])?[{SPACES}]*
    (?:(?P<currency>[{CURRENCY}]|EUR)[{SPACES}]*(?P<sign2>[{MINUS}+])?[{SPACES}]*)?
    (?P<digits>{_GROUPED}|\d+(?:[.,]\d+)?)
    (?:[{SPACES}]*(?P<percent>%|pct\.?|procent|percent|per[ ]cent))?
    (?:(?P<dash>,[-–])|[{SPACES}]*(?P<currency2>[{CURRENCY}]|EUR|euro))?
    $""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
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
    match = _NUMBER.match(text.strip())
    if match is None or (match["sign"] and match["sign2"]):
        return None
    money = bool(match["currency"] or match["currency2"])
    if (match["currency"] and match["currency2"]) or (match["percent"] and (money or match["dash"])):
        return None
    if match["dash"] and not match["currency"]:
        return None
    plain = _plain_digits(match, decimal)
    if plain is None:
        return None
    sign = match["sign"] or match["sign2"]
    return Number(
        value=-float(plain) if sign and sign in MINUS else float(plain),
        unit="percent" if match["percent"] else "currency" if money else "plain",
        decimals=len(plain.partition(".")[2]),
        signed=bool(sign),
        printed=text.strip(),
    )


def _plain_digits(match: re.Match[str], decimal: DecimalMark) -> str | None:
    """Digits with `.` as decimal mark and no grouping, or None when one mark does both."""
    digits, mark, point = match["digits"], match["mark"], match["point"]
    if mark is None:
        return digits.replace(",", ".")
    if mark == point:
        return None
    first, *groups = re.split(r"\D", digits)
    if mark in ".," and point is None and len(groups) == 1 and (mark == decimal or first == "0"):
        return f"{first}.{groups[0]}"
    whole, _, fraction = digits.rpartition(point) if point else (digits, "", "")
    return re.sub(r"\D", "", whole) + (f".{fraction}" if fraction else "")


def year_of(text: str) -> str | None:
    """The survey year when `text` is one and nothing else (`2022`, `'22` is not one)."""
    match = re.fullmatch(r"\s*((?:19|20)\d\d)\s*\*?\s*", text)
    return match[1] if match else None
