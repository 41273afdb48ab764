"""Guarded children: results and progress come back; crashes, hangs and greed are told apart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.errors import UsageError
from pipeline.core.files import process_runs
from pipeline.core.processes import JobFailed, Limits, Progress, run_all, run_guarded
from tests.conftest import CHECKOUT

QUICK = Limits(silence=20, seconds=60)


def double(number: int, progress: Progress) -> int:
    progress("doubling", 1, 1)
    return 2 * number


def refuse(progress: Progress) -> None:
    raise UsageError("the thing is unusable", "take another")


def fail(progress: Progress) -> None:
    raise ValueError("a line\nand another")


def crash(progress: Progress) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hang(progress: Progress) -> None:
    progress("waiting", 0, 1)
    time.sleep(600)


def swell(progress: Progress) -> int:
    return len(bytearray(2 << 30))


def nest(progress: Progress) -> None:
    nest(progress)


def crash_on_odd(number: int, progress: Progress) -> int:
    if number % 2:
        os._exit(3)
    return number


def keep_busy(note: Path, progress: Progress) -> int:
    """One call of a library, during which no other thread of the process can run."""
    note.write_text(str(os.getpid()))
    return sum(range(10**12))


def test_result_and_progress_come_back() -> None:
    steps: list[tuple[str, int, int]] = []
    assert run_guarded(double, (21,), QUICK, lambda *step: steps.append(step)) == 42
    assert steps == [("doubling", 1, 1)]


def test_unusable_input_stays_unusable_input() -> None:
    with pytest.raises(UsageError, match="the thing is unusable: take another"):
        run_guarded(refuse, (), QUICK)


@pytest.mark.parametrize(
    ("job", "limits", "reason"),
    [
        (fail, QUICK, r"ValueError in test_jobs.py:\d+: a line and another"),
        (crash, QUICK, "SIGSEGV"),
        (hang, Limits(silence=4, seconds=60), "no sign of life for 4 s"),
        (hang, Limits(silence=60, seconds=4), "no sign of life"),
        (swell, Limits(silence=20, seconds=60, megabytes=1024), "more than 1024 MB"),
        (nest, QUICK, "nested too deeply"),
    ],
)
def test_what_stops_a_job_is_told(job: object, limits: Limits, reason: str) -> None:
    with pytest.raises(JobFailed, match=reason):
        run_guarded(job, (), limits)  # type: ignore[arg-type]


def guarded_crash_on_odd(number: int, limits: Limits, progress: Progress) -> object:
    return run_guarded(crash_on_odd, (number,), limits, progress)


def test_one_crash_among_several_spares_the_others() -> None:
    results = dict(run_all(guarded_crash_on_odd, [(n,) for n in range(4)], workers=2, limits=QUICK))
    assert (results[0], results[2]) == (0, 2)
    assert all(isinstance(results[n], JobFailed) for n in (1, 3))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child whose threads cannot run")
def test_a_child_that_is_busy_in_a_library_ends_with_its_parent(tmp_path: Path) -> None:
    note = tmp_path / "process"
    program = (
        "from pathlib import Path\n"
        "from pipeline.core.processes import run_guarded\n"
        "from tests.run.test_jobs import keep_busy\n"
        f"if __name__ == '__main__': run_guarded(keep_busy, (Path({str(note)!r}),))"
    )
    script = tmp_path / "parent.py"
    script.write_text(program)
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    parent = subprocess.Popen([sys.executable, str(script)], cwd=CHECKOUT, env=environment)
    assert _within(60, note.is_file)
    time.sleep(0.5)
    child = int(note.read_text())
    parent.kill()
    parent.wait()
    assert _within(5, lambda: not process_runs(child))


def _within(seconds: float, true: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return true()
