"""Charts whose values are places: lines over waves, dumbbells, lollipops, drawn here mark by mark."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest

from pipeline.core.geometry import Box
from pipeline.exhibits.charts import read_charts
from pipeline.exhibits.charts.chart_text import lines_of, tokens_of
from pipeline.exhibits.charts.fitting import matched, straight
from pipeline.exhibits.reading import Reading
from pipeline.pages.page import Page, Shape, Word
from tests.typesetting import Canvas, page_of

RED, BLUE, BLACK = (0.8, 0.1, 0.1), (0.1, 0.2, 0.8), (0.1, 0.1, 0.1)


def word(text: str, x_mid: float, y_mid: float, order: int, colour: tuple[float, float, float] = BLACK) -> Word:
    half = 2.2 * len(text)
    box = Box(x_mid - half, y_mid - 4, x_mid + half, y_mid + 4)
    return Word(text, box, 8.0, "Sans", colour, 0, (box.x0, y_mid + 3), (), order)


def line(points: list[tuple[float, float]], colour: tuple[float, float, float], order: int) -> Shape:
    xs, ys = zip(*points, strict=True)
    box = Box(min(xs), min(ys), max(xs), max(ys))
    return Shape("path", box, None, colour, 1.5, tuple(points), False, order, "m" + "l" * (len(points) - 1))


def disc(x: float, y: float, colour: tuple[float, float, float], order: int, radius: float = 3.0) -> Shape:
    corners = [(x + radius * math.cos(k * math.pi / 8), y + radius * math.sin(k * math.pi / 8)) for k in range(16)]
    box = Box(x - radius, y - radius, x + radius, y + radius)
    return Shape("path", box, colour, None, 0.0, tuple(corners), False, order, "m" + "l" * 15)


def values(reading: Reading) -> set[tuple[str | None, frozenset[str]]]:
    return {(e.printed, frozenset(x.text for x in e.labels)) for e in reading.entries}


def y_of(value: float) -> float:
    return 400 - 3 * value


WAVES = {"2021": 100.0, "2022": 180.0, "2023": 260.0}
SERIES = {"Yes": (RED, (60, 64, 62)), "No": (BLUE, (30, 28, 33))}


def line_chart(labelled: bool = True, end_names: bool = True, axis: float = 70.0) -> Page:
    words, shapes = [], []
    for name, (colour, shares) in SERIES.items():
        points = [(x, y_of(v)) for x, v in zip(WAVES.values(), shares, strict=True)]
        shapes += [line(points, colour, len(shapes)), *(disc(x, y, colour, len(shapes) + 1) for x, y in points)]
        if labelled:
            words += [word(f"{v}%", x, y - 9, 0) for (x, y), v in zip(points, shares, strict=True)]
        if end_names:
            words.append(word(name, 285, points[-1][1], 0, colour))
    words += [word(year, x, 420, 0) for year, x in WAVES.items()]
    if not labelled:
        words += [word(str(tick), axis, y_of(tick), 0) for tick in (0, 20, 40, 60, 80)]
    return page_of([replace(w, order=i) for i, w in enumerate(words)], shapes)


def test_a_line_chart_gives_each_point_its_wave_and_its_series() -> None:
    (reading,) = read_charts(line_chart())
    expected = {
        (f"{v}%", frozenset({year, name}))
        for name, (_, shares) in SERIES.items()
        for year, v in zip(WAVES, shares, strict=True)
    }
    assert values(reading) == expected
    assert not any(e.doubts for e in reading.entries)


@pytest.mark.parametrize("axis", [70.0, 25.0])
def test_a_line_without_labels_is_measured_on_its_axis(axis: float) -> None:
    """The axis may stand as far off the first wave as two waves are apart."""
    (reading,) = read_charts(line_chart(labelled=False, axis=axis))
    measured = sorted(round(e.measured or 0) for e in reading.entries)
    assert measured == sorted(v for _, shares in SERIES.values() for v in shares)
    assert all(e.printed is None and not e.doubts for e in reading.entries)


def test_what_is_measured_bears_the_sign_of_the_axis() -> None:
    plain = line_chart(labelled=False)
    ticks = tuple(replace(w, text=f"{w.text}%") if w.text in ("0", "20", "40", "60") else w for w in plain.words)
    (counted,), (shares,) = read_charts(plain), read_charts(replace(plain, words=ticks))
    assert {e.sign for e in counted.entries} == {"plain"}
    assert {e.sign for e in shares.entries} == {"percent"}


def test_series_without_a_name_are_doubted() -> None:
    (reading,) = read_charts(line_chart(end_names=False))
    assert all("extraction-unnamed-mark" in e.doubts for e in reading.entries)


def test_a_dumbbell_gives_both_marks_of_a_row() -> None:
    rows = {"Coaching": (20, 35), "Workshops": (48, 41), "Reading": (12, 30), "Mentoring": (55, 62)}
    words, shapes = [], []
    for i, (name, pair) in enumerate(rows.items()):
        y = 100.0 + 30 * i
        words.append(word(name, 80, y, len(words)))
        for value, colour in zip(pair, (RED, BLUE), strict=True):
            x = 150 + 4.0 * value
            shapes.append(disc(x, y, colour, len(shapes)))
            words.append(word(f"{value}%", x, y - 10, len(words)))
    for year, colour, x in (("2023", RED, 200.0), ("2024", BLUE, 300.0)):
        shapes.append(disc(x, 250, colour, len(shapes)))
        words.append(word(year, x + 16, 250, len(words)))
    (reading,) = read_charts(page_of(words, shapes))
    assert values(reading) == {
        (f"{value}%", frozenset({name, year}))
        for name, pair in rows.items()
        for value, year in zip(pair, ("2023", "2024"), strict=True)
    }


def test_a_list_with_bullets_and_numbers_is_no_chart() -> None:
    heights = [100.0 + 20 * i for i in range(5)]
    words = [word("Item", 60.0, y, i) for i, y in enumerate(heights)]
    words += [word(str(7 * i + 3), 140.0, y, 5 + i) for i, y in enumerate(heights)]
    assert read_charts(page_of(words, [disc(30, y, RED, i) for i, y in enumerate(heights)])) == []


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_a_scale_is_what_most_pairs_obey(wrong: int) -> None:
    pairs = [(10.0 * i, 100 - 2.0 * i) for i in range(8)] + [(35.0 + i, 5.0) for i in range(wrong)]
    scale = straight(pairs, 1.5)
    assert scale is not None
    assert scale.per_point == pytest.approx(-0.2)
    assert scale.support == 8


def test_matching_is_the_cheapest_as_a_whole() -> None:
    assert matched([[1.0, 2.0], [1.1, 9.0]], 5.0) == {0: 1, 1: 0}
    assert matched([[9.0]], 5.0) == {}


def test_the_number_in_the_name_at_a_lines_end_is_the_label_of_its_last_point() -> None:
    words, shapes = [], []
    for name, (colour, shares) in SERIES.items():
        points = [(x, y_of(v)) for x, v in zip(WAVES.values(), shares, strict=True)]
        shapes.append(line(points, colour, len(shapes)))
        words += [word(f"{v}%", x, y - 9, 0) for (x, y), v in zip(points[:-1], shares, strict=False)]
        words += [word(name, 285, points[-1][1], 0, colour), word(f"{shares[-1]}%", 303, points[-1][1], 0, colour)]
    words += [word(year, x, 420, 0) for year, x in WAVES.items()]
    (reading,) = read_charts(page_of([replace(w, order=i) for i, w in enumerate(words)], shapes))
    assert values(reading) == {
        (f"{v}%", frozenset((year, name)))
        for name, (_, shares) in SERIES.items()
        for year, v in zip(WAVES, shares, strict=True)
    }


def test_panels_in_rows_are_one_chart_in_which_each_has_its_name() -> None:
    names, words, shapes = ("Urban", "Town", "Village", "Remote"), list[Word](), list[Shape]()
    for i, name in enumerate(names):
        left, bottom = 120 + 230 * (i % 2), 300 + 160 * (i // 2)
        words.append(word(name, left - 14, bottom - 114, 0))
        words += [word(str(tick), left - 24, bottom - tick, 0) for tick in (0, 25, 50, 75, 100)]
        points = [(left + 40 * k, bottom - 20 - 15 * k - 5 * i) for k in range(4)]
        shapes += [line(points, BLUE, len(shapes)), *(disc(x, y, BLUE, len(shapes) + 1) for x, y in points)]
        words += [word(f"{round(bottom - y)}", x, y - 9, 0) for x, y in points]
        words += [word(str(2020 + k), left + 40 * k, bottom + 12, 0) for k in range(4)]
    words.append(word("Which share of homes has a line?", 160, 160, 0))
    (reading,) = read_charts(page_of([replace(w, order=k) for k, w in enumerate(words)], shapes))
    got = {(next(x.text for x in e.labels if x.axis == "panel"), e.printed) for e in reading.entries}
    assert got == {(name, str(20 + 15 * k + 5 * i)) for i, name in enumerate(names) for k in range(4)}


def test_a_legend_below_names_lines_though_a_heading_stands_at_their_ends() -> None:
    drawn = line_chart(end_names=False)
    words = [w for w in drawn.words if w.text != "33%"]
    for i, (name, (colour, shares)) in enumerate(SERIES.items()):
        x = 110 + 80 * i
        drawn = replace(drawn, shapes=(*drawn.shapes, line([(x - 20, 440), (x - 8, 440)], colour, 90 + i)))
        words += [word(name, x + 4, 440, 0), *([word("33%", x + 19, 440, 0)] if i else [])]
        heading = word("Whole other text", 330, y_of(shares[-1]), 0)
        words.append(replace(heading, size=14.0) if i else heading)
    words = [replace(w, order=k) for k, w in enumerate(words)]
    (reading,) = read_charts(replace(drawn, words=tuple(words)))
    assert {x.text for e in reading.entries for x in e.labels if x.axis == "series"} == {"Yes", "No 33%"}
    assert [e.measured for e in reading.entries if not e.printed] == [pytest.approx(33, abs=0.1)]


def test_charts_side_by_side_take_no_names_from_each_other() -> None:
    """A slope chart with names and values at both ends, level with the names of a dumbbell beside it."""
    ends = {"Wholesale": (66, 61), "Mail order": (55, 63), "Logistics": (51, 53), "Parcels": (38, 43)}
    words, shapes = [word("2021", 140, 90, 0), word("2024", 230, 90, 0)], []
    for name, (first, last) in ends.items():
        places = [(140.0, 300 - 3.0 * first), (230.0, 300 - 3.0 * last)]
        shapes += [line(places, BLACK, len(shapes)), *(disc(x, y, BLACK, len(shapes) + 1) for x, y in places)]
        left = [word(name, 128 - 2.2 * len(name) - 14, places[0][1], 0), word(str(first), 127, places[0][1], 0)]
        words += [*left, word(str(last), 243, places[1][1], 0), word(name, 252 + 2.2 * len(name), places[1][1], 0)]
    rows = {"Christmas bonus": (44, 78), "Holiday pay": (36, 71), "Late work": (52, 83), "Pension": (23, 57)}
    for i, (name, pair) in enumerate(rows.items()):
        y = 112.0 + 24 * i
        words.append(word(name, 400, y, 0))
        for value, colour in zip(pair, (BLUE, RED), strict=True):
            shapes.append(disc(450 + value, y, colour, len(shapes)))
            words.append(word(str(value), 450 + value, y - 9, 0))
    for year, colour, x in (("without", BLUE, 450.0), ("with", RED, 520.0)):
        shapes.append(disc(x, 226, colour, len(shapes)))
        words.append(word(year, x + 8 + 2.2 * len(year), 226, 0))
    slopes, dumbbell = read_charts(page_of([replace(w, order=i) for i, w in enumerate(words)], shapes))
    assert values(slopes) == {
        (str(v), frozenset({year, name}))
        for name, pair in ends.items()
        for year, v in zip(("2021", "2024"), pair, strict=True)
    }
    assert values(dumbbell) == {
        (str(v), frozenset({name, side}))
        for name, pair in rows.items()
        for side, v in zip(("without", "with"), pair, strict=True)
    }


def test_a_number_in_the_name_at_the_end_of_a_line_is_no_value() -> None:
    words, shapes = [], []
    for name, colour, shares in (("15 to 35", RED, (56, 57, 60)), ("65 or older", BLUE, (40, 48, 52))):
        points = [(x, y_of(v)) for x, v in zip(WAVES.values(), shares, strict=True)]
        shapes += [line(points, colour, len(shapes)), *(disc(x, y, colour, len(shapes) + 1) for x, y in points)]
        x = 268.0
        for part in (*name.split(), str(shares[-1])):
            words.append(replace(word(part, x + 2.2 * len(part), points[-1][1], 0, colour), spaced=True))
            x += 4.4 * len(part) + 2
    words += [word(str(tick), 70, y_of(tick), 0) for tick in (0, 20, 40, 60, 80)]
    words += [word(year, x, 420, 0) for year, x in WAVES.items()]
    (reading,) = read_charts(page_of([replace(w, order=i) for i, w in enumerate(words)], shapes))
    printed = {(e.printed, next(x.text for x in e.labels if x.axis == "series")) for e in reading.entries if e.printed}
    assert printed == {("60", "15 to 35"), ("52", "65 or older")}


@pytest.mark.parametrize("median", [True, False])
def test_a_range_gives_the_values_at_both_its_ends_and_at_its_median(median: bool) -> None:
    rows = {
        "Hall": (265, 310, 365),
        "Shared flat": (340, 410, 490),
        "Partner": (380, 455, 560),
        "Alone": (450, 540, 665),
    }
    words, shapes = [], []
    for i, (name, numbers) in enumerate(rows.items()):
        y, places = 100.0 + 28 * i, [100 + value / 2 for value in numbers]
        words.append(word(name, 90, y, 0))
        corners = [(places[0], y - 7), (places[2], y - 7), (places[2], y + 7), (places[0], y + 7)]
        shapes.append(Shape("rect", Box(*corners[0], *corners[2]), RED, None, 0.0, tuple(corners), False, len(shapes)))
        if median:
            needle = Box(places[1] - 1, y - 7, places[1] + 1, y + 7)
            corners = [(needle.x0, y - 7), (needle.x1, y - 7), (needle.x1, y + 7), (needle.x0, y + 7)]
            shapes.append(Shape("rect", needle, BLUE, None, 0.0, tuple(corners), False, len(shapes)))
            words.append(word(str(numbers[1]), places[1], y - 13, 0))
        words += [word(str(numbers[0]), places[0] - 10, y, 0), word(str(numbers[2]), places[2] + 10, y, 0)]
    (reading,) = read_charts(page_of([replace(w, order=k) for k, w in enumerate(words)], shapes))
    printed = {(e.printed, next(x.text for x in e.labels if x.axis == "row")) for e in reading.entries}
    assert printed == {(str(v), name) for name, three in rows.items() for v in (three if median else three[::2])}


def test_a_long_sample_over_its_name_tells_more_than_a_heading_in_the_ink_of_a_line() -> None:
    drawn = line_chart(end_names=False)
    words, shapes = list(drawn.words), list(drawn.shapes)
    for i, (name, (colour, _)) in enumerate(SERIES.items()):
        left = 100.0 + 70 * i
        corners = ((left, 436), (left + 70, 436), (left + 70, 437.5), (left, 437.5))
        shapes.append(Shape("rect", Box(left, 436, left + 70, 437.5), colour, None, 0.0, corners, False, 50 + i))
        words.append(word(name, left + 2.2 * len(name), 445, 0))
        words.append(replace(word("Heading" if i else "Q2.", 120 + 60 * i, 170, 0, colour), size=8.0 + 4 * i))
    (reading,) = read_charts(page_of([replace(w, order=k) for k, w in enumerate(words)], shapes))
    assert {x.text for e in reading.entries for x in e.labels if x.axis == "series"} == set(SERIES)


def test_hollow_and_filled_marks_of_one_colour_are_two_series() -> None:
    shown = {"Coast": (12, 31), "Hills": (9, 24), "Plain": (6, 17), "Delta": (14, 28)}
    words, shapes = [word("2022", 220, 80, 0), word("2024", 280, 80, 1)], []
    hollow = replace(disc(200, 80, BLUE, 0), fill=(1.0, 1.0, 1.0), stroke=BLUE, width=1.0)
    shapes += [hollow, disc(260, 80, BLUE, 1)]
    for row, (name, (before, now)) in enumerate(shown.items()):
        y = 120.0 + 20 * row
        words += [word(name, 100, y, 10 * row + 10), word(str(before), 150 + 8 * before - 14, y, 10 * row + 11)]
        words += [word(str(now), 150 + 8 * now + 14, y, 10 * row + 12)]
        open_mark = replace(disc(150 + 8 * before, y, BLUE, 3 * row + 4), fill=(1.0, 1.0, 1.0), stroke=BLUE, width=1.0)
        shapes += [line([(150 + 8 * before, y), (150 + 8 * now, y)], BLUE, 3 * row + 3), open_mark]
        shapes += [disc(150 + 8 * now, y, BLUE, 3 * row + 5)]
    (reading,) = read_charts(page_of(words, shapes))
    wanted = {
        (str(v), frozenset({name, wave}))
        for name, pair in shown.items()
        for v, wave in zip(pair, ("2022", "2024"), strict=True)
    }
    assert values(reading) == wanted


def test_ranges_with_a_mark_across_are_named_by_both_ends() -> None:
    """The mark is a stroke higher than the bar; the legend's one name tells what the ends are."""
    pay = {"Manager": (78, 104, 141), "Back end": (52, 71, 98), "Tester": (34, 47, 66), "Mobile": (44, 61, 86)}
    words, shapes = [word("Lower", 152, 80, 0), word("to", 170, 80, 1), word("upper", 188, 80, 2)], []
    words.append(word("median", 330, 80, 5))
    shapes += [disc(135, 80, BLUE, 0), disc(310, 80, RED, 1)]
    for row, (name, (low, middle, high)) in enumerate(pay.items()):
        y, order = 120.0 + 28 * row, 10 * row + 10
        box = Box(150 + 2 * low, y - 4, 150 + 2 * high, y + 4)
        corners = ((box.x0, box.top), (box.x1, box.top), (box.x1, box.bottom), (box.x0, box.bottom))
        shapes.append(Shape("rect", box, BLUE, None, 0.0, corners, False, order))
        x = 150.0 + 2 * middle
        needle = Box(x, y - 6, x, y + 6)
        shapes.append(Shape("line", needle, None, RED, 2.0, ((x, y - 6), (x, y + 6)), False, order + 1))
        words += [word(part, 80 + 20 * k, y, order + 2 + k) for k, part in enumerate(name.split())]
        words += [word(str(low), box.x0 - 12, y, order + 5), word(str(high), box.x1 + 12, y, order + 6)]
        words.append(word(str(middle), x, y - 12, order + 7))
    (reading,) = read_charts(page_of(words, shapes))
    wanted = {
        (str(value), frozenset({name, end}))
        for name, values_ in pay.items()
        for value, end in zip(values_, ("Lower", "median", "upper"), strict=True)
    }
    assert values(reading) == wanted


