"""The numbers of this room that somebody chose, each with its unit, its reason and its effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """What intake accepts and refuses."""

    most_pages: int = 2_000
    """Pages: the largest survey report known to us has 500. A longer document is refused."""
    most_bytes: int = 2**30
    """Bytes: no report known to us has a tenth of it. A larger file is refused before anything reads it."""
    header_within: int = 1024
    """Bytes: readers accept the header `%PDF-` so far in (PDF 1.7, implementation note 13). A file whose header comes
    later is no PDF."""
    least_side: float = 72.0
    """Points: an inch: no page to read is smaller. A smaller page is a finding."""
    most_side: float = 14_400.0
    """Points: 200 inches, the most of PDF 1.7 (annex C.2). A larger page is a finding."""
    few_letters: int = 20
    """Characters: what a scan has is a stamp or a page number. A page with fewer is a scan where a picture covers
    it."""
    scan_cover: float = 0.7
    """Share of the page: a scan fills the page but for its margins. A page that pictures cover so far counts as a
    scan."""
    most_depth: int = 12
    """Levels: trees of names (embedded files, scripts) have three or four. What lies deeper is not looked for."""
    most_drawn: int = 64 << 20
    """Bytes: the largest drawing known to us, a map, has 40 MB. A page whose drawing unpacks to more is not read."""
    most_unpacked: int = 256 << 20
    """Bytes: a picture of a page at 600 dpi has 100 MB. A stream that unpacks to more is damaged or hostile."""
    piece: int = 1 << 20
    """Bytes: small against memory, large against the cost of a call. How much is unpacked at a time; no result."""
    most_forms: int = 20_000
    """Forms: icons and charts of one page are a few hundred. A page that draws more is not read."""
    most_nested: int = 30
    """Forms within forms: viewers follow about as many, writers nest three or four. A page that nests deeper is not
    read."""
    most_parsed: int = 4 << 20
    """Bytes: qpdf makes objects of all that is in a drawing, sixty times its size; larger ones are maps. The grammar
    of a larger drawing is not looked at."""


SETTINGS = IntakeSettings()
