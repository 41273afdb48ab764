"""Bitmaps read as pages: what OCR and marks say of each other, skewed scans, swatches beside text."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.catalogue.model import bare_catalogue
from pipeline.core.geometry import Box
from pipeline.core.processes import Limits, no_progress
from pipeline.exhibits.assembly import assemble
from pipeline.exhibits.charts import read_charts
from pipeline.exhibits.document import Document, keep, kept, pictures_of, read_charts_of
from pipeline.exhibits.pictures import networks, ocr, text_detection
from pipeline.exhibits.pictures import recognition as apart
from pipeline.exhibits.pictures.bitmap_reader import PicturePage, is_scanned, is_strewn, levelled, read_picture
from pipeline.exhibits.pictures.ocr import as_bitmap
from pipeline.exhibits.pictures.ocr_agreement import reconcile
from pipeline.exhibits.pictures.ocr_words import NumberReading
from pipeline.exhibits.pictures.output_layer import UnknownModel, noted, taken_apart
from pipeline.exhibits.pictures.recognition import Task, recognised
from pipeline.exhibits.pictures.strips import STRIP_HEIGHT, cut_strip
from pipeline.exhibits.pictures.text_detection import find_lines
from pipeline.exhibits.reading import Entry, Label, Reading, regions_of
from pipeline.layout.text import read_text
from pipeline.pages.page import Page, Picture, Word
from pipeline.pages.parsing import read_pages
from tests.typesetting import page_of

PURPLE, LILAC, DEEP = (92, 45, 130), (169, 139, 196), (58, 20, 92)
UNSUPPORTED = "extraction-ocr-unsupported"


def letters(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


# --- what OCR says against what marks measure ------------------------------------------------------------------------


def bars(printed: dict[str, float]) -> Reading:
    """A reading of bars: what was read, and what each bar measures."""
    entries = tuple(
        Entry(text, 1, place(i), (Label(f"Option {i}", "row"),), measured=size)
        for i, (text, size) in enumerate(printed.items())
    )
    return Reading("chart", "chart", 1, Box(0, 0, 400, 400), entries, form="bars")


def place(i: int) -> Box:
    return Box(10.0 + 40 * i, 10.0, 30.0 + 40 * i, 20.0)


def picture(*seen: tuple[tuple[str, float], ...], page: int = 1) -> PicturePage:
    """A picture whose i-th number was seen in these ways, each with its score."""
    candidates = tuple((place(i), tuple(NumberReading(*way) for way in ways)) for i, ways in enumerate(seen))
    return PicturePage(page, 400.0, 400.0, 0, (), (), (), candidates)


SURE = [(("40%", 0.99),), (("31%", 0.98),), (("22%", 0.97),)]


def test_a_number_that_its_mark_supports_is_sure() -> None:
    reading = reconcile(bars({"40%": 40.1, "31%": 30.9, "22%": 22.0}), picture(*SURE), ".")
    assert [(e.printed, e.doubts) for e in reading.entries] == [("40%", ()), ("31%", ()), ("22%", ())]


def test_the_mark_chooses_among_the_ways_in_which_a_number_was_read() -> None:
    seen = picture(*SURE, (("9%", 0.7), ("6%", 0.3)))
    last = reconcile(bars({"40%": 40.1, "31%": 30.9, "22%": 22.0, "9%": 6.1}), seen, ".").entries[-1]
    assert (last.printed, last.doubts) == ("6%", ())
    assert last.confidence < 0.9


def test_a_number_that_no_mark_supports_is_doubted_and_kept_as_read() -> None:
    seen = picture(*SURE, (("9%", 0.99),))
    last = reconcile(bars({"40%": 40.1, "31%": 30.9, "22%": 22.0, "9%": 6.1}), seen, ".").entries[-1]
    assert (last.printed, last.doubts) == ("9%", (UNSUPPORTED,))


def test_a_number_of_a_scanned_table_has_only_ocr_behind_it() -> None:
    table = bars({"40%": 40.0, "31%": 31.0})
    table = replace(table, method="table", entries=tuple(replace(e, measured=None) for e in table.entries))
    assert all(UNSUPPORTED in e.doubts for e in reconcile(table, picture(*SURE), ".").entries)


def test_numbers_of_another_page_are_left_alone() -> None:
    reading = bars({"40%": 12.0, "31%": 30.9, "22%": 22.0})
    assert reconcile(reading, picture(*SURE, page=2), ".") == reading


# --- scans -----------------------------------------------------------------------------------------------------------


def sheet(words: int, cover: float = 1.0, text: str = "word") -> Page:
    shown = tuple(
        Word(text, Box(50, 20.0 + i, 80, 30.0 + i), 9.0, "", (0, 0, 0), 0, (50, 30.0 + i), (0.0,), i)
        for i in range(words)
    )
    scan = Picture(Box(0, 0, 595 * cover, 842.0), (1240, 1754), 0)
    return page_of(shown, pictures=[scan])


def test_a_page_that_is_one_picture_with_a_stamp_at_most_is_a_scan() -> None:
    assert is_scanned(sheet(0))
    assert is_scanned(sheet(2))
    assert not is_scanned(sheet(60))
    assert not is_scanned(sheet(2, cover=0.4))


def test_a_text_layer_that_no_font_maps_to_letters_is_none() -> None:
    assert is_scanned(sheet(60, text="(cid:17)(cid:4)"))


@pytest.mark.parametrize("skew", [-2.0, 1.5, 3.0])
def test_a_page_scanned_askew_is_turned_level(skew: float) -> None:
    page = Image.new("RGB", (900, 1200), "white")
    pen = ImageDraw.Draw(page)
    for row in range(30):
        pen.text(
            (100, 60 + 36 * row),
            "a line of text that runs across the whole of this page, from edge to edge",
            "black",
            letters(22),
        )
    tilted = as_bitmap(np.asarray(page.rotate(skew, Image.Resampling.BICUBIC, fillcolor="white")))
    assert rows_without_ink(levelled(tilted)) > 0.9 * rows_without_ink(as_bitmap(np.asarray(page)))
    assert rows_without_ink(tilted) < 0.5 * rows_without_ink(levelled(tilted))


def rows_without_ink(image: np.ndarray) -> int:
    """Rows of the page's middle that are blank: level lines leave gaps between them."""
    return int((image[100:1000, 120:780].min(axis=(1, 2)) > 200).sum())


