"""An order follows its deliveries: where the pieces are decides how it stands, in the transaction of the news itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from avdet.core.progress import moves_to_follow
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import deliveries_of, whereabouts
from avdet.records.orders.actions import move
from avdet.records.orders.models import Order
from avdet.records.orders.queries import has_event, lines_of
from avdet.records.shared.actors import Actor
from avdet.workflows.money.book_order import book_delivery
from avdet.workflows.notices.tell_order import tell_order
from avdet.workflows.remedies.end_visit import follow_second_visit
from avdet.workflows.remedies.follow_remedy import follow_loss, follow_order

TOLD: Final = {"handed_over": "order_shipped", "attempted": "delivery_attempted", "delivered": "order_delivered"}
"""What happened to a delivery → the notice of it."""


def follow_deliveries(
    order: Order, delivery: Delivery, kind: str, *, actor: Actor, now: datetime, at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> Order:  # fmt: skip
    """Moves an order as far as its deliveries have come, and tells its customer of the one that there is news of."""
    refused = {"refused_at": at} if kind == "refused" else {}
    lost = delivery if kind == "lost" else None
    told = {"delivery": delivery.number, **(facts or {})}
    moves = follow(order, actor=actor, now=now, at=at, facts=told, refused=refused, lost=lost)
    if may_carry(order):
        follow_second_visit(order, delivery, kind, at=at, actor=actor, now=now)
    notice = _notice(kind, moves)
    if notice:
        parcel = {name: getattr(delivery, name) for name in ("carrier", "tracking_number", "tracking_url")}
        tell_order(order, notice, now=now, cause=f"{delivery.number}.{delivery.revision}", **parcel)
    return order


def follow(
    order: Order, *, actor: Actor, now: datetime, at: datetime, facts: Mapping[str, Any],
    refused: Mapping[str, datetime] | None = None, lost: Delivery | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """Moves an order to where its pieces are; says by which moves. `refused`: the milestone of goods refused at the door;
    `lost`: the delivery that has just been lost.
    """
    moves = moves_to_follow(order.state, whereabouts(lines_of(order), deliveries_of(order)))
    for name in moves:
        move(order, name, actor=actor, now=now, at=at, facts=facts, milestones=refused if name == "come_back" else None)
    if "deliver" in moves:
        book_delivery(order, now=now)
    if lost is not None and may_carry(order):
        follow_loss(order, lost, actor=actor, now=now)
    if moves and may_carry(order):
        follow_order(order, actor=actor, now=now)
    return moves


def may_carry(order: Order) -> bool:
    """Whether a remedy's goods may go out with it: it makes goods of an earlier one good, or its own are claimed."""
    return bool(order.follows_id) or any(line.claimed_quantity for line in lines_of(order))


def _notice(kind: str, moves: tuple[str, ...]) -> str:
    if "come_back" in moves:
        return "order_refused" if kind == "refused" else "order_returned"
    if kind == "handed_over" and "ship_part" in moves:
        return "order_part_shipped"
    return TOLD.get(kind, "")


def recalled(order: Order) -> bool:
    """Whether its customer has cancelled it while it was on its way, so that it is to end when it comes back."""
    return has_event(order, "recalled")
