"""csv-metadata.json: the CSV files as CSV on the Web describes them (https://www.w3.org/TR/tabular-metadata/)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.core.contract import Column, Table
from pipeline.core.table_files import LIST_SEPARATOR
from pipeline.release.publish.data_package import DATA_LICENCE, FOREIGN_KEYS, TABLES, TYPES, UNIQUE
from pipeline.release.publish.release_content import Release


def write_csvw(release: Release, folder: Path) -> None:
    """`csv-metadata.json`, with the keys and references of the data package."""
    group = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": release.title,
        "dc:license": {"@id": DATA_LICENCE["path"]},
        "tables": [_table(table) for table in TABLES],
    }
    text = json.dumps(group, ensure_ascii=False, indent=1) + "\n"
    (folder / "csv-metadata.json").write_text(text, encoding="utf-8", newline="")


def _table(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": [_column(column) for column in table.columns]}
    if table in UNIQUE:
        schema["primaryKey"] = list(table.key)
    if keys := FOREIGN_KEYS.get(table.name):
        schema["foreignKeys"] = [
            {"columnReference": here, "reference": {"resource": f"{other}.csv", "columnReference": there}}
            for here, other, there in keys
        ]
    return {"url": f"{table.name}.csv", "dc:title": table.title, "tableSchema": schema}


def _column(column: Column) -> dict[str, Any]:
    listed = column.type == "list<string>"
    said: dict[str, Any] = {"name": column.name, "titles": column.name, "dc:description": column.meaning}
    said["datatype"] = "string" if listed else TYPES[column.type]
    if listed:
        said["separator"] = LIST_SEPARATOR
    elif not column.nullable:
        said["required"] = True
    return said
