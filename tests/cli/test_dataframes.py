"""The Python API: data frames with places and flags, mistakes in one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import pipeline
from pipeline import extract, load, show, tables
from pipeline.core.contract import OBSERVATIONS
from pipeline.core.errors import UsageError
from tests import paper
from tests.conftest import CHECKOUT


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return paper.save(paper.survey(), tmp_path_factory.mktemp("api") / "survey-2024.pdf")


def test_a_pdf_comes_as_data_frames(pdf: Path) -> None:
    read = extract(pdf)
    assert list(read.observations.columns) == [column.name for column in OBSERVATIONS.columns]
    assert sorted(read.observations["value"]) == [17, 31, 52]
    assert set(read.observations["wave"]) == {"2024"}
    assert (read.observations["x1"] > read.observations["x0"]).all()
    assert set(read.claims["page"]) == {1}
    assert read.show(most=2).html.count("data:image/png;base64,") == 2
    assert "1 more rows" in read.show(most=2).html
    assert read._repr_html_().count("<tr>") == 4
    assert str(read.observations["flags"].dtype).startswith("list")


def test_a_script_needs_no_guard_around_its_top_level(pdf: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"from pipeline import extract\nprint(len(extract({str(pdf)!r}).observations))\n")
    done = subprocess.run([sys.executable, script], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("3\n", 0), done.stderr


def test_tables_come_as_they_are_printed(pdf: Path) -> None:
    [table] = tables(pdf, pages="1")
    assert table.to_numpy().tolist()[1] == ["By bicycle", "52%"]
    assert table.attrs["page"] == 1


def test_a_mistake_is_told_with_its_remedy(pdf: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.pdf cannot be read") as told:
        extract(tmp_path / "nowhere.pdf")
    assert "existing" in told.value.remedy
    with pytest.raises(UsageError, match="names no pages"):
        tables(pdf, pages="7")


def test_load_takes_what_a_folder_holds(built_project: Path) -> None:
    edition = built_project / "extracted/commute/built/2024"
    assert len(load(edition)) == 3
    assert set(load(edition, "numbers").columns) >= {"page", "token"}
    release = load(built_project / "extracted/commute/published")
    assert set(release["vintage"]) == {"2024"}
    assert "data:image/png" in show(release, built_project / "raw_pdfs").html
    with pytest.raises(UsageError, match="has no table nothing"):
        load(edition, "nothing")


def test_text_of_a_report_is_no_markup(pdf: Path) -> None:
    rows = extract(pdf).observations.assign(category="<script>alert(1)</script>")
    assert "<script>" not in show(rows, pdf).html


def test_what_is_not_there_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'fly'"):
        _ = pipeline.fly
