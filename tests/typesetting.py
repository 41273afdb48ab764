"""Pages as the page model has them, without a PDF, for tests of what reads pages; every letter is half an em wide.

`Sheet` sets running text, `print_line` the words of tables, `Canvas` draws charts; `rule` and `area` are shapes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box
from pipeline.exhibits.charts.sectors import polar
from pipeline.pages.page import Page, Picture, Shape, Word

WIDTH, HEIGHT = 595.0, 842.0
LETTER = 5.0
"""Points that a letter of the usual ten points is wide."""
PURPLE, LILAC = (0.36, 0.18, 0.51), (0.73, 0.64, 0.81)
GREEN, MINT = (0.42, 0.66, 0.31), (0.71, 0.84, 0.66)
ORANGE, GREY = (0.95, 0.55, 0.10), (0.93, 0.93, 0.94)
BLACK: RGB = (0.0, 0.0, 0.0)


def word(text: str, x: float, y: float, size: float = 10.0, **more: object) -> Word:
    """`text` with its baseline's start at (x, y)."""
    half = size / 2
    set_as = {"font": "Serif", "colour": (0.0, 0.0, 0.0), "angle": 0, "order": 0, **more}
    return Word(
        text=text,
        box=Box(x, y - 0.8 * size, x + half * len(text), y + 0.2 * size),
        size=size,
        baseline=(x, y),
        starts=tuple(half * i for i in range(len(text))),
        **set_as,  # type: ignore[arg-type]
    )


@dataclass
class Sheet:
    """A page in the making. Text is set line by line; `⟨2⟩` glued to a word sets a superscript."""

    number: int = 1
    words: list[Word] = field(default_factory=list)

    def line(self, text: str, x: float, y: float, size: float = 10.0, **more: object) -> Sheet:
        for piece in text.split(" "):
            body, _, mark = piece.partition("⟨")
            mark, _, tail = mark.partition("⟩")
            if body:
                x = self._set(body, x, y, size, more)
            if mark:
                raised = more | {"raised": True, "glued": bool(body)}
                x = self._set(mark, x, y - 0.35 * size, 0.6 * size, raised)
            if tail:
                x = self._set(tail, x, y, size, more)
            x += 0.3 * size
        return self

    def lines(
        self, texts: Iterable[str], x: float, y: float, size: float = 10.0, pitch: float = 1.3, **more: object
    ) -> Sheet:
        for i, text in enumerate(texts):
            self.line(text, x, y + i * pitch * size, size, **more)
        return self

    def _set(self, text: str, x: float, y: float, size: float, more: dict[str, object]) -> float:
        self.words.append(word(text, x, y, size, **more | {"order": len(self.words)}))
        return x + size / 2 * len(text)

    def page(self) -> Page:
        return page_of(self.words, number=self.number)


def pages(sheets: Sequence[Sheet]) -> list[Page]:
    return [sheet.page() for sheet in sheets]


def page_of(
    words: Iterable[Word], shapes: Iterable[Shape] = (), number: int = 1, pictures: Iterable[Picture] = ()
) -> Page:
    return Page(number, WIDTH, HEIGHT, 0, tuple(words), tuple(shapes), tuple(pictures))


def print_line(text: str, x: float, y: float, colour: RGB = BLACK, size: float = 10.0) -> list[Word]:
    """The words of `text`, set upright from `x` with its top at `y`."""
    words = []
    for part in text.split(" "):
        width = size / 2 * len(part)
        box = Box(x, y, x + width, y + size)
        starts = tuple(size / 2 * i for i in range(len(part)))
        words.append(Word(part, box, size, "Serif", colour, 0, (x, y + 0.8 * size), starts, 0))
        x += width + size / 4
    return words


def turned_line(text: str, x: float, y: float, size: float = 10.0) -> list[Word]:
    """A text that reads upwards, from `y` on."""
    words = []
    for part in text.split(" "):
        length = size / 2 * len(part)
        box = Box(x, y - length, x + size, y)
        starts = tuple(size / 2 * i for i in range(len(part)))
        words.append(Word(part, box, size, "Serif", BLACK, 90, (x + 0.8 * size, y), starts, 0))
        y -= length + size / 4
    return words


