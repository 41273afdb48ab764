"""Pictures of pages with what was read drawn on them: when an extraction fails, look."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from pipeline.core.contract import Row
from pipeline.core.geometry import Box, box_of
from pipeline.core.table_files import read_parquet
from pipeline.review.settings import SETTINGS

CERTAIN, DOUBTED, FINDING, CLAIM = (0, 130, 60), (220, 120, 0), (200, 0, 0), (0, 90, 200)
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
                found[page].append((box, DOUBTED if _doubted(row) else colour))
    return found


def _doubted(row: Row) -> bool:
    flags = row.get("flags")
    return isinstance(flags, list) and any(not str(flag).startswith("source-") for flag in flags)


def _draw(picture: Any, frames: list[tuple[Box, tuple[int, int, int]]]) -> None:
    from PIL import ImageDraw

    pen = ImageDraw.Draw(picture)
    for box, colour in frames:
        pen.rectangle([side * SETTINGS.picture_dpi / 72 for side in box.grown(1.5)], outline=colour, width=2)
