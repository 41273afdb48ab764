"""Breaks: at which wave a series stops being comparable with the waves before it, and why.

A wave was asked in the edition whose newest wave it is, so its wording is the one printed there; later editions reprint
old waves under the new wording, which says nothing about how those were asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from pipeline.catalogue.matching import same_text, same_wording, similarity
from pipeline.catalogue.model import Catalogue, Question
from pipeline.release.merge.cells import NONE, Bools, Cells, Ints, combine

ROUNDING = 0.5
"""Half a unit of the last printed digit: by so much can each rounded share miss."""


@dataclass(frozen=True)
class BreakPoint:
    """From `wave` on the question (of `group`, a code; of all groups at that place) is not comparable with before."""

    row: int
    """The first row of the wave, for its place."""
    reason: str
    before: str
    after: str


@dataclass(frozen=True)
class Breaks:
    """`reason` per row, "" where there is no break; `points` for the findings."""

    reason: dict[int, str]
    """Code of (question, item, group, wave) → reasons joined by +."""
    points: tuple[BreakPoint, ...]
    place: Ints
    """That code, per row."""


@dataclass
class _Print:
    """What is known of one wave of one question, item and group: from the oldest edition that prints it."""

    row: int
    wave: int
    own: bool
    """Is it the newest wave of that edition, so that the edition's wording is the one asked?"""
    edition: int
    options: dict[int, float] = field(default_factory=dict)
    """Harmonised option → value."""
    decimals: int = 0


def find_breaks(cells: Cells, first: Bools, harmonised: Ints, catalogue: Catalogue) -> Breaks:
    """Breaks of wording and options as the editions print them, and all that the crosswalk declares.

    `first` marks the one row that stands for its edition where it prints a value several times.
    """
    place = combine(*(cells.codes[name] for name in ("question_id", "item_id", "group", "unit", "wave")))
    reasons: dict[int, list[str]] = defaultdict(list)
    points: list[BreakPoint] = []
    wordings = _Wordings(cells, catalogue)
    for prints in _lines(cells, first, harmonised):
        question = catalogue.by_id.get(cells.text("question_id", prints[0].row) or "")
        if question is None:
            continue
        for point in _points(cells, prints, question, wordings, catalogue):
            reasons[int(place[point.row])].append(point.reason)
            points.append(point)
    return Breaks({code: "+".join(dict.fromkeys(found)) for code, found in reasons.items()}, tuple(points), place)


def _points(
    cells: Cells, prints: list[_Print], question: Question, wordings: _Wordings, catalogue: Catalogue
) -> Iterator[BreakPoint]:
    declared = [
        b
        for b in catalogue.crosswalk.breaks
        if not b.draft and b.question == question.id and b.group in (None, cells.text("group", prints[0].row))
    ]
    last_wording: tuple[int, str] | None = None
    before: _Print | None = None
    for now in prints:
        wave = cells.texts["wave"][now.wave]
        previous = cells.texts["wave"][before.wave] if before else None
        here = [b for b in declared if previous is not None and previous < b.from_wave <= wave]
        excused = {b.reason for b in here if b.comparable}
        if now.own:
            wording = wordings.of(question, now)
            if last_wording and last_wording[0] != wording[0] and "wording" not in excused:
                yield BreakPoint(now.row, "wording", last_wording[1], wording[1])
            last_wording = wording
        if before and "options" not in excused and _options_differ(cells, before, now):
            names = (", ".join(_names(cells, p)) for p in (before, now))
            yield BreakPoint(now.row, "options", next(names), next(names))
        for declaration in here:
            if not declaration.comparable:
                yield BreakPoint(now.row, declaration.reason, "", declaration.note or "declared in the crosswalk")
        before = now


def _options_differ(cells: Cells, before: _Print, now: _Print) -> bool:
    """Do two waves of a single-answer question offer other options? Only where both are printed whole."""
    if not (before.options and now.options) or before.options.keys() == now.options.keys():
        return False
    kinds = {cells.text("kind", p.row) for p in (before, now)}
    return kinds == {"single"} and _is_whole(before) and _is_whole(now)


def _is_whole(print_: _Print) -> bool:
    bound = max(1, len(print_.options) // 2) * 2 * ROUNDING * 10.0**-print_.decimals
    return abs(sum(print_.options.values()) - 100) <= bound


def _names(cells: Cells, print_: _Print) -> list[str]:
    return sorted(cells.texts["category_id"][c] for c in print_.options if c < len(cells.texts["category_id"]))


def _lines(cells: Cells, first: Bools, harmonised: Ints) -> Iterator[list[_Print]]:
    """Per question, item, group and unit: what each wave's oldest edition prints, waves ascending."""
    rows = np.flatnonzero(first)
    line = combine(*(cells.codes[name] for name in ("question_id", "item_id", "group", "unit")))
    newest = _newest_wave(line, cells)
    rows = rows[np.lexsort((rows, cells.edition[rows], cells.codes["wave"][rows], line[rows]))]
    wave = cells.codes["wave"]
    prints: list[_Print] = []
    current = NONE
    for row, in_line, w, edition in zip(
        rows.tolist(), line[rows].tolist(), wave[rows].tolist(), cells.edition[rows].tolist(), strict=True
    ):
        if in_line != current:
            if prints:
                yield prints
            prints, current = [], in_line
        if not prints or prints[-1].wave != w:
            prints.append(_Print(row, w, bool(newest[row] == w), edition))
        latest = prints[-1]
        if latest.edition == edition and harmonised[row] != NONE:
            latest.options.setdefault(int(harmonised[row]), 0.0)
            latest.options[int(harmonised[row])] += float(cells.value[row])
            latest.decimals = max(latest.decimals, int(cells.decimals[row]))
    if prints:
        yield prints


def _newest_wave(line: Ints, cells: Cells) -> Ints:
    """Per row: the newest wave that its edition prints of its line."""
    print_ = combine(line, cells.edition)
    newest = np.full(int(print_.max(initial=NONE)) + 1, NONE, dtype=np.int64)
    np.maximum.at(newest, print_, cells.codes["wave"])
    return newest[print_]


class _Wordings:
    """Which wording of the catalogue an edition prints."""

    def __init__(self, cells: Cells, catalogue: Catalogue) -> None:
        self.cells = cells
        self.known: dict[tuple[str, int | None, str], int] = {}

    def of(self, question: Question, print_: _Print) -> tuple[int, str]:
        """(number of the wording, its text); the same number means the same wording."""
        if len(question.wordings) == 1:
            return 0, question.wordings[0].text
        edition = self.cells.editions[print_.edition]
        text = self.cells.text("question", print_.row) or ""
        listed = [n for n, w in enumerate(question.wordings) if edition in w.editions]
        candidates = listed or list(range(len(question.wordings)))
        key = (question.id, print_.edition if listed else None, text)
        if key not in self.known:
            known = {n: question.wordings[n].text for n in candidates}
            self.known[key] = max(known, key=lambda n: (same_text(text, known[n]), similarity(text, known[n])))
        text = question.wordings[self.known[key]].text
        same = next(n for n, w in enumerate(question.wordings) if same_wording(w.text, text))
        return same, text
