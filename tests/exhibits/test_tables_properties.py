"""Laws that hold for any table, whatever stands in it."""

from __future__ import annotations

from collections import Counter

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.core.geometry import Box
from pipeline.exhibits.tables.grid import Grid, turn_back
from pipeline.exhibits.tables.table_choice import page_tables
from pipeline.pages.page import Page
from pipeline.pages.turning import turned
from tests.factory import find_tables
from tests.typesetting import area, columns, print_line, rule, sheet

NUMBERS = st.integers(0, 99_999).map(str) | st.integers(0, 100).map("{}%".format) | st.just("–")
WORDS = st.text("abcdefgh", min_size=2, max_size=9)
LABELS = st.lists(WORDS, min_size=1, max_size=3).map(lambda words: " ".join(words).capitalize())


@st.composite
def bare_tables(draw: st.DrawFn) -> tuple[list[list[str]], Page]:
    """A table without lines: a label and right-aligned values on every row. A column of dashes alone, without a head,
    may be the signs of the numbers beside it."""
    n_values = draw(st.integers(2, 6))
    rows = draw(st.lists(st.tuples(LABELS, *[NUMBERS] * n_values), min_size=4, max_size=14))
    assume(all(any(map(str.isdigit, "".join(column))) for column in zip(*(row[1:] for row in rows), strict=True)))
    left, top = draw(st.floats(20, 120)), draw(st.floats(30, 300))
    pitch = draw(st.floats(13, 24))
    lines = []
    for i, (label, *values) in enumerate(rows):
        y = top + i * pitch
        line = print_line(label, left, y)
        for j, value in enumerate(values):
            line += print_line(value, left + 230 + 55 * j - 5 * len(value), y)
        lines.append(line)
    return [list(row) for row in rows], sheet(*lines)


@settings(max_examples=60, deadline=None)
@given(bare_tables())
def test_a_table_of_labels_and_values_is_read_cell_by_cell(drawn: tuple[list[list[str]], Page]) -> None:
    rows, page = drawn
    (grid,) = find_tables(page, loose=True)
    assert [
        [(cell.text if (cell := grid.at(r, c)) else "") for c in range(grid.n_cols)] for r in range(grid.n_rows)
    ] == rows


@st.composite
def scattered_pages(draw: st.DrawFn) -> Page:
    """Words, rules and colours anywhere: no table need be there, but nothing may break."""
    places = st.tuples(st.floats(0, 560), st.floats(0, 820))
    texts = draw(st.lists(st.tuples(places, LABELS | NUMBERS), max_size=40))
    shapes = []
    for x, y in draw(st.lists(places, max_size=12)):
        width, height = draw(st.floats(0, 300)), draw(st.floats(0, 200))
        shapes.append(
            draw(
                st.sampled_from(
                    [
                        rule(x, y, x + width, y),
                        rule(x, y, x, y + height),
                        area(x, y, x + width, y + height, (0.2, 0.5, 0.3)),
                    ]
                )
            )
        )
    return sheet(*[print_line(text, x, y) for (x, y), text in texts], shapes=shapes)


def assert_well_formed(grid: Grid, page: Page) -> None:
    covered = Counter((r, c) for cell in grid.cells for r in cell.rows for c in cell.cols)
    assert all(count == 1 for count in covered.values())
    assert all(0 <= r < grid.n_rows and 0 <= c < grid.n_cols for r, c in covered)
    assert all(cell.text and cell.words for cell in grid.cells)
    assert all(grid.box.grown(0.1).holds(cell.box) for cell in grid.cells)
    printed = Counter(id(w) for cell in grid.cells for w in cell.words)
    assert max(printed.values()) == 1
    assert 0.0 <= grid.confidence <= 1.0


@settings(max_examples=80, deadline=None)
@given(scattered_pages())
def test_grids_are_well_formed_and_no_word_stands_in_two_cells(page: Page) -> None:
    for grid in find_tables(page):
        assert_well_formed(grid, page)


@settings(max_examples=25, deadline=None)
@given(scattered_pages() | bare_tables().map(lambda drawn: drawn[1]))
def test_every_reader_survives_any_page(page: Page) -> None:
    for table in page_tables(page):
        assert_well_formed(table.chosen, page)
        for grid in table.readings:
            assert all(cell.row_span >= 1 and cell.col_span >= 1 for cell in grid.cells)


@settings(max_examples=40, deadline=None)
@given(bare_tables(), st.sampled_from([90, 270]))
def test_turning_a_page_there_and_back_changes_nothing(drawn: tuple[list[list[str]], Page], angle: int) -> None:
    _, page = drawn
    there = turned(page, angle)
    back = turned(there, 360 - angle)
    assert (back.width, back.height) == (page.width, page.height)
    for one, other in zip(page.words, back.words, strict=True):
        assert all(abs(a - b) < 1e-6 for a, b in zip(one.box, other.box, strict=True))
        assert one.angle == other.angle
    for grid in find_tables(there):
        restored = turn_back(grid, page, angle)
        assert Box(0, 0, page.width, page.height).holds(restored.box)


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 8), st.integers(2, 5), st.floats(0.3, 0.9))
def test_rulings_make_the_grid_they_draw(n_rows: int, n_cols: int, share: float) -> None:
    stops = [60.0 + 80 * i for i in range(n_cols + 1)]
    bottom = 100.0 + 20 * n_rows
    shapes = [rule(stops[0], 100 + 20 * i, stops[-1], 100 + 20 * i) for i in range(n_rows + 1)]
    shapes += [rule(x, 100, x, bottom) for x in stops]
    rows = [[f"r{i}" if j == 0 else str(i * 10 + j) for j in range(n_cols)] for i in range(n_rows)]
    lines = [columns(104 + 20 * i, row, [x + 4 + 40 * share for x in stops[:-1]]) for i, row in enumerate(rows)]
    (grid,) = find_tables(sheet(*lines, shapes=shapes))
    assert (grid.n_rows, grid.n_cols, grid.form) == (n_rows, n_cols, "ruled")
    assert [[grid.positions()[r, c].text for c in range(n_cols)] for r in range(n_rows)] == rows
