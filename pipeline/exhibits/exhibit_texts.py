"""Which question, headline and notes belong to which exhibit, told from all exhibits of a document together.

A report sets the question, the caption and the note of every exhibit in the same style and at the same place. So the
texts of one style are assigned to the exhibits as a whole: on each page the assignment costs least that keeps the
distances short and stays on the side, above or below, on which most texts of the style stand. What a text is follows
from its style too: where most texts of a style that stand by exhibits are questions, all of them are.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.core.geometry import Box, union
from pipeline.exhibits.question_score import LIKELY, QuestionText, asks, claims, heads, scores, splits, tells_unit
from pipeline.exhibits.reading import Label, Reading
from pipeline.layout.blocks import Block, make_block
from pipeline.layout.lines import Line
from pipeline.layout.notes import Caption, is_note_text
from pipeline.layout.text import Text

RUNNING_LINES = 3
"""Lines from which a paragraph is running text and not a title."""
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
WITHIN = 72.0
"""Points (an inch) that a text within a chart is off at most: its numbers may stand in a legend far below."""
TOUCHING = 3.0
"""Points by which a text's box may reach into that of the values it stands over or under: ascenders and descenders."""
SENTENCE_WORDS = 5
"""Words from which a title over an exhibit is a sentence that tells its result, and not the name of a section."""
_SCALE = re.compile(r"(?<=\w.)\s*\((?P<told>[^()?]*\b\d{1,2}\b[^()?\d]+\b\d{1,3}\b[^()?]*)\)$")
"""What stands in brackets after a question with two numbers: the ends of its scale."""
_NOTE_MARK = re.compile(r"(?<=[\w?!.)])[*†‡]+(?=\s|$)")
"""The mark of a note behind a word."""


