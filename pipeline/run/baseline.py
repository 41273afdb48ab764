"""Baselines: the accepted extraction of an edition as text that diffs well, and what has changed since.

A baseline holds no noise: places are rounded to points, confidence to hundredths, and neither clock nor folder of the
machine stands in it. `made_with.json` records what it was made with, so that a change of the code can be told from a
change of a library or of the catalogue.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from pipeline.core.contract import CLAIMS, FINDINGS, OBSERVATIONS, Column, Table
from pipeline.core.errors import UsageError
from pipeline.core.table_files import ContractError, csv_text, read_csv, read_parquet
from pipeline.run.extraction import BLOCKS
from pipeline.run.provenance import Provenance
from pipeline.run.settings import SETTINGS

MADE_WITH = "made_with.json"
PLACE = ("x0", "top", "x1", "bottom")
TOLERANCE = dict.fromkeys(PLACE, 3.0) | {"confidence": 0.05, "value": 1e-9}
"""By how much a column may differ without being a change. Places: hinting and rounding move a word by a point or two,
the next row of a table stands ten points away. Confidence: one step of its calibration is 0.1."""

Kind = Literal[
    "value lost",
    "value changed",
    "label changed",
    "finding appeared",
    "claim lost",
    "claim changed",
    "confidence fell",
    "moved",
    "ledger changed",
    "text lost",
    "value new",
    "claim new",
    "finding gone",
    "text new",
    "evidence changed",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""What can have changed, the most harmful first."""
LABELS = ("question_id", "kind", "group", "wave", "item_id", "item", "category_id", "category", "question")
"""Columns that say what a value means."""
TABLE_OF_KIND: dict[Kind, str] = {
    **dict.fromkeys(KINDS, "observations"),
    **dict.fromkeys(("finding appeared", "finding gone"), "findings"),
    **dict.fromkeys(("claim lost", "claim changed", "claim new"), "claims"),
    **dict.fromkeys(("text lost", "text new"), "blocks"),
    "ledger changed": "numbers",
}
KIND_OF_COLUMN: dict[str, Kind] = {
    **dict.fromkeys(("value", "value_printed", "unit"), "value changed"),
    **dict.fromkeys((*LABELS, "scale", "base_n"), "label changed"),
    **dict.fromkeys(("figure", "page", *PLACE), "moved"),
    "confidence": "confidence fell",
    **dict.fromkeys(("method", "readers", "flags"), "evidence changed"),
}


def _without(table: Table, *names: str) -> tuple[Column, ...]:
    return tuple(c for c in table.columns if c.name not in names)


COLUMNS: dict[str, tuple[Column, ...]] = {
    "observations": _without(OBSERVATIONS, "study", "edition", "source_sha256"),
    "findings": _without(FINDINGS, "study", "edition", *PLACE),
    "claims": _without(CLAIMS, "study", "edition", *PLACE),
    "numbers": (
        Column("page", "int32", "1-based page of the PDF"),
        Column("went", "string", "where numeric tokens of the page went"),
        Column("tokens", "int32", "how many"),
    ),
    "blocks": (
        Column("page", "int32", "1-based page of the PDF"),
        Column("kind", "string", "heading, paragraph, …"),
        Column("text_sha256", "string", "first 12 digits of the SHA-256 of the text"),
        Column("characters", "int32", "length of the text"),
        Column("begins", "string", "its first words"),
    ),
}
"""The files of a baseline."""


BaselineRow = dict[str, object]
"""A row of a file of a baseline: columns of the contract, rounded, or counts and fingerprints; and `LINE`."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An extraction in the form of a baseline: rows by file, sorted; what it was made with."""

    tables: dict[str, list[BaselineRow]]
    made_with: Provenance

    @property
    def digest(self) -> str:
        text = "\0".join(csv_text(columns, self.tables[name]) for name, columns in COLUMNS.items())
        return hashlib.sha256(text.encode()).hexdigest()


def snapshot(tables: Path, made_with: Provenance) -> Snapshot:
    """The extraction in folder `tables` as a baseline would hold it."""
    plain = {name: read_parquet(tables / f"{name}.parquet") for name in ("observations", "findings", "claims")}
    numbers = Counter((n["page"], n["went"]) for n in read_parquet(tables / "numbers.parquet"))
    rows: dict[str, Iterable[BaselineRow]] = {
        **plain,
        "numbers": [{"page": page, "went": went, "tokens": n} for (page, went), n in numbers.items()],
        "blocks": [_block(b) for b in read_parquet(tables / f"{BLOCKS.name}.parquet")],
    }
    return Snapshot({name: _sorted(name, (_rounded(name, r) for r in rows[name])) for name in COLUMNS}, made_with)


