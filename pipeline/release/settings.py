"""The numbers of this room that somebody chose, each with its unit, its reason and its effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pipeline.core.setting_note import SettingNote


@dataclass(frozen=True, slots=True)
class ReleaseSettings:
    """What is merged at a time, suggested, listed and drawn."""

    agreement: Annotated[
        float,
        SettingNote(
            "share of the values of shared waves",
            "one of them may have been revised",
            "from it, values tell that two questions are one",
        ),
    ] = 0.9
    enough_shared: Annotated[
        int,
        SettingNote("values of shared waves", "two percentages agree by chance in about 1 of 40", "fewer tell nothing"),
    ] = 4
    enough_options: Annotated[
        float,
        SettingNote(
            "share of the options",
            "a question that was worded anew keeps most of them",
            "from it, a question is worth suggesting",
        ),
    ] = 0.5
    exact: Annotated[
        int,
        SettingNote(
            "decimals", "beyond stands the error of binary fractions", "how differences of printed numbers are rounded"
        ),
    ] = 9
    batch: Annotated[
        int,
        SettingNote(
            "editions", "about 100,000 rows: memory holds one batch of texts and the codes of all rows", "memory only"
        ),
    ] = 256
    listed_per_question: Annotated[
        int, SettingNote("places and findings of a question", "the tables hold all", "older ones are not listed")
    ] = 24
    blocking_listed: Annotated[int, SettingNote("findings", "a message is to be read", "more are counted only")] = 20
    changes_listed: Annotated[int, SettingNote("findings", "findings.csv holds all", "more are counted only")] = 40
    row_group: Annotated[
        int,
        SettingNote(
            "rows of a Parquet row group",
            "large enough that dictionaries pay, small enough that a reader can skip",
            "size and speed of reading",
        ),
    ] = 128 * 1024
    most_pictures: Annotated[
        int, SettingNote("exhibits", "about 20 kB each", "those of older editions are not shown as pictures")
    ] = 400
    picture_dpi: Annotated[int, SettingNote("dots per inch", "small type stays readable", "size of the explorer")] = 100
    picture_quality: Annotated[
        int, SettingNote("WebP quality", "small type stays readable (looked at)", "size of the explorer")
    ] = 62


SETTINGS = ReleaseSettings()
