"""Small multiples: panels of one chart that stand in a row or a column, each with a name of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_drafts import ChartDraft
from pipeline.exhibits.charts.chart_text import LINE_PITCH, ChartLine, joined
from pipeline.exhibits.charts.fitting import UNLIKELY, matched
from pipeline.exhibits.charts.points import is_name

SAME_SIDE = 3.0
"""Points by which ends of panels that were drawn on one grid may differ."""
NAME_REACH = 4.4
"""Em between a panel and its name: room for an axis. Names in line with all panels may stand as far off as these are
high, over bars that fill a part of their axis, and without legends of their own."""


def name_panels(drafts: Sequence[ChartDraft], free: Sequence[ChartLine]) -> None:
    """Give the values of small multiples the name of their panel, as a label; `free` are lines that nobody claimed.

    Panels have the same categories, ends on common lines, and names on one line: what stands above or below each of
    them at the same distance. Nothing is named unless each panel has a name of its own.
    """
    groups = ([drafts[i] for i in grid] for grid in grids_of(drafts))
    for group in sorted(groups, key=lambda group: -group[0].plot.top):  # what is named first is what a name stands over
        free = [x for x in free if not any(w.order in draft.claimed for w in x.words for draft in drafts)]
        options = [_in_holes(group, free)] if group[0].form == "pie" else []
        names = next((found for found in (*options, _names(group, free)) if _all_told(found, group)), None)
        if names is None:
            continue
        for draft, lines in zip(group, names, strict=True):
            label = draft.name(lines, "panel", "panel name")
            draft.values = [replace(v, labels=(*v.labels, *label)) for v in draft.values]


def _all_told(names: Sequence[Sequence[ChartLine]], group: Sequence[ChartDraft]) -> bool:
    return len({joined(lines) for lines in names}) == len(group)


def grids_of(drafts: Sequence[ChartDraft]) -> list[list[int]]:
    """Positions of charts of one form with the same categories whose plots begin or end on one line, two or more."""
    grids: list[list[int]] = []
    for i, draft in enumerate(drafts):
        grid = next((grid for grid in grids if _beside(drafts[grid[-1]], draft)), None)
        if grid is None:
            grids.append([i])
        else:
            grid.append(i)
    return [grid for grid in grids if len(grid) > 1]


def _beside(one: ChartDraft, other: ChartDraft) -> bool:
    a, b = _ground(one), _ground(other)
    on_one_line = min(abs(a.top - b.top), abs(a.bottom - b.bottom)) < SAME_SIDE and a.overlap_y(b) > 0
    in_row = on_one_line and a.overlap_x(b) <= 0
    return one.form == other.form and in_row and _categories(one) == _categories(other) != []


def _ground(draft: ChartDraft) -> Box:
    """The panel with its axes where its marks alone do not fill it."""
    return draft.body if draft.form == "lines" else draft.plot


def rows_of_grids(grids: Sequence[Sequence[int]], drafts: Sequence[ChartDraft]) -> list[list[int]]:
    """Rows of panels, those that go on below one another as one: with the same categories and edges, and less between
    them than half a panel."""
    out: list[list[int]] = []
    for row in sorted(grids, key=lambda row: _ground(drafts[row[0]]).top):
        above = next(
            (i for i, whole in enumerate(out) if _goes_on(drafts[whole[-1]], drafts[row[0]], drafts[whole[0]])), None
        )
        if above is None:
            out.append(list(row))
        else:
            out[above] += row
    return out


def _goes_on(last: ChartDraft, draft: ChartDraft, first: ChartDraft) -> bool:
    one, other = _ground(last), _ground(draft)
    near = 0 <= other.top - one.bottom < 0.5 * one.height
    flush = min(abs(other.x0 - _ground(first).x0), abs(draft.plot.x0 - first.plot.x0)) < SAME_SIDE
    return near and flush and last.form == draft.form and _categories(last) == _categories(draft)


def _categories(draft: ChartDraft) -> list[str]:
    """What the values are named by besides the panel: the entries of the legend in pies, else the axis's names."""
    axes = ("series",) if draft.form == "pie" else ("row", "column")
    return sorted({x.text.casefold() for v in draft.values for x in v.labels if x.axis in axes})


def _names(group: Sequence[ChartDraft], free: Sequence[ChartLine]) -> list[list[ChartLine]]:
    """One name for each panel, from the line of text that names most of them; empty lists where there is none."""
    best: list[list[ChartLine]] = []
    ground = union(d.body for d in group)
    for first in free:
        row = [x for x in free if x.angle == 0 and abs(x.v - first.v) < 0.3 * first.size and is_name(x)]
        row = [x for x in row if not x.text.endswith("%")]
        gap = _distance(ground, first.box)
        near = gap <= NAME_REACH * first.size
        if len(row) < len(group) or (not near and (gap > ground.height or any(d.legend for d in group))):
            continue
        found = matched([[_off(d, x) for x in row] for d in group], UNLIKELY / 2 if near else first.size)
        names = [[row[found[i]]] for i in range(len(group)) if i in found]
        if _all_told(names, group) and (not best or gap < _distance(ground, best[0][0].box)):
            best = names
    return [_with_next_lines(lines, free) for lines in best]


def _in_holes(group: Sequence[ChartDraft], free: Sequence[ChartLine]) -> list[list[ChartLine]]:
    """The lines with letters in the middle third of each doughnut."""
    middles = [d.plot.grown(-d.plot.width / 3) for d in group]
    return [[x for x in free if middle.overlap(x.box) > 0 and any(map(str.isalpha, x.text))] for middle in middles]


def _off(draft: ChartDraft, line: ChartLine) -> float:
    """How far a text is from naming a panel: points between their left ends or their middles, whichever are nearer."""
    grounds = (draft.plot, _ground(draft))
    if all(line.box.x1 < ground.x0 or line.box.x0 > ground.x1 for ground in grounds):
        return UNLIKELY
    return min(min(abs(line.box.x0 - ground.x0), abs(line.box.x_mid - ground.x_mid)) for ground in grounds)


def _distance(plot: Box, box: Box) -> float:
    """Points between plot and text, up or down; what stands in the plot names no panel."""
    return UNLIKELY if plot.top < box.y_mid < plot.bottom else max(plot.top - box.bottom, box.top - plot.bottom)


def _with_next_lines(lines: Sequence[ChartLine], free: Sequence[ChartLine]) -> list[ChartLine]:
    out = list(lines)
    for line in sorted(free, key=lambda x: x.v):
        step = line.v - out[-1].v
        alike = line.size == out[-1].size and line.colour == out[-1].colour and line.angle == 0
        off = min(abs(line.box.x0 - out[-1].box.x0), abs(line.box.x_mid - out[-1].box.x_mid))
        if alike and 0 < step <= LINE_PITCH * line.size and off < 0.2 * line.box.height:
            out.append(line)
    return out
