"""Tables that a page break parts: the foot of one page and the head of the next, read as one page.

What a break leaves alone on one side (headings, a row, the first lines of a label) looks like no table there; set above
or below the rest it is read as the part of the table that it is, and each part goes back to its own page.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.core.geometry import Box, union
from pipeline.core.numbers import year_of
from pipeline.exhibits.tables.chunks import is_numeric
from pipeline.exhibits.tables.continued import with_header
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.exhibits.tables.header_icons import read_icons
from pipeline.exhibits.tables.outer_labels import row_gap
from pipeline.exhibits.tables.table_finder import PageReader
from pipeline.pages.page import Page, Shape, Word
from pipeline.pages.turning import turning

HIGH, LOW = 0.3, 0.7
"""Shares of the page's height above and below which a break may have parted a table."""
MOST = 0.8
"""Share of the numbers known of a table that it must have when it is read whole: alone it may have had others too."""
ROW_GAP = 0.8
"""Em between the parts where no rows tell how far apart they stand."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A table on both sides of a page break. `before` and `after` hold its rows there, below its header (None without
    rows); `header` stands alone, on the page that it is printed on."""

    header: Grid | None
    before: Grid | None
    after: Grid | None


class RunningText:
    """Running text and captions, which end a table: their places on each page, found once, and when they are wanted."""

    def __init__(self) -> None:
        self._found: dict[int, list[Box]] = {}

    def on(self, page: Page) -> list[Box]:
        if page.number not in self._found:
            chunks = [c for line in PageReader(page).lines for c in line.chunks]
            running = [c.box for c in chunks if c.prose and not all(w.aside for w in c.words)]
            self._found[page.number] = running
        return self._found[page.number]


def parted_table(
    upper: Page, lower: Page, above: Grid | None, below: Grid | None, running: RunningText
) -> Parts | None:
    """The table that the break between two pages parts: `above` at the foot of the one page or `below` at the head of
    the other, of which one at most is known whole (of two the one with more columns)."""
    if turning(upper) or turning(lower):
        return None
    tail = _tail(upper, above, running)
    head = _head(lower, below, running) if tail is not None else None
    if tail is None or head is None:
        return None
    whole = [t for t, edge in ((above, tail), (below, head)) if t is not None and edge.whole]
    if len(whole) == 2 and whole[0].n_cols == whole[1].n_cols:
        return None
    known = max(whole, key=lambda t: t.n_cols, default=None)
    again = _repeated(head.words, tail.words)
    rest = [w for w in head.words if w not in again]
    if not rest:
        return None
    sheet = _JoinedPage.of(upper, lower, tail, rest, known)
    grids = PageReader(sheet.page, like=upper).tables()
    parts = next((found for grid in grids if (found := sheet.parts(grid)) is not None), None)
    if parts is None or parts.after is None:
        return parts
    after = _below(known, parts.after) if known is not None and known is above else parts.after
    return replace(parts, after=replace(after, box=union((after.box, *(w.box for w in again)))))


def _below(above: Grid, rest: Grid) -> Grid:
    """The rest of the table below the header that it has on the page before."""
    heads = rest.header_rows
    body = tuple(replace(c, row=c.row - heads) for c in rest.cells if c.row >= heads)
    return with_header(above, replace(rest, cells=body, n_rows=rest.n_rows - heads, icons=())) or rest


@dataclass(frozen=True, slots=True)
class _Edge:
    """What a table may have at the edge of a page: words, and the heights between which nothing else stands."""

    words: Sequence[Word]
    top: float
    bottom: float
    whole: bool
    """Whether these are the words of a known table."""


