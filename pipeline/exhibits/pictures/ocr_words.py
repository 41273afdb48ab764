"""Words of a strip: told apart by the spaces that were read and the gaps in the ink between the characters' places."""

from __future__ import annotations

import itertools
import math
import re
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box, box_around
from pipeline.exhibits.pictures import ocr
from pipeline.exhibits.pictures.bitmap_mark import as_rgb
from pipeline.exhibits.pictures.strips import LEAST_CONTRAST, TextStrip, away_from_ground

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.exhibits.pictures.ocr import Bitmap

    Mask = NDArray[np.bool_]

SPACE_OF_INK = 0.24
"""Gap in em between two glyphs that is a space although none was read (between kerned letters: below 0.12 em)."""
SPACE_AT_SLASH = 0.13
"""The same beside a slash, which leans into the gap."""
SPACE_OF_DIGITS = 0.6
"""The same between digits: a 1 as wide as all digits has 0.3 em around it."""
EM = 0.8
"""Size of the type as a share of a strip's height: the detector's boxes have a margin."""
CAPITAL, X_HEIGHT, DESCENT, ASCENT = 0.71, 0.52, 0.21, 0.76
"""Heights in em of capitals and digits, small letters, what hangs below the baseline, and a line's upper edge: means
of the usual sans faces."""
ONE_BASELINE, ONE_SIZE = 0.3, 1.35
"""Words of one line whose baselines and sizes differ by less (em, ratio) have one baseline and size."""
WIDE_GLYPH = 0.9
"""Width, as a share of the strip's height, beyond which connected ink is several glyphs that touch."""
HALF_GLYPH = 0.5
"""Farthest from a word's first or last character's place that its ink begins or ends, as a share of the strip's height:
half of the widest sign, and what the recognition network's columns are off."""
MARKS_BESIDE_TEXT = "▲▼●■◆△▽○□•→←↑↓↗↘"
"""Shapes, not letters: they stay with the marks."""
INK_SHARE = 0.4
"""Share of a strip's contrast from which a pixel is ink and not the soft edge of a glyph."""
GLUED_NUMBERS = re.compile(r"(?<=%)(?=[+\-–]?\d)")


@dataclass(frozen=True, slots=True)
class NumberReading:
    """One way to read a number; `score` is the share of looks (weighted) that saw it so, 0..1."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Lettering:
    """A word in the bitmap. `angle` in degrees counter-clockwise; `size` (em), `baseline`, `box` in pixels."""

    text: str
    box: Box
    size: float
    angle: int
    baseline: tuple[float, float]
    length: float
    """Pixels from the start of the first to the end of the last glyph, along the baseline."""
    starts: tuple[float, ...]
    colour: RGB
    confidence: float
    glued: bool = False
    candidates: tuple[NumberReading, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    columns: tuple[float, ...]
    glued: bool


@dataclass(frozen=True, slots=True)
class TurnedBitmap:
    """The bitmap turned by `angle`, so that text of that angle runs to the right."""

    angle: int

    def of(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Along the text and across it (downwards), pixels."""
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        return x * cos - y * sin, x * sin + y * cos

    def back(self, along: float, across: float) -> tuple[float, float]:
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        return along * cos + across * sin, across * cos - along * sin


def words_of(strip: TextStrip, look: ocr.Look) -> list[Lettering]:
    import numpy as np

    away = away_from_ground(strip.image, strip.marks)
    ink: Mask = away > max(INK_SHARE * float(np.percentile(away, 99)), LEAST_CONTRAST)
    ink = _without_rims(ink)
    tokens = _tokens(look, ink)
    bounds = _bounds(tokens, ink)
    shares = zip(tokens, bounds, _shared_out(ink, bounds), strict=True)
    found = (_word(strip, glyphs, token, bound, look.score) for token, bound, glyphs in shares)
    words = [word for word in found if word is not None]
    return words if strip.stepped else _on_one_line(words)


def _tokens(look: ocr.Look, ink: Mask) -> list[_Token]:
    """Words of the look: at spaces, between glued numbers, at wide gaps in the ink, and before or after symbols."""
    width = ink.shape[1]
    places = [c * width for c in look.columns]
    breaks = {m.start() for m in GLUED_NUMBERS.finditer(look.text)}
    breaks |= {i for i in range(1, len(look.text)) if _gap_at(look.text, places, i, ink)}
    tokens: list[_Token] = []
    start = 0
    for i in range(len(look.text) + 1):
        at_end = i == len(look.text)
        if at_end or look.text[i].isspace() or i in breaks:
            if look.text[start:i].strip():
                glued = start > 0 and not look.text[start - 1].isspace()
                tokens.append(_Token(look.text[start:i].strip(), tuple(places[start:i]), glued))
            start = i + 1 if not at_end and look.text[i].isspace() else i
    return _with_percent_signs(tokens)


