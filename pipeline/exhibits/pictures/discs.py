"""Pies and doughnuts, found as discs of several colours and measured as sectors; outlines of all other regions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipeline.core.colours import RGB
from pipeline.core.geometry import box_around
from pipeline.exhibits.pictures.bitmap_mark import Mark, as_rgb, colour_distance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.exhibits.pictures.ocr import Bitmap

    Classes = NDArray[np.int16]
    Mask = NDArray[np.bool_]

RIPPLE_WIDTH = 13
"""Pixels across which its waves reach, less than a block."""
SMEARED_COLOUR = 30.0
ROUNDNESS = 0.03
"""How far nine tenths of a disc's rim may be from its circle, as a share of the radius."""
LEAST_SECTOR = 64
"""Pixels of a region that may be part of a pie's rim; smaller ones are ripples beside it."""
LEAST_PIE = 14.0
"""Radius in pixels from which a disc of several colours is a pie."""
ANGLE_STEPS = 1440
"""Quarter degrees: a tenth of the least share (0.07 %) that a label would round to."""
LEAST_ARC = 8
"""Two degrees (0.6 %): less is the mixed colour between two sectors."""
RINGS = tuple(0.5 + 0.02 * i for i in range(24))
"""Shares of the radius where a pie's colours are sampled: beyond any doughnut's hole that is worth the name."""


def discs_and_outlines(
    image: Bitmap, classes: Classes, ground: int, odd: list[tuple[int, Mask, tuple[int, int]]], jpeg: bool
) -> Iterator[Mark]:
    """Sectors of the pies that the odd regions make up together, and the outlines of those that make none."""
    import cv2
    import numpy as np

    together = np.zeros(classes.shape, np.uint8)
    level = as_rgb(np.median(image[classes == ground], axis=0))
    for _, part, (x, y) in odd:
        if part.sum() < LEAST_SECTOR or (jpeg and _is_rim_ripple(image, level, part, x, y)):
            continue
        together[y : y + part.shape[0], x : x + part.shape[1]] |= part
    joined = cv2.morphologyEx(together, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))
    discs = []
    for contour in cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]:
        disc = _disc(contour)
        if disc is not None:
            sectors = _sectors(image, classes, ground, disc)
            if len(sectors) > 1:
                discs.append(disc)
                yield from sectors
    for _, part, (x, y) in odd:
        middle = (x + part.shape[1] / 2, y + part.shape[0] / 2)
        if not any(math.dist(middle, (cx, cy)) <= r for cx, cy, r in discs):
            yield _outline(image, part, x, y)


def _is_rim_ripple(image: Bitmap, ground: RGB, part: Mask, x: int, y: int) -> bool:
    """A thin region nearly of the ground's colour: JPEG's waves along a rim, no pale sector."""
    import cv2
    import numpy as np

    colour = as_rgb(np.median(image[y : y + part.shape[0], x : x + part.shape[1]][part], axis=0))
    if colour_distance(colour, ground) >= SMEARED_COLOUR / 2:
        return False
    kernel = np.ones((RIPPLE_WIDTH, RIPPLE_WIDTH), np.uint8)
    return not cv2.morphologyEx(part.astype(np.uint8), cv2.MORPH_OPEN, kernel).any()


def _disc(contour: Any) -> tuple[float, float, float] | None:
    """Centre and radius of the circle that a contour's hull is, or None."""
    import cv2
    import numpy as np

    hull = cv2.convexHull(contour)
    area = cv2.contourArea(hull)
    if area < math.pi * LEAST_PIE**2:
        return None
    moments = cv2.moments(hull)
    cx, cy = moments["m10"] / area, moments["m01"] / area
    away = np.hypot(contour[:, 0, 0] - cx, contour[:, 0, 1] - cy)
    radius = float(np.median(away))
    stray = np.percentile(np.abs(away - radius), 90)
    is_round = stray < max(ROUNDNESS * radius, 1.5) and abs(area / (math.pi * radius**2) - 1) < 4 * ROUNDNESS
    return (cx, cy, radius) if is_round else None


