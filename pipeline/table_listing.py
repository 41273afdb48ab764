"""`editions tables`: every table of a PDF as text, from a file that intake has accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.jobs import Progress, describe

if TYPE_CHECKING:
    from pipeline.pages import Page

RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def list_tables(
    pdf: Path, pages: str | None, form: str, password: str, progress: Progress
) -> tuple[str, dict[int, str]]:
    """The tables in `form` (json, csv, md or html), and the pages that could not be read with the reason.

    Raises UsageError when the document or `pages` is unusable.
    """
    from pipeline.intake import opened
    from pipeline.tables import page_tables
    from pipeline.tables.output import render

    grids, unread = [], {}
    with opened(pdf, password) as (intake, readable):
        numbers = page_numbers(pages, intake.pages)
        for done, (number, page) in enumerate(_readable_pages(readable, numbers)):
            progress("tables", done, len(numbers))
            try:
                if isinstance(page, Exception):
                    raise page
                grids += [table.chosen for table in page_tables(page)]
            except Exception as error:  # whatever a library raises on one page, the others are still wanted
                unread[number] = describe(error)
        progress("tables", len(numbers), len(numbers))
    return render(grids, form), unread


def _readable_pages(path: Path, numbers: Sequence[int]) -> Iterator[tuple[int, Page | Exception]]:
    """Each page, or what its parsing raised."""
    from pipeline.pages import read_pages

    waiting = list(numbers)
    while waiting:
        try:
            for page in read_pages(path, waiting):
                waiting = [n for n in waiting if n > page.number]
                yield page.number, page
            return
        except Exception as error:
            number, *waiting = waiting
            yield number, error


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
