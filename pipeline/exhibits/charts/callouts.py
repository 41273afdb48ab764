"""Texts at the slices of a disc: a value, with the name of its slice where that is printed with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_drafts import AROUND
from pipeline.exhibits.charts.chart_text import ChartLine, Token, joined

LOOSE = 0.6
"""Em of white between a value and the lines of its name, at most: set as one text."""
LARGER = 1.5
"""A line this many times larger than the value is a heading, and no name."""


@dataclass(frozen=True)
class Callout:
    """A value (`token`) and the lines of the name that is printed with it, without the value."""

    token: Token
    lines: tuple[ChartLine, ...] = ()

    @cached_property
    def box(self) -> Box:
        return union([self.token.box, *(line.box for line in self.lines)])

    @property
    def name(self) -> str:
        return joined(self.lines).strip(AROUND)


def callouts_of(lines: Sequence[ChartLine], tokens: Sequence[Token]) -> list[Callout]:
    """The values among `tokens`, each with its name from `lines`.

    Names hold numbers too ("25-50% 35%", "10 000 to 25 000 33%"): of a line with words one number is the value, and
    numbers before a value go on with a name above ("Up by more than", "10% 35%"). A name stands on the value's line and
    on the lines above it, or below it where most values head their texts.
    """
    places: dict[int, list[int]] = defaultdict(list)
    for place, token in enumerate(tokens):
        places[token.words[0].order].append(place)
    own = [[tokens[i] for i in sorted({i for w in line.words for i in places.get(w.order, ())})] for line in lines]
    parts = _without_names([part for line, some in zip(lines, own, strict=True) for part in _parts(line, some)])
    valued = {line for line, _, _ in parts}
    bare = [line for line in lines if line not in valued and any(map(str.isalpha, line.text))]
    headless = [line for line, _, rest in parts if not rest]
    below = sum(bool(_next(x, bare, up=False)) for x in headless) > sum(bool(_next(x, bare, up=True)) for x in headless)
    out = []
    for line, token, rest in parts:
        up = rest is not None or not below
        more = _run(line, bare, up)
        before = tuple(w for w in line.words if w.order < token.words[0].order)
        if more and up and before and rest is None:
            rest = ChartLine(before)
        out.append(Callout(token, tuple(sorted((*([rest] if rest else []), *more), key=lambda x: x.v))))
    return out


_Valued = tuple[ChartLine, Token, ChartLine | None]
"""A line, a value in it, and what is left of the line as its name."""


def _without_names(parts: Sequence[_Valued]) -> list[_Valued]:
    """The parts without those that are the name of a share ("10 to 49" over "3.2%")."""
    shares = [line for line, token, rest in parts if token.percent and rest is None]
    return [
        (line, token, rest)
        for line, token, rest in parts
        if rest is None or not any(_next(line, shares, up) for up in (True, False))
    ]


def _parts(line: ChartLine, own: Sequence[Token]) -> list[_Valued]:
    """The line with each value of its `own`, and what is left of the line as its name."""
    if {w.order for t in own for w in t.words} == {w.order for w in line.words}:
        return [(line, token, None) for token in own]
    value = _value_of(line, own) if own else None
    if value is None:
        return []
    left = [w for w in line.words if w.order not in {v.order for v in value.words}]
    return [(line, value, ChartLine(tuple(left)) if left else None)]


def _value_of(line: ChartLine, tokens: Sequence[Token]) -> Token | None:
    """The last share, or else the number that ends the line, or else the one that begins it."""
    shares = [t for t in tokens if t.percent]
    if shares:
        return shares[-1]
    if tokens[-1].words[-1].order == line.words[-1].order:
        return tokens[-1]
    return tokens[0] if tokens[0].words[0].order == line.words[0].order else None


def _run(line: ChartLine, bare: Sequence[ChartLine], up: bool) -> list[ChartLine]:
    """The lines that follow one another from `line` on, upwards or downwards."""
    run: list[ChartLine] = []
    while (following := _next(run[-1] if run else line, bare, up)) is not None and following not in run:
        run.append(following)
    return run


def _next(line: ChartLine, bare: Sequence[ChartLine], up: bool) -> ChartLine | None:
    near = []
    for other in bare if line.angle == 0 else ():
        gap = line.box.top - other.box.bottom if up else other.box.top - line.box.bottom
        if gap > LOOSE * line.size or not (other.v < line.v if up else other.v > line.v):
            continue
        if other.angle == 0 and other.size <= LARGER * line.size and other.box.overlap_x(line.box) > 0:
            near.append((abs(other.v - line.v), -other.box.overlap_x(line.box), other))
    return min(near, key=lambda n: n[:2])[2] if near else None
