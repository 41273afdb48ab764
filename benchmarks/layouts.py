"""The same report in many layouts and from many engines: how much of its tables is read right, and what is doubted.

    python benchmarks/layouts.py --scorer SCORER.py [--only NAME;NAME…] [--random N,N…] [--out DIR] [--jobs N]

Typesets the tables and the text of the facsimile's edition in every layout below, extracts each with the study's
catalogue and scores it value by value. SCORER is a program that compares a folder with observations.csv and
findings.csv with a truth CSV (`SCORER --truth FILE --pred DIR`) and prints counts as a JSON object on its last line.
`--random 7,8` takes layouts drawn by these seeds from all options and engines instead: what nobody tuned for.
An engine that is not installed is named and left out; pages over whose edge it drew are named too. `--out` keeps PDF,
tables and the scorer's report of each layout.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import engines

from facsimile import Colour, Content, Style, load, render, truth
from facsimile.content import Block, Column, Exhibit, Facets, Matrix, Row
from facsimile.web import Web
from pipeline.catalogue.model import Catalogue, Group, load_catalogue
from pipeline.checks.edition import extract

HOME = Path(__file__).parent.parent
FOLDER = HOME / "facsimile/ld-trends/2022"
Engine = Callable[[Content, Style], bytes]
FLOWING = Style(keep_pages=False, art=False)
CUT = ("source-page-box", "extraction-beyond-page")
"""Findings which say that the drawing ran over the edge of its page: nobody can read there what is asked for."""
THIRD = Colour("employees", "#c8641e", "oranje")


@dataclass(frozen=True)
class Layout:
    """A way to print the report. `groups`: how many respondent groups it prints, of which the catalogue has `known`."""

    style: Style
    engine: Engine = render
    groups: int = 2
    known: int = 2
    captions_apart: bool = False
    """Whether every third caption stands on the page after its exhibit."""


def _style(**options: Any) -> Style:
    return replace(FLOWING, **options)


def _browser(web: Web | None = None, **options: Any) -> Layout:
    return Layout(_style(**options), partial(engines.chromium, web=web or Web()))


def _pango(web: Web | None = None, **options: Any) -> Layout:
    return Layout(_style(**options), partial(engines.weasyprint, web=web or Web()))


def _office(web: Web | None = None, **options: Any) -> Layout:
    return Layout(_style(**options), partial(engines.libreoffice, web=web or Web()))


def _written(change: Callable[[bytes], bytes], **options: Any) -> Layout:
    return Layout(_style(**options), partial(_changed, change=change))


def _changed(content: Content, style: Style, change: Callable[[bytes], bytes]) -> bytes:
    return change(render(content, style))


def _three(known: int = 3, **options: Any) -> Layout:
    colours = (*Style().colours, THIRD)
    return Layout(
        _style(colours=colours, group_order=("business", "providers", "employees"), **options), render, 3, known
    )


RANDOM = "random "
SERIF = "'DejaVu Serif', serif"
LAYOUTS: dict[str, Layout] = {
    "plain": Layout(Style()),
    "values left": Layout(_style(values="left")),
    "values left, ink, bare": Layout(_style(values="left", group_marks=("ink",), table="bare")),
    "values left, heads": Layout(_style(values="left", group_marks=("header",), table="bare")),
    "values left, swatches, zebra": Layout(_style(values="left", group_marks=("swatch",), table="zebra")),
    "bare, fills": Layout(_style(table="bare", group_marks=("fill",))),
    "bare, icons": Layout(_style(table="bare", group_marks=("icon",))),
    "bare, swatches": Layout(_style(table="bare", group_marks=("swatch",))),
    "bare, ink": Layout(_style(table="bare", group_marks=("ink",))),
    "bare, heads": Layout(_style(table="bare", group_marks=("header",))),
    "zebra, swatches and heads": Layout(_style(table="zebra", group_marks=("swatch", "header"))),
    "zebra, ink": Layout(_style(table="zebra", group_marks=("ink",))),
    "filled, heads": Layout(_style(table="filled", group_marks=("header",))),
    "filled, icons": Layout(_style(table="filled", group_marks=("icon",))),
    "other order": Layout(_style(group_order=("providers", "business"))),
    "other order, heads": Layout(_style(group_order=("providers", "business"), group_marks=("header",))),
    "other order, swatches": Layout(_style(group_order=("providers", "business"), group_marks=("swatch",))),
    "percent apart, points": Layout(_style(percent_space=True, decimal=".")),
    "percent apart, left, ink": Layout(_style(percent_space=True, values="left", group_marks=("ink",))),
    "tracked": Layout(_style(tracking=0.12)),
    "tracked, bare": Layout(_style(tracking=0.2, table="bare", group_marks=("ink",))),
    "turned heads": Layout(_style(turned_heads=True, group_marks=("header",))),
    "turned heads, fills": Layout(_style(turned_heads=True)),
    "turned heads, bare, left": Layout(_style(turned_heads=True, table="bare", group_marks=("ink",), values="left")),
    "turned heads, swatches": Layout(_style(turned_heads=True, table="zebra", group_marks=("swatch",))),
    "broken": Layout(_style(break_tables=True)),
    "broken, small page": Layout(
        _style(break_tables=True, page="a5", text_size=9, table="zebra", group_marks=("icon",))
    ),
    "broken, repeated": Layout(_style(break_tables=True, repeat_head=True, page="a5", text_size=9)),
    "broken, repeated, heads": Layout(
        _style(break_tables=True, repeat_head=True, page="a5", text_size=8, group_marks=("header",), table="bare")
    ),
    "captions above": Layout(_style(caption="above")),
    "captions above, broken": Layout(_style(caption="above", break_tables=True, page="us-letter", table="bare")),
    "captions overleaf": Layout(_style(), captions_apart=True),
    "two columns": Layout(_style(columns=2, text_size=9)),
    "two columns, captions above": Layout(_style(columns=2, text_size=9, caption="above", group_marks=("header",))),
    "other fonts": Layout(_style(text_font="Roboto", title_font="Roboto", text_size=9.5, page="us-letter")),
    "three groups": _three(),
    "three groups, heads": _three(group_marks=("header",)),
    "three groups, swatches": _three(group_marks=("swatch",), table="bare"),
    "three groups, one unknown": _three(known=2),
    "three groups, one unknown, heads": _three(known=2, group_marks=("header",)),
    "pages turned 90": _written(engines.turned_pages),
    "pages turned 270": _written(partial(engines.turned_pages, angle=270), table="bare", group_marks=("header",)),
    "pages turned 180": _written(partial(engines.turned_pages, angle=180), group_marks=("icon",)),
    "cropped": _written(engines.cropped_pages),
    "forms": _written(engines.in_forms, group_marks=("icon",)),
    "letters": _written(engines.letter_by_letter, tracking=0.05),
    "browser": _browser(),
    "browser, left, bare": _browser(values="left", table="bare", group_marks=("ink",)),
    "browser, heads, zebra": _browser(table="zebra", group_marks=("header",)),
    "browser, swatches, grid": _browser(Web(full_grid=True), group_marks=("swatch",)),
    "browser, icons, top": _browser(Web(down="top", across="right"), table="bare", group_marks=("icon",)),
    "browser, bottom": _browser(
        Web(down="bottom", across="left", font=SERIF), table="bare", group_marks=("swatch", "header")
    ),
    "browser, turned heads": _browser(turned_heads=True, group_marks=("header",), table="bare"),
    "browser, broken": _browser(break_tables=True, page="a5", text_size=9),
    "browser, broken, repeated": _browser(
        break_tables=True, repeat_head=True, page="a5", text_size=9, group_marks=("swatch",)
    ),
    "browser, narrow labels": _browser(Web(label_width="32%"), table="bare", group_marks=("header",)),
    "browser, captions above": _browser(caption="above", percent_space=True, decimal=".", text_size=9, columns=2),
    "pango": _pango(),
    "pango, left, zebra": _pango(values="left", table="zebra", group_marks=("icon",)),
    "pango, grid": _pango(Web(full_grid=True, font=SERIF), group_marks=("header",)),
    "pango, bare, narrow labels": _pango(Web(label_width="30%", down="top"), table="bare", group_marks=("swatch",)),
    "pango, broken, repeated": _pango(
        break_tables=True, repeat_head=True, page="a5", text_size=9, group_marks=("header",)
    ),
    "pango, turned heads": _pango(turned_heads=True, group_marks=("ink",)),
    "reportlab": Layout(_style(), engines.reportlab),
    "reportlab, left, bare": Layout(_style(values="left", table="bare", group_marks=("ink",)), engines.reportlab),
    "reportlab, signs": Layout(_style(table="zebra", group_marks=("swatch",)), engines.reportlab),
    "reportlab, heads, broken": Layout(
        _style(group_marks=("header",), break_tables=True, repeat_head=True), engines.reportlab
    ),
    "office": _office(),
    "office, left, bare": _office(values="left", table="bare", group_marks=("ink",)),
    "office, heads, grid": _office(Web(full_grid=True), group_marks=("header",)),
    "office, broken": _office(break_tables=True, table="zebra", group_marks=("ink",)),
}


ENGINES = {
    "typst": render,
    "browser": engines.chromium,
    "pango": engines.weasyprint,
    "office": engines.libreoffice,
    "reportlab": engines.reportlab,
}


def drawn(seed: int) -> Layout:
    """Any layout: each option at random, those that most reports leave as they are more rarely turned."""
    seeds = random.Random(f"layout {seed}")  # noqa: S311 - layouts, not secrets

    def rarely(value: Any, usual: Any) -> Any:
        return value if seeds.random() < 0.2 else usual

    engine = seeds.choice(sorted(ENGINES))
    style = _style(
        page=seeds.choice(("a4", "us-letter", rarely("a5", "a4"))),
        columns=rarely(2, 1),
        text_size=seeds.choice((8.5, 9, 10, 11)),
        colours=tuple(Colour(c.group, seeds.choice(TONES[c.group]), c.name) for c in Style().colours),
        group_order=seeds.choice((("business", "providers"), ("providers", "business"))),
        group_marks=(seeds.choice(("fill", "ink", "header") if engine == "office" else MARKS),),
        values=seeds.choice(("left", "right")),
        table=seeds.choice(("ruled", "zebra", "bare", "filled")),
        percent_space=seeds.random() < 0.5,
        decimal=seeds.choice((",", ".")),
        caption=seeds.choice(("above", "below")),
        tracking=rarely(seeds.choice((0.05, 0.1, 0.2)), 0),
        turned_heads=rarely(True, False),
        break_tables=seeds.random() < 0.4,
        repeat_head=seeds.random() < 0.5,
    )
    web = Web(
        full_grid=rarely(True, False),
        across=seeds.choice(("left", "center", "right")),
        down=seeds.choice(("top", "middle", "bottom")),
        font=seeds.choice(("sans-serif", SERIF)),
        label_width=rarely(seeds.choice(("30%", "45%")), ""),
    )
    made = ENGINES[engine]
    return Layout(style, made if engine in ("typst", "reportlab") else partial(made, web=web))


MARKS = ("fill", "ink", "icon", "swatch", "header")
"""What may tell the groups; the word processor draws neither icons nor swatches, so that nothing would."""
TONES = {"business": ("#5b2a86", "#7a3db8", "#4b1f6f"), "providers": ("#3f8f3a", "#2e7d32", "#6aa84f")}
"""The groups' colours as the catalogue knows them, and near ones: no two printers make the same."""


