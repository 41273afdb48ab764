"""Baselines: what changed is told cell by cell, the most harmful first; noise is no change; accepting is a decision."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import junitparser
import pytest

from pipeline.catalogue.project import Project
from pipeline.checks.edition import Extraction
from pipeline.core.errors import DataError, UsageError
from pipeline.run import acceptance, baseline
from pipeline.run import check_report as report
from pipeline.run.baseline import KINDS, BaselineCheck, Comparison, Snapshot, Unchecked, compare
from pipeline.run.build import Built
from pipeline.run.extraction import write_extraction
from pipeline.run.provenance import Provenance
from tests import paper
from tests.conftest import CHECKOUT, Editions, register

Row = dict[str, object]
MADE_WITH = Provenance("0" * 64, "commute:c0", "code0", "2024", (), {"pdfplumber": "0.11.10", "camelot-py": "2.0.0"})


def observation(category: str, value: float, row: int, **more: object) -> Row:
    made: Row = {
        "study": "commute",
        "edition": "2024",
        "observation_id": f"commute/2024/1/travel-mode/-/{category}/all/2024",
        "page": 1,
        "figure": "1",
        "question_id": "travel-mode",
        "question": "How did you travel to work?",
        "kind": "single",
        "group": "all",
        "wave": "2024",
        "category_id": category,
        "category": f"By {category}",
        "value": value,
        "value_printed": f"{value:g}%",
        "unit": "percent",
        "x0": 265.0,
        "top": 146.07 + 20 * row,
        "x1": 285.0,
        "bottom": 156.07 + 20 * row,
        "method": "table",
        "readers": "camelot+geometry",
        "confidence": 0.99,
        "flags": [],
        "source_sha256": "0" * 64,
    }
    return made | more


def extraction() -> Extraction:
    rows = [observation("bicycle", 52.0, 0), observation("train", 31.0, 1), observation("foot", 17.0, 2)]
    finding: Row = {
        "study": "commute",
        "edition": "2024",
        "page": 1,
        "figure": "1",
        "code": "source-sum",
        "severity": "warning",
        "origin": "source",
        "message": "The shares sum to 92.",
    }
    claim: Row = {
        "study": "commute",
        "edition": "2024",
        "page": 1,
        "sentence": "More than half, 52%, came by bicycle.",
        "value": 52.0,
        "unit": "percent",
        "verdict": "agrees",
        "printed": "52%",
        "top": 250.0,
        "x0": 60.0,
        "x1": 80.0,
        "bottom": 260.0,
    }
    number: Row = {
        "study": "commute",
        "edition": "2024",
        "page": 1,
        "token": "52%",
        "went": "observation",
        "x0": 265.0,
        "top": 146.0,
        "x1": 285.0,
        "bottom": 156.0,
    }
    blocks: list[Row] = [{"page": 1, "kind": "paragraph", "text": "More than half, 52%, came by bicycle."}]
    return Extraction("commute", "2024", "0" * 64, 1, rows, [finding], [claim], [number], blocks)


Change = Callable[[Extraction], object]


@pytest.fixture
def compared(tmp_path: Path) -> Callable[..., Comparison]:
    """Compares the extraction as it is, read back from a baseline's files, with the same after `change`."""

    def run(change: Change, made_with: Provenance = MADE_WITH) -> Comparison:
        folders = [tmp_path / name for name in ("old", "new", "baseline")]
        for folder in folders:
            folder.mkdir()
        changed = extraction()
        change(changed)
        write_extraction(folders[0], extraction())
        write_extraction(folders[1], changed)
        baseline.write(folders[2], baseline.snapshot(folders[0], MADE_WITH))
        return compare("commute", "2024", baseline.load(folders[2]), baseline.snapshot(folders[1], made_with))

    return run


def row(found: Extraction, index: int = 0) -> Row:
    return found.observations[index]


