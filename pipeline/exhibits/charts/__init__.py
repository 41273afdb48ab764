"""Vector charts and tiles: from a page's shapes and words to readings.

Every value has two witnesses where the page has them: the printed label, and the geometry of its mark (a bar's length
against the axis or its siblings, a slice's angle). The page may also be a bitmap's stand-in, with words from OCR and
rectangles from colours: positions are compared with slack.

Steps: `marks` (boxes, sectors) · `chart_text` (lines, numbers) · `legends` (colour to name) · `stacks` (candidate bar
charts) · `scales` (axis, labels) · `slots`, `bar_names` (category axis) · `bars`, `pies`, `cards` (values) ·
`chart_readings` (titles).
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
from pipeline.exhibits.charts.page_cuts import Strip, cut, strips_of
from pipeline.exhibits.charts.pies import pie_drafts
from pipeline.exhibits.charts.point_charts import point_drafts
from pipeline.exhibits.charts.radars import radar_drafts
from pipeline.exhibits.charts.rings import ring_drafts
from pipeline.exhibits.charts.waffles import waffle_drafts
from pipeline.exhibits.pool.exhibit_choice import entry_sureness
from pipeline.exhibits.reading import Entry, Reading
from pipeline.pages.page import Page

__all__ = ["is_wordcloud", "read_charts"]

DEEPEST = 2
"""Cuts within cuts: a row of exhibits, and the exhibits of the row."""
SAME_WORTH = 0.01
"""Difference of worth (values) that is none: floats."""
UNNAMED = 0.06
"""Values that a name costs which a value had in the whole and lacks in the parts: enough to settle a tie. At .15 it
keeps names that the whole took from another chart, at .02 bubbles lose theirs (two designs; the others do not tell)."""
MISNAMED = 1.3
"""Values that a wrong name costs: the value itself, and a little more than a missing name would."""


def read_charts(page: Page, regions_taken: Sequence[Box] = ()) -> list[Reading]:
    """The charts and cards of `page`, top to bottom; shapes whose middle lies in `regions_taken` are left alone. Where
    cards stand side by side, each is read for itself: names and legends of one say nothing of the next.

    Boxes are in points of the page as shown, origin top left.
    """
    scene = Scene(page, tuple(regions_taken))
    return sorted(_best_cut(scene, _by_frames(scene)), key=lambda r: (round(r.box.top), r.box.x0))


def _best_cut(scene: Scene, whole: list[Reading], depth: int = 0) -> list[Reading]:
    """The charts of a page as they were read as a whole, or those of its parts where they tell more."""
    page, taken = scene.page, scene.taken
    gain, best = SAME_WORTH, list[tuple[Scene, list[Reading]]]()
    for strip in strips_of(scene.lines, page.shapes) if depth < DEEPEST else []:
        if any(strip.lies_among([entry.box for entry in reading.entries]) for reading in whole):
            continue
        if len({strip.side_of(token.box) for token in scene.tokens}) < 2:  # then it parts no two exhibits
            continue
        *sides, rest = cut(page, strip, scene.lines)
        below = Scene(rest, taken)
        shared = _shown_by(below.legends)
        parts = [*(Scene(_with(side, rest, shared), taken) for side in sides), below]
        apart = [(part, _by_frames(part)) for part in parts]
        found = [reading for _, read in apart for reading in read]
        more = _worth(found, strip) - _worth(whole, strip) - UNNAMED * _names_lost(whole, found)
        if more > gain:
            gain, best = more, apart
    return [r for part, read in best for r in _best_cut(part, read, depth + 1)] or whole


def _names_lost(whole: Sequence[Reading], parts: Sequence[Reading]) -> int:
    """Values that have fewer names in the parts than in the whole."""
    named = {entry.box: len(_path(entry)) for reading in whole for entry in reading.entries}
    return sum(len(_path(entry)) < named.get(entry.box, 0) for reading in parts for entry in reading.entries)


def _with(page: Page, other: Page, places: Set[Box]) -> Page:
    """The page with what stands at these places of the other."""
    more = _at(other, places)
    return replace(page, words=(*page.words, *more.words), shapes=(*page.shapes, *more.shapes)) if places else page


def _worth(readings: Sequence[Reading], strip: Strip) -> float:
    """What the readings tell: values by their evidence, less where several of a reading have one name and colour, and
    less than nothing where a name is put together across the strip. A mark counts for nothing beside the printed value
    of its name and colour: it is that value's, torn from it. Titles name no value: a part may take another's."""
    printed = {_path(entry) for reading in readings for entry in reading.entries if entry.printed}
    told = 0.0
    for reading in readings:
        entries = [entry for entry in reading.entries if entry.printed or _path(entry) not in printed]
        torn = sum(any(x.box and strip.parts(x.box) for x in e.labels if x.axis != "title") for e in entries)
        worth = sum(entry_sureness(entry, reading) for entry in entries) - MISNAMED * torn
        told += worth * len({_path(entry) for entry in entries}) / max(len(entries), 1)
    return told


def _path(entry: Entry) -> tuple[object, ...]:
    return tuple((x.axis, x.text, x.colour) for x in entry.labels if x.axis != "title")


def _by_frames(scene: Scene) -> list[Reading]:
    """Where cards stand side by side, each is read for itself."""
    page, taken = scene.page, scene.taken
    if len(scene.frames) < 2:
        return _read(scene)
    places = {word.box for word in page.words} | {shape.box for shape in page.shapes}
    held = [{box for box in places if frame.holds(box)} for frame in scene.frames]
    outside = Scene(_at(page, places.difference(*held)), taken)
    shared = _shown_by(outside.legends)
    readings = _read(outside)
    for frame, inside in zip(scene.frames, held, strict=True):
        found = _read(Scene(_at(page, inside | shared), taken))
        readings += [r for r in found if 2 * sum(frame.holds(e.box) for e in r.entries) > len(r.entries)]
    return readings


def _at(page: Page, places: Set[Box]) -> Page:
    """The page with the words and shapes at these places only."""
    words = tuple(word for word in page.words if word.box in places)
    return replace(page, words=words, shapes=tuple(shape for shape in page.shapes if shape.box in places))


def _shown_by(legends: Sequence[Legend]) -> set[Box]:
    """The places of legends' swatches and words."""
    items = [item for legend in legends for item in legend.items]
    swatches = {swatch.box for item in items for swatch in item.swatches}
    return swatches | {word.box for item in items for line in item.lines for word in line.words}


