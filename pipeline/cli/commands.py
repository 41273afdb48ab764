"""The command line. It imports what a command needs when the command runs, so that help comes at once.

Exit codes: 0 fine; 1 the data needs a person; 2 wrong use or unusable input, said in one line with the remedy.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipeline import __version__
from pipeline.core.errors import DataError, UsageError, describe

if TYPE_CHECKING:
    from pipeline.catalogue.project import Edition, Project
    from pipeline.run.baseline import Checked
    from pipeline.run.cluster import Cluster
    from pipeline.run.extraction import Request, Summary

NEEDS_A_PERSON, UNUSABLE = 1, 2
SHOWN_OF_ONE, SHOWN_OF_MANY = 5, 2
"""Findings of one kind that are written out: of one report, and of each of those that a build makes."""
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class Commands(click.Group):
    """Turns every way a command can end into an exit code and, where something is wrong, one line."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["standalone_mode"] = False
        _speak_utf8()
        try:
            sys.exit(super().main(*args, **kwargs) or 0)
        except UsageError as error:
            _stop(f"{error.what}: {error.remedy}", UNUSABLE)
        except DataError as error:
            _stop(str(error), NEEDS_A_PERSON)
        except click.ClickException as error:
            context = getattr(error, "ctx", None)
            command = context.command_path if context else "editions"
            _stop(f"{error.format_message().rstrip('.')}: see {command} --help", UNUSABLE)
        except (click.Abort, KeyboardInterrupt):
            _stop("stopped; nothing was changed since the last finished step", 130)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(UNUSABLE)
        except OSError as error:
            name = f"{error.filename}: " if error.filename else ""
            _stop(f"{name}{error.strerror or error}: free or choose another place", UNUSABLE)
        except Exception as error:
            if os.environ.get("EDITIONS_DEBUG"):
                raise
            _stop(
                f"a fault of the program ({describe(error)}): set EDITIONS_DEBUG=1 for details, please report it",
                UNUSABLE,
            )


def _speak_utf8() -> None:
    """Reports hold more than the ASCII of a bare container's locale; Python 3.15 writes UTF-8 everywhere by itself."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def _stop(line: str, code: int) -> NoReturn:
    from pipeline.cli.console import warn

    warn(f"editions: {line}")
    sys.exit(code)


def _options(*which: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options that several commands share, by name."""
    shared = {
        "root": click.option(
            "--root", type=click.Path(path_type=Path), default=Path(), show_default="here", help="The project's folder."
        ),
        "study": click.option("--study", metavar="STUDY", help="Study, a folder of schemas/."),
        "json": click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
        "jobs": click.option(
            "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes at a time.  [default: one per core]"
        ),
        "password": click.option(
            "--password", default="", envvar="EDITIONS_PASSWORD", show_envvar=True, help="Password of an encrypted PDF."
        ),
        "targets": click.argument("targets", nargs=-1, metavar="[STUDY[/EDITION]]..."),
    }

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(which):
            function = shared[name](function)
        return function

    return decorate


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="editions")
def main() -> None:
    """From the yearly PDF reports of a repeated survey to one checked, longitudinal dataset."""


def _targets(targets: tuple[str, ...], study: str | None) -> list[str]:
    return [*targets, study] if study and not targets else list(targets)


@main.command()
@_options("targets", "study", "root")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to build into.  [default: extracted/ of the project]"
)
@_options("jobs", "json")
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
        built, released = run(project, _targets(targets, study), jobs or 0, announce, limits, cluster=away)
    reports = _reports(project, [b.edition for b in built if not b.failure]) if report else []
    errors = sum(b.summary.open_errors for b in built) + sum(len(r.errors) for r in released if not r.kept_back)
    if as_json:
        say_json(
            {
                "editions": [_built_json(b) for b in built],
                "releases": [
                    {
                        "study": r.study,
                        "folder": str(r.folder),
                        "rebuilt": r.fresh,
                        "errors": r.errors,
                        "kept_back": r.kept_back,
                    }
                    for r in released
                ],
            }
        )
        return NEEDS_A_PERSON if errors else 0
    rows = [
        (str(b.edition), "rebuilt" if b.fresh else "up to date", *_counts(b.summary), b.summary.open_errors)
        for b in built
    ]
    for one in built:
        if one.fresh and not one.failure:
            _say_findings(one.folder, SHOWN_OF_MANY)
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


