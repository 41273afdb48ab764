"""Vector charts and tiles: from a page's shapes and words to readings.

Every value has two witnesses where the page has them: the printed label, and the geometry of its mark (a bar's length
against the axis or its siblings, a slice's angle). The page may also be a bitmap's stand-in, with words from OCR and
rectangles from colours: positions are compared with slack.

Steps: `marks` (boxes, sectors) · `wording` (lines, numbers) · `legends` (colour to name) · `stacks` (candidate bar
charts) · `scales` (axis, labels) · `slots` (category axis) · `bars`, `pies`, `cards` (values) · `exhibits` (titles).
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from pipeline.core.geometry import Box
from pipeline.exhibits.charts.areas import AREA, SIDES, area_drafts
from pipeline.exhibits.charts.bars import bar_drafts
from pipeline.exhibits.charts.cards import card_drafts
from pipeline.exhibits.charts.chart_drafts import ChartDraft, Scene
from pipeline.exhibits.charts.chart_readings import readings_of
from pipeline.exhibits.charts.chart_text import is_wordcloud
from pipeline.exhibits.charts.heat_maps import heat_drafts
from pipeline.exhibits.charts.legends import Legend
from pipeline.exhibits.charts.pies import pie_drafts
from pipeline.exhibits.charts.point_charts import point_drafts
from pipeline.exhibits.charts.radars import radar_drafts
from pipeline.exhibits.charts.rings import ring_drafts
from pipeline.exhibits.charts.waffles import waffle_drafts
from pipeline.exhibits.reading import Reading
from pipeline.pages.page import Page

__all__ = ["is_wordcloud", "read_charts"]


def read_charts(page: Page, regions_taken: Sequence[Box] = ()) -> list[Reading]:
    """The charts and cards of `page`, top to bottom; shapes whose middle lies in `regions_taken` are left alone. Where
    cards stand side by side, each is read for itself: names and legends of one say nothing of the next.

    Boxes are in points of the page as shown, origin top left.
    """
    taken = tuple(regions_taken)
    scene = Scene(page, taken)
    if len(scene.frames) < 2:
        return _read(scene)
    places = {word.box for word in page.words} | {shape.box for shape in page.shapes}
    held = [{box for box in places if frame.holds(box)} for frame in scene.frames]
    outside = Scene(_at(page, places.difference(*held)), taken)
    shared = _shown_by(outside.legends)
    readings = _read(outside)
    for frame, inside in zip(scene.frames, held, strict=True):
        found = _read(Scene(_at(page, inside | shared), taken))
        readings += [reading for reading in found if _stands_in(reading, frame)]
    return sorted(readings, key=lambda r: (round(r.box.top), r.box.x0))


def _at(page: Page, places: Set[Box]) -> Page:
    """The page with the words and shapes at these places only."""
    words = tuple(word for word in page.words if word.box in places)
    return replace(page, words=words, shapes=tuple(shape for shape in page.shapes if shape.box in places))


def _shown_by(legends: Sequence[Legend]) -> set[Box]:
    """The places of legends' swatches and words."""
    items = [item for legend in legends for item in legend.items]
    swatches = {swatch.box for item in items for swatch in item.swatches}
    return swatches | {word.box for item in items for line in item.lines for word in line.words}


def _stands_in(reading: Reading, frame: Box) -> bool:
    return 2 * sum(frame.holds(entry.box) for entry in reading.entries) > len(reading.entries)


def _read(scene: Scene) -> list[Reading]:
    points = point_drafts(scene)
    taken = [draft.legend for draft in points if draft.legend is not None]
    drafts = [*pie_drafts(scene), *radar_drafts(scene), *points]
    drafts += heat_drafts(scene, _orders(drafts))
    rings = ring_drafts(scene, _orders([d for d in drafts if not _is_bare(d)]))
    drafts = [d for d in drafts if not _is_ground_of(d, rings)] + rings
    drafts += waffle_drafts(scene, _orders(drafts))
    areas = area_drafts(scene, _orders(drafts), AREA)
    drafts += areas
    drafts += [d for d in bar_drafts(scene, taken) if not _repeats(d, [*points, *areas])]
    drafts += area_drafts(scene, _orders(drafts), SIDES)
    drafts += card_drafts(scene, _orders(drafts))
    return readings_of(scene, drafts)


def _is_bare(draft: ChartDraft) -> bool:
    """Is the draft a pie without a value that its sectors bear out? They may be the arc of a gauge, and its track."""
    return draft.form == "pie" and not any(value.token and not value.doubts for value in draft.values)


def _is_ground_of(draft: ChartDraft, rings: Sequence[ChartDraft]) -> bool:
    return _is_bare(draft) and any(2 * draft.plot.overlap(ring.plot) > draft.plot.area for ring in rings)


def _orders(drafts: Sequence[ChartDraft]) -> set[int]:
    """`order` of the words that the drafts understand."""
    return {order for draft in drafts for order in draft.claimed}


def _repeats(draft: ChartDraft, others: Sequence[ChartDraft]) -> bool:
    """Does the draft give most of its numbers to marks of its own that another draft gives to its points?"""
    labels = [v.token.box for v in draft.values if v.token]
    taken = {v.token.box for other in others for v in other.values if v.token and not v.doubts}
    return bool(labels) and sum(box in taken for box in labels) > 0.5 * len(labels)
