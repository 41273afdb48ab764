"""camelot as a second, independent reader of a table's structure.

A page is parsed only once, by `pages`: camelot's parsers get its words and rulings in place of their own parse, and
find rows, columns and cells by their own rules. Its vector engine for ruled tables comes first; a region that it does
not see as ruled is read by its stream flavour inside that region. camelot's coordinates have their origin bottom left.

Words travel through camelot as numbered tokens, so that each cell's words are known exactly whatever it does to text.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.core.colours import lightness
from pipeline.core.geometry import Box, union
from pipeline.exhibits.tables.chunks import join_words, make_chunk, read_lines, with_wrapped_percents
from pipeline.exhibits.tables.grid import Cell, Form, Grid
from pipeline.exhibits.tables.rows import value_rows_start
from pipeline.exhibits.tables.rulings import THIN, WHITE, Marks
from pipeline.pages.page import Page, Word

if TYPE_CHECKING:
    from pipeline.exhibits.tables.chunks import Chunk

READER = "camelot"
MOST_CROSSINGS = 250_000
"""camelot tries every crossing of two rulings: beyond this (maps, engineering drawings) it would take seconds."""
_TOKEN = re.compile(r"\d+")
Segment = tuple[float, float, float, float]


class _Text:
    """What camelot needs of a piece of text: its place (origin bottom left) and a token that names it."""

    __slots__ = ("token", "x0", "x1", "y0", "y1")

    def __init__(self, token: int, box: Box, height: float) -> None:
        self.token = f" {token} "
        self.x0, self.x1 = box.x0, box.x1
        self.y0, self.y1 = height - box.bottom, height - box.top

    def get_text(self) -> str:
        return self.token


def read_with_camelot(page: Page, marks: Marks, regions: Sequence[Box]) -> list[Grid]:
    """camelot's reading of the tables in `regions` of the upright `page`: at most one grid for each region.

    What camelot cannot read (it leaks IndexError and ValueError on odd layouts) is left out.
    """
    if not regions:
        return []
    words = with_wrapped_percents([w for w in page.words if w.upright])
    ruled = _ruled(page, words, marks)
    out: list[Grid] = []
    for region in regions:
        fitting = [g for g in ruled if _fits(g.box, region)]
        grid = max(fitting, key=lambda g: g.box.area) if fitting else _aligned(page, words, marks, region)
        if grid is not None:
            out.append(grid)
    return out


def _fits(box: Box, region: Box) -> bool:
    shared = box.overlap(region)
    return shared > 0.6 * region.area and shared > 0.6 * box.area


def _ruled(page: Page, words: Sequence[Word], marks: Marks) -> list[Grid]:
    """The grids of camelot's vector engine, from strokes and thin rectangles as it takes them itself."""
    horizontal, vertical = _segments(page)
    if len(horizontal) < 2 or len(vertical) < 2 or len(horizontal) * len(vertical) > MOST_CROSSINGS:
        return []

    parser = _engine("Lattice")(engine="vector")

    def known_rulings() -> None:
        from camelot import image_processing

        joints: Any = image_processing.find_joints_from_lines(horizontal, vertical)  # type: ignore[no-untyped-call]
        parser.horizontal_segments, parser.vertical_segments = horizontal, vertical
        parser.table_bbox_parses = {box: {"joints": points} for box, points in joints.items()}
        parser._compute_table_anchors()

    parser._generate_table_bbox = known_rulings
    chunks = [make_chunk([w]) for w in words]
    return _tables(parser, page, chunks, marks)


def _engine(name: str) -> Any:
    """camelot's parser class of this name; importing camelot takes a second, so it is done where it is needed."""
    import camelot.parsers

    return getattr(camelot.parsers, name)


def _segments(page: Page) -> tuple[list[Segment], list[Segment]]:
    horizontal: list[Segment] = []
    vertical: list[Segment] = []
    for shape in page.shapes:
        paint = shape.stroke or shape.fill
        if paint is None or lightness(paint) >= WHITE or shape.curved:
            continue
        box = shape.box
        y0, y1 = page.height - box.bottom, page.height - box.top
        if min(box.width, box.height) <= THIN:
            middle_y, middle_x = (y0 + y1) / 2, box.x_mid
            if box.width >= box.height:
                horizontal.append((box.x0, middle_y, box.x1, middle_y))
            else:
                vertical.append((middle_x, y0, middle_x, y1))
        elif shape.kind == "rect" and (shape.stroke is not None or box.area < 0.2 * page.box.area):
            horizontal += [(box.x0, y0, box.x1, y0), (box.x0, y1, box.x1, y1)]
            vertical += [(box.x0, y0, box.x0, y1), (box.x1, y0, box.x1, y1)]
    return _coalesced(horizontal, "horizontal"), _coalesced(vertical, "vertical")


