"""A bitmap on a page as a page of its own: the words that OCR reads and the marks that its colours show.

So a chart that was pasted as a picture goes through the same chart reader as a drawn one, and a scanned page through
the same text and table stages as a printed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.core.geometry import Box
from pipeline.exhibits.charts.chart_text import is_wordcloud
from pipeline.exhibits.pictures import bitmap_marks as marks
from pipeline.exhibits.pictures import lettering, ocr
from pipeline.exhibits.pictures.bitmap_mark import Mark
from pipeline.exhibits.pictures.ocr import as_bitmap
from pipeline.exhibits.pictures.ocr_words import Lettering, NumberReading
from pipeline.exhibits.pictures.palette import flat_share
from pipeline.exhibits.pictures.strips import strips_of
from pipeline.exhibits.pictures.text_detection import CLOSEST, GLANCE, find_lines, heights_of
from pipeline.pages.page import Page, Picture, Shape, Word
from pipeline.pages.rendering import render

if TYPE_CHECKING:
    from pipeline.exhibits.pictures.ocr import Bitmap
    from pipeline.exhibits.pictures.text_detection import Quad


Content = Literal["exhibit", "text", "word cloud", "no text", "small"]

NOWHERE = Box(0.0, 0.0, 0.0, 0.0)
LEAST_EXHIBIT = 60.0
"""Points: a picture narrower or lower than this is an icon, a logo or a rule."""
UNKNOWN_DPI = 200.0
"""Resolution at which a box is drawn whose own pixels are not known."""
LONGEST_SIDE = 2600
"""Pixels: finer bitmaps (300 dpi pages) are drawn at this size; type of 6 points is then still 20 pixels high."""
SURE_STRAY = 0.6
"""Least score of a number found where the text detector saw no line: two looks of three agree."""
SCAN_LETTERS, SCAN_COVER = 60, 0.7
"""A scan has fewer letters than this in its text layer, and a picture over this share of the page (margins are cut up
to a fifth)."""
LEGIBLE_SHARE = 0.5
"""Share of words that must be legible for a text layer to be used."""
LEAST_SCAN_DPI = 150.0
SCAN_SIDE = 2000
"""Long side at which a page is searched for lines: type of 6 points is then 14 pixels high."""
MOST_SKEW, LEAST_SKEW = 5.0, 0.1
"""Degrees: page feeders err by up to 3; below a tenth of a degree nothing is gained."""
SKEW_SIDE = 1000


@dataclass(frozen=True, slots=True)
class PicturePage(Page):
    """A page made of one bitmap, in the coordinates of the page it stands on.

    `candidates` holds the ways to read each number, by the place of its word; `content` says what the picture is:
    only an `exhibit` has numbers to read; a `word cloud`, a picture of `text` without numbers, one with `no text` (a
    photo or drawing) and a `small` one (icon, logo) have no data.
    """

    candidates: tuple[tuple[Box, tuple[NumberReading, ...]], ...] = ()
    content: Content = "exhibit"
    place: Box = field(default_factory=lambda: NOWHERE)

    def numbers(self) -> PicturePage:
        """The picture with nothing but the numbers that OCR saw on it."""
        numbers = tuple(w for w in self.words if w.confidence < 1 and any(map(str.isdigit, w.text)))
        return replace(self, words=numbers, shapes=(), pictures=(), candidates=())


def read_picture(path: Path | str, page: Page, picture: Picture | Box, password: str = "") -> PicturePage:
    """Words and shapes of the bitmap (or of the part of the page) at `picture`, read from its pixels.

    Words of the text layer that stand on the bitmap are kept instead of what OCR reads there.
    """
    place = _clipped(picture, page)
    if not is_large(page, picture):
        return _empty(page, place, "small")
    dpi = _resolution(picture, place)
    image = _pixels(path, page, place, dpi, password)
    glanced = find_lines(image, GLANCE)
    if is_strewn(image, glanced):
        return _empty(page, place, "word cloud")
    photo = not len(glanced) and flat_share(image) < marks.LEAST_FLAT
    lines = [] if photo else list(find_lines(image, CLOSEST))
    if not lines:
        return _empty(page, place, "no text")
    words, found = _read(image, lines)
    return _as_page(page, place, dpi / 72, words, found)


def is_large(page: Page, picture: Picture | Box) -> bool:
    """Is it more than an icon, a logo or a rule?"""
    place = _clipped(picture, page)
    return min(place.width, place.height) >= LEAST_EXHIBIT


def is_scanned(page: Page) -> bool:
    """Does a bitmap cover the page, with no text layer worth the name (a stamp, a page number, unmapped glyphs)?"""
    letters = sum(len(word.text) for word in page.words if is_legible(word))
    covered = max((picture.box.overlap(page.box) for picture in page.pictures), default=0.0)
    illegible = len(page.words) > 0 and sum(map(is_legible, page.words)) < LEGIBLE_SHARE * len(page.words)
    return illegible or (letters < SCAN_LETTERS and covered > SCAN_COVER * page.box.area)


def is_legible(word: Word) -> bool:
    """False for glyphs that the font does not map to characters."""
    return "\ufffd" not in word.text and "(cid:" not in word.text


def read_scan(path: Path | str, page: Page, password: str = "") -> PicturePage:
    """A page without a usable text layer: its words and marks as OCR and colours give them.

    A page that was scanned askew by a few degrees is turned level first; places are those on the level page, which
    differ from the printed ones by up to a tenth of an inch per degree at the page's corners.
    """
    largest = max(page.pictures, key=lambda p: p.box.area, default=None)
    dpi = max(_resolution(largest, page.box), LEAST_SCAN_DPI) if largest is not None else UNKNOWN_DPI
    dpi = min(dpi, 72 * LONGEST_SIDE / max(page.width, page.height))
    image = levelled(_pixels(path, page, page.box, dpi, password))
    words, found = _read(image, list(find_lines(image, SCAN_SIDE)))
    return _as_page(page.blank(), page.box, dpi / 72, words, found)


def levelled(image: Bitmap) -> Bitmap:
    """The bitmap turned so that its lines of text run level, by up to `MOST_SKEW` degrees."""
    import cv2

    skew = _skew(image)
    if abs(skew) < LEAST_SKEW:
        return image
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    return as_bitmap(cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)))


def _skew(image: Bitmap) -> float:
    """Degrees by which to turn the bitmap counter-clockwise: at the right angle the ink gathers in the fewest rows."""
    import cv2
    import numpy as np

    scale = SKEW_SIDE / max(image.shape[:2])
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = (cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 15) > 0).astype(
        np.float32
    )
    middle = (ink.shape[1] / 2, ink.shape[0] / 2)

    def gathered(angle: float) -> float:
        turn = cv2.getRotationMatrix2D(middle, angle, 1.0)
        rows = cv2.warpAffine(ink, turn, ink.shape[::-1]).sum(axis=1)
        return float((np.diff(rows) ** 2).sum())

    coarse = max((i * 0.25 for i in range(int(-MOST_SKEW * 4), int(MOST_SKEW * 4) + 1)), key=gathered)
    return max((coarse + i * 0.05 for i in range(-4, 5)), key=gathered)


def _clipped(picture: Picture | Box, page: Page) -> Box:
    """Where the bitmap stands on what the page shows."""
    box = picture if isinstance(picture, Box) else picture.box
    return Box(max(box.x0, 0.0), max(box.top, 0.0), min(box.x1, page.width), min(box.bottom, page.height))


def _resolution(picture: Picture | Box, place: Box) -> float:
    """The bitmap's own dots per inch where known, within what pays."""
    own = UNKNOWN_DPI
    if isinstance(picture, Picture) and min(picture.pixels) > 0:
        own = 72 * max(picture.pixels[0] / picture.box.width, picture.pixels[1] / picture.box.height)
    return min(own, 72 * LONGEST_SIDE / max(place.width, place.height))


