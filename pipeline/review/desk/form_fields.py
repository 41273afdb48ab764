"""What a form of the desk says, looked up in the state that it was filled in for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.catalogue import yaml_edit
from pipeline.catalogue.decisions import Signed
from pipeline.catalogue.model import Draft, Question
from pipeline.core.contract import KINDS as QUESTION_KINDS
from pipeline.core.contract import FindingRow, LabelName, ObservationRow, cell
from pipeline.core.numbers import parse_number
from pipeline.exhibits.typed_table import typed_rows
from pipeline.review.desk.workspace import Refused, State

Form = Mapping[str, str]


def figure_of(entries: Sequence[Signed]) -> str | None:
    """The exhibit that decisions are about, where they say it."""
    for entry in entries:
        figure = getattr(entry, "figure", None) or (getattr(entry, "observation", "") or "").split("/")[2:3]
        if figure:
            return figure if isinstance(figure, str) else figure[0]
    return None


def row_as_seen(state: State, form: Form) -> ObservationRow:
    """The observation that the form is about. Refused when it is not what the steward saw."""
    row = state.row(form.get("observation", ""))
    if row is None:
        raise Refused(f"{form.get('observation')} is not there any more: somebody changed or removed it")
    if "seen" in form and form["seen"] != shown(row):
        raise Refused(f"the value has changed meanwhile: you saw {form['seen']!r}, now it is {shown(row)!r}")
    return row


def shown(row: ObservationRow) -> str:
    """Value and labels of an observation in one line: what a decision on it is guarded by."""
    labels = [str(row[name]) for name in LABELS if row[name]]
    return " · ".join([str(row["value_printed"] or row["value"]), *labels])


def value_of(row: ObservationRow) -> dict[str, object]:
    return {"printed": row["value_printed"]} if row["value_printed"] else {"value": row["value"]}


def is_as_read(row: ObservationRow, name: LabelName) -> bool:
    """Is the label in the table the one that was read? Of pictures it is the catalogue's wording, once certain."""
    return row[name] is not None and not (row["method"] == "picture" and cell(row, f"{name}_id"))


def number_in(form: Form, state: State) -> str:
    printed = form.get("printed", "").strip()
    if parse_number(printed, state.catalogue.study.decimal_mark) is None:
        raise Refused(f"{printed!r} is no number as this study prints it")
    return printed


def rows_in_scope(rows: Sequence[ObservationRow], chosen: ObservationRow, scope: str) -> list[ObservationRow]:
    scopes = {"column": ("question", "group", "wave"), "row": ("question", "item", "category"), "exhibit": ()}
    same: tuple[str, ...] = scopes.get(scope, ("observation_id",))
    return [row for row in rows if all(cell(row, name) == cell(chosen, name) for name in same)]


def drawn_region(form: Form) -> dict[str, Any]:
    try:
        box = [round(float(side), 1) for side in form.get("box", "").split(",")]
        x0, top, x1, bottom = box
        page = int(form.get("page", ""))
    except ValueError as error:
        raise Refused("a region is a page and left, top, right, bottom in points") from error
    rows = typed_rows(form.get("table", ""))
    form_ = {"table": rows} if rows else {"form": form["form"]} if form.get("form") else {}
    return {"page": page, "box": (min(x0, x1), min(top, bottom), max(x0, x1), max(top, bottom)), **form_}


def question_of(state: State, id_: str) -> Question:
    question = state.catalogue.by_id.get(id_)
    if question is None:
        raise Refused(f"there is no question {id_!r} in the catalogue")
    return question


def position_of(state: State, id_: str) -> int:
    return next(i for i, q in enumerate(state.catalogue.questions) if q.id == id_)


def kind_in(form: Form) -> str:
    if form["kind"] not in QUESTION_KINDS:
        raise Refused(f"{form['kind']!r} is no kind of question")
    return form["kind"]


MARKS = ("evidence", "suggestion", "draft")
"""Fields of an entry of the catalogue that only a draft has."""


def marks_at(place: yaml_edit.Path, draft: Draft) -> list[yaml_edit.Path]:
    """What goes when the draft at `place` is confirmed."""
    return [[*place, name] for name in MARKS if getattr(draft, name)]


def unmarked(said: Any) -> Any:
    if isinstance(said, list):
        return [unmarked(one) for one in said]
    if isinstance(said, dict):
        return {name: one for name, one in said.items() if name not in MARKS}
    return said


def identity_of(found: FindingRow) -> tuple[object, ...]:
    return (found["code"], found["figure"], found["found"], found["observation_id"], found["page"])


LABELS: tuple[LabelName, ...] = ("group", "wave", "item", "category")
"""Columns of an observation that a steward may assign."""
