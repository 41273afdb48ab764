"""What `editions new` drafts: the texts of the catalogue's files as they would be, checked as a whole, and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.catalogue import yaml_edit
from pipeline.catalogue.decisions import load_decisions
from pipeline.catalogue.model import Catalogue, load_catalogue
from pipeline.catalogue.project import Edition, Project
from pipeline.checks.edition import judge
from pipeline.core.contract import ObservationRow
from pipeline.core.errors import UsageError
from pipeline.core.table_files import read_parquet
from pipeline.exhibits.document import Document, kept
from pipeline.observations.drafting import new_breaks, new_options, new_questions, new_wordings, with_scales
from pipeline.run import baseline
from pipeline.run.extraction import request_for

_ABOUT_QUESTIONS = """\
# The questions of the study. Ids are stable: they end up in observation ids; labels may be improved. `draft: true`
# marks what nobody has confirmed yet: confirm or map it on the desk (editions review), or here by removing that line.
# `scales` are answers that several questions share (`answers:` names them).
"""
Texts = dict[Path, str]


def drafts(
    folder: Path, unsaved: Mapping[Path, str], document: Document, edition: str, earlier: Sequence[ObservationRow]
) -> tuple[Texts, list[str]]:
    """The files that change with what the catalogue in `folder` lacks for the edition, as drafts; says what.

    `unsaved` are files that are to be written with them; `earlier` what other editions of the study print.
    """
    texts, catalogue, rows = dict(unsaved), *_judged(folder, unsaved, document, edition)
    texts, said = with_wordings(folder, texts, catalogue, rows, edition, earlier)
    if said:
        catalogue, rows = _judged(folder, texts, document, edition)
    texts, more = with_questions(folder, texts, catalogue, rows, edition, earlier)
    load_catalogue(folder, texts)  # raises where it would be no valid catalogue: nothing was written yet
    return texts, said + more


def with_wordings(
    folder: Path,
    unsaved: Texts,
    catalogue: Catalogue,
    rows: Sequence[ObservationRow],
    edition: str,
    earlier: Sequence[ObservationRow],
) -> tuple[Texts, list[str]]:
    """The files with the wordings of known questions, and with the crosswalk's rows for those that changed."""
    path, crosswalk = folder / "questions.yml", folder / "crosswalk.yml"
    text, old = _text(path, unsaved, _ABOUT_QUESTIONS), _text(crosswalk, unsaved)
    wordings = list(new_wordings(rows, catalogue, edition, earlier))
    place, said = {question.id: i for i, question in enumerate(catalogue.questions)}, []
    for question, same, wording in wordings:
        at: list[str | int] = ["questions", place[question.id], "wordings"]
        text = yaml_edit.appended(text, at if same is None else [*at, same, "editions"], [wording])
        if same is None:
            said.append(f"wording of {question.id}: {wording['text']}")
    breaks = list(new_breaks(wordings, catalogue, edition))
    said += [f"crosswalk row: waves before {b['from_wave']} of {b['question']} stay comparable" for b in breaks]
    changed = {path: text} | ({crosswalk: yaml_edit.appended(old, ["breaks"], breaks)} if breaks else {})
    return unsaved | changed, said


def with_questions(
    folder: Path,
    unsaved: Texts,
    catalogue: Catalogue,
    rows: Sequence[ObservationRow],
    edition: str,
    earlier: Sequence[ObservationRow] = (),
) -> tuple[Texts, list[str]]:
    """The files with new options of known questions, new questions, and the scales that these share."""
    path = folder / "questions.yml"
    text, said = _text(path, unsaved, _ABOUT_QUESTIONS), []
    for question, name, option in new_options(rows, catalogue, edition, earlier):
        place = catalogue.place_of(question, name, len(getattr(question, name)))[:-1]
        text = yaml_edit.appended(text, place, [option])
        said.append(f"option of {question.id}: {next(iter(option['label'].values()))}")
    scales, questions = with_scales(new_questions(rows, catalogue, edition), catalogue)
    text = yaml_edit.appended(text, ["scales"], scales)
    text = yaml_edit.appended(text, ["questions"], questions)
    said += [f"scale {s['id']}: {len(s['options'])} answers" for s in scales]
    said += [f"question {q['id']}: {q['wordings'][0]['text']}" for q in questions]
    return unsaved | {path: text}, said


def _judged(
    folder: Path, unsaved: Mapping[Path, str], document: Document, edition: str
) -> tuple[Catalogue, Sequence[ObservationRow]]:
    catalogue = load_catalogue(folder, unsaved)
    decisions = load_decisions(catalogue, edition)
    return catalogue, judge(document, catalogue, edition, decisions).observations


def _text(path: Path, unsaved: Mapping[Path, str], empty: str = "") -> str:
    return unsaved[path] if path in unsaved else path.read_text("utf-8") if path.is_file() else empty


def rows_of_others(project: Project, edition: Edition) -> list[ObservationRow]:
    """What the study's other editions print, as the catalogue of now names it: of documents that were read and are
    kept, else as they were built, else of their baselines."""
    rows: list[ObservationRow] = []
    for other in (*project.awaited([edition.study]), *_here(project, edition.study)):
        if other != edition:
            rows += _rows(project, other)
    return rows


def _here(project: Project, study: str) -> list[Edition]:
    try:
        return project.editions([study])
    except UsageError:
        return []


def _rows(project: Project, edition: Edition) -> Sequence[ObservationRow]:
    if edition.pdf.is_file():
        request = request_for(project, edition)
        kept_at = request.kept_at(str(request.expected_sha256))
        document = kept(kept_at, request.catalogue.study) if kept_at is not None else None
        if document is not None:
            decisions = load_decisions(request.catalogue, edition.name)
            return judge(document, request.catalogue, edition.name, decisions).observations
    table = project.built(edition) / "observations.parquet"
    if table.is_file():
        return read_parquet(table)
    accepted = project.baseline(edition)
    return baseline.load(accepted).tables["observations"] if accepted.is_dir() else []  # type: ignore[return-value]
