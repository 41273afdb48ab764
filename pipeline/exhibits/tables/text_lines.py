"""Lines of a table by column: which columns a line fills, what rulings cut beneath it, and what its texts are."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.core.numbers import year_of
from pipeline.exhibits.tables.anchors import LabelLine
from pipeline.exhibits.tables.chunks import Chunk, ChunkLine, is_numeric, is_void
from pipeline.exhibits.tables.columns import Separator, columns_of, overset
from pipeline.exhibits.tables.rulings import Ruling
from pipeline.pages.page import Word

COVERED = 0.55
"""A ruling belongs to a column when it covers this share of the column's text."""
STRUCK = 0.15
"""Em inside the box of a text from which a ruling runs through it; boxes reach above and below the letters."""
STACKED = 2.5
"""Points by which the lines of one heading may be off their common edge or middle."""


@dataclass(eq=False, slots=True)
class TextLine:
    """A line with its chunks by column range, and the columns ruled off beneath it."""

    line: ChunkLine
    parts: list[tuple[int, int, Chunk]]
    ruled_below: frozenset[int] = frozenset()
    rules: tuple[frozenset[int], ...] = ()
    """The columns of each of the rulings beneath it."""
    filled: frozenset[int] = field(default=frozenset())

    @property
    def top(self) -> float:
        return self.line.box.top

    @property
    def bottom(self) -> float:
        return self.line.box.bottom

    def text(self, col: int) -> str:
        return " ".join(c.text for a, b, c in self.parts if a <= col <= b)

    @property
    def spans(self) -> list[tuple[int, int]]:
        return [(a, b) for a, b, _ in self.parts if b > a]


def place_lines(
    lines: Sequence[ChunkLine], separators: Sequence[Separator], horizontal: Sequence[Ruling]
) -> list[TextLine]:
    """Chunks to columns, and the rulings beneath each line to the columns they cover."""
    out = []
    long = overset(lines)
    for line in lines:
        parts = [(*columns_of(chunk, separators, centred=id(chunk) in long), chunk) for chunk in line.chunks]
        filled = frozenset(c for a, b, _ in parts for c in range(a, b + 1))
        out.append(TextLine(line, parts, filled=filled))
    extents = column_extents(out, len(separators) + 1)
    horizontal = [ruling for ruling in horizontal if not underlines(ruling, lines, 1)]
    for above, below in itertools.pairwise(out):
        between = [ruling for ruling in horizontal if above.line.y < ruling.at <= below.line.y]
        covered = [_covered(ruling, extents, separators) - _struck(ruling, above, below) for ruling in between]
        above.rules = tuple(frozenset(columns) for columns in covered if columns)
        above.ruled_below = frozenset[int]().union(*above.rules)
    return out


def column_extents(lines: Sequence[TextLine], n_cols: int) -> list[tuple[float, float]]:
    """Left and right edge of the text in each column, spanning text aside."""
    out = []
    for col in range(n_cols):
        boxes = [c.box for line in lines for a, b, c in line.parts if a == b == col]
        out.append((min(b.x0 for b in boxes), max(b.x1 for b in boxes)) if boxes else (0.0, 0.0))
    return out


def underlines(ruling: Ruling, lines: Sequence[ChunkLine], fewest: int) -> bool:
    """Is the ruling the underlining of a stretch of text of so many words: as long as it, right below its letters?"""
    first = bisect_left(lines, ruling.at - 14, key=lambda line: line.box.bottom)
    for line in lines[first : first + 4]:
        if not line.box.y_mid < ruling.at < line.box.bottom + 0.15 * line.size:
            continue
        under = [w for w in line.words if w.box.x0 > ruling.start - 2 and w.box.x1 < ruling.end + 2]
        if len(under) >= fewest and abs(under[0].box.x0 - ruling.start) < 2 and abs(under[-1].box.x1 - ruling.end) < 2:
            return True
    return False


def _struck(ruling: Ruling, *lines: TextLine) -> set[int]:
    """The columns of the text that the ruling runs through: the edge of a band behind a cell of two rows."""
    return {
        col
        for line in lines
        for a, b, c in line.parts
        if c.box.top + STRUCK * c.size < ruling.at < c.box.bottom - STRUCK * c.size
        for col in range(a, b + 1)
    }


def _covered(ruling: Ruling, extents: Sequence[tuple[float, float]], separators: Sequence[Separator]) -> set[int]:
    out = set()
    for col, (x0, x1) in enumerate(extents):
        left = separators[col - 1].at if col else x0
        right = separators[col].at if col < len(separators) else x1
        x0, x1 = max(x0, left), min(x1, right)
        if x1 > x0 and min(ruling.end, x1) - max(ruling.start, x0) >= COVERED * (x1 - x0):
            out.add(col)
    return out


def is_words(chunk: Chunk) -> bool:
    return not (chunk.numeric or is_void(chunk.text))


def is_text_row(line: TextLine) -> bool:
    """A line of the body though no value stands in it: label and words beside it."""
    return 0 in line.filled and len(line.filled) > 1 and not line.spans


def value_rows_start(texts: Iterable[tuple[int, int, str]]) -> int:
    """The first row of (row, column, text) that has a value (a number that is no year) beside its first column, and
    no words over the values of labelled rows: numbers beside these are headings ("60+")."""
    rows: dict[int, dict[int, str]] = {}
    for row, col, text in texts:
        rows.setdefault(row, {})[col] = text
    values = {row: {c for c, text in cells.items() if c > 0 and _is_value(text)} for row, cells in rows.items()}
    labelled = [row for row, cells in rows.items() if cells.get(0) and values[row]]
    for row in sorted(row for row, cols in values.items() if cols):
        below = {col for other in labelled if other > row for col in values[other]}
        words = {col for col, text in rows[row].items() if text and not (is_numeric(text) or is_void(text))}
        if rows[row].get(0) or not words & below:
            return row
    return 0


def _is_value(text: str) -> bool:
    return (is_numeric(text) or is_void(text)) and not year_of(text)


def has_value(line: TextLine) -> bool:
    values = [c for a, _, c in line.parts if a > 0 and (c.numeric or is_void(c.text))]
    if not values:
        return line.parts[0][0] == 0 and len(line.parts) > 1 and line.parts[0][2].numeric and not line.spans
    plain = [c for c in values if not (c.year or year_of(c.text.strip("()")))]
    label = any(a == 0 for a, _, _ in line.parts)
    return bool(plain) and (label or len(values) > 1 or len(plain) == len(line.parts))


def style_of(word: Word) -> tuple[object, ...]:
    return word.font, word.colour, round(word.size, 1)


def labels_in(line: TextLine) -> list[Chunk]:
    return [c for first, last, c in line.parts if first == last == 0]


def aligned(one: Chunk, other: Chunk) -> bool:
    """Do two lines of one heading share an edge or their middle?"""
    a, b = one.box, other.box
    return min(abs(a.x0 - b.x0), abs(a.x1 - b.x1), abs(a.x_mid - b.x_mid)) < STACKED


def chunk_at(line: TextLine, col: int) -> Chunk:
    return next(c for a, _, c in line.parts if a == col)


def label_line(chunk: Chunk) -> LabelLine:
    """What the placing of values beside labels has to know of a line."""
    box = chunk.box
    return LabelLine(box.y_mid, box.x0, box.x1, chunk.words[0].box.width, chunk.size)


def values_alone(line: TextLine) -> bool:
    """Two values or more that are no years, and nothing else."""
    return len(line.parts) > 1 and all(c.numeric and c.year is None for *_, c in line.parts)
