"""What glyphs say: the letters behind the codes that producers note for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pages import letters_of


@pytest.mark.parametrize(("glyph", "letters"), [("ﬁ", "fi"), ("琀椀", "ti"), ("昀昀", "ff"), ("昀昀椀", "ffi")])
def test_a_ligature_is_its_letters_however_it_was_noted(glyph: str, letters: str) -> None:
    assert letters_of(glyph) == letters


@pytest.mark.parametrize("glyph", ["最", "初", "a", "é", "12", "最初", "…"])
def test_what_stands_for_itself_stays(glyph: str) -> None:
    assert letters_of(glyph) == glyph


@given(st.text(st.characters(codec="latin-1"), min_size=1))
def test_latin_text_stays(text: str) -> None:
    assert letters_of(text) == text
