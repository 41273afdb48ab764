"""Text in a bitmap: lines found and read, cut into words, every number looked at again; numbers that were passed over.

Coordinates are pixels of the bitmap, origin top left. `strips` cuts out lines, `words` cuts words on their ink, `looks`
reads numbers again.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.core.geometry import Box
from pipeline.exhibits.pictures import ocr
from pipeline.exhibits.pictures.digit_checks import look_again
from pipeline.exhibits.pictures.ocr_words import ASCENT, CAPITAL, DESCENT, ONE_SIZE, Lettering, words_of
from pipeline.exhibits.pictures.strips import (
    LEAST_CONTRAST,
    STRIP_HEIGHT,
    TextStrip,
    best_turn,
    black_on_white,
    cut_strip,
    grown_corners,
    strips_of,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.exhibits.pictures.ocr import Bitmap

    Quad = NDArray[np.float32]

MOST_UNREAD = 40
SURE_SCORE = 0.97
"""A line read with less than this by its weakest character is looked at again."""
LABEL_LENGTH = 40
"""Longer lines are running text."""
UNSURE_SCORE = 0.9
"""A line still read with less than this is given to tesseract, if it has letters."""
SAME_LINE = 0.75
"""Least likeness (difflib's ratio) of two readings of one line: `leamning` and `learning` have 0.82."""
LEAST_SCORE = 0.3
"""A line that no look reads better than this is an icon or texture, not text."""


def read_lines(image: Bitmap, marks: Bitmap, lines: Sequence[Quad]) -> list[Lettering]:
    """Read the lines whose corners are given; numbers are read a second and third time, each cut out alone.

    `marks` is the bitmap as it would look without any text: what differs from it is ink.
    """
    strips = [strip for quad in lines for strip in strips_of(image, marks, quad)]
    read = best_turn(strips, ocr.recognise([s.image for s in strips]))
    cut = [
        (strip, words_of(strip, look))
        for strip, look in _weak_again(image, marks, read)
        if look.score >= LEAST_SCORE and look.text.strip()
    ]
    words = [word for strip, found in cut if not strip.stepped for word in found]
    height = number_height(words)
    words += [_levelled(strip, word, height) for strip, found in cut if strip.stepped for word in found]
    return look_again(image, marks, words)


def number_height(words: Sequence[Lettering]) -> float | None:
    """Median height in pixels of the digits of upright numbers; None where there are none."""
    heights = sorted(w.size * CAPITAL for w in words if any(map(str.isdigit, w.text)) and w.angle == 0)
    return heights[len(heights) // 2] if heights else None


def _levelled(strip: TextStrip, word: Lettering, height: float | None) -> Lettering:
    """A number cut out along steps whose ink is too high, as it has parts of its neighbours: set to the `height` of the
    picture's other numbers (pixels), in the middle of its line."""
    upright_number = word.angle == 0 and any(map(str.isdigit, word.text))
    if height is None or not upright_number or word.size * CAPITAL < ONE_SIZE * height:
        return word
    (x, y), (along_x, along_y) = strip.to_image @ (0.0, STRIP_HEIGHT / 2, 1.0), strip.to_image[:, 0]
    middle = float(y + (word.box.x_mid - x) * along_y / along_x)
    size, base = height / CAPITAL, middle + height / 2
    box = Box(word.box.x0, base - ASCENT * size, word.box.x1, base + DESCENT * size)
    return replace(word, size=size, baseline=(box.x0, base), box=box)


def _weak_again(
    image: Bitmap, marks: Bitmap, read: list[tuple[TextStrip, ocr.Look]]
) -> list[tuple[TextStrip, ocr.Look]]:
    """Lines read weakly are cut out again with more margin; the better look counts.

    Where both are weak, tesseract (which has dictionaries) corrects letters, if it is installed.
    """
    weak = [i for i, (_, look) in enumerate(read) if look.score < (SURE_SCORE if _may_label(look) else UNSURE_SCORE)]
    wider = [cut_strip(image, marks, grown_corners(read[i][0].corners)) for i in weak]
    out = list(read)
    for i, strip, look in zip(weak, wider, ocr.recognise([s.image for s in wider]), strict=True):
        if look.score > read[i][1].score:
            out[i] = (strip, look)
    unsure = [i for i in weak if out[i][1].score < UNSURE_SCORE and any(c.isalpha() for c in out[i][1].text)]
    clean = [black_on_white(out[i][0].image, out[i][0].marks) for i in unsure]
    for i, text in zip(unsure, ocr.read_text(clean), strict=True):
        strip, look = out[i]
        out[i] = (strip, _respelt(look, text or ""))
    return out


def _may_label(look: ocr.Look) -> bool:
    """A short line, or one with numbers: every letter of it counts. The weakest letter of prose is weaker by chance."""
    return len(look.text) <= LABEL_LENGTH or any(map(str.isdigit, look.text))


def _respelt(look: ocr.Look, text: str) -> ocr.Look:
    """The look with tesseract's spelling, if that differs by a few letters and in no digit or sign."""
    match = difflib.SequenceMatcher(None, look.text, text, autojunk=False)
    changes = [c for c in match.get_opcodes() if c[0] != "equal"]
    if match.ratio() < SAME_LINE or any(not _letters(look.text[a:b] + text[c:d]) for _, a, b, c, d in changes):
        return look
    columns: list[float] = []
    for _, a, b, c, d in match.get_opcodes():
        left = look.columns[a] if b > a else (columns[-1] if columns else 0.0)
        right = look.columns[b - 1] if b > a else left
        columns.extend(left + (right - left) * k / max(d - c - 1, 1) for k in range(d - c))
    return ocr.Look(text, look.score, tuple(columns))


def _letters(text: str) -> bool:
    return all(c.isalpha() or c.isspace() for c in text)


def unread_lines(image: Bitmap, marks: Bitmap, words: Sequence[Lettering]) -> list[Quad]:
    """Corners of what looks like more numbers: ink that neither the marks nor the words found explain.

    The text detector passes over labels that are wider than their bar. Only ink as high as the numbers already found
    is taken, at most `MOST_UNREAD` places.
    """
    import cv2
    import numpy as np

    height = number_height([w for w in words if w.candidates])
    if height is None:
        return []
    ink = (np.abs(image.astype(np.int16) - marks.astype(np.int16)).max(axis=2) > 2 * LEAST_CONTRAST).astype(np.uint8)
    for word in words:
        x0, top, x1, bottom = (round(v) for v in word.box.grown(2.0))
        ink[max(top, 0) : max(bottom, 0), max(x0, 0) : max(x1, 0)] = 0
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, max(round(height * 0.6), 1)), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    quads = []
    for x, y, w, h, _ in stats[1:count]:
        if 0.85 * height <= h <= 1.4 * height and 0.3 * height <= w <= 5 * height:
            m = 0.3 * height
            quads.append([(x - m, y - m), (x + w + m, y - m), (x + w + m, y + h + m), (x - m, y + h + m)])
    return [np.array(q, np.float32) for q in quads[:MOST_UNREAD]]
