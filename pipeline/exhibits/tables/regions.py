"""Where a page may hold tables: frames and stacks of rulings, coloured cells, and runs of aligned lines.

What is proposed here is read by `structure` and judged by `judge`; running text is told first, so that text in columns,
lists and titles are neither proposed nor swallowed.
"""

from __future__ import annotations

import itertools
import re
import statistics
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from pipeline.core.geometry import Box, union
from pipeline.exhibits.tables.anchors import LabelLine, labels_among
from pipeline.exhibits.tables.chunks import BESIDE, Chunk, ChunkLine, beside_each_other, is_void, make_chunk
from pipeline.exhibits.tables.rulings import Marks, Ruling
from pipeline.exhibits.tables.structure import TableRegion

TOUCH = 2.6
"""Points: rulings that come this near to each other are joined to one frame."""
SAME_EXTENT = 6.0
"""Points by which the ends of rulings of one table may differ."""
SIDE_GAP = 14.0
"""Points: pieces of a rule above single columns stand at most this far apart; neighbouring tables stand further."""
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
COLUMNS, IN_LINE = 4, 2.0
"""So many words in line with those of the next line, by so many points, are headings side by side."""
ROW_PITCH = 2.8
"""Gap in em between lines above which a table without rulings has ended, unless its rows are as far apart."""
WIDER = 1.5
"""Times the widest blank between the rows of a run, from which a text in its middle is the title of another table."""
END_GAP = 3.0
"""Em between the last row of a table and the rule below it, at most: the rule above footnotes stands further down."""
HEADING_LINES = 6
"""Lines of one chunk above the first full row of a run among which headings are sought: those of headings side by side
in the middle of one another, and of the first label."""
HEADING_WORDS = 5
ONE_HEADING = 0.8
"""Em between the lines of one heading, at most."""
COLUMN_LINES = 3
COLUMN_LINE = 8.0
"""So many lines of running text, so many em wide, show a column of text."""
CROSSING = 0.1
"""Share of the lines that may cross the gutter between columns of text: titles."""
WIDEST_LABEL = 0.85
"""Share of a table's width that the lines of a label cover, at most."""
TITLE_LINES = 4
"""Lines of the longest title that may stand close above labels in their type size."""
LONE_LINES = 7
"""A run of aligned lines ends after so many lines of one chunk: labels wrap to six lines at most."""
BULLET = re.compile(r"^(?:[•●▪■◆♦►▶➢❖–*o§\uf0b7\uf0a7-]|\(?\w{1,3}[.)]|\(\w{1,4}\)|\d{1,2}(?:\.\d{1,2})*\.?)$")

SIGNED = 3
"""Words of a value at most: sign, number, unit."""
SAME_START = 4.0
"""Points within which the numbers of a list begin at one place."""

_Row = tuple[ChunkLine, list[Chunk]]
"""A line with its chunks that are no running text and in no table yet."""


@dataclass(slots=True)
class RulingFrame:
    """Rulings that belong together."""

    box: Box
    horizontal: list[Ruling]
    vertical: list[Ruling]

    @property
    def levels(self) -> int:
        """Number of different heights at which it has a ruling."""
        return _distinct([h.at for h in self.horizontal])

    @property
    def stops(self) -> int:
        return _distinct([v.at for v in self.vertical])


def _distinct(values: Sequence[float]) -> int:
    count, last = 0, float("-inf")
    for value in sorted(values):
        if value - last > 3.5:
            count += 1
            last = value
    return count


Row = TypeVar("Row")


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
            beside, near = _around(lines, i, 1), _around(lines, i, NEAR_LINES)
            chunks: list[Chunk] = []
            for stretch in _even_stretches(line.chunks, even):
                spaced = not told or all(chunk.words[0].spaced for chunk in stretch[1:])
                whole = spaced and _is_justified(stretch, even) and not any(_in_columns(stretch, o) for o in beside)
                whole = whole and 2 * sum(_begins_column(chunk, near) for chunk in stretch[1:]) < len(stretch) - 1
                chunks += [make_chunk([w for c in stretch for w in c.words])] if whole else stretch
            line.chunks = chunks


