"""What other open readers find of the designs that the README's first table tells of, counted as kindly as can be.

    python -m benchmarks.design_peers [--only camelot-hybrid,tabula]

They give tables, not observations: a value counts as found where a cell of any table on its page holds the number and
the row or the column of this cell its category or item. Writes benchmarks/designs/peers.csv (design, reader, found
values that are owed); readers that are not installed keep what is recorded. Then `python -m benchmarks.design_scores
--write` puts the means beside ours.

img2table wants opencv-contrib-python in the place of opencv-python-headless: give it an environment of its own
(pip install camelot-py pdfplumber tabula-py img2table; tabula needs Java).
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.tables import READERS, Table

DESIGNS = Path(__file__).resolve().parent / "designs"
PEERS = DESIGNS / "peers.csv"
COMPARED = "camelot-hybrid,pdfplumber-lines,img2table,tabula"
MEASURED = re.compile(r"l\d|k[23678]-|j[147]-")
"""The designs of the table's first rows: those of the newest round, and of earlier ones that no one opened."""
Row = dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=COMPARED, help="comma-separated readers")
    known = {(row["design"], row["reader"]): row["found"] for row in recorded()}
    for reader in parser.parse_args().only.split(","):
        try:
            read = READERS[reader]()
        except ImportError as error:
            print(f"{reader}: left out ({error})", file=sys.stderr)
            continue
        for pdf in sorted(path for path in DESIGNS.glob("*.pdf") if MEASURED.match(path.name)):
            with pdf.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
                truth = [row for row in csv.DictReader(file) if row["optional"] != "yes"]
            known[pdf.stem, reader] = str(found(truth, read(pdf)))
            print(reader, pdf.stem, known[pdf.stem, reader], "of", len(truth))
    with PEERS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["design", "reader", "found"])
        writer.writerows([*key, value] for key, value in sorted(known.items()))


def recorded() -> list[Row]:
    if not PEERS.exists():
        return []
    with PEERS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def found(truth: Iterable[Row], tables: Sequence[Table]) -> int:
    return sum(any(holds(table, row) for table in tables if table["page"] == int(row["page"])) for row in truth)


def holds(table: Table, row: Row) -> bool:
    labels = list(filter(None, (letters(row["category"]), letters(row["item"]))))
    number = re.compile(rf"(?<![\d.,])[-−–]?{printed(row['value'])}(?![.,]?\d)")
    for cell in table["cells"]:
        if number.search(cell["text"]):
            line = [c for c in table["cells"] if c["row"] == cell["row"] or c["col"] == cell["col"]]
            around = letters(" ".join(c["text"] for c in line))
            if not labels or any(label in around for label in labels):
                return True
    return False


def printed(value: str) -> str:
    """Pattern of all ways to print a number: comma or point, with or without marks of thousands and closing zeros."""
    whole, _, decimals = value.lstrip("-").partition(".")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", "[., '’]?", whole)
    decimals = decimals.rstrip("0")
    return grouped + (rf"[.,]{decimals}0*" if decimals else "(?:[.,]0+)?")


def letters(text: str) -> str:
    return "".join(re.findall(r"\w+", text.casefold()))


if __name__ == "__main__":
    main()
