"""Which label is the wave, the group, the item, the category: decided for a whole part, dimension by dimension.

A dimension is all labels that stand at one axis and level (the column heads, the legend, …). It is read as a whole:
one label alone can deceive ("2020" may be an answer), a row of column heads rarely does.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from pipeline.catalogue.matching import match_option, text_key, tokens
from pipeline.catalogue.model import Group, Question, Study
from pipeline.core.colours import RGB, chroma, hue_gap
from pipeline.core.language import exhibit_words, measure_of
from pipeline.core.numbers import YEAR, Number, is_share, parse_number, sum_to_hundred
from pipeline.core.periods import is_period, periods_in, without_period
from pipeline.exhibits.reading import Label, Part, PartValue, counts_rows
from pipeline.observations.base_texts import without_base
from pipeline.observations.parted_labels import Dimension, dimensions_of, uncounted, uncrossed

COLOURFUL = 14.0
"""CIELAB chroma from which a colour has a hue that a reader would name; greys and near-whites stay below."""
SAME_HUE = 40.0
"""Degrees of CIELAB hue within which tints and shades of one colour stay; purple and green lie 150 apart."""
MOST = 0.6
"""Share of a dimension's labels that must match a question's options for the dimension to be read as these."""

_AGES = re.compile(r"\b\d\d ?[-–+] ?(?:\d\d\b|$)")
"""Ages in years from and to, or from."""


@dataclass(frozen=True, slots=True)
class Roles:
    """What one value is about. `measure` is what its column says it measures (`rank`, `mean_score`, …)."""

    wave: str | None = None
    group: str | None = None
    item: str | None = None
    category: str | None = None
    measure: str | None = None
    doubts: tuple[str, ...] = ()


def assign_roles(part: Part, numbers: Sequence[Number | None], question: Question | None, study: Study) -> list[Roles]:
    """The roles of each value of `part`, in its order; `numbers` are what the values are read as."""
    part = uncrossed(uncounted(part))
    dimensions = dimensions_of(part.values)
    meaning = {d: _meaning(d, texts, question, study, _asks_year(part)) for d, texts in dimensions.items()}
    answers = _years_given(dimensions, meaning, part)
    meaning |= dict.fromkeys(answers, "option")
    options = [d for d, what in meaning.items() if what == "option"]
    for dimension, role in _split_options(options, dimensions, part, numbers, question).items():
        meaning[dimension] = role
    beside = {
        text
        for d, what in meaning.items()
        if what == "wave" and d[0] == "column"
        for text in dimensions[d]
        if without_period(text) and periods_in(text)[0] in dimensions[d]
    }
    dated = {d for d in options if d[0] != "row" and not _asks_year(part) and _dates(dimensions[d])}
    colours = _group_by_colour(part.values, meaning, study.groups, part.method != "table")
    roles = [
        _roles_of(value, meaning, question, study, colour, dated, answers, beside)
        for value, colour in zip(part.values, colours, strict=True)
    ]
    group = _only_heading(part, [d for d, what in meaning.items() if what == "group"], roles)
    return _told_by_measure(part, meaning, [replace(r, group=r.group or group) for r in roles], question is None)


def _told_by_measure(part: Part, meaning: dict[Dimension, str], roles: list[Roles], unasked: bool) -> list[Roles]:
    """The roles, in which what is measured is the item of a value without one, beside values that name one and, where
    no catalogue knows the question, where nothing else tells two values apart ("number", "%")."""
    measured = [_measured(value, meaning) for value in part.values]
    keys = [(r.wave, r.group, r.item, r.category) for r in roles]
    several = Counter(key for key, _ in set(zip(keys, measured, strict=True)))
    beside = any(r.item for r in roles)
    return [
        replace(r, item=what) if not r.item and (beside or (unasked and several[key] > 1)) else r
        for r, key, what in zip(roles, keys, measured, strict=True)
    ]


def _only_heading(part: Part, dimensions: Sequence[Dimension], roles: Sequence[Roles]) -> str | None:
    """The group that the one heading of groups in a table names, when it stands over some of the columns only, flush
    with the last or the first: it is meant for all, where no column outside it bears a name of those below it."""
    named = {r.group for r in roles}
    if part.method != "table" or len(named) != 2 or None not in named or len(dimensions) != 1:
        return None
    below: dict[bool, set[str]] = {True: set(), False: set()}
    for value in part.values:
        headed = bool(_text_at(value, dimensions[0]))
        below[headed] |= {
            x.text for x in value.entry.labels if x.axis == "column" and (x.axis, x.level) not in dimensions
        }
    if not below[True] or not below[False] or below[True] & below[False]:
        return None
    return next(group for group in named if group is not None)


def _asks_year(part: Part) -> bool:
    """Does the question ask for a year, so that years are answers?"""
    asked = " ".join(part.titles).casefold()
    return any(words in asked for words in exhibit_words("asks_year"))


def _years_given(dimensions: dict[Dimension, list[str]], meaning: dict[Dimension, str], part: Part) -> set[Dimension]:
    """The dimension of bare years that are answers ("2011" to "When did you start?"). Of two that cross, one is that of
    the waves, which `meaning` is told: of what has happened by a wave no year is later than it. A dimension alone holds
    answers where the question asks for a year and nothing else answers it.
    """
    several = {d: texts for d, texts in dimensions.items() if len(texts) > 1}
    years = [d for d, texts in several.items() if all(map(is_period, texts))]
    if len(years) == 2:
        answer, wave = years
        pairs = [[min(YEAR.findall(_text_at(v, d)), default="") for d in years] for v in part.values]
        told = [(a, b) for a, b in pairs if a and b]
        if len({a for a, _ in told}) < len(set(told)) > len({b for _, b in told}):
            earlier, later = all(a <= b for a, b in told), all(a >= b for a, b in told)
            if later > earlier or (later == earlier and _by_custom(years, dimensions, part) == wave):
                answer, wave = wave, answer
            meaning[wave] = "wave"
            return {answer}
    others = [d for d in several if meaning[d] == "option" and d not in years]
    return set(years) if len(years) == 1 and not others and _asks_year(part) else set()


def _meaning(dimension: Dimension, texts: list[str], question: Question | None, study: Study, asks_year: bool) -> str:
    """`wave`, `group`, `measure`, `noise`, or `option` (an item or a category).

    Where most labels are bare periods, or some column heads are and no other is a number, the dimension is that of the
    waves; what else stands there (a base, a total, a change) keeps its own meaning, value by value.
    """
    if question is not None and _share_matching(texts, question) >= MOST:
        return "option"
    texts = [without_base(text) for text in texts]  # "2023 (n = 7,112)"
    rests = [rest for text in texts if (rest := without_period(text)) is not None]
    if len(rests) == len(texts) or (len(rests) > 1 and len(rests) >= MOST * len(texts) and not asks_year):
        left = {text_key(rest) for rest in rests}
        if len(left) == 1 or all(not x or group_named(x, study.groups) or measure_of(x) for x in rests):
            return "wave"
    bare = {text.strip() for text in texts if is_period(text)}
    heads = dimension[0] == "column" and not any(parse_number(t) and t.strip() not in bare for t in texts)
    if len(bare) > 1 and (heads or len(bare) >= MOST * len(texts)) and not asks_year:
        return "wave"
    named = sum(group_named(text, study.groups) is not None for text in texts)
    if named and named > len(texts) / 2:
        return "group"
    if all(measure_of(text) for text in texts) or {x.casefold() for x in texts} == {
        *exhibit_words("mean_by_deviation")
    }:
        return "measure"
    return "noise" if dimension[0] == "row" and dimension[1] > 0 and counts_rows(texts) else "option"


def _dates(texts: Sequence[str]) -> bool:
    """Does each text name a period besides what else it says ("2022: created", "2023: created"), not all the same?"""
    return all(map(without_period, texts)) and len({period for text in texts for period in periods_in(text)}) > 1


def _share_matching(texts: list[str], question: Question) -> float:
    options = (*question.categories, *question.items)
    return sum(match_option(text, options).certain for text in texts) / len(texts)


def group_named(text: str, groups: Sequence[Group]) -> str | None:
    """Id of the group whose name `text` is, give or take case, punctuation and a year or base behind it."""
    plain = text_key(re.sub(r"\(.*?\)", "", YEAR.sub("", text)))
    if not plain:
        return None
    return next((g.id for g in groups if any(text_key(name) == plain for name in g.names)), None)


def _split_options(
    options: list[Dimension],
    dimensions: dict[Dimension, list[str]],
    part: Part,
    numbers: Sequence[Number | None],
    question: Question | None,
) -> dict[Dimension, str]:
    """Which of the option dimensions holds the categories; the others are items (or noise when they say nothing)."""
    headings = [
        d
        for d in options
        if (d[0] == "section" or _spans(d, part.values)) and _only_arranges(d, dimensions[d], part.values, question)
    ]
    telling = [d for d in options if len(dimensions[d]) > 1 and d not in headings]
    constant = [d for d in options if len(dimensions[d]) == 1]
    roles = dict.fromkeys((*constant, *headings), "noise")
    if not telling and constant:
        telling, roles = [_by_custom(constant, dimensions, part)], {d: "noise" for d in constant}
    if not telling:
        return roles
    split = max(telling, key=lambda d: _respondents(dimensions[d]))
    if len(telling) > 2 and 2 * _respondents(dimensions[split]) > 1:
        telling.remove(split)
        roles[split] = "group"
    category = (
        _by_catalogue(telling, dimensions, question)
        or _by_sums(telling, part.values, numbers)
        or _by_custom(telling, dimensions, part)
    )
    roles |= {d: "item" for d in (*telling, *(d for d in constant if d == ("panel", 0)))}
    roles[category] = "category"
    if question is not None:
        for d in constant:
            if d != category and match_option(dimensions[d][0], question.items).certain:
                roles[d] = "item"
    return roles


def _spans(dimension: Dimension, values: Sequence[PartValue]) -> bool:
    """Is the dimension one of spanners: does a text of it stand over several column heads?"""
    below = {(_text_at(v, dimension), _text_at(v, ("column", dimension[1] - 1))) for v in values}
    return dimension[0] == "column" and len(below) > len({spanner for spanner, _ in below})


def _respondents(texts: Sequence[str]) -> float:
    """Share of the texts that name people by sex or age."""
    known = {*map(text_key, exhibit_words("respondents"))}
    named = [bool({*tokens(x)} & known) or _AGES.search(x) is not None for x in texts]
    return sum(named) / len(texts)


def _only_arranges(
    section: Dimension, texts: Sequence[str], values: Sequence[PartValue], question: Question | None
) -> bool:
    """Do headings only put rows or columns in order, because none of these comes twice and the catalogue knows none of
    the headings? Where a row comes again, its section tells it apart, and its spanner a column head."""
    if question is not None and any(match_option(t, (*question.categories, *question.items)).certain for t in texts):
        return False
    others = [
        frozenset((x.axis, x.level, x.text) for x in v.entry.labels if (x.axis, x.level) != section) for v in values
    ]
    return len(set(others)) == len(others)


def _by_catalogue(
    telling: list[Dimension], dimensions: dict[Dimension, list[str]], question: Question | None
) -> Dimension | None:
    if question is None or not question.categories:
        return None

    def hits(dimension: Dimension) -> int:
        texts = dimensions[dimension]
        as_category = sum(match_option(t, question.categories).certain for t in texts)
        return as_category - sum(match_option(t, question.items).certain for t in texts)

    best = max(telling, key=hits)
    return best if hits(best) > 0 else None


def _by_sums(
    telling: list[Dimension], values: Sequence[PartValue], numbers: Sequence[Number | None]
) -> Dimension | None:
    """The one dimension along which most numbers are shares of one whole: answers of one respondent or another."""
    found: list[Dimension] = []
    for dimension in telling:
        wholes: dict[frozenset[tuple[str, int, str]], list[Number]] = defaultdict(list)
        for value, number in zip(values, numbers, strict=True):
            if number is not None and _text_at(value, dimension):
                others = frozenset((x.axis, x.level, x.text) for x in value.entry.labels)
                wholes[frozenset(x for x in others if x[:2] != dimension)].append(number)
        verdicts = [told for whole in wholes.values() if (told := sum_to_hundred(whole)) is not None]
        if 2 * sum(verdicts) > len(verdicts):
            found.append(dimension)
    return found[0] if len(found) == 1 else None


def _by_custom(telling: list[Dimension], dimensions: dict[Dimension, list[str]], part: Part) -> Dimension:
    """Tables print categories in rows; stacked bars and pies by colour; other charts along the axis. Of several columns
    of words in a table, the rows are named by the one that tells most of them apart, of these by the wordiest."""
    stubs = [d for d in telling if d[0] == "row" and part.method == "table"]
    if len(stubs) > 1:
        return max(stubs, key=lambda d: (len(dimensions[d]), sum(map(str.isalpha, "".join(dimensions[d])))))
    first = "series" if part.form in ("stacked", "pie") else "row"
    order = {first: 0, "row": 1, "series": 2, "column": 3, "panel": 4, "section": 5}
    return min(telling, key=lambda d: (order.get(d[0], 9), d[1]))


def _group_by_colour(
    values: Sequence[PartValue], meaning: dict[Dimension, str], groups: Sequence[Group], charted: bool
) -> list[str | None]:
    """The group that each value's colours tell, unless colour already tells options apart."""
    told = [colour_vote(value, groups) for value in values]
    named = set(told) - {None}
    if len(named) == 1 and (charted or told.count(None) < len(told) / 2):
        # a pale tint, a grey for "not planned", a bare column of differences: all belong to the one group
        return [named.pop()] * len(told)
    if len(named) < 2:
        return told
    for dimension, what in meaning.items():
        if what in ("category", "item", "wave") and _explains(dimension, values, told):
            return [None] * len(values)
    return told


