"""Tables of a page: where they are, their cells, and what several readers agree on."""

from pipeline.exhibits.tables.entries import table_reading
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.exhibits.tables.table_choice import (
    TableReadings,
    document_tables,
    joined_tables,
    page_tables,
    read_tables,
)
from pipeline.exhibits.tables.table_finder import find_tables, read_region

__all__ = [
    "Cell",
    "Grid",
    "TableReadings",
    "document_tables",
    "find_tables",
    "joined_tables",
    "page_tables",
    "read_region",
    "read_tables",
    "table_reading",
]
