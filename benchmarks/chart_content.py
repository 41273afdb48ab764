"""What the charts of the benchmark say: made-up questions, answers and shares, drawn from a seed, so truth is known."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Literal

Form = Literal["columns", "bars", "stacked", "stacked columns", "pie", "doughnut"]

SUBJECTS = (
    "How often do you use the new tools?",
    "Which of these do you use at work?",
    "What keeps you from learning more?",
    "How did the budget change in the last year?",
    "Where do you look for help first?",
    "Which platform do you deploy to?",
    "How satisfied are you with the documentation?",
    "What would you like the project to work on next?",
    "In which area do you expect growth?",
    "How large is the organisation you work for?",
)
ANSWERS = (
    "Every day",
    "I do not know yet",
    "Command-line tools",
    "Self-hosted servers (own hardware)",
    "Other",
    "Too difficult to learn or learning will take too much time",
    "Colleagues",
    "E-learning",
    "No opinion",
    "Data science",
    "Embedded devices",
    "Lack of time",
    "Cloud computing applications",
    "Web front-ends & apps",
    "It was not offered",
    "Workshops / classroom",
    "Podcasts",
    "Books and articles",
    "More than 5,000 employees",
    "Between 21 and 100 employees",
    "Prefer not to answer",
    "On-the-job learning",
)
HEAD = ("Answer", "Share")
SCALES = (
    ("Agree", "Neutral", "Disagree"),
    ("Very satisfied", "Satisfied", "Unsatisfied", "Very unsatisfied"),
    ("More", "As much", "Less", "Not applicable"),
    ("Never", "Sometimes", "Often", "Always", "I don't know"),
)


@dataclass(frozen=True)
class Chart:
    """One chart. `values[series][category]`; None where a series has no value there (N/A is printed)."""

    title: str
    form: Form
    categories: tuple[str, ...]
    series: tuple[str, ...]
    """Waves, groups or answers; a single blank name where there is but one series."""
    values: tuple[tuple[float | None, ...], ...]
    decimals: int = 0
    printed: bool = True
    """False: bars without labels, on an axis."""
    suffix: str = "%"

    def text(self, value: float) -> str:
        return f"{value:.{self.decimals}f}{self.suffix}"


@dataclass(frozen=True)
class Truth:
    """One value as it can be read from a page: `measured` where only the mark shows it; `owed` False where so small a
    mark may go unseen."""

    page: int
    labels: frozenset[str]
    value: float
    measured: bool = False
    owed: bool = True


@dataclass(frozen=True)
class Sheet:
    """The charts of one page, side by side or under each other as the producer likes, and a table beside them."""

    charts: tuple[Chart, ...]
    table: tuple[tuple[str, str], ...] = ()


@dataclass
class Maker:
    """Makes charts from a seed."""

    seed: int
    random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - contents of a benchmark

    def some(self, pool: tuple[str, ...], count: int) -> tuple[str, ...]:
        return tuple(self.random.sample(pool, count))

    def shares(self, count: int, decimals: int, least: float = 1.0) -> tuple[float, ...]:
        """Parts of a hundred."""
        unit = 10**-decimals
        cuts = [self.random.uniform(0.3, 2.0) for _ in range(count)]
        parts = [max(round(100 * c / sum(cuts), decimals), least) for c in cuts]
        parts[parts.index(max(parts))] += 100 - sum(parts)
        return tuple(round(round(p / unit) * unit, decimals) for p in parts)

    def bars(self, form: Form, categories: int, series: tuple[str, ...], decimals: int = 0, **more: object) -> Chart:
        names = self.some(ANSWERS, categories)
        rows = []
        base = [self.random.uniform(2, 78) for _ in names]
        for _ in series:
            rows.append(tuple(round(max(b + self.random.uniform(-9, 9), 0.4), decimals) for b in base))
        chart = Chart(self.random.choice(SUBJECTS), form, names, series, tuple(rows), decimals)
        return replace(chart, **more)  # type: ignore[arg-type]

    def matrix(self, form: Form, items: int, decimals: int = 0) -> Chart:
        answers = self.random.choice(SCALES)
        rows = [self.shares(len(answers), decimals) for _ in range(items)]
        columns = tuple(zip(*rows, strict=True))
        return Chart(self.random.choice(SUBJECTS), form, self.some(ANSWERS, items), answers, columns, decimals)

    def pie(self, form: Form, slices: int, decimals: int = 0) -> Chart:
        shares = tuple((s,) for s in self.shares(slices, decimals, 2.0))
        return Chart(self.random.choice(SUBJECTS), form, ("",), self.some(ANSWERS, slices), shares, decimals)


def sheets(seed: int) -> list[Sheet]:
    """An edition: the kinds of charts that yearly survey reports print."""
    make = Maker(seed)
    waves = ("2022", "2023", "2024")[: make.random.choice((2, 3))]
    decimals = make.random.choice((0, 1))
    missing = make.bars("bars", 6, ("2023", "2024"), 1)
    gap = make.random.randrange(6)
    older = tuple(None if i == gap else v for i, v in enumerate(missing.values[0]))
    return [
        Sheet((make.bars("columns", 5, waves, decimals),)),
        Sheet((make.bars("bars", 8, ("",), decimals),)),
        Sheet((make.bars("bars", 6, waves, decimals),)),
        Sheet((make.matrix("stacked", 5, 0),)),
        Sheet((make.pie("pie", 4, decimals),)),
        Sheet((make.pie("doughnut", 5, 0), make.pie("pie", 3, 0))),
        Sheet((make.bars("columns", 6, ("",), 0, printed=False),)),
        Sheet((make.matrix("stacked columns", 4, 0),)),
        Sheet((replace(missing, values=(older, missing.values[1])),)),
        Sheet((make.bars("columns", 4, ("Business", "Providers", "Public", "Other sectors"), 0),)),
        Sheet((make.pie("pie", 3, 0),), (HEAD, *zip(make.some(ANSWERS, 4), ("41%", "29%", "18%", "12%"), strict=True))),
        Sheet((make.bars("bars", 4, ("2023", "2024"), 0), make.bars("bars", 3, ("2023", "2024"), 0))),
    ]


def truth_of(pages: list[Sheet], least_labelled: float = 0.0) -> list[Truth]:
    """What must be read, page by page. Values below `least_labelled` have no label: there only the mark tells."""
    rows = []
    for number, sheet in enumerate(pages, 1):
        for chart in sheet.charts:
            for series, values in zip(chart.series, chart.values, strict=True):
                for category, value in zip(chart.categories, values, strict=True):
                    if value is None:
                        continue
                    labels = frozenset(t for t in (series, category) if t)
                    bare = not chart.printed or (chart.form.startswith("stacked") and value < least_labelled)
                    rows.append(Truth(number, labels, value, bare, owed=not bare or value >= 1))
        for label, share in sheet.table[1:]:
            rows.append(Truth(number, frozenset({label}), float(share.rstrip("%"))))
    return rows
