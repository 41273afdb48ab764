"""Merging and publishing very many editions, against the plainest thing that could be done with the same files.

    python benchmarks/merge.py [EDITIONS …]        (default: 100 1000 10000)

Each edition is a Parquet file of about 400 observations on disk, as extraction leaves it; it prints three waves, one
value in a hundred is revised. The floor reads all files with pandas, joins them and writes one Parquet file; the merge
reads, merges (vintages, breaks, harmonised options, findings) and writes the longitudinal table, as Parquet alone and
with its CSV; the whole release writes every file of it, codebook, explorer and Data Docs included.
Every run is a process of its own, so that its peak of memory is its own.

Processor time on two cores that others used too (ratios of one run; seconds say little):

    editions      rows  what                     × floor  peak MiB
        1000    396000  merge, Parquet              1.05       455      (the floor itself: 512 MiB)
        1000    396000  merge, Parquet and CSV      1.34       471
        1000    396000  the whole release           2.86       466
       10000   3960000  merge, Parquet              1.42      1673      (the floor itself: 3976 MiB)
       10000   3960000  merge, Parquet and CSV      1.41      1674
       10000   3960000  the whole release           2.45      1729

Great Expectations looks at the newest hundred thousand rows, which takes some eight seconds whatever there is: most of
the whole release of a thousand editions.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS, OPTIONS, GROUPS, WAVES = 11, 6, 2, 3
REVISED = 0.01


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("editions", nargs="*", type=int, default=[100, 1000, 10000])
    parser.add_argument("--run", choices=[*RUNS], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        RUNS[arguments.run](arguments.folder)
        return
    print(f"{'editions':>9} {'rows':>9}  {'what':<22} {'seconds':>8} {'rows/s':>9} {'× floor':>8} {'peak MiB':>9}")
    for count in arguments.editions:
        measure(count)


def measure(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows = make_editions(Path(folder), count)
        floor = 0.0
        for what in RUNS:
            seconds, peak = run(what, Path(folder))
            floor = floor or seconds
            line = f"{count:>9} {rows:>9}  {what:<22} {seconds:>8.1f} {rows / seconds:>9.0f} {seconds / floor:>8.2f}"
            print(f"{line} {peak:>9.0f}", flush=True)


def run(what: str, folder: Path) -> tuple[float, float]:
    """(processor seconds inside the process after its imports, peak of its resident memory in MiB)."""
    command = [sys.executable, __file__, "--run", what, "--folder", str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()
    return float(said[-2]), float(said[-1])


def report(started: float) -> None:
    print(time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def make_editions(folder: Path, count: int) -> int:
    """Write `count` editions; returns how many rows they have in all."""
    import pyarrow
    import pyarrow.parquet

    sys.path.insert(0, str(ROOT))
    from pipeline.core.contract import CLAIMS, FINDINGS, OBSERVATIONS
    from pipeline.core.table_files import to_arrow

    chance = random.Random(1)  # noqa: S311 - data for a benchmark
    template = to_arrow(OBSERVATIONS, template_rows())
    nothing = {other.name: to_arrow(other, []) for other in (FINDINGS, CLAIMS)}
    ids = template["observation_id"].to_pylist()
    offsets = [int(w) for w in template["wave"].to_pylist()]
    base = template["value"].to_pylist()
    for number in range(count):
        edition = _day(number)
        waves = [_day(number + offset) for offset in offsets]
        values = [
            float((v * 7 + (10_000 + number + o) * 13) % 97) + (1.0 if chance.random() < REVISED else 0.0)
            for v, o in zip(base, offsets, strict=True)
        ]
        columns: dict[str, Any] = {
            "edition": [edition] * len(ids),
            "observation_id": [f"bench/{edition}/{i}/{w}" for i, w in zip(ids, waves, strict=True)],
            "wave": waves,
            "value": values,
            "value_printed": [f"{v:g}%" for v in values],
            "source_sha256": [f"{number:064x}"] * len(ids),
        }
        table = template
        for name, column in columns.items():
            index = table.schema.get_field_index(name)
            table = table.set_column(index, table.schema.field(name), pyarrow.array(column))
        target = folder / edition
        target.mkdir()
        pyarrow.parquet.write_table(table, target / "observations.parquet", compression="zstd")
        for other, empty in nothing.items():
            pyarrow.parquet.write_table(empty, target / f"{other}.parquet")
    return count * len(ids)


def _day(number: int) -> str:
    """A survey of every day: ten thousand editions are 27 years of it."""
    return (date(1990, 1, 1) + timedelta(days=number)).isoformat()


def template_rows() -> list[dict[str, object]]:
    return [
        {
            "study": "bench",
            "edition": "0",
            "observation_id": f"{question}/{option}/{group}",
            "page": question + 1,
            "figure": str(question + 1),
            "question_id": f"q{question}",
            "question": f"Hoe belangrijk is onderwerp {question} voor de organisatie waarin je werkt?",
            "kind": "multiple",
            "group": f"g{group}",
            "wave": str(offset),
            "category_id": f"o{option}",
            "category": f"Antwoordmogelijkheid nummer {option}",
            "value": float(question * 7 + option * 3 + group),
            "value_printed": "1%",
            "unit": "percent",
            "x0": 100.0 + offset,
            "top": 100.0 + 12 * option,
            "x1": 120.0 + offset,
            "bottom": 110.0 + 12 * option,
            "method": "table",
            "readers": "camelot+geometry",
            "confidence": 0.95,
            "flags": [],
            "source_sha256": "0" * 64,
        }
        for question in range(QUESTIONS)
        for option in range(OPTIONS)
        for group in range(GROUPS)
        for offset in range(1 - WAVES, 1)
    ]


def floor(folder: Path) -> None:
    import pandas

    started = time.process_time()
    files = sorted(folder.glob("*/observations.parquet"))
    pandas.concat([pandas.read_parquet(f) for f in files], ignore_index=True).to_parquet(folder / "floor.parquet")
    report(started)


def merge_to(folder: Path, csv: bool, whole: bool = False) -> None:
    import pandas  # noqa: F401 - both runs start with the library loaded

    sys.path.insert(0, str(ROOT))
    from pipeline.catalogue.model import Catalogue, Group, Option, Question, Study, Wording
    from pipeline.release.publish.publication import write_release
    from pipeline.release.publish.release_content import EditionData, gather
    from pipeline.release.publish.release_tables import write_longitudinal

    started = time.process_time()
    options = tuple(Option(id=f"o{n}", label={"nl": f"Antwoordmogelijkheid nummer {n}"}) for n in range(OPTIONS))
    wording = "Hoe belangrijk is onderwerp {} voor de organisatie waarin je werkt?"
    catalogue = Catalogue(
        study=Study(
            id="bench",
            title={"en": "bench"},
            languages=("nl",),
            groups=tuple(Group(id=f"g{n}", label={"nl": f"Groep {n}"}) for n in range(GROUPS)),
        ),
        questions=tuple(
            Question(id=f"q{n}", kind="multiple", wordings=(Wording(text=wording.format(n)),), categories=options)
            for n in range(QUESTIONS)
        ),
    )
    editions = [EditionData(f.parent.name, f.parent) for f in sorted(folder.glob("*/observations.parquet"))]
    release = gather(None, catalogue, editions)
    if whole:
        (folder / "release").mkdir()
        write_release(release, folder / "release")
    else:
        write_longitudinal(release, folder, csv=csv)
    report(started)


RUNS = {
    "floor": floor,
    "merge, Parquet": lambda folder: merge_to(folder, csv=False),
    "merge, Parquet and CSV": lambda folder: merge_to(folder, csv=True),
    "the whole release": lambda folder: merge_to(folder, csv=True, whole=True),
}

if __name__ == "__main__":
    main()
