"""How likely each text by an exhibit is its question: the wording that names what is measured.

What is seen of a text (does it ask, does it name a unit, how does its style behave in the whole report, where does it
stand) has weights that were learned from reports with known questions (`training/meaning.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.core.language import unit_words, words
from pipeline.core.numbers import YEAR
from pipeline.layout.blocks import Block
from pipeline.layout.notes import Caption

ASKING_STYLE = 0.5
"""Share of questions among the texts of one style from which what its texts do is ask."""
LIKELY = -0.7
"""Score from which the likeliest text by an exhibit is its question more often than not. Of 20 exhibits of the reports
whose best text scores between this and 0, that is right for 12, and what the reader took for a title for 6."""
CLOSE = 1.6
"""A subtitle follows its title within so many em."""
NAMING = frozenset({"percent", "share", "mean_score", "currency"})
"""Units whose words stand in texts that name what is measured."""
_ASKS = re.compile(r"\?[”\"»)\s*†]*(?:\([^()]*\)[\s*†]*)?$")
_ASKED_FIRST = re.compile(r"[^?]+\?[”\"»]?(?=\s)")
"""A question with more text behind it."""


def asks(text: str) -> bool:
    """Does the text ask: does it end with a question mark, or with one before what stands in brackets; does it begin
    with a question that no sentence follows ("Where do you live? In percent"), or hold a numbered one?"""
    if _ASKS.search(text) is not None or numbered_question(text) is not None:
        return True
    first = _ASKED_FIRST.match(text)
    return first is not None and not _words(text[first.end() :]) & {*words("finite_verbs")}


def numbered_question(text: str) -> str | None:
    """What follows a question number, as a note has it ("Base: all adults. Q4. How satisfied are you? Per cent")."""
    found = _numbered_question().search(text)
    return found["question"] if found is not None else None


@cache
def _numbered_question() -> re.Pattern[str]:
    nouns = "|".join(map(re.escape, words("question_words")))
    number = rf"(?:[QFV][. ]?\d+[a-z]?|(?:{nouns})(?: ?\d+[a-z]?)?[.:)])"
    return re.compile(rf"(?:^|[.;|] ?)(?P<question>{number}[.:)]?\s+[^?]+\?)", re.IGNORECASE)


def tells_unit(text: str) -> bool:
    """Does a word of the text tell what is measured?"""
    return bool(unit_words((text,)) & NAMING)


def claims(text: str) -> bool:
    """Is the text a sentence that asks nothing: does it have a finite verb?"""
    return not asks(text) and bool(_words(text) & {*words("finite_verbs")})


def splits(text: str) -> bool:
    """Does the text name what its exhibit is split by ("Use of tools by age")?"""
    return bool(_words(text) & {*words("split_by")})


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A text that may be the question of an exhibit, and how it stands to the exhibit and to others of its style."""

    block: Block
    caption: Caption | None
    """What it is where it begins with a figure word and number, or stands right below these."""
    asking: float
    """Share of its style's texts that ask."""
    telling: float
    """Share of its style's texts that tell a unit."""
    claiming: float
    """Share of its style's texts that are sentences."""
    splitting: float
    """Share of its style's texts that name what the exhibit is split by."""
    repeated: float
    """Share of the exhibits that have a text of this style, times the share of the style's texts that have one."""
    gap: float
    """Points between text and exhibit, where both stand on one page."""
    parted: float
    """Points of other text and exhibits between them."""
    here: bool
    """Do both stand on one page?"""
    running: bool
    """Is it a paragraph of running text?"""
    body: float
    """Size of running text in points."""


def scores(texts: Sequence[QuestionText]) -> list[float]:
    """For each text that may be an exhibit's question the log odds that it is, but for a constant."""
    return [sum(weights()[name] * x for name, x in seen(text, texts).items()) for text in texts]


def seen(one: QuestionText, all_of_exhibit: Sequence[QuestionText]) -> dict[str, float]:
    """What is seen of a text, by the name of its weight."""
    block, text = one.block, one.block.text
    over = [x for x in all_of_exhibit if x is not one and follows(block, x.block)]
    return {
        "asks": float(asks(text)),
        "style asks": one.asking if one.asking > ASKING_STYLE else 0.0,
        "style repeats": one.repeated,
        "caption": float(one.caption is not None),
        "stands out": float(_bold(block) or block.size > 1.05 * one.body),
        "running text": float(one.running or (text.rstrip().endswith(".") and one.asking < ASKING_STYLE)),
        "distance": one.gap / 100.0 if one.here else 0.5,
        "parted": one.parted / 100.0 if one.here else 0.5,
        "tells unit": float(tells_unit(text)),
        "style tells unit": one.telling,
        "claims": float(claims(text)),
        "style claims": one.claiming,
        "splits": float(splits(text)),
        "style splits": one.splitting,
        "dated": float(YEAR.search(text) is not None),
        "below a title": float(bool(over)),
        "below a name": max((1 - x.claiming for x in over if heads(x.block, block)), default=0.0),
        "small": 1 - block.size / max(x.block.size for x in all_of_exhibit if not x.running or x is one),
        "short": float(len(text.split()) <= 2),
    }


def _bold(block: Block) -> bool:
    return all(w.bold for line in block.lines for w in line.words)


def heads(title: Block, subtitle: Block) -> bool:
    """Does the title right over its subtitle name what is measured and stand out? A claim tells a result instead."""
    stands_out = title.size > subtitle.size or (_bold(title) and not _bold(subtitle))
    return follows(subtitle, title) and stands_out and not claims(title.text) and not title.text.rstrip().endswith(".")


def follows(block: Block, other: Block) -> bool:
    """Does the block stand right below the other one?"""
    gap = block.box.top - other.box.bottom
    close = -2.0 <= gap <= CLOSE * max(block.size, other.size) - 2.0
    return block.page == other.page and close and block.box.overlap_x(other.box) > 0


@cache
def weights() -> Mapping[str, float]:
    """The learned weight of all that is seen."""
    told: dict[str, float] = json.loads((Path(__file__).parent / "question_weights.json").read_text("utf-8"))
    return told
