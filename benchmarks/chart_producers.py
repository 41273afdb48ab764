"""The same charts drawn by different programs: plotting libraries, a browser, page description by hand."""

from __future__ import annotations

import html
import io
import json
import math
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from chart_content import Chart, Sheet

PALETTES = {
    "tableau": ("#4c78a8", "#f58518", "#e45756", "#72b7b2", "#54a24b", "#eeca3b"),
    "purple": ("#5b2d82", "#a98bc4", "#d9822b", "#c9c9c9", "#3f8f5f", "#e3c34b"),
    "pale": ("#8dd3c7", "#ffed6f", "#bebada", "#fb8072", "#80b1d3", "#fdb462"),
    "dark": ("#1b3a5c", "#2a7f9e", "#7fc1b5", "#f0b35a", "#c94f3d", "#6b4c8a"),
}
LEAST_LABELLED = 4.0
"""Segments of stacks below this share get no label."""


def wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


# --- matplotlib ------------------------------------------------------------------------------------------------------


def matplotlib(pages: Sequence[Sheet], palette: Sequence[str], rotation: int = 45, landscape: bool = False) -> bytes:
    import matplotlib as mpl

    mpl.use("pdf")
    from matplotlib import pyplot as plt
    from matplotlib.backends.backend_pdf import PdfPages

    plt.rcParams.update({"pdf.fonttype": 42, "font.size": 8, "axes.titlesize": 10})
    out = io.BytesIO()
    size = (11.0, 8.5) if landscape else (8.27, 11.69)
    with PdfPages(out) as book:
        for sheet in pages:
            count = len(sheet.charts) + bool(sheet.table)
            pie = sheet.charts[0].form in ("pie", "doughnut")
            grid = (1, count) if pie else (count, 1)
            figure, axes = plt.subplots(*grid, figsize=size, squeeze=False)
            figure.subplots_adjust(0.32 if not pie else 0.06, 0.3, 0.8 if not pie else 0.94, 0.85, 0.9, 0.9)
            for axis, chart in zip(axes.flat, sheet.charts, strict=False):
                _on_axis(axis, chart, palette, rotation)
            if sheet.table:
                axes.flat[-1].axis("off")
                axes.flat[-1].table([list(r) for r in sheet.table], loc="center", colWidths=[0.75, 0.25])
            book.savefig(figure)
            plt.close(figure)
    return out.getvalue()


def _on_axis(axis: Any, chart: Chart, palette: Sequence[str], rotation: int) -> None:
    axis.set_title(chart.title, loc="left", pad=20)
    if chart.form in ("pie", "doughnut"):
        shares = [v[0] for v in chart.values]
        width = {"wedgeprops": {"width": 0.42}} if chart.form == "doughnut" else {}
        wedges, *_ = axis.pie(
            shares,
            colors=palette[: len(shares)],
            autopct=lambda share: chart.text(share),
            pctdistance=0.79 if width else 0.6,
            **width,
        )
        axis.legend(
            wedges,
            ["\n".join(wrapped(s, 28)) for s in chart.series],
            loc="upper center",
            bbox_to_anchor=(0.5, -0.02),
            frameon=False,
        )
        return
    flat = chart.form in ("bars", "stacked")
    draw = axis.barh if flat else axis.bar
    places = range(len(chart.categories))
    step = 0.8 / (1 if chart.form.startswith("stacked") else len(chart.series))
    offset = [0.0] * len(chart.categories)
    for k, (name, values) in enumerate(zip(chart.series, chart.values, strict=True)):
        lengths = [v or 0.0 for v in values]
        if chart.form.startswith("stacked"):
            extra = {"left" if flat else "bottom": list(offset)}
            bars = draw(places, lengths, 0.8, color=palette[k], label=name, **extra)
            texts = [chart.text(v) if v >= LEAST_LABELLED else "" for v in lengths]
            axis.bar_label(bars, texts, label_type="center", fontsize=6.5)
            offset = [o + v for o, v in zip(offset, lengths, strict=True)]
        else:
            at = [p + (k - (len(chart.series) - 1) / 2) * step for p in places]
            bars = draw(at, lengths, step * 0.95, color=palette[k], label=name or None)
            if chart.printed:
                axis.bar_label(bars, ["N/A" if v is None else chart.text(v) for v in values], padding=2, fontsize=5.5)
    names = ["\n".join(wrapped(c, 26)) for c in chart.categories]
    if flat:
        axis.set_yticks(list(places), names)
        axis.invert_yaxis()
    else:
        align = {"ha": "right", "rotation_mode": "anchor"} if 0 < rotation < 90 else {}
        axis.set_xticks(list(places), names, rotation=rotation, **align)
    if not chart.printed:
        axis.grid(axis="x" if flat else "y", linewidth=0.4)
        axis.set_axisbelow(True)
    if chart.series != ("",):
        axis.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False)
    axis.spines[["top", "right"]].set_visible(False)


