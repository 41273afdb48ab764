"""What the catalogue lacks for an edition, proposed: questions, options, wordings, and for a new study all of it.

Everything proposed is marked `draft: true`, with what else it may be and how well that fits. Nothing is decided here: a
draft raises an error finding until a steward has confirmed it or mapped it to what it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.catalogue.matching import Candidate, match_option, match_question, text_key, tokens
from pipeline.catalogue.model import Catalogue, Draft, Question
from pipeline.core.colours import RGB, chroma, hue, hue_gap, to_hex
from pipeline.core.contract import ObservationRow, Severity
from pipeline.core.findings import Finding, finding
from pipeline.core.language import languages_of
from pipeline.layout.notes import caption_pattern
from pipeline.observations.dimensions import COLOURFUL, SAME_HUE

if TYPE_CHECKING:
    from pipeline.exhibits.document import Document
    from pipeline.observations.observe import Observation

"""A row of the contract's observations."""
ID_WORDS = 5
"""Words of a label that make an id: enough to be told apart, few enough to be read in an observation's id."""
LEAST_GROUND = 0.15
"""Share of the coloured table cells that a hue must have to mark a group; headings and highlights have less."""
HUES = ((20, "pink"), (55, "red"), (85, "orange"), (110, "yellow"), (190, "green"), (280, "blue"), (330, "purple"))
"""Names of CIELAB hues up to so many degrees; beyond the last it is pink again."""
SURE_WORDING = 0.85
"""Likeness from which a new wording of a question that its options told is most likely that question's."""
_DECIMALS = re.compile(r"(?<![\d.,])\d{1,3}([.,])\d{1,2}(?![\d.,])")


def undecided(observations: Iterable[Observation]) -> tuple[list[Observation], list[Finding]]:
    """A finding for every draft of the catalogue that values rest on, and the values with its code; not for a draft
    wording that is much like the question's others, which only waits to be looked at."""
    flagged = []
    resting: dict[tuple[str, _Under], list[Observation]] = defaultdict(list)
    for o in observations:
        under = _draft_under(o)
        if under is not None:
            resting[o.figure, under].append(o)
        drafted = under is not None and under.severity == "error"
        flagged.append(replace(o, flags=o.flags | {"catalogue-draft"}) if drafted else o)
    return flagged, [
        finding(
            "catalogue-draft",
            f"{under.said}: nobody has confirmed that yet; {len(some)} value(s) of figure {figure} wait for it",
            page=some[0].source.entry.page,
            figure=figure,
            box=some[0].part.box,
            found=under.name,
            severity=under.severity,
        )
        for (figure, under), some in resting.items()
    ]


@dataclass(frozen=True)
class _Under:
    """A draft that values rest on: its name in the catalogue, what it claims, and how much that matters."""

    name: str
    said: str
    severity: Severity


def _draft_under(o: Observation) -> _Under | None:
    """The first draft that the value rests on."""
    if o.question is None:
        return None
    id_, printed = o.question.id, o.wording or ""
    if o.question.draft:
        said = f"“{printed}” is taken for a question that no edition asked before{_hint(o.question)}"
        return _Under(f"question {id_}", said, "error")
    for option, label in ((o.category, o.roles.category), (o.item, o.roles.item)):
        if option is not None and option.draft:
            said = f"“{label}” is taken for a new option of question {id_}{_hint(option)}"
            return _Under(f"option {option.id} of {id_}", said, "error")
    wording = next((w for w in o.question.wordings if w.draft and text_key(w.text) == text_key(printed)), None)
    if wording is None:
        return None
    likeness = wording.suggestion.score if wording.suggestion is not None else 0.0
    why = f"likeness {likeness:.2f}" if likeness else "only the answer options are alike"
    said = f"“{printed}” is taken for question {id_} in other words ({why})"
    return _Under(f"a wording of question {id_}", said, "warning" if likeness >= SURE_WORDING else "error")


def _hint(draft: Draft) -> str:
    return f" (it may be {draft.suggestion.id}, likeness {draft.suggestion.score:.2f})" if draft.suggestion else ""


# --- a known study ---------------------------------------------------------------------------------------------------


