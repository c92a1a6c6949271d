"""A parcel leaves the store: its pieces come off the shelf, its order moves, and its customer learns by whom it comes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import DELIVERY
from avdet.records.deliveries.actions import Plan, Sighting, move, record, send_with
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import left_to_send
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.workflows.orders.follow_deliveries import follow_deliveries
from avdet.workflows.orders.order_stock import take_off_the_shelf
from avdet.workflows.orders.plan_delivery import plan_delivery
from avdet.workflows.policy.ask_policy import Denied, ask, because, file_of

SURE = ("carrier", "shop")
"""Sources that tell what has happened already; the terms are not asked whether it may."""


@transaction.atomic
def hand_over(
    order: Order, delivery: Delivery | None = None, *, actor: Actor, now: datetime, at: datetime | None = None,
    carrier: str = "", tracking_number: str = "", source: str = "staff", override: str = "", plan: Plan | None = None,
) -> Delivery:  # fmt: skip
    """Hands a delivery over: a planned one, or one that is made of `plan`, or of everything that is left to send.

    A hand-over by the staff is put to the terms first (`dispatch`): `Denied` unless they grant it, or `override` gives a
    colleague's reason, which the history keeps beside the clauses that speak against it.
    """
    if delivery is None:
        named = plan or Plan({}, carrier=carrier, tracking_number=tracking_number, method=order.delivery_method)
        delivery = plan_delivery(order, named, actor=actor, now=now)
    if delivery.state != DELIVERY.first:
        raise AvdetError(f"a delivery that is {delivery.state} has left already", where="state", cure="plan another one")
    facts = {} if source in SURE else _granted(order, delivery, now, override)
    if carrier or tracking_number:
        send_with(delivery, carrier or delivery.carrier, tracking_number or delivery.tracking_number)
    take_off_the_shelf(order, delivery, actor=actor, now=now)
    record(delivery, Sighting("handed_over", at or now), source=source, actor=actor, now=now)
    move(delivery, "hand_over", at=at or now)
    follow_deliveries(order, delivery, "handed_over", actor=actor, now=now, at=at or now, facts=facts)
    return delivery


def _granted(order: Order, delivery: Delivery, now: datetime, override: str) -> dict[str, object]:
    """What the history keeps of the terms' answer; `Denied` where they do not grant it and nobody overrides them."""
    file = file_of(order, now)
    if file is None:
        return {}
    sent = {line.order_line_id: line.quantity for line in delivery.lines.all()}
    missing = left_to_send(file.lines, file.deliveries)
    in_stock = {line.pk: line.quantity if line.pk not in missing else sent.get(line.pk, 0) for line in file.lines}
    answer = ask(file, "dispatch", in_stock=in_stock)
    if answer.outcome in ("approve", "review"):
        return {}
    if not override:
        raise Denied(answer, where="dispatch")
    return {"override": override[:500], "because": because(answer)}
