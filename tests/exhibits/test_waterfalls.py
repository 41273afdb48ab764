"""Waterfalls: each bar starts where the one before it ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.exhibits.charts import read_charts
from tests.exhibits.test_charts import seen
from tests.typesetting import GREEN, ORANGE, PURPLE, Canvas

CHANGES = {"Sales": 20, "Margins": 15, "Hiring": -10, "Exports": 30, "Credit": -25}


def waterfall(upright: bool, total: bool = False) -> Canvas:
    canvas = Canvas()
    bars = _steps()
    level = sum(CHANGES.values())
    if total:
        bars.append(("Total", 0, level))
    for i, (name, start, change) in enumerate(bars):
        ink = PURPLE if name == "Total" else GREEN if change > 0 else ORANGE
        low, high = sorted((3.0 * start, 3.0 * (start + change)))
        if upright:
            x = 100 + 60 * i
            canvas.box(x, 500 - high, x + 40, 500 - low, ink)
            canvas.text(x + 20, 494 - high, f"{change:+d}", align="c")
            canvas.text(x + 20, 512, name, align="c")
        else:
            y = 200 + 30 * i
            canvas.box(150 + low, y - 10, 150 + high, y + 10, ink)
            canvas.text(154 + high, y, f"{change:+d}", align="l")
            canvas.text(140, y, name, align="r")
    return canvas


def _steps() -> list[tuple[str, int, int]]:
    level, out = 0, []
    for name, change in CHANGES.items():
        out.append((name, level, change))
        level += change
    return out


@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("total", [True, False])
def test_every_step_is_read_with_its_sign(upright: bool, total: bool) -> None:
    (reading,) = read_charts(waterfall(upright, total).page)
    wanted = {(name, ""): f"{change:+d}" for name, change in CHANGES.items()}
    assert seen(reading) == wanted | ({("Total", ""): "+30"} if total else {})
    assert not any(e.doubts for e in reading.entries)


def test_colours_of_steps_take_no_legend_from_elsewhere() -> None:
    canvas = waterfall(upright=True)
    canvas.legend(120, 150, [(GREEN, "Women"), (ORANGE, "Men")], step=(70, 0))
    (reading,) = read_charts(canvas.page)
    assert ("Credit", "") in seen(reading)


def test_steps_over_an_axis_that_does_not_begin_at_zero_with_totals_in_thousands() -> None:
    canvas, level = Canvas(), 4820
    for tick in (4000, 4500, 5000, 5500, 6000):
        canvas.text(80, 500 - (tick - 4000) / 10, f"{tick:,}", align="r")
    steps = [("Before", None), ("Young", 310), ("Old", 465), ("Gone", -392), ("After", None)]
    for i, (name, change) in enumerate(steps):
        low, high = (4000, level) if change is None else sorted((level, level + change))
        level += change or 0
        canvas.box(100 + 60 * i, 500 - (high - 4000) / 10, 140 + 60 * i, 500 - (low - 4000) / 10, GREEN)
        canvas.text(120 + 60 * i, 494 - (high - 4000) / 10, f"{change or level:{'+' if change else ','}}", align="c")
        canvas.text(120 + 60 * i, 512, name, align="c")
    (reading,) = read_charts(replace(canvas.page, decimal_mark="."))
    wanted = {"Before": "4,820", "Young": "+310", "Old": "+465", "Gone": "-392", "After": "5,203"}
    assert seen(reading) == {(name, ""): printed for name, printed in wanted.items()}
    assert not any(e.doubts for e in reading.entries)
