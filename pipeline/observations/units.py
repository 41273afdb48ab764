"""The unit of a value, told by all that is printed together: its sign, the words of its labels and of the exhibit's
texts, the size, form and sums of the numbers, the signs of other numbers. Each is evidence with a weight that was
learned; the catalogue's kind of question is one among them. The likeliest unit is published, with a doubt where
another is nearly as likely."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pipeline.catalogue.matching import match_option
from pipeline.catalogue.model import Option, Question
from pipeline.core.language import exhibit_words, measure_of, unit_words
from pipeline.core.numbers import FEWEST_SHARES, Number, sum_to_hundred
from pipeline.exhibits.reading import Part, PartValue
from pipeline.observations.dimensions import Roles

UNITS = ("percent", "count", "mean_score", "currency", "points", "rank")
WHOLES = frozenset({"stacked", "pie", "waffle", "areas", "gauge", "radial"})
"""Forms that show parts of a whole."""
SHORT = 50
"""Shares of one whole come to more, whether one answer or several could be given."""
LONGEST_MEAN_SCALE = 10
"""The highest point of the scales that most questions use."""
SURE = 0.75
"""Probability of a unit below which it is flagged as guessed."""
UNIT_GUESSED = "extraction-unit-guessed"
"""What is printed leaves the unit open."""

UNDER_LABELS = 0.5
"""What the texts of an exhibit and other exhibits say weighs so much less where the values' own labels tell a unit."""
BEATEN_BY: Mapping[str, Set[str]] = MappingProxyType(
    {
        "mean_score": {"currency", "percent"},
        "count": {"currency", "mean_score"},
        "share": {"mean_score", "currency", "percent"},
        "things": {"percent", "share", "mean_score", "currency", "points"},
        "time": {"percent", "share", "currency", "points"},
        "money": {"percent", "share", "currency"},
    }
)
"""What a text tells less surely beside what: a mean of amounts is an amount, a mean number of times a mean, and what is
counted or paid for ("share of residents who cut costs") names no unit where another word does."""
HINTS: Mapping[str, str] = MappingProxyType(
    {"share": "percent", "things": "count", "time": "count", "money": "currency", "scale": "mean_score"}
)
"""The unit that words tell less surely: names of shares, of what is counted, of what is paid, the ends of a scale."""

Row = tuple[PartValue, Number, Roles]
Evidence = Mapping[tuple[str, str], float]
"""How strongly each piece of evidence (unit, name) speaks, 0 to 1."""
_BRACKETS = re.compile(r"\(([^()]*)\)")
_SHARE = re.compile(r"\d\s?%")
"""A value that a sentence beside the exhibit tells."""


@dataclass(frozen=True)
class Likes:
    """Values of an exhibit that show the same about their unit: the same signs and words, numbers of the same form."""

    members: tuple[int, ...]
    numbers: tuple[Number, ...]
    told: Mapping[str, frozenset[str]]
    """Where words stand (`head`, `row`, and those of the exhibit) → the units that they tell."""
    measure: str | None
    """What a label as a whole, or else what stands in brackets in the title, says that is measured."""
    sums: bool | None
    short: bool
    """Do even the numbers of the largest column come to less than half of a whole?"""
    ranks: bool
    form: str
    """The form of the exhibit: bars, stacked, pie, …"""
    asked: str | None
    """The unit that the catalogue's kind of question has, None without one."""
    signs: Mapping[str, float]
    """Share of the exhibit's other numbers that bear the sign of each unit."""
    usual: float
    """Share of the document's numbers that are printed as percentages."""
    within: int
    """1 or 2 for the first or the second of two numbers of a cell, else 0."""

    @property
    def unsaid(self) -> bool:
        """Says no word what is measured? A decimal mark alone makes no mean score."""
        return not (self.asked or self.measure or any(self.told.values()))

    @property
    def sign(self) -> str:
        """`percent`, `currency` or `plain`: the sign that the numbers bear."""
        return self.numbers[0].unit


def units_of(rows: Sequence[Row], part: Part, question: Question | None, usual: float) -> list[tuple[str, bool]]:
    """Unit of each value, and whether it is a guess. `usual` is the share of the document's numbers printed as
    percentages, 0 to 1."""
    units = [("", False)] * len(rows)
    for likes in likes_of(rows, part, question, usual):
        ranked = sorted(probabilities(likes).items(), key=lambda x: -x[1])
        (unit, sure), *_ = ranked
        for i in likes.members:
            units[i] = unit, sure < SURE or _may_be_thousands(likes.numbers) or (unit == "mean_score" and likes.unsaid)
    return units


