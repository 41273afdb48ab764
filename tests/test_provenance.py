"""What an extraction depends on: all modules that its code imports, wherever the statements stand."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pipeline.provenance import HOME, _imports

SOURCES = sorted(p for folder in ("pipeline", "schemas") for p in (HOME / folder).rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(HOME).as_posix())
def test_no_import_is_overlooked(path: Path) -> None:
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    assert {name for name in named if name.split(".")[0] in ("pipeline", "schemas")} <= _imports(path)
