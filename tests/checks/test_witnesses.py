"""Charts that repeat the table of their figure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pipeline.core.findings import finding
from pipeline.core.geometry import Box
from pipeline.observations.repeats import still_asked


def seen(part: Any, exhibit: int) -> Any:
    return SimpleNamespace(part=part, exhibit=exhibit)


def test_what_a_chart_asks_that_only_repeats_a_table_is_not_asked() -> None:
    chart, other = (SimpleNamespace(page=3, box=Box(50, top, 200, top + 90)) for top in (100, 300))
    asked = [finding("catalogue-unmapped", "no title", page=p.page, box=p.box) for p in (chart, other)]
    asked.append(finding("extraction-label-missing", "no label", page=chart.page, box=chart.box))
    before = [seen(chart, 0), seen(chart, 0), seen(other, 1)]
    assert still_asked(asked, before, before) == asked
    assert still_asked(asked, before, before[2:]) == asked[1:]
    assert still_asked(asked, before, before[1:]) == asked, "a value of it is kept, and asks for its question"
