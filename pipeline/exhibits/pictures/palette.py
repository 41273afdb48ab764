"""The flat colours of a bitmap: each pixel gets the index of the colour that it shows, without noise and text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.core.geometry import Box
from pipeline.exhibits.pictures.ocr import as_bitmap, brightest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.exhibits.pictures.ocr import Bitmap

    Classes = NDArray[np.int16]
    Mask = NDArray[np.bool_]

FLAT_STEP = 6
"""Levels (of 255) by which a pixel of a flat region may differ from its right and lower neighbour: above the noise of
JPEG at quality 75 after a median, below the step of any soft edge."""
SAME_COLOUR = 7.0
"""CIELAB distance within which pixels and flat colours are one colour; the nearest tints of charts are 8 apart."""
SAME_CLEAN_COLOUR = 4.0
"""The same where no JPEG noise is: flat regions are exact, and pale bars on a pale ground 5 apart."""
PALETTE = 40
MOST_COLOURS = 400
"""Distinct colours among which the palette is sought; the rest are mixtures at edges."""
SPECKLE_COLOUR = 18.0
"""CIELAB distance within which one colour may be another's noise or next gradient step …"""
SPECKLE_BORDER = 0.6
"""… if it has this share of its border with it: a bar's tint borders on its neighbour with one side of four."""
JPEG_CHROMA = 0.5
"""Weight of hue against lightness there: JPEG stores colour at half the resolution and quantises it twice as hard."""
LEAST_AREA = 16


def flat_share(image: Bitmap) -> float:
    """Share of an RGB bitmap's pixels that lie in flat regions: charts have 0.6 and more, photos few."""
    import cv2

    return float(flat_of(as_bitmap(cv2.medianBlur(image, 3))).mean())


def smoothed(image: Bitmap, jpeg: bool) -> Bitmap:
    """Without specks; where JPEG was at work also with the smeared colour (its chroma is coarse) set straight."""
    import cv2

    smooth = as_bitmap(cv2.medianBlur(image, 3))
    if not jpeg:
        return smooth
    brightness, *colour = cv2.split(cv2.cvtColor(smooth, cv2.COLOR_RGB2YCrCb))
    calm = cv2.merge([brightness, *(cv2.medianBlur(channel, 5) for channel in colour)])
    return as_bitmap(cv2.cvtColor(calm, cv2.COLOR_YCrCb2RGB))


def noise_of(image: Bitmap) -> float:
    """Levels by which pixels stray from their surroundings: the 90th percentile where edges are few."""
    import cv2
    import numpy as np

    stray = brightest(cv2.absdiff(image, cv2.medianBlur(image, 5)))
    calm = stray[stray < 3 * FLAT_STEP]
    return float(np.percentile(calm, 90)) if calm.size else 0.0


def flat_of(smooth: Bitmap) -> Mask:
    import numpy as np

    pixels = smooth.astype(np.int16)
    flat = np.zeros(smooth.shape[:2], bool)
    right = brightest(np.abs(pixels[:-1, 1:] - pixels[:-1, :-1]))
    down = brightest(np.abs(pixels[1:, :-1] - pixels[:-1, :-1]))
    flat[:-1, :-1] = np.maximum(right, down) <= FLAT_STEP
    return flat


def classes_of(smooth: Bitmap, flat: Mask, jpeg: bool) -> Classes:
    """For each pixel the index of the nearest of the flat colours, -1 where none is near.

    Works on the distinct colours (6 bits a channel) instead of the pixels: charts have a few thousand.
    """
    import cv2
    import numpy as np

    packed = (smooth >> 2).astype(np.int32)
    packed = (packed[:, :, 0] << 12) | (packed[:, :, 1] << 6) | packed[:, :, 2]
    counts = np.bincount(packed.ravel(), minlength=1 << 18)
    flat_counts = np.bincount(packed[flat], minlength=1 << 18)
    codes = np.flatnonzero(counts)
    levels = np.stack([codes >> 12, (codes >> 6) & 63, codes & 63], axis=1).astype(np.float32) * (255 / 63)
    places = cv2.cvtColor(levels[None] / 255, cv2.COLOR_RGB2Lab)[0]
    if jpeg:
        places *= (1.0, JPEG_CHROMA, JPEG_CHROMA)
    palette = _palette(places, flat_counts[codes], SAME_COLOUR if jpeg else SAME_CLEAN_COLOUR)
    away = np.stack([((places - colour) ** 2).sum(axis=1) for colour in palette])
    nearest = away.argmin(axis=0).astype(np.int16)
    nearest[away.min(axis=0) > (1.3 * SAME_COLOUR) ** 2] = -1
    table = np.full(1 << 18, -1, np.int16)
    table[codes] = nearest
    return _without_speckle(table[packed], palette)


