"""The numbers of this room that somebody chose, each with its unit, its reason and its effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """What the desk shows and how closely it looks."""

    most_form: int = 100_000
    """Bytes: a reason is a sentence. A larger form is refused."""
    page_dpi: int = 80
    """Dots per inch: a whole page, on which a region is drawn, fits a screen. Size of the picture."""
    audit_sample: int = 30
    """Values: without an error among them the error rate is below 11 in 100 with 95 % confidence. How sure an audit
    makes."""
    break_points: float = 12.0
    """Points of a percentage: waves of such surveys move by fewer. By so many a share must leave its series to stand
    out."""
    break_steps: float = 3.0
    """Usual steps of the series: three times the usual is no fluctuation. And by so many steps."""
    crop_dpi: int = 110
    """Dots per inch: small print stays legible, and a crop stays below some 200 kB. Size of the crops."""
    crops_kept: int = 64
    """Crops: some twenty megabytes. Memory against speed."""
    crop_patience: float = 120.0
    """Seconds: the process that draws may still be starting on a machine under load. A crop that takes longer is
    given up."""
    answer_within: float = 0.12
    """Seconds: what comes within a fifth of a second, with its page, is there at once. A region that takes longer to
    read is read while the desk goes on."""
    report_dpi: int = 75
    """Dots per inch: small print can still be told; thirty exhibits make a file of a few megabytes. Size of the
    static report."""
    picture_dpi: int = 100
    """Dots per inch: small print stays legible. Size of the pictures."""
    debug_margin: float = 14.0
    """Points: the readings show with what stands around them. What the pictures show."""
    debug_pale: float = 0.45
    """Share of the colour: frames show on what is pale. How the page looks under the drawing."""


SETTINGS = ReviewSettings()
