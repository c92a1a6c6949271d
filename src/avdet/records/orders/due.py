"""When waiting orders are due in the queue, worked out anew after the store has changed its working days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Q

from avdet.records.orders.models import Order
from avdet.records.orders.queries import LIGHT, WAITING
from avdet.records.stores.models import Store

BATCH: Final = 500


def newest_in(store: Store, states: tuple[str, ...], *, size: int) -> list[Order]:
    """The newest orders in some states, with their customers and the versions that decide them."""
    found = (
        Order.objects.filter(store=store, state__in=states).select_related("store", "customer", "policy_version").defer(*LIGHT)
    )
    return list(found.order_by("-pk")[:size])


def delivered_until(until: datetime, *, after: tuple[datetime, int] | None = None, size: int = BATCH) -> list[Order]:
    """Delivered orders of any store that are to be looked at by now, the longest due first; `after` the last one's place.

    With their stores, customers and versions; one statement.
    """
    rows = Order.objects.filter(state="delivered", over_at__lte=until).select_related("store", "customer", "policy_version")
    if after is not None:
        at, last = after
        rows = rows.filter(Q(over_at__gt=at) | Q(over_at=at, pk__gt=last))
    return list(rows.defer(*LIGHT).order_by("over_at", "pk")[:size])


def look_again(orders: Mapping[int, datetime]) -> None:
    """When each of these orders (by row id) is looked at next. Their revisions stay: nothing has happened to them."""
    rows = [Order(pk=order, over_at=at) for order, at in orders.items()]
    if rows:
        Order.objects.bulk_update(rows, ["over_at"], batch_size=BATCH)


def redate(store: Store, due: Callable[[datetime], datetime | None]) -> int:
    """Sets when each waiting order is due, by when it was placed; says how many moved. It may be repeated at any time."""
    moved, last = 0, 0
    while True:
        rows = list(
            Order.objects.filter(store=store, state__in=WAITING, pk__gt=last)
            .order_by("pk")
            .only("pk", "placed_at", "process_by")[:BATCH]
        )
        if not rows:
            return moved
        changed = []
        for row in rows:
            at = due(row.placed_at)
            if at != row.process_by:
                row.process_by = at
                changed.append(row)
        moved += Order.objects.bulk_update(changed, ["process_by"]) if changed else 0
        last = rows[-1].pk
