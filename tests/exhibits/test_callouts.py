"""Values printed at the slices of a disc with the names of their slices."""

from __future__ import annotations

import pytest

from pipeline.exhibits.charts.callouts import callouts_of
from pipeline.exhibits.charts.chart_text import lines_of, tokens_of
from pipeline.exhibits.charts.pies import without_value
from pipeline.exhibits.charts.sectors import polar
from pipeline.exhibits.reading import Label
from tests.exhibits.test_charts import doubts, only, seen
from tests.typesetting import GREEN, MINT, ORANGE, PURPLE, Canvas

COLOURS = (PURPLE, GREEN, ORANGE, MINT)


def called(canvas: Canvas) -> dict[str, str]:
    lines = lines_of(canvas.page.words)
    return {callout.name: callout.token.text for callout in callouts_of(lines, tokens_of(lines))}


def test_the_value_is_one_number_of_a_line_that_holds_more() -> None:
    canvas = Canvas()
    for i, text in enumerate(("25-50% 35%", "10 000 to 25 000 33%", "Never: 8%", "12% Every day")):
        canvas.text(60, 100 + 40 * i, text)
    assert called(canvas) == {"25-50%": "35%", "10 000 to 25 000": "33%", "Never": "8%", "Every day": "12%"}


def test_a_number_before_the_value_goes_on_with_the_name_above() -> None:
    canvas = Canvas()
    canvas.text(60, 100, "Up by more than")
    canvas.text(60, 109, "10% 35%")
    assert called(canvas)["Up by more than 10%"] == "35%"


def test_a_name_stands_above_its_value_or_below_it_as_most_do() -> None:
    above, below = Canvas(), Canvas()
    for i, (name, value) in enumerate((("Every day", "40%"), ("Hardly ever", "9%"), ("Never", "51%"))):
        for canvas, texts in ((above, (name, value)), (below, (value, name))):
            for k, text in enumerate(texts):
                canvas.text(100 + 120 * i, 100 + 9 * k, text, align="c")
    expected = {"Every day": "40%", "Hardly ever": "9%", "Never": "51%"}
    assert called(above) == expected
    assert called(below) == expected


def test_names_with_numbers_beside_a_doughnut_far_from_their_slices() -> None:
    shares = {"Less than 10 000": 42.0, "10 000 to 25 000": 31.0, "25-50%": 8.0, "75% or more": 19.0}
    canvas, start = Canvas(), 0.0
    for (name, value), fill in zip(shares.items(), COLOURS, strict=True):
        canvas.sector(300, 300, 30, 60, start, 3.6 * value, fill)
        turn = start + 1.8 * value
        x, y = polar((300, 300), 72, turn)
        canvas.text(x, y, f"{name} {value:.0f}%", align="l" if turn < 180 else "r")
        start += 3.6 * value
    reading = only(canvas.page)
    assert {row: value for (row, _), value in seen(reading).items()} == {k: f"{v:.0f}%" for k, v in shares.items()}
    assert doubts(reading) == set()


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("25–34", "25–34"),
        ("Women – 34%", "Women"),
        ("34 - 45", "34 - 45"),
        ("25–30 34%", "25–30"),
        ("34 women", "women"),
        ("34 000 to 50 000", "34 000 to 50 000"),
    ],
)
def test_a_range_that_ends_in_the_value_is_a_name(name: str, rest: str) -> None:
    canvas = Canvas()
    canvas.text(60, 100, "34")
    (token,) = tokens_of(lines_of(canvas.page.words))
    assert without_value(Label(name, "series"), token).text == rest
