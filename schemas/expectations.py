"""The Great Expectations suite on the published longitudinal table, as data; `pipeline.publish.expectations` runs it.

Row counts are ranges relative to the number of editions, so that a new edition does not break the suite.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipeline.contract import LONGITUDINAL

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
        Expectation("ExpectColumnValuesToMatchRegex", "wave", {"regex": r"^(19|20)\d\d"}, "waves begin with a year"),
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


def _between(column: str, least: float | None, most: float | None, where: str | None, meaning: str) -> Expectation:
    arguments: dict[str, Any] = {"min_value": least, "max_value": most}
    if where:
        arguments |= {"row_condition": where, "condition_parser": "pandas"}
    return Expectation("ExpectColumnValuesToBeBetween", column, arguments, meaning)
