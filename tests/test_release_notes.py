"""One version everywhere: the program's, the changelog's newest and the citation's."""

from __future__ import annotations

import re

import yaml

from pipeline import __version__
from tests.conftest import CHECKOUT


def test_the_newest_version_of_the_changelog_is_the_programs() -> None:
    told = re.findall(r"^## (\d+\.\d+\.\d+)", (CHECKOUT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert told[0] == __version__
    assert told == sorted(told, key=lambda version: [int(part) for part in version.split(".")], reverse=True)


def test_the_citation_names_it_too() -> None:
    assert str(yaml.safe_load((CHECKOUT / "CITATION.cff").read_text("utf-8"))["version"]) == __version__
