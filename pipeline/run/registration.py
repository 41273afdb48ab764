"""`editions new`: a PDF becomes a registered edition, and the catalogue gets drafts of what it lacks for it.

Nothing is registered before the document was read. The PDF is written last: what has no PDF is not registered, and a
second run takes up where a stopped one ended.
"""

from __future__ import annotations

import tempfile
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from pipeline.catalogue import yaml_edit
from pipeline.catalogue.decisions import load_decisions
from pipeline.catalogue.model import Catalogue, Study, load_catalogue
from pipeline.catalogue.project import Edition, Project, check_name, lock
from pipeline.catalogue.source import load_source
from pipeline.checks.edition import judge
from pipeline.core.contract import Row
from pipeline.core.errors import UsageError
from pipeline.core.files import write_file
from pipeline.core.processes import Announce, JobFailed, Progress, run_guarded, silent
from pipeline.core.table_files import read_parquet
from pipeline.exhibits.document import Document, kept, legible_pages
from pipeline.intake.preflight import check_file, opened
from pipeline.layout.text import read_text
from pipeline.observations.suggestions import new_breaks, new_options, new_questions, new_study, new_wordings
from pipeline.run.build import Built, extract_editions
from pipeline.run.extraction import Request, extract_guarded
from pipeline.run.settings import SETTINGS

SOURCE_FIELDS = ("title", "licence", "origin")
"""What a source file must say, beside what the program finds out itself."""
WEIGHT = {"error": 3, "warning": 1, "info": 0}
"""What a finding without values of its own counts for in the list of what to decide."""


_ABOUT_STUDY = """\
# What holds for the whole study, as its first report suggests it. `draft: true` marks what nobody has confirmed yet:
# confirm or change it on the desk (editions review), or here. Languages come with the main one first.
"""
_ABOUT_QUESTIONS = """\
# The questions of the study. Ids are stable: they end up in observation ids; labels may be improved. `draft: true`
# marks what nobody has confirmed yet: confirm or map it on the desk (editions review), or here by removing that line.
"""


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
        drafted: list[str] = []
        if study:
            title = str((source or {}).get("title") or load_source(edition.source_file).title)
            study = new_study(edition.study, title, document)
            drafted.append(f"study.yml: {', '.join(study['languages'])}, {len(study['groups'])} group(s)")
            write_file(folder / "study.yml", _ABOUT_STUDY + _dump(study))
        drafted += _draft(folder, document, edition.name)
        if source is not None:
            write_file(edition.source_file, _dump(dict(source) | {"pages": len(document.pages)}))
        if not edition.pdf.is_file():
            write_file(edition.pdf, planned.pdf.read_bytes())
        [built] = extract_editions(project, [edition], 1, announce)
    return Registered(edition, built, tuple(drafted))


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
        for path in sorted(packaged.glob("*.yml")):
            write_file(own / path.name, path.read_bytes())
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


def _draft(folder: Path, document: Document, edition: str) -> list[str]:
    """Write what the catalogue in `folder` lacks for the edition as drafts; says what."""
    catalogue = load_catalogue(folder)
    decisions = load_decisions(catalogue, edition)
    rows = judge(document, catalogue, edition, decisions).observations
    path = folder / "questions.yml"
    text = path.read_text("utf-8") if path.is_file() else _ABOUT_QUESTIONS
    said = []
    place = {question.id: i for i, question in enumerate(catalogue.questions)}
    wordings = list(new_wordings(rows, catalogue, edition))
    for question, same, wording in wordings:
        at: list[str | int] = ["questions", place[question.id], "wordings"]
        text = yaml_edit.appended(text, at if same is None else [*at, same, "editions"], [wording])
        if same is None:
            said.append(f"wording of {question.id}: {wording['text']}")
    for question, name, option in new_options(rows, catalogue, edition):
        text = yaml_edit.appended(text, ["questions", place[question.id], name], [option])
        said.append(f"option of {question.id}: {next(iter(option['label'].values()))}")
    questions = new_questions(rows, catalogue, edition)
    text = yaml_edit.appended(text, ["questions"], questions)
    said += [f"question {q['id']}: {q['wordings'][0]['text']}" for q in questions]
    breaks = list(new_breaks(wordings, catalogue, edition))
    said += [f"crosswalk row: waves before {b['from_wave']} of {b['question']} stay comparable" for b in breaks]
    crosswalk = folder / "crosswalk.yml"
    if breaks:
        old = crosswalk.read_text("utf-8") if crosswalk.is_file() else ""
        write_file(crosswalk, yaml_edit.appended(old, ["breaks"], breaks))
    if text != (path.read_text("utf-8") if path.is_file() else _ABOUT_QUESTIONS):
        write_file(path, text)
    return said


def to_decide(folder: Path, most: int = 10) -> tuple[list[str], int]:
    """What a steward has to decide about the extraction in `folder`, most valuable first: at most `most` lines, and how
    many there are. A decision is worth as many values as wait for it."""
    waiting: dict[tuple[object, object], int] = {}
    for row in read_parquet(folder / "observations.parquet"):
        for flag in _codes(row):
            waiting[row["figure"], flag] = waiting.get((row["figure"], flag), 0) + 1
    open_ones = [
        f for f in read_parquet(folder / "findings.parquet") if f["origin"] != "source" and f["severity"] != "info"
    ]
    worth: Counter[str] = Counter()
    for f in open_ones:
        worth[_decision(f)] += waiting.pop((f["figure"], f["code"]), 0) + WEIGHT[str(f["severity"])]
    lines = [line for line, _ in worth.most_common()]
    return lines[:most], len(lines)


def _codes(row: Row) -> Sequence[str]:
    flags = row["flags"]
    return [str(flag) for flag in flags] if isinstance(flags, list) else []


def _decision(found: Row) -> str:
    where = f"page {found['page']}" if found["page"] else "the document"
    message = textwrap.shorten(str(found["message"]), SETTINGS.most_said, placeholder=" …")
    return f"{where}: {message} ({found['code']})"
