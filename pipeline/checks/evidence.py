"""Who is at fault when a rule fails: the report (`source`) or the extraction? What speaks for each, in words.

The report is at fault when every value involved has two witnesses and nothing of the figure was lost. Witnesses are a
second reader, the mark's length or angle, a chart that repeats the table, the running text that quotes the value, and
the page itself: it prints the number at that place, and no other label stands nearer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pipeline.checks.arithmetic import Constraint
from pipeline.core.findings import CORRECTED, Finding
from pipeline.exhibits.assembly import BOTH_AGREE
from pipeline.observations.observe import Observation

LOST = (
    "extraction-option-missing",
    "extraction-unparsed",
    "extraction-not-told-apart",
    "extraction-read-twice",
)
"""Findings that say that something of their exhibit may not have been read."""
LEFT_OVER = "extraction-number-unaccounted"
"""The same, where figures are not named but the place is."""
NAMED = 4
"""Values that a message names; more would hide the point."""


@dataclass(frozen=True)
class Evidence:
    """What is known about the values besides themselves. `confirmed` are serials of observations that the page bears
    out, `quoted` ids of those that the running text quotes, `flags` those that checks have set so far, by serial."""

    losses: tuple[Finding, ...]
    confirmed: frozenset[int]
    quoted: frozenset[str]
    flags: Mapping[int, AbstractSet[str]]

    @classmethod
    def of(
        cls,
        earlier: Iterable[Finding],
        confirmed: frozenset[int],
        quoted: frozenset[str],
        flags: Mapping[int, AbstractSet[str]],
    ) -> Evidence:
        return cls(tuple(f for f in earlier if f.code in LOST or f.code == LEFT_OVER), confirmed, quoted, flags)

    def backed(self, o: Observation) -> bool:
        """Does a second witness stand behind this value, and nothing against it?"""
        if any(
            flag.startswith(("extraction-", "catalogue-")) for flag in self.flags.get(o.serial, o.flags) - {CORRECTED}
        ):
            return False
        witnessed = len(o.source.readers) > 1 or o.source.confidence >= BOTH_AGREE or bool(o.repeated)
        return witnessed or o.serial in self.confirmed or o.observation_id in self.quoted

    def lost(self, o: Observation) -> bool:
        """May something of the value's exhibit not have been read?"""
        return any(
            (f.code == LEFT_OVER or f.figure == o.figure)
            and (f.box is None or (f.page == o.source.entry.page and f.box.overlap(o.part.box) > 0))
            for f in self.losses
        )

    def origin(self, checked: Constraint) -> tuple[str, str]:
        """`source` or `extraction`, and the sentence that says why."""
        if checked.rule == "range" and not checked.proven:
            return "extraction", "Its unit is not printed with it."
        doubtful = [o for o in checked.members if not self.backed(o)]
        if any(self.lost(o) for o in checked.members):
            return "extraction", "Something of this figure was not read, so the extraction may be at fault."
        if doubtful:
            names = ", ".join(sorted({_name(o) for o in doubtful})[:NAMED])
            more = f" and {len(doubtful) - NAMED} more" if len(doubtful) > NAMED else ""
            return "extraction", f"Without a second witness: {names}{more}; the extraction may be at fault."
        return "source", self._witnesses(checked.members)

    def _witnesses(self, members: Sequence[Observation]) -> str:
        """Which witnesses make it a fault of the report."""
        if not members:
            return ""
        several = "the value is" if len(members) == 1 else f"all {len(members)} values are"
        readers = sorted({name for o in members for reader in o.source.readers for name in reader.split("+")})
        facts = [f"{several} read alike by {', '.join(readers)}"]
        if all(o.serial in self.confirmed for o in members):
            facts.append("printed so at their places" if len(members) > 1 else "printed so at its place")
        told = sum(o.observation_id in self.quoted for o in members)
        facts += [f"{told} of them quoted by the text" if len(members) > 1 else "quoted by the text"] if told else []
        return f"The report prints it so: {', '.join(facts)}."


def _name(o: Observation) -> str:
    printed = o.source.entry.printed or "a measured value"
    return f"{printed} for {o.roles.category!r}" if o.roles.category else printed


def misprints(checked: Constraint) -> list[tuple[Observation, float]]:
    """Which single value, printed otherwise, would make a failed rule hold: (observation, the value that would fit)."""
    if checked.severity != "error" or checked.rule not in ("sum", "net", "difference"):
        return []
    target = (checked.low + checked.high) / 2
    gap = target - checked.found
    changed = checked.members if checked.rule == "sum" else checked.members[:1]
    return [(o, round(o.value + gap, 6)) for o in changed if o.unit != "percent" or 0 <= o.value + gap <= 100]


def one_digit_apart(one: str, other: str) -> bool:
    """True where a typist's slip turns one number into the other: a digit changed, left out or too many."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
