"""Word clouds told from charts by a first look, before a bitmap is read to the last letter.

A chart labels its marks in one size of type, or two; a cloud draws frequencies as type, in many sizes, and without
numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.exhibits.pictures import ocr
from pipeline.exhibits.pictures.strips import strips_of
from pipeline.exhibits.pictures.text_detection import heights_of

if TYPE_CHECKING:
    from pipeline.exhibits.pictures.ocr import Bitmap
    from pipeline.exhibits.pictures.text_detection import Quad

FEWEST = 20
"""Lines that a cloud has at least. In fewer, a title, a subtitle and the labels of a chart are as many sizes."""
SPREAD = 1.6
"""Height of the ninth tenth of a cloud's lines over that of the first: measured 1.7 to 3.3 in 41 clouds and 1.1 to 1.4
in 27 charts of so many lines."""
SAMPLE = 12
"""Lines that are read, the largest ones: a chart that draws values as type (bubbles, tiles) shows its numbers there."""
NUMBERS = 0.15
"""Share of them that have digits from which they are values; a cloud may have a word such as `3D`."""


def is_strewn(image: Bitmap, lines: Quad) -> bool:
    """Are the text `lines` of the bitmap, as a glance finds them, words of many sizes and no numbers?"""
    import numpy as np

    if len(lines) < FEWEST:
        return False
    heights = heights_of(lines)
    low, high = np.percentile(heights, (10, 90))
    if high < SPREAD * low:
        return False
    largest = [lines[i] for i in np.argsort(-heights, kind="stable")[:SAMPLE]]
    strips = [strips_of(image, image, quad)[0].image for quad in largest]
    return sum(any(map(str.isdigit, look.text)) for look in ocr.recognise(strips)) < NUMBERS * len(strips)
