"""Points of charts: small marks (discs, squares, diamonds, triangles) and the vertices of lines."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.core.colours import RGB, distance
from pipeline.core.geometry import Box, box_around, union
from pipeline.core.numbers import parse_number
from pipeline.exhibits.charts.chart_text import KEPT, ChartLine, joined
from pipeline.exhibits.charts.fitting import straight
from pipeline.exhibits.charts.legends import SAME_COLOUR
from pipeline.exhibits.charts.marks import MOST_MARKS, Point, cover, flattened, is_paper
from pipeline.pages.page import Page, Shape

MARK_SIDES = (1.5, 18.0)
"""Points: side of a point mark; smaller are specks, larger are tiles and bubbles."""
LARGEST_DISC, DISC_COVER = 26.0, (0.7, 0.83)
"""Points: width of a disc that holds a number (the head of a lollipop), and the shares of its box that it covers."""
MARK_ASPECT = 0.6
"""Shorter side over the longer one: discs, squares, diamonds and triangles are about as wide as high."""
SAME_PLACE = 1.5
"""Points between marks that are one: a mark and its outline or halo, a line's vertex and its mark."""
MARK_GAP = 12.0
"""Points that a line may end before the middle of its mark: some programs leave a gap around marks."""
MOST_CORNERS = 6
"""An outline with more corners is a round mark that is drawn without curves."""
OTHER_FORM = 0.12
"""Difference of the shares of their boxes that marks of other forms cover, at least: a disc covers .79."""
OTHER_DASH = 0.1
"""The same of the parts of their length that strokes with other dashes are drawn on."""
SAMPLE_STROKE = 48.0
"""Points: length of a stroke that shows the colour of a series, however narrow the plot."""
FEWEST_DASHES = 4
"""Dashes that make a line."""
LONGEST_DASH, THICKEST_DASH = 30.0, 3.0
"""Points: sides of a dash; larger quadrilaterals are bars and tiles."""
SAME_SLOPE = 0.05
"""Difference of slopes, about in radians, of dashes on one straight line: rounded coordinates of short ones."""
OPERANDS = {"m": 1, "l": 1, "c": 3, "v": 2, "y": 2, "h": 0}
"""Points that each path operator of PDF takes (ISO 32000-1, table 59)."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point mark: its middle, its box and its colour; `hollow` where only its outline has it."""

    x: float
    y: float
    box: Box
    colour: RGB
    hollow: bool = False
    corners: int = 0
    """Corners of its outline; 0 where it is round."""
    covered: float = 1.0
    """Share of its box that the outline covers: of a square all, of a diamond half."""

    def looks_like(self, other: Dot) -> bool:
        form = self.corners == other.corners and abs(self.covered - other.covered) < OTHER_FORM
        return form and self.hollow == other.hollow and distance(self.colour, other.colour) < SAME_COLOUR


@dataclass(frozen=True, slots=True)
class Polyline:
    """A line through data: its vertices from left to right."""

    vertices: tuple[Point, ...]
    colour: RGB
    order: int
    inked: float = 1.0
    """Part of its length that is drawn, as `Shape` tells it."""

    def drawn_like(self, other: Polyline) -> bool:
        return abs(self.inked - other.inked) < OTHER_DASH and distance(self.colour, other.colour) < SAME_COLOUR

    @property
    def box(self) -> Box:
        return box_around(self.vertices)


