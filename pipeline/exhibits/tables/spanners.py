"""Over which columns each heading of a row stands: one decision for the whole row, by a score.

Every heading may take any run of those below. For a run tell its place (over the middle, or all at one edge), a rule
beneath just these columns, headings that repeat from run to run, and that no heading below is left without one above.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from pipeline.core.geometry import Box
from pipeline.core.numbers import year_of

OFF_PLACE = 0.4
"""Em by which a heading may stand off its place above the columns until that tells as much against them as for them."""
FARTHEST = 0.8
"""Em off the middle of several columns from which a heading does not stand over them."""
FAR = 2.0
"""What it tells against a run, at most, that its heading stands off its place."""
PADDING = 0.3
"""Em between the texts of a column that are flush and the edge of its cells."""
RULED, REPEATED, OUTSIDE = 3.0, 1.5, 0.7
"""For a run: a rule beneath just its columns, the same headings below another; against: each column touched beside."""
BARE, BARE_UNTOLD = 0.4, 0.1
"""What each column without a heading above tells, where something sets the row off the next and where nothing does."""
UNTOLD, FLUSH, LEVEL = 1.5, 0.3, 0.5
"""Against a run where nothing sets the row off the next, against one whose end nothing but its neighbours tells, and
against a heading that stands over one heading as a level of its own."""
SIDES = ("text", "right", "flush left", "flush right")
_Run = tuple[float, int, int]
"""What tells for a run, and its first and last unit."""
_Found = tuple[float, tuple[_Run, ...]]


@dataclass(frozen=True, slots=True)
class Heading:
    """A text over columns `first` to `last`; `size` is that of its type."""

    first: int
    last: int
    box: Box
    size: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """A row of headings, the headings below it (by column, left to right) and the edges of the text in each column.

    `rules` are the columns of each rule beneath the row; `told` says that something sets the row off the next."""

    heads: tuple[Heading, ...]
    below: tuple[Heading, ...]
    columns: Sequence[tuple[float, float]]
    rules: Sequence[frozenset[int]] = ()
    told: bool = False
    labels: int = 0
    """The column of the labels."""

    def spans(self) -> list[tuple[int, int]]:
        """First and last column of each heading."""
        return max((_Contest(self, side).best() for side in SIDES), key=lambda found: found[0])[1]


class _Contest:
    """The best runs for all headings of a row whose texts keep to one `side` of their cells."""

    def __init__(self, row: HeadingRow, side: str) -> None:
        self.row = row
        self.side = side
        held = {col for unit in row.below for col in range(unit.first, unit.last + 1)}
        bare = [Heading(c, c, Box(x0, 0, x1, 0), 0.0) for c, (x0, x1) in enumerate(row.columns) if c not in held]
        self.units = sorted([*row.below, *bare], key=lambda unit: unit.first)
        texts, pairs = [unit.text for unit in self.units], itertools.combinations(range(len(self.units)), 2)
        self.texts = {(start, end): part for start, end in pairs if all(part := texts[start : end + 1])}
        self.told = row.told or (len(row.below) > 1 and all(year_of(unit.text) for unit in row.below))
        self.runs = [list(self._runs(head)) for head in row.heads]

    def best(self) -> tuple[float, list[tuple[int, int]]]:
        """The best score, and the columns of each heading: its own where no runs go together."""
        score, chosen = self._rest(0, 0, {})
        found = [(self.units[start].first, self.units[end].last) for _, start, end in chosen]
        return score, found or [(head.first, head.last) for head in self.row.heads]

    def _rest(self, head: int, at: int, known: dict[tuple[int, int], _Found]) -> _Found:
        """The best runs for the headings from `head` on, in the units from `at` on."""
        if head == len(self.runs):
            return -self._bare(at, len(self.units)), ()
        if (head, at) not in known:
            found: _Found = (-inf, ())
            for run in (run for run in self.runs[head] if run[1] >= at):
                rest = self._rest(head + 1, run[2] + 1, known)
                score = run[0] - self._bare(at, run[1]) + rest[0]
                found = max(found, (score, (run, *rest[1])), key=lambda one: one[0])
            known[head, at] = found
        return known[head, at]

    def _bare(self, start: int, end: int) -> float:
        """What tells against leaving these headings without one above; the labels need none."""
        bare = sum(unit.first != self.row.labels for unit in self.units[start:end])
        return bare * (BARE if self.told else BARE_UNTOLD)

    def _runs(self, head: Heading) -> Iterator[_Run]:
        """The runs that the heading may take."""
        for start, end in itertools.combinations_with_replacement(range(len(self.units)), 2):
            first, last = self.units[start], self.units[end]
            if first.first > head.last or last.last < head.first:
                continue
            off = self._off(head, first, last) / head.size
            outside = OUTSIDE * sum(not first.first <= col <= last.last for col in range(head.first, head.last + 1))
            place = min((off / OFF_PLACE) ** 2, FAR)
            if start == end or (first.first, last.last) == (head.first, head.last):
                level = LEVEL * (first.size > 0 and self.row.told)
                yield -outside - level - (place if start == end else 0.0), start, end
            labels = first.first <= self.row.labels <= last.last
            titles = labels and (self.side != "text" or head.first == head.last == self.row.labels)
            shown = self._shown(start, end)
            headed = not self.row.below or (first.size and last.size)
            if start < end and headed and not titles and (shown > 0 or off < FARTHEST):
                against = UNTOLD * ((labels and len(self.row.heads) > 1) + (not self.told))
                yield 1.0 - place + shown - outside - against - FLUSH * self.side.startswith("flush"), start, end

    def _shown(self, start: int, end: int) -> float:
        """What rules and the headings below tell for a run of several, wherever its heading stands."""
        columns = frozenset(range(self.units[start].first, self.units[end].last + 1))
        rules = [rule for rule in self.row.rules if rule & columns and len(rule) < len(self.row.columns)]
        crossed = sum(rule != columns and not rule > columns for rule in rules)
        again = list(self.texts.values()).count(self.texts.get((start, end), [])) > 1
        return RULED * (columns in rules) - RULED * crossed + REPEATED * again

    def _off(self, head: Heading, first: Heading, last: Heading) -> float:
        """Points by which the heading stands off its place above the columns."""
        box, pad = head.box, PADDING * head.size
        left, right = self.row.columns[first.first][0], self.row.columns[last.last][1]
        middles = [(left + right) / 2, (first.box.x_mid + last.box.x_mid) / 2, (first.box.x0 + last.box.x1) / 2]
        told = {
            "text": min(abs(middle - box.x_mid) for middle in middles),
            "flush left": min(abs(box.x0 - left), abs(box.x0 - first.box.x0)),
            "flush right": min(abs(box.x1 - right), abs(box.x1 - last.box.x1)),
        }
        if first is last or self.side in told:
            return told[self.side] if first is not last else min(told.values())
        least, most = self._middles_of_cells(first.first, last.last, pad)
        return max(least - box.x_mid, box.x_mid - most, 0.0)

    def _middles_of_cells(self, first: int, last: int, pad: float) -> tuple[float, float]:
        """Where the middle of the cells of columns of flush texts may be. The edges of the cells stand close to the
        edge of the text; the outer ones, beside labels or the end of the table, anywhere in the blank."""
        columns = self.row.columns
        before = columns[first - 1][1] if first else columns[0][0] - 2 * pad
        after = columns[first][0] if first == self.row.labels + 1 else before + 2 * pad
        return (before + columns[last][1]) / 2, (after + columns[last][1]) / 2 + pad
