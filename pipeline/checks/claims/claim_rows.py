"""Claims as rows of the contract."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.checks.claims.verdicts import Judged
from pipeline.core.contract import CLAIMS, ClaimRow
from pipeline.core.table_files import sort_key


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
