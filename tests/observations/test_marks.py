"""Cells in which a mark stands for a value, and signs that the others of their column explain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.catalogue.model import bare_catalogue
from pipeline.release.merge.longitudinal import _obs_status
from tests.factory import observed, table

ROWS = {"North": ("1,208", "71"), "South": ("3,410", "c"), "East": ("2,777", "64")}


def test_a_mark_is_a_missing_value_with_the_labels_and_the_unit_of_its_column() -> None:
    part = table("1", 1, "Pupils by place", ("2021", "2022"), ROWS)
    mark = next(v for v in part.values if v.entry.printed == "c")
    part = replace(part, values=tuple(v for v in part.values if v is not mark), missing=(mark,))
    *values, missing = observed([part], bare_catalogue())
    assert not any(o.missing for o in values) and missing.missing
    row = missing.row()
    assert (row["value"], row["value_printed"], row["category"], row["wave"]) == (None, "c", "South", "2022")
    assert row["unit"] == next(o.unit for o in values if o.roles.wave == "2022")
    assert len({o.serial for o in (*values, missing)}) == 6


def test_the_published_status_of_a_missing_value_is_missing() -> None:
    no, yes = np.array([False]), np.array([True])
    assert [*_obs_status(yes, yes, no, no, no), *_obs_status(no, yes, no, no, no)] == ["O", "A"]


def test_a_black_triangle_among_bare_numbers_is_a_minus_and_beside_falls_a_rise() -> None:
    def values(*printed: str) -> list[float]:
        rows = {f"Branch {i}": (text,) for i, text in enumerate(printed)}
        return [o.value for o in observed([table("1", 1, "Profit", ("2022",), rows)], bare_catalogue())]

    assert values("512", "▲ 204", "331") == [512, -204, 331]
    assert values("▲ 12", "▼ 4", "▲ 3") == [12, -4, 3]