def test_a_page_read_by_ocr_is_still_one_when_it_comes_from_the_store(tmp_path: Path) -> None:
    scan = replace(picture(*SURE), content="exhibit")
    pages = (scan, replace(sheet(60), number=2))
    document = Document("0" * 64, pages, read_text(pages, ("Figure",)), (), ())
    keep(document, tmp_path / "kept.json.gz")
    again = kept(tmp_path / "kept.json.gz", bare_catalogue().study)
    assert again is not None
    assert tuple(again.pages) == pages
    assert [type(page) for page in again.pages] == [PicturePage, Page]


def test_a_word_cloud_has_no_data_and_that_is_said() -> None:
    cloud = PicturePage(1, 595.0, 842.0, 0, (), (), (), (), "word cloud", Box(50, 50, 500, 400))
    page = sheet(0)
    groups = read_charts_of(page, [cloud], bare_catalogue().study)
    parts, findings = assemble(regions_of(groups), read_text([page], ()), [page])
    assert not parts
    assert [(f.code, f.severity, f.page) for f in findings] == [("extraction-word-cloud", "info", 1)]


# --- in processes of their own ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_bitmaps_show_the_same_in_whatever_process_they_are_read(tmp_path: Path) -> None:
    path = chart(tmp_path / "chart.pdf")
    page = next(iter(read_pages(path)))
    tasks: list[Task] = [(page, page.pictures[0]), (page, None), (page, page.pictures[0]), (page, page.pictures[0])]
    steps: list[tuple[str, int, int]] = []
    found = recognised(path, tasks, "", 2, lambda *step: steps.append(step))
    assert found == recognised(path, tasks, "", 0, no_progress)
    assert found[0] == found[2] == read_picture(path, page, page.pictures[0])
    assert steps[-1] == ("pictures", 4, 4)


