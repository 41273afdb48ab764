"""The tables of a PDF, a page at a time, as the table readers alone give them."""

from __future__ import annotations

from pathlib import Path

from pipeline.exhibits.tables.grid import Grid
from pipeline.exhibits.tables.other_finders import OtherFinders
from pipeline.exhibits.tables.table_choice import page_tables
from pipeline.pages.parsing import read_pages


def read_tables(path: Path | str) -> list[Grid]:
    """In order of page and place."""
    finders = OtherFinders(Path(path))
    return [table.chosen for page in read_pages(path, None) for table in page_tables(page, finders=finders)]
