"""The Great Expectations suite on the published longitudinal table, as data (run by `release.publish.data_docs`).

Row counts are ranges relative to the number of editions, so that a new edition does not break the suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.core.contract import LONGITUDINAL
from pipeline.core.numbers import parse_number

if TYPE_CHECKING:
    import pandas

FEWEST_PER_EDITION = 1
MOST_PER_EDITION = 100_000
"""A report of a hundred pages prints some thousands of values; far above it, a reader has taken pixels for numbers."""
SMALLEST_SHARE, LARGEST_SHARE = -100.0, 100.0
"""Percentages: shares lie in 0..100, differences of shares in -100..100."""
LARGEST_SCORE = 100.0
"""No scale of a survey question goes beyond 0–100."""
NOT_NULL_SHARE = {"question": 0.95, "category": 0.8}
"""Columns that may be blank now and then (an exhibit without a title), but not on the whole."""


@dataclass(frozen=True)
class Expectation:
    """Name of a Great Expectations class with its arguments; `column` is None for those of the whole table."""

    type: str
    column: str | None
    arguments: dict[str, Any] = field(default_factory=dict)
    meaning: str = ""


def longitudinal_suite(editions: int) -> tuple[Expectation, ...]:
    """The suite for a study of so many editions."""
    columns = LONGITUDINAL.columns
    required = [
        Expectation("ExpectColumnValuesToNotBeNull", c.name, {}, f"every value has its {c.name}")
        for c in columns
        if not c.nullable
    ]
    closed = [
        Expectation("ExpectColumnValuesToBeInSet", c.name, {"value_set": list(c.values)}, c.meaning)
        for c in columns
        if c.values
    ]
    return (
        Expectation(
            "ExpectTableColumnsToMatchOrderedList", None, {"column_list": LONGITUDINAL.names}, "the contract's columns"
        ),
        Expectation(
            "ExpectTableRowCountToBeBetween",
            None,
            {"min_value": editions * FEWEST_PER_EDITION, "max_value": editions * MOST_PER_EDITION},
            "values of all editions",
        ),
        *required,
        *closed,
        *_values(),
    )


def _values() -> tuple[Expectation, ...]:
    unit = "unit"
    return (
        Expectation("ExpectColumnValuesToBeUnique", "observation_id", {}, "ids name one value each"),
        _between("confidence", 0.0, 1.0, None, "confidence is a probability"),
        _between("value", SMALLEST_SHARE, LARGEST_SHARE, f'{unit} == "percent"', "percentages"),
        _between("value", 0.0, LARGEST_SCORE, f'{unit} in ["mean_score", "rank"]', "scores and ranks"),
        _between("value", 0.0, None, f'{unit} == "count"', "counts"),
        _between("base_n", 1, None, None, "somebody answered"),
        _between("page", 1, None, None, "pages count from 1"),
        Expectation("ExpectColumnValuesToMatchRegex", "source_sha256", {"regex": "^[0-9a-f]{64}$"}, "a SHA-256"),
        Expectation("ExpectColumnValuesToMatchRegex", "wave", {"regex": r"(19|20)\d\d"}, "waves name a year"),
        Expectation(
            "ExpectColumnPairValuesAToBeGreaterThanB",
            None,
            {"column_A": "x1", "column_B": "x0", "or_equal": True, "ignore_row_if": "either_value_is_missing"},
            "a place has a width",
        ),
        Expectation(
            "ExpectColumnPairValuesAToBeGreaterThanB",
            None,
            {"column_A": "bottom", "column_B": "top", "or_equal": True, "ignore_row_if": "either_value_is_missing"},
            "a place has a height",
        ),
        *(
            Expectation("ExpectColumnValuesToNotBeNull", name, {"mostly": share}, "blank only now and then")
            for name, share in NOT_NULL_SHARE.items()
        ),
    )


SUMS = "sums"
SUM_KEY = ("edition", "figure", "question_id", "item_id", "group", "wave")
SUM_COLUMNS = (*SUM_KEY, "total", "excess")


def sums_suite() -> tuple[Expectation, ...]:
    """The suite on `sums_frame`."""
    return (_between("excess", None, 0.0, None, "the shares of an answer that excludes the others sum to 100"),)


def sums_frame(
    longitudinal: pandas.DataFrame, options: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> pandas.DataFrame:
    """One row per printed distribution of a single-answer question: its total, and by how much it misses 100 beyond
    what rounding explains (k shares rounded to unit u: ⌊k/2⌋·u).

    Only distributions that are printed whole are summed, and none that a finding already speaks of: what the report
    prints wrongly is published, and said.
    """
    import pandas

    single = longitudinal[(longitudinal["kind"] == "single") & (longitudinal["unit"] == "percent")]
    single = single[single["category_id_harmonised"].notna() & (single["flags"].map(len) == 0)]
    rows = []
    for key, shares in single.groupby(list(SUM_KEY), dropna=False, sort=True):
        parts = options.get(str(key[2]), {})
        covered = [part for category in shares["category_id"] for part in parts.get(category, ())]
        if sorted(covered) != sorted({part for of in parts.values() for part in of}):
            continue
        total = round(float(shares["value"].sum()), 6)
        rows.append((*key, total, abs(total - 100) - len(shares) // 2 * _rounding_unit(shares["value_printed"])))
    return pandas.DataFrame(rows, columns=list(SUM_COLUMNS))


def _rounding_unit(printed: pandas.Series[str]) -> float:
    numbers = [parse_number(text) for text in printed if isinstance(text, str)]
    return 10.0 ** -min((n.decimals for n in numbers if n), default=0)


def _between(column: str, least: float | None, most: float | None, where: str | None, meaning: str) -> Expectation:
    arguments: dict[str, Any] = {"min_value": least, "max_value": most}
    if where:
        arguments |= {"row_condition": where, "condition_parser": "pandas"}
    return Expectation("ExpectColumnValuesToBeBetween", column, arguments, meaning)
