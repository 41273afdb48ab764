"""The pages of the desk as HTML, from templates that escape all text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

from pipeline.catalogue.decisions import KINDS, Signed, in_force
from pipeline.catalogue.project import load_source
from pipeline.core.contract import FindingRow, Kind, ObservationRow, open_errors
from pipeline.core.errors import DataError, UsageError
from pipeline.core.findings import REGISTRY
from pipeline.core.geometry import Box, box_of
from pipeline.exhibits.document import proposed_in
from pipeline.review.desk import audit
from pipeline.review.desk import exhibit_views as exhibits
from pipeline.review.desk.form_fields import LABELS, shown
from pipeline.review.desk.side_by_side import SideBySide, side_by_side
from pipeline.review.desk.workspace import Refused, State, Workspace
from pipeline.review.to_decide import supported_drafts

MOST_BESIDE = 3
"""Questions that an exhibit is shown beside: the likeliest, which fit on a screen."""
MOST_READINGS = 9
"""Readings of a place that are shown: each is taken by the key of its number."""
LABELS_AROUND = 220, 120
"""Points above and below a value of the audit in which its heads and labels stand."""
KIND_WORDS: dict[Kind, str] = {
    "single": "one answer each (sums to 100)",
    "multiple": "several answers each",
    "rank": "ranks",
    "mean_score": "mean scores",
    "pair": "pairs of values",
    "difference": "differences of two values",
    "count": "numbers of respondents",
    "unknown": "not known yet",
}
"""The kinds of questions as a steward would say them."""


@cache
def templates() -> Any:
    """The environment of the templates: everything is escaped, a missing name is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipeline.review.desk"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals.update(shown=shown, remedy=exhibits.remedy, registry=REGISTRY, labels=LABELS, kinds=KIND_WORDS)
    environment.filters["box"] = lambda box: ",".join(f"{side:.1f}" for side in box)
    return environment


def title_of(workspace: Workspace) -> str:
    """The report's title; "" where its source file does not tell it."""
    try:
        return load_source(workspace.edition.source_file).title
    except UsageError:
        return ""


