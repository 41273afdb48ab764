"""A place on a page with what readers make of it, before captions and titles are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.core.geometry import Box
from pipeline.exhibits.reading import Reading


@dataclass(frozen=True, slots=True)
class ExhibitRegion:
    """A place on a page with the readings of it, the preferred one first; none where nothing was understood."""

    page: int
    box: Box
    readings: tuple[Reading, ...]
    last_page: int = 0
    """Last page of an exhibit that runs on over pages; 0 when it does not."""
    drawn: Box | None = None
    """The box in which a steward had it read."""


def regions_of(groups: Iterable[Sequence[Reading]]) -> list[ExhibitRegion]:
    """A region for every group of readings of one place, the preferred reading first."""
    regions = []
    for readings in groups:
        first = readings[0]
        pages = sorted({first.page, *(e.page for e in first.entries)})
        regions.append(ExhibitRegion(first.page, first.box, tuple(readings), pages[-1] if len(pages) > 1 else 0))
    return regions
