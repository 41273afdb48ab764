"""Bad input: one clear line with the remedy, exit 2, nothing half-written, earlier outputs intact."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pikepdf
import pytest

from pipeline.core.files import folder_digest
from tests import paper
from tests.conftest import Editions, Said, register

SOUND = paper.as_bytes(paper.survey())


def assert_refused(said: Said, *words: str) -> None:
    """Exit 2, and one line on standard error that holds `words`."""
    assert said.code == 2, said
    lines = [line for line in said.err.splitlines() if line.startswith("editions:")]
    assert len(lines) == 1, said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    for word in words:
        assert word in lines[0], lines[0]


def locked() -> bytes:
    pdf = paper.survey()
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"locked-{os.getpid()}.pdf"
    pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user="user"))
    content = path.read_bytes()
    path.unlink()
    return content


UNUSABLE = {
    "not a PDF": (b"Dear reader, this is a letter.\n" * 50, "not a PDF"),
    "a web page": (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
    "a spreadsheet": (b"PK\x03\x04" + bytes(200), "Office or ZIP"),
    "zero bytes": (b"", "0 bytes"),
    "truncated": (SOUND[: len(SOUND) // 2], "truncated"),
    "only a header": (b"%PDF-1.7\n", "truncated"),
    "garbage after the header": (b"%PDF-1.7\n" + os.urandom(4000) + b"\n%%EOF\n", "damaged"),
    "encrypted": (locked(), "password"),
    "no text layer": (paper.as_bytes(paper.scan()), "no text layer"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_extract_refuses(case: str, editions: Editions, tmp_path: Path) -> None:
    content, word = UNUSABLE[case]
    (tmp_path / "report.pdf").write_bytes(content)
    assert_refused(editions("extract", "report.pdf", "--out", "out"), "report.pdf", word)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.pdf"]


@pytest.mark.parametrize("case", ["not a PDF", "truncated", "no text layer"])
def test_extract_leaves_earlier_outputs_as_they_were(case: str, editions: Editions, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(UNUSABLE[case][0])
    out = tmp_path / "out"
    out.mkdir()
    (out / "observations.csv").write_text("earlier")
    assert_refused(editions("extract", "report.pdf", "--out", "out"))
    assert [(p.name, p.read_text()) for p in out.iterdir()] == [("observations.csv", "earlier")]


def test_extract_reads_an_encrypted_document_with_its_password(editions: Editions, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(locked())
    assert editions("extract", "report.pdf", "--out", "out", "--password", "user").code == 0
    assert (tmp_path / "out" / "observations.parquet").is_file()
    assert_refused(editions("extract", "report.pdf", "--out", "other", "--password", "guess"), "wrong")


def test_extract_gives_empty_tables_of_a_document_without_figures_when_asked(
    editions: Editions, tmp_path: Path
) -> None:
    (tmp_path / "report.pdf").write_bytes(paper.as_bytes(paper.prose()))
    assert editions("extract", "report.pdf", "--out", "out", "--allow-empty").code == 0
    assert (tmp_path / "out" / "observations.csv").read_text().count("\n") == 1


def test_a_file_that_is_not_there(editions: Editions) -> None:
    assert_refused(editions("extract", "absent.pdf", "--out", "out"), "absent.pdf", "No such file")
    assert_refused(editions("tables", "absent.pdf"), "absent.pdf", "No such file")


def test_a_folder_in_place_of_a_file(editions: Editions, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").mkdir()
    assert_refused(editions("extract", "report.pdf", "--out", "out"), "directory")


@pytest.mark.parametrize("case", ["not a PDF", "truncated", "encrypted"])
def test_tables_refuses(case: str, editions: Editions, tmp_path: Path) -> None:
    content, word = UNUSABLE[case]
    (tmp_path / "report.pdf").write_bytes(content)
    assert_refused(editions("tables", "report.pdf", "--format", "json"), word)


def test_tables_refuses_pages_that_are_not_there(editions: Editions, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(SOUND)
    assert_refused(editions("tables", "report.pdf", "--pages", "2-9"), "--pages", "document of 1")
    assert_refused(editions("tables", "report.pdf", "--pages", "first"), "1-3,7")


def test_an_unknown_study(editions: Editions, project: Path) -> None:
    pdf = project / "raw_pdfs" / "commute" / "2024.pdf"
    assert_refused(
        editions("extract", pdf, "--out", "out", "--study", "weather", "--root", project), "weather", "unknown"
    )
    assert_refused(editions("build", "weather", "--root", project), "weather", "not registered")
    register(project, "2024", SOUND, "weather")
    assert_refused(editions("build", "--root", project), "weather", "unknown")


@pytest.mark.parametrize("name", ["../../etc", "/etc/passwd", "a/b", "..", "2024\n", "built", "A B", "con.pdf", ""])
def test_names_that_climb_out_of_the_project(name: str, editions: Editions, project: Path) -> None:
    pdf = project / "raw_pdfs" / "commute" / "2024.pdf"
    assert_refused(
        editions("extract", pdf, "--out", "out", "--study", "commute", "--edition", name or "-", "--root", project)
    )
    assert_refused(editions("accept", f"commute/{name}", "--reason", "r", "--root", project))
    assert not (project.parent / "out").exists()


def test_a_source_file_that_names_another_edition(editions: Editions, project: Path) -> None:
    source = project / "raw_pdfs" / "commute" / "2024.source.yml"
    source.write_text(source.read_text().replace('"2024"', "../../2023"))
    assert_refused(editions("build", "--root", project), "2024.source.yml", "describes")


def test_an_edition_whose_file_is_not_the_registered_one(editions: Editions, built_project: Path) -> None:
    project = built_project
    before = folder_digest(project / "extracted")
    (project / "raw_pdfs" / "commute" / "2024.pdf").write_bytes(paper.as_bytes(paper.survey(("50%", "30%", "20%"))))
    assert_refused(editions("build", "--root", project), "2024.pdf", "not the registered file")
    assert folder_digest(project / "extracted") == before


def test_one_file_registered_as_two_editions(editions: Editions, project: Path) -> None:
    register(project, "2023", (project / "raw_pdfs" / "commute" / "2024.pdf").read_bytes())
    assert_refused(editions("build", "--root", project), "2023.pdf", "2024.pdf", "same file")


def test_an_edition_without_a_source_file(editions: Editions, project: Path) -> None:
    (project / "raw_pdfs" / "commute" / "2024.source.yml").unlink()
    assert_refused(editions("build", "--root", project), "2024.source.yml", "missing")


TYPOS = {
    "schemas/commute/questions.yml": [
        ("kind: single", "kind: sinlge"),
        ("kind: single", "kidn: single"),
        ("- id", "-id"),
    ],
    "schemas/commute/study.yml": [("languages: [en]", "languages: [en"), ("default_group", "defualt_group")],
    "raw_pdfs/commute/2024.source.yml": [("sha256: ", "sha265: "), ("title: ", "title: [")],
}


@pytest.mark.parametrize(("file", "right", "wrong"), [(f, a, b) for f, typos in TYPOS.items() for a, b in typos])
def test_yaml_with_a_typo(file: str, right: str, wrong: str, editions: Editions, project: Path) -> None:
    path = project / file
    path.write_text(path.read_text().replace(right, wrong, 1))
    assert_refused(editions("build", "--root", project), str(path.parent))
    assert not (project / "extracted").exists()


def test_no_edition_is_registered(editions: Editions, tmp_path: Path) -> None:
    assert_refused(editions("build"), "no edition is registered", "raw_pdfs")


def test_a_report_that_is_described_but_not_here(editions: Editions, project: Path) -> None:
    (project / "raw_pdfs" / "commute" / "2024.pdf").unlink()
    for target in ("commute/2024", "commute"):
        assert_refused(
            editions("build", target, "--root", project), "the PDF of commute/2024 is not here", "editions new"
        )


def test_an_output_that_is_a_file(editions: Editions, project: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    pdf = project / "raw_pdfs" / "commute" / "2024.pdf"
    assert_refused(editions("extract", pdf, "--out", "out"), "cannot write", "out")
    assert_refused(editions("extract", pdf, "--out", "out/deeper"), "cannot write", "out")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_without_permission(editions: Editions, project: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    pdf = project / "raw_pdfs" / "commute" / "2024.pdf"
    assert_refused(editions("extract", pdf, "--out", closed / "out"), "cannot write")
    assert list(closed.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A file system of 64 kB; skips where it cannot be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a tmpfs cannot be mounted here: run as root where mount is allowed")
    yield folder
    subprocess.run(["umount", folder], check=False)


def test_a_full_disk(small_disk: Path, editions: Editions, project: Path) -> None:
    (small_disk / "mine").write_bytes(bytes(60_000))
    pdf = project / "raw_pdfs" / "commute" / "2024.pdf"
    assert_refused(editions("extract", pdf, "--out", small_disk), "No space left")
    assert [p.name for p in small_disk.iterdir()] == ["mine"]


def test_an_output_that_can_only_be_read(small_disk: Path, editions: Editions, project: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    said = editions("build", "--root", project, "--out", small_disk / "out")
    assert_refused(said, "cannot write", str(small_disk))
    assert list(small_disk.iterdir()) == []


def test_two_builds_at_once(editions: Editions, project: Path) -> None:
    from pipeline.catalogue.project import Project, lock

    with lock(Project.at(project)):
        assert_refused(editions("build", "--root", project), "in use by", f"process {os.getpid()}")
