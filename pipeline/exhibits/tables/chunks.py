"""Words to lines, and lines to chunks: runs of words that no column gap, ruling or colour edge separates."""

from __future__ import annotations

import itertools
import re
import statistics
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.core.geometry import Box, union
from pipeline.core.numbers import MINUS, parse_number, year_of
from pipeline.exhibits.tables.rulings import Ruling
from pipeline.pages.page import Word
from pipeline.pages.words import OVERSET, RAISED_GAP, RAISED_LEAD, is_leftward

BESIDE = 0.2
"""Em by which lines overlap in height to stand beside each other."""
NEXT_LINE = 0.7
"""Em between the lines of one label or corner, at most."""
SAME_EDGE = 3.0
"""Points by which the lines of a corner or of a column of labels may be off their common left or right edge."""
HYPHENS = ("-", "\N{HYPHEN}")
"""What ends a line within a word: the plain hyphen, and the one that some engines hyphenate with."""
LINE_DRIFT = 0.35
"""Share of the size by which the middles of words on one line may differ: superscripts reach 0.25, the neighbouring
line of tightly set text 0.9."""
CHUNK_GAP = 0.5
"""Gap in em that ends a chunk: blanks measure 0.2 to 0.35 em, column gaps rarely less than 0.5; what is nearer is cut
later where the column's other lines show the gap."""
NUMBERS_GAP = 0.15
"""Gap in em that parts two numbers, of which no blank makes one."""
WIDE_BLANKS = 1.4
"""A gap of so many usual blanks of a font ends a chunk."""
ENOUGH_GAPS = 20
SMALLEST_BLANK = 0.2
"""Em from which a gap is as wide as a blank."""
ALL_SPACED = 0.9
"""Share of such gaps between words with a space character from which one without is no blank: other engines write none
at all, and between two fonts it may be in neither."""
SIGNS = "■●▪◼⬤▮▲"
"""Letters that show a colour before a name."""
UNDER = 1.5
"""Points by which a sign below its number may be off its edge or middle."""
LEADER = re.compile(r"[.…·_]{4,}|…{2,}|(?<=[^\W\d_])\.{2,}$")
DOTS = set(".…·")
DOTS_OF_LEADER = 4
DOT_PITCH = 1.2
"""So many words of dots in a row, at most so many em apart, are a leader set with blanks: `..` also means no value."""
CURRENCY = frozenset("$€£") | {"US$", "EUR", "USD"}
EDGE_SIGNS = CURRENCY.union(MINUS)
SIGNIFICANT = frozenset(MINUS) | {"+"}
CLOSING = frozenset({"%", ")", ")%"})
_NUMERIC = re.compile(r"^[^\w]*(?:[A-Z]{3}\s)?[\d][\d\s.,'’]*(?:\s?[%€$£‰°]|\s?pp?|[a-z*]|\s?\(\w{1,2}\))?[\W]*$")
_WHOLE_NUMBER = re.compile(r"^[-–−+$(]*\d[\d.,]*[)%]*$")
_GROUPS_BEFORE = re.compile(r"^[-–−+$(]*\d{1,3}$")
_GROUP = re.compile(r"^\d{3}(?!\d)")
_HYPHEN = re.compile(r"^\xad(?=\d|$)")
"""Some fonts name the sign that stands for a minus or for nothing a soft hyphen."""
_VOID = re.compile(r"^(?:[-–—.:…*‡†x✓✗•□☐☑☒○◯]|n\.?\s?[ad]\.?|n/a|\.\.+|nihil|nil|:?\s?[a-z]?\))$", re.IGNORECASE)


@dataclass(eq=False, slots=True)
class Chunk:
    """Neighbouring words of one line. `turned` when they read upwards or downwards; `item` when they look like the
    sign or number of an item of a list."""

    words: tuple[Word, ...]
    box: Box
    text: str = ""
    numeric: bool = False
    prose: bool = False
    item: bool = False
    line: int = -1
    turned: bool = False

    @property
    def size(self) -> float:
        return self.words[0].size

    @property
    def bold(self) -> bool:
        return self.words[0].bold

    @property
    def year(self) -> str | None:
        """The year that it is, raised marks of notes left out."""
        return year_of(self.text) or year_of(join_words(w for w in self.words if not w.raised))


