"""Real yearly surveys, where their PDFs are at hand: what the catalogue joins over editions, and what differs."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline.catalogue.project import Project
from pipeline.run.build import extract_editions
from tests.conftest import CHECKOUT
from tests.merged import merge

IN_SERIES = {"julia-survey": 0.96, "rust-survey": 0.99}
"""Share of the values that belong to a question, option and item of the catalogue."""
AGREEING = 0.99
"""Share of the values of one wave that two editions print alike, or that the publisher has revised."""


@pytest.fixture
def by_hash(shared: Path) -> dict[str, Path]:
    """The PDFs at hand by their SHA-256."""
    reports = shared / "reports"
    pdfs = [*reports.glob("real/*.pdf"), *reports.glob("rust-survey/*.pdf")]
    return {hashlib.sha256(pdf.read_bytes()).hexdigest(): pdf for pdf in pdfs}


@pytest.mark.slow
@pytest.mark.parametrize("study", IN_SERIES)
def test_a_real_history_is_one_table(study: str, by_hash: dict[str, Path], tmp_path: Path) -> None:
    for folder in ("raw_pdfs", "schemas"):
        shutil.copytree(CHECKOUT / folder / study, tmp_path / folder / study)
    project = Project.at(tmp_path)
    described = project.awaited([study])
    for edition in described:
        shutil.copyfile(by_hash[edition.source.sha256], edition.pdf)
    built = extract_editions(project, project.editions([study]), 1)
    tables = [pd.read_parquet(one.folder / "observations.parquet") for one in built if not one.failure]
    merged = merge(project.catalogue(study), tables)
    assert len(tables) == len(described)
    rows = merged.longitudinal
    mapped = rows.question_id.notna() & ~(rows.category.notna() & rows.category_id.isna())
    assert mapped.mean() >= IN_SERIES[study]
    compared = rows[mapped & rows.revision.notna()]
    revised = compared.flags.map(lambda flags: any(flag.startswith("source-revision") for flag in flags))
    assert ((compared.revision == 0) | revised).mean() >= AGREEING
