"""How much of the hand-read truth an extraction has: right values, and errors that nothing doubts."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

Row = Mapping[str, object]
LABEL_TOLERANCE = 0.07
"""Share of letters by which a label may differ from what a person typed off the page."""


@dataclass(frozen=True)
class Score:
    """`owed` values of the truth, how many of them are `right`, how many errors no doubt is raised about, how many of
    the right ones stand under the printed question, and about how many of the right ones a doubt is raised."""

    owed: int
    right: int
    silent: int
    question: int = 0
    doubts: int = 0


def read_truth(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(label: object) -> str:
    """A label without white space, case, quotes, dashes, dots and footnote marks."""
    text = unicodedata.normalize("NFKC", str(label or "")).casefold()
    return re.sub(r"[\s\u00ad\"'‘’“”«»*†‡.…\-‐‑‒–—_]", "", text)


def alike(truth: str, found: object) -> bool:
    """A blank in the truth is not compared."""
    return not truth or Levenshtein.normalized_distance(plain(truth), plain(found)) <= LABEL_TOLERANCE


def fits(truth: Mapping[str, str], found: Row) -> bool:
    """Value and every label are the truth's; a matrix may be read by rows or by columns. What the truth leaves blank,
    or has no column for, is not compared."""
    category, item = truth["category"], truth["item"]
    straight = alike(category, found["category"]) and (alike(item, found["item"]) or item == found["item_id"])
    crossed = bool(item) and alike(category, found["item"]) and alike(item, found["category"])
    return (
        (straight or crossed)
        and float(truth["value"]) == found["value"]
        and all(truth.get(name, "") in ("", found[name]) for name in ("group", "wave", "unit"))
    )


def doubted(row: Row) -> bool:
    """Does a check, or the lack of a catalogue entry, cast doubt on the value?"""
    flags = row["flags"]
    return isinstance(flags, list) and any(not str(flag).startswith("source-") for flag in flags)


def score(truth: Sequence[Mapping[str, str]], observations: Sequence[Row], findings: Sequence[Row]) -> Score:
    """Compare exhibit by exhibit: by printed figure number, or by page where the truth has none. Exhibits that the
    truth does not hold are left out."""
    place = "figure" if "figure" in truth[0] else "page"
    found: dict[str, list[Row]] = defaultdict(list)
    for row in observations:
        found[str(row[place])].append(row)
    warned = {str(f[place]) for f in findings if f["origin"] != "source"}
    owed = right = silent = question = doubts = 0
    for exhibit in dict.fromkeys(t[place] for t in truth):
        left = list(found[exhibit])
        missed = 0
        for wanted in (t for t in truth if t[place] == exhibit):
            match = next((row for row in left if fits(wanted, row)), None)
            if match is not None:
                left.remove(match)
            if wanted["optional"] != "yes":
                owed, right, missed = owed + 1, right + (match is not None), missed + (match is None)
                question += match is not None and alike(wanted.get("question", ""), match.get("question"))
                doubts += match is not None and doubted(match)
        wrong = sum(not doubted(row) for row in left)
        silent += wrong + (0 if exhibit in warned else max(missed - len(left), 0))
    return Score(owed, right, silent, question, doubts)
