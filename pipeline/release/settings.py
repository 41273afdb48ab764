"""The numbers of this room that somebody chose, each with its unit, its reason and its effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReleaseSettings:
    """What is merged at a time, suggested, listed and drawn."""

    agreement: float = 0.9
    """Share of the values of shared waves: one of them may have been revised. From it, values tell that two questions
    are one."""
    enough_shared: int = 4
    """Values of shared waves: two percentages agree by chance in about 1 of 40. Fewer tell nothing."""
    enough_options: float = 0.5
    """Share of the options: a question that was worded anew keeps most of them. From it, a question is worth
    suggesting."""
    exact: int = 9
    """Decimals: beyond stands the error of binary fractions. How differences of printed numbers are rounded."""
    batch: int = 256
    """Editions: about 100,000 rows: memory holds one batch of texts and the codes of all rows. Memory only."""
    listed_per_question: int = 24
    """Places and findings of a question: the tables hold all. Older ones are not listed."""
    blocking_listed: int = 20
    """Findings: a message is to be read. More are counted only."""
    changes_listed: int = 40
    """Findings: findings.csv holds all. More are counted only."""
    row_group: int = 128 * 1024
    """Rows of a Parquet row group: large enough that dictionaries pay, small enough that a reader can skip. Size and
    speed of reading."""
    most_pictures: int = 400
    """Exhibits: about 20 kB each. Those of older editions are not shown as pictures."""
    picture_dpi: int = 100
    """Dots per inch: small type stays readable. Size of the explorer."""
    picture_quality: int = 62
    """WebP quality: small type stays readable (looked at). Size of the explorer."""


SETTINGS = ReleaseSettings()