@dataclass(eq=False, slots=True)
class ChunkLine:
    """The chunks of one line, left to right."""

    chunks: list[Chunk]
    box: Box
    size: float
    words: list[Word] = field(default_factory=list)

    @property
    def y(self) -> float:
        return self.box.y_mid


def make_chunk(words: Sequence[Word]) -> Chunk:
    text = join_words(words)
    return Chunk(
        tuple(words),
        text_box(words),
        text,
        is_numeric(text),
        turned=words[0].angle in (90, 270),
    )


def text_box(words: Sequence[Word]) -> Box:
    """The box of the words; raised marks widen it but do not make it higher, lest rows seem to stand nearer."""
    box = union(w.box for w in words)
    on_line = [w.box for w in words if not w.raised]
    if len(on_line) in (0, len(words)):
        return box
    return box._replace(top=min(b.top for b in on_line), bottom=max(b.bottom for b in on_line))


def join_words(words: Iterable[Word]) -> str:
    """Their text, a blank between them unless they are glued; of scripts that run to the left the last one first."""
    parts: list[str] = []
    ordered = list(words)
    if all(is_leftward(word.text) for word in ordered):
        ordered.reverse()
    for word in ordered:
        if parts and not word.glued:
            parts.append(" ")
        parts.append(_HYPHEN.sub("-", word.text))
    return "".join(parts)


_DATED = re.compile(r"(?:19|20)\d\d\s+(?:[^\W\d_]+\s*)?(?:\(%?\)|(?<=[^\W\d_]))$")
"""A year with a word or "(%)" behind it: a head."""


_OPEN = re.compile(r"\d\s+[-–]$")
"""The beginning of a range that goes on below."""


def is_numeric(text: str) -> bool:
    """True for what fills a column of values: a number with signs, unit and mark; no year with words ("2024 n")."""
    if _DATED.match(text) or _OPEN.search(text):
        return False
    return bool(_NUMERIC.match(text)) or parse_number(text) is not None


def is_void(text: str) -> bool:
    """True for what stands in place of a value: a dash, `n.a.`, a cross or tick, a box to tick."""
    return bool(_VOID.match(text))


def with_wrapped_percents(words: Sequence[Word]) -> list[Word]:
    """The words with every `%` that a narrow cell sets below its number put to the number, as one word over both."""
    signs = [w for w in words if w.text == "%" and not w.glued]
    hosts = {id(host): sign for sign in signs if (host := _number_above(sign, words)) is not None}
    taken = {id(sign) for sign in hosts.values()}
    return [_over_both(w, hosts[id(w)]) if id(w) in hosts else w for w in words if id(w) not in taken]


def with_marks_apart(words: Sequence[Word]) -> list[Word]:
    """The words, each plus and minus that stands behind a number in another colour as a mark of it: `63% −` of a table
    that shows what differs significantly is 63 %."""
    signs = [w for w in words if w.text in SIGNIFICANT]
    numbers = [w for w in words if w.text[-1:].isdigit() or w.text[-1:] in CLOSING] if signs else []
    marks = {id(sign) for sign in signs if any(_marks(sign, number) for number in numbers)}
    return [replace(w, raised=True) if id(w) in marks else w for w in words]


def _marks(sign: Word, number: Word) -> bool:
    near = -0.2 < (sign.box.x0 - number.box.x1) / number.size < RAISED_LEAD
    return near and sign.colour != number.colour and sign.box.overlap_y(number.box) > 0.5 * sign.size


