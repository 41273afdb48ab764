"""Tables of contents and lists of figures: lines that name a page on which the same words stand."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from pipeline.core.geometry import union
from pipeline.layout.lines import Line

FEWEST, MOST = 3, 0.5
"""So many titles are found on the pages named, at least, all as far from the printed number, and this share of all."""
COMPARED = 18
"""Letters in which an entry and its title agree: what follows may stand on a further line."""
NEAR = 2.5
"""Em between an entry and a number above or below it."""
EDGE = 2.0
"""Points by which the numbers of one list differ in their left or right edge."""
_PLACE = re.compile(r"^\W*(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]+\.)?\s+|[\s.·…_]*\d{1,3}$")
"""The number before a title, and the page behind it."""
_CHAPTER = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?")
"""The number of a chapter in a column of its own."""
_PAGE = re.compile(r"^\d{1,3}(?=\s|$)|(?<=[\s.·…_])\d{1,3}$")
"""A page number at the beginning or the end of a line."""


class Lined(Protocol):
    """A page's number and its lines."""

    @property
    def number(self) -> int: ...
    @property
    def lines(self) -> Sequence[Line]: ...


def contents_among(pages: Sequence[Lined]) -> dict[int, set[int]]:
    """The places of the lines of tables of contents among the lines of each page, by page number; nothing for other
    pages. `pages` are those of a whole document."""
    titles: dict[str, list[int]] = {}
    for page in pages:
        for title in {_title(line) for line in page.lines}:
            titles.setdefault(title, []).append(page.number)
    return {page.number: found for page in pages if (found := set(_entries(page.number, page.lines, titles)))}


def _title(line: Line) -> str:
    """The first letters of the words without the numbers around them; "" where there are hardly any."""
    text = "".join(filter(str.isalnum, _PLACE.sub("", f" {line.text}").casefold()))
    return text[:COMPARED] if sum(map(str.isalpha, text)) > 3 else ""


def _entries(page: int, lines: Sequence[Line], titles: Mapping[str, Sequence[int]]) -> Iterator[int]:
    """The places of the entries of a page and their numbers. An entry names the first later page with its words."""
    numbers = sorted((line.box.top, k, int(text)) for k, line in enumerate(lines) for text in _PAGE.findall(line.text))
    pairs = []
    for n, line in enumerate(lines):
        title = _title(line)
        later = [other for other in titles[title] if other > page] if title else []
        reach = NEAR * line.size + 2 * line.box.height
        first = bisect_left(numbers, (line.box.top - reach,))
        for top, k, number in numbers[first:] if later else ():
            if top > line.box.bottom + reach:
                break
            if _beside(line, lines[k]):
                pairs.append((n, k, number, later[0] - number))
    apart = Counter(offset for _, offset in {(number, offset) for *_, number, offset in pairs})
    offset, found = max(apart.items(), key=lambda pair: (pair[1], -abs(pair[0])), default=(0, 0))
    told = [(n, k) for n, k, _, other in pairs if other == offset]
    if found < FEWEST or len({n for n, _ in told}) < MOST * len({n for n, *_ in pairs}):
        return
    sure = {n for pair in told for n in pair}
    area = union(lines[n].box for n in sure)
    edges = [lines[k].box for _, k in told]
    for n in {k for _, k, _ in numbers} - sure:
        box = lines[n].box
        alike = any(min(abs(box.x0 - x.x0), abs(box.x1 - x.x1)) < EDGE for x in edges)
        if alike and area.grown(lines[n].size).holds(box):
            sure.add(n)
    rows = [lines[n].box for n in sure]
    for n, line in enumerate(lines):
        inside = area.holds(line.box) or _CHAPTER.fullmatch(line.text)
        if n in sure or (inside and any(line.box.overlap_y(row) > 0.5 * line.box.height for row in rows)):
            yield n


def _beside(name: Line, number: Line) -> bool:
    """Does the number end the line, or stand on it, or right above or below it?"""
    em = max(name.size, number.size)
    level = name.box.overlap_y(number.box) > 0.3 * min(name.box.height, number.box.height)
    over = max(name.box.top - number.box.bottom, number.box.top - name.box.bottom) < NEAR * em
    return name is number or level or (over and name.box.overlap_x(number.box) > 0)
