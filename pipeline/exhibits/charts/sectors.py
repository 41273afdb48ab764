"""Slices: sectors of a disc or a ring."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box, box_around
from pipeline.exhibits.charts.chart_text import KEPT
from pipeline.exhibits.charts.marks import CURVE_STEPS, THICK_LINE, Point, is_paper, runs_of
from pipeline.pages.page import Page, Shape

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
MOST_PULLED = 0.5
"""Share of the radius by which slices are pulled out of their disc, at most."""
DECORATION = 0.02
"""A ring thinner than this share of its radius is an outline."""


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
        return polar(self.centre, (self.inner + self.outer) / 2, self.start + self.sweep / 2)

    @property
    def box(self) -> Box:
        """Box around the sector's corners and the middle of its arc."""
        angles = [self.start + self.sweep * k / 8 for k in range(9)]
        return box_around(polar(self.centre, r, a) for r in (self.inner, self.outer) for a in angles)


def polar(centre: Point, radius: float, angle: float) -> Point:
    """The point at `angle` degrees clockwise from twelve o'clock."""
    radians = math.radians(angle)
    return (centre[0] + radius * math.sin(radians), centre[1] - radius * math.cos(radians))


def bearing(centre: Point, point: Point) -> float:
    """Degrees (0..360) clockwise from twelve o'clock at which `point` is seen from `centre`."""
    return math.degrees(math.atan2(point[0] - centre[0], centre[1] - point[1])) % 360


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


@dataclass(frozen=True, slots=True, eq=False)
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
    own = [(o, circle) for o in outlines if (circle := _circle_of(o.shape)) is not None]
    centred = [(o, at) for o, (at, _) in own] + [(o, at) for o in outlines if (at := _corner_of(o)) is not None]
    discs = _pulled_apart([s for o, at in centred if (s := _sector(o, at)) is not None])
    moved = {s.order for disc in discs for s in disc}
    circles: list[tuple[Point, float]] = []
    for centre, radius in sorted((circle for o, circle in own if o.shape.order not in moved), key=lambda c: -c[1]):
        if not any(math.dist(centre, c) < 0.04 * r for c, r in circles):
            circles.append((centre, radius))
    for centre, radius in circles:
        near = [o for o in outlines if o.reach(centre) <= MOST_OUT * radius + o.stroked]
        sectors = [s for o in near if (s := _sector(o, centre)) is not None and s.outer <= MOST_OUT * radius]
        outlined = {o.shape.order for o in near if o.shape.stroke is not None and not is_paper(o.shape.stroke)}
        discs.append(_visible(sectors, outlined))
    return [disc for disc in discs if disc]


def _pulled_apart(slices: Sequence[Sector]) -> list[list[Sector]]:
    """Discs whose slices are pulled out, each slice moved back: their middle lines meet in the centre of the disc."""
    groups: list[list[Sector]] = []
    for one in slices:
        group = next((g for g in groups if all(_may_be_one(one, other) for other in g)), None)
        groups += [[one]] if group is None else []
        (group or []).append(one)
    return [moved for group in groups if (moved := _moved_back(group))]


def _corner_of(outline: _Outline) -> Point | None:
    """The corner of a slice too small for a circle of its own: all the others are equally far from it."""
    corners = list(dict.fromkeys(outline.points))
    if not 4 <= len(corners) < MIN_POLYGON_ARC or outline.reach(corners[0]) < MIN_RADIUS:
        return None
    away = {at: [math.dist(at, p) for p in corners if p != at] for at in corners}
    return next((at for at, far in away.items() if max(far) - min(far) < CIRCLE_FIT * max(far)), None)


def _may_be_one(one: Sector, other: Sector) -> bool:
    near = math.dist(one.centre, other.centre) < 2 * MOST_PULLED * one.outer
    return near and abs(one.outer - other.outer) < 2 * CIRCLE_FIT * one.outer


def _moved_back(slices: Sequence[Sector]) -> list[Sector]:
    import numpy as np

    slack = 2 * CIRCLE_FIT * slices[0].outer
    apart = max(math.dist(s.centre, slices[0].centre) for s in slices) > slack
    if not apart or not 359 < sum(s.sweep for s in slices) < 361:
        return []
    middles = np.radians([s.start + s.sweep / 2 for s in slices])
    out, sides = np.stack([[np.sin(middles), -np.cos(middles)], [np.cos(middles), np.sin(middles)]]).swapaxes(1, 2)
    centres = np.array([s.centre for s in slices])
    x, y = np.linalg.lstsq(sides, (sides * centres).sum(axis=1), rcond=None)[0]
    beside, pulled = ((line * (centres - (x, y))).sum(axis=1) for line in (sides, out))
    if np.abs(beside).max() > slack or pulled.min() < -slack:
        return []
    return [
        replace(s, centre=(float(x), float(y)), outer=s.outer + float(far))
        for s, far in sorted(zip(slices, pulled, strict=True), key=lambda pair: pair[0].start)
    ]


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
    runs = runs_of(shape)
    points = [point for _, run in runs for point in run]
    if len(points) < 3:
        return None
    return _Outline(shape, runs, points, paint, stroked, box_around(points))


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
    box = box_around(run)
    return math.hypot(box.width, box.height) >= LEAST_CHORD


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


@lru_cache(maxsize=KEPT)
def _sector(outline: _Outline, centre: Point) -> Sector | None:
    distances = [math.dist(p, centre) for p in outline.points]
    outer = max(distances)
    if outer < MIN_RADIUS:
        return None
    if outline.stroked:
        return _stroked_sector(outline, centre, distances)
    inner = min(distances)
    if inner < 0.04 * outer:
        inner = 0.0
    elif _is_full(outline.points, centre, distances):
        return Sector(centre, 0.0, outer, 0.0, 360.0, outline.fill, outline.shape.order)
    beyond = [bearing(centre, p) for p, d in zip(outline.points, distances, strict=True) if 2 * d > inner + outer]
    start, sweep = _swept(beyond)
    found = Sector(centre, inner, outer, start, sweep, outline.fill, outline.shape.order)
    on_rim = sum(d > outer * (1 - CIRCLE_FIT) for d in distances)
    return found if on_rim >= 2 and _radial(outline.points, centre, found) else None


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


def _visible(sectors: Sequence[Sector], outlined: Set[int]) -> list[Sector]:
    """Sectors without what later ones cover; paper covers, but is no mark unless it is `outlined` (by `order`)."""
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
        bare = is_paper(sector.fill) and sector.order not in outlined
        if pieces and not bare and sector.outer - inner > DECORATION * sector.outer:
            start, sweep = max(pieces, key=lambda p: p[1])  # a mark in two pieces does not occur in a pie
            out.append(replace(sector, inner=inner, start=start, sweep=sweep))
    return sorted(out, key=lambda s: (-round(s.outer), s.start, s.order))


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
