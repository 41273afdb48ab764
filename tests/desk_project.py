"""A small project for the desk: one edition of two pages, whose second question the catalogue does not know.

python -m tests.desk_project FILE        writes the edition that docs/add-an-edition.md practises on
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
import yaml

import facsimile
from facsimile import Colour, Style
from facsimile.content import Block
from tests import conftest, paper

STEWARD = "A. Steward"
HOSTILE = "<script>alert(1)</script>"


def report(shares: Sequence[str] = ("52%", "31%", "17%"), year: str = "2024") -> pikepdf.Pdf:
    """Figure 1 asks what the catalogue knows; figure 2 what it does not, with a label that is a script."""
    [first] = [paper.Sheet().text(60, 60, f"Survey {year}", 18)]
    first.text(60, 100, "How did you travel to work?", 12)
    rows = [("", year), *zip(("By bicycle", "By train", "On foot"), shares, strict=True)]
    first.table(60, 120, rows, (200, 80)).text(60, 225, "Figure 1: How did you travel to work?")
    second = paper.Sheet().text(60, 100, "Where do you have lunch?", 12)
    second.table(60, 120, [("", year), ("At my desk", "40%"), (HOSTILE, "35%"), ("Not at all", "25%")], (200, 80))
    second.text(60, 225, "Figure 2: Where do you have lunch?")
    return paper.document([first, second])


def make(root: Path, shares: Sequence[str] = ("52%", "31%", "17%")) -> Path:
    """The project at `root`, with git's user set, and the edition commute/2024 registered."""
    catalogue = root / "schemas" / "commute"
    catalogue.mkdir(parents=True)
    (catalogue / "study.yml").write_text(conftest.STUDY)
    (catalogue / "questions.yml").write_text(conftest.QUESTIONS)
    conftest.register(root, "2024", paper.as_bytes(report(shares)))
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    subprocess.run(["git", "-C", str(root), "config", "user.name", STEWARD], check=True)
    return root


def is_appended(before: str, after: str) -> bool:
    """True when `after`, the text of such a file, holds all entries of `before`, unchanged and first."""
    old, new = (yaml.safe_load(text) or {} for text in (before, after))
    return all((new.get(key) or [])[: len(entries or [])] == (entries or []) for key, entries in old.items())


TAKEN = ("1", "2", "5", "7", "9")
"""Figures of the facsimile that the new edition takes over, with other numbers."""
NEW_QUESTION = "Verwacht je dat het leerbudget volgend jaar verandert?"
NEW_LABEL = "Leertrajecten begeleiden met AI"


def unseen() -> bytes:
    """An edition that nobody has seen: figures of ld-trends/2022 in another layout and order, one of them with a new
    question, one with a new answer."""
    known = facsimile.load(conftest.CHECKOUT / "facsimile" / "ld-trends" / "2022")
    exhibits = [exhibit for exhibit in known.exhibits() if exhibit.figure in TAKEN]
    blocks = [Block("title", "Leren en ontwikkelen in 2023"), Block("text", "De bevraging liep in het voorjaar.")]
    for number, exhibit in enumerate(exhibits, 1):
        blocks.append(Block("text", "De deelnemers antwoordden zoals hieronder staat."))
        parts = tuple(replace(part, figure=str(number)) for part in exhibit.parts)
        blocks.append(Block("exhibit", replace(exhibit, figure=str(number), parts=parts, captioned=True)))
    content = replace(known, edition="2023", title="Leren en ontwikkelen in 2023", blocks=tuple(map(_reworded, blocks)))
    colours = (Colour("business", "#6b3fa0", "paars"), Colour("providers", "#2f7d32", "groen"))
    return facsimile.render(
        content, Style(caption="above", keep_pages=False, art=False, colours=colours, table="zebra")
    )


def _reworded(block: Block) -> Block:
    """Figure 3 asks something new; the last row of figure 5 has a new label."""
    if block.kind != "exhibit" or block.body.figure not in ("3", "5"):
        return block
    part = block.body.parts[0]
    if block.body.figure == "3":
        part = replace(part, question=NEW_QUESTION)
    else:
        *rows, last = part.rows
        last = replace(last, label=NEW_LABEL, facets=replace(last.facets, category=NEW_LABEL))
        part = replace(part, rows=(*rows, last))
    return replace(block, body=replace(block.body, parts=(part, *block.body.parts[1:])))


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(unseen())
