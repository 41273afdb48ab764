"""Lines joined to running text, reversibly: every stretch of the text knows the printed word it came from.

A hyphen at a line end is either the typesetter's (`wend-` + `baarder`) or the writer's (`L&D-` + `professionals`). The
document itself is asked: whichever form it prints elsewhere within a line is right. Soft hyphens are no better
evidence: some engines write every hyphen as one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.language import words
from pipeline.layout.lines import Line
from pipeline.pages.page import Word

SOFT_HYPHEN = "\u00ad"
HYPHENS = "-‐‑"
MARK = re.compile(r"^[(\[]?(\d{1,3}([,;]\d{1,3})*|[*†‡§¶]{1,3}|[a-z])[)\]]?$")
"""What a footnote mark looks like when it is set as a superscript."""
MARK_GAP = 0.15
"""Gap, in em, below which punctuation after a superscript belongs to the word before it."""
_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` is printed as (a part of) `word` on page `page`."""

    start: int
    end: int
    word: Word
    page: int


Vocabulary = Counter[str]
"""Words of the document in lower case, without punctuation around them, and how often each is printed whole."""


def whole_words(line: Line) -> Iterator[str]:
    """The words that stand whole in a line, as a vocabulary has them (not the last one when a hyphen cuts it)."""
    whole = line.words if not _ends_cut(line.words[-1].text) else line.words[:-1]
    return (_bare(word.text) for word in whole if not word.raised)


def _bare(text: str) -> str:
    return _EDGES.sub("", text.replace(SOFT_HYPHEN, "")).lower()


def _ends_cut(text: str) -> bool:
    return len(text) > 1 and (text[-1] in HYPHENS or text[-1] == SOFT_HYPHEN) and text[-2].isalnum()


def is_mark(word: Word) -> bool:
    """True for a superscript that can only be a footnote mark (`m²` and `1ᵉʳ` are none)."""
    return word.raised and MARK.match(word.text) is not None


def join_lines(lines: Sequence[Line], vocabulary: Vocabulary) -> tuple[str, tuple[Span, ...]]:
    """Running text of `lines` and where each printed word went. Superscript marks are left out of the text."""
    text = ""
    spans: list[Span] = []
    cut = False
    for line in lines:
        before: Word | None = None
        for word in line.words:
            if is_mark(word):
                before = word
                continue
            printed = word.text.rstrip(SOFT_HYPHEN).replace(SOFT_HYPHEN, "")
            printed += "-" if word.text.endswith(SOFT_HYPHEN) else ""
            if before is None and cut:
                text, spans = _rejoined(text, spans, word, vocabulary)
            elif text and not _touches(before, word, text):
                text += " "
            spans.append(Span(len(text), len(text) + len(printed), word, line.page))
            text += printed
            before = word
        cut = before is not None and not before.raised and _ends_cut(before.text)
    return text, tuple(spans)


def _touches(before: Word | None, word: Word, text: str) -> bool:
    """True where no space belongs between the text so far and `word`; `before` is None at a line's start."""
    if before is None:
        return len(text) > 1 and text[-1] == "/" and text[-2].isalnum()
    return word.glued or (before.raised and word.box.x0 - before.box.x1 < MARK_GAP * word.size)


def _rejoined(text: str, spans: list[Span], word: Word, vocabulary: Vocabulary) -> tuple[str, list[Span]]:
    """The text so far, ready for the rest of the word that the last line's hyphen cut."""
    head, last = spans[-1].word.text, spans[-1]
    if _bare(word.text) in words("conjunctions"):
        return text + " ", spans
    if keeps_hyphen(head, word.text, vocabulary):
        return text, spans
    return text[:-1], [*spans[:-1], Span(last.start, last.end - 1, last.word, last.page)]


def keeps_hyphen(head: str, tail: str, vocabulary: Vocabulary) -> bool:
    """True where the hyphen between `head` (ends with it) and `tail` (starts the next line) belongs to the word."""
    start = head[:-1]
    with_hyphen, without = vocabulary[_bare(f"{start}-{tail}")], vocabulary[_bare(start + tail)]
    if with_hyphen != without:
        return with_hyphen > without
    last_part = re.split(r"\W", start)[-1]
    return not tail[:1].islower() or last_part.isupper() or not start[-1].isalpha()


def settled(text: str, vocabulary: Vocabulary) -> str:
    """The text with each soft hyphen, which stands where a line ended within a word, left out or made a plain one."""
    whole, *rest = text.split(SOFT_HYPHEN)
    for part in rest:
        head, tail = whole.split()[-1:], part.split()[:1]
        if not head or not tail:
            whole += part
        elif _bare(tail[0]) in words("conjunctions"):
            whole += f"- {part}"
        else:
            whole += ("-" if keeps_hyphen(f"{head[0]}-", tail[0], vocabulary) else "") + part
    return whole
