"""Broken and hostile documents: what is damaged is said, what is sound is read, nothing falsely claims to be whole."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import time
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.catalogue.model import bare_catalogue
from pipeline.core.errors import UsageError
from pipeline.core.processes import JobFailed, Limits, Progress, run_guarded, without_bad_pages
from pipeline.core.table_files import read_parquet
from pipeline.intake.preflight import Intake, opened
from pipeline.run import extraction
from pipeline.run.extraction import Request, Summary, extract_guarded, extract_into
from tests import hostile, paper
from tests.conftest import CHECKOUT, Editions

SOUND = paper.as_bytes(paper.survey())


def three_pages() -> pikepdf.Pdf:
    """Three surveys, their drawings packed, each page with its own values."""
    pdf = paper.survey()
    for values in (("41%", "39%", "20%"), ("62%", "28%", "10%")):
        pdf.pages.extend(paper.survey(values).pages)
    for page in pdf.pages:
        page.Contents.write(zlib.compress(page.Contents.read_bytes()), filter=pikepdf.Name.FlateDecode)
    return pdf


def saved(pdf: pikepdf.Pdf) -> bytes:
    """As it is: what is damaged stays damaged."""
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id=True, compress_streams=False)
    return buffer.getvalue()


def intake_of(content: bytes, folder: Path) -> Intake:
    path = folder / "report.pdf"
    path.write_bytes(content)
    with opened(path) as (intake, _):
        return intake


def spoil(stream: pikepdf.Stream, place: float) -> None:
    """One bit of the packed data turned, at `place` as a share of its length."""
    raw = bytearray(stream.read_raw_bytes())
    raw[int(place * (len(raw) - 1))] ^= 4
    stream.write(bytes(raw), filter=pikepdf.Name.FlateDecode)


# --- what intake sees ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_a_bit_turned_in_a_packed_drawing_makes_the_page_unreadable(place: float, tmp_path: Path) -> None:
    pdf = three_pages()
    spoil(pdf.pages[1].Contents, place)
    intake = intake_of(saved(pdf), tmp_path)
    assert [n for n, _ in intake.unreadable_pages] == [2]
    assert "its drawing" in intake.unreadable_pages[0][1]


def test_a_drawing_that_ends_early_makes_the_page_unreadable(tmp_path: Path) -> None:
    pdf = three_pages()
    drawing = pdf.pages[2].Contents
    drawing.write(drawing.read_raw_bytes()[:-40], filter=pikepdf.Name.FlateDecode)
    assert intake_of(saved(pdf), tmp_path).unreadable_pages == ((3, "its drawing ends too early"),)


def test_a_checksum_that_the_writer_left_out_is_no_fault(tmp_path: Path) -> None:
    pdf = three_pages()
    drawing = pdf.pages[2].Contents
    drawing.write(drawing.read_raw_bytes()[:-4], filter=pikepdf.Name.FlateDecode)
    intake = intake_of(saved(pdf), tmp_path)
    assert (intake.unreadable_pages, intake.incomplete_pages) == ((), ())


def test_a_map_of_characters_that_is_damaged_makes_its_pages_unreadable(tmp_path: Path) -> None:
    pdf = three_pages()
    font = pdf.pages[1].Resources.Font.F
    font.ToUnicode = pdf.make_stream(b"")
    font.ToUnicode.write(zlib.compress(b"1 beginbfchar <35> <0039> endbfchar")[:-9], filter=pikepdf.Name.FlateDecode)
    assert [n for n, _ in intake_of(saved(pdf), tmp_path).unreadable_pages] == [2]


def test_a_missing_font_a_missing_form_and_a_missing_drawing_are_said(tmp_path: Path) -> None:
    pdf = three_pages()
    del pdf.pages[0].Resources.Font["/F"]
    pdf.pages[1].Contents.write(pdf.pages[1].Contents.read_bytes() + b"\n/Fm0 Do")
    del pdf.pages[2].obj["/Contents"]
    assert dict(intake_of(saved(pdf), tmp_path).incomplete_pages) == {
        1: "the font F is missing",
        2: "the picture or form Fm0 is missing",
        3: "its drawing is missing",
    }


def test_a_font_that_does_not_say_whose_widths_it_has_is_said(tmp_path: Path) -> None:
    pdf = three_pages()
    pdf.pages[1].Resources.Font.F.Widths = pikepdf.Array([500] * 95)
    said = "the font F does not say whose widths it has"
    assert intake_of(saved(pdf), tmp_path).incomplete_pages == ((2, said),)


def test_a_drawing_whose_length_is_wrong_and_whose_data_is_damaged_makes_its_page_unreadable(tmp_path: Path) -> None:
    pdf = three_pages()
    sound = pdf.pages[1].Contents.read_bytes()
    half = pdf.make_stream(b"")
    half.write(zlib.compress(sound)[:40] + b"x" * 30, filter=pikepdf.Name.FlateDecode)
    pdf.pages[1].obj.Contents = pikepdf.Array([pdf.pages[1].Contents, half])
    content = saved(pdf)
    intake = intake_of(content.replace(b"/Length 70 ", b"/Length 68 "), tmp_path)
    assert intake.unreadable_pages == ((2, "its drawing is damaged"),) and "expected endstream" in intake.repairs[0]


def test_a_damaged_picture_leaves_the_page_readable_and_is_said(tmp_path: Path) -> None:
    pdf = paper.scan()
    pdf.pages.extend(three_pages().pages)
    picture = pdf.pages[0].Resources.XObject.P
    picture.write(zlib.compress(bytes(14000))[:-6], filter=pikepdf.Name.FlateDecode)
    assert intake_of(saved(pdf), tmp_path).incomplete_pages == ((1, "a picture ends too early"),)


def test_a_document_of_which_no_page_is_sound_is_refused(tmp_path: Path) -> None:
    pdf = three_pages()
    for page in pdf.pages:
        spoil(page.Contents, 0.5)
    with pytest.raises(UsageError, match=r"damaged \(page 1: its drawing is damaged\): obtain the file again"):
        intake_of(saved(pdf), tmp_path)


@pytest.mark.parametrize("layers", [0, 1])
def test_a_drawing_that_unpacks_without_end_is_not_unpacked(layers: int, tmp_path: Path) -> None:
    pdf = three_pages()
    with pikepdf.open(io.BytesIO(hostile.bomb(70, layers))) as bomb:
        pdf.pages.extend(bomb.pages)
    [(number, reason)] = intake_of(saved(pdf), tmp_path).unreadable_pages
    assert (number, reason) == (4, "its drawing unpacks to more than 64 MB")


def test_forms_that_draw_themselves_end(tmp_path: Path) -> None:
    for seed in range(3):
        pdf = three_pages()
        hostile.form_in_itself(pdf, random.Random(seed))
        [(_, reason)] = intake_of(saved(pdf), tmp_path).unreadable_pages
        assert reason == "it draws forms in forms without end"


# --- what becomes of the pages ---------------------------------------------------------------------------------------


def extracted(pdf: pikepdf.Pdf, folder: Path) -> Path:
    """The folder of the tables of `pdf`, extracted in this process."""
    path, out = folder / "report.pdf", folder / "out"
    path.write_bytes(saved(pdf))
    out.mkdir()
    extract_into(Request(path, bare_catalogue(), "2024"), out)
    return out


def page_findings(out: Path) -> list[tuple[object, object, object]]:
    rows = read_parquet(out / "findings.parquet")
    return [(r["code"], r["page"], r["severity"]) for r in rows if "-page-" in str(r["code"])]


def test_a_damaged_page_is_an_error_and_the_others_are_read(editions: Editions, tmp_path: Path) -> None:
    pdf = three_pages()
    spoil(pdf.pages[1].Contents, 0.5)
    (tmp_path / "report.pdf").write_bytes(saved(pdf))
    said = editions("extract", "report.pdf", "--out", "out")
    assert said.code == 1, said
    rows = read_parquet(tmp_path / "out" / "observations.parquet")
    assert {row["value"] for row in rows} == {52.0, 31.0, 17.0, 62.0, 28.0, 10.0}
    assert page_findings(tmp_path / "out") == [("extraction-page-unreadable", 2, "error")]
    said = editions("tables", "report.pdf", "--format", "json")
    assert said.code == 1
    assert "page 2 was not read" in said.err
    assert [t["page"] for t in json.loads(said.out)["tables"]] == [1, 3]


def pages_that_stop(kinds: Mapping[int, str], skipped: Mapping[int, str], progress: Progress) -> list[int]:
    """Reads pages 1 to 5; some of them end the process, or never end."""
    read = []
    for page in range(1, 6):
        progress("pages", page - 1, 5)
        kind = None if page in skipped else kinds.get(page)
        if kind == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        while kind == "busy":
            pass
        if kind == "asleep":
            time.sleep(600)
        if page not in skipped:
            read.append(page)
    progress("pages", 5, 5)
    return read


def attempt_with(kinds: Mapping[int, str], seen: dict[int, str]) -> Any:
    def attempt(skipped: Mapping[int, str]) -> Any:
        seen.update(skipped)
        return run_guarded(pages_that_stop, (kinds, dict(skipped)), Limits(step=2, silence=200, seconds=500))

    return attempt


def test_pages_that_crash_or_never_end_are_left_out_and_the_others_read() -> None:
    seen: dict[int, str] = {}
    read = without_bad_pages(attempt_with({2: "crash", 4: "busy"}, seen), ("pages",))
    assert read == [1, 3, 5]
    assert seen == {
        2: "its reader crashed (SIGSEGV)",
        4: "its reader needed more than 2 s of processor time for one step",
    }


def test_a_file_that_stops_at_page_after_page_is_given_up() -> None:
    with pytest.raises(JobFailed, match="SIGSEGV"):
        without_bad_pages(attempt_with(dict.fromkeys(range(1, 6), "crash"), {}), ("pages",))


def test_what_stops_outside_of_a_page_is_not_blamed_on_one() -> None:
    with pytest.raises(JobFailed, match="SIGSEGV"):
        without_bad_pages(attempt_with({2: "crash"}, {}), ("exhibits",))


def test_a_page_that_stops_the_reader_is_a_finding_of_the_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(saved(three_pages()))

    def stops_at_page_3(function: Any, args: tuple[Request, Path], *rest: object) -> Summary:
        if not args[0].skipped:
            error = JobFailed("crashed (SIGBUS)")
            error.stage, error.done = "exhibits", 2
            raise error
        return extract_into(*args)

    monkeypatch.setattr(extraction, "run_guarded", stops_at_page_3)
    out = tmp_path / "out"
    out.mkdir()
    summary = extract_guarded(Request(pdf, bare_catalogue(), "2024"), out)
    assert summary.rows["observations"] == 6
    assert page_findings(out) == [("extraction-page-unreadable", 3, "error")]
    messages = {str(row["message"]) for row in read_parquet(out / "findings.parquet")}
    assert "Page 3 was not read: its reader crashed (SIGBUS)." in messages


def test_a_reader_that_raises_on_a_page_leaves_the_other_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.exhibits import document

    real = document.page_tables

    def raises_on_page_2(page: Any, *rest: Any) -> Any:
        if page.number == 2:
            raise IndexError("list index out of range")
        return real(page, *rest)

    monkeypatch.setattr(document, "page_tables", raises_on_page_2)
    out = extracted(three_pages(), tmp_path)
    assert page_findings(out) == [("extraction-page-incomplete", 2, "error")]
    assert {row["page"] for row in read_parquet(out / "observations.parquet")} == {1, 3}


def test_a_reader_that_raises_on_a_page_break_leaves_the_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.exhibits.tables import table_choice as choose

    def raises(upper: Any, lower: Any, *_: Any) -> Any:
        if lower.number == 2:
            raise IndexError("list index out of range")

    monkeypatch.setattr(choose, "parted_table", raises)
    out = extracted(three_pages(), tmp_path)
    assert page_findings(out) == [("extraction-page-incomplete", 2, "error")]
    assert {row["page"] for row in read_parquet(out / "observations.parquet")} == {1, 2, 3}


@pytest.mark.parametrize("noise", [b"[" * 3000, b"<<" * 300, b"[(a) (b)", b"(unclosed"])
def test_a_drawing_that_breaks_off_is_told(noise: bytes, tmp_path: Path) -> None:
    """Readers take what follows for the content of the list or text that was opened, and say nothing."""
    pdf = three_pages()
    page = pdf.pages[1]
    lines = page.Contents.read_bytes().split(b"\n")
    page.Contents = pdf.make_stream(b"\n".join((*lines[: len(lines) // 2], noise, *lines[len(lines) // 2 :])))
    intake = intake_of(saved(pdf), tmp_path)
    assert intake.incomplete_pages == ((2, "a drawing breaks off in the middle"),)


def form_of(pdf: pikepdf.Pdf, drawing: bytes) -> pikepdf.Stream:
    """A form with this drawing, packed, drawn by the first page."""
    form = pdf.make_stream(drawing)
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 9, 9]
    form.write(zlib.compress(drawing), filter=pikepdf.Name.FlateDecode)
    pdf.pages[0].Resources.XObject = pikepdf.Dictionary(Fm=form)
    pdf.pages[0].Contents = pdf.make_stream(pdf.pages[0].Contents.read_bytes() + b"\n/Fm Do\n")
    return form


def test_a_form_that_breaks_off_is_told(tmp_path: Path) -> None:
    pdf = three_pages()
    form_of(pdf, b"BT (unclosed")
    assert intake_of(saved(pdf), tmp_path).incomplete_pages == ((1, "a drawing breaks off in the middle"),)


def test_a_form_that_unpacks_without_end_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.intake import integrity as streams

    parsed: list[int] = []
    real = streams._broken_off
    monkeypatch.setattr(streams, "SETTINGS", replace(streams.SETTINGS, most_drawn=1 << 20))
    monkeypatch.setattr(streams, "_broken_off", lambda pdf, it, size: parsed.append(size) or real(pdf, it, size))
    pdf = three_pages()
    form_of(pdf, b" " * (2 << 20))
    [(page, _)] = intake_of(saved(pdf), tmp_path).unreadable_pages
    assert page == 1 and len(parsed) == 3 and max(parsed) < 1 << 20


def test_what_only_another_reader_finds_is_told(tmp_path: Path) -> None:
    from pipeline.pages.cross_check import second_look
    from pipeline.pages.parsing import read_pages

    path = tmp_path / "report.pdf"
    path.write_bytes(saved(three_pages()))
    pages = list(read_pages(path))
    assert not list(second_look(path, pages))
    pages[1] = replace(pages[1], words=tuple(w for w in pages[1].words if w.text != "39%"))
    pages[2] = replace(pages[2], words=tuple(w for w in pages[2].words if w.text != "respondents,"))
    told = [(found.page, found.message.partition(": ")[2]) for found in second_look(path, pages)]
    assert told == [(2, "another reader finds 2 digits more."), (3, "another reader finds 11 letters more.")]


@pytest.mark.parametrize("matrix", ["1 0 0 1 5000 0 cm", "1e9 0 0 1e9 0 0 cm"])
def test_text_beyond_the_page_is_told(matrix: str, tmp_path: Path) -> None:
    pdf = three_pages()
    page = pdf.pages[1]
    page.Contents = pdf.make_stream(f"{matrix}\n".encode() + page.Contents.read_bytes())
    out = extracted(pdf, tmp_path)
    assert page_findings(out) == [("source-page-box", 2, "warning")]


def test_pages_of_sound_reports_hold_all_that_another_reader_finds() -> None:
    from pipeline.pages.cross_check import second_look
    from pipeline.pages.parsing import read_pages

    report = CHECKOUT / "raw_pdfs" / "ld-trends" / "2022.pdf"
    assert not list(second_look(report, list(read_pages(report))))


def test_an_exhibit_that_cannot_be_understood_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.observations import observe as observations

    real = observations.assign_roles

    def raises_on_page_2(part: Any, *known: Any) -> Any:
        if part.page == 2:
            raise ZeroDivisionError
        return real(part, *known)

    monkeypatch.setattr(observations, "assign_roles", raises_on_page_2)
    out = extracted(three_pages(), tmp_path)
    assert page_findings(out) == [("extraction-page-incomplete", 2, "error")]
    assert {row["page"] for row in read_parquet(out / "observations.parquet")} == {1, 3}


# --- texts that steer other programs ---------------------------------------------------------------------------------


def test_no_text_of_a_report_is_a_formula_a_command_or_markup(tmp_path: Path) -> None:
    from pipeline.exhibits.tables.table_choice import page_tables
    from pipeline.exhibits.tables.table_formats import render
    from pipeline.pages.parsing import read_pages

    rows = [("", "2024"), ("=HYPERLINK(0)", "52%"), ("<script>x</script>", "31%"), ("@SUM(A1)", "17%")]
    sheet = paper.Sheet().table(60, 120, rows, (200, 80))
    pdf = paper.save(paper.document([sheet]), tmp_path / "report.pdf")
    grids = [t.chosen for page in read_pages(pdf) for t in page_tables(page)]
    csv_lines = render(grids, "csv").splitlines()
    assert csv_lines[1:] == ["'=HYPERLINK(0),52%", "<script>x</script>,31%", "'@SUM(A1),17%"]
    assert "<script" not in render(grids, "md")
    assert "<script" not in render(grids, "html")
    assert json.loads(render(grids, "json"))["tables"][0]["cells"]


# --- mutations -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(hostile.MUTATIONS))
def test_a_mutated_report_is_read_refused_or_in_doubt(name: str, tmp_path: Path) -> None:
    """Whatever is done to the file: tables whose numbers are all there, or a word about what is missing."""
    for seed in range(2):
        out = tmp_path / f"out-{seed}"
        out.mkdir()
        pdf = tmp_path / f"{seed}.pdf"
        pdf.write_bytes(hostile.mutated(SOUND, name, seed))
        try:
            summary = extract_into(Request(pdf, bare_catalogue(), "2024", allow_empty=True), out)
        except UsageError as error:
            assert str(pdf) in error.what or "document" in error.what
            assert "\n" not in str(error)
        else:
            assert summary.pages >= 1


def test_a_mutation_is_the_same_every_time() -> None:
    for name in hostile.MUTATIONS:
        assert hostile.mutated(SOUND, name, 5) == hostile.mutated(SOUND, name, 5)


def test_a_document_that_is_only_written_again_stays_whole(tmp_path: Path) -> None:
    intake = intake_of(hostile.MUTATIONS["flip_nothing"](SOUND, random.Random(0)), tmp_path)
    assert (intake.pages, intake.findings()) == (1, [])
