"""Numbers of respondents: whose they are, in notes, labels and columns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.catalogue.model import bare_catalogue
from pipeline.exhibits.reading import Label
from pipeline.observations.base_texts import bases_in, recurring, shared_out
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
    by_name, whole = shared_out(bases_in(text), [sorted(WAVES), [label]], WAVES)
    assert (by_name.get(wave or label) or whole) == base


@pytest.mark.parametrize(
    ("text", "names", "bases"),
    [
        ("n = 2,700 / 5,049 / 822", ("under 6 years", "6-14 years", "15 or more"), (2700, 5049, 822)),
        ("Home n = 4,204; EU n = 611", ("EU students", "Home students"), (611, 4204)),
        ("po n = 618; vo n = 207", ("voortgezet onderwijs", "primair onderwijs"), (207, 618)),
        ("Leden en Vrienden n=849, overige bezoekers n=437", ("Leden", "niet-leden"), (849, 437)),
        ("n (2021) = 5.730, n (2024) = 6.214", ("2024", "2021"), (6214, 5730)),
        ("n = 1.702 und n = 1.655", ("2021", "2023"), (1702, 1655)),
    ],
)
def test_bases_are_shared_out_by_words_and_else_by_order(
    text: str, names: tuple[str, ...], bases: tuple[int, ...]
) -> None:
    by_name, whole = shared_out(bases_in(text), [["North", "South", "East", "West", "Centre"], names], WAVES)
    assert (tuple(by_name.get(name) for name in names), whole) == (bases, None)


def test_a_number_of_people_that_texts_begin_with_is_a_base_in_all_of_them() -> None:
    texts = ["2.430 commuters, one answer", "2.430 commuters", "Told by 2.430 commuters", "115 trains a day"]
    assert [[b.n for b in bases_in(text, recurring(texts))] for text in texts] == [[2430], [2430], [2430], []]
    assert bases_in("Several answers. Base: all, 3 214 personnes.")[0].n == 3214


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


def test_bases_have_no_part_in_the_heads_over_the_shares() -> None:
    rows = {"North": ("196", "31%"), "East": ("243", "36%")}
    for head in ("n", "Sample", "Base (answers)", "Unweighted number of adults"):
        part = table("1", 1, "Vacancies", (head, "Open"), rows)
        over = Label("Share of firms", "column", 1)
        values = [
            replace(v, entry=replace(v.entry, labels=(*v.entry.labels, over))) if "%" in str(v.entry.printed) else v
            for v in part.values
        ]
        found = assign_bases(observed([replace(part, values=tuple(values))], bare_catalogue()))
        assert [o.base_n for o in found if o.unit == "percent"] == [196, 243]


def test_a_share_below_nought_is_the_share_of_no_count() -> None:
    rows = {"North": ("196", "-0.6%"), "East": ("243", "-0.6%"), "West": ("488", "1.2%")}
    found = assign_bases(observed([table("1", 1, "Vacancies", ("n", "Growth"), rows)], bare_catalogue()))
    assert [o.base_n for o in found if o.value == -0.6] == [196, 243]


def test_a_column_of_frequencies_holds_no_bases() -> None:
    rows = {"Coach": ("292", "21%"), "Trainer": ("143", "10%"), "Analyst": ("166", "12%"), "Other": ("819", "58%")}
    for heads, notes in ((("n", "%"), ("Base: n=1,420",)), (("Number", "%"), ())):
        part = replace(table("1", 1, "What is your role?", heads, rows), notes=notes)
        found = assign_bases(observed([part], bare_catalogue()))
        assert {o.base_n for o in found} == {1420}
