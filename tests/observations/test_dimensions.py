"""What the labels of a value say: bases that stand in them, and headings of sections."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.catalogue.model import bare_catalogue
from pipeline.core.geometry import Box
from pipeline.exhibits.part import Part
from pipeline.exhibits.reading import Label
from pipeline.observations.base_texts import without_base
from pipeline.observations.bases import assign_bases
from tests.factory import observed, table


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Board members (n=204)", "Board members"),
        ("Medizin (n = 1.241)", "Medizin"),
        ("Micro, n = 12", "Micro"),
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
    items = {o.roles.item for o in observed([part], bare_catalogue())}
    assert len(items) == 4 and all("Year" in (item or "") for item in items)
