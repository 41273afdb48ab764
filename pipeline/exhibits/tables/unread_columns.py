"""Columns of numbers on a page that no table holds."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.core.geometry import Box
from pipeline.core.numbers import read_value, year_of
from pipeline.exhibits.tables.chunks import ChunkLine
from pipeline.exhibits.tables.columns import ENOUGH_LINES
from pipeline.exhibits.tables.table_finder import PageReader
from pipeline.pages.page import Page
from pipeline.pages.turning import turned, turned_box, turning

SAME_COLUMN = 0.5
"""Em by which the edges or middles of the numbers of a column may differ."""


def unread_columns(page: Page, tables: Sequence[Box]) -> list[Box]:
    """The blocks of columns of numbers that none of `tables` holds, on the page turned upright."""
    angle = turning(page)
    upright = turned(page, angle) if angle else page
    boxes = [turned_box(box, page, angle) for box in tables] if angle else tables
    return columns_without_table(PageReader(upright).lines, boxes)


def columns_without_table(lines: Sequence[ChunkLine], tables: Sequence[Box]) -> list[Box]:
    """The lines outside `tables` whose numbers stand under one another in two columns or more, as the boxes of those
    that follow one another; a single column may be the scale of a chart."""
    loose = [(line.box, numbers) for line in lines if len(numbers := _numbers_outside(line, tables)) > 1]
    out: list[Box] = []
    run: list[tuple[Box, list[Box]]] = []
    for box, numbers in loose:
        if run and not _in_line(run[-1][1], numbers):
            out += _box_of(run)
            run = []
        run.append((box, numbers))
    return out + _box_of(run)


def _box_of(run: Sequence[tuple[Box, list[Box]]]) -> list[Box]:
    if len(run) < ENOUGH_LINES:
        return []
    boxes = [box for box, _ in run]
    return [Box(min(b.x0 for b in boxes), boxes[0].top, max(b.x1 for b in boxes), boxes[-1].bottom)]


def _numbers_outside(line: ChunkLine, tables: Sequence[Box]) -> list[Box]:
    outside = (c for c in line.chunks if not c.prose and not any(t.overlap(c.box) for t in tables))
    return [c.box for c in outside if read_value(c.text) is not None and year_of(c.text) is None]


def _in_line(above: Sequence[Box], below: Sequence[Box]) -> bool:
    """Do two numbers at least stand under one of the line above, at an edge or in the middle?"""
    return sum(any(_aligned(one, other) for one in above) for other in below) > 1


def _aligned(one: Box, other: Box) -> bool:
    off = min(abs(one.x0 - other.x0), abs(one.x1 - other.x1), abs(one.x_mid - other.x_mid))
    return off < SAME_COLUMN * min(one.height, other.height)
