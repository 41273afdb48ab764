"""Where exhibits stand on their pages, and the texts that stand around them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from pipeline.core.geometry import Box, ByHeight, union
from pipeline.exhibits.question_score import asks, follows
from pipeline.exhibits.reading import Label, Reading
from pipeline.layout.blocks import Block, make_block
from pipeline.layout.lines import Line
from pipeline.layout.notes import Caption, is_note_text
from pipeline.layout.text import Text

RUNNING_LINES = 3
"""Lines from which a paragraph is running text and not a title."""
RUNNING_WORDS = 15
"""Words from which it is: a title in a narrow column has as many lines."""
ONE_LEVEL = 12.0
"""Points by which a text in the margin may begin higher than the exhibit that it stands beside."""
WITHIN = 72.0
"""Points (an inch) that a text within a chart is off at most: its numbers may stand in a legend far below."""
TITLE_START = 12
"""Letters by which the title of a caption is found in its block."""
TOUCHING = 3.0
"""Points by which a text's box may reach into that of the values it stands over or under: ascenders and descenders."""
Side = Literal["over", "under", "beside"]
"""Where a text stands to an exhibit."""


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
class ExhibitPlace:
    """Where an exhibit stands: the ground of its values, and its width with all labels."""

    page: int
    whole: Box
    """The ground of its values and of all that names them."""
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

    def beside(self, box: Box) -> bool:
        """Does the text begin beside the exhibit, in a margin of the page, say?"""
        ground = union([self.width, self.drawn or self.width])
        level = ground.top - ONE_LEVEL <= box.top <= ground.bottom
        return level and box.overlap_x(self.width) <= 0

    def side(self, box: Box) -> Side | None:
        """Where the text stands to the exhibit; None in its midst."""
        if self.beside(box):
            return "beside"
        return "over" if self.over(box) else "under" if self.under(box) else None

    def encloses(self, other: ExhibitPlace) -> bool:
        """Does the other one stand within the values and labels of this one?"""
        smaller = other.width.area < self.width.area
        return self.page == other.page and smaller and self.values.holds(other.width, slack=TOUCHING)

    def gap(self, box: Box) -> float:
        """Points between the exhibit and the text; a few at most to what stands within a chart."""
        within = self.drawn is not None and self.drawn.holds(box) and self.width.overlap_x(box) > 0
        ground = self.width if self.table else self.values
        if self.beside(box):
            return max(ground.top - box.top, 0.0)
        gap = max(ground.top - box.bottom, box.top - ground.bottom, 0.0)
        return min(gap, WITHIN) if within else gap


def _place(reading: Reading, page: int) -> ExhibitPlace:
    entries = [e for e in reading.entries if e.page == page]
    carried = Counter(x for e in entries for x in dict.fromkeys(e.labels))
    labels = [x for x, times in carried.items() if not _is_title(x, times == len(entries) > 1)]
    boxes = [x.box for x in labels if x.box is not None]
    values = union(e.box for e in entries) if entries else reading.box
    names = frozenset(x.text.strip() for x in labels)
    named = [x.box for x in carried if x.box is not None and x.axis in ("row", "column", "series")]
    return ExhibitPlace(
        page,
        union([values, *named]),
        values,
        union([values, *boxes]),
        names,
        reading.method == "table",
        tuple([*(e.box for e in entries), *boxes]),
        reading.box if reading.method == "chart" and reading.page == page else None,
    )


def _is_title(label: Label, of_all: bool) -> bool:
    """Does a label name the whole exhibit? It asks over columns, rows or panels, or tells nothing apart and is no entry
    of a legend."""
    return label.axis == "title" or (of_all and label.axis != "series") or (label.axis != "row" and asks(label.text))


@dataclass(frozen=True)
class ExhibitLayout:
    """The texts and exhibits of a document by page."""

    body: float
    places: Sequence[ExhibitPlace]
    texts: Mapping[int, Sequence[Block]]
    captions: Sequence[tuple[Block, Caption]]

    @classmethod
    def of(cls, readings: Sequence[tuple[Reading, int]], text: Text) -> ExhibitLayout:
        places = [_place(reading, page) for reading, page in readings]
        texts = {
            page: [t for b in text.on_page(page) for t in _tellers(b, [p for p in places if p.page == page], text)]
            for page in sorted({p.page - step for p in places for step in (0, 1)})
        }
        blocks = [b for here in texts.values() for b in here]
        captions = [
            (b, replace(c, title=_title_in(b, c), box=b.box))
            for c in text.captions
            for b in blocks
            if b.page == c.page and c.words and b.box.holds(c.words[0].box) and c.box.holds(b.box)
        ]
        return cls(text.body_size, places, texts, captions)

    def caption_of(self, block: Block, number: Block | None) -> Caption | None:
        """The caption that the text is, or whose figure word and number, the exhibit's, stand alone right over it,
        flush with it or over its middle; running text below a number is no title."""
        over = number if number is not None and follows(block, number) and not is_running(block) else None
        if over is not None and all(
            abs(a - b) > block.size for a, b in ((block.box.x0, over.box.x0), (block.box.x_mid, over.box.x_mid))
        ):
            over = None
        return next((c for b, c in self.captions if b is block or (b is over and not c.title)), None)

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
                styles[text_style(block)].append(block)
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
            and is_running(other)
            and other.box.overlap_x(place.width) > 0
        )
        others = [self.places[j].values for j in self.by_page[place.page] if not stand_level(place, self.places[j])]
        if block.kind == "caption":
            others += [b.box for b, c in self.captions if c.page == place.page and b is not block]
        passed = sum(low < o.y_mid < high and o.overlap_x(place.width) > 0 for o in others)
        return 3.0 * lines + 300.0 * passed


def _title_in(block: Block, caption: Caption) -> str:
    """The title of the caption in the block: without the headings of its table that are set right below as it is."""
    start = block.text.find(caption.title[:TITLE_START])
    return block.text[start:] if caption.title and start >= 0 else ""


def _tellers(block: Block, places: Sequence[ExhibitPlace], text: Text) -> Iterator[Block]:
    """What of a block may be a text about an exhibit: its lines without labels and values, as blocks of their own.

    Where an exhibit is set in the same style as its question, its first rows and the question are one block.
    """
    if block.kind == "footnote":
        return
    around = [place for place in places if block.box.overlap(place.width) > 0]
    inner = [box for place in around for box in place.inner if block.box.overlap(box) > 0]
    names = {name for place in places for name in place.labels}
    words = ByHeight(((word, i) for i, line in enumerate(block.lines) for word in line.words), lambda x: x[0].box)
    held = {i for box in inner for _, i in words.inside(box, slack=1.0)}
    runs: list[list[Line]] = [[]]
    for i, line in enumerate(block.lines):
        if i not in held and line.text.strip() not in names:
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


def text_style(block: Block) -> TextStyle:
    style = block.lines[0].style
    opening = (
        "caption" if block.kind == "caption" else "note" if is_note_text(block.text) and not asks(block.text) else ""
    )
    colour = tuple(round(c, 1) for c in style.colour) if style.colour else None
    word = block.text.split()[0].casefold() if opening == "caption" else ""
    return TextStyle(style.size, style.font, colour, opening, word)


def is_running(block: Block) -> bool:
    long = len(block.lines) >= RUNNING_LINES and len(block.text.split()) >= RUNNING_WORDS
    return block.kind in ("paragraph", "bullet") and long and not asks(block.text)


def stand_level(one: ExhibitPlace, other: ExhibitPlace) -> bool:
    return one.values.overlap_y(other.values) > 0.5 * min(one.values.height, other.values.height)