def _may_be_thousands(numbers: Sequence[Number]) -> bool:
    """Have all three decimals, and none a zero before these, so that their mark may as well group thousands?"""
    return all(n.decimals == 3 and abs(n.value) >= 1 and n.unit == "plain" for n in numbers)


def likes_of(rows: Sequence[Row], part: Part, question: Question | None, usual: float) -> list[Likes]:
    """The values of an exhibit in groups that show the same about their unit."""
    columns = _columns(rows, lambda r: (r.item, r.group, r.measure, r.wave), part)
    crossing = _columns(rows, lambda r: (r.category, r.group, r.measure, r.wave), part)
    column_of = {i: place for place, column in enumerate(columns) for i in column}
    numbers = [number for _, number, _ in rows]
    alike: dict[tuple[int, str], list[Number]] = defaultdict(list)
    for i, place in column_of.items():
        alike[place, numbers[i].unit].append(numbers[i])
    forms = {key: _form(some) for key, some in alike.items()}
    sums = [told for some in (columns, crossing) if (told := _are_shares(rows, some)) is not None]
    shares = any(sums) if sums else None
    totals = [sum(rows[i][1].value for i in some) for some in (*columns, *crossing) if len(some) >= FEWEST_SHARES]
    short = bool(totals) and max(totals) < SHORT
    ranks = _are_ranks(rows, columns, part)
    exhibit, declared = _told_by_exhibit(part), _declared(part.titles[0] if part.titles else "")
    found: dict[_Kind, list[int]] = defaultdict(list)
    for i, (value, number, roles) in enumerate(rows):
        head, row, measure = _told_by_labels(value, roles, part)
        measure = measure or (None if (head | row) - HINTS.keys() else declared)
        form = (value.entry.within, *forms[column_of[i], number.unit])
        found[_Kind(head, row, measure, number.unit, form, _asked(question, roles))].append(i)
    out, printed = [], Counter(n.unit for n in numbers)
    for kind, members in found.items():
        others = printed - Counter(numbers[i].unit for i in members)
        signs = {u: others[u] / max(others.total(), 1) for u in ("percent", "currency")}
        shared = any((column, "percent") in forms for column in {column_of[i] for i in members})
        signs["column"] = float(shared and kind.sign == "plain")
        words = {**exhibit, "head": kind.head, "row": kind.row}
        mine = tuple(numbers[i] for i in members)
        out.append(
            Likes(
                members=tuple(members),
                numbers=mine,
                told=words,
                measure=kind.measure,
                sums=shares,
                short=short,
                ranks=ranks,
                form=part.form,
                asked=kind.asked,
                signs=signs,
                usual=usual,
                within=kind.form[0],
            )
        )
    return out


class _Kind(NamedTuple):
    """What values must share to be taken together."""

    head: frozenset[str]
    row: frozenset[str]
    measure: str | None
    sign: str
    form: tuple[int, bool, bool, bool]
    """Which of two numbers of a cell; do their columns have decimals, numbers beyond 100, signs of a change?"""
    asked: str | None


def probabilities(likes: Likes) -> dict[str, float]:
    """How likely each unit is, in all 1."""
    evidence = evidence_of(likes)
    scores = {u: sum(weights()[name] * x for (unit, name), x in evidence.items() if unit == u) for u in UNITS}
    odds = {u: exp(scores[u]) for u in possible_units(likes)}
    return {u: w / sum(odds.values()) for u, w in odds.items()}


def possible_units(likes: Likes) -> tuple[str, ...]:
    """The units that numbers with this sign can have; numbers with decimals are no places in an order."""
    if likes.sign == "plain":
        return UNITS if not any(n.decimals and n.printed for n in likes.numbers) else UNITS[:-1]
    return ("percent", "points") if likes.sign == "percent" else ("currency",)


