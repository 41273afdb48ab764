"""The walk of one printed value through the stages, as docs/architecture.md shows it.

`python -m tests.walk` writes the page's tables anew; a test says when it is out of date.
"""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.catalogue.model import bare_catalogue
from pipeline.checks.edition import extract
from pipeline.core.table_files import read_parquet
from pipeline.exhibits.assembly import assemble
from pipeline.exhibits.document import read_document
from pipeline.intake.preflight import opened
from pipeline.layout.text import read_text
from pipeline.observations.observe import observe
from pipeline.pages.parsing import read_pages
from pipeline.run.extraction import write_extraction
from tests import paper
from tests.conftest import CHECKOUT
from tests.merged import merge
from tests.test_house import HOME, ROOMS

PAGE = CHECKOUT / "docs" / "architecture.md"
PRINTED = "52%"


def stations(folder: Path) -> Iterator[tuple[str, object, str]]:
    """(room, the thing that holds the value, what it says of the value), from the PDF to the release."""
    catalogue = bare_catalogue("walk")
    pdf = paper.save(paper.survey((PRINTED, "31%", "17%")), folder / "report.pdf")
    with opened(pdf) as (intake, readable):
        yield "intake", intake, f"{intake.pages} page, text layer: {'yes' if intake.has_text else 'no'}"
        pages = list(read_pages(readable))
        word = next(w for w in pages[0].words if w.text == PRINTED)
        yield "pages", word, f"“{word.text}” at x0 {word.box.x0:.0f}, top {word.box.top:.0f}"
        text = read_text(pages)
        line = next(one for one in text.pages[1].lines if word in one.words)
        yield "layout", line, f"“{line.text}”"
        document = read_document(readable, catalogue.study)
    reading = next(r for region in document.regions for r in region.readings if r.entries)
    entry = next(e for e in reading.entries if e.printed == PRINTED)
    yield "exhibits", entry, f"“{entry.printed}”, labels " + ", ".join(f"“{one.text}”" for one in entry.labels)
    parts, _ = assemble(document.regions, document.text, document.pages)
    value = next(v for v in parts[0].values if v.entry.printed == PRINTED)
    yield "exhibits", value, f"figure {parts[0].figure}, confidence {value.confidence:.2f}"
    observed, _ = observe(parts, catalogue, "2024", document.sha256)
    observation = next(o for o in observed if o.source.entry.printed == PRINTED)
    yield "observations", observation, f"{observation.value:g} {observation.unit}, wave {observation.roles.wave}"
    extraction = extract(pdf, catalogue, "2024")
    row = next(r for r in extraction.observations if r["value_printed"] == PRINTED)
    yield "checks", extraction, f"id `{row['observation_id']}`"
    tables = folder / "tables"
    tables.mkdir()
    write_extraction(tables, extraction)
    rows: list[Any] = read_parquet(tables / "observations.parquet")
    kept = next(r for r in rows if r["value_printed"] == PRINTED)
    yield "run", tables / "observations.parquet", f"value {kept['value']:g}, value_printed “{kept['value_printed']}”"
    merged = merge(catalogue, [rows]).longitudinal
    last = merged[merged["value_printed"] == PRINTED].iloc[0]
    yield (
        "release",
        merged,
        f"vintage {last['vintage']}, obs_status {last['obs_status']}",
    )


def table() -> str:
    """The walk as a table of Markdown."""
    lines = ["| # | room | the value is in a | which says of it |", "|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        for number, (room, thing, says) in enumerate(stations(Path(folder)), 1):
            name = f"`{thing.name}`" if isinstance(thing, Path) else f"`{type(thing).__name__}`"
            lines.append(f"| {number} | `{room}` | {name} | {says} |")
    return "\n".join(lines) + "\n"


def rooms() -> str:
    """The rooms in their order as a table of Markdown: what each says of itself."""
    lines = ["| room | |", "|---|---|"]
    for room in ROOMS:
        package = ast.parse((HOME / room / "__init__.py").read_text(encoding="utf-8"))
        lines.append(f"| `{room}` | {(ast.get_docstring(package) or '').splitlines()[0]} |")
    return "\n".join(lines) + "\n"


def with_tables(text: str) -> str:
    """The page `text` with both tables as they are now."""
    for name, content in (("rooms", rooms()), ("walk", table())):
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
        before, _, rest = text.partition(begin)
        text = before + begin + content + end + rest.partition(end)[2]
    return text


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