def _reports(project: Project, editions: list[Edition]) -> list[Path]:
    from pipeline.run.reviewing import write_review

    return [write_review(project, edition) for edition in editions]


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
@_options("root", "json")
def new(pdf: Path, study: str, edition: str, root: Path, as_json: bool, **said: str | None) -> int:
    """Register a report, extract it, and draft what the catalogue lacks for it.

    Asks on a terminal for what the options do not say. Ends with what a steward has to decide.
    """
    from pipeline.catalogue.project import Project
    from pipeline.cli.console import progress, say, say_json
    from pipeline.run.registration import decisions, plan, register, source_of

    project = Project.at(root)
    planned = plan(project, pdf, study, edition)
    source = source_of(planned, _asked(said)) if planned.needs_source else None
    with progress() as announce:
        made = register(project, planned, source, announce)
    lines, count = decisions(made.built.folder)
    if as_json:
        say_json(_built_json(made.built) | {"drafted": made.drafted, "decide": lines, "decisions": count})
        return NEEDS_A_PERSON if count else 0
    say(f"{made.edition}: registered; {_counts(made.built.summary)[0]} observations")
    for draft in made.drafted[:MOST_DRAFTS]:
        say(f"  drafted {draft}")
    if len(made.drafted) > MOST_DRAFTS:
        say(f"  … and {len(made.drafted) - MOST_DRAFTS} more: see schemas/{study}/")
    if not count:
        say(f'Nothing to decide. Accept it: editions accept {made.edition} --reason "…"')
        return 0
    say(f"To decide, most valuable first ({count} in all):")
    for number, line in enumerate(lines, 1):
        say(f"{number:>3}. {line}")
    say(f"Decide them beside the pages: editions review {made.edition}")
    return NEEDS_A_PERSON


