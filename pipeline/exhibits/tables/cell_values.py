"""What the text of a cell in a column of values says: a value, a value with what explains it, two values, or a mark
that stands for a value. The rules stand in `docs/numbers.md`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.core.numbers import is_bracketed, parse_number, read_value, split_marks, year_of
from pipeline.exhibits.tables.chunks import is_void

Content = Literal["value", "beside", "missing", "words"]
"""`value`: one number, alone or with its error, interval or base; `beside`: two numbers; `missing`: a mark of
suppression, a limit, an interval or a range of numbers in place of one; `words`: anything else."""

_NUMBER = r"[+\-–−]?\s?[$€£]?\d[\d.,’']*(?:\s\d{3})*\s?%?"
_TO = r"(?:[-–—;]|,(?!\d)|to|bis|à|tot)"
"""What parts the ends of an interval; a comma right before a digit is a decimal mark."""
_LIMIT = re.compile(rf"^[<>≤≥~≈⩽⩾]\s?=?\s?{_NUMBER}$")
_INTERVAL = re.compile(rf"^[(\[]\s*{_NUMBER}\s*{_TO}\s*{_NUMBER}\s*[)\]]$")
_RANGE = re.compile(r"^(?P<low>\d[\d.,]*)\s?%?\s*(?:[-–—]|to|à|bis|tot)\s*(?P<high>\d[\d.,]*)\s?%?$")
_WITH_ERROR = re.compile(rf"^(?P<value>{_NUMBER})\s*(?:±|\+/[-–−])\s*{_NUMBER}$")
_WITH_INTERVAL = re.compile(rf"^(?P<value>{_NUMBER})\s*[(\[]\s*{_NUMBER}\s*{_TO}\s*{_NUMBER}\s*[)\]]$")
_EXPLAINED = re.compile(
    rf"^(?P<value>{_NUMBER})\s*[(\[]\s*(?:\d\d\s?%\s?)?[^\W\d_]{{2,4}}[.:=]*\s*{_NUMBER}(?:\s*{_TO}\s*{_NUMBER})?\s*[)\]]$"
)
"""`3.9 (SD 1.2)`, `3.9 (95% CI 2.6–5.9)`."""
_WITH_BASE = re.compile(rf"^(?P<value>{_NUMBER})\s*\(\s*[nN]\s*=\s*\d[\d.,\s]*\)$")
_IN_BRACKETS = re.compile(rf"^(?P<one>{_NUMBER})\s*\(\s*(?P<two>{_NUMBER})\s*\)$")
_SIDE_BY_SIDE = re.compile(r"^(?P<one>[+–-]?\s?\d[\d.,]*\s?%?)\s*(?:[-–—/|;]|\s)\s*(?P<two>\d[\d.,]*\s?%?)$")
_WITH_WORDS = re.compile(rf"^{_NUMBER}\s(?P<unit>[^\W\d][^\d]*)$")
_NIL = re.compile(r"^[-–—•□☐☑☒○◯✓✗]$")
LONGEST_MARK = 6
"""Letters of a mark of suppression, at most: `(D)`, `n.v.t.`, `[low]`; names of rows are longer or differ."""


@dataclass(frozen=True, slots=True)
class CellValue:
    """What a cell holds: the numbers as printed, without marks of notes; none where its value is missing."""

    content: Content
    numbers: tuple[str, ...] = ()
    clear: bool = True
    """False where nothing tells what the second number is."""


def cell_value(text: str, *, brackets_mean_minus: bool = True) -> CellValue:
    """The content of a cell of a column of values."""
    text = text.strip()
    if read_value(text) is not None:
        body, _ = split_marks(text)
        return CellValue("value", (body.strip("()") if is_bracketed(body) and not brackets_mean_minus else body,))
    for form in (_WITH_ERROR, _WITH_INTERVAL, _EXPLAINED, _WITH_BASE):
        if (match := form.match(text)) is not None:
            return CellValue("value", (match["value"].strip(),))
    if _LIMIT.match(text) or _INTERVAL.match(text) or _is_range(text) or is_void(text):
        return CellValue("missing")
    if (match := _IN_BRACKETS.match(text)) is not None:
        return CellValue("beside", (match["one"].strip(), match["two"].strip()))
    if (match := _SIDE_BY_SIDE.match(text)) is not None:
        return CellValue("beside", (match["one"].strip(), match["two"].strip()), clear=False)
    return CellValue("words")


def _is_range(text: str) -> bool:
    """Is this a range, which goes up, and not two values that a dash parts?"""
    match = _RANGE.match(text)
    low, high = (parse_number(match[end]) for end in ("low", "high")) if match else (None, None)
    return low is not None and high is not None and low.value < high.value


def stands_for_value(text: str, column: Sequence[str]) -> bool:
    """Does the text stand in a column of values for one that is not told: a limit, a range or a mark of suppression?
    Dashes and boxes say that there is none."""
    if not any(cell_value(t).content in ("value", "beside") for t in column):
        return cell_value(text).content == "missing" and any(map(str.isdigit, text))
    return text in marks_of_suppression(column) or (cell_value(text).content == "missing" and not _NIL.match(text))


def common_unit(column: Sequence[str]) -> str:
    """The words that stand behind each of several numbers of a column ("2.4 percentage points"); "" where there are
    none."""
    told = [None if read_value(t) is not None else _WITH_WORDS.match(t) for t in column if not is_void(t)]
    units = {match["unit"] if match else "" for match in told}
    return units.pop() if len(units) == 1 and len(set(column)) > 1 else ""


def marks_of_suppression(texts: Sequence[str]) -> frozenset[str]:
    """The short texts, or the one text, that stand for values in a column: they repeat among its numbers, and nothing
    else does.

    Names of rows differ from one another, so that a column of them has no such texts.
    """
    words = Counter(t for t in texts if cell_value(t).content == "words")
    numbers = sum(cell_value(t).content in ("value", "beside") and year_of(t) is None for t in texts)
    repeated = {t for t, n in words.items() if n > 1}
    short = all(len(t) <= LONGEST_MARK and not t[:1].isdigit() for t in words) or len(words) == 1
    return frozenset(words) if numbers and short and len(repeated) == len(words) else frozenset()
