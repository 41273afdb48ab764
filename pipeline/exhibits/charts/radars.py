"""Radars: closed polygons around a common centre, with one corner on each of several equally spaced spokes.

A corner's distance from the centre is its value, on a scale that the ticks along a spoke tell, or the printed labels.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.colours import RGB, chroma, distance, lightness
from pipeline.core.geometry import Box, box_around, union
from pipeline.exhibits.charts.chart_drafts import (
    UNNAMED,
    ChartDraft,
    Scene,
    agrees,
    value_at,
)
from pipeline.exhibits.charts.chart_text import ChartLine, Token, names_of, remaining
from pipeline.exhibits.charts.fitting import Scale, matched, straight
from pipeline.exhibits.charts.legends import SAME_COLOUR
from pipeline.exhibits.charts.marks import Point
from pipeline.exhibits.charts.pies import nearest_on
from pipeline.exhibits.charts.points import PlotPoint, PointPlot, is_name, subpaths
from pipeline.exhibits.charts.sectors import bearing, polar
from pipeline.exhibits.charts.series_names import series_names

FEWEST_SPOKES = 3
"""Corners of a polygon that surrounds its centre."""
ANGLE_SLACK = 3.0
"""Degrees by which a corner may be off its spoke."""
SAME_RADIUS = 0.02
"""Relative difference of radii that are equal: the corners of a grid line, no data."""
BEYOND = 1.25
"""Radii of the outermost grid line up to which corners may lie outside of it."""
REACH = 3.0
"""Em between a corner and its label, or a spoke's end and its name."""
COLOURFUL = 10.0
"""CIELAB chroma from which the ink of a number tells its polygon."""
TICK_SLACK = 2.0
"""Points by which a tick's text may be off its grid line."""


@dataclass(frozen=True)
class _Web:
    """One radar: its centre, the radius of its grid, and its polygons by colour, corners by bearing."""

    centre: Point
    radius: float
    polygons: tuple[tuple[RGB, tuple[Point, ...]], ...]
    grid: tuple[float, ...]
    """The radii of the grid lines around the centre."""

    @property
    def bearings(self) -> list[float]:
        return [bearing(self.centre, p) for p in self.polygons[0][1]]

    @property
    def box(self) -> Box:
        return box_around([self.centre]).grown(self.radius)


def radar_drafts(scene: Scene) -> list[ChartDraft]:
    """Every radar of the page, without titles."""
    rings = _rings(scene)
    data = [(colour, ring) for colour, ring in rings if not _is_regular(ring, *_middle(ring))]
    grids = [(centre, radius) for _, ring in rings for centre, radius in [_middle(ring)]
             if _is_regular(ring, centre, radius)]  # fmt: skip
    webs: list[_Web] = []
    for centre, radius in sorted(grids, key=lambda grid: -grid[1]):
        if any(math.dist(centre, web.centre) < radius for web in webs):
            continue
        found: dict[tuple[int, ...], tuple[RGB, tuple[Point, ...]]] = {}
        for colour, ring in data:
            if _on_spokes(ring, centre, radius):
                corners = tuple(sorted(ring, key=lambda p: bearing(centre, p) % (360 - ANGLE_SLACK)))
                place = tuple(round(v) for p in corners for v in p)
                pale, _ = found.get(place, (colour, corners))
                found[place] = min(pale, colour, key=lightness), corners  # an outline, and its ground in a tint
        if len({len(corners) for _, corners in found.values()}) == 1:
            lines = tuple(r for middle, r in grids if math.dist(middle, centre) < 1.0)
            webs.append(_Web(centre, radius, tuple(found.values()), lines))
    return [draft for web in webs if (draft := _draft(scene, web)) is not None]


def _rings(scene: Scene) -> list[tuple[RGB, list[Point]]]:
    """The closed polygons of the page with their colours."""
    found = []
    for shape in scene.page.shapes:
        colour = shape.stroke or shape.fill
        if colour is None or shape.kind == "line" or not scene.free(shape.box):
            continue
        runs = subpaths(shape, closed=True)
        rings = (list(run[:-1] if math.dist(run[0], run[-1]) < 0.5 else run) for run in runs)
        found += [(colour, ring) for ring in rings if len(ring) >= FEWEST_SPOKES]
    return found


def _middle(ring: Sequence[Point]) -> tuple[Point, float]:
    centre = (sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring))
    return centre, sum(math.dist(p, centre) for p in ring) / len(ring)


def _is_regular(ring: Sequence[Point], centre: Point, radius: float) -> bool:
    """Are the corners those of a circle, or of a polygon with equal sides?"""
    return _is_even(ring, centre) and all(
        abs(math.dist(p, centre) - radius) <= SAME_RADIUS * radius + 0.2 for p in ring
    )


def _is_even(ring: Sequence[Point], centre: Point) -> bool:
    """Do the corners stand on equally spaced spokes?"""
    turns = sorted(bearing(centre, p) for p in ring)
    steps = [b - a for a, b in itertools.pairwise([*turns, turns[0] + 360])]
    return all(abs(step - 360 / len(ring)) <= ANGLE_SLACK for step in steps)


def _on_spokes(ring: Sequence[Point], centre: Point, radius: float) -> bool:
    """Is the ring data: one corner on each of equally spaced spokes, at different distances?"""
    away = [math.dist(p, centre) for p in ring]
    if max(away) > BEYOND * radius or min(away) < 1.0 or max(away) - min(away) <= 2 * SAME_RADIUS * radius:
        return False
    return _is_even(ring, centre)


