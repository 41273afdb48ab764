"""Vintages: which edition printed a wave's value last, and whether it changed what an earlier one had printed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.release.merge.cells import NONE, Bools, Cells, Floats, Ints
from pipeline.release.settings import SETTINGS


@dataclass(frozen=True)
class Vintages:
    """Parallel to the rows; `before` is the row of the earlier vintage that `revision` compares with (or NONE)."""

    is_latest: Bools
    revision: Floats
    before: Ints
    first: Bools
    """The row that stands for its edition where an edition prints a cell several times."""


def find_vintages(cells: Cells) -> Vintages:
    rows = np.flatnonzero(cells.mapped)
    best_first = (rows, -cells.confidence[rows], cells.measured[rows], cells.edition[rows], cells.cell[rows])
    rows = rows[np.lexsort(best_first)]
    cell, edition = cells.cell[rows], cells.edition[rows]
    new_cell = np.diff(cell, prepend=NONE) != 0
    new_vintage = new_cell | (np.diff(edition, prepend=NONE) != 0)
    vintage = np.cumsum(new_vintage) - 1
    heads = rows[new_vintage]
    starts_cell = new_cell[new_vintage]
    earlier = np.where(starts_cell, NONE, np.concatenate([[NONE], heads[:-1]])) if len(heads) else heads
    last = np.append(starts_cell[1:], True) if len(heads) else starts_cell
    is_latest = np.ones(len(cells), dtype=np.bool_)
    is_latest[rows] = last[vintage]
    before = np.full(len(cells), NONE, dtype=np.int64)
    before[rows] = earlier[vintage]
    revision = np.full(len(cells), np.nan)
    has = before != NONE
    revision[has] = np.round(cells.value[has] - cells.value[before[has]], SETTINGS.exact)
    first = np.zeros(len(cells), dtype=np.bool_)
    first[heads] = True
    return Vintages(is_latest, revision, before, first)


def beyond_rounding(cells: Cells, vintages: Vintages) -> Bools:
    """Rows whose value differs from the earlier vintage by more than printing it with other decimals explains.

    The same number printed with d and with e decimals differs by at most half a unit of each; with the same decimals
    not at all.
    """
    has = vintages.before != NONE
    now, then = cells.decimals[has], cells.decimals[vintages.before[has]]
    allowed = np.where(now == then, 0.0, 0.5 * 10.0**-now + 0.5 * 10.0**-then)
    beyond = np.zeros(len(cells), dtype=np.bool_)
    beyond[has] = np.abs(vintages.revision[has]) > allowed + 10.0**-SETTINGS.exact
    return beyond
