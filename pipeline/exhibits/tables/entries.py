"""From a grid to a reading: every value of the body with the labels that belong to it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress

from pipeline.core.colours import RGB, chroma
from pipeline.core.geometry import Box, union
from pipeline.core.language import begins_with_unit
from pipeline.core.numbers import is_bracketed, is_share, year_of
from pipeline.exhibits.reading import UNIT_LEVEL, Axis, Entry, Label, Reading
from pipeline.exhibits.tables.cell_values import cell_value, common_unit, marks_of_suppression, stands_for_value
from pipeline.exhibits.tables.chunks import join_words
from pipeline.exhibits.tables.grid import Cell, Grid
from pipeline.exhibits.tables.stub_columns import has_sign, label_columns, stripped
from pipeline.pages.page import Word

TITLE_WORDS = 3
"""Words from which a text over headings may be the title of the table."""
TITLE_INDENT = 3.0
"""Em by which it may begin right of the labels, behind its number."""
COLOURED = 12.0
"""CIELAB chroma from which a colour tells something; less reads as grey."""


def table_reading(grid: Grid) -> Reading:
    """What `grid` says, as a `Reading` of method `table` (form `grid`)."""
    sheet = _RoleGrid.of(grid)
    found = [e for row in range(sheet.first_body_row, grid.n_rows) for e in sheet.entries(row)]
    told = [cell_value(e.printed or "").content == "value" for e in found]
    entries = tuple(compress(found, told))
    used = {label.text for e in entries for label in e.labels}
    texts = tuple(c.text for c in grid.cells if c.header and stripped(c)[0] not in used)
    return Reading(
        grid.reader,
        "table",
        grid.page,
        grid.box,
        entries,
        None,
        texts,
        "grid",
        sureness=grid.confidence,
        missing=tuple(e for e, is_told in zip(found, told, strict=True) if not is_told),
    )


@dataclass(slots=True)
class _RoleGrid:
    """A grid with the roles of its columns and rows told."""

    grid: Grid
    covered: dict[tuple[int, int], Cell]
    label_columns: frozenset[int]
    headers: dict[int, tuple[int, ...]]
    """For each body row, the header rows that stand above it, nearest first."""
    sections: dict[int, Cell]
    """For each body row, the section row that heads it."""
    first_body_row: int
    bracketed: dict[int, bool] = field(default_factory=dict)
    """By column, whether all of its values stand in brackets."""
    unit_row: int | None = None
    """The header row that tells units."""
    units: dict[int, str] = field(default_factory=dict)
    """By column, the words behind the number of each of its cells."""
    centred: dict[int, list[Sequence[int]]] = field(default_factory=dict)
    """By row of heads, the blocks of columns that they stand over."""
    made: dict[tuple[int, Axis, int], Label] = field(default_factory=dict)
    """The labels by cell (`id`), axis and level: one stands beside many values."""

    @classmethod
    def of(cls, grid: Grid) -> _RoleGrid:
        covered = grid.positions()
        first = grid.header_rows
        labels = label_columns(grid)
        sheet = cls(grid, covered, labels, {}, {}, first)
        if sheet._ends_with_section():
            sheet.first_body_row -= 1
        sheet.unit_row = sheet._row_of_units()
        sheet._walk()
        return sheet

    def _ends_with_section(self) -> bool:
        """Is the last row of the header the first of several section rows?"""
        last = self.first_body_row - 1
        rows = (list({id(c): c for c in self.grid.row(r)}.values()) for r in range(last, self.grid.n_rows))
        first, *others = [cells[0].col if self._is_section(r, cells) else None for r, cells in enumerate(rows, last)]
        return last > 0 and first is not None and first in others

    def _row_of_units(self) -> int | None:
        """The last row of heads, where it holds units alone and the rows above tell all columns of values apart."""
        row = self.first_body_row - 1
        told = [c for c in self.grid.row(row) if c.col not in self.label_columns and c.row == row]
        values = [col for col in range(self.grid.n_cols) if col not in self.label_columns]
        heads = [[at.text for r in range(row) if (at := self._heading_at(r, col)) is not None] for col in values]
        if row < 1 or not told or not all(begins_with_unit(stripped(c)[0]) for c in told) or not all(heads):
            return None
        return row if len(set(map(tuple, heads))) == len(values) else None

    def _unit_of(self, col: int) -> Label | None:
        """What the row of units says of the column: its cell there, or the one over the middle of the columns around
        it, or the nearest one."""
        if self.unit_row is None:
            return None
        told = [c for c in self.grid.row(self.unit_row) if c.col not in self.label_columns and c.row == self.unit_row]
        values = [c for c in range(self.grid.n_cols) if c not in self.label_columns]
        blocks = self._centred(told, values) if len(told) <= len(values) else []
        at = next((head for head, block in zip(told, blocks, strict=False) if col in block), None)
        middle = sum(self.grid.columns[col]) / 2 if self.grid.columns else 0.0
        at = at or self.covered.get((self.unit_row, col)) or min(told, key=lambda c: abs(c.box.x_mid - middle))
        return self._label(at, "column", UNIT_LEVEL)

    def _walk(self) -> None:
        """From top to bottom: which header and which section row applies to each row."""
        above = tuple(reversed(range(self.first_body_row)))
        section = self._corner_of_first_block()
        fresh = bool(above)  # headings right below the header stand under it
        for row in range(self.first_body_row, self.grid.n_rows):
            cells = {id(c): c for c in self.grid.row(row)}.values()
            if self._heads_block(row, list(cells)):
                above = (row, *above) if fresh else (row,)
                section = self._corner_at(row) or section
                fresh = True
                continue
            fresh = False
            if self._is_section(row, list(cells)):
                section = next(iter(cells))
                continue
            self.headers[row] = above
            if section is not None:
                self.sections[row] = section

    def _corner_at(self, row: int) -> Cell | None:
        """The text at the head of the labels beside a row of headings: what the block below is about."""
        corners = (self.covered.get((row, col)) for col in sorted(self.label_columns))
        return next((c for c in corners if c is not None and c.text and c.row == row), None)

    def _corner_of_first_block(self) -> Cell | None:
        """The corner above the first block, where further blocks of the table have corners of their own."""
        rows = range(self.first_body_row, self.grid.n_rows)
        heads = [r for r in rows if self._heads_block(r, list({id(c): c for c in self.grid.row(r)}.values()))]
        further = any(self._corner_at(row) is not None for row in heads)
        return self._corner_at(self.first_body_row - 1) if further and self.first_body_row else None

    def _heads_block(self, row: int, cells: Sequence[Cell]) -> bool:
        """A row of headings inside the body: years or words above the value columns, no value."""
        beside = [c for c in cells if c.col not in self.label_columns and c.row == row]
        if self._repeats_headings(row, beside):
            return True
        if len(beside) < 2 or len(beside) < len(cells) - 1:
            return False
        words = (c for c in beside if not year_of(c.text))
        return all(cell_value(c.text).content == "words" and not self._is_mark(c) for c in words)

    def _is_mark(self, cell: Cell) -> bool:
        return cell.text in marks_of_suppression(self._texts(cell.col))

    def _repeats_headings(self, row: int, beside: Sequence[Cell]) -> bool:
        """Does the row say above the value columns what the last row of the header says: the same in each of them, or
        (in some) years that the header names?"""
        heads = [self.covered.get((self.first_body_row - 1, c.col)) for c in beside]
        columns = self.grid.n_cols - len(self.label_columns)
        if len(beside) == columns > 0 and all(
            h is not None and h.header and h.text == c.text for h, c in zip(heads, beside, strict=True)
        ):
            return True
        named = {c.text for c in self.grid.row(self.first_body_row - 1) if c.header} if self.first_body_row else set()
        return (
            bool(beside)
            and self._corner_at(row) is not None
            and all(year_of(c.text) is not None and c.text in named for c in beside)
        )

    def _is_section(self, row: int, cells: Sequence[Cell]) -> bool:
        alone = len(cells) == 1 and cells[0].row == row and cells[0].row_span == 1
        return alone and cell_value(cells[0].text).content == "words"

    def entries(self, row: int) -> list[Entry]:
        """The values that begin in `row`."""
        out: list[Entry] = []
        if row not in self.headers:
            return out
        for cell in self.grid.row(row):
            if cell.row == row and cell.col not in self.label_columns and not cell.header:
                out += self._values(cell)
        return out

    def _values(self, cell: Cell) -> list[Entry]:
        text, _ = stripped(cell)
        unit = self._unit_in(cell.col)
        text = text.removesuffix(unit).strip()
        found = cell_value(text, brackets_mean_minus=not self._all_in_brackets(cell.col))
        printed = found.numbers or ((text,) if stands_for_value(text, self._texts(cell.col)) else ())
        labels = self._row_labels(cell) + self._column_labels(cell)
        if (section := self.sections.get(cell.row)) is not None:
            labels = [*labels, self._label(section, "section", 0)]
        if unit:
            labels = [*labels, Label(unit, "column", UNIT_LEVEL)]
        doubts: tuple[str, ...] = () if found.clear else ("extraction-two-values-in-cell",)
        if self._lacks_heading(cell):
            doubts = (*doubts, "extraction-no-heading")
        if any(label.axis == "row" and is_share(label.text) for label in labels):
            doubts = (*doubts, "extraction-value-as-label")
        if cell.loose and cell.row_span == 1:
            doubts = (*doubts, "extraction-may-span")
        return [
            Entry(
                printed=part,
                page=self.grid.page,
                box=_box_of(part, cell),
                labels=tuple(_labels_of_part(labels, i, len(printed))),
                fill=cell.fill,
                ink=cell.ink,
                spans=cell.row_span,
                within=i + 1 if len(printed) > 1 else 0,
                confidence=cell.confidence,
                doubts=doubts if any(label.axis == "row" for label in labels) else (*doubts, "extraction-no-row-label"),
            )
            for i, part in enumerate(printed)
        ]

    def _texts(self, col: int) -> list[str]:
        return [c.text for (r, k), c in self.covered.items() if k == col and r >= self.first_body_row]

    def _unit_in(self, col: int) -> str:
        """The words that follow the number of each cell of the column, "" where there are none."""
        if col not in self.units:
            self.units[col] = common_unit(self._texts(col))
        return self.units[col]

    def _all_in_brackets(self, col: int) -> bool:
        """Do all values of the column stand in brackets, so that these mean no minus?"""
        if col not in self.bracketed:
            texts = self._texts(col)
            self.bracketed[col] = all(is_bracketed(t) for t in texts if cell_value(t).content == "value")
        return self.bracketed[col]

    def _lacks_heading(self, cell: Cell) -> bool:
        """Has the column of a value no heading in words, where most columns of values have one?"""
        values = {c.col for c in self.grid.row(cell.row) if c.col not in self.label_columns and not c.header}
        headed = {
            col
            for col in values
            if any(at is not None and at.text for row in self.headers[cell.row] for at in [self._heading_at(row, col)])
        }
        return cell.col not in headed and 2 * len(headed) > len(values)

    def _heading_at(self, row: int, col: int) -> Cell | None:
        return self.covered.get((row, col)) or self._heading_of_block(row, col)

    def _row_labels(self, cell: Cell) -> list[Label]:
        labels: list[Label] = []
        seen: set[int] = set()
        by_distance = sorted(self._labels_of(cell.col), key=lambda c: (abs(c - cell.col), c))
        for level, col in enumerate(by_distance):
            for row in cell.rows:
                at = self.covered.get((row, col))
                if at is not None and id(at) not in seen and not at.header:
                    seen.add(id(at))
                    labels.append(self._label(at, "row", level))
        return labels

    def _labels_of(self, col: int) -> Sequence[int]:
        """The columns of labels of a column of values: all, or those at its left where the table is two side by side,
        with the same heading over the labels of either or the same labels."""
        starts = [c for c in sorted(self.label_columns) if c - 1 not in self.label_columns]
        if len(starts) < 2 or starts[0] or self.grid.n_cols - 1 in self.label_columns:
            return sorted(self.label_columns)
        told = [[self._text_at(row, start) for row in range(self.grid.n_rows)] for start in starts]
        heads = {" ".join(texts[: self.first_body_row]) for texts in told}
        names = {tuple(texts[self.first_body_row :]) for texts in told}
        if (len(heads) > 1 or not "".join(heads)) and len(names) > 1:
            return sorted(self.label_columns)
        first = max(start for start in starts if start <= col)
        return [c for c in sorted(self.label_columns) if first <= c < col]

    def _text_at(self, row: int, col: int) -> str:
        at = self.covered.get((row, col))
        return at.text if at is not None else ""

    def _column_labels(self, cell: Cell) -> list[Label]:
        labels: list[Label] = []
        seen: set[int] = set()
        for row in self.headers[cell.row]:
            at = self._heading_at(row, cell.col)
            if row != self.unit_row and at is not None and id(at) not in seen and at.col_span < self.grid.n_cols:
                seen.add(id(at))
                label = self._label(at, "title" if self._names_table(at) else "column", len(labels))
                shared = at.col_span == 2 > cell.col_span and not labels  # a heading of one's own needs no half of it
                labels.append(_half(label, cell.col - at.col) if shared else label)
        unit = self._unit_of(cell.col) if self.unit_row in self.headers[cell.row] else None
        return [*self._with_icons(cell, labels), *filter(None, [unit])]

    def _names_table(self, cell: Cell) -> bool:
        """Does the text stand over the headings, begin where the labels do and reach over values? It is a title."""
        if cell.row + cell.row_span >= self.first_body_row or len(cell.words) < TITLE_WORDS:
            return False
        labels = [c.box.x0 for c in self.grid.cells if not c.header and c.col in self.label_columns]
        values = [c.box.x0 for c in self.grid.cells if not c.header and c.col not in self.label_columns]
        if not labels or not values:
            return False
        return cell.box.x0 - min(labels) < TITLE_INDENT * cell.words[0].size and cell.box.x1 > min(values)

    def _heading_of_block(self, row: int, col: int) -> Cell | None:
        """The heading in `row` that stands over another column of the block that `col` is in, where there is one for
        each of several blocks of columns: over the middle of each, or over blocks of one size where the headings below
        repeat from block to block."""
        values = [c for c in range(self.grid.n_cols) if c not in self.label_columns]
        above = list({id(c): c for c in self.grid.row(row) if c.col not in self.label_columns}.values())
        if row >= self.first_body_row or not 1 < len(above) < len(values) or col not in values:
            return None
        if row + 1 == self.first_body_row:
            if row not in self.centred:
                self.centred[row] = self._centred(above, values)
            blocks = self.centred[row]
        else:
            each, rest = divmod(len(values), len(above))
            below = [self.covered.get((row + 1, k)) for k in values]
            if rest or any(c is None or c.text != (below[i % each] or c).text for i, c in enumerate(below)):
                return None
            blocks = [values[i : i + each] for i in range(0, len(values), each)]
        pairs = zip(above, blocks, strict=False)
        return next((head for head, block in pairs if col in block and all(c in block for c in head.cols)), None)

    def _centred(self, heads: Sequence[Cell], values: Sequence[int]) -> list[Sequence[int]]:
        """The blocks of columns that heads stand over the middle of, side by side; none where they stand elsewhere."""
        middles = [(left + right) / 2 for left, right in self.grid.columns]
        if not middles:
            return []

        def off(head: Cell, block: Sequence[int]) -> float:
            return abs((middles[block[0]] + middles[block[-1]]) / 2 - head.box.x_mid) if len(block) > 1 else 0.0

        ends: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}  # columns parted → how far off, and the cuts
        for n, head in enumerate(heads, 1):
            ends = {
                k: min((max(far, off(head, values[i:k])), (*cuts, k)) for i, (far, cuts) in ends.items() if i < k)
                for k in range(n, len(values) - len(heads) + n + 1)
            }
        far, cuts = ends[len(values)]
        blocks = [values[i:k] for i, k in itertools.pairwise((0, *cuts))]
        return blocks if far <= heads[0].words[0].size else []

    def _with_icons(self, cell: Cell, labels: list[Label]) -> list[Label]:
        """The headings with the colour of the sign beside them; a sign alone is a label without text."""
        out = list(labels)
        for icon in self.grid.icons:
            if cell.col not in icon.cols:
                continue
            heading = self.covered.get((icon.row, cell.col))
            marked = [i for i, x in enumerate(out) if heading is not None and x.box == heading.box]
            if marked:
                out[marked[0]] = replace(out[marked[0]], colour=icon.colour)
            else:
                out.append(Label("", "column", len(out), icon.box, icon.colour))
        return out

    def _label(self, cell: Cell, axis: Axis, level: int) -> Label:
        if (id(cell), axis, level) not in self.made:
            text, notes = stripped(cell)
            self.made[id(cell), axis, level] = Label(text, axis, level, cell.box, _telling_colour(cell), notes)
        return self.made[id(cell), axis, level]


_TWO_HEADINGS = re.compile(r"^(?P<one>[^()]+?)\s*\((?P<two>[^()]+)\)$")
"""A heading of two numbers a cell, as they are: `n (%)`."""


def _labels_of_part(labels: Sequence[Label], part: int, parts: int) -> Iterator[Label]:
    """The labels of one of the numbers of a cell: of `n (%)` above `6,189 (37.7)`, each has its own half."""
    split = False
    for label in labels:
        half = _half(label, part) if parts == 2 and label.axis == "column" and not split else label
        split = split or half is not label
        yield half


def _half(label: Label, part: int) -> Label:
    """The first or second half of a heading of two numbers, or the whole heading where it has none. What stands before
    the last word before the brackets is said of both ("2024 n (%)")."""
    two = _TWO_HEADINGS.match(label.text)
    if two is None:
        return label
    both = two["one"].rpartition(" ")[0]
    return replace(label, text=f"{both} {two['two']}".strip() if part else two["one"])


def _telling_colour(cell: Cell) -> RGB | None:
    if has_sign(cell):
        return cell.ink
    if cell.fill is not None and (chroma(cell.fill) >= COLOURED or cell.ink is None):
        return cell.fill
    return cell.ink if cell.ink is not None and chroma(cell.ink) >= COLOURED else cell.fill


def _box_of(part: str, cell: Cell) -> Box:
    """The box of the words that print `part`; the cell's own when they cannot be told apart."""
    words: list[Word] = [w for w in cell.words if not w.raised]
    for i in range(len(words)):
        for j in range(i + 1, len(words) + 1):
            if join_words(words[i:j]).strip("()[]") == part:
                return union(w.box for w in words[i:j])
    return cell.box
