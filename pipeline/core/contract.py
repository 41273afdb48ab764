"""The data contract: the columns of every table that leaves the pipeline, in order, with type and meaning.

Types are Arrow's names. A blank is null, never "". Rows are sorted by `key`. The pandera models in `schemas/` and the
data package are derived from these tables, so a column is described in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ArrowType = Literal["string", "int32", "int64", "double", "bool", "list<string>"]
Kind = Literal["single", "multiple", "rank", "mean_score", "pair", "difference", "count", "unknown"]
KINDS: tuple[Kind, ...] = ("single", "multiple", "rank", "mean_score", "pair", "difference", "count", "unknown")
UNITS = ("percent", "count", "rank", "mean_score", "points", "currency")
METHODS = ("table", "chart", "picture", "infographic", "prose", "corrected")
SEVERITIES = ("error", "warning", "info")
ORIGINS = ("source", "extraction", "catalogue")
VERDICTS = ("agrees", "disagrees", "unmatched")


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


_PLACE = (
    Column("x0", "double", "left edge on the page as shown, points, origin top left"),
    Column("top", "double", "upper edge, points from the top of the page as shown"),
    Column("x1", "double", "right edge, points"),
    Column("bottom", "double", "lower edge, points from the top"),
)
_EDITION = (
    Column("study", "string", "the repeated survey, e.g. ld-trends", nullable=False),
    Column("edition", "string", "the published report, named by its year", nullable=False),
)

OBSERVATIONS = Table(
    "observations",
    "Published values, one row each",
    (
        *_EDITION,
        Column(
            "observation_id",
            "string",
            "stable over rebuilds: study/edition/figure/question/item/category/group/wave",
            nullable=False,
        ),
        Column("page", "int32", "1-based page of the PDF", nullable=False),
        Column("figure", "string", "printed number, or p12-1 (page, position) where none is printed", nullable=False),
        Column("question_id", "string", "from the catalogue; null while unmapped"),
        Column("question", "string", "as printed, joined to one line, soft hyphens undone"),
        Column("kind", "string", "what the numbers of the question are", nullable=False, values=KINDS),
        Column("group", "string", "respondent group, catalogue id; null where nothing says it"),
        Column("wave", "string", "survey year that the value describes", nullable=False),
        Column("item_id", "string", "id of the sub-row or sub-column"),
        Column("item", "string", "sub-row or sub-column of a matrix question, as printed"),
        Column("category_id", "string", "id of the answer option"),
        Column("category", "string", "answer option as printed; parts of a merged cell joined by ' + '"),
        Column("value", "double", "2.17 for '2,17', -6 for '– 6%', 70 for '70%'", nullable=False),
        Column("value_printed", "string", "as printed; null where the value is measured from the mark"),
        Column("unit", "string", "unit of value", nullable=False, values=UNITS),
        Column("scale", "string", "range of a score or rank, e.g. 1-5"),
        Column("base_n", "int64", "printed number of respondents; null where not printed"),
        *_PLACE,
        Column("method", "string", "what kind of exhibit it was read from", nullable=False, values=METHODS),
        Column("readers", "string", "readers that back it, joined by +", nullable=False),
        Column(
            "confidence", "double", "0..1, calibrated: of values at 0.9 about nine in ten are right", nullable=False
        ),
        Column("flags", "list<string>", "codes of the findings that touch it", nullable=False),
        Column("source_sha256", "string", "SHA-256 of the PDF", nullable=False),
    ),
    ("study", "edition", "observation_id"),
)

FINDINGS = Table(
    "findings",
    "What the checks noticed",
    (
        *_EDITION,
        Column("page", "int32", "1-based page of the PDF"),
        Column("figure", "string", "figure it is about"),
        Column("observation_id", "string", "observation it is about"),
        Column("code", "string", "code of the registry (docs/checks.md)", nullable=False),
        Column("severity", "string", "error, warning or info", nullable=False, values=SEVERITIES),
        Column("origin", "string", "who is at fault", nullable=False, values=ORIGINS),
        Column("message", "string", "a sentence with the numbers in it", nullable=False),
        Column("expected", "string", "what the rule expects"),
        Column("found", "string", "what is there"),
        *_PLACE,
    ),
    ("study", "edition", "page", "figure", "code", "observation_id", "message"),
)

CLAIMS = Table(
    "claims",
    "Numbers that the running text states",
    (
        *_EDITION,
        Column("page", "int32", "1-based page of the PDF", nullable=False),
        Column("sentence", "string", "the sentence that states the number", nullable=False),
        Column("subject", "string", "words the number is about"),
        Column("group", "string", "respondent group, catalogue id"),
        Column("wave", "string", "survey year"),
        Column("value", "double", "the number stated", nullable=False),
        Column("unit", "string", "percent, count, ratio, score, currency, …", nullable=False),
        Column("figure", "string", "figure it refers to"),
        Column("observation_id", "string", "observation it restates"),
        Column("verdict", "string", "does the observation say the same?", nullable=False, values=VERDICTS),
        Column("printed", "string", "the number's words as printed", nullable=False),
        *_PLACE,
    ),
    ("study", "edition", "page", "top", "x0", "value", "printed"),
)

NUMBERS = Table(
    "numbers",
    "Ledger: where every numeric token of the text layer went",
    (
        *_EDITION,
        Column("page", "int32", "1-based page of the PDF", nullable=False),
        Column("token", "string", "as printed", nullable=False),
        *_PLACE,
        Column("went", "string", "observation, claim, leftover, or the reason why it is neither", nullable=False),
        Column("target", "string", "observation_id where it went to one"),
    ),
    ("study", "edition", "page", "top", "x0", "token"),
)

EDITION_TABLES = (OBSERVATIONS, FINDINGS, CLAIMS, NUMBERS)

OBS_STATUS = ("A", "B", "E", "U", "V")
"""Codes of SDMX's CL_OBS_STATUS (version 2.2) that occur: A normal, B time series break, E estimated (measured from the
mark, nothing is printed), U low reliability (a check doubts the extraction), V unvalidated (not in the catalogue)."""
BREAK_REASONS = ("wording", "options", "base", "group", "mode")

LONGITUDINAL = Table(
    "longitudinal",
    "Every published value of every edition of the study",
    (
        *OBSERVATIONS.columns,
        Column("vintage", "string", "edition that printed the value", nullable=False),
        Column("is_latest", "bool", "no later edition prints this value of this wave", nullable=False),
        Column(
            "revision",
            "double",
            "value minus what the edition before it printed for the same wave; null where none did",
        ),
        Column(
            "comparable",
            "bool",
            "may be compared with the preceding wave of its series; null where the question or option is unmapped",
        ),
        Column(
            "break_reason",
            "string",
            "why it may not: what changed with this wave (several joined by +)",
        ),
        Column(
            "category_id_harmonised",
            "string",
            "option at the finest level that all waves of the series share; a net where some wave prints only the net. "
            "Null for the parts of a net that is printed beside them, and where unmapped",
        ),
        Column("obs_status", "string", "SDMX CL_OBS_STATUS", nullable=False, values=OBS_STATUS),
    ),
    ("study", "edition", "observation_id"),
)

HARMONISED = Table(
    "harmonised",
    "One value per series and wave at the level that all waves share, latest vintage",
    (
        Column("study", "string", "the repeated survey", nullable=False),
        Column("question_id", "string", "from the catalogue", nullable=False),
        Column("item_id", "string", "id of the sub-row or sub-column"),
        Column("category_id", "string", "option at the finest level that all waves share"),
        Column("group", "string", "respondent group, catalogue id"),
        Column("wave", "string", "survey year", nullable=False),
        Column("kind", "string", "what the numbers are", nullable=False, values=KINDS),
        Column("unit", "string", "unit of value", nullable=False, values=UNITS),
        Column("value", "double", "as printed, or the sum of its parts", nullable=False),
        Column("parts", "int32", "how many printed values were added up; 1 where it is printed", nullable=False),
        Column(
            "error_bound",
            "double",
            "by how much rounding of the parts may have falsified a sum; 0 where the value is printed",
            nullable=False,
        ),
        Column("segment", "int32", "counts up at each break: compare inside a segment", nullable=False),
        Column("break_reason", "string", "what changed with this wave"),
        Column("obs_status", "string", "SDMX CL_OBS_STATUS; E where added up", nullable=False, values=OBS_STATUS),
        Column("vintage", "string", "edition it is taken from", nullable=False),
        Column("observation_ids", "list<string>", "the printed values behind it", nullable=False),
    ),
    ("study", "question_id", "item_id", "category_id", "group", "wave", "kind", "unit"),
)

QUESTIONS = Table(
    "questions",
    "Questions of the study",
    (
        Column("study", "string", "the repeated survey", nullable=False),
        Column("question_id", "string", "stable over editions", nullable=False),
        Column("kind", "string", "what its numbers are", nullable=False, values=KINDS),
        Column("scale", "string", "range of its scores or ranks"),
        Column("choose", "int32", "how many options a respondent may choose"),
        Column("label_nl", "string", "label in Dutch"),
        Column("label_en", "string", "label in English"),
        Column("editions", "list<string>", "editions that print it", nullable=False),
        Column("waves", "list<string>", "waves that are printed", nullable=False),
    ),
    ("study", "question_id"),
)

CODES = Table(
    "codes",
    "Ids used in the data, with their labels",
    (
        Column("study", "string", "the repeated survey", nullable=False),
        Column("variable", "string", "the column that holds the id", nullable=False),
        Column("question_id", "string", "question whose option or item it is; null for a respondent group"),
        Column("code", "string", "the id", nullable=False),
        Column("label_nl", "string", "label in Dutch"),
        Column("label_en", "string", "label in English"),
        Column("parts", "list<string>", "for a net: the ids it sums", nullable=False),
    ),
    ("study", "variable", "question_id", "code"),
)

EDITIONS = Table(
    "editions",
    "Editions of the study and the PDFs they were read from",
    (
        *_EDITION,
        Column("title", "string", "title of the report"),
        Column("publisher", "string", "who published it"),
        Column("published", "string", "date of publication, as far as known"),
        Column("facsimile", "bool", "the PDF only looks like the report", nullable=False),
        Column("origin", "string", "where the PDF comes from"),
        Column("licence", "string", "licence of the PDF"),
        Column("source_sha256", "string", "SHA-256 of the PDF"),
        Column("observations", "int32", "values published", nullable=False),
    ),
    ("study", "edition"),
)
