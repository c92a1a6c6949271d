"""Writing down what goes back. Each move of a refund is a compare-and-swap with its event, in its caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from avdet.core.lifecycles import REFUND
from avdet.records.orders.models import Order
from avdet.records.payments.models import Payment
from avdet.records.people.models import BankAccount, User
from avdet.records.refunds.models import Goodwill, ReconcileFinding, Refund, RefundAttempt, RefundEvent
from avdet.records.remedies.models import Remedy
from avdet.records.shared.actors import Actor
from avdet.records.shared.composed import composed
from avdet.records.shared.errors import Conflict
from avdet.records.shared.swap import change, swap
from avdet.records.stores.models import Store
from avdet.words.faults import coded

LIVE = ("open", "unknown", "pending")
"""Results of an attempt that may still turn out either way."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a sum is owed: `key` names the cause, `because` the clauses that grant it, `remedy` what it puts right.

    A range such as *7 to 10 working days* is `due_from` to `due_by`.
    """

    key: str
    reason: str
    because: Sequence[Mapping[str, object]] = ()
    due_by: datetime | None = None
    due_from: datetime | None = None
    remedy: Remedy | None = None


def grant(parts: Sequence[tuple[Payment, int]], grounds: Grounds, *, now: datetime, actor: Actor) -> list[Refund]:
    """One refund for each payment's part. They are to be sent at once."""
    refunds = [
        Refund(
            store_id=payment.store_id,
            payment=payment,
            key=grounds.key,
            amount_minor=amount,
            currency=payment.currency,
            reason=grounds.reason,
            because=[dict(each) for each in grounds.because],
            due_from=grounds.due_from,
            due_by=grounds.due_by,
            remedy=grounds.remedy,
            granted_by=str(actor),
            granted_at=now,
            next_look_at=now,
        )
        for payment, amount in parts
    ]
    Refund.objects.bulk_create(refunds)
    RefundEvent.objects.bulk_create(_event(each, "grant", "", actor, now, {}) for each in refunds)
    return refunds


def locked(refund_id: int) -> Refund | None:
    """The refund, its row locked until the transaction ends; with its payment, order and store."""
    return next(iter(_locked(refund_id)), None)


@composed
def _locked(refund_id: int) -> QuerySet[Refund]:
    rows = Refund.objects.select_for_update(of=("self",)).select_related("payment__order", "store")
    return rows.filter(pk=refund_id)


def move(
    refund: Refund, name: str, *, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None, **fields: Any
) -> bool:
    """One move of the lifecycle, with its event; False where somebody else has moved it meanwhile.

    `fields` are columns that the move fills in. `AvdetError` for a move that its state does not allow.
    """
    source, target = refund.state, REFUND.after(refund.state, name)
    if not swap(refund, {"state": target, **fields}):
        return False
    RefundEvent.objects.bulk_create([_event(refund, name, source, actor, now, dict(facts or {}))])
    return True


def note(refund: Refund, kind: str, *, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None) -> None:
    """Something that moves nothing, in the refund's history."""
    RefundEvent.objects.bulk_create([_event(refund, kind, refund.state, actor, now, dict(facts or {}))])


def look_again(refund: Refund, at: datetime | None) -> None:
    """When the machine turns to it again; None: not until somebody asks for it."""
    Refund.objects.filter(pk=refund.pk).update(next_look_at=at)
    refund.next_look_at = at


def pay_to(refund: Refund, account: BankAccount | None) -> None:
    """The account that it goes to from now on; None: back the way it came, or not known yet."""
    Refund.objects.filter(pk=refund.pk).update(account=account)
    refund.account = account


def fall_due(refund: Refund, first: datetime | None, last: datetime) -> None:
    """The time in which it has to arrive, which was not known when it was granted."""
    Refund.objects.filter(pk=refund.pk).update(due_from=first, due_by=last)
    refund.due_from, refund.due_by = first, last


def wish_goodwill(order: Order, *, amount_minor: int, reason: str, author: User, now: datetime, waiting: bool) -> Goodwill:
    """Write down a sum that is to be given without a return; `Conflict` where another one of the order waits."""
    state, ended = ("waiting", None) if waiting else ("granted", now)
    wish = Goodwill(
        store_id=order.store_id, order=order, amount_minor=amount_minor, currency=order.currency, reason=reason,
        author=author, state=state, made_at=now, ended_at=ended,
    )  # fmt: skip
    try:
        with transaction.atomic():
            wish.save(force_insert=True)
    except IntegrityError:
        raise coded(Conflict, "refund.another_waits", where=f"order {order.number}") from None
    return wish


def end_goodwill(wish: Goodwill, state: str, *, approver: User | None, now: datetime) -> bool:
    """Granted or refused, once; False where somebody was faster."""
    waiting = Goodwill.objects.filter(pk=wish.pk, state="waiting")
    return bool(waiting.update(state=state, approver=approver, ended_at=now))


def begin_attempt(refund: Refund, *, gateway: str, kind: str, now: datetime) -> RefundAttempt:
    """Write down what is about to be asked for, before it is asked for."""
    number = refund.attempts.count() + 1
    key = f"avdet-{refund.pk}-{number}-{int(refund.granted_at.timestamp())}"
    made: RefundAttempt = RefundAttempt.objects.create(
        refund=refund, number=number, key=key, gateway=gateway, kind=kind, started_at=now
    )
    return made


def call_again(attempt: RefundAttempt, *, now: datetime) -> bool:
    """The gateway has never heard of the attempt, so it is made again under its own key. False where somebody else is at it."""
    values = {"tries": attempt.tries + 1, "result": "open", "started_at": now}
    return change(attempt, values, tries=attempt.tries, result__in=LIVE)


def end_attempt(
    attempt: RefundAttempt, result: str, *, now: datetime, reference: str = "", code: str = "", error: str = ""
) -> bool:
    """What became of it. One that is done or refused stays so: False."""
    ended = None if result in LIVE else now
    values = {
        "result": result,
        "code": code[:60],
        "error": error[:500],
        "ended_at": ended,
        "reference": reference[:120] or attempt.reference,
    }
    return change(attempt, values, result__in=LIVE)


def come_back(attempt: RefundAttempt, *, now: datetime, code: str, error: str) -> None:
    """Money that had arrived has come back: a done attempt turns out to have failed."""
    RefundAttempt.objects.filter(pk=attempt.pk, result="done").update(
        result="refused", code=code[:60], error=error[:500], ended_at=now
    )


def find(store: Store, kind: str, subject: str, *, now: datetime, order_number: str = "", note: str = "") -> bool:
    """Keep a finding, once as long as it is open; whether it is new."""
    values = {"order_number": order_number, "note": note, "found_at": now}
    return ReconcileFinding.objects.get_or_create(store=store, kind=kind, subject=subject, healed_at=None, defaults=values)[1]


def heal(subject: str, *, now: datetime, kind: str = "", note: str = "") -> int:
    """Close the open findings about a subject, of one kind if it is given; how many there were."""
    rows = ReconcileFinding.objects.filter(subject=subject, healed_at=None)
    said = {"note": note} if note else {}
    return (rows.filter(kind=kind) if kind else rows).update(healed_at=now, **said)


def _event(refund: Refund, kind: str, source: str, actor: Actor, now: datetime, facts: dict[str, Any]) -> RefundEvent:
    return RefundEvent(
        refund=refund,
        kind=kind,
        from_state=source,
        to_state=refund.state,
        actor=actor.kind,
        actor_id=actor.id,
        source=actor.source[:20],
        facts=facts,
        at=now,
    )
