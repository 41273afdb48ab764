"""What a study is, as its first report suggests it: languages, decimal mark, figure word, groups told by colour."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from pipeline.core.colours import RGB, chroma, hue, hue_gap, to_hex
from pipeline.core.language import languages_of
from pipeline.observations.dimensions import COLOURFUL, SAME_HUE
from pipeline.observations.drafting import new_id

if TYPE_CHECKING:
    from pipeline.exhibits.document import Document

LEAST_GROUND = 0.15
"""Share of the coloured table cells that a hue must have to mark a group; headings and highlights have less."""
MOSTLY = 0.5
"""Share of a table's values from which their colours tell groups: they colour all of them, a highlight one in ten."""
HUES = ((20, "pink"), (55, "red"), (85, "orange"), (110, "yellow"), (190, "green"), (280, "blue"), (330, "purple"))
"""Names of CIELAB hues up to so many degrees; beyond the last it is pink again."""
_DECIMALS = re.compile(r"(?<![\d.,])\d{1,3}([.,])\d{1,2}(?![\d.,])")


def new_study(name: str, title: str, document: Document) -> dict[str, Any]:
    """study.yml as the document suggests it: languages, decimal mark, figure word, groups with the colours found."""
    languages = languages_of(" ".join(block.text for block in document.text.blocks))
    figure_words = Counter(caption.words[0].text.strip(".: ") for caption in document.text.captions if caption.words)
    return {
        "id": name,
        "title": {languages[0]: title},
        "languages": list(languages),
        "decimal_mark": decimal_mark(document),
        "figure_words": [word for word, _ in figure_words.most_common() if not any(c.isdigit() for c in word)],
        **_groups(document, languages[0]),
    }


def decimal_mark(document: Document) -> str:
    """The mark that stands in most of the document's decimal numbers; a point where there are none."""
    marks = Counter(mark for page in document.pages for word in page.words for mark in _DECIMALS.findall(word.text))
    return "," if marks[","] > marks["."] else "."


def _groups(document: Document, language: str) -> dict[str, Any]:
    hues = group_hues(document)
    if len(hues) < 2:
        return {"default_group": "all", "groups": [{"id": "all", "label": {"en": "All respondents"}, "draft": True}]}
    taken: set[str] = set()
    groups = []
    for colour in hues:
        name = next((name for limit, name in HUES if hue(colour) % 360 <= limit), "pink")
        groups.append(
            {"id": new_id(name, taken), "label": {language: name}, "colours": [to_hex(colour)], "draft": True}
        )
    return {"groups": groups}


def group_hues(document: Document) -> list[RGB]:
    """The hues that fill the cells of tables, each with enough of them to mark a group, the commonest first."""
    counts: Counter[RGB] = Counter()
    for reading in (region.readings[0] for region in document.regions if region.readings):
        fills = [e.fill for e in reading.entries if e.fill is not None and chroma(e.fill) >= COLOURFUL]
        if reading.method == "table" and len(fills) > MOSTLY * len(reading.entries):
            for fill in fills:
                counts[next((c for c in counts if hue_gap(c, fill) <= SAME_HUE), fill)] += 1
    total = counts.total()
    return [colour for colour, n in counts.most_common() if n >= LEAST_GROUND * total]