HARM: dict[str, tuple[Change, dict[str, int]]] = {
    "a value is lost": (lambda e: e.observations.pop(), {"value lost": 1}),
    "a value is new": (lambda e: e.observations.append(observation("car", 3.0, 3)), {"value new": 1}),
    "a value changes": (
        lambda e: row(e).update(value=25.0, value_printed="25%"),
        {"value changed": 1},
    ),
    "a value is printed otherwise": (lambda e: row(e).update(value_printed="52,0%"), {"value changed": 1}),
    "a value changes a little": (lambda e: row(e).update(value=52.01), {"value changed": 1}),
    "a sign is dropped": (lambda e: row(e).update(value=-52.0), {"value changed": 1}),
    "a unit changes": (lambda e: row(e).update(unit="points"), {"value changed": 1}),
    "a group changes, and with it the id": (
        lambda e: row(e).update(
            group="providers", observation_id="commute/2024/1/travel-mode/-/bicycle/providers/2024"
        ),
        {"label changed": 1},
    ),
    "a category changes, and with it the id": (
        lambda e: row(e).update(category="By boat", category_id=None, observation_id="x"),
        {"label changed": 2},
    ),
    "two labels are swapped": (
        lambda e: (
            row(e, 0).update(observation_id=row(e, 1)["observation_id"], category="By train", category_id="train"),
            row(e, 1).update(
                observation_id="commute/2024/1/travel-mode/-/bicycle/all/2024",
                category="By bicycle",
                category_id="bicycle",
            ),
        ),
        {"value changed": 2, "moved": 1},
    ),
    "a wave changes": (lambda e: row(e).update(wave="2023"), {"label changed": 1}),
    "a base is lost": (lambda e: row(e).update(base_n=1200), {"label changed": 1}),
    "a figure gets another number": (
        lambda e: [
            r.update(figure="2", observation_id=str(r["observation_id"]).replace("/1/", "/2/")) for r in e.observations
        ],
        {"moved": 1},
    ),
    "a figure moves to another page": (lambda e: [r.update(page=2) for r in e.observations], {"moved": 1}),
    "confidence falls": (lambda e: row(e).update(confidence=0.5), {"confidence fell": 1}),
    "confidence rises": (lambda e: row(e).update(confidence=0.999), {}),
    "a reader is lost": (lambda e: row(e).update(readers="geometry"), {"evidence changed": 1}),
    "a flag appears": (lambda e: row(e).update(flags=["extraction-sum"]), {"evidence changed": 1}),
    "a finding appears": (lambda e: e.findings.append(e.findings[0] | {"page": 2}), {"finding appeared": 1}),
    "a finding goes": (lambda e: e.findings.pop(), {"finding gone": 1}),
    "a claim is lost": (lambda e: e.claims.pop(), {"claim lost": 1}),
    "a claim's verdict changes": (lambda e: e.claims[0].update(verdict="disagrees"), {"claim changed": 1}),
    "a number goes elsewhere": (lambda e: e.numbers[0].update(went="leftover"), {"ledger changed": 2}),
    "a paragraph is lost": (lambda e: e.blocks.pop(), {"text lost": 1}),
    "a word of the text changes": (
        lambda e: e.blocks[0].update(text="More than half."),
        {"text lost": 1, "text new": 1},
    ),
    "everything is lost": (
        lambda e: [t.clear() for t in (e.observations, e.findings, e.claims, e.numbers, e.blocks)],
        {"value lost": 3, "claim lost": 1, "ledger changed": 1, "text lost": 1, "finding gone": 1},
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_every_change_is_told(harm: str, compared: Callable[..., Comparison]) -> None:
    change, totals = HARM[harm]
    found = compared(change)
    assert found.totals == totals
    assert [KINDS.index(c.kind) for c in found.changes] == sorted(KINDS.index(c.kind) for c in found.changes)


def test_the_docs_name_every_kind_of_change_in_the_order_of_harm() -> None:
    text = (CHECKOUT / "docs" / "regressions.md").read_text(encoding="utf-8")
    assert " · ".join(KINDS) in " ".join(text.split())


NOISE: dict[str, Change] = {
    "nothing": lambda e: None,
    "the order of rows": lambda e: (e.observations.reverse(), e.findings.reverse()),
    "a place within tolerance": lambda e: [
        r.update(x0=266.9, x1=287.2, top=float(str(r["top"])) - 1.6) for r in e.observations
    ],
    "a confidence within tolerance": lambda e: row(e).update(confidence=0.95),
    "the place of a claim": lambda e: e.claims[0].update(x0=61.0),
}


@pytest.mark.parametrize("noise", NOISE)
def test_noise_is_no_change(noise: str, compared: Callable[..., Comparison]) -> None:
    assert compared(NOISE[noise]).changes == ()


def test_a_changed_cell_says_from_what_to_what_and_where(compared: Callable[..., Comparison]) -> None:
    [change] = compared(lambda e: row(e).update(value=25.0)).changes
    assert (change.page, change.figure, change.column, change.before, change.after) == (1, "1", "value", 52.0, 25.0)
    assert change.subject.endswith("bicycle/all/2024")


def test_a_change_of_code_is_told_from_one_of_a_library_and_of_the_catalogue(
    compared: Callable[..., Comparison],
) -> None:
    now = replace(MADE_WITH, code="code1", libraries=MADE_WITH.libraries | {"camelot-py": "2.1.0"})
    found = compared(lambda e: e.observations.pop(), now)
    said = "Changed since the baseline: code, libraries (camelot-py 2.0.0 → 2.1.0); not changed: PDF, catalogue."
    assert report.causes(found) == said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (MADE_WITH, "PDF, catalogue, code, libraries are those of the baseline"),
        (
            replace(MADE_WITH, catalogue="c"),
            "Changed since the baseline: catalogue; not changed: PDF, code, libraries.",
        ),
        (replace(MADE_WITH, code="c"), "Changed since the baseline: code; not changed: PDF, catalogue, libraries."),
        (replace(MADE_WITH, source_sha256="c"), "Changed since the baseline: PDF; not changed: catalogue, code,"),
        (replace(MADE_WITH, libraries={}), "libraries (camelot-py 2.0.0 → absent, pdfplumber 0.11.10 → absent); not"),
    ],
)
def test_each_cause_is_told_alone(now: Provenance, said: str, compared: Callable[..., Comparison]) -> None:
    assert said in report.causes(compared(lambda e: None, now))


