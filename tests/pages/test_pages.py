"""What glyphs say, and which way up a page stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pages.glyphs import dingbat, letters_of, symbol
from pipeline.pages.page import Page
from pipeline.pages.parsing import read_pages
from pipeline.pages.turning import shown_box, sideways, turned
from tests import paper
from tests.typesetting import Sheet


@pytest.mark.parametrize(("glyph", "letters"), [("ﬁ", "fi"), ("琀椀", "ti"), ("昀昀", "ff"), ("昀昀椀", "ffi")])
def test_a_ligature_is_its_letters_however_it_was_noted(glyph: str, letters: str) -> None:
    assert letters_of(glyph) == letters


@pytest.mark.parametrize("glyph", ["最", "初", "a", "é", "12", "最初", "…"])
def test_what_stands_for_itself_stays(glyph: str) -> None:
    assert letters_of(glyph) == glyph


@given(st.text(st.characters(codec="latin-1"), min_size=1))
def test_latin_text_stays(text: str) -> None:
    assert letters_of(text) == text


@pytest.mark.parametrize(("code", "sign"), [("n", "■"), ("l", "●"), ("4", "✔"), ("8", "✘"), ("→", "→"), ("ab", "ab")])
def test_the_font_of_dingbats_shows_signs_for_letters(code: str, sign: str) -> None:
    assert dingbat(code) == sign


def on_its_side(page: Page, angle: int) -> Page:
    """`page` as a viewer shows it when all its text reads at `angle`."""
    return turned(page, 360 - angle)


PAGE = (
    Sheet()
    .line("How satisfied are you?", 60, 60, size=16)
    .line("very", 60, 100)
    .line("rather", 60, 120)
    .line("12%", 200, 100, angle=90)
    .page()
)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_on_its_side_is_read_upright_and_its_places_are_those_that_a_viewer_shows(angle: int) -> None:
    shown = on_its_side(PAGE, angle)
    assert sideways(shown) == angle
    upright = replace(turned(shown, angle), turned=angle)
    assert [w.angle for w in upright.words] == [w.angle for w in PAGE.words]
    places = [shown_box(w.box, upright) for w in upright.words]
    assert [pytest.approx(w.box) for w in shown.words] == places


def test_a_tall_word_beside_upright_text_turns_no_page() -> None:
    assert sideways(Sheet().line("Chapter", 20, 300, size=30, angle=90).line("a paragraph of text", 60, 60).page()) == 0


def test_a_text_that_runs_into_the_next_column_is_a_word_of_its_own(tmp_path: Path) -> None:
    """`Providers` at 10 points of Helvetica is 42.2 points wide."""
    written = paper.Sheet().text(100, 100, "Providers").text(140, 100, "Members").text(100, 140, "McTavish")
    (page,) = read_pages(paper.save(paper.document([written]), tmp_path / "page.pdf"))
    assert [word.text for word in page.words] == ["Providers", "Members", "McTavish"]


def test_percent_signs_near_the_next_number_are_no_letter_spacing(tmp_path: Path) -> None:
    """`53 %41 %` without space characters, as in a narrow table: 10 points of Helvetica are 5.56 to a digit."""
    written = paper.Sheet()
    for x, sign in ((100, "53"), (114.2, "%"), (126.8, "41"), (141, "%")):
        written.text(x, 100, sign)
    (page,) = read_pages(paper.save(paper.document([written]), tmp_path / "page.pdf"))
    assert [word.text for word in page.words] == ["53", "%", "41", "%"]


def test_shares_that_abut_are_words_of_their_own(tmp_path: Path) -> None:
    written = paper.Sheet().text(100, 100, "12%13%14% 20%-30% a%20b")
    (page,) = read_pages(paper.save(paper.document([written]), tmp_path / "page.pdf"))
    assert [word.text for word in page.words] == ["12%", "13%", "14%", "20%-30%", "a%20b"]


def test_a_word_knows_whether_a_space_character_stands_before_it(tmp_path: Path) -> None:
    written = paper.Sheet().text(100, 100, "Member states").text(100, 140, "Member").text(139, 140, "states")
    written.text(100, 180, "Member").text(155, 180, " ").text(180, 180, "states")
    (page,) = read_pages(paper.save(paper.document([written]), tmp_path / "page.pdf"))
    assert [(word.text, word.spaced) for word in page.words] == [
        ("Member", False), ("states", True), ("Member", False), ("states", False), ("Member", False), ("states", True)
    ]  # fmt: skip


def test_what_is_fully_transparent_is_not_drawn_and_pens_are_as_wide_as_their_state_says(tmp_path: Path) -> None:
    written = paper.Sheet()
    written.parts = [
        "q /Clear gs 0 0 0 rg 10 10 50 50 re f Q",
        "1 0 0 rg 10 100 50 50 re f",
        "/Wide gs 10 300 m 90 300 l S",
    ]
    pdf = paper.document([written])
    pdf.pages[0].Resources.ExtGState = pikepdf.Dictionary(
        Clear=pikepdf.Dictionary(ca=0, CA=0), Wide=pikepdf.Dictionary(LW=7)
    )
    (page,) = read_pages(paper.save(pdf, tmp_path / "page.pdf"))
    assert [shape.fill for shape in page.shapes] == [(1.0, 0.0, 0.0), None]
    assert page.shapes[-1].width == 7


def with_symbol(tmp_path: Path, encoding: pikepdf.Dictionary | None = None) -> Page:
    """A page with the codes 2D, A3, B1 and B3 in a font named Symbol before digits, inside a clip."""
    written = paper.Sheet()
    written.parts = [
        "q 40 700 300 100 re W n BT /S 10 Tf 50 742 Td <2D> Tj /F 10 Tf (32.7) Tj ET Q",
        "q 40 700 300 100 re W n BT /S 10 Tf 50 722 Td <A3> Tj /F 10 Tf (4) Tj /S 10 Tf <B1> Tj /F 10 Tf (2) Tj ET Q",
    ]
    pdf = paper.document([written])
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Symbol)
    if encoding is not None:
        font.Encoding = encoding
    pdf.pages[0].Resources.Font.S = font
    (page,) = read_pages(paper.save(pdf, tmp_path / "page.pdf"))
    return page


def test_the_standard_font_symbol_has_signs_of_its_own(tmp_path: Path) -> None:
    assert "".join(word.text for word in with_symbol(tmp_path).words) == "−32.7≤4±2"


def test_a_font_named_symbol_that_says_its_encoding_is_believed(tmp_path: Path) -> None:
    named = pikepdf.Dictionary(
        Differences=[0x2D, pikepdf.Name.plus, 0xA3, pikepdf.Name.less, 0xB1, pikepdf.Name.hyphen]
    )
    assert "".join(word.text for word in with_symbol(tmp_path, named).words) == "+32.7<4-2"


@pytest.mark.parametrize("code", range(32, 255))
def test_every_sign_of_symbol_is_one_character(code: int) -> None:
    sign, width = symbol(code)
    assert len(sign) <= 1
    assert 0 < width <= 1.1
