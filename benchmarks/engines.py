"""Other ways to make the PDF of a report: print engines of web pages and office programs, a PDF library, and changes to
a finished PDF that leave the page as it looks (turned pages, shifted boxes, forms, letters placed one by one)."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pikepdf

from facsimile.content import Content
from facsimile.layout import draw
from facsimile.style import Style
from facsimile.web import Web, page

MARGIN = 57.0
"""Points around the text of the pages that `reportlab` sets."""


class Missing(Exception):
    """The engine is not installed here."""


def chromium(content: Content, style: Style, web: Web) -> bytes:
    """The HTML printed by a browser: tagged PDF by Skia."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise Missing("chromium")
    how = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    return _converted(
        content, style, web, lambda html, out: [program, *how, f"--print-to-pdf={out / 'page.pdf'}", str(html)]
    )


def weasyprint(content: Content, style: Style, web: Web) -> bytes:
    """The HTML set by WeasyPrint: glyphs placed by Pango."""
    try:
        import weasyprint as engine
    except (ImportError, OSError) as error:
        raise Missing("weasyprint") from error
    made = engine.HTML(string=page(content, style, web)).write_pdf()
    assert made is not None
    return bytes(made)


def libreoffice(content: Content, style: Style, web: Web) -> bytes:
    """The HTML opened by a word processor and exported."""
    program = shutil.which("soffice")
    if program is None:
        raise Missing("soffice")
    how = ["--headless", "--convert-to", "pdf:writer_web_pdf_Export"]
    return _converted(content, style, web, lambda html, out: [program, *how, "--outdir", str(out), str(html)])