# --- vega-lite -------------------------------------------------------------------------------------------------------


def vega(pages: Sequence[Sheet], palette: Sequence[str], legend: str = "top", angle: int = -90) -> bytes:
    import pikepdf
    import vl_convert

    book = pikepdf.new()
    for sheet in pages:
        specs = [_spec(chart, palette, legend, angle) for chart in sheet.charts]
        if sheet.table:
            specs.append(_table_spec(sheet.table))
        spec = {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "padding": 36,
            ("hconcat" if len(specs) > 1 and sheet.charts[0].form in ("pie", "doughnut") else "vconcat"): specs,
            "resolve": {"scale": {"color": "independent"}},
            "spacing": 40,
        }
        with pikepdf.open(io.BytesIO(vl_convert.vegalite_to_pdf(spec))) as one:
            book.pages.extend(one.pages)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _table_spec(table: Sequence[tuple[str, str]]) -> dict[str, Any]:
    rows = [{"row": i, "label": label, "value": value} for i, (label, value) in enumerate(table)]
    text = {"y": {"field": "row", "type": "ordinal", "axis": None}}
    return {
        "data": {"values": rows},
        "width": 300,
        "layer": [
            {
                "mark": {"type": "text", "align": "left", "x": 4, "limit": 0, "fontSize": 8},
                "encoding": text | {"text": {"field": "label"}},
            },
            {"mark": {"type": "text", "align": "right", "x": 296}, "encoding": text | {"text": {"field": "value"}}},
        ],
        "view": {"stroke": "#999"},
    }


def _spec(chart: Chart, palette: Sequence[str], legend: str, angle: int) -> dict[str, Any]:
    rows = [
        {"category": c, "series": s, "value": v, "text": chart.text(v) if v is not None else "N/A", "k": k}
        for k, (s, values) in enumerate(zip(chart.series, chart.values, strict=True))
        for c, v in zip(chart.categories, values, strict=True)
    ]
    colour = {
        "field": "series",
        "sort": None,
        "scale": {"domain": list(chart.series), "range": list(palette[: len(chart.series)])},
        "legend": {"orient": legend, "title": None, "labelLimit": 400, "columns": 2 if legend == "top" else 1},
    }
    if chart.series == ("",):
        colour["legend"] = None
    base: dict[str, Any] = {"title": {"text": chart.title, "anchor": "start"}, "data": {"values": rows}}
    if chart.form in ("pie", "doughnut"):
        inner = 45 if chart.form == "doughnut" else 0
        return base | {
            "width": 200,
            "height": 200,
            "encoding": {
                "theta": {"field": "value", "type": "quantitative", "stack": True},
                "color": colour,
                "order": {"field": "k"},
            },
            "layer": [
                {"mark": {"type": "arc", "outerRadius": 80, "innerRadius": inner}},
                {"mark": {"type": "text", "radius": 95, "fontSize": 9}, "encoding": {"text": {"field": "text"}}},
            ],
        }
    flat = chart.form in ("bars", "stacked")
    stacked = chart.form.startswith("stacked")
    axis: dict[str, Any] = {"title": None, "labelLimit": 300}
    if not flat:
        axis |= {"labelAngle": angle}
    along = {
        "field": "value",
        "type": "quantitative",
        "axis": {"title": None, "grid": not chart.printed, "labels": not chart.printed, "ticks": not chart.printed},
        "stack": "zero" if stacked else None,
    }
    across = {"field": "category", "type": "nominal", "sort": None, "axis": axis}
    encoding = {"x": along, "y": across} if flat else {"x": across, "y": along}
    if not stacked and chart.series != ("",):
        encoding["yOffset" if flat else "xOffset"] = {"field": "series", "sort": None}
    encoding |= {"color": colour, "order": {"field": "k"}}
    size = {"width": 330, "height": {"step": 26 if stacked else 13}} if flat else {"width": 420, "height": 200}
    layers: list[dict[str, Any]] = [{"mark": "bar"}]
    if chart.printed and stacked:
        places = _middles(chart)
        texts = [{"category": c, "at": at, "text": t} for c, at, t in places]
        value = {"field": "at", "type": "quantitative"}
        text_places = {"x": value, "y": across} if flat else {"x": across, "y": value}
        base["encoding"] = {}
        return (
            base
            | size
            | {
                "layer": [
                    {"mark": "bar", "encoding": encoding},
                    {
                        "data": {"values": texts},
                        "mark": {"type": "text", "fontSize": 7},
                        "encoding": text_places | {"text": {"field": "text"}},
                    },
                ]
            }
        )
    if chart.printed:
        shift = {"align": "left", "dx": 3} if flat else {"dy": -5}
        layers.append(
            {
                "mark": {"type": "text", "fontSize": 7, "baseline": "middle", **shift},
                "encoding": {"text": {"field": "text"}, "color": {"value": "#222"}},
            }
        )
    return base | size | {"encoding": encoding, "layer": layers}


