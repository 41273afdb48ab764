"""The desk: decisions become signed YAML, guarded by what the steward saw; nobody else gets in."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from pipeline.catalogue import yaml_edit
from pipeline.catalogue.model import load_catalogue
from pipeline.catalogue.project import Project
from pipeline.checks.edition import judge
from pipeline.core.errors import UsageError
from pipeline.core.processes import JobFailed, silent
from pipeline.exhibits.document import Document, read_document
from pipeline.review.desk.app import Session, make_app
from pipeline.review.desk.audit import outcome
from pipeline.review.desk.desk_pages import Pages
from pipeline.review.desk.exhibit_views import accepted_values, faults, series_of
from pipeline.review.desk.form_fields import identity_of, shown
from pipeline.review.desk.page_crops import Crops
from pipeline.review.desk.static_report import write_report
from pipeline.review.desk.workspace import Workspace, only_desk
from pipeline.run.acceptance import accept
from pipeline.run.reviewing import open_bench
from tests import desk_project
from tests.conftest import CHECKOUT, Editions
from tests.desk_project import is_appended

BIKE = "commute/2024/1/travel-mode/-/bicycle/all/2024"
PORT = 8765


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    root = desk_project.make(tmp_path_factory.mktemp("desk") / "project")
    return read_document(root / "raw_pdfs/commute/2024.pdf", load_catalogue(root / "schemas/commute").study)


@dataclass
class Desk:
    """A desk with a browser's stand-in that went through the front door."""

    root: Path
    workspace: Workspace
    session: Session
    web: TestClient

    def act(self, act: str, **form: Any) -> Any:
        form = {"token": self.session.token, "back": "/", "reason": "looked at the page", **form}
        return self.web.post(f"/decide/{act}", data=form, follow_redirects=False)

    def signed(self, kind: str) -> list[dict[str, Any]]:
        path = self.root / "schemas/commute" / kind / "2024.yml"
        return yaml.safe_load(path.read_text("utf-8"))[kind] if path.is_file() else []

    def question(self, id_: str) -> dict[str, Any]:
        questions = yaml.safe_load((self.root / "schemas/commute/questions.yml").read_text("utf-8"))["questions"]
        return next(q for q in questions if q["id"] == id_)

    def settled(self) -> Workspace:
        """The workspace once the whole edition has been judged."""
        end = time.monotonic() + 30
        while not self.workspace.state.whole and time.monotonic() < end:
            time.sleep(0.02)
        return self.workspace


@pytest.fixture
def desk(document: Document, tmp_path: Path) -> Iterator[Desk]:
    yield open_desk(document, tmp_path)


def open_desk(document: Document, folder: Path) -> Desk:
    root = desk_project.make(folder / "project")
    project = Project.at(root)
    edition = project.edition("commute/2024")
    workspace = Workspace(project, edition, document)
    workspace.patience = 60.0
    session = Session.on(PORT)
    web = TestClient(make_app(workspace, Crops(edition.pdf), session, accept), base_url=f"http://127.0.0.1:{PORT}")
    assert web.get(f"/?key={session.key}").status_code == 200
    return Desk(root, workspace, session, web)


# --- screens ---------------------------------------------------------------------------------------------------------


def test_the_list_puts_first_what_deserves_a_look(desk: Desk) -> None:
    page = desk.web.get("/").text
    assert page.index("figure=2") < page.index("figure=1")
    assert "unmapped" in page and "0 of 2 exhibits accepted" in page
    only = desk.web.get("/?code=catalogue-unmapped").text
    assert "figure=2" in only and "figure=1" not in only


def test_an_exhibit_shows_crop_table_readings_and_what_to_do(desk: Desk) -> None:
    page = desk.web.get(f"/exhibit?figure=1&value={BIKE}").text
    assert "/crop/1.png?box=" in page and f'data-of="{BIKE}"' in page
    assert "52%" in page and "What each reader saw there" in page and "camelot" in page


def test_text_of_the_report_is_shown_never_run(desk: Desk) -> None:
    for address in ("/exhibit?figure=2", "/?said=<script>alert(2)</script>", "/exhibit?figure=<script>"):
        page = desk.web.get(address)
        assert "<script>alert" not in page.text and "script-src 'self'" in page.headers["content-security-policy"]
    assert "&lt;script&gt;alert(1)" in desk.web.get("/exhibit?figure=2").text