def new_questions(rows: Sequence[ObservationRow], catalogue: Catalogue, edition: str) -> list[dict[str, Any]]:
    """Drafts (as in questions.yml) for the printed questions that the catalogue does not know."""
    by_text: dict[str, list[ObservationRow]] = defaultdict(list)
    for row in sorted(rows, key=_by_place):
        if row["question_id"] is None and row["question"]:
            by_text[text_key(row["question"])].append(row)
    taken = {q.id for q in catalogue.questions}
    return [_question(some, catalogue, edition, taken) for key, some in by_text.items() if key]


def without_number(text: str, catalogue: Catalogue) -> str:
    """The wording of a question without the figure word and number of its caption."""
    match = caption_pattern(catalogue.study.figure_words).match(text)
    return text[match.end() :].lstrip(" :.–—|-") or text if match else text


def _by_place(row: ObservationRow) -> tuple[Any, ...]:
    return (row["page"], row["figure"], row["top"], row["x0"])


def _question(rows: Sequence[ObservationRow], catalogue: Catalogue, edition: str, taken: set[str]) -> dict[str, Any]:
    text, language = without_number(rows[0]["question"] or "", catalogue), catalogue.study.languages[0]
    kinds = Counter(row["kind"] for row in rows if row["kind"] != "difference")
    labels = list(dict.fromkeys(row["category"] for row in rows if row["category"]))
    groups = {row["group"] for row in rows}
    match = match_question(text, catalogue, options=labels)
    draft: dict[str, Any] = {
        "id": new_id(text, taken),
        "kind": kinds.most_common(1)[0][0] if kinds else "difference",
        "wordings": [{"text": text, "editions": [edition]}],
        "label": {language: text},
    }
    if len(groups) == 1 and None not in groups and len(catalogue.study.groups) > 1:
        draft["group"] = groups.pop()
    items = list(dict.fromkeys(row["item"] for row in rows if row["item"]))
    for name, printed in (("items", items), ("categories", labels)):
        options = options_of(printed, language)
        if options:
            draft[name] = options
    return draft | marked(match.suggestion)


def options_of(labels: Sequence[str], language: str) -> list[dict[str, Any]]:
    """Options for printed labels; one that names several ("a + b") is the net of those."""
    taken: set[str] = set()
    ids = {text_key(label): new_id(label, taken) for label in labels if " + " not in label}
    plain: list[dict[str, Any]] = [
        {"id": ids.pop(text_key(label)), "label": {language: label}} for label in labels if text_key(label) in ids
    ]
    ids = {text_key(option["label"][language]): option["id"] for option in plain}
    for label in labels:
        parts = [ids.get(text_key(part)) for part in label.split(" + ")]
        if len(parts) > 1 and all(parts):
            plain.append({"id": new_id(label, taken), "label": {language: label}, "of": parts})
    return plain


def new_options(
    rows: Sequence[ObservationRow], catalogue: Catalogue, edition: str
) -> Iterator[tuple[Question, str, dict[str, Any]]]:
    """(question, `categories` or `items`, draft) for every label that a known question lacks."""
    seen: set[tuple[str, str, str]] = set()
    for row in sorted(rows, key=_by_place):
        question = catalogue.by_id.get(row["question_id"] or "")
        labels = (("categories", row["category"], row["category_id"]), ("items", row["item"], row["item_id"]))
        for name, label, known in labels:
            if question is None or not label or known is not None or not getattr(question, name):
                continue
            key = (question.id, name, text_key(label))
            if key in seen:
                continue
            seen.add(key)
            options = getattr(question, name)
            taken = {o.id for o in options} | {s[2] for s in seen if s[:2] == key[:2]}
            option = {"id": new_id(label, taken), "label": {catalogue.study.languages[0]: label}, "since": edition}
            yield question, name, option | marked(match_option(label, options).suggestion)


