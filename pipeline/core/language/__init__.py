"""Words of the languages that reports are written in: data in one file a language; no rule knows a word.

All languages are read together, because one report mixes them (English terms in Dutch text, French quotations).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

LANGUAGES = ("nl", "en", "fr", "de")


def _read(name: str) -> Any:
    """A YAML file beside this one. Every process reads them: the loader in C is ten times as quick."""
    return yaml.load((Path(__file__).parent / name).read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def _data() -> tuple[Mapping[str, object], ...]:
    return tuple(_read(f"{name}.yml") for name in LANGUAGES)


@cache
def words(key: str) -> tuple[str, ...]:
    """The list `key` of all languages, without repetition. Raises KeyError where no language has it."""
    found = [word for data in _data() for word in _listed(data.get(key, ()))]
    if not found:
        raise KeyError(key)
    return tuple(dict.fromkeys(found))


@cache
def numbers(key: str) -> Mapping[str, float]:
    """The table `key` (word to number) of all languages, earlier languages first where they differ."""
    merged: dict[str, float] = {}
    for data in reversed(_data()):
        table = data.get(key, {})
        assert isinstance(table, dict)
        merged.update({str(word): float(value) for word, value in table.items()})
    if not merged:
        raise KeyError(key)
    return MappingProxyType(merged)


def _listed(value: object) -> list[str]:
    assert isinstance(value, (list, tuple)), value
    return [str(word) for word in value]


def languages_of(text: str) -> tuple[str, ...]:
    """The languages that the text is written in, the likeliest first: those whose commonest words are in it at least
    half as often as the likeliest one's. All languages for a text that has none of them."""
    found = text.casefold().split()
    counts = {name: sum(map(set(_listed(data["commonest"])).__contains__, found)) for name, data in _by_language()}
    most = max(counts.values())
    return tuple(sorted((name for name in counts if counts[name] * 2 >= most), key=lambda name: -counts[name]))


def name_of_total(text: str) -> str:
    """The word for a total in the language of `text`, as it stands over a column."""
    language = languages_of(text)[0]
    return _listed(dict(_by_language())[language]["total"])[0].capitalize()


def _by_language() -> list[tuple[str, Mapping[str, object]]]:
    return list(zip(LANGUAGES, _data(), strict=True))


@cache
def _exhibits() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = _read("exhibits.yml")
    return loaded


MEASURES = ("rank", "mean_score", "percent", "count", "difference")


def measure_of(head: str) -> str | None:
    """`rank`, `mean_score`, `percent`, `count` or `difference`, when a column head only says what is measured."""
    plain = head.casefold().strip(" .:*")
    return next((measure for measure in MEASURES if plain in _exhibits()[measure]), None)


def measure_within(head: str) -> str | None:
    """`percent`, `count` or `mean_score`, when the first or the last word of a head of several words says so."""
    told = re.findall(r"%|[^\W\d_]+", head.casefold())
    for word in (told[-1], told[0]) if len(told) > 1 else ():
        for measure in ("percent", "count", "mean_score"):
            if word in _exhibits()[measure]:
                return measure
    return None


def exhibit_words(key: str) -> tuple[str, ...]:
    """Words found in exhibits, all languages together: `base`, `missing`, `single`, `multiple`."""
    return tuple(_exhibits()[key])


def trend_words(key: str) -> tuple[str, ...]:
    """Wordings about series and thresholds, all languages together: keys of `trends.yml`."""
    return tuple(_trends()[key])


@cache
def _trends() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = _read("trends.yml")
    return loaded
