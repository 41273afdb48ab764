"""Grids of other libraries as proposals over the page's own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.geometry import Box
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.exhibits.tables.other_finders import (
    FLAVOURS,
    CellBoxes,
    OtherFinders,
    camelot_cells,
    filled_grid,
    pdfplumber_cells,
)
from pipeline.exhibits.tables.rulings import read_marks
from pipeline.exhibits.tables.structure import READER
from pipeline.exhibits.tables.table_features import same_cells
from pipeline.exhibits.tables.table_sureness import JudgedGrid, best_grids
from pipeline.pages.page import Page, Shape, Word
from pipeline.pages.parsing import read_pages
from tests.typesetting import page_of

COLUMNS, ROWS = (100.0, 200.0, 260.0, 320.0), (100.0, 120.0, 140.0, 160.0)
TEXTS = (("Answer", "2023", "2024"), ("Yes", "40", "45"), ("No", "60", "55"))


def word(text: str, x0: float, top: float, order: int) -> Word:
    box = Box(x0, top, x0 + 5 * len(text), top + 10)
    return Word(text, box, 10.0, "Sans", None, 0, (box.x0, box.bottom), (), order)


def page(*, ruled: bool = True) -> Page:
    words = tuple(
        word(text, COLUMNS[c] + 10, ROWS[r] + 5, 3 * r + c) for r, row in enumerate(TEXTS) for c, text in enumerate(row)
    )
    edges = [Box(x, ROWS[0], x, ROWS[-1]) for x in COLUMNS] + [Box(COLUMNS[0], y, COLUMNS[-1], y) for y in ROWS]
    shapes = tuple(
        Shape("line", box, None, (0, 0, 0), 1.0, ((box.x0, box.top), (box.x1, box.bottom)), False, i)
        for i, box in enumerate(edges)
    )
    return page_of(words, shapes if ruled else ())


def matrix(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in grid.row(row)] for row in range(grid.n_rows)]


def test_the_cells_that_pdfplumber_finds_hold_the_pages_words() -> None:
    sheet = page()
    (cells,) = pdfplumber_cells(sheet)
    grid = filled_grid(cells, sheet, sheet.words, read_marks(sheet))
    assert grid is not None
    assert (grid.reader, matrix(grid), grid.header_rows) == ("pdfplumber", [list(row) for row in TEXTS], 1)


def test_without_edges_pdfplumber_proposes_nothing() -> None:
    assert list(pdfplumber_cells(page(ruled=False))) == []


def test_a_cell_over_two_columns_spans_them_and_blank_rows_fall_away() -> None:
    wide, left, right = Box(90, 90, 300, 110), Box(90, 110, 200, 130), Box(200, 110, 300, 130)
    blank = (Box(90, 130, 200, 150), Box(200, 130, 300, 150))
    words = [word("Years", 100, 95, 0), word("Yes", 100, 115, 1), word("40", 210, 115, 2)]
    sheet = page_of(words)
    grid = filled_grid(CellBoxes("pdfplumber", (wide, left, right, *blank)), sheet, words, read_marks(sheet))
    assert grid is not None
    assert (grid.n_rows, grid.n_cols) == (2, 2)
    assert [(c.text, c.col_span) for c in grid.cells] == [("Years", 2), ("Yes", 1), ("40", 1)]


def test_cells_that_lie_over_each_other_are_no_grid() -> None:
    words = [word("Yes", 100, 95, 0), word("40", 150, 102, 1)]
    sheet = page_of(words)
    crossed = CellBoxes("pdfplumber", (Box(90, 90, 140, 130), Box(90, 100, 200, 120)))
    grid = filled_grid(crossed, sheet, words, read_marks(sheet))
    assert grid is None or len({place for c in grid.cells for place in [(c.row, c.col)]}) == len(grid.cells)


def grid(texts: list[str], reader: str, x0: float = 0.0) -> Grid:
    words = [word(text, x0 + 50 * i, 100, i) for i, text in enumerate(texts)]
    cells = tuple(Cell(0, i, 1, 1, w.text, w.box, words=(w,)) for i, w in enumerate(words))
    return Grid(1, 842.0, Box(x0, 90, x0 + 50 * len(texts), 120), cells, 1, len(texts), reader, 0.5, "ruled")


def judged(*found: tuple[Grid, float]) -> list[JudgedGrid]:
    return [JudgedGrid(grid, sure, {}) for grid, sure in found]


def test_a_sure_grid_of_our_own_stands_and_a_doubtful_one_loses_to_a_better_one() -> None:
    own, other = grid(["a", "1"], READER), grid(["a", "1", "2"], "camelot-hybrid")
    assert [g.reader for g in best_grids(judged((own, 0.85), (other, 0.99)), loose=False)] == [READER]
    assert [g.reader for g in best_grids(judged((own, 0.7), (other, 0.9)), loose=False)] == ["camelot-hybrid"]


def test_doubtful_grids_wait_for_words_that_nothing_else_takes() -> None:
    own, other = grid(["a", "1"], READER), grid(["b", "2"], READER, x0=300.0)
    stray = grid(["c", "3"], "camelot-stream", x0=450.0)
    found = judged((own, 0.9), (other, 0.3), (stray, 0.3))
    assert len(best_grids(found, loose=False)) == 1
    assert [g.confidence for g in best_grids(found, loose=True)] == [0.9, 0.3]


def test_agreement_counts_cells_with_the_same_words_of_other_finders() -> None:
    own, same, cut = grid(["a", "1"], READER), grid(["a", "1"], "camelot-lattice"), grid(["a"], "pdfplumber")
    assert same_cells(own, [own]) == 0.0
    assert same_cells(own, [own, same]) > same_cells(own, [own, cut]) > 0.0


@pytest.mark.parametrize("missing", ["absent.pdf"])
def test_a_finder_that_fails_proposes_nothing(tmp_path: Path, missing: str) -> None:
    sheet = page()
    found = OtherFinders(tmp_path / missing).grids(sheet, sheet, read_marks(sheet))
    assert {g.reader for g in found} == {"pdfplumber"}


def test_one_layout_for_all_flavours_gives_the_tables_that_camelot_finds_in_each(shared: Path) -> None:
    from camelot.io import read_pdf

    path = shared / "reports" / "ld-trends" / "2022-a.pdf"
    sheet = next(read_pages(path, [9]))
    found = [cells.proposer for cells in camelot_cells(path, sheet, "")]
    alone = {
        proposer: len(read_pdf(path, pages="9", flavor=flavour, suppress_stdout=True, **options))
        for proposer, (flavour, options) in FLAVOURS.items()
    }
    assert len(found) > len(FLAVOURS) and found == [name for name, count in alone.items() for _ in range(count)]
