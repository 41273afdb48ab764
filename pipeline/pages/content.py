"""What the content streams of a page draw, in their order: letters, and pdfminer's layout objects for all else.

pdfminer interprets the operators. Two parts of it that take most of the time of parsing are replaced, with the same
results: the split into tokens (by one expression, where pdfminer goes from letter to letter; what is rare is left to
its parser), and the letters (made at once, without a layout object for each).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFContentParser, PDFGraphicState, PDFPageInterpreter
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, dict_value, resolve1, stream_value
from pdfminer.psparser import KWD, LIT, PSEOF, PSKeyword, PSSyntaxError, keyword_name, literal_name
from pdfminer.utils import Matrix, PathSegment, Rect, apply_matrix_rect, choplist

from pipeline.core.colours import RGB, to_rgb
from pipeline.core.geometry import Box

TOKEN = re.compile(
    rb"""([-+]?\d{1,99}(?![.\d]))                              # 1 integer
       | ([-+]?(?:\d{1,99}\.\d*|\.\d+))                        # 2 decimal
       | ([A-Za-z][^#/%\[\]()<>{}\s]*)                         # 3 operator
       | /([^#/%\[\]()<>{}\s]*+)(?!\#)                         # 4 name
       | \(([^()\\]*+)\)                                       # 5 string
       | \(((?:[^()\\]*+\\.)++[^()\\]*+)\)                     # 6 string with escapes
       | <((?:[0-9a-fA-F]{2}|\s)*+)(?=>)                       # 7 string in hexadecimal digits
       | (<<|>>|[\[\]{}])                                      # 8 begin or end of a dictionary, array or procedure
       | ([/(<]|[-+]?\d)                                       # 9 what is rare
       | %[^\r\n]*+ | [-+]\.? | [.>]                           # nothing
       | ([^\s\x00])                                           # 10 operator of one sign
    """,
    re.VERBOSE | re.DOTALL,
)
BRACKET, RARE = 8, 9
ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|\r\n|(.))", re.DOTALL)
ESCAPES = {b"b": b"\b", b"t": b"\t", b"n": b"\n", b"f": b"\f", b"r": b"\r", b"(": b"(", b")": b")", b"\\": b"\\"}
OPENING = {b"]": b"[", b">>": b"<<", b"}": b"{"}
CONSTANTS: dict[bytes, object] = {b"true": True, b"false": False}
DINGBATS = "ZapfDingbats"
_DINGBATS = {"%": "☎", "*": "☛", "+": "☞", "H": "★", "l": "●", "n": "■", "s": "▲", "t": "▼", "u": "◆", "w": "◗"}
"""Signs of the standard font Zapf Dingbats that stand outside of Unicode's block of dingbats, by their codes."""
LIGATURES = {ord(c): unicodedata.normalize("NFKC", c) for c in "ﬀﬁﬂﬃﬄﬅﬆ"}


@dataclass(slots=True)
class Letter:
    text: str
    box: Box
    size: float
    font: str
    colour: RGB | None
    angle: int
    u: float
    """Start along the reading direction, in points."""
    v: float
    """Height of the baseline across the reading direction, in points."""
    advance: float
    baseline: tuple[float, float]
    order: int = -1


@dataclass(frozen=True, slots=True)
class Space:
    """From the layout's coordinates (origin bottom left of the media box) to the page as shown."""

    height: float
    shift_x: float
    shift_y: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.shift_x, self.height - y - self.shift_y)

    def box(self, item: Any) -> Box:
        return self.bounds(item.x0, item.y0, item.x1, item.y1)

    def bounds(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        across, down, height = self.shift_x, self.shift_y, self.height
        return Box(x0 - across, height - y1 - down, x1 - across, height - y0 - down)


def drawn(page: Any) -> tuple[Space, Iterator[Any]]:
    """What pdfplumber's `page` shows, in drawing order: letters, pdfminer's rectangles, lines, curves and images; None
    for a glyph without a letter."""
    from pdfplumber.utils.exceptions import PdfminerException

    shift = page.bbox[0] - page.mediabox[0], page.bbox[1] - page.mediabox[1]
    canvas = Canvas(page.pdf.rsrcmgr, page.page_number, shift)
    try:
        Interpreter(page.pdf.rsrcmgr, canvas).process_page(page.page_obj)
    except Exception as error:
        raise PdfminerException(error) from error
    return canvas.space, _leaves(canvas.get_result())


def _leaves(container: Any) -> Iterator[Any]:
    for item in container._objs:
        if hasattr(item, "_objs"):
            yield from _leaves(item)
        else:
            yield item


# --- letters ---------------------------------------------------------------------------------------------------------


def letters_of(glyph: str) -> str:
    """What a glyph says: ligatures as their letters.

    Some producers (Ghostscript) note the letters of a ligature with their two bytes exchanged: "ti" comes out as
    U+7400 U+6900. No glyph stands for several characters whose lower bytes are all zero, so these are turned back.
    """
    if len(glyph) > 1 and all(ord(c) & 0xFF == 0 and chr(ord(c) >> 8).isalpha() for c in glyph):
        return "".join(chr(ord(c) >> 8) for c in glyph)
    return glyph.translate(LIGATURES)


def dingbat(code: str) -> str:
    """The sign that a letter of ASCII selects in the standard font Zapf Dingbats, which says nothing of its signs."""
    if len(code) != 1 or not "!" <= code <= "~":
        return code
    return _DINGBATS.get(code, chr(0x2700 + ord(code) - 0x20))


@dataclass(frozen=True, slots=True)
class Turn:
    """The direction of a text matrix: its scale, its angle in whole degrees, and their sines and cosines."""

    scale: float
    angle: int
    cos: float
    sin: float
    along: tuple[float, float]
    """Cosine and sine of the whole angle."""

    @classmethod
    def of(cls, a: float, b: float) -> Turn:
        turn = math.atan2(b, a)
        angle = round(math.degrees(turn)) % 360
        radians = math.radians(angle)
        along = math.cos(radians), math.sin(radians)
        return cls(math.hypot(a, b), angle, abs(math.cos(turn)), abs(math.sin(turn)), along)


class Canvas(PDFPageAggregator):
    """pdfminer's device, with letters of our own in place of its `LTChar`."""

    space: Space

    def __init__(self, resources: Any, number: int, shift: tuple[float, float]) -> None:
        super().__init__(resources, number)
        self.shift = shift
        self.glyphs: dict[PDFFont, dict[int, tuple[str, float, str, float | None]]] = defaultdict(dict)
        """By font and code: what the glyph says, how wide it is, its font's name and, where the font is set in rows,
        how far its letters reach below the line."""
        self.turn = cache(Turn.of)
        self.colour: RGB | None = None
        self.opacity = (1.0, 1.0)
        """Of strokes and fills, 0 to 1."""

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        super().begin_page(page, ctm)
        self.space = Space(self.cur_item.height, *self.shift)

    def paint_path(
        self, gstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[PathSegment]
    ) -> None:
        """Draw a path, but not what is fully transparent: boxes that only catch the mouse are no marks."""
        stroke, fill = stroke and self.opacity[0] > 0, fill and self.opacity[1] > 0
        if stroke or fill:
            super().paint_path(gstate, stroke, fill, evenodd, path)

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: PDFGraphicState) -> None:
        self.colour = to_rgb(graphicstate.ncolor)
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: PDFGraphicState,
    ) -> float:
        """Add the letter; returns its advance in text space."""
        known = self.glyphs[font]
        if cid not in known:
            known[cid] = self._glyph(font, cid)
        text, width, name, descent = known[cid]
        advance = width * fontsize * scaling
        letter: Any = None
        turn = self.turn(matrix[0], matrix[1])
        if text and turn.scale:
            if descent is None:
                extent = _upright_extent(font, fontsize, cid, rise, advance)
            else:
                bottom = descent * fontsize + rise
                extent = (0, bottom, advance, bottom + fontsize)
            letter = self._letter(text, name, turn, matrix, advance, extent)
        self.cur_item._objs.append(letter)
        return advance

    def _glyph(self, font: PDFFont, cid: int) -> tuple[str, float, str, float | None]:
        name = font.fontname if isinstance(font.fontname, str) else bytes(font.fontname).decode("latin-1")
        try:
            text = letters_of(font.to_unichr(cid))
        except PDFUnicodeNotDefined:
            text = letters_of(self.handle_undefined_char(font, cid))
        descent = None if font.is_vertical() else font.get_descent()
        return dingbat(text) if name.endswith(DINGBATS) else text, font.char_width(cid), name, descent

    def _letter(self, text: str, font: str, turn: Turn, matrix: Matrix, advance: float, extent: Rect) -> Letter:
        x0, y0, x1, y1 = _placed(matrix, extent)
        length = abs(advance) * turn.scale
        if turn.cos >= turn.sin:
            size = ((y1 - y0) - length * turn.sin) / turn.cos
        else:
            size = ((x1 - x0) - length * turn.cos) / turn.sin
        space, (cos, sin) = self.space, turn.along
        box = space.bounds(x0, y0, x1, y1)
        x, y = baseline = space.point(matrix[4], matrix[5])
        u, v = x * cos - y * sin, -x * sin - y * cos
        return Letter(text, box, max(size, 0.1), font, self.colour, turn.angle, u, v, length, baseline)


def _upright_extent(font: PDFFont, fontsize: float, cid: int, rise: float, advance: float) -> Rect:
    """The box of a glyph in text space, as pdfminer's `LTChar` has it, in a font that is set in columns."""
    displaced: Any = font.char_disp(cid)
    x = fontsize * 0.5 if displaced[0] is None else displaced[0] * fontsize * 0.001
    y = (1000 - displaced[1]) * fontsize * 0.001
    return (-x, y + rise + advance, -x + fontsize, y + rise)


def _placed(matrix: Matrix, rect: Rect) -> Rect:
    """The upright box around `rect` under `matrix`: for upright text two of its corners tell it."""
    a, b, c, d, e, f = matrix
    if b or c:
        return apply_matrix_rect(matrix, rect)
    x0, x1 = a * rect[0] + e, a * rect[2] + e
    y0, y1 = d * rect[1] + f, d * rect[3] + f
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


# --- operators -------------------------------------------------------------------------------------------------------


class Interpreter(PDFPageInterpreter):
    """pdfminer's interpreter, with tokens of our own and with what graphics state dictionaries set, which pdfminer
    leaves out: opacity and line width (PDF 32000-1, table 58)."""

    device: Canvas

    def init_state(self, ctm: Matrix) -> None:
        super().init_state(ctm)
        self.opacities: list[tuple[float, float]] = []

    def do_q(self) -> None:
        self.opacities.append(self.device.opacity)
        super().do_q()

    def do_Q(self) -> None:
        if self.opacities:
            self.device.opacity = self.opacities.pop()
        super().do_Q()

    def do_Do(self, xobjid_arg: Any) -> None:
        before = self.device.opacity
        super().do_Do(xobjid_arg)
        self.device.opacity = before

    def do_gs(self, name: Any) -> None:
        states = dict_value(self.resources.get("ExtGState"))
        parameters = dict_value(states.get(literal_name(name)))
        if "LW" in parameters:
            self.do_w(resolve1(parameters["LW"]))
        stroke, fill = (resolve1(parameters.get(key)) for key in ("CA", "ca"))
        now = self.device.opacity
        self.device.opacity = (
            float(stroke) if isinstance(stroke, (int, float)) else now[0],
            float(fill) if isinstance(fill, (int, float)) else now[1],
        )

    def execute(self, streams: Sequence[object]) -> None:
        """Run the operators of `streams`, but not of one that is running already (a circle of forms)."""
        found = [stream_value(stream) for stream in streams]
        run = [one for one in found if one.objid is not None and one.objid not in self.parent_stream_ids]
        self.stream_ids = {one.objid for one in run if one.objid is not None}
        for thing in objects(b"\n".join(stream.get_data() for stream in run) + b"\n"):
            if type(thing) is not PSKeyword:
                self.argstack.append(thing)  # type: ignore[arg-type]
                continue
            name, count = _method(thing)
            if not count:
                if name:
                    getattr(self, name)()
                continue
            arguments = self.argstack[-count:]
            del self.argstack[-count:]
            if len(arguments) == count:
                getattr(self, name)(*arguments)


@lru_cache(maxsize=1024)
def _method(operator: PSKeyword) -> tuple[str, int]:
    """The interpreter's method for `operator`, and how many operands it takes; "" where there is none."""
    name = "do_" + keyword_name(operator).replace("*", "_a").replace('"', "_w").replace("'", "_q")
    method = getattr(Interpreter, name, None)
    return (name, method.__code__.co_argcount - 1) if method else ("", 0)


def objects(data: bytes) -> Iterator[object]:
    """Operands and operators (`PSKeyword`) of a content stream, as pdfminer's parser gives them.

    Raises PSSyntaxError on a dictionary with an odd number of entries.
    """
    opened: list[tuple[bytes, list[object]]] = []
    start: int | None = 0
    while start is not None:
        first, start = start, None
        for match in TOKEN.finditer(data, first):
            kind = match.lastindex
            if kind is None:
                continue
            if not opened:
                first = match.start()
            token = match[kind]
            if kind == RARE or token in (b"BI", b"ID"):
                things, start = _by_pdfminer(data, first)
                opened.clear()
                yield from things
                break
            if kind == BRACKET:
                ended = _bracket(token, opened)
                if ended is None:
                    continue
                value = ended
            else:
                value = MAKE[kind](token)
            if opened:
                opened[-1][1].append(value)
            else:
                yield value


def _bracket(token: bytes, opened: list[tuple[bytes, list[object]]]) -> object | None:
    """Begin an array, dictionary or procedure in `opened`, or end the last one and return it; the end of another is
    passed over."""
    opening = OPENING.get(token)
    if opening is None:
        opened.append((token, []))
        return None
    if not opened or opened[-1][0] != opening:
        return None
    _, content = opened.pop()
    if opening != b"<<":
        return content
    if len(content) % 2:
        raise PSSyntaxError(f"Invalid dictionary construct: {content!r}")
    return {literal_name(key): value for key, value in choplist(2, content) if value is not None}


def _by_pdfminer(data: bytes, start: int) -> tuple[list[object], int | None]:
    """The next objects from `start` on as pdfminer's own parser reads them, and where they end; None at the end."""
    parser = PDFContentParser([PDFStream({}, data[start:])])
    try:
        things: list[object] = [parser.nextobject()[1]]
    except PSEOF:
        return [], None
    things += [thing for _, thing in parser.results]
    return things, None if parser.eof else start + parser.bufpos + parser.charpos


def _unescaped(string: bytes) -> bytes:
    def said(match: re.Match[bytes]) -> bytes:
        if match[1] is None:
            return ESCAPES.get(match[2] or b"", b"")
        code = int(match[1], 8)
        assert code < 256, f"Invalid octal {match[1]!r} ({code})"
        return bytes((code,))

    return ESCAPE.sub(said, string)


def _name(name: bytes) -> object:
    try:
        return LIT(name.decode())
    except UnicodeDecodeError:
        return LIT(name)


def _operator(word: bytes) -> object:
    return CONSTANTS[word] if word in CONSTANTS else KWD(word)


MAKE: dict[int, Callable[[bytes], object]] = {
    1: int,
    2: float,
    3: _operator,
    4: _name,
    5: bytes,
    6: _unescaped,
    7: lambda digits: bytes.fromhex(digits.decode()),
    10: _operator,
}
"""By kind of token: what makes a value of it."""
