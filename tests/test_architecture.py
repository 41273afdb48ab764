"""The page of the architecture is true: its rooms are the rooms, and a value walks as it says."""

from __future__ import annotations

import re

from tests.conftest import CHECKOUT
from tests.walk import PAGE, table, with_tables

STATIONS = 10
"""A value is to take no more forms than these from the glyph to the release."""


def test_the_page_shows_the_rooms_and_the_walk_as_they_are() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == with_tables(written), "run: python -m tests.walk"


def test_a_value_takes_few_forms() -> None:
    assert len(table().splitlines()) - 2 <= STATIONS


def test_the_documents_link_to_what_is_there() -> None:
    for page in (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
