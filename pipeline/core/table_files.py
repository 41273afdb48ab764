"""Contract tables to Parquet and CSV and back: same rows, same bytes.

Parquet holds the exact values. CSV is the same table as text, and safe to open in a spreadsheet: a text that a
spreadsheet would run as a formula gets an apostrophe before the mark that would start it; `read_csv` takes it away.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.contract import EDITION_TABLES, ArrowType, Column, Row, Table

if TYPE_CHECKING:
    import pyarrow

LIST_SEPARATOR = ";"
"""Between the elements of a list in a CSV cell; the lists of the contract hold codes, which have none."""

_FORMULA_START = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_ESCAPE = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?=[\s']*[{_FORMULA_START}])")
"""Where a spreadsheet may begin a cell (a Dutch one splits at semicolons) and a formula may begin there. Source: OWASP,
"CSV Injection"."""
_UNESCAPE = re.compile(rf"(?:^|(?<=[;\t\r\n]))'(?=[\s']*[{_FORMULA_START}])")
_SIGNED_NUMBER = re.compile(r"[+\-\uff0b\uff0d]\s*[\d.,\s]*\d\s*%?")
"""A printed number with its sign (`-6%`, `+ 25%`) computes to itself: it needs no apostrophe."""
_INKLESS = {code: None for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)}
"""Characters that print nothing but turn the direction of what follows."""


class ContractError(Exception):
    """A row does not have the contract's columns or types: a fault of the program, not of the data."""


def clean_text(text: str) -> str:
    """`text` without what leaves no ink: control characters (as white space), direction marks, lone surrogates."""
    if text.isprintable():
        return text
    text = text.translate(_INKLESS).encode("utf-8", "replace").decode("utf-8")
    return "".join(" " if unicodedata.category(c) == "Cc" and c not in "\t\n" else c for c in text)


def to_arrow(table: Table, rows: Iterable[Row]) -> pyarrow.Table:
    """Rows as an Arrow table of the contract's types, sorted by the key. Raises ContractError on what does not fit."""
    import pyarrow

    tidy = _sorted(table, (_tidy(table, row) for row in rows))
    columns = []
    for column in table.columns:
        values = [row[column.name] for row in tidy]
        try:
            columns.append(pyarrow.array(values, type=_arrow_type(column.type)))
        except (pyarrow.ArrowException, TypeError, ValueError) as error:
            raise ContractError(f"{table.name}.{column.name} is no {column.type}: {error}") from error
    return pyarrow.Table.from_arrays(columns, schema=schema(table))


def schema(table: Table) -> pyarrow.Schema:
    """The Arrow schema, with each column's meaning as its metadata."""
    import pyarrow

    return pyarrow.schema(
        [pyarrow.field(c.name, _arrow_type(c.type), c.nullable, {"meaning": c.meaning}) for c in table.columns],
        metadata={"title": table.title},
    )


def _arrow_type(name: ArrowType) -> Any:
    import pyarrow

    types = {
        "string": pyarrow.string(),
        "int32": pyarrow.int32(),
        "int64": pyarrow.int64(),
        "double": pyarrow.float64(),
        "bool": pyarrow.bool_(),
        "list<string>": pyarrow.list_(pyarrow.string()),
    }
    return types[name]


def _tidy(table: Table, row: Row) -> dict[str, object]:
    unknown = set(row) - set(table.names)
    if unknown:
        raise ContractError(f"{table.name} has no column {', '.join(sorted(unknown))}")
    tidy = {column.name: _tidy_value(column, row.get(column.name)) for column in table.columns}
    missing = [c.name for c in table.columns if not c.nullable and tidy[c.name] is None]
    if missing:
        raise ContractError(f"{table.name}: {', '.join(missing)} is blank in {dict(row)}")
    return tidy


def _tidy_value(column: Column, value: object) -> object:
    if column.type == "list<string>":
        return [clean_text(str(v)) for v in value] if isinstance(value, (list, tuple)) else []
    if isinstance(value, str):
        return clean_text(value) or None
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, float) and column.type in ("int32", "int64") and not value.is_integer():
        raise ContractError(f"{column.name} is no {column.type}: {value}")
    return value


