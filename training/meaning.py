"""Learn how units are told, and which text by an exhibit is its question; writes the weights into the package.

    python -m training.meaning CORPUS…

Each CORPUS is a table of documents (`name, family, pdf, truth`, paths beside it) with the values that they print. Two
choices are learned from all documents: the unit of values that show the same about it, and the question among the
texts that may be it. Each is a conditional logistic regression, in which every family of documents weighs the same, and
whose weights stay near a first guess (`PRIOR_…`) where the documents say nothing. Each family is left out in turn, and
what is right of it is told. Takes an hour on two cores; `--keep DIR` keeps what was seen of each document there, and
reads no document again whose choices are kept. Same documents, same weights.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein
from scipy.optimize import minimize

from pipeline.catalogue.matching import text_key
from pipeline.catalogue.model import bare_catalogue
from pipeline.core.numbers import parse_number
from pipeline.exhibits.assembly import assemble
from pipeline.exhibits.document import read_document
from pipeline.exhibits.exhibit_texts import ExhibitLayout, question_texts
from pipeline.exhibits.question_score import seen
from pipeline.exhibits.reading import Reading
from pipeline.observations.observe import Observation, observe
from pipeline.observations.printed_numbers import usual_percents
from pipeline.observations.units import evidence_of, likes_of, possible_units

HOME = Path(__file__).resolve().parent.parent / "pipeline"
UNIT_WEIGHTS = HOME / "observations" / "unit_weights.json"
QUESTION_WEIGHTS = HOME / "exhibits" / "question_weights.json"
RIDGE = {UNIT_WEIGHTS: 2.0, QUESTION_WEIGHTS: 0.5}
"""Weight of the squared distance from the first guess: half and twice as much give the same picture out of family."""
FAMILY = 30.0
"""Weight of all choices of one family together."""
SAME_QUESTION = 0.15
"""Share of the letters in which a printed question and its true wording may differ."""
FEWEST = 0.4
"""Share of an exhibit's values that must be those of one question for it to be the exhibit's."""
PRIOR_UNITS: Mapping[str, float] = {
    "measure": 8, "head": 4, "row": 1.5, "text": 2.5, "title": 2, "note": 1,
    "head share": 3, "row share": 1, "text share": 1.5, "title share": 1.5, "note share": 0.5,
    "head things": 2, "row things": 0, "text things": 0.5, "title things": 1, "note things": 0.5,
    "head time": 2, "row time": 0, "text time": 1, "title time": 2, "note time": 1, "broken time": 1, "whole time": -1,
    "head mean time": 2, "row mean time": 0, "text mean time": 1, "title mean time": 2, "note mean time": 1,
    "text scale": 1, "title scale": 2, "note scale": 2,
    "head money": 3, "row money": 1, "text money": 0.5, "title money": 2, "note money": 0.5,
    "asked": 8, "ranks": 6, "sums": 3, "sums not": -1, "whole sums not": -3, "sums short": -1.5, "sign beside": 2,
    "sign in column": 4, "usual": 2.5, "unusual": 1, "up to 100": 1, "beyond 100": -9, "one beyond 100": -5,
    "percent": 0, "parts of a whole": 1, "whole": 0.5, "broken count": -2, "large": 2, "decimals on a scale": 2,
    "all on a scale": 1,
    "whole score": -2, "beyond a scale": -2, "mean": -1, "amount": -0.5, "name of a currency": 1, "thousands": 1,
    "signed": 8, "unsigned": -3, "percents beside": 4, "signed percent": 6, "relative change": 4, "amounts beside": -24,
    "rank": -3, "before brackets": 2, "in brackets": 2,
}  # fmt: skip
PRIOR_QUESTIONS: Mapping[str, float] = {
    "asks": 2, "style asks": 5, "style repeats": 2, "caption": 1.5, "running text": -3, "distance": -1, "parted": -1,
    "tells unit": 0, "style tells unit": 0, "is a unit": 0, "style claims": 0, "style splits": 0, "style is brief": 0,
    "below a caption": -1, "below a headline": 0, "beside": -1, "within": -1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: what is seen of each option, and which are right."""

    family: str
    seen: tuple[Mapping[str, float], ...]
    right: tuple[bool, ...]


Truth = Mapping[tuple[str, str, float], Counter[str]]
"""(`page` or `figure`, its number, value) → what the truth says of it, and how often."""
Learned = tuple[list[Choice], list[Choice]]


def truth_of(path: Path, column: str) -> Truth:
    """What a column of a truth file says of each value."""
    known: dict[tuple[str, str, float], Counter[str]] = defaultdict(Counter)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row.get(column):
                for place in ("page", "figure"):
                    known[place, row.get(place) or "", round(abs(float(row["value"])), 4)][row[column]] += 1
    return known


def told(truth: Truth, page: int, figure: str, value: float) -> Counter[str]:
    """What the truth says of a value, where it says one thing only."""
    number = round(abs(value), 4)
    found = truth.get(("page", str(page), number)) or truth.get(("figure", figure, number)) or Counter()
    return Counter(found.keys()) if len(found) == 1 else Counter()


def choices(task: tuple[str, Path, Path]) -> Learned:
    """The choices of a document: of units, and of questions."""
    family, pdf, truth = task
    catalogue = bare_catalogue()
    document = read_document(pdf, catalogue.study)
    parts, _ = assemble(document.regions, document.text, document.pages)
    observations, _ = observe(parts, catalogue, "2024", document.sha256)
    usual = usual_percents(parts)
    exhibits: dict[int, list[Observation]] = defaultdict(list)
    for o in observations:
        exhibits[o.exhibit].append(o)
    units, questions = truth_of(truth, "unit"), truth_of(truth, "question")
    readings = [(r.readings[0], r.page) for r in document.regions if r.readings and r.readings[0].entries]
    layout = ExhibitLayout.of(readings, document.text)
    texts = question_texts(layout, document.text)[0]
    return (
        [c for members in exhibits.values() for c in unit_choices(family, members, units, usual)],
        [*question_choices(family, readings, [texts[i] for i in layout.whole], questions)],
    )


