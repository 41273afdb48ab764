"""Numbers in a piece of running text: what each states, or why it states nothing (a date, a figure reference, …).

One pass of rules over the text, the more specific first; what a rule has taken no later rule sees. Words of the
languages come from `pipeline.language`; the rules know only shapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.core.language import numbers as language_numbers
from pipeline.core.language import words as language_words
from pipeline.core.numbers import MINUS, DecimalMark, parse_number

DIGITS = r"(?:\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)|\d+)(?:[.,]\d+)*"
YEAR = r"(?:19|20)\d\d"
DAY, MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
CURRENCIES = {
    "€": "euro",
    "$": "dollar",
    "£": "pound",
    "eur": "euro",
    "euros": "euro",
    "usd": "dollar",
    "dollars": "dollar",
}
PAIR_TOTAL = 100.0
"""`70/30` states two shares only when they make a whole."""


@dataclass(frozen=True, slots=True)
class Statement:
    """`text[start:end]` states `value` in `unit` (`percent`, `points`, `count`, `employees`, `years`, `rank`, `ratio`,
    `mean_score`, `scale_points`, `edition`, or a currency such as `euro`, `miljard dollar`).

    `form` is how it is worded, which decides how exact it can be: `digits`, `fraction` (three in ten), `words`.
    `parts` is the denominator of a fraction. `pair` numbers the statements that one wording makes together
    (`17% vs 29%`), None for one by itself.
    """

    start: int
    end: int
    value: float
    unit: str
    form: str = "digits"
    parts: int = 0
    pair: int | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end]` holds a number that states nothing about the survey; `reason` says what it is."""

    start: int
    end: int
    reason: str


Found = Statement | Mention
Rule = Callable[[re.Match[str], DecimalMark], Sequence[Found]]


def statements_in(text: str, figure_words: Sequence[str] = (), decimal: DecimalMark = ",") -> list[Found]:
    """All numbers of `text` in order, digits and words, each as a statement or a mention; none overlap."""
    taken = bytearray(len(text))
    found: list[Found] = []
    for pattern, rule in _rules(tuple(figure_words)):
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            for item in rule(match, decimal):
                if not any(taken[item.start : item.end]):
                    found.append(item)
                    taken[item.start : item.end] = b"\1" * (item.end - item.start)
    return sorted(found, key=lambda item: item.start)


def figure_references(text: str, figure_words: Sequence[str] = ()) -> list[tuple[int, tuple[str, ...]]]:
    """Where `text` names figures, and which: `figuren 23 en 24` gives (offset, ("23", "24"))."""
    found = []
    for match in _figure_pattern(tuple(figure_words)).finditer(text):
        found.append((match.start(), tuple(re.findall(r"\d+(?:\.\d+)?[a-z]?\b", match["several"] or match["numbers"]))))
    return found


