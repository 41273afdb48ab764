"""Marks: what a chart draws for its values. Bars are boxes; slices are sectors of a disc or a ring."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.core.colours import RGB, chroma, lightness
from pipeline.core.geometry import Box
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
CURVE_STEPS = 8
"""Points per Bézier segment: a quarter circle is then followed within 0.2 % of its radius."""
CIRCLE_FIT = 0.015
"""How far, as a share of the radius, points of an arc may lie from its circle."""
MIN_RADIUS = 8.0
"""Smallest pie, in points: below lie legend dots, bullets and icons."""
SEED_SWEEP = 25.0
"""An arc of at least so many degrees fixes its circle well enough to look for its neighbours."""
LEAST_CHORD = 2 * MIN_RADIUS * math.sin(math.radians(SEED_SWEEP / 2))
"""Points from end to end of the smallest arc that does so."""
MIN_POLYGON_ARC = 12
"""Corners from which a path without curves may stand for an arc."""
MOST_OUTLINES = 8000
"""Pages whose letters are drawn as paths have thousands of outlines; beyond this they are drawings."""
MOST_OUT = 1.25
"""A sector's radius as a share of its disc's: some are pulled out or drawn larger."""
KEPT = 4096
"""Shapes whose measures are kept: a page is read whole and in parts, and its shapes are the same in all of them."""
DECORATION = 0.02
"""A ring thinner than this share of its radius is an outline."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled box. `order` is its place in the drawing order."""

    box: Box
    fill: RGB
    order: int


@dataclass(frozen=True, slots=True)
class Sector:
    """Part of a disc or ring: centre and radii in points, angles in degrees clockwise from twelve o'clock."""

    centre: Point
    inner: float
    outer: float
    start: float
    sweep: float
    fill: RGB
    order: int

    @property
    def middle(self) -> Point:
        """The point in the middle of the sector."""
        return polar(self.centre, (self.inner + self.outer) / 2, self.start + self.sweep / 2)

    @property
    def box(self) -> Box:
        """Box around the sector's corners and the middle of its arc."""
        angles = [self.start + self.sweep * k / 8 for k in range(9)]
        xs, ys = zip(*(polar(self.centre, r, a) for r in (self.inner, self.outer) for a in angles), strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))


def polar(centre: Point, radius: float, angle: float) -> Point:
    """The point at `angle` degrees clockwise from twelve o'clock."""
    radians = math.radians(angle)
    return (centre[0] + radius * math.sin(radians), centre[1] - radius * math.cos(radians))


def bearing(centre: Point, point: Point) -> float:
    """Degrees (0..360) clockwise from twelve o'clock at which `point` is seen from `centre`."""
    return math.degrees(math.atan2(point[0] - centre[0], centre[1] - point[1])) % 360


def is_paper(colour: RGB) -> bool:
    """White, or so near that nobody sees it on paper."""
    return lightness(colour) >= PAPER_LIGHTNESS and chroma(colour) < PAPER_CHROMA


def is_tint(colour: RGB) -> bool:
    """Paper or the pale colour of a background."""
    return lightness(colour) >= TINT_LIGHTNESS and chroma(colour) < TINT_CHROMA


def bars_of(page: Page) -> list[Bar]:
    """Every box on the page that could be a bar, drawn as rectangle, path or thick line; none in the colour of its
    ground, no doubles."""
    found: dict[tuple[int, ...], Bar] = {}
    grounds: list[Bar] = []
    sheet = 0.6 * page.width * page.height
    papers = {shape.fill for shape in page.shapes if shape.fill is not None and shape.box.area > sheet}
    for shape in page.shapes:
        bar = _bar(shape)
        if bar is None or max(bar.box.width, bar.box.height) <= DOT:
            continue
        if min(bar.box.width, bar.box.height) > GROUND and not is_tint(bar.fill):
            grounds.append(bar)
        paper = is_paper(bar.fill) or bar.fill in papers
        if bar.box.area > sheet or (paper and not any(g is not bar and g.box.holds(bar.box) for g in grounds)):
            continue
        key = tuple(round(v * 2) for v in bar.box)
        found[key] = bar
    bars = sorted(found.values(), key=lambda b: b.order)
    if len(bars) > MOST_MARKS:
        return []
    return [b for b in bars if not _is_ground(b, bars)]


