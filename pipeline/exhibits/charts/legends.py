"""Legends: swatches (small boxes, discs or letters that draw one) with the text beside them.

A legend says which colour means what. Only colour joins it to marks: the order of legend texts follows the layout
(row by row, column by column) and proves nothing, except between swatches of one and the same colour.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.core.colours import RGB, distance
from pipeline.core.geometry import Box, union
from pipeline.core.numbers import parse_number, year_of
from pipeline.exhibits.charts.chart_text import LINE_PITCH, SYMBOLS, ChartLine, joined
from pipeline.exhibits.charts.fitting import clusters
from pipeline.exhibits.charts.marks import MOST_MARKS, cover, is_paper, stroked_box
from pipeline.pages.page import Page, Shape

SWATCH_SIDES = (0.25, 3.0)
"""Height and width of a swatch in em of the text beside it."""
TALL = 2.2
"""Height of a swatch, in em, from which a lone one may as well be a part of a stack that is named at its side."""
SWATCH_ASPECT = 4.5
"""Longest side of a swatch over its shortest (short dashes are swatches too)."""
TEXT_GAP = 2.5
"""Distance, in em, from a swatch to its text: one glyph of space up to plotting libraries' fixed margins."""
SAME_SIZE = 0.1
BLUR = 2.4
"""Swatches of one legend are drawn alike: sizes differ by less than this share, or by so many points (what a bitmap's
pixels blur, or a triangle is wider than a disc of its weight)."""
SWATCH_COVER = 0.45
"""Share of its box that a swatch covers: a disc 0.79, a diamond or triangle 0.5; letters and icons mostly less."""
THINNEST = 2.0
"""Thinner shapes, in points, are rulings and part nothing."""
OFF_LEVEL = 1.5
"""Em by which a swatch may stand off the first line, or the middle, of its text; beyond it the text is another's."""
SAME_COLUMN = 0.6
"""Texts of one column of a legend begin within so many em of one another."""
BAR_EDGE = 0.6
"""Edges within so many points are one."""
COLUMN_PITCH = 3.0
"""Distance, in em, from one line of a legend's column to the next, entry or wrapped line (set between 1.0 and 2.9)."""
ROW_REACH = 0.75
"""Swatches beside one another belong to one legend up to this share of the page's width apart."""
LAST_POINT = 10
"""The highest point of a scale that a legend may name by its number."""
SAME_COLOUR = 3.0
"""CIEDE2000 distance below which swatch and mark have one colour (rounding, colour profiles)."""
LEAST_INK = 0.9
"""Part of a colour (0..1) below which its paper shows how transparent it is; one that is nearly white shows nothing."""
HALF_TRANSPARENT = 0.4
"""Least opacity of a mark that is drawn transparent: weaker tints are colours of their own."""
NEAR_COLOUR = 12.0
"""Distance up to which the clearly nearest swatch is taken (swatches drawn opaque, marks transparent)."""


@dataclass(frozen=True)
class Swatch:
    """A colour sample. `colour` is what it shows."""

    box: Box
    colour: RGB


@dataclass(frozen=True)
class Item:
    """One legend entry: its swatches (one per group, side by side) and the lines of its text."""

    swatches: tuple[Swatch, ...]
    lines: tuple[ChartLine, ...]

    @property
    def text(self) -> str:
        return joined(self.lines)

    def shows(self, colour: RGB) -> bool:
        return any(distance(colour, s.colour) < SAME_COLOUR for s in self.swatches)


