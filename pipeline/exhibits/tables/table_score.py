"""Is it a table? What a proposed grid shows for and against."""

from __future__ import annotations

import re
import statistics
from collections import Counter

from pipeline.exhibits.tables.chunks import is_numeric, is_void
from pipeline.exhibits.tables.grid import Grid
from pipeline.exhibits.tables.rulings import Marks
from pipeline.exhibits.tables.table_features import aligned, distinct

FULL_AND_DRAWN = 0.12
"""For a full grid that rulings or colours draw."""
EACH_CELL, MOST_FOR_CELLS = 0.025, 0.25
"""For each cell of a full grid of three columns or more, and at most: so many texts stand not in line by chance, unless
there are more columns than lines, as in a few lines of justified text."""
FOR_RULES = 0.08
"""For each rule over exactly the width of the table."""
RULE_NEAR = 12.0
"""Points by which rules stand off the text of the table or reach beyond it."""
_ROMAN = re.compile(r"^[ivxlc]{1,7}$")
_PAGE_NUMBER = re.compile(r"^\d{1,4}$")


def confidence(grid: Grid, marks: Marks) -> float:
    """How surely `grid` is a table, 0..1; below 0.5 it is not taken for one."""
    if grid.n_rows < 2 or grid.n_cols < 2 or len(grid.cells) < 4:
        return 0.0
    if _is_contents(grid):
        return 0.0
    rules = _full_rules(grid, marks)
    if rules < 2 and not any(ch.isalpha() for c in grid.cells for ch in c.text):
        return 0.0
    words = statistics.mean(len(c.words) for c in grid.cells)
    filled = len(grid.positions()) / (grid.n_rows * grid.n_cols)
    values = _value_share(grid)
    score = {"ruled": 0.85, "filled": 0.7, "half-ruled": 0.5, "borderless": 0.3}[grid.form]
    score += 0.35 * (values - 0.4)
    score += 0.06 * (min(grid.n_cols, 5) - 2) + 0.03 * (min(grid.n_rows, 8) - 3)
    score -= 0.04 * max(words - 4.0, 0.0)
    score -= 0.8 * max(0.45 - filled, 0.0)
    in_line = aligned(grid, marks)
    score -= 1.2 * max(0.8 - in_line, 0.0)
    if in_line > 0.97 and filled > 0.85:
        score += _for_full_grid(grid)
    score += FOR_RULES * min(rules, 3)
    return min(max(score, 0.0), 0.99)


def _for_full_grid(grid: Grid) -> float:
    """What it says for a table that all columns are full and in line."""
    if grid.n_cols < 3:
        return 0.0
    if grid.form in ("ruled", "filled"):
        return FULL_AND_DRAWN if grid.n_rows >= 4 else 0.0
    return min(EACH_CELL * len(grid.cells), MOST_FOR_CELLS) if 3 <= grid.n_rows >= grid.n_cols - 1 else 0.0


def _full_rules(grid: Grid, marks: Marks) -> int:
    """Number of rules over the whole width of a table that rules alone show: above and below its head, at its end."""
    if grid.form != "half-ruled":
        return 0
    box = grid.box
    return distinct(
        [
            h.at
            for h in marks.horizontal
            if box.top - RULE_NEAR < h.at < box.bottom + RULE_NEAR
            and min(h.end, box.x1) - max(h.start, box.x0) > 0.9 * box.width
            and h.length < box.width + 2 * RULE_NEAR
        ]
    )


def _value_share(grid: Grid) -> float:
    """Share of values among the body's cells, the column of labels (left or right) left out."""
    columns: dict[int, list[bool]] = {}
    for cell in grid.cells:
        if not cell.header and cell.col_span == 1:
            columns.setdefault(cell.col, []).append(_is_value(cell.text))
    if not columns:
        return 0.0
    labels = min(columns, key=lambda col: (sum(columns[col]) / len(columns[col]), col))
    rest = [value for col, found in columns.items() if col != labels for value in found]
    return sum(rest) / len(rest) if rest else 0.0


def _is_value(text: str) -> bool:
    """A number, two numbers, or what stands in place of one."""
    return is_numeric(text) or is_void(text) or (any(map(str.isdigit, text)) and not any(map(str.isalpha, text)))


def _is_contents(grid: Grid) -> bool:
    """Titles with ascending page numbers at the right are a contents page."""
    if grid.form in ("ruled", "filled") or grid.n_rows < 3:
        return False
    last = [c.text for c in sorted(grid.cells, key=lambda c: c.row) if c.col + c.col_span == grid.n_cols]
    numbers = [int(text) for text in last if _PAGE_NUMBER.match(text)]
    roman = sum(bool(_ROMAN.match(text)) for text in last)
    worded = Counter(c.col for c in grid.cells if any(map(str.isalpha, c.text)) and c.col + c.col_span < grid.n_cols)
    title = max(worded, key=lambda col: (worded[col], -col), default=0)
    others = [c for c in grid.cells if title < c.col < grid.n_cols - 1]
    if len(numbers) + roman < 0.7 * grid.n_rows or len(numbers) < 2 or numbers != sorted(numbers):
        return False
    if len(set(numbers)) < 0.5 * len(numbers):
        return False
    return sum(is_numeric(c.text) for c in others) < 0.2 * grid.n_rows
