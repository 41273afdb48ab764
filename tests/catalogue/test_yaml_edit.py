"""Changes to YAML that a person wrote: one act, several places, the rest as it was."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue.yaml_edit import edited
from pipeline.core.errors import UsageError

WRITTEN = """\
# asked every year
questions:
- id: modes   # how they travel
  categories:
  - {id: bike, label: Bicycle, draft: true}
  - id: bus
    labels: [Bus, Coach]
    draft: true

  - id: foot
- id: lunch
  wordings:
  - Where do you have lunch?
"""
LISTS: tuple[tuple[str | int, ...], ...] = (
    ("questions", 0, "categories", 0, "labels"),
    ("questions", 0, "categories", 1, "labels"),
    ("questions", 0, "categories", 2, "labels"),
    ("questions", 1, "wordings"),
    ("scales",),
)
PLACES: tuple[tuple[str | int, ...], ...] = (
    ("questions", 0, "categories", 0, "draft"),
    ("questions", 0, "categories", 1, "draft"),
    ("questions", 0, "categories", 2),
)


@given(st.lists(st.tuples(st.sampled_from(LISTS), st.text("ab:- #'é", min_size=1))), st.sets(st.sampled_from(PLACES)))
def test_several_changes_are_made_as_one(more: list[tuple[Any, str]], gone: set[Any]) -> None:
    more = [(path, said) for path, said in more if path[:4] not in gone]
    new = edited(WRITTEN, [(path, [said]) for path, said in more], gone)
    wanted: Any = yaml.safe_load(WRITTEN)
    for path, said in more:
        at = wanted
        for step in path[:-1]:
            at = at[step]
        at.setdefault(path[-1], []).append(said)
    for path in sorted(gone, reverse=True):
        at = wanted
        for step in path[:-1]:
            at = at[step]
        del at[path[-1]]
    assert yaml.safe_load(new) == wanted
    assert "# asked every year" in new and "# how they travel" in new


def test_a_list_of_which_all_goes_goes_too() -> None:
    new = edited(WRITTEN, gone=[("questions", 0, "categories", i) for i in range(3)])
    assert "categories" not in yaml.safe_load(new)["questions"][0]


def test_what_is_no_list_is_refused() -> None:
    with pytest.raises(UsageError, match="is no list"):
        edited(WRITTEN, [(("questions", 1, "id"), ["x"])])
