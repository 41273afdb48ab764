"""Coloured signs in the header of a table: a swatch beside a heading, or an icon in its place, colours a column."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.core.colours import chroma
from pipeline.exhibits.tables.chunks import SIGNS
from pipeline.exhibits.tables.grid import Cell, Grid, Icon
from pipeline.exhibits.tables.stub_columns import label_columns
from pipeline.pages.page import Page, Shape

SMALLEST, LARGEST = 4.0, 32.0
"""Points: sides of swatches and icons; bullets and letters drawn as paths are smaller, filled cells wider."""
SLIM = 2.5
"""An icon is at most so many times as wide as high, or as high as wide."""
WITHIN = 0.15
"""Share of the side of an icon's largest shape within which its other shapes stand."""
COLOURED = 12.0
"""CIELAB chroma from which a sign is coloured."""
ABOVE = 30.0
"""Points above the text of the table up to which an icon is part of its header."""
BESIDE = 1.5
"""Em between a swatch and the heading at its right."""


def read_icons(page: Page) -> list[Icon]:
    """The coloured signs of `page` on which no word stands (the largest shape of each), and those that are letters."""
    out = [Icon(w.box, w.colour) for w in page.words if w.text in SIGNS and w.colour and chroma(w.colour) >= COLOURED]
    for shape in sorted(page.shapes, key=lambda s: -s.box.area):
        if not is_sign(shape) or any(_is_part(shape, icon) for icon in out):
            continue
        if shape.fill is not None and not any(shape.box.holds(w.box) for w in page.words):
            out.append(Icon(shape.box, shape.fill))
    return out


def _is_part(shape: Shape, icon: Icon) -> bool:
    """Is the shape one of several that make the icon: the head of a figure of a person, above its shoulders?"""
    near = WITHIN * max(icon.box.width, icon.box.height) if shape.fill == icon.colour else 0.0
    return icon.box.grown(near).overlap(shape.box) > 0


def is_sign(shape: Shape) -> bool:
    """Is the shape of the size, proportions and colour of an icon or swatch?"""
    low, high = sorted((shape.box.width, shape.box.height))
    return (
        low >= SMALLEST
        and high <= min(LARGEST, SLIM * low)
        and shape.fill is not None
        and chroma(shape.fill) >= COLOURED
    )


def with_icons(grid: Grid, icons: Sequence[Icon]) -> Grid:
    """`grid` with the signs of its header, each with the columns it stands for."""
    first = grid.header_rows
    body = [c.box.top for c in grid.cells if c.row >= first]
    if not body or not icons:
        return grid
    words = {w.box for c in grid.cells for w in c.words}
    here = [
        icon
        for icon in icons
        if icon.box not in words
        and grid.box.top - ABOVE < icon.box.top
        and icon.box.bottom < min(body) + 2
        and grid.box.x0 - 2 * icon.box.width < icon.box.x_mid < grid.box.x1 + 2 * icon.box.width
    ]
    if not here:
        return grid
    beside = list(_beside_headings(grid, here))
    return replace(grid, icons=(*beside, *_over_columns(grid, here, {c for icon in beside for c in icon.cols})))


def _beside_headings(grid: Grid, icons: Iterable[Icon]) -> Iterator[Icon]:
    for icon in icons:
        heading = _heading(grid, icon)
        if heading is not None:
            yield replace(icon, cols=tuple(heading.cols), row=heading.row)


def _heading(grid: Grid, icon: Icon) -> Cell | None:
    """The heading at whose left the sign stands."""
    for cell in grid.cells:
        if cell.header and cell.words and abs(cell.box.y_mid - icon.box.y_mid) < 0.5 * max(cell.box.height, 6):
            size = cell.words[0].size
            if -size < cell.box.x0 - icon.box.x1 < BESIDE * size:
                return cell
    return None


def _over_columns(grid: Grid, icons: Sequence[Icon], taken: Container[int]) -> Iterator[Icon]:
    """The signs that stand over columns without a sign beside their heading: each over one, or each over as many as the
    others."""
    alone = sorted((i for i in icons if _heading(grid, i) is None), key=lambda i: i.box.x_mid)
    labels = label_columns(grid)
    digits = [
        [any(map(str.isdigit, c.text)) for c in grid.cells if c.col == k and not c.header] for k in range(grid.n_cols)
    ]
    values = [k for k, own in enumerate(digits) if k not in labels and k not in taken and 2 * sum(own) > len(own)]
    if not alone or len(values) < len(alone) or len(values) % len(alone):
        return
    each = len(values) // len(alone)
    found = []
    for k, icon in enumerate(alone):
        cols = values[k * each : (k + 1) * each]
        x0, x1 = grid.columns[cols[0]][0], grid.columns[cols[-1]][1]
        if not x0 - icon.box.width < icon.box.x_mid < x1 + icon.box.width:
            return
        found.append(replace(icon, cols=tuple(cols)))
    yield from found