def test_a_crop_is_a_picture_of_the_place(desk: Desk) -> None:
    crop = desk.web.get("/crop/1.png?box=50,90,350,240")
    assert crop.content.startswith(b"\x89PNG")
    assert desk.web.get("/crop/99.png").status_code == 404
    assert desk.web.get("/crop/1.png?box=1,2").status_code == 404


def test_a_value_that_leaves_its_series_stands_out() -> None:
    assert series_of({"2019": 30.0, "2020": 32.0, "2021": 80.0, "2022": 33.0}, {"2022"}).breaking == "2021"
    assert series_of({"2019": 30.0, "2020": 34.0, "2021": 38.0, "2022": 42.0}, {"2022"}).breaking is None
    assert series_of({"2021": 10.0, "2022": 90.0}, {"2022"}).breaking is None


# --- decisions -------------------------------------------------------------------------------------------------------


def bike(desk: Desk) -> dict[str, object]:
    row = desk.workspace.current().row(BIKE)
    assert row is not None
    return row


def test_a_correction_is_signed_yaml_and_shown_at_once(desk: Desk) -> None:
    said = desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="51%", back="/exhibit?figure=1")
    assert said.status_code == 303 and said.headers["location"].startswith("/exhibit?figure=1&said=")
    [entry] = desk.signed("corrections")
    assert entry.pop("date") and entry == {
        "observation": BIKE,
        "expect": {"printed": "52%"},
        "set": {"printed": "51%"},
        "reason": "looked at the page",
        "author": desk_project.STEWARD,
    }
    assert bike(desk)["value"] == 51.0
    assert "51%" in desk.web.get("/exhibit?figure=1").text


def test_an_act_without_reason_or_number_is_refused(desk: Desk) -> None:
    seen = shown(bike(desk))
    assert "reason is missing" in desk.act("correct", observation=BIKE, seen=seen, printed="51%", reason=" ").text
    assert "is no number" in desk.act("correct", observation=BIKE, seen=seen, printed="many").text
    assert desk.signed("corrections") == []


def test_a_stale_act_is_refused_with_both_values(desk: Desk) -> None:
    seen = shown(bike(desk))
    desk.act("correct", observation=BIKE, seen=seen, printed="51%")
    late = desk.act("correct", observation=BIKE, seen=seen, printed="50%")
    assert late.status_code == 409 and "52%" in late.text and "51%" in late.text
    assert len(desk.signed("corrections")) == 1


def test_two_tabs_lose_nothing(desk: Desk) -> None:
    rows = desk.workspace.current().rows("1")
    forms = [(str(row["observation_id"]), shown(row), f"{n}%") for n, row in enumerate(rows, 11)]
    tabs = [
        threading.Thread(target=desk.act, args=("correct",), kwargs={"observation": o, "seen": s, "printed": p})
        for o, s, p in forms
    ]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert {entry["observation"] for entry in desk.signed("corrections")} == {o for o, _, _ in forms}


def test_what_an_editor_wrote_meanwhile_stays_and_counts(desk: Desk) -> None:
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="51%")
    path = desk.root / "schemas/commute/corrections/2024.yml"
    by_hand = path.read_text("utf-8") + (
        f"# by hand\n- observation: {BIKE}\n  expect: {{printed: 51%}}\n  set: {{printed: 50%}}\n"
        "  reason: looked again\n  author: B. Steward\n  date: 2099-01-01\n"
    )
    path.write_text(by_hand, "utf-8")
    assert bike(desk)["value"] == 50.0
    refused = desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="49%")
    assert refused.status_code == 409 and "older than the one before it" in refused.text
    assert path.read_text("utf-8") == by_hand


def test_labels_are_assigned_to_a_whole_column(desk: Desk) -> None:
    said = desk.act("assign", observation=BIKE, seen=shown(bike(desk)), wave="2023", scope="column")
    assert said.status_code == 303
    assert {row["wave"] for row in desk.workspace.current().rows("1")} == {"2023"}
    assert len(desk.signed("corrections")) == 3
    desk.act("undo")
    assert {row["wave"] for row in desk.workspace.current().rows("1")} == {"2024"}


