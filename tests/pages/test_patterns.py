"""Gradients and tiles count by the colour that they look like."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from pipeline.pages.parsing import read_pages
from tests.paper import Sheet, document, save


def shading(pdf: pikepdf.Pdf) -> pikepdf.Object:
    function = pikepdf.Dictionary(FunctionType=2, N=1, Domain=[0, 1], C0=[0.2, 0.4, 0.6], C1=[0.4, 0.6, 1.0])
    told = pikepdf.Dictionary(
        ShadingType=2, ColorSpace=pikepdf.Name.DeviceRGB, Coords=[0, 0, 1, 0], Function=function, Extend=[True, True]
    )
    return pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pattern, PatternType=2, Shading=told))


def tile(pdf: pikepdf.Pdf) -> pikepdf.Object:
    stream = pdf.make_stream(b"0 0 0 rg 0.2 0.4 0.6 rg 0 0 2 4 re f")
    for key, value in {"Type": pikepdf.Name.Pattern, "PatternType": 1, "PaintType": 1, "TilingType": 1}.items():
        stream[f"/{key}"] = value
    stream["/BBox"], stream["/XStep"], stream["/YStep"] = pikepdf.Array([0, 0, 4, 4]), 4, 4
    stream["/Resources"] = pikepdf.Dictionary()
    return pdf.make_indirect(stream)


@pytest.mark.parametrize(("made", "colour"), [(shading, (0.3, 0.5, 0.8)), (tile, (0.6, 0.7, 0.8))])
def test_a_box_filled_with_a_pattern_is_a_shape_of_that_colour(tmp_path: Path, made: object, colour: object) -> None:
    sheet = Sheet().text(60, 60, "A box")
    sheet.parts.append("/Pattern cs /P1 scn 100 500 80 40 re f")
    pdf = document([sheet])
    assert callable(made)
    pdf.pages[0].Resources["/Pattern"] = pikepdf.Dictionary(P1=made(pdf))
    (page,) = read_pages(save(pdf, tmp_path / "page.pdf"))
    (box,) = [s for s in page.shapes if s.fill is not None]
    assert tuple(round(v) for v in box.box) == (100, 302, 180, 342)
    assert box.fill == pytest.approx(colour)


def test_letters_of_two_texts_that_are_printed_over_each_other_stay_apart(tmp_path: Path) -> None:
    sheet = Sheet().text(100, 100, "To learn new skills").text(96, 100, "76%")
    (page,) = read_pages(save(document([sheet]), tmp_path / "page.pdf"))
    assert [w.text for w in page.words] == ["To", "learn", "new", "skills", "76%"]