def _block(row: BaselineRow) -> BaselineRow:
    text = str(row["text"] or "")
    return {
        "page": row["page"],
        "kind": row["kind"],
        "text_sha256": hashlib.sha256(text.encode()).hexdigest()[:12],
        "characters": len(text),
        "begins": " ".join(text.split()[: SETTINGS.first_words]),
    }


def _rounded(table: str, row: BaselineRow) -> BaselineRow:
    tidy: BaselineRow = {}
    for column in COLUMNS[table]:
        value = row.get(column.name)
        if isinstance(value, float) and column.name in TOLERANCE and column.name != "value":
            value = round(value, 2) if column.name == "confidence" else float(round(value))
        elif isinstance(value, str):
            value = " ".join(value.split()) or None
        tidy[column.name] = value
    return tidy


def _sorted(table: str, rows: Iterable[BaselineRow]) -> list[BaselineRow]:
    if table == "blocks":
        return list(rows)
    first = ("observation_id",) if table == "observations" else ()
    names = (*first, *(c.name for c in COLUMNS[table]))
    return sorted(rows, key=lambda r: [(r[n] is not None, 0 if r[n] is None else r[n]) for n in names])


def write(folder: Path, content: Snapshot) -> None:
    """The baseline's files in `folder`, which the caller makes whole."""
    for name, columns in COLUMNS.items():
        (folder / f"{name}.csv").write_text(csv_text(columns, content.tables[name]), encoding="utf-8", newline="")
    text = json.dumps(asdict(content.made_with), indent=1, sort_keys=True)
    (folder / MADE_WITH).write_text(text + "\n", encoding="utf-8")


def load(folder: Path) -> Snapshot:
    """Raises UsageError when there is no baseline in `folder`, or one that was changed by hand into something else."""
    if not (folder / MADE_WITH).is_file():
        raise UsageError(f"{folder} holds no baseline", 'make one with editions accept STUDY/EDITION --reason "…"')
    try:
        made_with = Provenance(**json.loads((folder / MADE_WITH).read_text(encoding="utf-8")))
        tables = {
            name: read_csv(columns, (folder / f"{name}.csv").read_text(encoding="utf-8"))
            for name, columns in COLUMNS.items()
        }
    except (OSError, ValueError, TypeError, ContractError) as error:
        raise UsageError(f"the baseline {folder} cannot be read ({error})", "restore it from git") from error
    return Snapshot(tables, replace(made_with, options=tuple(made_with.options)))


LINE = "line"
"""Key under which a row of a baseline carries its line in the file; no cell of a baseline breaks a line."""


@dataclass(frozen=True, slots=True)
class BaselineDifference:
    """One difference. `subject` is the observation's id, the finding's code, or the text's first words."""

    kind: Kind
    subject: str
    page: int | None = None
    figure: str | None = None
    column: str | None = None
    before: object = None
    after: object = None
    line: int | None = None
    """Line of the baseline's file that held it; None for what is new."""

    @property
    def file(self) -> str:
        return f"{TABLE_OF_KIND[self.kind]}.csv"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A baseline against the present extraction; `changes` with the most harmful first."""

    study: str
    edition: str
    changes: tuple[BaselineDifference, ...]
    causes: dict[str, str]
    """PDF, catalogue, code, libraries: how each differs from when the baseline was accepted; "" where it does not."""
    values: tuple[int, int]
    """Observations before and after."""
    failure: str | None = None

    @property
    def totals(self) -> dict[str, int]:
        """How many changes of each kind that occurs, the most harmful kind first."""
        counts = Counter(c.kind for c in self.changes)
        return {kind: counts[kind] for kind in KINDS if counts[kind]}


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An edition that could not be compared, and why. One that was never accepted and whose PDF nobody may pass on
    lacks nothing, and is only told of."""

    edition: str
    reason: str
    lacks: Literal["", "baseline", "file"]
    """What should be here and is not."""

    @property
    def wrong(self) -> bool:
        return self.lacks != ""


@dataclass(frozen=True, slots=True)
class BaselineCheck:
    """What a check found out: the editions that were compared, and those that were not."""

    comparisons: tuple[Comparison, ...]
    unchecked: tuple[Unchecked, ...] = ()

    @property
    def changed(self) -> bool:
        """Does anything wait for a person: a change, or an edition that nobody has accepted?"""
        return any(c.changes or c.failure for c in self.comparisons) or self._any_lacks("baseline")

    @property
    def wrong(self) -> bool:
        """Is a file missing that should be here?"""
        return self._any_lacks("file")

    def _any_lacks(self, what: str) -> bool:
        return any(one.lacks == what for one in self.unchecked)


