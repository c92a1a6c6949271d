"""What a gateway, a bank or a person says of an attempt is taken, once: refund, books and messages in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from avdet.core.lifecycles import REFUND
from avdet.ports.jobs import defer
from avdet.ports.payments import Done, Outcome, Pending, Refused, Unknown
from avdet.records.ledger.actions import settle
from avdet.records.ledger.queries import entry_by_key
from avdet.records.refunds import actions, queries
from avdet.records.refunds.models import BY_HAND, Refund, RefundAttempt
from avdet.records.shared.actors import Actor
from avdet.workflows.notices.tell_refund import tell_refund
from avdet.workflows.remedies.follow_remedy import follow_refund

GRACE: Final = timedelta(minutes=2)
"""How long an attempt is left alone before anybody else asks about it: far longer than any call to a gateway may take."""
LONGEST_WAIT: Final = timedelta(hours=6)
BACKOFF: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))
"""The waits between attempts that a gateway has refused for the moment; after the last one a person decides."""


@transaction.atomic
def take_outcome(attempt_id: int, outcome: Outcome, *, now: datetime, actor: Actor) -> bool:
    """Whether the attempt has ended by it, or stands as it stood. An attempt that has ended already is left as it is."""
    refund = actions.locked(queries.attempt_by_id(attempt_id).refund_id)
    attempt = queries.attempt_by_id(attempt_id)
    if refund is None or attempt.ended_at is not None:
        return False
    match outcome:
        case Done(reference, at):
            return _done(refund, attempt, reference, at, now=now, actor=actor)
        case Refused():
            return _refused(refund, attempt, outcome, now=now, actor=actor)
        case Pending(reference):
            actions.end_attempt(attempt, "pending", now=now, reference=reference)
            _wait(refund, None if attempt.gateway in BY_HAND else _later(attempt, now))
        case Unknown(what):
            actions.end_attempt(attempt, "unknown", now=now, error=what)
            if REFUND.allows(refund.state, "lose_sight"):
                actions.move(refund, "lose_sight", actor=actor, now=now, facts={"what": what})
            _wait(refund, _later(attempt, now))
    return False


def _done(refund: Refund, attempt: RefundAttempt, reference: str, at: datetime, *, now: datetime, actor: Actor) -> bool:
    actions.end_attempt(attempt, "done", now=now, reference=reference)
    facts = {"reference": reference, "gateway": attempt.gateway}
    actions.move(refund, "confirm", actor=actor, now=now, facts=facts, confirmed_at=at, next_look_at=None)
    settle_sent(refund, attempt, "posted", now=now)
    actions.heal(f"refund:{refund.pk}", now=now)
    tell_refund(refund, refund.payment.order, "refund_confirmed", now=now)
    if refund.remedy_id:
        follow_refund(refund, actor=actor, now=now)
    return True


def _refused(refund: Refund, attempt: RefundAttempt, outcome: Refused, *, now: datetime, actor: Actor) -> bool:
    """Refused for good, a person is asked for; for the moment, it is tried again later; a reversal gives way to a refund."""
    actions.end_attempt(attempt, "refused", now=now, code=outcome.code, error=outcome.what)
    again: datetime | None = now if attempt.kind == "reverse" else None
    if not outcome.permanent and attempt.number <= len(BACKOFF):
        again = now + BACKOFF[attempt.number - 1]
    facts = {"code": outcome.code, "what": outcome.what}
    actions.move(refund, "fail", actor=actor, now=now, facts=facts, next_look_at=again)
    settle_sent(refund, attempt, "void", now=now)
    if again is None:
        give_up(refund, f"{outcome.code}: {outcome.what}", now=now, told=attempt.gateway != "payout")
    else:
        defer("send_refund", {"refund": refund.pk}, run_at=again)
    return True


def give_up(refund: Refund, what: str, *, now: datetime, told: bool = True) -> None:
    """The machine can do no more: the accountant is shown it, and the customer is told that it takes longer.

    `told` is false where the customer is about to be asked for another account.
    """
    order = refund.payment.order
    actions.find(refund.store, "refund_failed", f"refund:{refund.pk}", now=now, order_number=order.number, note=what)
    if told:
        tell_refund(refund, order, "refund_failed", now=now)


def settle_sent(refund: Refund, attempt: RefundAttempt, state: str, *, now: datetime) -> None:
    """What an attempt wrote into the books as pending becomes `posted` or `void`."""
    entry = entry_by_key(refund.store, f"refund:{refund.pk}:sent:{attempt.number}")
    if entry:
        settle(entry, state, now=now)


def _later(attempt: RefundAttempt, now: datetime) -> datetime:
    """Soon at first, then the more seldom the longer it takes."""
    return now + min(max(GRACE, (now - attempt.started_at) / 2), LONGEST_WAIT)


def _wait(refund: Refund, at: datetime | None) -> None:
    actions.look_again(refund, at)
    if at:
        defer("send_refund", {"refund": refund.pk}, run_at=at)