def _gap_at(text: str, places: list[float], i: int, ink: Mask) -> bool:
    one, other = text[i - 1], text[i]
    if one.isspace() or other.isspace():
        return False
    if (one in MARKS_BESIDE_TEXT) != (other in MARKS_BESIDE_TEXT):
        return True
    if other in "%.,)" or one in "(€+-–":
        return False
    if one == "/" and (i == 1 or text[i - 2].isspace()):
        return True
    if "/" not in (one, other) and " " in text[max(i - 2, 0) : i + 2]:
        return False  # that gap is the space that was read: columns are off by up to a character in long lines
    least = SPACE_AT_SLASH if "/" in (one, other) else SPACE_OF_INK
    if one.isdigit() and other.isdigit():
        least = SPACE_OF_DIGITS
    return _widest_gap(ink, places[i - 1], places[i])[1] > least * EM * ocr.STRIP_HEIGHT


def _widest_gap(ink: Mask, left: float, right: float) -> tuple[float, int]:
    """Middle and width of the widest run of columns without ink between two places of the strip."""
    best, width, start = (left + right) / 2, 0, int(left)
    for inked, columns in itertools.groupby(bool(c.any()) for c in ink[:, max(int(left), 0) : int(right) + 1].T):
        run = len(list(columns))
        if not inked and run > width:
            best, width = start + run / 2, run
        start += run
    return best, width


def _with_percent_signs(tokens: list[_Token]) -> list[_Token]:
    """`67`, `%` to `67%`: a thin space before the sign is not told reliably from none."""
    joined: list[_Token] = []
    for token in tokens:
        if token.text == "%" and joined and joined[-1].text[-1].isdigit():
            before = joined.pop()
            token = _Token(before.text + "%", before.columns + token.columns, before.glued)
        joined.append(token)
    return joined


def _bounds(tokens: list[_Token], ink: Mask) -> list[tuple[int, int]]:
    """Where in the strip each token begins and ends: in the widest gap between its neighbours' characters, and not
    beyond a gap as wide as a space (a swatch or symbol that was not read)."""
    gaps = (_widest_gap(ink, one.columns[-1], other.columns[0])[0] for one, other in itertools.pairwise(tokens))
    cuts, filled = [0.0, *gaps, float(ink.shape[1])], ink.any(axis=0)
    bounds = []
    for token, left, right in zip(tokens, cuts, cuts[1:], strict=False):
        start = _reach(filled, token.columns[0], left, -1)
        end = _reach(filled, token.columns[-1], right, 1)
        bounds.append((start, max(end, start) + 1))
    return bounds


def _reach(filled: Any, place: float, limit: float, step: int) -> int:
    """The last inked column from `place` towards `limit` before a gap of a space's width."""
    space = SPACE_OF_INK * EM * ocr.STRIP_HEIGHT
    last = min(max(int(place), 0), len(filled) - 1)
    x = last
    farthest = place + step * HALF_GLYPH * ocr.STRIP_HEIGHT
    limit = min(limit, farthest) if step > 0 else max(limit, farthest)
    while 0 <= x < len(filled) and (x - limit) * step <= 0 and abs(x - last) <= space:
        if filled[x]:
            last = x
        x += step
    return last


def _shared_out(ink: Mask, bounds: list[tuple[int, int]]) -> list[Mask]:
    """The ink of each token: whole glyphs whose middle lies within its bounds; what joins two tokens is cut there."""
    import cv2
    import numpy as np

    _, labels, stats, middles = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    starts, ends = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH]
    shares = []
    for left, right in bounds:
        inside = (middles[:, 0] >= left) & (middles[:, 0] < right)
        joint = (ends - starts > WIDE_GLYPH * ocr.STRIP_HEIGHT) & (starts < right) & (ends > left)
        inside[0] = joint[0] = False
        columns = np.arange(ink.shape[1])
        within = (columns >= left) & (columns < right)
        shares.append((inside & ~joint)[labels] | (joint[labels] & within[None, :]))
    return shares