def _converted(content: Content, style: Style, web: Web, command: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        html = Path(folder) / "page.html"
        html.write_text(page(content, style, web), encoding="utf-8")
        subprocess.run(command(html, Path(folder)), check=True, capture_output=True, timeout=300)
        return html.with_suffix(".pdf").read_bytes()


# --- reportlab -----------------------------------------------------------------------------------------------------


def reportlab(content: Content, style: Style) -> bytes:
    """The tables and paragraphs set by reportlab in a standard font."""
    try:
        from reportlab.lib.pagesizes import A4
        from reportlab.platypus import SimpleDocTemplate
    except ImportError as error:
        raise Missing("reportlab") from error
    out = io.BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    document = SimpleDocTemplate(out, pagesize=A4, invariant=1, **margins)
    width = A4[0] - 2 * MARGIN
    document.build(
        [flowable for block in draw(content, style) for flowable in _flowables(block, style, width)],
        onFirstPage=_folio,
        onLaterPages=_folio,
    )
    return out.getvalue()


def _folio(canvas: Any, document: Any) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawCentredString(297, 30, f"{document.page + 8} - COMMUNITY 2022-2023")


def _flowables(block: dict[str, Any], style: Style, width: float) -> Iterator[Any]:
    from reportlab.platypus import KeepTogether, Spacer

    if block["kind"] == "exhibit":
        caption = [_paragraph(f"Figuur {block['figure']}", style, 9)] if block["captioned"] else []
        tables = [f for part in block["parts"] if part["form"] == "table" for f in _table(part, style, width)]
        whole = [*caption, *tables] if style.caption == "above" else [*tables, *caption]
        yield from whole if style.break_tables else [KeepTogether(whole)]
        yield Spacer(1, 14)
    elif block["kind"] in ("text", "lead"):
        yield _paragraph("".join(run.get("text", "") for run in block["body"]), style)
    elif block["kind"] == "columns":
        for inner in block["body"]:
            yield from _flowables(inner, style, width)
    elif block["kind"] in ("subheading", "caption"):
        body = block["body"]
        yield _paragraph(body, style, 14) if block["kind"] == "subheading" else _paragraph(f"Figuur {body}", style, 9)
    elif block["kind"] == "title":
        yield _paragraph(block["body"]["text"], style, 20)


def _paragraph(text: str, style: Style, size: float = 0, colour: str = "#000000", align: int = 0) -> Any:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    size = size or style.text_size - 1
    look = ParagraphStyle(
        "set", fontName="Times-Roman", fontSize=size, leading=1.2 * size, spaceAfter=size / 2, textColor=colour,
        alignment=align,
    )  # fmt: skip
    return Paragraph(escape(text), look)


def _table(part: dict[str, Any], style: Style, width: float) -> Iterator[Any]:
    from reportlab.platypus import Table, TableStyle

    if part["question"]:
        yield _paragraph(part["question"], style, style.text_size)
    rows = [*part["head"], *part["rows"]]
    each = max(46.0, 0.5 * width / max(part["values"], 5))
    widths = [width - each * part["values"], *[each] * part["values"]]
    cells, commands = _grid(rows, part["values"] + 1, style)
    yield Table(
        cells,
        colWidths=widths[::-1] if style.values == "left" else widths,
        repeatRows=len(part["head"]) if style.repeat_head else 0,
        style=TableStyle([*_rules(style, len(part["head"])), *commands]),  # a ground below the fills of cells
    )


def _rules(style: Style, head: int) -> list[tuple[Any, ...]]:
    from reportlab.lib.colors import HexColor

    if style.table == "ruled":
        return [("LINEBELOW", (0, head), (-1, -1), 0.5, HexColor("#999999"))]
    if style.table == "zebra":
        return [("ROWBACKGROUNDS", (0, head), (-1, -1), [HexColor("#eeeeee"), HexColor("#ffffff")])]
    return [("BACKGROUND", (0, 0), (-1, -1), HexColor("#f4f0f8"))] if style.table == "filled" else []


def _grid(rows: Sequence[Sequence[dict[str, Any]]], columns: int, style: Style) -> tuple[list[list[Any]], list[Any]]:
    """The cells at their places, and what spans and is filled."""
    from reportlab.lib.colors import HexColor

    placed: list[list[Any]] = [[""] * columns for _ in rows]
    taken: set[tuple[int, int]] = set()
    commands: list[Any] = [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    for r, row in enumerate(rows):
        for cell in row:
            c = next(c for c in range(columns) if (r, c) not in taken)
            last = (c + cell["cols"] - 1, r + cell["rows"] - 1)
            taken |= {(i, j) for i in range(r, last[1] + 1) for j in range(c, last[0] + 1)}
            side = 0 if cell["role"] in ("label", "corner") else 1
            text = cell["text"] or ("■" if cell.get("icon") else "")
            ink = cell["icon_ink"] if cell.get("icon") and not cell["text"] else cell["ink"]
            placed[r][c] = _paragraph(text, style, colour=ink, align=side) if text else ""
            commands += [("SPAN", (c, r), last)] if last != (c, r) else []
            commands += [("BACKGROUND", (c, r), last, HexColor(cell["fill"]))] if cell["fill"] else []
    return placed, commands


# --- the same page, written otherwise ------------------------------------------------------------------------------


def _rewritten(pdf: bytes, change: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for each in list(document.pages):
            change(document, each)
        document.save(out)
    return out.getvalue()


def turned_pages(pdf: bytes, angle: int = 90) -> bytes:
    """Pages with /Rotate whose content is turned back, as landscape pages of some programs are."""

    def turn(document: pikepdf.Pdf, each: pikepdf.Page) -> None:
        x0, y0, x1, y1 = (float(v) for v in each.mediabox)
        width, height = x1 - x0, y1 - y0
        matrix = {90: (0, 1, -1, 0, height, 0), 180: (-1, 0, 0, -1, width, height), 270: (0, -1, 1, 0, 0, width)}[angle]
        each.contents_add(b"q " + " ".join(f"{v:g}" for v in matrix).encode() + b" cm\n", prepend=True)
        each.contents_add(b"\nQ")
        box = [0, 0, height, width] if angle != 180 else [0, 0, width, height]
        for name in ("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
            if name in each.obj or name == "/MediaBox":
                each.obj[name] = pikepdf.Array(box)
        each.obj["/Rotate"] = angle

    return _rewritten(pdf, turn)


def cropped_pages(pdf: bytes, edge: float = 40.0) -> bytes:
    """Pages on a larger sheet that does not begin at zero, cut by a crop box, with printer's marks outside of it."""

    def crop(document: pikepdf.Pdf, each: pikepdf.Page) -> None:
        x0, y0, x1, y1 = (float(v) for v in each.mediabox)
        each.contents_add(f"q 1 0 0 1 {3 * edge:g} {2 * edge:g} cm\n".encode(), prepend=True)
        marks = f"\nQ 0 0 0 RG 0.5 w {edge + 5:g} {2 * edge:g} m {3 * edge - 8:g} {2 * edge:g} l S"
        each.contents_add(marks.encode())
        shown = pikepdf.Array([x0 + 3 * edge, y0 + 2 * edge, x1 + 3 * edge, y1 + 2 * edge])
        each.obj["/MediaBox"] = pikepdf.Array([edge, edge, x1 + 5 * edge, y1 + 4 * edge])
        for name in ("/CropBox", "/TrimBox"):
            each.obj[name] = shown

    return _rewritten(pdf, crop)


def in_forms(pdf: bytes) -> bytes:
    """Everything on a page inside a form within a form, as page layout programs place whole pages."""

    def wrap(document: pikepdf.Pdf, each: pikepdf.Page) -> None:
        each.contents_coalesce()
        inner = document.make_stream(each.obj["/Contents"].read_bytes())
        inner.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=each.mediabox, Resources=each.obj["/Resources"]
        )
        outer = document.make_stream(b"q 0.5 0 0 0.5 0 0 cm /Inner Do Q")
        outer.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=each.mediabox,
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Inner=inner)),
        )
        each.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Outer=outer))
        each.obj["/Contents"] = document.make_stream(b"q 2 0 0 2 0 0 cm /Outer Do Q")

    return _rewritten(pdf, wrap)


def letter_by_letter(pdf: bytes) -> bytes:
    """Every glyph shown by an operator of its own, as by programs that place letters one by one."""

    def part(document: pikepdf.Pdf, each: pikepdf.Page) -> None:
        wide = {str(name): _is_wide(font) for name, font in each.resources.get("/Font", {}).items()}
        out: list[Any] = []
        bytes_each = 1
        for operands, operator in pikepdf.parse_content_stream(each):
            if str(operator) == "Tf":
                bytes_each = 2 if wide.get(str(operands[0])) else 1
            if str(operator) in ("TJ", "Tj"):
                out += _letters(operands[0] if str(operator) == "TJ" else operands, bytes_each)
            else:
                out.append((operands, operator))
        each.obj["/Contents"] = document.make_stream(pikepdf.unparse_content_stream(out))

    return _rewritten(pdf, part)


def _is_wide(font: Any) -> bool:
    return bool(font.get("/Subtype") == "/Type0")


def _letters(pieces: Any, bytes_each: int) -> Iterator[tuple[list[Any], pikepdf.Operator]]:
    for piece in pieces:
        if not isinstance(piece, pikepdf.String):
            yield [pikepdf.Array([piece])], pikepdf.Operator("TJ")
            continue
        raw = bytes(piece)
        for at in range(0, len(raw), bytes_each):
            yield [pikepdf.String(raw[at : at + bytes_each])], pikepdf.Operator("Tj")
