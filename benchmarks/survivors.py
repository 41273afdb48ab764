"""Would a test notice? Each hot module is changed in one place at a time, and its own tests are run on the change.

    python -m benchmarks.survivors [--each 24] [--seed 1] [--only core/numbers] [--report FILE.md]

A change: a comparison turned or moved over its bound, `and` for `or`, plus for minus, a number one more, a condition
negated, a statement left out. Tests run in a forked process with a limit of processor time; a change that no test
notices is a survivor, and is listed with its line. `benchmarks/mutations.py` asks the same of the baselines.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.util
import os
import random
import resource
import sys
from collections.abc import Callable, Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
HOT = {
    "core/numbers": ["core/test_numbers.py", "exhibits/test_cell_values.py"],
    "checks/arithmetic": ["checks/test_checks.py", "checks/test_arithmetic_bounds.py"],
    "checks/ledger": ["checks/test_ledger.py"],
    "catalogue/matching": ["catalogue/test_matching.py"],
    "observations/units": ["observations/test_units.py", "checks/test_checks.py"],
    "observations/corrections": ["observations/test_corrections.py"],
    "release/merge/series": ["release/test_merge.py"],
    "release/merge/vintages": ["release/test_merge.py"],
    "layout/lines": ["layout/test_text.py"],
}
"""Module → its own tests, from tests/. Hot: what decides about values, in every edition."""
OTHERS = {
    "intake/preflight": ["intake/test_intake.py"],
    "pages/sight": ["pages/test_sight.py"],
    "exhibits/tables/cell_values": ["exhibits/test_cell_values.py"],
    "review/desk/form_fields": ["review/test_desk.py"],
    "run/baseline": ["run/test_baseline.py"],
    "cli/dataframes": ["cli/test_dataframes.py"],
}
"""Of the rooms that have no hot module, one each: with `HOT`, no room has tests that cannot fail."""
PRELOADED = (
    "hypothesis",
    "numpy",
    "pandas",
    "pandera",
    "pdfplumber",
    "pyarrow.parquet",
    "pydantic",
    "pytest",
    "rapidfuzz",
)
"""Libraries that the tests need: loaded once, each change is a fork."""
SECONDS = 120
"""Processor time after which a change counts as noticed: it made a loop endless. The tests above take a tenth of it."""
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
EXCHANGED: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add}


class Changed(MetaPathFinder, Loader):
    """Imports one module from a changed tree, all others as they are."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=str(self.path))

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(self.path)
        exec(compile(self.tree, self.path, "exec"), module.__dict__)  # noqa: S102


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=24, help="changes of each module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=[*HOT, *OTHERS])
    parser.add_argument("--report", type=Path)
    asked = parser.parse_args()
    for library in PRELOADED:
        importlib.import_module(library)
    lines, tried, survived = [], 0, 0
    for name in asked.only or HOT:
        path = ROOT / "pipeline" / f"{name}.py"
        tree = ast.parse(path.read_text("utf-8"))
        places = list(changes(tree))
        chosen = random.Random(asked.seed).sample(range(len(places)), min(asked.each, len(places)))  # noqa: S311
        if noticed(name, path, tree):
            print(f"{name}: its tests fail without a change", flush=True)
            continue
        left = []
        for number in sorted(chosen):
            mutant = copy.deepcopy(tree)
            what, line, change = list(changes(mutant))[number]
            change()
            if not noticed(name, path, ast.fix_missing_locations(mutant)):
                left.append(f"  line {line}: {what}")
        tried, survived = tried + len(chosen), survived + len(left)
        lines += [f"{name}: {len(left)} of {len(chosen)} changes survive", *left]
        print("\n".join(lines[-len(left) - 1 :]), flush=True)
    lines.append(f"all: {survived} of {tried} survive ({100 * survived / max(tried, 1):.0f} %)")
    print(lines[-1])
    if asked.report:
        asked.report.write_text("\n".join(lines) + "\n", encoding="utf-8")


def noticed(name: str, path: Path, tree: ast.Module) -> bool:
    """Does a test of the module fail with `tree` in its place?"""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        code = 1
        try:
            import pytest

            sys.meta_path.insert(0, Changed(f"pipeline.{name.replace('/', '.')}", path, tree))
            tests = [str(ROOT / "tests" / test) for test in (HOT | OTHERS)[name]]
            code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]))
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] != 0


def changes(tree: ast.Module) -> Iterator[tuple[str, int, Callable[[], None]]]:
    """Every change of `tree`: what, in which line, and what makes it. Annotations and texts are left alone."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(ops=[op]) if type(op) in TURNED:
                new = TURNED[type(op)]
                yield _said(node, type(op), new), node.lineno, _setter(node, "ops", [new()])
            case ast.BoolOp(op=op):
                other = ast.Or if isinstance(op, ast.And) else ast.And
                yield _said(node, type(op), other), node.lineno, _setter(node, "op", other())
            case ast.BinOp(op=op) if type(op) in EXCHANGED:
                yield (
                    _said(node, type(op), EXCHANGED[type(op)]),
                    node.lineno,
                    _setter(node, "op", EXCHANGED[type(op)]()),
                )
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                yield f"{value} → {value + 1}", node.lineno, _setter(node, "value", value + 1)
            case ast.If() | ast.IfExp() | ast.While():
                negated = ast.UnaryOp(ast.Not(), node.test)
                yield f"not {ast.unparse(node.test)[:60]}", node.lineno, _setter(node, "test", negated)
            case ast.FunctionDef(body=[*_, ast.Return(value=ast.Constant(value=None | False))]):
                pass  # None for False is no change to a test of truth
            case ast.FunctionDef(body=[*_, ast.Return(value=ast.expr()) as last]):
                yield f"{node.name} returns None", last.lineno, _setter(last, "value", ast.Constant(None))


def _said(node: ast.expr, old: type[ast.AST], new: type[ast.AST]) -> str:
    return f"{old.__name__} → {new.__name__} in {ast.unparse(node)[:60]}"


def _setter(node: ast.AST, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


if __name__ == "__main__":
    main()
