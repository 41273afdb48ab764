"""Answer options at the finest level that all waves of a question share.

Where some wave prints a net only ("5 tot 9" and "10 of meer" as one number), its parts are harmonised to the net in
every wave; where all waves print the parts, the parts are the level. What is printed beside it at another level (a
sub-total next to its parts) gets no harmonised id, so that harmonised values of one wave never count anything twice.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.catalogue.model import Catalogue, Question
from pipeline.release.merge.cells import NONE, Bools, Cells, Ints, combine


def harmonise(cells: Cells, catalogue: Catalogue) -> tuple[Ints, list[str]]:
    """Code per row into the list of ids (NONE where none), for all rows in a series."""
    ids = list(cells.texts["category_id"])
    out = np.where(cells.mapped, cells.codes["category_id"], NONE)
    place = combine(*(cells.codes[name] for name in ("question_id", "item_id", "group", "wave", "unit")))
    print_ = combine(place, cells.edition)
    for code, question in _with_nets(cells, catalogue):
        rows = np.flatnonzero((cells.codes["question_id"] == code) & cells.mapped)
        levels = _Levels(ids, cells.codes["category_id"][rows], place[rows], print_[rows])
        for net, parts, fixed in parts_of_nets(question, catalogue):
            levels.apply(net, parts, fixed)
        out[rows] = levels.out
    return out, ids


def _with_nets(cells: Cells, catalogue: Catalogue) -> Iterator[tuple[int, Question]]:
    for code, id_ in enumerate(cells.texts["question_id"]):
        question = catalogue.by_id.get(id_)
        if question is not None and any(True for _ in parts_of_nets(question, catalogue)):
            yield code, question


def parts_of_nets(question: Question, catalogue: Catalogue) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """(net, its parts, is the level given by the crosswalk?), smallest first: the coarser has the last word."""
    given = [(h.id, h.of, True) for h in catalogue.crosswalk.harmonised if h.question == question.id]
    derived = [(o.id, o.of, False) for o in question.categories if o.of and o.id not in {id_ for id_, _, _ in given}]
    yield from sorted([*derived, *given], key=lambda net: (net[2], len(net[1])))


class _Levels:
    """The rows of one question while its nets are decided one by one."""

    def __init__(self, ids: list[str], category: Ints, place: Ints, print_: Ints) -> None:
        self.ids = ids
        self.category, self.place, self.print = category, place, print_
        self.out = category.copy()

    def apply(self, net: str, parts: tuple[str, ...], fixed: bool) -> None:
        codes = [self._code(part) for part in parts]
        whole = self._code(net)
        nets = self.category == whole
        is_part = np.isin(self.category, codes) & ~nets
        if fixed or self._printed_alone(nets, codes):
            beside = np.isin(self.print, self.print[nets])
            self.out[is_part] = np.where(beside[is_part], NONE, whole)
        else:
            complete = self._complete(self.print, codes)
            self.out[nets & np.isin(self.print, complete)] = NONE

    def _code(self, id_: str) -> int:
        if id_ not in self.ids:
            self.ids.append(id_)
        return self.ids.index(id_)

    def _complete(self, where: Ints, codes: list[int]) -> Ints:
        """Places at which all parts are printed."""
        found: Ints = where[self.category == codes[0]]
        for code in codes[1:]:
            found = np.intersect1d(found, where[self.category == code])
        return found

    def _printed_alone(self, nets: Bools, codes: list[int]) -> bool:
        return bool(np.setdiff1d(self.place[nets], self._complete(self.place, codes)).size)
