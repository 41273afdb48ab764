"""Charts that repeat the table of their figure, and summaries that quote other exhibits."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from pipeline.catalogue.model import Catalogue, Study
from pipeline.checks.places import Printed
from pipeline.core.findings import finding
from pipeline.core.geometry import Box
from pipeline.observations.repeats import repeats, still_asked
from tests import factory
from tests.typesetting import Sheet

GROUPS = [{"id": "all", "label": {"en": "All"}}]
STUDY = Study.model_validate(
    {"id": "s", "title": {"en": "S"}, "languages": ["en"], "default_group": "all", "groups": GROUPS}
)
TRAVEL = factory.table("1", 3, "How do you travel?", ["Share"], {"By train": ["38%"], "By bicycle": ["52%"]})
HOURS = factory.table("2", 4, "How long?", ["Share"], {"One hour": ["13.6%"], "Two hours": ["24.1%"]})


def seen(part: Any, exhibit: int) -> Any:
    return SimpleNamespace(part=part, exhibit=exhibit)


def test_what_a_chart_asks_that_only_repeats_a_table_is_not_asked() -> None:
    chart, other = (SimpleNamespace(page=3, box=Box(50, top, 200, top + 90)) for top in (100, 300))
    asked = [finding("catalogue-unmapped", "no title", page=p.page, box=p.box) for p in (chart, other)]
    asked.append(finding("extraction-label-missing", "no label", page=chart.page, box=chart.box))
    before = [seen(chart, 0), seen(chart, 0), seen(other, 1)]
    assert still_asked(asked, before, before) == asked
    assert still_asked(asked, before, before[2:]) == asked[1:]
    assert still_asked(asked, before, before[1:]) == asked, "a value of it is kept, and asks for its question"


def test_a_summary_that_quotes_exhibits_is_no_exhibit_and_a_breakdown_is_one() -> None:
    summary = factory.table("0", 2, "Key findings", ["Share"], {"By bicycle": ["52%"], "One hour": ["14%"]})
    again = factory.table("0", 2, "How do men travel?", ["Share"], {"By train": ["38%"], "By bicycle": ["52%"]})
    for first, values in ((summary, 4), (again, 6)):
        kept, _ = repeats(factory.observed([first, TRAVEL, HOURS], Catalogue(study=STUDY)))
        assert len(kept) == values
        assert sum(len(o.repeated) for o in kept) == 6 - values


def test_lines_over_the_table_of_their_values_repeat_it() -> None:
    """A point of each line stands over each wave; those of one wave are a column of the table."""
    rows = {"Best": ["6.5", "6.3"], "Ours": ["6.1", "5.8"], "Worst": ["5.6", "5.4"]}
    data = factory.table("4", 3, "How safe is it? (mean)", ["2021", "2022"], rows)
    points = []
    for value in data.values:
        labels = tuple(replace(x, axis="series") if x.axis == "row" else x for x in value.entry.labels)
        drawn = replace(value.entry, printed=None, measured=float(value.entry.printed or 0), labels=labels)
        points.append(replace(value, entry=drawn, readers=("chart",)))
    chart = replace(data, method="chart", form="lines", values=tuple(points))
    kept, _ = repeats(factory.observed([data, chart], Catalogue(study=STUDY)))
    assert [o.part.method for o in kept] == ["table"] * 6
    assert all(o.repeated for o in kept)


def test_lines_set_so_tightly_that_they_touch_are_read_one_after_the_other() -> None:
    sheet = Sheet().line("Helemaal mee", 100, 100, 10)
    sheet.line("eens", 118, 100 + sheet.words[0].box.height - 0.1, 10)
    assert Printed(sheet.page()).at(Box(90, 80, 250, 130)) == "Helemaal mee eens"
