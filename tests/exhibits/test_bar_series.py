"""What names the series of bars: a legend however it wraps, and what needs no name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.exhibits.charts import read_charts
from pipeline.pages.patterns import with_hatching_filled
from tests.exhibits.test_charts import name, seen, stacked
from tests.typesetting import GREEN, GREY, LILAC, MINT, ORANGE, PURPLE, Canvas

ROWS = {"Clear": (20, 30, 50), "Useful": (35, 40, 25), "Fast": (10, 60, 30)}


def bars(canvas: Canvas, values: dict[str, float], base: float, top: float, ink: tuple[float, float, float]) -> None:
    for i, (category, value) in enumerate(values.items()):
        y = top + 22 * i
        if base < 200:
            canvas.text(120, y, category, align="r")
        canvas.box(base, y - 6, base + 1.5 * value, y + 6, ink)
        canvas.text(base + 1.5 * value + 4, y, f"{value:.0f}%")


def test_panels_side_by_side_are_named_by_what_stands_below_each() -> None:
    canvas = Canvas()
    bars(canvas, {"Books": 40.0, "Courses": 25.0, "None": 12.0}, 130, 100, PURPLE)
    bars(canvas, {"Books": 31.0, "Courses": 50.0, "None": 9.0}, 330, 100, ORANGE)
    canvas.text(160, 175, "Women", align="c")
    canvas.text(360, 175, "Men", align="c")
    found = {(name(e, "row"), name(e, "panel")): e.printed for r in read_charts(canvas.page) for e in r.entries}
    assert found["Courses", "Women"] == "25%"
    assert found["Courses", "Men"] == "50%"
    assert len(found) == 6


def test_panels_are_named_by_what_stands_as_far_above_them_as_they_are_high() -> None:
    """Over bars that fill a part of their axis."""
    canvas = Canvas()
    for k, (head, values) in enumerate((("Coast", (30, 36, 40)), ("Hills", (24, 28, 20)))):
        for i, value in enumerate(values):
            x = 80 + 250 * k + 55 * i
            canvas.box(x, 300 - 2 * value, x + 25, 300, GREEN)
            canvas.text(x + 12, 294 - 2 * value, f"{value}%", align="c")
            canvas.text(x + 12, 312, str(2022 + i), align="c")
        canvas.text(80 + 250 * k, 150, head)
    (reading,) = read_charts(canvas.page)
    assert {name(e, "panel") for e in reading.entries} == {"Coast", "Hills"}


def test_names_far_below_bars_that_grow_down_are_theirs() -> None:
    """One stands right under each; the values of the bars stand between."""
    canvas = Canvas()
    canvas.line(60, 200, 360, 200)
    for i, (text, value) in enumerate((("Sales", 14), ("Profit", -9), ("Staff", -6), ("Prices", 41), ("Hours", -2))):
        x = 80 + 55 * i
        canvas.box(x, min(200, 200 - 2 * value), x + 25, max(200, 200 - 2 * value), GREEN)
        canvas.text(x + 12, 200 - 2 * value + (-7 if value > 0 else 7), f"{value:+d}", align="c")
        canvas.text(x + 12, 255, text, align="c")
    (reading,) = read_charts(canvas.page)
    assert {(name(e, "row"), e.printed) for e in reading.entries} == {
        ("Sales", "+14"), ("Profit", "-9"), ("Staff", "-6"), ("Prices", "+41"), ("Hours", "-2"),
    }  # fmt: skip


def test_values_left_of_mirrored_bars_are_no_part_of_the_names_between() -> None:
    canvas = Canvas()
    for i, (text, left, right) in enumerate((("Parents", 60, 55), ("Stipends and some grants", 7, 6), ("Loan", 4, 6))):
        y = 120 + 24 * i
        canvas.box(230 - left, y - 8, 230, y + 8, ORANGE)
        canvas.text(228 - left, y, str(left), align="r")
        canvas.text(280, y, text, align="c")
        canvas.box(330, y - 8, 330 + right, y + 8, PURPLE)
        canvas.text(334 + right, y, str(right))
    canvas.text(200, 100, "Women", align="c")
    canvas.text(360, 100, "Men", align="c")
    rows = {name(e, "row") for r in read_charts(canvas.page) for e in r.entries}
    assert rows == {"Parents", "Stipends and some grants", "Loan"}


def test_the_entry_that_wraps_to_the_middle_of_the_next_row_is_of_the_same_legend() -> None:
    canvas = stacked(ROWS, [PURPLE, LILAC, MINT])
    canvas.legend(150, 180, [(PURPLE, "Agree"), (LILAC, "Neither")], step=(110, 0))
    canvas.legend(230, 192, [(MINT, "Disagree")])
    (reading,) = read_charts(canvas.page)
    assert {name(e, "series") for e in reading.entries} == {"Agree", "Neither", "Disagree"}
    assert seen(reading)["Fast", "Disagree"] == "30%"


def test_bars_that_are_coloured_by_sign_take_no_legend_from_the_chart_below() -> None:
    """The stroke of the baseline stands between those that grow right and those that grow left."""
    canvas = Canvas()
    for i, (category, value) in enumerate({"Sales": 30, "Staff": -20, "Prices": 12, "Profit": -8}.items()):
        y = 100 + 22 * i
        canvas.text(80, y, category, align="r")
        low, high = (301.5, 301.5 + 3 * value) if value > 0 else (300 + 3 * value, 300)
        canvas.box(low, y - 6, high, y + 6, GREEN if value > 0 else ORANGE)
        canvas.text(high + 4 if value > 0 else low - 4, y, f"{value:+d}", align="l" if value > 0 else "r")
    canvas.legend(90, 230, [(GREEN, "Women"), (ORANGE, "Men")], step=(70, 0))
    for i, (one, two) in enumerate(((40, 30), (20, 35), (12, 28))):
        for k, (value, ink) in enumerate(((one, GREEN), (two, ORANGE))):
            x = 100 + 80 * i + 25 * k
            canvas.box(x, 400 - 3 * value, x + 25, 400, ink)
            canvas.text(x + 12, 394 - 3 * value, f"{value}%", align="c")
        canvas.text(125 + 80 * i, 412, ("Books", "Courses", "None")[i], align="c")
    net, groups = read_charts(canvas.page)
    assert seen(net) == {("Sales", ""): "+30", ("Staff", ""): "-20", ("Prices", ""): "+12", ("Profit", ""): "-8"}
    assert seen(groups)["Courses", "Men"] == "35%"


def test_dots_of_leaders_do_not_make_a_page_a_drawing() -> None:
    canvas = stacked(ROWS, [PURPLE, LILAC, MINT])
    canvas.legend(150, 180, [(PURPLE, "Agree"), (LILAC, "Neither"), (MINT, "Disagree")], step=(80, 0))
    for k in range(1500):
        canvas.box(50 + 1.5 * (k % 300), 400 + 12 * (k // 300), 50.7 + 1.5 * (k % 300), 400.7 + 12 * (k // 300), GREY)
    (reading,) = read_charts(canvas.page)
    assert len(reading.entries) == 9


def test_entries_that_are_ranges_of_percentages_are_names() -> None:
    canvas = stacked(ROWS, [PURPLE, LILAC, MINT])
    canvas.legend(500, 120, [(PURPLE, "0-25%"), (LILAC, "26-75%"), (MINT, "76% or more")])
    (reading,) = read_charts(canvas.page)
    assert {name(e, "series") for e in reading.entries} == {"0-25%", "26-75%", "76% or more"}


def test_labels_that_touch_are_taken_apart_by_the_bars_they_stand_at() -> None:
    canvas = Canvas()
    for i, values in enumerate(((40, 20), (14, 14), (33, 51))):
        for k, (value, ink) in enumerate(zip(values, (GREEN, ORANGE), strict=True)):
            x = 100 + 70 * i + 14 * k
            canvas.box(x, 300 - 3 * value, x + 14, 300, ink)
            if i != 1:
                canvas.text(x + 7, 294 - 3 * value, f"{value}%", align="c")
        canvas.text(114 + 70 * i, 312, ("Books", "Courses", "None")[i], align="c")
    canvas.text(184, 294 - 3 * 14, "14%14%", align="c")
    canvas.legend(120, 340, [(GREEN, "Women"), (ORANGE, "Men")], step=(70, 0))
    (reading,) = read_charts(canvas.page)
    assert seen(reading)["Courses", "Women"] == seen(reading)["Courses", "Men"] == "14%"
    assert {doubt for e in reading.entries for doubt in e.doubts} == set()


def test_labels_of_thin_neighbours_that_stand_between_them_go_where_the_lengths_are() -> None:
    canvas = Canvas()
    for i, values in enumerate(((52, 48, 36, 35), (30, 22, 20, 21), (27, 13, 15, 16))):
        for k, (value, ink) in enumerate(zip(values, (GREEN, ORANGE, PURPLE, LILAC), strict=True)):
            y = 100 + 40 * i + 4 * k
            canvas.box(150, y, 150 + 4 * value, y + 4, ink)
            canvas.text(153 + 4 * value, y + 4.2, f"{value}%")
        canvas.text(140, 108 + 40 * i, ("Books", "Courses", "None")[i], align="r")
    names = ("2021", "2022", "2023", "2024")
    canvas.legend(120, 340, list(zip((GREEN, ORANGE, PURPLE, LILAC), names, strict=True)), step=(70, 0))
    (reading,) = read_charts(canvas.page)
    assert [e.printed for e in reading.entries[:4]] == ["52%", "48%", "36%", "35%"]
    assert all(e.printed == f"{e.measured:.0f}%" for e in reading.entries if e.measured is not None)


def test_neither_folio_nor_note_ends_in_a_category_label() -> None:
    canvas = Canvas()
    for i, value in enumerate((40, 25, 33, 18)):
        x = 100 + 70 * i
        canvas.box(x, 300 - 3 * value, x + 30, 300, GREEN)
        canvas.text(x + 15, 294 - 3 * value, f"{value}%", align="c")
        canvas.text(x + 15, 312, ("Books", "Courses", "None", "Other")[i], align="c")
    canvas.text(70, 324, "Answers that fewer than five people gave are left out")
    canvas.text(318, 325, "17", size=14)
    (reading,) = read_charts(canvas.page)
    assert {name(e, "row") for e in reading.entries} == {"Books", "Courses", "None", "Other"}


def test_bars_on_two_cards_side_by_side_are_two_charts() -> None:
    canvas = Canvas()
    for left in (40.0, 300.0):
        canvas.box(left, 100, left + 240, 360, (1.0, 1.0, 1.0), stroke=GREY)
    for k, left in enumerate((40.0, 300.0)):
        for i, value in enumerate((40, 25, 33)):
            x, shown = left + 40 + 60 * i, value if k == 0 else value / 5
            canvas.box(x, 300 - 3 * value, x + 30, 300, GREEN)
            canvas.text(x + 15, 294 - 3 * value, f"{shown:.0f}%" if k == 0 else f"{shown:.1f}", align="c")
            canvas.text(x + 15, 312, ("Books", "Courses", "None")[i], align="c")
        canvas.text(left + 10, 120, "How much do you use them?", size=10)
        canvas.text(left + 10, 345, "Base: all who answered")
    left_one, right_one = read_charts(canvas.page)
    assert [e.printed for e in left_one.entries] == ["40%", "25%", "33%"]
    assert [e.printed for e in right_one.entries] == ["8.0", "5.0", "6.6"]


def test_a_segment_without_label_is_measured_with_what_the_gaps_take_from_it() -> None:
    canvas = stacked(
        {"Clear": (2, 48, 50), "Useful": (35, 40, 25), "Fast": (10, 60, 30)}, [PURPLE, LILAC, MINT], gap=1.5
    )
    canvas.legend(150, 180, [(PURPLE, "Agree"), (LILAC, "Neither"), (MINT, "Disagree")], step=(80, 0))
    (reading,) = read_charts(canvas.page)
    (bare,) = (e for e in reading.entries if e.printed is None)
    assert bare.measured == pytest.approx(2.0, abs=0.05)


def test_charts_on_one_baseline_are_parted_where_the_categories_begin_anew() -> None:
    canvas = Canvas()
    for k, (head, values) in enumerate((("Cats", (60, 70, 80)), ("Dogs", (30, 20, 10)))):
        for i, value in enumerate(values):
            x = 80 + 200 * k + 55 * i
            canvas.box(x, 300 - value, x + 25, 300, GREEN)
            canvas.text(x + 12, 300 - value / 2, f"{value}%", align="c")
            canvas.box(x, 300 - value - 15, x + 25, 300 - value, MINT)
            canvas.text(x + 12, 300 - value - 7.5, "15%", align="c")
            canvas.text(x + 12, 312, str(2022 + i), align="c")
        canvas.text(80 + 200 * k, 150, head, size=11, font="Sans-Bold")
        canvas.legend(80 + 200 * k, 170, [(GREEN, "Love them"), (MINT, "Like them")], step=(70, 0))
    cats, dogs = read_charts(canvas.page)
    assert (cats.title, dogs.title) == ("Cats", "Dogs")
    assert seen(cats)["2023", "Love them"] == "70%"
    assert seen(dogs)["2023", "Love them"] == "20%"


def test_stacks_of_one_length_on_an_axis_of_shares_may_be_labelled_with_counts() -> None:
    canvas = Canvas()
    for share in range(0, 101, 20):
        canvas.text(92, 300 - 1.5 * share, f"{share}%", align="r")
    for i, counts in enumerate(((5, 3, 6), (12, 4, 4), (2, 8, 1))):
        top, x = 300.0, 110 + 70 * i
        for count, ink in zip(counts, (PURPLE, LILAC, MINT), strict=True):
            height = 150 * count / sum(counts)
            canvas.box(x, top - height, x + 35, top, ink)
            canvas.text(x + 17, top - height / 2, str(count), align="c")
            top -= height
        canvas.text(x + 17, 314, ("Small", "Medium", "Large")[i], align="c")
    canvas.legend(120, 130, [(PURPLE, "Month"), (LILAC, "Quarter"), (MINT, "Year")], step=(70, 0))
    (reading,) = read_charts(canvas.page)
    assert len(reading.entries) == 9
    assert seen(reading)["Large", "Quarter"] == "8"
    assert all(e.measured == pytest.approx(float(e.printed or 0), abs=0.1) and not e.doubts for e in reading.entries)


def test_words_of_the_subtitle_in_the_bars_inks_name_the_series() -> None:
    canvas = Canvas()
    canvas.text(80, 120, "Who reads them?", size=12, font="Sans-Bold")
    for x, word, ink in (
        (80, "Share of", (0, 0, 0)),
        (115, "women", GREEN),
        (138, "and", (0, 0, 0)),
        (153, "men", PURPLE),
    ):
        canvas.text(x, 140, word, colour=ink)
    for i, (one, two) in enumerate(((40, 30), (20, 35), (12, 28))):
        for k, (value, ink) in enumerate(((one, GREEN), (two, PURPLE))):
            x = 100 + 80 * i + 25 * k
            canvas.box(x, 300 - 3 * value, x + 25, 300, ink)
            canvas.text(x + 12, 294 - 3 * value, f"{value}%", align="c")
        canvas.text(125 + 80 * i, 312, ("Books", "Courses", "Papers")[i], align="c")
    (reading,) = read_charts(canvas.page)
    assert seen(reading)["Courses", "men"] == "35%"
    assert seen(reading)["Courses", "women"] == "20%"


def test_names_over_the_first_stack_name_its_segments() -> None:
    canvas = stacked({"Clear": (30, 30, 40), "Useful": (35, 40, 25), "Fast": (20, 50, 30)}, [PURPLE, LILAC, MINT])
    for x, word in ((205, "Agree"), (295, "Neither"), (400, "Disagree")):
        canvas.text(x, 93, word, align="c")
    (reading,) = read_charts(canvas.page)
    assert seen(reading)["Fast", "Neither"] == "50%"
    assert {name(e, "series") for e in reading.entries} == {"Agree", "Neither", "Disagree"}


def test_three_panels_at_one_distance_are_told_apart_by_the_names_that_begin_anew() -> None:
    """The gap between two panels is as wide as a bar and its gaps: a slot without a bar or a name parts no chart."""
    canvas = Canvas()
    ages = ("16-24", "25-44", "45-64", "65-74")
    shown = {"Mail": (86, 94, 89, 81), "Video": (79, 76, 58, 44), "Social": (88, 74, 45, 24)}
    for panel, (title, heights) in enumerate(shown.items()):
        left = 60.0 + 150 * panel
        canvas.text(left, 90, title, size=9, font="Sans-Bold")
        for i, (age, height) in enumerate(zip(ages, heights, strict=True)):
            x = left + 30 * i
            canvas.box(x, 200 - height, x + 22, 200, PURPLE)
            canvas.text(x + 11, 194 - height, str(height), align="c")
            canvas.text(x + 11, 208, age, size=6, align="c")
    found = {
        (name(e, "column") or name(e, "row"), name(e, "panel")): e.printed
        for r in read_charts(canvas.page)
        for e in r.entries
    }
    assert found == {(age, title): str(v) for title, row in shown.items() for age, v in zip(ages, row, strict=True)}


def test_panels_in_rows_share_a_scale_and_the_names_of_the_lowest_row() -> None:
    """Bars of one colour in groups, too low in one panel to tell its scale; the names of a panel stand far over it."""
    canvas = Canvas()
    shown = {"Cars": (22, 31, 52), "Forklifts": (68, 72, 81), "Lorries": (1, 2, 7), "Vans": (9, 14, 29)}
    for panel, (title, heights) in enumerate(shown.items()):
        left, base = 80.0 + 150 * (panel % 2), 200.0 + 140 * (panel // 2)
        canvas.text(left + 40, base - 108, title, align="c")
        for i, height in enumerate(heights):
            x = left + 30 * i
            canvas.box(x, base - height, x + 22, base, PURPLE)
            canvas.text(x + 11, base - 6 - height, str(height), align="c")
            if panel > 1:
                canvas.text(x + 11, base + 8, str(2022 + i), size=6, align="c")
    for i in range(10):
        canvas.text(70, 200 + 140 * (i // 5) - 25 * (i % 5), str(25 * (i % 5)), size=6, align="r")
    found = {
        (name(e, "column") or name(e, "row"), name(e, "panel")): e.printed
        for r in read_charts(canvas.page)
        for e in r.entries
    }
    assert found == {(str(2022 + i), title): str(v) for title, row in shown.items() for i, v in enumerate(row)}


def test_names_at_the_segments_win_over_a_sample_next_door_that_names_one_colour() -> None:
    canvas = Canvas()
    parts = {"Town": PURPLE, "Region": LILAC, "Abroad": MINT}
    for i, (year, values) in enumerate({"2019": (50, 30, 20), "2022": (40, 35, 25), "2025": (45, 30, 25)}.items()):
        low = 300.0
        for value, ink in zip(values, parts.values(), strict=True):
            canvas.box(80 + 60 * i, low - 2 * value, 120 + 60 * i, low, ink)
            canvas.text(100 + 60 * i, low - value, f"{value}%", align="c")
            low -= 2 * value
        canvas.text(100 + 60 * i, 310, year, align="c")
    for text, y in {"Town": 255.0, "Region or": 175.0, "province": 185.0, "Abroad": 125.0}.items():
        canvas.text(248, y, text)
    canvas.box(400, 170, 409, 179, LILAC)
    canvas.text(414, 175, "Members")
    found = [e for r in read_charts(canvas.page) for e in r.entries if name(e, "series")]
    assert {name(e, "series") for e in found} == {"Town", "Region or province", "Abroad"} and len(found) == 9


def test_names_in_the_bars_or_behind_their_values_are_the_categories() -> None:
    """On a coloured page a stripe in its colour cuts each bar's end."""
    canvas, ground = Canvas(), (0.98, 0.95, 0.9)
    canvas.box(0, 0, 595, 842, ground)
    shown = {"Books lent or returned": 51, "Exhibition visited": 38, "Newspaper read": 14, "Lecture": 8, "Other": 6}
    for i, (activity, value) in enumerate(shown.items()):
        y, end = 100.0 + 30 * i, 60 + 6.0 * value
        canvas.box(60, y - 11, end, y + 11, PURPLE)
        inside = value > 30
        if inside:
            canvas.box(end - 10, y - 11, end - 7, y + 11, ground)
        canvas.text(70 if inside else end + 5, y, activity if inside else f"{value}% {activity}")
        if inside:
            canvas.text(end + 5, y, f"{value}%")
    (reading,) = read_charts(canvas.page)
    assert seen(reading) == {(activity, ""): f"{value}%" for activity, value in shown.items()}