def test_marks_of_lines_in_one_colour_are_no_samples_beside_their_names() -> None:
    words, shapes = [], []
    for name, ranks in {"Tools": (1, 2, 3), "Skills": (3, 1, 2), "Time": (2, 3, 1)}.items():
        points = [(x, 200.0 + 30 * rank) for x, rank in zip(WAVES.values(), ranks, strict=True)]
        shapes += [line(points, BLUE, len(shapes)), *(disc(x, y, BLUE, len(shapes), 6.0) for x, y in points)]
        words += [word(str(rank), x, y, 0) for (x, y), rank in zip(points, ranks, strict=True)]
        words.append(word(name, 280, points[-1][1], 0))
    words += [word(year, x, 180, 0) for year, x in WAVES.items()]
    (reading,) = read_charts(page_of([replace(w, order=i) for i, w in enumerate(words)], shapes))
    assert ("1", frozenset({"2021", "Tools"})) in values(reading)
    assert ("1", frozenset({"2023", "Time"})) in values(reading)


def test_lines_that_end_before_their_marks_go_on_behind_them() -> None:
    """As R draws them with `type = "b"`."""
    words, shapes = [], []
    for name, (colour, shares) in SERIES.items():
        points = [(x, y_of(v)) for x, v in zip(WAVES.values(), shares, strict=True)]
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            tilt = 6 * (y1 - y0) / (x1 - x0)
            shapes.append(line([(x0 + 6, y0 + tilt), (x1 - 6, y1 - tilt)], colour, len(shapes)))
        shapes += [disc(x, y, colour, len(shapes) + k) for k, (x, y) in enumerate(points)]
        words += [word(f"{v}%", x, y - 9, 0) for (x, y), v in zip(points, shares, strict=True)]
        words.append(word(name, 285, points[-1][1], 0, colour))
    words += [word(year, x, 420, 0) for year, x in WAVES.items()]
    (reading,) = read_charts(page_of([replace(w, order=i) for i, w in enumerate(words)], shapes))
    assert values(reading) == values(read_charts(line_chart())[0])


