"""Our tables against other open readers, on a folder of PDFs with truth: accuracy, seconds per page and ratios.

    python benchmarks/tables.py FOLDER --scorer SCORER.py [--hold-out 5] [--only editions,camelot-hybrid] [--out DIR]

FOLDER holds NAME.pdf with NAME-str.xml and NAME-reg.xml (the form of the ICDAR-2013 table competition). SCORER is a
program that scores a folder of NAME.json (`SCORER score --truth FOLDER --pred DIR`, with a JSON object as last line
whose `documents` holds F1 by name and `summary` the rest). Readers that are not installed are named and left out. Every
reader runs in a process of its own, one after the other; the time is its CPU time with its children, imports aside.

`--hold-out N` reports every N-th document apart: those are never looked at while the readers are tuned.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Table = dict[str, Any]
"""`page` and `cells` (row, col, row_span, col_span, text), `bbox` with its origin at the bottom left where known."""
Reader = Callable[[Path], list[Table]]

BASE = "camelot-hybrid"
"""The reader that speed is compared with."""


def main() -> None:
    options = _options()
    if options.reader:
        _run(options.reader, options.folder, options.out)
        return
    names = options.only.split(",") if options.only else list(READERS)
    results = [r for name in names if (r := _measure(name, options)) is not None]
    _report(results, options.hold_out)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scorer", type=Path, help="program that scores a folder of NAME.json")
    parser.add_argument("--hold-out", type=int, default=5, metavar="N", help="report every N-th document apart")
    parser.add_argument("--only", help="comma-separated readers, of: " + ", ".join(READERS))
    parser.add_argument("--out", type=Path, help="keep the JSON of every reader in DIR/READER")
    parser.add_argument("--reader", help=argparse.SUPPRESS)
    return parser.parse_args()


@dataclass(frozen=True)
class Result:
    """What one reader reached; `seconds` of CPU for each page."""

    name: str
    seconds: float
    documents: dict[str, float]
    found: int
    false: int


def _measure(name: str, options: argparse.Namespace) -> Result | None:
    with tempfile.TemporaryDirectory() as scratch:
        out = options.out / name if options.out else Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, __file__, str(options.folder), "--reader", name, "--out", str(out)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            print(f"{name}: left out ({done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'failed'})")
            return None
        seconds = json.loads(done.stdout.splitlines()[-1])["seconds"]
        scored = _score(options.scorer, options.folder, out) if options.scorer else {}
    summary = next(iter(scored.get("summary", {}).values()), {})
    return Result(name, seconds, scored.get("documents", {}), summary.get("found", 0), summary.get("false", 0))


def _score(scorer: Path, folder: Path, out: Path) -> dict[str, Any]:
    command = [sys.executable, str(scorer), "score", "--truth", str(folder), "--pred", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _run(name: str, folder: Path, out: Path) -> None:
    """In a process of its own: read every PDF, write NAME.json, print the seconds of CPU for each page."""
    read = READERS[name]()
    files = sorted(folder.rglob("*.pdf"))
    pages = sum(_page_count(path) for path in files)
    start = _cpu()
    for path in files:
        try:
            tables = read(path)
        except Exception as error:  # a peer may break on any file: it scores nothing there
            print(f"{path.name}: {type(error).__name__}: {error}", file=sys.stderr)
            tables = []
        (out / f"{path.stem}.json").write_text(json.dumps({"tables": tables}), encoding="utf-8")
    print(json.dumps({"seconds": (_cpu() - start) / max(pages, 1)}))


def _cpu() -> float:
    own = time.process_time()
    children = os.times()
    return own + children.children_user + children.children_system


def _page_count(path: Path) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(str(path))
    try:
        return len(document)
    finally:
        document.close()


def _report(results: list[Result], hold_out: int) -> None:
    base = next((r.seconds for r in results if r.name == BASE), None)
    print(f"{'reader':20} {'F1':>6} {'tuned':>6} {'held':>6} {'found':>6} {'false':>6} {'s/page':>8} {'x ' + BASE:>16}")
    for result in sorted(results, key=lambda r: -statistics.mean(r.documents.values() or [0.0])):
        names = sorted(result.documents)
        held = [result.documents[n] for i, n in enumerate(names) if i % hold_out == hold_out - 1]
        tuned = [result.documents[n] for i, n in enumerate(names) if i % hold_out != hold_out - 1]
        ratio = f"{result.seconds / base:.2f}" if base else ""
        figures = [_mean([*tuned, *held]), _mean(tuned), _mean(held)]
        print(
            f"{result.name:20} {figures[0]:>6} {figures[1]:>6} {figures[2]:>6} {result.found:>6} {result.false:>6} "
            f"{result.seconds:>8.4f} {ratio:>16}"
        )


def _mean(values: list[float]) -> str:
    return f"{statistics.mean(values):.3f}" if values else ""


def _matrix(page: int, rows: list[list[str | None]], bbox: list[float] | None = None) -> Table:
    cells = [{"row": r, "col": c, "text": text} for r, row in enumerate(rows) for c, text in enumerate(row) if text]
    return {"page": page, "cells": cells} | ({"bbox": bbox} if bbox else {})


def editions() -> Reader:
    """This project: all its readers, chosen."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import camelot.parsers  # noqa: F401  imported before the clock starts, as for the peers

    from benchmarks.page_tables import read_tables
    from pipeline.exhibits.tables.table_formats import table_data

    return lambda path: [table_data(grid) for grid in read_tables(path)]


def camelot_with(flavor: str, **engine: str) -> Callable[[], Reader]:
    """camelot with one of its flavours."""

    def prepare() -> Reader:
        import camelot

        def read(path: Path) -> list[Table]:
            tables = camelot.read_pdf(str(path), pages="all", flavor=flavor, suppress_stdout=True, **engine)
            return [_matrix(t.page, [[c.text for c in row] for row in t.cells], list(t._bbox)) for t in tables]

        return read

    return prepare


def pdfplumber_lines() -> Reader:
    """pdfplumber's own table finder."""
    import pdfplumber

    def pages(path: Path) -> Iterator[Table]:
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                for table in page.find_tables():
                    x0, top, x1, bottom = table.bbox
                    box = [x0, float(page.height) - bottom, x1, float(page.height) - top]
                    yield _matrix(page.page_number, table.extract(), box)
                page.close()

    return lambda path: list(pages(path))


def img2table() -> Reader:
    """img2table on the text layer, borderless tables too."""
    from img2table.document import PDF

    def read(path: Path) -> list[Table]:
        found = PDF(str(path), pdf_text_extraction=True).extract_tables(borderless_tables=True)
        return [
            _matrix(page + 1, [[cell.value for cell in row] for row in table.content.values()])
            for page, tables in found.items()
            for table in tables
        ]

    return read


def tabula() -> Reader:
    """tabula (Java) by its Python package."""
    import tabula as package

    def read(path: Path) -> list[Table]:
        return [
            _matrix(page, [[cell["text"] for cell in row] for row in table["data"]])
            for page in range(1, _page_count(path) + 1)  # its tables do not say on which page they stand
            for table in package.read_pdf(str(path), pages=page, output_format="json", silent=True)
        ]

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "editions": editions,
    "camelot-hybrid": camelot_with("hybrid", engine="vector"),
    "camelot-lattice": camelot_with("lattice", engine="vector"),
    "camelot-network": camelot_with("network"),
    "camelot-stream": camelot_with("stream"),
    "pdfplumber-lines": pdfplumber_lines,
    "img2table": img2table,
    "tabula": tabula,
}

if __name__ == "__main__":
    main()
