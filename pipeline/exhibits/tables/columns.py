"""Where a table's columns part: gaps that its lines share, and vertical rulings."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from pipeline.core.geometry import Box
from pipeline.exhibits.tables.chunks import (
    BESIDE,
    Chunk,
    ChunkLine,
    beside_each_other,
    is_void,
    make_chunk,
    wider_blank,
)
from pipeline.exhibits.tables.rulings import Ruling
from pipeline.pages.words import OVERSET

NARROWEST_GAP = 1.5
"""Points: a gap shared by all lines that is narrower is no column gap."""
SPAN_SHARE = 0.25
"""A chunk lies over two columns when this share of the other lines (two at least) shows two chunks beneath it."""
CUT_GAP = 0.36
"""Gap in em at which a chunk is cut where the other lines part: blanks are narrower, except in justified prose."""
WIDER = 1.35
"""A gap between columns is so many times as wide as the narrowest blank of the same chunk."""
BLANK = 0.3
"""Width in em of a wide font's blank."""
DOUBLE_RULE = 4.0
"""Points: rulings nearer to each other, with nothing between them, are one separator."""
FULL_LINE = 0.6
"""Share of the usual number of chunks from which a line with a number shows the columns of the body."""
BETWEEN = 0.4
"""Em up to which a value in the middle between two rows stands off them."""
ENOUGH_LINES = 3
MANY_VALUES = 4
"""Values from which two lines that agree are enough."""
SLIGHT = 0.18
"""A chunk that reaches into a column with less than this share of its width merely leans over the edge."""


@dataclass(frozen=True, slots=True)
class Separator:
    """Where two columns part: `at` (points), the free gap `left`..`right`, and the rulings that draw it."""

    at: float
    left: float
    right: float
    rulings: tuple[Ruling, ...] = ()

    def ruled_at(self, top: float, bottom: float) -> bool:
        """Does a ruling separate at this height (most of it)?"""
        reach = max((bottom - top) * 0.6, 0.1)
        return any(min(r.end, bottom) - max(r.start, top) >= reach for r in self.rulings)


def find_separators(lines: Sequence[ChunkLine], vertical: Sequence[Ruling]) -> list[Separator]:
    """The separators of the table that `lines` form, left to right; `vertical` are the rulings inside it."""
    lines = [line for line in lines if line.chunks]
    if not lines:
        return []
    x0 = min(line.box.x0 for line in lines)
    x1 = max(line.box.x1 for line in lines)
    ruled = _ruled_separators([v for v in vertical if x0 + 1 < v.at < x1 - 1], lines)
    spanning = _spanning_chunks(lines) | _beside_body(lines) | overset(lines)
    gaps = _shared_gaps(lines, spanning)
    rows = [[c.box for line in row for c in line.chunks] for row in beside_each_other(lines, 0.0)]
    height = lines[-1].box.bottom - lines[0].box.top
    closed = [s for s in ruled if sum(r.length for r in s.rulings) >= 0.6 * height]
    out = list(ruled)
    for i, (left, right) in enumerate(gaps):
        if any(left - 2 <= s.at <= right + 2 for s in ruled):
            continue
        if _supported(left, right, lines, spanning, closed):
            before = max((s.at for s in out if s.at < left), default=-inf)
            after = gaps[i + 1][0] if i + 1 < len(gaps) else inf
            out.append(Separator(_place(left, right, before, after, rows), left, right))
    return _with_text_between(_between_columns(sorted(out, key=lambda s: s.at), lines), lines)


def _ruled_separators(vertical: Sequence[Ruling], lines: Sequence[ChunkLine]) -> list[Separator]:
    groups: list[list[Ruling]] = []
    height = min(line.size for line in lines)
    for ruling in sorted(vertical):
        if ruling.length < 0.8 * height:
            continue
        if groups and ruling.at - groups[-1][-1].at <= DOUBLE_RULE:
            groups[-1].append(ruling)
        else:
            groups.append([ruling])
    out = []
    for group in groups:
        at = max(group, key=lambda r: r.length).at
        struck = sum(_strikes(line, group, at) for line in lines)
        if struck <= 0.2 * len(lines):
            out.append(Separator(at, at, at, tuple(group)))
    return out


def _strikes(line: ChunkLine, group: Sequence[Ruling], at: float) -> bool:
    """Does the ruling run through a word of the line (as an axis or a frame around a drawing does)?"""
    if not any(r.start <= line.y <= r.end for r in group):
        return False
    return any(w.box.x0 + 2 < at < w.box.x1 - 2 for w in line.words)


