"""Exhibits that are bitmaps, and scanned pages: pixels to the same plain data as printed pages.

Steps of a picture: `lettering` finds and reads the text (`ocr` runs the engines) · `marks` finds the solid regions ·
`reader` places both on the page · the chart reader reads the result · `reconcile` weighs its numbers. `apart` does the
first three in other processes.
"""

from pipeline.exhibits.pictures.bitmap_reader import PicturePage, is_large, is_scanned, read_picture
from pipeline.exhibits.pictures.ocr_agreement import reconcile
from pipeline.exhibits.pictures.ocr_words import NumberReading
from pipeline.exhibits.pictures.recognition import Seen, recognised

__all__ = [
    "NumberReading",
    "PicturePage",
    "Seen",
    "is_large",
    "is_scanned",
    "read_picture",
    "recognised",
    "reconcile",
]
