"""What editions print and what they leave out: questions and options that come, go, split or join, waves dropped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.catalogue.model import Catalogue, Question
from pipeline.core.contract import Severity
from pipeline.release.merge.cells import NONE, Cells, Ints, combine


@dataclass(frozen=True)
class CoverageChange:
    """Something that `edition` (a number) prints otherwise than the edition before it that prints the question."""

    code: Literal["source-question-new", "source-question-dropped", "source-options-changed", "source-wave-dropped"]
    edition: int
    message: str
    row: int | None = None
    """A row of the place, where the edition has one."""
    severity: Severity | None = None
    gone: str | None = None
    """The question that the edition no longer prints."""


def find_changes(cells: Cells, catalogue: Catalogue) -> list[CoverageChange]:
    """All changes of coverage between editions, in no particular order."""
    rows = np.flatnonzero(cells.mapped)
    printed = np.flatnonzero(cells.codes["question_id"] != NONE)
    if not rows.size:
        return []
    return [
        *_questions(cells, _distinct(cells, printed, "question_id")),
        *_options(cells, _distinct(cells, _of_newest_wave(cells, rows), "question_id", "category_id"), catalogue),
        *_waves(cells, _distinct(cells, rows, "question_id", "group", "wave")),
    ]


def _distinct(cells: Cells, rows: Ints, *columns: str) -> Ints:
    """The first row of every combination of edition and `columns`."""
    code = combine(cells.edition[rows], *(cells.codes[name][rows] for name in columns))
    return rows[np.unique(code, return_index=True)[1]]


def _questions(cells: Cells, rows: Ints) -> Iterator[CoverageChange]:
    by_question = _grouped(cells.codes["question_id"][rows], rows)
    for question, found in by_question:
        name = cells.texts["question_id"][question]
        editions = sorted((int(cells.edition[row]), int(row)) for row in found)
        if editions[0][0] > 0:
            message = f"question {name} is printed for the first time"
            yield CoverageChange("source-question-new", editions[0][0], message, editions[0][1])
        numbers = [number for number, _ in editions]
        for number, following in zip(numbers, [*numbers[1:], None], strict=True):
            gone = number + 1
            if gone < len(cells.editions) and following != gone:
                back = f"; it is back in {cells.editions[following]}" if following is not None else ""
                message = f"question {name}, last printed in {cells.editions[number]}, is not in this edition{back}"
                yield CoverageChange("source-question-dropped", gone, message, gone=name)


def _options(cells: Cells, rows: Ints, catalogue: Catalogue) -> Iterator[CoverageChange]:
    texts = cells.texts["category_id"]
    for question_code, found in _grouped(cells.codes["question_id"][rows], rows):
        question = catalogue.by_id.get(cells.texts["question_id"][question_code])
        if question is None:
            continue
        before: frozenset[int] | None = None
        for edition, here in _grouped(cells.edition[found], found):
            now = frozenset(cells.codes["category_id"][here].tolist()) - {NONE}
            if before is not None and now != before:
                said = _option_changes(question, {texts[c] for c in before}, {texts[c] for c in now})
                message = f"options of question {question.id} changed: {'; '.join(said)}"
                yield CoverageChange("source-options-changed", edition, message, int(here[0]))
            before = now


def _option_changes(question: Question, before: set[str], now: set[str]) -> Iterator[str]:
    new, gone = now - before, before - now
    for net in (o for o in question.categories if o.of):
        parts = set(net.of)
        if net.id in gone and parts & new:
            yield f"{net.id} was split into {', '.join(sorted(parts & now))}"
        elif net.id in new and parts & gone:
            yield f"{', '.join(sorted(parts & before))} were joined as {net.id}"
        else:
            continue
        new, gone = new - parts - {net.id}, gone - parts - {net.id}
    if new:
        yield f"new: {', '.join(sorted(new))}"
    if gone:
        yield f"no longer printed: {', '.join(sorted(gone))}"


def _waves(cells: Cells, rows: Ints) -> Iterator[CoverageChange]:
    """Waves that the edition before printed. For each new wave the oldest one may slide out of the window."""
    line = combine(cells.codes["question_id"][rows], cells.codes["group"][rows])
    dropped: dict[tuple[int, int, tuple[int, ...], Severity], list[int]] = defaultdict(list)
    for _, found in _grouped(line, rows):
        before: tuple[int, ...] = ()
        for edition, here in _grouped(cells.edition[found], found):
            now = tuple(sorted(cells.codes["wave"][here].tolist()))
            new = sum(w not in before for w in now)
            inside = tuple(w for w in before if w not in now and w > now[0])
            gone = inside or tuple(w for w in before[new:] if w not in now)
            if gone:
                severity: Severity = "warning" if inside else "info"
                question = int(cells.codes["question_id"][here[0]])
                dropped[edition, question, gone, severity].append(int(here[0]))
            before = now
    for (edition, question, waves, severity), places in dropped.items():
        groups = sorted({g for row in places if (g := cells.text("group", row))})
        of = f" ({', '.join(groups)})" if groups else ""
        names = ", ".join(cells.texts["wave"][w] for w in waves)
        name = f"question {cells.texts['question_id'][question]}{of}"
        message = f"{name}: the edition before prints wave {names}, this one does not"
        yield CoverageChange("source-wave-dropped", edition, message, min(places), severity)


def _of_newest_wave(cells: Cells, rows: Ints) -> Ints:
    """Rows of the newest wave that an edition prints of a question: what it asked itself, not what it repeats."""
    asked = combine(cells.edition[rows], cells.codes["question_id"][rows])
    newest = np.full(int(asked.max()) + 1, NONE, dtype=np.int64)
    np.maximum.at(newest, asked, cells.codes["wave"][rows])
    own: Ints = rows[cells.codes["wave"][rows] == newest[asked]]
    return own


def _grouped(keys: Ints, rows: Ints) -> Iterable[tuple[int, Ints]]:
    """(key, its rows), keys ascending."""
    if not len(keys):
        return []
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    cuts = np.flatnonzero(np.diff(sorted_keys)) + 1
    return zip(sorted_keys[np.concatenate([[0], cuts])].tolist(), np.split(rows[order], cuts), strict=True)
