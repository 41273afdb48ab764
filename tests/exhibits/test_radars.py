"""Radars: distances from the centre are values."""

from __future__ import annotations

import pytest

from pipeline.core.geometry import Box
from pipeline.exhibits.charts import read_charts
from pipeline.exhibits.charts.sectors import polar
from pipeline.pages.page import Shape
from tests.typesetting import GREEN, GREY, PURPLE, Canvas

SPOKES = ["Speed", "Price", "Help of staff", "Design", "Trust"]
SERIES = {"Women": (PURPLE, (60, 30, 45, 70, 20)), "Men": (GREEN, (40, 55, 25, 35, 65))}


def ring(canvas: Canvas, radii: list[float], colour: tuple[float, float, float]) -> None:
    points = [polar((300, 300), r, 72 * i) for i, r in enumerate(radii)]
    xs, ys = zip(*points, strict=True)
    canvas.order += 1
    box = Box(min(xs), min(ys), max(xs), max(ys))
    canvas.shapes.append(Shape("path", box, None, colour, 1.0, (*points, points[0]), False, canvas.order, "mlllll"))


@pytest.mark.parametrize("labelled", [True, False])
def test_a_corner_is_worth_its_distance_on_the_scale(labelled: bool) -> None:
    canvas = Canvas()
    for value in (20, 40, 60, 80, 100):
        ring(canvas, [float(value)] * 5, GREY)
        canvas.text(296, 300 - value, str(value), align="r", size=6)
    for i, name in enumerate(SPOKES):
        x, y = polar((300, 300), 112, 72 * i)
        for k, part in enumerate(name.split()):
            canvas.text(x, y + 9 * k, part, align="c")
    for colour, shares in SERIES.values():
        ring(canvas, [float(v) for v in shares], colour)
        for i, value in enumerate(shares):
            if labelled:
                x, y = polar((300, 300), value, 72 * i + 8)
                canvas.text(x, y, f"{value}%", align="c", size=5)
    canvas.legend(450, 200, [(colour, name) for name, (colour, _) in SERIES.items()])
    (reading,) = read_charts(canvas.page)
    got = {
        tuple(x.text for x in e.labels if x.axis in ("row", "series")): round(e.measured or 0) for e in reading.entries
    }
    assert got == {(n, s): v for s, (_, shares) in SERIES.items() for n, v in zip(SPOKES, shares, strict=True)}
    assert all((e.printed is not None) == labelled for e in reading.entries)


def test_a_tint_on_the_ground_of_a_polygon_takes_no_name_from_its_outline() -> None:
    canvas = Canvas()
    for value in (20, 40, 60, 80, 100):
        ring(canvas, [float(value)] * 5, GREY)
    for i, name in enumerate(SPOKES):
        canvas.text(*polar((300, 300), 112, 72 * i), name, align="c")
    for colour, shares in SERIES.values():
        red, green, blue = (1 - 0.1 * (1 - part) for part in colour)
        for ink in (colour, (red, green, blue)):
            ring(canvas, [float(v) for v in shares], ink)
        for i, value in enumerate(shares):
            canvas.text(*polar((300, 300), value, 72 * i + 8), f"{value}%", align="c", size=5)
    canvas.legend(450, 200, [(colour, name) for name, (colour, _) in SERIES.items()])
    (reading,) = read_charts(canvas.page)
    got = {(x.text, e.printed) for e in reading.entries for x in e.labels if x.axis == "series"}
    assert got == {(name, f"{v}%") for name, (_, shares) in SERIES.items() for v in shares}


def test_numbers_below_the_name_of_a_spoke_are_told_apart_by_the_ink_of_the_polygons() -> None:
    canvas = Canvas()
    for value in (20, 40, 60, 80, 100):
        ring(canvas, [float(value)] * 5, GREY)
    for i, text in enumerate(SPOKES):
        x, y = polar((300, 300), 116, 72 * i)
        canvas.text(x, y - 5, text, align="c")
        for k, (colour, shares) in enumerate(SERIES.values()):
            canvas.text(x - 8 + 20 * k, y + 5, str(shares[i]), colour=colour, align="c")
    for colour, shares in SERIES.values():
        ring(canvas, [float(v) for v in shares], colour)
    canvas.legend(450, 200, [(colour, name) for name, (colour, _) in SERIES.items()])
    (reading,) = read_charts(canvas.page)
    got = {tuple(x.text for x in e.labels if x.axis in ("row", "series")): e.printed for e in reading.entries}
    assert got == {(n, s): str(v) for s, (_, shares) in SERIES.items() for n, v in zip(SPOKES, shares, strict=True)}


def test_the_one_polygon_of_a_radar_in_a_card_takes_the_numbers_at_its_names() -> None:
    """The corners of the card stand as far from the middle as one another, but are no grid."""
    canvas = Canvas()
    canvas.box(100, 160, 500, 440, (0.98, 0.95, 0.9))
    ring(canvas, [100.0] * 5, GREY)
    colour, shares = SERIES["Women"]
    ring(canvas, [float(v) for v in shares], colour)
    for i, (text, value) in enumerate(zip(SPOKES, shares, strict=True)):
        x, y = polar((300, 300), 116, 72 * i)
        canvas.text(x, y - 5, text, align="c")
        canvas.text(x, y + 5, str(value), align="c")
    (reading,) = read_charts(canvas.page)
    got = {e.labels[0].text: e.printed for e in reading.entries}
    assert got == {name: str(value) for name, value in zip(SPOKES, shares, strict=True)}


def test_an_axis_set_off_its_grid_lines_is_moved_onto_them() -> None:
    canvas = Canvas()
    for value in (20, 40, 60, 80, 100):
        ring(canvas, [float(value)] * 5, GREY)
        canvas.text(296, 296 - value, str(value), align="r", size=6)
    for i, name in enumerate(SPOKES):
        canvas.text(*polar((300, 300), 112, 72 * i), name, align="c")
    colour, shares = SERIES["Men"]
    ring(canvas, [float(v) for v in shares], colour)
    (reading,) = read_charts(canvas.page)
    assert sorted(round(e.measured or 0.0, 1) for e in reading.entries) == sorted(shares)
