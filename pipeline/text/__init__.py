"""Text of an edition: blocks in reading order, captions, footnotes tied to their marks, furniture, passages of prose.

Steps: words to lines (`lines`), repeated margin lines set aside (`notes`), lines to blocks (`blocks`), captions and
notes recognised (`notes`), blocks put in reading order, prose joined over columns and pages (`prose`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.geometry import Box
from pipeline.pages import Page
from pipeline.text import blocks as layout
from pipeline.text import notes
from pipeline.text.blocks import Block, Kind
from pipeline.text.joining import Span, Vocabulary, join_lines, vocabulary_of
from pipeline.text.lines import Line, read_lines
from pipeline.text.notes import Anchor, Caption, Footnote

__all__ = [
    "Anchor",
    "Block",
    "Caption",
    "Footnote",
    "Kind",
    "Line",
    "Passage",
    "Span",
    "Text",
    "prose",
    "read_text",
]

PROSE: tuple[Kind, ...] = ("paragraph", "bullet", "pull-quote", "heading", "footnote")
IN_EXHIBIT = 0.5
"""A block with more than this share of its words inside exhibits is theirs, not prose."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Running text of one kind that may go on over columns and pages. `spans` are offsets into `text`."""

    kind: Kind
    text: str
    spans: tuple[Span, ...]
    blocks: tuple[Block, ...]

    def words(self, start: int, end: int) -> tuple[Span, ...]:
        """The spans that share a letter with `text[start:end]`."""
        return tuple(span for span in self.spans if span.start < end and span.end > start)


SENTENCE_LINES, FULL_LINE, WORDS_A_LINE = 3, 0.8, 4.0
"""A paragraph of sentences has so many lines, most of which fill so much of its width with so many words; the labels of
an exhibit are shorter or set apart."""


@dataclass(frozen=True, slots=True)
class Text:
    """All text of an edition. `blocks` are in reading order, page by page; furniture is not among them.

    `lines` holds every line of every page as printed, furniture and turned lines included. `body_size` is the size in
    points of the running text.
    """

    blocks: tuple[Block, ...]
    captions: tuple[Caption, ...]
    footnotes: tuple[Footnote, ...]
    furniture: tuple[Line, ...]
    lines: Mapping[int, tuple[Line, ...]]
    body_size: float
    vocabulary: Vocabulary

    def on_page(self, number: int) -> tuple[Block, ...]:
        return _on_page(self.blocks, number)

    def told(self, page: Page) -> Page:
        """The page with its captions marked (what stands above one and below it are two tables), and what stands aside
        of all tables."""
        blocks = self.on_page(page.number)
        captions = {w.order for b in blocks if b.kind == "caption" for line in b.lines for w in line.words}
        furniture = _on_page(self.furniture, page.number)
        notes = [line for b in blocks if b.kind == "footnote" for line in b.lines]
        aside = {w.order for line in (*furniture, *notes) for w in line.words}
        marked = captions | aside
        if not marked:
            return page
        told = (
            replace(w, caption=w.order in captions, aside=w.order in aside) if w.order in marked else w
            for w in page.words
        )
        return replace(page, words=tuple(told))


Placed = TypeVar("Placed", Block, Line)


def _on_page(placed: tuple[Placed, ...], number: int) -> tuple[Placed, ...]:
    """Those on one page, of what follows each other page by page."""
    start = bisect_left(placed, number, key=lambda one: one.page)
    return placed[start : bisect_right(placed, number, lo=start, key=lambda one: one.page)]


def read_text(pages: Sequence[Page], figure_words: Sequence[str] = ()) -> Text:
    """Read `pages` (a whole edition: furniture shows by repetition). `figure_words` are the words before a figure's
    number (`Figuur`), from the study's catalogue; those of the language files when empty."""
    lines = read_lines(pages)
    furniture = notes.furniture_lines(pages, lines, figure_words)
    running = {n: [x for x in of if id(x) not in furniture and x.angle == 0] for n, of in lines.items()}
    vocabulary = vocabulary_of(running.values())
    usual, body = layout.usual_leading(running.values()), layout.body_size(running.values())
    style = notes.body_style(line for of in running.values() for line in of)
    blocks: list[Block] = []
    captions: list[Caption] = []
    for page in pages:
        groups = layout.group_lines(running[page.number], usual)
        groups = [part for group in groups for part in notes.split_notes(group, body)]
        groups = [part for group in groups for part in notes.split_captions(group, figure_words)]
        found = [layout.make_block(group, vocabulary, body) for group in groups]
        named = [(block, notes.caption_of(block, figure_words, style)) for block in found]
        captions.extend(caption for _, caption in named if caption is not None)
        blocks.extend(layout.in_reading_order([replace(b, kind="caption") if caption else b for b, caption in named]))
    blocks, footnotes = _with_notes(blocks, body, vocabulary)
    return Text(
        blocks=tuple(blocks),
        captions=tuple(captions),
        footnotes=tuple(footnotes),
        furniture=tuple(line for of in lines.values() for line in of if id(line) in furniture),
        lines={n: tuple(of) for n, of in lines.items()},
        body_size=body,
        vocabulary=vocabulary,
    )


