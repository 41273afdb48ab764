"""Rules, the page and the text as witnesses, and who is at fault."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue.model import Catalogue, Group, Option, Question, Ranks, Study, Wording
from pipeline.checks.arithmetic import Constraint, rounding_of
from pipeline.checks.checking import check
from pipeline.checks.claims.linking import verify
from pipeline.checks.claims.reading_claims import read_claims
from pipeline.checks.evidence import one_digit_apart
from pipeline.cli.console import briefly, describe
from pipeline.core.findings import REGISTRY, Finding, finding
from pipeline.exhibits.reading import Part, PartValue
from pipeline.layout.text import prose, read_text
from pipeline.observations.observe import Observation
from schemas.rules import failures
from tests.conftest import CHECKOUT
from tests.factory import observed, page_of, table
from tests.typesetting import Sheet, pages

MODES = {"Met de fiets": "bike", "Met de trein": "train", "Te voet": "foot", "Met de auto": "car"}


def option(identifier: str, label: str, **more: object) -> Option:
    return Option.model_validate({"id": identifier, "label": {"nl": label}, **more})


def question(identifier: str, kind: str, text: str, labels: dict[str, str], **more: object) -> Question:
    options = tuple(option(i, label) for label, i in labels.items())
    return Question.model_validate(
        {"id": identifier, "kind": kind, "wordings": (Wording(text=text),), "categories": options, **more}
    )


def catalogue(*questions: Question) -> Catalogue:
    groups = (
        Group(id="staff", label={"nl": "Personeel"}, words=("medewerkers",)),
        Group(id="boards", label={"nl": "Besturen"}),
    )
    study = Study(id="commute", title={"nl": "Reizen"}, languages=("nl",), decimal_mark=",", groups=groups)
    return Catalogue(study=study, questions=questions)


SINGLE = question("mode", "single", "Hoe reist u naar het werk?", MODES, group="staff")
CHOOSE = question("reasons", "multiple", "Kies de twee belangrijkste redenen", MODES, group="staff", choose=2)
RANKED = question("order", "rank", "Rangschik de vier manieren", MODES, group="staff", scale="1-4")


def shares(*printed: str, of: Question = SINGLE, figure: str = "1", page: int = 1) -> Part:
    rows = {label: (text,) for label, text in zip(MODES, printed, strict=False)}
    return table(figure, page, of.wordings[0].text, ("2022",), rows)


def one_reader(part: Part) -> Part:
    return replace(part, values=tuple(replace(v, readers=("geometry",), confidence=0.95) for v in part.values))


def checked(*parts: Part, known: Catalogue | None = None, earlier: Iterable[Finding] = ()) -> dict[str, Finding]:
    """Findings by code, of exhibits whose pages print what they hold."""
    study = known or catalogue(SINGLE, CHOOSE, RANKED)
    return {f.code: f for f in check(observed(parts, study), study, earlier, pages=page_of(parts))[1]}


# --- rules -----------------------------------------------------------------------------------------------------------


def test_shares_that_exclude_each_other_sum_to_100() -> None:
    assert not checked(shares("40%", "30%", "20%", "10%"))
    assert not checked(shares("40%", "30%", "20%", "11%")), "101 of four shares is common"
    assert checked(shares("40%", "30%", "20%", "12%"))["source-sum"].severity == "warning"
    found = checked(shares("40%", "30%", "20%", "18%"))["source-sum"]
    assert (found.severity, found.found, found.page, found.figure) == ("error", "108", 1, "1")
    assert "sum to 108" in found.message


@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=20))
def test_rounded_shares_of_a_whole_never_miss_100_by_more_than_the_bound(weights: list[float]) -> None:
    exact = [100 * w / sum(weights) for w in weights]
    rounded = [int(x + 0.5) for x in exact]
    observations = observed(
        [table("1", 1, "", ("2022",), {f"o{i}": (f"{v}%",) for i, v in enumerate(rounded)})], catalogue()
    )
    usual, most = rounding_of(observations)
    assert abs(sum(rounded) - 100) <= most + 1e-9
    assert usual <= most


def test_usual_misses_are_those_of_rounding_theory() -> None:
    def usual(k: int) -> float:
        part = table("1", 1, "", ("2022",), {f"o{i}": ("5%",) for i in range(k)})
        return rounding_of(observed([part], catalogue()))[0]

    assert [usual(k) for k in (2, 3, 4, 5, 8, 10, 15, 20)] == [0, 1, 1, 2, 2, 3, 3, 4]


def test_more_answers_than_could_be_given() -> None:
    assert not checked(shares("80%", "60%", "40%", "20%", of=CHOOSE))
    assert checked(shares("80%", "60%", "40%", "22%", of=CHOOSE))["source-choose"].severity == "info"
    assert checked(shares("80%", "60%", "40%", "30%", of=CHOOSE))["source-choose"].severity == "error"


def test_an_answer_that_excludes_the_others_bounds_them() -> None:
    last = CHOOSE.categories[-1].model_copy(update={"exclusive": True})
    bounded = CHOOSE.model_copy(update={"choose": None, "categories": (*CHOOSE.categories[:-1], last)})
    known = catalogue(bounded)
    assert not checked(shares("60%", "50%", "0%", "40%", of=bounded), known=known)
    assert checked(shares("61%", "50%", "0%", "40%", of=bounded), known=known)["source-exclusive"].severity == "info"
    found = checked(shares("62%", "50%", "0%", "40%", of=bounded), known=known)["source-exclusive"]
    assert found.severity == "error" and "no other answer can have more than 60" in found.message


def test_a_sub_total_is_the_sum_of_its_parts() -> None:
    net = question("mode", "single", SINGLE.wordings[0].text, MODES, group="staff")
    net = net.model_copy(update={"categories": (*net.categories, option("green", "Groen", of=("bike", "foot")))})

    def with_net(printed: str) -> dict[str, Finding]:
        rows = {"Met de fiets": ("40%",), "Te voet": ("20%",), "Groen": (printed,), "Met de trein": ("30%",)}
        rows["Met de auto"] = ("10%",)
        return checked(table("1", 1, net.wordings[0].text, ("2022",), rows), known=catalogue(net))

    assert not with_net("60%")
    assert with_net("61%")["source-net"].severity == "info"
    assert with_net("64%")["source-net"].severity == "error"


def test_a_printed_difference_is_that_of_its_terms() -> None:
    items = (
        option("now", "Nu"),
        option("wish", "Wens"),
        option("gap", "Verschil", kind="difference", terms=("wish", "now")),
    )
    asked = question("time", "multiple", "Waaraan besteedt u tijd?", MODES, group="staff")
    asked = asked.model_copy(update={"items": items})

    def with_gap(printed: str) -> dict[str, Finding]:
        rows = {label: ("30%", "50%", printed) for label in MODES}
        return checked(
            table("1", 1, "Waaraan besteedt u tijd?", ("Nu", "Wens", "Verschil"), rows), known=catalogue(asked)
        )

    assert not with_gap("+ 20%")
    assert with_gap("+ 21%")["source-difference"].severity == "info"
    assert with_gap("+ 12%")["source-difference"].severity == "error"


def test_ranks_are_a_permutation_and_ties_are_suspicious() -> None:
    assert not checked(shares("1", "2", "3", "4", of=RANKED))
    assert checked(shares("1", "2", "2", "4", of=RANKED))["source-ranks"].severity == "warning"
    assert checked(shares("1", "2", "4", "4", of=RANKED))["source-ranks"].severity == "error"


def test_mean_ranks_total_what_ranking_all_options_gives() -> None:
    assert not checked(shares("1,50", "2,25", "2,75", "3,50", of=RANKED))
    short = checked(shares("1,40", "2,25", "2,75", "3,50", of=RANKED))["source-rank-total"]
    assert short.severity == "info" and "unranked" in short.message
    assert checked(shares("1,50", "2,25", "2,75", "3,90", of=RANKED))["source-rank-total"].severity == "error"


def test_values_lie_on_their_scale() -> None:
    assert "source-range" in checked(shares("140%", "30%", "20%", "10%", of=CHOOSE))
    assert "source-range" in checked(shares("1,50", "2,25", "2,75", "35,0", of=RANKED))


def test_the_ends_of_a_scale_belong_to_it() -> None:
    assert "source-range" not in checked(shares("100%", "0%", "0%", "0%", of=CHOOSE))
    assert "source-range" not in checked(shares("1,00", "4,00", "2,50", "2,50", of=RANKED))


def test_the_options_of_a_pair_question_carry_two_values() -> None:
    roles = question("roles", "pair", "Wie reist waarmee?", MODES)

    def of(*cells: tuple[str, str]) -> dict[str, Finding]:
        rows = dict(zip(MODES, cells, strict=True))
        return checked(table("1", 1, "Wie reist waarmee?", ("Personeel", "Besturen"), rows), known=catalogue(roles))

    assert not of(("61%", "61%"), ("65%", "54%"), ("15%", "15%"), ("38%", "35%"))
    half = of(("61%", "61%"), ("65%", ""), ("15%", "15%"), ("38%", "35%"))["source-pair"]
    assert "'Met de trein' has 1 of the 2 values that the others have" in half.message


def test_the_total_lies_between_its_groups() -> None:
    known = catalogue(CHOOSE)

    def of(*cells: str) -> dict[str, Finding]:
        rows = {label: cells for label in MODES}
        heads = ("Personeel", "Besturen", "Allen")
        groups = (*known.study.groups, Group(id="all", label={"nl": "Allen"}))
        free = CHOOSE.model_copy(update={"group": None, "choose": None})
        study = known.study.model_copy(update={"groups": groups})
        return checked(
            table("1", 1, CHOOSE.wordings[0].text, heads, rows), known=Catalogue(study=study, questions=(free,))
        )

    assert not of("40%", "60%", "60%"), "the bound itself"
    assert of("40%", "60%", "61%")["source-subgroups"].severity == "info", "rounded once more"
    assert of("40%", "60%", "66%")["source-subgroups"].severity == "error"


def test_ranks_follow_the_scores_beside_them() -> None:
    def of(*ranks: str) -> dict[str, Finding]:
        scores = ("1,50", "2,25", "2,75", "3,50")
        rows = {label: pair for label, pair in zip(MODES, zip(scores, ranks, strict=True), strict=True)}
        return checked(table("1", 1, RANKED.wordings[0].text, ("Score", "Rang"), rows))

    assert not of("1", "2", "3", "4")
    assert not of("4", "3", "2", "1"), "the highest score may be the best"
    assert of("1", "3", "2", "4")["source-rank-order"].severity == "error"


def test_a_chart_that_repeats_a_table_has_a_sum_of_its_own() -> None:
    known = catalogue(SINGLE)
    part = shares("40%", "30%", "20%", "10%")
    observations, again = observed([part], known), observed([shares("40%", "30%", "20%", "18%")], known)
    observations = [
        replace(o, repeated=(replace(drawn, serial=len(again) + drawn.serial),))
        for o, drawn in zip(observations, again, strict=True)
    ]
    _, [found] = check(observations, known, pages=page_of([part]))
    assert (found.code, found.found) == ("source-sum", "108") and "chart" in found.message


def test_a_top_list_follows_the_values_of_the_other_figure() -> None:
    top = question("top", "rank", "De top 3 van redenen", MODES, group="staff", scale="1-3")
    top = top.model_copy(update={"ranks": Ranks(question="reasons")})
    known = catalogue(CHOOSE, top)
    values = shares("80%", "60%", "40%", "20%", of=CHOOSE)
    assert not checked(values, shares("1", "2", "3", of=top, figure="2", page=2), known=known)
    found = checked(values, shares("1", "3", "2", of=top, figure="2", page=2), known=known)["source-rank-exhibit"]
    assert "by the values of figure 1 they stand at 1 3 2" in found.message


def test_two_figures_that_print_one_value_differently() -> None:
    found = checked(shares("40%", "30%", "20%", "10%"), shares("40%", "33%", "17%", "10%", figure="2", page=2))
    assert (
        "figure 1 prints 20" in found["source-exhibits"].message
        or "figure 1 prints 30" in found["source-exhibits"].message
    )


def test_two_figures_that_print_one_value_alike() -> None:
    assert not checked(shares("40%", "30%", "20%", "10%"), shares("40%", "30%", "20%", "10%", figure="2", page=2))
    finer = shares("40,4%", "29,6%", "20,3%", "9,7%", figure="2", page=2)
    rounded = checked(shares("40%", "30%", "20%", "10%"), finer)["source-exhibits"]
    assert rounded.severity == "info", "one is rounded, the other is not"


def test_a_share_that_some_number_of_respondents_gives() -> None:
    known = catalogue(SINGLE)
    observations = [replace(o, base_n=7) for o in observed([shares("29%", "57%", "14%")], known)]
    assert not check(observations, known)[1]


def test_a_share_that_no_number_of_respondents_gives() -> None:
    known = catalogue(SINGLE)
    observations = [replace(o, base_n=7) for o in observed([shares("40%", "30%", "20%", "10%")], known)]
    assert "source-base" in {
        f.code for f in check(observations, known, pages=page_of([shares("40%", "30%", "20%", "10%")]))[1]
    }


def test_items_of_a_matrix_have_bases_of_their_own() -> None:
    known = catalogue(SINGLE)
    read = observed([shares("40%", "30%", "20%", "10%")], known)
    observations = [replace(o, base_n=7, roles=replace(o.roles, item="in de winter")) for o in read]
    assert not check(observations, known)[1]


def test_a_rule_frame_names_its_failing_rows() -> None:
    row = dict.fromkeys(("rule", "figure", "question", "item", "category", "group", "wave")) | {
        "low": 99.0,
        "high": 101.0,
    }
    row["rule"] = "sum"
    assert failures([row | {"found": f} for f in (100.0, 92.0, 101.0, 108.0)]) == [1, 3]
    with pytest.raises(ValueError, match="sum"):
        failures([row | {"found": float("nan")}])


def test_a_rule_holds_up_to_its_bounds() -> None:
    sums = (100.0, 92.0, 101.0 + 1e-12, 108.0)
    assert [Constraint("sum", (), found, 99.0, 101.0, 0.0, "").miss for found in sums] == [0, -7, 0, 7]


# --- who is at fault -------------------------------------------------------------------------------------------------


def test_the_report_is_at_fault_when_its_values_have_two_witnesses() -> None:
    wrong = shares("40%", "30%", "20%", "18%")
    message = checked(wrong)["source-sum"].message
    assert "read alike by camelot, geometry" in message and "printed so at their places" in message
    assert "source-sum" in checked(one_reader(wrong)), "the page is the second witness"


def test_the_extraction_is_at_fault_without_a_second_witness() -> None:
    wrong, known = one_reader(shares("40%", "30%", "20%", "18%")), catalogue(SINGLE)
    observations = observed([wrong], known)
    observations, [found] = check(observations, known)
    assert found.code == "extraction-sum" and "Without a second witness: 18%" in found.message
    assert all("extraction-sum" in o.flags and o.source.confidence <= 0.5 for o in observations)


def test_the_extraction_is_at_fault_where_something_was_lost() -> None:
    wrong = shares("40%", "30%", "20%", "18%")
    for code in ("extraction-option-missing", "extraction-number-unaccounted"):
        lost = finding(code, "", page=1, figure="1", box=wrong.box)
        assert "extraction-sum" in checked(wrong, earlier=[lost])
        elsewhere = finding(code, "", page=2, figure="2", box=wrong.box)
        assert "source-sum" in checked(wrong, earlier=[elsewhere])


def test_rounding_is_no_reason_to_doubt_the_extraction() -> None:
    known = catalogue(CHOOSE)
    observations = observed([one_reader(shares("80%", "60%", "40%", "22%", of=CHOOSE))], known)
    observations, findings = check(observations, known)
    assert not findings and not any(o.flags for o in observations)


def test_a_likely_misprint_is_named_and_nothing_is_changed() -> None:
    wrong = shares("40%", "30%", "20%", "18%")
    found = checked(wrong)["source-sum"]
    assert "likely misprint" in found.message and "18% for 'Met de auto' (10 would fit)" in found.message


@pytest.mark.parametrize(
    ("one", "other", "apart"), [("18", "10", True), ("8", "18", True), ("12", "21", False), ("7", "7", False)]
)
def test_one_digit_apart(one: str, other: str, apart: bool) -> None:
    assert one_digit_apart(one, other) is apart


def test_a_sum_supports_what_only_ocr_read() -> None:
    doubt = "extraction-ocr-unsupported"

    def read(*printed: str) -> list[Observation]:
        part = shares(*printed)
        values = tuple(replace(v, readers=("ocr",), confidence=0.5, doubts=(doubt,)) for v in part.values)
        observations = observed([replace(part, method="picture", values=values)], catalogue(SINGLE))
        return check(observations, catalogue(SINGLE))[0]

    assert not any(o.flags for o in read("40%", "30%", "20%", "10%"))
    assert all(doubt in o.flags for o in read("40%", "30%", "20%", "11%")), "a misread last digit may hide in rounding"


# --- the page --------------------------------------------------------------------------------------------------------


def relabelled(part: Part, change: dict[int, PartValue]) -> Part:
    return replace(part, values=tuple(change.get(i, v) for i, v in enumerate(part.values)))


def seen(part: Part, printed: Part) -> set[str]:
    """Codes about `part` on the page that prints `printed`."""
    known = catalogue(SINGLE, CHOOSE, RANKED)
    return {f.code for f in check(observed([part], known), known, pages=page_of([printed]))[1]}


def test_a_number_that_the_page_does_not_print() -> None:
    right = shares("40%", "30%", "20%", "10%", of=CHOOSE)
    for misread in ("43%", "4%", "400%"):
        wrong = replace(right.values[0], entry=replace(right.values[0].entry, printed=misread))
        assert "extraction-garbled" in seen(relabelled(right, {0: wrong}), right), misread
    assert not seen(right, right)


def test_a_label_that_belongs_to_another_row() -> None:
    right = shares("40%", "30%", "20%", "10%", of=CHOOSE)
    labels = [v.entry.labels for v in right.values]
    shifted = {i: replace(v, entry=replace(v.entry, labels=labels[i - 1])) for i, v in enumerate(right.values)}
    assert "extraction-label-astray" in seen(relabelled(right, shifted), right)


def test_one_number_that_became_two_values() -> None:
    right = shares("40%", "30%", "20%", "10%", of=CHOOSE)
    labels = right.values[1].entry.labels
    twin = replace(right.values[0], entry=replace(right.values[0].entry, labels=labels))
    assert "extraction-read-twice" in seen(replace(right, values=(*right.values, twin)), right)


def test_a_number_that_its_mark_does_not_bear_out() -> None:
    right = shares("40%", "30%", "20%", "10%", of=CHOOSE)
    sizes = (40.1, 30.0, 24.0, 9.9)
    values = [replace(v, entry=replace(v.entry, measured=s)) for v, s in zip(right.values, sizes, strict=True)]
    drawn = replace(right, method="chart", values=tuple(values))
    known = catalogue(CHOOSE)
    _, [found] = check(observed([drawn], known), known, pages=page_of([right]))
    assert found.code == "extraction-label-geometry" and "20%" in found.message and "24.0" in found.message


# --- the text --------------------------------------------------------------------------------------------------------


def told(lines: Sequence[str], *parts: Part, known: Catalogue) -> list[Finding]:
    """Findings of an edition whose first page holds the lines of text, its other pages the exhibits."""
    printed = pages(
        [
            Sheet()
            .lines(["Zo reizen wij. Deze regels zijn hier om te bestaan,", "en om te zijn wat men leest."], 60, 60)
            .lines(lines, 60, 100)
        ]
    )
    text = read_text(printed, ("Figuur",))
    passages = prose(text, {})
    groups = [(g.id, g.names) for g in known.study.groups]
    claims = read_claims(passages, groups, ("Figuur",), "2022").claims
    observations = observed(parts, known)
    judged = verify(claims, [o.row() for o in observations])
    return check(observations, known, (), judged, passages, page_of(parts))[1]


def series(*values: str, figure: str = "3", label: str = "Ja") -> Part:
    years = ("2019", "2020", "2021", "2022")[: len(values)]
    others = [f"{100 - int(v.rstrip('%'))}%" for v in values]
    return table(figure, 2, "Reist u met de fiets?", years, {label: values, "Neen": others})


BIKES = question("bikes", "single", "Reist u met de fiets?", {"Ja": "yes", "Neen": "no"}, group="staff")


def test_a_sentence_that_names_another_number_than_its_figure() -> None:
    part = shares("40%", "30%", "20%", "10%", page=2)
    [found] = told(["Volgens figuur 1 reist 43% van het personeel met de fiets."], part, known=catalogue(SINGLE))
    assert (found.code, found.page, found.figure) == ("source-prose", 1, "1")
    assert "says 43%" in found.message and "the figure 40" in found.message
    assert not told(["Volgens figuur 1 reist 40% van het personeel met de fiets."], part, known=catalogue(SINGLE))


@pytest.mark.parametrize(
    ("sentence", "values", "wrong"),
    [
        ("Volgens figuur 3 reist het personeel elk jaar meer met de fiets.", ("30%", "28%", "40%", "45%"), True),
        ("Volgens figuur 3 reist het personeel elk jaar meer met de fiets.", ("30%", "32%", "40%", "45%"), False),
        ("Figuur 3 gaat over het personeel. Het reist jaar na jaar beter.", ("30%", "28%", "40%", "45%"), True),
        ("Het personeel blijft in figuur 3 nipt voldoende fietsen.", ("47%", "53%", "42%", "55%"), True),
        ("Het personeel blijft in figuur 3 nipt voldoende fietsen.", ("51%", "53%", "52%", "55%"), False),
        ("Volgens figuur 3 wint het personeel er elk jaar 3 bij.", ("30%", "28%", "40%", "45%"), False),
        ("Het personeel reist elk jaar meer met de fiets.", ("30%", "28%", "40%", "45%"), False),
    ],
)
def test_trends_that_the_text_tells(sentence: str, values: tuple[str, ...], wrong: bool) -> None:
    codes = [f.code for f in told([sentence], series(*values), known=catalogue(BIKES))]
    assert codes == (["source-trend"] if wrong else [])


SPENDING = {"Minder dan € 100": "low", "Tussen € 100 en 500": "mid", "Meer dan € 500": "high", "Weet niet": "unknown"}
SPENT = question("spent", "single", "Hoeveel geeft u uit?", SPENDING, group="staff")


def test_shares_on_both_sides_of_a_threshold_and_the_misprint_that_would_mend_them() -> None:
    def told_of(*printed: str) -> dict[str, Finding]:
        part = table(
            "4", 2, "Hoeveel geeft u uit?", ("2022",), dict(zip(SPENDING, ((p,) for p in printed), strict=True))
        )
        said = ["In 2022 geeft 40% minder en 60% meer dan € 500 uit aan het personeel."]
        return {f.code: f for f in told(said, part, known=catalogue(SPENT))}

    assert not told_of("10%", "22%", "48%", "20%"), "40 and 60 of those who named an amount"
    found = told_of("10%", "22%", "28%", "20%")
    message = found["source-prose"].message
    assert "the figure has 28% = 28 (47 % of those" in message or "the figure has 10% + 22% = 32 (53 %" in message
    assert "would mend rule and text: 28% for 'Meer dan € 500' (48 would fit)" in found["source-sum"].message


def test_shares_of_the_text_that_nearly_sum_to_100() -> None:
    said = ["Van hen werkt 66% in het land, 19% in het buitenland en 16% overal."]
    [found] = told(said, known=catalogue(SINGLE))
    assert (found.code, found.severity, found.found) == ("source-prose-sum", "info", "101")


# --- the registry ----------------------------------------------------------------------------------------------------


def test_every_code_in_the_program_is_registered() -> None:
    literal = re.compile(r'"((?:source|extraction|catalogue)-[a-z][a-z-]*[a-z])"')
    used = {c for path in (CHECKOUT / "pipeline").rglob("*.py") for c in literal.findall(path.read_text("utf-8"))}
    unregistered = sorted(used - set(REGISTRY))
    assert not unregistered


def test_every_code_says_what_to_do() -> None:
    for code in REGISTRY.values():
        assert code.origin in ("source", "extraction", "catalogue")
        assert code.meaning.endswith(".") and code.remedy.endswith((".", "?")), code.code


def test_findings_are_told_most_serious_first_with_place_and_remedy() -> None:
    found = [
        finding("extraction-cut-label", "a label is cut", page=3, figure="7"),
        finding("source-sum", "figure 2, page 1: the shares sum to 92", page=1, figure="2"),
        *(finding("extraction-garbled", f"place {i} is garbled", page=i) for i in (1, 2, 3)),
        finding("source-choose", "rounding", page=9, severity="info"),
    ]
    text = describe([f.row("commute", "2024") for f in found], shown=2)
    heads = [line for line in text.splitlines() if line.startswith(("ERROR", "WARNING", "PRINTED SO", "info"))]
    assert [(head.split("  ")[0], head.split("[")[-1]) for head in heads[:3]] == [
        ("ERROR", "extraction-garbled]"), ("WARNING", "extraction-cut-label]"), ("PRINTED SO", "source-sum]")
    ]  # fmt: skip
    assert heads[3] == "info: 1 source-choose"
    brief = briefly([f.row("commute", "2024") for f in found], shown=2)
    assert brief.count("→ ") == 1 and brief.endswith(
        "worth a look: 1 extraction-cut-label\nthe report contradicts itself, published as printed: 1 source-sum"
    )
    assert "commute/2024, page 1: place 1 is garbled" in text and "… and 1 more in the findings table" in text
    assert "commute/2024: figure 2, page 1: the shares sum to 92" in text, "no place twice"
    assert text.count("→ ") == 3 and REGISTRY["extraction-garbled"].remedy in text


def test_the_rules_name_no_study() -> None:
    for path in (Path(CHECKOUT) / "pipeline" / "checks").glob("*.py"):
        assert "ld-trends" not in path.read_text("utf-8")
