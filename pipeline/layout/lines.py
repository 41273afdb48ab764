"""Lines of upright text: words on one baseline, split where a column or cell gutter runs between them."""

from __future__ import annotations

import re
import statistics
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.core.colours import RGB
from pipeline.core.geometry import Box, union
from pipeline.pages.page import Page, Word

BASELINE = 0.3
"""Words whose baselines differ by less than this share of their size stand on one line (superscripts apart)."""
SURE_GAP = 2.5
"""Gap, in em, that always separates columns: justified narrow columns stretch a space to 2 em at worst."""
GUTTER = 1.0
"""Width, in em, of an empty strip that separates columns when it runs through several rows; rivers in justified text
are narrower or end after two rows."""
GUTTER_ROWS = 3
"""Rows through which such a strip must run."""
PROSE_WORDS, COLUMN_ROWS = 3, 8
"""Words on either side of a gutter, and rows in the document, that show a column of prose: cells hold fewer words."""
DISPLAY = 1.8
"""Type larger by this factor than its neighbour on the line is no part of its sentence: a big number beside text."""
GUTTER_REACH = 2.5
"""Rows further apart than this many em no longer continue a strip."""
BULLET_GAP = 4.0
"""A list item's text stands no further than this many em from its bullet."""
NUMBERING = re.compile(r"^(\(?[a-z]\)|\(?\d{1,2}[.)])$")
DASHES = "-–—·»*"


