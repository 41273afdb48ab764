"""Fixtures: the shared reports, a small project, and the console script."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

from tests import paper

hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent

STUDY = """\
id: commute
title: {en: How people travel to work}
languages: [en]
figure_words: [Figure]
default_group: all
groups:
  - id: all
    label: {en: All respondents}
"""
QUESTIONS = """\
questions:
  - id: travel-mode
    kind: single
    wordings:
      - text: How did you travel to work?
    categories:
      - id: bicycle
        label: {en: By bicycle}
      - id: train
        label: {en: By train}
      - id: foot
        label: {en: On foot}
"""


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of reports and truth that is kept beside the checkout, or where EDITIONS_SHARED says."""
    folder = Path(os.environ.get("EDITIONS_SHARED", CHECKOUT.parent / "shared"))
    if not (folder / "reports").is_dir():
        pytest.skip(f"no shared reports in {folder}: set EDITIONS_SHARED to run this test")
    return folder


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str


Editions = Callable[..., Said]


@pytest.fixture(scope="session")
def script() -> list[str]:
    """The console script of this environment, or the module where the package is not installed."""
    installed = Path(sys.executable).with_name("editions")
    return [str(installed)] if installed.exists() else [sys.executable, "-m", "pipeline"]


@pytest.fixture
def editions(script: list[str], tmp_path: Path) -> Editions:
    """Runs the console script in `tmp_path`; CI is not set unless the test sets it."""

    def run(*args: object, cwd: Path = tmp_path, timeout: float = 300, **env: str) -> Said:
        surroundings = {k: v for k, v in os.environ.items() if k not in ("CI", "EDITIONS_DEBUG", "EDITIONS_PASSWORD")}
        path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")]))
        done = subprocess.run(
            [*script, *map(str, args)],
            cwd=cwd,
            env=surroundings | {"PYTHONPATH": path} | env,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return run


def children_seconds() -> float:
    """Processor time of all commands run so far: unlike the clock, it does not depend on what else the machine does."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def register(root: Path, edition: str, pdf: bytes, study: str = "commute") -> Path:
    """Put an edition into the project at `root`, with its source file."""
    import hashlib

    path = root / "raw_pdfs" / study / f"{edition}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pdf)
    path.with_suffix(".source.yml").write_text(
        f'study: {study}\nedition: "{edition}"\ntitle: Travel to work {edition}\nlicence: CC0-1.0\n'
        f"origin: {{statement: made for a test}}\nsha256: {hashlib.sha256(pdf).hexdigest()}\n"
    )
    return path


@pytest.fixture(scope="session")
def built_once(script: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project after a build; tests take a copy."""
    root = tmp_path_factory.mktemp("built") / "project"
    make_project(root)
    done = subprocess.run(
        [*script, "build", "--root", str(root)], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def built_project(built_once: Path, tmp_path: Path) -> Path:
    """A project with the edition `commute/2024`, built."""
    root = tmp_path / "project"
    shutil.copytree(built_once, root)
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one study, its catalogue, and one registered edition, `commute/2024`."""
    return make_project(tmp_path / "project")


def make_project(root: Path) -> Path:
    catalogue = root / "schemas" / "commute"
    catalogue.mkdir(parents=True)
    (catalogue / "study.yml").write_text(STUDY)
    (catalogue / "questions.yml").write_text(QUESTIONS)
    register(root, "2024", paper.as_bytes(paper.survey()))
    return root
