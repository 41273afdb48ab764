"""Publish: a study's release, one folder that a researcher can use without this program.

    release       the editions' tables and their merge
    observations  one table per edition, as it was checked
    tables        longitudinal, harmonised, findings, claims, questions, codes, editions as Parquet and CSV
    package       datapackage.json (Data Package v2)
    croissant     croissant.json (Croissant 1.0)
    csvw          csv-metadata.json (CSV on the Web)
    stata         longitudinal.dta with labels
    codebook      what was asked, of whom, when, how comparably, where it is printed; HTML, Markdown and DDI
    dataset.jsonld  the release for portals (schema.org, DCAT)
    explorer      explorer.html: charts and sources in one page
    readme_files  README with the merge report, citation, licence, history of the data
    expectations  Great Expectations on what was written, with its Data Docs
Written into a draft beside the target and exchanged for it at the end: whole or nothing, same input, same bytes.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.catalogue.model import Catalogue
from pipeline.core.contract import (
    CLAIMS,
    CODES,
    EDITIONS,
    FINDINGS,
    HARMONISED,
    OBSERVATIONS,
    QUESTIONS,
    needs_a_person,
)
from pipeline.core.errors import DataError
from pipeline.core.files import sha256, whole_folder
from pipeline.release.merge.merging import MERGE_CODES
from pipeline.release.merge.series import harmonised_series
from pipeline.release.publish.codebook import write_codebook
from pipeline.release.publish.codebook_pages import templates
from pipeline.release.publish.croissant import write_croissant
from pipeline.release.publish.data_package import TABLES, data_version, write_csvw, write_package
from pipeline.release.publish.explorer import write_explorer
from pipeline.release.publish.release_content import (
    EditionData,
    Release,
    codes_table,
    editions_table,
    gather,
    questions_table,
)
from pipeline.release.publish.release_tables import write_longitudinal, write_table
from pipeline.release.publish.stata import write_stata
from pipeline.release.settings import SETTINGS

LOG = logging.getLogger(__name__)
__all__ = ["EditionData", "Published", "publish", "write_release"]

CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Published:
    """A release. `errors` are the expectations that it does not meet, in words."""

    folder: Path
    rows: int
    findings: int
    errors: tuple[str, ...]


def publish(root: Path | None, catalogue: Catalogue, editions: Sequence[EditionData], out: Path) -> Published:
    """Write the release of `editions` as folder `out`, which is replaced as a whole.

    Raises DataError when an error finding of origin extraction or catalogue is open; nothing is written then.
    """
    _refuse_errors(editions)
    release = gather(root, catalogue, editions)
    with whole_folder(out) as draft:
        published = write_release(release, draft)
    return Published(out, published.rows, published.findings, published.errors)


def write_release(release: Release, folder: Path) -> Published:
    """Write all files of the release into the empty `folder`."""
    from pipeline.release.publish.data_docs import run_expectations

    rows = write_longitudinal(release, folder)
    write_table(HARMONISED, [harmonised_series(release.study, release.merged, release.load)], folder)
    findings = release.findings()
    write_table(FINDINGS, [findings], folder)
    write_table(CLAIMS, [release.joined(CLAIMS)], folder)
    write_table(QUESTIONS, [questions_table(release)], folder)
    write_table(CODES, [codes_table(release)], folder)
    write_table(EDITIONS, [editions_table(release)], folder)
    _copy_observations(release, folder / OBSERVATIONS.name)
    write_package(release, folder)
    write_croissant(release, folder)
    write_csvw(release, folder)
    stata = write_stata(release, folder)
    said = findings.to_pylist()
    write_codebook(release, said, folder)
    write_explorer(release, folder)
    write_readme_files(release, said, stata, folder)
    errors = run_expectations(release, folder)
    LOG.info("%s: %d rows of %d editions, %d findings", release.study, rows, len(release.editions), len(said))
    for error in errors:
        LOG.info("%s", error)
    _write_checksums(folder)
    return Published(folder, rows, findings.num_rows, errors)


def _copy_observations(release: Release, folder: Path) -> None:
    """`EDITION.parquet` and (where it lies there) `EDITION.csv`: the observations of each edition alone."""
    folder.mkdir()
    for edition in release.editions:
        for suffix in (".parquet", ".csv"):
            source = edition.folder / f"{OBSERVATIONS.name}{suffix}"
            if source.is_file():
                shutil.copyfile(source, folder / f"{edition.edition}{suffix}")


def _refuse_errors(editions: Sequence[EditionData]) -> None:
    open_errors = [said for edition in editions for said in _errors(edition)]
    if open_errors:
        listed = "\n".join(f"  {said}" for said in open_errors[: SETTINGS.blocking_listed])
        more = (
            f"\n  … and {len(open_errors) - SETTINGS.blocking_listed} more"
            if len(open_errors) > SETTINGS.blocking_listed
            else ""
        )
        raise DataError(
            f"{len(open_errors)} errors keep the release back; correct them, or accept them as known:\n{listed}{more}"
        )


def _errors(edition: EditionData) -> Iterator[str]:
    for row in edition.table(FINDINGS).to_pylist():
        if needs_a_person(row["severity"], row["origin"]):
            place = ", ".join(f"{what} {row[what]}" for what in ("page", "figure") if row[what] is not None)
            yield f"{row['study']}/{row['edition']}, {place or 'whole edition'}: {row['code']}: {row['message']}"


def _write_checksums(folder: Path) -> None:
    """SHA-256 of every file, in the form that `sha256sum --check` reads."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    lines = [f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8", newline="")


COPIED = ("DATA_CHANGES.md", "LICENSE-DATA")
"""Files of the project that go with the data."""


def write_readme_files(release: Release, findings: Sequence[dict[str, Any]], stata: bool, folder: Path) -> None:
    """README.md, CITATION.cff, and the project's own files about the data where there are any."""
    shown = {
        "release": release,
        "version": data_version(release),
        "facsimile": any(e.source and e.source.origin.facsimile for e in release.editions),
        "tables": TABLES,
        "stata": stata,
        "merged": [f for f in findings if f["code"] in MERGE_CODES],
        "most": SETTINGS.changes_listed,
    }
    for name in ("README.md", "CITATION.cff"):
        text = templates().get_template(f"{name}.jinja").render(shown)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for name in COPIED:
        original = release.root / name if release.root else None
        if original and original.is_file():
            (folder / name).write_bytes(original.read_bytes())