def _bar(shape: Shape) -> Bar | None:
    if shape.fill is not None:
        if shape.kind == "line" or min(shape.box.width, shape.box.height) < 0.0:
            return None
        if shape.kind == "path" and cover(shape) < RECT_FILL:
            return None
        return Bar(shape.box, shape.fill, shape.order)
    if shape.kind == "line" and shape.stroke is not None and shape.width >= THICK_LINE:
        half = shape.width / 2
        if shape.box.width < 0.1:
            return Bar(shape.box._replace(x0=shape.box.x0 - half, x1=shape.box.x1 + half), shape.stroke, shape.order)
        if shape.box.height < 0.1:
            box = shape.box._replace(top=shape.box.top - half, bottom=shape.box.bottom + half)
            return Bar(box, shape.stroke, shape.order)
    return None


@lru_cache(maxsize=KEPT)
def cover(shape: Shape) -> float:
    """Share of its box that a closed path covers (shoelace formula on its outline)."""
    outline = flattened(shape)
    if len(outline) < 4 or shape.box.area == 0:
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


def flattened(shape: Shape) -> list[Point]:
    """The outline of a path as a chain of points; curves become short straight pieces."""
    return [point for run in _runs(shape) for point in run[1]]


def _runs(shape: Shape) -> list[tuple[bool, list[Point]]]:
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


def fit_circle(points: Sequence[Point]) -> tuple[Point, float, float] | None:
    """(centre, radius, largest distance from the circle) by least squares (Kåsa); None for points in a line."""
    import numpy as np

    xy = np.asarray(points, dtype=float)
    origin = xy.mean(axis=0)
    x, y = (xy - origin).T
    design = np.column_stack([x, y, np.ones(len(x))])
    (a, b, c), _, rank, _ = np.linalg.lstsq(design, x * x + y * y, rcond=1e-10)
    squared = c + a * a / 4 + b * b / 4
    if rank < 3 or squared <= 0:
        return None
    radius = float(np.sqrt(squared))
    off = float(np.max(np.abs(np.hypot(x - a / 2, y - b / 2) - radius)))
    return (float(origin[0] + a / 2), float(origin[1] + b / 2)), radius, off


@dataclass(frozen=True, slots=True)
class _Outline:
    shape: Shape
    runs: list[tuple[bool, list[Point]]]
    points: list[Point]
    fill: RGB
    stroked: float
    """Width of the stroke that draws a ring; 0 for a filled path."""
    box: Box
    """Around its points."""

    def reach(self, centre: Point) -> float:
        """The least that its farthest point can be away from `centre`."""
        x, y = centre
        return max(abs(self.box.x0 - x), abs(self.box.x1 - x), abs(self.box.top - y), abs(self.box.bottom - y))


def discs_of(page: Page) -> list[list[Sector]]:
    """The pies and doughnuts of the page, each as its visible sectors, ring by ring from outside, clockwise."""
    outlines = [o for o in map(_outline, page.shapes) if o is not None]
    if len(outlines) > MOST_OUTLINES:
        return []
    circles: list[tuple[Point, float]] = []
    for centre, radius in sorted(filter(None, (_circle_of(o.shape) for o in outlines)), key=lambda c: -c[1]):
        if not any(math.dist(centre, c) < 0.04 * r for c, r in circles):
            circles.append((centre, radius))
    discs = []
    for centre, radius in circles:
        near = [o for o in outlines if o.reach(centre) <= MOST_OUT * radius + o.stroked]
        sectors = [s for s in (_sector(o, centre) for o in near) if s is not None]
        visible = _visible([s for s in sectors if s.outer <= MOST_OUT * radius])
        if visible:
            discs.append(visible)
    return discs


@lru_cache(maxsize=KEPT)
def _outline(shape: Shape) -> _Outline | None:
    if shape.kind != "path" or (not shape.curved and len(shape.points) < 3):
        return None
    if shape.fill is not None and max(shape.box.width, shape.box.height) > 1.0:
        paint, stroked = shape.fill, 0.0
    elif shape.fill is None and shape.stroke is not None and shape.curved and shape.width >= THICK_LINE:
        paint, stroked = shape.stroke, shape.width
    else:
        return None
    runs = _runs(shape)
    points = [point for _, run in runs for point in run]
    if len(points) < 3:
        return None
    xs, ys = zip(*points, strict=True)
    return _Outline(shape, runs, points, paint, stroked, Box(min(xs), min(ys), max(xs), max(ys)))


