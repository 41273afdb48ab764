"""Sentences that name a value by the very labels that an exhibit prints: "“Budget” was mentioned by 47 % in 2023".

Quotation marks around a printed label say which value is meant more surely than any likeness of words. Every label of a
value (answer, statement, group) has to stand in the sentence, and the wave where the sentence has a year.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.checks.claims.context import sentences
from pipeline.checks.claims.statements import Found, Mention, Statement
from pipeline.checks.claims.value_index import UNITS, Index, PublishedValue, linked
from pipeline.checks.claims.verdicts import Claim, Judged, tolerance
from pipeline.core.language import measure_of
from pipeline.core.language import words as language_words

_QUOTE = re.compile(
    r"“(?P<a>[^“”]+)”|„(?P<b>[^„“”]+)[“”]|«(?P<c>[^«»]+)»|(?<!\w)‘(?P<d>(?:[^‘’]|’(?=\w))+)’|(?<!\w)\"(?P<e>[^\"]+)\"(?!\w)"
)
WHOLE = 100.0
"""Percent: what denies an answer states the rest of the whole."""


# --- numbers inside labels -------------------------------------------------------------------------------------------


def without_labels(text: str, found: Sequence[Found]) -> list[Found]:
    """`found` of a passage, where a number inside a quoted label is part of the label, no statement.

    A quotation is a label when its sentence states a number outside of it: a quoted sentence states its own.
    """
    quotes = [match.span() for match in _QUOTE.finditer(text)]
    if not quotes:
        return list(found)
    parts = sentences(text)
    held = {item for item in found if any(start < item.start and item.end < end for start, end in quotes)}
    stated = [item for item in found if isinstance(item, Statement) and item not in held]
    telling = [s for s in parts if any(s.start <= item.start < s.end for item in stated)]
    labels = {item for item in held if any(s.start <= item.start < s.end for s in telling)}
    return [Mention(item.start, item.end, "answer label") if item in labels else item for item in found]


# --- values named by their labels ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    """What a sentence quotes, without blanks and marks, and its text with the quotations left out."""

    quoted: frozenset[str]
    outside: str

    @classmethod
    @cache
    def of(cls, sentence: str) -> _Said:
        quoted = frozenset(plain(match[match.lastgroup or 0]) for match in _QUOTE.finditer(sentence))
        return cls(quoted - {""}, _QUOTE.sub("“”", sentence).casefold())

    def quotes(self, label: str) -> bool:
        return plain(label) in self.quoted

    def names(self, label: str) -> bool:
        """True where the sentence has the label, quoted or in its own words."""
        return (
            self.quotes(label)
            or re.search(rf"(?<![\w-]){re.escape(label.casefold())}(?![\w-])", self.outside) is not None
        )


@cache
def plain(label: str) -> str:
    """A label as it is compared: small letters, digits and the signs that change what it says."""
    return re.sub(r"[^\w%<>+€$£]|_", "", label.casefold())


@cache
def _labels(one: PublishedValue) -> tuple[str, ...]:
    """What tells a value from the others of its exhibit; a head that only says how it is measured does not."""
    several = (one.category, one.item, one.group)
    return tuple(dict.fromkeys(label for label in several if label and measure_of(label) is None))


def by_name(index: Index, claim: Claim, sentence: Sequence[Claim]) -> Judged | None:
    """`claim` judged by the value that its sentence names: unmatched where that leaves room for doubt, None where it
    names none. `sentence` are all claims of its sentence: where two have its unit, none is accused."""
    said = _Said.of(claim.sentence)
    unit = UNITS.get(claim.unit)
    if unit is None or not said.quoted:
        return None
    near = [one for one in index.near(claim.page) if one.unit == unit]
    quoted = [one for one in near if any(map(said.quotes, _labels(one)))]
    named = [one for one in quoted if all(map(said.names, _labels(one))) and _in_time(claim, one)]
    named.sort(key=lambda one: (abs(one.page - claim.page), abs(one.top - claim.box.top)))
    low, high = tolerance(claim)
    good = next((one for one in named if low <= one.value <= high), None)
    if good is not None:
        return linked(claim, good, "agrees")
    nothing = Judged(claim, "unmatched", group=claim.group, wave=claim.wave) if quoted else None
    against = _only_meant(named) if sum(other.unit == claim.unit for other in sentence) == 1 else None
    if against is None or low <= WHOLE - against.value <= high or _of_others(said, against):
        return nothing
    rivals = (one for one in quoted if low <= one.value <= high and _exhibit(one) != _exhibit(against))
    if any(_in_time(claim, one) for one in rivals):
        return nothing
    return linked(claim, against, "disagrees")


def _in_time(claim: Claim, one: PublishedValue) -> bool:
    return not claim.dated or one.wave == claim.wave


def _exhibit(one: PublishedValue) -> tuple[str, int, str | None]:
    return one.figure, one.page, one.question


def _only_meant(named: Sequence[PublishedValue]) -> PublishedValue | None:
    """The value of the nearest exhibit that is named; its last wave where the sentence has no year. None where several
    stand under the same labels, or where its reading is doubted."""
    if not named:
        return None
    beside = [one for one in named if _exhibit(one) == _exhibit(named[0])]
    last = max(one.wave or "" for one in beside)
    latest = [one for one in beside if (one.wave or "") == last]
    return latest[0] if len(latest) == 1 and not latest[0].doubted else None


@cache
def _among() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(language_words("among"), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{words})\s+(?P<whom>[^\W\d]\w*(?:\s+\w+)?)")


def _of_others(said: _Said, one: PublishedValue) -> bool:
    """True where the sentence speaks of some of those asked, and the value is that of all."""
    everyone = set(language_words("people"))
    taken = [match["whom"].split() for match in _among().finditer(said.outside)]
    return len(_labels(one)) == 1 and any(not everyone & set(whom) for whom in taken)


def settled(named: Judged | None, likely: Judged) -> Judged:
    """Names outdo likeness: where they leave doubt, likeness may confirm a claim but not contradict it."""
    if named is None or (named.verdict == "unmatched" and likely.verdict == "agrees"):
        return likely
    return named if named.verdict != "unmatched" else replace(named, figure=likely.figure)


def named_ones(index: Index, claims: Sequence[Claim]) -> Iterator[Judged | None]:
    """For each claim its verdict by name, None where its sentence names no value."""
    sentences: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        sentences[claim.passage, claim.sentence].append(claim)
    for claim in claims:
        yield by_name(index, claim, sentences[claim.passage, claim.sentence])
