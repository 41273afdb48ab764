"""Content streams split into operands and operators, by one expression; what is rare is left to pdfminer's parser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pdfminer.pdfinterp import PDFContentParser
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import KWD, LIT, PSEOF, PSSyntaxError, literal_name
from pdfminer.utils import choplist

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
