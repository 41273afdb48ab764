"""Lines that are running text, lists or justified text and no rows of a table, told chunk by chunk."""

from __future__ import annotations

import itertools
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.core.geometry import Box, union
from pipeline.exhibits.tables.anchors import LabelLine, labels_among
from pipeline.exhibits.tables.chunks import Chunk, ChunkLine, is_void, make_chunk
from pipeline.exhibits.tables.regions import COLUMNS, IN_LINE, TITLE_LINES, lines_around
from pipeline.exhibits.tables.rows import JUMP

PROSE_WORDS = 4
"""Lines of running text have at least so many words; labels of tables seldom do on three lines in a row."""
TEXT_COLUMN = 0.36
"""Share of the page's text width from which a block of lines is as wide as a column of text."""
DEEP = 4
"""Lines that a narrow block must have to be running text; labels wrap to three lines, seldom more."""
ONE_SIZE = 0.08
"""Share by which the sizes of lines of one paragraph may differ."""
PARAGRAPH_GAP = 0.3
"""Em by which paragraphs stand farther apart than their lines, at least."""
JUSTIFIED_GAP = 1.4
"""Gap in em up to which justified text may stretch between two words."""
SENTENCE_ENDS = frozenset(".:;!?")


AFTER_SENTENCE = 3.0
"""Times the usual blank that a blank after a sentence may be as wide as, at most."""
NEAR_LINES = 3
"""Lines above and below in which texts begin where a column does."""
EDGE = 0.3
"""Points within which texts of one column begin, or have their middle, at one place."""
BULLET = re.compile(r"^(?:[•●▪■◆♦►▶➢❖–*o§\uf0b7\uf0a7-]|\(?\w{1,3}[.)]|\(\w{1,4}\)|\d{1,2}(?:\.\d{1,2})*\.?)$")


SIGNED = 3
"""Words of a value at most: sign, number, unit."""
SAME_START = 4.0
"""Points within which the numbers of a list begin at one place."""


class _Even(NamedTuple):
    """What shows that the words of a line are one justified text."""

    words: int
    """So many words at least."""
    widest: float
    """Em between them at most."""
    spread: float
    """Em by which their gaps differ at most; columns of a table seldom stand so evenly."""


EVEN = _Even(6, JUSTIFIED_GAP, 0.1)


EVENLY_SPACED = _Even(3, 4.0, 0.03)
"""The same where a space character stands in every gap."""


def join_justified(lines: Sequence[ChunkLine]) -> None:
    """Make one chunk of the words of justified text whose blanks are as wide as gaps between columns: many words, all
    equally far apart with a space character between them (if the page has any), that do not stand over or under those
    of the next line."""
    told = any(word.spaced for line in lines for word in line.words)
    for even in (EVENLY_SPACED, EVEN) if told else (EVEN,):
        for i, line in enumerate(lines):
            beside, near = lines_around(lines, i, 1), lines_around(lines, i, NEAR_LINES)
            chunks: list[Chunk] = []
            for stretch in _even_stretches(line.chunks, even):
                spaced = not told or all(chunk.words[0].spaced for chunk in stretch[1:])
                whole = spaced and _is_justified(stretch, even) and not any(_in_columns(stretch, o) for o in beside)
                whole = whole and 2 * sum(_begins_column(chunk, near) for chunk in stretch[1:]) < len(stretch) - 1
                chunks += [make_chunk([w for c in stretch for w in c.words])] if whole else stretch
            line.chunks = chunks


def _even_stretches(chunks: Sequence[Chunk], even: _Even) -> Iterable[list[Chunk]]:
    """The chunks, those together whose words all stand equally far apart."""
    stretch: list[Chunk] = []
    for chunk in chunks:
        gaps = _gaps([*stretch, chunk])
        if stretch and (max(gaps) - min(gaps) > even.spread * chunk.size or max(gaps) > even.widest * chunk.size):
            yield stretch
            stretch = []
        stretch.append(chunk)
    yield stretch


