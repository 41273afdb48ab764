"""Does another reader find text on a page that ours did not?

A drawing that is damaged, or that only one library can follow, ends early without a word from its reader. pdfium reads
the text of a page by itself, in milliseconds; on sound pages the two find the same digits.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.pages import Page

FEWEST_LETTERS = 0.97
"""Share of pdfium's letters from which a page counts as read: sound pages have .997 and more (letters drawn twice)."""


def unread_text(path: Path | str, pages: Sequence[Page], password: str = "") -> Iterator[tuple[int, str]]:
    """Number of each page on which pdfium finds digits, or many letters, that are not in our words; and what."""
    import pypdfium2

    document = pypdfium2.PdfDocument(str(path), password=password or None)
    try:
        for page in pages:
            try:
                shown = document[page.number - 1].get_textpage().get_text_bounded()
            except pypdfium2.PdfiumError:
                continue  # no second opinion
            if told := _lacking(_letters(shown), _letters("".join(word.text for word in page.words))):
                yield page.number, told
    finally:
        document.close()


def _letters(text: str) -> Counter[str]:
    return Counter(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def _lacking(shown: Counter[str], read: Counter[str]) -> str:
    digits = sum((Counter({c: n for c, n in shown.items() if c.isdigit()}) - read).values())
    if digits:
        return f"another reader finds {digits} digits more"
    if read.total() < FEWEST_LETTERS * shown.total():
        return f"another reader finds {shown.total() - read.total()} letters more"
    return ""
