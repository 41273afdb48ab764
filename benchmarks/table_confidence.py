"""Is the confidence of tables and cells what it says? Shares that are right, by confidence.

    python benchmarks/table_confidence.py FOLDER READ

FOLDER holds NAME-str.xml and NAME-reg.xml (the form of the ICDAR-2013 table competition), READ the NAME.json that
`editions tables NAME.pdf --format json` gives (`benchmarks/tables.py --out DIR` leaves them in DIR/editions). A table
is right where a true one covers the same place (intersection over union of one half); a cell of it is right where the
true table has a cell of the same text and spans.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SAME_PLACE = 0.5
BANDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
Box = tuple[float, float, float, float]
Content = tuple[str, int, int]
"""Text without blanks and signs, rows and columns that it spans."""


@dataclass(frozen=True)
class Truth:
    """A table of the truth."""

    page: int
    box: Box
    cells: Counter[Content]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("read", type=Path)
    options = parser.parse_args()
    tables: list[tuple[float, bool]] = []
    cells: list[tuple[float, bool]] = []
    for path in sorted(options.folder.rglob("*-str.xml")):
        read = options.read / f"{path.name[: -len('-str.xml')]}.json"
        if read.exists():
            truth = list(true_tables(path))
            for table in json.loads(read.read_text(encoding="utf-8"))["tables"]:
                match = _match(table, truth)
                tables.append((table["confidence"], match is not None))
                cells += _cells(table, match) if match is not None else []
    _print("tables", tables)
    _print("cells of right tables", cells)


def true_tables(path: Path) -> Iterator[Truth]:
    """The tables of NAME-str.xml with the rectangles of NAME-reg.xml."""
    regions = ET.parse(path.with_name(path.name.replace("-str.", "-reg."))).getroot().iter("table")  # noqa: S314  own truth
    for table, place in zip(ET.parse(path).getroot().iter("table"), regions, strict=True):  # noqa: S314
        node = next(place.iter("region"))
        corners = next(place.iter("bounding-box")).attrib
        x0, y0, x1, y1 = (float(corners[k]) for k in ("x1", "y1", "x2", "y2"))
        cells: Counter[Content] = Counter()
        for cell in table.iter("cell"):
            row, col = int(cell.attrib["start-row"]), int(cell.attrib["start-col"])
            last_row, last_col = int(cell.get("end-row", row)), int(cell.get("end-col", col))
            cells[plain(cell.findtext("content") or ""), last_row - row + 1, last_col - col + 1] += 1
        yield Truth(int(node.attrib["page"]), (x0, y0, x1, y1), cells)


def plain(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()


def _match(table: dict, truth: list[Truth]) -> Truth | None:
    here = [t for t in truth if t.page == table["page"] and _overlap(t.box, table["bbox"]) >= SAME_PLACE]
    return max(here, key=lambda t: _overlap(t.box, table["bbox"]), default=None)


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    areas = sum((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
    return wide * high / (areas - wide * high)


def _cells(table: dict, truth: Truth) -> Iterator[tuple[float, bool]]:
    left = truth.cells.copy()
    for cell in table["cells"]:
        content = plain(cell["text"]), cell["row_span"], cell["col_span"]
        if content[0]:
            yield cell["confidence"], left[content] > 0
            left[content] -= 1


def _print(name: str, found: list[tuple[float, bool]]) -> None:
    print(name)
    for low, high in zip(BANDS, (*BANDS[1:], 1.01), strict=True):
        here = [(sure, right) for sure, right in found if low <= sure < high]
        if here:
            mean = sum(sure for sure, _ in here) / len(here)
            right = sum(right for _, right in here) / len(here)
            print(f"  {low:.2f}-{min(high, 1):.2f}  {len(here):6} said {mean:.3f} right {right:.3f}")


if __name__ == "__main__":
    main()
