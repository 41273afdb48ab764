"""What names the series of bars: a legend however it wraps, and what needs no name."""

from __future__ import annotations

from pipeline.exhibits.charts import read_charts
from tests.test_charts import GREEN, GREY, LILAC, MINT, ORANGE, PURPLE, Canvas, name, seen, stacked

ROWS = {"Clear": (20, 30, 50), "Useful": (35, 40, 25), "Fast": (10, 60, 30)}


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
