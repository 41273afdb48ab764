"""Every number that somebody chose says its unit, its reason and its effect, in its room's settings."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from importlib import import_module
from typing import get_args, get_type_hints

import pytest

from pipeline.core.setting_note import SettingNote
from tests.test_house import HOME

ROOMS = sorted(path.parent.name for path in HOME.glob("*/settings.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_every_setting_explains_itself(room: str) -> None:
    settings = import_module(f"pipeline.{room}.settings").SETTINGS
    for name, hint in get_type_hints(type(settings), include_extras=True).items():
        kind, said = get_args(hint)
        assert isinstance(said, SettingNote) and all((said.unit, said.reason, said.effect)), name
        assert isinstance(getattr(settings, name), kind), name


@pytest.mark.parametrize("room", ROOMS)
def test_settings_do_not_change_while_the_program_runs(room: str) -> None:
    settings = import_module(f"pipeline.{room}.settings").SETTINGS
    with pytest.raises(FrozenInstanceError):
        setattr(settings, next(iter(get_type_hints(type(settings)))), 1)
