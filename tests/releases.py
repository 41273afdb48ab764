"""Releases of the synthetic history, for the tests of what is published."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.catalogue.matching import match_option, match_question
from pipeline.catalogue.model import Catalogue
from pipeline.core.contract import Row
from pipeline.core.table_files import write_tables
from pipeline.release.publish.publication import Published, publish
from pipeline.release.publish.release_content import EditionData
from tests.histories import LEARNING
from tests.history import History
from tests.report_typst import report


def edition_data(
    root: Path,
    edition: str,
    rows: list[Row] | None = None,
    findings: list[Row] | None = None,
    history: History = LEARNING,
) -> EditionData:
    """An edition's tables under `root`, as extraction leaves them."""
    folder = root / edition
    folder.mkdir(parents=True, exist_ok=True)
    observations = history.rows(edition) if rows is None else rows
    write_tables(folder, {"observations": observations, "findings": findings or [], "claims": [], "numbers": []})
    return EditionData(edition, folder)


def whole_history(root: Path, pdf_of: str | None = None, history: History = LEARNING) -> list[EditionData]:
    """All editions; the PDF of `pdf_of` lies beside its tables."""
    editions = []
    for name in history.editions:
        data = edition_data(root, name, history=history)
        if name == pdf_of:
            pdf = root / f"{name}.pdf"
            pdf.write_bytes(report(history, name))
            data = EditionData(name, data.folder, pdf)
        editions.append(data)
    return editions


def released(root: Path, pdf_of: str | None = None) -> Published:
    """The history published below `root`."""
    return publish(None, LEARNING.catalogue(), whole_history(root / "built", pdf_of), root / "published")


TRUTH = Path(__file__).parent / "truth" / "ld-trends" / "2022.csv"


def truth_rows(catalogue: Catalogue, path: Path = TRUTH) -> list[Row]:
    """Hand-read values of the real 2022 edition as observations, mapped by the catalogue (places are made up)."""
    with path.open(encoding="utf-8", newline="") as file:
        truth = [row for row in csv.DictReader(file) if row["optional"] != "yes"]
    out: list[Row] = []
    for number, row in enumerate(truth):
        here = [r["category"] for r in truth if (r["figure"], r["question"]) == (row["figure"], row["question"])]
        question_id = match_question(row["question"], catalogue, options=here).id
        assert question_id is not None, row["question"]
        question = catalogue.by_id[question_id]
        kind = {"score": "mean_score"}.get(row["kind"], row["kind"])
        unit = {"score": "mean_score"}.get(row["unit"], row["unit"])
        out.append(
            {
                "study": catalogue.study.id,
                "edition": "2022",
                "observation_id": f"{catalogue.study.id}/2022/{row['figure']}/{question_id}/{number}",
                "page": int(row["page"]),
                "figure": row["figure"],
                "question_id": question_id,
                "question": row["question"],
                "kind": kind,
                "group": row["group"] or None,
                "wave": row["wave"] or "2022",
                "item_id": match_option(row["item"], question.items).id if row["item"] else None,
                "item": row["item"] or None,
                "category_id": match_option(row["category"], question.categories).id,
                "category": row["category"],
                "value": float(row["value"]),
                "value_printed": row["value"] + ("%" if unit == "percent" else ""),
                "unit": unit,
                "scale": row["scale"] or None,
                "x0": 100.0,
                "top": 100.0,
                "x1": 120.0,
                "bottom": 110.0,
                "method": "table",
                "readers": "geometry",
                "confidence": 0.95,
                "flags": [],
                "source_sha256": "0" * 64,
            }
        )
    return out
