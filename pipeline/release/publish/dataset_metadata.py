"""dataset.jsonld: the release as schema.org and DCAT describe a dataset, so that portals and search engines find it.

The same text stands in codebook.html, where harvesters of pages look.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.catalogue.model import Question
from pipeline.release.publish.data_package import DATA_LICENCE, TABLES, data_version
from pipeline.release.publish.release_content import Release

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
        "variableMeasured": [_english(question) for question in release.catalogue.questions],
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


def _english(question: Question) -> str:
    return question.label.get("en") or next(iter(question.label.values()), question.id)


def _without_blanks(content: Any) -> Any:
    """`content` without keys whose value is empty: a blank says nothing, and validators refuse it."""
    if isinstance(content, dict):
        kept = {key: _without_blanks(value) for key, value in content.items()}
        filled = {key: value for key, value in kept.items() if value not in ("", [], {})}
        return filled if set(filled) - {"@type"} else {}
    return [_without_blanks(value) for value in content] if isinstance(content, list) else content
