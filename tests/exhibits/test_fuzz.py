"""Anything may stand in a report, in a catalogue or in a source file: a value, a refusal with the remedy, no third."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.catalogue.decisions import KINDS, file_of, load_decisions
from pipeline.catalogue.model import bare_catalogue, load_catalogue
from pipeline.catalogue.project import load_source
from pipeline.checks.claims.statements import statements_in
from pipeline.core.errors import UsageError
from pipeline.core.numbers import parse_number
from tests.conftest import QUESTIONS, STUDY

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
NUMBERISH = st.text(st.sampled_from("0123456789.,-–+−% €×½ \u00a0\u202f'()abc\u0660\u00b2\ud7ff\u200e"), max_size=24)
SAYINGS = (
    *(
        "70%",
        "drie",
        "keer",
        "zoveel",
        "de",
        "helft",
        "van",
        "1 op 5",
        "2,17",
        "€ 750",
        "Figuur 7",
        "tussen",
        "en",
        "(",
    ),
    *(
        "twee derde",
        "respectievelijk",
        "…",
        "20-25",
        "%",
        "\u202e",
        "2022",
        "meer",
        "dan",
        ".",
        "±",
        "minder",
        "1e",
        ")",
    ),
)
PROSE = st.lists(st.sampled_from(SAYINGS) | st.text(max_size=6), max_size=30).map(" ".join)
SLOW_FILES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(text=st.text(max_size=40) | NUMBERISH, decimal=st.sampled_from([",", "."]))
@settings(max_examples=500, deadline=None)
def test_a_text_is_a_finite_number_or_none(text: str, decimal: Any) -> None:
    number = parse_number(text, decimal)
    assert number is None or math.isfinite(number.value)


@given(text=PROSE, decimal=st.sampled_from([",", "."]))
@settings(max_examples=300, deadline=None)
def test_statements_lie_inside_their_text(text: str, decimal: Any) -> None:
    for statement in statements_in(text, ("Figuur",), decimal):
        assert 0 <= statement.start < statement.end <= len(text)


def places_in(content: Any) -> list[tuple[Any, ...]]:
    """Every place of a YAML document, as keys from its root."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [(), *((key, *rest) for key, value in inner for rest in places_in(value))]


def with_other(content: Any, place: tuple[Any, ...], other: Any) -> Any:
    if not place:
        return other
    changed = dict(content) if isinstance(content, dict) else list(content)
    changed[place[0]] = with_other(content[place[0]], place[1:], other)
    return changed


@pytest.mark.parametrize("name", ["study.yml", "questions.yml"])
@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW_FILES)
def test_a_catalogue_with_anything_at_any_place_is_read_or_refused(name: str, tmp_path: Path, data: Any) -> None:
    texts = {"study.yml": STUDY, "questions.yml": QUESTIONS}
    content = yaml.safe_load(texts[name])
    changed = with_other(content, data.draw(st.sampled_from(places_in(content))), data.draw(ANYTHING))
    for file, text in texts.items():
        (tmp_path / file).write_text(yaml.safe_dump(changed) if file == name else text, encoding="utf-8")
    try:
        load_catalogue(tmp_path)
    except UsageError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    "text", ["? []", "? {a: 1}\n: b", "[" * 5000, "a: &x [*x]", "1: a\nb: c", "\x00", "a: !!python/name:os.x"]
)
def test_yaml_that_once_stopped_the_program(text: str, tmp_path: Path) -> None:
    (tmp_path / "study.yml").write_text(text)
    with pytest.raises(UsageError):
        load_catalogue(tmp_path)


@pytest.mark.parametrize(
    "text", ["corrections: 7", "corrections: {a: 1}", "1: a\nb: c", "corrections: [1]", "corrections: [[]]"]
)
def test_decisions_that_once_stopped_the_program(text: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, "corrections", "2024")
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(UsageError):
        load_decisions(bare_catalogue().model_copy(update={"folder": tmp_path}), "2024")


@given(
    text=st.text(max_size=60) | st.sampled_from(["&a [*a]", "!!python/object:os.system x", "? [a]: b", "a: &x {b: *x}"])
)
@settings(max_examples=150, deadline=None, suppress_health_check=SLOW_FILES)
def test_a_catalogue_of_any_text_is_read_or_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "study.yml").write_bytes(text.encode("utf-8", "replace"))
    with pytest.raises(UsageError):
        load_catalogue(tmp_path)


@given(content=ANYTHING, data=st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=SLOW_FILES)
def test_a_source_file_with_anything_is_read_or_refused(content: Any, tmp_path: Path, data: Any) -> None:
    sound = {"study": "a", "edition": "2024", "title": "t", "licence": "CC0-1.0", "origin": {"statement": "s"}}
    changed = with_other(sound, data.draw(st.sampled_from(places_in(sound))), content)
    path = tmp_path / "2024.source.yml"
    path.write_text(yaml.safe_dump(changed), encoding="utf-8")
    try:
        load_source(path)
    except UsageError as error:
        assert "\n" not in str(error)


@given(kind=st.sampled_from(sorted(KINDS)), content=ANYTHING)
@settings(max_examples=80, deadline=None, suppress_health_check=SLOW_FILES)
def test_signed_decisions_with_anything_are_read_or_refused(kind: str, content: Any, tmp_path: Path) -> None:
    path = file_of(tmp_path, kind, "2024")
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump({kind: content}), encoding="utf-8")
    try:
        load_decisions(bare_catalogue().model_copy(update={"folder": tmp_path}), "2024")
    except UsageError as error:
        assert "\n" not in str(error)
