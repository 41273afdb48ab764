"""How sure a reading makes us of each of its values: what speaks for a table, a chart, a tile, a picture."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.exhibits.reading import Entry, Label, Reading

NAMELESS = 0.3
"""Weight, 0..1, of a value without any name: it cannot be told what it says. Set by hand, as the three below; their
order decides which reading of a place is chosen, and a table loses to a chart whose marks agree for most of it."""
READ_ONCE = 0.75
"""Weight of a value with names that one witness reads, in a place that surely has the form."""
WITNESSED = 0.95
"""Weight of a value whose mark is as long, or as wide an angle, as the printed number says."""
DOUBTFUL = 0.35
"""Weight of a value that its own reader doubts."""


def entry_sureness(entry: Entry, reading: Reading) -> float:
    """Weight, 0..1, of the evidence that this value is right under the names that the reading gives it."""
    if not named(entry.labels):
        return NAMELESS
    if entry.doubts:
        return DOUBTFUL
    return WITNESSED if mark_agrees(entry) else READ_ONCE * reading.sureness


def sureness(reading: Reading) -> float:
    """Mean weight, 0..1, of the evidence for the values of the reading; 0 where it has none."""
    entries = reading.entries
    return sum(entry_sureness(entry, reading) for entry in entries) / len(entries) if entries else 0.0


def named(labels: Sequence[Label]) -> bool:
    """Does one label at least hold letters or digits?"""
    return any(any(map(str.isalnum, label.text)) for label in labels)


def mark_agrees(entry: Entry) -> bool:
    """Is the value both printed and measured at its mark, and nothing said against it?"""
    return entry.measured is not None and entry.printed is not None and not entry.doubts


def distinct_paths(reading: Reading) -> float:
    """Share of values, 0..1, whose path of labels no other value of the reading has."""
    paths = [tuple((x.axis, x.level, x.text) for x in entry.labels) for entry in reading.entries]
    return len(set(paths)) / len(paths) if paths else 0.0
