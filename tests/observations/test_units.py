"""The unit of a value is what the page shows; the catalogue's kind fills in only what is printed nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.catalogue.model import bare_catalogue
from pipeline.core.numbers import parse_number
from pipeline.exhibits.reading import Part
from pipeline.observations.units import UNIT_GUESSED, Likes, evidence_of, probabilities
from tests.checks.test_checks import SINGLE, catalogue, shares
from tests.factory import observed, table


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


def plain(heads: tuple[str, ...], rows: dict[str, tuple[str, ...]]) -> list[str]:
    """Units of a table of a report without a catalogue, row by row."""
    return [o.unit for o in observed([table("1", 1, "Applications", heads, rows)], bare_catalogue())]


def test_a_head_tells_the_unit_of_its_column() -> None:
    rows = {"None": ("354", "174", "54"), "Some": ("152", "82", "48")}
    assert plain(("Applications count", "Attended", "Percent"), rows) == ["count", "count", "percent"] * 2
    assert plain(("n", "dev_pct", "% of users"), rows)[:3] == ["count", "percent", "percent"]


def test_one_column_of_many_that_sums_to_100_by_chance_does_not_make_shares_of_all() -> None:
    rows = {f"Land {i}": (str(i % 3), str(i), str(2 * i), str(40 + i)) for i in range(1, 9)}
    rows["Rest"] = ("92", "31", "7", "11")
    part = table("1", 1, "Applications", ("A", "B", "C", "D"), rows)
    found = observed([part], bare_catalogue())
    assert all(o.unit == "count" or "extraction-unit-guessed" in o.flags for o in found)


def test_decimals_without_a_sign_are_no_means_but_where_a_scale_is_named() -> None:
    rows = {"One": ("33.3",), "Two": ("8.7",), "Three": ("9.1",)}
    part = table("1", 1, "Nodes", ("All",), rows)
    assert {o.unit for o in observed([part], bare_catalogue())} == {"percent"}
    scaled = replace(part, texts=("Mean on a scale from 1 to 50",))
    assert {o.unit for o in observed([scaled], bare_catalogue())} == {"mean_score"}


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Average interest rate by number of employees (per cent per year)", "percent"),
        ("Erwartete Preisänderung (Mittelwert, in %)", "percent"),
        ("Invested by type (EUR billion)", "currency"),
        ("Average mark of the service (1-10)", "mean_score"),
    ],
)
def test_a_title_names_the_unit_in_brackets(title: str, unit: str) -> None:
    rows = {"Small": ("3.12", "2.98"), "Medium": ("2.51", "2.37"), "Large": ("1.96", "1.84")}
    part = replace(table("1", 1, title, ("2019", "2020"), rows), titles=(title,))
    assert {o.unit for o in observed([part], bare_catalogue())} == {unit}


def test_each_of_1_to_k_once_is_an_order_and_so_are_the_columns_beside_it() -> None:
    rows = {"A": ("1", "3"), "B": ("2", "9"), "C": ("3", "1"), "D": ("4", "6")}
    assert set(plain(("2022", "2021"), rows)) == {"rank"}


def test_years_in_the_names_of_series_are_their_waves() -> None:
    part = table("1", 1, "Packages", ("2022: created", "2023: created or helped"), {"Open": ("29%", "39%")})
    got = {(o.roles.wave, o.roles.item or o.roles.category) for o in observed([part], bare_catalogue())}
    assert {wave for wave, _ in got} == {"2022", "2023"}


def test_a_total_beside_waves_is_an_item() -> None:
    rows = {"Open": ("29", "39", "68"), "Closed": ("12", "18", "30")}
    part = table("1", 1, "Packages", ("2022", "2023", "row total"), rows)
    totals = [o for o in observed([part], bare_catalogue()) if o.roles.item == "row total"]
    assert [o.roles.category for o in totals] == ["Open", "Closed"]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Waar maakt u zich zorgen over? In procenten, meer antwoorden mogelijk", "percent"),
        ("Anteil der Betriebe, Angaben in Prozent", "percent"),
        ("Median, Euro im Monat", "currency"),
        ("Gemiddeld rapportcijfer", "mean_score"),
        ("Number of calls, thousands", "count"),
        ("Share of residents who worked fewer hours for the same income", "percent"),
        ("Quelle note, de 0 à 10, donnez-vous à votre commune ?", "mean_score"),
        ("Gemiddeld verzuim (%)", "percent"),
        ("Hours a week", "mean_score"),
        ("Mittlere Dauer in Stunden", "mean_score"),
    ],
)
def test_a_subtitle_tells_the_unit_wherever_its_word_stands(text: str, unit: str) -> None:
    rows = {"One": ("8.4",), "Two": ("7.1",), "Three": ("6.9",)}
    part = replace(table("1", 1, "The shop lives", ("All",), rows), texts=(text,))
    found = {o.unit for o in observed([part], bare_catalogue())}
    assert found == {unit}


def test_each_series_has_the_unit_that_its_own_name_tells() -> None:
    rows = {"2023": ("3,4", "18"), "2024": ("4,9", "34"), "2025": ("5,6", "37")}
    heads = ("Energy per shop (× € 1.000)", "Opens for fewer hours (%)")
    part = replace(table("1", 1, "Bills rise", heads, rows), texts=(" ".join(heads),))
    assert [o.unit for o in observed([part], bare_catalogue())] == ["currency", "percent"] * 3


def test_the_end_of_another_word_is_no_count() -> None:
    """“Account” ends like “count”."""
    rows = {"One": ("8", "70"), "Two": ("16", "60"), "Three": ("24", "11")}
    part = replace(table("1", 1, "Use", ("No account", "Every day"), rows), texts=("Share in %",))
    assert {o.unit for o in observed([part], bare_catalogue())} == {"percent"}


def test_a_signed_change_of_numbers_beyond_a_hundred_is_none_in_points() -> None:
    rows = {"Start": ("4820",), "Births": ("+310",), "Arrivals": ("+465",), "Departures": ("-392",)}
    part = replace(table("1", 1, "Residents in thousands", ("All",), rows), texts=("Number of residents",))
    assert {o.unit for o in observed([part], bare_catalogue())} == {"count"}


def test_a_change_of_counts_in_percent_is_a_share() -> None:
    rows = {"Schools": ("402", "371", "+14%"), "Colleges": ("236", "285", "-5%"), "Courses": ("148", "174", "+8%")}
    part = table("1", 1, "Number of reports", ("2023", "2024", "change in a year"), rows)
    assert [o.unit for o in observed([part], bare_catalogue())] == ["count", "count", "percent"] * 3


def test_a_change_of_amounts_in_percent_is_a_share_and_a_change_of_shares_points() -> None:
    rows = {
        "Shops": ("2410", "2685", "+11,4 %"),
        "Stores": ("2275", "2480", "+9,0 %"),
        "Firms": ("2520", "2790", "+10,7 %"),
    }
    wages = replace(table("1", 1, "Wages", ("2021", "2024", "Change"), rows), texts=("Median, in Euro",))
    assert [o.unit for o in observed([wages], bare_catalogue())][2::3] == ["percent"] * 3
    rows = {"Shops": ("24%", "26%", "+2"), "Stores": ("22%", "24%", "+2"), "Firms": ("25%", "29%", "+4")}
    shares_of = table("1", 1, "Satisfied", ("2021", "2024", "Change"), rows)
    assert [o.unit for o in observed([shares_of], bare_catalogue())][2::3] == ["points"] * 3


def test_m_is_a_mean_beside_its_deviation_and_else_no_unit() -> None:
    rows = {"Pressure": ("3.62", "0.91"), "Fear": ("3.18", "1.02")}
    part = table("1", 1, "Strain, in percent", ("M", "SD"), rows)
    assert {o.roles.measure for o in observed([part], bare_catalogue())} == {"mean_score"}
    part = table("1", 1, "Strain, in percent", ("M", "F"), rows)
    assert {o.roles.measure for o in observed([part], bare_catalogue())} == {None}


def test_three_decimals_throughout_may_be_thousands_and_are_doubted() -> None:
    rows = {"One": ("7.191",), "Two": ("5.139",), "Three": ("2.770",)}
    found = observed([table("1", 1, "Water levels", ("Depth",), rows)], bare_catalogue())
    assert all("extraction-unit-guessed" in o.flags for o in found)


def test_a_decimal_mark_alone_makes_no_sure_mean_score() -> None:
    part = table("1", 1, "Wind", ("Site",), {"North": ("2.5",), "South": ("4.1",), "East": ("3.9",)})
    assert all(o.unit != "mean_score" or UNIT_GUESSED in o.flags for o in observed([part], bare_catalogue()))


def test_marks_between_the_named_ends_of_a_scale_are_means() -> None:
    rows = {"Library": ("4.21",), "Canteen": ("2.87",), "Housing": ("3.44",)}
    found = observed(
        [table("1", 1, "Rating of services (1 = very bad, 5 = very good)", ("M",), rows)], bare_catalogue()
    )
    assert {o.unit for o in found} == {"mean_score"}


def test_a_share_that_a_sentence_tells_is_not_the_unit_of_the_table_beside_it() -> None:
    rows = {"North": ("43.1", "612"), "East": ("45.7", "508"), "South": ("44.9", "431")}
    part = table("1", 1, "People asked by region", ("Mean age", "Number"), rows)
    part = replace(part, texts=("Of the visits most are first ones in the South (44%), fewest in the West (29%).",))
    assert {o.unit for o in observed([part], bare_catalogue()) if o.value < 100} == {"mean_score"}


def speaks(*printed: str, within: int = 0, head: str = "", measure: str | None = None) -> set[str]:
    """What is told of numbers about which the page says no more than the unit in their head."""
    numbers = tuple(filter(None, map(parse_number, printed)))
    places = ("head", "row", "title", "text", "note", "elsewhere")
    told = dict.fromkeys(places, frozenset[str]()) | {"head": frozenset(filter(None, [head]))}
    signs = dict.fromkeys(("percent", "currency", "column"), 0.0)
    likes = Likes(tuple(range(len(numbers))), numbers, told, measure, None, False, False, "", None, signs, 0.5, within)
    chances = probabilities(likes)
    assert abs(sum(chances.values()) - 1) < 1e-9 and max(chances.values()) <= 1
    return {f"{unit}: {what}" for (unit, what), weight in evidence_of(likes).items() if weight}


@pytest.mark.parametrize(
    ("evidence", "yes", "no"),
    [
        ("percent: one beyond 100", "101 8", "100 8"),
        ("percent: up to 100", "100 8", "101 8"),
        ("percent: beyond 100", "101 102 8", "101 8"),
        ("points: one beyond 100", "+101 -8", "+100 -8"),
        ("points: unsigned", "8 7", "+8 7"),
        ("currency: thousands", "1000 8", "999 8"),
        ("count: whole", "12 8", "12,5 8"),
        ("count: broken count", "12,5 8", "12 8"),
        ("mean_score: decimals on a scale", "10,0 8,5", "10,5 8"),
        ("mean_score: all on a scale", "1,0 2,5 3,5 4,5 10,0", "0,9 2,5 3,5 4,5 10,0"),
        ("mean_score: all on a scale", "1,0 2,5 3,5 4,5 9,5", "1,0 2,5 3,5 4,5"),
        ("mean_score: all on a scale", "1,0 2,5 3,5 4,5 10,0", "1,0 2,5 3,5 4,5 10,5"),
        ("mean_score: all on a scale", "2,5 2,5 2,5 2,5 2,6", "2,5 2,5 2,5 2,5 2,5"),
        ("mean_score: beyond a scale", "10,5 8", "10,0 8"),
        ("mean_score: whole score", "3 4", "3,5 4"),
    ],
)
def test_what_numbers_alone_tell_of_their_unit_ends_at_its_bound(evidence: str, yes: str, no: str) -> None:
    assert evidence in speaks(*yes.split())
    assert evidence not in speaks(*no.split())


def test_of_two_numbers_of_a_cell_the_first_may_be_the_count_and_the_second_its_share() -> None:
    assert "count: before brackets" in speaks("58", within=1)
    assert "count: before brackets" not in speaks("58,5", within=1) | speaks("58", within=2)
    assert "percent: in brackets" in speaks("100", within=2)
    assert "percent: in brackets" not in speaks("101", within=2) | speaks("100", within=1)


def test_hours_are_whole_or_broken_and_no_score() -> None:
    assert {"mean_score: whole time", "mean_score: head mean time"} <= speaks("3", "4", head="time")
    assert "mean_score: broken time" in speaks("3,5", "14", head="time")
    for hours in (speaks("3", "14", head="time"), speaks("3,5", "14", head="time")):
        assert not {"mean_score: whole score", "mean_score: beyond a scale"} & hours
    assert not {"mean_score: whole time", "mean_score: broken time"} & (speaks("3", "4") | speaks("3,5"))


def test_what_a_label_as_a_whole_says_is_measured() -> None:
    assert "percent: measure" in speaks("3", measure="percent")
    assert "points: measure" in speaks("3", measure="difference")
    assert not {name for name in speaks("3") if name.endswith(": measure")}