def _coalesced(segments: list[Segment], direction: str) -> list[Segment]:
    from camelot import image_processing

    joined: list[Segment] = image_processing.coalesce_collinear_lines(segments, direction)  # type: ignore[no-untyped-call]
    return joined


def _aligned(page: Page, words: Sequence[Word], marks: Marks, region: Box) -> Grid | None:
    inside = [w for w in words if region.holds(w.box, 1.0)]
    chunks = [c for line in read_lines(inside, ()) for c in line.chunks]
    area = f"{region.x0},{page.height - region.top},{region.x1},{page.height - region.bottom}"
    found = _tables(_engine("Stream")(table_areas=[area]), page, chunks, marks)
    return found[0] if found else None


def _tables(parser: Any, page: Page, chunks: Sequence[Chunk], marks: Marks) -> list[Grid]:
    texts = [_Text(i, c.box, page.height) for i, c in enumerate(chunks)]
    logging.getLogger("camelot").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            parser.prepare_page_parse("page.pdf", None, (page.width, page.height), page.number, [], texts, [], "", {})
            tables = parser.extract_tables()
        except (IndexError, ValueError, KeyError, ZeroDivisionError, AttributeError, TypeError):
            return []
    grids = (_grid(table, page, chunks, marks, ruled=parser.id == "lattice") for table in tables)
    return [g for g in grids if g is not None]


def _grid(table: Any, page: Page, chunks: Sequence[Chunk], marks: Marks, *, ruled: bool) -> Grid | None:
    texts = {
        (r, c): [chunks[int(t)] for t in _TOKEN.findall(cell.text)]
        for r, row in enumerate(table.cells)
        for c, cell in enumerate(row)
        if cell.text.strip()
    }
    if not texts:
        return None
    spans = {place: _span(table.cells, place) if ruled else place for place in texts}
    row_index = {r: i for i, r in enumerate(sorted({r for r, _ in texts}))}
    col_index = {c: i for i, c in enumerate(sorted({c for _, c in texts}))}
    first_value = value_rows_start([(r, c, join_words(_words(t))) for (r, c), t in texts.items()])
    cells = []
    for (r, c), pieces in sorted(texts.items()):
        last_row, last_col = spans[r, c]
        words = _words(pieces)
        box = union(w.box for w in words)
        cells.append(
            Cell(
                row=row_index[r],
                col=col_index[c],
                row_span=sum(r <= k <= last_row for k in row_index),
                col_span=sum(c <= k <= last_col for k in col_index),
                text=join_words(words),
                box=box,
                header=last_row < first_value,
                words=words,
                fill=marks.colour_behind(box),
                ink=words[0].colour,
            )
        )
    form: Form = "ruled" if ruled else "borderless"
    extents = tuple((float(a), float(b)) for i, (a, b) in enumerate(table.cols) if i in col_index)
    box = union(c.box for c in cells)
    return Grid(page.number, page.height, box, tuple(cells), len(row_index), len(col_index), READER, 1.0, form, extents)


def _words(chunks: Iterable[Chunk]) -> tuple[Word, ...]:
    ordered: list[Word] = []
    lines = read_lines((w for c in chunks for w in c.words), ())
    for line in lines:
        ordered += sorted(line.words, key=lambda w: w.box.x0)
    return tuple(ordered)


def _span(cells: Sequence[Sequence[Any]], place: tuple[int, int]) -> tuple[int, int]:
    """Last row and column of the merged cell that begins at `place`: it goes on until a ruling stops it."""
    row, col = last_row, last_col = place
    while last_col + 1 < len(cells[row]) and not cells[row][last_col].right:
        last_col += 1
    while last_row + 1 < len(cells) and not cells[last_row][col].bottom:
        last_row += 1
    return last_row, last_col
