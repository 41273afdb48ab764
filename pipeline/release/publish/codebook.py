"""The codebook: for every question what was asked of whom, when, how comparably, and where it is printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.catalogue.model import Option, Question
from pipeline.release.merge.cells import NONE, Cells, Ints
from pipeline.release.merge.series import printed_or_parts
from pipeline.release.publish.codebook_pages import CodebookEntry, OptionEntry, Plot, page
from pipeline.release.publish.data_package import data_version, dataset_json
from pipeline.release.publish.ddi import write_ddi
from pipeline.release.publish.release_content import Release
from pipeline.release.settings import SETTINGS

EXCLUSIVE = ("single", "count")
"""Kinds whose parts add up to their net."""


def write_codebook(release: Release, findings: Sequence[dict[str, Any]], folder: Path) -> None:
    """`codebook.html`, `.md` and `.xml`, and `dataset.jsonld`. `findings` are the rows of the release's findings."""
    entries = list(_entries(release, findings))
    title = f"{release.title}: codebook"
    about = (
        f"Study {release.study}, data version {data_version(release)}, "
        f"{len(release.editions)} edition{'s'[: len(release.editions) > 1]}, "
        f"{len(release.merged.cells)} values."
    )
    metadata = dataset_json(release, folder)
    (folder / "dataset.jsonld").write_text(metadata, encoding="utf-8", newline="")
    for form in ("html", "md"):
        text = page(form, title, about, entries, metadata)
        (folder / f"codebook.{form}").write_text(text, encoding="utf-8", newline="")
    write_ddi(release, entries, folder)


def _entries(release: Release, findings: Sequence[dict[str, Any]]) -> Iterator[CodebookEntry]:
    cells = release.merged.cells
    by_question = {
        id_: np.flatnonzero(cells.codes["question_id"] == n) for n, id_ in enumerate(cells.texts["question_id"])
    }
    said = _findings_by_place(findings)
    for question in release.catalogue.questions:
        rows = by_question.get(question.id, np.empty(0, np.int64))
        yield _entry(release, question, rows, said)


def _entry(release: Release, question: Question, rows: Ints, said: dict[tuple[str, str], list[str]]) -> CodebookEntry:
    cells = release.merged.cells
    places = _places(cells, rows)
    found = [text for edition, figure, _ in reversed(places) for text in said.get((edition, figure), ())]
    listed = [f"{edition}: figure {figure}, page {page}" for edition, figure, page in reversed(places)]
    return CodebookEntry(
        id=question.id,
        labels=tuple(sorted(question.label.items())),
        facts=tuple(_facts(release, question, rows)),
        wordings=tuple(_wordings(cells, rows)),
        items=tuple(_option(release, o, rows, "item") for o in question.items),
        categories=tuple(_option(release, o, rows, "category") for o in question.categories),
        notes=tuple(_notes(release, question, rows)),
        places=tuple(_shortened(listed)),
        findings=tuple(_shortened(list(dict.fromkeys(found)))),
        plots=tuple(_plots(release, rows)),
    )


def _shortened(texts: list[str]) -> list[str]:
    more = len(texts) - SETTINGS.listed_per_question
    return [*texts[: SETTINGS.listed_per_question], f"… and {more} more"] if more > 0 else texts


def _places(cells: Cells, rows: Ints) -> list[tuple[str, str, int]]:
    if not rows.size:
        return []
    keys = np.unique(np.column_stack([cells.edition[rows], cells.page[rows], cells.codes["figure"][rows]]), axis=0)
    return [(cells.editions[e], cells.texts["figure"][f], p) for e, p, f in keys.tolist()]


def _findings_by_place(findings: Iterable[dict[str, Any]]) -> dict[tuple[str, str], list[str]]:
    out: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in findings:
        if row["figure"] is not None:
            out[row["edition"], row["figure"]].append(
                f"{row['edition']}, figure {row['figure']}: {row['severity']} {row['code']}: {row['message']}"
            )
    return out


def _facts(release: Release, question: Question, rows: Ints) -> Iterator[tuple[str, str]]:
    cells = release.merged.cells
    yield "Kind", question.kind
    if question.scale:
        yield "Scale", question.scale
    if question.choose:
        yield "Choose", f"at most {question.choose} options"
    labels = {g.id: g.label.get("en", g.id) for g in release.catalogue.study.groups}
    groups = [labels.get(g, g) for g in _distinct(cells, rows, "group")]
    yield "Respondents", ", ".join(groups) or "not told apart"
    yield "Unit", ", ".join(_distinct(cells, rows, "unit")) or "–"
    yield "Waves", ", ".join(_distinct(cells, rows, "wave")) or "none printed"
    bases = cells.base[rows]
    bases = bases[bases != NONE]
    if bases.size:
        low, high = int(bases.min()), int(bases.max())
        yield "Base", f"{low} respondents" if low == high else f"{low} to {high} respondents, by wave and group"
    else:
        yield "Base", "not printed with the values"
    if question.note:
        yield "Note", question.note


