"""What a question that the catalogue does not know may be: by its text, options, kind, group and shared waves' values.

A suggestion maps nothing. A steward confirms it by adding the wording to the catalogue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.catalogue.matching import match_option, match_question, option_support
from pipeline.catalogue.model import Catalogue, Question
from pipeline.catalogue.settings import SETTINGS as MATCHING
from pipeline.core.findings import Finding
from pipeline.release.merge.cells import NONE, Cells, Load, finding_at
from pipeline.release.settings import SETTINGS

if TYPE_CHECKING:
    import pyarrow


LABELS = ("category", "item")


@dataclass(frozen=True)
class _Evidence:
    question: str
    text: float
    options: float
    agreeing: int
    shared: int

    @property
    def score(self) -> float:
        """0..1. Agreement of several values is near proof, options less, text alone least."""
        values = self.agreeing / self.shared if self.shared >= SETTINGS.enough_shared else 0.0
        return max(0.6 * self.text + 0.35 * self.options, 0.97 * values, self.text)


def suggest(cells: Cells, catalogue: Catalogue, load: Load) -> Iterator[tuple[int, Finding]]:
    """(edition, finding) for every printed question without id that looks like one of the catalogue."""
    unmapped = np.flatnonzero((cells.codes["question_id"] == NONE) & (cells.codes["question"] != NONE))
    if not unmapped.size or not catalogue.questions:
        return
    by_print: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in unmapped.tolist():
        by_print[int(cells.edition[row]), int(cells.codes["question"][row])].append(row)
    known = _known_values(cells)
    for (edition, _), rows in by_print.items():
        best = max(_evidence(cells, catalogue, load(edition, LABELS), rows, known), key=lambda e: e.score, default=None)
        if best is None or best.score < MATCHING.worth_suggesting:
            continue
        said = [f"text {best.text:.2f}", f"options {best.options:.2f}"]
        if best.shared:
            said.append(f"{best.agreeing} of {best.shared} values of shared waves agree")
        text = cells.text("question", rows[0])
        message = f"“{text}” may be question {best.question} ({', '.join(said)}; score {best.score:.2f})"
        yield edition, finding_at(cells, rows[0], "catalogue-suggestion", message, expected=best.question, found=text)


Values = dict[tuple[str, str | None, str | None], dict[str, set[float]]]
"""(question, group, wave) → category id → values printed by any edition."""


def _known_values(cells: Cells) -> Values:
    known: Values = defaultdict(lambda: defaultdict(set))
    rows = np.flatnonzero(cells.mapped & (cells.codes["category_id"] != NONE))
    for row in rows.tolist():
        question, category = cells.text("question_id", row), cells.text("category_id", row)
        assert question is not None and category is not None
        known[question, cells.text("group", row), cells.text("wave", row)][category].add(float(cells.value[row]))
    return known


def _evidence(
    cells: Cells, catalogue: Catalogue, table: pyarrow.Table, rows: list[int], known: Values
) -> Iterator[_Evidence]:
    start = int(cells.start[int(cells.edition[rows[0]])])
    here = table.take([row - start for row in rows]).to_pylist()
    labels = [str(r["category"] or "") for r in here]
    text = cells.text("question", rows[0]) or ""
    likeness = {c.id: c.score for c in match_question(text, catalogue, options=labels).candidates}
    for question in catalogue.questions:
        options = option_support([label for label in labels if label], question)
        if question.id not in likeness and options < SETTINGS.enough_options:
            continue
        agreeing, shared = _agreement(cells, question, rows, labels, known)
        if likeness.get(question.id, 0.0) or (
            shared >= SETTINGS.enough_shared and agreeing >= SETTINGS.agreement * shared
        ):
            yield _Evidence(question.id, likeness.get(question.id, 0.0), options, agreeing, shared)


def _agreement(cells: Cells, question: Question, rows: list[int], labels: list[str], known: Values) -> tuple[int, int]:
    """(values that agree, values that could) over the waves that both print."""
    ids = {label: match_option(label, question.categories).id for label in set(labels)}
    agreeing = shared = 0
    for row, label in zip(rows, labels, strict=True):
        printed = known.get((question.id, cells.text("group", row), cells.text("wave", row)), {})
        values = printed.get(ids[label] or "")
        if values:
            shared += 1
            agreeing += float(cells.value[row]) in values
    return agreeing, shared
