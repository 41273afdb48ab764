"""Habits of public statistics: marks, leaders, half rules, tables of words; and pages that only look like tables."""

from __future__ import annotations

from dataclasses import replace

from pipeline.exhibits.charts import read_charts
from pipeline.exhibits.pool.exhibit_choice import choose
from pipeline.exhibits.reading import regions_of
from pipeline.exhibits.tables.entries import table_reading
from pipeline.exhibits.tables.table_choice import page_tables
from pipeline.pages.page import Page, Shape, Word
from tests.exhibits.test_tables import ROWS, STOPS, matrix, the_one
from tests.factory import find_tables
from tests.typesetting import area, columns, print_line, rule, sheet

TOWNS = (("Delft", "812", "77"), ("Gouda", "904", "81"), ("Leiden", "311", "93"))


def box_to_tick(x: float, top: float) -> Shape:
    return replace(area(x, top, x + 8, top + 8, (1.0, 1.0, 1.0)), fill=None, stroke=(0.0, 0.0, 0.0), width=0.5)


def raised(mark: str, x: float, y: float) -> Word:
    (word,) = print_line(mark, x, y, size=6.0)
    return replace(word, raised=True, glued=True)


def test_a_raised_mark_stays_with_its_word_where_lines_are_tight() -> None:
    lines = [columns(100 + 10.5 * i, (f"Region{i}", f"{i}{i}4", "125", "98"), STOPS) for i in range(1, 7)]
    lines[3].append(raised("2", 60 + 7 * 5, 100 + 10.5 * 4 - 3.2))
    grid = the_one(sheet(*lines))
    assert matrix(grid)[3] == ["Region42", "444", "125", "98"]
    assert grid.n_rows == 6


def test_short_leaders_end_their_label_and_three_dots_are_a_value() -> None:
    rows = [
        ("Iowa................", "12", "14", "9"),
        ("Massachusetts...", "30", "...", "31"),
        ("Ohio....", "1", "2", "3"),
    ]
    lines = [columns(100 + 14 * i, row, STOPS) for i, row in enumerate((*rows, *rows))]
    assert matrix(the_one(sheet(*lines)))[:3] == [
        ["Iowa", "12", "14", "9"],
        ["Massachusetts", "30", "...", "31"],
        ["Ohio", "1", "2", "3"],
    ]


def test_half_rules_below_headings_belong_to_the_table_of_the_rules_around() -> None:
    stops = (60.0, 200.0, 260.0, 320.0, 380.0)
    lines = [
        print_line("Men", 225, 102) + print_line("Women", 342, 102),
        columns(118, ("Group", "2021", "2022", "2021", "2022"), stops),
        *[columns(134 + 14 * i, (f"Part {i}", "12.1", "13.4", "14.0", "15.2"), stops) for i in range(5)],
    ]
    full = [rule(60, y, 440, y) for y in (99, 131, 205)]
    half = [rule(200, 115, 290, 115), rule(320, 115, 410, 115)]
    grid = the_one(sheet(*lines, shapes=[*full, *half]))
    assert (grid.n_rows, grid.n_cols, grid.header_rows) == (7, 5, 2)
    assert {c.text: c.col_span for c in grid.cells if c.row == 0 and c.col} == {"Men": 2, "Women": 2}


def test_headings_that_repeat_tell_their_spanner_beside_a_column_that_stands_alone() -> None:
    stops = (60.0, 180.0, 230.0, 280.0, 330.0, 380.0, 430.0, 490.0)
    heads = ("Group", "2019", "2022", "2025", "2019", "2022", "2025", "n")
    lines = [
        print_line("Trips", 228, 102) + print_line("Kilometres", 368, 102),  # over the middle of wider cells
        columns(118, heads, stops),
        *[
            columns(134 + 14 * i, (f"Part {i}", "2.1", "3.4", "4.0", "15.2", "16.1", "17.3", "412"), stops)
            for i in range(5)
        ],
    ]
    grid = the_one(sheet(*lines, shapes=[rule(60, y, 520, y) for y in (99, 131, 205)]))
    assert {c.text: (c.col, c.col_span) for c in grid.cells if c.row == 0} == {"Trips": (1, 3), "Kilometres": (4, 3)}