def _number_above(sign: Word, words: Sequence[Word]) -> Word | None:
    """The number right above a sign that stands alone, in line with it at an edge or in the middle."""
    box = sign.box
    for word in words:
        gap = box.top - word.box.bottom
        if not (-0.2 * sign.size < gap < sign.size and word.upright and _WHOLE_NUMBER.match(word.text)):
            continue
        ends = (word.box.x0 - box.x0, word.box.x1 - box.x1, word.box.x_mid - box.x_mid)
        alike = word.colour == sign.colour and abs(word.size - sign.size) < 0.1 * sign.size
        if alike and min(map(abs, ends)) < UNDER and not _has_neighbour(sign, words):
            return word
    return None


def _has_neighbour(sign: Word, words: Sequence[Word]) -> bool:
    """Does a number stand before the sign on its own line, as in `63 %`, or a word behind it, as in `% change`?"""
    line = (w for w in words if w.box.overlap_y(sign.box) > 0.5 * sign.size)
    gaps = ((sign.box.x0 - w.box.x1 if w.text[-1:].isdigit() else -1, w.box.x0 - sign.box.x1) for w in line)
    return any(-1 < gap < CHUNK_GAP * sign.size for pair in gaps for gap in pair)


def _over_both(number: Word, sign: Word) -> Word:
    return replace(number, text=number.text + sign.text, box=union((number.box, sign.box)), starts=())


def read_lines(
    words: Iterable[Word], vertical: Sequence[Ruling], like: Iterable[Word] | None = None
) -> list[ChunkLine]:
    """Lines of upright words from top to bottom; `vertical` are the page's rulings, sorted by position; how wide blanks
    are is told from the words of `like` where these are more."""
    lines = _by_height(words)
    usual = lines if like is None else _by_height(like)
    limits, told = _chunk_gaps(usual), _spaces_are_told(usual)
    return _with_signs_before([_line(words_of_line, vertical, limits, told) for words_of_line in lines])


def _with_signs_before(lines: list[ChunkLine]) -> list[ChunkLine]:
    """The lines, each minus or currency sign between two numbers put to the second, at the left edge of whose cell it
    stands, where more lines show that edge, or the one at which the first number ends without the sign. A sign in
    another colour is a mark of the first."""
    chunks = [c for line in lines for c in line.chunks]
    ends = Counter(round(c.box.x1) for c in chunks if c.numeric)
    starts = Counter(round(c.box.x0) for c in chunks if c.words[0].text in EDGE_SIGNS)
    for line in lines:
        for i, (left, right) in enumerate(itertools.pairwise(line.chunks)):
            *words, sign = left.words
            own = right.words[0].colour == sign.colour and right.text.lstrip("(")[:1].isdigit()
            if not words or sign.glued or sign.text not in EDGE_SIGNS or not own:
                continue
            if ends[round(words[-1].box.x1)] + starts[round(sign.box.x0)] > ends[round(sign.box.x1)]:
                line.chunks[i : i + 2] = [make_chunk(words), make_chunk([sign, *right.words])]
    return lines


def _by_height(words: Iterable[Word]) -> list[list[Word]]:
    """The words by lines, from top to bottom and left to right."""
    lines: list[list[Word]] = []
    middle = 0.0
    every = list(words)
    for word in sorted((w for w in every if not w.raised), key=lambda w: w.box.y_mid):
        y = word.box.y_mid
        if not lines or y - middle > LINE_DRIFT * max(word.size, lines[-1][0].size):
            lines.append([])
            middle = y
        lines[-1].append(word)
        middle += (y - middle) / len(lines[-1])
    _add_raised(lines, [w for w in every if w.raised])
    for words_of_line in lines:
        words_of_line.sort(key=lambda w: w.box.x0)
    return lines


