"""A report as HTML, for engines that print web pages or turn them into documents: the same drawings, set by CSS.

Charts and pictures are left out: what a web page adds to the layouts of `templates/` is how its engine sets tables
and text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from facsimile.content import Content
from facsimile.layout import Drawing, draw
from facsimile.style import Style

PAPERS = {"a4": "210mm 297mm", "a5": "148mm 210mm", "us-letter": "8.5in 11in"}
RULES = {
    "ruled": "td.label, td.value { border-bottom: 0.5pt solid #cfc7d8 }",
    "bare": "",
    "zebra": "tr.even td { background: #efeaf3 }",
    "filled": "table { background: #f4f0f8 }",
    "grid": "td, th { border: 0.7pt solid #444 }",
}
SVG = {
    "swatch": '<rect x="2" y="2" width="8" height="8"/>',
    "business": '<rect x="1.5" y="1" width="5.5" height="11"/><rect x="7.6" y="4.4" width="3.4" height="7.6"/>',
}
BREAK = '<div style="break-before: page"></div>'
PERSON = '<circle cx="6" cy="3" r="2.6"/><path d="M0.8 12 v-2 a4 4 0 0 1 4 -3.4 h2.4 a4 4 0 0 1 4 3.4 v2 z"/>'


@dataclass(frozen=True)
class Web:
    """What CSS may do beyond a `Style`: rules on all sides of every cell, justified labels, figures set as numbers
    that all are equally wide, where values stand in their cells and rows."""

    full_grid: bool = False
    across: Literal["left", "center", "right"] = "center"
    down: Literal["top", "middle", "bottom"] = "middle"
    font: str = "sans-serif"
    label_width: str = ""
    css: str = ""


def page(content: Content, style: Style, web: Web | None = None) -> str:
    """The report as one HTML page that stands alone."""
    web = web or Web()
    body = "\n".join(_block(drawing, style) for drawing in draw(content, style))
    return (
        f'<!doctype html><html lang="{content.language}"><head><meta charset="utf-8">'
        f"<title>{escape(content.title)}</title><style>{_css(style, web, content.footer)}</style></head>"
        f"<body>{body}</body></html>"
    )


def _css(style: Style, web: Web, footer: str) -> str:
    rules = RULES["grid" if web.full_grid else style.table]
    side = "right" if style.values == "left" else "left"
    return f"""
    @page {{ size: {PAPERS[style.page]}; margin: 20mm; @bottom-center {{ content: "{footer} - " counter(page) }} }}
    body {{ font: {style.text_size}pt/1.4 {web.font}; hyphens: auto; text-align: justify }}
    div.running {{ columns: {style.columns}; column-gap: 8mm }}
    h1, h2 {{ color: {style.colour(style.group_order[0])}; text-align: left; break-after: avoid }}
    blockquote {{ color: #fff; background: {style.colour(style.group_order[0])}; padding: 8mm; margin: 4mm 0 }}
    figure {{ margin: 6mm 0; break-inside: {"auto" if style.break_tables else "avoid"} }}
    figcaption {{ font-style: italic; text-align: right; margin: 2mm 0 }}
    .question {{ font-weight: bold; text-align: left; margin: 2mm 0; break-after: avoid }}
    table {{ border-collapse: collapse; width: 100%; text-align: left }}
    thead {{ display: {"table-header-group" if style.repeat_head else "table-row-group"} }}
    tr {{ break-inside: avoid }}
    td, th {{ padding: 1.2mm 1.5mm; font-weight: normal }}
    th, td.value {{ text-align: {web.across}; vertical-align: {web.down}; font-weight: 600 }}
    td.label, th.corner {{ text-align: left; letter-spacing: {style.tracking}em; padding-{side}: 2mm;
      vertical-align: {web.down}; {f"width: {web.label_width}" if web.label_width else ""} }}
    td.value, th.head {{ white-space: nowrap }}
    th.head.wide {{ white-space: normal }}
    span.turned {{ writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap }}
    svg {{ width: 9pt; height: 9pt; vertical-align: -1pt }}
    .note {{ font-size: 80%; font-style: italic }} sup {{ font-size: 60% }}
    {rules} {web.css}
    """


def _block(drawing: Drawing, style: Style) -> str:
    kind, body = drawing["kind"], drawing.get("body")
    if kind == "exhibit":
        return _exhibit(drawing, style)
    if kind == "columns":
        return '<div class="running">' + "".join(_block(inner, style) for inner in body) + "</div>"
    if kind == "page":
        return BREAK if style.keep_pages else ""
    if kind == "break":
        return BREAK
    return _words(kind, body, style)


def _words(kind: str, body: Any, style: Style) -> str:
    """A block of text."""
    plain = {"subheading": "h2", "quote": "blockquote", "caption": "figcaption", "imprint": "p"}
    if kind in plain:
        text = f"Figuur {body}" if kind == "caption" else body
        return f"<{plain[kind]}>{escape(text)}</{plain[kind]}>"
    if kind == "title":
        return f"<h1>{escape(body['number'])} {escape(body['text'])}</h1>"
    if kind in ("text", "lead"):
        return f"<p>{_runs(body)}</p>"
    if kind == "bullets":
        return "<ul>" + "".join(f"<li>{_runs(item)}</li>" for item in body) + "</ul>"
    if kind == "group":
        return "".join(f"<p>{_runs(text)}</p>" for text in body["text"])
    if kind == "beside":
        return "".join(_block(inner, style) for inner in body["blocks"])
    return ""


def _runs(pieces: Sequence[Mapping[str, str]]) -> str:
    """Text with its footnotes: a mark in the text, the note in brackets behind the paragraph."""
    out, notes = [], []
    for piece in pieces:
        if "note" in piece:
            notes.append(piece["note"])
            out.append(f"<sup>{len(notes)}</sup>")
        else:
            out.append(escape(piece["text"]))
    return "".join(out)


def _exhibit(drawing: Drawing, style: Style) -> str:
    caption = f"<figcaption>Figuur {drawing['figure']}</figcaption>" if drawing["captioned"] else ""
    tables = "".join(_table(part, style) for part in drawing["parts"] if part["form"] == "table")
    return f"<figure>{caption}{tables}</figure>" if style.caption == "above" else f"<figure>{tables}{caption}</figure>"


def _table(part: Drawing, style: Style) -> str:
    question = f'<p class="question">{escape(part["question"])}</p>' if part["question"] else ""
    head = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in part["head"])
    rows = (
        f'<tr class="{"odd" if number % 2 else "even"}">{"".join(map(_cell, row))}</tr>'
        for number, row in enumerate(part["rows"])
    )
    note = f'<p class="note">{escape(part["note"])}</p>' if part["note"] else ""
    return f"{question}<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>{note}"


def _cell(cell: Drawing) -> str:
    name = "td" if cell["role"] in ("label", "value") else "th"
    look = f"color: {cell['ink']}" + (f"; background: {cell['fill']}" if cell["fill"] else "")
    wide = " wide" if len(cell["text"].split()) > 2 else ""
    text = escape(cell["text"])
    inner = f'<span class="turned">{text}</span>' if cell["turn"] else text
    return (
        f'<{name} class="{cell["role"]}{wide}" rowspan="{cell["rows"]}" colspan="{cell["cols"]}" style="{look}">'
        f"{_icon(cell)}{inner}</{name}>"
    )


def _icon(cell: Drawing) -> str:
    sign = cell.get("icon", "")
    if not sign:
        return ""
    return f'<svg viewBox="0 0 12 12" fill="{cell["icon_ink"]}">{SVG.get(sign, PERSON)}</svg> '
