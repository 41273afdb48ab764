"""EDITION.source.yml: what is known about a registered PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.catalogue.yaml_reading import read_yaml
from pipeline.core.errors import UsageError

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
