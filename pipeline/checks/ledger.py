"""The number ledger: every numeric token of an edition's text layer, and the one place where it went (law 2).

A token is a word of the text layer that holds a digit. Reasons are tried from the most certain to the least; what no
reason explains is `leftover`, and a finding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter
from typing import Any

from pipeline.checks.claims.reading_claims import Prose, Silent
from pipeline.checks.claims.verdicts import Claim
from pipeline.core.contract import NumberRow
from pipeline.core.findings import Finding, finding
from pipeline.core.geometry import Box, ByHeight, union
from pipeline.core.language import exhibit_words
from pipeline.core.numbers import parse_number, year_of
from pipeline.exhibits.reading import Part
from pipeline.exhibits.tables.cell_values import cell_value
from pipeline.layout.blocks import Block
from pipeline.layout.lines import Line
from pipeline.layout.notes import Caption
from pipeline.layout.text import PageText, Text, running_words
from pipeline.pages.page import Page, Word

LEFTOVER = "leftover"
SLACK = 0.6
"""Points by which a box drawn around a printed number may be smaller than its word."""
TICK_COUNT = 3
"""Fewer numbers in equal steps are no axis."""
TICK_JITTER = 1.5
"""Points by which the steps between the ticks of an axis may differ."""
SENTENCE_LETTERS = 3
"""Words with letters on the line of a bare number from which the line is text and not a cell."""
SHARE_LETTERS = 5
"""The same for a percentage or a decimal, which is likelier to be a value."""
MOST_LOST = 0.02
"""Share of the numbers outside running text that may go nowhere: law 2. Beyond it a person has to look."""
CLUSTER = 3
"""Numbers of one page that went nowhere from which they are an exhibit that was missed, and an error."""
MOST_BEHIND = 7
"""Words of a value with its error or interval, at most and one more: `3.9 ( 2.6 – 5.9 )`."""
SHOWN = 8
"""Leftover tokens that a finding quotes."""


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Words inside `box` on `page` (points, origin top left) went to `went`. `target` is an observation's id;
    `printed`, where given, must hold the digits of a word for it to count (a cell may hold more than its value)."""

    page: int
    box: Box
    went: str
    target: str | None = None
    printed: str | None = None


def account(
    pages: Sequence[Page],
    text: Text,
    prose: Prose,
    places: Sequence[TokenPlace],
    study: str,
    edition: str,
    pictures: Sequence[Page] = (),
) -> tuple[list[NumberRow], list[Finding]]:
    """The ledger's rows (columns of the contract's `numbers`) and a finding for every page with leftovers. `places` are
    the observations' printed numbers and the exhibits' labels, observations first; `pictures` are bitmaps with the
    numbers that OCR saw on them, which are in no row."""
    known = _Known.of(text, prose, places)
    rows, findings = [], []
    outside, lost = 0, []
    for page in pages:
        went = _reasons(page, text.pages[page.number], known)
        left: list[Word] = []
        running = running_words(text, page.number)
        outside += sum(word.order not in running for word in _tokens(page))
        for word in _tokens(page):
            reason, target = went.get(word.order, (LEFTOVER, None))
            rows.append(_row(study, edition, page.number, word, reason, target))
            if reason == LEFTOVER:
                left.append(word)
        if left:
            findings.append(_finding(page, left, known.captions[page.number]))
            # where an observation with another number stands a steward has corrected it: it is not lost
            read = [place.box for place in known.values[page.number] if place.went == "observation"]
            gone = sum(not any(box.holds(word.box) for box in read) for word in left)
            lost.append((gone, page, union(word.box for word in left)))
    if sum(count for count, _, _ in lost) > MOST_LOST * outside:
        findings.append(_too_many(lost, outside))
    return rows, findings + [found for picture in pictures for found in _unread_picture(picture, known)]


def _unread_picture(picture: Page, known: _Known) -> Iterator[Finding]:
    """An error where numbers of the bitmap, that are no scale, went nowhere."""
    places = [*known.values[picture.number], *known.others[picture.number]]
    went: Went = dict(_placed(picture, [replace(place, printed=None) for place in places]))
    went |= {word.order: ("name", None) for word in picture.words if re.search(r"[^\W\d_]{2,}", word.text)}
    scale = {order for order, _ in _ticks(picture, went)}
    left = [word for word in picture.words if word.order not in {*went, *scale} and not year_of(word.text)]
    if len(left) >= CLUSTER:
        yield _finding(picture, left, known.captions[picture.number], "a picture")


def _too_many(lost: Sequence[tuple[int, Page, Box]], outside: int) -> Finding:
    """The error of an edition that lost more than it may, at the place that lost most."""
    count, (_, page, box) = sum(one[0] for one in lost), max(lost, key=lambda one: one[0])
    pages = ", ".join(str(one.number) for _, one, _ in lost[:SHOWN]) + (" …" if len(lost) > SHOWN else "")
    return finding(
        "extraction-numbers-lost",
        f"{count} of {outside} numbers outside running text went nowhere (pages {pages}), most on page {page.number}",
        page=page.number,
        box=box,
        expected=f"at most {MOST_LOST:.0%}",
        found=f"{count / max(outside, 1):.1%}",
    )


