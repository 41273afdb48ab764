"""The chart reader on pages made of plain words and boxes: what it must read, and what it must leave alone."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box
from pipeline.exhibits.charts import read_charts
from pipeline.exhibits.charts.chart_text import is_wordcloud, joined, lines_of, tokens_of
from pipeline.exhibits.charts.sectors import bearing, fit_circle, polar
from pipeline.exhibits.reading import Entry, Reading
from pipeline.layout.joining import settled
from pipeline.pages.page import Page, Shape
from tests.typesetting import GREEN, GREY, LILAC, MINT, ORANGE, PURPLE, Canvas


def only(page: Page, **options: object) -> Reading:
    readings = read_charts(page)
    assert len(readings) == 1, [r.form for r in readings]
    return readings[0]


def seen(reading: Reading) -> dict[tuple[str, str], str | float | None]:
    """(row label, series label) to what is printed, or else measured to a decimal."""
    out: dict[tuple[str, str], str | float | None] = {}
    for entry in reading.entries:
        measured = None if entry.measured is None else round(entry.measured, 1)
        out[(name(entry, "row"), name(entry, "series"))] = entry.printed or measured
    return out


def name(entry: Entry, axis: str) -> str:
    return next((label.text for label in entry.labels if label.axis == axis), "")


def doubts(reading: Reading) -> set[str]:
    return {doubt for entry in reading.entries for doubt in entry.doubts}


SHARES = {"Every day": 42.0, "Every week": 31.0, "Hardly ever": 8.0, "Never": 19.0}


def vertical(values: dict[str, float], colours: list[RGB], per_point: float = 0.5, base: float = 400.0) -> Canvas:
    """One group of bars per category; the values of further series are 10, 20, … lower."""
    canvas = Canvas()
    canvas.text(60, 260, "How often do you do so?", size=11, font="Sans-Bold")
    for i, (category, value) in enumerate(values.items()):
        left = 80 + 70 * i
        for k, colour in enumerate(colours):
            x, height = left + 20 * k, max(value - 10 * k, 0) / per_point
            if height:
                canvas.box(x, base - height, x + 20, base, colour)
            canvas.text(x + 10, base - height - 7, f"{max(value - 10 * k, 0):.0f}%", size=7, align="c")
        canvas.text(left + 10 * len(colours), base + 12, category, align="c")
    return canvas


def test_vertical_bars_of_one_series_are_read_without_axis_or_legend() -> None:
    reading = only(vertical(SHARES, [PURPLE]).page)
    assert reading.form == "bars"
    assert reading.title == "How often do you do so?"
    assert seen(reading) == {(k, ""): f"{v:.0f}%" for k, v in SHARES.items()}
    assert not doubts(reading)


def test_series_come_from_the_legends_colours_not_from_its_order() -> None:
    canvas = vertical(SHARES, [PURPLE, GREEN])
    canvas.legend(420, 200, [(GREEN, "2021"), (PURPLE, "2022")])
    reading = only(canvas.page)
    assert seen(reading)[("Every day", "2022")] == "42%"
    assert seen(reading)[("Every day", "2021")] == "32%"


def test_a_label_without_bar_is_a_zero_of_the_series_that_stands_there() -> None:
    canvas = vertical(SHARES, [PURPLE, GREEN])
    canvas.legend(420, 200, [(GREEN, "2021"), (PURPLE, "2022")])
    reading = only(canvas.page)
    assert seen(reading)[("Hardly ever", "2021")] == "0%"
    assert not doubts(reading)


def test_a_slot_whose_first_bar_is_missing_keeps_its_place() -> None:
    canvas = vertical({"A": 40.0, "B": 30.0, "C": 35.0, "D": 25.0}, [PURPLE, GREEN])
    canvas.legend(420, 200, [(PURPLE, "2021"), (GREEN, "2022")])
    gone = next(s for s in canvas.shapes if s.box.x0 == 150)
    canvas.shapes.remove(gone)
    canvas.words = [w for w in canvas.words if not (w.text == "30%" and w.box.x_mid < 165)]
    canvas.text(160, 393, "N/A", size=7, align="c")
    got = seen(only(canvas.page))
    assert ("B", "2021") not in got
    assert got[("B", "2022")] == "20%"
    assert got[("C", "2021")] == "35%"


def test_label_and_length_that_disagree_are_doubted_and_the_print_is_kept() -> None:
    canvas = vertical(SHARES, [PURPLE])
    canvas.words = [replace(w, text="24%") if w.text == "42%" else w for w in canvas.words]
    reading = only(canvas.page)
    wrong = [e for e in reading.entries if e.doubts]
    assert [(e.printed, e.doubts) for e in wrong] == [("24%", ("extraction-label-geometry",))]
    assert wrong[0].measured == pytest.approx(42, abs=0.5)


def with_ticks(canvas: Canvas, per_point: float = 0.5, base: float = 400.0, top: int = 60, first: int = 0) -> Canvas:
    for value in range(first, top + 1, 10):
        y = base - (value - first) / per_point
        canvas.line(60, y, 400, y)
        canvas.text(55, y, f"{value}%", size=7, align="r")
    return canvas


def test_bars_without_labels_are_measured_on_an_axis_that_its_ticks_prove() -> None:
    canvas = with_ticks(vertical(SHARES, [PURPLE]))
    canvas.words = [w for w in canvas.words if not (w.text.endswith("%") and w.box.x0 > 60)]
    reading = only(canvas.page)
    assert seen(reading) == {(k, ""): v for k, v in SHARES.items()}
    assert not doubts(reading)
    assert {reason for _, reason in reading.used} >= {"axis tick", "category label", "title"}


def test_an_axis_that_does_not_start_at_zero_is_understood() -> None:
    canvas = Canvas()
    for i, value in enumerate((55, 48, 61)):
        canvas.box(80 + 50 * i, 400 - (value - 40) * 4, 110 + 50 * i, 400, PURPLE)
        canvas.text(95 + 50 * i, 392 - (value - 40) * 4, str(value), align="c")
        canvas.text(95 + 50 * i, 412, f"Option {'ABC'[i]}", align="c")
    reading = only(with_ticks(canvas, per_point=0.25, top=70, first=40).page)
    assert seen(reading) == {("Option A", ""): "55", ("Option B", ""): "48", ("Option C", ""): "61"}
    assert not doubts(reading)


@pytest.mark.parametrize("angle", [90, 45, 315])
def test_category_labels_at_an_angle_wrapped_over_two_lines(angle: int) -> None:
    canvas = Canvas()
    names = [f"Answer number {word} or so" for word in ("one", "two", "three", "four")]
    for i, value in enumerate((40, 30, 20, 10)):
        x = 120 + 60 * i
        canvas.box(x - 12, 300 - 2 * value, x + 12, 300, PURPLE)
        canvas.text(x, 292 - 2 * value, f"{value}%", align="c")
        first, second = names[i].rsplit(" ", 2)[0], " ".join(names[i].rsplit(" ", 2)[1:])
        step = 9.6
        across = (step * math.sin(math.radians(angle)), step * math.cos(math.radians(angle)))
        align = "l" if angle > 180 else "r"
        start = (x, 312) if angle != 90 else (x - step / 2, 308)
        canvas.text(*start, first, align=align, angle=angle)
        canvas.text(start[0] + across[0], start[1] + across[1], second, align=align, angle=angle)
    assert seen(only(canvas.page)) == {(n, ""): f"{v}%" for n, v in zip(names, (40, 30, 20, 10), strict=True)}


def horizontal(values: dict[str, tuple[float, ...]], colours: list[RGB], base: float = 200.0) -> Canvas:
    canvas = Canvas()
    canvas.text(60, 60, "What do you use?", size=11, font="Sans-Bold")
    y = 90.0
    for category, row in values.items():
        for colour, value in zip(colours, row, strict=True):
            canvas.box(base, y, base + 3 * value, y + 10, colour)
            canvas.text(base + 3 * value + 3, y + 5, f"{value:.0f}%")
            y += 10
        canvas.text(base - 5, y - 5 * len(row), category, align="r")
        y += 8
    return canvas


def test_horizontal_groups_of_three_series() -> None:
    rows = {"Books": (50.0, 20.0, 35.0), "Courses": (12.0, 44.0, 9.0), "Colleagues": (30.0, 31.0, 70.0)}
    canvas = horizontal(rows, [PURPLE, GREEN, ORANGE])
    canvas.legend(200, 200, [(PURPLE, "Business"), (GREEN, "Providers"), (ORANGE, "Public")], step=(80, 0))
    expected = {
        (row, series): f"{value:.0f}%"
        for row, values in rows.items()
        for series, value in zip(("Business", "Providers", "Public"), values, strict=True)
    }
    assert seen(only(canvas.page)) == expected


def test_progress_bars_on_pale_tracks_with_values_in_a_column() -> None:
    canvas = Canvas()
    for i, (category, value) in enumerate(SHARES.items()):
        y = 100 + 22 * i
        canvas.text(60, y, category)
        canvas.box(150, y - 5, 450, y + 5, GREY)
        canvas.box(150, y - 5, 150 + 3 * value, y + 5, PURPLE)
        canvas.text(500, y, f"{value:.0f}%", align="r")
    assert seen(only(canvas.page)) == {(k, ""): f"{v:.0f}%" for k, v in SHARES.items()}


def stacked(rows: dict[str, tuple[int, ...]], colours: list[RGB], top: float = 100.0, gap: float = 1.0) -> Canvas:
    canvas = Canvas()
    for i, (row, values) in enumerate(rows.items()):
        y, x = top + 24 * i, 160.0
        canvas.text(155, y + 8, row, align="r")
        for colour, value in zip(colours, values, strict=True):
            canvas.box(x, y, x + 3 * value - gap, y + 16, colour)
            if value > 2:
                canvas.text(x + 1.5 * value, y + 8, f"{value}%", align="c", colour=(1, 1, 1))
            x += 3 * value
    return canvas


MATRIX = {"First item": (20, 30, 50), "Second item": (60, 25, 15), "Third item": (33, 33, 34)}


def test_stacked_rows_are_items_and_colours_are_answers() -> None:
    canvas = stacked(MATRIX, [PURPLE, LILAC, ORANGE])
    canvas.legend(160, 190, [(PURPLE, "Agree"), (LILAC, "Neutral"), (ORANGE, "Disagree")], step=(70, 0))
    reading = only(canvas.page)
    assert reading.form == "stacked"
    assert seen(reading)[("Second item", "Disagree")] == "15%"
    assert len(reading.entries) == 9
    assert not doubts(reading)


def test_a_small_segment_without_label_is_measured() -> None:
    canvas = stacked({"One": (58, 40, 2), "Two": (30, 50, 20)}, [PURPLE, LILAC, ORANGE], gap=0.0)
    canvas.legend(160, 160, [(PURPLE, "Yes"), (LILAC, "No"), (ORANGE, "Unsure")], step=(70, 0))
    reading = only(canvas.page)
    assert seen(reading)[("One", "Unsure")] == pytest.approx(2, abs=0.1)
    assert not doubts(reading)


def test_single_stacked_bars_under_headings_of_their_own_are_two_charts() -> None:
    canvas = Canvas()
    for top, colours in ((100.0, [GREEN, MINT]), (180.0, [MINT, GREEN])):
        canvas.text(60, top - 14, f"Question at {top:.0f}", size=10, font="Sans-Bold")
        canvas.box(60, top, 360, top + 20, colours[0])
        canvas.text(210, top + 10, "75%", align="c")
        canvas.box(360, top, 460, top + 20, colours[1])
        canvas.text(410, top + 10, "25%", align="c")
        canvas.legend(60, top + 32, [(GREEN, "None"), (MINT, "Some")], step=(70, 0))
    one, two = read_charts(canvas.page)
    assert (one.title, two.title) == ("Question at 100", "Question at 180")
    assert seen(one) == {("", "None"): "75%", ("", "Some"): "25%"}
    assert seen(two) == {("", "None"): "25%", ("", "Some"): "75%"}


def test_a_legend_in_one_groups_shades_names_the_other_groups_shades_that_run_alike() -> None:
    canvas = Canvas()
    for y, colours, values in ((100, (LILAC, PURPLE), (34, 66)), (120, (MINT, GREEN), (13, 87))):
        canvas.box(60, y, 60 + 4 * values[0], y + 16, colours[0])
        canvas.box(60 + 4 * values[0], y, 460, y + 16, colours[1])
        canvas.text(60 + 2 * values[0], y + 8, f"{values[0]}%", align="c")
        canvas.text(260 + 2 * values[0], y + 8, f"{values[1]}%", align="c")
    canvas.legend(60, 146, [(LILAC, "No"), (PURPLE, "Yes")], step=(50, 0))
    entries = only(canvas.page).entries
    assert [(e.printed, name(e, "series"), e.fill) for e in entries] == [
        ("34%", "No", LILAC), ("66%", "Yes", PURPLE), ("13%", "No", MINT), ("87%", "Yes", GREEN),
    ]  # fmt: skip


def pie(
    shares: dict[str, float], colours: list[RGB], inner: float = 0.0, x: float = 200.0, pulled: float = 0.0
) -> Canvas:
    canvas = Canvas()
    start = 0.0
    for (_, share), colour in zip(shares.items(), colours, strict=True):
        centre = polar((x, 300), pulled, start + 1.8 * share)
        canvas.sector(*centre, inner, 80, start, 3.6 * share, colour)
        at = polar(centre, (inner + 80) / 2, start + 1.8 * share)
        canvas.text(*at, f"{share:.0f}%", align="c")
        start += 3.6 * share
    return canvas


PIE_COLOURS = [PURPLE, GREEN, ORANGE, LILAC]


@pytest.mark.parametrize(("inner", "pulled"), [(0.0, 0.0), (50.0, 0.0), (0.0, 30.0)])
def test_pies_and_doughnuts_drawn_as_polygons_whole_and_pulled_apart(inner: float, pulled: float) -> None:
    canvas = pie(SHARES, PIE_COLOURS, inner, pulled=pulled)
    canvas.legend(320, 260, list(zip(PIE_COLOURS, SHARES, strict=True)))
    reading = only(canvas.page)
    assert reading.form == "pie"
    assert seen(reading) == {("", k): f"{v:.0f}%" for k, v in SHARES.items()}
    assert all(e.measured == pytest.approx(SHARES[name(e, "series")], abs=0.1) for e in reading.entries)
    assert not doubts(reading)


def test_a_slice_whose_legend_entry_is_cut_off_is_doubted_not_guessed() -> None:
    canvas = pie(SHARES, PIE_COLOURS)
    canvas.legend(320, 260, list(zip(PIE_COLOURS, SHARES, strict=True))[:3])
    reading = only(canvas.page)
    unnamed = [e for e in reading.entries if not name(e, "series")]
    assert [(e.printed, e.doubts) for e in unnamed] == [("19%", ("extraction-unnamed-mark",))]


def test_values_of_a_table_beside_a_bare_pie_are_taken_where_the_angle_confirms_them() -> None:
    canvas = pie(SHARES, PIE_COLOURS)
    canvas.words.clear()
    canvas.legend(320, 260, list(zip(PIE_COLOURS, SHARES, strict=True)))
    for i, share in enumerate(SHARES.values()):
        canvas.text(480, 260 + 12 * i, f"{share:.0f}%", align="r")
    reading = only(canvas.page)
    assert seen(reading) == {("", k): f"{v:.0f}%" for k, v in SHARES.items()}
    assert not doubts(reading)


def cards(values: list[tuple[str, int, int]]) -> Canvas:
    canvas = Canvas()
    for i, (label, first, second) in enumerate(values):
        x, y = 100 + 110 * (i % 3), 100 + 60 * (i // 3)
        canvas.text(x, y, label, align="c")
        canvas.text(x - 5, y + 14, f"{first}%", size=11, align="r", colour=PURPLE)
        canvas.text(x, y + 14, "-", size=11, align="c")
        canvas.text(x + 5, y + 14, f"{second}%", size=11, colour=GREEN)
    return canvas


ROLES = [("Coach", 61, 60), ("Trainer", 54, 41), ("Analyst", 30, 12), ("Evaluator", 22, 35), ("Producer", 38, 38)]


def test_cards_give_each_number_with_the_cards_name_and_its_ink() -> None:
    reading = only(cards(ROLES).page)
    assert (reading.form, reading.method) == ("cards", "tile")
    got = [(name(e, "row"), e.printed, e.ink) for e in reading.entries]
    assert got[:2] == [("Coach", "61%", PURPLE), ("Coach", "60%", GREEN)]
    assert len(got) == 10


def test_a_table_of_percentages_is_neither_cards_nor_bars() -> None:
    canvas = Canvas()
    for j, head in enumerate(("2020", "2021", "2022")):
        canvas.text(250 + 60 * j, 90, head, align="c")
        for i, row in enumerate(SHARES):
            canvas.text(60, 110 + 20 * i, row)
            canvas.box(225 + 60 * j, 101 + 20 * i, 275 + 60 * j, 119 + 20 * i, PURPLE)
            canvas.text(250 + 60 * j, 110 + 20 * i, f"{20 + 7 * i + 3 * j}%", align="c", colour=(1, 1, 1))
    assert read_charts(canvas.page) == []


def test_running_text_with_numbers_is_no_chart() -> None:
    canvas = Canvas()
    for i in range(20):
        canvas.text(60, 100 + 14 * i, f"In 2022 about {30 + i}% of them said {i} of 10 things were better than before")
    assert read_charts(canvas.page) == []


def test_shapes_in_regions_of_other_readers_are_left_alone() -> None:
    page = vertical(SHARES, [PURPLE]).page
    assert read_charts(page, [Box(0, 100, 595, 500)]) == []


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), jitter=st.floats(0.0, 0.6))
def test_blurred_edges_and_unsteady_words_do_not_change_what_is_read(seed: int, jitter: float) -> None:
    """As on a bitmap's page: every edge off by up to `jitter` points, one word per line of text."""
    rows = {"Books": (50.0, 20.0), "Courses": (12.0, 44.0), "Colleagues": (30.0, 31.0)}
    canvas = horizontal(rows, [PURPLE, GREEN])
    canvas.legend(200, 170, [(PURPLE, "Business"), (GREEN, "Providers")], step=(80, 0))
    shaken = random.Random(seed)

    def off(box: Box) -> Box:
        return Box(*(v + shaken.uniform(-jitter, jitter) for v in box))

    words = tuple(replace(w, box=off(w.box)) for w in canvas.words)
    shapes = tuple(replace(s, box=off(s.box)) for s in canvas.shapes)
    assert seen(only(replace(canvas.page, words=words, shapes=shapes))) == seen(only(canvas.page))


