"""The explorer: one HTML page with data, pictures and the drawing library in it; opens from disk and loads nothing.

Texts of reports are data in it: they stand in a JSON block in which `<` is escaped, and the page sets them as text.
"""

from __future__ import annotations

import base64
import html
import io
import json
from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline.catalogue.model import Question
from pipeline.core.geometry import Box, union
from pipeline.release.publish.data_package import data_version
from pipeline.release.publish.release_content import EditionData, Release
from pipeline.release.settings import SETTINGS

MOST_ROWS = 60_000
"""Values that the page holds (about 15 MB); of a larger study, those of its newest editions."""
ABOVE, BELOW = 90.0, 36.0
"""Points above and below an exhibit's values: room for its headings, its question and its caption. The picture is as
wide as the page, as labels stand on either side."""
TEXT_COLUMNS = (
    *(
        "observation_id",
        "question_id",
        "question",
        "kind",
        "group",
        "wave",
        "item_id",
        "item",
        "category_id",
        "category",
    ),
    *("value_printed", "unit", "scale", "readers", "edition", "figure", "break_reason"),
)
PLAIN_COLUMNS = (
    *("value", "base_n", "page", "x0", "top", "x1", "bottom", "confidence", "flags", "is_latest", "revision"),
)


def write_explorer(release: Release, folder: Path) -> None:
    import vl_convert

    here = files("pipeline.release.publish")
    bundle = vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;")
    parts = {
        "%TITLE%": html.escape(release.title),
        "%STYLE%": here.joinpath("explorer.css").read_text(encoding="utf-8"),
        "%VEGA%": bundle.replace("</script", "<\\/script"),
        "%SCRIPT%": here.joinpath("explorer.js").read_text(encoding="utf-8"),
        "%DATA%": _json(explorer_data(release)),
    }
    page = here.joinpath("explorer.html").read_text(encoding="utf-8")
    for mark, text in parts.items():
        head, _, tail = page.partition(mark)
        page = head + text + tail
    (folder / "explorer.html").write_text(page, encoding="utf-8", newline="")


def explorer_data(release: Release) -> dict[str, Any]:
    """All that the page shows, as plain data."""
    study = release.catalogue.study
    rows = _Rows()
    for number in _newest(release):
        rows.add(release.longitudinal(number).to_pylist())
    return {
        "study": study.id,
        "title": study.title,
        "languages": list(study.languages),
        "version": data_version(release),
        "editions": [edition.edition for edition in release.editions],
        "total": len(release.merged.cells),
        "groups": {group.id: group.label for group in study.groups},
        "questions": {question.id: _question(question, release) for question in release.catalogue.questions},
        "rows": rows.columns,
        "texts": rows.texts,
        "findings": _said(release, rows.exhibits),
        "pictures": dict(_pictures(release, rows.exhibits)),
    }


def _said(release: Release, exhibits: Container[tuple[str, int, str]]) -> dict[str, list[list[str]]]:
    """`edition/page/figure` → [code, message] of every finding about one of the `exhibits`."""
    said: dict[str, list[list[str]]] = defaultdict(list)
    for row in release.findings().select(["edition", "page", "figure", "code", "message"]).to_pylist():
        place = (row["edition"], row["page"], row["figure"])
        if place in exhibits:
            said["/".join(map(str, place))].append([row["code"], row["message"]])
    return said


def _newest(release: Release) -> list[int]:
    """Numbers of the newest editions whose rows the page can hold, oldest first."""
    start = release.merged.cells.start
    chosen: list[int] = []
    held = 0
    for number in reversed(range(len(release.editions))):
        held += int(start[number + 1] - start[number])
        if chosen and held > MOST_ROWS:
            break
        chosen.insert(0, number)
    return chosen


def _question(question: Question, release: Release) -> dict[str, Any]:
    options = {o.id: o.label for o in (*question.categories, *question.items)}
    extra = {h.id: h.label for h in release.catalogue.crosswalk.harmonised if h.question == question.id and h.label}
    return {
        "label": question.label,
        "kind": question.kind,
        "wordings": [{"text": w.text, "editions": list(w.editions)} for w in question.wordings],
        "options": extra | options,
    }


class _Rows:
    """Rows as columns; each text stands once."""

    def __init__(self) -> None:
        names = (*TEXT_COLUMNS, "harmonised", *PLAIN_COLUMNS)
        self.columns: dict[str, list[Any]] = {name: [] for name in names}
        self.codes: dict[str, dict[str, int]] = {name: {} for name in (*TEXT_COLUMNS, "harmonised")}
        self.exhibits: dict[tuple[str, int, str], list[Box]] = defaultdict(list)

    @property
    def texts(self) -> dict[str, list[str]]:
        return {name: list(codes) for name, codes in self.codes.items()}

    def add(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["harmonised"] = row["category_id_harmonised"]
            for name in self.codes:
                text = row[name]
                known = self.codes[name]
                self.columns[name].append(None if text is None else known.setdefault(text, len(known)))
            for name in PLAIN_COLUMNS:
                self.columns[name].append(row[name])
            edges = [row[name] for name in ("x0", "top", "x1", "bottom")]
            if None not in edges:
                self.exhibits[row["edition"], row["page"], row["figure"]].append(Box(*edges))


@dataclass(frozen=True)
class _Picture:
    """A part of a page as WebP; edges in points of the page as shown."""

    box: Box
    webp: bytes

    @property
    def data(self) -> dict[str, object]:
        return {
            "src": f"data:image/webp;base64,{base64.b64encode(self.webp).decode()}",
            "x0": round(self.box.x0, 2),
            "top": round(self.box.top, 2),
            "width": round(self.box.x1 - self.box.x0, 2),
            "height": round(self.box.bottom - self.box.top, 2),
        }


def _pictures(
    release: Release, exhibits: dict[tuple[str, int, str], list[Box]]
) -> Iterator[tuple[str, dict[str, object]]]:
    pdfs = {edition.edition: edition for edition in release.editions if edition.pdf and edition.pdf.is_file()}
    newest = [edition.edition for edition in reversed(release.editions)]
    order = sorted(exhibits, key=lambda exhibit: (newest.index(exhibit[0]), exhibit[1:]))
    for edition, page, figure in [e for e in order if e[0] in pdfs][: SETTINGS.most_pictures]:
        picture = _crop(pdfs[edition], page, exhibits[edition, page, figure])
        if picture is not None:
            yield f"{edition}/{page}/{figure}", picture.data


def _crop(edition: EditionData, page: int, boxes: list[Box]) -> _Picture | None:
    """The exhibit around its values; None where the page cannot be drawn (then the explorer says so)."""
    from pipeline.pages.rendering import render

    values = union(boxes)
    assert edition.pdf is not None
    try:
        whole = render(edition.pdf, page, dpi=SETTINGS.picture_dpi)
    except (OSError, RuntimeError, ValueError, IndexError):
        return None
    scale = SETTINGS.picture_dpi / 72
    height = whole.height / scale
    box = Box(0.0, max(values.top - ABOVE, 0.0), whole.width / scale, min(values.bottom + BELOW, height))
    if box.bottom <= box.top:
        return None
    image = whole.crop((int(box.x0 * scale), int(box.top * scale), int(box.x1 * scale), int(box.bottom * scale)))
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=SETTINGS.picture_quality, method=6)
    return _Picture(box, buffer.getvalue())


def _json(data: dict[str, Any]) -> str:
    """JSON that may stand in a script element: no `<`, so neither `</script>` nor `<!--`."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
