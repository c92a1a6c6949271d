"""No deadline passes in silence: whoever it binds is reminded before, and what follows from missing it is done. Each once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import OperationalError, transaction

from avdet.core.errors import AvdetError
from avdet.ports.jobs import Payload, job
from avdet.records.cases.actions import Chapter, locked
from avdet.records.cases.deadlines import near, passed, take_missed, take_reminder
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.parcels.queries import hold_parcels
from avdet.records.shared.actors import Actor
from avdet.workflows.cases.answer_case import end_case
from avdet.workflows.cases.our_deadline import CHOOSE_BY, EVIDENCE_BY, PAY_BY, turn_to
from avdet.workflows.notices.tell import announce
from avdet.workflows.notices.tell_case import tell_case
from avdet.workflows.notices.tell_staff import tell_staff
from avdet.workflows.remedies.await_payment import hold_order, let_lapse

CUSTOMER: Final = "customer"
STAFF: Final = ("expert", "owner")
CALLERS: Final = ("desk", *STAFF)
"""Who rings a customer up that has not chosen."""
SYSTEM: Final = Actor.system("deadlines")
Work = Callable[[CaseDeadline, datetime], None]
HELD_FIRST: Final[Mapping[str, Callable[[int], None]]] = {"send_by": hold_parcels, PAY_BY: hold_order}
"""What follows from missing a deadline moves these as well, and they are locked before the case: their own news come to them
first."""


@job("watch_deadlines", every=timedelta(minutes=5))
def watch_deadlines(_payload: Payload, now: datetime) -> None:
    """The periodic job. What has passed comes first: nobody is reminded of what is over."""
    faults = [*_each(passed(now), pass_by, now), *_each(near(now), remind, now)]
    if faults:
        raise AvdetError(f"{len(faults)} deadlines could not be dealt with, the first: {faults[0]}", where="watch_deadlines")


def _each(deadlines: Iterable[CaseDeadline], work: Work, now: datetime) -> list[str]:
    """Deals with each in a transaction of its own, so that one that cannot be dealt with, or whose rows were waited for in
    vain, holds up no other: it comes again with the next run.
    """
    faults = []
    for deadline in deadlines:
        try:
            with transaction.atomic():
                work(deadline, now)
        except (AvdetError, OperationalError) as fault:
            faults.append(f"{deadline.pk}: {fault}")
    return faults


def remind(deadline: CaseDeadline, now: datetime) -> None:
    """Reminds the customer of what is theirs to do, the staff of everything else. For a range this is at its first end."""
    case = locked(deadline.case_id)
    if case is None or not take_reminder(deadline, now):
        return
    if deadline.binds == CUSTOMER:
        tell_case(case, "deadline_near", now=now, cause=str(deadline.pk), until_at=deadline.due_at.isoformat())
    else:
        tell_staff(case, "case_due", now=now, cause=str(deadline.pk), roles=STAFF, until=deadline.due_at)


def pass_by(deadline: CaseDeadline, now: datetime) -> None:
    """A deadline has passed: the case's history says so, somebody is told, and what was only waiting for it is closed."""
    if hold := HELD_FIRST.get(deadline.kind):
        hold(deadline.case_id)
    case = locked(deadline.case_id)
    if case is None or not take_missed(deadline, now):
        return
    facts = {"deadline": deadline.kind, "due_at": deadline.due_at.isoformat(), "clauses": deadline.clauses}
    chapter = Chapter(case, actor=SYSTEM, now=now).note("missed", facts)
    if deadline.kind == "send_by" and _nothing_came(case):
        end_case(chapter, "withdraw", kind="deadline_missed")
    elif deadline.kind == PAY_BY and let_lapse(chapter):
        return
    elif deadline.kind == "report_by" and _nothing_came(case):  # the claim itself was made in time: a person rings up
        chapter.set(due_at=None).write()
        tell_case(case, "deadline_missed", now=now, cause=str(deadline.pk))
        tell_staff(case, "case_overdue", now=now, cause=str(deadline.pk), roles=STAFF, until=deadline.due_at)
    elif deadline.kind in ("report_by", EVIDENCE_BY) and case.state == "evidence":
        turn_to(chapter.move("refer", facts={"because": []}), Case.WaitsFor.STORE).write()
        tell_case(case, "deadline_missed", now=now, cause=str(deadline.pk))
    else:
        chapter.write()
        _tell_missed(case, deadline, now)


def _nothing_came(case: Case) -> bool:
    """Whether the case waited for goods that nobody has sent: then the terms let it end here."""
    return case.state == "approved" and case.goods == "with_customer" and case.waits_for == CUSTOMER


def _tell_missed(case: Case, deadline: CaseDeadline, now: datetime) -> None:
    """A choice that was not made is no right that is lost: the desk rings the customer up."""
    cause, theirs = str(deadline.pk), deadline.binds == CUSTOMER and case.waits_for == CUSTOMER
    if theirs and deadline.kind != CHOOSE_BY:
        tell_case(case, "deadline_missed", now=now, cause=cause)
        return
    kind, roles = ("choice_waits", CALLERS) if theirs else ("case_overdue", STAFF)
    tell_staff(case, kind, now=now, cause=cause, roles=roles, until=deadline.due_at)
    about = {"order_number": case.order.number, "case": case.number}
    announce(case.store, "case.missed", about, key=f"missed:{cause}", now=now)
