"""Observations as a perfect reader would make them, from a few words or from a file of hand-read values.

Every exhibit is laid out as a table on a page of its own, so that checks which look values up on the page find them.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.catalogue.model import Catalogue
from pipeline.core.geometry import Box, union
from pipeline.exhibits.reading import Entry, Label, Part, PartValue
from pipeline.exhibits.tables.grid import Grid, turn_back
from pipeline.exhibits.tables.table_choice import TableReadings, joined_tables, page_tables
from pipeline.exhibits.tables.table_finder import PageReader
from pipeline.layout.text import read_text
from pipeline.observations.observe import Observation, observe
from pipeline.pages.page import Page, Word
from pipeline.pages.turning import turned, turning

ROW, COLUMN, LABELS = 14.0, 60.0, 300.0
"""Points: height of a row, width of a column, width of the row labels."""
Row = Mapping[str, str]


def find_tables(page: Page, *, loose: bool = False) -> list[Grid]:
    """The tables that our own finder sees on `page`, when `loose` doubtful ones too; turned where it lies sideways."""
    angle = turning(page)
    found = PageReader(turned(page, angle) if angle else page).tables(loose=loose)
    return [turn_back(grid, page, angle) for grid in found] if angle else found


def document_tables(pages: Sequence[Page]) -> list[TableReadings]:
    """The tables of a document, in order of page and place, those that run on over page breaks joined; doubtful ones
    too."""
    text = read_text(pages)
    told = [text.told(page) for page in pages]
    return joined_tables(told, [table for page in told for table in page_tables(page, loose=True)])


def table(figure: str, page: int, title: str, columns: Sequence[str], rows: Mapping[str, Sequence[str]]) -> Part:
    """A table with one head per column and one label per row, read alike by two readers."""
    heads = [Label(head, "column", 0, _box(0, i)) for i, head in enumerate(columns)]
    values = []
    for r, (label, printed) in enumerate(rows.items(), start=1):
        row = Label(label, "row", 0, Box(0.0, r * ROW, LABELS - 10, r * ROW + 10))
        for c, text in enumerate(printed):
            if text:
                entry = Entry(text, page, _box(r, c), (row, heads[c]))
                values.append(PartValue(entry, ("geometry", "camelot"), 0.99))
    box = union(v.entry.box for v in values)
    return Part(figure, page, Box(0.0, 0.0, box.x1, box.bottom), "table", "grid", (title,), (), tuple(values))


def _box(row: int, column: int) -> Box:
    left = LABELS + column * COLUMN
    return Box(left, row * ROW, left + COLUMN - 5, row * ROW + 10)


def page_of(parts: Sequence[Part]) -> list[Page]:
    """The pages that print the parts: the words of every label and value in their boxes."""
    words: dict[int, dict[Box, str]] = defaultdict(dict)
    for part in parts:
        for value in part.values:
            entry = value.entry
            words[entry.page][entry.box] = entry.printed or ""
            words[entry.page] |= {label.box: label.text for label in entry.labels if label.box is not None}
    return [
        Page(number, 900, 2000, 0, tuple(_word(text, box, i) for i, (box, text) in enumerate(there.items())), (), ())
        for number, there in sorted(words.items())
    ]


def _word(text: str, box: Box, order: int) -> Word:
    return Word(text, box, 9.0, "Serif", None, 0, (box.x0, box.bottom), (0.0,), order)


def observed(parts: Sequence[Part], catalogue: Catalogue, edition: str = "2022") -> list[Observation]:
    return observe(parts, catalogue, edition, "0" * 64)[0]


def hand_read(path: Path) -> list[Part]:
    """The exhibits of a truth file (columns figure, question, group, wave, item, category, value, unit), one table for
    each question of a figure; what it prints twice (`optional`) is left out."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["optional"] != "yes"]
    exhibits: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        exhibits[row["figure"], row["question"]].append(row)
    return [
        _exhibit(figure, number, question, some)
        for number, ((figure, question), some) in enumerate(exhibits.items(), 1)
    ]


def _exhibit(figure: str, page: int, question: str, rows: Sequence[Row]) -> Part:
    """Columns for every item, unit, group and wave, each with up to three heads above each other."""
    keys = list(dict.fromkeys((r["item"], r["unit"], r["group"], r["wave"]) for r in rows))
    labels = list(dict.fromkeys(r["category"] for r in rows))
    several = [len({key[i] for key in keys}) > 1 for i in range(4)]
    values = []
    for row in rows:
        key = (row["item"], row["unit"], row["group"], row["wave"])
        r, c = labels.index(row["category"]) + 4, keys.index(key)
        heads = [
            HEADS.get(text, text)
            for text, varies in zip(key, several, strict=True)
            if text and (varies or text in GROUPS or text.isdigit())
        ]
        column = [Label(text, "column", level, _box(3 - level, c)) for level, text in enumerate(reversed(heads))]
        line = Label(row["category"], "row", 0, Box(0.0, r * ROW, LABELS - 10, r * ROW + 10))
        entry = Entry(_printed(row), page, _box(r, c), (line, *column))
        values.append(PartValue(entry, ("geometry", "camelot"), 0.99))
    box = union(v.entry.box for v in values)
    return Part(figure, page, Box(0.0, 0.0, box.x1, box.bottom), "table", "grid", (question,), (), tuple(values))


HEADS = {"rank": "Rang", "mean_score": "Score", "percent": "%", "points": "Verschil"}
GROUPS = ("business", "providers")


def _printed(row: Row) -> str:
    sign = {"percent": "%", "points": "%"}.get(row["unit"], "")
    return row["value"].replace(".", ",").replace("-", "– ") + sign
