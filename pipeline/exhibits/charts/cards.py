"""Cards: a label with one or several numbers, set so that the number stands out; no mark says how large it is.

Cards of one size of type are scored together: large numbers, boxes of their own, places in a row or column and many of
them speak for cards; words beside the number as large as it is, and other numbers close below, speak for a table.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from pipeline.core.geometry import Box, ByHeight, union
from pipeline.core.numbers import DOWN, UP, DecimalMark, parse_number, year_of
from pipeline.exhibits.charts.chart_drafts import ChartDraft, ChartValue, Scene
from pipeline.exhibits.charts.chart_text import LINE_PITCH, ChartLine, Token, joined, tokens_of
from pipeline.exhibits.reading import Label

TAKEN = 2.3
"""Score from which a group of numbers with labels is taken for cards."""
WEIGHTS: Mapping[str, float] = {
    "larger": 1.2,
    "many": 0.5,
    "framed": 1.0,
    "aligned": 0.8,
    "signed": 0.5,
    "alone": -2.0,
    "not told apart": -3.0,
    "in a table": -3.0,
    "counts up": -2.0,
    "running text": -3.0,
}
"""By name of the evidence: `larger` is doublings of the type from label to number, `many` up to 4 cards, the others
shares of the cards of which it is true."""
LABEL_GAP = 1.3
"""A card's label touches its numbers: at most so many em between them."""
BESIDE_GAP = 1.0
"""Em between a number and a label that begins on its line."""
SEPARATORS = set("-–—|/·•:+&")
"""What may stand between the numbers of one card."""
ACROSS = 0.8
"""Label and numbers of a card share their middle or left edge within so many em."""
NEXT_NUMBER = 2.2
"""Numbers under one another within so many em, without text between them, are a column of a table."""
UNIT_WORDS = 2
"""Words that may stand behind a card's number in its type, as its unit ("44 min")."""
LONGEST = 20
"""Words from which a text below a number is running text."""


@dataclass(frozen=True)
class _Card:
    numbers: ChartLine
    tokens: tuple[Token, ...]
    label: tuple[ChartLine, ...]

    @property
    def box(self) -> Box:
        return union([self.numbers.box, *(x.box for x in self.label)])


@dataclass(frozen=True)
class _Ground:
    """What stands on a page for cards to be found in."""

    lines: tuple[ChartLine, ...]
    numbers: Mapping[ChartLine, tuple[Token, ...]]
    scene: Scene

    @cached_property
    def downwards(self) -> list[ChartLine]:
        return sorted(self.lines, key=lambda x: x.v)

    @cached_property
    def arrows(self) -> list[ChartLine]:
        return [x for x in self.lines if x.text in DOWN + UP]

    @cached_property
    def upwards(self) -> list[ChartLine]:
        return sorted(self.lines, key=lambda x: -x.v)

    @cached_property
    def boxes(self) -> list[Box]:
        half = 0.5 * self.scene.page.box.area
        return [s.box for s in self.scene.page.shapes if s.kind != "line" and s.box.area < half]

    def frames_of(self, line: ChartLine) -> list[Box]:
        """The boxes around a number that hold no other as large. Lines of one type in them are one text, however wide
        apart they are set."""
        large = [x.box for x in self.numbers if x is not line and x.size >= line.size]
        return [box for box in self.boxes if box.holds(line.box) and not any(map(box.holds, large))]

    @cached_property
    def texts(self) -> ByHeight[ChartLine]:
        """The lines with letters that are no numbers."""
        return ByHeight(x for x in self.lines if x not in self.numbers and any(c.isalpha() for c in x.text))


def card_drafts(scene: Scene, understood: set[int]) -> list[ChartDraft]:
    """Every group of cards on the page; words in `understood` (by `order`) belong to charts."""
    lines = tuple(
        x for x in scene.lines if x.angle == 0 and scene.free(x.box) and not any(w.order in understood for w in x.words)
    )
    ground = _Ground(lines, {x: tokens for x in lines if (tokens := _only_numbers(x, scene.page.decimal_mark))}, scene)
    groups: list[list[_Card]] = []
    for label_of in (partial(_run, up=True), partial(_run, up=False), _label_beside):
        kinds: dict[tuple[object, ...], list[_Card]] = defaultdict(list)
        for line, tokens in ground.numbers.items():
            label = label_of(line, ground)
            if label:
                kinds[round(line.size * 2), len(tokens), round(label[0].size * 2)].append(_Card(line, tokens, label))
        groups += kinds.values()
    drafts: list[ChartDraft] = []
    taken: set[ChartLine] = set()
    scored = [(_score(cards, ground), sum(len(x.words) for c in cards for x in c.label), cards) for cards in groups]
    for score, _, cards in sorted(scored, key=lambda x: x[:2], reverse=True):
        left = [c for c in cards if not taken & {c.numbers, *c.label}]
        if score >= TAKEN and (len(left) == len(cards) or _score(left, ground) >= TAKEN):
            drafts.append(_draft(left, ground))
            taken |= {line for c in left for line in (c.numbers, *c.label)}
    return drafts