def test_a_stroke_below_the_names_of_a_chart_is_none_of_its_lines() -> None:
    """The leader of a pie below it, say; a heading in the ink of a line is not its name there."""
    bare = line_chart()
    words = (*bare.words, word("Where", 60, 520, 90, RED), word("May", 245, 560, 91))
    leader = line([(180.0, 540.0), (226.0, 560.0)], BLACK, 99)
    assert values(read_charts(replace(bare, words=words, shapes=(*bare.shapes, leader)))[0]) == values(
        read_charts(bare)[0]
    )


def test_years_that_the_axis_leaves_out_are_those_of_the_points_between() -> None:
    points = [(100.0 + 20 * i, y_of(60 + (i % 3) * 4)) for i in range(9)]
    words = [word(str(2014 + i), x, 420, 0) for i, (x, _) in enumerate(points) if i % 2 == 0]
    words += [word(str(tick), 70, y_of(tick), 0) for tick in (0, 20, 40, 60, 80)]
    (reading,) = read_charts(page_of([replace(w, order=i) for i, w in enumerate(words)], [line(points, RED, 0)]))
    told = {e.labels[0].text: round(e.measured or 0) for e in reading.entries}
    assert told == {str(2014 + i): 60 + (i % 3) * 4 for i in range(9)}


