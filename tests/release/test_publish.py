"""The release: what a researcher opens, in every program that they may open it with."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from pipeline.core.contract import CODES, EDITIONS, FINDINGS, HARMONISED, LONGITUDINAL, OBSERVATIONS, QUESTIONS, Row
from pipeline.core.errors import DataError
from pipeline.core.table_files import read_csv, read_parquet
from pipeline.release.publish.data_package import data_version
from pipeline.release.publish.publication import Published, publish
from pipeline.release.publish.release_content import gather
from schemas.contract import validate
from tests.histories import LEARNING as history
from tests.releases import edition_data, released, whole_history

TABLES = ("longitudinal", "harmonised", "findings", "claims", "questions", "codes", "editions")
FILES = {
    *(f"{table}.{suffix}" for table in TABLES for suffix in ("parquet", "csv")),
    *("longitudinal.dta", "datapackage.json", "croissant.json", "codebook.html", "codebook.md", "explorer.html"),
    *("codebook.xml", "dataset.jsonld", "csv-metadata.json"),
    *("README.md", "CITATION.cff", "SHA256SUMS", "data-docs/index.html"),
}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return released(tmp_path_factory.mktemp("release"), pdf_of="2024")


@pytest.fixture(scope="module")
def longitudinal(release: Published) -> pd.DataFrame:
    return pd.read_parquet(release.folder / "longitudinal.parquet")


def test_everything_is_there_and_meets_its_expectations(release: Published) -> None:
    assert release.errors == ()
    assert {name for name in FILES if not (release.folder / name).is_file()} == set()
    assert release.rows == sum(len(history.rows(e)) for e in history.editions)


def test_data_docs_are_listed_without_network(release: Published) -> None:
    docs = release.folder / "data-docs"
    linked = re.findall(r'<li><a href="([^"]+)">', (docs / "index.html").read_text("utf-8"))
    assert [name.split("/")[0] for name in linked] == ["expectations"] * 2 + ["validations"] * 2
    assert all((docs / name).is_file() for name in linked)


@pytest.mark.parametrize(
    "table", [LONGITUDINAL, HARMONISED, FINDINGS, QUESTIONS, CODES, EDITIONS], ids=lambda t: t.name
)
def test_tables_keep_the_contract_and_csv_says_the_same(release: Published, table) -> None:  # type: ignore[no-untyped-def]
    path = release.folder / f"{table.name}.parquet"
    assert validate(table, pd.read_parquet(path)) == []
    text = (release.folder / f"{table.name}.csv").read_text(encoding="utf-8")
    assert read_csv(table.columns, text) == read_parquet(path)


def test_the_parquet_file_opens_everywhere_with_the_same_types(release: Published) -> None:
    import duckdb
    import polars
    import pyarrow.parquet

    path = release.folder / "longitudinal.parquet"
    arrow = pyarrow.parquet.read_table(path)
    assert arrow.num_rows == release.rows
    assert [str(t) for t in arrow.schema.types] == [
        {"list<string>": "list<element: string>"}.get(c.type, c.type) for c in LONGITUDINAL.columns
    ]
    assert arrow.schema.field("value").metadata[b"meaning"].decode() == next(
        c.meaning for c in LONGITUDINAL.columns if c.name == "value"
    )
    frame = polars.read_parquet(path)
    assert frame.shape == (release.rows, len(LONGITUDINAL.columns))
    assert frame.schema["value"] == polars.Float64 and frame.schema["is_latest"] == polars.Boolean
    ((count, total),) = duckdb.sql(f"select count(*), sum(value) from '{path}'").fetchall()
    assert count == release.rows and total == pytest.approx(frame["value"].sum())
    assert pd.read_parquet(path)["value"].sum() == pytest.approx(total)


def test_parquet_texts_that_repeat_are_stored_once(release: Published) -> None:
    import pyarrow.parquet

    group = pyarrow.parquet.ParquetFile(release.folder / "longitudinal.parquet").metadata.row_group(0)
    encodings = {group.column(i).path_in_schema: group.column(i).encodings for i in range(group.num_columns)}
    assert "RLE_DICTIONARY" in encodings["question"] and "RLE_DICTIONARY" not in encodings["observation_id"]


def test_frictionless_finds_the_data_package_valid(release: Published) -> None:
    import frictionless

    report = frictionless.validate(str(release.folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    package = json.loads((release.folder / "datapackage.json").read_text())
    assert {r["name"] for r in package["resources"]} >= {"longitudinal", "codes", "questions"}
    assert package["resources"][1]["schema"]["foreignKeys"]


def test_a_broken_foreign_key_is_seen_by_frictionless(release: Published, tmp_path: Path) -> None:
    """The data package would not be valid whatever it held."""
    import frictionless

    copy = shutil.copytree(release.folder, tmp_path / "copy")
    path = copy / "harmonised.csv"
    path.write_text(path.read_text().replace('"five-plus"', '"six-plus"'))
    assert not frictionless.validate(str(copy / "datapackage.json")).valid


def test_stata_file_carries_labels(release: Published) -> None:
    with pd.io.stata.StataReader(release.folder / "longitudinal.dta") as reader:
        assert reader.variable_labels()["value"].startswith("2.17")
        assert "Providers" in reader.value_labels()["group"].values()
        assert len(reader.read()) == release.rows


def test_croissant_describes_every_column(release: Published) -> None:
    described = json.loads((release.folder / "croissant.json").read_text())
    records = {r["name"]: [f["name"] for f in r["field"]] for r in described["recordSet"]}
    assert records["longitudinal"] == LONGITUDINAL.names
    files = {f["@id"]: f["sha256"] for f in described["distribution"]}
    assert files["longitudinal.parquet"] == _sha256(release.folder / "longitudinal.parquet")


# of libraries that only this test uses
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index")
def test_croissant_is_valid_and_its_records_are_the_rows(release: Published) -> None:
    croissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed: make .venv/ready-dev")
    dataset = croissant.Dataset(str(release.folder / "croissant.json"))
    assert not dataset.metadata.issues.errors
    values = [record["longitudinal/value"] for record in dataset.records("longitudinal")]
    assert values == pd.read_parquet(release.folder / "longitudinal.parquet")["value"].tolist()


def test_r_reads_the_same(release: Published) -> None:
    """With base R and, where it is installed, haven. (arrow is not in Debian; the Parquet types are tested above.)"""
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed: apt-get install r-base-core")
    code = """
        rows <- read.csv("longitudinal.csv", na.strings = "")
        cat(nrow(rows), sprintf("%.6f", sum(rows$value)), sum(rows$is_latest == "true"), "\\n")
        if (requireNamespace("haven", quietly = TRUE)) {
          rows <- haven::read_dta("longitudinal.dta")
          cat(nrow(rows), sprintf("%.6f", sum(rows$value)), sum(rows$is_latest), "\\n")
        }"""
    ran = subprocess.run(["Rscript", "-e", code], cwd=release.folder, capture_output=True, text=True, check=True)
    frame = pd.read_parquet(release.folder / "longitudinal.parquet")
    expected = f"{release.rows} {frame['value'].sum():.6f} {frame['is_latest'].sum()}"
    assert {line.strip() for line in ran.stdout.splitlines()} == {expected}


def test_each_edition_s_observations_lie_beside_the_merge(release: Published) -> None:
    for edition in history.editions:
        rows = read_parquet(release.folder / "observations" / f"{edition}.parquet")
        assert len(rows) == len(history.rows(edition)) and {row["edition"] for row in rows} == {edition}


def test_checksums_cover_every_file(release: Published) -> None:
    lines = (release.folder / "SHA256SUMS").read_text().splitlines()
    listed = {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in lines}
    present = {p.relative_to(release.folder).as_posix() for p in release.folder.rglob("*") if p.is_file()}
    assert set(listed) == present - {"SHA256SUMS"}
    assert all(_sha256(release.folder / name) == digest for name, digest in listed.items())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_same_input_same_bytes(release: Published, tmp_path: Path) -> None:
    again = released(tmp_path, pdf_of="2024")
    assert (again.folder / "SHA256SUMS").read_text() == (release.folder / "SHA256SUMS").read_text()


def test_no_path_and_no_clock_in_the_release(release: Published) -> None:
    for path in sorted(release.folder.rglob("*")):
        if path.suffix in (".html", ".json", ".md", ".csv", ".cff"):
            text = path.read_text(encoding="utf-8")
            assert str(release.folder.parent) not in text, path
            assert not re.search(r"20[2-9]\d-\d\d-\d\dT\d\d:", text), path


def test_unmapped_values_are_published_without_ids(tmp_path: Path) -> None:
    rows = [r | {"question_id": None, "category_id": None} for r in history.rows("2019")]
    release = publish(None, history.catalogue(), [edition_data(tmp_path, "2019", rows)], tmp_path / "out")
    frame = pd.read_parquet(release.folder / "longitudinal.parquet")
    assert len(frame) == len(rows) and set(frame.obs_status) == {"V"}


def finding(severity: str, origin: str) -> Row:
    return {
        "study": history.study.id,
        "edition": "2019",
        "page": 4,
        "figure": "3",
        "code": f"{origin}-sum",
        "severity": severity,
        "origin": origin,
        "message": "the shares sum to 92",
    }


@pytest.mark.parametrize("origin", ["extraction", "catalogue"])
def test_open_errors_keep_the_release_back_and_the_old_one_in_place(tmp_path: Path, origin: str) -> None:
    good = publish(None, history.catalogue(), [edition_data(tmp_path, "2019")], tmp_path / "out")
    before = _sha256(good.folder / "SHA256SUMS")
    bad = edition_data(tmp_path / "bad", "2019", findings=[finding("error", origin)])
    with pytest.raises(DataError, match=rf"2019, page 4, figure 3: {origin}-sum: the shares sum to 92"):
        publish(None, history.catalogue(), [bad], tmp_path / "out")
    assert _sha256(good.folder / "SHA256SUMS") == before


def test_the_reports_own_errors_are_published(tmp_path: Path) -> None:
    data = edition_data(tmp_path, "2019", findings=[finding("error", "source"), finding("warning", "extraction")])
    release = publish(None, history.catalogue(), [data], tmp_path / "out")
    assert release.findings == 2


def test_what_great_expectations_finds_names_the_row(tmp_path: Path) -> None:
    rows = history.rows("2019")
    rows[3] |= {"value": 250.0}
    release = publish(None, history.catalogue(), [edition_data(tmp_path, "2019", rows)], tmp_path / "out")
    assert any("percentages" in error and str(rows[3]["observation_id"]) in error for error in release.errors)


def test_great_expectations_sees_sums_that_no_finding_tells_of(tmp_path: Path) -> None:
    rows = history.rows("2019")
    asked = [r for r in rows if r["question_id"] == "spend"]
    asked[0] |= {"value": float(str(asked[0]["value"])) + 3}
    told = publish(None, history.catalogue(), [edition_data(tmp_path / "a", "2019", rows)], tmp_path / "out")
    assert len(told.errors) == 1 and "spend" in told.errors[0] and "2019" in told.errors[0]
    for row in asked:
        row |= {"flags": ["source-sum"]}
    known = publish(None, history.catalogue(), [edition_data(tmp_path / "b", "2019", rows)], tmp_path / "out")
    assert known.errors == ()


@pytest.mark.parametrize(("accepted", "version"), [(0, "0.1.0"), (1, "1.0.0"), (3, "1.2.0")])
def test_each_acceptance_makes_a_data_version(tmp_path: Path, accepted: int, version: str) -> None:
    entries = "".join(
        f"## {history.study.id}/2019, 2025-01-0{n}, A Steward\n\nA reason.\n\n" for n in range(1, accepted + 1)
    )
    (tmp_path / "DATA_CHANGES.md").write_text(f"# Changes\n\n## other/2019, 2025-01-01, A Steward\n\n{entries}")
    release = gather(tmp_path, history.catalogue(), [edition_data(tmp_path, "2019")])
    assert data_version(release) == version


def test_codebook_says_what_was_asked_and_how_comparably(release: Published) -> None:
    text = (release.folder / "codebook.md").read_text(encoding="utf-8")
    technology = text.split("## Question `technology`")[1].split("## Question")[0]
    assert "“Maakt je organisatie gebruik van technologie om te leren?” (2019, 2020, 2021)" in technology
    assert "Break at wave 2022 (business), wording" in technology
    provider = text.split("## Question `provider-size`")[1].split("## Question")[0]
    assert "| `some` | some (en) / 5 tot 9 opleiders (nl) | five-plus |" in provider
    assert "2024: figure" in provider


def test_pages_show_hostile_texts_as_text(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
    rows = [r | {"question": evil, "category": f"{r['category']} {evil}"} for r in history.rows("2019")]
    release = publish(None, history.catalogue(), [edition_data(tmp_path, "2019", rows)], tmp_path / "out")
    for name in ("explorer.html", "codebook.html"):
        page = (release.folder / name).read_text(encoding="utf-8")
        assert "<script>alert(1)" not in page and "<img src=x" not in page
    markdown = (release.folder / "codebook.md").read_text(encoding="utf-8")
    assert "<script>" not in markdown.replace("\\<", "")


def test_a_whole_history_is_merged_in_order_whatever_order_it_comes_in(
    tmp_path: Path, longitudinal: pd.DataFrame
) -> None:
    release = publish(None, history.catalogue(), whole_history(tmp_path / "built")[::-1], tmp_path / "out")
    again = pd.read_parquet(release.folder / "longitudinal.parquet")
    pd.testing.assert_frame_equal(again, longitudinal)
    assert list(longitudinal.columns[: len(OBSERVATIONS.names)]) == OBSERVATIONS.names
