"""Captions, footnotes and furniture: told by place, style, repetition and sequence, never by an edition's wording."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.core.geometry import Box
from pipeline.core.language import exhibit_words
from pipeline.core.language import words as language_words
from pipeline.core.numbers import parse_number
from pipeline.layout.blocks import LARGE, SENTENCE_END, SMALL, Block
from pipeline.layout.joining import is_mark
from pipeline.layout.lines import Line, Style
from pipeline.pages.page import Page, Word

MARGIN = 0.12
"""Share of the page's height at its top and foot (and of its width at the sides) where running heads stand."""
SIDE_GAP = 12.0
"""Points that keep a turned running head clear of the page's text; the title of an axis stands closer to it."""
CLEAR = 1.2
"""Em that keep a running head clear of the text below it; the heads of a table stand as close to its rows as these
to each other, and return on each page of a long table at one height."""
SAME_HEIGHT = 4.0
"""Points by which a running head's height may differ between pages."""
REPEATED = 3
"""Pages on which a line must return to be furniture; in documents of fewer pages, all of them (two at least)."""
CAPTION_LINES = 4
"""More lines than this are a paragraph that begins with the figure word, not a caption."""
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(frozen=True, slots=True)
class Caption:
    """`Figuur 7: title` of an exhibit. `number` as printed; `title` is empty where none is printed; `words` are the
    figure word and the number."""

    number: str
    title: str
    page: int
    box: Box
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """The place in the text that a footnote belongs to. `word` is the mark itself, or the word it is printed in."""

    page: int
    word: Word


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note: its mark as printed, its text without the mark, its place, and where its mark stands in the text (None
    when the text holds no such mark, e.g. in a picture)."""

    mark: str
    text: str
    page: int
    box: Box
    words: tuple[Word, ...]
    anchor: Anchor | None


# --- furniture -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Marginal:
    """A line in the margin of a page: the place of `text` among the page's lines, and its height there (points)."""

    page: int
    place: int
    text: str
    height: float
    close: int | None = None
    """The place of the next line towards the middle of the page, where it is of one size and stands close."""


def margin_lines(page: Page, lines: Sequence[Line], figure_words: Sequence[str] = ()) -> list[Marginal]:
    """What may be a running head, a running foot or a page number.

    A line that begins as a caption is none: where each page has one exhibit, the numbers of figures count the pages
    too. Nor are values, of which the first of several pages may count them by chance.
    """
    caption, sides = caption_pattern(figure_words), _sides(page)
    margin = [(place, line) for place, line in enumerate(lines) if _in_margin(line.box, page, sides)]
    marginal = [line for _, line in margin]
    return [
        Marginal(page.number, place, line.text, _height(line, page), _close_to(line, lines, page))
        for place, line in margin
        if not (is_mark(line.words[0]) or caption.match(line.text) or _is_value(line, marginal))
    ]


def furniture_among(margins: Iterable[Marginal], pages: int) -> dict[int, set[int]]:
    """Those of the `margins` of a document of so many `pages` that are furniture: their places, by page.

    A line is when the same text stands at the same height on several pages; a number in it may differ when it counts
    the pages (printed number minus page stays the same), so that footnotes are none. Nor are lines that mostly stand
    close to one that is none.
    """
    need = min(REPEATED, max(pages, 2))
    seen: dict[str, list[Marginal]] = defaultdict(list)
    for line in margins:
        seen[re.sub(r"\d+", "#", line.text)].append(line)
    found: dict[int, set[int]] = defaultdict(set)
    for alike in seen.values():
        counted: dict[tuple[int, int], list[Marginal]] = defaultdict(list)
        for line in alike:
            for key in _counted(line):
                counted[key].append(line)
        for line in alike:
            if _returns(line, (other for key in _counted(line) for other in counted[key]), need):
                found[line.page].add(line.place)
    while heads := [(x.page, x.place) for alike in seen.values() for x in _part_of_body(alike, found)]:
        for page, place in heads:
            found[page].remove(place)
    return found


def _counted(line: Marginal) -> tuple[tuple[int, int], ...]:
    """The first number of the line, and how far it is from that of the page: lines that count the pages share one."""
    first = re.search(r"\d+", line.text)
    return ((0, int(first[0])), (1, int(first[0]) - line.page)) if first else ((0, 0),)