def _spanning_chunks(lines: Sequence[ChunkLine]) -> set[int]:
    """Ids of chunks that lie over two chunks of enough other lines."""
    out: set[int] = set()
    several = [line for line in lines if len(line.chunks) > 1]
    need = 1 if len(several) <= 4 else max(2, round(SPAN_SHARE * len(several)))
    lefts = [(line, [c.box.x0 for c in line.chunks]) for line in several]
    for line in lines:
        for chunk in line.chunks:
            if chunk.box.width < 2.5 * chunk.size:
                continue
            found = 0
            for other, starts in lefts:
                if other is not line and _covers_two(chunk, other, starts):
                    found += 1
                    if found >= need:
                        out.add(id(chunk))
                        break
    return out


def _beside_body(lines: Sequence[ChunkLine]) -> set[int]:
    """Ids of the chunks of lines that are no full line of values (headings, titles, lone labels), where there are
    enough full lines to show the columns without them."""
    counts = sorted(len(line.chunks) for line in lines if len(line.chunks) > 1)
    usual = counts[int(0.8 * (len(counts) - 1))] if counts else 0
    least = max(2, FULL_LINE * usual)
    full = [x for x in lines if len(x.chunks) >= least and any(c.numeric and c.year is None for c in x.chunks)]
    if len(full) > 1 and full[0].box.x0 > full[1].chunks[0].box.x1 and len(full[0].chunks) < len(full[1].chunks):
        full = full[1:]  # units under the headings ("1 000", "%"), which may stand over several columns
    if len(full) < ENOUGH_LINES and not _agree(full):
        return set()
    inside = {id(line) for line in full}
    outside = {id(c): c for line in lines if id(line) not in inside for c in line.chunks}
    for one, other in itertools.pairwise(lines):
        for line, beside in ((one, other), (other, one)):
            if id(line) in inside or id(beside) not in inside or not _stand_beside(one, other):
                continue
            clear = all(line.box.overlap_x(c.box) <= 0 for c in beside.chunks)
            if len(line.chunks) == 1 and clear and not _amid(line, beside):
                outside.pop(id(line.chunks[0]), None)
    for line, rows in _between_rows(lines):
        if all(id(row) in inside for row in rows):
            outside.pop(id(line.chunks[0]), None)
    return set(outside)


def _amid(line: ChunkLine, row: ChunkLine) -> bool:
    """Does the line stand between values of a row that has its own label, as the head of a section in the middle of the
    table does?"""
    sides = {c.box.x0 > line.box.x0 for c in row.chunks if c.numeric}
    return len(sides) > 1 and not all(c.numeric or is_void(c.text) for c in row.chunks)


def _between_rows(lines: Sequence[ChunkLine]) -> Iterable[tuple[ChunkLine, tuple[ChunkLine, ChunkLine]]]:
    """The lines of one text between two that it stands clear of, as the label in the middle of two rows does."""
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        near = max(line.box.top - above.box.bottom, below.box.top - line.box.bottom) < BETWEEN * line.size
        clear = all(line.box.overlap_x(c.box) <= 0 for c in (*above.chunks, *below.chunks))
        if len(line.chunks) == 1 and near and clear and not _amid(line, below):
            yield line, (above, below)


def _agree(full: Sequence[ChunkLine]) -> bool:
    """Do two lines of many values show the same columns?"""
    values = [[c.box for c in line.chunks if c.numeric] for line in full]
    if len(full) != 2 or len(values[0]) != len(values[1]) or len(values[0]) < MANY_VALUES:
        return False
    return all(one.overlap_x(other) > 0 for one, other in zip(*values, strict=True))


def overset(lines: Sequence[ChunkLine]) -> set[int]:
    """Ids of the chunks that run into their neighbour: they are too long for their column and do not show its edges."""
    pairs = ((a, b) for line in lines for a, b in itertools.pairwise(line.chunks))
    return {id(c) for a, b in pairs if b.box.x0 < a.box.x1 - OVERSET * a.size for c in (a, b)}


def _stand_beside(above: ChunkLine, below: ChunkLine) -> bool:
    """Do two lines of one size overlap in height, as a label of two lines and the value in its middle do, or nearly so
    as two rows and the values in their middle? (The raised number of a footnote is smaller.)"""
    if abs(above.size - below.size) >= 0.1 * above.size:
        return False
    between = any(all(c.numeric for c in line.chunks) for line in (above, below))
    return below.box.top < above.box.bottom + (BETWEEN if between else -BESIDE) * above.size


