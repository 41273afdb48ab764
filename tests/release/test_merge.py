"""Merging editions: every planted change of the synthetic history is found, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd
import pytest

from pipeline.core.contract import FINDINGS, HARMONISED, LONGITUDINAL
from pipeline.release.merge.merging import MERGE_CODES
from schemas.contract import validate
from tests.histories import HISTORIES
from tests.histories import LEARNING as history
from tests.history import History
from tests.merged import MergeResult, merge


@pytest.fixture(scope="module")
def merged() -> MergeResult:
    return merge(history.catalogue(), history.all_rows())


def planted(result: MergeResult) -> dict[str, set[tuple[str, ...]]]:
    """The findings in the form in which the histories list what they planted."""
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in result.findings.to_dict("records"):
        found[row["code"]].add((row["edition"], *_what(row)))
    return dict(found)


def _what(row: dict[str, str]) -> tuple[str, ...]:
    code, message = row["code"], row["message"]
    if code.startswith("source-revision"):
        _, _, _, question, _, category, group, wave = row["observation_id"].split("/")
        return question, group, wave, category
    if code == "catalogue-suggestion":
        return (row["expected"],)
    question = message.split("question ", 1)[1].split()[0].rstrip(",:")
    if code == "source-break":
        return (
            question,
            message.split("wave ")[1][:4],
            message.split(" on (")[1].split(":")[0],
            message.split("(")[1].split(")")[0],
        )
    if code == "source-wave-dropped":
        return question, message.split("wave ")[1][:4]
    return (question,)


@pytest.mark.parametrize("study", HISTORIES, ids=lambda study: study.study.id)
def test_everything_planted_is_found_and_nothing_else(study: History) -> None:
    result = merge(study.catalogue(), study.all_rows())
    assert planted(result) == study.planted
    # of a question that is in no catalogue it is not said that it may be another one's sister: a person is asked
    unmapped = result.longitudinal[result.longitudinal.question_id.isna()]
    assert (unmapped.obs_status == "V").all()


def test_the_tables_keep_the_contract(merged: MergeResult) -> None:
    assert validate(LONGITUDINAL, merged.longitudinal) == []
    assert validate(HARMONISED, merged.harmonised) == []
    assert validate(FINDINGS, merged.findings) == []


def test_no_row_is_lost_and_none_changed(merged: MergeResult) -> None:
    rows = sorted((r for e in history.all_rows() for r in e), key=lambda r: (r["edition"], r["observation_id"]))
    assert list(merged.longitudinal["observation_id"]) == [r["observation_id"] for r in rows]
    assert list(merged.longitudinal["value"]) == [r["value"] for r in rows]


def test_the_order_of_editions_does_not_matter(merged: MergeResult) -> None:
    backwards = merge(history.catalogue(), history.all_rows()[::-1])
    pd.testing.assert_frame_equal(backwards.longitudinal, merged.longitudinal)


def test_vintages(merged: MergeResult) -> None:
    rows = merged.longitudinal
    wave = rows[(rows.question_id == "team-size") & (rows.wave == "2021") & (rows.category_id == "middle")]
    assert list(wave.vintage) == ["2021", "2022", "2023"]
    assert list(wave.is_latest) == [False, False, True]
    assert wave.revision.fillna(-99).tolist() == [-99, 2, 0]
    assert [("source-revision" in flags) for flags in wave["flags"]] == [False, True, False]


def revisions(tables: list[list[dict[str, Any]]]) -> dict[str, int]:
    found = merge(history.catalogue(), tables).findings.code.value_counts().to_dict()
    return {str(code): count for code, count in found.items() if code.endswith("-revision")}


def test_a_revision_that_may_be_a_misreading_is_no_fault_of_the_publisher() -> None:
    """Where a value was read with doubt, and where most of a question differs: its labels may be out of step."""
    tables = [list(rows) for rows in history.all_rows()]
    before = revisions(tables)
    doubted = [
        [row | {"flags": ["extraction-garbled"]} if row["question_id"] == "team-size" else row for row in rows]
        for rows in tables
    ]
    found = revisions(doubted)
    assert found["extraction-revision"] and found.get("source-revision", 0) < before["source-revision"]
    shifted = [[row | {"value": row["value"] + 1} for row in rows] for rows in tables[-1:]]
    found = revisions([*tables[:-1], *shifted])
    assert found["extraction-revision"] > 3 and found.get("source-revision", 0) <= before["source-revision"]


def test_a_split_option_is_harmonised_to_what_all_waves_share(merged: MergeResult) -> None:
    rows = merged.longitudinal
    asked = rows[rows.question_id == "provider-size"]
    by_category = asked.groupby("category_id").category_id_harmonised.unique().map(list).to_dict()
    assert by_category == {
        "five-plus": ["five-plus"],
        "some": ["five-plus"],
        "many": ["five-plus"],
        "one": ["one"],
        "few": ["few"],
    }
    assert asked.comparable.all()
    series = merged.harmonised[(merged.harmonised.question_id == "provider-size")]
    assert (series.groupby("wave").value.sum() == 100).all()
    added = series[(series.category_id == "five-plus") & (series.wave >= "2022")]
    assert set(added.obs_status) == {"E"} and set(added.parts) == {2} and set(added.error_bound) == {1.0}


@pytest.mark.parametrize("asked", [{"kind": "multiple"}, {"unit": "mean_score"}])
def test_parts_that_do_not_exclude_each_other_or_are_no_shares_are_never_added_up(asked: dict[str, str]) -> None:
    editions = [[r | asked if r["question_id"] == "provider-size" else r for r in rows] for rows in history.all_rows()]
    series = merge(history.catalogue(), editions).harmonised
    sizes = series[series.question_id == "provider-size"]
    assert len(sizes) > 0
    assert set(sizes.parts) == {1} and "E" not in set(sizes.obs_status)
    assert set(sizes[sizes.category_id == "five-plus"].wave) < set(sizes.wave), "only where it is printed itself"


def test_a_sum_that_lacks_a_part_is_not_in_the_series() -> None:
    editions = [
        [r for r in rows if r["category_id"] != "many" or r["question_id"] != "provider-size"]
        for rows in history.all_rows()
    ]
    series = merge(history.catalogue(), editions).harmonised
    added = series[(series.question_id == "provider-size") & (series.parts > 1)]
    assert added.empty


def test_where_every_wave_prints_the_parts_the_net_is_not_the_level() -> None:
    rows = [r for r in history.rows("2024") if r["question_id"] == "provider-size"]
    nets = [
        r | {"category_id": "five-plus", "category": "5+", "observation_id": f"{r['observation_id']}+", "value": 50.0}
        for r in rows
        if r["category_id"] == "some"
    ]
    result = merge(history.catalogue(), [[*rows, *nets]]).longitudinal
    levels = result.groupby("category_id").category_id_harmonised.unique().map(list).to_dict()
    assert levels["some"] == ["some"] and levels["many"] == ["many"]
    assert pd.isna(levels["five-plus"][0])


def test_breaks_stand_at_the_wave_that_was_asked_otherwise(merged: MergeResult) -> None:
    rows = merged.longitudinal
    broken = rows[rows.break_reason.notna()]
    assert set(zip(broken.question_id, broken.wave, broken.break_reason, strict=True)) == {
        ("technology", "2022", "wording"),
        ("outlook", "2023", "options"),
        ("reasons", "2021", "mode"),
    }
    assert (broken.obs_status == "B").all() and not broken.comparable.any()
    later = rows[(rows.question_id == "technology") & (rows.wave == "2023")]
    assert later.comparable.all()


def test_a_steward_can_declare_a_new_wording_comparable() -> None:
    catalogue = history.catalogue()
    excused = catalogue.crosswalk.breaks[0].model_copy(
        update={"question": "technology", "from_wave": "2022", "reason": "wording", "comparable": True}
    )
    crosswalk = catalogue.crosswalk.model_copy(update={"breaks": (*catalogue.crosswalk.breaks, excused)})
    result = merge(catalogue.model_copy(update={"crosswalk": crosswalk}), history.all_rows())
    assert "technology" not in set(result.longitudinal[result.longitudinal.break_reason.notna()].question_id)


def test_segments_count_breaks(merged: MergeResult) -> None:
    series = merged.harmonised[merged.harmonised.question_id == "technology"]
    business = series[(series.group == "business") & (series.category_id == "no")].set_index("wave").segment
    assert business.to_dict() == {
        "2019": 0,
        "2020": 0,
        "2021": 0,
        "2022": 1,
        "2023": 1,
        "2024": 1,
    }


def test_unmapped_rows_pass_through_outside_any_series() -> None:
    catalogue = history.catalogue()
    editions = history.all_rows()
    strange = [r | {"question_id": None, "category_id": None} for r in editions[-1] if r["question_id"] == "spend"]
    rest = [r for r in editions[-1] if r["question_id"] != "spend"]
    result = merge(catalogue, [*editions[:-1], [*rest, *strange]])
    rows = result.longitudinal[result.longitudinal.question_id.isna()]
    assert len(rows) == len(strange)
    assert set(rows.obs_status) == {"V"} and rows.comparable.isna().all() and rows.revision.isna().all()
    suggested = result.findings[result.findings.code == "catalogue-suggestion"]
    assert list(suggested.expected) == ["spend"]


def test_a_question_reworded_beyond_recognition_is_suggested_by_its_values() -> None:
    catalogue = history.catalogue()
    editions = history.all_rows()
    changed = [
        r | {"question_id": None, "category_id": None, "question": "Uitgaven aan leren"}
        if r["question_id"] == "spend"
        else r
        for r in editions[-1]
    ]
    result = merge(catalogue, [*editions[:-1], changed])
    suggested = result.findings[result.findings.code == "catalogue-suggestion"]
    assert list(suggested.expected) == ["spend"]
    assert "9 of 9 values" in suggested.message.iloc[0]


def test_nothing_to_merge() -> None:
    result = merge(history.catalogue(), [])
    assert len(result.longitudinal) == len(result.harmonised) == len(result.findings) == 0
    assert list(result.longitudinal.columns) == LONGITUDINAL.names


def test_measured_and_doubted_values_say_so() -> None:
    rows = history.rows("2019")
    rows[0] |= {"value_printed": None}
    rows[1] |= {"flags": ["extraction-readers-disagree"]}
    result = merge(history.catalogue(), [rows]).longitudinal.set_index("observation_id")
    assert result.loc[rows[0]["observation_id"], "obs_status"] == "E"
    assert result.loc[rows[1]["observation_id"], "obs_status"] == "U"


def test_codes_are_registered() -> None:
    from pipeline.core.findings import REGISTRY

    assert set(MERGE_CODES) <= set(REGISTRY)
