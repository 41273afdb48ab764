"""The OCR engines: recognition of lines by rapidocr's network, digits once more by tesseract where it is installed.

rapidocr's networks are run, its pipeline is not: the crops that are read are chosen here (each number alone, upright,
as it is and as black on white), letters outside Latin script are not weighed (the model knows 18,000 characters), and
the position of every character is kept.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.exhibits.pictures.networks import THREADS, recogniser

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bitmap = NDArray[np.uint8]

STRIP_HEIGHT = 48
"""Height in pixels that the recognition network was trained on (PP-OCR)."""
LEAST_WIDTH = 96
"""Strips are padded to this width: at the trained 320 the same texts come out of charts in twice the time."""
BATCH, BATCH_WIDTH = 8, 2560
"""Strips that the recognition network reads at once, and how wide they are together at most, in pixels: what it
makes of them takes memory. Only lines of running text are so long that fewer go together."""
MONTAGE_HEIGHT = 40
MONTAGE_MARGIN = 24
"""Pixels of a number, and of white between numbers, on the sheet that tesseract reads: its best letter height is
30–40 pixels (tesseract's documentation, ImproveQuality)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a strip saw. `columns` are the characters' centres as shares of the strip's width."""

    text: str
    score: float
    columns: tuple[float, ...]


def as_bitmap(pixels: NDArray[Any]) -> Bitmap:
    """The same pixels as bytes."""
    import numpy as np

    return np.asarray(pixels, np.uint8)


def brightest(pixels: NDArray[Any]) -> NDArray[Any]:
    """The largest channel of each pixel: numpy's maximum along so short an axis takes ten times as long."""
    import numpy as np

    largest: NDArray[Any] = np.maximum(np.maximum(pixels[..., 0], pixels[..., 1]), pixels[..., 2])
    return largest


def recognise(strips: Sequence[Bitmap]) -> list[Look]:
    """Read each RGB strip (one line of text, upright, any height)."""
    widths = [_width(strip) for strip in strips]
    order = sorted(range(len(strips)), key=lambda i: strips[i].shape[1] / strips[i].shape[0])
    looks: list[Look] = [Look("", 0.0, ())] * len(strips)
    while order:
        most = next((n for n in range(BATCH, 1, -1) if n <= len(order) and n * widths[order[n - 1]] <= BATCH_WIDTH), 1)
        batch, order = order[:most], order[most:]
        for index, look in zip(batch, _recognise_batch([strips[i] for i in batch]), strict=True):
            looks[index] = look
    return looks


def _width(strip: Bitmap) -> int:
    """Of the strip at `STRIP_HEIGHT`."""
    height, width = map(int, strip.shape[:2])
    return max(round(STRIP_HEIGHT * width / height), 1)


def _recognise_batch(strips: list[Bitmap]) -> list[Look]:
    import cv2
    import numpy as np

    widths = [_width(strip) for strip in strips]
    full = max([*widths, LEAST_WIDTH])
    batch = np.zeros((len(strips), 3, STRIP_HEIGHT, full), np.float32)
    for row, strip, width in zip(batch, strips, widths, strict=True):
        small = cv2.resize(strip, (width, STRIP_HEIGHT), interpolation=cv2.INTER_LINEAR)
        row[:, :, :width] = (small[:, :, ::-1].transpose(2, 0, 1) / 255.0 - 0.5) / 0.5
    reader = recogniser()
    best, chances = reader.read(batch)
    return [
        _decode(row, chance, reader.characters, full / width)
        for row, chance, width in zip(best, chances, widths, strict=True)
    ]


def _decode(best: Any, chances: Any, characters: Sequence[str], stretch: float) -> Look:
    """Greedy CTC: the best character of each column, repeats and blanks dropped. `stretch` undoes the padding."""
    steps = len(best)
    text: list[str] = []
    columns: list[float] = []
    scores: list[float] = []
    for step, index in enumerate(best):
        if index == 0:
            continue
        if step and best[step - 1] == index:
            scores[-1] = max(scores[-1], float(chances[step]))
            continue
        text.append(characters[index])
        columns.append(min((step + 0.5) / steps * stretch, 1.0))
        scores.append(float(chances[step]))
    return Look("".join(text), min(scores, default=0.0), tuple(columns))


DIGITS = ("-c", "tessedit_char_whitelist=0123456789%.,-+€")


def read_digits(strips: Sequence[Bitmap]) -> list[str | None]:
    """A second opinion on numbers: each grey strip (black on white) read by tesseract, "" where it sees nothing; None
    where it is not installed. All strips go through one call, pasted under each other on one sheet, as starting the
    program costs more than reading."""
    import cv2
    import numpy as np

    program = shutil.which("tesseract")
    if program is None or not strips:
        return [None] * len(strips)
    scaled: list[Bitmap] = []
    for strip in strips:
        width = max(round(MONTAGE_HEIGHT * strip.shape[1] / strip.shape[0]), 1)
        scaled.append(as_bitmap(cv2.resize(strip, (width, MONTAGE_HEIGHT), interpolation=cv2.INTER_CUBIC)))
    pitch = MONTAGE_HEIGHT + MONTAGE_MARGIN
    sheet = np.full((pitch * len(scaled) + MONTAGE_MARGIN, max(s.shape[1] for s in scaled) + 80), 255, np.uint8)
    for row, strip in enumerate(scaled):
        top = MONTAGE_MARGIN + row * pitch
        sheet[top : top + MONTAGE_HEIGHT, 40 : 40 + strip.shape[1]] = strip
    found = [""] * len(strips)
    for text, middle in _sheet_words(program, sheet):
        found[min(max(int((middle - MONTAGE_MARGIN / 2) // pitch), 0), len(found) - 1)] += text
    return [*found]


def _sheet_words(program: str, sheet: Bitmap) -> list[tuple[str, float]]:
    """Words of the sheet from left to right with their vertical middle in pixels; none where tesseract fails."""
    import cv2

    environment = {**os.environ, "OMP_THREAD_LIMIT": str(THREADS)}
    try:
        run = subprocess.run(
            [program, "stdin", "stdout", "--psm", "6", "--dpi", "300", *DIGITS, "tsv"],
            input=cv2.imencode(".png", sheet)[1].tobytes(),
            capture_output=True,
            timeout=120,
            env=environment,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    words = []
    for line in run.stdout.decode("utf-8", "replace").splitlines()[1:]:
        fields = line.split("\t")
        if len(fields) == 12 and fields[11].strip():
            words.append((fields[11].strip(), int(fields[7]) + int(fields[9]) / 2))
    return words
