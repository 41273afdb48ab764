"""What the catalogue lacks for an edition, proposed as a person would write it: questions, options, scales, wordings.

Everything proposed is marked `draft: true`, with what else it may be and what speaks for it. Nothing is decided here: a
draft raises a finding until a steward has confirmed it or mapped it to what it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean
from typing import Any

from pipeline.catalogue.matching import (
    FILLERS,
    NEGATIONS,
    Candidate,
    match_option,
    match_question,
    option_support,
    printed_key,
    similarity,
    text_key,
    tokens,
    unnumbered,
    veto,
    without_marks,
)
from pipeline.catalogue.model import Catalogue, Option, Question
from pipeline.catalogue.settings import SETTINGS
from pipeline.core.assignment import assigned
from pipeline.core.contract import ObservationRow
from pipeline.core.language import words
from pipeline.layout.notes import caption_pattern
from pipeline.observations.shared_values import (
    Agreement,
    Column,
    compared,
    printed_as,
    same_series,
    series_of,
    sum_of,
    undated,
    values_of,
)

Rows = Sequence[ObservationRow]
Drafted = dict[str, Any]
"""A draft as it goes into questions.yml."""
ID_WORDS = 3
"""Words of a label that make an id: enough to be told apart, few enough to be read in an observation's id."""
SURE_WORDING = 0.85
"""Likeness from which another wording counts as a witness of its own that it is the question's."""
LISTS: Mapping[str, Column] = {"categories": "category", "items": "item"}
SIGN_NAMES = {"-": "minus", "+": "plus", "<": "under", "≤": "up-to", ">": "over", "≥": "from", "#": "sharp"}
"""Signs in ids."""
_ASKS = re.compile(r"\?\s*\(|[?:]\W*$")
"""A text that asks; how to answer may follow in brackets ("… use? (select one)")."""
_OR_SEVERAL = re.compile(r"(?<=\w)\(\w{1,2}\)")
"""What makes one into several: "language(s)", "a(n)"."""
_SHARE = re.compile(r"\d\s?%")


# --- ids -------------------------------------------------------------------------------------------------------------


def new_id(text: str, taken: set[str], others: Counter[str] | None = None) -> str:
    """An id made of the words of `text` that carry meaning, which `taken` does not hold; it does afterwards.

    Of the words those that tell most: the first, or, where `others` counts words of texts that stand beside it, those
    that the fewest of these have, the longest first.
    """
    said = list(dict.fromkeys(filter(None, map(_in_id, tokens(_OR_SEVERAL.sub("", text))))))
    told = [word for word in said if word not in _function_words(asks=others is not None)] or said
    best = sorted(told, key=lambda word: (others[word], -len(word))) if others else told
    for count in range(min(ID_WORDS, len(told)), len(told) + 1):
        id_ = "-".join(word for word in told if word in best[:count])[:60].strip("-") or "x"
        if id_ not in taken:
            break
    stem, number = id_, 2
    while id_ in taken:
        id_, number = f"{stem}-{number}", number + 1
    taken.add(id_)
    return id_


@cache
def _function_words(asks: bool) -> frozenset[str]:
    """Words that tell nothing in an id (of a question, where it `asks`); negations and the names of signs do."""
    common = {*words("commonest"), *words("conjunctions"), *FILLERS, *(words("asking") if asks else ())}
    return frozenset(common - NEGATIONS - set(SIGN_NAMES.values()))


def _in_id(token: str) -> str:
    sign = SIGN_NAMES.get(token) or ("minus-" if token[0] == "-" else "")
    return re.sub(r"[^a-z0-9]+", "-", sign if token in SIGN_NAMES else f"{sign}{token}").strip("-")


# --- new questions ---------------------------------------------------------------------------------------------------


def new_questions(rows: Rows, catalogue: Catalogue, edition: str) -> list[Drafted]:
    """Drafts for the printed questions that the catalogue does not know, in reading order."""
    by_text: dict[str, list[ObservationRow]] = defaultdict(list)
    for row in sorted(rows, key=_by_place):
        if row["question_id"] is None and row["question"]:
            by_text[text_key(without_number(row["question"], catalogue))].append(row)
    taken = {q.id for q in catalogue.questions}
    printed = [some[0]["question"] or "" for some in by_text.values()]
    texts = [*printed, *(q.wordings[0].text for q in catalogue.questions if q.wordings)]
    others = Counter(word for text in texts for word in {_in_id(token) for token in tokens(text)})
    return [_question(some, catalogue, edition, taken, others) for key, some in by_text.items() if key]


def without_number(text: str, catalogue: Catalogue) -> str:
    """The wording of a question without the figure word and number of its caption, and its number in this edition."""
    match = caption_pattern(catalogue.study.figure_words).match(text)
    text = text[match.end() :].lstrip(" :.–—|-") or text if match else text
    return unnumbered(text)


