"""Checks: rules among the values of an edition, and whether the report or the extraction is at fault when one fails.

A failed rule alone does not tell who is at fault. The report is (`source`) when every value involved is backed by two
witnesses (readers that agree, label and mark, the prose) and nothing of the figure was lost; the extraction may be
otherwise. The message says which evidence decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.catalogue import Catalogue
from pipeline.checks.rules import RULES, Checked
from pipeline.figures import BOTH_AGREE
from pipeline.findings import REGISTRY, Finding, finding
from pipeline.observations import Observation

LOST = (
    "extraction-option-missing",
    "extraction-unparsed",
    "extraction-not-told-apart",
    "extraction-number-unaccounted",
)
"""Findings that say that something of a figure may not have been read."""


def check(observations: Sequence[Observation], catalogue: Catalogue, earlier: Iterable[Finding] = ()) -> list[Finding]:
    """Findings of all rules over the observations of one edition; adds the codes to the observations' flags.

    `earlier` are the findings of the stages before: a figure that lost something is no witness against the report.
    """
    damaged = {f.figure for f in earlier if f.code in LOST}
    findings = []
    for rule in RULES:
        for checked in rule(observations, catalogue):
            if not checked.holds:
                findings.append(_judge(checked, damaged))
    return findings


def _judge(checked: Checked, damaged: set[str | None]) -> Finding:
    first = checked.members[0]
    doubtful = [o for o in checked.members if not _well_backed(o)]
    lost = any(o.figure in damaged for o in checked.members)
    origin = "extraction" if doubtful or lost else "source"
    rounding = not checked.beyond_rounding
    code = f"{origin}-{checked.rule}"
    if f"source-{checked.rule}" not in REGISTRY:
        code = f"extraction-{checked.rule}"
    if not rounding or origin == "extraction":
        for o in checked.members:
            o.flags.add(code)
    low, high, found = f"{checked.low:g}", f"{checked.high:g}", f"{checked.found:g}"
    sentence = checked.sentence.format(low=low, high=high, found=found)
    return finding(
        code,
        f"{_where(first)}: {sentence}. {_evidence(checked, doubtful, lost, rounding)}{_misprint(checked)}",
        page=first.source.entry.page,
        figure=first.figure,
        box=first.source.entry.box,
        observation_id=first.observation_id,
        expected=low if low == high else f"{low}..{high}",
        found=found,
        severity="info" if rounding and origin == "source" else None,
    )


def _well_backed(o: Observation) -> bool:
    doubted = any(flag.startswith(("extraction-", "catalogue-")) for flag in o.flags)
    return not doubted and (len(o.source.readers) > 1 or o.source.confidence >= BOTH_AGREE)


def _where(o: Observation) -> str:
    about = [x for x in (o.roles.group, o.roles.wave, o.roles.item) if x]
    return f"figure {o.figure}, page {o.source.entry.page}" + (f" ({', '.join(about)})" if about else "")


def _evidence(checked: Checked, doubtful: Sequence[Observation], lost: bool, rounding: bool) -> str:
    if lost:
        return "Something of this figure was not read, so the extraction may be at fault."
    if doubtful:
        names = ", ".join(sorted({o.source.entry.printed or "(measured)" for o in doubtful})[:4])
        return f"Not backed by a second witness: {names}; the extraction may be at fault."
    readers = sorted({r for o in checked.members for r in o.source.readers})
    size = "rounding explains it" if rounding else "rounding does not explain it"
    return f"All {len(checked.members)} values are read alike by {', '.join(readers)}; {size}."


def _misprint(checked: Checked) -> str:
    """Values of a failed sum of which one changed digit would make it hold, given that the others stand."""
    if checked.rule not in ("sum", "net", "difference") or not checked.beyond_rounding:
        return ""
    target = 100.0 if checked.rule == "sum" else checked.low
    gap = target - checked.found
    likely = []
    for o in checked.members if checked.rule == "sum" else checked.members[:1]:
        other = f"{o.value + gap:g}"
        if _one_digit_apart(f"{o.value:g}", other):
            likely.append(f"{o.source.entry.printed} for {o.roles.category!r} ({other} would fit)")
    return f" One changed digit would mend it: {'; '.join(likely)}." if likely else ""


def _one_digit_apart(one: str, other: str) -> bool:
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
