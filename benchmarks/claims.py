"""Claims of the running text against hand-read prose: found, linked to the right value, judged rightly.

    python benchmarks/claims.py PROSE.csv OUT [OUT …] [--contradictions ANOMALIES.csv]

PROSE.csv has one row for each claim of an edition, in the order of the text (sentence, figure, group, wave, value,
unit, agrees_with_figure); OUT holds `claims.parquet` and `observations.parquet` of that edition. A claim is linked
right when it has the truth's figure, group and wave and, where it restates a value, an observation of those. Verdicts
count for the claims that are linked. Every error is printed with both sides. ANOMALIES.csv lists the report's own
contradictions (id, type, figure, group, wave, item, printed, severity): those that no finding names are printed, and
the findings that it does not list.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz

from pipeline.core.table_files import read_parquet

Row = Mapping[str, object]
Truth = Mapping[str, str]
SAME_SENTENCE = 60.0
"""Likeness (0..100) of a sentence's piece to a sentence from which it is a piece of it."""
PRINTED_ALONE = "bitmap figure: value only in the prose"
"""Remark of claims about figures that the hand-read values leave out; the samples fill them with what the text says."""


@dataclass
class Score:
    """Counts, and the errors in words."""

    claims: int = 0
    found: int = 0
    owed: int = 0
    linked: int = 0
    judged: int = 0
    right: int = 0
    errors: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"found {_share(self.found, self.claims)}, linked right {_share(self.linked, self.owed)}, "
            f"verdicts right {_share(self.right, self.judged)}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.1%}" if whole else "0/0"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--contradictions", type=Path)
    arguments = parser.parse_args()
    for folder in arguments.folders:
        tables = {name: read_parquet(folder / f"{name}.parquet") for name in ("claims", "observations")}
        result = score(read_prose(arguments.truth), tables["claims"], tables["observations"])
        print(f"{folder.name}: {result}")
        print(*(f"  {error}" for error in result.errors), sep="\n")
        if arguments.contradictions:
            listed = read_rows(arguments.contradictions)
            missed, other = contradictions(listed, [f for f in tables["findings"] if f["origin"] == "source"])
            print(*(f"  not noticed: {one['id']} {one['severity']} {one['description']}" for one in missed), sep="\n")
            print(*(f"  not listed: {message}" for message in other), sep="\n")


def read_prose(path: Path) -> list[Truth]:
    """The claims that state a number; trends in words are findings."""
    return [row for row in read_rows(path) if row["value"]]


def read_rows(path: Path) -> list[Truth]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def score(truth: Sequence[Truth], claims: Sequence[Row], observations: Sequence[Row]) -> Score:
    """Compare the claims of an edition with the truth."""
    known = {str(o["observation_id"]): o for o in observations}
    result = Score(claims=len(truth))
    for wanted, claim in paired(truth, claims):
        owes = wanted["figure"] and wanted["unit"] in ("percent", "mean_score", "points")
        result.owed += bool(owes)
        if claim is None:
            result.errors.append(f"not found: {_wanted(wanted)}")
            continue
        result.found += 1
        wrong = misjudged(wanted, claim)
        if owes:
            astray = mislinked(wanted, claim, known)
            result.linked += astray is None
            if astray:
                result.errors.append(f"linked wrong ({astray}): {_wanted(wanted)}\n      {_told(claim, known)}")
        if claim["observation_id"] is not None:
            result.judged += 1
            result.right += wrong is None
        if wrong:
            result.errors.append(f"{wrong}: {_wanted(wanted)}\n      {_told(claim, known)}")
    return result


def paired(truth: Sequence[Truth], claims: Sequence[Row]) -> list[tuple[Truth, Row | None]]:
    """Every claim of the truth with the one of the same number and unit in the likest sentence; what is left over, as
    in an edition that words its sentences otherwise, whatever sentence it stands in."""
    left = list(claims)
    pairs: dict[int, Row] = {}
    for least in (SAME_SENTENCE, 0.0):
        for i, wanted in enumerate(truth):
            likest = None if i in pairs else _likest(wanted, left, least)
            if likest is not None:
                left.remove(likest)
                pairs[i] = likest
    return [(wanted, pairs.get(i)) for i, wanted in enumerate(truth)]