def test_a_value_is_added_and_another_removed(desk: Desk) -> None:
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), remove="yes")
    train = next(row for row in desk.workspace.current().rows("1") if row["category"] == "By train")
    desk.act("add", observation=train["observation_id"], seen=shown(train), printed="52%", category="By bicycle")
    assert {(row["category"], row["value"]) for row in desk.workspace.current().rows("1")} == {
        ("By bicycle", 52.0),
        ("By train", 31.0),
        ("On foot", 17.0),
    }


def test_assigning_what_is_there_already_loses_no_value(desk: Desk) -> None:
    refused = desk.act("assign", observation=BIKE, seen=shown(bike(desk)), category="By train")
    assert refused.status_code == 409 and "there already" in refused.text
    assert len(desk.workspace.current().rows("1")) == 3


def test_undo_appends_and_gives_back_what_stood_before(desk: Desk) -> None:
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="51%")
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="50%")
    path = desk.root / "schemas/commute/corrections/2024.yml"
    before = path.read_text("utf-8")
    desk.act("undo")
    assert bike(desk)["value"] == 51.0 and is_appended(before, path.read_text("utf-8"))
    desk.act("undo")
    assert bike(desk)["value"] == 52.0
    assert desk.act("undo").status_code == 409


def test_an_act_of_an_earlier_session_can_be_taken_back(desk: Desk) -> None:
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="51%")
    desk.workspace.done.clear()
    assert "Take back" in desk.web.get("/decisions").text
    assert desk.act("withdraw", kind="corrections", entry="0").status_code == 303
    assert bike(desk)["value"] == 52.0
    assert desk.act("withdraw", kind="corrections", entry="0").status_code == 409


def test_accepting_is_about_the_values_that_were_seen(desk: Desk) -> None:
    values = accepted_values(desk.workspace.current().rows("1"))
    assert desk.act("accept", figure="1", expect="other").status_code == 409
    assert desk.act("accept", figure="1", expect=values).status_code == 303
    assert "1 of 2 exhibits accepted" in desk.web.get("/").text
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="51%")
    assert "changed since it was accepted" in desk.web.get("/").text


TEXT = "Where do you have lunch?"


def test_a_new_question_is_added_and_then_known(desk: Desk) -> None:
    assert desk.act("new-question", figure="2", text=TEXT, kind="single", id="lunch").status_code == 303
    added = desk.question("lunch")
    assert added["kind"] == "single" and added["wordings"] == [{"text": TEXT, "editions": ["2024"]}]
    assert {row["question_id"] for row in desk.workspace.current().rows("2")} == {"lunch"}
    assert desk.question("travel-mode")["categories"][0]["label"] == {"en": "By bicycle"}
    desk.act("undo")
    assert {row["question_id"] for row in desk.workspace.current().rows("2")} == {None}


def test_a_printed_question_and_its_labels_are_mapped(desk: Desk) -> None:
    desk.act("map-question", figure="2", text=TEXT, question="travel-mode")
    assert desk.question("travel-mode")["wordings"][-1] == {"text": TEXT, "editions": ["2024"]}
    assert "Which answer option is <q>At my desk</q>" in desk.web.get("/exhibit?figure=2").text
    option = {"figure": "2", "question": "travel-mode", "list": "categories"}
    assert desk.act("map-option", label="At my desk", option="train", **option).status_code == 303
    assert desk.act("map-option", label="Not at all", option="", **option).status_code == 303
    by_label = {row["category"]: row["category_id"] for row in desk.workspace.current().rows("2")}
    assert by_label["At my desk"] == "train" and by_label["Not at all"] == "not-at-all"
    assert desk.act("map-option", label="x", option="nowhere", **option).status_code == 409


def crosswalk(desk: Desk) -> list[dict[str, Any]]:
    path = desk.root / "schemas/commute/crosswalk.yml"
    said = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else None
    return (said or {}).get("breaks") or []


DRAFT = {"question": "travel-mode", "from_wave": "2024", "reason": "wording", "comparable": True}