class Pages:
    """Makes the pages of one desk. `token` goes into every form."""

    def __init__(self, workspace: Workspace, token: str, earlier: list[ObservationRow]) -> None:
        self.workspace, self.token, self.earlier = workspace, token, earlier

    def _show(self, template: str, state: State, said: str, here: str = "", **more: Any) -> str:
        page = templates().get_template(template)
        try:
            said = said or self.workspace.told()
        except (Refused, UsageError, DataError) as late:
            said = str(late)
        shown: str = page.render(
            edition=self.workspace.edition,
            author=self.workspace.author,
            token=self.token,
            here=here,
            state=state,
            said=said,
            whole=self.workspace.settled,
            undo=self.workspace.done[-1][0].said if self.workspace.done else "",
            study=state.catalogue.study,
            **more,
        )
        return shown

    def list(self, code: str = "", standing: str = "", said: str = "") -> str:
        """All exhibits; only those with a finding of `code`, or that are `standing` so, where it is given."""
        state = self.workspace.current()
        lines = exhibits.lines(state)
        fitting = [x for x in lines if (not code or code in x.findings) and standing in ("", x.standing)]
        return self._show(
            "list.html.jinja",
            state,
            said,
            "/",
            title=title_of(self.workspace),
            lines=fitting,
            first=next((line for line in lines if line.figure and line.standing != "accepted"), None),
            progress=Counter(line.standing for line in lines if line.figure),
            standings=exhibits.STANDINGS,
            standing=standing,
            codes=Counter(c for line in lines for c in line.findings),
            code=code,
            loose=[f for f in state.tables.findings if exhibits.is_open(f) and not f["figure"]],
            errors=open_errors(state.tables.findings),
            outcome=audit.outcome(state.decisions.audit),
            draft_breaks=[b for b in state.catalogue.crosswalk.breaks if b.draft and not b.supported],
            supported=supported_drafts(state.catalogue, self.workspace.edition.name),
            names={q.id: exhibits.name_of(q) for q in state.catalogue.questions},
            draft_groups=[group for group in state.catalogue.study.groups if group.draft],
            pages=range(1, len(self.workspace.document.pages) + 1),
        )

    def exhibit(self, figure: str, value: str = "", said: str = "") -> str:
        """One exhibit beside its place on the page; `value` is the observation that is looked at."""
        state = self.workspace.current()
        lines = [one for one in exhibits.lines(state) if one.figure]
        order = [one.figure for one in lines]
        at = order.index(figure) if figure in order else -1
        unseen = [one.figure for one in (*lines[at + 1 :], *lines[: max(at, 0)]) if one.standing != "accepted"]
        row = state.row(value) if value else None
        rows = state.rows(figure)
        blocks = exhibits.blocks(figure, state, self.earlier)
        loose = exhibits.loose_labels(figure, state)
        undecided = {b.question: b.from_wave for b in state.catalogue.crosswalk.breaks if b.draft}
        asked = {*undecided, *(one.question for one in loose)}
        return self._show(
            "exhibit.html.jinja",
            state,
            said,
            figure=figure,
            line=lines[at] if at >= 0 else None,
            crops=exhibits.crops(figure, state, self.workspace.document),
            blocks=blocks,
            loose=loose,
            sides={block.question: self._sides(block, rows, block.question_id in asked) for block in blocks},
            **_sorted([f for f in state.tables.findings if f["figure"] == figure]),
            names={q.id: exhibits.name_of(q) for q in state.catalogue.questions},
            options=exhibits.option_names(state.catalogue),
            undecided=undecided,
            printed={name: list(dict.fromkeys(r[name] for r in rows if r[name])) for name in ("category", "item")},
            row=row,
            readings=exhibits.readings(row, self.workspace.document) if row else [],
            values=exhibits.accepted_values(rows),
            before=order[at - 1] if at > 0 else "",
            after=unseen[0] if unseen else "",
            doubted={str(r["observation_id"]) for r in rows if audit.doubted(r)},
            back=_address("/exhibit", figure=figure),
        )

    def _sides(
        self, block: exhibits.QuestionTable, rows: Sequence[ObservationRow], asked: bool
    ) -> Sequence[SideBySide]:
        """The exhibit beside the questions that it may be, as other editions print them."""
        known = [block.question_id] if block.question_id and not block.is_new and (asked or block.draft) else []
        ids = known or [one.id for one in block.suggestions[:MOST_BESIDE]]
        here = [row for row in rows if (row["question"] or "") == block.question]
        return [side_by_side(here, id_, [row for row in self.earlier if row["question_id"] == id_]) for id_ in ids]

    def page(self, number: int, said: str = "") -> str | None:
        """A whole page, to draw the region of an exhibit that was missed; None where there is no such page."""
        state = self.workspace.current()
        page = self.workspace.document.page(number)
        if page is None:
            return None
        places = [(r, box_of(r)) for r in state.tables.observations if r["page"] == number]
        regions = [r for r in self.workspace.document.regions if r.page == number]
        noticed = [f for f in state.tables.findings if f["page"] == number and exhibits.is_open(f)]
        return self._show(
            "page.html.jinja",
            state,
            said,
            page=page,
            places=[(row, box) for row, box in places if box is not None],
            figures=list(dict.fromkeys(row["figure"] for row, _ in places)),
            regions=regions,
            findings=noticed,
            loose=[f for f in exhibits.faults(noticed) if not f["figure"]],
            last=len(self.workspace.document.pages),
            back=_address("/page", number=str(number)),
        )

    def readings(self, number: int, box: Box, said: str = "") -> str | None:
        """All readings that were proposed for a place, to take another than the one that was chosen."""
        state, page = self.workspace.current(), self.workspace.document.page(number)
        if page is None:
            return None
        sheet = self.workspace.document.page_to_read(number)
        proposed = proposed_in(sheet, self.workspace.edition.pdf, box, state.catalogue.study)
        surest = {region.readings[0].form: region for region in reversed(proposed)}  # a form is what is taken
        return self._show(
            "readings.html.jinja",
            state,
            said,
            crop=exhibits.Crop(number, box, ()),
            readings=[region for region in proposed if region in surest.values()][:MOST_READINGS],
            back=_address("/page", number=str(number)),
        )

    def audit(self, said: str = "") -> str:
        state = self.workspace.current()
        sample = audit.sample(state.tables.observations)
        judged = {one.observation: one for one in in_force(state.decisions.audit)}
        left = [row for row in sample if row["observation_id"] not in judged]
        row = left[0] if left else None
        box = box_of(row) if row else None
        crop = None
        page = self.workspace.document.page(row["page"]) if row else None
        if row and box and page:
            mark = exhibits.CropMark(str(row["observation_id"]), box)
            crop = exhibits.Crop(page.number, exhibits.around(box, page.box, *LABELS_AROUND), (mark,))
        return self._show(
            "audit.html.jinja",
            state,
            said,
            "/audit",
            row=row,
            crop=crop,
            size=len(sample),
            left=len(left),
            outcome=audit.outcome(state.decisions.audit),
            wrong=[one for one in judged.values() if not one.right],
            back="/audit",
        )

    def decisions(self, said: str = "") -> str:
        state = self.workspace.current()
        signed = {kind: getattr(state.decisions, kind) for kind in KINDS}
        return self._show(
            "decisions.html.jinja", state, said, "/decisions", signed=_with_force(signed), back="/decisions"
        )

    def refused(self, why: str, back: str, errors: Sequence[FindingRow] = ()) -> str:
        """A decision that was not done; `errors` are the findings that stand in its way."""
        place = back if back.startswith("/") and not back.startswith("//") else "/"
        return self._show("refused.html.jinja", self.workspace.current(), "", why=why, back=place, errors=errors)


def _sorted(findings: Sequence[FindingRow]) -> dict[str, Any]:
    """Findings that a steward has to decide (errors first), what the report prints so, and what is only told."""
    asks = [f for f in findings if exhibits.is_open(f)]
    return {
        "asks": sorted(asks, key=lambda f: f["severity"] != "error"),
        "printed_so": [f for f in findings if f["severity"] != "info" and f["origin"] == "source"],
        "told": [f for f in findings if f["severity"] == "info"],
        "faults": exhibits.faults(findings),
    }


def _with_force(signed: dict[str, Sequence[Signed]]) -> dict[str, list[tuple[int, Signed, str, bool]]]:
    """Kind → (position, decision, what it says, in force), newest first."""
    return {
        kind: [
            (i, one, ", ".join(f"{k}: {v}" for k, v in _said(one).items()), any(one is x for x in in_force(entries)))
            for i, one in reversed(list(enumerate(entries)))
        ]
        for kind, entries in signed.items()
        if entries
    }


def _said(one: Signed) -> dict[str, object]:
    said = one.model_dump(mode="json", exclude_defaults=True)
    return {k: v for k, v in said.items() if k not in Signed.model_fields}


def _address(path: str, **query: str) -> str:
    from urllib.parse import urlencode

    return f"{path}?{urlencode(query)}"
