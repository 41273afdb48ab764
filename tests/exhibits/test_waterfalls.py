"""Waterfalls: each bar starts where the one before it ended."""

from __future__ import annotations

import pytest

from pipeline.exhibits.charts import read_charts
from tests.exhibits.test_charts import GREEN, ORANGE, PURPLE, Canvas, seen

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