def test_black_and_white_bars_are_told_apart_by_hatching_and_outlines() -> None:
    """Parallel strokes in an outline are a mark and its sample; so is a white box in the outline of the other bars."""
    canvas = Canvas()

    def box(x: float, base: float, width: float, height: float, kind: str) -> None:
        for k in range(2, int(width + height), 4) if kind == "hatched" else ():
            low, high = max(0.0, k - height), min(k, width)
            canvas.line(x + low, base - k + low, x + high, base - k + high)
            canvas.shapes[-1] = replace(canvas.shapes[-1], stroke=(0.0, 0.0, 0.0), width=1.0)
        fill = {"hatched": None, "grey": GREY, "white": (1.0, 1.0, 1.0)}[kind]
        canvas.box(x, base - height, x + width, base, fill, (0.0, 0.0, 0.0))

    shown = {"2021": ("hatched", (48, 82, 39)), "2023": ("grey", (57, 85, 44)), "2025": ("white", (61, 90, 50))}
    for k, (year, (kind, shares)) in enumerate(shown.items()):
        box(60 + 70 * k, 104, 9, 7, kind)
        canvas.text(73 + 70 * k, 100, year)
        for i, share in enumerate(shares):
            box(60 + 90 * i + 22 * k, 300, 22, 1.8 * share, kind)
            canvas.text(71 + 90 * i + 22 * k, 294 - 1.8 * share, str(share), align="c")
    for i, place in enumerate(("Library", "Shop", "Station")):
        canvas.text(93 + 90 * i, 310, place, align="c")
    (reading,) = read_charts(replace(canvas.page, shapes=tuple(with_hatching_filled(canvas.shapes))))
    assert seen(reading)["Shop", "2021"] == "82" and seen(reading)["Station", "2025"] == "50"
    assert len(seen(reading)) == 9