def _part_of_body(alike: Iterable[Marginal], found: Mapping[int, set[int]]) -> list[Marginal]:
    """The lines of one text that were `found`, where most of them stand close to a line that was not."""
    lines = [line for line in alike if line.place in found[line.page]]
    held = sum(line.close is not None and line.close not in found[line.page] for line in lines)
    return lines if 2 * held > len(lines) else []


def _close_to(line: Line, lines: Sequence[Line], page: Page) -> int | None:
    """The place of the next line towards the middle of the page that stands close to `line` and is of its size."""
    upper = line.box.y_mid < page.height / 2
    for place, other in enumerate(lines):
        gap = other.box.top - line.box.bottom if upper else line.box.top - other.box.bottom
        if other is line or not -0.5 * line.size < gap < CLEAR * line.size:
            continue
        beyond = other.box.y_mid > line.box.bottom if upper else other.box.y_mid < line.box.top
        if beyond and other.box.overlap_x(line.box) > 0 and abs(other.size - line.size) < 0.1 * line.size:
            return place
    return None


def _returns(line: Marginal, alike: Iterable[Marginal], need: int) -> bool:
    """Does the line stand at its height on as many pages as it needs?"""
    pages: set[int] = set()
    for other in alike:
        if abs(other.height - line.height) <= SAME_HEIGHT and _counts_pages(other, line):
            pages.add(other.page)
            if len(pages) >= need:
                return True
    return False


def _is_value(line: Line, margin: Sequence[Line]) -> bool:
    """Is this a number with a unit, decimals or a sign, or one of several numbers side by side?"""
    number = parse_number(line.text)
    if number is None:
        return False
    beside = (x for x in margin if x is not line and abs(x.baseline - line.baseline) <= SAME_HEIGHT)
    telling = number.unit != "plain" or number.decimals > 0 or number.signed
    return telling or any(parse_number(x.text) is not None for x in beside)


def _counts_pages(one: Marginal, other: Marginal) -> bool:
    """True where each number of one line is the other's, or differs from it as the pages do."""
    step = other.page - one.page
    pairs = zip(*(re.findall(r"\d+", line.text) for line in (one, other)), strict=True)
    return all(int(n) == int(m) or int(m) - int(n) == step for n, m in pairs)


def _sides(page: Page) -> tuple[float, float]:
    """Left and right of all upright words, a gap away from them."""
    upright = [word.box for word in page.words if word.upright]
    left = min((b.x0 for b in upright), default=page.width) - SIDE_GAP
    return left, max((b.x1 for b in upright), default=0.0) + SIDE_GAP


def _in_margin(box: Box, page: Page, sides: tuple[float, float]) -> bool:
    high, wide = MARGIN * page.height, MARGIN * page.width
    left, right = sides
    outside = (box.x1 <= wide and box.x1 <= left) or (box.x0 >= page.width - wide and box.x0 >= right)
    return box.bottom <= high or box.top >= page.height - high or (box.height > 2 * box.width and outside)


def _height(line: Line, page: Page) -> float:
    """From the top in the upper half, from the foot in the lower one, so that pages of several formats agree."""
    return line.baseline if line.box.y_mid < page.height / 2 else line.baseline - page.height - 1.0


# --- captions --------------------------------------------------------------------------------------------------------


def caption_of(block: Block, figure_words: Sequence[str], body: Style | None) -> Caption | None:
    """The caption that `block` is, or None.

    It opens with a figure word, capitalised, and a number. What follows is a title when a colon, full stop or dash
    separates it, or when the whole is set otherwise than the running text: `Figuur 12 toont ons …` is a sentence.
    """
    match = caption_pattern(figure_words).match(block.text)
    if match is None or len(block.lines) > CAPTION_LINES:
        return None
    rest = block.text[match.end() :]
    separated = re.match(r"\s*[:.–—|-]\s*", rest)
    set_apart = body is None or any(line.style != body for line in block.lines)
    if rest.strip() and not (separated or (set_apart and block.size < LARGE * (body.size if body else block.size))):
        return None
    if rest.strip(" .:") and set_apart is False and separated and len(rest) > 200:
        return None
    taken = tuple(span.word for span in block.spans if span.start < match.end())
    title = rest[separated.end() :] if separated else rest
    return Caption(match["number"].rstrip("."), title.strip(), block.page, block.box, taken)


