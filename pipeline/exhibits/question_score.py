"""How likely each text by an exhibit is its question: the wording that names what is measured.

What is seen of a text (does it ask, does it name a unit, how does its style behave in the whole report, where does it
stand) has weights that were learned from reports with known questions (`training/meaning.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.core.language import unit_words, words
from pipeline.layout.blocks import Block
from pipeline.layout.notes import Caption

ASKING_STYLE = 0.5
"""Share of questions among the texts of one style from which what its texts do is ask."""
LIKELY = -1.0
"""Score from which the likeliest text by an exhibit is its question more often than not. Of 14 exhibits of the reports
whose best text scores between this and 0, that is right for 10; of the 16 up to a point below, for 4."""
CLOSE = 1.6
"""A subtitle follows its title within so many em."""
BRIEF = 4
"""Words of a brief text at most."""
NAMING = frozenset({"percent", "share", "mean_score", "currency"})
"""Units whose words stand in texts that name what is measured."""
_ASKS = re.compile(r"\?[”\"»)\s*†]*(?:\([^()]*\)[\s*†]*)?$")
_SHARE = re.compile(r"(?:^|[^\d\s])\s*%")
"""A percent sign without a number: a sentence that has one says whose share is shown, and claims nothing."""
_ASKED_FIRST = re.compile(r"[^?]+\?[”\"»]?(?=\s)")
"""A question with more text behind it."""


def asks(text: str) -> bool:
    """Does the text ask: does it end with a question mark, or with one before what stands in brackets; does it begin
    with a question that no sentence follows ("Where do you live? In percent"), or hold a numbered one?"""
    return any(found is not None for found in (_ASKS.search(text), numbered_question(text), asked_first(text)))


def asked_first(text: str) -> str | None:
    """The question that a text begins with, and no sentence follows ("Where do you live? In percent")."""
    first = _ASKED_FIRST.match(text)
    return first[0] if first is not None and not _words(text[first.end() :]) & {*words("finite_verbs")} else None


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
    return bool(unit_words((text,)) & NAMING)


def claims(text: str) -> bool:
    """Is the text a sentence that asks nothing: does it have a finite verb, and does it not say whose share is shown
    ("% of adults who say that they …")?"""
    return not asks(text) and not _SHARE.search(text) and bool(_words(text) & {*words("finite_verbs")})


def splits(text: str) -> bool:
    """Does the text name what its exhibit is split by ("Use of tools by age")?"""
    return bool(_words(text) & {*words("split_by")})


def is_brief(text: str) -> bool:
    """Has the text few words: is it a label, a section's name, or a unit?"""
    return len(text.split()) <= BRIEF


DOES: Mapping[str, Callable[[str], bool]] = {
    "asks": asks,
    "tells unit": tells_unit,
    "claims": claims,
    "splits": splits,
    "is brief": is_brief,
}
"""What the texts of a style may do, by the name of its weight."""


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A text that may be the question of an exhibit, and how it stands to the exhibit and to others of its style."""

    block: Block
    caption: Caption | None
    """What it is where it begins with a figure word and number, or stands right below these."""
    style: Mapping[str, float]
    """Share of its style's texts that do each of `DOES`."""
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
    beside: bool
    """Does it stand beside the exhibit?"""
    within: bool
    """Does it stand between the exhibit's labels and values, as the head of a stub does?"""


def scores(texts: Sequence[QuestionText]) -> list[float]:
    """For each text that may be an exhibit's question the log odds that it is, but for a constant."""
    return [sum(weights()[name] * x for name, x in seen(text, texts).items()) for text in texts]


def seen(one: QuestionText, all_of_exhibit: Sequence[QuestionText]) -> dict[str, float]:
    """What is seen of a text, by the name of its weight."""
    block, text = one.block, one.block.text
    over = [x for x in all_of_exhibit if x is not one and follows(block, x.block)]
    asking = one.style["asks"] > ASKING_STYLE
    return {
        **{f"style {name}": share for name, share in one.style.items()},
        "asks": float(asks(text)),
        "style asks": one.style["asks"] if asking else 0.0,
        "style repeats": one.repeated,
        "caption": float(one.caption is not None),
        "running text": float(one.running or (text.rstrip().endswith(".") and not asking)),
        "distance": one.gap / 100.0 if one.here else 0.5,
        "parted": one.parted / 100.0 if one.here else 0.5,
        "tells unit": float(tells_unit(text)),
        "is a unit": float(is_brief(text) and tells_unit(text)),
        "below a caption": float(any(x.caption is not None and x.caption.title for x in over)),
        "below a headline": max((x.style["claims"] for x in over), default=0.0),
        "beside": float(one.beside),
        "within": float(one.within),
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
