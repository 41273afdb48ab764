"""The one place where work leaves this process: guarded children, one per job, several at a time.

A job is a function of its arguments and a `progress` callback, importable by name, with a small result: what it makes
goes into files. It runs in a process of its own with limits on memory and time, because PDF libraries crash, hang and
swell on hostile files. A cluster can take the place of `run_all` without its callers noticing.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pipeline.errors import DataError, UsageError

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, steps done and steps in all."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use. `silence` is the longest time without a sign of progress (a page that hangs)."""

    silence: float = 180.0
    seconds: float = 3600.0
    megabytes: int = 6144
    """Address space, of which libraries reserve much more than they touch (2.5 GB when all readers are loaded)."""


USUAL = Limits()


class JobFailed(Exception):
    """The job ended without a result: it crashed, hung, or used more than its limits."""


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers that show nothing."""


def run_guarded(
    function: Callable[..., Any],
    args: Sequence[object],
    limits: Limits = USUAL,
    progress: Progress = no_progress,
) -> Any:
    """`function(*args, progress)` in a child process. Raises its UsageError or DataError, or JobFailed."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=_child, args=(there, function, tuple(args), limits.megabytes))
    child.start()
    there.close()
    try:
        return _await(here, child, limits, progress)
    finally:
        _end(child)
        here.close()


def run_all(
    function: Callable[..., Any],
    calls: Sequence[Sequence[object]],
    workers: int,
    limits: Limits = USUAL,
    progress: Callable[[int, str, int, int], None] | None = None,
) -> Iterator[tuple[int, Any]]:
    """Each call guarded, `workers` at a time: yields (index, result or exception) as they end.

    `progress` gets the call's index before the three arguments of a `Progress`.
    """

    def one(index: int) -> Any:
        tell = no_progress if progress is None else lambda *step: progress(index, *step)
        return run_guarded(function, calls[index], limits, tell)

    with ThreadPoolExecutor(max_workers=max(workers, 1)) as pool:
        futures = {pool.submit(one, index): index for index in range(len(calls))}
        for future in as_completed(futures):
            error = future.exception()
            if error is not None and not isinstance(error, (JobFailed, UsageError, DataError)):
                raise error
            yield futures[future], error or future.result()


def _await(pipe: Connection, child: Any, limits: Limits, progress: Progress) -> Any:
    end = time.monotonic() + limits.seconds
    while True:
        patience = min(limits.silence, max(end - time.monotonic(), 0.0))
        if not pipe.poll(patience):
            raise JobFailed(f"gave no sign of life for {patience:.0f} s and was stopped")
        try:
            kind, *content = pipe.recv()
        except EOFError:
            child.join(5)
            raise JobFailed(_death(child.exitcode)) from None
        if kind == "progress":
            progress(*content)
        elif kind == "done":
            return content[0]
        elif kind == "unusable":
            raise UsageError(*content)
        elif kind == "person":
            raise DataError(*content)
        else:
            raise JobFailed(content[0])


def _death(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return f"crashed ({signal.Signals(-code).name})"
    return f"ended without a result (exit code {code})"


def _end(child: Any) -> None:
    """The child, and whatever it started, is gone afterwards."""
    if child.is_alive():
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.kill()
    child.join()
    child.close()


def _child(pipe: Connection, function: Callable[..., Any], args: tuple[object, ...], megabytes: int) -> None:
    with suppress(OSError):
        os.setsid()
    _limit_memory(megabytes)
    _forget_the_time_zone()
    if not os.environ.get("EDITIONS_DEBUG"):
        _silence()
    sending = threading.Lock()

    def send(*message: object) -> None:
        with sending:
            pipe.send(message)

    threading.Thread(target=_watch, args=(pipe,), daemon=True).start()
    try:
        answer: tuple[object, ...] = ("done", function(*args, lambda *step: send("progress", *step)))
    except UsageError as error:
        answer = ("unusable", error.what, error.remedy)
    except DataError as error:
        answer = ("person", str(error))
    except MemoryError:
        answer = ("failed", f"needed more than {megabytes} MB of memory")
    except RecursionError:
        answer = ("failed", "is nested too deeply")
    except Exception as error:
        traceback.print_exc()
        answer = ("failed", describe(error))
    with suppress(BrokenPipeError):
        send(*answer)


def describe(error: BaseException) -> str:
    """An unexpected exception in one line: kind, message and the innermost place in this program."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    own = [f for f in frames if f"{os.sep}pipeline{os.sep}" in f.filename] or frames
    place = f" in {Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    return f"{type(error).__name__}{place}: {' '.join(str(error).split())[:200]}"


def _watch(pipe: Connection) -> None:
    """A child does not outlive its parent: the parent's end of the pipe closes with it."""
    with suppress(EOFError, OSError):
        pipe.recv()
    os._exit(1)


def _limit_memory(megabytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _forget_the_time_zone() -> None:
    """Libraries print times; what they print must not depend on where the machine stands."""
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()


def _silence() -> None:
    """Native libraries write warnings to the console; what matters comes back as findings."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
