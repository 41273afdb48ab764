"""Claims: the numbers that running text and pull quotes state, and whether the exhibits say the same.

`read_claims` finds them (`statements`) with what they are about (`context`); `verify` links them to observations and
judges them within what their wording allows (`linking`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.checks.claims.context import (
    GroupWords,
    blanked,
    figures_of,
    group_mentions,
    group_of,
    pointing_of,
    qualifier_of,
    sentences,
    subject_of,
    wave_of,
)
from pipeline.checks.claims.linking import verify
from pipeline.checks.claims.printed_labels import without_labels
from pipeline.checks.claims.statements import Found, Mention, Statement, statements_in
from pipeline.checks.claims.verdicts import Claim, Judged, claim_rows, tolerance
from pipeline.core.geometry import union
from pipeline.core.numbers import DecimalMark
from pipeline.layout.blocks import LARGE
from pipeline.layout.text import Passage
from pipeline.pages.page import Word

__all__ = [
    "Claim",
    "Judged",
    "Prose",
    "Silent",
    "claim_rows",
    "read_claims",
    "tolerance",
    "verify",
]


@dataclass(frozen=True, slots=True)
class Silent:
    """A word with digits in running text that states nothing about the survey, and the reason."""

    page: int
    word: Word
    reason: str


@dataclass(frozen=True, slots=True)
class Prose:
    """All numbers of the running text: claims, and what is none."""

    claims: tuple[Claim, ...]
    silent: tuple[Silent, ...]


def read_claims(
    passages: Sequence[Passage],
    groups: GroupWords = (),
    figure_words: Sequence[str] = (),
    edition: str | None = None,
    decimal: DecimalMark = ",",
) -> Prose:
    """Claims of `passages` (from `text.prose`). `groups` are (group id, names) of the study's catalogue; `edition` is
    the wave where the text names none. Headings and notes state nothing, but for a number set as display type."""
    body = _body_size(passages)
    claims: list[Claim] = []
    silent: list[Silent] = []
    for index, passage in enumerate(passages):
        found = without_labels(passage.text, statements_in(passage.text, figure_words, decimal))
        found = [_enumeration(passage, item) for item in found]
        reason = _silent_kind(passage, body)
        if reason is None:
            claims.extend(_claims_of(passage, index, found, groups, figure_words, edition))
        for item in found:
            if reason is not None or isinstance(item, Mention):
                why = item.reason if isinstance(item, Mention) and passage.kind != "footnote" else reason or ""
                silent.extend(_silent(passage, item, why))
    return Prose(tuple(claims), tuple(silent))


def _silent_kind(passage: Passage, body: float) -> str | None:
    if passage.kind == "footnote":
        return "footnote text"
    if passage.kind != "heading":
        return None
    lone = sum(any(c.isalpha() for c in word) for word in passage.text.split()) == 0
    return None if lone and passage.size >= LARGE * body else "heading"


def _body_size(passages: Sequence[Passage]) -> float:
    sizes = [(len(p.text), p.size) for p in passages if p.kind == "paragraph"]
    totals: dict[float, int] = {}
    for length, size in sizes:
        totals[size] = totals.get(size, 0) + length
    return max(totals, key=lambda size: totals[size]) if totals else 10.0


def _enumeration(passage: Passage, item: Found) -> Found:
    """A number that opens a heading or a list item is its place in a list."""
    opens = not passage.text[: item.start].strip(" (") and passage.text[item.end : item.end + 1] in (".", ")")
    if isinstance(item, Statement) and opens and item.value == int(item.value):
        return Mention(item.start, item.end, "enumeration")
    return item


def _silent(passage: Passage, item: Found, reason: str) -> list[Silent]:
    spans = passage.words(item.start, item.end)
    return [Silent(s.page, s.word, reason) for s in spans if any(c.isdigit() for c in s.word.text)]


def _claims_of(
    passage: Passage,
    index: int,
    found: Sequence[Found],
    groups: GroupWords,
    figure_words: Sequence[str],
    edition: str | None,
) -> list[Claim]:
    statements = [item for item in found if isinstance(item, Statement)]
    mentions = group_mentions(passage.text, groups)
    topics = blanked(passage.text, mentions)
    parts = sentences(passage.text)
    claims = []
    for place, one in enumerate(statements):
        sentence = next(s for s in parts if one.start < s.end)
        figures, named = figures_of(passage.text, sentence, one, figure_words)
        wave, dated = wave_of(passage.text, sentence, one, edition)
        spans = passage.words(one.start, one.end)
        page = spans[0].page
        claims.append(
            Claim(
                page=page,
                box=union(s.word.box for s in spans if s.page == page),
                words=tuple(s.word for s in spans),
                printed=passage.text[one.start : one.end],
                value=one.value,
                unit=one.unit,
                sentence=passage.text[sentence.start : sentence.end].strip(),
                subject=subject_of(passage.text, sentence, statements, place),
                topic=subject_of(topics, sentence, statements, place),
                passage=index,
                place=one.start,
                grouped=any(sentence.start <= m.start < sentence.end for m in mentions),
                group=group_of(passage.text, sentence, one, mentions, _pair_place(statements, place)),
                wave=wave or edition,
                dated=dated,
                figures=figures,
                named=named,
                pointing=None if named else pointing_of(passage.text, sentence, figure_words),
                qualifier=qualifier_of(passage.text[sentence.start : one.start]),
                form=one.form,
                parts=one.parts,
                pair=one.pair,
            )
        )
    return claims


def _pair_place(statements: Sequence[Statement], place: int) -> tuple[int, int] | None:
    one = statements[place]
    if one.pair is None:
        return None
    pair = [other for other in statements if other.pair == one.pair]
    return pair.index(one), len(pair)
