"""The numbers of this room that somebody chose, each with its unit, its reason and its effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pipeline.core.setting_note import SettingNote


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How much the runs keep, wait and list."""

    changes_listed: Annotated[
        int, SettingNote("changes", "the baseline's own diff in git holds them all", "more are counted only")
    ] = 20
    first_words: Annotated[
        int, SettingNote("words", "enough to find a block of text by eye", "how a block is named in a baseline")
    ] = 8
    markdown_rows: Annotated[
        int, SettingNote("rows", "a comment on GitHub may have 65 536 characters", "more are counted only")
    ] = 60
    annotations: Annotated[
        int, SettingNote("annotations", "GitHub shows so many of one level and step", "the others stand in the report")
    ] = 10
    scheduler_patience: Annotated[
        int, SettingNote("seconds", "a scheduler that is up answers within one", "a slower one counts as absent")
    ] = 30
    new_objects: Annotated[
        int,
        SettingNote(
            "objects",
            "nearly all that readers make is still wanted: looking for dead ones at 700 took a tenth of the time",
            "memory against time",
        ),
    ] = 100_000
    most_processes: Annotated[
        int,
        SettingNote(
            "processes",
            "each that recognises bitmaps takes half a gigabyte",
            "how many bitmaps of one edition are recognised at a time",
        ),
    ] = 4


SETTINGS = RunSettings()
