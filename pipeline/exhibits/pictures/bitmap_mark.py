"""A mark: one region of a bitmap, in pixels, and how marks and their colours are compared.

Colours are compared as CIELAB distances (CIE76: between flat neighbours of one picture it orders as CIEDE2000 does, and
is a subtraction).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.core.colours import RGB, lab
from pipeline.core.geometry import Box


@dataclass(frozen=True, slots=True)
class Mark:
    """One region (or line). `points` are the outline of an `outline` or `sector`, and the corners of the others."""

    kind: Literal["rect", "line", "sector", "outline"]
    box: Box
    colour: RGB
    points: tuple[tuple[float, float], ...]


def lies_inside(one: Box, other: Box) -> bool:
    return one.x0 >= other.x0 and one.x1 <= other.x1 and one.top >= other.top and one.bottom <= other.bottom


def corners_of(box: Box) -> tuple[tuple[float, float], ...]:
    return ((box.x0, box.top), (box.x1, box.top), (box.x1, box.bottom), (box.x0, box.bottom))


def as_rgb(level: Any) -> RGB:
    r, g, b = (round(float(c) / 255, 4) for c in level)
    return (r, g, b)


def colour_distance(one: RGB, other: RGB) -> float:
    return math.dist(lab(one), lab(other))