def _around(lines: Sequence[Row], i: int, reach: int) -> list[Row]:
    """So many lines above line `i` and below it."""
    return [*lines[max(i - reach, 0) : i], *lines[i + 1 : i + 1 + reach]]


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
    spans = [_spans(line, _around(lines, i, NEAR_LINES)) for i, line in enumerate(lines)]
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
    alone, or all beside their last, and with a common left edge."""
    places: dict[tuple[float, bool], list[Sequence[_Span]]] = {}
    for block in blocks:
        beside = [i for i, span in enumerate(block) if span.beside_value]
        if len(block) > 1 and beside in ([0], [len(block) - 1]):
            places.setdefault((round(block[0].box.x0), beside == [0]), []).append(block)
    return {id(span) for alike in places.values() if len(alike) > 1 for block in alike for span in block}


def _begins_values(span: _Span, spans: Sequence[Sequence[_Span]]) -> bool:
    """Is this a value with text beside it, or with another value below it: the first of a column, and no end of a
    paragraph?"""
    if not span.is_value or not span.chunks[0].numeric:
        return False
    below = _below(span, spans, span.line)
    return not span.alone or (below is not None and below.is_value)


def _begins_labels(span: _Span, block: Sequence[_Span]) -> bool:
    """Is this, after lines of text alone, a line with values beside it that stands farther off than those?"""
    if len(block) < 2 or not span.beside_value or block[-1].beside_value:
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


def frames(marks: Marks, lines: Sequence[ChunkLine]) -> list[RulingFrame]:
    """Connected rulings, then stacks of them that share their extent, from top to bottom."""
    horizontal = [h for h in marks.horizontal if not _underlines(h, lines)]
    parts = connected(horizontal, list(marks.vertical))
    return _stacked(_side_by_side(parts), lines)


def _underlines(ruling: Ruling, lines: Sequence[ChunkLine]) -> bool:
    """Is the ruling the underlining of a stretch of text of several words?"""
    first = bisect_left(lines, ruling.at - 14, key=lambda line: line.box.bottom)
    for line in lines[first : first + 4]:
        if not line.box.y_mid < ruling.at < line.box.bottom + 0.15 * line.size:
            continue
        under = [w for w in line.words if w.box.x0 > ruling.start - 2 and w.box.x1 < ruling.end + 2]
        if len(under) >= 2 and abs(under[0].box.x0 - ruling.start) < 2 and abs(under[-1].box.x1 - ruling.end) < 2:
            return True
    return False


def connected(horizontal: Sequence[Ruling], vertical: Sequence[Ruling]) -> list[RulingFrame]:
    """The rulings by the frames that they make, those that touch in one, from top to bottom."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    offset = len(horizontal)
    positions = [v.at for v in vertical]
    for i, h in enumerate(horizontal):
        low = bisect_left(positions, h.start - TOUCH)
        for j in range(low, len(vertical)):
            v = vertical[j]
            if v.at > h.end + TOUCH:
                break
            if v.start - TOUCH <= h.at <= v.end + TOUCH:
                parent[root(i)] = root(offset + j)
    groups: dict[int, RulingFrame] = {}
    for i in range(len(parent)):
        frame = groups.setdefault(root(i), RulingFrame(Box(0, 0, 0, 0), [], []))
        if i < offset:
            frame.horizontal.append(horizontal[i])
        else:
            frame.vertical.append(vertical[i - offset])
    out = [f for f in groups.values() if f.horizontal]
    for frame in out:
        frame.box = _extent(frame)
    return sorted(out, key=lambda f: (f.box.top, f.box.x0))


def _extent(frame: RulingFrame) -> Box:
    boxes = [Box(h.start, h.at, h.end, h.at) for h in frame.horizontal]
    boxes += [Box(v.at, v.start, v.at, v.end) for v in frame.vertical]
    return union(boxes)


def _side_by_side(parts: list[RulingFrame]) -> list[RulingFrame]:
    """Join flat pieces of one broken rule, and frames of one height that stand side by side, to one."""
    out: list[RulingFrame] = []
    for frame in sorted(parts, key=lambda f: (round(f.box.top / 3), f.box.x0)):
        last = out[-1] if out else None
        if (
            last is not None
            and abs(last.box.top - frame.box.top) < 3
            and abs(last.box.bottom - frame.box.bottom) < 3
            and 0 <= frame.box.x0 - last.box.x1 <= (SIDE_GAP if frame.stops < 2 else SIDE_GAP / 2)
        ):
            _absorb(last, frame)
        else:
            out.append(frame)
    return sorted(out, key=lambda f: (f.box.top, f.box.x0))


def _absorb(frame: RulingFrame, other: RulingFrame) -> None:
    frame.horizontal += other.horizontal
    frame.vertical += other.vertical
    frame.box = union((frame.box, other.box))


