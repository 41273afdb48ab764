"""All stages, pages to checked observations, against other readers on the same PDFs: seconds, ratios, memory.

    python benchmarks/speed.py STUDY=PDF [STUDY=PDF …] [--only editions,pdfplumber] [--repeat 1]
    python benchmarks/speed.py --processes STUDY=PDF [STUDY=PDF …]      one process against two
    python benchmarks/speed.py --grow STUDY=PDF                         50 pages against 500, made of that report's

`-=PDF` takes no catalogue. Every reader runs in a process of its own, one after the other; the seconds are
of processor time with all threads and child processes, imports aside, so that other work on the machine counts little;
the memory is that of the largest process.
`pdfplumber` is its `extract_words` with colours and `extract_tables`; `camelot` its hybrid flavour with the vector
engine; the floor is pypdfium2: all text and objects. What recognition of pictures takes is told apart: no peer does it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="+", metavar="STUDY=PDF")
    parser.add_argument("--only", help="comma-separated, of: " + ", ".join(READERS))
    parser.add_argument("--repeat", type=int, default=1, help="the median of so many runs")
    parser.add_argument("--processes", action="store_true")
    parser.add_argument("--grow", action="store_true")
    parser.add_argument("--reader", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.reader:
        print(json.dumps(_run(options.reader, options.reports[0])))
    elif options.processes:
        _processes(options.reports)
    elif options.grow:
        _grow(options.reports[0])
    else:
        for report in options.reports:
            _compare(report, options.only.split(",") if options.only else list(READERS), options.repeat)


def _compare(report: str, names: list[str], repeat: int) -> None:
    print(f"{report.partition('=')[2]}")
    print(f"  {'reader':<26} {'seconds':>9} {'s/page':>8} {'× pdfplumber':>13} {'peak MB':>8}")
    base = None
    for name in sorted(names, key=lambda n: n != "pdfplumber"):
        runs = [_child(name, report) for _ in range(repeat)]
        seconds = statistics.median(r["seconds"] for r in runs)
        base = seconds if name == "pdfplumber" else base
        lines = [(name, seconds)]
        if runs[0].get("pictures"):
            pictures = statistics.median(r["pictures"] for r in runs)
            lines += [("  of it, pictures (OCR)", pictures), ("  all other stages", seconds - pictures)]
        for what, taken in lines:
            ratio = f"{taken / base:>13.2f}" if base else f"{'':>13}"
            print(f"  {what:<26} {taken:>9.2f} {taken / runs[0]['pages']:>8.3f} {ratio} {runs[0]['megabytes']:>8}")


def _child(name: str, report: str) -> dict[str, Any]:
    command = [sys.executable, __file__, report, "--reader", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _run(name: str, report: str) -> dict[str, Any]:
    study, _, path = report.partition("=")
    read = READERS[name](study)
    start = _cpu()
    found = read(Path(path))
    seconds = _cpu() - start
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
    return {"seconds": seconds, "megabytes": peak, "pages": _pages(Path(path)), **found}


def _pages(path: Path) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(str(path))
    try:
        return len(document)
    finally:
        document.close()


# --- the readers, their imports done before the clock starts ---------------------------------------------------------

Read = Callable[[Path], dict[str, Any]]
STAGES = (
    *("camelot.parsers", "cv2", "onnxruntime", "pandera.backends.pandas.builtin_checks", "pandera.pandas"),
    *(
        "pdfplumber",
        "pikepdf",
        "pyarrow.csv",
        "pyarrow.parquet",
        "rapidocr",
        "pipeline.observations.bases",
        "pipeline.exhibits.charts",
    ),
    *(
        "pipeline.checks.checking",
        "pipeline.checks.claims.reading_claims",
        "pipeline.observations.corrections",
        "pipeline.observations.suggestions",
        "pipeline.checks.checking.edition",
    ),
    *(
        "pipeline.intake.preflight",
        "pipeline.checks.ledger",
        "pipeline.observations.observe",
        "pipeline.exhibits.tables",
        "pipeline.observations.repeats",
    ),
)
"""What the stages import where they first need it."""


def editions(study: str) -> Read:
    for name in STAGES:
        importlib.import_module(name)

    from pipeline.catalogue.model import bare_catalogue
    from pipeline.catalogue.project import Project
    from pipeline.exhibits import document
    from pipeline.run.extraction import Request, extract_into

    catalogue = bare_catalogue() if study == "-" else Project.at(ROOT).catalogue(study)
    spent = [0.0]

    def timed(read: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **named: Any) -> Any:
            start = _cpu()
            try:
                return read(*args, **named)
            finally:
                spent[0] += _cpu() - start

        return wrapped

    document.recognised = timed(document.recognised)

    def read(path: Path) -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            extract_into(Request(path, catalogue, "2024", allow_empty=True, ocr=True), Path(folder))
        return {"pictures": spent[0]}

    return read


def plumber(study: str) -> Read:
    import pdfplumber

    def read(path: Path) -> dict[str, Any]:
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                page.extract_words(extra_attrs=["non_stroking_color", "size", "fontname"])
                page.extract_tables()
                page.close()
        return {}

    return read


def camelot_hybrid(study: str) -> Read:
    import camelot

    def read(path: Path) -> dict[str, Any]:
        camelot.read_pdf(str(path), pages="all", flavor="hybrid", engine="vector")
        return {}

    return read


def floor(study: str) -> Read:
    import pypdfium2

    def read(path: Path) -> dict[str, Any]:
        document = pypdfium2.PdfDocument(str(path))
        for page in document:
            page.get_textpage().get_text_bounded()
            for thing in page.get_objects():
                thing.get_bounds()
        return {}

    return read


READERS: dict[str, Callable[[str], Read]] = {
    "pdfplumber": plumber,
    "editions": editions,
    "camelot": camelot_hybrid,
    "pypdfium2 (floor)": floor,
}


# --- processes, and very many pages ----------------------------------------------------------------------------------


def _processes(reports: list[str]) -> None:
    """Wall time of extractions, each with one process for its bitmaps, one at a time and two; then of each edition
    alone, with one process for its bitmaps and with two. Only a quiet machine gives a fair figure."""
    _two_against_one("editions", lambda n: _extracted(reports, workers=n, processes=1))
    for report in reports:
        _two_against_one(report, lambda n, report=report: _extracted([report], workers=1, processes=n))


def _two_against_one(what: str, run: Callable[[int], None]) -> None:
    taken = []
    for number in (1, 2):
        start, load = time.monotonic(), os.getloadavg()[0]
        run(number)
        taken.append(time.monotonic() - start)
        print(f"{what}, {number} at a time: {taken[-1]:.1f} s (load before: {load:.1f})", flush=True)
    print(f"  two against one: {taken[0] / taken[1]:.2f} times as fast", flush=True)


def _extracted(reports: list[str], workers: int, processes: int) -> None:
    from pipeline.catalogue.model import bare_catalogue
    from pipeline.catalogue.project import Project
    from pipeline.core.processes import run_all
    from pipeline.run.extraction import Request, extract_guarded

    with tempfile.TemporaryDirectory() as folder:
        calls = []
        for i, report in enumerate(reports):
            study, _, path = report.partition("=")
            catalogue = bare_catalogue() if study == "-" else Project.at(ROOT).catalogue(study)
            out = Path(folder) / str(i)
            out.mkdir()
            request = Request(Path(path), catalogue, "2024", allow_empty=True, ocr=True, processes=processes)
            calls.append((request, out))
        for result in run_all(extract_guarded, calls, workers):
            _raise_failed(result)


def _raise_failed(result: tuple[int, Any]) -> None:
    if isinstance(result[1], Exception):
        raise result[1]


def _grow(report: str) -> None:
    """Editions of 50 and of 500 pages made of the report's own: seconds for each page, and peak memory."""
    import pikepdf

    study, _, path = report.partition("=")
    with tempfile.TemporaryDirectory() as folder, pikepdf.open(path) as source:
        for count in (50, 500):
            grown = Path(folder) / f"{count}.pdf"
            with pikepdf.new() as pdf:
                for i in range(count):
                    pdf.pages.append(source.pages[i % len(source.pages)])
                pdf.save(grown)
            found = _child("editions", f"{study}={grown}")
            print(f"{count} pages: {found['seconds'] / count:.3f} s for each, {found['megabytes']} MB")


if __name__ == "__main__":
    main()
