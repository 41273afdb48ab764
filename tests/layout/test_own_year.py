"""The year that a report is the edition of, told by its own pages."""

from __future__ import annotations

import pytest

from pipeline.layout.own_year import own_year
from pipeline.layout.text import read_text
from tests.typesetting import Sheet, pages

BODY = "Of all who answered in {} more than half had been here before."


def year(cover: str, *body: str, head: str = "") -> str | None:
    first = Sheet().line(cover, 60, 90, 24)
    others = [
        Sheet(n + 2).line(head, 60, 40, 8).line(BODY.format(said), 60, 90 + 20 * n) for n, said in enumerate(body)
    ]
    return own_year(read_text(pages([first, *others])))


@pytest.mark.parametrize(
    ("cover", "body", "told"),
    [
        ("Travel survey 2025", ("2025", "2024", "2025"), "2025"),
        ("Travel survey, published 2026", ("2025", "2025", "2025"), None),
        ("Travel survey 2025, published 2026", ("2025",), "2025"),
        ("Travel survey 2024/2025", (), "2025"),
        ("Travel survey", ("last year",), None),
    ],
)
def test_it_is_the_year_named_most_often_that_the_first_page_shows(
    cover: str, body: tuple[str, ...], told: str | None
) -> None:
    assert year(cover, *body) == told


def test_running_heads_show_it_too() -> None:
    assert year("Travel survey", *["2023"] * 5, head="Travel 2023") == "2023"
