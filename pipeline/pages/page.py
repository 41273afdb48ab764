"""Every page of a PDF, parsed once into plain data: words, shapes and pictures.

Coordinates are points of the page as shown (rotation applied, cropped), origin top left. pdfplumber opens the file;
`content` reads what its pages draw, in order, which pdfplumber's dicts lose. Words are assembled here and not by
`extract_words`, because chart labels stand at any angle, because some text layers have no spaces and others a space
between all letters, and because footnote marks are glued to words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box
from pipeline.core.numbers import DecimalMark


@dataclass(frozen=True, slots=True)
class Word:
    """Letters without a gap, of one size, colour and angle.

    `angle` is in degrees counter-clockwise (0 = upright); `baseline` is the point where the word starts on its
    baseline; `starts` holds the distance in points, along the reading direction, from there to each letter's start, in
    words that hold a row of dots (it leads from one column to another), and is empty in all others; `glued` says that
    no gap separates it from the word before it on the line; `raised` that it is a superscript.
    """

    text: str
    box: Box
    size: float
    font: str
    colour: RGB | None
    angle: int
    baseline: tuple[float, float]
    starts: tuple[float, ...]
    order: int
    glued: bool = False
    raised: bool = False
    spaced: bool = False
    """A space character stands before it."""
    spacing: float = 0.0
    """Gap between its letters, in em, where they are set apart; blanks are wider by twice as much."""
    confidence: float = 1.0
    """Below 1 where the word was recognised in a picture and not taken from the text layer."""
    caption: bool = False
    """Known to stand in the caption of an exhibit, and so in no table."""
    aside: bool = False
    """Known to be a watermark, a running head, a page number or a footnote: a table may go on beyond it."""
    running: bool = False
    """Known to stand in a paragraph of sentences."""

    def __hash__(self) -> int:
        return hash((self.order, self.box))

    @property
    def bold(self) -> bool:
        name = self.font.lower()
        return any(mark in name for mark in ("bold", "black", "heavy", "semibold", "demi"))

    @property
    def upright(self) -> bool:
        return self.angle == 0


@dataclass(frozen=True, slots=True)
class Shape:
    """A drawn path. `order` is its place in the drawing order: a later shape covers an earlier one.

    `points` are the path's points (ends of segments and control points of curves) on the page; `curved` is True where
    it has Bézier segments. `fill` and `stroke` are None where not painted, or not a plain colour.
    """

    kind: Literal["rect", "line", "path"]
    box: Box
    fill: RGB | None
    stroke: RGB | None
    width: float
    points: tuple[tuple[float, float], ...]
    curved: bool
    order: int
    operators: str = ""
    """One letter for each segment of the path, as PDF names them (`m`, `l`, `c`, `v`, `y`, `h`), in the order of
    `points`: they tell a curve's control points from its ends. Empty where unknown."""
    inked: float = 1.0
    """Part (0..1) of the stroke's length that is drawn: less than all of it where it is dashed."""

    def __hash__(self) -> int:
        return hash((self.order, self.box))


Hiding = Literal[
    "ground", "covered", "transparent", "clipped", "layer off", "not painted", "too small", "printed again"
]
"""Why nobody sees a word: printed in the colour of its ground, painted over, fully transparent, clipped away, in a
layer that is off, in a rendering mode that paints nothing, far too small, or printed once more on the same spot."""


@dataclass(frozen=True, slots=True)
class HiddenWord:
    """A word of the text layer that the page does not show."""

    word: Word
    why: Hiding


@dataclass(frozen=True, slots=True)
class Picture:
    """A placed bitmap; `pixels` is its own (width, height)."""

    box: Box
    pixels: tuple[int, int]
    order: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page as shown. `number` counts from 1; `width`, `height` in points; `rotation` is the one already applied.

    `turned` is the angle that text had on the page as shown, where the page was turned until it reads upright (a small
    one where it lay askew).
    """

    number: int
    width: float
    height: float
    rotation: int
    words: tuple[Word, ...]
    shapes: tuple[Shape, ...]
    pictures: tuple[Picture, ...]
    turned: float = field(default=0, kw_only=True)
    beyond: tuple[Box, ...] = field(default=(), kw_only=True)
    """Where numbers are drawn at the left or right of the page, as in a table wider than the page: nobody sees them."""
    hidden: tuple[HiddenWord, ...] = field(default=(), kw_only=True)
    """Words that the page does not show; they are no data."""
    decimal_mark: DecimalMark = field(default=",", kw_only=True)
    """What numbers of the document that leave it open ("1,245") have before their decimals."""

    @property
    def box(self) -> Box:
        return Box(0.0, 0.0, self.width, self.height)

    def blank(self) -> Page:
        size = self.number, self.width, self.height, self.rotation
        return Page(*size, (), (), (), turned=self.turned, beyond=self.beyond)


class Shared(dict[float, float]):
    """Equal numbers of one page as one object: most edges, baselines and sizes return many times."""

    def __missing__(self, number: float) -> float:
        self[number] = number
        return number

    def box(self, box: Box) -> Box:
        return Box(self[box.x0], self[box.top], self[box.x1], self[box.bottom])

    def point(self, x: float, y: float) -> tuple[float, float]:
        return (self[x], self[y])
