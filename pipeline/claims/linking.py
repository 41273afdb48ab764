"""Claims against observations: which published value a sentence restates, and whether it says the same.

A link needs evidence of two kinds out of three: the figure that the text names, the words of the label, the value.
A contradiction is only declared where figure and label leave one value to choose; silence is better than an accusation.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from pipeline.claims.claim import Claim
from pipeline.claims.statements import YEAR
from pipeline.language import words as language_words

Verdict = Literal["agrees", "disagrees", "unmatched"]
Row = Mapping[str, object]

FRACTION_SLACK = 2.5
"""Points by which a fraction in words may miss: halves, thirds and quarters are told apart by 8 and more."""
TENTH_SLACK = 5.0
"""Tenths are rounded to the nearest: `3 op de 10` is said of 34 %."""
ALMOST = 5.0
"""`bijna 60%` is said of 55 % and more."""
BEYOND = 10.0
"""`meer dan een derde` is said of up to ten points more, else the next round number would be named."""
ABOUT = 3.0
RATIO_SLACK = 0.1
"""`3 keer zoveel` is said of 2.7 to 3.3."""
ALMOST_RATIO = 0.2
"""`bijna twee keer zoveel` is said of 1.6 and more."""
NEAR_PAGES = 1
"""A figure that the text does not name is looked for on the claim's page and this many pages around it."""
LABELLED = 0.2
"""Share of label and subject words in common from which the wording counts as evidence."""
CERTAIN = 0.35
"""Share from which, with the figure named, the wording decides even against the value."""
LIKELY = 0.45
"""Share of a sentence's and a label's words in common from which the sentence is about that figure."""
SENTENCE, BEFORE = 0.6, 0.45
"""What the words of the rest of the sentence weigh, and those of the sentence before it (`bij aanbieders is dit …`)."""
NEAR_MISS = 3.0
"""A sum of labels that the sentence lumps together contradicts it when it misses by no more than this; beyond, other
labels were meant."""
CLEARER = 0.12
"""By how much the best label must lead the next for that."""
UNITS = {"percent": "percent", "mean_score": "mean_score", "rank": "rank", "points": "points", "euro": "currency"}
"""Unit of the observations that a claim of each unit can restate."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with the observation that it restates, its figure, group and wave as the link settles them."""

    claim: Claim
    verdict: Verdict
    observation_id: str | None = None
    figure: str | None = None
    group: str | None = None
    wave: str | None = None
    published: float | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    id: str
    page: int
    figure: str
    group: str | None
    wave: str | None
    label: str
    words: frozenset[str]
    heading: frozenset[str]
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class _Fit:
    known: _Known
    wording: float
    own: float
    """The part of `wording` that the claim's own clause gives."""
    value_fits: bool
    paired: bool
    score: float


def verify(claims: Sequence[Claim], observations: Iterable[Row]) -> list[Judged]:
    """Link `claims` to `observations` (rows with the contract's columns) and judge them; same order, one each."""
    index = _Index([_known(row) for row in observations])
    judged = [index.judge(claim, claims) for claim in claims]
    judged = index.supported(judged, claims)
    judged = [_derived(one, judged, index) if one.verdict == "unmatched" else one for one in judged]
    return _figures_carried(judged)


def tolerance(claim: Claim) -> tuple[float, float]:
    """Lowest and highest published value for which the wording of `claim` is right."""
    x = claim.value
    if claim.form == "fraction":
        slack = TENTH_SLACK if claim.parts >= 10 else FRACTION_SLACK
    else:
        slack = 0.5 * 10.0 ** -_decimals(claim.printed)
    scale = 1.0 if claim.unit in ("percent", "points") else 0.1 * max(abs(x), 1.0) / 5
    if claim.unit == "ratio":
        return (x * (1 - (ALMOST_RATIO if claim.qualifier == "almost" else RATIO_SLACK)), x * (1 + RATIO_SLACK))
    low = {"almost": ALMOST, "below": BEYOND, "about": ABOUT}.get(claim.qualifier or "", 0.0) * scale
    high = {"above": BEYOND, "about": ABOUT}.get(claim.qualifier or "", 0.0) * scale
    return (x - max(low, slack) - 1e-9, x + max(high, slack) + 1e-9)


def _decimals(printed: str) -> int:
    match = re.search(r"\d[.,](\d+)", printed)
    return len(match[1]) if match else 0


# --- words -----------------------------------------------------------------------------------------------------------