def test_a_baseline_edited_by_hand_is_not_read(tmp_path: Path) -> None:
    write_extraction(tmp_path, extraction())
    baseline.write(tmp_path, baseline.snapshot(tmp_path, MADE_WITH))
    path = tmp_path / "observations.csv"
    path.write_text(path.read_text().replace("page", "seite", 1))
    with pytest.raises(UsageError, match="restore it from git"):
        baseline.load(tmp_path)
    with pytest.raises(UsageError, match="editions accept"):
        baseline.load(tmp_path / "nowhere")


def many(e: Extraction) -> None:
    e.observations[:] = [observation(f"mode-{i}", float(i), i) for i in range(200)]
    e.findings[0].update(message="<script>alert(1)</script> | `x` @all\x1b[31m", code="source-sum")


def test_markdown_caps_the_sample_and_not_the_totals(compared: Callable[..., Comparison]) -> None:
    text = report.markdown(checked(compared(many)))
    assert "| value new | 197 |" in text
    assert "and " in text
    assert len(text) < 60_000
    assert "<script>" not in text
    assert "\x1b" not in text
    assert "@all" not in text
    assert "editions accept commute/2024" in text


def checked(*comparisons: Comparison) -> BaselineCheck:
    """A check of these editions, one without its PDF and one without a baseline."""
    unchecked = (
        Unchecked("commute/2022", "its PDF is not kept here", ""),
        Unchecked("commute/2021", "none", "baseline"),
    )
    return BaselineCheck(comparisons, unchecked)


