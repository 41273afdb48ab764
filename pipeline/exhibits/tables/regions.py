"""Where a page may hold tables: frames and stacks of rulings, coloured cells, and runs of aligned lines.

What is proposed here is read by `structure` and judged by `judge`; running text is told first, so that text in columns,
lists and titles are neither proposed nor swallowed.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TypeVar

from pipeline.core.geometry import Box, union
from pipeline.exhibits.tables.chunks import BESIDE, Chunk, ChunkLine, is_void
from pipeline.exhibits.tables.rulings import Marks
from pipeline.exhibits.tables.structure import TableRegion

COLUMNS, IN_LINE = 4, 2.0
"""So many words in line with those of the next line, by so many points, are headings side by side."""
ROW_PITCH = 2.8
"""Gap in em between lines above which a table without rulings has ended, unless its rows are as far apart."""
WIDER = 1.5
"""Times the widest blank between the rows of a run, from which a text in its middle is the title of another table."""
HEADING_LINES = 6
"""Lines of one chunk above the first full row of a run among which headings are sought: those of headings side by side
in the middle of one another, and of the first label."""
HEADING_WORDS = 5
ONE_HEADING = 0.8
"""Em between the lines of one heading, at most."""
ONE_SIZE = 0.1
"""Share by which headings are larger than the type below them, at most; a title is larger."""
COLUMN_LINES = 3
COLUMN_LINE = 8.0
"""So many lines of running text, so many em wide, show a column of text."""
CROSSING = 0.1
"""Share of the lines that may cross the gutter between columns of text: titles."""
TITLE_LINES = 4
"""Lines of the longest title that may stand close above labels in their type size."""
LONE_LINES = 7
"""A run of aligned lines ends after so many lines of one chunk: labels wrap to six lines at most."""


_Row = tuple[ChunkLine, list[Chunk]]
"""A line with its chunks that are no running text and in no table yet."""


Row = TypeVar("Row")


def lines_around(lines: Sequence[Row], i: int, reach: int) -> list[Row]:
    """So many lines above line `i` and below it."""
    return [*lines[max(i - reach, 0) : i], *lines[i + 1 : i + 1 + reach]]


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
    """The lines of one chunk right above a run, from the one on that heads a column of values, in type no larger
    than the run's first line, and stands clear of the labels."""
    values = {(c.box.x0, c.box.x1): c.box for _, chunks in run for c in chunks if c.numeric}.values()
    labels = [c.box for _, chunks in run for c in chunks if len(chunks) > 1 and len(c.words) > 1 and not c.numeric]
    body = [box for box in labels if not any(box.overlap_x(value) > 0 for value in values)]
    for i, (line, (chunk,)) in enumerate(lone):
        below = lone[i + 1][0].box.top if i + 1 < len(lone) else min(c.box.top for c in run[0][1])
        over = any(chunk.box.overlap_x(box) > -chunk.size for box in values)
        clear = not any(chunk.box.overlap_x(box) > 0 for box in body)
        alike = line.size < (1 + ONE_SIZE) * run[0][0].size
        if (
            over
            and clear
            and alike
            and len(chunk.words) <= HEADING_WORDS
            and below - line.box.bottom < ROW_PITCH * chunk.size
        ):
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
    """Is the line the title of another table: one text, after a wider blank than the rows of the run have between them,
    with new heads of columns below it?"""
    gaps = [b.box.top - a.box.bottom for (a, _), (b, _) in itertools.pairwise(run)]
    if len(line.chunks) > 1 or not gaps or line.box.top - run[-1][0].box.bottom < WIDER * max([*gaps, line.size / 2]):
        return False
    heads = next((other.chunks for other in below[:TITLE_LINES] if len(other.chunks) > 1), [])
    return bool(heads) and not any((c.numeric and c.year is None) or is_void(c.text) for c in heads)


def _is_full(rows: Sequence[_Row], i: int) -> bool:
    """Does the line show label and value: several chunks, or one beside that of a line next to it?"""
    return len(rows[i][1]) > 1 or any(_stand_for_one(rows[i], other) for other in lines_around(rows, i, 1))


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
