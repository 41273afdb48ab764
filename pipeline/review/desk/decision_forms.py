"""What a steward asks for in a form → the change of a file. Each is guarded by what the steward saw."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.catalogue.decisions import ABSENT, KINDS, Drawn, Signed, appended, file_of, in_force, parse_decisions
from pipeline.catalogue.model import Study
from pipeline.catalogue.yaml_reading import parse_yaml
from pipeline.core.contract import cell, open_errors
from pipeline.core.processes import JobFailed, Progress, run_guarded
from pipeline.exhibits.document import read_drawn
from pipeline.exhibits.reading import ExhibitRegion
from pipeline.pages.page import Page
from pipeline.review.desk.catalogue_forms import Cataloguer
from pipeline.review.desk.exhibit_views import accepted_values, faults
from pipeline.review.desk.form_fields import (
    LABELS,
    Form,
    drawn_region,
    figure_of,
    identity_of,
    is_as_read,
    number_in,
    row_as_seen,
    rows_in_scope,
    value_of,
)
from pipeline.review.desk.workspace import Edit, Refused, State, Workspace

OWN = ("correct", "assign", "add", "accept", "known", "exclude", "audit", "withdraw")
ON_CATALOGUE = ["map-question", "new-question", "map-option", "confirm", "confirm-supported", "compare", "name-group"]
"""What may be decided: methods of `Signatory` and of its `Cataloguer`."""


class Signatory:
    """Makes changes of one edition's files from forms, signed by the workspace's author."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.edition = workspace.edition.name
        self.catalogue = Cataloguer(workspace)

    def change(self, decision: str, form: Form) -> Callable[[State], Edit]:
        """What proposes the decision. Raises Refused for a decision that does not exist."""
        if decision == "draw":
            return self.draw(form)
        if decision not in (*OWN, *ON_CATALOGUE):
            raise Refused(f"there is no decision {decision!r}")
        make = getattr(self if decision in OWN else self.catalogue, decision.replace("-", "_"))
        return lambda state: make(state, form)

    # --- values ------------------------------------------------------------------------------------------------------

    def correct(self, state: State, form: Form) -> Edit:
        """Another number for one value (`printed`), or none (`remove`)."""
        row = row_as_seen(state, form)
        entry: dict[str, object] = {"observation": row["observation_id"], "expect": value_of(row)}
        before = row["value_printed"] or row["value"]
        if form.get("remove"):
            entry["set"], said = ABSENT, f"removed {before}"
        else:
            entry["set"] = {"printed": number_in(form, state)}
            said = f"corrected {before} to {number_in(form, state)}"
        return self._sign(state, "corrections", [entry], form, row["figure"], said)

    def add(self, state: State, form: Form) -> Edit:
        """One more value in the exhibit of the one that was chosen, with the labels that the form gives."""
        row = row_as_seen(state, form)
        said: dict[str, str] = {name: form[name].strip() for name in LABELS if form.get(name, "").strip()}
        entry = {
            "observation": row["observation_id"],
            "expect": ABSENT,
            "set": {"printed": number_in(form, state), **said},
        }
        return self._sign(state, "corrections", [entry], form, row["figure"], f"added {number_in(form, state)}")

    def assign(self, state: State, form: Form) -> Edit:
        """Other labels for the chosen value, or for all that share its column, row or exhibit."""
        chosen = row_as_seen(state, form)
        wanted = {name: form[name].strip() for name in LABELS if form.get(name, "").strip()}
        wanted = {name: said for name, said in wanted.items() if said != (chosen[name] or "")}
        if "group" in wanted and wanted["group"] not in state.catalogue.group_ids:
            raise Refused(f"{wanted['group']!r} is no group of the catalogue")
        entries = []
        for row in rows_in_scope(state.rows(str(chosen["figure"])), chosen, form.get("scope", "value")):
            changed = {name: said for name, said in wanted.items() if said != row[name]}
            if changed:
                expect = value_of(row) | {name: row[name] for name in changed if is_as_read(row, name)}
                entries.append({"observation": row["observation_id"], "expect": expect, "set": changed})
        if not entries:
            raise Refused("nothing would change: choose another group, wave, item or category")
        said = f"assigned {', '.join(wanted.values())} to {len(entries)} value(s)"
        return self._sign(state, "corrections", entries, form, chosen["figure"], said)

    def audit(self, state: State, form: Form) -> Edit:
        """The outcome of looking at one value of the sample."""
        row = row_as_seen(state, form)
        entry: dict[str, object] = {"observation": row["observation_id"], "right": form.get("right") == "yes"}
        if row["value_printed"]:
            entry["printed"] = row["value_printed"]
        said = "judged right" if entry["right"] else "judged wrong: correct it on its exhibit"
        return self._sign(state, "audit", [entry], form, row["figure"], said)

    # --- exhibits and findings ---------------------------------------------------------------------------------------

    def accept(self, state: State, form: Form) -> Edit:
        """The exhibit was compared with the page. Drafts that it rests on are confirmed with it."""
        figure = form.get("figure", "")
        rows = state.rows(figure)
        if not rows:
            raise Refused(f"figure {figure} has no values: mark its findings as known, or draw its region")
        now = accepted_values(rows)
        if form.get("expect", now) != now:
            raise Refused(f"figure {figure} has changed since the page was shown: look at it again")
        open_now = [f for f in open_errors(state.tables.findings) if f["figure"] == figure]
        undecided = [f for f in open_now if f["code"] != "catalogue-draft"]
        if undecided:
            raise Refused(f"figure {figure} has an open error: {undecided[0]['message']}")
        entry = {"figure": figure, "values": now}
        change = self._sign(state, "accepted", [entry], form, figure, f"accepted figure {figure}")
        questions = {str(row["question_id"]) for row in rows if row["question_id"]}
        texts = {**change.texts, **self.catalogue.confirmed(state, questions)}
        return Edit(texts, change.said, figure)

    def known(self, state: State, form: Form) -> Edit:
        """A finding that was looked at on the page, and stands; without `code` all of an exhibit or page."""
        page, figure = (int(form["page"]) if form.get("page", "").isdigit() else None), form.get("figure") or None
        wanted = (form.get("code"), figure, *(form.get(name) or None for name in ("found", "observation")), page)
        if form.get("code"):
            found = [f for f in state.tables.findings if identity_of(f) == wanted][:1]
        else:
            here = [f for f in faults(state.tables.findings) if f["figure"] == figure and (figure or f["page"] == page)]
            found = list({identity_of(f): f for f in here}.values())
        if not found:
            raise Refused(f"the finding {wanted[0]} is not there any more: somebody dealt with it, or it now differs")
        names = {"code": "code", "figure": "figure", "found": "found", "observation": "observation_id", "page": "page"}
        entries = [{n: cell(f, column) for n, column in names.items() if cell(f, column) is not None} for f in found]
        said = "marked as known" if form.get("code") else f"signed off {len(found)} findings"
        return self._sign(state, "known", entries, form, figure, said)

    def exclude(self, state: State, form: Form) -> Edit:
        entry = drawn_region(form) | {"exclude": True}
        return self._sign(state, "regions", [entry], form, form.get("figure"), "excluded")

    def draw(self, form: Form) -> Callable[[State], Edit]:
        """A region that was missed is read again. Refused when it holds nothing that readers understand."""
        entry = drawn_region(form)
        page, study = self.workspace.document.page_to_read(entry["page"]), self.workspace.state.catalogue.study
        drawn = Drawn.model_construct(**entry, exclude=False)
        try:
            regions = run_guarded(read_region, (page, self.workspace.edition.pdf, drawn, study))
        except JobFailed as error:
            raise Refused(f"the region could not be read: reading it {error}") from error
        values = sum(len(region.readings[0].entries) for region in regions if region.readings)
        if not values and drawn.table:
            raise Refused("no value was found in the typed table: a line a row, its label, a tab or |, its values")
        if not values:
            raise Refused("no value was found in the region: draw it around the whole table or chart, labels included")
        way = "took the typed table" if drawn.table else f"read the region{' as ' + drawn.form if drawn.form else ''}"
        return lambda state: self._with_drawn(state, form, drawn, regions, f"{way}: {values} value(s)")

    def _with_drawn(self, state: State, form: Form, drawn: Drawn, regions: Sequence[ExhibitRegion], said: str) -> Edit:
        others = [r for r in self.workspace.document.drawn if (r.page, r.drawn) != (drawn.page, drawn.place)]
        document = replace(self.workspace.document, drawn=(*others, *regions))
        before = [one for one in in_force(state.decisions.regions) if one.subject == drawn.subject]
        taken_back = [one.model_dump(include={"page", "box"}) | {"withdraw": True} for one in before]
        change = self._sign(state, "regions", [*taken_back, drawn_region(form)], form, None, said)
        return Edit(change.texts, change.said, None, document)

    # --- signing and taking back -------------------------------------------------------------------------------------

    def _sign(
        self, state: State, kind: str, entries: Sequence[Mapping[str, Any]], form: Form, figure: object, said: str
    ) -> Edit:
        reason = {"reason": form["reason"]} if form.get("reason", "").strip() else {}
        signed = [self._signed(kind, {**entry, **reason}) for entry in entries]
        path = file_of(self.workspace.folder, kind, self.edition)
        text = appended(state.texts[path], kind, signed)
        return Edit({path: text}, said, str(figure) if figure else None)

    def _signed(self, kind: str, entry: Mapping[str, Any]) -> Signed:
        today = datetime.datetime.now(datetime.UTC).date()
        try:
            return KINDS[kind].model_validate({**entry, "author": self.workspace.author, "date": today})
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            if field == "reason":
                raise Refused("the reason is missing: say what the page shows") from error
            raise Refused(f"{field}: {first['msg'].removeprefix('Value error, ')}".lstrip(": ")) from error

    def withdraw(self, state: State, form: Form) -> Edit:
        """Take back the signed decision at `entry` (from 0) of the file of `kind`."""
        kind, number = form.get("kind", ""), form.get("entry", "")
        standing = getattr(state.decisions, kind, ()) if kind in KINDS else ()
        if not number.isdigit() or int(number) >= len(standing) or standing[int(number)] not in in_force(standing):
            raise Refused("that decision is not in force any more")
        return self._taken_back(state, kind, [standing[int(number)]])

    def take_back(self, state: State, change: Edit, before: Mapping[Path, str]) -> Edit:
        """Undo `change`: a catalogue file as it was, a signed file with a withdrawal at its end."""
        texts: dict[Path, str] = {}
        for path, after in change.texts.items():
            kind = path.parent.name
            if after == before[path]:
                continue
            if kind not in KINDS:
                if state.texts[path] != after:
                    raise Refused(f"{path.name} has changed since: undo it there by hand")
                texts[path] = before[path]
                continue
            old, new = (parse_decisions(parse_yaml(text, path), kind, path) for text in (before[path], after))
            texts |= self._taken_back(state, kind, new[len(old) :]).texts
        return Edit(texts, f"undone: {change.said}", change.figure, self._document_without(change))

    def _document_without(self, change: Edit) -> Any:
        if change.document is None:
            return None
        last = change.document.drawn[-1]
        kept = (r for r in self.workspace.document.drawn if (r.page, r.drawn) != (last.page, last.drawn))
        return replace(self.workspace.document, drawn=tuple(kept))

    def _taken_back(self, state: State, kind: str, entries: Sequence[Signed]) -> Edit:
        """Withdrawals, and again what stood before for the same subject (a withdrawal takes back all of it)."""
        path = file_of(self.workspace.folder, kind, self.edition)
        standing = in_force(getattr(state.decisions, kind))
        out: list[Signed] = []
        for entry in reversed(entries):
            if entry.withdraw:
                continue
            if entry not in standing:
                raise Refused("that decision is not in force any more")
            out.append(_withdrawal(entry, self.workspace.author))
            kept = [e for e in standing if e.subject == entry.subject and e != entry]
            out += [e.model_copy(update={"date": out[0].date, "author": self.workspace.author}) for e in kept]
        return Edit({path: appended(state.texts[path], kind, out)}, "taken back", figure_of(entries))


def _withdrawal(entry: Signed, author: str) -> Signed:
    today = datetime.datetime.now(datetime.UTC).date()
    update: dict[str, Any] = {"withdraw": True, "reason": "taken back", "author": author, "date": today}
    update |= {name: None for name in ("expect", "set") if name in type(entry).model_fields}
    return entry.model_copy(update=update)


def read_region(page: Page, pdf: Path, drawn: Drawn, study: Study, progress: Progress) -> tuple[ExhibitRegion, ...]:
    return read_drawn(page, pdf, drawn, study)
