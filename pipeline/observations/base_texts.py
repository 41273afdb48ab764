"""The numbers of respondents in a text, and whom each is the number of: "n=304", "Basis: n = 699", "4,980 answers",
"women n = 901, men n = 1,383", "n=874 (2022), 911 (2023)"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipeline.core.language import exhibit_words, words
from pipeline.core.periods import periods_in

_NUMBER = r"(?P<n>\d{1,3}(?:[ .,\u00a0\u202f\u2009’']\d{3})+(?!\d)|\d+)(?![\d%]|[.,]\d| ?%)"
_WORDS = "|".join(re.escape(word) for word in exhibit_words("base"))
_PEOPLE = "|".join(re.escape(word) for word in words("people"))
_BASE = re.compile(rf"(?<!\w)(?:{_WORDS})\s*[=:]\s*(?:n\s*[=:]\s*)?{_NUMBER}", re.IGNORECASE)
"""A word for the respondents and, after "=" or ":", their number."""
_COUNTED = re.compile(rf"^\W*{_NUMBER}\s+(?:{_PEOPLE})\b", re.IGNORECASE)
"""A text that begins with so many people or answers."""
_ASKED = re.compile(
    rf"{_NUMBER}\s+(?:{'|'.join(sorted({*exhibit_words('base')} & {*words('people')}))})[)\]]?\s*$", re.IGNORECASE
)
"""A text that ends with so many respondents: no other people, who may be the name of a size ("up to 50 employees")."""
_LISTED = re.compile(rf"(?:[,;]\s*(?:(?:and|en|et|und)\s+)?|\s(?:and|en|et|und)\s+){_NUMBER}(?=\s*\(|\s+in\b)")
"""A further number of a list that names the base once: ", 911 (2023)", "and 7,482 in 2025"."""
_ENDINGS = [
    re.compile(rf"[\s,;–-]*[(\[]?{pattern}", re.IGNORECASE)
    for pattern in (rf"{_BASE.pattern}[)\]]?\s*$", _ASKED.pattern)
]
_PARTED = re.compile(r"[|;]|\.(?:\s|$)|\)\s*[.,]")
"""What parts the words about a base from others."""


@dataclass(frozen=True, slots=True)
class PrintedBase:
    """A number of respondents, and the words before and behind it that say of whom."""

    n: int
    before: str
    behind: str


def bases_in(text: str) -> list[PrintedBase]:
    """The numbers of respondents that a text tells, in its order."""
    text = text.translate(_ONE_DASH)
    found = [*_BASE.finditer(text), *filter(None, [_COUNTED.search(text) or _ASKED.search(text)])]
    if found:
        start = min(m.start() for m in found)
        found += [m for m in _LISTED.finditer(text, start) if not any(_meet(m, other) for other in found)]
    found.sort(key=lambda m: m.start())
    edges = [0, *(m.end() for m in found)]
    starts = [*(m.start() for m in found[1:]), len(text)]
    return [
        PrintedBase(
            int(re.sub(r"\D", "", m["n"])),
            _PARTED.split(text[edge : m.start()])[-1],
            _PARTED.split(text[m.end() : start])[0],
        )
        for m, edge, start in zip(found, edges, starts, strict=False)
    ]


_ONE_DASH = str.maketrans(dict.fromkeys("‐‑–−", "-"))


def _meet(one: re.Match[str], other: re.Match[str]) -> bool:
    return one.start("n") < other.end() and other.start() < one.end()


def base_for(
    bases: Sequence[PrintedBase], wave: str | None, names: Collection[str], waves: Collection[str]
) -> int | None:
    """The number among those of one text that counts the respondents of a value: the one whose words name the value's
    wave, or one of its labels; else the only one, or the one that stands before all names. `waves` are those of the
    exhibit: a base of one of them is no other's."""
    plain = [name.translate(_ONE_DASH).casefold() for name in names if name.strip()]
    whole = bases[0].n if bases[0].behind.count("(") > bases[0].behind.count(")") else None
    bases = bases[1:] if whole and len(bases) > 1 else bases
    named_before = re.search(r"\w{2}", bases[0].before) is not None
    texts = [base.before if named_before else base.behind for base in bases]
    dated = [set(periods_in(text)) & {*waves, *filter(None, [wave])} for text in texts]
    if any(dated):
        own = {b.n for b, years in zip(bases, dated, strict=True) if wave in years}
    else:
        own = {b.n for b, text in zip(bases, texts, strict=True) if any(_names(text, name) for name in plain)}
        own = own if len(own) == 1 and len(bases) > 1 else {whole or b.n for b in bases}
    return own.pop() if len(own) == 1 else None


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text.casefold()) is not None


def base_in(texts: Iterable[str]) -> int | None:
    """The one number of respondents that the texts tell; None when there is none or more than one."""
    found = {base.n for text in texts for base in bases_in(text)}
    return found.pop() if len(found) == 1 else None


def heads_bases(label: str) -> bool:
    """Does the label say that its column or row holds numbers of respondents ("n", "Households (n)")?"""
    plain = label.casefold().strip(" .:*")
    return plain in exhibit_words("base") or re.search(r"[(\[]\s*n\s*[)\]]$|^n\s*[(\[]|^n\s*=", plain) is not None


def without_base(label: str) -> str:
    """The label without the base that ends it: "Micro (n=304)" names the group "Micro". A base alone stays."""
    return (
        next((rest for ending in _ENDINGS if (rest := ending.sub("", label).strip()) != label.strip()), label) or label
    )