def _draft(scene: Scene, web: _Web) -> ChartDraft | None:
    tokens = [t for t in scene.tokens if (t.alone or t.percent) and web.box.grown(2 * REACH * t.size).holds(t.box)]
    scale, ticks = _scale(web, tokens)
    corners = [(colour, p) for colour, polygon in web.polygons for p in polygon]
    spoke = _spoke(web, scene)
    tips = [polar(web.centre, spoke, turn) for turn in web.bearings] * len(web.polygons)
    labels = _labels(corners, tips, [t for t in tokens if t not in ticks])
    if scale is None:
        scale = straight(
            [(math.dist(p, web.centre), labels[k].value) for k, (_, p) in enumerate(corners) if k in labels], 1.0
        )
    if scale is None or scale.support < FEWEST_SPOKES:
        return None
    draft = ChartDraft("radar", web.box, [])
    draft.claim(ticks, "axis tick")
    draft.claim_values(labels.values())
    spokes = len(web.bearings)
    names = {k: draft.name(own) for k, own in _names(web, spoke, remaining(scene.lines, draft.claimed)).items()}
    points = [PlotPoint(x, y, k // spokes, Box(x, y, x, y).grown(1.0), c) for k, (c, (x, y)) in enumerate(corners)]
    colours = tuple(colour for colour, _ in web.polygons)
    series = series_names(PointPlot(tuple(points), (), colours, True, "radar"), scene.dots, draft, scene)
    for k, (colour, (x, y)) in enumerate(corners):
        measured, token, rows = scale.value_at(math.dist((x, y), web.centre)), labels.get(k), names.get(k % spokes, ())
        own = (series[k // spokes],) if k // spokes in series else ()
        named = (*rows, *own), () if rows and (own or len(colours) == 1) else (UNNAMED,)
        fits = token is None or agrees(token, measured, scale.per_point)
        draft.values.append(value_at(points[k].box, token, colour, measured, named, fits))
    return draft


def _scale(web: _Web, tokens: Sequence[Token]) -> tuple[Scale | None, list[Token]]:
    """The scale that the numbers of one style along one spoke tell, and those numbers."""
    best: Scale | None = None
    ticks: list[Token] = []
    styles = {(t.percent, t.size, t.colour) for t in tokens}
    turns = {round(bearing(web.centre, (t.box.x_mid, t.box.y_mid))) for t in tokens} | {0}
    for style, turn in itertools.product(sorted(styles, key=str), sorted(turns)):
        alike = [t for t in tokens if (t.percent, t.size, t.colour) == style]
        row = _along(web, alike, turn)
        scale = straight([(a, t.value) for t, a in row], TICK_SLACK)
        if scale is None or scale.per_point <= 0 or scale.support < FEWEST_SPOKES:
            continue
        if best is None or scale.support > best.support:
            best, ticks = scale, [t for t, a in row if scale.points_off(a, t.value) <= TICK_SLACK]
            told = [(min(web.grid, key=lambda r: abs(r - a)), t.value) for t, a in row if t in ticks]
            on_grid = straight(told, TICK_SLACK)
            best = on_grid if on_grid is not None and on_grid.support == len(told) else best
    return best, ticks


def _along(web: _Web, tokens: Sequence[Token], turn: float) -> list[tuple[Token, float]]:
    """The numbers beside the spoke at `turn` degrees, with how far along it they stand."""
    sine, cosine = polar((0.0, 0.0), 1.0, turn)
    row = []
    for token in tokens:
        x, y = token.box.x_mid - web.centre[0], token.box.y_mid - web.centre[1]
        if abs(x * cosine - y * sine) <= 2 * token.size and x * sine + y * cosine >= -token.size:
            row.append((token, x * sine + y * cosine))
    return row


def _labels(corners: Sequence[tuple[RGB, Point]], tips: Sequence[Point], tokens: Sequence[Token]) -> dict[int, Token]:
    """Corner → the number that stands at it, or at the end of its spoke: for one of several polygons in its ink."""
    several = len({colour for colour, _ in corners}) > 1

    def off(colour: RGB, corner: Point, tip: Point, token: Token) -> float:
        middle, ink = (token.box.x_mid, token.box.y_mid), token.colour
        inked = ink is not None and chroma(ink) > COLOURFUL and distance(ink, colour) < SAME_COLOUR
        at_tip = math.dist(tip, middle) / 2 if inked or not several else math.inf
        return min(math.dist(corner, middle), at_tip) / token.size

    costs = [[off(*corner, tip, t) for t in tokens] for corner, tip in zip(corners, tips, strict=True)]
    return {i: tokens[j] for i, j in matched(costs, REACH).items()}


def _spoke(web: _Web, scene: Scene) -> float:
    """How long the spokes are drawn, in points: they may reach beyond the grid."""
    drawn = (
        math.dist(end, web.centre)
        for shape in scene.page.shapes
        if shape.kind == "line" and len(shape.points) == 2
        for start, end in (shape.points, shape.points[::-1])
        if math.dist(start, web.centre) < 1.0
    )
    return max((length for length in drawn if length <= BEYOND * web.radius), default=web.radius)


def _names(web: _Web, spoke: float, lines: Sequence[ChartLine]) -> dict[int, list[ChartLine]]:
    """Spoke → the lines of the name that stands at its end."""
    inner = web.box.grown(-0.3 * web.radius)
    blocks = names_of([line for line in lines if is_name(line) and not inner.holds(line.box)])
    tips = [polar(web.centre, spoke, turn) for turn in web.bearings]
    places = [(union(x.box for x in block), block[0].size) for block in blocks]
    costs = [[math.dist(tip, nearest_on(box, tip)) / size for box, size in places] for tip in tips]
    return {i: blocks[j] for i, j in matched(costs, REACH).items()}
