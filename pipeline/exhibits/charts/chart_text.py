"""The words of a page as a chart needs them: lines at any angle, and value labels.

Positions along a line use turned coordinates: `u` runs in reading direction, `v` grows across it, downwards for upright
text. Both in points; for upright text `u` is x and `v` is y.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box, union
from pipeline.core.numbers import DecimalMark, parse_number, year_of
from pipeline.exhibits.charts.fitting import clusters
from pipeline.layout.joining import SOFT_HYPHEN
from pipeline.pages.page import Word

SEGMENT_GAP = 0.9
"""Gap, in em, that ends a piece of text: wider than any space of justified text (0.6 em), narrower than what separates
neighbouring category labels."""
WORD_GAP = 0.5
"""Em between the names of two marks at least: twice a blank between words, which labels do not stretch."""
OTHER_SIZE = 0.25
"""Words on one line whose sizes differ by more than this share belong to different texts, unless they are glued."""
SAME_LINE = 0.35
"""Share of the size by which the middles of words on one line may differ (OCR boxes jitter by a quarter)."""
PERCENT_GAP = 0.9
"""Gap, in em, within which a lone percent sign belongs to the number before it."""
GROUP_GAP = 0.4
"""Gap, in em, within which three digits go on with the number before them ("2 318"): a space is 0.2 to 0.33 em wide."""
MOST_PERCENT = 1000
"""From here on a share is a misread decimal point: `1.245%`."""
LINE_PITCH = 1.75
"""Distance, in em, up to which one line of a wrapped label follows another (set between 1.0 and 1.5)."""
TIGHT_PITCH = 1.4
"""The same where nothing else tells that they are lines of one label."""
SHARE = re.compile(r"(?:100|\d{1,2})(?:[.,]\d+)?%")
SHARES = re.compile(rf"(?:{SHARE.pattern}){{2,}}$")
"""A share of a whole, and several of them without a space."""
KEPT, KEPT_CHARTS = 4096, 128
"""Lines and shapes, and groups of marks, whose measures are kept: a page is read whole and in parts, and most are the
same in all of them."""
SYMBOLS = re.compile(r"^[■□▪▫◼◻●○•◆◇▲▼⬤⬛⚫★\uf0a7\uf06e\uf0b7\uf06c]$")
"""Letters that draw a legend's swatch."""


def turned(x: float, y: float, angle: float) -> tuple[float, float]:
    """(u, v) of a point of the page for text at `angle` degrees counter-clockwise."""
    if angle == 0:
        return (x, y)
    radians = math.radians(angle)
    cos, sin = math.cos(radians), math.sin(radians)
    return (x * cos - y * sin, x * sin + y * cos)


@dataclass(frozen=True)
class ChartLine:
    """Words of one angle on one baseline without a wide gap, in reading order."""

    words: tuple[Word, ...]

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.words,))

    @cached_property
    def angle(self) -> int:
        return self.words[0].angle

    @cached_property
    def size(self) -> float:
        return max(w.size for w in self.words)

    @cached_property
    def box(self) -> Box:
        return union(w.box for w in self.words)

    @cached_property
    def text(self) -> str:
        out = ""
        for word in self.words:
            out += word.text if word.glued or not out else f" {word.text}"
        return out

    @cached_property
    def u0(self) -> float:
        return _extent(self.words[0])[0]

    @cached_property
    def u1(self) -> float:
        return max(_extent(w)[1] for w in self.words)

    @cached_property
    def v(self) -> float:
        return turned(self.box.x_mid, self.box.y_mid, self.angle)[1]

    @property
    def colour(self) -> RGB | None:
        return self.words[0].colour

    @property
    def bold(self) -> bool:
        return self.words[0].bold


@lru_cache(maxsize=KEPT)
def _line_of(words: tuple[Word, ...]) -> ChartLine:
    return ChartLine(words)


def _extent(word: Word) -> tuple[float, float]:
    """Where a word starts and ends along its line."""
    box, angle = word.box, word.angle
    if angle == 0:
        middle, half = (box.x0 + box.x1) / 2, (box.x1 - box.x0) / 2
        return (middle - half, middle + half)
    if angle % 180 == 0:
        half = box.width / 2
    elif angle % 90 == 0:
        half = box.height / 2
    else:
        sin, cos = abs(math.sin(math.radians(angle))), abs(math.cos(math.radians(angle)))
        half = max((box.width + box.height) / (sin + cos) - word.size, word.size * 0.3) / 2
    middle = turned(box.x_mid, box.y_mid, angle)[0]
    return (middle - half, middle + half)


