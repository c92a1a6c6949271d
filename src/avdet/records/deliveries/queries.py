"""What is read of deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from avdet.core.progress import BACK, GONE, TRAVELLING, Whereabouts
from avdet.records.deliveries.models import Delivery, DeliveryEvent, DeliveryLine
from avdet.records.orders.models import Order, OrderLine
from avdet.records.shared.composed import composed, keep
from avdet.records.stores.models import Store

TAKEN: Final = ("planned", *TRAVELLING, "delivered", "refused", "returning")
"""States of a delivery whose pieces cannot be sent with another one."""
OUTSIDE: Final = tuple(state for state in GONE if state != "returned")
"""States of a delivery whose pieces are not in the store."""


def deliveries_of(order: Order) -> list[Delivery]:
    """An order's deliveries as they stand, with their lines and events; three statements, whatever there is."""
    found = _of_order(order.pk)
    for delivery in found:
        delivery.order = order
    _with_parts(found)
    keep(order, "deliveries", found)
    return found


@composed
def _of_order(order: int) -> QuerySet[Delivery]:
    return Delivery.objects.filter(order=order).order_by("number")


def _with_parts(deliveries: list[Delivery]) -> None:
    """Reads lines and events of an order's deliveries; two statements, none where there are none."""
    lines, events = (part(deliveries[0].order_id) if deliveries else [] for part in (_lines_of_order, _events_of_order))
    for delivery in deliveries:
        for name, parts in (("lines", lines), ("events", events)):
            own = [part for part in parts if part.delivery_id == delivery.pk]
            for part in own:
                part.delivery = delivery
            keep(delivery, name, own)


@composed
def _lines_of_order(order: int) -> QuerySet[DeliveryLine]:
    return DeliveryLine.objects.filter(delivery__order=order).order_by("order_line_id")


@composed
def _events_of_order(order: int) -> QuerySet[DeliveryEvent]:
    return DeliveryEvent.objects.filter(delivery__order=order).order_by("at", "id")


def with_deliveries(orders: Iterable[Order]) -> list[list[Delivery]]:
    """The deliveries of each of these orders, with lines and events; three statements for all of them."""
    found = list(orders)
    lines = Prefetch("lines", DeliveryLine.objects.order_by("order_line_id"))
    events = Prefetch("events", DeliveryEvent.objects.order_by("at", "id"))
    rows = Delivery.objects.order_by("number").prefetch_related(lines, events)
    prefetch_related_objects(found, Prefetch("deliveries", rows))
    return [list(order.deliveries.all()) for order in found]


def delivery_of(order: Order, number: int) -> Delivery | None:
    """One delivery of an order, by its number within it."""
    return Delivery.objects.filter(order=order, number=number).first()


def delivery_by_ref(order: Order, external_ref: str) -> Delivery | None:
    """The delivery that a shop or carrier knows by its own reference."""
    return Delivery.objects.filter(order=order, external_ref=external_ref).first() if external_ref else None


def shipped_with(carrier: str) -> Q:
    """A condition for `orders.queries.search`: at least one delivery is with this carrier."""
    return Q(Exists(Delivery.objects.filter(order=OuterRef("pk"), carrier=carrier)))


def tried_in_vain() -> Q:
    """A condition for `orders.queries.search`: nobody was met at the door, and the parcel is still out."""
    return Q(Exists(Delivery.objects.filter(order=OuterRef("pk"), state="attempted")))


def count_tried_in_vain(store: Store, most: int) -> int:
    """How many deliveries of a store wait for another attempt; counted no further than one beyond `most`."""
    rows = Delivery.objects.filter(state="attempted", order__store=store).order_by()
    return rows.values("pk")[: most + 1].count()


def pieces(deliveries: Iterable[Delivery], states: Iterable[str]) -> dict[int, int]:
    """Order line id → how many of its pieces lie in deliveries of these states."""
    wanted, found = frozenset(states), dict[int, int]()
    for delivery in deliveries:
        if delivery.state in wanted:
            for line in delivery.lines.all():
                found[line.order_line_id] = found.get(line.order_line_id, 0) + line.quantity
    return found


def whereabouts(lines: Iterable[OrderLine], deliveries: list[Delivery]) -> list[Whereabouts]:
    """Where the pieces of each line are."""
    travelling, delivered, back = (pieces(deliveries, states) for states in (TRAVELLING, ("delivered",), BACK))
    return [
        Whereabouts(
            line.quantity - line.cancelled_quantity, travelling.get(line.pk, 0), delivered.get(line.pk, 0), back.get(line.pk, 0)
        )
        for line in lines
    ]


def left_to_send(lines: Iterable[OrderLine], deliveries: list[Delivery]) -> dict[int, int]:
    """Order line id → pieces that another delivery may hold: never sent, back in the store, or lost. No line with none."""
    taken = pieces(deliveries, TAKEN)
    left = {line.pk: line.quantity - line.cancelled_quantity - taken.get(line.pk, 0) for line in lines}
    return {line: count for line, count in left.items() if count > 0}


def left_to_cancel(lines: Iterable[OrderLine], deliveries: list[Delivery]) -> dict[int, int]:
    """Order line id → pieces that can be cancelled one by one: left to send, and in no case. No line with none."""
    rows = list(lines)
    unclaimed = {line.pk: line.left for line in rows}
    return {line: min(count, unclaimed[line]) for line, count in left_to_send(rows, deliveries).items() if unclaimed[line] > 0}


def outside(deliveries: Iterable[Delivery]) -> dict[int, int]:
    """Order line id → pieces that have left the store and are not back in it."""
    return pieces(deliveries, OUTSIDE)
