"""The shape of the program: twelve rooms in a row, and names that mean one thing."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.metadata import packages_distributions
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


def test_the_tests_stand_in_the_same_rooms() -> None:
    folders = {p.parent.name for p in (HOME.parent / "tests").glob("*/test_*.py")}
    assert folders <= {*ROOMS, "corpus"}


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
        if path.stem not in ("__init__", "__main__", "settings"):
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


def test_nothing_stands_there_that_nobody_uses() -> None:
    """A function, class or constant is named again in its module, or imported or reached for by another one."""
    root = HOME.parent
    others = [p for folder in ("schemas", "training", "benchmarks", "facsimile") for p in (root / folder).rglob("*.py")]
    taken = {name for path in (*SOURCES, *others) for name in imported(path)}
    reached = {n.attr for path in (*SOURCES, *others) for n in ast.walk(parsed(path)) if isinstance(n, ast.Attribute)}
    unused = set()
    for path in SOURCES:
        module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        words = Counter(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        for name in made_in(parsed(path)):
            once = words[name] == 1 and f"{module}.{name}" not in taken and name not in reached
            if once and not name.startswith("__"):
                unused.add(f"{module}.{name}")
    assert unused == set()


def made_in(tree: ast.Module) -> Iterator[str]:
    """Names of a module's own functions, classes and constants; a decorated one is used by its decorator."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
            yield node.name
        for target in node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]:
            if isinstance(target, ast.Name):
                yield target.id


STOCK = {"_replace", "_fields", "_make", "_asdict"}
"""Public by their documentation: methods of named tuples."""
DOCUMENTED = {("os", "_exit")}


def own_names(tree: ast.Module) -> set[str]:
    """Names that begin with _ and are made in this module: functions, attributes of self, fields, assignments."""
    made = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    made |= {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return made | {
        n.attr
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "self"
    }


def borrowed(tree: ast.Module) -> Iterator[str]:
    """Private attributes, modules and names of others that a module touches; `__code__` is as private as `_objs`."""
    own = own_names(tree) | STOCK
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and node.attr not in own:
            inner = node.value.id if isinstance(node.value, ast.Name) else ""
            special = node.attr.startswith("__") and node.attr != "__code__"
            if inner not in ("self", "cls") and not special and (inner, node.attr) not in DOCUMENTED:
                yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module != "__future__":
            parts = [*node.module.split("."), *(alias.name for alias in node.names)]
            yield from (part for part in parts if part.startswith("_") and part not in ("__future__", "__version__"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(HOME).as_posix())
def test_no_module_touches_what_a_library_or_a_neighbour_keeps_private(path: Path) -> None:
    found = list(borrowed(parsed(path)))
    assert found == []


LONGEST = 450


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    lengths = {p.relative_to(HOME).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCES}
    assert {name: n for name, n in lengths.items() if n > LONGEST} == {}


def test_every_module_says_what_it_is_about() -> None:
    assert [p.relative_to(HOME).as_posix() for p in SOURCES if not ast.get_docstring(parsed(p))] == []


def test_every_library_that_is_imported_is_declared() -> None:
    """A library that another one happens to bring may go with that one's next version."""
    project = tomllib.loads((HOME.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    declared = {re.split(r"[<>=]", line)[0].lower().replace("_", "-") for line in said}
    distributions = packages_distributions()
    for path in SOURCES:
        for node in ast.walk(parsed(path)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            for top in {name.split(".")[0] for name in names} - {"pipeline", "schemas"} - sys.stdlib_module_names:
                brought = {name.lower().replace("_", "-") for name in distributions.get(top, [top])}
                assert brought & declared, f"{path.relative_to(HOME)} imports {top}"


def test_to_build_takes_no_library_that_only_tests_use() -> None:
    def pinned(name: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+==\S+)", (HOME.parent / name).read_text(encoding="utf-8"), re.MULTILINE))

    users, tests = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert users < tests
    heavy = {"polars", "duckdb", "playwright", "typst", "mypy", "frictionless", "pytest", "distributed"}
    assert not {line.split("==")[0] for line in users} & heavy
