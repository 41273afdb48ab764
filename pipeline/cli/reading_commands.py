"""Commands that read a PDF without a project: `extract`, `tables` and `explain`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.command_group import NEEDS_A_PERSON, SHOWN_OF_MANY, SHOWN_OF_ONE, main, shared_options
from pipeline.core.errors import UsageError
from pipeline.core.numbers import YEAR

if TYPE_CHECKING:
    from pipeline.run.extraction import Request, Summary


@main.command()
@click.argument("pdf", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write the tables into.")
@shared_options("study")
@click.option(
    "--edition",
    metavar="EDITION",
    help="Name of the edition.  [default: the year in the file's name, else the report's own]",
)
@shared_options("password")
@click.option("--ocr", is_flag=True, help="Read a document without any text layer by character recognition.")
@click.option("--allow-empty", is_flag=True, help="Write tables without rows for a document without figures.")
@click.option("--debug", type=click.Path(path_type=Path), metavar="DIR", help="Write page pictures with what was read.")
@shared_options("root", "json")
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

    from pipeline.catalogue.model import AD_HOC, bare_catalogue
    from pipeline.catalogue.project import Project, check_name
    from pipeline.cli.console import progress, say_json
    from pipeline.core.files import check_place, place_files
    from pipeline.core.processes import JobFailed
    from pipeline.intake.preflight import check_file
    from pipeline.run.extraction import Request, extract_guarded

    catalogue = Project.at(root).catalogue(study) if study else bare_catalogue()
    name = check_name(edition or (YEAR.findall(pdf.stem) or [AD_HOC])[-1], "edition")
    request = Request(pdf, catalogue, name, password, ocr=ocr, allow_empty=allow_empty)
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
    from pipeline.review.debug_pictures import draw_exhibits, draw_pages

    draw_pages(request.pdf, tables, folder, request.password)
    with opened(request.pdf, request.password) as (_, readable):
        draw_exhibits(readable, document_at(readable, request.catalogue.study, request.kept_at(sha256)), folder)


def _say_summary(summary: Summary, out: Path) -> None:
    from pipeline.cli.console import say

    rows = summary.rows
    say(
        f"{summary.pages} pages of {summary.study}/{summary.edition}: {rows['observations']} observations, "
        f"{rows['claims']} claims, {rows['findings']} findings"
    )
    say("numbers: " + (", ".join(f"{n} {went}" for went, n in summary.ledger.items()) or "none"))
    say_findings(out)
    say(f"written to {out}")


def say_findings(folder: Path, one_of_many: bool = False) -> None:
    """The findings of an edition, the most serious first, each with its place and what to do; of one of many in full
    only those that need a person."""
    from pipeline.cli.console import briefly, describe, say
    from pipeline.core.table_files import read_parquet

    rows = read_parquet(folder / "findings.parquet")
    text = briefly(rows, SHOWN_OF_MANY) if one_of_many else describe(rows, SHOWN_OF_ONE)
    if text:
        say(f"\n{text}\n")


@main.command()
@click.argument("pdf", type=click.Path(path_type=Path))
@click.option("--pages", metavar="1-3,7", help="Pages to read.  [default: all]")
@click.option("--format", "form", type=click.Choice(["json", "csv", "md", "html"]), default="md", show_default=True)
@shared_options("password")
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
@click.argument("pdf", type=click.Path(path_type=Path))
@click.option("--page", type=int, required=True, metavar="N", help="Page to explain, from 1.")
@click.option("--picture", type=click.Path(path_type=Path), metavar="PNG", help="Draw the proposals on the page, too.")
@shared_options("password")
def explain(pdf: Path, page: int, picture: Path | None, password: str) -> int:
    """Tell what was proposed on a page, how it scored and what was chosen: why it was read so."""
    from pipeline.catalogue.model import bare_catalogue
    from pipeline.intake.preflight import check_file, opened
    from pipeline.review.explain import draw_proposals, explained_page, listing

    check_file(pdf)
    with opened(pdf, password) as (_, readable):
        seen, proposals = explained_page(readable, page, bare_catalogue().study, password)
        sys.stdout.write(listing(proposals))
        if picture:
            draw_proposals(readable, seen, proposals, picture, password)
    return 0
