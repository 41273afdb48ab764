"""What is seen stays, on any ground and under any veil; a word covered in part is read whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from pipeline.pages.page import Page
from pipeline.pages.parsing import read_pages
from tests import paper

WHITE = "BT 1 1 1 rg /F 10 Tf 52 742 Td (4,157) Tj ET"
BLACK = "BT 0 0 0 rg /F 10 Tf 52 742 Td (4,157) Tj ET"
RED, PALE = "1 0 0 rg 40 730 90 40 re f", "1 1 1 rg 40 730 90 40 re f"


def page_of(parts: list[str], tmp_path: Path) -> Page:
    sheet = paper.Sheet()
    sheet.parts = parts
    pdf = paper.document([sheet])
    pdf.pages[0].Resources.ExtGState = pikepdf.Dictionary(
        Multiply=pikepdf.Dictionary(BM=pikepdf.Name.Multiply), Half=pikepdf.Dictionary(ca=0.5)
    )
    shade = pikepdf.Dictionary(
        ShadingType=2,
        ColorSpace=pikepdf.Name.DeviceRGB,
        Coords=[40, 0, 130, 0],
        Function=pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 0, 0], C1=[0, 0, 1], N=1),
    )
    pdf.pages[0].Resources.Shading = pikepdf.Dictionary(S=shade)
    (page,) = read_pages(paper.save(pdf, tmp_path / "page.pdf"))
    return page


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([RED, WHITE], id="white on a bar"),
        pytest.param(["1 0 0 rg 40 730 m 130 730 l 130 770 l 60 775 l f", WHITE], id="white on a slanted area"),
        pytest.param(["1 0 0 RG 30 w 40 745 m 130 745 l S", WHITE], id="white on a bar that is a stroke"),
        pytest.param(["q 40 730 90 40 re W n /S sh Q", WHITE], id="white on a gradient"),
        pytest.param([BLACK, "q /Multiply gs 1 1 0 rg 40 730 90 40 re f Q"], id="highlighted"),
        pytest.param([BLACK, "q /Half gs 1 1 0 rg 40 730 90 40 re f Q"], id="under a veil"),
        pytest.param([BLACK, "1 0 0 rg 0 0 595 842 re 40 730 90 40 re f*"], id="in the hole of a frame"),
        pytest.param([PALE, BLACK], id="on its ground"),
        pytest.param(["0 0 0 rg 58 730 14 40 re f", BLACK], id="black across a black bar"),
        pytest.param([BLACK, "1 0 0 rg 64 730 40 40 re f"], id="half covered"),
    ],
)
def test_what_is_seen_is_read(parts: list[str], tmp_path: Path) -> None:
    page = page_of(parts, tmp_path)
    assert [word.text for word in page.words] == ["4,157"]
    assert not page.hidden


def test_a_number_covered_in_part_is_never_read_as_another(tmp_path: Path) -> None:
    most = page_of([BLACK, "1 0 0 rg 57 730 60 40 re f"], tmp_path)
    assert not most.words
    assert [(found.word.text, found.why) for found in most.hidden] == [("4,157", "covered")]


def test_words_beside_a_covered_one_stay(tmp_path: Path) -> None:
    page = page_of([BLACK.replace("4,157", "4,157 persons"), "1 0 0 rg 40 730 36.5 40 re f"], tmp_path)
    assert [word.text for word in page.words] == ["persons"]
