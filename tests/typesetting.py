"""Pages made of words, for tests of what reads pages: every letter is half an em wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.core.geometry import Box
from pipeline.pages.page import Page, Word

WIDTH, HEIGHT = 595.0, 842.0


def word(text: str, x: float, y: float, size: float = 10.0, **more: object) -> Word:
    """`text` with its baseline's start at (x, y)."""
    half = size / 2
    set_as = {"font": "Serif", "colour": (0.0, 0.0, 0.0), "angle": 0, "order": 0, **more}
    return Word(
        text=text,
        box=Box(x, y - 0.8 * size, x + half * len(text), y + 0.2 * size),
        size=size,
        baseline=(x, y),
        starts=tuple(half * i for i in range(len(text))),
        **set_as,  # type: ignore[arg-type]
    )


@dataclass
class Sheet:
    """A page in the making. Text is set line by line; `⟨2⟩` glued to a word sets a superscript."""

    number: int = 1
    words: list[Word] = field(default_factory=list)

    def line(self, text: str, x: float, y: float, size: float = 10.0, **more: object) -> Sheet:
        for piece in text.split(" "):
            body, _, mark = piece.partition("⟨")
            mark, _, tail = mark.partition("⟩")
            if body:
                x = self._set(body, x, y, size, more)
            if mark:
                raised = more | {"raised": True, "glued": bool(body)}
                x = self._set(mark, x, y - 0.35 * size, 0.6 * size, raised)
            if tail:
                x = self._set(tail, x, y, size, more)
            x += 0.3 * size
        return self

    def lines(
        self, texts: Iterable[str], x: float, y: float, size: float = 10.0, pitch: float = 1.3, **more: object
    ) -> Sheet:
        for i, text in enumerate(texts):
            self.line(text, x, y + i * pitch * size, size, **more)
        return self

    def _set(self, text: str, x: float, y: float, size: float, more: dict[str, object]) -> float:
        self.words.append(word(text, x, y, size, **more | {"order": len(self.words)}))
        return x + size / 2 * len(text)

    def page(self) -> Page:
        return Page(self.number, WIDTH, HEIGHT, 0, tuple(self.words), (), ())


def pages(sheets: Sequence[Sheet]) -> list[Page]:
    return [sheet.page() for sheet in sheets]
