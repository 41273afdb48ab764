"""Blocks of lines (paragraphs, headings, cells …) and the order in which a reader takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.core.geometry import Box, union
from pipeline.layout.joining import Span, Vocabulary, join_lines
from pipeline.layout.lines import Line, is_bullet_sign

Kind = Literal["heading", "paragraph", "bullet", "pull-quote", "footnote", "caption", "furniture", "other"]

SIZE_CHANGE = 0.08
"""A change of size beyond this share starts a new block (browsers' 0.9 em notes are 0.1 smaller)."""
LEADING = (0.7, 1.9)
"""Baseline distances, in em, that lines of one block can have; double-spaced text has 1.9 at most."""
LOOSER = 1.2
"""A distance above this multiple of the usual one for the size separates paragraphs (they are 1.4 and more apart)."""
SHARED_WIDTH = 0.5
"""Lines of one block overlap horizontally by at least this share of the narrower one."""
INDENT = 0.8
"""First-line indent, in em, that starts a paragraph."""
LARGE = 1.25
"""Type larger than the body's by this factor is a heading or a pull quote."""
SMALL = 0.93
"""Type smaller than the body's by this factor is fine print."""
HEADING_LINES = 3
"""More lines than this are no heading."""
SENTENCE_WORDS = 4
"""Fewer words than this make no paragraph: a cell, a label, a tick."""
QUOTE_OPENING = ("“", "”", "„", "«", '"', "‘‘", "''")
SENTENCE_END = (".", "!", "?", ":", ";", "”", "»", '"', ")")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one style that belong together, on one page.

    `text` is what a reader reads: lines joined, words re-joined at line ends, soft hyphens and superscript marks left
    out. `spans` says for every stretch of `text` which printed word it is; `lines` keeps what is printed.
    """

    page: int
    kind: Kind
    lines: tuple[Line, ...]
    box: Box
    text: str
    spans: tuple[Span, ...]

    @property
    def size(self) -> float:
        return self.lines[0].size


def group_lines(lines: Sequence[Line], usual: Mapping[float, float], rules: Sequence[Box] = ()) -> list[list[Line]]:
    """The upright `lines` of one page by block, each from top to bottom; `usual` is `Setting.leading`, and `rules` are
    the lying rules of the page."""
    blocks: list[list[Line]] = []
    for line in sorted(lines, key=lambda x: (x.baseline, x.box.x0)):
        home = next(
            (b for b in reversed(blocks) if _continues(b, line, usual) and not _ruled(b[-1], line, rules)), None
        )
        if home is None:
            blocks.append([line])
        else:
            home.append(line)
    return blocks


def _continues(block: Sequence[Line], line: Line, usual: Mapping[float, float]) -> bool:
    last = block[-1]
    step, size = line.baseline - last.baseline, last.size
    if not LEADING[0] * size <= step <= LEADING[1] * size:
        return False
    if abs(line.size - size) > SIZE_CHANGE * size or line.style.bold != last.style.bold:
        return False
    if line.style.colour != last.style.colour or (line.style.font != last.style.font and _odd_font(block, line)):
        return False
    if line.box.overlap_x(last.box) < SHARED_WIDTH * min(line.box.width, last.box.width):
        return False
    if step > LOOSER * max(usual.get(size, LEADING[1] * size), LEADING[0] * size):
        return False
    return not _opens(block, line)


def _ruled(above: Line, below: Line, rules: Sequence[Box]) -> bool:
    """Does a rule between two lines reach over the lower and most of the upper one? What underlines words stands within
    the height of their type."""
    return any(
        above.box.bottom <= rule.y_mid < below.box.y_mid
        and rule.x0 < below.box.x0 + below.size
        and rule.x1 > below.box.x1 - below.size
        and rule.overlap_x(above.box) > SHARED_WIDTH * above.box.width
        for rule in rules
    )


def _odd_font(block: Sequence[Line], line: Line) -> bool:
    """True where a line in another font of the same size is text of its own, not emphasis inside the block."""
    fonts = {w.font for other in block for w in other.words}
    return line.style.font not in fonts and block[-1].style.font not in {w.font for w in line.words}


def _opens(block: Sequence[Line], line: Line) -> bool:
    """True where `line` starts a bullet, a note, or an indented paragraph."""
    if line.words[0].raised or _is_bullet(line):
        return True
    centred = abs(line.box.x_mid - block[-1].box.x_mid) < 0.5 * line.size
    if centred or not block[-1].text.endswith(SENTENCE_END) or (len(block) == 1 and _is_bullet(block[0])):
        return False
    return line.box.x0 - min(other.box.x0 for other in block[1:] or block) > INDENT * line.size


def _is_bullet(line: Line) -> bool:
    return len(line.words) > 1 and not line.words[1].glued and is_bullet_sign(line.words[0])


def make_block(lines: Sequence[Line], vocabulary: Vocabulary, body: float) -> Block:
    """The block of `lines`, joined, with the kind that its own looks tell (captions, notes, furniture come later)."""
    text, spans = join_lines(lines, vocabulary)
    return Block(
        page=lines[0].page,
        kind=_kind(lines, text, body),
        lines=tuple(lines),
        box=union(line.box for line in lines),
        text=text,
        spans=spans,
    )


def _kind(lines: Sequence[Line], text: str, body: float) -> Kind:
    words = text.split()
    lettered = sum(any(c.isalpha() for c in word) for word in words)
    size, first = lines[0].size, lines[0]
    if _is_bullet(first) and lettered > 1 and size <= LARGE * body:
        numbered = first.words[0].text[0].isdigit() and first.size > 1.1 * body and len(text.split()) < 15
        return "heading" if numbered else "bullet"
    if size >= LARGE * body:
        quoted = text.startswith(QUOTE_OPENING) and lettered >= SENTENCE_WORDS
        return "pull-quote" if quoted or len(lines) > HEADING_LINES else "heading"
    ends = text.rstrip("”’\"')").endswith((".", ","))
    if lettered >= 1 and len(lines) <= HEADING_LINES and first.style.bold and not ends:
        return "heading"
    if lettered < SENTENCE_WORDS:
        return "other"
    return "paragraph"


def in_reading_order(blocks: Sequence[Block]) -> list[Block]:
    """Order the blocks of one page as Breuel's rules do (High performance document layout analysis, 2003, sec. 3.2).

    One block precedes another when it stands above it and they share some width; or when it stands wholly to its left
    and no third block between them vertically shares width with both. The order is the topological one, the highest
    and leftmost first where the rules leave a choice.
    """
    before = _precedents(blocks)
    order: list[int] = []
    left = set(range(len(blocks)))
    while left:
        ready = [i for i in left if before[i].isdisjoint(left)] or list(left)
        last = blocks[order[-1]].box if order else None
        following = [i for i in ready if last is not None and blocks[i].box.overlap_x(last) > 0]
        pick = min(following or ready, key=lambda i: (blocks[i].box.top, blocks[i].box.x0))
        order.append(pick)
        left.remove(pick)
    return [blocks[i] for i in order]


def _precedents(blocks: Sequence[Block]) -> list[set[int]]:
    import numpy as np

    if not blocks:
        return []
    boxes = np.array([block.box for block in blocks], dtype=float)
    sizes = np.array([block.size for block in blocks])
    x0, x1 = boxes[:, 0], boxes[:, 2]
    x, y = (x0 + x1) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    shared = np.minimum.outer(x1, x1) - np.maximum.outer(x0, x0)
    slack = 0.3 * np.minimum.outer(sizes, sizes)
    low, high = np.minimum.outer(y, y), np.maximum.outer(y, y)
    between = np.zeros_like(shared, dtype=bool)
    for third in range(len(blocks)):
        across = (shared[third][:, None] > slack) & (shared[third][None, :] > slack)
        between |= (low < y[third]) & (y[third] < high) & across
    above, beside = y[:, None] < y[None, :], x[:, None] < x[None, :]
    precedes = np.where(shared > slack, above, beside & ~between)
    np.fill_diagonal(precedes, False)
    return [set(np.flatnonzero(column).tolist()) for column in precedes.T]