def _gaps(stretch: Sequence[Chunk]) -> list[float]:
    """The blanks between the words; not those beside raised marks, nor wider ones at the ends of sentences."""
    pairs = [(a, b) for a, b in itertools.pairwise([w for c in stretch for w in c.words]) if not b.glued]
    gaps = [(a.text[-1:] in SENTENCE_ENDS, b.box.x0 - a.box.x1) for a, b in pairs if not (a.raised or b.raised)]
    usual = [gap for ends, gap in gaps if not ends]
    return [*usual, *(gap for ends, gap in gaps if ends and gap > AFTER_SENTENCE * min(usual, default=0.0))] or [0.0]


def _is_justified(stretch: Sequence[Chunk], even: _Even) -> bool:
    words = [w for c in stretch for w in c.words]
    letters = sum(any(ch.isalpha() for ch in w.text) for w in words)
    return len(stretch) > 1 and len(words) >= even.words and 2 * letters > len(words)


def _in_columns(stretch: Sequence[Chunk], other: ChunkLine) -> bool:
    """Do the chunks stand over or under those of the other line, middle by middle, as headings of several lines do?"""
    return len(stretch) >= COLUMNS and all(
        any(abs(chunk.box.x_mid - c.box.x_mid) < IN_LINE for c in other.chunks) for chunk in stretch
    )


def mark_items(lines: Sequence[ChunkLine]) -> None:
    """Mark the chunks that look like signs or numbers of the items of a list. Numbers one under the other of which none
    follows its neighbour in counting (1, 2; 1.3, 1.4; 2, 2.1) are values."""
    numbers: dict[int, list[Chunk]] = defaultdict(list)
    for line in lines:
        for chunk in line.chunks:
            chunk.item = bool(BULLET.match(chunk.text))
            if chunk.item and chunk.text[0].isdigit():
                numbers[round(chunk.box.x0 / SAME_START)].append(chunk)
    for column in numbers.values():
        follows = [_follows(a.text, b.text) for a, b in itertools.pairwise(column)]
        for chunk, *near in zip(column, [False, *follows], [*follows, False], strict=True):
            chunk.item = any(near) or len(column) == 1


def _follows(one: str, other: str) -> bool:
    """Is `other` the number of the next item, of the first below item `one`, or of the one after its parent?"""
    first, second = ([int(n) for n in re.findall(r"\d+", text)] for text in (one, other))
    nexts = [[*first[:depth], first[depth] + 1] for depth in range(len(first))]
    return second in (*nexts, [*first, 1])


def mark_prose(lines: Sequence[ChunkLine]) -> None:
    """Mark the chunks that are running text: long lines, one under the other, at a text's line distance.

    Blocks narrower than a column of text (wrapped labels look like that) count only when the layout knows them for
    paragraphs of sentences, or they are several lines deep and no value stands beside any of their lines.
    """
    spans = [_spans(line, lines_around(lines, i, NEAR_LINES)) for i, line in enumerate(lines)]
    if not lines:
        return
    measure = max(line.box.x1 for line in lines) - min(line.box.x0 for line in lines)
    blocks = list(_blocks(spans))
    labels = {id(span) for block in blocks for span in _labels(block, spans)}
    labels |= _labels_alike(blocks)
    for row in spans:
        for span in row:
            alone = span.words >= 9 and span.alone and span.box.width > 22 * span.size and span.runs_on
            if alone and id(span) not in labels:
                span.mark()
    for block in blocks:
        told = all(word.running for span in block for chunk in span.chunks for word in chunk.words)
        wide = told or _is_wide(block, measure)
        if (told or _is_prose(block, measure)) and (wide or not _values_beside(block, spans)):
            for span in block:
                if id(span) not in labels:
                    span.mark()


def _blocks(spans: Sequence[Sequence[_Span]]) -> Iterable[list[_Span]]:
    """Lines one under the other at a text's line distance, from a line of several words on."""
    for row in spans:
        for span in row:
            if span.words < PROSE_WORDS or span.above is not None:
                continue
            block = [span]
            while (below := _below(block[-1], spans, block[-1].line)) is not None and below.above is None:
                if not below.runs_on or _begins_values(below, spans) or _begins_labels(below, block):
                    break
                below.above = block[-1]
                block.append(below)
            yield block