def lines_of(words: Iterable[Word]) -> list[ChartLine]:
    """Words put into lines, upright lines from top to bottom, whatever order they were drawn in."""
    placed: dict[int, list[tuple[float, Word]]] = {}
    for word in words:
        placed.setdefault(word.angle, []).append((turned(word.box.x_mid, word.box.y_mid, word.angle)[1], word))
    lines: list[ChartLine] = []
    for same_angle in placed.values():
        same_angle.sort(key=lambda pair: (pair[0], pair[1].order))
        row: list[tuple[float, Word]] = []
        for v, word in same_angle:
            if row and v - row[0][0] > SAME_LINE * max(word.size, row[0][1].size):
                lines.extend(_pieces(w for _, w in row))
                row = []
            row.append((v, word))
        lines.extend(_pieces(w for _, w in row))
    lines.sort(key=lambda line: (line.angle, line.v, line.u0))
    return lines


def _pieces(row: Iterable[Word]) -> Iterable[ChartLine]:
    """The row cut at wide gaps, other sizes and symbols, and between two years, which are ticks of an axis however
    close they stand."""
    run: list[Word] = []
    end = -math.inf
    for word in sorted(row, key=lambda w: (_extent(w)[0], w.order)):
        u0, u1 = _extent(word)
        symbol = SYMBOLS.match(word.text) is not None
        other = (
            bool(run) and not word.glued and abs(word.size - run[-1].size) > OTHER_SIZE * max(word.size, run[-1].size)
        )
        apart = bool(run) and u0 - end > SEGMENT_GAP * min(word.size, run[-1].size)
        ticks = bool(run) and year_of(word.text) is not None and year_of(run[-1].text) is not None
        if run and (apart or other or symbol or ticks or SYMBOLS.match(run[-1].text)):
            yield _line_of(tuple(run))
            run = []
        run.append(word)
        end = max(end, u1) if len(run) > 1 else u1
    if run:
        yield _line_of(tuple(run))


def remaining(lines: Iterable[ChartLine], claimed: set[int]) -> list[ChartLine]:
    """The lines without words that are understood already (`order` in `claimed`); what they parted stays parted."""
    out: list[ChartLine] = []
    for line in lines:
        run: list[Word] = []
        for word in line.words:
            if word.order not in claimed:
                run.append(word)
            elif run:
                out.append(ChartLine(tuple(run)))
                run = []
        if run:
            out.append(line if len(run) == len(line.words) else ChartLine(tuple(run)))
    return out


def joined(lines: Sequence[ChartLine]) -> str:
    """The text of a wrapped label. A hyphen that ends a line becomes a soft one: whether it belongs to the word is told
    where the whole document is known."""
    text = ""
    for line in lines:
        piece = line.text.rstrip(SOFT_HYPHEN).replace(SOFT_HYPHEN, "")
        piece += SOFT_HYPHEN if line.text.endswith(SOFT_HYPHEN) else ""
        cut = re.search(r"\w-$", text) is not None
        broken = cut or text.endswith((SOFT_HYPHEN, "/")) or line.words[0].text.startswith("/")
        text = (text[:-1] + SOFT_HYPHEN if cut else text) + (piece if broken or not text else f" {piece}")
    return text.rstrip(SOFT_HYPHEN).strip()


def names_of(lines: Sequence[ChartLine], pitch: float = TIGHT_PITCH) -> list[list[ChartLine]]:
    """The lines put together that are one name."""
    names = clusters(lines, lambda one, other: _one_name(one, other, pitch))
    return [sorted(name, key=lambda x: (x.v, x.u0)) for name in names]


def whole_name(line: ChartLine, lines: Sequence[ChartLine], pitch: float = TIGHT_PITCH) -> list[ChartLine]:
    """The line with those that go on with it above and below, at most `pitch` em from the next."""
    return next(name for name in names_of([line, *(x for x in lines if x is not line)], pitch) if line in name)


def _one_name(one: ChartLine, other: ChartLine, pitch: float) -> bool:
    """Lines of one wrapped name: of one size and ink, set tight, flush at one side or centred."""
    flush = (one.box.x0 - other.box.x0, one.box.x1 - other.box.x1, one.box.x_mid - other.box.x_mid)
    return (
        0 < abs(other.v - one.v) <= pitch * one.size
        and abs(other.size - one.size) <= 0.05 * one.size
        and other.colour == one.colour
        and min(map(abs, flush)) <= 0.6 * one.size
    )


@dataclass(frozen=True)
class Token:
    """A printed number that may label a mark. `alone` says that no letters stand beside it on its line."""

    text: str
    value: float
    percent: bool
    decimals: int
    words: tuple[Word, ...]
    alone: bool

    @cached_property
    def box(self) -> Box:
        return union(w.box for w in self.words)

    @property
    def size(self) -> float:
        return self.words[0].size

    @property
    def colour(self) -> RGB | None:
        return self.words[0].colour


PLAIN_ROW = 3
"""Numbers on one line without a percent sign among which the sign below one is not its own."""
MISSING = re.compile(r"^\(?(n\.?\s?/?\s?[avbt]\.?|nvt|-|–|—)\)?$", re.IGNORECASE)
"""What stands in a chart where a series has no value."""


