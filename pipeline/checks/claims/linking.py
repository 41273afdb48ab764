"""Claims against observations: which published value a sentence restates, and whether it says the same.

A link needs evidence of two kinds out of three: the figure that the text names, the words of the label, the value.
Where a sentence or passage states several numbers, what the others are about is evidence too (`Company`).
A contradiction is only declared where figure, label and group leave one value to choose; silence is better than an
accusation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipeline.checks.claims.printed_labels import named_ones, settled
from pipeline.checks.claims.thresholds import thresholds
from pipeline.checks.claims.value_index import (
    ALONE,
    CARRIED,
    EARLIER,
    NEAR_PAGES,
    POINTED,
    UNITS,
    Company,
    Fit,
    Index,
    PublishedValue,
    linked,
    paired,
    says_nothing,
    stems,
)
from pipeline.checks.claims.verdicts import Claim, Judged, Verdict, tolerance
from pipeline.core.contract import ObservationRow
from pipeline.core.language import words as language_words

LABELLED = 0.2
"""Share of label and subject words in common from which the wording counts as evidence."""
CERTAIN, STRONG = 0.35, 0.5
"""Shares from which the wording decides even against the value: where the text names the figure, and where only the
numbers around are found in it."""
LIKELY = 0.45
"""Share of a sentence's and a label's words in common from which the sentence is about that figure."""
NEAR_MISS = 3.0
"""A sum of labels that the sentence lumps together contradicts it when it misses by no more than this; beyond, other
labels were meant."""
CLEARER = 0.12
"""By how much the best label must lead the next for that."""


def verify(claims: Sequence[Claim], observations: Iterable[ObservationRow]) -> list[Judged]:
    """Link `claims` to `observations` (rows with the contract's columns) and judge them; same order, one each."""
    index = Index([PublishedValue.of(row) for row in observations])
    before = _before(claims)
    named = list(named_ones(index, claims))
    judged = [
        settled(one, _judge(index, claim, before[claim.passage], ALONE))
        for one, claim in zip(named, claims, strict=True)
    ]
    judged = _one_series(index, judged, claims)
    judged = [
        _reconsidered(index, judged, i, before[claims[i].passage], company)
        for i, company in enumerate(_companies(index, judged))
    ]
    judged = _supported(index, judged, claims, before)
    judged = [settled(one, other) for one, other in zip(named, judged, strict=True)]
    judged = thresholds(index, judged)
    said = {key: [judged[i] for i in places] for key, places in _by_sentence(claims).items()}
    judged = [derived(one, said[_sentence(one.claim)], index) if one.verdict == "unmatched" else one for one in judged]
    return _figures_carried([_proven(index, one, said[_sentence(one.claim)]) for one in judged])


def _proven(index: Index, one: Judged, said: Sequence[Judged]) -> Judged:
    """`one`, unmatched where it contradicts a value that its sentence also states ("52%, against 74% in 2022"), or the
    sentence neither names the figure nor has all words of the value's label."""
    known = index.by_id.get(one.observation_id or "")
    if one.verdict != "disagrees" or known is None or one.summed or one.published is None:
        return one
    others = (tolerance(other.claim) for other in said if other.claim is not one.claim)
    stated = any(low <= one.published <= high for low, high in others)
    pointed = bool(one.claim.figures) or one.claim.pointing is not None
    if not stated and (pointed or known.words <= stems(one.claim.sentence)):
        return one
    return replace(one, verdict="unmatched", observation_id=None, published=None)


def _before(claims: Sequence[Claim]) -> dict[int, list[Claim]]:
    """For each passage, the claims that tell what its own are about: these and those shortly before."""
    of: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        of[claim.passage].append(claim)
    return {passage: [c for n in range(passage - EARLIER, passage + 1) for c in of.get(n, ())] for passage in of}


def _judge(index: Index, claim: Claim, claims: Sequence[Claim], company: Company) -> Judged:
    fits = index.fits(claim, claims, company)
    nothing = Judged(claim, "unmatched", None, next(iter(index.meant(claim)), None), claim.group, claim.wave)
    if not fits:
        return _likely(index, nothing, claims)
    good = next((fit for fit in fits if fit.value_fits and _believable(index, claim, fit, fits)), None)
    against = _contradicted(index, claim, claims, fits, company)
    if good is not None and (against is None or good.own >= against.own - CLEARER):
        return linked(claim, good.known, "agrees")
    if against is not None:
        return linked(claim, against.known, "disagrees")
    return _summed(index, claim, fits) or _likely(index, nothing, claims)


def _believable(index: Index, claim: Claim, fit: Fit, fits: Sequence[Fit]) -> bool:
    if claim.dated and not claim.named and fit.known.wave not in (None, claim.wave):
        return False
    if fit.wording >= LABELLED or fit.paired:
        return True
    same = (other for other in fits if other.value_fits and other.known.figure == fit.known.figure)
    alone = len({other.known.label for other in same}) == 1
    return alone and max(index.meant(claim).values(), default=0.0) >= CARRIED


# --- contradictions --------------------------------------------------------------------------------------------------


def _contradicted(
    index: Index, claim: Claim, claims: Sequence[Claim], fits: Sequence[Fit], company: Company
) -> Fit | None:
    """The one value that the text must mean and that says otherwise, None where there is room for doubt.

    Something in the sentence itself has to say of which figure or group it speaks: it may have left the ones before
    ("in home care 71%").
    """
    meant = index.meant(claim, company)
    told = claim.named or claim.pointing or claim.grouped or company.figure is not None
    if claim.unit not in ("percent", "mean_score") or not meant or not told:
        return None
    least = CERTAIN if max(meant.values()) >= CARRIED else STRONG
    figure = [fit for fit in fits if fit.known.figure in meant and _about(index, claim, fit.known, company)]
    ranked = sorted(figure, key=lambda fit: -fit.own)
    if not ranked or ranked[0].own < least:
        return None
    if any(fit.value_fits and fit.own >= max(LABELLED, ranked[0].own / 2) for fit in figure):
        return None
    best = ranked[0].known
    rivals = [fit for fit in ranked if (fit.known.figure, fit.known.label) != (best.figure, best.label)]
    if rivals and ranked[0].own - rivals[0].own < CLEARER:
        return None
    same = [fit for fit in ranked if (fit.known.figure, fit.known.label) == (best.figure, best.label)]
    chosen = _chosen(same, claim, claims, company)
    return None if chosen is None or _turned(claim, chosen.known.value) else chosen


def _about(index: Index, claim: Claim, known: PublishedValue, company: Company) -> bool:
    """True where the value is of the group and wave that the text speaks of, if the figure tells several apart."""
    of = index.exhibit(known.figure, known.page)
    group = claim.group or company.group
    if known.group is not None and group != known.group and len({one.group for one in of}) > 1:
        return False
    if company.category is not None and known.item is not None and known.category != company.category:
        return False
    if claim.dated or len({one.wave for one in of}) > 1:
        return known.wave in (None, claim.wave if claim.dated else company.wave or claim.wave)
    return True


def _chosen(same: Sequence[Fit], claim: Claim, claims: Sequence[Claim], company: Company) -> Fit | None:
    """The one of several values under one label that is meant: that of the item whose words the clause has, of the
    item that the sentence's other numbers are of, or the one that the other numbers of the wording leave over."""
    if len(same) < 2:
        return same[0] if same else None
    if same[0].own - same[1].own >= CLEARER:
        return same[0]
    item = [fit for fit in same if company.item is not None and fit.known.item == company.item]
    if len(item) == 1:
        return item[0]
    partners = [tolerance(other) for other in claims if paired(claim, other)]
    left = [fit for fit in same if not any(low <= fit.known.value <= high for low, high in partners)]
    return left[0] if len(left) == 1 and len(same) == len(partners) + 1 else None


def _turned(claim: Claim, value: float) -> bool:
    """True where the sentence denies what the label says and states the rest of the whole."""
    low, high = tolerance(claim)
    denied = set(claim.sentence.casefold().split()) & set(language_words("negations"))
    return claim.unit == "percent" and bool(denied) and low <= 100 - value <= high


def _reconsidered(index: Index, judged: Sequence[Judged], i: int, claims: Sequence[Claim], company: Company) -> Judged:
    """What could not be matched, judged again by its company."""
    one, claim = judged[i], judged[i].claim
    if one.verdict == "unmatched" and claim.unit in UNITS:
        echoed = _echoed(index, judged, i)
        again = _judge(index, claim, claims, company)
        if again.verdict == "unmatched" and echoed is not None and not _turned(claim, echoed.value):
            return linked(claim, echoed, "disagrees")
        return again
    known = index.by_id.get(one.observation_id or "")
    if known is not None and index.wording(stems(claim.topic), known.words) < LABELLED and claim.unit in UNITS:
        again = _judge(index, claim, claims, company)
        if again.verdict == "disagrees":
            return again
    return _of_its_own_group(index, one, company)


def _of_its_own_group(index: Index, one: Judged, company: Company) -> Judged:
    """`one`, or its contradiction where the figure that the sentence names or points at prints the number for the same
    label of another group than the one that the text speaks of."""
    claim, known = one.claim, index.by_id.get(one.observation_id or "")
    if one.verdict != "agrees" or known is None or known.group is None or claim.group in (None, known.group):
        return one
    if company.group == known.group or max(index.meant(claim).values(), default=0.0) < POINTED:
        return one
    own = _other_values(index, known, claim.group)
    return linked(claim, own[0], "disagrees") if len(own) == 1 else one


def _other_values(index: Index, known: PublishedValue, group: str | None) -> list[PublishedValue]:
    """What the figure prints for the same label of `group`."""
    key = (known.category, known.item, known.unit, known.wave, group)
    return [
        other
        for other in index.exhibit(known.figure, known.page)
        if (other.category, other.item, other.unit, other.wave, other.group) == key
    ]


def _echoed(index: Index, judged: Sequence[Judged], i: int) -> PublishedValue | None:
    """The value that a clause without words of its own means ("with providers that is 13%"): of its group, under the
    label of the number before it or of its partner in one wording."""
    claim = judged[i].claim
    around = [one for one in (judged[max(i - 1, 0)], *judged[i + 1 : i + 2]) if one.claim.passage == claim.passage]
    echoes = around if claim.grouped and says_nothing(claim.topic) else []
    for one in [one for one in around if paired(claim, one.claim)] or echoes:
        known = index.by_id.get(one.observation_id or "")
        alike = one.verdict == "agrees" and one.claim.unit == claim.unit
        if alike and known is not None and claim.group not in (None, known.group):
            values = _other_values(index, known, claim.group)
            return values[0] if len(values) == 1 else None
    return None


# --- what the numbers around are about -------------------------------------------------------------------------------


def _companies(index: Index, judged: Sequence[Judged]) -> list[Company]:
    """For each claim, what the other claims of its passage and sentence were found to be about."""
    found: dict[int, list[tuple[int, Claim, PublishedValue]]] = defaultdict(list)
    for i, one in enumerate(judged):
        if one.observation_id in index.by_id and one.claim.unit in UNITS:
            found[one.claim.passage].append((i, one.claim, index.by_id[one.observation_id or ""]))
    out = []
    for i, one in enumerate(judged):
        near = [x for passage in range(-1, 2) for x in found.get(one.claim.passage + passage, ())]
        page = one.claim.page
        others = [(claim, known) for n, claim, known in near if n != i and abs(claim.page - page) <= NEAR_PAGES]
        passage = [known for claim, known in others if claim.passage == one.claim.passage]
        sentence = [known for claim, known in others if _sentence(claim) == _sentence(one.claim)]
        about = sentence or passage
        several = sentence if len(sentence) > 1 else []
        out.append(
            Company(
                frozenset(known.figure for _, known in others),
                _common(known.figure for known in sentence),
                _common(known.group for known in about),
                _common(known.wave for known in about),
                _common(known.item for known in sentence),
                _common(known.category for known in several),
            )
        )
    return out


def _common(values: Iterable[str | None]) -> str | None:
    """The one value that all have, None where they differ."""
    several = set(values)
    return several.pop() if len(several) == 1 else None


def _agrees(one: Judged, index: Index) -> bool:
    return one.verdict == "agrees" and one.claim.unit in UNITS and one.observation_id in index.by_id


def _series(known: PublishedValue) -> tuple[str, str | None, str | None, str | None]:
    return known.figure, known.group, known.wave, known.item


def _sentence(claim: Claim) -> tuple[int, str]:
    return claim.passage, claim.sentence


def _one_series(index: Index, judged: Sequence[Judged], claims: Sequence[Claim]) -> list[Judged]:
    """Numbers of a sentence that names no group are of one group: that of the number whose words tell best."""
    out = list(judged)
    for places in _by_sentence(claims).values():
        loose = [i for i in places if _agrees(out[i], index) and not claims[i].grouped and claims[i].pair is None]
        if len({out[i].group for i in loose}) < 2:
            continue
        told = {i: index.wording(stems(claims[i].topic), index.by_id[out[i].observation_id or ""].words) for i in loose}
        best = index.by_id[out[max(loose, key=lambda i: told[i])].observation_id or ""]
        for i in loose:
            low, high = tolerance(claims[i])
            same = [
                one
                for one in index.exhibit(best.figure, best.page)
                if _series(one) == _series(best) and one.unit == UNITS[claims[i].unit] and low <= one.value <= high
            ]
            if out[i].group != best.group and len(same) == 1:
                out[i] = linked(claims[i], same[0], "agrees")
    return out


def _supported(
    index: Index, judged: Sequence[Judged], claims: Sequence[Claim], before: Mapping[int, Sequence[Claim]]
) -> list[Judged]:
    """Link what only its company explains: two and more numbers of one sentence that names no figure, all of them
    values of one group and wave of one figure nearby, though the labels are worded otherwise."""
    out = list(judged)
    for places in _by_sentence(claims).values():
        loose = [i for i in places if out[i].verdict == "unmatched" and not claims[i].figures]
        if len({claims[i].value for i in loose if claims[i].unit == "percent" and claims[i].form == "digits"}) < 2:
            continue
        options: dict[tuple[str, str | None, str | None], dict[int, PublishedValue]] = defaultdict(dict)
        for i in loose:
            for fit in index.fits(claims[i], before[claims[i].passage]):
                if fit.value_fits and _compatible(claims[i], fit.known):
                    options[fit.known.figure, fit.known.group, fit.known.wave].setdefault(i, fit.known)
        best = max(options.values(), key=len, default={})
        if len({claims[i].value for i in best}) >= 2 and len({known.id for known in best.values()}) == len(best):
            for i, known in best.items():
                out[i] = linked(claims[i], known, "agrees")
    return out


def _compatible(claim: Claim, known: PublishedValue) -> bool:
    """True where nothing that the text says rules out that the claim is in digits about this group and wave."""
    wave = not claim.dated or known.wave == claim.wave
    return claim.form == "digits" and wave and claim.group in (None, known.group)


def _by_sentence(claims: Sequence[Claim]) -> dict[tuple[int, str], list[int]]:
    places: dict[tuple[int, str], list[int]] = defaultdict(list)
    for i, claim in enumerate(claims):
        places[_sentence(claim)].append(i)
    return places


# --- sums, and figures without a value -------------------------------------------------------------------------------


def _summed(index: Index, claim: Claim, fits: Sequence[Fit]) -> Judged | None:
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
    summed = tuple(fit.known.id for fit in alike)
    return replace(linked(claim, alike[0].known, verdict), published=total, summed=summed)


def _likely(index: Index, one: Judged, claims: Sequence[Claim]) -> Judged:
    """The figure nearby whose labels or question the sentence words, for a claim that names none and restates no
    value."""
    claim = one.claim
    if claim.named or claim.pointing or claim.unit == "count":
        return one
    scope = index.scope(replace(claim, figures=()), claims) | index.meant(claim)
    said = stems(claim.sentence)
    best = {figure: _told(index, said, figure, claim.page) + 0.1 * prior for figure, prior in scope.items()}
    figure = max(best, key=lambda f: best[f], default=None)
    carried = best.get(one.figure or "", 0.0)
    if figure is None or best[figure] < LIKELY or best[figure] < carried + CLEARER:
        return one
    return replace(one, figure=figure)


def _told(index: Index, said: frozenset[str], figure: str, page: int) -> float:
    """How far the words of a sentence are those of a figure's labels or of its question."""
    of = index.exhibit(figure, page)
    texts = {one.words for one in of} | {one.heading for one in of}
    return max((index.wording(said, words) for words in texts), default=0.0)


def _figures_carried(judged: Sequence[Judged]) -> list[Judged]:
    """A number without a figure speaks of the one that the numbers before it in its passage were found in."""
    out: list[Judged] = []
    for one in judged:
        last = out[-1] if out and out[-1].claim.passage == one.claim.passage else None
        carried = one.figure is None and last is not None and one.claim.unit in UNITS
        out.append(replace(one, figure=last.figure) if carried and last else one)
    return out


def derived(one: Judged, said: Sequence[Judged], index: Index) -> Judged:
    """`one` judged by the observations that the numbers `said` in its sentence link to; as it was where none helps."""
    claim = one.claim
    values = {j.observation_id: index.by_id[j.observation_id] for j in said if j.observation_id in index.by_id}
    if claim.unit == "ratio":
        low, high = tolerance(claim)
        for a in values.values():
            for b in values.values():
                if a is not b and b.value > 0 and low <= a.value / b.value <= high:
                    return replace(linked(claim, a, "agrees"), published=a.value / b.value)
    top = claim.unit == "rank" and claim.printed.lower().startswith(language_words("rank_prefix"))
    if top and values and all(_place(known, index) <= claim.value for known in values.values()):
        first = next(iter(values.values()))
        return linked(claim, first, "agrees")
    return one


def _place(known: PublishedValue, index: Index) -> int:
    """Place of a value among those of its figure, group and wave (1 = highest, ties share the better place)."""
    of = index.exhibit(known.figure, known.page)
    rivals = [o for o in of if (o.group, o.wave, o.unit) == (known.group, known.wave, known.unit)]
    return 1 + sum(other.value > known.value for other in rivals)