def _only_numbers(line: ChartLine, decimal: DecimalMark) -> tuple[Token, ...]:
    """The line's numbers when it holds nothing else but separators, or one number with its unit; percentages, or
    numbers that stand alone."""
    tokens = tuple(tokens_of([line], decimal))
    counted = {w for t in tokens for w in t.words}
    rest = [w for w in line.words if w not in counted and set(w.text) - SEPARATORS]
    if (
        not tokens
        or any(year_of(t.text) for t in tokens)
        or (rest and (len(tokens) > 1 or line.words[0] not in counted or len(rest) > UNIT_WORDS))
    ):
        return ()
    return tokens if all(t.percent for t in tokens) or len(tokens) == 1 else ()


def _label_beside(line: ChartLine, ground: _Ground) -> tuple[ChartLine, ...]:
    """The text that begins on the number's line, and what goes on below it."""
    beside = [
        x
        for x in ground.texts.inside(line.box._replace(x1=math.inf))
        if 0 < x.box.x0 - line.box.x1 <= BESIDE_GAP * line.size and x.box.overlap_y(line.box) > 0.5 * x.box.height
    ]
    if not beside:
        return ()
    first = min(beside, key=lambda x: x.box.top)
    found = [first]
    for other in ground.downwards:
        near = min(abs(other.box.x0 - line.box.x0), abs(other.box.x0 - first.box.x0)) <= 0.3 * line.size
        follows = 0 < other.v - found[-1].v <= LINE_PITCH * other.size
        if near and follows and other not in ground.numbers and _one_type(other, first) and _lettered(other):
            found.append(other)
    return tuple(found)


def _run(line: ChartLine, ground: _Ground, up: bool) -> tuple[ChartLine, ...]:
    """The lines of text that touch the numbers, upwards or downwards."""
    found: list[ChartLine] = []
    edge = line
    lines = ground.upwards if up else ground.downwards
    start = bisect_right(lines, -line.v if up else line.v, key=lambda x: -x.v if up else x.v)
    for other in map(lines.__getitem__, range(start, len(lines))):
        if (other.v >= edge.v if up else other.v <= edge.v) or not _in_column(line, other):
            continue
        pitch = LABEL_GAP * line.size if not found else (LINE_PITCH - 1) * other.size
        alike = not found or _one_type(other, found[0])
        gap = edge.box.top - other.box.bottom if up else other.box.top - edge.box.bottom
        change = other.text in DOWN + UP or _change(other, ground.arrows) is not None
        if (
            (gap > pitch and not (found and alike and any(box.holds(other.box) for box in ground.frames_of(line))))
            or other in ground.numbers
            or not alike
            or (found and change)
            or not (change or _lettered(other))
        ):
            break
        found += [] if change and not up else [other]
        edge = other
    return tuple(found[::-1] if up else found)


def _lettered(line: ChartLine) -> bool:
    return any(c.isalpha() for c in line.text)


def _one_type(one: ChartLine, other: ChartLine) -> bool:
    return abs(one.size - other.size) < 0.1 * one.size


def _in_column(line: ChartLine, other: ChartLine) -> bool:
    em = max(line.size, other.size)
    return abs(line.box.x_mid - other.box.x_mid) <= ACROSS * em or abs(line.box.x0 - other.box.x0) <= 0.3 * em


def _change(line: ChartLine, arrows: Iterable[ChartLine] = ()) -> Token | None:
    """The signed number that a line begins with, or that stands behind an arrow: how the card's value changed."""
    first = next(iter(tokens_of([line])), None)
    if first is None or first.words[0] not in line.words[:2]:
        return None
    arrow = next((x.text for x in arrows if _leads(x, line)), "")
    text = first.text if (number := parse_number(first.text)) and number.signed else f"{arrow} {first.text}"
    number = parse_number(text)
    return replace(first, text=text.strip(), value=number.value) if number is not None and number.signed else None


