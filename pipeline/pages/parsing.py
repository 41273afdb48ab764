"""Pages of a PDF, parsed one by one into plain data."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipeline.core.geometry import Box
from pipeline.pages.outlines import is_square
from pipeline.pages.page import HiddenWord, Hiding, Page, Picture, Shape, Shared
from pipeline.pages.patterns import with_hatching_filled
from pipeline.pages.words import assemble_words, reprinted, with_accents

if TYPE_CHECKING:
    from pipeline.pages.content import Letter, Outline


def read_pages(path: Path | str, numbers: Iterable[int] | None = None) -> Iterator[Page]:
    """Parse the pages `numbers` (1-based; all when None) of the PDF at `path`, one by one, in order.

    Raises whatever pdfplumber raises on an unreadable file; `intake` decides beforehand whether it is readable.
    """
    for _, page in try_pages(path, numbers):
        yield parsed(page)


def parsed(page: Page | Exception) -> Page:
    if isinstance(page, Exception):
        raise page
    return page


def try_pages(
    path: Path | str, numbers: Iterable[int] | None = None, password: str = ""
) -> Iterator[tuple[int, Page | Exception]]:
    """Each of the pages `numbers` (1-based; all when None) with its number: the page, or what its parsing raised."""
    import pdfplumber

    wanted = None if numbers is None else sorted(set(numbers))
    try:
        pdf = pdfplumber.open(path, password=password)
        found = {page.page_number: page for page in pdf.pages}
    except Exception as error:
        if not wanted:
            raise
        yield from ((number, error) for number in wanted)
        return
    try:
        for number in found if wanted is None else wanted:
            yield number, _attempt(found[number]) if number in found else LookupError("the reader finds no such page")
    finally:
        pdf.stream.close()


def _attempt(page: Any) -> Page | Exception:
    try:
        return _parse(page)
    except Exception as error:  # whatever a library raises on one page, the others are still wanted
        return error
    finally:
        page.close()


def _parse(source: Any) -> Page:
    from pipeline.pages.content import Bitmap, Letter, Outline
    from pipeline.pages.interpreter import drawn
    from pipeline.pages.sight import unseen, with_watermarks

    shapes: list[Shape] = []
    pictures: list[Picture] = []
    sheet, items = drawn(source)
    shown = Box(0.0, 0.0, sheet.width, sheet.height)
    around = shown.grown(1.0)
    shared = Shared()
    for order, item in enumerate(items):
        if isinstance(item, Bitmap):
            pictures.append(Picture(item.box, item.pixels, order))
        elif isinstance(item, Outline) and (item.box.overlap(around) > 0 or shown.holds(item.box, slack=1.0)):
            shapes.append(_shape(item, order, shared))
    printed = [item for item in items if isinstance(item, Letter)]
    seen = [(x, _is_whole(x, shown)) for x in printed if not x.hidden]
    letters = with_accents([x for x, whole in seen if whole])
    cut = [x for x, whole in seen if not whole and 0 < x.box.y_mid < sheet.height]
    why = unseen(letters, items, shown, dict.fromkeys(reprinted(letters), "printed again"))
    words = with_watermarks(assemble_words([x for i, x in enumerate(letters) if i not in why]))
    hidden = _hidden_words([x for x in printed if x.hidden and shown.holds(x.box)], letters, why)
    beyond = tuple(word.box for word in assemble_words(cut) if any(c.isdigit() for c in word.text))
    content = tuple(words), tuple(with_hatching_filled(shapes)), tuple(pictures)
    size = source.page_number, sheet.width, sheet.height, int(source.rotation or 0)
    return Page(*size, *content, turned=sheet.turned, beyond=beyond, hidden=tuple(hidden))


def _is_whole(letter: Letter, page: Box) -> bool:
    """Does the page show all of the letter? Of one that stands aslant the box reaches beyond its ink."""
    return page.holds(letter.box, slack=letter.size if letter.angle % 90 else 1.0)


def _hidden_words(
    unpainted: Sequence[Letter], letters: Sequence[Letter], why: Mapping[int, Hiding]
) -> list[HiddenWord]:
    """The words that nobody sees, reason by reason."""
    by_reason: dict[Hiding, list[Letter]] = defaultdict(list)
    for letter in unpainted:
        if letter.hidden:
            by_reason[letter.hidden].append(letter)
    for place, reason in why.items():
        by_reason[reason].append(letters[place])
    return [HiddenWord(word, reason) for reason, found in by_reason.items() for word in assemble_words(found)]


def _shape(item: Outline, order: int, shared: Shared) -> Shape:
    return Shape(
        kind=_kind(item),
        box=shared.box(item.box),
        fill=item.fill,
        stroke=item.stroke,
        width=item.width if item.stroke is not None else 0.0,
        inked=item.inked if item.stroke is not None else 1.0,
        points=tuple(shared.point(*xy) for xy in item.points),
        curved=any(operator in "cvy" for operator in item.operators),
        order=order,
        operators=sys.intern(item.operators),
    )


def _kind(item: Outline) -> Literal["rect", "line", "path"]:
    """What the path is, by its corners: a straight stroke, a rectangle that stands upright, or any other path."""
    if any(operator in "cvy" for operator in item.operators):
        return "path"
    corners = [*dict.fromkeys((round(x, 3), round(y, 3)) for x, y in item.points)]
    if len(corners) <= 2:
        return "line"
    closed = item.operators.endswith("h") or item.points[0] == item.points[-1] or item.fill is not None
    return "rect" if closed and is_square(item.operators, item.points) else "path"
