"""Paths as they stand on the page: subpaths, their reach, and what a clip leaves of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.core.geometry import Box, box_around

Points = tuple[tuple[float, float], ...]


def cut(box: Box, clip: Box) -> Box:
    """The part of `box` inside the clip; a box without width or height where they do not meet."""
    x0, top = max(box.x0, clip.x0), max(box.top, clip.top)
    return Box(x0, top, max(min(box.x1, clip.x1), x0), max(min(box.bottom, clip.bottom), top))


def subpaths(path: Sequence[Any]) -> Iterator[tuple[str, Points]]:
    """Operators of each subpath with the points that they take; one that does not begin with `m` is none."""
    operators, points = "", list[tuple[float, float]]()
    for segment in path:
        if segment[0] == "m":
            if len(points) > 1:
                yield operators, tuple(points)
            operators, points = "", []
        operators += segment[0]
        numbers = [float(n) for n in segment[1:]]
        points += zip(numbers[::2], numbers[1::2], strict=False)
    if len(points) > 1 and operators.startswith("m"):
        yield operators, tuple(points)


def reach(operators: str, points: Points) -> Box:
    return box_around(traced(operators, points))


def traced(operators: str, points: Points) -> list[tuple[float, float]]:
    """The corners of a subpath; of a curve its ends and three points on the way."""
    seen = list[tuple[float, float]]()
    at = 0
    for operator in operators:
        if operator in "cvy" and seen:
            count = 3 if operator == "c" else 2
            bends = points[at : at + count]
            first = seen[-1] if operator == "v" else bends[0]
            second = bends[-1] if operator == "y" else bends[-2]
            seen += [_bezier((seen[-1], first, second, bends[-1]), t) for t in (0.25, 0.5, 0.75, 1.0)]
            at += count
        elif operator != "h":
            seen.append(points[at])
            at += 1
    return seen


def _bezier(points: Points, t: float) -> tuple[float, float]:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    return (
        sum(w * x for w, (x, _) in zip(weights, points, strict=True)),
        sum(w * y for w, (_, y) in zip(weights, points, strict=True)),
    )


def is_square(operators: str, points: Points) -> bool:
    """Is the subpath an upright rectangle?"""
    corners = [*dict.fromkeys((round(x, 3), round(y, 3)) for x, y in points)]
    sides = zip(corners, (*corners[1:], corners[0]), strict=True) if corners else ()
    return set(operators) <= set("mlh") and len(corners) == 4 and all(a[0] == b[0] or a[1] == b[1] for a, b in sides)
