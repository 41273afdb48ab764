"""`editions check` and `editions accept`: the present extraction against the baseline, and in its place."""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from pathlib import Path

from pipeline.catalogue.decisions import author_of
from pipeline.catalogue.project import Edition, Project, lock
from pipeline.core.contract import open_errors
from pipeline.core.errors import DataError, UsageError
from pipeline.core.files import whole_folder, write_file
from pipeline.core.processes import Announce, silent
from pipeline.core.table_files import read_parquet
from pipeline.run import baseline
from pipeline.run.baseline import BaselineCheck, Comparison, Snapshot, Unchecked
from pipeline.run.build import Built, extract_editions
from pipeline.run.check_report import markdown_changes
from pipeline.run.extraction import request_for
from pipeline.run.settings import SETTINGS

LOG = "DATA_CHANGES.md"


def check(
    project: Project, targets: Sequence[str] = (), jobs: int = 0, announce: Announce = silent, fresh: bool = False
) -> BaselineCheck:
    """Each edition that `targets` name against its baseline. `fresh` extracts even what the cache holds.

    Raises UsageError when a target names nothing, or an edition or its baseline is unusable.
    """
    awaited = project.awaited(targets)
    registered = _registered(project, targets, awaited)
    accepted = [e for e in registered if project.baseline(e).is_dir()]
    old = [baseline.load(project.baseline(e)) for e in accepted]
    with lock(project):
        built = extract_editions(project, accepted, jobs or os.cpu_count() or 1, announce, fresh=fresh)
        new = [present(project, b) for b in built]
    comparisons = [
        baseline.compare(b.edition.study, b.edition.name, was, now, b.failure)
        for b, was, now in zip(built, old, new, strict=True)
    ]
    missing = [_without_baseline(e) for e in registered if e not in accepted]
    return BaselineCheck(tuple(comparisons), (*missing, *(_without_pdf(project, e, targets) for e in awaited)))


def _registered(project: Project, targets: Sequence[str], awaited: Sequence[Edition]) -> list[Edition]:
    """The editions with a PDF that `targets` name. A target may name editions that only lack theirs."""
    told = {name for e in awaited for name in (str(e), e.study)}
    for target in targets:
        if target not in told:
            project.editions([target])
    return [e for e in project.editions() if not targets or {str(e), e.study} & set(targets)]


def _without_baseline(edition: Edition) -> Unchecked:
    remedy = f'look at its values, then: editions accept {edition} --reason "…"'
    return Unchecked(str(edition), f"it has no accepted baseline; {remedy}", "baseline")


def _without_pdf(project: Project, edition: Edition, targets: Sequence[str]) -> Unchecked:
    """Nothing is wrong where only the description is kept, unless it was asked for by name or once accepted."""
    where = f"raw_pdfs/{edition.study}/{edition.name}.pdf"
    if project.baseline(edition).is_dir():
        return Unchecked(str(edition), f"it has a baseline, but {where} is not here; restore it from git", "file")
    told = f"{where} is not kept here; {edition.source_file.name} says where it is from"
    return Unchecked(str(edition), told, "file" if {str(edition), edition.study} & set(targets) else "")


def present(project: Project, built: Built) -> Snapshot:
    made_with = request_for(project, built.edition).provenance(built.summary.source_sha256)
    return baseline.snapshot(built.folder, made_with)


def accept(project: Project, edition: Edition, reason: str, announce: Announce = silent) -> Comparison | None:
    """Make the present extraction the baseline and note in DATA_CHANGES.md what changed and why.

    Returns the changes; None when the edition had no baseline. Raises DataError when a person has to look first,
    UsageError when there is no reason or this runs in CI.
    """
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        raise UsageError("baselines are not accepted in CI", "run editions accept where a person decides")
    if not reason.strip():
        raise UsageError("the reason is blank", 'say why the data changed: --reason "…"')
    with lock(project):
        [built] = extract_editions(project, [edition], 1, announce)
        _refuse_unfit(built)
        new = present(project, built)
        target = project.baseline(edition)
        old = baseline.load(target) if (target / baseline.MADE_WITH).is_file() else None
        changed = None if old is None else baseline.compare(edition.study, edition.name, old, new)
        if old is not None:
            new = baseline.settled(old, new)
        if old is None or changed is None or changed.changes:
            _note(project.root / LOG, edition, reason, changed, new)
        with whole_folder(target) as draft:
            baseline.write(draft, new)
    return changed


def _refuse_unfit(built: Built) -> None:
    name = str(built.edition)
    if built.failure:
        raise DataError(f"{name} is not accepted: its extraction {built.failure}")
    if not built.summary.rows["observations"]:
        raise DataError(f"{name} is not accepted: its extraction holds no observation")
    if built.summary.open_errors:
        rows = read_parquet(built.folder / "findings.parquet")
        first = open_errors(rows)[0]
        raise DataError(
            f"{name} is not accepted: {built.summary.open_errors} error findings are open, the first on page"
            f" {first['page']} ({first['code']}): {first['message']}"
        )


def _note(path: Path, edition: Edition, reason: str, changed: Comparison | None, new: Snapshot) -> None:
    """Append the entry, once: a run that was stopped before the baseline stood is not noted twice."""
    text = path.read_text(encoding="utf-8") if path.is_file() else "# Changes of the data\n"
    mark = f"<!-- {edition} {new.digest[:16]} -->"
    if mark in text:
        return
    today = datetime.datetime.now(datetime.UTC).date()
    parts = [f"## {edition}, {today}, {author_of(path.parent)}", mark, reason.strip()]
    if changed is None:
        parts.append(f"First baseline: {len(new.tables['observations'])} values.")
    else:
        parts.append(markdown_changes(changed, SETTINGS.changes_listed))
    write_file(path, text.rstrip("\n") + "\n\n" + "\n\n".join(parts) + "\n")
