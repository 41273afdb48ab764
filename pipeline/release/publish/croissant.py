"""croissant.json: the release as Croissant 1.0 JSON-LD (https://docs.mlcommons.org/croissant)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pipeline.core.contract import Column, Table
from pipeline.release.publish.data_package import DATA_LICENCE, TABLES, data_version
from pipeline.release.publish.release_content import Release

TYPES = {"string": "sc:Text", "int32": "sc:Integer", "int64": "sc:Integer", "double": "sc:Float", "bool": "sc:Boolean"}
CONTEXT = Path(__file__).with_name("croissant_context.json")


def write_croissant(release: Release, folder: Path) -> None:
    description = {
        "@context": json.loads(CONTEXT.read_text("utf-8")),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": release.study,
        "description": f"{release.title}: values of the study's published reports, with their place on the page.",
        "version": data_version(release),
        "license": DATA_LICENCE["path"],
        "url": ".",
        "citeAs": f"{release.title} (data version {data_version(release)})",
        "distribution": [_file(table, folder) for table in TABLES],
        "recordSet": [_records(table) for table in TABLES],
    }
    text = json.dumps(description, ensure_ascii=False, indent=2) + "\n"
    (folder / "croissant.json").write_text(text, encoding="utf-8", newline="")


def _file(table: Table, folder: Path) -> dict[str, Any]:
    path = folder / f"{table.name}.parquet"
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "@type": "cr:FileObject",
        "@id": path.name,
        "name": path.name,
        "description": table.title,
        "contentUrl": path.name,
        "encodingFormat": "application/x-parquet",
        "sha256": sha256,
    }


def _records(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.title,
        "field": [_field(table, column) for column in table.columns],
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    repeated = {"repeated": True} if column.type == "list<string>" else {}
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": column.meaning,
        "dataType": TYPES.get(column.type, "sc:Text"),
        **repeated,
        "source": {"fileObject": {"@id": f"{table.name}.parquet"}, "extract": {"column": column.name}},
    }