def tokens_of(lines: Iterable[ChartLine], decimal: DecimalMark = ",") -> list[Token]:
    """Every number of the lines; percent signs on the line below (in marks too narrow for both) are joined, but for the
    one below a row of plain numbers: that is the title of their axis."""
    lines = list(lines)
    orphans = [line.words[0] for line in lines if len(line.words) == 1 and line.words[0].text in ("%", "٪")]
    tokens = [token for line in lines for token in _tokens_in(line, decimal)]
    told = [_with_percent_below(token, orphans) for token in tokens] if orphans else tokens
    plain = Counter(_row(token) for token in told if not token.percent)
    return [one if plain[_row(one)] >= PLAIN_ROW else other for one, other in zip(tokens, told, strict=True)]


def _row(token: Token) -> tuple[int, int, float]:
    return round(token.words[0].box.y_mid), token.words[0].angle, token.size


@lru_cache(maxsize=KEPT)
def _tokens_in(printed: ChartLine, decimal: DecimalMark) -> tuple[Token, ...]:
    line = ChartLine(tuple(part for word in printed.words for part in _taken_apart(word)))
    letters = any(any(c.isalpha() for c in w.text) for w in line.words)
    found: list[Token] = []
    position = 0
    while position < len(line.words):
        token, taken = _token_at(line, position, not letters, decimal)
        found += [token] if token is not None else []
        position += taken
    return tuple(found)


def _taken_apart(word: Word) -> list[Word]:
    """The shares of a word that is several of them: labels that touch or print over each other ("4%4%4%"). Each stands
    where its letters do, letters being equally wide."""
    shares = list(SHARE.finditer(word.text)) if SHARES.match(word.text) and not word.angle else []
    if not shares:
        return [word]
    step = word.box.width / len(word.text)
    return [
        replace(
            word,
            text=share[0],
            box=word.box._replace(x0=word.box.x0 + share.start() * step, x1=word.box.x0 + share.end() * step),
        )
        for share in shares
    ]


def _token_at(line: ChartLine, position: int, alone: bool, decimal: DecimalMark) -> tuple[Token | None, int]:
    """The number that starts at word `position` of the line, and how many words it takes."""
    words = line.words[position : position + 3]
    for count in range(len(words), 0, -1):
        part = words[:count]
        gaps = (_extent(b)[0] - _extent(a)[1] for a, b in itertools.pairwise(part))
        if any(gap > PERCENT_GAP * part[0].size for gap in gaps) or (count > 1 and not _one_number(part, position)):
            continue
        text = " ".join(w.text for w in part).strip("()[];:")
        number = parse_number(text, decimal)
        if number is not None and number.unit == "percent" and number.value >= MOST_PERCENT:
            number = parse_number(text, ".")
        if number is not None and not (count > 1 and part[0].raised):
            percent = number.unit == "percent"
            return Token(text, number.value, percent, number.decimals, tuple(part), alone), count
    return None, 1


def _one_number(words: Sequence[Word], position: int) -> bool:
    """True for a sign, digits in one group or in threes ("2 318") and a percent sign as separate words; other numbers
    side by side are two, and a dash between two numbers is no sign."""
    signed = not any(c.isdigit() for c in words[0].text)
    digits = [w for w in words if any(c.isdigit() for c in w.text)]
    tail = words[-1].text in ("%", "٪")
    gaps = (_extent(b)[0] - _extent(a)[1] for a, b in itertools.pairwise(digits))
    grouped = len(digits) > 1 and all(gap <= GROUP_GAP * words[0].size for gap in gaps)
    return (grouped or (len(digits) == 1 and (tail or signed))) and not (signed and position > 0)


def _with_percent_below(token: Token, orphans: Sequence[Word]) -> Token:
    if token.percent:
        return token
    for word in orphans:
        if word.angle != token.words[0].angle or token.box.overlap_x(word.box) <= 0:
            continue
        if -0.3 * word.size <= word.box.top - token.box.bottom <= 0.6 * word.size:
            return Token(f"{token.text} %", token.value, True, token.decimals, (*token.words, word), token.alone)
    return token


CLOUD_WORDS, CLOUD_SIZES, CLOUD_SPREAD = 15, 6, 2.5
"""A word cloud has at least so many words in so many sizes, the largest so many times the smallest."""


def is_wordcloud(words: Sequence[Word]) -> bool:
    """True for words strewn in many sizes: frequencies drawn as type, no values. Works on a bitmap's OCR words too."""
    sizes = {round(2 * w.size) for w in words}
    if len(words) < CLOUD_WORDS or len(sizes) < CLOUD_SIZES:
        return False
    lines = lines_of(words)
    strewn = len(words) < 1.6 * len(lines) and sum(len(w.text.split()) for w in words) < 1.3 * len(words)
    numbers = sum(any(c.isdigit() for c in w.text) for w in words)
    return strewn and max(sizes) >= CLOUD_SPREAD * min(sizes) and numbers < 0.15 * len(words)
