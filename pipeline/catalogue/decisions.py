"""What stewards sign about an edition: one file per kind of decision, append-only, schemas/STUDY/KIND/EDITION.yml.

corrections   corrections:
              - observation: ld-trends/2022/19/spend-per-person/-/over-1500/business/2022
                expect: {printed: 8%}
                set: {printed: 16%}
                reason: the page prints 16%; the 1 touches the border of the cell
                author: A. Steward
                date: 2026-01-31
known         - {code: source-sum, figure: 19, found: 92, reason: …, author: …, date: …}
regions       - {page: 4, box: [50, 120, 300, 400], exclude: true (or form: bars; table: [rows]), reason: …, author: …}
accepted      - {figure: 19, values: 8c0f…, …}        the exhibit was looked at, with these values
audit         - {observation: …, printed: 8%, right: true, …}        a value of the random sample was looked at

An entry with `withdraw: true` takes back all entries before it for the same subject (observation, finding, box …).
`accepted` and `audit` record what was looked at; they change no value, and so are no part of what a build depends on.
"""

from __future__ import annotations

import datetime
import getpass
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from pipeline.catalogue.model import RECORDS, Catalogue
from pipeline.catalogue.yaml_reading import parse_yaml, read_yaml
from pipeline.core.errors import UsageError
from pipeline.core.findings import REGISTRY, Finding
from pipeline.core.geometry import Box

ABSENT = "absent"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Signed(BaseModel):
    """A decision with who signed it, when and why."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    reason: Text
    author: Text
    date: datetime.date
    withdraw: bool = False

    @property
    def subject(self) -> tuple[object, ...]:
        """What the decision is about: a withdrawal takes back what stands before it for the same subject."""
        raise NotImplementedError


class Said(BaseModel):
    """Some columns of an observation; a bare number in the file is its `value`."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    value: float | None = None
    printed: Text | None = None
    unit: Text | None = None
    group: Text | None = None
    wave: Text | None = None
    item: Text | None = None
    category: Text | None = None
    base_n: int | None = None

    @property
    def columns(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


def _columns(given: Any) -> Any:
    return {"value": given} if isinstance(given, (int, float)) else given


Content = Annotated[Said | Literal["absent"], BeforeValidator(_columns)]


class Correction(Signed):
    """One signed change of the observation with this id (for an addition: one of the same exhibit)."""

    observation: Text
    expect: Content | None = None
    set: Content | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.expect is None) != (self.set is None) or (self.expect is None) != self.withdraw:
            raise ValueError("give `expect` and `set`, or `withdraw: true` alone")
        empty = any(isinstance(said, Said) and not said.columns for said in (self.expect, self.set))
        if not self.withdraw and (empty or self.expect == self.set):
            raise ValueError("`expect` and `set` name what changes")
        return self

    @property
    def subject(self) -> tuple[object, ...]:
        return (self.observation,)


class AcceptedFinding(Signed):
    """A finding that a steward has looked at on the page: code, figure and what was found must be the same."""

    code: Text
    figure: Text | None = None
    page: int | None = None
    observation: Text | None = None
    found: Text | None = None

    @model_validator(mode="after")
    def _registered(self) -> Self:
        if self.code not in REGISTRY:
            raise ValueError(f"no check has the code {self.code}")
        return self

    def fits(self, one: Finding) -> bool:
        same = (one.code, one.figure, one.found) == (self.code, self.figure, self.found)
        return same and self.observation in (None, one.observation_id) and self.page in (None, one.page)

    @property
    def subject(self) -> tuple[object, ...]:
        return (self.code, self.figure, self.page, self.observation, self.found)


class Drawn(Signed):
    """A box on a page (points, origin top left) that a steward drew: read as an exhibit, or left out as none."""

    page: Annotated[int, Field(ge=1)]
    box: tuple[float, float, float, float]
    exclude: bool = False
    form: Text | None = None
    """The form in which it is read (`bars`, `grid`, …), of several that were proposed; else the surest."""
    table: tuple[str, ...] = ()
    """Its rows as a person typed them, cells parted by ` | `, where no reader understands it."""

    @model_validator(mode="after")
    def _has_ground(self) -> Self:
        if self.place.width <= 0 or self.place.height <= 0:
            raise ValueError("`box` is left, top, right, bottom in points")
        return self

    @property
    def place(self) -> Box:
        return Box(*self.box)

    @property
    def subject(self) -> tuple[object, ...]:
        return (self.page, self.box, self.exclude)


class Accepted(Signed):
    """An exhibit that a steward compared with the page; `values` is the fingerprint of what it showed then."""

    figure: Text
    values: Text
    reason: Text = "compared with the page"

    @property
    def subject(self) -> tuple[object, ...]:
        return (self.figure,)


class Audited(Signed):
    """A value of the random sample, looked at on the page: is it right, with all its labels?"""

    observation: Text
    printed: str | None = None
    right: bool
    reason: Text = "compared with the page"

    @property
    def subject(self) -> tuple[object, ...]:
        return (self.observation,)


