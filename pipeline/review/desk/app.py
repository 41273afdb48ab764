"""The web application: pages made on the server, decisions as forms, on loopback only.

Who may use it: requests whose Host is this server's own (no other name that leads here), whose Origin, where a browser
sends one, is too, and that carry the session's cookie, which only the address printed on the console sets. Forms carry
a token besides. All text is escaped by the templates; pages may load nothing from elsewhere (Content-Security-Policy).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from pipeline.catalogue.project import Edition, Project
from pipeline.core.contract import ObservationRow, open_errors
from pipeline.core.errors import DataError, UsageError
from pipeline.core.geometry import Box
from pipeline.review.desk import desk_pages as pages
from pipeline.review.desk.decision_forms import Signatory
from pipeline.review.desk.page_crops import Crops
from pipeline.review.desk.workspace import Refused, Workspace
from pipeline.review.settings import SETTINGS

STATIC = Path(__file__).parent / "static"
ASSETS = {"desk.css": "text/css", "desk.js": "text/javascript"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers would send the Origin of a form as "null"
    "Cache-Control": "no-store",
}
NAVIGATION = ("document", "navigate")
"""What a browser says of a page that its user goes to, and that no script can read."""


@dataclass(frozen=True)
class Session:
    """What a browser must know to use this desk: the key of the address and the token of the forms."""

    key: str
    token: str
    hosts: tuple[str, ...]
    cookie: str
    """Its name: browsers keep one jar for all ports, and several desks may be open."""

    @classmethod
    def on(cls, port: int) -> Session:
        hosts = tuple(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), hosts, f"editions-desk-{port}")

    @property
    def address(self) -> str:
        return f"http://{self.hosts[0]}/?key={self.key}"

    def forbids(self, request: Request) -> str:
        """Why the request is not answered; "" when it may be."""
        host = request.headers.get("host", "")
        origin = request.headers.get("origin")
        if host not in self.hosts:
            return "this desk answers on its own address only"
        if origin is not None and origin != f"http://{host}":
            return "a page of another site asked"
        if request.headers.get("sec-fetch-site", "same-origin") not in self._trusted(request):
            return "a page of another site asked"
        given = request.query_params.get("key", "") or request.cookies.get(self.cookie, "")
        return "" if secrets.compare_digest(given, self.key) else "open the address that was printed on the console"

    @staticmethod
    def _trusted(request: Request) -> tuple[str, ...]:
        """Where a request may come from: this server, the user, and a link of a server beside it, as the start page."""
        asked = tuple(request.headers.get(f"sec-fetch-{name}", "") for name in ("dest", "mode"))
        beside = ("same-site",) if request.method == "GET" and asked == NAVIGATION else ()
        return ("same-origin", "none", *beside)


Accept = Callable[[Project, Edition, str], object]
"""Makes the present extraction of an edition its baseline, with a reason."""


def make_app(
    workspace: Workspace, crops: Crops, session: Session, accept: Accept, earlier: Sequence[ObservationRow] = ()
) -> FastAPI:
    """The desk of one edition. `earlier` are the observations of the study's other editions."""
    app = FastAPI(title="Editions desk", docs_url=None, redoc_url=None, openapi_url=None)
    show = pages.Pages(workspace, session.token, list(earlier))
    guard(app, session)
    _serve_pages(app, show)
    serve_assets(app)
    _serve_files(app, workspace, crops)
    _take_acts(app, show, workspace, session, accept)
    return app


def guard(app: FastAPI, session: Session) -> None:
    """Answer only whom `session` allows, with headers that let a page load nothing from elsewhere."""

    @app.middleware("http")
    async def guarded(request: Request, answer: Callable[[Request], Any]) -> Response:
        reason = session.forbids(request)
        if reason:
            return Response(reason + "\n", 403, HEADERS, media_type="text/plain")
        if "key" in request.query_params:
            response: Response = RedirectResponse(request.url.path, 303)
            response.set_cookie(session.cookie, session.key, httponly=True, samesite="strict")
        else:
            response = await answer(request)
        response.headers.update(HEADERS)
        return response


