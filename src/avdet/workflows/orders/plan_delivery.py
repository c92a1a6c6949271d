"""What is to go in one parcel, or on one vehicle's stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import ORDER
from avdet.records.deliveries.actions import Plan, plan
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import deliveries_of, delivery_by_ref, left_to_send
from avdet.records.orders.actions import mark
from avdet.records.orders.models import Order
from avdet.records.orders.queries import lines_of
from avdet.records.shared.actors import Actor


@transaction.atomic
def plan_delivery(order: Order, wanted: Plan, *, actor: Actor, now: datetime) -> Delivery:
    """Plans a delivery of an order that is confirmed and not cancelled; without pieces, of everything that is left.

    The same `external_ref` again gives the delivery that is there. `AvdetError` for more pieces than are left.
    """
    known = delivery_by_ref(order, wanted.external_ref)
    if known is not None:
        return known
    if not any(ORDER.allows(order.state, move) for move in ("ship", "ship_again")) and order.state != "shipped":
        raise AvdetError(f"an order that is {order.state} is not sent", where="state", cure="confirm it first")
    deliveries = deliveries_of(order)
    left = left_to_send(lines_of(order), deliveries)
    pieces = {line: count for line, count in wanted.pieces.items() if count} or left
    over = {line: count for line, count in pieces.items() if not 1 <= count <= left.get(line, 0)}
    if over or not pieces:
        raise AvdetError("more than is left to send", where="pieces", cure="look at what other deliveries hold")
    mark(order, "delivery_planned", actor=actor, now=now, facts={"delivery": len(deliveries) + 1})
    return plan(order, replace(wanted, pieces=pieces), len(deliveries) + 1, now=now)
