"""Periodic jobs: each period is enqueued once, whichever worker comes first; periods that nobody was there for are one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from avdet.adapters.jobs.embedded.queue import enqueue
from avdet.adapters.jobs.models import Period
from avdet.ports import jobs


def number_of(moment: datetime, every: timedelta) -> int:
    """Which period an instant lies in, counted from 1970.

    >>> number_of(datetime(1970, 1, 1, 1, 30, tzinfo=UTC), timedelta(hours=1))
    1
    """
    return int(moment.timestamp() // every.total_seconds())


def next_after(moment: datetime, every: timedelta) -> datetime:
    """When the next period begins.

    >>> next_after(datetime(2026, 1, 1, 9, 30, tzinfo=UTC), timedelta(hours=1)).hour
    10
    """
    return datetime.fromtimestamp((number_of(moment, every) + 1) * every.total_seconds(), UTC)


def enqueue_due(now: datetime) -> list[str]:
    """Enqueues every periodic job whose period has begun and that no worker has enqueued; says which."""
    periodic = {kind.name: kind.every for kind in jobs.KINDS.values() if kind.every}
    known = dict(Period.objects.filter(name__in=periodic).values_list("name", "number"))
    fresh = [Period(name=name, number=-1, enqueued_at=now) for name in periodic if name not in known]
    if fresh:
        Period.objects.bulk_create(fresh, ignore_conflicts=True)
    behind = [name for name, every in periodic.items() if known.get(name, -1) < number_of(now, every)]
    return [name for name in behind if _enqueue(name, number_of(now, periodic[name]), now)]


def _enqueue(name: str, number: int, now: datetime) -> bool:
    with transaction.atomic():
        won = Period.objects.filter(name=name, number__lt=number).update(number=number, enqueued_at=now)
        if won:
            enqueue(name, {}, run_at=now, key=f"every:{name}")
    return bool(won)
