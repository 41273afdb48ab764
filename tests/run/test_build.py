"""Build: what is out of date is made, what is not is left alone; same input, same bytes; whole or nothing."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest

from pipeline.catalogue.project import Project
from pipeline.checks.edition import judge
from pipeline.core.files import folder_digest
from pipeline.core.processes import IN_PROCESS, JobFailed, silent
from pipeline.core.table_files import read_parquet
from pipeline.run import build as build_module
from pipeline.run.build import build, extract_editions
from pipeline.run.extraction import Cache, request_for
from pipeline.run.reviewing import open_bench
from tests import paper
from tests.conftest import CHECKOUT, Editions, children_seconds, register

PAGES = range(3, 13)
"""Of the registered report: shares, ranks, scores, bars, prose, a bitmap, running heads."""


def test_a_build_makes_tables_and_release_and_a_second_leaves_them(editions: Editions, built_project: Path) -> None:
    extracted = built_project / "extracted" / "commute"
    rows = read_parquet(extracted / "built" / "2024" / "observations.parquet")
    assert {(r["category_id"], r["value"]) for r in rows} == {("bicycle", 52.0), ("train", 31.0), ("foot", 17.0)}
    assert (extracted / "published" / "datapackage.json").is_file()
    before = {p: p.stat().st_mtime_ns for p in extracted.rglob("*")}
    start = children_seconds()
    second = editions("build", "--root", built_project, "--json")
    assert children_seconds() - start < 2
    assert [e["rebuilt"] for e in json.loads(second.out)["editions"]] == [False]
    assert [r["rebuilt"] for r in json.loads(second.out)["releases"]] == [False]
    assert {p: p.stat().st_mtime_ns for p in extracted.rglob("*")} == before


def test_status_tells_what_is_built_and_what_is_out_of_date(editions: Editions, built_project: Path) -> None:
    def state() -> str:
        [line] = json.loads(editions("status", "--root", built_project, "--json").out)["editions"]
        return str(line["build"])

    assert state() == "up to date"
    questions = built_project / "schemas" / "commute" / "questions.yml"
    questions.write_text(questions.read_text() + "# a remark\n")
    assert state() == "out of date"
    (built_project / "raw_pdfs" / "commute" / "2024.pdf").write_bytes(paper.as_bytes(paper.prose()))
    assert state() == "the PDF is not the registered one"
    shutil.rmtree(built_project / "extracted")
    register(built_project, "2024", paper.as_bytes(paper.survey()))
    assert state() == "never"


def test_a_changed_catalogue_makes_the_edition_new(project: Path) -> None:
    at = Project.at(project)
    [one] = extract_editions(at, at.editions(), 1)
    assert one.fresh
    assert not extract_editions(at, at.editions(), 1)[0].fresh
    questions = project / "schemas" / "commute" / "questions.yml"
    questions.write_text(questions.read_text().replace("id: bicycle", "id: bike"))
    [two] = extract_editions(at, at.editions(), 1)
    assert two.fresh
    assert "bike" in {r["category_id"] for r in read_parquet(two.folder / "observations.parquet")}


def test_a_damaged_cache_entry_is_made_again(project: Path) -> None:
    at = Project.at(project)
    [one] = extract_editions(at, at.editions(), 1)
    good = (one.folder / "observations.parquet").read_bytes()
    (one.folder / "observations.parquet").write_bytes(good[:100])
    [two] = extract_editions(at, at.editions(), 1)
    assert two.fresh
    assert (two.folder / "observations.parquet").read_bytes() == good


def test_a_clock_that_goes_back_makes_nothing_new_and_nothing_stale(project: Path) -> None:
    """Files from the future, as a clock set back leaves them: contents decide, not times."""
    at = Project.at(project)
    [one] = extract_editions(at, at.editions(), 1)
    for path in project.rglob("*"):
        os.utime(path, (4e9, 4e9))
    [two] = extract_editions(at, at.editions(), 1)
    assert (two.fresh, two.folder) == (False, one.folder)


def test_a_touched_release_is_made_again(editions: Editions, built_project: Path) -> None:
    project = built_project
    release = project / "extracted" / "commute" / "published"
    before = folder_digest(release)
    (release / "longitudinal.csv").write_text("edited")
    assert editions("build", "--root", project).code == 0
    assert folder_digest(release) == before


def test_an_edition_whose_readers_crash_is_a_finding_and_the_others_are_done(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(project, "2023", paper.as_bytes(paper.survey(year="2023")))
    real = build_module.run_all

    def crashing(function, calls, *args):  # type: ignore[no-untyped-def]
        for index, result in real(function, calls, *args):
            yield index, JobFailed("crashed (SIGSEGV)") if calls[index][0].edition == "2023" else result

    monkeypatch.setattr(build_module, "run_all", crashing)
    at = Project.at(project)
    built, [released] = build(at)
    failed, done = built
    assert (failed.failure, done.failure) == ("crashed (SIGSEGV)", None)
    assert (failed.summary.open_errors, done.summary.rows["observations"]) == (1, 3)
    [finding] = read_parquet(at.built(failed.edition) / "findings.parquet")
    assert finding["code"] == "extraction-failed"
    assert "SIGSEGV" in str(finding["message"])
    assert released.kept_back
    provenance = request_for(at, failed.edition).provenance(failed.summary.source_sha256)
    assert Cache(at).find(provenance) is None


def test_an_unusable_edition_stops_the_build_before_anything_is_written(editions: Editions, project: Path) -> None:
    register(project, "2023", paper.as_bytes(paper.scan()))
    said = editions("build", "--root", project)
    assert (said.code, "2023.pdf has no text layer" in said.err) == (2, True)
    assert not (project / "extracted").exists()


def test_a_report_of_which_nothing_was_read_is_no_success(editions: Editions, project: Path, tmp_path: Path) -> None:
    """Loss is loud: in `extract`, `build`, `status`, each with exit code 1, and on the desk, until a steward signs that
    there is none; the claims of its text are written."""
    register(project, "2023", paper.as_bytes(paper.prose()))
    said = editions("extract", project / "raw_pdfs/commute/2023.pdf", "--out", tmp_path / "out")
    assert said.code == 1 and "no table or chart that could be read" in said.out + said.err
    assert (tmp_path / "out/claims.csv").is_file()
    assert editions("build", "--root", project).code == 1
    assert editions("status", "--root", project).code == 1
    at = Project.at(project)
    desk = open_bench(at, at.edition("commute/2023"), silent)
    again = judge(desk.document, desk.state.catalogue, "2023", desk.state.decisions)
    assert [found["code"] for found in again.findings] == ["extraction-no-exhibits"]
    known = project / "schemas/commute/known/2023.yml"
    known.parent.mkdir()
    known.write_text("known:\n- {code: extraction-no-exhibits, reason: prose only, author: A, date: 2026-01-31}\n")
    assert editions("build", "--root", project).code == 0


SURROUNDINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4711", "TZ": "Asia/Kathmandu", "LC_ALL": "POSIX", "LANG": "nl_BE.UTF-8", "PYTHONUTF8": "0"},
)
"""Of two builds. The second's locale knows ASCII alone, its clock shows another day for most of the day."""


