"""Synthetic histories of a study with known truth: what merging must find, and nothing else.

A `History` says what was asked, how it was worded and what was planted; it gives an edition as the contract's
observations (`rows`). Two of them, unlike in kind, stand in `tests.histories`; `tests.report_typst` and
`tests.report_html` typeset their editions.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from pipeline.catalogue.model import Break, Catalogue, Crosswalk, Group, Option, Question, Study, Wording
from pipeline.core.contract import Row

FIGURES_PER_PAGE = 4
ALWAYS, NEVER = "0000", "9999"


@dataclass(frozen=True)
class Choice:
    """An answer option, offered in waves from `since` to before `until`; `known`: is it in the catalogue?"""

    id: str
    label: str
    since: str = ALWAYS
    until: str = NEVER
    known: bool = True


@dataclass(frozen=True)
class Net:
    """Options that some waves, or some editions for all their waves, print as one number."""

    id: str
    label: str
    of: tuple[str, ...]
    waves_before: str = ALWAYS
    editions_from: str = NEVER
    merged_cell: bool = False
    """Printed in one cell over the rows of its parts, rather than under a label of its own."""

    def printed(self, edition: str, wave: str) -> bool:
        return wave < self.waves_before or edition >= self.editions_from


@dataclass(frozen=True)
class Text:
    """A wording, from an edition on; `known`: is it in the catalogue? One that only looks otherwise is not listed."""

    since: str
    text: str
    known: bool = True
    listed: bool = True


@dataclass(frozen=True)
class Asked:
    """A question of the history. An edition prints its last `waves` waves."""

    id: str
    kind: str
    texts: tuple[Text, ...]
    choices: tuple[Choice, ...]
    groups: tuple[str, ...]
    waves: int = 3
    since: str = ALWAYS
    until: str = NEVER
    missing: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    net: Net | None = None
    decimals: int = 0
    scale: str = "1-7"
    known: bool = True

    def printed_in(self, edition: str) -> bool:
        return self.since <= edition < self.until and edition not in self.missing

    def text(self, edition: str) -> Text:
        return [text for text in self.texts if text.since <= edition][-1]


@dataclass(frozen=True)
class Revision:
    """From `edition` on, a wave's value is printed otherwise: changed by `by`, with other decimals where given."""

    edition: str
    question: str
    wave: str
    category: str
    by: float
    group: str | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class Printed:
    """One printed number."""

    item: str
    category: str
    label: str
    group: str
    wave: str
    value: float
    decimals: int
    known: bool = True


@dataclass(frozen=True)
class History:
    """A study's editions. `planted`: code → what identifies each event that merging must find (edition first)."""

    study: Study
    editions: tuple[str, ...]
    questions: tuple[Asked, ...]
    planted: Mapping[str, set[tuple[str, ...]]]
    order: Callable[[str, list[Asked]], list[Asked]]
    """The questions of an edition in the order of its figures, which shift."""
    group_since: Mapping[str, str] = field(default_factory=dict)
    revisions: tuple[Revision, ...] = ()
    breaks: tuple[Break, ...] = ()

    def __hash__(self) -> int:
        return hash(self.study.id)

    @property
    def by_id(self) -> dict[str, Asked]:
        return {asked.id: asked for asked in self.questions}

    def catalogue(self) -> Catalogue:
        """As a steward has it: all that is known of the study, but for what an edition brings anew."""
        questions = tuple(_question(asked, self.study.languages) for asked in self.questions if asked.known)
        return Catalogue(study=self.study, questions=questions, crosswalk=Crosswalk(breaks=self.breaks))

    def all_rows(self) -> list[list[Row]]:
        """All editions as rows of the contract."""
        return [self.rows(edition) for edition in self.editions]

    def rows(self, edition: str) -> list[Row]:
        """An edition's observations, as a perfect extraction would give them; without ids what nobody can know."""
        out: list[Row] = []
        for number, asked in enumerate(self.asked_in(edition), start=1):
            for place, printed in enumerate(self.values(asked, edition)):
                out.append(_row(self, edition, number, asked, printed, place))
        return out

    def asked_in(self, edition: str) -> list[Asked]:
        return self.order(edition, [q for q in self.questions if q.printed_in(edition)])

    def waves(self, asked: Asked, edition: str) -> list[str]:
        years = [y for y in self.editions if y <= edition and asked.printed_in(y)][-asked.waves :]
        return [w for w in years if (edition, asked.id, w) not in self.planted.get("source-wave-dropped", ())]

    def groups(self, asked: Asked, edition: str) -> list[str]:
        return [g for g in asked.groups if edition >= self.group_since.get(g, ALWAYS)]

    def values(self, asked: Asked, edition: str) -> Iterator[Printed]:
        """What the edition prints of the question, by item, option, group and wave."""
        for item, _ in asked.items or (("", ""),):
            for group in self.groups(asked, edition):
                for wave in self.waves(asked, edition):
                    if wave >= self.group_since.get(group, ALWAYS):
                        yield from self._column(asked, edition, item, group, wave)

    def _column(self, asked: Asked, edition: str, item: str, group: str, wave: str) -> Iterator[Printed]:
        known = {c.id: c for c in asked.choices}
        for category, value in _netted(asked, edition, wave, _shares(asked, item, group, wave)).items():
            choice = known.get(category)
            label = choice.label if choice else asked.net.label if asked.net else category
            value = round(value, asked.decimals)
            printed = Printed(item, category, label, group, wave, value, asked.decimals, not choice or choice.known)
            yield self._revised(asked, edition, printed)

    def _revised(self, asked: Asked, edition: str, printed: Printed) -> Printed:
        for r in self.revisions:
            if (r.question, r.wave, r.category) != (asked.id, printed.wave, printed.category):
                continue
            if edition >= r.edition and r.group in (None, printed.group):
                decimals = asked.decimals if r.decimals is None else r.decimals
                return replace(printed, value=round(printed.value + r.by, decimals), decimals=decimals)
        return printed


