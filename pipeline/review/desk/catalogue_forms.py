"""What a steward says about the catalogue in a form → the change of its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress
from pathlib import Path

from pipeline.catalogue import yaml_edit
from pipeline.catalogue.matching import text_key
from pipeline.catalogue.model import Draft, Option, Question
from pipeline.observations.drafting import new_breaks, new_id, new_questions
from pipeline.review.desk.form_fields import MARKS, Form, kind_in, marks_at, position_of, question_of, unmarked
from pipeline.review.desk.workspace import Edit, Refused, State, Workspace


class Cataloguer:
    """Makes changes of the study's catalogue from forms."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.edition = workspace.edition.name

    def map_question(self, state: State, form: Form) -> Edit:
        """What the exhibit prints is this question of the catalogue. A draft made of it goes."""
        figure, text, target = form.get("figure", ""), form.get("text", ""), form.get("question", "")
        question = question_of(state, target)
        if not any(row["question"] == text for row in state.rows(figure)):
            raise Refused(f"figure {figure} does not print {text!r} any more: look at it again")
        new = yaml_edit.appended(
            self._questions(state),
            ["questions", position_of(state, question.id), "wordings"],
            [{"text": text, "editions": [self.edition]}],
        )
        new = self._without_drafts(new, state, text, target)
        breaks = self._without_breaks(state, text)
        breaks = yaml_edit.appended(
            breaks, ["breaks"], list(new_breaks([(question, None, {})], state.catalogue, self.edition))
        )
        return Edit({self._path: new, self._crosswalk: breaks}, f"mapped to {target}", figure)

    def new_question(self, state: State, form: Form) -> Edit:
        """What the exhibit prints is a question that no edition asked before."""
        figure, text = form.get("figure", ""), form.get("text", "")
        rows = [row | {"question_id": None} for row in state.rows(figure) if row["question"] == text]
        drafts = new_questions(rows, state.catalogue, self.edition)
        if not drafts:
            raise Refused(f"figure {figure} does not print {text!r} any more: look at it again")
        question = {name: unmarked(said) for name, said in drafts[0].items() if name not in MARKS}
        question |= {"kind": kind_in(form)} if form.get("kind") else {}
        if form.get("id", "").strip():
            question["id"] = new_id(form["id"].strip(), {q.id for q in state.catalogue.questions})
        new = yaml_edit.appended(self._questions(state), ["questions"], [question])
        new = self._without_drafts(new, state, text)
        texts = {self._path: new, self._crosswalk: self._without_breaks(state, text)}
        return Edit(texts, f"added question {question['id']}", figure)

    def _without_drafts(self, text: str, state: State, printed: str, but: str = "") -> str:
        """questions.yml without the draft questions and draft wordings that were made of a printed question."""
        key, gone = text_key(printed), list[yaml_edit.Path]()
        for at, question in enumerate(state.catalogue.questions):
            alike = [i for i, wording in enumerate(question.wordings) if text_key(wording.text) == key]
            if alike and question.draft and question.id != but:
                gone.append(["questions", at])
            elif question.id != but:
                gone += [["questions", at, "wordings", i] for i in alike if question.wordings[i].draft]
        return yaml_edit.removed(text, *gone)

    def _without_breaks(self, state: State, printed: str) -> str:
        """crosswalk.yml without the draft rows of the questions that a printed one was taken for."""
        key, text, asked = text_key(printed), state.texts[self._crosswalk], state.catalogue.questions
        taken = {q.id for q in asked if any(w.draft and text_key(w.text) == key for w in q.wordings)}
        rows = enumerate(state.catalogue.crosswalk.breaks)
        wanted = (at for at, row in rows if row.draft and row.from_wave == self.edition and row.question in taken)
        gone: list[yaml_edit.Path] = [["breaks", at] for at in wanted]
        return yaml_edit.removed(text, *gone)

    def compare(self, state: State, form: Form) -> Edit:
        """Do the waves of a question stay comparable though this edition words it otherwise? No: the row goes, and the
        change of wording breaks the series."""
        question, text = question_of(state, form.get("question", "")), state.texts[self._crosswalk]
        rows = state.catalogue.crosswalk.breaks
        at = next((i for i, b in enumerate(rows) if b.draft and b.question == question.id), None)
        if at is None:
            raise Refused(f"whether the waves of {question.id} stay comparable was decided meanwhile")
        if form.get("comparable") == "yes":
            new, said = yaml_edit.removed(text, *marks_at(["breaks", at], rows[at])), "stay comparable"
        else:
            new, said = yaml_edit.removed(text, ["breaks", at]), "break here"
        return Edit({self._crosswalk: new}, f"the waves of {question.id} {said}", form.get("figure"))

    def map_option(self, state: State, form: Form) -> Edit:
        """A printed label is this option of the question (or, without `option`, a new one). A draft of it goes."""
        question, name = question_of(state, form.get("question", "")), form.get("list", "")
        label = form.get("label", "")
        if name not in ("categories", "items"):
            raise Refused("an option is one of categories or items")
        options: Sequence[Option] = getattr(question, name)
        text, target = self._questions(state), form.get("option", "")
        language = state.catalogue.study.languages[0]
        if not target:
            option = {"id": new_id(label, {o.id for o in options}), "label": {language: label}, "since": self.edition}
            path = state.catalogue.place_of(question, name, len(options))[:-1]
            new = yaml_edit.appended(text, path, [option])
            return Edit({self._path: new}, f"added option {option['id']}", form.get("figure"))
        at = next((i for i, o in enumerate(options) if o.id == target), None)
        if at is None:
            raise Refused(f"question {question.id} has no option {target!r} any more")
        places = [state.catalogue.place_of(question, name, i) for i in range(len(options))]
        drafted = [i != at and o.draft and text_key(label) in map(text_key, o.names) for i, o in enumerate(options)]
        new = yaml_edit.edited(text, [([*places[at], "labels"], [label])], compress(places, drafted))
        return Edit({self._path: new}, f"mapped {label!r} to {target}", form.get("figure"))

    def confirm(self, state: State, form: Form) -> Edit:
        """A draft question with its options is right (its kind may be told), or the one option with a `label`."""
        question, old = question_of(state, form.get("question", "")), self._questions(state)
        label = text_key(form.get("label", ""))
        options = (*question.items, *question.categories)
        named = [one for one in options if label in map(text_key, one.names)]
        new = self._with_confirmed(state, [(question, named if label else [question, *_parts(question)])])
        if form.get("kind") and form["kind"] != question.kind:
            new = yaml_edit.replaced(new, ["questions", position_of(state, question.id), "kind"], kind_in(form))
        if new == old:
            raise Refused(f"question {question.id} is no draft any more")
        return Edit({self._path: new}, f"confirmed {form.get('label') or question.id}", form.get("figure"))

    def name_group(self, state: State, form: Form) -> Edit:
        at = next((i for i, g in enumerate(state.catalogue.study.groups) if g.id == form.get("group")), None)
        if at is None:
            raise Refused(f"there is no group {form.get('group')!r} any more")
        group, path = state.catalogue.study.groups[at], self.workspace.folder / "study.yml"
        place: list[str | int] = ["groups", at]
        text = state.texts[path]
        if form.get("label", "").strip():
            text = yaml_edit.replaced(text, [*place, "label", next(iter(group.label))], form["label"].strip())
        return Edit({path: yaml_edit.removed(text, *marks_at(place, group))}, f"confirmed group {group.id}")

    def confirm_supported(self, state: State, form: Form) -> Edit:
        """All drafts that two witnesses support are right: one act, and undone as one."""
        wanted = [(question, confirmable(question)) for question in state.catalogue.questions]
        count = sum(draft.supported for _, drafts in wanted for draft in drafts)
        new, rows = self._with_confirmed(state, wanted), enumerate(state.catalogue.crosswalk.breaks)
        marks = [path for at, row in rows if row.supported for path in marks_at(["breaks", at], row)]
        crosswalk = yaml_edit.removed(state.texts[self._crosswalk], *marks)
        if not count:
            raise Refused("no draft is left that two witnesses support")
        return Edit({self._path: new, self._crosswalk: crosswalk}, f"confirmed {count} drafts")

    def confirmed(self, state: State, ids: Iterable[str]) -> dict[Path, str]:
        """questions.yml with these questions, their options and wordings confirmed; nothing where none is a draft."""
        questions = [state.catalogue.by_id[id_] for id_ in sorted(ids)]
        new = self._with_confirmed(state, [(question, [question, *_parts(question)]) for question in questions])
        return {self._path: new} if new != self._questions(state) else {}

    def _with_confirmed(self, state: State, wanted: Iterable[tuple[Question, Sequence[Draft]]]) -> str:
        """questions.yml with these drafts of questions confirmed. Another form of an option becomes one of its labels,
        and goes."""
        more, gone = list[tuple[yaml_edit.Path, Sequence[str]]](), list[yaml_edit.Path]()
        for question, drafts in wanted:
            place: list[str | int] = ["questions", position_of(state, question.id)]
            parts: list[tuple[yaml_edit.Path, Draft]] = [(place, question)]
            parts += [([*place, "wordings", i], wording) for i, wording in enumerate(question.wordings)]
            for name in ("items", "categories"):
                options: Sequence[Option] = getattr(question, name)
                for i, option in enumerate(options):
                    at = state.catalogue.place_of(question, name, i)
                    if option.draft and option.form_of and option in drafts:
                        target = next(j for j, other in enumerate(options) if other.id == option.form_of)
                        labels = [*state.catalogue.place_of(question, name, target), "labels"]
                        more.append((labels, option.names))
                        gone.append(at)
                    else:
                        parts.append((at, option))
            gone += [path for at, draft in parts if draft in drafts for path in marks_at(at, draft)]
        return yaml_edit.edited(self._questions(state), more, gone)

    @property
    def _path(self) -> Path:
        return self.workspace.folder / "questions.yml"

    @property
    def _crosswalk(self) -> Path:
        return self.workspace.folder / "crosswalk.yml"

    def _questions(self, state: State) -> str:
        return state.texts[self._path]


def _parts(question: Question) -> list[Draft]:
    return [*question.wordings, *question.items, *question.categories]


def confirmable(question: Question) -> list[Draft]:
    """The question's drafts that two witnesses support; with a draft question all that it consists of."""
    if question.draft:
        return [question, *_parts(question)] if question.supported else []
    return [draft for draft in _parts(question) if draft.supported]
