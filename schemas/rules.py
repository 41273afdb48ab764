"""The pandera model of the rules across rows: a derived frame with one row for each thing that a rule checks.

A row says what was `found` and between which bounds (`low`, `high`) it had to lie; its other columns are its rule and
key. Validation is lazy: all failures come back together, as the positions of their rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas
    import pandera.pandas

KEY = ("rule", "figure", "question", "item", "category", "group", "wave")
WITHIN = "within"
BOUNDS = ("found", "low", "high")
PRECISION = 1e-9
"""Sums of printed decimals carry errors of binary fractions far below the last digit that anybody prints."""
_LOADING = Lock()
"""Held while pandera is loaded: two threads of the desk that load it at once lock each other out."""


def failures(rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Positions in `rows` (columns `KEY`, `BOUNDS`) of what breaks its rule. Raises ValueError where one is no row."""
    import pandas as pd

    with _LOADING:
        from pandera.errors import SchemaErrors

        schema()
    frame = pd.DataFrame(list(rows), columns=[*KEY, *BOUNDS]).astype(dict.fromkeys(BOUNDS, float))
    try:
        schema().validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        malformed = cases[cases["check"] != WITHIN]
        if len(malformed):
            case = malformed.iloc[0].to_dict()
            raise ValueError(f"rule {rows[int(case['index'])]['rule']}: {case}") from errors
        return sorted({int(index) for index in cases["index"]})
    return []


@cache
def schema() -> pandera.pandas.DataFrameSchema:
    """The model of the frame."""
    import pandera.pandas as pa

    def within(frame: pandas.DataFrame) -> pandas.Series[bool]:
        return frame["found"].between(frame["low"] - PRECISION, frame["high"] + PRECISION)

    columns = {name: pa.Column("object", nullable=True, coerce=True) for name in KEY}
    columns |= {name: pa.Column(float) for name in BOUNDS}
    return pa.DataFrameSchema(columns, checks=pa.Check(within, name=WITHIN, error=WITHIN), name="rules", strict=True)
