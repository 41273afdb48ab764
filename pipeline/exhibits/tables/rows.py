"""Which lines of a table form a row: rulings, spacing, and which columns a line fills."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.core.geometry import Box
from pipeline.core.numbers import year_of
from pipeline.exhibits.tables.anchors import OFF, LabelLine, labels_of_values
from pipeline.exhibits.tables.chunks import HYPHENS, Chunk, ChunkLine, is_numeric, is_void
from pipeline.exhibits.tables.columns import Separator, columns_of, overset
from pipeline.exhibits.tables.rulings import Ruling
from pipeline.pages.page import Word

RULED_ROWS = 0.7
"""From this share of boundaries between full lines that are ruled, the rulings alone make the rows."""
COVERED = 0.55
"""A ruling belongs to a column when it covers this share of the column's text."""
STRUCK = 0.15
"""Em inside the box of a text from which a ruling runs through it; boxes reach above and below the letters."""
STACKED = 2.5
"""Points by which the lines of one heading may be off their common edge or middle."""
OVER_MIDDLE = 0.8
"""Em by which a heading may be off the middle of the headings that it stands over."""
FEWEST_BESIDE = 4
"""Columns from which a rule that leaves out the labels alone parts headings of two levels."""
HEADING_PITCH = (0.55, 0.8)
"""Em between two lines of one heading, at most, in tables of close rows and of loose ones."""
OF_ROWS = 0.7
"""Share of the distance of rows from which two headings above one another are two levels."""
JUMP = 0.16
"""Difference in em between the distance of lines in a cell and that of rows from which they are told apart."""
FEWEST_ROWS = 0.25
"""Rows for each line that could begin one, at least: wrapped cells have up to four lines."""
NEARER = 0.22
"""Share of the line height by which one distance must be smaller to decide where a lone line belongs."""
_GOES_ON = re.compile(
    r"(?:[-–,/&(]|\b(?:and|or|of|the|in|to|for|with|by|en|van|de|het|een|op|voor|met|te|per|und|der|die|et|des?))$",
    re.I,
)
_CONTINUES = re.compile(r"^[a-zà-ÿ(&/+]|^[-–]\s?[a-z]")


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


def header_lines(lines: Sequence[TextLine], n_cols: int) -> int:
    """How many lines from the top form the header: those before the first line of values.

    Years alone are no values. Without any value, the lines above the first ruling through the table (or one line).
    """
    first_value = next((i for i, line in enumerate(lines) if _has_value(line) and not _in_heading(lines, i)), None)
    ruled = next((i + 1 for i, line in enumerate(lines) if _ruled_through(line, n_cols)), None)
    if first_value is None:
        return ruled if ruled is not None and ruled < len(lines) else min(1, len(lines) - 1)
    if ruled is not None and any(_is_text_row(line) for line in lines[ruled:first_value]):
        return ruled
    while first_value > 0 and _only_label(lines[first_value - 1], lines[:first_value], lines[first_value:]):
        first_value -= 1
    return _end_of_band(lines, first_value)


def _ruled_through(line: TextLine, n_cols: int) -> bool:
    """Does a rule run below the labels too, and not only below headings that stand over others?"""
    return len(line.ruled_below) >= max(n_cols - 1, 1) and (0 in line.ruled_below or n_cols < FEWEST_BESIDE)


def _in_heading(lines: Sequence[TextLine], i: int) -> bool:
    """Is line i without a label and its only number the first or a middle line of a heading, such as "18 / years", or
    do its words stand over the values of labelled lines?"""
    parts = lines[i].parts
    words = {a for a, b, c in parts if a == b and _is_words(c)}
    values = {a for line in lines[i + 1 :] if 0 in line.filled for a, b, c in line.parts if a == b and c.numeric}
    if 0 not in lines[i].filled and words & values:
        return True
    if len(parts) != 1 or parts[0][0] == 0 or i + 1 == len(lines):
        return False
    col, last, chunk = parts[0]
    below = [c for a, b, c in lines[i + 1].parts if (a, b) == (col, last)]
    return any(_is_words(c) and c.box.top - chunk.box.bottom < HEADING_PITCH[1] * chunk.size for c in below)


def _is_words(chunk: Chunk) -> bool:
    return not (chunk.numeric or is_void(chunk.text))


