"""Does another reader find text on a page that ours did not, or that the page does not show?

A drawing that is damaged, or that only one library can follow, ends early without a word from its reader. pdfium reads
the text of a page by itself, in milliseconds; on sound pages the two find the same digits, and none beyond the edges.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.core.findings import Finding, finding
from pipeline.core.geometry import union
from pipeline.pages.page import Page

FEWEST_LETTERS = 0.97
"""Share of pdfium's letters from which a page counts as read: sound pages have .997 and more (letters drawn twice)."""
MOST_QUOTED = 80
"""Letters of hidden text that a finding quotes."""


def second_look(path: Path | str, pages: Iterable[Page], password: str = "") -> Iterator[Finding]:
    """A finding for each page with digits, or many letters, that are not in our words, or that stand beyond it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(str(path), password=password or None)
    try:
        for page in pages:
            try:
                there, shown = _texts(document[page.number - 1])
            except pypdfium2.PdfiumError:
                continue  # no second opinion
            read = "".join(word.text for word in (*page.words, *(hidden.word for hidden in page.hidden)))
            if told := _lacking(shown, _letters(read)):
                message = f"Page {page.number} is read without all that it shows: {told}."
                yield finding("extraction-page-incomplete", message, page=page.number)
            if beyond := there - shown.total():
                message = f"Page {page.number}: {beyond} of its letters stand beyond what it shows."
                yield finding("source-page-box", message, page=page.number)
    finally:
        document.close()


def hidden_text(pages: Iterable[Page]) -> Iterator[Finding]:
    """A finding for each page with words that it does not show, and one for those that were painted over."""
    for page in pages:
        for covered in (False, True):
            unseen = (hidden for hidden in page.hidden if hidden.why != "printed again")
            words = [hidden.word for hidden in unseen if (hidden.why == "covered") == covered]
            if not words:
                continue
            said = " ".join(word.text for word in words)
            quoted = said if len(said) <= MOST_QUOTED else f"{said[:MOST_QUOTED]}…"
            what = "are painted over" if covered else "are in the text layer and not to be seen"
            code = "extraction-covered-text" if covered else "extraction-hidden-text"
            message = f"{len(words)} word(s) of page {page.number} {what}: “{quoted}”"
            yield finding(code, message, page=page.number, box=union(word.box for word in words))


def _texts(page: Any) -> tuple[int, Counter[str]]:
    """How many letters pdfium finds (of text that it can place nowhere, the pieces), and those that the page shows."""
    import pypdfium2

    text = page.get_textpage()
    there = _letters(text.get_text_range()).total()
    pieces = () if there else page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
    return there or sum(1 for _ in pieces), _letters(text.get_text_bounded())


def _letters(text: str) -> Counter[str]:
    return Counter(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def _lacking(shown: Counter[str], read: Counter[str]) -> str:
    digits = sum((Counter({c: n for c, n in shown.items() if c.isdigit()}) - read).values())
    if digits:
        return f"another reader finds {digits} digits more"
    if read.total() < FEWEST_LETTERS * shown.total():
        return f"another reader finds {shown.total() - read.total()} letters more"
    return ""
