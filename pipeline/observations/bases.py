"""The printed number of respondents, and the wave that it belongs to.

A chart of several waves often prints one base. Whose it is shows in the marks: a bar's length times its own base is a
whole count of respondents, times another's it is anything. One chart may be too small to tell, but an edition's charts
are made by one hand, so the evidence of all of them is pooled: does the base belong to the earliest or the latest wave?
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.core.language import exhibit_words
from pipeline.exhibits.part import Part
from pipeline.observations.observe import Observation

_BASE = re.compile(
    rf"(?<!\w)(?:{'|'.join(re.escape(w) for w in exhibit_words('base'))})\s*[=:]\s*"
    r"(\d{1,3}(?:[ .,\u00a0]\d{3})+|\d+)",
    re.IGNORECASE,
)
DECISIVE = math.log(100.0)
"""Log likelihood ratio from which one wave's claim to the base is taken: a hundred to one."""
FINEST = 0.03
"""Least spread of counts around whole numbers that is credited: a mark is placed to about a thousandth of the axis."""


def assign_bases(observations: Sequence[Observation]) -> None:
    """Set `base_n` of every observation whose wave a printed base belongs to; of the others it stays None."""
    parts: dict[int, list[Observation]] = defaultdict(list)
    for o in observations:
        parts[id(o.part)].append(o)
    several: list[tuple[list[Observation], int]] = []
    for members in parts.values():
        base = printed_base(members[0].part)
        if base is None:
            continue
        if len({o.roles.wave for o in members}) == 1:
            for o in members:
                o.base_n = base
        else:
            several.append((members, base))
    _assign_pooled(several)


def printed_base(part: Part) -> int | None:
    """The one base that the titles and texts of `part` print; None when there is none or more than one."""
    found = {re.sub(r"\D", "", m[1]) for text in (*part.titles, *part.texts) for m in _BASE.finditer(text)}
    return int(found.pop()) if len(found) == 1 else None


def _assign_pooled(several: Sequence[tuple[list[Observation], int]]) -> None:
    evidence = [(members, base, _support(members, base)) for members, base in several]
    totals = {which: sum(s[which(s)] for _, _, s in evidence if s) for which in (_earliest, _latest)}
    best, other = sorted(totals, key=lambda which: -totals[which])
    for members, base, support in evidence:
        if not support:
            continue
        wave = best(support)
        pooled = totals[best] - totals[other]
        alone = support[wave] - max(v for w, v in support.items() if w != wave)
        if pooled >= DECISIVE and alone > -DECISIVE:
            for o in members:
                o.base_n = base if o.roles.wave == wave else None


def _earliest(support: Mapping[str, float]) -> str:
    return min(support)


def _latest(support: Mapping[str, float]) -> str:
    return max(support)


def _support(members: Sequence[Observation], base: int) -> dict[str, float]:
    """Log likelihood, for each wave, that its marks times `base` are whole counts (normal around them) rather than
    anything (uniform). Empty when the marks of fewer than two waves were measured."""
    by_wave: dict[str, list[float]] = defaultdict(list)
    for o in members:
        if o.roles.wave is not None and o.source.entry.measured is not None:
            count = o.source.entry.measured * base / 100
            by_wave[o.roles.wave].append(count - round(count))
    if len(by_wave) < 2:
        return {}
    return {wave: _log_likelihood(misses) for wave, misses in by_wave.items()}


def _log_likelihood(misses: Sequence[float]) -> float:
    spread = max(math.sqrt(sum(m * m for m in misses) / len(misses)), FINEST)
    return -len(misses) * (math.log(spread * math.sqrt(2 * math.pi)) + 0.5)
