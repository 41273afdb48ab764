"""How a report looks. Every option changes the page, none changes what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

GroupMark = Literal["fill", "ink", "icon", "swatch", "header"]
WHITE = (255, 255, 255)
INK = "#2b2433"
GREY = "#9c9c9c"
# Below this contrast with white (WCAG 2, large text) dark ink is used on a fill.
LEAST_CONTRAST = 3.0


@dataclass(frozen=True)
class Colour:
    """A group's colour as #rrggbb, and what the running text calls it."""

    group: str
    value: str
    name: str


@dataclass(frozen=True)
class Style:
    """One layout. The defaults are the facsimile's; tests turn single options.

    group_marks: what tells the groups of a table apart. "fill" (cell fills), "ink" (coloured numbers), "icon"
        (a small drawing above the column), "swatch" (a small square of its colour above the column), "header" (the
        group's name above the column); several may be given.
    group_order: order of the groups in tables, pies and cards; the colours follow.
    columns: columns of the running text; titles, exhibits and pictures keep the full width.
    table: "ruled" (hairlines between rows), "zebra" (every other row tinted), "bare" (nothing), "filled" (on a
        tinted ground).
    keep_pages: whether the content's page breaks are kept; without them the report flows.
    """

    page: Literal["a4", "a5", "us-letter"] = "a4"
    columns: Literal[1, 2] = 1
    keep_pages: bool = True
    art: bool = True
    text_font: str = "Source Sans Pro"
    title_font: str = "Source Serif Pro"
    text_size: float = 11
    colours: tuple[Colour, ...] = (Colour("business", "#5b2a86", "paars"), Colour("providers", "#3f8f3a", "groen"))
    group_order: tuple[str, ...] = ("business", "providers")
    group_marks: tuple[GroupMark, ...] = ("fill", "icon")
    values: Literal["left", "right"] = "right"
    table: Literal["ruled", "zebra", "bare", "filled"] = "ruled"
    percent_space: bool = False
    decimal: Literal[",", "."] = ","
    caption: Literal["above", "below"] = "below"
    tracking: float = 0
    turned_heads: bool = False
    break_tables: bool = False
    repeat_head: bool = False

    def colour(self, group: str) -> str:
        """The group's colour as #rrggbb; plain ink for a group without one."""
        return next((colour.value for colour in self.colours if colour.group == group), INK)

    def shown(self, value: float, unit: str) -> str:
        """A value as this layout prints it."""
        percent = " %" if self.percent_space else "%"
        if unit == "points":
            return f"{'–' if value < 0 else '+'} {abs(value):g}{percent}"
        if unit == "mean_score":
            return f"{value:.2f}".replace(".", self.decimal)
        return f"{value:g}{percent if unit == 'percent' else ''}"


def tint(colour: str, share: float) -> str:
    """`share` (0..1) of a colour on white, as #rrggbb."""
    mixed = (round(part * share + white * (1 - share)) for part, white in zip(_rgb(colour), WHITE, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def ink_on(fill: str) -> str:
    """White, or dark ink where white would be too faint on the fill."""
    contrast = 1.05 / (_luminance(fill) + 0.05)
    return "#ffffff" if contrast >= LEAST_CONTRAST else INK


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    linear = [_linear(part / 255) for part in _rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
