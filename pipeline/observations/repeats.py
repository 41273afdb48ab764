"""A chart that repeats the table of its own figure is a second witness of the table's values, not new data; so are the
cards of a summary, which quote the values of other exhibits.

Such charts print shorter labels ("-250", "Ja") and often no wave, so the match is by value: a bar, ring or panel
repeats the column of the table whose values it prints. What it prints otherwise is a contradiction of the report.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipeline.catalogue.matching import text_key
from pipeline.core.findings import Finding, finding
from pipeline.observations.observe import Observation

REPEATED = 0.75
"""Share of a chart's values that a column of the table must hold to be what the chart repeats: all but one of four or
five, as printed slips are one at a time."""

Column = list[Observation]


def repeats(observations: Sequence[Observation]) -> tuple[list[Observation], list[Finding]]:
    """The observations without those that repeat a table of their figure; the table's then name the chart as reader.

    A finding for each value that the chart prints otherwise than the table.
    """
    by_figure: dict[str, list[Observation]] = defaultdict(list)
    for o in observations:
        by_figure[o.figure].append(o)
    kept: list[Observation] = []
    backed: dict[int, Observation] = {}
    findings: list[Finding] = []
    for members in by_figure.values():
        tables = [o for o in members if o.part.method == "table"]
        charts = [o for o in members if o.part.method != "table"]
        columns = _columns(tables)
        kept += tables
        for column in _columns(charts):
            twin = _repeated(column, columns)
            if twin is None:
                kept += column
            else:
                findings += _confirm(column, [backed.get(o.serial, o) for o in twin], backed)
    return [backed.get(o.serial, o) for o in _without_summaries(kept, backed)], findings


def _without_summaries(observations: Sequence[Observation], backed: dict[int, Observation]) -> list[Observation]:
    """The observations without those of a summary ("Key findings"), nearly all of whose values stand, to rounding,
    under the same labels in exhibits that differ: the label of each is an answer of one other question alone."""
    labelled: dict[str, list[Observation]] = defaultdict(list)
    exhibits: dict[int, Column] = defaultdict(list)
    for o in observations:
        labelled[_label(o)].append(o)
        exhibits[o.exhibit].append(o)
    several = {label: alike for label, alike in labelled.items() if any(x.exhibit != alike[0].exhibit for x in alike)}
    quoted: dict[int, Observation] = {}
    for members in exhibits.values():
        twins = {o.serial: twin for o in members if (twin := _quoted(o, several.get(_label(o), ()))) is not None}
        most = max(Counter(twin.exhibit for twin in twins.values()).values(), default=0)
        if most < REPEATED * len(members) <= len(twins):
            quoted |= twins
    for o in observations:
        if (twin := quoted.get(o.serial)) is not None and twin.serial not in quoted:
            now = backed.get(twin.serial, twin)
            backed[twin.serial] = replace(now, repeated=(*now.repeated, o))
    return [o for o in observations if o.serial not in quoted]


def _label(o: Observation) -> str:
    return text_key(o.roles.category or o.roles.item or "")


def _quoted(o: Observation, alike: Sequence[Observation]) -> Observation | None:
    """The value of another exhibit that `o` prints again, of those whose labels are `alike`."""
    others = [other for other in alike if other.exhibit != o.exhibit]
    if not _label(o) or (o.roles.category and o.roles.item) or len({other.wording for other in others}) != 1:
        return None
    rounding = 0.5 * 10.0**-o.number.decimals
    return next((x for x in others if x.unit == o.unit and abs(x.value - o.value) <= rounding), None)


def still_asked(
    findings: Sequence[Finding], before: Sequence[Observation], kept: Sequence[Observation]
) -> list[Finding]:
    """The findings without the question "what does it ask?" of charts that only repeat a table."""
    left = {o.exhibit for o in kept}
    repeated = {(o.part.page, o.part.box) for o in before if o.exhibit not in left}
    return [f for f in findings if f.code != "catalogue-unmapped" or (f.page, f.box) not in repeated]


def _columns(observations: Sequence[Observation]) -> list[Column]:
    """Values of one part, item, group and wave; of a chart, those of one bar, ring or panel."""
    found: dict[tuple[object, ...], Column] = defaultdict(list)
    bars = _bars(observations)
    for o in observations:
        found[(o.exhibit, o.roles.item, o.roles.group, o.roles.wave, o.unit, bars.get(o.serial))].append(o)
    return list(found.values())


def _bars(observations: Sequence[Observation]) -> dict[int, object]:
    """Which bar or ring of a chart a value stands in: told by its slot's labels, else by the row that it stands in."""
    bars: dict[int, object] = {}
    rows: dict[int, list[Observation]] = defaultdict(list)
    for o in observations:
        if o.part.method == "table":
            continue
        slot = tuple(x.text for x in o.source.entry.labels if x.axis in ("row", "column", "panel"))
        if slot:
            bars[o.serial] = slot
            continue
        same = rows[o.exhibit]
        twin = next((r for r in same if r.source.entry.box.overlap_y(o.source.entry.box) > 0), o)
        same.append(o)
        bars[o.serial] = bars.get(twin.serial, len(same))
    return bars


def _repeated(column: Column, tables: Sequence[Column]) -> Column | None:
    """The one column of the table whose values `column` prints again."""
    scored = sorted(((_shared(column, t), -i) for i, t in enumerate(tables)), reverse=True)
    if len(column) < 2 or not scored or scored[0][0] < REPEATED:
        return None
    return tables[-scored[0][1]]


def _shared(column: Column, table: Column) -> float:
    same = Counter(o.value for o in column) & Counter(o.value for o in table)
    bonus = 0.01 * (column[0].roles.group == table[0].roles.group) + 0.005 * (len(column) == len(table))
    return same.total() / max(len(column), 2) + bonus if len(column) <= len(table) else 0.0


def _confirm(column: Column, table: Column, backed: dict[int, Observation]) -> list[Finding]:
    """Add to `backed` the values of the table with the chart as a reader; a finding for the one printed otherwise."""
    left = list(table)
    unmatched = []
    for o in column:
        twin = next((t for t in left if t.value == o.value), None)
        if twin is None:
            unmatched.append(o)
            continue
        left.remove(twin)
        source = replace(twin.source, readers=(*twin.source.readers, "chart"))
        backed[twin.serial] = replace(twin, source=source, repeated=(*twin.repeated, o))
    if len(unmatched) != 1 or len(left) != 1:
        return []
    drawn, printed = unmatched[0], left[0]
    flags = printed.flags | {"source-chart-table"}
    backed[printed.serial] = replace(printed, flags=flags, repeated=(*printed.repeated, drawn))
    return [_differs(drawn, printed)]


def _differs(drawn: Observation, printed: Observation) -> Finding:
    return finding(
        "source-chart-table",
        f"the table prints {printed.source.entry.printed} for {printed.roles.category!r} ({printed.roles.wave}), "
        f"the chart beside it {drawn.source.entry.printed}; label and length of the mark agree with each other",
        page=drawn.source.entry.page,
        figure=printed.figure,
        box=drawn.source.entry.box,
        observation_id=printed.observation_id,
        expected=printed.source.entry.printed,
        found=drawn.source.entry.printed,
    )