@lru_cache(maxsize=KEPT)
def _circle_of(shape: Shape) -> tuple[Point, float] | None:
    """Centre and radius where the outline holds an arc that fixes them: its outer one, wherever the path begins."""
    outline = _outline(shape)
    if outline is None:
        return None
    runs = [part for curved, run in outline.runs if curved for part in (run, *_even_parts(run))]
    if not outline.shape.curved and len(outline.points) >= MIN_POLYGON_ARC:
        runs = _arcs(outline.points)
    found: list[tuple[Point, float]] = []
    for run in runs:
        fit = fit_circle(run) if len(run) >= CURVE_STEPS and _is_long(run) else None
        if fit is None or fit[1] < MIN_RADIUS or fit[2] > CIRCLE_FIT * fit[1]:
            continue
        if _swept([bearing(fit[0], p) for p in run])[1] >= SEED_SWEEP:
            found.append(fit[:2])
    return max(found, key=lambda circle: circle[1], default=None)


def _is_long(run: Sequence[Point]) -> bool:
    xs, ys = zip(*run, strict=True)
    return math.hypot(max(xs) - min(xs), max(ys) - min(ys)) >= LEAST_CHORD


ROUND_CORNER = 0.1
"""Radii of the disc within which the rounded corner of a slice stays beside its side."""


def _even_parts(run: Sequence[Point]) -> list[list[Point]]:
    """The run cut where its points come closer or further apart: a slice's rim is drawn in other steps than its rounded
    corners."""
    steps = [math.dist(a, b) + 1e-3 for a, b in itertools.pairwise(run)]
    cuts = [i for i, (a, b) in enumerate(itertools.pairwise(steps), 1) if not 0.5 < a / b < 2]
    edges = [0, *cuts, len(run) - 1]
    return [list(run[a : b + 1]) for a, b in itertools.pairwise(edges)] if cuts else []


