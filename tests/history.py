"""A synthetic history of a study, 2019–2024, with known truth: what merging must find, and nothing else.

Planted, all in `PLANTED`: a revised value, a value printed again with decimals, a reworded question, an option split in
two, an option added to a single-answer question, a question dropped, a new one, a wave left out, a third respondent
group, shifted figure numbers, a change of mode that only the crosswalk can know.
`rows` gives an edition as the contract's observations; `content` as a report that `facsimile.render` can typeset.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from facsimile import Colour, Content, Style
from facsimile.content import Block, Cell, Column, Exhibit, Facets, Matrix, Row
from pipeline.catalogue import Break, Catalogue, Crosswalk, Group, Option, Question, Study, Wording

STUDY = "synthetic"
EDITIONS = ("2019", "2020", "2021", "2022", "2023", "2024")
FIGURES_PER_PAGE = 4
NEW_GROUP_FROM = "2023"
SPLIT_FROM = "2022"
REWORDED_FROM = "2022"
DROPPED_FROM = "2023"
NEW_FROM = "2021"
ADDED_OPTION_FROM = "2023"
MODE_FROM = "2021"


@dataclass(frozen=True)
class Asked:
    """A question of the history: its wording by edition, its options (id → label) by wave, and who is asked."""

    id: str
    kind: str
    texts: tuple[tuple[str, str], ...]
    """(from edition, wording)."""
    options: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    waves: int = 3
    """How many waves an edition prints."""
    since: str = "2019"
    until: str = "9999"


QUESTIONS = (
    Asked(
        "team-size",
        "single",
        (("2019", "Hoeveel medewerkers telt het team in voltijdse banen?"),),
        (
            ("small", "Minder dan 1 VTE"),
            ("middle", "1 tot 4 VTE"),
            ("large", "5 tot 9 VTE"),
            ("huge", "10 of meer VTE"),
        ),
        ("business",),
    ),
    Asked(
        "provider-size",
        "single",
        (("2019", "Hoeveel opleiders heeft je bureau in dienst?"),),
        (
            ("one", "1 (zelfstandige)"),
            ("few", "2 tot 4 opleiders"),
            ("some", "5 tot 9 opleiders"),
            ("many", "10 opleiders of meer"),
        ),
        ("providers",),
    ),
    Asked(
        "technology",
        "single",
        (
            ("2019", "Maakt je organisatie gebruik van technologie om te leren?"),
            (REWORDED_FROM, "Hoe vaak zetten jullie leertechnologie in bij opleidingen?"),
        ),
        (
            ("no", "Neen, zeker niet"),
            ("rather-no", "Neen, eerder niet"),
            ("rather-yes", "Ja, eerder wel"),
            ("yes", "Ja, zeker wel"),
        ),
        ("business", "providers", "employees"),
    ),
    Asked(
        "outlook",
        "single",
        (("2019", "Zullen de middelen voor opleiding volgend jaar veranderen?"),),
        (("down", "dalen"), ("same", "gelijk blijven"), ("up", "stijgen"), ("unknown", "weet ik niet")),
        ("business", "providers"),
        waves=1,
    ),
    Asked(
        "reasons",
        "multiple",
        (("2019", "Wat zijn de drie belangrijkste redenen om technologie te gebruiken?"),),
        (
            ("reach", "Groter bereik"),
            ("time", "Tijdswinst"),
            ("cost", "Kostenreductie"),
            ("quality", "Hogere kwaliteit"),
            ("fun", "Meer engagement"),
        ),
        ("business", "providers", "employees"),
    ),
    Asked(
        "spend",
        "single",
        (("2019", "Hoeveel geeft je organisatie per persoon uit aan opleiding?"),),
        (("low", "Minder dan € 250"), ("medium", "Tussen € 250 en 750"), ("high", "Meer dan € 750")),
        ("business",),
        waves=4,
    ),
    Asked(
        "labels",
        "multiple",
        (("2019", "Welke kwaliteitslabels bezit je bureau?"),),
        (("qfor", "Qfor"), ("cedeo", "Cedeo"), ("iso", "ISO 9001")),
        ("providers",),
        until=DROPPED_FROM,
    ),
    Asked(
        "agenda",
        "multiple",
        (("2019", "Wat staat bovenaan de agenda voor de komende twaalf maanden?"),),
        (
            ("retain", "Medewerkers behouden"),
            ("attract", "Medewerkers aantrekken"),
            ("comply", "Verplichte opleidingen"),
        ),
        ("business", "providers"),
        since=NEW_FROM,
    ),
    Asked(
        "importance",
        "mean_score",
        (("2019", "Hoe belangrijk is elk kenmerk bij de aankoop, op een schaal van 1 tot 7?"),),
        (("content", "De inhoud"), ("price", "De prijs"), ("trainer", "De reputatie van de trainer")),
        ("business",),
    ),
)
BY_ID = {asked.id: asked for asked in QUESTIONS}

PLANTED = {
    "source-revision": {("2022", "team-size", "2021", "middle"), ("2022", "team-size", "2021", "large")},
    "source-revision-rounding": {("2023", "team-size", "2022", "small")},
    "source-break": {
        ("2022", "technology", "2022", "wording", "business"),
        ("2022", "technology", "2022", "wording", "providers"),
        ("2023", "outlook", "2023", "options", "business"),
        ("2023", "outlook", "2023", "options", "providers"),
        ("2021", "reasons", "2021", "mode", "business"),
        ("2021", "reasons", "2021", "mode", "providers"),
    },
    "source-options-changed": {("2022", "provider-size"), ("2023", "outlook")},
    "source-question-new": {("2021", "agenda")},
    "source-question-dropped": {("2023", "labels")},
    "source-wave-dropped": {("2023", "spend", "2022")},
}
"""Code → what identifies each planted event (edition first)."""


def catalogue() -> Catalogue:
    """The study's catalogue as a steward would have it after 2024."""
    groups = (
        Group(id="business", label={"nl": "L&D-afdelingen", "en": "L&D departments"}, colours=("#5b2a86",)),
        Group(id="providers", label={"nl": "Aanbieders", "en": "Providers"}, colours=("#3f8f3a",)),
        Group(id="employees", label={"nl": "Werknemers", "en": "Employees"}, colours=("#c05a12",)),
    )
    study = Study(
        id=STUDY,
        title={"nl": "Leren in organisaties", "en": "Learning in organisations"},
        languages=("nl", "en"),
        decimal_mark=",",
        figure_words=("Figuur",),
        groups=groups,
    )
    crosswalk = Crosswalk(breaks=(Break(question="reasons", from_wave=MODE_FROM, reason="mode", note="asked on line"),))
    return Catalogue(study=study, questions=tuple(map(_question, QUESTIONS)), crosswalk=crosswalk)


