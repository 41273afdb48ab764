"""Text of an edition: blocks in reading order, captions, footnotes tied to their marks, furniture, passages of prose.

Steps: words to lines (`lines`), repeated margin lines set aside (`notes`), lines to blocks (`blocks`), captions and
notes recognised (`notes`), blocks put in reading order, prose joined over columns and pages (`prose`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pipeline.core.geometry import Box
from pipeline.core.shelf import ByNumber, Shelf
from pipeline.layout import blocks as layout
from pipeline.layout import notes
from pipeline.layout.blocks import LEADING, SENTENCE_WORDS, Block, Kind
from pipeline.layout.contents import contents_among
from pipeline.layout.joining import Span, Vocabulary, join_lines, whole_words
from pipeline.layout.lines import Line, Style, column_starts, read_lines
from pipeline.layout.notes import Anchor, Caption, Footnote
from pipeline.pages.page import Page

__all__ = [
    "Anchor",
    "Block",
    "Caption",
    "Footnote",
    "Kind",
    "Line",
    "PageText",
    "Passage",
    "Span",
    "Text",
    "prose",
    "read_text",
]

PROSE: tuple[Kind, ...] = ("paragraph", "bullet", "pull-quote", "heading", "footnote")
IN_EXHIBIT = 0.5
"""A block with more than this share of its words inside exhibits is theirs, not prose."""
RULE = 2.0
"""Points: a lying shape thinner than this is a rule, where it is longer than that."""
REACH = 12
"""Blocks (footnotes, headings and cells of exhibits among them) that may stand between the parts of one paragraph."""


SENTENCE_LINES, FULL_LINE, WORDS_A_LINE = 3, 0.8, 4.0
"""A paragraph of sentences has so many lines, most of which fill so much of its width with so many words; the labels of
an exhibit are shorter or set apart."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of page `number`: every line as printed, furniture and turned lines included, and of the upright ones
    that are no furniture the blocks in reading order."""

    number: int
    lines: tuple[Line, ...]
    furniture: tuple[Line, ...] = ()
    blocks: tuple[Block, ...] = ()
    rules: tuple[Box, ...] = ()
    """Lying rules, which part what stands above and below."""


@dataclass(frozen=True, slots=True)
class Text:
    """All text of an edition, by page. `body_size` is the size in points of the running text."""

    pages: Mapping[int, PageText]
    captions: tuple[Caption, ...]
    footnotes: tuple[Footnote, ...]
    body_size: float
    vocabulary: Vocabulary
    outline: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Page → `Word.order` of the numbers of its headings, and of its table of contents."""

    @property
    def blocks(self) -> Iterator[Block]:
        """Those of all pages, one after another."""
        return (block for page in self.pages.values() for block in page.blocks)

    def on_page(self, number: int) -> tuple[Block, ...]:
        page = self.pages.get(number)
        return page.blocks if page is not None else ()

    def told(self, page: Page) -> Page:
        """The page with its captions marked (what stands above one and below it are two tables), its paragraphs of
        sentences, and what stands aside of all tables: furniture, footnotes, numbers of headings."""
        text = self.pages[page.number]
        captions = {w.order for b in text.blocks if b.kind == "caption" for line in b.lines for w in line.words}
        notes = [line for b in text.blocks if b.kind == "footnote" for line in b.lines]
        aside = {w.order for line in (*text.furniture, *notes) for w in line.words} | self.outline.get(
            page.number, set()
        )
        running = running_words(self, page.number)
        marked = captions | aside | running
        if not marked:
            return page
        told = (
            replace(w, caption=w.order in captions, aside=w.aside or w.order in aside, running=w.order in running)
            if w.order in marked
            else w
            for w in page.words
        )
        return replace(page, words=tuple(told))


