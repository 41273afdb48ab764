"""Captions and exhibits: whose caption is it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.catalogue.model import Catalogue, Study
from pipeline.core.geometry import Box
from pipeline.exhibits.assembly import assemble, reconcile
from pipeline.exhibits.caption_places import assign_captions
from pipeline.exhibits.document import read_document
from pipeline.exhibits.reading import ExhibitRegion, Part
from pipeline.layout.blocks import Block
from pipeline.layout.notes import Caption
from pipeline.observations.observe import observe
from tests import paper

ROWS = [("", "2024"), ("By bicycle", "52%"), ("By train", "31%"), ("On foot", "17%")]
STUDY = Study(id="commute", title={"en": "Commute"}, languages=("en",), figure_words=("Figure",))
CAPTION = Caption("1", "", 1, Box(0, 0, 0, 0), ())
TITLES = ("How do you travel to work?", "How would you like to travel?", "How did you travel last year?")


@pytest.mark.parametrize("above", [True, False], ids=["above the titles", "below the tables"])
def test_captions_stand_on_one_side_of_all_exhibits(tmp_path: Path, above: bool) -> None:
    """Between them stand the exhibits' own titles, and short sentences."""
    sheet = paper.Sheet()
    for i, title in enumerate(TITLES, 1):
        top = 60 + 220 * (i - 1)
        sheet.text(60, top, "They answered as follows.")
        sheet.text(60, top + (24 if above else 158), f"Figure {i}")
        sheet.text(60, top + 44, title, 12)
        sheet.table(60, top + 58, ROWS, (200, 80))
    assert captions_of(sheet, tmp_path) == ["1", "2", "3"]


def test_a_remark_below_a_caption_does_not_give_its_table_to_the_next_caption(tmp_path: Path) -> None:
    sheet = paper.Sheet()
    tops = (60, 260, 420)
    for i, (top, title) in enumerate(zip(tops, TITLES, strict=True), 1):
        sheet.text(60, top, f"Figure {i}")
        for line in range(4 if i == 1 else 0):
            sheet.text(60, top + 20 + 13 * line, "The second group are people who answered by telephone, and who were")
        sheet.text(60, top + (95 if i == 1 else 20), title, 12)
        sheet.table(60, top + (105 if i == 1 else 30), ROWS, (200, 80))
    assert captions_of(sheet, tmp_path) == ["1", "2", "3"]


def test_the_rest_of_a_table_on_the_next_page_has_the_roles_of_its_beginning(tmp_path: Path) -> None:
    """A last row alone says not which of its labels is the answer."""
    heads = ("", "Work", "School")
    rows = [("By bicycle", "52%", "40%"), ("By train", "31%", "35%"), ("On foot", "12%", "15%")]
    first = paper.Sheet().text(60, 640, TITLES[0], 12).table(60, 660, [heads, *rows], (200, 80, 80))
    second = paper.Sheet().table(60, 60, [heads, ("By car", "5%", "10%")], (200, 80, 80)).text(60, 120, "Figure 1")
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(paper.as_bytes(paper.document([first, second])))
    document = read_document(pdf, STUDY)
    parts, _ = assemble(document.regions, document.text, document.pages)
    observations, _ = observe(parts, Catalogue(study=STUDY, questions=()), "2024", document.sha256)
    rest = {(o.roles.item, o.roles.category): o.value for o in observations if o.source.entry.page == 2}
    assert rest == {("Work", "By car"): 5.0, ("School", "By car"): 10.0}
    assert {o.question_printed for o in observations} == {TITLES[0]}


def captions_of(sheet: paper.Sheet, folder: Path) -> list[str | None]:
    """The numbers of the captions of the sheet's exhibits, from top to bottom."""
    pdf = folder / "report.pdf"
    pdf.write_bytes(paper.as_bytes(paper.document([sheet])))
    document = read_document(pdf, STUDY)
    regions = sorted(document.regions, key=lambda region: region.box.top)
    captions = assign_captions(regions, document.text.captions)
    return [caption and caption.number for caption in captions]


