"""Sequences that need not fit into memory, so that a document may have any number of pages.

What was not used lately lies packed in a temporary file, and comes back as an equal thing, not as the same one.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import RLock
from typing import IO, Protocol, TypeVar, overload

from pipeline.core.errors import UsageError

HELD = 100
"""A sequence of so many pages, more than most reports have, stays in memory as a whole."""
RECENT = 8
"""Of a longer one so many stay there. Stages go from page to page, so that more would be of no use to them."""

T = TypeVar("T")


class Shelf(Sequence[T]):
    """A sequence that stays in memory while it has `held` (`HELD`) things at most; of a longer one what was used last
    does."""

    def __init__(self, things: Iterable[T] = (), held: int = 0) -> None:
        self._most = held or HELD
        self._held: OrderedDict[int, T] = OrderedDict()
        self._packed: list[tuple[int, int] | None] = []
        """Of each thing where it begins in the file and how long it is; None where only memory has it."""
        self._file: IO[bytes] | None = None
        self._lock = RLock()
        for thing in things:
            self.append(thing)

    def append(self, thing: T) -> None:
        with self._lock:
            self._packed.append(None)
            self._hold(len(self._packed) - 1, thing)

    def __setitem__(self, place: int, thing: T) -> None:
        with self._lock:
            self._packed[place] = None
            self._hold(range(len(self))[place], thing)

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return [self[i] for i in range(len(self))[place]]
        number = range(len(self))[place]
        with self._lock:
            if number in self._held:
                self._held.move_to_end(number)
            else:
                self._hold(number, self._unpacked(number))
            return self._held[number]

    def _hold(self, number: int, thing: T) -> None:
        self._held[number] = thing
        self._held.move_to_end(number)
        while len(self._held) > (self._most if len(self) <= self._most else RECENT):
            oldest, gone = self._held.popitem(last=False)
            if self._packed[oldest] is None:
                self._packed[oldest] = self._pack(gone)

    def _pack(self, thing: T) -> tuple[int, int]:
        data = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="editions-")  # noqa: SIM115  # it ends with the sequence
            start = self._file.seek(0, os.SEEK_END)
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            raise UsageError(
                f"the pages of a long document cannot be put aside ({error.strerror})",
                "make room for temporary files (0.2 MB for each page), or let TMPDIR name a folder that has it",
            ) from error
        return start, len(data)

    def _unpacked(self, number: int) -> T:
        place = self._packed[number]
        assert place is not None and self._file is not None, "what memory has not is in the file"
        self._file.seek(place[0])
        thing: T = pickle.loads(self._file.read(place[1]))  # noqa: S301  # our own file, which has no name
        return thing


class OnPage(Protocol):
    """What belongs to a page."""

    @property
    def number(self) -> int: ...


P = TypeVar("P", bound=OnPage)


class ByNumber(Mapping[int, P]):
    """Pages, or what was made of each, by their numbers, which ascend; they stay where they are."""

    def __init__(self, pages: Sequence[P]) -> None:
        self._pages = pages
        last = pages[-1].number if pages else 0
        whole = last == len(pages)  # then nobody needs to look at the others
        numbers = range(1, last + 1) if whole else [page.number for page in pages]
        self._places = {number: place for place, number in enumerate(numbers)}

    def __getitem__(self, number: int) -> P:
        return self._pages[self._places[number]]

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
