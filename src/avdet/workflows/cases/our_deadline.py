"""A deadline that no clause sets: as long as the store has chosen, else as `core/periods.py` says, with a reminder."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from avdet.core.errors import CalendarError
from avdet.core.periods import OURS
from avdet.core.policy import Period
from avdet.records.cases.actions import Chapter, begin_deadlines, meet
from avdet.records.cases.deadlines import first_due, set_aside
from avdet.records.cases.models import Case, CaseDeadline
from avdet.records.stores.models import Store
from avdet.records.stores.terms import calendar_in_force

CARRIER_BY: Final = "carrier_by"
CHOOSE_BY: Final = "choose_by"
DECIDE_BY: Final = "decide_by"
EVIDENCE_BY: Final = "evidence_by"
PAY_BY: Final = "pay_by"
STORE_BY: Final = "store_by"
VISIT_BY: Final = "visit_by"
CHOSEN: Final = {CHOOSE_BY: "choose_days", PAY_BY: "pay_days", STORE_BY: "answer_days"}
"""Deadline → what of `Store.returns` says how long it is."""
OF_TURN: Final[Mapping[str, str]] = {Case.WaitsFor.STORE: STORE_BY, Case.WaitsFor.CARRIER: CARRIER_BY}
"""Whoever is waited for → the deadline that runs for them where no clause promises a day."""
NOTICE: Final = timedelta(days=1)
"""How long before a deadline its reminder goes out; for a short one, halfway."""


def length_of(store: Store, kind: str) -> Period:
    """How long a deadline of this kind is in this store: as many days as its owner has set, or ours."""
    days = store.returns.get(CHOSEN.get(kind, ""))
    return replace(OURS[kind], count=days) if type(days) is int and days > 0 else OURS[kind]


def our_deadline(case: Case, kind: str, *, binds: str, now: datetime, notice: timedelta = NOTICE) -> CaseDeadline:
    """A deadline that begins now. Days are whole ones from now on, working days the store's own. Nothing is written."""
    period, calendar = length_of(case.store, kind), ""
    due_at = now + timedelta(days=period.length)
    if period.unit == "working_days":
        kept = calendar_in_force(case.store, now)
        with suppress(CalendarError):  # in years whose holidays nobody has listed any day counts
            due_at, calendar = kept.end(now, period.unit, period.length), kept.mark
    remind_at = max(now + (due_at - now) / 2, due_at - notice)
    return CaseDeadline(
        case=case, kind=kind, binds=binds, due_at=due_at, remind_at=remind_at, since=now, after=period.after, calendar=calendar
    )


def wait_until(chapter: Chapter, kind: str, *, binds: str) -> None:
    """Writes the chapter: from now on whoever it `binds` is waited for, until our deadline of this kind, which begins anew."""
    deadline = our_deadline(chapter.case, kind, binds=binds, now=chapter.now)
    end_turn(chapter.case, but=binds)
    chapter.set(waits_for=binds, due_at=deadline.due_at).write()
    set_aside(chapter.case, kind)
    begin_deadlines([deadline])


def turn_to(chapter: Chapter, waits_for: str) -> Chapter:
    """Sets whose turn it is from now on, and until when: the first of their deadlines that runs, else ours. Whose turn it was
    before keeps their day, passed or not. What the others were waited for has been done. The chapter is not written.
    """
    case = chapter.case
    end_turn(case, but=waits_for)
    due = first_due(case, waits_for)
    if due is None and waits_for in OF_TURN:
        passed = case.due_at if case.waits_for == waits_for else None
        due = passed if passed is not None and passed <= chapter.now else _begin(chapter, waits_for)
    return chapter.set(waits_for=waits_for, due_at=due)


def _begin(chapter: Chapter, waits_for: str) -> datetime:
    deadline = our_deadline(chapter.case, OF_TURN[waits_for], binds=waits_for, now=chapter.now)
    begin_deadlines([deadline])
    return deadline.due_at


def end_turn(case: Case, *, but: str = "") -> None:
    """What ran for whoever is waited for, for want of a clause, is met, unless it is the turn of this one still."""
    if case.waits_for in OF_TURN and case.waits_for != but:
        meet(case, OF_TURN[case.waits_for])
