"""Findings as text, for the console."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from textwrap import fill

from pipeline.core.contract import FindingRow, needs_a_person
from pipeline.core.findings import REGISTRY, Code

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
    return "\n\n".join([*parts, *_counts("info", sorts["info"])])


def briefly(findings: Iterable[FindingRow], shown: int = SHOWN) -> str:
    """As `describe`, for many editions: in full only what a person has to deal with; a line for all else."""
    sorts = _sorts(findings)
    parts = [_group(OPEN, REGISTRY[code], rows, shown, WIDTH) for code, rows in sorted(sorts[OPEN].items())]
    lines = [
        *_counts("worth a look", sorts[LOOK]),
        *_counts("the report contradicts itself, published as printed", sorts[PRINTED]),
    ]
    return "\n\n".join([*parts, *(["\n".join(lines)] if lines else [])])


OPEN, LOOK, PRINTED = "ERROR", "WARNING", "PRINTED SO"
"""Heads of findings: what needs a person, what is worth a look, what is no fault of the data."""


def _sorts(findings: Iterable[FindingRow]) -> dict[str, dict[str, list[FindingRow]]]:
    """Head → code → findings."""
    sorts: dict[str, dict[str, list[FindingRow]]] = defaultdict(lambda: defaultdict(list))
    for row in findings:
        if row["severity"] == "info":
            head = "info"
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
