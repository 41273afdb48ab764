"""What `editions new` drafts: a valid catalogue, whatever is printed; few decisions, where the evidence decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.catalogue.matching import match_option
from pipeline.catalogue.model import Catalogue, Question, load_catalogue
from pipeline.core.contract import FINDINGS, OBSERVATIONS
from pipeline.core.findings import finding
from pipeline.core.geometry import Box
from pipeline.core.table_files import write_tables
from pipeline.exhibits.document import Document
from pipeline.exhibits.reading import Entry, ExhibitRegion, Part, Reading
from pipeline.layout.text import read_text
from pipeline.observations.drafting import new_id
from pipeline.observations.new_study import group_hues
from pipeline.review.to_decide import READING, work_on
from pipeline.run.drafts import Texts, with_questions, with_wordings
from tests import factory

FOLDER = Path("/nowhere/habits")
STUDY = FOLDER / "study.yml"
ABOUT = "id: habits\ntitle: {en: Habits}\nlanguages: [en]\ngroups: [{id: all, label: {en: All}}]\ndefault_group: all\n"

TEXTS = st.one_of(
    st.sampled_from(
        ("-1500", "+1500", "1500", "C", "C++", "C#", "US", "us", "résumé", "resume", "no", "true", "a + b")
    ),
    st.sampled_from(("2024", "Totaal", "null", "~", "# x", "- x", "x: y", "{a}", "[a]", "'a'", '"', "a*", "…", "100%")),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20),
)
EXHIBITS = st.lists(
    st.tuples(
        TEXTS,
        st.lists(TEXTS, min_size=1, max_size=4, unique=True),
        st.lists(TEXTS, min_size=1, max_size=3, unique=True),
    ),
    max_size=4,
)


def drafted(unsaved: Texts, parts: Sequence[Part], edition: str, earlier: Sequence[Part] = ()) -> Texts:
    """The files with what the edition adds to them."""
    catalogue = load_catalogue(FOLDER, unsaved)
    before = [o.row() for o in factory.observed(earlier, catalogue, "2023")]
    rows = [o.row() for o in factory.observed(parts, catalogue, edition)]
    texts, _ = with_wordings(FOLDER, unsaved, catalogue, rows, edition, before)
    catalogue = load_catalogue(FOLDER, texts)
    rows = [o.row() for o in factory.observed(parts, catalogue, edition)]
    return with_questions(FOLDER, texts, catalogue, rows, edition, before)[0]


def confirmed(texts: Texts) -> Texts:
    """The files as they are when a steward has confirmed everything."""
    return {
        path: "".join(line for line in text.splitlines(keepends=True) if line.strip() != "draft: true")
        for path, text in texts.items()
    }


def exhibits(printed: Sequence[tuple[str, Sequence[str], Sequence[str]]]) -> list[Part]:
    return [
        factory.table(str(n), n, title, heads, {label: [f"{n + i}%" for i in range(len(heads))] for label in labels})
        for n, (title, labels, heads) in enumerate(printed, 1)
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EXHIBITS, EXHIBITS)
@example([("Pay", ["-1500", "+1500"], ["%"])], [("Pay", ["-1500", "+1500", "1500"], ["%"])])
@example([("A?", ["C", "C++"], ["%"])], [("A?", ["C", "C++", "C#"], ["%"])])
def test_whatever_is_printed_drafts_a_valid_catalogue(first: list[Part], second: list[Part]) -> None:
    """For a new study, and for the edition after it."""
    texts = drafted({STUDY: ABOUT}, exhibits(first), "2023")  # type: ignore[arg-type]
    load_catalogue(FOLDER, texts)
    texts = drafted(confirmed(texts), exhibits(second), "2024")  # type: ignore[arg-type]
    load_catalogue(FOLDER, texts)


def catalogue_of(texts: Texts) -> Catalogue:
    return load_catalogue(FOLDER, texts)


def only_question(texts: Texts) -> Question:
    [question] = catalogue_of(texts).questions
    return question


def table(title: str, heads: Sequence[str], rows: dict[str, Sequence[str]], figure: str = "1") -> Part:
    return factory.table(figure, int(figure), title, heads, rows)


LANGUAGES = {"Julia": ["95%", "96%"], "C": ["40%", "41%"], "C++": ["43%", "47%"], "R": ["38%", "33%"]}


def test_labels_that_differ_by_sign_get_ids_of_their_own() -> None:
    question = only_question(
        drafted({STUDY: ABOUT}, [table("How much?", ["%"], {"-1500": ["1%"], "+1500": ["2%"]})], "2023")
    )
    assert [o.id for o in question.categories] == ["minus-1500", "plus-1500"]
    assert match_option("+1500", question.categories).id == "plus-1500"


def test_answers_that_questions_share_are_one_scale() -> None:
    rows = {"Agree": ["50%"], "Neutral": ["30%"], "Disagree": ["20%"]}
    parts = [table("Is it good?", ["%"], rows, "1"), table("Is it cheap?", ["%"], rows, "2")]
    texts = drafted({STUDY: ABOUT}, parts, "2023")
    catalogue = catalogue_of(texts)
    [scale] = catalogue.scales
    assert [option.id for option in scale.options] == ["agree", "neutral", "disagree"]
    assert [q.answers for q in catalogue.questions] == [scale.id] * 2
    assert all(q.categories == scale.options for q in catalogue.questions)
    later = [table("Is it new?", ["%"], rows, "3")]
    assert catalogue_of(drafted(confirmed(texts), later, "2024")).questions[-1].answers == scale.id


def test_values_of_shared_waves_tell_a_question_in_other_words() -> None:
    before = [table("Which languages do you use?", ["2022", "2023"], LANGUAGES)]
    texts = confirmed(drafted({STUDY: ABOUT}, before, "2023"))
    now = {label: [*printed, "50%"] for label, printed in LANGUAGES.items()}
    parts = [table("Programming languages in use", ["2022", "2023", "2024"], now)]
    question = only_question(drafted(texts, parts, "2024", before))
    [_, wording] = question.wordings
    assert wording.draft and wording.supported and wording.text == "Programming languages in use"
    assert any("8 of 8 values" in line for line in wording.evidence)


def test_a_headline_with_a_number_is_told_by_the_values_under_it() -> None:
    before = [table("Which languages do you use?", ["2022", "2023"], LANGUAGES)]
    texts = confirmed(drafted({STUDY: ABOUT}, before, "2023"))
    parts = [table("Readers speak more than 60 of them", ["2022", "2023"], LANGUAGES)]
    [_, wording] = only_question(drafted(texts, parts, "2024", before)).wordings
    assert wording.supported and any("8 of 8 values" in line for line in wording.evidence)


def test_the_name_of_a_group_is_no_wording() -> None:
    groups = ABOUT.replace("groups: [", "groups: [{id: firms, label: {en: Firms}}, ")
    before = [table("Which languages do you use?", ["2022", "2023"], LANGUAGES)]
    texts = confirmed(drafted({STUDY: groups}, before, "2023"))
    now = drafted(texts, [table("Firms", ["2022", "2023"], LANGUAGES)], "2024", before)
    assert [w.text for w in only_question(now).wordings] == ["Which languages do you use?"]


def test_a_negation_is_no_other_wording() -> None:
    before = [table("Do you use Julia?", ["2023"], {"Daily": ["50%"], "Weekly": ["30%"], "Never": ["20%"]})]
    texts = confirmed(drafted({STUDY: ABOUT}, before, "2023"))
    parts = [table("Do you not use Julia?", ["2023"], {"Daily": ["50%"], "Weekly": ["30%"], "Never": ["20%"]})]
    assert len(catalogue_of(drafted(texts, parts, "2024", before)).questions) == 2


def test_the_same_answers_alone_do_not_make_it_the_same_question() -> None:
    rows = {"Agree": ["50%"], "Neutral": ["30%"], "Disagree": ["20%"]}
    texts = confirmed(drafted({STUDY: ABOUT}, [table("Is it good?", ["2023"], rows)], "2023"))
    now = table("Would more money help?", ["2024"], {label: [f"{n}%"] for n, label in enumerate(rows, 31)})
    assert [q.draft for q in catalogue_of(drafted(texts, [now], "2024")).questions] == [False, True]


@pytest.mark.parametrize("text", ["Which do you use?", "Which do you use? (select all that apply)"])
def test_a_text_asks_also_where_it_says_how_to_answer(text: str) -> None:
    drafts = drafted({STUDY: ABOUT}, [table(text, ["2021", "2022", "2023"], LANGUAGES)], "2023")
    assert only_question(drafts).evidence[0] == "its text asks"


@pytest.mark.parametrize(("coloured", "groups"), [(6, 2), (1, 0)])
def test_groups_are_told_by_the_colours_of_all_values_of_a_table(coloured: int, groups: int) -> None:
    """A highlight colours a few: it tells nothing of respondents."""
    fills = [((0.8, 0.0, 0.0), (0.0, 0.6, 0.0))[i % 2] if i < 2 * coloured else None for i in range(12)]
    entries = tuple(Entry(f"{i}%", 1, Box(i, 10, i + 1, 18), (), fill) for i, fill in enumerate(fills))
    reading = Reading("text", "table", 1, Box(0, 0, 200, 50), entries)
    regions = (ExhibitRegion(1, reading.box, (reading,)),)
    assert len(group_hues(Document("", (), read_text([]), regions, ()))) == groups


def test_values_of_shared_waves_tell_another_form_of_an_option() -> None:
    before = [
        table("Which languages do you use?", ["2021", "2022", "2023"], {k: [*v, "3%"] for k, v in LANGUAGES.items()})
    ]
    texts = confirmed(drafted({STUDY: ABOUT}, before, "2023"))
    now = {("GNU R" if k == "R" else k): [*v, "3%"] for k, v in LANGUAGES.items()}
    parts = [table("Which languages do you use?", ["2021", "2022", "2023"], now)]
    question = only_question(drafted(texts, parts, "2024", before))
    assert [(o.label["en"], o.form_of) for o in question.categories if o.draft] == [("GNU R", "r")]


def test_options_that_were_merged_are_proposed_with_the_sums() -> None:
    waves = ["2020", "2021", "2022"]
    before = [
        table(
            "Which languages?",
            waves,
            {"Julia": ["50%", "51%", "52%"], "C": ["4%", "5%", "7%"], "C++": ["9%", "7%", "6%"]},
        )
    ]
    texts = confirmed(drafted({STUDY: ABOUT}, before, "2023"))
    parts = [table("Which languages?", waves, {"Julia": ["50%", "51%", "52%"], "C or C++": ["13%", "12%", "13%"]})]
    question = only_question(drafted(texts, parts, "2024", before))
    [net] = [option for option in question.categories if option.draft]
    assert set(net.of) == {"c", "c-plus"} and "3 of 3 values" in net.evidence[0]


YEARS = ["2023", "2024"]
TABLES = (OBSERVATIONS, FINDINGS)


def test_faults_of_one_page_are_one_decision(tmp_path: Path) -> None:
    catalogue = load_catalogue(FOLDER, {STUDY: ABOUT})
    parts = [table("How do you travel?", YEARS, LANGUAGES), table("", YEARS, LANGUAGES)]
    rows = [o.row() for o in factory.observed(parts, catalogue, "2024")]
    faults = [finding("extraction-sum", f"shares sum to {n}", page=1) for n in (3, 5)]
    lost = finding("extraction-exhibit-unread", "figure 2 gave no values", page=1, figure="2", severity="error")
    found = [*faults, lost, finding("extraction-sum", "shares sum to 90", page=2, figure="9")]
    write_tables(tmp_path, {"observations": rows, "findings": [f.row("habits", "2024") for f in found]}, TABLES)
    decisions = work_on(tmp_path, catalogue, "2024").decisions
    assert [decision.where.split(" figure")[0] for decision in decisions] == ["page 1", "page 2"]
    assert [decision.matter for decision in decisions] == [READING, READING]
    said = str(decisions[0])
    assert "No question was recognised" in said and said.count("\n") == len(decisions[0].parts) >= 3
    assert "figure 2 gave no values (extraction-exhibit-unread)" in said, "the list is printed whole"


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Do you use Rust?", "use-rust"),
        ("Are you a(n) academic?", "academic"),
        ("Welche Formate der Weiterbildung nutzen Sie?", "formate-weiterbildung-nutzen"),
        ("Are you?", "are-you"),
    ],
)
def test_an_id_is_made_of_the_words_that_tell_something(text: str, id_: str) -> None:
    assert new_id(text, set(), Counter()) == id_


def test_the_id_of_an_answer_keeps_its_small_words() -> None:
    assert [new_id(label, set()) for label in ("Yes", "Not at all", "Do it")] == ["yes", "not-at-all", "do-it"]
