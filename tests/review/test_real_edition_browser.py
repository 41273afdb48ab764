"""The whole way of a real edition by clicks and keys: the last of seven, in a project that knows the others."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from pipeline.catalogue.model import load_catalogue
from pipeline.catalogue.project import Project
from pipeline.checks.edition import judge
from pipeline.core.contract import ObservationRow
from pipeline.run.reviewing import open_bench
from tests.browser import check_access, chromium, desk_of, picture, surroundings, watched
from tests.conftest import CHECKOUT, Editions

STUDY, BEFORE, EDITION = "julia-survey", "2024", "2025"
MOST_DECISIONS = 25
IN_SERIES = 0.9
"""Share of the values that belong to a question and option of the catalogue before a steward has decided anything."""
AGREEING = 0.99
"""Share of the values of earlier waves that both editions print alike."""

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def known_before(edition: str, study: Path, target: Path) -> None:
    """The catalogue in `study` as it was before the edition: without what is said of it or came with it."""
    target.mkdir(parents=True)
    for path in study.glob("*.yml"):
        said = _without(yaml.safe_load(path.read_text("utf-8")), edition)
        (target / path.name).write_text(yaml.safe_dump(said, sort_keys=False, allow_unicode=True), "utf-8")


def _without(said: Any, edition: str) -> Any:
    if isinstance(said, dict):
        return {name: _without(one, edition) for name, one in said.items()}
    if not isinstance(said, list):
        return said
    kept = [one for one in said if not (edition in one if isinstance(one, str) else _of(one, edition))]
    return [_without(one, edition) for one in kept]


def _of(said: Any, edition: str) -> bool:
    """Is it the edition's alone?"""
    wordings = said.get("wordings") or [said]
    return edition in (said.get("since"), said.get("from_wave")) or all(
        w.get("editions") == [edition] for w in wordings
    )


@pytest.fixture(scope="module")
def registered(shared: Path, tmp_path_factory: pytest.TempPathFactory, script: list[str]) -> Path:
    root = tmp_path_factory.mktemp("real") / "project"
    register(root, shared / "reports" / "real", script)
    return root


def register(root: Path, reports: Path, script: list[str]) -> None:
    """Make a new project with the catalogue and the edition before, and register the new one in it."""

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*script, *args], capture_output=True, text=True, env=surroundings(), cwd=root.parent, check=False
        )

    assert run("init", str(root)).returncode == 0
    for command in (["init", "-q"], ["config", "user.name", "A. Steward"]):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    known_before(EDITION, CHECKOUT / "schemas" / STUDY, root / "schemas" / STUDY)
    raw = root / "raw_pdfs" / STUDY
    raw.mkdir(parents=True)
    shutil.copyfile(CHECKOUT / "raw_pdfs" / STUDY / f"{BEFORE}.source.yml", raw / f"{BEFORE}.source.yml")
    shutil.copyfile(reports / f"julia-{BEFORE}.pdf", raw / f"{BEFORE}.pdf")
    assert run("build", "--root", str(root)).returncode in (0, 1)
    named = ("--title", "Survey 2025", "--licence", "MIT", "--origin", "a test", "--root", str(root), "--json")
    made = run("new", str(reports / f"julia-{EDITION}.pdf"), "--study", STUDY, "--edition", EDITION, *named)
    assert made.returncode == 1, made.stderr
    (root / "new.json").write_text(made.stdout, "utf-8")


def test_most_of_it_is_known_and_nothing_is_mapped_to_another_question(registered: Path) -> None:
    project = Project.at(registered)
    assert len(json.loads((registered / "new.json").read_text("utf-8"))["decide"]) <= MOST_DECISIONS
    bench = open_bench(project, project.edition(f"{STUDY}/{EDITION}"), lambda *_: None)
    rows = bench.state.tables.observations
    known = [row for row in rows if row["question_id"] and (row["category_id"] or not row["category"])]
    assert len(known) / len(rows) >= IN_SERIES
    signed = load_catalogue(CHECKOUT / "schemas" / STUDY)
    right = judge(bench.document, signed, EDITION, bench.state.decisions).observations
    questions = [q for q in bench.state.catalogue.questions if not q.draft]
    before = {q.id: {option.id for option in q.categories if not option.draft} for q in questions}
    as_signed = {_place(row): row for row in right}
    wrong = [
        (row["question"], row["category"], row["question_id"], row["category_id"])
        for row in rows
        if row["question_id"] in before and _differs(row, as_signed[_place(row)], before[str(row["question_id"])])
    ]
    assert wrong == []
    earlier = pd.read_parquet(project.built(project.edition(f"{STUDY}/{BEFORE}")) / "observations.parquet")
    key = ["question_id", "item_id", "category_id", "group", "wave"]
    joined = pd.DataFrame(known).merge(earlier, on=key, suffixes=("", "_before"))
    joined = joined[joined.question_id.notna() & joined.category_id.notna()]
    assert len(joined) > 500
    alike = (joined.value - joined.value_before).abs() <= 0.5  # a mark may have been measured in one of them
    assert alike.mean() >= AGREEING