def with_unread_exhibits(findings: Sequence[Finding], raised: Sequence[Finding]) -> list[Finding]:
    """The findings; a figure that gave no values is an error where numbers of its page went nowhere, as `raised` by the
    ledger: they may be its own. A figure of words has none."""
    lost = {f.page for f in raised if f.code == "extraction-number-unaccounted"}
    return [
        replace(f, severity="error") if f.code == "extraction-exhibit-unread" and f.figure and f.page in lost else f
        for f in findings
    ]


def _tokens(page: Page) -> Iterator[Word]:
    return filter(_is_token, page.words)


def _is_token(word: Word) -> bool:
    return any(map(str.isdigit, word.text))


def _row(study: str, edition: str, page: int, word: Word, reason: str, target: str | None) -> NumberRow:
    box = word.box
    return {
        "study": study,
        "edition": edition,
        "page": page,
        "token": word.text,
        "x0": round(box.x0, 2),
        "top": round(box.top, 2),
        "x1": round(box.x1, 2),
        "bottom": round(box.bottom, 2),
        "went": reason,
        "target": target,
    }


def _finding(page: Page, left: Sequence[Word], captions: Iterable[Caption], of: str = "the text layer") -> Finding:
    shown = ", ".join(word.text for word in left[:SHOWN]) + (" …" if len(left) > SHOWN else "")
    figures = {caption.number for caption in captions}
    return finding(
        "extraction-number-unaccounted",
        f"Page {page.number}: {len(left)} number(s) of {of} went nowhere: {shown}",
        page=page.number,
        figure=figures.pop() if len(figures) == 1 else None,
        box=union(word.box for word in left),
        found=shown,
        severity="error" if len(left) >= CLUSTER else None,
    )


# --- reasons, from the most certain to the least ---------------------------------------------------------------------

Went = dict[int, tuple[str, str | None]]
"""`Word.order` of a word of the page → where it went, and to which observation."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the stages before found, by page."""

    values: defaultdict[int, list[TokenPlace]]
    others: defaultdict[int, list[TokenPlace]]
    """Places of what is no value: labels, and what stewards excluded."""
    claims: defaultdict[int, list[Claim]]
    silent: defaultdict[int, list[Silent]]
    captions: defaultdict[int, list[Caption]]

    @classmethod
    def of(cls, text: Text, prose: Prose, places: Sequence[TokenPlace]) -> _Known:
        return cls(
            _by_page(place for place in places if place.target is not None),
            _by_page(place for place in places if place.target is None),
            _by_page(prose.claims),
            _by_page(prose.silent),
            _by_page(text.captions),
        )


