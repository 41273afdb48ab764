"""Numbers behind the labels of bars: totals of stacks, and in brackets the counts that shares are of one whole."""

from __future__ import annotations

import math

from pipeline.core.geometry import Box
from pipeline.core.language import name_of_total
from pipeline.core.numbers import FEWEST_SHARES
from pipeline.exhibits.charts.chart_text import Token
from pipeline.exhibits.charts.scales import OUTSIDE, Scaled
from pipeline.exhibits.charts.stacks import Stack, extent
from pipeline.exhibits.reading import Label
from pipeline.pages.page import Page

ROUNDING = 0.5
"""Units of its last digit by which each rounded part, and the total, may miss."""


def totals_of(fit: Scaled) -> dict[int, Token]:
    """Stack → its total; only where most stacks of several labelled segments print one that is their sum."""
    found: dict[int, Token] = {}
    several = first = 0
    for i, stack in enumerate(fit.candidate.stacks):
        places = range(first, first + len(stack.segments))
        first += len(stack.segments)
        parts = [fit.labels[k] for k in places if k in fit.labels]
        if len(parts) < 2 or not fit.candidate.stacked:
            continue
        several += 1
        total = sum(fit.labels[k].value if k in fit.labels else fit.measured(fit.candidate.segments[k]) for k in places)
        slack = ROUNDING * (len(places) + 1) * 10.0 ** -max(t.decimals for t in parts)
        ends = [t for t in fit.stray if _at_end(t, stack, fit.candidate.upright) and abs(t.value - total) <= slack]
        if ends:
            found[i] = min(ends, key=lambda t: abs(t.value - total))
    return found if 2 * len(found) > several else {}


def _at_end(token: Token, stack: Stack, upright: bool) -> bool:
    at = extent(token.box, upright)
    level = abs(at.c - stack.at.c) <= max(0.6 * stack.at.thickness, token.size)
    return level and -0.5 * token.size <= at.a0 - stack.at.a1 <= OUTSIDE * token.size


def counts_of(fit: Scaled) -> dict[Token | None, Token]:
    """Share → the count in brackets right behind, or below, its share; only where at least three counts are these
    shares of one whole, to rounding."""
    found, least, most = dict[Token | None, Token](), 0.0, math.inf
    for share in fit.labels.values():
        for token in (t for t in fit.stray if share.percent and _in_brackets_behind(t, share)):
            found[share], half = token, ROUNDING * 10.0**-share.decimals
            least = max(least, (token.value - ROUNDING) / (share.value + half))
            most = min(most, (token.value + ROUNDING) / max(share.value - half, 1e-9))
    return found if len(found) >= FEWEST_SHARES and least <= most else {}


def _in_brackets_behind(token: Token, share: Token) -> bool:
    whole = not token.percent and not token.decimals and token.words[0].text.startswith("(")
    beside = token.box.overlap_y(share.box) > 0 and 0 <= token.box.x0 - share.box.x1 <= token.size
    below = token.box.overlap_x(share.box) > 0 and 0 <= token.box.top - share.box.bottom <= token.size
    return whole and (beside or below)


def total_label(page: Page, place: Box) -> Label:
    """The name of a total in the language of the page: none is printed, so the value carries a doubt."""
    return Label(name_of_total(" ".join(word.text for word in page.words)), "series", box=place)
