"""What the cells of a column of values hold: signs, marks, two numbers, errors, and marks of suppression."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.core.geometry import Box
from pipeline.exhibits.tables.cell_values import cell_value, marks_of_suppression
from pipeline.exhibits.tables.chunks import read_lines, with_wrapped_percents
from pipeline.exhibits.tables.entries import label_columns, table_reading
from pipeline.exhibits.tables.grid import Grid
from pipeline.exhibits.tables.table_choice import unread_columns
from pipeline.exhibits.tables.table_formats import render
from pipeline.pages.page import Word
from tests.exhibits.test_tables import matrix, the_one
from tests.factory import find_tables
from tests.typesetting import columns, print_line, rule, sheet

STOPS = (60.0, 220.0, 290.0, 360.0)
NAMES = ("North coast", "River valley", "Upper hills", "Lake district", "Old harbour", "Central plain")


@pytest.mark.parametrize(
    ("text", "content", "numbers"),
    [
        ("6,189 (37.7)", "beside", ("6,189", "37.7")),
        ("58 (21,6)", "beside", ("58", "21,6")),
        ("3,9 (2,6, 5,9)", "value", ("3,9",)),
        ("57% (n=561)", "value", ("57%",)),
        ("3.9 (SD 1.2)", "value", ("3.9",)),
        ("3.9 (95% CI 2.6–5.9)", "value", ("3.9",)),
        ("1 (very bad)", "words", ()),
        ("3.9 (2.6–5.9)", "value", ("3.9",)),
        ("37.6 ± 7.7", "value", ("37.6",)),
        ("1,358p", "value", ("1,358",)),
        ("169–568", "missing", ()),
        ("1-4", "missing", ()),
        ("61%-54%", "beside", ("61%", "54%")),
        ("<5", "missing", ()),
        ("≥ 50", "missing", ()),
        ("2 / 3", "beside", ("2", "3")),
        ("Wales", "words", ()),
    ],
)
def test_each_form_has_one_rule(text: str, content: str, numbers: tuple[str, ...]) -> None:
    found = cell_value(text)
    assert (found.content, found.numbers) == (content, numbers)


@pytest.mark.parametrize("mark", ["c", "[c]", "s", "NR", "(D)", "[low]", "k.A.", "nvt", "zzz"])
def test_a_short_text_that_repeats_among_numbers_stands_for_a_value(mark: str) -> None:
    assert marks_of_suppression([mark, "65", mark, mark, "66", mark]) == {mark}


def test_names_and_answers_are_no_marks_of_suppression() -> None:
    assert not marks_of_suppression(["Wales", "12", "Kent", "13"])
    assert not marks_of_suppression(["yes", "no", "yes", "no"])
    assert not marks_of_suppression(["Ton", "Ton", "Ton"])


def table(*values: tuple[str, ...], stops: Sequence[float] = STOPS) -> Grid:
    lines = [
        columns(100 + 16 * i, (name, *row), stops) for i, (name, row) in enumerate(zip(NAMES, values, strict=True))
    ]
    head = columns(84, ("Region", "Boys", "Girls", "Other"), stops)
    end = stops[-1] + 40
    return the_one(sheet(head, *lines, shapes=[rule(60, 96, end, 96), rule(60, 200, end, 200)]))


def test_suppressed_values_leave_the_column_a_column_of_values() -> None:
    grid = table(*((f"{i}23", f"4{i}6", "c" if i % 3 else f"6{i}") for i in range(6)))
    entries = table_reading(grid).entries
    assert [e.printed for e in entries if any(x.text == "Other" for x in e.labels)] == ["60", "63"]
    assert {x.text for e in entries for x in e.labels if x.axis == "row"} == set(NAMES)


def test_what_stands_for_a_value_is_kept_with_its_labels() -> None:
    rows = (("123", "<5", "c"), ("124", "46", "61"), ("125", "1–4", "c"), ("126", "48", "62"), ("-", "49", "c"))
    missing = table_reading(table(*rows, ("128", "50", "63"))).missing
    told = [(e.printed, e.labels[0].text, [x.text for x in e.labels if x.axis == "column"]) for e in missing]
    assert [one for one in told if one[2] == ["Girls"]] == [
        ("<5", "North coast", ["Girls"]),
        ("1–4", "Upper hills", ["Girls"]),
    ]
    assert [one[0] for one in told if one[2] == ["Other"]] == ["c", "c", "c"] and len(told) == 5


def test_a_triangle_before_a_number_is_its_sign() -> None:
    grid = table(*((f"▲ {i}23", f"4{i}6", f"6{i}") for i in range(6)))
    assert next(e.printed for e in table_reading(grid).entries if e.labels[0].text == "North coast") == "▲ 023"


def test_a_percent_sign_before_a_word_is_no_part_of_the_number_above() -> None:
    words = [*print_line("2 years", 100, 100), *print_line("% Chg", 100, 112), *print_line("63", 200, 100)]
    told = [w.text for w in with_wrapped_percents([*words, *print_line("%", 202, 112)])]
    assert told == ["2", "years", "%", "Chg", "63%"]


def test_cells_lie_apart_and_stand_in_every_output() -> None:
    heads = [*print_line("2021", 235, 84), *print_line("2022", 365, 84)]
    lines = [columns(116 + 16 * i, (name, f"{i}1", f"{i}2", f"{i}3"), STOPS) for i, name in enumerate(NAMES)]
    low = columns(100, ("Region", "Boys", "Girls", "Boys"), STOPS)
    grid = the_one(sheet(heads, low, *lines, shapes=[rule(60, 112, 400, 112), rule(60, 220, 400, 220)]))
    cells = json.loads(render([grid], "json"))["tables"][0]["cells"]
    held = [(c["row"] + i, c["col"] + j) for c in cells for i in range(c["row_span"]) for j in range(c["col_span"])]
    assert len(set(held)) == len(held)
    for form in ("md", "csv", "html"):
        assert all(c["text"] in render([grid], form) for c in cells)


def test_brackets_are_a_minus_beside_bare_numbers_and_none_where_all_have_them() -> None:
    grid = table(*((f"({i}23)" if i % 2 else f"{i}23", f"4{i}6", f"(3{i})") for i in range(6)))
    printed = [e.printed for e in table_reading(grid).entries]
    assert "(123)" in printed and "31" in printed


def test_signs_at_the_left_edge_of_cells_belong_to_their_numbers() -> None:
    lines = []
    for i, name in enumerate(NAMES):
        line = columns(100 + 16 * i, (name, f"{i}8.7", f"1{i}.2"), (60.0, 260.0, 360.0))
        lines.append(line + (print_line("-", 220, 100 + 16 * i) if i % 2 else []))
    head = columns(84, ("Region", "2021", "2022"), (60.0, 260.0, 360.0))
    grid = the_one(sheet(head, *lines, shapes=[rule(60, 96, 400, 96), rule(60, 200, 400, 200)]))
    assert matrix(grid)[2] == ["River valley", "- 18.7", "11.2"]
    assert grid.n_cols == 3


@pytest.mark.parametrize("sign", ["-", "$"])
def test_a_sign_between_two_numbers_belongs_to_the_cell_at_whose_edge_it_stands(sign: str) -> None:
    lines = []
    for i, name in enumerate(NAMES):
        line = columns(100 + 16 * i, (name, f"{i}8.7", f"1{i}.2"), (60.0, 220.0, 280.0))
        lines.append(line + (print_line(sign, 242.5, 100 + 16 * i) if i % 2 else []))
    head = columns(84, ("Region", "2021", "2022"), (60.0, 220.0, 280.0))
    grid = the_one(sheet(head, *lines, shapes=[rule(60, 96, 400, 96), rule(60, 200, 400, 200)]))
    assert matrix(grid)[1:3] == [["North coast", "08.7", "10.2"], ["River valley", "18.7", f"{sign} 11.2"]]


@pytest.mark.parametrize(
    ("text", "chunks"),
    [("48.50 (44.60 to 52.40)", 1), ("48.50 (44.60, 52.40)", 1), ("48.50 44.60", 2), ("(12) (13)", 2)],
)
def test_a_value_and_the_interval_behind_it_are_one_cell(text: str, chunks: int) -> None:
    (line,) = read_lines(print_line(text, 100, 100), ())
    assert len(line.chunks) == chunks


def test_codes_with_zeros_before_them_and_years_in_order_are_labels_and_other_numbers_are_none() -> None:
    counts = ("2027", "1916", "2065", "1908", "2033", "1944")
    grid = table(*((f"0{37 * i % 90 + 10}5", count, f"4{i}") for i, count in enumerate(counts)))
    assert label_columns(grid) == {0, 1}


def test_a_row_of_marks_heads_no_rows() -> None:
    mark = ("secret",) * 3
    missing = table_reading(table(("12", "13", "14"), mark, ("15", *mark[1:]), ("16", "17", "18"), mark, mark)).missing
    assert {x.text for e in missing for x in e.labels if x.axis == "column"} == {"Boys", "Girls", "Other"}


def raised(mark: str, x: float, y: float) -> Word:
    (word,) = print_line(mark, x, y, size=6.0)
    return replace(word, raised=True, glued=True)


def test_a_raised_mark_is_kept_apart_from_its_number_in_every_output() -> None:
    lines = [columns(100 + 16 * i, (name, f"{i}3.31", "125", "98"), STOPS) for i, name in enumerate(NAMES)]
    lines[2].append(raised("2", 220 + 5 * 5, 97 + 16 * 2))
    head = columns(84, ("Region", "Boys", "Girls", "Other"), STOPS)
    grid = the_one(sheet(head, *lines, shapes=[rule(60, 96, 400, 96), rule(60, 200, 400, 200)]))
    cells = json.loads(render([grid], "json"))["tables"][0]["cells"]
    assert [(c["text"], c["marks"]) for c in cells if c["marks"]] == [("23.31", ["2"])]
    assert "23.31 [2]" in render([grid], "md") and "23.31 [2]" in render([grid], "csv")
    assert "23.31<sup>2</sup>" in render([grid], "html")


def test_two_numbers_in_a_cell_have_each_their_half_of_the_heading() -> None:
    lines = [columns(100 + 16 * i, (name, f"6{i} (3{i}.5)"), (60.0, 220.0)) for i, name in enumerate(NAMES)]
    head = columns(84, ("Region", "n (%)"), (60.0, 220.0))
    entries = table_reading(the_one(sheet(head, *lines, shapes=[rule(60, 96, 400, 96)]))).entries
    told = [(e.printed, [x.text for x in e.labels if x.axis == "column"], e.doubts) for e in entries[:2]]
    assert told == [("60", ["n"], ()), ("30.5", ["%"], ())]


def test_a_currency_sign_at_the_edge_of_a_cell_is_its_unit() -> None:
    lines = [columns(100 + 16 * i, (name, f"{i}3.31", "125", "98"), STOPS) for i, name in enumerate(NAMES)]
    lines[0] += print_line("$", 200, 100)
    head = columns(84, ("Region", "Boys", "Girls", "Other"), STOPS)
    grid = the_one(sheet(head, *lines, shapes=[rule(60, 96, 400, 96), rule(60, 200, 400, 200)]))
    cells = json.loads(render([grid], "json"))["tables"][0]["cells"]
    assert [(c["text"], c["unit"]) for c in cells if c["unit"]] == [("03.31", "$")]
    assert "$ 03.31" in render([grid], "md")


@pytest.mark.parametrize("under_heads", [70.0, 235.0])
def test_heads_of_sections_and_totals_between_rules_are_rows_of_their_own(under_heads: float) -> None:
    stops = (90.0, 240.0, 300.0, 360.0)
    rows = [
        ("Spending:",),
        ("Defence", "4,703", "663", "976"),
        ("Other departments", "2,619", "182", "236"),
        ("Subtotal, domestic", "4,618", "538", "178"),
        ("Programmes:",),
        ("Pensions", "3,650", "771", "618"),
        ("Health insurance", "1,589", "219", "720"),
        ("Subtotal, programmes", "2,561", "610", "114"),
    ]
    lines = []
    for i, row in enumerate(rows):
        indent = 70.0 if len(row) == 1 else 100.0 if row[0].startswith("Sub") else 85.0
        lines.append(columns(110 + 12 * i, row, (indent, *stops[1:])[: len(row)]))
    head = columns(90, ("2013", "2014", "2015"), stops[1:])
    drawn = [(70.0, 84.0), (under_heads, 104.0), (235.0, 145.0), (235.0, 193.0)]
    rules = [rule(x0, y, 420, y) for x0, y in drawn]
    grid = max(find_tables(sheet(head, *lines, shapes=rules)), key=lambda found: found.n_rows)
    assert [row[0] for row in matrix(grid) if row[0]] == [row[0] for row in rows]
    assert matrix(grid)[0][1:] == ["2013", "2014", "2015"]


def test_columns_of_numbers_in_no_table_are_told() -> None:
    lines = [columns(100 + 16 * i, (f"1{i}", f"4{i}.5", f"9{i}"), (100.0, 220.0, 300.0)) for i in range(4)]
    page = sheet(*lines)
    assert len(unread_columns(page, [])) == 1
    assert not unread_columns(page, [Box(90, 90, 400, 200)])
    scale = sheet(*[columns(100 + 16 * i, (f"{i}0",), (100.0,)) for i in range(6)])
    assert not unread_columns(scale, [])


def test_signs_in_another_colour_mark_numbers_and_belong_to_none() -> None:
    """`63% −` of a table that shows what differs significantly is 63 %; in the number's own colour it is its sign."""

    def values(ink: tuple[float, float, float]) -> set[str]:
        lines = [columns(100, ("", "Men", "Women", "All"), STOPS)]
        for i, name in enumerate(NAMES):
            top = 118.0 + 16 * i
            signs = [replace(w, colour=ink) for x, s in ((239, "-"), (309, "+")) for w in print_line(s, x, top)]
            lines += [columns(top, (name, f"{60 + i}%", f"{30 + i}%", f"{45 + i}%"), STOPS), signs]
        reading = table_reading(the_one(sheet(*lines)))
        return {e.printed for e in reading.entries if e.printed}

    assert values((0.8, 0.1, 0.1)) == {f"{n + i}%" for n in (60, 30, 45) for i in range(6)}
    assert "60%" not in values((0.0, 0.0, 0.0))