@given(st.floats(0, 359.9), st.floats(1, 300), st.tuples(st.floats(-500, 500), st.floats(-500, 500)))
def test_polar_and_bearing_undo_each_other(angle: float, radius: float, centre: tuple[float, float]) -> None:
    turn = (bearing(centre, polar(centre, radius, angle)) - angle + 180) % 360 - 180
    assert turn == pytest.approx(0, abs=1e-6)


@given(st.floats(10, 300), st.floats(30, 350), st.tuples(st.floats(0, 600), st.floats(0, 800)))
def test_a_circle_is_found_from_an_arc_of_thirty_degrees(
    radius: float, sweep: float, centre: tuple[float, float]
) -> None:
    arc = [polar(centre, radius, sweep * k / 16) for k in range(17)]
    fit = fit_circle(arc)
    assert fit is not None
    assert math.dist(fit[0], centre) < 1e-3 * radius
    assert fit[1] == pytest.approx(radius, rel=1e-3)


def test_numbers_are_put_together_from_their_words() -> None:
    canvas = Canvas()
    for i, text in enumerate(("61 %", "– 6%", "61% - 54%", "12% 34%", "see page 3", "2 318", "12 34")):
        canvas.text(60, 60 + 20 * i, text)
    tokens = tokens_of(lines_of(canvas.page.words))
    assert [(t.value, t.alone) for t in tokens] == [
        (61, True), (-6, True), (61, True), (54, True), (12, True), (34, True), (3, False),
        (2318, True), (12, True), (34, True),
    ]  # fmt: skip


