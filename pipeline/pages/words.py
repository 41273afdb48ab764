"""Letters to words: gaps, letter-spacing, superscripts, glyphs printed twice."""

from __future__ import annotations

import itertools
import math
import re
import statistics
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.core.geometry import union

if TYPE_CHECKING:
    from pipeline.pages.content import Letter
from pipeline.pages.page import Shared, Word

BASELINE_TOLERANCE = 0.18
"""Characters within this share of their size of a common baseline stand on one line: less than any superscript's rise
(0.25 em and more), more than the jitter of justified and hinted text (below 0.1 em)."""
SIZE_TOLERANCE = 0.15
"""A change of size beyond this share starts a new word (a footnote mark is 0.5–0.75 of its text's size)."""
WORD_GAP = 0.15
"""Gap, in em, that separates words where no space character does: spaces of compressed justified text measure 0.16 em
and more, kerned letters stand below 0.08 em apart."""
SPACE_GAP = 0.06
"""Gap, in em, that a printed space character must show to separate words."""
OVERSET = 0.12
"""Em by which a capital stands over the small letter before it where a text too long for its column runs into the next
one: kerned letters overlap by less than 0.08 em."""
REPRINTED = 0.25
"""Em within which the same word printed again is its shadow or its bold (1.5 points at 8); letters stand .3 apart."""
UNDER = 0.02, 0.1
"""Em aside and em below from which the same number is that of the next thin bar: a shadow falls aside, or lies closer
(browsers set it 1 pixel at 16 where it falls straight down)."""
OVERPRINTED = 0.25
"""Em by which a letter stands on the one before it where two texts are printed over each other."""
SEGMENT_GAP = 1.2
"""Gap, in em, beyond which text on one line belongs to different columns or cells whatever the letter-spacing."""
LETTER_SPACED = 0.12
"""Median gap, in em, between the letters of a segment from which it counts as letter-spaced."""
EVEN_GAPS, EVENLY_SPACED = 0.03, 0.35
"""Em by which the gaps between few letters may differ when these are letter-spaced, no printed space among them, and
how wide they are at most; also those between digits: numbers of one digit stand in columns."""
RAISED_SIZE = (0.3, 0.85)
"""Size of a superscript as a share of its host's: word processors set 0.58, browsers 0.83, typesetters 0.6–0.75; LaTeX
and LibreOffice go down to 0.44 in footnotes."""
RAISED_BY = (0.15, 0.75)
"""How far a superscript's baseline stands above its host's, as a share of the host's size."""
RAISED_GAP = 0.3
"""Widest gap, in em of the host, between a word and the superscript glued to it."""
RAISED_LEAD = 0.8
"""Widest gap, in em of the host, between a mark that opens a footnote and the note's first word."""
RAISED_LENGTH = 6
"""Letters of the longest superscript: `(12,13)` less its last sign; longer small print is text of its own."""
_NUMBERS = re.compile(r"\d[\d.,:/]*[-−+]?")
"""Numbers turned round, with their signs."""
LEADING_DOTS = re.compile(r"[.…·_]{2}")
"""What a word must hold for anyone to ask where its letters start."""


def assemble_words(letters: list[Letter]) -> list[Word]:
    """Letters to words, in drawing order of their first letters."""
    words: list[Word] = []
    shared = Shared()
    for line in _baselines(letters):
        words.extend(_words_of_line(line, shared))
    words.sort(key=lambda w: w.order)
    return _with_superscripts(words)


