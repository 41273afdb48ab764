"""Questions, headlines and notes: to which exhibit do they belong, and which text is the question?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.catalogue.model import bare_catalogue
from pipeline.core.geometry import Box, union
from pipeline.exhibits.exhibit_texts import ExhibitTexts, texts_of
from pipeline.exhibits.reading import Entry, Label, Part, Reading
from pipeline.layout.text import read_text
from pipeline.observations.base_texts import shared_out
from pipeline.observations.bases import printed_bases
from tests.typesetting import Sheet, pages

FIGURE_WORDS = bare_catalogue().study.figure_words
QUESTIONS = ("How do you travel to work?", "Rank these reasons for travelling.", "When did you last take a train?")
TITLE = "Commuters by means of transport"
BODY = "The running text of a report says in long sentences what the exhibits beside it show in numbers"
ROWS = ("By bicycle", "By train", "On foot")


def exhibit(sheet: Sheet, top: float, left: float = 60.0, page: int = 1) -> Reading:
    """Three rows drawn on the sheet, and what a reader makes of them."""
    entries = []
    for i, name in enumerate(ROWS):
        y = top + 16 * i
        sheet.line(name, left, y, size=8)
        sheet.line(f"{10 + i}%", left + 120, y, size=8)
        box = Box(left + 120, y - 7, left + 140, y + 1)
        row = Label(name, "row", box=Box(left, y - 7, left + 5 * len(name), y + 1))
        entries.append(Entry(f"{10 + i}%", page, box, (row,)))
    return Reading("text", "table", page, union(e.box for e in entries), tuple(entries))


def told(sheets: Sequence[Sheet], readings: Sequence[Reading]) -> list[ExhibitTexts]:
    return texts_of([(reading, reading.page) for reading in readings], read_text(pages(sheets), FIGURE_WORDS))


@pytest.mark.parametrize("above", [True, False], ids=["above", "below"])
def test_what_stands_in_the_place_and_style_of_questions_is_one(above: bool) -> None:
    """The second does not ask, but is set as the others are; captions and notes are none on either side."""
    sheet, readings = Sheet(), []
    for i, question in enumerate(QUESTIONS):
        top = 60.0 + 230 * i
        for line in range(4):
            sheet.line(BODY + ("." if line == 3 else ""), 60, top + 12 * line)
        first = top + 70 if above else top + 140
        sheet.line(f"Figure {i + 1}: Travel", 60, first, size=10, font="Bold")
        sheet.line(question, 60, first + 16, size=8, font="Italic")
        readings.append(exhibit(sheet, top + 105 if above else top + 75))
        sheet.line(f"Base: n={100 + i} | Source: Survey", 60, top + 180, size=7)
    found = told([sheet], readings)
    assert [texts.question for texts in found] == list(QUESTIONS)
    assert [texts.notes for texts in found] == [(f"Base: n={100 + i} | Source: Survey",) for i in range(3)]


def test_exhibits_side_by_side_have_each_their_own_question() -> None:
    sheet = Sheet()
    sheet.line(QUESTIONS[0], 60, 60, size=9, font="Italic")
    sheet.line(QUESTIONS[2], 320, 60, size=9, font="Italic")
    readings = [exhibit(sheet, 90), exhibit(sheet, 90, left=320.0)]
    assert [texts.question for texts in told([sheet], readings)] == [QUESTIONS[0], QUESTIONS[2]]


def test_a_question_in_the_margin_stands_beside_its_exhibit_under_the_bare_number() -> None:
    """The heading over the exhibits and the sentences between them are no questions."""
    sheet, readings = Sheet(), []
    sheet.line("People travel more than ever before", 220, 50, size=16, font="Bold")
    for i, question in enumerate(QUESTIONS):
        top = 100.0 + 180 * i
        sheet.line(f"Figure 2.{i + 1}", 60, top, size=8)
        first, rest = question[: len(question) // 2].rsplit(" ", 1)[0], question
        sheet.line(first, 60, top + 12, size=9, font="Italic")
        sheet.line(rest[len(first) + 1 :], 60, top + 23, size=9, font="Italic")
        readings.append(exhibit(sheet, top + 5, left=220.0))
        for line in range(3):
            sheet.line(BODY[:60] + ("." if line == 2 else ""), 220, top + 80 + 12 * line)
    assert [texts.question for texts in told([sheet], readings)] == list(QUESTIONS)


def test_a_caption_below_a_figure_is_not_taken_over_the_caption_of_the_table_that_follows() -> None:
    """The figure's own caption stands farther from it than from the table."""
    sheets, readings = [], []
    for page in (1, 2):
        sheet = Sheet(page)
        readings.append(exhibit(sheet, 80, page=page))
        sheet.line(f"Fig. {page}: {QUESTIONS[0]}", 60, 190, size=9)
        if page == 1:
            sheet.line(f"Tab. 1: {TITLE}", 60, 215, size=9)
            readings.append(exhibit(sheet, 240))
        for line in range(6):
            sheet.line(BODY, 60, 400 + 12 * line)
        sheets.append(sheet)
    assert [texts.question for texts in told(sheets, readings)] == [QUESTIONS[0], TITLE, QUESTIONS[0]]


