"""Marks: what a chart draws for its values. Bars are boxes; lattices of small cells are waffles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.core.colours import RGB, chroma, lightness
from pipeline.core.geometry import Box
from pipeline.exhibits.charts.chart_text import KEPT
from pipeline.exhibits.charts.fitting import clusters
from pipeline.pages.page import Page, Shape

Point = tuple[float, float]

PAPER_LIGHTNESS, PAPER_CHROMA = 99.5, 1.0
"""A colour without hue at least this light is paper: no mark is drawn in it (palettes do go up to L* 99.3)."""
TINT_LIGHTNESS, TINT_CHROMA = 90.0, 8.0
"""Lighter and paler than both: a plot's or table's background (bars are drawn to be seen)."""
RECT_FILL = 0.94
"""Share of its box that a path must cover to count as a bar (rounded corners cost up to 5 %)."""
DOT = 1.5
"""Boxes no longer than this, in points, are dots of leaders and patterns, no marks."""
GROUND = 60.0
"""Sides in points from which a box may be the coloured ground of a chart, on which white is a mark's colour."""
MOST_MARKS = 1200
"""A page with more boxes holds a drawing or a map, no chart that could be told apart."""
THICK_LINE = 3.0
"""A straight stroke at least this wide, in points, may be a bar."""
FEWEST_CELLS = 20
"""Cells from which a share can be told by counting."""
LARGEST = 30.0
"""Longest side of a cell, in points: larger boxes hold their numbers themselves."""
PITCH = 1.7
"""Sides of a cell within which the next one begins."""
CURVE_STEPS = 8
"""Points per Bézier segment: a quarter circle is then followed within 0.2 % of its radius."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled box. `order` is its place in the drawing order."""

    box: Box
    fill: RGB
    order: int


def is_paper(colour: RGB) -> bool:
    """White, or so near that nobody sees it on paper."""
    return lightness(colour) >= PAPER_LIGHTNESS and chroma(colour) < PAPER_CHROMA


def is_tint(colour: RGB) -> bool:
    """Paper or the pale colour of a background."""
    return lightness(colour) >= TINT_LIGHTNESS and chroma(colour) < TINT_CHROMA


def bars_of(page: Page) -> list[Bar]:
    """Every box on the page that could be a bar, drawn as rectangle, path or thick line; none in the colour of its
    ground but in an outline that coloured boxes have as well, no doubles."""
    found: dict[tuple[int, ...], Bar] = {}
    grounds: list[Bar] = []
    sheet = 0.6 * page.width * page.height
    papers = {shape.fill for shape in page.shapes if shape.fill is not None and shape.box.area > sheet}
    pens = {s.stroke for s in page.shapes if s.kind == "rect" and s.fill is not None and not is_paper(s.fill)}
    for shape in page.shapes:
        bar = bar_of(shape)
        if bar is None or max(bar.box.width, bar.box.height) <= DOT:
            continue
        if min(bar.box.width, bar.box.height) > GROUND and not is_tint(bar.fill):
            grounds.append(bar)
        paper = (is_paper(bar.fill) or bar.fill in papers) and (shape.stroke is None or shape.stroke not in pens)
        if bar.box.area > sheet or (paper and not any(g is not bar and g.box.holds(bar.box) for g in grounds)):
            continue
        key = tuple(round(v * 2) for v in bar.box)
        found[key] = bar
    bars = sorted(found.values(), key=lambda b: b.order)
    if len(bars) > MOST_MARKS:
        return []
    return [b for b in bars if not _is_ground(b, bars)]


def bar_of(shape: Shape) -> Bar | None:
    """The box that a shape fills, whatever its colour; None where it fills none."""
    if shape.fill is not None:
        if shape.kind == "line" or min(shape.box.width, shape.box.height) < 0.0:
            return None
        if shape.kind == "path" and cover(shape) < RECT_FILL:
            return None
        return Bar(shape.box, shape.fill, shape.order)
    thick = shape.kind == "line" and shape.width >= THICK_LINE and min(shape.box.width, shape.box.height) < 0.1
    return Bar(stroked_box(shape), shape.stroke, shape.order) if thick and shape.stroke is not None else None


