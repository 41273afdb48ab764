"""`editions tables`: every table of a PDF as text, from a file that intake has accepted."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.jobs import Progress

RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def list_tables(pdf: Path, pages: str | None, form: str, password: str, progress: Progress) -> str:
    """The tables in `form`: json, csv, md or html. Raises UsageError when the document or `pages` is unusable."""
    from pipeline.intake import opened
    from pipeline.tables import read_tables
    from pipeline.tables.output import render

    with opened(pdf, password) as (intake, readable):
        numbers = page_numbers(pages, intake.pages)
        progress("tables", 0, len(numbers))
        found = read_tables(readable, numbers)
        progress("tables", len(numbers), len(numbers))
        return render(found, form)


def page_numbers(text: str | None, pages: int) -> list[int]:
    """`1-3,7` as page numbers; all of them for None. Raises UsageError on anything else, or beyond the last page."""
    if text is None:
        return list(range(1, pages + 1))
    numbers: set[int] = set()
    for part in text.replace(" ", "").split(","):
        match = RANGE.fullmatch(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= pages:
            raise UsageError(f"--pages {text!r} names no pages of a document of {pages}", "write it as 1-3,7")
        numbers.update(range(first, last + 1))
    return sorted(numbers)