def test_many_bitmaps_go_through_several_processes_one_after_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = chart(tmp_path / "chart.pdf")
    page = next(iter(read_pages(path)))
    shares: list[int] = []
    guarded = apart.run_guarded
    monkeypatch.setattr(apart, "MOST", 2)
    monkeypatch.setattr(
        apart, "run_guarded", lambda f, args, *more: (shares.append(len(args[1])), guarded(f, args, *more))[1]
    )
    icon, beyond = (page, Box(0, 0, 20, 20)), (replace(page, number=9), None)
    found = recognised(path, [icon, beyond, icon, icon, beyond], "", 1, no_progress)
    assert [isinstance(one, PicturePage) for one in found] == [True, False, True, True, False]
    assert sorted(shares) == [1, 2, 2]


def test_a_bitmap_that_cannot_be_read_leaves_the_others(tmp_path: Path) -> None:
    path = chart(tmp_path / "chart.pdf")
    page = next(iter(read_pages(path)))
    lost, seen = recognised(path, [(replace(page, number=9), None), (page, Box(0, 0, 80, 80))], "", 1, no_progress)
    assert isinstance(lost, str)
    assert isinstance(seen, PicturePage)


def test_bitmaps_that_stop_their_process_are_told_of_and_the_reader_goes_on(tmp_path: Path) -> None:
    path = chart(tmp_path / "chart.pdf")
    page = next(iter(read_pages(path)))
    found = recognised(path, [(page, page.pictures[0])] * 2, "", 1, no_progress, Limits(megabytes=300))
    assert all(isinstance(one, str) for one in found)


def test_a_bitmap_that_was_not_read_is_a_finding_of_its_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("pipeline.exhibits.document.recognised", lambda *_: ["its reader crashed (SIGSEGV)"])
    page = sheet(60)
    seen, findings = pictures_of(tmp_path / "report.pdf", [page], read_text([page], ()), "", no_progress, 1)
    assert not seen
    assert [(f.code, f.page) for f in findings] == [("extraction-page-incomplete", 1)]
    assert "its reader crashed (SIGSEGV)" in findings[0].message


def page_of_lines(count: int) -> tuple[Image.Image, list[int]]:
    """A scanned page of A4 at 150 dots per inch with lines of text, and where these stand."""
    page = Image.new("RGB", (1240, 1754), "white")
    tops = [round(80 + 1560 * i / count) for i in range(count)]
    for i, top in enumerate(tops):
        ImageDraw.Draw(page).text((120, top), f"Line {i} of a page that was scanned", "black", letters(26))
    return page, tops


@pytest.mark.parametrize("count", [7, 24])
def test_a_large_bitmap_is_searched_in_bands_without_a_line_lost_or_found_twice(count: int) -> None:
    page, tops = page_of_lines(count)
    pixels = as_bitmap(np.asarray(page))
    bands = text_detection._bands(pixels)
    assert len(bands) == 3 and bands[0][0] == 0 and bands[-1][1] == 1754
    assert all(one[1] == other[0] for one, other in pairwise(bands))
    assert not any(top < cut < top + 30 for cut, _ in bands for top in tops)
    found = sorted(float(quad[:, 1].mean()) for quad in find_lines(pixels, 1754))
    assert len(found) == count
    assert all(abs(y - top - 17) < 12 for y, top in zip(found, tops, strict=True))