def _covers_two(chunk: Chunk, line: ChunkLine, starts: list[float]) -> bool:
    box = chunk.box
    end = bisect_left(starts, box.x1 - 2)
    count = 0
    for other in line.chunks[max(bisect_left(starts, box.x0) - 1, 0) : end]:
        if min(other.box.x1, box.x1) - max(other.box.x0, box.x0) > 2:
            count += 1
    return count >= 2


def _shared_gaps(lines: Sequence[ChunkLine], spanning: set[int]) -> list[tuple[float, float]]:
    spans = sorted((c.box.x0, c.box.x1) for line in lines for c in line.chunks if id(c) not in spanning)
    gaps = []
    end = spans[0][1] if spans else 0.0
    for x0, x1 in spans:
        if x0 - end >= NARROWEST_GAP:
            gaps.append((end, x0))
        end = max(end, x1)
    return gaps


def _place(left: float, right: float, before: float, after: float, rows: Sequence[Sequence[Box]]) -> float:
    """Where in the free gap `left`..`right` of the body to separate: beside the headings that reach into it, so that
    no line has two chunks in the column on either side (which begin at `before` and end at `after`). Crossing a line of
    few chunks costs less: it heads several columns. A text in the gap alone begins the column after it, as the head of
    values that stand at the right edge of their cells does."""
    most = max(map(len, rows))
    reaching = [(b, len(row) / most) for row in rows for b in row if b.x1 > left + 0.5 and b.x0 < right - 0.5]
    if not reaching:
        return (left + right) / 2
    best, least = (left + right) / 2, inf
    edges = [left, *sorted(x for b, _ in reaching for x in (b.x0, b.x1) if left < x < right), right]
    for start, end in itertools.pairwise(edges):
        at = (start + end) / 2
        crossing = sum(weight for b, weight in reaching if b.x0 < at < b.x1)
        cost = 1.5 * crossing
        cost += sum(_crowded(b for b in row if before < b.x_mid < at) for row in rows)
        cost += sum(_crowded(b for b in row if b.x_mid > at and b.x0 < after) for row in rows)
        cost += 0.5 * any(left < b.x0 and b.x1 <= start for b, _ in reaching)
        cost -= 0.001 * (end - start) - 0.0005 * abs(at - (left + right) / 2)
        if end - start >= NARROWEST_GAP / 2 and cost < least:
            best, least = at, cost
    return best


def _crowded(inside: Iterable[Box]) -> bool:
    """Do two of the texts of a row that are inside one column stand side by side?"""
    return any(a.overlap_x(b) <= 0 for a, b in itertools.combinations(inside, 2))


def _supported(
    left: float, right: float, lines: Sequence[ChunkLine], spanning: set[int], closed: Sequence[Separator]
) -> bool:
    """Enough lines show the gap; inside a column that rulings close on both sides, most of them must, and widely."""
    before = max((s.at for s in closed if s.at <= left), default=None)
    after = min((s.at for s in closed if s.at >= right), default=None)
    both = crossing = sides = 0
    for line in lines:
        here = [
            c
            for c in line.chunks
            if (before is None or c.box.x0 >= before - 2) and (after is None or c.box.x1 <= after + 2)
        ]
        is_left = any(c.box.x1 <= left + 0.5 for c in here)
        is_right = any(c.box.x0 >= right - 0.5 for c in here)
        both += is_left and is_right
        sides += is_left or is_right
        crossing += any(id(c) in spanning and c.box.x0 < left and c.box.x1 > right for c in here)
    if closed and (before is not None or after is not None):
        size = max(line.size for line in lines)
        return both >= 3 and both >= 0.6 * (sides + crossing) and right - left >= size
    both = both or _overlapping(left, right, lines)
    return both >= 1 and both >= 0.5 * crossing


def _overlapping(left: float, right: float, lines: Sequence[ChunkLine]) -> int:
    """How often a line left of the gap and one right of it stand partly at one height, as a value in the middle of its
    label of two lines does, or a label in the middle of its rows."""
    labels = sum(
        line.box.x1 <= left + 0.5 and all(any(c.box.x0 >= right - 0.5 for c in row.chunks) for row in rows)
        for line, rows in _between_rows(lines)
    )
    return labels + sum(
        _stand_beside(above, below)
        and any(
            one.box.x1 <= left + 0.5 and other.box.x0 >= right - 0.5 for one, other in ((above, below), (below, above))
        )
        for above, below in itertools.pairwise(lines)
    )