def _distinct(cells: Cells, rows: Ints, column: str) -> list[str]:
    return [cells.texts[column][code] for code in np.unique(cells.codes[column][rows]) if code != NONE]


def _wordings(cells: Cells, rows: Ints) -> Iterator[tuple[str, str]]:
    """(wording as printed, editions that print it), in the order of the editions."""
    editions: dict[str, list[str]] = {}
    pairs = np.unique(np.column_stack([cells.edition[rows], cells.codes["question"][rows]]), axis=0).tolist()
    for edition, code in pairs:
        if code != NONE:
            editions.setdefault(cells.texts["question"][code], []).append(cells.editions[edition])
    for text, names in editions.items():
        yield text, ", ".join(names if len(names) <= SETTINGS.listed_per_question else [names[0], "…", names[-1]])


def _option(release: Release, option: Option, rows: Ints, what: str) -> OptionEntry:
    merged = release.merged
    harmonised = ""
    if what == "category" and rows.size:
        cells = merged.cells
        known = cells.texts["category_id"]
        mine = rows[cells.codes["category_id"][rows] == known.index(option.id)] if option.id in known else rows[:0]
        levels = {merged.harmonised_ids[c] for c in np.unique(merged.harmonised[mine]) if c != NONE}
        harmonised = ", ".join(sorted(levels))
    labels = " / ".join(f"{text} ({language})" for language, text in sorted(option.label.items()))
    return OptionEntry(option.id, labels, option.labels, harmonised, option.of)


def _notes(release: Release, question: Question, rows: Ints) -> Iterator[str]:
    """Comparability: breaks, what the crosswalk says, revisions."""
    merged = release.merged
    cells = merged.cells
    seen = set()
    for point in merged.breaks.points:
        if cells.text("question_id", point.row) != question.id:
            continue
        group = cells.text("group", point.row)
        where = f"wave {cells.text('wave', point.row)}" + (f" ({group})" if group else "")
        text = f"Break at {where}, {point.reason}: {f'“{point.before}” → ' if point.before else ''}“{point.after}”"
        if text not in seen:
            seen.add(text)
            yield text
    for excused in release.catalogue.crosswalk.breaks:
        if excused.question == question.id and excused.comparable:
            why = f": {excused.note}" if excused.note else ""
            yield f"Changed at wave {excused.from_wave} ({excused.reason}), judged comparable{why}"
    revision = merged.vintages.revision[rows]
    revised = int(np.count_nonzero(~np.isnan(revision) & (revision != 0)))
    if revised:
        yield f"{revised} values differ from what an earlier edition printed for the same wave (column `revision`)"


def _plots(release: Release, rows: Ints) -> Iterator[Plot]:
    """Per unit, item and group: the latest values at the harmonised level, where several waves are printed."""
    merged = release.merged
    cells = merged.cells
    rows = rows[merged.vintages.is_latest[rows] & merged.vintages.first[rows] & (merged.harmonised[rows] != NONE)]
    rows, _ = printed_or_parts(merged, rows)
    waves = np.unique(cells.codes["wave"][rows])
    if len(waves) < 2:
        return
    frames: dict[tuple[str, ...], dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    breaks: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for row in rows.tolist():
        frame = tuple(filter(None, (cells.text(name, row) for name in ("group", "item_id", "unit"))))
        option = merged.harmonised_ids[int(merged.harmonised[row])]
        wave = int(np.searchsorted(waves, cells.codes["wave"][row]))
        line = frames[frame][option]
        if int(merged.breaks.place[row]) in merged.breaks.reason:
            breaks[frame].add(wave)
        if wave not in line or cells.text("kind", row) in EXCLUSIVE:
            line[wave] = line.get(wave, 0.0) + float(cells.value[row])
    names = tuple(cells.texts["wave"][w] for w in waves)
    for frame, lines in frames.items():
        points = tuple((option, tuple(sorted(line.items()))) for option, line in lines.items())
        yield Plot(", ".join(frame), names, points, tuple(sorted(breaks[frame])))