def _by_place(row: ObservationRow) -> tuple[Any, ...]:
    return (row["page"], row["top"], row["x0"])


def _question(
    rows: Rows, catalogue: Catalogue, edition: str, taken: set[str], others: Counter[str] | None = None
) -> Drafted:
    text, language = without_number(rows[0]["question"] or "", catalogue), catalogue.study.languages[0]
    labels = labels_of(rows, "category")
    groups = {row["group"] for row in rows}
    match = match_question(text, catalogue, options=labels)
    draft: Drafted = {
        "id": new_id(text, taken, others),
        "kind": kind_of(rows),
        "wordings": [{"text": text, "editions": [edition]}],
        "label": {language: text},
    }
    if len(groups) == 1 and None not in groups and len(catalogue.study.groups) > 1:
        draft["group"] = groups.pop()
    for name, printed in (("items", labels_of(rows, "item")), ("categories", labels)):
        options = options_of(printed, language)
        scale = next((s.id for s in catalogue.scales if _names(s.options) == set(map(printed_key, printed))), None)
        if scale is not None and name == "categories":
            draft["answers"] = scale
        elif options:
            draft[name] = options
    evidence = [] if match.suggestion else _of_a_question(text, rows)
    return draft | marked(match.suggestion, evidence)


def _names(options: Iterable[Option]) -> set[str]:
    return {printed_key(name) for option in options for name in option.names}


def _of_a_question(text: str, rows: Rows) -> list[str]:
    """What speaks for a draft question: that the text asks or stands in a numbered caption, and that its exhibits were
    read without doubt."""
    numbered = any(not str(row["figure"]).startswith("p") for row in rows)
    said = ["its text asks" if _ASKS.search(text) else "it stands in a numbered caption"]
    asked = said if (_ASKS.search(text) or numbered) and not _SHARE.search(text) else []
    return asked + _without_doubt(rows)


def _without_doubt(rows: Rows) -> list[str]:
    doubts = {flag for row in rows for flag in row["flags"] or () if not flag.startswith("catalogue-")}
    whole = not doubts and all(row["category"] or row["item"] for row in rows)
    return [f"the {len(rows)} values of its exhibit were read without doubt"] if whole and len(rows) > 1 else []


def kind_of(rows: Rows) -> str:
    """What the exhibits say of the kind; else what the answers' sums say: more than all respondents gave several."""
    kinds = Counter(row["kind"] for row in rows if row["kind"] not in ("difference", "unknown"))
    if kinds:
        return str(kinds.most_common(1)[0][0])
    sums: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for row in rows:
        if row["unit"] == "percent" and row["value"] is not None:
            sums[row["figure"], row["item"], row["group"], row["wave"]].append(row["value"])
    if any(sum(shares) > 100 + len(shares) for shares in sums.values()):
        return "multiple"
    return "unknown" if any(row["kind"] == "unknown" for row in rows) else "difference"


def labels_of(rows: Rows, column: Column) -> list[str]:
    """The printed labels in reading order: along the direction in which they lie apart. Forms of one label that no
    exhibit prints side by side are given once."""
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    beside: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        label = printed_key(row[column] or "")
        if label:
            places[label].append((row["x0"] or 0.0, row["top"] or 0.0))
            beside[f"{row['figure']} {text_key(label)}"].add(label)
    alike = {label for some in beside.values() if len(some) > 1 for label in some}
    middles = {label: (fmean(x for x, _ in some), fmean(y for _, y in some)) for label, some in places.items()}
    wide, high = (max(side) - min(side) if side else 0.0 for side in _sides(middles.values()))
    firsts = {label: i for i, label in enumerate(places)}
    order: Callable[[str], Any] = (lambda x: middles[x][0]) if wide > high else (lambda x: middles[x][1])
    if any(len({row["figure"] for row in rows if printed_key(row[column] or "") == label}) > 1 for label in places):
        order = firsts.__getitem__
    once: dict[str, str] = {}
    for label in sorted(places, key=order):
        once.setdefault(label if label in alike else text_key(label), label)
    return list(once.values())


def _sides(places: Iterable[tuple[float, float]]) -> tuple[list[float], list[float]]:
    some = list(places)
    return [x for x, _ in some], [y for _, y in some]


def options_of(labels: Sequence[str], language: str) -> list[Drafted]:
    """Options for printed labels; one that names several ("a + b") is the net of those."""
    taken: set[str] = set()
    ids = {label: new_id(label, taken) for label in labels if " + " not in label}
    plain: list[Drafted] = [{"id": id_, "label": {language: without_marks(label)}} for label, id_ in ids.items()]
    by_key = {text_key(label): id_ for label, id_ in ids.items()}
    for label in labels:
        if label in ids:
            continue
        parts = [by_key.get(text_key(part)) for part in label.split(" + ")]
        of = {"of": parts} if all(parts) and len(set(parts)) > 1 else {}
        plain.append({"id": new_id(label, taken), "label": {language: label}, **of})
    return plain