MOST_DRAFTS = 12
"""Drafts that `new` lists: a new study has some fifty."""
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
@click.argument("pdf", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write the tables into.")
@_options("study")
@click.option("--edition", metavar="EDITION", help="Name of the edition.  [default: the year in the file's name]")
@_options("password")
@click.option("--ocr", is_flag=True, help="Read a document without any text layer by character recognition.")
@click.option("--allow-empty", is_flag=True, help="Write tables without rows for a document without figures.")
@click.option("--debug", type=click.Path(path_type=Path), metavar="DIR", help="Write page pictures with what was read.")
@_options("root", "json")
def extract(
    pdf: Path,
    out: Path,
    study: str | None,
    edition: str | None,
    password: str,
    ocr: bool,
    allow_empty: bool,
    debug: Path | None,
    root: Path,
    as_json: bool,
) -> int:
    """Extract one PDF into --out, without registering it.

    Writes observations, findings, claims and numbers as Parquet and CSV: all of them, or none.
    """
    import tempfile
    from dataclasses import asdict, replace

    from pipeline.catalogue.model import bare_catalogue
    from pipeline.catalogue.project import Project, check_name
    from pipeline.cli.console import progress, say_json
    from pipeline.core.files import check_place, place_files
    from pipeline.core.processes import JobFailed
    from pipeline.intake.preflight import check_file
    from pipeline.run.extraction import Request, extract_guarded

    catalogue = Project.at(root).catalogue(study) if study else bare_catalogue()
    request = Request(
        pdf, catalogue, check_name(edition or _year(pdf), "edition"), password, ocr=ocr, allow_empty=allow_empty
    )
    check_file(pdf)
    check_place(out)
    with tempfile.TemporaryDirectory(prefix="editions-") as folder, progress() as announce:
        if debug:
            request = replace(request, documents=Path(folder) / "documents")
        try:
            summary = extract_guarded(
                request, Path(folder), progress=lambda stage, done, total: announce(pdf.name, stage, done, total)
            )
        except JobFailed as error:
            raise UsageError(
                f"{pdf}: the extraction {error}", "nothing was written; obtain the file again or report it"
            ) from error
        place_files(Path(folder), out, [f"{name}{suffix}" for name in summary.rows for suffix in (".parquet", ".csv")])
        if debug:
            _draw(request, summary.source_sha256, out, debug)
    if as_json:
        say_json(asdict(summary) | {"folder": str(out), "open_errors": summary.open_errors})
    else:
        _say_summary(summary, out)
    return NEEDS_A_PERSON if summary.open_errors else 0


def _draw(request: Request, sha256: str, tables: Path, folder: Path) -> None:
    """Pictures of the pages with what was published, and of the exhibits with what each reader saw."""
    from pipeline.exhibits.document import document_at
    from pipeline.intake.preflight import opened
    from pipeline.review.debug_pictures import draw_exhibits
    from pipeline.review.page_pictures import draw_pages

    draw_pages(request.pdf, tables, folder, request.password)
    with opened(request.pdf, request.password) as (_, readable):
        draw_exhibits(readable, document_at(readable, request.catalogue.study, request.kept_at(sha256)), folder)


def _year(pdf: Path) -> str:
    found = YEAR.findall(pdf.stem)
    return found[-1] if found else "adhoc"


def _say_summary(summary: Summary, out: Path) -> None:
    from pipeline.cli.console import say

    rows = summary.rows
    say(
        f"{summary.pages} pages: {rows['observations']} observations, {rows['claims']} claims, "
        f"{rows['findings']} findings"
    )
    say("numbers: " + (", ".join(f"{n} {went}" for went, n in summary.ledger.items()) or "none"))
    _say_findings(out, SHOWN_OF_ONE)
    say(f"written to {out}")


def _say_findings(folder: Path, shown: int) -> None:
    """The findings of an edition, the most serious first, each with its place and what to do."""
    from pipeline.cli.console import say
    from pipeline.cli.finding_texts import describe
    from pipeline.core.table_files import read_parquet

    text = describe(read_parquet(folder / "findings.parquet"), shown)
    if text:
        say(f"\n{text}\n")


@main.command()
@click.argument("pdf", type=click.Path(path_type=Path))
@click.option("--pages", metavar="1-3,7", help="Pages to read.  [default: all]")
@click.option("--format", "form", type=click.Choice(["json", "csv", "md", "html"]), default="md", show_default=True)
@_options("password")
def tables(pdf: Path, pages: str | None, form: str, password: str) -> int:
    """Print every table of a PDF, whatever document it is."""
    from pipeline.cli.console import progress, warn
    from pipeline.cli.table_listing import list_tables_guarded
    from pipeline.core.processes import JobFailed
    from pipeline.intake.preflight import check_file

    check_file(pdf)
    with progress() as announce:
        try:
            text, unread = list_tables_guarded(
                pdf, pages, form, password, lambda stage, done, total: announce(pdf.name, stage, done, total)
            )
        except JobFailed as error:
            raise UsageError(f"{pdf}: reading its tables {error}", "obtain the file again, or report it") from error
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    for number, reason in unread.items():
        warn(f"editions: page {number} was not read, or not whole ({reason}): tables of it may be missing above")
    return NEEDS_A_PERSON if unread else 0


@main.command()
@_options("targets", "study", "root", "json")
def status(targets: tuple[str, ...], study: str | None, root: Path, as_json: bool) -> int:
    """Show what is registered, built, out of date and flagged."""
    from pipeline.catalogue.project import Project
    from pipeline.cli.console import say_json, say_table
    from pipeline.run.status import standing

    lines = standing(Project.at(root), _targets(targets, study))
    if as_json:
        say_json({"editions": [line.json() for line in lines]})
    else:
        columns = ("edition", "build", "baseline", "pages", "observations", "findings", "open errors")
        say_table("", columns, [line.cells() for line in lines])
    return 0


@main.command()
@_options("targets", "study", "root", "jobs")
@click.option("--fresh", is_flag=True, help="Extract again even where nothing that matters changed.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write the result as JUnit XML.")
@click.option("--markdown", type=click.Path(path_type=Path), metavar="FILE", help="Write the result as Markdown.")
@click.option("--github", is_flag=True, help="Print annotations for GitHub.")
@_options("json")
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
        found = run(project, _targets(targets, study), jobs or 0, announce, fresh)
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


def _say_comparisons(found: Checked, most: int = 40) -> None:
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
@_options("root")
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
@_options("root")
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
@_options("root")
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
