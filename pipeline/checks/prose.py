"""The running text against the figures: single numbers, shares beyond a threshold, trends, and sums within the text.

A claim about one value is judged in `pipeline.claims`. What is said of several values at once is judged here, and only
where nothing that the figure prints could be meant: silence is better than an accusation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.catalogue import Catalogue
from pipeline.checks.rules import Checked, Place, columns, unit_of
from pipeline.claims import Claim, Judged, tolerance
from pipeline.claims.context import GroupMention, Sentence, group_mentions, sentences
from pipeline.claims.statements import figure_references
from pipeline.geometry import union
from pipeline.language import trend_words
from pipeline.numbers import parse_number
from pipeline.observations import Observation
from pipeline.text import Passage

FEWEST_WAVES = 3
"""Two waves make a change, not a trend."""
FEWEST_SHARES = 3
"""Two percentages that add up to 101 are common by chance."""
THRESHOLD_SLACK = 2.5
"""Points by which a share said in round numbers ("50% less and 50% more") may miss what the figure's options add to."""
CLOSELY = 3
"""Words after a share in which "less" or "more" says on which side of the threshold it is."""
DIGITS = r"(?<![\w.,])\d[\d.,\u00a0 ]*"

Values = Mapping[int, float]
"""`id` of an observation → the value that it would have, to ask whether another value would make a sentence true."""


@dataclass(frozen=True)
class Saying:
    """A statement of the text about some values: `checked` is its row, `holds` tells whether other values would fit."""

    checked: Checked
    holds: Callable[[Values], bool]

    @property
    def ids(self) -> set[int]:
        """`id`s of the observations that it speaks of."""
        return {id(o) for o in self.checked.members}


def sayings(
    judged: Sequence[Judged], passages: Sequence[Passage], observations: Sequence[Observation], catalogue: Catalogue
) -> list[Saying]:
    """Everything that the text says of values of figures, one each."""
    trends = (Saying(row, lambda _: False) for row in _trends(passages, observations, catalogue))
    sums = (Saying(row, lambda _: False) for row in _sums(judged))
    return [*_single(judged, observations), *_thresholds(judged, observations, catalogue), *trends, *sums]


def quoted(judged: Sequence[Judged]) -> frozenset[str]:
    """Ids of the observations that the text quotes as they were read: a second witness."""
    return frozenset(j.observation_id for j in judged if j.verdict == "agrees" and j.observation_id)


def _single(judged: Sequence[Judged], observations: Sequence[Observation]) -> Iterator[Saying]:
    """A number of the text that names figure, group and label."""
    by_id = {o.observation_id: o for o in observations}
    for one in judged:
        o = by_id.get(one.observation_id or "")
        if o is None or one.published is None or one.verdict == "unmatched":
            continue
        claim, (low, high) = one.claim, tolerance(one.claim)
        lumped = one.published != o.value
        if claim.unit == "ratio" or claim.unit == "rank" or (lumped and one.verdict == "agrees"):
            continue
        what = "several options together" if lumped else repr(o.roles.category or o.roles.item)
        said = f"the text on page {claim.page} says {claim.printed} ({_braceless(_short(claim))})"
        sentence = f"{said}, the figure {{found}} for {_braceless(what)}"
        slack = unit_of([o]) if lumped else 0.0
        row = Checked("prose", (o,), one.published, low, high, slack, sentence, place=_place(claim, o.figure))
        yield Saying(row, lambda values, o=o, low=low, high=high: low <= values.get(id(o), o.value) <= high)  # type: ignore[misc]


def _short(claim: Claim) -> str:
    return claim.subject if len(claim.subject) <= 80 else claim.subject[:79] + "…"


def _braceless(text: str) -> str:
    """Text of the report inside a sentence that is filled in later."""
    return text.replace("{", "(").replace("}", ")")


def _place(claim: Claim, figure: str | None) -> Place:
    return Place(claim.page, claim.box, figure)


# --- shares below and above a threshold ------------------------------------------------------------------------------


def _thresholds(
    judged: Sequence[Judged], observations: Sequence[Observation], catalogue: Catalogue
) -> Iterator[Saying]:
    """ "50% less and 50% more than € 750": what the options below and above an amount add up to, with or without those
    who did not know."""
    by_sentence: dict[tuple[int, str], list[Claim]] = defaultdict(list)
    for one in judged:
        by_sentence[one.claim.passage, one.claim.sentence].append(one.claim)
    for claims in by_sentence.values():
        shares = _sided(claims)
        limits = {c.value for c in claims if c.unit in ("euro", "count") and c.qualifier in ("above", "below")}
        if len(limits) != 1 or {side for _, side in shares} != {"less", "more"}:
            continue
        limit, first = limits.pop(), shares[0][0]
        meeting = list(_ordered_columns(observations, limit, first.wave, first.page))
        for claim, side in shares if meeting else ():
            read = [_threshold(claim, side, limit, column) for column in meeting]
            yield next((saying for saying in read if saying.holds({})), read[0])