def _explains(dimension: Dimension, values: Sequence[PartValue], told: list[str | None]) -> bool:
    """Does the colour follow the texts of this dimension, so that it encodes these and not the group?"""
    by_text: dict[str, Counter[str | None]] = defaultdict(Counter)
    for value, group in zip(values, told, strict=True):
        by_text[_text_at(value, dimension)][group] += 1
    return all(len(groups) == 1 for groups in by_text.values())


def _text_at(value: PartValue, dimension: Dimension) -> str:
    return " + ".join(x.text for x in value.entry.labels if (x.axis, x.level) == dimension)


def colour_vote(value: PartValue, groups: Sequence[Group]) -> str | None:
    """The group told by the head's colour, else by the fill behind the number, else by its ink."""
    heads = [label.colour for label in value.entry.labels if label.axis in ("column", "panel", "series")]
    for colour in (value.entry.fill, *heads, value.entry.ink):
        group = group_of_colour(colour, groups)
        if group is not None:
            return group
    return None


def group_of_colour(colour: RGB | None, groups: Sequence[Group]) -> str | None:
    """The group whose hue `colour` shares, if it has a hue and no second group is as near."""
    if colour is None or chroma(colour) < COLOURFUL:
        return None
    gaps = sorted((min(hue_gap(colour, c) for c in g.rgb), g.id) for g in groups if g.colours)
    if not gaps or gaps[0][0] > SAME_HUE:
        return None
    if len(gaps) > 1 and gaps[1][0] - gaps[0][0] < SAME_HUE / 4:
        return None
    return gaps[0][1]


