"""The Python API: what the command line gives, as data frames; `from pipeline import extract, tables, load, show`.

Places are points of the page as shown, origin top left. Every document is read in a process of its own, as on the
command line, so that a damaged one ends no notebook and a script needs no guard around its top level.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.command_group import UNUSABLE
from pipeline.core.contract import EDITION_TABLES
from pipeline.core.errors import UsageError
from pipeline.core.geometry import box_of
from pipeline.review.settings import SETTINGS

if TYPE_CHECKING:
    from pandas import DataFrame

SHOWN = ("question", "item", "category", "group", "wave", "value_printed", "unit", "page", "confidence", "flags")
"""Columns that `show` puts beside the crop."""


@dataclass(frozen=True)
class Extracted:
    """The tables of one PDF: one row per value, finding, claim, and number of the text layer."""

    pdf: Path
    observations: DataFrame
    findings: DataFrame
    claims: DataFrame
    numbers: DataFrame

    def show(self, rows: DataFrame | None = None, most: int = 10) -> Shown:
        """The first `most` of `rows` (of all observations), each beside its crop of the page."""
        return show(self.observations if rows is None else rows, self.pdf, most)

    def _repr_html_(self) -> str:
        return self.show().html


@dataclass(frozen=True)
class Shown:
    """Rows beside their crops, which a notebook displays."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def extract(pdf: Path | str, study: str | None = None, edition: str | None = None, **options: Any) -> Extracted:
    """Read one PDF. `study` names a catalogue; `options` are those of `editions extract` (root, password, ocr,
    allow_empty). Raises UsageError when the file or an option is unusable."""
    with tempfile.TemporaryDirectory(prefix="editions-") as folder:
        named = {"study": study, "edition": edition, "out": folder, **options}
        _run("extract", pdf, named)
        return Extracted(Path(pdf), **{table.name: load(folder, table.name) for table in EDITION_TABLES})


def tables(pdf: Path | str, pages: str | None = None, password: str = "") -> list[DataFrame]:
    """Every table of a PDF as text, one frame each, without a guess which rows are heads. `attrs` has `page`, `bbox`
    (points, origin BOTTOM left), `form` and `confidence`; `pages` is written as 1-3,7.

    Raises UsageError when the file or `pages` is unusable.
    """
    import pandas

    found = json.loads(_run("tables", pdf, {"pages": pages, "password": password, "format": "json"}))["tables"]
    frames = []
    for table in found:
        cells = {(cell["row"], cell["col"]): cell["text"] for cell in table.pop("cells")}
        rows, columns = (range(1 + max(place[i] for place in cells)) for i in (0, 1))
        frames.append(pandas.DataFrame([[cells.get((r, c), "") for c in columns] for r in rows]))
        frames[-1].attrs.update(table)
    return frames


def load(folder: Path | str, table: str = "") -> DataFrame:
    """A table of a release (`longitudinal` unless named) or of an edition's folder (`observations`), with Arrow types.

    A blank is <NA>, `flags` are lists. Raises UsageError where the folder has no such table.
    """
    import pandas

    place = Path(folder)
    names = [table] if table else ["longitudinal", "observations"]
    path = next((p for p in (place / f"{name}.parquet" for name in names) if p.is_file()), None)
    if path is None:
        there = ", ".join(sorted(p.stem for p in place.glob("*.parquet"))) or "none"
        raise UsageError(f"{place} has no table {' or '.join(names)}", f"its tables are: {there}")
    return pandas.read_parquet(path, dtype_backend="pyarrow")


def show(rows: DataFrame, pdfs: Path | str, most: int = 10) -> Shown:
    """The first `most` of `rows`, each beside the place it was read from. `pdfs` is the PDF, or the folder raw_pdfs/
    that holds STUDY/EDITION.pdf."""
    columns = [name for name in SHOWN if name in rows.columns]
    head = "".join(f"<th>{name}</th>" for name in ("printed", *columns))
    body = ""
    for row in rows.head(most).to_dict("records"):
        cells = "".join(f"<td>{_cell(row[name])}</td>" for name in columns)
        body += f"<tr><td>{_crop(row, Path(pdfs))}</td>{cells}</tr>"
    rest = f"<p>{len(rows) - most} more rows</p>" if len(rows) > most else ""
    return Shown(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}")


def _cell(value: object) -> str:
    if isinstance(value, list):
        return escape(", ".join(map(str, value)))
    return "" if value is None or value != value or str(value) == "<NA>" else escape(str(value))


def _crop(row: Mapping[Any, Any], pdfs: Path) -> str:
    from pipeline.review.desk.page_crops import draw

    box = box_of({name: _cell(row[name]) or None for name in ("x0", "top", "x1", "bottom")})
    if box is None:
        return ""
    pdf = pdfs / str(row["study"]) / f"{row.get('vintage', row['edition'])}.pdf" if pdfs.is_dir() else pdfs
    picture = draw(pdf, int(row["page"]), box.grown(box.height), SETTINGS.crop_dpi, "")
    data = base64.b64encode(picture).decode()
    return f'<img alt="{_cell(row["value_printed"])}, page {row["page"]}" src="data:image/png;base64,{data}">'


def _run(command: str, pdf: Path | str, options: Mapping[str, object]) -> str:
    """What a command of the command line prints. Raises UsageError where it ends so."""
    call = [sys.executable, "-m", "pipeline", command]
    for name, value in options.items():
        if value not in (None, False, ""):
            call += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
    done = subprocess.run([*call, "--", str(pdf)], capture_output=True, text=True, check=False)
    if done.returncode == UNUSABLE:
        what, _, remedy = done.stderr.strip().rpartition("\n")[2].removeprefix("editions: ").rpartition(": ")
        raise UsageError(what, remedy)
    return done.stdout