@pytest.mark.parametrize(("answer", "rows"), [("yes", [DRAFT]), ("no", [])])
def test_a_steward_says_whether_waves_stay_comparable(desk: Desk, answer: str, rows: list[dict[str, Any]]) -> None:
    desk.act("map-question", figure="2", text=TEXT, question="travel-mode")
    assert crosswalk(desk) == [DRAFT | {"draft": True}]
    for address in ("/", "/exhibit?figure=2"):
        assert "stay comparable?" in desk.web.get(address).text
    assert desk.act("compare", question="travel-mode", comparable=answer).status_code == 303
    assert crosswalk(desk) == rows and "stay comparable?" not in desk.web.get("/").text
    assert desk.act("compare", question="travel-mode", comparable=answer).status_code == 409
    desk.act("undo")
    assert crosswalk(desk) == [DRAFT | {"draft": True}]


def draft_wording(desk: Desk) -> None:
    """The catalogue as `editions new` leaves it where it takes figure 2 for a known question in other words."""
    questions = desk.root / "schemas/commute/questions.yml"
    draft = {"text": TEXT, "editions": ["2024"], "draft": True, "suggestion": {"id": "travel-mode", "score": 0.4}}
    wording = f"\n      - {json.dumps(draft)}"
    old = "      - text: How did you travel to work?"
    questions.write_text(questions.read_text("utf-8").replace(old, old + wording), "utf-8")
    row = json.dumps(DRAFT | {"draft": True})
    (desk.root / "schemas/commute/crosswalk.yml").write_text(f"breaks:\n- {row}\n", "utf-8")


def test_a_reworded_question_stands_beside_the_earlier_one(desk: Desk) -> None:
    draft_wording(desk)
    rows = desk.workspace.current().rows("2")
    before = [row | {"edition": "2023", "question": "As it was asked"} for row in rows]
    before[0] = before[0] | {"value": 1.0}
    page = Pages(desk.workspace, "token", before).exhibit("2")  # type: ignore[arg-type]
    assert "As it was asked" in page and f"{len(rows) - 1} of {len(rows)} values that both editions print agree" in page
    assert page.count("pair differs") == 1 and ", 1 differs" in page


def test_a_draft_wording_is_confirmed(desk: Desk) -> None:
    draft_wording(desk)
    page = desk.web.get("/exhibit?figure=2").text
    assert "takes it for a known question in other words" in page and "How did you travel to work?" in page
    assert "Yes, it is that question" in page and "likeness 1.00" not in page
    assert desk.act("confirm", figure="2", question="travel-mode").status_code == 303
    assert desk.question("travel-mode")["wordings"][1] == {"text": TEXT, "editions": ["2024"]}
    assert desk.act("confirm", figure="2", question="travel-mode").status_code == 409


def test_drafts_that_two_witnesses_support_are_confirmed_and_undone_by_one_act(desk: Desk) -> None:
    draft_wording(desk)
    assert "confirm-supported" not in desk.web.get("/").text, "one witness is none"
    for name in ("questions", "crosswalk"):
        path = desk.root / f"schemas/commute/{name}.yml"
        old, new = '"draft": true', '"draft": true, "evidence": ["likeness 0.97", "9 of 9 values agree"]'
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    page = desk.web.get("/").text
    assert "9 of 9 values agree" in page and "stay comparable?" not in page, "it is confirmed with the wording"
    assert desk.act("confirm-supported").status_code == 303
    assert desk.question("travel-mode")["wordings"][1] == {"text": TEXT, "editions": ["2024"]}
    assert crosswalk(desk) == [DRAFT]
    assert desk.act("confirm-supported").status_code == 409
    desk.act("undo")
    assert desk.question("travel-mode")["wordings"][1]["draft"] and crosswalk(desk)[0]["draft"]


def test_what_is_new_after_all_leaves_no_draft(desk: Desk) -> None:
    draft_wording(desk)
    assert desk.act("new-question", figure="2", text=TEXT, kind="single", id="lunch").status_code == 303
    assert len(desk.question("travel-mode")["wordings"]) == 1 and crosswalk(desk) == []
    assert {row["question_id"] for row in desk.workspace.current().rows("2")} == {"lunch"}
    desk.act("undo")
    assert len(desk.question("travel-mode")["wordings"]) == 2 and crosswalk(desk) == [DRAFT | {"draft": True}]