def test_a_bitmap_without_an_empty_row_is_cut_all_the_same() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (2400, 1000, 3))
    bands = text_detection._bands(as_bitmap(noise))
    assert [band[0] for band in bands] == sorted({band[0] for band in bands}) and len(bands) == 3


def test_long_lines_go_few_at_a_time_and_each_look_belongs_to_its_strip(monkeypatch: pytest.MonkeyPatch) -> None:
    widths: list[list[int]] = []
    read = ocr._recognise_batch
    monkeypatch.setattr(
        ocr, "_recognise_batch", lambda some: (widths.append([s.shape[1] for s in some]), read(some))[1]
    )
    strips = []
    for name in ("one", "two", "a rather long line of running text from one margin to the other", "three"):
        strip = Image.new("RGB", (1600 if " " in name else 120, 48), "white")
        ImageDraw.Draw(strip).text((8, 6), name, "black", letters(32))
        strips += [as_bitmap(np.asarray(strip))] * 3
    looks = ocr.recognise(strips)
    assert [look.text for look in looks[::3]] == [
        "one", "two", "a rather long line of running text from one margin to the other", "three",
    ]  # fmt: skip
    assert sum(map(len, widths)) == len(strips)
    assert all(len(some) == 1 or max(some) * len(some) <= ocr.BATCH_WIDTH for some in widths)


def test_the_network_in_parts_reads_as_the_whole_one(tmp_path: Path) -> None:
    import onnxruntime

    strip = Image.new("RGB", (200, 48), "white")
    ImageDraw.Draw(strip).text((8, 6), "Zürich 12,5%", "black", letters(30))
    batch = (np.asarray(strip, np.float32).transpose(2, 0, 1)[None] / 127.5 - 1)[:, ::-1].copy()
    whole = networks.result(onnxruntime.InferenceSession(str(networks._model("rec"))), batch)
    reader = networks.recogniser()
    best, chances = reader.read(batch)
    letter = best > 0
    assert letter.any() and len(reader.characters) < 400
    assert (best == whole[:, :, reader.known].argmax(axis=2)).all()
    assert np.allclose(chances[letter], whole[:, :, reader.known].max(axis=2)[letter], atol=1e-3)


def test_a_model_of_another_form_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="before its output"):
        taken_apart(networks._model("det"), (0, 1))
    with pytest.raises(UnknownModel, match="carries no character"):
        noted(networks._model("det"), "character")


def lines_of_height(*heights: int) -> np.ndarray:
    """Lines of text of these heights under each other, as the detector gives them."""
    tops = np.cumsum((0, *heights))
    return np.array([((0, t), (90, t), (90, t + h), (0, t + h)) for t, h in zip(tops, heights, strict=False)])


def test_a_chart_whose_tiles_are_of_many_sizes_is_no_word_cloud() -> None:
    page = Image.new("RGB", (500, 1200), "white")
    heights = [18 + 2 * i for i in range(24)]
    lines = lines_of_height(*heights).astype(np.float32)
    for names, strewn in ((True, True), (False, False)):
        for (_, top), height in zip(lines[:, 0], heights, strict=True):
            text = "word" if names else f"{height}%"
            ImageDraw.Draw(page).rectangle((0, top, 500, top + height), "white")
            ImageDraw.Draw(page).text((2, top), text, "black", letters(round(height * 0.8)))
        pixels = as_bitmap(np.asarray(page))
        assert is_strewn(pixels, lines) is strewn
        assert not is_strewn(pixels, lines[:10]) and not is_strewn(pixels, lines_of_height(*[20] * 24))


# --- letters and marks -----------------------------------------------------------------------------------------------