def _middles(chart: Chart) -> list[tuple[str, float, str]]:
    found = []
    for i, category in enumerate(chart.categories):
        start = 0.0
        for values in chart.values:
            value = values[i] or 0.0
            found.append((category, start + value / 2, chart.text(value) if value >= LEAST_LABELLED else ""))
            start += value
    return found


# --- drawn by hand: one picture in SVG, printed by a browser ----------------------------------------------------------


class Drawing:
    """SVG of one page, in points."""

    def __init__(self, width: float, height: float, font: str) -> None:
        self.width, self.height, self.font, self.parts = width, height, font, list[str]()

    def box(self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0.0) -> None:
        self.parts.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" rx="{radius}" fill="{fill}"/>'
        )

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.parts.append(f'<path d="M{x0} {y0}L{x1} {y1}" stroke="#bbb" stroke-width="0.5"/>')

    def text(
        self, x: float, y: float, text: str, size: float, anchor: str = "start", bold: bool = False,
        turn: float = 0.0, fill: str = "#222",
    ) -> None:  # fmt: skip
        weight = ' font-weight="700"' if bold else ""
        rotate = f' transform="rotate({turn} {x} {y})"' if turn else ""
        self.parts.append(
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"{weight}{rotate}>'
            f"{html.escape(text)}</text>"
        )

    def slice(self, x: float, y: float, outer: float, inner: float, start: float, sweep: float, fill: str) -> None:
        def at(radius: float, degrees: float) -> str:
            turn = math.radians(degrees)
            return f"{x + radius * math.sin(turn):.3f} {y - radius * math.cos(turn):.3f}"

        large = int(sweep > 180)
        back = f"L{at(inner, start + sweep)}A{inner} {inner} 0 {large} 0 {at(inner, start)}" if inner else f"L{x} {y}"
        path = f"M{at(outer, start)}A{outer} {outer} 0 {large} 1 {at(outer, start + sweep)}{back}Z"
        self.parts.append(f'<path d="{path}" fill="{fill}" stroke="white" stroke-width="0.6"/>')

    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}pt" height="{self.height}pt" '
            f'viewBox="0 0 {self.width} {self.height}" font-family="{self.font}">{"".join(self.parts)}</svg>'
        )


