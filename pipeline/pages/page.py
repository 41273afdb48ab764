"""Every page of a PDF, parsed once into plain data: words, shapes and pictures.

Coordinates are points of the page as shown (rotation applied, cropped), origin top left. pdfplumber opens the file;
`content` interprets its pages, in drawing order, which pdfplumber's dicts lose. Words are assembled here and not by
`extract_words`, because chart labels stand at any angle, because some text layers have no spaces and others a space
between all letters, and because footnote marks are glued to words.
"""

from __future__ import annotations

import itertools
import math
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipeline.core.colours import RGB, to_rgb
from pipeline.core.geometry import Box, union
from pipeline.core.shelf import quickly_packed

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipeline.pages.content import Letter, Space

BASELINE_TOLERANCE = 0.18
"""Characters within this share of their size of a common baseline stand on one line: less than any superscript's rise
(0.25 em and more), more than the jitter of justified and hinted text (below 0.1 em)."""
SIZE_TOLERANCE = 0.15
"""A change of size beyond this share starts a new word (a footnote mark is 0.5–0.75 of its text's size)."""
WORD_GAP = 0.15
"""Gap, in em, that separates words where no space character does: spaces of compressed justified text measure 0.16 em
and more, kerned letters stand below 0.08 em apart."""
SPACE_GAP = 0.06
"""Gap, in em, that a printed space character must show to separate words."""
OVERSET = 0.12
"""Em by which a capital stands over the small letter before it where a text too long for its column runs into the next
one: kerned letters overlap by less than 0.08 em."""
SEGMENT_GAP = 1.2
"""Gap, in em, beyond which text on one line belongs to different columns or cells whatever the letter-spacing."""
LETTER_SPACED = 0.12
"""Median gap, in em, between the letters of a segment from which it counts as letter-spaced."""
EVEN_GAPS, EVENLY_SPACED = 0.03, 0.35
"""Em by which the gaps between few letters may differ when these are letter-spaced, no printed space among them, and
how wide they are at most."""
RAISED_SIZE = (0.3, 0.85)
"""Size of a superscript as a share of its host's: word processors set 0.58, browsers 0.83, typesetters 0.6–0.75; LaTeX
and LibreOffice go down to 0.44 in footnotes."""
RAISED_BY = (0.15, 0.75)
"""How far a superscript's baseline stands above its host's, as a share of the host's size."""
RAISED_GAP = 0.3
"""Widest gap, in em of the host, between a word and the superscript glued to it."""
RAISED_LEAD = 0.8
"""Widest gap, in em of the host, between a mark that opens a footnote and the note's first word."""
RAISED_LENGTH = 6
"""Letters of the longest superscript: `(12,13)` less its last sign; longer small print is text of its own."""
LEADING_DOTS = re.compile(r"[.…·_]{2}")
"""What a word must hold for anyone to ask where its letters start."""
A4 = (595.3, 841.9)
"""Size in points given to a page that is too damaged to tell its own."""


@quickly_packed
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
    """Known to be a running head, a page number or a footnote: a table may go on beyond it."""

    @property
    def bold(self) -> bool:
        name = self.font.lower()
        return any(mark in name for mark in ("bold", "black", "heavy", "semibold", "demi"))

    @property
    def upright(self) -> bool:
        return self.angle == 0


@quickly_packed
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


