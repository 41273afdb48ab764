"""The blocks of text over an exhibit that may be its title."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.core.geometry import Box
from pipeline.exhibits.reading import ExhibitRegion
from pipeline.layout.blocks import Block
from pipeline.layout.text import Text

TITLE_GAP = 60.0
"""Points between an exhibit and the title above it: room for a row of icons or a legend."""
TITLE_LINES = 4
"""Lines that a title has at most."""
TITLE_ENDS = ("?", "…", "...", ":")
"""How a line ends that is a whole title, and not the beginning of one."""
TITLE_LEADING = 1.6
"""Line pitch, in type sizes, within which two blocks of one style above an exhibit are one title."""


def _between(middle: Box, one: Box, other: Box) -> bool:
    low, high = sorted((one.y_mid, other.y_mid))
    return low < middle.y_mid < high and middle != other and middle.overlap_x(one) > 0


def titles_of(region: ExhibitRegion, regions: Sequence[ExhibitRegion], text: Text) -> tuple[list[str], list[str]]:
    """What stands as title above the region (likeliest first), and what stands between title and region."""
    taken = [r.box for r in regions if r.page == region.page and r is not region]
    above = [
        b
        for b in text.on_page(region.page)
        if b.box.bottom <= region.box.top + 2.0
        and b.box.overlap_x(region.box) > 0
        and not any(box.holds(b.box) for box in taken)
    ]
    above.sort(key=lambda b: -b.box.bottom)
    edge = region.box.top
    subtitles: list[str] = []
    for i, block in enumerate(above):
        if edge - block.box.bottom > TITLE_GAP or block.kind in ("caption", "footnote"):
            break
        if any(_between(box, region.box, block.box) for box in taken):
            break
        if is_title(block, text):
            return _whole_title(block, above[i + 1 :]), subtitles
        if block.kind == "paragraph" and len(block.lines) > 3:
            break
        subtitles.append(block.text)
        edge = block.box.top
    return [], subtitles


def is_title(block: Block, text: Text) -> bool:
    if not any(map(str.isalpha, block.text)):
        return False
    ends = block.text.rstrip(" *").endswith(TITLE_ENDS)
    bold = all(word.bold for line in block.lines for word in line.words)
    return block.kind == "heading" or ((ends or bold) and len(block.lines) <= TITLE_LINES)


def _whole_title(block: Block, higher: Sequence[Block]) -> list[str]:
    """The title alone and, where blocks of the same style stand close above it, with them."""
    parts = [block]
    for other in higher:
        same_style = other.lines[0].style == block.lines[0].style
        if not same_style or parts[-1].box.top - other.box.bottom > (TITLE_LEADING - 1) * block.size:
            break
        parts.append(other)
    joined = " ".join(b.text for b in reversed(parts))
    return list(dict.fromkeys((joined, block.text)))
