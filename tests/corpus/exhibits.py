"""What the pages of the corpus print: invented exhibits with every label and value, and their truth."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

COLUMNS = ("page", "question", "group", "wave", "item", "category", "value", "unit", "optional")


@dataclass(frozen=True)
class Asked:
    """One exhibit: a row for each label, a value as printed for each of the heads ("": nothing is printed there)."""

    question: str
    labels: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    heads: tuple[str, ...] = ("",)
    heads_are: str = "item"
    """`item` or `wave`: what the heads name."""
    unit: str = "percent"

    def shares(self) -> list[list[float]]:
        return [[number(text) for text in row] for row in self.values]


def number(printed: str) -> float:
    return float(printed.rstrip("% ").replace(",", ".") or "nan")


def write_truth(exhibits: Iterable[Asked], path: Path) -> None:
    """All exhibits stand on page 1."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        out.writeheader()
        for asked in exhibits:
            for label, row in zip(asked.labels, asked.values, strict=True):
                for head, printed in zip(asked.heads, row, strict=True):
                    if printed:
                        facet = {asked.heads_are: head}
                        value = f"{number(printed):g}"
                        known = {"page": 1, "question": asked.question, "category": label, "value": value}
                        out.writerow(known | {"unit": asked.unit} | facet)


def grid(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines())


def rows(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Lines `label | value | value …` as labels and values."""
    cells = grid(text)
    return tuple(line[0] for line in cells), tuple(line[1:] for line in cells)


def asked(question: str, text: str, heads: Sequence[str] = ("",), **more: str) -> Asked:
    labels, values = rows(text)
    return Asked(question, labels, values, tuple(heads), **more)  # type: ignore[arg-type]


LIBRARY = asked(
    "How often did you visit a public library?",
    """
    Every week | 14% | 16% | 19%
    Every month | 27% | 25% | 26%
    A few times a year | 33% | 35% | 34%
    Never | 26% | 24% | 21%
    """,
    ("2021", "2022", "2023"),
    heads_are="wave",
)
REASON = asked(
    "What is your main reason to borrow?",
    "Price | 41%\nChoice | 28%\nAdvice | 19%\nHabit | 12%",
)
FOREST = asked(
    "Which of these have you done in a forest?",
    "Walking | 82%\nCycling | 47%\nPicking berries | 23%\nCamping | 11%\nHunting | 4%",
)
TRUST = asked(
    "How much do you trust these institutions?",
    """
    Courts | 6.8 | 7.1
    Police | 7.0 | 6.9
    Parliament | 4.9 | 5.2
    Press | 5.4 | 5.1
    """,
    ("North", "South"),
    unit="mean_score",
)
CANTEEN = asked(
    "Hoe tevreden bent u over de kantine?",
    """
    Zeer tevreden | 21,5% | 24,0%
    Tevreden | 48,3% | 46,7%
    Ontevreden | 22,1% | 20,8%
    Zeer ontevreden | 8,1% | 8,5%
    """,
    ("2022", "2024"),
    heads_are="wave",
)
TOOLS = asked(
    "Which tools do you use at work?",
    """
    Spreadsheet | 71 | 64
    Notebook | 38 | 52
    Statistics package | 29 | 33
    Database | 45 | 57
    """,
    ("Analysts", "Engineers"),
)
REMOTE = asked(
    "Share that works from home at least one day a week",
    "Office staff | 22 | 41 | 58 | 54\nTeachers | 6 | 19 | 27 | 24",
    ("2018", "2020", "2022", "2024"),
    heads_are="wave",
)
BAKERY = asked(
    "Où achetez-vous votre pain ?",
    "Boulangerie | 58 %\nSupermarché | 31 %\nMarché | 7 %\nEn ligne | 4 %",
)
STATEMENTS = asked(
    "To what extent do you agree?",
    """
    My work is useful | 46% | 31% | 15% | 8%
    My pay is fair | 18% | 29% | 30% | 23%
    I can plan my day | 37% | 34% | 18% | 11%
    My manager listens | 28% | 33% | 22% | 17%
    """,
    ("Fully agree", "Agree", "Neutral", "Disagree"),
)
ENERGY = asked(
    "Which heating does your house have?", "Gas boiler | 49%\nHeat pump | 27%\nDistrict heat | 16%\nWood | 8%"
)
LANGUAGES = asked(
    "Which languages do you speak at home?",
    "English | 64%\nTurkish | 14%\nPolish | 11%\nArabic | 8%\nVietnamese | 3%",
)
SHIFTS = asked(
    "How many night shifts did you work last month?",
    "None | 412\nOne or two | 138\nThree to five | 96\nMore than five | 54",
    unit="count",
)
TRANSPORT = asked(
    "How do you get to school?",
    "On foot | 34\nBicycle | 29\nBus | 22\nCar | 15",
)
SPORT = asked(
    "Which sport do you practise?",
    """
    Football | 31 | 12
    Gymnastics | 8 | 26
    Swimming | 19 | 22
    Tennis | 13 | 11
    """,
    ("Boys", "Girls"),
)