@dataclass(frozen=True)
class Decisions:
    """What stewards have signed about one edition, oldest first; `place` names the folder of the study in messages."""

    corrections: tuple[Correction, ...] = ()
    known: tuple[AcceptedFinding, ...] = ()
    regions: tuple[Drawn, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    audit: tuple[Audited, ...] = ()
    place: str = ""

    def about(self, figure: str) -> Decisions:
        """The corrections and known findings of one exhibit."""
        mine = [one for one in self.corrections if one.observation.split("/")[2:3] == [figure]]
        return replace(self, corrections=tuple(mine), known=tuple(k for k in self.known if k.figure == figure))


KINDS: Mapping[str, type[Signed]] = {
    "corrections": Correction,
    "known": AcceptedFinding,
    "regions": Drawn,
    "accepted": Accepted,
    "audit": Audited,
}
"""Folder under schemas/STUDY/, which is also the one key of its files → what its entries are."""
assert set(RECORDS) < set(KINDS)

One = TypeVar("One", bound=Signed)


def in_force(entries: Sequence[One]) -> list[One]:
    """Those that no later entry takes back."""
    last = {entry.subject: place for place, entry in enumerate(entries) if entry.withdraw}
    return [e for place, e in enumerate(entries) if not e.withdraw and place > last.get(e.subject, -1)]


def load_decisions(catalogue: Catalogue, edition: str, unsaved: Mapping[Path, str] = MappingProxyType({})) -> Decisions:
    """What is signed about `edition`; `unsaved` are texts that are to be read in place of files.

    Raises UsageError with file, entry and remedy where a file is not well formed or its dates run backwards.
    """
    if catalogue.folder is None:
        return Decisions()
    read: dict[str, Any] = {kind: _read(file_of(catalogue.folder, kind, edition), kind, unsaved) for kind in KINDS}
    return Decisions(**read, place=f"schemas/{catalogue.folder.name}")


def file_of(study_folder: Path, kind: str, edition: str) -> Path:
    """Where the decisions of one kind about an edition lie."""
    return study_folder / kind / f"{edition}.yml"


def _read(path: Path, kind: str, unsaved: Mapping[Path, str]) -> tuple[Signed, ...]:
    if path in unsaved:
        return parse_decisions(parse_yaml(unsaved[path], path), kind, path)
    return parse_decisions(read_yaml(path), kind, path) if path.is_file() else ()


def parse_decisions(content: Mapping[str, Any], kind: str, path: Path) -> tuple[Signed, ...]:
    """The entries of a file of `kind`. Raises UsageError that names `path`, the entry and what is wrong with it."""
    remedy = "correct the YAML (docs/checks.md shows the form)"
    unknown = sorted(map(str, set(content) - {kind}))
    if unknown:
        raise UsageError(f"{path}: unknown key {unknown[0]!r}", f"the only key is `{kind}`")
    entries = content.get(kind) or []
    if not isinstance(entries, list):
        raise UsageError(f"{path}: {kind} is not a list of entries, one per `- `", remedy)
    read = []
    for number, entry in enumerate(entries, 1):
        try:
            read.append(KINDS[kind].model_validate(entry))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"] if step not in ("Said", "literal['absent']"))
            message = first["msg"].removeprefix("Value error, ")
            text = f"{path}, entry {number}: {where + ': ' if where else ''}{message}"
            raise UsageError(text, remedy) from error
    dates = [entry.date for entry in read]
    if dates != sorted(dates):
        raise UsageError(f"{path}: an entry is older than the one before it", "append new entries at the end")
    return tuple(read)


def appended(text: str, kind: str, entries: Sequence[Signed]) -> str:
    """The text of a file of `kind` with `entries` at its end; what stands there stays as it is, comments too.

    Raises UsageError when the text is not of this form, so that nothing can be appended to it.
    """
    plain = [_plain(entry) for entry in entries]
    old = parse_yaml(text, kind).get(kind) or []
    if not old:
        text = f"{kind}:\n"
    lines = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=110).splitlines()
    indent = next((line[: -len(line.lstrip())] for line in text.splitlines() if line.lstrip().startswith("- ")), "")
    new = text.rstrip("\n") + "\n" + "".join(f"{indent}{line}\n" for line in lines)
    whole = parse_yaml(new, kind).get(kind) or []
    if whole[: len(old)] != old or len(whole) != len(old) + len(plain):
        raise UsageError(f"the file of {kind} is not a list of entries, one per `- `", "write it so")
    return new


def _plain(entry: Signed) -> dict[str, Any]:
    """As written to a file: the decision first, then who signed it."""
    said = entry.model_dump(mode="json", exclude_defaults=True)
    decided = {name: value for name, value in said.items() if name not in Signed.model_fields}
    signature = {"reason": entry.reason, "author": entry.author, "date": entry.date}
    return decided | ({"withdraw": True} if entry.withdraw else {}) | signature


def author_of(folder: Path) -> str:
    """The name that git would sign with in `folder`, else the login."""
    try:
        said = subprocess.run(
            ["git", "config", "user.name"], cwd=folder, capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return getpass.getuser()
    return said.stdout.strip() or getpass.getuser()