def test_a_number_inside_a_heading_is_no_value() -> None:
    lines = [
        columns(100, ("", "", "", "18"), STOPS),
        columns(111, ("", "", "", "years"), STOPS),
        columns(122, ("Region", "Total", "Men", "over"), STOPS),
        *[columns(140 + 14 * i, row, STOPS) for i, row in enumerate(ROWS)],
    ]
    rules = [rule(60, 97, 440, 97), rule(60, 135, 440, 135), rule(60, 185, 440, 185)]
    grid = the_one(sheet(*lines, shapes=rules))
    assert grid.header_rows == 1
    assert matrix(grid)[0] == ["Region", "Total", "Men", "18 years over"]


def test_a_year_without_values_does_not_join_the_label_above() -> None:
    values = {1991: "3.1", 1992: "", 1993: "2.7", 1994: "2.9", 1995: "3.3"}
    lines = [columns(100 + 12 * i, (str(year), value), (60, 120)) for i, (year, value) in enumerate(values.items())]
    lines.insert(0, columns(88, ("Annual rate", "Share"), (60, 118)))
    assert [row[0] for row in matrix(the_one(sheet(*lines)))] == ["Annual rate", *map(str, values)]


def test_a_full_grid_of_words_in_three_columns_is_a_table() -> None:
    rows = [("Agency", "Office", "Place"), ("Health", "Field staff", "Ohio"), ("Trade", "Port police", "Maine")]
    rows += [("Labor", "Wage claims", "Utah"), ("Energy", "Fuel prices", "Texas")]
    grid = the_one(sheet(*[columns(100 + 16 * i, row, (60, 220, 400)) for i, row in enumerate(rows)]))
    assert matrix(grid) == [list(row) for row in rows]


def form() -> Page:
    lines, shapes = [], []
    for i in range(6):
        y = 100 + 40 * i
        lines.append(print_line(f"{i + 1}. Did the office answer", 60, y))
        for j, option in enumerate(("Yes", "No", "Unknown")):
            shapes.append(box_to_tick(80 + 90 * j, y + 16))
            lines.append(print_line(option, 92 + 90 * j, y + 15))
    return sheet(*lines, shapes=shapes)


def test_questions_with_boxes_to_tick_are_no_ruled_table() -> None:
    assert all(grid.form != "ruled" for grid in find_tables(form()))


def test_contents_that_begin_with_roman_pages_are_no_table() -> None:
    pages = ["i", "ii", "iv", "1", "3", "8", "12", "19"]
    lines = [
        columns(100 + 16 * i, (f"{i}.", "Income of the regions", page), (60, 90, 400)) for i, page in enumerate(pages)
    ]
    assert find_tables(sheet(*lines)) == []


def test_lying_bars_with_values_at_their_ends_are_no_table() -> None:
    lengths = (120.0, 90.0, 45.0)
    lines = [
        print_line(f"Answer {i} of all", 60, 100 + 20 * i)
        + print_line(f"{length / 2:.0f}%", 206 + length, 100 + 20 * i)
        for i, length in enumerate(lengths)
    ]
    bars = [area(200, 98 + 20 * i, 200 + length, 112 + 20 * i, (0.36, 0.18, 0.51)) for i, length in enumerate(lengths)]
    page = sheet(*lines, shapes=bars)
    charts = read_charts(page)
    regions = regions_of([*([table_reading(t.chosen)] for t in page_tables(page, loose=True)), *([c] for c in charts)])
    assert [r.readings[0] for r in choose(regions, [page])] == charts


def test_the_name_of_a_total_set_to_the_right_is_in_the_column_of_names() -> None:
    lines = [columns(100 + 14 * i, row, STOPS) for i, row in enumerate(ROWS)]
    total = print_line("Total", 150, 148) + columns(148, ("", *ROWS[0][1:]), STOPS)
    grid = the_one(sheet(*lines, total, shapes=[rule(60, y, 440, y) for y in (97, 144)]))
    assert matrix(grid)[-1] == ["Total", *ROWS[0][1:]]


def test_codes_before_the_names_of_rows_are_no_values() -> None:
    lines = [columns(100 + 14 * i, (f"0{9 - i}00", *row[:3]), STOPS) for i, row in enumerate(ROWS)]
    values = table_reading(the_one(sheet(*lines))).entries
    assert [e.printed for e in values] == [text for row in ROWS for text in row[1:3]]


