"""Text in a bitmap: lines found and read, cut into words on their ink, every number looked at again.

Coordinates are pixels of the bitmap, origin top left. A line is cut out as an upright strip of fixed height; words are
told apart by the spaces that were read and the gaps in the ink between the characters' places.
"""

from __future__ import annotations

import difflib
import itertools
import math
import re
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.geometry import Box
from pipeline.numbers import year_of
from pipeline.pictures import ocr
from pipeline.pictures.ocr import as_bitmap
from pipeline.reading import RGB

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pipeline.pictures.ocr import Bitmap

    Mask = NDArray[np.bool_]
    Quad = NDArray[np.float32]

DETECTION_SIDE = 1400
"""The text detector gets the bitmap with this long side: at 900–1500 it finds the same lines, beyond that it only
costs more."""
LARGEST_UPSCALING = 2.5
STRIP_HEIGHT = 48
STEP_TILT = 20
"""Degrees below which a tilted line is taken for upright labels that stand in steps, one per bar."""
LEVEL_TILT = 2.5
"""Degrees of tilt that are the detector's own inaccuracy."""
UPRIGHT_TALL = 1.5
"""Height over width from which a detected line counts as standing text."""
MOST_UNREAD = 40
SURE_SCORE = 0.97
"""A line read with less than this by its weakest character is looked at again."""
UNSURE_SCORE = 0.9
"""A line still read with less than this is given to tesseract, if it has letters."""
SAME_LINE = 0.75
"""Least likeness (difflib's ratio) of two readings of one line: `leamning` and `learning` have 0.82."""
WIDER = 0.12
"""Margin added for that, as a share of the line's height."""
CLEAN_MARGIN = 0.22
"""Margin, in em, around a number that is read alone."""
LEAST_CONTRAST = 24.0
"""Levels by which ink differs from its ground at least."""
LEAST_SCORE = 0.3
"""A line that no look reads better than this is an icon or texture, not text."""
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
HOUSE_STYLE = 0.7
"""Share of a bitmap's numbers with a percent sign from which one without is more likely misread."""
WIDE_GLYPH = 0.9
"""Width, as a share of the strip's height, beyond which connected ink is several glyphs that touch."""
HALF_GLYPH = 0.5
"""Farthest from a word's first or last character's place that its ink begins or ends, as a share of the strip's height:
half of the widest sign, and what the recognition network's columns are off."""
MARKS_BESIDE_TEXT = "▲▼●■◆△▽○□•→←↑↓↗↘"
"""Shapes, not letters: they stay with the marks."""
INK_SHARE = 0.4
"""Share of a strip's contrast from which a pixel is ink and not the soft edge of a glyph."""
NUMERIC = re.compile(r"[+\-–−±]?[€£$]?\d(?:[\d.,]*\d)?%?")
DECIMALS = re.compile(r"(?<=\d)([.,])(\d{1,2})(?=%?$)")
WRAPPED = re.compile(r"([(\[‘“']*)(.*?)([)\].,;:!?’”'*]*)")
GLUED_NUMBERS = re.compile(r"(?<=%)(?=[+\-–]?\d)")
LOOKALIKE = str.maketrans("OoIlSsB", "0011558")
"""Letters that stand for digits where the rest of a token is a number."""


@dataclass(frozen=True, slots=True)
class Candidate:
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
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class _Strip:
    """A line of text cut out upright. `to_image` maps strip pixels (x, y, 1) to the bitmap."""

    image: Bitmap
    marks: Bitmap
    to_image: NDArray[np.float64]
    corners: Any
    angle: int
    scale: float
    """Strip pixels per bitmap pixel."""
    stepped: bool = False
    """Cut along a slope: upright labels in steps."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    columns: tuple[float, ...]
    glued: bool


def find_lines(image: Bitmap, side: int = DETECTION_SIDE) -> Quad:
    """Corners (n, 4, 2) of the text lines, clockwise from each line's start; `side` is the long side searched at."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    scale = min(side / max(height, width), LARGEST_UPSCALING)
    method = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return ocr.detect(as_bitmap(cv2.resize(image, None, fx=scale, fy=scale, interpolation=method))) / np.float32(scale)