def rule(x0: float, top: float, x1: float, bottom: float | None = None) -> Shape:
    """A stroke half a point wide, level unless `bottom` says otherwise."""
    end = top if bottom is None else bottom
    return Shape("line", Box(x0, top, x1, end), None, BLACK, 0.5, ((x0, top), (x1, end)), False, 0)


def area(x0: float, top: float, x1: float, bottom: float, colour: RGB) -> Shape:
    points = ((x0, top), (x1, top), (x1, bottom), (x0, bottom))
    return Shape("rect", Box(x0, top, x1, bottom), colour, None, 0.0, points, False, 0)


def sheet(*lines: Iterable[Word], shapes: Iterable[Shape] = (), number: int = 1) -> Page:
    """A page of `lines`, its words in this order."""
    words = (replace(word, order=i) for i, word in enumerate((w for line in lines for w in line), 1))
    return page_of(words, shapes, number)


def columns(y: float, texts: Iterable[str], stops: Iterable[float]) -> list[Word]:
    return [w for text, x in zip(texts, stops, strict=True) if text for w in print_line(text, x, y)]


@dataclass
class Canvas:
    """A page under construction: boxes, sectors and words, in drawing order."""

    words: list[Word] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    order: int = 0

    def text(self, x: float, middle: float, text: str, size: float = 8.0, colour: RGB = BLACK, align: str = "l",
             angle: int = 0, font: str = "Sans") -> None:  # fmt: skip
        """Words of `text` from `x` on (or up to it, or around it), their middle at height `middle`.

        At an angle, `x`, `middle` is where the first letter starts.
        """
        widths = [len(w) * size / 2 for w in text.split()]
        total = sum(widths) + 0.3 * size * (len(widths) - 1)
        u = {"l": 0.0, "r": -total, "c": -total / 2}[align]
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        for piece, width in zip(text.split(), widths, strict=True):
            ends = [(x + a * cos, middle - a * sin) for a in (u, u + width)]
            half_x, half_y = size / 2 * abs(sin), size / 2 * abs(cos)
            box = Box(min(e[0] for e in ends) - half_x, min(e[1] for e in ends) - half_y,
                      max(e[0] for e in ends) + half_x, max(e[1] for e in ends) + half_y)  # fmt: skip
            self.order += 1
            word = Word(piece, box, size, font, colour, angle % 360, ends[0], (0.0,), self.order)
            self.words.append(word)
            u += width + 0.3 * size

    def box(self, x0: float, top: float, x1: float, bottom: float, fill: RGB | None, stroke: RGB | None = None) -> None:
        self.order += 1
        corners = ((x0, top), (x1, top), (x1, bottom), (x0, bottom))
        self.shapes.append(Shape("rect", Box(x0, top, x1, bottom), fill, stroke, 0.5, corners, False, self.order))

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.order += 1
        box = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        self.shapes.append(Shape("line", box, None, (0.8, 0.8, 0.8), 0.5, ((x0, y0), (x1, y1)), False, self.order))

    def sector(self, x: float, y: float, inner: float, outer: float, start: float, sweep: float, fill: RGB) -> None:
        """A slice, drawn as a polygon with a corner every four degrees."""
        steps = max(2, math.ceil(sweep / 4))
        rim = [polar((x, y), outer, start + sweep * k / steps) for k in range(steps + 1)]
        back = [polar((x, y), inner, start + sweep * k / steps) for k in range(steps, -1, -1)] if inner else [(x, y)]
        points = (*rim, *back)
        box = Box(min(p[0] for p in points), min(p[1] for p in points),
                  max(p[0] for p in points), max(p[1] for p in points))  # fmt: skip
        self.order += 1
        self.shapes.append(Shape("path", box, fill, None, 0.0, points, False, self.order))

    def legend(self, x: float, y: float, entries: list[tuple[RGB, str]], step: tuple[float, float] = (0, 12)) -> None:
        for i, (colour, text) in enumerate(entries):
            left, middle = x + step[0] * i, y + step[1] * i
            self.box(left, middle - 3, left + 6, middle + 3, colour)
            self.text(left + 10, middle, text)

    @property
    def page(self) -> Page:
        return page_of(self.words, self.shapes)
