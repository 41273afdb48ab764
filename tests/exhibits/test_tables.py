"""Tables from words, rulings and colours: each test is one kind of layout, drawn as a synthetic page."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.core.geometry import Box
from pipeline.exhibits.tables.entries import table_reading
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.exhibits.tables.other_finders import OtherFinders
from pipeline.exhibits.tables.table_choice import page_tables
from pipeline.exhibits.tables.table_formats import render
from pipeline.pages.page import Page, Word
from pipeline.pages.turning import turned
from tests.factory import document_tables, find_tables
from tests.typesetting import area, columns, page_of, print_line, rule, sheet


def matrix(grid: Grid) -> list[list[str]]:
    return list(csv.reader(io.StringIO(render([grid], "csv"))))


STOPS = (60.0, 250.0, 330.0, 410.0)
HEAD = ("", "2020", "2021", "2022")
ROWS = (("Small firms", "12", "14", "9"), ("Large firms", "30", "28", "31"), ("Public bodies", "58", "58", "60"))


def bare_table(top: float = 100.0, pitch: float = 16.0) -> list[list[Word]]:
    return [columns(top + i * pitch, row, STOPS) for i, row in enumerate((HEAD, *ROWS))]


def the_one(page: Page) -> Grid:
    (grid,) = find_tables(page, loose=True)
    return grid


def test_a_table_without_any_line_is_found_by_alignment() -> None:
    grid = the_one(sheet(*bare_table()))
    assert matrix(grid) == [list(HEAD), *map(list, ROWS)]
    assert grid.form == "borderless"
    assert grid.header_rows == 1


def test_rules_above_and_below_do_not_swallow_title_and_source() -> None:
    title = print_line("Table 4 Firms by size and year of the survey", 60, 70)
    source = print_line("Source: survey of firms, own computation", 60, 175)
    rules = [rule(60, 95, 440, 95), rule(60, 113, 440, 113), rule(60, 165, 440, 165)]
    grid = the_one(sheet(title, *bare_table(), source, shapes=rules))
    assert matrix(grid) == [list(HEAD), *map(list, ROWS)]
    assert grid.form == "half-ruled"


def test_a_wrapped_label_is_one_cell() -> None:
    lines = [
        columns(100, HEAD, STOPS),
        columns(118, ("Firms with fewer than ten", "12", "14", "9"), STOPS),
        columns(129, ("employees of their own", "", "", ""), STOPS),
        columns(147, ("Large firms", "30", "28", "31"), STOPS),
        columns(165, ("Public bodies", "58", "58", "60"), STOPS),
    ]
    assert matrix(the_one(sheet(*lines)))[1] == ["Firms with fewer than ten employees of their own", "12", "14", "9"]


def test_thousands_set_apart_by_a_blank_stay_one_number() -> None:
    rows = [columns(100 + 16 * i, (f"Region {i}", "1 500", f"12 {i}40", "980"), STOPS) for i in range(4)]
    assert matrix(the_one(sheet(*rows)))[2] == ["Region 2", "1 500", "12 240", "980"]


def test_a_heading_over_several_columns_spans_them() -> None:
    stops = (60.0, 250.0, 300.0, 360.0, 410.0)
    lines = [
        print_line("Men", 252, 90) + print_line("Women", 382, 90),
        columns(104, ("", "2021", "2022", "2021", "2022"), stops),
        *[columns(120 + 14 * i, (f"Group {i}", "12%", "13%", "14%", "15%"), stops) for i in range(4)],
    ]
    rules = [rule(250, 102, 320, 102), rule(360, 102, 430, 102)]
    grid = the_one(sheet(*lines, shapes=rules))
    spans = {c.text: (c.col, c.col_span) for c in grid.cells if c.row == 0}
    assert spans == {"Men": (1, 2), "Women": (3, 2)}
    first = table_reading(grid).entries[0]
    assert [(label.text, label.axis, label.level) for label in first.labels] == [
        ("Group 0", "row", 0),
        ("2021", "column", 0),
        ("Men", "column", 1),
    ]


PURPLE, GREEN = (0.36, 0.18, 0.51), (0.42, 0.66, 0.31)


def coloured_table() -> Page:
    """Two columns without headings, told apart by colour; a cell at the right covers two rows."""
    shapes, lines = [], []
    for i, label in enumerate(("Certainly not", "Rather not", "Rather yes", "Certainly yes")):
        y = 100 + 20 * i
        shapes += [area(250, y, 300, y + 20, PURPLE), area(60, y, 250, y + 20, (0.9, 0.9, 0.95))]
        lines.append(print_line(label, 66, y + 5) + print_line(f"{10 + i}%", 265, y + 5, (1.0, 1.0, 1.0)))
    for i, value in enumerate(("21%", "25%")):
        shapes.append(area(300, 100 + 40 * i, 350, 140 + 40 * i, GREEN))
        lines.append(print_line(value, 315, 115 + 40 * i, (1.0, 1.0, 1.0)))
    return sheet(*lines, shapes=shapes)


def test_a_cell_that_covers_two_rows_carries_both_labels_and_its_colour() -> None:
    reading = table_reading(the_one(coloured_table()))
    merged = [e for e in reading.entries if e.spans == 2]
    assert [(e.printed, [label.text for label in e.labels]) for e in merged] == [
        ("21%", ["Certainly not", "Rather not"]),
        ("25%", ["Rather yes", "Certainly yes"]),
    ]
    assert {e.fill for e in merged} == {GREEN}
    assert {e.fill for e in reading.entries if e.spans == 1} == {PURPLE}


def test_labels_may_stand_right_of_their_values() -> None:
    rows = [
        columns(100 + 15 * i, (f"{10 + i}%", f"{30 + i}%", f"Answer number {i} of the list"), (60, 120, 170))
        for i in range(6)
    ]
    first = table_reading(the_one(sheet(*rows))).entries[0]
    assert (first.printed, [label.text for label in first.labels]) == ("10%", ["Answer number 0 of the list"])


def test_footnote_marks_leave_the_label_and_are_kept() -> None:
    rows = [columns(100 + 15 * i, (f"Direct manager {'*' * i}".strip(), "1", "2,5"), (60, 250, 330)) for i in range(4)]
    labels = [e.labels[0] for e in table_reading(the_one(sheet(*rows))).entries[::2]]
    assert [(label.text, label.notes) for label in labels] == [
        ("Direct manager", ()),
        ("Direct manager", ("*",)),
        ("Direct manager", ("**",)),
        ("Direct manager", ("***",)),
    ]


def test_two_numbers_in_a_cell_are_two_doubted_values() -> None:
    rows = [columns(100 + 15 * i, (f"Role {i}", "61%-54%", "3"), (60, 250, 330)) for i in range(4)]
    values = table_reading(the_one(sheet(*rows))).entries[:2]
    assert [v.printed for v in values] == ["61%", "54%"]
    assert all("extraction-two-values-in-cell" in v.doubts for v in values)


def test_a_section_row_heads_the_rows_below_it() -> None:
    rows = [("Men", ""), ("Paid work", "40"), ("Care", "12"), ("Women", ""), ("Paid work", "31"), ("Care", "26")]
    lines = [columns(100, ("", "Hours"), (60, 250))]
    lines += [columns(115 + 15 * i, row, (60, 250)) for i, row in enumerate(rows)]
    entries = table_reading(the_one(sheet(*lines))).entries
    assert [(e.printed, e.labels[-1].text) for e in entries] == [
        ("40", "Men"),
        ("12", "Men"),
        ("31", "Women"),
        ("26", "Women"),
    ]


def test_a_section_row_set_otherwise_or_farther_left_is_no_line_of_the_label_below() -> None:
    """The rows stand as close together as the lines of a label would."""
    for indent, colour in ((0, (0.8, 0.2, 0.0)), (12, (0.0, 0.0, 0.0))):
        lines = [columns(100, ("", "Hours"), (60, 250))]
        for block, name in enumerate(("Men", "Women")):
            lines.append(print_line(name, 60, 114 + 44 * block, colour))
            lines += [columns(125 + 44 * block + 11 * i, (x, "40"), (60 + indent, 250)) for i, x in enumerate("abc")]
        entries = table_reading(the_one(sheet(*lines))).entries
        labels = [(e.labels[0].text, e.labels[-1].text) for e in entries]
        assert labels == [(x, name) for name in ("Men", "Women") for x in "abc"]


@pytest.mark.parametrize(("head", "ranked"), [("Rank", True), ("", False)])
def test_numbers_before_the_names_are_values_where_their_heading_says_rank(head: str, ranked: bool) -> None:
    stops = (60, 110, 300)
    lines = [columns(100, (head, "Measure", "In favour"), stops)]
    lines += [columns(116 + 16 * i, (str(i + 1), x, "40%"), stops) for i, x in enumerate(("Rates", "Cash", "Rules"))]
    printed = [e.printed for e in table_reading(the_one(sheet(*lines))).entries]
    assert ("2" in printed) == ranked and printed.count("40%") == 3


def test_arrows_between_values_are_no_labels() -> None:
    stops = (60, 200, 260, 320)
    lines = [columns(100, ("", "2021", "", "2024"), stops)]
    lines += [columns(116 + 16 * i, (x, "49%", "→", "74%"), stops) for i, x in enumerate(("Courses", "Books", "Talks"))]
    entries = table_reading(the_one(sheet(*lines))).entries
    assert {tuple(x.text for x in e.labels if x.axis == "row") for e in entries} == {
        ("Courses",),
        ("Books",),
        ("Talks",),
    }


def test_section_rows_wider_than_the_labels_head_rows_and_no_columns() -> None:
    """The first stands right below the years, as a heading of theirs would."""
    lines = [columns(100, ("", "2021", "2022"), (60, 250, 320))]
    for block, name in enumerate(
        ("Tenants of flats in the city and around it", "Owners of houses and of their gardens")
    ):
        lines.append(print_line(name, 60, 116 + 64 * block))
        for i, (label, *values) in enumerate((("Cold", "12%", "14%"), ("Right", "70%", "66%"), ("Warm", "18%", "20%"))):
            lines.append(columns(132 + 64 * block + 16 * i, (label, *values), (60, 250, 320)))
    below = [rule(60, y, 340, y) for y in range(112, 112 + 16 * 9, 16)]
    entries = table_reading(the_one(sheet(*lines, shapes=below))).entries
    said = [(e.printed, [x.text for x in e.labels]) for e in entries]
    assert said[0] == ("12%", ["Cold", "2021", "Tenants of flats in the city and around it"])
    assert said[-1] == ("20%", ["Warm", "2022", "Owners of houses and of their gardens"])


def test_leaders_lead_to_the_value_and_are_no_text() -> None:
    rows = []
    for i, (label, value) in enumerate((("Wages", "1,200"), ("Rent", "870"), ("Energy", "315"), ("Total", "2,385"))):
        y = 100 + 15 * i
        rows.append(print_line(label + "." * 30, 60, y) + print_line(value, 330, y) + print_line(value, 420, y))
    assert matrix(the_one(sheet(*rows)))[1] == ["Rent", "870", "870"]


def test_dots_set_with_blanks_are_a_leader_and_two_dots_are_no_value() -> None:
    rows = [
        print_line(f"Item {i}", 60, 100 + 15 * i)
        + print_line(". . . . . . . .", 110, 100 + 15 * i)
        + print_line("..", 300, 100 + 15 * i)
        + print_line(f"{i * 7 % 5}5", 380, 100 + 15 * i)
        for i in range(1, 6)
    ]
    assert matrix(the_one(sheet(*rows)))[0] == ["Item 1", "..", "25"]


def test_a_currency_sign_set_apart_belongs_to_its_number() -> None:
    rows = [
        columns(
            100 + 15 * i, (f"Fund {i}", "$" if i in (0, 4) else "", f"{i + 1},250", f"{i + 3},100"), (60, 240, 280, 380)
        )
        for i in range(5)
    ]
    grid = the_one(sheet(*rows))
    assert matrix(grid)[0] == ["Fund 0", "$ 1,250", "3,100"]
    assert matrix(grid)[1] == ["Fund 1", "2,250", "4,100"]


def test_turned_headings_stand_over_their_columns() -> None:
    heads = []
    for j, text in enumerate(("Very good", "Good", "Poor")):
        x, length = 250.0 + 50 * j, 5.0 * len(text)
        box = Box(x, 160 - length, x + 10, 160)
        heads += [Word(text, box, 10.0, "Serif", None, 90, (x + 8, 160.0), (), 0)]
    rows = [columns(170 + 15 * i, (f"Teacher {i}", "40%", "35%", "25%"), (60, 248, 298, 348)) for i in range(5)]
    shapes = [rule(55, 167, 400, 167), rule(55, 245, 400, 245), rule(55, 90, 400, 90)]
    entries = table_reading(the_one(sheet(heads, *rows, shapes=shapes))).entries
    assert [e.labels[1].text for e in entries[:3]] == ["Very good", "Good", "Poor"]


def test_a_page_set_sideways_reads_the_same() -> None:
    upright = sheet(*bare_table())
    sideways = turned(upright, 270)
    grid = the_one(sideways)
    assert matrix(grid) == matrix(the_one(upright))
    assert sideways.box.holds(grid.box)
    assert grid.box.height > grid.box.width


def test_a_page_that_stands_upside_down_reads_the_same() -> None:
    upright = sheet(*bare_table())
    over = turned(upright, 180)
    grid = the_one(over)
    assert matrix(grid) == matrix(the_one(upright))
    first = next(w for w in over.words if w.text == "Small")
    assert grid.cells[0].row == 0 and any(c.box.holds(first.box) for c in grid.cells if c.text == "Small firms")


PROSE = "the survey was held among all firms of the region and asked for the number of staff in each of them"


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("text in one column", sheet(*[print_line(PROSE, 60, 100 + 13 * i) for i in range(12)])),
        (
            "text in two columns",
            sheet(
                *[
                    print_line(PROSE[:48], 60, 100 + 13 * i) + print_line(PROSE[:45], 320, 100 + 13 * i)
                    for i in range(12)
                ]
            ),
        ),
        (
            "a numbered list",
            sheet(
                *[
                    print_line(f"{i}.", 60, 100 + 14 * i) + print_line(PROSE[: 30 + i], 80, 100 + 14 * i)
                    for i in range(1, 9)
                ]
            ),
        ),
        (
            "a contents page",
            sheet(
                *[
                    print_line(f"Chapter {i}", 60, 100 + 14 * i)
                    + print_line("." * 40, 140, 100 + 14 * i)
                    + print_line(str(3 * i), 400, 100 + 14 * i)
                    for i in range(1, 12)
                ]
            ),
        ),
        (
            "bars with their values",
            sheet(
                *[print_line(f"{60 - 9 * i}%", 64 + 40 * i, 104 + 40 * i) for i in range(5)],
                *[print_line(name, 60 + 40 * i, 305) for i, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri"))],
                shapes=[area(60 + 40 * i, 100 + 40 * i, 90 + 40 * i, 300, PURPLE) for i in range(5)],
            ),
        ),
        ("an empty page", sheet()),
    ],
)
def test_what_is_no_table_gives_none(kind: str, page: Page) -> None:
    assert find_tables(page) == [], kind


def test_two_tables_side_by_side_or_below_each_other_stay_two() -> None:
    below = [columns(300 + 16 * i, row, STOPS) for i, row in enumerate((HEAD, *ROWS))]
    between = [print_line(PROSE, 60, 200 + 13 * i) for i in range(5)]
    assert len(find_tables(sheet(*bare_table(), *between, *below))) == 2


def headed_body(number: int, *, heading: bool, top: float) -> Page:
    shapes, lines = [], []
    if heading:
        shapes = [area(250, top, 300, top + 20, PURPLE), area(300, top, 350, top + 20, GREEN)]
        lines = [print_line("Firms", 255, top + 5) + print_line("Schools", 303, top + 5)]
    else:
        for i in range(4):
            y = top + 20 * i
            shapes.append(area(60, y, 350, y + 20, (0.9, 0.9, 0.95) if i % 2 else (0.8, 0.8, 0.9)))
            lines.append(columns(y + 5, (f"Answer {i}", f"{10 + i} %", f"{20 + i} %"), (66, 262, 312)))
    return sheet(*lines, shapes=shapes, number=number)


def test_a_header_left_on_the_page_before_heads_the_table() -> None:
    (table,) = document_tables([headed_body(1, heading=True, top=760), headed_body(2, heading=False, top=70)])
    first = table_reading(table.chosen).entries[0]
    assert [(label.text, label.axis) for label in first.labels] == [("Answer 0", "row"), ("Firms", "column")]
    assert first.labels[1].colour == PURPLE


def test_a_header_does_not_reach_over_text_to_another_table() -> None:
    body = headed_body(2, heading=False, top=120)
    words = (*print_line("A question of its own stands here above", 60, 90), *body.words)
    other = page_of(words, body.shapes, 2)
    (table,) = document_tables([headed_body(1, heading=True, top=760), other])
    assert table.chosen.header_rows == 0


def test_cells_are_surer_where_camelot_puts_the_same_words_together(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = [rule(50, 95 + 16 * i, 460, 95 + 16 * i) for i in range(5)]
    page = sheet(*bare_table(), shapes=shapes + [rule(x, 95, x, 159) for x in (50, 240, 320, 400, 460)])
    own = replace(find_tables(page)[0], reader="camelot-lattice")
    monkeypatch.setattr(OtherFinders, "grids", lambda *of: [own])
    (table,) = page_tables(page, finders=OtherFinders(Path("report.pdf")))
    assert [g.reader for g in table.readings] == ["geometry", "camelot"]
    assert table.chosen.reader == "geometry+camelot"
    assert {c.confidence for c in table.chosen.cells} == {0.99}
    assert {c.confidence for c in page_tables(page)[0].chosen.cells} == {0.95}


def test_other_finders_are_asked_only_for_words_beyond_sure_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    page, asked = sheet(*bare_table()), list[int]()
    monkeypatch.setattr(OtherFinders, "grids", lambda _, page, *of: asked.append(page.number) or [])
    finders = OtherFinders(Path("report.pdf"))
    page_tables(page, finders=finders, charts=[page.box])
    assert not asked
    page_tables(page, finders=finders, charts=[Box(0, 0, 10, 10)])
    assert asked == [1]


def small_grid() -> Grid:
    cells = (
        Cell(0, 0, 1, 2, "a <b> | c", Box(10, 20, 60, 30), header=True),
        Cell(1, 0, 1, 1, "x,y", Box(10, 40, 30, 50)),
        Cell(1, 1, 1, 1, '5 "', Box(40, 40, 60, 50)),
    )
    return Grid(3, 800.0, Box(10, 20, 60, 50), cells, 2, 2, "geometry+camelot", 0.912345, "ruled")


def test_json_has_its_origin_at_the_bottom_left() -> None:
    (table,) = json.loads(render([small_grid()], "json"))["tables"]
    assert table["page"] == 3
    assert table["bbox"] == [10, 750, 60, 780]
    assert table["readers"] == ["geometry", "camelot"]
    assert table["cells"][0] == {
        "row": 0,
        "col": 0,
        "row_span": 1,
        "col_span": 2,
        "text": "a <b> | c",
        "unit": "",
        "marks": [],
        "bbox": [10, 770, 60, 780],
        "header": True,
        "confidence": 1.0,
    }


def test_text_forms_escape_what_they_must() -> None:
    grid = small_grid()
    assert render([grid], "csv") == 'a <b> | c,\n"x,y","5 """\n'
    assert r"a &lt;b> \| c" in render([grid], "md")
    page = render([grid], "html")
    assert '<th colspan="2">a &lt;b&gt; | c</th>' in page
    assert "<td>5 &quot;</td>" in page
    with pytest.raises(KeyError):
        render([grid], "pdf")
