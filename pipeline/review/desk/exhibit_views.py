"""What the screens show of an edition: exhibits with their state; one exhibit with its table, findings, readings.

Everything here is text and numbers made from the tables; nothing decides anything.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median
from typing import Literal, get_args

from pipeline.catalogue.decisions import Accepted, in_force
from pipeline.catalogue.matching import Candidate, match_option, match_question
from pipeline.catalogue.model import Catalogue, Question
from pipeline.core.contract import FindingRow, ObservationRow, cell
from pipeline.core.findings import REGISTRY
from pipeline.core.geometry import Box, box_of, union
from pipeline.exhibits.document import Document
from pipeline.exhibits.reading import Entry, ExhibitRegion
from pipeline.review.desk.audit import doubted
from pipeline.review.desk.workspace import State
from pipeline.review.settings import SETTINGS

Standing = Literal["unmapped", "to look at", "accepted"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
WEIGHT = {"error": 20, "warning": 5, "info": 0}
"""What an open finding adds to the worth of a look; a doubted value adds one."""
MARGIN, HEAD, FOOT = 24.0, 66.0, 30.0
"""Points of the page shown beside, above (its title) and below (its caption) an exhibit."""
UNMAPPED = ("catalogue-unmapped", "catalogue-unmapped-option", "catalogue-unmapped-group", "catalogue-draft")


@dataclass(frozen=True)
class ExhibitEntry:
    """An exhibit in the list. `figure` is "" for what belongs to no exhibit."""

    figure: str
    page: int
    question: str
    standing: Standing
    changed: bool
    """It was accepted with other values than it has now."""
    values: int
    doubted: int
    findings: Mapping[str, int]
    """Code → how many open findings."""
    worth: int


def accepted_values(rows: Iterable[ObservationRow]) -> str:
    """A fingerprint of what an exhibit's values say."""
    names: tuple[str, ...] = ("value", "value_printed", "unit", "group", "wave", "item", "category")
    digest = hashlib.sha256()
    for said in sorted(repr([cell(row, name) for name in names]) for row in rows):
        digest.update(said.encode())
    return digest.hexdigest()[:16]


def is_open(found: FindingRow) -> bool:
    """Does the finding ask something of a steward?"""
    return found["severity"] != "info" and found["origin"] != "source"


def faults(findings: Iterable[FindingRow]) -> list[FindingRow]:
    """Those that ask whether the page says so; drafts are decided by their own forms."""
    return [found for found in findings if is_open(found) and found["code"] != "catalogue-draft"]


def lines(state: State) -> list[ExhibitEntry]:
    """The exhibits, those that most deserve a look first."""
    rows: dict[str, list[ObservationRow]] = defaultdict(list)
    for row in state.tables.observations:
        rows[str(row["figure"])].append(row)
    findings: dict[str, list[FindingRow]] = defaultdict(list)
    for found in state.tables.findings:
        if is_open(found):
            findings[str(found["figure"] or "")].append(found)
    accepted = {one.figure: one for one in in_force(state.decisions.accepted)}
    made = [_line(figure, rows[figure], findings[figure], accepted.get(figure)) for figure in {**rows, **findings}]
    return sorted(made, key=lambda line: (line.standing == "accepted", -line.worth, line.page, line.figure))


def _line(
    figure: str, rows: Sequence[ObservationRow], findings: Sequence[FindingRow], accepted: Accepted | None
) -> ExhibitEntry:
    codes = Counter(str(found["code"]) for found in findings)
    in_doubt = sum(doubted(row) for row in rows)
    current = accepted is not None and accepted.values == accepted_values(rows)
    unmapped = any(f["code"] in UNMAPPED and f["severity"] == "error" for f in findings) or any(map(_unmapped, rows))
    standing: Standing = "accepted" if current else "unmapped" if unmapped else "to look at"
    return ExhibitEntry(
        figure=figure,
        page=min(filter(None, (_number(one["page"]) for one in (*rows, *findings))), default=0),
        question=str(next((row["question"] for row in rows if row["question"]), "") or ""),
        standing=standing,
        changed=accepted is not None and not current,
        values=len(rows),
        doubted=in_doubt,
        findings=dict(sorted(codes.items())),
        worth=sum(WEIGHT[str(found["severity"])] for found in findings) + in_doubt,
    )


