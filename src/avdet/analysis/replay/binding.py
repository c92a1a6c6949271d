"""Where a store lets the law bind: the better of the two answers for the customer, for whole columns of claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np

from avdet.analysis.columns.cells import FactColumns
from avdet.analysis.columns.words import Numbers, WordBook, serials
from avdet.contract.law import bound
from avdet.core.decide import Decision

LAW: Final = "law_in_force"
"""Beside the facts: which edition of the law was in force when the order was placed, by position; -1 for none yet."""
_EDITIONS: Final = 8


class Judge(Protocol):
    """Answers columns of facts at one decision point; `decisions` are the answers by number."""

    @property
    def decisions(self) -> list[Decision]: ...

    def judge(self, columns: FactColumns, rows: int) -> Numbers: ...


class BoundJudge:
    """The store's judge, and the law's for each of its editions; `None` for an edition that is silent at this point."""

    def __init__(self, store: Judge, laws: Sequence[Judge | None]) -> None:
        assert len(laws) < _EDITIONS
        self.store, self.laws = store, laws
        self.decisions: list[Decision] = []
        self.book = WordBook(1)

    def judge(self, columns: FactColumns, rows: int) -> Numbers:
        """The number of every row's answer."""
        key = self.store.judge(columns, rows).astype(np.uint64) << np.uint64(32)
        for place, law in enumerate(self.laws):
            held = np.flatnonzero(columns[LAW] == place)
            if law is not None and held.size:
                part = {name: column[held] for name, column in columns.items()}
                key[held] |= law.judge(part, len(held)).astype(np.uint64) * np.uint64(_EDITIONS) + np.uint64(place + 1)
        found = serials(self.book, key)
        self.decisions += [self._better(int(word)) for word in self.book.words[len(self.decisions) :]]
        return found.astype(np.int32)

    def _better(self, word: int) -> Decision:
        store = self.store.decisions[word >> 32]
        number, place = divmod(word & 0xFFFFFFFF, _EDITIONS)
        law = self.laws[place - 1] if place else None
        return store if law is None else bound(store, law.decisions[number])