def differing(editions: Editions, project: Path, folder: Path) -> list[str]:
    """Outputs that differ between builds of the same inputs that run beside each other, in other folders and
    surroundings, by 1 and 2 workers."""

    def outputs(jobs: int, env: dict[str, str]) -> dict[Path, bytes]:
        root = folder / f"copy {jobs}" / ("deep" * jobs)
        shutil.copytree(project, root)
        where = {"cwd": folder} if jobs == 1 else {"cwd": root}
        said = editions("build", "--root", root if jobs == 1 else ".", "--jobs", jobs, timeout=3000, **where, **env)
        assert said.code == 0, said.err
        return {p.relative_to(root): p.read_bytes() for p in (root / "extracted").rglob("*") if p.is_file()}

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(outputs, (1, 2), SURROUNDINGS)
    assert any("published" in name.parts for name in one)
    return sorted(str(name) for name in one.keys() | two.keys() if one.get(name) != two.get(name))


def test_two_builds_of_the_same_inputs_give_the_same_bytes(editions: Editions, project: Path, tmp_path: Path) -> None:
    register(project, "2023", paper.as_bytes(paper.survey(("50%", "30%", "20%"), "2023")))
    assert differing(editions, project, tmp_path / "builds") == []


@pytest.mark.slow
def test_a_build_in_this_process_gives_the_same_bytes(project: Path, tmp_path: Path) -> None:
    guarded, inside = (Project.at(project, tmp_path / name) for name in ("guarded", "inside"))
    build(guarded, [])
    for folder in (project / ".editions").iterdir():
        shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
    build(inside, [], limits=IN_PROCESS)
    assert folder_digest(guarded.out) == folder_digest(inside.out) != ""


def test_two_builds_of_the_registered_study_give_the_same_bytes(editions: Editions, tmp_path: Path) -> None:
    project, cut = tmp_path / "project", tmp_path / "cut.pdf"
    shutil.copytree(CHECKOUT / "schemas" / "ld-trends", project / "schemas" / "ld-trends")
    with pikepdf.open(CHECKOUT / "raw_pdfs" / "ld-trends" / "2022.pdf") as whole, pikepdf.new() as some:
        some.pages.extend(whole.pages[page - 1] for page in PAGES)
        some.save(cut)
    register(project, "2022", cut.read_bytes(), "ld-trends")
    assert differing(editions, project, tmp_path / "builds") == []


@pytest.mark.slow
def test_kills_at_random_moments_leave_whole_outputs_and_the_next_run_right(
    editions: Editions, built_project: Path
) -> None:
    project = built_project
    good = folder_digest(project / "extracted")
    questions = project / "schemas" / "commute" / "questions.yml"
    original = questions.read_text()
    seeds = random.Random(20241)
    for attempt in range(int(os.environ.get("EDITIONS_KILLS", "4"))):
        questions.write_text(f"{original}# {attempt}\n")
        started = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "build", "--root", str(project)],
            cwd=CHECKOUT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(seeds.uniform(0.2, 8.0))
        started.send_signal(signal.SIGKILL)
        started.wait()
        assert folder_digest(project / "extracted" / "commute" / "published") != ""
        assert [p for p in (project / "extracted" / "commute" / "built").glob("2024/*.parquet")]
    questions.write_text(original)
    assert editions("build", "--root", project).code == 0
    assert folder_digest(project / "extracted") == good
