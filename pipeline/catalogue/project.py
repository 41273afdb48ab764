"""A project's folders, its registered editions, and writing that leaves whole files or none.

raw_pdfs/STUDY/EDITION.pdf + EDITION.source.yml   what is registered
schemas/STUDY/                                    the study's catalogue
extracted/STUDY/EDITION/                          accepted baseline (text, in git)
extracted/STUDY/built/EDITION/                    tables of the last build
extracted/STUDY/published/                        the release
.editions/                                        cache, lock and notes of earlier runs; may be deleted at any time
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.catalogue.yaml_reading import read_yaml
from pipeline.core.errors import UsageError
from pipeline.core.files import TEMPORARY, check_place, process_runs, writable, write_file

if TYPE_CHECKING:
    from pipeline.catalogue.model import Catalogue


Text = Annotated[str, Field(min_length=1)]


class _SourceModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Origin(_SourceModel):
    """How the file came to be here. A facsimile (a document that only looks like the report) says so."""

    statement: Text
    url: str | None = None
    facsimile: bool = False


class Source(_SourceModel):
    """Where a PDF comes from and which file it is: `sha256` ties the edition to exactly one file. Dates are text."""

    study: Text
    edition: Text
    title: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    origin: Origin
    licence: Text
    pages: Annotated[int, Field(ge=1)] | None = None
    publisher: str | None = None
    published: str | None = None
    retrieved: str | None = None
    language: str | None = None
    note: str | None = None


def load_source(path: Path) -> Source:
    """Raises UsageError, naming the file and the field, when it is missing or not well formed."""
    if not path.is_file():
        raise UsageError(
            f"{path} is missing",
            "write where the PDF comes from: study, edition, title, sha256, origin, licence (docs/add-an-edition.md)",
        )
    try:
        return Source.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        problem = "unknown key (a typo?)" if first["type"] == "extra_forbidden" else first["msg"]
        raise UsageError(f"{path}: {field}: {problem}", "correct the YAML") from error


NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""Names of studies and editions become folders, files and parts of ids: no dot, slash, space or upper case."""
RESERVED = ("built", "published")
"""Folders that stand beside the editions' own under extracted/STUDY/."""
SOURCE = ".source.yml"


@dataclass(frozen=True, slots=True)
class Edition:
    """A registered edition: its names and its files."""

    study: str
    name: str
    pdf: Path
    source_file: Path

    def __str__(self) -> str:
        return f"{self.study}/{self.name}"

    @property
    def source(self) -> Source:
        """What is written about the PDF. Raises UsageError when EDITION.source.yml is missing or not well formed."""
        return load_source(self.source_file)


@dataclass(frozen=True, slots=True)
class Project:
    """The folders under one root; `out` receives what is built (`extracted/` by default)."""

    root: Path
    out: Path

    @classmethod
    def at(cls, root: Path, out: Path | None = None) -> Project:
        """Raises UsageError when `root` is no folder."""
        if not root.is_dir():
            raise UsageError(f"{root} is no folder", "name the project's folder with --root")
        return cls(root, out or root / "extracted")

    @property
    def work(self) -> Path:
        return self.root / ".editions"

    @property
    def baselines(self) -> Path:
        return self.root / "extracted"

    def baseline(self, edition: Edition) -> Path:
        return self.baselines / edition.study / edition.name

    def built(self, edition: Edition) -> Path:
        return self.out / edition.study / "built" / edition.name

    def published(self, study: str) -> Path:
        return self.out / study / "published"

    def catalogue(self, study: str) -> Catalogue:
        """The catalogue of `study`: the project's own, else the one that came with the program."""
        from pipeline.catalogue.model import load_catalogue

        check_name(study, "study")
        own = self.root / "schemas" / study
        packaged = Path(__file__).resolve().parent.parent.parent / "schemas" / study
        return load_catalogue(packaged if packaged.is_dir() and not own.is_dir() else own)

    def editions(self, targets: Sequence[str] = ()) -> list[Edition]:
        """The registered editions that `targets` (`STUDY` or `STUDY/EDITION`; all when empty) name, sorted.

        Raises UsageError when a target names nothing that is registered, or a registered name breaks the rules.
        """
        registered = list(self._registered())
        if not registered:
            self._ask_for(self.awaited(targets))
            raise UsageError(
                f"no edition is registered in {self.root / 'raw_pdfs'}",
                "put a report at raw_pdfs/STUDY/EDITION.pdf with its EDITION.source.yml, or give the project's --root",
            )
        if not targets:
            return registered
        chosen: dict[str, Edition] = {}
        for target in targets:
            study, _, name = target.partition("/")
            check_name(study, "study")
            if name:
                check_name(name, "edition")
            found = [e for e in registered if e.study == study and name in ("", e.name)]
            if not found:
                self._ask_for(self.awaited([target]))
                raise UsageError(f"{target} is not registered", f"registered are {_listing(registered)}")
            chosen.update((str(e), e) for e in found)
        return sorted(chosen.values(), key=str)

    def _ask_for(self, awaited: Sequence[Edition]) -> None:
        """Raises UsageError when an edition is described and only its PDF is not here."""
        if awaited:
            first = awaited[0]
            raise UsageError(
                f"the PDF of {' and '.join(map(str, awaited))} is not here, only its source file or baseline",
                f"bring it: editions new REPORT.pdf --study {first.study} --edition {first.name}",
            )

    def awaited(self, targets: Sequence[str] = ()) -> list[Edition]:
        """Editions that are described (a source file, an accepted baseline) but whose PDF is not here, sorted.

        `targets` chooses as in `editions`.
        """
        described = [(p.parent.name, p.name.removesuffix(SOURCE)) for p in self.root.glob(f"raw_pdfs/*/*{SOURCE}")]
        accepted = [
            (p.parent.name, p.name) for p in self.baselines.glob("*/*") if p.name not in RESERVED and p.is_dir()
        ]
        found = []
        for study, name in sorted({*described, *accepted}):
            pdf = self.root / "raw_pdfs" / study / f"{name}.pdf"
            chosen = not targets or study in targets or f"{study}/{name}" in targets
            if chosen and NAME.fullmatch(study) and NAME.fullmatch(name) and not pdf.is_file():
                found.append(Edition(study, name, pdf, pdf.with_suffix(SOURCE)))
        return found

    def edition(self, target: str) -> Edition:
        if not target.partition("/")[2]:
            raise UsageError(f"{target!r} names no single edition", "write it as STUDY/EDITION")
        return self.editions([target])[0]

    def _registered(self) -> Iterator[Edition]:
        for pdf in sorted((self.root / "raw_pdfs").glob("*/*")):
            if pdf.suffix.lower() != ".pdf" or pdf.name.startswith("."):
                continue
            if pdf.suffix != ".pdf":
                raise UsageError(f"{pdf} would not be found", f"rename it to {pdf.stem}.pdf")
            check_name(pdf.parent.name, "study")
            check_name(pdf.stem, "edition")
            yield Edition(pdf.parent.name, pdf.stem, pdf, pdf.with_suffix(SOURCE))