def compare(study: str, edition: str, old: Snapshot, new: Snapshot, failure: str | None = None) -> Comparison:
    """What changed from `old` to `new`, cell by cell."""
    was = {name: [row | {LINE: line} for line, row in enumerate(rows, 2)] for name, rows in old.tables.items()}
    changes = [
        *_observations(was["observations"], new.tables["observations"]),
        *_findings(was["findings"], new.tables["findings"]),
        *_claims(was["claims"], new.tables["claims"]),
        *_ledger(was["numbers"], new.tables["numbers"]),
        *_texts(was["blocks"], new.tables["blocks"]),
    ]
    changes.sort(key=lambda c: (KINDS.index(c.kind), c.page or 0, c.figure or "", c.subject, c.column or ""))
    values = len(old.tables["observations"]), len(new.tables["observations"])
    return Comparison(study, edition, tuple(changes), old.made_with.differences(new.made_with), values, failure)


Pair = tuple[BaselineRow, BaselineRow]


def _observations(old: Sequence[BaselineRow], new: Sequence[BaselineRow]) -> Iterator[BaselineDifference]:
    """By id first. What is left over may be the same value under another label, in another place, or another value in
    the same place; the rest is lost or new."""
    pairs: list[Pair] = []
    for same in (
        _matcher(lambda r: r["observation_id"]),
        _matcher(lambda r: (r["page"], r["value"], r["unit"]), _same_place),
        _matcher(lambda r: (r["value"], *(r[n] for n in LABELS))),
        _matcher(lambda r: tuple(r[n] for n in LABELS)),
        _matcher(lambda r: r["page"], _same_place),
    ):
        found, old, new = same(old, new)
        pairs += found
    yield from (_lost("value lost", str(r["observation_id"]), r, _shown(r)) for r in old)
    yield from (BaselineDifference("value new", str(r["observation_id"]), *_where(r), after=_shown(r)) for r in new)
    moved: dict[tuple[object, ...], list[BaselineRow]] = defaultdict(list)
    for before, after in pairs:
        cells = list(_cells(before, after))
        if any(c.kind == "moved" for c in cells):
            moved[before["figure"], before["page"], after["figure"], after["page"]].append(before)
        yield from (c for c in cells if c.kind != "moved")
    yield from _moved(moved)


Matcher = Callable[
    [Sequence[BaselineRow], Sequence[BaselineRow]], tuple[list[Pair], list[BaselineRow], list[BaselineRow]]
]


def _matcher(
    key: Callable[[BaselineRow], Hashable], fits: Callable[[BaselineRow, BaselineRow], bool] = lambda a, b: True
) -> Matcher:
    """A function that pairs rows of one key that fit, first come first served, and returns pairs and both rests."""

    def match(
        old: Sequence[BaselineRow], new: Sequence[BaselineRow]
    ) -> tuple[list[Pair], list[BaselineRow], list[BaselineRow]]:
        waiting: dict[Hashable, list[BaselineRow]] = defaultdict(list)
        for row in new:
            waiting[key(row)].append(row)
        pairs, lost = [], []
        for row in old:
            found = next((other for other in waiting[key(row)] if fits(row, other)), None)
            if found is None:
                lost.append(row)
            else:
                waiting[key(row)].remove(found)
                pairs.append((row, found))
        return pairs, lost, [row for rows in waiting.values() for row in rows]

    return match


def _same_place(one: BaselineRow, other: BaselineRow) -> bool:
    return all(_within(name, one[name], other[name]) for name in PLACE)


def _within(column: str, before: object, after: object) -> bool:
    if isinstance(before, (int, float)) and isinstance(after, (int, float)):
        return abs(before - after) <= TOLERANCE.get(column, 0)
    return before == after


def _where(row: BaselineRow) -> tuple[int | None, str | None]:
    page, figure = row.get("page"), row.get("figure")
    return (page if isinstance(page, int) else None, None if figure is None else str(figure))


def _line(row: BaselineRow) -> int | None:
    line = row.get(LINE)
    return line if isinstance(line, int) else None


def _lost(kind: Kind, subject: str, row: BaselineRow, before: object) -> BaselineDifference:
    return BaselineDifference(kind, subject, *_where(row), before=before, line=_line(row))


def _shown(row: BaselineRow) -> object:
    return row["value_printed"] if row["value_printed"] is not None else row["value"]


