"""Shares on either side of an amount: "50% less and 50% more than € 500", "in 2019 that was 70% and 30%".

They are what the options below and above the amount add up to, of all or of those who named one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.checks.claims.value_index import NEAR_PAGES, Index, PublishedValue
from pipeline.checks.claims.verdicts import Claim, Judged, Verdict
from pipeline.core.language import trend_words
from pipeline.core.numbers import parse_number

SLACK = 2.5
"""Points by which a share said in round numbers may miss what the figure's options add to."""
CLOSELY = 3
"""Words after a share in which "less" or "more" says on which side of the threshold it is."""
WHOLE = 100.0
DIGITS = r"(?<![\w.,])\d[\d.,\u00a0 ]*"


@dataclass(frozen=True, slots=True)
class _Threshold:
    """An amount, and the sides of it in the order in which the text states their shares."""

    passage: int
    page: int
    limit: float
    sides: tuple[str, ...]


def thresholds(index: Index, judged: Sequence[Judged]) -> list[Judged]:
    """`judged`, with the shares on either side of an amount linked and judged."""
    sentences: dict[tuple[int, str], list[int]] = defaultdict(list)
    for i, one in enumerate(judged):
        sentences[one.claim.passage, one.claim.sentence].append(i)
    out, last = list(judged), None
    for places in sentences.values():
        claims = [judged[i].claim for i in places]
        sided = _sided(claims)
        named = _threshold(claims, sided)
        if named is None and last is not None:
            sided = _again(claims, last)
        last = named or last
        if last is None or not sided:
            continue
        columns = list(_columns(index, last.limit, sided[0][0]))
        for i in places if columns else ():
            claim = judged[i].claim
            side = next((side for other, side in sided if other is claim), None)
            if side is not None:
                read = [_judged(claim, side, last.limit, column) for column in columns]
                out[i] = next((one for one in read if one.verdict == "agrees"), read[0])
            elif claim.value == last.limit:
                out[i] = _about(judged[i], columns[0])
    return out


def _about(one: Judged, column: Sequence[PublishedValue]) -> Judged:
    """The amount itself: no value of the figure, but of it."""
    return Judged(one.claim, one.verdict, None, column[0].figure, column[0].group or one.claim.group, column[0].wave)


def _threshold(claims: Sequence[Claim], sided: Sequence[tuple[Claim, str]]) -> _Threshold | None:
    limits = {c.value for c in claims if c.unit in ("euro", "count") and c.qualifier in ("above", "below")}
    if len(limits) != 1 or {side for _, side in sided} != {"less", "more"}:
        return None
    first = sided[0][0]
    return _Threshold(first.passage, first.page, limits.pop(), tuple(side for _, side in sided))


def _sided(claims: Sequence[Claim]) -> list[tuple[Claim, str]]:
    """Claims of one sentence that `less` or `more` follows closely ("50% less", "50% spend more than"), with which."""
    found, end = [], 0
    for claim in sorted(claims, key=lambda c: c.place):
        start = claim.sentence.find(claim.printed, end)
        end = max(end, start + len(claim.printed))
        after = re.findall(r"\w+", claim.sentence[end:].casefold())[:CLOSELY]
        sides = [key for word in after for key in ("less", "more") if word in trend_words(key)]
        if claim.unit == "percent" and start >= 0 and sides:
            found.append((claim, sides[0]))
    return found


def _again(claims: Sequence[Claim], last: _Threshold) -> list[tuple[Claim, str]]:
    """A pair of shares that make a whole, in a later sentence of the passage or the next ones: the same sides again."""
    shares = [claim for claim in claims if claim.unit == "percent" and claim.pair is not None]
    near = shares and shares[0].passage - last.passage <= 2 and abs(shares[0].page - last.page) <= NEAR_PAGES
    whole = len(shares) == len(last.sides) == 2 and sum(claim.value for claim in shares) == WHOLE
    return list(zip(shares, last.sides, strict=True)) if near and whole else []


def _columns(index: Index, limit: float, claim: Claim) -> Iterator[list[PublishedValue]]:
    """The columns nearby whose options are ranges that meet at `limit`, of the claim's wave."""
    columns: dict[tuple[object, ...], list[PublishedValue]] = defaultdict(list)
    for one in index.known:
        if one.kind == "single" and one.unit == "percent":
            columns[one.figure, one.question, one.item, one.group, one.wave].append(one)
    for column in columns.values():
        near = abs(column[0].page - claim.page) <= NEAR_PAGES and column[0].wave in (claim.wave, None)
        sides = [_side(one.category or "", limit) for one in column]
        if near and "less" in sides and "more" in sides and "across" not in sides:
            yield column


def _side(category: str, limit: float) -> str | None:
    """Whether the option's range lies below or above `limit`; `across` when the limit is inside, None without range."""
    numbers = [n.value for m in re.findall(DIGITS, category) if (n := parse_number(m.strip(" .,")))]
    if not numbers:
        return None
    if max(numbers) <= limit and min(numbers) < limit:
        return "less"
    if min(numbers) >= limit and max(numbers) > limit:
        return "more"
    if numbers == [limit]:
        words = set(re.findall(r"\w+", category.casefold()))
        return next((key for key in ("less", "more") if words & set(trend_words(key))), "across")
    return "across"


def _judged(claim: Claim, side: str, limit: float, column: Sequence[PublishedValue]) -> Judged:
    sides = [(one, _side(one.category or "", limit)) for one in column]
    chosen = [one for one, where in sides if where == side]
    named = [one for one, where in sides if where]
    part, base = (sum(one.value for one in some) for some in (chosen, named))
    of_all, of_named = part, WHOLE * part / base if base else 0.0
    fits = [abs(share - claim.value) <= SLACK for share in (of_all, of_named)]
    verdict: Verdict = "agrees" if any(fits) else "disagrees"
    first = chosen[0]
    return Judged(
        claim,
        verdict,
        first.id,
        first.figure,
        first.group or claim.group,
        first.wave or claim.wave,
        of_all if fits[0] else of_named,
        tuple(one.id for one in chosen),
        () if fits[0] else tuple(one.id for one in named),
        claim.value - SLACK,
        claim.value + SLACK,
    )