def _stacked(parts: list[RulingFrame], lines: Sequence[ChunkLine]) -> list[RulingFrame]:
    """Join frames one above the other whose rulings agree and between which rows of the same table stand."""
    out: list[RulingFrame] = []
    for frame in parts:
        last = next((f for f in reversed(out) if f.box.overlap_x(frame.box) > 0), None)
        rows = last is not None and _stacks(last, frame) and _rows_between(last, frame, lines)
        if last is not None and (_nested(last, frame) or (rows and not _is_text_box(last, lines))):
            _absorb(last, frame)
        else:
            out.append(frame)
    return out


def _is_text_box(frame: RulingFrame, lines: Sequence[ChunkLine]) -> bool:
    """Is the frame a box around running text alone, as a quotation has?"""
    if _distinct([v.at for v in frame.vertical if v.length > frame.box.height / 2]) != 2:
        return False
    inside = [c for line in lines for c in line.chunks if frame.box.holds(c.box)]
    return len({c.line for c in inside}) > 1 and all(c.prose for c in inside)


def _nested(outer: RulingFrame, inner: RulingFrame) -> bool:
    """A rule inside a frame, or beside it at its height and within its extent."""
    return (
        inner.box.top < outer.box.bottom - 1
        and inner.box.bottom <= outer.box.bottom + 1
        and _within(inner.box, outer.box)
    )


def _within(inner: Box, outer: Box) -> bool:
    return inner.x0 >= outer.x0 - SAME_EXTENT and inner.x1 <= outer.x1 + SAME_EXTENT


def _stacks(above: RulingFrame, below: RulingFrame) -> bool:
    """Do both draw the same columns, or (rules only) the same extent, or is the upper one a rule under headings over
    some of the columns?"""
    if below.box.top < above.box.bottom - 1:
        return False
    if above.stops >= 3 and below.stops >= 3:
        return _shared_stops(above, below) >= 3
    left = abs(above.box.x0 - below.box.x0) <= SAME_EXTENT
    right = abs(above.box.x1 - below.box.x1) <= SAME_EXTENT
    near = below.box.top - above.box.bottom < 40
    half_rule = below.levels == 1 and below.stops == above.stops == 0
    under_headings = above.levels == 1 and above.stops == 0 and _within(above.box, below.box)
    within = _within(below.box, above.box) and (left or right or half_rule)
    return (left and right) or (near and (within or under_headings))


def _shared_stops(one: RulingFrame, other: RulingFrame) -> int:
    ours = [v.at for v in one.vertical]
    return _distinct([v.at for v in other.vertical if any(abs(v.at - x) < 1.5 for x in ours)])


def _rows_between(above: RulingFrame, below: RulingFrame, lines: Sequence[ChunkLine]) -> bool:
    """Is what stands between the frames rows of a table: mostly lines of several chunks, none of running text alone
    and no caption?

    Between two rules a single line may be a heading over all columns, if it is no sentence; a frame with columns of its
    own ends where a line stands alone. A sentence with headings of columns right below it is the title of a new table.
    """
    between = _between(above, below, lines)
    if any(c.words[0].caption for here in between for c in here) or _is_titled(between):
        return False
    full = lone = wide = 0
    last = above.box.bottom
    for here in between:
        last = max([last, *(c.box.bottom + END_GAP * c.size for c in here)])
        if len(here) > 1 and not all(c.prose for c in here):
            full += 1
        elif any(c.box.width > (0.6 if c.prose else WIDEST_LABEL) * above.box.width for c in here):
            wide += 1
        else:
            lone += 1
    near = below.box.top - above.box.bottom < 40
    if below.box.top > last and not near:
        return False
    if full == 0:
        sentence = bool(between) and _is_sentence(between[-1])
        return near and not sentence and lone + wide <= (1 if above.stops < 3 and below.stops < 3 else 0)
    return wide <= 0.2 * full and lone <= LONE_LINES * full


def _between(above: RulingFrame, below: RulingFrame, lines: Sequence[ChunkLine]) -> list[list[Chunk]]:
    """The chunks of each line between two frames that stand over the upper one's width; lines beside each other, as a
    value in the middle of its label, are one."""
    first = bisect_left(lines, above.box.bottom - 2, key=lambda line: line.y)
    rows = itertools.takewhile(lambda line: line.y <= below.box.top + 2, lines[first:])
    over = (line for line in rows if any(c.box.overlap_x(above.box) > 0 for c in line.chunks))
    return [
        [c for line in row for c in line.chunks if c.box.overlap_x(above.box) > 0]
        for row in beside_each_other(over, BESIDE)
    ]


