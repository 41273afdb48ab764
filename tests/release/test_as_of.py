"""`editions as-of`: the dataset as it was known when an edition was the newest."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests import paper
from tests.conftest import Editions, register


def test_later_editions_are_left_out(editions: Editions, built_project: Path, tmp_path: Path) -> None:
    project = built_project
    register(project, "2025", paper.as_bytes(paper.survey(year="2025")))
    built = editions("build", "--root", project)
    assert built.code == 0, built.err
    out = tmp_path / "then"
    said = editions("as-of", "commute/2024", "--root", project, "--out", out)
    assert said.code == 0, said.err
    then = pd.read_parquet(out / "longitudinal.parquet")
    now = pd.read_parquet(project / "extracted/commute/published/longitudinal.parquet")
    assert set(then["vintage"]) == {"2024"} and set(now["vintage"]) == {"2024", "2025"}


def test_what_is_not_built_is_said(editions: Editions, project: Path, tmp_path: Path) -> None:
    said = editions("as-of", "commute/2024", "--root", project, "--out", tmp_path / "then")
    assert said.code == 2 and "commute/2024 is not built: run editions build commute first" in said.err
    assert not (tmp_path / "then").exists()


def test_a_folder_that_is_no_release_is_left_alone(editions: Editions, built_project: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("keep")
    said = editions("as-of", "commute/2024", "--root", built_project, "--out", tmp_path / "mine")
    assert said.code == 2 and "is no release" in said.err
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "keep"