def _likest(wanted: Truth, claims: Sequence[Row], least: float) -> Row | None:
    piece = wanted["sentence"].strip("… ")
    same = [c for c in claims if (c["value"], c["unit"]) == (float(wanted["value"]), wanted["unit"])]
    scored = [(fuzz.partial_ratio(piece, str(c["sentence"])), -i) for i, c in enumerate(same)]
    best = max(scored, default=(-1.0, 0))
    return same[-best[1]] if best[0] >= least else None


def mislinked(wanted: Truth, claim: Row, known: Mapping[str, Row]) -> str | None:
    """What of the link is not the truth's, None where all is."""
    for name in ("figure", "group", "wave"):
        said = wanted[name].replace("all", "") if name == "group" else wanted[name]
        if said and said != claim[name]:
            return f"{name} {claim[name]}"
    if expected(wanted) == "unmatched":
        return None
    return "no observation" if claim["observation_id"] not in known else None


def misjudged(wanted: Truth, claim: Row) -> str | None:
    if claim["verdict"] == expected(wanted) or (claim["observation_id"] is None and wanted["unit"] == "count"):
        return None
    return f"verdict {claim['verdict']} instead of {expected(wanted)}"


def expected(wanted: Truth) -> str:
    """The verdict that a claim has to get: of what no figure prints, none."""
    if PRINTED_ALONE in wanted["explanation"]:
        return "agrees" if wanted["unit"] == "percent" else "unmatched"
    return {"yes": "agrees", "no": "disagrees"}.get(wanted["agrees_with_figure"], "unmatched")


CONTRADICTIONS = {
    "sum_not_100": ("sum",),
    "multiple_exceeds_max": ("choose",),
    "difference_off": ("difference",),
    "chart_vs_table": ("chart-table",),
    "rank_score_total": ("rank-total",),
    "prose_vs_figure": ("prose", "trend"),
    "prose_sum": ("prose-sum",),
    "figure_vs_figure": ("rank-exhibit",),
}
"""Kinds of contradictions in a list of a report's own, and the rules that find them."""


def contradictions(listed: Sequence[Truth], findings: Sequence[Row]) -> tuple[list[Truth], list[str]]:
    """Which of the `listed` contradictions of a report no finding of origin source is about (by rule, figure, group and
    wave), and the messages of those findings that none of them explains."""
    missed, explained = [], set()
    for one in listed:
        about = [i for i, row in enumerate(findings) if _is_about(one, row)]
        explained.update(about)
        if one["type"] in CONTRADICTIONS and not about:
            missed.append(one)
    return missed, [str(row["message"]) for i, row in enumerate(findings) if i not in explained]


def _is_about(one: Truth, row: Row) -> bool:
    figure, message = one["figure"].partition("/")[0], str(row["message"])
    if str(row["code"]).removeprefix("source-") not in CONTRADICTIONS.get(one["type"], ()):
        return False
    if not figure:
        return one["printed"] in message
    grouped = one["type"] == "chart_vs_table" or f"({one['group']}" in message
    drawn = "[chart]" not in one["item"] or one["type"] == "chart_vs_table" or "the chart" in message
    return row["figure"] == figure and grouped and one["wave"][:4] in message and (drawn or one["printed"] in message)


def _wanted(wanted: Truth) -> str:
    about = "/".join(wanted[name] or "–" for name in ("figure", "group", "wave", "subject"))
    return f"{wanted['literal']} ({wanted['unit']}) {about} [{wanted['agrees_with_figure']}] {wanted['sentence'][:90]}"


def _told(claim: Row, known: Mapping[str, Row]) -> str:
    o = known.get(str(claim["observation_id"]))
    about = "/".join(str(claim[name] or "–") for name in ("figure", "group", "wave", "subject"))
    return f"is {about} → {claim['verdict']} " + (
        f"{o['value_printed']} {o['category']!r} {o['item'] or ''}" if o else ""
    )


if __name__ == "__main__":
    main()
