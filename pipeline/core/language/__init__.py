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


def read_yaml(path: Path) -> Any:
    """A YAML file of the program. Every process reads them: the loader in C is ten times as quick."""
    return yaml.load(path.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def _read(name: str) -> Any:
    return read_yaml(Path(__file__).parent / name)


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


MEASURES = ("rank", "mean_score", "percent", "count", "currency", "difference")
_GROUPS = re.compile(r"(?<=\d)[\s.,](?=000(?!\d))")
"""What parts the thousands of a round number."""


@cache
def measure_of(head: str) -> str | None:
    """One of `MEASURES`, when a column head only says what is measured, and in how many ("%", "n", "Mio. €")."""
    plain = head.casefold().strip(" .:*()")
    listed = _read("exhibits.yml")
    known = next((measure for measure in MEASURES if plain in listed[measure]), None)
    words = [word.strip(".") for word in _GROUPS.sub("", plain).split()]
    left = [word for word in words if word not in listed["scale"]]
    if known is not None or len(left) == len(words):
        return known
    unit = " ".join(word for word in left if word not in listed["scale_of"])
    return measure_of(unit) if unit else "count"


@cache
def begins_with_unit(text: str) -> bool:
    """Does the text begin with a unit, as a line of units below heads does ("Prozent der Befragten", "(in EUR)")?"""
    plain = text.casefold().lstrip("( ").removeprefix("in ")
    units = ("percent", "count", "currency", "time", "points")
    return measure_of(text) is not None or any(_unit_patterns()[unit].match(plain) for unit in units)


_AMOUNT = re.compile(r"(?<![×x*] )[€$£]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[€$£](?!\w)|euros?\b)")
_SHARE = re.compile(r"\d[\d.,]*\s?%")
"""A number with its sign: the name of a class ("under $250,000", "20 to 25%") tells no unit."""
_ENDS = re.compile(r"\b[01] ?= ?[^\W\d].*\b(?:[4-9]|10) ?= ?[^\W\d]")
"""The ends of a scale with their names ("1 = very bad, 5 = very good")."""
COMPOUND = 6
"""Letters from which a word tells a unit also as the last part of a compound; where `…` stands before it, always."""


@cache
def _unit_patterns() -> Mapping[str, re.Pattern[str]]:

    def form(word: str) -> str:
        compound = not word[0].isalnum() or (len(word) >= COMPOUND and " " not in word)
        ends = r"(?![^\W_]|\s*[=:])" if word == "n" else r"(?![^\W_])"  # "n = 304" is a base
        begins = "" if compound else r"(?<![^\W_])"
        return begins + re.escape(word.removeprefix("…")) + (ends if word[-1].isalnum() else "")

    units: Mapping[str, list[str]] = _read("exhibits.yml")["unit_words"]
    return {
        unit: re.compile("|".join(map(form, sorted(found, key=len, reverse=True)))) for unit, found in units.items()
    }


@cache
def unit_words(texts: tuple[str, ...], names: bool = False) -> frozenset[str]:
    """The units that words of the texts tell: `percent`, `count`, `mean_score`, `currency`, `rank`, `points`, and less
    surely `share`, `things` that are counted, `money` and ends of a `scale`. In `names` a number with a percent sign is
    a class, and so is a range. What tells points tells no percent ("percentage points")."""
    left = _AMOUNT.sub(" ", "\n".join(texts).casefold())
    left = _SHARE.sub(" ", left) if names else left
    found = {"scale"} if _ENDS.search(left) and not names else set()
    for unit in ("points", *(u for u in _unit_patterns() if u != "points" and not (names and u == "scale"))):
        shorter = _unit_patterns()[unit].sub(" ", left)
        if shorter != left:
            found.add(unit)
        left = shorter if unit == "points" else left
    return frozenset(found)


def exhibit_words(key: str) -> tuple[str, ...]:
    """Words found in exhibits, all languages together: `base`, `missing`, `single`, `multiple`."""
    return tuple(_read("exhibits.yml")[key])


def trend_words(key: str) -> tuple[str, ...]:
    """Wordings about series and thresholds, all languages together: keys of `trends.yml`."""
    return tuple(_read("trends.yml")[key])