def test_an_axis_outweighs_a_line_through_two_numbers_beside_the_points() -> None:
    bare = line_chart(labelled=False)
    near = [word("9", 175, y_of(64) - 9, 60), word("8", 262, y_of(33) + 9, 61), word("7", 97, y_of(30) + 9, 62)]
    (reading,) = read_charts(replace(bare, words=(*bare.words, *near)))
    assert {round(e.measured or 0) for e in reading.entries} == {v for _, shares in SERIES.values() for v in shares}


def test_dots_whose_numbers_say_other_than_their_places_are_no_chart() -> None:
    rows = {"Bread": (150.0, "61"), "Milk": (170.0, "62"), "Cheese": (190.0, "63")}
    words = [word(str(v), 150 + 3 * v, 230, v) for v in (0, 20, 40, 60, 80, 100)]
    shapes = []
    for i, (name, (y, number)) in enumerate(rows.items()):
        words += [word(name, 100, y, 200 + i), word(number, 205 + 30 * i, y, 300 + i)]
        shapes += [disc(190 + 30 * i, y, RED, i), disc(195 + 60 * i, y, BLUE, 10 + i)]
    assert not [r for r in read_charts(page_of(words, shapes)) if r.form == "dots"]


def test_a_name_at_a_lines_end_is_whole_wherever_its_nearest_line_stands() -> None:
    chart = line_chart(end_names=False)
    ends = [
        word(text, 285, y_of(33) + dy, 90 + i, BLUE) for i, (text, dy) in enumerate((("Not so", -10), ("sure yet", 0)))
    ]
    ends = [replace(w, box=w.box._replace(x0=275.0, x1=275.0 + w.box.width)) for w in ends]
    words = (*chart.words, *ends, word("Yes", 285, y_of(62), 95, RED))
    (reading,) = read_charts(replace(chart, words=words))
    assert {"Not so sure yet", "Yes"} <= {x.text for e in reading.entries for x in e.labels}


