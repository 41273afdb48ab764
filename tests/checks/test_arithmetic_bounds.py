"""The rules at their bounds: the smallest fault that each sees, and the nearest right value that it lets pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.catalogue.model import Ranks
from pipeline.checks.checking import check
from pipeline.core.findings import Finding
from tests.checks.test_checks import CHOOSE, MODES, RANKED, SINGLE, catalogue, checked, option, question, shares
from tests.factory import observed, page_of, table


def test_nobody_may_be_counted_but_not_less() -> None:
    counts = question("trips", "count", "Hoe vaak reist u?", MODES, group="staff")

    def of(*printed: str) -> dict[str, Finding]:
        return checked(shares(*printed, of=counts), known=catalogue(counts))

    assert "source-range" not in of("0", "12", "30", "4")
    assert "source-range" in of("-1", "12", "30", "4")
    assert "source-range" not in of("-1", "(12)", "30", "4"), "a balance"


def test_a_difference_whose_term_is_printed_nowhere_is_not_judged() -> None:
    items = (
        option("now", "Nu"),
        option("wish", "Wens"),
        option("gap", "Verschil", kind="difference", terms=("wish", "now")),
    )
    asked = question("time", "multiple", "Waaraan besteedt u tijd?", MODES, group="staff")
    known = catalogue(asked.model_copy(update={"items": items}))
    for head in ("Nu", "Wens"):
        rows = {label: ("30%", "+ 12%") for label in MODES}
        assert "source-difference" not in checked(
            table("1", 1, "Waaraan besteedt u tijd?", (head, "Verschil"), rows), known=known
        )


def test_two_ranks_can_be_in_the_wrong_order() -> None:
    two = dict(list(MODES.items())[:3])
    ranked = question("order", "rank", "Rangschik de manieren", two, group="staff", scale="1-3")

    def of(*ranks: str) -> dict[str, Finding]:
        rows = dict(zip(two, zip(("1,20", "1,90", "2,90"), ranks, strict=True), strict=True))
        return checked(table("1", 1, "Rangschik de manieren", ("Score", "Rang"), rows), known=catalogue(ranked))

    assert "source-rank-order" not in of("1", "2", "")
    assert "source-rank-order" not in of("1", "2", "3")
    assert "source-rank-order" in of("2", "1", "3")


def test_one_point_between_two_figures_is_a_difference() -> None:
    again = shares("41%", "29%", "20%", "10%", figure="2", page=2)
    assert checked(shares("40%", "30%", "20%", "10%"), again)["source-exhibits"].severity == "error"


def test_half_a_step_beyond_a_scale_is_an_error() -> None:
    beyond = checked(shares("1,50", "2,25", "2,75", "4,50", of=RANKED))
    assert beyond["source-range"].severity == "error"


def test_one_value_that_a_pair_lacks_is_an_error() -> None:
    roles = question("roles", "pair", "Wie reist waarmee?", MODES)
    cells = (("61%", "61%"), ("65%", ""), ("15%", "15%"), ("38%", "35%"))
    rows = dict(zip(MODES, cells, strict=True))
    part = table("1", 1, "Wie reist waarmee?", ("Personeel", "Besturen"), rows)
    assert checked(part, known=catalogue(roles))["source-pair"].severity == "error"


@pytest.mark.parametrize(("printed", "fits"), [("14%", True), ("15%", False), ("13%", False)])
def test_a_share_is_one_of_a_whole_number_of_respondents(printed: str, fits: bool) -> None:
    """One of seven is 14.29: neither neighbour is a share of seven people."""
    known = catalogue(SINGLE)
    part = shares(printed, "29%", "57%")
    observations = [replace(o, base_n=7) for o in observed([part], known)]
    found = {f.code for f in check(observations, known, pages=page_of([part]))[1]}
    assert ("source-base" not in found) == fits


def test_one_point_over_a_hundred_is_no_share() -> None:
    assert "source-range" in checked(shares("101%", "30%", "20%", "10%", of=CHOOSE))


def test_mean_ranks_fall_short_by_a_tenth_of_a_rank_each_at_most() -> None:
    assert checked(shares("1,40", "2,25", "2,75", "3,25", of=RANKED))["source-rank-total"].severity == "info"
    assert checked(shares("1,40", "2,25", "2,60", "3,25", of=RANKED))["source-rank-total"].severity == "error"


def test_a_chart_that_sums_otherwise_is_at_fault_at_its_own_place() -> None:
    known = catalogue(SINGLE)
    part = shares("40%", "30%", "20%", "10%")
    drawn = observed([shares("40%", "30%", "20%", "18%", page=3)], known)
    observations = [
        replace(o, repeated=(replace(again, serial=4 + again.serial),))
        for o, again in zip(observed([part], known), drawn, strict=True)
    ]
    [found] = check(observations, known, pages=page_of([part]))[1]
    assert found.page == 3 and found.box == drawn[0].source.entry.box


def test_a_top_list_of_one_item_follows_the_values_of_that_item() -> None:
    items = (option("staff", "Personeel"), option("guests", "Gasten"))
    asked = CHOOSE.model_copy(update={"items": items})
    top = question("top", "rank", "De top 3 van redenen", MODES, group="staff", scale="1-3")
    known = catalogue(asked, top.model_copy(update={"ranks": Ranks(question="reasons", item="staff")}))
    cells = zip(MODES, (("80%", "20%"), ("60%", "40%"), ("40%", "60%"), ("20%", "80%")), strict=True)
    values = table("1", 1, CHOOSE.wordings[0].text, ("Personeel", "Gasten"), dict(cells))
    assert "source-rank-exhibit" not in checked(values, shares("1", "2", "3", of=top, figure="2", page=2), known=known)
    assert "source-rank-exhibit" in checked(values, shares("2", "1", "3", of=top, figure="2", page=2), known=known)


@pytest.mark.parametrize(("change", "wrong"), [("+100", False), ("+101", True), ("-100", False), ("-101", True)])
def test_a_change_of_a_share_is_of_a_hundred_points_at_most(change: str, wrong: bool) -> None:
    free = SINGLE.model_copy(update={"kind": "multiple"})
    rows = {label: ("40%", points) for label, points in zip(MODES, (change, "-3", "+2", "-1"), strict=True)}
    part = table("1", 1, SINGLE.wordings[0].text, ("2022", "Verschil in procentpunten"), rows)
    assert ("extraction-range" in checked(part, known=catalogue(free))) == wrong
