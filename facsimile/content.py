"""The content of a report: an ordered list of blocks, read from YAML and knowing nothing of its looks.

A block is a kind (`text`, `title`, `exhibit`, …) and its body. Every exhibit that prints numbers is made of
matrices: rows and columns that each say what they stand for (a group, a wave, an item, a category), so that
the same data can be set as a table, a bar, a pie or a picture, and can tell what its true values are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

MATRIX_FORMS = ("table", "bars", "pies", "cards", "picture")
# What a matrix may say about its drawing; the layout knows what each means.
DRAWING_OPTIONS = ("chart", "legend", "legend_columns", "arrows", "tones", "question_in_head")


class ContentError(ValueError):
    """The YAML says something that no report can print; the message names the figure."""


@dataclass(frozen=True)
class Facets:
    """What a printed value is about. A blank facet is filled by the row, the matrix or the edition."""

    group: str = ""
    wave: str = ""
    item: str = ""
    category: str = ""
    kind: str = ""
    unit: str = ""
    scale: str = ""

    def over(self, below: Facets) -> Facets:
        """These facets, with the blanks filled from `below`."""
        blanks = {name: value for name, value in vars(below).items() if not getattr(self, name)}
        return replace(self, **blanks)


@dataclass(frozen=True)
class Column:
    """One column of numbers: its facets, the header lines printed above it and its emphasis."""

    facets: Facets
    head: tuple[str, ...] = ()
    label: str = ""
    tone: str = ""

    @property
    def legend(self) -> str:
        """What a chart's legend calls this column."""
        return self.label or self.facets.category or self.facets.wave


@dataclass(frozen=True)
class Cell:
    """A printed value; `rows` > 1 where it stands in a cell merged over that many rows."""

    value: float
    rows: int = 1


@dataclass(frozen=True)
class Row:
    """A row label as printed ("" where none is) and the cells beside it; None under a merged cell."""

    label: str
    facets: Facets
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Matrix:
    """The values of one table or chart of a figure."""

    form: str
    figure: str
    page: int
    question: str
    facets: Facets
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    optional: bool = False
    prints_question: bool = True
    note: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def groups(self) -> tuple[str, ...]:
        """The respondent groups of its columns, in printed order, each once."""
        return tuple(dict.fromkeys(self.at(column).group for column in self.columns))

    def at(self, column: Column, row: Row | None = None) -> Facets:
        """The facets of a column, or of a cell where a row is given."""
        facets = column.facets if row is None else column.facets.over(row.facets)
        return facets.over(self.facets)


@dataclass(frozen=True)
class Words:
    """A part of a figure that holds words only (a model, a scheme)."""

    form: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Exhibit:
    """A numbered figure and its parts; `captioned` is False where its caption is printed elsewhere."""

    figure: str
    parts: tuple[Matrix | Words, ...]
    captioned: bool = True


@dataclass(frozen=True)
class Block:
    """One block of the running report; `body` is text, a list, a mapping or an Exhibit, by kind."""

    kind: str
    body: Any


@dataclass(frozen=True)
class Content:
    """A whole edition."""

    study: str
    edition: str
    title: str
    language: str
    footer: str
    first_page: int
    groups: Mapping[str, str]
    notes: Mapping[str, str]
    blocks: tuple[Block, ...]

    def exhibits(self) -> Iterator[Exhibit]:
        """All figures in reading order."""
        return (block.body for block in self.blocks if isinstance(block.body, Exhibit))

    def matrices(self) -> Iterator[Matrix]:
        """All parts of figures that print values, in reading order."""
        for exhibit in self.exhibits():
            yield from (part for part in exhibit.parts if isinstance(part, Matrix))


def load(folder: Path) -> Content:
    """Reads an edition's folder: `edition.yml` and the chapters it lists. Raises ContentError."""
    edition = _read(folder / "edition.yml")
    chapters = edition.pop("chapters")
    raw = [block for chapter in chapters for block in _read(folder / chapter)]
    defaults = Facets(wave=edition["edition"], unit="percent")
    return Content(**edition, blocks=tuple(_blocks(raw, defaults)))


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _blocks(raw: Sequence[Any], defaults: Facets) -> Iterator[Block]:
    page = 0
    for entry in raw:
        kind, body = _kind_and_body(entry)
        if kind == "page":
            page = body
        yield Block(kind, _exhibit(body, page, defaults) if kind == "exhibit" else body)


def _kind_and_body(entry: Any) -> tuple[str, Any]:
    """A block is written `- kind: body`, or `- kind` where it has none."""
    return next(iter(entry.items())) if isinstance(entry, dict) else (entry, None)


def _exhibit(body: Mapping[str, Any], page: int, defaults: Facets) -> Exhibit:
    """The parts inherit the exhibit's question; a question that several share is printed once."""
    parts: list[Matrix | Words] = []
    for form, part in map(_kind_and_body, body["parts"]):
        if form in MATRIX_FORMS:
            shared = {"question": body.get("question", "")}
            matrix = _matrix(form, shared | part, body["figure"], page, defaults)
            parts.append(replace(matrix, prints_question="question" in part or not parts))
        else:
            parts.append(Words(form, part))
    return Exhibit(body["figure"], tuple(parts), captioned=body.get("caption") != "elsewhere")


def _matrix(form: str, part: Mapping[str, Any], figure: str, page: int, defaults: Facets) -> Matrix:
    matrix = Matrix(
        form=form,
        figure=figure,
        page=page,
        question=part["question"],
        facets=_facets(part).over(defaults),
        columns=tuple(_column(column) for column in part["columns"]),
        rows=tuple(_row(row, part.get("row_is", "category")) for row in part["rows"]),
        optional=part.get("optional", False),
        note=part.get("note", ""),
        options={key: part[key] for key in DRAWING_OPTIONS if key in part},
    )
    _check(matrix)
    return matrix


def _facets(raw: Mapping[str, Any]) -> Facets:
    return Facets(**{name: raw[name] for name in vars(Facets()) if name in raw})


def _column(raw: Mapping[str, Any]) -> Column:
    return Column(_facets(raw), tuple(raw.get("head", ())), raw.get("label", ""), raw.get("tone", ""))


def _row(raw: Sequence[Any], row_is: str) -> Row:
    name, *cells = raw
    if isinstance(name, dict):
        return Row("", Facets(**name), tuple(_cell(cell) for cell in cells))
    label = name or ""
    return Row(label, Facets(**{row_is: label.rstrip("* ")}), tuple(_cell(cell) for cell in cells))


def _cell(raw: Any) -> Cell | None:
    if raw is None:
        return None
    return Cell(raw["value"], raw["rows"]) if isinstance(raw, dict) else Cell(raw)


def _check(matrix: Matrix) -> None:
    for row in matrix.rows:
        if len(row.cells) != len(matrix.columns):
            found = f"{len(row.cells)} values under {len(matrix.columns)} columns"
            raise ContentError(f"figure {matrix.figure}, row {row.label!r}: {found}")
