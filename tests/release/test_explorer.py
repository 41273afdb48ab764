"""The explorer in a real browser: from disk, without network, by keyboard, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.release.publish.publication import publish
from tests.browser import chromium
from tests.histories import ENERGY
from tests.releases import released, whole_history


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return released(tmp_path_factory.mktemp("release"), pdf_of="2024").folder / "explorer.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def page(browser: Any, explorer: Path) -> Iterator[Any]:
    """The explorer's page; it fails the test on any request, error or warning."""
    opened = browser.new_page(locale="en-GB", viewport={"width": 1200, "height": 1200})
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(f"error: {error}"))
    opened.on("console", lambda said: problems.append(f"{said.type}: {said.text}"))
    opened.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else problems.append(asked.url))
    opened.goto(explorer.as_uri())
    opened.wait_for_function("document.body.dataset.drawn")
    yield opened
    opened.close()
    assert problems == []


def choose(page: Any, question: str) -> None:
    page.select_option("#question", question)
    page.wait_for_function(f"document.body.dataset.drawn === {question!r}")


def test_lines_are_cut_at_breaks_and_the_break_is_drawn(page: Any) -> None:
    choose(page, "technology")
    business = page.locator("#vega g.mark-line").nth(0)
    assert page.locator("#vega g.mark-rule.role-mark line").count() >= 2
    assert business.count() == 1
    assert "2022 (L&D departments): not comparable with the wave before (wording)" in page.inner_text("#notes")


def test_a_revised_value_is_drawn_hollow_and_listed(page: Any) -> None:
    choose(page, "team-size")
    hollow = page.locator("#vega path[fill='transparent'][aria-roledescription='point']")
    assert hollow.count() >= 2
    assert "revised by 2" in page.inner_text("#rows")
    assert "replaced: a later edition prints another value" in page.inner_text("#rows")


def test_a_split_option_is_one_line_when_harmonised(page: Any) -> None:
    choose(page, "provider-size")
    assert "five-plus" not in page.inner_text("#vega")
    assert "5 or more" in page.inner_text("#vega")
    page.select_option("#level", "printed")
    page.wait_for_function("[...document.querySelectorAll('#vega text')].some((t) => t.textContent === 'some')")


def test_waves_and_groups_can_be_left_out(page: Any) -> None:
    choose(page, "outlook")
    count = page.locator("#rows tbody tr").count()
    page.uncheck("#waves input[value='2024']")
    assert page.locator("#rows tbody tr").count() < count
    page.uncheck("#groups input[value='business']")
    assert "L&D departments" not in page.inner_text("#rows")
    for box in page.locator("#groups input:checked").all():
        box.uncheck()
    assert "Nothing to show" in page.inner_text("#vega")


def test_bars_per_wave(page: Any) -> None:
    choose(page, "reasons")
    page.select_option("#view", "bars")
    page.wait_for_selector("#vega g.mark-rect path")
    assert page.locator("#vega g.mark-rect path").count() >= 60


def test_every_value_leads_to_its_printed_source(page: Any) -> None:
    choose(page, "spend")
    row = page.locator("#rows tbody tr").first
    assert "2024" in row.inner_text()
    row.locator("button").click()
    assert page.locator("#source img").evaluate("(i) => i.complete && i.naturalWidth > 100")
    assert page.locator("#source .spot").count() == 1
    assert "synthetic/2024/" in page.inner_text("#source-facts")
    page.keyboard.press("Escape")
    assert not page.locator("#source").is_visible()


def test_it_speaks_dutch(page: Any) -> None:
    choose(page, "outlook")
    page.click("#lang-nl")
    assert page.evaluate("document.documentElement.lang") == "nl"
    assert "Waarden en waar ze gedrukt staan" in page.inner_text("main")
    page.wait_for_function(
        "[...document.querySelectorAll('#vega text')].some((t) => t.textContent === 'gelijk blijven')"
    )


def test_search_narrows_the_questions(page: Any) -> None:
    page.fill("#find", "kwaliteitslabels")
    assert page.locator("#question option").count() == 1
    assert page.input_value("#question") == "labels"


def test_keyboard_reaches_everything_in_order(page: Any) -> None:
    reached = []
    for _ in range(16):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.value || document.activeElement.tagName")
        )
    wanted = ["lang-en", "lang-nl", "find", "question", "view", "level"]
    assert [name for name in reached if name in wanted] == wanted
    names = page.evaluate(
        "[...document.querySelectorAll('button, select, input')].filter((e) => e.offsetParent)"
        ".filter((e) => !(e.textContent.trim() || e.labels?.[0]?.textContent.trim() || e.ariaLabel)).length"
    )
    assert names == 0


def test_no_serious_barrier_to_anybody(page: Any) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing: make .venv/ready-dev"
    )
    choose(page, "technology")
    found = _serious(axe, page)
    page.locator("#rows tbody tr").first.locator("button").click()
    found += _serious(axe, page)
    assert found == []


def test_the_codebook_has_no_serious_barrier_either(browser: Any, explorer: Path) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing: make .venv/ready-dev"
    )
    opened = browser.new_page()
    opened.goto((explorer.parent / "codebook.html").as_uri())
    assert _serious(axe, opened) == []
    opened.close()


def _serious(axe: Any, page: Any) -> list[tuple[str, str]]:
    violations = axe.Axe().run(page).response["violations"]
    serious = [v for v in violations if v["impact"] in ("serious", "critical")]
    return [(v["id"], node["html"]) for v in serious for node in v["nodes"]]


def test_an_option_printed_whole_and_in_parts_counts_once(browser: Any, tmp_path: Path) -> None:
    release = publish(None, ENERGY.catalogue(), whole_history(tmp_path / "built", history=ENERGY), tmp_path / "out")
    opened = browser.new_page(locale="en-GB")
    opened.goto((release.folder / "explorer.html").as_uri())
    opened.wait_for_function("document.body.dataset.drawn")
    choose(opened, "heating")
    points = opened.locator("#vega path[aria-roledescription='point']:not([fill='transparent'])").all()
    told = [point.get_attribute("aria-label").split("; ") for point in points]
    opened.close()
    sums: dict[tuple[str, str], float] = {}
    for wave, value, _, _, group, *_ in told:
        sums[group, wave] = sums.get((group, wave), 0.0) + float(value.removeprefix("%: "))
    assert len(sums) == 14 and set(sums.values()) == {100.0}
