"""What a list of orders is asked for: its address's query string as filters, columns and words, and back again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.http import QueryDict

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import ORDER
from avdet.records.deliveries.queries import shipped_with, tried_in_vain
from avdet.records.orders.models import Order
from avdet.records.orders.queries import Filters, search
from avdet.records.shared.pages import Page
from avdet.records.stores.models import Store
from avdet.web.desk import reading

COLUMNS: Final = (
    "customer",
    "placed",
    "state",
    "due",
    "payment",
    "total",
    "source",
    "country",
    "paid",
    "handed_over",
    "delivered",
)
USUAL: Final = ("customer", "placed", "state", "due", "payment", "total")
PAYMENTS: Final = ("online", "card_to_card", "bank_transfer", "cash_on_delivery")
SOURCES: Final = ("desk", "api", "file", "woocommerce", "shopify", "storefront")
_TEXTS: Final = ("payment", "carrier", "product", "source", "due")
_UNREAD: Final = ("address", "breakdown", "note")
"""Columns of an order that no list shows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The words typed, the filters and the columns. `due` is overdue or today; `placed_from` and `placed_to` are whole days."""

    text: str = ""
    states: tuple[str, ...] = ()
    attempted: bool = False
    placed_from: date | None = None
    placed_to: date | None = None
    payment: str = ""
    carrier: str = ""
    product: str = ""
    source: str = ""
    due: str = ""
    columns: tuple[str, ...] = USUAL

    @classmethod
    def read(cls, said: QueryDict) -> Asked:
        """What a query string asks for; what it cannot mean is left out."""
        texts = {name: said.get(name, "").strip()[:80] for name in _TEXTS}
        chosen = tuple(name for name in COLUMNS if name in said.getlist("column"))
        return cls(
            text=said.get("q", "").strip()[:100],
            states=tuple(state for state in ORDER.states if state in said.getlist("state")),
            attempted="attempted" in said.getlist("state"),
            placed_from=day_said(said.get("from", "")), placed_to=day_said(said.get("to", "")),
            columns=chosen or USUAL, **texts,
        )  # fmt: skip

    def pairs(self, without: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Name and value of everything that is asked for, as the address has them."""
        days = [("from", self.placed_from), ("to", self.placed_to)]
        found = [("q", self.text), *(("state", state) for state in self.states)]
        found += [("state", "attempted")] if self.attempted else []
        found += [(name, day.isoformat()) for name, day in days if day]
        found += [(name, getattr(self, name)) for name in _TEXTS]
        found += [("column", name) for name in self.columns] if self.columns != USUAL else []
        left_out = set(without)
        return [(name, value) for name, value in found if value and name not in left_out]

    def query(self, without: Iterable[str] = ()) -> str:
        """The same as a query string."""
        return urlencode(self.pairs(without))

    @property
    def narrowed(self) -> int:
        """How many filters are set beside the words and the state."""
        return len([name for name, _ in self.pairs(("q", "state", "column"))])

    def filters(self, store: Store, now: datetime) -> Filters:
        """The filters, with days as the store's clock has them."""
        zone = ZoneInfo(store.time_zone)
        ends = {"overdue": now, "today": tonight(store, now)}
        return Filters(
            states=self.states, payment_method=self.payment, source=self.source, product=self.product,
            placed_from=midnight(self.placed_from, zone) if self.placed_from else None,
            placed_to=midnight(self.placed_to + timedelta(days=1), zone) if self.placed_to else None,
            overdue_at=ends.get(self.due),
        )  # fmt: skip

    def also(self) -> Q | None:
        """What only deliveries know."""
        wanted = [shipped_with(self.carrier)] if self.carrier else []
        wanted += [tried_in_vain()] if self.attempted else []
        return Q(*wanted) if wanted else None

    def found(self, store: Store, now: datetime, *, size: int, after: str = "", before: str = "") -> Page[Order]:
        """A page of what answers to it. One statement."""
        filters = self.filters(store, now)
        return search(store, self.text, filters, size=size, after=after, before=before, also=self.also(), without=_UNREAD)


def day_said(text: str) -> date | None:
    """The day of an address, if it is one."""
    try:
        return reading.day(text)
    except AvdetError:
        return None


def tonight(store: Store, now: datetime) -> datetime:
    """The end of the store's day."""
    return midnight(store.day_of(now) + timedelta(days=1), ZoneInfo(store.time_zone))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a day."""
    return datetime.combine(day, time(), tzinfo=zone)
