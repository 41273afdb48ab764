"""`editions new`: a PDF becomes a registered edition, the catalogue gets drafts, and refusals write nothing."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import yaml

from pipeline.catalogue.model import load_catalogue
from pipeline.catalogue.project import Project
from pipeline.core import files
from pipeline.core.errors import UsageError
from pipeline.observations.drafting import new_breaks
from pipeline.review.to_decide import work_on
from pipeline.run.acceptance import accept
from pipeline.run.registration import plan, register, source_of
from tests import desk_project, paper
from tests.conftest import QUESTIONS, Editions

LUNCH = """\
  - id: lunch
    kind: single
    wordings:
      - text: Where do you have lunch?
    categories:
      - id: desk
        label: {en: At my desk}
      - id: script
        label: {en: <script>alert(1)</script>}
      - id: none
        label: {en: Not at all}
"""
"""The second question of the small report, so that nothing keeps its edition from being accepted."""
SAID = {"title": "Commuting 2025", "licence": "CC0-1.0", "origin": "typeset for a test"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return desk_project.make(tmp_path / "project")


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """The edition of the next year, which words nothing otherwise."""
    path = tmp_path / "commuting.pdf"
    path.write_bytes(paper.as_bytes(desk_project.report(("50%", "32%", "18%"), "2025")))
    return path


def tree(root: Path) -> dict[str, bytes]:
    """Files of a project but for what it only keeps (.editions, .git)."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.relative_to(root).parts[0].startswith(".")
    }


def test_a_known_study_gets_drafts_of_what_it_lacks(root: Path, pdf: Path) -> None:
    project = Project.at(root)
    planned = plan(project, pdf, "commute", "2025")
    made = register(project, planned, source_of(planned, SAID))
    source = yaml.safe_load((root / "raw_pdfs/commute/2025.source.yml").read_text("utf-8"))
    assert source["sha256"] == hashlib.sha256(pdf.read_bytes()).hexdigest() and source["pages"] == 2
    assert source["origin"] == {"statement": "typeset for a test"} and source["licence"] == "CC0-1.0"
    assert (root / "raw_pdfs/commute/2025.pdf").read_bytes() == pdf.read_bytes()
    known, new = load_catalogue(root / "schemas/commute").questions
    assert known.id == "travel-mode" and not known.draft
    assert new.draft and new.wordings[0].text == "Where do you have lunch?" and new.wordings[0].editions == ("2025",)
    assert {option.label["en"] for option in new.categories} == {"At my desk", desk_project.HOSTILE, "Not at all"}
    work = work_on(made.built.folder, project.catalogue("commute"), "2025")
    assert work.questions == "2 questions: 1 known, 1 new"
    [decision] = work.decisions
    assert "Where do you have lunch?" in str(decision)


def test_a_second_run_takes_up_where_a_stopped_one_ended(root: Path, pdf: Path) -> None:
    project = Project.at(root)
    planned = plan(project, pdf, "commute", "2025")
    register(project, planned, source_of(planned, SAID))
    before = tree(root)
    (root / "raw_pdfs/commute/2025.pdf").unlink()
    again = plan(project, pdf, "commute", "2025")
    assert not again.needs_source
    register(project, again, None)
    assert tree(root) == before


class Killed(BaseException):
    """In place of SIGKILL: nothing catches it."""


def kill_after(patch: pytest.MonkeyPatch, writes: int, work: Callable[[], object]) -> bool:
    """Was the work killed right after so many files and folders took their place?"""
    left = iter(range(writes))

    def stopped(folder: Path) -> None:
        if next(left, None) is None:
            raise Killed

    with patch.context() as patched:
        patched.setattr(files, "_sync_folder", stopped)
        try:
            work()
        except Killed:
            return True
    return False