def _palette(places: NDArray[np.float32], counts: NDArray[np.int64], apart: float) -> list[Any]:
    """The flat colours: where most pixels lie close together, each `apart` from those before it."""
    import numpy as np

    common = np.argsort(-counts, kind="stable")[:MOST_COLOURS]
    common = common[counts[common] > 0] if counts.any() else common[:1]
    near = ((places[common][:, None] - places[common][None]) ** 2).sum(axis=2) < (apart / 2) ** 2
    crowd = near @ counts[common]
    colours: list[Any] = []
    for i in np.argsort(-crowd, kind="stable"):
        if len(colours) == PALETTE or (colours and crowd[i] < LEAST_AREA):
            break
        colour = places[common[i]]
        if all(((colour - c) ** 2).sum() > apart**2 for c in colours):
            colours.append(colour)
    return colours


def _without_speckle(classes: Classes, palette: list[Any]) -> Classes:
    """Give each colour that borders mostly on one much like it (noise of JPEG, steps of a gradient) to that one.

    Not to the ground: a pale bar borders on nothing else.
    """
    import numpy as np

    count = len(palette)
    pixels = np.bincount(classes.ravel() + 1, minlength=count + 1)[1:]
    borders = _borders(classes, count)
    colours = np.array(palette)
    alike = np.sqrt(((colours[:, None] - colours[None]) ** 2).sum(axis=2)) < SPECKLE_COLOUR
    alike[:, int(pixels.argmax())] = False
    becomes = np.arange(-1, count)
    for i in np.argsort(pixels, kind="stable"):
        beside = np.where(alike[i], borders[i, 1:], 0)
        beside[i] = 0
        target = int(beside.argmax())
        if beside.sum() > SPECKLE_BORDER * max(borders[i].sum(), 1) and pixels[target] >= pixels[i]:
            becomes[i + 1] = target
            borders[target] += borders[i]
            borders[target, [i + 1, target + 1]] = 0
            borders[:, target + 1] += borders[:, i + 1]
            borders[:, i + 1] = 0
            pixels[target] += pixels[i]
    for _ in range(count):
        becomes = np.where(becomes >= 0, becomes[becomes + 1], -1)
    merged: Classes = becomes[classes + 1].astype(np.int16)
    return merged


def _borders(classes: Classes, count: int) -> NDArray[np.int64]:
    """How many neighbouring pixels each class (row) has in each other (column; the first for no class)."""
    import numpy as np

    wide = classes.astype(np.int64) + 1
    table = np.zeros((count + 1) ** 2, np.int64)
    for one, other in ((wide[:, :-1], wide[:, 1:]), (wide[:-1], wide[1:])):
        differ = one != other
        a, b = one[differ], other[differ]
        table += np.bincount(a * (count + 1) + b, minlength=len(table))
        table += np.bincount(b * (count + 1) + a, minlength=len(table))
    return table.reshape(count + 1, count + 1)[1:]


def wipe_text(classes: Classes, words: Sequence[Box], ground: int) -> None:
    """Give each column of a word the colour of the mark that lies both above and below it, and where there is none
    (a bar lower than its label) each row that of the mark on both its sides."""
    import numpy as np

    height, width = classes.shape
    for box in words:
        x0, x1 = max(math.floor(box.x0) - 1, 0), min(math.ceil(box.x1) + 1, width)
        top, bottom = max(math.floor(box.top) - 1, 0), min(math.ceil(box.bottom) + 1, height)
        if x0 >= x1 or top >= bottom:
            continue
        above, below = (
            _nearest(classes[max(top - 3, 0) : top, x0:x1][::-1]),
            _nearest(classes[bottom : bottom + 3, x0:x1]),
        )
        left = _nearest(classes[top:bottom, max(x0 - 3, 0) : x0].T[::-1])
        right = _nearest(classes[top:bottom, x1 : x1 + 3].T)
        columns = (above == below) & (above >= 0) & (above != ground)
        rows = (left == right) & (left >= 0) & (left != ground)
        part = classes[top:bottom, x0:x1]
        part[:] = np.where(columns[None, :], above[None, :], np.where(rows[:, None], left[:, None], part))


def _nearest(rows: Classes) -> Classes:
    """For each column the first known class of the rows; -1 where there is none."""
    import numpy as np

    nearest = np.full(rows.shape[1], -1, np.int16)
    for row in rows:
        nearest = np.where(nearest < 0, row, nearest)
    return nearest
