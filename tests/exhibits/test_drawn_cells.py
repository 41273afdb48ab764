"""Grids whose cells are all drawn: what is closed by rulings or fills is a cell, whatever the text in it looks like."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.exhibits.tables.grid import Grid
from pipeline.exhibits.tables.rulings import read_marks
from pipeline.pages.page import Shape
from tests.exhibits.test_tables import matrix
from tests.factory import find_tables
from tests.typesetting import area, print_line, rule, sheet

GREEN, WHITE = (0.4, 0.7, 0.3), (1.0, 1.0, 1.0)
ACROSS, DOWN = (50.0, 150.0, 350.0), (100.0, 130.0, 170.0, 210.0)


def lattice(across: Sequence[float] = ACROSS, down: Sequence[float] = DOWN) -> list[Shape]:
    return [rule(x, down[0], x, down[-1]) for x in across] + [rule(across[0], y, across[-1], y) for y in down]


def the_drawn(*lines: Sequence[str | float], shapes: Sequence[Shape]) -> Grid:
    """The only grid of a page with the lines (text, left edge, top); it must be a closed one."""
    (grid,) = find_tables(
        sheet(*(print_line(str(t), float(x), float(y)) for t, x, y in lines), shapes=shapes), loose=True
    )
    assert grid.closed
    return grid


def test_lines_that_wrap_in_a_drawn_cell_are_one_text() -> None:
    lines = [
        ("Step", 55, 105),
        ("What to do in this step of the work", 155, 105),
        ("Compare", 55, 132),
        ("Discuss the similarities and differences", 155, 132),
        ("between two objects or ideas of the", 155, 144),
        ("text", 155, 156),
        ("Describe", 55, 172),
        ("Tell what they look like, in whole sentences", 155, 172),
        ("and in your words", 155, 184),
    ]
    grid = the_drawn(*lines, shapes=lattice())
    assert grid.n_rows == 3
    assert matrix(grid)[1][1].endswith("objects or ideas of the text")


def test_a_drawn_cell_that_is_blank_keeps_its_place() -> None:
    lines = [("Claim", 55, 105), ("Your answer", 155, 105), ("Ice is warm", 55, 135), ("Snow is cold", 55, 175)]
    assert matrix(the_drawn(*lines, shapes=lattice()))[1:] == [["Ice is warm", ""], ["Snow is cold", ""]]


def test_a_cell_without_a_ruling_inside_spans() -> None:
    shapes = [*lattice((50, 150, 250, 350)), area(51, 101, 249, 129, GREEN)]
    shapes = [s for s in shapes if not (s.box.x0 == s.box.x1 == 150)] + [rule(150, 130, 150, 210)]
    lines = [("Men", 70, 110), ("All", 260, 110)]
    lines += [(text, x, y) for y in (140, 180) for text, x in (("4", 60), ("5", 160), ("9", 260))]
    grid = the_drawn(*lines, shapes=shapes)
    assert [(c.col, c.col_span) for c in grid.row(0)] == [(0, 2), (2, 1)]


def test_rows_that_are_not_drawn_are_told_by_the_lines() -> None:
    rows = ((105, "Area", "Homes"), (132, "North", "12"), (144, "South", "14"), (156, "West", "9"))
    words = [print_line(name, 55, y) + print_line(value, 155, y) for y, name, value in rows]
    (grid,) = find_tables(sheet(*words, shapes=lattice(down=(100, 130, 170))), loose=True)
    assert matrix(grid)[1:] == [["North", "12"], ["South", "14"], ["West", "9"]]


def test_labels_left_of_a_drawn_grid_belong_to_its_rows() -> None:
    lines = [("Homes", 155, 105), ("Shops", 255, 105)]
    lines += [("North", 60, 140), ("12", 160, 140), ("3", 260, 140)]
    lines += [("South", 60, 180), ("14", 160, 180), ("8", 260, 180)]
    grid = the_drawn(*lines, shapes=lattice((150, 250, 350)))
    assert matrix(grid) == [["", "Homes", "Shops"], ["North", "12", "3"], ["South", "14", "8"]]


def test_labels_without_a_ruling_between_them_are_rows_of_their_own() -> None:
    shapes = [*lattice((150, 250, 350)), *lattice((50, 150), (100, 130, 210))]
    lines = [("Town", 55, 105), ("Homes", 155, 105), ("Shops", 255, 105)]
    lines += [("North", 60, 140), ("12", 160, 140), ("3", 260, 140)]
    lines += [("South", 60, 180), ("14", 160, 180), ("8", 260, 180)]
    grid = the_drawn(*lines, shapes=shapes)
    assert matrix(grid) == [["Town", "Homes", "Shops"], ["North", "12", "3"], ["South", "14", "8"]]


def test_a_text_that_wraps_over_two_rows_of_its_neighbours_is_one_cell() -> None:
    shapes = [*lattice((150, 250, 350)), *lattice((50, 150), (100, 130, 210))]
    lines = [("Town", 55, 105), ("Homes", 155, 105), ("Shops", 255, 105)]
    lines += [("Villages of the", 55, 140), ("12", 160, 140), ("3", 260, 140)]
    lines += [("northern coast", 55, 180), ("14", 160, 180), ("8", 260, 180)]
    grid = the_drawn(*lines, shapes=shapes)
    assert next((c.text, c.row_span) for c in grid.row(1)) == ("Villages of the northern coast", 2)


def test_numbers_without_a_ruling_between_them_are_rows_of_their_own() -> None:
    shapes = [*lattice((50, 150)), *lattice((150, 170), (100, 130, 210)), *lattice((170, 350))]
    lines = [("Town", 55, 105), ("2021", 152, 105), ("2025", 255, 105)]
    lines += [("North", 60, 140), ("7.4", 153, 140), ("7.3", 260, 140)]
    lines += [("South", 60, 180), ("7.1", 153, 180), ("7.2", 260, 180)]
    grid = the_drawn(*lines, shapes=shapes)
    assert matrix(grid) == [["Town", "2021", "2025"], ["North", "7.4", "7.3"], ["South", "7.1", "7.2"]]


def test_two_drawn_grids_one_above_the_other_are_two_tables() -> None:
    lines = [(t, x, y) for y in (110, 140, 180, 240, 270, 310) for t, x in ((f"Row {y}", 55), (str(y), 155))]
    page = sheet(
        *(print_line(t, x, y) for t, x, y in lines),
        shapes=[*lattice(), *lattice(down=[y + 130 for y in DOWN])],
    )
    assert [grid.n_rows for grid in find_tables(page, loose=True)] == [3, 3]


def test_white_rules_show_on_a_fill_and_not_on_paper() -> None:
    white = [Shape("line", s.box, None, WHITE, 0.5, s.points, False, 9) for s in lattice()]
    assert not read_marks(sheet(shapes=white)).vertical
    on_green = read_marks(sheet(shapes=[area(50, 100, 350, 210, GREEN), *white]))
    assert [round(v.at) for v in on_green.vertical] == [50, 150, 350]


def test_a_thin_strip_of_the_fill_beside_it_is_no_rule() -> None:
    fill, strip = area(50, 102, 150, 130, GREEN), area(50, 100.5, 150, 102, GREEN)
    assert [round(h.at) for h in read_marks(sheet(shapes=[fill, strip])).horizontal] == [102, 130]
    longer = area(50, 100.5, 350, 102, GREEN)
    assert 101 in [round(h.at) for h in read_marks(sheet(shapes=[fill, longer])).horizontal]


def test_cells_of_words_between_three_rules_are_told_by_the_blanks_between_their_rows() -> None:
    """The lines of neighbouring cells stand at other heights, since each cell is set in the middle of its row."""
    left = [("Measure", 88), ("Agree the terms with", 108), ("partners and send them", 121), ("out for comment", 134)]
    right = [("Chances", 88), ("Invite the speakers and", 114), ("book rooms for it", 127), ("Check licences", 172)]
    left += [("Write to the members", 166), ("of the board", 179)]
    lines = [print_line(text, x, top) for x, side in ((50, left), (230, right)) for text, top in side]
    (grid,) = find_tables(sheet(*lines, shapes=[rule(45, y, 400, y) for y in (82, 104, 194)]))
    assert [row[1] for row in matrix(grid)] == [
        "Chances",
        "Invite the speakers and book rooms for it",
        "Check licences",
    ]
