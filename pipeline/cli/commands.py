"""The command line. It imports what a command needs when the command runs, so that help comes at once.

Exit codes: 0 fine; 1 the data needs a person; 2 wrong use or unusable input, said in one line with the remedy.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.command_group import NEEDS_A_PERSON, UNUSABLE, main, shared_options, targets_of
from pipeline.cli.reading_commands import say_findings
from pipeline.core.errors import DataError, UsageError

if TYPE_CHECKING:
    from pipeline.catalogue.project import Project
    from pipeline.run.baseline import BaselineCheck
    from pipeline.run.cluster import Cluster
    from pipeline.run.extraction import Summary


@main.command()
@shared_options("targets", "study", "root")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to build into.  [default: extracted/ of the project]"
)
@shared_options("jobs", "json")
@click.option("--cluster", metavar="tcp://HOST:PORT", help="Extract on the Dask cluster of this scheduler.")
@click.option(
    "--store",
    metavar="URL",
    help="Folder or fsspec address that its workers reach, for the PDFs.  [default: .editions/store of the project]",
)
@click.option("--in-process", is_flag=True, help="Extract in this process, unguarded: to debug, with files you trust.")
@click.option("--report", is_flag=True, help="Write each edition's review, one file to read, beside its tables.")
def build(
    targets: tuple[str, ...],
    study: str | None,
    root: Path,
    out: Path | None,
    jobs: int | None,
    as_json: bool,
    cluster: str | None,
    store: str | None,
    in_process: bool,
    report: bool,
) -> int:
    """Bring registered editions and the releases of their studies up to date.

    Without a target: everything that is registered under raw_pdfs/.
    """
    from pipeline.catalogue.project import Project
    from pipeline.cli.console import progress, say, say_json, say_table
    from pipeline.core.files import check_place
    from pipeline.core.processes import IN_PROCESS, USUAL
    from pipeline.run.build import build as run

    project = Project.at(root, out)
    check_place(project.out)
    limits = IN_PROCESS if in_process else USUAL
    with progress() as announce:
        away = _cluster(project, cluster, store) if cluster else None
        built, released = run(project, targets_of(targets, study), jobs or 0, announce, limits, cluster=away)
    reports: list[Path] = []
    if report:
        from pipeline.run.reviewing import write_review

        reports = [write_review(project, b.edition) for b in built if not b.failure]
    errors = sum(b.summary.open_errors for b in built) + sum(len(r.errors) for r in released if not r.kept_back)
    if as_json:
        releases = [
            {"study": r.study, "folder": str(r.folder), "rebuilt": r.fresh}
            | {"errors": r.errors, "kept_back": r.kept_back}
            for r in released
        ]
        say_json({"editions": [_built_json(b) for b in built], "releases": releases})
        return NEEDS_A_PERSON if errors else 0
    rows = [
        (str(b.edition), "rebuilt" if b.fresh else "up to date", *_counts(b.summary), b.summary.open_errors)
        for b in built
    ]
    for one in built:
        if one.fresh and not one.failure:
            say_findings(one.folder, one_of_many=True)
    say_table("", ("edition", "", "observations", "claims", "findings", "leftover numbers", "open errors"), rows)
    for release in released:
        state = "not published to" if release.kept_back else "published to" if release.fresh else "up to date in"
        say(f"{release.study}: {state} {release.folder}")
        for error in release.errors:
            say(f"  {error.strip()}")
    for path in reports:
        say(f"review: {path}")
    if errors:
        raise DataError(f"{errors} errors need a person: see the findings of the editions above")
    return 0


def _cluster(project: Project, address: str, store: str | None) -> Cluster:
    from pipeline.run.cluster import Cluster, Store

    return Cluster(address, Store(store or str((project.work / "store").resolve())))


def _counts(summary: Summary) -> tuple[int, int, int, int]:
    rows = summary.rows
    return rows["observations"], rows["claims"], rows["findings"], summary.ledger.get("leftover", 0)


def _built_json(built: Any) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(built.summary) | {
        "folder": str(built.folder),
        "rebuilt": built.fresh,
        "failure": built.failure,
        "open_errors": built.summary.open_errors,
    }


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
def init(folder: Path) -> int:
    """Make FOLDER (here) a project: raw_pdfs/, schemas/, extracted/, a README and a .gitignore.

    What is there already stays as it is.
    """
    from pipeline.catalogue.project import start
    from pipeline.cli.console import say

    say(f"{start(folder).root.resolve()} is a project")
    say("Register a report: editions new REPORT.pdf --study STUDY --edition YEAR")
    return 0


@main.command()
@click.argument("pdf", type=click.Path(path_type=Path))
@click.option("--study", metavar="STUDY", required=True, help="Study that it belongs to; a new one is drafted.")
@click.option("--edition", metavar="EDITION", required=True, help="Name of the edition, its year.")
@click.option("--title", metavar="TEXT", help="Title of the report.")
@click.option("--licence", metavar="TEXT", help="Under what terms it may be used.")
@click.option("--origin", metavar="TEXT", help="Where the file comes from, in a sentence.")
@click.option("--origin-url", metavar="URL", help="The address that it was taken from.")
@click.option("--publisher", metavar="TEXT", help="Who published it.")
@click.option("--published", metavar="DATE", help="When it was published.")
@click.option("--retrieved", metavar="DATE", help="When the file was taken from there.")
@click.option("--language", metavar="CODE", help="Language of the report (nl, en, fr …).")
@shared_options("root", "json")
def new(pdf: Path, study: str, edition: str, root: Path, as_json: bool, **said: str | None) -> int:
    """Register a report, extract it, and draft what the catalogue lacks for it.

    Asks on a terminal for what the options do not say. Ends with what a steward has to decide.
    """
    from collections import Counter
    from dataclasses import asdict
    from itertools import groupby

    from pipeline.catalogue.project import Project
    from pipeline.cli.console import progress, say, say_json
    from pipeline.review.desk.static_report import write_work
    from pipeline.review.to_decide import work_on
    from pipeline.run.registration import plan, register, source_of

    project = Project.at(root)
    planned = plan(project, pdf, study, edition)
    source = source_of(planned, _asked(said)) if planned.needs_source else None
    with progress() as announce:
        made = register(project, planned, source, announce)
    work = work_on(made.built.folder, project.catalogue(study), edition)
    report = project.built(made.edition).with_name(f"{edition}-new-report.html")
    write_work(made.edition, work, made.drafted, report)
    if as_json:
        decide = [asdict(decision) for decision in work.decisions]
        say_json(_built_json(made.built) | {"drafted": made.drafted, "questions": work.questions, "decide": decide})
        return NEEDS_A_PERSON if decide else 0
    say(f"{made.edition}: registered; {_counts(made.built.summary)[0]} observations; {work.questions}")
    if made.drafted:
        counts = Counter(draft.split()[0].rstrip(":") for draft in made.drafted)
        say(f"drafted: {', '.join(f'{what} ×{n}' if n > 1 else what for what, n in counts.items())}")
    if not work.decisions:
        say(f'Nothing to decide. Accept it: editions accept {made.edition} --reason "…"')
        return 0
    say(f"To decide, most valuable first ({len(work.decisions)} in all):")
    for matter, some in groupby(enumerate(work.decisions, 1), lambda numbered: numbered[1].matter):
        say("\n".join([f"\n{matter}:", *(f"{number:>3}. {decision}" for number, decision in some)]))
    say(f"\nThe same to read: {report}")
    say(f"Decide them beside the pages: editions review {made.edition}")
    return NEEDS_A_PERSON


QUESTIONS = {
    "title": "Title of the report",
    "licence": "Licence (what you may do with it)",
    "origin": "Where does the file come from",
    "origin_url": "Address (blank if none)",
    "published": "Date of publication (blank if unknown)",
}
"""What `new` asks on a terminal; the last ones may stay blank."""


def _asked(said: dict[str, str | None]) -> dict[str, str | None]:
    """The options, and on a terminal the answers to what they leave open."""
    if not sys.stdin.isatty() or all(said[name] for name in ("title", "licence", "origin")):
        return said
    asked = {
        name: click.prompt(question, default="" if "blank" in question else None, show_default=False, err=True)
        for name, question in QUESTIONS.items()
        if not said[name]
    }
    return said | asked


@main.command()
@shared_options("targets", "study", "root", "json")
def status(targets: tuple[str, ...], study: str | None, root: Path, as_json: bool) -> int:
    """Show what is registered, built, out of date and flagged."""
    from pipeline.catalogue.project import Project
    from pipeline.cli.console import say_json, say_table
    from pipeline.run.build import standing

    lines = standing(Project.at(root), targets_of(targets, study))
    if as_json:
        say_json({"editions": [line.json() for line in lines]})
    else:
        columns = ("edition", "build", "baseline", "pages", "observations", "findings", "open errors")
        say_table("", columns, [line.cells() for line in lines])
    return NEEDS_A_PERSON if any(line.summary and line.summary.open_errors for line in lines) else 0


@main.command()
@shared_options("targets", "study", "root", "jobs")
@click.option("--fresh", is_flag=True, help="Extract again even where nothing that matters changed.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write the result as JUnit XML.")
@click.option("--markdown", type=click.Path(path_type=Path), metavar="FILE", help="Write the result as Markdown.")
@click.option("--github", is_flag=True, help="Print annotations for GitHub.")
@shared_options("json")
def check(
    targets: tuple[str, ...],
    study: str | None,
    root: Path,
    jobs: int | None,
    fresh: bool,
    junit: Path | None,
    markdown: Path | None,
    github: bool,
    as_json: bool,
) -> int:
    """Extract afresh and compare with the baselines, cell by cell."""
    from pipeline.catalogue.project import Project
    from pipeline.cli.console import progress, say, say_json
    from pipeline.core.files import write_file
    from pipeline.run import check_report as report
    from pipeline.run.acceptance import check as run

    project = Project.at(root)
    with progress() as announce:
        found = run(project, targets_of(targets, study), jobs or 0, announce, fresh)
    if junit:
        write_file(junit, report.junit(found))
    if markdown:
        write_file(markdown, report.markdown(found))
    if as_json:
        say_json(report.as_json(found))
    else:
        for line in report.github_annotations(found) if github else ():
            say(line)
        _say_comparisons(found)
    return UNUSABLE if found.wrong else NEEDS_A_PERSON if found.changed else 0


def _say_comparisons(found: BaselineCheck, most: int = 40) -> None:
    from pipeline.cli.console import say, say_table, warn
    from pipeline.run import check_report as report

    for unchecked in found.unchecked:
        (warn if unchecked.wrong else say)(report.untold(unchecked))
    for comparison in found.comparisons:
        say(report.headline(comparison))
        say(report.causes(comparison))
        if comparison.changes:
            columns = ("change", "page", "figure", "what", "before", "after")
            say_table("", columns, [[report.cut(cell) for cell in row] for row in report.rows(comparison, most)])
            if len(comparison.changes) > most:
                say(f"… and {len(comparison.changes) - most} more: --markdown or --json lists them")


@main.command()
@click.argument("target", metavar="STUDY/EDITION")
@click.option("--reason", required=True, help="Why the data changed; goes into DATA_CHANGES.md.")
@shared_options("root")
def accept(target: str, reason: str, root: Path) -> int:
    """Make the present extraction the baseline of an edition."""
    from pipeline.catalogue.project import Project
    from pipeline.cli.console import progress, say
    from pipeline.run import check_report as report
    from pipeline.run.acceptance import LOG
    from pipeline.run.acceptance import accept as run

    project = Project.at(root)
    edition = project.edition(target)
    with progress() as announce:
        changed = run(project, edition, reason, announce)
    say(report.headline(changed) if changed else f"{edition}: first baseline")
    say(f"accepted: {project.baseline(edition)}; commit it with {LOG}")
    return 0


@main.command("as-of")
@click.argument("target", metavar="STUDY/EDITION")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write the release into.")
@shared_options("root")
def as_of(target: str, out: Path, root: Path) -> int:
    """Write the dataset as it was known when an edition was the newest."""
    from pipeline.catalogue.project import Project
    from pipeline.cli.console import say
    from pipeline.release.merge.cells import edition_order
    from pipeline.release.publish.publication import publish
    from pipeline.release.publish.release_content import EditionData

    project = Project.at(root)
    newest = project.edition(target)
    known = [e for e in project.editions([newest.study]) if edition_order(e.name) <= edition_order(newest.name)]
    unbuilt = [str(e) for e in known if not project.built(e).is_dir()]
    if unbuilt:
        raise UsageError(f"{', '.join(unbuilt)} is not built", f"run editions build {newest.study} first")
    if out.exists() and not (out / "SHA256SUMS").is_file():
        raise UsageError(f"{out} exists and is no release", "name another folder")
    data = [EditionData(e.name, project.built(e), e.pdf, e.source) for e in known]
    release = publish(project.root, project.catalogue(newest.study), data, out)
    for error in release.errors:
        say(f"  {error}")
    say(f"{newest.study} as of {newest.name}: {release.rows} values in {out}")
    return NEEDS_A_PERSON if release.errors else 0


@main.command()
@click.argument("target", metavar="STUDY/EDITION")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 takes any free one.")
@shared_options("root")
def review(target: str, port: int, root: Path) -> int:
    """Open the steward's desk for an edition, in the browser, on this machine only."""
    from pipeline.catalogue.project import Project
    from pipeline.cli.console import progress, say
    from pipeline.run.reviewing import serve

    project = Project.at(root)
    edition = project.edition(target)
    with progress() as announce:
        serve(project, edition, port, announce, say)
    return 0


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to answer on.  [default: any free one]")
@click.option("--browser/--no-browser", default=True, help="Open the page in your browser.")
@shared_options("root")
def desk(port: int, browser: bool, root: Path) -> int:
    """Open the start page of all studies and editions, in the browser, on this machine only."""
    import webbrowser

    from pipeline.catalogue.project import Project
    from pipeline.cli.console import say
    from pipeline.run.reviewing import serve_start

    serve_start(Project.at(root), port, say, webbrowser.open if browser else lambda address: None)
    return 0
