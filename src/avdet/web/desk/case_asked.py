"""What a list of cases is asked for: its address's query string as filters and words, and back again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from avdet.core.lifecycles import CASE, GOODS
from avdet.core.vocabulary import REASONS
from avdet.records.cases.board import COLUMNS
from avdet.records.cases.models import Case
from avdet.records.cases.search import CaseFilters, search_cases
from avdet.records.people.models import User
from avdet.records.shared.pages import Page
from avdet.records.stores.models import Store

DUE: Final = ("overdue",)
_LISTS: Final = {"goods": GOODS.states, "waits": COLUMNS, "reason": REASONS, "due": DUE, "mine": ("yes",)}
"""Filter → what it may be set to."""


@dataclass(frozen=True, slots=True)
class CasesAsked:
    """The words typed and the filters. `waits` names whom the cases wait for; `mine`: those assigned to the reader."""

    text: str = ""
    states: tuple[str, ...] = ()
    goods: str = ""
    waits: str = ""
    reason: str = ""
    due: str = ""
    mine: str = ""

    @classmethod
    def read(cls, said: QueryDict) -> CasesAsked:
        """What a query string asks for; what it cannot mean is left out."""
        chosen = {name: said.get(name, "") for name, known in _LISTS.items() if said.get(name, "") in known}
        states = tuple(state for state in CASE.states if state in said.getlist("state"))
        return cls(text=said.get("q", "").strip()[:100], states=states, **chosen)

    def pairs(self, without: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Name and value of everything that is asked for, as the address has them."""
        found = [("q", self.text), *(("state", state) for state in self.states)]
        found += [(name, getattr(self, name)) for name in _LISTS]
        left_out = set(without)
        return [(name, value) for name, value in found if value and name not in left_out]

    def query(self, without: Iterable[str] = ()) -> str:
        """The same as a query string."""
        return urlencode(self.pairs(without))

    @property
    def narrowed(self) -> int:
        """How many filters are set beside the words and the state."""
        return len(self.pairs(("q", "state")))

    def found(self, store: Store, reader: User, now: datetime, *, size: int, after: str = "", before: str = "") -> Page[Case]:
        """A page of what answers to it."""
        filters = CaseFilters(
            states=self.states, goods=self.goods, waits_for=self.waits, reason=self.reason,
            assigned_to=reader.pk if self.mine else None, overdue_at=now if self.due else None,
        )  # fmt: skip
        return search_cases(store, self.text, filters, size=size, after=after, before=before)
