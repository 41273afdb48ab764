"""The numbers of this room that somebody chose, each with its unit, its reason and its effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pipeline.core.setting_note import SettingNote


@dataclass(frozen=True, slots=True)
class CatalogueSettings:
    """How printed texts are compared with those of the catalogue."""

    worth_suggesting: Annotated[
        float,
        SettingNote(
            "score, 0..1",
            "unrelated Dutch survey questions score 0.3 to 0.5",
            "a candidate below is not shown to a steward",
        ),
    ] = 0.55
    option_support: Annotated[
        float,
        SettingNote(
            "share of the printed options",
            "a text that is cut or damaged still names most of its options",
            "a question that knows fewer does not match a text that is not its own",
        ),
    ] = 0.6
    misspelt_letters: Annotated[
        int,
        SettingNote(
            "letters",
            'words as long have few neighbours, shorter ones many ("contact", "contract")',
            "a word so long with one letter more is the same word misspelt",
        ),
    ] = 8
    contained_words: Annotated[
        int,
        SettingNote(
            "words", "shorter texts stand in too many questions", "a shorter text is not recognised inside a longer one"
        ),
    ] = 4
    remembered: Annotated[int, SettingNote("texts", "those of some seventy pages", "speed only")] = 8192


SETTINGS = CatalogueSettings()