def evidence_of(likes: Likes) -> Evidence:
    """What speaks for each unit, by the name of its weight."""
    numbers = likes.numbers
    (decimals, beyond, _), values = _form(numbers), [abs(n.value) for n in numbers]
    highest = max(values)
    signed = sum(n.signed for n in numbers) / len(numbers)
    timed = any("time" in told and not told & BEATEN_BY["time"] for place, told in likes.told.items() if place != "row")
    amounts = likes.signs["currency"] or any("currency" in likes.told[place] for place in ("head", "title", "text"))
    spoken = frozenset().union(*likes.told.values())
    found: dict[tuple[str, str], float] = {}
    own = bool(likes.told["head"] or likes.told["row"])
    around = likes.told["title"]
    for place, told in likes.told.items():
        weaker = UNDER_LABELS if own and place not in ("head", "row") else 1.0
        beside = told | around if "percent" in around else told
        left = {u for u in told if not beside & BEATEN_BY.get(u, frozenset())}
        left -= {"count"} if place in ("head", "row") and "percent" in told else set()
        for unit in left:
            name = (HINTS[unit], f"{place} {unit}") if unit in HINTS else (unit, place)
            found[name] = weaker / len({HINTS.get(u, u) for u in left})
        if "time" in left:
            found["mean_score", f"{place} mean time"] = weaker / len({HINTS.get(u, u) for u in left})
    if likes.measure is not None:
        found[{"difference": "points"}.get(likes.measure, likes.measure), "measure"] = 1.0
    if likes.asked is not None:
        found["mean_score" if likes.asked == "rank" and decimals else likes.asked, "asked"] = 1.0
    if likes.ranks:
        found["rank", "ranks"] = 1.0
    if likes.sums is not None:
        parts = "whole " if likes.form in WHOLES and not likes.sums else ""
        found["percent", f"{parts}sums" if likes.sums else f"{parts}sums not"] = 1.0
    found["percent", "sums short"] = float(likes.short)
    for unit in ("percent", "currency"):
        found[unit, "sign beside"] = likes.signs[unit]
    found |= {
        ("percent", "sign in column"): likes.signs["column"],
        ("percent", "usual"): likes.usual * float(not spoken),
        ("count", "unusual"): 1 - likes.usual,
        ("count", "before brackets"): float(likes.within == 1 and not decimals),
        ("percent", "in brackets"): float(likes.within == 2 and highest <= 100),
        ("percent", "up to 100"): float(highest <= 100 and spoken <= {"percent", "share"}),
        ("percent", "beyond 100"): float(beyond),
        ("percent", "one beyond 100"): float(highest > 100 and "percent" not in spoken),
        ("percent", "percent"): float(spoken <= {"percent", "share"}),
        ("percent", "parts of a whole"): float(likes.form in WHOLES and highest <= 100),
        ("count", "whole"): float(not decimals and spoken <= {"count"}),
        ("count", "broken count"): float(decimals),
        ("count", "large"): float(beyond and not spoken & {"currency", "mean_score"}),
        ("mean_score", "decimals on a scale"): float(
            decimals and highest <= LONGEST_MEAN_SCALE and spoken <= {"mean_score"}
        ),
        ("mean_score", "all on a scale"): float(decimals and 1 <= min(values) < highest <= 10 and len(values) > 4),
        ("mean_score", "whole score"): float(not decimals and not timed),
        ("mean_score", "beyond a scale"): float(highest > LONGEST_MEAN_SCALE and not timed),
        ("mean_score", "broken time"): float(decimals and timed),
        ("mean_score", "whole time"): float(not decimals and timed),
        ("mean_score", "mean"): 1.0,
        ("currency", "amount"): 1.0,
        ("currency", "name of a currency"): float("currency" in spoken),
        ("currency", "thousands"): float(highest >= 1000),
        ("points", "signed"): signed,
        ("points", "unsigned"): float(signed == 0),
        ("points", "one beyond 100"): float(highest > 100),
        ("points", "percents beside"): signed * likes.signs["percent"],
        ("percent", "signed percent"): signed * float(likes.sign == "percent"),
        ("percent", "relative change"): signed
        * float((likes.sign == "percent" or "percent" in likes.told["head"]) and not likes.signs["percent"]),
        ("points", "amounts beside"): float(amounts),
        ("rank", "rank"): 1.0,
    }
    return found


@cache
def weights() -> Mapping[str, float]:
    """The learned weight of each piece of evidence, in log odds (`training/meaning.py`)."""
    told: dict[str, float] = json.loads((Path(__file__).parent / "unit_weights.json").read_text("utf-8"))
    return told


