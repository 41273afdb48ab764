"""What the pages of a PDF draw, unpacked once: is it all there, is it what was written, does it end?

Readers take what they can of a damaged stream and say nothing: half a page, or digits that a flipped bit made. Packed
streams carry a checksum (zlib's Adler-32) that none of them compares; it is compared here.
"""

from __future__ import annotations

import re
import warnings
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipeline.intake.settings import SETTINGS

if TYPE_CHECKING:
    import pikepdf

FONT_STREAMS = ("/ToUnicode", "/Encoding")
"""Streams of a font that say what its characters are."""
NAMED = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+(?:[-+.\d]+\s+(Tf)|(Do))\b")
"""A font or an object of the resources, where a drawing uses it."""

Faults = dict[int, str]
"""Page number (from 1) → what is wrong with it."""
Known = dict[tuple[int, int], str]
"""Streams that pages share, by number and generation → what is wrong with them, or ""."""


def page_faults(pdf: pikepdf.Pdf) -> tuple[Faults, Faults]:
    """Pages that must not be read, and pages that lack something they show, each with the reason."""
    unreadable: Faults = {}
    incomplete: Faults = {}
    known: Known = {}
    for number, page in enumerate(pdf.pages, 1):
        try:
            missing = list(_missing(pdf, page, known))
        except Unsound as fault:
            unreadable[number] = str(fault)
        except Exception as error:  # whatever qpdf raises on a tree that is none, the page is not as it was written
            unreadable[number] = f"its structure is damaged ({' '.join(str(error).split())[:80]})"
        else:
            if missing:
                incomplete[number] = "; ".join(dict.fromkeys(missing))
    return unreadable, incomplete


BREAKS_OFF = ("parse error", "EOF", "limits error")
"""qpdf's words where text or a list that is begun in a drawing has no end: what follows is lost to every reader."""


def _broken_off(pdf: pikepdf.Pdf, drawing: pikepdf.Page | pikepdf.Object, size: int) -> str:
    """What is wrong where the grammar of a page's or form's drawing (`size` bytes) does not hold to its end; or ""."""
    import pikepdf

    if size > SETTINGS.most_parsed:
        return ""
    pdf.get_warnings()  # those until now are of something else
    with warnings.catch_warnings(action="ignore"):  # what they say is told below
        pikepdf.parse_content_stream(drawing)
    broken = any(words in str(warning) for warning in pdf.get_warnings() for words in BREAKS_OFF)
    return "a drawing breaks off in the middle" if broken else ""


class Unsound(Exception):
    """A drawing or a font that cannot be relied upon."""


def _missing(pdf: pikepdf.Pdf, page: pikepdf.Page, known: Known) -> Iterator[str]:
    """What the page shows and the file does not have. Raises Unsound where what it has is damaged."""
    resources = page.resources
    contents: Any = page.obj.get("/Contents")
    parts = list(contents) if kind_of(contents) == "array" else [contents]
    if contents is None and ("/Font" in resources or "/XObject" in resources):
        yield "its drawing is missing"
    drawn = b"\n".join(_drawing(part, "its drawing") for part in parts if part is not None)
    if fault := _broken_off(pdf, page, len(drawn)):
        yield fault
    yield from _Drawings(pdf, known).missing(drawn, resources)


class _Drawings:
    """Drawings within drawings of one page. `steps` counts what a viewer would draw, form by form."""

    def __init__(self, pdf: pikepdf.Pdf, known: Known) -> None:
        self.pdf, self.known, self.steps = pdf, known, 0
        self.open: list[tuple[int, int]] = []

    def missing(self, drawn: bytes, resources: Any) -> Iterator[str]:
        """What the drawing shows and the file does not have. Raises Unsound where forms are damaged or never end."""
        yield from _fonts(drawn, resources, self.known)
        for name, thing in _used(drawn, resources, "/XObject", b"Do"):
            if thing is None or kind_of(thing) != "stream":
                yield f"the picture or form {name} is missing"
            elif thing.get("/Subtype") == "/Image":
                fault = _fault(thing, self.known)
                if fault:
                    yield f"a picture {fault}"
            else:
                yield from self._within(thing, resources)

    def _within(self, form: Any, resources: Any) -> Iterator[str]:
        self.steps += 1
        if form.objgen in self.open or len(self.open) == SETTINGS.most_nested or self.steps > SETTINGS.most_forms:
            raise Unsound("it draws forms in forms without end")
        self.open.append(form.objgen)
        drawn = _drawing(form, "a drawing on it")
        if form.objgen not in self.known:
            self.known[form.objgen] = _broken_off(self.pdf, form, len(drawn))
        if fault := self.known[form.objgen]:
            yield fault
        yield from self.missing(drawn, form.get("/Resources", resources))
        self.open.pop()