def read_lines(image: Bitmap, marks: Bitmap, lines: Sequence[Quad]) -> list[Lettering]:
    """Read the lines whose corners are given; numbers are read a second and third time, each cut out alone.

    `marks` is the bitmap as it would look without any text: what differs from it is ink.
    """
    strips = [strip for quad in lines for strip in _strips(image, marks, quad)]
    read = _best_turn(strips, ocr.recognise([s.image for s in strips]))
    words: list[Lettering] = []
    for strip, look in _weak_again(image, marks, read):
        if look.score >= LEAST_SCORE and look.text.strip():
            words.extend(_words(strip, look))
    return _look_again(image, marks, words)


def _weak_again(image: Bitmap, marks: Bitmap, read: list[tuple[_Strip, ocr.Look]]) -> list[tuple[_Strip, ocr.Look]]:
    """Lines read weakly are cut out again with more margin; the better look counts.

    Where both are weak, tesseract (which has dictionaries) corrects letters, if it is installed.
    """
    weak = [i for i, (_, look) in enumerate(read) if look.score < SURE_SCORE]
    wider = [_strip(image, marks, _grown(read[i][0].corners)) for i in weak]
    out = list(read)
    for i, strip, look in zip(weak, wider, ocr.recognise([s.image for s in wider]), strict=True):
        if look.score > read[i][1].score:
            out[i] = (strip, look)
    unsure = [i for i in weak if out[i][1].score < UNSURE_SCORE and any(c.isalpha() for c in out[i][1].text)]
    clean = [_black_on_white(out[i][0].image, out[i][0].marks) for i in unsure]
    for i, text in zip(unsure, ocr.read_text(clean), strict=True):
        strip, look = out[i]
        out[i] = (strip, _respelt(look, text or ""))
    return out


def _black_on_white(strip: Bitmap, marks: Bitmap) -> Bitmap:
    import numpy as np

    away = _away(strip, marks)
    full = max(float(np.percentile(away, 97)), LEAST_CONTRAST)
    return as_bitmap(255 - np.clip(away / full, 0, 1) * 255)


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


def _grown(corners: Any) -> Quad:
    import numpy as np

    across = (corners[3] - corners[0]) * WIDER
    length = math.hypot(*across)
    along = (corners[1] - corners[0]) / max(math.hypot(*(corners[1] - corners[0])), 1.0) * length
    outwards = np.array([-along - across, along - across, along + across, across - along])
    return np.asarray(corners + outwards, np.float32)


