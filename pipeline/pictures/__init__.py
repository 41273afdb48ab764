"""Exhibits that are bitmaps, and scanned pages: pixels to the same plain data as printed pages."""

from pipeline.pictures.lettering import Candidate
from pipeline.pictures.reader import PicturePage, read_picture

__all__ = ["Candidate", "PicturePage", "read_picture"]