def test_a_draft_group_is_named(desk: Desk) -> None:
    study = desk.root / "schemas/commute/study.yml"
    study.write_text(
        study.read_text("utf-8") + "  - {id: purple, label: {en: purple}, colours: ['#6b3fa0'], draft: true}\n"
    )
    assert "Which respondents are marked" in desk.web.get("/").text
    assert desk.act("name-group", group="purple", label="Internal departments").status_code == 303
    group = yaml.safe_load(study.read_text("utf-8"))["groups"][1]
    assert group == {"id": "purple", "label": {"en": "Internal departments"}, "colours": ["#6b3fa0"]}
    assert "Which respondents are marked" not in desk.web.get("/").text


def test_accepting_confirms_the_drafts_that_an_exhibit_rests_on(desk: Desk) -> None:
    draft_wording(desk)
    for label in ("At my desk", desk_project.HOSTILE, "Not at all"):
        desk.act("map-option", figure="2", question="travel-mode", list="categories", label=label)
    values = accepted_values(desk.settled().state.rows("2"))
    assert desk.act("accept", figure="2", expect=values).status_code == 303
    assert "draft" not in str(desk.question("travel-mode"))


def test_a_finding_is_marked_as_known_with_a_reason(desk: Desk) -> None:
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="70%")
    found = next(f for f in desk.settled().state.tables.findings if f["code"].endswith("-sum"))
    form = {name: found[name] or "" for name in ("code", "figure", "found", "page")}
    assert desk.act("known", observation=found["observation_id"], **form, reason="").status_code == 409
    assert desk.act("known", observation=found["observation_id"], **form).status_code == 303
    [entry] = desk.signed("known")
    assert entry["code"] == found["code"] and entry["found"] == found["found"]
    known = [f for f in desk.settled().state.tables.findings if "-sum" in f["code"]]
    assert {f["severity"] for f in known} == {"info"}
    assert desk.act("known", observation=found["observation_id"], **form).status_code == 409


def test_all_that_is_noticed_about_an_exhibit_is_signed_off_with_one_reason(desk: Desk) -> None:
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="70%")
    desk.act("correct", observation=BIKE.replace("bicycle", "train"), printed="99%")
    found = [f for f in faults(desk.settled().state.tables.findings) if f["figure"] == "1"]
    assert found and "Sign " in desk.web.get("/exhibit?figure=1").text
    assert desk.act("known", figure="1", page="1").status_code == 303
    assert len(desk.signed("known")) == len({identity_of(f) for f in found})
    assert [f for f in faults(desk.settled().state.tables.findings) if f["figure"] == "1"] == []
    assert desk.act("known", figure="1", page="1").status_code == 409


def test_one_new_option_is_confirmed_and_not_those_beside_it(desk: Desk) -> None:
    questions = desk.root / "schemas/commute/questions.yml"
    one, other = (
        {"id": i, "label": {"en": label}, "draft": True} for i, label in (("desk", "At my desk"), ("no", "Not at all"))
    )
    added = yaml_edit.appended(questions.read_text("utf-8"), ["questions", 0, "categories"], [one, other])
    questions.write_text(added, "utf-8")
    desk.act("map-question", figure="2", text=TEXT, question="travel-mode")
    assert desk.act("confirm", figure="2", question="travel-mode", label="At my desk").status_code == 303
    drafts = [option["id"] for option in desk.question("travel-mode")["categories"] if option.get("draft")]
    assert drafts == ["no"]


def test_a_region_is_excluded_and_read_again(desk: Desk) -> None:
    box = "55,115,345,205"
    assert desk.act("exclude", page="2", box=box, figure="2").status_code == 303
    assert desk.workspace.current().rows("2") == []
    assert desk.signed("regions")[0]["exclude"] is True
    desk.act("undo")
    assert len(desk.workspace.current().rows("2")) == 3
    assert desk.act("draw", page="2", box="400,600,500,700").status_code == 409
    assert desk.act("draw", page="9", box=box).status_code == 409
    assert desk.act("draw", page="2", box=box).status_code == 303
    assert len(desk.settled().current().rows("2")) == 3 and len(desk.signed("regions")) == 3


