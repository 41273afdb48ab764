"""Signed corrections and known findings: guarded by what they expect, append-only, visible in the data."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.catalogue.decisions import load_decisions
from pipeline.catalogue.model import Catalogue, load_catalogue
from pipeline.checks.checking import check
from pipeline.core.errors import UsageError
from pipeline.core.findings import Finding
from pipeline.observations.corrections import accept, correct
from pipeline.observations.observe import Observation
from tests.conftest import CHECKOUT
from tests.desk_project import is_appended
from tests.factory import observed, page_of, table

STUDY = """\
id: commute
title: {nl: Reizen}
languages: [nl]
decimal_mark: ","
groups: [{id: staff, label: {nl: Personeel}}]
default_group: staff
"""
QUESTIONS = """\
questions:
  - id: mode
    kind: single
    wordings: [{text: "Hoe reist u naar het werk?"}]
    categories:
      - {id: bike, label: {nl: Met de fiets}}
      - {id: train, label: {nl: Met de trein}}
      - {id: foot, label: {nl: Te voet}}
"""
SIGNED = "reason: looked at the page, author: A. Steward"
BIKE, TRAIN, FOOT = (f"commute/2022/1/mode/-/{option}/staff/2022" for option in ("bike", "train", "foot"))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "commute"
    for name in ("corrections", "known"):
        (folder / name).mkdir(parents=True)
    (folder / "study.yml").write_text(STUDY)
    (folder / "questions.yml").write_text(QUESTIONS)
    return folder


def sign(study: Path, kind: str, *entries: str) -> Catalogue:
    """Write the decisions (flow mappings without their signature) of 2022, a day apart."""
    lines = [f"- {{{entry}, {SIGNED}, date: 2026-01-{day:02}}}" for day, entry in enumerate(entries, 1)]
    (study / kind / "2022.yml").write_text(f"{kind}:\n" + "\n".join(lines) + "\n", "utf-8")
    return load_catalogue(study)


def read(catalogue: Catalogue, *shares: str) -> list[Observation]:
    return observed([printed(*shares)], catalogue)


def printed(*shares: str):  # type: ignore[no-untyped-def]
    labels = ("Met de fiets", "Met de trein", "Te voet")
    rows = {label: (share,) for label, share in zip(labels, shares, strict=False)}
    return table("1", 1, "Hoe reist u naar het werk?", ("2022",), rows)


def corrected(catalogue: Catalogue, *shares: str) -> tuple[dict[str, Observation], list[Finding]]:
    observations, findings = correct(read(catalogue, *shares), load_decisions(catalogue, "2022"))
    return {o.observation_id: o for o in observations}, findings


def test_a_correction_is_visible_in_the_data(study: Path) -> None:
    catalogue = sign(study, "corrections", f"observation: {FOOT}, expect: {{printed: 18%}}, set: {{printed: 10%}}")
    by_id, [kept] = corrected(catalogue, "50%", "40%", "18%")
    row = by_id[FOOT].row()
    assert (row["value"], row["value_printed"], row["method"]) == (10.0, "10%", "corrected")
    assert row["flags"] == ["catalogue-corrected"]
    assert (kept.code, kept.severity, kept.observation_id) == ("catalogue-corrected", "info", FOOT)
    assert kept.found is not None and kept.found.startswith("18%")
    assert "looked at the page (A. Steward, 2026-01-01)" in kept.message
    assert by_id[BIKE].row()["method"] == "table"


def test_the_checks_see_the_corrected_value(study: Path) -> None:
    catalogue = sign(study, "corrections", f"observation: {FOOT}, expect: 18, set: 10")
    pages = page_of([printed("50%", "40%", "18%")])
    uncorrected = read(catalogue, "50%", "40%", "18%")
    assert "source-sum" in {f.code for f in check(uncorrected, catalogue, pages=pages)[1]}
    observations, _ = correct(read(catalogue, "50%", "40%", "18%"), load_decisions(catalogue, "2022"))
    assert not check(observations, catalogue, pages=pages)[1]


@pytest.mark.parametrize(
    ("was", "value", "becomes"), [("8%", "16", "16%"), ("2,17", "3.17", "3,17"), ("€ 750", "570", "€ 570")]
)
def test_a_bare_value_takes_the_form_that_was_printed(study: Path, was: str, value: str, becomes: str) -> None:
    number = {"8%": "8", "2,17": "2.17", "€ 750": "750"}[was]
    catalogue = sign(study, "corrections", f"observation: {BIKE}, expect: {number}, set: {value}")
    by_id, _ = corrected(catalogue, was, "40%", "18%")
    assert by_id[BIKE].row()["value_printed"] == becomes


def test_labels_are_corrected_and_the_id_follows(study: Path) -> None:
    catalogue = sign(
        study, "corrections", f"observation: {FOOT}, expect: {{category: Te voet}}, set: {{group: null, wave: 2021}}"
    )
    by_id, _ = corrected(catalogue, "50%", "40%", "10%")
    assert FOOT not in by_id and by_id["commute/2022/1/mode/-/foot/-/2021"].value == 10


def test_an_observation_is_removed_or_added(study: Path) -> None:
    catalogue = sign(
        study,
        "corrections",
        f"observation: {TRAIN}, expect: 40, set: absent",
        f"observation: {BIKE}, expect: absent, set: {{category: Te voet, printed: 10%}}",
    )
    by_id, findings = corrected(catalogue, "50%", "40%")
    assert set(by_id) == {BIKE, FOOT} and by_id[FOOT].value == 10 and by_id[BIKE].value == 50
    assert findings[0].expected == "nothing" and findings[1].found == "nothing"
    assert len({o.serial for o in by_id.values()}) == 2
    with pytest.raises(UsageError, match="is there already"):
        corrected(catalogue, "50%", "40%", "10%")


def test_a_correction_of_what_was_never_read_names_no_edition(study: Path) -> None:
    catalogue = sign(study, "corrections", "observation: mode/2022, expect: 1, set: 2")
    with pytest.raises(UsageError, match=r"corrections/EDITION.yml"):
        corrected(catalogue, "50%")
    catalogue = sign(study, "corrections", "observation: commute/2022, expect: 1, set: 2")
    with pytest.raises(UsageError, match=r"corrections/EDITION.yml"):
        corrected(catalogue, "50%")


@pytest.mark.parametrize(
    "entry",
    [
        f"observation: {FOOT}, expect: 17, set: 10",
        f"observation: {FOOT}, expect: {{value: 18, group: boards}}, set: 10",
        f"observation: {FOOT}-gone, expect: 18, set: 10",
        "observation: commute/2022/gone, expect: 18, set: 10",
    ],
)
def test_a_stale_correction_fails_loudly(study: Path, entry: str) -> None:
    with pytest.raises(UsageError, match=r"corrections/2022.yml: the correction of .* is stale") as error:
        corrected(sign(study, "corrections", entry), "50%", "40%", "18%")
    assert "append" in error.value.remedy


def test_later_entries_see_earlier_ones_and_may_take_them_back(study: Path) -> None:
    first = f"observation: {FOOT}, expect: 18, set: 10"
    by_id, findings = corrected(
        sign(study, "corrections", first, f"observation: {FOOT}, expect: 10, set: 11"), "50%", "40%", "18%"
    )
    assert by_id[FOOT].value == 11 and len(findings) == 2
    by_id, findings = corrected(
        sign(study, "corrections", first, f"observation: {FOOT}, withdraw: true"), "50%", "40%", "18%"
    )
    assert by_id[FOOT].value == 18 and not findings


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("corrections: [{observation: a/b/c, expect: 1, set: 2, author: x, date: 2026-01-01}]", "entry 1: reason"),
        (f"corrections: [{{observation: a, expect: 1, set: 2, {SIGNED}}}]", "entry 1: date"),
        ("corrections: [{observation: a, expect: 1, set: 2, reason: ' ', author: x, date: 2026-01-01}]", "reason"),
        (f"corrections: [{{observation: a, expect: 1, {SIGNED}, date: 2026-01-01}}]", "give `expect` and `set`"),
        (f"corrections: [{{observation: a, expect: 1, set: 1, {SIGNED}, date: 2026-01-01}}]", "what changes"),
        (f"corrections: [{{observation: a, expect: {{valeu: 1}}, set: 1, {SIGNED}, date: 2026-01-01}}]", "entry 1"),
        ("correction: []", "unknown key 'correction'"),
        (
            f"corrections: [{{observation: a, expect: 1, set: 2, {SIGNED}, date: 2026-02-01}}, "
            f"{{observation: a, expect: 1, set: 2, {SIGNED}, date: 2026-01-01}}]",
            "older than the one before",
        ),
    ],
)
def test_unsigned_or_malformed_decisions_are_refused(study: Path, text: str, problem: str) -> None:
    (study / "corrections" / "2022.yml").write_text(text)
    with pytest.raises(UsageError, match=problem):
        load_decisions(load_catalogue(study), "2022")


def test_decisions_are_part_of_the_catalogues_fingerprint(study: Path) -> None:
    before = load_catalogue(study).fingerprint
    assert sign(study, "known", "code: source-sum, figure: 1, found: 108").fingerprint != before


def test_a_known_fault_of_the_report_is_information_a_new_one_is_not(study: Path) -> None:
    catalogue = sign(study, "known", "code: source-sum, figure: 1, found: 108")

    def severities(*shares: str) -> dict[str, str]:
        observations = read(catalogue, *shares)
        observations, found = check(observations, catalogue, pages=page_of([printed(*shares)]))
        _, found = accept(found, observations, load_decisions(catalogue, "2022"))
        assert all("source-sum with 108" in f.message for f in found if f.code == "catalogue-known-stale")
        return {f.code: f.severity for f in found}

    assert severities("50%", "40%", "18%") == {"source-sum": "info"}
    assert severities("50%", "40%", "28%") == {"source-sum": "error", "catalogue-known-stale": "warning"}
    assert severities("50%", "40%", "10%") == {"catalogue-known-stale": "warning"}


def test_what_a_steward_found_printed_so_is_the_reports_fault(study: Path) -> None:
    catalogue = sign(study, "known", f"code: extraction-sum, figure: 1, found: 108, observation: {BIKE}")
    doubted = frozenset(("extraction-ocr-unsupported",))
    observations = [replace(o, flags=doubted) for o in read(catalogue, "50%", "40%", "18%")]
    observations, found = check(observations, catalogue)
    observations, found = accept(found, observations, load_decisions(catalogue, "2022"))
    by_code = {f.code: f for f in found}
    assert set(by_code) == {"source-sum", "extraction-ocr-unsupported"}
    known = by_code["source-sum"]
    assert (known.code, known.severity) == ("source-sum", "info") and "Known: looked at the page" in known.message
    assert all("source-sum" in o.flags and "extraction-sum" not in o.flags for o in observations)


def test_an_unknown_code_is_refused(study: Path) -> None:
    with pytest.raises(UsageError, match="no check has the code source-sums"):
        load_decisions(sign(study, "known", "code: source-sums, figure: 1"), "2022")


def test_append_only() -> None:
    before = "corrections:\n- {observation: a, expect: 1}\n"
    assert is_appended(before, before + "- {observation: b, expect: 2}\n")
    assert not is_appended(before, "corrections:\n- {observation: a, expect: 2}\n")
    assert not is_appended(before, "corrections:\n- {observation: b, expect: 2}\n- {observation: a, expect: 1}\n")
    assert is_appended("", before) and not is_appended(before, "")


def test_signed_decisions_of_this_project_were_only_appended_to() -> None:
    """Every file of corrections and known findings still begins with what each commit of it held."""
    files = [p for kind in ("corrections", "known") for p in (CHECKOUT / "schemas").glob(f"*/{kind}/*.yml")]
    for path in files:
        name = path.relative_to(CHECKOUT).as_posix()
        commits = git("log", "--format=%H", "--", name).split()
        for commit in commits:
            assert is_appended(git("show", f"{commit}:{name}"), path.read_text("utf-8")), f"{name} against {commit}"


def git(*args: str) -> str:
    done = subprocess.run(["git", *args], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""
