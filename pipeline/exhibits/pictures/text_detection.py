"""Lines of text found in a bitmap: rapidocr's detection network, and the boxes around what it marks.

The network is a segmentation one (Liao et al. 2020, Real-time Scene Text Detection with Differentiable Binarization):
it marks the core of each line, and the box is grown again by what was shaved off. Coordinates are pixels, origin top
left.
"""

from __future__ import annotations

import ctypes
import math
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pipeline.exhibits.pictures.networks import detection_network, result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bitmap = NDArray[np.uint8]
    Quad = NDArray[np.float32]

STRIDE = 32
"""Sides of what the network is given are multiples of this (its coarsest layer)."""
TEXT, LINE = 0.3, 0.5
"""Chance from which a pixel is text, and mean chance from which marked pixels are a line (as in rapidocr)."""
GROWTH = 1.6
"""What was shaved off the lines that the network was taught, as a multiple of area over outline."""
LEAST_SIDE = 3.0
"""Pixels of the core of a line: what is thinner is noise."""
GLANCE, CLOSEST = 640, 1400
"""Pixels of the long side at which a bitmap is looked at first, and at which its text is searched: coarser searches run
the labels of neighbouring bars together, closer ones find nothing more."""
LARGEST_UPSCALING = 2.5
MOST_PIXELS, BAND_PIXELS = 1_500_000, 1_000_000
"""A bitmap of more pixels, as of a scanned page, is searched for lines in bands of so many: each takes 200 bytes
meanwhile. With a limit of a million a digit was found in a photograph."""
OVERLAP = 64
"""Rows that bands share, so that each sees the lines at its edge whole."""
ONE_ROW = 10.0
"""Pixels within which lines that begin one under another are in one row, from left to right."""


def heights_of(lines: Quad) -> NDArray[np.float64]:
    """Height of each line in pixels: its shorter side."""
    import numpy as np

    along, across = (np.hypot(*(lines[:, corner] - lines[:, 0]).T) for corner in (1, 3))
    return np.asarray(np.minimum(along, across), float)


def find_lines(image: Bitmap, side: int) -> Quad:
    """Corners (n, 4, 2) of the text lines of an RGB bitmap, clockwise from each line's start; `side` is the long side
    at which it is searched."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    scale = min(side / max(height, width), LARGEST_UPSCALING)
    size = (_whole_strides(width * scale), _whole_strides(height * scale))
    method = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    searched = np.asarray(cv2.resize(image, size, interpolation=method), np.uint8)
    found = [np.zeros((0, 4, 2), np.float32)]
    for top, bottom in _bands(searched):
        _give_back_free_memory()
        first, last = max(top - OVERLAP, 0), min(bottom + OVERLAP, len(searched))
        lines = _lines_in(searched[first:last]) + np.array((0, first), np.float32)
        middle = lines[:, :, 1].mean(axis=1)
        found.append(lines[(top <= middle) & (middle < bottom)])
    lines = _in_rows(np.concatenate(found).round().clip(0, (size[0] - 1, size[1] - 1)))
    return lines * np.array((width / size[0], height / size[1]), np.float32)


def _give_back_free_memory() -> None:
    """Have glibc return to the system what is free, of which it keeps a lot: a quarter less memory at the peak."""
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _whole_strides(pixels: float) -> int:
    return max(round(pixels / STRIDE), 1) * STRIDE


def _bands(image: Bitmap) -> list[tuple[int, int]]:
    """Bands of rows, from the top, that are searched one by one; a bitmap is cut where it is emptiest."""
    height, width = image.shape[:2]
    count = math.ceil(height * width / BAND_PIXELS) if height * width > MOST_PIXELS else 1
    cuts = [0]
    for i in range(1, count):
        low, high = (round((i + off) * height / count) for off in (-0.15, 0.15))
        contrast = image[low:high].max(axis=(1, 2)).astype(int) - image[low:high].min(axis=(1, 2))
        cuts.append(low + int(contrast.argmin()))
    return [*pairwise((*cuts, height))]


def _lines_in(image: Bitmap) -> NDArray[np.float32]:
    """Corners of the lines in a bitmap whose width is a multiple of `STRIDE`."""
    import cv2
    import numpy as np

    rest = -len(image) % STRIDE
    padded = np.pad(image, ((0, rest), (0, 0), (0, 0)), mode="edge") if rest else image
    given = np.ascontiguousarray(padded[:, :, ::-1].transpose(2, 0, 1)[None], np.float32)
    given *= 2 / 255
    given -= 1
    chance = result(detection_network(), given)[0, 0]
    marked = cv2.dilate((chance > TEXT).astype(np.uint8), np.ones((2, 2), np.uint8))
    outlines, _ = cv2.findContours(marked, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = [box for outline in outlines if (box := _line_at(outline, chance)) is not None]
    return np.array(found, np.float32).reshape(-1, 4, 2)


def _line_at(outline: Any, chance: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The corners of the line whose core has this outline; None where it is no text or too thin."""
    import cv2
    import numpy as np

    middle, (width, height), turn = cv2.minAreaRect(outline)
    if min(width, height) < LEAST_SIDE:
        return None
    core = cv2.boxPoints((middle, (width, height), turn))
    (left, top), (right, bottom) = (
        np.clip(corner, 0, (chance.shape[1] - 1, chance.shape[0] - 1)).astype(int)
        for corner in (np.floor(core.min(axis=0)), np.ceil(core.max(axis=0)))
    )
    inside = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(inside, [(core - (left, top)).astype(np.int32)], (1,))
    if cv2.mean(chance[top : bottom + 1, left : right + 1], inside)[0] < LINE:
        return None
    growth = GROWTH * width * height / (width + height)  # on both sides: the outline is twice width and height
    return _clockwise(cv2.boxPoints((middle, (width + growth, height + growth), turn)))


def _clockwise(corners: Any) -> NDArray[np.float32]:
    """The corners from the upper left one: of the two on the left, and of the two on the right, the upper is first."""
    import numpy as np

    by_x = corners[np.argsort(corners[:, 0])]
    (upper_left, lower_left), (upper_right, lower_right) = (
        pair[np.argsort(pair[:, 1])] for pair in (by_x[:2], by_x[2:])
    )
    return np.array([upper_left, upper_right, lower_right, lower_left], np.float32)


def _in_rows(lines: Quad) -> Quad:
    """The lines from top to bottom, those of one row from left to right."""
    import numpy as np

    lines = lines[np.argsort(lines[:, 0, 1], kind="stable")]
    rows = np.concatenate([[0], np.cumsum(np.diff(lines[:, 0, 1]) >= ONE_ROW)])[: len(lines)]
    return lines[np.lexsort((lines[:, 0, 0], rows))]
