"""A printed question beside one of the catalogue: their labels, and the values that both print for one wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.catalogue.matching import text_key
from pipeline.core.contract import ObservationRow
from pipeline.observations.shared_values import Agreement, Place, Series, compared, same_series, series_of

Rows = Sequence[ObservationRow]


@dataclass(frozen=True)
class Beside:
    """One label of this edition with the one of an earlier edition that it is ("" where there is none), and their
    values: (group and wave, ours, theirs)."""

    ours: str
    theirs: str
    values: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class SideBySide:
    """This edition's print beside a question of the catalogue as other editions print it."""

    question: str
    wording: str
    """As the last of them prints it; "" where none does."""
    rows: tuple[Beside, ...]
    agreement: Agreement


def side_by_side(rows: Rows, question: str, earlier: Rows) -> SideBySide:
    """`rows` are the values of the printed question, `earlier` those of `question` in other editions."""
    last = max(earlier, key=lambda row: str(row["edition"]), default=None)
    ours, theirs = series_of(rows, "category"), series_of(earlier, "category")
    known = {text_key(label): label for label in theirs}
    pairs = {label: known.get(text_key(label), "") for label in ours}
    left = {label: series for label, series in theirs.items() if label not in pairs.values()}
    pairs |= {a: b for a, (b, _) in same_series({a: ours[a] for a, b in pairs.items() if not b}, left).items()}
    beside = [Beside(a, b, _values(ours[a], theirs.get(b, {}))) for a, b in pairs.items()]
    newest = [row for row in earlier if last and row["edition"] == last["edition"]]
    beside += [Beside("", b, ()) for b in series_of(newest, "category") if b not in pairs.values()]
    found = [compared(ours[a], theirs.get(b, {})) for a, b in pairs.items()]  # type: ignore[arg-type]
    agreement = Agreement(sum(one.agreeing for one in found), sum(one.shared for one in found))
    return SideBySide(question, (last["question"] or "") if last else "", tuple(beside), agreement)


def _values(ours: Series, theirs: Series) -> tuple[tuple[str, float, float], ...]:
    both = sorted(ours.keys() & theirs.keys(), key=str)
    return tuple((_named(place), ours[place], theirs[place]) for place in both)


def _named(place: Place) -> str:
    group, wave, other, _ = place
    return " · ".join(filter(None, (group, wave, other)))