def test_every_form_tells_of_editions_that_were_not_compared(compared: Callable[..., Comparison]) -> None:
    found = checked(compared(lambda e: None))
    assert (found.changed, found.wrong) == (True, False)
    assert "commute/2022: not checked: its PDF is not kept here" in report.markdown(found)
    assert report.github_annotations(found) == ["::error title=editions check::commute/2021: not checked: none"]
    assert [u["edition"] for u in report.as_json(found)["unchecked"]] == ["commute/2022", "commute/2021"]


def test_junit_has_a_failing_case_for_each_kind_of_change(compared: Callable[..., Comparison]) -> None:
    """Read back by a reader of the format, as a CI server would."""
    read = junitparser.JUnitXml.fromstring(report.junit(checked(compared(lambda e: e.observations.pop()))).encode())
    assert (read.tests, read.failures, read.errors, read.skipped) == (len(KINDS) + 2, 1, 1, 1)
    suites = {suite.name: {case.name: case.result for case in suite} for suite in read}
    [lost] = suites["commute/2024"].pop("value lost")
    assert (type(lost), lost.message) == (junitparser.Failure, "1 value lost")
    assert "page 1, figure 1: commute/2024/1/travel-mode/-/foot/all/2024: 17% → (nothing)" in lost.text
    assert not any(suites["commute/2024"].values())
    assert [type(r) for case in ("commute/2022", "commute/2021") for r in suites[case]["baseline"]] == [
        junitparser.Skipped,
        junitparser.Error,
    ]


PLACES: dict[str, tuple[Change, str]] = {
    "a value": (lambda e: row(e, 1).update(value=13.0), "error file=extracted/commute/2024/observations.csv,line=4,"),
    "a lost value": (lambda e: e.observations.pop(0), "error file=extracted/commute/2024/observations.csv,line=2,"),
    "a finding": (lambda e: e.findings.pop(), "warning file=extracted/commute/2024/findings.csv,line=2,"),
    "a claim": (lambda e: e.claims[0].update(value=5.0), "error file=extracted/commute/2024/claims.csv,line=2,"),
    "a text": (lambda e: e.blocks.pop(), "warning file=extracted/commute/2024/blocks.csv,line=2,"),
    "a moved figure": (
        lambda e: [r.update(page=2) for r in e.observations],
        "warning file=extracted/commute/2024/observations.csv,line=2,",
    ),
    "a number": (lambda e: e.numbers.clear(), "warning file=extracted/commute/2024/numbers.csv,line=2,"),
    "what is new": (
        lambda e: e.observations.append(observation("car", 3.0, 3)),
        "warning file=extracted/commute/2024/observations.csv,line=1,",
    ),
}


@pytest.mark.parametrize("case", PLACES)
def test_annotations_stand_on_the_line_of_the_baselines_file(case: str, compared: Callable[..., Comparison]) -> None:
    change, place = PLACES[case]
    [line] = report.github_annotations(BaselineCheck((compared(change),)))
    assert line.startswith(f"::{place}title=commute/2024%3A ")


def test_annotations_keep_the_caps_and_say_how_many_more(compared: Callable[..., Comparison]) -> None:
    found = compared(lambda e: row(e).update(value=25.0, confidence=0.2))
    told = report.github_annotations(BaselineCheck((replace(found, changes=found.changes * 50),)))
    for level in ("error", "warning"):
        lines = [line for line in told if line.startswith(f"::{level}")]
        assert len(lines) == report.SETTINGS.annotations
        assert "41 more changes" in lines[-1]


def test_json_holds_everything(compared: Callable[..., Comparison]) -> None:
    told = json.loads(json.dumps(report.as_json(checked(compared(many)))))
    assert told["changed"] is True
    assert len(told["editions"][0]["changes"]) > 200