@dataclass(frozen=True, slots=True)
class TextStyle:
    """What texts that do the same for their exhibits share: size in points, font and colour, and how they begin."""

    size: float
    font: str
    colour: tuple[float, ...] | None
    opening: str
    """`caption` (figure word and number), `note` (base, source), or nothing."""
    word: str
    """The figure word of a caption: many reports set those of figures below, and those of tables above."""


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
        words = self.caption.words if self.caption is not None and self.question is not None else ()
        return " ".join((*(word.text for word in words), self.question)) if self.question else None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an exhibit stands: the ground of its values, and its width with all labels."""

    page: int
    values: Box
    width: Box
    labels: frozenset[str]
    table: bool
    inner: tuple[Box, ...]
    """Its values and labels: a text that holds one is no text about the exhibit."""
    drawn: Box | None = None
    """The whole of a chart, with its marks and what its reader took for its heading."""

    def over(self, box: Box) -> bool:
        """Does the text stand over all values, or in the plot over those that stand below it?"""
        below = [x.top for x in self.inner if x.overlap_x(box) > 0]
        highest = min(below, default=self.values.top) if self.values.holds(box) else self.values.top
        return box.bottom <= highest + TOUCHING

    def under(self, box: Box) -> bool:
        return box.top >= self.values.bottom - TOUCHING

    def encloses(self, other: _Place) -> bool:
        """Does the other one stand within the values and labels of this one?"""
        smaller = other.width.area < self.width.area
        return self.page == other.page and smaller and self.values.holds(other.width, slack=TOUCHING)

    def gap(self, box: Box) -> float:
        """Points between the exhibit and the text; a few at most to what stands within a chart."""
        within = self.drawn is not None and self.drawn.holds(box) and self.width.overlap_x(box) > 0
        ground = self.width if self.table else self.values
        gap = max(ground.top - box.bottom, box.top - ground.bottom, 0.0)
        return min(gap, WITHIN) if within else gap


def _place(reading: Reading, page: int) -> _Place:
    entries = [e for e in reading.entries if e.page == page]
    carried = Counter(x for e in entries for x in dict.fromkeys(e.labels))
    labels = [x for x, times in carried.items() if not _is_title(x, times == len(entries) > 1)]
    boxes = [x.box for x in labels if x.box is not None]
    values = union(e.box for e in entries) if entries else reading.box
    names = frozenset(x.text.strip() for x in labels)
    return _Place(
        page,
        values,
        union([values, *boxes]),
        names,
        reading.method == "table",
        tuple([*(e.box for e in entries), *boxes]),
        reading.box if reading.method == "chart" and reading.page == page else None,
    )


def _is_title(label: Label, of_all: bool) -> bool:
    """Does a label name the whole exhibit? It tells nothing apart, or asks over columns, rows or panels."""
    return label.axis == "title" or of_all or (label.axis != "row" and asks(label.text))


@dataclass(frozen=True)
class _Layout:
    """The texts and exhibits of a document by page."""

    body: float
    places: Sequence[_Place]
    texts: Mapping[int, Sequence[Block]]

    @classmethod
    def of(cls, readings: Sequence[tuple[Reading, int]], text: Text) -> _Layout:
        places = [_place(reading, page) for reading, page in readings]
        texts = {
            page: [t for b in text.on_page(page) for t in _tellers(b, [p for p in places if p.page == page], text)]
            for page in sorted({p.page - step for p in places for step in (0, 1)})
        }
        return cls(text.body_size, places, texts)

    @cached_property
    def whole(self) -> Sequence[int]:
        """For each exhibit the one in whose midst it stands, else itself."""
        return [
            next((j for j, other in enumerate(self.places) if j != i and other.encloses(place)), i)
            for i, place in enumerate(self.places)
        ]

    @cached_property
    def by_page(self) -> Mapping[int, Sequence[int]]:
        """The exhibits of each page that stand in no other's midst."""
        pages: dict[int, list[int]] = defaultdict(list)
        for i, place in enumerate(self.places):
            if self.whole[i] == i:
                pages[place.page].append(i)
        return pages

    @cached_property
    def styles(self) -> Mapping[TextStyle, Sequence[Block]]:
        styles: dict[TextStyle, list[Block]] = defaultdict(list)
        for blocks in self.texts.values():
            for block in blocks:
                styles[_style(block)].append(block)
        return styles

    def following(self, block: Block) -> Block | None:
        """The next text below on the page; the text itself where only an exhibit stands below; None at the foot."""
        below = [b for b in self.texts[block.page] if b.box.top >= block.box.bottom and b.box.overlap_x(block.box) > 0]
        exhibits = any(self.places[i].over(block.box) for i in self.by_page.get(block.page, ()))
        return min(below, key=lambda b: b.box.top, default=block if exhibits else None)

    def one_column(self, box: Box, i: int) -> bool:
        """Do the text and the exhibit share some width, or does no other exhibit beside this one stand nearer to it?"""
        place = self.places[i]
        if box.overlap_x(place.width) > 0:
            return True
        span = union([box, place.values])
        others = (self.places[j].width for j in self.by_page[place.page] if j != i)
        return not any(o.overlap_y(span) > 0 and o.overlap_x(box) > 0 for o in others)

    def parted(self, block: Block, i: int) -> float:
        """Lines of running text and exhibits between the text and the exhibit: each is as good as so many points."""
        place = self.places[i]
        low, high = sorted((block.box.y_mid, place.values.y_mid))
        lines = sum(
            other.box.height
            for other in self.texts[place.page]
            if other is not block
            and low < other.box.y_mid < high
            and _is_prose(other)
            and other.box.overlap_x(place.width) > 0
        )
        others = (self.places[j].values for j in self.by_page[place.page] if not _beside(place, self.places[j]))
        passed = sum(low < o.y_mid < high and o.overlap_x(place.width) > 0 for o in others)
        return 3.0 * lines + 300.0 * passed


def _tellers(block: Block, places: Sequence[_Place], text: Text) -> Iterator[Block]:
    """What of a block may be a text about an exhibit: its lines without labels and values, as blocks of their own.

    Where an exhibit is set in the same style as its question, its first rows and the question are one block.
    """
    if block.kind == "footnote":
        return
    around = [place for place in places if block.box.overlap(place.width) > 0]
    inner = [box for place in around for box in place.inner if block.box.overlap(box) > 0]
    names = {name for place in places for name in place.labels}
    runs: list[list[Line]] = [[]]
    for line in block.lines:
        held = [word for word in line.words if any(box.holds(word.box, slack=1.0) for box in inner)]
        if not held and line.text.strip() not in names:
            runs[-1].append(line)
        elif runs[-1]:
            runs.append([])
    for lines in runs:
        if len(lines) == len(block.lines):
            whole = block
        elif lines:
            whole = make_block(lines, text.vocabulary, text.body_size)
        else:
            continue
        if any(map(str.isalpha, whole.text)) and whole.text.strip() not in names:
            yield whole


