"""Opening an edition for review: the desk in a browser, or the same view as one file to read."""

from __future__ import annotations

import gc
import socket
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from pipeline.catalogue.project import Edition, Project
from pipeline.checks.edition import Extraction
from pipeline.core.errors import UsageError
from pipeline.core.processes import Announce, JobFailed, silent
from pipeline.core.table_files import read_parquet
from pipeline.exhibits.document import document_at
from pipeline.intake.preflight import check_file
from pipeline.review.desk.app import Session, make_app
from pipeline.review.desk.page_crops import Crops
from pipeline.review.desk.static_report import write_report
from pipeline.review.desk.workspace import Workspace, earlier_rows, only_desk
from pipeline.run.acceptance import accept
from pipeline.run.extraction import Cache, Request, extract_guarded, request_for
from pipeline.run.start_desk import start_page


def serve(project: Project, edition: Edition, port: int, announce: Announce, say: Callable[[str], None]) -> None:
    """Serve the desk until it is stopped. Raises UsageError when the edition or the port is taken."""
    with only_desk(project, edition), closing(_listening(port)) as listening:
        workspace = open_bench(project, edition, announce)
        session = Session.on(listening.getsockname()[1])
        crops = Crops(edition.pdf)
        app = make_app(workspace, crops, session, accept, earlier_rows(project, edition))
        say(f"{edition} is on the desk: {session.address}")
        say("Ctrl-C ends it; everything done there is already written.")
        workspace.warm()
        gc.freeze()  # a document of many pages stays: to look through it for what may go takes longer than an act
        try:
            _answer(app, listening)
        finally:
            crops.close()


def serve_start(project: Project, port: int, say: Callable[[str], None], show: Callable[[str], object]) -> None:
    """Serve the start page until it is stopped; `show` opens its address in a browser.

    Raises UsageError when the port is taken.
    """
    with closing(_listening(port)) as listening:
        session = Session.on(listening.getsockname()[1])
        with start_page(project, session) as app:
            say(f"The desk: {session.address}")
            say("Ctrl-C ends it and the editions that were opened from it; everything done there is already written.")
            show(session.address)
            _answer(app, listening)


def _listening(port: int) -> socket.socket:
    """A socket on loopback that listens already, before its address is told: a browser that comes early waits."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise UsageError(f"port {port} is taken ({error.strerror})", "choose another with --port") from error
    return listening


def _answer(app: FastAPI, listening: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])


def write_review(project: Project, edition: Edition) -> Path:
    """The review of a built edition, beside its tables; returns where."""
    path = project.built(edition).with_name(f"{edition.name}-review.html")
    crops = Crops(edition.pdf)
    try:
        write_report(open_bench(project, edition, silent), crops, earlier_rows(project, edition), path)
    finally:
        crops.close()
    return path


def open_bench(project: Project, edition: Edition, announce: Announce) -> Workspace:
    """The edition on the desk; its document is read first, in a guarded process, where it was not yet."""
    request = request_for(project, edition)
    sha256 = check_file(edition.pdf)
    if sha256 != request.expected_sha256:
        raise UsageError(f"{edition.pdf} is not the registered file", "bring the one that its source file describes")
    kept_at = request.kept_at(sha256)
    if kept_at is not None and not kept_at.is_file():
        with tempfile.TemporaryDirectory(prefix="editions-") as folder:
            try:
                extract_guarded(request, Path(folder), progress=partial(announce, str(edition)))
            except JobFailed as error:
                raise UsageError(f"{edition}: its extraction {error}", "see editions build") from error
    document = document_at(edition.pdf, request.catalogue.study, kept_at)
    return Workspace(project, edition, document, _built(project, edition, request, sha256, len(document.pages)))


def _built(project: Project, edition: Edition, request: Request, sha256: str, pages: int) -> Extraction | None:
    """The tables of a build of exactly this PDF, catalogue, decisions and program; None where there is none."""
    folder = Cache(project).find(request.provenance(sha256))
    if folder is None:
        return None
    names = ("observations", "findings", "claims", "numbers")
    tables = {name: read_parquet(folder / f"{name}.parquet") for name in names}
    return Extraction(edition.study, edition.name, sha256, pages, **tables)