@dataclass(frozen=True, slots=True)
class Picture:
    """A placed bitmap; `pixels` is its own (width, height)."""

    box: Box
    pixels: tuple[int, int]
    order: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page as shown. `number` counts from 1; `width`, `height` in points; `rotation` is the one already applied.

    `turned` is the angle that text had on the page as shown, where the page was turned until it reads upright.
    """

    number: int
    width: float
    height: float
    rotation: int
    words: tuple[Word, ...]
    shapes: tuple[Shape, ...]
    pictures: tuple[Picture, ...]
    turned: int = field(default=0, kw_only=True)
    beyond: tuple[Box, ...] = field(default=(), kw_only=True)
    """Where numbers are drawn at the left or right of the page, as in a table wider than the page: nobody sees them."""

    @property
    def box(self) -> Box:
        return Box(0.0, 0.0, self.width, self.height)

    def blank(self) -> Page:
        """The page without what is drawn on it."""
        size = self.number, self.width, self.height, self.rotation
        return Page(*size, (), (), (), turned=self.turned, beyond=self.beyond)


def read_pages(path: Path | str, numbers: Iterable[int] | None = None, password: str = "") -> Iterator[Page]:
    """Parse the pages `numbers` (1-based; all when None) of the PDF at `path`, one by one, in order.

    Raises whatever pdfplumber raises on an unreadable file; `intake` decides beforehand whether it is readable.
    """
    for _, page in try_pages(path, numbers, password):
        yield parsed(page)


def parsed(page: Page | Exception) -> Page:
    """The page. Raises what its parsing raised."""
    if isinstance(page, Exception):
        raise page
    return page


def try_pages(
    path: Path | str, numbers: Iterable[int] | None = None, password: str = ""
) -> Iterator[tuple[int, Page | Exception]]:
    """Each of the pages `numbers` (1-based; all when None) with its number: the page, or what its parsing raised."""
    import pdfplumber

    wanted = None if numbers is None else sorted(set(numbers))
    try:
        pdf = pdfplumber.open(path, password=password)
        found = {page.page_number: page for page in pdf.pages}
    except Exception as error:
        if not wanted:
            raise
        yield from ((number, error) for number in wanted)
        return
    try:
        for number in found if wanted is None else wanted:
            yield number, _attempt(found[number]) if number in found else LookupError("the reader finds no such page")
    finally:
        pdf.stream.close()


def _attempt(page: Any) -> Page | Exception:
    try:
        return _parse(page)
    except Exception as error:  # whatever a library raises on one page, the others are still wanted
        return error
    finally:
        page.close()


def page_sizes(path: Path | str, password: str = "") -> list[tuple[float, float]]:
    """Width and height in points of every page as shown, without reading it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(str(path), password=password or None)
    try:
        return [_size(document, i) for i in range(len(document))]
    finally:
        document.close()


def _size(document: Any, index: int) -> tuple[float, float]:
    import pypdfium2

    try:
        width, height = document.get_page_size(index)
    except pypdfium2.PdfiumError:
        return A4
    return float(width), float(height)


def render(path: Path | str, number: int, box: Box | None = None, dpi: float = 150, password: str = "") -> Image:
    """Draw page `number` (or the part inside `box`) as an RGB bitmap at `dpi`, with pdfium."""
    import pypdfium2

    document = pypdfium2.PdfDocument(str(path), password=password or None)
    try:
        page = document[number - 1]
        width, height = page.get_size()
        crop = (0.0, 0.0, 0.0, 0.0)
        if box is not None:
            crop = (
                max(box.x0, 0.0),
                max(height - box.bottom, 0.0),
                max(width - box.x1, 0.0),
                max(box.top, 0.0),
            )
        image: Image = page.render(scale=dpi / 72, crop=crop).to_pil().convert("RGB")
        return image
    finally:
        document.close()


def _parse(page: Any) -> Page:
    from pdfminer.layout import LTCurve, LTImage

    from pipeline.pages.content import Letter, drawn

    letters: list[Letter] = []
    cut: list[Letter] = []
    shapes: list[Shape] = []
    pictures: list[Picture] = []
    width, height = float(page.width), float(page.height)
    shown = Box(0.0, 0.0, width, height)
    around = shown.grown(1.0)
    space, items = drawn(page)
    shared = Shared()
    for order, item in enumerate(items):
        if isinstance(item, Letter):
            item.order = order
            if shown.holds(item.box, slack=1.0):
                letters.append(item)
            elif 0 < item.box.y_mid < height:
                cut.append(item)
        elif isinstance(item, LTCurve):
            shape = _shape(item, space, order, shared)
            if shape.box.overlap(around) > 0 or shown.holds(shape.box, slack=1.0):
                shapes.append(shape)
        elif isinstance(item, LTImage):
            pixels = item.srcsize if all(isinstance(n, int) for n in item.srcsize) else (0, 0)
            pictures.append(Picture(space.box(item), pixels, order))
    words = assemble_words(letters)
    beyond = tuple(word.box for word in assemble_words(cut) if any(c.isdigit() for c in word.text))
    content = tuple(words), tuple(shapes), tuple(pictures)
    return Page(page.page_number, width, height, int(page.rotation or 0), *content, beyond=beyond)


class Shared(dict[float, float]):
    """Equal numbers of one page as one object: most edges, baselines and sizes return many times."""

    def __missing__(self, number: float) -> float:
        self[number] = number
        return number

    def box(self, box: Box) -> Box:
        return Box(self[box.x0], self[box.top], self[box.x1], self[box.bottom])

    def point(self, x: float, y: float) -> tuple[float, float]:
        return (self[x], self[y])