def text_of(asked: Asked, printed: Printed, mark: str) -> str:
    """The number as printed, with the decimal mark of the study."""
    text = f"{printed.value:.{printed.decimals}f}".replace(".", mark)
    return text if asked.kind == "mean_score" else f"{text}%"


def _question(asked: Asked, languages: tuple[str, ...]) -> Question:
    def label(id_: str, printed: str) -> dict[str, str]:
        return {"nl": printed, "en": id_} if "nl" in languages else {"en": printed}

    options = [Option(id=c.id, label=label(c.id, c.label)) for c in asked.choices if c.known]
    if asked.net:
        options.append(Option(id=asked.net.id, label=label("5 or more", asked.net.label), of=asked.net.of))
    wordings = tuple(Wording(text=t.text) for t in asked.texts if t.known and t.listed)
    return Question.model_validate(
        {
            "id": asked.id,
            "kind": asked.kind,
            "wordings": wordings,
            "label": label(asked.id, wordings[0].text),
            "scale": asked.scale if asked.kind == "mean_score" else None,
            "choose": 3 if asked.kind == "multiple" else None,
            "group": asked.groups[0] if len(asked.groups) == 1 else None,
            "items": [Option(id=id_, label=label(id_, printed)) for id_, printed in asked.items],
            "categories": options,
        }
    )


def _row(history: History, edition: str, number: int, asked: Asked, printed: Printed, place: int) -> Row:
    study = history.study.id
    parts = (study, edition, str(number), asked.id, printed.item or "-", printed.category, printed.group, printed.wave)
    score = asked.kind == "mean_score"
    mapped = asked.known and asked.text(edition).known
    return {
        "study": study,
        "edition": edition,
        "observation_id": "/".join(parts),
        "page": 1 + (number - 1) // FIGURES_PER_PAGE,
        "figure": str(number),
        "question_id": asked.id if mapped else None,
        "question": asked.text(edition).text,
        "kind": asked.kind,
        "group": printed.group,
        "wave": printed.wave,
        "item_id": (printed.item or None) if mapped else None,
        "item": dict(asked.items).get(printed.item),
        "category_id": printed.category if mapped and printed.known else None,
        "category": printed.label,
        "value": printed.value,
        "value_printed": text_of(asked, printed, history.study.decimal_mark),
        "unit": "mean_score" if score else "percent",
        "scale": asked.scale if score else None,
        "x0": 100.0,
        "top": 100.0 + 12 * place,
        "x1": 130.0,
        "bottom": 110.0 + 12 * place,
        "method": "table",
        "readers": "camelot+geometry",
        "confidence": 0.95,
        "flags": [] if mapped and printed.known else ["catalogue-unmapped"],
        "source_sha256": f"{int(edition):064x}",
    }


@cache
def _shares(asked: Asked, item: str, group: str, wave: str) -> dict[str, float]:
    """Values of a wave, the same in every edition: drawn from the names, so that any wave can be made alone."""
    chance = random.Random("/".join(filter(None, (asked.id, item, group, wave))))
    options = [c.id for c in asked.choices if c.since <= wave < c.until]
    if asked.kind == "mean_score":
        low, high = map(int, asked.scale.split("-"))
        return {id_: round(chance.uniform(low + 1, high - 0.5), asked.decimals) for id_ in options}
    if asked.kind == "multiple":
        return {id_: float(chance.randint(8, 60)) for id_ in options}
    unit = 10**asked.decimals
    cuts = sorted(chance.sample(range(5 * unit, 95 * unit), len(options) - 1))
    return {id_: (b - a) / unit for id_, a, b in zip(options, [0, *cuts], [*cuts, 100 * unit], strict=True)}


def _netted(asked: Asked, edition: str, wave: str, shares: dict[str, float]) -> dict[str, float]:
    net = asked.net
    if net is None or not net.printed(edition, wave):
        return shares
    out: dict[str, float] = {}
    for id_, value in shares.items():
        key = net.id if id_ in net.of else id_
        out[key] = out.get(key, 0.0) + value
    return out


def group(id_: str, dutch: str, english: str, colour: str) -> Group:
    return Group(id=id_, label={"nl": dutch, "en": english}, colours=(colour,))