def new_wordings(
    rows: Sequence[ObservationRow], catalogue: Catalogue, edition: str
) -> Iterator[tuple[Question, int | None, Any]]:
    """What questions that were recognised are printed as in `edition`: (question, position of the wording that lacks
    the edition, edition), or (question, None, draft of a new wording)."""
    printed = dict.fromkeys((row["question_id"], row["question"]) for row in rows if row["question_id"])
    done = set()
    for id_, text in printed:
        question = catalogue.by_id[id_]
        if not text or (id_, text_key(text)) in done or question.draft:
            continue
        done.add((id_, text_key(text)))
        same = next((i for i, w in enumerate(question.wordings) if text_key(w.text) == text_key(text)), None)
        if same is None:
            score = match_question(text, [question]).suggestion
            yield question, None, {"text": text, "editions": [edition]} | marked(score)
        elif question.wordings[same].editions and edition not in question.wordings[same].editions:
            yield question, same, edition


def new_breaks(
    wordings: Iterable[tuple[Question, int | None, Any]], catalogue: Catalogue, edition: str
) -> Iterator[dict[str, Any]]:
    """Rows of the crosswalk for known questions that `edition` words otherwise: the waves stay comparable, once a
    steward has confirmed it. Until then the change of wording breaks the series."""
    decided = {(b.question, b.from_wave) for b in catalogue.crosswalk.breaks}
    for question, same, _ in wordings:
        if same is None and (question.id, edition) not in decided:
            decided.add((question.id, edition))
            yield {
                "question": question.id,
                "from_wave": edition,
                "reason": "wording",
                "comparable": True,
                "draft": True,
            }


def marked(suggestion: Candidate | None) -> dict[str, Any]:
    """What makes an entry a draft."""
    if suggestion is None:
        return {"draft": True}
    return {"draft": True, "suggestion": {"id": suggestion.id, "score": round(suggestion.score, 2)}}


def new_id(text: str, taken: set[str]) -> str:
    """An id made of the text's first words, which `taken` does not hold; it does afterwards."""
    words = [re.sub(r"[^a-z0-9]+", "-", word).strip("-") for word in tokens(text)]
    stem = "-".join([word for word in words if word][:ID_WORDS])[:60].strip("-") or "x"
    id_, count = stem, 2
    while id_ in taken:
        id_, count = f"{stem}-{count}", count + 1
    taken.add(id_)
    return id_


# --- a new study -----------------------------------------------------------------------------------------------------


def new_study(name: str, title: str, document: Document) -> dict[str, Any]:
    """study.yml as the document suggests it: languages, decimal mark, figure word, groups with the colours found."""
    languages = languages_of(" ".join(block.text for block in document.text.blocks))
    figure_words = Counter(caption.words[0].text.strip(".: ") for caption in document.text.captions if caption.words)
    return {
        "id": name,
        "title": {languages[0]: title},
        "languages": list(languages),
        "decimal_mark": decimal_mark(document),
        "figure_words": [word for word, _ in figure_words.most_common() if not any(c.isdigit() for c in word)],
        **_groups(document, languages[0]),
    }


def decimal_mark(document: Document) -> str:
    """The mark that stands in most of the document's decimal numbers; a point where there are none."""
    marks = Counter(mark for page in document.pages for word in page.words for mark in _DECIMALS.findall(word.text))
    return "," if marks[","] > marks["."] else "."


def _groups(document: Document, language: str) -> dict[str, Any]:
    hues = group_hues(document)
    if len(hues) < 2:
        return {"default_group": "all", "groups": [{"id": "all", "label": {"en": "All respondents"}, "draft": True}]}
    taken: set[str] = set()
    groups = []
    for colour in hues:
        name = hue_name(colour)
        groups.append(
            {"id": new_id(name, taken), "label": {language: name}, "colours": [to_hex(colour)], "draft": True}
        )
    return {"groups": groups}


def group_hues(document: Document) -> list[RGB]:
    """The hues that fill the cells of tables, each with enough of them to mark a group, the commonest first."""
    counts: Counter[RGB] = Counter()
    for region in document.regions:
        for reading in region.readings[:1]:
            fills = [e.fill for e in reading.entries if e.fill is not None and reading.method == "table"]
            for fill in fills:
                if chroma(fill) >= COLOURFUL:
                    near = next((c for c in counts if hue_gap(c, fill) <= SAME_HUE), fill)
                    counts[near] += 1
    total = counts.total()
    return [colour for colour, n in counts.most_common() if n >= LEAST_GROUND * total]


def hue_name(colour: RGB) -> str:
    """What a reader would call the colour."""
    return next((name for limit, name in HUES if hue(colour) % 360 <= limit), "pink")
