"""An order is confirmed: it has been paid, or a colleague has approved that it is paid at the door. Then it waits its turn."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.orders.actions import mark, move
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.workflows.notices.tell_order import tell_order
from avdet.workflows.remedies.follow_remedy import follow_order


@transaction.atomic
def confirm_order(order: Order, *, actor: Actor, now: datetime, paid_at: datetime | None = None) -> Order:
    """Confirms an order that was placed. `paid_at` is when the money came in; without it the order is paid at the door.

    `AvdetError` where it is neither, `Conflict` where somebody else was faster.
    """
    if paid_at is None and order.paid_at is None and order.payment_method != "cash_on_delivery":
        cure = "record the payment; only what is paid at the door is approved"
        raise AvdetError("the order has not been paid", where="payment", cure=cure)
    milestones = {"paid_at": paid_at} if paid_at and order.paid_at is None else {}
    move(order, "pay", actor=actor, now=now, at=paid_at, facts={"approved": paid_at is None}, milestones=milestones)
    tell_order(order, "order_confirmed", now=now)
    if order.follows_id:
        follow_order(order, actor=actor, now=now)
    return order


@transaction.atomic
def record_invoice(order: Order, *, actor: Actor, now: datetime, at: datetime | None = None, number: str = "") -> Order:
    """The invoice has been issued. From then on the address stands, where the terms say so. Told again, it changes nothing."""
    if order.invoiced_at is None:
        mark(order, "invoiced", actor=actor, now=now, at=at, facts={"number": number[:60]} if number else {})
    return order
