"""Forms of designed reports: heat maps, stacks around a middle, rings, waffles, pyramids, led callouts, odd legends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest

from pipeline.core.geometry import Box
from pipeline.exhibits.charts import read_charts
from pipeline.exhibits.charts.chart_drafts import Scene
from pipeline.exhibits.charts.sectors import polar
from pipeline.exhibits.reading import Reading
from pipeline.pages.page import Shape
from tests.exhibits.test_charts import doubts, only, seen
from tests.typesetting import GREEN, GREY, LILAC, MINT, ORANGE, PURPLE, Canvas

WAYS = {"Coaching": 60, "Classroom": 45, "Mentoring": 30, "Reading": 15}


def by_labels(reading: Reading) -> dict[tuple[str, ...], str | None]:
    """What is printed, by the texts of all labels but titles."""
    return {tuple(x.text for x in e.labels if x.axis != "title"): e.printed for e in reading.entries}


@pytest.mark.parametrize("striped", [False, True])
def test_cells_whose_shade_tells_their_numbers_are_a_heat_map_with_slanted_heads(striped: bool) -> None:
    canvas = Canvas()
    heads, shares = ("North", "South east", "West"), ((10, 35, 60), (55, 20, 40), (30, 70, 15), (45, 5, 25))
    for row, (way, numbers) in enumerate(zip(WAYS, shares, strict=True)):
        canvas.text(190, 309 + 18 * row, way, align="r")
        for column, number in enumerate(numbers):
            shade = (0.9, 0.9, 0.9) if striped and row % 2 else (1.0, 1.0, 1.0) if striped else (1 - number / 100,) * 3
            left = 200 + 18 * column
            canvas.box(left, 300 + 18 * row, left + 18, 318 + 18 * row, shade)
            canvas.text(left + 9, 309 + 18 * row, f"{number}%", size=6, align="c")
    for column, head in enumerate(heads):
        canvas.text(207 + 18 * column, 296, head, size=6, angle=35)
    readings = [r for r in read_charts(canvas.page) if r.form == "heatmap"]
    if striped:
        assert not readings, "stripes of a table tell nothing"
        return
    assert by_labels(readings[0]) == {
        (way, head): f"{shares[i][k]}%" for i, way in enumerate(WAYS) for k, head in enumerate(heads)
    }


def test_tall_cells_with_names_below_are_a_heat_map() -> None:
    canvas = Canvas()
    shares = {"North": (12, 34, 56), "East": (71, 23, 45)}
    for row, (region, numbers) in enumerate(shares.items()):
        canvas.text(110, 230 + 60 * row, region, align="r")
        for column, number in enumerate(numbers):
            canvas.box(120 + 90 * column, 200 + 60 * row, 210 + 90 * column, 260 + 60 * row, (1 - number / 100,) * 3)
            canvas.text(165 + 90 * column, 230 + 60 * row, str(number), align="c")
    for column, age in enumerate(("Young", "Middle", "Old")):
        canvas.text(165 + 90 * column, 330, age, align="c")
    (reading,) = read_charts(canvas.page)
    assert by_labels(reading)["East", "Middle"] == "23"
    assert reading.form == "heatmap"


def test_a_triangle_and_a_large_square_are_samples_of_a_legend() -> None:
    canvas = Canvas()
    canvas.order += 1
    corners = ((300.0, 307.0), (304.0, 300.0), (308.0, 307.0))
    canvas.shapes.append(Shape("path", Box(300, 300, 308, 307), GREEN, None, 0.0, corners, False, canvas.order))
    canvas.text(314, 303, "Staff")
    canvas.box(360, 301, 366, 307, PURPLE)
    canvas.text(372, 303, "Managers")
    for i, ink in enumerate((ORANGE, MINT)):
        canvas.box(300, 400 + 19 * i, 318, 418 + 19 * i, ink)
        canvas.text(324, 409 + 19 * i, ("Yes", "No")[i], size=6.5)
    found = [{item.text for item in legend.items} for legend in Scene(canvas.page).legends]
    assert found == [{"Staff", "Managers"}, {"Yes", "No"}]


def test_stacks_around_a_middle_are_one_chart() -> None:
    canvas = Canvas()
    answers = [(PURPLE, "Disagree"), (GREY, "Neutral"), (GREEN, "Agree")]
    canvas.legend(150, 260, answers, step=(90, 0))
    shares = {"I like my work": (20, 30, 50), "I learn enough": (45, 20, 35), "There is time": (30, 40, 30)}
    for i, (statement, parts) in enumerate(shares.items()):
        y, x = 300 + 30 * i, 400.0 - 2 * (parts[0] + parts[1] / 2)
        canvas.text(190, y, statement, align="r")
        for (colour, _), share in zip(answers, parts, strict=True):
            canvas.box(x, y - 9, x + 2 * share, y + 9, colour)
            canvas.text(x + share, y, f"{share}%", size=7, align="c")
            x += 2 * share
    reading = only(canvas.page)
    assert seen(reading) == {
        (statement, name): f"{share}%"
        for statement, parts in shares.items()
        for (_, name), share in zip(answers, parts, strict=True)
    }
    assert not doubts(reading)


def test_arcs_around_one_centre_are_bars() -> None:
    canvas = Canvas()
    for i, (way, share) in enumerate(WAYS.items()):
        outer = 64 - 14 * i
        canvas.sector(300, 300, outer - 12, outer, 0, 2.7 * share, PURPLE)
        canvas.text(296, 306 - outer, f"{way} {share}%", size=7, align="r")
    assert by_labels(only(canvas.page)) == {(way,): f"{share}%" for way, share in WAYS.items()}


@pytest.mark.parametrize("printed", ["64%", "71%"])
def test_a_gauge_is_read_where_its_arc_shows_its_number(printed: str) -> None:
    canvas = Canvas()
    canvas.sector(300, 300, 60, 80, 270, 180 * 0.64, PURPLE)
    canvas.sector(300, 300, 60, 80, 270 + 180 * 0.64, 180 * 0.36, (0.87, 0.87, 0.87))
    canvas.text(300, 290, printed, size=16, align="c")
    canvas.text(300, 314, "would recommend us", align="c")
    readings = read_charts(canvas.page)
    assert [by_labels(r) for r in readings] == ([{("would recommend us",): "64%"}] if printed == "64%" else [])


def test_a_waffle_is_counted_and_agrees_with_its_legend() -> None:
    canvas = Canvas()
    shares = {"Often": 45, "Now and then": 35, "Never": 20}
    inks = (PURPLE, GREEN, ORANGE)
    cells = [ink for ink, share in zip(inks, shares.values(), strict=True) for _ in range(share)]
    for k, ink in enumerate(cells):
        left, top = 100 + 14 * (k % 10), 300 + 14 * (k // 10)
        canvas.box(left, top, left + 11, top + 11, ink)
    canvas.legend(
        270, 320, [(ink, f"{name} {share}%") for ink, (name, share) in zip(inks, shares.items(), strict=True)], (0, 20)
    )
    reading = only(canvas.page)
    assert by_labels(reading) == {(name,): f"{share}%" for name, share in shares.items()}
    assert [round(e.measured or 0) for e in reading.entries] == list(shares.values())
    assert not doubts(reading)


def test_values_over_the_names_of_a_waffle_and_cells_level_with_them() -> None:
    """The last column of cells stands right before the texts, as swatches do."""
    canvas = Canvas()
    shares = {"On foot": 46, "By bus": 29, "By car": 25}
    for k, ink in enumerate([*[PURPLE] * 46, *[GREEN] * 29, *[ORANGE] * 25]):
        left, top = 100 + 14 * (k // 10), 300 + 14 * (k % 10)
        canvas.box(left, top, left + 12, top + 12, ink)
    for i, (ink, (name, share)) in enumerate(zip((PURPLE, GREEN, ORANGE), shares.items(), strict=True)):
        canvas.box(252, 310 + 44 * i, 264, 322 + 44 * i, ink)
        canvas.text(270, 316 + 44 * i, f"{share} %", size=14)
        canvas.text(270, 330 + 44 * i, name, size=7)
    assert by_labels(only(canvas.page)) == {(name,): f"{share} %" for name, share in shares.items()}


def test_a_note_in_the_margin_and_a_number_beside_a_narrow_part_name_nothing() -> None:
    """The note is level with the name over the first bar; the part before a number is as large as a swatch."""
    canvas, inks = Canvas(), (PURPLE, GREEN, ORANGE, MINT)
    canvas.legend(160, 80, list(zip(inks, ("Often", "At times", "Rarely", "Never"), strict=True)), (80, 0))
    rows = {"At home": (40, 42, 14, 4), "At work": (30, 45, 16, 9), "On the way": (20, 35, 30, 15)}
    for i, (name, parts) in enumerate(rows.items()):
        y, x = 120 + 34.0 * i, 160.0
        canvas.text(160, y - 8, name)
        for ink, part in zip(inks, parts, strict=True):
            canvas.box(x, y, x + 3 * part, y + 12, ink)
            canvas.text(x + 1.5 * part, y + 6, str(part), align="c")
            x += 3 * part
    canvas.text(50, 112, "disagree with each one?")
    assert by_labels(only(canvas.page)) == {
        (name, answer): str(part)
        for name, parts in rows.items()
        for answer, part in zip(("Often", "At times", "Rarely", "Never"), parts, strict=True)
    }


def of_men_and_women(ages: Mapping[str, tuple[int, int]], ending: str) -> dict[tuple[str, ...], str]:
    """What a pyramid of these shares prints beside each age and side, with the `ending` behind the number."""
    return {
        (age, side): f"{share}{ending}"
        for age, both in ages.items()
        for side, share in zip(("Men", "Women"), both, strict=True)
    }


def test_a_pyramid_is_read_to_both_sides() -> None:
    canvas = Canvas()
    ages = {"65+": (12, 10), "50-64": (25, 22), "35-49": (33, 30), "18-34": (20, 25)}
    canvas.text(180, 270, "Men", align="c")
    canvas.text(420, 270, "Women", align="c")
    for i, (age, (men, women)) in enumerate(ages.items()):
        y = 300 + 24 * i
        canvas.text(300, y, age, align="c")
        canvas.box(270 - 4 * men, y - 9, 270, y + 9, PURPLE)
        canvas.box(330, y - 9, 330 + 4 * women, y + 9, GREEN)
        canvas.text(266 - 4 * men, y, f"{men}%", size=7, align="r")
        canvas.text(334 + 4 * women, y, f"{women}%", size=7)
    assert by_labels(only(canvas.page)) == of_men_and_women(ages, "%")


def test_a_leader_line_names_a_slice_before_the_legend_of_the_next_chart_does() -> None:
    canvas = Canvas()
    shares = {"1 to 9": (40, PURPLE), "10 to 49": (35, GREEN), "50 and more": (25, ORANGE)}
    start = 0.0
    for name, (share, ink) in shares.items():
        canvas.sector(300, 300, 30, 60, start, 3.6 * share, ink)
        turn = start + 1.8 * share
        x, y = polar((300, 300), 62, turn)
        end = (x + (60 if x > 300 else -60), y)
        canvas.line(x, y, *end)
        align = "l" if x > 300 else "r"
        place = end[0] + (3 if x > 300 else -3)
        canvas.text(place, y - 5, name, size=7, align=align)
        canvas.text(place, y + 4, f"{share}%", size=7, align=align)
        start += 3.6 * share
    canvas.legend(100, 500, [(PURPLE, "Men"), (GREEN, "Women")], step=(60, 0))
    (pie,) = [r for r in read_charts(canvas.page) if r.form == "pie"]
    assert by_labels(pie) == {(name,): f"{share}%" for name, (share, _) in shares.items()}


def counted() -> Canvas:
    """Stacks of one height on an axis of shares, labelled with counts."""
    canvas = Canvas()
    inks = [PURPLE, GREEN, ORANGE, MINT]
    canvas.legend(450, 300, list(zip(inks, WAYS, strict=True))[::-1], step=(0, 14))
    for k in range(0, 101, 25):
        canvas.text(95, 400 - 2 * k, f"{k}%", size=7, align="r")
    towns = {"Ayton": (500, 240, 160, 100), "Beeford": (90, 60, 30, 20), "Carlby": (700, 100, 120, 80)}
    for i, (town, counts) in enumerate(towns.items()):
        y = 400.0
        for ink, count in zip(inks, counts, strict=True):
            height = 200 * count / sum(counts)
            canvas.box(120 + 90 * i, y - height, 160 + 90 * i, y, ink)
            canvas.text(140 + 90 * i, y - height / 2, str(count), size=6, align="c")
            y -= height
        canvas.text(140 + 90 * i, 412, town, align="c")
    return canvas


def test_counts_in_stacks_of_shares_are_told_by_colour() -> None:
    reading = only(counted().page)
    assert {k: v for k, v in seen(reading).items() if k[0] == "Beeford"} == {
        ("Beeford", way): count for way, count in zip(WAYS, ("90", "60", "30", "20"), strict=True)
    }
    assert len(reading.entries) == 12
    assert not doubts(reading)


def test_an_entry_in_larger_letters_shifts_no_name_of_a_legend() -> None:
    canvas = Canvas()
    shares = {"Engineering": (40, PURPLE), "IT": (30, GREEN), "Law": (20, ORANGE), "Other": (10, LILAC)}
    for i, (name, (_, ink)) in enumerate(shares.items()):
        canvas.box(400, 297 + 14 * i, 406, 303 + 14 * i, ink)
        canvas.text(410, 300 + 14 * i, name, size=10 if name == "IT" else 8)
    for i, scale in enumerate((1.0, 0.9)):
        x = 120.0
        canvas.text(110, 300 + 30 * i, ("Under 10", "10 to 49")[i], align="r")
        for share, ink in shares.values():
            canvas.box(x, 290 + 30 * i, x + 2 * share * scale, 310 + 30 * i, ink)
            canvas.text(x + share * scale, 300 + 30 * i, f"{share * scale:.0f}%", size=6, align="c")
            x += 2 * share * scale
    got = seen(only(canvas.page))
    assert {k[1]: v for k, v in got.items() if k[0] == "Under 10"} == {n: f"{s}%" for n, (s, _) in shares.items()}


def test_white_is_the_colour_of_a_mark_on_dark_ground() -> None:
    canvas = Canvas()
    canvas.box(60, 200, 540, 440, (0.1, 0.1, 0.2))
    for i, (way, share) in enumerate(WAYS.items()):
        canvas.box(90 + 110 * i, 400 - 2 * share, 150 + 110 * i, 400, (1.0, 1.0, 1.0))
        canvas.text(120 + 110 * i, 394 - 2 * share, f"{share}%", colour=(1.0, 1.0, 1.0), align="c")
        canvas.text(120 + 110 * i, 414, way, colour=(1.0, 1.0, 1.0), align="c")
    assert by_labels(only(canvas.page)) == {(way,): f"{share}%" for way, share in WAYS.items()}


def test_a_half_transparent_line_has_the_name_of_its_swatch() -> None:
    canvas = Canvas()
    ink = (0.36, 0.16, 0.53)
    pale = tuple(round(1 - 0.8 * (1 - part), 4) for part in ink)
    series = {"Salary": (ink, pale, (20, 30, 25)), "Travel": (GREEN, GREEN, (60, 55, 65))}
    canvas.legend(100, 460, [(swatch, name) for name, (swatch, _, _) in series.items()], step=(80, 0))
    for k, year in enumerate((2022, 2023, 2024)):
        canvas.text(120 + 150 * k, 430, str(year), align="c")
    for _, line, values in series.values():
        points = [(120 + 150 * k, 420 - 2.0 * v) for k, v in enumerate(values)]
        for (x0, y0), (x1, y1) in pairwise(points):
            canvas.line(x0, y0, x1, y1)
            shape = canvas.shapes[-1]
            canvas.shapes[-1] = type(shape)(
                "line", shape.box, None, (line[0], line[1], line[2]), 1.5, shape.points, False, shape.order, "ml"
            )
        for (x, y), value in zip(points, values, strict=True):
            canvas.text(x, y - 8, f"{value}%", size=7, align="c")
    got = {(x.text for x in e.labels if x.axis == "series").__next__() for e in only(canvas.page).entries}
    assert got == {"Salary", "Travel"}


@pytest.mark.parametrize("right", [True, False])
def test_a_number_at_the_end_of_a_stack_is_its_total_where_it_is_the_sum(right: bool) -> None:
    canvas = Canvas()
    canvas.text(60, 120, "The number of the organisations that took part in the survey")
    canvas.legend(150, 440, [(PURPLE, "Small"), (GREEN, "Large")], step=(90, 0))
    for i, (year, parts) in enumerate({"2022": (60, 40), "2023": (70, 55), "2024": (90, 30)}.items()):
        y = 400.0
        for ink, part in zip((PURPLE, GREEN), parts, strict=True):
            canvas.box(120 + 90 * i, y - part, 160 + 90 * i, y, ink)
            canvas.text(140 + 90 * i, y - part / 2, str(part), size=6, align="c")
            y -= part
        canvas.text(140 + 90 * i, y - 8, str(sum(parts) if right else 7 + 3 * i), align="c")
        canvas.text(140 + 90 * i, 412, year, align="c")
    got = {k: v for k, v in seen(only(canvas.page)).items() if k[1] == "Total"}
    assert got == ({("2022", "Total"): "100", ("2023", "Total"): "125", ("2024", "Total"): "120"} if right else {})


def test_an_entry_that_only_bars_show_names_them() -> None:
    canvas = Canvas()
    canvas.legend(440, 280, [(PURPLE, "Agree"), (GREEN, "Disagree"), (GREY, "Do not know")], step=(0, 14))
    for i, (row, parts) in enumerate({"Young": (50, 30, 20), "Old": (60, 30, 10), "All": (55, 30, 15)}.items()):
        y, x = 290 + 26 * i, 120.0
        canvas.text(110, y, row, align="r")
        for ink, part in zip((PURPLE, GREEN), parts, strict=False):
            canvas.box(x, y - 8, x + 2 * part, y + 8, ink)
            canvas.text(x + part, y, f"{part}%", size=6, align="c")
            x += 2 * part
        canvas.box(330, y - 8, 330 + 2 * parts[2], y + 8, GREY)
        canvas.text(330 + parts[2], y, f"{parts[2]}%", size=6, align="c")
    values = {k: v for r in read_charts(canvas.page) for k, v in seen(r).items()}
    assert values["Young", "Do not know"] == "20%"
    assert values["Young", "Agree"] == "50%"


@pytest.mark.parametrize("named", [False, True])
def test_a_headed_column_beside_bars_is_read_unless_it_is_a_tables(named: bool) -> None:
    canvas = Canvas()
    canvas.text(470, 270, "Net", align="c")
    for i, (way, share) in enumerate(WAYS.items()):
        y = 290 + 24 * i
        canvas.text(110, y, way, align="r")
        canvas.box(120, y - 7, 120 + 2 * share, y + 7, PURPLE)
        canvas.text(124 + 2 * share, y, f"{share}%", size=7)
        canvas.text(470, y, f"+{10 - i}", align="c")
        if named:
            canvas.text(400, y, "Another row", align="c")
    got = {k: v for k, v in seen(only(canvas.page)).items() if k[1] == "Net"}
    assert got == ({} if named else {(way, "Net"): f"+{10 - i}" for i, way in enumerate(WAYS)})


def test_cards_side_by_side_name_nothing_of_each_other() -> None:
    canvas = Canvas()
    for left, names in ((60, ("Men", "Women")), (310, None)):
        canvas.box(left, 200, left + 230, 460, (0.97, 0.98, 0.99))
        canvas.text(left + 10, 215, "Ways of learning in the year", size=9, font="Sans-Bold")
        canvas.text(left + 10, 230, "Which did you use?", size=7)
        for i, (way, share) in enumerate(WAYS.items()):
            x = left + 20 + 52 * i
            for k, ink in enumerate((PURPLE, GREEN)):
                height = 2 * (share - 10 * k)
                canvas.box(x + 18 * k, 420 - height, x + 18 * k + 16, 420, ink)
                canvas.text(x + 18 * k + 8, 413 - height, f"{share - 10 * k}%", size=6, align="c")
            canvas.text(x + 18, 430, way, size=6, align="c")
        if names:
            canvas.legend(left + 20, 250, list(zip((PURPLE, GREEN), names, strict=True)), step=(60, 0))
    series = [{x.text for e in r.entries for x in e.labels if x.axis == "series"} for r in read_charts(canvas.page)]
    assert series == [{"Men", "Women"}, set()]


@pytest.mark.parametrize("borne_out", [True, False])
def test_an_axis_may_begin_between_two_ticks_where_the_labels_bear_it_out(borne_out: bool) -> None:
    canvas = Canvas()
    scores = {"Health": 6.6, "Work": 7.3, "Family": 7.6, "Money": 8.1}
    for i, (name, score) in enumerate(scores.items()):
        y = 300 + 24 * i
        canvas.text(95, y, name, align="r")
        canvas.box(100, y - 8, 100 + 80 * (score - 4.6), y + 8, PURPLE)
        canvas.text(104 + 80 * (score - 4.6), y, str(score if borne_out else round(13 - score, 1)), size=7)
    for tick in (5, 6, 7, 8, 9):
        canvas.text(100 + 80 * (tick - 4.6), 400, str(tick), size=7, align="c")
    got = [by_labels(r) for r in read_charts(canvas.page) if r.form == "bars"]
    assert got == ([{(name,): str(score) for name, score in scores.items()}] if borne_out else [])


def test_a_line_over_bars_has_its_entry_of_the_legend_that_they_share() -> None:
    canvas = Canvas()
    years, amounts, shares = (2021, 2022, 2023, 2024), (410, 440, 390, 500), (31, 33, 28, 40)
    canvas.legend(120, 460, [(MINT, "Amount in euros"), (ORANGE, "Share in debt")], step=(120, 0))
    points = []
    for i, (year, amount, share) in enumerate(zip(years, amounts, shares, strict=True)):
        x = 140 + 80 * i
        canvas.box(x - 20, 420 - amount / 4, x + 20, 420, MINT)
        canvas.text(x, 412, str(amount), size=6, align="c")
        canvas.text(x, 432, str(year), size=7, align="c")
        points.append((x, 310 - 2 * share))
        canvas.text(x, 302 - 2 * share, f"{share}%", size=6, align="c")
    for (x0, y0), (x1, y1) in pairwise(points):
        canvas.line(x0, y0, x1, y1)
        canvas.shapes[-1] = replace(canvas.shapes[-1], stroke=ORANGE, width=1.5)
    found = {k: v for r in read_charts(canvas.page) for k, v in by_labels(r).items()}
    assert found == {(str(y), "Amount in euros"): str(a) for y, a in zip(years, amounts, strict=True)} | {
        (str(y), "Share in debt"): f"{s}%" for y, s in zip(years, shares, strict=True)
    }


def test_the_words_in_the_hole_of_a_doughnut_tell_it_from_the_one_beside_it() -> None:
    canvas = Canvas()
    answers = ((PURPLE, "Gas"), (GREEN, "Heat pump"), (GREY, "Other"))
    homes = {"Rented": (60, 30, 10), "Owned": (45, 35, 20)}
    canvas.legend(150, 420, list(answers), step=(90, 0))
    for i, (home, parts) in enumerate(homes.items()):
        x, start = 180.0 + 220 * i, 0.0
        canvas.text(x, 300, home, align="c")
        for (ink, _), part in zip(answers, parts, strict=True):
            canvas.sector(x, 300, 35, 70, start, 3.6 * part, ink)
            at = polar((x, 300), 84, start + 1.8 * part)
            canvas.text(*at, f"{part}%", size=7, align="c")
            start += 3.6 * part
    found = {k: v for r in read_charts(canvas.page) for k, v in by_labels(r).items()}
    assert found == {
        (name, home): f"{part}%"
        for home, parts in homes.items()
        for (_, name), part in zip(answers, parts, strict=True)
    }


def test_the_arc_and_track_of_a_gauge_are_no_pie_though_a_legend_has_their_colours() -> None:
    canvas = Canvas()
    track = (0.87, 0.87, 0.87)
    canvas.legend(420, 200, [(PURPLE, "Villages"), (track, "Town")])
    canvas.sector(300, 300, 60, 80, 270, 180 * 0.64, PURPLE)
    canvas.sector(300, 300, 60, 80, 270 + 180 * 0.64, 180 * 0.36, track)
    canvas.text(300, 290, "64%", size=16, align="c")
    canvas.text(300, 314, "would recommend us", align="c")
    assert [by_labels(r) for r in read_charts(canvas.page)] == [{("would recommend us",): "64%"}]


def test_years_that_stand_close_in_narrow_panels_are_ticks_of_their_own() -> None:
    canvas = Canvas()
    years, wards = (2019, 2021, 2023), {"Surgery": (81, 84, 88), "Old age": (79, 74, 72)}
    for i, (ward, shares) in enumerate(wards.items()):
        left = 100 + 130 * i
        canvas.text(left + 20, 250, ward, align="c")
        points = [(left + 20 * k, 420 - 1.5 * v) for k, v in enumerate(shares)]
        for (x0, y0), (x1, y1) in pairwise(points):
            canvas.line(x0, y0, x1, y1)
            canvas.shapes[-1] = replace(canvas.shapes[-1], stroke=PURPLE, width=1.5)
        for k, ((x, y), share) in enumerate(zip(points, shares, strict=True)):
            canvas.text(x, y - 8, f"{share}%", size=6, align="c")
            canvas.text(left + 20 * k, 340, str(years[k]), size=7, align="c")
    found = {(x.text, e.printed) for r in read_charts(canvas.page) for e in r.entries for x in e.labels}
    assert found >= {
        (str(year), f"{share}%") for shares in wards.values() for year, share in zip(years, shares, strict=True)
    }


def test_rings_of_one_size_are_one_chart_and_wide_or_dated_names_stand_below_them() -> None:
    canvas = Canvas()
    told = {"A name that is far wider than its ring": 33, "2018": 68, "2021": 55, "2024": 19}
    for i, (name, share) in enumerate(told.items()):
        centre = (150 + 190 * (i % 2), 200 + 110 * (i // 2))
        canvas.sector(*centre, 26, 34, 0, 3.6 * share, PURPLE)
        canvas.sector(*centre, 26, 34, 3.6 * share, 360 - 3.6 * share, GREY)
        canvas.text(centre[0], centre[1], f"{share} %", size=9, align="c")
        canvas.text(centre[0], centre[1] + 46, name, size=8, align="c")
    reading = only(canvas.page)
    assert reading.form == "gauge"
    assert by_labels(reading) == {(name,): f"{share} %" for name, share in told.items()}


def test_names_around_a_disc_whose_values_stand_in_it() -> None:
    canvas = Canvas()
    shares = {"Cannot pay for it": 48, "No room": 22, "Landlord": 13, "No need": 10, "Other": 7}
    start = 0.0
    for i, (name, share) in enumerate(shares.items()):
        canvas.sector(300, 300, 0, 60, start, 3.6 * share, (0.1 + 0.15 * i, 0.3, 0.9 - 0.15 * i))
        x, y = polar((300, 300), 36, start + 1.8 * share)
        canvas.text(x, y, f"{share}%", size=7, align="c")
        x, y = polar((300, 300), 70, start + 1.8 * share)
        canvas.text(x, y, name, size=7, align="r" if x < 300 else "l")
        start += 3.6 * share
    assert by_labels(only(canvas.page)) == {(name,): f"{share}%" for name, share in shares.items()}


def test_stacks_that_begin_anywhere_take_no_name_from_the_values_over_them() -> None:
    canvas = Canvas()
    answers = ("Very safe", "Fairly safe", "Not very safe", "Not at all safe")
    inks = (PURPLE, LILAC, MINT, GREEN)
    canvas.legend(120, 190, list(zip(inks, answers, strict=True)), step=(90, 0))
    rows = {"Women": (31, 42, 19, 8), "Men": (46, 39, 11, 4), "Others": (22, 41, 26, 11)}
    for i, (row, shares) in enumerate(rows.items()):
        y, x = 220 + 20 * i, 330.0 - 2 * (shares[0] + shares[1])
        canvas.text(110, y, row, align="r")
        for share, ink in zip(shares, inks, strict=True):
            canvas.box(x, y - 7, x + 2 * share, y + 7, ink)
            canvas.text(x + share, y, str(share), size=6, align="c")
            x += 2 * share
    got = by_labels(only(canvas.page))
    assert got == {(row, a): str(s) for row, shares in rows.items() for a, s in zip(answers, shares, strict=True)}


def test_slices_with_round_corners_are_slices() -> None:
    canvas = Canvas()
    shares, start = {"Phone": 58, "Laptop": 25, "Tablet": 10, "Other": 7}, 0.0
    for i, (name, share) in enumerate(shares.items()):
        sweep = 3.6 * share
        rim = [polar((300, 300), 60, start + 3 + (sweep - 6) * k / 40) for k in range(41)]
        corners = [polar((300, 300), 57, start), *rim, polar((300, 300), 57, start + sweep)]
        first = [polar((300, 300), 57 + 0.3 * k, start + 0.03 * k * k) for k in range(1, 10)]
        last = [polar((300, 300), 57 + 0.3 * k, start + sweep - 0.03 * k * k) for k in range(9, 0, -1)]
        turns = [*first, *rim, *last, corners[-1]]
        steps = [
            (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t)
            for p, q in pairwise([corners[0], *turns])
            for t in (1 / 3, 2 / 3, 1)
        ]
        points = ((300.0, 300.0), corners[0], *steps)
        xs, ys = zip(*points, strict=True)
        box, ink = Box(min(xs), min(ys), max(xs), max(ys)), (0.1 + 0.2 * i, 0.3, 0.9 - 0.2 * i)
        operators = "ml" + "c" * len(turns)
        canvas.shapes.append(Shape("path", box, ink, None, 0.0, points, True, len(canvas.shapes), operators))
        x, y = polar((300, 300), 72, start + sweep / 2)
        canvas.text(x, y, f"{name}: {share}%", size=7, align="r" if x < 300 else "l")
        start += sweep
    assert by_labels(only(canvas.page)) == {(name,): f"{share}%" for name, share in shares.items()}


def test_a_pyramid_whose_halves_touch_is_one_chart_with_its_names_at_the_left() -> None:
    canvas = Canvas()
    ages = {"65+": (21, 24), "50-64": (14, 15), "35-49": (12, 13), "18-34": (9, 12)}
    canvas.legend(240, 270, [(PURPLE, "Men"), (GREEN, "Women")], step=(60, 0))
    for i, (age, (men, women)) in enumerate(ages.items()):
        y = 300 + 18 * i
        canvas.text(160, y, age, align="r")
        canvas.box(300 - 5 * men, y - 7, 300, y + 7, PURPLE)
        canvas.box(300, y - 7, 300 + 5 * women, y + 7, GREEN)
        canvas.text(300 - 2.5 * men, y, f"{men}.5", size=7, align="c")
        canvas.text(300 + 2.5 * women, y, f"{women}.5", size=7, align="c")
    assert by_labels(only(canvas.page)) == of_men_and_women(ages, ".5")


def test_strokes_that_lead_from_slices_to_their_names_are_no_swatches() -> None:
    canvas = Canvas()
    parts = {"Counter": (40, PURPLE), "Phone": (25, GREEN), "Mail": (20, ORANGE), "Site": (15, MINT)}
    start = 0.0
    for name, (share, ink) in parts.items():
        canvas.sector(300, 300, 0, 80, start, 3.6 * share, ink)
        (x0, y0), (x1, y1) = (polar((300, 300), radius, start + 1.8 * share) for radius in (80, 86))
        canvas.line(x0, y0, x1, y1)
        canvas.shapes[-1] = replace(canvas.shapes[-1], stroke=(0.0, 0.0, 0.0))
        canvas.text(x1 + (3 if x1 > 300 else -3), y1, f"{name}: {share} %", align="l" if x1 > 300 else "r")
        start += 3.6 * share
    reading = only(canvas.page)
    assert by_labels(reading) == {(name,): f"{share} %" for name, (share, _) in parts.items()}
