"""An order leaves the queue: somebody is packing it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.records.orders.actions import move
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.workflows.notices.tell_order import tell_order


@transaction.atomic
def prepare_order(order: Order, *, actor: Actor, now: datetime) -> Order:
    """Begins to prepare a confirmed order. `AvdetError` from any other state, `Conflict` where somebody else was faster."""
    move(order, "prepare", actor=actor, now=now)
    tell_order(order, "order_preparing", now=now)
    return order
