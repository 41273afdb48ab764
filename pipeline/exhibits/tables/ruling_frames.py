"""Frames of rulings: what lines that touch or stand in one grid enclose, parted where two tables meet."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.core.geometry import Box, union
from pipeline.exhibits.tables.chunks import BESIDE, Chunk, ChunkLine, beside_each_other
from pipeline.exhibits.tables.regions import LONE_LINES
from pipeline.exhibits.tables.rulings import Marks, Ruling
from pipeline.exhibits.tables.text_lines import underlines

TOUCH = 2.6
"""Points: rulings that come this near to each other are joined to one frame."""
SAME_EXTENT = 6.0
"""Points by which the ends of rulings of one table may differ."""
SIDE_GAP = 14.0
"""Points: pieces of a rule above single columns stand at most this far apart; neighbouring tables stand further."""
END_GAP = 3.0
"""Em between the last row of a table and the rule below it, at most: the rule above footnotes stands further down."""
BLANK = 2.0
"""Em between two rules from which a blank ends a table that has all its rules; double rules stand closer."""
WIDEST_LABEL = 0.85
"""Share of a table's width that the lines of a label cover, at most."""

_SECTION = re.compile(r"\d+(?:\.\d+)+\.?")


@dataclass(slots=True)
class RulingFrame:
    """Rulings that belong together."""

    box: Box
    horizontal: list[Ruling]
    vertical: list[Ruling]

    @property
    def levels(self) -> int:
        """Number of different heights at which it has a ruling."""
        return _distinct([h.at for h in self.horizontal])

    @property
    def stops(self) -> int:
        return _distinct([v.at for v in self.vertical])


def _distinct(values: Sequence[float]) -> int:
    count, last = 0, float("-inf")
    for value in sorted(values):
        if value - last > 3.5:
            count += 1
            last = value
    return count


def frames(marks: Marks, lines: Sequence[ChunkLine]) -> list[RulingFrame]:
    """Connected rulings, then stacks of them that share their extent, from top to bottom."""
    horizontal = [h for h in marks.horizontal if not underlines(h, lines, 2)]
    parts = connected(horizontal, list(marks.vertical))
    return _stacked(_side_by_side(parts), lines)