def test_the_question_of_a_slide_may_stand_in_the_note_at_its_foot() -> None:
    sheets, readings = [], []
    for page, question in enumerate(QUESTIONS[::2], start=1):
        sheet = Sheet(page)
        sheet.line(f"Most of all people travel by train in year {page}", 60, 60, size=18, font="Bold")
        readings.append(exhibit(sheet, 130, page=page))
        sheet.line(f"Base: all adults. Q{page}. {question} Percentage agreeing.", 60, 300, size=7)
        sheets.append(sheet)
    found = told(sheets, readings)
    assert [texts.question for texts in found] == [f"Q{i}. {q}" for i, q in enumerate(QUESTIONS[::2], start=1)]
    assert "Percentage agreeing." in " ".join(found[0].notes)


def test_the_headline_of_a_slide_is_not_its_question() -> None:
    sheets, readings = [], []
    for page in (1, 2, 3):
        sheet = Sheet(page)
        sheet.line(f"Most of all people travel by train in year {page}", 60, 160, size=18, font="Bold")
        sheet.line(QUESTIONS[0], 60, 190, size=9, font="Italic")
        readings.append(exhibit(sheet, 230, page=page))
        for line in range(6):
            sheet.line(BODY, 60, 400 + 12 * line)
        sheets.append(sheet)
    found = told(sheets, readings)
    assert {texts.question for texts in found} == {QUESTIONS[0]}
    assert found[1].headline == "Most of all people travel by train in year 2"


def columns(sheet: Sheet, tops: Sequence[float], box: Box) -> Reading:
    """A chart of columns with a number over each."""
    entries = []
    for i, top in enumerate(tops):
        x = 80.0 + 90 * i
        sheet.line(f"{60 - 20 * i}%", x, top, size=8)
        entries.append(Entry(f"{60 - 20 * i}%", 1, Box(x, top - 7, x + 20, top + 1), (Label(ROWS[i], "row"),)))
    return Reading("chart", "chart", 1, box, tuple(entries), form="bars")


def test_a_question_in_the_plot_stands_over_the_columns_below_it() -> None:
    """The first column is so high that its number stands above the question."""
    sheet = Sheet()
    sheet.line(QUESTIONS[0], 160, 110, size=9, font="Italic")
    [found] = told([sheet], [columns(sheet, (90, 170, 200), Box(70, 80, 290, 260))])
    assert found.question == QUESTIONS[0]


def test_what_a_chart_holds_is_near_though_its_numbers_stand_in_a_legend_far_below() -> None:
    sheet = Sheet()
    sheet.line("Commuters by means of transport", 80, 60, size=14, font="Bold")
    sheet.line("Q2: Sample Size = 950", 80, 80, size=8)
    [found] = told([sheet], [columns(sheet, (500, 500, 500), Box(70, 40, 290, 510))])
    assert found.question == "Commuters by means of transport"
    assert found.notes == ("Q2: Sample Size = 950",)


def test_the_rest_of_a_table_has_the_question_of_its_beginning() -> None:
    first, second = Sheet(1), Sheet(2)
    first.line(QUESTIONS[0], 60, 600, size=10, font="Bold")
    readings = [exhibit(first, 630), exhibit(second, 60, page=2)]
    second.line(QUESTIONS[2], 60, 200, size=10, font="Bold")
    readings.append(exhibit(second, 230, page=2))
    questions = [texts.question for texts in told([first, second], readings)]
    assert questions == [QUESTIONS[0], QUESTIONS[0], QUESTIONS[2]]


