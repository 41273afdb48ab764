"""Pages as statistical offices print them, with the truth of their tables: to measure readers on the unseen.

    python benchmarks/generated_tables.py OUT [--documents 150] [--seed 1]

Writes NAME.pdf, NAME-str.xml (cells) and NAME-reg.xml (rectangles), the form of the ICDAR-2013 table competition; NAME
begins with the engine (`ink`: reportlab, every string placed by hand; `html`: Chromium; `typst`) and says what the
document holds. The same seed gives the same content. Text is nonsense of the right shape; layouts are those of public
statistics: leaders, signs of currency in a column of their own, raised marks, spanning heads, groups of five rows,
pages on their side, columns of text beside tables; and pages of contents, references, lists, forms, indexes, maps and
charts, which are no tables.
"""

from __future__ import annotations

import argparse
import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

WORDS = """
agency annual average benefit budget capital census child civilian claim class college county credit data debt
degree district earnings education employment energy enrollment estimate expenditure export facility family
federal fiscal fuel fund grant health highway hospital household housing import income industry insurance
labor land level loan local manufacturing market medical metropolitan migration mining national operating
outlay payment pension per percent population poverty price private production program public rate receipt
regional rental research revenue rural safety sales school service social state survey tax total trade
training transfer transit transportation unemployment urban utility vehicle veteran wage water wholesale
worker year""".split()  # noqa: SIM905  a list would take a line for each
SMALL = "of and in by for with from to the".split()  # noqa: SIM905
PLACES = """
Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho Illinois
Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri
Montana Nebraska Nevada Ohio Oklahoma Oregon Tennessee Texas Utah Vermont Virginia Washington Wisconsin
Wyoming""".split()  # noqa: SIM905  a list would take a line for each
NAMES = "Adams Baker Carter Dole Evans Fischer Grant Hughes Irwin Jansen Keller Lopez Murphy Nolan Ortiz Parker".split()  # noqa: SIM905


@dataclass(frozen=True)
class Cell:
    """A cell of the truth; `indent` in steps, `strong` set bold, `raised` a mark set above the line after the text."""

    row: int
    col: int
    text: str
    row_span: int = 1
    col_span: int = 1
    indent: int = 0
    strong: bool = False
    raised: str = ""
    sign: str = ""

    @property
    def printed(self) -> str:
        return self.sign + self.text + self.raised


@dataclass
class Table:
    """Cells on a grid; `breaks` are the rows before which space is left."""

    cells: list[Cell]
    n_rows: int
    n_cols: int
    head: int
    title: str = ""
    notes: list[str] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    words: bool = False
    """Text in every column."""


@dataclass(frozen=True)
class Placed:
    """A table on a page: `box` x0, y0, x1, y1 in points of the page as shown, origin bottom left."""

    page: int
    table: Table
    box: tuple[float, float, float, float]


# --------------------------------------------------------------------------------------------------------- content


def phrase(rng: random.Random, low: int, high: int) -> str:
    n = rng.randint(low, high)
    words = [rng.choice(WORDS if i % 3 != 1 or i == n - 1 else WORDS + SMALL * 6) for i in range(n)]
    return " ".join(words).capitalize()


def sentence(rng: random.Random) -> str:
    words = [rng.choice(WORDS + SMALL * 5) for _ in range(rng.randint(9, 24))]
    if rng.random() < 0.5:
        words.insert(rng.randint(2, len(words) - 1), rng.choice(["12.4 percent", "$3.2 billion", "1,245", "in 2009"]))
    return " ".join(words).capitalize() + "."


def prose(rng: random.Random, sentences: int) -> str:
    return " ".join(sentence(rng) for _ in range(sentences))


def number(rng: random.Random, kind: str) -> str:
    if rng.random() < 0.05:
        return rng.choice(["(NA)", "–", "(X)", "...", "–", "(D)", "NA", "*"])
    if kind == "count":
        return f"{int(10 ** rng.uniform(1, 6)):,}"
    if kind == "large":
        return f"{rng.randint(10**6, 10**8):,}"
    if kind == "change":
        value = rng.uniform(-30, 30)
        return f"({-value:.1f})" if value < 0 else f"{value:.1f}"
    if kind == "minus":
        return f"{rng.uniform(-30, 30):.1f}".replace("-", rng.choice("-–"))
    if kind == "error":
        return f"({rng.uniform(0.1, 3):.2f})"
    return f"{rng.uniform(0, 100):.1f}"


HEADS = """Total|Number|Percent|Amount|Male|Female|Rate|Under 18 years|65 years and over|White|Black|Hispanic|Public|
Private|All races|Full-time|Part-time|Percent change|Average annual pay|Median income|Standard error|Federal|
State and local|New construction|Value of shipments|Number of establishments|Share of total|Not in labor force|
First quarter|Second quarter|Unadjusted|Seasonally adjusted|Cost per pupil|Cases filed|Cases closed|Rank|Per capita|
Estimate|Margin of error (±)|Bachelor's degree or higher""".replace("\n", "").split("|")


def heads(rng: random.Random, n_cols: int, levels: int) -> list[Cell]:
    """Heads of the columns from 1 on: the lowest level for each column, those above over two to four of them."""
    years = rng.randint(1980, 2010)
    if levels == 1 and rng.random() < 0.3:
        names = [str(years + i) for i in range(n_cols - 1)]
    else:
        names = rng.sample(HEADS, n_cols - 1)
    if levels == 1:
        return [Cell(0, i + 1, name) for i, name in enumerate(names)]
    out: list[Cell] = []
    col = 1
    each = rng.sample(HEADS, 4)
    while col < n_cols:
        size = min(rng.choice([2, 2, 3, 3, 4]), n_cols - col)
        if size == 1:
            out.append(Cell(0, col, names[col - 1], 2, 1))
        else:
            top = rng.choice([str(years + col), phrase(rng, 1, 3), rng.choice(HEADS)])
            out.append(Cell(0, col, top, 1, size))
            repeat = rng.random() < 0.5
            out += [Cell(1, col + i, each[i] if repeat else names[col + i - 1]) for i in range(size)]
        col += size
    if levels == 3:
        out = [Cell(c.row + 1, c.col, c.text, c.row_span, c.col_span) for c in out]
        out.append(Cell(0, 1, phrase(rng, 3, 6), 1, n_cols - 1))
    return out


