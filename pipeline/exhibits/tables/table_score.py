"""Is it a table? What a proposed grid shows for and against."""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter

from pipeline.core.geometry import Box
from pipeline.exhibits.tables.chunks import SIGNS, is_numeric, is_void
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.exhibits.tables.rulings import Marks

DRAWING_SHARE = 0.3
"""Slanted lines and curves that reach over this share of a grid's height and width make it a chart."""
IN_LINE = 3.0
"""Points within which edges of cells count as aligned."""
SPANNING = 0.3
"""Share of spanning cells in the body from which coloured cells are the segments of bars."""
MOST_BARS = 160
"""More coloured areas than this are the cells of a table (or a drawing that is told otherwise)."""
UNEVEN = 3.5
"""Points by which areas must overlap to be neighbours."""
OWN_EDGES = 1.35
"""Edges drawn for each edge that the rows and columns need: 1 to 1.15 in tables, more where boxes do not share them."""
TALL = 5.0
"""Upright bars have one at least of so many heights of their text; merged cells of tables seldom reach it."""
FLUSH = 1.2
"""Points by which the ends of neighbouring cells may differ."""
SWATCH = 13.0
"""Points: legends show their colours in areas up to this wide and high, left of the name."""
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
    if _drawn_over(grid, marks) or _is_contents(grid) or _is_bars(grid, marks) or _has_legend(grid, marks):
        return 0.0
    if _is_boxes(grid, marks):
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
    aligned = _alignment(grid)
    score -= 1.2 * max(0.8 - aligned, 0.0)
    if aligned > 0.97 and filled > 0.85:
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
    return _distinct(
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


def _alignment(grid: Grid) -> float:
    """Share of cells that stand at the common left edge, right edge or middle of their column (mean over columns)."""
    shares = []
    for col in range(grid.n_cols):
        boxes = [c.box for c in grid.cells if c.col == col and c.col_span == 1 and not c.header]
        if len(boxes) > 1:
            shares.append(
                max(_common(v) for v in ([b.x0 for b in boxes], [b.x1 for b in boxes], [b.x_mid for b in boxes]))
            )
    return statistics.mean(shares) if shares else 0.5


def _common(values: list[float]) -> float:
    ordered = sorted(values)
    most, start = 0, 0
    for end, value in enumerate(ordered):
        while value - ordered[start] > IN_LINE:
            start += 1
        most = max(most, end - start + 1)
    return most / len(ordered)


def _drawn_over(grid: Grid, marks: Marks) -> bool:
    box = grid.box
    if any(d.overlap(box) > 0.3 * box.area and min(d.width, d.height) > 6 for d in marks.drawings):
        return True
    inside = [d for d in marks.drawings if box.grown(2).holds(d) and max(d.width, d.height) > 6]
    if len(inside) < 2:
        return False
    return _reach(inside, box) >= DRAWING_SHARE


def _reach(drawings: list[Box], box: Box) -> float:
    wide = max(d.x1 for d in drawings) - min(d.x0 for d in drawings)
    high = max(d.bottom for d in drawings) - min(d.top for d in drawings)
    return min(wide / max(box.width, 1), high / max(box.height, 1))


def _is_bars(grid: Grid, marks: Marks) -> bool:
    """Coloured areas of a table share the edges of its rows and columns; bars end where their values say."""
    spans = [c.col_span > 1 for c in grid.cells if not c.header]
    if grid.form == "filled" and spans and sum(spans) > SPANNING * len(spans):
        return True
    if _values_at_ends(grid, marks):
        return True
    body = min((c.box.top for c in grid.cells if not c.header), default=grid.box.top)
    touching = [a.box for a in marks.outer if a.box.overlap(grid.box) > 0]
    touching = [
        b for b in touching if b.bottom > body or any(b.holds(c.box) for c in grid.cells)
    ]  # no icons of headings
    inside = [b for b in touching if b.width < 0.85 * grid.box.width and b.area > 12]
    if not 4 <= len(inside) <= MOST_BARS:
        return False
    columns = [(b.x0, b.x1, b.top, b.bottom) for b in inside]
    rows = [(b.top, b.bottom, b.x0, b.x1) for b in inside]
    text = statistics.median(w.box.height for c in grid.cells for w in c.words)
    return _uneven(columns) or (max(b.height for b in inside) > TALL * text and _uneven(rows))


def _values_at_ends(grid: Grid, marks: Marks) -> bool:
    """Are there lying bars: areas without text in them, of different lengths, each followed by its value?"""
    values = [c.box for c in grid.cells if is_numeric(c.text)]
    words = [w.box for c in grid.cells for w in c.words]
    bars = [
        a.box
        for a in marks.outer
        if a.box.overlap(grid.box) > 0 and a.box.width > a.box.height and not any(a.box.holds(w) for w in words)
    ]
    ended = [b for b in bars if any(0 <= v.x0 - b.x1 < SWATCH and b.top < v.y_mid < b.bottom for v in values)]
    return len(ended) >= 2 and len({round(b.x1 / FLUSH) for b in ended}) > max(1, len(ended) / 2)


def _is_boxes(grid: Grid, marks: Marks) -> bool:
    """Boxes of a diagram have edges of their own; the cells of a table share theirs."""
    if grid.form != "ruled" or len(grid.positions()) > 0.9 * grid.n_rows * grid.n_cols:
        return False
    box = grid.box.grown(4)
    across = [v.at for v in marks.vertical if box.x0 <= v.at <= box.x1 and v.start < box.bottom and v.end > box.top]
    down = [h.at for h in marks.horizontal if box.top <= h.at <= box.bottom and h.start < box.x1 and h.end > box.x0]
    edges = _distinct(across) / (grid.n_cols + 1) * _distinct(down) / (grid.n_rows + 1)
    return edges > OWN_EDGES


def _distinct(values: list[float]) -> int:
    ordered = sorted(values)
    return sum(b - a > 3.5 for a, b in itertools.pairwise(ordered)) + bool(ordered)


def _has_legend(grid: Grid, marks: Marks) -> bool:
    """Do names of a legend stand in the grid: two at least, each right of a sign or of a small coloured area without
    text in it?"""
    names = [c for c in grid.cells if not (c.header and _heads_values(c, grid))]
    signs = sum(c.text[:1] in SIGNS and len(c.text) > 2 for c in names)
    signs += sum(w.text in SIGNS for c in names for w in c.words[1:])
    if signs >= 2:
        return True
    words = [w.box for c in grid.cells for w in c.words]
    near = [a.box for a in marks.areas if grid.box.grown(14).holds(a.box)]
    small = [box for box in near if max(box.width, box.height) <= SWATCH and not any(box.holds(w) for w in words)]
    beside = 0
    for box in small:
        beside += any(
            0 <= w.box.x0 - box.x1 < SWATCH and box.top - 3 < w.box.y_mid < box.bottom + 3
            for c in names
            for w in c.words
        )
    return beside >= 2


def _heads_values(heading: Cell, grid: Grid) -> bool:
    """Do values alone stand below a heading beside the column of labels?"""
    below = [c for c in grid.cells if c.col in heading.cols and not c.header and c.col_span == 1]
    return heading.col > 0 and bool(below) and all(is_numeric(c.text) or is_void(c.text) for c in below)


def _uneven(spans: list[tuple[float, float, float, float]]) -> bool:
    """Do neighbours along the second axis mostly differ at one and the same end, or overlap without agreeing?

    `spans` holds (start, end) along the compared axis and (start, end) along the one on which they are neighbours.
    """
    pairs = starts = ends = staggered = 0
    for one in spans:
        others = _next(one, spans)
        if not others:
            continue
        pairs += 1
        low, high = min(o[0] for o in others), max(o[1] for o in others)
        start, end = abs(one[0] - low) > FLUSH, abs(one[1] - high) > FLUSH
        if len(others) == 1 and _is_part(one, others[0], spans):
            continue
        nested = len(others) == 1 and (one[0] - low) * (one[1] - high) <= 0
        starts += start and not end
        ends += end and not start
        staggered += start and end and not nested
    uneven = starts + ends + staggered
    return pairs >= 3 and (max(starts, ends) >= 0.6 * pairs or staggered >= 0.3 * pairs or uneven >= 0.8 * pairs)


def _is_part(
    one: tuple[float, float, float, float],
    other: tuple[float, float, float, float],
    spans: list[tuple[float, float, float, float]],
) -> bool:
    """Does `one` with those before and after it take up what its neighbour does, as cells beside a merged one?"""
    beside = [s for s in spans if max(abs(s[2] - one[2]), abs(s[3] - one[3])) < FLUSH]
    within = [s for s in beside if s[0] > other[0] - FLUSH and s[1] < other[1] + FLUSH]
    if len(within) < 2 or one not in within:
        return False
    ends = abs(min(s[0] for s in within) - other[0]), abs(max(s[1] for s in within) - other[1])
    return max(ends) < FLUSH and abs(sum(s[1] - s[0] for s in within) - (other[1] - other[0])) < UNEVEN


def _next(
    one: tuple[float, float, float, float], spans: list[tuple[float, float, float, float]]
) -> list[tuple[float, float, float, float]]:
    """The nearest spans after `one` on the neighbours' axis that it overlaps on the other."""
    after = [s for s in spans if s[2] >= one[3] - 1.5 and min(s[1], one[1]) - max(s[0], one[0]) > UNEVEN]
    nearest = min((s[2] for s in after), default=0.0)
    return [s for s in after if s[2] - nearest < UNEVEN]


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