def _between_columns(separators: Sequence[Separator], lines: Sequence[ChunkLine]) -> list[Separator]:
    """Drop those that no ruling draws between words of which never two stand side by side: they are one column, of
    which a name (of a total) is set otherwise."""
    out: list[Separator] = []
    rows = [[c for line in row for c in line.chunks] for row in beside_each_other(lines, 0.0)]
    for place, separator in enumerate(separators):
        start = out[-1].at if out else -inf
        end = separators[place + 1].at if place + 1 < len(separators) else inf
        left = [[c for c in row if start < c.box.x_mid < separator.at] for row in rows]
        right = [[c for c in row if separator.at < c.box.x_mid < end] for row in rows]
        valued = any(c.numeric for row in (*left, *right) for c in row)
        if separator.rulings or valued or any(one and other for one, other in zip(left, right, strict=True)):
            out.append(separator)
    return out


def _with_text_between(separators: list[Separator], lines: Sequence[ChunkLine]) -> list[Separator]:
    """Drop separators that leave a column without text of its own (double rules, spacers, frames)."""
    boxes = [c.box for line in lines for c in line.chunks]
    out: list[Separator] = []
    for separator in separators:
        left = out[-1].at if out else -inf
        if any(left - 1 <= b.x_mid <= separator.at + 1 for b in boxes):
            out.append(separator)
        elif out and sum(r.length for r in separator.rulings) > sum(r.length for r in out[-1].rulings):
            out[-1] = separator
    while out and not any(b.x_mid > out[-1].at for b in boxes):
        out.pop()
    return out


def cut_chunks(lines: Sequence[ChunkLine], separators: Sequence[Separator]) -> int:
    """Cut, in place, chunks in which a wide enough gap between words stands at a separator; how often that was so."""
    before = sum(len(line.chunks) for line in lines)
    for line in lines:
        out: list[Chunk] = []
        for chunk in line.chunks:
            out.extend(_pieces(chunk, separators))
        line.chunks = out
    return sum(len(line.chunks) for line in lines) - before


def _pieces(chunk: Chunk, separators: Sequence[Separator]) -> list[Chunk]:
    if chunk.turned or len(chunk.words) < 2:
        return [chunk]
    gaps = [b.box.x0 - a.box.x1 for a, b in zip(chunk.words, chunk.words[1:], strict=False) if not b.glued]
    wide = max(CUT_GAP, WIDER * min(min(gaps, default=0.0) / chunk.size, BLANK)) * chunk.size
    for separator in separators:
        if not chunk.box.x0 + 1 < separator.at < chunk.box.x1 - 1:
            continue
        for k in range(1, len(chunk.words)):
            left, right = chunk.words[k - 1], chunk.words[k]
            gap = right.box.x0 - left.box.x1
            if right.glued or gap <= 0 or not _at(separator, left.box.x1, right.box.x0):
                continue
            one, other = make_chunk(chunk.words[:k]), make_chunk(chunk.words[k:])
            ruled = separator.ruled_at(chunk.box.top, chunk.box.bottom)
            if gap >= wide + wider_blank(left, right) * chunk.size or ruled or (one.numeric and other.numeric):
                return [*_pieces(one, separators), *_pieces(other, separators)]
    return [chunk]


def _at(separator: Separator, start: float, end: float) -> bool:
    """Does the gap between two words stand at the separator, or within the free gap that it was found in?"""
    if separator.rulings:
        return start - 1.5 <= separator.at <= end + 1.5
    return start <= separator.right + 1.5 and end >= separator.left - 1.5


def columns_of(chunk: Chunk, separators: Sequence[Separator], *, centred: bool = False) -> tuple[int, int]:
    """First and last column (counted from 0) that the chunk lies in; the one at its middle where it is `centred`."""
    lean = max(SLIGHT * chunk.box.width, 2.5)
    crossed = [s for s in separators if chunk.box.x0 + lean < s.at < chunk.box.x1 - lean]
    crossed = [s for s in crossed if not s.ruled_at(chunk.box.top, chunk.box.bottom)]
    if centred or not crossed:
        column = sum(s.at < chunk.box.x_mid for s in separators)
        return column, column
    first = separators.index(crossed[0])
    return first, separators.index(crossed[-1]) + 1