def _place(row: ObservationRow) -> tuple[object, ...]:
    return tuple(row[name] for name in ("figure", "x0", "top", "wave", "item", "category"))


def _differs(row: ObservationRow, signed: ObservationRow, known: set[str]) -> bool:
    other_question = signed["question_id"] not in (row["question_id"], None)
    other_option = row["category_id"] in known and signed["category_id"] not in (row["category_id"], None)
    return other_question or other_option


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def page(registered: Path, browser: Any, script: list[str]) -> Iterator[Any]:
    with desk_of(script, registered, f"{STUDY}/{EDITION}") as address, watched(browser, address) as opened:
        yield opened


class Steward:
    """Acts at a page by keys."""

    def __init__(self, page: Any) -> None:
        self.page, self.home = page, page.url.rstrip("/")
        page.route("**/stamp", lambda asked: asked.fulfill(json={"whole": False}))  # it shows itself anew when told to

    def act(self, key: str, reason: str = "") -> str:
        """Press a key that decides something; or one that goes to a field, to write the reason, or to a button, and
        then Enter. Returns what was said."""
        if key in "km":
            self.page.keyboard.press(key)
            self.page.keyboard.insert_text(reason)
            key = "Enter"
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        return str(self.page.inner_text("#said"))

    def settle(self) -> None:
        """Until the checks of the whole edition are done, on a page that will not show itself anew."""
        while not self.page.request.get(f"{self.home}/stamp").json()["whole"]:
            time.sleep(0.02)
        if self.page.locator("body").get_attribute("data-whole") == "false":
            self.page.reload()


def test_a_real_edition_becomes_accepted_data(page: Any, registered: Path, editions: Editions) -> None:
    steward = Steward(page)
    check_access(page)
    assert "confirmed" in steward.act("d")
    page.keyboard.press("n")
    page.wait_for_url("**/exhibit?**")
    decide_the_exhibits(steward)
    decide_the_pages(steward)
    audit_and_approve(steward)
    assert_accepted(registered, editions)


def decide_the_exhibits(steward: Steward) -> None:
    """Each by the key that goes on to the next; what was noticed is signed off, a new option confirmed."""
    page, looked_at = steward.page, 0
    while "/exhibit" in page.url:
        options = page.locator("section.decide[aria-label='Which option is it?'] button[data-focus=m]")
        if looked_at < 5:
            steward.settle()
            picture(page, f"{looked_at}-real-exhibit")
            check_access(page)
            if options.count():
                assert "confirmed" in steward.act("m")
        if page.locator("[data-focus=k]").count():
            assert "signed off" in steward.act("k", "as the page prints it")
        assert "accepted figure" in steward.act("a")
        looked_at += 1
    assert "/audit" in page.url and looked_at > 30


def decide_the_pages(steward: Steward) -> None:
    """Numbers that are in no exhibit: the page is looked at once, and signed off."""
    page = steward.page
    steward.settle()
    page.goto(steward.home)
    asked = page.locator("ul.findings li").filter(has=page.locator("strong.error")).get_by_role("link")
    for address in dict.fromkeys(link.get_attribute("href") for link in asked.all()):
        page.goto(steward.home + address)
        assert "signed off" in steward.act("k", "it belongs to no exhibit")
    steward.settle()
    check_access(page)


def audit_and_approve(steward: Steward) -> None:
    page = steward.page
    page.goto(steward.home + "/audit")
    for looked_at in (1, 2, 3):
        steward.act("y")
        assert f"0 of {looked_at} looked at" in page.inner_text("main")
    steward.settle()
    page.goto(steward.home)
    picture(page, "real-list")
    form = page.locator("form[action='/decide/approve']")
    form.get_by_label("Reason").fill("all exhibits compared with the page")
    form.get_by_role("button").click()
    page.wait_for_selector("text=this extraction is now the accepted baseline")


def assert_accepted(root: Path, editions: Editions) -> None:
    """With the edition before set aside, which nobody has decided here, build and check find nothing to do."""
    (root / "raw_pdfs" / STUDY / f"{BEFORE}.pdf").unlink()
    for command in ("build", "check"):
        done = editions(command, "--root", root)
        assert done.code == 0, done.err + done.out
    assert (root / "extracted" / STUDY / EDITION / "observations.csv").is_file()
    assert "draft" not in (root / "schemas" / STUDY / "questions.yml").read_text("utf-8").replace("drafts", "")
