"""The numbers of this room that somebody chose, each with its unit, its reason and its effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pipeline.core.setting_note import SettingNote


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """What the desk shows and how closely it looks."""

    most_form: Annotated[int, SettingNote("bytes", "a reason is a sentence", "a larger form is refused")] = 100_000
    page_dpi: Annotated[
        int,
        SettingNote("dots per inch", "a whole page, on which a region is drawn, fits a screen", "size of the picture"),
    ] = 80
    audit_sample: Annotated[
        int,
        SettingNote(
            "values",
            "without an error among them the error rate is below 11 in 100 with 95 % confidence",
            "how sure an audit makes",
        ),
    ] = 30
    break_points: Annotated[
        float,
        SettingNote(
            "points of a percentage",
            "waves of such surveys move by fewer",
            "by so many a share must leave its series to stand out",
        ),
    ] = 12.0
    break_steps: Annotated[
        float,
        SettingNote("usual steps of the series", "three times the usual is no fluctuation", "and by so many steps"),
    ] = 3.0
    crop_dpi: Annotated[
        int,
        SettingNote(
            "dots per inch", "small print stays legible, and a crop stays below some 200 kB", "size of the crops"
        ),
    ] = 110
    crops_kept: Annotated[int, SettingNote("crops", "some twenty megabytes", "memory against speed")] = 64
    crop_patience: Annotated[
        float,
        SettingNote(
            "seconds",
            "the process that draws may still be starting on a machine under load",
            "a crop that takes longer is given up",
        ),
    ] = 120.0
    report_dpi: Annotated[
        int,
        SettingNote(
            "dots per inch",
            "small print can still be told; thirty exhibits make a file of a few megabytes",
            "size of the static report",
        ),
    ] = 75
    picture_dpi: Annotated[int, SettingNote("dots per inch", "small print stays legible", "size of the pictures")] = 100
    debug_margin: Annotated[
        float, SettingNote("points", "the readings show with what stands around them", "what the pictures show")
    ] = 14.0
    debug_pale: Annotated[
        float, SettingNote("share of the colour", "frames show on what is pale", "how the page looks under the drawing")
    ] = 0.45


SETTINGS = ReviewSettings()