def value_table(rng: random.Random, n_cols: int, n_rows: int, levels: int) -> Table:
    """Labels and numbers: groups of rows by indentation, totals, signs of currency on first rows, marks."""
    levels = levels if n_cols > 3 else 1
    head = levels
    cells = heads(rng, n_cols, levels)
    if rng.random() < 0.75:
        cells.append(Cell(0, 0, rng.choice(["Item", "State", "Characteristic", "Industry and year"]), levels, 1))
    kinds = [rng.choice(["count", "percent", "large", "change", "minus", "error"]) for _ in range(n_cols)]
    dollars = rng.random() < 0.35
    years = rng.random() < 0.2
    labels = rng.sample(PLACES, min(len(PLACES), n_rows)) if rng.random() < 0.3 else []
    breaks: set[int] = set()
    fives = rng.random() < 0.3
    grouped = not labels and rng.random() < 0.55
    wrapped = rng.random() < 0.4
    row, body, deep = head, 0, 0
    while body < n_rows:
        if grouped and (body == 0 or rng.random() < 0.16):
            cells.append(Cell(row, 0, phrase(rng, 1, 3), strong=rng.random() < 0.5))
            if row > head and rng.random() < 0.5:
                breaks.add(row)
            row, deep = row + 1, 1
        total = body == 0 and rng.random() < 0.5
        if years:
            text = str(1980 + body)
        elif labels:
            text = "United States" if total else labels[body % len(labels)]
        else:
            text = "Total" if total else phrase(rng, 1, 9 if wrapped and rng.random() < 0.3 else 4)
        indent = deep if total else deep + (rng.random() < 0.2 and body > 0 and not years)
        raised = rng.choice("123") if rng.random() < 0.08 and not years else ""
        cells.append(Cell(row, 0, text, indent=indent, strong=total, raised=raised))
        cells += _values(rng, row, kinds, dollars and (body == 0 or total), total)
        if fives and body % 5 == 4:
            breaks.add(row + 1)
        if total and rng.random() < 0.5:
            breaks.add(row + 1)
        row, body = row + 1, body + 1
    return _titled(rng, Table(cells, row, n_cols, head, breaks={b for b in breaks if b < row}))


def _values(rng: random.Random, row: int, kinds: Sequence[str], money: bool, strong: bool) -> Iterator[Cell]:
    for col, kind in enumerate(kinds[1:], start=1):
        value = number(rng, kind)
        if rng.random() < 0.04:
            continue
        mark = rng.choice("123") if rng.random() < 0.02 and value[-1].isdigit() else ""
        sign = "$" if money and kind in ("count", "large") and value[0].isdigit() else ""
        yield Cell(row, col, value, strong=strong, raised=mark, sign=sign)


