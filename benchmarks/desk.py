"""How fast the desk is: opening an edition, showing its pages, and every act with the page that answers it.

    python benchmarks/desk.py [PDF] [--study ld-trends] [--edition 2022] [--pages 500] [--times 7]

`--pages`: besides, an edition of as many pages, made of copies of that one (figure numbers go on, 101, 102 …). Works in
a temporary project. Times are wall clock of one thread of the server, and the processor time that this thread took,
which a busy machine lengthens less; medians.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import yaml

from pipeline.catalogue.decisions import KINDS
from pipeline.catalogue.project import Edition, Project
from pipeline.core.contract import ObservationRow
from pipeline.exhibits.document import Document, keep
from pipeline.pages.page import Page
from pipeline.review.desk.decision_forms import Signatory
from pipeline.review.desk.desk_pages import Pages
from pipeline.review.desk.exhibit_views import accepted_values, lines
from pipeline.review.desk.form_fields import shown
from pipeline.review.desk.page_crops import Crops
from pipeline.review.desk.workspace import Workspace
from pipeline.run.extraction import request_for
from pipeline.run.registration import plan, register, source_of
from pipeline.run.reviewing import open_bench

CHECKOUT = Path(__file__).resolve().parent.parent
Timing = tuple[float, float]
"""Seconds: wall clock, processor."""


def main() -> None:
    """Print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pdf", nargs="?", type=Path, default=CHECKOUT / "raw_pdfs" / "ld-trends" / "2022.pdf")
    parser.add_argument("--study", default="ld-trends")
    parser.add_argument("--edition", default="2022")
    parser.add_argument("--pages", type=int)
    parser.add_argument("--times", type=int, default=7)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="editions-desk-") as folder:
        project, edition = _registered(Path(folder), said)
        document = _measure(project, edition, said.times)
        if said.pages:
            _measure(project, _grown(project, edition, document, said.pages), said.times)


def _quiet(what: str, stage: str, done: int, total: int) -> None:
    pass


def _registered(folder: Path, said: argparse.Namespace) -> tuple[Project, Edition]:
    root = folder / "project"
    shutil.copytree(CHECKOUT / "schemas" / said.study, root / "schemas" / said.study)
    for acts in KINDS:
        shutil.rmtree(root / "schemas" / said.study / acts, ignore_errors=True)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    project = Project.at(root)
    planned = plan(project, said.pdf, said.study, said.edition)
    source = source_of(planned, {"title": "benchmark", "licence": "none", "origin": "benchmark"})
    begun = time.perf_counter()
    made = register(project, planned, source)
    print(f"registered and extracted once in {time.perf_counter() - begun:.0f} s")
    return project, made.edition


def _grown(project: Project, edition: Edition, document: Document, pages: int) -> Edition:
    """An edition of copies of `edition`, registered, with its document kept as though it had been read."""
    target = edition.pdf.with_name("long.pdf")
    count = len(document.pages)
    with pikepdf.open(edition.pdf) as pdf:
        for i in range(count, pages):
            pdf.pages.append(pdf.pages[i % count])
        pdf.save(target)
    sha256 = hashlib.sha256(target.read_bytes()).hexdigest()
    source = yaml.safe_load(edition.source_file.read_text("utf-8"))
    long = Edition(edition.study, "long", target, target.with_suffix(".source.yml"))
    source |= {"edition": "long", "sha256": sha256, "pages": pages}
    long.source_file.write_text(yaml.safe_dump(source), "utf-8")
    words = set(project.catalogue(edition.study).study.figure_words)
    copies = range(math.ceil(pages / count))
    grown = replace(
        document,
        sha256=sha256,
        pages=tuple(_copy(page, k, count, words) for k in copies for page in document.pages)[:pages],
        regions=tuple(_moved(r, k * count) for k in copies for r in document.regions if r.page + k * count <= pages),
        findings=(),
    )
    kept_at = request_for(project, long).kept_at(sha256)
    assert kept_at is not None
    keep(grown, kept_at)
    return long


def _copy(page: Page, k: int, count: int, figure_words: set[str]) -> Page:
    """The page as the k-th copy; numbers behind a figure word go on."""
    words, before = [], ""
    for word in page.words:
        numbered = before in figure_words and word.text.isdigit()
        words.append(replace(word, text=str(int(word.text) + 100 * k)) if numbered else word)
        before = word.text
    return replace(page, number=page.number + k * count, words=tuple(words))


