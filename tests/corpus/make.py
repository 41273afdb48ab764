"""Typesets the pages of the corpus by many engines and writes their truth: python -m tests.corpus.make [ENGINE …]

Needs `pip install -e .[corpus]`, and chromium, groff and ghostscript of the system. The pages are committed; made again
by other versions they may differ, and the recorded scores with them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.corpus import exhibits as content
from tests.corpus.exhibits import Asked, write_truth

HERE = Path(__file__).resolve().parent
PAGES, TRUTH = HERE / "pages", HERE / "truth"
PALETTE = ("#1f5f8b", "#e08e45", "#5b9a68", "#b2b2b2", "#8c5aa8")
EPOCH = "1735689600"
Engine = Callable[[Path], tuple[Asked, ...]]


def reportlab(out: Path) -> tuple[Asked, ...]:
    from reportlab.graphics.charts.piecharts import Pie
    from reportlab.graphics.shapes import Drawing
    from reportlab.lib import colors
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    style, table, pie = getSampleStyleSheet(), content.LIBRARY, content.REASON
    cells = [["", *table.heads], *([label, *row] for label, row in zip(table.labels, table.values, strict=True))]
    ruled = Table(cells, colWidths=[180, 60, 60, 60])
    ruled.setStyle(
        TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey)])
    )
    drawing, sectors = Drawing(420, 200), Pie()
    sectors.x, sectors.y, sectors.width, sectors.height = 130, 20, 150, 150
    sectors.data = [row[0] for row in pie.shares()]
    sectors.labels = [f"{label} {row[0]}" for label, row in zip(pie.labels, pie.values, strict=True)]
    sectors.sideLabels = True
    for i, colour in enumerate(PALETTE[: len(pie.labels)]):
        sectors.slices[i].fillColor = colors.HexColor(colour)
    drawing.add(sectors)
    body = [
        Paragraph("Libraries and their visitors", style["Title"]),
        Paragraph(f"Table 1. {table.question}", style["Heading3"]),
        ruled,
        Spacer(1, 30),
        Paragraph(f"Figure 1. {pie.question}", style["Heading3"]),
        drawing,
        Paragraph("Respondents could give one answer to each question.", style["Normal"]),
    ]
    SimpleDocTemplate(str(out), invariant=True).build(body)
    return table, pie


def weasyprint(out: Path) -> tuple[Asked, ...]:
    import weasyprint as engine

    bars, table = content.FOREST, content.TRUST
    engine.HTML(string=_html(_css_bars(bars) + _html_table(table))).write_pdf(str(out))
    return bars, table


def chromium(out: Path) -> tuple[Asked, ...]:
    bars, table = content.LANGUAGES, content.STATEMENTS
    name = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(_html(_css_stack(table) + _css_bars(bars)), "utf-8")
        quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}"]
        subprocess.run([name, *quiet, f"--print-to-pdf={out}", page.as_uri()], check=True, capture_output=True)
    return table, bars


def _html(body: str) -> str:
    return f"""<!doctype html><meta charset="utf-8"><style>
    @page {{ size: A4; margin: 20mm }} body {{ font: 10pt 'DejaVu Sans', sans-serif; color: #222 }}
    section {{ border: 1px solid #ccc; border-radius: 8px; padding: 4mm 6mm; margin-bottom: 8mm }}
    h2 {{ font-size: 12pt; margin: 0 0 3mm }} td, th {{ padding: 1.5mm 4mm; text-align: right }}
    td:first-child, th:first-child {{ text-align: left }} table {{ border-collapse: collapse; width: 100% }}
    tr:nth-child(even) {{ background: #eef3f7 }} .row {{ display: flex; align-items: center; margin: 1.5mm 0 }}
    .row span {{ width: 45mm }} .row i {{ height: 5mm; background: {PALETTE[0]}; margin-right: 2mm }}
    .stack b {{ height: 7mm; line-height: 7mm; text-align: center; color: #fff; font-weight: normal }}
    .stack {{ width: 100mm; display: flex }}
    .key b {{ display: inline-block; width: 3mm; height: 3mm; margin: 0 1mm 0 4mm }}
    </style><h1>Yearly survey 2024</h1>{body}"""


def _css_bars(asked: Asked) -> str:
    lines = "".join(
        f'<div class="row"><span>{label}</span><i style="width:{share[0] * 0.9:.1f}mm"></i>{row[0]}</div>'
        for label, row, share in zip(asked.labels, asked.values, asked.shares(), strict=True)
    )
    return f"<section><h2>{asked.question}</h2>{lines}</section>"


def _css_stack(asked: Asked) -> str:
    key = "".join(f'<b style="background:{c}"></b>{h}' for h, c in zip(asked.heads, PALETTE, strict=False))
    lines = ""
    for label, row, share in zip(asked.labels, asked.values, asked.shares(), strict=True):
        parts = zip(row, share, PALETTE, strict=False)
        inner = "".join(f'<b style="width:{s:.1f}%;background:{colour}">{text}</b>' for text, s, colour in parts)
        lines += f'<div class="row"><span>{label}</span><div class="stack">{inner}</div></div>'
    return f'<section><h2>{asked.question}</h2><div class="key">{key}</div>{lines}</section>'


def _html_table(asked: Asked) -> str:
    head = "".join(f"<th>{h}</th>" for h in ("", *asked.heads))
    lines = "".join(
        f"<tr><td>{label}</td>{''.join(f'<td>{text}</td>' for text in row)}</tr>"
        for label, row in zip(asked.labels, asked.values, strict=True)
    )
    return (
        f"<section><h2>{asked.question}</h2><table><tr>{head}</tr>{lines}</table><p>Mean score, 1 to 10.</p></section>"
    )


def typst(out: Path) -> tuple[Asked, ...]:
    import typst as engine

    table = content.CANTEEN
    cells = "".join(
        f"[{label}], " + ", ".join(f"[{text}]" for text in row) + ",\n"
        for label, row in zip(table.labels, table.values, strict=True)
    )
    source = f"""#set page(paper: "a4", margin: 25mm)
#set text(lang: "nl", size: 10pt)
= Personeelsonderzoek 2024
De vragenlijst stond in maart open voor alle medewerkers.
#figure(caption: [{table.question}], kind: table, supplement: [Tabel],
  table(columns: (auto, auto, auto), stroke: none, inset: 6pt, align: (left, right, right),
    table.hline(), [], {", ".join(f"[{h}]" for h in table.heads)}, table.hline(stroke: 0.5pt),
    {cells} table.hline()))
De kantine ging in 2023 over naar een andere uitbater.
"""
    out.write_bytes(engine.compile(source.encode(), timestamp=int(EPOCH)))
    return (table,)


def matplotlib(out: Path) -> tuple[Asked, ...]:
    import matplotlib as mpl

    mpl.use("pdf")
    from matplotlib import pyplot

    mpl.rcParams["pdf.fonttype"] = 42
    bars, lines = content.TOOLS, content.REMOTE
    figure, (top, low) = pyplot.subplots(2, 1, figsize=(7.5, 9))
    for i, head in enumerate(bars.heads):
        places = [row + (i - 0.5) * 0.38 for row in range(len(bars.labels))]
        marks = top.barh(places, [row[i] for row in bars.shares()], 0.36, color=PALETTE[i], label=head)
        top.bar_label(marks, fmt="%g%%", padding=3)
    top.set_yticks(range(len(bars.labels)), bars.labels)
    top.set_title(bars.question, loc="left")
    top.set_xlim(0, 80)
    top.xaxis.set_visible(False)
    top.legend(loc="upper center", ncols=2, bbox_to_anchor=(0.5, -0.02), frameon=False)
    for label, share, colour in zip(lines.labels, lines.shares(), PALETTE, strict=False):
        low.plot(range(len(share)), share, marker="o", color=colour, label=label)
        for x, y in enumerate(share):
            low.annotate(f"{y:g}%", (x, y), (0, 7), textcoords="offset points", ha="center", color=colour)
    low.set_xticks(range(len(lines.heads)), lines.heads)
    low.set_ylim(0, 70)
    low.yaxis.set_visible(False)
    low.set_title(lines.question, loc="left")
    low.legend(frameon=False)
    figure.tight_layout(h_pad=3)
    figure.savefig(out, metadata={"CreationDate": None})
    return bars, lines


def fpdf2(out: Path) -> tuple[Asked, ...]:
    from fpdf import FPDF

    table = content.BAKERY
    pdf = FPDF()
    pdf.set_creation_date(datetime.fromtimestamp(int(EPOCH), UTC))
    pdf.add_page()
    pdf.set_font("Helvetica", "B", 16)
    pdf.cell(0, 12, "Enquête sur la consommation 2023", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "B", 11)
    pdf.cell(0, 10, f"Tableau 1 : {table.question}", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "", 10)
    for i, (label, row) in enumerate(zip(table.labels, table.values, strict=True)):
        pdf.set_fill_color(*((230, 236, 242) if i % 2 else (255, 255, 255)))
        pdf.cell(90, 8, label, fill=True)
        pdf.cell(30, 8, row[0], align="R", fill=True, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)
    pdf.multi_cell(0, 6, "Base : 1 204 personnes interrogées en mai 2023. Source : enquête annuelle.")
    pdf.output(str(out))
    return (table,)


def cairo(out: Path) -> tuple[Asked, ...]:
    import cairosvg

    stack = content.STATEMENTS
    parts = [_svg_text(40, 60, stack.question, 14)]
    for i, head in enumerate(stack.heads):
        parts += [_svg_rect(40 + 110 * i, 80, 10, 10, PALETTE[i]), _svg_text(55 + 110 * i, 89, head)]
    for r, (label, row, share) in enumerate(zip(stack.labels, stack.values, stack.shares(), strict=True)):
        x, y = 170.0, 110 + 34 * r
        parts.append(_svg_text(40, y + 15, label))
        for text, part, colour in zip(row, share, PALETTE, strict=False):
            width = 3.6 * part
            parts.append(_svg_rect(x, y, width, 22, colour))
            parts.append(_svg_text(x + width / 2, y + 15, text, 9, "middle", "white"))
            x += width
    parts.append(_svg_text(40, 275, "All employees; shares in percent of those who answered.", 8))
    cairosvg.svg2pdf(bytestring=_svg(parts).encode(), write_to=str(out))
    return (stack,)


def _svg(parts: list[str]) -> str:
    size = 'width="595pt" height="842pt" viewBox="0 0 595 842"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _svg_text(x: float, y: float, text: str, size: float = 10, anchor: str = "start", fill: str = "#222") -> str:
    font = f'font-family="DejaVu Sans" font-size="{size}" text-anchor="{anchor}" fill="{fill}"'
    return f'<text x="{x}" y="{y}" {font}>{text}</text>'


def _svg_rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>'


def vega(out: Path) -> tuple[Asked, ...]:
    import vl_convert

    bars = content.ENERGY
    data = [{"a": a, "v": s[0], "t": v[0]} for a, v, s in zip(bars.labels, bars.values, bars.shares(), strict=True)]
    x = {"field": "v", "type": "quantitative", "axis": None}
    y = {"field": "a", "type": "nominal", "sort": None, "axis": {"title": None, "domain": False, "ticks": False}}
    spec = {
        "title": {"text": bars.question, "anchor": "start", "subtitle": "Households, 2024"},
        "data": {"values": data},
        "width": 360,
        "height": {"step": 32},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "bar", "color": PALETTE[2]}},
            {"mark": {"type": "text", "align": "left", "dx": 4}, "encoding": {"text": {"field": "t"}}},
        ],
        "config": {"view": {"stroke": None}},
    }
    out.write_bytes(vl_convert.vegalite_to_pdf(spec))
    return (bars,)


def groff(out: Path) -> tuple[Asked, ...]:
    table = content.SHIFTS
    lines = "\n".join(f"{label}\t{row[0]}" for label, row in zip(table.labels, table.values, strict=True))
    source = f""".TL
Work at night
.PP
The survey was sent to all nurses of five hospitals.
.PP
.B "Table 1. {table.question}"
.TS
tab(\t);
l r.
_
Night shifts\tNurses
_
{lines}
_
.TE
.PP
Source: yearly survey of the five hospitals.
"""
    done = subprocess.run(["groff", "-t", "-ms", "-Tpdf"], input=source.encode(), capture_output=True, check=True)
    out.write_bytes(done.stdout)
    return (table,)


def ghostscript(out: Path) -> tuple[Asked, ...]:
    columns = content.TRANSPORT
    drawn = ["/Helvetica-Bold findfont 14 scalefont setfont 60 700 moveto", f"({columns.question}) show"]
    drawn.append("/Helvetica findfont 10 scalefont setfont")
    for i, (label, share) in enumerate(zip(columns.labels, columns.shares(), strict=True)):
        x, height = 80 + 90 * i, 4 * share[0]
        drawn.append(f"0.12 0.37 0.55 setrgbcolor {x} 500 60 {height} rectfill 0 setgray")
        drawn.append(f"({share[0]:g}%) dup stringwidth pop 2 div {x + 30} exch sub {506 + height} moveto show")
        drawn.append(f"({label}) dup stringwidth pop 2 div {x + 30} exch sub 484 moveto show")
    drawn.append("0.5 setlinewidth 70 500 moveto 430 500 lineto stroke")
    drawn.append("60 450 moveto (Pupils of the first class, autumn 2023.) show showpage")
    script = "%!PS\n<< /PageSize [595 842] >> setpagedevice\n" + "\n".join(drawn)
    quiet = ["gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", f"-sOutputFile={out}", "-"]
    subprocess.run(quiet, input=script.encode(), check=True, capture_output=True)
    return (columns,)


def skia(out: Path) -> tuple[Asked, ...]:
    import skia as engine

    groups = content.SPORT
    stream = engine.FILEWStream(str(out))
    with engine.PDF.MakeDocument(stream) as document, document.page(595, 842) as canvas:
        face = engine.Typeface("DejaVu Sans")
        ink = engine.Paint(Color=engine.ColorBLACK, AntiAlias=True)

        def write(text: str, x: float, y: float, size: float = 10, centred: bool = False) -> None:
            font = engine.Font(face, size)
            canvas.drawString(text, x - (font.measureText(text) / 2 if centred else 0), y, font, ink)

        write(f"Figure 3: {groups.question}", 60, 80, 13)
        for i, head in enumerate(groups.heads):
            paint = engine.Paint(Color=int("ff" + PALETTE[i][1:], 16))
            canvas.drawRect(engine.Rect.MakeXYWH(60 + 80 * i, 100, 10, 10), paint)
            write(head, 75 + 80 * i, 109)
            for r, share in enumerate(groups.shares()):
                x, height = 80 + 115 * r + 40 * i, 5 * share[i]
                canvas.drawRect(engine.Rect.MakeXYWH(x, 320 - height, 34, height), paint)
                write(f"{share[i]:g}%", x + 17, 315 - height, 9, True)
        for r, label in enumerate(groups.labels):
            write(label, 117 + 115 * r, 336, 10, True)
    stream.flush()
    return (groups,)


ENGINES: dict[str, Engine] = {
    function.__name__: function
    for function in (
        reportlab,
        weasyprint,
        chromium,
        typst,
        matplotlib,
        fpdf2,
        cairo,
        vega,
        groff,
        ghostscript,
        skia,
    )
}


def main() -> None:
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    for name in sys.argv[1:] or ENGINES:
        write_truth(ENGINES[name](PAGES / f"{name}-2024.pdf"), TRUTH / f"{name}-2024.csv")


if __name__ == "__main__":
    main()
