"""What a reader (a table engine, the chart reader, OCR) made of an exhibit: one form for all of them.

A `Reading` is a bag of `Entry`: one printed (or measured) number each, with every label that belongs to it.
Which label is a wave, a group, an item or a category is decided later (`observations`), by the catalogue and by
what the labels say; a reader only reports where it found them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box
from pipeline.core.numbers import Unit

Axis = Literal["row", "column", "series", "section", "panel", "title"]
"""Where a label was found: left or right of the value's row (`row`), in the header above it (`column`), in a legend by
colour (`series`), a line that heads a block of rows (`section`), the heading of one chart of several (`panel`), or the
chart's own title (`title`)."""


UNIT_LEVEL = -1
"""The level of a label of axis `column` that tells a unit and names no column."""


@dataclass(frozen=True, slots=True)
class Label:
    """A piece of text that says something about a value. `level` 0 is nearest to the value."""

    text: str
    axis: Axis
    level: int = 0
    """UNIT_LEVEL: it tells the unit of the numbers, below the heads or in the cells."""
    box: Box | None = None
    colour: RGB | None = None
    """Colour of the legend swatch, of the cell's fill, or else of the ink, whichever distinguishes the label."""
    notes: tuple[str, ...] = ()
    """Footnote marks that were glued to the label, stripped from `text`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value as a reader saw it."""

    printed: str | None
    """As printed; None for a mark without a label (then `measured` is set)."""
    page: int
    box: Box
    """Place of the printed number, or of the mark where nothing is printed."""
    labels: tuple[Label, ...]
    fill: RGB | None = None
    """Colour behind the number: cell fill, bar, slice."""
    ink: RGB | None = None
    """Colour of the number itself."""
    measured: float | None = None
    """The value that the mark's geometry says (bar length against axis or siblings, slice angle), in printed units."""
    sign: Unit = "plain"
    """The sign of the numbers that define the scale of what is measured: ticks of the axis, labels of other marks."""
    spans: int = 1
    """How many rows the cell covers: above 1 the row labels of all of them are in `labels` (several of axis `row`,
    level 0, top to bottom)."""
    within: int = 0
    """1 or 2 for the first and the second of two numbers of one cell ("58 (21.6)"), else 0."""
    confidence: float = 1.0
    doubts: tuple[str, ...] = ()
    """Codes of findings the reader itself has about this value, `extraction-…`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one reader made of one exhibit (or of one table or chart of it)."""

    reader: str
    """`camelot`, `geometry`, `chart`, `ocr`, …"""
    method: Literal["table", "chart", "picture", "tile"]
    page: int
    box: Box
    entries: tuple[Entry, ...]
    title: str | None = None
    texts: tuple[str, ...] = field(default=())
    """Other words inside the exhibit that are no label of a value (axis titles, notes)."""
    form: str = ""
    """`grid`, `bars`, `stacked`, `pie`, `cards`, …"""
    used: tuple[tuple[Box, str], ...] = ()
    """Words that the reader understood and that are no value: (place, reason), reasons such as `axis tick`, `legend`,
    `category label`, `title`, `note`. The ledger of numbers takes its reasons from here."""
    sureness: float = 1.0
    """How surely the place has this form, 0..1, from its drawing and its text alone."""
    missing: tuple[Entry, ...] = ()
    """Cells of values in which a mark of suppression, a limit or a range stands in place of one."""


COUNTED_ROWS = 3
"""Numbers that count the rows of a table or the bars of a chart are as many at least: two may be values."""


def counts_rows(texts: Sequence[str]) -> bool:
    """Do the texts count what they stand beside, from 1 on (`1 2 3`, `1. 2. 2. 4.`) as the ranks of a list do, or from
    0 as the index of a data frame does?"""
    numbers = [text.strip(" .)") for text in texts]
    before = ["", *numbers]
    return len(numbers) >= COUNTED_ROWS and any(
        all(number in (str(place), before[place - first]) for place, number in enumerate(numbers, first))
        for first in (0, 1)
    )


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
    missing: tuple[PartValue, ...] = ()
    """Cells of values in which a mark stands in place of one."""
    printed: str | None = None
    """The question as printed, where the first of the titles leaves out the figure word and number before it."""
    headline: str | None = None
    """The sentence over the exhibit that tells its result."""
    notes: tuple[str, ...] = ()
    """Bases and sources that belong to this exhibit, the nearest first."""


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