def test_a_percent_sign_on_the_next_line_belongs_to_the_number_above() -> None:
    canvas = Canvas()
    canvas.text(60, 60, "4")
    canvas.text(60, 70, "%")
    assert [t.text for t in tokens_of(lines_of(canvas.page.words))] == ["4 %"]


def test_wrapped_labels_keep_the_hyphen_they_break_at() -> None:
    canvas = Canvas()
    for i, text in enumerate(("rude or off-", "putting at", "times")):
        canvas.text(60, 60 + 10 * i, text)
    lines = lines_of(canvas.page.words)
    assert all(a.v < b.v for a, b in pairwise(lines))
    assert settled(joined(lines), Counter({"off-putting": 1})) == "rude or off-putting at times"
    assert settled(joined(lines), Counter()) == "rude or offputting at times"


def test_words_strewn_in_many_sizes_are_a_word_cloud_and_a_paragraph_is_none() -> None:
    cloud, prose = Canvas(), Canvas()
    shaken = random.Random(1)
    for i in range(30):
        cloud.text(40 + 130 * (i % 4), 60 + 35 * (i // 4), "word", size=6 + shaken.randrange(0, 25))
        prose.text(40, 60 + 14 * i, "Some words that follow one another in a line")
    assert is_wordcloud(cloud.page.words)
    assert not is_wordcloud(prose.page.words)


def test_charts_side_by_side_share_the_category_labels_at_the_left() -> None:
    canvas = Canvas()
    for i, (category, value) in enumerate(SHARES.items()):
        y = 100 + 22 * i
        canvas.text(120, y, category, align="r")
        for base, colour, shift in ((130, PURPLE, 0), (330, GREEN, 5)):
            canvas.box(base, y - 6, base + 3 * (value + shift), y + 6, colour)
            canvas.text(base + 3 * (value + shift) + 4, y, f"{value + shift:.0f}%")
    left, right = sorted(read_charts(canvas.page), key=lambda r: r.entries[0].box.x0)
    assert seen(left) == {(k, ""): f"{v:.0f}%" for k, v in SHARES.items()}
    assert seen(right) == {(k, ""): f"{v + 5:.0f}%" for k, v in SHARES.items()}


def test_a_legend_as_wide_as_a_word_processors_and_symbols_as_swatches() -> None:
    canvas = stacked(MATRIX, [PURPLE, LILAC, ORANGE])
    for i, (colour, text) in enumerate(((PURPLE, "Agree"), (LILAC, "Neutral"), (ORANGE, "Disagree"))):
        canvas.text(160 + 70 * i, 190, "■", colour=colour)
        canvas.text(170 + 70 * i, 190, text)
    assert seen(only(canvas.page))[("Third item", "Neutral")] == "33%"


def test_a_page_with_thousands_of_boxes_is_a_drawing() -> None:
    canvas = Canvas()
    shaken = random.Random(3)
    for _ in range(3000):
        x, y = shaken.uniform(20, 560), shaken.uniform(20, 800)
        canvas.box(x, y, x + 4, y + 4, (shaken.random(), shaken.random(), shaken.random()))
    assert read_charts(canvas.page) == []


def test_pies_side_by_side_in_one_palette_have_each_their_own_legend() -> None:
    canvas = Canvas()
    colours = [PURPLE, LILAC, ORANGE]
    for left, names, shares in (
        (60, ("Books", "Courses", "Colleagues"), (50, 30, 20)),
        (320, ("Daily", "Weekly"), (64, 36)),
    ):
        start = 0.0
        for colour, share in zip(colours, shares, strict=False):
            canvas.sector(left + 80, 250, 0, 60, start, 3.6 * share, colour)
            x, y = polar((left + 80, 250), 40, start + 1.8 * share)
            canvas.text(x, y, f"{share}%", align="c")
            start += 3.6 * share
        canvas.legend(left, 340, list(zip(colours, names, strict=False)))
    one, two = read_charts(canvas.page)
    assert seen(one) == {("", "Books"): "50%", ("", "Courses"): "30%", ("", "Colleagues"): "20%"}
    assert seen(two) == {("", "Daily"): "64%", ("", "Weekly"): "36%"}
    assert not doubts(one) | doubts(two)


def test_a_legend_entry_of_two_lines_ends_where_the_lines_part() -> None:
    """Swatches at the middles of texts of 1, 1 and 3 lines: the tight lines belong together."""
    canvas = Canvas()
    shares, start = (50, 30, 20), 0.0
    for colour, share in zip([PURPLE, LILAC, ORANGE], shares, strict=True):
        canvas.sector(200, 250, 0, 60, start, 3.6 * share, colour)
        canvas.text(*polar((200, 250), 40, start + 1.8 * share), f"{share}%", align="c")
        start += 3.6 * share
    for middle, colour in ((340.0, PURPLE), (352.0, LILAC), (374.4, ORANGE)):
        canvas.box(120, middle - 3, 136, middle + 3, colour)
    lines = ("First", "Second", "Too difficult or", "it would have taken me", "too long")
    for y, text in zip((340.0, 352.0, 364.8, 374.4, 384.0), lines, strict=True):
        canvas.text(142, y, text)
    assert seen(only(canvas.page))[("", "Too difficult or it would have taken me too long")] == "20%"
    assert seen(only(canvas.page))[("", "Second")] == "30%"


def test_a_legend_with_wide_leading_is_one_legend() -> None:
    canvas = vertical(SHARES, [PURPLE, GREEN])
    canvas.legend(420, 180, [(PURPLE, "2022"), (GREEN, "2021")], step=(0, 22.9))
    assert {series for _, series in seen(only(canvas.page))} == {"2022", "2021"}


def test_a_group_with_a_bar_missing_in_its_middle_is_one_group() -> None:
    colours = [PURPLE, LILAC, GREEN, ORANGE]
    canvas = Canvas()
    for i, category in enumerate(("Books", "Courses", "Colleagues")):
        for k, colour in enumerate(colours):
            value = 0 if (i, k) == (1, 2) else 40 - 7 * k - 3 * i
            x = 80 + 120 * i + 25 * k
            if value:
                canvas.box(x, 400 - 2 * value, x + 25, 400, colour)
            canvas.text(x + 12, 393 - 2 * value, f"{value}%", size=7, align="c")
        canvas.text(130 + 120 * i, 412, category, align="c")
    canvas.legend(80, 200, list(zip(colours, ("North", "East", "South", "West"), strict=True)), step=(70, 0))
    got = seen(only(canvas.page))
    assert (got[("Courses", "South")], got[("Courses", "West")]) == ("0%", "16%")
    assert not doubts(only(canvas.page))


def test_a_bar_of_no_length_where_it_says_not_available_has_no_value() -> None:
    canvas = vertical({"A": 40.0, "B": 30.0, "C": 35.0}, [PURPLE, GREEN])
    canvas.legend(420, 200, [(PURPLE, "2021"), (GREEN, "2022")])
    canvas.shapes = [
        replace(s, box=s.box._replace(top=400.0), points=()) if s.box.x0 == 150 else s for s in canvas.shapes
    ]
    canvas.words = [w for w in canvas.words if not (w.text == "30%" and w.box.x_mid < 165)]
    canvas.text(160, 393, "N/A", size=7, align="c")
    reading = only(canvas.page)
    assert ("B", "2021") not in seen(reading)
    assert len(reading.entries) == 5


def test_not_available_before_a_bar_does_not_head_another_chart() -> None:
    rows = {"Books": (50.0, 20.0), "Courses": (12.0, 44.0), "Colleagues": (30.0, 31.0)}
    canvas = horizontal(rows, [PURPLE, GREEN])
    canvas.legend(200, 200, [(PURPLE, "2021"), (GREEN, "2022")], step=(80, 0))
    gone = [s for s in canvas.shapes if s.fill == PURPLE][2]
    canvas.shapes.remove(gone)
    canvas.words = [w for w in canvas.words if not (w.text == "30%" and abs(w.box.y_mid - gone.box.y_mid) < 1)]
    canvas.text(203, gone.box.y_mid, "N/A")
    got = seen(only(canvas.page))
    assert got[("Colleagues", "2022")] == "31%"
    assert ("Colleagues", "2021") not in got


def test_a_tall_category_label_may_begin_above_the_baseline() -> None:
    canvas = vertical({"A": 40.0, "B": 30.0, "C": 35.0}, [PURPLE])
    canvas.words = [w for w in canvas.words if w.text not in ("A", "B", "C")]
    for x, lines in ((90, ("One",)), (160, ("Too difficult", "to learn", "or to use")), (230, ("Two",))):
        for k, text in enumerate(reversed(lines)):
            canvas.text(x, 414 - 9.2 * k, text, align="c")
    assert {row for row, _ in seen(only(canvas.page))} == {"One", "Too difficult to learn or to use", "Two"}


def test_bars_between_two_legends_have_each_their_own() -> None:
    """Two bars, each with its legend as far below it as the other's is above."""
    canvas = Canvas()
    for top, names in ((100.0, ("Yes", "No")), (140.0, ("More", "Less"))):
        canvas.box(60, top, 360, top + 14, GREEN)
        canvas.text(210, top + 7, "75%", align="c")
        canvas.box(360, top, 460, top + 14, MINT)
        canvas.text(410, top + 7, "25%", align="c")
        canvas.legend(60, top + 27, list(zip((GREEN, MINT), names, strict=True)), step=(70, 0))
    one, two = read_charts(canvas.page)
    assert seen(one) == {("", "Yes"): "75%", ("", "No"): "25%"}
    assert seen(two) == {("", "More"): "75%", ("", "Less"): "25%"}


def test_a_category_label_that_runs_off_the_page_is_doubted() -> None:
    canvas = vertical({"A": 40.0, "B": 30.0, "C": 35.0}, [PURPLE], base=810.0)
    page = canvas.page
    words = [replace(w, box=w.box._replace(bottom=841.5)) if w.text == "B" else w for w in page.words]
    reading = only(replace(page, words=tuple(words)))
    assert {name(e, "row"): e.doubts for e in reading.entries} == {"A": (), "B": ("extraction-cut-label",), "C": ()}


def test_a_doughnut_whose_segments_begin_at_their_inner_rims() -> None:
    inner, outer, centre = 34.0, 68.0, (200.0, 200.0)
    canvas, start = Canvas(), 0.0
    colours = (PURPLE, GREEN, ORANGE, MINT)
    for value, fill in zip(SHARES.values(), colours, strict=True):
        sweep = 3.6 * value
        angles = [start + sweep * k / 40 for k in range(41)]
        points = [*(polar(centre, inner, a) for a in angles), *(polar(centre, outer, a) for a in reversed(angles))]
        xs, ys = zip(*points, strict=True)
        canvas.order += 1
        box = Box(min(xs), min(ys), max(xs), max(ys))
        canvas.shapes.append(Shape("path", box, fill, None, 0.0, tuple(points), False, canvas.order))
        canvas.text(*polar(centre, 80, start + sweep / 2), f"{value:.0f}%", align="c")
        start += sweep
    canvas.legend(320, 180, list(zip(colours, SHARES, strict=True)))
    assert seen(only(canvas.page)) == {("", k): f"{v:.0f}%" for k, v in SHARES.items()}
