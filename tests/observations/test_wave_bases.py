"""A base that is printed once for several waves goes to the wave whose marks are whole counts of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pipeline.observations.wave_bases import pooled

BASE = 1043


def value(serial: int, wave: str, count: float) -> Any:
    """A value whose mark is as long as `count` of the base, printed in whole percents."""
    measured = 100 * count / BASE
    return SimpleNamespace(
        serial=serial,
        roles=SimpleNamespace(wave=wave),
        source=SimpleNamespace(entry=SimpleNamespace(measured=measured)),
        value=float(round(measured)),
        number=SimpleNamespace(decimals=0),
    )


def test_the_marks_of_one_wave_are_whole_counts_of_the_base() -> None:
    counts = (112, 245, 361, 480, 77, 903, 518, 654, 329, 41)
    members = [value(i, "2023", count) for i, count in enumerate(counts)]
    members += [value(100 + i, "2024", count + 0.11 + 0.07 * i) for i, count in enumerate(counts)]
    bases = pooled([(members, BASE), (members, BASE)])
    assert {bases[o.serial] for o in members[:10]} == {BASE}
    assert {bases[o.serial] for o in members[10:]} == {None}


def test_marks_that_fit_neither_wave_leave_the_base_to_both() -> None:
    members = [value(10 * k + i, wave, 37.3 + 61.37 * i) for k, wave in enumerate(("2023", "2024")) for i in range(9)]
    assert pooled([(members, BASE)]) == {}