def _word(strip: TextStrip, glyphs: Mask, token: _Token, bounds: tuple[int, int], score: float) -> Lettering | None:
    import numpy as np

    if all(c in MARKS_BESIDE_TEXT for c in token.text):
        return None
    rows, columns = np.nonzero(glyphs)
    if len(rows) == 0:
        return None
    x, y = strip.to_image @ np.stack([columns + 0.5, rows + 0.5, np.ones(len(rows))])
    frame = TurnedBitmap(strip.angle)
    along, across = frame.of(x, y)
    half = 0.5 / strip.scale
    start, end = float(along.min()) - half, float(along.max()) + half
    size, base = _em(token.text, float(across.min()) - half, float(across.max()) + half)
    return Lettering(
        text=token.text,
        box=_em_box(frame, start, end, size, base),
        size=size,
        angle=strip.angle,
        baseline=frame.back(start, base),
        length=end - start,
        starts=_starts(token, bounds[0], end - start, strip.scale),
        colour=_ink_colour(strip.image[glyphs], strip.image),
        confidence=score,
        glued=token.glued,
    )


def _without_rims(part: Mask) -> Mask:
    """Ink without specks that touch the strip's upper or lower rim: bar ends and neighbouring lines."""
    import cv2
    import numpy as np

    count, labels, stats, _ = cv2.connectedComponentsWithStats(part.astype(np.uint8), connectivity=8)
    kept = part.copy()
    for i in range(1, count):
        top, height = stats[i, cv2.CC_STAT_TOP], stats[i, cv2.CC_STAT_HEIGHT]
        touches = top <= 1 or top + height >= part.shape[0] - 1
        if touches and height < part.shape[0] / 3:
            kept[labels == i] = False
    return kept if kept.any() else part


def _em(text: str, top: float, bottom: float) -> tuple[float, float]:
    """Size in pixels and baseline of a word from its ink's upper and lower edge and from which letters it has."""
    hangs = any(c in "gjpqy,;Q()[]{}|@" for c in text)
    stands = any(c.isupper() or c.isdigit() or c in "bdfhijklt%&/()!?|€[]{}" for c in text)
    if not stands and not any(c.isalnum() for c in text):
        return max((bottom - top) / CAPITAL, 1.0), bottom
    share = (CAPITAL if stands else X_HEIGHT) + (DESCENT if hangs else 0.0)
    size = (bottom - top) / share
    return size, bottom - (DESCENT * size if hangs else 0.0)


def _em_box(frame: TurnedBitmap, start: float, end: float, size: float, base: float) -> Box:
    """The box from the ascenders' to the descenders' height of text on a baseline."""
    return box_around(frame.back(u, v) for u in (start, end) for v in (base - ASCENT * size, base + DESCENT * size))


def _starts(token: _Token, left: int, length: float, scale: float) -> tuple[float, ...]:
    centres = token.columns
    edges = [float(left), *((a + b) / 2 for a, b in itertools.pairwise(centres))]
    return tuple(min(max((e - left) / scale, 0.0), length) for e in edges)


def _ink_colour(inked: Any, strip: Bitmap) -> RGB:
    """Colour of the glyphs' cores: of the inked pixels the fifth that is farthest from the strip's ground."""
    import numpy as np

    ground = np.median(np.concatenate([strip[:2].reshape(-1, 3), strip[-2:].reshape(-1, 3)]), axis=0)
    away = np.abs(inked.astype(float) - ground).max(axis=1)
    core = inked[away >= np.percentile(away, 80)]
    return as_rgb(np.median(core, axis=0))


def _on_one_line(words: list[Lettering]) -> list[Lettering]:
    """One size and one baseline for the words of a line: a slash or a comma alone tells neither."""
    telling = [w for w in words if sum(c.isalnum() for c in w.text) >= 2]
    if len(words) < 2 or not telling:
        return words
    frame = TurnedBitmap(words[0].angle)
    size = statistics.median(w.size for w in telling)
    base = statistics.median(frame.of(*w.baseline)[1] for w in telling)
    return [_set_on(word, frame, size, base) for word in words]


def _set_on(word: Lettering, frame: TurnedBitmap, size: float, base: float) -> Lettering:
    start, own = frame.of(*word.baseline)
    apart = abs(own - base) > ONE_BASELINE * size or not 1 / ONE_SIZE < word.size / size < ONE_SIZE
    if apart and any(c.isalnum() for c in word.text):
        return word
    box = _em_box(frame, start, start + word.length, size, base)
    return replace(word, size=size, baseline=frame.back(start, base), box=box)
