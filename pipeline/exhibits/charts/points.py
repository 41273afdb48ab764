"""Points of charts: small marks (discs, squares, diamonds, triangles) and the vertices of lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.core.colours import RGB, distance
from pipeline.core.geometry import Box, union
from pipeline.core.numbers import parse_number
from pipeline.exhibits.charts.chart_text import ChartLine, joined
from pipeline.exhibits.charts.fitting import straight
from pipeline.exhibits.charts.legends import SAME_COLOUR
from pipeline.exhibits.charts.marks import MOST_MARKS, Point, cover, flattened, is_paper
from pipeline.pages.page import Page, Shape

MARK_SIDES = (1.5, 18.0)
"""Points: side of a point mark; smaller are specks, larger are tiles and bubbles."""
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
        xs, ys = zip(*self.vertices, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))


def dots_of(page: Page) -> list[Dot]:
    """The point marks of the page."""
    return dots_in(page.shapes)


def dots_in(shapes: Iterable[Shape]) -> list[Dot]:
    """The point marks among the shapes; what is drawn twice in one place (fill and outline, halo) is one mark. None
    where they are so many that they are a drawing."""
    found: dict[tuple[int, int], Dot] = {}
    for dot in filter(None, map(_dot, shapes)):
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


def _dot(shape: Shape) -> Dot | None:
    hollow = shape.fill is None or is_paper(shape.fill)
    colour = shape.stroke if hollow else shape.fill
    if shape.kind == "line" or colour is None or is_paper(colour):
        return None
    longest = max(shape.box.width, shape.box.height)
    if not MARK_SIDES[0] <= longest <= MARK_SIDES[1]:
        return None
    outline = flattened(shape)
    if len(outline) < 3:
        return None
    xs, ys = zip(*outline, strict=True)
    box = Box(min(xs), min(ys), max(xs), max(ys))
    sides = sorted((box.width, box.height))
    if sides[1] > MARK_SIDES[1] or sides[0] < MARK_ASPECT * sides[1]:
        return None
    corners = 0 if shape.curved or len(set(outline)) > MOST_CORNERS else len(set(outline))
    return Dot(box.x_mid, box.y_mid, box, colour, hollow, corners, cover(shape))


def polylines_of(page: Page) -> list[Polyline]:
    """The lines through data: open strokes whose vertices go from left to right, pieces with common ends as one."""
    pieces: list[Polyline] = []
    for shape in page.shapes:
        if shape.stroke is None or is_paper(shape.stroke) or (shape.fill is not None and not is_paper(shape.fill)):
            continue
        pieces += [Polyline(tuple(run), shape.stroke, shape.order, shape.inked) for run in _open_runs(shape)]
    dots, once = dots_of(page), {piece.vertices: piece for piece in pieces}.values()
    return [line for line in _chained([_to_marks(piece, dots) for piece in once]) if _is_data(line)]


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


def _open_runs(shape: Shape) -> Iterable[list[Point]]:
    """Vertices of the subpaths that run from left to right or from right to left, rules left out."""
    for vertices in subpaths(shape):
        if vertices[0][0] > vertices[-1][0]:
            vertices.reverse()
        steps = [b[0] - a[0] for a, b in itertools.pairwise(vertices)]
        if len(vertices) >= 2 and min(steps) > 0.5:
            yield vertices


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


def _is_data(line: Polyline) -> bool:
    """No rule, axis or grid line: these are level and have no vertices between their ends."""
    return len(line.vertices) > 2 or line.box.height > SAME_PLACE


def _same_place(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) <= SAME_PLACE and abs(one[1] - other[1]) <= SAME_PLACE


def height_at(line: Polyline, x: float) -> float | None:
    """Where the line stands at `x`; None beyond its ends."""
    for (x0, y0), (x1, y1) in itertools.pairwise(line.vertices):
        if x0 <= x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return None


def on_line(dot: Dot, line: Polyline) -> bool:
    """Does the mark sit on the line?"""
    height = height_at(line, min(max(dot.x, line.vertices[0][0]), line.vertices[-1][0]))
    beyond = max(line.vertices[0][0] - dot.x, dot.x - line.vertices[-1][0])
    return height is not None and abs(height - dot.y) <= SAME_PLACE and beyond <= SAME_PLACE


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


def is_name(line: ChartLine) -> bool:
    """Can the text be a name? Numbers other than years are values, no names; "25-50%" is one."""
    text = line.text.strip("()[]")
    return any(c.isalnum() for c in text) and (parse_number(text) is None or bool(YEAR_NAME.match(text)))
