"""Money that has gone back already, without being sent from here: in a gateway's own panel, in the shop's system, by hand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.payments import Done
from avdet.records.ledger.actions import post_all
from avdet.records.payments.actions import hold_back, locked_payments
from avdet.records.payments.models import Payment
from avdet.records.refunds import actions, queries
from avdet.records.refunds.models import Refund, RefundAttempt
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.money.begin_refund import begin_refund
from avdet.workflows.money.grant_refund import grant_drafts
from avdet.workflows.money.take_outcome import take_outcome


@transaction.atomic
def record_return(
    payment: Payment, *, amount_minor: int, reference: str, at: datetime, now: datetime, actor: Actor, reason: str = "elsewhere"
) -> Refund:
    """A sum of this payment has gone back under a reference: granted and confirmed at once, nothing is sent. Once a reference.

    `AvdetError` for more than has come in and is not promised: then a refund that is granted here was paid there. Also without
    a reference, or under one that was another sum: whether that has been written down already, a person has to find out.
    """
    if not reference:
        raise coded(AvdetError, "record.reference", where="reference")
    order, key = payment.order, f"elsewhere:{payment.pk}:{reference}"[:120]
    locked_payments(order)
    if earlier := queries.granted_for(order, key):
        if earlier[0].amount_minor != amount_minor:
            raise coded(AvdetError, "refund.other_sum", where="reference")
        return earlier[0]
    parts = hold_back(order, amount_minor, only=payment)
    refund = actions.grant(parts, actions.Grounds(key, reason), now=now, actor=actor)[0]
    post_all(order.store, grant_drafts(order, [refund]), now=now)
    attempt = begin_refund(refund, payment.gateway, "refund", now=now, actor=actor)
    take_outcome(attempt.pk, Done(reference, at), now=now, actor=actor)
    return refund


@transaction.atomic
def record_late_success(attempt: RefundAttempt, done: Done, *, now: datetime, actor: Actor) -> bool:
    """An attempt that was refused turns out to have been carried out. Whether its refund was still owed."""
    refund = actions.locked(attempt.refund_id)
    if refund is None or refund.state != "failed":
        return False
    again = begin_refund(refund, attempt.gateway, attempt.kind, now=now, actor=actor)
    return take_outcome(again.pk, done, now=now, actor=actor)
