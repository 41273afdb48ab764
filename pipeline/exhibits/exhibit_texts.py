"""Which question, headline and notes belong to which exhibit, told from all exhibits of a document together.

A report sets the question, the caption and the note of every exhibit in the same style and at the same place. So the
texts of one style are assigned to the exhibits as a whole: on each page the assignment costs least that keeps the
distances short and stays on the side, above or below, on which most texts of the style stand. What a text is follows
from its style too: where most texts of a style that stand by exhibits are questions, all of them are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.core.assignment import assigned
from pipeline.exhibits.exhibit_places import ExhibitLayout, ExhibitPlace, Side, TextStyle, is_running, stand_level
from pipeline.exhibits.question_score import (
    DOES,
    LIKELY,
    QuestionText,
    asks,
    heads,
    numbered_question,
    scores,
)
from pipeline.exhibits.reading import Reading
from pipeline.layout.blocks import Block
from pipeline.layout.notes import Caption, is_note_text
from pipeline.layout.text import Text

FAR = 1e6
"""Cost of a text and an exhibit that cannot belong together: more than all others of a page together."""
UNTOLD = 300.0
"""Points of cost from which a text is rather left without an exhibit."""
ONE_SIDED = 3.0
"""Votes of a text with exhibits on one side only about where its style stands; one of two sides has one vote."""
RARE = 0.25
"""Share of a style's texts from which they stand on a side by habit and not by chance."""
SAME_EDGE = 12.0
"""Points by which an edge of a table and of its continuation on the next page may be shifted."""
SENTENCE_WORDS = 5
"""Words from which a title over an exhibit is a sentence that tells its result, and not the name of a section."""
_SCALE = re.compile(r"(?<=\w.)\s*\((?P<told>[^()?]*\b\d{1,2}\b[^()?\d]+\b\d{1,3}\b[^()?]*)\)$")
"""What stands in brackets after a question with two numbers: the ends of its scale."""
_NOTE_MARK = re.compile(r"(?<=[\w?!.)])[*†‡]+(?=\s|$)")
"""The mark of a note behind a word."""


@dataclass(frozen=True, slots=True)
class ExhibitTexts:
    """The texts of one exhibit: the question is the printed wording of what is measured, the headline the sentence
    over it that tells the result, notes are bases, sources and what stands under a title as its subtitle."""

    question: str | None = None
    headline: str | None = None
    notes: tuple[str, ...] = ()
    caption: Caption | None = None
    """The caption that is the question."""

    @property
    def printed(self) -> str | None:
        """The question as printed: a caption with its figure word and number."""
        words = self.caption.words if self.caption is not None and self.caption.title else ()
        return " ".join((*(word.text for word in words), self.question)) if self.question else None


def _assigned(style: TextStyle, blocks: Sequence[Block], layout: ExhibitLayout) -> dict[int, Block]:
    """Exhibit → the text of this style that belongs to it."""
    shares = _side_shares(blocks, layout)
    found: dict[int, Block] = {}
    by_page: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        by_page[block.page].append(block)
    for page, own in by_page.items():
        exhibits = layout.by_page.get(page)
        if exhibits is None:
            continue
        alone = [UNTOLD] * len(own)
        for row, column in assigned([[*(_cost(b, i, shares, layout) for i in exhibits), *alone] for b in own]):
            if column < len(exhibits):
                found[exhibits[column]] = own[row]
        _share(found, own, exhibits, shares, layout)
    _over_breaks(found, blocks, layout)
    return found


def _over_breaks(found: dict[int, Block], blocks: Sequence[Block], layout: ExhibitLayout) -> None:
    """What stands first on a page without a text of its own has the last one of the page before, where no exhibit
    follows that; of a page without exhibits only a caption. The rest of a table that runs on has the table's own."""
    owned = {(b.page, b.box) for b in found.values()}
    for page, exhibits in layout.by_page.items():
        first = min(exhibits, key=lambda i: layout.places[i].values.top)
        before = layout.by_page.get(page - 1, ())
        if first in found:
            continue
        last = max(before, key=lambda i: layout.places[i].values.bottom, default=None)
        foot = [b for b in blocks if b.page == page - 1 and (b.page, b.box) not in owned]
        foot = [b for b in foot if last is None or b.box.top > layout.places[last].values.bottom]
        if last is None:
            foot = [b for b in foot if b.kind == "caption"]
        if foot:
            found[first] = max(foot, key=lambda b: b.box.bottom)
        elif last in found and _runs_on(layout.places[last], layout.places[first]):
            found[first] = found[last]


