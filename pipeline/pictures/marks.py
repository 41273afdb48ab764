"""Marks in a bitmap: solid regions of one colour become rectangles, pie sectors, outlines and lines.

Coordinates are pixels of the bitmap, origin top left; edges of rectangles are found to a fraction of a pixel from the
mixed colours of the edge. Colours are compared as CIELAB distances (CIE76: between flat neighbours of one picture it
orders as CIEDE2000 does, and is a subtraction).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pipeline.colours import lab
from pipeline.geometry import Box, union
from pipeline.pictures.ocr import as_bitmap
from pipeline.reading import RGB

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.pictures.ocr import Bitmap

    Classes = NDArray[np.int16]
    Mask = NDArray[np.bool_]

FLAT_STEP = 6
"""Levels (of 255) by which a pixel of a flat region may differ from its right and lower neighbour: above the noise of
JPEG at quality 75 after a median, below the step of any soft edge."""
SAME_COLOUR = 7.0
"""CIELAB distance within which pixels and flat colours are one colour; the nearest tints of charts are 8 apart."""
SAME_CLEAN_COLOUR = 4.0
"""The same where no JPEG noise is: flat regions are exact, and pale bars on a pale ground 5 apart."""
LEAST_FLAT = 0.35
"""Share of flat pixels below which a bitmap is a photo: charts and scans of them have 0.6 and more."""
PALETTE = 40
MOST_COLOURS = 400
"""Distinct colours among which the palette is sought; the rest are mixtures at edges."""
SPECKLE_COLOUR = 18.0
"""CIELAB distance within which one colour may be another's noise or next gradient step …"""
SPECKLE_BORDER = 0.6
"""… if it has this share of its border with it: a bar's tint borders on its neighbour with one side of four."""
JPEG_NOISE = 0.6
"""Noise of that many levels is JPEG's: flat regions of PNG have none."""
JPEG_CHROMA = 0.5
"""Weight of hue against lightness there: JPEG stores colour at half the resolution and quantises it twice as hard."""
JPEG_BLOCK = 16.0
"""Pixels across which its colour smears: a small swatch may come out in two shades."""
SMALL = 60
"""Longest side in pixels of a swatch."""
SMALL_SOLID = 0.88
"""Share of its box that a swatch fills under JPEG."""
SHOWS_THROUGH = 0.25
"""Share of a label's ground that is seen between its letters, at least."""
CLEAN_EDGE, JPEG_EDGE = 0.6, 1.5
"""How far apart, in pixels, edges may be found that are on one line."""
RIPPLE_WIDTH = 13
"""Pixels across which its waves reach, less than a block."""
JPEG_LINE_STEP = 40
"""Levels by which a line stands out there: ripples beside edges reach 30."""
SMEARED_COLOUR = 30.0
SLIVER = 4.5
"""JPEG smears colour along edges: strips up to so many pixels wide, up to that CIELAB distance off."""
STROKE = 0.3
"""Thickness of a bold letter's stroke, as a share of its line's height, at most."""
LEAST_SIDE = 3
"""Pixels: thinner than this is an edge or a line, no region."""
LEAST_AREA = 16
SOLID = 0.93
"""Share of its bounding box that a rectangle fills (text erased); rounded corners cost up to 0.06."""
ROUNDED = 0.8
"""The same for a bar with fully rounded ends, if its middle row and column are whole (a disc fills 0.785)."""
SLAB_WIDTH = 6
"""Mean width in pixels of the rectangles that a region is cut into; a slope gives stairs of 1–4."""
LEAST_LINE = 24
THICKEST_LINE = 4
LINE_STEP = 14
"""Levels by which a thin line differs from both its sides (hairlines of charts: #e6e6e6 on white is 25)."""
ROUNDNESS = 0.03
"""How far nine tenths of a disc's rim may be from its circle, as a share of the radius."""
LEAST_SECTOR = 64
"""Pixels of a region that may be part of a pie's rim; smaller ones are ripples beside it."""
LEAST_PIE = 14.0
"""Radius in pixels from which a disc of several colours is a pie."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One region (or line). `points` are the outline of an `outline` or `sector`, and the corners of the others."""

    kind: Literal["rect", "line", "sector", "outline"]
    box: Box
    colour: RGB
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The marks of a bitmap, its ground colour, and the share of its pixels that are flat."""

    marks: tuple[Mark, ...]
    ground: RGB
    flat: float


def find_marks(image: Bitmap, words: Sequence[Box] = ()) -> Segmentation:
    """Segment an RGB bitmap; the text inside `words` is wiped off the regions that it stands on."""
    import numpy as np

    jpeg = _noise(image) >= JPEG_NOISE
    smooth = _smooth(image, jpeg)
    flat = _flat(smooth)
    share = float(flat.mean())
    if share < LEAST_FLAT:
        return Segmentation((), _as_rgb(np.median(image[::3, ::3].reshape(-1, 3), axis=0)), share)
    classes = _classes(smooth, flat, jpeg)
    ground = int(np.bincount(classes[classes >= 0].ravel()).argmax())
    _wipe(classes, words, ground)
    level = _as_rgb(np.median(image[classes == ground], axis=0))
    regions = list(_regions(image, classes, ground, jpeg))
    if jpeg:
        regions = _with_small_ones_whole(image, [m for m in regions if not _is_ripple(m, level)], level, words)
    letters = _letters(regions, [w.grown(1.0) for w in words])
    regions = _joined([m for m in regions if m not in letters], JPEG_BLOCK if jpeg else 0.0)
    regions = _joined(_bridged(image, regions), 0.0)
    regions = _aligned(regions, JPEG_EDGE if jpeg else CLEAN_EDGE)
    regions = [m for m in regions if m.kind == "sector" or not _in_a_sector(m, regions)]
    lines = [m for m in _lines(image, JPEG_LINE_STEP if jpeg else LINE_STEP) if not any(_speck(m, r) for r in regions)]
    marks = [*regions, *lines]
    marks.sort(key=lambda m: (m.kind == "line", -m.box.area, m.box))
    return Segmentation(tuple(marks), level, share)


def flat_share(image: Bitmap) -> float:
    """Share of an RGB bitmap's pixels that lie in flat regions: charts have 0.6 and more, photos few."""
    import cv2

    return float(_flat(as_bitmap(cv2.medianBlur(image, 3))).mean())


