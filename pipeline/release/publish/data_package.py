"""The release described for machines, from the contract: datapackage.json (Data Package 2, https://datapackage.org),
csv-metadata.json (CSV on the Web, https://www.w3.org/TR/tabular-metadata/) and dataset.jsonld (schema.org and DCAT,
which portals and search engines read; it stands in codebook.html too)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pipeline.core.contract import CLAIMS, CODES, EDITIONS, FINDINGS, HARMONISED, LONGITUDINAL, QUESTIONS, Column, Table
from pipeline.core.table_files import LIST_SEPARATOR
from pipeline.release.publish.release_content import Release

TABLES = (LONGITUDINAL, HARMONISED, FINDINGS, CLAIMS, QUESTIONS, CODES, EDITIONS)
TYPES = {"string": "string", "int32": "integer", "int64": "integer", "double": "number", "bool": "boolean"}
FOREIGN_KEYS: dict[str, list[tuple[str | list[str], str, str | list[str]]]] = {
    "longitudinal": [("question_id", "questions", "question_id"), ("edition", "editions", "edition")],
    "harmonised": [
        ("question_id", "questions", "question_id"),
        (["question_id", "category_id"], "codes", ["question_id", "code"]),
    ],
    "findings": [("observation_id", "longitudinal", "observation_id"), ("edition", "editions", "edition")],
    "claims": [("observation_id", "longitudinal", "observation_id"), ("edition", "editions", "edition")],
}
UNIQUE = (LONGITUDINAL, QUESTIONS, EDITIONS)
"""Tables whose key has no blank part, so that it may be a primary key."""
DATA_LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
BEFORE_ACCEPTANCE = "0.1.0"


def data_version(release: Release) -> str:
    """The data's own version: 1.0.0 with the study's first accepted baseline, one minor more with each acceptance."""
    changes = release.root / "DATA_CHANGES.md" if release.root else None
    text = changes.read_text(encoding="utf-8") if changes and changes.is_file() else ""
    accepted = len(re.findall(rf"^## {re.escape(release.study)}/", text, re.MULTILINE))
    return f"1.{accepted - 1}.0" if accepted else BEFORE_ACCEPTANCE


def write_package(release: Release, folder: Path) -> None:
    """`datapackage.json`, describing the CSV files; the Parquet files hold the same tables."""
    study = release.catalogue.study
    package: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": release.study,
        "title": release.title,
        "version": data_version(release),
        "licenses": [DATA_LICENCE],
        "sources": [_source(e.edition, e.source) for e in release.editions],
        "resources": [_resource(table, folder) for table in TABLES],
    }
    if study.publisher:
        package["contributors"] = [{"title": study.publisher, "roles": ["publisher"]}]
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8", newline="")


def _source(edition: str, source: Any) -> dict[str, str]:
    described = {"title": source.title if source else f"Edition {edition}"}
    if source and source.origin.url:
        described["path"] = source.origin.url
    return described


def _resource(table: Table, folder: Path) -> dict[str, Any]:
    path = folder / f"{table.name}.csv"
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns], "missingValues": [""]}
    if table in UNIQUE:
        schema["primaryKey"] = list(table.key)
    keys = [
        {"fields": fields, "reference": {"resource": resource, "fields": others}}
        for fields, resource, others in FOREIGN_KEYS.get(table.name, [])
    ]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table.name,
        "type": "table",
        "title": table.title,
        "path": path.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "description": column.meaning}
    if column.type == "list<string>":
        field |= {"type": "list", "delimiter": LIST_SEPARATOR, "itemType": "string"}
    else:
        field["type"] = TYPES[column.type]
    constraints: dict[str, Any] = {}
    if not column.nullable and column.type != "list<string>":
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    return field | ({"constraints": constraints} if constraints else {})


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


FORMS = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".dta": "application/x-stata-dta",
}
CONTEXT = {"@vocab": "https://schema.org/", "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}


def dataset_json(release: Release, folder: Path) -> str:
    """The description as JSON-LD text; the distributions are the data files that lie in `folder`."""
    study = release.catalogue.study
    waves = list(filter(None, release.merged.cells.texts["wave"]))
    sources = [edition.source for edition in release.editions if edition.source]
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": ["Dataset", "dcat:Dataset"],
        "name": release.title,
        "alternateName": sorted(title for title in study.title.values() if title != release.title),
        "identifier": study.id,
        "description": f"{release.title}: values of the study's published reports, with their place on the page.",
        "version": data_version(release),
        "license": DATA_LICENCE["path"],
        "dct:license": {"@id": DATA_LICENCE["path"]},
        "inLanguage": list(study.languages),
        "temporalCoverage": f"{waves[0]}/{waves[-1]}" if waves else "",
        "variableMeasured": [
            q.label.get("en") or next(iter(q.label.values()), q.id) for q in release.catalogue.questions
        ],
        "isBasedOn": [{"@type": "Report", "name": s.title, "url": s.origin.url or ""} for s in sources],
        "publisher": {"@type": "Organization", "name": study.publisher or ""},
        "distribution": [
            {
                "@type": ["DataDownload", "dcat:Distribution"],
                "name": path.name,
                "description": table.title,
                "contentUrl": path.name,
                "dcat:downloadURL": {"@id": path.name},
                "encodingFormat": FORMS[path.suffix],
                "dcat:byteSize": path.stat().st_size,
            }
            for table in TABLES
            for path in sorted(folder.glob(f"{table.name}.*"))
            if path.suffix in FORMS
        ],
    }
    return json.dumps(_without_blanks(described), ensure_ascii=False, indent=1) + "\n"


def _without_blanks(content: Any) -> Any:
    """`content` without keys whose value is empty: a blank says nothing, and validators refuse it."""
    if isinstance(content, dict):
        kept = {key: _without_blanks(value) for key, value in content.items()}
        filled = {key: value for key, value in kept.items() if value not in ("", [], {})}
        return filled if set(filled) - {"@type"} else {}
    return [_without_blanks(value) for value in content] if isinstance(content, list) else content
