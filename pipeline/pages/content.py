"""What a page draws, in drawing order: letters, shapes and bitmaps, by pdfminer's interpreter and a device of our own.

Beside what is painted the device keeps what decides whether anybody sees it: the clip, the opacity, the rendering mode
of text, and layers that are off. What annotations and form fields show is drawn after the page, as a viewer does.
Coordinates are points of the page as shown (turned, cropped), origin top left.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import Matrix, Rect, apply_matrix_pt, apply_matrix_rect, mult_matrix

from pipeline.core.colours import RGB, to_rgb
from pipeline.core.geometry import Box, box_around
from pipeline.pages.glyphs import (
    DINGBATS,
    Turn,
    dingbat,
    glyph_width,
    is_bare_symbol,
    letters_of,
    placed_box,
    symbol,
    tex_letter,
    upright_extent,
)
from pipeline.pages.layers import upright_rect
from pipeline.pages.outlines import Points, cut, is_square, reach, subpaths
from pipeline.pages.patterns import inked_of

INVISIBLE_MODES = (3, 7)
"""Text rendering modes that paint nothing (ISO 32000-1, table 106)."""
STROKED_MODE = 1
FAINTEST = 0.02
"""Opacity below which nobody sees anything."""
PAPER = (1.0, 1.0, 1.0)
CUT_OFF = 0.15
"""Share of a letter's width that the clip takes, at least, where it cuts the letter off: boxes reach beyond the ink."""
LEAST_GROUND = 0.02
"""Share of the page from which an opaque fill may be a ground that shows through translucent marks."""
OPEN = Box(-1e9, -1e9, 1e9, 1e9)
"""The clip of a page on which nothing is clipped, in points."""

Why = Literal["", "transparent", "clipped", "layer off", "not painted"]
"""Why nobody sees a glyph; "" where it is seen, as far as its own state tells."""


@dataclass(slots=True)
class Letter:
    """One glyph with its place: `u` and `v` are the start along and the baseline across the reading direction."""

    text: str
    box: Box
    size: float
    font: str
    colour: RGB | None
    angle: int
    u: float
    """Start along the reading direction, in points."""
    v: float
    """Height of the baseline across the reading direction, in points."""
    advance: float
    baseline: tuple[float, float]
    order: int = -1
    hidden: Why = ""
    cut: bool = False
    """The clip cuts it off at its end: the text goes on unseen."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A painted subpath: PDF's operators, and the points that they take, on the page. `box` is what the clip leaves."""

    operators: str
    points: Points
    fill: RGB | None
    stroke: RGB | None
    width: float
    box: Box
    opaque: bool
    square: bool
    """The whole of its box is painted: an upright rectangle, alone in its path, under no clip but rectangles."""
    inked: float = 1.0
    """Part (0..1) of the stroke's length that its dashes cover."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A placed bitmap; `pixels` is its own (width, height)."""

    box: Box
    pixels: tuple[int, int]
    opaque: bool


@dataclass(frozen=True, slots=True)
class Veil:
    """Ground painted with a pattern or a gradient: its colour is not known."""

    box: Box


