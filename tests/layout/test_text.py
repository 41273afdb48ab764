"""Text: lines to blocks, reading order, words re-joined, captions, notes, furniture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.geometry import Box
from pipeline.layout.lines import Line
from pipeline.layout.text import Text, prose, read_text
from pipeline.pages.page import Page, Shape
from pipeline.pages.parsing import read_pages
from tests.typesetting import Sheet, pages

FACSIMILE = Path(__file__).parents[2] / "raw_pdfs/ld-trends/2022.pdf"
BODY = [
    "Leren is een begrip met diverse dimensies en wie",
    "het goed wil doen, heeft de tijd nodig om te leren.",
    "Dat geldt voor wie werkt en ook voor wie zoekt.",
]


def texts(text: Text, kind: str) -> list[str]:
    return [block.text for block in text.blocks if block.kind == kind]


def read(*sheets: Sheet) -> Text:
    return read_text(pages(sheets), ("Figuur",))


def furniture(text: Text) -> list[Line]:
    return [line for page in text.pages.values() for line in page.furniture]


# --- words re-joined at line ends ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("zij worden wend-", "baarder in hun werk", "zij worden wendbaarder in hun werk"),
        ("zij worden wend\u00ad", "baarder in hun werk", "zij worden wendbaarder in hun werk"),
        ("interne L&D-", "professionals van hier", "interne L&D-professionals van hier"),
        ("de crisis in Oost-", "Europa van nu", "de crisis in Oost-Europa van nu"),
        ("een individuele leer-", "en loopbaanrekening", "een individuele leer- en loopbaanrekening"),
        ("in de jaren 2022-", "2023 van nu", "in de jaren 2022-2023 van nu"),
        ("de gezondheidszorg/", "maatschappelijke zorg", "de gezondheidszorg/maatschappelijke zorg"),
        ("dat is zo - toch", "niet voor allen", "dat is zo - toch niet voor allen"),
    ],
)
def test_words_are_rejoined(first: str, second: str, joined: str) -> None:
    text = read(Sheet().lines([first, second], 60, 100))
    assert [block.text for block in text.blocks] == [joined]


def test_the_document_itself_decides_about_a_hyphen() -> None:
    cut = ["wij noemen dat een well-", "being van medewerkers"]
    alone = read(Sheet().lines(cut, 60, 100))
    shown = read(Sheet().lines(cut, 60, 100).line("Ook well-being telt mee in dit werk", 60, 200))
    assert "wellbeing" in alone.on_page(1)[0].text
    assert "well-being" in shown.on_page(1)[0].text


def test_the_printed_lines_stay_known() -> None:
    lines = ["zij worden wend-", "baarder⟨4⟩ in hun werk"]
    block = read(Sheet().lines(lines, 60, 100)).on_page(1)[0]
    assert [line.text for line in block.lines] == ["zij worden wend-", "baarder4 in hun werk"]
    for span in block.spans:
        assert block.text[span.start : span.end].rstrip("-") == span.word.text.rstrip("-")


@given(
    st.lists(st.lists(st.from_regex(r"[a-z]{1,8}-?", fullmatch=True), min_size=1, max_size=5), min_size=1, max_size=4)
)
def test_joining_loses_no_letter(lines: list[list[str]]) -> None:
    sheet = Sheet().lines([" ".join(words) for words in lines], 60, 100)
    text = read(sheet)
    printed = sorted("".join(w.text for w in sheet.words).replace("-", ""))
    assert sorted("".join(b.text for b in text.blocks).replace("-", "").replace(" ", "")) == printed


# --- reading order ---------------------------------------------------------------------------------------------------


def two_columns(sheet: Sheet, left: Sequence[str], right: Sequence[str], y: float) -> Sheet:
    return sheet.lines(left, 60, y).lines(right, 330, y)


def test_a_rule_parts_a_title_from_the_head_of_its_table_and_an_underline_nothing() -> None:
    (page,) = pages([Sheet().lines(["Composition of the sample", "Characteristic"], 60, 100)])
    upper, lower = sorted({word.box for word in page.words if word.box.x0 < 61}, key=lambda box: box.top)

    def found(y: float) -> list[str]:
        ends = ((60.0, y), (200.0, y))
        ruled = Shape("line", Box(60.0, y, 200.0, y), None, (0.0, 0.0, 0.0), 0.5, ends, False, 0)
        return [block.text for block in read_text([replace(page, shapes=(ruled,))], ("Figuur",)).blocks]

    assert found((upper.bottom + lower.top) / 2) == ["Composition of the sample", "Characteristic"]
    assert found(upper.bottom - 1.0) == ["Composition of the sample Characteristic"]


def test_columns_are_read_one_after_the_other() -> None:
    left = [
        "wij lezen eerst de linker kolom van de",
        "bladzijde tot aan haar laatste regel en",
        "dan gaan wij naar rechts",
    ]
    right = ["waar de tekst verder loopt tot aan het", "einde van deze bladzijde, en daar komt", "de lezer tot rust."]
    text = read(two_columns(Sheet().line("Een titel over beide kolommen heen", 60, 60, 20), left, right, 100))
    assert [block.kind for block in text.blocks] == ["heading", "paragraph", "paragraph"]
    _, passage = prose(text, {})
    assert passage.text == " ".join([*left, *right])


def test_a_pull_quote_does_not_break_the_column() -> None:
    sheet = two_columns(
        Sheet(), BODY, ["Rechts staat wat later komt en dat is", "heel wat om te lezen vandaag.", "Einde."], 100
    )
    sheet.lines(["“ Wie leert heeft", "de toekomst in", "zijn handen.”"], 330, 180, 18)
    sheet.lines(["Links gaat het dan verder met meer tekst", "die ook gelezen wil worden."], 60, 180)
    text = read(sheet)
    assert texts(text, "pull-quote") == ["“ Wie leert heeft de toekomst in zijn handen.”"]
    order = [block.text.split()[0] for block in text.blocks]
    assert order.index("Links") < order.index("Rechts") < order.index("“")


def test_a_paragraph_goes_on_over_the_page() -> None:
    first = Sheet(1).lines([*BODY, "En dan is er nog de toenemende"], 60, 100)
    second = Sheet(2).lines(["mate waarin thuis wordt gewerkt.", "Dat is nieuw."], 60, 100)
    passages = prose(read(first, second), {})
    assert len(passages) == 1
    assert "toenemende mate waarin" in passages[0].text
    assert {span.page for span in passages[0].spans} == {1, 2}


def test_exhibits_are_no_prose() -> None:
    sheet = Sheet().lines(BODY, 60, 100).line("Minder dan een keer per week 12%", 60, 300)
    assert len(prose(read(sheet), {1: [Box(50, 280, 400, 310)]})) == 1


# --- furniture -------------------------------------------------------------------------------------------------------


def test_furniture_returns_and_counts_the_pages() -> None:
    sheets = [
        Sheet(n)
        .lines(BODY, 60, 100)
        .line(f"{n + 8} - COMMUNITY 2022-2023", 400, 820, 8)
        .line(f"⟨{n}⟩ Zie www.voorbeeld.be", 60, 790, 7.5)
        for n in range(1, 5)
    ]
    text = read(*sheets)
    assert [line.text for line in furniture(text)] == [f"{n + 8} - COMMUNITY 2022-2023" for n in range(1, 5)]
    assert len(texts(text, "footnote")) == 4


def test_numbers_in_the_margin_that_do_not_count_pages_are_no_furniture() -> None:
    sheets = [Sheet(n).lines(BODY, 60, 100).line(f"{share}%", 60, 820) for n, share in enumerate((12, 40, 33), 1)]
    assert furniture(read(*sheets)) == []


def test_values_at_the_head_of_pages_are_no_furniture_though_they_count_the_pages() -> None:
    """The first rows of tables that go on over a page break; years side by side are their headings."""
    shares = [Sheet(n).line(f"{n + 9}%", 300, 60).lines(BODY, 60, 100) for n in range(1, 5)]
    assert furniture(read(*shares)) == []
    years = [Sheet(n).line("2021", 300, 60).line("2022", 400, 60).lines(BODY, 60, 100) for n in range(1, 5)]
    assert furniture(read(*years)) == []


def test_a_caption_set_as_the_text_around_it_stands_alone() -> None:
    before = ("Een zin die de hele regel vult en die hier aan zijn einde is gekomen.", "Figuur 6", "Wat vindt u ervan?")
    inside = (
        "Een zin die de hele regel vult en die verder gaat, want dat toont ook",
        "Figuur 6",
        "en daarna komt er nog een zin.",
    )
    sheet = Sheet().lines(before, 60, 100).lines(inside, 60, 300)
    assert [(caption.number, round(caption.box.top / 100)) for caption in read(sheet).captions] == [("6", 1)]


def test_captions_at_the_head_of_their_pages_are_no_furniture() -> None:
    sheets = [Sheet(n).line(f"Figuur {n + 4}", 440, 40, 8).lines(BODY, 60, 100) for n in range(1, 5)]
    text = read(*sheets)
    assert furniture(text) == [] and [caption.number for caption in text.captions] == ["5", "6", "7", "8"]


# --- captions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "number", "title"),
    [
        ("Figuur 7", "7", ""),
        ("FIGUUR 7", "7", ""),
        ("Figuur 7: Wie leert er", "7", "Wie leert er"),
        ("Figuur 3.10 – Wie leert er", "3.10", "Wie leert er"),
        ("Figuur 7. Wie leert er", "7", "Wie leert er"),
    ],
)
def test_captions(printed: str, number: str, title: str) -> None:
    text = read(Sheet().lines(BODY, 60, 100).line(printed, 60, 300, 8))
    assert [(c.number, c.title) for c in text.captions] == [(number, title)]


@pytest.mark.parametrize(
    "sentence",
    [
        ["Figuur 12 toont ons dat in 2022 meer dan de helft", "van de organisaties een systeem heeft."],
        ["Dat staat in figuur 9 en ook in figuur 10 van dit", "rapport over leren."],
        ["Figuur 20% is geen onderschrift en dat moet ook", "zo blijven."],
    ],
)
def test_sentences_are_no_captions(sentence: list[str]) -> None:
    assert read(Sheet().lines(BODY, 60, 100).lines(sentence, 60, 300)).captions == ()


def test_without_a_catalogue_the_languages_give_the_figure_words() -> None:
    text = read_text(pages([Sheet().lines(BODY, 60, 100).line("Table 4: Who learns", 60, 300, 8)]))
    assert [(c.number, c.title) for c in text.captions] == [("4", "Who learns")]


# --- footnotes -------------------------------------------------------------------------------------------------------


def test_a_note_is_tied_to_its_mark() -> None:
    sheet = Sheet().lines([*BODY, "Dat bleek in april 2020⟨6⟩ ook al uit een ander onderzoek⟨7⟩."], 60, 100)
    sheet.line("⟨6⟩ Zie daar", 60, 780, 7.5).line("⟨7⟩ Zie hier", 60, 792, 7.5)
    text = read(sheet)
    assert [(n.mark, n.text, n.anchor and n.anchor.word.text) for n in text.footnotes] == [
        ("6", "Zie daar", "6"),
        ("7", "Zie hier", "7"),
    ]
    assert "april 2020 ook al uit een ander onderzoek." in text.on_page(1)[0].text


def test_a_mark_of_the_same_size_is_told_by_the_sequence_of_notes() -> None:
    sheet = Sheet().lines([*BODY, "Uit onderzoek1. Dat bleek in april 20202 ook al."], 60, 100)
    sheet.line("1 Zie daar bij ons", 60, 780, 7.5).line("2 Zie hier bij hen", 60, 792, 7.5)
    text = read(sheet)
    assert [(n.mark, n.anchor and n.anchor.word.text) for n in text.footnotes] == [("1", "onderzoek1."), ("2", "20202")]
    assert "Uit onderzoek. Dat bleek in april 2020 ook al." in text.on_page(1)[0].text


def test_rows_of_a_table_are_no_notes() -> None:
    sheet = Sheet().lines([*BODY, "Dat bleek in april⟨1⟩ ook al uit onderzoek."], 60, 100)
    sheet.line("1 FTE in dienst", 60, 300, 9).line("11%", 400, 300, 9).lines(BODY, 60, 400)
    sheet.line("⟨1⟩ Zie daar", 60, 780, 7.5)
    assert [n.text for n in read(sheet).footnotes] == ["Zie daar"]


# --- whole documents -------------------------------------------------------------------------------------------------


def check_ld_trends(read_from: list[Page]) -> None:
    text = read_text(read_from, ("Figuur",))
    assert [caption.number for caption in text.captions] == [str(n) for n in range(1, 32)]
    numbered = [note for note in text.footnotes if note.mark.isdigit()]
    assert [note.mark for note in numbered] == [str(n) for n in range(1, 21)]
    assert all(note.anchor is not None for note in numbered)
    glued = next(note for note in numbered if note.mark == "6")
    assert any("april 2020 " in block.text for block in text.blocks if glued.anchor and block.page == glued.anchor.page)


@pytest.fixture(scope="module")
def facsimile() -> list[Page]:
    return list(read_pages(FACSIMILE))


def test_facsimile(facsimile: list[Page]) -> None:
    check_ld_trends(facsimile)


def test_superscripts_are_raised_and_glued(facsimile: list[Page]) -> None:
    raised = [word for page in facsimile for word in page.words if word.raised]
    assert sorted(int(word.text) for word in raised) == sorted([*range(1, 21)] * 2)
    assert sum(word.glued for word in raised) == 20


@pytest.mark.parametrize("sample", ["2022-a", pytest.param("2022-b", marks=pytest.mark.slow)])
def test_samples(shared: Path, sample: str) -> None:
    check_ld_trends(list(read_pages(shared / f"reports/ld-trends/{sample}.pdf")))


# --- the outline -----------------------------------------------------------------------------------------------------


def numbered(number: int, *headings: str) -> Sheet:
    sheet = Sheet(number)
    for place, heading in enumerate(headings):
        sheet.line(heading, 60, 80 + 120 * place, size=16).lines(BODY, 60, 120 + 120 * place)
    return sheet


def test_headings_that_count_on_over_pages_are_no_numbers() -> None:
    first, second = numbered(1, "1 Inleiding", "2 Bedingungen"), numbered(2, "2.1 Hindernisse", "3 Diskussion")
    text = read(first, second)
    assert {page: len(orders) for page, orders in text.outline.items()} == {1: 2, 2: 2}
    page = text.told(next(iter(pages([first]))))
    assert [word.text for word in page.words if word.aside] == ["1", "2"]


def test_numbers_that_do_not_count_on_stay_numbers() -> None:
    assert not read(numbered(1, "7 inzichten", "67 procent leert"), numbered(2, "4 trends")).outline
    assert not read(numbered(1, "1 Leren", "2 Werken", "3 Groeien"), numbered(2, "Slot")).outline, (
        "a ranking on one page"
    )