def split_captions(lines: Sequence[Line], figure_words: Sequence[str]) -> list[list[Line]]:
    """Lines that follow each other closely, parted around a line that is a figure word and a number and nothing else,
    where it is no part of a sentence: the caption of a report that sets captions as its text."""
    pattern = caption_pattern(figure_words)
    parts: list[list[Line]] = [[]]
    alone = False
    for i, line in enumerate(lines):
        match = pattern.match(line.text)
        was_alone, alone = alone, bool(match and not line.text[match.end() :].strip(" .:"))
        alone = alone and (i == 0 or lines[i - 1].text.endswith((*SENTENCE_END, "…")))
        if parts[-1] and (was_alone or alone) and lines[i - 1].style == line.style:
            parts.append([])
        parts[-1].append(line)
    return parts


def caption_pattern(figure_words: Sequence[str]) -> re.Pattern[str]:
    """Matches the start of a caption: a figure word, capitalised or in capitals, and its number (group `number`)."""
    return _caption_pattern(tuple(figure_words or language_words("figure_words")))


@cache
def _caption_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    forms = sorted({form for word in names for form in (word[:1].upper() + word[1:], word.upper())}, key=len)
    options = "|".join(re.escape(form) for form in reversed(forms))
    return re.compile(rf"(?:{options})\.?\s*(?P<number>\d{{1,3}}(?:[.-]\d{{1,3}})?[a-z]?)(?![\w%,])")


def is_note_text(text: str) -> bool:
    """Does the text say who was asked, where numbers come from, or how to read them ("Base: n=304", "(N = 32)",
    "Bron: …", "Anmerkung: …", "In percent; n = 6,214", "Q4: Sample Size = 950", "7,401 answers")? A title may end with
    its base in brackets."""
    opening, within = _note_patterns()
    based = "?" not in text and within.search(text) and not re.search(r"\w \(n\s*=[^()]*\)$", text, re.IGNORECASE)
    return bool(opening.match(text) or based)


