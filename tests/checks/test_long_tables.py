"""Tables of thousands of rows: what is done for each row does not grow with the others."""

from __future__ import annotations

import time

from pipeline.catalogue.model import bare_catalogue
from pipeline.checks.arithmetic import nets, shares_sum
from pipeline.observations.bases import assign_bases
from tests.factory import observed, table


def test_a_table_ten_times_as_long_takes_some_ten_times_as_long() -> None:
    def seconds(rows: int) -> float:
        part = table("1", 1, "Satisfied", ("n", "Yes"), {f"Place {i}": (f"{i + 100}", "7%") for i in range(rows)})
        start = time.process_time()
        found = assign_bases(observed([part], bare_catalogue()))
        for rule in (nets, shares_sum):
            list(rule(found, bare_catalogue()))
        assert sum(o.base_n is not None for o in found) == rows
        return time.process_time() - start

    seconds(100)  # what is loaded once
    assert seconds(3000) < 25 * seconds(300)