@pytest.mark.slow
def test_a_kill_after_any_write_leaves_what_the_next_command_takes(
    root: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def new(place: Path) -> None:
        planned = plan(Project.at(place), pdf, "commute", "2025")
        register(Project.at(place), planned, source_of(planned, SAID) if planned.needs_source else None)

    def agree(place: Path) -> None:
        accept(Project.at(place), Project.at(place).edition("commute/2024"), "compared with the page")

    (root / "schemas/commute/questions.yml").write_text(QUESTIONS + LUNCH)
    commands: tuple[Callable[[Path], None], ...] = (agree, new)
    for command in commands:
        whole = shutil.copytree(root, root.with_name(f"{command.__name__}-whole"))
        command(whole)
        for writes in range(1, 40):
            place = shutil.copytree(root, root.with_name(f"{command.__name__}-{writes}"))
            killed = kill_after(monkeypatch, writes, partial(command, place))
            load_catalogue(place / "schemas/commute")
            command(place)
            assert tree(place) == tree(whole), (command.__name__, writes)
            if not killed:
                break
        assert not killed and writes > 3, command.__name__


def test_a_new_study_gets_a_whole_catalogue(tmp_path: Path, editions: Editions) -> None:
    """Through the console, in an empty folder."""
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(desk_project.unseen())
    root = tmp_path / "empty"
    root.mkdir()
    source = [part for name, text in SAID.items() for part in (f"--{name}", text)]
    said = editions("new", pdf, "--study", "learning", "--edition", "2023", *source, "--root", root)
    assert said.code == 1 and "To decide, most valuable first" in said.out, said.err
    study = yaml.safe_load((root / "schemas/learning/study.yml").read_text("utf-8"))
    assert study["languages"][0] == "nl" and study["figure_words"] == ["Figuur"]
    assert [group["id"] for group in study["groups"]] == ["purple", "green"]
    assert all(group["draft"] and group["colours"] for group in study["groups"])
    questions = load_catalogue(root / "schemas/learning").questions
    assert {q.wordings[0].text for q in questions} >= {desk_project.NEW_QUESTION}
    assert all(q.draft and q.categories for q in questions)
    assert (root / "schemas/learning/questions.yml").read_text("utf-8").startswith("# The questions of the study")


def test_the_waves_of_a_question_worded_otherwise_stay_comparable_only_once_confirmed(root: Path) -> None:
    catalogue = load_catalogue(root / "schemas/commute")
    [question] = catalogue.questions
    wordings = [(question, None, {"text": "How do you get to work?", "draft": True}), (question, 0, "2025")]
    assert list(new_breaks(wordings, catalogue, "2025")) == [
        {"question": "travel-mode", "from_wave": "2025", "reason": "wording", "comparable": True, "draft": True}
    ]
    assert list(new_breaks(wordings[1:], catalogue, "2025")) == []


@pytest.mark.parametrize(
    ("study", "edition", "said", "why"),
    [
        ("commute", "2024", SAID, "registered already with another file"),
        ("../commute", "2025", SAID, "study"),
        ("commute", "../2025", SAID, "edition"),
        ("commute", "2025", SAID | {"licence": None}, "nothing says the licence"),
    ],
)
def test_what_cannot_be_registered_writes_nothing(
    root: Path, pdf: Path, study: str, edition: str, said: dict[str, str | None], why: str
) -> None:
    before = tree(root)
    project = Project.at(root)
    with pytest.raises(UsageError, match=why):
        source_of(plan(project, pdf, study, edition), said)
    assert tree(root) == before


def test_one_file_is_one_edition(root: Path) -> None:
    with pytest.raises(UsageError, match="one file is one edition"):
        plan(Project.at(root), root / "raw_pdfs/commute/2024.pdf", "commute", "2025")


def test_a_file_that_is_no_report_is_told_in_one_line(root: Path, tmp_path: Path, editions: Editions) -> None:
    before = tree(root)
    letter = tmp_path / "letter.pdf"
    letter.write_text("Dear reader")
    source = [part for name, text in SAID.items() for part in (f"--{name}", text)]
    said = editions("new", letter, "--study", "commute", "--edition", "2025", *source, "--root", root)
    assert said.code == 2 and len(said.err.strip().splitlines()) == 1 and "letter.pdf" in said.err
    assert tree(root) == before
