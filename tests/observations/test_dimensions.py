"""What the labels of a value say: bases that stand in them, and headings of sections."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.catalogue.model import bare_catalogue
from pipeline.core.geometry import Box
from pipeline.exhibits.reading import Label, Part
from pipeline.observations.base_texts import without_base
from pipeline.observations.bases import assign_bases
from tests.factory import observed, table


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Board members (n=204)", "Board members"),
        ("Medizin (n = 1.241)", "Medizin"),
        ("Micro, n = 12", "Micro"),
        ("Cadres 604 répondants", "Cadres"),
        ("Onder 30 (1.204 respondenten)", "Onder 30"),
        ("2 to 50 employees", "2 to 50 employees"),
        ("n = 304", "n = 304"),
        ("Plan n=3 steps", "Plan n=3 steps"),
        ("Within 15 minutes (%)", "Within 15 minutes (%)"),
    ],
)
def test_a_base_that_ends_a_label_is_no_part_of_the_name(label: str, name: str) -> None:
    assert without_base(label) == name


def test_the_base_in_a_label_is_that_of_its_values() -> None:
    rows = {"Young (n=412)": ("40", "60"), "Old (n=588)": ("30", "70")}
    found = assign_bases(observed([table("1", 1, "Do you travel?", ("Yes", "No"), rows)], bare_catalogue()))
    assert {(o.roles.category, o.base_n) for o in found} == {("Young", 412), ("Old", 588)}


def with_sections(rows: dict[str, tuple[str, ...]], sections: dict[str, str]) -> Part:
    """A table whose rows stand under the heading of a section; a digit at the end of a row's name is not printed."""
    part = table("1", 1, "How do you rate us?", ("Men", "Women"), rows)
    values = []
    for value in part.values:
        row = next(x for x in value.entry.labels if x.axis == "row")
        section = Label(sections[row.text], "section", box=Box(0, 0, 50, 9))
        labels = tuple(replace(x, text=x.text.rstrip("12")) for x in value.entry.labels)
        values.append(replace(value, entry=replace(value.entry, labels=(*labels, section))))
    return replace(part, values=tuple(values))


def test_a_section_names_rows_only_where_they_come_twice() -> None:
    once = {"Food": ("40", "60"), "Rooms": ("30", "70"), "Staff": ("20", "80")}
    part = with_sections(once, {"Food": "On arrival", "Rooms": "On arrival", "Staff": "During the stay"})
    assert {o.roles.item for o in observed([part], bare_catalogue())} == {"Men", "Women"}
    twice = {"Food1": ("40", "60"), "Rooms1": ("30", "70"), "Food2": ("20", "80"), "Rooms2": ("35", "65")}
    part = with_sections(twice, {row: f"Year {row[-1]}" for row in twice})
    named = {(o.roles.item, o.roles.category, o.roles.group) for o in observed([part], bare_catalogue())}
    assert len(named) == 8 and ("Year 2", "Food", "Women") in named


def test_years_among_other_column_heads_are_waves() -> None:
    rows = {"Shops": ("412", "41%", "45%", "+4"), "Warehouses": ("287", "38%", "36%", "-2")}
    part = table("1", 1, "Who works on Sundays?", ("n", "2021", "2024", "Change"), rows)
    found = {
        (o.roles.wave, o.roles.item, o.value) for o in observed([part], bare_catalogue()) if o.roles.category == "Shops"
    }
    assert found == {("2021", None, 41), ("2024", None, 45), ("2022", "n", 412), ("2022", "Change", 4)}


@pytest.mark.parametrize("question", ["When did you first start?", "How many joined?"])
def test_of_two_sets_of_years_one_is_the_answer(question: str) -> None:
    rows = {"2020": ("40", "30"), "2021": ("60", "30"), "2022": ("", "40")}
    found = observed([table("1", 1, question, ("2021", "2022"), rows)], bare_catalogue())
    told = {(o.roles.category, o.roles.wave, o.value) for o in found}
    assert {("2020", "2021", 40.0), ("2020", "2022", 30.0), ("2022", "2022", 40.0)} <= told
    assert not any(o.flags & {"extraction-label-number", "extraction-not-told-apart"} for o in found)


