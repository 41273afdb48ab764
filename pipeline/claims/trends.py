"""Trends in words: `elk jaar meer`, `year after year`. A series that once turns back contradicts them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.claims.context import GroupWords, figures_of, group_mentions, group_of, sentences
from pipeline.claims.statements import Statement
from pipeline.findings import Finding, finding
from pipeline.geometry import Box, union
from pipeline.language import words as language_words
from pipeline.text import Passage

SERIES = 3
"""Waves that make a series: two always go one way."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A sentence that says of a group that it goes one way every year, in `figure`."""

    page: int
    box: Box
    phrase: str
    sentence: str
    figure: str
    group: str


def read_trends(passages: Sequence[Passage], groups: GroupWords = (), figure_words: Sequence[str] = ()) -> list[Trend]:
    """Trends stated of a named group and figure: `every year` with a comparison (`meer`, `verbeteren`) beside it."""
    every = re.compile(rf"(?<!\w)(?:{_any('every_year')})(?!\w)", re.I)
    change = re.compile(rf"(?<!\w)(?:{_any('change_stems')})", re.I)
    than = re.compile(rf"(?<!\w)(?:{_any('than')})(?:\s\w{{1,3}})?\s$", re.I)
    found = []
    for passage in passages:
        mentions = [m for m in group_mentions(passage.text, groups) if not than.search(passage.text[: m.start])]
        for sentence in sentences(passage.text) if passage.kind in ("paragraph", "bullet", "pull-quote") else ():
            text = passage.text[sentence.start : sentence.end]
            match = every.search(text)
            if match is None or not change.search(text):
                continue
            start, end = sentence.start + match.start(), sentence.start + match.end()
            here = Statement(start, end, 0.0, "trend", "words")
            figures, _ = figures_of(passage.text, sentence, here, figure_words)
            group = group_of(passage.text, sentence, here, mentions, None)
            if len(figures) == 1 and group is not None:
                spans = passage.words(start, end)
                box = union(s.word.box for s in spans if s.page == spans[0].page)
                found.append(Trend(spans[0].page, box, match[0], text.strip(), figures[0], group))
    return found


def _any(key: str) -> str:
    return "|".join(re.escape(word) for word in sorted(language_words(key), key=len, reverse=True))


def reversals(trends: Iterable[Trend], observations: Iterable[Mapping[str, object]]) -> list[Finding]:
    """A finding for every trend that no answer of its group and figure follows, up or down, through all its waves."""
    rows = list(observations)
    found = []
    for trend in trends:
        series = _series(row for row in rows if (row["figure"], row["group"]) == (trend.figure, trend.group))
        if series and not any(_one_way(values) for values in series.values()):
            shown = "; ".join(f"{label}: {', '.join(f'{v:g}' for _, v in values)}" for label, values in series.items())
            found.append(
                finding(
                    "source-prose",
                    f"Page {trend.page}: the text says {trend.phrase!r}, yet in figure {trend.figure} no answer of "
                    f"{trend.group} goes one way through all waves ({shown}): {trend.sentence}",
                    page=trend.page,
                    figure=trend.figure,
                    box=trend.box,
                    expected="a series that never turns back",
                    found=shown,
                )
            )
    return found


def _series(rows: Iterable[Mapping[str, object]]) -> dict[str, list[tuple[str, float]]]:
    """Label → (wave, value) in the order of the waves, for labels with enough waves."""
    series: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row["wave"] is not None and row["unit"] in ("percent", "mean_score"):
            label = " / ".join(str(part) for part in (row["category"], row["item"]) if part)
            series[label][str(row["wave"])] = float(str(row["value"]))
    return {label: sorted(values.items()) for label, values in series.items() if len(values) >= SERIES}


def _one_way(values: Sequence[tuple[str, float]]) -> bool:
    steps = [b - a for (_, a), (_, b) in pairwise(values)]
    return all(step >= 0 for step in steps) or all(step <= 0 for step in steps)