def _question(asked: Asked) -> Question:
    options = [Option(id=id_, label={"nl": label, "en": id_}) for id_, label in asked.options]
    if asked.id == "provider-size":
        net = "5 tot 9 opleiders + 10 opleiders of meer"
        options.append(Option(id="five-plus", label={"nl": net, "en": "5 or more"}, of=("some", "many")))
    return Question.model_validate(
        {
            "id": asked.id,
            "kind": asked.kind,
            "wordings": [Wording(text=text) for _, text in asked.texts],
            "label": {"nl": asked.texts[0][1], "en": asked.id},
            "scale": "1-7" if asked.kind == "mean_score" else None,
            "choose": 3 if asked.kind == "multiple" else None,
            "group": asked.groups[0] if len(asked.groups) == 1 else None,
            "categories": options,
        }
    )


@dataclass(frozen=True)
class Printed:
    """One printed number."""

    category: str
    label: str
    group: str
    wave: str
    value: float
    decimals: int


def editions() -> list[list[dict[str, object]]]:
    """All editions as rows of the contract."""
    return [rows(edition) for edition in EDITIONS]


def rows(edition: str) -> list[dict[str, object]]:
    """An edition's observations, as a perfect extraction would give them."""
    out: list[dict[str, object]] = []
    for number, asked in enumerate(asked_in(edition), start=1):
        for place, printed in enumerate(values(asked, edition)):
            out.append(_row(edition, number, asked, printed, place))
    return out


