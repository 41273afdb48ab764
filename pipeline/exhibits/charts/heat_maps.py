"""Heat maps: a lattice of equal cells, each with its number, whose colour tells the number and not the row or column.

Rows are named at their left, columns above or below, there in any direction: slanted names end, or begin, at their
column.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.core.colours import RGB, lightness
from pipeline.core.geometry import Box, ByHeight, union
from pipeline.exhibits.charts.chart_drafts import UNNAMED, ChartDraft, ChartValue, Scene
from pipeline.exhibits.charts.chart_text import ChartLine, Token, remaining
from pipeline.exhibits.charts.fitting import clusters, matched
from pipeline.exhibits.charts.marks import bar_of
from pipeline.exhibits.charts.points import is_name
from pipeline.exhibits.reading import Label

FEWEST = 2
"""Rows and columns from which cells are a lattice."""
SAME_SIZE = 1.0
"""Points by which sides of the cells of one lattice differ: rounded coordinates."""
COMPLETE = 0.7
"""Share of a lattice's places that hold a cell with a number (cells without an answer are left blank), and of these
that are named at both sides: a table's cells have their names in its stub and heads."""
SHADE = 1.0
"""CIELAB lightness by which two cells differ visibly."""
NAME_REACH = 6.0
"""Em between a row or column and its name, at most."""


@dataclass(frozen=True)
class _Cell:
    box: Box
    fill: RGB
    token: Token


def heat_drafts(scene: Scene, understood: set[int]) -> list[ChartDraft]:
    """The heat maps of a page; words in `understood` (by `order`) belong to other charts."""
    tokens = [t for t in scene.tokens if not any(w.order in understood for w in t.words)]
    drafts = []
    for cells in _lattices(_cells(scene, tokens)):
        if _shaded(cells):
            numbers = {w.order for c in cells for w in c.token.words}
            draft = _draft(cells, remaining(scene.lines, understood | numbers))
            named = sum(not value.doubts for value in draft.values)
            drafts += [draft] if named >= COMPLETE * len(draft.values) else []
    return drafts


def _cells(scene: Scene, tokens: Sequence[Token]) -> list[_Cell]:
    """The filled boxes that hold one number and nothing else, the last that was drawn at each place."""
    bars = (bar_of(shape) for shape in scene.page.shapes)
    found = {tuple(round(edge) for edge in bar.box): bar for bar in bars if bar is not None and scene.free(bar.box)}
    cells, places = [], ByHeight(tokens)
    for bar in found.values():
        inside = places.inside(bar.box, SAME_SIZE)
        if len(inside) == 1:
            cells.append(_Cell(bar.box, bar.fill, inside[0]))
    return cells


