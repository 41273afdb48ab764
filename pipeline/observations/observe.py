"""Parts of figures to observations: number, unit, kind, question, wave, group, item and category of every value."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cached_property
from operator import eq
from typing import cast

from pipeline.catalogue.matching import match_option, tokens
from pipeline.catalogue.model import AD_HOC, Catalogue, Group, Option, Question, Study
from pipeline.core.contract import Kind, Method, ObservationRow, Unit
from pipeline.core.errors import describe
from pipeline.core.findings import Finding
from pipeline.core.language import exhibit_words
from pipeline.core.numbers import ROUNDING_PER_SHARE, YEAR, Number
from pipeline.core.periods import plain_years
from pipeline.exhibits.reading import Part, PartValue
from pipeline.observations.dimensions import Roles, assign_roles, colour_vote, group_named, with_default
from pipeline.observations.printed_numbers import numbers_of, usual_percents, with_decimal_mark
from pipeline.observations.questions import exhibit_finding, recognise_question
from pipeline.observations.units import UNIT_GUESSED, option_of, units_of

LISTED = 6
"""Values that a message quotes: enough to find the place on the page; a map of the world holds eighty alike."""


@dataclass(frozen=True)
class Observation:
    """One published value; `row()` is its row of the contract. Coordinates in points, origin top left.

    Later stages return changed copies (`dataclasses.replace`), which keep `serial` and `exhibit`.
    """

    serial: int
    """Its number among all values of the edition: the same value at every stage, whatever its labels become."""
    exhibit: int
    """The number of its part among all parts of the edition."""

    study: str
    edition: str
    figure: str
    page: int
    question: Question | None
    question_printed: str | None
    kind: Kind
    roles: Roles
    category: Option | None
    item: Option | None
    number: Number
    value: float
    unit: str
    source_sha256: str
    part: Part
    source: PartValue
    base_n: int | None = None
    flags: frozenset[str] = frozenset()
    measures_differ: bool = False
    """The part prints a rank and a score of the same thing, so that the id must say which."""
    duplicate: int = 0
    """Counts up where nothing tells two values of a figure apart."""
    repeated: tuple[Observation, ...] = ()
    """The same value printed again in a chart of the same figure."""

    @property
    def missing(self) -> bool:
        """Does a mark stand where the value would?"""
        return math.isnan(self.value)

    @property
    def wording(self) -> str | None:
        """The question without the figure word and number that may be printed before it: these change over editions."""
        numbered = self.question_printed is not None and self.question_printed == self.part.printed
        return self.part.titles[0] if numbered and self.part.titles else self.question_printed

    @cached_property
    def observation_id(self) -> str:
        measure = {"rank": "rank", "mean_score": "score"}.get(self.unit) if self.measures_differ else None
        parts = (
            self.study,
            self.edition,
            self.figure,
            self.question.id if self.question else slug(self.wording or "") or "-",
            (self.item.id if self.item else slug(self.roles.item or "")) or "-",
            (self.category.id if self.category else slug(self.roles.category or "")) or "-",
            self.roles.group or "-",
            (self.roles.wave or "-")
            + (f":{measure}" if measure else "")
            + (f"~{self.duplicate}" if self.duplicate else ""),
        )
        return "/".join(parts)

    @property
    def key(self) -> tuple[object, ...]:
        return (
            self.figure,
            self.question_printed,
            self.roles.item,
            self.roles.category,
            self.roles.group,
            self.roles.wave,
            self.unit,
        )

    def _wording(self, label: str | None, option: Option | None) -> str | None:
        """The label as printed; in pictures, where only OCR has read it, the catalogue's wording once it is certain."""
        if option is None or self.part.method != "picture":
            return label
        return next(iter(option.label.values()))

    def row(self) -> ObservationRow:
        box = self.source.entry.box
        entry = self.source.entry
        return {
            "study": self.study,
            "edition": self.edition,
            "observation_id": self.observation_id,
            "page": entry.page,
            "figure": self.figure,
            "question_id": self.question.id if self.question else None,
            "question": self.question_printed,
            "headline": self.part.headline,
            "kind": self.kind,
            "group": self.roles.group,
            "wave": cast(str, self.roles.wave),
            "item_id": self.item.id if self.item else None,
            "item": self._wording(self.roles.item, self.item),
            "category_id": self.category.id if self.category else None,
            "category": self._wording(self.roles.category, self.category),
            "value": None if self.missing else self.value,
            "value_printed": entry.printed,
            "unit": cast(Unit, self.unit),
            "scale": self.question.scale if self.question and self.unit in ("rank", "mean_score") else None,
            "base_n": self.base_n,
            "x0": round(box.x0, 2),
            "top": round(box.top, 2),
            "x1": round(box.x1, 2),
            "bottom": round(box.bottom, 2),
            "method": cast(Method, self.part.method),
            "readers": "+".join(dict.fromkeys(name for one in self.source.readers for name in one.split("+"))),
            "confidence": round(self.source.confidence, 3),
            "flags": sorted(self.flags),
            "source_sha256": self.source_sha256,
        }


