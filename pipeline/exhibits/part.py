"""What the figures stage hands on: one table or chart of a figure, its readers reconciled value by value."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.geometry import Box
from pipeline.exhibits.reading import Entry


@dataclass(frozen=True, slots=True)
class PartValue:
    """A value of a part with the readers that back it and what casts doubt on it (`extraction-…` codes)."""

    entry: Entry
    readers: tuple[str, ...]
    confidence: float
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One table, chart, picture or set of cards of a figure. A figure may have several parts."""

    figure: str
    """Printed number, or pPAGE-POSITION."""
    page: int
    box: Box
    method: str
    form: str
    titles: tuple[str, ...]
    """What may be the question as printed, likeliest first."""
    texts: tuple[str, ...]
    """Subtitles, notes and the caption: where a base or a year may stand."""
    values: tuple[PartValue, ...]
    printed: str | None = None
    """The question as printed, where the first of the titles leaves out the figure word and number before it."""
    headline: str | None = None
    """The sentence over the exhibit that tells its result."""
    notes: tuple[str, ...] = ()
    """Bases and sources that belong to this exhibit, the nearest first."""
