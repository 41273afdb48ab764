"""The shape of the program: twelve rooms in a row, and names that mean one thing."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parent.parent / "pipeline"
ROOMS = (
    *("core", "catalogue", "intake", "pages", "layout", "exhibits"),
    *("observations", "checks", "release", "review", "run", "cli"),
)
SOURCES = sorted(HOME.rglob("*.py"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """The program's own modules that a file imports, wherever the statement stands."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("pipeline."))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pipeline"):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_rooms_are_all_there_is() -> None:
    assert {p.name for p in HOME.iterdir() if p.is_dir() and p.name != "__pycache__"} == set(ROOMS)
    assert {p.name for p in HOME.glob("*.py")} == {"__init__.py", "__main__.py"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(HOME).as_posix())
def test_a_module_imports_from_rooms_before_its_own_only(path: Path) -> None:
    room = path.relative_to(HOME).parts[0]
    if room not in ROOMS:
        return
    used = {name.split(".")[1] for name in imported(path)} & set(ROOMS)
    assert {name for name in used if ROOMS.index(name) > ROOMS.index(room)} == set()


def test_no_two_modules_share_a_name() -> None:
    places = defaultdict(list)
    for path in SOURCES:
        if path.stem not in ("__init__", "__main__"):
            places[path.stem].append(path.relative_to(HOME).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_two_classes_share_a_name() -> None:
    places = defaultdict(list)
    for path in SOURCES:
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path.relative_to(HOME).as_posix())
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_imports_make_no_cycle() -> None:
    names = {".".join(p.relative_to(HOME.parent).with_suffix("").parts).removesuffix(".__init__"): p for p in SOURCES}
    graph = {name: set() for name in names}
    for name, path in names.items():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.module in names:
                inner = {f"{node.module}.{a.name}" for a in node.names}
                graph[name] |= (inner & names.keys()) or {node.module}
    done: set[str] = set()
    trail: list[str] = []

    def visit(name: str) -> None:
        assert name not in trail, " → ".join([*trail[trail.index(name) :], name])
        if name not in done:
            trail.append(name)
            for other in sorted(graph[name]):
                visit(other)
            trail.pop()
            done.add(name)

    for name in graph:
        visit(name)