def _cells(before: BaselineRow, after: BaselineRow) -> Iterator[BaselineDifference]:
    """What differs between two readings of one value. Another value is printed otherwise too: told once."""
    subject, line = str(before["observation_id"]), _line(before)
    differ = [name for name in KIND_OF_COLUMN if not _within(name, before[name], after[name])]
    for name in differ:
        kind = KIND_OF_COLUMN[name]
        if name == "value_printed" and "value" in differ:
            continue
        if kind == "confidence fell" and _number(after[name]) > _number(before[name]):
            kind = "evidence changed"
        yield BaselineDifference(kind, subject, *_where(before), name, before[name], after[name], line)


def _number(value: object) -> float:
    return value if isinstance(value, (int, float)) else 0.0


def _moved(together: dict[tuple[object, ...], list[BaselineRow]]) -> Iterator[BaselineDifference]:
    """One change for all values that moved together, on the line of the first."""
    for (figure, page, to_figure, to_page), rows in together.items():
        subject = f"{len(rows)} value{'s' if len(rows) > 1 else ''} of figure {figure}"
        before, after = f"figure {figure}, page {page}", f"figure {to_figure}, page {to_page}"
        if before == after:
            after = "elsewhere on the page"
        yield BaselineDifference("moved", subject, *_where(rows[0]), None, before, after, _line(rows[0]))


def _findings(old: Sequence[BaselineRow], new: Sequence[BaselineRow]) -> Iterator[BaselineDifference]:
    def identity(row: BaselineRow) -> Hashable:
        return (row["code"], row["severity"], row["page"], row["figure"], row["observation_id"], row["message"])

    _, gone, appeared = _matcher(identity)(old, new)
    yield from (
        BaselineDifference("finding appeared", str(r["code"]), *_where(r), after=r["message"]) for r in appeared
    )
    yield from (_lost("finding gone", str(r["code"]), r, r["message"]) for r in gone)


def _claims(old: Sequence[BaselineRow], new: Sequence[BaselineRow]) -> Iterator[BaselineDifference]:
    names = [c.name for c in COLUMNS["claims"]]
    _, old, new = _matcher(lambda r: tuple(r[n] for n in names))(old, new)
    pairs, old, new = _matcher(lambda r: (r["page"], r["sentence"], r["printed"]))(old, new)
    for before, after in pairs:
        for name in names:
            if before[name] != after[name]:
                sentence = str(before["sentence"])
                place, line = _where(before), _line(before)
                yield BaselineDifference("claim changed", sentence, *place, name, before[name], after[name], line)
    yield from (_lost("claim lost", str(r["sentence"]), r, r["printed"]) for r in old)
    yield from (BaselineDifference("claim new", str(r["sentence"]), *_where(r), after=r["printed"]) for r in new)


def _ledger(old: Sequence[BaselineRow], new: Sequence[BaselineRow]) -> Iterator[BaselineDifference]:
    before = {(r["page"], r["went"]): r for r in old}
    after = {(r["page"], r["went"]): r for r in new}
    for place in before.keys() | after.keys():
        was, now = before.get(place, {}), after.get(place, {})
        earlier, present = was.get("tokens", 0), now.get("tokens", 0)
        if earlier != present:
            subject = f"numbers that went to {place[1]}"
            yield BaselineDifference(
                "ledger changed", subject, *_where(was or now), "tokens", earlier, present, _line(was)
            )


def _texts(old: Sequence[BaselineRow], new: Sequence[BaselineRow]) -> Iterator[BaselineDifference]:
    _, lost, found = _matcher(lambda r: r["text_sha256"])(old, new)
    yield from (_lost("text lost", str(r["begins"]), r, f"{r['characters']} characters") for r in lost)
    yield from (
        BaselineDifference("text new", str(r["begins"]), *_where(r), after=f"{r['characters']} characters")
        for r in found
    )


def settled(old: Snapshot, new: Snapshot) -> Snapshot:
    """`new`, but with the old place and confidence where the difference is within tolerance: no noise in git."""
    earlier = {r["observation_id"]: r for r in old.tables["observations"]}
    rows = []
    for row in new.tables["observations"]:
        before = earlier.get(row["observation_id"])
        if before is not None and _same_place(before, row):
            row = row | {name: before[name] for name in PLACE}
        if before is not None and _within("confidence", before["confidence"], row["confidence"]):
            row = row | {"confidence": before["confidence"]}
        rows.append(row)
    return Snapshot(new.tables | {"observations": rows}, new.made_with)
