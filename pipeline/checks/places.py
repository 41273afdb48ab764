"""The page as a witness: what is printed where a value says it was read, and which labels stand nearest.

Readers compute labels from positions; this looks up the positions again, independently of any reader. A value or label
that the page does not print there was garbled on the way; a row label or column head that stands farther from the value
than another one of the same exhibit belongs to that other value.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.core.colours import chroma, hue_gap
from pipeline.core.geometry import Box, ByHeight
from pipeline.core.shelf import RECENT, ByNumber
from pipeline.exhibits.reading import Axis, Label, Part, PartValue
from pipeline.observations.dimensions import COLOURFUL, SAME_HUE
from pipeline.observations.observe import Observation
from pipeline.pages.page import Page

SLACK = 0.6
"""Points by which a box drawn around a printed text may be smaller than its words."""
NEARER = 2.0
"""Points by which another label must stand nearer than the value's own: less than any row gap, more than the jitter of
centred labels."""
MOST = 0.8
"""Share of a chart's values whose own labels must be the nearest, along one of the axes, for nearness to tell anything:
legends, and cards whose heads stand above, are placed by other rules."""
WITH_TEXT = ("table", "chart", "tile")
"""Methods whose values stand in the text layer (or in what OCR made of a scanned page)."""
OFF_MARK, USUAL_ERRORS = 0.3, 4.0
"""How far a printed number may lie from what its mark measures beyond its rounding: points, or so many times the usual
distance in its chart. Vector charts and sharp bitmaps stay below 0.1, noisy ones below 0.3."""
GARBLED, ASTRAY, TWICE = "extraction-garbled", "extraction-label-astray", "extraction-read-twice"
OFF, COLOUR = "extraction-label-geometry", "extraction-colour"
BARS = ("bars", "stacked")
"""Forms of charts whose marks follow each other along an axis, as their labels do."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the page says against an observation."""

    observation: Observation
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Witness:
    """What the page says: doubts, and the observations (by serial) that it confirms."""

    doubts: tuple[Doubt, ...]
    confirmed: frozenset[int]


def look_up(observations: Sequence[Observation], pages: Sequence[Page]) -> Witness:
    """Compare every observation with its page. Values in pictures are not confirmed: their words come from one OCR."""
    printed = PrintedPages(pages)
    doubts: list[Doubt] = []
    confirmed: set[int] = set()
    parts: dict[tuple[int, str], list[Observation]] = defaultdict(list)
    for o in observations:
        parts[o.exhibit, o.part.method].append(o)
    for members in parts.values():
        for o in members:
            page = printed.get(o.source.entry.page)
            if page is not None and page.sure and o.part.method in WITH_TEXT and o.source.entry.printed:
                confirmed.add(o.serial)
            doubts += _garbled(o, printed)
        doubts += [*_astray(members), *_off_mark(members), *_miscoloured(members, printed)]
    doubts += _read_twice(observations)
    return Witness(tuple(doubts), frozenset(confirmed - {d.observation.serial for d in doubts}))


class Printed:
    """What a page prints inside boxes, each looked up once: labels stand beside several values."""

    def __init__(self, page: Page) -> None:
        self.words = ByHeight(page.words)
        self.shapes = page.shapes
        self.sure = all(word.confidence == 1 for word in page.words)
        """Does nothing on it come from character recognition?"""
        self.found: dict[Box, str | None] = {}

    def at(self, box: Box) -> str | None:
        """The words inside `box`; None when none are there (a table that goes on from another page)."""
        if box not in self.found:
            inside = self.words.inside(box, SLACK)
            if inside and max(word.box.top for word in inside) < min(word.box.y_mid for word in inside):
                inside.sort(key=lambda word: word.box.x_mid)  # one line, drawn in any order
            self.found[box] = " ".join(word.text for word in inside) or None
        return self.found[box]


