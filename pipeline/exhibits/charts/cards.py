"""Cards: a label with one or several numbers, repeated in a grid in the same type; no mark says how large they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.geometry import Box, union
from pipeline.exhibits.charts.chart_drafts import ChartDraft, ChartValue, Scene
from pipeline.exhibits.charts.chart_text import LINE_PITCH, ChartLine, Token, joined, tokens_of
from pipeline.exhibits.reading import Label

FEWEST = 4
"""Fewer alike groups of label and number occur by chance."""
LARGE = 1.5
"""Times by which the number of a tile is larger than its label: two or three tiles in boxes of their own are enough."""
LABEL_GAP = 1.3
"""A card's label touches its numbers: at most so many em between them."""
SEPARATORS = set("-–—|/·•:+&")
"""What may stand between the numbers of one card."""
ACROSS = 0.8
"""Label and numbers of a card share their middle or left edge within so many em."""
NEXT_NUMBER = 2.2
"""Numbers under one another within so many em, without text between them, are a column of a table."""


@dataclass(frozen=True)
class _Card:
    numbers: ChartLine
    tokens: tuple[Token, ...]
    label: tuple[ChartLine, ...]


def card_drafts(scene: Scene, understood: set[int]) -> list[ChartDraft]:
    """Every grid of cards on the page; words in `understood` (by `order`) belong to charts."""
    lines = [
        x for x in scene.lines if x.angle == 0 and scene.free(x.box) and not any(w.order in understood for w in x.words)
    ]
    numbers = {x: tokens for x in lines if (tokens := _only_numbers(x))}
    drafts = []
    for above in (True, False):
        kinds: dict[tuple[object, ...], list[_Card]] = defaultdict(list)
        for line, tokens in numbers.items():
            label = _label(line, lines, numbers, above)
            if label:
                kinds[_kind(line, tokens, label)].append(_Card(line, tokens, label))
        for cards in kinds.values():
            if _is_grid(cards, lines, numbers, scene):
                drafts.append(_draft(cards))
        numbers = {x: t for x, t in numbers.items() if not any(w.order in d.claimed for d in drafts for w in x.words)}
    return drafts


def _only_numbers(line: ChartLine) -> tuple[Token, ...]:
    """The line's numbers when it holds nothing else but separators; percentages, or numbers that stand alone."""
    tokens = tuple(tokens_of([line]))
    counted = {w for t in tokens for w in t.words}
    rest = [w for w in line.words if w not in counted]
    if not tokens or any(set(w.text) - SEPARATORS for w in rest):
        return ()
    return tokens if all(t.percent for t in tokens) or len(tokens) == 1 else ()


def _label(
    line: ChartLine, lines: Sequence[ChartLine], numbers: dict[ChartLine, tuple[Token, ...]], above: bool
) -> tuple[ChartLine, ...]:
    """The lines of text that touch the numbers, upwards or downwards."""
    found: list[ChartLine] = []
    edge, size = line, line.size
    for other in sorted(lines, key=lambda x: -x.v if above else x.v):
        gap = edge.box.top - other.box.bottom if above else other.box.top - edge.box.bottom
        if (other.v >= edge.v if above else other.v <= edge.v) or not _in_column(line, other):
            continue
        pitch = LABEL_GAP * size if not found else (LINE_PITCH - 1) * other.size
        alike = not found or abs(other.size - found[0].size) < 0.1 * other.size
        if gap > pitch or other in numbers or not alike or not any(c.isalpha() for c in other.text):
            break
        found.append(other)
        edge = other
    return tuple(found[::-1] if above else found)


def _in_column(line: ChartLine, other: ChartLine) -> bool:
    em = max(line.size, other.size)
    return abs(line.box.x_mid - other.box.x_mid) <= ACROSS * em or abs(line.box.x0 - other.box.x0) <= 0.3 * em


def _kind(line: ChartLine, tokens: Sequence[Token], label: Sequence[ChartLine]) -> tuple[object, ...]:
    """Cards of one grid are set alike."""
    colours = tuple(t.colour for t in tokens)
    return (round(line.size * 2), len(tokens), tokens[0].percent, colours, round(label[0].size * 2), label[0].bold)


def _is_grid(
    cards: Sequence[_Card], lines: Sequence[ChartLine], numbers: dict[ChartLine, tuple[Token, ...]], scene: Scene
) -> bool:
    """Enough alike cards, several to a row, set as numbers that matter, and no rows or columns of a table."""
    large = all(card.numbers.size >= LARGE * card.label[0].size for card in cards)
    if len(cards) < FEWEST and not (len(cards) > 1 and large and _framed(cards, scene)):
        return False
    rows: dict[int, int] = defaultdict(int)
    for card in cards:
        rows[min(i for i, c in enumerate(cards) if abs(c.numbers.v - card.numbers.v) < 0.5 * card.numbers.size)] += 1
    first = cards[0]
    told_apart = len(first.tokens) > 1 or first.numbers.size >= 1.15 * first.label[0].size
    if max(rows.values()) < 2 or not told_apart:
        return False
    own = {card.numbers for card in cards}
    return not any(_in_table(card, lines, numbers, own) for card in cards)


def _framed(cards: Sequence[_Card], scene: Scene) -> bool:
    """Does each card stand in a box of its own, all of one size?"""
    frames = []
    for card in cards:
        whole = union([card.numbers.box, *(x.box for x in card.label)])
        around = [s.box for s in scene.page.shapes if s.kind != "line" and s.box.holds(whole)]
        others = [other.numbers.box for other in cards if other is not card]
        around = [box for box in around if box.area < 0.5 * scene.page.box.area and not any(map(box.holds, others))]
        if not around:
            return False
        frames.append(min(around, key=lambda box: box.area))
    sizes = {(round(box.width / 2), round(box.height / 2)) for box in frames}
    return len(sizes) == 1


def _in_table(
    card: _Card, lines: Sequence[ChartLine], numbers: dict[ChartLine, tuple[Token, ...]], own: set[ChartLine]
) -> bool:
    line = card.numbers
    for other in lines:
        if other is line or other in own:
            continue
        beside = other.box.overlap_y(line.box) > 0.5 * line.box.height
        if beside and other not in numbers and other.box.x1 < line.box.x0 and other.size > 0.6 * line.size:
            return True
        below = 0 < other.v - line.v <= NEXT_NUMBER * line.size
        if other in numbers and below and other.box.overlap_x(line.box) > 0:
            return True
    return False


def _draft(cards: Sequence[_Card]) -> ChartDraft:
    boxes = [box for card in cards for box in (card.numbers.box, *(x.box for x in card.label))]
    draft = ChartDraft("cards", union(boxes), [])
    for card in sorted(cards, key=lambda c: (round(c.numbers.v), c.numbers.u0)):
        box: Box = union(x.box for x in card.label)
        label = Label(text=joined(card.label), axis="row", box=box, colour=card.label[0].colour)
        for line in card.label:
            draft.claim(line.words, line.box, "category label")
        for token in card.tokens:
            draft.claimed.update(w.order for w in token.words)
            draft.values.append(ChartValue(token.box, token, None, None, (label,)))
    return draft
