"""Deadlines that run: which are near, which have passed; each is remarked once, whoever is killed on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from avdet.records.cases.models import Case, CaseDeadline

AT_ONCE: Final = 200
TO_SEND: Final = ("send_by", "report_by")
"""Deadlines by which a customer sends goods in whose return has been granted."""


def near(now: datetime) -> Iterator[CaseDeadline]:
    """Open deadlines of which nobody has been reminded yet, and which are not over. Page by page, along a partial index."""
    rows = CaseDeadline.objects.filter(state="open", reminded_at=None, due_at__gt=now)
    return _each(rows, "remind_at", now)


def passed(now: datetime) -> Iterator[CaseDeadline]:
    """Open deadlines that are over."""
    return _each(CaseDeadline.objects.filter(state="open"), "due_at", now)


def _each(rows: QuerySet[CaseDeadline], column: str, now: datetime) -> Iterator[CaseDeadline]:
    """By `column` and id: a row that could not be dealt with is left behind, and comes again with the next run."""
    after: Q = Q()
    while True:
        found = list(rows.filter(after, **{f"{column}__lte": now}).order_by(column, "pk")[:AT_ONCE])
        yield from found
        if len(found) < AT_ONCE:
            return
        last = found[-1]
        at = getattr(last, column)
        after = Q(**{f"{column}__gt": at}) | Q(**{column: at, "pk__gt": last.pk})


def take_reminder(deadline: CaseDeadline, now: datetime) -> bool:
    """Whether the reminder is the caller's to send: once."""
    open_ = CaseDeadline.objects.filter(pk=deadline.pk, state="open", reminded_at=None)
    return bool(open_.update(reminded_at=now))


def take_missed(deadline: CaseDeadline, now: datetime) -> bool:
    """Whether it is the caller's to say that it was missed: once."""
    return bool(CaseDeadline.objects.filter(pk=deadline.pk, state="open").update(state="missed", missed_at=now))


def set_aside(case: Case, *kinds: str) -> None:
    """What these deadlines asked for is not waited for any more."""
    CaseDeadline.objects.filter(case=case, kind__in=kinds, state="open").update(state="void")


def fall_on(case: Case, kind: str, due_at: datetime) -> None:
    """What runs of this kind falls on another day."""
    CaseDeadline.objects.filter(case=case, kind=kind, state="open").update(due_at=due_at)


def first_due(case: Case, binds: str) -> datetime | None:
    """When the first deadline falls that runs for whoever it `binds`; `None` where none does."""
    rows = CaseDeadline.objects.filter(case=case, binds=binds, state="open").order_by("due_at")
    return rows.values_list("due_at", flat=True).first()


def day_kept(case: Case, due: datetime) -> CaseDeadline | None:
    """The deadline that falls on the case's day, as long as it runs or has been missed."""
    return CaseDeadline.objects.filter(case=case, due_at=due, state__in=("open", "missed")).first()


def deadlines_of(case: Case) -> list[CaseDeadline]:
    """All of a case's deadlines but those that a later decision has set aside, the first to fall due first."""
    return list(CaseDeadline.objects.filter(case=case).exclude(state="void").order_by("due_at", "pk"))
