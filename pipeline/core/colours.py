"""Colours compared as an eye does: CIELAB, CIEDE2000, hue families. Source: CIE 142-2001, IEC 61966-2-1."""

from __future__ import annotations

import math
from functools import lru_cache

RGB = tuple[float, float, float]
"""sRGB, each channel 0..1."""


def to_rgb(colour: object) -> RGB | None:
    """sRGB (0..1) of a PDF colour operand: grey, RGB or CMYK, as number, tuple or list; None for patterns and none."""
    if isinstance(colour, (int, float)):
        return _clip((colour, colour, colour))
    if not isinstance(colour, (tuple, list)):
        return None
    parts = [float(c) for c in colour if isinstance(c, (int, float))]
    if len(parts) != len(colour):
        return None
    if len(parts) == 1:
        return _clip((parts[0],) * 3)
    if len(parts) == 3:
        return _clip((parts[0], parts[1], parts[2]))
    if len(parts) == 4:
        c, m, y, k = parts
        return _clip(((1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k)))
    return None


@lru_cache(maxsize=4096)  # a page names the same few colours for every letter
def _clip(colour: tuple[float, float, float]) -> RGB:
    r, g, b = (min(max(round(float(c), 4), 0.0), 1.0) for c in colour)
    return (r, g, b)


def from_hex(text: str) -> RGB:
    """`#6a1b9a` to sRGB. Raises ValueError on anything else."""
    digits = text.lstrip("#")
    if len(digits) != 6:
        raise ValueError(f"{text!r} is no colour of the form #rrggbb")
    return (int(digits[0:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:6], 16) / 255)


def to_hex(colour: RGB) -> str:
    return "#" + "".join(f"{round(c * 255):02x}" for c in colour)


@lru_cache(maxsize=4096)
def lab(colour: RGB) -> tuple[float, float, float]:
    """CIELAB (D65) of an sRGB colour."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in (x, y, z))
    return (116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))


@lru_cache(maxsize=16384)  # few pairs of colours are compared, but very often
def distance(one: RGB, other: RGB) -> float:
    """CIEDE2000 difference: 1 is just noticeable, above 10 is plainly another colour."""
    l1, a1, b1 = lab(one)
    l2, a2, b2 = lab(other)
    c_mean7 = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - math.sqrt(c_mean7 / (c_mean7 + 25**7)))
    a1p, a2p = (1 + g) * a1, (1 + g) * a2
    c1, c2 = math.hypot(a1p, b1), math.hypot(a2p, b2)
    h1 = math.degrees(math.atan2(b1, a1p)) % 360 if c1 else 0.0
    h2 = math.degrees(math.atan2(b2, a2p)) % 360 if c2 else 0.0
    turn = _hue_turn(h1, h2, c1 * c2)
    big_h = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    h_mean = _hue_mean(h1, h2, c1 * c2)
    t = (
        1
        - 0.17 * math.cos(math.radians(h_mean - 30))
        + 0.24 * math.cos(math.radians(2 * h_mean))
        + 0.32 * math.cos(math.radians(3 * h_mean + 6))
        - 0.20 * math.cos(math.radians(4 * h_mean - 63))
    )
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / math.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    r_t = (
        -math.sin(math.radians(60 * math.exp(-(((h_mean - 275) / 25) ** 2))))
        * 2
        * math.sqrt(c_mean**7 / (c_mean**7 + 25**7))
    )
    dl, dc, dh = (l2 - l1) / s_l, (c2 - c1) / s_c, big_h / s_h
    return math.sqrt(max(dl * dl + dc * dc + dh * dh + r_t * dc * dh, 0.0))


def _hue_turn(h1: float, h2: float, chroma: float) -> float:
    if chroma == 0:
        return 0.0
    turn = h2 - h1
    return turn - 360 if turn > 180 else turn + 360 if turn < -180 else turn


def _hue_mean(h1: float, h2: float, chroma: float) -> float:
    if chroma == 0:
        return h1 + h2
    if abs(h1 - h2) <= 180:
        return (h1 + h2) / 2
    return (h1 + h2 + 360) / 2 if h1 + h2 < 360 else (h1 + h2 - 360) / 2


def chroma(colour: RGB) -> float:
    """CIELAB chroma: below about 10 a colour reads as grey, black or white."""
    _, a, b = lab(colour)
    return math.hypot(a, b)


def hue(colour: RGB) -> float:
    """CIELAB hue angle in degrees (0..360): tints and shades of one colour share it."""
    _, a, b = lab(colour)
    return math.degrees(math.atan2(b, a)) % 360


def hue_gap(one: RGB, other: RGB) -> float:
    """Degrees (0..180) between the hues of two colours."""
    gap = abs(hue(one) - hue(other)) % 360
    return min(gap, 360 - gap)


def lightness(colour: RGB) -> float:
    """CIELAB lightness, 0 (black) to 100 (white)."""
    return lab(colour)[0]
