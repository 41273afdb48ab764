"""What running text states: a claim, its verdict, its row of the contract, and what its wording allows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipeline.core.contract import CLAIMS, ClaimRow
from pipeline.core.geometry import Box
from pipeline.core.table_files import sort_key
from pipeline.pages.page import Word


@dataclass(frozen=True, slots=True)
class Claim:
    """A number stated in running text. `box` and `words` are its place on `page` (points, origin top left).

    `grouped` and `dated` say that its own sentence names the group or the wave.
    `figures` are the printed numbers of the figures it may refer to, `named` says that its own sentence names them;
    `pointing` that it only points at one, `below` or `above`.
    `qualifier` and `form`, `parts` decide the tolerance (`linking.tolerance`); `pair` joins the numbers of one wording.
    `passage` and `place` number the passage and the letter in it where the claim starts. `subject` are the words of
    its clause, `topic` those without the names of groups, `sentence` is the text around.
    """

    page: int
    box: Box
    words: tuple[Word, ...]
    printed: str
    value: float
    unit: str
    sentence: str
    subject: str
    topic: str
    passage: int
    place: int
    group: str | None
    grouped: bool
    wave: str | None
    dated: bool
    figures: tuple[str, ...]
    named: bool
    pointing: str | None
    qualifier: str | None
    form: str
    parts: int
    pair: int | None


Verdict = Literal["agrees", "disagrees", "unmatched"]

FRACTION_SLACK = 2.5
"""Points by which a fraction in words may miss: halves, thirds and quarters are told apart by 8 and more."""
TENTH_SLACK = 5.0
"""Tenths are rounded to the nearest: `3 op de 10` is said of 34 %."""
ALMOST = 5.0
"""`bijna 60%` is said of 55 % and more."""
BEYOND = 10.0
"""`meer dan een derde` is said of up to ten points more, else the next round number would be named."""
ABOUT = 3.0
RATIO_SLACK = 0.1
"""`3 keer zoveel` is said of 2.7 to 3.3."""
ALMOST_RATIO = 0.2
"""`bijna twee keer zoveel` is said of 1.6 and more."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with the observation that it restates; figure, group and wave as the link settles them.

    `published` is what the exhibit prints for it. Where that is the sum of several observations, `summed` are their
    ids; where it is their share of others (`50% less than € 500`, of those who named an amount), `of` are the others'.
    `low` and `high` are the published values that the wording allows.
    """

    claim: Claim
    verdict: Verdict
    observation_id: str | None = None
    figure: str | None = None
    group: str | None = None
    wave: str | None = None
    published: float | None = None
    summed: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0


def tolerance(claim: Claim) -> tuple[float, float]:
    """Lowest and highest published value for which the wording of `claim` is right."""
    x = claim.value
    if claim.form == "fraction":
        slack = TENTH_SLACK if claim.parts >= 10 else FRACTION_SLACK
    else:
        slack = 0.5 * 10.0 ** -_decimals(claim.printed)
    scale = 1.0 if claim.unit in ("percent", "points") else 0.1 * max(abs(x), 1.0) / 5
    if claim.unit == "ratio":
        return (x * (1 - (ALMOST_RATIO if claim.qualifier == "almost" else RATIO_SLACK)), x * (1 + RATIO_SLACK))
    low = {"almost": ALMOST, "below": BEYOND, "about": ABOUT}.get(claim.qualifier or "", 0.0) * scale
    high = {"above": BEYOND, "about": ABOUT}.get(claim.qualifier or "", 0.0) * scale
    return (x - max(low, slack) - 1e-9, x + max(high, slack) + 1e-9)


def _decimals(printed: str) -> int:
    match = re.search(r"\d[.,](\d+)", printed)
    return len(match[1]) if match else 0


def claim_rows(judged: Iterable[Judged], study: str, edition: str) -> list[ClaimRow]:
    """Rows of the contract's table `claims`, sorted by its key."""
    rows = [_row(one, study, edition) for one in judged]
    return sorted(rows, key=lambda row: sort_key(CLAIMS.key, row))


def _row(one: Judged, study: str, edition: str) -> ClaimRow:
    claim, box = one.claim, one.claim.box
    return {
        "study": study,
        "edition": edition,
        "page": claim.page,
        "sentence": claim.sentence,
        "subject": claim.subject or None,
        "group": one.group,
        "wave": one.wave,
        "value": claim.value,
        "unit": claim.unit,
        "figure": one.figure,
        "observation_id": one.observation_id,
        "verdict": one.verdict,
        "printed": claim.printed,
        "x0": round(box.x0, 2),
        "top": round(box.top, 2),
        "x1": round(box.x1, 2),
        "bottom": round(box.bottom, 2),
    }