def test_a_stacked_area_tells_how_thick_each_band_is_at_each_wave() -> None:
    """The labels stand in the middle of the bands, the names beside their ends."""
    words, shapes, floor = [], [], [0.0, 0.0, 0.0]
    for name, (colour, shares) in SERIES.items():
        upper = [low + share for low, share in zip(floor, shares, strict=True)]
        there = [(x, y_of(v)) for x, v in zip(WAVES.values(), upper, strict=True)]
        back = [(x, y_of(v)) for x, v in zip(WAVES.values(), floor, strict=True)][::-1]
        area = line([*there, *back], colour, len(shapes))
        shapes.append(replace(area, fill=colour, stroke=None, operators="mlllllh"))
        middles = [
            ((x, low), (y + below) / 2) for (x, y), (_, below), low in zip(there, back[::-1], shares, strict=True)
        ]
        words += [word(f"{share}%", x, y, 0) for (x, share), y in middles]
        words.append(word(name, 285, middles[-1][1], 0))
        floor = upper
    words += [word(year, x, 420, 0) for year, x in WAVES.items()]
    (reading,) = read_charts(page_of([replace(w, order=i) for i, w in enumerate(words)], shapes))
    assert values(reading) == {
        (f"{v}%", frozenset({year, name}))
        for name, (_, shares) in SERIES.items()
        for year, v in zip(WAVES, shares, strict=True)
    }
    assert not any(e.doubts for e in reading.entries)


def test_lines_of_one_ink_are_named_by_the_dashes_and_marks_of_their_samples() -> None:
    words, shapes = [], []
    drawn = {"Yes": (1.0, (60, 64, 62)), "No": (0.5, (30, 28, 33)), "Maybe": (1.0, (10, 12, 14))}
    for name, (inked, shares) in drawn.items():
        places = [(x, y_of(v)) for x, v in zip(WAVES.values(), shares, strict=True)]
        words += [word(str(v), x, y - 9, 0) for (x, y), v in zip(places, shares, strict=True)]
        sample = (330.0, 200.0 + 12 * len(shapes))
        words.append(word(name, 365, sample[1], 0))
        shapes.append(replace(line(places, BLACK, len(shapes)), inked=inked))
        shapes.append(replace(line([sample, (sample[0] + 20, sample[1])], BLACK, 0), kind="line", inked=inked))
        if name != "Maybe":
            shapes += [disc(x, y, BLACK, len(shapes) + 1) for x, y in [*places, (sample[0] + 10, sample[1])]]
        else:
            shapes += [triangle(x, y) for x, y in [*places, (sample[0] + 10, sample[1])]]
    words += [word(year, x, 420, 0) for year, x in WAVES.items()]
    (reading,) = read_charts(page_of([replace(w, order=i) for i, w in enumerate(words)], shapes))
    assert values(reading) == {
        (str(v), frozenset({year, name}))
        for name, (_, shares) in drawn.items()
        for year, v in zip(WAVES, shares, strict=True)
    }