@pytest.fixture
def present(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], None]:
    """Lets `acceptance` find the hand-made extraction after a change, in place of what the readers would say."""
    monkeypatch.delenv("CI", raising=False)

    def set_present(change: Change) -> None:
        folder = tmp_path / "present"
        folder.mkdir(exist_ok=True)
        changed = extraction()
        change(changed)
        summary = write_extraction(folder, changed)

        def found(at: Project, editions: list[object], *_: object, **__: object) -> list[Built]:
            return [Built(at.editions()[0], folder, summary, True)]

        monkeypatch.setattr(acceptance, "extract_editions", found)

    return set_present


def accept(project: Path, reason: str = "first reading") -> Comparison | None:
    at = Project.at(project)
    return acceptance.accept(at, at.editions()[0], reason)


def files(project: Path) -> dict[str, str]:
    return {p.name: p.read_text() for p in (project / "extracted" / "commute" / "2024").iterdir()}


def test_acceptance_writes_the_baseline_and_the_log(project: Path, present: Callable[[Change], None]) -> None:
    present(lambda e: None)
    assert accept(project) is None
    assert set(files(project)) == {f"{name}.csv" for name in baseline.COLUMNS} | {"made_with.json"}
    assert acceptance.check(Project.at(project)).comparisons[0].changes == ()
    present(lambda e: row(e).update(value=25.0))
    assert acceptance.check(Project.at(project)).comparisons[0].totals == {"value changed": 1}
    changed = accept(project, "the report was reissued")
    assert changed is not None
    log = (project / "DATA_CHANGES.md").read_text()
    assert "First baseline: 3 values." in log
    assert "the report was reissued" in log
    assert "| value changed | 1 |" in log
    assert ",25,52%," in files(project)["observations.csv"]
    assert acceptance.check(Project.at(project)).comparisons[0].changes == ()


def test_accepting_twice_notes_once(project: Path, present: Callable[[Change], None]) -> None:
    present(lambda e: None)
    accept(project)
    log = (project / "DATA_CHANGES.md").read_text()
    before = files(project)
    accept(project, "again")
    assert (project / "DATA_CHANGES.md").read_text() == log
    assert files(project) == before


def test_jitter_leaves_no_trace_in_git(project: Path, present: Callable[[Change], None]) -> None:
    present(lambda e: None)
    accept(project)
    before = files(project)["observations.csv"]
    present(NOISE["a place within tolerance"])
    accept(project, "new libraries")
    assert files(project)["observations.csv"] == before