def observe(
    parts: Iterable[Part], catalogue: Catalogue, edition: str, source_sha256: str
) -> tuple[list[Observation], list[Finding]]:
    """Observations of all `parts`, with the findings that reading them raised; one for a part that cannot be read. Of
    each part those that are `missing` come last."""
    observations: list[Observation] = []
    findings: list[Finding] = []
    whole = whole_tables(parts, catalogue.study.groups)
    catalogue = with_decimal_mark(whole, catalogue)
    usual = usual_percents(whole)
    for exhibit, part in enumerate(whole):
        try:
            found, raised = _observe_part(part, catalogue, edition, source_sha256, exhibit, len(observations), usual)
        except Exception as error:  # whatever one exhibit holds, the others are still wanted
            message = f"An exhibit of page {part.page} cannot be understood ({describe(error)})."
            found, raised = [], [exhibit_finding("extraction-page-incomplete", part, message)]
        observations += found
        findings += raised
    years = plain_years(o.roles.wave for o in observations)
    return [_in_wave(o, years.get(o.roles.wave or "")) for o in observations], findings


def _in_wave(observation: Observation, year: str | None) -> Observation:
    return replace(observation, roles=replace(observation.roles, wave=year)) if year else observation


def whole_tables(parts: Iterable[Part], groups: Sequence[Group]) -> list[Part]:
    """The parts, those of a table that goes on over page breaks as one."""
    wholes: list[tuple[Part, list[PartValue], list[PartValue], _Shown]] = []
    for part in parts:
        own = _shown(part, groups) if part.method == "table" else (set(), set(), set())
        whole = next((one for one in wholes if _goes_on(one[0], one[3], part, own, groups)), None)
        if whole is None:
            wholes.append((part, list(part.values), list(part.missing), own))
            continue
        whole[1].extend(part.values)
        whole[2].extend(part.missing)
        whole[3][0].update(own[0])  # its headings and colours are among those known
    return [replace(part, values=tuple(values), missing=tuple(gone)) for part, values, gone, _ in wholes]


_Shown = tuple[set[tuple[str, ...]], set[tuple[int, str]], set[str | None]]
"""The names of the rows, the headings of the columns and the groups told by colour of a table."""


def _goes_on(before: Part, known: _Shown, part: Part, own: _Shown, groups: Sequence[Group]) -> bool:
    """Is `part` the rest of the table `before`? It has no headings, colours or title but those, and other rows."""
    if before.figure != part.figure or not before.method == part.method == "table" or part.page <= before.page:
        return False
    if not set(part.titles) <= set(before.titles) or any(
        group_named(text, groups) for text in part.texts if text not in before.texts
    ):
        return False
    (rows, heads, colours), (more, same, still) = known, own
    return bool(more) and rows.isdisjoint(more) and same <= heads and still <= colours


def _shown(part: Part, groups: Sequence[Group]) -> _Shown:
    rows = {tuple(x.text for x in v.entry.labels if x.axis == "row") for v in part.values}
    heads = {(x.level, x.text) for v in part.values for x in v.entry.labels if x.axis == "column"}
    return rows, heads, {colour_vote(v, groups) for v in part.values}


