"""Claims about other claims: ratios and places in a ranking are judged by the values that their sentence states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.checks.claims.value_index import Index, PublishedValue
from pipeline.checks.claims.verdicts import Judged, tolerance
from pipeline.core.language import words as language_words


def derived(one: Judged, judged: Sequence[Judged], index: Index) -> Judged:
    """`one` judged by the observations that the other numbers of its sentence link to; as it was where none helps."""
    claim = one.claim
    said = [
        j
        for j in judged
        if j.observation_id and j.claim.passage == claim.passage and j.claim.sentence == claim.sentence
    ]
    values = {j.observation_id: index.by_id[j.observation_id] for j in said if j.observation_id in index.by_id}
    if claim.unit == "ratio":
        low, high = tolerance(claim)
        for a in values.values():
            for b in values.values():
                if a is not b and b.value > 0 and low <= a.value / b.value <= high:
                    return _agreeing(one, a, a.value / b.value)
    top = claim.unit == "rank" and claim.printed.lower().startswith(language_words("rank_prefix"))
    if top and values and all(_place(known, index) <= claim.value for known in values.values()):
        first = next(iter(values.values()))
        return _agreeing(one, first, first.value)
    return one


def _agreeing(one: Judged, known: PublishedValue, published: float) -> Judged:
    low, high = tolerance(one.claim)
    group, wave = known.group or one.claim.group, known.wave or one.claim.wave
    return replace(
        one,
        verdict="agrees",
        observation_id=known.id,
        figure=known.figure,
        group=group,
        wave=wave,
        published=published,
        low=low,
        high=high,
    )


def _place(known: PublishedValue, index: Index) -> int:
    """Place of a value among those of its figure, group and wave (1 = highest, ties share the better place)."""
    rivals = [
        o for o in index.by_figure[known.figure] if (o.group, o.wave, o.unit) == (known.group, known.wave, known.unit)
    ]
    return 1 + sum(other.value > known.value for other in rivals)