def _tail(page: Page, above: Grid | None, running: RunningText) -> _Edge | None:
    """The foot of the page from which a table may go on: all of `above`, or headings, signs and rows without a body."""
    words = [w for w in page.words if not w.aside]
    top = LOW * page.height
    if above is not None and not any(w.box.y_mid > above.box.bottom for w in words):
        inside = [w for w in words if w.box.y_mid > above.box.top]
        start = min([above.box.top, *(icon.box.top for icon in above.icons)])
        return _Edge(inside, start, above.box.bottom, whole=True) if above.box.bottom > top else None
    top = max([top, *([above.box.bottom] if above is not None else [])])
    top = max([top, *(box.bottom for box in running.on(page) if box.bottom > top)])
    here = [w for w in words if w.box.y_mid > top]
    margin = min((w.box.top for w in page.words if w.aside and w.box.top > top), default=page.height)
    signs = [icon.box.bottom for icon in read_icons(page) if icon.box.top > top and icon.box.bottom < margin]
    ends = [*(w.box.bottom for w in here), *signs]
    return _Edge(here, top, max(ends), whole=False) if ends else None


def _head(page: Page, below: Grid | None, running: RunningText) -> _Edge | None:
    """The head of the page to which a table may have gone on: up to the end of `below`, or rows that are no table."""
    words = [w for w in page.words if not w.aside]
    near = below if below is not None and below.box.top < HIGH * page.height else None
    ends = [box.top for box in running.on(page) if near is None or not near.box.holds(box)]
    whole = near is not None and not any(top < near.box.bottom for top in ends)
    bottom = near.box.bottom if near is not None and whole else min([HIGH * page.height, *ends])
    if below is not None and not whole:
        bottom = min(bottom, below.box.top)
    here = [w for w in words if w.box.y_mid < bottom]
    return _Edge(here, min(w.box.top for w in here), max(w.box.bottom for w in here), whole) if here else None


def _repeated(head: Sequence[Word], tail: Sequence[Word]) -> list[Word]:
    """The lines at the top of the page's head that stand on the page before too, word under word: its headings."""
    said = {(w.text, round(w.box.x0)) for w in tail}
    said |= {(text, x + off) for text, x in said for off in (-1, 1)}
    out: list[Word] = []
    ordered = sorted(head, key=lambda w: w.box.y_mid)
    for _, line in itertools.groupby(ordered, key=lambda w: round(w.box.y_mid)):
        words = list(line)
        if not all((w.text, round(w.box.x0)) in said for w in words):
            break
        out += words
    return out