@cache
def _note_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How a note begins, and what tells a base within one."""
    cues = "|".join(re.escape(word) for key in ("base", "source", "remark") for word in exhibit_words(key))
    base = "|".join(map(re.escape, exhibit_words("base")))
    people = "|".join(map(re.escape, language_words("people")))
    opening = rf"[(\[*]?\s*(?:Q\d+[a-z]?\W+)*(?:{cues})s?\s*(?:\W?\s*(?:19|20)\d\d\s*)?[:=]"
    within = rf"(?<!\w)(?:{base})s?\s*(?:\([^()]*\)\s*)?[=:][^.;?]*\d|"
    within += rf"(?:^|[;:]\s)\d[\d.,\s]*\s(?:{people})\b(?:\W+\w+){{,8}}\W*(?:$|;)"
    return re.compile(opening, re.IGNORECASE), re.compile(within, re.IGNORECASE)


# --- footnotes -------------------------------------------------------------------------------------------------------


def notes_of(blocks: Sequence[Block], body: float) -> list[Block]:
    """Blocks of a page that look like notes: fine print that opens with a mark. A mark that is not raised must,
    moreover, stand alone on its line with nothing but fine print below it, as table rows begin with numbers too."""
    small = [block for block in blocks if block.size <= SMALL * body and note_mark(block) is not None]
    return [b for b in small if is_mark(b.lines[0].words[0]) or not b.text[0].isdigit() or _at_foot(b, blocks, body)]


def _at_foot(block: Block, page: Sequence[Block], body: float) -> bool:
    first = block.lines[0].box
    for other in page:
        if other is block:
            continue
        beside = other.box.overlap_y(first) > 0.5 * first.height
        below = other.box.top >= block.box.bottom and other.box.overlap_x(block.box) > 0
        if beside or (below and other.size > SMALL * body):
            return False
    return True


def split_notes(lines: Sequence[Line], body: float) -> list[list[Line]]:
    """Fine print whose lines open with 1, 2, 3 … in turn, one part per number; anything else whole."""
    parts: list[list[Line]] = [[lines[0]]]
    mark = lines[0].words[0].text
    if lines[0].size > SMALL * body or not mark.isdigit():
        return [list(lines)]
    for line in lines[1:]:
        following = str(int(mark) + 1)
        if line.words[0].text == following and len(line.words) > 1:
            parts.append([line])
            mark = following
        else:
            parts[-1].append(line)
    return parts


def note_mark(block: Block) -> str | None:
    """The mark that opens `block`: a superscript, an asterisk, or a plain number before text; None otherwise."""
    first = block.lines[0].words[0]
    if is_mark(first) and len(block.lines[0].words) > 1:
        return first.text.strip("()[]")
    match = re.match(r"^(\*{1,3}|[†‡§¶]|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}|\d{1,2})[.)]?(?=\s+\S*[^\W\d]|[^\W\d])", block.text)
    return match[1].translate(SUPERSCRIPTS) if match else None


class Tied:
    """The footnotes of a document and the places where their marks stand, page after page."""

    def __init__(self) -> None:
        self.footnotes: list[Footnote] = []
        self.glued: dict[int, dict[int, str]] = defaultdict(dict)
        """Page and `Word.order` → the mark that is printed in the word."""
        self._before: list[Block] = []
        """The text of the page before."""
        self._expected = 1

    def marked(self, blocks: Sequence[Block], body: float) -> list[Block]:
        """The blocks of the next page, its footnotes marked as such: the notes whose mark is found; numbered ones need
        an anchor or a superscript of their own.

        Marks are looked for on the note's page and the one before. A superscript is taken at once; else a word that
        ends in the mark's digits, where the note's number follows its predecessor's.
        """
        candidates = {id(block) for block in notes_of(blocks, body)}
        text = [block for block in blocks if id(block) not in candidates]
        near, self._before = [*self._before, *text], text
        anchors = _raised_marks(near) if candidates else {}
        return [self._tied(block, near, anchors) if id(block) in candidates else block for block in blocks]

    def _tied(self, block: Block, near: Sequence[Block], anchors: Mapping[str, Sequence[Anchor]]) -> Block:
        mark = note_mark(block) or ""
        own = is_mark(block.lines[0].words[0])
        anchor = _first(anchors, mark, block.page)
        if anchor is None and mark.isdigit() and (own or int(mark) == self._expected):
            anchor = _glued_digits(near, mark, block.page)
        if anchor is None and mark.isdigit() and not own:
            return block
        if mark.isdigit():
            self._expected = int(mark) + 1
            if anchor is not None and not anchor.word.raised:
                self.glued[anchor.page][anchor.word.order] = mark
        self.footnotes.append(_footnote(block, mark, anchor))
        return replace(block, kind="footnote")


def _footnote(block: Block, mark: str, anchor: Anchor | None) -> Footnote:
    words = tuple(word for line in block.lines for word in line.words)
    text = re.sub(rf"^[(\[]?{re.escape(mark)}[.)\]]?\s*", "", block.text) if not is_mark(words[0]) else block.text
    return Footnote(mark, text, block.page, block.box, words, anchor)


def _raised_marks(blocks: Iterable[Block]) -> dict[str, list[Anchor]]:
    found: dict[str, list[Anchor]] = defaultdict(list)
    for block in blocks:
        for line in block.lines:
            for i, word in enumerate(line.words):
                if i > 0 and is_mark(word):
                    for mark in re.split(r"[,;]", word.text.strip("()[]")):
                        found[mark].append(Anchor(block.page, word))
                elif match := re.search(r"(?<=\w)\W*(\*{1,3}|[†‡])$", word.text):
                    found[match[1]].append(Anchor(block.page, word))
                elif word.text in ("*", "**", "***") and i > 0:
                    found[word.text].append(Anchor(block.page, word))
                elif match := re.search(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", word.text):
                    found[match[0].translate(SUPERSCRIPTS)].append(Anchor(block.page, word))
    return found


def _first(anchors: Mapping[str, Sequence[Anchor]], mark: str, page: int) -> Anchor | None:
    near = [anchor for anchor in anchors.get(mark, ()) if page - 1 <= anchor.page <= page]
    return max(near, key=lambda a: a.page, default=None)


def _glued_digits(blocks: Iterable[Block], mark: str, page: int) -> Anchor | None:
    """A word with the mark's digits at its end: `onderzoek2.`, `(13%)12`, or a year and the mark: `20206`."""
    pattern = re.compile(rf"([^\W\d]|[)\]”’\"%.]|(?<!\d)(?:19|20)\d\d){mark}[.,;:!?]*$")
    for number in (page, page - 1):
        for block in (block for block in blocks if block.page == number):
            for word in (word for line in block.lines for word in line.words):
                if pattern.search(word.text):
                    return Anchor(number, word)
    return None


def without_mark(word: Word, mark: str) -> Word:
    """`word` without the mark's digits, plain or superscript, that stand at its end: `onderzoek2.` is `onderzoek.`"""
    raised = mark.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return replace(word, text=re.sub(rf"(?:{mark}|{raised})(?=[.,;:!?]*$)", "", word.text))
