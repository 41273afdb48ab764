"""What goes into a release: the editions' tables, merged, beside what the catalogue and the sources say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.catalogue.model import Catalogue, Option
from pipeline.catalogue.project import Source
from pipeline.core.contract import CODES, EDITIONS, FINDINGS, OBSERVATIONS, QUESTIONS, Row, Table
from pipeline.core.table_files import to_arrow
from pipeline.release.merge.cells import edition_order
from pipeline.release.merge.longitudinal import Merged
from pipeline.release.merge.merging import merge_editions

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True)
class EditionData:
    """One edition's checked tables in `folder` (NAME.parquet each), and the PDF they were read from, if it is there."""

    edition: str
    folder: Path
    pdf: Path | None = None
    source: Source | None = None

    def table(self, table: Table, columns: Sequence[str] | None = None) -> pyarrow.Table:
        """The table (or some columns of it) as it lies in the folder."""
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(self.folder / f"{table.name}.parquet") as file:
            return file.read(columns=list(columns or table.names), use_threads=False)


@dataclass(frozen=True)
class Release:
    """A study's editions, oldest first, and their merge. `root` is the project's folder (data version, licence)."""

    catalogue: Catalogue
    editions: tuple[EditionData, ...]
    merged: Merged
    root: Path | None = None

    @property
    def study(self) -> str:
        return self.catalogue.study.id

    def load(self, number: int, columns: Sequence[str] = OBSERVATIONS.names) -> pyarrow.Table:
        return self.editions[number].table(OBSERVATIONS, columns)

    def longitudinal(self, number: int) -> pyarrow.Table:
        """The rows of the longitudinal table that an edition printed."""
        return self.merged.extend(number, self.load(number))

    @cached_property
    def title(self) -> str:
        labels = self.catalogue.study.title
        return labels.get("en") or next(iter(labels.values()))

    def findings(self) -> pyarrow.Table:
        """Findings of all editions and of their comparison."""
        import pyarrow

        merged = (f.row(self.study, edition) for edition, found in self.merged.findings.items() for f in found)
        tables = [edition.table(FINDINGS) for edition in self.editions]
        table = pyarrow.concat_tables([*tables, to_arrow(FINDINGS, merged)])
        return table.sort_by([(name, "ascending") for name in FINDINGS.key])

    def joined(self, table: Table) -> pyarrow.Table:
        """An edition's table over all editions, oldest first."""
        import pyarrow

        return pyarrow.concat_tables([edition.table(table) for edition in self.editions])


def gather(root: Path | None, catalogue: Catalogue, editions: Sequence[EditionData]) -> Release:
    """Merge `editions`, in whatever order they come."""
    ordered = tuple(sorted(editions, key=lambda e: edition_order(e.edition)))

    def load(number: int, columns: Sequence[str]) -> pyarrow.Table:
        return ordered[number].table(OBSERVATIONS, columns)

    merged = merge_editions(catalogue, [e.edition for e in ordered], load)
    return Release(catalogue, ordered, merged, root)


def questions_table(release: Release) -> pyarrow.Table:
    """QUESTIONS: those of the catalogue, with the editions and waves that print them."""
    printed = _printed(release)
    rows: list[Row] = [
        {
            "study": release.study,
            "question_id": q.id,
            "kind": q.kind,
            "scale": q.scale,
            "choose": q.choose,
            "label_nl": q.label.get("nl"),
            "label_en": q.label.get("en"),
            "editions": printed.get(q.id, ((), ()))[0],
            "waves": printed.get(q.id, ((), ()))[1],
        }
        for q in release.catalogue.questions
    ]
    return to_arrow(QUESTIONS, rows)


def _printed(release: Release) -> dict[str, tuple[list[str], list[str]]]:
    import numpy as np

    cells = release.merged.cells
    question = cells.codes["question_id"]
    out = {}
    for code, id_ in enumerate(cells.texts["question_id"]):
        rows = question == code
        editions = [cells.editions[n] for n in np.unique(cells.edition[rows])]
        waves = [cells.texts["wave"][n] for n in np.unique(cells.codes["wave"][rows])]
        out[id_] = (editions, waves)
    return out


def codes_table(release: Release) -> pyarrow.Table:
    """CODES: groups, items and options (the crosswalk's included) with their labels."""
    return to_arrow(CODES, _codes(release.catalogue))


def _codes(catalogue: Catalogue) -> Iterator[Row]:
    study = catalogue.study.id
    for group in catalogue.study.groups:
        yield _code(study, "group", None, group.id, group.label, ())
    for question in catalogue.questions:
        for item in question.items:
            yield _option(study, "item_id", question.id, item)
        for category in question.categories:
            yield _option(study, "category_id", question.id, category)
    known = {(q.id, c.id) for q in catalogue.questions for c in q.categories}
    for h in catalogue.crosswalk.harmonised:
        if (h.question, h.id) not in known:
            yield _code(study, "category_id", h.question, h.id, h.label, h.of)


def _option(study: str, variable: str, question: str, option: Option) -> Row:
    return _code(study, variable, question, option.id, option.label, option.of)


def _code(
    study: str, variable: str, question: str | None, code: str, label: dict[str, str], parts: tuple[str, ...]
) -> Row:
    return {
        "study": study,
        "variable": variable,
        "question_id": question,
        "code": code,
        "label_nl": label.get("nl"),
        "label_en": label.get("en"),
        "parts": sorted(parts),
    }


def editions_table(release: Release) -> pyarrow.Table:
    """EDITIONS: where each PDF comes from."""
    lengths = [int(b - a) for a, b in zip(release.merged.cells.start, release.merged.cells.start[1:], strict=False)]
    rows: list[Row] = []
    for edition, length in zip(release.editions, lengths, strict=True):
        source = edition.source
        rows.append(
            {
                "study": release.study,
                "edition": edition.edition,
                "title": source.title if source else None,
                "publisher": source.publisher if source else None,
                "published": source.published if source else None,
                "facsimile": bool(source and source.origin.facsimile),
                "origin": source.origin.statement if source else None,
                "licence": source.licence if source else None,
                "source_sha256": source.sha256 if source else None,
                "observations": length,
            }
        )
    return to_arrow(EDITIONS, rows)
