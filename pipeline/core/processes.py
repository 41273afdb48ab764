"""The one place where work leaves this process: guarded children, one per job, several at a time.

A job is a function of its arguments and a `progress` callback, importable by name, with a small result: what it makes
goes into files. It runs in a process of its own with limits on memory and time, because PDF libraries crash, hang and
swell on hostile files. A cluster can take the place of `run_all` without its callers noticing.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from pipeline.core.errors import DataError, UsageError, describe
from pipeline.core.logs import PROGRAM, relay, repeat

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, steps done and steps in all."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use.

    A step (a page, for a reader) has `step` seconds of processor time, which do not depend on what else the machine
    does, and `silence` seconds of the clock, for what waits without end. `seconds` bounds the job.
    """

    step: int = 90
    silence: float = 900.0
    seconds: float = 6 * 3600.0
    megabytes: int = 6144
    """Address space, of which libraries reserve much more than they touch (2.5 GB when all readers are loaded)."""
    own_process: bool = True
    """False: in this process, unguarded and without limits, for a debugger or a profiler and files that are trusted."""


USUAL = Limits()
IN_PROCESS = Limits(own_process=False)


class JobFailed(Exception):
    """The job ended without a result: it crashed, hung, or used more than its limits.

    `stage` and `done` are the last progress that it told of.
    """

    stage, done = "", 0

    def __reduce__(self) -> tuple[Any, ...]:
        return _job_failed, (str(self), self.stage, self.done)


def _job_failed(message: str, stage: str, done: int) -> JobFailed:
    error = JobFailed(message)
    error.stage, error.done = stage, done
    return error


def no_progress(stage: str, done: int, total: int) -> None:
    """For callers that show nothing."""


def run_guarded(
    function: Callable[..., Any],
    args: Sequence[object],
    limits: Limits = USUAL,
    progress: Progress = no_progress,
) -> Any:
    """`function(*args, progress)` in a child process. Raises its UsageError or DataError, or JobFailed."""
    if not limits.own_process:
        return function(*args, progress)
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=_child, args=(there, function, tuple(args), limits, PROGRAM.getEffectiveLevel()))
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
    """`function(*call, limits, progress)`, which guards itself, for each call, `workers` at a time.

    Yields (index, result or exception) as they end. `progress` gets the call's index before the three arguments of a
    `Progress`.
    """

    def one(index: int) -> Any:
        tell = no_progress if progress is None else lambda *step: progress(index, *step)
        return function(*calls[index], limits, tell)

    with ThreadPoolExecutor(max_workers=max(workers, 1) if limits.own_process else 1) as pool:
        futures = {pool.submit(one, index): index for index in range(len(calls))}
        for future in as_completed(futures):
            error = future.exception()
            if error is not None and not isinstance(error, (JobFailed, UsageError, DataError)):
                raise error
            yield futures[future], error or future.result()


MOST_BAD_PAGES = 3
"""Pages that may stop a job before it is given up: a file with more of them is hostile or ruined."""


def without_bad_pages(attempt: Callable[[Mapping[int, str]], Any], stages: Collection[str]) -> Any:
    """`attempt({})` and, where a page stops it, again without that page (page number → reason), a few times.

    `stages` go from page to page: the page in work is the one after those done. Raises JobFailed where another stage
    fails, or too many pages do.
    """
    skipped: dict[int, str] = {}
    while True:
        try:
            return attempt(skipped)
        except JobFailed as error:
            page = error.done + 1
            if error.stage not in stages or page in skipped or len(skipped) == MOST_BAD_PAGES:
                raise
            skipped[page] = f"its reader {error}"


TIDYING = 2.0
"""Seconds that a child has to end by itself once it has answered: killed, it leaves semaphores of libraries behind."""


def _await(pipe: Connection, child: Any, limits: Limits, progress: Progress) -> Any:
    end = time.monotonic() + limits.seconds
    stage, done = "", 0
    while True:
        patience = min(limits.silence, max(end - time.monotonic(), 0.0))
        if not pipe.poll(patience):
            raise _job_failed(f"gave no sign of life for {patience:.0f} s and was stopped", stage, done)
        try:
            kind, *content = pipe.recv()
        except EOFError:
            child.join(5)
            raise _job_failed(_death(child.exitcode, limits), stage, done) from None
        if kind == "progress":
            stage, done, _ = content
            progress(*content)
        elif kind == "log":
            repeat(*content)
        elif kind == "done":
            child.join(TIDYING)
            return content[0]
        elif kind == "unusable":
            raise UsageError(*content)
        elif kind == "person":
            raise DataError(*content)
        else:
            raise _job_failed(content[0], stage, done)


def _death(code: int | None, limits: Limits) -> str:
    if code == -signal.SIGXCPU:
        return f"needed more than {limits.step} s of processor time for one step"
    if code is not None and code < 0:
        with suppress(ValueError):
            return f"crashed ({signal.Signals(-code).name})"
    return f"ended without a result (exit code {code})"


def _end(child: Any) -> None:
    """The child, and whatever it started, is gone afterwards.

    It is not closed: the start of another job may be the one that hears of its end, and `close` would not believe it.
    """
    if child.is_alive():
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.kill()
    child.join()


def _child(
    pipe: Connection, function: Callable[..., Any], args: tuple[object, ...], limits: Limits, log_level: int
) -> None:
    with suppress(OSError):
        os.setsid()
    _end_with_parent(pipe)
    _limit_memory(limits.megabytes)
    _limit_time(limits.step)
    _forget_the_time_zone()
    if not os.environ.get("EDITIONS_DEBUG"):
        _silence()
    sending = threading.Lock()

    def send(*message: object) -> None:
        with sending:
            pipe.send(message)

    relay(log_level, lambda *said: send("log", *said))

    def tell(*step: object) -> None:
        _limit_time(limits.step)
        send("progress", *step)

    try:
        answer: tuple[object, ...] = ("done", function(*args, tell))
    except UsageError as error:
        answer = ("unusable", error.what, error.remedy)
    except DataError as error:
        answer = ("person", str(error))
    except MemoryError:
        answer = ("failed", f"needed more than {limits.megabytes} MB of memory")
    except RecursionError:
        answer = ("failed", "is nested too deeply")
    except Exception as error:
        traceback.print_exc()
        answer = ("failed", describe(error))
    with suppress(BrokenPipeError):
        send(*answer)


PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when the thread that started it ends."""


def _end_with_parent(pipe: Connection) -> None:
    """A child does not outlive its parent. Linux sees to that; elsewhere the parent's end of the pipe closes, of which
    a thread hears once no library keeps it from running."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch, args=(pipe,), daemon=True).start()


def _watch(pipe: Connection) -> None:
    with suppress(EOFError, OSError):
        pipe.recv()
    os._exit(1)


def _limit_memory(megabytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _limit_time(seconds: int) -> None:
    """From now on so many seconds of processor time, then the system ends this process."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


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


Announce = Callable[[str, str, int, int], None]
"""Called with what is worked on (`study/edition`, `study`), the stage, steps done and steps in all."""


def silent(what: str, stage: str, done: int, total: int) -> None:
    """For callers that show nothing."""