def read_text(pages: Sequence[Page], figure_words: Sequence[str] = ()) -> Text:
    """Read `pages` (a whole edition: furniture shows by repetition). `figure_words` are the words before a figure's
    number (`Figuur`), from the study's catalogue; those of the language files when empty."""
    starts = column_starts(pages)
    made: Shelf[PageText] = Shelf()
    margins: list[notes.Marginal] = []
    for page in pages:
        lines = tuple(read_lines(page, starts))
        rules = tuple(s.box for s in page.shapes if s.box.height < RULE < s.box.width)
        made.append(PageText(page.number, lines, rules=rules))
        margins += notes.margin_lines(page, lines, figure_words)
    furniture = notes.furniture_among(margins, len(pages))
    for page_text in made:
        watermarks = {n for n, line in enumerate(page_text.lines) if all(word.aside for word in line.words)}
        furniture[page_text.number] |= watermarks
    contents = contents_among(made)
    for number, places in contents.items():
        furniture[number] |= places
    setting = Setting.of(_running(page, furniture) for page in made)
    captions: list[Caption] = []
    tied = notes.Tied()
    for place, page_text in enumerate(made):
        groups = layout.group_lines(_running(page_text, furniture), setting.leading, page_text.rules)
        groups = [part for group in groups for part in notes.split_notes(group, setting.size)]
        groups = [part for group in groups for part in notes.split_captions(group, figure_words)]
        found = [layout.make_block(group, setting.vocabulary, setting.size) for group in groups]
        named = [(block, notes.caption_of(block, figure_words, setting.style)) for block in found]
        captions.extend(caption for _, caption in named if caption is not None)
        blocks = layout.in_reading_order([replace(b, kind="caption") if caption else b for b, caption in named])
        apart = tuple(line for n, line in enumerate(page_text.lines) if n in furniture.get(page_text.number, ()))
        made[place] = replace(page_text, furniture=apart, blocks=tuple(tied.marked(blocks, setting.size)))
    for place, page_text in enumerate(made if tied.glued else ()):
        if marks := tied.glued.get(page_text.number):
            freed = tuple(_without_marks(block, marks, setting.vocabulary) for block in page_text.blocks)
            made[place] = replace(page_text, blocks=freed)
    outline = dict(outline_numbers(block for page_text in made for block in page_text.blocks))
    for number, places in contents.items():
        listed = {word.order for place in places for word in ByNumber(made)[number].lines[place].words}
        outline[number] = outline.get(number, frozenset()) | listed
    return Text(ByNumber(made), tuple(captions), tuple(tied.footnotes), setting.size, setting.vocabulary, outline)


def _running(page: PageText, furniture: Mapping[int, Container[int]]) -> list[Line]:
    """The upright lines that are no furniture."""
    apart = furniture.get(page.number, ())
    return [line for n, line in enumerate(page.lines) if n not in apart and line.angle == 0]


def _without_marks(block: Block, glued: Mapping[int, str], vocabulary: Vocabulary) -> Block:
    """The block without the marks that are printed in words (`Word.order` → mark): `20206` is read as 2020."""
    if not any(word.order in glued for line in block.lines for word in line.words):
        return block
    lines = tuple(
        replace(
            line,
            words=tuple(
                notes.without_mark(word, glued[word.order]) if word.order in glued else word for word in line.words
            ),
        )
        for line in block.lines
    )
    joined, spans = join_lines(lines, vocabulary)
    return replace(block, lines=lines, text=joined, spans=spans)


def running_words(text: Text, page: int) -> frozenset[int]:
    """`Word.order` of the words of `page` that stand in paragraphs of sentences or number its headings: no label or
    number of an exhibit."""
    return text.outline.get(page, frozenset()) | frozenset(
        word.order
        for block in text.on_page(page)
        if block.kind == "paragraph" and _is_sentences(block)
        for line in block.lines
        for word in line.words
    )