def triangle(x: float, y: float) -> Shape:
    corners = ((x - 3, y + 3), (x, y - 3), (x + 3, y + 3))
    return Shape("path", Box(x - 3, y - 3, x + 3, y + 3), BLACK, None, 0.0, corners, False, 99, "mllh")


def test_dots_without_labels_are_measured_on_their_axis() -> None:
    shown = {"Car": (20, 60), "Bus": (35, 48), "Walk": (10, 30)}
    words, shapes = [], []
    for tick in (0, 20, 40, 60, 80):
        words.append(word(str(tick), 150 + 4 * tick, 270, len(words)))
        shapes.append(replace(line([(150 + 4 * tick, 80), (150 + 4 * tick, 260)], BLACK, len(shapes)), kind="line"))
    for i, (name, shares) in enumerate(shown.items()):
        words.append(word(name, 100, 100 + 60 * i, len(words)))
        inks = zip(shares, (RED, BLUE), strict=True)
        shapes += [disc(150 + 4 * v, 100 + 60 * i, ink, 10 + 2 * i) for v, ink in inks]
    for k, (name, ink) in enumerate({"Women": RED, "Men": BLUE}.items()):
        words.append(word(name, 230 + 80 * k, 60, len(words)))
        shapes.append(disc(221 + 80 * k - 2.2 * len(name), 60, ink, 30 + k))
    (reading,) = read_charts(page_of(words, shapes))
    assert {
        (tuple(x.text for x in e.labels if x.axis != "title"), round(e.measured or 0)) for e in reading.entries
    } == {((name, who), v) for name, shares in shown.items() for who, v in zip(("Women", "Men"), shares, strict=True)}


def test_dashes_that_are_drawn_one_by_one_are_a_line_and_no_marks() -> None:
    """Those that lie on a line of their colour stress a part of it."""
    sheet = line_chart()
    solid = next(s for s in sheet.shapes if len(s.points) == 3)
    dashes = [dash for a, b in itertools.pairwise(solid.points) for dash in dashed(a, b)]
    rest = [s for s in sheet.shapes if s is not solid]
    expected = values(read_charts(sheet)[0])
    assert values(read_charts(replace(sheet, shapes=(*rest, *dashes)))[0]) == expected
    assert values(read_charts(replace(sheet, shapes=(*sheet.shapes, *dashes)))[0]) == expected


def dashed(start: tuple[float, float], end: tuple[float, float]) -> list[Shape]:
    (x0, y0), (x1, y1) = start, end
    slope = (y1 - y0) / (x1 - x0)
    out = []
    for k in range(int((x1 - x0) / 6)):
        left, right = x0 + 6 * k, x0 + 6 * k + 3
        a, b = y0 + slope * (left - x0), y0 + slope * (right - x0)
        corners = ((left, a - 0.7), (right, b - 0.7), (right, b + 0.7), (left, a + 0.7))
        box = Box(left, min(a, b) - 0.7, right, max(a, b) + 0.7)
        out.append(Shape("path", box, RED, None, 0.0, corners, False, 50 + k, "mlllh"))
    return out


def test_lollipops_stand_in_columns_with_numbers_in_their_heads() -> None:
    columns = {"0–17": 13, "18–29": 8, "30–44": 19, "45+": 16}
    words, shapes = [], []
    for i, (name, value) in enumerate(columns.items()):
        x, y = 100.0 + 50 * i, 400 - 6.0 * value
        shapes.append(disc(x, y, RED, i, radius=10.5))
        words += [word(str(value), x, y, 2 * i), word(name, x, 412, 2 * i + 1)]
    (reading,) = read_charts(page_of(words, shapes))
    assert values(reading) == {(str(v), frozenset({name})) for name, v in columns.items()}


def test_marks_in_columns_are_named_by_slanted_texts_far_below() -> None:
    canvas = Canvas()
    shown = {"Lack of time": (63, 71), "High costs": (41, 55), "Slow internet": (38, 21)}
    for i, (name, shares) in enumerate(shown.items()):
        for share, ink in zip(shares, (BLUE, RED), strict=True):
            canvas.shapes.append(disc(100 + 60 * i, y_of(share), ink, len(canvas.shapes)))
            canvas.text(106 + 60 * i, y_of(share), f"{share}%")
        end = 8 * 0.5 * len(name) * math.sqrt(0.5)
        canvas.text(100 + 60 * i - end, 412 + end, name, angle=45)
    for i, (year, ink) in enumerate((("2021", BLUE), ("2025", RED))):
        canvas.shapes.append(disc(100 + 60 * i, 520, ink, len(canvas.shapes)))
        canvas.text(106 + 60 * i, 520, year)
    (reading,) = read_charts(canvas.page)
    named = {
        (name, year): f"{v}%" for name, row in shown.items() for year, v in zip(("2021", "2025"), row, strict=True)
    }
    assert values(reading) == {(printed, frozenset(names)) for names, printed in named.items()}


