"""The geometry reader: tables from the words, rulings and colours of a parsed page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.geometry import Box
from pipeline.pages import Page
from pipeline.tables.grid import Grid
from pipeline.tables.judge import confidence
from pipeline.tables.lines import Line, read_lines, turned_chunks
from pipeline.tables.marks import Marks, read_marks
from pipeline.tables.regions import Frame, frames, mark_prose, region_of, runs
from pipeline.tables.structure import read_structure
from pipeline.tables.turn import turn_back, turned, turning

ENOUGH = 0.5
"""Confidence from which a proposed grid is a table."""


def find_tables(page: Page) -> list[Grid]:
    """The tables of `page`, from top to bottom; pages (or whole pages of tables) set sideways are turned first."""
    angle = turning(page)
    if angle == 0:
        return _find(page)
    return [turn_back(grid, page, angle) for grid in _find(turned(page, angle))]


def _find(page: Page) -> list[Grid]:
    marks = read_marks(page)
    lines = read_lines((w for w in page.words if w.upright), marks.vertical)
    for i, line in enumerate(lines):
        for chunk in line.chunks:
            chunk.line = i
    mark_prose(lines)
    lines = _with_turned(lines, page)
    found: list[Grid] = []
    for frame in sorted(frames(marks, lines), key=lambda f: -f.box.area):
        if frame.levels < 2:
            continue
        grid = _read_frame(frame, page, lines, marks)
        if grid is not None and not any(_same_place(grid.box, other.box) for other in found):
            found.append(grid)
    taken = [g.box.grown(1) for g in found]
    for box in runs(lines, taken):
        grid = _judged(read_structure(region_of(box.grown(1), lines, marks, prose=False), page, marks), marks)
        if grid is not None and not any(_same_place(grid.box, t) for t in taken):
            found.append(grid)
    return sorted(found, key=lambda g: (g.box.top, g.box.x0))


def _with_turned(lines: list[Line], page: Page) -> list[Line]:
    """Add the turned words of the page as lines of their own, ordered by their lower ends."""
    chunks = turned_chunks(w for w in page.words if w.angle in (90, 270))
    if not chunks:
        return lines
    out = list(lines)
    chunks.sort(key=lambda c: c.box.top)
    group: list = []
    for chunk in chunks:
        if group and chunk.box.top > min(c.box.bottom for c in group):
            out.append(_turned_line(group))
            group = []
        group.append(chunk)
    out.append(_turned_line(group))
    return sorted(out, key=lambda line: line.y)


def _turned_line(chunks: list) -> Line:
    from pipeline.geometry import union

    chunks = sorted(chunks, key=lambda c: c.box.x0)
    return Line(chunks, union(c.box for c in chunks), chunks[0].size, [w for c in chunks for w in c.words])


def _read_frame(frame: Frame, page: Page, lines: Sequence[Line], marks: Marks) -> Grid | None:
    region = region_of(frame.box, lines, marks)
    if len(region.lines) < 2:
        return None
    return _judged(read_structure(region, page, marks), marks)


def _judged(grid: Grid | None, marks: Marks) -> Grid | None:
    if grid is None:
        return None
    sure = confidence(grid, marks)
    return replace(grid, confidence=round(sure, 3)) if sure >= ENOUGH else None


def _same_place(one: Box, other: Box) -> bool:
    return one.overlap(other) > 0.5 * min(one.area, other.area)