def drawn(sheet: Sheet, palette: Sequence[str], font: str, style: str, width: float, height: float) -> Drawing:
    """The page by hand, in one of the `style`s `inside`, `over` and `rows`."""
    page = Drawing(width, height, font)
    pies = sheet.charts[0].form in ("pie", "doughnut")
    top = 60.0
    for i, chart in enumerate(sheet.charts):
        left = 50 + i * (width - 100) / 2 if pies else 50.0
        page.text(
            left, top, chart.title if len(chart.title) < 40 or not pies else chart.title[:38] + "…", 11, bold=True
        )
        if pies:
            _hand_pie(page, chart, palette, left, top + 20, style)
        elif chart.form in ("bars", "stacked"):
            top = _hand_bars(page, chart, palette, left, top + 20, style) + 50
        else:
            top = _hand_columns(page, chart, palette, left, top + 30, style) + 60
    for k, (label, value) in enumerate(sheet.table):
        y, left = 100 + 18 * k, width / 2 + 40
        page.line(left, y + 5, width - 40, y + 5)
        page.text(left, y, label, min(8.0, 330 / max(len(label), 1)))
        page.text(width - 44, y, value, 8, "end")
    return page


def _legend(
    page: Drawing, chart: Chart, palette: Sequence[str], x: float, y: float, in_row: bool, size: float
) -> float:
    for k, name in enumerate(chart.series):
        page.box(x, y - 6, 7, 7, palette[k], 3.5 if not in_row else 0)
        page.text(x + 11, y, name, size)
        if in_row:
            x += 24 + 0.56 * size * len(name)
        else:
            y += 1.7 * size
    return y + 1.7 * size


def _hand_pie(page: Drawing, chart: Chart, palette: Sequence[str], left: float, top: float, style: str) -> None:
    x, y, radius = left + 80, top + 100, 62.0
    start, inner = 0.0, 30.0 if chart.form == "doughnut" else 0.0
    for k, (value,) in enumerate(chart.values):
        sweep = 3.6 * (value or 0.0)
        page.slice(x, y, radius, inner, start, sweep, palette[k])
        turn = math.radians(start + sweep / 2)
        at = radius + 12 if style == "over" else (radius + inner) / 2 + (8 if not inner else 0)
        page.text(x + at * math.sin(turn), y - at * math.cos(turn) + 3, chart.text(value or 0.0), 7, "middle")
        start += sweep
    _legend(page, chart, palette, left, top + 195, False, 7)


def _hand_bars(page: Drawing, chart: Chart, palette: Sequence[str], left: float, top: float, style: str) -> float:
    several = chart.series != ("",)
    y = _legend(page, chart, palette, left, top + 4, True, 7.5) if several and style != "rows" else top
    base, unit, thick = left + 170, 2.4, 11.0
    for i, category in enumerate(chart.categories):
        stacked = chart.form == "stacked"
        height = thick * (1 if stacked else len(chart.series)) + 8
        for j, line in enumerate(wrapped(category, 34)):
            lines = len(wrapped(category, 34))
            page.text(base - 6, y + (height - 8) / 2 + 2.5 + 8 * (j - (lines - 1) / 2), line, 7.5, "end")
        x = base
        for k, values in enumerate(chart.values):
            value = values[i]
            at = y if stacked else y + k * thick
            length = unit * (value or 0.0)
            page.box(x, at, length, thick - 1, palette[k])
            if stacked:
                if (value or 0) >= LEAST_LABELLED:
                    page.text(x + length / 2, at + 7.5, chart.text(value or 0), 6.5, "middle")
                x += length
            elif value is None:
                page.text(x + 3, at + 7.5, "N/A", 6.5)
            elif style == "inside" and length > 40:
                page.text(x + length - 3, at + 7.5, chart.text(value), 6.5, "end", fill="#fff")
            else:
                page.text(x + length + 3, at + 7.5, chart.text(value), 6.5)
        y += height
    return _legend(page, chart, palette, left, y + 14, True, 7.5) if several and style == "rows" else y


