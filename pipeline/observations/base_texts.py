"""The numbers of respondents in a text, and whom each is the number of: "n=304", "Basis: n = 699", "4,980 answers",
"women n = 901, men n = 1,383", "n=874 (2022), 911 (2023)"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipeline.core.assignment import assigned
from pipeline.core.language import exhibit_words, words
from pipeline.core.periods import periods_in

_NUMBER = r"(?P<n>\d{1,3}(?:[ .,\u00a0\u202f\u2009’']\d{3})+(?!\d)|\d+)(?![\d%]|[.,]\d| ?%)"
_WORDS = "|".join(re.escape(word) for word in exhibit_words("base"))
_PEOPLE = "|".join(re.escape(word) for word in words("people"))
_BASE = re.compile(rf"(?<!\w)(?:{_WORDS})\s*(?P<whose>\([^()]+\)\s*)?[=:]\s*(?:n\s*[=:]\s*)?{_NUMBER}", re.IGNORECASE)
"""A word for the respondents and, after "=" or ":", their number."""
_COUNTED = re.compile(
    rf"(?:^|[;:(]|\.\s|(?<!\w)(?:{_WORDS})\s*:[^.;|\d]*,)\W*{_NUMBER}\s+(?:{_PEOPLE})\b", re.IGNORECASE
)
"""So many people or answers at the beginning of a text or of its part."""
_ASKED = re.compile(
    rf"{_NUMBER}\s+(?:{'|'.join(sorted({*exhibit_words('base')} & {*words('people')}))})[)\]]?\s*$", re.IGNORECASE
)
"""A text that ends with so many respondents: no other people, who may be the name of a size ("up to 50 employees")."""
_LISTED = re.compile(
    rf"(?:(?P<slash>\s/\s)|[,;]\s*(?:(?:and|en|et|und)\s+)?|\s(?:and|en|et|und)\s+){_NUMBER}(?(slash)|(?=\s*\(|\s+in\b))"
)
"""A further number of a list that names the base once: ", 911 (2023)", "and 7,482 in 2025", "/ 5,049 /"."""
_OPENING = re.compile(rf"^\W*{_NUMBER}\s+[^\W\d_][^\s,;.:()]{{3,}}")
"""A number and a word at the beginning of a text."""
_ENDINGS = [
    re.compile(rf"[\s,;–-]*[(\[]?{pattern}", re.IGNORECASE)
    for pattern in (rf"{_BASE.pattern}[)\]]?\s*$", _ASKED.pattern)
]
_PARTED = re.compile(r"[|;]|\.(?:\s|$)|\)\s*[.,]")
"""What parts the words about a base from others."""
_ONE_DASH = str.maketrans(dict.fromkeys("‐‑–−", "-"))
PARTLY, BY_ORDER = 0.8, 0.1
"""How well a base fits a name of which its words say a part, or whose place it has; 1 where they say it."""


@dataclass(frozen=True, slots=True)
class PrintedBase:
    """A number of respondents, and the words before and behind it that say of whom."""

    n: int
    before: str
    behind: str


def bases_in(text: str, known: Collection[str] = ()) -> list[PrintedBase]:
    """The numbers of respondents that a text tells, in its order; `known` are `recurring` ones."""
    text = text.translate(_ONE_DASH)
    again = re.compile("|".join(map(re.escape, known)).replace(r"\ ", r"\s") or "(?!)", re.IGNORECASE)
    found: list[re.Match[str]] = []
    for pattern in (_BASE, _COUNTED, _ASKED, again, _LISTED):
        start = min((m.start() for m in found), default=len(text)) if pattern is _LISTED else 0
        found += [
            m
            for m in pattern.finditer(text, start)
            if not any(m.start() < x.end() and x.start() < m.end() for x in found)
        ]
    found.sort(key=lambda m: m.start())
    edges = [0, *(m.end() for m in found)]
    starts = [*(m.start() for m in found[1:]), len(text)]
    return [
        PrintedBase(
            int(re.sub(r"\D", "", m.groupdict().get("n", m[0]))),
            _PARTED.split(text[edge : m.start()])[-1] + (m.groupdict().get("whose") or ""),
            _PARTED.split(text[m.end() : start])[0],
        )
        for m, edge, start in zip(found, edges, starts, strict=False)
    ]


def recurring(texts: Iterable[str]) -> list[str]:
    """The number and noun with which more than one text begins ("2.430 commuters, several answers")."""
    begun = Counter(" ".join(found[0].split()).casefold() for text in texts if (found := _OPENING.match(text)))
    return [told for told, times in begun.items() if times > 1 and not periods_in(told.split(" ")[0])]


def shared_out(
    bases: Sequence[PrintedBase], dimensions: Iterable[Sequence[str]], waves: Collection[str]
) -> tuple[dict[str, int], int | None]:
    """The base of each name of that dimension of an exhibit (waves, rows, series) which their words name best, and that
    of all else. What no word tells the order does, where there are as many names as bases."""
    whole = bases[0].n if bases[0].behind.count("(") > bases[0].behind.count(")") and len(bases) > 1 else None
    rest = bases[1:] if whole else bases
    before = re.search(r"\w{2}", rest[0].before) is not None
    texts = [base.before if before else base.behind for base in rest]
    best: list[tuple[float, int, str]] = []
    for names in dimensions:
        dated = set(names) <= set(waves)
        pairs = _pairs(texts, names, dated) if dated or len(rest) > 1 else []
        if sum(fit for fit, _, _ in pairs) > sum(fit for fit, _, _ in best):
            best = pairs
    if not best:
        ns = {base.n for base in rest}
        return {}, whole or (ns.pop() if len(ns) == 1 else None)
    return {name: rest[i].n for _, i, name in best}, whole


def _pairs(texts: Sequence[str], names: Sequence[str], dated: bool) -> list[tuple[float, int, str]]:
    """How well each pair fits, the position of the text and the name."""
    fits = [[_fit(text, name, names, dated) for name in names] for text in texts]
    told = [(i, j) for i, j in assigned([[-fit for fit in row] for row in fits]) if fits[i][j] > 0]
    pairs = [(fits[i][j], i, names[j]) for i, j in told]
    left = [i for i in range(len(texts)) if i not in {i for i, _ in told}]
    unnamed = [name for j, name in enumerate(names) if j not in {j for _, j in told}]
    if len(texts) == len(names) > 1 and not (dated and any(map(periods_in, texts))):
        pairs += [(BY_ORDER, i, name) for i, name in zip(left, unnamed, strict=True)]
    return pairs


def _fit(text: str, name: str, names: Sequence[str], dated: bool) -> float:
    """How well the words name the name: 1 where it is among them, its share of the words that tell it from the other
    names, or its initials alone."""
    if dated:
        return float(name in periods_in(text))
    text, plain = text.casefold(), name.translate(_ONE_DASH).casefold()
    if plain and re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", text):
        return 1.0
    said, own = set(re.findall(r"\w+", text)), re.findall(r"\w+", plain)
    if len(own) > 1 and "".join(word[0] for word in own) in said:
        return PARTLY
    others = {word for other in names if other != name for word in re.findall(r"\w+", other.casefold())}
    telling = {*own} - others
    return PARTLY * len(telling & said) / len(telling) if telling else 0.0


def base_in(texts: Iterable[str]) -> int | None:
    """The one number of respondents that the texts tell; None when there is none or more than one."""
    found = {base.n for text in texts for base in bases_in(text)}
    return found.pop() if len(found) == 1 else None


def heads_bases(label: str) -> bool:
    """Does the label say that its column or row holds numbers of respondents ("n", "Households (n)", "Unweighted
    number of households")?"""
    plain = label.casefold().strip(" .:*")
    counted = re.search(r"[(\[]\s*n\s*[)\]]$|^n\s*[(\[]|^n\s*=", plain) is not None
    named = re.sub(r"\s*[(\[][^()\[\]]*[)\]]$", "", plain)  # "Base (effectifs)"
    return named in exhibit_words("base") or counted or any(word in plain for word in exhibit_words("unweighted"))


def without_base(label: str) -> str:
    """The label without the base that ends it: "Micro (n=304)" names the group "Micro". A base alone stays."""
    return (
        next((rest for ending in _ENDINGS if (rest := ending.sub("", label).strip()) != label.strip()), label) or label
    )