def _unmapped(row: ObservationRow) -> bool:
    flags = row["flags"]
    return isinstance(flags, list) and any(flag in UNMAPPED for flag in flags)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


# --- one exhibit -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CropMark:
    """A value, or what a reader saw, on a crop. `box` in points of the page."""

    id: str
    box: Box


@dataclass(frozen=True)
class Crop:
    """A part of a page with the places of values on it."""

    page: int
    box: Box
    places: tuple[CropMark, ...]
    noticed: tuple[Box, ...] = ()
    """Where something was noticed, on a page that shows no value of the exhibit."""


@dataclass(frozen=True)
class Series:
    """A value over waves: (wave, value) in order, what this edition prints, and the wave that stands out."""

    points: tuple[tuple[str, float], ...]
    here: frozenset[str]
    breaking: str | None

    @property
    def path(self) -> str:
        """An SVG path in a box of 100 × 24."""
        return " ".join(f"{'M' if i == 0 else 'L'}{x:.1f} {y:.1f}" for i, (x, y, _) in enumerate(self.dots))

    @property
    def dots(self) -> list[tuple[float, float, str]]:
        """(x, y, wave) of each point in a box of 100 × 24."""
        values = [value for _, value in self.points]
        low, high = min(values), max(values)
        span, step = (high - low) or 1.0, 92 / max(len(values) - 1, 1)
        return [(4 + i * step, 20 - 16 * (value - low) / span, wave) for i, (wave, value) in enumerate(self.points)]

    @property
    def said(self) -> str:
        told = ", ".join(f"{wave}: {value:g}" for wave, value in self.points)
        return told + (f"; {self.breaking} stands out" if self.breaking else "")


@dataclass(frozen=True)
class TableRow:
    """A row of the table as extracted: its label, the values of each column (none, one, or several), its series."""

    item: str
    category: str
    cells: tuple[tuple[ObservationRow, ...], ...]
    series: tuple[tuple[str, Series], ...]


@dataclass(frozen=True)
class QuestionTable:
    """The values of one printed question: columns by group, wave and unit; rows by item and category."""

    question: str
    question_id: str
    kind: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    suggestions: tuple[Candidate, ...]
    """For an unmapped or drafted question: what it may be."""
    draft: bool
    """The question, or this wording of it, is one."""
    is_new: bool
    """It is a draft of a question that no edition asked before."""

    @property
    def has_items(self) -> bool:
        return any(row.item for row in self.rows)

    @property
    def has_series(self) -> bool:
        return any(row.series for row in self.rows)


@dataclass(frozen=True)
class Loose:
    """A label that the question of the catalogue lacks, or holds as a draft, with the options that it may be."""

    question: str
    name: str
    label: str
    draft: bool
    suggestions: tuple[Candidate, ...]
    form_of: str | None = None
    """The option of which the draft takes it for another form."""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """What one reader saw in the place of a value."""

    reader: str
    printed: str
    labels: str
    differs: bool


def crops(figure: str, state: State, document: Document) -> list[Crop]:
    """The parts of pages on which the exhibit and what was noticed about it stand, in order."""
    boxes: dict[int, list[Box]] = defaultdict(list)
    places: dict[int, list[CropMark]] = defaultdict(list)
    for row in state.rows(figure):
        page, box = _number(row["page"]), box_of(row)
        if box is not None:
            boxes[page].append(box)
            places[page].append(CropMark(str(row["observation_id"]), box))
            boxes[page] += [r.box for r in _regions_at(document, page, box)[:1]]
    for found in state.tables.findings:
        box = box_of(found)
        if found["figure"] == figure and box is not None:
            boxes[_number(found["page"])].append(box)
    sizes = {number: there.box for number in boxes if (there := document.page(number)) is not None}
    shown = [
        Crop(page, around(union(some), sizes[page], HEAD, FOOT, MARGIN), tuple(places[page]))
        if places[page]
        else Crop(page, around(union(some), sizes[page]), (), tuple(some))
        for page, some in sorted(boxes.items())
        if page in sizes
    ]
    return sorted(shown, key=lambda crop: not crop.places)