def _hand_columns(page: Drawing, chart: Chart, palette: Sequence[str], left: float, top: float, style: str) -> float:
    several = chart.series != ("",)
    if several:
        top = _legend(page, chart, palette, left, top, True, 7.5)
    height, stacked = 180.0, chart.form.startswith("stacked")
    most = 100.0 if stacked else max(v or 0.0 for values in chart.values for v in values) * 1.1
    base, unit = top + height + 10, height / most
    slot = min(470 / len(chart.categories), 100.0)
    thick = slot * 0.75 / (1 if stacked else len(chart.series))
    if not chart.printed:
        for tick in range(0, int(most) + 1, 10 if most < 60 else 20):
            page.line(left + 20, base - tick * unit, left + 490, base - tick * unit)
            page.text(left + 16, base - tick * unit + 2.5, f"{tick}%", 7, "end")
    for i, category in enumerate(chart.categories):
        x, foot = left + 24 + i * slot, base
        for k, values in enumerate(chart.values):
            value = values[i]
            at = x if stacked else x + k * thick
            length = unit * (value or 0.0)
            page.box(at, foot - length, thick - 0.5, length, palette[k])
            if stacked:
                if (value or 0) >= LEAST_LABELLED:
                    page.text(at + thick / 2, foot - length / 2 + 2.5, chart.text(value or 0), 6.5, "middle")
                foot -= length
            elif chart.printed:
                turned = style == "over" and len(chart.series) > 2
                place = (at + thick / 2 + 2.2, foot - length - 3) if turned else (at + thick / 2, foot - length - 3)
                page.text(
                    *place, chart.text(value or 0), 5.5, "start" if turned else "middle", turn=-90 if turned else 0
                )
        for j, line in enumerate(wrapped(category, max(int(slot / 3.6), 9))):
            page.text(x + slot * 0.375, base + 11 + 8 * j, line, 6.8, "middle")
    return base + 40


def browser(
    pages: Sequence[Sheet], palette: Sequence[str], font: str = "DejaVu Sans", style: str = "over",
    size: tuple[float, float] = (595.0, 842.0),
) -> bytes:  # fmt: skip
    """Printed by Chromium (Skia's PDF writer)."""
    from playwright.sync_api import sync_playwright

    body = "".join(f"<div>{drawn(s, palette, font, style, *size).svg()}</div>" for s in pages)
    css = f"@page{{size:{size[0]}pt {size[1]}pt;margin:0}}body{{margin:0}}"
    css += f"div{{page-break-after:always;height:{size[1]}pt}}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        page = chromium.new_page()
        page.set_content(f"<html><style>{css}</style><body>{body}</body></html>")
        data = page.pdf(prefer_css_page_size=True, print_background=True)
        chromium.close()
    return data


def _chromium() -> str | None:
    import shutil

    return shutil.which("chromium") or shutil.which("google-chrome")


def typst(
    pages: Sequence[Sheet], palette: Sequence[str], font: str = "DejaVu Sans", style: str = "rows",
    size: tuple[float, float] = (612.0, 792.0),
) -> bytes:  # fmt: skip
    """The same drawing set by typst (krilla's PDF writer)."""
    import typst as engine

    with tempfile.TemporaryDirectory() as folder:
        lines = [f"#set page(width: {size[0]}pt, height: {size[1]}pt, margin: 0pt)"]
        for i, sheet in enumerate(pages):
            (Path(folder) / f"{i}.svg").write_text(drawn(sheet, palette, font, style, *size).svg(), encoding="utf-8")
            lines.append(f'#image("{i}.svg", width: 100%)')
        (Path(folder) / "main.typ").write_text("\n".join(lines), encoding="utf-8")
        data: bytes = engine.compile(str(Path(folder) / "main.typ"))
        return data


# --- reportlab's own charts -------------------------------------------------------------------------------------------