def test_bars_in_colours_of_their_own_are_named_by_words_that_stand_close() -> None:
    """The names of two bars are one line of text, and the colours come again in the next panel."""
    canvas = Canvas()
    values = {"Walkways": (34, 52), "Bicycles": (41, 33), "Transits": (19, 9), "Nothings": (6, 12)}
    for panel in (0, 1):
        for i, ((text, heights), ink) in enumerate(zip(values.items(), (PURPLE, ORANGE, MINT, LILAC), strict=True)):
            x = 80 + 190 * panel + 38 * i
            canvas.box(x, 300 - 2 * heights[panel], x + 30, 300, ink)
            canvas.text(x + 15, 294 - 2 * heights[panel], str(heights[panel]), align="c")
            canvas.text(x + 15, 312, text, align="c")
        canvas.text(80 + 190 * panel, 170, ("Coast", "Hills")[panel])
    found = {(name(e, "row"), e.printed) for r in read_charts(canvas.page) for e in r.entries}
    assert found == {(text, str(height)) for text, heights in values.items() for height in heights}


def test_values_stand_in_a_column_between_names_and_bars() -> None:
    canvas = Canvas()
    rows = {"Health centre": 57, "Schools": 49, "Trees": 38, "Market hall": 24, "Theatre": 13}
    for i, (label, value) in enumerate(rows.items()):
        y = 100 + 24 * i
        canvas.text(60, y, str(i + 1))
        canvas.text(80, y, label)
        canvas.text(180, y, str(value))
        canvas.box(210, y - 5, 210 + 2 * value, y + 5, GREEN)
    (reading,) = read_charts(canvas.page)
    assert {name: printed for (name, _), printed in seen(reading).items()} == {k: str(v) for k, v in rows.items()}


