"""Rulings and coloured areas of a page: the drawn evidence for rows, columns and cells.

A ruling is whatever looks like one: a stroked line, an edge of a stroked rectangle, a rectangle too thin to be an area
(word processors draw borders so). Pieces on one line are joined. The edges of coloured areas separate cells as rulings
do, so they are given as rulings too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.core.colours import RGB, lightness
from pipeline.core.geometry import Box, ByHeight
from pipeline.pages.page import Page, Shape, Word

THIN = 2.5
"""Points: a painted rectangle up to this thick is a ruling; the heaviest rules of reports are 2 to 2.5 points."""
SAME_LINE = 1.6
"""Points: pieces of rulings this near to each other across their direction are one ruling (or a double rule)."""
JOIN = 4.0
"""Points: gaps up to this along a ruling (dashes, dots, joints of cell borders) are closed."""
SHORTEST = 7.0
"""Points: shorter rulings are ticks, bullets, letters drawn as paths."""
SIGN = 16.0
"""Points: areas and boxes up to this wide and high in which no word stands are signs, swatches or boxes to tick: their
edges part nothing."""
WHITE = 97.5
"""CIELAB lightness from which paint does not show on paper."""
PAGE_SHARE = 0.6
"""A coloured area of more than this share of the page is a background."""


MOST_NESTED = 400
"""Areas are looked for inside the so many largest ones: maps and dot grids have many thousands."""


class Ruling(NamedTuple):
    """A line parallel to an axis: its position across (`at`) and its extent along (`start`, `end`), in points."""

    at: float
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start


class Area(NamedTuple):
    """A coloured rectangle; `order` is its place in the drawing order."""

    box: Box
    colour: RGB
    order: int


@dataclass(frozen=True, slots=True)
class Marks:
    """Horizontal and vertical rulings (each sorted by `at`), coloured areas in drawing order, and drawings that are
    neither (slanted lines, curves), as boxes: they tell charts from tables."""

    horizontal: tuple[Ruling, ...]
    vertical: tuple[Ruling, ...]
    areas: tuple[Area, ...]
    outer: tuple[Area, ...]
    """The visible areas among `areas` that do not lie in one of the same colour, largest first."""
    drawings: tuple[Box, ...]

    def colour_behind(self, box: Box) -> RGB | None:
        """The colour on which text at `box` stands; None for bare paper (or white on top of a colour)."""
        area = self.area_behind(box)
        return None if area is None or lightness(area.colour) >= WHITE else area.colour

    def area_behind(self, box: Box) -> Area | None:
        """The area painted last on which the middle of `box` stands."""
        x, y = box.x_mid, box.y_mid
        for area in reversed(self.areas):
            x0, top, x1, bottom = area.box
            if x0 <= x <= x1 and top <= y <= bottom:
                return area
        return None


def read_marks(page: Page) -> Marks:
    """Rulings, coloured areas and drawings of `page`."""
    horizontal: list[Ruling] = []
    vertical: list[Ruling] = []
    areas: list[Area] = []
    drawings: list[Box] = []
    thin: list[Shape] = []
    words = ByHeight(page.words)
    for shape in page.shapes:
        box = shape.box
        if shape.fill is None and shape.stroke is None:
            continue
        if min(box.width, box.height) <= THIN:
            thin.append(shape)
        elif shape.curved or not _axis_parallel(shape):
            if box.area < PAGE_SHARE * page.box.area:
                drawings.append(box)
        else:
            _wide(shape, page, words, horizontal, vertical, areas)
    outer = _outermost(areas)
    for shape in thin:
        if _shows(shape, areas, outer):
            _thin(shape, horizontal, vertical)
    for area in outer:
        if max(area.box.width, area.box.height) > SIGN or words.inside(area.box):
            _edges(area.box, horizontal, vertical)
    return Marks(tuple(_joined(horizontal)), tuple(_joined(vertical)), tuple(areas), tuple(outer), tuple(drawings))


def _shows(shape: Shape, areas: Sequence[Area], outer: Sequence[Area]) -> bool:
    """Can the thin shape be seen: is it no strip of a fill of its colour beside it, and if white, on a colour?"""
    paint = shape.stroke if shape.stroke is not None else shape.fill
    if paint is None:
        return False
    near = shape.box.grown(1)
    if lightness(paint) >= WHITE:
        return any(near.overlap(a.box) > 0 for a in outer[:MOST_NESTED])
    alike = [a.box for a in areas if a.colour == paint][:MOST_NESTED]
    return not any(near.overlap(box) > 0 and _is_along(shape.box, box.grown(1)) for box in alike)


def _is_along(thin: Box, box: Box) -> bool:
    """Does the thin shape not reach beyond the box in its own direction?"""
    if thin.width > thin.height:
        return thin.x0 >= box.x0 and thin.x1 <= box.x1
    return thin.top >= box.top and thin.bottom <= box.bottom


def _thin(shape: Shape, horizontal: list[Ruling], vertical: list[Ruling]) -> None:
    box = shape.box
    if box.width >= box.height or box.width > THIN:
        horizontal.append(Ruling(box.y_mid, box.x0, box.x1))
    if box.height >= box.width or box.height > THIN:
        vertical.append(Ruling(box.x_mid, box.top, box.bottom))


def _axis_parallel(shape: Shape) -> bool:
    points = shape.points
    return shape.kind == "rect" or all(
        abs(a[0] - b[0]) < 0.5 or abs(a[1] - b[1]) < 0.5 for a, b in itertools.pairwise(points)
    )


def _wide(
    shape: Shape,
    page: Page,
    words: ByHeight[Word],
    horizontal: list[Ruling],
    vertical: list[Ruling],
    areas: list[Area],
) -> None:
    box = shape.box
    if shape.fill is not None and box.area < PAGE_SHARE * page.box.area:
        areas.append(Area(box, shape.fill, shape.order))
    if shape.stroke is None or lightness(shape.stroke) >= WHITE:
        return
    if shape.kind == "rect":
        if max(box.width, box.height) > SIGN or words.inside(box):
            _edges(box, horizontal, vertical)
        return
    for (x0, y0), (x1, y1) in zip(shape.points, shape.points[1:], strict=False):
        if abs(y0 - y1) < 0.5:
            horizontal.append(Ruling(y0, min(x0, x1), max(x0, x1)))
        else:
            vertical.append(Ruling(x0, min(y0, y1), max(y0, y1)))


def _edges(box: Box, horizontal: list[Ruling], vertical: list[Ruling]) -> None:
    horizontal += [Ruling(box.top, box.x0, box.x1), Ruling(box.bottom, box.x0, box.x1)]
    vertical += [Ruling(box.x0, box.top, box.bottom), Ruling(box.x1, box.top, box.bottom)]


def _outermost(areas: list[Area]) -> list[Area]:
    """Areas that show an edge: white paper does not, nor does a colour painted inside an area of the same colour."""
    kept: list[Area] = []
    for area in sorted(areas, key=lambda a: -a.box.area):
        if lightness(area.colour) >= WHITE:
            continue
        larger = kept[:MOST_NESTED]
        if not any(k.colour == area.colour and _inside(area.box, k.box) for k in larger):
            kept.append(area)
    return kept


def _inside(inner: Box, outer: Box) -> bool:
    return (
        inner.x0 >= outer.x0 - 1
        and inner.x1 <= outer.x1 + 1
        and inner.top >= outer.top - 1
        and inner.bottom <= outer.bottom + 1
    )


def _joined(rulings: list[Ruling]) -> list[Ruling]:
    """Rulings with the pieces of one line joined, short ones dropped, sorted by position."""
    rulings.sort()
    out: list[Ruling] = []
    cluster: list[Ruling] = []
    for ruling in rulings:
        if cluster and ruling.at - cluster[-1].at > SAME_LINE:
            out.extend(_join_cluster(cluster))
            cluster = []
        cluster.append(ruling)
    if cluster:
        out.extend(_join_cluster(cluster))
    out.sort()
    return out


def _join_cluster(cluster: list[Ruling]) -> Iterable[Ruling]:
    cluster.sort(key=lambda r: r.start)
    at, start, end, weight = 0.0, cluster[0].start, cluster[0].end, 0.0
    for ruling in cluster:
        if ruling.start - end > JOIN:
            if end - start >= SHORTEST:
                yield Ruling(at / weight, start, end)
            at, start, end, weight = 0.0, ruling.start, ruling.end, 0.0
        length = max(ruling.length, 0.1)
        at, weight, end = at + ruling.at * length, weight + length, max(end, ruling.end)
    if end - start >= SHORTEST:
        yield Ruling(at / weight, start, end)
