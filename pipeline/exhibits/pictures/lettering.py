"""Text in a bitmap: lines found and read, cut into words, every number looked at again; numbers that were passed over.

Coordinates are pixels of the bitmap, origin top left. `strips` cuts out lines, `words` cuts words on their ink, `looks`
reads numbers again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.exhibits.pictures import ocr
from pipeline.exhibits.pictures.digit_checks import look_again
from pipeline.exhibits.pictures.ocr_words import CAPITAL, Lettering, words_of
from pipeline.exhibits.pictures.strips import LEAST_CONTRAST, best_turn, strips_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.exhibits.pictures.ocr import Bitmap

    Quad = NDArray[np.float32]

MOST_UNREAD = 40
LEAST_SCORE = 0.3
"""A line that no look reads better than this is an icon or texture, not text."""


def read_lines(image: Bitmap, marks: Bitmap, lines: Sequence[Quad]) -> list[Lettering]:
    """Read the lines whose corners are given; numbers are read a second and third time, each cut out alone.

    `marks` is the bitmap as it would look without any text: what differs from it is ink.
    """
    strips = [strip for quad in lines for strip in strips_of(image, marks, quad)]
    read = best_turn(strips, ocr.recognise([s.image for s in strips]))
    legible = [(strip, look) for strip, look in read if look.score >= LEAST_SCORE and look.text.strip()]
    return look_again(image, marks, [word for strip, look in legible for word in words_of(strip, look)])


def unread_lines(image: Bitmap, marks: Bitmap, words: Sequence[Lettering]) -> list[Quad]:
    """Corners of what looks like more numbers: ink that neither the marks nor the words found explain.

    The text detector passes over labels that are wider than their bar. Only ink as high as the numbers already found
    is taken, at most `MOST_UNREAD` places.
    """
    import cv2
    import numpy as np

    numbers = (w for w in words if w.candidates and any(map(str.isdigit, w.text)) and w.angle == 0)
    heights = sorted(w.size * CAPITAL for w in numbers)
    if not heights:
        return []
    height = heights[len(heights) // 2]
    ink = (ocr.brightest(np.abs(image.astype(np.int16) - marks.astype(np.int16))) > 2 * LEAST_CONTRAST).astype(np.uint8)
    for word in words:
        x0, top, x1, bottom = (round(v) for v in word.box.grown(2.0))
        ink[max(top, 0) : max(bottom, 0), max(x0, 0) : max(x1, 0)] = 0
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, max(round(height * 0.6), 1)), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    quads = []
    for x, y, w, h, _ in stats[1:count]:
        if 0.85 * height <= h <= 1.4 * height and 0.3 * height <= w <= 5 * height:
            m = 0.3 * height
            quads.append([(x - m, y - m), (x + w + m, y - m), (x + w + m, y + h + m), (x - m, y + h + m)])
    return [np.array(q, np.float32) for q in quads[:MOST_UNREAD]]
