"""Does the check notice? Seeded changes to readers and parsers, and other versions of the libraries.

    nice python benchmarks/mutations.py [--changes 64] [--seed 8] [--libraries] [--jobs 2] [--report FILE.md]

Two small editions (pages of the facsimile: some of tables, bars, an infographic and prose, one of a bitmap) are
extracted and their baselines written. Then, one at a time, a step of the code is changed (a threshold, a bound by one,
a step left out, two things swapped), the edition that runs through it is extracted again with the changed code, and two
things are asked: do the published values differ (all rows and columns compared, without the program's help), and does
the comparison with the baseline tell of it? `--libraries` does the same with real other versions of libraries, through
the console script. Every run is a process of its own; an endless loop ends at a limit of processor time.
"""

from __future__ import annotations

import argparse
import ast
import copy
import csv
import hashlib
import importlib
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STUDY, FACSIMILE = "ld-trends", "2022"
PAGES = {"2022": (3, 5, 7, 9, 19, 28), "2021": (17,)}
"""Edition → pages of the facsimile. The first: shares, ranks, scores, bars, choices, a chart beside its table, pairs.
The second: a bitmap, which takes most of the time, so that only changes of what reads pictures are tried on it."""
PICTURES = "pictures"
# fmt: off
READERS = (
    "pages", "document", "colours", "geometry", "numbers", "reading", "exhibit", "figures", "roles", "bases",
    "witnesses", "matching", "observations", "text", "tables", "charts", "pictures", "language", "claims",
)
"""Modules and packages of pipeline/ that are changed: readers and parsers, not checks and not what publishes."""
PRELOADED = (
    "camelot", "cv2", "numpy", "onnxruntime", "pandas", "pandera", "pdfplumber", "pikepdf", "PIL.Image",
    "pyarrow.parquet", "pydantic", "pypdfium2", "rapidfuzz", "rapidocr", "yaml",
)
"""Libraries that every run needs: loaded once, each run is a fork."""
PUBLISHED = (
    "page", "figure", "question_id", "question", "kind", "group", "wave", "item_id", "item", "category_id",
    "category", "value", "value_printed", "unit", "scale", "base_n",
)
"""Columns that make a published value; the others say how well it is known and where it stands."""
# fmt: on
SECONDS, MEMORY = 240, 6 << 30
LIBRARIES = (
    ("camelot-py==1.0.9", "pypdf==5.9.0"),
    ("pdfplumber==0.11.7", "pdfminer.six==20250506"),
    ("pypdfium2==5.9.0",),
    ("opencv-python-headless==4.10.0.84",),
    ("rapidocr==3.4.5",),
    ("rapidfuzz==3.10.1",),
)
"""Versions that were once current, some older than what pyproject.toml allows."""


@dataclass
class Outcome:
    """What a change did. `told`: kinds of change that the check reports, with their number."""

    name: str
    kind: str
    values: bool = False
    anything: bool = False
    columns: list[str] = field(default_factory=list)
    """`table.column` of all that differs, before any tolerance."""
    told: dict[str, int] = field(default_factory=dict)
    stopped: str = ""
    seconds: float = 0.0

    @property
    def flagged(self) -> bool:
        return bool(self.told or self.stopped)

    @property
    def effect(self) -> str:
        if self.stopped:
            return STOPS
        return VALUES if self.values else EVIDENCE if self.anything else NOTHING


STOPS, VALUES, EVIDENCE, NOTHING = (
    "the extraction stops",
    "published values change",
    "evidence, findings, claims or text change",
    "nothing changes",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--changes", type=int, default=64, help="how many seeded changes to try")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--only", type=int, nargs="+", default=(), metavar="N", help="of the changes, these alone")
    parser.add_argument("--libraries", action="store_true", help="also other versions of libraries (needs an index)")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--report", type=Path, help="write the table as Markdown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mutations-") as scratch:
        study = Study(Path(scratch))
        outcomes = study.seeded(options.changes, options.seed, options.jobs, options.only) if options.changes else []
        if options.libraries:
            outcomes += study.libraries()
    text = table(outcomes)
    print(text)
    if options.report:
        options.report.write_text(text, encoding="utf-8")