def numbers_at(exhibits: Sequence[Box], captions: Sequence[Box]) -> list[str | None]:
    """The numbers, from 1 in their order, of the captions of exhibits at these places of one page."""
    printed = [replace(CAPTION, number=str(n), box=box, page=1) for n, box in enumerate(captions, 1)]
    found = assign_captions([ExhibitRegion(1, box, ()) for box in exhibits], printed)
    return [caption and caption.number for caption in found]


def test_exhibits_over_both_columns_have_the_caption_that_stands_over_them() -> None:
    """A caption at the right edge above a wide table, under which the columns of text go on."""
    wide = [Box(50, 200, 550, 300), Box(50, 500, 550, 600)]
    assert numbers_at(wide, [Box(500, 188, 550, 198), Box(500, 488, 550, 498)]) == ["1", "2"]


def test_panels_share_the_caption_under_them_and_leave_the_next_exhibit_its_own() -> None:
    panels = [Box(50, 100, 250, 200), Box(300, 100, 500, 200), Box(50, 300, 500, 400)]
    assert numbers_at(panels, [Box(50, 210, 90, 220), Box(50, 410, 90, 420)]) == ["1", "1", "2"]


def test_the_group_named_below_the_question_is_the_group_of_the_table(tmp_path: Path) -> None:
    sheet = paper.Sheet().text(60, 60, TITLES[0], 14).text(60, 90, "Teachers", 12)
    sheet.table(60, 110, ROWS, (200, 80)).text(60, 240, "Figure 1")
    for line in range(20):
        sheet.text(
            60, 300 + 13 * line, "Running text of the size that most of the text has, so that titles show as such."
        )
    part = the_part(sheet, tmp_path)
    assert part.titles[0] == TITLES[0] and "Teachers" in part.texts


def test_numbers_drawn_beyond_the_edge_of_the_page_are_told(tmp_path: Path) -> None:
    sheet = paper.Sheet().table(60, 60, ROWS, (200, 80)).text(640, 90, "45%").text(60, 200, "Figure 1")
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(paper.as_bytes(paper.document([sheet])))
    document = read_document(pdf, STUDY)
    _, findings = assemble(document.regions, document.text, document.pages)
    assert [(f.code, f.figure) for f in findings if f.code == "extraction-beyond-page"] == [
        ("extraction-beyond-page", "1")
    ]


def test_a_caption_without_an_exhibit_is_an_error_but_beside_a_photograph(tmp_path: Path) -> None:
    sheet = paper.Sheet().text(60, 60, "Figure 1: How do you travel to work?")
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(paper.as_bytes(paper.document([sheet])))
    document = read_document(pdf, STUDY)
    for wordless, severity in (((), "error"), ({1}, "warning")):
        _, [unread] = assemble(document.regions, document.text, document.pages, wordless)
        assert (unread.code, unread.severity) == ("extraction-exhibit-unread", severity)


def test_a_caption_at_the_foot_of_a_page_belongs_to_the_exhibit_at_the_head_of_the_next(tmp_path: Path) -> None:
    """Captions stand above; text parts the first exhibit from its own, and the next one stands right below it."""
    words = "Running text of the size that most of the text has, between a caption and its exhibit."
    first = paper.Sheet().text(60, 60, "Figure 1")
    for line in range(8):
        first.text(60, 80 + 13 * line, words)
    first.text(60, 500, TITLES[0], 14).table(60, 640, ROWS, (200, 80)).text(60, 770, "Figure 2")
    second = paper.Sheet().text(60, 40, "Who takes part in courses of their school?", 14)
    second.table(60, 70, ROWS, (200, 80)).text(60, 400, "Figure 3").table(60, 420, ROWS, (200, 80))
    second.text(60, 600, "Figure 4").table(60, 620, ROWS, (200, 80))
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(paper.as_bytes(paper.document([first, second])))
    document = read_document(pdf, STUDY)
    captions = assign_captions(document.regions, document.text.captions)
    assert [caption and caption.number for caption in captions] == ["1", "2", "3", "4"]