def connected(horizontal: Sequence[Ruling], vertical: Sequence[Ruling]) -> list[RulingFrame]:
    """The rulings by the frames that they make, those that touch in one, from top to bottom."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    offset = len(horizontal)
    positions = [v.at for v in vertical]
    for i, h in enumerate(horizontal):
        low = bisect_left(positions, h.start - TOUCH)
        for j in range(low, len(vertical)):
            v = vertical[j]
            if v.at > h.end + TOUCH:
                break
            if v.start - TOUCH <= h.at <= v.end + TOUCH:
                parent[root(i)] = root(offset + j)
    groups: dict[int, RulingFrame] = {}
    for i in range(len(parent)):
        frame = groups.setdefault(root(i), RulingFrame(Box(0, 0, 0, 0), [], []))
        if i < offset:
            frame.horizontal.append(horizontal[i])
        else:
            frame.vertical.append(vertical[i - offset])
    out = [f for f in groups.values() if f.horizontal]
    for frame in out:
        frame.box = _extent(frame)
    return sorted(out, key=lambda f: (f.box.top, f.box.x0))


def _extent(frame: RulingFrame) -> Box:
    boxes = [Box(h.start, h.at, h.end, h.at) for h in frame.horizontal]
    boxes += [Box(v.at, v.start, v.at, v.end) for v in frame.vertical]
    return union(boxes)


def _side_by_side(parts: list[RulingFrame]) -> list[RulingFrame]:
    """Join flat pieces of one broken rule, and frames of one height that stand side by side, to one."""
    out: list[RulingFrame] = []
    for frame in sorted(parts, key=lambda f: (round(f.box.top / 3), f.box.x0)):
        last = out[-1] if out else None
        if (
            last is not None
            and abs(last.box.top - frame.box.top) < 3
            and abs(last.box.bottom - frame.box.bottom) < 3
            and 0 <= frame.box.x0 - last.box.x1 <= (SIDE_GAP if frame.stops < 2 else SIDE_GAP / 2)
        ):
            _absorb(last, frame)
        else:
            out.append(frame)
    return sorted(out, key=lambda f: (f.box.top, f.box.x0))


def _absorb(frame: RulingFrame, other: RulingFrame) -> None:
    frame.horizontal += other.horizontal
    frame.vertical += other.vertical
    frame.box = union((frame.box, other.box))


def _stacked(parts: list[RulingFrame], lines: Sequence[ChunkLine]) -> list[RulingFrame]:
    """Join frames one above the other whose rulings agree and between which rows of the same table stand."""
    out: list[RulingFrame] = []
    for frame in parts:
        last = next((f for f in reversed(out) if f.box.overlap_x(frame.box) > 0), None)
        rows = last is not None and _stacks(last, frame) and _rows_between(last, frame, lines)
        if last is not None and (_nested(last, frame) or (rows and not _is_text_box(last, lines))):
            _absorb(last, frame)
        else:
            out.append(frame)
    return out


def _is_text_box(frame: RulingFrame, lines: Sequence[ChunkLine]) -> bool:
    """Is the frame a box around running text alone, as a quotation has?"""
    if _distinct([v.at for v in frame.vertical if v.length > frame.box.height / 2]) != 2:
        return False
    inside = [c for line in lines for c in line.chunks if frame.box.holds(c.box)]
    return len({c.line for c in inside}) > 1 and all(c.prose for c in inside)


def _nested(outer: RulingFrame, inner: RulingFrame) -> bool:
    """A rule inside a frame, or beside it at its height and within its extent."""
    return (
        inner.box.top < outer.box.bottom - 1
        and inner.box.bottom <= outer.box.bottom + 1
        and _within(inner.box, outer.box)
    )


def _within(inner: Box, outer: Box) -> bool:
    return inner.x0 >= outer.x0 - SAME_EXTENT and inner.x1 <= outer.x1 + SAME_EXTENT


def _stacks(above: RulingFrame, below: RulingFrame) -> bool:
    """Do both draw the same columns, or (rules only) the same extent, or is the upper one a rule under headings over
    some of the columns?"""
    if below.box.top < above.box.bottom - 1:
        return False
    if above.stops >= 3 and below.stops >= 3:
        ours = [v.at for v in above.vertical]
        return _distinct([v.at for v in below.vertical if any(abs(v.at - x) < 1.5 for x in ours)]) >= 3
    left = abs(above.box.x0 - below.box.x0) <= SAME_EXTENT
    right = abs(above.box.x1 - below.box.x1) <= SAME_EXTENT
    near = below.box.top - above.box.bottom < 40
    half_rule = below.levels == 1 and below.stops == above.stops == 0
    under_headings = above.levels == 1 and above.stops == 0 and _within(above.box, below.box)
    within = _within(below.box, above.box) and (left or right or half_rule)
    return (left and right) or (near and (within or under_headings))


def _rows_between(above: RulingFrame, below: RulingFrame, lines: Sequence[ChunkLine]) -> bool:
    """Is what stands between the frames rows of a table: mostly lines of several chunks, none of running text alone
    and no caption?

    Between two rules a single line may be a heading over all columns, if it is no sentence; a frame with columns of its
    own ends where a line stands alone. A blank of more than a line below rules over, under and inside ends them.
    """
    between = _between(above, below, lines)
    size = median([line.size for line in lines] or [0.0])
    apart = not between and above.levels > 2 and below.box.top - above.box.bottom > BLANK * size
    if apart or any(c.words[0].caption for here in between for c in here) or any(map(_is_title, between)):
        return False
    full = lone = wide = 0
    last = above.box.bottom
    for here in between:
        last = max([last, *(c.box.bottom + END_GAP * c.size for c in here)])
        if len(here) > 1 and not all(c.prose for c in here):
            full += 1
        elif any(c.box.width > (0.6 if c.prose else WIDEST_LABEL) * above.box.width for c in here):
            wide += 1
        else:
            lone += 1
    near = below.box.top - above.box.bottom < 40
    if below.box.top > last and not near:
        return False
    if full == 0:
        sentence = bool(between) and all(c.prose for c in between[-1])
        return near and not sentence and lone + wide <= (1 if above.stops < 3 and below.stops < 3 else 0)
    return wide <= 0.2 * full and lone <= LONE_LINES * full


def _is_title(here: Sequence[Chunk]) -> bool:
    """Are these the number of a section or an exhibit ("2.1") and its title, a blank apart?"""
    return len(here) == 2 and _SECTION.fullmatch(here[0].text) is not None and not here[1].numeric


def _between(above: RulingFrame, below: RulingFrame, lines: Sequence[ChunkLine]) -> list[list[Chunk]]:
    """The chunks of each line between two frames that stand over the upper one's width; lines beside each other, as a
    value in the middle of its label, are one."""
    first = bisect_left(lines, above.box.bottom - 2, key=lambda line: line.y)
    rows = itertools.takewhile(lambda line: line.y <= below.box.top + 2, lines[first:])
    over = (line for line in rows if any(c.box.overlap_x(above.box) > 0 for c in line.chunks))
    return [
        [c for line in row for c in line.chunks if c.box.overlap_x(above.box) > 0]
        for row in beside_each_other(over, BESIDE)
    ]