def _shape(item: Any, space: Space, order: int, shared: Shared) -> Shape:
    kinds: dict[str, Literal["rect", "line", "path"]] = {"LTRect": "rect", "LTLine": "line"}
    path = item.original_path or ()
    return Shape(
        kind=kinds.get(type(item).__name__, "path"),
        box=shared.box(space.box(item)),
        fill=to_rgb(item.non_stroking_color) if item.fill else None,
        stroke=to_rgb(item.stroking_color) if item.stroke else None,
        width=float(item.linewidth or 0.0),
        points=tuple(shared.point(*space.point(*xy)) for part in path for xy in part[1:]),
        curved=any(part[0] in ("c", "v", "y") for part in path),
        order=order,
        operators=sys.intern("".join(str(part[0]) for part in path)),
    )


def assemble_words(letters: list[Letter]) -> list[Word]:
    """Letters to words, in drawing order of their first letters."""
    words: list[Word] = []
    shared = Shared()
    for line in _baselines(_without_duplicates(letters)):
        words.extend(_words_of_line(line, shared))
    words.sort(key=lambda w: w.order)
    return _with_superscripts(words)


def _with_superscripts(words: list[Word]) -> list[Word]:
    """Mark superscripts as `raised`, and as `glued` where they follow their host without a gap.

    A superscript is small print that touches the end of a larger word and stands above its baseline, or that opens a
    note: the same, before the larger word. Only words in the same band of the page are compared.
    """
    band = 24.0
    bands: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        if word.upright:
            bands[int(word.baseline[1] // band)].append(word)
    largest = {row: max(word.size for word in of) for row, of in bands.items()}
    out = []
    for word in words:
        if word.upright and len(word.text) <= RAISED_LENGTH:
            row = int(word.baseline[1] // band)
            rows = [
                n for n in (row - 1, row, row + 1) if n in bands and word.size < 1.001 * RAISED_SIZE[1] * largest[n]
            ]
            near = [host for n in rows for host in bands[n] if _is_raised(word, host)]
            after = any(abs(word.box.x0 - host.box.x1) <= RAISED_GAP * host.size for host in near)
            before = any(-0.1 * host.size <= host.box.x0 - word.box.x1 <= RAISED_LEAD * host.size for host in near)
            if after or before:
                word = replace(word, raised=True, glued=word.glued or after)
        out.append(word)
    return out


def _is_raised(word: Word, host: Word) -> bool:
    """True where `word` is smaller than `host` and stands above its baseline.

    The text rise of a PDF moves the letters' boxes but not their matrix, so the lower edges are evidence as well (less
    the part by which the smaller letter's descender is shorter).
    """
    if not RAISED_SIZE[0] <= word.size / host.size <= RAISED_SIZE[1]:
        return False
    by_box = host.box.bottom - word.box.bottom - 0.3 * (host.size - word.size)
    rise = max(host.baseline[1] - word.baseline[1], by_box) / host.size
    return RAISED_BY[0] <= rise <= RAISED_BY[1]


def _without_duplicates(letters: list[Letter]) -> list[Letter]:
    """Drop glyphs printed again on (nearly) the same spot, as fake bold and shadows are."""
    seen: dict[str, dict[int, Letter]] = defaultdict(dict)
    kept = []
    for letter in letters:
        place, same = round(letter.baseline[0]) * PLACES + round(letter.baseline[1]), seen[letter.text]
        if same and not letter.text.isspace() and _is_printed(letter, same, place):
            continue
        same[place] = letter
        kept.append(letter)
    return kept


PLACES = 1 << 20
"""A place in whole points as one number: those from the left this many times, and those from the top (fewer)."""
AROUND = tuple(dx * PLACES + dy for dx in (-1, 0, 1) for dy in (-1, 0, 1))


def _is_printed(letter: Letter, same: Mapping[int, Letter], place: int) -> bool:
    """Does one of the glyphs of the `same` letter, by place, stand where `letter` does?"""
    for step in AROUND:
        other = same.get(place + step)
        if (
            other is not None
            and math.dist(other.baseline, letter.baseline) < 0.12 * letter.size
            and abs(other.size - letter.size) < 0.5
        ):
            return True
    return False


def _baselines(letters: list[Letter]) -> Iterator[list[Letter]]:
    """Letters of one angle and one baseline, in reading direction."""
    by_angle: dict[int, list[Letter]] = defaultdict(list)
    for letter in letters:
        by_angle[letter.angle].append(letter)
    for same_angle in by_angle.values():
        same_angle.sort(key=lambda c: -c.v)
        line: list[Letter] = []
        for letter in same_angle:
            if line and line[-1].v - letter.v > BASELINE_TOLERANCE * min(letter.size, line[-1].size):
                yield sorted(line, key=lambda c: (c.u, c.order))
                line = []
            line.append(letter)
        if line:
            yield sorted(line, key=lambda c: (c.u, c.order))


SOFT_HYPHEN = "\u00ad"


def _show_hyphens(segment: list[tuple[Letter, bool, bool]]) -> None:
    """A soft hyphen that takes room within a line is a plain one: some engines name the glyph so for both uses."""
    for letter, *_ in segment[:-1]:
        if letter.text == SOFT_HYPHEN and letter.advance > 0.1 * letter.size:
            letter.text = "-"


def _words_of_line(line: list[Letter], shared: Shared) -> Iterator[Word]:
    for segment, spacing in _segments(line):
        _show_hyphens(segment)
        run: list[Letter] = []
        glued, spaced = False, segment[0][2]
        for letter, gap_before, space_before in segment:
            breaks = run and (gap_before or _changes(run[-1], letter))
            if breaks:
                yield _word(run, glued, spaced, spacing, shared)
                glued, spaced = not gap_before, space_before
                run = []
            run.append(letter)
        if run:
            yield _word(run, glued, spaced, spacing, shared)


def _changes(one: Letter, other: Letter) -> bool:
    larger, smaller = max(one.size, other.size), min(one.size, other.size)
    return larger - smaller > SIZE_TOLERANCE * larger or one.colour != other.colour


def _segments(line: list[Letter]) -> Iterator[tuple[list[tuple[Letter, bool, bool]], float]]:
    """Runs of letters without a column-wide gap, each letter with: does a word gap stand before it, and does a space
    character? And the run's letter-spacing in em."""
    run: list[tuple[Letter, float, bool]] = []
    spaced = False
    end = -math.inf
    for letter in line:
        if letter.text.isspace():
            spaced = True
            continue
        gap = letter.u - end
        if run and gap > SEGMENT_GAP * letter.size:
            yield _with_gaps(run)
            run = []
        run.append((letter, gap / letter.size, spaced))
        spaced = False
        end = max(end, letter.u + letter.advance)
    if run:
        yield _with_gaps(run)


def _with_gaps(run: list[tuple[Letter, float, bool]]) -> tuple[list[tuple[Letter, bool, bool]], float]:
    inside = [gap for (one, *_), (other, gap, _) in itertools.pairwise(run) if "%" not in (one.text, other.text)]
    gaps = sorted(inside)  # a sign may stand apart from its number and near the next one
    even = len(gaps) >= 2 and gaps[-1] - gaps[0] < EVEN_GAPS and gaps[-1] < EVENLY_SPACED
    even = even and not any(spaced for *_, spaced in run[1:])
    base = statistics.median(gaps) if len(gaps) >= 4 or even else 0.0
    letter_spaced = base > LETTER_SPACED
    out = [(run[0][0], False, run[0][2])]
    for (before, *_), (letter, gap, spaced) in itertools.pairwise(run):
        if gap < base - OVERSET and before.text.islower() and letter.text.isupper():
            out.append((letter, True, spaced))
        elif letter_spaced:
            out.append((letter, gap > base + WORD_GAP, spaced))
        else:
            out.append((letter, gap > WORD_GAP or (spaced and gap > SPACE_GAP), spaced))
    return out, base if letter_spaced else 0.0


def _word(run: list[Letter], glued: bool, spaced: bool, spacing: float, shared: Shared) -> Word:
    first = run[0]
    text = sys.intern("".join([c.text for c in run]))
    return Word(
        text=text,
        box=shared.box(union([c.box for c in run])),
        size=shared[round(first.size, 3)],
        font=sys.intern(first.font.split("+", 1)[-1]),
        colour=first.colour,
        angle=first.angle,
        baseline=shared.point(*first.baseline),
        starts=tuple(c.u - first.u for c in run) if LEADING_DOTS.search(text) else (),
        order=min([c.order for c in run]),
        glued=glued,
        spaced=spaced,
        spacing=shared[round(spacing, 3)],
    )
