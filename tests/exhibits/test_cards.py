"""Cards: numbers that stand out, each with its label; and large numbers that are none."""

from __future__ import annotations

import pytest

from pipeline.exhibits.charts import read_charts
from tests.typesetting import PURPLE, Canvas

GREY = (0.95, 0.95, 0.96)


def got(canvas: Canvas) -> dict[str, list[str | None]]:
    """The values of each card by its label."""
    found: dict[str, list[str | None]] = {}
    for reading in read_charts(canvas.page):
        if reading.form == "cards":
            for entry in reading.entries:
                found.setdefault(" ".join(x.text for x in entry.labels), []).append(entry.printed)
    return found


def test_cards_under_one_another_with_wrapped_labels_and_changes() -> None:
    canvas = Canvas()
    told = (
        ("71%", ("run it at scale in at least", "one department"), "▲ +9 pp vs 2024"),
        ("38%", ("saw a profit",), ""),
    )
    for i, (number, label, change) in enumerate((*told, ("7,6", ("is the mark that people give",), "▼ 0,1"))):
        top = 100 + 90 * i
        canvas.box(60, top, 230, top + 80, GREY)
        canvas.text(70, top + 20, number, size=24)
        for k, line in enumerate(label):
            canvas.text(70, top + 42 + 11 * k, line, size=9)
        canvas.text(70, top + 66, change, size=8)
    assert got(canvas) == {
        "run it at scale in at least one department": ["71%", "+9"],
        "saw a profit": ["38%"],
        "is the mark that people give": ["7,6", "▼ 0,1"],
    }


def test_a_change_may_stand_between_a_number_and_its_label() -> None:
    canvas = Canvas()
    for i, (number, change, label) in enumerate((("36%", "+5 pts", "trust it"), ("61%", "-4 pts", "are faster"))):
        canvas.text(70 + 150 * i, 120, number, size=24)
        canvas.text(70 + 150 * i, 142, "▲▼"[i], size=8)
        canvas.text(80 + 150 * i, 142, change, size=8)
        canvas.text(70 + 150 * i, 155, label, size=9)
    assert got(canvas) == {"trust it": ["36%", "+5"], "are faster": ["61%", "-4"]}


def test_lines_of_a_label_that_are_set_far_apart_stand_in_the_box_of_its_number() -> None:
    canvas = Canvas()
    told = (("8,412", ("Answers",)), ("78%", ("Completed the", "whole survey")), ("88%", ("Would advise", "it")))
    for i, (number, label) in enumerate(told):
        canvas.box(60 + 130 * i, 100, 180 + 130 * i, 175, GREY)
        canvas.text(70 + 130 * i, 120, number, size=19)
        for k, line in enumerate(label):
            canvas.text(70 + 130 * i, 138 + 17 * k, line)
    assert got(canvas) == {" ".join(label): [number] for number, label in told}


def test_a_label_may_begin_on_the_line_of_its_number() -> None:
    canvas = Canvas()
    for i, (number, first, second) in enumerate((("64%", "are happy", "in their job"), ("27%", "changed", "jobs"))):
        left = 60 + 200 * i
        canvas.text(left, 100, number, size=16)
        canvas.text(left + 40, 102, first, size=9)
        canvas.text(left, 114, second, size=9)
    assert got(canvas) == {"are happy in their job": ["64%"], "changed jobs": ["27%"]}


@pytest.mark.parametrize("what", ["chapters", "one number over running text", "rows of a table"])
def test_what_is_no_card(what: str) -> None:
    canvas = Canvas()
    for i in range(3):
        if what == "chapters":
            canvas.text(60, 100 + 60 * i, str(i + 1), size=24)
            canvas.text(60, 125 + 60 * i, "What people say of it", size=9)
        elif what == "rows of a table":
            canvas.text(60, 100 + 16 * i, "Some row of it", size=9)
            canvas.text(200, 100 + 16 * i, f"{30 + i}%", size=9)
    if what == "one number over running text":
        canvas.text(60, 100, "67%", size=48)
        for k in range(6):
            canvas.text(60, 140 + 12 * k, "words of a paragraph that goes on and on for long", size=9)
    canvas.box(400, 400, 410, 410, PURPLE)
    assert got(canvas) == {}