@dataclass(frozen=True)
class Legend:
    """Entries drawn together."""

    items: tuple[Item, ...]

    @cached_property
    def box(self) -> Box:
        swatches = (swatch.box for item in self.items for swatch in item.swatches)
        return union([*swatches, *(line.box for item in self.items for line in item.lines)])

    @cached_property
    def repeats(self) -> bool:
        """True where two entries have one colour."""
        return any(_alike(a, b) for a, b in itertools.combinations(self.items, 2))

    def shows(self, colour: RGB) -> bool:
        return any(item.shows(colour) for item in self.items)

    def drawn_like(self, other: Legend) -> bool:
        """True where swatches and texts have the sizes of the other legend's."""
        first = ((x.swatches[0].box, x.lines[0].size) for x in (self.items[0], other.items[0]))
        one, two = ((box.width, box.height, size) for box, size in first)
        return all(abs(a - b) <= max(BLUR, SAME_SIZE * max(a, b)) for a, b in zip(one, two, strict=True))

    def named(self, colour: RGB, beside: Sequence[RGB] = ()) -> list[Item]:
        """Entries of that colour, in reading order; several where colours repeat, none where it is not shown. Where the
        other colours of the chart are known (`beside`), one that none of them has may be drawn half transparent."""
        near = [(min(distance(colour, s.colour) for s in item.swatches), item) for item in self.items]
        exact = [item for gap, item in near if gap < SAME_COLOUR]
        if exact:
            return exact
        free = [item for item in self.items if beside and not any(item.shows(c) for c in beside)]
        paled = [item for item in free if any(_pales_to(s.colour, colour) for s in item.swatches)]
        if len(paled) == 1:
            return paled
        near.sort(key=lambda pair: pair[0])
        clear = len(near) == 1 or near[1][0] > 2 * near[0][0]
        return [near[0][1]] if near and near[0][0] < NEAR_COLOUR and clear else []


def _pales_to(colour: RGB, other: RGB) -> bool:
    """Is the other colour what this one becomes on white paper where it is drawn half transparent?"""
    parts = [(1 - b) / (1 - a) for a, b in zip(colour, other, strict=True) if a < LEAST_INK]
    share = sum(parts) / len(parts) if parts else 0.0
    if not HALF_TRANSPARENT <= share < 1:
        return False
    red, green, blue = (1 - share * (1 - a) for a in colour)
    return distance((red, green, blue), other) < SAME_COLOUR


def legends_of(page: Page, lines: Sequence[ChartLine]) -> list[Legend]:
    """Every legend of the page. A lone swatch may be one: whether its colour is a mark's is for the caller."""
    upright = [line for line in lines if line.angle == 0 and not SYMBOLS.match(line.text)]
    candidates = _swatches(page, lines)
    beside = [(s, line) for s in candidates if (line := _text_beside(s, candidates, upright)) is not None]
    legends = []
    obstacles = [shape.box for shape in page.shapes if min(shape.box.width, shape.box.height) >= THINNEST]
    boxes = [(x.box, x.fill) for x in page.shapes if x.kind != "line" and x.fill is not None]
    texts = {s: line for s, line in beside if not _is_short_bar(s, boxes)}
    for cluster in _clusters(texts, _Surroundings(page.width, upright, obstacles)):
        first_lines = {s: texts[s] for s in cluster}
        others = {*texts.values()} - {*first_lines.values()}
        legend = _legend(cluster, first_lines, [x for x in upright if x not in others])
        legends += [x for x in (legend, *_parts(legend)) if _plausible(x)]
    return legends


def _parts(legend: Legend) -> list[Legend]:
    """The legends of charts side by side that run together as one: colours come again, and in no column of swatches
    twice. Columns whose colours differ stay together."""
    if not legend.repeats:
        return []
    parts: list[list[Item]] = [[]]
    for _, column in itertools.groupby(
        sorted(legend.items, key=_column_place), key=lambda item: _column_place(item)[0]
    ):
        own = list(column)
        if any(_alike(a, b) for a in parts[-1] for b in own):
            parts.append([])
        parts[-1] += own
    legends = [Legend(tuple(sorted(part, key=lambda item: _reading_place(item.swatches[0])))) for part in parts]
    whole = len(legends) > 1 and all(len(x.items) > 1 and not x.repeats for x in legends)
    return legends if whole else []


def _column_place(item: Item) -> tuple[int, float]:
    """Column (swatches as wide as apart are in one) and height."""
    box = item.swatches[0].box
    return round(box.x0 / max(box.width, 3.0)), box.top


def _alike(one: Item, other: Item) -> bool:
    return distance(one.swatches[0].colour, other.swatches[0].colour) < SAME_COLOUR


def _swatches(page: Page, lines: Sequence[ChartLine]) -> list[Swatch]:
    found: dict[tuple[int, ...], Swatch] = {}
    for swatch in filter(None, map(_swatch_of, page.shapes)):
        found.setdefault(tuple(round(v) for v in swatch.box), swatch)
    for swatch in filter(None, (_swatch_of(s, white=True) for s in page.shapes if s.stroke is not None)):
        if any(_of_one_size(swatch.box, other.box) for other in found.values()):
            found.setdefault(tuple(round(v) for v in swatch.box), swatch)
    found = {} if len(found) > MOST_MARKS else found
    for line in lines:
        if line.angle == 0 and SYMBOLS.match(line.text) and line.colour is not None:
            found[tuple(round(v) for v in line.box)] = Swatch(line.box, line.colour)
    return sorted(found.values(), key=lambda s: (s.box.top, s.box.x0))