REFUSED: dict[str, tuple[Change, str]] = {
    "an empty extraction": (lambda e: e.observations.clear(), "no observation"),
    "an open error": (
        lambda e: e.findings[0].update(severity="error", origin="extraction", code="extraction-sum"),
        "error findings are open",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_person_has_to_look_at_is_not_accepted(
    case: str, project: Path, present: Callable[[Change], None]
) -> None:
    change, words = REFUSED[case]
    present(change)
    with pytest.raises(DataError, match=words):
        accept(project)
    assert not (project / "extracted").exists()
    assert not (project / "DATA_CHANGES.md").exists()


def test_nothing_is_accepted_without_a_reason_or_in_ci(
    project: Path, present: Callable[[Change], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    present(lambda e: None)
    with pytest.raises(UsageError, match="reason is blank"):
        accept(project, "  ")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(UsageError, match="not accepted in CI"):
        accept(project)
    assert not (project / "extracted").exists()


def without_values(project: Path) -> None:
    sheet = paper.Sheet().text(60, 60, "Survey 2024", 18).text(60, 220, "Figure 1: How did you travel to work?")
    register(project, "2024", paper.as_bytes(paper.document([sheet])))


def draft(project: Path) -> None:
    questions = project / "schemas" / "commute" / "questions.yml"
    questions.write_text(
        questions.read_text().replace("  - id: travel-mode\n", "  - id: travel-mode\n    draft: true\n")
    )


AT_THE_CONSOLE: dict[str, tuple[Callable[[Path], None], list[str], dict[str, str], int, str]] = {
    "no reason": (lambda p: None, [], {}, 2, "--reason"),
    "a blank reason": (lambda p: None, ["--reason", " "], {}, 2, "the reason is blank"),
    "in CI": (lambda p: None, ["--reason", "first"], {"CI": "true"}, 2, "not accepted in CI"),
    "nothing extracted": (without_values, ["--reason", "first"], {}, 1, "holds no observation"),
    "an open error": (draft, ["--reason", "first"], {}, 1, "1 error findings are open"),
}


@pytest.mark.parametrize("case", AT_THE_CONSOLE)
def test_the_console_refuses_to_accept(case: str, editions: Editions, project: Path) -> None:
    prepare, options, env, code, words = AT_THE_CONSOLE[case]
    prepare(project)
    said = editions("accept", "commute/2024", *options, "--root", project, **env)
    assert (said.code, words in said.err) == (code, True), said.err
    assert not (project / "extracted").exists()
    assert not (project / "DATA_CHANGES.md").exists()


def test_check_and_accept_through_the_console(editions: Editions, project: Path, tmp_path: Path) -> None:
    said = editions("check", "--root", project)
    assert (said.code, "commute/2024: not checked" in said.err, "editions accept" in said.err) == (1, True, True)
    said = editions("accept", "commute/2024", "--reason", "first reading", "--root", project)
    assert said.code == 0, said.err
    said = editions("check", "--root", project)
    assert (said.code, "commute/2024: as the baseline (3 values)" in said.out) == (0, True)
    path = project / "extracted" / "commute" / "2024" / "observations.csv"
    path.write_text(path.read_text().replace(",52,52%,", ",25,52%,"))
    said = editions("check", "--root", project, "--markdown", "c.md", "--junit", "c.xml", "--github", cwd=tmp_path)
    assert said.code == 1
    assert "::error file=extracted/commute/2024/observations.csv,line=2" in said.out
    assert "| value changed | 1 |" in (tmp_path / "c.md").read_text()
    assert junitparser.JUnitXml.fromfile(str(tmp_path / "c.xml")).failures == 1


def test_editions_without_a_pdf_are_told_of_and_the_rest_is_checked(editions: Editions, project: Path) -> None:
    """A report that may not be passed on is described only; one that was accepted has to be here."""
    register(project, "2023", b"%PDF-").unlink()
    assert editions("accept", "commute/2024", "--reason", "first reading", "--root", project).code == 0
    said = editions("check", "--root", project)
    assert (said.code, "commute/2023: not checked: raw_pdfs/commute/2023.pdf is not kept here" in said.out) == (0, True)
    assert "commute/2024: as the baseline" in said.out
    said = editions("check", "commute/2023", "--root", project)
    assert (said.code, "commute/2023: not checked" in said.err) == (2, True)
    (project / "extracted" / "commute" / "2023").mkdir()
    said = editions("check", "--root", project)
    assert (said.code, "raw_pdfs/commute/2023.pdf is not here" in said.err) == (2, True)
    assert "commute/2024: as the baseline" in said.out
    assert "is not registered" in editions("check", "commute/2020", "--root", project).err


def test_a_snapshot_has_a_digest_of_its_content(tmp_path: Path) -> None:
    write_extraction(tmp_path, extraction())
    one: Snapshot = baseline.snapshot(tmp_path, MADE_WITH)
    assert one.digest == replace(one, made_with=replace(MADE_WITH, code="other")).digest
    one.tables["observations"][0]["value"] = 1.0
    assert one.digest != baseline.snapshot(tmp_path, MADE_WITH).digest
