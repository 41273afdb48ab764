"""Releases of the synthetic history, for the tests of what is published."""

from __future__ import annotations

from pathlib import Path

from facsimile import render
from pipeline.publish import EditionData, Published, publish
from pipeline.tables_io import Row, write_tables
from tests import history


def edition_data(
    root: Path, edition: str, rows: list[Row] | None = None, findings: list[Row] | None = None
) -> EditionData:
    """An edition's tables under `root`, as extraction leaves them."""
    folder = root / edition
    folder.mkdir(parents=True, exist_ok=True)
    observations = history.rows(edition) if rows is None else rows
    write_tables(folder, {"observations": observations, "findings": findings or [], "claims": [], "numbers": []})
    return EditionData(edition, folder)


def whole_history(root: Path, pdf_of: str | None = None) -> list[EditionData]:
    """All editions; the PDF of `pdf_of` lies beside its tables."""
    editions = []
    for name in history.EDITIONS:
        data = edition_data(root, name)
        if name == pdf_of:
            pdf = root / f"{name}.pdf"
            pdf.write_bytes(render(history.content(name), history.style(name)))
            data = EditionData(name, data.folder, pdf)
        editions.append(data)
    return editions


def released(root: Path, pdf_of: str | None = None) -> Published:
    """The history published below `root`."""
    return publish(None, history.catalogue(), whole_history(root / "built", pdf_of), root / "published")