def _pixels(path: Path | str, page: Page, place: Box, dpi: float, password: str) -> Bitmap:
    import numpy as np

    return as_bitmap(np.asarray(render(path, page.number, place, dpi, password)))


def _empty(page: Page, place: Box, content: Content) -> PicturePage:
    return PicturePage(page.number, page.width, page.height, page.rotation, (), (), (), (), content, place)


def _read(image: Bitmap, lines: list[lettering.Quad]) -> tuple[list[Lettering], marks.Segmentation]:
    """Marks, then words against the marks, then the marks again with the words wiped off, then what is left unread."""
    boxes = [Box(*map(float, (*quad.min(axis=0), *quad.max(axis=0)))) for quad in lines]
    colours = marks.colours_of(image)
    rough = marks.find_marks(colours)
    words = lettering.read_lines(image, marks.paint(image.shape, rough, boxes), lines)
    words = [w for w in words if w.candidates or w.confidence >= lettering.LEAST_SCORE]  # marks judge numbers
    found = marks.find_marks(colours, [w.box for w in words])
    painted = marks.paint(image.shape, found)
    more = lettering.read_lines(image, painted, lettering.unread_lines(image, painted, words))
    more = [w for w in more if w.candidates and w.confidence >= SURE_STRAY]
    if more:
        words = [*words, *more]
        found = marks.find_marks(colours, [w.box for w in words])
    return words, found


