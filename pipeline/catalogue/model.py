"""The catalogue: a study's own data about itself, as YAML under schemas/STUDY/, checked as it is read.

    study.yml       title, languages, figure word, groups with colours and words
    questions.yml   questions with kind, wording by edition, items, categories, nets
    crosswalk.yml   answer options over editions, harmonised (optional)
    KIND/EDITION.yml   signed decisions of a steward about an edition (optional, see `decisions`)

No page, position or value stands here: values come from the PDF.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.catalogue.yaml_reading import parse_yaml, read_yaml
from pipeline.core.colours import RGB, from_hex
from pipeline.core.contract import Kind
from pipeline.core.errors import UsageError
from pipeline.core.language import words as language_words

ID = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
"""Identifiers: lower case, digits, `_` and `-`; they end up in observation ids and file names."""


def _colour(text: str) -> str:
    from_hex(text)
    return text.lower()


Colour = Annotated[str, AfterValidator(_colour)]
Translations = dict[str, str]
"""Language code → label, e.g. {nl: Aanbieders, en: Providers}."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, ignored_types=(cached_property,))


class Suggestion(_Model):
    """What a draft may be instead: an id of the catalogue, and how well it fits, 0..1."""

    id: str
    score: float


class Draft(_Model):
    """What a program proposed (`draft: true`) until a steward has confirmed it, with what else it may be."""

    draft: bool = False
    suggestion: Suggestion | None = None
    evidence: tuple[str, ...] = ()
    """What speaks for the draft, a line for each independent witness (its text, values that two editions print)."""

    @property
    def supported(self) -> bool:
        """Is it confirmed by two witnesses, so that a steward may confirm it with all others that are?"""
        return self.draft and len(self.evidence) > 1


class Group(Draft):
    """A respondent group: how reports name it and which colours mark it."""

    id: ID
    label: Translations
    colours: tuple[Colour, ...] = ()
    words: tuple[str, ...] = ()
    """Other names in headers and prose (`business`, `internen`), any case."""

    @property
    def rgb(self) -> tuple[RGB, ...]:
        return tuple(from_hex(c) for c in self.colours)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.label.values(), *self.words)))


class Option(Draft):
    """An answer option (category) or an item of a matrix question. `labels` are all printed forms over editions."""

    id: ID
    label: Translations
    labels: tuple[str, ...] = ()
    kind: Kind | None = None
    """For an item whose numbers are of another kind than the question's (a rank beside its mean score)."""
    of: tuple[ID, ...] = ()
    """For a net: the categories that it sums."""
    terms: tuple[ID, ...] = ()
    """For a difference item: [minuend, subtrahend]."""
    exclusive: bool = False
    """In a question of kind `multiple`: nobody who gives this answer gives another ("none of these")."""
    since: str | None = None
    """First edition that offers it; blank where all do."""
    until: str | None = None
    """Last edition that offers it."""
    form_of: ID | None = None
    """For a draft: the option of which its label is another printed form, as far as the evidence goes."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.label.values(), *self.labels)))

    def expected_in(self, edition: str) -> bool:
        return not self.draft and (self.since or edition) <= edition <= (self.until or edition)


class Wording(Draft):
    """A question as printed in some editions (all when `editions` is empty)."""

    text: str
    editions: tuple[str, ...] = ()


class AnswerScale(_Model):
    """Answers that several questions share (yes and no, from "agree" to "disagree"), in the order of the print."""

    id: ID
    options: tuple[Option, ...] = Field(min_length=1)


class Ranks(_Model):
    """A top list ranks the options of another question by its values (of one item of it)."""

    question: ID
    item: ID | None = None


class Question(Draft):
    """A question, stable over editions."""

    id: ID
    kind: Kind
    wordings: tuple[Wording, ...]
    label: Translations = {}
    scale: str | None = Field(default=None, pattern=r"^\d+-\d+$")
    choose: int | None = Field(default=None, ge=1)
    """How many options a respondent may choose, of kind `multiple`."""
    group: ID | None = None
    """The group asked, where neither colour nor header nor caption tells it."""
    wave: str | None = None
    """The survey year, where the exhibit prints none and it is not the edition's."""
    ranks: Ranks | None = None
    """For a top list: the question by whose values the options are ordered."""
    items: tuple[Option, ...] = ()
    answers: ID | None = None
    """The scale of the catalogue whose options its categories begin with."""
    categories: tuple[Option, ...] = ()
    note: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*(w.text for w in self.wordings), *self.label.values())))