def _sectors(image: Bitmap, classes: Classes, ground: int, disc: tuple[float, float, float]) -> list[Mark]:
    import numpy as np

    cx, cy, radius = disc
    turns = np.arange(ANGLE_STEPS) * 2 * np.pi / ANGLE_STEPS
    sampled = np.stack([_ring(classes, cx, cy, share * radius, turns) for share in RINGS])
    best = np.array([_majority(column, ground) for column in sampled.T])
    if (best < 0).mean() > 0.15:
        return []
    hole = _hole(classes, ground, disc, turns)
    sectors = []
    for start, end, index in _arcs(best):
        at = slice(start, end) if end <= ANGLE_STEPS else np.r_[start:ANGLE_STEPS, 0 : end - ANGLE_STEPS]
        chosen = turns[at]
        ring_x = np.clip((cx + 0.8 * radius * np.cos(chosen)).astype(int), 0, classes.shape[1] - 1)
        ring_y = np.clip((cy + 0.8 * radius * np.sin(chosen)).astype(int), 0, classes.shape[0] - 1)
        alike = classes[ring_y, ring_x] == index
        level = np.median(image[ring_y[alike], ring_x[alike]], axis=0) if alike.any() else (0, 0, 0)
        sectors.append(_sector(disc, hole, start, end, as_rgb(level)))
    return sectors


def _ring(classes: Classes, cx: float, cy: float, radius: float, turns: Any) -> Any:
    import numpy as np

    x = np.clip((cx + radius * np.cos(turns)).astype(int), 0, classes.shape[1] - 1)
    y = np.clip((cy + radius * np.sin(turns)).astype(int), 0, classes.shape[0] - 1)
    return classes[y, x]


def _majority(column: Any, ground: int) -> int:
    import numpy as np

    known = column[(column >= 0) & (column != ground)]
    return int(np.bincount(known).argmax()) if len(known) > len(column) / 5 else -1


def _hole(classes: Classes, ground: int, disc: tuple[float, float, float], turns: Any) -> float:
    """Radius of a doughnut's hole, 0 for a pie."""
    cx, cy, radius = disc
    hole = 0.0
    for share in (0.02 * i for i in range(1, 45)):
        if (_ring(classes, cx, cy, share * radius, turns) == ground).mean() < 0.5:
            break
        hole = share * radius
    return hole if hole > 0.2 * radius else 0.0


def _arcs(best: Any) -> list[tuple[int, int, int]]:
    """Runs (start, end, class) of quarter degrees around the circle; what is unknown goes half to each neighbour."""
    steps = len(best)
    known = [i for i in range(steps) if best[i] >= 0]
    first = next((i for i in known if best[i] != best[known[known.index(i) - 1]]), known[0])
    runs: list[list[int]] = []
    for offset in range(steps):
        i = (first + offset) % steps
        if best[i] < 0:
            continue
        if runs and runs[-1][2] == best[i]:
            runs[-1][1] = first + offset + 1
        else:
            runs.append([first + offset, first + offset + 1, int(best[i])])
    runs = [run for run in runs if run[1] - run[0] >= LEAST_ARC]
    for one, other in itertools.pairwise(runs):
        one[1] = other[0] = (one[1] + other[0]) // 2
    if len(runs) > 1:
        gap = runs[0][0] + steps - runs[-1][1]
        runs[-1][1] += gap // 2
        runs[0][0] -= gap - gap // 2
    return [(a % steps, a % steps + (b - a), c) for a, b, c in runs]


def _sector(disc: tuple[float, float, float], hole: float, start: int, end: int, colour: RGB) -> Mark:
    cx, cy, radius = disc
    count = max((end - start) // 8, 2)
    turns = [2 * math.pi * (start + (end - start) * i / count) / ANGLE_STEPS for i in range(count + 1)]
    arc = [(cx + radius * math.cos(t), cy + radius * math.sin(t)) for t in turns]
    back = [(cx + hole * math.cos(t), cy + hole * math.sin(t)) for t in reversed(turns)] if hole else [(cx, cy)]
    points = tuple(back + arc) if not hole else tuple(arc + back)
    return Mark("sector", box_around(points), colour, points)


def _outline(image: Bitmap, part: Mask, x: int, y: int) -> Mark:
    import cv2
    import numpy as np

    contours = cv2.findContours(part.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    contour = max(contours, key=len)
    simple = cv2.approxPolyDP(contour, 1.2, True).reshape(-1, 2)
    points = tuple((float(px + x) + 0.5, float(py + y) + 0.5) for px, py in simple)
    level = np.median(image[y : y + part.shape[0], x : x + part.shape[1]][part], axis=0)
    return Mark("outline", box_around(points), as_rgb(level), points)
