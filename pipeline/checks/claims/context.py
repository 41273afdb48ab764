"""What a number in running text is about: its sentence, clause, group, wave, figure and qualifier."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.checks.claims.statements import YEAR, Statement, figure_references
from pipeline.core.language import words as language_words

QUALIFIERS = ("almost", "above", "below", "about", "emphasis")
"""Lists of the language files: how the wording bends a number. `emphasis` (`slechts`) does not bend it."""
BEFORE_QUALIFIER = 34
"""Letters before a number in which its qualifier stands (`net iets meer dan ` has 18, `maar liefst ` on top)."""
SUBJECT_WORDS = 14
"""A subject of more words says nothing more."""
AFTER_SHARE = 4
"""Words after a share in which whose share it is stands: `95 % van de business`."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]` of a passage."""

    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """Sentences of a passage. A stop ends one when white space and no small letter follow and it closes no
    abbreviation."""
    found, start = [], 0
    for match in re.finditer(r"[.!?…]+[”’\"')»]*\s+", text):
        before = text[start : match.start() + 1].rsplit(None, 1)[-1].lower().lstrip("(‘“'\"")
        following = text[match.end() : match.end() + 1]
        if before in language_words("abbreviations") or re.fullmatch(r"(?:\w\.)+", before) or following.islower():
            continue
        found.append(Sentence(start, match.end()))
        start = match.end()
    if start < len(text):
        found.append(Sentence(start, len(text)))
    return found


@cache
def _qualifier_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    between = r"(?:\W+(?:de|het|een|the|a|an|of|la|le|les|un|une)\b)?\W*$"
    lists = [(name, sorted(language_words(name), key=len, reverse=True)) for name in QUALIFIERS]
    return tuple(
        (name, re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(w) for w in words)}){between}", re.I))
        for name, words in lists
    )


def qualifier_of(before: str) -> str | None:
    """How the words just before a number bend it (`almost`, `above`, `below`, `about`, `emphasis`), None when they
    do not. The longest phrase that ends there decides: `net iets meer dan` is above, not emphasis."""
    near = before[-BEFORE_QUALIFIER:]
    matches = [(m.start(), name) for name, pattern in _qualifier_patterns() if (m := pattern.search(near))]
    return min(matches)[1] if matches else None


def subject_of(text: str, sentence: Sentence, statements: Sequence[Statement], index: int) -> str:
    """The words of the clause that the number belongs to, without numbers.

    A number in brackets speaks of what precedes them, back to the number or bracket before; any other of its clause.
    """
    one = statements[index]
    stops_before = [sentence.start, *(s.end for s in statements[:index] if s.pair is None or s.pair != one.pair)]
    stops_after = [sentence.end, *(s.start for s in statements[index + 1 :] if s.pair is None or s.pair != one.pair)]
    low = max(stop for stop in stops_before if stop <= one.start)
    high = min(stop for stop in stops_after if stop >= one.end)
    head, tail = text[low : one.start], text[one.end : high]
    if in_brackets(text, one):
        return _tidy(re.sub(r"^\s*\)?[,\s]*", "", head.rsplit("(", 1)[0]), last=True)
    before, after = re.split(r"[,;:()]", head)[-1], re.split(r"[,;:(]", tail, maxsplit=1)[0]
    if _and_ends(before) or not before.strip():
        return _tidy(after if after.strip() else head, last=False)
    return _tidy(f"{before} {after}", last=False)


def _and_ends(text: str) -> bool:
    """True where a conjunction stands last: what precedes it belongs to the number before."""
    last = text.split()[-1:]
    return bool(last) and last[0].lower() in language_words("and")


def in_brackets(text: str, one: Statement) -> bool:
    """True where the number stands in brackets."""
    head = text[max(0, one.start - 60) : one.start]
    return head.rfind("(") > head.rfind(")")


def _tidy(text: str, last: bool) -> str:
    words = re.sub(r"[()“”‘’\"]", " ", text).split()
    words = words[-SUBJECT_WORDS:] if last else words[:SUBJECT_WORDS]
    return " ".join(words).strip(" ,;:.-–")


# --- group -----------------------------------------------------------------------------------------------------------

GroupWords = Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class GroupMention:
    start: int
    end: int
    group: str


