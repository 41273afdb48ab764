"""A small project for the desk: one edition of two pages, whose second question the catalogue does not know."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pikepdf

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