def unit_choices(family: str, members: Sequence[Observation], truth: Truth, usual: float) -> Iterator[Choice]:
    """A choice for each group of values of an exhibit that show the same about their unit."""
    part = members[0].part
    for likes in likes_of([(o.source, o.number, o.roles) for o in members], part, None, usual):
        votes: Counter[str] = Counter()
        for number in likes.numbers:
            votes += told(truth, part.page, part.figure, number.value)
        options = possible_units(likes)
        if votes and votes.most_common(1)[0][0] in options:
            evidence = evidence_of(likes)
            every = [{name: x for (unit, name), x in evidence.items() if unit == option} for option in options]
            yield Choice(family, tuple(every), tuple(option == votes.most_common(1)[0][0] for option in options))


def question_choices(
    family: str, readings: Sequence[tuple[Reading, int]], found_by: Sequence[Sequence[Any]], truth: Truth
) -> Iterator[Choice]:
    """A choice for each exhibit of which the truth names the question, and a text by it is that."""
    for (reading, page), found in zip(readings, found_by, strict=True):
        votes: Counter[str] = Counter()
        for entry in reading.entries:
            number = parse_number(entry.printed or "")
            votes += told(truth, page, "", number.value) if number else Counter()
        question, times = votes.most_common(1)[0] if votes else ("", 0)
        right = tuple(same(question, s.block.text) for s in found)
        if any(right) and times >= FEWEST * len(reading.entries):
            yield Choice(family, tuple(seen(s, found) for s in found), right)


def same(truth: str, printed: str) -> bool:
    """Is the text the question, give or take a few letters, a figure number before it or a base behind it?"""
    one, other = text_key(truth), text_key(printed)
    near = Levenshtein.normalized_distance(one, other) <= SAME_QUESTION
    return bool(one) and (near or (one in other and len(other) <= 2 * len(one)))


def learn(data: Sequence[Choice], prior: Mapping[str, float], ridge: float) -> dict[str, float]:
    """The weights that make the right options likeliest."""
    names = list(prior)
    start = np.array([prior[name] for name in names])
    sizes = Counter(choice.family for choice in data)
    tables = [
        (np.array([[option.get(name, 0.0) for name in names] for option in choice.seen]), np.array(choice.right))
        for choice in data
    ]

    def loss(weights: Any) -> tuple[float, Any]:
        total, slope = 0.0, np.zeros_like(weights)
        for choice, (x, right) in zip(data, tables, strict=True):
            odds = x @ weights
            p = np.exp(odds - odds.max())
            p /= p.sum()
            ours = p[right].sum() + 1e-12
            share = FAMILY / sizes[choice.family]
            total -= share * np.log(ours)
            slope -= share * (x.T @ (np.where(right, p / ours, 0.0) - p))
        away = weights - start
        return total + ridge * float(away @ away), slope + 2 * ridge * away

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return {name: round(float(weight), 2) for name, weight in zip(names, found, strict=True)}


def right_share(data: Sequence[Choice], weights: Mapping[str, float]) -> float:
    """Share of the choices whose likeliest option is right."""

    def best(choice: Choice) -> int:
        odds = [sum(weights[name] * x for name, x in option.items() if name in weights) for option in choice.seen]
        return odds.index(max(odds))

    return sum(choice.right[best(choice)] for choice in data) / len(data)


def documents(corpora: Sequence[Path]) -> Iterator[tuple[str, Path, Path]]:
    """Family, PDF and truth of every document whose values are known."""
    for corpus in corpora:
        with corpus.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                truth = corpus.parent / row["truth"]
                if truth.is_file():
                    yield row["family"], corpus.parent / row["pdf"], truth


def kept_choices(task: tuple[str, Path, Path], keep: Path | None) -> Learned:
    """The choices of a document, from where they are kept, or kept there."""
    kept = keep / f"{task[1].stem}-{task[0]}.json" if keep is not None else None
    if kept is None or not kept.exists():
        found = choices(task)
        if kept is None:
            return found
        kept.write_text(json.dumps([[asdict(c) for c in some] for some in found]), encoding="utf-8")
    units, questions = json.loads(kept.read_text(encoding="utf-8"))
    return [Choice(**c) for c in units], [Choice(**c) for c in questions]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="+")
    parser.add_argument("--keep", type=Path, help="folder that keeps what was seen of each document")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    if args.keep is not None:
        args.keep.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(args.jobs, max_tasks_per_child=1) as pool:
        found = list(pool.map(partial(kept_choices, keep=args.keep), documents(args.corpora)))
    for k, (path, prior) in enumerate(((UNIT_WEIGHTS, PRIOR_UNITS), (QUESTION_WEIGHTS, PRIOR_QUESTIONS))):
        data = [choice for learned in found for choice in learned[k]]
        families = sorted({choice.family for choice in data})
        shares = []
        for family in families:
            rest = learn([c for c in data if c.family != family], prior, RIDGE[path])
            shares.append(right_share([c for c in data if c.family == family], rest))
        line = f"{path.stem}: {len(data)} choices of {len(families)} families, right {np.mean(shares):.3f} left out\n"
        sys.stdout.write(line)
        path.write_text(json.dumps(learn(data, prior, RIDGE[path]), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
