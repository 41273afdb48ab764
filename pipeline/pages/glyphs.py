"""Glyphs: what they say, how large they are, and which way they stand."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import Any

from pdfminer.encodingdb import EncodingDB
from pdfminer.fontmetrics import FONT_METRICS
from pdfminer.pdffont import PDFFont, PDFSimpleFont, PDFType3Font
from pdfminer.utils import Matrix, Rect, apply_matrix_rect

DINGBATS = "ZapfDingbats"
_DINGBATS = {"%": "☎", "*": "☛", "+": "☞", "H": "★", "l": "●", "n": "■", "s": "▲", "t": "▼", "u": "◆", "w": "◗"}
"""Signs of the standard font Zapf Dingbats that stand outside of Unicode's block of dingbats, by their codes."""
SYMBOL = "Symbol"
_SYMBOLS = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_\u203eαβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
)
"""Signs of the standard font Symbol by their codes: from 32, and from 160 (ISO 32000-1, D.5)."""
_TEX = (
    "`´ˆ˜¨˝˚ˇ˘¯˙ﬀﬁﬂﬃﬄ“”„«»–— ‰ıȷﬀﬁﬂﬃﬄ",
    "ĂĄĆČĎĚĘĞĹĽŁŃŇŊŐŔŘŚŠŞŤŢŰŮŸŹŽŻĲİđ§ăąćčďěęğĺľłńňŋőŕřśšşťţűůÿźžżĳ¡¿£"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖŒØÙÚÛÜÝÞẞàáâãäåæçèéêëìíîïðñòóôõöœøùúûüýþß",
)
"""Signs of TeX's fonts by their codes: below 32 (with the ligatures of its older encoding), and from 128 (T1)."""
LIGATURES = {ord(c): unicodedata.normalize("NFKC", c) for c in "ﬀﬁﬂﬃﬄﬅﬆ"} | {0x02BB: "‘", 0x02BC: "’"}
"""Signs that are drawn as letters or as quotes: fonts draw some codes alike, and producers note either."""


def letters_of(glyph: str) -> str:
    """What a glyph says: ligatures as their letters.

    Some producers (Ghostscript) note the letters of a ligature with their two bytes exchanged: "ti" comes out as
    U+7400 U+6900. No glyph stands for several characters whose lower bytes are all zero, so these are turned back.
    """
    if len(glyph) > 1 and all(ord(c) & 0xFF == 0 and chr(ord(c) >> 8).isalpha() for c in glyph):
        return "".join(chr(ord(c) >> 8) for c in glyph)
    return glyph.translate(LIGATURES)


def glyph_width(font: Any, code: int, text: str) -> float:
    """How wide the glyph of a code is, in em. pdfminer knows the ligatures of the standard fonts by one sign only."""
    width: float = font.char_width(code)
    sign = next((chr(ligature) for ligature, letters in LIGATURES.items() if letters == text), "")
    return width or font.widths.get(sign, 0.0) * font.hscale


def dingbat(code: str) -> str:
    """The sign that a letter of ASCII selects in the standard font Zapf Dingbats, which says nothing of its signs."""
    if len(code) != 1 or not "!" <= code <= "~":
        return code
    return _DINGBATS.get(code, chr(0x2700 + ord(code) - 0x20))


def symbol(code: int) -> tuple[str, float]:
    """Sign ("" where there is none) and width, in em, of `code` (0..255) in the standard font Symbol's own encoding.

    Signs without a width in pdfminer's metrics (which name some by a look-alike) are as wide as their neighbours: 0.6.
    """
    signs, first = (_SYMBOLS[0], 32) if code < 160 else (_SYMBOLS[1], 160)
    sign = signs[code - first] if 0 <= code - first < len(signs) else ""
    return sign, FONT_METRICS[SYMBOL][1].get(sign, 600) / 1000


def tex_letter(font: PDFFont, code: int) -> str | None:
    """The sign of `code` (0..255) in a font of TeX's bitmaps, which names its glyphs by their codes alone; None where
    the font is none, or the code says the same in ASCII. One without letters and digits holds the companion signs."""
    if not isinstance(font, PDFType3Font) or font.unicode_map is not None or 32 <= code < 128:
        return None
    if font.cid2unicode != EncodingDB.get_encoding("StandardEncoding"):
        return None
    if code > 127 and not any(font.widths.get(known) for known in range(48, 123)):
        return "†‡‖‰•"[code - 132] if 132 <= code < 137 else "€" if code == 191 else chr(code)
    return _TEX[0][code] if code < 32 else _TEX[1][code - 128]


def is_bare_symbol(font: PDFFont, name: str) -> bool:
    """Is `font` the standard font Symbol, with no word on its encoding? pdfminer then reads it as Latin."""
    named = name.rpartition("+")[2].partition(",")[0].partition("-")[0]
    latin = isinstance(font, PDFSimpleFont) and font.cid2unicode == EncodingDB.get_encoding("StandardEncoding")
    return named in (SYMBOL, "SymbolMT") and latin and getattr(font, "unicode_map", None) is None


@dataclass(frozen=True, slots=True)
class Turn:
    """The direction of a text matrix: its scale, its angle in whole degrees, and their sines and cosines."""

    scale: float
    angle: int
    cos: float
    sin: float
    along: tuple[float, float]
    """Cosine and sine of the whole angle."""
    slant: float
    """The angle as it is, in degrees, to a hundredth."""

    @classmethod
    def of(cls, a: float, b: float) -> Turn:
        turn = math.atan2(b, a)
        angle = round(math.degrees(turn)) % 360
        radians = math.radians(angle)
        along = math.cos(radians), math.sin(radians)
        slant = round(math.degrees(turn), 2)
        return cls(math.hypot(a, b), angle, abs(math.cos(turn)), abs(math.sin(turn)), along, slant)


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
