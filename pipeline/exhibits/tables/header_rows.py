"""Which lines of a table are heads, and which of them make one heading: by spacing, rulings and the columns below."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence

from pipeline.core.geometry import Box
from pipeline.core.language import begins_with_unit
from pipeline.core.numbers import year_of
from pipeline.exhibits.tables.chunks import HYPHENS, Chunk
from pipeline.exhibits.tables.text_lines import (
    STACKED,
    TextLine,
    aligned,
    has_value,
    is_text_row,
    is_words,
    style_of,
)

OVER_MIDDLE = 0.8
"""Em by which a heading may be off the middle of the headings that it stands over."""
FEWEST_BESIDE = 4
"""Columns from which a rule that leaves out the labels alone parts headings of two levels."""
HEADING_PITCH = (0.55, 0.8)
"""Em between two lines of one heading, at most, in tables of close rows and of loose ones."""
OF_ROWS = 0.7
"""Share of the distance of rows from which two headings above one another are two levels."""


def header_lines(lines: Sequence[TextLine], n_cols: int) -> int:
    """How many lines from the top form the header: those before the first line of values.

    Years alone are no values. Without any value, the lines above the first ruling through the table (or one line).
    """
    first_value = next((i for i, line in enumerate(lines) if has_value(line) and not _in_heading(lines, i)), None)
    ruled = next((i + 1 for i, line in enumerate(lines) if _ruled_through(line, n_cols)), None)
    if first_value is None:
        return ruled if ruled is not None and ruled < len(lines) else min(1, len(lines) - 1)
    if ruled is not None and any(is_text_row(line) for line in lines[ruled:first_value]):
        return ruled
    while first_value > 0 and _only_label(lines[first_value - 1], lines[:first_value], lines[first_value:]):
        first_value -= 1
    end = _end_of_band(lines, first_value)
    while end > 1 and _heads_section(lines[end - 1], lines[end:]):
        end -= 1
    return end


def _heads_section(line: TextLine, body: Sequence[TextLine]) -> bool:
    """Does the line name the first section of the body: a text alone over values, as a line among the rows is set and
    placed?"""
    if len(line.parts) != 1 or line.filled == {0}:
        return False
    chunk = line.parts[0][2]
    alone = (other.parts[0][2] for other in body if len(other.parts) == 1 and other.filled != {0})
    return is_words(chunk) and any(
        is_words(c) and aligned(c, chunk) and style_of(c.words[0]) == style_of(chunk.words[0]) for c in alone
    )


def _ruled_through(line: TextLine, n_cols: int) -> bool:
    """Does a rule run below the labels too, and not only below headings that stand over others?"""
    return len(line.ruled_below) >= max(n_cols - 1, 1) and (0 in line.ruled_below or n_cols < FEWEST_BESIDE)


def _in_heading(lines: Sequence[TextLine], i: int) -> bool:
    """Is line i without a label and its only number the first or a middle line of a heading, such as "18 / years", or
    do its words stand over the values of labelled lines?"""
    parts = lines[i].parts
    words = {a for a, b, c in parts if a == b and is_words(c)}
    values = {a for line in lines[i + 1 :] if 0 in line.filled for a, b, c in line.parts if a == b and c.numeric}
    if 0 not in lines[i].filled and words & values:
        return True
    if len(parts) != 1 or parts[0][0] == 0 or i + 1 == len(lines):
        return False
    col, last, chunk = parts[0]
    below = [c for a, b, c in lines[i + 1].parts if (a, b) == (col, last)]
    return any(is_words(c) and c.box.top - chunk.box.bottom < HEADING_PITCH[1] * chunk.size for c in below)


def _end_of_band(lines: Sequence[TextLine], first_value: int) -> int:
    """Numbers inside a heading of several lines are no values: a first value without a label, in one band between
    rulings with the words of headings, is heading up to the ruling."""
    line = lines[first_value]
    if 0 in line.filled or (first_value > 0 and lines[first_value - 1].ruled_below):
        return first_value
    end = next((i + 1 for i in range(first_value, len(lines)) if lines[i].ruled_below), len(lines))
    labelled = any(0 in other.filled for other in lines[first_value:end])
    values = {a for other in lines[end:] for a, _, c in other.parts if c.numeric}
    words = {a for other in lines[:end] for a, _, c in other.parts if is_words(c)}
    worded = first_value > 0 or bool(words & values)
    return first_value if labelled or not worded or end == len(lines) else end


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


def heading_pitch(body: Sequence[TextLine]) -> float:
    """Em between two lines of one heading, at most, above these rows."""
    gaps = [b.top - a.bottom for a, b in itertools.pairwise(body) if min(len(a.filled), len(b.filled)) > 1]
    if not gaps:  # values in the middle of labels of several lines: the rows are as far apart as their values
        valued = [line for line in body if len(line.filled) > 1]
        gaps = [b.top - a.bottom for a, b in itertools.pairwise(valued)]
    least, most = HEADING_PITCH
    return max(least, min(most, OF_ROWS * statistics.median_low(gaps) / body[0].line.size)) if gaps else least


def header_rows(lines: Sequence[TextLine], between: Sequence[TextLine], pitch: float) -> list[list[TextLine]]:
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
    return (cut or aligned(above, below)) and below.box.top - above.box.bottom < pitch * below.size


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
        even = _even_blocks(heads, columns, texts)
        partly = told and even is not None and even[0][0] > columns[0]
        found = (_flush_blocks(heads, columns, upper, lower) if partly else None) or even
        if found is None and (told or len(set(texts)) < len(texts)):
            found = _centred_blocks(heads, columns, upper, lower)
        if found is None and told:
            found = _flush_blocks(heads, columns, upper, lower)
        if found is not None:
            return dict(zip(heads, found, strict=True))
    return {}


def _even_blocks(heads: Sequence[int], columns: Sequence[int], texts: Sequence[str]) -> list[tuple[int, int]] | None:
    """Blocks of one size, the largest, all with the same headings below; what is left over is in no block."""
    places = [columns.index(head) for head in heads]
    for each in range(len(columns) // len(heads), 1, -1) if len(heads) > 1 else ():
        for first in range(max(places[0] - each + 1, 0), places[0] + 1):
            starts = [first]
            for place in places[1:]:
                likely = range(max(place - each + 1, starts[-1] + each), place + 1)
                same = (at for at in likely if texts[at : at + each] == texts[first : first + each])
                starts.append(next(same, len(columns)))
            if starts[-1] + each <= len(columns) and max(starts) == starts[-1]:
                return [(columns[at], columns[at + each - 1]) for at in starts]
    return None


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


def are_units(below: Sequence[Chunk], above: Sequence[Chunk]) -> bool:
    """Are the texts below headings units, set in another type than these?"""
    types = [{style_of(c.words[0]) for c in some} for some in (below, above)]
    return bool(below) and types[0].isdisjoint(types[1]) and all(begins_with_unit(c.text) for c in below)


def _is_unit_line(above: Sequence[TextLine], below: TextLine) -> bool:
    """A text under several headings at once, as "(in millions)" stands, is a row of its own; so are units in another
    type."""
    headed = {first for line in above for first, last, _ in line.parts if first == last}
    if any(len(headed & set(range(a, b + 1))) >= 2 for a, b in below.spans):
        return True
    if are_units([c for *_, c in below.parts], [c for line in above for *_, c in line.parts]):
        return True
    text = below.parts[0][2].text
    return len(below.parts) == 1 and len(headed) > 1 and text.startswith("(") and text.endswith(")")