def _lattices(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Cells of one size that stand in rows and columns without gaps wider than a cell."""
    sizes: dict[tuple[int, int], list[_Cell]] = defaultdict(list)
    for cell in cells:
        alike = next(
            (s for s in sizes if abs(s[0] - cell.box.width) <= SAME_SIZE and abs(s[1] - cell.box.height) <= SAME_SIZE),
            (round(cell.box.width), round(cell.box.height)),
        )
        sizes[alike].append(cell)
    lattices = []
    for group in sizes.values():
        for part in clusters(group, lambda one, other: _adjoin(one.box, other.box), lambda one: _around(one.box)):
            rows = {round(c.box.y_mid / c.box.height) for c in part}
            columns = {round(c.box.x_mid / c.box.width) for c in part}
            whole = len(part) >= COMPLETE * len(rows) * len(columns)
            if min(len(rows), len(columns)) >= FEWEST and whole:
                lattices.append(part)
    return lattices


def _adjoin(one: Box, other: Box) -> bool:
    """Do two cells stand side by side, or one above the other, at most a third of a cell apart?"""
    across, down = -one.overlap_x(other), -one.overlap_y(other)
    return max(across, down) < one.width / 3 and max(across, down) < one.height and min(across, down) < 0


def _around(box: Box) -> Box:
    """Where the middles of the cells lie that adjoin one of this box."""
    return Box(box.x0 - box.width, box.top - 2 * box.height, box.x1 + box.width, box.bottom + 2 * box.height)


def _shaded(cells: Sequence[_Cell]) -> bool:
    """Do the shades differ within rows and within columns, and run up or down with the numbers? Stripes of a table
    differ in one direction only, and tell nothing."""
    rows, columns = _bands(cells, upright=False), _bands(cells, upright=True)
    differ = [
        any(abs(a - b) > SHADE for a, b in pairwise([lightness(c.fill) for c in band]))
        for bands in (rows, columns)
        for band in bands
    ]
    if sum(differ) <= len(differ) / 2:
        return False
    ordered = sorted(cells, key=lambda c: c.token.value)
    low, high = ordered[: len(ordered) // 2], ordered[-(len(ordered) // 2) :]
    shades = [sum(lightness(c.fill) for c in half) / len(half) for half in (low, high)]
    return abs(shades[0] - shades[1]) > SHADE


def _bands(cells: Sequence[_Cell], upright: bool) -> list[list[_Cell]]:
    """The cells by column (`upright`) or by row, in order."""
    side = min(c.box.width if upright else c.box.height for c in cells)
    placed = sorted(((c.box.x_mid if upright else c.box.y_mid, k) for k, c in enumerate(cells)))
    bands: list[list[_Cell]] = []
    last = -math.inf
    for middle, k in placed:
        if middle - last < side / 2:
            bands[-1].append(cells[k])
        else:
            bands.append([cells[k]])
            last = middle
    return bands


def _draft(cells: Sequence[_Cell], lines: Sequence[ChartLine]) -> ChartDraft:
    plot = union(c.box for c in cells)
    draft = ChartDraft("heatmap", plot, [])
    names = [x for x in lines if is_name(x) and not plot.holds(x.box)]
    labels: dict[tuple[float, ...], tuple[Label, ...]] = defaultdict(tuple)
    for bands, upright in ((_bands(cells, upright=False), False), (_bands(cells, upright=True), True)):
        boxes = [union(c.box for c in band) for band in bands]
        for band, own in zip(bands, _names(boxes, plot, names, upright), strict=True):
            label = draft.name(own, "column" if upright else "row")
            for cell in band:
                labels[cell.box] = (*labels[cell.box], *label)
    draft.claim_values(cell.token for cell in cells)
    for cell in cells:
        doubts = () if len(labels[cell.box]) > 1 else (UNNAMED,)
        draft.values.append(ChartValue(cell.token.box, cell.token, cell.fill, None, labels[cell.box], doubts))
    return draft


def _names(bands: Sequence[Box], plot: Box, lines: Sequence[ChartLine], upright: bool) -> list[list[ChartLine]]:
    """The name of each row or column: of the two sides at which names may stand, the one that names most."""
    sides = [_at_side(bands, plot, lines, upright, before) for before in (True, False)]
    return max(sides, key=lambda side: sum(map(bool, side)))


def _at_side(
    bands: Sequence[Box], plot: Box, lines: Sequence[ChartLine], upright: bool, before: bool
) -> list[list[ChartLine]]:
    costs = [[_away(band, plot, line, upright, before) for line in lines] for band in bands]
    first = matched(costs, NAME_REACH)
    names = [[lines[first[i]]] if i in first else [] for i in range(len(bands))]
    taken = set(first.values())
    for j, line in enumerate(lines):
        i = min(range(len(bands)), key=lambda i: costs[i][j])
        if j not in taken and names[i] and costs[i][j] < NAME_REACH and _continues(line, names[i][0]):
            names[i].append(line)
    return [sorted(own, key=lambda x: (x.v, x.u0)) for own in names]


def _continues(line: ChartLine, other: ChartLine) -> bool:
    """Is one line the next, or the last, of a label of several lines?"""
    return line.angle == other.angle and abs(line.v - other.v) < 1.6 * other.size and line.bold == other.bold


def _away(band: Box, plot: Box, line: ChartLine, upright: bool, before: bool) -> float:
    """Em between a row or column and the end of a name that stands at its side; infinite elsewhere."""
    box = line.box
    if upright:
        outside = plot.top - box.bottom if before else box.top - plot.bottom
        at = _foot(line, before)
        aside = max(band.x0 - at, at - band.x1, 0.0) if line.angle % 90 else abs(band.x_mid - box.x_mid) / 2
    elif line.angle == 0:
        outside = plot.x0 - box.x1 if before else box.x0 - plot.x1
        aside = max(band.top - box.y_mid, box.y_mid - band.bottom, 0.0)
    else:
        return math.inf
    if outside < -line.size or aside > line.size:
        return math.inf
    return (max(outside, 0.0) + 2 * aside) / line.size


def _foot(line: ChartLine, above: bool) -> float:
    """Where a slanted name comes nearest to the cells below (`above`) or above it: the x of its lower or upper end."""
    rises = line.angle % 180 < 90
    return line.box.x0 if rises == above else line.box.x1
