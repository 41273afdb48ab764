"""A headless Chromium for tests that look at pages, and the desk that it looks at; skipped where there is none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CHECKOUT

CHROMIUM = os.environ.get("EDITIONS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def chromium() -> Iterator[Any]:
    """The launched browser of playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make .venv/ready-dev")
    if not CHROMIUM:
        pytest.skip("no chromium: install it or set EDITIONS_CHROMIUM to run this test")
    with playwright.sync_playwright() as running:
        launched = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


PICTURES = os.environ.get("EDITIONS_PICTURES")
"""A folder that receives screenshots, where it is set."""
PATIENCE = 240_000
"""Milliseconds that a page may take on a machine that does much else; usually it takes none to speak of."""


def surroundings() -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH")]))
    return {k: v for k, v in os.environ.items() if k != "CI"} | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


@contextmanager
def desk_of(script: list[str], root: Path, edition: str) -> Iterator[str]:
    """The address of the desk of an edition, which is ended by a kill: whatever it wrote is whole."""
    command = [*script, "review", edition, "--port", "0", "--root", str(root)]
    serving = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=surroundings())
    assert serving.stdout is not None
    found = re.search(r"http://\S+", serving.stdout.readline())
    assert found is not None
    yield found[0]
    serving.kill()
    serving.wait()


@contextmanager
def watched(browser: Any, address: str) -> Iterator[Any]:
    """A page at the address; any request elsewhere, error or warning fails the test."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(PATIENCE)
    home = address.partition("/?")[0]
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(f"error: {error}"))
    opened.on("console", lambda said: said.type in ("error", "warning") and problems.append(said.text))
    opened.on("request", lambda asked: asked.url.startswith(home) or problems.append(asked.url))
    opened.goto(address)
    yield opened
    opened.close()
    assert [p for p in problems if "409" not in p] == []


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def check_access(page: Any) -> None:
    """No violation that axe holds for serious."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing: make .venv/ready-dev"
    )
    found = axe.Axe().run(page).response["violations"]
    serious = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in serious] == []
