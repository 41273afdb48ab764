"""Prose of a made-up study, in three languages: which value each number restates, and what of it is wrong.

Every number of a text is listed in order as (number, label, group, verdict); where a sentence speaks of nothing that is
printed, the label is None.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.checks.claims.linking import verify
from pipeline.checks.claims.reading_claims import read_claims
from pipeline.checks.claims.verdicts import Judged
from pipeline.layout.text import prose, read_text
from tests.typesetting import Sheet, pages

GROUPS = (
    ("nurses", ("verpleegkundigen", "nurses", "infirmiers", "infirmières")),
    ("doctors", ("artsen", "doctors", "médecins")),
)
REASONS = {
    "Te weinig tijd voor de patiënt": (58, 41),
    "Onregelmatige werkuren": (47, 22),
    "Administratieve lasten": (33, 62),
    "Loon en extralegale voordelen": (29, 12),
    "Geen doorgroeimogelijkheden": (17, 9),
}
TRAINING = {
    "Lack of time": (44, 51),
    "High course fees": (31, 18),
    "No replacement on the ward": (52, 23),
    "Courses are too far away": (14, 11),
}
TOOLS = {
    "Dossier électronique du patient": (71, 83),
    "Consultation à distance": (12, 46),
    "Planification automatique des équipes": (38, 19),
}
AGES = {"Jonger dan 30 jaar": 18, "30 tot 45 jaar": 34, "45 tot 60 jaar": 37, "Ouder dan 60 jaar": 11}
Row = dict[str, object]


def row(figure: str, page: int, question: str, category: str, group: str | None, value: float, wave: str) -> Row:
    return {
        "observation_id": f"{figure}/{category}/{group}/{wave}", "page": page, "top": 400.0, "figure": figure,
        "question": question, "kind": "multiple", "category": category, "item": None, "group": group, "wave": wave,
        "value": float(value), "unit": "percent",
    }  # fmt: skip


def exhibit(figure: str, page: int, question: str, values: dict[str, tuple[int, int]]) -> list[Row]:
    return [
        row(figure, page, question, label, group, value, "2024")
        for label, both in values.items()
        for group, value in zip(("nurses", "doctors"), both, strict=True)
    ]


ROWS = [
    *exhibit("1", 1, "Waarom overweeg je het beroep te verlaten?", REASONS),
    *exhibit("2", 1, "What keeps you from training?", TRAINING),
    *exhibit("3", 1, "Quels outils utilisez-vous ?", TOOLS),
    *[row("4", 1, "Hoe oud ben je?", label, None, value, "2024") for label, value in AGES.items()],
]


def judged(*paragraphs: str) -> list[Judged]:
    sheet = Sheet()
    for i, paragraph in enumerate(paragraphs):
        words = paragraph.split()
        sheet.lines([" ".join(words[n : n + 12]) for n in range(0, len(words), 12)], 60, 60 + 110 * i)
    text = read_text(pages([sheet]), ("Figuur",))
    claims = read_claims(prose(text, {}), GROUPS, ("Figuur", "Figure"), "2024").claims
    return verify(claims, ROWS)


def told(one: Judged) -> tuple[float, str | None, str | None, str]:
    _, label, group, _ = (one.observation_id or "///").split("/")
    return one.claim.value, label or None, None if group in ("", "None") else group, one.verdict


TIME, HOURS, PAPER, PAY, GROWTH = REASONS
LACK, FEES, WARD, FAR = TRAINING
RECORD, REMOTE, PLAN = TOOLS
YOUNG, EARLY, LATE, OLD = AGES

TEXTS: dict[str, tuple[str, list[tuple[float, str | None, str | None, str]]]] = {
    "a named figure, two groups in brackets": (
        "Figuur 1 leert dat verpleegkundigen vooral te weinig tijd voor de patiënt (58%) en onregelmatige werkuren "
        "(47%) aanhalen, terwijl artsen de administratieve lasten (62%) noemen.",
        [(58, TIME, "nurses", "agrees"), (47, HOURS, "nurses", "agrees"), (62, PAPER, "doctors", "agrees")],
    ),
    "one of them is wrong": (
        "Figuur 1 leert dat verpleegkundigen vooral te weinig tijd voor de patiënt (58%) en onregelmatige werkuren "
        "(43%) aanhalen, terwijl artsen de administratieve lasten (26%) noemen.",
        [(58, TIME, "nurses", "agrees"), (43, HOURS, "nurses", "disagrees"), (26, PAPER, "doctors", "disagrees")],
    ),
    "respective numbers without a figure": (
        "De administratieve lasten wegen op verpleegkundigen en artsen (resp. 33% en 62%). Ook het loon en de "
        "extralegale voordelen spelen mee (resp. 29% en 12%).",
        [(33, PAPER, "nurses", "agrees"), (62, PAPER, "doctors", "agrees"), (29, PAY, "nurses", "agrees"),
         (12, PAY, "doctors", "agrees")],
    ),
    "respective numbers, the second is wrong": (
        "De administratieve lasten wegen volgens figuur 1 op verpleegkundigen en artsen (resp. 33% en 56%).",
        [(33, PAPER, "nurses", "agrees"), (56, PAPER, "doctors", "disagrees")],
    ),
    "a clause that only names the other group": (
        "Volgens figuur 1 zegt 47% van de verpleegkundigen dat onregelmatige werkuren de reden zijn. Bij de artsen is "
        "dat slechts 22%.",
        [(47, HOURS, "nurses", "agrees"), (22, HOURS, "doctors", "agrees")],
    ),
    "the same with a contradiction": (
        "Volgens figuur 1 zegt 47% van de verpleegkundigen dat onregelmatige werkuren de reden zijn. Bij de artsen is "
        "dat slechts 27%.",
        [(47, HOURS, "nurses", "agrees"), (27, HOURS, "doctors", "disagrees")],
    ),
    "fractions and words that bend": (
        "Bijna 6 op de 10 verpleegkundigen hebben volgens figuur 1 te weinig tijd voor de patiënt, en een derde van "
        "hen klaagt over administratieve lasten.",
        [(60, TIME, "nurses", "agrees"), (33.3, PAPER, "nurses", "agrees")],
    ),
    "a table that is only pointed at": (
        "In onderstaande tabel zien we dat geen doorgroeimogelijkheden voor 17% van de verpleegkundigen telt.",
        [(17, GROWTH, "nurses", "agrees")],
    ),
    "the value of the other group": (
        "In onderstaande tabel zien we dat geen doorgroeimogelijkheden voor 9% van de verpleegkundigen telt.",
        [(9, GROWTH, "nurses", "disagrees")],
    ),
    "parts of a group are not the group": (
        "Volgens figuur 1 noemt 58% van de verpleegkundigen te weinig tijd voor de patiënt. In de thuiszorg is dat "
        "71%. Onregelmatige werkuren spelen in kleine ziekenhuizen (61%).",
        [(58, TIME, "nurses", "agrees"), (71, None, None, "unmatched"), (61, None, None, "unmatched")],
    ),
    "a sentence that goes on about the figure named before": (
        "Figuur 1 gaat over de artsen. Administratieve lasten noemt 62%, onregelmatige werkuren 29%.",
        [(62, PAPER, "doctors", "agrees"), (29, HOURS, "doctors", "disagrees")],
    ),
    "what the text denies": (
        "Volgens figuur 1 heeft 42% van de verpleegkundigen niet te weinig tijd voor de patiënt.",
        [(42, None, None, "unmatched")],
    ),
    "an earlier survey is not the figure's": (
        "In 2019 vond 58% van de artsen dat er te weinig tijd voor de patiënt was. Toen wilde 12% stoppen.",
        [(58, None, None, "unmatched"), (12, None, None, "unmatched")],
    ),
    "what no figure shows": (
        "Wereldwijd groeit de zorg met 7% per jaar. Slechts 3% van de ziekenhuizen sluit.",
        [(7, None, None, "unmatched"), (3, None, None, "unmatched")],
    ),
    "English": (
        "As figure 2 shows, 52% of nurses find no replacement on the ward, and 44% have a lack of time. For doctors, "
        "lack of time comes first (51%).",
        [(52, WARD, "nurses", "agrees"), (44, LACK, "nurses", "agrees"), (51, LACK, "doctors", "agrees")],
    ),
    "English with a contradiction": (
        "As figure 2 shows, nearly one in three nurses mention high course fees. Among doctors, high course fees are "
        "named by 28%.",
        [(33.3, FEES, "nurses", "agrees"), (28, FEES, "doctors", "disagrees")],
    ),
    "French": (
        "Selon la figure 3, 71% des infirmiers utilisent le dossier électronique du patient, contre 83% des médecins. "
        "La consultation à distance reste rare chez les infirmiers (12%).",
        [(71, RECORD, "nurses", "agrees"), (83, RECORD, "doctors", "agrees"), (12, REMOTE, "nurses", "agrees")],
    ),
    "French with a contradiction": (
        "Selon la figure 3, la planification automatique des équipes est utilisée par 38% des infirmiers et la "
        "consultation à distance par 64% des médecins.",
        [(38, PLAN, "nurses", "agrees"), (64, REMOTE, "doctors", "disagrees")],
    ),
    "a figure without groups": (
        "Figuur 4 toont dat 37% tussen 45 en 60 jaar oud is; slechts 11% is ouder dan 60 jaar.",
        [(37, LATE, None, "agrees"), (11, OLD, None, "agrees")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_numbers_of_prose(name: str) -> None:
    text, expected = TEXTS[name]
    shares = [one for one in judged(text) if one.claim.unit == "percent"]
    assert [told(one) for one in shares] == expected


def test_paragraphs_do_not_disturb_each_other() -> None:
    """All texts of one language on one page: no verdict changes, and no new contradiction appears."""
    for names in (("a named figure, two groups in brackets", "what no figure shows", "a figure without groups"),):
        texts: Sequence[str] = [TEXTS[name][0] for name in names]
        expected = [one for name in names for one in TEXTS[name][1]]
        assert [told(one) for one in judged(*texts) if one.claim.unit == "percent"] == expected


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("“High course fees” was named by 27% of the nurses.", "disagrees"),
        ("“High course fees” was named by 27% of the nurses, against 31% before.", "unmatched"),
    ],
)
def test_a_sentence_contradicts_a_value_that_it_names_in_full_and_does_not_state(text: str, verdict: str) -> None:
    assert next(one.verdict for one in judged(text) if one.claim.value == 27) == verdict
