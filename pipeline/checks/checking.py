"""Checks: what must hold among the values of an edition, and whether the report or the extraction is at fault.

places      does the page print each value and label where it was read?
prose       what the running text says of the values
rules       what must hold among the values themselves
evidence    who is at fault where a rule fails
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from pipeline.catalogue.model import Catalogue
from pipeline.checks.arithmetic import RULES, Constraint, PrintedPlace
from pipeline.checks.claims.verdicts import Judged
from pipeline.checks.evidence import Evidence, misprints, one_digit_apart
from pipeline.checks.places import OFF, WITH_TEXT, Doubt, look_up
from pipeline.checks.prose_checks import Saying, quoted, sayings
from pipeline.core.findings import REGISTRY, Finding, finding
from pipeline.exhibits.assembly import DOUBTED, ONE_READER
from pipeline.layout.text import Passage
from pipeline.observations.observe import Observation
from pipeline.pages.page import Page
from schemas.rules import failures

SUPPORTS = ("sum", "net", "difference", "prose")
"""Rules that bear a value out when they hold exactly: a misread digit would break them."""
UNSUPPORTED = "extraction-ocr-unsupported"
"""The doubt that such support removes."""
EXACTLY = 1e-6
"""A sum that holds only within rounding might hide a misread last digit."""
UNRANKED = " Respondents who left options unranked explain it."
UNMAPPED = 0.85
"""Confidence of a value whose label is none of the options that its question is known to have: new, as the page prints
it. Where character recognition read the label it is more likely misread."""
MOST_LACKING = 0.3
"""Share of a matrix's items from which on the exhibit is another one (one item of several printed apart)."""
MOST_NAMED = 6
"""Values that a finding about several of them names."""
MOST_MISPRINTS = 2
"""Where more values than this could each be the misprint, naming them helps nobody."""


def check(
    observations: Sequence[Observation],
    catalogue: Catalogue,
    earlier: Iterable[Finding] = (),
    judged: Sequence[Judged] = (),
    passages: Sequence[Passage] = (),
    pages: Sequence[Page] = (),
) -> tuple[list[Observation], list[Finding]]:
    """The observations with the codes of all checks and their confidence weighed by them, and the findings.

    `earlier` are the findings of the stages before: a figure that lost something is no witness against the report.
    `judged` are the claims of the running text `passages`; without `pages` the page is no witness.
    """
    before, witness = list(earlier), look_up(observations, pages)
    flags = {o.serial: set(o.flags) for o in observations}
    for doubt in witness.doubts:
        flags[doubt.observation.serial].add(doubt.code)
    findings = [*map(_doubted, witness.doubts), *_missing_items(observations)]
    said = sayings(judged, passages, observations, catalogue)
    rows = [row for rule in RULES for row in rule(observations, catalogue)] + [one.checked for one in said]
    failed = _failed(rows)
    supported = _supported([row for row in rows if row not in failed], flags)
    for serial in supported:
        flags[serial].discard(UNSUPPORTED)
    evidence = Evidence.of([*before, *findings], witness.confirmed, quoted(judged), flags)
    contradicted = [one for one in said if one.checked in failed]
    for row in failed:
        judgement = _judge(row, evidence, contradicted)
        if judgement is None:
            continue
        findings.append(judgement)
        if row.severity != "info":
            for o in row.members:
                flags.setdefault(o.serial, set(o.flags)).add(judgement.code)
    weighed = [_weighed(o, frozenset(flags[o.serial]), o.serial in supported) for o in observations]
    return weighed, findings + list(_flagged(weighed, [*before, *findings]))