def _end_of_band(lines: Sequence[TextLine], first_value: int) -> int:
    """Numbers inside a heading of several lines are no values: a first value without a label, in one band between
    rulings with the words of headings, is heading up to the ruling."""
    line = lines[first_value]
    if 0 in line.filled or (first_value > 0 and lines[first_value - 1].ruled_below):
        return first_value
    end = next((i + 1 for i in range(first_value, len(lines)) if lines[i].ruled_below), len(lines))
    labelled = any(0 in other.filled for other in lines[first_value:end])
    values = {a for other in lines[end:] for a, _, c in other.parts if c.numeric}
    words = {a for other in lines[:end] for a, _, c in other.parts if _is_words(c)}
    worded = first_value > 0 or bool(words & values)
    return first_value if labelled or not worded or end == len(lines) else end


def _is_text_row(line: TextLine) -> bool:
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


def _has_value(line: TextLine) -> bool:
    values = [c for a, _, c in line.parts if a > 0 and (c.numeric or is_void(c.text))]
    if not values:
        return line.parts[0][0] == 0 and len(line.parts) > 1 and line.parts[0][2].numeric and not line.spans
    plain = [c for c in values if not (c.year or year_of(c.text.strip("()")))]
    label = any(a == 0 for a, _, _ in line.parts)
    return bool(plain) and (label or len(values) > 1 or len(plain) == len(line.parts))


def _only_label(line: TextLine, header: Sequence[TextLine], body: Sequence[TextLine]) -> bool:
    """A line above the first values with text in the first column alone: a label of the body, unless it is the heading
    of that column (no other heading has text there, and a rule parts it from the values) or goes on with it."""
    if line.filled != frozenset({0}):
        return False
    others = [other for other in header if other is not line]
    if _ends_corner(line, others, body):
        return False
    if any(0 in other.filled and len(other.filled) > 1 for other in others):
        return True
    if line.ruled_below:
        return False
    return header[0] is not line or not any(other.filled - {0} for other in others)


def _ends_corner(line: TextLine, above: Sequence[TextLine], below: Sequence[TextLine]) -> bool:
    """Is the line the last of a corner of several lines beside the headings: set like the one above it, close to it,
    no rule between, and unlike the labels below?"""
    corner, labels = ([c for other in lines for a, b, c in other.parts if a == b == 0] for lines in (above, below))
    own = line.parts[0][2]
    if not corner or not labels or not any(other.filled - {0} for other in above) or any(o.ruled_below for o in above):
        return False
    styles = [style_of(c.words[0]) for c in (corner[-1], own, labels[0])]
    return styles[0] == styles[1] != styles[2] and own.box.top - corner[-1].box.bottom < HEADING_PITCH[1] * own.size


def style_of(word: Word) -> tuple[object, ...]:
    return word.font, word.colour, round(word.size, 1)


def group_rows(lines: Sequence[TextLine], n_cols: int, between: Sequence[TextLine] = ()) -> list[list[TextLine]]:
    """The lines of each row, top to bottom; `between` are lines that stand between these in other columns."""
    if not lines:
        return []
    heads = header_lines(lines, n_cols)
    ruled_rows = _rows_are_ruled(lines[heads:], n_cols)
    rows: list[list[TextLine]] = []
    segment: list[TextLine] = []
    for i, line in enumerate(lines):
        segment.append(line)
        last = i == len(lines) - 1
        if last or line.ruled_below or i == heads - 1:
            if i < heads:
                rows.extend(_header_rows(segment, between, heading_pitch(lines[heads:])))
            elif ruled_rows and not _collapsed(segment) and not _heads_section(segment, 0):
                rows.append(segment)
            else:
                rows.extend(_text_rows(segment))
            segment = []
    return rows


def _rows_are_ruled(lines: Sequence[TextLine], n_cols: int) -> bool:
    """Do rulings part most full lines, so that they alone make the rows? Cells of several lines are told by every
    boundary being ruled through the table, three times at least."""
    ruled = [line for line in lines[:-1] if line.ruled_below]
    if len(ruled) >= 2 and all(len(line.ruled_below) == n_cols for line in ruled) and len(lines) <= 8 * len(ruled):
        return True
    full = [i for i, line in enumerate(lines) if len(line.filled) >= 2]
    if len(full) < 2:
        return len(full) == len(lines) == 1
    bands = sum(any(len(line.ruled_below) * 2 >= n_cols for line in lines[a:b]) for a, b in itertools.pairwise(full))
    return bands >= RULED_ROWS * (len(full) - 1)


