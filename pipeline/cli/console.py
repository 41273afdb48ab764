"""What the command line shows: results on standard output, progress and messages on standard error.

On a terminal there are progress bars; elsewhere, one plain line per step that ends.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.core.table_files import clean_text

if TYPE_CHECKING:
    from pipeline.core.processes import Announce


PLAIN_WIDTH = 200
"""Columns of a table that goes into a file or a log, which nobody's terminal bounds."""


def say(line: str = "") -> None:
    """A result, on standard output. Text of a report is shown without what could steer a terminal."""
    print("\n".join(clean_text(part) for part in line.split("\n")))


def warn(line: str) -> None:
    """A message that is no result, as one line on standard error."""
    print(" ".join(clean_text(line).split()), file=sys.stderr)


def say_json(content: object) -> None:
    """One JSON document on standard output."""
    print(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False))


def say_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table, drawn by rich; numbers to the right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for position, name in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[position], int) for row in rows)
        table.add_column(name, justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(Text(clean_text(str(cell))) for cell in row))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    console.print(table)


@contextmanager
def progress() -> Iterator[Announce]:
    """Shows long work: yields what to call with (what, stage, done, total). May be called from several threads."""
    if sys.stderr.isatty():
        with _bars() as announce:
            yield announce
    else:
        yield _Lines()


class _Lines:
    """One line when a stage begins, and one when it ends after more than one step."""

    def __init__(self) -> None:
        self.begun: set[tuple[str, str]] = set()
        self.lock = threading.Lock()

    def __call__(self, what: str, stage: str, done: int, total: int) -> None:
        with self.lock:
            if (what, stage) not in self.begun:
                self.begun.add((what, stage))
                warn(f"{what}: {stage}")
            elif done == total > 1:
                warn(f"{what}: {stage} done ({total})")


@contextmanager
def _bars() -> Iterator[Announce]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def announce(what: str, stage: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=max(total, 1))
            bars.update(tasks[what], description=f"{what}: {stage}", completed=done, total=max(total, 1))

        yield announce
