"""What `editions check` found: as a table on the console, Markdown, JUnit XML, annotations of GitHub, JSON."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import asdict
from xml.sax.saxutils import escape

from pipeline.core.table_files import clean_text
from pipeline.run.baseline import KINDS, BaselineCheck, BaselineDifference, Comparison, Unchecked
from pipeline.run.settings import SETTINGS

MARKDOWN_CELL, CONSOLE_CELL = 140, 90
"""Characters of a cell; --json and --junit hold all of them."""
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
    changed = [name if how == "changed" else f"{name} ({how})" for name, how in comparison.causes.items() if how]
    same = [name for name, how in comparison.causes.items() if not how]
    if changed:
        rest = f"; not changed: {', '.join(same)}" if same else ""
        return f"Changed since the baseline: {', '.join(changed)}{rest}."
    doubt = ": was the baseline edited, or is a stage not repeatable?" if comparison.changes else "."
    return f"{', '.join(same)} are those of the baseline{doubt}"


def untold(unchecked: Unchecked) -> str:
    """One line: an edition that was not compared, and why."""
    return f"{unchecked.edition}: not checked: {unchecked.reason}"


def rows(comparison: Comparison, most: int) -> list[tuple[str, str, str, str, str, str]]:
    """The first `most` changes as cells: kind, page, figure, subject, before, after."""
    return [
        (c.kind, _text(c.page), _text(c.figure), _subject(c), _text(c.before), _text(c.after))
        for c in comparison.changes[:most]
    ]


def _subject(change: BaselineDifference) -> str:
    return f"{change.subject} · {change.column}" if change.column else change.subject


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def markdown(checked: BaselineCheck, sample: int = SETTINGS.markdown_rows) -> str:
    """For a comment on a pull request: totals of every edition, and a sample of the changes, the worst first. The
    sample is spread over the editions that changed, so that the comment stays within its bounds."""
    changed = [c for c in checked.comparisons if c.changes]
    title = f"{len(changed)} of {len(checked.comparisons)} editions changed" if changed else "No edition changed"
    parts = [f"### Extraction against baseline: {title}"]
    for comparison in checked.comparisons:
        parts.append(f"**{_cell(headline(comparison))}**" if comparison.changes else _cell(headline(comparison)))
        parts.append(_cell(causes(comparison), 500))
        if comparison.changes:
            parts.append(markdown_changes(comparison, max(sample // len(changed), 1)))
    parts += [_cell(untold(u), 300) for u in checked.unchecked]
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
    plain = cut(text, most)
    for mark in "\\`*_[]|~#":
        plain = plain.replace(mark, "\\" + mark)
    return escape(plain).replace("@", "@\u200b")


def cut(text: str, most: int = CONSOLE_CELL) -> str:
    """At most `most` characters of a text, on one line."""
    plain = " ".join(clean_text(text).split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def junit(checked: BaselineCheck) -> str:
    """A suite per edition, a case per kind of change: a kind that occurs fails, with its changes as text. An edition
    that was not compared is one case, in error or skipped."""
    root = ET.Element("testsuites", name="editions check")
    for comparison in checked.comparisons:
        name = f"{comparison.study}/{comparison.edition}"
        suite = _suite(root, name, tests=len(KINDS), failures=len(comparison.totals))
        for kind in KINDS:
            case = _case(suite, name, kind)
            if total := comparison.totals.get(kind):
                failure = ET.SubElement(case, "failure", message=f"{total} {kind}", type=kind)
                failure.text = _printable("\n".join(_line(c) for c in comparison.changes if c.kind == kind))
        ET.SubElement(suite, "system-out").text = _printable(causes(comparison))
    for unchecked in checked.unchecked:
        suite = _suite(root, unchecked.edition, errors=int(unchecked.wrong), skipped=int(not unchecked.wrong))
        how = {"type": "unusable"} if unchecked.wrong else {}
        tag = "error" if unchecked.wrong else "skipped"
        ET.SubElement(_case(suite, unchecked.edition, "baseline"), tag, how, message=_printable(unchecked.reason))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(
    root: ET.Element, name: str, tests: int = 1, failures: int = 0, errors: int = 0, skipped: int = 0
) -> ET.Element:
    counts = {"tests": tests, "failures": failures, "errors": errors, "skipped": skipped}
    return ET.SubElement(root, "testsuite", {"name": name, **{what: str(n) for what, n in counts.items()}, "time": "0"})


def _case(suite: ET.Element, edition: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=edition.replace("/", "."), name=name, time="0")


def _printable(text: str) -> str:
    """Without characters that XML 1.0 forbids."""
    return "".join(c for c in clean_text(text) if c not in "\ufffe\uffff")


def _line(change: BaselineDifference) -> str:
    place = f"page {change.page}" if change.page else "no page"
    if change.figure:
        place += f", figure {change.figure}"
    return f"{place}: {_subject(change)}: {_text(change.before) or '(nothing)'} → {_text(change.after) or '(nothing)'}"


def github_annotations(checked: BaselineCheck) -> list[str]:
    """Workflow commands of GitHub, on the line of the baseline's file, within the number that GitHub shows."""
    wrong = [_message(untold(u)) for u in checked.unchecked if u.wrong]
    found: dict[str, list[str]] = {
        "error": [f" title=editions check::{reason}" for reason in wrong],
        "warning": [],
    }
    for comparison in checked.comparisons:
        name = f"{comparison.study}/{comparison.edition}"
        for change in comparison.changes:
            place = f"file={_property(f'extracted/{name}/{change.file}')},line={change.line or 1}"
            level = "error" if change.kind in HARMFUL else "warning"
            title = _property(f"{name}: {change.kind}")
            found[level].append(f" {place},title={title}::{_message(_line(change))}")
    shown = SETTINGS.annotations - 1
    for lines in found.values():
        if lines[shown + 1 :]:
            lines[shown:] = [f" title=editions check::{len(lines) - shown} more changes: see the job summary"]
    return [f"::{level}{line}" for level, lines in found.items() for line in lines]


def _message(text: str) -> str:
    return clean_text(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def as_json(checked: BaselineCheck) -> dict[str, object]:
    return {
        "changed": checked.changed,
        "editions": [
            {
                "study": c.study,
                "edition": c.edition,
                "values_before": c.values[0],
                "values_after": c.values[1],
                "causes": c.causes,
                "failure": c.failure,
                "totals": c.totals,
                "changes": [{**asdict(change), "file": change.file} for change in c.changes],
            }
            for c in checked.comparisons
        ],
        "unchecked": [asdict(u) for u in checked.unchecked],
    }
