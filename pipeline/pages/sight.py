"""Which letters of a page nobody sees: printed in the colour of their ground, or covered by what is drawn later.

Drawing order decides: the ground of a letter is what was painted last under it, and what is painted over all of it
later covers it. Where the ground is no plain colour (a bitmap, gradient, pattern, large glyph) a letter counts as seen.
Letters are told apart before they become words: digits that were painted over and printed anew are two numbers.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.core.colours import RGB, distance, lightness
from pipeline.core.geometry import Box
from pipeline.pages.content import Bitmap, Drawn, Letter, Outline
from pipeline.pages.outlines import traced
from pipeline.pages.page import Hiding, Word
from pipeline.pages.words import printed_runs, printed_words

PAPER: RGB = (1.0, 1.0, 1.0)
SAME_AS_GROUND = 2.0
"""CIEDE2000 distance of ink and ground below which nobody reads a letter; the palest print that is meant to be read is
some 10 apart."""
COVERED = 0.95
"""Share of a letter's box that must lie under later paint for the letter to be covered."""
TOUCHED = 0.15
"""Share of a letter's box over something drawn before, beside its middle: part of the letter stands out there."""
SCAN = 0.5
"""Share of the page that a bitmap covers from which it is the page."""
LARGE_GLYPH = 1.5
"""A glyph larger than a letter by this factor, and under it, is its ground (badges drawn as letters)."""
SMALLEST, TINY = 1.0, 5.0
"""Points of type below which nobody reads it, where it is so many times smaller than the text of its page: some fonts
that are drawn have a size of their own, and labels shrink with the slices that they are set in."""
WATERMARK = 2.0
"""Times the size of the text across it that the letters of a watermark have."""
PALE = 70.0
"""Lightness, 0..100, of the ink of a watermark at least: text that is read across it must stand out."""
AT_ONCE = 128
"""Grounds that are compared with all letters at a time: bounds memory on pages with thousands of marks."""
BROAD = 4.0
"""Points: strokes at least this wide are grounds (bars drawn as lines)."""


def unseen(
    letters: Sequence[Letter], items: Sequence[Drawn], page: Box, known: Mapping[int, Hiding]
) -> dict[int, Hiding]:
    """Place among `letters` → why nobody sees the letter, with what is `known`; those that are seen are not in it.

    A bitmap over most of the `page` hides nothing: it is a scan, and the text below it is what it shows.
    """
    import numpy as np

    grounds = [(order, item) for order, item in enumerate(items) if _paints(item)]
    boxes = np.array([letter.box for letter in letters], dtype=float).reshape(-1, 4)
    orders = np.array([letter.order for letter in letters])
    under = np.full(len(letters), -1)
    covered, touched = np.zeros(len(letters), dtype=bool), np.zeros(len(letters), dtype=bool)
    for start in range(0, len(grounds) if letters else 0, AT_ONCE):
        part = grounds[start : start + AT_ONCE]
        areas = np.array([_painted(item) for _, item in part], dtype=float)
        later = orders[None, :] > np.array([order for order, _ in part])[:, None]
        held, shared = _held(areas, boxes), _shared(areas, boxes)
        for row, place in np.argwhere(held & later).tolist():
            if not _has_hole_at(part[row][1], boxes[place]):
                under[place] = start + row
        touched |= (later & ~held & (shared > TOUCHED)).any(axis=0)
        cover = np.array([_covers(item, page) for _, item in part])
        covered |= (cover[:, None] & ~later & (shared >= COVERED)).any(axis=0)
    found = dict(known)
    usual = statistics.median(letter.size for letter in letters) if letters else 0.0
    tiny = [place for place, letter in enumerate(letters) if letter.size < min(SMALLEST, usual / TINY)]
    found |= {n: "too small" for n in tiny if under[n] < 0 or not _shrinks_text(grounds[under[n]][1], usual)}
    for word in printed_words(letters):
        if 2 * covered[word].sum() > len(word):
            found |= dict.fromkeys(word, "covered")
    pale = [
        place not in found
        and not touched[place]
        and _is_as_ground(letter, grounds[under[place]][1] if under[place] >= 0 else None)
        for place, letter in enumerate(letters)
    ]
    for run in printed_runs(letters):
        if all(pale[place] for place in run) and not _on_large_glyph(letters[run[0]], letters):
            found |= dict.fromkeys(run, "ground")
    return found


