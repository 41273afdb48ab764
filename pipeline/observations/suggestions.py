"""Drafts of the catalogue that values rest on: a draft decides nothing until a steward has confirmed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.catalogue.matching import text_key
from pipeline.catalogue.model import Draft
from pipeline.core.contract import Severity
from pipeline.core.findings import Finding, finding

if TYPE_CHECKING:
    from pipeline.observations.observe import Observation


def undecided(observations: Iterable[Observation]) -> tuple[list[Observation], list[Finding]]:
    """A finding for every draft of the catalogue that values rest on, and the values with its code; not for a draft
    wording that is much like the question's others, which only waits to be looked at."""
    flagged = []
    resting: dict[tuple[str, _Under], list[Observation]] = defaultdict(list)
    for o in observations:
        under = _draft_under(o)
        if under is not None:
            resting[o.figure, under].append(o)
        drafted = under is not None and under.severity == "error"
        flagged.append(replace(o, flags=o.flags | {"catalogue-draft"}) if drafted else o)
    return flagged, [
        finding(
            "catalogue-draft",
            f"{under.said}: nobody has confirmed that yet; {len(some)} value(s) of figure {figure} wait for it",
            page=some[0].source.entry.page,
            figure=figure,
            box=some[0].part.box,
            found=under.name,
            severity=under.severity,
        )
        for (figure, under), some in resting.items()
    ]


@dataclass(frozen=True)
class _Under:
    """A draft that values rest on: its name in the catalogue, what it claims, and how much that matters."""

    name: str
    said: str
    severity: Severity


def _draft_under(o: Observation) -> _Under | None:
    """The first draft that the value rests on."""
    if o.question is None:
        return None
    id_, printed = o.question.id, o.wording or ""
    if o.question.draft:
        said = f"“{printed}” is taken for a question that no edition asked before{_hint(o.question)}"
        return _Under(f"question {id_}", said, "error")
    for option, label in ((o.category, o.roles.category), (o.item, o.roles.item)):
        if option is not None and option.draft:
            what = f"another form of option {option.form_of}" if option.form_of else "a new option"
            said = f"“{label}” is taken for {what} of question {id_}{_why(option) if option.form_of else _hint(option)}"
            return _Under(f"option {option.id} of {id_}", said, "error")
    wording = next((w for w in o.question.wordings if w.draft and text_key(w.text) == text_key(printed)), None)
    if wording is None:
        return None
    said = f"“{printed}” is taken for question {id_} in other words{_why(wording)}"
    return _Under(f"a wording of question {id_}", said, "warning" if wording.supported else "error")


def _why(draft: Draft) -> str:
    return f" ({'; '.join(draft.evidence)})" if draft.evidence else ""


def _hint(draft: Draft) -> str:
    return f" (it may be {draft.suggestion.id}, likeness {draft.suggestion.score:.2f})" if draft.suggestion else ""
