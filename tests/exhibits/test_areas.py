"""Charts whose marks are as large as their values: treemaps, bubbles, funnels; and boxes that are no chart."""

from __future__ import annotations

import math

import pytest

from pipeline.exhibits.charts import read_charts
from tests.exhibits.test_charts import seen
from tests.typesetting import GREEN, LILAC, MINT, ORANGE, PURPLE, Canvas

INKS = [PURPLE, GREEN, ORANGE, MINT, LILAC]
SHARES = {"Mail": 40, "Phone": 24, "Chat": 18, "Letters": 12, "Visits": 6}


def wanted(unit: str = "%") -> dict[tuple[str, str], str]:
    return {(name, ""): f"{share}{unit}" for name, share in SHARES.items()}


def treemap() -> Canvas:
    """100 by 100 units of 3 points: one column of 40, one of two cells, one of three."""
    canvas = Canvas()
    cells = [
        (0, 0, 40, 100),
        (40, 0, 42, 57.143),
        (40, 57.143, 42, 42.857),
        (82, 0, 18, 66.667),
        (82, 66.667, 18, 33.3),
    ]
    for (x, y, width, height), ink, (name, share) in zip(cells, INKS, SHARES.items(), strict=True):
        left, top = 100 + 3 * x, 200 + 3 * y
        canvas.box(left, top, left + 3 * width - 1, top + 3 * height - 1, ink)
        canvas.text(left + 4, top + 8, name)
        canvas.text(left + 4, top + 20, f"{share}%")
    return canvas


def test_a_cell_of_a_treemap_is_named_by_what_stands_in_it() -> None:
    (reading,) = read_charts(treemap().page)
    assert seen(reading) == wanted()
    assert not any(e.doubts for e in reading.entries)


def test_cells_of_a_treemap_may_be_nearly_as_high_as_one_another() -> None:
    canvas = Canvas()
    cells = {(0, 0, 60, 52): 31, (0, 52, 60, 48): 29, (60, 0, 40, 51): 21, (60, 51, 40, 49): 19}
    for ink, ((x, y, width, height), share) in zip(INKS, cells.items(), strict=False):
        left, top = 100 + 3 * x, 200 + 3 * y
        canvas.box(left, top, left + 3 * width - 3, top + 3 * height - 3, ink)
        canvas.text(left + 4, top + 8, f"Part {share}0")
        canvas.text(left + 4, top + 20, f"{share}%")
    (reading,) = read_charts(canvas.page)
    assert {e.printed for e in reading.entries} == {f"{share}%" for share in cells.values()}


def test_shares_beside_the_counts_of_a_funnel_have_their_names() -> None:
    canvas = Canvas()
    for i, (ink, (name, share)) in enumerate(zip(INKS, SHARES.items(), strict=True)):
        y = 200 + 30 * i
        canvas.box(300 - 2 * share, y, 300 + 2 * share, y + 26, ink)
        canvas.text(300, y + 13, f"{31 * share}", align="c")
        canvas.text(200, y + 13, name, align="r")
        canvas.text(440, y + 13, f"{share}%", align="r")
    (reading,) = read_charts(canvas.page)
    got = {(e.labels[0].text, e.printed) for e in reading.entries}
    assert got == {(name, text) for name, share in SHARES.items() for text in (f"{31 * share}", f"{share}%")}


@pytest.mark.parametrize("inside", [True, False])
def test_bubbles_are_as_large_as_their_values(inside: bool) -> None:
    canvas = Canvas()
    for i, (ink, (name, share)) in enumerate(zip(INKS, SHARES.items(), strict=True)):
        x, y, radius = 90 + 95 * i, 300, 7 * math.sqrt(share)
        canvas.sector(x, y, 0, radius, 0, 360, ink)
        canvas.text(x, y - 5 if inside else y, f"{share}%", align="c")
        canvas.text(x, y + 5 if inside else y + radius + 8, name, align="c", size=6)
    (reading,) = read_charts(canvas.page)
    assert seen(reading) == wanted()


@pytest.mark.parametrize("names_inside", [True, False])
def test_marks_of_a_funnel_are_as_wide_as_their_values(names_inside: bool) -> None:
    canvas = Canvas()
    for i, (ink, (name, share)) in enumerate(zip(INKS, SHARES.items(), strict=True)):
        half, y = 3.5 * share, 200 + 30 * i
        canvas.box(300 - half, y, 300 + half, y + 26, ink)
        canvas.text(300, y + 13, f"{share}", align="c")
        if not names_inside:
            canvas.text(150, y + 13, name, align="r")
        else:
            canvas.text(300 - half + 2, y + 6, name, size=5)
    (reading,) = read_charts(canvas.page)
    assert seen(reading) == wanted("")


def test_cells_of_a_table_are_no_areas() -> None:
    canvas = Canvas()
    for i, row in enumerate(((40, 12, 31), (22, 54, 18), (35, 20, 44))):
        for k, value in enumerate(row):
            canvas.box(100 + 60 * k, 200 + 20 * i, 158 + 60 * k, 218 + 20 * i, INKS[k])
            canvas.text(110 + 60 * k, 209 + 20 * i, f"{value}%")
    assert not [r for r in read_charts(canvas.page) if r.form == "areas"]


def test_the_legend_below_a_treemap_names_its_cells_and_the_title_over_it_none() -> None:
    canvas = treemap()
    numbers = tuple(word for word in canvas.words if word.text.endswith("%"))
    canvas.words = list(numbers)
    canvas.text(100, 184, "Where do they ask first?")
    canvas.text(250, 192, "n = 812")
    canvas.legend(100, 520, list(zip(INKS, SHARES, strict=True)))
    for i, share in enumerate((40, 30, 15)):
        canvas.text(440, 530 + 20 * i, f"Answer {'abc'[i]}", align="r")
        canvas.box(450, 522 + 20 * i, 450 + 2 * share, 538 + 20 * i, ORANGE)
        canvas.text(454 + 2 * share, 530 + 20 * i, f"{share}%")
    cells, bars = read_charts(canvas.page)
    assert seen(cells) == {("", name): f"{share}%" for name, share in SHARES.items()}
    assert seen(bars) == {("Answer a", ""): "40%", ("Answer b", ""): "30%", ("Answer c", ""): "15%"}


def test_names_behind_the_numbers_of_squares_are_theirs_and_not_those_of_the_chart_before_them() -> None:
    canvas = Canvas()
    for i, (ink, (name, share)) in enumerate(zip(INKS, SHARES.items(), strict=True)):
        half, y = 2.6 * math.sqrt(share), 200.0 + 44 * i
        canvas.box(300 - half, y - half, 300 + half, y + half, ink)
        canvas.text(330, y, f"{share}%", size=10)
        canvas.text(380, y, name)
    for y, text in ((190, "Abroad"), (250, "Region"), (375, "Town")):
        canvas.text(280, y, text, align="r")
    (reading,) = read_charts(canvas.page)
    assert seen(reading) == wanted()
