"""Bars on, beside and behind others: parts of a total, both sides of a line, heads as high as bars, counts behind."""

from __future__ import annotations

import pytest

from pipeline.core.colours import RGB
from pipeline.exhibits.charts import read_charts
from tests.exhibits.test_charts import doubts, name, only, seen
from tests.typesetting import GREEN, MINT, ORANGE, PURPLE, Canvas

SLATE: RGB = (0.26, 0.41, 0.51)
FIRST = {"Price": (31, 62), "Quality": (24, 57), "Service": (15, 48), "Nearness": (6, 27)}


@pytest.mark.parametrize("upright", [False, True])
def test_a_bar_on_a_longer_one_is_a_part_of_the_total_that_both_name(upright: bool) -> None:
    canvas = Canvas()
    canvas.legend(130, 80, [(GREEN, "Named first"), (MINT, "Named at all")], step=(100, 0))
    for i, (category, parts) in enumerate(FIRST.items()):
        for value, ink, back in ((parts[1], MINT, 12), (parts[0], GREEN, -8)):
            at, far = 110 + 26 * i, 3.5 * value
            if upright:
                canvas.box(60 + 3 * at - 200, 400 - far, 90 + 3 * at - 200, 400, ink)
                canvas.text(75 + 3 * at - 200, 400 - far - back / 1.6, f"{value}%", align="c")
            else:
                canvas.box(130, at, 130 + far, at + 16, ink)
                canvas.text(130 + far + back, at + 8, f"{value}%", align="r" if back < 0 else "l")
        canvas.text(*((75 + 3 * at - 200, 410) if upright else (124, at + 8)), category, align="c" if upright else "r")
    found = seen(only(canvas.page))
    assert found == {
        (category, series): f"{value}%"
        for category, parts in FIRST.items()
        for series, value in zip(("Named first", "Named at all"), parts, strict=True)
    }


def test_tracks_of_one_length_behind_bars_are_no_values() -> None:
    canvas = Canvas()
    for i, (category, (_, value)) in enumerate(FIRST.items()):
        canvas.text(120, 110 + 26 * i, category, align="r")
        canvas.box(130, 102 + 26 * i, 430, 118 + 26 * i, MINT)
        canvas.box(130, 102 + 26 * i, 130 + 3 * value, 118 + 26 * i, GREEN)
        canvas.text(440, 110 + 26 * i, f"{value}%")
    assert seen(only(canvas.page)) == {(category, ""): f"{value}%" for category, (_, value) in FIRST.items()}


def test_unsigned_labels_outside_both_sides_of_a_line_with_heads_in_dull_inks() -> None:
    """The ink of a head is its side's colour, grey as it is; that of the other texts tells nothing."""
    canvas = Canvas()
    canvas.text(246, 85, "Less", colour=ORANGE, align="r")
    canvas.text(254, 85, "More", colour=SLATE)
    sides = {"Jobs": (32, 6), "Dull tasks": (41, 14), "Stress": (19, 27), "Control": (5, 61)}
    for i, (statement, (less, more)) in enumerate(sides.items()):
        y = 105 + 24 * i
        canvas.text(100, y, statement, align="r")
        for end, ink, value, align in ((-2 * less, ORANGE, less, "r"), (2 * more, SLATE, more, "l")):
            canvas.box(min(250, 250 + end), y - 7, max(250, 250 + end), y + 7, ink)
            canvas.text(250 + end + (4 if end > 0 else -4), y, str(value), align=align)
    reading = only(canvas.page)
    assert seen(reading) == {
        (s, side): str(v) for s, vs in sides.items() for side, v in zip(("Less", "More"), vs, strict=False)
    }
    assert not doubts(reading)


def test_names_in_darker_inks_on_one_line_are_parted_where_the_ink_changes() -> None:
    """Over the first stack; one of them wraps."""
    inks = {"Very": (GREEN, 66), "Somewhat": (MINT, 22), "Not at all": (ORANGE, 12)}
    canvas = Canvas()
    canvas.text(130 + 2.3 * 33, 98, "Very", colour=(0.2, 0.4, 0.1), align="c")
    canvas.text(130 + 2.3 * 77, 98, "Somewhat", colour=(0.3, 0.5, 0.3), align="c")
    canvas.text(130 + 2.3 * 94, 88, "Hardly or", colour=(0.6, 0.3, 0.0), align="c")
    canvas.text(130 + 2.3 * 94, 98, "not at all", colour=(0.6, 0.3, 0.0), align="c")
    for i, (row, shift) in enumerate((("Pay", 0), ("Peers", -11), ("Tasks", -30))):
        canvas.text(120, 112 + 25 * i, row, align="r")
        left = 130.0
        for k, (ink, share) in enumerate(inks.values()):
            value = share + (shift, -shift, 0)[k]
            canvas.box(left, 105 + 25 * i, left + 2.3 * value, 120 + 25 * i, ink)
            canvas.text(left + 1.15 * value, 112 + 25 * i, str(value), align="c")
            left += 2.3 * value
    found = seen(only(canvas.page))
    assert {series for _, series in found} == {"Very", "Somewhat", "Hardly or not at all"}
    assert found["Tasks", "Somewhat"] == "52"


def test_heads_on_grounds_as_high_as_the_bars_below_name_the_panels() -> None:
    canvas = Canvas()
    for k, (head, ink) in enumerate((("Public", PURPLE), ("Members", ORANGE))):
        left = 140 + 220 * k
        canvas.box(left, 80, left + 200, 104, ink)
        canvas.text(left + 100, 92, head, align="c", colour=(1.0, 1.0, 1.0))
        for i, (category, shares) in enumerate({"Advice": (58, 66), "Care": (46, 61), "Law": (33, 35)}.items()):
            y = 128 + 38 * i
            if not k:
                canvas.text(130, y, category, align="r")
            canvas.box(left, y - 12, left + 2 * shares[k], y + 12, ink)
            canvas.text(left + 2 * shares[k] + 5, y, f"{shares[k]}%")
    found = {(name(e, "row"), name(e, "panel")): e.printed for r in read_charts(canvas.page) for e in r.entries}
    assert found["Care", "Members"] == "61%"
    assert found["Law", "Public"] == "33%"
    assert len(found) == 6


@pytest.mark.parametrize(("counts", "read"), [((431, 334, 239, 52), True), ((48, 41, 20, 9), False)])
def test_numbers_in_brackets_behind_shares_are_counts_where_they_are_these_shares_of_one_whole(
    counts: tuple[int, ...], read: bool
) -> None:
    """Else they may be anything, such as what was measured the last time."""
    canvas = Canvas()
    shares = {"Germany": 40.8, "India": 31.6, "France": 22.6, "Japan": 4.9}
    for i, ((country, share), count) in enumerate(zip(shares.items(), counts, strict=True)):
        canvas.text(120, 110 + 20 * i, country, align="r")
        canvas.box(130, 103 + 20 * i, 130 + 4 * share, 117 + 20 * i, GREEN)
        canvas.text(134 + 4 * share, 110 + 20 * i, f"{share}% ({count})".replace(".", ","))
    reading = only(canvas.page)
    told = {(name(e, "row"), e.printed) for e in reading.entries}
    assert {(country, str(count)) in told for country, count in zip(shares, counts, strict=True)} == {read}
    assert [e.printed for e in reading.entries if e.within == 2] == [str(n) for n in counts if read]
    assert len(told) == (8 if read else 4)
    assert not doubts(reading)
