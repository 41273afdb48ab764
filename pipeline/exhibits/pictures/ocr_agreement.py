"""OCR against geometry: each number that was recognised is weighed against what its mark measures.

OCR errs with full confidence (a 6 % read as 9), so its own score never suffices. Where the mark's length or angle
supports one of the ways in which the number was read, that one is taken; where it supports none, or where there is no
mark, the value carries a doubt.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.core.geometry import Box
from pipeline.core.numbers import DecimalMark, Number, parse_number
from pipeline.exhibits.pictures.bitmap_reader import PicturePage
from pipeline.exhibits.pictures.ocr_words import NumberReading
from pipeline.exhibits.reading import Entry, Reading

Candidates = Sequence[tuple[Box, tuple[NumberReading, ...]]]

UNSUPPORTED = "extraction-ocr-unsupported"
LABEL_GEOMETRY = "extraction-label-geometry"
ROUNDING = 0.65
"""How far, in units of the last printed digit, a mark may be from its label: rounding (0.5) and the edge's error."""
SPREAD = 4.0
"""The same as a multiple of the reading's median difference, where marks are drawn or found less exactly."""
LARGEST_SLACK = 0.02
"""Cap of that, as a share of the largest value: beyond it the marks are no witness."""
FEWEST_WITNESSES = 3
"""With fewer labelled marks the scale comes from the very labels that it is to check."""
SUPPORTED, REPAIRED, ALONE = 0.97, 0.85, 0.4
"""Confidence of a number that its mark supports, of one that the mark chose among the readings, of one without."""
SURE_LABEL = 0.6
"""Score of a number on which two looks of three agree: less casts doubt on a numeric label (a year, an age), and a
value read so must lie within rounding of its mark."""


@dataclass(frozen=True, slots=True)
class _Option:
    text: str
    number: Number
    score: float

    def off(self, measured: float) -> float:
        return abs(self.number.value - measured)


def reconcile(reading: Reading, picture: PicturePage, decimal: DecimalMark = ",") -> Reading:
    """The reading with each number recognised in `picture` confirmed, replaced by the candidate its mark supports, or
    doubted. Numbers of its text layer, and of other pages, stay as they are."""
    slack, candidates = _slack(reading, decimal), picture.candidates

    def weighed(entry: Entry) -> Entry:
        if entry.page != picture.number:
            return entry
        return _labels_weighed(_weighed(entry, _options(entry.box, candidates, decimal), slack), candidates)

    return replace(reading, entries=tuple(map(weighed, reading.entries)))


def _slack(reading: Reading, decimal: DecimalMark) -> float | None:
    """Largest difference between label and mark that supports the label; None where the marks cannot bear witness."""
    pairs = []
    for entry in reading.entries:
        number = parse_number(entry.printed, decimal) if entry.printed else None
        if number is not None and entry.measured is not None:
            pairs.append((number, abs(number.value - entry.measured)))
    whole_is_known = reading.form == "pie"
    if len(pairs) < (2 if whole_is_known else FEWEST_WITNESSES):
        return None
    unit = 10.0 ** -max(number.decimals for number, _ in pairs)
    spread = SPREAD * statistics.median(off for _, off in pairs)
    largest = max(abs(number.value) for number, _ in pairs)
    return max(ROUNDING * unit, min(spread, LARGEST_SLACK * largest))


def _options(place: Box, candidates: Candidates, decimal: DecimalMark) -> list[_Option]:
    """The ways in which the number at `place` was read, likeliest first."""
    near = max(candidates, key=lambda c: c[0].overlap(place), default=None)
    if near is None or near[0].overlap(place) < 0.3 * min(near[0].area, place.area):
        return []
    numbers = ((candidate, parse_number(candidate.text, decimal)) for candidate in near[1])
    return [_Option(candidate.text, number, candidate.score) for candidate, number in numbers if number is not None]


def _weighed(entry: Entry, options: list[_Option], slack: float | None) -> Entry:
    if entry.printed is None or not options:
        return entry
    if entry.measured is None or slack is None:
        return _doubted(entry, min(options[0].score, ALONE))
    measured = entry.measured
    if options[0].score < SURE_LABEL:
        slack = min(slack, ROUNDING * 10.0 ** -options[0].number.decimals)
    supported = [o for o in options if o.off(measured) <= slack]
    if not supported:
        return _doubted(entry, ALONE)
    best = min(supported, key=lambda o: (o.off(measured), -o.score))
    if best.number.value == options[0].number.value:
        return replace(entry, confidence=min(entry.confidence, SUPPORTED))
    if options[0] in supported:
        return _doubted(entry, ALONE)
    doubts = tuple(d for d in entry.doubts if d != LABEL_GEOMETRY)
    confidence = REPAIRED if not doubts else min(entry.confidence, REPAIRED)
    return replace(entry, printed=best.text, doubts=doubts, confidence=confidence)


def _doubted(entry: Entry, confidence: float) -> Entry:
    doubts = tuple(dict.fromkeys((*entry.doubts, UNSUPPORTED)))
    return replace(entry, confidence=min(entry.confidence, confidence), doubts=doubts)


def _labels_weighed(entry: Entry, candidates: Candidates) -> Entry:
    """A year or age group on which the looks do not agree casts doubt on the values that it labels."""
    for label in entry.labels:
        letters = sum(c.isalpha() for c in label.text)
        if label.box is None or letters > sum(c.isdigit() for c in label.text):
            continue
        inside = [options for place, options in candidates if label.box.holds(place)]
        if any(options[0].text in label.text and options[0].score < SURE_LABEL for options in inside):
            return _doubted(entry, ALONE)
    return entry
