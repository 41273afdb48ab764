"""Printed numbers, parsed strictly: what does not fit the form is no number. The rules stand in `docs/numbers.md`.

Numbers: `2,17` `6.69` `– 6%` `+ 25%` `67 %` `1 500` `1.500` `1,500` `7,48,135` `€ 750` `-250` `12.5%` `△ 12` `▼ 3`.
None: `3-4 %`, `12.5.3`, `1.50.000`, `12 34`, `5 à 9`. `read_value` also reads what cells of tables add: a minus behind
the number, brackets for a minus, and marks of notes (`358-`, `(717)`, `1,358p`, `24.9*`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

Unit = Literal["percent", "currency", "plain"]
DecimalMark = Literal[",", "."]

MINUS = "-–−‐‑—"
DOWN, UP = "△▼▽▾↓", "▲▴↑"
"""Signs of a change; a white triangle is the minus of Japanese accounts. A sign that follows (`▼ -3`) says the same."""
SPACES = " \u00a0\u2009\u202f\u2007"
CURRENCY = "€$£¥"
_GROUPED = rf"\d{{1,3}}(?P<mark>[{SPACES}.,'’])(?:(?<=,)\d\d,)*\d{{3}}(?:(?P=mark)\d{{3}})*(?:(?P<point>[.,])\d+)?"
_NUMBER = re.compile(
    rf"""^(?:(?P<arrow>[{DOWN}{UP}])[{SPACES}]*)?(?P<sign>[{MINUS}+±])?[{SPACES}]*
    (?:(?P<currency>[{CURRENCY}]|EUR)[{SPACES}]*(?P<sign2>[{MINUS}+])?[{SPACES}]*)?
    (?P<digits>{_GROUPED}|\d+(?:[.,]\d+)?)
    (?:[{SPACES}]*(?:(?P<percent>%|pct\.?|procent|percent|per[ ]cent)
    |(?P<points>pp|ppt|pts|p\.p\.|%-?(?:p|pt|punten|punkte?))))?
    (?:(?P<dash>,[-–])|(?P<times>[{SPACES}]?(?:k|mn?|mln|mio|bn))|[{SPACES}]*(?P<currency2>[{CURRENCY}]|EUR|euro))?
    $""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A parsed number. `decimals` is how many were printed; `signed` that a sign was, or points (`3 pp`)."""

    value: float
    unit: Unit
    decimals: int
    signed: bool
    printed: str


def is_share(text: str) -> bool:
    """Is it a percentage: more likely a value than a name? (`1.44` may be the name of a version.)"""
    number = parse_number(text)
    return number is not None and number.unit == "percent"


def parse_number(text: str, decimal: DecimalMark = ",") -> Number | None:
    """The number that `text` is, or None when it is anything else or more than a number.

    `decimal` decides only what is ambiguous: one separator followed by exactly three digits (`1.245`, `1,245`). Any
    other single separator is a decimal mark whatever the language, as reports mix both; repeated separators, or a
    second kind after the first, group thousands and must stand every three digits. Of money in thousands or millions
    (`$118k`) the number is what is printed: 118.
    """
    match = _NUMBER.match(text.strip())
    if match is None or (match["sign"] and match["sign2"]):
        return None
    money = bool(match["currency"] or match["currency2"])
    if (match["currency"] and match["currency2"]) or (match["percent"] and (money or match["dash"])):
        return None
    if (match["dash"] or match["times"]) and not match["currency"]:
        return None
    plain = _plain_digits(match, decimal)
    if plain is None:
        return None
    sign = match["sign"] or match["sign2"] or match["arrow"]
    return Number(
        value=-float(plain) if sign and sign in MINUS + DOWN else float(plain),
        unit="percent" if match["percent"] else "currency" if money else "plain",
        decimals=len(plain.partition(".")[2]),
        signed=bool(sign or match["points"]),
        printed=text.strip(),
    )


_MARK = re.compile(
    rf"(?<=[\d%)])[{SPACES}]?(?P<mark>[*†‡§¶#]{{1,4}}|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|[ac-jln-su-z]|[(\[][a-z][)\]]|(?<=\s)b)$",
    re.IGNORECASE,
)
"""A mark of a note or status behind a number. The letters k, m, b and t are none: they may multiply the number."""
_BRACKETED = re.compile(rf"^(?P<currency>[{CURRENCY}]?)[{SPACES}]*\((?P<inside>[^()]*)\)(?P<percent>%?)$")
_MINUS_BEHIND = re.compile(rf"^(?P<number>[^{MINUS}+]*\d[{SPACES}]?%?)[{SPACES}]?[{MINUS}]$")


def split_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """A number's text without the marks of notes behind it, and the marks: `24.9*` is `24.9` with `*`."""
    body = text.strip()
    marks: list[str] = []
    while (match := _MARK.search(body)) is not None:
        marks.insert(0, match["mark"])
        body = body[: match.start()].rstrip(SPACES)
    return body, tuple(marks)


