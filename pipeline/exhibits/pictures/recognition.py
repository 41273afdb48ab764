"""Recognition in processes of its own, several at a time: the networks' memory stays out of the reader's, and a bitmap
on which they fail costs no more than that bitmap.

What is found does not depend on the number of processes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.core.errors import describe
from pipeline.core.geometry import Box
from pipeline.core.processes import USUAL, JobFailed, Limits, Progress, run_all, run_guarded, without_bad_pages
from pipeline.exhibits.pictures.bitmap_reader import PicturePage, read_picture, read_scan
from pipeline.pages.page import Page, Picture

STAGE = "pictures"
FEWEST = 2
"""Bitmaps for which another process pays: one needs a second or two to load the networks."""

MOST = 40
"""Bitmaps that one process reads before another takes its place: what it found stays in its memory until it ends."""

Task = tuple[Page, Picture | Box | None]
"""A page, and the bitmap or the place on it that is to be read; None where the page as a whole is a scan."""
Seen = PicturePage | str
"""What a bitmap shows, or why that could not be told."""


def recognised(
    path: Path, tasks: Sequence[Task], password: str, processes: int, progress: Progress, limits: Limits = USUAL
) -> list[Seen]:
    """What each of the bitmaps shows, read by so many processes; in this one, without limits, where there are none."""
    if not tasks:
        return []
    if not processes:
        return _read(path, tasks, password, {}, progress)
    workers = max(min(processes, len(tasks) // FEWEST), 1)
    bare = [(Page(p.number, p.width, p.height, p.rotation, p.words, (), p.pictures), picture) for p, picture in tasks]
    found: list[Seen] = [""] * len(tasks)
    shares = max(workers, math.ceil(len(tasks) / MOST))
    done = [0] * shares

    def tell(share: int, stage: str, read: int, _: int) -> None:
        done[share] = read
        progress(stage, sum(done), len(tasks))

    calls = [(path, bare[share::shares], password) for share in range(shares)]
    for share, result in run_all(_guarded, calls, workers, limits, tell):
        if isinstance(result, Exception):
            raise result
        found[share::shares] = result
    return found


def _guarded(path: Path, tasks: Sequence[Task], password: str, limits: Limits, progress: Progress) -> list[Seen]:
    """Those of one process; one that stops it is left out in another attempt."""

    def attempt(skipped: Mapping[int, str]) -> list[Seen]:
        seen: list[Seen] = run_guarded(_read, (path, tasks, password, skipped), limits, progress)
        return seen

    try:
        seen: list[Seen] = without_bad_pages(attempt, (STAGE,))
    except JobFailed as error:
        return [f"its reader {error}"] * len(tasks)
    return seen


def _read(
    path: Path, tasks: Sequence[Task], password: str, skipped: Mapping[int, str], progress: Progress
) -> list[Seen]:
    seen: list[Seen] = []
    for number, (page, picture) in enumerate(tasks, 1):
        progress(STAGE, number - 1, len(tasks))
        if number in skipped:
            seen.append(skipped[number])
            continue
        try:
            seen.append(
                read_scan(path, page, password) if picture is None else read_picture(path, page, picture, password)
            )
        except Exception as error:  # whatever a library raises on one bitmap, the others are still wanted
            seen.append(describe(error))
    progress(STAGE, len(tasks), len(tasks))
    return seen
