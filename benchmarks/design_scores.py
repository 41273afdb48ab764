"""The table of designs in README.md: what is read right of reports that the readers were drawn without sight of.

    python -m benchmarks.design_scores [--record SCORED] [--write]

Without an option it prints the table from benchmarks/designs/scores.csv. `--record` takes the lines that the scorer
of shared collection prints (`score_corpus.py score --corpus benchmarks/designs/corpus.csv`): what it tells is now,
what was now is before. `--write` puts the table into README.md and benchmarks/designs/README.md. The columns of
scores.csv: `seen` (no, weights, opened), `owed` values, how many were right at `first` sight, `before` and `now`;
`silent_first` and `silent_now`, wrong or lost without a doubt. Blank: not known. What other readers find of the same
files stands in peers.csv, which `python -m benchmarks.design_peers` writes.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks import design_peers

ROOT = Path(__file__).resolve().parent.parent
SCORES = ROOT / "benchmarks" / "designs" / "scores.csv"
PAGES = (ROOT / "README.md", SCORES.with_name("README.md"))
PEERS = {"camelot-hybrid": "camelot", "pdfplumber-lines": "pdfplumber", "img2table": "img2table", "tabula": "tabula"}
HEAD = (
    "| mean of designs, values right | before | now | wrong or lost without a doubt, of 100 | "
    f"{' | '.join(PEERS.values())} |"
)
LAST = "l"
"""First letter of the designs of the newest round."""
COLUMNS = {"owed": 2, "now": 3, "silent_now": 9}
"""Column of scores.csv → its place in a line of the scorer."""
Row = dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", type=Path, help="file with the scorer's lines")
    parser.add_argument("--write", action="store_true", help="put the table into the pages")
    asked = parser.parse_args()
    rows = recorded()
    if asked.record:
        rows = updated(rows, asked.record.read_text("utf-8").splitlines())
        with SCORES.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    lines = table(rows)
    for page in PAGES if asked.write else ():
        page.write_text(page.read_text("utf-8").replace("\n".join(told(page)), "\n".join(lines)), "utf-8")
    print("\n".join(lines))


def recorded() -> list[Row]:
    with SCORES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def updated(rows: Iterable[Row], scored: Sequence[str]) -> list[Row]:
    """The rows with what the scorer tells of them; a design that it does not tell stays as it is."""
    by_name = {parts[0]: parts for parts in map(str.split, scored) if len(parts) == 13}
    return [
        row | {"before": row["now"]} | {column: by_name[row["name"]][place] for column, place in COLUMNS.items()}
        if row["name"] in by_name
        else row
        for row in rows
    ]


def table(rows: Sequence[Row]) -> list[str]:
    newest = [row for row in rows if row["name"].startswith(LAST)]
    clean = [row for row in newest if row["seen"] == "no"]
    since = [row for row in newest if row["seen"] == "opened"]
    older = [row for row in rows if row["seen"] == "no" and row not in newest]
    weights = [row for row in rows if row["seen"] == "weights"]
    opened = [row for row in rows if row["seen"] == "opened" and row not in newest]
    return [
        HEAD,
        "|---" * (4 + len(PEERS)) + "|",
        f"| **{LAST}1 to {LAST}{len(newest)} at first sight ({owed(newest)} values)** | **{mean(newest, 'first')}** | "
        f"| {silent(newest, 'silent_first')} | {_peers(newest)} |",
        f"| {len(clean)} of them that no one opened and nothing learned from: {names(clean)} ({owed(clean)}) | "
        f"{mean(clean, 'before')} | **{mean(clean, 'now')}** | {silent(clean, 'silent_now')} | {_peers(clean)} |",
        f"| {len(since)} that were opened since: {names(since)} ({owed(since)}) | {_figures(since)} |",
        f"| {len(older)} of earlier rounds that no one opened, nothing learned: {names(older)} ({owed(older)}) | "
        f"{_figures(older)} |",
        f"| {len(weights)} that only the weights were learned from ({owed(weights)}) | {_figures(weights)} |",
        f"| {len(opened)} of earlier rounds that were opened ({owed(opened)}) | {_figures(opened)} |",
    ]


def told(page: Path) -> list[str]:
    """The table as it stands in the page."""
    lines = page.read_text("utf-8").splitlines()
    start = lines.index(HEAD)
    end = next((n for n in range(start, len(lines)) if not lines[n].startswith("|")), len(lines))
    return lines[start:end]


def names(rows: Iterable[Row]) -> str:
    return ", ".join(row["name"].partition("-")[0] for row in rows)


def owed(rows: Iterable[Row]) -> str:
    return f"{sum(int(row['owed']) for row in rows):,}"


def mean(rows: Sequence[Row], column: str) -> str:
    """Designs count alike."""
    share = sum(int(row[column]) / int(row["owed"]) for row in rows) / len(rows)
    return f"{share:.3f}".removeprefix("0")


def silent(rows: Iterable[Row], column: str) -> str:
    return f"{100 * sum(int(row[column]) for row in rows) / sum(int(row['owed']) for row in rows):.1f}"


def _figures(rows: Sequence[Row]) -> str:
    return f"{mean(rows, 'before')} | {mean(rows, 'now')} | {silent(rows, 'silent_now')} | {_peers(rows)}"


def _peers(rows: Sequence[Row]) -> str:
    """Means of the other readers, blank where one did not see all the designs."""
    found = {(row["design"], row["reader"]): row["found"] for row in design_peers.recorded()}
    known = [[row | {"found": found.get((row["name"], peer), "")} for row in rows] for peer in PEERS]
    return " | ".join(mean(of, "found") if all(row["found"] for row in of) else "" for of in known)


if __name__ == "__main__":
    main()
