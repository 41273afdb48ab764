"""Extractions on a Dask cluster: documents go out by content, results come back whole.

A document travels through a store that every worker reaches (a shared folder, or any fsspec address such as `s3://…`)
under the SHA-256 of its content, once however many jobs need it. The catalogue's few files travel with the job. On the
worker the job runs in a guarded child, as it does here: a page that crashes is left out there. A job whose worker dies
is given to another one. After some deaths (`distributed.scheduler.allowed-failures`, 3) the scheduler gives it up; it
is then tried once more with no other job about, as it may have stood beside the one that kills, and then has failed.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.errors import DataError, UsageError
from pipeline.core.files import sha256
from pipeline.core.processes import JobFailed, Limits, no_progress
from pipeline.intake.preflight import check_file
from pipeline.run.extraction import Request, Summary
from pipeline.run.provenance import code_fingerprint, library_versions
from pipeline.run.settings import SETTINGS

if TYPE_CHECKING:
    from distributed import Client

GUIDE = "docs/run-on-a-cluster.md"

Files = dict[str, bytes]
Extract = Callable[[Request, Path, Limits, Any], Summary]


@dataclass(frozen=True, slots=True)
class Store:
    """Documents by the SHA-256 of their content, at an fsspec address (a folder is one)."""

    address: str

    def put(self, path: Path, digest: str) -> None:
        """Copy the document there, unless it is there. Raises UsageError where the store cannot be written."""
        system, place = self._place(digest)
        try:
            if system.exists(place) and system.size(place) == path.stat().st_size:
                return
            system.makedirs(place.rsplit("/", 1)[0], exist_ok=True)
            system.put_file(str(path), f"{place}.part")
            system.mv(f"{place}.part", place)
        except OSError as error:
            raise UsageError(f"cannot write to {self.address} ({error})", "name a store with --store") from error

    def get(self, digest: str, path: Path) -> None:
        """Fetch the document into `path`. Raises DataError where it is not there, or another one is."""
        system, place = self._place(digest)
        try:
            system.get_file(place, str(path))
        except OSError as error:
            raise DataError(f"a worker does not find the document in {self.address} ({error})") from error
        if sha256(path) != digest:
            raise DataError(f"the document {digest[:12]}… in {self.address} is damaged; remove it there")

    def _place(self, digest: str) -> tuple[Any, str]:
        from fsspec.core import url_to_fs

        system, root = url_to_fs(self.address)
        return system, f"{root.rstrip('/')}/{digest[:2]}/{digest}.pdf"


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker needs: the request without paths of this machine, and the files it had there."""

    request: Request
    name: str
    catalogue: Files
    store: Store
    sha256: str
    code: str
    libraries: dict[str, str]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Runs jobs on the scheduler at `address`; takes the place of `jobs.run_all` with any number of workers."""

    address: str
    store: Store

    def __call__(
        self,
        function: Extract,
        calls: Sequence[tuple[Request, Path]],
        workers: int,
        limits: Limits,
        progress: Callable[[int, str, int, int], None],
    ) -> Iterator[tuple[int, Any]]:
        """`function(request, folder, limits, progress)` of each call on a worker; the files it wrote are then in the
        call's folder. Yields (index, Summary or exception) as they end."""
        with _connected(self.address) as client, client.as_current():
            yield from self._run(client, function, calls, limits, progress)

    def _run(
        self,
        client: Client,
        function: Extract,
        calls: Sequence[tuple[Request, Path]],
        limits: Limits,
        progress: Callable[[int, str, int, int], None],
    ) -> Iterator[tuple[int, Any]]:
        from distributed import KilledWorker, as_completed

        def submitted(index: int) -> Any:
            return client.submit(_on_worker, function, _packed(calls[index][0], self.store), limits, pure=False)

        places = {}
        for index in range(len(calls)):
            progress(index, "on the cluster", 0, 1)
            places[submitted(index)] = index
        suspects = []
        for future in as_completed(list(places)):
            index = places.pop(future)
            if isinstance(future.exception(), KilledWorker):
                suspects.append(index)
            else:
                yield index, _received(future, *calls[index])
        for index in sorted(suspects):
            yield index, _received(submitted(index), *calls[index])