# --- content and truth ---------------------------------------------------------------------------------------------


def content_of(layout: Layout) -> Content:
    """The edition's text and the parts of its figures that are tables, with the groups the layout wants."""
    content = load(FOLDER)
    blocks = [b for block in content.blocks for b in _tables_only(block, layout.groups)]
    if layout.captions_apart:
        blocks = list(_captions_apart(blocks))
    groups = {**content.groups, **({"employees": "Medewerkers"} if layout.groups == 3 else {})}
    return replace(content, blocks=tuple(blocks), groups=groups)


def _tables_only(block: Block, groups: int) -> Iterator[Block]:
    if block.kind == "beside":  # the text alone: a poster beside it is a picture to read
        yield from (Block(kind, body) for entry in block.body["blocks"] for kind, body in entry.items())
    elif not isinstance(block.body, Exhibit):
        yield block
    if not isinstance(block.body, Exhibit):
        return
    parts = tuple(part for part in block.body.parts if part.form == "table")
    if parts:
        parts = tuple(_with_third(p) if groups == 3 and isinstance(p, Matrix) else p for p in parts)
        yield replace(block, body=replace(block.body, parts=parts))


def _captions_apart(blocks: Sequence[Block]) -> Iterator[Block]:
    """Every third exhibit at the foot of its page, its caption at the head of the next."""
    count = 0
    for block in blocks:
        count += isinstance(block.body, Exhibit)
        if isinstance(block.body, Exhibit) and count % 3 == 0 and block.body.captioned:
            yield replace(block, body=replace(block.body, captioned=False))
            yield Block("break", None)
            yield Block("caption", block.body.figure)
        else:
            yield block


