"""Which question of the catalogue an exhibit shows, by its titles or else by its labels."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.catalogue.matching import match_option, match_question
from pipeline.catalogue.model import Catalogue, Question
from pipeline.core.findings import Finding, finding
from pipeline.core.geometry import Box
from pipeline.core.periods import is_period
from pipeline.exhibits.reading import Part
from pipeline.observations.dimensions import group_named

SHARED_LABELS = 0.75
"""Share of a part's labels that must be options of one question, and of no other, to recognise the question without
its wording."""
LABELS_MARGIN = 0.1
"""By how much the next best question must fit worse: two questions on one list differ by their other options."""
TELLING_LABELS = 5
"""Labels from which an untitled exhibit may be recognised by them: scales of agreement or yes and no have fewer."""


def recognise_question(
    part: Part, catalogue: Catalogue, edition: str
) -> tuple[Question | None, str | None, list[Finding]]:
    """The catalogue's question and its wording as printed, with a finding where it stays unmapped.

    A study without a catalogue gets captions quoted with their figure word and number; one with a catalogue gets the
    wording alone, by which stewards map it. The name of a group is no wording. Where the exhibit prints none and its
    labels alone tell the question, the wording is the catalogue's, with a finding that says so.
    """
    titles = [title for title in part.titles if not group_named(title, catalogue.study.groups)]
    printed = next(iter(titles), None)
    if not catalogue.questions:
        return None, part.printed or printed, []
    labels = option_labels(part, catalogue)
    for title in titles:
        match = match_question(title, catalogue, options=labels)
        if match.id is not None:
            return catalogue.by_id[match.id], title, []
    by_labels = _question_by_labels(labels, catalogue)
    if by_labels is not None and _needs_no_title(titles, labels, by_labels):
        if printed is not None:
            return by_labels, printed, []
        wording = _wording(by_labels, edition)
        message = f"the exhibit prints no question; its labels are those of {wording!r}"
        return by_labels, wording, [exhibit_finding("catalogue-wording", part, message)]
    message = f"the question {printed or '(no title found)'!r} is not in the catalogue"
    return None, printed, [exhibit_finding("catalogue-unmapped", part, message)]


def _wording(question: Question, edition: str) -> str | None:
    """The question's wording in the edition, else its first one."""
    own = [w.text for w in question.wordings if edition in w.editions]
    return next(iter((*own, *question.texts)), None)


def option_labels(part: Part, catalogue: Catalogue) -> list[str]:
    """The labels of the part that are neither periods nor groups."""
    texts = {x.text: None for v in part.values for x in v.entry.labels if x.axis != "title" and x.text.strip()}
    return [t for t in texts if not is_period(t) and not group_named(t, catalogue.study.groups)]


def _question_by_labels(labels: Sequence[str], catalogue: Catalogue) -> Question | None:
    """The one question whose options the labels of the part are."""
    if len(labels) < 2:
        return None
    scored = sorted(((_coverage(labels, q), q.id) for q in catalogue.questions), reverse=True)
    if scored[0][0] < SHARED_LABELS or (len(scored) > 1 and scored[1][0] > scored[0][0] - LABELS_MARGIN):
        return None
    return catalogue.by_id[scored[0][1]]


def _needs_no_title(titles: Sequence[str], labels: Sequence[str], question: Question) -> bool:
    """Do the labels tell the question alone? Not where a title of another wording stands above them (two questions
    may offer the same answers; what names or explains one of the answers is no title), nor where they are so few that
    many questions have them ("yes", "no", "perhaps")."""
    if not titles:
        return len(labels) >= TELLING_LABELS
    about_option = titles[0].split(":")[0]
    return match_option(about_option, (*question.categories, *question.items)).certain


def _coverage(labels: Sequence[str], question: Question) -> float:
    """Harmonic mean of: labels that are options, options that are among the labels."""
    options = [o for o in (*question.categories, *question.items) if not o.of]
    named = [match_option(label, options).id for label in labels]
    if not any(named):
        return 0.0
    precision, recall = sum(n is not None for n in named) / len(labels), len(set(named) - {None}) / len(options)
    return 2 * precision * recall / (precision + recall)


def exhibit_finding(code: str, part: Part, message: str, box: Box | None = None) -> Finding:
    return finding(code, message, page=part.page, figure=part.figure, box=box or part.box)
