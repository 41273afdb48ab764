"""Layers that are off, and what annotations and form fields show (ISO 32000-1, 8.11 and 12.5.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, list_value, resolve1
from pdfminer.psparser import PSLiteral, literal_name
from pdfminer.utils import Matrix, Rect, apply_matrix_rect

HIDDEN, NO_VIEW = 2, 32
"""Flags of annotations that are not shown (ISO 32000-1, table 165)."""


def upright_rect(rect: Sequence[float]) -> Rect:
    """The rectangle with its lower left corner first, whichever way round a producer noted it."""
    x0, y0, x1, y1 = (float(resolve1(side)) for side in rect)
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def form_matrix(form: PDFStream) -> Matrix:
    numbers = [float(resolve1(n)) for n in list_value(form.get("Matrix", [1, 0, 0, 1, 0, 0]))]
    a, b, c, d, e, f = numbers
    return (a, b, c, d, e, f)


def layers_off(catalog: dict[str, Any]) -> list[dict[str, Any]]:
    """The optional content groups that the document's default configuration turns off."""
    properties = resolve1(catalog.get("OCProperties"))
    if not isinstance(properties, dict):
        return []
    found = resolve1(properties.get("D"))
    configuration: dict[str, Any] = found if isinstance(found, dict) else {}
    off = _listed(configuration.get("OFF"))
    base = resolve1(configuration.get("BaseState"))
    if isinstance(base, PSLiteral) and literal_name(base) == "OFF":
        on = _listed(configuration.get("ON"))
        off = [one for one in _listed(properties.get("OCGs")) if not any(one is other for other in on)]
    return [one for one in off if isinstance(one, dict)]


def _listed(value: Any) -> list[Any]:
    found = resolve1(value)
    return [resolve1(one) for one in found] if isinstance(found, list) else []


def shut(layer: dict[str, Any], off: Sequence[dict[str, Any]]) -> bool:
    """Is the layer off, or all layers of the membership dictionary (whose usual policy is that any one may be on)?"""
    members = resolve1(layer.get("OCGs"))
    if members is None:
        return any(layer is one or layer == one for one in off)
    groups = _listed(members) if isinstance(members, list) else [members]
    return bool(groups) and all(any(group is one or group == one for one in off) for group in groups)


def appearances(page: PDFPage, off: Sequence[dict[str, Any]]) -> Iterator[tuple[PDFStream, Matrix]]:
    """What annotations and form fields show: each form, and the matrix that puts it into its rectangle (ISO 32000-1,
    12.5.5)."""
    for note in _listed(page.annots):
        if not isinstance(note, dict) or not _is_shown(note, off):
            continue
        form = _normal_appearance(note)
        if form is None or "BBox" not in form or "Rect" not in note:
            continue
        x0, y0, x1, y1 = apply_matrix_rect(form_matrix(form), upright_rect(list_value(form["BBox"])))
        a0, b0, a1, b1 = upright_rect(list_value(note["Rect"]))
        if x1 > x0 and y1 > y0:
            wide, high = (a1 - a0) / (x1 - x0), (b1 - b0) / (y1 - y0)
            yield form, (wide, 0, 0, high, a0 - wide * x0, b0 - high * y0)


def _is_shown(note: dict[str, Any], off: Sequence[dict[str, Any]]) -> bool:
    kind, flags, layer = (resolve1(note.get(key)) for key in ("Subtype", "F", "OC"))
    name = literal_name(kind) if isinstance(kind, PSLiteral) else ""
    hidden = isinstance(flags, int) and bool(flags & (HIDDEN | NO_VIEW))
    return name not in ("Popup", "Link") and not hidden and not (isinstance(layer, dict) and shut(layer, off))


def _normal_appearance(note: dict[str, Any]) -> PDFStream | None:
    appearance = resolve1(note.get("AP"))
    normal = resolve1(appearance.get("N")) if isinstance(appearance, dict) else None
    if isinstance(normal, dict):
        state = resolve1(note.get("AS"))
        normal = resolve1(normal.get(literal_name(state))) if isinstance(state, PSLiteral) else None
    return normal if isinstance(normal, PDFStream) else None