def _collapsed(segment: Sequence[TextLine]) -> bool:
    """Several rows between two rulings: at least two columns with a value on each of the same lines."""
    if len(segment) < 2:
        return False
    valued = [frozenset(a for a, _, c in line.parts if c.numeric) for line in segment]
    full = [v for v in valued if v]
    shared = frozenset.intersection(*full) if full else frozenset()
    return (len(full) >= 2 and len(shared) >= 2) or (len(full) >= 3 and len(shared) >= 1)


def _heads_section(lines: Sequence[TextLine], i: int) -> bool:
    """Is line i the head of a section: a label alone above a row, no nearer to what is above it than to that row, set
    otherwise than the row's own label, or farther left than it and the next? The first line of a label of several
    lines is set as the others are, and where these are indented, the label below is not."""
    labels = [_labels(line) for line in lines[i : i + 3]]
    if len(labels) < 2 or lines[i].filled != {0} or len(lines[i + 1].filled) < 2 or not labels[0] or not labels[1]:
        return False
    head, label = labels[0][0], labels[1][0]
    if i and label.box.top - head.box.bottom > lines[i].top - lines[i - 1].bottom + STACKED:
        return False
    if style_of(head.words[0]) != style_of(label.words[0]):
        return True
    if label.box.x0 - head.box.x0 <= STACKED:
        return False
    far = label.box.top - head.box.bottom >= HEADING_PITCH[0] * label.size
    return far or (len(labels) > 2 and bool(labels[2]) and abs(labels[2][0].box.x0 - label.box.x0) <= STACKED)


def _labels(line: TextLine) -> list[Chunk]:
    return [c for first, last, c in line.parts if first == last == 0]


def heading_pitch(body: Sequence[TextLine]) -> float:
    """Em between two lines of one heading, at most, above these rows."""
    gaps = [b.top - a.bottom for a, b in itertools.pairwise(body) if min(len(a.filled), len(b.filled)) > 1]
    if not gaps:  # values in the middle of labels of several lines: the rows are as far apart as their values
        valued = [line for line in body if len(line.filled) > 1]
        gaps = [b.top - a.bottom for a, b in itertools.pairwise(valued)]
    least, most = HEADING_PITCH
    return max(least, min(most, OF_ROWS * statistics.median_low(gaps) / body[0].line.size)) if gaps else least


def _header_rows(lines: Sequence[TextLine], between: Sequence[TextLine], pitch: float) -> list[list[TextLine]]:
    """Header lines joined, except where a heading over several columns stands above their own headings."""
    rows: list[list[TextLine]] = []
    for i, line in enumerate(lines):
        passed = [other for other in between if other.line.y < line.line.y]
        beside = [other for other in between if line.line.y < other.line.y < lines[-1].line.y]
        if (
            not rows
            or _apart_in_column(sorted([*rows[-1], *passed], key=lambda x: x.line.y), line, pitch)
            or _heads(rows[-1], [line, *beside, *lines[i + 1 :]], pitch)
        ):
            rows.append([line])
        else:
            rows[-1].append(line)
    return rows


def _heads(above: Sequence[TextLine], below: Sequence[TextLine], pitch: float) -> bool:
    """Do the headings `above` stand over several columns each, whose own headings begin in the first line `below`?
    `pitch` is that of the lines of one heading, at most, in em."""
    if _span_several(above, below[0], pitch) or _is_unit_line(above, below[0]):
        return True
    upper = {first: c for line in above for first, last, c in line.parts if first == last and first > 0}
    lower = {first: c for line in reversed(below) for first, last, c in line.parts if first == last}
    if (
        not upper
        or len(upper) >= len(lower)
        or any(c in lower and _one_heading(upper[c], lower[c], pitch) for c in upper)
    ):
        return False
    return bool(blocks_below(upper, lower, pitch))