def test_names_stand_on_the_far_side_of_the_line_of_zero() -> None:
    rows = {"Demand": 68, "Income": 17, "Giving": 6, "Staff": -8, "Funding": -22, "Grants": -59}
    words, shapes = [], []
    for i, (name, value) in enumerate(rows.items()):
        x, y, side = 300 + 2.0 * value, 100.0 + 24 * i, 1 if value > 0 else -1
        shapes.append(disc(x, y, BLUE if value > 0 else RED, i))
        words += [word(f"{value:+d}", x + 16 * side, y, 2 * i), word(name, 300 - 24 * side, y, 2 * i + 1)]
    (reading,) = read_charts(page_of(words, shapes))
    assert values(reading) == {(f"{v:+d}", frozenset({name})) for name, v in rows.items()}
    assert not any(e.doubts for e in reading.entries)


def test_marks_without_labels_are_measured_or_told_by_a_column() -> None:
    rows = {"Library": 8.3, "Sports": 7.6, "Careers": 7.1, "Housing": 5.6}
    words, shapes = [word(str(v), 200 + 40.0 * (v - 5), 260, v) for v in (5, 6, 7, 8, 9)], []
    for i, (name, value) in enumerate(rows.items()):
        y = 120.0 + 30 * i
        shapes.append(disc(200 + 40 * (value - 5), y, RED, i))
        words.append(word(name, 120, y, 10 + i))
    (bare,) = read_charts(page_of(words, shapes))
    assert [round(e.measured or 0, 1) for e in bare.entries] == list(rows.values())
    beside = [word(str(value), 420, 120.0 + 30 * i, 30 + i) for i, value in enumerate(rows.values())]
    (told,) = read_charts(page_of(words + beside, shapes))
    assert values(told) == {(str(value), frozenset({name})) for name, value in rows.items()}


def test_box_plots_tell_their_medians() -> None:
    medians = {"Law": 29, "Arts": 31, "Physics": 37, "Medicine": 42}
    words, shapes = [word(str(v), 60, y_of(v), 50 + v) for v in (0, 20, 40, 60, 80)], []
    for i, (name, value) in enumerate(medians.items()):
        x, top, bottom = 110.0 + 50 * i, y_of(value + 7), y_of(value - 6)
        shapes.append(Shape("rect", Box(x - 12, top, x + 12, bottom), BLUE, None, 0.0, (), False, 9 * i, "re"))
        for points in (
            [(x - 12, y_of(value)), (x + 12, y_of(value))],
            [(x, top), (x, y_of(value + 18))],
            [(x, bottom), (x, y_of(value - 15))],
        ):
            shapes.append(replace(line(points, BLACK, 9 * i + len(shapes)), kind="line"))
        words += [word(str(value), x + 18, y_of(value), 2 * i), word(name, x, 420, 2 * i + 1)]
    (reading,) = [r for r in read_charts(page_of(words, shapes)) if r.form == "dots"]
    assert values(reading) == {(str(v), frozenset({name})) for name, v in medians.items()}


CHANGES = {"Cycling": (31, 47), "Walking": (62, 51), "Train": (18, 33), "Bus": (24, 40)}


@pytest.mark.parametrize("filled", [True, False])
def test_arrows_begin_at_one_wave_and_point_to_the_next(filled: bool) -> None:
    """The names of both stand over the first row, at its ends; colours tell which way an arrow points."""
    words, shapes = [word("2015", 193, 122, 0), word("2025", 241, 122, 0)], []
    for i, (name, (before, after)) in enumerate(CHANGES.items()):
        y, x, tip = 140 + 24.0 * i, 100 + 3.0 * before, 100 + 3.0 * after
        side, ink = (1, BLUE) if after > before else (-1, RED)
        shapes += [line([(x, y), (tip, y)], ink, 3 * i), disc(x, y, BLACK, 3 * i + 1)]
        head = line([(tip - 5 * side, y - 4), (tip, y), (tip - 5 * side, y + 4)], ink, 3 * i + 2)
        shapes.append(replace(head, fill=ink, stroke=None) if filled else head)
        words += [word(name, 60, y, 0), word(str(before), x - 12 * side, y, 0), word(str(after), tip + 12 * side, y, 0)]
    (reading,) = read_charts(page_of([replace(w, order=k) for k, w in enumerate(words)], shapes))
    waves = ("2015", "2025")
    assert values(reading) == {
        (str(v), frozenset((name, wave))) for name, pair in CHANGES.items() for v, wave in zip(pair, waves, strict=True)
    }


def test_an_arrow_between_two_marks_is_no_mark_and_a_row_may_have_a_name_of_two_lines() -> None:
    words, shapes = [], []
    for i, (name, (before, after)) in enumerate(CHANGES.items()):
        y, x, tip = 140 + 40.0 * i, 100 + 3.0 * before, 100 + 3.0 * after
        side = 1 if after > before else -1
        end = tip - 6 * side
        head = line([(end - 4 * side, y - 3), (end, y), (end - 4 * side, y + 3)], BLACK, 4 * i)
        shapes += [line([(x + 6 * side, y), (end, y)], BLACK, 4 * i + 1), replace(head, fill=BLACK, stroke=None)]
        shapes += [disc(x, y, RED, 4 * i + 2), disc(tip, y, BLUE, 4 * i + 3)]
        words += [word(name, 60, y - 6, 0), word("to work", 60, y + 6, 0)]
        words += [word(str(before), x - 12 * side, y, 0), word(str(after), tip + 12 * side, y, 0)]
    (reading,) = read_charts(page_of([replace(w, order=k) for k, w in enumerate(words)], shapes))
    assert len(reading.entries) == 8
    assert {(e.printed, e.labels[0].text) for e in reading.entries} == {
        (str(v), f"{name} to work") for name, pair in CHANGES.items() for v in pair
    }


