"""Merge: one longitudinal table over all editions of a study.

    encode      the rows of all editions as numbers
    vintages    the same wave printed by several editions: the latest, revisions
    harmonise   answer options at the level that all waves share
    breaks      where a series stops being comparable, and why
    coverage    what editions add and leave out
Nothing is mapped here: ids come from the editions' observations; rows without one pass through outside any series.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.core.contract import LONGITUDINAL, OBSERVATIONS
from pipeline.core.findings import Finding
from pipeline.core.table_files import schema
from pipeline.release.merge.breaks import Breaks
from pipeline.release.merge.cells import NONE, Bools, Cells, Floats, Ints
from pipeline.release.settings import SETTINGS

if TYPE_CHECKING:
    import pyarrow


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


@dataclass(frozen=True)
class Merged:
    """What merging adds, parallel to the rows of all editions in order; `findings` by edition."""

    cells: Cells
    vintages: Vintages
    harmonised: Ints
    harmonised_ids: list[str]
    breaks: Breaks
    parts: dict[tuple[str, str], tuple[str, ...]]
    """(question, net) → the options it sums."""
    findings: dict[str, list[Finding]]

    def extend(self, edition: int, observations: pyarrow.Table) -> pyarrow.Table:
        """The longitudinal rows of one edition: its observations with the merge's columns after them."""
        import pyarrow

        rows = slice(int(self.cells.start[edition]), int(self.cells.start[edition + 1]))
        added = dict(_added_columns(self, rows))
        added["vintage"] = pyarrow.repeat(self.cells.editions[edition], observations.num_rows)
        flags = _flags(observations["flags"], self.findings.get(self.cells.editions[edition], ()), observations)
        columns = [flags if c.name == "flags" else observations[c.name] for c in OBSERVATIONS.columns]
        columns += [added[c.name] for c in LONGITUDINAL.columns[len(OBSERVATIONS.columns) :]]
        return pyarrow.Table.from_arrays(columns, schema=schema(LONGITUDINAL))


def _added_columns(merged: Merged, rows: slice) -> Iterator[tuple[str, pyarrow.Array]]:
    import pyarrow

    cells, vintages = merged.cells, merged.vintages
    mapped = cells.mapped[rows]
    reasons = [merged.breaks.reason.get(int(p)) for p in merged.breaks.place[rows]]
    reasons = [reason if inside else None for reason, inside in zip(reasons, mapped, strict=True)]
    revision = vintages.revision[rows]
    ids = np.array([*merged.harmonised_ids, None], dtype=object)
    yield "is_latest", pyarrow.array(vintages.is_latest[rows])
    yield "revision", pyarrow.array(revision, mask=np.isnan(revision))
    yield "comparable", pyarrow.array(np.array([r is None for r in reasons], dtype=np.bool_), mask=~mapped)
    yield "break_reason", pyarrow.array(reasons, pyarrow.string())
    yield "category_id_harmonised", pyarrow.array(ids[merged.harmonised[rows]], pyarrow.string())
    broken = np.array([r is not None for r in reasons], dtype=np.bool_)
    yield (
        "obs_status",
        pyarrow.array(
            _obs_status(np.isnan(cells.value[rows]), mapped, broken, cells.measured[rows], cells.doubted[rows])
        ),
    )


def _obs_status(missing: Bools, mapped: Bools, broken: Bools, measured: Bools, doubted: Bools) -> np.ndarray[Any, Any]:
    return np.select([missing, ~mapped, broken, measured, doubted], ["O", "V", "B", "E", "U"], default="A").astype(
        object
    )


def _flags(column: Any, findings: Iterable[Finding], observations: pyarrow.Table) -> Any:
    """The rows' flags with the codes of `findings` that name them."""
    import pyarrow

    new: dict[str, set[str]] = defaultdict(set)
    for found in findings:
        if found.observation_id is not None:
            new[found.observation_id].add(found.code)
    if not new:
        return column
    ids = observations["observation_id"].to_pylist()
    lists = [sorted({*(old or ()), *new.get(i, ())}) for i, old in zip(ids, column.to_pylist(), strict=True)]
    return pyarrow.array(lists, column.type)