def _flagged(observations: Sequence[Observation], findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings for the flags that readers set and no finding tells of: one for each kind and exhibit, with the values;
    where label and mark disagree, one for each value."""
    told = {(f.code, f.figure) for f in findings}
    flagged: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for o in observations:
        for flag in sorted(o.flags):
            if flag.startswith("extraction-") and (flag, o.figure) not in told:
                flagged[flag, o.figure].append(o)
    for (code, figure), members in flagged.items():
        groups = [[o] for o in members] if code == OFF else [members]
        for some in groups:
            place = PrintedPlace.of(some[0])
            yield finding(
                code, _seen(code, some), page=place.page, figure=figure, box=place.box,
                observation_id=some[0].observation_id if len(some) == 1 else None,
                found=some[0].source.entry.printed if len(some) == 1 else None,
            )  # fmt: skip


def _seen(code: str, some: Sequence[Observation]) -> str:
    first, entry = some[0], some[0].source.entry
    if code == OFF and entry.measured is not None:
        return f"{_where(first)}{entry.printed} is printed, its mark measures {entry.measured:.1f}"
    values = ", ".join(f"{o.value:g}" for o in some[:MOST_NAMED]) + (", …" if len(some) > MOST_NAMED else "")
    title = REGISTRY[code].title
    return f"{len(some)} values of figure {first.figure}: {title[0].lower()}{title[1:]} ({values})"


def _doubted(doubt: Doubt) -> Finding:
    o = doubt.observation
    place = PrintedPlace.of(o)
    return finding(
        doubt.code,
        f"{_where(o)}{doubt.message}",
        page=place.page,
        figure=place.figure,
        box=place.box,
        observation_id=o.observation_id,
        found=o.source.entry.printed,
    )


def _missing_items(observations: Sequence[Observation]) -> Iterator[Finding]:
    """Rows of a matrix that the catalogue knows and nobody read."""
    parts: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for o in observations:
        parts[o.figure, o.part.page, o.part.box].append(o)
    for members in parts.values():
        first = members[0]
        items = [i.id for i in first.question.items if i.expected_in(first.edition)] if first.question else []
        lacking = sorted(set(items) - {o.item.id for o in members if o.item})
        if lacking and len(lacking) < MOST_LACKING * len(items):
            message = f"{_where(first)}no value for {', '.join(lacking)}"
            yield finding(
                "extraction-item-missing", message, page=first.part.page, figure=first.figure, box=first.part.box
            )


def _weighed(o: Observation, flags: frozenset[str], supported: bool) -> Observation:
    """The observation with the `flags`, and no confidence beyond what they allow; more where a rule bears it out."""
    doubted = any(flag.startswith("extraction-") for flag in flags)
    unmapped = "catalogue-unmapped-option" in flags
    misread = doubted or (unmapped and o.part.method not in WITH_TEXT)
    most = DOUBTED if misread else UNMAPPED if unmapped else 1.0
    confidence = min(ONE_READER if supported else o.source.confidence, most)
    return replace(o, flags=flags, source=replace(o.source, confidence=confidence))


def _failed(rows: Sequence[Constraint]) -> dict[Constraint, None]:
    """The rows that break their rule, rule by rule."""
    rules = list(dict.fromkeys(row.rule for row in rows))
    ordered = sorted(rows, key=lambda row: rules.index(row.rule))
    return dict.fromkeys(ordered[i] for i in failures([row.row() for row in ordered]))


def _supported(rows: Iterable[Constraint], flags: Mapping[int, AbstractSet[str]]) -> set[int]:
    """Serials of values that only OCR gave, and that a rule bears out: they are doubted no longer."""
    exact = (
        row
        for row in rows
        if row.rule in SUPPORTS and (row.rule == "prose" or abs(row.found - (row.low + row.high) / 2) < EXACTLY)
    )
    return {o.serial for row in exact for o in row.members if UNSUPPORTED in flags.get(o.serial, ())}


def _judge(row: Constraint, evidence: Evidence, contradicted: Sequence[Saying]) -> Finding | None:
    """The finding for a rule that failed; None where rounding explains it and the report is not clearly at fault."""
    origin, why = evidence.origin(row)
    severity = row.severity
    if (origin == "extraction" and severity == "info") or (origin == "source" and not row.proven):
        return None
    code = f"{origin}-{row.rule}"
    first = row.members[0] if row.members else None
    place = row.place or (PrintedPlace.of(first) if first else None)
    excuse = {"info": " Rounding explains it.", "warning": " Rounding hardly explains it.", "error": ""}[severity]
    excuse = UNRANKED if row.rule == "rank-total" and excuse else excuse
    likely = _misprint(row, contradicted) if origin == "source" else ""
    low, high, found = f"{row.low:g}", f"{row.high:g}", f"{row.found:g}"
    sentence = row.sentence.format(low=low, high=high, found=found)
    return finding(
        code,
        f"{_where(first)}{sentence}.{excuse} {why}{likely}".strip(),
        page=place.page if place else None,
        figure=place.figure if place else None,
        box=place.box if place else None,
        observation_id=first.observation_id if first else None,
        expected=low if low == high else f"{low}..{high}",
        found=found,
        severity=None if severity == "error" else severity,
    )


def _where(o: Observation | None) -> str:
    if o is None:
        return ""
    about = [x for x in (o.roles.group, o.roles.wave, o.roles.item) if x]
    return f"figure {o.figure}, page {o.source.entry.page}" + (f" ({', '.join(about)}): " if about else ": ")


def _misprint(row: Constraint, contradicted: Sequence[Saying]) -> str:
    """Which value, printed otherwise, would mend the rule: and the text too, where that says otherwise than the figure;
    else only what one digit changes."""
    likely = misprints(row)
    members = {o.serial for o in row.members}
    against = [one for one in contradicted if one.checked is not row and not members.isdisjoint(one.serials)]
    if against:
        likely = [(o, other) for o, other in likely if all(one.holds({o.serial: other}) for one in against)]
    else:
        likely = [(o, other) for o, other in likely if one_digit_apart(f"{o.value:g}", f"{other:g}")]
    if not 0 < len(likely) <= MOST_MISPRINTS:
        return ""
    named = " or ".join(f"{o.source.entry.printed} for {o.roles.category!r} ({fit:g} would fit)" for o, fit in likely)
    mended = "rule and text" if against else "the rule, by one digit"
    return f" A likely misprint, as it would mend {mended}: {named}."