def _runs_on(one: ExhibitPlace, other: ExhibitPlace) -> bool:
    """Is the one place the rest of the table at the other, on the next page: are its columns as wide?"""
    return one.table and other.table and abs(one.width.x1 - other.width.x1) < SAME_EDGE


def _share(
    found: dict[int, Block],
    own: Sequence[Block],
    exhibits: Sequence[int],
    shares: Mapping[Side, float],
    layout: ExhibitLayout,
) -> None:
    """Panels side by side, or parts of one exhibit, share the text that stands next to them with nothing between; all
    exhibits of a page share the only note of its kind below them."""
    alone = own[0] if len(own) == 1 and is_note_text(own[0].text) else None
    if alone is not None and all(layout.places[i].under(alone.box) for i in exhibits):
        found |= dict.fromkeys(exhibits, alone)
    for i in exhibits:
        if i in found:
            continue
        near = [(_cost(b, i, shares, layout), k) for k, b in enumerate(own)]
        cost, k = min(near)
        owners = [j for j, b in found.items() if b is own[k]]
        if cost < UNTOLD and any(stand_level(layout.places[i], layout.places[j]) for j in owners):
            found[i] = own[k]


def _side_shares(blocks: Sequence[Block], layout: ExhibitLayout) -> Mapping[Side, float]:
    """The share of the texts of one style that stand over, under and beside their exhibits.

    A text with exhibits on one side only says more; not at the foot of a page, where it may belong to the next one's.
    """
    votes: dict[Side, float] = {"over": 1.0, "under": 1.0, "beside": 0.0}
    for block in blocks:
        gaps: dict[Side, float] = {}
        for i in layout.by_page.get(block.page, ()):
            side = layout.places[i].side(block.box)
            if side is not None:
                gaps[side] = min(gaps.get(side, FAR), _gap(block, i, layout))
        following = layout.following(block)
        told = {side: gap for side, gap in gaps.items() if gap < FAR}
        weight = 1.0 if len(told) > 1 or following is None else ONE_SIDED
        if _explains(following, block, told.get("under", FAR), layout.body):
            told.pop("under", None)
            weight = ONE_SIDED
        if told:
            votes[min(told, key=lambda side: told[side])] += weight
    return {side: vote / sum(votes.values()) for side, vote in votes.items()}


def _explains(following: Block | None, block: Block, up: float, body: float) -> bool:
    """Does a sentence follow the text far more closely than the text follows the exhibit over it? It is about what is
    to come. In smaller type than running text it is a note, and tells nothing."""
    if following is None or asks(following.text) or following.size < body:
        return False
    if any(is_note_text(b.text) for b in (block, following)):
        return False
    return following.text.rstrip().endswith(".") and 2 * (following.box.top - block.box.bottom) < up


def _gap(block: Block, i: int, layout: ExhibitLayout) -> float:
    """How far apart in points the text and the exhibit stand, what parts them and how far they are shifted included;
    FAR where the text stands in another column or in the midst of the exhibit."""
    place = layout.places[i]
    side = place.side(block.box)
    if side == "beside":
        return abs(block.box.top - place.width.top) + abs(place.width.overlap_x(block.box))
    if side is None or not layout.one_column(block.box, i):
        return FAR
    shift = min(abs(block.box.x0 - place.width.x0), abs(block.box.x_mid - place.width.x_mid))
    return place.gap(block.box) + 0.2 * shift + layout.parted(block, i)


def _cost(block: Block, i: int, shares: Mapping[Side, float], layout: ExhibitLayout) -> float:
    """The same, dearer on the side on which few texts of this style stand; FAR where hardly any does."""
    side, gap = layout.places[i].side(block.box), _gap(block, i, layout)
    share = shares[side] if side else 0.0
    return gap if gap >= FAR else gap + 300.0 * (1 - share) if share > RARE else FAR


