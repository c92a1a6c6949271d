"""An order as its customer follows it: where it is now, what comes next, what has happened, each in the customer's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from avdet.records.deliveries.models import Delivery
from avdet.records.orders.models import Order, OrderEvent
from avdet.records.refunds.shown import MoneyShown
from avdet.web.shared.states import EVENT_ICONS, EVENT_TONES, ORDER_ICONS, ORDER_TONES

DELIVERY_TONES: Final = {"delivered": "good", "refused": "bad", "lost": "bad", "returned": "bad", "attempted": "wait"}
STEPS: Final = ("placed", "confirmed", "preparing", "shipped", "delivered")
_REACHED: Final = {"part_shipped": "shipped", "closed": "delivered"}
TOLD: Final = (
    "placed", "pay", "prepare", "cancel", "pieces_cancelled", "address_changed", "invoiced", "consent_given", "consent_refused",
    "recalled", "handed_over", "attempted", "delivered", "refused", "returning", "returned", "lost", "on_the_way",
)  # fmt: skip
"""What is told to a customer. Notes of the staff and the books' own events are not among them."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The one thing that matters: the state to name, its tone and icon, and the moment or day that it turns on."""

    state: str
    tone: str
    icon: str
    at: datetime | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline. `delivery` is which of several parcels it is about, `carrier` who brings it."""

    kind: str
    at: datetime
    icon: str
    tone: str = ""
    delivery: int = 0
    carrier: str = ""
    place: str = ""


def headline(order: Order, now: datetime, deliveries: Sequence[Delivery] = ()) -> Headline:
    """Where an order is now. A day that has gone by, as the store's clock has it, is promised no more."""
    state = order.state
    if state == "shipped" and any(each.state == "attempted" for each in deliveries):
        state = "attempted"
    expected = [each.expected_to or each.expected_from for each in deliveries if each.delivered_at is None]
    day = max((each for each in expected if each), default=None) if state in ("shipped", "part_shipped") else None
    day = day if day and day >= timezone.localdate(now) else None
    ahead = order.process_by if order.process_by and order.process_by >= now else None
    moments = {"delivered": order.delivered_at, "cancelled": order.cancelled_at, "shipped": order.handed_over_at,
               "confirmed": ahead, "preparing": ahead}  # fmt: skip
    return Headline(state, ORDER_TONES[state], ORDER_ICONS[state], moments.get(state), day)


def what_next(state: str, money: MoneyShown) -> str:
    """What comes next: the state, or for a cancelled order how its money stands."""
    if state != "cancelled":
        return state
    owed = [each for each in money.refunds if each.state != "void"]
    if not owed:
        return "cancelled_unpaid"
    return "cancelled_paid_back" if all(each.state == "confirmed" for each in owed) else "cancelled"


def steps(order: Order) -> list[dict[str, str]]:
    """The way from the order to the door, for a stepper; an order that ended otherwise has no such way."""
    if order.state in ("cancelled", "returned"):
        return []
    here = STEPS.index(_REACHED.get(order.state, order.state))
    done = order.state in ("delivered", "closed")
    return [
        {"key": step, "state": "done" if place < here or done else "current" if place == here else "todo"}
        for place, step in enumerate(STEPS)
    ]


def happenings(events: Iterable[OrderEvent], deliveries: Sequence[Delivery]) -> list[Happening]:
    """Everything that concerns the customer, the newest first."""
    found = [*_of_order(events), *_of_deliveries(deliveries)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _of_order(events: Iterable[OrderEvent]) -> Iterator[Happening]:
    for event in events:
        if event.kind in TOLD:
            yield Happening(event.kind, event.at, EVENT_ICONS[event.kind], EVENT_TONES.get(event.kind, ""))


def _of_deliveries(deliveries: Sequence[Delivery]) -> Iterator[Happening]:
    for delivery in deliveries:
        number = delivery.number if len(deliveries) > 1 else 0
        for event in delivery.events.all():
            if event.kind in TOLD:
                tone, icon = EVENT_TONES.get(event.kind, ""), EVENT_ICONS[event.kind]
                yield Happening(event.kind, event.at, icon, tone, number, delivery.carrier, event.place)
