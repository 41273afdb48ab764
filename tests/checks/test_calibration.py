"""Confidence that means something: how often values of each band of confidence agree with the hand-read truth.

The reliability table stands in tests/truth/reliability.csv and in docs/checks.md.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from benchmarks.checks_page import page
from benchmarks.claims import contradictions, read_prose
from benchmarks.claims import score as score_claims
from pipeline.catalogue.project import Project
from pipeline.run.extraction import Request, extract_guarded
from tests.conftest import CHECKOUT
from tests.edition_tables import read_tables
from tests.truth_score import doubted, fits, read_truth

Row = Mapping[str, object]
BANDS = ((0.0, 0.6), (0.6, 0.9), (0.9, 0.97), (0.97, 1.01))
"""Doubted; backed by little; by one reader; by two witnesses."""
MOST_DOUBTED = 0.05
"""Share of right values that may be doubted: crying wolf is the other way to be ignored."""
LEFT_OVER = {"rust-survey/2023": ["1", "44"], "rust-survey/2024": ["1", "53"]}
"""The last entry of a legend that scrolls on screen: its point is cut off in print ("1 44"), so it is no name of a
mark, and is told as left over."""
Extracted = Callable[[str, Path], dict[str, list[Row]]]
RECORD = CHECKOUT / "tests" / "truth" / "reliability.csv"
SETS = {
    "ld-trends/2022": ("raw_pdfs/ld-trends/2022.pdf", "tests/truth/ld-trends/2022.csv"),
    "ld-trends/2022-a": ("reports/ld-trends/2022-a.pdf", "truth/ld-trends/2022-a.csv"),
    "ld-trends/2022-b": ("reports/ld-trends/2022-b.pdf", "truth/ld-trends/2022-b.csv"),
    "rust-survey/2023": ("reports/rust-survey/2023.pdf", "truth/rust-survey/2023.csv"),
    "rust-survey/2024": ("reports/rust-survey/2024.pdf", "truth/rust-survey/2024.csv"),
}


def reliability(truth: Sequence[Mapping[str, str]], observations: Sequence[Row]) -> list[tuple[int, int]]:
    """For each band: values in exhibits that the truth holds, and how many of them are right. What the truth itself
    gives no label (fine print, labels cut off) can be neither right nor wrong about what it says, and is left out."""
    by = "figure" if "figure" in truth[0] else "page"
    left: dict[str, list[dict[str, str]]] = {}
    for wanted in truth:
        left.setdefault(wanted[by], []).append({"group": "", **wanted})
    counts = [[0, 0] for _ in BANDS]
    for row in sorted(observations, key=lambda r: -float(str(r["confidence"]))):
        here = left.get(str(row[by]))
        if here is None:
            continue
        match = next((wanted for wanted in here if fits(wanted, row)), None)
        if match is not None:
            here.remove(match)
            if not match["category"] + match["item"]:
                continue
        band = next(i for i, (low, high) in enumerate(BANDS) if low <= float(str(row["confidence"])) < high)
        counts[band][0] += 1
        counts[band][1] += match is not None
    return [(values, right) for values, right in counts]


def recorded(name: str) -> list[tuple[int, int]]:
    with RECORD.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == name]
    return [(int(row["values"]), int(row["right"])) for row in rows]


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Extracted:
    """The tables of a set; each is extracted once."""
    done: dict[str, dict[str, list[Row]]] = {}

    def tables(name: str, root: Path) -> dict[str, list[Row]]:
        if name not in done:
            study, edition = name.removesuffix("-a").removesuffix("-b").split("/")
            out = tmp_path_factory.mktemp("set")
            request = Request(root / SETS[name][0], Project.at(CHECKOUT).catalogue(study), edition)
            extract_guarded(request, out)
            done[name] = read_tables(out)  # type: ignore[assignment]
        return done[name]

    return tables


def root_of(name: str, request: pytest.FixtureRequest) -> Path:
    return CHECKOUT if name == "ld-trends/2022" else request.getfixturevalue("shared")


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_values_of_high_confidence_are_right_at_least_that_often(
    name: str, extracted: Extracted, request: pytest.FixtureRequest
) -> None:
    root = root_of(name, request)
    found = extracted(name, root)["observations"]
    measured = reliability(read_truth(root / SETS[name][1]), found)
    for (values, right), (low, high) in zip(measured, BANDS, strict=True):
        if low >= 0.9 and values:
            assert right / values >= low, (
                f"{name}: of {values} values at {low} to {min(high, 1)} only {right} are right"
            )
    shares = zip(measured, recorded(name), strict=True)
    assert all(now[1] >= then[1] or now[0] < then[0] for now, then in shares), f"record {measured} in {RECORD.name}"


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_hardly_any_right_value_is_doubted(name: str, extracted: Extracted, request: pytest.FixtureRequest) -> None:
    root = root_of(name, request)
    found = extracted(name, root)["observations"]
    owed = [wanted for wanted in read_truth(root / SETS[name][1]) if not wanted["optional"]]
    right = [row for row in found if any(fits({"group": "", **wanted}, row) for wanted in owed)]
    doubts = sum(doubted(row) for row in right)
    assert doubts <= MOST_DOUBTED * len(right), f"{name}: {doubts} of {len(right)} right values are doubted"


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_every_number_of_the_text_layer_has_its_place(
    name: str, extracted: Extracted, request: pytest.FixtureRequest
) -> None:
    left = [row["token"] for row in extracted(name, root_of(name, request))["numbers"] if row["went"] == "leftover"]
    assert left == LEFT_OVER.get(name, [])


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in SETS if name.startswith("ld-trends")])
def test_claims_and_contradictions(
    name: str, extracted: Extracted, shared: Path, request: pytest.FixtureRequest
) -> None:
    """The numbers of the prose found, linked and judged; the report's own contradictions found, and hardly another."""
    tables = extracted(name, root_of(name, request))
    reached = score_claims(read_prose(shared / "truth/ld-trends/prose.csv"), tables["claims"], tables["observations"])
    assert reached.found >= 0.95 * reached.claims and reached.linked >= 0.9 * reached.owed, str(reached)
    assert reached.right >= 0.97 * reached.judged, str(reached)
    listed = read_truth(shared / "truth/ld-trends/anomalies.csv")
    missed, unjustified = contradictions(listed, [row for row in tables["findings"] if row["origin"] == "source"])
    assert not [one for one in missed if one["severity"] == "error"]
    rounding = [one for one in listed if one["severity"] == "rounding"]
    assert len([one for one in missed if one["severity"] == "rounding"]) <= 0.2 * len(rounding)
    assert len(unjustified) <= 3, unjustified


def test_every_set_is_recorded() -> None:
    assert all(len(recorded(name)) == len(BANDS) for name in SETS)


def test_the_reliability_of_a_reading() -> None:
    truth = [
        {"figure": "1", "item": "", "wave": "", "unit": "", "category": c, "value": v}
        for c, v in (("a", "1"), ("b", "2"))
    ]
    row = {"figure": "1", "item": None, "item_id": None, "group": None, "wave": "2022", "unit": "percent"}
    read = [
        row | {"category": "a", "value": 1.0, "confidence": 0.99},
        row | {"category": "b", "value": 3.0, "confidence": 0.99},
        row | {"category": "b", "value": 2.0, "confidence": 0.5},
        row | {"category": "z", "value": 9.0, "confidence": 0.5, "figure": "7"},
    ]
    assert reliability(truth, read) == [(1, 1), (0, 0), (0, 0), (2, 1)]


def test_the_page_of_checks_is_up_to_date() -> None:
    written = (CHECKOUT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m benchmarks.checks_page"
