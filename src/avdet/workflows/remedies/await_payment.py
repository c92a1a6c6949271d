"""A difference is settled before another product leaves: its customer has so many days, and then the choice is open again."""

from __future__ import annotations

from datetime import datetime

from avdet.records.cases.actions import Chapter, begin_deadlines, note
from avdet.records.cases.deadlines import set_aside
from avdet.records.cases.models import Case
from avdet.records.orders.models import Order
from avdet.records.orders.queries import to_pay_minor
from avdet.records.payments.actions import lock
from avdet.records.remedies.actions import move
from avdet.records.remedies.models import Remedy
from avdet.records.remedies.queries import live_remedy
from avdet.records.shared.actors import Actor
from avdet.workflows.cases.our_deadline import PAY_BY, STORE_BY, our_deadline
from avdet.workflows.notices.tell import PEOPLE, hushed
from avdet.workflows.notices.tell_case import tell_case
from avdet.workflows.orders.cancel_order import cancel_order


def await_payment(remedy: Remedy, case: Case, order: Order, *, actor: Actor, now: datetime) -> None:
    """The order of a remedy waits to be paid, and its customer is waited for until a day."""
    deadline = our_deadline(case, PAY_BY, binds="customer", now=now)
    due = deadline.due_at
    owed = {"order": order.number, "amount_minor": to_pay_minor(order), "currency": order.currency, "until": due.isoformat()}
    move(remedy, "ask_payment", actor=actor, now=now, facts={"order": order.number})
    note(case, "payment_asked", actor=actor, now=now, facts=owed, waits_for=Case.WaitsFor.CUSTOMER, due_at=due)
    set_aside(case, STORE_BY)
    begin_deadlines([deadline])


def hold_order(case_id: int) -> None:
    """Locks the order of a case's remedy until the transaction ends: before the case, as a payment does that comes in."""
    if (remedy := live_remedy(case_id)) is not None and remedy.order is not None:
        lock(remedy.order)


def let_lapse(chapter: Chapter) -> bool:
    """The day has passed: the order is cancelled, its goods are free, and its customer chooses again. False where the
    difference is no longer waited for. The chapter's case is written; `hold_order` has been called before it was locked.
    """
    case = chapter.case
    remedy = live_remedy(case)
    if case.state != "settling" or remedy is None or remedy.state != "awaiting_payment" or remedy.order is None:
        return False
    chapter.write()
    with hushed(PEOPLE):  # one letter says it all
        cancel_order(remedy.order, actor=chapter.actor, now=chapter.now, reason="not_paid")
    case.refresh_from_db()
    tell_case(case, "remedy_lapsed", now=chapter.now)
    return True