class Study:
    """The small edition, a copy of the program to change, and the results of the unchanged one."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.project = scratch / "project"
        self.program = scratch / "program"
        for name in ("pipeline", "schemas"):
            shutil.copytree(ROOT / name, self.program / name, ignore=shutil.ignore_patterns("__pycache__"))
        self._register()
        for name in PRELOADED:
            importlib.import_module(name)
        self.before: dict[str, Path] = {}
        self.lines: dict[str, set[int]] = {}
        """Source file under pipeline/ → its lines that the edition on which it would be tried runs through."""
        for edition in PAGES:
            first, _ = self.run(edition, first=True)
            self.before[edition] = Path(first["tables"])
            self.lines |= {name: set(ran) for name, ran in first["lines"].items() if edition == tried_on(name)}

    def _register(self) -> None:
        import pikepdf

        shutil.copytree(ROOT / "schemas" / STUDY, self.project / "schemas" / STUDY)
        folder = self.project / "raw_pdfs" / STUDY
        folder.mkdir(parents=True)
        source = (ROOT / "raw_pdfs" / STUDY / f"{FACSIMILE}.source.yml").read_text(encoding="utf-8")
        for edition, pages in PAGES.items():
            pdf = folder / f"{edition}.pdf"
            with pikepdf.open(ROOT / "raw_pdfs" / STUDY / f"{FACSIMILE}.pdf") as whole, pikepdf.new() as small:
                small.pages.extend(whole.pages[number - 1] for number in pages)
                small.save(pdf, deterministic_id=True)
            facts = {
                "edition": f'"{edition}"',
                "sha256": hashlib.sha256(pdf.read_bytes()).hexdigest(),
                "pages": str(len(pages)),
            }
            for name, value in facts.items():
                source = re.sub(rf"(?m)^{name}:.*$", f"{name}: {value}", source)
            (folder / f"{edition}.source.yml").write_text(source, encoding="utf-8")

    def run(self, edition: str, first: bool = False) -> tuple[dict[str, Any], float]:
        """One extraction in a fork, with the program as it stands in the copy, and its seconds of processor time."""
        said = self.program / "said.json"
        said.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            try:
                resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
                sys.path.insert(0, str(self.program))
                sys.dont_write_bytecode = True
                os.chdir(self.scratch)
                if not first:
                    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
                said.write_text(json.dumps(extraction(self.project, edition, self.program, first)))
            finally:
                os._exit(0)
        _, _, used = os.wait4(child, 0)
        answer = json.loads(said.read_text()) if said.is_file() else {"stopped": "killed at its limits"}
        return answer, used.ru_utime + used.ru_stime

    def seeded(self, count: int, seed: int, jobs: int, only: Sequence[int] = ()) -> list[Outcome]:
        """`count` changes at places that the extraction runs through, drawn with `seed`; each job has its own copy."""
        changes = dict(enumerate(drawn(self.program, self.lines, count, random.Random(seed))))  # noqa: S311
        if only:
            changes = {number: changes[number] for number in only}
        children = []
        for job in range(jobs):
            child = os.fork()
            if child == 0:
                self.share(changes, job, jobs)
                os._exit(0)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)
        found = sorted(self.scratch.glob("outcome-*.json"))
        return [Outcome(**json.loads(path.read_text(encoding="utf-8"))) for path in found]

    def share(self, changes: dict[int, Mutation], job: int, jobs: int) -> None:
        """Every `jobs`-th change, on a copy of the program."""
        copy = self.scratch / f"program-{job}"
        shutil.copytree(self.program, copy)
        self.program = copy
        for position, (number, change) in enumerate(changes.items()):
            if position % jobs == job:
                text = json.dumps(asdict(self.tried(number, change)))
                (self.scratch / f"outcome-{number:03}.json").write_text(text, encoding="utf-8")

    def tried(self, number: int, change: Mutation) -> Outcome:
        path = self.program / "pipeline" / change.place
        original = path.read_text(encoding="utf-8")
        path.write_text(change.source, encoding="utf-8")
        edition = tried_on(change.place)
        answer, seconds = self.run(edition)
        path.write_text(original, encoding="utf-8")
        outcome = Outcome(change.name, change.kind, seconds=seconds)
        outcome.stopped, outcome.told = answer.get("stopped", ""), answer.get("told", {})
        if not outcome.stopped:
            self._weigh(outcome, edition, Path(answer["tables"]))
        told = outcome.stopped or ", ".join(f"{n} {kind}" for kind, n in outcome.told.items()) or "no change"
        print(f"{number:>3} {change.kind}: {change.name}: {outcome.effect}; told: {told} ({seconds:.0f} s)", flush=True)
        return outcome

    def _weigh(self, outcome: Outcome, edition: str, now: Path) -> None:
        outcome.values |= published(self.before[edition]) != published(now)
        outcome.anything |= digest(self.before[edition]) != digest(now)
        outcome.columns = sorted({*outcome.columns, *differing(self.before[edition], now)})

    def libraries(self) -> list[Outcome]:
        """The console script with other versions of libraries before the installed ones."""
        return [self._library(number, names) for number, names in enumerate(LIBRARIES)]

    def _library(self, number: int, names: Sequence[str]) -> Outcome:
        outcome = Outcome(" with ".join(names), "library")
        target = self.scratch / f"library-{number}"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), *names]
        got = subprocess.run(pip, capture_output=True, text=True)
        if got.returncode != 0:
            outcome.kind, outcome.stopped = "not obtained", got.stderr.strip().splitlines()[-1]
            return outcome
        path = os.pathsep.join([str(target), str(self.program)])
        cache = self.project / ".editions" / "cache"
        shutil.rmtree(cache, ignore_errors=True)
        command = [sys.executable, "-m", "pipeline", "check", "--root", str(self.project), "--json", "--jobs", "1"]
        done = subprocess.run(
            command, cwd=self.scratch, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True
        )
        try:
            editions = json.loads(done.stdout)["editions"]
        except ValueError:
            outcome.stopped = f"exit {done.returncode}: {done.stderr.strip().splitlines()[-1]}"
        else:
            told: Counter[str] = sum((Counter(e["totals"]) for e in editions), Counter())
            outcome.told = dict(told)
            outcome.stopped = "; ".join(e["failure"] for e in editions if e["failure"])
            outcome.name += f" (told as: {editions[0]['causes']['libraries']})"
            assert done.returncode == (1 if told else 0), done.stderr
            for summary in cache.glob("*/tables/summary.json"):
                self._weigh(outcome, json.loads(summary.read_text())["edition"], summary.parent)
        print(f"{outcome.name}: {outcome.effect}; told: {outcome.stopped or outcome.told}", file=sys.stderr)
        return outcome


def tried_on(place: str) -> str:
    """The edition on which a change of this source file is tried."""
    tables, bitmap = PAGES
    return bitmap if place.startswith(f"{PICTURES}/") else tables


def extraction(root: Path, name: str, scratch: Path, first: bool) -> dict[str, Any]:
    """In the fork: extract, and compare with the baseline, or make it when this is the `first` run."""
    lines: dict[str, set[int]] = defaultdict(set)
    try:
        from pipeline.catalogue.project import Project
        from pipeline.core.errors import UsageError
        from pipeline.run import baseline
        from pipeline.run.extraction import extract_into, request_for

        project = Project.at(root)
        edition = project.edition(f"{STUDY}/{name}")
        request = request_for(project, edition)
        tables = Path(tempfile.mkdtemp(dir=scratch))
        if first:
            follow(lines, f"{scratch}/pipeline/")
        try:
            summary = extract_into(request, tables)
        except UsageError as error:
            return {"stopped": str(error)}
        finally:
            sys.settrace(None)
        now = baseline.snapshot(tables, request.provenance(summary.source_sha256))
        target = project.baseline(edition)
        if first:
            target.mkdir(parents=True)
            baseline.write(target, now)
            return {"tables": str(tables), "lines": {name: sorted(found) for name, found in lines.items()}}
        compared = baseline.compare(STUDY, name, baseline.load(target), now)
    except Exception as error:
        if first:
            traceback.print_exc()
        return {"stopped": f"{type(error).__name__}: {error}"}
    return {"tables": str(tables), "told": compared.totals}


def follow(lines: dict[str, set[int]], folder: str) -> None:
    """Note which lines of the program's functions run."""

    def inside(frame: Any, event: str, _: object) -> Any:
        if event == "line":
            lines[frame.f_code.co_filename.removeprefix(folder)].add(frame.f_lineno)
        return inside

    def called(frame: Any, event: str, _: object) -> Any:
        return inside if frame.f_code.co_filename.startswith(folder) and frame.f_code.co_name != "<module>" else None

    sys.settrace(called)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def published(tables: Path) -> Counter[tuple[str, ...]]:
    """Every published value with all that says what it means."""
    return Counter(tuple(row[name] for name in PUBLISHED) for row in rows(tables / "observations.csv"))


