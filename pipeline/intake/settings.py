"""The numbers of this room that somebody chose, each with its unit, its reason and its effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pipeline.core.setting_note import SettingNote


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """What intake accepts and refuses."""

    most_pages: Annotated[
        int, SettingNote("pages", "the largest survey report known to us has 500", "a longer document is refused")
    ] = 2_000
    most_bytes: Annotated[
        int,
        SettingNote(
            "bytes", "no report known to us has a tenth of it", "a larger file is refused before anything reads it"
        ),
    ] = 2**30
    header_within: Annotated[
        int,
        SettingNote(
            "bytes",
            "readers accept the header `%PDF-` so far in (PDF 1.7, implementation note 13)",
            "a file whose header comes later is no PDF",
        ),
    ] = 1024
    least_side: Annotated[
        float, SettingNote("points", "an inch: no page to read is smaller", "a smaller page is a finding")
    ] = 72.0
    most_side: Annotated[
        float, SettingNote("points", "200 inches, the most of PDF 1.7 (annex C.2)", "a larger page is a finding")
    ] = 14_400.0
    few_letters: Annotated[
        int,
        SettingNote(
            "characters",
            "what a scan has is a stamp or a page number",
            "a page with fewer is a scan where a picture covers it",
        ),
    ] = 20
    scan_cover: Annotated[
        float,
        SettingNote(
            "share of the page",
            "a scan fills the page but for its margins",
            "a page that pictures cover so far counts as a scan",
        ),
    ] = 0.7
    most_depth: Annotated[
        int,
        SettingNote(
            "levels",
            "trees of names (embedded files, scripts) have three or four",
            "what lies deeper is not looked for",
        ),
    ] = 12
    most_drawn: Annotated[
        int,
        SettingNote(
            "bytes",
            "the largest drawing known to us, a map, has 40 MB",
            "a page whose drawing unpacks to more is not read",
        ),
    ] = 64 << 20
    most_unpacked: Annotated[
        int,
        SettingNote(
            "bytes", "a picture of a page at 600 dpi has 100 MB", "a stream that unpacks to more is damaged or hostile"
        ),
    ] = 256 << 20
    piece: Annotated[
        int,
        SettingNote(
            "bytes",
            "small against memory, large against the cost of a call",
            "how much is unpacked at a time; no result",
        ),
    ] = 1 << 20
    most_forms: Annotated[
        int,
        SettingNote("forms", "icons and charts of one page are a few hundred", "a page that draws more is not read"),
    ] = 20_000
    most_nested: Annotated[
        int,
        SettingNote(
            "forms within forms",
            "viewers follow about as many, writers nest three or four",
            "a page that nests deeper is not read",
        ),
    ] = 30
    most_parsed: Annotated[
        int,
        SettingNote(
            "bytes",
            "qpdf makes objects of all that is in a drawing, sixty times its size; larger ones are maps",
            "the grammar of a larger drawing is not looked at",
        ),
    ] = 4 << 20


SETTINGS = IntakeSettings()
