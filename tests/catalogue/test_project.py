"""Writing leaves whole files or none; the lock ends with its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.catalogue.project import Project, check_name, lock
from pipeline.core import files as files_module
from pipeline.core.errors import UsageError
from pipeline.core.files import place_files, whole_folder, write_file


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.txt"
    write_file(path, "one")
    write_file(path, "two")
    assert path.read_text() == "two"
    assert names(path.parent) == ["file.txt"]
    assert path.stat().st_mode & 0o777 == 0o666 & ~files_module._umask()


def test_a_folder_appears_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "tables"
    for content in ("one", "two"):
        with whole_folder(target) as draft:
            (draft / content).write_text(content)
            assert content not in (names(target) if target.exists() else [])
        assert names(target) == [content]
    assert names(tmp_path) == ["tables"]


def test_an_exception_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "tables"
    with whole_folder(target) as draft:
        (draft / "old").write_text("")
    with pytest.raises(RuntimeError), whole_folder(target) as draft:
        (draft / "new").write_text("")
        raise RuntimeError
    assert names(target) == ["old"]
    assert names(tmp_path) == ["tables"]


def test_without_an_exchange_the_folder_is_renamed_and_a_kill_between_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module.sys, "platform", "other")
    target = tmp_path / "tables"
    for content in ("one", "two"):
        with whole_folder(target) as draft:
            (draft / content).write_text("")
    assert names(target) == ["two"]
    target.rename(files_module._aside(target))
    with pytest.raises(RuntimeError), whole_folder(target):
        raise RuntimeError
    assert names(target) == ["two"]


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.core.files import whole_folder
with whole_folder(Path(sys.argv[1])) as draft:
    (draft / "new").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_leaves_the_old_folder_and_the_next_run_clears_up(tmp_path: Path) -> None:
    target = tmp_path / "extracted" / "tables"
    with whole_folder(target) as draft:
        (draft / "old").write_text("")
    subprocess.run([sys.executable, "-c", KILLED, target], check=False, cwd=Path(__file__).parents[2])
    assert names(target) == ["old"]
    with whole_folder(target.with_name("other")), lock(Project.at(tmp_path)):
        assert len(names(target.parent)) == 2, "what a running process has not finished stays"
    assert names(target.parent) == ["other", "tables"]


def test_other_files_in_the_output_folder_stay(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for folder, content in ((source, "new"), (target, "old")):
        folder.mkdir()
        (folder / "a.csv").write_text(content)
    (target / "mine.txt").write_text("mine")
    place_files(source, target, ["a.csv"])
    assert {p.name: p.read_text() for p in target.iterdir()} == {"a.csv": "new", "mine.txt": "mine"}


def test_the_working_folder_is_filled_and_not_exchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    (source / "a.csv").write_text("new")
    monkeypatch.chdir(target)
    inode = target.stat().st_ino
    place_files(source, Path(), ["a.csv"])
    assert (target.stat().st_ino, names(target)) == (inode, ["a.csv"])


@pytest.mark.parametrize("name", ["2022", "ld-trends", "a_b", "2022-a"])
def test_names_of_the_field_are_names(name: str) -> None:
    assert check_name(name, "edition") == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "/a", "a\\b", "A", "a b", "a\n", "-a", "a" * 65, "published", "é"]
)
def test_names_that_could_leave_a_folder_are_none(name: str) -> None:
    with pytest.raises(UsageError, match="cannot name"):
        check_name(name, "study")


def test_the_lock_is_exclusive_and_ends_with_its_holder(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    with lock(project), pytest.raises(UsageError, match=f"process {os.getpid()}"), lock(project):
        pass
    with lock(project):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="reads how a process stands from /proc")
def test_whoever_takes_the_lock_clears_what_dead_processes_left(tmp_path: Path) -> None:
    project = Project.at(tmp_path)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    state = Path(f"/proc/{dead.pid}/stat")
    while state.read_text().rpartition(")")[2].split()[0] != "Z":
        pass  # ended, and nobody has asked how
    left, lives = (tmp_path / "extracted" / f".editions-{process}-x" for process in (dead.pid, os.getppid()))
    for folder in (left, lives):
        folder.mkdir(parents=True)
    with lock(project):
        assert not left.exists() and lives.exists()
    dead.wait()