def _is_sentences(block: Block) -> bool:
    full = sum(line.box.width > FULL_LINE * block.box.width for line in block.lines[:-1])
    words = sum(len(line.words) for line in block.lines)
    return (
        len(block.lines) >= SENTENCE_LINES
        and full >= 0.7 * (len(block.lines) - 1)
        and words >= WORDS_A_LINE * len(block.lines)
        and any(end in block.text for end in (". ", "! ", "? ")) | block.text.endswith((".", "!", "?", ":"))
    )


@dataclass(frozen=True, slots=True)
class Passage:
    """Running text of one kind that may go on over columns and pages. `size` is that of its first line in points;
    `blocks` are its pieces: the page of each, and its place among the blocks there."""

    kind: Kind
    text: str
    size: float
    blocks: tuple[tuple[int, int], ...]
    of: Text = field(repr=False, compare=False)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Which printed word each stretch of the text is; offsets into `text`."""
        return _joined([self.of.pages[page].blocks[place] for page, place in self.blocks], self.of.vocabulary)[1]

    def words(self, start: int, end: int) -> tuple[Span, ...]:
        """The spans that share a letter with `text[start:end]`."""
        return tuple(span for span in self.spans if span.start < end and span.end > start)


Piece = tuple[int, Block]
"""A block of a passage, and its place among those of its page."""


def prose(text: Text, exhibits: Mapping[int, Sequence[Box]]) -> list[Passage]:
    """Passages of running text outside the `exhibits` (boxes by page number), in reading order; sentences in the
    body's size inside them are running text all the same.

    A paragraph that breaks off (no sentence end, or a hyphenated word) is continued by the next one of its style that
    starts in lower case or completes the word, also over a page.
    """
    return [_passage(pieces, text) for pieces in _passages(text, exhibits)]


def _passages(text: Text, exhibits: Mapping[int, Sequence[Box]]) -> Iterator[list[Piece]]:
    passages: deque[list[Piece]] = deque()
    open_ones: list[list[Piece]] = []
    for place, block in (piece for page in text.pages.values() for piece in enumerate(page.blocks)):
        if block.kind not in PROSE:
            continue
        if _inside(block, exhibits.get(block.page, ())) and not _runs_on(block, text.body_size):
            continue
        home = next((p for p in reversed(open_ones) if _goes_on(p[-1][1], block)), None)
        if home is not None:
            home.append((place, block))
        else:
            passages.append([(place, block)])
            if len(passages) > REACH:
                yield passages.popleft()
        open_ones = [p for p in passages if block.page - p[-1][1].page <= 1]
    yield from passages


def _passage(pieces: Sequence[Piece], text: Text) -> Passage:
    blocks = [block for _, block in pieces]
    said, _ = _joined(blocks, text.vocabulary)
    places = tuple((block.page, place) for place, block in pieces)
    return Passage(blocks[0].kind, said, blocks[0].size, places, text)


def _joined(blocks: Sequence[Block], vocabulary: Vocabulary) -> tuple[str, tuple[Span, ...]]:
    if len(blocks) == 1:
        return blocks[0].text, blocks[0].spans
    return join_lines([line for block in blocks for line in block.lines], vocabulary)


def _inside(block: Block, boxes: Sequence[Box]) -> bool:
    held = sum(any(box.holds(span.word.box) for box in boxes) for span in block.spans)
    return held > IN_EXHIBIT * len(block.spans)


def _runs_on(block: Block, body: float) -> bool:
    """True for sentences over several lines of the body's size: those are running text, though an exhibit's ground was
    drawn so wide that it covers them."""
    ends = block.text.rstrip("”’\"')»").endswith((".", "!", "?"))
    return block.kind == "paragraph" and block.size >= body and len(block.lines) > 1 and ends


def _goes_on(before: Block, after: Block) -> bool:
    if before.kind not in ("paragraph", "bullet") or after.kind != "paragraph" or before.size != after.size:
        return False
    if before.page == after.page and before.box.overlap_x(after.box) > 0:
        return False
    broken_off = not before.text.rstrip("”’\"')»").endswith((".", "!", "?", ":", "…"))
    return broken_off and not after.text.lstrip("“‘«\"'(")[:1].isupper()


FEWEST = 3
"""Headings that count on from one another, at least: two numbers do so by chance."""
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?")


def outline_numbers(blocks: Iterable[Block]) -> Mapping[int, frozenset[int]]:
    """Page → `order` of the words that number its headings. `blocks` are those of all pages in reading order."""
    chains: list[list[tuple[tuple[int, ...], Block]]] = []
    for block in blocks:
        number = _number(block)
        if number is None:
            continue
        chain = next((chain for chain in reversed(chains) if _counts_on(chain[-1][0], number)), None)
        if chain is None:
            chains.append([(number, block)])
        else:
            chain.append((number, block))
    found: dict[int, set[int]] = defaultdict(set)
    for chain in chains:
        if len(chain) >= FEWEST and len({block.page for _, block in chain}) > 1:
            for _, block in chain:
                found[block.page].add(block.lines[0].words[0].order)
    return {page: frozenset(orders) for page, orders in found.items()}


def _number(block: Block) -> tuple[int, ...] | None:
    """The number that opens the heading, part by part; None for other blocks and for headings without letters."""
    first, *rest = block.text.split() or [""]
    match = _NUMBER.fullmatch(first)
    if block.kind != "heading" or match is None or not any(any(map(str.isalpha, word)) for word in rest):
        return None
    alone = block.lines[0].words[0].text == first
    return tuple(map(int, match[1].split("."))) if alone else None


def _counts_on(before: tuple[int, ...], number: tuple[int, ...]) -> bool:
    """Is it the next number at the same level, or at one above it, or the first below?"""
    level = len(number) - 1
    if len(number) > len(before):
        return number == (*before, 1)
    return number[:level] == before[:level] and number[level] == before[level] + 1


T = TypeVar("T")
USUAL_SIZE = 10.0
"""Points, for a document without text."""


@dataclass(frozen=True, slots=True)
class Setting:
    """`size`, in points, and `style` are those of most letters of running lines (five words and more); no style where
    there are none. `leading` is the commonest distance of baselines in points, by size."""

    size: float
    style: Style | None
    leading: Mapping[float, float]
    vocabulary: Vocabulary

    @classmethod
    def of(cls, pages: Iterable[Sequence[Line]]) -> Setting:
        """The setting of the upright lines of all pages that are no furniture."""
        sizes: Counter[float] = Counter()
        styles: Counter[Style] = Counter()
        distances: dict[float, Counter[float]] = defaultdict(Counter)
        vocabulary: Vocabulary = Counter()
        for lines in pages:
            for line in lines:
                vocabulary.update(whole_words(line))
                sizes[line.size] += len(line.text)
                if len(line.words) > SENTENCE_WORDS:
                    styles[line.style] += len(line.text)
            for size, distance in _distances(lines):
                distances[size][distance] += 1
        running: Counter[float] = Counter()
        for style, letters in styles.items():
            running[style.size] += letters
        return cls(
            size=_commonest(running or sizes) or USUAL_SIZE,
            style=_commonest(styles),
            leading={size: min(d for d, n in of.items() if n == max(of.values())) for size, of in distances.items()},
            vocabulary=vocabulary,
        )


def _commonest(counts: Counter[T]) -> T | None:
    return counts.most_common(1)[0][0] if counts else None


def _distances(lines: Sequence[Line]) -> Iterator[tuple[float, float]]:
    """The size of each line, and the distance to the next one below it of that size, in half points."""
    ordered = sorted(lines, key=lambda x: x.baseline)
    for i, line in enumerate(ordered):
        for other in ordered[i + 1 : i + 6]:
            step = other.baseline - line.baseline
            if other.size == line.size and line.box.overlap_x(other.box) > 0 and step > LEADING[0] * line.size:
                yield line.size, round(step * 2) / 2
                break
