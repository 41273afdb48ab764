"""One preflight decides for all readers: whole, safe, known?"""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
import pytest

from pipeline.core.errors import UsageError
from pipeline.intake.preflight import check_file, opened
from pipeline.pages.parsing import read_pages
from tests import paper


def codes(path: Path, password: str = "") -> set[str]:
    with opened(path, password) as (intake, _):
        return {f.code for f in intake.findings()}


def test_a_sound_report_has_text_and_no_findings(tmp_path: Path) -> None:
    path = paper.save(paper.survey(), tmp_path / "report.pdf")
    with opened(path) as (intake, readable):
        assert readable == path
        assert (intake.pages, intake.has_text, intake.repairs) == (1, True, ())
        assert intake.sha256 == check_file(path)
        assert intake.findings() == []


@pytest.mark.slow
def test_every_shared_report_is_accepted(shared: Path) -> None:
    for path in sorted(p for p in shared.glob("reports/**/*.pdf") if p.parent.name != "faults"):
        with opened(path) as (intake, readable):
            assert intake.has_text, path
            assert (readable == path) == (not intake.restricted and not intake.repairs), path


def test_owner_restrictions_are_said_and_the_readers_get_a_file_without_encryption(tmp_path: Path) -> None:
    locked = pikepdf.Encryption(owner="secret", user="", allow=pikepdf.Permissions(extract=False))
    path = paper.save(paper.survey(), tmp_path / "restricted.pdf", encryption=locked)
    with opened(path) as (intake, readable):
        assert intake.restricted
        assert readable != path
        with pikepdf.open(readable) as copy:
            assert not copy.is_encrypted
        assert {f.code for f in intake.findings()} == {"source-restricted"}
    assert not readable.exists()


def test_a_user_password_opens_the_document(tmp_path: Path) -> None:
    path = paper.save(paper.survey(), tmp_path / "secret.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    with pytest.raises(UsageError, match="asks for a password"):
        codes(path)
    with pytest.raises(UsageError, match="password is wrong"):
        codes(path, "wrong")
    with opened(path, "u") as (intake, _):
        assert intake.encrypted


def test_a_damaged_cross_reference_is_repaired_and_said(tmp_path: Path) -> None:
    sound = paper.as_bytes(paper.survey())
    start = sound.rindex(b"startxref")
    path = tmp_path / "damaged.pdf"
    path.write_bytes(sound[:start] + b"startxref\n7\n%%EOF\n")
    with opened(path) as (intake, readable):
        assert intake.repairs
        assert readable != path
        assert {f.code for f in intake.findings()} == {"source-damaged"}


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused(tmp_path: Path, share: float) -> None:
    sound = paper.as_bytes(paper.survey())
    path = tmp_path / "cut.pdf"
    path.write_bytes(sound[: int(share * len(sound))])
    with pytest.raises(UsageError, match="truncated"):
        codes(path)


def test_a_page_tree_that_lies_about_its_length_is_corrected(tmp_path: Path) -> None:
    pdf = paper.survey()
    pdf.Root.Pages.Count = 900
    path = paper.save(pdf, tmp_path / "lies.pdf")
    if b"900" not in path.read_bytes():
        path.write_bytes(path.read_bytes().replace(b"/Count 1", b"/Count 9"))
    with opened(path) as (intake, _):
        assert intake.pages == 1
        assert intake.repairs


def test_scripts_launch_actions_and_embedded_files_are_reported(tmp_path: Path) -> None:
    pdf = paper.survey()
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
    pdf.pages[0].Annots = pikepdf.Array(
        [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)]
    )
    pdf.attachments["../../evil\x07.csv"] = b"a,b\n"
    path = paper.save(pdf, tmp_path / "active.pdf")
    with opened(path) as (intake, _):
        assert intake.active_content == ("JavaScript", "launch action")
        assert intake.embedded_files == ("../../evil?.csv",)
        assert {f.code for f in intake.findings()} == {"source-active-content", "source-embedded-files"}


def test_a_loop_in_the_tree_of_names_ends(tmp_path: Path) -> None:
    pdf = paper.survey()
    node = pdf.make_indirect(pikepdf.Dictionary())
    node.Kids = pikepdf.Array([node, node])
    pdf.Root.Names = pikepdf.Dictionary(EmbeddedFiles=node)
    assert codes(paper.save(pdf, tmp_path / "loop.pdf")) == set()