def _with_superscripts(words: list[Word]) -> list[Word]:
    """Mark superscripts as `raised`, and as `glued` where they follow their host without a gap.

    A superscript is small print that touches the end of a larger word and stands above its baseline, or that opens a
    note: the same, before the larger word. Only words in the same band of the page are compared.
    """
    band = 24.0
    bands: dict[int, list[Word]] = defaultdict(list)
    for word in words:
        if word.upright:
            bands[int(word.baseline[1] // band)].append(word)
    largest = {row: max(word.size for word in of) for row, of in bands.items()}
    out = []
    for word in words:
        if word.upright and len(word.text) <= RAISED_LENGTH:
            row = int(word.baseline[1] // band)
            rows = [
                n for n in (row - 1, row, row + 1) if n in bands and word.size < 1.001 * RAISED_SIZE[1] * largest[n]
            ]
            near = [host for n in rows for host in bands[n] if _is_raised(word, host)]
            after = any(abs(word.box.x0 - host.box.x1) <= RAISED_GAP * host.size for host in near)
            before = any(-0.1 * host.size <= host.box.x0 - word.box.x1 <= RAISED_LEAD * host.size for host in near)
            if after or before:
                word = replace(word, raised=True, glued=word.glued or after)
        out.append(word)
    return out


def _is_raised(word: Word, host: Word) -> bool:
    """True where `word` is smaller than `host` and stands above its baseline.

    The text rise of a PDF moves the letters' boxes but not their matrix, so the lower edges are evidence as well (less
    the part by which the smaller letter's descender is shorter).
    """
    if not RAISED_SIZE[0] <= word.size / host.size <= RAISED_SIZE[1]:
        return False
    by_box = host.box.bottom - word.box.bottom - 0.3 * (host.size - word.size)
    rise = max(host.baseline[1] - word.baseline[1], by_box) / host.size
    return RAISED_BY[0] <= rise <= RAISED_BY[1]


ACCENTS = dict(
    zip("`´ˆ˜¨˝˚ˇ˘¯˙¸˛", "\u0300\u0301\u0302\u0303\u0308\u030b\u030a\u030c\u0306\u0304\u0307\u0327\u0328", strict=True)
)
"""Accents that stand alone, with those that combine."""


def with_accents(letters: Sequence[Letter]) -> list[Letter]:
    """The letters, each accent that is printed over its letter, right before or after it, joined to that: TeX's older
    fonts have no accented letters."""
    out: list[Letter] = []
    for letter in letters:
        for accent, base in ((out[-1], letter), (letter, out[-1])) if out else ():
            on = (
                base.u < accent.u + accent.advance / 2 < base.u + base.advance
                and abs(accent.v - base.v) < base.size / 2
            )
            if on and accent.text in ACCENTS and base.text.isalpha():
                text = unicodedata.normalize("NFC", base.text.replace("ı", "i") + ACCENTS[accent.text])
                out[-1] = replace(base, text=text)
                break
        else:
            out.append(letter)
    return out


def reprinted(letters: Sequence[Letter]) -> set[int]:
    """Places of the letters of words printed again on (nearly) the same spot, as fake bold and shadows are; the last
    print is the one on top."""
    printed: dict[tuple[str, int], list[list[int]]] = defaultdict(list)
    twice = (_is_reprint(a, b, min(REPRINTED * a.size, a.advance / 2)) for a, b in itertools.pairwise(letters))
    gone = {place for place, again in enumerate(twice) if again and letters[place].text == letters[place + 1].text}
    for word in printed_words(letters):
        first, end = letters[word[0]], letters[word[-1]]
        text, row = "".join([letters[place].text for place in word]), int(first.baseline[1] // first.size)
        reach = min(REPRINTED * first.size, (end.u + end.advance - first.u) / 2)
        for other in (x for n in (row - 1, row, row + 1) for x in printed.get((text, n), ())):
            if _is_reprint(letters[other[0]], first, reach):
                gone.update(other)
        printed[text, row].append(word)
    return gone


def _is_reprint(one: Letter, other: Letter, reach: float) -> bool:
    below = abs(one.u - other.u) < UNDER[0] * one.size and abs(one.v - other.v) > UNDER[1] * one.size
    near = math.dist(one.baseline, other.baseline) < reach and not below
    return near and one.angle == other.angle and abs(one.size - other.size) < 0.5


def printed_runs(letters: Sequence[Letter]) -> Iterator[list[int]]:
    """Places of letters drawn one after another on one baseline in one ink: a number half over a bar is seen."""
    run: list[int] = []
    for place, letter in enumerate(letters):
        before = letters[run[-1]] if run else letter
        apart = letter.order > before.order + 1 or abs(letter.v - before.v) > 0.1 * letter.size
        if run and (apart or letter.colour != before.colour):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def printed_words(letters: Sequence[Letter]) -> Iterator[list[int]]:
    """Places of letters of a word: one that is covered in part is no other, shorter word; it is read whole or not."""
    for run in printed_runs(letters):
        word: list[int] = []
        for place in run:
            letter, before = letters[place], letters[word[-1]] if word else None
            apart = before is not None and abs(letter.u - before.u - before.advance) > WORD_GAP * before.size
            if word and (apart or letter.text.isspace()):
                yield word
                word = []
            if not letter.text.isspace():
                word.append(place)
        if word:
            yield word


def _baselines(letters: list[Letter]) -> Iterator[list[Letter]]:
    """Letters of one angle and one baseline, in reading direction."""
    by_angle: dict[int, list[Letter]] = defaultdict(list)
    for letter in letters:
        by_angle[letter.angle].append(letter)
    for same_angle in by_angle.values():
        same_angle.sort(key=lambda c: -c.v)
        line: list[Letter] = []
        for letter in same_angle:
            if line and line[-1].v - letter.v > BASELINE_TOLERANCE * min(letter.size, line[-1].size):
                yield from _texts_of_line(line)
                line = []
            line.append(letter)
        yield from _texts_of_line(line)


def _texts_of_line(line: list[Letter]) -> Iterator[list[Letter]]:
    """The letters of a baseline from left to right; texts that are printed over one another one after the other."""
    row = sorted(line, key=lambda c: (c.u, c.order))
    if not any(_printed_over(one, other) for one, other in itertools.pairwise(row)):
        yield row
        return
    texts: list[list[Letter]] = []
    for strand in _strands(line):
        low, high = min(c.u for c in strand), max(c.u + c.advance for c in strand)
        slack = OVERSET * strand[0].size
        free = (t for t in texts if all(c.u + c.advance <= low + slack or c.u >= high - slack for c in t))
        text = next(free, None)
        if text is None:
            texts.append(strand)
        else:
            text += strand
    yield from (sorted(text, key=lambda c: (c.u, c.order)) for text in texts)


def _printed_over(one: Letter, other: Letter) -> bool:
    """Does the next letter to the right stand on this one, further than any kerning moves it?"""
    return (
        other.u < one.u + one.advance - OVERPRINTED * one.size and not one.text.isspace() and not other.text.isspace()
    )


def _strands(line: list[Letter]) -> list[list[Letter]]:
    """The letters as they were set: each strand runs on from where its last letter ends."""
    strands: list[list[Letter]] = []
    for letter in sorted(line, key=lambda c: c.order):
        last = strands[-1][-1] if strands else None
        gap = (letter.u - last.u - last.advance) / letter.size if last is not None else math.inf
        if last is not None and -OVERSET <= gap <= SEGMENT_GAP and not _changes(last, letter):
            strands[-1].append(letter)
        else:
            strands.append([letter])
    return strands


SOFT_HYPHEN = "\u00ad"
MINUS = "\N{MINUS SIGN}"


def _show_hyphens(segment: list[tuple[Letter, bool, bool]]) -> None:
    """A soft hyphen that takes room within a line is a plain one: some engines name the glyph so for both uses. So is a
    minus right behind a letter or digit: engines that draw statistics set every hyphen as one."""
    for letter, *_ in segment[:-1]:
        if letter.text == SOFT_HYPHEN and letter.advance > 0.1 * letter.size:
            letter.text = "-"
    for (before, *_), (letter, gap, _) in itertools.pairwise(segment):
        if letter.text == MINUS and not gap and before.text.isalnum():
            letter.text = "-"


def _words_of_line(line: list[Letter], shared: Shared) -> Iterator[Word]:
    for segment, spacing in _segments(line):
        _show_hyphens(segment)
        run: list[Letter] = []
        glued, spaced = False, segment[0][2]
        for letter, gap_before, space_before in segment:
            breaks = run and (gap_before or run[-1].cut or _changes(run[-1], letter))
            if breaks:
                yield _word(run, glued, spaced, spacing, shared)
                glued, spaced = not (gap_before or run[-1].cut), space_before
                run = []
            run.append(letter)
        if run:
            yield _word(run, glued, spaced, spacing, shared)


def _changes(one: Letter, other: Letter) -> bool:
    larger, smaller = max(one.size, other.size), min(one.size, other.size)
    return larger - smaller > SIZE_TOLERANCE * larger or one.colour != other.colour


def _segments(line: list[Letter]) -> Iterator[tuple[list[tuple[Letter, bool, bool]], float]]:
    """Runs of letters without a column-wide gap, each letter with: does a word gap stand before it, and does a space
    character? And the run's letter-spacing in em."""
    run: list[tuple[Letter, float, bool]] = []
    spaced = False
    end = -math.inf
    for letter in line:
        if letter.text.isspace():
            spaced = True
            continue
        gap = letter.u - end
        if run and gap > SEGMENT_GAP * letter.size:
            yield _with_gaps(run)
            run = []
        run.append((letter, gap / letter.size, spaced))
        spaced = False
        end = max(end, letter.u + letter.advance)
    if run:
        yield _with_gaps(run)


def _with_gaps(run: list[tuple[Letter, float, bool]]) -> tuple[list[tuple[Letter, bool, bool]], float]:
    pairs = [(gap, spaced, one.text + other.text) for (one, *_), (other, gap, spaced) in itertools.pairwise(run)]
    inside = [pair for pair in pairs if "%" not in pair[2]]  # it may stand apart from its number and near the next one
    gaps = sorted([gap for gap, spaced, _ in inside if not spaced] or [gap for gap, *_ in inside])
    even = len(gaps) >= 2 and gaps[-1] - gaps[0] < EVEN_GAPS and gaps[-1] < EVENLY_SPACED
    even = even and not any(spaced for *_, spaced in run[1:])
    base = statistics.median_low(gaps) if len(gaps) >= 4 or even else 0.0
    named = 2 * sum(letter.text.isalpha() for letter, *_ in run) > len(run)
    letter_spaced = LETTER_SPACED < base < (SEGMENT_GAP if named else EVENLY_SPACED)
    out = [(run[0][0], False, run[0][2])]
    for place, ((before, *_), (letter, gap, spaced)) in enumerate(itertools.pairwise(run)):
        abut = bool(place) and before.text == "%" and run[place - 1][0].text.isdigit() and letter.text.isdigit()
        if abut or (gap < base - OVERSET and before.text.islower() and letter.text.isupper()):
            out.append((letter, True, spaced))
        elif letter_spaced:
            out.append((letter, gap > base + WORD_GAP, spaced))
        else:
            out.append((letter, gap > WORD_GAP or (spaced and gap > SPACE_GAP), spaced))
    return out, base if letter_spaced else 0.0


def logical(text: str) -> str:
    """What stands from left to right in the order in which it is said: of scripts that run to the left, all but their
    numbers turned round, and each letter as itself, whatever shape it takes between its neighbours."""
    if not is_leftward(text):
        return text
    return unicodedata.normalize("NFKC", _NUMBERS.sub(lambda number: number[0][::-1], text[::-1]))


def is_leftward(text: str) -> bool:
    """Is it written from right to left?"""
    return not text.isascii() and any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def _word(run: list[Letter], glued: bool, spaced: bool, spacing: float, shared: Shared) -> Word:
    first = run[0]
    text = sys.intern(logical("".join([c.text[::-1] if is_leftward(c.text) else c.text for c in run])))
    return Word(
        text=text,
        box=shared.box(union([c.box for c in run])),
        size=shared[round(first.size, 3)],
        font=sys.intern(first.font.split("+", 1)[-1]),
        colour=first.colour,
        angle=first.angle,
        baseline=shared.point(*first.baseline),
        starts=tuple(c.u - first.u for c in run) if LEADING_DOTS.search(text) else (),
        order=min([c.order for c in run]),
        glued=glued,
        spaced=spaced,
        spacing=shared[round(spacing, 3)],
    )
