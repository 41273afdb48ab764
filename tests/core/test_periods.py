"""Periods that waves are named by."""

from __future__ import annotations

import pytest

from pipeline.core.periods import is_period, period_order, periods_in, plain_years, without_period


@pytest.mark.parametrize(
    "text",
    ["2024", "2018/2019", "2018/19", "Q3 2023", "2023 Q3", "maart 2024", "Jan. 2024", "1er trimestre 2024", "2024-03"],
)
def test_a_year_a_part_of_one_and_a_school_year_are_periods(text: str) -> None:
    assert is_period(text) and periods_in(text) == (text,)


@pytest.mark.parametrize("text", ["12 March 2024", "June 2–15, 2025", "2.–15. Juni 2025"])
def test_the_days_of_the_field_work_belong_to_the_period(text: str) -> None:
    assert is_period(text) and periods_in(text) == (text,)


@pytest.mark.parametrize("text", ["2017-2022", "1981–1996", "2000-2500", "Mais 2024", "v2 2024", "Q3"])
def test_longer_spans_and_other_words_are_no_periods(text: str) -> None:
    assert not is_period(text)


def test_what_is_left_of_a_text_with_one_period() -> None:
    assert without_period("Q3 2023 (n=304)") == "n=304"
    assert without_period("2017-2022") is None


def test_periods_are_ordered_by_time() -> None:
    told = ["Q4 2023", "Q1 2024", "april 2024", "december 2024", "2024/2025"]
    assert sorted(reversed(told), key=period_order)[:4] == told[:4]


def test_a_survey_of_once_a_year_names_its_waves_by_year() -> None:
    told = ["Oct. 2020", "June 2021", "June 2–15, 2021", "2021", "2022/2023", None, "2022-a"]
    assert plain_years(told) == {"Oct. 2020": "2020", "June 2021": "2021", "June 2–15, 2021": "2021"}
    assert plain_years([*told, "Q3 2024", "Q4 2024"]) == {}