def _row(edition: str, number: int, asked: Asked, printed: Printed, place: int) -> dict[str, object]:
    parts = (STUDY, edition, str(number), asked.id, "-", printed.category, printed.group, printed.wave)
    score = asked.kind == "mean_score"
    text = f"{printed.value:.{printed.decimals}f}".replace(".", ",")
    return {
        "study": STUDY,
        "edition": edition,
        "observation_id": "/".join(parts),
        "page": 1 + (number - 1) // FIGURES_PER_PAGE,
        "figure": str(number),
        "question_id": asked.id,
        "question": wording(asked, edition),
        "kind": asked.kind,
        "group": printed.group,
        "wave": printed.wave,
        "category_id": printed.category,
        "category": printed.label,
        "value": printed.value,
        "value_printed": text if score else f"{text}%",
        "unit": "mean_score" if score else "percent",
        "scale": "1-7" if score else None,
        "x0": 100.0,
        "top": 100.0 + 12 * place,
        "x1": 130.0,
        "bottom": 110.0 + 12 * place,
        "method": "table",
        "readers": "camelot+geometry",
        "confidence": 0.95,
        "flags": [],
        "source_sha256": f"{int(edition):064x}",
    }


def asked_in(edition: str) -> list[Asked]:
    """The questions of an edition in the order of its figures (which shift as questions come and go)."""
    asked = [q for q in QUESTIONS if q.since <= edition < q.until]
    return asked if edition < NEW_GROUP_FROM else [*asked[2:], *asked[:2]]


def wording(asked: Asked, edition: str) -> str:
    return [text for since, text in asked.texts if since <= edition][-1]


def waves(asked: Asked, edition: str) -> list[str]:
    year = int(edition)
    found = [str(y) for y in range(year - asked.waves + 1, year + 1) if str(y) >= asked.since]
    return [w for w in found if (edition, asked.id, w) not in PLANTED["source-wave-dropped"]]


def values(asked: Asked, edition: str) -> Iterator[Printed]:
    """What the edition prints of the question, by option, group and wave."""
    labels = dict(asked.options)
    for group in _groups(asked, edition):
        for wave in waves(asked, edition):
            if group == "employees" and wave < NEW_GROUP_FROM:
                continue
            shares = _merged(asked, wave, _shares(asked, group, wave))
            for category, value in shares.items():
                label = labels.get(category, "5 tot 9 opleiders + 10 opleiders of meer")
                yield _as_printed(asked, edition, Printed(category, label, group, wave, value, _decimals(asked)))


def _groups(asked: Asked, edition: str) -> list[str]:
    return [g for g in asked.groups if g != "employees" or edition >= NEW_GROUP_FROM]


def _decimals(asked: Asked) -> int:
    return 2 if asked.kind == "mean_score" else 0


@cache
def _shares(asked: Asked, group: str, wave: str) -> dict[str, float]:
    """Values of a wave, the same in every edition: drawn from the names, so that any wave can be made alone."""
    chance = random.Random(f"{asked.id}/{group}/{wave}")
    options = [id_ for id_, _ in asked.options if not (id_ == "unknown" and wave < ADDED_OPTION_FROM)]
    if asked.kind == "mean_score":
        return {id_: round(chance.uniform(2, 6.5), 2) for id_ in options}
    if asked.kind == "multiple":
        return {id_: float(chance.randint(8, 60)) for id_ in options}
    cuts = sorted(chance.sample(range(5, 95), len(options) - 1))
    return {id_: float(b - a) for id_, a, b in zip(options, [0, *cuts], [*cuts, 100], strict=True)}