def check_name(name: str, what: str) -> str:
    """`name`, when it may name a study or an edition; else UsageError. Keeps every path inside the project."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise UsageError(
            f"{name!r} cannot name {'an' if what[0] in 'aeiou' else 'a'} {what}",
            f"use lower-case letters, digits, - and _ (and not {' or '.join(RESERVED)})",
        )
    return name


def _listing(editions: Sequence[Edition], most: int = 8) -> str:
    names = [str(e) for e in editions]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def clear_leftovers(project: Project) -> None:
    """Remove what runs that were killed left unfinished anywhere in the project."""
    places = {project.work, project.out, *(project.root / name for name in ("raw_pdfs", "schemas", "extracted"))}
    for path in [path for place in places for path in place.rglob(f"{TEMPORARY}*")]:
        owner = path.name.removeprefix(TEMPORARY).partition("-")[0]
        if not owner.isdecimal() or process_runs(int(owner)):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def lock(project: Project) -> Iterator[None]:
    """Hold the project while something is written, cleared of what killed runs left."""
    with held(project.work / "lock", f"{project.root} is in use", "wait until it has ended, then try again"):
        clear_leftovers(project)
        yield


@contextmanager
def held(path: Path, busy: str, remedy: str) -> Iterator[None]:
    """Hold what the file at `path` stands for. The system frees it when the process ends, however it ends.

    Raises UsageError at once, that it is `busy`, when another process holds it.
    """
    import fcntl

    with writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise UsageError(f"{busy} by {file.read().strip() or 'another process'}", remedy) from error
        file.truncate(0)
        file.write(f"editions (process {os.getpid()})")
        file.flush()
        yield


STARTER = Path(__file__).with_name("starter")
FOLDERS = ("raw_pdfs", "schemas", "extracted")
FILES = {"README.md": "README.md", "gitignore": ".gitignore", "desk.command": "desk.command"}
"""Files of the starter, and their names in the project."""


def start(root: Path) -> Project:
    """Make `root` a project: its folders, a README and what git leaves out. Files that are there stay as they are.

    Raises UsageError where one of the folders is a file, or the place cannot be written.
    """
    for name in FOLDERS:
        place = root / name
        if place.exists() and not place.is_dir():
            raise UsageError(f"{place} is no folder", "rename it, or start the project in another folder")
        check_place(place)
    for name in FOLDERS:
        if not any((root / name).glob("*")):
            write_file(root / name / ".gitkeep", "")
    for name, target in FILES.items():
        if not (root / target).exists():
            content = (STARTER / name).read_bytes()
            write_file(root / target, content)
            if content.startswith(b"#!"):
                (root / target).chmod((root / target).stat().st_mode | 0o111)
    return Project.at(root)