class Study(_Model):
    """What holds for the whole study. `figure_words` name exhibits in captions and text (`Figuur`, `Figure`)."""

    id: ID
    title: Translations
    languages: tuple[str, ...]
    decimal_mark: Literal[",", "."] = "."
    figure_words: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    default_group: ID | None = None
    """The group of every value that nothing else assigns, for a study with one population."""
    licence: str | None = None
    publisher: str | None = None


class HarmonisedOption(_Model):
    """Options of one question that some wave prints as one, where the question's own nets do not say it."""

    question: ID
    id: ID
    """A new id, or that of an option."""
    of: tuple[ID, ...] = Field(min_length=1)
    label: Translations = {}
    note: str | None = None


class Break(Draft):
    """From `from_wave` on, values are not comparable with earlier waves; or they are, though their wording changed.

    A draft says nothing until it is confirmed.
    """

    question: ID
    from_wave: str
    reason: Literal["wording", "options", "base", "group", "mode"]
    comparable: bool = False
    """True: a steward looked at the change and found the waves comparable; no break is drawn."""
    group: ID | None = None
    """Only this group; all when blank."""
    note: str | None = None


class Crosswalk(_Model):
    """How questions and options of different editions correspond, where ids and nets do not tell."""

    harmonised: tuple[HarmonisedOption, ...] = ()
    breaks: tuple[Break, ...] = ()


class Catalogue(_Model):
    """A study with its questions. Unknown ids, or ids used twice, are refused when it is loaded."""

    study: Study
    scales: tuple[AnswerScale, ...] = ()
    questions: tuple[Question, ...] = ()
    crosswalk: Crosswalk = Crosswalk()
    fingerprint: str = ""
    """SHA-256 over the catalogue's files; part of the cache key and of every baseline."""
    folder: Path | None = None
    """Where it was read from: what stewards sign about an edition lies there too."""

    @cached_property
    def by_id(self) -> dict[str, Question]:
        return {q.id: q for q in self.questions}

    @cached_property
    def group_ids(self) -> tuple[str, ...]:
        return tuple(g.id for g in self.study.groups)

    def place_of(self, question: Question, name: str, at: int) -> list[str | int]:
        """Where option `at` of the question's `categories` or `items` stands in questions.yml: in its scale, or in its
        own list."""
        number = next((i for i, scale in enumerate(self.scales) if scale.id == question.answers), None)
        shared = len(self.scales[number].options) if number is not None and name == "categories" else 0
        if number is not None and at < shared:
            return ["scales", number, "options", at]
        return ["questions", self.questions.index(question), name, at - shared]

    @model_validator(mode="before")
    @classmethod
    def _with_scales(cls, fields: Any) -> Any:
        scales: dict[Any, Any] = {one.get("id"): one.get("options") for one in _mappings(fields, "scales")}
        shared = [q for q in _mappings(fields, "questions") if q.get("answers")]
        for question in shared:
            if not isinstance(scales.get(question["answers"]), list):
                raise ValueError(f"question {question.get('id')} names the unknown scale {question['answers']}")
        if not shared:
            return fields
        return fields | {
            "questions": [
                q | {"categories": [*scales[q["answers"]], *(q.get("categories") or [])]} if q in shared else q
                for q in fields["questions"]
            ]
        }

    @model_validator(mode="after")
    def _consistent(self) -> Catalogue:
        for what, ids in self._id_lists():
            twice = sorted({i for i in ids if ids.count(i) > 1})
            if twice:
                raise ValueError(f"{what} used twice: {', '.join(twice)}")
        groups = {g.id for g in self.study.groups} | {None}
        for question in self.questions:
            if question.group not in groups:
                raise ValueError(f"question {question.id} names the unknown group {question.group}")
            options = (*question.categories, *question.items)
            named = {i for o in options for i in (*o.of, *o.terms)} | {o.form_of for o in options if o.form_of}
            missing = named - {o.id for o in options}
            if missing:
                raise ValueError(f"question {question.id} refers to unknown options: {', '.join(sorted(missing))}")
        self._check_crosswalk()
        return self

    def _check_crosswalk(self) -> None:
        options = {q.id: {o.id for o in q.categories} for q in self.questions}
        entries: tuple[HarmonisedOption | Break, ...] = (*self.crosswalk.harmonised, *self.crosswalk.breaks)
        for entry in entries:
            if entry.question not in options:
                raise ValueError(f"the crosswalk names the unknown question {entry.question}")
        for harmonised in self.crosswalk.harmonised:
            missing = set(harmonised.of) - options[harmonised.question]
            if missing:
                raise ValueError(
                    f"the crosswalk names unknown options of {harmonised.question}: {', '.join(sorted(missing))}"
                )
        for broken in self.crosswalk.breaks:
            if broken.group not in {None, *(g.id for g in self.study.groups)}:
                raise ValueError(f"the crosswalk names the unknown group {broken.group}")

    def _id_lists(self) -> Iterator[tuple[str, list[str]]]:
        yield "question id", [q.id for q in self.questions]
        yield "group id", [g.id for g in self.study.groups]
        yield "scale id", [scale.id for scale in self.scales]
        for question in self.questions:
            yield f"category id of {question.id}", [o.id for o in question.categories]
            yield f"item id of {question.id}", [o.id for o in question.items]


