"""LEARNING typeset by the facsimile's typesetter: every edition in another layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from facsimile import Colour, Content, Style, render
from facsimile.content import Block, Cell, Column, Exhibit, Facets, Matrix, Row
from tests.history import Asked, History, Printed

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


def report(history: History, edition: str) -> bytes:
    """The edition as PDF."""
    return render(_content(history, edition), _style(edition))


def _style(edition: str) -> Style:
    order = STYLES[edition].group_order
    return replace(STYLES[edition], colours=COLOURS, group_order=(*order, "employees"))


def _content(history: History, edition: str) -> Content:
    """The edition as a report: one figure per question, a sentence of prose between them."""
    title = f"{history.study.title['nl']} {edition}"
    blocks = [Block("title", title), Block("text", "De bevraging liep in het voorjaar.")]
    for number, asked in enumerate(history.asked_in(edition), start=1):
        blocks.append(Block("text", "Op de volgende vraag antwoordden de deelnemers zoals hieronder staat."))
        blocks.append(Block("exhibit", Exhibit(str(number), (_matrix(history, asked, edition, str(number)),))))
    return Content(
        study=history.study.id,
        edition=edition,
        title=title,
        language="nl",
        footer="LEREN",
        first_page=1,
        groups={g.id: g.label["nl"] for g in history.study.groups},
        notes={},
        blocks=tuple(blocks),
    )


def _matrix(history: History, asked: Asked, edition: str, figure: str) -> Matrix:
    printed = {(p.category, p.group, p.wave): p for p in history.values(asked, edition)}
    groups = history.groups(asked, edition)
    places = sorted({(groups.index(p.group), p.wave) for p in printed.values()})
    columns = tuple(
        Column(Facets(group=groups[g] if len(groups) > 1 else "", wave=wave), head=(wave,)) for g, wave in places
    )
    score = asked.kind == "mean_score"
    return Matrix(
        form="table",
        figure=figure,
        page=0,
        question=asked.text(edition).text,
        facets=Facets(
            group=groups[0] if len(groups) == 1 else "",
            wave=edition,
            kind=asked.kind,
            unit="mean_score" if score else "percent",
            scale=asked.scale if score else "",
        ),
        columns=columns,
        rows=tuple(_table_rows(asked, groups, places, printed)),
    )


def _table_rows(
    asked: Asked, groups: list[str], places: list[tuple[int, str]], printed: dict[tuple[str, str, str], Printed]
) -> Iterator[Row]:
    net = asked.net
    for choice in asked.choices:
        cells: list[Cell | None] = []
        for g, wave in places:
            own = printed.get((choice.id, groups[g], wave))
            whole = printed.get((net.id, groups[g], wave)) if net else None
            if own is None and whole is not None and net and choice.id == net.of[0]:
                cells.append(Cell(whole.value, rows=len(net.of)))
            else:
                cells.append(None if own is None else Cell(own.value))
        if any(cell is not None for cell in cells) or (net and choice.id in net.of):
            yield Row(choice.label, Facets(category=choice.label), tuple(cells))