def _is_titled(between: Sequence[Sequence[Chunk]]) -> bool:
    """Does a sentence stand right above headings of columns: texts at its right end, or years?"""
    return any(
        _is_sentence(one)
        and len(other) > 1
        and (other[0].box.x0 > one[0].box.x_mid or all(c.year is not None for c in other))
        for one, other in itertools.pairwise(between)
    )


def _is_sentence(here: Sequence[Chunk]) -> bool:
    return all(c.prose for c in here)


def region_of(box: Box, lines: Sequence[ChunkLine], marks: Marks, *, prose: bool = True) -> TableRegion:
    """The region inside `box`: chunks whose middle lies inside (running text left out unless `prose`)."""
    first = bisect_left(lines, box.top - 1, key=lambda line: line.y)
    inside: list[ChunkLine] = []
    for line in lines[first:]:
        if line.y > box.bottom + 1:
            break
        chunks = [c for c in line.chunks if box.x0 - 2 <= c.box.x_mid <= box.x1 + 2 and (prose or not c.prose)]
        if chunks:
            inside.append(part_of(line, chunks))
    horizontal = [
        h
        for h in marks.horizontal
        if box.top - 4 <= h.at <= box.bottom + 4 and min(h.end, box.x1) - max(h.start, box.x0) > 4
    ]
    vertical = [
        v
        for v in marks.vertical
        if box.x0 - 4 <= v.at <= box.x1 + 4 and min(v.end, box.bottom) - max(v.start, box.top) > 4
    ]
    return TableRegion(box, inside, horizontal, vertical)


def part_of(line: ChunkLine, chunks: list[Chunk]) -> ChunkLine:
    words = [w for c in chunks for w in c.words]
    return ChunkLine(list(chunks), union(c.box for c in chunks), max(w.size for w in words), words)


def runs(lines: Sequence[ChunkLine], taken: Sequence[Box]) -> list[Box]:
    """Boxes around runs of lines that have several chunks each, outside `taken`; on a page of two columns of text
    within each of them."""
    gutter = _gutter(lines)
    if gutter is None:
        return _runs(lines, taken)
    left, right = ([_side(line, gutter, at_left) for line in lines] for at_left in (True, False))
    return [box for side in (left, right) for box in _runs([line for line in side if line is not None], taken)]


def _gutter(lines: Sequence[ChunkLine]) -> float | None:
    """Where two columns of running text part; None where such text is not on both sides, or much text crosses."""
    chunks = [c for line in lines for c in line.chunks]
    prose = sorted((c.box for c in chunks if c.prose and c.box.width > COLUMN_LINE * c.size), key=lambda b: b.x0)
    ends = sorted(b.x1 for b in prose)
    for box in prose:
        before = [x for x in ends if x < box.x0]
        after = [b for b in prose if b.x0 >= box.x0 - 1]
        if len(before) + len(after) < len(prose) or min(len(before), len(after)) < COLUMN_LINES:
            continue
        at = (before[-1] + box.x0) / 2
        if sum(c.box.x0 < at < c.box.x1 for c in chunks) <= CROSSING * len(lines):
            return at
    return None


def _side(line: ChunkLine, gutter: float, at_left: bool) -> ChunkLine | None:
    chunks = [c for c in line.chunks if (c.box.x_mid < gutter) == at_left]
    return part_of(line, chunks) if chunks else None


def _runs(lines: Sequence[ChunkLine], taken: Sequence[Box]) -> list[Box]:
    out: list[Box] = []
    run: list[_Row] = []
    lone: list[_Row] = []
    above: list[_Row] = []
    """Lines of one chunk right above the run."""
    for i, line in enumerate(lines):
        live = _live(line, taken)
        if not live:
            if any(c.prose for c in line.chunks):
                lone = []
                if run and not _beside(line, run):
                    out += _close(above, run)
                    run = []
            continue
        if run and (not _continues(run, line, live) or _titles(run, line, lines[i + 1 :])):
            out += _close(above, run)
            run = []
        row = (line, live)
        if run or len(live) > 1:
            above = above if run else lone
            run.append(row)
        elif lone and _stand_for_one(lone[-1], row):
            above, run = lone[:-1], [lone[-1], row]
        lone = [*lone, row][-HEADING_LINES:] if len(live) == 1 else []
    return [*out, *_close(above, run)]


