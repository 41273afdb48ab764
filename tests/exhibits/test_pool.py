"""The pool: which readings of a page are chosen together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from pipeline.core.geometry import Box
from pipeline.exhibits.pool.exhibit_choice import choose
from pipeline.exhibits.reading import Entry, Label, Reading, regions_of
from pipeline.pages.page import Page, Word
from tests.typesetting import page_of

PLACES = [Box(100.0 + 40 * i, 100.0, 120.0 + 40 * i, 110.0) for i in range(4)]


def page() -> Page:
    words = tuple(
        Word(str(10 + i), box, 10.0, "Sans", None, 0, (box.x0, box.bottom), (), i) for i, box in enumerate(PLACES)
    )
    return page_of(words)


def reading(places: list[int], method: Literal["table", "chart"], **more: Any) -> Reading:
    measured = 12.0 if method == "chart" else None
    entries = tuple(Entry(str(10 + i), 1, PLACES[i], (Label(f"answer {i}", "row"),), measured=measured) for i in places)
    return Reading(method, method, 1, Box(90, 90, 300, 120), entries, **more)


def chosen(*readings: Reading) -> list[Reading]:
    return [region.readings[0] for region in choose(regions_of([r] for r in readings), [page()])]


def test_a_chart_whose_marks_agree_beats_the_table_of_the_same_numbers() -> None:
    chart = reading([0, 1, 2], "chart")
    assert chosen(reading([0, 1, 2], "table"), chart) == [chart]


def test_a_table_that_took_the_ticks_of_an_axis_for_values_loses_to_the_chart() -> None:
    chart = reading([0, 1], "chart", used=((PLACES[2], "axis tick"), (PLACES[3], "axis tick")))
    assert chosen(reading([1, 2, 3], "table"), chart) == [chart]


def test_a_table_beats_a_chart_whose_marks_have_no_names() -> None:
    table, chart = reading([0, 1, 2], "table"), reading([0, 1, 2], "chart")
    nameless = replace(chart, entries=tuple(replace(e, labels=()) for e in chart.entries))
    assert chosen(table, nameless) == [table]


def test_exhibits_on_the_same_ground_that_share_no_number_both_stay() -> None:
    readings = [reading([0, 1], "table"), reading([2, 3], "chart")]
    assert chosen(*readings) == readings


def test_marks_without_labels_are_the_values_of_one_chart_only() -> None:
    chart = reading([0, 1, 2], "chart")
    bare = replace(chart, entries=tuple(replace(e, printed=None) for e in chart.entries))
    again = replace(bare, title="The same again")
    assert chosen(bare, again) == [bare]


def test_a_doubtful_table_is_taken_for_numbers_that_nothing_else_explains_and_says_so() -> None:
    (only,) = chosen(reading([0, 1], "table", sureness=0.3))
    assert {e.confidence for e in only.entries} == {0.3}
    sure = reading([1], "table")
    assert chosen(reading([0, 1, 2], "table", sureness=0.3), sure) == [sure]