def test_the_names_left_of_a_pyramid_are_those_of_both_halves() -> None:
    """Names of the chart next door stand right of it."""
    canvas = Canvas()
    for i, (text, left, right) in enumerate((("75 years or older", 29, 27), ("65 to 74", 46, 55), ("18 to 24", 6, 8))):
        y = 120 + 24 * i
        canvas.text(110, y, text, align="r")
        canvas.box(200 - left, y - 8, 200, y + 8, ORANGE)
        canvas.text(197 - left, y, str(left), align="r")
        canvas.box(210, y - 8, 210 + right, y + 8, PURPLE)
        canvas.text(213 + right, y, str(right))
        canvas.text(370, y, ("Often", "Clean", "Cheap")[i], align="r")
    canvas.text(180, 100, "Men", align="c")
    canvas.text(230, 100, "Women", align="c")
    found = {(name(e, "row"), name(e, "panel"), e.printed) for r in read_charts(canvas.page) for e in r.entries}
    assert ("65 to 74", "Men", "46") in found and ("65 to 74", "Women", "55") in found
    assert {row for row, _, _ in found} == {"75 years or older", "65 to 74", "18 to 24"}


def test_the_head_over_the_values_of_bars_names_them_beside_columns_with_heads() -> None:
    """A list: name, number, bar, number of the year before."""
    canvas = Canvas()
    for x, head in ((230, "2025"), (420, "2023")):
        canvas.text(x, 84, head, align="r")
    for i, (text, now, then) in enumerate((("Pay elsewhere", 46, 51), ("No say", 39, 35), ("Bad bosses", 24, 19))):
        y = 104 + 20 * i
        canvas.text(60, y, text)
        canvas.text(230, y, f"{now}%", align="r")
        canvas.box(240, y - 5, 240 + 2 * now, y + 5, PURPLE)
        canvas.text(420, y, f"{then}%", align="r")
    (reading,) = read_charts(canvas.page)
    found = {(name(e, "row"), name(e, "series"), e.printed) for e in reading.entries}
    assert {("No say", "2025", "39%"), ("No say", "2023", "35%")} <= found and len(found) == 6


