"""The whole way of a new edition by clicks and keys: registered, reviewed in a browser, approved, built."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import desk_project
from tests.browser import check_access, chromium, desk_of, picture, surroundings, watched
from tests.conftest import CHECKOUT, Editions

EDITION = "ld-trends/2023"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory, script: list[str]) -> Path:
    """A project that knows the study, with the unseen edition registered."""
    root = tmp_path_factory.mktemp("desk") / "project"
    shutil.copytree(CHECKOUT / "schemas" / "ld-trends", root / "schemas" / "ld-trends")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    subprocess.run(["git", "-C", str(root), "config", "user.name", desk_project.STEWARD], check=True)
    pdf = root.with_name("report.pdf")
    pdf.write_bytes(desk_project.unseen())
    source = ("--title", "Leren en ontwikkelen in 2023", "--licence", "CC0-1.0", "--origin", "typeset for a test")
    command = [*script, "new", str(pdf), "--study", "ld-trends", "--edition", "2023", *source, "--root", str(root)]
    made = subprocess.run(command, capture_output=True, text=True, env=surroundings(), check=False)
    assert made.returncode == 1 and "To decide, most valuable first" in made.stdout, made.stderr
    return root


@pytest.fixture
def project(registered: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(registered, tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def desk(project: Path, script: list[str]) -> Iterator[str]:
    with desk_of(script, project, EDITION) as address:
        yield address


@pytest.fixture
def page(browser: Any, desk: str) -> Iterator[Any]:
    with watched(browser, desk) as opened:
        yield opened


def settle(page: Any) -> None:
    """Until the page is there with its script, and will not show itself anew."""
    page.wait_for_selector("body[data-whole=true]")
    page.wait_for_load_state("load")


def open_figure(page: Any, number: str) -> None:
    settle(page)
    page.keyboard.press("l")
    page.get_by_role("link", name=number, exact=True).press("Enter")
    page.wait_for_url(f"**/exhibit?figure={number}")
    settle(page)


def test_an_unseen_edition_becomes_accepted_data(page: Any, project: Path, editions: Editions) -> None:
    picture(page, "1-list")
    check_access(page)
    approve(page, "all exhibits compared")
    assert "cannot be approved yet" in page.get_by_role("alert").inner_text()
    assert "2 error findings" in page.inner_text("main")
    picture(page, "2-approval-refused")
    check_access(page)
    page.get_by_role("link", name="Back").click()

    add_the_question(page)
    confirm_the_option(page)
    correct_and_undo(page)
    accept_all(page)
    audit(page)

    settle(page)
    page.keyboard.press("l")
    page.wait_for_url("**/")
    assert "5 of 5 exhibits accepted" in page.inner_text("main")
    settle(page)
    approve(page, "all exhibits compared with the page")
    assert "this extraction is now the accepted baseline" in page.inner_text("#said")
    picture(page, "8-approved")
    assert_green(project, editions)


def approve(page: Any, reason: str) -> None:
    form = page.locator("form[action='/decide/approve']")
    form.get_by_label("Reason").fill(reason)
    form.get_by_role("button").click()


def add_the_question(page: Any) -> None:
    """No question of the catalogue is worded like it, so a new one was drafted; only its kind is to be told."""
    open_figure(page, "3")
    page.keyboard.press("m")
    picture(page, "3-exhibit-unmapped")
    check_access(page)
    page.locator("select:focus").select_option("single")
    page.get_by_role("button", name="Yes, it is new").press("Enter")
    settle(page)
    assert "confirmed " in page.inner_text("#said")


def confirm_the_option(page: Any) -> None:
    open_figure(page, "5")
    page.get_by_role("button", name="It is a new option").press("Enter")
    settle(page)
    finding = page.locator("li", has_text="options that no value here carries")
    finding.locator("summary").press("Enter")
    finding.get_by_label("Reason").fill("this edition does not print it")
    finding.get_by_label("Reason").press("Enter")
    assert "marked as known" in page.inner_text("#said")


def correct_and_undo(page: Any) -> None:
    """By keyboard alone: down one row, right one column, open it, correct it, take it back."""
    open_figure(page, "1")
    before = page.evaluate(
        "document.activeElement.closest('tr').nextElementSibling.querySelectorAll('a.value')[1].text"
    )
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.locator("svg.crop rect.lit").count() == 1
    picture(page, "4-cell-and-its-place")
    page.keyboard.press("Enter")
    page.wait_for_selector("#value")
    settle(page)
    page.keyboard.press("c")
    page.keyboard.type("99%")
    page.keyboard.press("Tab")
    page.keyboard.type("the page prints it so")
    picture(page, "5-correction")
    check_access(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=corrected")
    assert "99%" in page.inner_text("table.values")
    picture(page, "6-corrected")
    settle(page)
    page.keyboard.press("u")
    page.wait_for_selector("text=undone: corrected")
    assert "99%" not in page.inner_text("table.values") and before.strip() in page.inner_text("table.values")


def accept_all(page: Any) -> None:
    """Each exhibit from the list, by the key."""
    for number in "12345":
        open_figure(page, number)
        page.keyboard.press("a")
        page.wait_for_selector(f"text=accepted figure {number}")


def audit(page: Any) -> None:
    page.get_by_role("link", name="Audit sample").click()
    for looked_at in (1, 2, 3):
        page.wait_for_selector("text=Does the page say exactly this")
        settle(page)
        page.keyboard.press("y")
        page.wait_for_selector(f"text=0 of {looked_at} looked at")
    picture(page, "7-audit")
    check_access(page)


def assert_green(project: Path, editions: Editions) -> None:
    """The build has no error, the baseline stands, and all that was done is YAML that a person signed."""
    built = editions("build", "--root", project)
    assert built.code == 0, built.err + built.out
    assert (project / "extracted/ld-trends/2023/observations.csv").is_file()
    signed = yaml.safe_load((project / "schemas/ld-trends/known/2023.yml").read_text("utf-8"))["known"]
    assert {entry["author"] for entry in signed} == {desk_project.STEWARD}
    observations = (project / "extracted/ld-trends/2023/observations.csv").read_text("utf-8")
    assert "verwacht-leerbudget-verandert" in observations and "catalogue-draft" not in observations


def test_a_missed_region_is_drawn_by_mouse_and_by_keys(page: Any) -> None:
    page.get_by_label("Look at page").select_option("1")
    page.get_by_role("button", name="Show the page").click()
    page.wait_for_load_state("load")
    sheet = page.locator("svg.draw")
    region = sheet.locator("rect.region").first.bounding_box()
    page.mouse.move(region["x"] - 3, region["y"] - 40)  # its title included
    page.mouse.down()
    page.mouse.move(region["x"] + region["width"] + 3, region["y"] + region["height"] + 3, steps=4)
    page.mouse.up()
    drawn = frame(page)
    picture(page, "9-region-drawn")
    check_access(page)
    page.get_by_role("heading", name="Draw a region").click()
    for key in ("r", "ArrowRight", "Shift+ArrowDown", "ArrowLeft", "Shift+ArrowUp", "Enter"):
        page.keyboard.press(key)
    assert frame(page) == pytest.approx(drawn, abs=0.11)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=read the region:")


COVERED = """() => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  const covered = [];
  const fields = "main button, main input:not([type=hidden]), main select, main textarea";
  for (const one of document.querySelectorAll(fields)) {
    one.focus();
    const { left, top, width, height } = one.getBoundingClientRect();
    const over = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!over || !(one.contains(over) || over.contains(one))) covered.push(one.outerHTML);
  }
  return covered;
}"""


@pytest.mark.parametrize("width", [1280, 900, 600])
def test_nothing_covers_a_form_that_is_used(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    settle(page)
    addresses = page.eval_on_selector_all("a[href^='/exhibit']", "links => links.map(link => link.href)")
    assert len(set(addresses)) > 3
    for address in dict.fromkeys([*addresses, page.url.rstrip("/") + "/page?number=1"]):
        page.goto(address)
        assert page.evaluate(COVERED) == [], address


def test_a_table_is_typed_beside_its_page(page: Any) -> None:
    page.get_by_label("Look at page").select_option("1")
    page.get_by_role("button", name="Show the page").click()
    page.wait_for_load_state("load")
    for key in ("r", "ArrowRight"):
        page.keyboard.press(key)
    page.get_by_text("No reader reads it").click()
    page.get_by_label("A line for each row").fill("\t2022\t2023\nWandelend\t11%\t12%")
    picture(page, "10-table-typed")
    check_access(page)
    page.get_by_role("button", name="Take the typed table").click()
    page.wait_for_selector("text=took the typed table: 2 value(s)")


def test_another_reading_of_an_exhibit_is_taken_with_one_key(page: Any) -> None:
    open_figure(page, "1")
    page.keyboard.press("o")
    page.wait_for_url("**/readings?**")
    settle(page)
    picture(page, "11-other-readings")
    check_access(page)
    page.keyboard.press("1")
    page.wait_for_selector("text=read the region as")


def frame(page: Any) -> list[float]:
    sides = [float(side) for side in page.get_by_role("textbox", name="Frame").input_value().split(",")]
    assert len(sides) == 4
    return sides
