"""Page by page the letters that are read are those that a second engine (PDFium) reads."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from pipeline.pages.page import Page
from pipeline.pages.parsing import try_pages

PAGES = 4
"""Pages compared of each report: the whole of every report would take longer than all other tests."""
MOST_APART = 0.03
"""Share of the letters of one engine that the other may not have: signs of private use, and what forms and annotations
show."""
PDFIUM_LOSES = {"rust-survey/2025.pdf"}
"""Reports of which PDFium leaves out letters that the page shows ("Do you use Rus ?"): only our loss counts there."""


def letters(text: str) -> Counter[str]:
    """Letters and digits, without accents' and ligatures' two spellings."""
    return Counter(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def compared(report: Path) -> tuple[float, float]:
    """Shares of the letters of the first pages: of PDFium's those that we lose, of ours those that PDFium has not."""
    ours, theirs, both = 0, 0, 0
    document = pypdfium2.PdfDocument(report)
    for number, page in try_pages(report, range(1, min(PAGES, len(document)) + 1)):
        if isinstance(page, Page):
            own = letters("".join([w.text for w in page.words] + [h.word.text for h in page.hidden]))
            other = letters(document[number - 1].get_textpage().get_text_bounded())
            ours, theirs, both = ours + own.total(), theirs + other.total(), both + (own & other).total()
    document.close()
    return 1 - both / theirs if theirs else 0.0, 1 - both / ours if ours else 0.0


@pytest.mark.slow
def test_letters_are_those_of_a_second_engine(shared: Path) -> None:
    lost, surplus = {}, {}
    for report in sorted(p for p in shared.glob("reports/**/*.pdf") if p.parent.name != "faults"):
        name = f"{report.parent.name}/{report.name}"
        lost[name], surplus[name] = compared(report)
    assert not {name: share for name, share in lost.items() if share > MOST_APART}
    assert {name for name, share in surplus.items() if share > MOST_APART} <= PDFIUM_LOSES