def test_the_values_of_one_panel_are_not_those_left_of_the_next() -> None:
    canvas = Canvas()
    names = ("More", "The same", "Less", "Nothing")
    for k, values in enumerate(((29, 28, 26, 5), (35, 9, 32, 13), (8, 33, 21, 22), (7, 4, 62, 15))):
        for i, value in enumerate(values):
            y = 104 + 22 * i
            if not k:
                canvas.text(120, y, names[i], align="r")
            canvas.box(130 + 66 * k, y - 8, 130 + 66 * k + 0.6 * value, y + 8, (GREEN, ORANGE, MINT, PURPLE)[k])
            canvas.text(134 + 66 * k + 0.6 * value, y, f"{value}%")
        canvas.text(150 + 66 * k, 200, ("Europe", "America", "Asia", "Elsewhere")[k], align="c")
    found = {(name(e, "row"), name(e, "panel"), e.printed) for r in read_charts(canvas.page) for e in r.entries}
    assert len(found) == 16 and {("Less", "Elsewhere", "62%"), ("More", "Asia", "8%")} <= found


def on_an_axis(canvas: Canvas, ticks: list[float], base: float) -> None:
    canvas.line(ticks[0], base, ticks[-1], base)
    for x in ticks:
        canvas.line(x, base, x, base + 5)


