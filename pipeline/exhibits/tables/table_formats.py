"""Tables as JSON, CSV, Markdown and HTML."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.core.geometry import Box
from pipeline.core.table_files import clean_text, escape_formula
from pipeline.exhibits.tables.chunks import CHUNK_GAP, CURRENCY, is_numeric, join_words
from pipeline.exhibits.tables.grid import Cell, Grid

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
"""What Markdown would take for HTML."""


def render(grids: Sequence[Grid], form: str) -> str:
    """`grids` as `json`, `csv`, `md` or `html`. Raises KeyError for any other form."""
    return {"json": to_json, "csv": to_csv, "md": to_markdown, "html": to_html}[form](grids)


def to_json(grids: Sequence[Grid]) -> str:
    """`{"tables": [...]}`: page from 1, `bbox` in points of the page as shown, origin BOTTOM left."""
    return json.dumps({"tables": [table_data(grid) for grid in grids]}, ensure_ascii=False, indent=1) + "\n"


def table_data(grid: Grid) -> dict[str, Any]:
    height = grid.page_height
    return {
        "page": grid.page,
        "bbox": _bottom_left(grid.box, height),
        "form": grid.form,
        "confidence": round(grid.confidence, 3),
        "readers": grid.reader.split("+"),
        "cells": [_cell_data(cell, height) for cell in grid.cells],
    }


@dataclass(frozen=True, slots=True)
class CellText:
    """The text of a cell; beside a number, the currency sign at the edge of its cell and the raised marks behind it."""

    text: str
    unit: str = ""
    marks: tuple[str, ...] = ()

    def joined(self) -> str:
        """All of it for plain text: marks are set off in brackets, so that `73.31 [2]` is not read as 73.312."""
        return clean_text(" ".join((*filter(None, (self.unit, self.text)), *(f"[{mark}]" for mark in self.marks))))


def cell_text(cell: Cell) -> CellText:
    """The parts of the text of `cell`; names keep theirs together."""
    words = list(cell.words)
    marks: list[str] = []
    while len(words) > 1 and words[-1].raised:
        marks.insert(0, words.pop().text)
    at_edge = len(words) > 1 and words[1].box.x0 - words[0].box.x1 > CHUNK_GAP * words[0].size
    unit = words.pop(0).text if at_edge and words[0].text in CURRENCY else ""
    value = join_words(words)
    return CellText(value, unit, tuple(marks)) if (marks or unit) and is_numeric(value) else CellText(cell.text)


def _cell_data(cell: Cell, height: float) -> dict[str, Any]:
    parts = cell_text(cell)
    return {
        "row": cell.row,
        "col": cell.col,
        "row_span": cell.row_span,
        "col_span": cell.col_span,
        "text": parts.text,
        "unit": parts.unit,
        "marks": list(parts.marks),
        "bbox": _bottom_left(cell.box, height),
        "header": cell.header,
        "confidence": round(cell.confidence, 3),
    }


def _bottom_left(box: Box, height: float) -> list[float]:
    return [round(v, 2) for v in (box.x0, height - box.bottom, box.x1, height - box.top)]


def _matrix(grid: Grid) -> list[list[str]]:
    """Rows of texts; a spanning cell's text stands at its first position, the rest is blank. A raised mark behind a
    number is set off from it in brackets (`73.31 [2]`)."""
    rows = [[""] * grid.n_cols for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row][cell.col] = cell_text(cell).joined()
    return rows


def to_csv(grids: Sequence[Grid]) -> str:
    """All tables one after the other, a blank line between them; no cell is a formula to a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for i, grid in enumerate(grids):
        if i:
            out.write("\n")
        writer.writerows([escape_formula(text) for text in row] for row in _matrix(grid))
    return out.getvalue()


def to_markdown(grids: Sequence[Grid]) -> str:
    """Pipe tables, each under a line that says its page; the header is the first row."""
    parts = []
    for i, grid in enumerate(grids, start=1):
        rows = [[_TAG.sub("&lt;", t).replace("|", r"\|").replace("\n", " ") for t in row] for row in _matrix(grid)]
        lines = [f"Table {i}, page {grid.page}", ""]
        lines.append("| " + " | ".join(rows[0]) + " |")
        lines.append("|" + " --- |" * grid.n_cols)
        lines += ["| " + " | ".join(row) + " |" for row in rows[1:]]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def to_html(grids: Sequence[Grid]) -> str:
    """One `<table>` each, with spans and header cells; all text is escaped."""
    return "\n".join(_html_table(grid) for grid in grids) + "\n"


def _html_table(grid: Grid) -> str:
    covered = grid.positions()
    lines = [f'<table data-page="{grid.page}">']
    for row in range(grid.n_rows):
        cells = []
        for col in range(grid.n_cols):
            cell = covered.get((row, col))
            if cell is None:
                cells.append("<td></td>")
            elif (cell.row, cell.col) == (row, col):
                cells.append(_html_cell(cell))
        lines.append("<tr>" + "".join(cells) + "</tr>")
    return "\n".join([*lines, "</table>"])


def _html_cell(cell: Cell) -> str:
    tag = "th" if cell.header else "td"
    spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    spans += f' colspan="{cell.col_span}"' if cell.col_span > 1 else ""
    parts = cell_text(cell)
    text = clean_text(" ".join(filter(None, (parts.unit, parts.text))))
    raised = "".join(f"<sup>{html.escape(clean_text(mark))}</sup>" for mark in parts.marks)
    return f"<{tag}{spans}>{html.escape(text)}{raised}</{tag}>"