def read_value(text: str, decimal: DecimalMark = ",") -> Number | None:
    """The number of a cell, with its minus before, behind or around it; marks of notes are left out of it."""
    number = parse_number(text, decimal)
    if number is not None:
        return number
    body, _ = split_marks(text)
    number = parse_number(body, decimal)
    if number is not None:
        return replace(number, printed=text.strip())
    bracketed, behind = _BRACKETED.match(body), _MINUS_BEHIND.match(body)
    if bracketed is not None:
        body = bracketed["currency"] + bracketed["inside"] + bracketed["percent"]
    elif behind is not None:
        body = behind["number"]
    number = parse_number(body, decimal) if bracketed or behind else None
    return number and replace(number, value=-abs(number.value), signed=True, printed=text.strip())


FEWEST_SHARES = 3
"""Unsigned numbers from which a sum of 100 tells that they are shares: two add up to it by chance."""
WHOLE = 100.0
"""What shares of one whole sum to; a larger number beside them counts something."""
ROUNDING_PER_SHARE = 0.5
"""Units of its last digit by which one rounded share can miss; k of them miss their sum by at most k times this."""


def sum_to_hundred(numbers: Iterable[Number]) -> bool | None:
    """Do the numbers sum to 100, give or take three standard errors of their rounding? None where they are too few.

    A total among them is left out, zeros, which miss by nothing, and what is above 100: a base, a count.
    """
    plain = [n for n in numbers if n.value and n.value <= WHOLE]
    values = [n.value for n in plain]
    total = sum(values)
    if len(values) > FEWEST_SHARES and 2 * max(values) == total:
        total, values = total / 2, values[1:]
    if len(values) < FEWEST_SHARES:
        return None
    unit = 10.0 ** -max(n.decimals for n in plain)
    return bool(abs(total - WHOLE) <= unit * min(ROUNDING_PER_SHARE * len(values), 3 * sqrt(len(values) / 12)))


def is_bracketed(text: str) -> bool:
    """Does the text stand in brackets as a whole?"""
    return _BRACKETED.match(text.strip()) is not None


_MARKED_NUMBER = re.compile(rf"(?<![\w.,])\d+(?:[.,'’{SPACES}]\d+)*(?![\w.,]*\w)")
LONGEST_FRACTION = 5
"""Characters of a number with three decimals; most have a digit and a mark before these."""
LEAST_GROUPED = 1000
"""From here on numbers have a mark where thousands are grouped; years have none."""


def decimal_mark_of(texts: Iterable[str], *, counts: bool = False) -> DecimalMark | None:
    """The decimal mark that the numbers of a document show together; None where they leave it open.

    A mark before other than three digits, behind a leading zero, or behind a mark of another kind is a decimal mark; a
    repeated mark groups thousands, and so does one before three digits of money, or of `counts`. A mark before three
    digits groups thousands where whole numbers stand beside it, fewer of them from 1,000 on without a mark than with
    it, and is a decimal mark where more; without any, it groups them where most have five digits or six: what is
    measured so finely is rare. The majority decides.
    """
    votes: Counter[DecimalMark] = Counter()
    open_marks: Counter[DecimalMark] = Counter()
    long: Counter[DecimalMark] = Counter()
    whole: list[int] = []
    for text in texts:
        money = counts or any(sign in text for sign in CURRENCY)
        for printed in _MARKED_NUMBER.findall(text):
            if printed.isdigit():
                whole += [] if year_of(printed) else [int(printed)]
            elif (mark := _shown_decimal(printed)) is not None:
                votes[mark] += 1
            elif re.fullmatch(r"\d{1,3}[.,]\d{3}", printed):
                (votes if money else open_marks)["," if (("," in printed) != money) else "."] += 1
                long["," if "," in printed else "."] += len(printed) > LONGEST_FRACTION
    for mark, marked in open_marks.items():
        if sum(number >= LEAST_GROUPED for number in whole) < marked if whole else 2 * long[mark] > marked:
            votes["," if mark == "." else "."] += marked
        elif whole:
            votes[mark] += marked
    if votes["."] == votes[","]:
        return None
    return "." if votes["."] > votes[","] else ","


def _shown_decimal(printed: str) -> DecimalMark | None:
    """The decimal mark that one number shows beyond doubt."""
    marks = re.findall(r"[.,]", printed)
    if not marks:
        return None
    last: DecimalMark = "," if marks[-1] == "," else "."
    other: DecimalMark = "." if last == "," else ","
    if len(marks) > 1:
        return last if marks[-1] != marks[-2] else other
    whole, fraction = re.split(r"[.,]", printed)
    return last if len(fraction) != 3 or whole.startswith("0") or not whole.isdigit() else None


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


YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
"""A survey year within a text."""


def year_of(text: str) -> str | None:
    """The survey year when `text` is one and nothing else but the mark of a note (`2022`, `2022*`, `2022a`, `2022¹`;
    `'22` is not one)."""
    match = re.fullmatch(r"\s*((?:19|20)\d\d)\s*(?:\*{1,3}|[†‡§¹²³⁴⁵]|(?<=\d)[a-e]\)?)?\s*", text)
    return match[1] if match else None
