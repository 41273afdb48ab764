"""Build: every registered edition that is out of date, then the study's merge and release.

An edition is out of date when its PDF, its catalogue, the code of its stages or a library's version changed; a release,
when one of its editions, the catalogue, or the code of merging and publishing changed, or when its files were touched.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.catalogue.project import Edition, Project, lock
from pipeline.core.errors import DataError, UsageError
from pipeline.core.files import folder_digest, temporary, whole_folder, write_file
from pipeline.core.processes import USUAL, Announce, JobFailed, Limits, Progress, run_all, run_guarded, silent
from pipeline.intake.preflight import check_file
from pipeline.run.extraction import (
    DIGEST,
    SUMMARY,
    Cache,
    Request,
    Summary,
    extract_guarded,
    quarantined,
    request_for,
    write_extraction,
)
from pipeline.run.provenance import EXTRACTING, Provenance, code_fingerprint, library_versions
from pipeline.run.settings import SETTINGS

LOG = logging.getLogger(__name__)

if TYPE_CHECKING:
    from pipeline.catalogue.model import Catalogue
    from pipeline.run.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Built:
    """An edition after the build. `folder` holds its tables; `failure` says why its readers failed, if they did."""

    edition: Edition
    folder: Path
    summary: Summary
    fresh: bool
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """A study's release; `errors` are the failed expectations of its checkpoint, or what kept it back (then the
    release of an earlier build still stands)."""

    study: str
    folder: Path
    fresh: bool
    errors: tuple[str, ...] = ()
    kept_back: bool = False


def build(
    project: Project,
    targets: Sequence[str] = (),
    jobs: int = 0,
    announce: Announce = silent,
    limits: Limits = USUAL,
    cluster: Cluster | None = None,
) -> tuple[list[Built], list[Released]]:
    """Bring the editions that `targets` name, and the releases of their studies, up to date.

    Raises UsageError when an edition is unusable; then no output of this build has been written.
    """
    chosen = project.editions(targets)
    studies = sorted({e.study for e in chosen})
    everything = project.editions(studies)
    with lock(project):
        built = extract_editions(project, everything, jobs or os.cpu_count() or 1, announce, limits, cluster=cluster)
        Cache(project).prune(len(project.editions()))
        for item in built:
            place(project, item)
        released = [
            _release(project, study, [b for b in built if b.edition.study == study], announce) for study in studies
        ]
    named = {str(e) for e in chosen}
    return [b for b in built if str(b.edition) in named], released


def extract_editions(
    project: Project,
    editions: Sequence[Edition],
    workers: int,
    announce: Announce = silent,
    limits: Limits = USUAL,
    fresh: bool = False,
    cluster: Cluster | None = None,
) -> list[Built]:
    """Each edition's tables in the cache; those out of date (all, when `fresh`) are extracted, `workers` at a time here
    or on the `cluster`."""
    cache = Cache(project)
    requests = [request_for(project, e) for e in editions]
    provenances = [r.provenance(check_file(r.pdf)) for r in requests]
    _refuse_twins(editions, provenances)
    found = [None if fresh else cache.find(p) for p in provenances]
    if fresh:
        requests = [replace(r, documents=None) for r in requests]
    for edition, folder in zip(editions, found, strict=True):
        LOG.info("%s: %s", edition, "extracted afresh" if folder is None else f"up to date ({folder.parent.name[:12]})")
    stale = [i for i, folder in enumerate(found) if folder is None]
    done = {i: Built(editions[i], folder, Summary.load(folder), False) for i, folder in enumerate(found) if folder}
    project.work.mkdir(parents=True, exist_ok=True)
    processes = min(max(workers // len(stale), 1), SETTINGS.most_processes) if stale else 0
    with tempfile.TemporaryDirectory(prefix=temporary(), dir=project.work) as drafts:
        folders = {i: Path(drafts) / str(i) for i in stale}
        calls = []
        for i in stale:
            folders[i].mkdir()
            announce(str(editions[i]), "extract", 0, 1)
            calls.append((replace(requests[i], processes=processes), folders[i]))
        tell = partial(_tell, announce, [str(editions[i]) for i in stale])
        for place, result in (cluster or run_all)(extract_guarded, calls, workers, limits, tell):
            i = stale[place]
            if isinstance(result, UsageError):
                raise result
            done[i] = _kept(cache, editions[i], requests[i], provenances[i], folders[i], result)
    return [done[i] for i in range(len(editions))]


def _refuse_twins(editions: Sequence[Edition], provenances: Sequence[Provenance]) -> None:
    """One file under two names would count its values twice."""
    seen: dict[str, Edition] = {}
    for edition, provenance in zip(editions, provenances, strict=True):
        twin = seen.setdefault(provenance.source_sha256, edition)
        if twin is not edition:
            raise UsageError(f"{twin.pdf} and {edition.pdf} are the same file", "remove the edition that it is not")


def _tell(announce: Announce, names: Sequence[str], place: int, stage: str, done: int, total: int) -> None:
    announce(names[place], stage, done, total)


def _kept(
    cache: Cache, edition: Edition, request: Request, provenance: Provenance, folder: Path, result: Summary | JobFailed
) -> Built:
    """The result in the cache. A failed edition is kept too, with its finding, but not as up to date."""
    if isinstance(result, Summary):
        return Built(edition, cache.keep(provenance, folder), result, True)
    shutil.rmtree(folder)
    folder.mkdir()
    summary = write_extraction(folder, quarantined(request, provenance.source_sha256, str(result)))
    tables = cache.keep(provenance, folder)
    (tables.parent / DIGEST).unlink()
    return Built(edition, tables, summary, True, str(result))


def place(project: Project, built: Built) -> None:
    target = project.built(built.edition)
    if folder_digest(target) == folder_digest(built.folder):
        return
    with whole_folder(target) as draft:
        shutil.copytree(built.folder, draft, dirs_exist_ok=True)


def _release(project: Project, study: str, editions: Sequence[Built], announce: Announce) -> Released:
    catalogue = project.catalogue(study)
    target = project.published(study)
    note = target.parent / "built" / "release.json"
    key = _release_key(catalogue.fingerprint, editions)
    earlier = _read_note(note)
    if earlier.get("key") == key and earlier.get("digest") == folder_digest(target) != "":
        return Released(study, target, False, tuple(earlier["errors"]))
    announce(study, "publish", 0, 1)
    call = (project.root, catalogue, [(b.edition, b.folder) for b in editions], target)
    try:
        errors: tuple[str, ...] = run_guarded(_publish, call)
    except (DataError, JobFailed) as error:
        return Released(study, target, False, tuple(str(error).splitlines()), True)
    announce(study, "publish", 1, 1)
    write_file(note, json.dumps({"key": key, "digest": folder_digest(target), "errors": errors}, indent=1) + "\n")
    return Released(study, target, True, errors)


def _publish(
    root: Path, catalogue: Catalogue, editions: Sequence[tuple[Edition, Path]], target: Path, progress: Progress
) -> tuple[str, ...]:
    from pipeline.release.publish.publication import publish
    from pipeline.release.publish.release_content import EditionData

    data = [EditionData(edition.name, folder, edition.pdf, edition.source) for edition, folder in editions]
    return publish(root, catalogue, data, target).errors


def _release_key(catalogue: str, editions: Sequence[Built]) -> str:
    parts = {
        "catalogue": catalogue,
        "code": code_fingerprint((*EXTRACTING, "release")),
        "libraries": library_versions(),
        "editions": {str(b.edition): folder_digest(b.folder) for b in editions},
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _read_note(path: Path) -> dict[str, Any]:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of `editions status`. `build` is `up to date`, `out of date`, `never`, or what is wrong."""

    edition: str
    build: str
    baseline: bool
    summary: Summary | None

    @property
    def study(self) -> str:
        return self.edition.partition("/")[0]

    def cells(self) -> tuple[object, ...]:
        baseline = "yes" if self.baseline else "none"
        if self.summary is None:
            return (self.edition, self.build, baseline, "", "", "", "")
        rows = self.summary.rows
        counts = (self.summary.pages, rows["observations"], rows["findings"], self.summary.open_errors)
        return (self.edition, self.build, baseline, *counts)

    def json(self) -> dict[str, object]:
        return asdict(self) | {"open_errors": self.summary.open_errors if self.summary else None}


def standing(project: Project, targets: Sequence[str] = ()) -> list[Standing]:
    """One for each registered edition that `targets` name. An edition that is not usable says so in `build`."""
    return [_standing(project, edition) for edition in project.editions(targets)]


def _standing(project: Project, edition: Edition) -> Standing:
    built = project.built(edition)
    summary = Summary.load(built) if (built / SUMMARY).is_file() else None
    return Standing(str(edition), _freshness(project, edition, summary), project.baseline(edition).is_dir(), summary)


def _freshness(project: Project, edition: Edition, summary: Summary | None) -> str:
    try:
        request = request_for(project, edition)
        sha256 = check_file(edition.pdf)
    except UsageError as error:
        return str(error)
    if request.expected_sha256 != sha256:
        return "the PDF is not the registered one"
    if summary is None:
        return "never"
    return "up to date" if Cache(project).find(request.provenance(sha256)) else "out of date"