class PrintedPages:
    """What the pages print; remembered of those that were asked for lately, as values come page by page."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = ByNumber(pages)
        self.get = lru_cache(RECENT)(self._read)

    def _read(self, number: int) -> Printed | None:
        page = self._pages.get(number)
        return Printed(page) if page is not None else None


def _garbled(o: Observation, pages: PrintedPages) -> Iterator[Doubt]:
    """The value's number, or one of its labels, is not what stands at its place. The heads of a table that goes on from
    the page before stand there."""
    number = o.source.entry.page
    page = pages.get(number)
    if page is None or o.part.method not in WITH_TEXT:
        return
    entry = o.source.entry
    there = page.at(entry.box) if entry.printed is not None else None
    if there is not None and not _is_number_of(entry.printed or "", there):
        yield Doubt(o, GARBLED, f"{entry.printed!r} was read where the page prints {there!r}")
        return
    heads_from = [p for p in (page, pages.get(number - 1)) if p is not None]
    for label in entry.labels:
        if label.box is None or label.axis not in ("row", "column"):
            continue
        seen = [text for text in (p.at(label.box) for p in heads_from) if text is not None]
        if seen and all(_letters(label.text) not in _letters(text) for text in seen):
            yield Doubt(o, GARBLED, f"the label {label.text!r} was read where the page prints {seen[0]!r}")
            return


def _is_number_of(printed: str, there: str) -> bool:
    """True where `there` holds the whole number `printed`, not a piece of a longer one."""
    if _plain(there) == _plain(printed):
        return True
    letters = r"\s*".join(re.escape(c) for c in _plain(printed))
    plain = unicodedata.normalize("NFKC", there).replace("\u00ad", "").casefold()
    return re.search(rf"(?<!\d)(?<!\d[.,]){letters}(?![.,]?\d)", plain) is not None


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00ad]", "", unicodedata.normalize("NFKC", text).casefold())


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", _plain(text))


# --- nearness --------------------------------------------------------------------------------------------------------


def _astray(members: Sequence[Observation]) -> Iterator[Doubt]:
    """The values of one exhibit whose row label or column head stands nearer to other values, or in another order."""
    wrong: dict[int, tuple[Observation, str]] = {}
    for axis in ("row", "column"):
        for o, nearer in _nearer_labels(members, axis):
            own = " + ".join(label.text for label in _labels(o.source, axis))
            printed = o.source.entry.printed
            wrong.setdefault(o.serial, (o, f"{printed} was given to {own!r}, but {nearer.text!r} stands nearer to it"))
    for o, head in (*_disordered_heads(members), *_disordered_bars(members)):
        wrong.setdefault(
            o.serial, (o, f"{o.source.entry.printed} was given to {head!r}, which stands at another place")
        )
    return (Doubt(o, ASTRAY, message) for o, message in wrong.values())


def _disordered_heads(members: Sequence[Observation]) -> Iterator[tuple[Observation, str]]:
    """Values of a table under heads of several columns (which need not stand nearest) whose order along the page is not
    that of their columns."""
    under: dict[tuple[int, int], dict[tuple[str, Box], list[Observation]]] = defaultdict(lambda: defaultdict(list))
    for o in members if members[0].part.method == "table" else ():
        for label in o.source.entry.labels:
            if label.axis == "column" and label.level > 0 and label.box is not None:
                under[o.source.entry.page, label.level][label.text, label.box].append(o)
    for heads in under.values():
        yield from _misplaced(heads, ("x_mid",), "x_mid")


def _disordered_bars(members: Sequence[Observation]) -> Iterator[tuple[Observation, str]]:
    """Values of a bar chart whose labels do not follow each other as the bars do. Labels stand centred at their bars or
    turned, with one end there: the order has to be that of one edge or of the middles, along one of the axes."""
    part = members[0].part
    if part.form not in BARS:
        return
    beside: dict[tuple[str, Box], list[Observation]] = defaultdict(list)
    for o in members:
        labels = _labels(o.source, "row")
        if len(labels) == 1 and labels[0].box is not None:
            beside[labels[0].text, labels[0].box].append(o)
    across, down = (
        _misplaced(beside, edges, edges[1]) for edges in (("x0", "x_mid", "x1"), ("top", "y_mid", "bottom"))
    )
    yield from min(across, down, key=len)


Named = Mapping[tuple[str, Box], Sequence[Observation]]


def _misplaced(named: Named, edges: Sequence[str], middle: str) -> list[tuple[Observation, str]]:
    """Values under labels whose order by one of `edges` (the one that fits best) is not that of the values' middles."""
    at = {label: sum(getattr(o.source.entry.box, middle) for o in some) / len(some) for label, some in named.items()}
    by_values = sorted(named, key=lambda label: at[label])
    orders = [sorted(named, key=lambda label: getattr(label[1], edge)) for edge in edges]
    wrong = min(([v for v, p in zip(by_values, order, strict=True) if v != p] for order in orders), key=len)
    return [(o, label[0]) for label in wrong for o in named[label]]