def _of_one_size(one: Box, other: Box) -> bool:
    return max(abs(one.width - other.width), abs(one.height - other.height)) < BAR_EDGE


def _swatch_of(shape: Shape, white: bool = False) -> Swatch | None:
    """A small filled shape, in the colour of paper or not, or a short thick stroke."""
    colour = shape.fill if shape.fill is not None else shape.stroke
    if colour is None or is_paper(colour) != white or (shape.kind == "path" and shape.fill is None):
        return None
    box = stroked_box(shape) if shape.fill is None and shape.kind == "line" else shape.box
    longest, shortest = max(box.width, box.height), min(box.width, box.height)
    if not 1.5 <= longest <= 40 or shortest < 1.0 or longest > SWATCH_ASPECT * shortest:
        return None
    if shape.kind == "path" and cover(shape) < SWATCH_COVER:
        return None
    return Swatch(box, colour)


def _is_short_bar(swatch: Swatch, boxes: Sequence[tuple[Box, RGB]]) -> bool:
    """A longer box of the same colour and thickness starts, or ends, on the same line: both are bars."""
    a = swatch.box
    for b, fill in boxes:
        across, up = min(abs(a.x0 - b.x0), abs(a.x1 - b.x1)), min(abs(a.bottom - b.bottom), abs(a.top - b.top))
        rows = abs(a.height - b.height) < BAR_EDGE and across < BAR_EDGE and b.width > a.width + 2
        columns = abs(a.width - b.width) < BAR_EDGE and up < BAR_EDGE and b.height > a.height + 2
        if (rows or columns) and distance(fill, swatch.colour) < SAME_COLOUR:
            return True
    return False


def _text_beside(swatch: Swatch, swatches: Sequence[Swatch], lines: Sequence[ChartLine]) -> ChartLine | None:
    """The line right of the swatch, where nothing but further swatches of the same entry stand between."""
    best: ChartLine | None = None
    for line in lines:
        gap = line.box.x0 - swatch.box.x1
        low, high = SWATCH_SIDES
        if not -0.2 * line.size <= gap <= (TEXT_GAP + 2.0) * line.size:
            continue
        level = abs(line.box.y_mid - swatch.box.y_mid) <= line.size
        if not level or not low * line.size <= swatch.box.height <= high * line.size:
            continue
        if best is None or _beside_rank(line, swatch) < _beside_rank(best, swatch):
            best = line
    edge = best.box.x0 if best is not None else 0.0
    number = parse_number(best.text) if best is not None else None
    best = _behind(best, lines) if best is not None and number is not None and number.unit == "percent" else best
    if best is None:
        return None
    between = [
        s
        for s in swatches
        if s is not swatch
        and s.box.x0 >= swatch.box.x1 - 0.5
        and s.box.x1 <= edge + 0.5
        and s.box.overlap_y(swatch.box) > 0.5 * swatch.box.height
    ]
    reach = max([swatch.box.x1, *(s.box.x1 for s in between)])
    return best if edge - reach <= TEXT_GAP * best.size else None


def _behind(value: ChartLine, lines: Sequence[ChartLine]) -> ChartLine | None:
    """The name right of, or below, a value that stands between a swatch and its text."""
    named = [line for line in lines if any(map(str.isalpha, line.text))]
    right = (
        line
        for line in named
        if abs(line.v - value.v) < 0.3 * value.size and 0 < line.box.x0 - value.box.x1 <= TEXT_GAP * value.size
    )
    below = (
        line
        for line in named
        if 0 < line.v - value.v <= LINE_PITCH * value.size and abs(line.box.x0 - value.box.x0) < 0.5 * value.size
    )
    return next(right, next(below, None))


def _beside_rank(line: ChartLine, swatch: Swatch) -> float:
    return abs(line.box.y_mid - swatch.box.y_mid) + 0.2 * max(line.box.x0 - swatch.box.x1, 0.0)


