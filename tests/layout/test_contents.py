"""Tables of contents: told by the titles that stand on the pages they name."""

from __future__ import annotations

import pytest

from pipeline.layout.contents import contents_among
from pipeline.layout.lines import read_lines
from pipeline.layout.text import PageText
from pipeline.pages.page import Page
from tests.typesetting import Canvas

TITLES = {"Who took part": 3, "Learning at work": 5, "Time and budget": 6, "What comes next": 9}


def sheet(canvas: Canvas, number: int) -> PageText:
    page = canvas.page
    return PageText(
        number, tuple(read_lines(Page(number, page.width, page.height, 0, page.words, (), ()), frozenset()))
    )


def document(first: Canvas, titles: dict[str, int], offset: int = 0) -> list[PageText]:
    pages = [sheet(first, 1)]
    for title, number in titles.items():
        canvas = Canvas()
        canvas.text(60, 80, title)
        canvas.text(60, 120, "Text of the chapter, which says what those who took part answered this year.")
        pages.append(sheet(canvas, number + offset))
    return pages


@pytest.mark.parametrize("offset", [0, 4])
@pytest.mark.parametrize("form", ["right", "left", "above", "beside a chapter's number"])
def test_entries_are_told_by_the_titles_on_their_pages(form: str, offset: int) -> None:
    first = Canvas()
    first.text(60, 60, "Contents")
    for i, (title, number) in enumerate(TITLES.items()):
        y = 100 + 40 * i
        at = {"right": (400, y), "left": (60, y), "above": (120, y - 14)}.get(form, (400, y))
        first.text(*at, str(number))
        first.text(120, y, title)
        if form.startswith("beside"):
            first.text(60, y, f"{i + 1}")
    first.text(60, 400, "In 9 of 10 organisations people learn at work.")
    found = contents_among(document(first, TITLES, offset))
    taken = {first_line.text for n, first_line in enumerate(sheet(first, 1).lines) if n in found.get(1, ())}
    assert found.keys() == {1}
    assert taken.isdisjoint({"Contents", "In 9 of 10 organisations people learn at work."})
    assert {word for text in taken for word in text.split()} >= {"Who", "Learning", "What", "3", "5", "6", "9"}


def test_labels_that_stand_on_many_pages_are_no_titles() -> None:
    """The charts of a report share their answers; their values are no pages."""
    pages = []
    for number in range(1, 9):
        canvas = Canvas()
        for i, text in enumerate(("Totally agree", "Agree", "Disagree", "No opinion")):
            canvas.text(60, 100 + 20 * i, text)
            canvas.text(200, 100 + 20 * i, str(number + 3 * i + 1))
        pages.append(sheet(canvas, number))
    assert contents_among(pages) == {}


def test_a_table_whose_names_stand_on_other_pages_than_its_numbers_is_none() -> None:
    first = Canvas()
    for i, (title, number) in enumerate(zip(TITLES, (41, 27, 12, 30), strict=True)):
        first.text(60, 100 + 20 * i, title)
        first.text(400, 100 + 20 * i, str(number))
    assert contents_among(document(first, TITLES)) == {}
