"""Pages and tables set sideways: the page is turned until its text is upright, and what was found is turned back."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from pipeline.core.contract import Row
from pipeline.core.geometry import Box, box_around, box_of
from pipeline.pages.page import Page, Shape, Word

Placed = TypeVar("Placed", bound=Row)
SIDEWAYS = 0.6
"""Share of a page's letters that must read one way, other than upright, for the page to be turned."""
UPRIGHT = 0.1
"""Share of the letters of a page's words that are upright, at most, where the page as a whole is set sideways."""


def turning(page: Page) -> int:
    """90, 180 or 270 when most of the page reads upwards, upside down or downwards, else 0."""
    letters = _letters(page.words)
    return next((a for a in (90, 180, 270) if letters[a] > SIDEWAYS * letters.total()), 0)


def sideways(page: Page) -> int:
    """90, 180 or 270 when the whole page is set so, its pictures being none, else 0.

    Charts have numbers and labels at many angles, so where hardly a word is upright, it is the largest type that tells.
    """
    letters = _letters([w for w in page.words if not any(c.isdigit() for c in w.text)])
    if page.pictures or letters[0] > UPRIGHT * letters.total():
        return 0
    square = [w for w in page.words if w.angle in (90, 180, 270)]
    largest = max((w.size for w in square), default=0.0)
    heads = Counter(w.angle for w in square if w.size > 0.9 * largest)
    return heads.most_common(1)[0][0] if heads else 0


def _letters(words: Iterable[Word]) -> Counter[int]:
    """How many letters read at each angle."""
    letters: Counter[int] = Counter()
    for word in words:
        letters[word.angle] += len(word.text)
    return letters


def turned(page: Page, angle: int) -> Page:
    """`page` turned so that text of `angle` (90, 180, 270) reads upright."""
    words = tuple(turned_word(w, page, angle) for w in page.words)
    shapes = tuple(_shape(s, page, angle) for s in page.shapes)
    width, height = (page.width, page.height) if angle == 180 else (page.height, page.width)
    return replace(page, width=width, height=height, words=words, shapes=shapes, pictures=())


def shown_box(box: Box, page: Page) -> Box:
    """`box`, found on the turned `page`, on the page as a viewer shows it."""
    return turned_box(box, page, 360 - page.turned) if page.turned else box


def _point(x: float, y: float, page: Page, angle: float) -> tuple[float, float]:
    if angle == 180:
        return (page.width - x, page.height - y)
    if angle not in (90, 270):
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        right, down = x - page.width / 2, y - page.height / 2
        return (page.width / 2 + right * cos - down * sin, page.height / 2 + right * sin + down * cos)
    return (page.height - y, x) if angle == 90 else (y, page.width - x)


def turned_box(box: Box, page: Page, angle: float) -> Box:
    return box_around(_point(x, y, page, angle) for x, y in ((box.x0, box.top), (box.x1, box.bottom)))


def turned_word(word: Word, page: Page, angle: int) -> Word:
    return replace(
        word,
        box=turned_box(word.box, page, angle),
        angle=(word.angle - angle) % 360,
        baseline=_point(*word.baseline, page, angle),
    )


def _shape(shape: Shape, page: Page, angle: int) -> Shape:
    points = tuple(_point(x, y, page, angle) for x, y in shape.points)
    return replace(shape, box=turned_box(shape.box, page, angle), points=points)


def as_shown(rows: Sequence[Placed], pages: Sequence[Page]) -> list[Placed]:
    """Rows with a `page` and the box `x0`, `top`, `x1`, `bottom`: their boxes on the pages as a viewer shows them."""
    turned = {page.number: page for page in pages if page.turned}
    out = []
    for row in rows:
        page = turned.get(cast(int, row["page"]))
        box = box_of(row)
        if page is not None and box is not None:
            x0, top, x1, bottom = (round(side, 2) for side in shown_box(box, page))
            row = cast(Placed, {**row, "x0": x0, "top": top, "x1": x1, "bottom": bottom})
        out.append(row)
    return out