def _sorted(table: Table, rows: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """By the key, and rows of one key by all columns, so that the order never depends on the order of arrival."""
    ordered = sorted(rows, key=lambda row: sort_key(table.key, row))
    alike = (list(some) for _, some in groupby(ordered, key=lambda row: sort_key(table.key, row)))
    by_all = (some if len(some) == 1 else sorted(some, key=lambda row: sort_key(table.names, row)) for some in alike)
    return [row for some in by_all for row in some]


def sort_key(names: Iterable[str], row: Row) -> tuple[Any, ...]:
    """By these columns, numbers by value, blanks first."""
    key: list[Any] = []
    for name in names:
        value = row[name]
        key += (value is not None, 0 if value is None else value)
    return tuple(key)


def write_parquet(table: pyarrow.Table, path: Path) -> None:
    """The same table gives the same bytes with the same version of Arrow."""
    import pyarrow.parquet

    pyarrow.parquet.write_table(table, path, compression="zstd", version="2.6")


def read_parquet(path: Path) -> list[Any]:
    """The rows of a table; which type of the contract they have, the caller knows."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as file:  # read_table would import pandas, which takes a second
        rows: list[Any] = file.read().to_pylist()
    return rows


def csv_text(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """Rows as CSV (RFC 4180 quoting, LF, UTF-8 by the caller), with formulas made harmless."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([c.name for c in columns])
    for row in rows:
        writer.writerow([_cell(row.get(c.name)) for c in columns])
    return buffer.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, (list, tuple)):
        return escape_formula(LIST_SEPARATOR.join(str(v) for v in value))
    return escape_formula(value) if isinstance(value, str) else str(value)


@lru_cache(maxsize=4096)
def escape_formula(text: str) -> str:
    """Text that no spreadsheet runs. `unescape_formula` gives it back unchanged."""
    return text if _SIGNED_NUMBER.fullmatch(text) else _ESCAPE.sub("'", text)


def unescape_formula(text: str) -> str:
    return _UNESCAPE.sub("", text)


def read_csv(columns: Sequence[Column], text: str) -> list[dict[str, object]]:
    """What `csv_text` wrote, now or under an earlier contract: columns that may be blank and are not there are blank.

    Raises ContractError when the header is another or a cell does not fit its type.
    """
    reader = csv.reader(io.StringIO(text))
    header = next(reader, [])
    there = [c for c in columns if c.name in header]
    lacking = [c for c in columns if c.name not in header]
    if header != [c.name for c in there] or not there or any(not c.nullable for c in lacking):
        raise ContractError(f"columns are {', '.join(header)}; expected {', '.join(c.name for c in columns)}")
    blank = {c.name: _parse(c, "") for c in lacking}
    return [
        {c.name: blank.get(c.name) for c in columns}
        | {column.name: _parse(column, cell) for column, cell in zip(there, cells, strict=True)}
        for cells in reader
    ]


def _parse(column: Column, cell: str) -> object:
    if column.type == "list<string>":
        return cell.split(LIST_SEPARATOR) if cell else []
    if cell == "":
        return None
    try:
        if column.type in ("int32", "int64"):
            return int(cell)
        if column.type == "double":
            return float(cell)
    except ValueError as error:
        raise ContractError(f"{column.name}: {cell!r} is no {column.type}") from error
    return cell == "true" if column.type == "bool" else unescape_formula(cell)


ROWS_AT_ONCE = 2000
"""Rows that are taken from Arrow to be written as text: as Python objects they take twenty times the memory."""


def write_tables(folder: Path, rows: Mapping[str, Iterable[Row]], tables: Sequence[Table] = EDITION_TABLES) -> None:
    """Each of `tables` as NAME.parquet and NAME.csv in `folder`, which the caller makes whole."""
    for table in tables:
        arrow = to_arrow(table, rows[table.name])
        write_parquet(arrow, folder / f"{table.name}.parquet")
        rows_again = (row for batch in arrow.to_batches(ROWS_AT_ONCE) for row in batch.to_pylist())
        (folder / f"{table.name}.csv").write_text(csv_text(table.columns, rows_again), encoding="utf-8", newline="")
