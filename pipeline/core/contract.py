"""The data contract: every table that leaves the pipeline, each stated once as the type of its rows.

From a row type follow the Arrow schema, the pandera model, the data package and the codebook. Its fields stand in the
order of the columns; `str`, `int`, `float`, `bool` and `list[str]` are Arrow's string, int64, double, bool and list of
strings, `Int32` its int32; `| None` says that the column has blanks; a Literal is the closed list of its values; the
text is the column's meaning. A blank is null, never "". Rows are sorted by `key`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, Literal, TypedDict, get_args, get_origin, get_type_hints

ArrowType = Literal["string", "int32", "int64", "double", "bool", "list<string>"]
Row = Mapping[str, object]
"""A row of any table, for what treats all tables alike; it is read, never changed."""

Kind = Literal["single", "multiple", "rank", "mean_score", "pair", "difference", "count", "unknown"]
Unit = Literal["percent", "count", "rank", "mean_score", "points", "currency"]
Method = Literal["table", "chart", "picture", "tile", "prose", "corrected"]
Severity = Literal["error", "warning", "info"]
Origin = Literal["source", "extraction", "catalogue"]
Verdict = Literal["agrees", "disagrees", "unmatched"]
ObsStatus = Literal["A", "B", "E", "O", "U", "V"]
"""Codes of SDMX's CL_OBS_STATUS (version 2.2) that occur: A normal, B time series break, E estimated (measured from the
mark, nothing is printed), O missing (a mark stands for the value), U low reliability (a check doubts the extraction),
V unvalidated (not in the catalogue)."""
LabelName = Literal["group", "wave", "item", "category"]
"""Columns of an observation that name what its value is about."""
KINDS: tuple[Kind, ...] = get_args(Kind)

Int32 = Annotated[int, "int32"]
StudyId = Annotated[str, "the repeated survey, e.g. ld-trends"]
EditionName = Annotated[str, "the published report, named by its year"]
Left = Annotated[float | None, "left edge on the page as shown, points, origin top left"]
Top = Annotated[float | None, "upper edge, points from the top of the page as shown"]
Right = Annotated[float | None, "right edge, points"]
Bottom = Annotated[float | None, "lower edge, points from the top"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: Arrow type, whether null is allowed, the closed list of values if any, and what it means."""

    name: str
    type: ArrowType
    meaning: str
    nullable: bool = True
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the contract; `key` names the columns that identify and sort its rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


class ObservationRow(TypedDict):
    """Published values, one row each."""

    study: StudyId
    edition: EditionName
    observation_id: Annotated[str, "stable over rebuilds: study/edition/figure/question/item/category/group/wave"]
    page: Annotated[Int32, "1-based page of the PDF"]
    figure: Annotated[str, "printed number, or p12-1 (page, position) where none is printed"]
    question_id: Annotated[str | None, "from the catalogue; null while unmapped"]
    question: Annotated[str | None, "wording of what is measured, as printed, joined to one line, hyphens undone"]
    headline: Annotated[str | None, "sentence printed over the exhibit that tells its result"]
    kind: Annotated[Kind, "what the numbers of the question are"]
    group: Annotated[str | None, "respondent group, catalogue id; null where nothing says it"]
    wave: Annotated[str | None, "survey year that the value describes; null where neither page nor edition tells it"]
    item_id: Annotated[str | None, "id of the sub-row or sub-column"]
    item: Annotated[str | None, "sub-row or sub-column of a matrix question, as printed"]
    category_id: Annotated[str | None, "id of the answer option"]
    category: Annotated[str | None, "answer option as printed; parts of a merged cell joined by ' + '"]
    value: Annotated[float | None, "2.17 for '2,17', -6 for '– 6%', 70 for '70%'; null where a mark stands for it"]
    value_printed: Annotated[str | None, "as printed, also the mark of a missing value; null where it is measured"]
    unit: Annotated[Unit, "unit of value"]
    scale: Annotated[str | None, "range of a score or rank, e.g. 1-5"]
    base_n: Annotated[int | None, "printed number of respondents; null where not printed"]
    x0: Left
    top: Top
    x1: Right
    bottom: Bottom
    method: Annotated[Method, "what kind of exhibit it was read from"]
    readers: Annotated[str, "readers that back it, joined by +"]
    confidence: Annotated[float, "0..1, calibrated: of values at 0.9 about nine in ten are right"]
    flags: Annotated[list[str], "codes of the findings that touch it"]
    source_sha256: Annotated[str, "SHA-256 of the PDF"]