def _columns(rows: Sequence[Row], key: Callable[[Roles], Hashable], part: Part) -> list[list[int]]:
    """The values of a part that share item, group, wave and measure; tiles share nothing."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for i, (value, _, roles) in enumerate(rows):
        found[i if part.method == "tile" else (key(roles), _measure(value, roles), value.entry.within)].append(i)
    return list(found.values())


def _measure(value: PartValue, roles: Roles) -> str | None:
    """What the nearest of a value's labels that says nothing else says that it measures ("Percent", "n")."""
    labels = sorted(value.entry.labels, key=lambda x: x.level)
    return roles.measure or next((m for x in labels if (m := measure_of(x.text)) is not None), None)


def _told_by_labels(value: PartValue, roles: Roles, part: Part) -> tuple[frozenset[str], frozenset[str], str | None]:
    """The units that the words of a value's heads, and of its row's name, tell; what a whole label measures."""
    labels = [x for x in value.entry.labels if x.axis != "title"]
    heads = [x.text for x in labels if x.axis != "row" or part.method == "tile"]
    rows = [x.text for x in labels if x.axis == "row" and part.method != "tile"]
    return unit_words(tuple(heads), names=True), unit_words(tuple(rows), names=True), _measure(value, roles)


def _declared(title: str) -> str | None:
    """The one unit that a title names in brackets ("(mean, per cent)", "(EUR billion)")."""
    told = unit_words(tuple(_BRACKETS.findall(title))) - HINTS.keys()
    left = [u for u in told if not told & BEATEN_BY.get(u, frozenset())]
    return left[0] if len(left) == 1 else None


def _told_by_exhibit(part: Part) -> dict[str, frozenset[str]]:
    return {
        "title": unit_words((*part.titles[:1], *filter(None, [part.headline]))),
        "text": unit_words(tuple(_SHARE.sub("", t) for t in part.texts if t not in part.titles[:1])),
        "note": unit_words(tuple(_SHARE.sub("", t) for t in part.notes)),
    }


def _asked(question: Question | None, roles: Roles) -> str | None:
    """The unit of the numbers that the catalogue's question, or its item, asks for."""
    if question is None:
        return None
    item = option_of(roles.item, question.items)
    kind = (item.kind if item is not None else None) or question.kind
    return {"single": "percent", "multiple": "percent", "pair": "percent", "difference": "points"}.get(kind, kind)


def option_of(label: str | None, options: Sequence[Option]) -> Option | None:
    """The one of `options` of which `label` is certainly a printed form."""
    if label is None:
        return None
    match = match_option(label, options)
    return next((o for o in options if o.id == match.id), None)


def _form(numbers: Sequence[Number]) -> tuple[bool, bool, bool]:
    """Has one of the numbers of a column decimals in print, are all whole and most above 100, have most a sign?"""
    beyond = all(not n.decimals for n in numbers) and 2 * sum(abs(n.value) > 100 for n in numbers) > len(numbers)
    decimals = any(n.decimals and n.printed for n in numbers)
    return decimals, beyond, 2 * sum(n.signed for n in numbers) > len(numbers)


def _are_shares(rows: Sequence[Row], columns: Iterable[Sequence[int]]) -> bool | None:
    """Do most of the columns without signs sum to 100? None where no column is long enough to tell. One column of many
    does so by chance."""
    plain = ([n for i in column if (n := rows[i][1]).unit == "plain"] for column in columns)
    verdicts = [v for numbers in plain if (v := sum_to_hundred(numbers)) is not None]
    return 2 * sum(verdicts) > len(verdicts) if verdicts else None


def _are_ranks(rows: Sequence[Row], columns: Iterable[Sequence[int]], part: Part) -> bool:
    """Are the exhibit's whole numbers places in an order? Its texts say so, or a column holds each of 1 to k once."""
    plain = [[n for i in column if (n := rows[i][1]).unit == "plain"] for column in columns]
    if any(n.decimals or n.value < 1 for column in plain for n in column):
        return False
    spoken = " ".join((*part.titles[:1], *part.texts)).casefold()
    if any(re.search(rf"\b{re.escape(word)}\b", spoken) for word in exhibit_words("rank_order")):
        return True
    orders = [sorted(n.value for n in column) for column in plain]
    return any(len(order) >= FEWEST_SHARES and order == list(range(1, len(order) + 1)) for order in orders)