def with_watermarks(words: Sequence[Word]) -> list[Word]:
    """The words, set `aside` what is set as the pale ones in whose large letters others stand, or that lie aslant on
    the page, far larger than its text."""
    pale = [w for w in words if w.colour is not None and lightness(w.colour) > PALE]
    text = [w for w in words if w.upright]
    far = WATERMARK * statistics.median(w.size for w in text) if text else math.inf
    marks = {
        (w.size, w.colour, w.angle)
        for w in pale
        if (w.angle % 90 and w.size > far) or any(_stands_in(other, w) for other in text)
    }
    return [replace(w, aside=True) if (w.size, w.colour, w.angle) in marks else w for w in words]


def _stands_in(word: Word, large: Word) -> bool:
    """Does the word cross the middle of the letters of one that is far larger?"""
    inner = large.box.grown(-0.25 * large.size)
    return word.size * WATERMARK < large.size and inner.overlap(word.box) > 0.5 * word.box.area


def _paints(item: Drawn) -> bool:
    if isinstance(item, Outline):
        return item.fill is not None or item.width >= BROAD
    return not isinstance(item, Letter)


def _covers(item: Drawn, page: Box) -> bool:
    """Does the item paint all of its box, with nothing shining through?"""
    if isinstance(item, Outline):
        return item.opaque and item.square and item.fill is not None
    return isinstance(item, Bitmap) and item.opaque and item.box.overlap(page) < SCAN * page.area


def _painted(item: Drawn) -> Box:
    """The box that the item paints: of a broad stroke with half its width on either side."""
    return item.box.grown(item.width / 2) if isinstance(item, Outline) and item.fill is None else item.box


def _held(areas: Any, boxes: Any) -> Any:
    """Area by box: does the area hold the middle of the box?"""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    across = (areas[:, :1] <= x) & (x <= areas[:, 2:3])
    return across & (areas[:, 1:2] <= y) & (y <= areas[:, 3:4])


def _shared(areas: Any, boxes: Any) -> Any:
    """Area by box: the share of the box that lies under the area."""
    import numpy as np

    wide = np.minimum(boxes[:, 2], areas[:, 2:3]) - np.maximum(boxes[:, 0], areas[:, :1])
    high = np.minimum(boxes[:, 3], areas[:, 3:4]) - np.maximum(boxes[:, 1], areas[:, 1:2])
    own = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return np.clip(wide, 0, None) * np.clip(high, 0, None) / np.maximum(own, 1e-9)


def _shrinks_text(item: Drawn, size: float) -> bool:
    """Is it a filled shape that text of this size hardly fits: a slice, a cloud, a bar that is narrower?"""
    narrow = min(item.box.width, item.box.height) < size
    return isinstance(item, Outline) and item.fill is not None and (narrow or not item.square)


def _has_hole_at(item: Drawn, box: Any) -> bool:
    """Is the middle of the box outside the outline? Even-odd rule; curves count by their control polygon, strokes by
    their width."""
    if not isinstance(item, Outline) or item.square:
        return False
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if item.fill is None:
        pairs = itertools.pairwise(traced(item.operators, item.points))
        return all(_away((x, y), start, end) > item.width / 2 for start, end in pairs)
    inside, points = False, item.points
    for (x0, y0), (x1, y1) in zip(points, (*points[1:], points[0]), strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (x1 - x0) * (y - y0) / (y1 - y0):
            inside = not inside
    return not inside


def _away(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Points from a point to the straight line between two others."""
    along = (end[0] - start[0], end[1] - start[1])
    length = max(along[0] ** 2 + along[1] ** 2, 1e-9)
    share = ((point[0] - start[0]) * along[0] + (point[1] - start[1]) * along[1]) / length
    share = min(max(share, 0.0), 1.0)
    return math.dist(point, (start[0] + share * along[0], start[1] + share * along[1]))


def _is_as_ground(letter: Letter, ground: Drawn | None) -> bool:
    """Is the ink the colour of the ground, as far as that is known?"""
    if letter.colour is None:
        return False
    if ground is None:
        return distance(letter.colour, PAPER) < SAME_AS_GROUND
    if not isinstance(ground, Outline) or not ground.opaque:
        return False
    colour = ground.fill if ground.fill is not None else ground.stroke
    return colour is not None and distance(letter.colour, colour) < SAME_AS_GROUND


def _on_large_glyph(letter: Letter, letters: Sequence[Letter]) -> bool:
    return any(
        other.size > LARGE_GLYPH * letter.size
        and other.order < letter.order
        and other.box.overlap(letter.box) > 0.5 * letter.box.area
        for other in letters
    )