def _merged(asked: Asked, wave: str, shares: dict[str, float]) -> dict[str, float]:
    if asked.id != "provider-size" or wave >= SPLIT_FROM:
        return shares
    return {"one": shares["one"], "few": shares["few"], "five-plus": shares["some"] + shares["many"]}


def _as_printed(asked: Asked, edition: str, printed: Printed) -> Printed:
    key = (asked.id, printed.wave, printed.category)
    if edition >= "2022" and ("2022", *key) in PLANTED["source-revision"]:
        return replace(printed, value=printed.value + (2.0 if printed.category == "middle" else -2.0))
    if edition >= "2023" and ("2023", *key) in PLANTED["source-revision-rounding"]:
        return replace(printed, value=printed.value + 0.4, decimals=1)
    return printed


STYLES = {
    "2019": Style(),
    "2020": Style(table="zebra", text_font="Roboto"),
    "2021": Style(group_order=("providers", "business"), caption="above"),
    "2022": Style(values="left", percent_space=True),
    "2023": Style(group_marks=("header",), page="us-letter"),
    "2024": Style(group_marks=("fill", "header"), text_font="Roboto", title_font="Roboto", text_size=10),
}
COLOURS = (
    Colour("business", "#5b2a86", "paars"),
    Colour("providers", "#3f8f3a", "groen"),
    Colour("employees", "#c05a12", "oranje"),
)


def style(edition: str) -> Style:
    """The edition's layout: every edition has another."""
    order = STYLES[edition].group_order
    return replace(STYLES[edition], colours=COLOURS, group_order=(*order, "employees"))


def content(edition: str) -> Content:
    """The edition as a report: one figure per question, a sentence of prose between them."""
    blocks = [Block("title", f"Leren in organisaties {edition}"), Block("text", "De bevraging liep in het voorjaar.")]
    for number, asked in enumerate(asked_in(edition), start=1):
        blocks.append(Block("text", "Op de volgende vraag antwoordden de deelnemers zoals hieronder staat."))
        blocks.append(Block("exhibit", Exhibit(str(number), (_matrix(asked, edition, str(number)),))))
    return Content(
        study=STUDY,
        edition=edition,
        title=f"Leren in organisaties {edition}",
        language="nl",
        footer="LEREN",
        first_page=1,
        groups={g.id: g.label["nl"] for g in catalogue().study.groups},
        notes={},
        blocks=tuple(blocks),
    )


def _matrix(asked: Asked, edition: str, figure: str) -> Matrix:
    printed = {(p.category, p.group, p.wave): p for p in values(asked, edition)}
    places = sorted({(_groups(asked, edition).index(p.group), p.wave) for p in printed.values()})
    groups = _groups(asked, edition)
    columns = tuple(
        Column(Facets(group=groups[g] if len(groups) > 1 else "", wave=wave), head=(wave,)) for g, wave in places
    )
    return Matrix(
        form="table",
        figure=figure,
        page=0,
        question=wording(asked, edition),
        facets=Facets(
            group=groups[0] if len(groups) == 1 else "",
            wave=edition,
            kind=asked.kind,
            unit="mean_score" if asked.kind == "mean_score" else "percent",
            scale="1-7" if asked.kind == "mean_score" else "",
        ),
        columns=columns,
        rows=tuple(_table_rows(asked, groups, places, printed)),
    )


def _table_rows(
    asked: Asked, groups: list[str], places: list[tuple[int, str]], printed: dict[tuple[str, str, str], Printed]
) -> Iterator[Row]:
    for id_, label in asked.options:
        cells: list[Cell | None] = []
        for g, wave in places:
            own = printed.get((id_, groups[g], wave))
            net = printed.get(("five-plus", groups[g], wave))
            if own is None and net is not None and id_ == "some":
                cells.append(Cell(net.value, rows=2))
            else:
                cells.append(None if own is None else Cell(own.value))
        if any(cell is not None for cell in cells) or id_ == "many":
            yield Row(label, Facets(category=label), tuple(cells))
