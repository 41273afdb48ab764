"""What a reader of the folder needs beside the data: README, licence, citation, history of the data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.release.publish.data_package import TABLES, data_version
from pipeline.release.publish.release_content import Release
from pipeline.release.settings import SETTINGS

COPIED = ("DATA_CHANGES.md", "LICENSE-DATA")
"""Files of the project that go with the data."""


def write_readme_files(release: Release, findings: Sequence[dict[str, Any]], stata: bool, folder: Path) -> None:
    """README.md, CITATION.cff, and the project's own files about the data where there are any."""
    readme = "".join(_readme(release, findings, stata))
    (folder / "README.md").write_text(readme, encoding="utf-8", newline="")
    (folder / "CITATION.cff").write_text("".join(_citation(release)), encoding="utf-8", newline="")
    for name in COPIED:
        original = release.root / name if release.root else None
        if original and original.is_file():
            (folder / name).write_bytes(original.read_bytes())


def _readme(release: Release, findings: Sequence[dict[str, Any]], stata: bool) -> Iterator[str]:
    yield f"# {release.title}\n\n"
    yield f"Data version {data_version(release)}; editions: {', '.join(e.edition for e in release.editions)}.\n\n"
    if any(e.source and e.source.origin.facsimile for e in release.editions):
        yield "Some PDFs are facsimiles of the published reports: see `editions.csv`.\n\n"
    yield "| file | what |\n|---|---|\n"
    yield from (f"| `{t.name}.parquet`, `{t.name}.csv` | {t.title} |\n" for t in TABLES)
    if stata:
        yield "| `longitudinal.dta` | the same for Stata, with labels |\n"
    yield "| `explorer.html` | charts, values and the printed source of each; opens from disk |\n"
    yield "| `codebook.html`, `codebook.md` | questions, options, wordings, waves, comparability, columns |\n"
    yield "| `codebook.xml` | the same as DDI Codebook 2.5, for archives |\n"
    yield "| `datapackage.json`, `csv-metadata.json`, `croissant.json`, `dataset.jsonld` | the tables for machines |\n"
    yield "| `data-docs/index.html` | what Great Expectations checked; its styles load from the network |\n"
    yield "| `SHA256SUMS` | `sha256sum --check SHA256SUMS` |\n\n"
    yield "In the CSV files a text that a spreadsheet would run as a formula begins with an apostrophe; "
    yield "the Parquet files hold the exact text.\n"
    yield from _merge_report(release, findings)


def _merge_report(release: Release, findings: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What comparing the editions showed."""
    from pipeline.release.merge.merging import MERGE_CODES

    found = [f for f in findings if f["code"] in MERGE_CODES]
    cells = release.merged.cells
    mapped = int(cells.mapped.sum())
    yield f"\n## Editions compared\n\n{mapped} of {len(cells)} values belong to a series of the catalogue; "
    yield "the others are published without ids (obs_status V).\n\n"
    if not found:
        yield "No revision, break or gap was found.\n"
        return
    counts = Counter(f["code"] for f in found)
    yield "".join(f"- {code}: {count}\n" for code, count in sorted(counts.items())) + "\n"
    yield from (
        f"- {f['edition']}, {f['severity']}, {f['code']}: {_plain(f['message'])}\n"
        for f in found[: SETTINGS.changes_listed]
    )
    if len(found) > SETTINGS.changes_listed:
        yield f"- … and {len(found) - SETTINGS.changes_listed} more in `findings.csv`\n"


def _plain(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|").replace("*", "\\*").replace("\n", " ")


def _citation(release: Release) -> Iterator[str]:
    yield "cff-version: 1.2.0\n"
    yield "message: Please cite the dataset, and the reports that its values come from.\n"
    yield "type: dataset\n"
    yield f"title: {json.dumps(release.title, ensure_ascii=False)}\n"
    yield f"version: {data_version(release)}\n"
    yield "license: CC-BY-4.0\n"
    yield "authors:\n  - name: The Editions contributors\n"
    titles = [(e.edition, e.source) for e in release.editions if e.source]
    if titles:
        yield "references:\n"
    for _, source in titles:
        publisher = json.dumps(source.publisher or "unknown", ensure_ascii=False)
        yield f"  - type: report\n    title: {json.dumps(source.title, ensure_ascii=False)}\n"
        yield f"    authors:\n      - name: {publisher}\n"
