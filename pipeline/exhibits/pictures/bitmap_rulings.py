"""Thin straight lines of a bitmap: axes, grid lines, rulings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.core.geometry import Box
from pipeline.exhibits.pictures.bitmap_mark import Mark, as_rgb, corners_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.exhibits.pictures.ocr import Bitmap


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