def _style(block: Block) -> TextStyle:
    style = block.lines[0].style
    opening = "caption" if block.kind == "caption" else "note" if is_note_text(block.text) else ""
    colour = tuple(round(c, 1) for c in style.colour) if style.colour else None
    word = block.text.split()[0].casefold() if opening == "caption" else ""
    return TextStyle(style.size, style.font, colour, opening, word)


def _is_prose(block: Block) -> bool:
    return block.kind in ("paragraph", "bullet") and len(block.lines) >= RUNNING_LINES and not asks(block.text)


def _assigned(style: TextStyle, blocks: Sequence[Block], layout: _Layout) -> dict[int, Block]:
    """Exhibit → the text of this style that belongs to it."""
    above = _stand_above(blocks, layout)
    found: dict[int, Block] = {}
    by_page: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        by_page[block.page].append(block)
    for page, own in by_page.items():
        exhibits = layout.by_page.get(page)
        if exhibits is None:
            continue
        costs = np.array([[_cost(block, i, above, layout) for i in exhibits] for block in own])
        alone = np.full((len(own), len(own)), UNTOLD)
        for row, column in zip(*linear_sum_assignment(np.hstack([costs, alone])), strict=True):
            if column < len(exhibits):
                found[exhibits[column]] = own[row]
        _share(found, own, exhibits, above, layout)
    _over_breaks(found, blocks, layout)
    return found


def _over_breaks(found: dict[int, Block], blocks: Sequence[Block], layout: _Layout) -> None:
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


def _runs_on(one: _Place, other: _Place) -> bool:
    """Is the one place the rest of the table at the other, on the next page: are its columns as wide?"""
    return one.table and other.table and abs(one.width.x1 - other.width.x1) < SAME_EDGE


def _share(
    found: dict[int, Block], own: Sequence[Block], exhibits: Sequence[int], above: float, layout: _Layout
) -> None:
    """Panels side by side, or parts of one exhibit, share the text that stands next to them with nothing between."""
    for i in exhibits:
        if i in found:
            continue
        near = [(_cost(b, i, above, layout), k) for k, b in enumerate(own)]
        cost, k = min(near)
        owners = [j for j, b in found.items() if b is own[k]]
        if cost < UNTOLD and any(_beside(layout.places[i], layout.places[j]) for j in owners):
            found[i] = own[k]


def _beside(one: _Place, other: _Place) -> bool:
    return one.values.overlap_y(other.values) > 0.5 * min(one.values.height, other.values.height)


def _stand_above(blocks: Sequence[Block], layout: _Layout) -> float:
    """The share of the texts of one style that stand above their exhibits.

    A text with exhibits on one side only says more. At the foot of a page it may belong to the next one's.
    """
    above = below = 1.0
    for block in blocks:
        exhibits = layout.by_page.get(block.page, ())
        down = min((_gap(block, i, layout) for i in exhibits if layout.places[i].over(block.box)), default=FAR)
        up = min((_gap(block, i, layout) for i in exhibits if layout.places[i].under(block.box)), default=FAR)
        following = layout.following(block)
        if following is None:
            continue
        weight = 1.0 if max(up, down) < FAR else ONE_SIDED
        if _explains(following, block, up, layout.body):
            up, weight = FAR, ONE_SIDED
        above += weight * (down < up)
        below += weight * (up < down)
    return above / (above + below)


def _explains(following: Block | None, block: Block, up: float, body: float) -> bool:
    """Does a sentence follow the text far more closely than the text follows the exhibit over it? It is about what is
    to come. In smaller type than running text it is a note, and tells nothing."""
    if following is None or asks(following.text) or following.size < body:
        return False
    if any(is_note_text(b.text) for b in (block, following)):
        return False
    return following.text.rstrip().endswith(".") and 2 * (following.box.top - block.box.bottom) < up


