"""Marks in a bitmap: solid regions of one colour become rectangles, pie sectors, outlines and lines.

Coordinates are pixels of the bitmap, origin top left. Steps: `palette` (colours) · `rectangles`, `discs`, `rulings`
(shapes) · `pieces` (what belongs together, what is no mark).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box
from pipeline.exhibits.pictures.bitmap_mark import Mark, as_rgb
from pipeline.exhibits.pictures.discs import discs_and_outlines
from pipeline.exhibits.pictures.palette import LEAST_AREA, classes_of, flat_of, noise_of, smoothed, wipe_text
from pipeline.exhibits.pictures.pieces import (
    JPEG_BLOCK,
    JPEG_LINE_STEP,
    aligned,
    in_a_sector,
    is_ripple,
    is_speck,
    joined,
    letters_among,
    with_small_ones_whole,
)
from pipeline.exhibits.pictures.rectangles import LEAST_SIDE, LINE_STEP, rectangle_at, rectangles_of, rulings_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.exhibits.pictures.ocr import Bitmap

    Classes = NDArray[np.int16]
    Mask = NDArray[np.bool_]

LEAST_FLAT = 0.35
"""Share of flat pixels below which a bitmap is a photo: charts and scans of them have 0.6 and more."""
JPEG_NOISE = 0.6
"""Noise of that many levels is JPEG's: flat regions of PNG have none."""
CLEAN_EDGE, JPEG_EDGE = 0.6, 1.5
"""How far apart, in pixels, edges may be found that are on one line."""


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The marks of a bitmap, and its ground colour."""

    marks: tuple[Mark, ...]
    ground: RGB


@dataclass(frozen=True)
class Colours:
    """What of a bitmap does not depend on its words: the flat colour that each pixel shows, the ground, the rulings."""

    image: Bitmap
    classes: Classes
    ground: int
    level: RGB
    jpeg: bool
    lines: tuple[Mark, ...]


def colours_of(image: Bitmap) -> Colours:
    """The flat colours of an RGB bitmap; no classes for a photo, which has no marks."""
    import numpy as np

    jpeg = noise_of(image) >= JPEG_NOISE
    smooth = smoothed(image, jpeg)
    flat = flat_of(smooth)
    if float(flat.mean()) < LEAST_FLAT:
        level = as_rgb(np.median(image[::3, ::3].reshape(-1, 3), axis=0))
        return Colours(image, np.zeros((0, 0), np.int16), 0, level, jpeg, ())
    classes = classes_of(smooth, flat, jpeg)
    ground = int(np.bincount(classes[classes >= 0].ravel()).argmax())
    level = as_rgb(np.median(image[classes == ground], axis=0))
    lines = rulings_of(image, JPEG_LINE_STEP if jpeg else LINE_STEP)
    return Colours(image, classes, ground, level, jpeg, tuple(lines))


def find_marks(colours: Colours, words: Sequence[Box] = ()) -> Segmentation:
    """Segment a bitmap by its colours; the text inside `words` is wiped off the regions that it stands on."""
    image, jpeg, level = colours.image, colours.jpeg, colours.level
    if not colours.classes.size:
        return Segmentation((), level)
    classes = colours.classes.copy()
    wipe_text(classes, words, colours.ground)
    regions = list(_regions(image, classes, colours.ground, jpeg))
    if jpeg:
        regions = with_small_ones_whole(image, [m for m in regions if not is_ripple(m, level)], level, words)
    letters = letters_among(regions, [w.grown(1.0) for w in words])
    regions = joined([m for m in regions if m not in letters], JPEG_BLOCK if jpeg else 0.0)
    regions = joined(regions, 0.0)
    regions = aligned(regions, JPEG_EDGE if jpeg else CLEAN_EDGE)
    regions = [m for m in regions if m.kind == "sector" or not in_a_sector(m, regions)]
    lines = [m for m in colours.lines if not any(is_speck(m, r) for r in regions)]
    marks = [*regions, *lines]
    marks.sort(key=lambda m: (m.kind == "line", -m.box.area, m.box))
    return Segmentation(tuple(marks), level)


def _regions(image: Bitmap, classes: Classes, ground: int, jpeg: bool) -> Iterator[Mark]:
    import cv2
    import numpy as np

    kernel = np.ones((LEAST_SIDE, LEAST_SIDE), np.uint8)
    odd: list[tuple[int, Mask, tuple[int, int]]] = []
    for index in range(int(classes.max()) + 1):
        shown = (classes == index).view(np.uint8)
        left, top, width, height = cv2.boundingRect(shown)
        if index == ground or not width:
            continue
        first_row, first_column = max(top - LEAST_SIDE, 0), max(left - LEAST_SIDE, 0)
        shown = shown[first_row : top + height + LEAST_SIDE, first_column : left + width + LEAST_SIDE]
        opened = cv2.morphologyEx(shown, cv2.MORPH_OPEN, kernel)
        left, top, width, height = cv2.boundingRect(opened)
        if not width:
            continue
        solid = opened[top : top + height, left : left + width]
        count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
        first_row, first_column = first_row + top, first_column + left
        for i in range(1, count):
            x, y, w, h, area = (int(v) for v in stats[i])
            if area < LEAST_AREA:
                continue
            part = labels[y : y + h, x : x + w] == i
            x, y = x + first_column, y + first_row
            rectangles = rectangles_of(part)
            for left, top, right, bottom in rectangles:
                yield rectangle_at(image, (x + left, y + top, x + right, y + bottom))
            if not rectangles:
                odd.append((index, part, (x, y)))
    yield from discs_and_outlines(image, classes, ground, odd, jpeg)


def paint(shape: tuple[int, ...], segmentation: Segmentation, without: Sequence[Box] = ()) -> Bitmap:
    """The bitmap as the marks alone would look: what differs from it in the original is text (or noise).

    Marks that are pieces of letters inside a box of `without` are left out.
    """
    import cv2
    import numpy as np

    canvas = np.empty((*shape[:2], 3), np.float32)
    canvas[:] = np.array(segmentation.ground) * 255
    letters = letters_among(segmentation.marks, without)
    for mark in segmentation.marks:
        if mark in letters:
            continue
        colour = np.array(mark.colour, np.float32) * 255
        if mark.kind in ("rect", "line"):
            _blend(canvas, mark.box, colour)
        else:
            points = np.round(np.array(mark.points)).astype(np.int32)
            cv2.fillPoly(canvas, [points], colour.tolist(), lineType=cv2.LINE_AA)
    return np.asarray(np.round(canvas), np.uint8)


def _blend(canvas: NDArray[np.float32], box: Box, colour: NDArray[np.float32]) -> None:
    import numpy as np

    x, y = math.floor(box.x0), math.floor(box.top)
    columns = np.arange(max(x, 0), min(math.ceil(box.x1), canvas.shape[1]))
    rows = np.arange(max(y, 0), min(math.ceil(box.bottom), canvas.shape[0]))
    if not len(columns) or not len(rows):
        return
    across = np.clip(np.minimum(columns + 1, box.x1) - np.maximum(columns, box.x0), 0, 1)
    down = np.clip(np.minimum(rows + 1, box.bottom) - np.maximum(rows, box.top), 0, 1)
    cover = np.outer(down, across)[:, :, None].astype(np.float32)
    part = canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    part[:] = part * (1 - cover) + colour * cover
