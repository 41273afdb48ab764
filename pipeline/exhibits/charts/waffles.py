"""Waffles: a lattice of small equal cells, each the same part of the whole, whose colour tells the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.core.colours import distance
from pipeline.core.geometry import union
from pipeline.exhibits.charts.chart_drafts import (
    UNNAMED,
    ChartDraft,
    Scene,
    claim_legend,
    legend_for,
    series_name,
    value_at,
)
from pipeline.exhibits.charts.legends import SAME_COLOUR, distinct
from pipeline.exhibits.charts.marks import Bar
from pipeline.exhibits.charts.pies import told_by, without_value

SLACK = 0.5
"""Percentage points by which a printed share is rounded."""
HALF_A_CELL = 0.5
"""Cells by which a rounded share may miss the number that is drawn."""


def waffle_drafts(scene: Scene, understood: set[int]) -> list[ChartDraft]:
    """Every waffle of the page; words in `understood` (by `order`) belong to other charts."""
    drafts: list[ChartDraft] = []
    for cells in scene.lattices:
        taken = understood | {order for draft in drafts for order in draft.claimed}
        draft = _draft(scene, cells, taken) if scene.free(cells[0].box) else None
        drafts += [draft] if draft is not None else []
    return drafts


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
    slack = SLACK + 100 * HALF_A_CELL / len(cells)
    for colour, count in counts.items():
        items = legend.named(colour)
        share = 100 * count / len(cells)
        labels, doubts = series_name(items, colour, scene.page)
        told = [t for t in told_by(items[0], scene) if abs(t.value - share) <= slack] if len(items) == 1 else []
        told = [t for t in told if not any(w.order in understood for w in t.words)]
        token = min(told, key=lambda t: abs(t.value - share), default=None)
        labels = tuple(without_value(label, token) for label in labels)
        draft.values.append(value_at(plot, token, colour, share, (labels, doubts if labels else (UNNAMED,)), True))
    claim_legend(draft, scene.lines)
    return draft
