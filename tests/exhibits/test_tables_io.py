"""Contract tables as Parquet and CSV: same rows, same bytes, nothing that a spreadsheet would run."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.contract import EDITION_TABLES, FINDINGS, OBSERVATIONS, Column
from pipeline.core.table_files import (
    ContractError,
    clean_text,
    csv_text,
    escape_formula,
    read_csv,
    to_arrow,
    unescape_formula,
    write_tables,
)
from tests.edition_tables import read_tables

ROW: dict[str, object] = {
    "study": "commute",
    "edition": "2024",
    "observation_id": "commute/2024/1/a",
    "page": 1,
    "figure": "1",
    "kind": "single",
    "wave": "2024",
    "category": "By bicycle",
    "value": -6.0,
    "value_printed": "– 6%",
    "unit": "percent",
    "x0": 1.25,
    "top": 2.0,
    "x1": 3.0,
    "bottom": 4.0,
    "method": "table",
    "readers": "geometry",
    "confidence": 0.99,
    "flags": ["extraction-sum", "source-sum"],
    "source_sha256": "0" * 64,
}


def tables(*rows: dict[str, object]) -> dict[str, list[dict[str, object]]]:
    return {t.name: list(rows) if t is OBSERVATIONS else [] for t in EDITION_TABLES}


def test_tables_come_back_as_they_were_written(tmp_path: Path) -> None:
    write_tables(tmp_path, tables(ROW))
    [row] = read_tables(tmp_path)["observations"]
    assert row == {name: ROW.get(name) for name in OBSERVATIONS.names}
    text = (tmp_path / "observations.csv").read_text(encoding="utf-8")
    assert read_csv(OBSERVATIONS.columns, text) == [row]


def test_the_order_of_arrival_leaves_no_trace(tmp_path: Path) -> None:
    rows = [ROW | {"observation_id": f"commute/2024/1/{i}", "value": float(i)} for i in range(9)]
    for name, order in (("a", rows), ("b", rows[::-1])):
        (tmp_path / name).mkdir()
        write_tables(tmp_path / name, tables(*order))
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_blanks_are_null_and_numbers_stay_numbers() -> None:
    arrow = to_arrow(OBSERVATIONS, [ROW | {"category": "", "scale": None, "x0": math.nan}])
    row = arrow.to_pylist()[0]
    assert (row["category"], row["scale"], row["x0"]) == (None, None, None)
    cells = csv_text(OBSERVATIONS.columns, [row]).splitlines()[1].split(",")
    assert cells[OBSERVATIONS.names.index("value")] == "-6"
    assert cells[OBSERVATIONS.names.index("category")] == ""


@pytest.mark.parametrize("wrong", [{"value": "six"}, {"page": 1.5}, {"unit": None}, {"colour": "red"}])
def test_what_is_not_in_the_contract_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ContractError, match=next(iter(wrong))):
        to_arrow(OBSERVATIONS, [ROW | wrong])


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x","y")',
        "+1+cmd|' /C calc'!A0",
        "@SUM(1)",
        "-2+3+cmd",
        "\t=1",
        "a;=1+1",
        "\uff1d1",
        "- dash",
    ],
)
def test_a_text_that_would_be_a_formula_is_made_harmless(text: str) -> None:
    cell = escape_formula(text)
    for part in cell.replace("\t", ";").split(";"):
        assert part.lstrip()[:1] not in ("=", "+", "-", "@", "\uff1d"), cell
    assert unescape_formula(cell) == text


@pytest.mark.parametrize("text", ["-6%", "+ 25%", "- 0,5", "– 6%", "67 %", "'t Gooi", "2020-2021", "a - b"])
def test_printed_numbers_and_plain_text_stay_as_printed(text: str) -> None:
    assert escape_formula(text) == text


@given(st.text(alphabet="=+-@'\uff0b;\t\r\n a1%", max_size=12))
def test_escaping_can_always_be_undone(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_any_text_survives_csv(texts: list[str]) -> None:
    column = (Column("message", "string", ""),)
    rows = [{"message": clean_text(t) or None} for t in texts]
    assert read_csv(column, csv_text(column, [*rows, {"message": "end"}])) == [*rows, {"message": "end"}]


def test_characters_that_steer_machines_are_no_text() -> None:
    assert clean_text("a\x1b[31mb\x00\u202ec\ud800") == "a [31mb c?"
    arrow = to_arrow(FINDINGS, [])
    assert arrow.schema.names == FINDINGS.names
