"""Which wave a base is of that is printed once for several.

Whose it is shows in the marks: a bar's length times its own base is a whole count of respondents, times another's it is
anything. One chart may be too small to tell, but an edition's charts are made by one hand, so the evidence of all of
them is pooled: does the base belong to the earliest or the latest wave?
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from pipeline.observations.observe import Observation

DECISIVE = math.log(100.0)
"""Log likelihood ratio from which one wave's claim to the base is taken: a hundred to one."""
FINEST = 0.03
"""Least spread of counts around whole numbers that is credited: a mark is placed to about a thousandth of the axis."""


def pooled(several: Sequence[tuple[list[Observation], int]]) -> dict[int, int | None]:
    """By serial, the base of values of several waves, where marks tell whose it is."""
    bases: dict[int, int | None] = {}
    evidence = [(members, base, _support(members, base)) for members, base in several]
    ends: tuple[Callable[[Mapping[str, float]], str], ...] = (min, max)
    totals = {which: sum(s[which(s)] for _, _, s in evidence if s) for which in ends}
    best, other = sorted(totals, key=lambda which: -totals[which])
    if totals[best] < DECISIVE or totals[best] - totals[other] < DECISIVE:
        return bases
    for members, base, support in evidence:
        waves = support or {o.roles.wave: 0.0 for o in members if o.roles.wave is not None}
        wave = best(waves)
        if waves[wave] - max((v for w, v in waves.items() if w != wave), default=0.0) > -DECISIVE:
            bases |= {o.serial: base if o.roles.wave == wave else None for o in members}
    return bases


def _support(members: Sequence[Observation], base: int) -> dict[str, float]:
    """Log likelihood, for each wave, that its marks times `base` are whole counts (normal around them) rather than
    anything (uniform). Empty when the marks of fewer than two waves were measured, or when they are as long as the
    rounded numbers printed beside them say: then they were drawn from those, and know of no count."""
    by_wave: dict[str, list[float]] = defaultdict(list)
    printed: list[float] = []
    for o in members:
        measured = o.source.entry.measured
        if o.roles.wave is not None and measured is not None:
            count = measured * base / 100
            by_wave[o.roles.wave].append(count - round(count))
            printed.append((measured - o.value) * 10**o.number.decimals)
    if len(by_wave) < 2 or _log_likelihood(printed) > 0:
        return {}
    return {wave: _log_likelihood(misses) for wave, misses in by_wave.items()}


def _log_likelihood(misses: Sequence[float]) -> float:
    spread = max(math.sqrt(sum(m * m for m in misses) / len(misses)), FINEST)
    return -len(misses) * (math.log(spread * math.sqrt(2 * math.pi)) + 0.5)