def _connected(address: str) -> Client:
    """Raises UsageError where no scheduler answers, or the library is not installed."""
    try:
        import distributed
        import fsspec  # noqa: F401
    except ImportError as error:
        raise UsageError("--cluster needs Dask", "pip install 'editions[cluster]'") from error
    try:
        return distributed.Client(address, timeout=SETTINGS.scheduler_patience, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}", f"start one as {GUIDE} says") from error


def _packed(request: Request, store: Store) -> Job:
    digest = check_file(request.pdf)
    store.put(request.pdf, digest)
    folder = request.catalogue.folder
    files = {}
    if folder is not None:
        files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.yml"))}
    bare = replace(request, pdf=Path(request.pdf.name), documents=None, processes=1)
    code = code_fingerprint()
    return Job(bare, folder.name if folder else "", files, store, digest, code, library_versions())


Answer = tuple[str, Any]
"""`done` with (summary, files, the document as read), or `unusable`, `person`, `failed` with the message."""


def _on_worker(function: Extract, job: Job, limits: Limits) -> Answer:
    """Runs on a worker. Everything that it says goes back as plain data."""
    if multiprocessing.current_process().daemon:
        remedy = f"start workers with DASK_DISTRIBUTED__WORKER__DAEMON=False in their environment: {GUIDE}"
        return "unusable", ("a worker may not start the processes in which documents are read", remedy)
    if job.code != code_fingerprint():
        return "unusable", ("a worker runs another version of the program", f"install the same there: {GUIDE}")
    differing = [name for name, one in library_versions().items() if job.libraries.get(name) != one]
    if differing:
        return "unusable", (f"a worker has other versions of {', '.join(differing)}", f"install the same: {GUIDE}")
    with tempfile.TemporaryDirectory(prefix="editions-") as name:
        home = Path(name).resolve()
        try:
            return "done", _extract(function, job, limits, home)
        except UsageError as error:
            return "unusable", (error.what.replace(f"{home}/", ""), error.remedy)
        except DataError as error:
            return "person", str(error)
        except JobFailed as error:
            return "failed", str(error)


def _extract(function: Extract, job: Job, limits: Limits, home: Path) -> tuple[Summary, Files, Files]:
    pdf, out, documents = home / job.request.pdf.name, home / "out", home / "documents"
    out.mkdir()
    documents.mkdir()
    job.store.get(job.sha256, pdf)
    catalogue = job.request.catalogue
    if catalogue.folder is not None:
        study = home / job.name
        for name, content in job.catalogue.items():
            path = study / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        catalogue = catalogue.model_copy(update={"folder": study})
    request = replace(job.request, pdf=pdf, catalogue=catalogue, documents=documents)
    summary = function(request, out, limits, no_progress)
    return summary, _files(out), _files(documents)


def _files(folder: Path) -> Files:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}


def _received(future: Any, request: Request, folder: Path) -> Any:
    """The result, its files written; or the exception that a local run would have given."""
    from distributed import KilledWorker

    try:
        kind, content = future.result()
    except KilledWorker:
        return JobFailed("ended every worker that it was given to")
    except Exception as error:  # what the cluster itself raises (a worker without the program, a lost connection)
        return JobFailed(f"could not be run on the cluster ({' '.join(str(error).split())[:200]})")
    if kind == "unusable":
        return UsageError(*content)
    if kind == "person":
        return DataError(content)
    if kind == "failed":
        return JobFailed(content)
    summary, files, documents = content
    for name, data in files.items():
        (folder / name).write_bytes(data)
    if request.documents is not None:
        request.documents.mkdir(parents=True, exist_ok=True)
        for name, data in documents.items():
            (request.documents / name).write_bytes(data)
    return summary
