"""Tables that go on over a page break: the header of the beginning for the rows on the next page."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from pipeline.core.geometry import Box, union
from pipeline.exhibits.tables.chunks import is_numeric
from pipeline.exhibits.tables.grid import Grid
from pipeline.pages.page import Page

SAME_COLUMN = 8.0
"""Points by which the columns of a table and of its continuation on the next page may be shifted."""
HEAD, FOOT = 0.15, 0.8
"""Shares of the page's height above and below which a table begins or ends a column of text."""
MARGIN = 0.06
"""Share of the page's height that its running head takes."""
NEAR_TOP = 0.3
"""Share of the page's height in which the continuation of a table begins."""


def continued(before: Grid, grid: Grid, pages: Mapping[int, Page]) -> Grid | None:
    """`grid` with the header of `before` when it continues that table, else None.

    It does when it comes first on the next page, near the top, has no header of its own, its columns stand where those
    of `before` do, and no text of a table's size stands between. `before` may be a header alone. `pages` are the parsed
    pages by number.
    """
    if grid.header_rows or not (before.header_rows or before.icons):
        return None
    if _in_next_column(before, grid):
        return with_header(before, grid, grid.columns[0][0] - before.columns[0][0])
    if grid.page != before.page + 1:
        return None
    repeated = _repeated(before, grid, pages.get(grid.page))
    if repeated is not None:
        grid = replace(grid, box=union((grid.box, repeated)))
    if grid.box.top > NEAR_TOP * grid.page_height or _text_between(before, grid, pages):
        return None
    return with_header(before, grid)


def _repeated(before: Grid, grid: Grid, page: Page | None) -> Box | None:
    """Where the header of `before` stands again at the head of the page, set off from the rows of `grid`."""
    top = grid.box.top - 2
    words = [w for w in page.words if MARGIN * page.height < w.box.y_mid < top] if page is not None else []
    header = sorted(w.text for c in before.cells if c.row < before.header_rows for w in c.words)
    return union(w.box for w in words) if words and sorted(w.text for w in words) == header else None


def _in_next_column(before: Grid, grid: Grid) -> bool:
    """Does the one end at the foot of a column of text, and the other begin at the head of the next?"""
    right = grid.page == before.page and grid.box.x0 > before.box.x1
    return right and grid.box.top < HEAD * grid.page_height and before.box.bottom > FOOT * before.page_height


def _text_between(before: Grid, grid: Grid, pages: Mapping[int, Page]) -> bool:
    """Does text stand below the one or above the other that is no running head, page number or footnote, and repeats no
    heading?"""
    headings = {(w.text, round(w.box.x0)) for c in before.cells if c.header for w in c.words}
    return any(
        page is not None and _text_in(page, top, bottom, min(c.words[0].size for c in table.cells if c.words), headings)
        for page, table, top, bottom in (
            (pages.get(before.page), before, before.box.bottom + 2, 0.92 * before.page_height),
            (pages.get(grid.page), grid, MARGIN * grid.page_height, grid.box.top - 2),
        )
    )


def _text_in(page: Page, top: float, bottom: float, size: float, headings: Container[tuple[str, int]]) -> bool:
    here = [w for w in page.words if top < w.box.y_mid < bottom and w.size >= 0.95 * size]
    here = [w for w in here if (w.text, round(w.box.x0)) not in headings]
    return sum(len(w.text) for w in here) > 3


def _same_columns(before: Grid, grid: Grid, shift: float = 0.0) -> dict[int, int] | None:
    """Column of `grid` for every column of `before`, when each lies under one of its own."""
    out: dict[int, int] = {}
    for i, (x0, x1) in enumerate(before.columns):
        if x1 <= x0:
            continue
        distances = [(_apart((x0 + shift, x1 + shift), column), j) for j, column in enumerate(grid.columns)]
        distance, j = min(distances)
        if distance > SAME_COLUMN or j in out.values():
            return None
        out[i] = j
    return out if len(out) >= 1 else None


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance in points between two column extents; negative where they overlap, counted from the middles."""
    middles = abs((one[0] + one[1]) / 2 - (other[0] + other[1]) / 2)
    overlap = min(one[1], other[1]) - max(one[0], other[0])
    return -overlap + 0.1 * middles if overlap > 0 else middles


def with_header(before: Grid, grid: Grid, shift: float = 0.0) -> Grid | None:
    """`grid` with the header of `before`, whose columns stand `shift` points to the left; None where they do not."""
    columns = _same_columns(before, grid, shift)
    if not columns:
        return None
    rows = before.header_rows
    header = []
    for cell in before.cells:
        targets = [columns[c] for c in cell.cols if c in columns]
        if cell.row < rows and targets:
            header.append(replace(cell, col=min(targets), col_span=max(targets) - min(targets) + 1))
    body = [replace(c, row=c.row + rows) for c in grid.cells]
    icons = [replace(i, cols=tuple(columns[c] for c in i.cols if c in columns)) for i in before.icons]
    return replace(grid, cells=(*header, *body), n_rows=grid.n_rows + rows, icons=grid.icons or tuple(icons))


def loosened(above: Grid, below: Grid) -> tuple[Grid, Grid]:
    """Both tables; where the one goes on as the other over a page break, a value beside the break is loose when its
    place across the break is blank: a cell that covers two rows, of which each page shows one, prints it once."""
    if below.page != above.page + 1 or not above.header_rows or _heads(above) != _heads(below):
        return above, below
    last, first = above.n_rows - 1, below.header_rows
    return _loose_beside(above, last, below, first), _loose_beside(below, first, above, last)


def _heads(grid: Grid) -> list[tuple[int, int, int, str]]:
    return sorted((c.row, c.col, c.col_span, c.text) for c in grid.cells if c.row < grid.header_rows)


def _loose_beside(grid: Grid, row: int, other: Grid, across: int) -> Grid:
    """`grid`, those values of `row` loose that have a blank place in row `across` of `other` beside values there."""
    filled = {cell.col for cell in other.row(across)}
    if not any(is_numeric(cell.text) for cell in other.row(across)):
        return grid
    loose = [c for c in grid.row(row) if is_numeric(c.text) and c.row_span == 1 and c.col not in filled]
    return (
        replace(grid, cells=tuple(replace(c, loose=True) if c in loose else c for c in grid.cells)) if loose else grid
    )