def test_a_region_that_takes_long_is_read_while_the_desk_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer comes at once, the outcome on the page that shows itself anew."""
    go_on, read = threading.Event(), []

    def slow(*_: Any) -> Any:
        read.append(go_on.wait(30))
        raise JobFailed("gave no sign of life")

    monkeypatch.setattr("pipeline.review.desk.decision_forms.run_guarded", slow)
    desk.workspace.patience = 0.01
    assert desk.act("draw", page="2", box="55,115,345,205").headers["location"] == "/"
    page = desk.web.get("/").text
    assert "The region is being read" in page and 'data-whole="false"' in page
    assert desk.web.get("/stamp").json()["whole"] is False
    assert desk.act("audit", observation=BIKE, seen=shown(bike(desk)), right="yes").status_code == 303
    go_on.set()
    while not desk.workspace.settled:
        time.sleep(0.02)
    assert "the region could not be read: reading it gave no sign of life" in desk.web.get("/").text
    assert "could not be read" not in desk.web.get("/").text and read == [True]


def test_a_frame_around_exhibit_and_title_finds_both(desk: Desk) -> None:
    before = desk.workspace.current().rows("2")
    assert desk.act("draw", page="2", box="40,60,400,240").status_code == 303
    after = desk.settled().current().rows("2")
    assert [(row["question"], row["value"]) for row in after] == [(row["question"], row["value"]) for row in before]
    assert before[0]["question"]


def test_another_reading_of_a_place_is_taken_by_one_act(desk: Desk) -> None:
    box = "40,60,400,240"
    assert "/readings?number=2" in desk.web.get("/exhibit?figure=2").text
    page = desk.web.get(f"/readings?number=2&box={box}").text
    forms = re.findall(r'name="form" value="([^"]+)"', page)
    assert forms and "score" in page and 'data-key="1"' in page and "At my desk" in page
    assert desk.act("draw", page="2", box=box, form="no such form").status_code == 409
    assert desk.act("draw", page="2", box=box, form=forms[0]).status_code == 303
    assert len(desk.settled().current().rows("2")) == 3
    assert desk.act("draw", page="2", box=box, form=forms[0]).status_code == 303, "another takes the place of the first"
    assert len(desk.settled().current().rows("2")) == 3
    assert [bool(entry.get("withdraw")) for entry in desk.signed("regions")] == [False, True, False]
    assert desk.web.get("/readings?number=99&box=1,1,9,9").status_code == 404


def test_a_table_that_no_reader_reads_is_typed(desk: Desk) -> None:
    box, table = "55,115,345,205", "\t2023\t2024\nBy kite\t11%\t12,5%\nBy boat | | 7%"
    assert 'name="table"' in desk.web.get("/page?number=2").text
    assert desk.act("draw", page="2", box=box, table="no number at all").status_code == 409
    assert desk.act("draw", page="2", box=box, table=table).status_code == 303
    rows = desk.settled().current().rows("2")
    assert {(r["category"], r["wave"], r["value_printed"], r["readers"]) for r in rows} == {
        ("By kite", "2023", "11%", "steward"),
        ("By kite", "2024", "12,5%", "steward"),
        ("By boat", "2024", "7%", "steward"),
    }
    assert desk.signed("regions")[0]["table"] == [" | 2023 | 2024", "By kite | 11% | 12,5%", "By boat |  | 7%"]
    again = Workspace(desk.workspace.project, desk.workspace.edition, replace(desk.workspace.document, drawn=()))
    assert again.current().rows("2") == rows, "the next build reads what was signed"
    desk.act("undo")
    assert "By kite" not in {r["category"] for r in desk.settled().current().rows("2")}


def test_approval_is_refused_while_errors_are_open(desk: Desk) -> None:
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="70%")
    errors = [f for f in desk.settled().state.tables.findings if f["severity"] == "error" and f["origin"] != "source"]
    refused = desk.act("approve")
    assert bool(errors) == (refused.status_code == 409 and "cannot be approved yet" in refused.text)
    assert errors and errors[0]["message"] in refused.text and "/exhibit?figure=1" in refused.text
    assert not (desk.root / "extracted/commute/2024").exists()


def test_the_whole_edition_follows_an_act(desk: Desk) -> None:
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="51%")
    number = desk.workspace.state.number
    assert json.loads(desk.web.get("/stamp").text)["number"] >= number
    assert desk.settled().state.whole and not desk.workspace.state.problem


def test_a_fault_while_the_whole_edition_is_checked_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def judge_one(*asked: Any) -> Any:
        return 1 / 0 if asked[4] is None else judge(*asked)

    monkeypatch.setattr("pipeline.review.desk.workspace.judge", judge_one)
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="51%")
    end = time.monotonic() + 30
    while not desk.workspace.state.problem and time.monotonic() < end:
        time.sleep(0.02)
    assert "ZeroDivisionError" in desk.workspace.state.problem and "ZeroDivisionError" in desk.web.get("/").text


def test_an_act_assembles_no_exhibit_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.review.desk.workspace.assembled", lambda *_: pytest.fail("assembled"))
    desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="51%")
    assert desk.settled().state.whole and bike(desk)["value"] == 51


# --- audit -----------------------------------------------------------------------------------------------------------


def test_the_sample_gives_an_error_rate_with_its_interval(desk: Desk) -> None:
    page = desk.web.get("/audit").text
    assert "still to look at" in page
    for right in ("yes", "no"):
        row = next(
            r for r in desk.workspace.current().rows("1") if r["observation_id"] not in str(desk.signed("audit"))
        )
        assert desk.act("audit", observation=row["observation_id"], seen=shown(row), right=right).status_code == 303
    found = outcome(desk.workspace.current().decisions.audit)
    assert (found.looked_at, found.wrong) == (2, 1) and 0.09 < found.low < 0.1 and 0.9 < found.high < 0.91
    assert "1 of 2 looked at was wrong" in desk.web.get("/audit").text


# --- safety ----------------------------------------------------------------------------------------------------------


def test_others_are_not_let_in(desk: Desk) -> None:
    stranger = TestClient(desk.web.app, base_url=f"http://127.0.0.1:{PORT}")
    assert stranger.get("/").status_code == 403
    assert stranger.get("/?key=guessed").status_code == 403
    assert desk.web.get("/", headers={"host": "evil.example"}).status_code == 403
    assert desk.web.get("/", headers={"origin": "http://evil.example"}).status_code == 403
    assert desk.web.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert desk.web.get("/", headers={"origin": f"http://127.0.0.1:{PORT}"}).status_code == 200


def test_an_act_needs_the_token_and_a_form_of_reasonable_size(desk: Desk) -> None:
    form = {"observation": BIKE, "seen": shown(bike(desk)), "printed": "51%"}
    assert desk.act("correct", token="guessed", **form).status_code == 403
    assert desk.act("correct", **form | {"reason": "x" * 200_000}).status_code == 413
    assert desk.act("nonsense", **form).status_code == 409
    assert desk.signed("corrections") == []


@pytest.mark.parametrize("address", ["/static/../app.py", "/static/..%2fapp.py", "/static/%2fetc%2fpasswd", "/docs"])
def test_no_other_file_is_served(desk: Desk, address: str) -> None:
    assert desk.web.get(address).status_code == 404


def test_nothing_leads_away(desk: Desk) -> None:
    for back in ("https://evil.example/", "//evil.example/"):
        said = desk.act("accept", figure="1", back=back)
        assert said.headers["location"].startswith("/?")


def test_one_desk_for_one_edition(desk: Desk) -> None:
    project, edition = desk.workspace.project, desk.workspace.edition
    with (
        only_desk(project, edition),
        pytest.raises(UsageError, match="on the desk already"),
        only_desk(project, edition),
    ):
        pass


def test_a_faulty_file_stops_no_one_from_seeing_what_is_wrong(desk: Desk) -> None:
    path = desk.root / "schemas/commute/corrections/2024.yml"
    path.parent.mkdir()
    path.write_text("corrections: [{observation: x", "utf-8")
    page = desk.web.get("/")
    assert page.status_code == 200 and "corrections/2024.yml" in page.text
    assert desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="51%").status_code == 409
    path.unlink()
    assert "corrections/2024.yml" not in desk.web.get("/").text
    assert desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="51%").status_code == 303


def test_decisions_that_do_not_exist_cannot_be_taken_back(desk: Desk) -> None:
    assert desk.act("withdraw", kind="corrections", entry="7").status_code == 409
    assert desk.act("withdraw", kind="../known", entry="0").status_code == 409


def test_the_desk_opens_with_the_tables_of_the_build(built_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are those that judging gives, and an edition that was built is not judged again before it is shown."""
    project = Project.at(built_project)
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.review.desk.workspace.judge", lambda *_: pytest.fail("judged"))
        workspace = open_bench(project, project.edition("commute/2024"), silent)
    state = workspace.state
    judged = judge(workspace.document, state.catalogue, "2024", state.decisions)
    assert state.tables.observations == judged.observations and state.tables.findings == judged.findings
    assert state.tables.claims == judged.claims and len(judged.observations) > 0