# From pixels to the page


def _as_page(
    page: Page, place: Box, scale: float, lettered: Sequence[Lettering], found: marks.Segmentation
) -> PicturePage:
    printed = [w for w in page.words if place.holds(w.box) and is_legible(w)]
    placed = [(w, _on_page(w.box, place, scale)) for w in lettered]
    read = [(w, box) for w, box in placed if not any(p.box.overlap(box) > 0.3 * box.area for p in printed)]
    words = [_word(w, box, place, scale, len(found.marks) + i) for i, (w, box) in enumerate(read)]
    shapes = tuple(_shape(mark, place, scale, i) for i, mark in enumerate(found.marks))
    candidates = tuple((word.box, w.candidates) for word, (w, _) in zip(words, read, strict=True) if w.candidates)
    all_words = (*printed, *words)
    empty = _empty(page, place, _content(all_words))
    return replace(empty, words=all_words, shapes=shapes, candidates=candidates)


def _on_page(box: Box, place: Box, scale: float) -> Box:
    x, y = place.x0, place.top
    return Box(x + box.x0 / scale, y + box.top / scale, x + box.x1 / scale, y + box.bottom / scale)


def _word(word: Lettering, box: Box, place: Box, scale: float, order: int) -> Word:
    return Word(
        text=word.text,
        box=box,
        size=round(word.size / scale, 3),
        font="",
        colour=word.colour,
        angle=word.angle,
        baseline=(place.x0 + word.baseline[0] / scale, place.top + word.baseline[1] / scale),
        starts=tuple(s / scale for s in word.starts),
        order=order,
        glued=word.glued,
        confidence=round(word.confidence, 3),
    )


def _shape(mark: Mark, place: Box, scale: float, order: int) -> Shape:
    box = _on_page(mark.box, place, scale)
    points = tuple((place.x0 + x / scale, place.top + y / scale) for x, y in mark.points)
    operators = "m" + "l" * (len(points) - 1) + "h"
    if mark.kind == "line":
        width, lies = min(box.width, box.height), box.width >= box.height
        ends = ((box.x0, box.y_mid), (box.x1, box.y_mid)) if lies else ((box.x_mid, box.top), (box.x_mid, box.bottom))
        return Shape("line", box, None, mark.colour, width, ends, False, order, "ml")
    kind: Literal["rect", "path"] = "rect" if mark.kind == "rect" else "path"
    return Shape(kind, box, mark.colour, None, 0.0, points, False, order, operators)


def _content(words: Sequence[Word]) -> Content:
    if not words:
        return "no text"
    numbers = [w for w in words if any(c.isdigit() for c in w.text)]
    if is_wordcloud(words):
        return "word cloud"
    return "exhibit" if numbers else "text"


FEWEST = 20
"""Lines that a cloud has at least. In fewer, a title, a subtitle and the labels of a chart are as many sizes."""
SPREAD = 1.6
"""Height of the ninth tenth of a cloud's lines over that of the first: measured 1.7 to 3.3 in 41 clouds and 1.1 to 1.4
in 27 charts of so many lines."""
SAMPLE = 12
"""Lines that are read, the largest ones: a chart that draws values as type (bubbles, tiles) shows its numbers there."""
NUMBERS = 0.15
"""Share of them that have digits from which they are values; a cloud may have a word such as `3D`."""


def is_strewn(image: Bitmap, lines: Quad) -> bool:
    """Are the text `lines` of the bitmap, as a glance finds them, words of many sizes and no numbers?"""
    import numpy as np

    if len(lines) < FEWEST:
        return False
    heights = heights_of(lines)
    low, high = np.percentile(heights, (10, 90))
    if high < SPREAD * low:
        return False
    largest = [lines[i] for i in np.argsort(-heights, kind="stable")[:SAMPLE]]
    strips = [strips_of(image, image, quad)[0].image for quad in largest]
    return sum(any(map(str.isdigit, look.text)) for look in ocr.recognise(strips)) < NUMBERS * len(strips)