def _labels_alike(blocks: Sequence[Sequence[_Span]]) -> set[int]:
    """Ids of the lines of blocks that are labels of several lines, one each: all with a value beside their first line
    alone, or all beside their last, and with a common left edge; and of blocks of several rows."""
    places: dict[tuple[float, bool], list[Sequence[_Span]]] = {}
    for block in blocks:
        beside = [i for i, span in enumerate(block) if span.beside_value]
        if len(block) > 1 and beside in ([0], [len(block) - 1]):
            places.setdefault((round(block[0].box.x0), beside == [0]), []).append(block)
    found = [block for alike in places.values() if len(alike) > 1 for block in alike]
    return {id(span) for block in (*found, *filter(_holds_rows, blocks)) for span in block}


def _holds_rows(block: Sequence[_Span]) -> bool:
    """Do all lines with a value beside them stand farther below the line before than all others do?"""
    gaps = [(b.beside_value, b.box.top - a.box.bottom) for a, b in itertools.pairwise(block)]
    rows, lines = ([gap for valued, gap in gaps if valued == wanted] for wanted in (True, False))
    return len(rows) > 1 and bool(lines) and min(rows) > max(lines) + JUMP * block[0].size


def _begins_values(span: _Span, spans: Sequence[Sequence[_Span]]) -> bool:
    """Is this a value with text beside it, or with another value below it: the first of a column, and no end of a
    paragraph?"""
    if not span.is_value or not span.chunks[0].numeric:
        return False
    below = _below(span, spans, span.line)
    return not span.alone or (below is not None and below.is_value)


def _begins_labels(span: _Span, block: Sequence[_Span]) -> bool:
    """Is this, after lines of text alone, a line with texts beside it that stands farther off than those?"""
    if len(block) < 2 or span.alone or span.chunks[0].item or not block[-1].alone:
        return False
    usual = statistics.median(b.box.top - a.box.bottom for a, b in itertools.pairwise(block))
    return span.box.top - block[-1].box.bottom > usual + PARAGRAPH_GAP * span.size


def _labels(block: Sequence[_Span], spans: Sequence[Sequence[_Span]]) -> Sequence[_Span]:
    """The lines of the block that are labels: the values of the next column at one side stand in the middle of them.
    Lines of a title may stand close above them."""
    for start in range(min(TITLE_LINES + 1, len(block) - 1)):
        part = block[start:]
        for values in _columns_beside(part, spans):
            lines = [s.label_line for s in part]
            found = labels_among(lines, values)
            if found is not None and (start == 0 or len(values) > 1):
                return part[slice(*found)]
    return ()


def _columns_beside(block: Sequence[_Span], spans: Sequence[Sequence[_Span]]) -> Iterable[list[float]]:
    """Middles of the values in the next column at the right and at the left of the block, where these are values."""
    box = union(s.box for s in block)
    rows = spans[max(block[0].line - 1, 0) : block[-1].line + 2]
    near = [s for row in rows for s in row if s not in block and s not in _bullets(row)]
    near = [s for s in near if s.box.overlap_x(box) <= 0 and box.top < s.box.y_mid < box.bottom]
    for side in ([s for s in near if s.box.x0 > box.x_mid], [s for s in near if s.box.x0 < box.x_mid]):
        first = min(side, key=lambda s: abs(s.box.x_mid - box.x_mid), default=None)
        column = [s for s in side if first is not None and s.box.overlap_x(first.box) > 0]
        if column and all(s.words <= SIGNED and s.chunks[0].numeric for s in column):
            yield sorted(s.box.y_mid for s in column)


def _is_prose(block: Sequence[_Span], measure: float) -> bool:
    if len(block) < 2 or sum(s.beside_value for s in block) > 0.4 * len(block):
        return False
    long = sum(s.words >= PROSE_WORDS and s.runs_on for s in block)
    if _is_wide(block, measure):
        return long >= 2 or (block[0].words >= 7 and block[0].runs_on)
    return len(block) >= DEEP and long >= len(block) - 1


