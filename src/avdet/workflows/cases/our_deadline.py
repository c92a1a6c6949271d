"""A deadline that nobody else sets: so long as `core/periods.py` says, with a reminder before its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from avdet.core.periods import OURS
from avdet.records.cases.actions import Chapter, begin_deadlines
from avdet.records.cases.deadlines import set_aside
from avdet.records.cases.models import Case, CaseDeadline

CARRIER_BY: Final = "carrier_by"
CHOOSE_BY: Final = "choose_by"
DECIDE_BY: Final = "decide_by"
NOTICE: Final = timedelta(days=1)
"""How long before a deadline its reminder goes out; for a short one, halfway."""


def our_deadline(
    case: Case, kind: str, *, binds: str, now: datetime, days: int = 0, notice: timedelta = NOTICE
) -> CaseDeadline:
    """A deadline that begins now, of so many `days`, ours where none are given. Nothing is written."""
    ours = OURS[kind]
    due_at = now + timedelta(days=days or ours.length)
    remind_at = max(now + (due_at - now) / 2, due_at - notice)
    return CaseDeadline(case=case, kind=kind, binds=binds, due_at=due_at, remind_at=remind_at, since=now, after=ours.after)


def wait_until(chapter: Chapter, kind: str, *, binds: str) -> None:
    """Writes the chapter: from now on whoever it `binds` is waited for, until our deadline of this kind, which begins anew."""
    deadline = our_deadline(chapter.case, kind, binds=binds, now=chapter.now)
    chapter.set(waits_for=binds, due_at=deadline.due_at).write()
    set_aside(chapter.case, kind)
    begin_deadlines([deadline])