def _with_notes(blocks: Sequence[Block], body: float, vocabulary: Vocabulary) -> tuple[list[Block], list[Footnote]]:
    candidates = notes.notes_of(blocks, body)
    ids = {id(block) for block in candidates}
    tied = notes.tie_footnotes(candidates, [block for block in blocks if id(block) not in ids])
    note_ids = {id(block) for block, _ in tied}
    marked = [replace(block, kind="footnote") if id(block) in note_ids else block for block in blocks]
    glued = {
        (f.anchor.page, f.anchor.word.order): f.mark
        for _, f in tied
        if f.anchor is not None and f.mark.isdigit() and not f.anchor.word.raised
    }
    return [_without_marks(block, glued, vocabulary) for block in marked], [footnote for _, footnote in tied]


def _without_marks(block: Block, glued: Mapping[tuple[int, int], str], vocabulary: Vocabulary) -> Block:
    """The block without the marks that are printed in words (page and order → mark): `20206` is read as 2020."""
    if not any((block.page, word.order) in glued for line in block.lines for word in line.words):
        return block
    lines = tuple(
        replace(
            line,
            words=tuple(
                notes.without_mark(word, glued[key]) if (key := (block.page, word.order)) in glued else word
                for word in line.words
            ),
        )
        for line in block.lines
    )
    joined, spans = join_lines(lines, vocabulary)
    return replace(block, lines=lines, text=joined, spans=spans)


def running_words(text: Text, page: int) -> frozenset[int]:
    """`Word.order` of the words of `page` that stand in paragraphs of sentences: no label or number of an exhibit."""
    return frozenset(
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


def prose(text: Text, exhibits: Mapping[int, Sequence[Box]]) -> list[Passage]:
    """Passages of running text outside the `exhibits` (boxes by page number), in reading order.

    A paragraph that breaks off (no sentence end, or a hyphenated word) is continued by the next one of its style that
    starts in lower case or completes the word, also over a page.
    """
    passages: list[list[Block]] = []
    open_ones: list[list[Block]] = []
    for block in text.blocks:
        if block.kind not in PROSE or _inside(block, exhibits.get(block.page, ())):
            continue
        home = next((p for p in reversed(open_ones) if _goes_on(p[-1], block)), None)
        if home is not None:
            home.append(block)
        else:
            passages.append([block])
        open_ones = [p for p in passages[-REACH:] if block.page - p[-1].page <= 1]
    return [_passage(blocks, text.vocabulary) for blocks in passages]


REACH = 12
"""Blocks (footnotes, headings and cells of exhibits among them) that may stand between the parts of one paragraph."""


def _inside(block: Block, boxes: Sequence[Box]) -> bool:
    held = sum(any(box.holds(span.word.box) for box in boxes) for span in block.spans)
    return held > IN_EXHIBIT * len(block.spans)


def _goes_on(before: Block, after: Block) -> bool:
    if before.kind not in ("paragraph", "bullet") or after.kind != "paragraph" or before.size != after.size:
        return False
    if before.page == after.page and before.box.overlap_x(after.box) > 0:
        return False
    broken_off = not before.text.rstrip("”’\"')»").endswith((".", "!", "?", ":", "…"))
    return broken_off and not after.text.lstrip("“‘«\"'(")[:1].isupper()


def _passage(blocks: Sequence[Block], vocabulary: Vocabulary) -> Passage:
    if len(blocks) == 1:
        return Passage(blocks[0].kind, blocks[0].text, blocks[0].spans, tuple(blocks))
    joined, spans = join_lines([line for block in blocks for line in block.lines], vocabulary)
    return Passage(blocks[0].kind, joined, spans, tuple(blocks))
