"""What the command line shows: results and findings on standard output, progress and messages on standard error.

On a terminal there are progress bars; elsewhere, one plain line per step that ends.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from textwrap import fill
from typing import TYPE_CHECKING, Any

from pipeline.core.contract import FindingRow, needs_a_person
from pipeline.core.findings import REGISTRY, Code
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


SHOWN = 5
"""Findings of one code that the console lists; the table of findings holds them all."""
WIDTH = 110


def describe(findings: Iterable[FindingRow], shown: int = SHOWN, width: int = WIDTH) -> str:
    """Findings (rows of the contract) for reading, each code with its places and what to do: what a person has to deal
    with, what is worth a look, and what the report itself prints so. `info` is only counted."""
    sorts = _sorts(findings)
    parts = [
        _group(head, REGISTRY[code], rows, shown, width)
        for head in (OPEN, LOOK, PRINTED)
        for code, rows in sorted(sorts[head].items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    return "\n\n".join([*parts, *_counts("info", sorts["info"]), *_counts(SIGNED, sorts[SIGNED])])


def briefly(findings: Iterable[FindingRow], shown: int = SHOWN) -> str:
    """As `describe`, for many editions: in full only what a person has to deal with; a line for all else."""
    sorts = _sorts(findings)
    parts = [_group(OPEN, REGISTRY[code], rows, shown, WIDTH) for code, rows in sorted(sorts[OPEN].items())]
    lines = [
        *_counts("worth a look", sorts[LOOK]),
        *_counts("the report contradicts itself, published as printed", sorts[PRINTED]),
        *_counts(SIGNED, sorts[SIGNED]),
    ]
    return "\n\n".join([*parts, *(["\n".join(lines)] if lines else [])])


OPEN, LOOK, PRINTED, SIGNED = "ERROR", "WARNING", "PRINTED SO", "known, each signed with its reason"
"""Heads of findings: what needs a person, what is worth a look, what is no fault of the data, what a person signed."""


def _sorts(findings: Iterable[FindingRow]) -> dict[str, dict[str, list[FindingRow]]]:
    sorts: dict[str, dict[str, list[FindingRow]]] = defaultdict(lambda: defaultdict(list))
    for row in findings:
        if row["severity"] == "info":
            head = SIGNED if " Known: " in str(row["message"]) else "info"
        elif needs_a_person(row["severity"], row["origin"]):
            head = OPEN
        else:
            head = PRINTED if row["origin"] == "source" else LOOK
        sorts[head][row["code"]].append(row)
    return sorts


def _counts(head: str, by_code: Mapping[str, Sequence[FindingRow]]) -> list[str]:
    counted = [f"{len(rows)} {code}" for code, rows in sorted(by_code.items())]
    return [f"{head}: {', '.join(counted)}"] if counted else []


def _group(head: str, code: Code, rows: Sequence[FindingRow], shown: int, width: int) -> str:
    times = f" ({len(rows)})" if len(rows) > 1 else ""
    lines = [f"{head}  {code.title}{times}  [{code.code}]"]
    for row in rows[:shown]:
        lines.append(fill(f"{_place(row)}{row['message']}", width, initial_indent="  • ", subsequent_indent="    "))
    if len(rows) > shown:
        lines.append(f"    … and {len(rows) - shown} more in the findings table")
    lines.append(fill(code.remedy, width, initial_indent="  → ", subsequent_indent="    "))
    return "\n".join(lines)


def _place(row: FindingRow) -> str:
    """Study, edition, page and figure, as far as the message does not say them itself."""
    page, figure = row.get("page"), row.get("figure")
    message = str(row["message"])
    said = [f"{row['study']}/{row['edition']}"]
    said += [f"page {page}"] if page is not None and f"page {page}" not in message.casefold() else []
    said += [f"figure {figure}"] if figure is not None and f"figure {figure}" not in message.casefold() else []
    return f"{', '.join(said)}: "
