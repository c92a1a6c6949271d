"""What carriers, shops and customers tell of a delivery: kept as a fact, and followed where it leads."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import DELIVERY
from avdet.records.deliveries.actions import MOVES, Sighting, move, record
from avdet.records.deliveries.models import Delivery
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.workflows.orders.cancel_order import cancel_recalled
from avdet.workflows.orders.follow_deliveries import follow_deliveries, recalled
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.order_stock import put_back


@transaction.atomic
def record_delivery(
    order: Order, delivery: Delivery, sighting: Sighting, *, source: str, actor: Actor, now: datetime
) -> bool:
    """Takes one event of a delivery; whether it was news. Told again it changes nothing; told late it is kept as a fact only.

    News of a parcel that nobody has handed over yet means that it was. `AvdetError` for a time to come, `Conflict` where
    somebody else was faster: read the order again and tell it again.
    """
    if sighting.at > now:
        raise AvdetError(f"{sighting.at.isoformat()} is yet to come", where="at", cure="give the time at which it happened")
    if delivery.state == DELIVERY.first and sighting.kind in MOVES:
        hand_over(order, delivery, actor=actor, now=now, at=sighting.at, source="carrier" if source == "staff" else source)
        if sighting.kind == "handed_over":
            return True
    if not record(delivery, sighting, source=source, actor=actor, now=now):
        return False
    name = MOVES.get(sighting.kind, "")
    if DELIVERY.allows(delivery.state, name):
        move(delivery, name, at=sighting.at)
        follow_deliveries(order, delivery, sighting.kind, actor=actor, now=now, at=sighting.at)
        _settle(order, delivery, sighting.kind, actor, now)
    return True


def _settle(order: Order, delivery: Delivery, kind: str, actor: Actor, now: datetime) -> None:
    """What came back of an order that has ended goes on the shelf; one that was to end once it came back, ends."""
    if order.state == "cancelled" and kind == "returned":
        put_back(order, delivery, actor=actor, now=now)
    elif order.state == "returned" and recalled(order):
        cancel_recalled(order, now=now)
