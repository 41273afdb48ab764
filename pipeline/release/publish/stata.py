"""longitudinal.dta for Stata: variable labels, and closed lists as numbers with value labels.

Stata has no lists and no blanks inside texts: flags are joined, a blank text is "".
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.contract import LONGITUDINAL, Column
from pipeline.core.table_files import LIST_SEPARATOR
from pipeline.release.publish.release_content import Release

if TYPE_CHECKING:
    import pandas

MOST_ROWS = 250_000
"""The writer needs the whole table in memory with texts at full width; beyond, Parquet or CSV is imported."""
STAMP = datetime(2000, 1, 1)
"""Stands where Stata's format wants the clock."""
LABELLED = ("kind", "unit", "method", "group", "obs_status")
"""Columns that become numbers with value labels; ids stay texts, as they are used to select."""
WIDEST = 2045
"""Longest text of a plain string variable, in bytes."""
LABEL_LENGTH = 80
STATUS = {
    "A": "normal value",
    "B": "time series break",
    "E": "estimated",
    "O": "missing value",
    "U": "low reliability",
    "V": "unvalidated",
}


def write_stata(release: Release, folder: Path) -> bool:
    """Write `longitudinal.dta` from `folder`/longitudinal.parquet; False where the table is too large for it."""
    import pyarrow.parquet

    path = folder / f"{LONGITUDINAL.name}.parquet"
    if pyarrow.parquet.read_metadata(path).num_rows > MOST_ROWS:
        return False
    frame = pyarrow.parquet.read_table(path).to_pandas()
    labels = _value_labels(release)
    for column in LONGITUDINAL.columns:
        frame[column.name] = _stata_column(column, frame[column.name], labels.get(column.name))
    wide = [
        c for c in frame.columns if frame[c].dtype == object and frame[c].str.encode("utf-8").str.len().max() > WIDEST
    ]
    frame.to_stata(
        folder / f"{LONGITUDINAL.name}.dta",
        write_index=False,
        version=118,
        time_stamp=STAMP,
        data_label=release.title[:LABEL_LENGTH],
        variable_labels={c.name: c.meaning[:LABEL_LENGTH] for c in LONGITUDINAL.columns},
        convert_strl=wide,
    )
    return True


def _stata_column(column: Column, values: pandas.Series[Any], labels: dict[str, str] | None) -> pandas.Series[Any]:
    import pandas

    if column.type == "list<string>":
        return values.map(LIST_SEPARATOR.join).astype(object)
    if column.type == "bool":
        return values.astype("float").astype("float32")
    if column.type in ("int32", "int64", "double"):
        return values.astype("float64") if values.isna().any() else values
    if labels is not None:
        known = [code for code in labels if code in set(values)]
        unknown = sorted(set(values.dropna()) - set(known))
        categories = [*known, *unknown]
        coded = pandas.Categorical(values.map(lambda c: labels.get(c, c)), [labels.get(c, c) for c in categories])
        return pandas.Series(coded, index=values.index)
    return values.fillna("").astype(object)


def _value_labels(release: Release) -> dict[str, dict[str, str]]:
    """Column → value → what Stata shows for it. Two values never share a label."""
    columns = {c.name: c for c in LONGITUDINAL.columns}
    closed = {name: {v: v.replace("_", " ") for v in columns[name].values} for name in LABELLED if columns[name].values}
    closed["obs_status"] = {code: f"{code} {STATUS[code]}" for code in columns["obs_status"].values}
    groups = {g.id: g.label.get("en") or next(iter(g.label.values()), g.id) for g in release.catalogue.study.groups}
    if len(set(groups.values())) < len(groups):
        groups = {id_: f"{label} ({id_})" for id_, label in groups.items()}
    return closed | {"group": groups}
