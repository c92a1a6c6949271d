"""A gateway is asked what its books say of a payment; ours are brought in line with it, or the difference is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.ports.jobs import Payload, job
from avdet.ports.payments import Done, Movement, PaymentStatus, Refused
from avdet.records.payments import actions, queries
from avdet.records.payments.models import Payment
from avdet.records.refunds.actions import LIVE, find, heal
from avdet.records.refunds.models import RefundAttempt
from avdet.records.refunds.queries import attempts_of_payment
from avdet.records.shared.actors import Actor
from avdet.workflows.confirm_refund import return_refund
from avdet.workflows.open_gateway import open_gateway
from avdet.workflows.record_payment import fail_payment, record_payment
from avdet.workflows.take_outcome import take_outcome

CAME_IN: Final = frozenset({"paid", "partly_refunded", "refunded", "reversed"})


@job("look_up_payment", attempts=6)
def work(payload: Payload, now: datetime) -> None:
    """The job: payload {payment}."""
    look_up_payment(int(payload["payment"]), now=now)


def look_up_payment(payment_id: int, *, now: datetime) -> PaymentStatus | None:
    """What the gateway says of a payment, taken into our records; None where it could not say."""
    payment = queries.payment_by_id(payment_id)
    if payment is None or not payment.reference:
        return None
    gateway = open_gateway(payment.store, payment.gateway)
    status = gateway if isinstance(gateway, Refused) else gateway.look_up(payment.reference)
    actions.looked(payment, now=now)
    if not isinstance(status, PaymentStatus):
        return None
    actor = Actor.system(payment.gateway)
    _came_in(payment, status, now=now, actor=actor)
    went_well = [_went_back(payment, each, now=now, actor=actor) for each in status.movements]
    if all(went_well):
        heal(f"payment:{payment.pk}", now=now, kind="returned_elsewhere")
    return status


@transaction.atomic
def _came_in(payment: Payment, status: PaymentStatus, *, now: datetime, actor: Actor) -> None:
    if status.currency != payment.currency:
        _show(payment, "other_currency", f"{status.currency}, not {payment.currency}", now)
    elif status.state in CAME_IN and payment.state != "paid":
        record_payment(
            payment.order,
            amount_minor=status.paid_minor,
            method=payment.method,
            gateway=payment.gateway,
            reference=payment.reference,
            paid_at=status.paid_at or now,
            now=now,
            actor=actor,
        )
        heal(f"payment:{payment.pk}", now=now, kind="awaited_long")
    elif status.state in CAME_IN and status.paid_minor != payment.amount_minor:
        _show(payment, "other_amount", f"{status.paid_minor}, not {payment.amount_minor}", now)
    elif status.state not in CAME_IN and payment.state == "paid":
        _show(payment, "paid_here_only", f"the gateway says {status.state}", now)
    elif status.state == "failed" and fail_payment(payment, why="look-up", now=now, source=payment.gateway):
        heal(f"payment:{payment.pk}", now=now, kind="awaited_long")


def _went_back(payment: Payment, movement: Movement, *, now: datetime, actor: Actor) -> bool:
    """Whether a way back that the gateway knows is one of ours, and our attempt says the same now."""
    attempt = _attempt_of(movement, attempts_of_payment(payment))
    if attempt is None or (attempt.result == "refused" and movement.state != "failed"):
        if movement.state != "failed":
            _show(payment, "returned_elsewhere", f"{movement.amount_minor} {payment.currency}, {movement.reference}", now)
        return movement.state == "failed"
    if movement.state == "failed":
        return_refund(attempt, code="returned", what="the bank gave the money back", now=now, actor=actor)
    elif movement.state == "done" and attempt.result in LIVE:
        take_outcome(attempt.pk, Done(movement.reference, movement.at or now), now=now, actor=actor)
    return True


def _attempt_of(movement: Movement, attempts: list[RefundAttempt]) -> RefundAttempt | None:
    """Ours by its key; where the gateway keeps none, by its reference."""
    if movement.key:
        return next((each for each in attempts if each.key == movement.key), None)
    return next((each for each in attempts if each.reference == movement.reference != ""), None)


def _show(payment: Payment, kind: str, note: str, now: datetime) -> None:
    order_number = payment.order.number
    find(payment.store, kind, f"payment:{payment.pk}", now=now, order_number=order_number, note=note)
