"""The codebook's pages, HTML and Markdown: two forms of the same entries. Every text is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.contract import CODES, HARMONISED, LONGITUDINAL, QUESTIONS, Table

PLOT_WIDTH, PLOT_HEIGHT, PLOT_MARGIN = 240, 64, 8
LINE_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
"""Okabe & Ito: told apart with every common colour blindness."""
DESCRIBED = (LONGITUDINAL, HARMONISED, QUESTIONS, CODES)


@dataclass(frozen=True)
class OptionEntry:
    """An option or item: its id, labels, the forms printed, and the id it is harmonised to."""

    id: str
    labels: str
    printed: tuple[str, ...]
    harmonised: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Plot:
    """Lines over waves of one group (and item): each with its option and its (wave number, value) points."""

    title: str
    waves: tuple[str, ...]
    lines: tuple[tuple[str, tuple[tuple[int, float], ...]], ...]
    breaks: tuple[int, ...] = ()
    """Numbers of the waves that are not comparable with the one before."""


@dataclass(frozen=True)
class CodebookEntry:
    """All that the codebook says of a question. `places` are (edition, figure, page)."""

    id: str
    labels: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    wordings: tuple[tuple[str, str], ...]
    items: tuple[OptionEntry, ...]
    categories: tuple[OptionEntry, ...]
    notes: tuple[str, ...]
    places: tuple[str, ...]
    findings: tuple[str, ...]
    plots: tuple[Plot, ...]


def markdown_page(title: str, about: str, entries: Sequence[CodebookEntry]) -> Iterator[str]:
    yield f"# {_md(title)}\n\n{_md(about)}\n\n"
    yield "The columns of the tables are described in `datapackage.json`; those of the main ones:\n"
    for table in DESCRIBED:
        yield f"\n## Table `{table.name}`\n\n{_md(table.title)}.\n\n| column | type | meaning |\n|---|---|---|\n"
        yield from (f"| `{c.name}` | {c.type} | {_md(c.meaning)} |\n" for c in table.columns)
    for entry in entries:
        yield f"\n## Question `{entry.id}`\n\n"
        yield from (f"*{_md(text)}* ({language})  \n" for language, text in entry.labels)
        yield "\n"
        yield from (f"- {name}: {_md(text)}\n" for name, text in entry.facts)
        yield from _md_list("Wording as printed", [f"“{text}” ({editions})" for text, editions in entry.wordings])
        yield from _md_options("Items", entry.items)
        yield from _md_options("Options", entry.categories)
        yield from _md_list("Comparability", entry.notes)
        yield from _md_list("Printed in", entry.places)
        yield from _md_list("Findings", entry.findings)


def _md_list(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield f"\n**{title}**\n\n"
        yield from (f"- {_md(text)}\n" for text in texts)


def _md_options(title: str, options: Sequence[OptionEntry]) -> Iterator[str]:
    if options:
        yield f"\n**{title}**\n\n| id | labels | harmonised | sums |\n|---|---|---|---|\n"
        for o in options:
            yield f"| `{o.id}` | {_md(o.labels)} | {_md(o.harmonised)} | {_md(', '.join(o.parts))} |\n"


def _md(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text.replace("\n", " "))


STYLE = """
body { font: 16px/1.5 system-ui, "Segoe UI", sans-serif; color: #1d1b22; margin: 0; display: grid;
  grid-template-columns: 290px minmax(0, 860px); gap: 0 40px; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 18px;
  background: #f4f2f7; font-size: .88rem; }
nav ul { list-style: none; padding: 0; margin: 0; } nav li { margin: 3px 0; }
main { padding: 18px 24px 80px 0; } h1 { margin: 0 0 4px; }
h2 { margin: 44px 0 4px; border-top: 3px solid #0b5c8a; padding-top: 12px; }
h3 { font-size: 1rem; margin: 18px 0 4px; } code { background: #f0edf4; padding: 0 3px;
  border-radius: 3px; white-space: nowrap; }
table { border-collapse: collapse; font-size: .9rem; width: 100%; } th, td { text-align: left; vertical-align: top;
  padding: 3px 8px; border-bottom: 1px solid #e3dfe9; }
dl { display: grid; grid-template-columns: 110px 1fr; gap: 2px 12px; margin: 10px 0; }
dt { color: #5d5966; } dd { margin: 0; }
.label { margin: 0; font-size: 1.05rem; } .plots { display: flex; flex-wrap: wrap; gap: 10px 22px; margin-top: 10px; }
figure { margin: 0; } figcaption { font-size: .8rem; color: #5d5966; max-width: 300px; }
figcaption span { margin-right: 8px; white-space: nowrap; } summary { cursor: pointer; }
a { color: #0b5c8a; } a:focus-visible, summary:focus-visible { outline: 3px solid #e69f00; }
@media (max-width: 820px) { body { display: block; padding: 0 16px; } nav { position: static; max-height: 220px; } }
@media print { nav { display: none; } body { display: block; } }
"""


def html_page(title: str, about: str, entries: Sequence[CodebookEntry], metadata: str) -> Iterator[str]:
    """`metadata` is JSON-LD, for those who harvest pages."""
    e = html.escape
    yield f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{e(title)}</title>\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<script type="application/ld+json">\n' + metadata.replace("<", "\\u003c") + "</script>\n"
    yield f'<style>{STYLE}</style>\n</head>\n<body>\n<nav aria-label="Questions"><ul>\n'
    yield from (f'<li><a href="#{e(entry.id)}">{e(_english(entry))}</a></li>\n' for entry in entries)
    yield f"</ul></nav>\n<main>\n<h1>{e(title)}</h1>\n<p>{e(about)}</p>\n"
    for table in DESCRIBED:
        yield from _html_columns(table)
    for entry in entries:
        yield from _html_entry(entry)
    yield "</main>\n</body>\n</html>\n"


def _english(entry: CodebookEntry) -> str:
    labels = dict(entry.labels)
    return labels.get("en") or next(iter(labels.values()), entry.id)


def _html_columns(table: Table) -> Iterator[str]:
    e = html.escape
    yield f"<details><summary>Columns of <code>{table.name}</code>: {e(table.title)}</summary>\n<table>\n"
    yield '<tr><th scope="col">column</th><th scope="col">type</th><th scope="col">meaning</th></tr>\n'
    for c in table.columns:
        yield f"<tr><td><code>{c.name}</code></td><td>{e(c.type)}</td><td>{e(c.meaning)}</td></tr>\n"
    yield "</table></details>\n"


def _html_entry(entry: CodebookEntry) -> Iterator[str]:
    e = html.escape
    yield f'<section id="{e(entry.id)}">\n<h2><code>{e(entry.id)}</code></h2>\n'
    yield from (f'<p class="label" lang="{e(language)}">{e(text)}</p>\n' for language, text in entry.labels)
    yield "<dl>" + "".join(f"<dt>{e(name)}</dt><dd>{e(text)}</dd>" for name, text in entry.facts) + "</dl>\n"
    if entry.plots:
        yield '<div class="plots">' + "".join(map(_svg, entry.plots)) + "</div>\n"
    yield from _html_list("Wording as printed", [f"“{text}” ({editions})" for text, editions in entry.wordings])
    yield from _html_options("Items", entry.items)
    yield from _html_options("Options", entry.categories)
    yield from _html_list("Comparability", entry.notes)
    yield from _html_list("Printed in", entry.places)
    yield from _html_list("Findings", entry.findings)
    yield "</section>\n"


def _html_list(title: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        items = "".join(f"<li>{html.escape(text)}</li>" for text in texts)
        yield f"<h3>{title}</h3>\n<ul>{items}</ul>\n"


def _html_options(title: str, options: Sequence[OptionEntry]) -> Iterator[str]:
    if not options:
        return
    e = html.escape
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("id", "labels", "harmonised", "sums"))
    yield f"<h3>{title}</h3>\n<table>\n<tr>{heads}</tr>\n"
    for o in options:
        also = f"<br>also printed: {e('; '.join(o.printed))}" if o.printed else ""
        cells = (f"<code>{e(o.id)}</code>", e(o.labels) + also, e(o.harmonised), e(", ".join(o.parts)))
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"
    yield "</table>\n"


def _svg(plot: Plot) -> str:
    """A small line drawing, cut where a wave is not comparable with the one before; its values are in the tables."""
    values = [v for _, points in plot.lines for _, v in points]
    low, high = min(0.0, *values), max(values)
    step = (PLOT_WIDTH - 2 * PLOT_MARGIN) / (len(plot.waves) - 1)
    unit = (PLOT_HEIGHT - 2 * PLOT_MARGIN) / ((high - low) or 1.0)
    parts = []
    for number, (option, points) in enumerate(plot.lines):
        colour = LINE_COLOURS[number % len(LINE_COLOURS)]
        told = html.escape(f"{option}: {', '.join(f'{plot.waves[w]} {v:g}' for w, v in points)}")
        drawn = ""
        for piece in _pieces(points, plot.breaks):
            xy = [(PLOT_MARGIN + w * step, PLOT_HEIGHT - PLOT_MARGIN - (v - low) * unit) for w, v in piece]
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in xy)
            drawn += f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
            drawn += "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{colour}"/>' for x, y in xy)
        parts.append(f"<g><title>{told}</title>{drawn}</g>")
    rules = [PLOT_MARGIN + (wave - 0.5) * step for wave in plot.breaks]
    parts += [f'<path d="M{x:.1f} 0V{PLOT_HEIGHT}" stroke="#8a4b00" stroke-dasharray="3 3"/>' for x in rules]
    broken = f"; not comparable from {', '.join(plot.waves[w] for w in plot.breaks)} on" if plot.breaks else ""
    caption = html.escape(f"{plot.title}, {plot.waves[0]}–{plot.waves[-1]}, {low:g} to {high:g}{broken}")
    size = f'width="{PLOT_WIDTH}" height="{PLOT_HEIGHT}" viewBox="0 0 {PLOT_WIDTH} {PLOT_HEIGHT}"'
    drawing = f'<svg {size} role="img" aria-label="{caption}">{"".join(parts)}</svg>'
    key = " ".join(
        f'<span><b style="color:{LINE_COLOURS[n % len(LINE_COLOURS)]}" aria-hidden="true">●</b> {html.escape(option)}'
        "</span>"
        for n, (option, _) in enumerate(plot.lines)
    )
    return f"<figure>{drawing}<figcaption>{caption}<br>{key}</figcaption></figure>"


def _pieces(points: Sequence[tuple[int, float]], breaks: Sequence[int]) -> list[list[tuple[int, float]]]:
    """The points of a line, parted at the breaks between them."""
    pieces: dict[int, list[tuple[int, float]]] = {}
    for wave, value in points:
        pieces.setdefault(sum(b <= wave for b in breaks), []).append((wave, value))
    return list(pieces.values())