def _roles_of(
    value: PartValue,
    meaning: dict[Dimension, str],
    question: Question | None,
    study: Study,
    colour_group: str | None,
    dated: Set[Dimension],
    answers: Set[Dimension],
    beside: Set[str],
) -> Roles:
    parts: dict[str, list[Label]] = defaultdict(list)
    for label in sorted(value.entry.labels, key=lambda x: -x.level):
        if label.text.strip():
            parts[meaning.get((label.axis, label.level), "noise")].append(label)
    _sort_out_waves(parts)
    parts["item"] += [x for x in parts["wave"] if x.text in beside]
    named = next((g for x in parts["group"] + parts["wave"] if (g := group_named(x.text, study.groups))), None)
    named = named or (_join(parts["group"], " / ") if not study.groups else None)
    doubts: tuple[str, ...] = ()
    if parts["group"] and named is None:
        doubts, colour_group = ("catalogue-unmapped-group",), None
    if named and colour_group and named != colour_group:
        doubts = ("extraction-group-disagrees",)
    dates = [*parts["wave"], *(x for x in value.entry.labels if (x.axis, x.level) in dated)]
    wave = next((period for x in dates for period in periods_in(x.text)), None)
    named_by = [label.text for role in ("item", "category") for label in parts[role]]
    years = wave is None and not answers
    if any(is_share(text) or (years and _is_unasked_year(text, question)) for text in named_by):
        doubts = (*doubts, "extraction-label-number")
    return Roles(
        wave=wave,
        group=named or colour_group,
        item=_join(parts["item"], " / ")
        or _join([x for x in parts["measure"] if measure_of(x.text) == "difference"], " / "),
        category=_join(parts["category"], " + "),
        measure=next((measure_of(x.text) or "mean_score" for x in parts["measure"]), None),
        doubts=doubts,
    )


