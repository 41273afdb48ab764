"""All editions of a study merged into one table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from pipeline.catalogue.model import Catalogue
from pipeline.core.findings import Finding, finding
from pipeline.release.merge.breaks import Breaks, find_breaks
from pipeline.release.merge.cells import COLUMNS, NONE, Bools, Cells, Load, combine, encode, finding_at
from pipeline.release.merge.coverage import find_changes
from pipeline.release.merge.longitudinal import Merged, Vintages, beyond_rounding, find_vintages
from pipeline.release.merge.question_matches import suggest
from pipeline.release.merge.series import harmonise, parts_of_nets

if TYPE_CHECKING:
    pass

MERGE_CODES = (
    *(
        "source-revision",
        "source-revision-rounding",
        "extraction-revision",
        "source-break",
        "source-wave-dropped",
        "source-options-changed",
    ),
    *("source-question-new", "source-question-dropped", "catalogue-suggestion"),
)
"""Codes of the findings that only a comparison of editions can make."""


def merge_editions(catalogue: Catalogue, editions: Sequence[str], load: Load) -> Merged:
    """Merge the observations of `editions`, oldest first."""
    cells = encode(editions, (load(number, COLUMNS) for number in range(len(editions))))
    vintages = find_vintages(cells)
    harmonised, ids = harmonise(cells, catalogue)
    breaks = find_breaks(cells, vintages.first, harmonised, catalogue)
    found = _findings(catalogue, cells, vintages, breaks, load)
    parts = {(q.id, net): of for q in catalogue.questions for net, of, _ in parts_of_nets(q, catalogue)}
    return Merged(cells, vintages, harmonised, ids, breaks, parts, found)


def _findings(
    catalogue: Catalogue, cells: Cells, vintages: Vintages, breaks: Breaks, load: Load
) -> dict[str, list[Finding]]:
    found: dict[int, list[Finding]] = defaultdict(list)
    names = _ObservationIds(cells, load)
    for edition, revision in _revisions(cells, vintages, names):
        found[edition].append(revision)
    for edition, broken in _breaks(cells, breaks):
        found[edition].append(broken)
    suggested = list(suggest(cells, catalogue, load))
    reworded = {(edition, suggestion.expected) for edition, suggestion in suggested}
    for change in find_changes(cells, catalogue):
        if (change.edition, change.gone) in reworded:
            continue
        place = finding if change.row is None else partial(finding_at, cells, change.row)
        found[change.edition].append(place(change.code, change.message, severity=change.severity))
    for edition, suggestion in suggested:
        found[edition].append(suggestion)
    return {cells.editions[number]: found[number] for number in sorted(found)}


class _ObservationIds:
    """Observation ids by row, an edition's column loaded when first asked for (ascending rows load each once)."""

    def __init__(self, cells: Cells, load: Load) -> None:
        self.cells, self.load = cells, load
        self.edition, self.ids = NONE, None

    def __getitem__(self, row: int) -> str:
        edition = int(self.cells.edition[row])
        if edition != self.edition:
            self.edition, self.ids = edition, self.load(edition, ["observation_id"])["observation_id"]
        assert self.ids is not None
        return str(self.ids[row - int(self.cells.start[edition])])


def _revisions(cells: Cells, vintages: Vintages, names: _ObservationIds) -> Iterator[tuple[int, Finding]]:
    beyond = beyond_rounding(cells, vintages)
    differs = vintages.first & (vintages.before != NONE) & (vintages.revision != 0)
    proven = _proven(cells, vintages)
    for row in np.flatnonzero(differs).tolist():
        before = int(vintages.before[row])
        label = _label(cells, row)
        then, now = cells.value[before], cells.value[row]
        earlier = cells.editions[int(cells.edition[before])]
        code = "source-revision" if proven[row] else "extraction-revision"
        code = code if beyond[row] else "source-revision-rounding"
        message = f"{label}: edition {earlier} printed {then:g} for wave {cells.text('wave', row)}, this one {now:g}"
        revised = finding_at(
            cells, row, code, message, observation_id=names[row], expected=f"{then:g}", found=f"{now:g}"
        )
        yield int(cells.edition[row]), revised


def _proven(cells: Cells, vintages: Vintages) -> Bools:
    """Rows that differ from the earlier vintage by the publisher's doing, as far as can be told: both were read from
    the print without doubt, and of what both editions print for that question most agrees, so that neither's labels
    are out of step. The rest may be misread."""
    has = vintages.first & (vintages.before != NONE)
    exhibit = combine(cells.edition, cells.edition[vintages.before], cells.codes["question_id"])
    same = has & (vintages.revision == 0)
    agree = np.bincount(exhibit[same], minlength=exhibit.max(initial=0) + 1)
    differ = np.bincount(exhibit[has & ~same], minlength=len(agree))
    doubt = cells.doubted | cells.measured
    proven: Bools = has & ~doubt & ~doubt[vintages.before] & (agree >= differ)[exhibit]
    return proven


def _breaks(cells: Cells, breaks: Breaks) -> Iterator[tuple[int, Finding]]:
    """One finding per question, group, wave and reason, whatever the number of items."""
    seen = set()
    for point in breaks.points:
        row = point.row
        wave, group = cells.text("wave", row), cells.text("group", row)
        key = (cells.text("question_id", row), group, wave, point.reason, point.before, point.after)
        if key in seen:
            continue
        seen.add(key)
        of = f" ({group})" if group else ""
        what = f"{point.reason}: {f'“{point.before}” → ' if point.before else ''}“{point.after}”"
        message = f"question {key[0]}{of}: not comparable from wave {wave} on ({what})"
        broken = finding_at(cells, row, "source-break", message, expected=point.before, found=point.after)
        yield int(cells.edition[row]), broken


def _label(cells: Cells, row: int) -> str:
    parts = (cells.text(name, row) for name in ("question_id", "item_id", "category_id", "group"))
    return " / ".join(part for part in parts if part)