@dataclass(frozen=True)
class _JoinedPage:
    """One page made of the foot of a page and, below it, the head of the next."""

    page: Page
    upper: Page
    lower: Page
    known: Grid | None
    origin: dict[int, Word]
    """Id of each word of the sheet → the word as it stands on its own page."""
    seam: float
    shift: float
    """Points by which the head of the lower page stands lower on the sheet."""

    @classmethod
    def of(cls, upper: Page, lower: Page, tail: _Edge, head: Sequence[Word], known: Grid | None) -> _JoinedPage:
        gap = ROW_GAP * head[0].size if known is None else row_gap(known, ROW_GAP * head[0].size)
        begins, ends = min(w.box.top for w in head), max(w.box.bottom for w in head)
        shift = tail.bottom + gap - begins
        words = (*tail.words, *(_moved(word, shift) for word in head))
        shapes = [_clipped(s, tail.top, tail.bottom + gap / 2, 0.0) for s in upper.shapes]
        shapes += [_clipped(s, begins - gap / 2, ends + 2 * gap, shift) for s in lower.shapes]
        height = upper.height + lower.height
        page = replace(upper, height=height, words=words, shapes=tuple(filter(None, shapes)), pictures=())
        origin = {id(a): b for a, b in zip(words, (*tail.words, *head), strict=True)}
        return cls(page, upper, lower, known, origin, tail.bottom + gap / 2, shift)

    def parts(self, grid: Grid) -> Parts | None:
        """The table's parts, each on its own page; None where it is not the known table and more."""
        if not (grid.header_rows if self.known is None else self._holds(grid, self.known)):
            return None
        rows = [r for r in range(grid.n_rows) if any(c.row == r and c.box.y_mid > self.seam for c in grid.cells)]
        first = min(rows, default=grid.n_rows)
        signs = [icon for icon in grid.icons if icon.box.y_mid < self.seam]
        if first == grid.n_rows or not (first or signs):
            return None
        heads = min(grid.header_rows, first)
        valued = _valued(grid, heads, first)
        if self.known is not None and self.known.header_rows and not (valued or signs or _headed(grid, heads)):
            return None
        return Parts(
            self._part(grid, 0, heads, self.upper, 0.0) if heads else None,
            self._part(grid, heads, first, self.upper, 0.0) if valued else None,
            self._part(grid, max(grid.header_rows, first), grid.n_rows, self.lower, self.shift)
            if _valued(grid, first, grid.n_rows)
            else None,
        )

    def _holds(self, grid: Grid, known: Grid) -> bool:
        """Is this the known table: with as many columns and most of its numbers, or with more columns and all?"""
        numbers = _values(known.cells)
        share = len(numbers & _values(self._back(c) for c in grid.cells if not c.header)) / max(len(numbers), 1)
        return share == 1 if grid.n_cols > known.n_cols else grid.n_cols == known.n_cols and share >= MOST

    def _part(self, grid: Grid, first: int, end: int, page: Page, shift: float) -> Grid:
        """Rows `first` to `end` of the table below its header, as they stand on `page`."""
        heads = min(grid.header_rows, first)
        kept = [c for c in grid.cells if c.row < heads or first <= c.row < end]
        cells = [self._back(replace(c, row=c.row - first + heads if c.row >= first else c.row)) for c in kept]
        own = [c.box for c, old in zip(cells, kept, strict=True) if (old.box.y_mid > self.seam) == (shift != 0)]
        icons = tuple(i for i in grid.icons if i.box.y_mid < self.seam)
        return replace(
            grid,
            page=page.number,
            page_height=page.height,
            box=union(own),
            cells=tuple(cells),
            n_rows=heads + end - first,
            icons=icons,
        )

    def _back(self, cell: Cell) -> Cell:
        """The cell where it stands on the page that holds its middle, with the page's own words."""
        shift = self._shift(cell.box)
        words = (self.origin.get(id(w)) or _moved(w, self._shift(w.box)) for w in cell.words)
        return replace(cell, words=tuple(words), box=_shifted(cell.box, shift))

    def _shift(self, box: Box) -> float:
        return -self.shift if box.y_mid > self.seam else 0.0


def _values(cells: Iterable[Cell]) -> set[tuple[str, tuple[int, ...]]]:
    """The numbers of the body, each with its words' places in the drawing order."""
    values = (c for c in cells if not c.header and is_numeric(c.text))
    return {(c.text, tuple(w.order for w in c.words)) for c in values}


def _headed(grid: Grid, end: int) -> bool:
    """Is there a row of several headings above row `end`? A lone text at the foot of a page is none of a table that has
    headings of its own."""
    return any(len({id(c) for c in grid.row(r)}) > 1 for r in range(end))


def _valued(grid: Grid, first: int, end: int) -> bool:
    """Is there a value in these rows?"""
    return any(first <= c.row < end and is_numeric(c.text) and not year_of(c.text) for c in grid.cells)


def _shifted(box: Box, by: float) -> Box:
    return box._replace(top=box.top + by, bottom=box.bottom + by)


def _moved(word: Word, by: float) -> Word:
    x, y = word.baseline
    return replace(word, box=_shifted(word.box, by), baseline=(x, y + by))


def _clipped(shape: Shape, top: float, bottom: float, shift: float) -> Shape | None:
    """What of the shape stands between two heights, moved down by `shift`; None of what stands elsewhere."""
    if shape.box.bottom < top or shape.box.top > bottom:
        return None

    def held(y: float) -> float:
        return min(max(y, top), bottom) + shift

    points = tuple((x, held(y)) for x, y in shape.points)
    return replace(shape, box=shape.box._replace(top=held(shape.box.top), bottom=held(shape.box.bottom)), points=points)
