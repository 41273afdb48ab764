"""Rectangles of a region of one colour, their edges found to a fraction of a pixel from the mixed colours there;
and thin straight lines: axes, grid lines, rulings."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipeline.core.geometry import Box
from pipeline.exhibits.pictures.bitmap_mark import Mark, as_rgb, corners_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.exhibits.pictures.ocr import Bitmap

    Mask = NDArray[np.bool_]


LEAST_SIDE = 3
"""Pixels: thinner than this is an edge or a line, no region."""
SOLID = 0.93
"""Share of its bounding box that a rectangle fills (text erased); rounded corners cost up to 0.06."""
ROUNDED = 0.8
"""The same for a bar with fully rounded ends, if its middle row and column are whole (a disc fills 0.785)."""
SLAB_WIDTH = 6
"""Mean width in pixels of the rectangles that a region is cut into; a slope gives stairs of 1–4."""
LINE_STEP = 14
"""Levels by which a thin line differs from both its sides (hairlines of charts: #e6e6e6 on white is 25)."""


def rectangles_of(part: Mask) -> list[tuple[int, int, int, int]]:
    """The rectangles (left, top, right, bottom; ends exclusive) that make up a region; none where it is not made so."""
    height, width = part.shape
    fill = float(part.mean())
    longish = max(height, width) >= 1.5 * min(height, width)
    if fill >= SOLID or (fill >= ROUNDED and longish and part[height // 2].all() and part[:, width // 2].all()):
        return [(0, 0, width, height)]
    standing = _slabs(part)
    lying = [(top, left, bottom, right) for left, top, right, bottom in _slabs(part.T)]
    if standing and lying:
        return min(standing, lying, key=len)
    return standing or lying


def _slabs(part: Mask) -> list[tuple[int, int, int, int]]:
    """Runs of columns that begin and end at the same height; none where they cover less than nine tenths."""
    counts = part.sum(axis=0)
    tops: list[int] = part.argmax(axis=0).tolist()
    bottoms: list[int] = (part.shape[0] - part[::-1].argmax(axis=0)).tolist()
    slabs: list[tuple[int, int, int, int]] = []
    start = 0
    columns = part.shape[1]
    for x in range(1, columns + 1):
        if x < columns and abs(tops[x] - tops[start]) <= 1 and abs(bottoms[x] - bottoms[start]) <= 1:
            continue
        if x - start >= LEAST_SIDE:
            top, bottom = int(statistics.median(tops[start:x])), int(statistics.median(bottoms[start:x]))
            if bottom - top >= LEAST_SIDE and counts[start:x].sum() >= 0.85 * (bottom - top) * (x - start):
                slabs.append((start, top, x, bottom))
        start = x
    covered = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in slabs)
    stairs = columns < SLAB_WIDTH * len(slabs)
    return slabs if covered >= 0.9 * part.sum() and not stairs else []


def rectangle_at(image: Bitmap, place: tuple[int, int, int, int]) -> Mark:
    """A rectangle with its edges moved to where the mixed colours of the edge pixels put them."""
    import numpy as np

    x0, top, x1, bottom = place
    inner = image[top:bottom, x0:x1].reshape(-1, 3)
    colour = np.median(inner[:: max(len(inner) // 2000, 1)], axis=0)
    trim_y, trim_x = (bottom - top) // 4, (x1 - x0) // 4
    rows, columns = slice(top + trim_y, bottom - trim_y), slice(x0 + trim_x, x1 - trim_x)
    box = Box(
        x0 - _mixed(image[rows, max(x0 - 3, 0) : x0][:, ::-1], colour),
        top - _mixed(image[max(top - 3, 0) : top, columns][::-1].transpose(1, 0, 2), colour),
        x1 + _mixed(image[rows, x1 : x1 + 3], colour),
        bottom + _mixed(image[bottom : bottom + 3, columns].transpose(1, 0, 2), colour),
    )
    return Mark("rect", box, as_rgb(colour), corners_of(box))


def _mixed(beyond: Any, inside: Any) -> float:
    """Pixels (0..2) that a region reaches into the three pixels `beyond` its edge, by the mixture of their colours."""
    import numpy as np

    if beyond.shape[1] < 3 or beyond.shape[0] == 0:
        return 0.0
    ordered = np.sort(beyond.astype(np.float32), axis=0)
    profile = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2  # a median; numpy's takes long
    for last in (2, 1):
        span = inside - profile[last]
        strength = float(span @ span)
        if strength < 3 * LINE_STEP**2:
            continue
        shares = [float((profile[i] - profile[last]) @ span) / strength for i in range(last)]
        strays = [np.abs(profile[i] - profile[last] - share * span).max() for i, share in enumerate(shares)]
        if max(strays) < 6 * LINE_STEP and all(-0.15 < s < 1.15 for s in shares):
            return float(sum(min(max(s, 0.0), 1.0) for s in shares))
    return 0.0


LEAST_LINE = 24
THICKEST_LINE = 4


def rulings_of(image: Bitmap, step: float) -> Iterator[Mark]:
    """Thin straight lines, level and upright (axes, grid lines, rulings), that stand out by `step` levels."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.int16)
    for box in _thin_runs(grey, step):
        yield _line(image, Box(*box))
    for top, x0, bottom, x1 in _thin_runs(grey.T, step):
        yield _line(image, Box(x0, top, x1, bottom))


def _thin_runs(pixels: NDArray[np.int16], step: float) -> Iterator[tuple[float, float, float, float]]:
    """Level lines as (x0, top, x1, bottom): pixels whose colour does not lie between what is above and below.

    A soft edge does lie between, so it gives no line.
    """
    import cv2
    import numpy as np

    reach = THICKEST_LINE
    padded = np.pad(pixels, ((reach, reach), (0, 0)), mode="edge")
    height = pixels.shape[0]
    above, below = padded[:height], padded[2 * reach :]
    over, under = pixels - np.maximum(above, below), np.minimum(above, below) - pixels
    thin = (np.maximum(over, under) > step).astype(np.uint8)
    runs = cv2.morphologyEx(thin, cv2.MORPH_OPEN, np.ones((1, LEAST_LINE), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    for i in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[i])
        if h <= THICKEST_LINE and _stands_free(pixels[:, x : x + w], y, y + h, step):
            yield x, y, x + w, y + h


def _stands_free(pixels: NDArray[np.int16], top: int, bottom: int, step: float) -> bool:
    """False for the middle of a low bar: there the rows next to the run have its colour."""
    import numpy as np

    level = np.median(pixels[top:bottom])
    beside = (pixels[max(top - 2, 0)], pixels[min(bottom + 1, len(pixels) - 1)])
    return all(abs(float(np.median(row)) - float(level)) > step / 2 for row in beside)


def _line(image: Bitmap, box: Box) -> Mark:
    import numpy as np

    part = image[int(box.top) : int(box.bottom), int(box.x0) : int(box.x1)].reshape(-1, 3)
    return Mark("line", box, as_rgb(np.median(part, axis=0)), corners_of(box))
