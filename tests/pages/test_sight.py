"""What nobody sees is not read, and told; what a viewer shows is."""

from __future__ import annotations

import math
from pathlib import Path

import pikepdf
import pytest

from pipeline.pages.cross_check import hidden_text
from pipeline.pages.page import Page
from pipeline.pages.parsing import read_pages
from pipeline.pages.turning import shown_box
from pipeline.pages.words import logical

SHOWN = "BT 0 g /F 12 Tf 50 700 Td (shown 42) Tj ET"
SECRET = "BT {ink} /F 12 Tf 50 600 Td (secret 17) Tj ET"


def page_of(folder: Path, content: str, **resources: pikepdf.Object) -> Page:
    """A page with the content stream, and SHOWN in black."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font), **resources)
    page.Contents = pdf.make_stream(f"{SHOWN}\n{content}".encode())
    pdf.save(folder / "page.pdf")
    return next(read_pages(folder / "page.pdf"))


def words(page: Page) -> str:
    return " ".join(word.text for word in page.words)


STATES = pikepdf.Dictionary(G=pikepdf.Dictionary(ca=0, CA=0))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (SECRET.format(ink="1 g"), "ground"),
        ("0.2 0.3 0.5 rg 40 590 200 30 re f " + SECRET.format(ink="0.2 0.3 0.5 rg"), "ground"),
        (SECRET.format(ink="0 g") + " 0 g 40 590 200 30 re f", "covered"),
        (
            SECRET.format(ink="0 g") + " 0 g 40 590 m 41 591 m 41 591 m 41 620 l 240 620 l 240 591 l h 240 620 m f",
            "covered",
        ),
        (SECRET.format(ink="0 g") + " q 200 0 0 30 40 590 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q", "covered"),
        ("q /G gs " + SECRET.format(ink="0 g") + " Q", "transparent"),
        ("q 300 590 100 30 re W n " + SECRET.format(ink="0 g") + " Q", "clipped"),
        (SECRET.format(ink="0 g 3 Tr"), "not painted"),
    ],
)
def test_what_nobody_sees_is_not_read_and_told(tmp_path: Path, content: str, why: str) -> None:
    page = page_of(tmp_path, content, ExtGState=STATES)
    assert words(page) == "shown 42"
    assert [(hidden.word.text, hidden.why) for hidden in page.hidden] == [("secret", why), ("17", why)]
    (told,) = hidden_text([page])
    assert "secret 17" in told.message
    assert told.code == ("extraction-covered-text" if why == "covered" else "extraction-hidden-text")


@pytest.mark.parametrize(
    "content",
    [
        "0.2 0.3 0.5 rg 40 590 200 30 re f " + SECRET.format(ink="1 g"),
        SECRET.format(ink="0 g") + " q /G gs 0 g 40 590 200 30 re f Q",
        SECRET.format(ink="0 g") + " 0.9 g 30 580 220 50 re 40 590 200 30 re f*",
        "q 40 590 200 30 re W n " + SECRET.format(ink="0 g") + " Q",
        "20 w 0.2 0.3 0.5 RG 40 604 m 240 604 l S " + SECRET.format(ink="1 g"),
    ],
)
def test_white_on_colour_under_glass_in_a_frame_or_inside_the_clip_is_read(tmp_path: Path, content: str) -> None:
    page = page_of(tmp_path, content, ExtGState=STATES)
    assert words(page) == "shown 42 secret 17"
    assert page.hidden == ()


def test_a_number_that_was_replaced_is_read_as_it_looks(tmp_path: Path) -> None:
    old, new = "BT 0 g /F 12 Tf 50 600 Td (123) Tj ET", "BT 0 g /F 12 Tf 50 600 Td (456) Tj ET"
    page = page_of(tmp_path, f"{old} 1 g 45 595 40 20 re f {new}")
    assert words(page) == "shown 42 456"
    assert [hidden.word.text for hidden in page.hidden] == ["123"]


def test_white_ink_behind_a_black_number_is_not_read(tmp_path: Path) -> None:
    page = page_of(tmp_path, "BT 0 g /F 12 Tf 50 600 Td (61) Tj 1 g (77) Tj ET")
    assert words(page) == "shown 42 61"
    assert [(hidden.word.text, hidden.why) for hidden in page.hidden] == [("77", "ground")]


@pytest.mark.parametrize("box", [(595, 842, 0, 0), (0, 842, 595, 0)])
def test_a_page_whose_box_stands_the_other_way_round_reads_the_same(tmp_path: Path, box: tuple[int, ...]) -> None:
    first = page_of(tmp_path, SECRET.format(ink="0 g"))
    with pikepdf.open(tmp_path / "page.pdf", allow_overwriting_input=True) as pdf:
        pdf.pages[0].MediaBox = pikepdf.Array(box)
        pdf.save(tmp_path / "page.pdf")
    assert next(read_pages(tmp_path / "page.pdf")).words == first.words


@pytest.mark.parametrize("origin", [(-900, -400), (20000, 7000)])
def test_a_page_far_from_its_origin_is_read_inside_its_crop_box(tmp_path: Path, origin: tuple[int, int]) -> None:
    x, y = origin
    page_of(tmp_path, SECRET.format(ink="0 g"))
    with pikepdf.open(tmp_path / "page.pdf", allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        page.contents_add(f"1 0 0 1 {x} {y} cm".encode(), prepend=True)
        page.MediaBox, page.CropBox = ([x, y + low, x + 595, y + 842] for low in (0, 650))
        pdf.save(tmp_path / "page.pdf")
    read = next(read_pages(tmp_path / "page.pdf"))
    assert words(read) == "shown 42"
    assert read.words[0].baseline == pytest.approx((50, 842 - 700), abs=0.1)


@pytest.mark.parametrize(("code", "said"), [(21, "9–9"), (233, "9é9"), (27, "9ff9"), (48, "909")])
def test_the_signs_of_bitmap_fonts_of_tex_are_known_by_their_codes(tmp_path: Path, code: int, said: str) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    codes = sorted({code, 57})
    glyph = pdf.make_stream(b"40 0 0 0 40 60 d1 0 0 40 60 re f")
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type3, FirstChar=codes[0], LastChar=codes[1])
    font.FontBBox, font.FontMatrix = pikepdf.Array([0, 0, 40, 60]), pikepdf.Array([0.012, 0, 0, 0.012, 0, 0])
    font.CharProcs = pikepdf.Dictionary({f"/a{c}": glyph for c in codes})
    differences = [part for c in codes for part in (c, pikepdf.Name(f"/a{c}"))]
    font.Encoding = pikepdf.Dictionary(Type=pikepdf.Name.Encoding, Differences=pikepdf.Array(differences))
    font.Widths = pikepdf.Array([40.0 if c in codes else 0.0 for c in range(codes[0], codes[1] + 1)])
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=pdf.make_indirect(font)))
    page.Contents = pdf.make_stream(f"BT /F 10 Tf 50 700 Td <39{code:02x}39> Tj ET".encode())
    pdf.save(tmp_path / "page.pdf")
    assert words(next(read_pages(tmp_path / "page.pdf"))) == said


@pytest.mark.parametrize("on", [True, False])
def test_a_layer_is_read_as_it_is_set(tmp_path: Path, on: bool) -> None:
    pdf = pikepdf.new()
    layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("notes")))
    off = pikepdf.Array([] if on else [layer])
    pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=off))
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font), Properties=pikepdf.Dictionary(L=layer))
    form = pdf.make_stream(SECRET.format(ink="0 g").replace("600", "500").encode())
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 595, 842])
    form.Resources, form.OC = page.Resources, layer
    page.Resources.XObject = pikepdf.Dictionary(X=form)
    page.Contents = pdf.make_stream(f"{SHOWN} /OC /L BDC {SECRET.format(ink='0 g')} EMC /X Do".encode())
    pdf.save(tmp_path / "page.pdf")
    read = next(read_pages(tmp_path / "page.pdf"))
    assert words(read) == ("shown 42 secret 17 secret 17" if on else "shown 42")
    assert len(read.hidden) == (0 if on else 4)
    assert {hidden.why for hidden in read.hidden} == (set() if on else {"layer off"})


@pytest.mark.parametrize(("flags", "read"), [(0, "shown 42 noted 8"), (2, "shown 42"), (32, "shown 42")])
def test_what_an_annotation_shows_is_read(tmp_path: Path, flags: int, read: str) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    fonts = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    page.Resources = fonts
    page.Contents = pdf.make_stream(SHOWN.encode())
    form = pdf.make_stream(b"BT 0 g /F 12 Tf 2 4 Td (noted 8) Tj ET")
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 100, 20])
    form.Resources = fonts
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.FreeText,
        Rect=pikepdf.Array([50, 500, 150, 520]),
        F=flags,
        AP=pikepdf.Dictionary(N=form),
    )
    page.Annots = pikepdf.Array([pdf.make_indirect(note)])
    pdf.save(tmp_path / "page.pdf")
    found = next(read_pages(tmp_path / "page.pdf"))
    assert words(found) == read
    if flags == 0:
        noted = next(word for word in found.words if word.text == "noted")
        assert noted.box.x0 == pytest.approx(52, abs=1)
        assert noted.baseline[1] == pytest.approx(842 - 504, abs=1)


def test_a_line_is_as_wide_as_the_matrix_makes_it(tmp_path: Path) -> None:
    """Presentation programs draw in units of which 12,700 make a point: 76,200 of them are a rule, and hide nothing."""
    page = page_of(tmp_path, "0 G 76200 w q 0.00007874 0 0 0.00007874 40 690 cm 0 0 m 2540000 0 l S Q")
    assert [round(shape.width, 1) for shape in page.shapes] == [6.0]
    assert words(page) == "shown 42"


def test_black_ink_is_seen_beside_a_rule_told_in_small_units(tmp_path: Path) -> None:
    page = page_of(
        tmp_path, "0 G 76200 w q 0.00007874 0 0 0.00007874 40 690 cm 0 0 m 2540000 0 l S Q " + SECRET.format(ink="0 g")
    )
    assert words(page) == "shown 42 secret 17"
    assert not list(hidden_text([page]))


def test_a_translucent_mark_shows_the_ground_that_it_stands_on(tmp_path: Path) -> None:
    states = pikepdf.Dictionary(H=pikepdf.Dictionary(ca=0.5, CA=0.5))
    content = "0 g 0 0 595 842 re f /H gs 1 0 0 rg 100 500 80 20 re f 1 0 0 RG 8 w 100 400 m 200 400 l S"
    marks = page_of(tmp_path, content, ExtGState=states).shapes[1:]
    assert [mark.fill or mark.stroke for mark in marks] == [(0.5, 0, 0), (0.5, 0, 0)]


def test_a_watermark_stands_aside_of_the_text_across_it(tmp_path: Path) -> None:
    rows = " ".join(
        f"BT 0 g /F 10 Tf {60 + 40 * i} {612 + 14 * j} Td (1{i}{j}) Tj ET" for i in range(3) for j in (0, 1)
    )
    page = page_of(tmp_path, f"BT 0.9 g /F 60 Tf 50 600 Td (DRAFT 7) Tj ET {rows}")
    assert [w.text for w in page.words if w.aside] == ["DRAFT", "7"]
    aslant = page_of(tmp_path, f"BT 0.8 g /F 36 Tf .7 .7 -.7 .7 100 300 Tm (DRAFT 7) Tj ET {rows}")
    assert [w.text for w in aslant.words if w.aside] == ["DRAFT", "7"]


@pytest.mark.parametrize(
    ("aside", "below", "read"), [(0, 2, "61% 61%"), (1, 1, "61%"), (0.4, 0, "61%"), (0, 0.7, "61%")]
)
def test_the_same_label_of_the_next_thin_bar_is_no_shadow(
    tmp_path: Path, aside: float, below: float, read: str
) -> None:
    twice = " ".join(f"1 0 0 1 {50 + aside * i} {600 - below * i} Tm (61%) Tj" for i in (0, 1))
    assert words(page_of(tmp_path, f"BT 0 g /F 10 Tf {twice} ET")) == f"shown 42 {read}"


def test_a_text_printed_twice_letter_by_letter_is_read_once(tmp_path: Path) -> None:
    twice = " ".join(f"1 0 0 1 {50 + 5.56 * i + d} 600 Tm ({c}) Tj" for i, c in enumerate("6690") for d in (0, 0.3))
    assert words(page_of(tmp_path, f"BT 0 g /F 10 Tf {twice} ET")) == "shown 42 6690"


@pytest.mark.parametrize("shift", ["0.4 0", "1.2 -1.2"])
def test_a_text_printed_again_beside_itself_is_read_once(tmp_path: Path, shift: str) -> None:
    page = page_of(tmp_path, f"BT 0.6 g /F 10 Tf 50 600 Td (total 66 9) Tj 0 g {shift} Td (total 66 9) Tj ET")
    assert words(page) == "shown 42 total 66 9"


def test_a_text_cut_off_by_its_cell_ends_before_the_next_one(tmp_path: Path) -> None:
    cell = "q 40 595 62 20 re W n BT /F 12 Tf 50 600 Td (long name) Tj ET Q"
    page = page_of(tmp_path, f"{cell} BT /F 12 Tf 106 600 Td (512) Tj ET")
    assert words(page) == "shown 42 long name 512"


@pytest.mark.parametrize("angle", [2.0, -0.7])
def test_a_page_that_lies_askew_is_read_upright_and_its_places_are_those_shown(tmp_path: Path, angle: float) -> None:
    a, b = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    rows = " ".join(f"BT 1 0 0 1 {60 + 150 * i} 400 Tm ({i}55) Tj ET" for i in range(3))
    page = page_of(tmp_path, f"q {a} {b} {-b} {a} 0 0 cm /F 10 Tf 0 g {rows} BT 1 0 0 1 60 380 Tm (below it) Tj ET Q")
    row = [w for w in page.words if w.text.endswith("55")]
    assert [w.angle for w in row] == [0, 0, 0] and len({round(w.box.bottom, 2) for w in row}) == 1
    last = shown_box(row[-1].box, page)
    assert last.x0 == pytest.approx(360 * a - 400 * b, abs=1)
    assert 842 - last.bottom == pytest.approx(360 * b + 400 * a, abs=4)


@pytest.mark.parametrize(("drawn", "read"), [("(\\250) Tj 1 0 0 1 61.4 600 Tm (uller)", "Müller"), ("(\\250)", "M¨")])
def test_an_accent_printed_over_the_next_letter_is_part_of_it(tmp_path: Path, drawn: str, read: str) -> None:
    content = f"BT 0 g /F 10 Tf 1 0 0 1 53 600 Tm (M) Tj 1 0 0 1 62.4 600 Tm {drawn} Tj ET"
    assert words(page_of(tmp_path, content)) == f"shown 42 {read}"


@pytest.mark.parametrize("numbers", [["4", "5", "6", "7", "8"], ["c", "42", "23", "34"]])
def test_numbers_of_few_digits_in_narrow_columns_are_not_letter_spaced(tmp_path: Path, numbers: list[str]) -> None:
    row = " ".join(f"1 0 0 1 {60 + 16 * i} 600 Tm ({number}) Tj" for i, number in enumerate(numbers))
    page = page_of(tmp_path, f"BT 0 g /F 10 Tf {row} ET")
    assert words(page) == "shown 42 " + " ".join(numbers)


def test_letters_apart_by_printed_spaces_are_not_letter_spaced(tmp_path: Path) -> None:
    page = page_of(tmp_path, "BT 0 g /F 10 Tf 50 600 Td (5 x 9) Tj 30 0 Td (4 x 2) Tj ET")
    assert words(page) == "shown 42 5 x 9 4 x 2"


@pytest.mark.parametrize(
    ("shown", "said"),
    [("ביבא", "אביב"), ("\ufee3\ufe8e\ufedf", "\u0644\u0627\u0645"), ("-12.5 לכה", "הכל -12.5"), ("Tel 12", "Tel 12")],
)
def test_scripts_that_run_to_the_left_are_read_as_they_are_said(shown: str, said: str) -> None:
    assert logical(shown) == said


def test_a_form_is_drawn_in_the_colours_that_hold_where_it_is_drawn(tmp_path: Path) -> None:
    """Plotting libraries keep a marker as a form without colours, and draw it in those of each series."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    marker = pdf.make_stream(b"0 0 6 6 re f")
    marker.Type, marker.Subtype, marker.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 6, 6])
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(M=marker))
    page.Contents = pdf.make_stream(b"1 0 0 rg q 1 0 0 1 50 60 cm /M Do Q 0 0 1 rg q 1 0 0 1 90 60 cm /M Do Q")
    pdf.save(tmp_path / "page.pdf")
    assert [shape.fill for shape in next(read_pages(tmp_path / "page.pdf")).shapes] == [(1, 0, 0), (0, 0, 1)]