def _with_third(matrix: Matrix) -> Matrix:
    """A third group beside two: the second's values, moved down a row where no cell spans several."""
    if set(matrix.groups) != {"business", "providers"}:
        return matrix
    second = [n for n, column in enumerate(matrix.columns) if matrix.at(column).group == "providers"]
    simple = all(cell is not None and cell.rows == 1 for row in matrix.rows for cell in row.cells)
    rows = []
    for number, row in enumerate(matrix.rows):
        other = matrix.rows[(number + 1) % len(matrix.rows)] if simple else row
        rows.append(_row_with(row, other, second))
    return replace(matrix, columns=_columns_with(matrix.columns, second), rows=tuple(rows))


def _columns_with(columns: Sequence[Column], second: Sequence[int]) -> tuple[Column, ...]:
    added = [replace(columns[n], facets=Facets(group="employees").over(columns[n].facets)) for n in second]
    return (*columns, *added)


def _row_with(row: Row, other: Row, second: Sequence[int]) -> Row:
    return replace(row, cells=(*row.cells, *(other.cells[n] for n in second)))


def _catalogue(layout: Layout) -> Catalogue:
    catalogue = load_catalogue(HOME / "schemas/ld-trends")
    if layout.known < 3:
        return catalogue
    third = Group(id="employees", label={"nl": "Medewerkers", "en": "Employees"}, colours=(THIRD.value,))
    return catalogue.model_copy(
        update={"study": catalogue.study.model_copy(update={"groups": (*catalogue.study.groups, third)})}
    )