class FindingRow(TypedDict):
    """What the checks noticed."""

    study: StudyId
    edition: EditionName
    page: Annotated[Int32 | None, "1-based page of the PDF"]
    figure: Annotated[str | None, "figure it is about"]
    observation_id: Annotated[str | None, "observation it is about"]
    code: Annotated[str, "code of the registry (docs/checks.md)"]
    severity: Annotated[Severity, "error, warning or info"]
    origin: Annotated[Origin, "who is at fault"]
    message: Annotated[str, "a sentence with the numbers in it"]
    expected: Annotated[str | None, "what the rule expects"]
    found: Annotated[str | None, "what is there"]
    x0: Left
    top: Top
    x1: Right
    bottom: Bottom


def needs_a_person(severity: str, origin: str) -> bool:
    """Does a finding keep its edition from being published, and set the exit code, until a person has dealt with it?
    What the report itself contradicts is published, and said."""
    return severity == "error" and origin != "source"


def open_errors(findings: Iterable[FindingRow]) -> list[FindingRow]:
    """The findings that a person has to deal with."""
    return [found for found in findings if needs_a_person(found["severity"], found["origin"])]


class ClaimRow(TypedDict):
    """Numbers that the running text states."""

    study: StudyId
    edition: EditionName
    page: Annotated[Int32, "1-based page of the PDF"]
    sentence: Annotated[str, "the sentence that states the number"]
    subject: Annotated[str | None, "words the number is about"]
    group: Annotated[str | None, "respondent group, catalogue id"]
    wave: Annotated[str | None, "survey year"]
    value: Annotated[float, "the number stated"]
    unit: Annotated[str, "percent, count, ratio, score, currency, …"]
    figure: Annotated[str | None, "figure it refers to"]
    observation_id: Annotated[str | None, "observation it restates"]
    verdict: Annotated[Verdict, "does the observation say the same?"]
    printed: Annotated[str, "the number's words as printed"]
    x0: Left
    top: Top
    x1: Right
    bottom: Bottom


class NumberRow(TypedDict):
    """Ledger: where every numeric token of the text layer went."""

    study: StudyId
    edition: EditionName
    page: Annotated[Int32, "1-based page of the PDF"]
    token: Annotated[str, "as printed"]
    x0: Left
    top: Top
    x1: Right
    bottom: Bottom
    went: Annotated[str, "observation, claim, leftover, or the reason why it is neither"]
    target: Annotated[str | None, "observation_id where it went to one"]


class LongitudinalRow(ObservationRow):
    """Every published value of every edition of the study."""

    vintage: Annotated[str, "edition that printed the value"]
    is_latest: Annotated[bool, "no later edition prints this value of this wave"]
    revision: Annotated[
        float | None,
        "value minus what the edition before it printed for the same wave; null where none did",
    ]
    comparable: Annotated[
        bool | None,
        "may be compared with the preceding wave of its series; null where the question or option is unmapped",
    ]
    break_reason: Annotated[str | None, "why it may not: what changed with this wave (several joined by +)"]
    category_id_harmonised: Annotated[
        str | None,
        "option at the finest level that all waves of the series share; a net where some wave prints only the "
        "net. Null for the parts of a net that is printed beside them, and where unmapped",
    ]
    obs_status: Annotated[ObsStatus, "SDMX CL_OBS_STATUS"]


class HarmonisedRow(TypedDict):
    """One value per series and wave at the level that all waves share, latest vintage."""

    study: Annotated[str, "the repeated survey"]
    question_id: Annotated[str, "from the catalogue"]
    item_id: Annotated[str | None, "id of the sub-row or sub-column"]
    category_id: Annotated[str | None, "option at the finest level that all waves share"]
    group: Annotated[str | None, "respondent group, catalogue id"]
    wave: Annotated[str, "survey year"]
    kind: Annotated[Kind, "what the numbers are"]
    unit: Annotated[Unit, "unit of value"]
    value: Annotated[float, "as printed, or the sum of its parts"]
    parts: Annotated[Int32, "how many printed values were added up; 1 where it is printed"]
    error_bound: Annotated[
        float,
        "by how much rounding of the parts may have falsified a sum; 0 where the value is printed",
    ]
    segment: Annotated[Int32, "counts up at each break: compare inside a segment"]
    break_reason: Annotated[str | None, "what changed with this wave"]
    obs_status: Annotated[ObsStatus, "SDMX CL_OBS_STATUS; E where added up"]
    vintage: Annotated[str, "edition it is taken from"]
    observation_ids: Annotated[list[str], "the printed values behind it"]


