"""The facsimile: its bytes, what is printed on its pages, and the other layouts of the same content."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
import pytest
import yaml

from facsimile import Colour, Content, Style, load, render, truth
from facsimile.content import Block, Exhibit, Matrix
from facsimile.rows import COLUMNS

ROOT = Path(__file__).parent.parent
PDF = ROOT / "raw_pdfs/ld-trends/2022.pdf"
SOURCE = PDF.with_suffix(".source.yml")
TRUTH = ROOT / "tests/truth/ld-trends/2022.csv"
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

OTHER_LAYOUTS = {
    "values left of labels": Style(values="left"),
    "providers first": Style(group_order=("providers", "business")),
    "coloured numbers": Style(group_marks=("ink",), table="bare"),
    "icons only": Style(group_marks=("icon",), table="filled"),
    "groups named": Style(group_marks=("header",), table="zebra"),
    "spaced percent, decimal point": Style(percent_space=True, decimal="."),
    "captions above, turned heads": Style(caption="above", turned_heads=True),
    "letter-spaced labels": Style(tracking=0.08, text_font="Roboto", title_font="Roboto"),
    "two columns, flowing": Style(columns=2, keep_pages=False, break_tables=True, art=False),
    "small page": Style(page="a5", text_size=8, keep_pages=False, break_tables=True, repeat_head=True),
}


@cache
def content() -> Content:
    return load(ROOT / "facsimile/ld-trends/2022")


@cache
def words_of(style: Style | None = None) -> tuple[str, ...]:
    """The text of each page: of the committed PDF, or of another layout. Hyphens at line ends are undone."""
    document = pypdfium2.PdfDocument(PDF.read_bytes() if style is None else rendered(style))
    return tuple(_text(document[number]) for number in range(len(document)))


@cache
def rendered(style: Style) -> bytes:
    return render(content(), style)


def _text(page: Any) -> str:
    raw = page.get_textpage().get_text_range()
    return " ".join(re.sub(r"[\ufffe\u00ad]\s*", "", raw).split())


def page_with(style: Style, words: str) -> Any:
    """The first page of a layout that holds the words, as pdfplumber sees it."""
    number = next(n for n, text in enumerate(words_of(style)) if words in text)
    return pdfplumber.open(BytesIO(rendered(style))).pages[number]


def by_printed_page() -> Iterator[tuple[int, Block]]:
    page = 0
    for block in content().blocks:
        if block.kind == "page":
            page = block.body
        yield page, block


def strings(body: Any) -> Iterator[str]:
    """All running text of a block; exhibits are looked at by their matrices."""
    if isinstance(body, str):
        yield re.sub(r"\[\^\w+\]", "", body)
    elif isinstance(body, list):
        for part in body:
            yield from strings(part)
    elif isinstance(body, dict):
        for name, part in body.items():
            yield from strings(part) if name != "picture" else ()


# --- the committed PDF -----------------------------------------------------------------------------------------


def test_the_generator_makes_the_committed_bytes_elsewhere_and_at_another_hour(tmp_path: Path) -> None:
    environment = os.environ | {"TZ": "Pacific/Auckland", "PYTHONPATH": str(ROOT), "LANG": "C"}
    subprocess.run(
        [sys.executable, "-m", "facsimile", "--root", str(tmp_path)], cwd=tmp_path, env=environment, check=True
    )
    assert (tmp_path / "raw_pdfs/ld-trends/2022.pdf").read_bytes() == PDF.read_bytes()


def test_source_says_facsimile_and_knows_the_pdf() -> None:
    source = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    assert source["origin"]["facsimile"] is True
    assert "made up" in source["origin"]["statement"]
    assert source["sha256"] == hashlib.sha256(PDF.read_bytes()).hexdigest()
    assert source["pages"] == len(words_of()) == 31


def test_pages_print_their_numbers() -> None:
    for number, text in enumerate(words_of(), start=content().first_page):
        assert f"{number} - COMMUNITY 2022-2023" in text


def test_every_number_of_the_running_text_is_printed_on_its_page() -> None:
    for page, block in by_printed_page():
        printed = set(NUMBER.findall(words_of()[page - content().first_page]))
        for text in strings(block.body if block.kind not in ("art", "caption", "exhibit", "page") else []):
            missing = [number for number in NUMBER.findall(text) if number not in printed]
            # A footnote mark is glued to what stands before it: "2020" and note 6 print as "20206".
            missing = [number for number in missing if not any(found.startswith(number) for found in printed)]
            assert not missing, (page, text)


def test_every_value_of_a_figure_with_text_is_printed_on_its_page() -> None:
    for matrix in content().matrices():
        if matrix.form != "picture":
            text = words_of()[matrix.page - content().first_page]
            assert not [value for value in shown_values(matrix, Style()) if value not in text], matrix.figure


def test_figures_set_as_pictures_have_no_text() -> None:
    pictures = [matrix for matrix in content().matrices() if matrix.form == "picture"]
    assert [matrix.figure for matrix in pictures] == ["12", "13", "14", "15", "16", "17"]
    for matrix in pictures:
        assert matrix.question not in words_of()[matrix.page - content().first_page]


def test_captions_of_all_figures_are_printed_once() -> None:
    captions = re.findall(r"Figuur \d+\b(?! (?:brengt|toont|zet))", " ".join(words_of()))
    assert sorted(captions, key=lambda caption: int(caption[7:])) == [f"Figuur {number}" for number in range(1, 32)]


def test_truth_of_the_content_is_the_truth_read_by_hand() -> None:
    with TRUTH.open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert sorted(map(as_tuple, truth(content()))) == sorted(map(as_tuple, read))


def as_tuple(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[column] for column in COLUMNS)


def test_bar_segments_are_as_long_as_their_values() -> None:
    page = page_with(Style(), "cijfers mei 2020")
    fills = [rect for rect in page.rects if 15 < rect["height"] < 30 and rect["width"] > 5]
    lengths = [rect["width"] for rect in sorted(fills, key=lambda rect: (round(rect["top"]), rect["x0"]))][:7]
    unit = lengths[0] / 70
    assert [round(length / unit, 2) for length in lengths] == [70, 12, 14, 4, 6, 10, 84]


# --- other layouts ---------------------------------------------------------------------------------------------


def shown_values(matrix: Matrix, style: Style) -> set[str]:
    shown = set()
    for row in matrix.rows:
        for column, cell in zip(matrix.columns, row.cells, strict=True):
            if cell is not None:
                shown.add(style.shown(cell.value, matrix.at(column, row).unit))
    return shown


@pytest.mark.parametrize("name", OTHER_LAYOUTS)
def test_a_layout_changes_no_value(name: str) -> None:
    style = OTHER_LAYOUTS[name]
    text = " ".join(words_of(style))
    for matrix in content().matrices():
        if matrix.form != "picture":
            assert not [value for value in shown_values(matrix, style) if value not in text], matrix.figure
    for block in content().blocks:
        if block.kind == "text":
            assert _words(next(strings(block.body)).strip()[-40:]) in _words(text)


def _words(text: str) -> str:
    """Letters only: immune to hyphens and to the glued marks of footnotes."""
    return "".join(re.findall(r"[^\W\d_]", text))


def test_values_stand_left_of_their_labels() -> None:
    page = page_with(Style(values="left"), "gelijk blijven")
    label = page.search("gelijk blijven")[0]
    assert page.search("48%")[0]["x1"] < label["x0"]


def test_groups_change_places_with_their_colours() -> None:
    page = page_with(Style(group_order=("providers", "business"), group_marks=("ink",)), "gelijk blijven")
    providers, business = page.search("47%")[0], page.search("48%")[0]
    assert providers["x0"] < business["x0"]
    assert colour_of(providers) == as_rgb(Style().colour("providers"))
    assert colour_of(business) == as_rgb(Style().colour("business"))


def colour_of(match: Any) -> tuple[int, ...]:
    return tuple(round(part * 255) for part in match["chars"][0]["non_stroking_color"])


def as_rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def test_the_text_names_the_colours_of_the_layout() -> None:
    style = Style(colours=(Colour("business", "#b5442e", "rood"), Colour("providers", "#1f6f8b", "blauw")))
    text = " ".join(words_of(style))
    assert "Hun kleur is rood" in text and "Hun kleur is blauw" in text and "paars" not in text


def test_groups_may_be_named_above_their_columns() -> None:
    page = page_with(OTHER_LAYOUTS["groups named"], "gelijk blijven")
    assert page.search("Aanbieders")[0]["bottom"] < page.search("13%")[0]["top"]


def test_captions_may_stand_above() -> None:
    below, above = page_with(Style(), "gelijk blijven"), page_with(Style(caption="above"), "gelijk blijven")
    assert below.search("Figuur 6")[0]["top"] > below.search("stijgen 39%")[0]["top"]
    assert above.search("Figuur 6")[0]["top"] < above.search("Zie je de middelen")[0]["top"]


def test_heads_may_be_turned() -> None:
    page = page_with(Style(turned_heads=True), "freelancers) telt")
    assert sum(round(char["matrix"][1]) == 1 for char in page.chars) == len("202020212022" + "201520212022")


def test_tables_may_break_and_repeat_their_heads() -> None:
    small = Style(page="a5", keep_pages=False, break_tables=True, art=False, group_marks=("header",))
    repeated = replace(small, repeat_head=True)
    names = [" ".join(words_of(style)).count("Aanbieders") for style in (small, repeated)]
    assert names[0] < names[1]


def test_numbers_follow_the_notation_of_the_layout() -> None:
    style = OTHER_LAYOUTS["spaced percent, decimal point"]
    text = " ".join(words_of(style))
    assert "77 % 63 %" in text and "6.69" in text and "– 6 %" in text and "+ 25 %" in text


def test_a_report_that_misses_a_value_is_refused(tmp_path: Path) -> None:
    (tmp_path / "edition.yml").write_text(
        "{study: s, edition: '1', title: t, language: nl, footer: f, first_page: 1, groups: {}, notes: {},"
        " chapters: [c.yml]}"
    )
    (tmp_path / "c.yml").write_text(
        "- exhibit: {figure: '1', parts: [{table: {question: q, columns: [{}, {}], rows: [[Ja, 1]]}}]}"
    )
    with pytest.raises(ValueError, match=r"figure 1, row .*: 1 values under 2 columns"):
        load(tmp_path)


def test_exhibits_keep_their_order() -> None:
    exhibits = [block.body.figure for block in content().blocks if isinstance(block.body, Exhibit)]
    assert exhibits == [str(number) for number in range(1, 32)]
