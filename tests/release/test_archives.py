"""What archives and portals take in: DDI Codebook 2.5 and JSON-LD, in the form that their standards ask for."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from pipeline.release.publish.publication import Published, publish
from tests.histories import LEARNING as history
from tests.releases import edition_data, released

DDI = "{ddi:codebook:2_5}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
CONTENT = {
    "codeBook": "docDscr* stdyDscr+ fileDscr* dataDscr* otherMat*",
    "stdyDscr": "citation+ studyAuthorization* stdyInfo* studyDevelopment* method* dataAccs* othrStdyMat* notes*",
    "citation": "titlStmt rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit* holdings* notes*",
    "titlStmt": "titl subTitl* altTitl* parTitl* IDNo*",
    "rspStmt": "AuthEnty* othId*",
    "verStmt": "version* verResp* notes*",
    "stdyInfo": "studyBudget* subject* abstract* sumDscr* qualityStatement? notes* exPostEvaluation*",
    "sumDscr": "timePrd* collDate* nation* geogCover* geogUnit* geoBndBox? boundPoly* anlyUnit* universe* dataKind*",
    "dataAccs": "setAvail* useStmt* notes*",
    "useStmt": "confDec* specPerm* restrctn* contact* citReq* deposReq* conditions* disclaimer*",
    "othrStdyMat": "relMat* relStdy* relPubl* othRefs*",
    "fileDscr": "fileTxt* locMap? notes*",
    "fileTxt": "fileName* fileCitation? dataFingerprint* fileCont? fileStrc? dimensns? fileType* format* filePlac* "
    "dataChck* ProcStat* dataMsng* software* verStmt*",
    "dimensns": "caseQnty* varQnty* logRecL* recPrCas* recNumTot*",
    "dataDscr": "varGrp* nCubeGrp* var* nCube* notes*",
    "varGrp": "labl* txt* concept* defntn* universe* notes*",
    "var": "location* labl* imputation* security* embargo* respUnit* anlysUnit* qstn* valrng* invalrng* undocCod* "
    "universe* TotlResp* sumStat* txt* stdCatgry* catgryGrp* catgry* codInstr* verStmt* concept* derivation? "
    "varFormat? geoMap* catLevel* notes*",
    "qstn": "preQTxt* qstnLit* postQTxt* forward* backward* ivuInstr*",
    "catgry": "catValu? labl* txt* catStat* mrow?",
}
"""What the schema (of 28 January 2014) lets stand in every element of ours that has children: in this order, how often.
All other elements of ours hold text alone."""
ATTRIBUTES = {
    "codeBook": {"version": "2[.]5"},
    "fileDscr": {"URI": ".+"},
    "timePrd": {"event": "start|end|single"},
    "varGrp": {"name": ".*", "var": ".+", "type": "section|multipleResp|grid|subject|version|file|other"},
    "var": {"name": ".+", "files": ".+"},
    "varFormat": {"type": "character|numeric", "schema": "SAS|SPSS|IBM|ANSI|ISO|XML-Data|other"},
}
"""Attributes of ours besides ID and language, with what the schema lets stand there."""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return released(tmp_path_factory.mktemp("archives"))


@pytest.fixture(scope="module")
def book(release: Published) -> ET.Element:
    return ET.fromstring((release.folder / "codebook.xml").read_bytes())


def test_elements_and_attributes_are_those_of_the_schema(book: ET.Element) -> None:
    assert book.tag == f"{DDI}codeBook"
    for element in book.iter():
        tag = element.tag.removeprefix(DDI)
        if children := "".join(child.tag.removeprefix(DDI) + " " for child in element):
            assert re.fullmatch(re.sub(r"(\w+)([*+?]?) ?", r"(?:\1 )\2", CONTENT[tag]), children), tag
        for name, value in element.items():
            if name not in ("ID", LANG, "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"):
                assert re.fullmatch(ATTRIBUTES[tag][name], value), f"{tag} {name}"


def test_ids_are_names_of_one_thing_each_and_references_lead_there(book: ET.Element) -> None:
    ids = [element.get("ID") for element in book.iter() if element.get("ID")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", str(name)) for name in ids)
    referred = [n for e in book.iter() for a in ("var", "files") for n in (e.get(a) or "").split()]
    assert referred and set(referred) <= set(ids)
    assert all(variable.get("name") for variable in book.iter(f"{DDI}var"))


def test_questions_come_with_their_wordings_and_options_in_all_languages(book: ET.Element) -> None:
    [technology] = [v for v in book.iter(f"{DDI}var") if v.get("name") == "technology"]
    assert {label.get(LANG) for label in technology.findall(f"{DDI}labl")} == {"nl", "en"}
    asked = [q.text for q in technology.iter(f"{DDI}qstnLit")]
    assert "Maakt je organisatie gebruik van technologie om te leren?" in asked
    assert technology.findtext(f"{DDI}catgry/{DDI}catValu")
    assert any("Break at wave 2022" in str(note.text) for note in technology.findall(f"{DDI}notes"))


def test_the_schema_itself_accepts_it(release: Published) -> None:
    schema = os.environ.get("DDI_SCHEMA")
    if not schema:
        pytest.skip("set DDI_SCHEMA to codebook.xsd of DDI Codebook 2.5 (ddialliance.org) to validate against it")
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed: make .venv/ready-dev")
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.parse(release.folder / "codebook.xml"))


def test_texts_that_xml_cannot_hold_are_cleaned(tmp_path: Path) -> None:
    rows = [r | {"question": "What \x0b <b>& \x00now?"} for r in history.rows("2019")]
    made = publish(None, history.catalogue(), [edition_data(tmp_path, "2019", rows)], tmp_path / "out")
    ET.fromstring((made.folder / "codebook.xml").read_bytes())


def test_the_page_tells_harvesters_what_the_dataset_is(release: Published) -> None:
    text = (release.folder / "dataset.jsonld").read_text("utf-8")
    described = json.loads(text)
    assert {"Dataset", "dcat:Dataset"} == set(described["@type"])
    assert {"name", "description", "license", "version", "distribution", "temporalCoverage"} <= set(described)
    for file in described["distribution"]:
        assert (release.folder / file["contentUrl"]).stat().st_size == file["dcat:byteSize"]
    assert {"longitudinal.csv", "longitudinal.parquet", "longitudinal.dta"} <= {
        file["name"] for file in described["distribution"]
    }
    page = (release.folder / "codebook.html").read_text("utf-8")
    [embedded] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(embedded) == described


def test_csv_on_the_web_describes_every_column_and_reads_every_row(release: Published) -> None:
    described = json.loads((release.folder / "csv-metadata.json").read_text("utf-8"))
    for table in described["tables"]:
        head = (release.folder / table["url"]).read_text("utf-8-sig").splitlines()[0]
        assert head.split(",") == [column["name"] for column in table["tableSchema"]["columns"]]
    csvw = pytest.importorskip("csvw", reason="csvw is not installed: make .venv/ready-dev")
    group = csvw.TableGroup.from_file(release.folder / "csv-metadata.json")
    assert len(list(group.tabledict["longitudinal.csv"])) == release.rows
    assert group.check_referential_integrity()


def test_nothing_is_described_as_blank(release: Published) -> None:
    text = (release.folder / "dataset.jsonld").read_text("utf-8")
    assert not re.search(r': (""|\[\]|\{\}|null)', text)
