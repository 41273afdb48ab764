"""The numbers of a document's exhibits, read by the convention that they show together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipeline.catalogue.model import Catalogue
from pipeline.core.language import unit_words
from pipeline.core.numbers import DecimalMark, Number, decimal_mark_of, is_bracketed, read_value
from pipeline.exhibits.reading import Part, PartValue

FEW = 20
"""Numbers of a document that say no more about its other numbers than chance."""


def with_decimal_mark(parts: Sequence[Part], catalogue: Catalogue) -> Catalogue:
    """The catalogue of a report that belongs to no study, with the decimal mark that its values show together."""
    if catalogue.questions:
        return catalogue
    values = [v.entry for part in parts for v in part.values if v.entry.printed is not None]
    told = unit_words((*(t for part in parts for t in part.titles), *(x.text for e in values for x in e.labels)))
    shown = decimal_mark_of((e.printed or "" for e in values), counts=bool(told) and told <= {"count", "things"})
    study = catalogue.study.model_copy(update={"decimal_mark": shown or catalogue.study.decimal_mark})
    return catalogue.model_copy(update={"study": study})


def usual_percents(parts: Sequence[Part]) -> float:
    """Share of percentages among a document's numbers whose unit is told, by their sign or by what is printed beside
    them; as many as `FEW` more, half of them percentages, are added, so that few numbers say little."""
    percents = others = 0
    for part in parts:
        told = unit_words((*part.titles[:1], *part.texts))
        for value in part.values:
            percents += "%" in (value.entry.printed or "") or "percent" in told
            others += "percent" not in told and bool(told & {"count", "mean_score", "currency"})
    return (percents + FEW / 2) / (percents + others + FEW)


def numbers_of(part: Part, decimal: DecimalMark) -> list[Number | None]:
    """The numbers of a part. A black triangle is the minus of Japanese accounts where it marks some of a column and the
    others bear no sign. A share in brackets is an uncertain one: none is below nought, if no change is measured."""
    numbers = [number_of(value, decimal) for value in part.values]
    told = unit_words((*part.titles[:1], *{x.text for v in part.values for x in v.entry.labels if x.axis == "column"}))
    if "percent" in told and "points" not in told:
        bracketed = [is_bracketed(value.entry.printed or "") for value in part.values]
        numbers = [_uncertain(n) if n and b else n for n, b in zip(numbers, bracketed, strict=True)]
    heads = [tuple(x for x in value.entry.labels if x.axis == "column") for value in part.values]
    signs: dict[object, set[str]] = defaultdict(set)
    for head, n in zip(heads, numbers, strict=True):
        if n is not None and n.value:
            signs[head].add(n.printed[:1] if n.signed else "")
    loss = {head for head, some in signs.items() if some == {"▲", ""}}
    pairs = zip(heads, numbers, strict=True)
    return [replace(n, value=-n.value) if n is not None and n.signed and head in loss else n for head, n in pairs]


def _uncertain(number: Number) -> Number:
    return replace(number, value=abs(number.value), signed=False)


def number_of(value: PartValue, decimal: DecimalMark) -> Number | None:
    """The printed number; the measured one (one decimal), with the sign of its scale, where nothing is printed."""
    entry = value.entry
    if entry.printed is not None:
        return read_value(entry.printed, decimal)
    if entry.measured is None:
        return None
    return Number(round(entry.measured, 1), entry.sign, 1, False, "")
