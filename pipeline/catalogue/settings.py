"""The numbers of this room that somebody chose, each with its unit, its reason and its effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CatalogueSettings:
    """How printed texts are compared with those of the catalogue."""

    worth_suggesting: float = 0.55
    """Score, 0..1: unrelated Dutch survey questions score 0.3 to 0.5. A candidate below is not shown to a steward."""
    option_support: float = 0.6
    """Share of the printed options: a text that is cut or damaged still names most of its options. A question that
    knows fewer does not match a text that is not its own."""
    misspelt_letters: int = 8
    """Letters: words as long have few neighbours, shorter ones many ("contact", "contract"). A word so long with one
    letter more is the same word misspelt."""
    contained_words: int = 4
    """Words: shorter texts stand in too many questions. A shorter text is not recognised inside a longer one."""
    remembered: int = 8192
    """Texts: those of some seventy pages. Speed only."""


SETTINGS = CatalogueSettings()