def the_part(sheet: paper.Sheet, folder: Path) -> Part:
    pdf = folder / "report.pdf"
    pdf.write_bytes(paper.as_bytes(paper.document([sheet])))
    document = read_document(pdf, STUDY)
    (part,), _ = assemble(document.regions, document.text, document.pages)
    return part


def test_what_one_of_two_readers_does_not_find_is_told(tmp_path: Path) -> None:
    sheet = paper.Sheet()
    sheet.table(60, 60, ROWS, (200, 80))
    sheet.text(60, 200, "Figure 1: How do you travel to work?")
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(paper.as_bytes(paper.document([sheet])))
    document = read_document(pdf, Study(id="commute", title={"en": "Commute"}, languages=("en",)))
    [region] = document.regions
    first, other, *_ = region.readings
    assert reconcile(region, "1")[1] == []
    shorter = replace(first, entries=tuple(e for e in first.entries if e.printed != "31%"))
    values, findings = reconcile(replace(region, readings=(shorter, other)), "1")
    assert [value.entry.printed for value in values] == ["52%", "17%"]
    assert [(f.code, f.found) for f in findings] == [("extraction-readers-disagree", "31%")]
    assert reconcile(replace(region, readings=(shorter, other, other)), "1")[1] == findings
    assert reconcile(replace(region, readings=(shorter, other)), "1", [region])[1] == []


def test_a_title_that_a_page_break_parted_from_its_table_is_its_title(tmp_path: Path) -> None:
    first = paper.Sheet().text(60, 660, TITLES[0], 12).table(60, 680, ROWS[:3], (200, 80))
    first.text(60, 760, "Figure 1").text(60, 790, TITLES[1], 12)
    second = paper.Sheet().table(60, 60, ROWS, (200, 80)).text(60, 160, "Figure 2")
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(paper.as_bytes(paper.document([first, second])))
    document = read_document(pdf, STUDY)
    parts, _ = assemble(document.regions, document.text, document.pages)
    assert [(part.figure, part.titles[0]) for part in parts] == [("1", TITLES[0]), ("2", TITLES[1])]


def test_what_a_page_break_left_of_a_label_does_not_end_the_table(tmp_path: Path) -> None:
    rows = [["On foot", "3%"], ["By bike", "14%"], ["By car or by another thing that", "62%"]]
    rest = [["By bus", "11%"], ["By train", "9%"], ["Otherwise", "1%"]]
    first = paper.Sheet().text(60, 700, TITLES[0], 14).table(60, 730, rows, (300, 80))
    second = paper.Sheet().text(60, 60, "drives").table(60, 76, rest, (300, 80)).text(60, 240, "Figure 1")
    for line in range(12):
        for sheet in (first, second):
            sheet.text(60, 300 + 13 * line, "Running text of the size that most of the text has, so that titles show.")
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(paper.as_bytes(paper.document([first, second])))
    document = read_document(pdf, STUDY)
    parts, _ = assemble(document.regions, document.text, document.pages)
    assert {part.figure for part in parts} == {"1"} and sum(len(part.values) for part in parts) == 6


def test_a_heading_parts_an_exhibit_from_a_caption_on_the_page_before() -> None:
    caption = replace(CAPTION, box=Box(60, 100, 300, 112))
    regions = [ExhibitRegion(page, Box(60, 120, 500, 300), ()) for page in (1, 2)]
    heading = Block(2, "heading", (), Box(60, 66, 200, 84), "2 Training in hours", ())
    assert assign_captions(regions, [caption], [heading]) == [caption, None]
    assert assign_captions(regions, [caption], [replace(heading, page=1)]) == [caption, caption]