def test_a_bare_caption_and_running_text_are_no_question() -> None:
    sheet = Sheet()
    for line in range(5):
        sheet.line(BODY, 60, 60 + 12 * line)
    reading = exhibit(sheet, 150)
    sheet.line("Figure 1", 60, 220, size=8, font="Italic")
    assert told([sheet], [reading])[0].question is None


def test_the_ends_of_a_scale_are_no_part_of_the_question() -> None:
    sheet = Sheet()
    sheet.line("How do you rate the service? (mean on a scale from 1 to 10)", 60, 60, size=9, font="Italic")
    (found,) = told([sheet], [exhibit(sheet, 90)])
    assert (found.question, found.notes) == ("How do you rate the service?", ("mean on a scale from 1 to 10",))


def test_a_caption_that_a_sentence_follows_is_about_the_table_below() -> None:
    """Though the table above it is nearer; the rest of a table at the head of a page has a caption already."""
    first, second = Sheet(1), Sheet(2)
    first.line("Table 1: Travel to work", 60, 500, size=12, font="Bold")
    first.line("This table lists how many people travel.", 60, 515, size=8)
    readings = [exhibit(first, 550), exhibit(second, 60, page=2)]
    for i, top in enumerate((120, 240), 2):
        second.line(f"Table {i}: Travel in year {i}", 60, top, size=12, font="Bold")
        second.line("This table lists how many people travel.", 60, top + 15, size=8)
        readings.append(exhibit(second, top + 50, page=2))
    questions = [texts.question for texts in told([first, second], readings)]
    assert questions == ["Travel to work", "Travel to work", "Travel in year 2", "Travel in year 3"]


@pytest.mark.parametrize(
    ("notes", "base"),
    [
        (("Base: 1 270 | Source: Survey",), 1270),
        (("Basis: n = 699 | Mehrfachnennungen möglich",), 699),
        (("Sample Size = 628",), 628),
        (("Source: Survey 2025", "(total responses = 348, multiple answers)"), 348),
        (("Base: 834 répondants", "Base: n=12"), 834),
        (("Base: n=20 men, n=30 women",), None),
        (("n = 52% of all",), None),
    ],
)
def test_the_base_stands_after_a_word_for_it_in_the_nearest_note(notes: tuple[str, ...], base: int | None) -> None:
    part = Part("1", 1, Box(0, 0, 1, 1), "table", "grid", ("What?",), (), (), notes=notes)
    told = printed_bases(part)
    assert (shared_out(told, [], ())[1] if told else None) == base


def test_a_caption_that_a_page_without_exhibits_ends_in_belongs_to_the_next_page() -> None:
    first, second, third = Sheet(1), Sheet(2), Sheet(3)
    first.line(QUESTIONS[0], 60, 700, size=10, font="Italic")
    first.line("Table 1: Travel to work", 60, 720, size=12, font="Bold")
    readings = [exhibit(second, 60, page=2), exhibit(third, 60, page=3)]
    questions = [texts.question for texts in told([first, second, third], readings)]
    assert questions == ["Travel to work", "Travel to work"]


def test_captions_stand_on_the_side_of_their_word_and_a_note_below_one_tells_nothing() -> None:
    """Figures have theirs below, with a note in small type; tables have theirs above, as statistics often has it."""
    sheets, readings = [], []
    for number in (1, 2):
        sheet = Sheet(number)
        for line in range(3):
            sheet.line(BODY + ("." if line == 2 else ""), 60, 60 + 12 * line, size=9)
        readings.append(exhibit(sheet, 130, page=number))
        sheet.line(f"Figure {number}: Travel in town {number}", 60, 190, size=8, font="Bold")
        sheet.line("Shares below three in a hundred are left out.", 60, 201, size=7)
        sheet.line(f"Table {number}: Costs in town {number}", 60, 260, size=8, font="Bold")
        readings.append(exhibit(sheet, 285, page=number))
        sheets.append(sheet)
    questions = [texts.question for texts in told(sheets, readings)]
    assert questions == [f"{what} in town {number}" for number in (1, 2) for what in ("Travel", "Costs")]


