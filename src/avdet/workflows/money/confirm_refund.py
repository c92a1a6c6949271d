"""A person, or a gateway's own books, say how a refund has ended."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.payments import Done, Refused
from avdet.records.ledger.actions import correct
from avdet.records.ledger.queries import entry_by_key
from avdet.records.refunds import actions, queries
from avdet.records.refunds.models import Refund, RefundAttempt
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.money.take_outcome import give_up, take_outcome
from avdet.workflows.remedies.follow_remedy import follow_return


def confirm_refund(refund: Refund, *, reference: str, at: datetime, now: datetime, actor: Actor) -> bool:
    """The transfer that a person was to make has been made, under the bank's reference. Whether that was news.

    `AvdetError` without a reference, or for a refund that nobody is paying by hand.
    """
    attempt = queries.live_attempt(refund)
    if refund.state == "confirmed":
        return False
    if attempt is None or attempt.gateway != "manual":
        raise coded(AvdetError, "refund.not_by_hand", where=f"refund {refund.pk}")
    if not reference.strip():
        raise coded(AvdetError, "record.reference", where="reference")
    return take_outcome(attempt.pk, Done(reference.strip(), at), now=now, actor=actor)


def refuse_transfer(refund: Refund, *, why: str, now: datetime, actor: Actor) -> bool:
    """The transfer by hand could not be made: the refund has failed, and can be sent another way."""
    attempt = queries.live_attempt(refund)
    if attempt is None or attempt.gateway != "manual":
        raise coded(AvdetError, "refund.not_by_hand", where=f"refund {refund.pk}")
    return take_outcome(attempt.pk, Refused("by_hand", why, permanent=True), now=now, actor=actor)


@transaction.atomic
def return_refund(attempt: RefundAttempt, *, code: str, what: str, now: datetime, actor: Actor) -> bool:
    """Money that had arrived has come back: the refund has failed after all, and the books are put right.

    Whether that was news; an attempt that has not been confirmed simply ends as refused.
    """
    refund = actions.locked(attempt.refund_id)
    fresh = queries.attempt_by_id(attempt.pk)
    if refund is None or fresh.result == "refused":
        return False
    if fresh.result != "done":
        return take_outcome(fresh.pk, Refused(code, what, permanent=True), now=now, actor=actor)
    actions.come_back(fresh, now=now, code=code, error=what)
    actions.move(refund, "fail", actor=actor, now=now, facts={"code": code, "what": what}, confirmed_at=None, next_look_at=None)
    sent = entry_by_key(refund.store, f"refund:{refund.pk}:sent:{fresh.number}")
    if sent:
        correct(sent, f"refund:{refund.pk}:returned:{fresh.number}", "refund_returned", now=now, memo=what)
    give_up(refund, what, now=now, told=fresh.gateway != "payout")
    follow_return(refund, actor=actor, now=now)
    return True