def _observe_part(
    part: Part, catalogue: Catalogue, edition: str, source_sha256: str, exhibit: int, first: int, usual: float
) -> tuple[list[Observation], list[Finding]]:
    question, printed, findings = recognise_question(part, catalogue, edition)
    unmapped = [f.code for f in findings if f.severity != "info"]
    study = catalogue.study
    year = _year_of_titles(part)
    wave = year or (question.wave if question else None) or (edition if edition != AD_HOC else None)
    rows: list[tuple[PartValue, Number, Roles]] = []
    numbers = numbers_of(part, study.decimal_mark)
    for value, number, roles in zip(part.values, numbers, assign_roles(part, numbers, question, study), strict=True):
        if number is not None:
            rows.append((value, number, with_default(roles, wave, _default_group(part, question, catalogue))))
        elif (value.entry.printed or "").strip().casefold() not in exhibit_words("missing"):
            message = f"{value.entry.printed!r} stands where a number is expected"
            findings.append(exhibit_finding("extraction-unparsed", part, message, value.entry.box))
    units = units_of(rows, part, question, usual)
    several = len({u for u, _ in units if u in ("rank", "mean_score")}) > 1
    observations = []
    for serial, ((value, number, roles), (unit, guessed)) in enumerate(zip(rows, units, strict=True), first):
        observation = Observation(
            serial=serial,
            exhibit=exhibit,
            study=study.id,
            edition=edition,
            figure=part.figure,
            page=part.page,
            question=question,
            question_printed=printed,
            kind="unknown",
            roles=roles,
            category=option_of(roles.category, question.categories if question else ()),
            item=option_of(roles.item, question.items if question else ()),
            number=number,
            value=number.value,
            unit=unit,
            source_sha256=source_sha256,
            part=part,
            source=value,
            flags=frozenset((*value.doubts, *roles.doubts, *unmapped, *([UNIT_GUESSED] if guessed else ()))),
            measures_differ=several,
        )
        observations.append(observation)
    observations = _with_kinds(observations, question)
    observations = [replace(o, flags=o.flags | _label_flags(o, catalogue)) for o in observations]
    findings += _label_findings(part, observations)
    observations += _missing_of(part, observations, study, (wave, _default_group(part, question, catalogue)))
    guesses = sum(guessed for _, guessed in units)
    if guesses:
        message = f"nothing that is printed tells the unit of {guesses} of {len(units)} values"
        findings.append(exhibit_finding(UNIT_GUESSED, part, message))
    return observations, findings


def _missing_of(
    part: Part, observations: Sequence[Observation], study: Study, default: tuple[str | None, str | None]
) -> list[Observation]:
    """The cells in which a mark stands for a value, each like the value that shares most of its labels."""
    if not part.missing or not observations:
        return []
    numbers = [*numbers_of(part, study.decimal_mark), *(None for _ in part.missing)]
    question = observations[0].question
    options = (question.categories, question.items) if question else ((), ())
    told = assign_roles(replace(part, values=(*part.values, *part.missing)), numbers, question, study)
    found: list[Observation] = []
    for value, some in zip(part.missing, told[len(part.values) :], strict=True):
        roles = with_default(some, *default)
        like = max(observations, key=lambda o: sum(map(eq, astuple(o.roles), astuple(roles))))
        names = option_of(roles.category, options[0]), option_of(roles.item, options[1])
        serial, flags = observations[-1].serial + len(found) + 1, frozenset((*value.doubts, *roles.doubts))
        known = replace(like, serial=serial, roles=roles, category=names[0], item=names[1], flags=flags)
        found.append(replace(known, source=value, value=math.nan))
    return found


def _year_of_titles(part: Part) -> str | None:
    """The one year that the question itself names ("cijfers juni 2022")."""
    for title in part.titles[:1]:
        years: set[str] = set(YEAR.findall(title))
        if len(years) == 1:
            return years.pop()
    return None


def _default_group(part: Part, question: Question | None, catalogue: Catalogue) -> str | None:
    """What caption or subtitle, else the catalogue's question, else the study says of the group."""
    for text in part.texts:
        named = group_named(re.sub(r"^\W*\w+\s+\d+\W*", "", text), catalogue.study.groups)
        if named:
            return named
    return (question.group if question else None) or catalogue.study.default_group


def _with_kinds(observations: list[Observation], question: Question | None) -> list[Observation]:
    """The observations with the kind of question that their column shows."""
    by_column: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for o in observations:
        by_column[_column(o)].append(o)
    off = {key: abs(sum(x.value for x in column) - 100) for key, column in by_column.items()}
    single = {k: len(c) > 1 and off[k] <= ROUNDING_PER_SHARE * len(c) for k, c in by_column.items()}
    return [replace(o, kind=_kind(o, single[_column(o)], question)) for o in observations]


