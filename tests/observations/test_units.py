"""The unit of a value is what the page shows; the catalogue's kind fills in only what is printed nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.exhibits.part import Part
from tests.checks.test_checks import SINGLE, catalogue, shares
from tests.factory import observed


def units(part: Part) -> list[str]:
    return [o.unit for o in observed([part], catalogue(SINGLE))]


def test_whole_numbers_above_a_hundred_are_no_shares_though_the_question_asks_for_shares() -> None:
    assert units(shares("2236", "810", "455", "120")) == ["count"] * 4


def test_numbers_without_a_sign_are_shares_where_nothing_says_otherwise() -> None:
    assert units(shares("40", "30", "20", "10")) == ["percent"] * 4


@pytest.mark.parametrize("note", ["montant moyen en euros", "bedrag in euro", "Average (€)"])
def test_a_note_that_names_the_currency_makes_amounts_of_numbers(note: str) -> None:
    part = shares("208", "818", "297", "813")
    assert units(replace(part, texts=(*part.texts, note))) == ["currency"] * 4


def test_a_printed_sign_beats_what_a_note_says() -> None:
    part = shares("40%", "30%", "20%", "10%")
    assert units(replace(part, texts=("paid in euro",))) == ["percent"] * 4


@pytest.mark.parametrize(
    ("printed", "unit"),
    [
        (("100", "100", "100", "40"), "percent"),
        (("101", "101", "101", "40"), "count"),
        (("2236", "810", "45", "20"), "percent"),
    ],
)
def test_a_hundred_is_a_share_and_what_is_beyond_it_for_most_labels_is_none(
    printed: tuple[str, ...], unit: str
) -> None:
    assert set(units(shares(*printed))) == {unit}


def test_numbers_beyond_a_hundred_are_counts_though_the_text_says_percent() -> None:
    part = shares("2236", "810", "455", "120")
    assert units(replace(part, texts=("Respondents and shares, in %",))) == ["count"] * 4
    part = shares("40", "30", "20", "10")
    assert units(replace(part, texts=("Respondents and shares, in %",))) == ["percent"] * 4
