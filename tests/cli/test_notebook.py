"""The worked notebook runs from its first cell to its last, and shows values beside their crops."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CHECKOUT

NOTEBOOK = CHECKOUT / "docs" / "worked-example.ipynb"


@pytest.fixture(scope="module")
def executed() -> Any:
    nbformat = pytest.importorskip("nbformat", reason="notebooks are not installed: make .venv/ready-dev")
    nbclient = pytest.importorskip("nbclient", reason="notebooks are not installed: make .venv/ready-dev")
    pytest.importorskip("ipykernel", reason="notebooks are not installed: make .venv/ready-dev")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(CHECKOUT), before]))
    try:
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        resources = {"metadata": {"path": str(CHECKOUT / "docs")}}
        return nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources).execute()
    finally:
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)


def outputs(notebook: Any, form: str) -> list[str]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return ["".join(o.get("data", {}).get(form, "") for o in cell.outputs) for cell in cells]


def test_it_shows_each_value_beside_its_crop(executed: Any) -> None:
    first = outputs(executed, "text/html")[0]
    assert first.count("data:image/png;base64,") == 4


def test_its_values_are_those_that_it_is_stored_with(executed: Any) -> None:
    import nbformat

    stored = outputs(nbformat.read(NOTEBOOK, as_version=4), "text/plain")
    assert all(stored[:-1])
    for values in (3, 4):
        assert outputs(executed, "text/plain")[values] == stored[values]


def test_the_notebook_is_small() -> None:
    assert Path(NOTEBOOK).stat().st_size < 100_000
