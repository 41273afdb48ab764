"""Other libraries' grids as proposals: camelot's four flavours and pdfplumber's table finder, by their public API.

They say where cells are; the words in the cells are the page's own, so that all readings of a place differ in rows,
columns and spans alone, and a score can choose among them. camelot reads the file (its coordinates have their origin
bottom left, so pages that are rotated are left to the others); pdfplumber's finder gets the page's own edges.
"""

from __future__ import annotations

import logging
import warnings
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

from pipeline.core.geometry import Box, ByHeight, union
from pipeline.exhibits.tables.chunks import Chunk, make_chunk, read_lines, with_marks_apart, with_wrapped_percents
from pipeline.exhibits.tables.drawn_cells import HeldWords, grid_of
from pipeline.exhibits.tables.grid import Grid, parted
from pipeline.exhibits.tables.rulings import Marks
from pipeline.pages.page import Page, Shape, Word

LOG = logging.getLogger(__name__)
FLAVOURS = MappingProxyType(
    {
        "camelot-lattice": ("lattice", {"engine": "vector"}),
        "camelot-stream": ("stream", {}),
        "camelot-network": ("network", {}),
        "camelot-hybrid": ("hybrid", {"engine": "vector"}),
    }
)
"""Proposer → camelot's parser and its options; rulings come from paths, not from an image of the page."""
DRAWN = frozenset({"camelot-lattice", "pdfplumber"})
"""Proposers whose cells are drawn: words that one phrase joins may lie in two of them."""
ALL_FLAVOURS = "all flavours"
"""Name under which camelot's handler knows the parser of all of them."""
PROPOSERS = (*FLAVOURS, "pdfplumber")
ONE_EDGE = 1.0
"""Points within which two edges of cells are one."""
MOST_CROSSINGS = 250_000
"""pdfplumber tries every crossing of two edges: beyond this (maps, engineering drawings) it would take seconds."""
MOST_WORDS = 1500
"""camelot compares every two texts: on a page with more words it would take seconds; no other reader does."""


@dataclass(frozen=True, slots=True)
class CellBoxes:
    """The cells of one proposed grid, as boxes in points of the page as shown, origin top left."""

    proposer: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class OtherFinders:
    """The other finders on the pages of the PDF at `path`."""

    path: Path
    password: str = ""

    def grids(self, page: Page, upright: Page, marks: Marks) -> list[Grid]:
        """Their grids on the upright page, filled with its words; camelot has none for pages that were turned."""
        words = with_marks_apart(with_wrapped_percents([w for w in upright.words if w.upright and not w.aside]))
        proposed = list(pdfplumber_cells(upright))
        if upright is page and not page.rotation and not page.turned and len(page.words) <= MOST_WORDS:
            proposed += camelot_cells(self.path, page, self.password)
        found = (filled_grid(cells, upright, words, marks) for cells in proposed)
        return [part for grid in found if grid is not None for part in parted(grid)]


class AllFlavours:
    """A parser, as camelot's handler takes it, that hands one layout of a page to all flavours: the handler would open
    the file and lay out the page anew for each, which takes most of their time."""

    def __init__(self, **options: Any) -> None:
        self.page: tuple[Any, ...] = ()
        self.options: dict[str, Any] = {}

    def prepare_page_parse(self, *page: Any, **options: Any) -> None:
        self.page, self.options = page, options

    def extract_tables(self) -> list[tuple[int, str, Any]]:
        """The tables with the rank and name of who proposes them, in camelot's order. What one raises on odd layouts
        is logged, and it is left out."""
        from camelot.handlers import PARSERS

        tables: list[tuple[int, str, Any]] = []
        for rank, (proposer, (flavour, options)) in enumerate(FLAVOURS.items()):
            try:
                parser = PARSERS[flavour](**options)
                parser.prepare_page_parse(*self.page, **self.options)
                found = sorted(parser.extract_tables())
            except Exception as error:  # a proposer that fails proposes nothing; the others are still wanted
                LOG.info("%s raised %s", proposer, type(error).__name__)
                continue
            tables += [(rank, proposer, table) for table in found]
        return tables


def camelot_cells(path: Path, page: Page, password: str) -> Iterator[CellBoxes]:
    """camelot's tables on a page of the file. A page that it cannot lay out is logged, and has none."""
    from camelot.handlers import PARSERS, PDFHandler

    logging.getLogger("camelot").setLevel(logging.ERROR)
    PARSERS[ALL_FLAVOURS] = AllFlavours
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tables = PDFHandler(path, password=password or None).parse(ALL_FLAVOURS, True, pages=[page.number])
    except Exception as error:  # whatever it raises, the other proposers are still wanted
        LOG.info("page %d: camelot raised %s", page.number, type(error).__name__)
        return
    for _, proposer, table in tables:
        yield CellBoxes(proposer, tuple(_merged(table.cells, page.height)))