def _fonts(drawn: bytes, resources: Any, known: Known) -> Iterator[str]:
    for name, font in _used(drawn, resources, "/Font", b"Tf"):
        if kind_of(font) != "dictionary" or "/Subtype" not in font:
            yield f"the font {name} is missing"
            continue
        if "/Widths" in font and not isinstance(font.get("/FirstChar"), int):
            yield f"the font {name} does not say whose widths it has"
        for key in FONT_STREAMS:
            fault = _fault(font.get(key), known) if kind_of(font.get(key)) == "stream" else ""
            if fault:
                raise Unsound(f"the font {name} {fault}")


def _used(drawn: bytes, resources: Any, category: str, operator: bytes) -> Iterator[tuple[str, Any]]:
    """Name and object (None where there is none) of what the drawing takes from a category of the resources."""
    names = {m[1] for m in NAMED.finditer(drawn) if operator in (m[2], m[3])}
    there = resources.get(category) if kind_of(resources) == "dictionary" else None
    for name in sorted(names):
        plain = "/" + re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), name).decode("utf-8", "replace")
        yield plain[1:], there.get(plain) if there is not None and kind_of(there) == "dictionary" else None


def kind_of(thing: Any) -> str:
    """What pikepdf's object is: `dictionary`, `array`, `stream`; nothing for what is no object."""
    return getattr(thing, "_type_name", "")


def _drawing(stream: Any, what: str) -> bytes:
    """The unpacked drawing. Raises Unsound where it is not as it was written."""
    if kind_of(stream) != "stream":
        raise Unsound(f"{what} is missing")
    try:
        return b"".join(_unpacked(stream, SETTINGS.most_drawn))
    except Unsound as fault:
        raise Unsound(f"{what} {fault}") from None


def _fault(stream: Any, known: Known) -> str:
    """What is wrong with a stream that is not needed here, only sound; unpacked once however many pages use it."""
    place = stream.objgen
    if place not in known:
        try:
            for _ in _unpacked(stream):
                pass
            known[place] = ""
        except Unsound as fault:
            known[place] = str(fault)
    return known[place]


PICTURE_FILTERS = ("/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/DCT", "/CCF")
"""Packings that only a picture's decoder undoes; they have no checksum."""


def _unpacked(stream: Any, most: int = SETTINGS.most_unpacked) -> Iterator[bytes]:
    filters = stream.get("/Filter")
    names = [str(f) for f in filters] if kind_of(filters) == "array" else [str(filters)] if filters is not None else []
    data: Iterator[bytes] = iter((stream.read_raw_bytes(),))
    for i, name in enumerate(names):
        if name in PICTURE_FILTERS:
            return
        if name not in ("/FlateDecode", "/Fl"):
            if i == 0:
                yield _by_qpdf(stream)
                return
            raise Unsound(f"is packed in a way that is not known ({', '.join(names)[:60]})")
        data = _inflated(data)
    total = 0
    for piece in data:
        total += len(piece)
        if total > most:
            raise Unsound(f"unpacks to more than {most >> 20} MB")
        yield piece


def _by_qpdf(stream: Any) -> bytes:
    try:
        return bytes(stream.read_bytes())
    except Exception as error:  # qpdf names the filter in several exceptions of its own
        raise Unsound("cannot be unpacked") from error


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    """Unpacked pieces. Raises Unsound where the data, its end or its checksum is not what was packed.

    Some writers leave the checksum out; that alone is no fault.
    """
    data = b"".join(packed)
    if not data:  # qpdf packs a drawing of nothing so
        return
    if len(data) < 2 or data[0] & 15 != 8 or int.from_bytes(data[:2]) % 31:
        raise Unsound("is damaged")
    inflate, checksum, waiting = zlib.decompressobj(-zlib.MAX_WBITS), 1, data[2:]
    try:
        while waiting and not inflate.eof:
            piece = inflate.decompress(waiting, SETTINGS.piece)
            checksum = zlib.adler32(piece, checksum)
            yield piece
            waiting = inflate.unconsumed_tail
    except zlib.error as error:
        raise Unsound("is damaged") from error
    if not inflate.eof:
        raise Unsound("ends too early")
    written = inflate.unused_data[:4]
    if len(written) == 4 and int.from_bytes(written) != checksum:
        raise Unsound("is damaged")
