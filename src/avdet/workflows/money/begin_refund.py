"""What is about to be asked of a gateway or a person is written down: the refund's move, its attempt, its pending transfer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core import bookings
from avdet.records.ledger.actions import post
from avdet.records.refunds import actions
from avdet.records.refunds.models import BY_HAND, Refund, RefundAttempt
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.money.take_outcome import GRACE


@transaction.atomic
def begin_refund(refund: Refund, gateway: str, kind: str, *, now: datetime, actor: Actor) -> RefundAttempt:
    """A new attempt to pay a granted or failed refund. `kind` is reverse or refund.

    `AvdetError` while it is on its way or has arrived; `Conflict` where somebody else was faster.
    """
    if not actions.move(refund, "send", actor=actor, now=now, facts={"gateway": gateway}, next_look_at=now + GRACE):
        raise coded(Conflict, "record.changed", where=f"refund {refund.pk}")
    attempt = actions.begin_attempt(refund, gateway=gateway, kind=kind, now=now)
    purse = bookings.purse("bank_transfer" if gateway in BY_HAND else "online", gateway)
    sent = bookings.refund_sent(refund.amount_minor, refund.currency, out_of=purse)
    key, number = f"refund:{refund.pk}:sent:{attempt.number}", refund.payment.order.number
    post(refund.store, key, "refund_sent", sent, now=now, order_number=number, memo=attempt.key)
    return attempt
