"""Stacked areas: bands on top of one another, each as thick at a place as its value there."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.core.colours import RGB
from pipeline.exhibits.charts.fitting import clusters
from pipeline.exhibits.charts.marks import Point, is_paper
from pipeline.exhibits.charts.points import SAME_PLACE, PointPlot, Polyline, height_at, runs_along, subpaths
from pipeline.pages.page import Page, Shape

NARROWEST = 40.0
"""Points: an area over waves is at least so wide; narrower shapes are icons and marks."""


@dataclass(frozen=True)
class Band:
    """An area between two lines through data."""

    upper: Polyline
    lower: Polyline

    @property
    def middle(self) -> Polyline:
        """The line half way between both: labels and names stand on it."""
        places = sorted({x for edge in (self.upper, self.lower) for x, _ in edge.vertices})
        ends = [(x, height_at(self.upper, x), height_at(self.lower, x)) for x in places]
        inside = tuple((x, (top + bottom) / 2) for x, top, bottom in ends if top is not None and bottom is not None)
        return Polyline(inside, self.upper.colour, self.upper.order)

    def thickness(self, x: float) -> float:
        top, bottom = height_at(self.upper, x), height_at(self.lower, x)
        return bottom - top if top is not None and bottom is not None else 0.0

    def has_edge(self, line: Polyline) -> bool:
        """Does the line run along the band's upper edge?"""
        return runs_along(line, self.upper)


def stacked_bands(page: Page, lines: Sequence[Polyline]) -> list[list[Band]]:
    """The stacks of bands of the page; each band has the colour of the line along its upper edge, or its own."""
    bands = [band for shape in page.shapes if (band := _band(shape)) is not None]
    stacks = [stack for stack in clusters(bands, _touch) if len(stack) > 1]
    return [[_inked(band, lines) for band in stack] for stack in stacks]


def lone_edges(page: Page, lines: Sequence[Polyline], stacked: Sequence[Band]) -> list[Polyline]:
    """The upper edges of the areas that stand alone on a level floor, and along which no line is drawn."""
    bands = [band for shape in page.shapes if (band := _band(shape)) is not None and len(band.upper.vertices) > 2]
    drawn = [*lines, *(band.upper for band in stacked)]
    level = [band for band in bands if len({round(y) for _, y in band.lower.vertices}) == 1]
    return [band.upper for band in level if not any(band.has_edge(line) for line in drawn)]


def unstacked(plot: PointPlot, stacks: Sequence[Sequence[Band]]) -> PointPlot:
    """The plot of the middles of bands, with each point as high over the floor of its stack as its band is thick."""
    points = []
    for point in plot.points:
        stack, band = min(
            ((stack, band) for stack in stacks for band in stack),
            key=lambda pair: abs((height_at(pair[1].middle, point.c) or 0.0) - point.a),
        )
        floor = max(y for other in stack for _, y in other.lower.vertices)
        points.append(replace(point, a=floor - band.thickness(point.c)))
    return replace(plot, points=tuple(points), drawn_as="areas")


def _band(shape: Shape) -> Band | None:
    """The filled path as a band: from its leftmost to its rightmost corner and back without a turn."""
    if shape.fill is None or is_paper(shape.fill) or shape.kind != "path" or shape.box.width < NARROWEST:
        return None
    runs = list(subpaths(shape, closed=True))
    corners = list(dict.fromkeys(runs[0])) if len(runs) == 1 else []
    if len(corners) < 4:
        return None
    first = min(range(len(corners)), key=lambda i: corners[i][0])
    corners = corners[first:] + corners[:first]
    last = max(range(len(corners)), key=lambda i: corners[i][0])
    there = _without_side(corners[: last + 1])
    back = _without_side([*corners[last:], corners[0]][::-1])
    if not all(len(edge) > 1 and all(a[0] < b[0] for a, b in itertools.pairwise(edge)) for edge in (there, back)):
        return None
    upper, lower = sorted((there, back), key=lambda edge: sum(y for _, y in edge) / len(edge))
    return Band(*(Polyline(tuple(edge), shape.fill, shape.order) for edge in (upper, lower)))


def _without_side(edge: list[Point]) -> list[Point]:
    """The edge without the corner at the other end of an upright side."""
    if len(edge) > 2 and edge[1][0] - edge[0][0] < SAME_PLACE:
        edge = edge[1:]
    return edge[:-1] if len(edge) > 2 and edge[-1][0] - edge[-2][0] < SAME_PLACE else edge


def _touch(one: Band, other: Band) -> bool:
    return runs_along(one.lower, other.upper) or runs_along(other.lower, one.upper)


def _inked(band: Band, lines: Sequence[Polyline]) -> Band:
    ink: RGB = next((line.colour for line in lines if band.has_edge(line)), band.upper.colour)
    return Band(replace(band.upper, colour=ink), replace(band.lower, colour=ink))