def _any(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _listed(key: str) -> str:
    return _any(language_words(key))


def _percent() -> str:
    return rf"\s?(?:%|(?:{_listed('percent')})\b)"


@cache
def _figure_pattern(figure_words: tuple[str, ...]) -> re.Pattern[str]:
    names = _any(tuple(dict.fromkeys((*figure_words, *language_words("figure_words")))))
    joint = rf"\s*(?:,|-|–|\+|/|\b(?:{_listed('and')}|{_listed('conjunctions')})\b)\s*"
    one = r"\d{1,3}(?:\.\d{1,2})?[a-z]?\b(?!\s*%|[.,]\d)"
    plural = rf"(?:{_listed('figure_plurals')})\s*(?P<several>{one}(?:\s+\w+)?(?:{joint}{one})+)"
    return re.compile(rf"\b(?:{plural}|(?:{names})\s*(?P<numbers>{one}(?:{joint}{one})*))", re.I)


def _value(text: str, decimal: DecimalMark) -> float | None:
    word = text.strip().lower()
    cardinals = language_numbers("cardinals")
    if word in cardinals:
        return cardinals[word]
    number = parse_number(word, decimal)
    return None if number is None else number.value


def _thousands(text: str, decimal: DecimalMark) -> float | None:
    """The number of what is counted or paid, whatever the decimal mark: nobody tells it in thousandths."""
    grouped = re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", text)
    return float(re.sub(r"[.,]", "", text)) if grouped else _value(text, decimal)


# --- rules: what states nothing --------------------------------------------------------------------------------------


def _mention(reason: str) -> Rule:
    return lambda match, _: [Mention(*match.span(), reason)]


# --- rules: what states something ------------------------------------------------------------------------------------


def _out_of(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
    part, whole = _value(match["part"], decimal), _value(match["whole"], decimal)
    if part is None or whole is None or not 0 < part < whole <= 100 or part != int(part) or whole != int(whole):
        return []
    return [Statement(*match.span(), round(100 * part / whole, 1), "percent", "fraction", int(whole))]


def _fraction(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
    part, whole = _value(match["part"], decimal), language_numbers("fraction_parts")[match["whole"].lower()]
    if part is None or not 0 < part < whole:
        return []
    return [Statement(*match.span(), round(100 * part / whole, 1), "percent", "fraction", int(whole))]


def _half(match: re.Match[str], _: DecimalMark) -> list[Found]:
    parts = 2 if match.lastgroup == "half" else 4
    return [Statement(*match.span(), 100 / parts, "percent", "fraction", parts)]


def _times(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
    value = _value(match["n"], decimal)
    return [] if value is None else [Statement(match.start(), match.end("times"), value, "ratio", "words")]


def _multiple(match: re.Match[str], _: DecimalMark) -> list[Found]:
    return [Statement(*match.span(), language_numbers("multiples")[match[0].lower()], "ratio", "words")]


def _shares(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
    one, other = _value(match["one"], decimal), _value(match["other"], decimal)
    if one is None or other is None or one + other != PAIR_TOTAL:
        return []
    ends = [(match.start("one"), match.end("one"), one), (match.start("other"), match.end("other"), other)]
    return [Statement(start, end, value, "percent", pair=match.start()) for start, end, value in ends]


def _percents(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
    """`13 à 16%`, `21 vs 48%`, `50% en 61%`: every number of the list shares the last one's sign; `+22%` is points."""
    points = re.search(rf"(?:{_listed('points')})$", match[0], re.I) is not None or bool(match["sign"])
    found: list[Statement] = []
    for item in re.finditer(rf"(?P<n>{DIGITS})(?P<percent>{_percent()})?", match[0], re.I):
        value = _value(item["n"], decimal)
        bare = not item["percent"]
        if value is None or (bare and (value > PAIR_TOTAL or re.fullmatch(YEAR, item["n"]))):
            continue
        first = not found
        negative = first and bool(match["sign"]) and "+" not in match["sign"]
        start = match.start() if first and match["sign"] else match.start() + item.start()
        unit = "points" if points else "percent"
        found.append(Statement(start, match.start() + item.end(), -value if negative else value, unit))
    return [replace(item, pair=match.start()) for item in found] if len(found) > 1 else list(found)


def _currency(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
    value = _value(match["n"], decimal) if match["scale"] else _thousands(match["n"], decimal)
    if value is None:
        return []
    name = (match["before"] or match["after"]).lower()
    unit = CURRENCIES.get(name, name)
    scale = match["scale"]
    return [Statement(*match.span(), value, f"{scale.lower()} {unit}" if scale else unit)]


def _simple(unit: str, whole: bool = True) -> Rule:
    """A rule for one number (in the pattern's group `n`) with a fixed unit; `whole` takes the unit's words along."""

    def rule(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
        value = _value(match["n"], decimal)
        span = match.span() if whole else match.span("n")
        return [] if value is None else [Statement(*span, value, unit)]

    return rule


def _range(unit: str) -> Rule:
    def rule(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
        values = [(match.span(name), _value(match[name], decimal)) for name in ("low", "high")]
        if any(value is None for _, value in values):
            return []
        return [Statement(*span, float(value or 0), unit, pair=match.start()) for span, value in values]

    return rule


def _ordinal(unit: str) -> Rule:
    def rule(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
        ordinals = language_numbers("ordinals")
        word = match["n"].lower()
        value = ordinals[word] if word in ordinals else _value(re.sub(r"\D+$", "", word), decimal)
        return [] if value is None else [Statement(*match.span(), value, unit, "words")]

    return rule


def _count(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
    """A bare number: a count, or a score where it has decimals; one in groups of three digits counts thousands."""
    value = _thousands(match["n"], decimal)
    if value is None:
        return []
    whole = value == int(value) and not re.search(r"[.,]\d{1,2}$", match["n"])
    return [Statement(*match.span("n"), value, "count" if whole else "mean_score")]


def _people(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
    """Whoever is counted, is counted in whole numbers: `11,950 respondents` whatever the decimal mark."""
    value = _thousands(match["n"], decimal)
    return [] if value is None or value != int(value) else [Statement(*match.span("n"), value, "count")]


def _count_in_words(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
    value = _value(match["n"], decimal)
    if value is None or value < 2 or match["n"].lower() in language_words("stop_words"):
        return []
    return [Statement(*match.span("n"), value, "count", "words")]


def _scaled(match: re.Match[str], decimal: DecimalMark) -> list[Found]:
    value = _value(match["n"], decimal)
    scale = language_numbers("scales")[match["scale"].lower()]
    return [] if value is None else [Statement(*match.span(), value * scale, "count")]


@cache
def _rules(figure_words: tuple[str, ...]) -> tuple[tuple[re.Pattern[str], Rule], ...]:
    table = [*_silent_rules(figure_words), *_share_rules(), *_unit_rules(), *_plain_rules()]
    return tuple((re.compile(pattern, re.I), rule) for pattern, rule in table)


Pattern = tuple[str, Rule]


def _plain() -> str:
    return rf"(?<![\w.,]){DIGITS}(?!\w|[.,]\d)"


def _number() -> str:
    return rf"(?<![\w.,])(?:{DIGITS}|{_any(tuple(language_numbers('cardinals')))})(?!\w|[.,]\d)"


def _until() -> str:
    return rf"(?:{_listed('range_words')}|[–-])"


def _silent_rules(figure_words: tuple[str, ...]) -> list[Pattern]:
    """What states nothing: addresses, references, dates, durations, scales."""
    months, plain, until = _listed("months"), _plain(), _until()
    lengths = f"{_listed('months_unit')}|{_listed('days_unit')}"
    address = r"(?:https?://|www\.)\S+|\b[a-z][\w-]*(?:\.[a-z][\w-]*)*\.[a-z]{2,}(?:/\S*)?(?=\W|$)"
    scale = rf"\b(?:{_listed('scale_words')})\s*(?:{_listed('from_words')})?\s*\d+\s?(?:{until})\s?\d+\b"
    return [
        (address, _mention("address")),
        (_figure_pattern(figure_words).pattern, _mention("figure reference")),
        (rf"\b(?:{_listed('reference_nouns')})\s+\d+(?:\.\d+)*\b", _mention("cross-reference")),
        (rf"(?<!\w)(?:{_listed('page_words')})\s*\d+(?:\s?[-–]\s?\d+)?\b", _mention("page reference")),
        (rf"\b\d{{1,2}}(?:er|st|nd|rd|th)?\s+(?:{months})(?:\s+{YEAR})?(?!\w)", _mention("date")),
        (rf"\b(?:{months})(?:\s+\d{{1,2}},)?\s+{YEAR}\b", _mention("date")),
        (rf"\b{DAY}(?P<mark>[/.-]){MONTH}(?P=mark)(?:\d{{4}}|\d\d)\b(?![.,]?\d)", _mention("date")),
        (rf"(?<![\w/.,-]){MONTH}[/-]{YEAR}\b", _mention("date")),
        (r"(?<![\w.,])\d{1,2}(?:\.\d{1,2}){2,}(?![\w,])", _mention("section number")),
        (rf"\b{YEAR}\s?[-–/]\s?(?:{YEAR}|\d\d)\b(?!\s?%)", _mention("period")),
        (rf"{plain}(?:\s?{until}\s?{plain})?\s+(?:{lengths})\b", _mention("duration")),
        (scale, _mention("scale")),
    ]


def _share_rules() -> list[Pattern]:
    """Shares and ratios in words, and percentages."""
    number = _number()
    joint = rf"\s*(?:\b(?:{_listed('range_words')}|{_listed('versus')}|{_listed('and')})(?!\w)|[–/-])\s*"
    percents = rf"(?P<sign>(?<![\w.,%)])[+−–-]\s?)?(?<![\w.,])(?:{DIGITS}(?:{_percent()})?{joint})*{DIGITS}{_percent()}"
    halves = rf"\b(?:(?P<half>{_listed('half')})|(?P<quarter>{_listed('quarter')}))\b"
    parts = _any(tuple(language_numbers("fraction_parts")))
    return [
        (rf"(?P<n>{number})[\s-]*(?:{_listed('scale_nouns')})", _simple("scale_points")),
        (rf"(?P<part>{number})\s+(?:{_listed('out_of')})\s+(?P<whole>{number})(?!\s?%)", _out_of),
        (rf"(?P<part>{number})\s+(?P<whole>{parts})(?!\w)", _fraction),
        (halves, _half),
        (rf"(?P<n>{number})\s+(?P<times>{_listed('times')})\s+(?:{_listed('times_after')})\b", _times),
        (rf"\b(?:{_any(tuple(language_numbers('multiples')))})\b", _multiple),
        (r"(?<![\w.,/])(?P<one>\d{1,2})\s?/\s?(?P<other>\d{1,2})(?![\w/%]|[.,]\d)", _shares),
        (percents, _percents),
    ]


def _unit_rules() -> list[Pattern]:
    """Numbers whose unit stands beside them; one with a sign is a difference or a balance."""
    number, plain = _number(), _plain()
    several = _any([word for word, value in language_numbers("cardinals").items() if value > 1])
    several = rf"(?<![\w.,])(?:{DIGITS}|{several})(?!\w|[.,]\d)"
    scales, currency = _any(tuple(language_numbers("scales"))), _listed("currency")
    nth = rf"(?<!\w)(?:{_any(tuple(language_numbers('ordinals')))}|\d+(?:ste|de|e|st|nd|rd|th|er|ère|ème))"
    staff = rf"\s+(?:{_listed('staff')})\b"
    signed = rf"(?<![\w.,%])(?<!\d\s)(?P<n>[{MINUS}+]{DIGITS})(?!\w|[.,]\d|\s?[\d%€$£{MINUS}/])"
    return [
        (rf"(?P<before>[€$£])\s?(?P<n>{DIGITS})(?:\s(?P<scale>{scales})\b)?(?P<after>)", _currency),
        (rf"(?P<before>)(?P<n>{plain})\s?(?:(?P<scale>{scales})\s)?(?P<after>[€$£]|(?:{currency})\b)", _currency),
        (rf"(?P<n>{number})\s(?P<scale>{scales})\b", _scaled),
        (rf"(?P<n>{nth})\s+(?:{_listed('rank_nouns')})\b", _ordinal("rank")),
        (rf"\b(?:{_listed('rank_prefix')})[\s-](?P<n>{number})", _simple("rank")),
        (rf"(?P<n>{nth})\s+(?:{_listed('edition_nouns')})\b", _ordinal("edition")),
        (rf"(?P<n>{several})\s+(?:{_listed('years')})\b", _simple("years")),
        (rf"\b(?:{_listed('score')})\s+(?P<n>{plain})", _simple("mean_score", whole=False)),
        (rf"(?P<low>{plain})\s?{_until()}\s?(?P<high>{plain}){staff}", _range("employees")),
        (rf"(?P<n>{plain}){staff}", _simple("employees", whole=False)),
        (rf"(?P<n>{plain})\s+(?:{_listed('people')})\b", _people),
        (signed, _simple("points")),
    ]


def _plain_rules() -> list[Pattern]:
    """What is left: years, ranges, names with digits, bare numbers, numbers in words."""
    plain = _plain()
    cardinals = _any(tuple(language_numbers("cardinals")))
    return [
        (rf"\b{YEAR}\b(?![\w%]|[.,]\d|\s(?:{_listed('people')})\b)", _mention("year")),
        (rf"(?P<low>{plain})\s?{_until()}\s?(?P<high>{plain})", _range("count")),
        (r"\b[^\W\d_]+[\w&]*-?\d+\w*|\b\d+[^\W\d_]\w*|\b\d+-[^\W\d_]\w*", _mention("name")),
        (rf"(?P<n>{plain})", _count),
        (rf"(?P<n>(?<!\w)(?:{cardinals}))\s(?=[^\W\d_])", _count_in_words),
    ]
