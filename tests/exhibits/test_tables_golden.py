"""Tables of real and typeset pages, against what stands printed there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.exhibits.tables.entries import table_reading
from pipeline.exhibits.tables.grid import Grid
from pipeline.pages.parsing import read_pages
from tests.factory import document_tables, find_tables

EU = "reports/icdar2013/eu"


def tables_of(path: Path, number: int) -> list[Grid]:
    return [grid for page in read_pages(path, [number]) for grid in find_tables(page)]


def row(grid: Grid, number: int) -> list[str]:
    return [cell.text for cell in grid.row(number)]


def test_a_ruled_table_of_a_report(shared: Path) -> None:
    (grid,) = tables_of(shared / EU / "eu-002.pdf", 1)
    assert (grid.n_rows, grid.n_cols, grid.form) == (6, 6, "ruled")
    assert row(grid, 0) == ["Q1", "Q2", "Q3", "Q4", "Total"]


def test_a_page_without_a_table(shared: Path) -> None:
    assert tables_of(shared / EU / "eu-017.pdf", 3) == []


def test_half_ruled_table_with_sections(shared: Path) -> None:
    (grid,) = tables_of(shared / EU / "eu-014.pdf", 2)
    entries = table_reading(grid).entries
    employment = next(e for e in entries if e.labels[0].text == "Employment")
    assert employment.printed == "40"
    assert [(label.text, label.axis) for label in employment.labels if label.axis == "section"] == [
        ("Effectiveness", "section")
    ]


def test_headings_over_several_columns_and_cells_over_two_rows(shared: Path) -> None:
    first, _ = tables_of(shared / EU / "eu-018.pdf", 1)
    heads = {c.text: (c.row_span, c.col_span) for c in first.cells if c.header}
    assert heads["2007"] == (1, 2)
    assert heads["Country"] == (2, 1)


@pytest.mark.parametrize(("page", "why"), [(5, "stacked bars"), (13, "bars"), (31, "stacked columns"), (46, "bars")])
def test_charts_are_no_tables(shared: Path, page: int, why: str) -> None:
    assert tables_of(shared / "reports/rust-survey/2023.pdf", page) == [], why


def values(grid: Grid) -> dict[tuple[str, ...], str | None]:
    return {tuple(label.text for label in e.labels): e.printed for e in table_reading(grid).entries}


def test_groups_told_by_colour_and_a_cell_over_two_rows(shared: Path) -> None:
    first, _ = tables_of(shared / "reports/ld-trends/2022-a.pdf", 20)
    merged = [e for e in table_reading(first).entries if e.spans == 2]
    assert [(e.printed, len([label for label in e.labels if label.axis == "row"])) for e in merged] == [
        ("16%", 2),
        ("11%", 2),
        ("84%", 2),
        ("89%", 2),
    ]
    assert len({e.fill for e in merged}) == 2


def test_a_table_broken_after_its_header_row(shared: Path) -> None:
    pages = list(read_pages(shared / "reports/ld-trends/2022-b.pdf", [5, 6]))
    table = next(t.chosen for t in document_tables(pages) if t.chosen.page == 6)
    assert values(table)["dalen", "L&D-afdelingen"] == "13 %"
    assert values(table)["stijgen", "Aanbieders"] == "37 %"


def test_headings_in_two_levels_and_years_as_labels(shared: Path) -> None:
    grids = tables_of(shared / "reports/ld-trends/2022-b.pdf", 18)
    by_label = values(next(g for g in grids if g.n_rows == 7))
    assert by_label["2017", "Neen, helemaal niet tot onvoldoende", "L&D-afdelingen"] == "46 %"
    assert by_label["2022", "Ja, voldoende tot zeer zeker", "Aanbieders"] == "87 %"
