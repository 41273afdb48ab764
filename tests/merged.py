"""The merge of editions that a test holds in memory, as data frames of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas
import pyarrow

from pipeline.catalogue.model import Catalogue
from pipeline.core.contract import FINDINGS, LONGITUDINAL, OBSERVATIONS
from pipeline.core.table_files import schema, to_arrow
from pipeline.release.merge.cells import edition_order
from pipeline.release.merge.merging import merge_editions
from pipeline.release.merge.series import harmonised_series


@dataclass(frozen=True)
class MergeResult:
    """`longitudinal`, `harmonised` and `findings` (those of the comparison only) with the contract's columns."""

    longitudinal: pandas.DataFrame
    harmonised: pandas.DataFrame
    findings: pandas.DataFrame


def merge(catalogue: Catalogue, tables: Sequence[Any]) -> MergeResult:
    """Merge the observations of editions (one table each: DataFrame, Arrow table or rows of the contract)."""
    arrow = sorted((observations_table(table) for table in tables), key=_edition_key)
    arrow = [table for table in arrow if table.num_rows]

    def load(number: int, columns: Sequence[str]) -> pyarrow.Table:
        return arrow[number].select(columns)

    merged = merge_editions(catalogue, [table["edition"][0].as_py() for table in arrow], load)
    empty = schema(LONGITUDINAL).empty_table()
    longitudinal = pyarrow.concat_tables([empty, *(merged.extend(n, table) for n, table in enumerate(arrow))])
    study = catalogue.study.id
    rows = (f.row(study, edition) for edition, found in merged.findings.items() for f in found)
    return MergeResult(
        longitudinal.to_pandas(),
        harmonised_series(study, merged, load).to_pandas(),
        to_arrow(FINDINGS, rows).to_pandas(),
    )


def observations_table(table: Any) -> pyarrow.Table:
    """Observations in any form as an Arrow table of the contract, sorted by key."""
    if isinstance(table, pyarrow.Table):
        return table
    if isinstance(table, pandas.DataFrame):
        table = pyarrow.Table.from_pandas(table, preserve_index=False).to_pylist()
    return to_arrow(OBSERVATIONS, table)


def _edition_key(table: pyarrow.Table) -> tuple[object, ...]:
    return edition_order(table["edition"][0].as_py()) if table.num_rows else ()
