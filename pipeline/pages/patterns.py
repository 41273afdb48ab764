"""What colour a gradient or a tiling pattern looks like from a distance, and boxes that are hatched by strokes:
marks are told apart by it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pdfminer.pdfinterp import PDFContentParser
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSEOF, PSKeyword, keyword_name

from pipeline.core.colours import RGB, to_rgb
from pipeline.pages.page import Shape

COLOUR_OPERANDS = {"g": 1, "rg": 3, "k": 4, "G": 1, "RG": 3, "K": 4}
"""Operators that set a colour in a tile, and their operands."""
GREY: RGB = (0.6, 0.6, 0.6)
"""What a tile looks like that sets no colour of its own: a bitmap, or strokes in the colour that holds around it."""


class Pattern(str):
    """The name of a pattern that is set as colour, with the colour that it looks like; None where that is not known."""

    tint: RGB | None

    def __new__(cls, name: str, tint: RGB | None) -> Pattern:
        pattern = super().__new__(cls, name)
        pattern.tint = tint
        return pattern


def inked_of(dash: object) -> float:
    """The part of a stroke's length that the dashes of a graphics state (their lengths and gaps in turn, and where they
    begin) cover: 1 for a solid stroke."""
    lengths = dash[0] if isinstance(dash, tuple) else dash
    if not isinstance(lengths, list) or not all(isinstance(x, (int, float)) for x in lengths) or sum(lengths) <= 0:
        return 1.0
    turns = lengths * (1 + len(lengths) % 2)
    return float(sum(turns[::2]) / sum(turns))


def tint_of(pattern: object) -> RGB | None:
    """The colour (sRGB, 0..1) of a pattern object: of a gradient the one in its middle, of a tile its ink, half of it
    paper. None for what is no pattern or no colour space of grey, RGB or CMYK."""
    found = resolve1(pattern)
    told = found.attrs if isinstance(found, PDFStream) else found
    if not isinstance(told, Mapping):
        return None
    if resolve1(told.get("PatternType")) == 2:
        return shade_of(told.get("Shading"))
    ink = _ink(found.get_data()) if isinstance(found, PDFStream) else None
    if ink is None:
        return GREY
    red, green, blue = ((1 + channel) / 2 for channel in ink)
    return (red, green, blue)


def shade_of(shading: object) -> RGB | None:
    """The colour in the middle of a shading dictionary's gradient."""
    found = resolve1(shading)
    told = found.attrs if isinstance(found, PDFStream) else found
    function = resolve1(told.get("Function")) if isinstance(told, Mapping) else None
    if isinstance(function, list):
        parts = [_half_way(resolve1(one)) for one in function]
        return to_rgb(tuple(part[0] for part in parts if part))
    return to_rgb(tuple(_half_way(function)))


def _half_way(function: Any) -> list[float]:
    """The values of a function in the middle of its domain: exponential, stitched, or sampled in bytes."""
    told = function.attrs if isinstance(function, PDFStream) else function
    if not isinstance(told, Mapping):
        return []
    kind = resolve1(told.get("FunctionType"))
    if kind == 3:
        parts = [resolve1(one) for one in resolve1(told["Functions"])]
        return _half_way(parts[len(parts) // 2])
    if kind == 2:
        low, high = (resolve1(told.get(key, [end])) for key, end in (("C0", 0.0), ("C1", 1.0)))
        share = 0.5 ** float(resolve1(told.get("N", 1)))
        return [a + share * (b - a) for a, b in zip(low, high, strict=False)]
    if kind == 0 and resolve1(told.get("BitsPerSample")) == 8:
        count, data = len(resolve1(told["Range"])) // 2, function.get_data()
        start = len(data) // count // 2 * count
        return [value / 255 for value in data[start : start + count]]
    return []


def _ink(content: bytes) -> RGB | None:
    """The last colour that a tile sets and that is not black, which producers set first of all; None where it sets
    none."""
    operands: list[object] = []
    found: RGB | None = None
    for thing in _objects(content):
        if not isinstance(thing, PSKeyword):
            operands.append(thing)
            continue
        count = COLOUR_OPERANDS.get(str(keyword_name(thing)), 0)
        colour = to_rgb(tuple(operands[-count:])) if count else None
        found = colour if colour is not None and max(colour) > 0 else found
        operands = []
    return found


def _objects(content: bytes) -> Iterator[object]:
    parser = PDFContentParser([PDFStream({}, content)])
    with suppress(PSEOF):
        while True:
            yield parser.nextobject()[1]


FEWEST = 2
"""Strokes that hatch a box: the swatch of a legend has room for no more."""
MOST = 3000
"""A page with more slanted strokes is a drawing."""
AT_EDGE = 1.0
"""Points between the ends of a stroke and the edges of the box that it hatches."""


def with_hatching_filled(shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes, each hatched box as one that is filled with the colour that its strokes give it."""
    strokes = [s for s in shapes if s.kind == "line" and s.stroke and min(s.box.width, s.box.height) > 0.0]
    boxes = [s for s in shapes if s.kind == "rect" and s.stroke is not None and s.fill is None]
    if not FEWEST <= len(strokes) <= MOST or not boxes:
        return list(shapes)
    filled: dict[int, Shape] = {}
    spent: set[int] = set()
    for box in boxes:
        own = [s for s in strokes if box.box.holds(s.box, slack=AT_EDGE) and _reaches_edges(s, box)]
        if len(own) >= FEWEST and len({s.stroke for s in own}) == 1:
            filled[box.order] = _filled(box, own)
            spent.update(s.order for s in own)
    return [filled.get(s.order, s) for s in shapes if s.order not in spent]


def _reaches_edges(stroke: Shape, box: Shape) -> bool:
    x0, top, x1, bottom = box.box
    return all(min(x - x0, x1 - x, y - top, bottom - y) <= AT_EDGE for x, y in stroke.points)


def _filled(box: Shape, strokes: Sequence[Shape]) -> Shape:
    """The box in the ink of the strokes, as thin as they cover it."""
    inked = sum(s.width * math.dist(s.points[0], s.points[-1]) for s in strokes)
    share = min(1.0, inked / max(box.box.area, 1.0))
    red, green, blue = (1 - share * (1 - part) for part in strokes[0].stroke or (0.0, 0.0, 0.0))
    return replace(box, fill=(red, green, blue))
