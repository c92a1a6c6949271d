"""Money is given back without a return, for a reason that is written down; above the store's limit a second person agrees."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.orders.models import Order
from avdet.records.payments.actions import lock, locked_payments
from avdet.records.people.models import User
from avdet.records.refunds import actions
from avdet.records.refunds.models import Goodwill, Refund
from avdet.records.refunds.queries import money_of
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.money.grant_refund import grant_refund
from avdet.workflows.money.second_person import needs_second


@transaction.atomic
def give_goodwill(order: Order, *, amount_minor: int, reason: str, author: User, now: datetime, actor: Actor) -> Goodwill:
    """Grant it at once, or have it wait for a second person. What was given on an order by one person alone counts.

    `AvdetError` without a reason, or for more than came in and is not promised back; `Conflict` where another one waits.
    """
    if not reason.strip():
        raise coded(AvdetError, "record.why", where="why")
    lock(order)  # two who give at once see each other
    locked_payments(order)
    _check_left(order, amount_minor)
    waiting = needs_second(order, amount_minor)
    wish = actions.wish_goodwill(
        order, amount_minor=amount_minor, reason=reason.strip()[:500], author=author, now=now, waiting=waiting
    )
    if not waiting:
        _grant(wish, order, now, actor)
    return wish


@transaction.atomic
def agree_to_goodwill(wish: Goodwill, *, user: User, now: datetime, actor: Actor) -> list[Refund]:
    """A second person agrees, and it is granted.

    `AvdetError` for its author, or where that much is no longer left; `Conflict` where it was decided meanwhile.
    """
    if wish.author_id == user.pk:
        raise coded(AvdetError, "refund.two_people", where="two_people")
    locked_payments(wish.order)
    _end(wish, "granted", user, now)
    _check_left(wish.order, wish.amount_minor)
    return _grant(wish, wish.order, now, actor)


@transaction.atomic
def refuse_goodwill(wish: Goodwill, *, user: User, now: datetime) -> None:
    """It is not given; its author may take it back in the same way."""
    _end(wish, "refused", None if wish.author_id == user.pk else user, now)


def _check_left(order: Order, amount_minor: int) -> None:
    """It is given out of what this order was paid, never out of what those were that it follows."""
    left = money_of(order).left_minor
    if not 0 < amount_minor <= left:
        raise coded(AvdetError, "refund.left", where="left", most=left)


def _end(wish: Goodwill, state: str, approver: User | None, now: datetime) -> None:
    if not actions.end_goodwill(wish, state, approver=approver, now=now):
        raise coded(Conflict, "refund.decided", where=f"goodwill {wish.pk}")


def _grant(wish: Goodwill, order: Order, now: datetime, actor: Actor) -> list[Refund]:
    return grant_refund(
        order, amount_minor=wish.amount_minor, reason="goodwill", because=[], key=f"goodwill:{wish.pk}", now=now, actor=actor
    )
