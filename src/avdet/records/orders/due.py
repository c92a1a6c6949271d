"""When waiting orders are due in the queue, worked out anew after the store has changed its working days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

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