def test_ticks_on_the_axis_part_the_slots_of_bars_that_stand_beside_their_middles() -> None:
    """Each colour has a place of its own in the slot, and most slots lack one of the two."""
    canvas = Canvas()
    on_an_axis(canvas, [60 + 30.0 * k for k in range(8)], 300)
    for i, (text, value) in enumerate(
        zip(["Ada", "Bea", "Cay", "Dot", "Eve", "Fay", "Gus"], (31, 36, 42, 48, 55, 57, 63), strict=True)
    ):
        x = 64 + 30 * i + 12 * (i in (2, 5))
        canvas.box(x, 300 - 3 * value, x + 10, 300, ORANGE if i in (2, 5) else GREEN)
        canvas.text(x + 5, 293 - 3 * value, str(value), align="c")
        canvas.text(75 + 30 * i, 312, text, align="c")
    (reading,) = read_charts(canvas.page)
    assert [name(e, "row") for e in reading.entries] == ["Ada", "Bea", "Cay", "Dot", "Eve", "Fay", "Gus"]


def test_stacks_that_grow_up_and_down_are_named_at_the_line_between() -> None:
    canvas = Canvas()
    on_an_axis(canvas, [100, 170, 240, 310], 300)
    parts = {"15-34": (55, 120), "35-54": (-90, 140), "55-74": (-40, -60)}
    for i, (text, values) in enumerate(parts.items()):
        up = down = 300.0
        for value, ink in zip(values, (PURPLE, MINT), strict=True):
            low, high = (up - value, up) if value > 0 else (down, down - value)
            up, down = (low, down) if value > 0 else (up, high)
            canvas.box(120 + 70 * i, low, 150 + 70 * i, high, ink)
            canvas.text(135 + 70 * i, (low + high) / 2, str(value), align="c")
        canvas.text(135 + 70 * i, 310, text, align="c")
    canvas.legend(340, 250, [(PURPLE, "Own"), (MINT, "Rent")])
    (reading,) = read_charts(canvas.page)
    assert seen(reading) == {
        (text, series): str(value)
        for text, values in parts.items()
        for series, value in zip(("Own", "Rent"), values, strict=True)
    }


