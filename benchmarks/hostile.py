"""Seeded mutations of real PDFs through `extract` and `tables`: how each ends, and what ends as it must not.

    python benchmarks/hostile.py FOLDER [--count 2000] [--seed 0] [--script 50] [--largest 60] [--log FILE]

FOLDER holds sound PDFs (those above `--largest` kB are left out). Every mutation runs in a forked child of a warm
process under the limits of a job; each `--script`-th one also through the console script. The mutations stand in
tests/hostile.py: one seed, source and name always give the same file.

An end is wrong when it is a traceback, an unexpected exception, a hang or a crash without a line that says so, or a
result without any finding about damage that lacks numbers which the sound document has (`silent`; drawings that were
moved off the page on purpose are to be judged by eye).
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.hostile import mutated, mutations  # noqa: E402

SECONDS, MEGABYTES = 90, 6144
LOST = 0.98
"""Share of the sound document's numbers below which a result without a word about damage counts as silent."""
DAMAGE = (
    *("extraction-page-unreadable", "extraction-page-incomplete", "extraction-failed"),
    *("source-damaged", "source-page-box"),
)


def main() -> None:
    options = _options()
    sources = [p for p in sorted(options.folder.rglob("*.pdf")) if p.stat().st_size <= options.largest << 10]
    contents = [p.read_bytes() for p in sources]
    with tempfile.TemporaryDirectory() as folder:
        _end(contents[0], Path(folder))  # what a child would import, it inherits
    sound = [_forked(content) for content in contents]
    ends: dict[str, Counter[str]] = defaultdict(Counter)
    seconds: list[float] = []
    log = options.log.open("a") if options.log else None
    for i, (seed, source, name) in enumerate(mutations(options.seed, options.count, len(sources))):
        content = mutated(contents[source], name, seed)
        start = time.monotonic()
        end = _judged(_forked(content), sound[source])
        seconds.append(time.monotonic() - start)
        if options.script and i % options.script == 0:
            end |= _console(content)
        ends[name][end["end"]] += 1
        line = {"seed": seed, "source": sources[source].name, "mutation": name} | end
        if log:
            print(json.dumps(line | {"seconds": round(seconds[-1], 2)}), file=log, flush=True)
        if end["end"] in WRONG:
            print(json.dumps(line), flush=True)
    _report(ends, seconds)


WRONG = ("exception", "crash", "hang", "silent", "console")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--script", type=int, default=50, metavar="N", help="every N-th also through the console script"
    )
    parser.add_argument("--largest", type=int, default=60, metavar="KB")
    parser.add_argument("--log", type=Path, help="append one JSON line for each mutation")
    return parser.parse_args()


def _forked(content: bytes) -> dict[str, Any]:
    """How reading `content` ends, in a child of this process."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(here)
        _child(content, there)
    os.close(there)
    with os.fdopen(here, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if said:
        found: dict[str, Any] = json.loads(said)
        return found
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return {"end": "hang" if number in (signal.SIGXCPU, signal.SIGKILL) else "crash", "what": f"status {status}"}


def _child(content: bytes, pipe: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    with tempfile.TemporaryDirectory() as folder:
        end = _end(content, Path(folder))
    os.write(pipe, json.dumps(end).encode())
    os._exit(0)


def _end(content: bytes, folder: Path) -> dict[str, Any]:
    from pipeline.catalogue.model import bare_catalogue
    from pipeline.cli.table_listing import list_tables
    from pipeline.core.errors import UsageError
    from pipeline.core.processes import no_progress
    from pipeline.core.table_files import read_parquet
    from pipeline.run.extraction import Request, extract_into

    pdf, out = folder / "report.pdf", folder / "out"
    pdf.write_bytes(content)
    out.mkdir()
    try:
        summary = extract_into(Request(pdf, bare_catalogue(), "2024", allow_empty=True), out)
        codes = sorted({str(row["code"]) for row in read_parquet(out / "findings.parquet")})
        unread = {} if sum(content[-64:]) % 4 else list_tables(pdf, None, "json", "", {}, no_progress)[1]
    except UsageError as error:
        return {"end": "refused", "what": str(error).replace(str(pdf), "PDF")}
    except MemoryError:
        return {"end": "refused", "what": "memory"}
    except RecursionError:
        return {"end": "refused", "what": "nested too deeply"}
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        place = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-6:]))
        return {"end": "exception", "what": f"{type(error).__name__}: {str(error)[:120]} at {place}"}
    return {
        "end": "read",
        "pages": summary.pages,
        "numbers": summary.rows["numbers"],
        "damage": [c for c in codes if c in DAMAGE],
        "unread": len(unread),
    }


def _judged(end: dict[str, Any], sound: dict[str, Any]) -> dict[str, Any]:
    if end["end"] != "read" or end["damage"]:
        return end | {"end": "read with findings"} if end["end"] == "read" else end
    lost = end["pages"] < sound["pages"] or end["numbers"] < LOST * sound["numbers"]
    return end | {"end": "silent", "sound": sound["numbers"]} if lost else end


def _console(content: bytes) -> dict[str, Any]:
    """Nothing, or how the console script ended as it must not."""
    script = Path(sys.executable).with_name("editions")
    command = [str(script)] if script.exists() else [sys.executable, "-m", "pipeline"]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "report.pdf").write_bytes(content)
        for arguments in (["extract", "report.pdf", "--out", "out"], ["tables", "report.pdf", "--format", "json"]):
            done = subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True, timeout=600)
            lines = [line for line in done.stderr.splitlines() if line.startswith("editions:")]
            fault = (
                "Traceback" in done.stderr or "fault of the program" in done.stderr or done.returncode not in (0, 1, 2)
            )
            if fault or (done.returncode == 2 and (len(lines) != 1 or (Path(folder) / "out").exists())):
                return {"end": "console", "what": f"{arguments[0]}: {done.returncode} {done.stderr[-200:]}"}
    return {}


def _report(ends: dict[str, Counter[str]], seconds: list[float]) -> None:
    kinds = sorted({end for counts in ends.values() for end in counts})
    print(f"{'mutation':<20}" + "".join(f"{kind:>20}" for kind in kinds))
    for name in sorted(ends):
        print(f"{name:<20}" + "".join(f"{ends[name][kind] or '·':>20}" for kind in kinds))
    total = sum(ends.values(), Counter())
    print(f"{'all':<20}" + "".join(f"{total[kind]:>20}" for kind in kinds))
    seconds.sort()
    print(f"seconds: median {seconds[len(seconds) // 2]:.2f}, longest {seconds[-1]:.2f}")


if __name__ == "__main__":
    main()
