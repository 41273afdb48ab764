"""Numbers of respondents: whose they are, in notes, labels and columns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.catalogue.model import bare_catalogue
from pipeline.observations.base_texts import base_for, bases_in
from pipeline.observations.bases import assign_bases
from tests.factory import observed, table

WAVES = {"2021", "2022", "2023", "2024", "2025"}


@pytest.mark.parametrize(
    ("text", "wave", "label", "base"),
    [
        ("Basis: who had contact (2021: n = 811; 2023: n = 790; 2025: n = 834)", "2023", "", 790),
        ("Base: n=874 (2022), 911 (2023), 1,002 (2024).", "2024", "", 1002),
        ("7,120 answers in 2024 and 7,482 in 2025", "2025", "", 7482),
        ("Basis: kernen n = 595, stad n = 836", None, "Stad", 836),
        ("In Prozent; mit Betriebsrat n = 4.022, ohne Betriebsrat n = 2.192", None, "mit Betriebsrat", 4022),
        ("Base 2024 : n = 2 231", "2024", "", 2231),
        ("Base 2024 : n = 2 231", "2022", "", None),
        ("n = 1.588 (geplant n = 1.131, Notfall n = 457)", None, "Notfall", 457),
        ("n = 1.588 (geplant n = 1.131, Notfall n = 457)", None, "Gesamt", 1588),
        ("Bases : 16-34 ans n = 398 ; 35-59 ans n = 651", None, "35−59 ans", 651),
        ("4,980 answers from people who use an assistant", None, "", 4980),
        ("Base: n=230 | Source: State of Work Survey 2025", "2021", "", 230),
        ("Base: customers of a private firm (n=611) or a public one (n=1,472).", None, "private firm", 611),
    ],
)
def test_a_text_names_whose_base_is_which(text: str, wave: str | None, label: str, base: int | None) -> None:
    assert base_for(bases_in(text), wave, [label], WAVES) == base


def test_a_column_of_bases_gives_each_row_its_own() -> None:
    rows = {
        "North": ("196", "31%", "7"),
        "East": ("243", "36%", "6"),
        "West": ("488", "42%", "8"),
        "Sum": ("927", "38%", "7"),
    }
    found = assign_bases(observed([table("1", 1, "Vacancies", ("n", "Open", "Mark"), rows)], bare_catalogue()))
    assert {(o.roles.category, o.base_n) for o in found if o.roles.item == "Open"} == {
        ("North", 196),
        ("East", 243),
        ("West", 488),
        ("Sum", 927),
    }


def test_a_column_of_frequencies_holds_no_bases() -> None:
    rows = {"Coach": ("292", "21%"), "Trainer": ("143", "10%"), "Analyst": ("166", "12%"), "Other": ("819", "58%")}
    part = replace(table("1", 1, "What is your role?", ("n", "%"), rows), notes=("Base: n=1,420",))
    found = assign_bases(observed([part], bare_catalogue()))
    assert {o.base_n for o in found} == {1420}
