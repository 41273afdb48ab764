"""How surely a proposed grid is a table: a logistic regression over its features.

The weights are learned by `training/tables.py` (`make train`) from documents whose tables are known, and lie beside
this module; docs/learning.md says what they are worth on families of documents that took no part.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipeline.exhibits.tables.grid import Grid
from pipeline.exhibits.tables.rulings import Marks
from pipeline.exhibits.tables.table_features import FEATURES


@dataclass(frozen=True, slots=True)
class TableWeights:
    """What each feature adds, in its own units, to the log odds of being a table."""

    intercept: float
    by_feature: dict[str, float]


@cache
def learned() -> TableWeights:
    """The weights that lie beside this module."""
    data = json.loads((files(__package__) / "table_weights.json").read_text(encoding="utf-8"))
    return TableWeights(data["intercept"], data["weights"])


def sureness(grid: Grid, marks: Marks) -> float:
    """Probability, 0..1, that the grid, which its finder has scored, is a table."""
    weights = learned()
    odds = weights.intercept + sum(weight * FEATURES[name](grid, marks) for name, weight in weights.by_feature.items())
    return 1 / (1 + math.exp(-odds))