def differing(before: Path, now: Path) -> Iterator[str]:
    for path in sorted(before.glob("*.csv")):
        old, new = rows(path), rows(now / path.name)
        for name in {*(old or [{}])[0], *(new or [{}])[0]}:
            if Counter(row[name] for row in old) != Counter(row[name] for row in new):
                yield f"{path.stem}.{name}"


def digest(tables: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in tables.iterdir() if p.suffix in (".csv", ".parquet")}


# --- changes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mutation:
    """One change: the file's whole new source."""

    kind: str
    place: str
    """Under pipeline/."""
    name: str
    source: str


Edit = tuple[str, Callable[[], None], ast.AST]
"""What kind of change, what does it to the tree in place, and the node that shows it."""
SWAPPED = {"x0": "x1", "x1": "x0", "top": "bottom", "bottom": "top", "width": "height", "height": "width"}
SWAPPED_WORDS = {"row": "column", "column": "row", "left": "right", "right": "left", "above": "below", "below": "above"}
SWAPPED_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
FACTORS = (0.25, 0.5, 2.0, 4.0)


def drawn(program: Path, lines: dict[str, set[int]], count: int, seeds: random.Random) -> list[Mutation]:
    """As many changes of each kind, each kind from as many modules as it can."""
    trees = {place: (program / "pipeline" / place).read_text(encoding="utf-8") for place in sources(program)}
    used = {name for place, text in trees.items() for name in names_used(text, lines.get(place, set()))}
    places: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, text in trees.items():
        for index, edit in enumerate(edits(ast.parse(text), lines.get(place, set()), used, seeds)):
            places[edit[0]][place].append(index)
    chosen: list[tuple[str, int]] = []
    for position, kind in enumerate(sorted(places)):
        wanted = count // len(places) + (position < count % len(places))
        modules = sorted(places[kind])
        seeds.shuffle(modules)
        left = {place: seeds.sample(places[kind][place], len(places[kind][place])) for place in modules}
        while wanted and any(left.values()):
            for place in modules:
                if left[place] and wanted:
                    chosen.append((place, left[place].pop()))
                    wanted -= 1
    return [mutation(place, trees[place], index, lines.get(place, set()), used, seeds) for place, index in chosen]


