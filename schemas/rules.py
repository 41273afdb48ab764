"""pandera models of the rules across rows: one derived frame per rule, one row per thing checked, one check each.

A row says what was `found` and between which bounds (`low`, `high`) it had to lie; its other columns are its key.
Validation is lazy: all failures of a frame come back together, as the positions of their rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas
    import pandera.pandas

KEY = ("figure", "question", "item", "group", "wave")
BOUNDS = ("found", "low", "high")
PRECISION = 1e-9
"""Sums of printed decimals carry errors of binary fractions far below the last digit that anybody prints."""


def failures(rule: str, rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Positions in `rows` (columns `KEY` and `BOUNDS`) of what breaks `rule`. Raises ValueError where a row is none."""
    import pandas as pd
    from pandera.errors import SchemaErrors

    frame = pd.DataFrame(list(rows), columns=[*KEY, *BOUNDS]).astype(dict.fromkeys(BOUNDS, float))
    try:
        schema_of(rule).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        malformed = cases[cases["check"] != rule]
        if len(malformed):
            raise ValueError(f"rule {rule}: {malformed.iloc[0].to_dict()}") from errors
        return sorted({int(index) for index in cases["index"]})
    return []


@cache
def schema_of(rule: str) -> pandera.pandas.DataFrameSchema:
    """The model of one rule's frame."""
    import pandera.pandas as pa

    def within(frame: pandas.DataFrame) -> pandas.Series[bool]:
        return frame["found"].between(frame["low"] - PRECISION, frame["high"] + PRECISION)

    columns = {name: pa.Column("object", nullable=True, coerce=True) for name in KEY}
    columns |= {name: pa.Column(float) for name in BOUNDS}
    return pa.DataFrameSchema(columns, checks=pa.Check(within, name=rule, error=rule), name=rule, strict=True)
