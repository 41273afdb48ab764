"""The numbers of this room that somebody chose, each with its unit, its reason and its effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How much the runs keep, wait and list."""

    changes_listed: int = 20
    """Changes: the baseline's own diff in git holds them all. More are counted only."""
    first_words: int = 8
    """Words: enough to find a block of text by eye. How a block is named in a baseline."""
    markdown_rows: int = 60
    """Rows: a comment on GitHub may have 65 536 characters. More are counted only."""
    annotations: int = 10
    """Annotations: GitHub shows so many of one level and step. The others stand in the report."""
    scheduler_patience: int = 30
    """Seconds: a scheduler that is up answers within one. A slower one counts as absent."""
    new_objects: int = 100_000
    """Objects: nearly all that readers make is still wanted: looking for dead ones at 700 took a tenth of the time.
    Memory against time."""
    most_processes: int = 4
    """Processes: each that recognises bitmaps takes half a gigabyte. How many bitmaps of one edition are recognised
    at a time."""


SETTINGS = RunSettings()
