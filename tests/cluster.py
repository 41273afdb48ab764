"""A scheduler and worker processes on loopback, as the plain commands of docs/run-on-a-cluster.md start them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core.processes import Limits
from pipeline.run.extraction import Request, Summary, extract_guarded

ROOT = Path(__file__).resolve().parent.parent
DEADLY = "1999"
"""An edition of this name ends whatever worker it is given to."""


def deadly(request: Request, folder: Path, limits: Limits, progress: Callable[..., None]) -> Summary:
    """Extracts; an edition named `DEADLY` ends its worker instead."""
    if request.edition == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return extract_guarded(request, folder, limits, progress)


@dataclass
class Running:
    """A cluster of `count` workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]

    def kill_one(self) -> None:
        """The first worker and its nanny, for good."""
        os.killpg(self.workers[0].pid, signal.SIGKILL)
        self.workers[0].wait()


@contextmanager
def running(folder: Path, count: int = 2, wait: float = 300) -> Iterator[Running]:
    """Started in `folder`; all of it is gone afterwards."""
    note = folder / "scheduler.json"
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}

    def start(program: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--scheduler-file", str(note), *arguments]
        log = (folder / f"{program}.log").open("ab")
        return subprocess.Popen(command, cwd=folder, env=surroundings, stdout=log, stderr=log, start_new_session=True)

    scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0")
    arguments = ("--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard", "--local-directory", str(folder))
    workers: list[subprocess.Popen[bytes]] = []
    try:
        address = _address(note, time.monotonic() + wait)
        workers += [start("dask_worker", *arguments) for _ in range(count)]
        _wait_for(address, count, wait)
        yield Running(address, workers)
    finally:
        for process in (*workers, scheduler):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def _address(note: Path, until: float) -> str:
    while time.monotonic() < until:
        try:
            found: dict[str, Any] = json.loads(note.read_text())
            return str(found["address"])
        except (OSError, ValueError, KeyError):
            time.sleep(0.2)
    raise TimeoutError("the scheduler did not start")


def _wait_for(address: str, count: int, wait: float) -> None:
    from distributed import Client

    with Client(address, timeout=wait, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=wait)