@dataclass(frozen=True)
class _Surroundings:
    """What may stand between swatches."""

    page_width: float
    lines: Sequence[ChartLine]
    obstacles: Sequence[Box]

    def blocked(self, a: Box, b: Box) -> bool:
        """True where a shape larger than the swatches stands between them (a mark, another chart)."""
        between = Box(min(a.x1, b.x1), min(a.top, b.top), max(a.x0, b.x0), max(a.bottom, b.bottom))
        if a.overlap_x(b) > 0:
            between = Box(a.x0, min(a.bottom, b.bottom), a.x1, max(a.top, b.top))
        for box in self.obstacles:
            inside = box.overlap_x(between) > 0 and box.overlap_y(between) > 0
            around = box.holds(a) and box.holds(b)
            if inside and not around and max(box.width, box.height) > 2 * max(a.width, a.height):
                return True
        return False


def _clusters(texts: dict[Swatch, ChartLine], around: _Surroundings) -> list[list[Swatch]]:
    """Swatches of one size in one column or row belong together."""
    found = clusters(texts, lambda one, other: _together(one, other, texts, around))
    return [sorted(cluster, key=_reading_place) for cluster in found]


def _together(one: Swatch, other: Swatch, texts: dict[Swatch, ChartLine], around: _Surroundings) -> bool:
    a, b = one.box, other.box
    size = max(a.height, b.height)
    slack = max(BLUR, SAME_SIZE * size)
    if abs(a.height - b.height) > slack or abs(a.width - b.width) > slack:
        return False
    if texts[one] is texts[other]:
        return True
    if abs(a.x0 - b.x0) < 0.4 * size:
        return _in_column(one, other, texts, around)
    level = abs(a.y_mid - b.y_mid) < 0.4 * size
    return level and -a.overlap_x(b) < ROW_REACH * around.page_width and not around.blocked(a, b)


def _in_column(one: Swatch, other: Swatch, texts: dict[Swatch, ChartLine], around: _Surroundings) -> bool:
    """Lines of text fill the space between the two, at the pitch of a legend."""
    line = texts[one]
    low, high = sorted((one.box.y_mid, other.box.y_mid))
    column = [x.v for x in around.lines if abs(x.box.x0 - line.box.x0) < line.size and low <= x.v <= high]
    stops = [low, *sorted(column), high]
    pitch = max(b - a for a, b in itertools.pairwise(stops))
    return pitch <= COLUMN_PITCH * line.size and not around.blocked(one.box, other.box)


def _reading_place(swatch: Swatch) -> tuple[int, float]:
    """Row by row; rows are at least as far apart as swatches are high."""
    return (round(swatch.box.y_mid / max(swatch.box.height, 3.0)), swatch.box.x0)


def _legend(cluster: Sequence[Swatch], beside: dict[Swatch, ChartLine], lines: Sequence[ChartLine]) -> Legend:
    items: list[Item] = []
    columns: dict[int, list[Swatch]] = {}
    for swatch in cluster:
        columns.setdefault(id(beside[swatch]), []).append(swatch)
    entries = sorted(columns.values(), key=lambda group: beside[group[0]].box.x0)
    stacks: list[list[list[Swatch]]] = []
    for group in entries:
        line = beside[group[0]]
        if stacks and line.box.x0 - beside[stacks[-1][0][0]].box.x0 < SAME_COLUMN * line.size:
            stacks[-1].append(group)
        else:
            stacks.append([group])
    for column in stacks:
        items.extend(_column_items(sorted(column, key=lambda group: group[0].box.y_mid), beside, lines))
    items.sort(key=lambda item: _reading_place(item.swatches[0]))
    return Legend(tuple(items))


def _column_items(
    column: list[list[Swatch]], beside: dict[Swatch, ChartLine], lines: Sequence[ChartLine]
) -> list[Item]:
    """Entries above one another; a wrapped text goes to the entry whose swatch stands at its first line or middle."""
    first = beside[column[0][0]]
    x0, size = first.box.x0, first.size
    stack = [first]
    last_swatch = column[-1][0].box
    own = [beside[swatch] for group in column for swatch in group]
    reach = [
        line
        for line in lines
        if abs(line.box.x0 - x0) < 0.5 * size and (line in own or abs(line.size - size) < 0.15 * size)
    ]
    above = sorted((line for line in reach if line.v < first.v), key=lambda line: -line.v)
    for line in above:
        if stack[0].v - line.v > LINE_PITCH * size or line.v < column[0][0].box.top - 2.5 * size:
            break
        stack.insert(0, line)
    for line in sorted((line for line in reach if line.v > first.v), key=lambda line: line.v):
        if line.v > last_swatch.bottom and line.v - stack[-1].v > LINE_PITCH * size:
            break
        stack.append(line)
    texts = [beside[group[0]].v for group in column]
    levels = [group[0].box.y_mid for group in column]
    if any(abs(at - text) > OFF_LEVEL * size for at, text in zip(levels, texts, strict=True)):
        levels = texts  # their values stand beside the swatches
    return _shared_out(column, levels, stack)


