"""What running text states."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.geometry import Box
from pipeline.pages.page import Word


@dataclass(frozen=True, slots=True)
class Claim:
    """A number stated in running text. `box` and `words` are its place on `page` (points, origin top left).

    `grouped` and `dated` say that its own sentence names the group or the wave.
    `figures` are the printed numbers of the figures it may refer to, `named` says that its own sentence names them;
    `pointing` that it only points at one, `below` or `above`.
    `qualifier` and `form`, `parts` decide the tolerance (`linking.tolerance`); `pair` joins the numbers of one wording.
    `passage` and `place` number the passage and the letter in it where the claim starts. `subject` are the words of
    its clause, `topic` those without the names of groups, `sentence` is the text around.
    """

    page: int
    box: Box
    words: tuple[Word, ...]
    printed: str
    value: float
    unit: str
    sentence: str
    subject: str
    topic: str
    passage: int
    place: int
    group: str | None
    grouped: bool
    wave: str | None
    dated: bool
    figures: tuple[str, ...]
    named: bool
    pointing: str | None
    qualifier: str | None
    form: str
    parts: int
    pair: int | None
