"""What a steward has to decide about an edition: what belongs together once, the most valuable first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.catalogue.matching import text_key
from pipeline.catalogue.model import Catalogue, Draft, Question
from pipeline.core.contract import FindingRow, ObservationRow, open_errors
from pipeline.core.table_files import read_parquet

_Place = tuple[object, object]
"""Page and figure."""
NOWHERE: _Place = (None, None)
"""Where stands what no exhibit of this edition prints."""
MATTERS = TOGETHER, MEANING, READING = "Confirm together", "Say what it asks or answers", "Compare with the page"
"""What a person does to decide, in the order in which it is done."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One question to a person. `parts` are what is decided with it; `values` how many values wait for it."""

    matter: str
    where: str
    question: str
    values: int
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        waiting = f" ({self.values} values)" if self.values else ""
        return f"{self.where}: {self.question}{waiting}" + "".join(f"\n       {part}" for part in self.parts)


@dataclass(frozen=True)
class Work:
    """An edition's printed questions in numbers, and what a steward has to decide."""

    questions: str
    decisions: tuple[Decision, ...]


def supported_drafts(catalogue: Catalogue, edition: str) -> list[str]:
    """The drafts that one act confirms, each in words with its witnesses."""
    drafts = (one for question in catalogue.questions for one in _drafts(question, edition))
    return [line for draft, line in drafts if draft.supported]


def work_on(folder: Path, catalogue: Catalogue, edition: str) -> Work:
    rows: Sequence[ObservationRow] = read_parquet(folder / "observations.parquet")
    findings: Sequence[FindingRow] = read_parquet(folder / "findings.parquet")
    drafts = {q.id: list(_drafts(q, edition)) for q in catalogue.questions}
    supported = supported_drafts(catalogue, edition)
    together: dict[_Place, list[str]] = defaultdict(list)
    for id_, some in drafts.items():
        place = next(((r["page"], r["figure"]) for r in rows if r["question_id"] == id_), NOWHERE)
        for draft, line in some:
            if not draft.supported:
                together[place].append(line)
    values: Counter[_Place] = Counter((row["page"], row["figure"]) for row in rows)
    asked_of = set(together)
    for page, read in _misread(rows, findings).items():  # a page is looked at once
        there = [*(place for place in together if place[0] == page), *read]
        first = min(there, key=lambda place: (place not in together, place[1] is None, -values[place]))
        together[first] += [line for lines in read.values() for line in lines]
    asked = [
        Decision(MEANING if place in asked_of else READING, _where(*place), first, values[place], tuple(more))
        for place, (first, *more) in together.items()
    ]
    if supported:
        said = f"confirm {len(supported)} draft{'s' * (len(supported) != 1)}, each of which two witnesses support"
        asked.append(Decision(TOGETHER, "the catalogue", said, 0, tuple(supported)))
    asked.sort(key=lambda one: (MATTERS.index(one.matter), -one.values))
    return Work(_in_numbers(rows, catalogue, edition), tuple(asked))


def _misread(
    rows: Sequence[ObservationRow], findings: Sequence[FindingRow]
) -> Mapping[object, Mapping[_Place, Sequence[str]]]:
    """Page → place on it → what was read there with a fault, or without a question."""
    read: dict[object, dict[_Place, list[str]]] = defaultdict(lambda: defaultdict(list))
    for found in open_errors(findings):
        if found["code"] != "catalogue-draft":
            read[found["page"]][found["page"], found["figure"]].append(f"{found['message']} ({found['code']})")
    for place, count in Counter((r["page"], r["figure"]) for r in rows if r["question_id"] is None).items():
        read[place[0]][place].append(f"what do {count} values answer? No question was recognised above them")
    return read


def _where(page: object, figure: object) -> str:
    return " ".join(filter(None, (f"page {page}" if page else "", f"figure {figure}" if figure else ""))) or (
        "the document"
    )


def _drafts(question: Question, edition: str) -> Iterator[tuple[Draft, str]]:
    """The drafts of a question that wait, each in words. A draft question is decided with its options."""
    if question.draft:
        if any(edition in wording.editions for wording in question.wordings):
            yield question, f"is “{question.wordings[0].text}” a new question?{_near(question)}"
        return
    for wording in question.wordings:
        if wording.draft and edition in wording.editions:
            yield wording, f"is “{wording.text}” question {question.id}?{_near(wording)}"
    for option in (*question.categories, *question.items):
        if option.draft:
            what = f"another form of {option.form_of}" if option.form_of else "a new option"
            yield option, f"is “{option.names[0]}” {what} of {question.id}?{_near(option)}"


def _near(draft: Draft) -> str:
    said = list(draft.evidence)
    if draft.suggestion:
        said.append(f"nearest is {draft.suggestion.id}, likeness {draft.suggestion.score:.2f}")
    return f" [{'; '.join(said)}]" if said else ""


def _in_numbers(rows: Sequence[ObservationRow], catalogue: Catalogue, edition: str) -> str:
    """ "31 questions: 29 known, 1 reworded, 1 new"."""
    counts: Counter[str] = Counter()
    for id_, text in dict.fromkeys((row["question_id"], text_key(row["question"] or "")) for row in rows):
        question = catalogue.by_id.get(id_ or "")
        worded = question and any(w.draft and text_key(w.text) == text for w in question.wordings)
        new = question and question.draft and all(w.editions == (edition,) for w in question.wordings)
        counts["unknown" if question is None else "new" if new else "reworded" if worded else "known"] += 1
    parts = [f"{counts[name]} {name}" for name in ("known", "reworded", "new", "unknown") if counts[name]]
    return f"{counts.total()} question{'s' * (counts.total() != 1)}: {', '.join(parts)}" if parts else "no questions"
