"""Matching printed texts to the catalogue: damage is forgiven, another meaning never."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue.matching import match_option, match_question, same_text, same_wording, veto
from pipeline.catalogue.model import Catalogue, Option, Question, Wording, load_catalogue
from pipeline.catalogue.settings import SETTINGS
from tests.histories import HISTORIES


def options(*labels: str) -> list[Option]:
    return [Option(id=f"o{i}", label={"nl": label}) for i, label in enumerate(labels)]


def question(id_: str, *texts: str, kind: str = "single", categories: tuple[str, ...] = (), **more: object) -> Question:
    wordings = tuple(Wording(text=text) for text in texts)
    return Question.model_validate(
        {"id": id_, "kind": kind, "wordings": wordings, "categories": options(*categories), **more}
    )


@pytest.mark.parametrize(
    ("printed", "known"),
    [
        ("DEZE ROLLEN WORDEN BELANGRIJKER", "Deze rollen worden belangrijker"),
        ("De collega's of het team", "De collega’s of het team"),
        ("mede\u00adwerkers in dienst", "medewerkers in dienst"),
        ("in het volgende kalenderjaar ...", "in het volgende kalenderjaar …"),
        ("de ‘àllerbelangrijkste’ klant?*", "de allerbelangrijkste klant?"),
        ("Meer dan € 1 500 per jaar", "Meer dan € 1.500 per jaar"),
        ("18 – 24 maanden", "18-24 maanden"),
        ("L & D - afdeling", "L&D-afdeling"),
        ("Learning Managernent Systeem", "Learning Management Systeem"),
        ("Blended Iearning", "Blended learning"),
        ("e f f i c i e n t i e", "Efficiëntie"),
        ("Groter aanbod", "Een groter aanbod"),
        ("medewerkers aantreken en behouden", "medewerkers aantrekken en behouden"),
    ],
)
def test_damage_and_typography_are_forgiven(printed: str, known: str) -> None:
    assert same_text(printed, known)
    assert match_option(printed, options(known, "iets heel anders")).id == "o0"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zeer tevreden", "Zeer ontevreden"),
        ("2 tot 4 FTE", "5 tot 9 FTE"),
        ("Wel gepland", "Niet gepland"),
        ("Meer dan 10 FTE", "Minder dan 10 FTE"),
        ("Interne trainers", "Externe trainers"),
        ("Formeel leren", "Informeel leren"),
        ("inclusief freelancers", "exclusief freelancers"),
        ("I use Rust", "I do not use Rust"),
        ("my employer", "my employee"),
        ("10", "10+"),
        ("< 250", "> 250"),
        ("-5 tot 0", "5 tot 0"),
        ("18-24", "1824"),
        ("Learning producer", "Learning reducer"),
        ("trainer", "trainee"),
        ("Direct contract", "Direct contact"),
        ("Possible", "Impossible"),
    ],
)
def test_another_meaning_is_never_the_same(one: str, other: str) -> None:
    assert not same_text(one, other)
    assert not match_option(one, options(other)).certain
    assert not match_question(one, [question("q", other)]).certain


def test_a_misspelling_is_no_new_wording() -> None:
    assert same_wording(
        "Do you agree with the statements on stablity?", "Do you agree with the statements on stability?"
    )
    assert not same_wording("Is er direct contact?", "Is er direct contract?")
    assert not same_wording("Ben je tevreden?", "Ben je ontevreden?")
    assert not same_wording("Are you using it at your company?", "Are you using it at your organisation?")


def test_a_vetoed_candidate_is_still_shown_to_the_steward() -> None:
    match = match_option("Zeer ontevreden", options("Zeer tevreden"))
    assert (match.id, match.basis) == (None, "vetoed")
    assert match.suggestion is not None and match.suggestion.id == "o0"
    assert veto("Zeer ontevreden", "Zeer tevreden") is not None


def test_two_equal_candidates_stay_unmapped() -> None:
    match = match_option("Ja", options("JA", "ja"))
    assert (match.id, match.basis) == (None, "ambiguous")


def test_options_that_differ_by_case_accents_or_signs_are_told_apart_by_the_print() -> None:
    for alike in (("US", "us"), ("résumé", "resume"), ("C", "C++", "C#"), ("-1500", "+1500", "1500")):
        assert [match_option(label, options(*alike)).id for label in alike] == [f"o{i}" for i in range(len(alike))]


def test_exact_beats_damaged() -> None:
    assert match_option("klant", options("kIant", "klant")).id == "o1"
    assert match_option("De klanten", options("Klanten", "De klanten")).id == "o1"
    assert match_option("Een klanten", options("Klanten", "De klanten")).basis == "ambiguous"
    assert match_option("tijd en budget", options("tijd en budgett", "tijd en budget")).id == "o1"


def test_an_abbreviation_in_brackets_may_be_missing() -> None:
    known = options("Learning Management Systeem (LMS)", "Learning Content Management Systeem (LCMS)", "MOOCs")
    assert match_option("Learning Management Systeem", known).id == "o0"
    assert match_option("Massive open online courses (MOOCs)", options("Massive open online courses")).certain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Budget", "Budget (niet gepland)"),
        ("Team", "Team (tot 5)"),
        ("1.75", "1.75 (beta)"),
        ("WebAssembly", "WebAssembly (for browsers)"),
        ("No", "No (it is planning to hire others)"),
    ],
)
def test_other_words_in_brackets_tell_options_apart(one: str, other: str) -> None:
    assert not match_option(one, options(other)).certain
    assert not match_option(other, options(one)).certain


def test_glued_footnote_mark() -> None:
    assert match_option("de individuele werknemer2", options("De individuele werknemer")).id == "o0"


def test_merged_cell_is_the_net_of_its_parts() -> None:
    known = [*options("5 tot 9 FTE", "10 of meer"), Option(id="net", label={"en": "5 or more"}, of=("o0", "o1"))]
    assert match_option("10 of meer + 5 tot 9 FTE", known).id == "net"
    assert not match_option("5 tot 9 FTE + 4 of meer", known).certain


@pytest.mark.parametrize("printed", ["Q12. How often do you fly?", "3) How often do you fly?", "How often do you fly?"])
def test_the_number_of_a_question_in_an_edition_is_no_part_of_it(printed: str) -> None:
    asked = [question("flying", "Q3: How often do you fly?"), question("driving", "Q12. How often do you drive?")]
    assert match_question(printed, asked).id == "flying"
    numbered = [question("first", "Q1. Do you agree?"), question("second", "Q2. Do you agree?")]
    assert match_question("Q2. Do you agree?", numbered).id == "second"


def test_options_decide_between_equal_wordings() -> None:
    text = "Wat verandert er het komende jaar?"
    asked = [question("a", text, categories=("dalen", "stijgen")), question("b", text, categories=("ja", "neen"))]
    assert not match_question(text, asked).certain
    preferred = match_question(text, asked, options=["Ja", "Neen"])
    assert preferred.id == "b" and [c.id for c in preferred.candidates] == ["b", "a"]
    assert preferred.candidates[1].score <= 0.9 and preferred.candidates[1].basis == "similar"


def test_kind_and_group_decide_between_equal_wordings() -> None:
    text = "Aan welke werkzaamheden besteden jullie tijd?"
    asked = [question("share", text, kind="multiple"), question("rank", text, kind="rank")]
    assert match_question(text, asked, kind="rank").id == "rank"
    assert not match_question(text, asked, kind="unknown").certain


def test_a_kind_does_not_outweigh_the_exact_wording() -> None:
    asked = [
        question("exact", "Hoe reist u naar het werk?", kind="single", categories=("fiets", "trein")),
        question("near", "Hoe reist u naar het werk, denkt u?", kind="multiple", categories=("auto", "bus")),
    ]
    found = match_question("Hoe reist u naar het werk?", asked, kind="multiple", options=["Auto", "Bus"])
    assert (found.id, found.certain) == ("exact", True)


def test_extended_text_needs_its_options() -> None:
    known = [
        question("q", "Wat zijn de drie belangrijkste criteria bij aankoop?", categories=("prijs", "inhoud", "datum"))
    ]
    printed = "Aankoopcriteria. Wat zijn de drie belangrijkste criteria bij aankoop?"
    assert not match_question(printed, known).certain
    assert not match_question(printed, known, options=["ja", "neen"]).certain
    assert match_question(printed, known, options=["Prijs", "Inhoud", "Datum"]).id == "q"


def test_one_word_makes_another_question_though_the_options_are_the_same() -> None:
    known = [question("car", "Do you plan to buy an electric car within two years?", categories=("Yes", "No"))]
    for other in ("bike", "caravan", "boat"):
        printed = f"Do you plan to buy an electric {other} within two years?"
        assert not match_question(printed, known, options=["Yes", "No"]).certain
    longer = "Do you plan to buy an electric car within two years for your company?"
    assert not match_question(longer, known, options=["Yes", "No"]).certain


def test_what_is_known_of_a_question_counts_beside_its_wording() -> None:
    known = [question("q", "Hoe vaak reist u per maand?", categories=("dagelijks", "nooit"))]
    alike = [
        match_question("Hoe vaak reist u per jaar?", known, options=options).candidates[0].score
        for options in (["Dagelijks", "Nooit"], ["Ja", "Neen"])
    ]
    assert 1 > alike[0] > alike[1] > 0


def test_a_text_broken_off_at_a_line_end_needs_its_options() -> None:
    known = [question("q", "Wat zijn de drie belangrijkste criteria bij aankoop?", categories=("prijs", "inhoud"))]
    assert match_question("Wat zijn de drie belangrijkste", known, options=["Prijs", "Inhoud"]).id == "q"
    assert match_question("de drie belangrijkste criteria bij aankoop?", known, options=["Prijs", "Inhoud"]).id == "q"
    assert not match_question("Wat zijn de drie belangrijkste criteria?", known, options=["Prijs", "Inhoud"]).certain


def test_reworded_question_is_only_suggested() -> None:
    known = [question("q", "Zie je de middelen voor L&D stijgen of dalen?"), question("r", "Meten jullie indicatoren?")]
    match = match_question("Verwacht je dat de middelen voor L&D stijgen of dalen?", known)
    assert not match.certain
    assert match.suggestion is not None and match.suggestion.id == "q"


def test_sibling_questions_are_not_confused() -> None:
    known = [question("systems", "Welke L&D-systemen heeft je organisatie en welke plan je aan te kopen?")]
    printed = "Welke L&D-tools heeft je organisatie en welke plan je aan te kopen?"
    assert not match_question(printed, known, options=["In gebruik", "Niet gepland"]).certain


@given(st.text(min_size=1, max_size=60))
def test_any_text_compares_with_itself_without_failure(text: str) -> None:
    assert same_text(text, text)
    match_option(text, options(text, "ja"))


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_numbers_always_veto(a: int, b: int) -> None:
    assert same_text(f"tot {a} FTE", f"tot {b} FTE") == (a == b)


CATALOGUES = [
    *(load_catalogue(Path(__file__).parents[2] / "schemas" / study) for study in ("ld-trends", "rust-survey")),
    *(history.catalogue() for history in HISTORIES),
]
OPTIONS = [
    (name, option, list(siblings))
    for catalogue in CATALOGUES
    for question_ in catalogue.questions
    for siblings in (question_.categories, question_.items)
    for option in siblings
    for name in option.names
]
ASKED = [(text, asked, catalogue) for catalogue in CATALOGUES for asked in catalogue.questions for text in asked.texts]
OPPOSED = {"meer": "minder", "minder": "meer", "tevreden": "ontevreden", "satisfied": "dissatisfied", "ja": "neen",
           "yes": "no", "intern": "extern", "stijgen": "dalen", "more": "less", "hoger": "lager"}  # fmt: skip


@pytest.mark.parametrize("study", CATALOGUES, ids=lambda c: c.study.id)
def test_every_known_text_finds_its_own_and_no_other(study: Catalogue) -> None:
    for asked in study.questions:
        labels = [name for option in (*asked.categories, *asked.items) for name in option.names]
        for text in asked.texts:
            assert match_question(text, study, options=labels, kind=asked.kind).id in (asked.id, None), text
        assert match_question(asked.wordings[0].text, study, options=labels).id == asked.id
        for options_ in (asked.categories, asked.items):
            for option in options_:
                assert match_option(option.label[study.study.languages[0]], options_).id == option.id


def test_an_option_that_the_catalogue_lacks_is_never_taken_for_a_sibling() -> None:
    """Each option of each catalogue in turn is the new one."""
    wrong = [(name, option.id) for name, option, siblings in OPTIONS
             if match_option(name, [s for s in siblings if s is not option]).certain]  # fmt: skip
    assert len(OPTIONS) > 800 and wrong == []


def test_a_question_that_the_catalogue_lacks_is_never_taken_for_another() -> None:
    """Each question of each catalogue in turn is the new one, with its own options beside it."""
    wrong = []
    for text, asked, catalogue in ASKED:
        labels = [name for option in (*asked.categories, *asked.items) for name in option.names]
        others = [q for q in catalogue.questions if q is not asked]
        if match_question(text, others, options=labels).certain:
            wrong.append((asked.id, text))
    assert len(ASKED) > 120 and wrong == []


@given(st.sampled_from(OPTIONS), st.data())
def test_a_changed_meaning_never_keeps_the_id(known: tuple[str, Option, list[Option]], data: st.DataObject) -> None:
    name, option, siblings = known
    changed = data.draw(st.sampled_from(_changes(name)))
    found = match_option(changed, siblings).id
    assert found != option.id or changed in option.names, (name, changed)


@given(st.sampled_from(ASKED), st.data())
def test_a_question_of_changed_meaning_never_keeps_the_id(
    known: tuple[str, Question, Catalogue], data: st.DataObject
) -> None:
    text, asked, catalogue = known
    changed = data.draw(st.sampled_from(_changes(text)))
    labels = [name for option in (*asked.categories, *asked.items) for name in option.names]
    found = match_question(changed, catalogue, options=labels).id
    assert found != asked.id or changed in asked.texts, (text, changed)


def _changes(text: str) -> list[str]:
    """The text negated, with its numbers changed, and with a word turned to its opposite."""
    words = text.split()
    changed = [" ".join([*words[:i], no, *words[i:]]) for i in range(len(words)) for no in ("niet", "not", "geen")]
    changed += [text[: m.start()] + str(int(m[0]) + 1) + text[m.end() :] for m in re.finditer(r"\d+", text)]
    for i, word in enumerate(words):
        other = OPPOSED.get(word.casefold().strip(",.?"))
        if other:
            changed.append(" ".join([*words[:i], other, *words[i + 1 :]]))
    return changed


def test_a_mark_behind_another_option_makes_it_no_known_one() -> None:
    for mark in ("1", "*", " ²"):
        assert match_option(f"Met de trein{mark}", options("Met de fiets")).id is None


def test_options_decide_between_equal_wordings_alone() -> None:
    text = "Wat verandert er het komende jaar?"
    asked = [
        question("a", text, categories=("dalen", "stijgen")),
        question("b", text, categories=("ja", "neen")),
        question("near", "Wat verandert er komende jaar?", categories=("ja", "neen")),
    ]
    assert match_question(text, asked, options=["Ja", "Neen"]).id == "b"


def test_a_text_cut_out_of_another_has_some_words_at_least() -> None:
    words = [
        "wat",
        "zijn",
        "de",
        "drie",
        "belangrijkste",
        "criteria",
        "bij",
        "aankoop",
        "van",
        "een",
        "elektrische",
        "fiets",
    ]
    known = [question("q", " ".join(words).capitalize(), categories=("prijs", "inhoud"))]

    def certain(count: int) -> bool:
        return match_question(" ".join(words[:count]).capitalize(), known, options=["Prijs", "Inhoud"]).certain

    assert certain(SETTINGS.contained_words) and not certain(SETTINGS.contained_words - 1)