def test_the_question_may_stand_in_small_type_under_a_title_that_tells_the_result() -> None:
    told_by = (
        ("The bill weighs most", "What worries you? In percent"),
        ("More up than down", "How did sales change? In percent"),
        ("Nine in ten are online", "Share of adults by activity, 2016 to 2024"),
    )
    sheet, readings = Sheet(), []
    for i, (claim, question) in enumerate(told_by):
        top = 60.0 + 230 * i
        sheet.line(claim, 60, top, size=11, font="Bold")
        sheet.line(question, 60, top + 13, size=7)
        readings.append(exhibit(sheet, top + 40))
        sheet.line(f"{1200 + i} answers", 60, top + 110, size=7)
        for line in range(4):
            sheet.line(BODY + ("." if line == 3 else ""), 60, top + 140 + 12 * line)
    found = told([sheet], readings)
    assert [texts.question for texts in found] == [question for _, question in told_by]
    assert [texts.notes for texts in found] == [(f"{1200 + i} answers",) for i in range(3)]


def test_the_line_under_a_title_that_names_what_is_measured_is_not_the_question() -> None:
    """It tells the unit or who was asked, nearer to the values than the title."""
    names = ("Hours online", "Travel to work by age", "Wish for shorter working hours")
    units = ("In percent of students", "Share of all adults, in percent", "Hours per day")
    sheet, readings = Sheet(), []
    for i, (name, unit) in enumerate(zip(names, units, strict=True)):
        top = 60.0 + 230 * i
        sheet.line(f"Figure {i + 1}: {name}", 60, top, size=10, font="Bold")
        sheet.line(unit, 60, top + 13, size=8, font="Italic")
        readings.append(exhibit(sheet, top + 60))
        for line in range(4):
            sheet.line(BODY + ("." if line == 3 else ""), 60, top + 140 + 12 * line)
    found = told([sheet], readings)
    assert [texts.question for texts in found] == list(names)
    assert [texts.notes for texts in found] == [(unit,) for unit in units]


def test_fine_print_below_an_exhibit_is_its_note() -> None:
    """Whatever its words are: one kind of note has no word for a base or a source."""
    sheet, readings = Sheet(), []
    for i, question in enumerate(QUESTIONS):
        top = 60.0 + 230 * i
        sheet.line(question, 60, top, size=12, font="Bold")
        readings.append(exhibit(sheet, top + 30))
        sheet.line(f"Chosen by {1200 + i} commuters", 60, top + 80, size=7)
        for line in range(4):
            sheet.line(BODY + ("." if line == 3 else ""), 60, top + 140 + 12 * line)
    found = told([sheet], readings)
    assert [texts.question for texts in found] == list(QUESTIONS)
    assert [texts.notes for texts in found] == [(f"Chosen by {1200 + i} commuters",) for i in range(3)]


def test_what_stands_in_an_exhibit_or_names_its_only_series_is_no_question() -> None:
    """The head of a stub stands nearer than the title, and so does the entry of a legend."""
    sheet = Sheet()
    readings = []
    for top, title in (
        (60.0, "Households with a garden of their own"),
        (260.0, "Mean size of households in this year"),
    ):
        sheet.line(title, 60, top + 30, size=14, font="Bold")
        sheet.line("Place", 60, top + 52, size=8)
        entries = []
        name = Label("Size", "series", box=Box(320, top + 60, 340, top + 68))
        sheet.line("Size", 320, top + 67, size=8)
        for entry in exhibit(sheet, top + 70).entries:
            head = Label("2024", "column", box=Box(180, top + 45, 200, top + 53))
            entries.append(replace(entry, labels=(*entry.labels, head, name)))
        readings.append(Reading("text", "table", 1, union(e.box for e in entries), tuple(entries)))
    assert [texts.question for texts in told([sheet], readings)] == [
        "Households with a garden of their own",
        "Mean size of households in this year",
    ]


def test_the_unit_under_the_name_of_what_is_measured_is_not_the_question() -> None:
    sheet, readings = Sheet(), []
    for i, (title, unit) in enumerate(
        (
            ("2 Monthly rent by type of home", "In euros"),
            ("4 What students spend it on", "In %"),
            ("5 Work beside studies by subject", "In %"),
        )
    ):
        top = 60.0 + 200 * i
        sheet.line(title, 60, top, size=9, font="Bold")
        sheet.line(unit, 60, top + 12, size=8)
        readings.append(exhibit(sheet, top + 32))
    assert [texts.question for texts in told([sheet], readings)] == [
        "2 Monthly rent by type of home",
        "4 What students spend it on",
        "5 Work beside studies by subject",
    ]
