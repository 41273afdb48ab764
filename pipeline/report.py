"""What `editions check` found: as a table on the console, Markdown, JUnit XML, annotations of GitHub, JSON."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from xml.sax.saxutils import escape

from pipeline.baseline import KINDS, Change, Comparison
from pipeline.tables_io import clean_text

MARKDOWN_SAMPLE = 60
"""Rows listed per edition: a comment on GitHub may have 65 536 characters."""
MARKDOWN_CELL = 140
ANNOTATIONS = 10
"""Annotations of one level that GitHub shows of one step."""
HARMFUL = KINDS[: KINDS.index("confidence fell")]
"""Kinds of change that are reported as errors; the rest as warnings."""


def headline(comparison: Comparison) -> str:
    """One line: the edition, and how many changes of which kind."""
    name = f"{comparison.study}/{comparison.edition}"
    if not comparison.changes:
        return f"{name}: as the baseline ({comparison.values[1]} values)"
    totals = ", ".join(f"{n} {kind}" for kind, n in comparison.totals.items())
    return f"{name}: {totals} ({comparison.values[0]} values in the baseline, {comparison.values[1]} now)"


def causes(comparison: Comparison) -> str:
    """One line: what is not as it was when the baseline was accepted."""
    if comparison.failure:
        return f"The extraction {comparison.failure}."
    if comparison.causes:
        return f"Since the baseline changed: {', '.join(comparison.causes)}."
    if comparison.changes:
        return (
            "PDF, catalogue, code and libraries are those of the baseline: was it edited, or is a stage not repeatable?"
        )
    return "PDF, catalogue, code and libraries are those of the baseline."


def rows(comparison: Comparison, most: int) -> list[tuple[str, str, str, str, str, str]]:
    """The first `most` changes as cells: kind, page, figure, subject, before, after."""
    return [
        (c.kind, _text(c.page), _text(c.figure), _subject(c), _text(c.before), _text(c.after))
        for c in comparison.changes[:most]
    ]


def _subject(change: Change) -> str:
    return f"{change.subject} · {change.column}" if change.column else change.subject


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def markdown(comparisons: Sequence[Comparison], sample: int = MARKDOWN_SAMPLE) -> str:
    """For a comment on a pull request: totals of every edition, and a sample of the changes, the worst first."""
    changed = [c for c in comparisons if c.changes]
    title = f"{len(changed)} of {len(comparisons)} editions changed" if changed else "No edition changed"
    parts = [f"### Extraction against baseline: {title}"]
    for comparison in comparisons:
        parts.append(f"**{_cell(headline(comparison))}**" if comparison.changes else _cell(headline(comparison)))
        if comparison.changes:
            parts += [_cell(causes(comparison), 500), markdown_changes(comparison, sample)]
    if changed:
        names = " or ".join(f"`editions accept {c.study}/{c.edition} --reason …`" for c in changed[:3])
        parts.append(f"If the changes are right: {names}. If not, the change that caused them has to go.")
    return "\n\n".join(parts) + "\n"


def markdown_changes(comparison: Comparison, sample: int) -> str:
    """A table of the totals and one of the first `sample` changes."""
    totals = ["| change | number |", "|---|---:|", *(f"| {k} | {n} |" for k, n in comparison.totals.items())]
    lines = ["| change | page | figure | what | before | after |", "|---|---:|---|---|---|---|"]
    lines += ["| " + " | ".join(map(_cell, cells)) + " |" for cells in rows(comparison, sample)]
    more = len(comparison.changes) - sample
    return "\n".join(totals) + "\n\n" + "\n".join(lines) + (f"\n\n… and {more} more." if more > 0 else "")


def _cell(text: str, most: int = MARKDOWN_CELL) -> str:
    """Text of a report inside Markdown: it stays text."""
    plain = " ".join(clean_text(text).split())
    cut = plain if len(plain) <= most else plain[: most - 1] + "…"
    for mark in "\\`*_[]|~#":
        cut = cut.replace(mark, "\\" + mark)
    return escape(cut).replace("@", "@\u200b")


def junit(comparisons: Sequence[Comparison]) -> str:
    """A suite per edition, a case per kind of change: a kind that occurs fails, with its changes as text."""
    root = ET.Element("testsuites", name="editions check")
    for comparison in comparisons:
        totals = comparison.totals
        suite = ET.SubElement(
            root,
            "testsuite",
            name=f"{comparison.study}/{comparison.edition}",
            tests=str(len(KINDS)),
            failures=str(len(totals)),
        )
        for kind in KINDS:
            case = ET.SubElement(suite, "testcase", classname=f"{comparison.study}.{comparison.edition}", name=kind)
            if kind in totals:
                failure = ET.SubElement(case, "failure", message=f"{totals[kind]} {kind}", type=kind)
                failure.text = _printable("\n".join(_line(c) for c in comparison.changes if c.kind == kind))
        ET.SubElement(suite, "system-out").text = _printable(causes(comparison))
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _printable(text: str) -> str:
    """Without characters that XML 1.0 forbids."""
    return "".join(c for c in clean_text(text) if c not in "\ufffe\uffff")


def _line(change: Change) -> str:
    place = f"page {change.page}" if change.page else "no page"
    if change.figure:
        place += f", figure {change.figure}"
    return f"{place}: {_subject(change)}: {_text(change.before) or '(nothing)'} → {_text(change.after) or '(nothing)'}"


def github_annotations(comparisons: Sequence[Comparison], lines: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Workflow commands of GitHub, on the line of the baseline file, within the number that GitHub shows.

    `lines`: `study/edition` → observation_id → line of extracted/STUDY/EDITION/observations.csv.
    """
    out = []
    for level, harmful in (("error", True), ("warning", False)):
        found = [(c, change) for c in comparisons for change in c.changes if (change.kind in HARMFUL) is harmful]
        shown = found if len(found) <= ANNOTATIONS else found[: ANNOTATIONS - 1]
        for comparison, change in shown:
            name = f"{comparison.study}/{comparison.edition}"
            line = lines.get(name, {}).get(change.subject, 1)
            place = f"file={_property(f'extracted/{name}/observations.csv')},line={line}"
            out.append(f"::{level} {place},title={_property(f'{name}: {change.kind}')}::{_message(_line(change))}")
        if len(found) > len(shown):
            out.append(f"::{level} title=editions check::{len(found) - len(shown)} more changes: see the job summary")
    return out


def _message(text: str) -> str:
    return clean_text(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def as_json(comparisons: Sequence[Comparison]) -> dict[str, object]:
    """Everything, for machines."""
    return {
        "changed": any(c.changes for c in comparisons),
        "editions": [
            {
                "study": c.study,
                "edition": c.edition,
                "values_before": c.values[0],
                "values_after": c.values[1],
                "causes": c.causes,
                "failure": c.failure,
                "totals": c.totals,
                "changes": [asdict(change) for change in c.changes],
            }
            for c in comparisons
        ],
    }
