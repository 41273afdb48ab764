"""Pieces of marks put together, and what is no mark: letters, the noise of JPEG, mixed colours along edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box, union
from pipeline.exhibits.pictures.bitmap_mark import Mark, colour_distance, corners_of, lies_inside
from pipeline.exhibits.pictures.discs import SMEARED_COLOUR
from pipeline.exhibits.pictures.ocr import brightest
from pipeline.exhibits.pictures.palette import SAME_COLOUR
from pipeline.exhibits.pictures.rectangles import rectangle_at

if TYPE_CHECKING:
    from pipeline.exhibits.pictures.ocr import Bitmap


JPEG_BLOCK = 16.0
"""Pixels across which its colour smears: a small swatch may come out in two shades."""
SMALL = 60
"""Longest side in pixels of a swatch."""
SMALL_SOLID = 0.88
"""Share of its box that a swatch fills under JPEG."""
JPEG_LINE_STEP = 40
"""Levels by which a line stands out there: ripples beside edges reach 30."""
SLIVER = 4.5
"""JPEG smears colour along edges: strips up to so many pixels wide, up to that CIELAB distance off."""
STROKE = 0.3
"""Thickness of a bold letter's stroke, as a share of its line's height, at most."""


def letters_among(marks: Sequence[Mark], text: Sequence[Box]) -> set[Mark]:
    """The marks that are pieces of letters: inside a box of text, and thin, or of a colour that no mark outside has.

    A swatch beside its text and a low bar behind its label have a colour that is found outside as well.
    """
    inside = {m: box for m in marks if (box := next((t for t in text if lies_inside(m.box, t)), None)) is not None}
    outside = {m.colour for m in marks if m not in inside and m.kind != "line"}
    return {
        mark
        for mark, line in inside.items()
        if (min(mark.box.width, mark.box.height) < STROKE * line.height and line.width > line.height)
        or not any(colour_distance(mark.colour, colour) < SMEARED_COLOUR / 2 for colour in outside)
    }


def joined(marks: list[Mark], block: float) -> list[Mark]:
    """Pieces of one rectangle put together: what lies inside a larger one of like colour, a sliver along its edge,
    parts of one colour that meet at full width, and what makes a rectangle not larger than a `block` of JPEG."""
    rectangles = sorted((m for m in marks if m.kind == "rect"), key=lambda m: -m.box.area)
    whole: list[Mark] = []
    for piece in rectangles:
        for i, host in enumerate(whole):
            if _belongs(piece, host, block):
                box = union([piece.box, host.box])
                whole[i] = Mark("rect", box, host.colour, corners_of(box))
                break
        else:
            whole.append(piece)
    inside = [m for m in marks if m.kind == "outline" and any(is_speck(m, host) for host in whole)]
    rest = [m for m in marks if m.kind != "rect" and m not in inside]
    return [*whole, *rest] if len(whole) in (0, len(rectangles)) else joined([*whole, *rest], block)


def _belongs(piece: Mark, host: Mark, block: float) -> bool:
    x0, top, x1, bottom = piece.box
    left, upper, right, lower = host.box
    if max(x0 - right, left - x1, top - lower, upper - bottom) > 1.5:
        return False
    both = union([piece.box, host.box])
    if both.area > 1.06 * (piece.box.area + host.box.area - piece.box.overlap(host.box)):
        return False
    away = colour_distance(piece.colour, host.colour)
    if away < SAME_COLOUR:
        return True
    if min(both.width, both.height) <= block and max(piece.box.width, piece.box.height) <= block:
        return away < SMEARED_COLOUR / 2
    thin = min(piece.box.width, piece.box.height) <= SLIVER
    return away < SMEARED_COLOUR and (thin or lies_inside(piece.box, host.box.grown(1.0)))


def aligned(marks: list[Mark], reach: float) -> list[Mark]:
    """Rectangles with edges that lie within `reach` pixels of each other set on one line: bars on their baseline."""
    rectangles = [m for m in marks if m.kind == "rect"]
    sides = [_on_lines([m.box[side] for m in rectangles], reach) for side in range(4)]
    aligned = [
        Mark("rect", box, mark.colour, corners_of(box))
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


def with_small_ones_whole(image: Bitmap, marks: list[Mark], ground: RGB, words: Sequence[Box]) -> list[Mark]:
    """Small solid rectangles on the ground found by contrast alone: JPEG gives a swatch two shades, or none known."""
    import cv2
    import numpy as np

    away = brightest(np.abs(image.astype(np.int16) - np.round(np.array(ground) * 255).astype(np.int16)))
    solid = cv2.morphologyEx((away > JPEG_LINE_STEP).astype(np.uint8), cv2.MORPH_OPEN, np.ones((4, 4), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    found = []
    for x, y, w, h, area in stats[1:count].tolist():
        if max(w, h) > SMALL or area < SMALL_SOLID * w * h:
            continue
        part = image[y : y + h, x : x + w].reshape(-1, 3).astype(np.int16)
        even = np.abs(part - np.median(part, axis=0)).max(axis=1) < 1.5 * JPEG_LINE_STEP
        if even.mean() > 0.7 and not any(word.overlap(Box(x, y, x + w, y + h)) > 0.2 * area for word in words):
            found.append(rectangle_at(image, (x, y, x + w, y + h)))
    boxes = [m.box.grown(1.0) for m in found]
    return [*(m for m in marks if not any(lies_inside(m.box, box) for box in boxes)), *found]


def is_speck(mark: Mark, host: Mark) -> bool:
    x0, top, x1, bottom = mark.box
    left, upper, right, lower = host.box
    if x0 < left - 1.0 or x1 > right + 1.0 or top < upper - 1.0 or bottom > lower + 1.0:
        return False  # nearly always: boxes are compared by the hundred thousand
    return colour_distance(mark.colour, host.colour) < SMEARED_COLOUR


def is_ripple(mark: Mark, ground: RGB) -> bool:
    """Waves that JPEG leaves on the ground beside edges."""
    box = mark.box
    ragged = mark.kind == "outline" or min(box.width, box.height) <= SLIVER or max(box.width, box.height) <= JPEG_BLOCK
    return ragged and colour_distance(mark.colour, ground) < SMEARED_COLOUR / 2


def in_a_sector(mark: Mark, marks: Sequence[Mark]) -> bool:
    """Mixed colours along the sides of a pie's sectors."""
    import cv2
    import numpy as np

    middle = mark.box.x_mid, mark.box.y_mid
    around = (s.points for s in marks if s.kind == "sector" and s.box.grown(1.0).holds(mark.box))
    return any(cv2.pointPolygonTest(np.array(points, np.float32), middle, True) >= -SLIVER for points in around)