def test_panels_with_labels_at_their_ends_share_a_scale() -> None:
    """The points between shape the lines, and stand at no name; the last panel is nearly level."""
    panels = {"Press": (42, 54), "Courts": (66, 67), "Banks": (43, 26), "Police": (31, 59)}
    words, shapes = [], []
    for i, (name, (first, last)) in enumerate(panels.items()):
        left = 60.0 + 120 * i
        heights = [first + (last - first) * k / 4 + (2 if k in (1, 3) else 0) for k in range(5)]
        points = [(left + 20 * k, y_of(v)) for k, v in enumerate(heights)]
        shapes.append(line(points, BLUE, len(shapes)))
        words += [word(name, left + 20, 150, 0), word("2019", left, 420, 0), word("2025", left + 80, 420, 0)]
        words += [word(str(v), x, y_of(v) - 9, 0) for v, x in ((first, left), (last, left + 80))]
    (reading,) = read_charts(page_of([replace(w, order=k) for k, w in enumerate(words)], shapes))
    assert values(reading) == {
        (str(v), frozenset((name, wave)))
        for name, pair in panels.items()
        for v, wave in zip(pair, ("2019", "2025"), strict=True)
    }


def test_an_axis_with_a_tick_mark_at_its_end_is_no_level_line() -> None:
    drawn = line_chart(labelled=False)
    rules = [line([(80, 400), (90, 400)], BLACK, 90), line([(90, 400), (280, 400)], BLACK, 91)]
    (reading,) = read_charts(replace(drawn, shapes=(*drawn.shapes, *rules)))
    assert len(reading.entries) == 6


def test_a_percent_sign_below_the_middle_of_an_axis_is_its_title() -> None:
    ticks = [word(str(v), 100 + 3 * v, 300, i) for i, v in enumerate((0, 25, 50, 75, 100))]
    tokens = tokens_of(lines_of([*ticks, word("%", 250, 309, 9)]))
    assert [t.text for t in tokens] == ["0", "25", "50", "75", "100"]


def test_panels_without_labels_share_the_axis_of_the_first() -> None:
    panels = {"North": (22, 25, 36), "South": (31, 38, 52), "East": (60, 57, 47)}
    words, shapes = [word(str(tick), 35, y_of(tick), 0) for tick in (0, 20, 40, 60, 80)], []
    for i, (name, shares) in enumerate(panels.items()):
        places = [60.0 + 170 * i + 60 * k for k in range(3)]
        shapes.append(line([(x, y_of(v)) for x, v in zip(places, shares, strict=True)], BLUE, len(shapes)))
        words += [
            word(name, places[1], 150, 0),
            *(word(year, x, 420, 0) for year, x in zip(WAVES, places, strict=True)),
        ]
        words.append(word("w", places[1], 434, 0))
    (reading,) = read_charts(page_of([replace(w, order=k) for k, w in enumerate(words)], shapes))
    got = {(e.labels[1].text, e.labels[0].text): round(e.measured or 0) for e in reading.entries}
    assert got == {(n, year): v for n, own in panels.items() for year, v in zip(WAVES, own, strict=True)}
    assert not any(e.doubts for e in reading.entries)


def test_names_of_waves_may_stand_upright_below_a_line() -> None:
    drawn = line_chart()
    words = [
        replace(w, box=Box(w.box.x_mid - 4, 410, w.box.x_mid + 4, 428), angle=90) if w.text in WAVES else w
        for w in drawn.words
    ]
    (reading,) = read_charts(replace(drawn, words=tuple(words)))
    assert {x.text for e in reading.entries for x in e.labels if x.axis == "column"} == set(WAVES)


def test_names_of_waves_may_go_on_below_with_the_part_of_the_year() -> None:
    drawn = line_chart(labelled=False)
    halves = [word(f"H{1 + i % 2}", x, 430, 900 + i) for i, x in enumerate(WAVES.values())]
    note = word("a note of the axis", WAVES["2022"], 440, 990)
    (reading,) = read_charts(replace(drawn, words=(*drawn.words, *halves, replace(note, size=6.0))))
    columns = {x.text for e in reading.entries for x in e.labels if x.axis == "column"}
    assert columns == {"2021 H1", "2022 H2", "2023 H1"}


def test_a_curve_in_short_steps_has_its_points_at_the_names_alone() -> None:
    words, shapes = [word(name, x, 420, 0) for name, x in WAVES.items()], []
    for colour, (first, middle, last) in SERIES.values():
        bend = [middle + (first - middle) * t * t if t < 0 else middle + (last - middle) * t * t for t in STEPS]
        points = [(180 + 80 * t, y_of(v)) for t, v in zip(STEPS, bend, strict=True)]
        shapes.append(line(points, colour, len(shapes)))
        labels = zip((first, middle, last), WAVES.values(), strict=True)
        words += [word(str(v), x, y_of(v) - 9, 0) for v, x in labels]
    (reading,) = read_charts(page_of([replace(w, order=k) for k, w in enumerate(words)], shapes))
    assert {(e.printed, e.labels[0].text) for e in reading.entries} == {
        (str(v), wave) for _, shares in SERIES.values() for v, wave in zip(shares, WAVES, strict=True)
    }


STEPS = [k / 20 for k in range(-20, 21)]