def word_table(rng: random.Random, n_cols: int, n_rows: int, most: int) -> Table:
    """Text in all columns: agencies, contacts, measures; with `most` words in a cell."""
    cells = [Cell(0, c, phrase(rng, 1, 2)) for c in range(n_cols)]
    for r in range(1, n_rows + 1):
        for c in range(n_cols):
            if c and rng.random() < 0.04:
                continue
            text = phrase(rng, 1, 3) if c == 0 else phrase(rng, 1 + most // 4, most)
            if rng.random() < 0.15:
                text = rng.choice(["Yes", "No", "3/14/2008", "(202) 555-0142", "Pub. L. 104-13", "N/A"])
            cells.append(Cell(r, c, text, strong=c == 0 and rng.random() < 0.2))
    table = Table(cells, n_rows + 1, n_cols, 1, words=True)
    return _titled(rng, table)


def _titled(rng: random.Random, table: Table) -> Table:
    if rng.random() < 0.85:
        table.title = f"Table {rng.randint(1, 40)}. {phrase(rng, 5, 22)}: {rng.randint(1990, 2012)}"
    if rng.random() < 0.3 and not table.words:
        table.title += f"\n[{phrase(rng, 5, 14)}]"
    if rng.random() < 0.6:
        table.notes = [f"{i + 1} {phrase(rng, 4, 16)}." for i in range(rng.randint(0, 3))]
        table.notes.append("Source: " + phrase(rng, 6, 18) + ".")
    return table


def any_table(rng: random.Random, width: float, height: float) -> Table:
    """A table that will fit into `width` and `height` points, about."""
    most_cols = max(2, min(11, int((width - 90) / 48)))
    most_rows = max(3, min(45, int(height / 16) - 6))
    draw = rng.random()
    if draw < 0.14:
        return word_table(rng, rng.randint(2, min(4, most_cols)), min(rng.randint(3, 9), most_rows // 2 + 1), 6)
    if draw < 0.22 and width > 350:
        return word_table(rng, rng.randint(2, 4), max(2, min(rng.randint(2, 6), most_rows // 7)), 26)
    levels = rng.choice([1, 1, 1, 2, 2, 2, 3])
    return value_table(rng, rng.randint(2, most_cols), rng.randint(3, most_rows), levels)


# ------------------------------------------------------------------------------------------------------------- ink

RULES = ["none", "booktabs", "booktabs", "half", "half", "half", "columns", "columns", "grid", "grid", "rows", "bands"]


@dataclass(frozen=True)
class Look:
    """How a table is set: `rules`, sizes in points, gap between columns in em, and the habits of the engine."""

    rules: str
    font: str
    size: float
    lead: float
    gap: float
    leaders: str
    head_bold: bool
    head_align: str
    stub_top: bool
    strings: str
    """How the engine emits a text: `whole`, `words`, `letters`, `pieces`, or `blanks` (strings of blanks between)."""
    doubled: bool
    value_align: str


def look(rng: random.Random) -> Look:
    size = rng.choice([6.5, 7, 7.5, 8, 8, 8.5, 9, 10])
    return Look(
        rules=rng.choice(RULES),
        font=rng.choice(
            ["Helvetica", "Helvetica", "Times", "Times", "Courier"] if size < 8 else ["Helvetica", "Times"]
        ),
        size=size,
        lead=size * rng.choice([1.12, 1.2, 1.2, 1.3, 1.5]),
        gap=rng.choice([0.8, 1.0, 1.4, 2.0]),
        leaders=rng.choice(["", "", "", ".", ".", " ."]),
        head_bold=rng.random() < 0.4,
        head_align=rng.choice(["centre", "centre", "right", "left"]),
        stub_top=rng.random() < 0.5,
        strings=rng.choice(["whole", "whole", "words", "letters", "pieces", "blanks"]),
        doubled=rng.random() < 0.1,
        value_align=rng.choice(["right", "right", "right", "centre", "decimal"]),
    )


class Ink:
    """A reportlab canvas with a frame of its own: origin top left, turned where the page is."""

    def __init__(self, path: Path, rng: random.Random) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.rng = rng
        self.canvas = Canvas(str(path), invariant=1)
        self.number = 0
        self.strings = "whole"
        self.doubled = False

    def page(self, turn: str = "") -> None:
        """A new page: portrait, `wide`, `content` turned by a quarter, or turned by `rotate` in the page's entry."""
        if self.number:
            self.canvas.showPage()
        self.number += 1
        self.turn = turn
        wide = bool(turn)
        self.width, self.height = (792.0, 612.0) if wide else (612.0, 792.0)
        self.canvas.setPageSize((792, 612) if turn in ("wide", "rotate") else (612, 792))
        self.canvas.setPageRotation(90 if turn == "rotate" else 0)  # which swaps the sides of the page's size
        if turn == "content" or turn == "rotate":
            self.canvas.transform(0, 1, -1, 0, 612, 0)

    def shown(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """A box of the frame (x0, top, x1, bottom) on the page as shown, origin bottom left."""
        x0, top, x1, bottom = box
        low, high = self.height - bottom, self.height - top
        if self.turn == "content":
            return 612 - high, x0, 612 - low, x1
        return x0, low, x1, high

    def text(self, x: float, y: float, text: str, font: str, size: float) -> float:
        """Set `text` with its baseline at `y` below the top; returns where it ends."""
        end = x + self.measure(text, font, size)
        for at, piece in self._pieces(x, text, font, size):
            self._string(at, y, piece, font, size)
            if self.doubled and "Bold" in font:
                self._string(at + 0.25, y, piece, font, size)
        return end

    def _string(self, x: float, y: float, text: str, font: str, size: float) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.height - y, text)

    def _pieces(self, x: float, text: str, font: str, size: float) -> Iterator[tuple[float, str]]:
        parts: list[str] = [text]
        if self.strings in ("words", "blanks"):
            parts = [p for word in text.split(" ") for p in (word, " ")][:-1]
        elif self.strings == "letters":
            parts = list(text)
        elif self.strings == "pieces":
            cuts = sorted({0, len(text), *(self.rng.randint(0, len(text)) for _ in range(len(text) // 4))})
            parts = [text[a:b] for a, b in itertools.pairwise(cuts)]
        for part in parts:
            if part.strip() or self.strings == "blanks":
                yield x, part
            x += self.measure(part, font, size)

    def measure(self, text: str, font: str, size: float) -> float:
        from reportlab.pdfbase.pdfmetrics import stringWidth

        return float(stringWidth(text, font, size))

    def rule(self, x0: float, y0: float, x1: float, y1: float, weight: float = 0.5) -> None:
        self.canvas.setLineWidth(weight)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def fill(self, x0: float, y0: float, x1: float, y1: float, grey: float) -> None:
        self.canvas.setFillGray(grey)
        self.canvas.rect(x0, self.height - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
        self.canvas.setFillGray(0)

    def wrap(self, text: str, width: float, font: str, size: float) -> list[str]:
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split():
                longer = f"{line} {word}".strip()
                if line and self.measure(longer, font, size) > width:
                    lines.append(line)
                    line = word
                else:
                    line = longer
            lines.append(line)
        return [line for line in lines if line] or [""]

    def paragraph(
        self, x: float, y: float, width: float, text: str, font: str = "Times-Roman", size: float = 10, lead: float = 12
    ) -> float:
        """Set lines from `y` (top) on; returns the bottom."""
        for line in self.wrap(text, width, font, size):
            y += lead
            self.text(x, y - 0.25 * lead, line, font, size)
        return y


BOLD = {"Helvetica": "Helvetica-Bold", "Times": "Times-Bold", "Courier": "Courier-Bold"}
PLAIN = {"Helvetica": "Helvetica", "Times": "Times-Roman", "Courier": "Courier"}


class Setter:
    """One table set into a given width: widths of columns, lines of cells, heights of rows, then ink."""

    def __init__(self, ink: Ink, table: Table, style: Look, width: float) -> None:
        self.ink, self.table, self.style = ink, table, style
        self.fonts = PLAIN[style.font], BOLD[style.font]
        self.gap = style.gap * style.size
        self.columns = self._columns(width)
        self.lines = {id(c): self._lines(c) for c in table.cells}
        self.heights = self._heights()

    def font(self, cell: Cell) -> str:
        return self.fonts[cell.strong or (cell.row < self.table.head and self.style.head_bold)]

    def _width(self, text: str, cell: Cell) -> float:
        return self.ink.measure(text, self.font(cell), self.style.size)

    def _columns(self, width: float) -> list[tuple[float, float]]:
        """Left and right edge of the text of each column, from 0."""
        widths = []
        for col in range(self.table.n_cols):
            single = [c for c in self.table.cells if c.col == col and c.col_span == 1]
            body = [c for c in single if c.row >= self.table.head]
            if self.table.words:
                widths.append(max(self._width(c.text, c) for c in single))
                continue
            needed = max((self._width(c.printed + " ", c) + 12 * c.indent * (col == 0) for c in body), default=20.0)
            heads = [c for c in single if c.row < self.table.head]
            words = max((self._width(w, c) for c in heads for w in c.text.split()), default=0.0)
            widths.append(max(needed, words))
        spare = width - self.gap * (self.table.n_cols - 1) - sum(widths)
        if self.table.words and spare < 0:
            fair = (width - self.gap * (self.table.n_cols - 1)) / self.table.n_cols
            slack = sum(max(fair - w, 0) for w in widths)
            big = [w > fair for w in widths]
            widths = [fair + slack / max(sum(big), 1) if w > fair else w for w in widths]
        elif spare < 0:
            widths[0] = max(widths[0] + spare, 70.0)
        out, x = [], 0.0
        for w in widths:
            out.append((x, x + w))
            x += w + self.gap
        return out

    @property
    def width(self) -> float:
        return self.columns[-1][1]

    def _lines(self, cell: Cell) -> list[str]:
        x0, x1 = self.columns[cell.col][0], self.columns[cell.col + cell.col_span - 1][1]
        step = 8 * cell.indent if cell.col == 0 else 0
        return self.ink.wrap(cell.text, x1 - x0 - step + 0.1, self.font(cell), self.style.size)

    def _heights(self) -> list[float]:
        lead = self.style.lead
        pad = 0.5 * lead if self.style.rules in ("grid", "rows") else 0.1 * lead
        heights = [lead + pad] * self.table.n_rows
        for span in (1, 2, 3):
            for cell in self.table.cells:
                if cell.row_span == span:
                    rows = range(cell.row, cell.row + span)
                    missing = len(self.lines[id(cell)]) * lead + pad - sum(heights[r] for r in rows)
                    if missing > 0:
                        heights[rows[-1]] += missing
        if self.style.rules != "grid":
            for row in self.table.breaks:
                heights[row - 1] += 0.7 * lead
        return heights

    def height(self, rows: Sequence[int]) -> float:
        return sum(self.heights[r] for r in rows)

    def set(self, x: float, top: float, rows: Sequence[int]) -> tuple[tuple[float, float, float, float], Table]:
        """Set the rows at `x`, `top`; returns the box of the text and the part of the table that was set."""
        ink, head = self.ink, self.table.head
        ink.strings, ink.doubled = self.style.strings, self.style.doubled
        tops: dict[int, float] = {}
        y = top
        for row in rows:
            tops[row] = y
            y += self.heights[row]
        self._draw(x, tops, y)
        order = {row: i for i, row in enumerate(rows)}
        cells = [c for c in self.table.cells if c.row in order]
        box = [1e9, 1e9, -1e9, -1e9]
        for cell in cells:
            a = self._cell(cell, x, tops)
            box = [min(box[0], a[0]), min(box[1], a[1]), max(box[2], a[2]), max(box[3], a[3])]
        moved = [Cell(order[c.row], c.col, c.printed, c.row_span, c.col_span) for c in cells]
        ink.strings, ink.doubled = "whole", False
        return (box[0], box[1], box[2], box[3]), Table(moved, len(rows), self.table.n_cols, head)

    def _cell(self, cell: Cell, x: float, tops: dict[int, float]) -> tuple[float, float, float, float]:
        style, ink = self.style, self.ink
        font, size, lead = self.font(cell), style.size, style.lead
        lines = self.lines[id(cell)]
        pad = 0.25 * lead if style.rules in ("grid", "rows") else 0.0
        top = tops[cell.row] + pad
        heading = cell.row < self.table.head
        room = sum(self.heights[r] for r in range(cell.row, cell.row + cell.row_span))
        if heading:
            if cell.col > 0 or not style.stub_top:
                top = tops[cell.row] + room - len(lines) * lead - pad - 0.1 * lead
        elif not self.table.words and cell.col > 0:
            stub = next((c for c in self.table.cells if c.row == cell.row and c.col == 0), None)
            top += lead * (len(self.lines[id(stub)]) - 1) if stub and style.leaders else 0.0
        left, right = x + self.columns[cell.col][0], x + self.columns[cell.col + cell.col_span - 1][1]
        left += 8 * cell.indent if cell.col == 0 else 0
        box = [1e9, top, -1e9, top + len(lines) * lead]
        for i, line in enumerate(lines):
            y = top + (i + 0.8) * lead
            width = ink.measure(line, font, size)
            at = self._at(cell, heading, left, right, width)
            end = ink.text(at, y, line, font, size)
            if i == len(lines) - 1:
                end = self._after(cell, heading, left, right, at, end, y)
            box[0], box[2] = min(box[0], at), max(box[2], end)
        return box[0], box[1], box[2], box[3]

    def _at(self, cell: Cell, heading: bool, left: float, right: float, width: float) -> float:
        style = self.style
        if cell.col == 0 or (self.table.words and cell.col_span == 1):
            return left
        middle = (left + right - width) / 2
        if heading:
            if cell.col_span > 1:
                return middle
            return {"centre": middle, "right": right - width, "left": left}[style.head_align]
        if style.value_align == "centre":
            return middle
        closing = self.ink.measure(")", self.fonts[0], style.size)
        hang = closing if style.value_align == "decimal" and not cell.text.endswith(")") else 0.0
        return right - width - hang

    def _after(self, cell: Cell, heading: bool, left: float, right: float, at: float, end: float, y: float) -> float:
        """Marks, signs and leaders around the last line of a cell; returns where the text proper ends."""
        style, ink = self.style, self.ink
        if cell.raised:
            end = ink.text(end, y - 0.35 * style.size, cell.raised, self.fonts[0], 0.65 * style.size)
        if cell.sign:
            ink.text(min(left, at - 0.7 * style.size), y, cell.sign, self.fonts[0], style.size)
        valued = any(c.row == cell.row and c.col == 1 for c in self.table.cells)
        if style.leaders and cell.col == 0 and not heading and valued and not self.table.words:
            dot = ink.measure(style.leaders, self.fonts[0], style.size)
            count = int((right - end - 2) / dot)
            if count > 2:
                ink.text(end + 1, y, style.leaders * count, self.fonts[0], style.size)
        return end

    def _draw(self, x: float, tops: dict[int, float], bottom: float) -> None:
        style, ink, table = self.style, self.ink, self.table
        if style.rules == "none":
            return
        rows = sorted(tops)
        edge = self.gap / 2 if style.rules in ("grid", "columns") else 0.0
        x0, x1 = x - edge, x + self.width + edge
        head_end = tops.get(table.head, bottom)
        if style.rules == "bands":
            self._bands(x0 - 2, x1 + 2, tops, head_end)
            return
        for y in (tops[rows[0]], head_end, bottom):
            ink.rule(x0, y, x1, y, 0.8)
        if style.rules == "rows":
            for row in rows:
                ink.rule(x0, tops[row], x1, tops[row])
        if style.rules == "grid":
            self._grid(x, tops, bottom, x0, x1)
        if style.rules in ("half", "columns"):
            self._below_spans(x, edge, tops)
        if style.rules == "columns":
            self._verticals(x, tops, bottom)

    def _bands(self, x0: float, x1: float, tops: dict[int, float], head_end: float) -> None:
        for i, row in enumerate(r for r in sorted(tops) if r >= self.table.head):
            if i % 2 == 0:
                self.ink.fill(x0, tops[row], x1, tops[row] + self.heights[row], 0.88)
        self.ink.fill(x0, min(tops.values()), x1, head_end, 0.75)

    def _below_spans(self, x: float, edge: float, tops: dict[int, float]) -> None:
        """Half rules: below each head that stands over others."""
        for cell in self.table.cells:
            if cell.row in tops and cell.row < self.table.head and cell.col_span > 1:
                left, right = x + self.columns[cell.col][0], x + self.columns[cell.col + cell.col_span - 1][1]
                y = tops[cell.row] + self.heights[cell.row]
                self.ink.rule(left - edge, y, right + edge, y)

    def _edges(self, x: float) -> list[float]:
        inner = [x + (a[1] + b[0]) / 2 for a, b in itertools.pairwise(self.columns)]
        return [x - self.gap / 2, *inner, x + self.width + self.gap / 2]

    def _spanned(self) -> set[tuple[int, int]]:
        """(row, column) whose right edge lies inside a cell."""
        return {
            (r, c)
            for cell in self.table.cells
            for r in range(cell.row, cell.row + cell.row_span)
            for c in range(cell.col, cell.col + cell.col_span - 1)
        }

    def _verticals(self, x: float, tops: dict[int, float], bottom: float) -> None:
        inside, edges = self._spanned(), self._edges(x)
        for row, top in tops.items():
            for col in range(self.table.n_cols - 1):
                if (row, col) not in inside:
                    self.ink.rule(edges[col + 1], top, edges[col + 1], min(top + self.heights[row], bottom))

    def _grid(self, x: float, tops: dict[int, float], bottom: float, x0: float, x1: float) -> None:
        edges = self._edges(x)
        over = {
            (r, c)
            for cell in self.table.cells
            for r in range(cell.row + 1, cell.row + cell.row_span)
            for c in range(cell.col, cell.col + cell.col_span)
        }
        for row, top in tops.items():
            for col in range(self.table.n_cols):
                if (row, col) not in over:
                    self.ink.rule(edges[col], top, edges[col + 1], top)
        self._verticals(x, tops, bottom)
        for at in (x0, x1):
            self.ink.rule(at, min(tops.values()), at, bottom)


def ink_table(ink: Ink, rng: random.Random, x: float, top: float, width: float, bottom: float) -> tuple[Placed, float]:
    """A table with its title and notes between `top` and `bottom`; returns it and where it ends."""
    for shrink in range(12):
        table = any_table(rng, width, (bottom - top) * (1 - 0.06 * shrink))
        setter = Setter(ink, table, look(rng), width)
        title = ink.wrap(table.title, width, "Helvetica-Bold", 9) if table.title else []
        high = setter.height(range(table.n_rows)) + 11 * len(title) + 10 * 2 * len(table.notes) + 20
        if setter.width <= width and high < bottom - top:
            break
    y = ink.paragraph(x, top, width, table.title, "Helvetica-Bold", 9, 11) + 4 if table.title else top
    box, part = setter.set(x, y, range(table.n_rows))
    y += setter.height(range(table.n_rows)) + 2
    for note in table.notes:
        y = ink.paragraph(x, y, width, note, PLAIN[setter.style.font], 7, 8.5)
    return Placed(ink.number, part, ink.shown(box)), y


def page_of_tables(ink: Ink, rng: random.Random) -> list[Placed]:
    """One to three tables, one under the other, with some text."""
    ink.page()
    out, y = [], 50.0
    if rng.random() < 0.5:
        y = ink.paragraph(72, y, 468, prose(rng, 5)) + 14
    for _ in range(rng.randint(1, 3)):
        if y > 560:
            break
        placed, y = ink_table(ink, rng, 72, y, 468, 730)
        out.append(placed)
        y += 22
        if rng.random() < 0.6 and y < 640:
            y = ink.paragraph(72, y, 468, prose(rng, 4)) + 16
    return out


def page_on_its_side(ink: Ink, rng: random.Random) -> list[Placed]:
    ink.page(rng.choice(["wide", "content", "rotate"]))
    placed, _ = ink_table(ink, rng, 50, 60, 690, 570)
    return [placed]


def page_in_columns(ink: Ink, rng: random.Random) -> list[Placed]:
    """Two columns of text, a table in one of them or over both."""
    ink.page()
    out = []
    ys = [60.0, 60.0]
    draw = rng.random()
    if draw < 0.35:
        placed, y = ink_table(ink, rng, 54, 60, 504, 420)
        out.append(placed)
        ys = [y + 20, y + 20]
    elif draw < 0.85:
        side = rng.randint(0, 1)
        ys[side] = ink.paragraph(54 + 261 * side, 60, 243, prose(rng, 4)) + 16
        placed, y = ink_table(ink, rng, 54 + 261 * side, ys[side], 243, 520)
        out.append(placed)
        ys[side] = y + 16
    for side in (0, 1):
        while ys[side] < 640:
            ys[side] = ink.paragraph(54 + 261 * side, ys[side], 243, prose(rng, 3)) + 8
    return out


def pages_with_one_table(ink: Ink, rng: random.Random) -> list[Placed]:
    """A table that goes on on the next page, its heads repeated there."""
    while True:
        table = value_table(rng, rng.randint(3, 7), rng.randint(60, 75), rng.choice([1, 2]))
        setter = Setter(ink, table, look(rng), 480)
        if setter.width < 490:
            break
    rows = list(range(table.head, table.n_rows))
    out = []
    first = True
    while rows:
        ink.page()
        y = ink.paragraph(66, 56, 480, table.title + ("" if first else " (continued)"), "Helvetica-Bold", 9, 11) + 4
        room, here = 720 - y - setter.height(range(table.head)), []
        while rows and setter.heights[rows[0]] <= room:
            room -= setter.heights[rows[0]]
            here.append(rows.pop(0))
        box, part = setter.set(66, y, [*range(table.head), *here])
        out.append(Placed(ink.number, part, ink.shown(box)))
        first = False
    return out


def tables_side_by_side(ink: Ink, rng: random.Random) -> list[Placed]:
    ink.page()
    out = []
    top = ink.paragraph(60, 60, 480, prose(rng, 4)) + 16
    ends = [top]
    for side in (0, 1):
        placed, y = ink_table(ink, rng, 56 + 262 * side, top, 236, 560)
        out.append(placed)
        ends.append(y)
    ink.paragraph(60, max(ends) + 20, 480, prose(rng, 4))
    return out


def page_of_contents(ink: Ink, rng: random.Random) -> list[Placed]:
    ink.page()
    y = ink.paragraph(72, 60, 468, "Contents", "Helvetica-Bold", 16, 22) + 10
    number, size = 1, rng.choice([9, 10, 11])
    dotted = rng.random() < 0.7
    numbered = rng.random() < 0.5
    for i in range(rng.randint(12, 32)):
        level = rng.choice([0, 1, 1])
        y += size * 1.7
        text = phrase(rng, 2, 7)
        x = 72 + 14 * level
        if numbered:
            ink.text(x, y, rng.choice([f"{i + 1}.", f"{i // 4 + 1}.{i % 4}", f"Table {i + 1}."]), "Times-Roman", size)
            x += 40
        end = ink.text(x, y, text, "Times-Roman", size)
        digits = str(number) if i > 2 else "i" * (i + 1)
        wide = ink.measure(digits, "Times-Roman", size)
        if dotted:
            ink.text(end + 2, y, "." * int((530 - end) / ink.measure(".", "Times-Roman", size)), "Times-Roman", size)
        ink.text(540 - wide, y, digits, "Times-Roman", size)
        number += rng.randint(0, 4)
    return []


def page_of_references(ink: Ink, rng: random.Random) -> list[Placed]:
    ink.page()
    y = ink.paragraph(72, 60, 468, "References", "Helvetica-Bold", 14, 20) + 6
    for i in range(14):
        text = f"{rng.choice(NAMES)}, {rng.choice('ABCDEJKM')}. ({rng.randint(1980, 2011)}). {phrase(rng, 6, 14)}. "
        text += f"{phrase(rng, 2, 4)}, {rng.randint(2, 60)}({rng.randint(1, 4)}), "
        text += f"{rng.randint(1, 400)}–{rng.randint(401, 800)}."
        if i % 2 or rng.random() < 0.5:
            ink.text(72, y + 10, f"[{i + 1}]", "Times-Roman", 10)
        y = ink.paragraph(98, y, 440, text) + 5
    return []


def page_of_lists(ink: Ink, rng: random.Random) -> list[Placed]:
    ink.page()
    y = ink.paragraph(72, 60, 468, prose(rng, 3)) + 10
    sign = rng.choice(["•", "–", "1", "a"])
    wide = rng.random() < 0.5
    for i in range(rng.randint(5, 14)):
        mark = {"1": f"{i + 1}.", "a": f"({'abcdefghijklmnop'[i]})"}.get(sign, sign)
        ink.text(80, y + 9.5, mark, "Times-Roman", 10)
        y = ink.paragraph(104, y, 430, prose(rng, 1) if wide else phrase(rng, 3, 9)) + 3
    ink.paragraph(72, y + 8, 468, prose(rng, 5))
    return []


def page_of_form(ink: Ink, rng: random.Random) -> list[Placed]:
    """Questions with lines to fill in and boxes to tick."""
    ink.page()
    y = ink.paragraph(72, 50, 468, phrase(rng, 3, 6).upper(), "Helvetica-Bold", 13, 18) + 10
    for i in range(rng.randint(8, 13)):
        y = ink.paragraph(72, y, 300, f"{i + 1}. {phrase(rng, 3, 12)}?", "Helvetica", 9, 12)
        kind = rng.choice(["line", "boxes", "blank"])
        if kind == "line":
            ink.rule(92, y + 16, 400, y + 16)
            y += 20
        elif kind == "boxes":
            for j, option in enumerate(rng.sample(["Yes", "No", "Don't know", "Not applicable"], 3)):
                ink.canvas.rect(92 + 90 * j, ink.height - y - 14, 8, 8)
                ink.text(104 + 90 * j, y + 13, option, "Helvetica", 9)
            y += 18
        else:
            ink.text(92, y + 12, "Name: ____________________   Date: ______________", "Helvetica", 9)
            y += 18
        y += 8
    return []


def page_of_charts(ink: Ink, rng: random.Random) -> list[Placed]:
    """Bars or lines with axes, ticks, legend and labels; no table."""
    ink.page()
    y = ink.paragraph(72, 60, 468, prose(rng, 4)) + 14
    for _ in range(2):
        y = ink.paragraph(72, y, 468, f"Figure {rng.randint(1, 20)}. {phrase(rng, 4, 10)}", "Helvetica-Bold", 9, 11) + 6
        x0, x1, high, n = 110.0, 520.0, 150.0, rng.randint(5, 12)
        for i in range(6):
            at = y + high * i / 5
            label = str(100 - 20 * i)
            ink.text(x0 - 6 - ink.measure(label, "Helvetica", 8), at + 3, label, "Helvetica", 8)
            ink.rule(x0, at, x1, at, 0.25)
        step = (x1 - x0) / n
        lines = rng.random() < 0.4
        last = None
        for i in range(n):
            value = rng.uniform(10, 140)
            x = x0 + step * (i + 0.5)
            if lines:
                if last:
                    ink.rule(last[0], last[1], x, y + high - value)
                last = (x, y + high - value)
            else:
                ink.fill(x - step * 0.3, y + high - value, x + step * 0.3, y + high, 0.5)
            if rng.random() < 0.5 or not lines:
                text = f"{value:.1f}"
                ink.text(x - ink.measure(text, "Helvetica", 7) / 2, y + high - value - 3, text, "Helvetica", 7)
            ink.text(x - 9, y + high + 11, str(1990 + i), "Helvetica", 8)
        ink.rule(x0, y, x0, y + high)
        for i, name in enumerate(rng.sample(HEADS, 3)):
            ink.fill(x0 + 120 * i, y + high + 18, x0 + 120 * i + 7, y + high + 25, 0.3 + 0.2 * i)
            ink.text(x0 + 120 * i + 11, y + high + 25, name, "Helvetica", 8)
        y += high + 48
    ink.paragraph(72, y, 468, prose(rng, 4))
    return []


def page_of_prose(ink: Ink, rng: random.Random) -> list[Placed]:
    """Justified text in two or three columns, with headings."""
    ink.page()
    n = rng.choice([1, 2, 2, 3])
    width = (504 - 18 * (n - 1)) / n
    for i in range(n):
        y = 60.0
        while y < 640:
            if rng.random() < 0.3:
                y = ink.paragraph(54 + i * (width + 18), y, width, phrase(rng, 2, 5), "Helvetica-Bold", 10, 13)
            y = ink.paragraph(54 + i * (width + 18), y, width, prose(rng, 3), "Times-Roman", 9.5, 11.5) + 6
    return []


def page_of_index(ink: Ink, rng: random.Random) -> list[Placed]:
    """Subjects with their pages, in two to four columns."""
    ink.page()
    n = rng.choice([2, 3, 4])
    width = 504 / n
    for i in range(n):
        y = 70.0
        while y < 700:
            deep = rng.random() < 0.4
            pages = ", ".join(str(rng.randint(1, 300)) for _ in range(rng.randint(1, 3)))
            text = f"{phrase(rng, 1, 2)}, {pages}"
            y = ink.paragraph(54 + i * width + 10 * deep, y, width - 24, text, "Times-Roman", 8.5, 10.5)
            y += 8 * (rng.random() < 0.1)
    return []


def page_of_people(ink: Ink, rng: random.Random) -> list[Placed]:
    """Members of a committee with their offices, in centred or two columns, and an address."""
    ink.page()
    y = ink.paragraph(72, 70, 468, phrase(rng, 3, 6), "Helvetica-Bold", 15, 20) + 20
    sides = rng.choice([1, 2])
    for _ in range(rng.randint(4, 8)):
        lines = [f"{rng.choice('ABCDEJ')}. {rng.choice(NAMES)}, {rng.choice(['Chair', 'Ph.D.', 'Member'])}"]
        lines += [phrase(rng, 2, 5), phrase(rng, 2, 4)]
        for side in range(sides):
            for i, line in enumerate(lines):
                ink.text(72 + 250 * side, y + 12 * i, line, "Times-Roman", 10)
        y += 12 * len(lines) + 14
    for line in (phrase(rng, 3, 5), f"{rng.randint(100, 999)} 14th Street NW", "Washington, DC 20230"):
        y += 13
        ink.text(306 - ink.measure(line, "Times-Roman", 10) / 2, y, line, "Times-Roman", 10)
    return []


def page_of_maps(ink: Ink, rng: random.Random) -> list[Placed]:
    """Names and values scattered over an outline, a legend, and boxes joined by arrows."""
    ink.page()
    y = ink.paragraph(72, 60, 468, f"Map {rng.randint(1, 9)}. {phrase(rng, 4, 9)}", "Helvetica-Bold", 10, 12) + 10
    points = [(90 + rng.uniform(0, 400), y + rng.uniform(0, 220)) for _ in range(26)]
    for one, other in itertools.pairwise(points):
        ink.rule(*one, *other, 0.3)
    for place in rng.sample(PLACES, 22):
        x, at = 90 + rng.uniform(0, 380), y + rng.uniform(5, 215)
        ink.text(x, at, place[:4], "Helvetica", 7)
        ink.text(x, at + 8, f"{rng.uniform(0, 20):.1f}", "Helvetica", 7)
    y += 240
    for i in range(4):
        ink.fill(100, y + 14 * i, 116, y + 9 + 14 * i, 0.2 + 0.2 * i)
        ink.text(122, y + 8 + 14 * i, f"{10 * i}.0 to {10 * i + 9}.9 percent", "Helvetica", 8)
    y += 90
    for row in range(3):
        for col in range(rng.randint(1, 3)):
            x = 90 + 150 * col + 20 * (row % 2)
            ink.canvas.rect(x, ink.height - y - 30, 110, 30)
            ink.text(x + 8, y + 18, phrase(rng, 1, 2), "Helvetica", 9)
            ink.rule(x + 55, y + 30, x + 55, y + 50)
        y += 50
    return []


def page_of_bars(ink: Ink, rng: random.Random) -> list[Placed]:
    """Lying bars, their labels at the left, the values at their ends, and an axis below."""
    ink.page()
    y = ink.paragraph(72, 60, 468, prose(rng, 5)) + 14
    y = ink.paragraph(72, y, 468, f"Chart {rng.randint(1, 20)}. {phrase(rng, 4, 10)}", "Helvetica-Bold", 9, 11) + 8
    for _ in range(rng.randint(6, 14)):
        value, label = rng.uniform(5, 95), phrase(rng, 1, 3)
        ink.text(200 - ink.measure(label, "Helvetica", 8), y + 9, label, "Helvetica", 8)
        ink.fill(206, y, 206 + 2.6 * value, y + 12, 0.55)
        ink.text(210 + 2.6 * value, y + 9, f"{value:.0f}%", "Helvetica", 8)
        y += 18
    ink.rule(206, y, 470, y)
    for i in range(6):
        ink.text(202 + 52 * i, y + 10, str(20 * i), "Helvetica", 8)
    ink.paragraph(72, y + 30, 468, prose(rng, 6))
    return []


WITH_TABLES: dict[str, Callable[[Ink, random.Random], list[Placed]]] = {
    "stacked": page_of_tables,
    "side": page_on_its_side,
    "columns": page_in_columns,
    "continued": pages_with_one_table,
    "beside": tables_side_by_side,
}
WITHOUT: list[Callable[[Ink, random.Random], list[Placed]]] = [
    page_of_contents,
    page_of_references,
    page_of_lists,
    page_of_form,
    page_of_charts,
    page_of_prose,
    page_of_index,
    page_of_people,
    page_of_maps,
    page_of_bars,
]


def ink_document(path: Path, rng: random.Random, kind: str) -> list[Placed]:
    ink = Ink(path, rng)
    placed = WITH_TABLES[kind](ink, rng)
    for page in rng.sample(WITHOUT, 2):
        placed += page(ink, rng)
    while not placed:
        placed += page_of_tables(ink, rng)
    ink.canvas.save()
    return placed


# ------------------------------------------------------------------------------------------------- html and typst


def html_document(path: Path, rng: random.Random, browser: object) -> list[Placed]:
    """Pages of 816 by 1056 CSS pixels, set by Chromium; the boxes are what the browser says."""
    tables: list[Table] = []
    parts = []
    family = rng.choice(["Nimbus Sans", "Nimbus Roman", "DejaVu Sans", "DejaVu Serif", "C059"])
    for _ in range(rng.randint(1, 2)):
        here = []
        for _ in range(rng.randint(1, 2)):
            table = any_table(rng, 560, 330)
            tables.append(table)
            here.append(f"<p>{escape(prose(rng, 3))}</p>{_html_table(table, rng)}")
        parts.append(f'<div class="page">{"".join(here)}<p>{escape(prose(rng, 3))}</p></div>')
    size = rng.choice([8, 8.5, 9, 10])
    css = f"""*{{box-sizing:border-box}} body{{margin:0;font:{size}pt '{family}'}} @page{{margin:0;size:816px 1056px}}
    .page{{width:816px;height:1056px;overflow:hidden;page-break-after:always;padding:60px 76px}}
    p{{text-align:justify;margin:8px 0}} table{{border-collapse:collapse;margin:6px 0;font-size:{size - 1}pt}}"""
    page = browser.new_page(viewport={"width": 816, "height": 1056})  # type: ignore[attr-defined]
    page.emulate_media(media="print")
    page.set_content(f"<html><style>{css}</style><body>{''.join(parts)}</body></html>")
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('table')].map(t => { const r = document.createRange();
        const b = [...t.querySelectorAll('th,td')].filter(c => c.textContent.trim()).map(c => {
          r.selectNodeContents(c); return r.getBoundingClientRect()});
        return [Math.min(...b.map(x => x.left)), Math.min(...b.map(x => x.top)),
                Math.max(...b.map(x => x.right)), Math.max(...b.map(x => x.bottom))]})"""
    )
    page.pdf(path=str(path), width="816px", height="1056px", print_background=True)
    page.close()
    out = []
    for table, (x0, top, x1, bottom) in zip(tables, boxes, strict=True):
        number, offset = int(top // 1056) + 1, 1056 * (top // 1056)
        if bottom - offset <= 1056:
            box = (0.75 * x0, 792 - 0.75 * (bottom - offset), 0.75 * x1, 792 - 0.75 * (top - offset))
            out.append(Placed(number, _plain(table), box))
    if len(out) < len(tables):
        return html_document(path, rng, browser)
    return out


def _plain(table: Table) -> Table:
    cells = [Cell(c.row, c.col, c.printed, c.row_span, c.col_span) for c in table.cells]
    return Table(cells, table.n_rows, table.n_cols, table.head)


def _html_table(table: Table, rng: random.Random) -> str:
    rules = rng.choice(RULES)
    pad = rng.choice(["1px 6px", "2px 5px", "3px 8px", "1px 10px 1px 3px"])
    edge = {"grid": "border:1px solid #444", "rows": "border-bottom:1px solid #888"}.get(rules, "")
    upright = rng.choice(["top", "middle", "bottom"])
    number_align = rng.choice(["right", "right", "center"])
    rows = []
    for row in range(table.n_rows):
        texts = []
        covered = {
            c
            for cell in table.cells
            if cell.row <= row < cell.row + cell.row_span
            for c in range(cell.col, cell.col + cell.col_span)
        }
        starts = {c.col: c for c in table.cells if c.row == row}
        for col in range(table.n_cols):
            if col in starts:
                texts.append(_html_cell(starts[col], table, rules, f"padding:{pad};{edge}", upright, number_align))
            elif col not in covered:
                texts.append(f'<td style="padding:{pad};{edge}"></td>')
        band = ' style="background:#e4ecf4"' if rules == "bands" and row >= table.head and row % 2 else ""
        rows.append(f"<tr{band}>{''.join(texts)}</tr>")
    frame = "border-top:2px solid;border-bottom:2px solid" if rules in ("booktabs", "half", "columns") else ""
    wide = "width:100%;" if rng.random() < 0.4 or table.words else ""
    title = escape(table.title).replace("\n", "<br>")
    notes = "<br>".join(map(escape, table.notes))
    return f'<b>{title}</b><table style="{wide}{frame}">{"".join(rows)}</table><small>{notes}</small>'


def _html_cell(cell: Cell, table: Table, rules: str, style: str, upright: str, number_align: str) -> str:
    heading = cell.row < table.head
    last = cell.row + cell.row_span == table.head
    style += f";vertical-align:{upright}"
    if heading:
        style += ";text-align:" + ("left" if cell.col == 0 or table.words else "center")
        style += (
            ";border-bottom:1px solid" if (last and rules != "none") or (rules == "half" and cell.col_span > 1) else ""
        )
    else:
        style += f";text-align:{'left' if cell.col == 0 or table.words else number_align}"
    if rules == "columns" and cell.col:
        style += ";border-left:1px solid"
    if cell.indent and cell.col == 0:
        style += f";padding-left:{8 + 12 * cell.indent}px"
    text = escape(cell.sign + cell.text) + (f"<sup>{cell.raised}</sup>" if cell.raised else "")
    text = f"<b>{text}</b>" if cell.strong else text
    spans = f' rowspan="{cell.row_span}" colspan="{cell.col_span}"'
    return f'<td{spans} style="{style}">{text}</td>'


def typst_document(path: Path, rng: random.Random) -> list[Placed]:
    """A page or two of typst's own tables; the boxes are what typst measures."""
    import json

    import typst

    family = rng.choice(["Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"])
    size = rng.choice([8, 9, 10])
    tables: list[Table] = []
    parts = [f'#set page(width: 612pt, height: 792pt, margin: 60pt)\n#set text(font: "{family}", size: {size}pt)']
    for i in range(rng.randint(1, 3)):
        table = any_table(rng, 330 if family.endswith("Mono") else 420, 400)
        tables.append(table)
        notes = "".join(f"#par(text(size: 0.8em)[{_typ(n)}])\n" for n in table.notes)
        parts.append(
            f"#par(justify: true)[{_typ(prose(rng, 3))}]\n#par(strong[{_typ(table.title)}])\n"
            f"#let t{i} = {_typst_table(table, rng)}\n"
            f"#block(breakable: false)[#context {{ let s = measure(t{i}); let p = here().position(); "
            f"[#metadata((p.page, p.x.pt(), p.y.pt(), s.width.pt(), s.height.pt())) <box>] }}#t{i}]\n{notes}"
        )
    source = "\n".join(parts)
    path.write_bytes(typst.compile(source.encode(), format="pdf"))
    found = json.loads(typst.query(source.encode(), "<box>", field="value"))
    if any(x + width > 590 or y + height > 745 for _, x, y, width, height in found):
        return typst_document(path, rng)
    return [
        Placed(page, _plain(table), (x, 792 - y - height, x + width, 792 - y))
        for table, (page, x, y, width, height) in zip(tables, found, strict=True)
    ]


def _typ(text: str) -> str:
    return "".join("\\" + ch if ch in "#$*_@<>[]\\`~=/" else ch for ch in text).replace("\n", " \\ ")


def _typst_table(table: Table, rng: random.Random) -> str:
    rules = rng.choice(RULES)
    stroke = {"grid": "0.5pt", "rows": "(bottom: 0.4pt)", "columns": "(left: 0.4pt)"}.get(rules, "none")
    fill = "(_, y) => if calc.odd(y) { luma(230) }" if rules == "bands" else "none"
    widths = ", ".join(["auto"] * table.n_cols)
    if table.words:
        widths = ", ".join(f"{rng.choice([70, 90, 120])}pt" for _ in range(table.n_cols))
    gap = rng.choice([3, 4, 6])
    cells = []
    for cell in sorted(table.cells, key=lambda c: (c.row, c.col)):
        side = "left" if cell.col == 0 or table.words else "center" if cell.row < table.head else "right"
        text = f"#h({8 * cell.indent}pt)" if cell.indent else ""
        text += _typ(cell.sign + cell.text) + (f"#super[{cell.raised}]" if cell.raised else "")
        text = f"#strong[{text}]" if cell.strong or (cell.row < table.head and rules == "bands") else text
        place = f"x: {cell.col}, y: {cell.row}, rowspan: {cell.row_span}, colspan: {cell.col_span}"
        cells.append(f"table.cell({place}, align: {side} + {'bottom' if cell.row < table.head else 'top'})[{text}]")
    if rules in ("booktabs", "half", "columns"):
        cells += [f"table.hline(y: {y}, stroke: 0.7pt)" for y in (0, table.head, table.n_rows)]
    if rules == "half":
        for cell in table.cells:
            if cell.row < table.head and cell.col_span > 1:
                y, end = cell.row + cell.row_span, cell.col + cell.col_span
                cells.append(f"table.hline(y: {y}, start: {cell.col}, end: {end}, stroke: 0.4pt)")
    inset = f"(x: {gap}pt, y: {rng.choice([1.5, 2.5, 4])}pt)"
    return f"table(columns: ({widths},), stroke: {stroke}, fill: {fill}, inset: {inset}, {', '.join(cells)})"


# ----------------------------------------------------------------------------------------------------------- truth


def write_truth(path: Path, placed: Iterable[Placed]) -> None:
    """NAME-str.xml and NAME-reg.xml beside NAME.pdf."""
    cells, regions = [], []
    for i, item in enumerate(placed, start=1):
        box = "<bounding-box x1='{:.1f}' y1='{:.1f}' x2='{:.1f}' y2='{:.1f}'/>".format(*item.box)
        rows = [
            f"<cell start-row='{c.row}' start-col='{c.col}' end-row='{c.row + c.row_span - 1}' "
            f"end-col='{c.col + c.col_span - 1}'><content>{escape(c.text)}</content></cell>"
            for c in item.table.cells
        ]
        cells.append(f"<table id='{i}'><region id='1' page='{item.page}'>{''.join(rows)}</region></table>")
        regions.append(f"<table id='{i}'><region id='1' page='{item.page}'>{box}</region></table>")
    for kind, tables in (("str", cells), ("reg", regions)):
        text = f"<document filename={quoteattr(path.name)}>\n" + "\n".join(tables) + "\n</document>\n"
        path.with_name(f"{path.stem}-{kind}.xml").write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--documents", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chromium", help="path of the browser, where playwright has none of its own")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    kinds = list(WITH_TABLES)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=options.chromium)
        for i in range(options.documents):
            rng = random.Random(f"{options.seed}/{i}")  # noqa: S311  not for secrets
            engine = ["ink", "ink", "html", "ink", "typst"][i % 5]
            kind = kinds[i % 7 % len(kinds)] if engine == "ink" else "stacked"
            path = options.out / f"{engine}-{kind}-{i:03}.pdf"
            if engine == "ink":
                placed = ink_document(path, rng, kind)
            elif engine == "html":
                placed = html_document(path, rng, browser)
            else:
                placed = typst_document(path, rng)
            write_truth(path, placed)
        browser.close()


if __name__ == "__main__":
    main()
