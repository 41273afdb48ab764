"""kill -9 at seeded random moments of build, new, accept and review: is everything that stood still whole, is the next
run right?

    python benchmarks/kills.py [--kills 200] [--seed 0] [--log FILE]

A small project (one page, three values) is built and accepted once in a folder of its own; for every kill the command
is started on it, with something to do, and killed at a moment between its start and its usual end. After each kill:
the tables of the edition, the release and the baseline are, byte for byte, the old ones or the new ones; the catalogue
and the signed acts parse. After each tenth, and at the end, the command is run to its end and must give what an
undisturbed run gives. A kill after the command's end counts as `late` and not as a kill.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.catalogue.project import Project  # noqa: E402
from pipeline.core.errors import UsageError  # noqa: E402
from pipeline.core.files import folder_digest  # noqa: E402
from pipeline.run.build import standing  # noqa: E402
from tests import paper  # noqa: E402
from tests.conftest import make_project  # noqa: E402

COMMANDS = ("build", "new", "accept", "review")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    log = options.log.open("a") if options.log else sys.stdout
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        counts: Counter[tuple[str, str]] = Counter()
        seeds = random.Random(options.seed)  # noqa: S311 - moments, not secrets
        while sum(n for (what, end), n in counts.items() if what != "next run" and end != "late") < options.kills:
            command = COMMANDS[sum(counts.values()) % len(COMMANDS)]
            end = bench.kill(command, seeds.random())
            counts[command, end] += 1
            print(json.dumps({"command": command, "end": end, "moment": round(bench.moment, 2)}), file=log, flush=True)
            if sum(counts.values()) % 10 == 0:
                counts["next run", bench.next_run()] += 1
        counts["next run", bench.next_run()] += 1
    for (command, end), n in sorted(counts.items()):
        print(f"{command:<10} {end:<40} {n:>5}")
    sys.exit(any(end not in ("whole", "late", "right") for _, end in counts))


class Bench:
    """A project, what it looks like undisturbed, and how long each command takes."""

    def __init__(self, folder: Path) -> None:
        self.root = make_project(folder / "project")
        self.incoming = paper.save(paper.survey(("48%", "35%", "17%"), "2025"), folder / "incoming.pdf")
        self.questions = self.root / "schemas" / "commute" / "questions.yml"
        self.original = self.questions.read_text()
        self.attempt = 0
        self.moment = 0.0
        self.run("build")
        self.run("accept", "commute/2024", "--reason", "first")
        self.usual = {}
        self.good = {}
        for command in COMMANDS:
            start = time.monotonic()
            if command == "review":
                self.usual[command] = 12.0
                continue
            self.prepare(command)
            done = self.run(*self.arguments(command))
            assert done.returncode in (0, 1), done.stderr
            self.usual[command] = time.monotonic() - start
            self.tidy()
        self.run("build")
        self.good = self.state()

    def arguments(self, command: str) -> tuple[str, ...]:
        return {
            "build": ("build",),
            "new": (
                *("new", str(self.incoming), "--study", "commute", "--edition", "2025"),
                *("--title", "Travel", "--licence", "CC0-1.0", "--origin", "made for a test"),
            ),
            "accept": ("accept", "commute/2024", "--reason", f"attempt {self.attempt}"),
            "review": ("review", "commute/2024", "--port", "0"),
        }[command]

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "pipeline", *arguments, "--root", str(self.root)]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        surroundings = {k: v for k, v in os.environ.items() if k != "CI"} | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(self.command(*arguments), env=surroundings, capture_output=True, text=True)

    def prepare(self, command: str) -> None:
        """Something to do: a touched catalogue makes the edition new; the same values, so that all states compare."""
        self.attempt += 1
        if command in ("build", "accept"):
            self.questions.write_text(f"{self.original}# {self.attempt}\n")
        if command == "accept":
            baseline = self.root / "extracted" / "commute" / "2024"
            for path in baseline.glob("observations.csv"):
                path.write_text(path.read_text().replace(",52.0,", ",53.0,"))

    def tidy(self) -> None:
        """As before the command, as git would give it back."""
        self.questions.write_text(self.original)
        for path in (self.root / "raw_pdfs" / "commute").glob("2025*"):
            path.unlink()
        shutil.rmtree(self.root / "extracted" / "commute" / "built" / "2025", ignore_errors=True)

    def state(self) -> dict[str, str]:
        extracted = self.root / "extracted" / "commute"
        return {
            "tables": folder_digest(extracted / "built" / "2024"),
            "release": folder_digest(extracted / "published"),
            "baseline": _values_digest(extracted / "2024"),
        }

    def kill(self, command: str, share: float) -> str:
        self.prepare(command)
        before = self.state()
        surroundings = {k: v for k, v in os.environ.items() if k != "CI"} | {"PYTHONPATH": str(ROOT)}
        started = subprocess.Popen(
            self.command(*self.arguments(command)),
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.moment = share * 1.1 * self.usual[command]
        try:
            started.wait(self.moment)
            late = True
        except subprocess.TimeoutExpired:
            late = False
            started.send_signal(signal.SIGKILL)
            started.wait()
        end = self._judged(before)
        self.tidy()
        return "late" if late and end == "whole" else end

    def _judged(self, before: dict[str, str]) -> str:
        time.sleep(0.3)  # orphaned children notice that their parent is gone
        for name, digest in self.state().items():
            if digest not in (before[name], self.good[name]) and name != "release":
                return f"{name} is neither the old nor the new"
            if digest == "":
                return f"{name} is gone"
        try:
            standing(Project.at(self.root), ["commute/2024"])
        except UsageError as error:
            return f"status fails afterwards: {error}"
        return "whole"

    def next_run(self) -> str:
        self.tidy()
        done = self.run("build")
        if done.returncode:
            return f"build ends with {done.returncode}: {done.stderr[-80:]}"
        now = self.state()
        wrong = [name for name in ("tables", "release") if now[name] != self.good[name]]
        left = list(self.root.rglob(".editions-*"))
        if wrong:
            return f"{', '.join(wrong)} differ"
        return f"left behind: {left[0].relative_to(self.root)}" if left else "right"


def _values_digest(baseline: Path) -> str:
    """Of the baseline's tables; `made_with.json` names the catalogue, which every attempt touches."""
    files = sorted(baseline.glob("*.csv"))
    return hashlib.sha256(b"".join(p.name.encode() + p.read_bytes() for p in files)).hexdigest() if files else ""


if __name__ == "__main__":
    main()
