"""Money comes in: it is written down once, entered in the books, and an order that is paid in full is confirmed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core import bookings
from avdet.core.errors import AvdetError
from avdet.core.lifecycles import ORDER
from avdet.records.ledger.actions import post
from avdet.records.orders.actions import mark
from avdet.records.orders.models import Order
from avdet.records.orders.queries import to_pay_minor
from avdet.records.payments import actions, queries
from avdet.records.payments.models import Payment
from avdet.records.refunds.actions import find
from avdet.records.refunds.queries import money_of
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.words.faults import coded
from avdet.workflows.orders.confirm_order import confirm_order


@transaction.atomic
def record_payment(
    order: Order,
    *,
    amount_minor: int,
    method: str,
    gateway: str = "manual",
    reference: str = "",
    paid_at: datetime,
    now: datetime,
    actor: Actor,
    card_last_digits: str = "",
    payer_name: str = "",
) -> Payment:
    """A payment that came in. The same gateway and reference again changes nothing; without a reference it is always new.

    Less than the total leaves the order waiting, more is kept and shown as a finding. `order` is brought up to date.
    `AvdetError` for a reference that pays another order, or paid another amount; `Conflict` where somebody else has moved it.
    """
    actions.lock(order)
    payment = actions.expect(
        order,
        amount_minor=amount_minor,
        method=method,
        gateway=gateway,
        reference=reference,
        now=now,
        card_last_digits=card_last_digits,
        payer_name=payer_name,
    )
    if payment.state == "paid":
        if payment.amount_minor != amount_minor:
            raise coded(AvdetError, "order.other_amount", where="amount_minor")
        return payment
    said = {"amount_minor": amount_minor, "expected_minor": payment.amount_minor}
    source = actor.source or actor.kind
    if not actions.move(
        payment, "pay", now=now, source=source, reference="paid", facts=said, paid_at=paid_at, amount_minor=amount_minor
    ):
        raise coded(Conflict, "record.changed", where=f"payment {payment.pk}")
    into = bookings.purse(payment.method, gateway)
    received = bookings.payment_received(amount_minor, payment.currency, into=into)
    post(order.store, f"payment:{payment.pk}", "payment", received, now=now, order_number=order.number, memo=reference)
    _follow(order, payment, now=now, actor=actor)
    return payment


@transaction.atomic
def fail_payment(payment: Payment, *, why: str, now: datetime, source: str) -> bool:
    """An awaited payment did not go through; whether that was news. It may still turn out later that it did."""
    actions.lock(payment.order)  # as `record_payment` does, so that what is being booked does not fail beside it
    if payment.state != "expected":
        return False
    return actions.move(payment, "fail", now=now, source=source, reference="failed", facts={"why": why})


def _follow(order: Order, payment: Payment, *, now: datetime, actor: Actor) -> None:
    """What the order makes of it."""
    paid = queries.paid_minor(order)
    if order.state == "cancelled":
        _show(order.store, "paid_after_cancellation", order, payment.amount_minor, now)
    elif paid > to_pay_minor(order) and (over := money_of(order).over_minor):
        _show(order.store, "overpaid", order, over, now)
    follow_money(order, paid, at=payment.paid_at or now, now=now, actor=actor)


def follow_money(order: Order, paid_minor: int, *, at: datetime, now: datetime, actor: Actor) -> None:
    """An order is confirmed once all that it costs now has been paid; `at` is when."""
    if order.paid_at or paid_minor < to_pay_minor(order):
        return
    if ORDER.allows(order.state, "pay"):
        confirm_order(order, actor=actor, now=now, paid_at=at)
    else:
        mark(order, "paid", actor=actor, now=now, at=at)


def _show(store: Store, kind: str, order: Order, amount_minor: int, now: datetime) -> None:
    find(store, kind, f"order:{order.pk}", now=now, order_number=order.number, note=f"{amount_minor} {order.currency}")
