"""The past of a demo store: its orders with every event at an instant. `now` is an argument; the same `now`, the same past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from avdet.core.errors import AvdetError
from avdet.demo.orders import DemoOrder
from avdet.demo.ordinary import ordinary_recipes
from avdet.demo.store import DemoStore
from avdet.demo.telling import told
from avdet.policies import calendar_of
from avdet.policies import load as load_policy

_FIRST_NUMBER: Final = 10_001


def history(store: DemoStore, now: datetime) -> list[DemoOrder]:
    """Every order of the store up to `now` (aware), the oldest first, numbered in that order."""
    if now.tzinfo is None:
        raise AvdetError("now has no offset", where="now", cure="give an aware datetime")
    calendar = calendar_of(load_policy(store.slug))
    recipes = [*store.recipes, *ordinary_recipes(store), *store.claimed]
    past = [told(store, recipe, i, now, calendar) for i, recipe in enumerate(recipes)]
    past.sort(key=lambda order: order.placed_at)
    orders = [replace(order, number=f"{store.order_prefix}-{_FIRST_NUMBER + i}") for i, order in enumerate(past)]
    _check_stock(store, orders)
    return orders


def reserved(orders: Sequence[DemoOrder]) -> tuple[Counter[str], Counter[str]]:
    """Pieces by SKU that open orders still hold: from the stock on hand, and from what is incoming (second parcels)."""
    on_hand: Counter[str] = Counter()
    incoming: Counter[str] = Counter()
    for order in orders:
        if order.state == "cancelled":
            continue
        gone = {event.parcel for event in order.events if event.name == "handed_over"}
        for line in order.lines:
            if line.parcel not in gone:
                (on_hand if line.parcel == 1 else incoming)[line.sku] += line.quantity
    return on_hand, incoming


def _check_stock(store: DemoStore, orders: Sequence[DemoOrder]) -> None:
    on_hand, incoming = reserved(orders)
    for sku, pieces in (on_hand + incoming).items():
        product = store.products[sku]
        expected = product.incoming.quantity if product.incoming else 0
        if on_hand[sku] > product.stock or pieces > product.stock + expected:
            raise AvdetError(f"{pieces} pieces of {sku} are promised, more than there are", where=f"{store.slug}/orders.yaml",
                             cure="order fewer, or put more on hand in products.yaml")  # fmt: skip
