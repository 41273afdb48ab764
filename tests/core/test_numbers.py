"""Printed numbers: what is one, what it is worth, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.numbers import MINUS, DecimalMark, decimal_mark_of, parse_number, read_value, sum_to_hundred, year_of

PRINTED = [
    ("2,17", 2.17, "plain"),
    ("6.69", 6.69, "plain"),
    ("– 6%", -6.0, "percent"),
    ("−6 %", -6.0, "percent"),
    ("+ 25%", 25.0, "percent"),
    ("67 %", 67.0, "percent"),
    ("67\u00a0%", 67.0, "percent"),
    ("67 procent", 67.0, "percent"),
    ("1 500", 1500.0, "plain"),
    ("1\u202f500", 1500.0, "plain"),
    ("10 000", 10000.0, "plain"),
    ("1.500", 1500.0, "plain"),
    ("1'500", 1500.0, "plain"),
    ("1.234.567,8", 1234567.8, "plain"),
    ("1,234,567.8", 1234567.8, "plain"),
    ("7,48,29,135", 74829135.0, "plain"),
    ("€ 750", 750.0, "currency"),
    ("€ 1.000,-", 1000.0, "currency"),
    ("750 euro", 750.0, "currency"),
    ("$118k", 118.0, "currency"),
    ("EUR 1 250,50", 1250.5, "currency"),
    ("1000,00", 1000.0, "plain"),
    ("-250", -250.0, "plain"),
    ("€ -250", -250.0, "currency"),
    ("+1500", 1500.0, "plain"),
    ("0.125", 0.125, "plain"),
    ("2022", 2022.0, "plain"),
]
NOT_NUMBERS = [
    "", "%", "-", "€", "n.v.t.", "12a", "a12", "1e", "3-4 %", "5–9", "5 à 9", "2020-2022", "70/30", "1,2,3", "12.5.3",
    "1.50.000", "1 50", "12 34", "1 500 00", "1.500.5", "1,500,25", "12%%", "--5", "- -5", "+-5", "€5%", "€ 5 euro",
    "5 % euro", "5,-", "1..5", "1.,5", "5,", ".", ",5", "1'2", "(12)", "12*", "½", "١٢",
]  # fmt: skip


@pytest.mark.parametrize(("printed", "value", "unit"), PRINTED)
def test_is_a_number(printed: str, value: float, unit: str) -> None:
    number = parse_number(printed)
    assert number is not None
    assert (number.value, number.unit) == (value, unit)


@pytest.mark.parametrize("printed", NOT_NUMBERS)
@pytest.mark.parametrize("decimal", [",", "."])
def test_is_no_number(printed: str, decimal: DecimalMark) -> None:
    assert parse_number(printed, decimal) is None


def test_one_mark_before_three_digits_follows_the_language() -> None:
    dutch, english = parse_number("1.245", ","), parse_number("1.245", ".")
    assert dutch is not None and english is not None
    assert (dutch.value, english.value) == (1245.0, 1.245)


def test_a_sign_is_remembered() -> None:
    plus, bare = parse_number("+ 9%"), parse_number("9%")
    assert plus is not None and bare is not None
    assert plus.signed and not bare.signed
    assert plus.value == bare.value


GROUP = {",": [".", " ", "\u00a0", "\u202f", "'"], ".": [",", " ", "\u00a0", "\u202f", "'"]}


@given(
    whole=st.integers(0, 10**9),
    fraction=st.text("0123456789", max_size=2),
    sign=st.sampled_from(["", "+", *MINUS]),
    gap=st.sampled_from(["", " ", "\u00a0"]),
    tail=st.sampled_from(["", "%", " %"]),
    decimal=st.sampled_from([",", "."]),
    data=st.data(),
)
def test_what_is_printed_is_read_back(
    whole: int, fraction: str, sign: str, gap: str, tail: str, decimal: DecimalMark, data: st.DataObject
) -> None:
    mark = data.draw(st.sampled_from(["", *GROUP[decimal]]))
    digits = f"{whole:,}".replace(",", mark)
    printed = f"{sign}{gap if sign else ''}{digits}{decimal + fraction if fraction else ''}{tail}"
    number = parse_number(printed, decimal)
    assert number is not None, printed
    assert number.value == (-1 if sign and sign in MINUS else 1) * float(f"{whole}.{fraction or 0}")
    assert number.decimals == len(fraction)
    assert number.unit == ("percent" if tail else "plain")


@given(st.text("0123456789.,'’ -–+%€a", max_size=12), st.sampled_from([",", "."]))
def test_no_digit_is_lost_or_made(text: str, decimal: DecimalMark) -> None:
    number = parse_number(text, decimal)
    if number is not None:
        printed = "".join(c for c in text if c.isdigit())
        read = f"{abs(number.value):.{number.decimals}f}".replace(".", "")
        assert read.lstrip("0") == printed.lstrip("0")


@given(st.integers(0, 99), st.integers(0, 99), st.sampled_from(["-", "–", " - ", "/", " tot ", " à "]))
def test_a_range_is_no_number(low: int, high: int, joint: str) -> None:
    assert parse_number(f"{low}{joint}{high}%") is None


def test_years() -> None:
    assert year_of("2022") == "2022"
    assert year_of("2022*") == "2022"
    assert [year_of(text) for text in ("1500", "20222", "'22", "2022-2023", "22")] == [None] * 5


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("358-", -358),
        ("2,902-", -2902),
        ("(717)", -717),
        ("$(717)", -717),
        ("$ (717)", -717),
        ("4,883 b", 4883),
        ("(3.2%)", -3.2),
        ("△ 12", -12),
        ("▼ -3", -3),
        ("▲ +3", 3),
        ("- 58.7", -58.7),
        ("1,358p", 1358),
        ("24.9*", 24.9),
        ("73.31²", 73.31),
        ("279 [e]", 279),
    ],
)
def test_signs_and_marks_around_a_value(printed: str, value: float) -> None:
    number = read_value(printed, ".")
    assert number is not None and number.value == value


@pytest.mark.parametrize("printed", ["5k", "1-4", "<5", "12 (3)", "c", "(D)", "12 30"])
def test_what_is_no_single_value(printed: str) -> None:
    assert read_value(printed, ".") is None


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["13.656", "312", "2.401"], ","),
        (["13,656", "312", "2,401"], "."),
        (["13.656", "3,5 %"], ","),
        (["1.234.567"], ","),
        (["1.234,5"], ","),
        (["0.125", "1.250"], "."),
        (["1.234", "5512"], "."),
        (["84,631241", "6,253", "4,150", "701"], "."),
        (["13.656", "2.401"], None),
        (["62.621", "31.963", "5.975"], ","),
        (["1.621", "1.963", "15.975"], None),
        (["€ 13.656", "€ 2.401"], ","),
        (["£13,656", "£2,401"], "."),
        (["2022", "about 12"], None),
    ],
)
def test_the_numbers_of_a_document_show_their_decimal_mark(texts: list[str], mark: str | None) -> None:
    assert decimal_mark_of(texts) == mark


def test_counts_are_whole_so_that_their_mark_groups_thousands() -> None:
    assert decimal_mark_of(["13.656", "2.401"], counts=True) == ","


@pytest.mark.parametrize(
    ("printed", "whole"),
    [
        ("60 40", None),
        ("50 50 0", None),
        ("50 30 20", True),
        ("50 30 20 812", True),
        ("50 30 20 100", True),
        ("100 40 100 60 100", False),
        ("33 33 33", True),
        ("33 33 32", False),
        ("33.3 33.3 33.3", True),
        ("33.3 33.3 33.2", False),
        ("8 8 8 8 8 8 8 8 8 8 8 9", True),
        ("8 8 8 8 8 8 8 8 8 8 8 8", False),
    ],
)
def test_shares_of_a_whole_sum_to_a_hundred_but_for_their_rounding(printed: str, whole: bool | None) -> None:
    numbers = [number for text in printed.split() if (number := parse_number(text, ".")) is not None]
    assert sum_to_hundred(numbers) is whole
