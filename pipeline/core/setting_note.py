"""What every number that somebody chose has to say of itself. Each room declares its own in `settings.py`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingNote:
    """Of a field of a room's settings: its unit, why it has this value, and what another value would change."""

    unit: str
    reason: str
    effect: str
