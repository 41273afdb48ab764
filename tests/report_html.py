"""ENERGY as pages of a browser, printed: every edition in another layout, none of which the typesetter knows."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from tests.history import Asked, History, Printed, text_of


@dataclass(frozen=True)
class Look:
    """A layout. `form`: `wide` has a column per group and wave, `stacked` a table per group, `turned` a row per group
    and wave and a column per option."""

    form: Literal["wide", "stacked", "turned"]
    css: str
    caption_above: bool = True


LOOKS = {
    "2015": Look("wide", "table{border-collapse:collapse} td,th{border:1px solid #888}"),
    "2016": Look("stacked", "tr{border-bottom:1px solid #bbb} table{border-collapse:collapse}", caption_above=False),
    "2018": Look("wide", "body{font-family:'DejaVu Serif',serif} tr:nth-child(even){background:#eef3f8}"),
    "2019": Look("turned", "th{border-bottom:2px solid #333} table{border-collapse:collapse}"),
    "2021": Look("stacked", "table{border-spacing:0;margin-bottom:9pt} th{color:#555} tr{line-height:1.5}"),
    "2023": Look("wide", "thead th{background:#dde8ee} td,th{border-bottom:1px solid #aaa}", caption_above=False),
}
BASE = """
@page { size: A4; margin: 18mm 20mm }
body { font: 10.5pt 'DejaVu Sans', sans-serif; color: #222 }
figure { margin: 0 0 22pt; break-inside: avoid } figcaption { font-weight: bold; margin: 6pt 0 }
td, th { padding: 3pt 9pt; text-align: right } td:first-child, th.label { text-align: left }
"""


def report(history: History, edition: str, browser: Any) -> bytes:
    """The edition as PDF. `browser`: a launched Chromium of playwright."""
    page = browser.new_page()
    try:
        page.set_content(page_of(history, edition))
        made: bytes = page.pdf(prefer_css_page_size=True, print_background=True)
        return made
    finally:
        page.close()


def page_of(history: History, edition: str) -> str:
    """The edition as HTML."""
    look = LOOKS[edition]
    title = f"{history.study.title['en']} {edition}"
    figures = "".join(
        _figure(history, asked, edition, number, look)
        for number, asked in enumerate(history.asked_in(edition), start=1)
    )
    style = f"<style>{BASE}{look.css}</style>"
    text = "<p>We asked a sample of households and asked them again in later years. The figures follow.</p>"
    return f"<!doctype html><meta charset=utf-8>{style}<h1>{title}</h1>{text}{figures}"


def _figure(history: History, asked: Asked, edition: str, number: int, look: Look) -> str:
    caption = f"<figcaption>Figure {number}: {html.escape(asked.text(edition).text)}</figcaption>"
    printed = list(history.values(asked, edition))
    make = _items if asked.items else FORMS[look.form]
    body = "".join(make(history, asked, printed))
    return f"<figure>{caption}{body}</figure>" if look.caption_above else f"<figure>{body}{caption}</figure>"


def _table(head: Iterable[Iterable[str]], rows: Iterable[Iterable[str]]) -> str:
    top = "".join(f"<tr>{''.join(cells)}</tr>" for cells in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}' for cell in cells)}</tr>" for cells in rows)
    return f"<table><thead>{top}</thead><tbody>{body}</tbody></table>"


def _th(text: str, span: int = 1, label: bool = False) -> str:
    return f'<th colspan="{span}"{" class=label" if label else ""}>{html.escape(text)}</th>'


def _labels(printed: Iterable[Printed]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((p.category, p.label) for p in printed))


def _name(history: History, group: str) -> str:
    return next(g.label["en"] for g in history.study.groups if g.id == group)


def _cells(history: History, asked: Asked, printed: list[Printed]) -> dict[tuple[str, str, str], str]:
    return {(p.category, p.group, p.wave): text_of(asked, p, history.study.decimal_mark) for p in printed}


def _wide(history: History, asked: Asked, printed: list[Printed]) -> Iterator[str]:
    places = list(dict.fromkeys((p.group, p.wave) for p in printed))
    cells = _cells(history, asked, printed)
    groups = [(group, len(list(of))) for group, of in groupby(places, key=lambda place: place[0])]
    head = [
        [_th(""), *(_th(_name(history, group), count) for group, count in groups)],
        [_th(""), *(_th(wave) for _, wave in places)],
    ]
    yield _table(head, _rows(printed, cells, places))


def _rows(
    printed: list[Printed], cells: dict[tuple[str, str, str], str], places: list[tuple[str, str]]
) -> Iterator[list[str]]:
    for category, label in _labels(printed):
        yield [html.escape(label), *(cells.get((category, *place), "–") for place in places)]


def _stacked(history: History, asked: Asked, printed: list[Printed]) -> Iterator[str]:
    cells = _cells(history, asked, printed)
    for group in dict.fromkeys(p.group for p in printed):
        places = list(dict.fromkeys((p.group, p.wave) for p in printed if p.group == group))
        head = [[_th(_name(history, group), label=True), *(_th(wave) for _, wave in places)]]
        yield _table(head, _rows([p for p in printed if p.group == group], cells, places))


def _turned(history: History, asked: Asked, printed: list[Printed]) -> Iterator[str]:
    cells = _cells(history, asked, printed)
    labels = _labels(printed)
    head = [[_th("", label=True), _th(""), *(_th(label) for _, label in labels)]]
    places = dict.fromkeys((p.group, p.wave) for p in printed)
    rows = (
        [_name(history, group), wave, *(cells.get((category, group, wave), "–") for category, _ in labels)]
        for group, wave in places
    )
    yield _table(head, rows)


def _items(history: History, asked: Asked, printed: list[Printed]) -> Iterator[str]:
    """A matrix question: its items down, its options across, one wave."""
    cells = {(p.item, p.category): text_of(asked, p, history.study.decimal_mark) for p in printed}
    labels = _labels(printed)
    head = [[_th(""), *(_th(label) for _, label in labels)]]
    rows = ([html.escape(name), *(cells[item, category] for category, _ in labels)] for item, name in asked.items)
    yield _table(head, rows)


FORMS = {"wide": _wide, "stacked": _stacked, "turned": _turned}
