"""Great Expectations on what was published: the suite in schemas/, run as a checkpoint, with Data Docs as HTML.

Its clock, run ids and random element ids would make every build differ: they are replaced in the pages, as is the logo
that would be loaded from a server with each visit.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.contract import LONGITUDINAL
from pipeline.release.publish.release_content import Release

if TYPE_CHECKING:
    import pandas
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext

    from schemas.expectations import Expectation

FOLDER = "data-docs"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for the time of the run: the release's version, not the clock, tells releases apart."""
MOST_ROWS = 100_000
"""Great Expectations holds all texts of a table in memory several times over (about 4 kB per row)."""
SHOWN = 5
"""Failing rows that a message names."""
_STAMP = re.compile(r"\d{8}T\d{6}\.\d{6}Z")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_LOGO = re.compile(r'src="https://great-expectations-web-assets[^"]*"')


def run_expectations(release: Release, folder: Path) -> tuple[str, ...]:
    """Check `folder`/longitudinal.parquet, write Data Docs below `folder`; returns what failed, in words."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = _context(folder / FOLDER)
        source = context.data_sources.add_pandas(release.study)
        table = folder / f"{LONGITUDINAL.name}.parquet"
        frame = _newest(table)
        failed = (*_check_table(context, source, table, frame), *_check_sums(context, source, release, frame))
        context.build_data_docs(site_names=["release"])
    _still(folder / FOLDER, folder)
    _list_pages(folder / FOLDER)
    return failed


def _context(docs: Path) -> EphemeralDataContext:
    import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    context.add_data_docs_site(
        "release",
        {
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs.absolute())},
        },
    )
    return context


def _newest(table: Path) -> pandas.DataFrame:
    """The rows of the newest editions, at most about MOST_ROWS: all, unless the study is very large."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(table) as file:
        groups: list[int] = []
        rows = 0
        for number in reversed(range(file.num_row_groups)):
            rows += file.metadata.row_group(number).num_rows
            if groups and rows > MOST_ROWS:
                break
            groups.insert(0, number)
        frame: pandas.DataFrame = file.read_row_groups(groups).to_pandas()
        return frame


def _check_table(context: EphemeralDataContext, source: Any, table: Path, newest: pandas.DataFrame) -> Iterator[str]:
    """The longitudinal table as it lies on disk; of one that is too large for it, the newest editions."""
    import pyarrow.parquet

    from schemas.expectations import longitudinal_suite

    whole = pyarrow.parquet.read_metadata(table).num_rows == len(newest)
    if whole:
        batch = source.add_parquet_asset(LONGITUDINAL.name, path=table).add_batch_definition("all editions")
    else:
        asset = source.add_dataframe_asset(LONGITUDINAL.name)
        batch = asset.add_batch_definition_whole_dataframe("newest editions")
    suite = longitudinal_suite(newest["edition"].nunique())
    yield from _run(
        context, LONGITUDINAL.name, batch, suite, LONGITUDINAL.key, None if whole else {"dataframe": newest}
    )


def _check_sums(context: EphemeralDataContext, source: Any, release: Release, frame: pandas.DataFrame) -> Iterator[str]:
    """The totals of its single-answer questions."""
    from schemas.expectations import SUM_KEY, SUMS, sums_frame, sums_suite

    options = {q.id: {o.id: o.of or (o.id,) for o in q.categories} for q in release.catalogue.questions}
    sums = sums_frame(frame, options)
    if len(sums):
        batch = source.add_dataframe_asset(SUMS).add_batch_definition_whole_dataframe("all editions")
        yield from _run(context, SUMS, batch, sums_suite(), SUM_KEY, {"dataframe": sums})


def _run(
    context: EphemeralDataContext,
    name: str,
    batch: Any,
    expected: tuple[Expectation, ...],
    key: tuple[str, ...],
    parameters: dict[str, Any] | None = None,
) -> Iterator[str]:
    """Run a suite as a checkpoint; what failed, in words, with the `key` of the rows."""
    import great_expectations as gx
    from great_expectations import expectations
    from great_expectations.core.run_identifier import RunIdentifier

    suite = context.suites.add(gx.ExpectationSuite(name=name))
    for each in expected:
        column = {"column": each.column} if each.column else {}
        kind = getattr(expectations, each.type)
        suite.add_expectation(kind(**column, **each.arguments, meta={"notes": each.meaning}))
    validation = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(
            name=name,
            validation_definitions=[validation],
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(key),
                "return_unexpected_index_query": False,
            },
        )
    )
    result = checkpoint.run(batch_parameters=parameters, run_id=RunIdentifier(run_name="release", run_time=EPOCH))
    for outcome in (o for run in result.run_results.values() for o in run.results):
        if not outcome.success:
            yield _in_words(outcome, key)


def _in_words(outcome: Any, key: tuple[str, ...]) -> str:
    config = outcome.expectation_config
    hidden = ("batch_id", "value_set", "row_condition", "condition_parser")
    about = ", ".join(f"{k} {v}" for k, v in config.kwargs.items() if k not in hidden and v is not None)
    rows = (outcome.result or {}).get("unexpected_index_list") or []
    named = ", ".join(str(row.get("observation_id") or " ".join(str(row.get(k)) for k in key)) for row in rows[:SHOWN])
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    problem = next(iter((outcome.exception_info or {}).values()), None) if not outcome.result else None
    found = named or problem or (outcome.result or {}).get("observed_value")
    return f"expected: {(config.meta or {}).get('notes', config.type)} ({about}); found otherwise in: {found}{more}"


def _still(docs: Path, draft: Path) -> None:
    """Take clock, chance and the draft's place out of the pages."""
    for path in sorted(docs.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        home = "../" * (len(path.relative_to(docs).parts) - 1)
        text = text.replace(f"{draft}{os.sep}", "")
        text = _LOGO.sub(f'src="{home}static/images/logo-long.png"', text)
        text = _STAMP.sub(EPOCH.strftime("%Y%m%dT%H%M%S.%fZ"), text)
        for number, id_ in enumerate(dict.fromkeys(_UUID.findall(text)), start=1):
            text = text.replace(id_, f"part-{number}")
        path.write_text(text, encoding="utf-8", newline="")


def _list_pages(docs: Path) -> None:
    """Links to all pages in the index: its own table of them is drawn by scripts from the network."""
    pages = [path.relative_to(docs).as_posix() for path in sorted(docs.rglob("*.html")) if path.parent != docs]
    items = "".join(f'<li><a href="{escape(page)}">{escape(page)}</a></li>' for page in pages)
    index = docs / "index.html"
    head, end, tail = index.read_text(encoding="utf-8").rpartition("</body>")
    index.write_text(f"{head}<h4>All pages</h4><ul>{items}</ul>{end}{tail}", encoding="utf-8", newline="")
