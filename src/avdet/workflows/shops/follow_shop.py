"""What a shop says has happened to an order → what happens to ours. Each event is taken once, whatever order they come in.

| the shop says | we record | our order |
| --- | --- | --- |
| created | `placed` | placed |
| paid | a payment of the total, entered in the books | confirmed |
| paid at the door, and being worked on | `pay`, approved by the shop | confirmed |
| on hold, failed | `on_hold`, `payment_failed` | as it was |
| a parcel, with or without its lines | a delivery that was handed over, with its carrier and number | part_shipped, shipped |
| fulfilled, completed | one delivery of whatever is left; sent unpaid, the shop has approved that | shipped |
| delivered (files only: shops do not know) | `delivered` of every parcel that is on its way | delivered |
| refunded | refunds that are confirmed already: no money is sent by us | as it was |
| cancelled, before anything left | `cancel`; what the shop paid back it tells of as refunds | cancelled |
| cancelled, afterwards or while a case is open | `cancelled_in_shop` | as it was |
| deleted | `deleted_in_shop` | as it was |
| lines or total changed | `changed_in_shop`, with what was and what is | as it was |

The shop keeps its gateway: a payment that it tells of is kept as one by hand, under the shop's own reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import ORDER
from avdet.ports.shops import ShopEvent, ShopOrder, ShopParcel, ShopRefund
from avdet.records.cases.queries import with_open_cases
from avdet.records.connections.actions import Note
from avdet.records.connections.models import ShopRecord
from avdet.records.deliveries.actions import Plan, Sighting, send_with
from avdet.records.deliveries.actions import move as move_delivery
from avdet.records.deliveries.queries import deliveries_of, delivery_by_ref, left_to_send
from avdet.records.orders.actions import mark, move
from avdet.records.orders.models import Order
from avdet.records.orders.queries import fresh, lines_of
from avdet.records.refunds.queries import money_of
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.workflows.money.book_order import book_cancellation
from avdet.workflows.money.confirm_refund import confirm_refund
from avdet.workflows.money.grant_refund import grant_refund
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.money.send_refund import send_by_hand
from avdet.workflows.notices.tell_order import tell_order
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.order_stock import let_stock_go
from avdet.workflows.orders.record_delivery import record_delivery

_RANKS: Final = (
    "paid", "on_hold", "failed", "approved", "parcel", "fulfilled", "delivered", "refunded", "cancelled", "deleted",
)  # fmt: skip
"""What comes first of things that have happened at the same moment."""
WORKED_ON: Final = frozenset({"processing", "completed"})
"""States of a shop's order that is paid at the door and was approved."""
AT_THE_DOOR: Final = "cash_on_delivery"


@dataclass(slots=True)
class Source:
    """Our order, what we know of the shop's, and who tells."""

    order: Order
    row: ShopRecord
    actor: Actor


@dataclass(frozen=True, slots=True)
class _Happening:
    """One thing that has happened, and what we do about it. The same reference is taken once."""

    kind: str
    at: datetime
    reference: str
    take: Callable[[datetime], None]


def follow_shop(source: Source, told: ShopOrder, *, now: datetime) -> list[Note]:
    """Takes every event, refund and parcel of a shop's order that was not taken yet; says what could not be."""
    found = sorted(_happenings(source, told, now), key=lambda each: (each.at, _RANKS.index(each.kind)))
    notes = [note for each in found if (note := _take(source, each, now))]
    for parcel in told.parcels:
        _track(source.order, parcel)
    return notes


def take_event(source: Source, event: ShopEvent, *, now: datetime) -> list[Note]:
    """Takes one event that came by itself; says what could not be done about it."""
    note = _take(source, _Happening(event.kind, event.at, event.reference, _act(source, event, None, now)), now)
    return [note] if note else []


def _happenings(source: Source, told: ShopOrder, now: datetime) -> Iterator[_Happening]:
    refunds = {f"{told.reference}:refund:{each.reference}": each for each in told.refunds}
    if source.order.payment_method == AT_THE_DOOR and told.status in WORKED_ON:
        yield _Happening("approved", told.placed_at, "approved", lambda at: _approve(source, at, now))
    for parcel in told.parcels:
        yield _Happening("parcel", parcel.at, f"parcel:{parcel.reference}", _send(source, told, parcel, now))
    for event in told.events:
        yield _Happening(event.kind, event.at, event.reference, _act(source, event, refunds.get(event.reference), now))


def _take(source: Source, happening: _Happening, now: datetime) -> Note | None:
    """What our records do not allow is kept as a fact and told in the report; the rest is not lost for its sake."""
    if happening.reference in source.row.taken:
        return None
    source.row.taken = [*source.row.taken, happening.reference]
    at = min(happening.at, now)
    try:
        with transaction.atomic():
            happening.take(at)
        return None
    except Conflict:
        raise
    except AvdetError as fault:
        source.order = fresh(source.order)
        facts = {"what": happening.kind, "why": fault.what[:300]}
        mark(source.order, "told_by_shop", actor=source.actor, now=now, at=at, facts=facts)
        return Note(source.order.number, happening.kind, fault.what, happening.reference, "kept as a note in the history")


def _act(source: Source, event: ShopEvent, refund: ShopRefund | None, now: datetime) -> Callable[[datetime], None]:
    if event.kind == "refunded":
        return lambda at: _refunded(source, event, refund, at, now)
    return lambda at: _ACTS[event.kind](source, at, now)