def _sided(claims: Sequence[Claim]) -> list[tuple[Claim, str]]:
    """Claims of one sentence that `less` or `more` follows closely ("50% less", "50% spend more than"), with which."""
    found, end = [], 0
    for claim in sorted(claims, key=lambda c: c.place):
        start = claim.sentence.find(claim.printed, end)
        end = max(end, start + len(claim.printed))
        after = re.findall(r"\w+", claim.sentence[end:].casefold())[:CLOSELY]
        sides = [key for word in after for key in ("less", "more") if word in trend_words(key)]
        if claim.unit == "percent" and start >= 0 and sides:
            found.append((claim, sides[0]))
    return found


def _ordered_columns(
    observations: Sequence[Observation], limit: float, wave: str | None, page: int
) -> Iterator[list[Observation]]:
    """Columns nearby whose options are ranges that meet at `limit`, of that wave."""
    for column in columns([o for o in observations if o.kind == "single" and o.unit == "percent"]):
        near = abs(column[0].source.entry.page - page) <= 1 and column[0].roles.wave in (wave, None)
        sides = [_side(o, limit) for o in column]
        if near and "less" in sides and "more" in sides and "across" not in sides:
            yield column


def _side(o: Observation, limit: float) -> str | None:
    """Whether the option's range lies below or above `limit`; `across` when the limit is inside, None without range."""
    numbers = [n.value for m in re.findall(DIGITS, o.roles.category or "") if (n := parse_number(m.strip(" .,")))]
    if not numbers:
        return None
    if max(numbers) <= limit and min(numbers) < limit:
        return "less"
    if min(numbers) >= limit and max(numbers) > limit:
        return "more"
    if numbers == [limit]:
        words = set(re.findall(r"\w+", (o.roles.category or "").casefold()))
        return next((key for key in ("less", "more") if words & set(trend_words(key))), "across")
    return "across"


def _threshold(claim: Claim, side: str, limit: float, column: Sequence[Observation]) -> Saying:
    sided = [(o, _side(o, limit)) for o in column]
    known = [o for o, where in sided if where]
    chosen = [o for o, where in sided if where == side]

    def share(values: Values) -> tuple[float, float]:
        """Of all, and of those who named an amount."""
        part, base = (sum(values.get(id(o), o.value) for o in some) for some in (chosen, known))
        return part, 100 * part / base if base else 0.0

    def holds(values: Values) -> bool:
        return any(abs(found - claim.value) <= THRESHOLD_SLACK for found in share(values))

    of_all, of_known = share({})
    found = claim.value if holds({}) else round(of_known, 1)
    added = " + ".join(str(o.source.entry.printed) for o in chosen)
    sentence = (
        f"the text on page {claim.page} says {claim.printed} {'below' if side == 'less' else 'above'} {limit:g}; "
        f"the options there add up to {added} = {of_all:g} ({of_known:.0f} % of those who named one)"
    )
    low, high = claim.value - THRESHOLD_SLACK, claim.value + THRESHOLD_SLACK
    row = Checked("prose", tuple(chosen), found, low, high, 0.0, sentence, place=_place(claim, column[0].figure))
    return Saying(row, holds)


# --- trends ----------------------------------------------------------------------------------------------------------


def _trends(
    passages: Sequence[Passage], observations: Sequence[Observation], catalogue: Catalogue
) -> Iterator[Checked]:
    """ "More every year", "remains barely sufficient": no series of the figure that the text names does so."""
    groups = [(g.id, g.names) for g in catalogue.study.groups]
    for passage in passages:
        mentions = group_mentions(passage.text, groups)
        parts = sentences(passage.text)
        for index, sentence in enumerate(parts):
            said = passage.text[sentence.start : sentence.end].casefold()
            for what, at in _statements(said):
                figure = _figure(passage.text, parts[max(index - 1, 0) : index + 1], catalogue.study.figure_words)
                group = _subject(passage.text, sentence.start + at, mentions)
                series = _series(observations, figure, group) if figure else []
                if series:
                    yield _trend(passage, sentence, what, figure or "", group, series)