def around(box: Box, page: Box, above: float = HEAD, below: float = HEAD, beside: float = inf) -> Box:
    """The box with its surroundings, as far as the page goes; in its full width, as a line of text is read."""
    x0, top, x1, bottom = box.x0 - beside, box.top - above, box.x1 + beside, box.bottom + below
    return Box(max(x0, 0.0), max(top, 0.0), min(x1, page.x1), min(bottom, page.bottom))


def _regions_at(document: Document, page: int, box: Box) -> list[ExhibitRegion]:
    regions = (*document.drawn, *document.regions)
    return [r for r in regions if r.page <= page <= max(r.page, r.last_page) and (r.page != page or r.box.holds(box))]


def readings(row: ObservationRow, document: Document) -> list[Reader]:
    """What each reader saw in the place of the value, with where they differ from what is published."""
    page, box = _number(row["page"]), box_of(row)
    if box is None:
        return []
    found = []
    for region in _regions_at(document, page, box):
        for reading in region.readings:
            entry = next((e for e in reading.entries if e.page == page and e.box.meets(box)), None)
            if entry is not None:
                printed = entry.printed if entry.printed is not None else f"measured {entry.measured:g}"
                found.append(Reader(reading.reader, printed, _labels(entry), _bare(printed) != _bare(row)))
            elif reading.reader not in {one.reader for one in found}:
                found.append(Reader(reading.reader, "nothing", "", True))
            if entry is not None and entry.measured is not None and entry.printed is not None:
                found.append(Reader("mark", f"{entry.measured:.1f}", "length or angle of the mark", bool(entry.doubts)))
    return found


def _labels(entry: Entry) -> str:
    return " · ".join(dict.fromkeys(x.text for x in entry.labels if x.text.strip() and x.axis != "title"))


def _bare(said: str | ObservationRow) -> str:
    text = said if isinstance(said, str) else str(said["value_printed"] or f"measured {said['value']:g}")
    return "".join(text.split())


def blocks(figure: str, state: State, earlier: Sequence[ObservationRow]) -> list[QuestionTable]:
    """The exhibit's values as tables, one for each printed question, with their series over waves."""
    by_question: dict[tuple[str, str], list[ObservationRow]] = defaultdict(list)
    for row in sorted(state.rows(figure), key=lambda r: (_number(r["page"]), r["top"] or 0.0, _left(r))):
        by_question[str(row["question"] or ""), str(row["question_id"] or "")].append(row)
    history = _history([*earlier, *state.tables.observations])
    return [_block(text, id_, rows, state.catalogue, history) for (text, id_), rows in by_question.items()]


History = Mapping[tuple[object, ...], Mapping[str, float]]


def _history(rows: Iterable[ObservationRow]) -> History:
    """What a value is about, but for the wave → wave → value, of the last edition that prints it."""
    found: dict[tuple[object, ...], dict[str, float]] = defaultdict(dict)
    for row in sorted(rows, key=lambda r: str(r["edition"])):
        if row["question_id"] and isinstance(row["value"], float):
            found[_about(row)][str(row["wave"])] = row["value"]
    return found


def _about(row: ObservationRow) -> tuple[object, ...]:
    return (
        row["question_id"],
        row["item_id"] or row["item"],
        row["category_id"] or row["category"],
        row["group"],
        row["unit"],
    )