@cache
def _stems(text: str) -> frozenset[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    stop = language_words("stop_words")
    found = re.findall(r"[^\W\d_](?:[\w&]*\w)?|\d{3,}", plain)
    telling = [w for w in found if w not in stop and len(w) > 1 and not re.fullmatch(YEAR, w)]
    return frozenset(_stem(w) for w in telling or found)


@cache
def _stem(word: str) -> str:
    for ending in sorted(language_words("endings"), key=len, reverse=True):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@cache
def _alike(one: str, other: str) -> float:
    """1 for the same stem, less for compounds that share their beginning or hold one another, 0 otherwise."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= 5 and short in long:
        return 0.7
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(short))
    return 0.7 if shared >= 5 and shared >= 0.6 * len(long) else 0.0


def _known(row: Row) -> _Known:
    def text(name: str) -> str | None:
        value = row.get(name)
        return None if value is None or value != value else str(value)

    label = " / ".join(part for part in (text("category"), text("item")) if part)
    return _Known(
        id=str(row["observation_id"]),
        page=int(float(str(row["page"]))),
        figure=str(row["figure"]),
        group=text("group"),
        wave=text("wave"),
        label=text("category") or text("item") or "",
        words=_stems(label),
        heading=_stems(text("question") or ""),
        value=float(str(row["value"])),
        unit=str(row["unit"]),
    )


class _Index:
    """Observations by figure, and how telling each word of their labels is."""

    def __init__(self, known: Sequence[_Known]) -> None:
        self.known = known
        self.by_figure: dict[str, list[_Known]] = defaultdict(list)
        labels: dict[tuple[str, str], frozenset[str]] = {}
        for one in known:
            self.by_figure[one.figure].append(one)
            labels[(one.figure, one.label)] = one.words
        counts = Counter(word for words in labels.values() for word in words)
        self.total = max(len(labels), 1)
        self.weight = {word: math.log(1 + self.total / n) for word, n in counts.items()}
        self.pages = {figure: {one.page for one in of} for figure, of in self.by_figure.items()}

    def wording(self, subject: frozenset[str], label: frozenset[str]) -> float:
        """How far the words of a label are those of a subject, 0..1, telling words counting more."""
        if not subject or not label:
            return 0.0
        common = math.log(1 + self.total)
        hit = sum(self.weight.get(w, common) * max(_alike(w, s) for s in subject) for w in label)
        back = sum(self.weight.get(s, 0.5 * common) * max(_alike(w, s) for w in label) for s in subject)
        whole = sum(self.weight.get(w, common) for w in label)
        said = sum(self.weight.get(s, 0.5 * common) for s in subject)
        return 0.6 * hit / whole + 0.4 * back / said

    # which figures a claim may speak of, with how strongly the text or the page says so

    def scope(self, claim: Claim, claims: Sequence[Claim]) -> dict[str, float]:
        if claim.figures:
            return {figure: 1.0 if claim.named else 0.8 for figure in claim.figures}
        found: dict[str, float] = {}
        for figure, pages in self.pages.items():
            away = min(abs(page - claim.page) for page in pages)
            if away <= NEAR_PAGES:
                found[figure] = 0.4 - 0.1 * away
        for other in claims:
            if claim.passage - 3 <= other.passage < claim.passage and abs(other.page - claim.page) <= NEAR_PAGES:
                found.update({figure: max(found.get(figure, 0.0), 0.5) for figure in other.figures})
        return found

    def fits(self, claim: Claim, claims: Sequence[Claim]) -> list[_Fit]:
        """Candidates for `claim`, best first."""
        unit = UNITS.get(claim.unit)
        low, high = tolerance(claim)
        texts = ((1.0, _stems(claim.subject)), (SENTENCE, _stems(claim.sentence)), (BEFORE, _before(claim, claims)))
        partners = [other for other in claims if claim.pair is not None and _paired(claim, other)]
        out = []
        for figure, prior in self.scope(claim, claims).items():
            for one in (known for known in self.by_figure.get(figure, ()) if known.unit == unit):
                shares = [weight * self.wording(words, one.words) for weight, words in texts]
                wording, own = max(shares), shares[0]
                fits = low <= one.value <= high
                score = 2.0 * wording + 1.5 * fits + prior + 0.3 * self.wording(texts[1][1], one.heading)
                score += _same(claim.group, one.group, 0.5) + _same(claim.wave, one.wave, 0.4)
                paired = bool(partners) and fits and all(self._beside(one, partner) for partner in partners)
                out.append(_Fit(one, wording, own, fits, paired, score + paired))
        return sorted(out, key=lambda fit: (-fit.score, fit.known.id))

    def supported(self, judged: Sequence[Judged], claims: Sequence[Claim]) -> list[Judged]:
        """Link what only its company explains: two and more numbers of one sentence that names no figure, all of them
        values of one group and wave of one figure nearby, though the labels are worded otherwise."""
        out = list(judged)
        for places in _by_sentence(claims).values():
            loose = [i for i in places if out[i].verdict == "unmatched" and not claims[i].figures]
            if len({claims[i].value for i in loose if claims[i].unit == "percent" and claims[i].form == "digits"}) < 2:
                continue
            options: dict[tuple[str, str | None, str | None], dict[int, _Known]] = defaultdict(dict)
            for i in loose:
                for fit in self.fits(claims[i], claims):
                    if fit.value_fits and _compatible(claims[i], fit.known):
                        options[fit.known.figure, fit.known.group, fit.known.wave].setdefault(i, fit.known)
            best = max(options.values(), key=len, default={})
            if len({claims[i].value for i in best}) >= 2 and len({known.id for known in best.values()}) == len(best):
                for i, known in best.items():
                    out[i] = _linked(claims[i], known, "agrees")
        return out

    def _beside(self, one: _Known, partner: Claim) -> bool:
        """True where another value of the same label is the one that the partner of the pair states."""
        low, high = tolerance(partner)
        same = (k for k in self.by_figure[one.figure] if k.label == one.label and k.unit == one.unit and k is not one)
        return any(low <= k.value <= high for k in same)

    def judge(self, claim: Claim, claims: Sequence[Claim]) -> Judged:
        fits = self.fits(claim, claims)
        nothing = Judged(claim, "unmatched", None, _only(claim.figures), claim.group, claim.wave)
        if not fits:
            return self._likely(nothing, claims)
        good = next((fit for fit in fits if fit.value_fits and self._believable(claim, fit, fits)), None)
        against = self._contradicted(claim, fits)
        if good is not None and (against is None or good.wording >= against.wording - CLEARER):
            return _linked(claim, good.known, "agrees")
        if against is not None:
            return _linked(claim, against.known, "disagrees")
        summed = self._summed(claim, fits)
        if summed is not None:
            return summed
        return self._likely(nothing, claims)

    def _likely(self, one: Judged, claims: Sequence[Claim]) -> Judged:
        """The figure nearby whose labels the sentence words, for a claim that names none and restates no value."""
        if one.claim.figures or one.claim.unit == "count":
            return one
        said = _stems(one.claim.sentence)
        best = {
            figure: max(self.wording(said, known.words) for known in self.by_figure[figure]) + 0.1 * prior
            for figure, prior in self.scope(one.claim, claims).items()
            if self.by_figure.get(figure)
        }
        figure = max(best, key=lambda f: best[f], default=None)
        return replace(one, figure=figure) if figure is not None and best[figure] >= LIKELY else one

    def _summed(self, claim: Claim, fits: Sequence[_Fit]) -> Judged | None:
        """A claim that lumps labels together (`een beperkt effect` for `zeer beperkt` and `eerder beperkt`)."""
        if not claim.figures or claim.unit != "percent" or claim.group is None:
            return None
        figure = [f for f in fits if f.known.group in (None, claim.group) and f.known.wave in (None, claim.wave)]
        best = max((fit.own for fit in figure), default=0.0)
        alike = [fit for fit in figure if best >= CERTAIN and fit.own >= best - CLEARER]
        if not 2 <= len(alike) <= 3 or len({fit.known.label for fit in alike}) != len(alike):
            return None
        low, high = tolerance(claim)
        total = sum(fit.known.value for fit in alike)
        if not low - NEAR_MISS <= total <= high + NEAR_MISS:
            return None
        verdict: Verdict = "agrees" if low <= total <= high else "disagrees"
        return replace(_linked(claim, alike[0].known, verdict), published=total)

    def _believable(self, claim: Claim, fit: _Fit, fits: Sequence[_Fit]) -> bool:
        if claim.dated and not claim.figures and fit.known.wave not in (None, claim.wave):
            return False
        if fit.wording >= LABELLED or fit.paired:
            return True
        alone = (
            len({other.known.label for other in fits if other.value_fits and other.known.figure == fit.known.figure})
            == 1
        )
        return bool(claim.figures) and alone

    def _contradicted(self, claim: Claim, fits: Sequence[_Fit]) -> _Fit | None:
        """The one value that the text must mean and that says otherwise, None where there is room for doubt."""
        if not claim.figures or claim.group is None or claim.unit not in ("percent", "mean_score"):
            return None
        figure = [f for f in fits if f.known.group in (None, claim.group) and f.known.wave in (None, claim.wave)]
        ranked = sorted(figure, key=lambda fit: -fit.own)
        if not ranked or ranked[0].own < CERTAIN or any(f.value_fits and f.wording >= LABELLED for f in figure):
            return None
        rivals = [fit for fit in ranked if fit.known.label != ranked[0].known.label]
        if rivals and ranked[0].own - rivals[0].own < CLEARER:
            return None
        same = [fit for fit in ranked if fit.known.label == ranked[0].known.label]
        return ranked[0] if len(same) == 1 else None


def _before(claim: Claim, claims: Sequence[Claim]) -> frozenset[str]:
    """Words of the sentence and of the one that states the number before, in the same passage."""
    earlier = [
        c.sentence
        for c in claims
        if c.passage == claim.passage and c.place < claim.place and c.sentence != claim.sentence
    ]
    return _stems(claim.sentence) | (_stems(earlier[-1]) if earlier else frozenset())


def _paired(claim: Claim, other: Claim) -> bool:
    return other is not claim and (other.passage, other.pair) == (claim.passage, claim.pair)


def _same(said: str | None, printed: str | None, gain: float) -> float:
    if said is None or printed is None:
        return 0.0
    return gain if said == printed else -gain


def _only(figures: Sequence[str]) -> str | None:
    return figures[0] if figures else None


def _compatible(claim: Claim, known: _Known) -> bool:
    """True where nothing that the text says rules out that the claim is in digits about this group and wave."""
    wave = not claim.dated or known.wave == claim.wave
    return claim.form == "digits" and wave and claim.group in (None, known.group)


def _by_sentence(claims: Sequence[Claim]) -> dict[tuple[int, str], list[int]]:
    places: dict[tuple[int, str], list[int]] = defaultdict(list)
    for i, claim in enumerate(claims):
        places[claim.passage, claim.sentence].append(i)
    return places


def _figures_carried(judged: Sequence[Judged]) -> list[Judged]:
    """A number without a figure speaks of the one that the numbers before it in its passage were found in."""
    out: list[Judged] = []
    for one in judged:
        last = out[-1] if out and out[-1].claim.passage == one.claim.passage else None
        carried = one.figure is None and last is not None and one.claim.unit in UNITS
        out.append(replace(one, figure=last.figure) if carried and last else one)
    return out


def _linked(claim: Claim, known: _Known, verdict: Verdict) -> Judged:
    return Judged(
        claim, verdict, known.id, known.figure, known.group or claim.group, known.wave or claim.wave, known.value
    )


# --- claims about other claims: ratios and places in a ranking -------------------------------------------------------


def _derived(one: Judged, judged: Sequence[Judged], index: _Index) -> Judged:
    """A ratio or a `top 3` speaks of the values that its sentence states: judge it by the observations they link to."""
    claim = one.claim
    said = [
        j
        for j in judged
        if j.observation_id and j.claim.passage == claim.passage and j.claim.sentence == claim.sentence
    ]
    values = {j.observation_id: known for j in said for known in index.known if known.id == j.observation_id}
    if claim.unit == "ratio":
        low, high = tolerance(claim)
        for a in values.values():
            for b in values.values():
                if a is not b and b.value > 0 and low <= a.value / b.value <= high:
                    return replace(_linked(claim, a, "agrees"), published=a.value / b.value)
    top = claim.unit == "rank" and claim.printed.lower().startswith(language_words("rank_prefix"))
    if top and values and all(_place(known, index) <= claim.value for known in values.values()):
        return _linked(claim, next(iter(values.values())), "agrees")
    return one


def _place(known: _Known, index: _Index) -> int:
    """Place of a value among those of its figure, group and wave (1 = highest, ties share the better place)."""
    rivals = [
        o for o in index.by_figure[known.figure] if (o.group, o.wave, o.unit) == (known.group, known.wave, known.unit)
    ]
    return 1 + sum(other.value > known.value for other in rivals)
