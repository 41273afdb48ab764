"""Tables set sideways: the page is turned until its text is upright, and what was found is turned back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from pipeline.geometry import Box
from pipeline.pages import Page, Shape, Word
from pipeline.tables.grid import Cell, Grid

SIDEWAYS = 0.6
"""Share of a page's letters that must read upwards or downwards for the page to be turned."""


def turning(page: Page) -> int:
    """90 or 270 when most of the page reads upwards or downwards, else 0."""
    letters: Counter[int] = Counter()
    for word in page.words:
        letters[word.angle] += len(word.text)
    total = sum(letters.values())
    return next((a for a in (90, 270) if total and letters[a] > SIDEWAYS * total), 0)


def turned(page: Page, angle: int) -> Page:
    """`page` turned so that text of `angle` reads upright."""
    words = tuple(_word(w, page, angle) for w in page.words)
    shapes = tuple(_shape(s, page, angle) for s in page.shapes)
    return replace(page, width=page.height, height=page.width, words=words, shapes=shapes, pictures=())


def _point(x: float, y: float, page: Page, angle: int) -> tuple[float, float]:
    return (page.height - y, x) if angle == 90 else (y, page.width - x)


def turned_box(box: Box, page: Page, angle: int) -> Box:
    """`box` of `page` on the page that `turned` gives."""
    (xa, ya), (xb, yb) = _point(box.x0, box.top, page, angle), _point(box.x1, box.bottom, page, angle)
    return Box(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))


def _word(word: Word, page: Page, angle: int) -> Word:
    return replace(
        word,
        box=turned_box(word.box, page, angle),
        angle=(word.angle - angle) % 360,
        baseline=_point(*word.baseline, page, angle),
    )


def _shape(shape: Shape, page: Page, angle: int) -> Shape:
    points = tuple(_point(x, y, page, angle) for x, y in shape.points)
    return replace(shape, box=turned_box(shape.box, page, angle), points=points)


def turn_back(grid: Grid, page: Page, angle: int) -> Grid:
    """`grid`, found on the turned page, in the coordinates of `page`; its columns stay those of the turned page."""
    upright = replace(page, width=page.height, height=page.width)
    back = 360 - angle
    words = {id(w): w for w in page.words}

    def cell(c: Cell) -> Cell:
        original = tuple(words.get(id(w), _word(w, upright, back)) for w in c.words)
        return replace(c, box=turned_box(c.box, upright, back), words=original)

    cells = tuple(cell(c) for c in grid.cells)
    icons = tuple(replace(i, box=turned_box(i.box, upright, back)) for i in grid.icons)
    return replace(grid, page_height=page.height, box=turned_box(grid.box, upright, back), cells=cells, icons=icons)