def test_labels_of_several_lines_that_begin_beside_their_values_are_no_running_text() -> None:
    rows = (
        ("Number of dwellings", "completed in the year by", "private builders"),
        ("Dwellings started",),
        ("Dwellings under", "construction at the end of", "the year including flats"),
        ("Permits granted for new", "dwellings"),
    )
    stops, y = (60.0, 230.0, 300.0), 117.0
    lines = [columns(100, ("Measure", "2021", "2022"), stops)]
    for label in rows:
        lines.append(columns(y, (label[0], "6,820", "3,351"), stops))
        lines += [print_line(text, 60, y + 14 * (i + 1)) for i, text in enumerate(label[1:])]
        y += 14 * len(label) + 3
    assert [row[0] for row in matrix(the_one(sheet(*lines)))[1:]] == [" ".join(row) for row in rows]


def test_a_larger_title_close_above_the_names_heads_no_column() -> None:
    lines = [
        columns(100 + 14 * i, row, (60.0, 110.0, 170.0)) for i, row in enumerate((("Town", "2021", "2022"), *TOWNS))
    ]
    grid = the_one(sheet(print_line("Spending", 60, 78, size=11.7), *lines))
    assert matrix(grid)[0] == ["Town", "2021", "2022"]


def test_a_smaller_head_over_values_is_theirs() -> None:
    lines = [columns(100 + 14 * i, row[:2], (60.0, 170.0)) for i, row in enumerate(TOWNS)]
    grid = the_one(sheet(print_line("2011", 170, 86, size=7.2), *lines))
    assert matrix(grid)[0] == ["", "2011"]


def test_heads_of_sections_in_the_middle_of_values_are_rows_of_their_own() -> None:
    """They stand close between the rows; units stand under the headings, one of them over two columns."""
    heads = [columns(100, ("", "Households", "with access", "Share"), STOPS), [*print_line("1 000", 272, 112)]]
    heads[1] += columns(112, ("", "", "", "%"), STOPS)
    rows = [
        ("Total", "40 875", "37 892", "92.7"),
        ("Alone", "16 920", "14 720", "87.0"),
        ("Two", "13 880", "13 130", "94.6"),
    ]
    lines = [columns(126 + 26 * i, row, STOPS) for i, row in enumerate(rows)]
    lines += [columns(204 + 13 * i, (f"Land {i}", "7 935", "7 158", "90.2"), STOPS) for i in range(4)]
    lines += [print_line(text, 268, 139 + 26 * i) for i, text in enumerate(("by size", "by kind", "by land"))]
    grid = the_one(sheet(*heads, *lines))
    found = table_reading(grid)
    told = {e.printed: [x.text for x in e.labels if x.axis in ("row", "section")] for e in found.entries}
    assert told["37 892"] == ["Total"] and told["14 720"] == ["Alone", "by size"] and told["92.7"] == ["Total"]


def test_a_title_over_the_headings_is_none_of_them() -> None:
    lines = [print_line("Hours a week spent on the activities of students", 60, 100)]
    lines += [columns(118 + 14 * i, row, STOPS) for i, row in enumerate((("", "All", "Men", "Women"), *ROWS))]
    edges = [rule(60, y, 440, y) for y in (96, 122, 140 + 14 * len(ROWS))]
    found = table_reading(the_one(sheet(*lines, shapes=edges)))
    assert found.entries and {x.axis for e in found.entries for x in e.labels if x.text.startswith("Hours")} <= {
        "title"
    }


def test_a_unit_below_the_middle_of_several_headings_is_said_of_them_all() -> None:
    stops = (60.0, 200.0, 250.0, 300.0, 380.0)
    heads = columns(104, ("Device", "2014", "2019", "2024", "Change"), stops)
    units = print_line("% of all", 242, 130) + print_line("points", 380, 130)
    rows = [columns(152 + 14 * i, (f"Kind{i}", "84.6", "88.9", "91.4", "+2.5"), stops) for i in range(5)]
    grid = the_one(sheet(heads, units, *rows, shapes=[rule(60, y, 440, y) for y in (99, 147, 224)]))
    found = {tuple(x.text for x in e.labels if x.axis == "column") for e in table_reading(grid).entries}
    assert {tuple(sorted(labels)) for labels in found} == {
        ("% of all", "2014"),
        ("% of all", "2019"),
        ("% of all", "2024"),
        ("Change", "points"),
    }


def labels_of_values(page: Page) -> dict[str, set[str]]:
    """Text of each value → its labels."""
    entries = table_reading(the_one(page)).entries
    return {e.printed: {x.text for x in e.labels} for e in entries if e.printed is not None}