# ---- money -----------------------------------------------------------------------------------------------------------


def _paid(source: Source, at: datetime, now: datetime) -> None:
    order = source.order
    if not order.total_minor:
        if ORDER.allows(order.state, "pay"):
            move(order, "pay", actor=source.actor, now=now, at=at, facts={"total_minor": 0})
        return
    record_payment(
        order, amount_minor=order.total_minor, method=order.payment_method, reference=f"{order.source}:{source.row.reference}",
        paid_at=at, now=now, actor=source.actor,
    )  # fmt: skip


def _approve(source: Source, at: datetime, now: datetime) -> None:
    """The shop sends it before it is paid: it has been approved there."""
    if ORDER.allows(source.order.state, "pay"):
        move(source.order, "pay", actor=source.actor, now=now, at=at, facts={"approved": True}, milestones={})
        tell_order(source.order, "order_confirmed", now=now)


def _refunded(source: Source, event: ShopEvent, refund: ShopRefund | None, at: datetime, now: datetime) -> None:
    """The money is back already: granted and confirmed at once, as far as a payment is known that it can have come from."""
    order, amount = source.order, event.amount_minor
    back = min(amount, money_of(order).left_minor)
    if back > 0:
        key = f"shop:{event.reference}"[:120]
        for each in grant_refund(order, amount_minor=back, reason="shop", because=[], key=key, now=now, actor=source.actor):
            send_by_hand(each, now=now, actor=source.actor)
            confirm_refund(each, reference=event.reference, at=at, now=now, actor=source.actor)
    pieces = [[each.line_reference, each.quantity, each.amount_minor] for each in refund.lines] if refund else []
    why = refund.reason[:200] if refund else ""
    facts = {"amount_minor": amount, "booked_minor": max(0, back), "lines": pieces, "reason": why}
    mark(order, "refunded_in_shop", actor=source.actor, now=now, at=at, facts=facts)


# ---- goods -----------------------------------------------------------------------------------------------------------


def _send(source: Source, told: ShopOrder, parcel: ShopParcel, now: datetime) -> Callable[[datetime], None]:
    """A parcel of the lines that the shop names; where it names none, of whatever is left."""

    def send(at: datetime) -> None:
        _approve(source, at, now)
        ids = dict(zip((line.reference for line in told.lines), (line.pk for line in lines_of(source.order)), strict=False))
        left = left_to_send(lines_of(source.order), deliveries_of(source.order))
        named = {ids[line]: min(count, left.get(ids[line], 0)) for line, count in parcel.lines if line in ids}
        _hand_over(source, {line: count for line, count in named.items() if count} or left, parcel, at, now)

    return send


def _fulfilled(source: Source, at: datetime, now: datetime) -> None:
    """Everything has left: what no parcel was named for goes into one of its own."""
    _approve(source, at, now)
    left = left_to_send(lines_of(source.order), deliveries_of(source.order))
    if left:
        _hand_over(source, left, ShopParcel(f"{source.row.reference}:rest", at), at, now)


def _hand_over(source: Source, pieces: Mapping[int, int], parcel: ShopParcel, at: datetime, now: datetime) -> None:
    wanted = Plan(
        pieces, method=source.order.delivery_method, carrier=parcel.carrier[:60], tracking_number=parcel.tracking[:80],
        external_ref=parcel.reference[:80],
    )  # fmt: skip
    hand_over(source.order, actor=source.actor, now=now, at=at, source="shop", plan=wanted)


def _track(order: Order, parcel: ShopParcel) -> None:
    """A tracking number that the shop has learnt after the parcel had left."""
    delivery = delivery_by_ref(order, parcel.reference[:80])
    said = (parcel.carrier[:60], parcel.tracking[:80])
    if delivery is not None and any(said) and said != (delivery.carrier, delivery.tracking_number):
        send_with(delivery, *said)


def _delivered(source: Source, at: datetime, now: datetime) -> None:
    _fulfilled(source, at, now)
    for delivery in deliveries_of(source.order):
        seen = Sighting("delivered", at, reference=f"shop:{source.row.reference}:{delivery.number}")
        record_delivery(source.order, delivery, seen, source="shop", actor=source.actor, now=now)


def _cancelled(source: Source, at: datetime, now: datetime) -> None:
    """What the shop has paid back for it, it tells of as refunds of their own."""
    order, actor = source.order, source.actor
    if not ORDER.allows(order.state, "cancel") or with_open_cases([order]):
        mark(order, "cancelled_in_shop", actor=actor, now=now, at=at)
        return
    for delivery in deliveries_of(order):
        if delivery.state == "planned":
            move_delivery(delivery, "cancel", at=at)
    move(order, "cancel", actor=actor, now=now, at=at, facts={"reason": "shop"})
    let_stock_go(order, actor=actor, now=now)
    book_cancellation(order, now=now)
    tell_order(order, "order_cancelled", now=now, amount_minor=0)


def _noted(kind: str) -> Callable[[Source, datetime, datetime], None]:
    def note(source: Source, at: datetime, now: datetime) -> None:
        mark(source.order, kind, actor=source.actor, now=now, at=at)

    return note


_ACTS: Final[Mapping[str, Callable[[Source, datetime, datetime], None]]] = {
    "paid": _paid, "fulfilled": _fulfilled, "delivered": _delivered, "cancelled": _cancelled, "on_hold": _noted("on_hold"),
    "failed": _noted("payment_failed"), "deleted": _noted("deleted_in_shop"),
}  # fmt: skip