def _mappings(fields: Any, name: str) -> list[dict[str, Any]]:
    """The mappings in a list of raw fields; none where it is no list."""
    listed = fields.get(name) if isinstance(fields, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, (list, tuple)) else []


AD_HOC = "adhoc"
"""Study and edition of a report that has none: it is no survey year."""


def bare_catalogue(study: str = AD_HOC) -> Catalogue:
    """The catalogue of a report that belongs to no study: nothing is known, figure words of several languages."""
    words = tuple(word[:1].upper() + word[1:] for word in language_words("figure_words"))
    return Catalogue(
        study=Study(id=study, title={"en": study}, languages=("nl", "en", "fr"), figure_words=words),
    )


def load_catalogue(folder: Path, unsaved: Mapping[Path, str] = MappingProxyType({})) -> Catalogue:
    """Read schemas/STUDY/. Raises UsageError with file, place and remedy on anything that is not well formed.

    `unsaved` are texts that are to be read in place of files: what the catalogue would be with them.
    """
    study_file, questions_file = folder / "study.yml", folder / "questions.yml"
    if study_file not in unsaved and not study_file.is_file():
        raise UsageError(f"study {folder.name!r} is unknown (no {study_file})", "name a folder of schemas/, or add one")
    asked = _content(questions_file, unsaved)
    fields = {
        "study": _content(study_file, unsaved),
        "scales": asked.get("scales") or [],
        "questions": asked.get("questions") or [],
        "crosswalk": _content(folder / "crosswalk.yml", unsaved),
        "fingerprint": fingerprint(folder),
        "folder": folder,
    }
    try:
        return Catalogue.model_validate(fields)
    except ValidationError as error:
        raise UsageError(f"{folder}: {_first_problem(error, fields)}", "correct the YAML") from error


def _content(path: Path, unsaved: Mapping[Path, str]) -> dict[str, Any]:
    if path in unsaved:
        return parse_yaml(unsaved[path], path)
    return read_yaml(path) if path.is_file() else {}


RECORDS = ("accepted", "audit")
"""Folders of decisions that record what was looked at: they change no value and are no part of the fingerprint."""


def fingerprint(folder: Path) -> str:
    """SHA-256 over names and contents of the catalogue's YAML files, without mere records."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*.y*ml") if p.parent.name not in RECORDS):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _first_problem(error: ValidationError, fields: dict[str, Any]) -> str:
    first = error.errors()[0]
    place = " → ".join(_name(fields, first["loc"][: i + 1]) for i in range(len(first["loc"])))
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = "unknown key (a typo?)"
    kinds = f" (one of {', '.join(get_args(Kind))})" if first["loc"] and first["loc"][-1] == "kind" else ""
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place}: {message}{kinds}{more}" if place else f"{message}{more}"


def _name(fields: Any, loc: tuple[Any, ...]) -> str:
    """A list index by the id of what stands there, so that a steward finds it; what is no line of text is quoted."""
    node = fields
    for step in loc[:-1]:
        node = node[step] if isinstance(node, (list, dict)) and (not isinstance(node, dict) or step in node) else None
    if isinstance(loc[-1], int) and isinstance(node, list) and isinstance(node[loc[-1]], dict):
        return _on_one_line(str(node[loc[-1]].get("id", loc[-1] + 1)))
    return _on_one_line(str(loc[-1]))


def _on_one_line(text: str) -> str:
    return text if text.isprintable() and text else repr(text)
