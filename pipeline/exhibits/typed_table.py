"""The reading of an exhibit that no reader understands: a table that a steward typed or pasted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.core.geometry import Box
from pipeline.core.numbers import parse_number, year_of
from pipeline.exhibits.reading import Entry, Label, Reading
from pipeline.pages.page import Page

STEWARD = "steward"
"""The witness of a value that a person typed."""
_PARTED = re.compile(r"\t|\s*\|\s*|\s*;\s*")


def typed_rows(text: str) -> tuple[str, ...]:
    """The lines of a typed or pasted table, in one form: cells parted by ` | `."""
    lines = (line for line in text.splitlines() if line.strip())
    return tuple(" | ".join(" ".join(cell.split()) for cell in _PARTED.split(line)) for line in lines)


def typed_reading(page: Page, box: Box, rows: Sequence[str]) -> Reading:
    """What the rows say of the place `box`: labels at the left, heads in the first row, a line alone above it is the
    title, one below it heads a section. A value stands where the page prints it inside the box, else in the whole box.
    """
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    title = cells.pop(0)[0] if cells and len(cells[0]) == 1 else None
    heads = cells.pop(0) if cells and not any(map(_is_value, cells[0])) else []
    return Reading(STEWARD, "table", page.number, box, tuple(_entries(page, box, heads, cells)), title, form="typed")


def _is_value(text: str) -> bool:
    return parse_number(text) is not None and year_of(text) is None


def _entries(page: Page, box: Box, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Entry]:
    words = [word for word in page.words if box.holds(word.box)]
    section: list[Label] = []
    first = max(min((at for row in rows for at, text in enumerate(row) if _is_value(text)), default=1), 1)
    for row in rows:
        labels = [Label(text, "row", level) for level, text in enumerate(filter(None, reversed(row[:first])))]
        if len(row) == 1:
            section = [Label(row[0], "section")]
        for at, printed in list(enumerate(row))[first:]:
            if not parse_number(printed):
                continue
            head = [Label(heads[at], "column")] if at < len(heads) and heads[at] else []
            word = next((word for word in words if _bare(word.text) == _bare(printed)), None)
            if word is not None:
                words.remove(word)
            yield Entry(printed, page.number, word.box if word else box, (*labels, *head, *section))


def _bare(text: str) -> str:
    return text.replace(" ", "").removesuffix("%")