@dataclass(frozen=True, slots=True)
class Style:
    """How a line is set: most of its letters' size (points, rounded to halves), font and colour."""

    size: float
    font: str
    bold: bool
    colour: RGB | None


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one baseline and column of page `page`, left to right, superscripts in their place.

    `text` is the raw line as printed; nothing is re-joined or left out. `angle` is that of its words (degrees
    counter-clockwise; lines at an angle hold one word group each and take no part in the reading order).
    """

    page: int
    words: tuple[Word, ...]
    text: str
    box: Box
    baseline: float
    style: Style
    angle: int = 0

    @property
    def size(self) -> float:
        return self.style.size


def read_lines(page: Page, starts: frozenset[int]) -> list[Line]:
    """The lines of a page: upright ones from top to bottom, then those at an angle. `starts` are `column_starts`."""
    rows = _rows(page)
    parts = [part for row, gutters in zip(rows, _gutters(rows, starts), strict=True) for part in _split(row, gutters)]
    parts.extend(_turned([w for w in page.words if not w.upright]))
    return [_line(page.number, part) for part in parts]


def column_starts(pages: Iterable[Page]) -> frozenset[int]:
    """Left edges (whole points) of columns that rows of prose on both sides of a gutter show several times: gutters
    between them return at the same place over a document, so that two rows suffice there."""
    counts: Counter[int] = Counter()
    for page in pages:
        rows = _rows(page)
        for row, gutters in zip(rows, _gutters(rows, frozenset()), strict=True):
            for gutter in gutters:
                left = sum(w.box.x1 <= gutter.left for w in row)
                right = sum(w.box.x0 >= gutter.right for w in row)
                if min(left, right) >= PROSE_WORDS:
                    counts[round(gutter.right)] += 1
    return frozenset(x for x, n in counts.items() if n >= COLUMN_ROWS)


def _line(page: int, words: Sequence[Word]) -> Line:
    letters: Counter[Style] = Counter()
    for word in words:
        if not word.raised:
            letters[Style(round(word.size * 2) / 2, word.font, word.bold, word.colour)] += len(word.text)
    style = letters.most_common(1)[0][0] if letters else Style(round(words[0].size * 2) / 2, words[0].font, False, None)
    ground = [w.baseline[1] for w in words if not w.raised] or [w.baseline[1] for w in words]
    return Line(
        page=page,
        words=tuple(words),
        text="".join(word.text if i == 0 or word.glued else f" {word.text}" for i, word in enumerate(words)),
        box=union(w.box for w in words),
        baseline=statistics.median(ground),
        style=style,
        angle=words[0].angle,
    )


def _rows(page: Page) -> list[list[Word]]:
    """Upright words by baseline, each row from left to right; superscripts join the row of the word they touch."""
    rows: list[list[Word]] = []
    raised = []
    for word in sorted((w for w in page.words if w.upright), key=lambda w: (w.baseline[1], w.box.x0)):
        if word.raised:
            raised.append(word)
        elif rows and word.baseline[1] - rows[-1][0].baseline[1] <= BASELINE * min(word.size, rows[-1][0].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    heights = [row[0].baseline[1] for row in rows]
    for word in raised:
        below = range(bisect_left(heights, word.baseline[1]), len(rows))
        home = next((i for i in list(below)[:4] if any(_touch(word, other) for other in rows[i])), None)
        if home is None:
            rows.append([word])
            heights.append(word.baseline[1])
        else:
            rows[home].append(word)
    for row in rows:
        row.sort(key=lambda w: w.box.x0)
    return sorted(rows, key=lambda row: max(w.baseline[1] for w in row))


def _touch(mark: Word, host: Word) -> bool:
    near = (
        -1.0 * mark.size <= host.box.x0 - mark.box.x1 <= host.size or abs(mark.box.x0 - host.box.x1) <= 0.4 * host.size
    )
    return near and host.size > mark.size and host.baseline[1] - mark.baseline[1] <= host.size


class WordGap(NamedTuple):
    """An empty strip between two words of a row; `size` is that of the smaller type beside it, `sure` that it parts
    columns whatever stands above and below."""

    left: float
    right: float
    size: float
    sure: bool


def _gaps(row: Sequence[Word]) -> list[WordGap]:
    """Empty strips between the words of a row, at least `GUTTER` em wide."""
    strips = []
    last = row[0]
    for word in row[1:]:
        small, large = sorted((last.size, word.size))
        gap = word.box.x0 - last.box.x1
        if gap >= GUTTER * small:
            sure = gap >= SURE_GAP * small or (large > DISPLAY * small and not word.raised and not last.raised)
            strips.append(WordGap(last.box.x1, word.box.x0, small, sure))
        if word.box.x1 > last.box.x1:
            last = word
    return strips


def _gutters(rows: Sequence[Sequence[Word]], starts: frozenset[int]) -> list[list[WordGap]]:
    """For each row the gaps that are gutters: sure ones, those that are part of a strip through several rows, and those
    where a column is known to start."""
    gaps = [_gaps(row) for row in rows]
    return [
        [
            gap
            for gap in gaps[i]
            if gap.sure
            or round(gap.right) in starts
            or 1 + _run(rows, i, gap, -1, gap.size) + _run(rows, i, gap, 1, gap.size) >= GUTTER_ROWS
        ]
        for i in range(len(rows))
    ]


def _run(rows: Sequence[Sequence[Word]], start: int, gap: WordGap, step: int, size: float) -> int:
    """How many rows above (`step` -1) or below keep a part of `gap` empty with text on both of its sides."""
    count, at, left, right = 0, start, gap.left, gap.right
    while 0 <= at + step < len(rows) and count < GUTTER_ROWS:
        row = rows[at + step]
        if abs(row[0].baseline[1] - rows[at][0].baseline[1]) > GUTTER_REACH * size:
            break
        at += step
        middle = (left + right) / 2
        for word in row:
            if word.box.x0 < right and word.box.x1 > left:
                left, right = (word.box.x1, right) if word.box.x_mid < middle else (left, word.box.x0)
        if right - left < GUTTER * size:
            break
        if any(w.box.x1 <= left for w in row) and any(w.box.x0 >= right for w in row):
            count += 1
    return count


def _split(row: Sequence[Word], gutters: Sequence[WordGap]) -> list[list[Word]]:
    parts: list[list[Word]] = [[row[0]]]
    starts = {gutter.right for gutter in gutters}
    for word in row[1:]:
        opened = len(parts[-1]) == 1 and is_bullet_sign(parts[-1][0])
        if word.box.x0 in starts and not (opened and word.box.x0 - parts[-1][0].box.x1 < BULLET_GAP * word.size):
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def is_bullet_sign(word: Word) -> bool:
    """A lone symbol (any font's bullet), a dash, or a list number: what stands before the text of a list item. What
    stands between two numbers of a formula ("(n = 304)", broken over lines) is none."""
    text = word.text
    symbol = (
        len(text) == 1
        and text not in "=<>±≤≥"
        and (unicodedata.category(text) in ("Co", "So", "Sm", "Po", "Pf") or text in DASHES)
    )
    return not word.raised and (symbol or NUMBERING.match(text) is not None)


def _turned(words: Sequence[Word]) -> list[list[Word]]:
    """Runs of words at the same angle that follow each other in drawing order on one baseline."""
    runs: list[list[Word]] = []
    for word in words:
        last = runs[-1][-1] if runs else None
        if last is not None and last.angle == word.angle and _follows(last, word):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _follows(last: Word, word: Word) -> bool:
    gap = max(
        word.box.x0 - last.box.x1,
        last.box.x0 - word.box.x1,
        word.box.top - last.box.bottom,
        last.box.top - word.box.bottom,
    )
    return abs(last.size - word.size) < 0.1 * word.size and gap <= word.size
