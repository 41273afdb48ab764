"""pdfminer's interpreter, with clip, opacity and layers kept on its canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, dict_value, list_value, resolve1
from pdfminer.psparser import LIT, PSLiteral, literal_name
from pdfminer.utils import Matrix, Rect, apply_matrix_rect, mult_matrix

from pipeline.core.geometry import Box, box_around
from pipeline.pages.content import Canvas, Drawn, Sheet, Sight
from pipeline.pages.layers import appearances, form_matrix, layers_off, shut, upright_rect
from pipeline.pages.outlines import is_square, subpaths
from pipeline.pages.patterns import Pattern, tint_of

ASKEW = 10.0
"""Degrees up to which a page lies askew; text that is meant to stand at an angle stands at more."""


def drawn(page: Any) -> tuple[Sheet, list[Drawn]]:
    """What pdfplumber's `page` paints, in order; letters that nobody sees too, with the reason. One that lies askew is
    drawn upright."""
    sheet, canvas = _draw(page, Sheet.of(page.page_obj))
    slant, letters = max(canvas.slants.items(), key=lambda found: found[1], default=(0.0, 0))
    if 0 < abs(slant) < ASKEW and 2 * letters > canvas.slants.total():
        sheet, canvas = _draw(page, sheet.straightened(slant))
    return sheet, canvas.items


def _draw(page: Any, sheet: Sheet) -> tuple[Sheet, Canvas]:
    from pdfplumber.utils.exceptions import PdfminerException

    source: PDFPage = page.page_obj
    canvas = Canvas(page.pdf.rsrcmgr, sheet)
    off = layers_off(page.pdf.doc.catalog)
    interpreter = Interpreter(page.pdf.rsrcmgr, canvas, off)
    try:
        interpreter.render_contents(source.resources, source.contents, ctm=sheet.matrix)
        for stream, matrix in appearances(source, off):
            canvas.sight = Sight()
            interpreter.draw_form(stream, mult_matrix(matrix, sheet.matrix))
    except Exception as error:
        raise PdfminerException(error) from error
    return sheet, canvas


class Interpreter(PDFPageInterpreter):
    """pdfminer's interpreter, with clip, opacity and layers kept on its canvas."""

    device: Canvas

    def __init__(self, resources: Any, device: Canvas, off: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(resources, device)
        self.off = off
        self.inherited = PDFGraphicState()
        self.saved: list[Sight] = []
        self.marked: list[bool] = []
        """For each marked sequence that is open: was the layer around it off?"""

    def dup(self) -> Interpreter:
        """Another one on the same canvas."""
        return Interpreter(self.rsrcmgr, self.device, self.off)

    def subinterp(self) -> Interpreter:
        """One for a form inside; it knows which streams are running."""
        inner = self.dup()
        inner.parent_stream_ids.update(self.parent_stream_ids, self.stream_ids)
        return inner

    def init_state(self, ctm: Matrix) -> None:
        """Begin with the graphics state that the form is drawn in (ISO 32000-1, 8.10.1)."""
        super().init_state(ctm)
        self.graphicstate = self.inherited.copy()

    def draw_form(self, form: PDFStream, matrix: Matrix, state: PDFGraphicState | None = None) -> None:
        """Draw a form under `matrix`, inside its box."""
        own = mult_matrix(form_matrix(form), matrix)
        resources = form.get("Resources")
        before = self.device.sight
        self.device.sight = before.within(self._bounds(own, upright_rect(list_value(form["BBox"]))))
        inner = self.subinterp()
        inner.inherited = state or inner.inherited
        inner.render_contents(dict_value(resources) if resources else self.resources, [form], ctm=own)
        self.device.set_ctm(self.ctm)
        self.device.sight = before

    def do_Do(self, xobjid_arg: Any) -> None:
        """Draw a form or a bitmap; nobody sees it where its layer is off."""
        found = resolve1(self.xobjmap.get(literal_name(xobjid_arg)))
        if not isinstance(found, PDFStream):
            return
        layer, before = resolve1(found.get("OC")), self.device.sight
        if isinstance(layer, dict) and shut(layer, self.off):
            self.device.sight = replace(before, off=True)
        kind = resolve1(found.get("Subtype"))
        if kind is LIT("Form") and "BBox" in found:
            self.draw_form(found, self.ctm, self.graphicstate)
        elif kind is LIT("Image") and "Width" in found and "Height" in found:
            self.device.render_image("", found)
        self.device.sight = before

    def do_gs(self, name: Any) -> None:
        """Take over the opacity and the line width of a graphics state dictionary."""
        states = resolve1(self.resources.get("ExtGState")) if self.resources else None
        state = resolve1(states.get(literal_name(name))) if isinstance(states, dict) else None
        if isinstance(state, dict):
            fill, stroke, width, blend = (resolve1(state.get(key)) for key in ("ca", "CA", "LW", "BM"))
            if width is not None:
                self.do_w(width)
            sight = self.device.sight
            self.device.sight = replace(
                sight,
                fill=float(fill) if isinstance(fill, (int, float)) else sight.fill,
                stroke=float(stroke) if isinstance(stroke, (int, float)) else sight.stroke,
                plain=sight.plain if blend is None else blend in (LIT("Normal"), LIT("Compatible")),
            )

    def do_scn(self) -> None:
        """Set the colour of fills; of a pattern what it looks like is kept."""
        super().do_scn()
        name = self.graphicstate.ncolor
        if isinstance(name, str):
            patterns = resolve1(self.resources.get("Pattern")) if self.resources else None
            found = patterns.get(name) if isinstance(patterns, dict) else None
            self.graphicstate.ncolor = Pattern(name, tint_of(found))

    def do_q(self) -> None:
        """Save the graphics state."""
        super().do_q()
        self.saved.append(self.device.sight)

    def do_Q(self) -> None:
        """Restore the graphics state; layers are no part of it."""
        super().do_Q()
        if self.saved:
            self.device.sight = replace(self.saved.pop(), off=self.device.sight.off)

    def do_W(self) -> None:
        """Narrow the clip to the current path."""
        points = [p for _, some in subpaths(self.curpath) for p in some]
        if points:
            box = self._bounds(self.ctm, box_around(points))
            parts = list(subpaths(self.curpath))
            exact = len(parts) == 1 and is_square(*parts[0])
            self.device.sight = self.device.sight.within(box, exact=exact)

    def do_sh(self, name: Any) -> None:
        """Paint the clip with a gradient."""
        if not self.device.sight.off:
            self.device.veil(())

    def do_W_a(self) -> None:
        """Narrow the clip to the current path, by the even-odd rule."""
        self.do_W()

    def _bounds(self, matrix: Matrix, rect: Rect) -> Box:
        return self.device.sheet.bounds(*apply_matrix_rect(matrix, rect))

    def do_BMC(self, tag: Any) -> None:
        """Begin a marked sequence."""
        self.marked.append(self.device.sight.off)

    def do_BDC(self, tag: Any, props: Any) -> None:
        """Begin a marked sequence; what belongs to a layer that is off is not seen."""
        self.marked.append(self.device.sight.off)
        if not self.off or not isinstance(tag, PSLiteral) or tag is not LIT("OC"):
            return
        if isinstance(props, PSLiteral):
            named = resolve1(self.resources.get("Properties"))
            props = named.get(literal_name(props)) if isinstance(named, dict) else None
        layer = resolve1(props)
        if isinstance(layer, dict) and shut(layer, self.off):
            self.device.sight = replace(self.device.sight, off=True)

    def do_EMC(self) -> None:
        """End a marked sequence."""
        if self.marked:
            self.device.sight = replace(self.device.sight, off=self.marked.pop())