def _headed(lone: Sequence[_Row], run: Sequence[_Row]) -> list[_Row]:
    """The lines of one chunk right above a run, from the one on that heads a column of values and stands clear of the
    labels."""
    values = [c.box for _, chunks in run for c in chunks if c.numeric]
    labels = [c.box for _, chunks in run for c in chunks if len(chunks) > 1 and len(c.words) > 1 and not c.numeric]
    body = [box for box in labels if not any(box.overlap_x(value) > 0 for value in values)]
    for i, (line, (chunk,)) in enumerate(lone):
        below = lone[i + 1][0].box.top if i + 1 < len(lone) else min(c.box.top for c in run[0][1])
        over = any(chunk.box.overlap_x(box) > -chunk.size for box in values)
        clear = not any(chunk.box.overlap_x(box) > 0 for box in body)
        if over and clear and len(chunk.words) <= HEADING_WORDS and below - line.box.bottom < ROW_PITCH * chunk.size:
            while i > 0 and _goes_on(lone[i - 1], lone[i:]):
                i -= 1
            return list(lone[i:])
    return []


def _goes_on(above: _Row, below: Sequence[_Row]) -> bool:
    """Is the one text of the line above the first line of a heading that stands below it, edge under edge?"""
    (one,) = above[1]
    return len(one.words) <= HEADING_WORDS and any(
        other.box.top - one.box.bottom < ONE_HEADING * one.size
        and min(abs(other.box.x0 - one.box.x0), abs(other.box.x1 - one.box.x1), abs(other.box.x_mid - one.box.x_mid))
        < IN_LINE
        for _, (other,) in below
    )


def _beside(line: ChunkLine, run: Sequence[_Row]) -> bool:
    x0 = min(c.box.x0 for _, chunks in run for c in chunks)
    x1 = max(c.box.x1 for _, chunks in run for c in chunks)
    return all(c.box.x0 > x1 or c.box.x1 < x0 for c in line.chunks if c.prose)


def _live(line: ChunkLine, taken: Sequence[Box]) -> list[Chunk]:
    live = [c for c in line.chunks if not c.prose and not any(t.holds(c.box) for t in taken)]
    if len(live) > 1 and live[0].item and not live[1].numeric and len(live[1].words) > 2:
        live = live[1:]
    return live


def _continues(run: Sequence[_Row], line: ChunkLine, live: Sequence[Chunk]) -> bool:
    last = run[-1][0]
    gap = line.box.top - last.box.bottom
    pitch = max((b.box.top - a.box.bottom for (a, _), (b, _) in itertools.pairwise(run)), default=0.0)
    if gap > max(ROW_PITCH * line.size, 1.3 * pitch if pitch < 5 * line.size else 0):
        return False
    lone = next((i for i in range(len(run)) if _is_full(run, len(run) - 1 - i)), len(run))
    return lone < LONE_LINES or len(live) > 1


def _titles(run: Sequence[_Row], line: ChunkLine, below: Sequence[ChunkLine]) -> bool:
    """Is the line the title of another table: one text in the middle of the run, after a wider blank than its rows
    have between them, with new heads of columns below it?"""
    gaps = [b.box.top - a.box.bottom for (a, _), (b, _) in itertools.pairwise(run)]
    box = union(c.box for _, chunks in run for c in chunks)
    if len(line.chunks) > 1 or not gaps or line.box.top - run[-1][0].box.bottom < WIDER * max([*gaps, line.size / 2]):
        return False
    heads = next((other.chunks for other in below[:TITLE_LINES] if len(other.chunks) > 1), [])
    in_middle = abs(line.box.x_mid - box.x_mid) < line.size and line.box.x0 > box.x0 + line.size
    return in_middle and bool(heads) and not any(c.numeric or is_void(c.text) for c in heads)


def _is_full(rows: Sequence[_Row], i: int) -> bool:
    """Does the line show label and value: several chunks, or one beside that of a line next to it?"""
    return len(rows[i][1]) > 1 or any(_stand_for_one(rows[i], other) for other in _around(rows, i, 1))


def _stand_for_one(one: _Row, other: _Row) -> bool:
    """Are these a value and a line of its label, which stand beside each other?"""
    if len(one[1]) != 1 or len(other[1]) != 1 or one[1][0].numeric == other[1][0].numeric:
        return False
    box, beside = one[1][0].box, other[1][0].box
    return box.overlap_x(beside) <= 0 and box.overlap_y(beside) > BESIDE * one[0].size


def _close(above: Sequence[_Row], run: Sequence[_Row]) -> Iterable[Box]:
    rows = list(run)
    while rows and not _is_full(rows, len(rows) - 1):
        rows.pop()
    rows = [*_headed(above, rows), *rows] if rows else rows
    if sum(len(chunks) > 1 for _, chunks in rows) >= 2:
        yield union(c.box for _, chunks in rows for c in chunks)
