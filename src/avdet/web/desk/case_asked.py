"""What a list of cases is asked for: its address's query string as filters and words, and back again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict

from avdet.core.lifecycles import CASE, GOODS
from avdet.core.vocabulary import REASONS
from avdet.records.cases.board import COLUMNS
from avdet.records.cases.models import Case
from avdet.records.cases.search import CaseFilters, search_cases
from avdet.records.people.models import User
from avdet.records.shared.pages import Page
from avdet.records.stores.models import Store
from avdet.web.desk.asked import day_said, midnight

MISSED: Final = {"late_decision": "decide_by", "late_goods": "send_by", "late_refund": "refund_by"}
"""What may have come late → the deadline that was missed."""
DUE: Final = ("overdue", *MISSED)
_LISTS: Final = {
    "goods": GOODS.states, "waits": COLUMNS, "reason": REASONS, "due": DUE, "mine": ("yes",), "overridden": ("yes",),
}  # fmt: skip
"""Filter → what it may be set to."""
_TEXTS: Final = ("clause", "product")


@dataclass(frozen=True, slots=True)
class CasesAsked:
    """The words typed and the filters. `waits` names whom the cases wait for; `mine`: those assigned to the reader.

    `overridden` with a clause: decided otherwise than that clause. `product` is an SKU; `filed_from` and `filed_to` are whole
    days.
    """

    text: str = ""
    states: tuple[str, ...] = ()
    goods: str = ""
    waits: str = ""
    reason: str = ""
    due: str = ""
    mine: str = ""
    overridden: str = ""
    clause: str = ""
    product: str = ""
    filed_from: date | None = None
    filed_to: date | None = None

    @classmethod
    def read(cls, said: QueryDict) -> CasesAsked:
        """What a query string asks for; what it cannot mean is left out."""
        chosen = {name: said.get(name, "") for name, known in _LISTS.items() if said.get(name, "") in known}
        states = tuple(state for state in CASE.states if state in said.getlist("state"))
        texts = {name: said.get(name, "").strip()[:80] for name in _TEXTS}
        return cls(
            text=said.get("q", "").strip()[:100], states=states, filed_from=day_said(said.get("from", "")),
            filed_to=day_said(said.get("to", "")), **chosen, **texts,
        )  # fmt: skip

    def pairs(self, without: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Name and value of everything that is asked for, as the address has them."""
        found = [("q", self.text), *(("state", state) for state in self.states)]
        found += [(name, getattr(self, name)) for name in (*_LISTS, *_TEXTS)]
        found += [(name, day.isoformat()) for name, day in (("from", self.filed_from), ("to", self.filed_to)) if day]
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
        zone = ZoneInfo(store.time_zone)
        filters = CaseFilters(
            states=self.states, goods=self.goods, waits_for=self.waits, reason=self.reason, clause=self.clause,
            product=self.product, overridden=bool(self.overridden), missed=MISSED.get(self.due, ""),
            assigned_to=reader.pk if self.mine else None, overdue_at=now if self.due == "overdue" else None,
            filed_from=midnight(self.filed_from, zone) if self.filed_from else None,
            filed_to=midnight(self.filed_to + timedelta(days=1), zone) if self.filed_to else None,
        )  # fmt: skip
        return search_cases(store, self.text, filters, size=size, after=after, before=before)