def with_scales(questions: Sequence[Drafted], catalogue: Catalogue) -> tuple[list[Drafted], list[Drafted]]:
    """(scales, questions): answers that several of the questions share, in the same words, stand once, as a scale."""
    users: dict[frozenset[str], list[Drafted]] = defaultdict(list)
    for question in questions:
        labels = [next(iter(option["label"].values())) for option in question.get("categories", ())]
        if len(labels) > 1 and not any("of" in option for option in question["categories"]):
            users[frozenset(labels)].append(question)
    taken = {scale.id for scale in catalogue.scales}
    scales: list[Drafted] = []
    shared: dict[str, str] = {}
    for some in users.values():
        if len(some) > 1:
            options = some[0]["categories"]
            first, last = (next(iter(options[at]["label"].values())) for at in (0, -1))
            scales.append({"id": new_id(f"{first} – {last}", taken), "options": options})
            shared |= {question["id"]: scales[-1]["id"] for question in some}
    return scales, [
        {name: said for name, said in q.items() if name != "categories" or q["id"] not in shared}
        | ({"answers": shared[q["id"]]} if q["id"] in shared else {})
        for q in questions
    ]


# --- known questions -------------------------------------------------------------------------------------------------


def new_options(
    rows: Rows, catalogue: Catalogue, edition: str, earlier: Rows = ()
) -> Iterator[tuple[Question, str, Drafted]]:
    """(question, `categories` or `items`, draft) for every label that a known question lacks. `earlier` are what other
    editions printed: they tell another form of an option, and a net, by its values."""
    by_question: dict[str, list[ObservationRow]] = defaultdict(list)
    for row in sorted(rows, key=_by_place):
        by_question[row["question_id"] or ""].append(row)
    before: dict[str, list[ObservationRow]] = defaultdict(list)
    for row in earlier:
        before[row["question_id"] or ""].append(row)
    for question in catalogue.questions:
        some = by_question.get(question.id, [])
        for name, column in LISTS.items():
            options: Sequence[Option] = getattr(question, name)
            unknown = [row for row in some if row[column] and row[f"{column}_id"] is None]  # type: ignore[literal-required]
            if options and unknown:
                found = _options(question, column, unknown, some, before[question.id], catalogue, edition)
                yield from ((question, name, option) for option in found)


def _options(
    question: Question, column: Column, unknown: Rows, rows: Rows, before: Rows, catalogue: Catalogue, edition: str
) -> Iterator[Drafted]:
    options = question.categories if column == "category" else question.items
    language, taken = catalogue.study.languages[0], {option.id for option in options}
    ours, printed = series_of(unknown, column), {row[f"{column}_id"] for row in rows}  # type: ignore[literal-required]
    theirs = series_of(before, column)
    gone = {a: s for a, s in theirs.items() if (match_option(a, options).id or "") not in {*printed, ""}}
    same = same_series(ours, gone)
    whole = _without_doubt(rows)
    for label in labels_of(unknown, column):
        draft = {"id": new_id(label, taken), "label": {language: without_marks(label)}, "since": edition}
        suggestion = match_option(label, options).suggestion
        if label in same:
            old, agree = same[label]
            target = match_option(old, options).id
            near = similarity(undated(label), undated(old))
            alike = [f"likeness {near:.2f}"] if near >= SURE_WORDING else []
            told = ["the label names its earlier form"] if text_key(undated(old)) in text_key(label) else []
            yield draft | {"form_of": target} | marked(suggestion, [str(agree), *(alike or told)])
            continue
        summed = sum_of(ours[printed_key(label)], gone)
        if summed is not None:
            parts = [match_option(printed_as(before, column, part), options).id for part in summed[0]]
            yield draft | {"of": parts} | marked(None, [f"its values are the sums of theirs: {summed[1]}"])
            continue
        if suggestion is None:
            alone = ["no option is like it"]
        else:
            alone = [f"{suggestion.id} is printed beside it"] if suggestion.id in printed else []
        yield draft | marked(suggestion, [*alone, *whole] if alone else [])


