"""What is done to orders: placed, moved, marked. Each leaves an event, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import ORDER
from avdet.records.orders.models import Order, OrderEvent, OrderLine, OrderWord
from avdet.records.orders.words import words_of
from avdet.records.people.models import Customer
from avdet.records.shared.actors import Actor
from avdet.records.shared.composed import forget, keep
from avdet.records.shared.swap import swap_or_conflict
from avdet.words.faults import coded

Facts = Mapping[str, Any]
MARKS: Final = {"paid": "paid_at", "invoiced": "invoiced_at"}
"""Facts that fall once and move nothing → the milestone that they set."""
AT_ONCE: Final = 500


def write(order: Order, lines: Iterable[OrderLine], *, actor: Actor, now: datetime, facts: Facts | None = None) -> Order:
    """Saves a new order with its lines, its first event and the words it is found by. Four statements, whatever its length."""
    with transaction.atomic(savepoint=False):
        order.save(force_insert=True)
        rows = list(lines)
        for line in rows:
            line.order = order
        OrderLine.objects.bulk_create(rows, batch_size=AT_ONCE)
        _note(order, "placed", actor=actor, now=now, at=order.placed_at, facts=facts, to_state=order.state)
        index([order])
    keep(order, "lines", rows)  # `queries.lines_of` finds them
    return order


def move(
    order: Order, name: str, *, actor: Actor, now: datetime, at: datetime | None = None, facts: Facts | None = None,
    milestones: Mapping[str, datetime | None] | None = None,
) -> Order:  # fmt: skip
    """Moves an order by its lifecycle. `at` is when it happened; `milestones` replace those that the move sets by itself.

    `AvdetError` where the lifecycle has no such move; `Conflict` where somebody else was faster, and then nothing is written.
    """
    target = ORDER.after(order.state, name)
    happened = at or now
    columns = _milestones(order, name, happened) if milestones is None else dict(milestones)
    with transaction.atomic(savepoint=False):
        source = order.state
        swap_or_conflict(order, {"state": target, **columns}, where=f"order {order.number}")
        _note(order, name, actor=actor, now=now, at=happened, facts=facts, from_state=source, to_state=target)
    return order


def mark(
    order: Order, kind: str, *, actor: Actor, now: datetime, at: datetime | None = None, facts: Facts | None = None,
    columns: Mapping[str, Any] | None = None,
) -> Order:  # fmt: skip
    """Records a fact that moves nothing (`paid`, `invoiced`, `noted` …) and sets its milestone, or `columns`.

    `Conflict` as in `move`.
    """
    changed = dict(columns or {})
    if kind in MARKS:
        changed[MARKS[kind]] = at or now
    with transaction.atomic(savepoint=False):
        swap_or_conflict(order, changed, where=f"order {order.number}")
        _note(order, kind, actor=actor, now=now, at=at or now, facts=facts)
    return order


def cancel_pieces(order: Order, pieces: Mapping[int, int]) -> None:
    """Counts pieces of an order's lines as cancelled (line id → how many). Call `move` or `mark` in the same transaction.

    `AvdetError` where fewer are left that stand in no case, or the line is another order's.
    """
    for line, count in sorted(pieces.items()):
        taken = F("cancelled_quantity") + F("claimed_quantity")
        left = OrderLine.objects.filter(pk=line, order=order, quantity__gte=taken + count)
        if count < 1 or not left.update(cancelled_quantity=F("cancelled_quantity") + count):
            raise coded(AvdetError, "order.none_left", where="pieces")
    forget(order, "lines")


def change_address(
    order: Order, address: Mapping[str, str], *, actor: Actor, now: datetime, facts: Facts | None = None
) -> Order:
    """Has an order sent elsewhere. The history keeps that it was changed, and not where to."""
    with transaction.atomic(savepoint=False):
        unindex([order])
        columns = {"address": dict(address), "country": address.get("country", "")}
        mark(order, "address_changed", actor=actor, now=now, facts=facts, columns=columns)
        index([order])
    return order


def note_shown(order: Order, *, actor: Actor, now: datetime) -> None:
    """Keeps that somebody on the staff looked at a customer's hidden contact. The order itself does not change by it."""
    _note(order, "contact_shown", actor=actor, now=now, at=now)


def write_note(order: Order, note: str, *, actor: Actor, now: datetime) -> Order:
    """Replaces the staff's own note on an order."""
    return mark(order, "noted", actor=actor, now=now, columns={"note": note[:4000]})


def index(orders: list[Order]) -> None:
    """Makes orders found by what they say now."""
    rows = [OrderWord(store_id=order.store_id, word=word, order_id=order.pk) for order in orders for word in words_of(order)]
    OrderWord.objects.bulk_create(rows, batch_size=5_000, ignore_conflicts=True)


def unindex(orders: list[Order]) -> None:
    """Takes away the words by which orders are found, before what they say changes."""
    for order in orders:
        OrderWord.objects.filter(store_id=order.store_id, order_id=order.pk, word__in=words_of(order)).delete()


def erase_contact(customer: Customer, *, actor: Actor, now: datetime) -> int:
    """Forgets who bought, in every order of a customer: contact, address, words, notes. What was bought and paid stays."""
    orders = list(Order.objects.filter(customer=customer).select_related("store"))
    with transaction.atomic(savepoint=False):
        unindex(orders)
        Order.objects.filter(customer=customer).update(contact={}, address={}, note="", revision=F("revision") + 1)
        erased = [_event(order, "contact_erased", actor=actor, now=now, at=now) for order in orders]
        OrderEvent.objects.bulk_create(erased, batch_size=AT_ONCE)
        for order in orders:
            order.contact, order.address, order.note = {}, {}, ""
        index(orders)
    return len(orders)


def _milestones(order: Order, name: str, at: datetime) -> Mapping[str, datetime | None]:
    """The milestones that a move sets. Sent again, an order begins its way anew; delivered, it may soon be over."""
    if name == "pay":
        return {} if order.payment_method == "cash_on_delivery" or order.paid_at else {"paid_at": at}
    if name in ("ship", "ship_part"):
        return {} if order.handed_over_at else {"handed_over_at": at}
    if name == "ship_again":
        return {"handed_over_at": at, "refused_at": None}
    if name == "deliver":
        return {"delivered_at": at, "over_at": at}
    column = {"come_back": "refused_at", "cancel": "cancelled_at"}.get(name)
    return {column: at} if column else {}


def _note(order: Order, kind: str, **values: Any) -> None:
    _event(order, kind, **values).save(force_insert=True)


def _event(
    order: Order, kind: str, *, actor: Actor, now: datetime, at: datetime, facts: Facts | None = None,
    from_state: str = "", to_state: str = "",
) -> OrderEvent:  # fmt: skip
    return OrderEvent(
        order=order, kind=kind, from_state=from_state, to_state=to_state, actor=actor.kind, actor_id=actor.id,
        source=actor.source[:20], facts=dict(facts or {}), at=at, recorded_at=now,
    )  # fmt: skip
