"""Which lines of a table form a row: rulings, spacing, and which columns a line fills."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence

from pipeline.core.numbers import year_of
from pipeline.exhibits.tables.anchors import OFF, labels_of_values
from pipeline.exhibits.tables.chunks import Chunk, is_void
from pipeline.exhibits.tables.header_rows import HEADING_PITCH, header_lines, header_rows, heading_pitch
from pipeline.exhibits.tables.text_lines import (
    STACKED,
    TextLine,
    chunk_at,
    label_line,
    labels_in,
    style_of,
    values_alone,
)

RULED_ROWS = 0.7
"""From this share of boundaries between full lines that are ruled, the rulings alone make the rows."""
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
                rows.extend(header_rows(segment, between, heading_pitch(lines[heads:])))
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
    lines is set as the others are, and where these are indented, the label below is not. Words alone in columns of
    values head a section in any case."""
    if _over_values(lines, i):
        return True
    labels = [labels_in(line) for line in lines[i : i + 3]]
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


def _over_values(lines: Sequence[TextLine], i: int) -> bool:
    """Are words all that line i holds, in columns of values, over a line with a label?"""
    parts = lines[i].parts
    if len(parts) != 1 or 0 in lines[i].filled or parts[0][2].numeric or is_void(parts[0][2].text):
        return False
    rows = [line for line in lines if len(line.parts) > 1]
    others = [c for line in rows for a, b, c in line.parts if a == b and a in lines[i].filled]
    labelled = any(0 in line.filled for line in lines[i + 1 :][:1])
    return labelled and len(others) > 1 and all(c.numeric or is_void(c.text) for c in others)


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
    values = [len(x.parts) == 1 and x.parts[0][0] > 0 and x.parts[0][2].numeric for x in lines]
    full = [len(line.filled) >= 2 or most == 1 or value for line, value in zip(lines, values, strict=True)]
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
            near = gaps[i - 1] < usual - NEARER * lines[i].line.size
            joins[i] = _looks_up(lines, i, gaps, full) or (lines[i].filled == lines[i - 1].filled and near)
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
    found = labels_of_values([label_line(chunk_at(line, col)) for line in labels], [statistics.mean(y) for y in places])
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
    label = chunk_at(value, col)
    heights = [c.box.y_mid for a, _, c in value.parts if a != col]
    return abs(statistics.mean(heights) - label.box.y_mid) > OFF * label.size


def labels_left(lines: Sequence[TextLine], n_cols: int) -> list[TextLine]:
    """The lines with their columns counted from the side of the labels: as they are, or mirrored where the only column
    of words, from the first line of values on, is the last."""
    words = [0] * n_cols
    texts = [0] * n_cols
    first = next((i for i, line in enumerate(lines) if values_alone(line)), 0)
    for line in lines[first:]:
        for a, b, chunk in line.parts:
            if a == b:
                texts[a] += 1
                words[a] += not (chunk.numeric or is_void(chunk.text))
    wordy = [col for col in range(n_cols) if words[col] > 0.5 * texts[col]]
    if wordy != [n_cols - 1]:
        return list(lines)
    return [_mirrored(line, n_cols - 1) for line in lines]


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
    gaps = sorted(min(gap, 1.5 * size) for _, _, gap, _ in below)
    limit = next(((a + b) / 2 for a, b in itertools.pairwise(gaps[1:]) if b - a >= JUMP * size), 0.0)
    joined = [pair for pair in below if pair[2] < limit]
    if limit > size or not joined or any(values for *_, values in joined):
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
            if above is not None and above[0] < i:
                values = [c.numeric or is_void(c.text) for c in (above[1], chunk)]
                out.append((above[0], i, chunk.box.top - above[1].box.bottom, any(values)))
            last[first, end] = (i, chunk)
    return out


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
    if over and chunk.bold != any(c.bold for a, _, c in above.parts if a == col):
        return False
    note = i == len(gaps) and chunk.size < 0.95 * above.line.size  # smaller type right below a table
    return nearer < 0 and not note


def _nearer(lines: Sequence[TextLine], i: int, gaps: Sequence[float]) -> int:
    """-1 when line i stands nearer to the line above, +1 when nearer to the one below, 0 when neither."""
    above = gaps[i - 1] if i else float("inf")
    below = gaps[i] if i < len(gaps) else float("inf")
    slack = NEARER * lines[i].line.size
    return -1 if above < below - slack else 1 if below < above - slack else 0
