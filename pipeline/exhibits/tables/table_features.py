"""What a proposed grid shows for and against being a table: each feature is a number, most of them 0 to 1."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from pipeline.core.geometry import Box, ByHeight
from pipeline.exhibits.tables.chunks import SIGNS, is_numeric, is_void
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.exhibits.tables.other_finders import PROPOSERS
from pipeline.exhibits.tables.rulings import SIGN, Marks

EDGE = 3.5
"""Points within which two edges are one, as those of the cells of a table that share a border."""
WordKey = tuple[str, float, float]
"""A word by its text and its left and upper edge."""
SHORT_WORDS = 4
"""Words that a cell of values or names holds; sentences have more."""


def ruled(grid: Grid, marks: Marks) -> float:
    """Do rulings on both axes show the cells?"""
    return float(grid.form == "ruled")


def filled_in_colour(grid: Grid, marks: Marks) -> float:
    """Do coloured areas show the cells?"""
    return float(grid.form == "filled")


def half_ruled(grid: Grid, marks: Marks) -> float:
    """Do rulings on one axis show rows or columns?"""
    return float(grid.form == "half-ruled")


def closed(grid: Grid, marks: Marks) -> float:
    """Do rulings or the edges of fills close every cell?"""
    return float(grid.closed)


def hand_score(grid: Grid, marks: Marks) -> float:
    """The score by which the finder compares its proposals for one place."""
    return grid.confidence


def _is_value(cell: Cell) -> bool:
    """A number, or what stands in place of one, as a box to tick does."""
    return is_numeric(cell.text) or is_void(cell.text)


def numbers(grid: Grid, marks: Marks) -> float:
    """Share of cells that hold a number, or what stands in place of one."""
    return sum(map(_is_value, grid.cells)) / len(grid.cells)


def numbers_by_column(grid: Grid, marks: Marks) -> float:
    """How consistent the columns are: mean over columns of the share of its commoner kind, numbers or words."""
    shares = []
    for col in range(grid.n_cols):
        kinds = [_is_value(c) for c in grid.cells if c.col == col and not c.header]
        if kinds:
            shares.append(max(sum(kinds), len(kinds) - sum(kinds)) / len(kinds))
    return statistics.mean(shares) if shares else 0.0


def columns(grid: Grid, marks: Marks) -> float:
    """Number of columns, as a logarithm."""
    return math.log(grid.n_cols)


def rows(grid: Grid, marks: Marks) -> float:
    """Number of rows, as a logarithm."""
    return math.log(grid.n_rows)


def filled(grid: Grid, marks: Marks) -> float:
    """Share of places on the grid that hold text, or that rulings close: these are cells although they are blank."""
    return 1.0 if grid.closed else len(grid.positions()) / (grid.n_rows * grid.n_cols)


def long_cells(grid: Grid, marks: Marks) -> float:
    """Share of cells with more words than a name has."""
    return sum(len(c.words) > SHORT_WORDS for c in grid.cells) / len(grid.cells)


def spanning(grid: Grid, marks: Marks) -> float:
    """Share of cells of the body that span columns."""
    body = [c.col_span > 1 for c in grid.cells if not c.header]
    return sum(body) / len(body) if body else 0.0


def headed(grid: Grid, marks: Marks) -> float:
    """Does the grid begin with a row of headings?"""
    return float(grid.header_rows > 0)


def curves_inside(grid: Grid, marks: Marks) -> float:
    """Share of the grid's width and height, the smaller one, over which curves and slanted lines reach."""
    inside = [d for d in marks.drawings if d.overlap(grid.box) > d.area / 2 and max(d.width, d.height) > 2 * EDGE]
    inside = [d for d in inside if not any(d.holds(c.box) for c in grid.cells)]
    if not inside:
        return 0.0
    wide = max(d.x1 for d in inside) - min(d.x0 for d in inside)
    high = max(d.bottom for d in inside) - min(d.top for d in inside)
    return min(wide / max(grid.box.width, 1.0), high / max(grid.box.height, 1.0), 1.0)


def _fills(grid: Grid, marks: Marks) -> list[Box]:
    """The coloured areas in the body of the grid that are neither its ground nor signs."""
    inside = [a.box for a in marks.outer if a.box.overlap(grid.box) > a.box.area / 2]
    return [b for b in inside if b.width < grid.box.width - EDGE and max(b.width, b.height) > EDGE]


def lone_edges(grid: Grid, marks: Marks) -> float:
    """Share of edges of coloured areas that no other area shares: bars end where their values say, cells in line."""
    fills = _fills(grid, marks)
    lone = 0
    for sides in zip(*fills, strict=True):
        ordered = [-math.inf, *sorted(sides), math.inf]
        lone += sum(b - a > 1 and c - b > 1 for a, b, c in zip(ordered, ordered[1:], ordered[2:], strict=False))
    return lone / (4 * len(fills)) if len(fills) > 1 else 0.0


def bare_fills(grid: Grid, marks: Marks) -> float:
    """Coloured areas without text in them, for each cell: bars and swatches have none, cells have."""
    cells = ByHeight(grid.cells)
    return min(sum(not cells.touching(fill) for fill in _fills(grid, marks)) / len(grid.cells), 1.0)