def test_years_alone_answer_a_question_for_a_year_only() -> None:
    rows = {"2019": ("30",), "2020": ("70",)}
    asked = observed([table("1", 1, "When did you first start?", ("%",), rows)], bare_catalogue())
    assert {(o.roles.category, o.value) for o in asked} == {("2019", 30.0), ("2020", 70.0)}
    assert not any("extraction-label-number" in o.flags for o in asked)
    trend = observed([table("1", 1, "How many are content?", ("%",), rows)], bare_catalogue())
    assert {o.roles.wave for o in trend} == {"2019", "2020"}


def test_a_change_since_a_year_is_of_no_wave() -> None:
    rows = {"Shops": ("41%", "45%", "+4"), "Warehouses": ("38%", "36%", "-2")}
    part = table("1", 1, "Who works on Sundays?", ("2021", "2024", "Change since 2021"), rows)
    shops = [o for o in observed([part], bare_catalogue()) if o.roles.category == "Shops"]
    found = {(o.roles.wave, o.roles.item, o.value, o.unit) for o in shops}
    assert ("2022", "Change since 2021", 4, "points") in found and ("2021", None, 41, "percent") in found


def test_numbers_among_numbers_are_no_waves() -> None:
    heads = ("500", "1000", "2000", "2050")
    part = table("1", 1, "How many jobs of each size?", heads, {"Shops": ("41", "45", "10", "4")})
    assert {o.roles.wave for o in observed([part], bare_catalogue())} == {"2022"}


def test_the_numbers_of_rows_are_no_part_of_their_names() -> None:
    part = table("1", 1, "Which editors do you use?", ("2021", "2024"), {name: ("4", "5") for name in ("A", "B", "C")})
    numbers = {"A": "1", "B": "2", "C": "3"}
    values = []
    for value in part.values:
        row = next(x for x in value.entry.labels if x.axis == "row")
        count = Label(numbers[row.text], "row", 1, box=Box(0, 0, 9, 9))
        values.append(replace(value, entry=replace(value.entry, labels=(*value.entry.labels, count))))
    found = observed([replace(part, values=tuple(values))], bare_catalogue())
    assert {(o.roles.item, o.roles.category) for o in found} == {(None, "A"), (None, "B"), (None, "C")}


@pytest.mark.parametrize("waves", [("Q3 2023", "Q3 2024", "Q4 2024"), ("2022/2023", "2023/2024", "2024/2025")])
def test_parts_of_years_and_school_years_are_waves_as_printed(waves: tuple[str, ...]) -> None:
    part = table("1", 1, "Do you travel?", waves, {"Yes": ("40", "50", "60"), "No": ("60", "50", "40")})
    found = observed([part], bare_catalogue())
    assert {o.roles.wave for o in found} == set(waves) and {o.roles.item for o in found} == {None}


def test_a_heading_that_only_tells_the_unit_is_an_item_where_values_differ_by_nothing_else() -> None:
    part = table("1", 1, "Households by age", ("1 000", "%"), {"Young": ("148", "13,4"), "Old": ("954", "86,6")})
    values = tuple(
        replace(v, entry=replace(v.entry, labels=(*v.entry.labels, Label("Tenants", "column", 1)))) for v in part.values
    )
    found = observed([replace(part, values=values)], bare_catalogue())
    assert {(o.roles.item, o.roles.category, o.unit) for o in found} == {
        (item, name, unit) for name in ("Young", "Old") for item, unit in (("1 000", "count"), ("%", "percent"))
    }


def test_a_remark_between_name_and_value_is_not_the_name() -> None:
    part = table("1", 1, "Which trends matter?", ("2024",), {name: ("4%",) for name in ("Coaching", "Tools", "Skills")})
    remarks = {"Coaching": "was 3", "Tools": "was 1", "Skills": "was 2"}
    values = []
    for value in part.values:
        row = next(x for x in value.entry.labels if x.axis == "row")
        others = [replace(x, level=x.level + (x.axis == "row")) for x in value.entry.labels]
        labels = (*others, Label(remarks[row.text], "row", 0))
        values.append(replace(value, entry=replace(value.entry, labels=labels)))
    found = observed([replace(part, values=tuple(values))], bare_catalogue())
    assert {(o.roles.item, o.roles.category) for o in found} == {(remark, name) for name, remark in remarks.items()}