def beside_each_other(lines: Iterable[ChunkLine], least: float) -> list[list[ChunkLine]]:
    """The lines, those together that overlap in height by more than `least` em, as a value and its label of two lines
    do, or a heading of one line and one of two."""
    rows: list[list[ChunkLine]] = []
    for line in lines:
        if rows and rows[-1][-1].box.overlap_y(line.box) > least * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _add_raised(lines: list[list[Word]], marks: Sequence[Word]) -> None:
    """Put each raised mark to the line of the word that it touches, however near the line above stands; one that
    touches none is a line of its own."""
    alone = []
    for mark in marks:
        hosts = [(host, line) for line in lines for host in line if _carries(host, mark)]
        if hosts:
            min(hosts, key=lambda found: abs(found[0].box.x1 - mark.box.x0))[1].append(mark)
        else:
            alone.append([mark])
    if alone:
        lines += alone
        lines.sort(key=lambda line: line[0].box.y_mid)


def _carries(host: Word, mark: Word) -> bool:
    above = host.box.top - 0.75 * host.size < mark.box.y_mid < host.box.y_mid + 0.1 * host.size
    if not above or mark.box.bottom < host.box.top:
        return False
    gap = RAISED_LEAD if mark.text in SIGNIFICANT else RAISED_GAP
    return -0.2 < (mark.box.x0 - host.box.x1) / host.size < gap or (
        0 <= host.box.x0 - mark.box.x1 < RAISED_LEAD * host.size
    )


def _chunk_gaps(lines: Sequence[Sequence[Word]]) -> dict[str, float]:
    """For each font with wide blanks (typewriter faces), the gap in em that ends a chunk."""
    gaps: dict[str, list[float]] = defaultdict(list)
    for line in lines:
        for left, right in itertools.pairwise(line):
            gap = (right.box.x0 - left.box.x1) / max(left.size, 0.1)
            if 0.1 < gap < 1.0 and left.font == right.font:
                gaps[left.font].append(gap)
    usual = {font: statistics.median(found) for font, found in gaps.items() if len(found) >= ENOUGH_GAPS}
    return {font: WIDE_BLANKS * gap for font, gap in usual.items() if WIDE_BLANKS * gap > CHUNK_GAP}


def _spaces_are_told(lines: Sequence[Sequence[Word]]) -> bool:
    """Do space characters stand in nearly all gaps between words, so that one without is no blank?"""
    near = [
        right.spaced
        for line in lines
        for left, right in itertools.pairwise(line)
        if SMALLEST_BLANK < (right.box.x0 - left.box.x1) / max(left.size, 0.1) < CHUNK_GAP
        and left.text.isalpha()
        and right.text.isalpha()
    ]
    return len(near) >= ENOUGH_GAPS and sum(near) >= ALL_SPACED * len(near)


def _line(words: list[Word], vertical: Sequence[Ruling], limits: Mapping[str, float], told: bool) -> ChunkLine:
    chunks: list[list[Word]] = []
    apart = True
    dots = _spaced_leaders(words)
    for word in words:
        pieces = [] if id(word) in dots else _around_leader(word)
        for i, piece in enumerate(pieces):
            apart = apart or i > 0
            limit = limits.get(word.font, CHUNK_GAP)
            if told and not apart and _is_unspaced(chunks[-1][-1], piece):
                limit = SMALLEST_BLANK
            if apart or _apart(chunks[-1][-1], piece, vertical, limit):
                chunks.append([piece])
            else:
                chunks[-1].append(piece)
            apart = False
        apart = apart or not pieces or pieces[-1].box.x1 < word.box.x1 - 1
    return ChunkLine(
        [make_chunk(run) for run in _with_signs(chunks)], text_box(words), max(w.size for w in words), words
    )


def _spaced_leaders(words: Sequence[Word]) -> set[int]:
    """Ids of the words that make a leader of dots set with blanks."""
    out: set[int] = set()
    run: list[Word] = []
    for word in words:
        if run and (word.box.x0 - run[-1].box.x1 > DOT_PITCH * word.size):
            run = []
        if set(word.text) <= DOTS:
            run.append(word)
            if len(run) >= DOTS_OF_LEADER:
                out.update(map(id, run))
        else:
            run = []
    return out