def _span_several(above: Sequence[TextLine], below: TextLine, pitch: float) -> bool:
    """Does a heading over several columns end above the line `below`, where one of them has a heading of its own?"""
    for a, b, heading in (part for line in above for part in line.parts if part[1] > part[0]):
        own = [c for first, last, c in below.parts if first == last and a <= first <= b]
        if len(own) > 1 or (own and not _one_heading(heading, own[0], pitch)):
            return True
    return False


def _one_heading(above: Chunk, below: Chunk, pitch: float) -> bool:
    """May two texts be lines of one heading?"""
    cut = above.box.overlap_x(below.box) > 0 and above.text[-1:] in HYPHENS and below.text[:1].islower()
    return (cut or _aligned(above, below)) and below.box.top - above.box.bottom < pitch * below.size


def _apart_in_column(above: Sequence[TextLine], below: TextLine, pitch: float) -> bool:
    """Is a text of `below` too far from the one above it in its column to be a line of the same heading?"""
    last = {first: c for line in above for first, end, c in line.parts if first == end and first > 0}
    return any(
        first == end and first in last and c.box.top - last[first].box.bottom > pitch * c.size
        for first, end, c in below.parts
    )


def blocks_below(upper: Mapping[int, Chunk], lower: Mapping[int, Chunk], pitch: float) -> dict[int, tuple[int, int]]:
    """First and last column that each heading above heads: blocks of one size with a heading each, where the headings
    below repeat from block to block; or blocks of any size with their heading in the middle, where some of these
    repeat, are years, or stand off the heading above. Empty where they are no such blocks."""
    upper = {col: chunk for col, chunk in upper.items() if col in lower}  # others head a column of their own
    apart = not any(_one_heading(upper[col], lower[col], pitch) for col in upper)
    for columns in (sorted(col for col in lower if col > 0), sorted(lower)):
        texts = [lower[col].text for col in columns]
        told = apart or (bool(texts) and all(year_of(text) for text in texts))
        if not upper or not set(upper) <= set(columns) or len(columns) <= len(upper) or not (told or len(upper) > 1):
            continue
        heads = sorted(upper)
        found = _even_blocks(heads, columns, texts)
        if found is None and (told or len(set(texts)) < len(texts)):
            found = _centred_blocks(heads, columns, upper, lower)
        if found is None and told:
            found = _flush_blocks(heads, columns, upper, lower)
        if found is not None:
            return dict(zip(heads, found, strict=True))
    return {}


def _even_blocks(heads: Sequence[int], columns: Sequence[int], texts: Sequence[str]) -> list[tuple[int, int]] | None:
    """Blocks of one size, all with the same headings below."""
    each, rest = divmod(len(columns), len(heads))
    if rest or len(heads) < 2 or any(text != texts[i % each] for i, text in enumerate(texts)):
        return None
    blocks = [columns[i : i + each] for i in range(0, len(columns), each)]
    return [(b[0], b[-1]) for b in blocks] if all(h in b for h, b in zip(heads, blocks, strict=True)) else None


def _centred_blocks(
    heads: Sequence[int], columns: Sequence[int], upper: Mapping[int, Chunk], lower: Mapping[int, Chunk]
) -> list[tuple[int, int]] | None:
    """Blocks side by side that take up all columns, each with its heading in the middle."""
    if not heads:
        return None if columns else []
    head = upper[heads[0]]
    for end in range(1, len(columns) - len(heads) + 2):
        first, last = columns[0], columns[end - 1]
        if first <= heads[0] <= last and is_over_middle(head, lower[first].box, lower[last].box):
            rest = _centred_blocks(heads[1:], columns[end:], upper, lower)
            if rest is not None:
                return [(first, last), *rest]
    return None


def _flush_blocks(
    heads: Sequence[int], columns: Sequence[int], upper: Mapping[int, Chunk], lower: Mapping[int, Chunk]
) -> list[tuple[int, int]] | None:
    """Blocks side by side that take up all columns, all with their headings at the left or all at the right edge."""
    for side in ("x0", "x1"):
        if any(abs(getattr(upper[h].box, side) - getattr(lower[h].box, side)) > STACKED for h in heads):
            continue
        places = [columns.index(h) for h in heads]
        starts = places if side == "x0" else [0, *(place + 1 for place in places[:-1])]
        ends = [*(place - 1 for place in places[1:]), len(columns) - 1] if side == "x0" else places
        if starts[0] == 0 and ends[-1] == len(columns) - 1 and len(columns) > len(heads) > 1:
            return [(columns[start], columns[end]) for start, end in zip(starts, ends, strict=True)]
    return None