def test_the_answers_are_told_by_what_sums_to_a_hundred() -> None:
    answers = ("Satisfied", "Neither", "Not satisfied", "Asked (n)")
    rows = {"Work": ("58.2", "22.6", "19.2", "4 812"), "Family": ("44.1", "25.3", "30.6", "4 790")}
    found = observed([table("1", 1, "How satisfied are you?", answers, rows)], bare_catalogue())
    assert {(o.roles.item, o.roles.category) for o in found if o.value == 58.2} == {("Work", "Satisfied")}
    assert {o.unit for o in found if o.roles.category in answers[:3]} == {"percent"}
    groups = ("Men", "Women")
    rows = {"Yes": ("40", "30"), "No": ("50", "55"), "No answer": ("10", "15")}
    found = observed([table("1", 1, "Do you travel?", groups, rows)], bare_catalogue())
    assert {(o.roles.item, o.roles.category) for o in found if o.value == 55} == {("Women", "No")}


def test_a_count_beside_named_columns_is_named_by_its_head() -> None:
    part = table("1", 1, "Why?", ("Number", "All", "Men"), {"Time": ("412", "34", "28"), "Money": ("338", "28", "32")})
    lower = [
        replace(
            v,
            entry=replace(
                v.entry,
                labels=tuple(
                    replace(x, level=1) if x.axis == "column" and x.text != "Number" else x for x in v.entry.labels
                ),
            ),
        )
        for v in part.values
    ]
    found = observed([replace(part, values=tuple(lower))], bare_catalogue())
    assert {o.roles.item for o in found} == {"Number", "All", "Men"}


def test_what_is_measured_is_the_item_where_nothing_else_tells_values_apart() -> None:
    rows = {"Inspection": ("402", "30,5"), "Survey": ("371", "28,2")}
    found = observed([table("1", 1, "Visits by kind", ("Aantal", "%"), rows)], bare_catalogue())
    assert {(o.roles.item, o.roles.category, o.value) for o in found} >= {
        ("Aantal", "Survey", 371),
        ("%", "Survey", 28.2),
    }
    one = observed(
        [table("1", 1, "Visits by kind", ("%",), {"Survey": ("28,2",), "Other": ("3,1",)})], bare_catalogue()
    )
    assert {o.roles.item for o in one} == {None}


def test_two_measures_of_one_item_are_told_apart_by_their_units() -> None:
    part = table("1", 1, "Households by age", ("n", "%"), {"Young": ("148", "13,4"), "Old": ("954", "86,6")})
    values = []
    for tenure in ("Tenants", "Owners"):
        for v in part.values:
            values.append(replace(v, entry=replace(v.entry, labels=(*v.entry.labels, Label(tenure, "column", 1)))))
    found = observed([replace(part, values=tuple(values))], bare_catalogue())
    assert {o.roles.item for o in found} == {"Tenants", "Owners"}


def under(heads: dict[str, str], rows: dict[str, tuple[str, ...]]) -> Part:
    """A table whose column heads stand under a spanner; a digit at the end of a head is not printed."""
    part = table("1", 1, "How satisfied are you?", tuple(heads), rows)
    values = []
    for value in part.values:
        head = next(x for x in value.entry.labels if x.axis == "column")
        labels = [replace(x, text=x.text.rstrip("12")) for x in value.entry.labels]
        labels.append(Label(heads[head.text], "column", 1, head.box))
        values.append(replace(value, entry=replace(value.entry, labels=tuple(labels))))
    return replace(part, values=tuple(values))