def _block(
    text: str, id_: str, rows: Sequence[ObservationRow], catalogue: Catalogue, history: History
) -> QuestionTable:
    in_columns = any(row["method"] == "table" for row in rows)  # marks of one wave stand anywhere
    heads = list(dict.fromkeys(map(_head, sorted(rows, key=_left if in_columns else _head))))
    table: dict[tuple[str, str], dict[str, list[ObservationRow]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        table[str(row["item"] or ""), str(row["category"] or "")][_head(row)].append(row)
    question = catalogue.by_id.get(id_)
    drafted = question is not None and any(w.draft and w.text == text for w in question.wordings)
    draft = question is not None and (question.draft or drafted)
    options = list(dict.fromkeys(str(row["category"]) for row in rows if row["category"]))
    return QuestionTable(
        question=text,
        question_id=id_,
        kind=question.kind if question else str(rows[0]["kind"]),
        columns=tuple(heads),
        rows=tuple(
            TableRow(item, category, tuple(tuple(cells[h]) for h in heads), _series(cells, history))
            for (item, category), cells in table.items()
        ),
        suggestions=_suggested(text, catalogue, options) if draft or not question else (),
        draft=draft,
        is_new=question is not None and question.draft,
    )


def _suggested(text: str, catalogue: Catalogue, options: Sequence[str]) -> tuple[Candidate, ...]:
    """The known questions that a printed one may be; what a draft says of it is no evidence."""
    firm = [
        q.model_copy(update={"wordings": tuple(w for w in q.wordings if not w.draft)})
        for q in catalogue.questions
        if not q.draft
    ]
    return match_question(text, firm, options=options).candidates[:5]


def name_of(question: Question) -> str:
    """What a steward knows the question by."""
    said = next(iter(question.label.values()), "") or next((w.text for w in question.wordings), "")
    return f"{said} ({question.id})" if said else question.id


def option_names(catalogue: Catalogue) -> dict[tuple[str, str, str], str]:
    """(question, `categories` or `items`, option) → what a steward knows the option by."""
    return {
        (question.id, name, option.id): f"{next(iter(option.label.values()), option.id)} ({option.id})"
        for question in catalogue.questions
        for name in ("categories", "items")
        for option in getattr(question, name)
    }


def _left(row: ObservationRow) -> float:
    return row["x0"] or 0.0


def _head(row: ObservationRow) -> str:
    signs = {"percent": "%", "mean_score": "score"}
    unit = str(row["unit"])
    return " · ".join(str(x) for x in (row["group"], row["wave"], signs.get(unit, unit)) if x)


def _series(cells: Mapping[str, Sequence[ObservationRow]], history: History) -> tuple[tuple[str, Series], ...]:
    found: dict[tuple[object, ...], list[ObservationRow]] = defaultdict(list)
    for rows in cells.values():
        for row in rows:
            found[_about(row)].append(row)
    return tuple(
        (str(rows[0]["group"] or ""), series_of(history[about], {str(row["wave"]) for row in rows}))
        for about, rows in found.items()
        if len(history.get(about, ())) > 1
    )


def series_of(values: Mapping[str, float], here: Iterable[str]) -> Series:
    """Values by wave in order, with the one that stands out."""
    points = tuple(sorted(values.items()))
    return Series(points, frozenset(here), _breaking([value for _, value in points], [wave for wave, _ in points]))


def _breaking(values: Sequence[float], waves: Sequence[str]) -> str | None:
    """The wave whose value leaves the others by far more than they move; None in series of fewer than three."""
    if len(values) < 3:
        return None
    gaps = []
    for i, value in enumerate(values):
        others = [other for j, other in enumerate(values) if j != i]
        usual = median(abs(b - a) for a, b in pairwise(others))
        nearest = min(abs(value - values[j]) for j in (i - 1, i + 1) if 0 <= j < len(values))
        gaps.append(nearest if nearest > max(SETTINGS.break_points, SETTINGS.break_steps * usual) else 0.0)
    return waves[gaps.index(max(gaps))] if max(gaps) else None


def loose_labels(figure: str, state: State) -> list[Loose]:
    """Labels of the exhibit that its questions lack or hold as drafts, in order."""
    found: dict[tuple[str, str, str], Loose] = {}
    for row in state.rows(figure):
        question = state.catalogue.by_id.get(str(row["question_id"] or ""))
        labels = (("categories", row["category"], row["category_id"]), ("items", row["item"], row["item_id"]))
        for name, label, id_ in labels:
            if question is None or not label or question.draft:
                continue
            options = getattr(question, name)
            held = next((o for o in options if o.id == id_), None)
            if (held is None and options) or (held is not None and held.draft):
                firm = [o for o in options if not o.draft]
                near = match_option(str(label), firm).candidates[:3]
                key = (question.id, name, str(label))
                told = (held.form_of, held.evidence) if held is not None else (None, ())
                found.setdefault(key, Loose(*key, held is not None, near, *told))
    return list(found.values())


def remedy(found: FindingRow) -> str:
    code = REGISTRY.get(str(found["code"]))
    return code.remedy.replace("`", "") if code else ""
