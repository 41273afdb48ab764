"""The running text against the figures: numbers that restate values, trends, and sums within the text.

A number is linked and judged in `pipeline.claims`; here its contradiction becomes a finding. Trends are judged here,
and only where nothing that the figure prints could be meant: silence is better than an accusation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.catalogue.model import Catalogue
from pipeline.checks.arithmetic import Constraint, PrintedPlace, unit_of
from pipeline.checks.claims.context import GroupMention, Sentence, group_mentions, sentences
from pipeline.checks.claims.statements import figure_references
from pipeline.checks.claims.verdicts import Claim, Judged
from pipeline.core.geometry import union
from pipeline.core.language import trend_words
from pipeline.core.periods import period_order
from pipeline.layout.text import Passage
from pipeline.observations.observe import Observation

FEWEST_WAVES = 3
"""Two waves make a change, not a trend."""
FEWEST_SHARES = 3
"""Two percentages that add up to 101 are common by chance."""

Values = Mapping[int, float]
"""Serial of an observation → the value that it would have, to ask whether another value would make a sentence true."""


@dataclass(frozen=True)
class Saying:
    """A statement of the text about some values: `checked` is its row, `holds` tells whether other values would fit."""

    checked: Constraint
    holds: Callable[[Values], bool]

    @property
    def serials(self) -> set[int]:
        """Serials of the observations that it speaks of."""
        return {o.serial for o in self.checked.members}


def sayings(
    judged: Sequence[Judged], passages: Sequence[Passage], observations: Sequence[Observation], catalogue: Catalogue
) -> list[Saying]:
    """Everything that the text says of values of figures, one each."""
    trends = (Saying(row, lambda _: False) for row in _trends(passages, observations, catalogue))
    sums = (Saying(row, lambda _: False) for row in _sums(judged))
    return [*_restated(judged, observations), *trends, *sums]


def quoted(judged: Sequence[Judged]) -> frozenset[str]:
    """Ids of the observations that the text quotes as they were read: a second witness."""
    return frozenset(j.observation_id for j in judged if j.verdict == "agrees" and j.observation_id and not j.summed)


def _restated(judged: Sequence[Judged], observations: Sequence[Observation]) -> Iterator[Saying]:
    """A number of the text that is linked to a value, to several together, or to their share of others."""
    by_id = {o.observation_id: o for o in observations}
    for one in judged:
        members = tuple(by_id[i] for i in one.summed or (one.observation_id,) if i in by_id)
        known = tuple(by_id[i] for i in one.of if i in by_id)
        if not members or one.published is None or one.verdict == "unmatched" or one.claim.unit in ("ratio", "rank"):
            continue
        claim, several = one.claim, len(members) > 1
        found = claim.value if several and one.verdict == "agrees" else one.published
        about = _braceless(_short(claim.sentence if several else claim.subject))
        sentence = f"the text on page {claim.page} says {claim.printed} ({about}), "
        sentence += _printed(members, known, one.published)
        slack = unit_of(members) if several and not known else 0.0
        row = Constraint("prose", members, found, one.low, one.high, slack, sentence, place=_place(claim, one.figure))
        yield Saying(row, _holding(members, known, one.low, one.high))


def _printed(members: Sequence[Observation], known: Sequence[Observation], published: float) -> str:
    if len(members) == 1 and not known:
        return f"the figure {{found}} for {_braceless(repr(members[0].roles.category or members[0].roles.item))}"
    added = " + ".join(str(o.source.entry.printed) for o in members)
    labels = ", ".join(repr(o.roles.category) for o in members)
    share = f" ({published:.0f} % of those who named one)" if known else ""
    total = sum(o.value for o in members)
    return _braceless(f"the figure has {added} = {total:g}{share} for {labels}")


def _holding(
    members: Sequence[Observation], known: Sequence[Observation], low: float, high: float
) -> Callable[[Values], bool]:
    """Would the text be right if the values were others?"""

    def holds(values: Values) -> bool:
        part, base = (sum(values.get(o.serial, o.value) for o in some) for some in (members, known))
        return low <= part <= high or (base > 0 and low <= 100 * part / base <= high)

    return holds


def _short(said: str) -> str:
    return said if len(said) <= 80 else said[:79] + "…"


def _braceless(text: str) -> str:
    """Text of the report inside a sentence that is filled in later."""
    return text.replace("{", "(").replace("}", ")")


def _place(claim: Claim, figure: str | None) -> PrintedPlace:
    return PrintedPlace(claim.page, claim.box, figure)


# --- trends ----------------------------------------------------------------------------------------------------------


def _trends(
    passages: Sequence[Passage], observations: Sequence[Observation], catalogue: Catalogue
) -> Iterator[Constraint]:
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
    series = [sorted(some, key=lambda o: period_order(o.roles.wave or "")) for some in found.values()]
    return [s for s in series if len({o.roles.wave for o in s}) == len(s) >= FEWEST_WAVES]


def _trend(
    passage: Passage, sentence: Sentence, what: str, figure: str, group: str | None, series: Sequence[list[Observation]]
) -> Constraint:
    """One row: how many steps (or waves) of the series that fits best contradict the text; none when it is right."""
    rows = [[o.value for o in some] for some in series]
    wrong = [_steps_back(row) if what == "each year" else sum(value < 50 for value in row) for row in rows]
    best = min(zip(wrong, series, strict=True), key=lambda pair: (pair[0], pair[1][0].value - pair[1][-1].value))[1]
    said = passage.text[sentence.start : sentence.end].strip()
    label = next((x for x in (best[0].roles.category, best[0].roles.item) if x), "the value")
    printed = ", ".join(f"{o.source.entry.printed or f'{o.value:g}'} ({o.roles.wave})" for o in best)
    text = f"the text says “{_braceless(said)}”, but {_braceless(repr(label))} is {printed}"
    spans = passage.words(sentence.start, sentence.end)
    page = spans[0].page if spans else 0
    place = PrintedPlace(page, union(s.word.box for s in spans if s.page == page), figure) if spans else None
    return Constraint("trend", tuple(best), float(min(wrong)), 0.0, 0.0, 0.0, text, place=place)


def _steps_back(values: Sequence[float]) -> int:
    """Steps of a series against its main direction; standing still may be a rise that rounding hides."""
    return min(sum(b > a for a, b in pairwise(values)), sum(b < a for a, b in pairwise(values)))


# --- sums within the text --------------------------------------------------------------------------------------------


def _sums(judged: Sequence[Judged]) -> Iterator[Constraint]:
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


def _sum(claims: Sequence[Claim]) -> Constraint:
    total = round(sum(c.value for c in claims), 6)
    added = " + ".join(c.printed for c in claims)
    sentence = f"the shares of the text on page {claims[0].page}, {added}, sum to {{found}} instead of 100"
    slack = float(len(claims) // 2)
    return Constraint("prose-sum", (), total, 100.0, 100.0, slack, sentence, place=_place(claims[0], None))
