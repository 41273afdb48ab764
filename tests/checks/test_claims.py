"""Claims: numbers in running text, what they are about, and whether the exhibits say the same."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checks.claims.context import qualifier_of, sentences
from pipeline.checks.claims.linking import verify
from pipeline.checks.claims.reading_claims import read_claims
from pipeline.checks.claims.statements import Mention, Statement, figure_references, statements_in
from pipeline.checks.claims.verdicts import Claim, Judged, claim_rows, tolerance
from pipeline.core.contract import CLAIMS
from pipeline.core.geometry import Box
from pipeline.core.numbers import DecimalMark
from pipeline.layout.text import prose, read_text
from pipeline.pages.parsing import read_pages
from tests.typesetting import Sheet, pages

GROUPS = (("business", ("Business", "L&D-afdelingen")), ("providers", ("Aanbieders", "L&D-aanbieders")))

STATED: list[tuple[str, list[tuple[float, str]]]] = [
    ("Net iets meer dan 10% antwoordde.", [(10, "percent")]),
    ("19 % in Nederland en 95 % hier", [(19, "percent"), (95, "percent")]),
    ("impactvol (resp. 50% en 61%)", [(50, "percent"), (61, "percent")]),
    ("rollen (17% vs 29%) en (21 vs 48%)", [(17, "percent"), (29, "percent"), (21, "percent"), (48, "percent")]),
    ("slechts 13 à 16% ziet een daling", [(13, "percent"), (16, "percent")]),
    ("groeit 3-4 % op jaarbasis", [(3, "percent"), (4, "percent")]),
    ("twee derden (66%) van hen", [(66.7, "percent"), (66, "percent")]),
    ("drie vierde en een kwart", [(75, "percent"), (25, "percent")]),
    ("één op vier, 1 op 4, 3 op de 10, 8 op 10", [(25, "percent"), (25, "percent"), (30, "percent"), (80, "percent")]),
    ("twee op de drie professionals", [(66.7, "percent")]),
    ("de helft, en meer dan een derde stijgt", [(50, "percent"), (33.3, "percent")]),
    ("die verhouding was 70/30 toen", [(70, "percent"), (30, "percent")]),
    ("3 keer zoveel en twee keer meer", [(3, "ratio"), (2, "ratio")]),
    ("hun aanwezigheid verdubbelde", [(2, "ratio")]),
    ("een belangrijke rol (+22%)", [(22, "points")]),
    ("zakte van 8% tot -5% in", [(8, "percent"), (-5, "points")]),
    ("met een score van 3,13 op de vierde plek", [(3.13, "mean_score"), (4, "rank")]),
    ("sluit de top 3 af op de 2de plaats", [(3, "rank"), (2, "rank")]),
    ("op een 7-puntenschaal (6.69)", [(7, "scale_points"), (6.69, "mean_score")]),
    ("we telden 456 respondenten", [(456, "count")]),
    ("we telden 2022 respondenten", [(2022, "count")]),
    ("11,950 respondents", [(11950, "count")]),
    ("20 tot 25 vragen", [(20, "count"), (25, "count")]),
    ("1000 tot 4999 medewerkers", [(1000, "employees"), (4999, "employees")]),
    ("de twee rollen", [(2, "count")]),
    ("€ 1000,00 per jaar, 400 miljard dollar", [(1000, "euro"), (400, "miljard dollar")]),
    ("data uit 15 jaar onderzoek, zeventiende editie", [(15, "years"), (17, "edition")]),
    ("one in four, two thirds and nearly half of them", [(25, "percent"), (66.7, "percent"), (50, "percent")]),
    ("twice as many users, the fourth edition", [(2, "ratio"), (4, "edition")]),
    ("3 sur 10, un tiers, 45 % et 12,5 %", [(30, "percent"), (33.3, "percent"), (45, "percent"), (12.5, "percent")]),
    ("deux fois plus, la moitié", [(2, "ratio"), (50, "percent")]),
]
SILENT = [
    ("op 1 maart 2022 en in juni 2022", ["date", "date"]),
    ("in 2022-2023 en anno 2019", ["period", "year"]),
    ("zie figuren 23 en 24 of figuur 3.1", ["figure reference", "figure reference"]),
    ("Figuren 12 hierboven en 14 hieronder", ["figure reference"]),
    ("op www.voorbeeld.be/2021 of voorbeeld.be", ["address", "address"]),
    ("de komende 12 maanden, 18-24 maand", ["duration", "duration"]),
    ("op 31/12/2021 en in 03/2022, zie 2.1.3", ["date", "date", "section number"]),
    ("sinds COVID-19 zegt conclusie 7 dat", ["name", "cross-reference"]),
    ("op een schaal van 1 tot 5", ["scale"]),
]


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_stated(text: str, expected: list[tuple[float, str]]) -> None:
    found = statements_in(text, ("Figuur",))
    assert [(s.value, s.unit) for s in found if isinstance(s, Statement)] == expected
    assert all(text[s.start : s.end].strip() for s in found)


@pytest.mark.parametrize(("text", "reasons"), SILENT)
def test_silent(text: str, reasons: list[str]) -> None:
    found = statements_in(text, ("Figuur",))
    assert [m.reason for m in found if isinstance(m, Mention)] == reasons
    assert not [s for s in found if isinstance(s, Statement)]


@given(st.text("0123456789 %,.-–/()€aeiou", max_size=40), st.sampled_from([",", "."]))
def test_no_digit_is_counted_twice(text: str, decimal: DecimalMark) -> None:
    found = statements_in(text, (), decimal)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(0 <= item.start < item.end <= len(text) for item in found)


@given(st.lists(st.sampled_from([text for text, _ in [*STATED, *SILENT]]), min_size=1, max_size=4))
def test_no_digit_is_overlooked(pieces: list[str]) -> None:
    text = "; ".join(pieces)
    taken = {i for item in statements_in(text, ("Figuur",)) for i in range(item.start, item.end)}
    open_numbers = {i for i, c in enumerate(text) if c.isdigit()} - taken
    assert all(text.rfind("Figuren", 0, i) >= 0 for i in open_numbers), "only a list of figures may skip words"


def test_figures_named() -> None:
    assert [names for _, names in figure_references("Uit figuren 23 en 24, en figuur 5 met 70%", ("Figuur",))] == [
        ("23", "24"),
        ("5",),
    ]


def test_sentences_end_at_stops_and_not_at_abbreviations() -> None:
    text = "Dat zegt resp. 50% en o.a. Qfor (3.95). Zie bedrijven.be voor meer. “Echt!” Ja, i.c. 12% van hen."
    parts = [text[s.start : s.end].strip() for s in sentences(text)]
    assert parts == [
        "Dat zegt resp. 50% en o.a. Qfor (3.95).",
        "Zie bedrijven.be voor meer.",
        "“Echt!”",
        "Ja, i.c. 12% van hen.",
    ]


@pytest.mark.parametrize(
    ("before", "qualifier"),
    [("zegt bijna ", "almost"), ("net iets meer dan ", "above"), ("minder dan ", "below"), ("slechts ", "emphasis"),
     ("ongeveer ", "about"), ("nearly ", "almost"), ("plus de ", "above"), ("zegt ", None), ("bijna nooit, en ", None)],
)  # fmt: skip
def test_qualifiers(before: str, qualifier: str | None) -> None:
    assert qualifier_of(before) == qualifier


# --- what a number is about ------------------------------------------------------------------------------------------


def claims_of(*paragraphs: str, edition: str = "2022") -> list[Claim]:
    sheet = Sheet()
    for i, paragraph in enumerate(paragraphs):
        words = paragraph.split()
        lines = [" ".join(words[n : n + 12]) for n in range(0, len(words), 12)]
        sheet.lines(lines, 60, 100 + 120 * i)
    text = read_text(pages([sheet]), ("Figuur",))
    return list(read_claims(prose(text, {}), GROUPS, ("Figuur",), edition).claims)


def about(claim: Claim) -> tuple[float, str | None, str | None, tuple[str, ...]]:
    return claim.value, claim.group, claim.wave, claim.figures


def test_group_wave_and_figure() -> None:
    claims = claims_of(
        "In figuur 5 geeft 70% van de L&D-aanbieders aan geen effect te zien. In juni 2021 zei 95 % van de business "
        "en 91% van de aanbieders dat de crisis hen sterker maakte."
    )
    assert [about(c) for c in claims] == [
        (70, "providers", "2022", ("5",)),
        (95, "business", "2021", ("5",)),
        (91, "providers", "2021", ("5",)),
    ]
    assert [c.named for c in claims] == [True, False, False]


def test_respective_numbers_follow_the_groups_in_turn() -> None:
    claims = claims_of(
        "Zowel de business als de aanbieders noemen een leerrekening (resp. 50% en 61%). Daarnaast noemt resp. 49% en "
        "59% van de respondenten de vraag naar opleidingen."
    )
    assert [(c.value, c.group) for c in claims] == [
        (50, "business"),
        (61, "providers"),
        (49, "business"),
        (59, "providers"),
    ]


def test_subject_is_the_clause() -> None:
    claims = claims_of("Let op inhoud en maatwerk (77%), prijszetting (50%) en de fit met de cultuur (37%).")
    assert [c.subject for c in claims] == ["Let op inhoud en maatwerk", "prijszetting", "en de fit met de cultuur"]


def test_headings_and_notes_state_nothing_but_display_numbers_do() -> None:
    sheet = Sheet().line("67%", 60, 60, 40).line("Wat zijn de 3 redenen om dit te doen", 60, 130, 14, font="Serif-Bold")
    sheet.lines(["Leren is een begrip met diverse dimensies en wie", "het wil⟨1⟩ doen, heeft tijd nodig."], 60, 200)
    sheet.line("⟨1⟩ Zie figuur 6 voor 12 voorbeelden", 60, 780, 7.5)
    found = read_claims(prose(read_text(pages([sheet]), ("Figuur",)), {}))
    assert [(c.value, c.unit) for c in found.claims] == [(67, "percent")]
    assert Counter(s.reason for s in found.silent) == {"heading": 1, "footnote text": 2}


# --- verdicts --------------------------------------------------------------------------------------------------------


def observation(value: float, category: str, **more: object) -> dict[str, object]:
    row: dict[str, object] = {
        "observation_id": f"{category}/{more.get('item')}/{more.get('group')}/{more.get('wave', '2022')}",
        "page": 1, "figure": "5", "question": "Heeft de crisis een effect op jullie omzet?", "group": "providers",
        "wave": "2022", "item": None, "category": category, "value": value, "unit": "percent", "flags": [],
    }  # fmt: skip
    return row | more


CRISIS = [
    observation(70, "Neen, geen effect"),
    observation(12, "Ja, maar zeer beperkt effect"),
    observation(14, "Ja, maar eerder beperkt effect"),
    observation(4, "Ja, vrij aanzienlijk effect"),
]


def judge(text: str, rows: Sequence[dict[str, object]]) -> list[Judged]:
    return verify(claims_of(text), rows)


def test_a_sentence_that_repeats_and_one_that_contradicts() -> None:
    verdicts = judge(
        "In figuur 5 geeft 70% van de L&D-aanbieders aan geen effect te ondervinden, 27% merkt een beperkt effect en "
        "3% verwacht een aanzienlijk effect.",
        CRISIS,
    )
    assert [(j.claim.value, j.verdict, j.published) for j in verdicts] == [
        (70, "agrees", 70),
        (27, "disagrees", 26),
        (3, "disagrees", 4),
    ]


def test_a_number_that_several_figures_bear_is_that_of_the_nearest() -> None:
    later = [row | {"page": 9, "value": 55, "observation_id": f"{row['observation_id']}/9"} for row in CRISIS]
    (one,) = judge("In figuur 5 geeft 70% van de L&D-aanbieders aan geen effect te ondervinden.", [*later, *CRISIS])
    assert (one.verdict, one.observation_id) == ("agrees", CRISIS[0]["observation_id"])
    (one,) = judge("In figuur 5 geeft 55% van de L&D-aanbieders aan geen effect te ondervinden.", [*later, *CRISIS])
    assert (one.verdict, one.published) == ("disagrees", 70)


def test_nothing_is_accused_without_a_named_figure() -> None:
    verdicts = judge("Van de L&D-aanbieders verwacht 3% een aanzienlijk effect.", CRISIS)
    assert [j.verdict for j in verdicts] == ["unmatched"]


@pytest.mark.parametrize(
    ("text", "value", "verdict"),
    [
        ("Volgens figuur 5 ziet bijna 60% van de aanbieders geen effect.", 56, "agrees"),
        ("Volgens figuur 5 ziet bijna 60% van de aanbieders geen effect.", 62, "disagrees"),
        ("Volgens figuur 5 ziet meer dan 8 op 10 van de aanbieders geen effect.", 84, "agrees"),
        ("Volgens figuur 5 ziet meer dan 8 op 10 van de aanbieders geen effect.", 71, "disagrees"),
        ("Volgens figuur 5 ziet 3 op de 10 van de aanbieders geen effect.", 34, "agrees"),
        ("Volgens figuur 5 ziet twee derden van de aanbieders geen effect.", 66, "agrees"),
        ("Volgens figuur 5 ziet een kwart van de aanbieders geen effect.", 29, "disagrees"),
    ],
)
def test_tolerance_is_that_of_the_wording(text: str, value: float, verdict: str) -> None:
    rows = [observation(value, "Neen, geen effect"), observation(100 - value, "Ja, vrij aanzienlijk")]
    assert [j.verdict for j in judge(text, rows)] == [verdict]


def test_ratios_and_places_are_judged_by_their_company() -> None:
    rows = [
        observation(39, "Budget neemt toe", group="business"),
        observation(13, "Budget neemt af", group="business"),
        observation(48, "Budget blijft gelijk", group="business"),
    ]
    verdicts = judge(
        "Volgens figuur 5 ziet de business 3 keer zoveel budget dat toeneemt (39%) als budget dat afneemt (13%).", rows
    )
    assert [j.verdict for j in verdicts] == ["agrees"] * 3
    top = judge("In figuur 5 zet de business budget dat gelijk blijft (48%) in de top 2.", rows)
    assert [(j.claim.unit, j.verdict) for j in top] == [("percent", "agrees"), ("rank", "agrees")]


def test_pairs_stand_on_one_label() -> None:
    rows = [
        observation(value, category, item=item, group="business")
        for category, now, wanted in (("Leidinggevenden ontwikkelen", 56, 50), ("In de breedte ontwikkelen", 31, 56))
        for item, value in (("Nu", now), ("Idealiter", wanted))
    ]
    verdicts = judge("Volgens figuur 5 wil de business leiders vormen (56% vs 50%).", rows)
    assert {j.observation_id for j in verdicts} == {
        "Leidinggevenden ontwikkelen/Nu/business/2022",
        "Leidinggevenden ontwikkelen/Idealiter/business/2022",
    }


@given(st.floats(0, 100), st.sampled_from([None, "almost", "above", "below", "about", "emphasis"]))
def test_a_claim_agrees_with_what_it_says(value: float, qualifier: str | None) -> None:
    claim = Claim(
        page=1, box=Box(0, 0, 1, 1), words=(), printed=f"{value:.0f}%", value=round(value), unit="percent",
        sentence="", subject="", topic="", passage=0, place=0, group=None, grouped=False, wave=None, dated=False,
        figures=(), named=False, pointing=None, qualifier=qualifier, form="digits", parts=0, pair=None,
    )  # fmt: skip
    low, high = tolerance(claim)
    assert low <= round(value) <= high


# --- whole documents -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", ["2022-a", pytest.param("2022-b", marks=pytest.mark.slow)])
def test_prose_of_the_samples(shared: Path, sample: str) -> None:
    """At least 95 % of the numbers that were found by reading, and hardly more than those."""
    text = read_text(list(read_pages(shared / f"reports/ld-trends/{sample}.pdf")), ("Figuur",))
    fine_print: dict[int, list[Box]] = {}
    for block in text.blocks:
        if block.kind != "footnote" and block.size < 0.93 * text.body_size:
            fine_print.setdefault(block.page, []).append(block.box)
    claims = read_claims(prose(text, fine_print), GROUPS, ("Figuur",), "2022").claims
    with (shared / "truth/ld-trends/prose.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["value"]]
    wanted = Counter((float(row["value"].replace(",", ".")), row["unit"]) for row in rows)
    have = Counter((claim.value, claim.unit) for claim in claims)
    assert sum((wanted & have).values()) >= 0.95 * len(rows)
    assert len(claims) <= 1.1 * len(rows)
    rows_out = claim_rows(verify(claims, []), "ld-trends", "2022")
    assert all(list(row) == CLAIMS.names for row in rows_out)
    assert {row["verdict"] for row in rows_out} == {"unmatched"}