def _column(o: Observation) -> tuple[object, ...]:
    return o.roles.item, o.roles.group, o.roles.wave, o.unit


def _kind(o: Observation, single: bool, question: Question | None) -> Kind:
    by_unit: dict[str, Kind] = {"rank": "rank", "mean_score": "mean_score", "points": "difference", "count": "count"}
    if o.unit in by_unit:
        return by_unit[o.unit]
    if o.item is not None and o.item.kind:
        return o.item.kind
    if question is not None and question.kind not in ("rank", "mean_score", "difference"):
        return question.kind
    text = " ".join((*o.part.titles, *o.part.texts, *o.part.notes)).casefold()
    if any(word in text for word in exhibit_words("multiple")):
        return "multiple"
    return "single" if single or any(word in text for word in exhibit_words("single")) else "unknown"


def _label_flags(o: Observation, catalogue: Catalogue) -> set[str]:
    """What the value's labels lack: an option that its question has, a category, a group."""
    flags = set()
    if o.question is not None:
        for label, option, options in (
            (o.roles.category, o.category, o.question.categories),
            (o.roles.item, o.item, o.question.items),
        ):
            if label and option is None and (options or options is o.question.items):
                flags.add("catalogue-unmapped-option")
        if o.roles.category is None and len(o.question.categories) > 1:
            flags.add("extraction-label-missing")
    if catalogue.study.groups and o.roles.group is None:
        flags.add("extraction-group-unknown")
    return flags


def _label_findings(part: Part, observations: list[Observation]) -> list[Finding]:
    """Labels that the mapped question does not have, options that the exhibit lacks, groups nothing tells."""
    findings = _unmapped_options(part, observations) + _missing_options(part, observations)
    nameless = sum("extraction-group-unknown" in o.flags for o in observations)
    if nameless:
        message = f"nothing tells the group of {nameless} of {len(observations)} values"
        findings.append(exhibit_finding("extraction-group-unknown", part, message))
    return findings


def _unmapped_options(part: Part, observations: list[Observation]) -> list[Finding]:
    labels = {
        label: o
        for o in observations
        if o.question is not None and "catalogue-unmapped-option" in o.flags
        for label, option in ((o.roles.category, o.category), (o.roles.item, o.item))
        if label and option is None
    }
    findings = []
    for label, o in labels.items():
        assert o.question is not None
        near = match_option(label, (*o.question.categories, *o.question.items)).suggestion
        hint = f"; nearest is {near.id!r}" if near is not None else ""
        message = f"{label!r} is no option of question {o.question.id}{hint}"
        findings.append(exhibit_finding("catalogue-unmapped-option", part, message))
    return findings


def _missing_options(part: Part, observations: list[Observation]) -> list[Finding]:
    """Options of the question that no value of the part has: lost by the reader, or dropped by the edition."""
    question = next((o.question for o in observations if o.question), None)
    if question is None:
        return []
    seen = {i for o in observations if o.category for i in (o.category.id, *o.category.of)}
    edition = observations[0].edition
    lacking = [o.id for o in question.categories if o.id not in seen and not o.of and o.expected_in(edition)]
    if not lacking or not seen:
        return []
    message = f"question {question.id} has options that no value here carries: {', '.join(lacking)}"
    return [exhibit_finding("extraction-option-missing", part, message)]


def tell_apart(observations: list[Observation]) -> tuple[list[Observation], list[Finding]]:
    """Values that no label tells apart, with distinct ids, and flagged; a finding for each set of them."""
    by_key: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for o in observations:
        by_key[o.key].append(o)
    findings = []
    for same in by_key.values():
        if len(same) > 1:
            values = [o.source.entry.printed or str(o.value) for o in same[:LISTED]]
            message = f"{len(same)} values have the same labels ({', '.join(values + ['…'] * (len(same) > LISTED))})"
            findings.append(
                exhibit_finding("extraction-not-told-apart", same[0].part, message, same[0].source.entry.box)
            )
    seen: Counter[str] = Counter()
    told = []
    for o in observations:
        alike = {"extraction-not-told-apart"} if len(by_key[o.key]) > 1 else set()
        told.append(replace(o, flags=o.flags | alike, duplicate=seen[o.observation_id]))
        seen[o.observation_id] += 1
    return told, findings


def slug(text: str) -> str:
    """The first six words in lower case, joined by `-`, for ids of what the catalogue does not know."""
    return "-".join(tokens(text)[:6])
