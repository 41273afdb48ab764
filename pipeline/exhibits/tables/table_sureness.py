"""How right a proposed grid is likely to be, 0..1: a logistic regression over its features.

The weights are learned by `training/tables.py` (`make train`) from documents whose tables are known, and lie beside
this module; docs/learning.md says what they are worth on families of documents that took no part. There are two sets:
for a grid alone, and for one of several that other finders propose on the page, where agreement counts too.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from pipeline.exhibits.tables.grid import Grid
from pipeline.exhibits.tables.rulings import Marks
from pipeline.exhibits.tables.table_features import FEATURES, RIVAL_FEATURES

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
    """The probability of these log odds."""
    return 1 / (1 + math.exp(-odds))
