"""Why was this read so, and why was that not read: the proposals of one page, judged, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.geometry import Box

if TYPE_CHECKING:
    from pipeline.catalogue.model import Study
    from pipeline.exhibits.reading import ExhibitRegion
    from pipeline.pages.page import Page

CHOSEN, LEFT = "#007a33", "#d00000"
DPI = 100
"""Dots per inch of the picture: small print stays legible."""
SAME = 0.9
"""Share of both boxes from which a proposal is the region that was chosen."""
REASONS = 6
"""Features that are told of a proposal, those that say most first."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A proposal of the page: who proposed it, what it was read as, how many numbers it gives, how sure it is (0..1),
    what each feature adds to the log odds of that, and whether it was chosen. `box` is in points, origin top left."""

    proposer: str
    form: str
    box: Box
    numbers: int
    score: float
    chosen: bool
    reasons: Mapping[str, float] = field(default_factory=dict)


def explained_page(path: Path, number: int, study: Study, password: str = "") -> tuple[Page, list[Explained]]:
    """The page as read, and its proposals, those that were chosen first. Raises UsageError when it does not exist."""
    from pipeline.core.errors import UsageError
    from pipeline.exhibits import document as reading
    from pipeline.exhibits.pool.exhibit_choice import choose, contenders
    from pipeline.exhibits.reading import regions_of
    from pipeline.exhibits.tables.grid import turn_back
    from pipeline.exhibits.tables.other_finders import OtherFinders
    from pipeline.exhibits.tables.table_choice import judged_grids
    from pipeline.layout.text import read_text
    from pipeline.pages.rendering import page_sizes
    from pipeline.pages.turning import turning

    count = len(page_sizes(path, password))
    if not 1 <= number <= count:
        raise UsageError(f"page {number} does not exist", f"the document has {count} pages")
    others = {n: "not asked for" for n in range(1, count + 1) if n != number}
    page = reading.legible_pages(path, password, lambda *step: None, others)[0][number - 1]
    text = read_text([page], study.figure_words)
    bare = reading.without_running_text(page, text)
    charts = reading.read_charts_of(bare, (), study)
    drawn = [group[0] for group in charts]
    rest = reading.without_pies(text.told(page), drawn)
    tables = reading.readings_of([rest], reading.page_tables(rest, path, password, drawn), study)
    pool = regions_of([*tables, *charts])
    chosen = choose(pool, [page])
    is_chosen = partial(_is_chosen, regions=chosen)
    judged, _ = judged_grids(rest, OtherFinders(path, password))
    angle = turning(rest)
    found = []
    for one in judged:
        grid = turn_back(one.grid, rest, angle) if angle else one.grid
        digits = sum(any(map(str.isdigit, word.text)) for cell in grid.cells for word in cell.words)
        form = f"table {grid.n_rows} × {grid.n_cols}"
        own = is_chosen(grid.box, reader=grid.reader)
        found.append(Explained(grid.reader, form, grid.box, digits, one.sure, own, one.reasons))
    for contender in contenders(regions_of(charts), [page]):
        first = contender.region.readings[0]
        own = is_chosen(first.box, reader=first.reader)
        found.append(Explained(first.reader, first.form, first.box, len(contender.values), first.sureness, own))
    return page, sorted(found, key=lambda one: (not one.chosen, -one.score))


def _is_chosen(box: Box, reader: str, regions: Sequence[ExhibitRegion]) -> bool:
    """Is a region with the reader's preferred reading at this place among those that were chosen?"""
    return any(
        region.readings[0].reader.split("+")[0] == reader
        and region.readings[0].box.overlap(box) > SAME * max(region.readings[0].box.area, box.area)
        for region in regions
        if region.readings
    )


def listing(proposals: Sequence[Explained]) -> str:
    """The proposals as lines of a table, each with the features that say most for or against it."""
    lines = [f"{'':>3} {'proposer':<16} {'form':<16} {'place':<22} {'numbers':>7} {'score':>5}  chosen"]
    for i, one in enumerate(proposals, 1):
        place = ", ".join(str(round(side)) for side in one.box)
        chosen = "yes" if one.chosen else "no"
        lines.append(
            f"{i:>3} {one.proposer:<16} {one.form:<16} {place:<22} {one.numbers:>7} {one.score:>5.2f}  {chosen}"
        )
        most = sorted(one.reasons.items(), key=lambda reason: -abs(reason[1]))[:REASONS]
        if most:
            lines.append("    " + ", ".join(f"{name} {value:+.1f}" for name, value in most))
    return "\n".join(lines) + "\n"


def draw_proposals(path: Path, page: Page, proposals: Sequence[Explained], target: Path, password: str = "") -> None:
    """The page as a PNG at `target`, with a frame for each proposal: green where chosen, red where not."""
    from PIL import ImageDraw

    from pipeline.pages.rendering import render
    from pipeline.pages.turning import shown_box

    picture = render(path, page.number, dpi=DPI, password=password)
    canvas = ImageDraw.Draw(picture)
    for i, one in reversed(list(enumerate(proposals, 1))):
        box = shown_box(one.box, page) if page.turned else one.box
        colour = CHOSEN if one.chosen else LEFT
        x0, top, x1, bottom = (side * DPI / 72 for side in box)
        canvas.rectangle((x0, top, x1, bottom), outline=colour, width=3 if one.chosen else 1)
        canvas.text((x0 + 3, max(top - 12, 0)), f"{i} {one.proposer} {one.score:.2f}", fill=colour)
    picture.save(target)