Drawn = Letter | Outline | Bitmap | Veil


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page to be read: its size in points as shown, the matrix from its own space to y upwards from its foot, and the
    degrees by which its text stood askew."""

    width: float
    height: float
    matrix: Matrix
    turned: float = 0.0

    @classmethod
    def of(cls, page: PDFPage) -> Sheet:
        """The page as a viewer shows it: turned, cropped to the part of the crop box that lies in the media box."""
        media, crop = upright_rect(page.mediabox), upright_rect(page.cropbox)
        x0, y0, x1, y1 = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
        if x1 <= x0 or y1 <= y0:
            x0, y0, x1, y1 = media
        turns: dict[int, Matrix] = {
            90: (0, -1, 1, 0, -y0, x1),
            180: (-1, 0, 0, -1, x1, y1),
            270: (0, 1, -1, 0, y1, -x0),
        }
        angle = int(page.rotate or 0) % 360
        size = (y1 - y0, x1 - x0) if angle in (90, 270) else (x1 - x0, y1 - y0)
        return cls(*size, turns.get(angle, (1, 0, 0, 1, -x0, -y0)))

    def straightened(self, angle: float) -> Sheet:
        """The sheet turned about its middle until text of so many degrees is upright."""
        cos, sin = math.cos(math.radians(angle)), -math.sin(math.radians(angle))
        x, y = self.width / 2, self.height / 2
        turn = (cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)
        return replace(self, matrix=mult_matrix(self.matrix, turn), turned=angle)

    def point(self, x: float, y: float) -> tuple[float, float]:
        return (x, self.height - y)

    def bounds(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        return Box(x0, self.height - y1, x1, self.height - y0)


@dataclass(frozen=True, slots=True)
class Sight:
    """What decides whether anybody sees what is painted now: opacity of fills and strokes (0..1), clip, layer."""

    fill: float = 1.0
    stroke: float = 1.0
    clip: Box = OPEN
    off: bool = False
    exact: bool = True
    """The clip is its box: nothing but upright rectangles narrowed it."""
    plain: bool = True
    """What is painted replaces what is below it: no blend mode."""

    def within(self, box: Box, *, exact: bool = True) -> Sight:
        return replace(self, clip=cut(box, self.clip), exact=self.exact and exact)


# --- letters ---------------------------------------------------------------------------------------------------------


class Canvas(PDFTextDevice):
    """The device that pdfminer's interpreter draws on: it keeps everything in order."""

    def __init__(self, resources: Any, sheet: Sheet) -> None:
        super().__init__(resources)
        self.sheet = sheet
        self.items: list[Drawn] = []
        self.sight = Sight()
        self.glyphs: dict[PDFFont, dict[int, tuple[str, float, str, float | None]]] = defaultdict(dict)
        """By font and code: what the glyph says, how wide it is, its font's name and, where the font is set in rows,
        how far its letters reach below the line."""
        self.turn = cache(Turn.of)
        self.slants: Counter[float] = Counter()
        """How many letters are drawn at each angle, in degrees."""
        self.colour: RGB | None = None
        self.hidden: Why = ""
        self.grounds: list[tuple[Box, RGB]] = []
        """Opaque fills on which charts may stand, in drawing order: what is translucent shows them."""

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: PDFGraphicState) -> None:
        """Draw a string: note how its letters look, then each letter."""
        sight = self.sight
        stroked = textstate.render == STROKED_MODE
        alpha = sight.stroke if stroked else sight.fill
        self.colour = seen_colour(graphicstate.scolor if stroked else graphicstate.ncolor, alpha)
        self.hidden = ""
        if textstate.render in INVISIBLE_MODES:
            self.hidden = "not painted"
        elif alpha < FAINTEST:
            self.hidden = "transparent"
        elif sight.off:
            self.hidden = "layer off"
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: PDFGraphicState,
    ) -> float:
        """Add the letter; returns its advance in text space."""
        known = self.glyphs[font]
        if cid not in known:
            known[cid] = self._glyph(font, cid)
        text, width, name, descent = known[cid]
        advance = width * fontsize * scaling
        turn = self.turn(matrix[0], matrix[1])
        if text and turn.scale:
            self.slants[turn.slant] += 1
            if descent is None:
                extent = upright_extent(font, fontsize, cid, rise, advance)
            else:
                bottom = descent * fontsize + rise
                extent = (0, bottom, advance, bottom + fontsize)
            self.items.append(self._letter(text, name, turn, matrix, advance, extent))
        return advance

    def _glyph(self, font: PDFFont, cid: int) -> tuple[str, float, str, float | None]:
        name = font.fontname if isinstance(font.fontname, str) else bytes(font.fontname).decode("latin-1")
        if is_bare_symbol(font, name):
            text, width = symbol(cid)
            return text, width, name, font.get_descent()
        try:
            text = letters_of(tex_letter(font, cid) or font.to_unichr(cid))
        except PDFUnicodeNotDefined:
            text = f"(cid:{cid})"
        descent = None if font.is_vertical() else font.get_descent()
        return dingbat(text) if name.endswith(DINGBATS) else text, glyph_width(font, cid, text), name, descent

    def _letter(self, text: str, font: str, turn: Turn, matrix: Matrix, advance: float, extent: Rect) -> Letter:
        x0, y0, x1, y1 = placed_box(matrix, extent)
        length = abs(advance) * turn.scale
        if turn.cos >= turn.sin:
            size = ((y1 - y0) - length * turn.sin) / turn.cos
        else:
            size = ((x1 - x0) - length * turn.cos) / turn.sin
        sheet, (cos, sin) = self.sheet, turn.along
        box = sheet.bounds(x0, y0, x1, y1)
        x, y = baseline = sheet.point(matrix[4], matrix[5])
        u, v = x * cos - y * sin, -x * sin - y * cos
        clip = self.sight.clip
        why = self.hidden or ("" if clip.overlap(box) > 0 or clip.holds(box) else "clipped")
        ends = not why and not turn.angle and box.x0 < clip.x1 < box.x1 - CUT_OFF * box.width
        box = box._replace(x1=clip.x1) if ends else box
        place = text, box, max(size, 0.1), font, self.colour, turn.angle, u, v, box.x1 - x0 if ends else length
        return Letter(*place, baseline, len(self.items), why, ends)

    def paint_path(
        self, graphicstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]
    ) -> None:
        """Add the subpaths of a path that somebody sees."""
        sight = self.sight
        filled = to_rgb(graphicstate.ncolor) if fill and sight.fill >= FAINTEST else None
        stroked = to_rgb(graphicstate.scolor) if stroke and sight.stroke >= FAINTEST else None
        patterned = fill and filled is None and sight.fill >= FAINTEST and not sight.off
        if patterned:
            filled = to_rgb(getattr(graphicstate.ncolor, "tint", None))
        if (filled is not None or stroked is not None) and not sight.off:
            inked = inked_of(graphicstate.dash)
            self._outline(path, filled, stroked, float(graphicstate.linewidth or 0.0), inked)
        if patterned:
            self.veil(path)

    def _outline(
        self, path: Sequence[Any], filled: RGB | None, stroked: RGB | None, width: float, inked: float
    ) -> None:
        sight, parts = self.sight, [*subpaths(path)]
        assert self.ctm is not None
        width *= enlargement(self.ctm)
        for operators, points in parts:
            placed = tuple(self.sheet.point(*apply_matrix_pt(self.ctm, point)) for point in points)
            box = reach(operators, placed)
            if box.overlap_x(sight.clip) >= 0 and box.overlap_y(sight.clip) >= 0:
                opaque = sight.fill > 1 - FAINTEST and sight.plain
                square = len(parts) == 1 and sight.exact and is_square(operators, placed)
                box = cut(box, sight.clip)
                ground = PAPER if opaque and sight.stroke > 1 - FAINTEST else self._ground_of(box)
                fill, pen = seen_colour(filled, sight.fill, ground), seen_colour(stroked, sight.stroke, ground)
                self.items.append(Outline(operators, placed, fill, pen, width, box, opaque, square, inked))
                if opaque and fill is not None and box.area > LEAST_GROUND * self.sheet.width * self.sheet.height:
                    self.grounds.append((box, fill))

    def _ground_of(self, box: Box) -> RGB:
        return next((colour for place, colour in reversed(self.grounds) if place.holds(box)), PAPER)

    def veil(self, path: Sequence[Any]) -> None:
        """Add ground of a colour that is not known: the path's box, or the clip's."""
        assert self.ctm is not None
        points = [self.sheet.point(*apply_matrix_pt(self.ctm, point)) for _, some in subpaths(path) for point in some]
        box = self.sight.clip
        if points:
            box = cut(box_around(points), box)
        self.items.append(Veil(cut(box, Box(0.0, 0.0, self.sheet.width, self.sheet.height))))

    def render_image(self, name: str, stream: PDFStream) -> None:
        assert self.ctm is not None
        box = cut(self.sheet.bounds(*apply_matrix_rect(self.ctm, (0, 0, 1, 1))), self.sight.clip)
        if self.sight.off or self.sight.fill < FAINTEST or box.width <= 0 or box.height <= 0:
            return
        size = [resolve1(stream.get_any((long, short))) for long, short in (("Width", "W"), ("Height", "H"))]
        wide, high = (n if isinstance(n, int) else 0 for n in size)
        masked = any(resolve1(stream.get(key)) is not None for key in ("SMask", "Mask", "ImageMask"))
        self.items.append(Bitmap(box, (wide, high), not masked and self.sight.fill > 1 - FAINTEST and self.sight.plain))


def enlargement(matrix: Matrix) -> float:
    """By how much the matrix enlarges a line's width, which is told in user space (ISO 32000-1, 8.4.3.2): the mean of
    its two directions, as the root of the area that a unit square takes."""
    a, b, c, d, _, _ = matrix
    return math.sqrt(abs(a * d - b * c))


def seen_colour(colour: object, alpha: float, ground: RGB = PAPER) -> RGB | None:
    """The colour as it looks on its ground; None for a pattern without a colour of its own."""
    rgb = to_rgb(colour)
    if rgb is None or alpha > 1 - FAINTEST:
        return rgb
    red, green, blue = (round(g + alpha * (c - g), 4) for g, c in zip(ground, rgb, strict=True))
    return (red, green, blue)