def test_a_line_of_units_below_the_heads_takes_no_heads_place() -> None:
    lines = [
        columns(100, ("Region", "Firms", "Trained", "Planned"), STOPS),
        print_line("Number", STOPS[1], 114, size=6)
        + print_line("Percent of firms", (STOPS[2] + STOPS[3]) / 2 - 16, 114, size=6),
        *[columns(130 + 14 * i, (name, f"{i}12", f"6{i}", f"7{i}"), STOPS) for i, name in enumerate("ABCD")],
    ]
    told = labels_of_values(sheet(*lines, shapes=[rule(60, y, 400, y) for y in (97, 126, 188)]))
    assert told["112"] == {"B", "Firms", "Number"}
    assert told["61"] == {"B", "Trained", "Percent of firms"}
    assert told["71"] == {"B", "Planned", "Percent of firms"}


def test_the_first_of_the_sections_set_over_the_values_is_no_head() -> None:
    def rows(top: float, names: str) -> list[list[Word]]:
        return [
            columns(top + 14 * i, (name, f"{ord(name)}1", f"{ord(name)}2"), STOPS[:3]) for i, name in enumerate(names)
        ]

    lines = [
        columns(100, ("Firms", "2021", "Planned"), STOPS[:3]),
        print_line("By size", STOPS[1] + 20, 118),
        *rows(134, "ABC"),
        print_line("By trade", STOPS[1] + 17, 178),
        *rows(194, "DEF"),
    ]
    told = labels_of_values(sheet(*lines, shapes=[rule(60, y, 400, y) for y in (97, 112, 238)]))
    assert told["652"] == {"A", "Planned", "By size"}
    assert told["682"] == {"D", "Planned", "By trade"}


def test_underlined_heads_of_two_lines_are_heads() -> None:
    heads = [("very", "satisfied"), ("hardly", "satisfied")]
    lines = [print_line(head[i], STOPS[c], 100 + 9 * i, size=8) for i in (0, 1) for c, head in enumerate(heads, 1)]
    shapes = [rule(line[0].box.x0, y, line[-1].box.x1, y) for line in lines for y in [line[0].box.bottom - 1]]
    body = [columns(124 + 14 * i, (f"Row {name}", f"{i}1", f"{i}2"), STOPS[:3]) for i, name in enumerate("ABCDE")]
    told = labels_of_values(sheet(*lines, *body, shapes=shapes))
    assert told["31"] == {"Row D", "very satisfied"}


def test_a_verdict_behind_the_numbers_names_no_row() -> None:
    verdicts = ("higher", "same", "same", "lower")
    lines = [columns(100, ("Theme", "2021", "Planned", "Verdict"), STOPS)] + [
        columns(116 + 14 * i, (f"Row {name}", f"{i}1", f"{i}2", verdict), STOPS)
        for i, (name, verdict) in enumerate(zip("ABCD", verdicts, strict=True))
    ]
    told = labels_of_values(sheet(*lines, shapes=[rule(60, y, 420, y) for y in (97, 112, 170)]))
    assert told["12"] == {"Row B", "Planned"}


def test_numbers_with_the_same_words_behind_them_are_values_in_that_unit() -> None:
    lines = [columns(100, ("Group", "Sample", "Plus or minus"), STOPS[:3])] + [
        columns(116 + 14 * i, (f"Row {name}", f"{i}10", f"{i}.5 percentage points"), STOPS[:3])
        for i, name in enumerate("ABCD")
    ]
    told = labels_of_values(sheet(*lines, shapes=[rule(60, y, 420, y) for y in (97, 112, 170)]))
    assert told["110"] == {"Row B", "Sample"}
    assert told["2.5"] == {"Row C", "Plus or minus", "percentage points"}


def test_a_numbered_title_parts_tables_of_rules_as_wide() -> None:
    def table(top: float) -> list[list[Word]]:
        heads = columns(top, ("Firms", "2021", "2022"), STOPS[:3])
        return [heads, *[columns(top + 16 + 14 * i, (f"Row {i}", f"{i}3", f"{i}4"), STOPS[:3]) for i in range(4)]]

    title = print_line("2.2", 60, 190) + print_line("Hours of training by size", 90, 190)
    rules = [rule(60, y, 400, y) for y in (97, 112, 172, 207, 222, 282)]
    grids = find_tables(sheet(*table(100), title, *table(210), shapes=rules))
    assert [grid.n_rows for grid in grids] == [5, 5]
