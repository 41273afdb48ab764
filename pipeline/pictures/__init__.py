"""Exhibits that are bitmaps, and scanned pages: pixels to the same plain data as printed pages.

Steps of a picture: `lettering` finds and reads the text (`ocr` runs the engines) · `marks` finds the solid regions ·
`reader` places both on the page · the chart reader reads the result · `reconcile` weighs its numbers.
"""

from pipeline.pictures.reader import PicturePage, is_scanned, read_picture, read_scan
from pipeline.pictures.reconcile import reconcile
from pipeline.pictures.words import Candidate

__all__ = ["Candidate", "PicturePage", "is_scanned", "read_picture", "read_scan", "reconcile"]
