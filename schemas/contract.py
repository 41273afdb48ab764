"""pandera models of the contract's tables, derived from `pipeline.core.contract`: a column is described in one place.

`validate` is lazy: it collects every violation, each with the key of its row, and raises nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.core.contract import (
    CLAIMS,
    CODES,
    EDITIONS,
    FINDINGS,
    HARMONISED,
    LONGITUDINAL,
    NUMBERS,
    OBSERVATIONS,
    QUESTIONS,
    Column,
    Table,
)

if TYPE_CHECKING:
    import pandas
    import pandera.pandas

TABLES = (OBSERVATIONS, FINDINGS, CLAIMS, NUMBERS, LONGITUDINAL, HARMONISED, QUESTIONS, CODES, EDITIONS)
UNIQUE_KEYS = (OBSERVATIONS, LONGITUDINAL, QUESTIONS, EDITIONS)
"""Tables in which a key names one row; elsewhere it only sorts (two findings may say the same of one place)."""
PLACE_SLACK = 0.01
"""Points by which an edge may cross the other: places are rounded to a hundredth of a point."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A row (or the whole table, when `key` is empty) that breaks the contract."""

    table: str
    column: str | None
    rule: str
    key: tuple[object, ...]
    found: object

    def __str__(self) -> str:
        where = " / ".join(str(part) for part in self.key) or "whole table"
        return f"{self.table}, {where}: {self.column or 'row'} breaks “{self.rule}” (found {self.found!r})"


def validate(table: Table, frame: pandas.DataFrame) -> list[Violation]:
    """Every violation of the contract in `frame`."""
    from pandera.errors import SchemaErrors

    try:
        schema_of(table).validate(_comparable_types(table, frame), lazy=True)
    except SchemaErrors as errors:
        return list(_violations(table, frame, errors.failure_cases))
    return []


@cache
def schema_of(table: Table) -> pandera.pandas.DataFrameSchema:
    """Columns in their order with type, blanks and closed lists; the key unique; edges in order; flags sorted codes."""
    import pandera.pandas as pa

    checks = [pa.Check(_edges_in_order, name="x0 ≤ x1 and top ≤ bottom", ignore_na=False)] if _has_place(table) else []
    return pa.DataFrameSchema(
        {column.name: _column(column) for column in table.columns},
        checks=checks,
        unique=list(table.key) if table in UNIQUE_KEYS else None,
        strict=True,
        ordered=True,
        name=table.name,
        title=table.title,
    )


def _column(column: Column) -> pandera.pandas.Column:
    import pandera.pandas as pa

    checks = [pa.Check.isin(column.values, name=f"one of {', '.join(column.values)}")] if column.values else []
    if column.type == "list<string>":
        checks.append(pa.Check(_is_sorted_texts, name="a sorted list of texts", element_wise=True))
    if column.type == "string":
        checks.append(pa.Check(_is_text, name="a text that is not blank", element_wise=True))
    if column.name in RANGES:
        least, most = RANGES[column.name]
        checks.append(pa.Check.in_range(least, most, name=f"{least:g} to {most:g}"))
    return pa.Column(
        _PANDAS_TYPES[column.type], checks, nullable=column.nullable, title=column.meaning, description=column.meaning
    )


_PANDAS_TYPES: dict[str, Any] = {
    "string": "object",
    "list<string>": "object",
    "int32": "Int64",
    "int64": "Int64",
    "double": "float64",
    "bool": "boolean",
}
"""Types that hold blanks: compared after conversion, so that a frame from Parquet, CSV or rows is judged alike."""
RANGES = {
    "confidence": (0.0, 1.0),
    "page": (1, 1_000_000),
    "base_n": (1, 10_000_000_000),
    "error_bound": (0.0, 100.0),
}
"""Bounds from what the columns are: a probability, counting from 1, at most all people alive."""


def _comparable_types(table: Table, frame: pandas.DataFrame) -> pandas.DataFrame:
    """`frame` with one pandas type per column of the contract; what does not convert stays, and fails."""
    out = frame.copy()
    for column in table.columns:
        if column.name not in out.columns:
            continue
        values = out[column.name].astype(object)
        if column.type in ("string", "list<string>"):
            out[column.name] = values.where(values.map(_is_there), None)
            continue
        try:
            out[column.name] = values.where(values.notna(), None).astype(_PANDAS_TYPES[column.type])
        except (TypeError, ValueError):
            out[column.name] = values
    return out


def _is_there(value: Any) -> bool:
    return isinstance(value, (list, tuple)) or hasattr(value, "tolist") or (value is not None and value == value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_sorted_texts(value: Any) -> bool:
    texts = list(value)
    return all(isinstance(text, str) for text in texts) and texts == sorted(texts)


def _has_place(table: Table) -> bool:
    return {"x0", "top", "x1", "bottom"} <= set(table.names)


def _edges_in_order(frame: pandas.DataFrame) -> pandas.Series[bool]:
    wide = ~(frame["x1"] + PLACE_SLACK < frame["x0"])
    return wide & ~(frame["bottom"] + PLACE_SLACK < frame["top"])


_RULES = {
    "multiple_fields_uniqueness": "the key names one row",
    "not_nullable": "not blank",
    "column_in_dataframe": "has this column",
    "column_in_schema": "has only the contract's columns",
    "column_ordered": "columns in the contract's order",
}


def _violations(table: Table, frame: pandas.DataFrame, cases: pandas.DataFrame) -> Iterator[Violation]:
    """One per row and rule (a rule on several columns reports each of them)."""
    seen = set()
    for case in cases.to_dict("records"):
        index = case["index"]
        known = index is not None and index == index and index in frame.index
        row = frame.loc[index] if known else None
        key = tuple(row[name] for name in table.key if name in frame.columns) if row is not None else ()
        column = str(case["column"]) if case["schema_context"] == "Column" and case["column"] is not None else None
        rule = _RULES.get(str(case["check"]), str(case["check"]))
        violation = Violation(table.name, column, rule, key, case["failure_case"])
        mark = (violation.column, violation.rule, index if known else str(violation.found))
        if mark not in seen:
            seen.add(mark)
            yield violation
