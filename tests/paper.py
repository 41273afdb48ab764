"""Small PDFs for tests, made in memory: text in Helvetica, filled rectangles, lines. Points, origin top left."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf

WIDTH, HEIGHT = 595.0, 842.0


@dataclass
class Sheet:
    """One page under the pen."""

    parts: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 10) -> Sheet:
        """`text` with its baseline at `y` from the top."""
        plain = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self.parts.append(f"BT 0 0 0 rg /F {size} Tf {x} {HEIGHT - y} Td ({plain}) Tj ET")
        return self

    def line(self, x0: float, y0: float, x1: float, y1: float) -> Sheet:
        self.parts.append(f"0 0 0 RG 0.8 w {x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S")
        return self

    def fill(self, x: float, y: float, width: float, height: float, colour: tuple[float, float, float]) -> Sheet:
        self.parts.append(f"{colour[0]} {colour[1]} {colour[2]} rg {x} {HEIGHT - y - height} {width} {height} re f")
        return self

    def table(self, x: float, y: float, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Sheet:
        """A fully ruled table, rows 20 points high."""
        right, bottom = x + sum(widths), y + 20 * len(rows)
        for i in range(len(rows) + 1):
            self.line(x, y + 20 * i, right, y + 20 * i)
        for j in range(len(widths) + 1):
            self.line(x + sum(widths[:j]), y, x + sum(widths[:j]), bottom)
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                self.text(x + sum(widths[:j]) + 5, y + 20 * i + 14, cell)
        return self


def document(sheets: Sequence[Sheet]) -> pikepdf.Pdf:
    """The sheets as a PDF."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    for sheet in sheets:
        page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = pdf.make_stream("\n".join(sheet.parts).encode("cp1252"))
    return pdf


def save(pdf: pikepdf.Pdf, path: Path, **how: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pdf.save(path, deterministic_id=not how, **how)  # type: ignore[arg-type]
    return path


def as_bytes(pdf: pikepdf.Pdf) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def survey(values: Sequence[str] = ("52%", "31%", "17%"), year: str = "2024") -> pikepdf.Pdf:
    """A report of one page: a question, its ruled table, a caption, and a sentence with a number."""
    sheet = Sheet().text(60, 60, f"Survey {year}", 18)
    sheet.text(60, 100, "How did you travel to work?", 12)
    labels = ("By bicycle", "By train", "On foot")
    rows = [("", year), *((label, value) for label, value in zip(labels, values, strict=True))]
    sheet.table(60, 120, rows, (200, 80)).text(60, 220, "Figure 1: How did you travel to work?")
    sheet.text(60, 260, f"More than half of all respondents, {values[0]}, travelled by bicycle.")
    return document([sheet])


def prose() -> pikepdf.Pdf:
    """A page of text without any figure."""
    sheet = Sheet().text(60, 60, "A letter", 18)
    for i in range(6):
        sheet.text(60, 100 + 16 * i, "This page holds a few lines of text, and neither a table nor a chart.")
    return document([sheet])


def scan() -> pikepdf.Pdf:
    """A page that is one picture, without a text layer."""
    pdf = document([Sheet()])
    page = pdf.pages[0]
    picture = pdf.make_stream(bytes(100 * 140))
    picture.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=100,
        Height=140,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
    page.Contents = pdf.make_stream(f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /P Do Q".encode())
    return pdf