def test_respondents_that_cross_statements_and_answers_are_the_group() -> None:
    answers = (("", "satisfied"), ("1", "neither"), ("2", "not"))
    heads = {sex + k: answer for k, answer in answers for sex in ("Frauen", "Männer")}
    part = under(heads, {"Work": ("58", "61", "23", "21", "19", "18"), "Family": ("44", "52", "25", "27", "31", "21")})
    found = {o.value: (o.roles.item, o.roles.category, o.roles.group) for o in observed([part], bare_catalogue())}
    assert found[58] == ("Work", "satisfied", "Frauen")
    assert found[27] == ("Family", "neither", "Männer")


def test_a_spanner_names_columns_only_where_their_heads_come_twice() -> None:
    part = under(
        {"All": "Total", "North": "By region", "South": "By region"}, {"Yes": ("4", "6", "5"), "No": ("3", "7", "9")}
    )
    assert {o.roles.item for o in observed([part], bare_catalogue())} == {"All", "North", "South"}


def test_the_number_of_a_row_before_its_name_is_no_part_of_it() -> None:
    rows = {f"{i}. {name}": (str(90 - i), str(80 - i)) for i, name in enumerate(("Orion 500", "Mow 400", "Green 2"), 1)}
    found = observed([table("1", 1, "Robots compared", ("Cutting", "Safety"), rows)], bare_catalogue())
    assert {o.roles.category for o in found} == {"Orion 500", "Mow 400", "Green 2"}


def test_a_wave_is_named_by_its_year_where_no_year_has_two() -> None:
    rows = {"Yes": ("40", "50", "60"), "No": ("60", "50", "40")}
    yearly = observed(
        [table("1", 1, "Do you travel?", ("Oct. 2021", "June 2022", "June 2023"), rows)], bare_catalogue()
    )
    assert {o.roles.wave for o in yearly} == {"2021", "2022", "2023"}
    twice = observed([table("1", 1, "Do you travel?", ("Oct. 2021", "June 2022", "Oct. 2022"), rows)], bare_catalogue())
    assert {o.roles.wave for o in twice} == {"Oct. 2021", "June 2022", "Oct. 2022"}


def test_heads_that_cross_a_year_with_what_is_counted_are_two_dimensions() -> None:
    heads = ("2024 score", "2024 answers", "2025 score", "2025 answers")
    rows = {"Safe": ("6.2", "2671", "6.4", "2889"), "Flexible": ("6.8", "2677", "7.0", "2897")}
    found = observed([table("1", 1, "Scores by theme", heads, rows)], bare_catalogue())
    told = {(o.value, o.roles.wave, o.roles.item, o.roles.category) for o in found}
    assert {(6.4, "2025", "score", "Safe"), (2677.0, "2024", "answers", "Flexible")} <= told


def test_what_stands_beside_a_year_that_has_a_column_of_its_own_tells_the_column() -> None:
    rows = {"Safe": ("61", "62", "70"), "Flexible": ("63", "64", "71")}
    found = observed([table("1", 1, "Who agrees?", ("2024", "2025", "Average 2025"), rows)], bare_catalogue())
    told = {(o.value, o.roles.wave, o.roles.item) for o in found}
    assert {(62.0, "2025", None), (70.0, "2025", "Average 2025")} <= told


def test_a_share_in_brackets_is_not_below_nought_and_a_change_is() -> None:
    rows = {"Safe": ("61", "(14.2)"), "Flexible": ("63", "64")}
    shares = observed([table("1", 1, "Percent of firms that train", ("Men", "Women"), rows)], bare_catalogue())
    changes = observed([table("1", 1, "Change in percent", ("Men", "Women"), rows)], bare_catalogue())
    assert 14.2 in {o.value for o in shares}
    assert -14.2 in {o.value for o in changes}


def test_a_year_with_its_base_is_a_wave() -> None:
    rows = {"2023 (n = 7,112)": ("40", "60"), "2024 (n=6,895)": ("30", "70")}
    found = assign_bases(observed([table("1", 1, "How fast is it?", ("Slow", "Fast"), rows)], bare_catalogue()))
    assert {(o.roles.wave, o.roles.item, o.base_n) for o in found} == {("2023", None, 7112), ("2024", None, 6895)}
