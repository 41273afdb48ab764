"""Jobs on a Dask cluster: the same results as here, whatever becomes of the workers."""

from __future__ import annotations

import pickle
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.catalogue.project import Project
from pipeline.core.errors import DataError, UsageError
from pipeline.core.files import folder_digest
from pipeline.core.processes import JobFailed
from pipeline.core.table_files import read_parquet
from pipeline.intake.preflight import check_file
from pipeline.run.build import extract_editions
from pipeline.run.cluster import Cluster, Store
from tests import paper
from tests.cluster import DEADLY, deadly, running
from tests.conftest import Editions, register

pytest.importorskip("distributed", reason="Dask is not installed (pip install 'editions[cluster]')")


# --- the store --------------------


@pytest.mark.parametrize("address", ["{folder}", "file://{folder}", "memory://store"])
def test_a_document_goes_into_the_store_once_and_comes_out_whole(address: str, tmp_path: Path) -> None:
    pdf = paper.save(paper.survey(), tmp_path / "2024.pdf")
    store = Store(address.format(folder=tmp_path / "store"))
    digest = check_file(pdf)
    store.put(pdf, digest)
    store.put(pdf, digest)
    store.get(digest, tmp_path / "copy.pdf")
    assert (tmp_path / "copy.pdf").read_bytes() == pdf.read_bytes()


def test_a_document_that_is_damaged_or_missing_in_the_store_is_not_read(tmp_path: Path) -> None:
    pdf = paper.save(paper.survey(), tmp_path / "2024.pdf")
    store, digest = Store(str(tmp_path / "store")), check_file(pdf)
    with pytest.raises(DataError, match="does not find"):
        store.get(digest, tmp_path / "copy.pdf")
    store.put(pdf, digest)
    [kept] = (tmp_path / "store").rglob("*.pdf")
    kept.write_bytes(pdf.read_bytes()[:-1] + b"x")
    with pytest.raises(DataError, match="damaged"):
        store.get(digest, tmp_path / "copy.pdf")


def test_a_store_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    pdf = paper.save(paper.survey(), tmp_path / "2024.pdf")
    (tmp_path / "store").write_text("a file")
    with pytest.raises(UsageError, match=r"cannot write to .*--store"):
        Store(str(tmp_path / "store")).put(pdf, check_file(pdf))


# --- what travels --------------------


@pytest.mark.parametrize(
    "error", [UsageError("it is damaged", "take another"), DataError("look"), JobFailed("crashed")]
)
def test_what_stops_a_job_travels_between_machines(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))


def test_no_scheduler_is_one_line(editions: Editions, project: Path) -> None:
    said = editions("build", "--root", project, "--cluster", "tcp://127.0.0.1:9")
    assert said.code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in said.err
    assert not (project / "extracted").exists()


# --- a real cluster --------------------


def with_editions(root: Path, names: list[str]) -> Project:
    for i, name in enumerate(names):
        values = (f"{50 + i}%", f"{30 - i}%", "20%")
        register(root, name, paper.as_bytes(paper.survey(values, name)))
    return Project.at(root)


@pytest.mark.slow
def test_a_cluster_gives_what_a_local_run_gives_though_workers_die(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers; one is killed in the middle, and one edition ends each worker that it is given to."""
    at = with_editions(project, ["2020", "2021", "2022", "2023", DEADLY])
    editions = at.editions()
    here = {str(b.edition): folder_digest(b.folder) for b in extract_editions(at, editions, 2)}
    with running(tmp_path) as cluster:
        away = Cluster(cluster.address, Store(f"file://{tmp_path}/store"))
        done: list[str] = []

        def deadly_there(_: Any, calls: Any, *rest: Any) -> Any:
            for index, result in away(deadly, calls, *rest):
                done.append(calls[index][0].edition)
                yield index, result

        def kill_after_the_first() -> None:
            while not done:
                time.sleep(0.05)
            cluster.kill_one()

        threading.Thread(target=kill_after_the_first, daemon=True).start()
        built = extract_editions(at, editions, 2, fresh=True, cluster=deadly_there)  # type: ignore[arg-type]
    failed = [b for b in built if b.failure]
    assert [b.edition.name for b in failed] == [DEADLY]
    assert failed[0].failure == "ended every worker that it was given to"
    [found] = read_parquet(failed[0].folder / "findings.parquet")
    assert found["code"] == "extraction-failed"
    others = {str(b.edition): folder_digest(b.folder) for b in built if not b.failure}
    assert others == {name: digest for name, digest in here.items() if not name.endswith(DEADLY)}
