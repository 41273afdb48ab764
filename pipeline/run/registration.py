"""`editions new`: a PDF becomes a registered edition, and the catalogue gets drafts of what it lacks for it.

Nothing is registered before the document was read. The PDF is written last: what has no PDF is not registered, and a
second run takes up where a stopped one ended.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from pipeline.catalogue import yaml_edit
from pipeline.catalogue.model import Catalogue, Study, load_catalogue
from pipeline.catalogue.project import Edition, Project, check_name, load_source, lock
from pipeline.core.errors import UsageError
from pipeline.core.files import whole_folder, write_file
from pipeline.core.processes import Announce, JobFailed, Progress, run_guarded, silent
from pipeline.exhibits.document import Document, kept, legible_pages
from pipeline.intake.preflight import check_file, opened
from pipeline.layout.text import read_text
from pipeline.observations.new_study import new_study
from pipeline.run.build import Built, extract_editions, place
from pipeline.run.drafts import drafts, rows_of_others
from pipeline.run.extraction import Request, extract_guarded

SOURCE_FIELDS = ("title", "licence", "origin")
"""What a source file must say, beside what the program finds out itself."""
_ABOUT_STUDY = """\
# What holds for the whole study, as its first report suggests it. `draft: true` marks what nobody has confirmed yet:
# confirm or change it on the desk (editions review), or here. Languages come with the main one first.
"""


ORDER = ("study.yml", "crosswalk.yml", "questions.yml")
"""In which the catalogue's files are written: a stop between two leaves a catalogue that is valid, and the next run
drafts what is missing (a question whose wording stands already gets no row of the crosswalk any more)."""


@dataclass(frozen=True)
class Registered:
    """A registered edition with what was drafted for it, in words, and the tables of its extraction."""

    edition: Edition
    built: Built
    drafted: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What is to be registered: checked names and file."""

    pdf: Path
    edition: Edition
    sha256: str
    new_study: bool

    @property
    def needs_source(self) -> bool:
        return not self.edition.source_file.is_file()


def plan(project: Project, pdf: Path, study: str, name: str) -> Plan:
    """Raises UsageError when the names cannot be used, or the file cannot be this edition."""
    check_name(study, "study")
    check_name(name, "edition")
    sha256 = check_file(pdf)
    target = project.root / "raw_pdfs" / study / f"{name}.pdf"
    edition = Edition(study, name, target, target.with_suffix(".source.yml"))
    if target.is_file() and check_file(target) != sha256:
        raise UsageError(f"{edition} is registered already with another file ({target})", "choose another edition name")
    if edition.source_file.is_file():
        expected = load_source(edition.source_file).sha256
        if expected != sha256:
            raise UsageError(
                f"{pdf} (sha256 {sha256[:12]}…) is not the file of {edition.source_file} ({expected[:12]}…)",
                "bring that file, or correct the source file",
            )
    for other in sorted((project.root / "raw_pdfs").glob("*/*.source.yml")):
        if other != edition.source_file and load_source(other).sha256 == sha256:
            raise UsageError(f"{pdf} is the file of {other}", "one file is one edition: register it once")
    known = any((folder / study / "study.yml").is_file() for folder in _schemas(project))
    return Plan(pdf, edition, sha256, not known)


def _schemas(project: Project) -> tuple[Path, Path]:
    return project.root / "schemas", Path(__file__).resolve().parent.parent.parent / "schemas"


