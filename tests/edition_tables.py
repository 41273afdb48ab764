"""What an extraction wrote, as rows."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.contract import EDITION_TABLES
from pipeline.core.table_files import read_parquet


def read_tables(folder: Path) -> dict[str, list[dict[str, object]]]:
    """The tables of an edition in `folder`, from the Parquet files."""
    return {table.name: read_parquet(folder / f"{table.name}.parquet") for table in EDITION_TABLES}
