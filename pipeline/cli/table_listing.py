"""`editions tables`: every table of a PDF as text, from a file that intake has accepted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pipeline.core.errors import UsageError, describe
from pipeline.core.processes import Progress, run_guarded, without_bad_pages

RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def list_tables_guarded(
    pdf: Path, pages: str | None, form: str, password: str, progress: Progress
) -> tuple[str, dict[int, str]]:
    """As `list_tables`, in a child process with limits; a page that stops it is left out. Raises JobFailed."""

    def attempt(skipped: Mapping[int, str]) -> tuple[str, dict[int, str]]:
        found: tuple[str, dict[int, str]] = run_guarded(
            list_tables, (pdf, pages, form, password, dict(skipped)), progress=progress
        )
        return found

    found: tuple[str, dict[int, str]] = without_bad_pages(attempt, ("tables",))
    return found


def list_tables(
    pdf: Path, pages: str | None, form: str, password: str, skipped: Mapping[int, str], progress: Progress
) -> tuple[str, dict[int, str]]:
    """The tables in `form` (json, csv, md or html), and the pages that were not read, or not whole, with the reason:
    columns of numbers that no table holds are one.

    Pages that are `skipped` are not read, for the reason given.

    Raises UsageError when the document or `pages` is unusable.
    """
    from pipeline.exhibits.tables.other_finders import OtherFinders
    from pipeline.exhibits.tables.table_choice import page_tables, unread_columns
    from pipeline.exhibits.tables.table_formats import render
    from pipeline.intake.preflight import opened
    from pipeline.pages.parsing import parsed, try_pages

    grids, unread = [], {}
    with opened(pdf, password) as (intake, readable):
        numbers = page_numbers(pages, intake.pages)
        unread = {n: why for n, why in (*intake.unreadable_pages, *skipped.items()) if n in numbers}
        finders = OtherFinders(Path(readable), password)
        attempts = try_pages(readable, [n for n in numbers if n not in unread])
        for number in numbers:
            progress("tables", number - 1, intake.pages)
            try:
                if number not in unread:
                    page = parsed(next(attempts)[1])
                    found = [table.chosen for table in page_tables(page, finders=finders)]
                    grids += found
                    if columns := unread_columns(page, [grid.box for grid in found]):
                        unread[number] = f"{len(columns)} block(s) of columns of numbers in no table"
            except Exception as error:  # whatever a library raises on one page, the others are still wanted
                unread[number] = describe(error)
        progress("tables", intake.pages, intake.pages)
        wordless = ((n, "it has no text layer") for n in intake.scanned_pages)
        incomplete = {n: why for n, why in (*intake.incomplete_pages, *wordless) if n in numbers}
    return render(grids, form), incomplete | unread


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