def test_a_second_desk_ends_with_one_clear_line(desk: Desk, editions: Editions) -> None:
    with only_desk(desk.workspace.project, desk.workspace.edition):
        said = editions("review", "commute/2024", "--root", desk.root, "--port", "0")
    assert said.code == 2 and said.out == ""
    [line] = said.err.strip().splitlines()
    assert (
        "commute/2024 is on the desk already by editions (process" in line and "use that one, or end it first" in line
    )


def test_decisions_write_nothing_but_the_files_of_the_study(desk: Desk, tmp_path: Path) -> None:
    def files() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}

    before = files()
    row = {"observation": BIKE, "seen": shown(bike(desk))}
    desk.act("correct", **row, printed="51%")
    for act, form in (
        ("accept", {"figure": "../../../outside"}),
        ("exclude", {"page": "1", "box": "1,1,2,2", "figure": "/etc/passwd"}),
        ("known", {"code": "../x", "figure": "1"}),
        ("new-question", {"figure": "2", "text": TEXT, "kind": "single", "id": "../../outside"}),
        ("withdraw", {"kind": "../..", "entry": "0"}),
    ):
        desk.act(act, **form)
    changed = {path for path, stamp in files().items() if before.get(path) != stamp}
    study = desk.root / "schemas/commute"
    assert changed == {study / "corrections/2024.yml", study / "regions/2024.yml", study / "questions.yml"}