def _arcs(points: Sequence[Point]) -> list[list[Point]]:
    """A polygon's runs of points without a long straight piece: the arcs of a ring's segment."""
    runs: list[list[Point]] = [[points[0]]]
    steps = sorted(math.dist(a, b) for a, b in itertools.pairwise(points))
    limit = 2.5 * steps[len(steps) // 2] + 0.01
    for before, point in itertools.pairwise(points):
        if math.dist(before, point) > limit:
            runs.append([])
        runs[-1].append(point)
    return runs


def _swept(angles: Sequence[float]) -> tuple[float, float]:
    """(start, sweep) in degrees of the smallest turn that holds all angles."""
    ordered = sorted(a % 360 for a in angles)
    if len(ordered) < 2:
        return (ordered[0] if ordered else 0.0, 0.0)
    gaps = [(b - a, b) for a, b in itertools.pairwise(ordered)]
    gaps.append((ordered[0] + 360 - ordered[-1], ordered[0]))
    gap, start = max(gaps)
    return (start, 360.0 - gap)


def _sector(outline: _Outline, centre: Point) -> Sector | None:
    """The outline as a sector around `centre`, if it is one."""
    distances = [math.dist(p, centre) for p in outline.points]
    outer = max(distances)
    if outer < MIN_RADIUS:
        return None
    if outline.stroked:
        return _stroked_sector(outline, centre, distances)
    rim = [p for p, d in zip(outline.points, distances, strict=True) if d > outer * (1 - CIRCLE_FIT)]
    inner = min(distances)
    if inner < 0.04 * outer:
        inner = 0.0
    elif _is_full(outline.points, centre, distances):
        return Sector(centre, 0.0, outer, 0.0, 360.0, outline.fill, outline.shape.order)
    beyond = [bearing(centre, p) for p, d in zip(outline.points, distances, strict=True) if 2 * d > inner + outer]
    start, sweep = _swept(beyond)
    if len(rim) < 2 or not _radial(outline.points, centre, Sector(centre, inner, outer, start, sweep, outline.fill, 0)):
        return None
    if inner == 0.0 and not _sides_meet(outline, centre, outer):
        return None
    return Sector(centre, inner, outer, start, sweep, outline.fill, outline.shape.order)


def _is_full(points: Sequence[Point], centre: Point, distances: Sequence[float]) -> bool:
    round_ = max(distances) - min(distances) < CIRCLE_FIT * max(distances)
    return round_ and _swept([bearing(centre, p) for p in points])[1] > 300


def _stroked_sector(outline: _Outline, centre: Point, distances: Sequence[float]) -> Sector | None:
    radius = sum(distances) / len(distances)
    if max(distances) - min(distances) > 2 * CIRCLE_FIT * radius or outline.stroked < DECORATION * radius:
        return None
    start, sweep = _swept([bearing(centre, p) for p in outline.points])
    if sweep > 330 and math.dist(outline.points[0], outline.points[-1]) < 0.02 * radius:
        start, sweep = 0.0, 360.0
    half = outline.stroked / 2
    return Sector(centre, max(radius - half, 0.0), radius + half, start, sweep, outline.fill, outline.shape.order)


def _radial(points: Sequence[Point], centre: Point, sector: Sector) -> bool:
    """True when every corner lies on the inner or on the outer rim, or close to a side: the sides are radii, and
    corners may be round."""
    slack = max(CIRCLE_FIT * sector.outer, 0.3)
    for point in points:
        distance_ = math.dist(point, centre)
        if sector.inner + slack < distance_ < sector.outer - slack:
            turn = (bearing(centre, point) - sector.start) % 360
            off = min(turn, abs(sector.sweep - turn), 360 - turn)
            if math.radians(min(off, 90)) * distance_ > max(ROUND_CORNER * sector.outer, slack):
                return False
    return True


def _sides_meet(outline: _Outline, centre: Point, outer: float) -> bool:
    """A slice has the centre as corner; letters and icons that merely touch it do not have both rims."""
    return any(math.dist(p, centre) < 0.04 * outer for p in outline.points)


def _visible(sectors: Sequence[Sector]) -> list[Sector]:
    """Sectors without what later ones cover; paper covers but is no mark."""
    ordered = sorted(sectors, key=lambda s: s.order)
    out: list[Sector] = []
    for index, sector in enumerate(ordered):
        if is_paper(sector.fill) and sector.sweep >= 359:
            continue
        inner = sector.inner
        pieces = [(sector.start, sector.sweep)]
        for later in ordered[index + 1 :]:
            if later.inner <= inner + 0.1 and later.sweep >= 359 and later.outer < sector.outer * 0.97:
                inner = max(inner, later.outer)
            elif min(later.outer, sector.outer) - max(later.inner, inner) > 0.5 * (sector.outer - inner):
                pieces = _without(pieces, later)
        pieces = [p for p in pieces if p[1] > 1e-4]
        if pieces and not is_paper(sector.fill) and sector.outer - inner > DECORATION * sector.outer:
            start, sweep = _swept_pieces(pieces)
            out.append(replace(sector, inner=inner, start=start, sweep=sweep))
    return sorted(out, key=lambda s: (-round(s.outer), s.start, s.order))


def _swept_pieces(pieces: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The largest visible piece stands for the sector (a mark in two pieces does not occur in a pie)."""
    return max(pieces, key=lambda p: p[1])


def _without(pieces: Sequence[tuple[float, float]], cover: Sector) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for start, sweep in pieces:
        offset = (cover.start - start) % 360
        if sweep <= offset <= 360 - cover.sweep:
            out.append((start, sweep))
            continue
        cuts = [(offset, offset + cover.sweep), (offset - 360, offset - 360 + cover.sweep)]
        free = [(0.0, sweep)]
        for low, high in cuts:
            free = [part for a, b in free for part in ((a, min(b, low)), (max(a, high), b)) if part[1] - part[0] > 1e-6]
        out.extend((start + a, b - a) for a, b in free)
    return _joined_over_north(out)


def _joined_over_north(pieces: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Two pieces that meet where a full circle was cut open are one."""
    for one in pieces:
        for other in pieces:
            if one is not other and abs((one[0] + one[1] - other[0]) % 360) < 1e-6:
                rest = [p for p in pieces if p is not one and p is not other]
                return [*rest, (one[0], one[1] + other[1])]
    return pieces
