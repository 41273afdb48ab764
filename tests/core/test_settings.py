"""Every number that somebody chose says its unit, its reason and its effect, in its room's settings."""

from __future__ import annotations

import ast
import re
from dataclasses import FrozenInstanceError
from importlib import import_module
from itertools import pairwise

import pytest

from tests.test_house import HOME

PATHS = {path.parent.name: path for path in sorted(HOME.glob("*/settings.py"))}
EXPLAINED = re.compile(r"[A-Z0-9][^:]*: [^.].+?\.\s+[A-Z].*\.", re.DOTALL)
"""Unit: reason. Effect."""


@pytest.mark.parametrize("room", PATHS)
def test_every_setting_explains_itself(room: str) -> None:
    [settings] = [n for n in ast.parse(PATHS[room].read_text("utf-8")).body if isinstance(n, ast.ClassDef)]
    fields = [(field, said) for field, said in pairwise(settings.body) if isinstance(field, ast.AnnAssign)]
    assert len(fields) == len(import_module(f"pipeline.{room}.settings").SETTINGS.__slots__)
    for field, said in fields:
        assert isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant), ast.unparse(field)
        assert EXPLAINED.fullmatch(str(said.value.value)), ast.unparse(field)


@pytest.mark.parametrize("room", PATHS)
def test_settings_do_not_change_while_the_program_runs(room: str) -> None:
    settings = import_module(f"pipeline.{room}.settings").SETTINGS
    with pytest.raises(FrozenInstanceError):
        setattr(settings, settings.__slots__[0], 1)
