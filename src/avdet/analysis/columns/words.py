"""A book of words: gives every distinct word (one or more 64-bit integers) met in a column a small number.

Lookup is a multiply and a shift into a table, and every hit is verified by comparing the word itself; words whose place is
taken by another stand in a further table, so each table is sparse and nearly every row is answered by the first.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Numbers = NDArray[np.int32]

UNSEEN: Final = -2
_SPARSE: Final = 8
_SMALLEST: Final = 10
_LARGEST: Final = 22
_TRIES: Final = 8


class _Table:
    """One sparse table. `rate[w]` is the odd multiplier of a word's w-th integer."""

    def __init__(self, width: int, bits: int, draw: np.random.Generator) -> None:
        self.width, self.shift = width, np.uint64(64 - bits)
        self.rates = [np.uint64(rate | 1) for rate in draw.integers(0, 1 << 63, size=width)]
        self.keys: Words = np.zeros((1 << bits, width) if width > 1 else 1 << bits, dtype=np.uint64)
        self.numbers: Numbers = np.full(1 << bits, UNSEEN, dtype=np.int32)

    def places(self, words: Words) -> NDArray[np.intp]:
        """Where each word stands, if it does."""
        if self.width == 1:
            hashed = words * self.rates[0]
        else:
            hashed = words[:, 0] * self.rates[0]
            for column in range(1, self.width):
                hashed ^= words[:, column] * self.rates[column]
        np.right_shift(hashed, self.shift, out=hashed)
        return hashed.view(np.int64)

    def add(self, words: Words, numbers: Numbers) -> NDArray[Any]:
        """Put in the words whose place is free; returns which were not."""
        places = self.places(words)
        order = np.arange(len(places))
        free = np.flatnonzero(self.numbers[places] == UNSEEN)
        _, first = np.unique(places[free], return_index=True)
        chosen = free[first]
        self.keys[places[chosen]] = words[chosen]
        self.numbers[places[chosen]] = numbers[chosen]
        left: NDArray[Any] = np.setdiff1d(order, chosen)
        return left


class WordBook:
    """Word → number, for words of `width` integers. Lookup is exact, whatever collides."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.words: Words = np.zeros((0, width) if width > 1 else 0, dtype=np.uint64)
        self.numbers: Numbers = np.zeros(0, dtype=np.int32)
        self._bits = _SMALLEST
        self._draw = np.random.default_rng(20_26)
        self._tables: list[_Table] = []

    def __len__(self) -> int:
        return len(self.words)

    def find(self, words: Words) -> Numbers:
        """The number of each word; `UNSEEN` where it has none yet."""
        if not self._tables:
            return np.full(len(words), UNSEEN, dtype=np.int32)
        found, same = self._look(self._tables[0], words)
        if same.all():
            return found
        missed = np.flatnonzero(~(same if self.width == 1 else same.all(axis=1)))
        found[missed] = UNSEEN
        for table in self._tables[1:]:
            if not missed.size:
                break
            numbers, same = self._look(table, words[missed])
            hit = same if self.width == 1 else same.all(axis=1)
            found[missed[hit]] = numbers[hit]
            missed = missed[~hit]
        return found

    def _look(self, table: _Table, words: Words) -> tuple[Numbers, NDArray[np.bool_]]:
        places = table.places(words)
        same: NDArray[np.bool_] = table.keys.take(places, axis=0, mode="clip") == words
        return table.numbers.take(places, mode="clip"), same

    def add(self, words: Words, numbers: Numbers) -> None:
        """Enter distinct words that are not in the book, the most frequent first."""
        self.words = np.concatenate([self.words, words])
        self.numbers = np.concatenate([self.numbers, numbers])
        if len(self.words) * _SPARSE > 1 << self._bits and self._bits < _LARGEST:
            while len(self.words) * _SPARSE > 1 << self._bits and self._bits < _LARGEST:
                self._bits += 2
            self._tables = []
            words, numbers = self.words, self.numbers
        for table in self._tables:
            left = table.add(words, numbers)
            words, numbers = words[left], numbers[left]
        while len(words):
            table, left = self._fresh(words, numbers)
            self._tables.append(table)
            words, numbers = words[left], numbers[left]

    def _fresh(self, words: Words, numbers: Numbers) -> tuple[_Table, NDArray[Any]]:
        """A new table; of a few multipliers the one that leaves the fewest words over."""
        best: tuple[_Table, NDArray[Any]] | None = None
        for _ in range(_TRIES):
            table = _Table(self.width, self._bits, self._draw)
            left = table.add(words, numbers)
            if best is None or len(left) < len(best[1]):
                best = (table, left)
            if not len(left):
                break
        assert best is not None
        return best


def serials(book: WordBook, words: Words) -> Words:
    """Serial numbers of words, in the order in which they are met: equal words, equal numbers."""
    numbers = book.find(words)
    if (numbers == UNSEEN).any():
        fresh = np.unique(words[numbers == UNSEEN])
        book.add(fresh, np.arange(len(book), len(book) + len(fresh), dtype=np.int32))
        numbers = book.find(words)
    return numbers.astype(np.uint64)