def _moved(thing: Any, pages: int) -> Any:
    """A region, reading or entry so many pages on."""
    if isinstance(thing, tuple) and type(thing) is tuple:
        return tuple(_moved(one, pages) for one in thing)
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    changed = {f.name: _moved(getattr(thing, f.name), pages) for f in fields(thing)}
    changed |= {name: changed[name] + pages for name in ("page", "last_page") if changed.get(name)}
    return replace(thing, **changed)


def _opened(project: Project, edition: Edition) -> None:
    Pages(open_bench(project, edition, _quiet), "token", []).list()


def _measure(project: Project, edition: Edition, times: int) -> Document:
    opened = [_timed(lambda: _opened(project, edition)) for _ in range(3)]
    bench = open_bench(project, edition, _quiet)
    observations = len(bench.state.tables.observations)
    print(f"{edition}: {len(bench.document.pages)} pages, {observations} observations")
    _report("open the edition, first page", opened)
    show, signatory, crops = Pages(bench, "token", []), Signatory(bench), Crops(bench.edition.pdf)
    figures = [line.figure for line in lines(bench.current()) if line.values]
    _report("list of exhibits", [_timed(show.list) for _ in range(times)])
    _report("one exhibit", [_timed(partial(show.exhibit, f)) for f in figures[:times]])
    _report("a whole page", [_timed(partial(show.page, n)) for n in range(1, times + 1)])
    try:
        crops.png(1, bench.document.pages[0].box)
        boxes = [(p.number, p.box) for p in bench.document.pages[1 : times + 1]]
        _report("a crop, drawn once", [_timed(partial(crops.png, n, b)) for n, b in boxes])
    finally:
        crops.close()
    for name, timings in _acts(bench, signatory, show, times):
        _report(name, timings)
    return bench.document


def _acts(bench: Workspace, signatory: Signatory, show: Pages, times: int) -> Iterator[tuple[str, list[Timing]]]:
    """Every act on different exhibits, each followed by an undo, once the checks of the whole edition were done."""
    makers: dict[str, Callable[[ObservationRow], dict[str, str]]] = {
        "correct": lambda row: {"printed": "1%"},
        "assign": lambda row: {"wave": "1999", "scope": "column"},
        "accept": lambda row: {"expect": accepted_values(bench.current().rows(str(row["figure"])))},
        "exclude": lambda row: {"page": str(row["page"]), "box": "1,1,2,2"},
        "audit": lambda row: {"right": "yes"},
        "confirm": lambda row: {"question": str(row["question_id"]), "kind": "unknown"},
    }
    for act, made in makers.items():
        done: list[Timing] = []
        undone: list[Timing] = []
        for figure in [x.figure for x in lines(bench.current()) if x.values and not x.findings][:times]:
            row = bench.current().rows(figure)[0]
            form = {
                "figure": figure,
                "observation": str(row["observation_id"]),
                "seen": shown(row),
                "reason": "benchmark",
            }
            change = signatory.change(act, form | made(row))
            done.append(_timed(partial(_answered, show, figure, partial(bench.decide, change))))
            _wait(bench)
            undone.append(_timed(partial(_answered, show, figure, partial(bench.undo, signatory.take_back))))
            _wait(bench)
        yield f"act: {act}", done
        yield f"undo: {act}", undone


def _answered(show: Pages, figure: str, act: Callable[[], str]) -> None:
    act()
    show.exhibit(figure)


def _wait(bench: Workspace) -> None:
    while not bench.state.whole:
        time.sleep(0.01)


def _timed(work: Callable[[], object]) -> Timing:
    wall, processor = time.perf_counter(), time.thread_time()
    work()
    return time.perf_counter() - wall, time.thread_time() - processor


def _report(name: str, timings: list[Timing]) -> None:
    wall, processor = (1000 * statistics.median(t[i] for t in timings) for i in (0, 1))
    print(f"{name:32} {wall:8.0f} ms   processor {processor:6.0f} ms   (n={len(timings)})", flush=True)


if __name__ == "__main__":
    main()
