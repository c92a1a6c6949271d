"""Counts claims by the pair of answers that two policies give them: how many, what they are worth, and which ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avdet.analysis.columns.words import Numbers, WordBook, serials
from avdet.analysis.replay.claims import Claims

SAMPLE = 5
"""Claims that are named of every group."""
_LOW = 20
_REASONS = 16
_CURRENCIES = 64


@dataclass(frozen=True, slots=True)
class Count:
    """Claims with one pair of answers, reason and currency (all by number). Amounts in minor units."""

    old: int
    new: int
    reason: int
    currency: int
    claims: int
    value: int
    return_cost: int
    sample: tuple[str, ...]


class Tally:
    """The counts of one decision point, batch by batch."""

    def __init__(self) -> None:
        self.book = WordBook(1)
        self.claims = np.zeros(0, dtype=np.int64)
        self.sums = np.zeros((4, 0), dtype=np.int64)
        self.samples: list[list[str]] = []

    def add(self, claims: Claims, old: Numbers, new: Numbers) -> None:
        """Count a batch in. Sums are exact: high and low parts are added up apart."""
        if not claims.rows:
            return
        reason = claims.stated["reason"].astype(np.uint64) + np.uint64(1)
        assert claims.currency.max() < _CURRENCIES
        key = old.astype(np.uint64) << np.uint64(32) | new.astype(np.uint64)
        key = (key * np.uint64(_REASONS) | reason) * np.uint64(_CURRENCIES) | claims.currency.astype(np.uint64)
        place = serials(self.book, key).view(np.int64)
        self._grow(len(self.book))
        counts = np.bincount(place, minlength=len(self.book))
        self.claims += counts
        for row, amounts in enumerate((claims.value, claims.return_cost)):
            self.sums[2 * row] += self._sum(place, amounts >> _LOW)
            self.sums[2 * row + 1] += self._sum(place, amounts & ((1 << _LOW) - 1))
        self._sample(claims, place, np.flatnonzero(counts).tolist())

    def _grow(self, size: int) -> None:
        more = size - len(self.claims)
        self.claims = np.concatenate([self.claims, np.zeros(more, dtype=np.int64)])
        self.sums = np.concatenate([self.sums, np.zeros((4, more), dtype=np.int64)], axis=1)
        self.samples += [[] for _ in range(more)]

    def _sum(self, place: NDArray[np.int64], amounts: NDArray[np.int64]) -> NDArray[np.int64]:
        # Parts of 30 and of 20 bits, at most 2^17 of them: a float holds their sum exactly.
        return np.bincount(place, weights=amounts, minlength=len(self.book)).astype(np.int64)

    def _sample(self, claims: Claims, place: NDArray[np.int64], present: list[int]) -> None:
        """Name the first claims of every group, in the file's order."""
        for group in (group for group in present if len(self.samples[group]) < SAMPLE):
            rows = np.flatnonzero(place == group)[: SAMPLE - len(self.samples[group])]
            self.samples[group] += [str(claims.ids[row].as_py()) for row in rows.tolist()]

    def counts(self) -> Iterator[Count]:
        """Every pair that was met."""
        for group in np.argsort(self.book.numbers, kind="stable").tolist():
            serial, key = int(self.book.numbers[group]), int(self.book.words[group])
            high = [int(part) for part in self.sums[:, serial]]
            key, currency = divmod(key, _CURRENCIES)
            key, reason = divmod(key, _REASONS)
            yield Count(key >> 32, key & 0xFFFFFFFF, reason - 1, currency, int(self.claims[serial]),
                        (high[0] << _LOW) + high[1], (high[2] << _LOW) + high[3], tuple(self.samples[serial]))  # fmt: skip
