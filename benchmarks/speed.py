"""Whole commands, imports and pictures included, against other readers on the same PDFs: time and memory.

    python benchmarks/speed.py STUDY=PDF [STUDY=PDF …] [--only editions,pdfplumber] [--repeat 5]
    python benchmarks/speed.py --processes STUDY=PDF [STUDY=PDF …]      one process against two
    python benchmarks/speed.py --grow STUDY=PDF                         50 pages against 500, made of that report's

`-=PDF` takes no catalogue. Every reader is a command of its own, one after the other, the whole round repeated and each
figure its median; processor time is that of all threads and child processes, so that other work on the machine counts
little; memory is that of the largest process.
`editions` is `editions extract`; `without pictures` the same on a copy of the file whose bitmaps are taken out.
`pdfplumber` is its `extract_words` with colours and `extract_tables`; `camelot` its hybrid flavour with the vector
engine; `rapidocr` its own pipeline on the bitmaps that we read; the floor is pypdfium2: all text and objects.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LEAST_PICTURE = 60.0
"""Points: smaller bitmaps are icons, which nobody reads."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="+", metavar="STUDY=PDF")
    parser.add_argument("--only", help="comma-separated, of: " + ", ".join(("editions", "without pictures", *PEERS)))
    parser.add_argument("--repeat", type=int, default=5, help="the median of so many rounds")
    parser.add_argument("--processes", action="store_true")
    parser.add_argument("--grow", action="store_true")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        PEERS[options.peer](Path(options.reports[0]))
    elif options.processes:
        _processes(options.reports)
    elif options.grow:
        _grow(options.reports[0])
    else:
        for report in options.reports:
            _compare(report, options.only.split(",") if options.only else None, options.repeat)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds of all its processes, seconds of the clock, megabytes of the largest process."""

    processor: float
    wall: float
    megabytes: int


def _compare(report: str, names: list[str] | None, repeat: int) -> None:
    study, _, path = report.partition("=")
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.pdf"
        _without_pictures(Path(path), bare)
        commands = {
            "editions": _extract(study, Path(path), Path(folder) / "whole"),
            "without pictures": _extract(study, bare, Path(folder) / "bare"),
            **{name: [sys.executable, __file__, path, "--peer", name] for name in PEERS},
        }
        chosen = [name for name in commands if names is None or name in names]
        load = os.getloadavg()[0]
        rounds = [{name: _cost(commands[name]) for name in chosen} for _ in range(repeat)]
    print(f"{path}, medians of {repeat}; load of the machine {load:.0f} to {os.getloadavg()[0]:.0f}")
    print(f"  {'command':<20} {'processor s':>12} {'× pdfplumber':>13} {'wall s':>8} {'peak MB':>8}")
    base = statistics.median(r["pdfplumber"].processor for r in rounds) if "pdfplumber" in chosen else None
    for name in chosen:
        processor, wall, megabytes = (
            statistics.median(getattr(r[name], what) for r in rounds) for what in ("processor", "wall", "megabytes")
        )
        ratio = f"{processor / base:>13.2f}" if base else f"{'':>13}"
        print(f"  {name:<20} {processor:>12.2f} {ratio} {wall:>8.2f} {megabytes:>8.0f}")


def _cost(command: list[str]) -> Cost:
    start = time.monotonic()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: read, and a person has to look at it
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(used.ru_utime + used.ru_stime, time.monotonic() - start, used.ru_maxrss // 1024)


def _extract(study: str, path: Path, out: Path) -> list[str]:
    named = [] if study == "-" else ["--study", study]
    command = [sys.executable, "-m", "pipeline", "extract", str(path), "--allow-empty", "--ocr", "--out", str(out)]
    return [*command, "--root", str(ROOT), *named]


def _without_pictures(path: Path, out: Path) -> None:
    """A copy of the PDF in which no page and no form shows a bitmap."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        for thing in pdf.objects:
            objects = thing.get("/XObject") if isinstance(thing, pikepdf.Dictionary) else None
            if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary) and objects is None:
                objects = thing.get("/Resources", {}).get("/XObject")
            for name in list(objects.keys()) if objects is not None else ():
                if objects[name].get("/Subtype") == "/Image":
                    del objects[name]
        pdf.save(out)


# --- the peers: each is a command of its own -------------------------------------------------------------------------


def plumber(path: Path) -> None:
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_words(extra_attrs=["non_stroking_color", "size", "fontname"])
            page.extract_tables()
            page.close()


def camelot_hybrid(path: Path) -> None:
    import camelot

    camelot.read_pdf(str(path), pages="all", flavor="hybrid", engine="vector")


def rapidocr_alone(path: Path) -> None:
    import numpy as np
    import pypdfium2
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    document = pypdfium2.PdfDocument(str(path))
    for page in document:
        for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]):
            left, bottom, right, top = thing.get_bounds()
            if min(right - left, top - bottom) >= LEAST_PICTURE:
                engine(np.asarray(thing.get_bitmap().to_pil().convert("RGB")))


def floor(path: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(str(path))
    for page in document:
        page.get_textpage().get_text_bounded()
        for thing in page.get_objects():
            thing.get_bounds()


PEERS: dict[str, Callable[[Path], None]] = {
    "pdfplumber": plumber,
    "camelot": camelot_hybrid,
    "rapidocr": rapidocr_alone,
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
            cost = _cost(_extract(study, grown, Path(folder) / str(count)))
            print(f"{count} pages: {cost.processor / count:.3f} s for each, {cost.megabytes} MB")


if __name__ == "__main__":
    main()
