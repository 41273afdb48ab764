"""The editions' observations as whole numbers: every text is coded once, so that merging is sorting and counting.

A row's *series* is what stays the same over waves: question, item, category, group and unit. A *cell* is a series at
one wave; several editions may print it (its vintages). Rows whose question, option or item is not in the catalogue
belong to no series: nothing is mapped in silence. Nor do values that no label tells apart: another
edition may print any of them again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.core.contract import Severity
from pipeline.core.findings import Finding, finding
from pipeline.core.numbers import parse_number
from pipeline.core.periods import period_order
from pipeline.release.settings import SETTINGS

if TYPE_CHECKING:
    import pyarrow

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CODED = ("question_id", "item_id", "category_id", "group", "wave", "unit", "kind", "question", "scale", "figure")
COLUMNS = (
    *CODED,
    *("item", "category", "value", "value_printed", "base_n", "confidence", "page", "flags"),
)
"""Columns of the contract that merging looks at; the others pass by untouched."""
Load = Callable[[int, Sequence[str]], "pyarrow.Table"]
"""(number of an edition, columns) → those columns of its observations. A study need not fit in memory, nor be read
whole for the few columns that a step looks at."""
NONE = -1
"""Code of null."""


@dataclass(frozen=True)
class Cells:
    """Rows of all editions in the order of `editions`, then as each table holds them. Arrays are parallel to the rows.

    `codes[column]` points into `texts[column]` (NONE where null). `series` and `cell` are NONE for rows outside any
    series.
    """

    editions: tuple[str, ...]
    edition: Ints
    start: Ints
    """Row at which each edition begins."""
    codes: dict[str, Ints]
    texts: dict[str, list[str]]
    value: Floats
    decimals: Ints
    confidence: Floats
    page: Ints
    base: Ints
    """Printed number of respondents; NONE where none is."""
    measured: Bools
    doubted: Bools
    series: Ints
    cell: Ints

    def __len__(self) -> int:
        return len(self.edition)

    @property
    def mapped(self) -> Bools:
        mapped: Bools = self.cell != NONE
        return mapped

    def text(self, column: str, row: int) -> str | None:
        code = int(self.codes[column][row])
        return None if code == NONE else self.texts[column][code]


def finding_at(
    cells: Cells,
    row: int,
    code: str,
    message: str,
    *,
    observation_id: str | None = None,
    expected: object = None,
    found: object = None,
    severity: Severity | None = None,
) -> Finding:
    return finding(
        code,
        message,
        page=int(cells.page[row]),
        figure=cells.text("figure", row),
        observation_id=observation_id,
        expected=expected,
        found=found,
        severity=severity,
    )


def edition_order(edition: str) -> tuple[object, ...]:
    """Sort key of editions and waves: numbers inside the name count as numbers (`9` before `10`)."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", edition) if part)


def encode(editions: Sequence[str], tables: Iterable[pyarrow.Table]) -> Cells:
    """Code the observations `tables` of `editions` (same order, oldest first; columns COLUMNS suffice)."""
    import pyarrow

    coder = {column: _Coder() for column in CODED}
    parts: dict[str, list[NDArray[Any]]] = {}
    lengths: list[int] = []
    for batch in _batches(tables):
        lengths += [table.num_rows for table in batch]
        joined = pyarrow.concat_tables(table.select(COLUMNS) for table in batch).combine_chunks()
        for name, array in _encode_batch(joined, coder).items():
            parts.setdefault(name, []).append(array)
    columns = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    codes, texts = {}, {}
    for column in CODED:
        codes[column], texts[column] = coder[column].finish(columns.get(column, np.empty(0, np.int64)), column)
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    series = _series(codes, columns.get("outside", np.empty(0, np.bool_)))
    return Cells(
        editions=tuple(editions),
        edition=np.repeat(np.arange(len(lengths), dtype=np.int64), lengths),
        start=start,
        codes=codes,
        texts=texts,
        **{name: columns.get(name, np.empty(0)) for name in ("value", "decimals", "confidence", "page", "base")},
        **{name: columns.get(name, np.empty(0, np.bool_)) for name in ("measured", "doubted")},
        series=series,
        cell=np.where(series == NONE, NONE, combine(series, codes["wave"])),
    )