def _leads(one: ChartLine, line: ChartLine) -> bool:
    """Does the one stand right before the line?"""
    beside = one.box.overlap_y(line.box) > 0.5 * one.box.height
    return beside and -line.size < line.box.x0 - one.box.x1 < line.size


def _bare(token: Token) -> bool:
    """Is it a whole number without a sign of any kind, as that of a page or a chapter is?"""
    number = parse_number(token.text)
    return number is not None and number.unit == "plain" and not number.decimals and not number.signed


def _score(cards: Sequence[_Card], ground: _Ground) -> float:
    """How surely these are cards: `WEIGHTS` times what is seen of them."""
    if not cards:
        return -math.inf
    ratio = min(card.numbers.size / card.label[0].size for card in cards)
    own = {card.numbers for card in cards}
    values = [card.tokens[0].value for card in sorted(cards, key=lambda c: (round(c.numbers.v), c.numbers.u0))]
    whole = all(_bare(t) for card in cards for t in card.tokens)
    steps = {b - a for a, b in itertools.pairwise(values)}
    several = len(cards[0].tokens) > 1
    seen = {
        "larger": math.log2(ratio),
        "many": float(min(len(cards), 4)),
        "framed": _share(any(box.holds(card.box) for box in ground.frames_of(card.numbers)) for card in cards),
        "aligned": _share(any(_in_line(card, other) for other in cards if other is not card) for card in cards),
        "signed": _share(not all(map(_bare, card.tokens)) for card in cards),
        "alone": float(len(cards) == 1),
        "not told apart": float(ratio < 1.15 and not several),
        "in a table": _share(_in_table(card, ground, own) for card in cards),
        "running text": _share(sum(len(x.words) for x in card.label) > LONGEST for card in cards),
        "counts up": float(whole and (len(cards) == 1 or min(steps) > 0) and max(values) <= 100),
    }
    return sum(WEIGHTS[name] * value for name, value in seen.items())


def _share(truths: Iterable[bool]) -> float:
    told = list(truths)
    return sum(told) / len(told)


def _in_line(one: _Card, other: _Card) -> bool:
    """Do the numbers stand on one line, or under one another?"""
    em = one.numbers.size
    return abs(one.numbers.v - other.numbers.v) < 0.5 * em or abs(one.numbers.box.x0 - other.numbers.box.x0) < 0.3 * em


def _in_table(card: _Card, ground: _Ground, own: set[ChartLine]) -> bool:
    line = card.numbers
    for other in ground.lines:
        if other is line or other in own or other in card.label:
            continue
        beside = other.box.overlap_y(line.box) > 0.5 * line.box.height
        if beside and other not in ground.numbers and other.box.x1 < line.box.x0 and other.size > 0.6 * line.size:
            return True
        below = 0 < other.v - line.v <= NEXT_NUMBER * line.size
        if other in ground.numbers and below and other.box.overlap_x(line.box) > 0 and other.size > 0.6 * line.size:
            return True
    return False


def _draft(cards: Sequence[_Card], ground: _Ground) -> ChartDraft:
    draft = ChartDraft("cards", union(card.box for card in cards), [])
    for card in sorted(cards, key=lambda c: (round(c.numbers.v), c.numbers.u0)):
        box, ink = union(x.box for x in card.label), card.label[0].colour
        label = Label(joined(card.label), "row", box=box, colour=ink)
        draft.claim(card.label, "category label")
        draft.claim([card.numbers], "unit")
        told = [*card.tokens, *_changes(card, cards, ground)]
        draft.claim_values(told)
        draft.values += [ChartValue(token.box, token, None, None, (label,)) for token in told]
    return draft


def _changes(card: _Card, cards: Sequence[_Card], ground: _Ground) -> list[Token]:
    """The changes that are printed in a card, or right below it."""
    edge = max((card.numbers, *card.label), key=lambda x: x.box.bottom)
    others = {other.numbers for other in cards}
    arrows = [x for x in ground.lines if x.text in DOWN + UP and _in_column(card.numbers, x)]
    near = [
        x
        for x in ground.lines
        if x not in others
        and x.size < card.numbers.size
        and -x.size < x.box.top - card.numbers.box.bottom
        and x.box.top - edge.box.bottom <= LINE_PITCH * edge.size
        and (_in_column(card.numbers, x) or any(_leads(arrow, x) for arrow in arrows))
    ]
    return [change for x in near if (change := _change(x, ground.arrows)) is not None]