def test_a_folder_that_leads_out_of_the_project_is_refused(desk: Desk, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (desk.root / "schemas/commute/corrections").symlink_to(outside)
    refused = desk.act("correct", observation=BIKE, seen=shown(bike(desk)), printed="51%")
    assert refused.status_code == 409 and "leads out of the project" in refused.text
    assert list(outside.iterdir()) == []


KILLED = """
import sys
from pathlib import Path
from pipeline.review.desk.workspace import Workspace
from pipeline.review.desk.decision_forms import Signatory
from pipeline.review.desk.form_fields import shown
from pipeline.exhibits.document import read_document
from pipeline.catalogue.project import Project
project = Project.at(Path(sys.argv[1]))
edition = project.edition("commute/2024")
workspace = Workspace(project, edition, read_document(edition.pdf, project.catalogue("commute").study))
signatory = Signatory(workspace)
for number in range(10, 90):
    row = workspace.current().row(sys.argv[2])
    form = {"observation": sys.argv[2], "seen": shown(row), "printed": f"{number}%", "reason": "killed " * 400}
    workspace.decide(signatory.change("correct", form))
    print(number, flush=True)
"""


def test_a_kill_at_any_moment_leaves_whole_files(desk: Desk) -> None:
    command = [sys.executable, "-c", KILLED, str(desk.root), BIKE]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(CHECKOUT)}
    ) as acting:
        assert acting.stdout is not None
        written = [acting.stdout.readline() for _ in range(5)]
        time.sleep(0.013)
        acting.kill()
        rest = acting.stdout.read().split()
    told = len(written) + len(rest)
    signed = desk.signed("corrections")
    assert told <= len(signed) <= told + 1 and written[-1].strip() == "14"
    assert [entry["set"]["printed"] for entry in signed] == [f"{10 + i}%" for i in range(len(signed))]
    assert all(entry["reason"] == ("killed " * 400).strip() for entry in signed)
    assert bike(desk)["value"] == 9.0 + len(signed)


# --- the report ------------------------------------------------------------------------------------------------------


def test_the_report_is_one_file_without_acts(desk: Desk) -> None:
    path = desk.root / "review.html"
    write_report(desk.workspace, Crops(desk.workspace.edition.pdf), [], path)
    text = path.read_text("utf-8")
    assert "data:image/png;base64," in text and "By bicycle" in text
    assert "<form" not in text and "<script" not in text and 'src="' not in text and "http-equiv" in text
