"""Boxes on a page: points, origin top left, of the page as shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Box(NamedTuple):
    """A rectangle in points, origin top left; `x0 <= x1` and `top <= bottom`."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return max(self.width, 0.0) * max(self.height, 0.0)

    @property
    def x_mid(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def y_mid(self) -> float:
        return (self.top + self.bottom) / 2

    def overlap(self, other: Box) -> float:
        """Area (square points) that both boxes cover."""
        width = min(self[2], other[2]) - max(self[0], other[0])
        return width * max(self.overlap_y(other), 0.0) if width > 0 else 0.0

    def overlap_x(self, other: Box) -> float:
        """Width that both cover; negative is the gap between them."""
        return min(self.x1, other.x1) - max(self.x0, other.x0)

    def overlap_y(self, other: Box) -> float:
        """Height that both cover; negative is the gap between them."""
        return min(self.bottom, other.bottom) - max(self.top, other.top)

    def holds(self, other: Box, slack: float = 0.0) -> bool:
        """True when the middle of `other` lies inside this box grown by `slack` points."""
        x0, top, x1, bottom = self
        left, upper, right, lower = other
        return x0 - slack <= (left + right) / 2 <= x1 + slack and top - slack <= (upper + lower) / 2 <= bottom + slack

    def meets(self, other: Box) -> bool:
        """Does one of both hold the middle of the other, give or take a point?"""
        return self.holds(other, slack=1.0) or other.holds(self, slack=1.0)

    def grown(self, by: float) -> Box:
        return Box(self.x0 - by, self.top - by, self.x1 + by, self.bottom + by)

    def transposed(self, wanted: bool = True) -> Box:
        """The box with x and y exchanged, where `wanted`: columns of the page as rows."""
        return Box(self.top, self.x0, self.bottom, self.x1) if wanted else self


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of `boxes`. Raises ValueError when there are none."""
    corners = list(boxes)
    if not corners:
        raise ValueError("no boxes to unite")
    x0, top, x1, bottom = zip(*corners, strict=True)
    return Box(min(x0), min(top), max(x1), max(bottom))


def box_around(points: Iterable[tuple[float, float]]) -> Box:
    """The smallest box around all points. Raises ValueError when there are none."""
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def box_of(row: Mapping[str, object]) -> Box | None:
    """The place of a row of the contract, from its columns `x0`, `top`, `x1` and `bottom`; None where one is blank."""
    sides = [row[name] for name in Box._fields]
    return Box(*[float(str(side)) for side in sides]) if None not in sides else None


class ByHeight(Generic[T]):
    """Things on a page by the height of their middles, so that those in a place are found without asking all."""

    def __init__(self, things: Iterable[T], box_of: Callable[[T], Any] = attrgetter("box")) -> None:
        self._things = sorted(((box_of(x), i, x) for i, x in enumerate(things)), key=lambda x: (x[0].y_mid, x[1]))
        self._heights = [box.y_mid for box, _, _ in self._things]
        self._reach = max((box.height / 2 for box, _, _ in self._things), default=0.0)

    def inside(self, place: Box, slack: float = 0.0) -> list[T]:
        """Those whose middle lies in `place` grown by `slack` points, in their given order."""
        low = bisect_left(self._heights, place.top - slack)
        high = bisect_right(self._heights, place.bottom + slack)
        held = [(i, x) for box, i, x in self._things[low:high] if place.holds(box, slack)]
        return [x for _, x in sorted(held, key=lambda pair: pair[0])]

    def touching(self, place: Box) -> list[T]:
        """Those that share room with `place`, from top to bottom."""
        low = bisect_left(self._heights, place.top - self._reach)
        high = bisect_right(self._heights, place.bottom + self._reach)
        return [x for box, _, x in self._things[low:high] if box.overlap(place) > 0]