def paint(shape: tuple[int, ...], segmentation: Segmentation, without: Sequence[Box] = ()) -> Bitmap:
    """The bitmap as the marks alone would look: what differs from it in the original is text (or noise).

    Marks that are pieces of letters inside a box of `without` are left out.
    """
    import cv2
    import numpy as np

    canvas = np.empty((*shape[:2], 3), np.float32)
    canvas[:] = np.array(segmentation.ground) * 255
    letters = _letters(segmentation.marks, without)
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


def _letters(marks: Sequence[Mark], text: Sequence[Box]) -> set[Mark]:
    """The marks that are pieces of letters: inside a box of text, and thin, or of a colour that no mark outside has.

    A swatch beside its text and a low bar behind its label have a colour that is found outside as well.
    """
    inside = {m: box for m in marks if (box := next((t for t in text if _inside(m.box, t)), None)) is not None}
    outside = {m.colour for m in marks if m not in inside and m.kind != "line"}
    return {
        mark
        for mark, line in inside.items()
        if (min(mark.box.width, mark.box.height) < STROKE * line.height and line.width > line.height)
        or not any(_colour_distance(mark.colour, colour) < SMEARED_COLOUR / 2 for colour in outside)
    }


def _inside(one: Box, other: Box) -> bool:
    return one.x0 >= other.x0 and one.x1 <= other.x1 and one.top >= other.top and one.bottom <= other.bottom


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


# Colours


def _smooth(image: Bitmap, jpeg: bool) -> Bitmap:
    """Without specks; where JPEG was at work also with the smeared colour (its chroma is coarse) set straight."""
    import cv2

    smooth = as_bitmap(cv2.medianBlur(image, 3))
    if not jpeg:
        return smooth
    brightness, *colour = cv2.split(cv2.cvtColor(smooth, cv2.COLOR_RGB2YCrCb))
    calm = cv2.merge([brightness, *(cv2.medianBlur(channel, 5) for channel in colour)])
    return as_bitmap(cv2.cvtColor(calm, cv2.COLOR_YCrCb2RGB))


def _noise(image: Bitmap) -> float:
    """Levels by which pixels stray from their surroundings: the 90th percentile where edges are few."""
    import cv2
    import numpy as np

    stray = cv2.absdiff(image, cv2.medianBlur(image, 5)).max(axis=2)
    calm = stray[stray < 3 * FLAT_STEP]
    return float(np.percentile(calm, 90)) if calm.size else 0.0


