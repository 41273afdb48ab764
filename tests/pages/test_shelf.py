"""Sequences that need not fit into memory: they give back what they were given, whatever of it memory held."""

from __future__ import annotations

import gc
import pickle
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, dataclass
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalogue.model import load_catalogue
from pipeline.checks.edition import extract
from pipeline.core import shelf as shelves
from pipeline.core.errors import UsageError
from pipeline.core.shelf import RECENT, ByNumber, Shelf
from pipeline.pages.parsing import read_pages

FACSIMILE = Path(__file__).parents[2] / "raw_pdfs/ld-trends/2022.pdf"
PAGES = 6
"""Three times as many as memory holds in the test; bitmaps would take their time, and are read elsewhere."""

HELD = RECENT + 2


@dataclass(frozen=True, slots=True)
class Leaf:
    number: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heavy:
    """Not slotted, so that the collector sees how many live."""

    number: int


def leaves(count: int) -> list[Leaf]:
    return [Leaf(number, (str(number),) * 3) for number in range(1, count + 1)]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(0, 99), st.just(0)),
        st.tuples(st.just("set"), st.integers(0, 99), st.integers(0, 40)),
        st.tuples(st.just("get"), st.integers(-40, 40), st.just(0)),
    ),
    max_size=120,
)


@given(st.integers(0, 3 * HELD), steps)
def test_a_shelf_is_a_list(count: int, done: list[tuple[str, int, int]]) -> None:
    shelf, known = Shelf(leaves(count), HELD), leaves(count)
    for what, value, place in done:
        if what == "append":
            shelf.append(Leaf(value))
            known.append(Leaf(value))
        elif known and what == "set":
            shelf[place % len(known)] = known[place % len(known)] = Leaf(value)
        elif -len(known) <= value < len(known):
            assert shelf[value] == known[value]
    assert list(shelf) == known and len(shelf) == len(known)
    assert list(reversed(shelf)) == known[::-1] and shelf[1:-1:2] == known[1:-1:2]


@pytest.mark.parametrize(("count", "held"), [(HELD, HELD), (HELD + 1, RECENT), (20 * HELD, RECENT)])
def test_a_long_one_holds_a_few_and_a_short_one_all(count: int, held: int) -> None:
    shelf = Shelf((Heavy(number) for number in range(count)), HELD)
    assert [one.number for one in shelf] == list(range(count))
    gc.collect()
    assert sum(isinstance(one, Heavy) for one in gc.get_objects()) == held
    assert shelf[0] == Heavy(0)


@pytest.mark.parametrize("place", [HELD * 2, -HELD * 2 - 1])
def test_no_place_beyond_the_last(place: int) -> None:
    shelf = Shelf(leaves(HELD * 2), HELD)
    with pytest.raises(IndexError):
        shelf[place]
    with pytest.raises(IndexError):
        shelf[place] = Leaf(0)


def test_several_threads_may_ask() -> None:
    known = leaves(5 * HELD)
    shelf = Shelf(known, HELD)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shelf.__getitem__, [*range(len(known))] * 20)) == known * 20


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Path("/dev/full").open("w+b"))  # noqa: SIM115
    with pytest.raises(UsageError, match=r"No space left.*TMPDIR"):
        Shelf(leaves(2 * HELD), HELD)


def test_pages_by_their_numbers_of_a_whole_document_and_of_a_part() -> None:
    whole = leaves(3 * HELD)
    for some in (whole, whole[2:], whole[::3]):
        by_number = ByNumber(Shelf(some, HELD))
        assert {number: by_number[number] for number in by_number} == {one.number: one for one in some}
        assert by_number.get(0) is None and by_number.get(len(whole) + 1) is None and len(by_number) == len(some)
    assert 2 not in ByNumber(whole[::3])


def test_what_is_packed_is_the_same_and_still_frozen() -> None:
    page = next(read_pages(FACSIMILE, [5]))
    again = pickle.loads(pickle.dumps(page))
    assert again == page and hash(again.words[0]) == hash(page.words[0])
    assert type(again.words[0]) is type(page.words[0]) and type(again.shapes[0]) is type(page.shapes[0])
    with pytest.raises(FrozenInstanceError):
        again.words[0].text = "more"


def test_a_document_says_the_same_whatever_memory_holds_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = tmp_path / "cut.pdf"
    with pikepdf.open(FACSIMILE) as pdf:
        drawn = [page for page in pdf.pages if not page.get_images()]
        with pikepdf.new() as some:
            some.pages.extend(drawn[:PAGES])
            some.save(cut)
    catalogue = load_catalogue(FACSIMILE.parents[2] / "schemas/ld-trends")
    whole = extract(cut, catalogue, "2022")
    packed: list[object] = []
    pack = Shelf._pack
    monkeypatch.setattr(Shelf, "_pack", lambda self, thing: (packed.append(thing), pack(self, thing))[1])
    monkeypatch.setattr(shelves, "HELD", 2)
    monkeypatch.setattr(shelves, "RECENT", 2)
    assert extract(cut, catalogue, "2022") == whole
    assert len(packed) > 3 * PAGES and whole.observations and whole.claims