def _serve_pages(app: FastAPI, show: pages.Pages) -> None:
    @app.get("/")
    def exhibit_list(code: str = "", standing: str = "", said: str = "") -> HTMLResponse:
        return HTMLResponse(show.list(code, standing, said))

    @app.get("/exhibit")
    def exhibit(figure: str, value: str = "", said: str = "") -> HTMLResponse:
        return HTMLResponse(show.exhibit(figure, value, said))

    @app.get("/page")
    def page(number: int, said: str = "") -> HTMLResponse:
        return _found(show.page(number, said))

    @app.get("/readings")
    def readings(number: int, box: str, said: str = "") -> Response:
        place = _box(box)
        return _found(show.readings(number, place, said) if place else None)

    @app.get("/audit")
    def sample(said: str = "") -> HTMLResponse:
        return HTMLResponse(show.audit(said))

    @app.get("/decisions")
    def decisions(said: str = "") -> HTMLResponse:
        return HTMLResponse(show.decisions(said))


def _serve_files(app: FastAPI, workspace: Workspace, crops: Crops) -> None:
    @app.get("/stamp")
    def stamp() -> JSONResponse:
        state = workspace.current()
        return JSONResponse({"number": state.number, "whole": workspace.settled})

    @app.get("/crop/{number}.png")
    def crop(number: int, box: str = "") -> Response:
        page = workspace.document.page(number)
        place = _box(box)
        if page is None or (box and place is None):
            return Response("no such place\n", 404, media_type="text/plain")
        try:
            png = crops.png(number, place) if place else crops.png(number, page.box, SETTINGS.page_dpi)
        except OSError as error:
            return Response(f"{error}\n", 503, media_type="text/plain")
        return Response(png, media_type="image/png")


def serve_assets(app: FastAPI) -> None:

    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(status_code=204)

    @app.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in ASSETS:
            return Response("no such file\n", 404, media_type="text/plain")
        return Response((STATIC / name).read_bytes(), media_type=ASSETS[name])


def _take_acts(app: FastAPI, show: pages.Pages, workspace: Workspace, session: Session, accept: Accept) -> None:
    signatory = Signatory(workspace)

    @app.post("/decide/{decision}")
    async def sign(decision: str, request: Request) -> Response:
        form = await _form(request)
        if form is None:
            return Response("the form is too large\n", 413, media_type="text/plain")
        if not secrets.compare_digest(form.pop("token", ""), session.token):
            return Response("the form has no valid token: reload the page\n", 403, media_type="text/plain")
        back = form.pop("back", "/")
        return await run_in_threadpool(_done, show, signatory, accept, decision, form, back)


def _done(show: pages.Pages, by: Signatory, accept: Accept, decision: str, form: dict[str, str], back: str) -> Response:
    """Do the decision and show the page that it was done on, or why it was not done."""
    workspace = show.workspace
    try:
        if decision == "undo":
            said = workspace.undo(by.take_back)
        elif decision == "draw":
            said = workspace.soon(lambda: workspace.decide(by.change(decision, form)))
        elif decision == "approve":
            errors = open_errors(workspace.current().tables.findings)
            if errors:
                return HTMLResponse(show.refused("The edition cannot be approved yet.", back, errors), 409)
            if not workspace.current().whole:
                raise Refused("the whole edition is still being checked: try again in a moment")
            accept(workspace.project, workspace.edition, form.get("reason", ""))
            said = "approved: this extraction is now the accepted baseline. Commit the project to keep it (git commit)"
        else:
            said = workspace.decide(by.change(decision, form))
    except (Refused, UsageError, DataError) as refused:
        return HTMLResponse(show.refused(str(refused), back), 409)
    place = back if back.startswith("/") and not back.startswith("//") else "/"
    return RedirectResponse(f"{place}{'&' if '?' in place else '?'}{urlencode({'said': said})}" if said else place, 303)


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form; None for one that is larger than any form of the desk."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > SETTINGS.most_form:
            return None
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _found(text: str | None) -> HTMLResponse:
    return HTMLResponse(text) if text is not None else HTMLResponse("no such page\n", 404)


def _box(said: str) -> Box | None:
    try:
        sides = [float(side) for side in said.split(",")]
        box = Box(*sides)
    except (ValueError, TypeError):
        return None
    return box if 0 < box.width < 20_000 and 0 < box.height < 20_000 else None
