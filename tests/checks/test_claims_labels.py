"""Sentences that name a value by its printed labels, in four languages: linked, and told where they say otherwise."""

from __future__ import annotations

import pytest

from pipeline.checks.claims.linking import verify
from pipeline.checks.claims.reading_claims import read_claims
from pipeline.checks.claims.statements import Statement, statements_in
from pipeline.core.contract import ObservationRow
from pipeline.core.geometry import Box
from pipeline.layout.text import prose, read_text
from tests.typesetting import Sheet, pages

FLAT = {"Increase by up to 10%": 47.0, "Stay the same": 31.0, "25-50%": 12.0}
GROUPED = {("Robotik", "Frauen"): 50.0, ("Robotik", "Männer"): 23.0, ("Sensorik", "Frauen"): 9.0}
YEARLY = {("Bénévolat régulier", "2023"): 69.0, ("Bénévolat régulier", "2024"): 55.0}


def _row(figure: str, category: str, item: str | None, wave: str, value: float, flags: list[str]) -> ObservationRow:
    row = {
        "observation_id": f"{figure}/{category}/{item}/{wave}",
        "page": 1,
        "figure": figure,
        "top": 300.0,
        "kind": "multiple",
        "question": f"Question {figure}",
        "category": category,
        "item": item,
        "wave": wave,
        "value": value,
        "unit": "percent",
        "flags": flags,
    }
    return row  # type: ignore[return-value]


def _rows(flags: list[str]) -> list[ObservationRow]:
    flat = [_row("1", label, None, "2025", value, flags) for label, value in FLAT.items()]
    grouped = [_row("2", label, item, "2025", value, flags) for (label, item), value in GROUPED.items()]
    yearly = [_row("3", label, None, wave, value, flags) for (label, wave), value in YEARLY.items()]
    return flat + grouped + yearly


def _told(sentence: str, flags: list[str] | None = None) -> list[tuple[float, str]]:
    sheet = Sheet()
    sheet.lines([sentence], 60, 60)
    said = read_claims(prose(read_text(pages([sheet])), {}), edition="2025")
    return [(one.claim.value, one.verdict) for one in verify(said.claims, _rows(flags or []))]


@pytest.mark.parametrize(
    ("sentence", "value", "verdict"),
    [
        ("“Increase by up to 10%” was mentioned by 47% of participants.", 47, "agrees"),
        ("“Increase by up to 10%” was mentioned by 74% of participants.", 74, "disagrees"),
        ("Van de ondervraagden koos 12% voor ‘25-50%’.", 12, "agrees"),
        ("Van de ondervraagden koos 23% voor ‘25-50%’.", 23, "disagrees"),
        ("Auf die Antwort „Robotik“ entfallen in der Gruppe Frauen 50 %.", 50, "agrees"),
        ("Von der Gruppe Männer nennen 50 % „Robotik“.", 50, "disagrees"),
        ("« Bénévolat régulier » était cité par 69 % en 2023.", 69, "agrees"),
        ("« Bénévolat régulier » était cité par 69 % en 2024.", 69, "disagrees"),
        # the exhibit does not tell this group's, nor this year's
        ("Parmi le groupe Retraités, 20 % citent « Stay the same ».", 20, "unmatched"),
        ("« Bénévolat régulier » était cité par 20 % en 2019.", 20, "unmatched"),
        # those who did not choose it
        ("69% did not choose “Stay the same”.", 69, "unmatched"),
    ],
)
def test_labels_name_the_value(sentence: str, value: float, verdict: str) -> None:
    assert _told(sentence) == [(value, verdict)]


def test_a_doubted_reading_accuses_nobody() -> None:
    assert _told("“Stay the same” was chosen by 74%.", ["extraction-measured"]) == [(74, "unmatched")]


def test_two_numbers_of_a_sentence_accuse_nobody() -> None:
    verdicts = _told("“Stay the same” was chosen by 74% of the old and 31% of the young.")
    assert verdicts == [(74, "unmatched"), (31, "agrees")]


def test_a_quoted_sentence_states_its_own_numbers() -> None:
    assert _told("One of them said: “We lost 47% of our people.”")[0][0] == 47


@pytest.mark.parametrize(
    "text", ["345.449 inwoners", "345,449 inhabitants", "Basis: n = 1.235", "Basis: n=345.449 Leute"]
)
def test_thousands_are_counts(text: str) -> None:
    found = [one for mark in (",", ".") for one in statements_in(text, (), mark) if isinstance(one, Statement)]
    assert {(one.unit, one.value >= 1000) for one in found} == {("count", True)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le solde pour « Emploi » est de −9.", [(-9, "points")]),
        ("The net balance is +2.", [(2, "points")]),
        ("vanaf 20 -25 jaar", [(20, "count"), (25, "years")]),
        ("krijgt gemiddeld een 5,0.", [(5, "mean_score")]),
        ("rund drei Viertel, fast 40 Prozent der Befragten", [(75, "percent"), (40, "percent")]),
        ("Abbildung 4 zeigt: 3 von 10 Betrieben", [(30, "percent")]),
    ],
)
def test_signs_and_decimals_tell_the_unit(text: str, expected: list[tuple[float, str]]) -> None:
    assert [(one.value, one.unit) for one in statements_in(text) if isinstance(one, Statement)] == expected


def test_sentences_that_an_exhibit_covers_are_running_text() -> None:
    sheet = Sheet()
    sheet.lines(["Auf die Antwort „Robotik“ entfallen in der Gruppe Frauen", "50 % der genannten Antworten."], 60, 60)
    sheet.lines(["Robotik 50 %"], 60, 200)
    text = read_text(pages([sheet]))
    ground = {page: [Box(0, 0, 600, 800)] for page in text.pages}
    assert [passage.text[-20:] for passage in prose(text, ground)] == ["genannten Antworten."]