def _shared_out(column: list[list[Swatch]], levels: Sequence[float], stack: Sequence[ChartLine]) -> list[Item]:
    """Cut the stack of lines into one run per swatch, so that swatches (at `levels`) stand at the runs' first lines or
    at their middles, whichever fits better; lines that fit nowhere (a legend's title, a note below) stay out."""
    best: tuple[float, list[tuple[int, int]]] | None = None
    for centred in (False, True):
        cut = _best_cut(levels, stack, centred)
        if cut is not None and (best is None or cut[0] < best[0] - 0.01):
            best = cut
    if best is None:
        return []
    return [
        Item(tuple(group), tuple(stack[start:end]))
        for group, (start, end) in zip(column, best[1], strict=True)
        if end > start
    ]


def _best_cut(
    swatch_ys: Sequence[float], stack: Sequence[ChartLine], centred: bool
) -> tuple[float, list[tuple[int, int]]] | None:
    """Cheapest run of lines per swatch: each run is consecutive, runs do not overlap, skipped lines cost, and so does
    a gap inside a run that is wider than others."""
    total, size = len(stack), stack[0].size
    gaps = [0.0, *(b.v - a.v for a, b in itertools.pairwise(stack))]
    tight = min(gaps[1:], default=0.0)
    state: dict[int, tuple[float, list[tuple[int, int]]]] = {0: (0.0, [])}
    for y in swatch_ys:
        following: dict[int, tuple[float, list[tuple[int, int]]]] = {}
        for used, (cost, runs) in state.items():
            for start in range(used, min(used + 3, total)):
                for end in range(start + 1, min(start + 7, total + 1)):
                    if end - start > 1 and gaps[end - 1] > LINE_PITCH * size:
                        break
                    loose = sum(gap - tight for gap in gaps[start + 1 : end])
                    at = (stack[start].v + stack[end - 1].v) / 2 if centred else stack[start].v
                    if abs(at - y) > OFF_LEVEL * size:
                        continue
                    price = cost + (abs(at - y) + 0.5 * loose) / size + 0.6 * (start - used)
                    if end not in following or price < following[end][0]:
                        following[end] = (price, [*runs, (start, end)])
        state = following
        if not state:
            return None
    prices = [(cost + 0.6 * (total - used), runs) for used, (cost, runs) in state.items()]
    return min(prices, key=lambda pair: pair[0])


def _is_value(text: str) -> bool:
    """Is the text a number, or several, and neither a year nor a point of a scale?"""
    numbers = [parse_number(part) for part in ([text] if parse_number(text) is not None else text.split())]
    plain = [n for n in numbers if n is not None]
    point = len(plain) == 1 and not plain[0].signed and plain[0].value in range(LAST_POINT + 1)
    return len(plain) == len(numbers) and year_of(text) is None and not point


def distinct(colours: Iterable[RGB]) -> list[RGB]:
    """The first of each of the colours that a reader would tell apart."""
    out: list[RGB] = []
    for colour in colours:
        if all(distance(colour, c) >= SAME_COLOUR for c in out):
            out.append(colour)
    return out


def _plausible(legend: Legend) -> bool:
    """Entries tell colours apart; rows of equal dots are bullets or small marks, numbers, or a lone one, are values,
    and a lone tall one is a mark."""
    lone = legend.items[0] if len(legend.items) == 1 else None
    tall = lone is not None and lone.swatches[0].box.height > TALL * lone.lines[0].size
    value = tall or (lone is not None and parse_number(lone.text) is not None)
    if value or all(_is_value(item.text) for item in legend.items):
        return False
    return 2 * len(distinct(item.swatches[0].colour for item in legend.items)) > len(legend.items)