def test_noughts_at_stacks_are_of_the_parts_that_are_not_drawn() -> None:
    canvas = Canvas()
    canvas.text(60, 300, "0", align="r")
    for i, (text, one, other) in enumerate((("Ada", 60, 30), ("Bea", 45, 0), ("Cay", 80, 12))):
        x = 100 + 60 * i
        canvas.box(x, 300 - one, x + 30, 300, PURPLE)
        canvas.text(x + 15, 300 - one / 2, str(one), align="c")
        canvas.box(x, 300 - one - other, x + 30, 300 - one, MINT) if other else None
        canvas.text(x + 15, 300 - one - other / 2, str(other), align="c")
        canvas.text(x + 15, 312, text, align="c")
    canvas.legend(300, 250, [(PURPLE, "Own"), (MINT, "Rent")])
    (reading,) = read_charts(canvas.page)
    assert seen(reading)["Bea", "Rent"] == "0"
    assert len(reading.entries) == 6


def test_a_line_that_runs_beyond_the_end_of_a_strip_is_not_cut_in_two() -> None:
    """The white above short bars is no place to part the chart below from its title and names."""
    canvas = Canvas()
    canvas.text(60, 60, "Text that runs along the whole of this page, over the chart and over what is white around it.")
    canvas.text(
        60, 84, "More of it, as long as the line above, so that all that stands below is white for a while here."
    )
    for i, (text, one, other) in enumerate(
        (("Less than ten", 28, 11), ("Ten to thirty", 24, 35), ("More than that", 27, 25))
    ):
        for k, (value, ink) in enumerate(((one, PURPLE), (other, ORANGE))):
            x = 80 + 110 * i + 42 * k
            canvas.box(x, 500 - 6 * value, x + 38, 500, ink)
            canvas.text(x + 19, 493 - 6 * value, f"{value}%", align="c")
        canvas.text(120 + 110 * i, 512, text, align="c")
    (reading,) = read_charts(canvas.page)
    assert len(reading.entries) == 6
    assert {name(e, "row") for e in reading.entries} == {"Less than ten", "Ten to thirty", "More than that"}