def _around_leader(word: Word) -> list[Word]:
    """The word, or what stands before and after the dots in it that lead from one column to the next."""
    match = LEADER.search(word.text)
    if match is None or len(word.starts) != len(word.text):
        return [word]
    spans = [(0, match.start()), (match.end(), len(word.text))]
    return [_part(word, start, end) for start, end in spans if end > start]


def _part(word: Word, start: int, end: int) -> Word:
    x0 = word.box.x0 + word.starts[start]
    x1 = word.box.x0 + word.starts[end] if end < len(word.starts) else word.box.x1
    starts = tuple(s - word.starts[start] for s in word.starts[start:end])
    return replace(word, text=word.text[start:end], box=word.box._replace(x0=x0, x1=x1), starts=starts)


def _with_signs(chunks: list[list[Word]]) -> list[list[Word]]:
    """Currency signs set apart from their numbers, and closing signs after them, put to the number."""
    out: list[list[Word]] = []
    for run in chunks:
        text = join_words(run)
        before = join_words(out[-1]) if out else ""
        opens = before in CURRENCY and text.lstrip(MINUS + "(")[:1].isdigit()
        closes = text in CLOSING and before[-1:].isdigit() and run[0].box.x0 - out[-1][-1].box.x1 < 2 * run[0].size
        if out and (opens or closes):
            out[-1] = out[-1] + run
        else:
            out.append(run)
    return out


def _is_unspaced(left: Word, right: Word) -> bool:
    """Does no space character stand between two words of one font, of which neither is a raised mark?"""
    return not right.spaced and left.font == right.font and not (left.raised or right.raised)


def _apart(left: Word, right: Word, vertical: Sequence[Ruling], limit: float) -> bool:
    gap = right.box.x0 - left.box.x1
    size = max(left.size, right.size)
    wider = wider_blank(left, right)
    if gap > (limit + wider) * size or (gap > (NUMBERS_GAP + wider) * size and _two_numbers(left.text, right.text)):
        return True
    if gap < 0 or (right.glued and gap < 0.1 * size):
        return gap < -OVERSET * size and not right.glued
    y = right.box.y_mid
    first = bisect_left(vertical, left.box.x1 - 0.8, key=lambda r: r.at)
    for ruling in vertical[first:]:
        if ruling.at > right.box.x0 + 0.8:
            return False
        if ruling.start <= y <= ruling.end:
            return True
    return False


def wider_blank(left: Word, right: Word) -> float:
    """By how many em a blank between the words is wider because their letters are set apart."""
    return left.spacing + right.spacing


def _two_numbers(left: str, right: str) -> bool:
    """Are these two values side by side, and not the groups of one number, or a number with another in brackets?"""
    if not ((left == "%" or _WHOLE_NUMBER.match(left)) and _WHOLE_NUMBER.match(right)):
        return False
    if ("(" in right and "(" not in left) or ("(" in left and ")" not in left):
        return False
    return not (_GROUPS_BEFORE.match(left) and _GROUP.match(right))


def turned_chunks(words: Iterable[Word]) -> list[Chunk]:
    """Chunks of words that read upwards (angle 90) or downwards (270)."""
    out: list[Chunk] = []
    run: list[Word] = []
    for word in sorted(words, key=lambda w: (w.angle, round(w.baseline[0]), _along(w))):
        if run and not _follows(run[-1], word):
            out.append(make_chunk(run))
            run = []
        run.append(word)
    if run:
        out.append(make_chunk(run))
    return out


def _along(word: Word) -> float:
    return -word.box.bottom if word.angle == 90 else word.box.top


def _follows(one: Word, other: Word) -> bool:
    gap = one.box.top - other.box.bottom if one.angle == 90 else other.box.top - one.box.bottom
    same_line = abs(one.baseline[0] - other.baseline[0]) < LINE_DRIFT * one.size
    return one.angle == other.angle and same_line and gap < 1.5 * one.size