def _by_page(things: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for thing in things:
        found[thing.page].append(thing)
    return found


def _reasons(page: Page, text: PageText, known: _Known) -> Went:
    went: Went = {}
    number = page.number
    for some in (
        _placed(page, known.values[number]),
        ((word.order, "claim") for claim in known.claims[number] for word in claim.words),
        _marks(text),
        ((word.order, "page number or running head") for line in text.furniture for word in line.words),
        ((word.order, "figure number") for caption in known.captions[number] for word in caption.words),
        ((silent.word.order, silent.reason) for silent in known.silent[number]),
        _errors(page, went),
        _placed(page, known.others[number]),
        _notes(text),
        _repeated_labels(text, [*known.others[number - 1], *known.others[number]]),
        _bases(text),
        _ticks(page, went),
        _lines_of_text(text),
    ):
        for order, reason in some:
            went.setdefault(order, reason if isinstance(reason, tuple) else (reason, None))
    return went


def _placed(page: Page, places: Sequence[TokenPlace]) -> Iterator[tuple[int, tuple[str, str | None]]]:
    """Words inside a place; of several the smallest."""
    tokens = ByHeight(_tokens(page))
    for place in sorted(places, key=lambda p: p.box.area):
        for word in tokens.inside(place.box, SLACK):
            if _prints(place, word):
                yield word.order, (place.went, place.target)


def _prints(place: TokenPlace, word: Word) -> bool:
    held = place.printed is None or _digits(word.text) in _digits(place.printed)
    return held or place.printed in cell_value(word.text).numbers


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _marks(text: PageText) -> Iterator[tuple[int, str]]:
    """Superscript marks, before the notes and in the text."""
    for line in text.lines:
        for word in line.words:
            if word.raised and word.text.strip("()[]").replace(",", "").isdigit():
                yield word.order, "footnote mark"


def _notes(text: PageText) -> Iterator[tuple[int, str]]:
    for block in text.blocks:
        if block.kind in ("footnote", "caption"):
            reason = "footnote text" if block.kind == "footnote" else "caption"
            yield from ((word.order, reason) for word in _words(block))


def _words(block: Block) -> Iterator[Word]:
    return (word for line in block.lines for word in line.words)


def _errors(page: Page, went: Went) -> Iterator[tuple[int, str]]:
    """Numbers behind a value that belong to it: its error (`± 3`), its interval, its base."""
    words = sorted(page.words, key=lambda w: (round(w.baseline[1]), w.box.x0))
    for at, value in enumerate(words):
        for end in range(at + 2, at + MOST_BEHIND) if value.order in went and _is_token(value) else ():
            if cell_value(" ".join(w.text for w in words[at:end])).numbers == (value.text,):
                yield from ((word.order, "error of a value") for word in words[at + 1 : end])


def _ticks(page: Page, went: Went) -> Iterator[tuple[int, str]]:
    """Numbers in equal steps at equal distances, in a column or in a row: the scale of an axis."""
    free = [word for word in _tokens(page) if word.order not in went]
    right, height, middle = map(attrgetter, ("box.x1", "box.y_mid", "box.x_mid"))
    for edge, along in ((right, height), (height, middle)):
        lanes: dict[int, list[Word]] = defaultdict(list)
        for word in free:
            lanes[round(edge(word) / TICK_JITTER)].append(word)
        for lane in lanes.values():
            if _is_scale(sorted(lane, key=along), along):
                yield from ((word.order, "axis tick") for word in lane)


def _is_scale(words: Sequence[Word], along: Callable[[Word], float]) -> bool:
    """True for an arithmetic sequence through zero or of multiples of its step (above 1: ranks are no scale)."""
    numbers = [parse_number(word.text) for word in words]
    values = [number.value for number in numbers if number is not None]
    if len(values) < TICK_COUNT or len(values) < len(words):
        return False
    steps = {round(b - a, 6) for a, b in pairwise(values)}
    gaps = [along(b) - along(a) for a, b in pairwise(words)]
    if len(steps) != 1 or max(gaps) - min(gaps) > TICK_JITTER:
        return False
    step = abs(steps.pop())
    return step > 0 and (0.0 in values or (step > 1 and all(value % step == 0 for value in values)))


def _repeated_labels(text: PageText, labels: Sequence[TokenPlace]) -> Iterator[tuple[int, str]]:
    """Lines that print a label of the page, or of the one before, again: the head of a table that goes on, the legend
    of a second bar. Bare numbers may be values and are not taken for labels, years and signed limits are."""
    known: dict[str, str] = {}
    for place in labels:
        if place.printed and (not place.printed.isdigit() or year_of(place.printed)):
            known.setdefault(place.printed, place.went)
    for line in text.lines:
        if went := known.get(line.text):
            yield from ((word.order, went) for word in line.words)


def _bases(text: PageText) -> Iterator[tuple[int, str]]:
    """`total responses = 11906`, also where the number has gone to the next line."""
    words = "|".join(re.escape(word) for word in exhibit_words("base"))
    pattern = re.compile(rf"(?<!\w)(?:{words})\s*[=:]\s*\d[\d.,\s]*", re.IGNORECASE)
    for block in text.blocks:
        for match in pattern.finditer(block.text):
            for span in block.spans:
                if span.start < match.end() and span.end > match.start():
                    yield span.word.order, "base"


def _lines_of_text(text: PageText) -> Iterator[tuple[int, str]]:
    """What is left on lines that are text: questions, titles and notes of exhibits, addresses."""
    kinds = {word.order: b.kind for b in text.blocks for word in _words(b) if _is_token(word)}
    for line in text.lines:
        tokens = [word for word in line.words if _is_token(word)]
        lettered = sum(any(c.isalpha() for c in word.text) for word in line.words) if tokens else 0
        for word in tokens:
            if reason := _reason_on_line(line, word, lettered, kinds.get(word.order, "other")):
                yield word.order, reason


def _reason_on_line(line: Line, word: Word, lettered: int, kind: str) -> str | None:
    if re.search(r"[^\W\d_]{2,}", word.text) and not word.text.rstrip(")").endswith("%"):
        return "name"
    if year_of(word.text.strip("().,:;")):
        if lettered:
            return "year"
        return "header" if all(year_of(other.text) for other in line.words) else None
    if kind == "heading" and lettered >= 2:
        return "heading"
    value = "%" in word.text or re.search(r"\d[.,]\d", word.text) is not None
    if lettered >= (SHARE_LETTERS if value else SENTENCE_LETTERS):
        return "text of an exhibit"
    return None


# --- what exhibits hold besides values -------------------------------------------------------------------------------

AXES = {"row": "label", "column": "header", "series": "legend", "section": "label", "panel": "title", "title": "title"}


def label_places(parts: Iterable[Part]) -> list[TokenPlace]:
    """Where the labels of the exhibits' values stand: digits in them are part of a name (`5 tot 9 FTE`, `2022`). Of an
    exhibit that runs over pages the header may stand on the first one."""
    found: dict[tuple[int, Box], TokenPlace] = {}
    for part in parts:
        for value in part.values:
            for label in value.entry.labels:
                if label.box is None:
                    continue
                for page in {part.page, value.entry.page}:
                    place = TokenPlace(page, label.box, AXES[label.axis], printed=label.text)
                    found.setdefault((page, label.box), place)
    return list(found.values())