class QuestionRow(TypedDict):
    """Questions of the study."""

    study: Annotated[str, "the repeated survey"]
    question_id: Annotated[str, "stable over editions"]
    kind: Annotated[Kind, "what its numbers are"]
    scale: Annotated[str | None, "range of its scores or ranks"]
    choose: Annotated[Int32 | None, "how many options a respondent may choose"]
    label_nl: Annotated[str | None, "label in Dutch"]
    label_en: Annotated[str | None, "label in English"]
    editions: Annotated[list[str], "editions that print it"]
    waves: Annotated[list[str], "waves that are printed"]


class CodeRow(TypedDict):
    """Ids used in the data, with their labels."""

    study: Annotated[str, "the repeated survey"]
    variable: Annotated[str, "the column that holds the id"]
    question_id: Annotated[str | None, "question whose option or item it is; null for a respondent group"]
    code: Annotated[str, "the id"]
    label_nl: Annotated[str | None, "label in Dutch"]
    label_en: Annotated[str | None, "label in English"]
    parts: Annotated[list[str], "for a net: the ids it sums"]


class EditionRow(TypedDict):
    """Editions of the study and the PDFs they were read from."""

    study: StudyId
    edition: EditionName
    title: Annotated[str | None, "title of the report"]
    publisher: Annotated[str | None, "who published it"]
    published: Annotated[str | None, "date of publication, as far as known"]
    facsimile: Annotated[bool, "the PDF only looks like the report"]
    origin: Annotated[str | None, "where the PDF comes from"]
    licence: Annotated[str | None, "licence of the PDF"]
    source_sha256: Annotated[str | None, "SHA-256 of the PDF"]
    observations: Annotated[Int32, "values published"]


class BlockRow(TypedDict):
    """Running text of an edition in reading order, kept for the baseline."""

    page: int
    kind: str
    text: str


def cell(row: Row, name: str) -> object:
    """The cell of a column that is named by a variable; null where the table has no such column."""
    return row.get(name)


_ARROW: dict[Any, ArrowType] = {str: "string", int: "int64", float: "double", bool: "bool", list[str]: "list<string>"}


def _table(name: str, row: type, key: tuple[str, ...]) -> Table:
    """The table of a row type: its docstring is the title."""
    hints = get_type_hints(row, include_extras=True)
    title = (row.__doc__ or "").strip().rstrip(".")
    return Table(name, title, tuple(_column(field, hint) for field, hint in hints.items()), key)


def _column(name: str, hint: Any) -> Column:
    stated, meaning = get_args(hint)[0], hint.__metadata__[-1]
    kinds = [kind for kind in get_args(stated) if kind is not NoneType] if NoneType in get_args(stated) else [stated]
    values = get_args(kinds[0]) if get_origin(kinds[0]) is Literal else ()
    arrow = "string" if values else "int32" if "int32" in hint.__metadata__[:-1] else _arrow(kinds[0])
    return Column(name, arrow, meaning, kinds != [stated], values)


def _arrow(kind: Any) -> ArrowType:
    return "int32" if kind == Int32 else _ARROW[kind]


OBSERVATIONS = _table("observations", ObservationRow, ("study", "edition", "observation_id"))
FINDINGS = _table("findings", FindingRow, ("study", "edition", "page", "figure", "code", "observation_id", "message"))
CLAIMS = _table("claims", ClaimRow, ("study", "edition", "page", "top", "x0", "value", "printed"))
NUMBERS = _table("numbers", NumberRow, ("study", "edition", "page", "top", "x0", "token"))
LONGITUDINAL = _table("longitudinal", LongitudinalRow, ("study", "edition", "observation_id"))
HARMONISED = _table(
    "harmonised", HarmonisedRow, ("study", "question_id", "item_id", "category_id", "group", "wave", "kind", "unit")
)
QUESTIONS = _table("questions", QuestionRow, ("study", "question_id"))
CODES = _table("codes", CodeRow, ("study", "variable", "question_id", "code"))
EDITIONS = _table("editions", EditionRow, ("study", "edition"))
EDITION_TABLES = (OBSERVATIONS, FINDINGS, CLAIMS, NUMBERS)
