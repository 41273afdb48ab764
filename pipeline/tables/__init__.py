"""Tables of a page: where they are, their cells, and what several readers agree on."""

from pipeline.tables.choose import TableReadings, document_tables, joined_tables, page_tables, read_tables
from pipeline.tables.entries import table_reading
from pipeline.tables.geometry import find_tables, read_region
from pipeline.tables.grid import Cell, Grid

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