def _flat(smooth: Bitmap) -> Mask:
    import numpy as np

    pixels = smooth.astype(np.int16)
    flat = np.zeros(smooth.shape[:2], bool)
    right = np.abs(pixels[:-1, 1:] - pixels[:-1, :-1]).max(axis=2)
    down = np.abs(pixels[1:, :-1] - pixels[:-1, :-1]).max(axis=2)
    flat[:-1, :-1] = np.maximum(right, down) <= FLAT_STEP
    return flat


def _classes(smooth: Bitmap, flat: Mask, jpeg: bool) -> Classes:
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


def _wipe(classes: Classes, words: Sequence[Box], ground: int) -> None:
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


# Regions


def _regions(image: Bitmap, classes: Classes, ground: int, jpeg: bool) -> Iterator[Mark]:
    import cv2
    import numpy as np

    kernel = np.ones((LEAST_SIDE, LEAST_SIDE), np.uint8)
    odd: list[tuple[int, Mask, tuple[int, int]]] = []
    for index in np.unique(classes):
        if index < 0 or index == ground:
            continue
        solid = cv2.morphologyEx((classes == index).astype(np.uint8), cv2.MORPH_OPEN, kernel)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
        for i in range(1, count):
            x, y, w, h, area = (int(v) for v in stats[i])
            if area < LEAST_AREA:
                continue
            part = labels[y : y + h, x : x + w] == i
            rectangles = _rectangles(part)
            for left, top, right, bottom in rectangles:
                yield _rectangle(image, (x + left, y + top, x + right, y + bottom))
            if not rectangles:
                odd.append((int(index), part, (x, y)))
    yield from _discs_and_outlines(image, classes, ground, odd, jpeg)


def _rectangles(part: Mask) -> list[tuple[int, int, int, int]]:
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
    import numpy as np

    counts = part.sum(axis=0)
    tops = part.argmax(axis=0)
    bottoms = part.shape[0] - part[::-1].argmax(axis=0)
    slabs: list[tuple[int, int, int, int]] = []
    start = 0
    columns = part.shape[1]
    for x in range(1, columns + 1):
        if x < columns and max(abs(int(tops[x]) - int(tops[start])), abs(int(bottoms[x]) - int(bottoms[start]))) <= 1:
            continue
        if x - start >= LEAST_SIDE:
            top, bottom = int(np.median(tops[start:x])), int(np.median(bottoms[start:x]))
            if bottom - top >= LEAST_SIDE and counts[start:x].sum() >= 0.85 * (bottom - top) * (x - start):
                slabs.append((start, top, x, bottom))
        start = x
    covered = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in slabs)
    stairs = columns < SLAB_WIDTH * len(slabs)
    return slabs if covered >= 0.9 * part.sum() and not stairs else []


def _rectangle(image: Bitmap, place: tuple[int, int, int, int]) -> Mark:
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
    return Mark("rect", box, _as_rgb(colour), _corners(box))


def _mixed(beyond: Any, inside: Any) -> float:
    """Pixels (0..2) that a region reaches into the three pixels `beyond` its edge, by the mixture of their colours."""
    import numpy as np

    if beyond.shape[1] < 3 or beyond.shape[0] == 0:
        return 0.0
    profile = np.median(beyond.astype(np.float32), axis=0)
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


def _corners(box: Box) -> tuple[tuple[float, float], ...]:
    return ((box.x0, box.top), (box.x1, box.top), (box.x1, box.bottom), (box.x0, box.bottom))


def _as_rgb(level: Any) -> RGB:
    r, g, b = (round(float(c) / 255, 4) for c in level)
    return (r, g, b)


def _joined(marks: list[Mark], block: float) -> list[Mark]:
    """Pieces of one rectangle put together: what lies inside a larger one of like colour, a sliver along its edge,
    parts of one colour that meet at full width, and what makes a rectangle not larger than a `block` of JPEG."""
    rectangles = sorted((m for m in marks if m.kind == "rect"), key=lambda m: -m.box.area)
    whole: list[Mark] = []
    for piece in rectangles:
        for i, host in enumerate(whole):
            if _belongs(piece, host, block):
                box = union([piece.box, host.box])
                whole[i] = Mark("rect", box, host.colour, _corners(box))
                break
        else:
            whole.append(piece)
    inside = [m for m in marks if m.kind == "outline" and any(_speck(m, host) for host in whole)]
    rest = [m for m in marks if m.kind != "rect" and m not in inside]
    return [*whole, *rest] if len(whole) in (0, len(rectangles)) else _joined([*whole, *rest], block)


