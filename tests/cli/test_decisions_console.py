"""Signed decisions through the console script: a correction, a stale one, and a fault of the report that is known."""

from __future__ import annotations

from pathlib import Path

from pipeline.catalogue.project import Project
from pipeline.core.files import folder_digest
from pipeline.core.table_files import read_parquet
from pipeline.run.build import extract_editions
from tests import paper
from tests.conftest import Editions, register

ACTS = "schemas/commute/{kind}/2024.yml"
SIGNED = "reason: looked at the page, author: A. Steward, date: 2026-01-31"
FOOT = "commute/2024/1/travel-mode/-/foot/all/2024"


def sign(root: Path, kind: str, entry: str) -> Path:
    path = root / ACTS.format(kind=kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{kind}:\n- {{{entry}, {SIGNED}}}\n", encoding="utf-8")
    return path


def built(root: Path, table: str) -> list[dict[str, object]]:
    return read_parquet(root / "extracted" / "commute" / "built" / "2024" / f"{table}.parquet")


def extracted(root: Path) -> list[dict[str, object]]:
    """The findings of an edition that is extracted anew and not released."""
    project = Project.at(root)
    [made] = extract_editions(project, [project.edition("commute/2024")], 1)
    return read_parquet(made.folder / "findings.parquet")


def released(root: Path) -> Path:
    return root / "extracted" / "commute" / "published"


def test_a_correction_reaches_the_release_and_a_stale_one_stops_the_build(
    editions: Editions, built_project: Path
) -> None:
    root = built_project
    sign(root, "corrections", f"observation: {FOOT}, expect: {{printed: 17%}}, set: {{printed: 18%}}")
    done = editions("build", "--root", root)
    assert done.code == 0, done.err
    [row] = [row for row in built(root, "observations") if row["observation_id"] == FOOT]
    assert (row["value"], row["value_printed"], row["method"]) == (18.0, "18%", "corrected")
    assert "catalogue-corrected" in row["flags"]  # type: ignore[operator]
    [kept] = [f for f in built(root, "findings") if f["code"] == "catalogue-corrected"]
    assert "17%" in str(kept["message"]) and "A. Steward" in str(kept["message"])
    published = read_parquet(released(root) / "longitudinal.parquet")
    assert {row["value"] for row in published if row["category_id"] == "foot"} == {18.0}

    before = folder_digest(root / "extracted")
    sign(root, "corrections", f"observation: {FOOT}, expect: {{printed: 16%}}, set: {{printed: 18%}}")
    stale = editions("build", "--root", root)
    assert stale.code == 2
    assert "17%" in stale.err and "16%" in stale.err and "corrections/2024.yml" in stale.err
    assert folder_digest(root / "extracted") == before


def test_a_fault_of_the_report_is_published_and_known_once_signed(editions: Editions, project: Path) -> None:
    register(project, "2024", paper.as_bytes(paper.survey(("52%", "31%", "9%"))))
    first = editions("build", "--root", project)
    assert first.code == 0, "what the report prints wrongly does not block"
    assert "the report contradicts itself, published as printed: 1 source-sum" in first.out
    [fault] = [f for f in built(project, "findings") if f["code"] == "source-sum"]
    assert (fault["severity"], fault["found"]) == ("error", "92")

    sign(project, "known", "code: source-sum, figure: 1, found: 92")
    assert [f["severity"] for f in extracted(project) if f["code"] == "source-sum"] == ["info"]

    register(project, "2024", paper.as_bytes(paper.survey(("52%", "31%", "8%"))))
    codes = {(f["code"], f["severity"]) for f in extracted(project)}
    assert ("source-sum", "error") in codes, "another fault is as loud as ever"
    assert any(code.startswith("catalogue-") for code, _ in codes), "the entry that no longer fits is reported"