def is_over_middle(head: Chunk, first: Box, last: Box) -> bool:
    """Does the heading stand in the middle between the outer edges or the middles of the first and the last below?"""
    edges, middles = first.x0 + last.x1, first.x_mid + last.x_mid
    off = min(abs(edges / 2 - head.box.x_mid), abs(middles / 2 - head.box.x_mid))
    return off < OVER_MIDDLE * head.size


def _is_unit_line(above: Sequence[TextLine], below: TextLine) -> bool:
    """A text under several headings at once, as "(in millions)" stands, is a row of its own."""
    headed = {first for line in above for first, last, _ in line.parts if first == last}
    if any(len(headed & set(range(a, b + 1))) >= 2 for a, b in below.spans):
        return True
    text = below.parts[0][2].text
    return len(below.parts) == 1 and len(headed) > 1 and text.startswith("(") and text.endswith(")")


def _aligned(one: Chunk, other: Chunk) -> bool:
    """Do two lines of one heading share an edge or their middle?"""
    a, b = one.box, other.box
    return min(abs(a.x0 - b.x0), abs(a.x1 - b.x1), abs(a.x_mid - b.x_mid)) < STACKED


def _text_rows(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Rows of a stretch without rulings, the heads of its sections among them."""
    rows: list[list[TextLine]] = []
    start = 0
    for i in (i for i in range(len(lines)) if _heads_section(lines, i)):
        rows += [*(_rows_of_stretch(lines[start:i]) if i > start else ()), [lines[i]]]
        start = i + 1
    return rows + (_rows_of_stretch(lines[start:]) if start < len(lines) else [])


def _rows_of_stretch(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Rows of a stretch without rulings or heads: full lines begin rows, lone lines join the row they belong to."""
    told = _rows_by_values(lines) or _block_rows(lines)
    if told is not None:
        return told
    most = max((len(line.filled) for line in lines), default=0)
    full = [len(line.filled) >= 2 or most == 1 or _alone_is_row(line) for line in lines]
    gaps = [b.top - a.bottom for a, b in itertools.pairwise(lines)]
    usual = _row_gap(lines, full, gaps)
    joins = [False] * len(lines)
    """joins[i]: line i belongs to the row of line i - 1."""
    for i in range(1, len(lines)):
        if full[i] and full[i - 1]:
            joins[i] = _wraps_on(lines[i - 1], lines[i], gaps[i - 1], usual)
        elif full[i]:
            joins[i] = _looks_down(lines, i - 1, gaps, full)
        elif full[i - 1] or joins[i - 1]:
            joins[i] = _looks_up(lines, i, gaps, full)
        else:
            joins[i] = _looks_up(lines, i, gaps, full) or _same_label(lines, i, gaps, usual)
    rows: list[list[TextLine]] = []
    for line, joined in zip(lines, joins, strict=True):
        if joined and rows:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _rows_by_values(lines: Sequence[TextLine]) -> list[list[TextLine]] | None:
    """Rows by the place that all values have beside their labels of several lines; None where labels and values are no
    columns apart, or no such place is common to all."""
    wordy = {a for line in lines for a, _, c in line.parts if not (c.numeric or is_void(c.text))}
    if len(wordy) != 1 or any(line.spans for line in lines):
        return None
    col = wordy.pop()
    labels = [line for line in lines if col in line.filled]
    values = [line for line in lines if line.filled - {col}]
    if len(labels) <= len(values):
        return None
    places = [[c.box.y_mid for a, _, c in line.parts if a != col] for line in values]
    found = labels_of_values(
        [label_line(_chunk_at(line, col)) for line in labels], [statistics.mean(y) for y in places]
    )
    if found is None:
        return None
    rows = []
    for (first, end), value in zip(found, values, strict=True):
        row = labels[first:end]
        if (col in value.filled and value not in row) or not _is_one_label(row, value, col):
            return None
        rows.append(sorted({id(x): x for x in (*row, value)}.values(), key=lambda x: x.line.y))
    return rows


def _is_one_label(row: Sequence[TextLine], value: TextLine, col: int) -> bool:
    """May the lines be one label? Not where one of them ends with a colon (it heads a section), nor where a year, or a
    capital after a single word, follows on a line with the value: these are labels whose own values are blank."""
    texts = [line.text(col) for line in row]
    if len(row) > 1 and any(text.rstrip().endswith(":") for text in texts):
        return False
    if value not in row or _between_lines(value, col):
        return True
    return not any(
        year_of(below) or (below[:1].isupper() and above.isalnum() and not _GOES_ON.search(above))
        for above, below in itertools.pairwise(texts)
    )


def _between_lines(value: TextLine, col: int) -> bool:
    """Do the values of the line stand between two lines of text in the column, off the one that was put to them?"""
    label = _chunk_at(value, col)
    heights = [c.box.y_mid for a, _, c in value.parts if a != col]
    return abs(statistics.mean(heights) - label.box.y_mid) > OFF * label.size


def _chunk_at(line: TextLine, col: int) -> Chunk:
    return next(c for a, _, c in line.parts if a == col)


def label_line(chunk: Chunk) -> LabelLine:
    """What the placing of values beside labels has to know of a line."""
    box = chunk.box
    return LabelLine(box.y_mid, box.x0, box.x1, chunk.words[0].box.width, chunk.size)


def labels_left(lines: Sequence[TextLine], n_cols: int) -> list[TextLine]:
    """The lines with their columns counted from the side of the labels: as they are, or mirrored where the only column
    of words, from the first line of values on, is the last."""
    words = [0] * n_cols
    texts = [0] * n_cols
    first = next((i for i, line in enumerate(lines) if _values_alone(line)), 0)
    for line in lines[first:]:
        for a, b, chunk in line.parts:
            if a == b:
                texts[a] += 1
                words[a] += not (chunk.numeric or is_void(chunk.text))
    wordy = [col for col in range(n_cols) if words[col] > 0.5 * texts[col]]
    if wordy != [n_cols - 1]:
        return list(lines)
    return [_mirrored(line, n_cols - 1) for line in lines]


def _values_alone(line: TextLine) -> bool:
    """Two values or more that are no years, and nothing else."""
    return len(line.parts) > 1 and all(c.numeric and c.year is None for *_, c in line.parts)


def _mirrored(line: TextLine, last: int) -> TextLine:
    return TextLine(
        line.line,
        [(last - b, last - a, c) for a, b, c in reversed(line.parts)],
        frozenset(last - c for c in line.ruled_below),
        tuple(frozenset(last - c for c in rule) for rule in line.rules),
        frozenset(last - c for c in line.filled),
    )


def _block_rows(lines: Sequence[TextLine]) -> list[list[TextLine]] | None:
    """Rows by the blocks of text in each column, where the distances within cells are plainly less than those between
    rows; None where they are not."""
    below = _below_in_column(lines)
    size = statistics.median(line.line.size for line in lines)
    gaps = sorted(gap for _, _, gap, _ in below if gap < 1.5 * size)
    jumps = ((a + b) / 2 for a, b in itertools.pairwise(gaps[1:]) if b - a >= JUMP * size)
    limit = next(jumps, None)
    if limit is None:
        return None
    joined = [pair for pair in below if pair[2] < limit]
    if limit > size or any(values for *_, values in joined):
        return None
    ends = list(range(len(lines)))
    for upper, lower, _, _ in joined:
        ends[upper] = max(ends[upper], lower)
    rows: list[list[TextLine]] = []
    reach = -1
    for i, line in enumerate(lines):
        if i <= reach or (rows and line.top < rows[-1][-1].bottom - 0.3 * size):
            rows[-1].append(line)
        else:
            rows.append([line])
        reach = max(reach, ends[i])
    starts = sum(len(line.filled) > 1 and 0 in line.filled for line in lines)
    return rows if len(rows) >= max(2, FEWEST_ROWS * starts) and not any(map(_repeats_values, rows)) else None


def _repeats_values(row: Sequence[TextLine]) -> bool:
    """Do two values stand in one column of the row?"""
    columns = [first for line in row for first, _, c in line.parts if c.numeric]
    return len(set(columns)) < len(columns)


def _below_in_column(lines: Sequence[TextLine]) -> list[tuple[int, int, float, bool]]:
    """Texts one under the other in a column: index of the upper and lower line, distance, and is either a value."""
    last: dict[tuple[int, int], tuple[int, Chunk]] = {}
    out = []
    for i, line in enumerate(lines):
        for first, end, chunk in line.parts:
            above = last.get((first, end))
            if above is not None:
                values = [c.numeric or is_void(c.text) for c in (above[1], chunk)]
                out.append((above[0], i, chunk.box.top - above[1].box.bottom, any(values)))
            last[first, end] = (i, chunk)
    return out


def _alone_is_row(line: TextLine) -> bool:
    """A lone value makes a row of its own (its label may be blank)."""
    return len(line.parts) == 1 and line.parts[0][0] > 0 and line.parts[0][2].numeric


def _row_gap(lines: Sequence[TextLine], full: Sequence[bool], gaps: Sequence[float]) -> float:
    between = [g for g, a, b in zip(gaps, full, full[1:], strict=False) if a and b]
    return statistics.median(between) if between else max(gaps, default=0.0)


def _wraps_on(above: TextLine, below: TextLine, gap: float, usual: float) -> bool:
    """Two full lines are one row when the lower holds wrapped text only: its label column is blank or goes on, no
    value stands in it, and it stands nearer than rows do."""
    if any(c.numeric or is_void(c.text) for a, _, c in below.parts):
        return False
    if not below.filled <= above.filled:
        return False
    near = gap < usual - NEARER * above.line.size
    goes_on = all(_CONTINUES.match(c.text) or _GOES_ON.search(above.text(a)) for a, _, c in below.parts)
    return near or (goes_on and 0 not in below.filled) or (goes_on and gap <= usual)


def _looks_down(lines: Sequence[TextLine], i: int, gaps: Sequence[float], full: Sequence[bool]) -> bool:
    """Does lone line i belong to full line i + 1 below it?"""
    line, below = lines[i], lines[i + 1]
    if line.spans or (line.filled <= below.filled and not _one_text(line, below)):
        return False
    nearer = _nearer(lines, i, gaps)
    if line.filled <= below.filled:
        return nearer > 0 if nearer else bool(_CONTINUES.match(below.text(min(line.filled))))
    if not line.filled & {0}:
        return nearer > 0
    if 0 in below.filled:
        return False
    return nearer >= 0 and not line.text(0).rstrip().endswith(":")


def _one_text(line: TextLine, below: TextLine) -> bool:
    col = min(line.filled)
    text = below.text(col)
    return bool(_CONTINUES.match(text) or _GOES_ON.search(line.text(col)))


def _looks_up(lines: Sequence[TextLine], i: int, gaps: Sequence[float], full: Sequence[bool]) -> bool:
    """Does lone line i belong to the row of the line above it?"""
    line, above = lines[i], lines[i - 1]
    if line.spans or not line.parts:
        return False
    col, _, chunk = line.parts[0]
    if col > 0:
        return not chunk.numeric and _nearer(lines, i, gaps) <= 0
    nearer = _nearer(lines, i, gaps)
    over = above.text(col)
    if nearer > 0 and not _CONTINUES.match(chunk.text):
        return False
    if _CONTINUES.match(chunk.text) or _GOES_ON.search(over):
        return gaps[i - 1] < 0.9 * line.line.size
    if over and chunk.bold != _label_bold(above, col):
        return False
    return nearer < 0


def _label_bold(line: TextLine, col: int) -> bool:
    return any(c.bold for a, _, c in line.parts if a == col)


def _nearer(lines: Sequence[TextLine], i: int, gaps: Sequence[float]) -> int:
    """-1 when line i stands nearer to the line above, +1 when nearer to the one below, 0 when neither."""
    above = gaps[i - 1] if i else float("inf")
    below = gaps[i] if i < len(gaps) else float("inf")
    slack = NEARER * lines[i].line.size
    return -1 if above < below - slack else 1 if below < above - slack else 0


def _same_label(lines: Sequence[TextLine], i: int, gaps: Sequence[float], usual: float) -> bool:
    """Two lone lines in the first column that stand nearer than rows do are one label."""
    return lines[i].filled == lines[i - 1].filled and gaps[i - 1] < usual - NEARER * lines[i].line.size
