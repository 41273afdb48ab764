"""Tables of a page: where they are, their cells, and what several readers agree on."""

from pipeline.tables.choose import TableReadings, page_tables, read_tables
from pipeline.tables.entries import join_continued, table_reading
from pipeline.tables.geometry import find_tables
from pipeline.tables.grid import Cell, Grid

__all__ = ["Cell", "Grid", "TableReadings", "find_tables", "join_continued", "page_tables", "read_tables", "table_reading"]
