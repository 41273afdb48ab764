"""What a steward has signed about values and findings (`decisions`), applied: corrections, and findings that are known.

A correction applies only where what it expects still stands, else the edition fails. `set: absent` removes an
observation; `expect: absent` adds one to the exhibit of the one named. Entries see what earlier ones did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pipeline.catalogue.decisions import (
    ABSENT,
    AcceptedFinding,
    Correction,
    Decisions,
    Said,
    in_force,
    load_decisions,
)
from pipeline.catalogue.matching import match_option
from pipeline.core.errors import UsageError
from pipeline.core.findings import CORRECTED, REGISTRY, Finding, finding
from pipeline.core.numbers import DecimalMark, parse_number
from pipeline.exhibits.assembly import BOTH_AGREE
from pipeline.observations.observe import Observation

__all__ = ["accept", "correct", "load_decisions"]

ROLES = ("group", "wave", "item", "category")


# --- corrections -----------------------------------------------------------------------------------------------------


def correct(
    observations: Sequence[Observation], decisions: Decisions, decimal: DecimalMark = ","
) -> tuple[list[Observation], list[Finding]]:
    """The observations as corrected, and a finding for each correction that keeps what stood before.

    Raises UsageError for a correction whose observation is gone or holds something else than it expects.
    """
    standing = {o.observation_id: o for o in observations}
    serial = max((o.serial for o in observations), default=-1)
    findings = []
    for one in in_force(decisions.corrections):
        o = standing.get(one.observation)
        if o is None:
            raise _stale(one, decisions, "is not in the extraction")
        if one.expect == ABSENT:
            assert isinstance(one.set, Said)
            serial += 1
            new: Observation | None = _changed(replace(o, serial=serial), one.set, decimal)
            if new is not None and new.observation_id in standing:
                raise _stale(one, decisions, f"would add {new.observation_id}, which is there already")
        else:
            assert isinstance(one.expect, Said)
            differing = [name for name, value in one.expect.columns.items() if _column(o, name) != value]
            if differing:
                found = ", ".join(f"{name} {_column(o, name)!r}" for name in differing)
                raise _stale(one, decisions, f"is expected to hold {one.expect.columns}, the extraction has {found}")
            del standing[one.observation]
            new = _changed(o, one.set, decimal) if isinstance(one.set, Said) else None
            if new is not None and new.observation_id in standing:
                raise _stale(one, decisions, f"would make it {new.observation_id}, which is there already")
        findings.append(_corrected(one, o, new))
        if new is not None:
            standing[new.observation_id] = new
    return list(standing.values()), findings


def _stale(one: Correction, decisions: Decisions, what: str) -> UsageError:
    edition = one.observation.split("/")[1] if one.observation.count("/") > 1 else "EDITION"
    return UsageError(
        f"{decisions.place}/corrections/{edition}.yml: the correction of {one.observation} ({one.date}) is stale: "
        f"it {what}",
        "look at the page again and append an entry: a new correction, or withdraw: true",
    )


def _column(o: Observation, name: str) -> object:
    if name == "printed":
        return o.source.entry.printed
    return getattr(o.roles, name) if name in ROLES else getattr(o, name)


def _changed(o: Observation, said: Said, decimal: DecimalMark) -> Observation:
    """`o` with the columns of `said`, marked as corrected; ids follow the labels."""
    entry = o.source.entry
    printed = said.printed or (entry.printed if said.value is None else _written(said.value, entry.printed, decimal))
    number = parse_number(printed, decimal) if printed is not None else None
    if printed is not None and number is None:
        raise UsageError(f"a correction of {o.observation_id} sets {printed!r}, which is no number", "correct it")
    number = number or o.number
    named: dict[str, Any] = {name: value for name, value in said.columns.items() if name in ROLES}
    roles, category, item = replace(o.roles, **named), o.category, o.item
    if o.question is not None and {"item", "category"} & said.model_fields_set:
        options = {option.id: option for option in (*o.question.categories, *o.question.items)}
        category = options.get(match_option(roles.category or "", o.question.categories).id or "")
        item = options.get(match_option(roles.item or "", o.question.items).id or "")
    return replace(
        o,
        source=replace(o.source, entry=replace(entry, printed=printed), confidence=BOTH_AGREE, doubts=()),
        number=number,
        value=said.value if said.value is not None else number.value,
        unit=said.unit or o.unit,
        base_n=said.base_n or o.base_n,
        roles=roles,
        category=category,
        item=item,
        part=replace(o.part, method="corrected"),
        flags=frozenset(flag for flag in o.flags if not flag.startswith("extraction-")) | {CORRECTED},
        duplicate=0,
    )


def _written(value: float, like: str | None, decimal: DecimalMark) -> str:
    """A value in the form of what was printed: with its sign of percent or currency, and the decimal mark."""
    number = f"{value:g}".replace(".", decimal).replace("-", "–")
    return re.sub(r"^[+–-]?\s*(?=\D*\d)", "", re.sub(r"\d[\d.,]*", lambda _: number, like, count=1)) if like else number


def _corrected(one: Correction, old: Observation, new: Observation | None) -> Finding:
    before = "nothing" if one.expect == ABSENT else _in_short(old)
    after = "nothing" if new is None else _in_short(new)
    shown = new or old
    return finding(
        CORRECTED,
        f"corrected from {before} to {after}: {one.reason} ({one.author}, {one.date})",
        page=shown.source.entry.page,
        figure=shown.figure,
        box=shown.source.entry.box,
        observation_id=shown.observation_id,
        expected=after,
        found=before,
    )


def _in_short(o: Observation) -> str:
    labels = [x for x in (o.roles.category, o.roles.item, o.roles.group, o.roles.wave) if x]
    return f"{o.source.entry.printed or f'{o.value:g}'} ({', '.join(labels)})"


# --- known findings --------------------------------------------------------------------------------------------------


def accept(
    findings: Iterable[Finding], observations: Sequence[Observation], decisions: Decisions
) -> tuple[list[Observation], list[Finding]]:
    """The observations with the codes of what is known; the findings, those that are known as `info` with who looked at
    them, and one more for each entry that fits none.

    What the checks held for a fault of the extraction, and a steward has found printed so, is one of the report.
    """
    standing = in_force(decisions.known)
    left, accepted, out = list(standing), list(observations), []
    for one in findings:
        known = next((entry for entry in standing if entry.fits(one)), None)
        if known is None:
            out.append(one)
            continue
        left = [entry for entry in left if entry is not known]
        shown = _known(one, known)
        accepted = [_renamed(o, one, shown.code) for o in accepted]
        out.append(shown)
    return accepted, [*out, *(_vanished(entry) for entry in left)]


def _known(one: Finding, known: AcceptedFinding) -> Finding:
    at_source = "source-" + one.code.split("-", 1)[1]
    code = at_source if at_source in REGISTRY else one.code
    message = f"{one.message.rstrip('.')}. Known: {known.reason} ({known.author}, {known.date})."
    return replace(one, code=code, severity="info", message=message)


def _renamed(o: Observation, one: Finding, code: str) -> Observation:
    """The observation with `code` in place of the finding's, where it carries that."""
    if code == one.code or o.figure != one.figure or one.code not in o.flags:
        return o
    return replace(o, flags=(o.flags - {one.code}) | {code})


def _vanished(entry: AcceptedFinding) -> Finding:
    what = f"{entry.code} with {entry.found}" if entry.found else entry.code
    message = f"a known finding ({what}; {entry.author}, {entry.date}) no longer occurs"
    return finding("catalogue-known-stale", message, figure=entry.figure, observation_id=entry.observation)
