"""Editions: from the yearly report of a repeated survey to one checked, longitudinal dataset.

The flow runs one way (see docs/decisions/0001-one-way-flow.md):
intake → pages → layout → exhibits → observations → checks → release.

In Python and notebooks: `from pipeline import extract, tables, load, show` (docs/use-the-data.md).
"""

from importlib import import_module
from typing import Any

__version__ = "0.2.0"
API = ("extract", "load", "show", "tables")


def __getattr__(name: str) -> Any:
    """The Python API, imported when it is asked for: the command line's help has to come at once."""
    if name in API:
        return getattr(import_module("pipeline.cli.dataframes"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
