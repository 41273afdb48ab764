"""Debug pictures: pages with what was published, exhibits as printed with what each reader saw drawn over them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.contract import Row
from pipeline.core.geometry import Box, box_of, union
from pipeline.core.table_files import read_parquet
from pipeline.exhibits.reading import Entry, Label, Reading
from pipeline.pages.page import Page
from pipeline.pages.rendering import render
from pipeline.review.settings import SETTINGS

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    from pipeline.exhibits.document import Document
    from pipeline.exhibits.reading import ExhibitRegion


SURE, DOUBTED = "#007a33", "#d00000"
READING, UNDERSTOOD = "#888888", "#b0b0b0"
LABELS = {
    "row": "#0057d9",
    "column": "#7a3cc2",
    "series": "#c25a00",
    "section": "#00808a",
    "panel": "#8a6d00",
    "title": "#666666",
}


def draw_exhibits(path: Path, document: Document, folder: Path) -> list[Path]:
    """One PNG for each exhibit of the document at `path`: `folder`/page-012-figure-7.png; returns their paths.

    Where several readers saw an exhibit, their pictures stand under each other, the preferred reader's first.
    """
    from pipeline.exhibits.assembly import numbered_regions

    pages = {page.number: page for page in document.pages}
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    for region, _, figure in numbered_regions(document.regions, document.text)[0]:
        if region.readings:
            name = f"page-{region.page:03}-figure-{re.sub(r'[^0-9A-Za-z.-]', '_', figure)}"
            same = sum(done.stem.rsplit("_part", 1)[0] == name for done in drawn)
            target = folder / f"{name}{f'_part{same + 1}' if same else ''}.png"
            _exhibit(path, pages[region.page], region).save(target)
            drawn.append(target)
    return drawn


def _exhibit(path: Path, page: Page, region: ExhibitRegion) -> Image:
    from PIL import Image as Images

    seen = [draw_readings(path, page, [reading]) for reading in region.readings]
    sheet = Images.new("RGB", (max(p.width for p in seen), sum(p.height for p in seen)), "white")
    top = 0
    for picture in seen:
        sheet.paste(picture, (0, top))
        top += picture.height
    return sheet


def draw_readings(path: Path | str, page: Page, readings: Sequence[Reading], dpi: float = 144) -> Image:
    """The part of `page` (of the PDF at `path`) that the readings cover, drawn pale, with over it: each value's place
    (green, or red where it carries doubts) with its number, a line to every label it got (blue row, violet column,
    orange series, …), and in grey the words understood as ticks, legends or titles.

    The whole page where there are no readings. Places are points, origin top left, as in `Page`.
    """
    from PIL import Image as Images
    from PIL import ImageDraw

    box = _window(page, readings)
    picture = _printed(path, page, box, dpi)
    picture = Images.blend(Images.new("RGB", picture.size, "white"), picture, SETTINGS.debug_pale)
    canvas = _Canvas(ImageDraw.Draw(picture), box, dpi / 72)
    for reading in readings:
        canvas.frame(reading.box, READING, f"{reading.reader} {reading.form}".strip())
        for place, _ in reading.used:
            canvas.frame(place, UNDERSTOOD)
        for entry in reading.entries:
            if entry.page == page.number:
                _draw_entry(canvas, entry)
    return picture


def _printed(path: Path | str, page: Page, box: Box, dpi: float) -> Image:
    """The part of the page as printed; of a page that was turned, as it reads upright."""
    if not page.turned:
        return render(path, page.number, box, dpi)
    upright = render(path, page.number, dpi=dpi).rotate(-page.turned, expand=page.turned % 90 == 0)
    x0, top, x1, bottom = (round(side * dpi / 72) for side in box)
    return upright.crop((x0, top, x1, bottom))


def _window(page: Page, readings: Sequence[Reading]) -> Box:
    boxes = [r.box for r in readings]
    here = [e for r in readings for e in r.entries if e.page == page.number]
    boxes += [label.box for e in here for label in e.labels if label.box is not None]
    wanted = union(boxes).grown(SETTINGS.debug_margin) if boxes else page.box
    return Box(max(wanted.x0, 0.0), max(wanted.top, 0.0), min(wanted.x1, page.width), min(wanted.bottom, page.height))


def _draw_entry(canvas: _Canvas, entry: Entry) -> None:
    colour = DOUBTED if entry.doubts else SURE
    for label in entry.labels:
        if label.box is not None and label.axis not in ("title", "panel"):
            canvas.link(entry.box, label.box, LABELS[label.axis])
    for label in entry.labels:
        _draw_label(canvas, label)
    canvas.frame(entry.box, colour, _words_of(entry))


def _draw_label(canvas: _Canvas, label: Label) -> None:
    if label.box is not None:
        canvas.frame(label.box, LABELS[label.axis])


def _words_of(entry: Entry) -> str:
    """What is printed, what was measured (after a tilde), and the doubts without their common prefix."""
    parts = [entry.printed] if entry.printed else []
    if entry.measured is not None:
        parts.append(f"~{entry.measured:.1f}")
    parts += [doubt.removeprefix("extraction-") for doubt in entry.doubts]
    return " ".join(parts)


class _Canvas:
    """Draws in points of the page on the rendered window."""

    def __init__(self, pen: ImageDraw, window: Box, scale: float) -> None:
        from PIL import ImageFont

        self.pen, self.window, self.scale = pen, window, scale
        self.font = ImageFont.load_default(size=max(4.2 * scale, 7.0))

    def at(self, x: float, y: float) -> tuple[float, float]:
        return ((x - self.window.x0) * self.scale, (y - self.window.top) * self.scale)

    def frame(self, box: Box, colour: str, words: str = "") -> None:
        self.pen.rectangle((*self.at(box.x0, box.top), *self.at(box.x1, box.bottom)), outline=colour)
        if words:
            self.pen.text(self.at(box.x0, box.top), words, fill=colour, font=self.font, anchor="lb")

    def link(self, start: Box, end: Box, colour: str) -> None:
        self.pen.line((*self.at(start.x_mid, start.y_mid), *self.at(end.x_mid, end.y_mid)), fill=colour)


CERTAIN, DOUBTFUL, FINDING, CLAIM = (0, 130, 60), (220, 120, 0), (200, 0, 0), (0, 90, 200)
"""Colours of frames: values without and with doubt, findings, claims."""


def draw_pages(pdf: Path, tables: Path, folder: Path, password: str = "") -> None:
    """One PNG for each page on which something was read: `folder`/page-012.png.

    `tables` holds the tables of the extraction. Frames: green values, orange doubted values, red findings, blue claims.
    """
    from pipeline.intake.preflight import opened
    from pipeline.pages.rendering import render

    frames = _frames(tables)
    folder.mkdir(parents=True, exist_ok=True)
    with opened(pdf, password) as (intake, readable):
        for number in sorted(n for n in frames if 1 <= n <= intake.pages):
            picture = render(readable, number, dpi=SETTINGS.picture_dpi)
            _draw(picture, frames[number])
            picture.save(folder / f"page-{number:03}.png")


def _frames(tables: Path) -> dict[int, list[tuple[Box, tuple[int, int, int]]]]:
    """Page → places in points with the colour of their frame."""
    found: dict[int, list[tuple[Box, tuple[int, int, int]]]] = defaultdict(list)
    for name, colour in (("observations", CERTAIN), ("claims", CLAIM), ("findings", FINDING)):
        for row in read_parquet(tables / f"{name}.parquet"):
            box, page = box_of(row), row["page"]
            if box is not None and isinstance(page, int):
                found[page].append((box, DOUBTFUL if _doubted(row) else colour))
    return found


def _doubted(row: Row) -> bool:
    flags = row.get("flags")
    return isinstance(flags, list) and any(not str(flag).startswith("source-") for flag in flags)


def _draw(picture: Any, frames: list[tuple[Box, tuple[int, int, int]]]) -> None:
    from PIL import ImageDraw

    pen = ImageDraw.Draw(picture)
    for box, colour in frames:
        pen.rectangle([side * SETTINGS.picture_dpi / 72 for side in box.grown(1.5)], outline=colour, width=2)
