"""Is it a table? What a proposed grid shows for and against."""

from __future__ import annotations

import re
import statistics

from pipeline.geometry import Box
from pipeline.tables.grid import Grid
from pipeline.tables.lines import is_numeric, is_void
from pipeline.tables.marks import Marks

DRAWING_SHARE = 0.3
"""Slanted lines and curves that reach over this share of a grid's height and width make it a chart."""
SPANNING = 0.3
"""Share of spanning cells in the body from which coloured cells are the segments of bars."""
OWN_EDGES = 0.85
"""Different left and right edges for each coloured area: tables of any size stay below, stacked bars reach 1 and more."""
_PAGE_NUMBER = re.compile(r"^\d{1,4}$")


def confidence(grid: Grid, marks: Marks) -> float:
    """How surely `grid` is a table, 0..1; below 0.5 it is not taken for one."""
    if grid.n_rows < 2 or grid.n_cols < 2 or len(grid.cells) < 4:
        return 0.0
    if _drawn_over(grid, marks) or _is_contents(grid) or _is_bars(grid, marks):
        return 0.0
    words = statistics.mean(len(c.words) for c in grid.cells)
    filled = len(grid.positions()) / (grid.n_rows * grid.n_cols)
    body = [c for c in grid.cells if not c.header and c.col > 0]
    values = sum(is_numeric(c.text) or is_void(c.text) for c in body) / max(len(body), 1)
    score = {"ruled": 0.85, "filled": 0.7, "half-ruled": 0.5, "borderless": 0.3}[grid.form]
    score += 0.35 * (values - 0.4)
    score += 0.06 * (min(grid.n_cols, 5) - 2) + 0.03 * (min(grid.n_rows, 8) - 3)
    score -= 0.04 * max(words - 4.0, 0.0)
    score -= 0.8 * max(0.45 - filled, 0.0)
    return min(max(score, 0.0), 0.99)


def _drawn_over(grid: Grid, marks: Marks) -> bool:
    inside = [d for d in marks.drawings if grid.box.grown(2).holds(d) and max(d.width, d.height) > 6]
    if len(inside) < 2:
        return False
    box = grid.box
    return _reach(inside, box) >= DRAWING_SHARE


def _reach(drawings: list[Box], box: Box) -> float:
    wide = max(d.x1 for d in drawings) - min(d.x0 for d in drawings)
    high = max(d.bottom for d in drawings) - min(d.top for d in drawings)
    return min(wide / max(box.width, 1), high / max(box.height, 1))


def _is_bars(grid: Grid, marks: Marks) -> bool:
    """Coloured areas of a table share the edges of its columns; those of bars end where their values say."""
    spans = [c.col_span > 1 for c in grid.cells if not c.header]
    if grid.form == "filled" and spans and sum(spans) > SPANNING * len(spans):
        return True
    inside = [a.box for a in marks.outer if grid.box.grown(8).holds(a.box) and a.box.area < 0.8 * grid.box.area]
    if len(inside) < 4:
        return False
    rows = _distinct([b.top for b in inside])
    edges = _distinct([x for b in inside for x in (b.x0, b.x1)])
    return rows > 1 and edges > OWN_EDGES * len(inside)


def _distinct(values: list[float]) -> int:
    ordered = sorted(values)
    return 1 + sum(b - a > 3.5 for a, b in zip(ordered, ordered[1:], strict=False))


def _is_contents(grid: Grid) -> bool:
    """Titles with ascending page numbers at the right are a contents page."""
    if grid.form in ("ruled", "filled") or grid.n_rows < 3:
        return False
    last = [c for c in grid.cells if c.col + c.col_span == grid.n_cols]
    numbers = [int(c.text) for c in last if _PAGE_NUMBER.match(c.text)]
    others = [c for c in grid.cells if 0 < c.col < grid.n_cols - 1]
    if len(numbers) < 0.7 * grid.n_rows or numbers != sorted(numbers) or len(set(numbers)) < 0.5 * len(numbers):
        return False
    return sum(is_numeric(c.text) for c in others) < 0.2 * grid.n_rows