def combine(*codes: Ints) -> Ints:
    """One code per distinct combination, numbered by first appearance; NONE is a value like any other."""
    import pandas as pd

    joined = codes[0]
    for other in codes[1:]:
        width = int(other.max(initial=NONE)) + 2
        joined = pd.factorize(joined * width + (other + 1))[0].astype(np.int64)
    return joined


def _batches(tables: Iterable[pyarrow.Table]) -> Iterator[list[pyarrow.Table]]:
    batch: list[pyarrow.Table] = []
    for table in tables:
        batch.append(table)
        if len(batch) == SETTINGS.batch:
            yield batch
            batch = []
    if batch:
        yield batch


class _Coder:
    """Codes of one text column over all batches."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def encode(self, column: Any) -> Ints:
        encoded = column.combine_chunks().dictionary_encode() if hasattr(column, "combine_chunks") else column
        encoded = encoded if hasattr(encoded, "dictionary") else encoded.dictionary_encode()
        words = [self.known.setdefault(str(word), len(self.known)) for word in encoded.dictionary.to_pylist()]
        lookup = np.array([*words, NONE], dtype=np.int64)
        indices = encoded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
        codes: Ints = lookup[indices]
        return codes

    def finish(self, codes: Ints, column: str) -> tuple[Ints, list[str]]:
        """Codes in the order of their texts, so that a greater wave has the greater code."""
        texts = list(self.known)
        keys = [(*period_order(x), *edition_order(x)) for x in texts] if column == "wave" else texts
        order = sorted(range(len(texts)), key=keys.__getitem__)
        rank = np.empty(len(texts) + 1, dtype=np.int64)
        rank[order] = np.arange(len(texts))
        rank[NONE] = NONE
        return rank[codes], [texts[i] for i in order]


def _encode_batch(table: pyarrow.Table, coder: dict[str, _Coder]) -> dict[str, NDArray[Any]]:
    import pyarrow.compute as pc

    out: dict[str, NDArray[Any]] = {column: coder[column].encode(table[column]) for column in CODED}
    out["value"] = table["value"].to_numpy().astype(np.float64)
    out["confidence"] = table["confidence"].to_numpy().astype(np.float64)
    out["page"] = table["page"].to_numpy().astype(np.int64)
    out["base"] = table["base_n"].fill_null(NONE).to_numpy().astype(np.int64)
    out["decimals"] = _decimals(table["value_printed"])
    out["measured"] = table["value_printed"].is_null().to_numpy(zero_copy_only=False)
    out["doubted"] = _any_starts_with(table["flags"], "extraction-")
    outside = pc.or_(table["question_id"].is_null(), table["value"].is_null())
    for label in ("category", "item"):
        unmapped = pc.and_(table[f"{label}_id"].is_null(), table[label].is_valid())
        outside = pc.or_(outside, unmapped)
    confused = _any_starts_with(table["flags"], "extraction-not-told-apart")
    out["outside"] = outside.to_numpy(zero_copy_only=False) | confused
    return out


def _decimals(printed: Any) -> Ints:
    """Decimals printed; 0 where nothing is."""
    encoded = printed.combine_chunks().dictionary_encode()
    numbers = (parse_number(text) for text in encoded.dictionary.to_pylist())
    lookup = np.array([*(n.decimals if n else 0 for n in numbers), 0], dtype=np.int64)
    decimals: Ints = lookup[encoded.indices.fill_null(len(lookup) - 1).to_numpy(zero_copy_only=False)]
    return decimals


def _any_starts_with(lists: Any, prefix: str) -> Bools:
    import pyarrow.compute as pc

    found = np.zeros(len(lists), dtype=np.bool_)
    lists = lists.combine_chunks()
    parents = pc.list_parent_indices(lists).to_numpy()
    found[parents[pc.starts_with(pc.list_flatten(lists), prefix).to_numpy(zero_copy_only=False)]] = True
    return found


def _series(codes: dict[str, Ints], outside: Bools) -> Ints:
    keys = (codes[name] for name in ("question_id", "item_id", "category_id", "group", "unit"))
    return np.where(outside, NONE, combine(*keys)) if len(outside) else np.empty(0, np.int64)
