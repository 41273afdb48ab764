"""How right a proposed grid is likely to be, 0..1: a logistic regression over its features.

The weights are learned by `training/tables.py` (`make train`) from documents whose tables are known, and lie beside
this module; docs/learning.md says what they are worth on families of documents that took no part. There are two sets:
for a grid alone, and for one of several that other finders propose on the page, where agreement counts too.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from pipeline.exhibits.tables.grid import Grid
from pipeline.exhibits.tables.rulings import Marks
from pipeline.exhibits.tables.structure import READER
from pipeline.exhibits.tables.table_features import FEATURES, RIVAL_FEATURES, WordKey, words_of

SURE = 0.8
"""Sureness from which our own grid stands whatever others propose: its fine structure (headings, spans) is better than
their cells tell. F1 on ICDAR EU is .978 without this, .993 at .5, .995 at .8; on office tables .721, .714, .721."""
ENOUGH = 0.5
"""Learned probability from which a grid is more surely a table than not."""
BEFORE = "before anything is seen"
"""The intercept, among the reasons."""


@cache
def learned(question: str) -> tuple[float, dict[str, float]]:
    """Intercept and weights, in the features' own units, for `alone` or `among`: what each adds to the log odds."""
    data = json.loads((files(__package__) / "table_weights.json").read_text(encoding="utf-8"))[question]
    return data["intercept"], data["weights"]


def reasons_alone(grid: Grid, marks: Marks) -> dict[str, float]:
    """What each feature of the grid, which its finder has scored, adds to the log odds of its agreeing with a table."""
    intercept, weights = learned("alone")
    return {BEFORE: intercept} | {name: weight * FEATURES[name](grid, marks) for name, weight in weights.items()}


def reasons_among(grid: Grid, marks: Marks, proposed: Sequence[Grid]) -> dict[str, float]:
    """The same for one of all the grids `proposed` on its page."""
    intercept, weights = learned("among")
    own = {name: weight * FEATURES[name](grid, marks) for name, weight in weights.items() if name in FEATURES}
    rival = {name: weight * RIVAL_FEATURES[name](grid, proposed) for name, weight in weights.items() if name not in own}
    return {BEFORE: intercept} | own | rival


def probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


@dataclass(frozen=True, slots=True)
class JudgedGrid:
    """A proposed grid, its sureness, and what each feature adds to the log odds of that."""

    grid: Grid
    sure: float
    reasons: Mapping[str, float]


def judged_alone(grid: Grid, marks: Marks) -> JudgedGrid:
    return _judged(grid, reasons_alone(grid, marks))


def judged_among(grid: Grid, marks: Marks, proposed: Sequence[Grid]) -> JudgedGrid:
    """A grid of another finder judged by what it shows, and what the others `proposed` at its place."""
    return _judged(grid, reasons_among(grid, marks, proposed))


def _judged(grid: Grid, reasons: Mapping[str, float]) -> JudgedGrid:
    return JudgedGrid(grid, probability(sum(reasons.values())), reasons)


def best_grids(judged: Sequence[JudgedGrid], *, loose: bool) -> list[Grid]:
    """The grids, top to bottom, each with its sureness; no word is in two of them.

    Our own that are `SURE` come first, then what explains most words, each by as much as it is surer than not: a grid
    gives way to several inside it that do so together. When `loose`, at last doubtful ones of our own for words that
    these leave over.
    """
    found: list[Grid] = []
    taken: set[WordKey] = set()
    held = [(one, {word for cell in one.grid.cells for word in words_of(cell)}) for one in judged]
    ordered = sorted(held, key=lambda pair: _turn(*pair))
    for i, (one, words) in enumerate(ordered):
        if (
            taken.isdisjoint(words)
            and (one.sure >= ENOUGH or (loose and one.grid.reader == READER))
            and not _outdone(one, words, ordered[i + 1 :])
        ):
            taken |= words
            found.append(replace(one.grid, confidence=round(one.sure, 3)))
    return sorted(found, key=lambda g: (g.box.top, g.box.x0))


def _turn(one: JudgedGrid, words: Set[WordKey]) -> tuple[int, float]:
    """When the grid is tried: the rank of its kind, and within it from the one that is worth most."""
    if one.sure < ENOUGH:
        return 2, -one.sure
    own = one.grid.reader == READER and one.sure >= SURE
    return (0 if own else 1), (ENOUGH - one.sure) * len(words)


def _outdone(one: JudgedGrid, words: Set[WordKey], others: Iterable[tuple[JudgedGrid, Set[WordKey]]]) -> bool:
    """Are the grids of its rank inside of it, that have no word in common, worth more together?"""
    rank, worth = _turn(one, words)
    seen: set[WordKey] = set()
    for other, held in others:
        own, part = _turn(other, held)
        if own == rank < 2 and held < words and seen.isdisjoint(held):
            seen |= held
            worth -= part
    return worth > 0
