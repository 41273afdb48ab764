"""Claims as the contract has them: rows, and findings where the text contradicts a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.claims.linking import Judged, tolerance
from pipeline.contract import CLAIMS
from pipeline.findings import Finding, finding


def claim_rows(judged: Iterable[Judged], study: str, edition: str) -> list[dict[str, object]]:
    """Rows of the contract's table `claims`, sorted by its key."""
    rows = [_row(one, study, edition) for one in judged]
    return sorted(rows, key=lambda row: [row[name] for name in CLAIMS.key])


def _row(one: Judged, study: str, edition: str) -> dict[str, object]:
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


def contradictions(judged: Sequence[Judged], observations: Iterable[Mapping[str, object]]) -> list[Finding]:
    """A finding for every claim that disagrees with what its figure prints.

    Where the value's own reading is in doubt (a flag of origin extraction), the text may be right: then it is a
    warning.
    """
    doubted = {str(row["observation_id"]) for row in observations if _in_doubt(row.get("flags"))}
    return [_contradiction(one, one.observation_id in doubted) for one in judged if one.verdict == "disagrees"]


def _in_doubt(flags: object) -> bool:
    return isinstance(flags, (list, tuple)) and any(str(flag).startswith("extraction-") for flag in flags)


def _contradiction(one: Judged, doubted: bool) -> Finding:
    claim, (low, high) = one.claim, tolerance(one.claim)
    published = f"{one.published:g}" if one.published is not None else "another number"
    return finding(
        "source-prose",
        f"Page {claim.page}: the text says {claim.printed} ({claim.subject}), figure {one.figure} prints {published}"
        f"{', which was read with doubt' if doubted else ''}: {claim.sentence}",
        page=claim.page,
        figure=one.figure,
        box=claim.box,
        observation_id=one.observation_id,
        expected=published,
        found=f"{claim.value:g} ({low:g} to {high:g} would do)",
        severity="warning" if doubted else None,
    )