@dataclass(frozen=True, slots=True)
class Recognised:
    """A printed question that is one of the catalogue's in other words, as far as the evidence goes."""

    question: Question
    text: str
    likeness: float
    options: float
    values: Agreement
    vetoed: str | None

    @property
    def score(self) -> float:
        """0..1: the better of text with options and of values."""
        return max(self.likeness, self.values.share if self.values.proves else 0.0) + 0.5 * self.options

    @property
    def told(self) -> bool:
        """Does its text or do its values say so? Answers alone do not: many questions share theirs."""
        return self.likeness >= SURE_WORDING or self.values.proves

    @property
    def evidence(self) -> list[str]:
        """A line for each witness; none where a negation or another number vetoes."""
        text = [f"likeness {self.likeness:.2f}"] if self.likeness >= SURE_WORDING else []
        options = [f"{self.options:.0%} of its options are known"] if self.options >= SETTINGS.option_support else []
        values = [str(self.values)] if self.values.proves else []
        return [] if self.vetoed else [*text, *options, *values]


def recognised(rows: Rows, catalogue: Catalogue, earlier: Rows = ()) -> list[Recognised]:
    """Printed questions that are no question's wording, with the question that each is most likely: one assignment of
    all of them, by text, options and the values of waves that earlier editions printed too."""
    by_text: dict[str, list[ObservationRow]] = defaultdict(list)
    for row in rows:
        if row["question_id"] is None and row["question"]:
            by_text[row["question"]].append(row)
    before: dict[str, list[ObservationRow]] = defaultdict(list)
    for row in earlier:
        before[row["question_id"] or ""].append(row)
    met = {row["question_id"] for row in rows}
    left = [question for question in catalogue.questions if question.id not in met and not question.draft]
    if not by_text or not left:
        return []
    known = {question.id: values_of(before[question.id]) for question in left}
    found = [[_evidence(text, some, q, known[q.id]) for q in left] for text, some in by_text.items()]
    chosen = [found[i][j] for i, j in assigned([[-one.score for one in line] for line in found])]
    return [one for one in chosen if one.evidence and one.told]


def _evidence(text: str, rows: Rows, question: Question, known: dict[object, float]) -> Recognised:
    labels = [row["category"] or row["item"] or "" for row in rows]
    options = option_support([label for label in labels if label], question)
    now, names = undated(text), [undated(one) for one in question.texts]
    near = max(names, key=lambda one: similarity(now, one))
    values, likeness = compared(values_of(rows), known), similarity(now, near)
    vetoed = veto(now, near) if likeness >= SETTINGS.worth_suggesting else None  # a headline is no other question
    return Recognised(question, text, likeness, options, values, vetoed)


def new_wordings(
    rows: Rows, catalogue: Catalogue, edition: str, earlier: Rows = ()
) -> Iterator[tuple[Question, int | None, Any]]:
    """What known questions are printed as in `edition`: (question, position of the wording that lacks the edition,
    edition), or (question, None, draft of a new wording)."""
    printed = dict.fromkeys((row["question_id"], row["question"]) for row in rows if row["question_id"])
    done = set()
    for id_, text in printed:
        question = catalogue.by_id[id_ or ""]
        key = text_key(unnumbered(text := text or ""))
        if not key or (id_, key) in done or question.draft:
            continue
        done.add((id_, key))
        same = next((i for i, w in enumerate(question.wordings) if text_key(unnumbered(w.text)) == key), None)
        if same is None:
            some = [row for row in rows if row["question_id"] == id_ and row["question"] == text]
            known = values_of(row for row in earlier if row["question_id"] == id_)
            yield _wording(_evidence(text, some, question, known), edition)
        elif question.wordings[same].editions and edition not in question.wordings[same].editions:
            yield question, same, edition
    for one in recognised(rows, catalogue, earlier):
        yield _wording(one, edition)


def _wording(one: Recognised, edition: str) -> tuple[Question, None, Drafted]:
    score = Candidate(one.question.id, min(one.likeness, 1.0), "similar")
    return one.question, None, {"text": one.text, "editions": [edition]} | marked(score, one.evidence)


def new_breaks(
    wordings: Iterable[tuple[Question, int | None, Any]], catalogue: Catalogue, edition: str
) -> Iterator[Drafted]:
    """Rows of the crosswalk for known questions that `edition` words otherwise: the waves stay comparable, once a
    steward has confirmed it. Until then the change of wording breaks the series."""
    decided = {(b.question, b.from_wave) for b in catalogue.crosswalk.breaks}
    for question, same, draft in wordings:
        if same is None and (question.id, edition) not in decided:
            decided.add((question.id, edition))
            evidence = {"evidence": draft["evidence"]} if "evidence" in draft else {}
            said = {"question": question.id, "from_wave": edition, "reason": "wording", "comparable": True}
            yield said | {"draft": True} | evidence


def marked(suggestion: Candidate | None, evidence: Sequence[str] = ()) -> Drafted:
    """What makes an entry a draft."""
    near = {"suggestion": {"id": suggestion.id, "score": round(suggestion.score, 2)}} if suggestion else {}
    return {"draft": True} | near | ({"evidence": list(evidence)} if evidence else {})
