"""The command line: help at once, one line per mistake, exit codes, JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.table_listing import page_numbers
from tests import paper
from tests.conftest import CHECKOUT, Editions, children_seconds

COMMANDS = ("init", "new", "build", "extract", "tables", "explain", "check", "accept", "status", "desk")
HEAVY = (
    "camelot",
    "pandas",
    "numpy",
    "pyarrow",
    "pdfplumber",
    "pydantic",
    "cv2",
    "rapidocr",
    "great_expectations",
    "rich",
)


def test_help_comes_at_once(editions: Editions) -> None:
    start = children_seconds()
    said = editions("--help")
    assert said.code == 0
    assert children_seconds() - start < 0.5
    for command in COMMANDS:
        assert command in said.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, editions: Editions) -> None:
    said = editions(command, "--help")
    assert said.code == 0
    assert said.out.startswith("Usage:")
    assert "--verbose" in said.out


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, pipeline.cli; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(done.stdout.split())


def test_the_version_is_the_programs(editions: Editions) -> None:
    from pipeline import __version__

    assert editions("--version").out.strip().endswith(__version__)


@pytest.mark.parametrize("wrong", [["fly"], ["extract"], ["build", "--wings"], ["tables", "a.pdf", "--format", "doc"]])
def test_wrong_use_is_one_line(wrong: list[str], editions: Editions) -> None:
    said = editions(*wrong)
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert "--help" in said.err


def test_a_root_that_is_no_folder(editions: Editions) -> None:
    said = editions("status", "--root", "nowhere")
    assert (said.code, said.err.count("\n")) == (2, 1)


def test_extract_writes_all_tables_and_says_what_it_found(editions: Editions, project: Path, tmp_path: Path) -> None:
    pdf = project / "raw_pdfs" / "commute" / "2024.pdf"
    said = editions(
        "extract", pdf, "--out", "out", "--study", "commute", "--root", project, "--json", "--debug", "seen"
    )
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert (told["study"], told["edition"], told["pages"], told["rows"]["observations"]) == ("commute", "2024", 1, 3)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(
        f"{table}.{form}" for table in ("observations", "findings", "claims", "numbers") for form in ("csv", "parquet")
    )
    assert sorted(p.name for p in (tmp_path / "seen").iterdir()) == ["page-001-figure-1.png", "page-001.png"]


def test_tables_prints_json_of_the_agreed_form(editions: Editions, tmp_path: Path) -> None:
    paper.save(paper.survey(), tmp_path / "report.pdf")
    said = editions("tables", "report.pdf", "--format", "json", "--pages", "1")
    assert said.code == 0, said.err
    [table] = json.loads(said.out)["tables"]
    assert table["page"] == 1
    texts = {(c["row"], c["col"]): c["text"] for c in table["cells"]}
    assert texts[1, 0] == "By bicycle"
    assert texts[1, 1] == "52%"


@pytest.mark.parametrize("form", ["csv", "md", "html"])
def test_tables_prints_other_forms(form: str, editions: Editions, tmp_path: Path) -> None:
    paper.save(paper.survey(), tmp_path / "report.pdf")
    assert "By bicycle" in editions("tables", "report.pdf", "--format", form).out


def test_verbose_says_what_each_stage_did_and_results_stay_the_same(editions: Editions, tmp_path: Path) -> None:
    report = paper.save(paper.survey(), tmp_path / "report-2024.pdf")
    quiet = editions("extract", report, "--out", tmp_path / "one")
    told = editions("extract", report, "--out", tmp_path / "one", "-vv")
    assert told.out == quiet.out and "pipeline." not in quiet.err
    stages = {line.split(":")[0] for line in told.err.splitlines() if line.startswith("pipeline.")}
    assert {"pipeline.intake.preflight", "pipeline.exhibits.document", "pipeline.checks.edition"} <= stages
    assert "1 pages, 0 of them unread" in told.err


def test_page_numbers() -> None:
    assert page_numbers(None, 3) == [1, 2, 3]
    assert page_numbers("1-3, 7,2", 9) == [1, 2, 3, 7]


def test_progress_is_plain_lines_where_there_is_no_terminal(editions: Editions, tmp_path: Path) -> None:
    paper.save(paper.survey(), tmp_path / "report.pdf")
    said = editions("tables", "report.pdf", "--format", "csv")
    assert "\x1b" not in said.err + said.out
    assert "report.pdf: tables" in said.err.splitlines()


def test_results_are_utf8_whatever_the_locale(editions: Editions, tmp_path: Path) -> None:
    sheet = paper.Sheet().table(60, 120, [("Réponse", "2024"), ("À vélo", "52%"), ("À pied", "48%")], (200, 80))
    paper.save(paper.document([sheet]), tmp_path / "report.pdf")
    bare = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    said = editions("tables", "report.pdf", "--format", "csv", **bare)
    assert (said.code, "À vélo,52%" in said.out) == (0, True), said.err


def test_explain_tells_the_proposals_of_a_page_and_draws_them(editions: Editions, tmp_path: Path) -> None:
    paper.save(paper.survey(), tmp_path / "report.pdf")
    said = editions("explain", "report.pdf", "--page", "1", "--picture", "seen.png")
    assert said.code == 0, said.err
    header, first, reasons = said.out.splitlines()[:3]
    assert header.split()[:2] == ["proposer", "form"]
    assert "geometry" in first and "table" in first and first.endswith("yes")
    assert "numbers_by_column +" in reasons
    assert (tmp_path / "seen.png").read_bytes().startswith(b"\x89PNG")


def test_explain_refuses_a_page_that_is_not_there(editions: Editions, tmp_path: Path) -> None:
    paper.save(paper.survey(), tmp_path / "report.pdf")
    said = editions("explain", "report.pdf", "--page", "9")
    assert (said.code, said.out) == (2, "") and "page 9" in said.err
