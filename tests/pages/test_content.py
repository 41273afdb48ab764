"""Content streams: our tokens are pdfminer's, whatever a stream holds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from pdfminer.pdfinterp import PDFContentParser
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import PSEOF, PSSyntaxError

from pipeline.pages.tokens import objects

PIECES = (
    *("q", "Q", "BT", "T*", "'", '"', "TJ", "true", "false", "null", "e5", "#", "ID", "EI"),
    *("0", "12", "-7", "+3", "1.50", "-.5", "4.", "--5", ".", "1.2.3", "5-3", "9" * 120, "-" + "8" * 120),
    *("/Name", "/", "/A#20B", "/Gr\u00fcn", "% comment\n", "%", "\x00", "BI /W 1 /H 1 ID xEEI y EI"),
    *("(text)", "(a(b)c)", "(a\\)b)", "(\\101\\53x\\q\\\n)", "(a\\\r\nb)", "()", "(open", ")"),
    *("<48 65>", "<4 865>", "<486>", "<>", "<4g>", "[", "]", "<<", ">>", ">", "{", "}"),
    *("<</MCID 3>>", "[(a)-20(b)]", "[[1 2]0]"),
)
SPACES = ("", " ", "\n", "\r\n", "\t")


def by_pdfminer(data: bytes) -> list[object]:
    parser, found = PDFContentParser([PDFStream({}, data)]), []
    try:
        while True:
            found.append(parser.nextobject()[1])
    except PSEOF:
        return found
    except PSSyntaxError as error:
        return [*found, str(error)]


def by_us(data: bytes) -> list[object]:
    found: list[object] = []
    try:
        for thing in objects(data):
            found.append(thing)
    except PSSyntaxError as error:
        return [*found, str(error)]
    return found


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(SPACES)), max_size=30))
@settings(max_examples=2000, deadline=None)
def test_tokens_are_those_of_pdfminer(pieces: list[tuple[str, str]]) -> None:
    data = "".join(piece + space for piece, space in pieces).encode() + b"\n"
    assert repr(by_us(data)) == repr(by_pdfminer(data))
