"""The number ledger: one place for every number, and a finding for what has none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checks.claims.reading_claims import read_claims
from pipeline.checks.ledger import LEFTOVER, TokenPlace, account, label_places, with_unread_exhibits
from pipeline.core.contract import NUMBERS
from pipeline.core.findings import Finding, finding
from pipeline.core.geometry import Box, union
from pipeline.exhibits.reading import Entry, Label, Part, PartValue
from pipeline.layout.text import prose, read_text
from pipeline.pages.page import Page
from tests.typesetting import Sheet, pages

BODY = ["Leren is een begrip met diverse dimensies, en wie", "dat goed wil doen, heeft er veel tijd voor nodig."]
TABLE = Box(50, 280, 420, 340)


def ledger(
    sheets: Sequence[Sheet], places: Sequence[TokenPlace] = (), exhibits: Sequence[Box] = (TABLE,)
) -> tuple[dict[str, str], list[Finding]]:
    """Token → where it went, for documents that print no token twice."""
    printed = pages(sheets)
    text = read_text(printed, ("Figuur",))
    claims = read_claims(prose(text, {1: list(exhibits)}), (), ("Figuur",), "2022")
    rows, findings = account(printed, text, claims, places, "commute", "2024")
    assert all(set(row) | {"study", "edition"} == set(NUMBERS.names) for row in rows)
    return {str(row["token"]): str(row["went"]) for row in rows}, findings


def place(page: Page, token: str, went: str, target: str | None = None, printed: str | None = None) -> TokenPlace:
    return TokenPlace(page.number, union(w.box for w in page.words if w.text == token), went, target, printed)


def test_prose_notes_captions_and_furniture() -> None:
    sheets = [
        Sheet(n)
        .lines([*BODY, f"Volgens figuur 9{n} leert {10 + n}% graag⟨{n}⟩, in 201{n} en in juni 200{n}."], 60, 100)
        .line(f"Figuur 8{n}", 400, 400, 8)
        .line(f"⟨{n}⟩ Zie blad 7{n}", 60, 780, 7.5)
        .line(f"{n + 30} - BLAD", 60, 825, 8)
        for n in (1, 2, 3)
    ]
    went, findings = ledger(sheets)
    assert findings == []
    assert went == {
        **{f"9{n}": "figure reference" for n in (1, 2, 3)},
        **{f"{10 + n}%": "claim" for n in (1, 2, 3)},
        **{f"{n}": "footnote mark" for n in (1, 2, 3)},
        **{f"201{n}": "year" for n in (1, 2, 3)},
        **{f"200{n}.": "date" for n in (1, 2, 3)},
        **{f"8{n}": "figure number" for n in (1, 2, 3)},
        **{f"7{n}": "footnote text" for n in (1, 2, 3)},
        **{f"{n + 30}": "page number or running head" for n in (1, 2, 3)},
    }


def table() -> Sheet:
    sheet = Sheet().lines(BODY, 60, 100).line("2019", 350, 290, 9)
    return sheet.line("Tot 5 FTE", 60, 310, 9).line("37%", 350, 310, 9).line("43%", 390, 310, 9)


def test_what_an_exhibit_loses_is_left_over_and_found() -> None:
    sheet = table()
    page = sheet.page()
    places = [place(page, "37%", "observation", "x/1", "37%"), place(page, "5", "label", printed="Tot 5 FTE")]
    went, findings = ledger([sheet], places)
    assert went == {"2019": "header", "5": "label", "37%": "observation", "43%": LEFTOVER}
    assert [(f.code, f.page, f.found) for f in findings] == [
        ("extraction-number-unaccounted", 1, "43%"),
        ("extraction-numbers-lost", 1, "25.0%"),
    ]


def test_a_place_only_holds_the_digits_it_prints() -> None:
    wide = TokenPlace(1, TABLE, "observation", "x/1", "37%")
    went, _ = ledger([table()], [wide])
    assert (went["37%"], went["43%"]) == ("observation", LEFTOVER)


def test_labels_of_parts_are_places() -> None:
    sheet = table()
    page = sheet.page()
    at = {w.text: w.box for w in page.words}
    labels = (Label("Tot 5 FTE", "row", box=union([at["Tot"], at["FTE"]])), Label("2019", "column", box=at["2019"]))
    entry = Entry("37%", 1, at["37%"], labels)
    part = Part("5", 1, TABLE, "table", "grid", (), (), (PartValue(entry, ("geometry",), 0.99),))
    assert {(p.went, p.printed) for p in label_places([part])} == {("label", "Tot 5 FTE"), ("header", "2019")}


def test_a_label_printed_again_is_the_same_label() -> None:
    sheet = Sheet().lines(BODY, 60, 100).line("-250", 60, 300, 9).line("-250", 60, 330, 9).line("4", 200, 300, 9)
    first = sheet.page().words[-3].box
    went, _ = ledger([sheet.line("4", 200, 330, 9)], [TokenPlace(1, first, "legend", printed="-250")])
    assert went == {"-250": "legend", "4": LEFTOVER}


def test_scales_are_ticks_and_ranks_are_not() -> None:
    sheet = Sheet().lines(BODY, 60, 100)
    for i in range(5):
        sheet.line(f"{i * 20}%", 60, 400 + 30 * i, 8).line(str(i + 1), 300, 400 + 30 * i, 8)
    for word in list(sheet.words):  # ticks are set flush right against their axis
        if word.text.endswith("%"):
            shift = 100 - word.box.x1
            box = Box(word.box.x0 + shift, word.box.top, 100, word.box.bottom)
            sheet.words[sheet.words.index(word)] = type(word)(
                **{name: getattr(word, name) for name in word.__slots__} | {"box": box}  # type: ignore[arg-type]
            )
    went, _ = ledger([sheet])
    assert {went[f"{n}%"] for n in (0, 20, 40, 60, 80)} == {"axis tick"}
    assert {went[str(n)] for n in (1, 2, 3, 4, 5)} == {LEFTOVER}


def test_a_scale_that_begins_elsewhere_than_at_nothing_has_steps_of_its_own() -> None:
    sheet = Sheet().lines(BODY, 60, 100)
    for i in range(4):
        sheet.line(str(2 * i + 12), 100, 400 + 30 * i, 8).line(str(3 * i + 41), 300, 400 + 30 * i, 8)
    went, _ = ledger([sheet])
    assert {went[str(n)] for n in (12, 14, 16, 18)} == {"axis tick"}
    assert {went[str(n)] for n in (41, 44, 47, 50)} == {LEFTOVER}, "no multiples of their step"


@pytest.mark.parametrize(
    ("line", "token", "reason"),
    [
        ("Wat zijn de 3 belangrijke redenen om dit te doen?", "3", "text of an exhibit"),
        ("Total responses = 348, multiple answers", "348,", "base"),
        ("(n = 348)", "348)", "base"),
        ("Total responses = 348 Neen 13", "13", "text of an exhibit"),
        ("Neen 13 Total responses = 348", "13", "text of an exhibit"),
        ("Of all people in town 35%", "35%", "text of an exhibit"),
        ("Affiche 2021", "2021", "year"),
        ("2021 2023", "2021", "header"),
        ("Covid19 43", "Covid19", "name"),
        ("Covid19 43", "43", LEFTOVER),
        ("Neen en ja 13", "13", "text of an exhibit"),
        ("Neen dan 13", "13", LEFTOVER),
        ("Neen 13", "13", LEFTOVER),
        ("Ja, 35% van hen", "35%", LEFTOVER),
    ],
)
def test_numbers_among_words(line: str, token: str, reason: str) -> None:
    went, _ = ledger([Sheet().lines(BODY, 60, 100).line(line, 60, 300, 9)])
    assert went[token] == reason


@given(st.lists(st.from_regex(r"[0-9]{1,3}%?|[a-z]{2,6}", fullmatch=True), min_size=1, max_size=30))
def test_every_token_has_exactly_one_place(tokens: list[str]) -> None:
    sheet = Sheet()
    for i, token in enumerate(tokens):
        sheet.line(token, 60 + 70 * (i % 6), 100 + 30 * (i // 6))
    printed = pages([sheet])
    text = read_text(printed)
    rows, findings = account(printed, text, read_claims(prose(text, {})), [], "commute", "2024")
    assert sorted(str(row["token"]) for row in rows) == sorted(t for t in tokens if any(c.isdigit() for c in t))
    assert bool(findings) == any(row["went"] == LEFTOVER for row in rows)


def test_three_numbers_that_went_nowhere_are_a_missed_exhibit_and_an_error() -> None:
    few, many = Sheet(), Sheet()
    for sheet, values in ((few, ("37%", "43%")), (many, ("37%", "43%", "20%"))):
        for i, value in enumerate(values):
            sheet.line(value, 350, 300 + 37 * i, 9)
    assert [f.severity for f in ledger([few])[1] if f.code == "extraction-number-unaccounted"] == ["warning"]
    assert [f.severity for f in ledger([many])[1] if f.code == "extraction-number-unaccounted"] == ["error"]


def test_numbers_in_running_text_do_not_thin_out_what_was_lost() -> None:
    said = [f"Van hen leert {n}% graag, en dat is al jaren zo bij ons." for n in range(21, 90)]
    sheet = Sheet().lines(said[:40], 60, 60).line("43%", 390, 780, 9)
    (lost,) = (f for f in ledger([sheet], exhibits=())[1] if f.code == "extraction-numbers-lost")
    assert (lost.severity, lost.origin, lost.page) == ("error", "extraction", 1)


def test_a_figure_without_values_is_an_error_where_numbers_went_nowhere() -> None:
    unread = [finding("extraction-exhibit-unread", "", page=n, figure=str(n)) for n in (1, 2)]
    lost = finding("extraction-number-unaccounted", "", page=1)
    assert [f.severity for f in with_unread_exhibits(unread, [lost])] == ["error", "warning"]


def test_numbers_of_a_picture_that_went_nowhere_are_an_error() -> None:
    scale = [("0", 60, 400), ("20", 60, 360), ("40", 60, 320), ("60", 60, 280)]
    values = [("52%", 120, 300), ("21%", 160, 350), ("14%", 205, 370)]
    for seen, codes in ((scale, []), ([*scale, *values], ["extraction-number-unaccounted"])):
        sheet = Sheet()
        for text, x, y in seen:
            sheet.line(text, x, y, 9)
        blank = Sheet().page()
        said = read_claims([], (), (), "2024")
        found = account([blank], read_text([blank], ()), said, [], "commute", "2024", [sheet.page()])[1]
        assert [f.code for f in found if f.severity == "error"] == codes


@pytest.mark.parametrize("error", ["± 7.7", "(2.6–5.9)", "( 2.6 – 5.9 )", "(n=561)"])
def test_the_error_of_a_value_went_with_it(error: str) -> None:
    sheet = Sheet().line(f"37.6 {error}", 350, 310, 9)
    page = sheet.page()
    went, findings = ledger([sheet], [place(page, "37.6", "observation", "x/1", "37.6")])
    assert set(went.values()) == {"observation", "error of a value"} and findings == []


@pytest.mark.parametrize(("beyond", "reason"), [(0.5, "observation"), (1.2, LEFTOVER)])
def test_the_middle_of_a_number_may_lie_half_a_point_beyond_its_box(beyond: float, reason: str) -> None:
    sheet = table()
    box = place(sheet.page(), "37%", "observation").box
    drawn = Box(box.x_mid + beyond, box.top, box.x1 + 9, box.bottom)
    assert ledger([sheet], [TokenPlace(1, drawn, "observation", "x/1", "37%")])[0]["37%"] == reason


def test_a_number_that_a_steward_corrected_is_not_lost() -> None:
    sheet = table()
    at = [place(sheet.page(), token, "observation", "x/1", token) for token in ("37%", "5")]
    corrected = place(sheet.page(), "43%", "observation", "x/2", "48%")
    went, findings = ledger([sheet], [*at, corrected])
    assert went["43%"] == LEFTOVER
    assert [f.code for f in findings] == ["extraction-number-unaccounted"]


def test_what_went_nowhere_is_told_with_the_one_figure_of_its_page() -> None:
    def figure(*captions: str) -> str | None:
        sheet = table()
        for i, caption in enumerate(captions):
            sheet.line(caption, 400, 400 + 40 * i, 8)
        [found] = [f for f in ledger([sheet])[1] if f.code == "extraction-number-unaccounted"]
        return found.figure

    assert figure() is None
    assert figure("Figuur 81") == "81"
    assert figure("Figuur 81", "Figuur 82") is None


@pytest.mark.parametrize(("count", "more"), [(8, False), (9, True)])
def test_eight_pages_that_lost_numbers_are_named(count: int, more: bool) -> None:
    sheets = [Sheet(n).line(f"{n + 20}%", 350, 300, 9) for n in range(1, count + 1)]
    [lost] = [f for f in ledger(sheets, exhibits=())[1] if f.code == "extraction-numbers-lost"]
    assert ("pages 1, 2, 3, 4, 5, 6, 7, 8 …" in lost.message) == more
