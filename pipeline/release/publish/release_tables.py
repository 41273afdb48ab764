"""The release's tables as Parquet and CSV, written edition by edition: memory does not grow with the study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pipeline.core.contract import LONGITUDINAL, Table
from pipeline.core.table_files import LIST_SEPARATOR, escape_formula, schema
from pipeline.release.publish.release_content import Release
from pipeline.release.settings import SETTINGS

if TYPE_CHECKING:
    import pyarrow

DISTINCT = ("observation_id", "value", "x0", "top", "x1", "bottom", "message", "sentence")
"""Columns whose values hardly repeat: a dictionary would only be overhead."""


def write_longitudinal(release: Release, folder: Path, csv: bool = True) -> int:
    """`longitudinal.parquet`, and `.csv` when wanted; returns the number of rows."""
    return write_table(LONGITUDINAL, map(release.longitudinal, range(len(release.editions))), folder, csv)


def write_table(table: Table, parts: Iterable[pyarrow.Table], folder: Path, csv: bool = True) -> int:
    """Write `parts` of a table of the contract, in order, as one Parquet and (when wanted) one CSV file."""
    import pyarrow.parquet

    dictionary = [c.name for c in table.columns if c.name not in DISTINCT and c.type == "string"]
    rows = 0
    with ExitStack() as files:
        parquet = files.enter_context(
            pyarrow.parquet.ParquetWriter(
                folder / f"{table.name}.parquet",
                schema(table),
                compression="zstd",
                version="2.6",
                use_dictionary=dictionary,
            )
        )
        text = files.enter_context((folder / f"{table.name}.csv").open("wb")) if csv else None
        if text:
            text.write((",".join(table.names) + "\n").encode())
        for group in _row_groups(parts):
            parquet.write_table(group, row_group_size=SETTINGS.row_group)
            rows += group.num_rows
            if text:
                _write_csv(group, text)
    return rows


def _write_csv(table: pyarrow.Table, file: BinaryIO) -> None:
    import pyarrow.csv

    pyarrow.csv.write_csv(_as_text(table), file, pyarrow.csv.WriteOptions(include_header=False))


def _row_groups(parts: Iterable[pyarrow.Table]) -> Iterator[pyarrow.Table]:
    import pyarrow

    waiting: list[pyarrow.Table] = []
    size = 0
    for part in (
        whole.slice(at, SETTINGS.row_group)
        for whole in parts
        for at in range(0, whole.num_rows or 1, SETTINGS.row_group)
    ):
        waiting.append(part)
        size += part.num_rows
        if size >= SETTINGS.row_group:
            yield pyarrow.concat_tables(waiting).combine_chunks()
            waiting, size = [], 0
    if waiting:
        yield pyarrow.concat_tables(waiting).combine_chunks()


def _as_text(table: pyarrow.Table) -> pyarrow.Table:
    """Lists joined, and texts that a spreadsheet would run made harmless (as `tables_io.csv_text` does)."""
    import pyarrow

    return pyarrow.table({name: _text_column(table[name]) for name in table.column_names})


def _text_column(column: Any) -> Any:
    import pyarrow
    import pyarrow.compute as pc

    if pyarrow.types.is_list(column.type):
        joined = pc.binary_join(column, LIST_SEPARATOR)
        column = pc.if_else(pc.equal(joined, ""), None, joined)
    if not pyarrow.types.is_string(column.type) or not column.length():
        return column
    encoded = column.combine_chunks().dictionary_encode()
    encoded = encoded.combine_chunks() if hasattr(encoded, "combine_chunks") else encoded
    texts = pyarrow.array([escape_formula(text) for text in encoded.dictionary.to_pylist()], pyarrow.string())
    return texts.take(encoded.indices)