def texts_of(readings: Sequence[tuple[Reading, int]], text: Text) -> list[ExhibitTexts]:
    """The texts of each exhibit, given as its reading and the page on which it begins."""
    layout = ExhibitLayout.of(readings, text)
    candidates, notes = question_texts(layout, text)
    return [_texts(i, candidates[i], notes[i], layout) for i in layout.whole]


def question_texts(
    layout: ExhibitLayout, text: Text
) -> tuple[Mapping[int, list[QuestionText]], Mapping[int, list[Block]]]:
    """By exhibit, what may be its question, and its notes."""
    candidates: dict[int, list[QuestionText]] = defaultdict(list)
    notes: dict[int, list[Block]] = defaultdict(list)
    assigned = {style: _assigned(style, blocks, layout) for style, blocks in layout.styles.items()}
    numbers = {i: b for style, owned in assigned.items() if style.opening == "caption" for i, b in owned.items()}
    for style, owned in assigned.items():
        if style.opening == "note":
            for i, block in owned.items():
                notes[i].append(block)
            continue
        distinct = {(b.page, b.box): b.text for b in owned.values()}
        does = {name: sum(map(test, distinct.values())) / max(len(distinct), 1) for name, test in DOES.items()}
        repeated = len(owned) / max(len(layout.places), 1) * len(distinct) / len(layout.styles[style])
        for i, block in owned.items():
            place = layout.places[i]
            caption = layout.caption_of(block, numbers.get(i))
            if caption is not None and not caption.title and caption.box == block.box:
                continue
            candidates[i].append(
                QuestionText(
                    block,
                    caption,
                    does,
                    repeated,
                    place.gap(block.box),
                    layout.parted(block, i),
                    block.page == place.page,
                    is_running(block),
                    place.beside(block.box),
                    place.whole.holds(block.box),
                )
            )
    return candidates, notes


def _texts(i: int, candidates: Sequence[QuestionText], notes: Sequence[Block], layout: ExhibitLayout) -> ExhibitTexts:
    score, best = max(zip(scores(candidates), candidates, strict=True), key=lambda x: x[0], default=(LIKELY, None))
    told = [c.block for c in candidates if c is not best and _is_fine_print(c, layout)]
    notes = sorted([*notes, *told], key=lambda b: (b.page, layout.places[i].gap(b.box)))
    if best is None or score <= LIKELY:
        return ExhibitTexts(notes=tuple(b.text for b in notes))
    heading = [c.block for c in candidates if c is not best and heads(best.block, c.block)]
    said = tuple(dict.fromkeys(b.text for b in (*heading, *notes)))
    caption = best.caption
    whole = (caption and caption.title) or best.block.text
    asked = (numbered_question(whole) if whole.rstrip().endswith(".") else None) or whole
    said = (*filter(None, (part.strip() for part in whole.split(asked))), *said)
    wording = _NOTE_MARK.sub("", asked)
    scale = _SCALE.search(wording)
    if scale is not None:
        wording, said = wording[: scale.start()].rstrip(), (*said, scale["told"])
    return ExhibitTexts(wording, _headline(i, best.block, candidates, layout), said, caption)


def _is_fine_print(one: QuestionText, layout: ExhibitLayout) -> bool:
    """Is the text by an exhibit set in smaller type than running text, over, under or beside it? It is a note."""
    return one.here and not one.within and one.block.size < layout.body and not asks(one.block.text)


def _headline(i: int, question: Block, candidates: Iterable[QuestionText], layout: ExhibitLayout) -> str | None:
    place = layout.places[i]
    sentences = [
        c.block
        for c in candidates
        if c.block is not question
        and place.over(c.block.box)
        and c.block.kind == "heading"
        and len(c.block.text.split()) >= SENTENCE_WORDS
        and not asks(c.block.text)
    ]
    nearest = min(sentences, key=lambda b: place.gap(b.box), default=None)
    return nearest.text if nearest else None
