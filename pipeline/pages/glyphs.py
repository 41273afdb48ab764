"""Glyphs: what they say, how large they are, and which way they stand."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import Any

from pdfminer.pdffont import PDFFont
from pdfminer.utils import Matrix, Rect, apply_matrix_rect

DINGBATS = "ZapfDingbats"


_DINGBATS = {"%": "☎", "*": "☛", "+": "☞", "H": "★", "l": "●", "n": "■", "s": "▲", "t": "▼", "u": "◆", "w": "◗"}
"""Signs of the standard font Zapf Dingbats that stand outside of Unicode's block of dingbats, by their codes."""


LIGATURES = {ord(c): unicodedata.normalize("NFKC", c) for c in "ﬀﬁﬂﬃﬄﬅﬆ"}


def letters_of(glyph: str) -> str:
    """What a glyph says: ligatures as their letters.

    Some producers (Ghostscript) note the letters of a ligature with their two bytes exchanged: "ti" comes out as
    U+7400 U+6900. No glyph stands for several characters whose lower bytes are all zero, so these are turned back.
    """
    if len(glyph) > 1 and all(ord(c) & 0xFF == 0 and chr(ord(c) >> 8).isalpha() for c in glyph):
        return "".join(chr(ord(c) >> 8) for c in glyph)
    return glyph.translate(LIGATURES)


def dingbat(code: str) -> str:
    """The sign that a letter of ASCII selects in the standard font Zapf Dingbats, which says nothing of its signs."""
    if len(code) != 1 or not "!" <= code <= "~":
        return code
    return _DINGBATS.get(code, chr(0x2700 + ord(code) - 0x20))


@dataclass(frozen=True, slots=True)
class Turn:
    """The direction of a text matrix: its scale, its angle in whole degrees, and their sines and cosines."""

    scale: float
    angle: int
    cos: float
    sin: float
    along: tuple[float, float]
    """Cosine and sine of the whole angle."""

    @classmethod
    def of(cls, a: float, b: float) -> Turn:
        turn = math.atan2(b, a)
        angle = round(math.degrees(turn)) % 360
        radians = math.radians(angle)
        along = math.cos(radians), math.sin(radians)
        return cls(math.hypot(a, b), angle, abs(math.cos(turn)), abs(math.sin(turn)), along)


def upright_extent(font: PDFFont, fontsize: float, cid: int, rise: float, advance: float) -> Rect:
    """The box of a glyph in text space, as pdfminer's `LTChar` has it, in a font that is set in columns."""
    displaced: Any = font.char_disp(cid)
    x = fontsize * 0.5 if displaced[0] is None else displaced[0] * fontsize * 0.001
    y = (1000 - displaced[1]) * fontsize * 0.001
    return (-x, y + rise + advance, -x + fontsize, y + rise)


def placed_box(matrix: Matrix, rect: Rect) -> Rect:
    """The upright box around `rect` under `matrix`: for upright text two of its corners tell it."""
    a, b, c, d, e, f = matrix
    if b or c:
        return apply_matrix_rect(matrix, rect)
    x0, x1 = a * rect[0] + e, a * rect[2] + e
    y0, y1 = d * rect[1] + f, d * rect[3] + f
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
