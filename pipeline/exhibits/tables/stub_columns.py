"""Which columns of a table name its rows, and what the texts of its cells are without marks of notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set

from pipeline.core.language import measure_of
from pipeline.core.numbers import read_value, year_of
from pipeline.exhibits.reading import counts_rows
from pipeline.exhibits.tables.cell_values import cell_value, common_unit, marks_of_suppression
from pipeline.exhibits.tables.chunks import HYPHENS, SIGNS, join_words
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.layout.joining import SOFT_HYPHEN
from pipeline.pages.page import Word

MARKS = re.compile(r"\s*(\*{1,4}|[†‡§¹²³⁴⁵⁶⁷⁸⁹⁰]+)$")
_SIGNS = re.compile("[\u2190-\u21ff\u25a0-\u25ff\u2b00-\u2bff ]+")
"""Arrows and geometric shapes of Unicode."""


def label_columns(grid: Grid) -> frozenset[int]:
    """Columns of labels: mostly names, or years down the outer column of a table of values or next to outer labels, or
    the numbers of the rows before their names, unless their heading says that they are ranks. A short text that repeats
    among the numbers of a column is a mark of suppression, and no name; nor is a drawn sign, such as an arrow between
    two values, nor a text right of values that says something of rows which labels left of these name."""
    covered, first = grid.positions(), grid.header_rows
    out: set[int] = set()
    beside: set[int] = set()
    numbered = None
    for col in range(grid.n_cols):
        cells = {id(c): c for (r, k), c in covered.items() if k == col and r >= first and c.col_span < grid.n_cols}
        texts = [stripped(c)[0] for c in cells.values()]
        marks = marks_of_suppression(texts) if col else frozenset()
        years = [year for t in texts if (year := year_of(t)) is not None]
        words = sum(cell_value(t).content == "words" and t not in marks and not _SIGNS.fullmatch(t) for t in texts)
        words = 0 if out and common_unit(texts) else words
        edge = col in (0, grid.n_cols - 1) or out == set(range(col))
        names = _are_codes(texts, fewest=2) or (edge and _are_waves(years, len(texts)))
        if texts and (words > 0.5 * len(texts) or names):
            out |= {col} if numbered is None else {numbered, col}
            beside |= {col} if words == len(texts) and _is_beside(col, out, grid) else set()
        heads = (c.text for (r, k), c in covered.items() if k == col and r < first)
        ranks = any(measure_of(text) == "rank" for text in heads)
        numbered = col if not out and not ranks and (counts_rows(texts) or _are_codes(texts)) else None
    return frozenset(out - beside) if out else frozenset({0})


def _is_beside(col: int, labels: Set[int], grid: Grid) -> bool:
    """Is a column of words, right of values, a verdict or a note on rows that the labels left of it tell apart: has it
    a head, or the same text twice? With values right of it, each under another name, it is the stub of a table
    beside."""
    first = max(c for c in labels if c - 1 not in labels)
    rows = [{c.col: c.text for c in grid.row(row)} for row in range(grid.header_rows, grid.n_rows)]
    rows = [row for row in rows if col in row and len(row) > 1]
    names = [tuple(row.get(c, "") for c in sorted(labels) if c < first) for row in rows]
    texts = [row[col] for row in rows]
    if not first or len(set(names)) < len(names) or (len(set(texts)) == len(texts) and col + 1 < grid.n_cols):
        return False
    return len(set(texts)) < len(texts) or any(c.header and col in c.cols and c.col_span == 1 for c in grid.cells)


def _are_codes(texts: Sequence[str], fewest: int = 0) -> bool:
    """Do the texts name rows by their numbers in a list: digits alone, as many in each, with zeros before some of them
    (of `fewest` at least), or, where none need have any, in rising order?"""
    if len(texts) < 2 or len({len(text) for text in texts}) > 1 or not all(text.isdigit() for text in texts):
        return False
    zeros = sum(text[0] == "0" < text for text in texts)
    return zeros >= max(fewest, 1) or (not fewest and list(texts) == sorted({*texts}))


def _are_waves(years: Sequence[str], rows: int) -> bool:
    """Do most of so many rows name a year, in order or each of them again? Counts of such size come as they come."""
    ordered = list(years) in (sorted(years), sorted(years, reverse=True))
    return len(years) >= 0.8 * rows and (ordered or min(Counter(years).values()) > 1)


def has_sign(cell: Cell) -> bool:
    """Does the text begin with a sign that shows a colour? A triangle before a number is its sign."""
    if len(cell.words) < 2 or len(cell.words[0].text) != 1 or cell.words[0].text not in SIGNS:
        return False
    return cell.words[0].text != "▲" or read_value(cell.words[1].text) is None


def stripped(cell: Cell) -> tuple[str, tuple[str, ...]]:
    """The cell's text without the footnote marks at its end, and the marks."""
    words = list(cell.words[1:] if has_sign(cell) else cell.words)
    notes: list[str] = []
    while len(words) > 1 and words[-1].raised:
        notes.insert(0, words.pop().text)
    text = _joined_lines(words) if words else cell.text
    while (match := MARKS.search(text)) and match.start() > 0:
        notes.insert(0, match[1])
        text = text[: match.start()]
    return text.strip(), tuple(notes)


_RANGE = re.compile(r"(?<![^\W\d_])\d+[-–]$")
"""The first number of a range and its dash, after which a line may end."""


def _joined_lines(words: Sequence[Word]) -> str:
    """The words as one line. A hyphen that ends a line becomes a soft one: whether it belongs to the word is told where
    the whole document is known."""
    parts: list[str] = []
    for i, word in enumerate(words):
        last = words[i - 1] if i else None
        head = parts[-1] if parts else ""
        wraps = last is not None and last.box.overlap_y(word.box) <= 0.5 * word.size
        ranged = wraps and word.text[:1].isdigit() and _RANGE.search(head) is not None
        if wraps and len(head) > 1 and head[-1] in HYPHENS and head[-2].isalpha():
            parts[-1] = head[:-1] + SOFT_HYPHEN + word.text
        else:
            parts += [" ", join_words([word])] if parts and not (word.glued or ranged) else [join_words([word])]
    return "".join(parts)