def sources(program: Path) -> list[str]:
    home = program / "pipeline"
    found = [p for name in READERS for p in (*(home / name).rglob("*.py"), *home.glob(f"{name}.py"))]
    return sorted(p.relative_to(home).as_posix() for p in found)


def names_used(text: str, ran: set[int]) -> set[str]:
    """Names that lines which ran look up."""
    return {n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name) and n.lineno in ran}


def mutation(place: str, text: str, index: int, ran: set[int], used: set[str], seeds: random.Random) -> Mutation:
    tree = ast.parse(text)
    kind, change, node = list(edits(tree, ran, used, seeds))[index]
    before = source_of(node)
    line = getattr(node, "lineno", 0)
    change()
    name = f"{place}:{line} {shown(before, source_of(node))}"
    return Mutation(kind, place, name, ast.unparse(ast.fix_missing_locations(tree)))


def shown(before: str, after: str, most: int = 60) -> str:
    """Both, from shortly before they begin to differ."""
    alike = zip(before, after, strict=False)
    same = next((i for i, (one, other) in enumerate(alike) if one != other), min(len(before), len(after)))
    start = max(same - most // 2, 0)
    cut = [
        ("…" if start else "") + text[start : start + most] + ("…" if len(text) > start + most else "")
        for text in (before, after)
    ]
    return " → ".join(cut)


def source_of(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def edits(tree: ast.Module, ran: set[int], used: set[str], seeds: random.Random) -> Iterator[Edit]:
    """Every change of this module that the extraction could notice: in lines that ran, or of constants they use."""
    for node in tree.body:
        yield from thresholds(node, used, seeds)
    for node in ast.walk(tree):
        if getattr(node, "lineno", 0) in ran:
            yield from by_one(node, seeds)
            yield from left_out(node)
            yield from swapped(node)


def thresholds(node: ast.stmt, used: set[str], seeds: random.Random) -> Iterator[Edit]:
    """Named constants of a module: their numbers by a factor."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    if not any(name.isupper() and name in used for name in names):
        return
    for value in ast.walk(node.value):
        if isinstance(value, ast.Constant) and type(value.value) in (int, float) and value.value:
            factor = seeds.choice(FACTORS)
            new = type(value.value)(value.value * factor)
            if new == value.value:
                new += 1
            yield "threshold", _setter(value, "value", new), node


def by_one(node: ast.AST, seeds: random.Random) -> Iterator[Edit]:
    """Indices, slices and bounds by one; a bound of a count that counts or does not (of a measure it never matters)."""
    edges = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
    if isinstance(node, ast.Compare) and type(node.ops[0]) in edges and _is_count(node):
        yield "off by one", _setter(node, "ops", [edges[type(node.ops[0])](), *node.ops[1:]]), node
    for inner in _counted(node):
        if isinstance(inner, ast.Constant) and type(inner.value) is int:
            yield "off by one", _setter(inner, "value", inner.value + seeds.choice((-1, 1))), node


def _is_count(node: ast.Compare) -> bool:
    sides = (node.left, *node.comparators)
    return any(isinstance(s, ast.Call) and isinstance(s.func, ast.Name) and s.func.id == "len" for s in sides) or any(
        isinstance(s, ast.Constant) and type(s.value) is int for s in sides
    )


def _counted(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Subscript):
        yield from ast.walk(node.slice)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("range", "enumerate"):
        yield from node.args
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        yield node.right
    elif isinstance(node, ast.Compare):
        yield from node.comparators


def left_out(node: ast.AST) -> Iterator[Edit]:
    """A step left out: a call for its effect, a refinement of a value, a guard, an element of a chain of conditions."""
    for name in ("body", "orelse"):
        statements = getattr(node, name, None)
        for inner in statements if isinstance(statements, list) else ():
            if isinstance(inner, ast.stmt) and _is_step(inner):
                yield "step left out", _setter(node, name, [_passed(s, inner) for s in getattr(node, name)]), inner
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            yield "step left out", _setter(node, "values", [v for v in node.values if v is not value]), node
    if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)) and node.generators[0].ifs:
        yield "step left out", _setter(node.generators[0], "ifs", node.generators[0].ifs[1:]), node


def _passed(statement: ast.stmt, dropped: ast.stmt) -> ast.stmt:
    return ast.copy_location(ast.Pass(), statement) if statement is dropped else statement


def _is_step(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, (ast.Call, ast.Yield, ast.YieldFrom))
    if isinstance(node, ast.AugAssign):
        return True
    if isinstance(node, ast.If):
        return not node.orelse and isinstance(node.body[-1], (ast.Continue, ast.Break, ast.Return))
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        target = node.targets[0].id
        return any(isinstance(n, ast.Name) and n.id == target for n in ast.walk(node.value))
    return False


def swapped(node: ast.AST) -> Iterator[Edit]:
    """Two things in each other's place: edges of a box, sides, arguments, branches, least and most, and with or."""
    if isinstance(node, ast.Attribute) and node.attr in SWAPPED and isinstance(node.ctx, ast.Load):
        yield "swapped", _setter(node, "attr", SWAPPED[node.attr]), node
    if isinstance(node, ast.Compare):
        for side in node.comparators:
            if isinstance(side, ast.Constant) and side.value in SWAPPED_WORDS:
                yield "swapped", _setter(side, "value", SWAPPED_WORDS[side.value]), node
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in SWAPPED_CALLS:
            yield "swapped", _setter(node.func, "id", SWAPPED_CALLS[node.func.id]), node
        elif len(node.args) == 2 and all(isinstance(a, (ast.Name, ast.Attribute)) for a in node.args):
            yield "swapped", _setter(node, "args", node.args[::-1]), node
    if isinstance(node, ast.BoolOp):
        yield "swapped", _setter(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And()), node
    if isinstance(node, ast.IfExp):
        yield "swapped", _both(_setter(node, "body", node.orelse), _setter(node, "orelse", node.body)), node


def _setter(node: ast.AST, name: str, value: Any) -> Callable[[], None]:
    return lambda: setattr(node, name, copy.copy(value))


def _both(*changes: Callable[[], None]) -> Callable[[], None]:
    def change() -> None:
        for one in changes:
            one()

    return change


# --- report ----------------------------------------------------------------------------------------------------------


def table(outcomes: Sequence[Outcome]) -> str:
    """Markdown: what the changes did against what the check said, then every change."""
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for outcome in outcomes:
        if outcome.kind != "not obtained":
            counts[outcome.effect][outcome.flagged] += 1
    parts = ["| what the change does | changes | flagged | not flagged |", "|---|---:|---:|---:|"]
    for effect in (VALUES, STOPS, EVIDENCE, NOTHING):
        seen = counts[effect]
        parts.append(f"| {effect} | {seen.total()} | {seen[True]} | {seen[False]} |")
    missed, false = counts[VALUES][False] + counts[STOPS][False], counts[NOTHING][True]
    parts += ["", f"Missed: {missed}. False alarms: {false}.", ""]
    parts += ["| kind | change | does | the check says |", "|---|---|---|---|"]
    for outcome in outcomes:
        told = outcome.stopped or ", ".join(f"{n} {kind}" for kind, n in outcome.told.items()) or "–"
        if outcome.effect == EVIDENCE and not outcome.flagged:
            told = f"within tolerance: {', '.join(outcome.columns) or 'text only'}"
        cells = (outcome.kind, f"`{outcome.name.replace('|', '¦').replace('`', '´')}`", outcome.effect, told)
        parts.append("| " + " | ".join(" ".join(c.split())[:200] for c in cells) + " |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
