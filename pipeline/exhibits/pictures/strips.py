"""Lines of text cut out of a bitmap as upright strips of one height, each with the marks behind it.

Coordinates of the bitmap are pixels, origin top left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.exhibits.pictures import ocr
from pipeline.exhibits.pictures.ocr import STRIP_HEIGHT, as_bitmap, brightest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.exhibits.pictures.ocr import Bitmap

    Quad = NDArray[np.float32]

STEP_TILT = 20
"""Degrees below which a tilted line is taken for upright labels that stand in steps, one per bar."""
LEVEL_TILT = 2.5
"""Degrees of tilt that are the detector's own inaccuracy."""
UPRIGHT_TALL = 1.5
"""Height over width from which a detected line counts as standing text."""
LEAST_CONTRAST = 24.0
"""Levels by which ink differs from its ground at least."""
MARGIN_OF_LINE = 0.6
"""The detector's box reaches past its text by less than this share of the line's height."""
EDGE_SHARE = 0.5
"""Share of the line's height over which a mark's edge must run to count as one."""


@dataclass(frozen=True, slots=True)
class TextStrip:
    """A line of text cut out upright. `to_image` maps strip pixels (x, y, 1) to the bitmap."""

    image: Bitmap
    marks: Bitmap
    to_image: NDArray[np.float64]
    corners: Any
    angle: int
    scale: float
    """Strip pixels per bitmap pixel."""
    stepped: bool = False
    """Cut along a slope: upright labels in steps."""


def strips_of(image: Bitmap, marks: Bitmap, quad: Any) -> list[TextStrip]:
    """The line cut out upright; twice (read upwards and downwards) where it stands."""
    import numpy as np

    corners = np.asarray(quad, float)
    along, across = corners[1] - corners[0], corners[3] - corners[0]
    if math.hypot(*across) > UPRIGHT_TALL * math.hypot(*along):
        return [cut_strip(image, marks, corners[[3, 0, 1, 2]]), cut_strip(image, marks, corners[[1, 2, 3, 0]])]
    return [cut_strip(image, marks, corners)]


def cut_strip(image: Bitmap, marks: Bitmap, corners: Any) -> TextStrip:
    """The line within `corners`, cut out level; upright labels in steps are sheared, so that each stays upright."""
    import numpy as np

    along, across = corners[1] - corners[0], corners[3] - corners[0]
    length, height = max(math.hypot(*along), 1.0), max(math.hypot(*across), 1.0)
    tilt = math.degrees(math.atan2(-along[1], along[0]))
    nearest = round(tilt / 90) * 90
    angle = (nearest if abs(tilt - nearest) < STEP_TILT else round(tilt)) % 360
    down = across / height
    start = corners[0]
    lean = math.radians(tilt - angle)
    stepped = angle % 90 == 0 and math.degrees(abs(math.remainder(lean, 2 * math.pi))) > LEVEL_TILT
    if stepped:
        turn = math.radians(angle)
        down = np.array([math.sin(turn), math.cos(turn)])
        height /= math.cos(lean)
        start = (corners[0] + corners[3]) / 2 - down * height / 2
    scale = STRIP_HEIGHT / height
    to_image = np.column_stack([along / length / scale, down / scale, start])
    size = (max(round(length * scale), 4), STRIP_HEIGHT)
    seen, behind = cut_out(image, to_image, size), cut_out(marks, to_image, size)
    left, right = _text_between_marks(seen, behind)
    to_image[:, 2] += left * to_image[:, 0]
    return TextStrip(seen[:, left:right], behind[:, left:right], to_image, corners, angle, scale, stepped)


def _text_between_marks(strip: Bitmap, marks: Bitmap) -> tuple[int, int]:
    """First and last column without the marks (swatches, bars) that end in the margins: their edges are read as I."""
    import numpy as np

    ink = away_from_ground(strip, marks).max(axis=0) > 2 * LEAST_CONTRAST
    steps = brightest(np.abs(np.diff(marks.astype(np.int16), axis=1))) > LEAST_CONTRAST
    edges = np.flatnonzero(steps.mean(axis=0) > EDGE_SHARE) + 1
    width, reach = strip.shape[1], round(MARGIN_OF_LINE * STRIP_HEIGHT)
    left = max((int(x) for x in edges if x <= reach and not ink[:x].any()), default=0)
    right = min((int(x) for x in edges if x >= width - reach and not ink[x:].any()), default=width)
    return (left, right) if right - left >= STRIP_HEIGHT // 4 else (0, width)


def cut_out(image: Bitmap, to_image: NDArray[np.float64], size: tuple[int, int]) -> Bitmap:
    import cv2

    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return as_bitmap(cv2.warpAffine(image, to_image, size, flags=flags, borderMode=cv2.BORDER_REPLICATE))


def best_turn(strips: list[TextStrip], looks: list[ocr.Look]) -> list[tuple[TextStrip, ocr.Look]]:
    """Of a standing line read both ways, the way that reads better; a single character stays upright."""
    kept: list[tuple[TextStrip, ocr.Look]] = []
    for strip, look in zip(strips, looks, strict=True):
        if strip.angle == 270 and kept and kept[-1][0].angle == 90:
            if look.score > kept[-1][1].score:
                kept[-1] = (strip, look)
            continue
        kept.append((strip, look))
    return kept


def away_from_ground(strip: Bitmap, marks: Bitmap) -> NDArray[np.float32]:
    """How much (levels) each pixel differs from the marks, from what lies above and from what lies below the line.

    The least of the three counts, so the ground may change along the line (a label across two bars) and across it (a
    label close above its bar).
    """
    import numpy as np

    pixels = strip.astype(np.float32)
    grounds = (np.median(pixels[:3], axis=0), np.median(pixels[-3:], axis=0), marks.astype(np.float32))
    away: NDArray[np.float32] = np.min([brightest(np.abs(pixels - ground)) for ground in grounds], axis=0)
    return away


def black_on_white(strip: Bitmap, marks: Bitmap) -> Bitmap:
    import numpy as np

    away = away_from_ground(strip, marks)
    full = max(float(np.percentile(away, 97)), LEAST_CONTRAST)
    return as_bitmap(255 - np.clip(away / full, 0, 1) * 255)
