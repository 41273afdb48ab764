"""The codebook's pages, HTML and Markdown: two templates over the same entries. Every text is escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

from pipeline.core.contract import CODES, HARMONISED, LONGITUDINAL, QUESTIONS

PLOT_WIDTH, PLOT_HEIGHT, PLOT_MARGIN = 240, 64, 8
LINE_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
"""Okabe & Ito: told apart with every common colour blindness."""
DESCRIBED = (LONGITUDINAL, HARMONISED, QUESTIONS, CODES)


@dataclass(frozen=True)
class OptionEntry:
    """An option or item: its id, labels, the forms printed, and the id it is harmonised to."""

    id: str
    labels: str
    printed: tuple[str, ...]
    harmonised: str
    parts: tuple[str, ...]


class DrawnLine(NamedTuple):
    """A line of a plot as it is drawn: what it says, and its points in pieces, cut at the breaks."""

    option: str
    colour: str
    told: str
    pieces: list[list[tuple[str, str]]]


@dataclass(frozen=True)
class Plot:
    """Lines over waves of one group (and item): each with its option and its (wave number, value) points."""

    title: str
    waves: tuple[str, ...]
    lines: tuple[tuple[str, tuple[tuple[int, float], ...]], ...]
    breaks: tuple[int, ...] = ()
    """Numbers of the waves that are not comparable with the one before."""

    @property
    def bounds(self) -> tuple[float, float]:
        values = [v for _, points in self.lines for _, v in points]
        return min(0.0, *values), max(values)

    @property
    def caption(self) -> str:
        low, high = self.bounds
        broken = f"; not comparable from {', '.join(self.waves[w] for w in self.breaks)} on" if self.breaks else ""
        return f"{self.title}, {self.waves[0]}–{self.waves[-1]}, {low:g} to {high:g}{broken}"

    @property
    def rules(self) -> list[str]:
        """Where the breaks stand, from the left."""
        return [f"{self._across(wave - 0.5):.1f}" for wave in self.breaks]

    @property
    def drawn(self) -> Iterator[DrawnLine]:
        low, high = self.bounds
        unit = (PLOT_HEIGHT - 2 * PLOT_MARGIN) / ((high - low) or 1.0)
        for number, (option, points) in enumerate(self.lines):
            pieces: dict[int, list[tuple[str, str]]] = {}
            for wave, value in points:
                place = f"{self._across(wave):.1f}", f"{PLOT_HEIGHT - PLOT_MARGIN - (value - low) * unit:.1f}"
                pieces.setdefault(sum(b <= wave for b in self.breaks), []).append(place)
            told = f"{option}: {', '.join(f'{self.waves[w]} {v:g}' for w, v in points)}"
            yield DrawnLine(option, LINE_COLOURS[number % len(LINE_COLOURS)], told, list(pieces.values()))

    def _across(self, wave: float) -> float:
        return PLOT_MARGIN + wave * (PLOT_WIDTH - 2 * PLOT_MARGIN) / (len(self.waves) - 1)


@dataclass(frozen=True)
class CodebookEntry:
    """All that the codebook says of a question. `places` are (edition, figure, page)."""

    id: str
    labels: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    wordings: tuple[tuple[str, str], ...]
    items: tuple[OptionEntry, ...]
    categories: tuple[OptionEntry, ...]
    notes: tuple[str, ...]
    places: tuple[str, ...]
    findings: tuple[str, ...]
    plots: tuple[Plot, ...]

    @property
    def quoted(self) -> list[str]:
        return [f"“{text}” ({editions})" for text, editions in self.wordings]

    @property
    def english(self) -> str:
        labels = dict(self.labels)
        return labels.get("en") or next(iter(labels.values()), self.id)


@cache
def templates() -> Any:
    """The environment of the release's templates: HTML is escaped, a missing name is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("pipeline.release.publish"),
        autoescape=select_autoescape(("html.jinja",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["json"] = partial(json.dumps, ensure_ascii=False)
    environment.filters["md"] = lambda text: re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text.replace("\n", " "))
    return environment


def page(form: str, title: str, about: str, entries: Sequence[CodebookEntry], metadata: str) -> str:
    """The codebook as `form`, html or md; `metadata` is JSON-LD, for those who harvest pages."""
    text: str = (
        templates()
        .get_template(f"codebook.{form}.jinja")
        .render(
            title=title,
            about=about,
            entries=entries,
            tables=DESCRIBED,
            metadata=metadata.replace("<", "\\u003c"),
            width=PLOT_WIDTH,
            height=PLOT_HEIGHT,
        )
    )
    return text
