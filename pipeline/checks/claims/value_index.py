"""The published values as claims look for them: by figure, and how telling each word of their labels is."""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.checks.claims.context import QUALIFIERS
from pipeline.checks.claims.statements import CURRENCIES, YEAR
from pipeline.checks.claims.verdicts import Claim, Judged, Verdict, tolerance
from pipeline.core.contract import ObservationRow, Row
from pipeline.core.language import words as language_words


@cache
def stems(text: str) -> frozenset[str]:
    """Stems of the telling words of `text`; of all its words where none is telling."""
    return frozenset(_stem(w) for w in _telling(text) or _words(text))


def says_nothing(text: str) -> bool:
    """True where no word of `text` tells what a number is about; qualifiers ("nearly", "only") bend it, no more."""
    bending = {word for name in QUALIFIERS for phrase in language_words(name) for word in phrase.split()}
    return not set(_telling(text)) - bending


def _words(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.findall(r"[^\W\d_](?:[\w&]*\w)?|\d{3,}", plain)


def _telling(text: str) -> list[str]:
    stop = language_words("stop_words")
    return [w for w in _words(text) if w not in stop and len(w) > 1 and not re.fullmatch(YEAR, w)]


@cache
def _stem(word: str) -> str:
    for ending in sorted(language_words("endings"), key=len, reverse=True):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@cache
def alike(one: str, other: str) -> float:
    """1 for the same stem, less for compounds that share their beginning or hold one another, 0 otherwise."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= 5 and short in long:
        return 0.7
    if one[:5] != other[:5]:
        return 0.0
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(short))
    return 0.7 if shared >= 5 and shared >= 0.6 * len(long) else 0.0


REMEMBERED = 8192
"""Pairs of a claim's words and a label's that are compared once only: those of a hundred pages."""
NEAR_PAGES = 1
"""A figure that the text does not name is looked for on the claim's page and this many pages around it."""
EARLIER = 3
"""A figure is still meant so many passages after one that names it."""
SENTENCE, BEFORE = 0.6, 0.45
"""What the words of the rest of the sentence weigh, and those of the sentence before it (`bij aanbieders is dit …`)."""
UNITS = {"percent": "percent", "mean_score": "mean_score", "rank": "rank", "points": "points"} | dict.fromkeys(
    CURRENCIES.values(), "currency"
)
"""Unit of the observations that a claim of each unit can restate."""
NAMED, POINTED, CARRIED, COMPANY = 1.0, 1.0, 0.8, 0.7
"""How strongly a figure is meant that the sentence names, or points at (`the table below`), that its passage named
before, or that the numbers around it were found in."""


@dataclass(frozen=True, slots=True)
class PublishedValue:
    """A published value: `label` is its category (or item), `words` the stems of both, `heading` of its question;
    `doubted` says that its reading is."""

    id: str
    page: int
    top: float
    figure: str
    question: str | None
    kind: str
    group: str | None
    wave: str | None
    category: str | None
    item: str | None
    words: frozenset[str]
    heading: frozenset[str]
    value: float
    unit: str
    doubted: bool

    @property
    def label(self) -> str:
        return self.category or self.item or ""

    @classmethod
    def of(cls, row: ObservationRow) -> PublishedValue:
        plain: Row = row

        def text(name: str) -> str | None:
            value = plain.get(name)
            return None if value is None or value != value else str(value)

        def number(name: str) -> float:
            return float(str(plain[name]))

        return cls(
            id=str(row["observation_id"]),
            page=int(number("page")),
            top=number("top") if text("top") else 0.0,
            figure=str(row["figure"]),
            question=text("question"),
            kind=text("kind") or "unknown",
            group=text("group"),
            wave=text("wave"),
            category=text("category"),
            item=text("item"),
            words=stems(" / ".join(part for part in (text("category"), text("item")) if part)),
            heading=stems(text("question") or ""),
            value=number("value"),
            unit=str(row["unit"]),
            doubted=any(str(flag).startswith("extraction-") for flag in row.get("flags", ())),
        )


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a claim fits a published value. `own` is the part of `wording` that the claim's own clause gives;
    `paired` says that the other numbers of its wording stand beside it under the same label."""

    known: PublishedValue
    wording: float
    own: float
    value_fits: bool
    paired: bool
    score: float


@dataclass(frozen=True, slots=True)
class Company:
    """What the numbers around a claim were found to be about: `figures` of its passage and the ones beside it; the one
    `figure`, `item` and `category` of its sentence, the one `group` and `wave` of its sentence or else passage."""

    figures: frozenset[str] = frozenset()
    figure: str | None = None
    group: str | None = None
    wave: str | None = None
    item: str | None = None
    category: str | None = None


ALONE = Company()


class Index:
    """Observations by page and by exhibit. Where numbers of figures begin anew, one number is that of several exhibits,
    whose pages do not follow one another: what is said of it is said of the nearest one."""

    def __init__(self, known: Sequence[PublishedValue]) -> None:
        self.known = known
        self.by_id = {one.id: one for one in known}
        self.by_page: dict[int, list[int]] = defaultdict(list)
        labels: dict[tuple[str, str], frozenset[str]] = {}
        for place, one in enumerate(known):
            self.by_page[one.page].append(place)
            labels[(one.figure, one.label)] = one.words
        counts = Counter(word for words in labels.values() for word in words)
        self.total = max(len(labels), 1)
        self.weight = {word: math.log(1 + self.total / n) for word, n in counts.items()}
        self.worded: dict[tuple[frozenset[str], frozenset[str]], float] = {}
        self.exhibits: dict[str, list[list[PublishedValue]]] = defaultdict(list)
        self.starts: dict[int, list[tuple[float, str]]] = defaultdict(list)
        last = dict[str, int]()
        for page in sorted(self.by_page):
            on_page: dict[str, list[PublishedValue]] = defaultdict(list)
            for place in self.by_page[page]:
                on_page[known[place].figure].append(known[place])
            for figure, values in on_page.items():
                if page - last.get(figure, -page) > NEAR_PAGES:
                    self.exhibits[figure].append([])
                    self.starts[page].append((min(one.top for one in values), figure))
                self.exhibits[figure][-1] += values
                last[figure] = page

    def exhibit(self, figure: str, page: int) -> Sequence[PublishedValue]:
        """The values of the exhibit with that number, of several the one nearest to the page."""
        several = self.exhibits.get(figure, [])
        after = bisect_left(several, page, key=lambda values: values[0].page)
        near = several[max(after - 1, 0) : after + 1]
        return min(near, key=lambda values: min(abs(one.page - page) for one in values), default=())

    def near(self, page: int) -> list[PublishedValue]:
        pages = range(page - NEAR_PAGES, page + NEAR_PAGES + 1)
        return [self.known[i] for i in sorted(i for page in pages for i in self.by_page.get(page, ()))]

    def wording(self, subject: frozenset[str], label: frozenset[str]) -> float:
        """How far the words of a label are those of a subject, 0..1, telling words counting more.

        Found once for each pair: a label stands beside the values of several waves and groups.
        """
        if not subject or not label:
            return 0.0
        if len(self.worded) > REMEMBERED:
            self.worded.clear()  # claims and values come page by page
        if (subject, label) not in self.worded:
            self.worded[subject, label] = self._worded(subject, label)
        return self.worded[subject, label]

    def _worded(self, subject: frozenset[str], label: frozenset[str]) -> float:
        common = math.log(1 + self.total)
        near = [[alike(w, s) for s in subject] for w in label]
        hit = sum(self.weight.get(w, common) * max(row) for w, row in zip(label, near, strict=True))
        nearest = [max(row[i] for row in near) for i in range(len(subject))]
        back = sum(self.weight.get(s, 0.5 * common) * most for s, most in zip(subject, nearest, strict=True))
        whole = sum(self.weight.get(w, common) for w in label)
        said = sum(self.weight.get(s, 0.5 * common) for s in subject)
        return 0.6 * hit / whole + 0.4 * back / said

    def pointed_at(self, claim: Claim) -> str | None:
        """The figure that `the table below` or `above` means: the next or the last one by its place."""
        here, pages = (claim.page, claim.box.top), range(claim.page - NEAR_PAGES, claim.page + NEAR_PAGES + 1)
        starts = sorted((page, top, figure) for page in pages for top, figure in self.starts.get(page, ()))
        after = [figure for page, top, figure in starts if (page, top) > here]
        before = [figure for page, top, figure in starts if (page, top) < here]
        if claim.pointing == "below":
            return after[0] if after else None
        return before[-1] if before and claim.pointing == "above" else None

    def meant(self, claim: Claim, company: Company = ALONE) -> dict[str, float]:
        """The figures that the text or the company of `claim` says it is about, with how strongly."""
        if claim.named:
            return dict.fromkeys(claim.figures, NAMED)
        pointed = self.pointed_at(claim)
        if pointed is not None:
            return {pointed: POINTED}
        found = dict.fromkeys(company.figures, COMPANY)
        if company.figure is not None:
            found[company.figure] = CARRIED
        return found | dict.fromkeys(claim.figures, CARRIED)

    def scope(self, claim: Claim, claims: Sequence[Claim], company: Company = ALONE) -> dict[str, float]:
        """The figures that a claim may speak of: those meant, else those around it."""
        meant = self.meant(claim, company)
        if claim.named or claim.figures or any(strength >= POINTED for strength in meant.values()):
            return meant
        found: dict[str, float] = {}
        for one in self.near(claim.page):
            found[one.figure] = max(found.get(one.figure, 0.0), 0.4 - 0.1 * abs(one.page - claim.page))
        for other in claims:
            if claim.passage - EARLIER <= other.passage < claim.passage and abs(other.page - claim.page) <= NEAR_PAGES:
                found.update({figure: max(found.get(figure, 0.0), 0.5) for figure in other.figures})
        return found | {figure: max(strength, found.get(figure, 0.0)) for figure, strength in meant.items()}

    def fits(self, claim: Claim, claims: Sequence[Claim], company: Company = ALONE) -> list[Fit]:
        """Candidates for `claim`, best first."""
        unit = UNITS.get(claim.unit)
        low, high = tolerance(claim)
        texts = ((1.0, stems(claim.topic)), (SENTENCE, stems(claim.sentence)), (BEFORE, _before(claim, claims)))
        partners = [other for other in claims if paired(claim, other)]
        out = []
        for figure, prior in self.scope(claim, claims, company).items():
            for one in (known for known in self.exhibit(figure, claim.page) if known.unit == unit):
                shares = [weight * self.wording(words, one.words) for weight, words in texts]
                wording, own = max(shares), shares[0]
                fits = low <= one.value <= high
                score = 2.0 * wording + 1.5 * fits + prior + 0.3 * self.wording(texts[1][1], one.heading)
                score += _same(claim.group, one.group, 0.5) + _same(claim.wave, one.wave, 0.4)
                both = bool(partners) and fits and all(self._beside(one, partner) for partner in partners)
                out.append(Fit(one, wording, own, fits, both, score + both))
        return sorted(out, key=lambda fit: (-fit.score, fit.known.id))

    def _beside(self, one: PublishedValue, partner: Claim) -> bool:
        """True where another value of the same label is the one that the partner of the pair states."""
        low, high = tolerance(partner)
        others = (k for k in self.exhibit(one.figure, one.page) if k.unit == one.unit and k is not one)
        return any(k.label == one.label and low <= k.value <= high for k in others)


def paired(claim: Claim, other: Claim) -> bool:
    """True where one wording states both (`17% vs 29%`)."""
    return claim.pair is not None and other is not claim and (other.passage, other.pair) == (claim.passage, claim.pair)


def _before(claim: Claim, claims: Sequence[Claim]) -> frozenset[str]:
    """Words of the sentence and of the one that states the number before, in the same passage."""
    earlier = [
        c.sentence
        for c in claims
        if c.passage == claim.passage and c.place < claim.place and c.sentence != claim.sentence
    ]
    return stems(claim.sentence) | (stems(earlier[-1]) if earlier else frozenset())


def _same(said: str | None, printed: str | None, gain: float) -> float:
    if said is None or printed is None:
        return 0.0
    return gain if said == printed else -gain


def linked(claim: Claim, known: PublishedValue, verdict: Verdict) -> Judged:
    low, high = tolerance(claim)
    group, wave = known.group or claim.group, known.wave or claim.wave
    return Judged(claim, verdict, known.id, known.figure, group, wave, known.value, low=low, high=high)