def _is_wide(block: Sequence[_Span], measure: float) -> bool:
    return max(s.box.width for s in block) >= TEXT_COLUMN * measure


def _values_beside(block: Sequence[_Span], spans: Sequence[Sequence[_Span]]) -> bool:
    """Does a value stand beside the block, on one of its lines or between them?"""
    return any(
        span.is_value and span.above is None
        for row in spans[block[0].line : block[-1].line + 1]
        for span in row
        if span not in block and span not in _bullets(row)
    )


@dataclass(eq=False, slots=True)
class _Span:
    """Chunks of a line that may be one stretch of justified text."""

    chunks: list[Chunk]
    box: Box
    words: int
    size: float
    line: int
    alone: bool = False
    beside_value: bool = False
    above: _Span | None = None

    @property
    def runs_on(self) -> bool:
        """Are its chunks stretches of words (and not one word each, as headings side by side)?"""
        return self.words >= 2.5 * len(self.chunks) or len(self.chunks) == 1

    @property
    def label_line(self) -> LabelLine:
        return LabelLine(self.box.y_mid, self.box.x0, self.box.x1, self.chunks[0].words[0].box.width, self.size)

    @property
    def is_value(self) -> bool:
        return self.words <= SIGNED and (self.chunks[0].numeric or is_void(self.chunks[0].text))

    def mark(self) -> None:
        for chunk in self.chunks:
            chunk.prose = True


def _spans(line: ChunkLine, near: Sequence[ChunkLine]) -> list[_Span]:
    """The stretches of a line: chunks with no wider gap than justified text has, and where `near` lines have none."""
    out: list[_Span] = []
    for chunk in line.chunks:
        words = len(chunk.words)
        last = out[-1] if out else None
        words_on = last is not None and not (chunk.numeric or last.chunks[-1].numeric) and words + last.words >= 5
        close = last is not None and chunk.box.x0 - last.box.x1 < JUSTIFIED_GAP * chunk.size
        if last is not None and words_on and close and not _begins_column(chunk, near):
            last.chunks.append(chunk)
            last.box = union((last.box, chunk.box))
            last.words += words
        else:
            out.append(_Span([chunk], chunk.box, words, chunk.size, chunk.line))
    bullets = _bullets(out)
    values = [s for s in out if s.is_value and s not in bullets]
    for span in out:
        span.alone = len(out) == 1 or all(s is span or s in bullets for s in out)
        span.beside_value = any(v is not span for v in values)
    return out


def _begins_column(chunk: Chunk, near: Sequence[ChunkLine]) -> bool:
    """Do texts of two or more of the lines near begin, or have their middle, where the chunk does?"""
    x0, middle = chunk.box.x0, chunk.box.x_mid
    alike = (any(abs(c.box.x0 - x0) < EDGE or abs(c.box.x_mid - middle) < EDGE for c in o.chunks) for o in near)
    return sum(alike) > 1


def _bullets(spans: Sequence[_Span]) -> list[_Span]:
    """Spans that look like the sign or number of an item of a list, and have its text at their right. Numbers with
    other numbers at their left, or with nothing at their right but numbers, are values."""
    out = []
    for i, span in enumerate(spans):
        first = i == 0 or not spans[i - 1].is_value
        if first and span.chunks[0].item and i + 1 < len(spans) and not spans[i + 1].is_value:
            out.append(span)
    return out


def _below(span: _Span, spans: Sequence[Sequence[_Span]], i: int) -> _Span | None:
    for j in (i + 1, i + 2):
        for other in spans[j] if j < len(spans) else ():
            if other.box.top - span.box.bottom > 1.0 * span.size:
                return None
            near = abs(other.box.x0 - span.box.x0) <= 2.6 * span.size and other.box.overlap_x(span.box) > 0
            lower = other.box.top > span.box.top + 0.5 * span.size
            if near and lower and abs(other.size - span.size) < ONE_SIZE * span.size:
                return other
    return None