def _gap(block: Block, i: int, layout: _Layout) -> float:
    """How far apart in points the text and the exhibit stand, what parts them and how far they are shifted included;
    FAR where the text stands in another column or beside the exhibit."""
    place = layout.places[i]
    if not layout.one_column(block.box, i) or not (place.over(block.box) or place.under(block.box)):
        return FAR
    shift = min(abs(block.box.x0 - place.width.x0), abs(block.box.x_mid - place.width.x_mid))
    return place.gap(block.box) + 0.2 * shift + layout.parted(block, i)


def _cost(block: Block, i: int, above: float, layout: _Layout) -> float:
    """The same, dearer on the side on which few texts of this style stand; FAR where hardly any does."""
    share = above if layout.places[i].over(block.box) else 1 - above
    gap = _gap(block, i, layout)
    return gap if gap >= FAR else gap + 300.0 * (1 - share) if share > RARE else FAR


def texts_of(readings: Sequence[tuple[Reading, int]], text: Text) -> list[ExhibitTexts]:
    """The texts of each exhibit, given as its reading and the page on which it begins."""
    layout = _Layout.of(readings, text)
    candidates, notes = _found(layout, text)
    return [_texts(i, candidates[i], notes[i], layout, text) for i in layout.whole]


def question_texts_of(readings: Sequence[tuple[Reading, int]], text: Text) -> list[list[QuestionText]]:
    """The texts that may be the question of each exhibit."""
    layout = _Layout.of(readings, text)
    candidates, _ = _found(layout, text)
    return [candidates[i] for i in layout.whole]


def _found(layout: _Layout, text: Text) -> tuple[Mapping[int, list[QuestionText]], Mapping[int, list[Block]]]:
    """By exhibit, what may be its question, and its notes."""
    candidates: dict[int, list[QuestionText]] = defaultdict(list)
    notes: dict[int, list[Block]] = defaultdict(list)
    bare = {(c.page, c.box) for c in text.captions if not c.title}
    for style, blocks in layout.styles.items():
        owned = _assigned(style, blocks, layout)
        if style.opening == "note":
            for i, block in owned.items():
                notes[i].append(block)
            continue
        distinct = {(b.page, b.box): b.text for b in owned.values()}
        asking, telling, claiming, splitting = (
            sum(map(test, distinct.values())) / max(len(distinct), 1) for test in (asks, tells_unit, claims, splits)
        )
        repeated = len(owned) / max(len(layout.places), 1) * len(distinct) / len(blocks)
        for i, block in owned.items():
            place = layout.places[i]
            if (block.page, block.box) in bare:
                continue
            candidates[i].append(
                QuestionText(
                    block,
                    style.opening == "caption",
                    asking,
                    telling,
                    claiming,
                    splitting,
                    repeated,
                    place.gap(block.box),
                    layout.parted(block, i),
                    block.page == place.page,
                    _is_prose(block),
                    layout.body,
                )
            )
    return candidates, notes


def _texts(
    i: int, candidates: Sequence[QuestionText], notes: Sequence[Block], layout: _Layout, text: Text
) -> ExhibitTexts:
    score, best = max(zip(scores(candidates), candidates, strict=True), key=lambda x: x[0], default=(0.0, None))
    said = tuple(b.text for b in sorted(notes, key=lambda b: (b.page, layout.places[i].gap(b.box))))
    if best is None or score <= LIKELY:
        return ExhibitTexts(notes=said)
    said = (*(c.block.text for c in candidates if c is not best and heads(best.block, c.block)), *said)
    place = (best.block.page, best.block.box)
    caption = next((c for c in text.captions if (c.page, c.box) == place and c.title), None)
    wording = _NOTE_MARK.sub("", caption.title if caption else best.block.text)
    scale = _SCALE.search(wording)
    if scale is not None:
        wording, said = wording[: scale.start()].rstrip(), (*said, scale["told"])
    return ExhibitTexts(wording, _headline(i, best.block, candidates, layout), said, caption)


def _headline(i: int, question: Block, candidates: Iterable[QuestionText], layout: _Layout) -> str | None:
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
