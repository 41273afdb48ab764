"""Crops of pages as PNG, drawn in a process of their own: pdfium is not thread-safe, and hostile files may end it."""

from __future__ import annotations

import io
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from pathlib import Path

from pipeline.core.geometry import Box
from pipeline.review.settings import SETTINGS


class Crops:
    """Draws places of one PDF. Safe to use from several threads."""

    def __init__(self, pdf: Path, password: str = "") -> None:
        self.pdf, self.password = pdf, password
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()
        self.png = lru_cache(maxsize=SETTINGS.crops_kept)(self._png)

    def _png(self, page: int, box: Box, dpi: float = SETTINGS.crop_dpi) -> bytes:
        """Raises OSError when the page cannot be drawn."""
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
            try:
                return self._pool.submit(draw, self.pdf, page, box, dpi, self.password).result(SETTINGS.crop_patience)
            except (BrokenProcessPool, TimeoutError) as error:
                self.close()
                raise OSError(f"page {page} cannot be drawn") from error

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def draw(pdf: Path, page: int, box: Box, dpi: float, password: str) -> bytes:
    from pipeline.pages.rendering import render

    buffer = io.BytesIO()
    render(pdf, page, box, dpi, password).save(buffer, "png")
    return buffer.getvalue()
