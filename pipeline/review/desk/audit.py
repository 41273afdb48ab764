"""A random sample of unflagged values, looked at on the page: how many of them are wrong?"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.catalogue.decisions import Audited, in_force
from pipeline.core.contract import ObservationRow
from pipeline.review.settings import SETTINGS

Z = 1.959964
"""Of the normal distribution, for an interval of 95 %."""


@dataclass(frozen=True)
class Outcome:
    """Looked at, wrong among them, and the interval of the error rate (Wilson's, 95 %)."""

    looked_at: int
    wrong: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        return self.wrong / self.looked_at if self.looked_at else 0.0


def sample(observations: Sequence[ObservationRow], size: int = SETTINGS.audit_sample) -> list[ObservationRow]:
    """The values to look at: chance decides, but the same for the same document, whoever opens it.

    The order follows a hash of document and observation, so that the sample stays when other values change.
    """
    lots = {f"{row['source_sha256']} {row['observation_id']}": row for row in observations if not doubted(row)}
    return [lots[lot] for lot in sorted(lots, key=lambda lot: hashlib.sha256(lot.encode()).digest())[:size]]


def doubted(row: ObservationRow) -> bool:
    """Does a flag say that the value may be wrong?"""
    flags = row["flags"]
    return isinstance(flags, list) and any(str(flag).startswith(("extraction-", "catalogue-")) for flag in flags)


def outcome(audit: Sequence[Audited]) -> Outcome:
    """The observed error rate with Wilson's interval (E. B. Wilson, JASA 22, 1927)."""
    judged = in_force(audit)
    n, wrong = len(judged), sum(not one.right for one in judged)
    if not n:
        return Outcome(0, 0, 0.0, 1.0)
    rate = wrong / n
    centre = (rate + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n))
    return Outcome(n, wrong, max(centre - half, 0.0), min(centre + half, 1.0))