def unread_lines(image: Bitmap, marks: Bitmap, words: Sequence[Lettering]) -> list[Quad]:
    """Corners of what looks like more numbers: ink that neither the marks nor the words found explain.

    The text detector passes over labels that are wider than their bar. Only ink as high as the numbers already found
    is taken, at most `MOST_UNREAD` places.
    """
    import cv2
    import numpy as np

    heights = sorted(w.size * CAPITAL for w in words if w.candidates and w.angle == 0)
    if not heights:
        return []
    height = heights[len(heights) // 2]
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


# Strips


def _strips(image: Bitmap, marks: Bitmap, quad: Any) -> list[_Strip]:
    """The line cut out upright; twice (read upwards and downwards) where it stands."""
    import numpy as np

    corners = np.asarray(quad, float)
    along, across = corners[1] - corners[0], corners[3] - corners[0]
    if math.hypot(*across) > UPRIGHT_TALL * math.hypot(*along):
        return [_strip(image, marks, corners[[3, 0, 1, 2]]), _strip(image, marks, corners[[1, 2, 3, 0]])]
    return [_strip(image, marks, corners)]


def _strip(image: Bitmap, marks: Bitmap, corners: Any) -> _Strip:
    """The line within `corners`, cut out level; upright labels in steps are sheared, so that each stays upright."""
    import numpy as np

    along, across = corners[1] - corners[0], corners[3] - corners[0]
    length, height = max(math.hypot(*along), 1.0), max(math.hypot(*across), 1.0)
    tilt = math.degrees(math.atan2(-along[1], along[0]))
    angle = _snapped(tilt)
    down = across / height
    start = corners[0]
    lean = math.radians(tilt - angle)
    stepped = angle % 90 == 0 and math.degrees(abs(math.remainder(lean, 2 * math.pi))) > LEVEL_TILT
    if stepped:
        turn = math.radians(angle)
        down = np.array([math.sin(turn), math.cos(turn)])
        height /= math.cos(lean)
        start = (corners[0] + corners[3]) / 2 - down * height / 2
    scale = STRIP_HEIGHT / height
    to_image = np.column_stack([along / length / scale, down / scale, start])
    size = (max(round(length * scale), 4), STRIP_HEIGHT)
    return _Strip(_cut(image, to_image, size), _cut(marks, to_image, size), to_image, corners, angle, scale, stepped)


def _cut(image: Bitmap, to_image: NDArray[np.float64], size: tuple[int, int]) -> Bitmap:
    import cv2

    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return as_bitmap(cv2.warpAffine(image, to_image, size, flags=flags, borderMode=cv2.BORDER_REPLICATE))


def _snapped(tilt: float) -> int:
    nearest = round(tilt / 90) * 90
    return (nearest if abs(tilt - nearest) < STEP_TILT else round(tilt)) % 360


def _best_turn(strips: list[_Strip], looks: list[ocr.Look]) -> list[tuple[_Strip, ocr.Look]]:
    """Of a standing line read both ways, the way that reads better; a single character stays upright."""
    kept: list[tuple[_Strip, ocr.Look]] = []
    for strip, look in zip(strips, looks, strict=True):
        if strip.angle == 270 and kept and kept[-1][0].angle == 90:
            if look.score > kept[-1][1].score:
                kept[-1] = (strip, look)
            continue
        kept.append((strip, look))
    return kept


# Words of a strip


def _words(strip: _Strip, look: ocr.Look) -> list[Lettering]:
    import numpy as np

    away = _away(strip.image, strip.marks)
    ink: Mask = away > max(INK_SHARE * float(np.percentile(away, 99)), LEAST_CONTRAST)
    ink = _without_rims(ink)
    tokens = _tokens(look, ink)
    bounds = _bounds(tokens, ink)
    words = []
    for token, (left, right), glyphs in zip(tokens, bounds, _shared_out(ink, bounds), strict=True):
        word = _word(strip, glyphs, token, (left, right), look.score)
        if word is not None:
            words.append(word)
    return words if strip.stepped else _on_one_line(words)


def _on_one_line(words: list[Lettering]) -> list[Lettering]:
    """One size and one baseline for the words of a line: a slash or a comma alone tells neither."""
    telling = [w for w in words if sum(c.isalnum() for c in w.text) >= 2]
    if len(words) < 2 or not telling:
        return words
    frame = _Frame(words[0].angle)
    size = statistics.median(w.size for w in telling)
    base = statistics.median(frame.of(*w.baseline)[1] for w in telling)
    return [_set_on(word, frame, size, base) for word in words]


def _set_on(word: Lettering, frame: _Frame, size: float, base: float) -> Lettering:
    start, own = frame.of(*word.baseline)
    apart = abs(own - base) > ONE_BASELINE * size or not 1 / ONE_SIZE < word.size / size < ONE_SIZE
    if apart and any(c.isalnum() for c in word.text):
        return word
    box = _em_box(frame, start, start + word.length, size, base)
    return replace(word, size=size, baseline=frame.back(start, base), box=box)


def _em_box(frame: _Frame, start: float, end: float, size: float, base: float) -> Box:
    """The box from the ascenders' to the descenders' height of text on a baseline."""
    corners = [frame.back(u, v) for u in (start, end) for v in (base - ASCENT * size, base + DESCENT * size)]
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _away(strip: Bitmap, marks: Bitmap) -> NDArray[np.float32]:
    """How much (levels) each pixel differs from the marks, from what lies above and from what lies below the line.

    The least of the three counts, so the ground may change along the line (a label across two bars) and across it (a
    label close above its bar).
    """
    import numpy as np

    pixels = strip.astype(np.float32)
    grounds = (np.median(pixels[:3], axis=0), np.median(pixels[-3:], axis=0), marks.astype(np.float32))
    away: NDArray[np.float32] = np.min([np.abs(pixels - ground).max(axis=2) for ground in grounds], axis=0)
    return away


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
    return _widest_gap(ink, places[i - 1], places[i])[1] > least * EM * STRIP_HEIGHT


def _widest_gap(ink: Mask, left: float, right: float) -> tuple[float, int]:
    """Middle and width of the widest run of columns without ink between two places of the strip."""
    empty = [not bool(c.any()) for c in ink[:, max(int(left), 0) : int(right) + 1].T]
    best, width, run = (left + right) / 2, 0, 0
    for i, blank in enumerate([*empty, False]):
        if blank:
            run += 1
        else:
            if run > width:
                best, width = int(left) + i - run / 2, run
            run = 0
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
    cuts = [0.0]
    for one, other in itertools.pairwise(tokens):
        cuts.append(_widest_gap(ink, one.columns[-1], other.columns[0])[0])
    cuts.append(float(ink.shape[1]))
    filled = ink.any(axis=0)
    bounds = []
    for token, left, right in zip(tokens, cuts, cuts[1:], strict=False):
        start = _reach(filled, token.columns[0], left, -1)
        end = _reach(filled, token.columns[-1], right, 1)
        bounds.append((start, max(end, start) + 1))
    return bounds


def _reach(filled: Any, place: float, limit: float, step: int) -> int:
    """The last inked column from `place` towards `limit` before a gap of a space's width."""
    space = SPACE_OF_INK * EM * STRIP_HEIGHT
    last = min(max(int(place), 0), len(filled) - 1)
    x = last
    farthest = place + step * HALF_GLYPH * STRIP_HEIGHT
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
        joint = (ends - starts > WIDE_GLYPH * STRIP_HEIGHT) & (starts < right) & (ends > left)
        inside[0] = joint[0] = False
        columns = np.arange(ink.shape[1])
        within = (columns >= left) & (columns < right)
        shares.append((inside & ~joint)[labels] | (joint[labels] & within[None, :]))
    return shares


def _word(strip: _Strip, glyphs: Mask, token: _Token, bounds: tuple[int, int], score: float) -> Lettering | None:
    import numpy as np

    if all(c in MARKS_BESIDE_TEXT for c in token.text):
        return None
    rows, columns = np.nonzero(glyphs)
    if len(rows) == 0:
        return None
    x, y = strip.to_image @ np.stack([columns + 0.5, rows + 0.5, np.ones(len(rows))])
    frame = _Frame(strip.angle)
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


@dataclass(frozen=True, slots=True)
class _Frame:
    """The bitmap turned by `angle`, so that text of that angle runs to the right."""

    angle: int

    def of(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Along the text and across it (downwards), pixels."""
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        return x * cos - y * sin, x * sin + y * cos

    def back(self, along: float, across: float) -> tuple[float, float]:
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        return along * cos + across * sin, across * cos - along * sin


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
    r, g, b = (float(c) / 255 for c in np.median(core, axis=0))
    return (round(r, 4), round(g, 4), round(b, 4))


# Second and third looks at numbers

OWN_LOOK, CLEAN_LOOK, OTHER_ENGINE = 1.0, 1.1, 0.9
"""Weights of the look at the whole line, at the number alone as black on white, and of tesseract: on chart labels of
7–12 pixels the clean look errs least."""


def _look_again(image: Bitmap, marks: Bitmap, words: list[Lettering]) -> list[Lettering]:
    import numpy as np

    numeric = [i for i, w in enumerate(words) if _may_be_number(w.text)]
    clean = [_clean(image, marks, words[i]) for i in numeric]
    second = ocr.recognise([np.repeat(c[:, :, None], 3, axis=2) for c in clean])
    third = ocr.read_digits(clean)
    out = list(words)
    for i, look, other in zip(numeric, second, third, strict=True):
        out[i] = _agreed(words[i], look, other)
    return _in_house_style(out)


def _in_house_style(words: list[Lettering]) -> list[Lettering]:
    """The numbers of one bitmap are printed alike: where nearly all are percentages, a reading with the sign beats one
    without (`8` for `6%`), and of comma and point, which OCR confuses, the commoner is the decimal mark of all."""
    numbers = [w for w in words if w.candidates and not year_of(w.text)]
    labels = {id(w) for w in numbers if not any(_beside(w, other) for other in words)}
    signed = sum(w.candidates[0].text.endswith("%") for w in numbers if id(w) in labels)
    if signed >= HOUSE_STYLE * len(labels):
        words = [_with_sign(w) if id(w) in labels else w for w in words]
    marks = [match[1] for w in numbers for c in w.candidates if (match := DECIMALS.search(c.text))]
    commas, points = marks.count(","), marks.count(".")
    if commas and points and commas != points:
        words = [_with_mark(w, "," if commas > points else ".") for w in words]
    return words


def _beside(number: Lettering, other: Lettering) -> bool:
    """Is the other a word on the number's line, so that the number is part of a text?"""
    if other is number or not any(c.isalpha() for c in other.text) or other.angle != number.angle:
        return False
    frame = _Frame(number.angle)
    (start, base), (other_start, other_base) = frame.of(*number.baseline), frame.of(*other.baseline)
    gap = max(start, other_start) - min(start + number.length, other_start + other.length)
    return bool(abs(base - other_base) < ONE_BASELINE * number.size and gap < 0.6 * number.size)


def _with_sign(word: Lettering) -> Lettering:
    if word.candidates[0].text.endswith("%"):
        return word
    signed = [c for c in word.candidates if c.text.endswith("%")]
    if not signed:
        halved = tuple(replace(c, score=c.score / 2) for c in word.candidates)
        return replace(word, confidence=halved[0].score, candidates=halved)
    others = tuple(c for c in word.candidates if c is not signed[0])
    text = word.text.replace(word.candidates[0].text, signed[0].text)
    return replace(word, text=text, confidence=signed[0].score, candidates=(signed[0], *others))


def _with_mark(word: Lettering, mark: str) -> Lettering:
    """The number with its decimal mark set to `mark`; candidates that then say the same are one."""
    if not word.candidates:
        return word
    scores: dict[str, float] = defaultdict(float)
    for candidate in word.candidates:
        scores[DECIMALS.sub(rf"{mark}\2", candidate.text)] += candidate.score
    ranked = sorted(scores.items(), key=lambda ts: (-ts[1], ts[0]))
    candidates = tuple(Candidate(text, round(min(score, 1.0), 3)) for text, score in ranked)
    text = word.text.replace(word.candidates[0].text, candidates[0].text)
    return replace(word, text=text, confidence=candidates[0].score, candidates=candidates)


def _may_be_number(text: str) -> bool:
    digits = sum(c.isdigit() for c in text)
    return (digits > 0 and 2 * digits >= len(text.strip("%()+-–€.,"))) or "%" in text


def _clean(image: Bitmap, marks: Bitmap, word: Lettering) -> Bitmap:
    """The word alone, upright, as black ink on white, grey scale, with a margin of a fifth of its height."""
    import numpy as np

    scale = STRIP_HEIGHT / ((ASCENT + 2.2 * CLEAN_MARGIN) * word.size)
    turn = math.radians(word.angle)
    u, v = np.array([math.cos(turn), -math.sin(turn)]), np.array([math.sin(turn), math.cos(turn)])
    margin = CLEAN_MARGIN * word.size
    corner = np.array(word.baseline) - u * margin - v * (ASCENT * word.size + margin)
    to_image = np.column_stack([u / scale, v / scale, corner])
    size = (max(round((word.length + 2 * margin) * scale), 8), STRIP_HEIGHT)
    return _black_on_white(_cut(image, to_image, size), _cut(marks, to_image, size))


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
    candidates = tuple(Candidate(text, round(min(vote / total, 1.0), 3)) for text, vote in ranked if text)
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
