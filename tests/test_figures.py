"""Captions and exhibits: whose caption is it?"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.catalogue import Study
from pipeline.document import read_document
from pipeline.figures import assign_captions
from tests import paper

ROWS = [("", "2024"), ("By bicycle", "52%"), ("By train", "31%"), ("On foot", "17%")]
TITLES = ("How do you travel to work?", "How would you like to travel?", "How did you travel last year?")


@pytest.mark.parametrize("above", [True, False], ids=["above the titles", "below the tables"])
def test_captions_stand_on_one_side_of_all_exhibits(tmp_path: Path, above: bool) -> None:
    """Between them stand the exhibits' own titles, and short sentences."""
    sheet = paper.Sheet()
    for i, title in enumerate(TITLES, 1):
        top = 60 + 220 * (i - 1)
        sheet.text(60, top, "They answered as follows.")
        sheet.text(60, top + (24 if above else 158), f"Figure {i}")
        sheet.text(60, top + 44, title, 12)
        sheet.table(60, top + 58, ROWS, (200, 80))
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(paper.as_bytes(paper.document([sheet])))
    study = Study(id="commute", title={"en": "Commute"}, languages=("en",), figure_words=("Figure",))
    document = read_document(pdf, study)
    regions = sorted(document.regions, key=lambda region: region.box.top)
    captions = assign_captions(regions, document.text, document.pages)
    assert [caption and caption.number for caption in captions] == ["1", "2", "3"]
