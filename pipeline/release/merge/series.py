"""The harmonised series: one value per series and wave, at the level that all waves share.

A value that a wave prints at that level is taken as printed, from its latest vintage. Where only the parts are printed,
they are added up, and the row says so: how many, by how much their rounding may have falsified the sum, status E.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pipeline.catalogue.model import Catalogue, Question
from pipeline.core.contract import HARMONISED
from pipeline.core.table_files import schema
from pipeline.release.merge.cells import NONE, Bools, Cells, Ints, Load, combine

if TYPE_CHECKING:
    import pyarrow

    from pipeline.release.merge.longitudinal import Merged


ADDITIVE = ("percent", "count")
"""Units whose parts add up. Shares of a question with several answers do not: one respondent may have chosen both."""


def harmonised_series(study: str, merged: Merged, load: Load) -> pyarrow.Table:
    """The table HARMONISED. What cannot be added up (scores, several answers, a part missing) is not in it."""
    import pyarrow

    cells = merged.cells
    rows = np.flatnonzero(merged.vintages.is_latest & merged.vintages.first & (merged.harmonised != NONE))
    rows, target = printed_or_parts(merged, rows)
    rows = rows[np.lexsort((rows, target))]
    target = np.sort(target)
    start = np.flatnonzero(np.diff(target, prepend=NONE))
    count = np.diff(np.append(start, len(rows)))
    whole = _is_sum(merged, rows, start) if len(rows) else np.zeros(0, dtype=np.bool_)
    usable = ~whole | _addable(merged, rows, start, count)
    heads = rows[start]
    chosen = np.repeat(usable, count)
    ids = _take_ids(cells, load, rows[chosen])
    value = np.add.reduceat(cells.value[rows], start) if len(rows) else np.zeros(0)
    bound = np.add.reduceat(0.5 * 10.0 ** -cells.decimals[rows], start) if len(rows) else np.zeros(0)
    sums = whole[usable]
    head = heads[usable]
    columns = {
        "study": pyarrow.repeat(study, len(head)),
        "category_id": _texts([*merged.harmonised_ids], merged.harmonised[head]),
        **{
            n: _texts(cells.texts[n], cells.codes[n][head])
            for n in ("question_id", "item_id", "group", "wave", "kind", "unit")
        },
        "value": np.round(value[usable], 9),
        "parts": count[usable].astype(np.int32),
        "error_bound": np.where(sums, bound[usable], 0.0),
        "segment": _segments(merged, head).astype(np.int32),
        "break_reason": pyarrow.array(
            [merged.breaks.reason.get(int(merged.breaks.place[r])) for r in head], pyarrow.string()
        ),
        "vintage": _texts(list(cells.editions), cells.edition[head]),
        "observation_ids": pyarrow.ListArray.from_arrays(
            np.concatenate([[0], np.cumsum(count[usable])]).astype(np.int32), ids
        ),
    }
    broken = np.array([merged.breaks.reason.get(int(merged.breaks.place[r])) is not None for r in head], dtype=np.bool_)
    status = np.select([broken, sums | cells.measured[head], cells.doubted[head]], ["B", "E", "U"], default="A")
    columns["obs_status"] = pyarrow.array(status.astype(object), pyarrow.string())
    table = pyarrow.table([columns[c.name] for c in HARMONISED.columns], schema=schema(HARMONISED))
    return table.sort_by([(name, "ascending") for name in HARMONISED.key])


def printed_or_parts(merged: Merged, rows: Ints) -> tuple[Ints, Ints]:
    """(rows, code of the series and wave of each) at the harmonised level. Where one edition prints the harmonised
    option itself and another its parts, the printed one stays."""
    keys = [merged.cells.codes[name][rows] for name in ("question_id", "item_id", "group", "unit", "wave")]
    target = combine(*keys, merged.harmonised[rows])
    printed = merged.harmonised[rows] == merged.cells.codes["category_id"][rows]
    has_printed = np.zeros(int(target.max(initial=NONE)) + 1, dtype=np.bool_)
    has_printed[target[printed]] = True
    keep = printed | ~has_printed[target]
    return rows[keep], target[keep]


def _is_sum(merged: Merged, rows: Ints, start: Ints) -> Bools:
    is_part = merged.harmonised[rows] != merged.cells.codes["category_id"][rows]
    added: Bools = np.logical_or.reduceat(is_part, start)
    return added


def _addable(merged: Merged, rows: Ints, start: Ints, count: Ints) -> Bools:
    """Are all parts there, exclusive of each other, in a unit that adds up?"""
    cells = merged.cells
    addable = np.ones(len(start), dtype=np.bool_)
    for n in np.flatnonzero(_is_sum(merged, rows, start)) if len(rows) else ():
        parts = rows[start[n] : start[n] + count[n]]
        head = int(parts[0])
        of = merged.parts.get(
            (cells.text("question_id", head) or "", merged.harmonised_ids[int(merged.harmonised[head])]), ()
        )
        present = {cells.text("category_id", int(row)) for row in parts}
        exclusive = cells.text("kind", head) in ("single", "count") and cells.text("unit", head) in ADDITIVE
        addable[n] = exclusive and present == set(of)
    return addable


def _segments(merged: Merged, heads: Ints) -> Ints:
    """Breaks at or before each row's wave, within its question, item, group and unit."""
    cells = merged.cells
    line = combine(*(cells.codes[name][heads] for name in ("question_id", "item_id", "group", "unit")))
    wave = cells.codes["wave"][heads]
    pairs, inverse = np.unique(np.column_stack([line, wave]), axis=0, return_inverse=True)
    representative = np.empty(len(pairs), dtype=np.int64)
    representative[inverse] = heads
    broken = np.array([int(merged.breaks.place[r]) in merged.breaks.reason for r in representative], dtype=np.int64)
    total = np.cumsum(broken)
    first = np.searchsorted(pairs[:, 0], pairs[:, 0])
    segment: Ints = (total - total[first] + broken[first])[inverse] if len(pairs) else np.empty(0, np.int64)
    return segment


def _texts(texts: list[str], codes: Ints) -> pyarrow.Array:
    import pyarrow

    return pyarrow.array(texts, pyarrow.string()).take(pyarrow.array(codes, mask=codes == NONE))


def _take_ids(cells: Cells, load: Load, rows: Ints) -> pyarrow.Array:
    """Observation ids of `rows`, in their order; each edition's column is loaded once."""
    import pyarrow

    order = np.argsort(rows, kind="stable")
    ascending = rows[order]
    edition = cells.edition[ascending]
    pieces = [pyarrow.array([], pyarrow.string())]
    for number in np.unique(edition).tolist():
        local = ascending[edition == number] - cells.start[number]
        pieces.append(load(number, ["observation_id"])["observation_id"].combine_chunks().take(pyarrow.array(local)))
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return pyarrow.concat_arrays(pieces).take(pyarrow.array(back))


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
