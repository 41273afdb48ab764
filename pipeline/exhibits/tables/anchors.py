"""Labels of several lines to the values they belong to, by where the values stand: in the middle of their label, beside
its first line or beside its last.

A designed table has no rulings to say which lines are one label; but every label has its value at one and the same
place. The lines are parted so that this holds for all of them; where it cannot, nothing is said.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

OFF = 0.3
"""Share of the type size by which a value may be off the place that its label gives it: hinted and rounded positions
are off by less than 0.15, the neighbouring line's middle by 0.5 and more."""
MOST_LINES = 8
"""Lines of the longest label."""
PARTED = 0.1
"""Em by which labels stand farther apart than the lines within them."""
WIDE_BLANK = 0.33
"""Em: a word goes to the next line when not even a blank of this width and the word had room."""


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One line of text beside values: its middle `y`, its ends, and the width of its first word, in points."""

    y: float
    x0: float
    x1: float
    first_word: float
    size: float


Labels = list[tuple[int, int]]
"""For each value, from the first to the last: its lines as a range (first, one past the last)."""


def labels_of_values(lines: Sequence[LabelLine], values: Sequence[float]) -> Labels | None:
    """The lines of each value's label, or None where no placing fits all; `values` are the middles of the values.

    All lines are used, every value has one at least. Values in the middle of their label say enough; beside the first
    or the last line, the lines that follow must be such that the words did not fit on the line before.
    """
    if not values or len(lines) < len(values):
        return None
    middle = _middle(lines, values)
    if middle is not None and middle[-1][1] == len(lines) and _doubt(lines, middle) < PARTED * lines[0].size:
        return middle
    return _at_line(lines, values)


def _doubt(lines: Sequence[LabelLine], labels: Labels) -> float:
    """Points by which the lines within labels stand farther apart than those between them; below 0 speaks for them."""
    within = [lines[i].y - lines[i - 1].y for a, b in labels for i in range(a + 1, b)]
    between = [lines[a].y - lines[a - 1].y for a, _ in labels[1:]]
    return statistics.mean(within) - statistics.mean(between) if within and between else 0.0


def labels_among(lines: Sequence[LabelLine], values: Sequence[float]) -> tuple[int, int] | None:
    """The stretch of `lines` (first, one past the last) that is labels of the values, where other text stands close
    above or below them; None where no stretch is. A single value must have all lines, in their middle; values beside
    the first lines of their labels must part them where a line had room for the next word."""
    if not values:
        return None
    for start in range(len(lines) - len(values) + 1):
        found = _middle(lines, values, start)
        if found is None or not _are_parted(lines, found):
            continue
        if len(values) > 1 or (start, found[-1][1]) == (0, len(lines)):
            return start, found[-1][1]
    return _paragraphs(lines, values)


def _are_parted(lines: Sequence[LabelLine], labels: Labels) -> bool:
    """Are the labels farther apart than their lines, or do they mostly end where the next word had room? Neither is so
    in a paragraph beside a column of values."""
    if _doubt(lines, labels) < -PARTED * lines[0].size or len(labels) == 1:
        return True
    edge = max(line.x1 for line in lines)
    run_on = sum(wraps(lines[a - 1], lines[a], edge) for a, _ in labels[1:])
    return run_on <= 0.5 * (len(labels) - 1)


def _paragraphs(lines: Sequence[LabelLine], values: Sequence[float]) -> tuple[int, int] | None:
    own = [i for v in values for i, line in enumerate(lines) if abs(line.y - v) < OFF * line.size]
    if len(own) < 2 or len(own) != len(values) or sorted(set(own)) != own:
        return None
    edge = max(line.x1 for line in lines[own[0] :])
    runs_on = [wraps(lines[i - 1], lines[i], edge) for i in range(own[0] + 1, len(lines))]
    inside = [on for i, on in enumerate(runs_on, own[0] + 1) if i not in own and i < own[-1]]
    between = [runs_on[i - own[0] - 1] for i in own[1:]]
    if not all(inside) or sum(between) > 0.5 * len(between):
        return None
    end = next((i for i in range(own[-1] + 1, len(lines)) if not runs_on[i - own[0] - 1]), len(lines))
    return own[0], end


def _middle(lines: Sequence[LabelLine], values: Sequence[float], start: int = 0) -> Labels | None:
    """Each label as the next lines, from `start`, whose middle is at the value."""
    out: Labels = []
    for k, value in enumerate(values):
        left = len(values) - k - 1
        limit = min(start + MOST_LINES, len(lines) - left)
        first, off = lines[start].y, OFF * lines[start].size
        ends = range(start + 1, limit + 1)
        end = next((e for e in ends if abs((first + lines[e - 1].y) / 2 - value) < off), None)
        if end is None:
            return None
        out.append((start, end))
        start = end
    return out


def _at_line(lines: Sequence[LabelLine], values: Sequence[float]) -> Labels | None:
    """Each label as the line at the value with those below (or above) it that it wraps to."""
    at = [next((i for i, line in enumerate(lines) if abs(line.y - v) < OFF * line.size), None) for v in values]
    own = [i for i in at if i is not None]
    if len(own) < len(at) or sorted(set(own)) != own:
        return None
    edge = max(line.x1 for line in lines)
    ranges = (
        [*zip(own, [*own[1:], len(lines)], strict=True)] if own[0] == 0 else None,
        [*zip([0, *(i + 1 for i in own[:-1])], [i + 1 for i in own], strict=True)]
        if own[-1] == len(lines) - 1
        else None,
    )
    for found in ranges:
        if found is not None and all(wraps(lines[i - 1], lines[i], edge) for a, b in found for i in range(a + 1, b)):
            return found
    return None


def wraps(above: LabelLine, below: LabelLine, edge: float) -> bool:
    """Had the first word of `below` no room behind `above`, which may run to `edge`? A line that begins farther left
    and shares neither its other edge nor its middle goes on with nothing: it is set out, as heads of sections are."""
    others = (above.x1 - below.x1, (above.x0 + above.x1 - below.x0 - below.x1) / 2)
    if above.x0 - below.x0 > OFF * above.size and min(map(abs, others)) > OFF * above.size:
        return False
    return above.x1 + WIDE_BLANK * above.size + below.first_word > edge
