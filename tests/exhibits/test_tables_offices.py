"""Tables as office documents have them: forms to tick, slides, grids with blank cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.exhibits.tables.grid import Grid, parted
from pipeline.pages.page import Shape, Word
from tests.factory import find_tables
from tests.typesetting import area, print_line, rule, sheet


def ruled(xs: Sequence[float], ys: Sequence[float]) -> list[Shape]:
    lines = [rule(xs[0], y, xs[-1]) for y in ys]
    return lines + [rule(x, ys[0], x, ys[-1]) for x in xs]


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text if (cell := grid.at(r, c)) else "" for c in range(grid.n_cols)] for r in range(grid.n_rows)]


def test_a_form_to_tick_is_one_table_though_a_label_ends_in_a_bold_line() -> None:
    words = [w for x, head in ((330, "good"), (400, "fair"), (470, "poor")) for w in print_line(head, x, 60)]
    labels = [
        ["How do you judge the care of pain in this ward?"],
        ["How do you judge the care of lack of appetite, nausea", "and of all that follows from them?"],
        ["How do you judge the care of fear in this ward?"],
        ["How do you judge the care of wounds in this ward?"],
    ]
    y = 84.0
    for lines in labels:
        words += [w for x in (335, 405, 475) for w in print_line("□", x, y)]
        for line in lines:
            words += [replace(w, font="Bold" if line is not lines[0] else w.font) for w in print_line(line, 40, y)]
            y += 12
        y += 12
    (grid,) = find_tables(sheet(words, shapes=[rule(36, 76, 520)]))
    assert [len({c.text for c in grid.row(r)}) for r in range(grid.n_rows)] == [3, 2, 2, 2, 2]
    assert (
        texts(grid)[2][0] == "How do you judge the care of lack of appetite, nausea and of all that follows from them?"
    )


def test_lists_side_by_side_are_a_table_each() -> None:
    words: list[Word] = []
    for x, names in ((60, "Oak Ash Elm Yew"), (240, "Rye Oat Pea Fig Nut"), (420, "Cod Eel Ray Hake")):
        for i, name in enumerate(names.split()):
            words += print_line(name, x, 60 + 20 * i) + print_line(str(70 - 13 * i), x + 60, 60 + 20 * i)
    found = find_tables(sheet(words))
    assert [texts(grid)[0] for grid in found] == [["Oak", "70"], ["Rye", "70"], ["Cod", "70"]]
    assert [grid.n_rows for grid in found] == [4, 5, 4]


def test_a_table_that_was_folded_under_its_heads_stays_one() -> None:
    words: list[Word] = []
    for x, names in ((60, "Oak Ash Elm Yew"), (240, "Rye Oat Pea Fig")):
        words += print_line("Plant", x, 60) + print_line("Share", x + 60, 60)
        for i, name in enumerate(names.split()):
            words += print_line(name, x, 80 + 20 * i) + print_line(str(70 - 13 * i), x + 60, 80 + 20 * i)
    (grid,) = find_tables(sheet(words, shapes=[rule(56, 75, 340)]))
    assert parted(grid) == [grid]
    assert (grid.n_rows, grid.n_cols) == (5, 4)


def test_the_title_of_a_slide_is_no_head_of_the_table_below() -> None:
    rows = [("Bias", ""), ("Anchor", "A first price"), ("Loss", "A lost coin")]
    words = [
        w
        for i, row in enumerate(rows)
        for x, t in zip((60, 200), row, strict=True)
        if t
        for w in print_line(t, x, 80 + 24 * i)
    ]
    large = [
        replace(w, size=24.0, box=w.box._replace(top=50.0, bottom=74.0)) for w in print_line("Two biases", 140, 50)
    ]
    (grid,) = find_tables(sheet([*large, *words], shapes=ruled((50, 180, 400), (76, 100, 124, 148))))
    assert texts(grid) == [list(row) for row in rows]


def test_a_ruled_table_below_another_competes_with_both_as_one() -> None:
    words = print_line("The steps that were taken", 60, 60)
    for i, step in enumerate(
        ("Load the package of the study", "Make two folders for it", "Run the script of the study")
    ):
        words += print_line(f"{i + 1}.", 75, 80 + 20 * i) + print_line(step, 95, 80 + 20 * i)
    rows = [
        ("program", "line", "change"),
        ("one.sas", "180", "comment"),
        ("two.sas", "181", "scope"),
        ("six.sas", "9", "value"),
    ]
    for i, row in enumerate(rows):
        words += [w for x, text in zip((60, 160, 260), row, strict=True) for w in print_line(text, x, 172 + 20 * i)]
    first = ruled((50, 400), tuple(56 + 20 * i for i in range(5)))
    second = ruled((50, 150, 250, 400), tuple(168 + 20 * i for i in range(5)))
    found = find_tables(sheet(words, shapes=[*first, *second]))
    assert texts(found[-1]) == [list(row) for row in rows]
    assert all(a.box.bottom < b.box.top for a, b in pairwise(found))


def test_a_title_in_the_middle_with_heads_below_begins_another_table() -> None:
    words: list[Word] = []
    y = 60.0
    for title, heads in (
        ("Rank Statistics", ("Arm", "Log", "Wilcoxon")),
        ("Quartile Estimates", ("Level", "Point", "Upper")),
    ):
        words += print_line(title, 178 - 2.5 * len(title), y)
        for row in (heads, ("25", "4.1", "7.9"), ("50", "3.2", "6.8"), ("75", "2.3", "5.7")):
            y += 18
            words += [w for x, text in zip((60, 160, 260), row, strict=True) for w in print_line(text, x, y)]
        y += 34
    found = find_tables(sheet(words))
    assert [texts(grid)[-1] for grid in found] == [["75", "2.3", "5.7"]] * 2


def printed(rows: Sequence[Sequence[str]], top: float, x: float = 60.0) -> list[Word]:
    """Cells of a sheet as it prints them: texts at the left edge of their column, numbers at the right edge."""
    words: list[Word] = []
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            left = x + (130 + 50 * (j - 1) if j else 0)
            shift = 46 - 5 * len(text) if j and text.isdigit() and len(text) < 3 else 0
            words += print_line(text, left + shift, top + 14 * i) if text else []
    return words


SHARES = [["Reason", "Men", "Women"], ["Price", "21", "34"], ["Moved house", "7", "11"], ["Other", "52", "48"]]


def test_tables_one_below_the_other_on_a_sheet_are_a_table_each() -> None:
    years = [["Service", "2021", "2022"], ["Pools", "12", "14"], ["Parks", "61", "58"], ["Schools", "7", "9"]]
    words = [*printed([["By sex"], *SHARES], 60), *printed([["By year"], *years], 60 + 14 * 6)]
    assert [texts(grid) for grid in find_tables(sheet(words))] == [SHARES, years]


def test_heads_at_the_left_edge_stand_over_numbers_at_the_right_edge() -> None:
    heads = [["Service", "2022", "", "2023", ""], ["", "Men", "Women", "Men", "Women"]]
    body = [[name, "21", "34", "17", "8"] for name in ("Pools", "Parks and gardens", "Parking", "Schools")]
    words = [w if w.text not in ("2022", "2023") else _moved(w, 40) for w in printed([*heads, *body], 60)]
    (grid,) = find_tables(sheet(words))
    assert texts(grid)[1:] == [heads[1], *body]


def _moved(word: Word, by: float) -> Word:
    return replace(word, box=word.box._replace(x0=word.box.x0 + by, x1=word.box.x1 + by))


def test_tables_beside_each_other_with_heads_of_their_own_are_a_table_each() -> None:
    regions = [["Region", "2022", "2023"], ["North", "12", "14"], ["South", "61", "58"]]
    words = [*printed(SHARES, 60), *printed(regions, 60, 330)]
    assert [texts(grid) for grid in find_tables(sheet(words))] == [SHARES, regions]


def test_a_title_above_the_rule_over_the_heads_is_no_head() -> None:
    rules = [rule(58, y, 300) for y in (73, 87, 129)]
    (grid,) = find_tables(sheet(printed([["By sex"], *SHARES], 60), shapes=rules))
    assert texts(grid) == SHARES


def test_the_second_line_of_any_text_of_the_last_row_belongs_to_it() -> None:
    rows = [["Week", "Monday", "Tuesday"], ["One", "Lab", "Talk"], ["Two", "Free", "Walk to"], ["", "", "town"]]
    (grid,) = find_tables(sheet(printed(rows, 60), shapes=[rule(58, 72, 300)]))
    assert texts(grid)[-1] == ["Two", "Free", "Walk to town"]


def set_right(rows: Sequence[Sequence[str]], top: float, x: float = 60.0) -> list[Word]:
    """Rows with heads and numbers at the right edge of their column."""
    cells = [(i, j, text) for i, row in enumerate(rows) for j, text in enumerate(row)]
    places = [(text, x + 110 + 60 * j - 5 * len(text) if j else x, top + 14 * i) for i, j, text in cells]
    return [word for text, left, y in places for word in print_line(text, left, y)]


def test_titles_over_tables_beside_each_other_do_not_make_them_one() -> None:
    regions = [["Region", "2022", "2023"], ["North", "12", "14"], ["South", "61", "58"]]
    titles = [*print_line("Table 1. Reasons", 60, 40), *print_line("Table 2. Regions", 330, 40)]
    rules = [rule(x, y, x + 240) for x in (58, 328) for y in (58, 72, 114 if x == 58 else 100)]
    words = [*titles, *set_right(SHARES, 60), *set_right(regions, 60, 330)]
    assert [texts(grid) for grid in find_tables(sheet(words, shapes=rules))] == [SHARES, regions]


def test_tables_24_points_apart_under_heads_of_their_own_are_two() -> None:
    towns = [["Town", "Votes", "Share"], ["Aby", "640", "43%"], ["Bel", "4717", "83%"], ["Cor", "36", "8%"]]
    words = [*set_right(SHARES, 60), *set_right(towns, 60 + 14 * 4 + 24)]
    rules = [rule(58, y, 300) for top in (58, 138) for y in (top, top + 14, top + 56)]
    assert [texts(grid) for grid in find_tables(sheet(words, shapes=rules))] == [SHARES, towns]


def test_cells_that_a_word_processor_shades_by_several_rectangles_are_one_each() -> None:
    white = (1.0, 1.0, 1.0)
    shades = []
    for i in range(len(SHARES)):
        for x0, x1 in ((58, 175), (175, 233), (233, 295)):
            tint, top = ((0.8, 0.85, 0.95), (0.93, 0.95, 0.98))[i % 2], 58 + 14 * i
            inner = area(x0 + 5, top, x1 - 5, top + 12, tint)
            shades += [area(x0, top, x1, top + 14, white if x0 == 58 and not i else tint), inner]
    (grid,) = find_tables(sheet(set_right(SHARES, 60), shapes=shades))
    assert texts(grid) == SHARES