def dots_of(page: Page) -> list[Dot]:
    """The point marks of the page; what is drawn twice in one place (fill and outline, halo) is one mark. None where
    they are so many that they are a drawing. Dashes are none."""
    dashes = {shape.order for run in _dashes(page.shapes) for shape, _, _ in run}
    found: dict[tuple[int, int], Dot] = {}
    for dot in filter(None, (dot_of(shape) for shape in page.shapes if shape.order not in dashes)):
        column, row = round(dot.x / SAME_PLACE), round(dot.y / SAME_PLACE)
        around = [(column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        twin = next((k for k in around if k in found and _same_place((found[k].x, found[k].y), (dot.x, dot.y))), None)
        if twin is None:
            found[column, row] = dot
        elif distance(dot.colour, found[twin].colour) < SAME_COLOUR:
            found[twin] = replace(dot, hollow=dot.hollow and found[twin].hollow)
        elif dot.box.area <= found[twin].box.area:
            found[twin] = dot
    return list(found.values()) if len(found) <= MOST_MARKS else []


@lru_cache(maxsize=KEPT)
def dot_of(shape: Shape) -> Dot | None:
    """The point mark that the shape is, if it is one."""
    hollow = shape.fill is None or is_paper(shape.fill)
    colour = shape.stroke if hollow else shape.fill
    if shape.kind == "line" or colour is None or is_paper(colour):
        return None
    longest = max(shape.box.width, shape.box.height)
    if not MARK_SIDES[0] <= longest <= LARGEST_DISC:
        return None
    most = LARGEST_DISC if DISC_COVER[0] < cover(shape) < DISC_COVER[1] else MARK_SIDES[1]
    outline = flattened(shape)
    if len(outline) < 3:
        return None
    box = box_around(outline)
    sides = sorted((box.width, box.height))
    if sides[1] > most or sides[0] < MARK_ASPECT * sides[1]:
        return None
    corners = 0 if shape.curved or len(set(outline)) > MOST_CORNERS else len(set(outline))
    return Dot(box.x_mid, box.y_mid, box, colour, hollow, corners, cover(shape))


def polylines_of(page: Page, dots: Sequence[Dot]) -> list[Polyline]:
    """The lines through data: open strokes whose vertices go from left to right, pieces with common ends as one."""
    pieces = [piece for shape in page.shapes for piece in _strokes(shape)]
    once = {piece.vertices: piece for piece in pieces}.values()
    lines = _chained([_to_marks(piece, dots) for piece in once])
    dashed = (line for line in map(_dashed, _dashes(page.shapes)) if not any(runs_along(line, x) for x in lines))
    inner = {vertex for piece in once for vertex in piece.vertices[1:-1]}
    return [x for x in _chained([*lines, *(_to_marks(line, dots) for line in dashed)]) if _is_data(x, inner)]


_Dash = tuple[Shape, Point, Point]
"""A dash with its left and its right end."""


def _dashes(shapes: Iterable[Shape]) -> list[list[_Dash]]:
    """The runs of dashes, from left to right: some programs draw each dash of a line as a filled quadrilateral."""
    runs: list[list[_Dash]] = []
    found = [dash for shape in shapes if (dash := _dash(shape)) is not None]
    for dash in sorted(found, key=lambda d: d[1]):
        near = [r for r in runs if r[-1][0].fill == dash[0].fill and _follows(r[-1], dash)]
        if near:
            min(near, key=lambda r: math.dist(r[-1][2], dash[1])).append(dash)
        else:
            runs.append([dash])
    return [run for run in runs if len(run) >= FEWEST_DASHES]


@lru_cache(maxsize=KEPT)
def _dash(shape: Shape) -> _Dash | None:
    corners = list(dict.fromkeys(shape.points))
    if shape.fill is None or shape.curved or len(corners) != 4 or max(shape.box.width, shape.box.height) > LONGEST_DASH:
        return None
    sides = sorted(zip(corners, [*corners[1:], corners[0]], strict=True), key=lambda side: math.dist(*side))
    left, right = sorted(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in sides[:2])
    thin = math.dist(*sides[1]) <= THICKEST_DASH
    return (shape, left, right) if thin and right[0] > left[0] and right[0] - left[0] > 0.2 * shape.box.height else None


def _follows(one: _Dash, other: _Dash) -> bool:
    """Is the gap between the two no wider than the longer of them, and half of it?"""
    return math.dist(one[2], other[1]) <= 1.5 * max(math.dist(*one[1:]), math.dist(*other[1:]))


def _dashed(run: Sequence[_Dash]) -> Polyline:
    """The line of the dashes: it bends where two that follow one another point to."""
    bends = [_crossing(a, b) for (_, *a), (_, *b) in itertools.pairwise(run)]
    vertices = [run[0][1], *(bend for bend in bends if bend is not None), run[-1][2]]
    drawn, length = (sum(math.dist(*d[1:]) for d in run), math.dist(vertices[0], vertices[-1]))
    inked = min(drawn / max(length, drawn), 0.99)
    return Polyline(tuple(sorted(vertices)), run[0][0].fill or (0.0, 0.0, 0.0), run[0][0].order, inked)


def _crossing(one: Sequence[Point], other: Sequence[Point]) -> Point | None:
    """Where the first dash, drawn on, meets the second, drawn back; None where they have one direction."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = *one, *other
    slope, next_slope = (y1 - y0) / (x1 - x0), (y3 - y2) / (x3 - x2)
    if abs(slope - next_slope) < SAME_SLOPE * (1 + slope * slope):
        return None
    x = (y2 - next_slope * x2 - y0 + slope * x0) / (slope - next_slope)
    return (x, y0 + slope * (x - x0)) if x1 - SAME_PLACE <= x <= x2 + SAME_PLACE else None


def _to_marks(piece: Polyline, dots: Sequence[Dot]) -> Polyline:
    """The piece of a line, drawn on to the marks of its colour that it points at and ends shortly before."""
    first, *middle, last = piece.vertices
    (second, *_), (*_, but_last) = (*middle, last), (first, *middle)
    ends = []
    for end, inner, side in ((first, second, -1), (last, but_last, 1)):
        slope = (end[1] - inner[1]) / (end[0] - inner[0])
        marks = [
            (d.x, d.y)
            for d in dots
            if SAME_PLACE < side * (d.x - end[0]) <= MARK_GAP
            and abs(end[1] + slope * (d.x - end[0]) - d.y) <= SAME_PLACE
            and distance(d.colour, piece.colour) < SAME_COLOUR
        ]
        ends.append(min(marks, key=lambda mark: abs(mark[0] - end[0]), default=end))
    return replace(piece, vertices=(ends[0], *middle, ends[1]))


@lru_cache(maxsize=KEPT)
def _strokes(shape: Shape) -> tuple[Polyline, ...]:
    """The subpaths that run from left to right or from right to left, rules left out."""
    if shape.stroke is None or is_paper(shape.stroke) or (shape.fill is not None and not is_paper(shape.fill)):
        return ()
    strokes = []
    for vertices in subpaths(shape):
        if vertices[0][0] > vertices[-1][0]:
            vertices.reverse()
        steps = [b[0] - a[0] for a, b in itertools.pairwise(vertices)]
        if len(vertices) >= 2 and min(steps) > 0.5:
            strokes.append(Polyline(tuple(vertices), shape.stroke, shape.order, shape.inked))
    return tuple(strokes)


def subpaths(shape: Shape, closed: bool = False) -> Iterable[list[Point]]:
    """The ends of segments (no control points) of each subpath; of those that are closed only where wanted."""
    at, run = 0, list[Point]()
    for operator in shape.operators or "m" + "l" * (len(shape.points) - 1):
        if operator == "m":
            if len(run) > 1:
                yield run
            run = []
        at += OPERANDS.get(operator, 0)
        if operator != "h" and 0 < at <= len(shape.points):
            run.append(shape.points[at - 1])
        elif operator == "h":
            if closed and len(run) > 1:
                yield run
            run = []
    if len(run) > 1:
        yield run


def _chained(pieces: Sequence[Polyline]) -> list[Polyline]:
    """Pieces of one colour that end where the next begins, as one line."""
    out: list[Polyline] = []
    for piece in sorted(pieces, key=lambda p: (p.vertices[0], p.order)):
        for i, line in enumerate(out):
            if _same_place(line.vertices[-1], piece.vertices[0]) and line.drawn_like(piece):
                out[i] = replace(line, vertices=(*line.vertices, *piece.vertices[1:]))
                break
        else:
            out.append(piece)
    return out


def _is_data(line: Polyline, inner: Set[Point]) -> bool:
    """No rule, axis or grid line, which are level, maybe with a tick mark at their end, and have no `inner` vertices
    between the ends of their pieces, and no level sample."""
    return line.box.height > SAME_PLACE or (line.box.width > SAMPLE_STROKE and not inner.isdisjoint(line.vertices))


def _same_place(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) <= SAME_PLACE and abs(one[1] - other[1]) <= SAME_PLACE


def runs_along(line: Polyline, edge: Polyline) -> bool:
    """Does the whole line lie on the other one?"""
    return all(passes(edge, point) for point in line.vertices)


def height_at(line: Polyline, x: float) -> float | None:
    """Where the line stands at `x`; None beyond its ends."""
    for (x0, y0), (x1, y1) in itertools.pairwise(line.vertices):
        if x0 <= x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return None


def on_line(dot: Dot, line: Polyline) -> bool:
    return passes(line, (dot.x, dot.y))


def passes(line: Polyline, point: Point) -> bool:
    """Does the line pass through the point, or end there?"""
    first, last = line.vertices[0][0], line.vertices[-1][0]
    height = height_at(line, min(max(point[0], first), last))
    beyond = max(first - point[0], point[0] - last)
    return height is not None and abs(height - point[1]) <= SAME_PLACE and beyond <= SAME_PLACE


def with_marks(line: Polyline, dots: Sequence[Dot], names: Sequence[float]) -> Polyline:
    """The line with a vertex at each of its marks, or at the places of `names` where it has none: some libraries leave
    out vertices on a straight stretch."""
    own = [d.x for d in dots if distance(d.colour, line.colour) < SAME_COLOUR and on_line(d, line)]
    vertices = list(line.vertices)
    for x in own or names:
        height = height_at(line, x)
        if height is not None and not any(abs(x - v) <= SAME_PLACE + 1 for v, _ in vertices):
            vertices.append((x, height))
    return replace(line, vertices=tuple(sorted(vertices)))


YEAR_NAME = re.compile(r"^(?:19|20)\d\d$")
WITH_RANGE = re.compile(r"^[+−-]?\d+[.,]?\d*\s?%?\s*[(\[][\d\s.,;%+–−-]+$")
"""A value with its range of error: "8.3 (8.2–8.4"."""
YEAR_OFF = 0.1
"""Years by which a vertex may stand off the year that it is of."""


def years_between(names: Sequence[tuple[float, str]], places: Iterable[float]) -> list[AxisCategory]:
    """The years, at the places, that an axis leaves out which names every second or fifth: those that it names run
    straight with their places, and each of the others is on or between these. None where any place is off."""
    years = [(place, float(text)) for place, text in names if YEAR_NAME.match(text)]
    scale = straight(years, SAME_PLACE) if len(years) == len(names) > 2 else None
    if scale is None or scale.support < len(years):
        return []
    told = {place: scale.value_at(place) for place in places}
    if any(abs(year - round(year)) > YEAR_OFF for year in told.values()):
        return []
    named = {int(year) for _, year in years}
    return [AxisCategory(place, (), str(round(year))) for place, year in told.items() if round(year) not in named]


ALIGNED = 0.6
"""Em by which a category's name may be off its points."""


@dataclass(frozen=True, slots=True)
class PlotPoint:
    """One data point: its place along the categories (`c`) and the values (`a`), its series and its mark."""

    c: float
    a: float
    series: int
    box: Box
    colour: RGB


@dataclass(frozen=True, slots=True)
class AxisCategory:
    """A place on the category axis and the lines that name it, or the year there that the axis leaves out."""

    c: float
    lines: tuple[ChartLine, ...]
    between: str = ""

    @property
    def label(self) -> str:
        return joined(self.lines) or self.between


@dataclass(frozen=True, slots=True)
class SeriesStyle:
    """How a series is drawn: its marks, if it has any, and its line, or a stroke that shows it in a legend."""

    mark: Dot | None
    line: Polyline | None = None

    def shown_by(self, sample: SeriesStyle) -> bool:
        """Does the sample show something of the series, and nothing in which it differs?"""
        alike = [self.mark.looks_like(sample.mark)] if self.mark and sample.mark else []
        alike += [self.line.drawn_like(sample.line)] if self.line and sample.line else []
        return bool(alike) and all(alike)


@dataclass(frozen=True)
class PointPlot:
    """Points that share a category axis. `upright`: values grow along the page's height. `looks` tell the series apart
    where two have one colour."""

    points: tuple[PlotPoint, ...]
    categories: tuple[AxisCategory, ...]
    colours: tuple[RGB, ...]
    upright: bool
    drawn_as: str
    looks: tuple[SeriesStyle, ...] = ()

    @property
    def box(self) -> Box:
        return union(p.box for p in self.points)

    @property
    def several(self) -> bool:
        """Has it several series? Where each row has one mark, colours may tell signs, or stress a row."""
        return len(self.colours) > 1 and (self.drawn_as != "dots" or len(self.points) > len(self.categories))


def is_name(line: ChartLine) -> bool:
    """Can the text be a name? Numbers other than years are values, no names, also with their range; "25-50%" is one."""
    text = line.text.strip("()[]")
    value = parse_number(text) is not None or WITH_RANGE.match(text)
    return any(c.isalnum() for c in text) and (not value or bool(YEAR_NAME.match(text)))
