"""Claims about other claims: ratios and places in a ranking are judged by the values that their sentence states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.checks.claims.value_index import Index, PublishedValue, linked
from pipeline.checks.claims.verdicts import Judged, tolerance
from pipeline.core.language import words as language_words


def derived(one: Judged, said: Sequence[Judged], index: Index) -> Judged:
    """`one` judged by the observations that the numbers `said` in its sentence link to; as it was where none helps."""
    claim = one.claim
    values = {j.observation_id: index.by_id[j.observation_id] for j in said if j.observation_id in index.by_id}
    if claim.unit == "ratio":
        low, high = tolerance(claim)
        for a in values.values():
            for b in values.values():
                if a is not b and b.value > 0 and low <= a.value / b.value <= high:
                    return replace(linked(claim, a, "agrees"), published=a.value / b.value)
    top = claim.unit == "rank" and claim.printed.lower().startswith(language_words("rank_prefix"))
    if top and values and all(_place(known, index) <= claim.value for known in values.values()):
        first = next(iter(values.values()))
        return linked(claim, first, "agrees")
    return one


def _place(known: PublishedValue, index: Index) -> int:
    """Place of a value among those of its figure, group and wave (1 = highest, ties share the better place)."""
    of = index.exhibit(known.figure, known.page)
    rivals = [o for o in of if (o.group, o.wave, o.unit) == (known.group, known.wave, known.unit)]
    return 1 + sum(other.value > known.value for other in rivals)
