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
from pipeline.release.merge.cells import Bools, Cells, Ints
from pipeline.release.merge.vintages import Vintages

if TYPE_CHECKING:
    import pyarrow


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
    yield "obs_status", pyarrow.array(_obs_status(mapped, broken, cells.measured[rows], cells.doubted[rows]))


def _obs_status(mapped: Bools, broken: Bools, measured: Bools, doubted: Bools) -> np.ndarray[Any, Any]:
    return np.select([~mapped, broken, measured, doubted], ["V", "B", "E", "U"], default="A").astype(object)


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