def test_type_that_nobody_can_read_is_not_read(tmp_path: Path) -> None:
    page = page_of(tmp_path, "BT 0 g /F 0.5 Tf 50 600 Td (id 17) Tj ET")
    assert words(page) == "shown 42" and {hidden.why for hidden in page.hidden} == {"too small"}


def test_a_broad_arc_is_no_ground_of_what_stands_in_its_hole(tmp_path: Path) -> None:
    arc = "16 w 0.2 0.3 0.5 RG 30 590 m 30 660 130 660 130 590 c S "
    page = page_of(tmp_path, arc + "BT 0.2 0.3 0.5 rg /F 12 Tf 70 600 Td (92%) Tj ET")
    assert words(page) == "shown 42 92%"


@pytest.mark.parametrize("mark", ["50 500 m 49 620 l 53 620 l f", "49 590 4 30 re f"])
def test_a_label_that_shrank_with_its_slice_or_bar_is_read(tmp_path: Path, mark: str) -> None:
    page = page_of(tmp_path, f"1 0 0 rg {mark} BT 0 g /F 0.5 Tf 50 600 Td (0.1%) Tj ET")
    assert words(page) == "shown 42 0.1%" and not page.hidden


def test_type_that_nobody_can_read_in_a_wide_box_is_not_read(tmp_path: Path) -> None:
    page = page_of(tmp_path, "1 0 0 rg 40 590 80 30 re f BT 0 g /F 0.5 Tf 50 600 Td (0.1%) Tj ET")
    assert words(page) == "shown 42" and page.hidden