def _with_small_ones_whole(image: Bitmap, marks: list[Mark], ground: RGB, words: Sequence[Box]) -> list[Mark]:
    """Small solid rectangles on the ground found by contrast alone: JPEG gives a swatch two shades, or none known."""
    import cv2
    import numpy as np

    away = np.abs(image.astype(np.int16) - np.round(np.array(ground) * 255).astype(np.int16)).max(axis=2)
    solid = cv2.morphologyEx((away > JPEG_LINE_STEP).astype(np.uint8), cv2.MORPH_OPEN, np.ones((4, 4), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    found = []
    for x, y, w, h, area in stats[1:count].tolist():
        if max(w, h) > SMALL or area < SMALL_SOLID * w * h:
            continue
        part = image[y : y + h, x : x + w].reshape(-1, 3).astype(np.int16)
        even = np.abs(part - np.median(part, axis=0)).max(axis=1) < 1.5 * JPEG_LINE_STEP
        if even.mean() > 0.7 and not any(word.overlap(Box(x, y, x + w, y + h)) > 0.2 * area for word in words):
            found.append(_rectangle(image, (x, y, x + w, y + h)))
    boxes = [m.box.grown(1.0) for m in found]
    return [*(m for m in marks if not any(_inside(m.box, box) for box in boxes)), *found]


def _bridged(image: Bitmap, marks: list[Mark]) -> list[Mark]:
    """Two pieces of one bar, parted by a label as high as the bar, put together: between them its colour shows."""
    whole = sorted((m for m in marks if m.kind in ("rect", "outline")), key=lambda m: (m.kind, m.box.x0, m.box.top))
    taken: set[Mark] = set()
    bars = []
    for i, host in enumerate(whole):
        if host in taken or host.kind == "outline":
            continue
        for piece in whole[i + 1 :]:
            if piece not in taken and _colour_distance(host.colour, piece.colour) < SMEARED_COLOUR / 2:
                gap = _gap_between(host.box, piece.box)
                if gap is not None and _is_free(gap, host, marks) and _shows_through(image, gap, host.colour):
                    taken |= {host, piece}
                    box = union([host.box, piece.box])
                    host = Mark("rect", box, host.colour, _corners(box))
        if host not in whole:
            bars.append(host)
    return [*(m for m in marks if m not in taken), *bars]


def _aligned(marks: list[Mark], reach: float) -> list[Mark]:
    """Rectangles with edges that lie within `reach` pixels of each other set on one line: bars on their baseline."""
    rectangles = [m for m in marks if m.kind == "rect"]
    sides = [_on_lines([m.box[side] for m in rectangles], reach) for side in range(4)]
    aligned = [
        Mark("rect", box, mark.colour, _corners(box))
        for mark, box in zip(rectangles, map(Box._make, zip(*sides, strict=True)), strict=True)
    ]
    return [*aligned, *(m for m in marks if m.kind != "rect")]


def _on_lines(places: list[float], reach: float) -> list[float]:
    """Each place, or the median of the (three or more) places in the same cluster of that reach."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    out = list(places)
    start = 0
    for end in range(1, len(order) + 1):
        if end < len(order) and places[order[end]] - places[order[start]] <= reach:
            continue
        if end - start >= 3:
            middle = places[order[(start + end) // 2]]
            for i in order[start:end]:
                out[i] = middle
        start = end
    return out


def _gap_between(one: Box, other: Box) -> Box | None:
    """What lies between two boxes of one height side by side, or of one width above each other; None otherwise."""
    if max(abs(one.top - other.top), abs(one.bottom - other.bottom)) <= 2.5:
        low, high = sorted((one, other), key=lambda b: b.x0)
        gap = Box(low.x1, one.top, high.x0, one.bottom)
        return gap if 1.0 < gap.width <= 3 * one.height and one.height <= SMALL else None
    if max(abs(one.x0 - other.x0), abs(one.x1 - other.x1)) <= 2.5:
        low, high = sorted((one, other), key=lambda b: b.top)
        gap = Box(one.x0, low.bottom, one.x1, high.top)
        return gap if 1.0 < gap.height <= 3 * one.width and one.width <= SMALL else None
    return None


def _is_free(gap: Box, host: Mark, marks: Sequence[Mark]) -> bool:
    """Does the gap hold nothing, or but more pieces of the host's colour?"""
    inside = (m for m in marks if gap.overlap(m.box) > 1.0)
    return all(_colour_distance(m.colour, host.colour) < SMEARED_COLOUR / 2 for m in inside)


def _shows_through(image: Bitmap, gap: Box, colour: RGB) -> bool:
    import numpy as np

    part = image[round(gap.top) : round(gap.bottom), round(gap.x0) : round(gap.x1)].reshape(-1, 3).astype(np.float32)
    away = np.abs(part - np.array(colour, np.float32) * 255).max(axis=1)
    return bool(len(part)) and float((away < JPEG_LINE_STEP).mean()) > SHOWS_THROUGH


def _belongs(piece: Mark, host: Mark, block: float) -> bool:
    both = union([piece.box, host.box])
    if both.area > 1.06 * (piece.box.area + host.box.area - piece.box.overlap(host.box)):
        return False
    if max(-piece.box.overlap_x(host.box), -piece.box.overlap_y(host.box)) > 1.5:
        return False
    away = _colour_distance(piece.colour, host.colour)
    if away < SAME_COLOUR:
        return True
    if min(both.width, both.height) <= block and max(piece.box.width, piece.box.height) <= block:
        return away < SMEARED_COLOUR / 2
    thin = min(piece.box.width, piece.box.height) <= SLIVER
    return away < SMEARED_COLOUR and (thin or _inside(piece.box, host.box.grown(1.0)))


def _speck(mark: Mark, host: Mark) -> bool:
    return _inside(mark.box, host.box.grown(1.0)) and _colour_distance(mark.colour, host.colour) < SMEARED_COLOUR


def _is_ripple(mark: Mark, ground: RGB) -> bool:
    """Waves that JPEG leaves on the ground beside edges."""
    box = mark.box
    ragged = mark.kind == "outline" or min(box.width, box.height) <= SLIVER or max(box.width, box.height) <= JPEG_BLOCK
    return ragged and _colour_distance(mark.colour, ground) < SMEARED_COLOUR / 2


def _in_a_sector(mark: Mark, marks: Sequence[Mark]) -> bool:
    """Mixed colours along the sides of a pie's sectors."""
    x, y = mark.box.x_mid, mark.box.y_mid
    return any(s.kind == "sector" and s.box.grown(1.0).holds(mark.box) and _within(x, y, s.points) for s in marks)


def _within(x: float, y: float, points: Sequence[tuple[float, float]]) -> bool:
    import cv2
    import numpy as np

    return cv2.pointPolygonTest(np.array(points, np.float32), (x, y), True) >= -SLIVER


def _colour_distance(one: RGB, other: RGB) -> float:
    return math.dist(lab(one), lab(other))


# Pies and other outlines


def _discs_and_outlines(
    image: Bitmap, classes: Classes, ground: int, odd: list[tuple[int, Mask, tuple[int, int]]], jpeg: bool
) -> Iterator[Mark]:
    """Sectors of the pies that the odd regions make up together, and the outlines of those that make none."""
    import cv2
    import numpy as np

    together = np.zeros(classes.shape, np.uint8)
    level = _as_rgb(np.median(image[classes == ground], axis=0))
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

    colour = _as_rgb(np.median(image[y : y + part.shape[0], x : x + part.shape[1]][part], axis=0))
    if _colour_distance(colour, ground) >= SMEARED_COLOUR / 2:
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


ANGLE_STEPS = 1440
"""Quarter degrees: a tenth of the least share (0.07 %) that a label would round to."""
LEAST_ARC = 8
"""Two degrees (0.6 %): less is the mixed colour between two sectors."""
RINGS = tuple(0.5 + 0.02 * i for i in range(24))
"""Shares of the radius where a pie's colours are sampled: beyond any doughnut's hole that is worth the name."""


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
        sectors.append(_sector(disc, hole, start, end, _as_rgb(level)))
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
    return Mark("sector", _around(points), colour, points)


def _outline(image: Bitmap, part: Mask, x: int, y: int) -> Mark:
    import cv2
    import numpy as np

    contours = cv2.findContours(part.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    contour = max(contours, key=len)
    simple = cv2.approxPolyDP(contour, 1.2, True).reshape(-1, 2)
    points = tuple((float(px + x) + 0.5, float(py + y) + 0.5) for px, py in simple)
    level = np.median(image[y : y + part.shape[0], x : x + part.shape[1]][part], axis=0)
    return Mark("outline", _around(points), _as_rgb(level), points)


def _around(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


# Lines


def _lines(image: Bitmap, step: float) -> Iterator[Mark]:
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
    return Mark("line", box, _as_rgb(np.median(part, axis=0)), _corners(box))
