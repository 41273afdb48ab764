"""What a document leaves to its viewer to draw: form fields and texts over the page that have no appearance."""

from __future__ import annotations

import re
import textwrap
from contextlib import suppress
from typing import Any

EM = 0.5
"""Mean width of a letter of Helvetica, in em, by which lines are broken and set."""
PADDING = 2.0
"""Points between the edge of a text's rectangle and its letters."""


def draw_viewers_part(pdf: Any) -> bool:
    """Draw it into the open pikepdf document, and say whether there is any."""
    import pikepdf

    of_pages = (page.obj.get("/Annots") for page in pdf.pages)
    notes = (note for some in of_pages if isinstance(some, pikepdf.Array) for note in some)
    bare = [note for note in notes if isinstance(note, pikepdf.Dictionary) and "/AP" not in note]
    texts = [note for note in bare if note.get("/Subtype") == "/FreeText" and note.get("/Contents") is not None]
    for note in texts:
        with suppress(AttributeError, TypeError, ValueError):  # what no viewer can draw either
            note.AP = pikepdf.Dictionary(N=_appearance(pdf, note))
    form = pdf.Root.get("/AcroForm")
    left = any(note.get("/FT") in ("/Tx", "/Ch") and note.get("/V") is not None for note in bare)
    fields = isinstance(form, pikepdf.Dictionary) and (left or form.get("/NeedAppearances"))
    if fields:
        form.NeedAppearances = True
        pdf.generate_appearance_streams()
    return bool(texts or fields)


def _appearance(pdf: Any, note: Any) -> Any:
    """The note's contents in the size and colour of its default appearance (ISO 32000-1, 12.5.6.6)."""
    from pikepdf import Array, Dictionary, Name

    x0, y0, x1, y1 = map(float, note.Rect)
    wide, high, how = abs(x1 - x0), abs(y1 - y0), str(note.get("/DA", ""))
    found = re.search(r"\S+\s+([\d.]+)\s+Tf", how)
    size = (float(found[1]) if found else 0.0) or 12.0
    letters = max(int((wide - 2 * PADDING) / (EM * size)), 1)
    lines = [x for text in re.split(r"\r\n?|\n", str(note.Contents)) for x in textwrap.wrap(text, letters) or [""]]
    share = int(note.get("/Q", 0)) / 2
    drawn = [how.replace(found[0], "") if found else "", f"/F {size} Tf"]
    for i, line in enumerate(lines, 1):
        x = PADDING + share * max(wide - 2 * PADDING - EM * size * len(line), 0.0)
        plain = re.sub(r"([\\()])", r"\\\1", line)
        drawn.append(f"1 0 0 1 {x:.2f} {high - PADDING - size * i:.2f} Tm ({plain}) Tj")
    form = pdf.make_stream(f"BT {' '.join(drawn)} ET".encode("cp1252", "replace"))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, wide, high])
    form.Resources = Dictionary(Font=Dictionary(F=font))
    return form