def stroked_box(shape: Shape) -> Box:
    """The box that a straight stroke along an axis covers: it is as wide as its pen, across its direction."""
    box, half = shape.box, shape.width / 2
    if box.width >= box.height:
        return box._replace(top=box.top - half, bottom=box.bottom + half)
    return box._replace(x0=box.x0 - half, x1=box.x1 + half)


@lru_cache(maxsize=KEPT)
def cover(shape: Shape) -> float:
    """Share of its box that a closed path covers (shoelace formula on its outline)."""
    outline = flattened(shape)
    if len(outline) < 3 or shape.box.area == 0:
        return 0.0
    turns = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(outline, outline[1:] + outline[:1], strict=True))
    return abs(turns) / 2 / shape.box.area


def _is_ground(bar: Bar, bars: Sequence[Bar]) -> bool:
    """A box behind others: two or more later ones lie well inside it without sharing its ends on both axes."""
    inside = 0
    for other in bars:
        if other.order <= bar.order or not bar.box.holds(other.box) or other.box.area >= 0.9 * bar.box.area:
            continue
        if other.box.overlap(bar.box) < 0.9 * other.box.area:
            continue
        if other.box.width < 0.95 * bar.box.width and other.box.height < 0.95 * bar.box.height:
            inside += 1
            if inside >= 2:
                return True
    return False


def lattices_of(marks: Iterable[Bar]) -> list[list[Bar]]:
    """The marks of one size that stand near one another, in full rows but for the last."""
    sizes: dict[tuple[int, int], list[Bar]] = defaultdict(list)
    for mark in marks:
        if max(mark.box.width, mark.box.height) <= LARGEST:
            sizes[round(mark.box.width), round(mark.box.height)].append(mark)
    parts = [part for alike in sizes.values() if len(alike) >= FEWEST_CELLS for part in clusters(alike, _are_next)]
    return [part for part in parts if len(part) >= FEWEST_CELLS and _is_lattice(part)]


def _are_next(one: Bar, other: Bar) -> bool:
    a, b = one.box, other.box
    return max(abs(a.x_mid - b.x_mid), abs(a.y_mid - b.y_mid)) < PITCH * max(a.width, a.height)


def _is_lattice(cells: Sequence[Bar]) -> bool:
    """Do the cells fill rows and columns, but for one row or column at most?"""
    rows, columns = Counter(round(c.box.y_mid) for c in cells), Counter(round(c.box.x_mid) for c in cells)
    full = len(rows) * len(columns)
    return min(len(rows), len(columns)) > 1 and len(cells) > full - max(len(rows), len(columns))


def flattened(shape: Shape) -> list[Point]:
    """The outline of a path as a chain of points; curves become short straight pieces."""
    return [point for run in runs_of(shape) for point in run[1]]


def runs_of(shape: Shape) -> list[tuple[bool, list[Point]]]:
    """The outline in runs of straight (False) or curved (True) segments; a curved run begins with its start point."""
    points, runs, at = shape.points, [(False, list[Point]())], 0
    for operator in shape.operators or "m" + "l" * (len(points) - 1):
        if operator in "ml" and at < len(points):
            if runs[-1][0]:
                runs.append((False, []))
            runs[-1][1].append(points[at])
            at += 1
        elif operator in "cvy" and at > 0:
            ends = points[at : at + (3 if operator == "c" else 2)]
            last, at = points[at - 1], at + len(ends)
            if len(ends) < 2:
                break
            if not runs[-1][0]:
                runs.append((True, [last]))
            first = last if operator == "v" else ends[0]
            second = ends[-1] if operator == "y" else ends[-2]
            runs[-1][1].extend(_bezier(last, first, second, ends[-1]))
    return runs


BERNSTEIN = [
    ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    for t in (step / CURVE_STEPS for step in range(1, CURVE_STEPS + 1))
]
"""What the four points of a curve weigh at each of its steps."""


def _bezier(p0: Point, p1: Point, p2: Point, p3: Point) -> list[Point]:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = p0, p1, p2, p3
    return [(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3) for a, b, c, d in BERNSTEIN]
