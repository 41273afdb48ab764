"""How the running text of a document is set, and its words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.layout.blocks import LEADING, SENTENCE_WORDS
from pipeline.layout.joining import Vocabulary, whole_words
from pipeline.layout.lines import Line, Style

T = TypeVar("T")
USUAL_SIZE = 10.0
"""Points, for a document without text."""


@dataclass(frozen=True, slots=True)
class Setting:
    """`size`, in points, and `style` are those of most letters of running lines (five words and more); no style where
    there are none. `leading` is the commonest distance of baselines in points, by size."""

    size: float
    style: Style | None
    leading: Mapping[float, float]
    vocabulary: Vocabulary

    @classmethod
    def of(cls, pages: Iterable[Sequence[Line]]) -> Setting:
        """The setting of the upright lines of all pages that are no furniture."""
        sizes: Counter[float] = Counter()
        styles: Counter[Style] = Counter()
        distances: dict[float, Counter[float]] = defaultdict(Counter)
        vocabulary: Vocabulary = Counter()
        for lines in pages:
            for line in lines:
                vocabulary.update(whole_words(line))
                sizes[line.size] += len(line.text)
                if len(line.words) > SENTENCE_WORDS:
                    styles[line.style] += len(line.text)
            for size, distance in _distances(lines):
                distances[size][distance] += 1
        running: Counter[float] = Counter()
        for style, letters in styles.items():
            running[style.size] += letters
        return cls(
            size=_commonest(running or sizes) or USUAL_SIZE,
            style=_commonest(styles),
            leading={size: min(d for d, n in of.items() if n == max(of.values())) for size, of in distances.items()},
            vocabulary=vocabulary,
        )


def _commonest(counts: Counter[T]) -> T | None:
    return counts.most_common(1)[0][0] if counts else None


def _distances(lines: Sequence[Line]) -> Iterator[tuple[float, float]]:
    """The size of each line, and the distance to the next one below it of that size, in half points."""
    ordered = sorted(lines, key=lambda x: x.baseline)
    for i, line in enumerate(ordered):
        for other in ordered[i + 1 : i + 6]:
            step = other.baseline - line.baseline
            if other.size == line.size and line.box.overlap_x(other.box) > 0 and step > LEADING[0] * line.size:
                yield line.size, round(step * 2) / 2
                break
