"""Text in a bitmap: lines found and read, cut into words, every number looked at again; numbers that were passed over.

Coordinates are pixels of the bitmap, origin top left. `strips` cuts out lines, `words` cuts words on their ink, `looks`
reads numbers again.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.exhibits.pictures import ocr
from pipeline.exhibits.pictures.ocr_words import ASCENT, CAPITAL, Lettering, NumberReading, words_of
from pipeline.exhibits.pictures.strips import LEAST_CONTRAST, best_turn, black_on_white, cut_out, strips_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.exhibits.pictures.ocr import Bitmap

    Quad = NDArray[np.float32]


CLEAN_MARGIN = 0.22
"""Margin, in em, around a number that is read alone."""
NUMERIC = re.compile(r"[+\-–−±]?[€£$]?\d(?:[\d.,]*\d)?%?")
WRAPPED = re.compile(r"([(\[‘“']*)(.*?)([)\].,;:!?’”'*]*)")
LOOKALIKE = str.maketrans("OoIlSsB", "0011558")
"""Letters that stand for digits where the rest of a token is a number."""
OWN_LOOK, CLEAN_LOOK, OTHER_ENGINE = 1.0, 1.1, 0.9
"""Weights of the look at the whole line, at the number alone as black on white, and of tesseract: on chart labels of
7–12 pixels the clean look errs least."""


def look_again(image: Bitmap, marks: Bitmap, words: list[Lettering]) -> list[Lettering]:
    import numpy as np

    numeric = [i for i, w in enumerate(words) if _may_be_number(w.text)]
    clean = [_clean(image, marks, words[i]) for i in numeric]
    second = ocr.recognise([np.repeat(c[:, :, None], 3, axis=2) for c in clean])
    third = ocr.read_digits(clean)
    out = list(words)
    for i, look, other in zip(numeric, second, third, strict=True):
        out[i] = _agreed(words[i], look, other)
    return out


def _may_be_number(text: str) -> bool:
    digits = sum(c.isdigit() for c in text)
    return (digits > 0 and 2 * digits >= len(text.strip("%()+-–€.,"))) or "%" in text


def _clean(image: Bitmap, marks: Bitmap, word: Lettering) -> Bitmap:
    """The word alone, upright, as black ink on white, grey scale, with a margin of a fifth of its height."""
    import numpy as np

    scale = ocr.STRIP_HEIGHT / ((ASCENT + 2.2 * CLEAN_MARGIN) * word.size)
    turn = math.radians(word.angle)
    u, v = np.array([math.cos(turn), -math.sin(turn)]), np.array([math.sin(turn), math.cos(turn)])
    margin = CLEAN_MARGIN * word.size
    corner = np.array(word.baseline) - u * margin - v * (ASCENT * word.size + margin)
    to_image = np.column_stack([u / scale, v / scale, corner])
    size = (max(round((word.length + 2 * margin) * scale), 8), ocr.STRIP_HEIGHT)
    return black_on_white(cut_out(image, to_image, size), cut_out(marks, to_image, size))


def _agreed(word: Lettering, look: ocr.Look, other: str | None) -> Lettering:
    """The reading that most of the looks back, all readings as candidates, and how sure that makes it."""
    before, own, after = _unwrapped(word.text)
    seen = _unwrapped(look.text)
    votes: dict[str, float] = defaultdict(float)
    votes[_tidy(own)] += OWN_LOOK * word.confidence
    votes[_tidy(seen[1])] += CLEAN_LOOK * look.score
    if other is not None:
        votes[_tidy(_unwrapped(other)[1])] += OTHER_ENGINE
    votes = {t: v for t, v in votes.items() if NUMERIC.fullmatch(t)} or votes
    total = OWN_LOOK + CLEAN_LOOK + (OTHER_ENGINE if other is not None else 0.0)
    ranked = sorted(votes.items(), key=lambda tv: (-tv[1], tv[0]))
    candidates = tuple(NumberReading(text, round(min(vote / total, 1.0), 3)) for text, vote in ranked if text)
    if not candidates or not NUMERIC.fullmatch(candidates[0].text):
        return word
    after = after if after == seen[2] else ""
    text = f"{before}{candidates[0].text}{after}"
    return replace(word, text=text, confidence=candidates[0].score, candidates=candidates)


def _unwrapped(text: str) -> tuple[str, str, str]:
    """A number with what stands around it in prose: `(9%),` is `(`, `9%`, `),`."""
    match = WRAPPED.fullmatch(text.strip())
    return (match[1], match[2], match[3]) if match else ("", text, "")


def _tidy(text: str) -> str:
    plain = text.replace(" ", "").strip("'`’.,:;|_")
    swapped = plain.translate(LOOKALIKE)
    return swapped if NUMERIC.fullmatch(swapped) else plain


MOST_UNREAD = 40
LEAST_SCORE = 0.3
"""A line that no look reads better than this is an icon or texture, not text."""


def read_lines(image: Bitmap, marks: Bitmap, lines: Sequence[Quad]) -> list[Lettering]:
    """Read the lines whose corners are given; numbers are read a second and third time, each cut out alone.

    `marks` is the bitmap as it would look without any text: what differs from it is ink.
    """
    strips = [strip for quad in lines for strip in strips_of(image, marks, quad)]
    read = best_turn(strips, ocr.recognise([s.image for s in strips]))
    legible = [(strip, look) for strip, look in read if look.score >= LEAST_SCORE and look.text.strip()]
    return look_again(image, marks, [word for strip, look in legible for word in words_of(strip, look)])


def unread_lines(image: Bitmap, marks: Bitmap, words: Sequence[Lettering]) -> list[Quad]:
    """Corners of what looks like more numbers: ink that neither the marks nor the words found explain.

    The text detector passes over labels that are wider than their bar. Only ink as high as the numbers already found
    is taken, at most `MOST_UNREAD` places.
    """
    import cv2
    import numpy as np

    numbers = (w for w in words if w.candidates and any(map(str.isdigit, w.text)) and w.angle == 0)
    heights = sorted(w.size * CAPITAL for w in numbers)
    if not heights:
        return []
    height = heights[len(heights) // 2]
    ink = (ocr.brightest(np.abs(image.astype(np.int16) - marks.astype(np.int16))) > 2 * LEAST_CONTRAST).astype(np.uint8)
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
