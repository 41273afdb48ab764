"""Layouts of survey tables: every kind that a designer may choose, drawn as a synthetic page or typeset afresh."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from facsimile import Content, Style, load, render
from pipeline.catalogue.matching import text_key
from pipeline.core.geometry import Box
from pipeline.exhibits.reading import Entry
from pipeline.exhibits.tables.anchors import LabelLine, labels_among, labels_of_values
from pipeline.exhibits.tables.chunks import ChunkLine, read_lines
from pipeline.exhibits.tables.entries import table_reading
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.exhibits.tables.regions import runs
from pipeline.exhibits.tables.table_prose import join_justified, mark_items, mark_prose
from pipeline.layout.joining import settled
from pipeline.pages.page import Page, Shape, Word
from pipeline.pages.parsing import read_pages
from tests.factory import document_tables, find_tables
from tests.paper import Sheet as Paper
from tests.paper import document, save
from tests.typesetting import LETTER, area, print_line, rule, sheet, turned_line

PURPLE, GREEN = (0.42, 0.11, 0.6), (0.26, 0.63, 0.28)


def labelled(grid: Grid) -> dict[tuple[str, ...], str | None]:
    """Each value by the texts of its labels: those of the row first, then from the nearest heading up."""
    entries = table_reading(grid).entries
    return {
        tuple(settled(label.text, Counter()) for label in entry.labels if label.text): entry.printed
        for entry in entries
    }


def the_one(page: Page) -> Grid:
    (grid,) = find_tables(page, loose=True)
    return grid


LABELS = (
    ("They invest in managers so that these let", "their own people learn on the job"),
    ("They offer a wide choice of courses",),
    (
        "They use learning as a means to make the",
        "careers of their people longer, more varied",
        "and better paid than before",
    ),
    ("They give five days a year",),
)


def centred_rows(x: float, stops: Sequence[float], top: float = 120.0) -> list[list[Word]]:
    """Rows of labels of several lines with their two values in the middle of the label."""
    lines = []
    for number, label in enumerate(LABELS):
        for i, text in enumerate(label):
            lines.append(print_line(text, x, top + 12 * i))
        middle = top + 6 * (len(label) - 1)
        lines += [print_line(f"{10 + number + 20 * k}%", stop, middle) for k, stop in enumerate(stops)]
        top += 12 * len(label) + 6
    return lines


def expected_rows() -> list[tuple[str, str]]:
    return [(" ".join(label), f"{10 + i + 20 * k}%") for i, label in enumerate(LABELS) for k in (0, 1)]


@pytest.mark.parametrize(("x", "stops"), [(60.0, (330.0, 400.0)), (200.0, (70.0, 130.0))], ids=["left", "right"])
def test_values_in_the_middle_of_labels_of_several_lines(x: float, stops: tuple[float, float]) -> None:
    entries = table_reading(the_one(sheet(*centred_rows(x, stops)))).entries
    assert [(e.labels[0].text, e.printed) for e in entries] == expected_rows()


@pytest.mark.parametrize("at_end", [False, True], ids=["first", "last"])
def test_labels_of_several_lines_alike_are_no_paragraphs(at_end: bool) -> None:
    labels = (
        ("They invest in their own managers so that these", "let all of their people learn on the job"),
        ("They use learning as a means to make the careers", "of all their people longer, more varied and", "better"),
        ("They give every one of their people five days a", "year"),
        ("They offer a wide choice of courses to people who", "want to learn, whatever it is that they want to", "do"),
    )
    lines, top = [], 120.0
    for number, label in enumerate(labels):
        lines += [print_line(text, 60, top + 13 * i) for i, text in enumerate(label)]
        beside = top + 13 * (len(label) - 1) * at_end
        lines += [print_line(f"{10 + number + 20 * k}%", 350 + 60 * k, beside) for k in (0, 1)]
        top += 13 * len(label) + 8
    values = labelled(the_one(sheet(*lines)))
    assert values == {(" ".join(label),): f"{30 + i}%" for i, label in enumerate(labels)}


def test_labels_beside_coloured_cells_without_headings() -> None:
    shapes = []
    top = 117.0
    for label in LABELS:
        height = 12 * len(label) + 3
        shapes += [area(62, top, 108, top + height, PURPLE), area(111, top, 157, top + height, GREEN)]
        top += height + 3
    entries = table_reading(the_one(sheet(*centred_rows(200, (70.0, 120.0)), shapes=shapes))).entries
    assert [(e.labels[0].text, e.printed) for e in entries] == expected_rows()
    assert {e.fill for e in entries} == {PURPLE, GREEN}


def test_values_close_below_a_question_do_not_go_on_with_it() -> None:
    question = print_line(
        "Which of these many reasons to let your own people learn is the weightiest for you all,", 60, 80
    )
    lines = [question, print_line("and in which year?", 60, 92), print_line("2021", 60, 110)]
    lines += [print_line(f"{30 + i}%", 60, 128 + 18 * i) for i in range(4)]
    lines += [print_line(f"Reason {chr(65 + i)}", 110, 128 + 18 * i) for i in range(4)]
    assert labelled(the_one(sheet(*lines))) == {(f"Reason {chr(65 + i)}", "2021"): f"{30 + i}%" for i in range(4)}


def test_a_percent_sign_that_a_narrow_cell_sets_below_its_number_belongs_to_it() -> None:
    lines = [print_line(f"Answer {chr(65 + i)}", 60, 106 + 30 * i) for i in range(4)]
    for i, x in itertools.product(range(4), (250, 270)):
        lines += [print_line(f"{x // 10 + i}", x, 100 + 30 * i), print_line("%", x, 112 + 30 * i)]
    (table,) = document_tables([sheet(*lines)])
    values = {(e.labels[0].text, e.printed) for e in table_reading(table.chosen).entries}
    assert values == {(f"Answer {chr(65 + i)}", f"{x + i}%") for i in range(4) for x in (25, 27)}


def test_letter_spaced_labels_stay_whole(tmp_path: Path) -> None:
    labels = ("Very sure of it", "Rather sure of it", "Not at all sure", "2017")
    page = Paper().text(260, 100, "Now").text(330, 100, "Later")
    for i, label in enumerate(labels):
        page.parts.append("2 Tc")
        page.text(60, 120 + 18 * i, label)
        page.parts.append("0 Tc")
        page.text(260, 120 + 18 * i, f"{20 + i}%").text(330, 120 + 18 * i, f"{40 + i}%")
    (read,) = read_pages(save(document([page]), tmp_path / "spaced.pdf"))
    assert labelled(the_one(read)) == {
        (label, head): f"{first + i}%" for i, label in enumerate(labels) for head, first in (("Now", 20), ("Later", 40))
    }


def test_ranks_are_no_labels_when_these_stand_at_the_right() -> None:
    labels = ("Good managers", "Broad learning", "New roles", "Retention")
    rows = [print_line(f"{i}", 70, 100 + 18 * i) + print_line(f"{5 - i}", 120, 100 + 18 * i) for i in range(1, 5)]
    rows += [print_line(label, 160, 118 + 18 * i) for i, label in enumerate(labels)]
    head = print_line("Ours", 60, 96) + print_line("Theirs", 108, 96)
    values = labelled(the_one(sheet(head, *rows)))
    assert values["Good managers", "Ours"] == "1"
    assert values["Good managers", "Theirs"] == "4"


def test_a_value_between_two_rows_belongs_to_both() -> None:
    lines = [
        print_line(label, 60, 100 + 16 * i) for i, label in enumerate(("Surely not", "Rather not", "Rather", "Surely"))
    ]
    lines += [print_line(f"{value}%", 250, 100 + 16 * i) for i, value in enumerate((3, 12, 42, 43))]
    lines += [print_line("15%", 320, 108), print_line("85%", 320, 140)]
    spanning = {
        e.printed: [x.text for x in e.labels] for e in table_reading(the_one(sheet(*lines))).entries if e.spans > 1
    }
    assert spanning == {"15%": ["Surely not", "Rather not"], "85%": ["Rather", "Surely"]}


def columns_from(top: float, *columns: Sequence[str], shapes: Iterable[Shape] = ()) -> Page:
    """Rows "Answer A" … with a column of values each at 250, 320 …; blank where a value is empty."""
    lines = [print_line(f"Answer {chr(65 + i)}", 60, top + 16 * i) for i in range(len(columns[0]))]
    for k, column in enumerate(columns):
        lines += [print_line(text, 250 + 70 * k, top + 16 * i) for i, text in enumerate(column) if text]
    return sheet(*lines, shapes=shapes)


def test_high_cells_beside_merged_ones_are_no_bars() -> None:
    shapes, lines = [], []
    for i, value in enumerate(("3%", "12%", "42%", "43%")):
        lines += [print_line(f"Answer {chr(65 + i)}", 60, 102 + 30 * i), print_line(value, 250, 102 + 30 * i)]
        lines += [print_line(value[:-1] + "1%", 330, 102 + 30 * i)]
        shapes += [area(x, 100 + 30 * i, x + 40, 130 + 30 * i, colour) for x, colour in ((245, PURPLE), (325, GREEN))]
    for i, value in enumerate(("15%", "85%")):
        lines += [print_line(value, x, 117 + 60 * i) for x in (290, 370)]
        shapes += [area(x, 100 + 60 * i, x + 40, 160 + 60 * i, colour) for x, colour in ((285, GREEN), (365, PURPLE))]
    spanning = [len(e.labels) for e in table_reading(the_one(sheet(*lines, shapes=shapes))).entries if e.spans > 1]
    assert spanning == [2, 2, 2, 2]


def test_a_value_beside_a_blank_may_stand_for_both_rows_unless_something_parts_them() -> None:
    columns = ("19%", "12%", "13%", "56%"), ("28%", "17%", "55%", "")
    doubted = [e for e in table_reading(the_one(columns_from(100, *columns))).entries if e.doubts]
    assert [(e.printed, e.doubts) for e in doubted] == [("55%", ("extraction-may-span",))]
    rules = [rule(58, 97 + 16 * i, 400) for i in range(5)]
    assert not any(e.doubts for e in table_reading(the_one(columns_from(100, *columns, shapes=rules))).entries)


def test_a_value_without_a_heading_among_columns_with_one_is_doubted() -> None:
    head = print_line("rank", 250, 84) + print_line("base", 390, 84)
    page = columns_from(100, ("4%", "3%", "2%", "1%"), ("14%", "13%", "12%", "11%"), ("24%", "23%", "22%", "21%"))
    entries = table_reading(the_one(replace(page, words=(*head, *page.words)))).entries
    doubted = {e.printed for e in entries if "extraction-no-heading" in e.doubts}
    assert doubted == {"14%", "13%", "12%", "11%"}


def test_a_heading_repeated_well_above_the_rest_of_a_table_does_not_part_it_from_its_beginning() -> None:
    def rows(top: float, first: int) -> list[list[Word]]:
        lines = [print_line(f"Answer {chr(65 + i)}", 160, top + 20 * (i - first)) for i in range(first, first + 4)]
        return lines + [print_line(f"{20 + i}%", 60, top + 20 * (i - first)) for i in range(first, first + 4)]

    one = sheet(print_line("2011", 60, 690), *rows(710, 0))
    two = sheet(print_line("2011", 60, 60), *rows(130, 4), number=2)
    entries = [e for table in document_tables([one, two]) for e in table_reading(table.chosen).entries]
    assert len(entries) == 8
    assert all(any(x.text == "2011" for x in e.labels) for e in entries)


def test_a_missing_value_is_no_cell_of_two_rows() -> None:
    rows = [("Austria", "80", "90"), ("Finland", "", ""), ("France", "500", "70"), ("Greece", "40", "30")]
    lines = [
        print_line(text, x, 100 + 16 * i)
        for i, row in enumerate(rows)
        for text, x in zip(row, (60, 200, 260), strict=True)
        if text
    ]
    assert all(entry.spans == 1 for entry in table_reading(the_one(sheet(*lines))).entries)


def test_turned_headings_above_rows_with_rules_below_them() -> None:
    heads = [*turned_line("Providers", 252, 160), *turned_line("Departments", 322, 160)]
    rows = [print_line(f"Answer {i}", 60, 170 + 20 * i) for i in range(5)]
    rows += [print_line(f"{i + 10 * k}%", 180 + 70 * k, 170 + 20 * i) for i in range(5) for k in (1, 2)]
    rules = [rule(58, 185 + 20 * i, 400) for i in range(5)]
    values = labelled(the_one(sheet(heads, *rows, shapes=rules)))
    assert values["Answer 0", "Providers"] == "10%"
    assert values["Answer 4", "Departments"] == "24%"


def answers(top: float, first: int = 0, count: int = 4) -> list[list[Word]]:
    rows = range(first, first + count)
    lines = [print_line(f"Answer {chr(65 + i)}", 60, top + 16 * (i - first)) for i in rows]
    return lines + [print_line(f"{10 * k + i}%", 200 + 80 * k, top + 16 * (i - first)) for i in rows for k in (1, 2)]


def test_icons_above_the_columns_give_these_their_colour() -> None:
    icons = [area(284, 84, 296, 96, PURPLE), area(364, 84, 376, 96, GREEN)]
    entries = table_reading(the_one(sheet(*answers(104), shapes=icons))).entries
    heads = {entry.printed: [x.colour for x in entry.labels if x.axis == "column"] for entry in entries}
    assert heads["10%"] == [PURPLE]
    assert heads["23%"] == [GREEN]


def test_an_icon_of_two_shapes_is_one() -> None:
    person = [area(367, 83, 373, 89, GREEN), area(364, 90, 376, 96, GREEN)]
    bag = [area(284, 84, 296, 96, PURPLE)]
    grid = the_one(sheet(*answers(104), shapes=[*bag, *person]))
    assert [(icon.colour, icon.cols) for icon in grid.icons] == [(PURPLE, (1,)), (GREEN, (2,))]


def test_the_pieces_of_a_drawing_are_one_icon_and_headings_above_icons_are_the_tables_own() -> None:
    head = print_line("Skills", 286, 66) + print_line("Budget", 366, 66)
    people = [
        piece for x in (284, 364) for piece in (area(x + 3, 84, x + 9, 90, GREEN), area(x, 91, x + 12, 96, GREEN))
    ]
    entries = table_reading(the_one(sheet(head, *answers(108), shapes=people))).entries
    heads = {e.printed: [(x.text, x.colour) for x in e.labels if x.axis == "column"] for e in entries}
    assert heads["10%"] == [("Skills", None), ("", GREEN)]
    assert heads["23%"] == [("Budget", None), ("", GREEN)]


def test_swatches_beside_headings_are_no_legend() -> None:
    head = print_line("Departments", 272, 86) + print_line("Providers", 358, 86)
    swatches = [area(263, 88, 269, 94, PURPLE), area(349, 88, 355, 94, GREEN)]
    entries = table_reading(the_one(sheet(head, *answers(104), shapes=swatches))).entries
    heads = {e.printed: [(x.text, x.colour) for x in e.labels if x.axis == "column"] for e in entries}
    assert heads["10%"] == [("Departments", PURPLE)]
    assert heads["23%"] == [("Providers", GREEN)]


def test_a_sign_of_colour_in_a_heading_is_no_part_of_its_name() -> None:
    head = print_line("■", 262, 86, PURPLE) + print_line("Departments", 270, 86)
    head += print_line("■", 350, 86, GREEN) + print_line("Providers", 358, 86)
    entries = table_reading(the_one(sheet(head, *answers(104)))).entries
    assert {(e.labels[1].text, e.labels[1].colour) for e in entries} == {("Departments", PURPLE), ("Providers", GREEN)}


def test_one_letter_of_colour_above_the_middle_of_a_table_is_the_sign_of_all_its_columns() -> None:
    head = print_line("Now", 275, 88) + print_line("Ideally", 350, 88)
    entries = table_reading(the_one(sheet(print_line("■", 327, 70, PURPLE), head, *answers(104)))).entries
    assert {tuple(x.text for x in e.labels[1:]) for e in entries} == {("Now", ""), ("Ideally", "")}
    assert {e.labels[2].colour for e in entries} == {PURPLE}


def test_years_above_bands_head_their_columns_whatever_stands_over_the_labels() -> None:
    grey = (0.93, 0.93, 0.93)
    bands = [area(56, 101 + 32 * i, 420, 117 + 32 * i, grey) for i in range(3)]
    head = print_line("How much do you spend on it per head?", 60, 88) + print_line("2021", 280, 88)
    head += print_line("2022", 360, 88)
    values = labelled(the_one(sheet(head, *answers(104, count=5), shapes=bands)))
    assert values["Answer A", "2021"] == "10%"
    assert values["Answer D", "2022"] == "23%"


def test_bands_behind_every_second_row_leave_no_row_outside() -> None:
    grey = (0.93, 0.93, 0.93)
    bands = [area(56, 117 + 32 * i, 420, 133 + 32 * i, grey) for i in range(2)]
    values = labelled(the_one(sheet(*answers(104, count=5), shapes=bands)))
    assert len(values) == 5
    assert ("Answer A",) in values
    assert ("Answer E",) in values


def test_headings_of_three_wide_lines_are_one_each_beside_shorter_ones() -> None:
    head = [print_line(text, 330 - 2.5 * len(text), 60 + 17 * i) for i, text in enumerate(("Yes, we", "surely", "can"))]
    head += [print_line(text, 230 - 2.5 * len(text), 68 + 17 * i) for i, text in enumerate(("No, not", "at all"))]
    rows = [print_line(f"{2017 + i}", 60, 130 + 26 * i) for i in range(4)]
    rows += [print_line(f"{10 * k + i}%", 120 + 100 * k, 130 + 26 * i) for i in range(4) for k in (1, 2)]
    values = labelled(the_one(sheet(*head, *rows)))
    assert values["2017", "No, not at all"] == "10%"
    assert values["2020", "Yes, we surely can"] == "23%"


def test_one_heading_for_each_block_of_repeated_headings() -> None:
    stops = (220.0, 280.0, 340.0, 400.0)
    lines = [print_line("Client", 285, 84) + print_line("Initiator", 395, 84)]
    lines += [print_line("rank", stops[0], 100) + print_line("score", stops[1], 100)]
    lines += [print_line("rank", stops[2], 100) + print_line("score", stops[3], 100)]
    for i in range(4):
        lines += [print_line(f"Actor {chr(65 + i)}", 60, 118 + 16 * i)]
        lines += [
            print_line(text, x, 118 + 16 * i)
            for text, x in zip((f"{i + 1}", "1,5", f"{4 - i}", "2,5"), stops, strict=True)
        ]
    values = labelled(the_one(sheet(*lines)))
    assert values["Actor A", "rank", "Initiator"] == "4"
    assert values["Actor D", "score", "Client"] == "1,5"


def test_a_table_over_two_columns_of_text_keeps_its_header() -> None:
    def column(x: float, first: int, count: int, top: float) -> list[list[Word]]:
        rows = range(first, first + count)
        lines = [print_line(f"Answer {chr(65 + i)}", x, top + 16 * (i - first)) for i in rows]
        return lines + [print_line(f"{10 + i}%", x + 150, top + 16 * (i - first)) for i in rows]

    head = print_line("Score", x=185, y=724)
    prose = [
        print_line("the words of a paragraph that runs on and on", x, 300 + 12 * i) for x in (40, 320) for i in range(6)
    ]
    page = sheet(head, *column(40, 0, 4, 740), *prose, *column(320, 4, 4, 60))
    entries = [e for table in document_tables([page]) for e in table_reading(table.chosen).entries]
    assert len(entries) == 8
    assert all([x.text for x in e.labels if x.axis == "column"] == ["Score"] for e in entries)


def test_a_row_alone_below_headings_that_the_next_page_repeats() -> None:
    stops, heads = (300.0, 360.0, 430.0), ("ranking", "score", "share")

    def headings(top: float) -> list[Word]:
        names = print_line("Client", 355, top)
        return names + [w for text, x in zip(heads, stops, strict=True) for w in print_line(text, x - 8, top + 16)]

    def row(i: int, top: float) -> list[Word]:
        return [w for k, x in enumerate(stops) for w in print_line(f"{10 + 20 * k + i}", x, top)]

    rows = [print_line(f"Answer {chr(65 + i)}", 60, 734 + 16 * i) + row(i, 734 + 16 * i) for i in range(4)]
    label = print_line("Answer E of", 60, 94) + print_line("two lines", 60, 106)
    pages = [sheet(headings(700), *rows), sheet(headings(60), label, row(4, 100), number=2)]
    first, rest = (table.chosen for table in document_tables(pages))
    assert {e.labels[1:] and e.labels[1].text for e in table_reading(rest).entries} == set(heads)
    assert rest.box.top == 60
    assert first.n_rows == 6


def test_rows_of_years_that_a_page_break_parted_from_their_table() -> None:
    """Nothing but numbers is no table alone."""

    def row(year: int, top: float) -> list[Word]:
        values = [w for k in range(3) for w in print_line(f"{10 + 20 * k + year % 10}%", 300 + 60 * k, top)]
        return print_line(str(year), 60, top) + values

    heads = print_line("No", 302, 690) + print_line("Perhaps", 352, 690) + print_line("Yes", 422, 690)
    pages = [sheet(heads, *(row(2016 + i, 710 + 16 * i) for i in range(4)))]
    pages.append(sheet(*(row(2020 + i, 60 + 16 * i) for i in range(3)), number=2))
    entries = [e for table in document_tables(pages) for e in table_reading(table.chosen).entries]
    assert [tuple(x.text for x in e.labels) for e in entries if e.page == 2 and e.printed == "52%"] == [("2022", "Yes")]
    assert len(entries) == 21


def test_headings_above_the_signs_that_stand_over_the_columns() -> None:
    heads = print_line("Knowledge", 297, 62) + print_line("Budget", 465, 62)
    signs = [area(x, 84, x + 8, 92, c) for x, c in zip((286, 346, 446, 506), (PURPLE, GREEN) * 2, strict=True)]
    rules = [rule(56, 120 + 18 * i, 530) for i in range(4)]
    rows = [print_line(f"Answer {chr(65 + i)}", 60, 106 + 18 * i) for i in range(4)]
    for i in range(4):
        rows += [print_line(f"{20 * k + i + 1}%", x, 106 + 18 * i) for k, x in enumerate((280, 340, 440, 500))]
    values = labelled(the_one(sheet(heads, *rows, shapes=[*signs, *rules])))
    assert values["Answer A", "Knowledge"] in ("1%", "21%")
    assert values["Answer D", "Budget"] in ("44%", "64%")


def test_a_quotation_in_a_box_above_a_table_is_no_part_of_it() -> None:
    quote = [print_line("Of all the people that we asked half spend a lot and half", 70, 66 + 12 * i) for i in range(3)]
    heads = print_line("2021", 378, 124) + print_line("2022", 448, 124)
    rows = [print_line(f"Answer {chr(65 + i)}", 60, 142 + 18 * i) for i in range(4)]
    rows += [print_line(f"{20 * k + i + 1}%", 380 + 70 * k, 142 + 18 * i) for i in range(4) for k in (0, 1)]
    box = [area(56, 50, 500, 108, PURPLE), area(70, 56, 120, 60, GREEN)]
    shapes = [*box, *(rule(56, 156 + 18 * i, 500) for i in range(4))]
    grid = the_one(sheet(*quote, heads, *rows, shapes=shapes))
    assert (grid.n_rows, grid.n_cols, grid.box.top) == (5, 3, 124)


def test_headings_that_the_next_page_repeats_far_above_the_rows() -> None:
    def rows(first: int, top: float) -> list[list[Word]]:
        numbers = range(first, first + 4)
        labels = [print_line(f"Answer {chr(65 + i)} of all", 60, top + 20 * (i - first)) for i in numbers]
        return labels + [print_line(f"{i},2{i}", 400, top + 20 * (i - first)) for i in numbers]

    pages = [sheet(print_line("2011", 400, 680), *rows(0, 710))]
    pages.append(sheet(print_line("2011", 400, 60), *rows(4, 130), number=2))
    _, rest = (table.chosen for table in document_tables(pages))
    assert {e.labels[1].text for e in table_reading(rest).entries} == {"2011"}
    assert rest.box.top == 60


def test_a_row_alone_above_a_page_break_below_the_headings_that_follow_again() -> None:
    stops, heads = (300.0, 360.0, 430.0), ("Initiator", "Organiser", "Client")

    def headings(top: float) -> list[Word]:
        return [w for text, x in zip(heads, stops, strict=True) for w in print_line(text, x - 15, top)]

    def row(i: int, top: float) -> list[Word]:
        return [w for k, x in enumerate(stops) for w in print_line(f"{1 + k + i}", x, top)]

    label = [print_line(text, 60, 700 + 12 * i) for i, text in enumerate(("A", "label", "of", "five", "lines"))]
    pages = [sheet(headings(680), *label, row(0, 724))]
    rest = [print_line(f"Answer {chr(65 + i)}", 60, 76 + 16 * i) + row(i, 76 + 16 * i) for i in range(4)]
    pages.append(sheet(headings(60), *rest, number=2))
    entries = [e for table in document_tables(pages) for e in table_reading(table.chosen).entries]
    first = {tuple(x.text for x in e.labels): e.printed for e in entries if e.page == 1}
    assert first == {("A label of five lines", head): str(k + 1) for k, head in enumerate(heads)}


def broken(foot: Sequence[Iterable[Word]], head: Sequence[Iterable[Word]], signs: Iterable[Shape] = ()) -> list[Grid]:
    """The tables of two pages, text above the foot of the one and below the head of the other."""
    above = print_line("Running text that fills the page down to where the table begins", 60, 600)
    after = print_line("Running text that fills the page from where the table ends on", 60, 300)
    pages = [sheet(above, *foot, shapes=signs), sheet(*head, after, number=2)]
    return [table.chosen for table in document_tables(pages)]


def shares(first: int, count: int, top: float) -> list[list[Word]]:
    rows = range(first, first + count)
    labels = [print_line(f"Answer {chr(65 + i)}", 60, top + 16 * (i - first)) for i in rows]
    return labels + [print_line(f"{10 * k + i}%", 60 * k + 240, top + 16 * (i - first)) for i in rows for k in (1, 2)]


def test_headings_alone_at_the_foot_of_a_page_head_the_table_on_the_next() -> None:
    heads = print_line("Firms", 300, 780) + print_line("Schools", 360, 780)
    (grid,) = broken([heads], shares(0, 4, 60))
    assert labelled(grid)["Answer B", "Schools"] == "21%"


def test_a_quotation_at_the_foot_of_a_page_heads_no_table_that_has_headings() -> None:
    stops = (240.0, 310.0, 380.0, 446.0, 511.0)
    quote = print_line("No hedge was so straight", 110, 606) + print_line("without her", 179, 634)
    heads = [
        w
        for x, text in zip(stops, ("Score", "Price", "Cut", "Ease", "Noise"), strict=True)
        for w in print_line(text, x - 7, 96)
    ]
    rows = [
        print_line(f"Mower {chr(65 + i)}", 52, 117 + 22 * i)
        + [w for k, x in enumerate(stops) for w in print_line(f"{k + 1}.{i}", x, 117 + 22 * i)]
        for i in range(6)
    ]
    title = print_line("Mowers up to six acres: the scores", 46, 70)
    text = print_line("Running text that fills the page from where the table ends on", 60, 300)
    pages = [sheet(quote), sheet(title, print_line("Make", 52, 96) + heads, *rows, text, number=2)]
    (table,) = document_tables(pages)
    assert all(len(e.labels) == 2 for e in table_reading(table.chosen).entries)


def test_signs_alone_at_the_foot_of_a_page_head_the_table_on_the_next() -> None:
    signs = [area(306, 780, 314, 788, PURPLE), area(366, 780, 374, 788, GREEN)]
    (grid,) = broken([], shares(0, 4, 60), signs)
    assert [icon.colour for icon in grid.icons] == [PURPLE, GREEN]


def test_a_table_that_a_break_parts_in_the_middle_is_found_from_neither_side() -> None:
    """One row below the headings, and rows of numbers alone on the next page."""

    def row(year: int, top: float) -> list[Word]:
        return [w for k in (1, 2) for w in print_line(f"{10 * k + year % 10}%", 60 * k + 240, top)] + print_line(
            str(year), 60, top
        )

    heads = print_line("Firms", 300, 764) + print_line("Schools", 360, 764)
    grids = broken([heads, row(2019, 780)], [row(2020 + i, 60 + 16 * i) for i in range(3)])
    values = {e.printed: [x.text for x in e.labels] for g in grids for e in table_reading(g).entries}
    assert values["19%"] == ["2019", "Firms"] and values["22%"] == ["2022", "Schools"] and len(values) == 8


def test_a_table_known_by_its_coloured_part_alone_is_read_whole_with_the_rest_of_it() -> None:
    """The fills cover the values of its one row before the break; the labels stand beside them."""

    def row(year: int, top: float) -> list[Word]:
        values = [w for k in (1, 2) for w in print_line(f"{10 * k + year % 10}%", 60 * k + 240, top)]
        return values + print_line(str(year), 60, top)

    heads = print_line("Firms", 300, 764) + print_line("Schools", 360, 764)
    fills = [area(290 + 60 * k, 760 + 18 * i, 350 + 60 * k, 778 + 18 * i, PURPLE) for k in (0, 1) for i in (0, 1)]
    grids = broken([heads, row(2019, 782)], [row(2020 + i, 60 + 16 * i) for i in range(3)], fills)
    values = {e.printed: [x.text for x in e.labels] for g in grids for e in table_reading(g).entries}
    assert values["29%"] == ["2019", "Schools"] and values["22%"] == ["2022", "Schools"]


def test_a_percentage_as_label_is_doubted() -> None:
    def cell(row: int, col: int, text: str) -> Cell:
        return Cell(row, col, 1, 1, text, Box(60 + 80 * col, 60 + 16 * row, 90 + 80 * col, 70 + 16 * row))

    cells = tuple(cell(row, col, f"{10 * col + row + 4}%") for row in range(3) for col in range(2))
    grid = Grid(1, 842.0, Box(60, 60, 170, 102), cells, 3, 2, "geometry", 1.0, "borderless", ((60, 90), (140, 170)))
    entries = table_reading(grid).entries
    assert entries and all("extraction-value-as-label" in entry.doubts for entry in entries)


def test_headings_right_below_the_header_stand_under_it() -> None:
    """A row of turned headings that is no part of the header as it was read."""

    def cell(row: int, col: int, text: str, span: int = 1) -> Cell:
        box = Box(60 + 80 * col, 60 + 16 * row, 90 + 80 * col, 70 + 16 * row)
        return Cell(row, col, 1, span, text, box, header=row == 0)

    heads = [cell(0, 1, "Firms", 2), cell(0, 3, "Schools", 2)]
    heads += [cell(1, col, text) for col, text in enumerate(("No", "Yes", "No", "Yes"), 1)]
    body = [cell(row, col, f"{10 * row + col}%" if col else f"{2018 + row}") for row in range(2, 5) for col in range(5)]
    stops = tuple((60.0 + 80 * col, 90.0 + 80 * col) for col in range(5))
    grid = Grid(1, 842.0, Box(60, 60, 410, 134), (*heads, *body), 5, 5, "geometry", 1.0, "borderless", stops)
    labels = {e.printed: [x.text for x in e.labels] for e in table_reading(grid).entries}
    assert labels["21%"] == ["2020", "No", "Firms"] and labels["34%"] == ["2021", "Yes", "Schools"]


def test_a_gap_without_a_space_character_is_no_blank_where_the_others_have_one() -> None:
    def set_with_spaces(text: str, x: float, y: float) -> list[Word]:
        first, *rest = print_line(text, x, y)
        return [first, *(replace(word, spaced=True) for word in rest)]

    texts = [set_with_spaces("a text of many words with a space between each two", 60, 300 + 12 * i) for i in range(3)]
    row = set_with_spaces("43%", 60, 100) + set_with_spaces("Answer of one", 78, 100)
    line = next(line for line in read_lines((w for words in (*texts, row) for w in words), ()) if line.y < 200)
    assert [chunk.text for chunk in line.chunks] == ["43%", "Answer of one"]


def test_headings_of_one_word_a_line_side_by_side_are_no_justified_text() -> None:
    heads = [("Not", "Yes") * 3, ("alone", "often") * 3, ("before", "enough") * 3]
    lines = [
        [w for k, text in enumerate(line) for w in print_line(text, 220 + 35 * k - 2.5 * len(text), 84 + 12 * i)]
        for i, line in enumerate(heads)
    ]
    read = told_lines(*lines, *(print_line(f"Answer {i}", 60, 130 + 16 * i) for i in range(3)))
    assert not any(chunk.prose for line in read for chunk in line.chunks)


def test_a_paragraph_close_above_a_table_does_not_go_on_in_its_labels() -> None:
    words = "these are the many words of a long paragraph that runs on and on for some lines over the columns of values"
    prose = [print_line(words, 60, 60 + 12 * i) for i in range(8)]
    rows = [print_line(f"They gave this answer {i} for some reason", 60, 164 + 18 * i) for i in range(5)]
    rows += [print_line(f"{20 * k + i + 1}%", 400 + 60 * k, 164 + 18 * i) for i in range(5) for k in (0, 1)]
    read = told_lines(*prose, *rows)
    assert [any(c.prose for c in line.chunks) for line in read] == [True] * 8 + [False] * 5


def test_the_last_label_is_whole_where_its_value_stands_between_its_lines() -> None:
    lines = [print_line("Departments", 332, 60) + print_line("Providers", 402, 60)]
    for i in range(4):
        lines += [
            print_line("They give every employee the", 60, 84 + 37 * i),
            print_line(f"chance {i}", 60, 99 + 37 * i),
        ]
        lines += [print_line(f"{i + 1 + 20 * k}%", 350 + 70 * k, 91.5 + 37 * i) for k in (0, 1)]
    values = labelled(the_one(sheet(*lines)))
    assert values["They give every employee the chance 3", "Providers"] == "24%"


def test_headings_of_loose_lines_at_different_heights() -> None:
    """Lines of one heading stand farther apart where the rows do."""
    heads = {
        0: ("No, not", "at all"),
        1: ("Yes,", "I do", "very", "surely"),
        2: ("No, not", "at all"),
        3: ("Yes,", "very", "sure"),
    }
    lines = [
        print_line(text, 200 + 80 * k, 120 + 17 * (i - (len(texts) - 1) / 2))
        for k, texts in heads.items()
        for i, text in enumerate(texts)
    ]
    for i in range(4):
        values = [w for k in range(4) for w in print_line(f"{20 * k + i + 1}%", 200 + 80 * k, 180 + 30 * i)]
        lines.append(print_line(f"{2018 + i}", 60, 180 + 30 * i) + values)
    grid = the_one(sheet(*lines))
    assert grid.n_rows == 5
    assert {c.text for c in grid.cells if c.header} == {" ".join(texts) for texts in heads.values()}


def test_headings_too_long_for_their_columns_run_into_one_another() -> None:
    stops = (250.0, 300.0, 350.0, 400.0)
    lines = [print_line("Knowledge", 257, 70) + print_line("Budget", 365, 70)]
    lines.append([w for k, x in enumerate(stops) for w in print_line(("Departments", "Staff")[k % 2], x - 25, 88)])
    for i in range(2):
        values = [w for k, x in enumerate(stops) for w in print_line(f"{20 * k + i + 1}%", x - 5, 104 + 16 * i)]
        lines.append(print_line(f"Answer {chr(65 + i)}", 60, 104 + 16 * i) + values)
    values = labelled(the_one(sheet(*lines, shapes=[rule(56, 117 + 16 * i, 430) for i in range(2)])))
    assert values["Answer A", "Departments", "Knowledge"] == "1%"
    assert values["Answer B", "Staff", "Budget"] == "62%"


def test_a_word_parted_by_a_line_end_is_whole_again() -> None:
    lines = [print_line("ran-", 250, 84), print_line("king", 250, 95), print_line("score", 330, 90)]
    lines += [print_line(f"HR-team {chr(65 + i)}", 60, 112 + 16 * i) for i in range(4)]
    lines += [print_line(f"{i + 1}", 258, 112 + 16 * i) + print_line(f"1,{i}", 335, 112 + 16 * i) for i in range(4)]
    heads = {settled(e.labels[1].text, Counter()) for e in table_reading(the_one(sheet(*lines))).entries}
    assert heads == {"ranking", "score"}


def line(y: float, width: float = 100.0, first_word: float = 20.0) -> LabelLine:
    return LabelLine(y, 0.0, width, first_word, 10.0)


def test_labels_are_placed_by_where_all_values_stand() -> None:
    lines = [line(y) for y in (0, 12, 24, 40, 56, 68)]
    assert labels_of_values(lines, [12, 40, 62]) == [(0, 3), (3, 4), (4, 6)]
    assert labels_of_values(lines, [12, 47, 62]) is None


def test_lines_below_a_value_are_its_label_only_when_words_did_not_fit() -> None:
    wrapped = [line(0), line(12, 30), line(28), line(40, 30)]
    assert labels_of_values(wrapped, [0, 28]) == [(0, 2), (2, 4)]
    headed = [line(0, 30), line(12, 30), line(28), line(40, 30)]
    assert labels_of_values(headed, [0, 28]) is None


def test_a_paragraph_beside_a_column_of_values_is_no_label() -> None:
    paragraph = [line(12.0 * i) for i in range(6)]
    assert labels_among(paragraph, [0, 24, 48]) is None


def test_headings_of_blocks_of_any_size_over_their_years() -> None:
    stops = (220.0, 270.0, 320.0, 370.0, 420.0, 470.0, 520.0)
    lines = [print_line("Departments", 252, 84) + print_line("Providers", 407, 84) + print_line("Staff", 518, 84)]
    years = ("2021", "2022", "2023", "2021", "2022", "2023", "2023")
    lines += [[w for text, x in zip(years, stops, strict=True) for w in print_line(text, x, 100)]]
    for i in range(4):
        values = [w for k, x in enumerate(stops) for w in print_line(f"{10 * k + i}%", x, 118 + 16 * i)]
        lines.append(print_line(f"Answer {chr(65 + i)}", 60, 118 + 16 * i) + values)
    values = labelled(the_one(sheet(*lines)))
    assert values["Answer A", "2022", "Departments"] == "10%"
    assert values["Answer B", "2021", "Providers"] == "31%"
    assert values["Answer D", "2023", "Staff"] == "63%"


def test_a_sign_over_columns_of_which_one_holds_merged_cells_only() -> None:
    names = ("Surely not", "Rather not", "Rather", "Surely")
    lines = [print_line(name, 60, 116 + 16 * i) for i, name in enumerate(names)]
    for k, x in enumerate((250, 390)):
        lines += [print_line(f"{10 * k + i + 1}%", x, 116 + 16 * i) for i in range(4)]
        lines += [print_line(f"{30 + k}%", x + 70, 124), print_line(f"{60 + k}%", x + 70, 156)]
    signs = [area(291, 94, 299, 102, PURPLE), area(431, 94, 439, 102, GREEN)]
    entries = table_reading(the_one(sheet(*lines, shapes=signs))).entries
    colours = {e.printed: [x.colour for x in e.labels if x.axis == "column"] for e in entries}
    assert colours["30%"] == colours["1%"] == [PURPLE]
    assert colours["61%"] == colours["14%"] == [GREEN]


def test_years_down_the_left_are_no_column_under_a_sign() -> None:
    lines = [print_line(text, x, 100) for text, x in zip(("No", "Yes", "No", "Yes"), (180, 250, 320, 390), strict=True)]
    for i in range(4):
        values = [w for k in range(4) for w in print_line(f"{20 * k + i + 1}%", 180 + 70 * k, 118 + 16 * i)]
        lines.append(print_line(f"{2018 + i}", 60, 118 + 16 * i) + values)
    signs = [area(217, 84, 225, 92, PURPLE), area(357, 84, 365, 92, GREEN)]
    entries = table_reading(the_one(sheet(*lines, shapes=signs))).entries
    colours = {
        e.printed: [x.colour for x in e.labels if x.axis == "column" and x.colour in (PURPLE, GREEN)] for e in entries
    }
    assert colours["1%"] == colours["21%"] == [PURPLE]
    assert colours["41%"] == colours["61%"] == [GREEN]


def rising(count: int, stops: Sequence[float], top: float) -> list[list[Word]]:
    """Rows "Answer A", "Answer B" … of values, those of each column twenty above the column before."""
    return [
        print_line(f"Answer {chr(65 + i)}", 60, top + 16 * i)
        + [w for k, x in enumerate(stops) for w in print_line(f"{10 + 20 * k + i}%", x, top + 16 * i)]
        for i in range(count)
    ]


def test_a_heading_in_the_middle_of_three_columns_heads_them_all() -> None:
    stops = (300.0, 360.0, 420.0)
    lines = [print_line("Departments", 342, 84)]
    lines.append(print_line("Now", 302, 101) + print_line("Ideally", 352, 101) + print_line("Change", 415, 101))
    lines += rising(4, stops, 118)
    values = labelled(the_one(sheet(*lines)))
    assert values["Answer A", "Now", "Departments"] == "10%"
    assert values["Answer B", "Ideally", "Departments"] == "31%"
    assert values["Answer D", "Change", "Departments"] == "53%"


def test_a_heading_of_headings_above_bands() -> None:
    stops = (300.0, 360.0, 420.0)
    lines = [print_line("How do you spend your time?", 60, 60), print_line("Departments", 342, 80)]
    lines.append(print_line("Now", 302, 97) + print_line("Ideally", 352, 97) + print_line("Change", 415, 97))
    lines += rising(5, stops, 116)
    bands = [area(56, 113 + 32 * i, 460, 129 + 32 * i, (0.9, 0.9, 0.93)) for i in range(3)]
    values = labelled(the_one(sheet(*lines, shapes=bands)))
    assert values["Answer A", "Now", "Departments"] == "10%"
    assert values["Answer E", "Change", "Departments"] == "54%"


def test_a_heading_of_headings_above_bands_with_the_values_at_the_left() -> None:
    lines = [print_line("Departments", 105, 80)]
    lines.append(print_line("Now", 72, 97) + print_line("Ideally", 115, 97) + print_line("Change", 165, 97))
    for i in range(5):
        lines += [print_line(f"{10 * k + i}%", (72, 125, 172)[k], 116 + 16 * i) for k in range(3)]
        lines.append(print_line(f"Answer {chr(65 + i)}", 230, 116 + 16 * i))
    bands = [area(56, 113 + 32 * i, 460, 129 + 32 * i, (0.9, 0.9, 0.93)) for i in range(3)]
    values = labelled(the_one(sheet(*lines, shapes=bands)))
    assert values["Answer A", "Now", "Departments"] == "0%"
    assert values["Answer E", "Change", "Departments"] == "24%"


def test_rows_of_which_no_line_has_label_and_value_before_between_and_after_others() -> None:
    lines, top = [print_line("2011", 350, 60)], 76.0
    for i in range(9):
        if i in (4, 5):
            lines.append(print_line(f"Answer {i} in short", 60, top) + print_line(f"{i},5", 350, top))
            top += 18
            continue
        lines += [print_line(f"Answer {i} of those", 60, top), print_line("who were asked", 60, top + 12)]
        lines.append(print_line(f"{i},5", 350, top + 6))
        top += 30
    values = labelled(the_one(sheet(*lines)))
    assert len(values) == 9
    assert values["Answer 0 of those who were asked", "2011"] == "0,5"
    assert values["Answer 8 of those who were asked", "2011"] == "8,5"


def test_the_year_above_values_at_the_left_of_bands() -> None:
    lines = [print_line("2011", 60, 97)]
    lines += [print_line(f"{i + 1},{i + 2}", 65, 116 + 16 * i) for i in range(5)]
    lines += [print_line(f"Answer {chr(65 + i)} of the question", 100, 116 + 16 * i) for i in range(5)]
    bands = [area(56, 113 + 32 * i, 460, 129 + 32 * i, (0.9, 0.9, 0.93)) for i in range(3)]
    values = labelled(the_one(sheet(*lines, shapes=bands)))
    assert values["Answer B of the question", "2011"] == "2,3"


def test_a_word_that_a_line_end_parts_beside_a_sign_is_one_heading() -> None:
    """The sign moves the first line to the right, so that the lines share no edge."""
    lines = [print_line("Knowledge", 194, 70) + print_line("Budget", 366, 70)]
    for x in (194, 366):
        lines += [print_line("L&D-", x + 13, 92), print_line("departments", x, 106)]
        lines += [print_line("Providers", x + 88, 106)]
    for i in range(3):
        values = [w for k in range(4) for w in print_line(f"{20 * k + i + 1}%", (194, 282, 366, 454)[k], 124 + 16 * i)]
        lines.append(print_line(f"Answer {chr(65 + i)}", 60, 124 + 16 * i) + values)
    values = labelled(the_one(sheet(*lines)))
    assert values["Answer A", "L&D-departments", "Knowledge"] == "1%"
    assert values["Answer C", "Providers", "Budget"] == "63%"


def test_the_first_line_of_a_heading_between_others_heads_no_columns() -> None:
    stops = (300.0, 360.0, 420.0)
    heads = print_line("Now", 302, 101) + print_line("situation", 347, 101) + print_line("Change", 415, 101)
    lines = [print_line("Ideal", 357, 89), heads]
    lines += rising(4, stops, 118)
    values = labelled(the_one(sheet(*lines)))
    assert values["Answer A", "Now"] == "10%"
    assert values["Answer B", "Ideal situation"] == "31%"


def test_headings_of_three_and_of_two_lines_below_a_heading_of_both() -> None:
    lines = [print_line("Departments", 245, 84) + print_line("Providers", 380, 84)]
    for x in (220, 350):
        lines += [print_line(text, x, y) for text, y in (("No, not", 101), ("at all", 114), ("enough", 127))]
        lines += [print_line(text, x + 65, y) for text, y in (("Yes,", 107), ("surely", 120))]
    for i in range(4):
        values = [w for k in range(4) for w in print_line(f"{20 * k + i + 1}%", 225 + 65 * k, 144 + 16 * i)]
        lines.append(print_line(f"{2018 + i}", 60, 144 + 16 * i) + values)
    values = labelled(the_one(sheet(*lines)))
    assert values["2018", "No, not at all enough", "Departments"] == "1%"
    assert values["2019", "Yes, surely", "Departments"] == "22%"
    assert values["2021", "Yes, surely", "Providers"] == "64%"


def told_lines(*lines: Iterable[Word]) -> list[ChunkLine]:
    """The lines of a page, its running text told from the rest."""
    out = read_lines((w for line in lines for w in line), ())
    join_justified(out)
    for i, line in enumerate(out):
        for chunk in line.chunks:
            chunk.line = i
    mark_items(out)
    mark_prose(out)
    return out


def test_headings_side_by_side_whose_lines_stand_at_other_heights() -> None:
    heads = [print_line("L&D-", 332, 88), print_line("Providers", 390, 95), print_line("departments", 317, 102)]
    (box,) = runs(told_lines(*heads, *centred_rows(60, (330.0, 400.0))), ())
    assert box.top == 88


def test_scores_before_their_labels_are_no_numbers_of_a_list() -> None:
    labels = ("The content of the training", "What it costs", "Earlier experience with the trainer", "Its name")
    scores = ("6.69", "6.19", "5.89", "5.79")
    rows = [
        print_line(s, 60, 100 + 18 * i) + print_line(t, 100, 100 + 18 * i)
        for i, (s, t) in enumerate(zip(scores, labels, strict=True))
    ]
    (box,) = runs(told_lines(*rows), ())
    assert box.x0 < 61 and box.top < 101
    chapters = ("1", "1.1", "1.2", "2")
    rows = [
        print_line(s, 60, 100 + 18 * i) + print_line(t, 100, 100 + 18 * i)
        for i, (s, t) in enumerate(zip(chapters, labels, strict=True))
    ]
    assert runs(told_lines(*rows), ()) == []


def test_justified_lines_with_wide_blanks_are_no_rows() -> None:
    def justified(text: str, y: float) -> list[Word]:
        x, out = 60.0, []
        for part in text.split():
            out += print_line(part, x, y)
            x += LETTER * len(part) + 10
        return out

    prose = [
        justified("Figure 28 shows that many employers spend (56% of them) much time on leading", 216),
        justified("their people and do not want less of it; elsewhere they would do other things", 228),
    ]
    lines = told_lines(*answers(104, count=6), *prose)
    assert all(chunk.prose for line in lines[-2:] for chunk in line.chunks)
    assert not any(chunk.prose for line in lines[:-2] for chunk in line.chunks)


def evenly_spaced(text: str, x: float, y: float, blank: float) -> list[Word]:
    """A justified line with a space character in each of its blanks."""
    words: list[Word] = []
    for part in text.split():
        (word,) = print_line(part, x, y)
        words.append(replace(word, spaced=bool(words)))
        x = word.box.x1 + blank
    return words


@pytest.mark.parametrize("blank", [6.0, 17.0, 35.0])
def test_justified_labels_are_one_text_however_wide_their_blanks(blank: float) -> None:
    lines = [print_line("Firms", 300, 60) + print_line("Schools", 360, 60)]
    for i in range(4):
        lines.append(evenly_spaced(f"Own people {i}", 60, 84 + 40 * i, blank))
        lines.append(print_line("learn from others", 60, 98 + 40 * i))
        lines += [print_line(f"{i + 1 + 20 * k}%", 300 + 60 * k, 91 + 40 * i) for k in (0, 1)]
    values = labelled(the_one(sheet(*lines)))
    assert len(values) == 8 and values["Own people 2 learn from others", "Schools"] == "23%"


def test_words_under_one_another_are_columns_however_evenly_they_are_spaced() -> None:
    words = ("Very", "Also", "Most")
    lines = [[w for k in range(4) for w in print_line(words[i], 150 + 40 * k, 60 + 14 * i)] for i in range(3)]
    lines = [[first, *(replace(w, spaced=True) for w in rest)] for first, *rest in lines]
    read = told_lines(*lines, *(print_line(f"Answer {i}", 60, 110 + 16 * i) for i in range(3)))
    assert [len(line.chunks) for line in read[:3]] == [4, 4, 4]


def test_headings_of_several_words_close_to_each_other_are_no_paragraph() -> None:
    lines = []
    for x in (100, 190, 280, 370):
        lines += [print_line("No, not at all", x, 60), print_line("not enough", x, 74)]
        lines += [print_line(f"{x // 10 + i}%", x, 100 + 16 * i) for i in range(4)]
    lines += [print_line(f"{2018 + i}", 460, 100 + 16 * i) for i in range(4)]
    values = labelled(the_one(sheet(*lines)))
    assert len(values) == 4 and len(table_reading(the_one(sheet(*lines))).entries) == 16
    assert set(values) == {(f"{2018 + i}", "No, not at all not enough") for i in range(4)}


def test_a_cell_of_two_rows_that_a_break_parts_is_doubted() -> None:
    heads = print_line("Firms", 300, 716) + print_line("Schools", 360, 716)
    again = print_line("Firms", 300, 60) + print_line("Schools", 360, 60)
    head = [again, print_line("Answer Y", 60, 76) + print_line("9%", 360, 76), *shares(3, 3, 92)]
    grids = broken([heads, *shares(0, 3, 732)], head)
    doubts = {e.printed: e.doubts for g in grids for e in table_reading(g).entries}
    assert "extraction-may-span" in doubts["12%"]
    assert not doubts["11%"] and not doubts["22%"] and not doubts["9%"]


def test_cells_of_two_rows_that_both_breaks_of_a_table_part_are_doubted() -> None:
    """The table in the middle has a blank across the break at its head, and another across the one at its foot."""
    heads = print_line("Firms", 300, 60) + print_line("Schools", 360, 60)
    after = print_line("Running text that fills the page from where the table ends on", 60, 300)

    def rows(first: int, count: int, blank: tuple[int, int] = (0, 0)) -> list[list[Word]]:
        kept = range(first, first + count)
        labels = [print_line(f"Answer {i}", 60, 76 + 16 * (i - first)) for i in kept]
        places = [(i, k) for i in kept for k in (1, 2) if (i, k) != blank]
        return labels + [print_line(f"{k},{i}", 60 * k + 240, 76 + 16 * (i - first)) for i, k in places]

    pages = [
        sheet(heads, *rows(100, 46, (145, 1))),
        sheet(heads, *rows(200, 46, (245, 2)), number=2),
        sheet(heads, *rows(300, 3), after, number=3),
    ]
    grids = [table.chosen for table in document_tables(pages)]
    doubted = {e.printed for g in grids for e in table_reading(g).entries if "extraction-may-span" in e.doubts}
    assert doubted == {"1,144", "1,200", "2,244", "2,300"}


def test_the_last_row_below_bands_beside_cells_of_two_rows() -> None:
    lines = [print_line(f"{2015 + k}", 60 + 50 * k, 97) for k in range(3)]
    for i in range(4):
        cells = range(3) if i < 2 else (2,)
        lines += [print_line(f"{10 * k + i}%", 62 + 50 * k, 116 + 16 * i) for k in cells]
        lines.append(print_line(f"Answer {chr(65 + i)}", 210, 116 + 16 * i))
    lines += [print_line(f"{57 + k}%", 62 + 50 * k, 156) for k in (0, 1)]
    bands = [area(56, 113 + 32 * i, 460, 129 + 32 * i, (0.93, 0.93, 0.93)) for i in range(2)]
    values = labelled(the_one(sheet(*lines, shapes=bands)))
    assert values["Answer D", "2017"] == "23%"
    assert values["Answer C", "Answer D", "2016"] == "58%"


def test_a_question_above_years_parts_two_ruled_tables() -> None:
    lines, rules = [], []
    for top, first, name in ((84, 2015, "firms"), (190, 2018, "schools")):
        lines.append(print_line(f"How many people work in the {name} that took part in this survey?", 60, top))
        lines += [print_line(f"{first + k}", 60 + 50 * k, top + 18) for k in range(3)]
        for i in range(4):
            y = top + 34 + 16 * i
            lines += [print_line(f"{10 * k + i}%", 62 + 50 * k, y) for k in range(3)]
            lines.append(print_line(f"Answer {chr(65 + i)}", 210, y))
            rules.append(rule(56, y + 13, 460))
    grids = find_tables(sheet(*lines, shapes=rules))
    assert [labelled(grid)["Answer B", f"{year}"] for grid, year in zip(grids, (2016, 2019), strict=True)] == [
        "11%"
    ] * 2


def test_headings_of_one_and_of_two_lines_at_the_other_end_than_their_values() -> None:
    """Values begin at the left of their columns, headings end at the right, and the labels stand at the right end."""
    lines = [print_line("Knowledge", 100, 60) + print_line("Time", 300, 60)]
    for x in (60, 240):
        lines += [
            print_line("L&D-", x + 65, 84),
            print_line("Providers", x + 100, 91),
            print_line("departments", x + 30, 98),
        ]
    for i in range(2):
        lines += [print_line(f"{20 * k + i + 1}%", (60, 149, 240, 329)[k], 130 + 40 * i) for k in range(4)]
        lines += [
            print_line("Yes, quite enough" if i else "No, far too", 440, 123 + 40 * i),
            print_line("of it", 440, 137 + 40 * i),
        ]
    values = labelled(the_one(sheet(*lines)))
    assert values["No, far too of it", "L&D-departments", "Knowledge"] == "1%"
    assert values["Yes, quite enough of it", "Providers", "Time"] == "62%"


def test_a_table_that_goes_on_with_fewer_columns_is_read_with_its_beginning() -> None:
    """On the second page the fills cover all columns but the labels, which look like a column of their own."""
    heads = print_line("Firms", 300, 716) + print_line("Schools", 360, 716)
    again = print_line("Firms", 300, 60) + print_line("Schools", 360, 60)
    foot, head = [heads, *shares(0, 3, 732)], [again, *shares(3, 1, 76)]
    grids = broken(foot, head)
    values = {e.printed: [x.text for x in e.labels] for g in grids for e in table_reading(g).entries}
    assert values["12%"] == ["Answer C", "Firms"] and values["23%"] == ["Answer D", "Schools"]


def test_small_cells_with_a_number_in_each_are_no_legend() -> None:
    lines = [print_line(f"{i + 1}", 62 + 12 * k, 62 + 14 * i) for i in range(4) for k in (0, 1)]
    lines += [print_line(f"Answer {chr(65 + i)}", 86, 62 + 14 * i) for i in range(4)]
    cells = [area(59 + 12 * k, 61 + 14 * i, 70 + 12 * k, 72 + 14 * i, PURPLE) for i in range(4) for k in (0, 1)]
    assert the_one(sheet(*lines, shapes=cells)).n_cols == 3


@pytest.mark.parametrize("at_left", [True, False])
def test_the_first_line_of_a_label_above_all_bands_may_be_the_widest(at_left: bool) -> None:
    label, stops = (60, (400, 450)) if at_left else (160, (60, 110))
    wide = (
        "Those who are asked most often by all the others here"
        if at_left
        else "Those who are asked " + "most often " * 6
    )
    lines = [print_line(wide, label, 60), print_line("say so", label, 74)]
    lines += [print_line(f"{k}5%", stop, 67) for k, stop in enumerate(stops, 1)]
    for i in range(4):
        lines += [print_line(f"They say {chr(65 + i)}", label, 96 + 16 * i)]
        lines += [print_line(f"{10 * k + i}%", stop, 96 + 16 * i) for k, stop in enumerate(stops, 1)]
    bands = [area(56, 93 + 32 * i, 560, 109 + 32 * i, (0.93, 0.93, 0.93)) for i in range(2)]
    values = labelled(the_one(sheet(*lines, shapes=bands)))
    assert [v for k, v in values.items() if k[0].startswith("Those") and k[0].endswith("say so")]


def test_headings_with_a_narrow_blank_between_them_stand_over_their_own_columns() -> None:
    """The gap between the headings is no gap between texts, and stands beside the middle of that of the values."""
    lines = [print_line("Now", 250, 60) + print_line("Ideally", 280, 60) + print_line("Difference", 320, 60)]
    lines += [print_line(f"Answer {chr(65 + i)}", 60, 80 + 16 * i) for i in range(4)]
    lines += [print_line(f"{10 * k + i}%", (250, 280, 320)[k], 80 + 16 * i) for i in range(4) for k in range(3)]
    values = labelled(the_one(sheet(*lines)))
    assert values["Answer B", "Ideally"] == "11%" and values["Answer B", "Difference"] == "21%"


def test_a_heading_over_two_columns_with_headings_of_their_own_belongs_whole_to_both() -> None:
    lines = [print_line("Users pleased (%)", 250, 60), print_line("Mean (out of ten)", 400, 60)]
    lines += [print_line("2021", 255, 76) + print_line("2023", 315, 76)]
    lines += [print_line("2021", 405, 76) + print_line("2023", 465, 76)]
    for i, name in enumerate(("Libraries", "Schools", "Sports", "Parks")):
        lines.append(print_line(name, 60, 96 + 16 * i))
        lines += [print_line(f"{20 + 10 * k + i}", stop, 96 + 16 * i) for k, stop in enumerate((260, 320, 410, 470))]
    rules = [rule(240, 73, 345), rule(390, 73, 495), rule(50, 90, 500)]
    values = labelled(the_one(sheet(*lines, shapes=rules)))
    assert values["Schools", "2023", "Users pleased (%)"] == "31"
    assert values["Schools", "2021", "Mean (out of ten)"] == "41"


@pytest.mark.parametrize("numbers", [("1", "2", "3", "4"), ("1.", "2.", "2.", "4.")], ids=["bare", "with ties"])
def test_the_numbers_of_rows_are_no_values(numbers: Sequence[str]) -> None:
    lines = [print_line("#", 60, 60) + print_line("Editor", 90, 60)]
    lines += [print_line("2024", 250, 60) + print_line("2023", 310, 60)]
    for i, number in enumerate(numbers):
        lines.append(print_line(number, 60, 80 + 16 * i) + print_line(f"Editor {chr(65 + i)}", 90, 80 + 16 * i))
        lines += [print_line(f"{70 - 10 * i + k}%", stop, 80 + 16 * i) for k, stop in enumerate((250, 310))]
    entries = table_reading(the_one(sheet(*lines))).entries
    assert [e.printed for e in entries if "Editor B" in {x.text for x in e.labels}] == ["60%", "61%"]
    assert len(entries) == 2 * len(numbers)


def test_a_running_head_over_the_columns_of_a_table_is_no_heading() -> None:
    def page(number: int) -> Page:
        running = print_line("Water for all", 250, 30) + print_line(f"Survey {2023}", 330, 30)
        heads = print_line("Firms", 260, 76) + print_line("Schools", 340, 76)
        rows = [print_line(f"Answer {i}", 60, 96 + 16 * i) for i in range(4)]
        rows += [print_line(f"{10 * k + number + i}%", 180 + 80 * k, 96 + 16 * i) for i in range(4) for k in (1, 2)]
        shapes = [rule(50, 48, 400), rule(50, 72, 400), rule(50, 90, 400)]
        return sheet(running, heads, *rows, shapes=shapes, number=number)

    grids = [table.chosen for table in document_tables([page(number) for number in (1, 2, 3)])]
    assert {labels for grid in grids for labels in labelled(grid) if labels[0] == "Answer 2"} == {
        ("Answer 2", "Firms"),
        ("Answer 2", "Schools"),
    }


def test_running_text_beside_a_table_is_no_column_of_it() -> None:
    told = ("Most firms let a robot pack their boxes now.", "Schools do so less often than firms do by far.")
    told = (*told, "That has not changed much since the last one.", "We shall ask them again in the next year too.")
    lines = [print_line(text, 330, 96 + 14 * i) for i, text in enumerate(told)]
    lines.append(print_line("Firms", 190, 76) + print_line("Schools", 250, 76))
    for i in range(5):
        lines.append(print_line(f"Answer {i}", 60, 96 + 28 * i))
        lines += [print_line(f"{10 * k + i}%", 130 + 60 * k, 96 + 28 * i) for k in (1, 2)]
    (table,) = document_tables([sheet(*lines)])
    assert table.chosen.n_cols == 3 and len(table_reading(table.chosen).entries) == 10


def test_a_rule_under_headings_of_some_columns_parts_no_table() -> None:
    """Below a title that is closer to its rule: the first heads stand in the middle of two rows of headings."""
    lines = [print_line("Table 3.2 Health and limits by region", 60, 60)]
    lines += [print_line("Region", 60, 90), print_line("n", 210, 90)]
    lines += [print_line("Good health", 255, 82), print_line("Often limited", 375, 82)]
    lines += [print_line(year, x, 98) for x, year in zip((250, 300, 370, 420), ("2022", "2024") * 2, strict=True)]
    for i, name in enumerate(("Coast", "Moors", "Town", "River")):
        lines.append(print_line(name, 60, 118 + 18 * i))
        lines += [print_line(f"{20 * k + i},5", x, 118 + 18 * i) for k, x in enumerate((200, 250, 300, 370, 420))]
    rules = [rule(55, 54, 450), rule(240, 95, 450), *(rule(55, 113 + 18 * i, 450) for i in range(5))]
    (table,) = document_tables([sheet(*lines, shapes=rules)])
    values = labelled(table.chosen)
    assert values["Moors", "2024", "Good health"] == "41,5" and values["Moors", "n"] == "1,5"


def test_headings_over_three_columns_each_stand_over_their_own() -> None:
    """Each stands nearer to the middle of the second and third column, since the values are set flush right."""
    lines = [print_line("Service", 60, 68), print_line("Full-time", 193, 60), print_line("Part-time", 325, 60)]
    subs = ("Men", "Women", "All") * 2
    ends = (190, 235, 270, 320, 365, 400)
    lines += [print_line(sub, end - LETTER * len(sub), 76) for sub, end in zip(subs, ends, strict=True)]
    for i, name in enumerate(("Libraries", "Schools", "Sports", "Parks")):
        lines.append(print_line(name, 60, 96 + 16 * i))
        lines += [print_line(f"{20 + 10 * k + i},5", end - 20, 96 + 16 * i) for k, end in enumerate(ends)]
    rules = [rule(55, 54, 405), rule(160, 73, 405), rule(55, 90, 405), rule(55, 160, 405)]
    values = labelled(the_one(sheet(*lines, shapes=rules)))
    assert values["Schools", "Men", "Full-time"] == "21,5" and values["Schools", "All", "Full-time"] == "41,5"
    assert values["Schools", "Men", "Part-time"] == "51,5"


def test_the_head_of_a_section_is_no_line_of_the_label_below() -> None:
    """Bands behind every second row draw edges between the rows, and none below the head of a section."""
    lines = [print_line("Firms", 250, 60) + print_line("Schools", 310, 60)]
    names = ("Place", "Towns", "Villages", "Size", "Small", "Large")
    for i, name in enumerate(names):
        lines.append(print_line(name, 60 if name in ("Place", "Size") else 68, 80 + 19 * i))
        if name not in ("Place", "Size"):
            lines += [print_line(f"{10 * k + i}%", 190 + 60 * k, 80 + 19 * i) for k in (1, 2)]
    bands = [area(55, top, 400, top + 19, (0.9, 0.95, 0.9)) for top in (114.0, 171.0)]
    head = area(55, 55, 400, 74, (0.1, 0.2, 0.4))
    values = labelled(the_one(sheet(*lines, shapes=[head, *bands])))
    assert {key[0] for key in values} == {"Towns", "Villages", "Small", "Large"}


def test_what_stands_beside_a_drawn_table_is_none_of_its_columns() -> None:
    heads = ("Index", "2018", "2021", "2024")
    stops = (330, 430, 480, 530)
    lines = [[w for head, x in zip(heads, stops, strict=True) for w in print_line(head, x, 60)]]
    shapes = [area(325, 55, 560, 75, (0.1, 0.1, 0.1))]
    for i, name in enumerate(("Income", "Safety", "Training", "Hours", "Respect")):
        top = 80 + 20 * i
        lines.append(print_line(name, 330, top))
        lines += [print_line(f"{30 + 10 * k + i},1", x, top) for k, x in enumerate(stops[1:])]
        shapes += [area(x, top - 5, x + 58, top + 15, (0.93, 0.93, 0.93)) for x in range(325, 560, 59) if i % 2 == 0]
        lines += [print_line(f"6{i},{k}", 70 + 50 * k, top + 3 * k) for k in range(4)]
    grids = [grid for grid in find_tables(sheet(*lines, shapes=shapes)) if grid.box.x1 > 500]
    assert [(grid.n_cols, grid.n_rows) for grid in grids] == [(4, 6)]


def note_mark(text: str, x: float, y: float) -> Word:
    (word,) = print_line(text, x, y)
    return replace(word, raised=True, glued=True)


@pytest.mark.parametrize("mark", ["a", "1"])
def test_years_with_the_mark_of_a_note_are_headings(mark: str) -> None:
    lines = [print_line("Mode", 60, 60) + print_line("2015", 200, 60) + print_line("2019", 260, 60)]
    lines += [[note_mark(mark, 280, 57)], print_line("2023", 320, 60)]
    for i, name in enumerate(("Train", "Bicycle", "Car")):
        lines.append(print_line(name, 60, 80 + 16 * i))
        lines += [print_line(f"{10 * k + i},5", 140 + 60 * k, 80 + 16 * i) for k in (1, 2, 3)]
    values = labelled(the_one(sheet(*lines)))
    assert values["Bicycle", "2015"] == "11,5" and values["Bicycle", "2019"] == "21,5"


def test_headings_above_the_first_rule_belong_to_the_table() -> None:
    """Rules below each row of values and none around the headings: long headings, in two lines, over their columns."""
    lines = [print_line("Strongly in favour of", 197.5, 48), print_line("Against it, whatever", 407, 48)]
    lines += [print_line("Mode of travel", 60, 60), print_line("a new line", 250, 60)]
    lines += [print_line("In favour", 332.5, 60), print_line("it may cost", 452, 60)]
    for i, name in enumerate(("Train", "Bicycle", "Car", "Other")):
        lines.append(print_line(name, 60, 82 + 18 * i))
        lines += [print_line(f"{10 * k + i},5", x, 82 + 18 * i) for k, x in ((1, 275), (2, 355), (3, 482))]
    rules = [rule(55, 76 + 18 * i, 505) for i in range(5)]
    values = labelled(the_one(sheet(*lines, shapes=rules)))
    assert values["Bicycle", "Strongly in favour of a new line"] == "11,5"
    assert values["Bicycle", "Against it, whatever it may cost"] == "31,5"


def test_a_drawn_header_over_bands_behind_every_second_row_is_one_table_with_them() -> None:
    lines = [print_line("Service", 60, 68), print_line("Satisfied (%)", 180, 58), print_line("Mean score", 310, 58)]
    stops = (190, 240, 310, 360)
    lines += [print_line(year, x, 78) for year, x in zip(("2021", "2024") * 2, stops, strict=True)]
    shapes = [area(55, 52, 170, 92, (0.1, 0.2, 0.4)), area(170, 52, 295, 72, (0.1, 0.2, 0.4))]
    shapes += [area(295, 52, 410, 72, (0.1, 0.2, 0.4))]
    edges = (170, 230, 295, 350, 410)
    shapes += [area(a, 72, b, 92, (0.1, 0.2, 0.4)) for a, b in itertools.pairwise(edges)]
    for i, name in enumerate(("Libraries", "Schools", "Sports", "Parks", "Streets")):
        lines.append(print_line(name, 60, 98 + 20 * i))
        lines += [print_line(f"{20 + 10 * k + i},5", x, 98 + 20 * i) for k, x in enumerate(stops)]
        if i % 2:
            shapes += [
                area(a, 93 + 20 * i, b, 113 + 20 * i, (0.93, 0.95, 0.97)) for a, b in itertools.pairwise((55, *edges))
            ]
    values = labelled(the_one(sheet(*lines, shapes=shapes)))
    assert values["Schools", "2024", "Satisfied (%)"] == "31,5" and values["Parks", "2021", "Mean score"] == "43,5"


def test_labels_beside_coloured_cells_with_a_heading_of_their_own() -> None:
    lines, shapes = [print_line("Statement", 60, 60)], []
    lines += [print_line(head, x, 60) for head, x in (("Agree", 310), ("Disagree", 370))]
    top = 82.0
    shapes += [area(x, 55, x + 58, 75, (0.9, 0.85, 0.75)) for x in (300, 362)]
    for i, label in enumerate(LABELS):
        lines += [print_line(text, 60, top + 12 * k) for k, text in enumerate(label)]
        deep = 12 * len(label)
        lines += [print_line(f"{10 * k + i}%", 250 + 62 * k, top + deep / 2 - 6) for k in (1, 2)]
        shapes += [area(x, top - 4, x + 58, top + deep, (0.95, 0.93, 0.9)) for x in (300, 362)]
        top += deep + 6
    values = labelled(the_one(sheet(*lines, shapes=shapes)))
    assert values[" ".join(LABELS[0]), "Agree"] == "10%" and values[LABELS[1][0], "Disagree"] == "21%"


def test_a_label_in_the_middle_of_its_rows_has_a_column_of_its_own() -> None:
    lines = [print_line("Region", 60, 60) + print_line("Sex", 97, 60) + print_line("Often", 160, 60)]
    lines.append(print_line("Never", 220, 60))
    for i, region in enumerate(("North", "South", "East")):
        lines.append(print_line(region, 60, 89 + 36 * i))
        for k, sex in enumerate(("Men", "Women")):
            y = 80 + 36 * i + 18 * k
            lines.append(print_line(sex, 97, y))
            lines += [print_line(f"{20 * (j + 1) + 2 * i + k},5", x, y) for j, x in enumerate((165, 225))]
    rules = [
        rule(55, 76, 260),
        *(rule(92, 95 + 36 * i, 260) for i in range(3)),
        *(rule(55, 113 + 36 * i, 260) for i in range(3)),
    ]
    values = labelled(the_one(sheet(*lines, shapes=rules)))
    assert values["Men", "South", "Often"] == "22,5" and values["Women", "South", "Never"] == "43,5"


def test_a_total_below_a_rule_stays_in_its_table_where_the_next_rule_is_another_exhibits() -> None:
    heads = ("Region", "n", "Permanent", "On call")
    stops = (60, 180, 240, 330)
    lines = [[w for head, x in zip(heads, stops, strict=True) for w in print_line(head, x, 60)]]
    for i, name in enumerate(("North", "East", "West", "South", "All")):
        lines.append(print_line(name, 60, 78 + 18 * i))
        lines += [print_line(f"{2 + k},{i}", x, 78 + 18 * i) for k, x in enumerate(stops[1:])]
    lines.append(print_line("In the west 42 in a hundred stay open longer", 60, 190))
    lines.append(print_line("with people on call, 4,6 on average", 330, 190))
    rules = [rule(55, 146, 520), rule(55, 215, 520), rule(55, 218, 520)]
    (grid, *_) = find_tables(sheet(*lines, shapes=rules), loose=True)
    assert grid.n_cols == 4 and labelled(grid)["All", "On call"] == "4,4"


def test_a_rule_under_a_heading_tells_over_which_columns_it_stands() -> None:
    """All headings are set flush right, so that their middles say nothing."""
    lines = [print_line("Region", 60, 72), print_line("Satisfied with", 312, 52)]
    lines += [print_line("Buses", 255, 68), print_line("Trains", 350, 68)]
    stops = (205, 260, 305, 360)
    lines += [print_line(year, x, 84) for year, x in zip(("2022", "2024") * 2, stops, strict=True)]
    for i, name in enumerate(("North", "South", "East", "West")):
        lines.append(print_line(name, 60, 104 + 16 * i))
        lines += [print_line(f"{20 + 10 * k + i},5", x, 104 + 16 * i) for k, x in enumerate(stops)]
    rules = [rule(55, 46, 385), rule(190, 65, 385), rule(190, 81, 284), rule(294, 81, 385), rule(55, 99, 385)]
    values = labelled(the_one(sheet(*lines, shapes=[*rules, rule(55, 168, 385)])))
    assert values["South", "2022", "Buses", "Satisfied with"] == "21,5"
    assert values["South", "2024", "Trains", "Satisfied with"] == "51,5"


def test_ranges_in_headings_of_two_lines_are_no_values() -> None:
    heads = (("Under", "18"), ("18–", "29"), ("30–", "44"), ("", "All"))
    lines = []
    for k, (upper, lower) in enumerate(heads):
        lines += [print_line(upper, 200 + 50 * k, 60)] if upper else []
        lines += [print_line(lower, 200 + 50 * k, 72)]
    for i, name in enumerate(("Very good", "Good", "Fair")):
        lines.append(print_line(name, 60, 92 + 16 * i))
        lines += [print_line(f"{20 + 10 * k + i},5", 200 + 50 * k, 92 + 16 * i) for k in range(4)]
    rules = [rule(55, 55, 400), rule(55, 87, 400), rule(55, 140, 400)]
    values = labelled(the_one(sheet(*lines, shapes=rules)))
    assert values["Good", "Under 18"] == "21,5" and values["Good", "18–29"] == "31,5"


@pytest.mark.parametrize("flush", ["left", "right"])
def test_headings_flush_with_an_edge_of_their_columns_stand_over_them(flush: str) -> None:
    lows = ("Women", "Men", "Under", "Middle", "Over")
    ends = (270, 310, 350, 395, 430)
    starts = [end - LETTER * len(low) for end, low in zip(ends, lows, strict=True)]
    lines = [print_line("All", 205, 60)]
    for head, first, last in (("Sex", 0, 1), ("Age", 2, 4)):
        lines.append(print_line(head, starts[first] if flush == "left" else ends[last] - LETTER * len(head), 60))
    lines += [print_line(low, start, 80) for low, start in zip(lows, starts, strict=True)]
    for i, name in enumerate(("North", "South", "East", "West")):
        lines.append(print_line(name, 60, 104 + 16 * i))
        lines += [print_line(f"{20 + 10 * k + i}", end - 10, 104 + 16 * i) for k, end in enumerate((220, *ends))]
    rules = [rule(55, 54, 440), rule(230, 75, 440), rule(55, 98, 440), rule(55, 170, 440)]
    values = labelled(the_one(sheet(*lines, shapes=rules)))
    assert values["South", "Women", "Sex"] == "31" and values["South", "Over", "Age"] == "71"
    assert values["South", "All"] == "21"


def test_numbers_among_the_headings_of_a_drawn_table_are_no_values() -> None:
    edges = (55, 130, 180, 230, 280)
    lines = [print_line("Age", 135, 60), print_line("Under 30", 135, 80), print_line("60+", 190, 80)]
    lines.append(print_line("All", 240, 80))
    for i, name in enumerate(("North", "South", "East")):
        lines.append(print_line(name, 60, 100 + 20 * i))
        lines += [print_line(f"{20 + 10 * k + i}", x + 5, 100 + 20 * i) for k, x in enumerate(edges[1:4])]
    shapes = [rule(55, y, 280) for y in (55, 95, 115, 135, 155)] + [rule(130, 75, 280)]
    shapes += [replace(rule(x, 55, x), box=Box(x, 55, x, 155), points=((x, 55), (x, 155))) for x in (55, 130, 280)]
    shapes += [replace(rule(x, 75, x), box=Box(x, 75, x, 155), points=((x, 75), (x, 155))) for x in (180, 230)]
    values = labelled(the_one(sheet(*lines, shapes=shapes)))
    assert values["South", "60+", "Age"] == "31" and values["South", "Under 30", "Age"] == "21"


def test_a_title_in_the_first_row_of_a_table_is_no_heading() -> None:
    edges = (55, 150, 210, 270)
    lines = [print_line("How do you get to work?", 60, 60)]
    lines += [print_line("Mode", 60, 80), print_line("2022", 160, 80), print_line("2024", 220, 80)]
    for i, name in enumerate(("Train", "Bicycle", "Car")):
        lines.append(print_line(name, 60, 100 + 20 * i))
        lines += [print_line(f"{20 + 10 * k + i},5", x + 10, 100 + 20 * i) for k, x in enumerate(edges[1:3])]
    shapes = [rule(55, y, 270) for y in (55, 75, 95, 115, 135, 155)]
    shapes += [
        replace(rule(x, 75, x), box=Box(x, top, x, 155), points=((x, top), (x, 155)))
        for x in edges
        for top in (55 if x in (55, 270) else 75,)
    ]
    assert labelled(the_one(sheet(*lines, shapes=shapes)))["Bicycle", "2024"] == "31,5"


def test_intervals_are_no_labels() -> None:
    lines = [print_line("Mode", 60, 60) + print_line("Share", 160, 60) + print_line("Interval", 230, 60)]
    for i, name in enumerate(("Train", "Bicycle", "Car")):
        lines.append(print_line(name, 60, 80 + 16 * i) + print_line(f"2{i},5", 165, 80 + 16 * i))
        lines.append(print_line(f"[1{i},1; 3{i},9]", 225, 80 + 16 * i))
    assert labelled(the_one(sheet(*lines))) == {
        (n, "Share"): f"2{i},5" for i, n in enumerate(("Train", "Bicycle", "Car"))
    }


def test_of_two_tables_side_by_side_each_has_its_own_labels() -> None:
    lines = []
    for x in (60, 300):
        lines.append(print_line("Mode", x, 60) + print_line("2022", x + 90, 60) + print_line("2024", x + 140, 60))
        for i, name in enumerate(("Train", "Bicycle", "Car")):
            lines.append(print_line(name, x, 80 + 16 * i))
            lines += [print_line(f"{x // 10 + 10 * k + i},5", x + 90 + 50 * k, 80 + 16 * i) for k in (0, 1)]
    found = Counter(
        (entry.printed, tuple(label.text for label in entry.labels if label.axis == "row"))
        for grid in find_tables(sheet(*lines), loose=True)
        for entry in table_reading(grid).entries
    )
    assert found["17,5", ("Bicycle",)] == found["41,5", ("Bicycle",)] == 1 and found.total() == 12


def test_words_over_values_show_that_the_numbers_beside_them_are_headings() -> None:
    lines = [print_line("under", 250, 60), print_line("30–", 300, 60)]
    lines += [print_line("Women", 150, 74), print_line("Men", 205, 74), print_line("30", 250, 74)]
    lines += [print_line("59", 300, 74), print_line("60+", 345, 74)]
    for i, name in enumerate(("North", "South", "East")):
        lines.append(print_line(name, 60, 98 + 18 * i))
        lines += [print_line(f"{200 + 100 * k + i}", 155 + 48 * k, 98 + 18 * i) for k in range(5)]
    values = labelled(the_one(sheet(*lines)))
    assert values["South", "Women"] == "201" and values["South", "30–59"] == "501" and values["South", "60+"] == "601"


# Every layout of the same content must give the same values with the same labels of the row.

STYLES = {
    "values left, ink": Style(values="left", group_marks=("ink",), table="bare"),
    "icons in filled tables": Style(group_marks=("icon",), table="filled"),
    "headers, zebra, turned": Style(group_marks=("header",), table="zebra", turned_heads=True),
    "small, broken": Style(page="a5", text_size=8, keep_pages=False, break_tables=True, table="zebra"),
    "two columns, tracked": Style(columns=2, keep_pages=False, break_tables=True, tracking=0.05, art=False),
}


@cache
def content() -> Content:
    return load(Path(__file__).parents[2] / "facsimile/ld-trends/2022")


def printed_values(style: Style) -> Counter[tuple[tuple[str, ...], str]]:
    found: Counter[tuple[tuple[str, ...], str]] = Counter()
    for matrix in content().matrices():
        for number, row in enumerate(matrix.rows if matrix.form == "table" else ()):
            for column, cell in zip(matrix.columns, row.cells, strict=True):
                if cell is not None:
                    labels = tuple(sorted(text_key(r.label) for r in matrix.rows[number : number + cell.rows]))
                    found[labels, "".join(style.shown(cell.value, matrix.at(column, row).unit).split())] += 1
    return found


def read_value(entry: Entry) -> tuple[tuple[str, ...], str]:
    labels = (text_key(x.text) for x in entry.labels if x.axis == "row" and x.level == 0)
    return tuple(sorted(labels)), "".join((entry.printed or "").split())


@pytest.mark.parametrize("name", STYLES)
def test_every_value_of_every_layout_has_its_labels(name: str, tmp_path: Path) -> None:
    style = replace(STYLES[name])
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(render(content(), style))
    tables = document_tables(list(read_pages(pdf)))
    read = Counter(read_value(entry) for table in tables for entry in table_reading(table.chosen).entries)
    assert not printed_values(style) - read
