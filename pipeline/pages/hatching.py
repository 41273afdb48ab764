"""Hatched boxes: parallel strokes inside an outline look like one colour from a distance, as a tiling pattern does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from pipeline.pages.page import Shape

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