def reportlab(pages: Sequence[Sheet], palette: Sequence[str]) -> bytes:
    from reportlab.graphics import renderPDF
    from reportlab.lib.colors import HexColor
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    colours = [HexColor(c) for c in palette]
    for sheet in pages:
        top, left = 760.0, 50.0
        for chart in sheet.charts:
            pie = chart.form in ("pie", "doughnut")
            canvas.setFont("Helvetica-Bold", 11)
            canvas.drawString(left, top, chart.title if not pie else chart.title[:40])
            renderPDF.draw(_reportlab_drawing(chart, colours), canvas, left, top - 320)
            if pie:
                left += 270
            else:
                top -= 370
        canvas.setFont("Helvetica", 9)
        for k, (label, value) in enumerate(sheet.table):
            canvas.setFontSize(min(9.0, 380 / max(len(label), 1)))
            canvas.drawString(330, 700 - 18 * k, label)
            canvas.drawRightString(545, 700 - 18 * k, value)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _reportlab_drawing(chart: Chart, colours: Sequence[Any]) -> Any:
    from reportlab.graphics.charts.barcharts import HorizontalBarChart, VerticalBarChart
    from reportlab.graphics.charts.doughnut import Doughnut
    from reportlab.graphics.charts.legends import Legend
    from reportlab.graphics.charts.piecharts import Pie
    from reportlab.graphics.shapes import Drawing as Picture

    picture = Picture(480, 310)
    legend = Legend()
    legend.fontSize, legend.boxAnchor, legend.columnMaximum, legend.alignment = 7, "sw", 8, "right"
    legend.colorNamePairs = [(colours[k], name) for k, name in enumerate(chart.series)]
    if chart.form in ("pie", "doughnut"):
        disc = Pie() if chart.form == "pie" else Doughnut()
        disc.x, disc.y, disc.width, disc.height = 40, 130, 130, 130
        disc.data = [v[0] for v in chart.values]
        disc.labels = [chart.text(v[0] or 0) for v in chart.values]
        disc.slices.fontSize = 7
        for k in range(len(chart.series)):
            disc.slices[k].fillColor = colours[k]
        legend.x, legend.y = 10, 10
        picture.add(disc)
        picture.add(legend)
        return picture
    flat, stacked = chart.form in ("bars", "stacked"), chart.form.startswith("stacked")
    bars = HorizontalBarChart() if flat else VerticalBarChart()
    bars.x, bars.y, bars.width, bars.height = 190 if flat else 40, 60, 250 if flat else 420, 200
    order = (lambda row: row[::-1]) if flat else (lambda row: row)
    bars.data = [tuple(order(list(values))) for values in chart.values]
    bars.categoryAxis.categoryNames = order(["\n".join(wrapped(c, 30 if flat else 14)) for c in chart.categories])
    bars.categoryAxis.labels.fontSize = 7
    bars.categoryAxis.style = "stacked" if stacked else "parallel"
    bars.valueAxis.valueMin, bars.valueAxis.labels.fontSize = 0, 7
    bars.valueAxis.visible = not chart.printed
    bars.groupSpacing = 8
    if chart.printed:
        bars.barLabelFormat = lambda v: chart.text(v) if not stacked or v >= LEAST_LABELLED else ""
        bars.barLabels.fontSize = 6
        if stacked:
            bars.barLabels.boxTarget, bars.barLabels.boxAnchor = "mid", "c"
        elif flat:
            bars.barLabels.nudge, bars.barLabels.boxAnchor = 3, "w"
        else:
            bars.barLabels.nudge, bars.barLabels.boxAnchor = 5, "c"
    for k in range(len(chart.series)):
        bars.bars[k].fillColor = colours[k]
        bars.bars[k].strokeColor = None
    picture.add(bars)
    if chart.series != ("",):
        legend.x, legend.y, legend.columnMaximum = 40, 265, 1
        picture.add(legend)
    return picture


# --- R ----------------------------------------------------------------------------------------------------------------