def _miscoloured(members: Sequence[Observation], pages: PrintedPages) -> Iterator[Doubt]:
    """Values of a table whose cell has another hue on the page than they were read with: hues tell groups."""
    for o in members if members[0].part.method == "table" else ():
        entry, page = o.source.entry, pages.get(o.source.entry.page)
        if page is None or entry.fill is None or chroma(entry.fill) < COLOURFUL:
            continue
        behind = [s for s in page.shapes if s.fill is not None and s.kind != "line" and s.box.holds(entry.box)]
        fill = max(behind, key=lambda s: s.order).fill if behind else None
        if fill is not None and chroma(fill) >= COLOURFUL and hue_gap(fill, entry.fill) > SAME_HUE:
            yield Doubt(o, COLOUR, f"the cell of {entry.printed} has another colour on the page than it was read with")


def _off_mark(members: Sequence[Observation]) -> Iterator[Doubt]:
    """The values of one chart that are not as long, or as wide an angle, as their marks."""
    measured = [(o, o.source.entry.measured) for o in members if o.source.entry.measured is not None]
    away = [(o, abs(o.value - size), size) for o, size in measured if o.source.entry.printed and o.unit == "percent"]
    usual = sorted(distance for _, distance, _ in away)[len(away) // 2] if away else 0.0
    for o, distance, size in away:
        unit = 10.0**-o.number.decimals
        if distance > unit / 2 + max(OFF_MARK, USUAL_ERRORS * usual) and OFF not in o.flags:
            yield Doubt(o, OFF, f"{o.source.entry.printed} is printed, its mark measures {size:.1f}")


def _nearer_labels(members: Sequence[Observation], axis: Axis) -> list[tuple[Observation, Label]]:
    """The values of one part with a label of another value that stands nearer to them than their own."""
    part = members[0].part
    texts = _distinct(part, axis)
    upright = axis == "row"
    if part.method == "table":
        return _misfits(members, texts, axis, upright)
    ways = [_misfits(members, texts, axis, way) for way in (upright, not upright)]
    best = min(ways, key=len)
    return best if len(best) <= (1 - MOST) * len(members) else []


def _distinct(part: Part, axis: Axis) -> Mapping[int, list[Label]]:
    """The labels of `axis` nearest to the values, by page, each once."""
    found: dict[int, dict[tuple[str, Box], Label]] = defaultdict(dict)
    for value in part.values:
        for label in _labels(value, axis):
            if label.box is not None:
                found[value.entry.page][label.text, label.box] = label
    return {page: list(labels.values()) for page, labels in found.items()}


def _labels(value: PartValue, axis: Axis) -> list[Label]:
    return [label for label in value.entry.labels if label.axis == axis and label.level == 0]


def _misfits(
    members: Sequence[Observation], texts: Mapping[int, list[Label]], axis: Axis, upright: bool
) -> list[tuple[Observation, Label]]:
    out = []
    for o in members:
        own = [label.box for label in _labels(o.source, axis) if label.box is not None]
        rivals = texts.get(o.source.entry.page, [])
        if not own or len(rivals) < 2:
            continue
        box = o.source.entry.box
        gap = min(_gap(box, b, upright) for b in own)
        if gap <= NEARER:  # none stands nearer by more
            continue
        nearest = min(rivals, key=lambda label: _gap(box, label.box or box, upright))
        if nearest.box is not None and _gap(box, nearest.box, upright) < gap - NEARER:
            out.append((o, nearest))
    return out


def _gap(one: Box, other: Box, upright: bool) -> float:
    """Distance of the middles' projection from the other box: along the height where `upright`, else the width."""
    if upright:
        return max(other.top - one.y_mid, one.y_mid - other.bottom, 0.0)
    return max(other.x0 - one.x_mid, one.x_mid - other.x1, 0.0)


def _read_twice(observations: Sequence[Observation]) -> Iterator[Doubt]:
    """One printed number that became two values."""
    seen: dict[tuple[int, Box], Observation] = {}
    for o in observations:
        entry = o.source.entry
        if entry.printed is None:
            continue
        first = seen.setdefault((entry.page, entry.box), o)
        if first is not o:
            for one in (first, o):
                yield Doubt(one, TWICE, f"{entry.printed} at one place became two values")
