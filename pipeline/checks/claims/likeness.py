"""How far two texts are about the same thing: stems of their telling words, in any of the languages."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from pipeline.checks.claims.context import QUALIFIERS
from pipeline.checks.claims.statements import YEAR
from pipeline.core.language import words as language_words


@cache
def stems(text: str) -> frozenset[str]:
    """Stems of the telling words of `text`; of all its words where none is telling."""
    return frozenset(_stem(w) for w in _telling(text) or _words(text))


def says_nothing(text: str) -> bool:
    """True where no word of `text` tells what a number is about; qualifiers ("nearly", "only") bend it, no more."""
    bending = {word for name in QUALIFIERS for phrase in language_words(name) for word in phrase.split()}
    return not set(_telling(text)) - bending


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.findall(r"[^\W\d_](?:[\w&]*\w)?|\d{3,}", plain)


def _telling(text: str) -> list[str]:
    stop = language_words("stop_words")
    return [w for w in _words(text) if w not in stop and len(w) > 1 and not re.fullmatch(YEAR, w)]


@cache
def _stem(word: str) -> str:
    for ending in sorted(language_words("endings"), key=len, reverse=True):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@cache
def alike(one: str, other: str) -> float:
    """1 for the same stem, less for compounds that share their beginning or hold one another, 0 otherwise."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= 5 and short in long:
        return 0.7
    if one[:5] != other[:5]:
        return 0.0
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(short))
    return 0.7 if shared >= 5 and shared >= 0.6 * len(long) else 0.0
