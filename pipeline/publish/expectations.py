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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.contract import LONGITUDINAL
from pipeline.publish.release import Release

if TYPE_CHECKING:
    from great_expectations import Checkpoint
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext

FOLDER = "data-docs"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for the time of the run: the release's version, not the clock, tells releases apart."""
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
        checkpoint = _checkpoint(context, release, folder / f"{LONGITUDINAL.name}.parquet")
        failed = tuple(_run(checkpoint))
        context.build_data_docs(site_names=["release"])
    _still(folder / FOLDER, folder)
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
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs)},
        },
    )
    return context


def _checkpoint(context: EphemeralDataContext, release: Release, path: Path) -> Checkpoint:
    import great_expectations
    from great_expectations import expectations

    from schemas.expectations import longitudinal_suite

    suite = context.suites.add(great_expectations.ExpectationSuite(name=LONGITUDINAL.name))
    for expected in longitudinal_suite(len(release.editions)):
        column = {"column": expected.column} if expected.column else {}
        kind = getattr(expectations, expected.type)
        suite.add_expectation(kind(**column, **expected.arguments, meta={"notes": expected.meaning}))
    source = context.data_sources.add_pandas(release.study)
    asset = source.add_parquet_asset(LONGITUDINAL.name, path=path)
    assert asset is not None
    definition = context.validation_definitions.add(
        great_expectations.ValidationDefinition(
            name=LONGITUDINAL.name, data=asset.add_batch_definition("all editions"), suite=suite
        )
    )
    return context.checkpoints.add(
        great_expectations.Checkpoint(
            name=release.study,
            validation_definitions=[definition],
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(LONGITUDINAL.key),
                "return_unexpected_index_query": False,
            },
        )
    )


def _run(checkpoint: Checkpoint) -> Iterator[str]:
    from great_expectations.core.run_identifier import RunIdentifier

    result = checkpoint.run(run_id=RunIdentifier(run_name="release", run_time=EPOCH))
    for validation in result.run_results.values():
        for outcome in validation.results:
            if not outcome.success:
                yield _in_words(outcome)


def _in_words(outcome: Any) -> str:
    config = outcome.expectation_config
    about = ", ".join(f"{k}={v}" for k, v in config.kwargs.items() if k not in ("batch_id", "value_set"))
    rows = (outcome.result or {}).get("unexpected_index_list") or []
    named = ", ".join(str(row.get("observation_id")) for row in rows[:SHOWN])
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    problem = next(iter((outcome.exception_info or {}).values()), None) if not outcome.result else None
    return f"{config.type}({about}): {named or problem or (outcome.result or {}).get('observed_value')}{more}"


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
