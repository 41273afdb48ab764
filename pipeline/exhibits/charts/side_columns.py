"""Columns of numbers beside lying bars, under a head of their own: nets, means, bases of the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.exhibits.charts.chart_text import ChartLine, Token
from pipeline.exhibits.charts.points import is_name
from pipeline.exhibits.charts.slots import Slot
from pipeline.exhibits.charts.stacks import StackRow

FEWEST = 2
"""Rows with a number from which these are a column."""
MOST_ROWS = 0.6
"""Share of the rows that have a number in such a column."""
SAME_EDGE = 0.6
"""Em by which the middles, or right edges, of the numbers of a column differ."""
HEAD_LINES = 0.7
"""Em between the lines of one head, at most."""
HEAD_REACH = 4.0
"""Em between the first number of a column and its head, at most."""


@dataclass(frozen=True)
class SideColumn:
    """The numbers of a column by slot, and the lines that head it, from the top."""

    head: tuple[ChartLine, ...]
    numbers: tuple[tuple[Slot, Token], ...]


def side_columns(
    candidate: StackRow, slots: Sequence[Slot], pitch: float, tokens: Sequence[Token], lines: Sequence[ChartLine]
) -> Iterator[SideColumn]:
    """The columns right of the bars, from left to right; `tokens` are numbers without a mark, `lines` free text."""
    rows = [slot for slot in slots if slot.lines]
    left = sorted((t for t in tokens if t.alone and t.box.x0 > candidate.plot.x1), key=lambda t: t.box.x_mid)
    if candidate.upright or len(rows) < FEWEST:
        return
    while left:
        first = left[0]
        own = [t for t in left if flush(t, first)]
        left = [t for t in left if t not in own]
        numbers = [(slot, t) for slot in rows if (t := _on_level(slot, pitch, own)) is not None]
        head = head_over(numbers[0][1], lines) if numbers else ()
        if any(_between(candidate, line, first) for line in lines):
            return
        if head and len(numbers) >= max(FEWEST, MOST_ROWS * len(rows)):
            yield SideColumn(head, tuple(numbers))


def _between(candidate: StackRow, line: ChartLine, first: Token) -> bool:
    """Do words stand between the bars and the column? They are the names of a table's rows."""
    inside = candidate.plot.x1 < line.box.x_mid < first.box.x0
    return inside and candidate.plot.top < line.box.y_mid < candidate.plot.bottom and is_name(line)


def flush(token: Token, other: Token) -> bool:
    """Do two numbers of one size stand flush right, or with their middles under one another?"""
    apart = min(abs(token.box.x_mid - other.box.x_mid), abs(token.box.x1 - other.box.x1))
    return apart <= SAME_EDGE * other.size and abs(token.size - other.size) <= 0.1 * other.size


def _on_level(slot: Slot, pitch: float, tokens: Sequence[Token]) -> Token | None:
    near = [t for t in tokens if abs(t.box.y_mid - slot.c) <= pitch / 2]
    return min(near, key=lambda t: abs(t.box.y_mid - slot.c), default=None)


def head_over(first: Token, lines: Sequence[ChartLine]) -> tuple[ChartLine, ...]:
    """The lines right above the column, from the top: the nearest, and those of its size that stand close above it."""
    over = [x for x in lines if x.angle == 0 and is_name(x) and x.box.overlap_x(first.box) > 0]
    above = sorted((x for x in over if x.box.bottom <= first.box.top), key=lambda x: -x.v)
    head: list[ChartLine] = []
    for line in above:
        gap = (head[0] if head else first).box.top - line.box.bottom
        reach = HEAD_LINES * line.size if head else HEAD_REACH * first.size
        if gap > reach or (head and abs(line.size - head[0].size) > 0.1 * line.size):
            break
        head.insert(0, line)
    return tuple(head)