def _read(scene: Scene) -> list[Reading]:
    points = point_drafts(scene)
    drafts = [*pie_drafts(scene), *radar_drafts(scene), *points]
    drafts += heat_drafts(scene, _orders(drafts))
    rings = ring_drafts(scene, _orders([d for d in drafts if not _is_bare(d)]))
    drafts = [
        d for d in drafts if not _is_bare(d) or all(2 * d.plot.overlap(r.plot) <= d.plot.area for r in rings)
    ] + rings
    drafts += waffle_drafts(scene, _orders(drafts))
    areas = area_drafts(scene, _orders(drafts), AREA)
    drafts += areas
    taken = [draft.legend for draft in (*points, *areas) if draft.legend is not None]
    drafts += [d for d in bar_drafts(scene, taken) if not _repeats(d, [*points, *areas])]
    drafts += area_drafts(scene, _orders(drafts), SIDES)
    drafts += card_drafts(scene, _orders(drafts))
    return readings_of(scene, drafts)


def _is_bare(draft: ChartDraft) -> bool:
    """Is the draft a pie without a value that its sectors bear out? They may be the arc of a gauge, and its track."""
    return draft.form == "pie" and not any(value.token and not value.doubts for value in draft.values)


def _orders(drafts: Sequence[ChartDraft]) -> set[int]:
    """`order` of the words that the drafts understand."""
    return {order for draft in drafts for order in draft.claimed}


def _repeats(draft: ChartDraft, others: Sequence[ChartDraft]) -> bool:
    """Does the draft give most of its numbers to marks of its own that another draft gives to its points?"""
    labels = [v.token.box for v in draft.values if v.token]
    taken = {v.token.box for other in others for v in other.values if v.token and not v.doubts}
    return bool(labels) and sum(box in taken for box in labels) > 0.5 * len(labels)