def r_base(pages: Sequence[Sheet], palette: Sequence[str]) -> bytes:
    """Base graphics of R."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.pdf"
        lines = [f'pdf("{out}", width=8.27, height=8)']
        for sheet in pages:
            pies = sheet.charts[0].form in ("pie", "doughnut")
            shape = (1, len(sheet.charts) + bool(sheet.table)) if pies else (len(sheet.charts), 1)
            lines.append(f"par(mfrow=c({shape[0]},{shape[1]}), cex=0.6)")
            lines += [_r_chart(chart, palette) for chart in sheet.charts]
            if sheet.table:
                lines.append("plot.new()")
                for k, (label, value) in enumerate(sheet.table):
                    y = 0.8 - 0.035 * k
                    lines.append(f"text(0, {y}, {json.dumps(label)}, adj=0); text(1, {y}, {json.dumps(value)}, adj=1)")
        lines.append("invisible(dev.off())")
        program = Path(folder) / "draw.R"
        program.write_text("\n".join(lines), encoding="utf-8")
        done = subprocess.run(["Rscript", "--vanilla", str(program)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr.strip())
        return out.read_bytes()


def _r_chart(chart: Chart, palette: Sequence[str]) -> str:
    def vector(values: Sequence[object]) -> str:
        return "c(" + ",".join("NA" if v is None else json.dumps(v) for v in values) + ")"

    colours = vector(palette[: len(chart.series)])
    title = json.dumps(chart.title)
    if chart.form in ("pie", "doughnut"):
        names = vector([chart.text(v[0] or 0) for v in chart.values])
        return (
            f"par(mar=c(10,2,4,2), xpd=NA); pie({vector([v[0] for v in chart.values])}, labels={names}, col={colours}, "
            f"main={title}, border='white', clockwise=TRUE); "
            f"legend('bottomleft', legend={vector(chart.series)}, fill={colours}, bty='n', inset=c(0,-0.12), border=NA)"
        )
    flat, stacked = chart.form in ("bars", "stacked"), chart.form.startswith("stacked")
    names = ["\n".join(wrapped(c, 30 if flat else 14)) for c in chart.categories]
    rows = ",".join(vector(v[::-1] if flat else v) for v in chart.values)
    margins = "c(4,18,8,4)" if flat else "c(8,4,8,2)"
    order = names[::-1] if flat else names
    parts = [
        f"par(mar={margins}, xpd=NA)",
        f"m <- rbind({rows}); z <- m; z[is.na(z)] <- 0",
        f"at <- barplot(z, beside={'FALSE' if stacked else 'TRUE'}, horiz={'TRUE' if flat else 'FALSE'}, "
        f"col={colours}, border=NA, names.arg={vector(order)}, las={1 if flat else 0}, main={title}, "
        f"axes={'FALSE' if chart.printed else 'TRUE'})",
    ]
    texts = f"ifelse(is.na(m), 'N/A', paste0(formatC(m, format='f', digits={chart.decimals}), '{chart.suffix}'))"
    if chart.printed and stacked:
        parts.append(f"t <- {texts}; t[m < {LEAST_LABELLED}] <- ''")
        parts.append("mid <- apply(z, 2, cumsum) - z / 2; p <- matrix(rep(at, each=nrow(z)), nrow=nrow(z))")
        parts.append("text(mid, p, t, cex=0.8)" if flat else "text(p, mid, t, cex=0.8)")
    elif chart.printed:
        parts.append(f"text(z, at, {texts}, pos=4, cex=0.8)" if flat else f"text(at, z, {texts}, pos=3, cex=0.7)")
    if chart.series != ("",):
        parts.append(
            f"legend('top', legend={vector(chart.series)}, fill={colours}, border=NA, bty='n', horiz=TRUE, "
            "inset=c(0,-0.12))"
        )
    return "; ".join(parts)


Producer = Callable[[Sequence[Sheet]], bytes]

EDITIONS: dict[str, Producer] = {
    "matplotlib-a4": lambda pages: matplotlib(pages, PALETTES["tableau"]),
    "matplotlib-letter": lambda pages: matplotlib(pages, PALETTES["pale"], 90, landscape=True),
    "vega-top": lambda pages: vega(pages, PALETTES["tableau"]),
    "vega-right": lambda pages: vega(pages, PALETTES["dark"], "right", -45),
    "browser-over": lambda pages: browser(pages, PALETTES["purple"]),
    "browser-inside": lambda pages: browser(pages, PALETTES["dark"], "Nimbus Sans", "inside", (842.0, 595.0)),
    "typst-rows": lambda pages: typst(pages, PALETTES["tableau"]),
    "reportlab": lambda pages: reportlab(pages, PALETTES["purple"]),
    "r-base": lambda pages: r_base(pages, PALETTES["pale"]),
}
