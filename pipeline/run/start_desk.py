"""`editions desk`: one page with all studies and editions of a project, and a place to drop a new report on.

It starts `editions review` and `editions new` as programs of their own, so that an edition that stops takes no other
with it. It answers on loopback, to the browser that was given its address, as every desk does.
"""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from pipeline.catalogue.project import Project
from pipeline.core.errors import UsageError
from pipeline.intake.settings import SETTINGS
from pipeline.review.desk.app import Session, guard, serve_assets
from pipeline.review.desk.desk_pages import templates
from pipeline.run.build import Standing, standing

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\?key=\S+")
FIELDS = ("study", "edition", "title", "licence", "origin")
"""What the form of a new report says; `editions new` judges it."""


@dataclass(frozen=True)
class Arrival:
    """A report that `editions new` is registering, or has."""

    name: str
    edition: str
    process: subprocess.Popen[Any]
    log: Path

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def said(self) -> list[str]:
        return self.log.read_text("utf-8", "replace").splitlines()


@dataclass(frozen=True)
class Programs:
    """What the start page has started, for one project."""

    project: Project
    desks: dict[str, tuple[subprocess.Popen[Any], str]] = field(default_factory=dict)
    """Edition → its desk and where it answers."""
    arrivals: list[Arrival] = field(default_factory=list)

    def desk(self, target: str) -> str:
        """The address of the desk of an edition, started where none runs. Raises UsageError with what it said."""
        edition = str(self.project.edition(target))
        process, address = self.desks.get(edition, (None, ""))
        if process is None or process.poll() is not None:
            process = subprocess.Popen(
                [*self._command("review"), "--port=0", edition],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert process.stdout is not None
            said = ""
            for said in process.stdout:
                if found := ADDRESS.search(said):
                    address = found[0]
                    break
            else:
                raise UsageError(f"{edition} cannot be opened", said.strip() or "see editions review")
            self.desks[edition] = (process, address)
        return address

    def register(self, name: str, pdf: Path, form: dict[str, str]) -> None:
        said = [f"--{field}={value}" for field, value in form.items() if value]
        command = [*self._command("new"), *said, "--", str(pdf)]
        log = pdf.with_suffix(".log")
        with log.open("wb") as out:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        self.arrivals.append(Arrival(name, f"{form['study']}/{form['edition']}", process, log))

    def lines(self) -> list[Standing]:
        """The registered editions; none in a new project."""
        try:
            return standing(self.project)
        except UsageError:
            return []

    def end(self) -> None:
        """Stop what runs, as Ctrl-C does."""
        for process in (*(desk for desk, _ in self.desks.values()), *(arrival.process for arrival in self.arrivals)):
            process.terminate()
            process.wait()

    def _command(self, name: str) -> list[str]:
        return [sys.executable, "-m", "pipeline", name, f"--root={self.project.root}"]


@contextmanager
def start_page(project: Project, session: Session) -> Iterator[FastAPI]:
    """The start page of a project; what it started ends with it."""
    programs = Programs(project)
    with tempfile.TemporaryDirectory(prefix="editions-") as folder:
        try:
            yield _app(programs, session, Path(folder))
        finally:
            programs.end()


def _app(programs: Programs, session: Session, folder: Path) -> FastAPI:
    app = FastAPI(title="Editions desk", docs_url=None, redoc_url=None, openapi_url=None)
    guard(app, session)
    serve_assets(app)

    def page(problem: str = "", code: int = 200) -> HTMLResponse:
        shown = {"lines": programs.lines(), "arrivals": programs.arrivals[::-1], "project": programs.project}
        shown |= {"token": session.token, "problem": problem, "desks": programs.desks}
        return HTMLResponse(templates().get_template("start.html.jinja").render(shown), code)

    @app.get("/")
    def start() -> HTMLResponse:
        return page()

    @app.get("/open")
    def open_edition(edition: str) -> Response:
        try:
            return RedirectResponse(programs.desk(edition), 303)
        except UsageError as error:
            return page(str(error), 409)

    @app.post("/new")
    async def new(request: Request) -> Response:
        if int(request.headers.get("content-length", SETTINGS.most_bytes)) >= SETTINGS.most_bytes:
            return page("The file is larger than any report: register it with editions new.", 413)
        form = await request.form()
        given = form.get("pdf")
        if not secrets.compare_digest(str(form.get("token", "")), session.token):
            return Response("the form has no valid token: reload the page\n", 403, media_type="text/plain")
        if given is None or isinstance(given, str) or not given.filename:
            return page("Choose a PDF, or drop one on the field.", 409)
        pdf = folder / f"{len(programs.arrivals)}.pdf"
        pdf.write_bytes(await given.read())
        said = {name: str(form.get(name, "")) for name in FIELDS}
        await run_in_threadpool(programs.register, given.filename, pdf, said)
        return RedirectResponse("/", 303)

    return app
