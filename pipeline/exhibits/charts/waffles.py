"""Waffles: a lattice of small equal cells, each the same part of the whole, whose colour tells the answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from pipeline.core.colours import distance
from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_drafts import (
    MEASURED,
    UNNAMED,
    ChartDraft,
    ChartValue,
    Scene,
    claim_legend,
    legend_for,
    series_name,
)
from pipeline.exhibits.charts.chart_text import Token, tokens_of
from pipeline.exhibits.charts.fitting import clusters
from pipeline.exhibits.charts.legends import SAME_COLOUR, Item, distinct
from pipeline.exhibits.charts.marks import Bar, bars_of
from pipeline.exhibits.charts.pies import without_value

FEWEST_CELLS = 20
"""Cells from which a share can be told by counting."""
LARGEST = 30.0
"""Longest side of a cell, in points: larger boxes hold their numbers themselves."""
PITCH = 2.0
"""Sides of a cell within which the next one begins."""
SLACK = 0.5
"""Percentage points by which a printed share is rounded."""
HALF_A_CELL = 0.5
"""Cells by which a rounded share may miss the number that is drawn."""


def waffle_drafts(scene: Scene, understood: set[int]) -> list[ChartDraft]:
    """Every waffle of the page; words in `understood` (by `order`) belong to other charts."""
    swatches = {s.box for legend in scene.legends for item in legend.items for s in item.swatches}
    sizes: dict[tuple[int, int], list[Bar]] = defaultdict(list)
    for bar in bars_of(scene.page):
        if max(bar.box.width, bar.box.height) <= LARGEST and bar.box not in swatches and scene.free(bar.box):
            sizes[round(bar.box.width), round(bar.box.height)].append(bar)
    drafts: list[ChartDraft] = []
    for cells in (part for alike in sizes.values() for part in _lattices(alike)):
        draft = _draft(scene, cells, understood | {order for draft in drafts for order in draft.claimed})
        if draft is not None:
            drafts.append(draft)
    return drafts


def _lattices(cells: Sequence[Bar]) -> list[list[Bar]]:
    """The cells that stand near one another, in full rows but for the last."""
    parts = clusters(cells, lambda one, other: _apart(one.box, other.box) < PITCH * max(one.box.width, one.box.height))
    return [p for p in parts if len(p) >= FEWEST_CELLS and _is_lattice(p)]


def _apart(one: Box, other: Box) -> float:
    return max(abs(one.x_mid - other.x_mid), abs(one.y_mid - other.y_mid))


def _is_lattice(cells: Sequence[Bar]) -> bool:
    """Do the cells fill rows and columns, but for one row or column at most?"""
    rows, columns = Counter(round(c.box.y_mid) for c in cells), Counter(round(c.box.x_mid) for c in cells)
    full = len(rows) * len(columns)
    return min(len(rows), len(columns)) > 1 and len(cells) > full - max(len(rows), len(columns))


def _draft(scene: Scene, cells: Sequence[Bar], understood: set[int]) -> ChartDraft | None:
    """The shares of the colours; None where no legend names most of them, or something is printed in the cells."""
    colours = distinct(cell.fill for cell in cells)
    counts = Counter(next(c for c in colours if distance(cell.fill, c) < SAME_COLOUR) for cell in cells)
    plot = union(c.box for c in cells)
    if any(plot.holds(word.box) for word in scene.page.words):
        return None
    legend = legend_for(plot, colours, scene.legends)
    if legend is None or len(colours) < 2:
        return None
    draft = ChartDraft("waffle", plot, [], legend)
    tokens = [t for t in scene.tokens if not any(w.order in understood for w in t.words)]
    for colour, count in counts.items():
        items = legend.named(colour)
        share = 100 * count / len(cells)
        labels, doubts = series_name(items, colour, scene.page)
        token = _printed(items, share, SLACK + 100 * HALF_A_CELL / len(cells), tokens) if len(items) == 1 else None
        labels = tuple(without_value(label, token) for label in labels)
        if not labels:
            doubts = (*doubts, UNNAMED)
        if token is None:
            doubts = (*doubts, MEASURED)
        draft.values.append(ChartValue(token.box if token else plot, token, colour, share, labels, doubts))
    claim_legend(draft, scene.lines)
    return draft


def _printed(items: Sequence[Item], share: float, slack: float, tokens: Sequence[Token]) -> Token | None:
    """The number in the legend's entry, or level with it, that is nearest to the share, at most `slack` off it."""
    lines = items[0].lines
    level = [t for t in tokens if any(abs(t.box.y_mid - x.box.y_mid) < 0.4 * x.size for x in lines)]
    level += tokens_of(lines)
    return min((t for t in level if abs(t.value - share) <= slack), key=lambda t: abs(t.value - share), default=None)
