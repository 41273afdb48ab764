"""The true values of a report, as rows: what a perfect extraction of the typeset PDF would find."""

from __future__ import annotations

from facsimile.content import Column, Content, Facets, Matrix

COLUMNS = (
    "figure", "page", "question", "kind", "group", "wave", "item", "category", "value", "unit", "scale", "optional",
)  # fmt: skip


def truth(content: Content) -> list[dict[str, str]]:
    """One row per printed value, in reading order, with the keys of COLUMNS.

    `page` is the page number printed in the facsimile's own layout. The category of a merged cell names its
    parts, joined by " + ". `optional` is "yes" for values that a figure prints a second time.
    """
    return [row for matrix in content.matrices() for row in _matrix_rows(matrix)]


def _matrix_rows(matrix: Matrix) -> list[dict[str, str]]:
    return [
        _truth_row(matrix, _merged(matrix, column, number, cell.rows), cell.value)
        for number, row in enumerate(matrix.rows)
        for column, cell in zip(matrix.columns, row.cells, strict=True)
        if cell is not None
    ]


def _merged(matrix: Matrix, column: Column, first: int, count: int) -> Facets:
    parts = [matrix.at(column, row) for row in matrix.rows[first : first + count]]
    return Facets(category=" + ".join(part.category for part in parts)).over(parts[0])


def _truth_row(matrix: Matrix, facets: Facets, value: float) -> dict[str, str]:
    return {
        "figure": matrix.figure,
        "page": str(matrix.page),
        "question": matrix.question,
        "kind": facets.kind,
        "group": facets.group,
        "wave": facets.wave,
        "item": facets.item,
        "category": facets.category,
        "value": f"{value:.2f}" if facets.unit == "mean_score" else f"{value:g}",
        "unit": facets.unit,
        "scale": facets.scale,
        "optional": "yes" if matrix.optional else "",
    }
