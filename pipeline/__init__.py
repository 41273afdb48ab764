"""Editions: from the yearly report of a repeated survey to one checked, longitudinal dataset.

The flow runs one way (see docs/decisions/0001-one-way-flow.md):
intake → pages → text → tables, charts → figures → observations → claims, ledger → checks → merge → publish.
"""

__version__ = "0.1.0"
