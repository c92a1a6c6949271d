"""A gateway is asked what its books say of a payment; ours are brought in line with it, or the difference is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.jobs import Payload, job
from avdet.ports.payments import Done, Movement, PaymentStatus, Refused
from avdet.records.payments import actions, queries
from avdet.records.payments.models import Payment
from avdet.records.refunds.actions import LIVE, find, heal
from avdet.records.refunds.models import RefundAttempt
from avdet.records.refunds.queries import attempts_of_payment
from avdet.records.shared.actors import Actor
from avdet.workflows.money.confirm_refund import return_refund
from avdet.workflows.money.open_gateway import open_gateway
from avdet.workflows.money.record_payment import fail_payment, record_payment
from avdet.workflows.money.record_return import record_late_success, record_return
from avdet.workflows.money.take_outcome import take_outcome

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
    attempts = attempts_of_payment(payment)
    attempt, done = _attempt_of(movement, attempts), Done(movement.reference, movement.at or now)
    if movement.state == "failed":
        if attempt is not None:
            return_refund(attempt, code="returned", what="the bank gave it back", now=now, actor=actor)
        return True
    if attempt is None and not movement.key and any(each.result in LIVE for each in attempts):
        return True  # it may be ours, whose answer was lost: sending finds out
    if attempt is None or attempt.result == "refused":
        if movement.state == "done" and _take_over(payment, attempt, movement, done, now=now, actor=actor):
            return True
        _show(payment, "returned_elsewhere", f"{movement.amount_minor} {payment.currency}, {movement.reference}", now)
        return False
    if movement.state == "done" and attempt.result in LIVE:
        take_outcome(attempt.pk, done, now=now, actor=actor)
    return True


def _take_over(
    payment: Payment, attempt: RefundAttempt | None, movement: Movement, done: Done, *, now: datetime, actor: Actor
) -> bool:
    """Money that certainly went back is written down as such, as long as nobody has promised or sent it a second time."""
    if attempt is not None:
        return record_late_success(attempt, done, now=now, actor=actor)
    try:
        record_return(payment, amount_minor=movement.amount_minor, reference=done.reference, at=done.at, now=now, actor=actor)
    except AvdetError:
        return False
    return True


def _attempt_of(movement: Movement, attempts: list[RefundAttempt]) -> RefundAttempt | None:
    """Ours by its key; else by its reference and amount, as of what was taken over and of a gateway that keeps no keys."""
    named = next((each for each in attempts if each.key == movement.key != ""), None)
    if named is not None and named.result != "refused":
        return named
    alike = [
        each for each in attempts if (each.reference, each.refund.amount_minor) == (movement.reference, movement.amount_minor)
    ]
    return next((each for each in alike if each.reference and each.result != "refused"), named)


def _show(payment: Payment, kind: str, note: str, now: datetime) -> None:
    order_number = payment.order.number
    find(payment.store, kind, f"payment:{payment.pk}", now=now, order_number=order_number, note=note)
