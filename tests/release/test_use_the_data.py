"""The examples of docs/use-the-data.md run on a release of the 2022 edition as it was read by hand."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.catalogue.model import load_catalogue
from pipeline.release.publish.publication import publish
from tests.releases import edition_data, truth_rows

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "use-the-data.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("use")
    catalogue = load_catalogue(ROOT / "schemas" / "ld-trends")
    data = edition_data(root, "2022", truth_rows(catalogue))
    return publish(ROOT, catalogue, [data], root / "published").folder


def test_python_examples_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(examples) >= 6
    monkeypatch.chdir(folder)
    names: dict[str, object] = {"SCHEMAS": str(ROOT / "schemas")}
    for example in examples:
        exec(compile(example, "docs/use-the-data.md", "exec"), names)


def test_r_examples_run(folder: Path) -> None:
    install = "apt-get install r-base-core r-cran-haven r-cran-dplyr"
    program = shutil.which("Rscript") or pytest.skip(f"R is not installed: {install}")
    examples = re.findall(r"```r\n(.*?)```", PAGE, re.DOTALL)
    assert examples
    for example in examples:
        for library in re.findall(r"library\((\w+)", example):
            if subprocess.run([program, "-e", f"library({library})"], capture_output=True, check=False).returncode:
                pytest.skip(f"R's {library} is not installed: {install}")
        done = subprocess.run([program, "-e", example], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_names_files_and_columns_that_exist(folder: Path) -> None:
    import pandas as pd

    for name in re.findall(r"[\"'](\w[\w-]*\.(?:parquet|csv|dta))[\"']", PAGE):
        assert (folder / name).is_file(), name
    columns = {c for path in folder.glob("*.parquet") for c in pd.read_parquet(path).columns}
    for named in ("is_latest", "vintage", "revision", "comparable", "break_reason", "segment", "parts", "error_bound"):
        assert f"`{named}`" in PAGE and named in columns
    ids = set(pd.read_parquet(folder / "questions.parquet")["question_id"])
    assert set(re.findall(r"question_id\"?\]? ?==? ?[\"']([a-z-]+)[\"']", PAGE)) <= ids


def test_the_data_version_and_licence_go_with_the_data(folder: Path) -> None:
    assert (folder / "LICENSE-DATA").read_bytes() == (ROOT / "LICENSE-DATA").read_bytes()
    assert (folder / "DATA_CHANGES.md").stat().st_size > 0