# --- measuring -----------------------------------------------------------------------------------------------------


def main() -> None:
    options = _options()
    names = [n for n in LAYOUTS if not options.only or n in options.only.split(";")]
    if options.random:
        names = [f"{RANDOM}{seed}" for seed in options.random.split(",")]
    print(f"{'layout':<36} {'owed':>5} {'right':>7} {'silent':>7} {'doubted':>8}")
    with tempfile.TemporaryDirectory() as spare, ProcessPoolExecutor(options.jobs) as pool:
        home = options.out or Path(spare)
        jobs = {pool.submit(measure, name, home, options.scorer): name for name in names}
        for job in as_completed(jobs):
            print(_line(jobs[job], job.result()), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scorer", type=Path, required=True, help="program that scores a folder against a truth CSV")
    parser.add_argument("--only", help="names of layouts, separated by semicolons")
    parser.add_argument("--random", help="seeds of layouts drawn at random, separated by commas")
    parser.add_argument("--out", type=Path, help="keep PDF, tables and report of every layout in DIR/LAYOUT")
    parser.add_argument("--jobs", type=int, default=1)
    return parser.parse_args()


def measure(name: str, home: Path, scorer: Path) -> dict[str, Any] | str:
    """The scorer's counts for one layout, or why there are none."""
    layout = drawn(int(name.removeprefix(RANDOM))) if name.startswith(RANDOM) else LAYOUTS[name]
    folder = home / name.replace(", ", "_").replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    content = content_of(layout)
    try:
        (folder / "report.pdf").write_bytes(layout.engine(content, layout.style))
    except engines.Missing as missing:
        return f"{missing} is not installed"
    rows = truth(content)
    _write(folder / "truth.csv", rows)
    extraction = extract(folder / "report.pdf", _catalogue(layout), content.edition)
    _write(folder / "observations.csv", extraction.observations)
    _write(folder / "findings.csv", extraction.findings)
    command = [
        sys.executable,
        str(scorer),
        "--truth",
        str(folder / "truth.csv"),
        "--pred",
        str(folder),
        "--show",
        "400",
    ]
    report = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    (folder / "score.txt").write_text(report, encoding="utf-8")
    cut = sorted({f["page"] for f in extraction.findings if f["code"] in CUT})
    return {**json.loads(report.strip().splitlines()[-1]), "cut": cut}


def _write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    if not rows:
        path.unlink(missing_ok=True)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(
            {k: "; ".join(v) if isinstance(v, list | tuple) else v for k, v in row.items()} for row in rows
        )


def _line(name: str, score: dict[str, Any] | str) -> str:
    if isinstance(score, str):
        return f"{name:<36} {score}"
    right, owed = score["right"], score["truth"]
    cut = f"  drawn beyond the edge of pages {', '.join(map(str, score['cut']))}" if score["cut"] else ""
    doubted = score["doubted"] / max(right, 1)
    return f"{name:<36} {owed:>5} {right / owed:>7.1%} {score['silent']:>7} {doubted:>8.1%}{cut}"


if __name__ == "__main__":
    main()