def _merged(cells: Sequence[Sequence[Any]], height: float) -> Iterator[Box]:
    """The boxes of camelot's cells, those that no edge parts from the next joined."""
    seen: set[tuple[int, int]] = set()
    for row, line in enumerate(cells):
        for col in range(len(line)):
            if (row, col) in seen:
                continue
            last_row, last_col = row, col
            while last_col + 1 < len(line) and not line[last_col].right:
                last_col += 1
            while last_row + 1 < len(cells) and not cells[last_row][col].bottom:
                last_row += 1
            seen |= {(r, c) for r in range(row, last_row + 1) for c in range(col, last_col + 1)}
            first, last = line[col], cells[last_row][last_col]
            yield Box(first.x1, height - first.y2, last.x2, height - last.y1)


def pdfplumber_cells(page: Page) -> Iterator[CellBoxes]:
    """The tables of pdfplumber's finder over the edges of the page's shapes."""
    from pdfplumber.table import TableFinder

    edges = [edge for shape in page.shapes for edge in _edges(shape)]
    upright = sum(e["orientation"] == "v" for e in edges)
    if not upright or upright * (len(edges) - upright) > MOST_CROSSINGS:
        return
    place: Any = SimpleNamespace(edges=edges, bbox=tuple(page.box))
    for table in TableFinder(place).tables:
        yield CellBoxes("pdfplumber", tuple(Box(*cell) for cell in table.cells))


def _edges(shape: Shape) -> Iterator[dict[str, Any]]:
    """The edges of a shape along the axes, as pdfplumber describes them."""
    if shape.curved or (shape.fill is None and shape.stroke is None):
        return
    x0, top, x1, bottom = shape.box
    sides = [(x0, top, x1, top), (x0, bottom, x1, bottom), (x0, top, x0, bottom), (x1, top, x1, bottom)]
    if shape.kind != "rect":
        sides = [(*a, *b) for a, b in zip(shape.points, shape.points[1:], strict=False)]
    for xa, ya, xb, yb in sides:
        if (xa == xb) == (ya == yb):
            continue
        edge = {"x0": min(xa, xb), "x1": max(xa, xb), "top": min(ya, yb), "bottom": max(ya, yb)}
        size = {"width": edge["x1"] - edge["x0"], "height": edge["bottom"] - edge["top"]}
        kind = "rect_edge" if shape.kind == "rect" else "line"
        yield {**edge, **size, "orientation": "h" if ya == yb else "v", "object_type": kind}


def filled_grid(cells: CellBoxes, page: Page, words: Sequence[Word], marks: Marks) -> Grid | None:
    """The proposed cells with the words of the page in them, blank rows and columns left out; None without words."""
    held = _held(cells, words)
    if not held:
        return None
    boxes = sorted(held, key=lambda box: (box.top, box.x0))
    tops, lefts = _starts(b.top for b in boxes), _starts(b.x0 for b in boxes)
    texts = {box: _in_order(held[box]) for box in boxes}
    at = {box: (_first(tops, box.top), _first(lefts, box.x0)) for box in boxes}
    in_cells: list[HeldWords] = []
    taken: set[tuple[int, int]] = set()
    for box in boxes:
        row, col = at[box]
        rows, cols = max(_first(tops, box.bottom) - row, 1), max(_first(lefts, box.x1) - col, 1)
        places = {(r, c) for r in range(row, row + rows) for c in range(col, col + cols)}
        if places & taken:
            return None
        taken |= places
        in_cells.append(HeldWords(row, col, rows, cols, texts[box]))
    edges = [*lefts, min(lefts[-1] + 1.0, page.width)]
    grid = grid_of(in_cells, edges, len(tops), page, marks, cells.proposer)
    drawn = cells.proposer in DRAWN
    return replace(grid, form="ruled" if drawn else "borderless", closed=drawn)


def _held(cells: CellBoxes, words: Sequence[Word]) -> dict[Box, list[Chunk]]:
    """The words of each cell; where alignment alone shows columns, a whole phrase lies where most of it does."""
    place = union(cells.boxes)
    inside = [w for w in words if place.holds(w.box)]
    drawn = cells.proposer in DRAWN
    chunks = [make_chunk([w]) for w in inside] if drawn else [c for x in read_lines(inside, ()) for c in x.chunks]
    by_height = ByHeight(enumerate(chunks), lambda pair: pair[1].box)
    best: dict[int, tuple[float, Box]] = {}
    for box in cells.boxes:
        for i, chunk in by_height.inside(box._replace(x0=place.x0, x1=place.x1)):
            best[i] = max(best.get(i, (0.0, box)), (box.overlap(chunk.box), box), key=itemgetter(0))
    held: dict[Box, list[Chunk]] = {}
    for i, (shared, box) in best.items():
        if shared > 0:
            held.setdefault(box, []).append(chunks[i])
    return held


def _in_order(chunks: Iterable[Chunk]) -> tuple[Word, ...]:
    lines = read_lines((w for c in chunks for w in c.words), ())
    return tuple(w for line in lines for w in sorted(line.words, key=lambda w: w.box.x0))


def _starts(values: Iterable[float]) -> list[float]:
    """Where rows or columns with words begin, edges nearer than one edge's width taken as one."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > ONE_EDGE:
            out.append(value)
    return out


def _first(starts: Sequence[float], value: float) -> int:
    """The row or column that begins at the edge, or next after it."""
    return bisect_left(starts, value - ONE_EDGE)