def own_edges(grid: Grid, marks: Marks) -> float:
    """Edges drawn for each edge that rows and columns need, as a logarithm: boxes of a diagram have edges of their own,
    the cells of a table share theirs."""
    box = grid.box.grown(EDGE)
    across = [v.at for v in marks.vertical if box.x0 <= v.at <= box.x1 and v.start < box.bottom and v.end > box.top]
    down = [h.at for h in marks.horizontal if box.top <= h.at <= box.bottom and h.start < box.x1 and h.end > box.x0]
    need = (grid.n_cols + 1) * (grid.n_rows + 1)
    return math.log(max(distinct(across) * distinct(down), 1) / need)


def legend_names(grid: Grid, marks: Marks) -> float:
    """Share of cells that stand right of a sign or of a small coloured area without text, as the names of a legend."""
    near = [a.box for a in marks.areas if grid.box.grown(SIGN).holds(a.box) and max(a.box.width, a.box.height) < SIGN]
    swatches = [b for b in near if not any(b.overlap(w.box) > 0 for c in grid.cells for w in c.words)]
    named = sum(
        c.text[:1] in SIGNS or any(0 <= c.box.x0 - s.x1 < SIGN and c.box.top < s.y_mid < c.box.bottom for s in swatches)
        for c in grid.cells
    )
    return named / len(grid.cells)


def aligned(grid: Grid, marks: Marks) -> float:
    """Share of cells that stand at the common left edge, right edge or middle of their column, mean over columns."""
    shares = []
    for col in range(grid.n_cols):
        boxes = [c.box for c in grid.cells if c.col == col and c.col_span == 1 and not c.header]
        if len(boxes) > 1:
            sides = ([b.x0 for b in boxes], [b.x1 for b in boxes], [b.x_mid for b in boxes])
            shares.append(max(most_common(side) for side in sides))
    return statistics.mean(shares) if shares else 0.5


def most_common(values: list[float]) -> float:
    """Largest share of values that lie within the width of one edge."""
    ordered = sorted(values)
    most, start = 0, 0
    for end, value in enumerate(ordered):
        while value - ordered[start] > EDGE:
            start += 1
        most = max(most, end - start + 1)
    return most / len(ordered)


def distinct(values: list[float]) -> int:
    """How many edges the values are, those nearer than the width of one edge counted once."""
    ordered = sorted(values)
    return sum(b - a > EDGE for a, b in itertools.pairwise(ordered)) + bool(ordered)


FEATURES: Mapping[str, Callable[[Grid, Marks], float]] = MappingProxyType(
    {
        f.__name__: f
        for f in (
            *(
                ruled,
                filled_in_colour,
                half_ruled,
                closed,
                hand_score,
                numbers,
                numbers_by_column,
                columns,
                rows,
                filled,
            ),
            *(long_cells, spanning, headed, curves_inside, lone_edges, bare_fills, own_edges, legend_names, aligned),
        )
    }
)


def words_of(cell: Cell) -> frozenset[WordKey]:
    """The words of a cell, told by text and place."""
    return frozenset((w.text, round(w.box.x0, 1), round(w.box.top, 1)) for w in cell.words)


def same_cells(grid: Grid, proposed: Sequence[Grid]) -> float:
    """Share of its cells into which others put the same words, mean over the finders that there are."""
    own = {words_of(c) for c in grid.cells}
    best: dict[str, float] = {}
    for other in proposed:
        if other.reader != grid.reader and other.box.overlap(grid.box) > 0:
            shared = len(own & {words_of(c) for c in other.cells}) / len(own)
            best[other.reader] = max(best.get(other.reader, 0.0), shared)
    return sum(best.values()) / len(PROPOSERS)


def larger_by_others(grid: Grid, proposed: Sequence[Grid]) -> float:
    """Share of the cells of the largest grid of another finder at its place that lie outside it."""
    rivals = [g for g in proposed if g.reader != grid.reader and g.box.overlap(grid.box) > grid.box.area / 2]
    largest = max(rivals, key=lambda g: len(g.cells), default=grid)
    return sum(not grid.box.holds(c.box) for c in largest.cells) / len(largest.cells)


def lone_rows(grid: Grid, proposed: Sequence[Grid]) -> float:
    """Share of rows with text in one column alone: lines of a cell that were taken for rows, or prose."""
    filled = [len({c.col for c in grid.cells if c.row == row}) for row in range(grid.n_rows)]
    return sum(count < 2 for count in filled) / len(filled)


def by_proposer(grid: Grid, proposed: Sequence[Grid], proposer: str) -> float:
    """Does it come from this finder?"""
    return float(grid.reader == proposer)


RIVAL_FEATURES: Mapping[str, Callable[[Grid, Sequence[Grid]], float]] = MappingProxyType(
    {f.__name__: f for f in (same_cells, larger_by_others, lone_rows)}
    | {f"by_{name}": partial(by_proposer, proposer=name) for name in PROPOSERS}
)
