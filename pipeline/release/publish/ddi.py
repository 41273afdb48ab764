"""codebook.xml: the codebook as DDI Codebook 2.5 (https://ddialliance.org), which survey archives take in.

The columns of the longitudinal table are variables of its file. Each question of the catalogue is a variable as
well: its values are the rows that carry its id.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.catalogue.model import Option, Question
from pipeline.core.contract import LONGITUDINAL, Column
from pipeline.core.table_files import clean_text
from pipeline.release.publish.codebook_pages import CodebookEntry
from pipeline.release.publish.data_package import DATA_LICENCE, data_version
from pipeline.release.publish.release_content import Release

NAMESPACE = "ddi:codebook:2_5"
SCHEMA = "http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
FILE = "F1"
NUMERIC = ("int32", "int64", "double")
DEFINED_BY_FACTS = ("Respondents", "Base")
"""Facts of the codebook that tell whom a question was asked."""


def write_ddi(release: Release, entries: Sequence[CodebookEntry], folder: Path) -> None:
    """`codebook.xml`; `entries` are those of the codebook, one for each question of the catalogue."""
    ET.register_namespace("", NAMESPACE)
    book = ET.Element(f"{{{NAMESPACE}}}codeBook", {"version": "2.5", "ID": "codebook"})
    book.set("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", f"{NAMESPACE} {SCHEMA}")
    _study(book, release)
    _file(book, release)
    data = _put(book, "dataDscr")
    columns = [column for column in LONGITUDINAL.columns if column.name != "study"]
    questions = list(zip(release.catalogue.questions, entries, strict=True))
    _group(data, "columns", "Columns of longitudinal.csv", (f"c.{column.name}" for column in columns))
    _group(data, "questions", "Questions: rows with their id", (f"q.{question.id}" for question, _ in questions))
    for column in columns:
        _column(data, column)
    for question, entry in questions:
        _question(data, question, entry)
    ET.indent(book)
    text = ET.tostring(book, encoding="utf-8", xml_declaration=True) + b"\n"
    (folder / "codebook.xml").write_bytes(text)


def _put(parent: ET.Element, tag: str, text: str = "", /, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    made.text = clean_text(text) or None
    return made


def _labels(parent: ET.Element, labels: Iterable[tuple[str, str]], tag: str = "labl") -> None:
    for language, text in sorted(labels):
        _put(parent, tag, text).set(LANGUAGE, language)


def _study(book: ET.Element, release: Release) -> None:
    study = release.catalogue.study
    described = _put(book, "stdyDscr")
    citation = _put(described, "citation")
    titles = _put(citation, "titlStmt")
    _put(titles, "titl", release.title)
    _labels(titles, ((k, v) for k, v in study.title.items() if v != release.title), "parTitl")
    _put(titles, "IDNo", study.id)
    if study.publisher:
        _put(_put(citation, "rspStmt"), "AuthEnty", study.publisher)
    _put(_put(citation, "verStmt"), "version", data_version(release))
    info = _put(described, "stdyInfo")
    _put(info, "abstract", f"{release.title}: values of the study's published reports, with their place on the page.")
    summary = _put(info, "sumDscr")
    for wave in _waves(release):
        _put(summary, "timePrd", wave, event="single")
    for group in study.groups:
        _labels(summary, group.label.items(), "universe")
    _put(summary, "dataKind", "aggregate data")
    _put(_put(_put(described, "dataAccs"), "useStmt"), "conditions", f"{DATA_LICENCE['title']}, {DATA_LICENCE['path']}")
    material = _put(described, "othrStdyMat")
    for edition in release.editions:
        _put(material, "relPubl", edition.source.title if edition.source else f"Edition {edition.edition}")


def _waves(release: Release) -> list[str]:
    return list(filter(None, release.merged.cells.texts["wave"]))


def _file(book: ET.Element, release: Release) -> None:
    text = _put(_put(book, "fileDscr", ID=FILE, URI="longitudinal.csv"), "fileTxt")
    _put(text, "fileName", "longitudinal.csv")
    _put(text, "fileCont", LONGITUDINAL.title)
    size = _put(text, "dimensns")
    _put(size, "caseQnty", str(len(release.merged.cells)))
    _put(size, "varQnty", str(len(LONGITUDINAL.columns)))
    _put(text, "fileType", "CSV, UTF-8")


def _group(data: ET.Element, name: str, label: str, members: Iterable[str]) -> None:
    if listed := " ".join(members):
        _put(_put(data, "varGrp", ID=f"g.{name}", name=name, type="other", var=listed), "labl", label)


def _column(data: ET.Element, column: Column) -> None:
    variable = _put(data, "var", ID=f"c.{column.name}", name=column.name, files=FILE)
    _put(variable, "labl", column.name)
    _put(variable, "txt", column.meaning)
    for value in column.values:
        _put(_put(variable, "catgry"), "catValu", value)
    _put(variable, "varFormat", type="numeric" if column.type in NUMERIC else "character", schema="other")


def _question(data: ET.Element, question: Question, entry: CodebookEntry) -> None:
    variable = _put(data, "var", ID=f"q.{question.id}", name=question.id, files=FILE)
    _labels(variable, question.label.items())
    for wording, _ in entry.wordings:
        _put(_put(variable, "qstn"), "qstnLit", wording)
    for fact, text in entry.facts:
        if fact in DEFINED_BY_FACTS:
            _put(variable, "universe", f"{fact}: {text}")
    _put(variable, "txt", "; ".join(f"{fact}: {text}" for fact, text in entry.facts if fact not in DEFINED_BY_FACTS))
    for option in question.categories:
        _category(variable, option)
    _put(variable, "varFormat", type="numeric", schema="other")
    for item in question.items:
        _put(variable, "notes", f"Item {item.id}: {' / '.join(text for _, text in sorted(item.label.items()))}")
    for note in entry.notes:
        _put(variable, "notes", note)


def _category(variable: ET.Element, option: Option) -> None:
    category = _put(variable, "catgry")
    _put(category, "catValu", option.id)
    _labels(category, option.label.items())
