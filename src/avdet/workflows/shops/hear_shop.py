"""A shop's genuine webhook is heard: once for each delivery, and once for each content, however often it is sent."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from django.db import transaction

from avdet.ports.jobs import defer
from avdet.ports.shops import ShopEvent, ShopMessage
from avdet.records.connections.actions import remember, shop_record, take
from avdet.records.connections.models import Connection
from avdet.records.orders.queries import order_by_number
from avdet.records.shared.actors import Actor
from avdet.workflows.notices.tell import PEOPLE, hushed
from avdet.workflows.shops.follow_shop import Source, take_event
from avdet.workflows.shops.shelve_products import shelve_products
from avdet.workflows.shops.take_order import take_order

Heard = Literal["new", "changed", "same", "stale", "again", "later", "nothing"]
"""What came of it. `again`: it was taken before; `later`: its order is read first; `nothing`: it concerns nobody here."""


@transaction.atomic
def hear_shop(connection: Connection, message: ShopMessage, body: bytes, *, now: datetime) -> Heard:
    """Takes a message. `AvdetError` for an order that cannot be kept, `Conflict` where somebody is at work on it."""
    content = hashlib.sha256(message.topic.encode() + b"\n" + body).hexdigest()
    fresh = [take(connection, f"content:{content}", now=now)]
    if message.delivery:
        fresh.append(take(connection, f"delivery:{message.delivery}", now=now))
    if not all(fresh):
        return "again"
    if message.order is not None:
        return take_order(connection, message.order.value, now=now).outcome
    if message.product is not None:
        shelve_products(connection.store, [message.product.value], now=now)
        return "changed"
    return _event(connection, message.event, now) if message.event is not None else "nothing"


def _event(connection: Connection, event: ShopEvent, now: datetime) -> Heard:
    """An event that came without its order. One that we do not know is read from the shop, events and all."""
    row, new = shop_record(connection, event.order_reference, modified_at=connection.created_at)
    order = order_by_number(connection.store, row.order_number) if row.order_number else None
    if order is None:
        if new:
            row.delete()
        if event.kind != "deleted":
            defer("pull_order", {"connection": connection.pk, "reference": event.order_reference})
        return "later" if event.kind != "deleted" else "nothing"
    before = len(row.taken)
    with hushed(PEOPLE):
        take_event(Source(order, row, Actor.shop(connection.kind)), event, now=now)
    remember(row, taken=row.taken)
    return "changed" if len(row.taken) > before else "same"