def test_names_that_touch_are_cut_between_their_bars() -> None:
    canvas = Canvas()
    for i, (text, value) in enumerate((("Norfolk", 40), ("Wrentham", 32), ("Bellingham", 51), ("Milford", 27))):
        x = 100 + 50 * i
        canvas.box(x - 12, 300 - 3 * value, x + 12, 300, GREEN)
        canvas.text(x, 293 - 3 * value, str(value), align="c")
        canvas.text(x, 312, text, align="c")
    glued = {"Wrentham", "Bellingham"}
    one, other = (w for w in canvas.page.words if w.text in glued)
    both = replace(one, text="WrenthamBellingham", box=one.box._replace(x1=other.box.x1))
    words = tuple(both if w is one else w for w in canvas.page.words if w is not other)
    (reading,) = read_charts(replace(canvas.page, words=words))
    assert {name(e, "row"): e.printed for e in reading.entries}["Bellingham"] == "51"


def test_a_colour_that_a_legend_has_twice_is_told_by_its_neighbours() -> None:
    inks = [PURPLE, MINT, ORANGE, PURPLE]
    canvas = stacked({"Clear": (20, 30, 35, 15), "Useful": (35, 40, 15, 10), "Fast": (10, 40, 30, 20)}, inks)
    legend = list(zip(inks, ("Agree", "Rather agree", "Rather not", "Disagree"), strict=True))
    canvas.legend(480, 110, legend, step=(0, 12))
    (reading,) = read_charts(canvas.page)
    assert (seen(reading)["Fast", "Agree"], seen(reading)["Fast", "Disagree"]) == ("10%", "20%")


def test_the_last_part_of_a_stack_is_no_sample_of_a_legend() -> None:
    """Its name stands beside it as in a legend; the next chart's legend has the palette of the rest."""
    canvas = Canvas()
    for k, values in enumerate(((39, 31, 21, 9), (37, 30, 23, 10), (33, 27, 27, 13))):
        bottom = 300.0
        for value, ink in zip(values, (LILAC, MINT, PURPLE, ORANGE), strict=True):
            canvas.box(100 + 40 * k, bottom - 1.5 * value, 122 + 40 * k, bottom, ink)
            canvas.text(111 + 40 * k, bottom - 0.75 * value, str(value), align="c")
            bottom -= 1.5 * value
        canvas.text(111 + 40 * k, 312, ("2016", "2019", "2022")[k], align="c")
    for text, middle in (("none", 275), ("some", 230), ("many", 190), ("most", 160.5)):
        canvas.text(208, middle, text, size=7.0)
    canvas.legend(300, 120, [(PURPLE, "Bachelor"), (MINT, "Master"), (LILAC, "Diploma")], step=(70, 0))
    stack = next(r for r in read_charts(canvas.page) if r.form == "stacked")
    assert seen(stack)["2022", "most"] == "13"
    assert len(stack.entries) == 12