def test_a_line_is_cut_out_without_the_swatch_that_its_box_touches() -> None:
    page = Image.new("RGB", (300, 60), "white")
    ImageDraw.Draw(page).rectangle((20, 20, 39, 39), PURPLE)
    marks = as_bitmap(np.asarray(page))
    ImageDraw.Draw(page).text((46, 18), "meer", "black", letters(20))
    corners = np.array([(33, 14), (110, 14), (110, 46), (33, 46)], np.float32)
    strip = cut_strip(as_bitmap(np.asarray(page)), marks, corners)
    start = strip.to_image @ (0.0, STRIP_HEIGHT / 2, 1.0)
    assert 39 <= start[0] <= 42
    assert strip.image.shape == strip.marks.shape


def test_a_label_upon_a_bar_is_not_cut_at_the_bars_end() -> None:
    page = Image.new("RGB", (300, 60), "white")
    ImageDraw.Draw(page).rectangle((0, 10, 60, 50), LILAC)
    marks = as_bitmap(np.asarray(page))
    ImageDraw.Draw(page).text((36, 18), "42%", "black", letters(20))
    corners = np.array([(30, 14), (86, 14), (86, 46), (30, 46)], np.float32)
    strip = cut_strip(as_bitmap(np.asarray(page)), marks, corners)
    assert (strip.to_image @ (0.0, STRIP_HEIGHT / 2, 1.0))[0] == pytest.approx(30, abs=0.5)


SHARES = {"First": (55, 51, 53), "Second": (38, 37, 36), "Third": (31, 29, 28)}
YEARS = ("2020", "2021", "2022")


def chart(path: Path, wrong: str = "", quality: int = 0) -> Path:
    """Groups of three bars whose labels, in steps, nearly touch, as one bitmap; `wrong` is printed for 37%."""
    image = Image.new("RGB", (620, 400), "white")
    pen = ImageDraw.Draw(image)
    for k, (year, colour) in enumerate(zip(YEARS, (LILAC, PURPLE, DEEP), strict=True)):
        pen.rectangle((60 + 100 * k, 20, 79 + 100 * k, 34), colour)
        pen.text((86 + 100 * k, 18), year, "black", letters(16))
        for i, values in enumerate(SHARES.values()):
            x, top = 60 + 180 * i + 42 * k, 340 - 5 * values[k]
            pen.rectangle((x, top, x + 40, 340), colour)
            text = wrong if wrong and values[k] == 37 else f"{values[k]}%"
            pen.text((x + 20, top - 12), text, "black", letters(15), anchor="mm")
    for i, name in enumerate(SHARES):
        pen.text((123 + 180 * i, 360), name, "black", letters(16), anchor="mm")
    if quality:
        image.save(path.with_suffix(".jpg"), quality=quality)
        image = Image.open(path.with_suffix(".jpg"))
    image.save(path, "PDF", resolution=110)
    return path


def values(path: Path) -> dict[tuple[str, str], tuple[str | None, bool]]:
    """(category, series) to what was read, and whether it is doubted."""
    page = next(iter(read_pages(path)))
    seen = read_picture(path, page, page.pictures[0])
    found = {}
    for reading in read_charts(seen):
        for entry in reconcile(reading, seen, ".").entries:
            names = {label.axis: label.text for label in entry.labels}
            found[(names.get("row", ""), names.get("series", ""))] = (entry.printed, bool(entry.doubts))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("quality", [0, 80])
def test_a_bitmap_of_grouped_bars_is_read_with_its_legend(tmp_path: Path, quality: int) -> None:
    found = values(chart(tmp_path / "chart.pdf", quality=quality))
    wanted = {
        (category, year): f"{share}%"
        for category, row in SHARES.items()
        for year, share in zip(YEARS, row, strict=True)
    }
    assert {key: text for key, (text, _) in found.items()} == wanted
    assert sum(doubted for _, doubted in found.values()) <= (1 if quality else 0)


@pytest.mark.slow
def test_a_label_that_lies_about_its_bar_is_never_believed(tmp_path: Path) -> None:
    text, doubted = values(chart(tmp_path / "chart.pdf", wrong="73%"))[("Second", "2021")]
    assert doubted
    assert text == "73%"