def _measured(value: PartValue, meaning: dict[Dimension, str]) -> str | None:
    """What the value's labels say that it measures."""
    return _join([x for x in value.entry.labels if meaning.get((x.axis, x.level)) == "measure"], " / ")


def _sort_out_waves(parts: dict[str, list[Label]]) -> None:
    """Put what is no year among the labels of waves where it belongs: what is measured, or an item (a total, a change,
    also one since a year, a base) beside the answer, or the answer where no other label is one."""
    answer = "item" if parts["category"] else "category"
    for label in [x for x in parts["wave"] if _is_change(x.text)]:
        parts["wave"].remove(label)
        parts[answer].append(label)
        parts["measure"].append(replace(label, text=label.text.split()[0]))
    for label in [x for x in parts["wave"] if not periods_in(x.text) and any(map(str.isalnum, x.text))]:
        parts["wave"].remove(label)
        measure = measure_of(label.text)
        for role in filter(None, (measure and "measure", answer if measure in (None, "count") else None)):
            parts[role].append(label)


def _is_change(text: str) -> bool:
    """Does the label tell a change since a year ("Change since 2021"), and not a year?"""
    return YEAR.search(text) is not None and measure_of(text.split()[0]) == "difference"


def _is_unasked_year(label: str, question: Question | None) -> bool:
    """Is this label a year, and no option of the question: a wave among labels that are none?"""
    known = question is not None and match_option(label, (*question.categories, *question.items)).certain
    return is_period(label) and not known


def _join(labels: list[Label], glue: str) -> str | None:
    texts = list(dict.fromkeys(without_base(label.text.strip()) for label in labels))
    return glue.join(texts) or None


def with_default(roles: Roles, wave: str | None, group: str | None) -> Roles:
    """Fill what the exhibit does not say."""
    return replace(roles, wave=roles.wave or wave, group=roles.group or group)