def group_mentions(text: str, groups: GroupWords) -> list[GroupMention]:
    """Where `text` names respondent groups, in the plural or singular; of overlapping names the longest counts."""
    found: list[GroupMention] = []
    for group, names in groups:
        for name in names:
            stem = re.escape(name[:-1] if name.endswith("s") else name)
            pattern = rf"(?<!\w){stem}s?(?!\w)"
            found.extend(GroupMention(*m.span(), group) for m in re.finditer(pattern, text, re.I))
    found.sort(key=lambda m: (m.start, m.start - m.end))
    kept: list[GroupMention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def blanked(text: str, mentions: Sequence[GroupMention]) -> str:
    """`text` with spaces in place of the groups' names, every other letter where it was."""
    for mention in mentions:
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text


def group_of(
    text: str, sentence: Sentence, one: Statement, mentions: Sequence[GroupMention], pair_place: tuple[int, int] | None
) -> str | None:
    """Whose number it is: the group named right after it (`95% van de business`), else the nearest one before it in
    its sentence, else the nearest after, else the last one named in the passage.

    `pair_place` is (place, size) of the number in a list of numbers: where as many groups are named before, in its
    sentence or (`resp.`) in the last ones, they are taken in order. A sentence that names several groups without such
    a list leaves those after it without any.
    """
    here = [m for m in mentions if sentence.start <= m.start < sentence.end]
    before = [m for m in here if m.end <= one.start]
    if pair_place is not None:
        ordered = before or [m for m in mentions if m.end <= one.start and is_respective(text, sentence, one)]
        named = list(dict.fromkeys(m.group for m in reversed(ordered)))[: pair_place[1]][::-1]
        if len(named) == pair_place[1]:
            return named[pair_place[0]]
    after = [m for m in here if m.start >= one.end]
    close = [
        m
        for m in after
        if len(text[one.end : m.start].split()) <= AFTER_SHARE and not re.search(r"[,;(]", text[one.end : m.start])
    ]
    earlier = [m for m in mentions if m.end <= sentence.start]
    if close and not in_brackets(text, one):
        return close[0].group
    if before:
        return before[-1].group
    if after:
        return after[0].group
    last = [m for m in earlier if not re.search(r"[.!?]\s", text[m.end : earlier[-1].start])]
    return last[-1].group if len({m.group for m in last}) == 1 else None


def is_respective(text: str, sentence: Sentence, one: Statement) -> bool:
    """True where `resp.` stands before the number's list in its sentence."""
    head = text[sentence.start : one.start].lower()
    return any(word in head for word in language_words("respectively"))


# --- wave and figure -------------------------------------------------------------------------------------------------


def wave_of(text: str, sentence: Sentence, one: Statement, edition: str | None = None) -> tuple[str | None, bool]:
    """The year that the number is about, and whether its sentence names it.

    The year in its own clause, else before it in its sentence, else after it there; else the last one named earlier in
    the passage, if it is past and the sentence goes on in the past ("at the time 35% were …").
    """
    compared = rf"(?:{'|'.join(re.escape(w) for w in language_words('compared_to'))})\s+{YEAR}"
    beside = [m.end() - 4 for m in re.finditer(compared, text, re.I)]
    years = [(m.start(), m[0]) for m in re.finditer(rf"(?<![\w.,€$–-]){YEAR}(?![\w%]|[.,]\d|\s?%)", text)]
    years = [item for item in years if item[0] not in beside]
    here = [(at, year) for at, year in years if sentence.start <= at < sentence.end]
    clause_start = max((m.end() for m in re.finditer(r"[,;:]", text[sentence.start : one.start])), default=0)
    clause_end = re.search(r"[,;:]", text[one.end : sentence.end])
    low = sentence.start + clause_start
    high = one.end + clause_end.start() if clause_end else sentence.end
    own = [item for item in here if low <= item[0] < high]
    if own:
        return min(own, key=lambda item: abs(item[0] - one.start))[1], True
    before = [year for at, year in here if at < one.start]
    after = [year for at, year in here if at > one.start]
    if before or after:
        return (before[-1:] or after[:1])[0], True
    earlier = [year for at, year in years if at < sentence.start and year <= (edition or year)]
    told = set(re.findall(r"\w+", text[sentence.start : sentence.end].casefold())) & set(language_words("past"))
    return (earlier[-1] if earlier and told else None), False


def figures_of(
    text: str, sentence: Sentence, one: Statement, figure_words: Sequence[str]
) -> tuple[tuple[str, ...], bool]:
    """The figures that the number refers to, and whether its own sentence names them: the nearest before it in the
    sentence, else after it there, else the last ones named earlier in the passage."""
    references = figure_references(text, figure_words)
    here = [(at, names) for at, names in references if sentence.start <= at < sentence.end]
    before = [names for at, names in here if at < one.start]
    after = [names for at, names in here if at > one.start]
    if before or after:
        return (before[-1:] or after[:1])[0], True
    earlier = [names for at, names in references if at < sentence.start]
    return (earlier[-1] if earlier else (), False)


def pointing_of(text: str, sentence: Sentence, figure_words: Sequence[str]) -> str | None:
    """`below` or `above` where the sentence points at an exhibit instead of naming it ("the table below")."""
    said = text[sentence.start : sentence.end]
    names = "|".join(re.escape(w) for w in sorted({*figure_words, *language_words("figure_words")}, key=len)[::-1])
    for where in ("below", "above"):
        words = "|".join(re.escape(w) for w in language_words(f"pointing_{where}"))
        pointed = rf"(?<!\w)(?:(?:{words})\s+(?:\w+\s+)?(?:{names})|(?:{names})\s+(?:\w+\s+)?(?:{words}))(?!\w)"
        if re.search(pointed, said, re.I):
            return where
    return None
