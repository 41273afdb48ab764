"""The start page: every edition of the project, desks opened from it, reports dropped on it, nobody else let in."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from pipeline.catalogue.project import Project, start
from pipeline.review.desk.app import Session
from pipeline.run.start_desk import start_page
from tests import paper

SAID = {"study": "commute", "edition": "2025", "title": "Travel", "licence": "CC0-1.0", "origin": "made for a test"}


@dataclass
class Start:
    """The start page of a project, with a browser's stand-in that was given the address."""

    root: Path
    session: Session
    web: TestClient

    def drop(self, pdf: bytes, **said: str) -> tuple[int, str]:
        form = {"token": self.session.token, **SAID, **said}
        got = self.web.post("/new", data=form, files={"pdf": ("report.pdf", pdf, "application/pdf")})
        return got.status_code, got.text

    def settled(self) -> str:
        """The page once nothing is being read any more."""
        while "is being read" in (text := self.web.get("/").text):
            time.sleep(0.2)
        return text


def opened(root: Path) -> Iterator[Start]:
    session = Session.on(8765)
    with start_page(Project.at(root), session) as app:
        web = TestClient(app, base_url=f"http://{session.hosts[0]}")
        assert web.get(f"/?key={session.key}").status_code == 200
        yield Start(root, session, web)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Start]:
    yield from opened(start(tmp_path / "project").root)


@pytest.fixture
def built(built_project: Path) -> Iterator[Start]:
    yield from opened(built_project)


def test_every_edition_stands_on_the_page_with_its_state(built: Start) -> None:
    text = built.web.get("/").text
    assert re.search(r'href="/open\?edition=commute%2F2024".*?up to date.*?none yet.*?>3<', text, re.DOTALL)


def test_a_new_project_asks_for_its_first_report(empty: Start) -> None:
    assert "No edition is registered yet" in empty.web.get("/").text


def test_a_dropped_report_is_registered_and_opened(empty: Start) -> None:
    assert empty.drop(paper.as_bytes(paper.survey()))[0] == 200
    text = empty.settled()
    assert re.search(r'is registered: open <a href="/open\?edition=commute%2F2025">commute/2025</a> to decide', text)
    assert (empty.root / "raw_pdfs/commute/2025.pdf").read_bytes() == paper.as_bytes(paper.survey())
    got = empty.web.get("/open?edition=commute/2025", follow_redirects=False)
    assert got.status_code == 303
    address = got.headers["location"]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?key=\S+", address)
    assert empty.web.get("/open?edition=commute/2025", follow_redirects=False).headers["location"] == address
    assert "on the desk" in empty.web.get("/").text


def test_what_cannot_be_registered_says_why(empty: Start) -> None:
    empty.drop(b"no PDF at all")
    assert "report.pdf" in (text := empty.settled()) and 'class="problem"' in text
    empty.drop(paper.as_bytes(paper.survey()), study="--help")
    assert "cannot name a study" in empty.settled()
    assert list((empty.root / "raw_pdfs").rglob("*.pdf")) == []
    code, text = empty.drop(b"")
    assert code in (200, 409)
    assert empty.web.get("/open?edition=commute/1999").status_code == 409


def test_nobody_else_gets_in(built: Start) -> None:
    stranger = TestClient(built.web.app, base_url=f"http://{built.session.hosts[0]}")
    assert stranger.get("/").status_code == 403
    assert stranger.get("/open?edition=commute/2024").status_code == 403
    assert built.web.get("/", headers={"host": "evil.example"}).status_code == 403
    assert built.web.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    code, _ = built.drop(b"%PDF-", token="wrong")
    assert code == 403


def test_a_server_beside_it_may_link_to_a_page_and_do_nothing_else(built: Start) -> None:
    beside = {"sec-fetch-site": "same-site"}
    link = beside | {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}
    assert built.web.get("/", headers=link).status_code == 200
    assert built.web.get("/", headers=beside | {"sec-fetch-dest": "iframe"}).status_code == 403
    assert built.web.post("/new", headers=link).status_code == 403


def test_two_desks_do_not_take_each_others_cookie(built: Start) -> None:
    other = Session.on(9999)
    assert other.cookie != built.session.cookie
    built.web.cookies.set(other.cookie, other.key)
    assert built.web.get("/").status_code == 200
