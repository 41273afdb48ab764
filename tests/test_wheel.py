"""The wheel in an empty folder: it brings all that a project needs, and the CI pieces run with it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from tests import paper
from tests.conftest import CHECKOUT, Said

SAID = ("--title", "Travel to work", "--licence", "CC0-1.0", "--origin", "made for a test")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `venv`, where the wheel is installed; its libraries are those of the present environment."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    source = folder / "source"
    tracked = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=CHECKOUT, capture_output=True)
    for name in filter(None, tracked.stdout.decode().split("\0")):
        if name.startswith(("pipeline/", "schemas/", "pyproject", "README", "LICENSE")) and (CHECKOUT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((CHECKOUT / name).read_bytes())
    _run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(source)], folder)
    _run([sys.executable, "-m", "venv", "--without-pip", "venv"], folder)
    python = folder / "venv/bin/python"
    packages = _run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).out.strip()
    (Path(packages) / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    [wheel] = folder.glob("*.whl")
    _run([*pip, "--python", python, "install", "--no-deps", "--no-index", "--force-reinstall", wheel], folder)
    return folder


@pytest.fixture(scope="module")
def project(place: Path) -> Path:
    """A project that the wheel's `editions init` and `new` made, with its drafts confirmed, accepted."""
    root = place / "project"
    root.mkdir()
    paper.save(paper.survey(), place / "report.pdf")
    editions(place, root, "init")
    made = editions(place, root, "new", "../report.pdf", "--study", "commute", "--edition", "2024", *SAID, code=None)
    assert made.code in (0, 1), made.err
    for drafts in (root / "schemas/commute").glob("*.yml"):
        confirmed = [line for line in drafts.read_text("utf-8").splitlines() if line.strip() != "draft: true"]
        drafts.write_text("\n".join([*confirmed, ""]), "utf-8")
    editions(place, root, "accept", "commute/2024", "--reason", "first edition")
    return root


def test_every_file_of_the_packages_is_in_the_wheel(place: Path) -> None:
    installed = Path(_run([place / "venv/bin/python", "-c", "import pipeline; print(pipeline.__path__[0])"], place).out)
    assert place in installed.parents
    for package in ("pipeline", "schemas"):
        names = subprocess.run(["git", "ls-files", package], cwd=CHECKOUT, capture_output=True, text=True).stdout
        missing = [n for n in names.splitlines() if not (Path(str(installed).strip()).parent / n).is_file()]
        assert [n for n in missing if (CHECKOUT / n).is_file()] == []


def test_a_project_from_nothing_to_its_dataset(place: Path, project: Path) -> None:
    assert {p.name for p in project.iterdir()} >= {"raw_pdfs", "schemas", "extracted", "README.md", ".gitignore"}
    editions(place, project, "build")
    published = project / "extracted/commute/published"
    assert "52" in (published / "longitudinal.csv").read_text("utf-8")
    assert (published / "codebook.html").is_file()


def test_init_keeps_what_is_there(place: Path, project: Path) -> None:
    (project / "README.md").write_text("ours\n")
    editions(place, project, "init", ".")
    assert (project / "README.md").read_text() == "ours\n"


def test_the_hook_passes_what_was_accepted_and_stops_what_changed(place: Path, project: Path) -> None:
    [hook] = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text())
    command = shlex.split(hook["entry"])
    assert command[0] == "editions"
    editions(place, project, *command[1:])
    with _changed(project):
        assert "52" in editions(place, project, *command[1:], code=1).out


def test_the_action_reports_what_changed(place: Path, project: Path) -> None:
    action = yaml.safe_load((CHECKOUT / "action.yml").read_text())
    step = action["runs"]["steps"][-1]
    assert set(step["env"]) == {"ROOT", "TARGETS"}
    summary, output = place / "summary.md", place / "output"
    surroundings = {"RUNNER_TEMP": place, "GITHUB_STEP_SUMMARY": summary, "GITHUB_OUTPUT": output}
    shell = ["bash", "-eo", "pipefail", "-c", step["run"]]
    for targets in ("", "commute commute/2024"):
        _run(shell, place, ROOT="project", TARGETS=targets, **surroundings)
    with _changed(project):
        _run(shell, place, code=1, ROOT="project", TARGETS="", **surroundings)
    assert "52" in summary.read_text()
    assert output.read_text().startswith(f"report={place}")


class _changed:
    """The project while its accepted baseline says another value."""

    def __init__(self, project: Path) -> None:
        self.path = project / "extracted/commute/2024/observations.csv"
        self.text = self.path.read_text("utf-8")

    def __enter__(self) -> None:
        assert ",52," in self.text
        self.path.write_text(self.text.replace(",52,", ",25,"), "utf-8")

    def __exit__(self, *_: object) -> None:
        self.path.write_text(self.text, "utf-8")


def editions(place: Path, cwd: Path, *arguments: str, code: int | None = 0) -> Said:
    return _run([place / "venv/bin/editions", *arguments], cwd, code)


def _run(command: list[object], cwd: Path, code: int | None = 0, **env: object) -> Said:
    """Without anything that leads back into the checkout; `code`: how it has to end."""
    kept = {k: v for k, v in os.environ.items() if k not in ("CI", "PYTHONPATH", "VIRTUAL_ENV")}
    binaries = str(cwd / "venv/bin"), str(cwd.parent / "venv/bin"), kept["PATH"]
    surroundings = kept | {"PATH": os.pathsep.join(binaries)} | {k: str(v) for k, v in env.items()}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=surroundings, capture_output=True, text=True)
    assert code in (None, done.returncode), done.stdout + done.stderr
    return Said(done.returncode, done.stdout, done.stderr)