def register(
    project: Project, planned: Plan, source: Mapping[str, Any] | None, announce: Announce = silent
) -> Registered:
    """Read the document, draft what the catalogue lacks, and register the edition with what `source` says of it.

    Raises UsageError when the document is unusable; then nothing was written.
    """
    edition = planned.edition
    with lock(project):
        folder = _own_catalogue(project, edition.study)
        study = _first_look(planned, announce) if planned.new_study else None
        catalogue = Catalogue(study=Study.model_validate(study)) if study else load_catalogue(folder)
        document = _read(project, planned, catalogue, announce)
        texts: dict[Path, str] = {}
        said: list[str] = []
        if study:
            title = str((source or {}).get("title") or load_source(edition.source_file).title)
            study = new_study(edition.study, " ".join(title.replace(edition.name, " ").split()) or title, document)
            texts[folder / "study.yml"] = _ABOUT_STUDY + _dump(study)
            said.append(f"study.yml: {', '.join(study['languages'])}, {len(study['groups'])} group(s)")
        texts, drafted = drafts(folder, texts, document, edition.name, rows_of_others(project, edition))
        for path in sorted(texts, key=lambda path: ORDER.index(path.name)):
            if not path.is_file() or path.read_text("utf-8") != texts[path]:
                write_file(path, texts[path])
        if source is not None:
            write_file(edition.source_file, _dump(dict(source) | {"pages": len(document.pages)}))
        if not edition.pdf.is_file():
            write_file(edition.pdf, planned.pdf.read_bytes())
        [built] = extract_editions(project, [edition], 1, announce)
        place(project, built)
    return Registered(edition, built, (*said, *drafted))


def source_of(planned: Plan, said: Mapping[str, Any]) -> dict[str, Any]:
    """The source file's content. Raises UsageError when something that it must say is missing from `said`."""
    missing = [name for name in SOURCE_FIELDS if not said.get(name)]
    if missing:
        raise UsageError(
            f"nothing says the {' and the '.join(missing)} of {planned.edition}",
            f"give {' '.join(f'--{name} …' for name in missing)}",
        )
    origin = {"statement": said["origin"]} | ({"url": said["origin_url"]} if said.get("origin_url") else {})
    optional = {name: said[name] for name in ("publisher", "published", "retrieved", "language") if said.get(name)}
    return {
        "study": planned.edition.study,
        "edition": planned.edition.name,
        "title": said["title"],
        **optional,
        "origin": origin,
        "licence": said["licence"],
        "sha256": planned.sha256,
    }


def _dump(content: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, width=yaml_edit.WIDTH)


def _own_catalogue(project: Project, study: str) -> Path:
    """The study's folder in the project; one that came with the program is copied there, as drafts go into it."""
    own, packaged = (folder / study for folder in _schemas(project))
    if packaged.is_dir() and not own.is_dir():
        with whole_folder(own) as draft:
            for path in sorted(packaged.glob("*.yml")):
                write_file(draft / path.name, path.read_bytes())
    return own


def _first_look(planned: Plan, announce: Announce) -> dict[str, Any]:
    """What a new study's languages, decimal mark and figure word are, without reading exhibits."""
    try:
        found: dict[str, Any] = run_guarded(look, (planned.pdf, planned.edition.study, planned.sha256))
    except JobFailed as error:
        raise UsageError(f"{planned.pdf}: reading its text {error}", "obtain the file again, or report it") from error
    return found


def look(pdf: Path, study: str, sha256: str, progress: Progress) -> dict[str, Any]:
    """study.yml as far as the text layer tells it."""
    with opened(pdf, "", sha256) as (_, readable):
        pages, findings = legible_pages(readable, "", progress, processes=1)
    document = Document(sha256, tuple(pages), read_text(pages), (), tuple(findings))
    return new_study(study, study, document)


def _read(project: Project, planned: Plan, catalogue: Catalogue, announce: Announce) -> Document:
    """The document, read in a guarded process and kept."""
    request = Request(
        planned.pdf,
        catalogue,
        planned.edition.name,
        expected_sha256=planned.sha256,
        documents=project.work / "documents",
    )
    kept_at = request.kept_at(planned.sha256)
    assert kept_at is not None
    found = kept(kept_at, catalogue.study)
    if found is not None:
        return found
    with tempfile.TemporaryDirectory(prefix="editions-") as folder:
        try:
            extract_guarded(
                replace(request, catalogue=catalogue.model_copy(update={"folder": None})),
                Path(folder),
                progress=lambda stage, done, total: announce(str(planned.edition), stage, done, total),
            )
        except JobFailed as error:
            raise UsageError(f"{planned.pdf}: its extraction {error}", "nothing was registered") from error
    found = kept(kept_at, catalogue.study)
    if found is None:
        raise UsageError(f"{kept_at} cannot be read", "free or choose another place")
    return found
