"""A refund is sent. What is about to be asked for is written down first; only then is the gateway asked, outside a transaction.

Whoever finds an attempt whose end nobody knows asks the gateway about its key before anything is tried again, and tries
again under the same key. `next_look_at` is what keeps two workers apart: it lies `GRACE` ahead while one of them is at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.gateways import provider_of
from avdet.ports.jobs import Payload, defer, job
from avdet.ports.payments import Done, Gateway, NotFound, Outcome, Pending, Refused, Trace
from avdet.records.payouts.queries import in_open_line
from avdet.records.refunds import actions, queries
from avdet.records.refunds.models import Refund, RefundAttempt
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.money.ask_destination import ask_destination
from avdet.workflows.money.begin_refund import begin_refund
from avdet.workflows.money.destination import Back, ToAccount, Waits, destination_of
from avdet.workflows.money.open_gateway import open_gateway
from avdet.workflows.money.take_outcome import GRACE, take_outcome

MACHINE: Final = Actor.system("refunds")
SWEEP: Final = timedelta(minutes=1)
DAILY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next with a refund: `ask` for it, or look up what became of it first."""

    refund: Refund
    attempt: RefundAttempt
    look_first: bool


@job("send_refund", attempts=12)
def send(payload: Payload, now: datetime) -> None:
    """The job: payload {refund}."""
    send_refund(int(payload["refund"]), now=now)


@job("sweep_refunds", every=SWEEP)
def sweep(_payload: Payload, now: datetime) -> None:
    """The periodic job: every refund whose time has come is sent, or looked up."""
    for refund_id in queries.due_to_look_at(now):
        defer("send_refund", {"refund": refund_id}, key=f"refund:{refund_id}")


def send_refund(refund_id: int, *, now: datetime) -> None:
    """Take the next step with a refund, if its time has come and nobody else is at it."""
    step = _next_step(refund_id, now)
    if step is None:
        return
    gateway = open_gateway(step.refund.store, step.attempt.gateway)
    if isinstance(gateway, Refused):
        if not step.look_first:  # without an account nothing was asked, and nothing was lost
            take_outcome(step.attempt.pk, gateway, now=now, actor=MACHINE)
        return
    found: Trace = _look(gateway, step) if step.look_first else NotFound()
    if not isinstance(found, NotFound):
        take_outcome(step.attempt.pk, found, now=now, actor=MACHINE)
    elif not step.look_first or actions.call_again(step.attempt, now=now):
        take_outcome(step.attempt.pk, _ask(gateway, step), now=now, actor=MACHINE)


def send_by_hand(refund: Refund, *, now: datetime, actor: Actor) -> RefundAttempt:
    """Pay a failed or granted refund by a transfer that a person makes: it waits for `confirm_refund`.

    `AvdetError` while it is on its way or has arrived; `Conflict` where somebody else was faster.
    """
    with transaction.atomic():
        fresh = actions.locked(refund.pk)
        if fresh is None or in_open_line(fresh):
            raise coded(Conflict, "refund.gone", where=f"refund {refund.pk}")
        attempt = begin_refund(fresh, "manual", "refund", now=now, actor=actor)
    take_outcome(attempt.pk, Pending(attempt.key), now=now, actor=actor)
    return attempt


def send_again(refund: Refund, *, now: datetime, actor: Actor) -> None:
    """A person has removed what stood in the way of a failed refund: the gateway is asked once more, at once."""
    with transaction.atomic():
        fresh = actions.locked(refund.pk)
        if fresh is None or fresh.state != "failed" or in_open_line(fresh):
            raise coded(AvdetError, "refund.not_failed", where=f"refund {refund.pk}")
        actions.note(fresh, "send_again", actor=actor, now=now)
        actions.look_again(fresh, now)
        defer("send_refund", {"refund": refund.pk})


@transaction.atomic
def _next_step(refund_id: int, now: datetime) -> Step | None:
    refund = actions.locked(refund_id)
    if refund is None or refund.next_look_at is None or refund.next_look_at > now:
        return None
    if refund.state in ("granted", "failed"):
        if not _goes_back(refund, now):
            return None
        gateway = refund.payment.gateway
        return Step(refund, begin_refund(refund, gateway, _kind(refund, now), now=now, actor=MACHINE), look_first=False)
    attempt = queries.live_attempt(refund)
    if attempt is None:
        return None
    actions.look_again(refund, now + GRACE)
    return Step(refund, attempt, look_first=True)


def _goes_back(refund: Refund, now: datetime) -> bool:
    """Whether it goes back the way it came. One that goes to an account waits for whoever pays it; one that goes nowhere yet
    is looked at again day by day."""
    if in_open_line(refund):
        actions.look_again(refund, None)
        return False
    found = destination_of(refund, now)
    if found.due and refund.due_by is None:
        actions.fall_due(refund, *found.due)
    match found:
        case Back():
            if refund.account_id is not None:
                actions.pay_to(refund, None)
            return True
        case ToAccount(account):
            actions.pay_to(refund, account)
            actions.look_again(refund, None)
        case Waits() as waits:
            ask_destination(refund, waits, now=now, actor=MACHINE)
            actions.look_again(refund, now + DAILY)
    return False


def _kind(refund: Refund, now: datetime) -> str:
    """A whole payment is reversed on its own day: the card is never charged. Later, or in part, it is refunded."""
    payment, store = refund.payment, refund.store
    whole = refund.amount_minor == payment.amount_minor
    same_day = payment.paid_at is not None and store.day_of(now) == store.day_of(payment.paid_at)
    tried = refund.attempts.filter(kind="reverse").exists()
    return "reverse" if whole and same_day and payment.gateway != "manual" and not tried else "refund"


def _ask(gateway: Gateway, step: Step) -> Outcome:
    refund, attempt, reference = step.refund, step.attempt, step.refund.payment.reference
    if attempt.kind == "reverse":
        return gateway.reverse(reference, key=attempt.key)
    return gateway.refund(reference, refund.amount_minor, refund.currency, key=attempt.key)


def _look(gateway: Gateway, step: Step) -> Trace:
    """What became of the attempt. A gateway that keeps no keys may show another refund of the same payment: not ours."""
    trace = gateway.attempt(step.refund.payment.reference, key=step.attempt.key)
    if isinstance(trace, Done | Pending) and not provider_of(step.attempt.gateway).keeps_keys:
        others = [each for each in queries.attempts_of_payment(step.refund.payment) if each.refund_id != step.refund.pk]
        if any(each.reference == trace.reference != "" for each in others):
            return NotFound()
    return trace
