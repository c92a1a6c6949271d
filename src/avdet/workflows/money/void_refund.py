"""A refund that was granted is taken back, before any of it has left."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.ledger.actions import correct
from avdet.records.ledger.queries import entry_by_key
from avdet.records.orders.queries import order_by_number
from avdet.records.payments.actions import locked_payments, release
from avdet.records.payouts.queries import in_open_line
from avdet.records.refunds import actions
from avdet.records.refunds.models import Refund
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.money.book_order import book_taken_back
from avdet.workflows.remedies.follow_remedy import follow_void


@transaction.atomic
def void_refund(refund: Refund, *, why: str, now: datetime, actor: Actor) -> Refund:
    """Take a granted or failed refund back: the sum can be granted anew, and the books are put right.

    `AvdetError` while it is on its way or has arrived; `Conflict` where somebody else was faster.
    """
    locked_payments(refund.payment.order)
    fresh = actions.locked(refund.pk)
    if fresh is None or not why.strip():
        raise coded(AvdetError, "record.why", where="why")
    if in_open_line(fresh):
        raise coded(Conflict, "refund.in_batch", where=f"refund {refund.pk}")
    if not actions.move(fresh, "void", actor=actor, now=now, facts={"why": why}, next_look_at=None):
        raise coded(Conflict, "record.changed", where=f"refund {refund.pk}")
    release(fresh.payment_id, fresh.amount_minor)
    granted = entry_by_key(fresh.store, f"refund:{fresh.pk}:granted")
    if granted:
        correct(granted, f"refund:{fresh.pk}:void", "refund_void", now=now, memo=why)
        if order := order_by_number(fresh.store, granted.order_number):  # the one it was granted for, whoever has paid it
            book_taken_back(order, f"void:{fresh.pk}", now=now)
    actions.heal(f"refund:{fresh.pk}", now=now)
    if fresh.remedy_id:
        follow_void(fresh, actor=actor, now=now)
    return fresh
