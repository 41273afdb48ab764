"""One edition, from its PDF to checked tables: the stages in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.catalogue import Catalogue

Row = dict[str, object]
"""One row of a table of the contract: column name → value (str, int, float, list of str, or None)."""


@dataclass(frozen=True)
class Extraction:
    """The four tables of an edition, rows as the contract orders them, plus its text blocks for the baseline."""

    study: str
    edition: str
    source_sha256: str
    pages: int
    observations: list[Row]
    findings: list[Row]
    claims: list[Row]
    numbers: list[Row]
    blocks: list[Row] = field(default_factory=list)
    """`page`, `kind`, `text`: the running text in reading order."""


def extract(
    path: Path,
    catalogue: Catalogue,
    edition: str,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
    password: str = "",
) -> Extraction:
    """Read the PDF at `path`, which intake has accepted, as `edition` of the catalogue's study.

    `progress` is called with the stage's name, pages done and pages in all.
    """
    raise NotImplementedError
