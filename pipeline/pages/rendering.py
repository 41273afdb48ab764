"""Pages as pictures, drawn by pdfium, and their sizes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.geometry import Box

if TYPE_CHECKING:
    from PIL.Image import Image


A4 = (595.3, 841.9)
"""Size in points given to a page that is too damaged to tell its own."""


def page_sizes(path: Path | str, password: str = "") -> list[tuple[float, float]]:
    """Width and height in points of every page as shown, without reading it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(str(path), password=password or None)
    try:
        return [_size(document, i) for i in range(len(document))]
    finally:
        document.close()


def _size(document: Any, index: int) -> tuple[float, float]:
    import pypdfium2

    try:
        width, height = document.get_page_size(index)
    except pypdfium2.PdfiumError:
        return A4
    return float(width), float(height)


def render(path: Path | str, number: int, box: Box | None = None, dpi: float = 150, password: str = "") -> Image:
    """Draw page `number` (or the part inside `box`) as an RGB bitmap at `dpi`, with pdfium."""
    import pypdfium2

    document = pypdfium2.PdfDocument(str(path), password=password or None)
    try:
        page = document[number - 1]
        width, height = page.get_size()
        crop = (0.0, 0.0, 0.0, 0.0)
        if box is not None:
            crop = (
                max(box.x0, 0.0),
                max(height - box.bottom, 0.0),
                max(width - box.x1, 0.0),
                max(box.top, 0.0),
            )
        image: Image = page.render(scale=dpi / 72, crop=crop).to_pil().convert("RGB")
        return image
    finally:
        document.close()