def _statements(sentence: str) -> Iterator[tuple[str, int]]:
    """What a sentence says of a whole series, and where: `each year` with a direction, or `barely` with `remains`."""
    for phrase in trend_words("each_year"):
        for match in re.finditer(rf"\b{re.escape(phrase)}\b", sentence):
            after = sentence[match.end() :]
            if _any_word("direction", after) and not re.match(r"[\s\w]{0,12}\d", after):
                yield "each year", match.start()
    if _any_word("remains", sentence):
        for phrase in trend_words("barely"):
            if (at := sentence.find(phrase)) >= 0:
                yield "barely", at
                break


def _any_word(key: str, text: str) -> bool:
    """Some word of `text` begins with one of the list, for stems."""
    return any(re.search(rf"\b{re.escape(word)}", text) for word in trend_words(key))


def _figure(text: str, near: Sequence[Sentence], figure_words: Sequence[str]) -> str | None:
    """The one figure that the sentence, or else the one before it, names."""
    references = figure_references(text, figure_words)
    for sentence in reversed(near):
        named = {name for at, names in references if sentence.start <= at < sentence.end for name in names}
        if named:
            return named.pop() if len(named) == 1 else None
    return None


def _subject(text: str, at: int, mentions: Sequence[GroupMention]) -> str | None:
    """The group last named before `at`, leaving out what the text only compares with ("better than the business")."""
    than = rf"\b(?:{'|'.join(trend_words('than'))})\s+(?:\w+\s+)?$"
    before = [m for m in mentions if m.end <= at and not re.search(than, text[: m.start], re.I)]
    return before[-1].group if before else None


def _series(observations: Sequence[Observation], figure: str, group: str | None) -> list[list[Observation]]:
    """The series over waves of one figure, of one group where it is known."""
    found: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for o in observations:
        if o.figure == figure and o.unit in ("percent", "mean_score") and group in (None, o.roles.group):
            found[(o.question_printed, o.roles.item, o.roles.category, o.roles.group, o.unit)].append(o)
    series = [sorted(some, key=lambda o: o.roles.wave or "") for some in found.values()]
    return [s for s in series if len({o.roles.wave for o in s}) == len(s) >= FEWEST_WAVES]


def _trend(
    passage: Passage, sentence: Sentence, what: str, figure: str, group: str | None, series: Sequence[list[Observation]]
) -> Checked:
    """One row: how many steps (or waves) of the series that fits best contradict the text; none when it is right."""
    count = _steps_back if what == "each year" else _minorities
    wrong = [count([o.value for o in some]) for some in series]
    best = min(zip(wrong, series, strict=True), key=lambda pair: (pair[0], pair[1][0].value - pair[1][-1].value))[1]
    said = passage.text[sentence.start : sentence.end].strip()
    label = next((x for x in (best[0].roles.category, best[0].roles.item) if x), "the value")
    printed = ", ".join(f"{o.source.entry.printed or f'{o.value:g}'} ({o.roles.wave})" for o in best)
    text = f"the text says “{_braceless(said)}”, but {_braceless(repr(label))} is {printed}"
    spans = passage.words(sentence.start, sentence.end)
    page = spans[0].page if spans else 0
    place = Place(page, union(s.word.box for s in spans if s.page == page), figure) if spans else None
    return Checked("trend", tuple(best), float(min(wrong)), 0.0, 0.0, 0.0, text, place=place)


def _steps_back(values: Sequence[float]) -> int:
    """Steps of a series against its main direction; standing still may be a rise that rounding hides."""
    return min(sum(b > a for a, b in pairwise(values)), sum(b < a for a, b in pairwise(values)))


def _minorities(values: Sequence[float]) -> int:
    return sum(value < 50 for value in values)


# --- sums within the text --------------------------------------------------------------------------------------------


def _sums(judged: Sequence[Judged]) -> Iterator[Checked]:
    """Shares listed one after another that nearly sum to 100 and restate no figure."""
    runs: dict[tuple[int, str | None, str | None], list[Claim]] = defaultdict(list)
    for one in judged:
        claim = one.claim
        if claim.unit == "percent" and claim.form == "digits" and one.observation_id is None:
            runs[claim.passage, claim.group, claim.wave].append(claim)
    for run in runs.values():
        for size in range(len(run), FEWEST_SHARES - 1, -1):
            windows = [run[i : i + size] for i in range(len(run) - size + 1)]
            near = [w for w in windows if 0 < abs(sum(c.value for c in w) - 100) <= size // 2]
            if near:
                yield _sum(near[0])
                break


def _sum(claims: Sequence[Claim]) -> Checked:
    total = round(sum(c.value for c in claims), 6)
    added = " + ".join(c.printed for c in claims)
    sentence = f"the shares of the text on page {claims[0].page}, {added}, sum to {{found}} instead of 100"
    slack = float(len(claims) // 2)
    return Checked("prose-sum", (), total, 100.0, 100.0, slack, sentence, place=_place(claims[0], None))
