"""What is done to deliveries: planned, handed over, and told of by their carriers.

Every event is kept as a fact, late or early; the state moves only as the lifecycle's table says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import DELIVERY
from avdet.records.deliveries.carriers import tracking_page
from avdet.records.deliveries.models import Delivery, DeliveryEvent, DeliveryLine
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.records.shared.composed import insert
from avdet.records.shared.swap import swap_or_conflict

MOVES: Final = {
    "handed_over": "hand_over", "attempted": "attempt", "delivered": "deliver", "refused": "refuse",
    "returning": "turn_back", "returned": "arrive_back", "lost": "lose",
}  # fmt: skip
"""What may be told of a delivery that moves it → the move."""
KINDS: Final = (*MOVES, "on_the_way", "noted")


@dataclass(frozen=True, slots=True)
class Sighting:
    """What somebody tells of a delivery. The same `reference` is the same event, however often it is told."""

    kind: str
    at: datetime
    reference: str = ""
    place: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """The reference, or what makes the event itself the same."""
        return (self.reference or f"{self.kind} {self.at.isoformat()}")[:120]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to go where by whom. `pieces`: order line id → how many. `external_ref` is the shop's or carrier's own."""

    pieces: Mapping[int, int]
    method: str = "carrier"
    carrier: str = ""
    tracking_number: str = ""
    expected_from: date | None = None
    expected_to: date | None = None
    external_ref: str = ""


def plan(order: Order, plan: Plan, number: int, *, now: datetime) -> Delivery:
    """Writes a planned delivery. Two statements; that its pieces are there to be sent, the workflow has seen to."""
    delivery: Delivery = Delivery.objects.create(
        order=order, number=number, method=plan.method, carrier=plan.carrier, tracking_number=plan.tracking_number,
        tracking_url=tracking_page(plan.carrier, plan.tracking_number), expected_from=plan.expected_from,
        expected_to=plan.expected_to, external_ref=plan.external_ref, created_at=now,
    )  # fmt: skip
    insert([
        DeliveryLine(delivery=delivery, order_line_id=line, quantity=count) for line, count in sorted(plan.pieces.items())
    ])  # fmt: skip
    return delivery


def send_with(delivery: Delivery, carrier: str, tracking_number: str) -> None:
    """Names the carrier, and the number under which it knows the delivery."""
    url = tracking_page(carrier, tracking_number)
    Delivery.objects.filter(pk=delivery.pk).update(carrier=carrier, tracking_number=tracking_number, tracking_url=url)
    delivery.carrier, delivery.tracking_number, delivery.tracking_url = carrier, tracking_number, url


def record(delivery: Delivery, sighting: Sighting, *, source: str, actor: Actor, now: datetime) -> bool:
    """Keeps an event; whether it is news. An event that was told before changes nothing."""
    if sighting.kind not in KINDS:
        what = f"nothing called {sighting.kind!r:.30} happens to a delivery"
        raise AvdetError(what, where="kind", cure=f"use {', '.join(KINDS)}")
    event = DeliveryEvent(
        delivery=delivery, kind=sighting.kind, at=sighting.at, recorded_at=now, source=source[:20], actor=str(actor),
        place=sighting.place[:120], note=sighting.note[:2000], reference=sighting.key,
    )  # fmt: skip
    if DeliveryEvent.objects.filter(delivery=delivery, reference=event.reference).exists():
        return False
    insert([event], once=True)
    return True


def move(delivery: Delivery, name: str, *, at: datetime) -> Delivery:
    """Moves a delivery by its lifecycle and sets its milestone. `Conflict` where somebody else was faster."""
    columns: dict[str, Any] = {"state": DELIVERY.after(delivery.state, name)}
    if name == "attempt":
        columns["attempts"] = delivery.attempts + 1
    milestone = {"hand_over": "handed_over_at", "deliver": "delivered_at"}.get(name)
    if milestone:
        columns[milestone] = at
    swap_or_conflict(delivery, columns, where=f"delivery {delivery.number}")
    return delivery