def test_a_scanned_page_among_others_is_a_finding(tmp_path: Path) -> None:
    pdf = paper.survey()
    pdf.pages.extend(paper.scan().pages)
    with opened(paper.save(pdf, tmp_path / "mixed.pdf")) as (intake, _):
        assert intake.scanned_pages == (2,)
        assert intake.has_text
        assert [(f.code, f.page) for f in intake.findings()] == [("extraction-page-scanned", 2)]


@pytest.mark.parametrize(
    ("box", "turn", "word"),
    [([0, 0, 0, 0], 0, "area"), ([0, 0, 90000, 90000], 0, "200 inches"), ([0, 0, 595, 842], 45, "rotated")],
)
def test_page_boxes_that_lie_are_findings(tmp_path: Path, box: list[int], turn: int, word: str) -> None:
    pdf = paper.survey()
    pdf.pages[0].obj.MediaBox = pikepdf.Array(box)
    pdf.pages[0].obj.Rotate = turn
    with opened(paper.save(pdf, tmp_path / "odd.pdf")) as (intake, _):
        [(page, what)] = intake.odd_pages
        assert page == 1
        assert word in what


def test_a_page_tree_that_names_what_is_no_page_is_told(tmp_path: Path) -> None:
    pdf = paper.survey()
    path = paper.save(pdf, tmp_path / "report.pdf")
    content = path.read_bytes()
    kids = re.search(rb"/Kids *\[ *(\d+ 0 R) *\]", content)
    assert kids is not None
    path.write_bytes(content[: kids.end(1)] + b" 9999 0 R" + content[kids.end(1) :])
    with opened(path) as (intake, _):
        assert intake.repairs


@pytest.mark.parametrize("first", [1, 2001, 90001])
def test_a_small_file_with_high_object_numbers_is_sound(first: int, tmp_path: Path) -> None:
    drawing = b"BT /F 10 Tf 50 742 Td (Answers 52% 31% 17%) Tj ET"
    bodies = [
        b"<< /Type /Catalog /Pages %d 0 R >>" % (first + 1),
        b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (first + 2),
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
        b"/Resources << /Font << /F %d 0 R >> >> >>" % (first + 1, first + 3, first + 4),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, first):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 1\n0000000000 65535 f \n%d 5\n" % first + b"".join(b"%010d 00000 n \n" % at for at in places)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (first + 5, first, len(data))
    path = tmp_path / "report.pdf"
    path.write_bytes(data + table + trailer)
    with opened(path) as (intake, _):
        assert (intake.pages, intake.has_text, intake.repairs) == (1, True, ())


def test_form_fields_that_a_viewer_has_to_draw_are_read(tmp_path: Path) -> None:
    pdf, name = pikepdf.new(), pikepdf.Name
    page = pdf.add_blank_page(page_size=(595, 842))
    helvetica = pdf.make_indirect(
        pikepdf.Dictionary(Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica, Encoding=name.WinAnsiEncoding)
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(He=helvetica))
    page.Contents = pdf.make_stream(b"BT /He 12 Tf 50 700 Td (Paid) Tj ET")
    field = pikepdf.Dictionary(Type=name.Annot, Subtype=name.Widget, FT=name.Tx, Rect=[100, 695, 180, 712], F=4)
    field.T, field.V, field.DA = (pikepdf.String(text) for text in ("a", "1,086", "/He 10 Tf 0 g"))
    page.Annots = pikepdf.Array([pdf.make_indirect(field)])
    fonts = pikepdf.Dictionary(Font=pikepdf.Dictionary(He=helvetica))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=page.Annots, NeedAppearances=True, DR=fonts)
    pdf.save(tmp_path / "form.pdf")
    with opened(tmp_path / "form.pdf") as (_, readable):
        assert [word.text for read in read_pages(readable) for word in read.words] == ["Paid", "1,086"]


def test_a_text_over_the_page_that_a_viewer_has_to_draw_is_read(tmp_path: Path) -> None:
    pdf, name = pikepdf.new(), pikepdf.Name
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Contents = pdf.make_stream(b"0 0 m 1 1 l S")
    note = pikepdf.Dictionary(Type=name.Annot, Subtype=name.FreeText, Rect=[100, 680, 160, 712], F=4)
    note.Contents, note.DA = pikepdf.String("Paid (all)\r1,086"), pikepdf.String("0 g /Helv 10 Tf")
    page.Annots = pikepdf.Array([pdf.make_indirect(note)])
    pdf.save(tmp_path / "note.pdf")
    with opened(tmp_path / "note.pdf") as (_, readable):
        (read,) = read_pages(readable)
    assert [(word.text, round(word.box.x0)) for word in read.words] == [("Paid", 102), ("(all)", 125), ("1,086", 102)]
