"""Stacks that begin anywhere, around a middle: each is scaled for itself, and together they are one chart."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.core.geometry import union
from pipeline.exhibits.charts.chart_drafts import ChartDraft
from pipeline.exhibits.charts.scales import Scaled

EQUALLY_THICK = 0.5
"""Points by which stacks of one chart differ in thickness, at most."""
NEXT_STACK = 3.0
"""Thicknesses of a stack within which the next one of its chart begins."""
SAME_SCALE = 0.05
"""Share by which the scales of stacks of one chart differ where each is fitted to its own rounded labels."""


def with_shifted_stacks(fits: Sequence[Scaled], drafts: Sequence[ChartDraft]) -> list[ChartDraft]:
    """The drafts of `fits`, those of stacks that begin anywhere (around a middle) as one chart: single stacks with one
    legend, as thick as one another and to one scale, that lie side by side."""
    charts: list[tuple[Scaled, ChartDraft]] = []
    for fit, draft in sorted(zip(fits, drafts, strict=True), key=lambda pair: pair[0].candidate.at.c0):
        i = next((i for i, (last, chart) in enumerate(charts) if _follows(fit, draft, last, chart)), None)
        if i is None:
            charts.append((fit, draft))
            continue
        chart = charts[i][1]
        used = list(dict.fromkeys([*chart.used, *draft.used]))
        plot = union([chart.plot, draft.plot])
        values = [*chart.values, *draft.values]
        charts[i] = fit, ChartDraft(chart.form, plot, values, chart.legend, used, chart.claimed | draft.claimed)
    return [chart for _, chart in charts]


def _follows(fit: Scaled, draft: ChartDraft, last: Scaled, chart: ChartDraft) -> bool:
    """Is the one stack of a draft the next one of a chart, of which `last` is the last stack so far?"""
    one, other = last.candidate, fit.candidate
    single = one.stacked and other.stacked and min(len(one.stacks), len(other.stacks)) == 1
    if not single or one.upright != other.upright or chart.legend is None or chart.legend != draft.legend:
        return False
    alike = abs(one.thickness - other.thickness) < EQUALLY_THICK
    alike = alike and abs(last.per_point - fit.per_point) < SAME_SCALE * abs(fit.per_point)
    near = 0 < other.at.c0 - one.at.c1 < NEXT_STACK * one.thickness
    return alike and near and min(one.at.a1, other.at.a1) > max(one.at.a0, other.at.a0)


def goes_with(fit: Scaled, other: Scaled) -> bool:
    """Is this a single stack of labels that all agree, one of a chart's stacks that begin anywhere? Its segments may be
    equally long, as cells of a table are."""
    one, chart = fit.candidate, other.candidate
    alike = one.upright == chart.upright and abs(one.thickness - chart.thickness) < EQUALLY_THICK
    single = len(one.stacks) == 1 and one.stacked and chart.stacked
    told = fit.agreeing == len(fit.labels) == len(one.segments)
    same = abs(fit.per_point - other.per_point) < SAME_SCALE * abs(other.per_point)
    return single and alike and told and same and min(one.at.a1, chart.at.a1) > max(one.at.a0, chart.at.a0)
